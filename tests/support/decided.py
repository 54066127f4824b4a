"""Toy accounts with decisions: a pack over the toy pack, stated values beside formulas, rows of another year."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from qhgep import compute, read_account
from qhgep.decisions.effects import CountyEffect, Effect, effects
from qhgep.engine.result import Result
from tests.support import toy
from tests.support.accounts import Coefficient, pack
from tests.support.toy import A, B, Line

TWO = (A, B)
COST = Coefficient(
    "MY-7", "toy_cost", item=toy.COD, first="2020-01-01", last="2020-12-31", price_year="2020", value="1500", unit="CNY/t",
    source="toy-book", note="本局测算",
)  # fmt: skip
"""Over TOY-07, 1400 CNY/t."""
PRICE = Coefficient(
    "TOY-09", "toy_carbon_price", first="2020-01-01", last="2020-12-31", price_year="2020", value="60", unit="CNY/tCO2",
    source="toy-book",
)  # fmt: skip
"""Over the row of the same id, 57.3 CNY/tCO2."""
MARSH = Coefficient(
    "MY-5", "toy_capacity", ecosystem=toy.MARSH, item=toy.COD, first="2020-01-01", last="2020-12-31", value="200",
    unit="kg/hm2/a", source="toy-book",
)  # fmt: skip
"""Over TOY-05, which an account without marshes does not use."""
SEASON = Line(A, "toy_season", "2", "1", note="站点观测")
"""Beside the formula, which gives the root of 1.1."""
ADOPT = """[[adopt]]
quantity = "toy_wetness"
from_period = "2019"
reason = "前一年的湿润度"
decided_by = "科室"
[[adopt]]
row = "TOY-08"
for = "toy_cost"
item = "nh3n"
counties = ["632222"]
reason = "沿用"
decided_by = "科室"
"""


def result(
    folder: Path,
    lines: Iterable[Line],
    *over: Iterable[Coefficient],
    account: str = toy.ACCOUNT,
    counties: Iterable[str] = TWO,
    changed: Mapping[str, str] | None = None,
    added: Iterable[Coefficient] = (),
    rules: str = toy.RULES,
) -> Result:
    """The result with packs over the toy pack, in which texts may be changed and rows added first."""
    path = toy.write_account(folder, lines, rules=rules, account=account, counties=counties)
    table = folder / "pack" / "toy.csv"
    text = table.read_text(encoding="utf-8")
    for old, new in (changed or {}).items():
        assert old in text
        text = text.replace(old, new)
    table.write_text(text + "".join(",".join(row.cells) + "\n" for row in added), encoding="utf-8")
    packs = [folder / "pack"]
    packs += [pack(folder / f"own{number}", rows, toy.SOURCES) for number, rows in enumerate(over, start=1)]
    return compute(read_account(path, coefficients=packs, catalogue=toy.catalogue(), inside=folder.parent))


def decided(folder: Path) -> Result:
    """Two counties with a decision of every kind."""
    lines = [
        Line(item.county, item.quantity, item.value, item.unit, year="2019") if item.quantity == "toy_wetness" else item
        for item in toy.whole()
    ]
    return result(
        folder, [*lines, SEASON], [COST, PRICE, MARSH], account=toy.ACCOUNT + ADOPT, rules=toy.RULES + toy.NOT_COVERED
    )


def of_kind(made: Result, kind: str) -> list[Effect]:
    return [effect for effect in effects(made) if effect.kind == kind]


def by_county(effect: Effect, period: str = toy.YEAR) -> dict[str, CountyEffect]:
    return {line.county: line for line in effect.of(period)}
