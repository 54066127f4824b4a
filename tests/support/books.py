"""The workbooks that several tests look at, each made once in a process, and how recalculated values compare."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from qhgep import allocate, compute, read_account, write_workbook
from qhgep.catalogue import Catalogue
from qhgep.compensation.allocation import Allocation
from qhgep.engine.result import Result
from qhgep.workbook.account.book import account_sheets
from qhgep.workbook.core.cells import LiveFormula, Sheet
from qhgep.workbook.core.layout import a1
from qhgep.workbook.plan.book import allocation_sheets
from tests.support import decided, prices, toy
from tests.support.issued import issued
from tests.witness import Value, Values

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "pilot"
EQUIVALENTS = EXAMPLE.parent / "equivalent-factor-2015"
ACCOUNTS = ("pilot", "equivalents", "ragged", "whole", "plain", "prices", "decided")
PLANS = ("plan", "issued")
NAMES = (*ACCOUNTS, *PLANS)


@dataclass(frozen=True)
class Made:
    """A result or an allocation, the sheets that it gives, and the file that they become."""

    name: str
    made: Result | Allocation
    catalogue: Catalogue | None

    @cached_property
    def sheets(self) -> Sequence[Sheet]:
        """Its sheets in order."""
        if isinstance(self.made, Allocation):
            return allocation_sheets(self.made)
        return account_sheets(self.made, self.made.account.periods[0].name)

    @cached_property
    def data(self) -> bytes:
        """Its file."""
        with TemporaryDirectory() as folder:
            return write_workbook(self.made, Path(folder) / "made.xlsx").read_bytes()

    @property
    def by_name(self) -> Mapping[str, Sheet]:
        """Its sheets by name."""
        return {sheet.name: sheet for sheet in self.sheets}

    @property
    def result(self) -> Result:
        """The result of an account."""
        assert isinstance(self.made, Result)
        return self.made

    @property
    def allocation(self) -> Allocation:
        """The allocation of a plan."""
        assert isinstance(self.made, Allocation)
        return self.made

    def formulas(self) -> Iterator[tuple[Sheet, tuple[int, int], LiveFormula]]:
        """Every formula cell: sheet, (row, column) from zero, content."""
        for sheet in self.sheets:
            for place, content in sheet.cells.items():
                if isinstance(content, LiveFormula):
                    yield sheet, place, content


@cache
def book(name: str) -> Made:
    """One of NAMES."""
    if name == "pilot":
        return Made(name, compute(read_account(EXAMPLE / "account.toml")), None)
    if name == "equivalents":
        return Made(name, compute(read_account(EQUIVALENTS / "account.toml")), None)
    if name == "plan":
        return Made(name, allocate(EXAMPLE / "plan.toml", results={"gep": book("pilot").result}), None)
    if name == "issued":
        return Made(name, issued(), None)
    two = (toy.A, toy.B)
    with TemporaryDirectory() as folder:
        made = {
            "ragged": lambda: toy.result(Path(folder), toy.ragged()),
            "whole": lambda: toy.result(Path(folder), toy.whole(), rules=toy.RULES, counties=two),
            "plain": lambda: toy.result(Path(folder), toy.plain(), rules=toy.PLAIN_RULES, counties=two),
            "prices": lambda: prices.result(Path(folder)),
            "decided": lambda: decided.decided(Path(folder)),
        }[name]()
    return Made(name, made, toy.catalogue())


@dataclass(frozen=True)
class Comparison:
    """How recalculated cells compare with the values that were written: the differing ones, and the worst that agree."""

    differing: Sequence[str]
    worst: float
    cells: int


def compared(made: Made, found: Values, tolerance: float = 1e-9) -> Comparison:
    """Every formula cell against the engine's value; differences are relative, those of differences to their scale."""
    wrong, worst, cells = [], 0.0, 0
    for sheet, place, formula in made.formulas():
        cells += 1
        value = found[sheet.name, a1(*place)]
        gap = difference(formula, value)
        if gap is None or gap > tolerance:
            wrong.append(f"{sheet.name}!{a1(*place)} ={formula.formula}: {value} != {formula.value}")
        else:
            worst = max(worst, gap)
    return Comparison(wrong, worst, cells)


def difference(formula: LiveFormula, value: Value) -> float | None:
    """The relative difference; None where one is an error, a text or a number and the other is not."""
    if formula.value is None:
        return 0.0 if isinstance(value, str) and value.startswith("#") else None
    if isinstance(formula.value, str):
        return 0.0 if value == formula.value else None
    if isinstance(value, bool) or not isinstance(value, float):
        return None
    size = max(abs(formula.value), formula.scale)
    return abs(value - formula.value) / size if size else abs(value)
