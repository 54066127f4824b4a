"""The marked copy of a returned workbook: bad cells red, with a comment that says what to do; nothing else changes."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qhgep.data import same_place
from qhgep.errors import Language, Problem, WorkbookError, problem
from qhgep.inputs.files.address import position
from qhgep.inputs.files.preflight import preflight
from qhgep.inputs.files.read_xlsx import quoted
from qhgep.inputs.files.xlsx_package import MALFORMED, read_package
from qhgep.phrases import phrase
from qhgep.workbook.annotate import comments as notes
from qhgep.workbook.annotate import xml_edits as marks
from qhgep.workbook.core.write import write_whole

_STYLES, _TYPES = "xl/styles.xml", "[Content_Types].xml"
_MOST_MARKS = 2_000


def write_marked(source: Path, target: Path, problems: Iterable[Problem], *, language: Language = "zh") -> int:
    """Write a copy of an xlsx in which the cell of every error is red and has its message as a comment; how many cells.

    The package is edited, not saved anew: stored values, charts, validations and macros stay byte for byte. Only the sheets
    with marks, the styles and the parts of comments differ. Cells that a problem does not name are not touched, and no file
    is written where there is nothing to mark. Raises WorkbookError: over the input itself, not an xlsx, a part that has no
    certain place for a mark.
    """
    if same_place(target, source):
        raise WorkbookError(problem("output_same", str(target), target=target))
    if source.suffix.lower() != ".xlsx" or target.suffix.lower() != ".xlsx":
        raise WorkbookError(problem("marked_kind", source.name))
    preflight(source)
    messages = _by_cell(source.name, problems, language)
    if not messages:
        return 0
    try:
        data = _marked(source, messages)
    except (*MALFORMED, LookupError, StopIteration, ValueError) as error:
        raise WorkbookError(problem("marked_cannot", source.name)) from error
    write_whole(target, data)
    return sum(map(len, messages.values()))


def marked_text(source: Path, target: Path, problems: Iterable[Problem], *, language: Language) -> str:
    """Write the marked copy and say so; see `write_marked`."""
    cells = write_marked(source, target, problems, language=language)
    return phrase("check.marked" if cells else "check.unmarked", language, cells=cells, target=target)


def _by_cell(file: str, problems: Iterable[Problem], language: Language) -> dict[str, dict[str, str]]:
    """Sheet -> address -> the messages of its errors, each with finding, expectation and advice."""
    found: dict[str, dict[str, str]] = {}
    for item in problems:
        parts = item.where.split(" › ")
        if item.severity == "error" and len(parts) > len("ab") and parts[0] == file and position(parts[-1]):
            cells = found.setdefault(" › ".join(parts[1:-1]), {})
            text = item.text(language).removeprefix(f"{item.where}  ")
            cells[parts[-1]] = f"{cells[parts[-1]]}\n{text}" if parts[-1] in cells else text
            if sum(map(len, found.values())) > _MOST_MARKS:
                raise WorkbookError(problem("marked_many", file, most=_MOST_MARKS))
    return found


@dataclass
class _Copy:
    """The parts of the copy that differ from the input."""

    archive: zipfile.ZipFile
    changed: dict[str, str] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)

    def text(self, part: str) -> str:
        """A part as it is in the copy."""
        return self.changed[part] if part in self.changed else self.archive.read(part).decode("utf-8-sig")

    def has(self, part: str) -> bool:
        """Whether the copy has a part."""
        return part in self.changed or part in self.archive.namelist()

    def free(self, folder: str, stem: str, suffix: str) -> str:
        """The path of a part that is not there yet."""
        taken = {*self.archive.namelist(), *self.changed}
        return next(
            name for number in range(1, len(taken) + 2) if (name := f"{folder}/{stem}{number}{suffix}") not in taken
        )


def _marked(source: Path, messages: Mapping[str, Mapping[str, str]]) -> bytes:
    with zipfile.ZipFile(source) as archive:
        copy = _Copy(archive)
        sheets = {quoted(sheet.name): sheet for sheet in read_package(archive, source.name).sheets}
        wanted = [
            (sheets[name].part, cells, _styles(copy, sheets[name].part, cells)) for name, cells in messages.items()
        ]
        numbers = sorted({number for _, _, styles in wanted for number in styles.values()})
        copy.changed[_STYLES], twins = marks.with_red(copy.text(_STYLES), numbers)
        for part, cells, styles in wanted:
            red = {address: twins[styles[address]] for address in cells}
            copy.changed[part] = marks.with_styles(copy.text(part), red)
            _comment(copy, part, cells)
        copy.changed[_TYPES] = notes.with_types(copy.text(_TYPES), copy.comments, vml=True)
        return _zipped(copy)


def _styles(copy: _Copy, part: str, addresses: Iterable[str]) -> dict[str, int]:
    """The style number of each cell; a cell that is not there has that of a plain one."""
    cells, _, _, _ = marks.cell_tags(copy.text(part))
    numbers = {address: cells[address].attributes.get("s", "0") if address in cells else "0" for address in addresses}
    return {address: int(number) if number.isdecimal() else 0 for address, number in numbers.items()}


def _comment(copy: _Copy, part: str, cells: Mapping[str, str]) -> None:
    """Put the comments of a sheet into the parts that it has for them, or into new ones."""
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if not copy.has(relations):
        copy.changed[relations] = notes.new_relations()
    targets = {
        tag.attributes["Type"].rpartition("/")[2]: posixpath.normpath(
            posixpath.join(f"/{folder}", tag.attributes.get("Target", ""))
        ).lstrip("/")
        for tag in marks.tags(copy.text(relations))
        if tag.name == "Relationship" and tag.attributes.get("Type", "").endswith(("/comments", "/vmlDrawing"))
    }
    comments = targets.get("comments") or _new_part(copy, relations, "comments", "xl", ".xml", notes.new_comments())
    if "comments" not in targets:
        copy.comments.append(comments)
    known = notes.commented(copy.text(comments))
    copy.changed[comments] = notes.with_comments(copy.text(comments), cells)
    if marks.drawing_of(copy.text(part)):
        drawing = targets["vmlDrawing"]
    else:
        drawing = copy.free("xl/drawings", "vmlDrawingMarked", ".vml")
        copy.changed[drawing] = notes.new_shapes()
        target = posixpath.relpath(drawing, folder)
        copy.changed[relations], relation = notes.with_relation(copy.text(relations), "vmlDrawing", target)
        copy.changed[part] = marks.with_drawing(copy.text(part), relation)
    copy.changed[drawing] = notes.with_shapes(copy.text(drawing), sorted(set(cells) - known))


def _new_part(copy: _Copy, relations: str, kind: str, folder: str, suffix: str, text: str) -> str:
    part = copy.free(folder, f"{kind}Marked", suffix)
    copy.changed[part] = text
    base = posixpath.dirname(posixpath.dirname(relations))
    copy.changed[relations], _ = notes.with_relation(copy.text(relations), kind, posixpath.relpath(part, base))
    return part


def _zipped(copy: _Copy) -> bytes:
    """The archive with the changed parts in their places, the new ones behind; dates as they were."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in copy.archive.infolist():
            content = copy.changed.get(info.filename)
            data = copy.archive.read(info) if content is None else content.encode()
            archive.writestr(zipfile.ZipInfo(info.filename, info.date_time), data, zipfile.ZIP_DEFLATED)
        for name in sorted(set(copy.changed) - set(copy.archive.namelist())):
            archive.writestr(zipfile.ZipInfo(name), copy.changed[name].encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()
