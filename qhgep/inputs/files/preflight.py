"""Looking at an xlsx file before any parser does: is it a workbook, and is it safe to open?

A legal file of 5 kB with a cell at XFD1048576 makes some parsers take 512 GB; expat before 2.6 takes quadratic time over one
long token. So sizes, extents and tokens are measured on the raw bytes first, in blocks.
"""

from __future__ import annotations

import math
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qhgep.data import regular_file
from qhgep.errors import InputError, Problems
from qhgep.inputs.files.address import position
from qhgep.inputs.files.xlsx_package import MALFORMED, MOST_STRINGS, feed_bytes, local

MOST_BYTES = 150 * 1024 * 1024
"""The unpacked size that is still read; a 45-county workbook is about 5 MB."""
MOST_PARTS = 5_000
MOST_ROWS = 200_000
MOST_COLUMNS = 1_000
"""The used extent of a sheet that is still read, blank cells left out; China has 2,844 counties."""
MOST_SHEETS = 500
"""The sheets of a workbook that is still read; a parser makes an object of each, and 300,000 take hours."""
MOST_NAMES = 20_000
"""The defined names of a workbook that is still read."""
MOST_SPANNED = 1_000_000
"""The cells that merged ranges and links of a sheet span, together, in a workbook that is still read: parsers make each."""
MOST_TAGS = 500_000
"""The tags of a part that is neither sheet nor list of strings; 64,000 looks, the most that Excel makes, are some 300,000."""
MOST_TAGS_OF_PAGE = 4_000_000
"""The tags of a sheet that verify reads whole: 660,000 cells with formulas."""
MOST_TAGS_OF_STRINGS = 5 * MOST_STRINGS
"""The tags of the list of strings: four for a text, and some for letters of other looks."""
MOST_BYTES_OF_STRINGS = 30 * 1024 * 1024
"""The size of the list of strings, that of a csv: 90 MB of texts keep a reader busy for eight seconds."""
MOST_BYTES_OF_SHEET = 40 * 1024 * 1024
"""The size of a sheet that is read within the extent, far blank cells left out: three times that of its most filled cells."""
MOST_CELLS = 300_000
"""The filled cells of a workbook that is read within the extent: 2,844 counties by a hundred columns; about 130 MB."""
MOST_CELL_TAGS = 600_000
"""The cells of such a sheet, blank ones that only have a look among them."""
MOST_COLUMN_TAGS = 16_384
"""The widths that a sheet states: one for each column that a sheet can have."""
MOST_MERGES = 65_536
"""The merged ranges of a sheet, however small: 300,000 of three cells keep a parser busy for half a minute."""
MOST_RELATIONS = 65_536
"""The relations of a part: a sheet has at most 65,530 links in Excel."""
MOST_CELL = 1 << 9
"""What is kept of a piece, so that a cell over the end of it is seen whole."""
MOST_TOKEN = 1 << 20
"""The longest tag, text or comment in bytes; a cell holds 32,767 characters."""
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError, LookupError)
"""What the standard library raises over an archive that is damaged or encrypted."""
_BLOCK = 1 << 20
_MEGA = 1024 * 1024
_MOST_RATIO = 1032
"""What deflate can make of one byte: a part is no larger, whatever the directory of the archive says."""
_DECLARED = (b"<!DOCTYPE", b"<!ENTITY")
_SHEET = re.compile(rb"<(?:\w+:)?worksheet[\s>]")
_COUNTED = {
    "col": MOST_COLUMN_TAGS,
    "mergeCell": MOST_MERGES,
    "Relationship": MOST_RELATIONS,
    "sheet": MOST_SHEETS,
    "definedName": MOST_NAMES,
    "si": MOST_STRINGS,
}
"""Elements that are dear to read, and how many of each a part may have."""
_COUNTED_WITHIN = {**_COUNTED, "c": MOST_CELL_TAGS}
"""The same for a reader within the extent, for whom far blank cells and rows are left out before."""
_COUNTED_WHOLE = {**_COUNTED, "row": MOST_ROWS}
"""The same for verify, which compares with a book of its own, see `refuse_much_more`."""
_ELEMENTS = {
    name: re.compile(rb"<(?:\w+:)?" + name.encode() + rb"[\s/>]") for name in {**_COUNTED_WITHIN, **_COUNTED_WHOLE}
}
_FILLED = re.compile(rb"<(?:\w+:)?(?:v(?:\s[^<>]*)?>[^<]|is[\s>])")
"""The value of a cell that is filled."""
_TAG = re.compile(rb"<((?:[\w.-]+:)?[\w.-]+)")
_STRINGS = re.compile(rb"<(?:\w+:)?sst[\s>]")
_BEYOND = rb"[\"']((?:AL[M-Z]|A[M-Z][A-Z]|[B-Z][A-Z]{2})[0-9]+|[A-Z]*(?:[2-9][0-9]{5}|[0-9]{7,}))[\"']"
"""Addresses of cells or rows beyond the extent: columns from ALM on, rows from 200,000 on."""
_ANY_FAR = re.compile(rb"r=" + _BEYOND)
_FAR = re.compile(
    rb"<(?:\w+:)?c\s[^<>]*?(?<=\s)r="
    + _BEYOND
    + rb"[^<>]*(?<!/)>(?:\s|<!--[^<>]*-->)*<(?:\w+:)?(?:v(?:\s[^<>]*)?>[^<]|(?:is|f)[\s/>])"
)
"""A cell beyond the extent that holds something."""
_FAR_CELLS = re.compile(rb"<(?:\w+:)?c\s[^<>]*?(?<=\s)r=" + _BEYOND + rb"[^<>]*(?:/>|>\s*</(?:\w+:)?c>)")
_FAR_ROWS = re.compile(rb"<(?:\w+:)?row\s[^<>]*?(?<=\s)r=" + _BEYOND + rb"[^<>]*(?:/>|>\s*</(?:\w+:)?row>)")
"""Cells and rows beyond the extent that hold nothing: a format to the end of the sheet makes a million of them."""
_SECOND = re.compile(rb"</(?:\w+:)?v>(?:\s|<!--[^<>]*-->)*<(?:\w+:)?[vf][\s/>]")
"""A second value, or a formula behind the value: readers join the two, take the first, or take the last."""
_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*?(?<=\s)r=[\"']([A-Z]{1,3}[0-9]{1,7})[\"']")
_SPAN = re.compile(
    rb"<(?:\w+:)?(?:mergeCell|hyperlink)\s[^<>]*?(?<=\s)ref=[\"']([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})[\"']"
)
"""A range that a parser takes apart into its cells."""
_ID_SHOWN = 40
"""Characters of an id that a message shows."""
_LONG = ((b"<!--", b"-->"), (b"<?", b"?>"), (b"<![CDATA[", b"]]>"))


def preflight(path: Path, *, bounded: bool = True, only: Collection[str] = ()) -> None:
    """Refuse what is no workbook or would harm its reader. Raises InputError with every reason.

    Checked: a zip with a workbook part, no two parts of one name, no path that leaves the archive, unpacked size (before
    anything is inflated), no document type or entity declarations (an xlsx has none), the used extent of the sheets, the
    length of single tokens. Without `bounded` the extent is left to the reader: verify names the cell that was added far out.
    Of a caller that reads some parts `only` no others are looked through.
    """
    problems = Problems()
    try:
        with regular_file(path).open("rb") as file, zipfile.ZipFile(file) as archive:
            if _names(archive, path.name, problems):
                parts = [info for info in archive.infolist() if not only or info.filename in only]
                _parts(archive, parts, path.name, problems, bounded=bounded)
    except (FileNotFoundError, IsADirectoryError, PermissionError):
        problems.add("workbook_missing", path.name)
    except (*BROKEN, OSError):  # an offset outside a torn archive is an OSError too
        problems.add("workbook_not_zip", path.name)
    problems.raise_if_any(InputError)


def _names(archive: zipfile.ZipFile, name: str, problems: Problems) -> bool:
    """Whether the directory of the archive lets its parts be inflated at all."""
    names = archive.namelist()
    if len(names) > MOST_PARTS:
        problems.add("workbook_parts", name, parts=len(names), most=MOST_PARTS)
        return False
    if "xl/workbook.xml" not in names:
        problems.add("workbook_no_part", name)
    if len({part.lower() for part in names}) != len(names):  # names of parts differ by more than case
        problems.add("workbook_twice", name)
    if any(part.startswith("/") or "\\" in part or ".." in part.split("/") for part in names):
        problems.add("workbook_path", name)
    size = sum(map(_unpacked, archive.infolist()))
    if size > MOST_BYTES:
        problems.add("workbook_large", name, size=round(size / _MEGA), most=MOST_BYTES // _MEGA)
    return size <= MOST_BYTES


def _unpacked(info: zipfile.ZipInfo) -> int:
    """The size of a part when it is inflated; only of deflate is it known what its bytes can make at most."""
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return info.file_size
    return min(info.file_size, _MOST_RATIO * info.compress_size + 1)


def _parts(
    archive: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo], name: str, problems: Problems, *, bounded: bool
) -> None:
    filled = 0
    for info in parts:
        with archive.open(info) as part:
            if info.filename.lower().endswith((".xml", ".rels", ".vml")):
                where = f"{name} › {info.filename}"
                filled += _xml(part, where, problems, bounded=bounded)
                if filled > MOST_CELLS and bounded:
                    problems.add("workbook_cells", where, most=MOST_CELLS)
                    return
                if info.filename.lower().endswith(".rels"):
                    _relations_once(archive, info, where, problems)
            else:
                while part.read(_BLOCK):
                    pass  # to the end, where the checksum is compared


def _xml(part: object, where: str, problems: Problems, *, bounded: bool) -> int:
    """Look through one part in pieces that end before a tag; how many filled cells it has, as far as it was looked at."""
    is_sheet: bool | None = None
    most = _Most(math.inf, math.inf)
    farthest, end = (0, 0), b""
    spans = _SpannedCells()
    counts: Counter[str] = Counter()
    cells = 0
    for piece in _pieces(part):
        if is_sheet is None:
            is_sheet = bool(_SHEET.search(piece[:4096]))
            most = _most_of(piece, is_sheet=is_sheet, bounded=bounded)
            if piece.startswith((b"\xfe\xff", b"\xff\xfe")) or b"\0" in piece[:4]:
                problems.add("workbook_utf16", where)
                return cells
        filled = _without_far_blanks(piece) if is_sheet and bounded else piece
        cells += len(_FILLED.findall(filled)) if is_sheet and bounded else 0
        if _note_many(filled, counts, most, where, problems, bounded=bounded) or _note_fault(piece, where, problems):
            return cells
        if (
            cells > MOST_CELLS
            or spans.note_fault(filled, where, problems)
            or (is_sheet and _note_second(end + filled, where, problems))
        ):
            return cells
        farthest = _farther(end + filled, farthest) if is_sheet and bounded else farthest
        end = filled[-MOST_CELL:]
    if farthest[0] > MOST_ROWS:
        problems.add("workbook_rows", where, row=farthest[0], most=MOST_ROWS)
    if farthest[1] > MOST_COLUMNS:
        problems.add("workbook_columns", where, column=farthest[1], most=MOST_COLUMNS)
    return cells


@dataclass(frozen=True, slots=True)
class _Most:
    """How many tags a part may have, and how many bytes."""

    tags: float
    size: float


def _most_of(start: bytes, *, is_sheet: bool, bounded: bool) -> _Most:
    """The bounds of a part; a sheet that is read within the extent has no other for its tags."""
    if is_sheet:
        return _Most(math.inf, MOST_BYTES_OF_SHEET) if bounded else _Most(MOST_TAGS_OF_PAGE, math.inf)
    if _STRINGS.search(start[:4096]):
        return _Most(MOST_TAGS_OF_STRINGS, MOST_BYTES_OF_STRINGS)
    return _Most(MOST_TAGS, math.inf)


def _note_many(
    piece: bytes, counts: Counter[str], most: _Most, where: str, problems: Problems, *, bounded: bool
) -> bool:
    """Whether a part has passed its bounds or that of an element with this piece; it is noted. `counts` goes on."""
    counts["<"] += piece.count(b"<")
    counts[""] += len(piece)
    if counts["<"] > most.tags:
        problems.add("workbook_tags", where, element=commonest(piece), most=most.tags)
        return True
    if counts[""] > most.size:
        problems.add("workbook_large", where, size=counts[""] // _MEGA + 1, most=int(most.size) // _MEGA)
        return True
    for name, most_of_it in (_COUNTED_WITHIN if bounded else _COUNTED_WHOLE).items():
        if name.encode() in piece:  # quick, and mostly not so
            counts[name] += len(_ELEMENTS[name].findall(piece))
        if counts[name] > most_of_it:
            problems.add("workbook_elements", where, element=name, most=most_of_it)
            return True
    return False


def commonest(piece: bytes) -> str:
    """The name of the element that a piece has most of, the first of several."""
    found = Counter(_TAG.findall(piece)).most_common(1)
    return found[0][0].decode("utf-8", "replace")[:_ID_SHOWN] if found else ""


def _relations_once(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str, problems: Problems) -> None:
    """Note a relation id that is given twice: one program follows the first, another the last."""
    if problems.items:
        return  # a part of too many relations is not parsed
    found = _Relations()
    try:
        feed_bytes(archive.read(info), found)
    except MALFORMED:
        return  # its reader says so
    for key in sorted(key for key, count in Counter(found.ids).items() if count > 1):
        problems.add("workbook_relation_twice", where, id=key[:_ID_SHOWN])


class _Relations:
    """Takes the ids of the relations of a part."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if local(tag) == "Relationship" and "Id" in attributes:
            self.ids.append(attributes["Id"])

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass


def _note_second(piece: bytes, where: str, problems: Problems) -> bool:
    """Whether a cell has a second value or formula; it is noted."""
    if (second := _SECOND.search(piece)) is None:
        return False
    before = list(_CELL.finditer(piece[: second.start()]))
    problems.add("cell_twice", f"{where} › {before[-1][1].decode()}" if before else where)
    return True


def _note_fault(piece: bytes, where: str, problems: Problems) -> bool:
    """Whether a piece declares entities or holds too long a token; it is noted."""
    if any(mark in piece for mark in _DECLARED):
        problems.add("workbook_entity", where)
    elif _longest(piece) > MOST_TOKEN:
        problems.add("workbook_token", where, most=MOST_TOKEN // 1024)
    else:
        return False
    return True


@dataclass
class _SpannedCells:
    """How many cells the ranges of a part span so far."""

    cells: int = 0

    def note_fault(self, piece: bytes, where: str, problems: Problems) -> bool:
        """Whether a piece brings the count over what is read; it is noted."""
        if b"mergeCell" not in piece and b"hyperlink" not in piece:
            return False
        self.cells += sum(map(_cells_of, _SPAN.finditer(piece)))
        if self.cells <= MOST_SPANNED:
            return False
        problems.add("workbook_spans", where, cells=MOST_SPANNED)
        return True


def _cells_of(found: re.Match[bytes]) -> int:
    """How many cells a range spans; a corner that is no cell spans none, and the parser says so."""
    first, last = position(found[1].decode()), position(found[2].decode())
    if first is None or last is None:
        return 0
    return (abs(last[0] - first[0]) + 1) * (abs(last[1] - first[1]) + 1)


def without_far_blanks(part: object) -> Iterator[bytes]:
    """A worksheet part without the blank cells and rows beyond the extent: parsed one by one, a million takes a while."""
    return map(_without_far_blanks, _pieces(part))


def _without_far_blanks(piece: bytes) -> bytes:
    return _FAR_ROWS.sub(b"", _FAR_CELLS.sub(b"", piece)) if _ANY_FAR.search(piece) else piece


def _pieces(part: object) -> Iterator[bytes]:
    """A part in pieces of about a block that end where a tag begins; a longer piece holds a longer token."""
    kept = b""
    while block := part.read(_BLOCK):  # type: ignore[attr-defined] # a ZipExtFile, whose type has no public name
        text = kept + block
        cut = text.rfind(b"<")
        if cut <= 0:
            kept = text
            if len(kept) > 2 * MOST_TOKEN:
                break
            continue
        yield text[:cut]
        kept = text[cut:]
    if kept:
        yield kept


def _longest(piece: bytes) -> int:
    """The length of the longest tag with the text behind it, or of the longest comment, instruction or CDATA."""
    longest = max(map(len, piece.split(b"<")))
    for opening, closing in _LONG:
        start = piece.find(opening)
        while start >= 0:
            end = piece.find(closing, start)
            length = (len(piece) if end < 0 else end) - start
            longest = max(longest, length)
            if end < 0 and opening != b"<![CDATA[":
                return MOST_TOKEN + 1  # a comment that holds tags over the end of a block: no spreadsheet writes one
            start = piece.find(opening, start + max(length, 1))
    return longest


def _farther(piece: bytes, known: tuple[int, int]) -> tuple[int, int]:
    row, column = known
    if not _ANY_FAR.search(piece):
        return known
    for found in _FAR.finditer(piece):
        place = position(found[1].decode())
        if place is not None:
            row, column = max(row, place[0] + 1), max(column, place[1] + 1)
    return row, column
