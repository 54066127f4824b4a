"""系数填报表: a pack as one workbook that a clerk fills in, read as rows and sources of the store.

The sheet is the one that `qhgep coefficients template FILE.xlsx` writes: a line per value, whose codes are printed in it. A
line without a value is nobody's statement. What its document supports is the rule of `support`, as for every pack.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from qhgep.coefficient_store.files import row_of
from qhgep.coefficient_store.rows import Row, Source
from qhgep.coefficient_store.support import strongest
from qhgep.data import is_folder
from qhgep.errors import Problem, Problems
from qhgep.inputs.files.address import shown
from qhgep.inputs.files.open import sheet_names
from qhgep.inputs.headed_table import TableRow, book_of_form, headed_table, heading_moved
from qhgep.inputs.periods import day_of
from qhgep.inputs.personal import refuse_personal
from qhgep.inputs.source_text import document_text

SHEET = "系数填报"
TOP = 3
"""The row of the headings, from zero."""
NAME, MEANING, LAND, ITEM = "系数", "含义与合理范围", "生态系统", "项目"
UNIT, VALUE, YEARS, PRICE_YEAR = "单位【选】", "值【填】", "适用年份【填】", "价格年份【填】"
TITLE, NUMBER, DAY, ISSUER = "文件名称【填】", "文号【填】", "文件日期【填】", "发文单位【填】"
KIND, AT, SEEN = "文件类别【选】", "文件内位置【填】", "别处所见（值、年份、出处；只供比较）"
ROW, KEY, LAND_ID, ITEM_ID, REGION = "行号", "系数代码", "生态系统编号", "项目编号", "地区代码"
HEADINGS = (
    NAME, MEANING, LAND, ITEM, UNIT, VALUE, YEARS, PRICE_YEAR, TITLE, NUMBER, DAY, ISSUER, KIND, AT, SEEN, ROW, KEY,
    LAND_ID, ITEM_ID, REGION,
)  # fmt: skip
"""The columns in their order: a moved one is told, never looked for elsewhere."""
KINDS: Mapping[str, str] = {
    "本单位资料": "own", "法规": "law", "标准": "standard", "数据集": "dataset", "论文": "paper", "新闻": "news",
}  # fmt: skip
"""What a document may be, in words and as `Source.kind`; a line begins with the first."""
UNFIT = "不适用"
"""Stands where a line has no year or no price year."""
_LACKS: Mapping[str, str] = {"unit": ISSUER, "number": NUMBER, "date": DAY, "kind": KIND}
"""What a source lacks to be declared -> the column where it would stand."""
_MOST_LOOKED_AT = 50
"""So many workbooks of a folder are looked at."""
_DOCUMENT = (TITLE, NUMBER, DAY, ISSUER, AT)
_YEARS = re.compile(r"([12][0-9]{3})\s*年?(?:\s*[-—–~～至到]+\s*([12][0-9]{3})\s*年?)?")
_COLUMN_OF: Mapping[str, str] = {
    "row_key": KEY, "row_bounds": VALUE, "row_price_year": PRICE_YEAR, "row_dates": YEARS, "row_constant": YEARS,
    "row_index_year": YEARS, "row_ecosystem": LAND_ID, "row_item": ITEM_ID, "row_region": REGION, "row_region_unknown": REGION,
    "row_twice": ROW, "row_cell_twice": ROW,
}  # fmt: skip
"""The column of the cell that a problem of a row is told at; one of units has that of the unit."""


@dataclass(frozen=True)
class PriceBook:
    """What a clerk filled in: rows, their sources by id, and how many lines have a value and how many none."""

    rows: tuple[Row, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    filled: int = 0
    blank: int = 0


def file_of(name: str) -> str:
    """The file of the rows of a book, as those of a pack have it."""
    return f"{name}/{SHEET}"


def books_in(folder: Path) -> list[Path]:
    """The price workbooks that lie in a folder, by their sheets: none of their cells is read, since nobody named them."""
    found = sorted(folder.glob("*.xlsx"))[:_MOST_LOOKED_AT] if is_folder(folder) else []
    return [path for path in found if SHEET in sheet_names(path)]


def read_price_book(path: Path, problems: Problems) -> PriceBook:
    """The rows and sources of a filled book; every fault is noted with its cell, and its line gives no row."""
    book, told = book_of_form(path, problems), Problems()
    if book is None or refuse_personal(book, problems):
        return PriceBook()
    sheet = next((item for item in book.sheets if item.name == SHEET), None)
    if sheet is None:
        problems.add("book_foreign", path.name, sheets="、".join(item.name for item in book.sheets))
        return PriceBook()
    if heading_moved(sheet, TOP, HEADINGS, path.name, problems, code="book_heading"):
        return PriceBook()
    table = headed_table(book, sheet, problems, top=TOP)
    if table is None:
        return PriceBook()
    lines = list(table.sound(told))
    problems.items += told.items
    reader = _LineReader(path.name, problems)
    rows = tuple(row for line in lines if (row := reader.row(line)) is not None)
    filled = reader.filled + len(table.rows) - len(lines)
    return PriceBook(rows, reader.sources, filled, len(table.rows) - filled)


def at_cells(items: Iterable[Problem], name: str) -> list[Problem]:
    """Problems of the rows of a book, told at the cell where the fault stands; others as they are."""
    head = f"{file_of(name)}:"
    return [_at_cell(item, name, head) if item.where.startswith(head) else item for item in items]


def _at_cell(item: Problem, name: str, head: str) -> Problem:
    line = item.where.removeprefix(head)
    default = UNIT if item.code.startswith("unit_") else VALUE
    column = HEADINGS.index(_COLUMN_OF.get(item.code, default))
    return replace(item, where=f"{name} › {SHEET} › {shown(int(line) - 1, column)}") if line.isdecimal() else item


class _LineReader:
    """Makes rows of lines, noting every fault with its cell; `filled` counts the lines with a value."""

    def __init__(self, name: str, problems: Problems) -> None:
        self.file, self.problems = file_of(name), problems
        self.sources: dict[str, Source] = {}
        self.filled = 0

    def row(self, line: TableRow) -> Row | None:
        """The row of a line; None where it has no value, or a fault."""
        if VALUE not in line.cells:
            if stated := [column for column in _DOCUMENT if line.text(column)]:
                facts = {"row": line.text(ROW), "columns": "、".join(map(_plain, stated))}
                self.problems.warn("book_value_blank", line.where(VALUE), **facts)
            return None
        self.filled += 1
        before = len(self.problems.items)
        fields = self._fields(line)
        if wrong := [item for item in self.problems.items[before:] if item.severity == "error"]:
            self.problems.items[before:] = wrong  # what else is said of the evidence of such a line rests on the fault
            return None
        return row_of(replace(line, file=self.file), fields, self.problems, Row)

    def _fields(self, line: TableRow) -> dict[str, object]:
        first, last = self._years(line, YEARS)
        source = self._source(line)
        at = line.text(AT)
        return {
            "row": line.text(ROW), "key": line.text(KEY), "region_code": line.text(REGION), "ecosystem": line.text(LAND_ID),
            "item": line.text(ITEM_ID), "from": f"{first}-01-01" if first else "", "to": f"{last}-12-31" if last else "",
            "price_year": self._years(line, PRICE_YEAR)[0], "value": line.digits(VALUE, self.problems) or "",
            "unit": line.text(UNIT), "source": source.id if source else "", "at": at, "origin": "stated",
            "evidence": self._evidence(line, source, at),
        }  # fmt: skip

    def _years(self, line: TableRow, column: str) -> tuple[str, str]:
        """First and last year of a cell, both empty where it states none; a price is of one year."""
        text = line.text(column)
        if text in {"", UNFIT}:
            return "", ""
        found = _YEARS.fullmatch(text)
        if found is None or (column == PRICE_YEAR and found[2]):
            self.problems.add("book_year", line.where(column), column=_plain(column), found=text)
            return "", ""
        return found[1], found[2] or found[1]

    def _source(self, line: TableRow) -> Source | None:
        """The document of a line; None where the line names none."""
        title, number, issuer = (line.text(column) for column in (TITLE, NUMBER, ISSUER))
        day, kind = self._day(line), line.text(KIND)
        if kind not in KINDS:
            self.problems.add("book_kind", line.where(KIND), found=kind or "（空）", expected="、".join(KINDS))
            return None
        if not (title or number or issuer or day):
            return None
        name = document_text(title or number or "（未写文件名称）", number if title else "", str(day or ""), issuer)
        if KINDS[kind] != "own":
            name = f"{name}〔{kind}〕"
        fields = {
            "id": name, "title": title or number or name, "year": day.year if day else None, "number": number, "publisher": issuer,
            "date": day, "kind": KINDS[kind], "address": "", "checked": None,
        }  # fmt: skip
        self.sources[name] = Source.model_validate(fields)
        return self.sources[name]

    def _day(self, line: TableRow) -> date | None:
        text = line.text(DAY)
        if not text:
            return None
        try:
            return date.fromisoformat(day_of(text.partition("T")[0]) or "")
        except ValueError:  # a month is no day
            self.problems.add("book_day", line.where(DAY), found=text)
            return None

    def _evidence(self, line: TableRow, source: Source | None, at: str) -> str:
        """The strongest that the document supports; told where that is less than 申报, with what lacks."""
        level, lacks = ("unconfirmed", tuple(_LACKS)[:-1]) if source is None else strongest(source)
        columns = [_LACKS[name] for name in lacks] if level in {"secondary", "unconfirmed"} else []
        if not at:
            level, columns = "unconfirmed", [*columns, AT]
        if columns:
            code = "book_weaker" if level == "secondary" else "book_unconfirmed"
            named = "、".join(map(_plain, columns))
            self.problems.warn(code, line.where(columns[0]), row=line.text(ROW), lacks=named)
        return level


def _plain(heading: str) -> str:
    """A heading without the mark that says what to do there."""
    return heading.partition("【")[0]
