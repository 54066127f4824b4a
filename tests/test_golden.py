"""Golden cases: single formulas against arithmetic done by hand from the documents (tests/golden/*.toml)."""

import ast
import math
import operator
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from qhgep.catalogue import Formula, checked, shipped
from qhgep.expr import Call, Expr, Op, Quantity, Total, walk
from qhgep.readings.evaluate import evaluate
from qhgep.units import factor, spelled
from tests.support.recalculation import Row, recalculated
from tests.witness import formualizer

FOLDER = Path(__file__).parent / "golden"
KEYS = {"name", "given", "expect", "source", "at"}
OPTIONAL = {"digits", "decimals"}
"""What an expected number is rounded to as printed: significant digits, or decimals. Else it is exact arithmetic."""
_OPERATORS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One formula with given values, as text, and the arithmetic that it must agree with.

    Plain arithmetic is exact. Where the rule has a power or a logarithm the expected number can only be written to so
    many significant digits: the key `digits` says how many, and half a unit of the last of them is allowed.
    """

    file: str
    name: str
    quantity: str
    given: Mapping[str, list[str]]
    arithmetic: str
    digits: int | None = None
    decimals: int | None = None

    def agrees(self, number: float) -> bool:
        """Whether a number is the arithmetic, or a printed number to half a unit of its last digit."""
        return agrees(number, exactly(self.arithmetic), self.digits, self.decimals)

    @property
    def formula(self) -> Formula:
        """The one formula of the quantity that reads exactly what is given."""
        fitting = [
            item
            for item in shipped().formulas.values()
            if item.quantity.name == self.quantity and {q.name for q in item.inputs} == set(self.given)
        ]
        assert len(fitting) == 1, (self.quantity, sorted(self.given))
        return fitting[0]


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            given = {key: [value] if isinstance(value, str) else value for key, value in entry["given"].items()}
            for quantity, arithmetic in entry["expect"].items():
                rounded = entry.get("digits"), entry.get("decimals")
                yield Case(path.name, entry["name"], quantity, given, arithmetic, *rounded)


def exactly(arithmetic: str) -> Fraction:
    """The value of plain arithmetic: decimal numbers, + - * / and whole powers, nothing else."""

    def read(node: ast.expr) -> Fraction:
        match node:
            case ast.Constant(value) if type(value) in (int, float):
                return Fraction(str(ast.get_source_segment(arithmetic, node)))
            case ast.UnaryOp(ast.USub(), operand):
                return -read(operand)
            case ast.BinOp(left, ast.Pow(), ast.Constant(int() as power)):
                return read(left) ** power
            case ast.BinOp(left, symbol, right) if type(symbol) in _OPERATORS:
                return _OPERATORS[type(symbol)](read(left), read(right))
        raise ValueError(ast.dump(node))

    return read(ast.parse(arithmetic, mode="eval").body)


def in_unit_of(quantity: Quantity, written: str) -> float:
    """`13278.6 km2` in the declared unit of a quantity."""
    number, _, unit = written.partition(" ")
    spelling = spelled(unit)
    return float(Fraction(number) * spelling.scale * factor(spelling.unit, quantity.unit))


def found(formula: Formula, given: Mapping[str, list[str]]) -> float:
    """What the formula gives; several values of one quantity are the members that a total adds."""
    values = {
        quantity.name: np.array([in_unit_of(quantity, text) for text in given[quantity.name]])
        for quantity in formula.inputs
    }
    axes = {formula.equals.axis: 0} if isinstance(formula.equals, Total) else {}
    return float(evaluate(checked(formula).expr, values, axes=axes)[0])


def agrees(found: float, expected: Fraction, digits: int | None, decimals: int | None = None) -> bool:
    """Whether a found number is the expected one: to 1e-12, or to half a unit of the last digit or decimal printed."""
    if decimals is not None:
        return found == pytest.approx(float(expected), rel=0, abs=0.5 * 10**-decimals)
    if digits is None:
        return found == pytest.approx(float(expected), rel=1e-12)
    last = math.floor(math.log10(abs(expected))) + 1 - digits
    return abs(Fraction(found) - expected) <= Fraction(1, 2) * Fraction(10) ** last


CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.name} ({case.quantity})")
def test_a_formula_gives_what_the_hand_arithmetic_gives(case: Case) -> None:
    number = found(case.formula, case.given)
    assert case.agrees(number), (number, case.arithmetic)


@pytest.mark.parametrize("case", [case for case in CASES if case.decimals is not None], ids=lambda case: case.name)
def test_a_case_with_printed_digits_expects_a_number_with_just_these_digits(case: Case) -> None:
    """Exponentials and logarithms have no exact arithmetic; the tolerance is what the printed digits leave open."""
    assert re.fullmatch(rf"-?[0-9]+\.[0-9]{{{case.decimals}}}", case.arithmetic)
    assert case.decimals is not None
    assert case.decimals >= 2


def test_the_cell_of_a_workbook_gives_what_the_hand_arithmetic_gives(tmp_path: Path) -> None:
    """The same cases in a spreadsheet engine: at the edge of a class, at zero, with logarithms and powers."""
    steps = [case for case in CASES if not isinstance(case.formula.equals, Total)]
    rows = [
        Row(
            (checked(case.formula).expr,),
            case.formula.inputs,
            {item.name: in_unit_of(item, case.given[item.name][0]) for item in case.formula.inputs},
        )
        for case in steps
    ]
    cells = recalculated(rows, formualizer.recalculate, tmp_path / "golden.xlsx")
    assert [
        case.name for case, (cell,) in zip(steps, cells, strict=True) if cell is None or not case.agrees(cell)
    ] == []


def test_every_formula_of_the_catalogue_has_a_golden_case() -> None:
    assert sorted(set(shipped().formulas) - {case.formula.id for case in CASES}) == []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.name)
def test_a_golden_file_keeps_the_schema_and_says_where_each_case_comes_from(path: Path) -> None:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(content) == {"case"}
    for entry in content["case"]:
        assert set(entry) - OPTIONAL == KEYS
        assert len(set(entry) & OPTIONAL) <= 1
        assert all(type(entry.get(key, 1)) is int and 1 <= entry.get(key, 1) <= 12 for key in OPTIONAL)
        assert all(isinstance(entry[key], str) and entry[key] for key in ("name", "source", "at"))


def test_golden_names_are_sentences_that_occur_once() -> None:
    names = [
        entry["name"] for path in FOLDER.glob("*.toml") for entry in tomllib.loads(path.read_text("utf-8"))["case"]
    ]
    assert len(set(names)) == len(names)
    assert all(len(name) >= 10 for name in names)


@pytest.mark.parametrize(
    ("arithmetic", "value"),
    [("2 * (3 - 5.5)", Fraction(-5)), ("-1.5e2 / 10**2", Fraction(-3, 2)), ("44/12", Fraction(11, 3))],
)
def test_the_arithmetic_of_a_case_is_exact(arithmetic: str, value: Fraction) -> None:
    assert exactly(arithmetic) == value


@pytest.mark.parametrize(
    "arithmetic", ["__import__('os')", "x + 1", "[1][0]", "2 if 1 else 3", "1 // 2", "'1'", "2 ** x", "True"]
)
def test_the_arithmetic_of_a_case_is_nothing_but_arithmetic(arithmetic: str) -> None:
    with pytest.raises(ValueError, match=r"Call|Name|Subscript|IfExp|BinOp|Constant"):
        exactly(arithmetic)


@pytest.mark.parametrize(
    ("number", "expected", "digits", "agreed"),
    [
        (2.4349e8, 2.43e8, 3, True),
        (2.4351e8, 2.43e8, 3, False),
        (277.7777, 277.78, 5, True),
        (277.77, 277.78, 5, False),
        (-0.08125, -0.0813, 3, True),
        (0.08124, 0.0813, 3, False),
        (2.43e8 * (1 + 2e-12), 2.43e8, None, False),
        (2.43e8 * (1 + 2e-13), 2.43e8, None, True),
        (1e-11, 0, None, False),
    ],
)
def test_a_printed_number_allows_half_a_unit_of_its_last_digit_and_any_other_none(
    number: float, expected: float, digits: int | None, *, agreed: bool
) -> None:
    assert agrees(number, Fraction(str(expected)), digits) is agreed


def test_digits_are_said_only_where_plain_arithmetic_cannot_say_the_rule() -> None:
    def plain(node: Expr) -> bool:
        return not isinstance(node, Call) and not (isinstance(node, Op) and node.symbol == "^")

    loose = [case.name for case in CASES if case.digits is not None and all(map(plain, walk(case.formula.equals)))]
    assert loose == []
