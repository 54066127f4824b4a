"""Toy accounts of several years, whose numbers can be worked out by hand.

What 样例净化 removes is bound by the load: in county A and B alike 50 t of COD at 1400 yuan and 2.5 t of NH3N at
1750.5 yuan in the first year, 74,376.25 yuan; each later year a tenth more.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from qhgep.coefficient_store.rows import COLUMNS
from qhgep.engine import compute
from qhgep.engine.result import Result
from qhgep.workbook.core.cells import Sheet
from qhgep.workbook.panel.book import panel_sheets
from tests.support import prices, toy
from tests.support.books import Made
from tests.support.toy import A, B, Line

YEARS = ("2019", "2020", "2021")
LOADS = {"2019": ("50", "2.5"), "2020": ("55", "2.75"), "2021": ("60.5", "3.025")}
"""Year -> loads of COD and NH3N of each county, in t."""
INDEX = {2019: "120", 2020: "125.5", 2021: "130"}
FIRST_YEAR = 50 * 1400 + 2.5 * 1750.5
"""Yuan of 样例净化 in one county in 2019."""
Change = Callable[[Line], Line | None]


def lines(change: Change = lambda line: line, years: Iterable[str] = YEARS, *, inflow: bool = True) -> list[Line]:
    """The lines of `toy.whole` in each year, with its loads, then changed; None leaves a line out."""
    found = []
    for year in years:
        for line in toy.whole():
            if line.quantity == "inflow_from_outside" and not inflow:
                continue
            load = LOADS[year][line.item == toy.NH3N]
            value = load if line.quantity == "toy_load" else line.value
            if (changed := change(replace(line, year=year, value=value))) is not None:
                found.append(changed)
    return found


def path(
    folder: Path, given: Sequence[Line], *, periods: str = "2019, 2020, 2021", deflate: bool = True, tables: str = "",
    counties: Iterable[str] = (A, B), rules: str = toy.RULES,
) -> Path:  # fmt: skip
    """The account.toml of some lines over some periods, in prices of 2020."""
    account = toy.ACCOUNT.replace("period = 2020", f"periods = [{periods}]") + tables
    account += prices.DEFLATE if deflate else ""
    made = toy.write_account(folder, given, account=account, counties=counties, rules=rules)
    table = folder / "pack" / "toy.csv"
    held = table.read_text("utf-8").replace("2020-01-01", "2019-01-01").replace("2020-12-31", "2021-12-31")
    table.write_text(held, "utf-8")
    if deflate:
        rows = [COLUMNS, *prices.rows(INDEX)]
        (folder / "pack" / "index.csv").write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    return made


def result(folder: Path, given: Sequence[Line], **options: object) -> Result:
    """The result of some lines; `options` as for `path`."""
    return compute(toy.read(path(folder, given, **options)))  # type: ignore[arg-type] # named there


class PanelMade(Made):
    """The workbook of all periods of a result."""

    @cached_property
    def sheets(self) -> Sequence[Sheet]:
        assert isinstance(self.made, Result)
        return panel_sheets(self.made)


def no_ammonia(line: Line) -> Line:
    """County B lacks its load of ammonia in 2020."""
    if (line.county, line.year, line.item) == (B, "2020", toy.NH3N):
        return replace(line, value="", unit="", presence="missing", note="样例")
    return line


NAMES = ("whole", "gap", "ragged", "unpriced")


@cache
def panel(name: str) -> PanelMade:
    """One of NAMES: without a gap; with a gap of one year; with every gap there is, in each year; without an index."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        made = {
            "whole": lambda: result(place, lines()),
            "gap": lambda: result(place, lines(no_ammonia)),
            "ragged": lambda: result(
                place, [replace(line, year=year) for year in YEARS for line in toy.ragged()],
                counties=(toy.A, toy.B, toy.C, toy.D), rules=toy.RULES + toy.NOT_COVERED,
            ),
            "unpriced": lambda: result(place, lines(inflow=False), deflate=False),
        }[name]()  # fmt: skip
    return PanelMade(name, made, toy.catalogue())
