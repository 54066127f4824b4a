"""The short tables that the command line prints, and the look-ups behind them. No figure is computed here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from qhgep.aligned_text import columns
from qhgep.data import is_file
from qhgep.errors import AccountError, CoefficientError, Language, PlanError, RulesetError, problem
from qhgep.evidence import EVIDENCE, PRESENCE, Evidence
from qhgep.money import Fen, yuan

if TYPE_CHECKING:
    from qhgep.coefficient_store import Coefficients, Row
    from qhgep.compensation.allocation import Allocation
    from qhgep.compensation.plan.coverage import CoverageComparison
    from qhgep.engine.result import Result


def _share(share: float | None, language: Language) -> str:
    """A share of the area; the word for missing where it cannot be known."""
    return (PRESENCE["missing"] if language == "zh" else "missing") if share is None else f"{share:.1%}"


def account_table(result: Result, language: Language) -> str:
    """The counties with their indicator values in 万元, the accounted total, coverage and evidence."""
    zh = language == "zh"
    account, lines = result.account, result.account.ruleset.indicators
    parts = []
    for period in account.periods:
        whole = result.value("accounted_total", county="*", period=period.name)
        covered, applicable = result.counted([period.name])
        name = f"已核算指标合计（{covered}/{applicable} 项）" if whole.partial else "各项指标合计"
        if not zh:
            name = f"accounted ({covered}/{applicable})" if whole.partial else "all indicators"
        head = ["区划代码", "县", *(account.ruleset.zh_of(line.id) for line in lines), name, "面积覆盖"]
        if not zh:
            head = ["code", "county", *(line.id for line in lines), name, "area covered"]
        rows = [head]
        for code, label in [(c.code, c.zh) for c in account.counties] + [("*", "合计" if zh else "total")]:
            values = [result.value(line.value, county=code, period=period.name, item=line.item).value for line in lines]
            total = result.value("accounted_total", county=code, period=period.name)
            share = "—" if total.partial is None else _share(total.partial.area_share, language)
            rows.append([code, label, *(_wan(value) for value in values), _wan(total.value), share])
        unit = (
            f"{account.title}\n期间 {period.name}，{account.price_year} 年价格，单位：万元/a"
            if zh
            else f"{account.title}\n{period.name}, prices of {account.price_year}, 10^4 CNY/year"
        )
        parts += [unit, columns(rows, right=range(2, len(head)))]
    shares = "、".join(
        f"{EVIDENCE[level] if zh else level} {share:.1%}" for level, share in result.evidence_shares.items() if share
    )
    parts.append(f"金额的证据：{shares}；运行号 {result.run_id}" if zh else f"evidence: {shares}; run {result.run_id}")
    if account.ruleset.layer == "analytic":
        parts.append("情景测算，不作为资金分配依据。" if zh else "A scenario: no ground for dividing money.")
    if any(result.value("accounted_total", county="*", period=p.name).partial for p in account.periods):
        parts.append("部分核算，不是生态产品总值（GEP）。" if zh else "A partial account: this is not GEP.")
    return "\n".join(parts)


def _wan(value: float | None) -> str:
    return "缺" if value is None else f"{value / 10000:,.2f}"


def allocation_table(allocation: Allocation, language: Language) -> str:
    """The recipients with their amounts in yuan, the total, and what the table may not be used for."""
    zh = language == "zh"
    head = ["代码", "单位", "金额（元）"] if zh else ["code", "recipient", "CNY"]
    rows = [head, *([row.recipient.id, row.recipient.zh, f"{Decimal(yuan(row.fen)):,}"] for row in allocation.rows)]
    rows.append(["*", "合计" if zh else "total", f"{Decimal(yuan(Fen(sum(row.fen for row in allocation.rows)))):,}"])
    rest = (
        ("结转", "carried", allocation.carried),
        ("留存", "retained", allocation.retained),
        ("缺口", "lacking", allocation.gap),
    )
    rows += [["", word if zh else other, f"{Decimal(yuan(amount)):,}"] for word, other, amount in rest if amount]
    notices = "　".join(allocation.heading.notices)
    legal = (
        [f"{'法规校验：' if zh else 'legal checks: '}{allocation.legal.counted(language)}"]
        if allocation.legal.findings
        else []
    )
    coverage = [] if allocation.coverage is None else _coverage_lines(allocation.coverage, language)
    return "\n".join([f"{allocation.title}　{notices}", columns(rows, right=[2]), *coverage, *legal])


def _coverage_lines(found: CoverageComparison, language: Language) -> list[str]:
    """What the other way to count unlike coverage would pay, for the recipients to whom it makes a difference."""
    from qhgep.compensation.plan.coverage import SIDES

    zh = language == "zh"
    if found.other is None:
        return [
            f"{SIDES[found.other_side]}：不能测算（{found.reason}）"
            if zh
            else f"{found.other_side} coverage: {found.reason}"
        ]
    gaps = {code: fen - found.other[code] for code, fen in found.paid.items() if fen != found.other[code]}
    head = f"与{SIDES[found.other_side]}相比" if zh else f"against {found.other_side} coverage"
    if not gaps:
        return [f"{head}：各单位金额相同" if zh else f"{head}: the same amounts"]
    told = (f"{code} {Decimal(yuan(Fen(gap))):+,}" for code, gap in gaps.items())
    return [f"{head}（元）：{'，'.join(told)}" if zh else f"{head} (CNY): {', '.join(told)}"]


def refuse_the_other_kind(file: Path, *, plan: bool) -> None:
    """Say in one line that a plan was given for an account, or an account for a plan. Raises AccountError or PlanError."""
    from qhgep.compensation.plan.read import is_plan

    if not plan and is_plan(file):
        raise AccountError(problem("plan_no_account", file.name))
    if plan and is_file(file) and not is_plan(file) and b"ruleset" in file.read_bytes():
        raise PlanError(problem("plan_is_account", file.name))


def explained(
    file: Path,
    form: str,
    cell: Mapping[str, str | None],
    packs: Sequence[Path] = (),
    require: Evidence | None = None,
    *,
    inside: Path | None = None,
) -> str:
    """The trace of a value of an account, or of an amount of a plan, as text, JSON or LaTeX.

    Files that these name must lie inside `inside`, by default in their own folder.
    """
    from qhgep.compensation.plan.read import is_plan

    if is_plan(file):
        from qhgep.compensation.allocate import allocate
        from qhgep.compensation.derivation.report import explain_amount

        allocation = allocate(file, coefficients=packs, require=require, inside=inside)
        if form == "json":
            from qhgep.result_files.explanation import amount_file

            return amount_file(allocation, cell["county"] or "").text().rstrip("\n")
        return explain_amount(allocation, cell["county"] or "", form)
    from qhgep.account.read import read_account
    from qhgep.engine import compute
    from qhgep.explaining import as_latex, as_text, explain

    result = compute(read_account(file, coefficients=packs, inside=inside))
    try:
        steps = explain(
            result, county=cell["county"] or "", quantity=cell["quantity"], period=cell["period"],
            ecosystem=cell["ecosystem"] or "", item=cell["item"] or "",
        )  # fmt: skip
    except KeyError as error:
        known = "、".join(sorted(name for name in result.values if "!" not in name))
        raise AccountError(problem("explain_unknown", file.name, found=error.args[0], known=known)) from error
    if form == "json":
        from qhgep.result_files.explanation import explanation_file

        return explanation_file(steps, result).text().rstrip("\n")
    return as_latex(steps) if form == "latex" else as_text(steps, result)


def day(text: str | None, option: str) -> date | None:
    """A day of an option of the command line. Raises CoefficientError for another text."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise CoefficientError(problem("option_date", option, found=text)) from error


def selected_rows(
    name: str | None, on: date | None, packs: Sequence[Path], known_on: date | None = None
) -> tuple[list[Row], Coefficients]:
    """The rows of a key, or the row of an id, or all; only those in force, or known, on a day where one is given."""
    from qhgep.coefficient_store.files import FILE, not_used
    from qhgep.packs.library import coefficients

    store = coefficients(packs, known_on=known_on)
    if name in (unused := not_used()) and store.row(name or "") is None:
        raise CoefficientError(problem("coefficient_not_used", FILE, row=name, reason=unused[name or ""]))
    rows = [row for row in store.rows if name is None or name in {row.key, row.row}]
    if not rows and not any(name in {None, row.key, row.row} for row in store.left_out):
        known = "、".join(sorted({row.key for row in store.rows}))
        raise CoefficientError(problem("coefficient_unknown", "", name=name, known=known))
    return [row for row in rows if on is None or row.holds(on, on)], store


def overridden(store: Coefficients, language: Language) -> list[str]:
    """A line for each shipped value that a pack replaces."""
    word = "系数被替换：" if language == "zh" else "overridden: "
    return [f"{word}{old.row} {old.value} → {own.value} ({own.place})" for old, own in store.overridden]


def decision_table(result: Result, language: Language) -> list[str]:
    """A line for each override and stand-in with its effect over all counties in 10^4 CNY/year, for each period."""
    from qhgep.decisions.effects import NOTES, effects

    zh = language == "zh"
    unit = "万元/a" if zh else "10^4 CNY/year"
    words = {"override": "系数被替换：" if zh else "overridden: ", "stand_in": "填报代替公式：" if zh else "stand-in: "}
    lines = []
    for item in effects(result):
        if item.kind not in words:
            continue
        periods = [period.name for period in result.account.periods if item.of(period.name)]
        several = len(result.account.periods) > 1
        amounts = "；".join(
            f"{period + ' ' if several else ''}{item.over(period).amount / 10000:+,.2f} {unit}" for period in periods
        )
        told = (f"影响合计 {amounts}" if zh else f"effect {amounts}") if periods else ""
        basis = "" if item.recomputed else NOTES[item.basis] if zh else item.basis
        lines.append(
            f"{words[item.kind]}{item.what} ({item.place})　{'；'.join(part for part in (told, basis) if part)}"
        )
    return lines


def coefficient_table(rows: Sequence[Row], language: Language, *, where_used: bool, own: Collection[str] = ()) -> str:
    """Rows with value, unit, dates, evidence, source and place; the formulas that read them where asked.

    `own` are the ids of those that the bureau of their own place returned.
    """
    from qhgep.coefficient_store import evidence_text, region_text
    from qhgep.packs.library import where_used as uses

    zh = language == "zh"
    head = (
        "行号 系数 地区 生态系统或项目 值 单位 期间 证据 来源 出处 文件与行"
        if zh
        else "row key region ecosystem/item value unit dates evidence source at place"
    )
    table, mark = [head.split()], {True: " (self-reported)", False: ""}
    for row in rows:
        place = [row.source, row.at, row.place]
        table.append(
            [
                row.row,
                row.key,
                region_text(row.region_code),
                "，".join(part for part in (row.ecosystem, row.item) if part),
                str(row.value),
                row.unit,
                row.span,
                evidence_text(row.evidence, own=row.row in own) if zh else f"{row.evidence}{mark[row.row in own]}",
                *place,
            ]
        )
    text = columns(table, right=[4]) if rows else "没有在该日有效的行。" if zh else "No row is in force on that day."
    if not where_used:
        return text
    known = uses()
    return (
        text
        + "\n"
        + "\n".join(f"{key} ← {'；'.join(known.get(key, ('—',)))}" for key in sorted({row.key for row in rows}))
    )


def ruleset_table(name: str | None, diff: tuple[str, str] | None, language: Language) -> str:
    """All rulesets, one with its formulas, or what differs between two."""
    from qhgep.readings.text import text
    from qhgep.ruleset_store.ruleset import difference, rulesets

    zh, known = language == "zh", rulesets()
    for wanted in [name, *(diff or ())]:
        if wanted is not None and wanted not in known:
            raise RulesetError(problem("ruleset_missing", "", name=wanted, known="、".join(known)))
    if diff:
        rows = difference(known[diff[0]], known[diff[1]])
        return columns([["项" if zh else "what", *diff], *rows]) if rows else ("没有差别。" if zh else "No difference.")
    if name is None:
        return columns(
            [
                ["规则集", "名称", "指标"] if zh else ["ruleset", "name", "indicators"],
                *([key, item.zh, str(len(item.indicators))] for key, item in known.items()),
            ]
        )
    rules = known[name]
    lines = [
        [f.quantity.name, f.method, f"{f.quantity.zh} = {text(f.equals)}", f"{f.source.source} {f.source.at}"]
        for f in rules.order
    ]
    head = ["量", "方法", "公式", "出处"] if zh else ["quantity", "method", "formula", "source"]
    return f"{rules.zh}\n{rules.note}\n" + columns([head, *lines])
