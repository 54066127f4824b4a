"""Returned workbooks and csv files, spoilt at random, and what a reader of them may not do: trip, or read other numbers in silence."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import xlsxwriter

from qhgep.catalogue import shipped
from qhgep.coefficient_store import supported
from qhgep.errors import Problems
from qhgep.inputs import FileDefaults, FileReading, Headings, SheetContext, read_counties, read_inputs
from qhgep.inputs.table import COLUMNS, Input, Vocabulary
from qhgep.packs.library import coefficients

COUNTIES = (
    ("632621", "玛沁县"),
    ("632622", "班玛县"),
    ("632623", "甘德县"),
    ("632624", "达日县"),
    ("632625", "久治县"),
)
_TOKENS = (
    "0", "1", "12.5", "-3", "1e3", "#N/A", "nan", "", " ", "１２", "1,234", "约3", "合计", "玛沁县", "632622", "&amp;", "<", ">", '"',
    "\x00", "é", "9" * 400, "1e999", "TRUE", "2023-12-05",
)  # fmt: skip
_TYPES = ('t="s"', 't="str"', 't="e"', 't="b"', 't="n"', 't="d"', 't="inlineStr"', 't="x"', "")
_CELL = re.compile(r"<c [^>]*?(?:/>|>.*?</c>)", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Base:
    """A sound file: its bytes, its name, and the inputs it gives."""

    name: str
    data: bytes
    rows: Mapping[tuple[str, ...], Input]


@dataclass(frozen=True)
class Trial:
    """What became of one spoilt file: `refused`, `told` (warnings), `same`, `honest` (the file says so) or `silent`."""

    outcome: str
    detail: str = ""


def reader() -> SheetContext:
    """The shipped vocabulary, with evidence stated so that a sound file gives no warning."""
    catalogue, store = shipped(), coefficients()
    vocabulary = Vocabulary(catalogue.vocabulary, catalogue.lists, store.ecosystems, supported(store.sources))
    return SheetContext(
        Headings(vocabulary, store.ecosystems), read_counties(), FileDefaults(evidence="secondary"), strict=False
    )


def read(path: Path) -> tuple[FileReading, Problems]:
    """The inputs of a file and its problems."""
    problems = Problems()
    return read_inputs(path, reader(), problems), problems


def _wide() -> list[list[Any]]:
    head = ["区划代码", "县名", "生态系统面积（公顷）", None, "年降水量（mm/a）", "人口（人）", "数据状态", "备注"]
    rows = [
        [code, zh, 12.5 + i, 1234.25 * (i + 1), 540 + i, 51000 + i, None, None] for i, (code, zh) in enumerate(COUNTIES)
    ]
    total = [None, "合计", *(sum(row[column] for row in rows) for column in (2, 3)), None, sum(row[5] for row in rows)]
    return [["2023年果洛州生态数据"], head, [None, None, "森林", "草地"], *rows, total, ["注：面积为变更调查数据"]]


def _fields() -> list[list[Any]]:
    ids = ["county_code", "county", "area.forest", "area.grassland.alpine_meadow", "precipitation", "presence", "note"]
    head = ["区划代码", "县名", "森林", "高寒草甸", "年降水量", "数据状态", "备注"]
    units = [None, None, "公顷", "公顷", "mm/a", None, None]
    rows = [[code, zh, 3.25 * (i + 1), 70 + i, 600 - i, None, None] for i, (code, zh) in enumerate(COUNTIES)]
    return [["表1 县域"], ["填报单位", "果洛州", "年度", 2023], ids, head, units, *rows]


def _long() -> list[list[Any]]:
    rows: list[list[Any]] = [list(COLUMNS)]
    for i, (code, _) in enumerate(COUNTIES):
        for ecosystem, quantity, value, unit in (
            ("forest", "area", 5.5 + i, "km2"),
            ("", "precipitation", 400 + i, "mm/a"),
        ):
            rows.append(
                [code, "2023", "2023", ecosystem, "", quantity, value, unit, "value", "stated", "secondary", "年报", ""]
            )
    return rows


def _by_openpyxl(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表1"
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _by_xlsxwriter(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("表1")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, value)
    if len(rows[1]) > 3 and rows[1][3] is None:
        sheet.merge_range(1, 2, 1, 3, rows[1][2])
    book.close()
    return out.getvalue()


def _csv(rows: list[list[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return out.getvalue()


@cache
def bases(folder: Path) -> tuple[Base, ...]:
    """Sound files of every kind, read once; each gives inputs without a problem."""
    flat = [[cell for column, cell in enumerate(row) if column != 3] for row in _wide()]
    flat[1][2] = "森林面积（公顷）"
    del flat[2]
    made = [
        ("a.xlsx", _by_xlsxwriter(_wide())), ("b.xlsx", _by_openpyxl(_fields())), ("c.xlsx", _by_xlsxwriter(_long())),
        ("d.csv", _csv(flat).encode("utf-8")), ("e.csv", _csv(_fields()).encode("utf-8-sig")), ("f.csv", _csv(_long()).encode()),
    ]  # fmt: skip
    found = []
    for name, data in made:
        path = folder / name
        path.write_bytes(data)
        reading, problems = read(path)
        assert not problems.items, [item.text() for item in problems.items]
        assert len(reading.rows) >= 2 * len(COUNTIES)
        found.append(Base(name, data, {row.key: row for row in reading.rows}))
    return tuple(found)


def spoilt(base: Base, draw: Random) -> bytes:
    """The file of a base after one to three random changes."""
    data = base.data
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        if base.name.endswith(".csv"):
            data = _torn(data, draw) if draw.random() < 0.3 else _text(data.decode("utf-8", "surrogateescape"), draw)
        elif draw.random() < 0.15:
            data = _torn(data, draw)
        else:
            try:
                data = _part(data, draw)
            except (
                zipfile.BadZipFile,
                ValueError,
                OSError,
                EOFError,
                RuntimeError,
                LookupError,
                MemoryError,
                zlib.error,
            ):
                data = _torn(data, draw)
    return data


def _torn(data: bytes, draw: Random) -> bytes:
    """Bytes changed, cut, doubled or lost."""
    if not data:
        return b"x"
    start = draw.randrange(len(data))
    end = min(len(data), start + draw.choice((1, 2, 8, 100)))
    return draw.choice((
        data[:start], data[:start] + data[end:], data[:end] + data[start:],
        data[:start] + bytes(draw.randrange(256) for _ in range(end - start)) + data[end:],
    ))  # fmt: skip


def _text(text: str, draw: Random) -> bytes:
    """Characters, a field or a line of a csv changed."""
    start = draw.randrange(len(text) + 1)
    fields = list(re.finditer(r"[^,\r\n]+", text))
    if fields and draw.random() < 0.7:
        field = draw.choice(fields)
        return (text[: field.start()] + draw.choice(_TOKENS) + text[field.end() :]).encode("utf-8", "surrogateescape")
    lines = text.splitlines(keepends=True) or [""]
    number = draw.randrange(len(lines))
    changed = draw.choice((
        text[:start] + draw.choice((",", '"', "\n", ";", "\t", "１", "0", "-", ".", "\x00")) + text[start:],
        "".join(lines[:number] + lines[number + 1 :]), "".join(lines[: number + 1] + lines[number:]),
        text[:start] + text[start + 1 :],
    ))  # fmt: skip
    return changed.encode("utf-8", "surrogateescape")


def _part(data: bytes, draw: Random) -> bytes:
    """One part of a workbook changed, most often its sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    names = [name for name in parts if name.endswith((".xml", ".rels"))]
    sheet = [name for name in names if "/worksheets/" in name and name.endswith(".xml")]
    name = draw.choice(sheet) if sheet and draw.random() < 0.7 else draw.choice(names)
    text = parts[name].decode("utf-8", "surrogateescape")
    change: Callable[[str, Random], str] = draw.choice((_cell, _cell, _cell, _markup, _characters))
    parts[name] = change(text, draw).encode("utf-8", "surrogateescape")
    if draw.random() < 0.03:
        del parts[draw.choice(sorted(parts))]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return out.getvalue()


def _cell(text: str, draw: Random) -> str:
    """A cell with another value, type, address, style or formula; lost, doubled or moved."""
    cells = list(_CELL.finditer(text))
    if not cells:
        return _characters(text, draw)
    one, other = draw.choice(cells), draw.choice(cells)
    old = one[0]
    token = draw.choice(_TOKENS).replace("\x00", "").replace("<", "&lt;")
    new = draw.choice((
        lambda: re.sub(r"(<v>|<t[^>]*>).*?(</v>|</t>)", lambda found: found[1] + token + found[2], old),
        lambda: re.sub(r' t="\w+"', f" {draw.choice(_TYPES)}", old) if " t=" in old else old.replace("<c ", f"<c {draw.choice(_TYPES)} ", 1),
        lambda: re.sub(r' r="\w+"', draw.choice(("", ' r="B4"', ' r="XFD9"', ' r="C1048576"', ' r="0"', ' r="c5"')), old),
        lambda: re.sub(r"<c ", f'<c s="{draw.randrange(40)}" ', re.sub(r' s="\d+"', "", old), count=1),
        lambda: old.replace("<v>", draw.choice(("<f>1+1</f><v>", "<f>[1]A!B2</f><v>", '<f t="shared" si="0"/><v>')), 1),
        lambda: re.sub(r"<v>.*?</v>", draw.choice(("<f>SUM(A1)</f>", "<f>A1</f><v></v>", "")), old),
        lambda: "", lambda: old + old, lambda: old + other[0], lambda: other[0],
        lambda: old.replace("<v>", "<v> ", 1), lambda: old.replace("</v>", "<x/></v>", 1), lambda: old.replace("</v>", "0</v>", 1),
    ))()  # fmt: skip
    return text[: one.start()] + new + text[one.end() :]


def _markup(text: str, draw: Random) -> str:
    """A row or a setting of the sheet changed."""
    rows = list(re.finditer(r"<row .*?</row>", text, re.DOTALL))
    row = draw.choice(rows)[0] if rows else ""
    merge = draw.choice(("C4:C6", "A4:B4", "C4:D4", "A1:XFD1", "C:C", "B2:B3"))
    choices = [
        (r"<dimension [^>]*>", '<dimension ref="A1"/>'), (r"<row ", '<row hidden="1" '),
        (r"</sheetData>", f'</sheetData><mergeCells><mergeCell ref="{merge}"/></mergeCells>'),
        (r"<sheetData>", '<cols><col min="3" max="4" hidden="1" width="9"/></cols><sheetData>'),
        (r'<row r="\d+"', f'<row r="{draw.choice((1, 4, 5, 99, 300000))}"'), (r"<si>", "<si/><si>"), (r"<si>.*?</si>", ""),
        (r'state="visible"|<sheet ', '<sheet state="hidden" '), (r'numFmtId="\d+"', f'numFmtId="{draw.choice((9, 10, 14, 22, 49))}"'),
        (r"<t>", "<rPh sb='0' eb='1'><t>x</t></rPh><t>"), (re.escape(row) if row else "<row", ""), (re.escape(row) if row else "<row", row + row),
        (r"<workbookPr", '<workbookPr date1904="1"'), (r"<\?xml[^>]*\?>", '<?xml version="1.0" encoding="GBK"?>'),
    ]  # fmt: skip
    found = [(old, new) for old, new in choices if re.search(old, text, re.DOTALL)]
    if not found:
        return _characters(text, draw)
    old, new = draw.choice(found)
    return re.sub(old, lambda _: new, text, count=1, flags=re.DOTALL)


def _characters(text: str, draw: Random) -> str:
    start = draw.randrange(max(len(text), 1))
    if draw.random() < 0.2:
        return text[:start]
    return text[:start] + draw.choice(_TOKENS) + text[start + draw.choice((0, 1, 3)) :]


def tried(base: Base, data: bytes, path: Path) -> Trial:  # noqa: PLR0911 - one return per outcome
    """Read a spoilt file and judge it. An exception that is no QhgepError goes through: it is a traceback."""
    path.write_bytes(data)
    reading, problems = read(path)
    if any(item.severity == "error" for item in problems.items):
        return Trial("refused")
    rows = {row.key: row for row in reading.rows}
    changed = [row for key, row in rows.items() if key not in base.rows or base.rows[key].exact != row.exact]
    read_from = {_address(row) for row in rows.values()}
    lost = [row for key, row in base.rows.items() if key not in rows and _address(row) not in read_from]
    if not changed and not lost:
        return Trial("told" if problems.items else "same")
    witness = _witness(path, base)
    if witness is None:
        return Trial("unwitnessed")
    for row in changed:
        if not _says(witness, row):
            return Trial("silent", f"{row.place} {row.quantity} {row.value}: {witness.get(_address(row))!r}")
    if problems.items:
        return Trial("told")
    before = _witness_of(base, path.parent)
    for row in lost:
        if _seen(witness, row) == _seen(before, row):
            return Trial("silent", f"{row.place} {row.quantity} {row.value} is gone")
    return Trial("honest")


Cells = Mapping[tuple[int, int], Any]


def _witness(path: Path, base: Base) -> Cells | None:
    """The cells of a file by another reader: openpyxl in full mode, or the csv module; the first row and column are 1.

    None where openpyxl cannot read it even with the parts that hold no cells put back.
    """
    if path.suffix == ".csv":
        raw = path.read_bytes()
        text = next(
            text for encoding in ("utf-8-sig", "gb18030", "utf-16") if (text := _decoded(raw, encoding)) is not None
        )
        lines = list(csv.reader(io.StringIO(text, newline="")))
        return {(row, column): cell for row, line in enumerate(lines, 1) for column, cell in enumerate(line, 1) if cell}
    book = _loaded(path.read_bytes()) or _loaded(_mended(path.read_bytes(), base))
    return book and {
        (cell.row, cell.column): cell.value
        for row in book.worksheets[0].iter_rows()
        for cell in row
        if cell.value is not None
    }


def _loaded(data: bytes) -> openpyxl.Workbook | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            OSError,
            SyntaxError,
            TypeError,
            ValueError,
            zipfile.BadZipFile,
        ):
            return None


def _mended(data: bytes, base: Base) -> bytes:
    """The package with the sheet and the strings of a file, and everything else from its base."""
    out = io.BytesIO()
    kept = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml")
    with (
        zipfile.ZipFile(io.BytesIO(data)) as mine,
        zipfile.ZipFile(io.BytesIO(base.data)) as sound,
        zipfile.ZipFile(out, "w") as made,
    ):
        for name in sound.namelist():
            made.writestr(name, (mine if name in kept and name in mine.namelist() else sound).read(name))
    return out.getvalue()


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


@cache
def _witness_of(base: Base, folder: Path) -> Cells:
    return _witness(folder / base.name, base) or {}


def _address(row: Input) -> tuple[int, int]:
    """The cell that a row names; the long table in csv names its line alone."""
    if row.line:
        return row.line, COLUMNS.index("value") + 1
    found = re.search(r"(?::(\d+) › ([A-Z]+)|› ([A-Z]+)(\d+))$", row.place)
    assert found is not None, row.place
    letters = found[2] or found[3]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[1] or found[4]), column


def _says(witness: Cells, row: Input) -> bool:
    """Whether the other reader finds the same number in the cell, and the county in its row."""
    place = _address(row)
    line = [str(value).strip() for (number, _), value in witness.items() if number == place[0]]
    zh = dict(COUNTIES).get(row.county_code, read_counties().by_code[row.county_code].zh)
    if not any(text in {row.county_code, zh} or zh in text for text in line):
        return False
    if row.presence != "value":
        return True
    try:
        return float(str(witness.get(place)).strip()) == float(row.value)
    except ValueError:
        return False


def _seen(witness: Cells, row: Input) -> tuple[list[Any], list[Any], Any]:
    """What the other reader sees of an input: its cell, the head above it, the names beside it."""
    place = _address(row)
    head = [
        value for (number, column), value in sorted(witness.items()) if column == place[1] and number < len(COUNTIES)
    ]
    return head, [witness.get((place[0], column)) for column in (1, 2)], witness.get(place)
