"""Forms that tests fill in as a clerk would, with openpyxl, and what comes back."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from qhgep.catalogue import shipped
from qhgep.coefficient_store import supported
from qhgep.errors import Problems
from qhgep.inputs import Input
from qhgep.inputs.files.cells import Kind, RawBook, RawCell, RawSheet
from qhgep.inputs.form.read import read_form
from qhgep.inputs.form.schema import FIRST, FIRST_SOURCE, SOURCES, FormSheet
from qhgep.inputs.landcover.crosswalk import with_classes
from qhgep.inputs.table import Vocabulary
from qhgep.packs.library import coefficients
from qhgep.ruleset_store.ruleset import rulesets
from qhgep.workbook.forms import Asked, asked, template_bytes

RULES = "water-balance-plateau"
TWO = ("632621", "632622")
LANDS = ("grassland", "forest")
FILE = "填报.xlsx"
COUNTY, AREA, PRODUCTIVITY = "表1_县域", "表2_生态系统面积", "表3_净生态系统生产力"
RIGHT = {
    "specific_discharge": (5.5, 4.25), "precipitation": (503.4, 660), "county_area": (1346000, 637600), "population": (60000, 25000),
    "gross_domestic_product": (200000, 35000.5), "area.grassland": (1300000, 600000), "area.forest": (46000, 37600),
    "net_ecosystem_productivity.grassland": (32.9, 60), "net_ecosystem_productivity.forest": (-12.5, 110),
}  # fmt: skip
"""Field -> the numbers of 玛沁县 and 班玛县; the fields that are not here are told to be absent."""
ABSENT = {"carbon_credits_issued": "确为零", "inflow_from_outside": "缺失"}
SOURCE = ("青海省统计年鉴", "青统字〔2025〕3号", date(2025, 6, 1), "青海省统计局", "综合统计岗")


@cache
def form(lands: tuple[str, ...] = LANDS, rules: str = RULES, counties: tuple[str, ...] = TWO) -> Asked:
    """A small form: two counties of 果洛."""
    return asked(rulesets()[rules], coefficients(), region="果洛", year=2024, counties=counties, ecosystems=lands)


@cache
def template(lands: tuple[str, ...] = LANDS, rules: str = RULES) -> bytes:
    """Its file."""
    return template_bytes(form(lands, rules))


def opened(lands: tuple[str, ...] = LANDS, rules: str = RULES) -> Workbook:
    """Its file, opened to be filled."""
    return openpyxl.load_workbook(BytesIO(template(lands, rules)))


def column(sheet: FormSheet, field: str) -> int:
    """The column of a field, from one."""
    return sheet.columns.index(field) + 1


def right(lands: tuple[str, ...] = LANDS) -> Workbook:
    """A form that is filled in rightly: numbers, one zero and one gap with their notes, ecosystems that are not there."""
    book = opened(lands)
    name_source(book["来源"], 1, SOURCE)
    for sheet in form(lands).schema.sheets:
        page = book[sheet.name]
        page["B2"] = "果洛州统计局"
        for field in sheet.fields:
            at = column(sheet, field.id)
            numbers = RIGHT.get(field.id, (None, None))
            state = "有数据" if field.id in RIGHT else ABSENT.get(field.id, "不适用")
            if state in {"有数据", "确为零"}:
                page.cell(SOURCES + 1, at, "S01")
            for row, number in enumerate(numbers, start=FIRST + 1):
                page.cell(row, at, number)
                page.cell(row, at + 1, state)
        if any(field.id not in RIGHT for field in sheet.fields):
            for row in (FIRST + 1, FIRST + 2):
                page.cell(row, len(sheet.columns), "碳信用：未签发；区域外价值：没有统计；未列的类：县内没有")
    return book


def name_source(page: Worksheet, number: int, source: tuple[object, ...]) -> None:
    """Name a document in 来源."""
    for place, part in enumerate(source, start=2):
        page.cell(FIRST_SOURCE + number, place, part)  # type: ignore[arg-type] # texts and a day


def saved(book: Workbook) -> BytesIO:
    """The file of a book."""
    out = BytesIO()
    book.save(out)
    return BytesIO(out.getvalue())


def raw(book: Workbook, file: str = FILE) -> RawBook:
    """A book as its raw cells, as a file that was saved and opened again. Formulas have no cached value here."""
    again = openpyxl.load_workbook(saved(book))
    return RawBook(file, tuple(_sheet(page, file) for page in again.worksheets))


def _sheet(page: Worksheet, file: str) -> RawSheet:
    cells = {
        (cell.row - 1, cell.column - 1): _cell(cell, f"{file} › {page.title} › {cell.coordinate}")
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    }
    merged = tuple((r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1) for r in page.merged_cells.ranges)
    rows = frozenset(row - 1 for row, size in page.row_dimensions.items() if size.hidden)
    return RawSheet(page.title, cells, merged, page.sheet_state != "visible", rows)


def _cell(cell: object, place: str) -> RawCell:
    value, kind = cell.value, cell.data_type  # type: ignore[attr-defined] # openpyxl cells come in several types
    if kind == "f":
        return RawCell("number", "", place, str(value)[1:])
    kinds: dict[str, Kind] = {"n": "number", "s": "text", "b": "bool", "d": "date", "e": "error"}
    text = value.isoformat() if isinstance(value, datetime | date) else str(value)
    return RawCell(kinds[kind], text, place, percent="%" in cell.number_format)  # type: ignore[attr-defined]


def vocabulary() -> Vocabulary:
    """The shipped vocabulary."""
    sources = supported(coefficients().sources)
    return with_classes(Vocabulary(shipped().vocabulary, shipped().lists, coefficients().ecosystems, sources))


def read(book: RawBook, ruleset: tuple[str, str] | None = None) -> tuple[list[Input], Problems]:
    """The rows of a book and its problems."""
    problems = Problems()
    return read_form(book, vocabulary(), problems, ruleset=ruleset), problems


Edit = Callable[[Workbook], object]


def put(sheet: str, cell: str, value: object) -> Edit:
    """The edit that types something into a cell; None clears it."""

    def edit(book: Workbook) -> None:
        book[sheet][cell].value = value

    return edit


def write(book: Workbook, path: Path) -> Path:
    """A book as a file on disk."""
    path.write_bytes(saved(book).getvalue())
    return path
