"""Where a wide sheet begins and what its columns are: found by its headings, never by a fixed place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qhgep.inputs.address import shown
from qhgep.inputs.cells import RawCell, RawSheet
from qhgep.inputs.figures import is_blank, is_typed
from qhgep.inputs.headings import Headings, Meaning, split_bracket, split_unit, unit_cell
from qhgep.inputs.names import normal
from qhgep.units import as_typed, like_a_unit

_CODE = re.compile(r"(?:行政)?(?:区划|地区|县)?(?:代码|编码)|county_code|code", re.IGNORECASE)
_NAME = re.compile(
    r"(?:各)?(?:县|县市|县区|市县|区县|县市区|地区|县域|行政区划?|县级单位|州县|市州)(?:名称?)?(?:（.*）)?|名称|county|name",
    re.IGNORECASE,
)
ROLES: Mapping[str, re.Pattern[str]] = {
    "code": _CODE,
    "name": _NAME,
    "year": re.compile(r"(?:核算|统计)?年[度份]?|期间|year|period", re.IGNORECASE),
    "presence": re.compile(r"(?:数据)?状态|presence", re.IGNORECASE),
    "note": re.compile(r"备注|说明|注|note", re.IGNORECASE),
    "source": re.compile(r"(?:数据|资料)?来源(?:编号)?|source", re.IGNORECASE),
    "evidence": re.compile(r"证据(?:等级)?|evidence", re.IGNORECASE),
    "number": re.compile(r"序号|编号|行次|no\.?", re.IGNORECASE),
}
"""What a column is for, by its heading, where it holds no quantity."""
_HEAD_WORD = re.compile(r"(?:计量)?单位|[甲乙丙]|栏次|行次|字段编号|(?:数据|资料)?来源(?:编号)?")
_NOTE = re.compile(r"注[:0-9一二三]|备注:|说明|资料来源|数据来源|填[表报]|制表|编制|审核|单位负责人|负责人|联系")
_TOTAL = re.compile(
    r"(?:全[州省县市区]|[^县市区]{0,4})?(?:合计|总计|小计|共计|总和)(?:（.*）)?|全[州省县市区]|total", re.IGNORECASE
)
_SHEET_UNIT = re.compile(r"(?<![报制供责位])单\s*位\s*:(.+)$")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年(?!\d{1,2}月|.{0,2}价)|年度:?((?:19|20)\d\d)(?!\d)")
"""A year that a title names: not the month of a return (2024年3月), not a price base (2020年不变价)."""
_NEUTRAL = re.compile(r"合计|总计|小计|数值|数量|本年|全年|")
"""A lower heading that leaves the one above it as it is; any other narrows it down and must be understood."""
_DEEPEST_HEAD = 30
_DEEPEST_MERGE = _MOST_HEADS = 40
_MOST_KEYS = 4
"""Columns are numbered from 1, or from the first that is filled in."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: what it holds and the unit that its heading names (empty: none)."""

    index: int
    place: str
    heading: str
    meanings: frozenset[Meaning]
    units: tuple[str, ...]
    source: str = ""


@dataclass
class Frame:
    """A wide sheet as it is laid out. `roles` are columns of codes, names, years and so on."""

    sheet: RawSheet
    place: str
    header: int
    start: int
    roles: dict[str, int]
    columns: list[Column] = field(default_factory=list)
    left: list[Column] = field(default_factory=list)
    """Columns with numbers that no word of the vocabulary names."""
    years: tuple[str, ...] = ()
    unit: str = ""
    """The unit that stands once above the table, known or not."""
    unnamed: list[int] = field(default_factory=list)
    """Rows between heading and data that hold numbers and no name."""

    def cell(self, row: int, role: str) -> RawCell | None:
        """The cell of a row in the column for codes, names, years, ...; None where there is none or it is blank."""
        found = self.sheet.cells.get((row, self.roles[role])) if role in self.roles else None
        return None if is_blank(found) else found

    def at(self, row: int, column: int) -> str:
        """The place of a cell, filled or not."""
        found = self.sheet.cells.get((row, column))
        return found.place if found else f"{self.place} › {shown(row, column)}"


def is_note(text: str) -> bool:
    """Whether a row that begins with this text is a note or a signature."""
    return bool(_NOTE.match(text))


def is_total(text: str) -> bool:
    """Whether a row of this name is a total."""
    return bool(_TOTAL.fullmatch(text))


def find_frame(sheet: RawSheet, file: str, headings: Headings) -> Frame | None:
    """The layout of a wide sheet; None where no row has a heading for codes or names of counties."""
    view = _View(sheet)
    header = next((row for row in range(min(view.rows, _DEEPEST_HEAD)) if view.is_header(row)), None)
    if header is None:
        return None
    roles: dict[str, int] = {}
    for column, text in view.texts(header):
        role = next((role for role, shape in ROLES.items() if shape.fullmatch(text)), None)
        if role is not None:
            roles.setdefault(role, column)
    frame = Frame(sheet, f"{file} › {sheet.name}" if sheet.name else file, header, view.rows, roles)
    frame.start = next((row for row in range(header + 1, view.rows) if view.is_data(row, frame)), view.rows)
    _columns(frame, view, headings)
    titles = "\n".join("".join(text for _, text in view.texts(row)) for row in range(min(frame.start, _MOST_HEADS)))
    frame.years = tuple(sorted({a or b for a, b in _YEAR.findall(titles)}))
    return frame


class _View:
    """A sheet with the texts of merged headings spread over their range."""

    def __init__(self, sheet: RawSheet) -> None:
        self.sheet = sheet
        self.rows, self.width = sheet.extent
        by_row: dict[int, dict[int, RawCell]] = {}
        for (row, column), cell in sheet.cells.items():
            if not is_blank(cell):
                by_row.setdefault(row, {})[column] = cell
        self.by_row = by_row
        self.merged: dict[tuple[int, int], str] = {}
        for top, left, _, right in sorted(set(sheet.merged)):
            if top < _DEEPEST_MERGE and (found := by_row.get(top, {}).get(left)) is not None:
                self.merged |= dict.fromkeys(((top, column) for column in range(left, right + 1)), found.text)

    def texts(self, row: int) -> Iterator[tuple[int, str]]:
        """The normal texts of the filled cells of a row."""
        for column, cell in sorted(self.by_row.get(row, {}).items()):
            yield column, normal(cell.text)

    def is_header(self, row: int) -> bool:
        """Whether a row has a heading for codes or names, and another heading beside it."""
        texts = list(self.texts(row))
        return len(texts) > 1 and any(_CODE.fullmatch(text) or _NAME.fullmatch(text) for _, text in texts)

    def is_data(self, row: int, frame: Frame) -> bool:
        """Whether a row below the heading speaks of a county: it has a name or a code that is no word of a head."""
        found = [cell for role in ("name", "code") if (cell := frame.cell(row, role))]
        return any(
            not (_HEAD_WORD.fullmatch(text := normal(cell.text)) or _CODE.fullmatch(text) or _NAME.fullmatch(text))
            for cell in found
        )

    def spread(self, row: int, column: int) -> str:
        """The text of a head cell as typed, or that of the merged range around it."""
        if (cell := self.by_row.get(row, {}).get(column)) is not None:
            return cell.text
        return self.merged.get((row, column), "")


def _columns(frame: Frame, view: _View, headings: Headings) -> None:
    keys = set(frame.roles.values())
    groups, units, sources = _head_rows(frame, view, headings, keys)
    default = frame.unit = _sheet_unit(frame, view)
    numbered = {column for row, column in frame.sheet.cells if row >= frame.start and _has_number(frame, row, column)}
    for index in range(view.width):
        texts = [text for row in groups if normal(text := view.spread(row, index))]
        if index in keys or not texts:
            continue
        bare, told = zip(*(split_unit(text) for text in texts), strict=True)
        stated = [*(unit for unit in told if unit)]
        stated += [unit_cell(text := view.spread(row, index)) or as_typed(text) for row in units]
        meanings = _meanings(bare, headings)
        if not meanings:
            meanings, unknown = _with_unknown_unit(texts, headings)
            stated += unknown if not (default or any(stated)) or any(map(like_a_unit, unknown)) else []
            meanings = meanings if stated else set()
        stated = list(dict.fromkeys(unit for unit in stated if unit)) or ([default] if default else [])
        source = next((text for row in sources if (text := normal(view.spread(row, index)))), "")
        place = frame.at(frame.header, index)
        heading = "".join(dict.fromkeys(map(normal, texts)))
        column = Column(index, place, heading, frozenset(meanings), tuple(stated), source)
        if meanings:
            frame.columns.append(column)
        elif index in numbered:
            frame.left.append(column)


def _has_number(frame: Frame, row: int, column: int) -> bool:
    found = frame.sheet.cells.get((row, column))
    return found is not None and (found.kind in {"number", "error", "date"} or is_typed(found.text))


def _head_rows(frame: Frame, view: _View, headings: Headings, keys: set[int]) -> tuple[list[int], list[int], list[int]]:
    """The rows of headings, of units and of sources: the header, groups above it, and what stands between it and the data."""
    groups, units, sources = [], [], []
    for row in sorted(row for row in view.by_row if row < frame.start)[:_MOST_HEADS]:
        texts = list(view.texts(row))
        values = [text for column, text in texts if column not in keys and column > min(keys)]
        label = next((text for _, text in texts), "")
        numbered = [text for _, text in texts if not _HEAD_WORD.fullmatch(text)]
        if row < frame.header:
            if any(headings.field(text) for text in values) or _is_group(frame, row, keys):
                groups.append(row)
        elif row == frame.header:
            groups.append(row)
        elif re.fullmatch(r"(?:计量)?单位", label) or (
            _are_units([cell.text for column, cell in view.by_row[row].items() if column not in keys])
            and not _counts(numbered)
        ):
            units.append(row)
        elif "来源" in label:
            sources.append(row)
        elif any(_has_number(frame, row, column) for column, _ in texts) and not _counts(numbered):
            frame.unnamed.append(row)
        elif values and not _counts(numbered):
            groups.append(row)
    return groups, units, sources


def _is_group(frame: Frame, row: int, keys: set[int]) -> bool:
    """Whether a row above the header holds a heading over several columns that are not those of the names."""
    return any(
        first == row and right > left and not any(left <= key <= right for key in keys)
        for first, left, last, right in frame.sheet.merged
    )


def _counts(values: list[str]) -> bool:
    """Whether a row numbers its columns: 1, 2, 3 ..."""
    numbers = [int(text) for text in values if text.isdecimal() and len(text) < len("1000")]
    return (
        bool(numbers)
        and len(numbers) == len(values)
        and numbers[0] <= _MOST_KEYS
        and numbers == list(range(numbers[0], numbers[0] + len(values)))
    )


def _meanings(texts: tuple[str, ...], headings: Headings) -> set[Meaning]:
    """What a column may mean: by a field id, by all its headings together, else by the lowest that means something."""
    for text in texts:
        if (exact := headings.field(text)) is not None:
            return {exact}
    together = headings.meanings("".join(texts)) if len(texts) > 1 else set()
    for text in reversed(texts if not together else ()):
        if (found := headings.meanings(text)) or not _NEUTRAL.fullmatch(text):
            return found
    return together


def _with_unknown_unit(texts: Sequence[str], headings: Headings) -> tuple[set[Meaning], list[str]]:
    """What a column means without the last brackets of its headings, and what these hold: no unit that is known."""
    bare, inside = zip(*(split_bracket(text) for text in texts), strict=True)
    return (_meanings(bare, headings), [text for text in inside if text]) if any(inside) else (set(), [])


def _are_units(texts: Sequence[str]) -> bool:
    """Whether the cells of a row are units; one that is not known does not make it a row of something else."""
    known = [bool(unit_cell(text)) for text in texts]
    return any(known) and all(one or like_a_unit(text) for one, text in zip(known, texts, strict=True))


def _sheet_unit(frame: Frame, view: _View) -> str:
    """The unit that stands once above the table: 单位：万亩. One that is not known is kept, and is an error of the columns."""
    cells = (cell for row in range(min(frame.header, _MOST_HEADS)) for cell in view.by_row.get(row, {}).values())
    texts = [as_typed(match[1]) for cell in cells if (match := _SHEET_UNIT.search(as_typed(cell.text)))]
    known, unknown = (
        [unit for text in texts if (unit := unit_cell(text))],
        [text for text in texts if like_a_unit(text)],
    )
    return (known or unknown or [""])[-1]
