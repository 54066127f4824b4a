"""Files as bureaus return them, made by hand: a small sheet of three counties, and every way to spoil it."""

import zipfile
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from qhgep.catalogue import shipped
from qhgep.coefficient_store import supported
from qhgep.errors import Problems
from qhgep.inputs import FileDefaults, FileReading, Headings, SheetContext, read_counties, read_inputs
from qhgep.inputs.table import Vocabulary
from qhgep.packs.library import coefficients

TITLE = "2023年果洛州生态数据"
HEAD = ("区划代码", "县名", "森林面积（公顷）", "年降水量（mm/a）", "数据状态", "备注")
ROWS: tuple[tuple[Any, ...], ...] = (
    ("632621", "玛沁县", 12.5, 540, None, None),
    ("632622", "班玛县", 300, 600.25, None, None),
    ("632623", "甘德县", 45, 520, None, None),
)
SHEET = "表1"
VALUES = {
    ("632621", "area"): "12.5", ("632621", "precipitation"): "540",
    ("632622", "area"): "300", ("632622", "precipitation"): "600.25",
    ("632623", "area"): "45", ("632623", "precipitation"): "520",
}  # fmt: skip
"""What the sheet says: county and quantity -> digits."""
SHEET_XML = "xl/worksheets/sheet1.xml"


def reader(told: FileDefaults | None = None, *, strict: bool = False) -> SheetContext:
    """The shipped vocabulary and counties; the evidence is declared unless something else is told."""
    catalogue, store = shipped(), coefficients()
    vocabulary = Vocabulary(catalogue.vocabulary, catalogue.lists, store.ecosystems, supported(store.sources))
    told = told or FileDefaults(evidence="secondary")
    return SheetContext(Headings(vocabulary, store.ecosystems), read_counties(), told, strict=strict)


def read(
    path: Path, told: FileDefaults | None = None, *, strict: bool = False
) -> tuple[FileReading, list[str], list[str]]:
    """What is read from a file, its errors and its warnings, as texts."""
    problems = Problems()
    found = read_inputs(path, reader(told, strict=strict), problems)
    errors = [item.text() for item in problems.items if item.severity == "error"]
    return found, errors, [item.text() for item in problems.items if item.severity == "warning"]


def values(reading: FileReading) -> dict[tuple[str, str], str]:
    """County and quantity -> the digits read."""
    return {(row.county_code, row.quantity): row.value for row in reading.rows}


def book(
    change: Callable[[Worksheet], object] | None = None,
    *,
    rows: Iterable[tuple[Any, ...]] = ROWS,
    head: tuple[Any, ...] = HEAD,
) -> bytes:
    """The sheet as an xlsx, after a change of its cells."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = SHEET
    for line in ((TITLE,), head, *rows):
        sheet.append(line)
    if change is not None:
        change(sheet)
    return saved(made)


def saved(made: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def cells(edits: Mapping[str, Any]) -> bytes:
    """The sheet with other values in some cells."""

    def change(sheet: Worksheet) -> None:
        for address, value in edits.items():
            sheet[address] = value

    return book(change)


def reopened(data: bytes, change: Callable[[Workbook], object]) -> bytes:
    """A workbook after a change of it as a whole."""
    made = load_workbook(BytesIO(data))
    change(made)
    return saved(made)


def surgery(data: bytes, *edits: tuple[str, str, str], add: Mapping[str, bytes] | None = None, cut: str = "") -> bytes:
    """The package with texts in its parts replaced (part, old, new), parts added, and one part cut short."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            for part, old, new in edits:
                if part == info.filename:
                    assert old.encode() in content, (part, old)
                    content = content.replace(old.encode(), new.encode(), 1)
            target.writestr(info.filename, content[:-20] if info.filename == cut else content)
        for name, content in (add or {}).items():
            target.writestr(name, content)
    return out.getvalue()


def text(rows: Iterable[tuple[Any, ...]] = ROWS, *, head: tuple[Any, ...] = HEAD, title: str = TITLE) -> str:
    """The sheet as csv."""
    lines = [(title,), head, *rows]
    return "\r\n".join(",".join("" if cell is None else str(cell) for cell in line) for line in lines) + "\r\n"


def put(folder: Path, data: bytes, name: str = "县.xlsx") -> Path:
    """The bytes as a file of a folder."""
    path = folder / name
    path.write_bytes(data)
    return path
