"""Write docs/pilot-lines.md, the lines of county-general that the pilots' open figures carry: `make pilot-lines`.

What a line needs is read from examples/whole-county, where each method is chosen: the quantities that are stated there
and the coefficients of its pack on which the value of that line rests.
"""

from __future__ import annotations

from pathlib import Path

from qhgep import Account, Result, compute, read_account
from qhgep.expr import Quantity

ROOT = Path(__file__).parent.parent
FILE = ROOT / "docs" / "pilot-lines.md"
PILOT = ROOT / "examples" / "pilot" / "account-general.toml"
WHOLE = ROOT / "examples" / "whole-county"
HEAD = """# 五个试点县在 county-general 之下：公开数能算几项

由 `make pilot-lines` 写出（试点：`examples/pilot/account-general.toml`；所需：`examples/whole-county` 所选的方法），不手改。
“有数的县”是有价值量的县数，不等于完整：面积与生态系统的缺口见 `examples/pilot/README.md`。“还要的输入”是试点没有一个县有数的量；
“要的价格与参数”须有当时当地的系数行，或写 `[[adopt]]` 借用。换一种方法，所需也换。

"""


def leaves(account: Account, value: str) -> list[Quantity]:
    """The quantities that an account states or takes from the store, on which a value rests; in the order of need."""
    formulas: dict[str, list[Quantity]] = {}
    for formula in account.ruleset.order:
        formulas.setdefault(formula.quantity.name, []).extend(formula.inputs)
    stated = {row.quantity for row in account.inputs if row.presence == "value"}
    found: dict[str, Quantity] = {}
    waiting, seen = list(formulas.get(value, [])), {value}
    while waiting:
        quantity = waiting.pop(0)
        if quantity.name in seen:
            continue
        seen.add(quantity.name)
        if quantity.name in stated or quantity.name not in formulas:
            found[quantity.name] = quantity
        else:
            waiting += formulas[quantity.name]
    return list(found.values())


def counties_with(result: Result, value: str) -> int:
    """In how many counties a value is known."""
    account = result.account
    period = account.periods[0].name
    return sum(result.value(value, county=item.code, period=period).value is not None for item in account.counties)


def text() -> str:
    """The page."""
    pilot = compute(read_account(PILOT))
    whole = read_account(WHOLE / "account.toml", coefficients=[WHOLE / "prices"])
    held = {row.quantity for row in pilot.account.inputs if row.presence == "value"}
    local = {row.key for row in whole.coefficients.rows if row.region_code == whole.counties[0].code}
    rules, total = pilot.account.ruleset, len(pilot.account.counties)
    lines = ["| 指标 | 合计 | 有数的县 | 还要的输入 | 要的价格与参数 |", "|---|---|---|---|---|"]
    carried = 0
    for line in (*rules.indicators, *rules.beside):
        known = counties_with(pilot, line.value)
        carried += known > 0
        needed = [] if known else leaves(whole, line.value)
        inputs = [item.zh for item in needed if not item.is_coefficient and item.name not in held]
        prices = [item.zh for item in needed if item.is_coefficient and item.name in local]
        counted = "计入" if line in rules.indicators else "之外"
        zh = rules.catalogue.indicators[line.id].zh
        lines.append(
            f"| {zh} | {counted} | {known}/{total} | {'、'.join(inputs) or '—'} | {'、'.join(prices) or '—'} |"
        )
    for name, reason in rules.exclude.items():
        lines.append(f"| {rules.catalogue.indicators[name].zh} | 不计 | — | {reason} | — |")
    return (
        HEAD + "\n".join(lines) + f"\n\n有数的 {carried} 项；规则集共列 {len(lines) - 2} 项（二十项与病虫害控制）。\n"
    )


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
