"""Where a wide sheet begins and what its columns are: found by its headings, never by a fixed place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from qhgep.inputs.figures import is_typed
from qhgep.inputs.files.address import shown
from qhgep.inputs.files.cells import RawCell, RawSheet
from qhgep.inputs.names import CountyLookup, bare, normal
from qhgep.inputs.periods import YearSpan, in_heading, period_of, preliminary, stated, without_preliminary
from qhgep.inputs.view import Filled, View, codes_areas, names_areas
from qhgep.inputs.wide.blocks import blocks
from qhgep.inputs.wide.headings import Headings, Meaning, split_bracket, split_unit, unit_cell
from qhgep.inputs.wide.keys import Keys, key_columns
from qhgep.units import as_typed, like_a_unit

ROLES: Mapping[str, re.Pattern[str]] = {
    "year": re.compile(r"(?:核算|统计)?(?:年[度份]?|期间|时[期间])|year|period", re.IGNORECASE),
    "presence": re.compile(r"(?:数据)?状态|presence", re.IGNORECASE),
    "note": re.compile(r"备注|说明|注|note", re.IGNORECASE),
    "source": re.compile(r"(?:数据|资料)?来源(?:编号)?|source", re.IGNORECASE),
    "evidence": re.compile(r"证据(?:等级)?|evidence", re.IGNORECASE),
    "number": re.compile(r"序号|编号|行次|no\.?", re.IGNORECASE),
    "below": re.compile(
        r"(?:乡镇?|镇|街道|村|行政村|社区|林场|牧场|小班|图斑|样[地点]|站[点]?|地块|乡镇（街道）|乡（镇）|村（社区）)(?:名称?)?",
        re.IGNORECASE,
    ),
}
"""What a column is for, by its heading, where it holds no quantity; `below` are parts of counties."""
_HEAD_WORD = re.compile(r"(?:计量)?单位|[甲乙丙]|栏次|行次|字段编号|(?:数据|资料)?来源(?:编号)?")
_NOTE = re.compile(
    r"注[:0-9一二三]|备注:|说明|资料来源|数据来源|数据口径|口径|依据|填[表报]|制表|编制|审核|单位负责人|负责人|联系"
)
_TOTAL = re.compile(
    r"(?:全[州省县市区]|[^县市区]{0,4})?(?:合计|总计|小计|共计|总和)(?:（.*）)?|全[州省县市区]|total", re.IGNORECASE
)
_SHEET_UNIT = re.compile(r"(?<![报制供责位])单\s*位\s*:(.+)$")
_TITLE_WORDS = re.compile(
    r"^附?表[0-9一二三四五六七八九十]*(?:[-.][0-9]+)?[:、.]?|^[一二三四五六七八九十]+、|各类|各(?:县市区|市县|县市|县区|县|市州|州市|地区)|分(?:县|市州|地区)"
    r"|(?:统计|汇总|一览|明细|数据|情况)*(?:表|数据|情况|统计)$"
)
"""What a title has beside the name of its quantity."""
_YEAR_LABEL = re.compile(r".{0,2}年[度份]:?")
_NEUTRAL = re.compile(r"合计|总计|小计|数值|数量|本年|全年|")
"""A lower heading that leaves the one above it as it is; any other narrows it down and must be understood."""
_MOST_HEADS = 40
_MOST_KEYS = 4
"""Columns are numbered from 1, or from the first that is filled in."""


@dataclass(frozen=True, slots=True)
class HeadedColumn:
    """A column that is read: what it holds, the unit that its heading names (empty: none), and the years that it names."""

    index: int
    place: str
    heading: str
    meanings: frozenset[Meaning]
    units: tuple[str, ...]
    source: str = ""
    spans: tuple[YearSpan, ...] = ()


@dataclass
class Frame:
    """A wide sheet as it is laid out. `roles` are columns of codes, names, years and so on, `keys` whose rows they are."""

    sheet: RawSheet
    rows: Mapping[int, Mapping[int, RawCell]]
    """The cells that are not blank, by row and column."""
    place: str
    header: int
    start: int
    roles: dict[str, int]
    keys: Keys
    filled: Filled
    columns: list[HeadedColumn] = field(default_factory=list)
    left: list[HeadedColumn] = field(default_factory=list)
    """Columns with numbers that no word of the vocabulary names."""
    years: tuple[YearSpan, ...] = ()
    """Years and spans that the titles or the name of the sheet state."""
    preliminary: str = ""
    """The title or name of the sheet that says that the figures are not final."""
    unit: str = ""
    """The unit that stands once above the table, known or not."""
    unnamed: list[int] = field(default_factory=list)
    """Rows between heading and data that hold numbers and no name."""

    def cell(self, row: int, role: str) -> RawCell | None:
        """The cell of a row in the column for codes, names, years, ...; None where there is none or it is blank."""
        return self.filled.cell(row, self.roles[role]) if role in self.roles else None

    def cells(self, row: int, columns: Iterable[int]) -> list[RawCell]:
        """The cells of a row in some columns that are not blank."""
        return [found for column in columns if (found := self.filled.cell(row, column)) is not None]

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


def find_frames(sheet: RawSheet, file: str, headings: Headings, places: CountyLookup) -> list[Frame]:
    """The layout of each table of a wide sheet; empty where no row has a heading for codes or names of counties."""
    found: list[Frame] = []
    for view, header in blocks(sheet):
        found.append(_frame(view, header, f"{file} › {sheet.name}" if sheet.name else file, headings, places))
        if len(found) > 1:
            _inherit(found[-2], found[-1])
    return found


def _frame(view: View, header: int, place: str, headings: Headings, places: CountyLookup) -> Frame:
    heads = {column: text for column in range(view.width) if (text := view.heading(header, column))}
    named = [column for column, text in heads.items() if names_areas(text)]
    coded = [column for column, text in heads.items() if codes_areas(text) and column not in named]
    roles: dict[str, int] = {}
    for column, text in heads.items():
        role = next((role for role, shape in ROLES.items() if shape.fullmatch(text)), None)
        if role is not None:
            roles.setdefault(role, column)
    filled = Filled(view.sheet, sorted({*named, *coded, *roles.values()}))
    body = _Body(view, filled, header, [*named, *coded])
    unheaded = [column for column in range(view.width) if column not in {*named, *coded, *roles.values()}]
    keys = key_columns(body.texts(named), body.texts(coded), body.words(unheaded), places)
    roles |= {role: column for role, column in (("name", keys.name), ("code", keys.code)) if column is not None}
    filled = Filled(view.sheet, sorted({*roles.values(), *keys.above, *keys.beside}))
    frame = Frame(view.sheet, view.by_row, place, header, body.start, roles, keys, filled)
    groups = _columns(frame, view, headings, places)
    frame.years = tuple(_years(view, frame, groups))
    frame.preliminary = next((text for text in _titles(view, frame, groups) if preliminary(text)), "")
    return frame


def _inherit(first: Frame, below: Frame) -> None:
    """A table that begins again with the same headings, on the next page, is of the years of the first."""
    same = [column.heading for column in first.columns] == [column.heading for column in below.columns]
    if same and not below.years:
        below.years = first.years


class _Body:
    """The rows below the headings: where they begin, and the texts of their columns."""

    def __init__(self, view: View, filled: Filled, header: int, keys: Sequence[int]) -> None:
        self.view, self.filled = view, filled
        below = range(header + 1, view.rows)
        self.start = next((row for row in below if self._is_data(row, keys)), view.rows)

    def _is_data(self, row: int, keys: Sequence[int]) -> bool:
        """Whether a row below the heading speaks of a county: it has a name or a code that is no word of a head."""
        texts = [normal(cell.text) for column in keys if (cell := self.filled.cell(row, column)) is not None]
        return any(not (_HEAD_WORD.fullmatch(text) or codes_areas(text) or names_areas(text)) for text in texts)

    def texts(self, columns: Iterable[int]) -> dict[int, list[str]]:
        """The texts of key columns, without totals and notes."""
        rows = [row for row in self.view.by_row if row >= self.start]
        cells = {column: [self.filled.cell(row, column) for row in rows] for column in columns}
        return {column: _names(cell.text for cell in found if cell is not None) for column, found in cells.items()}

    def words(self, columns: Iterable[int]) -> dict[int, list[str]]:
        """The texts of the columns of which most cells are words."""
        found: dict[int, list[str]] = {}
        for column in columns:
            cells = [cell for row, line in self.view.by_row.items() if row >= self.start and (cell := line.get(column))]
            words = [cell.text for cell in cells if cell.kind == "text" and not is_typed(cell.text)]
            if words and 2 * len(words) > len(cells):
                found[column] = _names(words)
        return {column: texts for column, texts in found.items() if texts}


def _names(texts: Iterable[str]) -> list[str]:
    """The texts that are no totals and notes; a column repeats its counties year by year."""
    every = list(texts)
    asides = {text for text in set(every) if is_total(name := bare(text)) or is_note(name)}
    return [text for text in every if text not in asides]


def _columns(frame: Frame, view: View, headings: Headings, places: CountyLookup) -> list[int]:
    """Find what the columns hold; the rows of headings are returned.

    Columns that are headed by nothing but years hold the quantity that the title names.
    """
    keys = {*frame.roles.values(), *frame.keys.above, *frame.keys.beside}
    groups, units, sources = _head_rows(frame, view, headings, keys)
    default = frame.unit = _sheet_unit(frame, view)
    numbered = _numbered(frame)
    for index in range(view.width):
        printed = [text for row in groups if normal(text := view.spread(row, index))]
        texts = [text for full in printed if normal(text := without_preliminary(full))]
        if index in keys or not texts:
            continue
        bare_texts, told = zip(*(split_unit(text) for text in texts), strict=True)
        units_stated = [*(unit for unit in told if unit)]
        units_stated += [unit_cell(text := view.spread(row, index)) or as_typed(text) for row in units]
        meanings, spans = _meanings(bare_texts, headings)
        if spans and not meanings and not any(in_heading(text)[1] for text in bare_texts):
            meanings, unit = _of_title(view, frame, groups, headings, places)
            units_stated += [unit] if unit and not any(units_stated) else []
        if not meanings and (member := "".join(in_heading(text)[1] for text in bare_texts)):
            meanings, unit = _of_title(view, frame, groups, headings, places, member)
            units_stated += [unit] if unit and not any(units_stated) else []
        if not meanings:
            meanings, spans, unknown = _with_unknown_unit(texts, headings)
            units_stated += unknown if not (default or any(units_stated)) or any(map(like_a_unit, unknown)) else []
            meanings = meanings if units_stated else set()
        units_stated = list(dict.fromkeys(unit for unit in units_stated if unit)) or ([default] if default else [])
        source = next((text for row in sources if (text := view.heading(row, index))), "")
        place = frame.at(_own_row(frame, view, groups, index), index)
        heading = "".join(dict.fromkeys(map(normal, printed)))
        column = HeadedColumn(index, place, heading, frozenset(meanings), tuple(units_stated), source, spans)
        if meanings:
            frame.columns.append(column)
        elif index in numbered:
            frame.left.append(column)
    return groups


def _own_row(frame: Frame, view: View, groups: Sequence[int], index: int) -> int:
    """The lowest row of headings in which a column has a cell of its own: of 面积 over 森林 and 草地 that of 草地."""
    return max((row for row in groups if index in view.by_row.get(row, {})), default=frame.header)


def _numbered(frame: Frame) -> set[int]:
    """The columns with a number below the headings, each looked through up to its first."""
    found: set[int] = set()
    for row, cells in frame.rows.items():
        if row >= frame.start:
            found |= {column for column, cell in cells.items() if column not in found and _is_number(cell)}
    return found


def _is_number(cell: RawCell) -> bool:
    return cell.kind in {"number", "error", "date"} or is_typed(cell.text)


def _head_rows(frame: Frame, view: View, headings: Headings, keys: set[int]) -> tuple[list[int], list[int], list[int]]:
    """The rows of headings, of units and of sources: the header, groups above it, and what stands between it and the data."""
    groups, units, sources = [], [], []
    for row in sorted(row for row in view.by_row if row < frame.start)[-_MOST_HEADS:]:
        texts = list(view.texts(row))
        values = [text for column, text in texts if column not in keys and column > min(keys)]
        label = next((text for _, text in texts), "")
        numbered = [text for _, text in texts if not _HEAD_WORD.fullmatch(text)]
        if row < frame.header:
            across = len(values) > 1 and all(period_of(text) for text in values)
            if across or any(headings.field(text) for text in values) or _is_group(frame, row, keys):
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
        elif any(_is_number(view.by_row[row][column]) for column, _ in texts) and not (
            _counts(numbered) or all(period_of(text) for text in values)
        ):
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


def _meanings(texts: Sequence[str], headings: Headings) -> tuple[set[Meaning], tuple[YearSpan, ...]]:
    """What a column may mean, and of which years: its headings without the years that they name.

    A year that is a part of a name stays (当量价值（2008 年表）); 2019年降水量 is 年降水量 of 2019.
    """
    parts = [((), text) if headings.meanings(text) else in_heading(text) for text in texts]
    years = tuple(dict.fromkeys(span for spans, _ in parts for span in spans))
    rest = [text for _, text in parts if text]
    if not rest:
        return set(), years
    return _meanings_of_stack(rest, headings) or _meanings_of_stack([*rest[:-1], f"年{rest[-1]}"], headings), years


def _meanings_of_stack(texts: Sequence[str], headings: Headings) -> set[Meaning]:
    """What headings above each other mean: by a field id, by all of them together, else by the lowest that means something.

    Together they are a name in either order: 各类生态系统面积 over 森林, 面积 over 森林.
    """
    for text in texts:
        if (exact := headings.field(text)) is not None:
            return {exact}
    together: set[Meaning] = set()
    if len(texts) > 1:
        above, lowest = "".join(_TITLE_WORDS.sub("", text) for text in texts[:-1]), texts[-1]
        together = headings.meanings("".join(texts)) or headings.meanings(above + lowest)
        together = together or headings.meanings(lowest + above)
    for text in reversed(texts if not together else ()):
        if (found := headings.meanings(text)) or not _NEUTRAL.fullmatch(text):
            return found
    return together


def _years(view: View, frame: Frame, groups: Sequence[int]) -> Iterator[YearSpan]:
    """The years and spans of the titles above the headings and of the name of the sheet, each once; notes state none."""
    heads = [row for row in sorted(view.by_row) if row < frame.header and row not in groups][-_MOST_HEADS:]
    found: list[YearSpan] = []
    for row in heads:
        texts = [text for _, text in view.texts(row)]
        found += (span for text in texts if not is_note(text) for span in stated(text)[0])
        asked = (span for label, text in pairwise(texts) if _YEAR_LABEL.fullmatch(label) and (span := period_of(text)))
        found += asked
    own = period_of(frame.sheet.name)
    yield from dict.fromkeys([*found, *((own,) if own else stated(frame.sheet.name)[0])])


def _titles(view: View, frame: Frame, groups: Sequence[int]) -> Iterator[str]:
    """The titles above the headings, and the name of the sheet; notes are none."""
    heads = [row for row in sorted(view.by_row) if row < frame.header and row not in groups][-_MOST_HEADS:]
    yield from (text for row in heads for _, text in view.texts(row) if not is_note(text))
    yield frame.sheet.name


def _of_title(
    view: View, frame: Frame, groups: Sequence[int], headings: Headings, places: CountyLookup, member: str = ""
) -> tuple[set[Meaning], str]:
    """The quantity that the titles name, and its unit: 2019—2021年果洛州各县森林面积统计表（公顷）. Empty where not just one does.

    With a `member`, the heading of a column, that of both together: 草地 below 各县生态系统面积.
    """
    found: dict[frozenset[Meaning], str] = {}
    for row in (row for row in view.by_row if row < frame.header and row not in groups):
        for _, text in view.texts(row):
            words, unit = split_unit(text)
            words = places.without_wider(_TITLE_WORDS.sub("", stated(words)[1]))
            words = _TITLE_WORDS.sub("", words)
            if meanings := headings.meanings(words + member) or headings.meanings(member + words):
                found[frozenset(meanings)] = unit
    return (set(next(iter(found))), next(iter(found.values()))) if len(found) == 1 else (set(), "")


def _with_unknown_unit(
    texts: Sequence[str], headings: Headings
) -> tuple[set[Meaning], tuple[YearSpan, ...], list[str]]:
    """What a column means without the last brackets of its headings, and what these hold: no unit that is known."""
    bare_texts, inside = zip(*(split_bracket(text) for text in texts), strict=True)
    meanings, spans = _meanings(bare_texts, headings)
    return (meanings if any(inside) else set()), spans, [text for text in inside if text]


def _are_units(texts: Sequence[str]) -> bool:
    """Whether the cells of a row are units; one that is not known does not make it a row of something else."""
    known = [bool(unit_cell(text)) for text in texts]
    return any(known) and all(one or like_a_unit(text) for one, text in zip(known, texts, strict=True))


def _sheet_unit(frame: Frame, view: View) -> str:
    """The unit that stands once above the table: 单位：万亩. One that is not known is kept, and is an error of the columns."""
    rows = sorted(row for row in view.by_row if row < frame.header)[-_MOST_HEADS:]
    cells = (cell for row in rows for cell in view.by_row[row].values())
    texts = [as_typed(match[1]) for cell in cells if (match := _SHEET_UNIT.search(as_typed(cell.text)))]
    known, unknown = (
        [unit for text in texts if (unit := unit_cell(text))],
        [text for text in texts if like_a_unit(text)],
    )
    return (known or unknown or [""])[-1]
