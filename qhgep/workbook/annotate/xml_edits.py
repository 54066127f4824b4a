"""Edits of the XML of a foreign workbook that leave every other byte alone: a red fill, a drawing of comments.

A re-save by openpyxl would lose stored values, charts and more; so text is put into the parts at places that are found, and
what has no such place is refused rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qhgep.inputs.files.address import position

_TAG = re.compile(
    r"<(?P<close>/?)(?P<prefix>[\w.-]+:)?(?P<name>[\w.-]+)"
    r"(?P<attributes>(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(?P<empty>/?)>"
)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_AFTER_DRAWING = frozenset({
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst", "AlternateContent",
})  # fmt: skip
"""What stands behind <legacyDrawing> in a worksheet (ECMA-376, CT_Worksheet)."""
_RED = "FFFF7C80"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class CannotMark(ValueError):
    """A part that has no certain place for a mark."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a part: where it stands and what it is."""

    start: int
    end: int
    name: str
    prefix: str
    attributes: Mapping[str, str]
    closes: bool
    empty: bool


def tags(xml: str) -> Iterator[Tag]:
    """Every tag of a part. Raises CannotMark where text may look like a tag."""
    if "<!--" in xml or "<![CDATA[" in xml:
        raise CannotMark
    for found in _TAG.finditer(xml):
        attributes = {name: one or two for name, one, two in _ATTRIBUTE.findall(found["attributes"])}
        yield Tag(
            *found.span(), found["name"], found["prefix"] or "", attributes, bool(found["close"]), bool(found["empty"])
        )


def spliced(xml: str, pieces: list[tuple[int, int, str]]) -> str:
    """A text with some spans replaced."""
    for start, end, new in sorted(pieces, reverse=True):
        xml = xml[:start] + new + xml[end:]
    return xml


# --- the sheet --------------------------------------------------------------------------------------


def cell_tags(xml: str) -> tuple[dict[str, Tag], dict[int, list[Tag]], dict[int, Tag], Tag]:
    """Address -> tag of each cell, row -> its cells' tags, row -> its tag, and the tag that opens (or is) sheetData."""
    cells: dict[str, Tag] = {}
    by_row: dict[int, list[Tag]] = {}
    rows: dict[int, Tag] = {}
    data = None
    for tag in tags(xml):
        if tag.closes:
            continue
        if tag.name == "sheetData":
            data = tag
        elif tag.name == "row" and data is not None and "r" in tag.attributes:
            rows[int(tag.attributes["r"]) - 1] = tag
        elif tag.name == "c" and data is not None:
            place = position(tag.attributes.get("r", ""))
            if place is None:
                raise CannotMark
            cells[tag.attributes["r"]] = tag
            by_row.setdefault(place[0], []).append(tag)
    if data is None:
        raise CannotMark
    return cells, by_row, rows, data


def with_styles(xml: str, styles: Mapping[str, int]) -> str:
    """A sheet with other style numbers for some cells; a cell that was not there is put into its row, empty."""
    cells, by_row, rows, data = cell_tags(xml)
    pieces: list[tuple[int, int, str]] = []
    new_cells: dict[int, list[tuple[int, str]]] = {}
    for address, style in styles.items():
        tag = cells.get(address)
        if tag is None:
            row, column = position(address) or (0, 0)
            new_cells.setdefault(row, []).append((column, f'<{data.prefix}c r="{address}" s="{style}"/>'))
            continue
        bare = re.sub(r"\ss\s*=\s*(?:\"[^\"]*\"|'[^']*')", "", xml[tag.start : tag.end])
        head = len(f"<{tag.prefix}c")
        pieces.append((tag.start, tag.end, f'{bare[:head]} s="{style}"{bare[head:]}'))
    for row, made in sorted(new_cells.items()):
        if row not in rows:
            raise CannotMark
        pieces += _into_row(xml, rows[row], by_row.get(row, []), sorted(made))
    return spliced(xml, pieces)


def _into_row(xml: str, row: Tag, cells: list[Tag], made: list[tuple[int, str]]) -> list[tuple[int, int, str]]:
    """Where new cells go in a row: before the first cell right of them, else at its end."""
    if row.empty:
        text = xml[row.start : row.end]
        return [
            (row.start, row.end, f"{text[: text.rindex('/')]}>{''.join(cell for _, cell in made)}</{row.prefix}row>")
        ]
    end = xml.index(f"</{row.prefix}row", row.end)
    places: dict[int, str] = {}
    for column, text in made:
        right = [tag.start for tag in cells if (position(tag.attributes["r"]) or (0, 0))[1] > column]
        place = min(right, default=end)
        places[place] = places.get(place, "") + text
    return [(place, place, text) for place, text in places.items()]


def with_drawing(xml: str, relation: str) -> str:
    """A sheet that refers to the drawing of its comments; one that does so already is refused."""
    depth, place, prefix = 0, -1, ""
    for tag in tags(xml):
        if tag.closes:
            depth -= 1
            if depth == 0:
                place = tag.start
            continue
        if depth == 1 and tag.name in _AFTER_DRAWING:
            place = tag.start
            break
        prefix = tag.prefix if depth == 0 else prefix
        depth += not tag.empty
    if place < 0:
        raise CannotMark
    new = f'<{prefix}legacyDrawing xmlns:q="{RELATIONS}" q:id="{relation}"/>'
    return xml[:place] + new + xml[place:]


def drawing_of(xml: str) -> str:
    """The relation of the drawing of comments that a sheet already has; empty where it has none."""
    for tag in tags(xml):
        if tag.name == "legacyDrawing" and not tag.closes:
            return next((value for name, value in tag.attributes.items() if name.endswith(":id")), "")
    return ""


# --- styles -----------------------------------------------------------------------------------------


def with_red(xml: str, wanted: list[int]) -> tuple[str, dict[int, int]]:
    """Styles with a red twin of each style number that is wanted, and the number of that twin."""
    found = list(tags(xml))
    fills, _ = block(found, "fills")
    formats, closing = block(found, "cellXfs")
    red = sum(
        tag.name == "fill" and not tag.closes and fills.start < tag.start
        for tag in found
        if tag.start < _end(found, "fills")
    )
    pre = fills.prefix
    colors = f'<{pre}fgColor rgb="{_RED}"/><{pre}bgColor indexed="64"/>'
    fill = f'<{pre}fill><{pre}patternFill patternType="solid">{colors}</{pre}patternFill></{pre}fill>'
    xfs = _elements(xml, [tag for tag in found if tag.name == "xf" and formats.end <= tag.start < closing.start])
    twins: dict[int, int] = {}
    new = ""
    for style in wanted:
        if style >= len(xfs):
            raise CannotMark
        twins[style] = len(xfs) + len(twins)
        new += _refilled(xfs[style], red)
    pieces = [
        (_end(found, "fills"), _end(found, "fills"), fill),
        (closing.start, closing.start, new),
        *_counted(xml, fills, 1),
        *_counted(xml, formats, len(twins)),
    ]
    return spliced(xml, pieces), twins


def block(found: list[Tag], name: str) -> tuple[Tag, Tag]:
    """The tags that open and close an element of which there is one. Raises CannotMark where it has no content."""
    opening = next((tag for tag in found if tag.name == name and not tag.closes and not tag.empty), None)
    closing = next((tag for tag in found if tag.name == name and tag.closes), None)
    if opening is None or closing is None:
        raise CannotMark
    return opening, closing


def _end(found: list[Tag], name: str) -> int:
    return block(found, name)[1].start


def _elements(xml: str, found: list[Tag]) -> list[str]:
    """The texts of elements of one name that do not nest."""
    texts, start = [], 0
    for tag in found:
        if tag.empty:
            texts.append(xml[tag.start : tag.end])
        elif tag.closes:
            texts.append(xml[start : tag.end])
        else:
            start = tag.start
    return texts


def _refilled(xf: str, fill: int) -> str:
    head, close, rest = xf.partition(">")
    head = re.sub(r"\s(?:fillId|applyFill)\s*=\s*(?:\"[^\"]*\"|'[^']*')", "", head)
    empty = "/" if head.endswith("/") else ""
    return f'{head.removesuffix("/").rstrip()} fillId="{fill}" applyFill="1"{empty}{close}{rest}'


def _counted(xml: str, tag: Tag, more: int) -> list[tuple[int, int, str]]:
    if "count" not in tag.attributes:
        return []
    text = re.sub(
        r"count\s*=\s*[\"']\d+[\"']", f'count="{int(tag.attributes["count"]) + more}"', xml[tag.start : tag.end]
    )
    return [(tag.start, tag.end, text)]
