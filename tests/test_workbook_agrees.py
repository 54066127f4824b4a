"""Two other programs recalculate the workbooks and find, in every formula cell, the value that the engine has."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from qhgep import verify_workbook
from qhgep.workbook.core.cells import Text, TypedNumber
from qhgep.workbook.core.layout import FIRST, HEAD, a1, letters
from tests.support import toy
from tests.support.books import NAMES, Made, book, compared
from tests.support.package import forged, write
from tests.witness import Value, Values, formualizer, libreoffice, plain

FORGED = {"pilot": ("汇总", "F7", "42000000000"), "plan": ("测算过程", "BH8", "23184574.28")}
"""Cells whose cached value is forged: the accounted total, and one recipient's yuan by one fen."""
HARD = ("pilot", "ragged", "prices", "plan")
"""The workbooks that LibreOffice is asked for: what the small ones hold is in these too."""
FORMUALIZER, LIBREOFFICE = "formualizer", "libreoffice"
ENGINES = [
    *((FORMUALIZER, name) for name in NAMES),
    *(pytest.param(LIBREOFFICE, name, marks=pytest.mark.libreoffice) for name in HARD),
]
"""Engine and workbook."""


def given_file(name: str) -> bytes:
    """The workbook that the engines get: where there is a forged one, they get that."""
    data = book(name).data
    return forged(data, *FORGED[name]) if name in FORGED else data


@dataclass(frozen=True)
class Answer:
    """The values of an engine for a workbook, and what the engine saved."""

    values: Values
    saved: bytes = b""


@cache
def answers(engine: str) -> Mapping[str, Answer]:
    """All workbooks of an engine, with one call of LibreOffice."""
    names = NAMES if engine == FORMUALIZER else HARD
    with TemporaryDirectory() as folder:
        paths = [write(Path(folder) / f"{name}.xlsx", given_file(name)) for name in names]
        if engine == FORMUALIZER:
            return {path.stem: Answer(formualizer.recalculate(path)) for path in paths}
        saved = libreoffice.save_again(paths, Path(folder) / "scratch")
        pairs = zip(paths, saved, strict=True)
        return {path.stem: Answer(libreoffice.values_of(path, copy), copy.read_bytes()) for path, copy in pairs}


@pytest.mark.parametrize(("engine", "name"), ENGINES)
def test_every_formula_cell_is_the_value_of_the_engine(engine: str, name: str) -> None:
    found = compared(book(name), answers(engine)[name].values)
    assert found.differing == []
    assert found.cells > 50
    assert found.worst < 1e-9


@pytest.mark.parametrize(("engine", "name"), [
    *((FORMUALIZER, name) for name in FORGED),
    *(pytest.param(LIBREOFFICE, name, marks=pytest.mark.libreoffice) for name in FORGED),
])  # fmt: skip
def test_a_forged_cached_value_is_told_from_what_the_formula_gives(engine: str, name: str, tmp_path: Path) -> None:
    sheet, cell, value = FORGED[name]
    found = answers(engine)[name].values
    cached = cached_values(write(tmp_path / "forged.xlsx", given_file(name)), found)
    assert cached[sheet, cell] == float(value)
    assert [place for place in found if not same(found[place], cached[place])] == [(sheet, cell)]


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_cached_value_is_named_by_verify(name: str, tmp_path: Path) -> None:
    sheet, cell, value = FORGED[name]
    found = verify_workbook(write(tmp_path / "forged.xlsx", given_file(name)))
    assert [(change.sheet, change.cell, change.kind) for change in found.changes] == [(sheet, cell, "value")]
    assert float(found.changes[0].found) == float(value)


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", HARD)
def test_a_workbook_that_libreoffice_computed_and_saved_verifies_as_the_same(name: str, tmp_path: Path) -> None:
    """Saved by another program, every value computed anew: a forged value is gone, and nothing else is different."""
    path = write(tmp_path / "saved.xlsx", answers(LIBREOFFICE)[name].saved)
    found = verify_workbook(path, catalogue=book(name).catalogue)
    assert [change.text() for change in found.changes] == []
    assert found.same


def cached_values(path: Path, found: Values) -> Values:
    values = load_workbook(path, data_only=True)
    return {(sheet, cell): plain(values[sheet][cell].value) for sheet, cell in found}


def same(first: Value, second: Value) -> bool:
    """Errors are one kind, numbers agree to 1e-10 (or to the dust that a difference leaves)."""
    if isinstance(first, float) and isinstance(second, float):
        return math.isclose(first, second, rel_tol=1e-10, abs_tol=1e-4)
    return first == second or (str(first)[:1] == "#" and str(second)[:1] == "#")


# --- what the ragged panel holds ----------------------------------------------------------------


def words(made: Made, sheet: str) -> set[str]:
    cells = made.by_name[sheet].cells
    return {content.text for (row, _), content in cells.items() if isinstance(content, Text) and row > 5}


def test_the_ragged_panel_has_every_case() -> None:
    made = book("ragged")
    assert {"缺", "不适用"} <= words(made, "输入_污染物")
    assert "缺" in words(made, "输入_生态系统")
    assert {"未核算", "不适用"} <= words(made, "计算_样例净化_污染物")
    kinds = {formula.value is None for _, _, formula in made.formulas()}
    assert kinds == {True, False}
    heads = {text for sheet in made.sheets for text in head_texts(made, sheet.name)}
    assert {
        "样例净化量（填报）",
        "样例季节系数（填报）",
        "样例固碳价值合计（填报）",
        "样例固碳价值合计（各项之和）",
    } <= heads
    zero = made.result.value("toy_load", county=toy.A, item=toy.NH3N)
    assert (zero.value, zero.presence) == (0.0, "zero")
    assert 0.0 in {cell.value for cell in made.by_name["输入_污染物"].cells.values() if isinstance(cell, TypedNumber)}


def head_texts(made: Made, sheet: str) -> list[str]:
    return [
        content.text
        for (row, _), content in made.by_name[sheet].cells.items()
        if row == 3 and isinstance(content, Text)
    ]


def test_a_stated_total_stands_under_no_ecosystem_in_the_matrix() -> None:
    cells = book("ragged").by_name["生态系统价值量"].cells
    heads = {
        content.text: column for (row, column), content in cells.items() if row == HEAD and isinstance(content, Text)
    }
    cleaning, carbon = FIRST, FIRST + 1
    assert cells[carbon, heads["未分摊"]].value == pytest.approx(12.3456789)  # type: ignore[union-attr] # a formula: 123456.789 yuan in 万元
    assert cells[cleaning, heads["草地"]] == Text("未分摊", "missing")


def test_counts_and_areas_of_all_counties_say_nothing_that_is_not_so() -> None:
    """A county without any value is not counted; an area that nobody stated is missing, not zero."""
    plain_summary, covered = (book("plain").by_name[name].cells for name in ("汇总", "分县覆盖"))
    assert plain_summary[6, 8].value == 1.0  # type: ignore[union-attr] # a formula: one of two counties has a value
    heads = {
        content.text: column for (row, column), content in covered.items() if row == HEAD and isinstance(content, Text)
    }
    assert covered[FIRST, heads["县域面积"]] == Text("缺", "missing")
    assert {covered[FIRST, heads[name]].text for name in ("计入面积", "占县域面积")} == {"—"}  # type: ignore[union-attr] # texts


# --- random panels ------------------------------------------------------------------------------

NUMBERS = st.one_of(
    st.sampled_from(("0", "1", "0.001", "1000000", "12.5")),
    st.decimals(min_value=0, max_value=10**6, places=3).map(str),
)
GIVEN = st.one_of(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(("missing", "zero", "not_applicable", "")))
PLACES = [(county, kind) for county in (toy.A, toy.B, toy.C) for kind in (toy.GRASS, toy.FOREST, toy.MARSH, toy.BARE)]
COUNTIES = (toy.A, toy.B, toy.C)
SLOTS = (
    *((county, "area", "hm2", kind, "") for county, kind in PLACES),
    *((county, "toy_growth", "g/m2/year (carbon)", kind, "") for county, kind in PLACES if kind != toy.BARE),
    *((county, "toy_wetness", "1", "", "") for county in COUNTIES),
    *((county, "county_area", "hm2", "", "") for county in COUNTIES),
    *((county, "toy_load", "t/a", "", item) for county in COUNTIES for item in (toy.COD, toy.NH3N)),
)
STAND_INS = (
    *((county, "toy_removed", "t/a", kind, toy.COD) for county, kind in PLACES if kind == toy.GRASS),
    *((county, "toy_useful", "t/a", "", toy.NH3N) for county in COUNTIES),
    *((county, "toy_by_ecosystem", "t/a", kind, "") for county, kind in PLACES if kind == toy.FOREST),
    *((county, name, unit, "", "") for county in COUNTIES for name, unit in (
        ("toy_season", "1"), ("toy_fixed_total", "t CO2/a"), ("toy_fixed_value_total", "CNY/year"), ("toy_useful_total", "t/a"),
    )),
)  # fmt: skip


@st.composite
def panels(draw: st.DrawFn) -> list[toy.Line]:
    """Lines for the toy rules: any pattern of values, zeros, gaps, and stated values for what has a formula."""
    chosen = [*SLOTS, *draw(st.lists(st.sampled_from(STAND_INS), unique=True, max_size=6))]
    given_values = {slot: draw(GIVEN) for slot in chosen}
    given_values[toy.A, "area", "hm2", toy.GRASS, ""] = "250.5"  # a panel without any area has no rows at all
    given_values[toy.A, "toy_growth", "g/m2/year (carbon)", toy.GRASS, ""] = "31.5"
    given_values[toy.A, "toy_load", "t/a", "", toy.COD] = "17"
    given_values[toy.A, "toy_wetness", "1", "", ""] = draw(NUMBERS)
    for county in COUNTIES:
        roomy(given_values, county)
    return [line(slot, value) for slot, value in given_values.items() if value and legal(slot[1], value)]


def roomy(given_values: dict[tuple[str, str, str, str, str], str], county: str) -> None:
    """Let a county be as large as its classes together: larger classes are an error, of which there is no workbook."""
    place, words = (county, "county_area", "hm2", "", ""), {"missing", "zero", "not_applicable", ""}
    sizes = [value for slot, value in given_values.items() if slot[:2] == (county, "area") and value not in words]
    if given_values[place] not in words:
        given_values[place] = str(max(Decimal(given_values[place]), sum(map(Decimal, sizes))))


def line(slot: tuple[str, str, str, str, str], value: str) -> toy.Line:
    county, quantity, unit, ecosystem, item = slot
    if value in {"missing", "zero", "not_applicable"}:
        return toy.Line(county, quantity, ecosystem=ecosystem, item=item, presence=value)
    return toy.Line(county, quantity, value, unit, ecosystem, item)


def legal(quantity: str, value: str) -> bool:
    """County areas have a lower bound."""
    return (
        quantity != "county_area" or value in {"missing", "not_applicable"} or (value != "zero" and float(value) >= 100)
    )


@pytest.mark.long
@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(panels())
def test_any_panel_is_recalculated_to_the_values_of_the_engine(lines: list[toy.Line]) -> None:
    with TemporaryDirectory() as folder:
        made = Made("random", toy.result(Path(folder), lines, counties=COUNTIES), toy.catalogue())
        path = write(Path(folder) / "random.xlsx", made.data)
        assert compared(made, formualizer.recalculate(path)).differing == []
        assert verify_workbook(path, catalogue=toy.catalogue()).same


def changed(presence: str, *quantities: str) -> list[toy.Line]:
    """The panel without gaps, with some quantities said to be missing, zero, not applicable, or another number."""
    return [
        line((item.county, item.quantity, item.unit, item.ecosystem, item.item), presence)
        if item.quantity in quantities
        else item
        for item in toy.whole()
    ]


EDGES = {
    "nothing has a value": changed("missing", "toy_load", "toy_growth"),
    "nothing applies": changed("not_applicable", "toy_load", "toy_growth"),
    "all is zero": changed("zero", "toy_load", "toy_growth"),
    "numbers overflow": changed("1e300", "toy_growth"),
    "losses": changed("-40.5", "toy_growth"),
    "no county area": [item for item in toy.whole() if item.quantity != "county_area"],
    "no inflow is known": changed("missing", "inflow_from_outside"),
    "an inflow does not apply": [
        *(item for item in toy.whole() if item.quantity != "inflow_from_outside"),
        toy.Line(toy.A, "inflow_from_outside", presence="not_applicable"),
        toy.Line(toy.B, "inflow_from_outside", "3", "CNY/year"),
    ],
    "stated: nothing, not applicable, zero": [
        *toy.whole(),
        toy.Line(toy.A, "toy_season", presence="missing"),
        toy.Line(toy.B, "toy_fixed_total", presence="not_applicable"),
        toy.Line(toy.A, "toy_fixed_value_total", presence="zero"),
    ],
}


@pytest.mark.parametrize("edge", EDGES)
def test_a_panel_at_an_edge_is_recalculated_to_the_values_of_the_engine(edge: str, tmp_path: Path) -> None:
    result = toy.result(tmp_path / "account", EDGES[edge], rules=toy.RULES, counties=(toy.A, toy.B))
    made = Made(edge, result, toy.catalogue())
    path = write(tmp_path / "x.xlsx", made.data)
    assert compared(made, formualizer.recalculate(path)).differing == []
    assert verify_workbook(path, catalogue=toy.catalogue()).same


def test_a_change_of_an_input_by_hand_gives_the_result_of_that_input(tmp_path: Path) -> None:
    """The formulas, not only their values: a workbook with another input typed in is the workbook of that input."""
    other = [replaced(item) for item in toy.ragged()]
    typed, expected = book("ragged"), Made("other", toy.result(tmp_path / "other", other), toy.catalogue())
    values = load_workbook(write(tmp_path / "typed.xlsx", typed.data))
    for sheet in expected.sheets:
        for place, content in sheet.cells.items():
            if isinstance(content, TypedNumber) and sheet.name.startswith("输入_"):
                values[sheet.name][a1(*place)].value = content.value
    values.save(tmp_path / "typed.xlsx")
    found = compared(expected, formualizer.recalculate(tmp_path / "typed.xlsx"))
    # The recorded total is that of the inputs as they were: the check against it fails, as it should. Recorded are also
    # the amounts without a decision, and so the effects follow the inputs on one side only.
    differing = [item.split(" ")[0] for item in found.differing]
    assert [item for item in differing if not item.startswith("判断事项!")] == [
        "封面!B12", "校验!D7", "校验!E7", "校验!G7",
    ]  # fmt: skip # the hash on the cover is that of what was recorded
    recorded = {item.rstrip("0123456789") for item in differing if item.startswith("判断事项!")}
    heads = {letters(column): text for column, text in head_row(expected, "判断事项").items()}
    assert {heads[item.removeprefix("判断事项!")] for item in recorded} == {"没有它时的金额（引擎复算）", "影响"}
    assert found.worst < 1e-9


def head_row(made: Made, sheet: str) -> dict[int, str]:
    """Column -> heading."""
    cells = made.by_name[sheet].cells
    return {column: cell.text for (row, column), cell in cells.items() if row == HEAD and isinstance(cell, Text)}


def replaced(item: toy.Line) -> toy.Line:
    """Other positive numbers for everything that is a number."""
    if item.presence != "value":
        return item
    return toy.Line(
        item.county, item.quantity, str(abs(float(item.value)) * 1.25), item.unit, item.ecosystem, item.item
    )
