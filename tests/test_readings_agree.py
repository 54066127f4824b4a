"""All readings of a tree say the same: numbers, Chinese text, spreadsheet cell, LaTeX, trace."""

import math
import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from qhgep.errors import FormulaError
from qhgep.expr import (
    FUNCTIONS,
    Cell,
    Compare,
    Expr,
    Floor,
    In,
    Measure,
    Number,
    Rank,
    Round,
    Total,
    call,
    quantities,
    walk,
    where,
)
from qhgep.expr import less as is_less
from qhgep.readings.check import check
from qhgep.readings.evaluate import Array, evaluate
from qhgep.readings.excel import excel
from qhgep.readings.latex import latex
from qhgep.readings.parse import parse
from qhgep.readings.text import text
from qhgep.readings.trace import reads, substituted
from qhgep.units import unit
from tests.support.recalculation import Recalculate, Row, recalculated
from tests.support.reference import EVERYONE, SPREADSHEETS, ZERO_TO_ZERO, Outcome, reference
from tests.support.strategies import (
    QUANTITIES,
    Values,
    given_values,
    grow,
    many,
    many_measured,
    measured,
    trees,
    values,
)
from tests.witness import formualizer, libreoffice

X, Y = QUANTITIES[:2]
ONES: Values = dict.fromkeys((item.name for item in QUANTITIES), 1.0)
WITHOUT_X: Values = ONES | {"x": None}


def arrays(*rows: Values) -> dict[str, Array]:
    return {name: np.array([np.nan if row[name] is None else row[name] for row in rows]) for name in rows[0]}


def numbers(tree: Expr, *rows: Values) -> list[float | None]:
    found = np.broadcast_to(evaluate(tree, arrays(*rows)), (len(rows),))
    return [None if math.isnan(value) else float(value) for value in found]


# 1. Numbers


@given(trees(), given_values())
@example(X ** Number(0), WITHOUT_X)  # C, and numpy with it, says 1
@example(Number(1) ** X, WITHOUT_X)
@example((X / 0) ** Number(0), ONES)
@example(1 / (X - Y), ONES)
@example(call("min", 1, X), WITHOUT_X)
@example(where(is_less(X, 2), 1, 2), WITHOUT_X)
@example(where(is_less(X, 2), 1, 1 / (X - Y)), ONES)
def test_numpy_gives_what_plain_python_gives(tree: Expr, given_: Values) -> None:
    outcome = reference(tree, given_)
    assume(not outcome.doubts & EVERYONE)
    assert outcome.agrees(numbers(tree, given_)[0])


def test_long_arrays_give_what_single_numbers_give() -> None:
    """Long arrays go through other machine code (SIMD), with its own last digits and error flags."""
    random = Random(5)
    rows = [values(random.choice) for _ in range(40)]
    differing = []
    for tree, _ in many(5, 400):
        found = numbers(tree, *rows)
        outcomes = [reference(tree, row) for row in rows]
        sure = [
            (outcome, value) for outcome, value in zip(outcomes, found, strict=True) if not outcome.doubts & EVERYONE
        ]
        differing += [(text(tree), outcome, value) for outcome, value in sure if not outcome.agrees(value)]
    assert differing == []


def test_zero_to_the_power_zero_is_no_value() -> None:
    zeroes = ONES | {"x": 0.0, "x2": 0.0}
    assert numbers(X**Y, zeroes, ONES) == [None, 1.0]
    assert reference(X**Y, zeroes) == Outcome(None)
    assert reference(X**0, zeroes) == Outcome(None, 0.0, frozenset({ZERO_TO_ZERO}))


def test_a_negative_base_has_no_power_by_a_quantity() -> None:
    assert numbers(X**Y, ONES | {"x": -8.0}, ONES | {"x": 0.0}, ONES) == [None, 0.0, 1.0]


@pytest.mark.parametrize("node", [Floor(X), Round(X), Rank(X), Compare("<", X, Y)])
def test_a_node_of_plan_columns_has_no_number_in_an_account(node: Expr) -> None:
    with pytest.raises(TypeError, match=f"{type(node).__name__} is no node of an account's formula"):
        numbers(node, ONES)


# 2. Text


@given(trees())
@example(QUANTITIES[5] ** QUANTITIES[5])  # a name that begins with a digit
@example(QUANTITIES[6] * (QUANTITIES[6] + 1))  # a name with brackets and spaces inside
@example((X**Y) ** X ** (X**Y))
@example(X - (Y - X) - Y / (X / Y))
@example(Measure(In(X, unit("CNY/(t*CO2)")), unit("1")))
def test_a_formula_text_is_read_back_as_the_same_tree(tree: Expr) -> None:
    written = text(tree)
    assert parse(written, QUANTITIES) == tree
    assert text(parse(written, QUANTITIES)) == written


def test_a_power_always_brackets_a_power() -> None:
    assert text((X**Y) ** 2) == "（甲^甲乙）^2"
    assert text(X ** (Y**2)) == "甲^（甲乙^2）"
    assert parse("甲^甲乙^2", QUANTITIES) == (X**Y) ** 2


ASCII = {
    "最小": "min", "最大": "max", "指数": "exp", "自然对数": "ln", "常用对数": "log10", "平方根": "sqrt",
    "正弦": "sin", "余弦": "cos", "正切": "tan", "绝对值": "abs", "若": "where", "合计": "total",
    "−": "-", "×": "*", "÷": "/", "≤": "<=", "≥": ">=", "（": "(", "）": ")", "，": ",", "【": "[", "】": "]",
}  # fmt: skip
_ZH = re.compile("|".join(ASCII))


@given(trees(), st.sampled_from(["", " ", "\u3000\t"]))
def test_a_formula_may_be_written_with_english_names_and_ascii_signs(tree: Expr, space: str) -> None:
    plain = _ZH.sub(lambda found: ASCII[found[0]], text(tree, lambda quantity: quantity.name))
    assert re.findall("[^ -~]", plain.replace("以", "").replace("计", "").replace("作为", "")) == []
    spaced = re.sub(r"[-()+*/^,<>=]+", lambda found: space.join(("", found[0], "")), plain)
    assert parse(spaced, QUANTITIES) == tree


def test_a_total_is_read_back_in_both_languages() -> None:
    area = measured("area", "ha", ("county", "ecosystem", "crop"))
    vocabulary = (area,)
    assert text(Total("ecosystem", area)) == "合计（生态系统，“area”）"
    assert parse("合计（生态系统，“area”）", vocabulary) == Total("ecosystem", area)
    assert parse("total( crop , area )", vocabulary) == Total("crop", area)


def test_a_total_over_an_item_list_is_written_with_the_name_of_the_list_and_read_back() -> None:
    area = measured("area", "ha", ("county", "crop"))
    names = {"crop": "作物"}
    tree = Total("crop", area)
    assert text(tree) == "合计（crop，“area”）"
    assert text(tree, axes=names) == "合计（作物，“area”）"
    assert parse("合计（作物，“area”）", (area,), axes=names) == tree
    assert parse("合计（crop，“area”）", (area,), axes=names) == tree


def test_the_longest_name_is_read() -> None:
    assert parse("合计面积−甲乙", QUANTITIES) == QUANTITIES[2] - Y
    assert parse("最小（最小比例，甲）", QUANTITIES) == call("min", QUANTITIES[3], X)
    assert parse("x2-x", QUANTITIES) == Y - X


def test_a_conversion_is_not_written_into_the_text() -> None:
    area, depth = measured("area", "ha"), measured("depth", "mm")
    checked = check(area * depth, measured("volume", "m**3")).expr
    assert checked != area * depth
    assert text(checked) == text(area * depth) == "“area” × “depth”"


def test_numbers_may_stand_in_the_place_of_names() -> None:
    assert substituted(X * (Y - 1), {X: "1327860", Y: "163.9872"}.__getitem__) == "1327860 ×（163.9872 − 1）"


# text, column, what follows, what was expected
BROKEN = [
    ("", 1, "(end)", "name"),
    ("甲 +", 4, "(end)", "name"),
    ("甲 甲乙", 3, "甲乙", "end"),
    ("甲甲", 2, "甲", "end"),
    ("丙 + 1", 1, "丙 + 1", "name"),
    ("xx", 1, "xx", "name"),
    ("x3", 1, "x3", "name"),
    ("0.5 × 甲", 2, ".5 × 甲", "end"),
    ("−甲", 1, "−甲", "name"),
    ("（甲 + 1", 7, "(end)", ")"),
    ("甲 + 1）", 6, "）", "end"),
    ("甲 ** 2", 4, "* 2", "name"),
    ("甲 < 1", 3, "< 1", "end"),
    ("最大（甲）", 6, "(end)", "2-9"),
    ("指数（甲，1）", 8, "(end)", "1-1"),
    ("指数 甲", 4, "甲", "("),
    ("若（甲，1，2）", 4, "，1，2）", "< ≤ > ≥"),
    ("若（甲 < 1，2）", 10, "）", ","),
    ("合计（县 甲）", 4, "县 甲）", ","),
    ("合计（县，甲 + 1）", 6, "甲 + 1）", "name"),
    ("【甲 按 mm 计】", 4, "按 mm 计】", "以 … 计"),
    ("【甲 以 mm】", 8, "】", "计"),
    ("【甲 以 acre 计】", 6, "acre 计】", "units.txt"),
    ("【甲 作为 mm", 7, "mm", "】"),
    ("1234567890", 10, "0", "end"),
    ("（" * 70, 65, "（" * 6, "≤ 64 ( )"),
]


@pytest.mark.parametrize(("broken", "column", "rest", "expected"), BROKEN)
def test_a_broken_text_is_reported_with_its_column(broken: str, column: int, rest: str, expected: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(broken, QUANTITIES, where="local.toml:7")
    chinese = (
        f"local.toml:7  公式 “{broken}” 从第 {column} 个字符起读不下去：“{rest}”；此处应为 {expected}；改正公式文字。"
    )
    english = (
        f"local.toml:7  the formula “{broken}” cannot be read from character {column} on: “{rest}”; "
        f"{expected} was expected there; correct the formula text."
    )
    assert (str(caught.value), caught.value.text("en")) == (chinese, english)


@given(trees(3), st.integers(0, 10**6), st.text("+-×÷^（）【】，<≤若甲合计以0.a ", max_size=2), st.integers(0, 3))
def test_a_damaged_text_is_read_or_refused_with_a_column(tree: Expr, place: int, put: str, cut: int) -> None:
    whole = text(tree)
    at = place % (len(whole) + 1)
    damaged = whole[:at] + put + whole[at + cut :]
    try:
        found = parse(damaged, QUANTITIES)
    except FormulaError as error:
        column = int(dict(error.problems[0].facts)["column"])
        assert 1 <= column <= len(damaged) + 1
    else:
        assert parse(text(found), QUANTITIES) == found


# 3. Spreadsheet cells

WITNESSES = [
    pytest.param(formualizer.recalculate, id="formualizer"),
    pytest.param(libreoffice.recalculate, id="libreoffice", marks=pytest.mark.libreoffice),
]


def differences(rows: list[Row], recalculate: Recalculate, path: Path) -> tuple[int, list[object]]:
    """How many cells could be compared, and those that differ from the reference."""
    compared, differing = 0, []
    for row, found in zip(rows, recalculated(rows, recalculate, path), strict=True):
        for tree, value in zip(row.trees, found, strict=True):
            outcome = reference(tree, row.values)
            if not outcome.doubts & SPREADSHEETS:
                compared += 1
                if not outcome.agrees(value):
                    differing.append((text(tree), row.values, outcome, value))
    return compared, differing


def test_a_cell_brackets_every_power() -> None:
    """`2^3^2` is 64 in a spreadsheet and 512 in mathematics."""
    write = partial(excel, cell=lambda item: {"x": "A1", "x2": "B1"}[item.name], factor=str)
    assert write((X**2) ** 2) == "(A1^2)^2"
    assert write(X**Y) == "IF(A1>0,A1^B1,IF(AND(A1=0,B1>0),0,NA()))"
    assert write(X ** (Y**2)) == "IF(A1>0,A1^(B1^2),IF(AND(A1=0,(B1^2)>0),0,NA()))"
    assert write((0 - X) ** 2 - 1) == "(0-A1)^2-1"


@pytest.mark.long
@given(st.lists(trees(4), min_size=1, max_size=12), given_values())
@example([Number(0) - X, (0 - X) ** Number(2), 2 ** Number(3) ** Number(2), 2 ** (Number(1) - 2)], ONES)
@example([X - (Y - X), X / (Y / X), X / (Y * X), (X + Y) * X, X ** (X + Y), (X * Y) ** X], ONES | {"x2": 3.0})
@example([(X ** Number(0)), X * 0, call("max", X, 1), where(is_less(X, 1), 1, 2), X - X], WITHOUT_X)
def test_a_cell_gives_what_plain_python_gives(
    tmp_path_factory: pytest.TempPathFactory, many_trees: list[Expr], given_: Values
) -> None:
    path = tmp_path_factory.mktemp("cells", numbered=True) / "cells.xlsx"
    _, differing = differences([Row(tuple(many_trees), QUANTITIES, given_)], formualizer.recalculate, path)
    assert differing == []


@pytest.mark.long
@pytest.mark.parametrize("recalculate", WITNESSES)
def test_thousands_of_cells_give_what_plain_python_gives(recalculate: Recalculate, tmp_path: Path) -> None:
    rows = [Row((tree,), QUANTITIES, given_) for tree, given_ in many(1, 3000)]
    compared, differing = differences(rows, recalculate, tmp_path / "many.xlsx")
    assert differing == []
    assert compared > 2600


@pytest.mark.long
@pytest.mark.parametrize("recalculate", WITNESSES)
def test_cells_with_conversions_give_what_plain_python_gives(recalculate: Recalculate, tmp_path: Path) -> None:
    rows = [
        Row((check(case.tree, case.target).expr,), tuple(case.known.values()), case.given)
        for case in many_measured(2, 1000)
    ]
    assert sum("Convert" in repr(row.trees) for row in rows) > 500
    compared, differing = differences(rows, recalculate, tmp_path / "converted.xlsx")
    assert differing == []
    assert compared > 850


@pytest.mark.parametrize("recalculate", WITNESSES)
def test_a_formula_may_be_sixty_levels_deep(recalculate: Recalculate, tmp_path: Path) -> None:
    """Excel nests 64 functions and the parser as many; formualizer stops at some 110 nested nodes."""
    nested: tuple[Expr, ...] = (X, X)
    fraction: Expr = X
    for _ in range(60):
        nested = call("abs", nested[0]), where(is_less(0, X), nested[1], 0)
    for _ in range(30):
        fraction = 1 / (fraction + 1)
    row = Row((*nested, fraction), QUANTITIES, ONES)
    assert [parse(text(tree), QUANTITIES) for tree in row.trees] == list(row.trees)
    assert differences([row], recalculate, tmp_path / "deep.xlsx") == (3, [])


def test_a_total_and_the_plan_nodes_have_cells_too() -> None:
    amount = measured("amount", "CNY", ("recipient",))
    write = partial(excel, cell=lambda _: "B3", factor=str, extent=lambda _: "B$2:B$9")
    assert write(Total("recipient", amount)) == "SUM(B$2:B$9)"
    assert write(Floor(amount / 2)) == "INT(B3/2)"
    assert write(Round(amount)) == "ROUND(B3,0)"
    assert write(Rank(amount)) == "SUMPRODUCT(--(B$2:B$9>B3))+COUNTIF(B$2:B3,B3)"
    assert write(1 - Rank(amount)) == "1-(SUMPRODUCT(--(B$2:B$9>B3))+COUNTIF(B$2:B3,B3))"
    assert write(Rank(amount) * 2) == "(SUMPRODUCT(--(B$2:B$9>B3))+COUNTIF(B$2:B3,B3))*2"


def test_a_total_without_a_range_is_a_mistake_of_the_layout() -> None:
    with pytest.raises(TypeError, match="x: no range is laid out for a total"):
        excel(Total("county", X), lambda _: "A1", factor=str)


# 4. LaTeX


@given(trees())
def test_latex_is_balanced_and_shows_every_symbol(tree: Expr) -> None:
    written = latex(tree)
    assert [written.count(opening) for opening in ("{", r"\left", r"\begin")] == [
        written.count(closing) for closing in ("}", r"\right", r"\end")
    ]
    depths = np.cumsum([{"{": 1, "}": -1}.get(letter, 0) for letter in written])
    assert depths.min(initial=0) >= 0
    assert all(quantity.tex in written for quantity in quantities(tree))


LATEX = [
    (X * (Y + 1), r"x \cdot \left(x_{2} + 1\right)"),
    (X - (Y - X), r"x - \left(x_{2} - x\right)"),
    (X / Y * 2, r"\frac{x}{x_{2}} \cdot 2"),
    (
        (X / Y) ** 2,
        r"{\left(\frac{x}{x_{2}}\right)}^{2}",
    ),  # without brackets it reads as x^2 or as x over x_2^2
    ((X**Y) ** 2, r"{\left({x}^{x_{2}}\right)}^{2}"),
    (Y**X, r"{x_{2}}^{x}"),
    (call("log10", X), r"\log_{10}\left(x\right)"),
    (call("max", 0, X), r"\max\left(0, x\right)"),
    (where(is_less(X, 1), X, 0), r"\begin{cases} x & x < 1 \\ 0 & \text{否则} \end{cases}"),
    (Total("county", X), r"\sum_{\mathrm{county}} x"),
    (Floor(X), r"\left\lfloor x \right\rfloor"),
    (Round(X), r"\operatorname{round}\left(x\right)"),
    (Rank(X), r"\operatorname{rank}\left(x\right)"),
]


@pytest.mark.parametrize(("tree", "written"), LATEX)
def test_latex_is_what_a_person_would_write(tree: Expr, written: str) -> None:
    assert latex(tree) == written


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_has_all_readings(name: str) -> None:
    tree = call(name, *[X] * FUNCTIONS[name][0])
    assert numbers(tree, ONES)[0] is not None
    assert parse(text(tree), QUANTITIES) == tree
    assert excel(tree, lambda _: "A1", factor=str).startswith(f"{name.upper()}(A1")
    assert "x" in latex(tree)


# 5. Trace


class Recorder(Mapping[str, Array]):
    """Values that remember which of them were asked for."""

    def __init__(self, values: Mapping[str, Array]) -> None:
        self.values_, self.asked = values, set[str]()

    def __getitem__(self, name: str) -> Array:
        self.asked.add(name)
        return self.values_[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


def traced(tree: Expr) -> set[str]:
    return {quantity.name for quantity, _ in reads(tree, Cell(), lambda *_: ())}


@given(trees(), given_values())
def test_the_trace_names_exactly_what_the_engine_reads(tree: Expr, given_: Values) -> None:
    recorder = Recorder(arrays(given_))
    evaluate(tree, recorder)
    assert recorder.asked == traced(tree)


@given(trees(), given_values(), given_values())
def test_what_the_trace_does_not_name_cannot_change_the_value(tree: Expr, given_: Values, other: Values) -> None:
    named = traced(tree)
    changed = {name: value if name in named else other[name] for name, value in given_.items()}
    assert numbers(tree, changed) == numbers(tree, given_)


@given(st.randoms(use_true_random=False), st.integers(1, 4))
def test_every_quantity_that_the_trace_names_can_change_the_value(random: Random, depth: int) -> None:
    """In sums and products of positive numbers nothing hides behind a condition, a zero or a cancellation."""

    def choose(options: object) -> object:
        plain = {"+-*/^": "+*"}.get(options, options) if isinstance(options, str) else options
        return "operator" if isinstance(plain, tuple) and "where" in plain else random.choice(plain)  # type: ignore[arg-type] # options are sequences

    tree = grow(choose, depth)
    base: Values = {item.name: 1.0 + place for place, item in enumerate(QUANTITIES)}
    moved = {name: numbers(tree, base | {name: value * 2}) != numbers(tree, base) for name, value in base.items()}
    assume(not any(isinstance(node, Number) and node.value == 0 for node in walk(tree)))
    assert {name for name, differs in moved.items() if differs} == traced(tree)


COUNTIES, YEARS, ECOSYSTEMS = ("a", "b"), ("2018", "2019"), ("forest", "marsh", "steppe")
AREA = measured("area", "ha", ("county", "year", "ecosystem"))
RAIN = measured("rain", "mm/year", ("county", "year"))
PRICE = measured("price", "CNY/m**3", ())
MEMBERS = {"county": COUNTIES, "year": YEARS, "ecosystem": ECOSYSTEMS}
PANEL = {
    "area": np.arange(1.0, 13.0).reshape(2, 2, 3),
    "rain": np.arange(1.0, 5.0).reshape(2, 2, 1),
    "price": np.full((1, 1, 1), 2.0),
}


def cells(axes: tuple[str, ...]) -> Iterator[tuple[Cell, tuple[int, ...]]]:
    """Every cell of these axes with its place in an array of all three."""
    for place in np.ndindex(*(len(MEMBERS[axis]) if axis in axes else 1 for axis in MEMBERS)):
        yield (
            Cell(tuple((axis, MEMBERS[axis][at]) for axis, at in zip(MEMBERS, place, strict=True) if axis in axes)),
            place,
        )


@pytest.mark.parametrize(
    ("tree", "axes"),
    [
        (AREA * RAIN * PRICE, ("county", "year", "ecosystem")),
        (RAIN * PRICE, ("county", "year")),
        (Total("ecosystem", AREA), ("county", "year")),
        (Total("county", AREA), ("year", "ecosystem")),
    ],
    ids=lambda item: text(item) if isinstance(item, Expr) else "",
)
def test_the_trace_of_a_cell_names_exactly_the_cells_that_change_it(tree: Expr, axes: tuple[str, ...]) -> None:
    dimensions = {axis: place for place, axis in enumerate(MEMBERS)}
    before = evaluate(tree, PANEL, axes=dimensions)
    changing: dict[Cell, set[tuple[str, Cell]]] = {cell: set() for cell, _ in cells(axes)}
    for quantity in quantities(tree):
        for source, place in cells(quantity.axes):
            moved = PANEL[quantity.name].copy()
            moved[place] += 1
            after = evaluate(tree, PANEL | {quantity.name: moved}, axes=dimensions)
            for cell, at in cells(axes):
                if after[at] != before[at]:
                    changing[cell].add((quantity.name, source))
    named = {
        cell: {(quantity.name, source) for quantity, source in reads(tree, cell, lambda _, axis, __: MEMBERS[axis])}
        for cell in changing
    }
    assert named == changing


# Totals


def test_a_total_adds_its_members_one_after_the_other() -> None:
    found = evaluate(Total("ecosystem", AREA), {"area": np.array([[[0.1, 0.2, 0.3]]])}, axes={"ecosystem": 2})
    assert found.tolist() == [[[0.1 + 0.2 + 0.3]]]


def test_a_missing_member_makes_a_total_missing_unless_it_is_not_counted() -> None:
    area = np.array([[[1.0, np.nan, 3.0]], [[1.0, 2.0, 3.0]]])
    counted = np.array([[[True, False, True]], [[True, True, False]]])
    total = partial(evaluate, Total("ecosystem", AREA), {"area": area}, axes={"ecosystem": 2})
    assert np.ravel(total()).tolist() == pytest.approx([math.nan, 6.0], nan_ok=True)
    assert np.ravel(total(counted={"area": counted})).tolist() == [4.0, 3.0]


def test_a_total_too_large_for_a_number_is_missing() -> None:
    area = np.array([[[1e308, 1e308, 1.0]]])
    assert np.isnan(evaluate(Total("ecosystem", AREA), {"area": area}, axes={"ecosystem": 2})).all()
