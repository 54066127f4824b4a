"""The plan's workbook in the hands of a clerk: factors, weights and pool typed over, still right to the fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from openpyxl import Workbook, load_workbook

from qhgep import allocate, verify_workbook
from qhgep.compensation.allocation import Allocation
from qhgep.money import fen
from qhgep.units import unit
from qhgep.workbook.account.checks import CHANGED_OVERALL
from qhgep.workbook.core.layout import a1
from qhgep.workbook.plan.record import Recorded, RecordedValue
from tests.support.books import Made
from tests.support.package import write
from tests.witness import Values, formualizer, libreoffice

CODES = ("632222", "632323", "632621", "632701", "632823")
FACTORS = {"water": "water_value_total", "carbon": "carbon_value_total", "area": "county_area"}
POOLS = ("100000000.00", "500000000.00", "123456789.01", "0.07", "99999999999.99")
"""Yuan; 500,000,000.00 are the 5e10 fen of the issue, and the last is about the largest that plans take."""
Figures = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Case:
    """What a plan is made of: pool, weights and floors as text, factor -> code -> value."""

    pool: str
    weights: Mapping[str, str]
    figures: Figures
    floors: Mapping[str, str]
    round_to: str = "fen"

    def allocation(self) -> Allocation:
        """What the plan comes to in Python."""
        weights = ", ".join(f'{name} = "{value}"' for name, value in self.weights.items())
        floors = ", ".join(f'"{code}" = "{value}"' for code, value in self.floors.items())
        factors = "".join(f'[factor.{name}]\nof = "gep.{of}"\nas = "share"\n' for name, of in FACTORS.items())
        codes = ", ".join(f'"{code}"' for code in CODES)
        text = (
            f'schema = 1\ntitle = "试"\nlayer = "analytic"\nstate = "draft"\nperiod = "试"\npool = "{self.pool}"\n'
            f'round_to = "{self.round_to}"\nrecipients = [{codes}]\n[accounts]\ngep = "account.toml"\n{factors}'
            f'[[step]]\nid = "divide"\nrule = "weighted"\nweights = {{ {weights} }}\nbasis = "试"\n'
            f'[[step]]\nid = "floor"\nrule = "floor"\namounts = {{ {floors} }}\nbasis = "试"\n'
        )
        with TemporaryDirectory() as folder:
            path = Path(folder) / "plan.toml"
            path.write_text(text, encoding="utf-8")
            return allocate(path, results={"gep": recorded(self.figures)})


def recorded(figures: Figures) -> Recorded:
    """An account's result that has these figures."""
    money, hectares = unit("CNY/year"), unit("ha")
    found = {
        (FACTORS[name], code): RecordedValue(
            value, hectares if name == "area" else money, "value", "computed", "published", None
        )
        for name, values in figures.items()
        for code, value in values.items()
    }
    return Recorded(found, "0123456789abcdef", date(2026, 11, 22))


BASE = Case(
    POOLS[0],
    {"water": "0.5", "carbon": "0.3", "area": "0.2"},
    {name: {code: 1e9 + 1e8 * place for place, code in enumerate(CODES)} for name in FACTORS},
    {"632323": "0.01", "632701": "0.01"},
)


def random_case(random: Random, pool: str) -> Case:
    """Other figures (often all equal, that is ties), other weights, other floors; the pool stays."""
    figures = {name: _figures(random) for name in FACTORS}
    first = random.randint(0, 100)
    second = random.randint(0, 100 - first)
    weights = dict(zip(FACTORS, (f"{part / 100:.2f}" for part in (first, second, 100 - first - second)), strict=True))
    most = fen(pool) // len(CODES)
    floors = {
        code: f"{random.choice((0, 1, most // 2, most, random.randint(0, most))) / 100:.2f}" for code in BASE.floors
    }
    return replace(BASE, pool=pool, weights=weights, figures=figures, floors=floors)


def _figures(random: Random) -> dict[str, float]:
    kind = random.randrange(4)
    if kind == 0:
        return dict.fromkeys(CODES, random.choice((1.0, 0.1, 7e9)))
    if kind == 1:
        values = {code: float(random.randint(0, 3)) for code in CODES}
        return values if sum(values.values()) else dict.fromkeys(CODES, 1.0)
    if kind == 2:
        return {code: random.uniform(0, 1e11) for code in CODES}
    return {code: random.random() ** 6 for code in CODES}


# --- typing over --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """A workbook as it was written, to be typed over in copies."""

    case: Case
    allocation: Allocation
    data: bytes

    def places(self) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
        """Parameter -> its cell on 参数; (column, code) -> its cell on 因素数据."""
        given = [column for column in self.allocation.columns if column.given is not None]
        scalars = [column.name for column in given if not column.quantity.axes]
        columns = [column.name for column in given if column.quantity.axes]
        parameters = {name: a1(4 + place, 2) for place, name in enumerate(scalars)}
        cells = {
            (name, code): a1(7 + row, 2 + place) for place, name in enumerate(columns) for row, code in enumerate(CODES)
        }
        return parameters, cells

    def typed_over(self, case: Case, book: Workbook) -> None:
        """The figures, weights, floors and pool of another case, cell by cell."""
        parameters, cells = self.places()
        book["参数"][parameters["pool"]].value = float(case.pool)
        for name, weight in case.weights.items():
            book["参数"][parameters[f"divide.weight.{name}"]].value = float(weight)
        for name, values in case.figures.items():
            for code, value in values.items():
                book["因素数据"][cells[f"factor.{name}", code]].value = value
        for code, floor in case.floors.items():
            book["因素数据"][cells["floor.least", code]].value = float(floor)

    def column(self, name: str, code: str = "") -> tuple[str, str]:
        """The cell of a column on 测算过程."""
        place = [column.name for column in self.allocation.columns].index(name) + 2
        return "测算过程", a1(7 + CODES.index(code) if code else 6, place)

    def fen(self, found: Values) -> dict[str, object]:
        """What each recipient gets according to a recalculation."""
        return {code: found[self.column("finish.fen", code)] for code in CODES}


@cache
def written(pool: str) -> Written:
    """The workbook of the base case with another pool."""
    case = replace(BASE, pool=pool)
    allocation = case.allocation()
    return Written(case, allocation, Made("plan", allocation, None).data)


@cache
def typed() -> tuple[tuple[Written, Case, bytes], ...]:
    """40 copies with other values typed in, eight for each pool."""
    found = []
    for pool in POOLS:
        base = written(pool)
        book = load_workbook(BytesIO(base.data))
        for seed in range(8):
            case = random_case(Random(seed * 100 + POOLS.index(pool)), pool)
            if seed == 0:
                case = replace(
                    case,
                    figures={name: dict.fromkeys(CODES, 1.0) for name in FACTORS},
                    floors=dict.fromkeys(BASE.floors, "0.00"),
                )
            base.typed_over(case, book)
            out = BytesIO()
            book.save(out)
            found.append((base, case, out.getvalue()))
    return tuple(found)


def faults(answers: Sequence[Values], cases: Sequence[tuple[Written, Case, bytes]]) -> list[str]:
    """Where a sheet does not pay out the pool, or pays other fen than Python does for the same figures."""
    wrong = []
    for number, (found, (base, case, _)) in enumerate(zip(answers, cases, strict=True)):
        paid, pool = base.fen(found), fen(case.pool)
        front = [found["情景测算表", f"C{row}"] for row in range(8, 8 + len(CODES))]
        if any(amount != int(amount) or amount < 0 for amount in paid.values()) or sum(paid.values()) != pool:  # type: ignore[call-overload, operator] # numbers
            wrong.append(f"{number}: {paid} is not {pool}")
        if paid != case.allocation().fen:
            wrong.append(f"{number}: {paid} is not {case.allocation().fen}")
        if [round(float(amount) * 100) for amount in front] != list(paid.values()):
            wrong.append(f"{number}: in front stands {front}")
        if found["校验", "C2"] not in {"通过", CHANGED_OVERALL}:
            wrong.append(f"{number}: {found['校验', 'C2']}")
        if (found["校验", "C2"] == "通过") != (paid == base.allocation.fen):
            wrong.append(f"{number}: {found['校验', 'C2']}, recorded {base.allocation.fen}, now {paid}")
        if found["封面", "B8"] != float(case.pool):
            wrong.append(f"{number}: the cover says {found['封面', 'B8']}")
    return wrong


@pytest.mark.long
def test_typed_figures_weights_and_floors_pay_out_the_pool_to_the_fen(tmp_path: Path) -> None:
    answers = [formualizer.recalculate(write(tmp_path / "x.xlsx", data)) for _, _, data in typed()]
    assert len(answers) == 40
    assert faults(answers, typed()) == []


@pytest.mark.libreoffice
def test_libreoffice_pays_out_the_same_fen(tmp_path: Path) -> None:
    chosen = typed()[::7]
    paths = [write(tmp_path / f"{number}.xlsx", data) for number, (_, _, data) in enumerate(chosen)]
    assert faults(libreoffice.recalculate_all(paths), chosen) == []


def test_ties_go_by_code() -> None:
    """5e10 fen among three equal recipients of five: the left-over fen go to the first codes."""
    figures = {name: {code: float(code < "632701") for code in CODES} for name in FACTORS}
    allocation = replace(BASE, pool=POOLS[1], figures=figures, floors={"632323": "0.00"}).allocation()
    third = 50_000_000_000 // 3
    assert list(allocation.fen.values()) == [third + 1, third + 1, third, 0, 0]


# --- what no longer fits is said ----------------------------------------------------------------


def typed_values(base: Written, case: Case, path: Path) -> Values:
    book = load_workbook(BytesIO(base.data))
    base.typed_over(case, book)
    book.save(path)
    return formualizer.recalculate(path)


def test_weights_that_are_not_one_fail_the_check(tmp_path: Path) -> None:
    found = typed_values(
        written(POOLS[0]), replace(BASE, weights={"water": "0.5", "carbon": "0.3", "area": "0.1"}), tmp_path / "x.xlsx"
    )
    assert found["校验", "C2"] == "不通过"
    assert found["封面", "B9"] == "不通过"


def test_floors_beyond_the_pool_fail_the_check(tmp_path: Path) -> None:
    floors = dict.fromkeys(BASE.floors, "60000000.00")
    assert typed_values(written(POOLS[0]), replace(BASE, floors=floors), tmp_path / "x.xlsx")["校验", "C2"] == "不通过"


@pytest.mark.parametrize("pool", ["0.01", "1.00", "99999999.99", "100000000.01", "500000000.00", "99999999999.99"])
def test_another_pool_typed_in_is_paid_out_to_the_fen(pool: str, tmp_path: Path) -> None:
    """The digits of the division were chosen for the pool as written, and suffice for a larger one."""
    base, case = written(POOLS[0]), replace(BASE, pool=pool, floors=dict.fromkeys(BASE.floors, "0.00"))
    found = typed_values(base, case, tmp_path / "x.xlsx")
    assert base.fen(found) == case.allocation().fen
    assert found["校验", "C2"] == CHANGED_OVERALL  # it adds up, and is not what was recorded


def test_a_typed_over_workbook_no_longer_verifies(tmp_path: Path) -> None:
    base, case, data = typed()[0]
    found = verify_workbook(write(tmp_path / "x.xlsx", data))
    inputs = {(change.sheet, change.cell) for change in found.changes}
    parameters, cells = base.places()
    assert {change.kind for change in found.changes} == {"input"}
    assert inputs <= {("参数", cell) for cell in parameters.values()} | {("因素数据", cell) for cell in cells.values()}
    assert len(inputs) >= len(CODES)
    assert case.pool == POOLS[0]


@pytest.mark.parametrize("round_to", ["fen", "yuan", "100yuan", "wan"])
def test_what_is_less_than_a_payable_unit_is_left_over(round_to: str, tmp_path: Path) -> None:
    case = replace(BASE, pool="123456789.01", round_to=round_to, floors={"632323": "20000000.00"})
    allocation = case.allocation()
    base = Written(case, allocation, Made("plan", allocation, None).data)
    found = formualizer.recalculate(write(tmp_path / "x.xlsx", base.data))
    assert base.fen(found) == allocation.fen
    assert found[base.column("residue")] == allocation.residue
    assert sum(allocation.fen.values()) + allocation.residue == fen(case.pool)
    assert verify_workbook(tmp_path / "x.xlsx").same
