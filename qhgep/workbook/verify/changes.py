"""How a file differs from the sheets that its record gives, cell by cell: formula text, value, text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from qhgep.errors import Language
from qhgep.phrases import in_language, phrase
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.core.cells import NO_VALUE, Content, LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import a1
from qhgep.workbook.verify.read import FileCell

ChangeKind = Literal[
    "identity", "record", "input", "formula", "constant", "value", "text", "added", "deleted", "sheet", "appearance"
]
KINDS: Mapping[ChangeKind, tuple[str, str]] = {
    "identity": ("指纹不符", "fingerprint differs"), "record": ("记录被改", "record changed"),
    "input": ("数值改动", "number changed"), "formula": ("公式改动", "formula changed"),
    "constant": ("公式被改为常数", "formula replaced by a constant"), "value": ("公式的值不符", "value differs from its formula"),
    "sheet": ("表的增删", "sheet added or removed"), "deleted": ("被删", "deleted"), "added": ("多出", "added"),
    "text": ("文字改动", "text changed"), "appearance": ("外观改动", "appearance changed"),
}  # fmt: skip
"""The kinds of a change; causes are told in this order."""
Cells = Mapping[str, Mapping[str, FileCell]]
_BLANKS = re.compile(r"^\s+|\s+$|(?<=[-+*/^&=<>,;({])\s+|\s+(?=[-+*/^&=<>,;)}])")
_PREFIX = re.compile(r"(?<![\w.])_xlfn\.(?=[A-Z])")
_QUOTES = re.compile(r"'([^'\[\]*?/\\:!]+)'(?=!)")
"""What programs add to formulas when they save: blanks beside operators, the prefix of newer functions, quotes round names of sheets."""
_TOLERANCE, _FINEST, _TENTH_OF_A_FEN = 1e-9, 1e-12, 1e-3


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that differs: where, how, what the record gives and what the file has; `what` says what the cell is."""

    sheet: str
    cell: str
    kind: ChangeKind
    expected: str
    found: str
    what: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """Sheet and address."""
        return self.sheet, self.cell

    def text(self, language: Language = "zh") -> str:
        """The change on one line."""
        name, empty = f"  {self.what}" if self.what else "", phrase("verify.empty", language)
        kind = f"{in_language(language, *KINDS[self.kind])}{phrase('common.colon', language)}"
        return f"{self.sheet}!{self.cell}{name}  {kind}{self.expected or empty} → {self.found or empty}"


def differences(sheets: Sequence[Sheet], cells: Cells) -> Iterator[CellChange]:
    """Every cell of a file that is not as the sheets give it, in their order."""
    expected = {sheet.name: {a1(*place): content for place, content in sheet.cells.items()} for sheet in sheets}
    for name in sorted(set(cells) - set(expected)):
        yield CellChange(name, "A1", "sheet", "没有这张表", "多出一张表")
    for sheet in sheets:
        if sheet.name not in cells:
            yield CellChange(sheet.name, "A1", "sheet", "有这张表", "表不在了")
            continue
        found = cells[sheet.name]
        for address, content in expected[sheet.name].items():
            change = _cell(sheet.name, address, content, found.get(address))
            if change is not None:
                yield change
        for address in sorted(set(found) - set(expected[sheet.name])):
            if found[address].value is not None or found[address].formula:  # an empty text cuts what runs over its cell
                yield CellChange(sheet.name, address, "added", "", _shown(found[address]) or "空文字")


def with_file_numbers(sheets: Sequence[Sheet], cells: Cells) -> list[Sheet]:
    """The sheets but 清单, with the file's own numbers where they are those of the engine within the tolerance."""
    return [
        replace(sheet, cells={place: _own(content, cells.get(sheet.name, {}).get(a1(*place))) for place, content in sheet.cells.items()})
        for sheet in sheets
        if sheet.name != MANIFEST
    ]  # fmt: skip


def _own(content: Content, found: FileCell | None) -> Content:
    number = None if found is None else _number(found.value)
    if number is None:
        return content
    if isinstance(content, LiveFormula) and isinstance(content.value, float) and _same_value(content, number):
        return replace(content, value=number)
    if isinstance(content, TypedNumber) and _close(number, content.value):
        return replace(content, value=number)
    return content


def recalculated(expected: LiveFormula, found: FileCell | None) -> bool:
    """Whether a formula cell has any other value than the engine's, be it by the last digit only."""
    if found is None or expected.value is None or isinstance(expected.value, str):
        return found is None or not _same_value(expected, found.value)
    return _number(found.value) != expected.value


def _cell(sheet: str, address: str, expected: Content, found: FileCell | None) -> CellChange | None:
    wanted = _wanted(expected)
    if found is None:
        return CellChange(sheet, address, "deleted", wanted, "") if wanted else None
    if isinstance(expected, LiveFormula):
        return _formula(sheet, address, expected, found)
    if found.formula is not None:
        return CellChange(sheet, address, "formula", wanted, f"={found.formula}")
    if isinstance(expected, TypedNumber):
        return (
            None if _close(found.value, expected.value) else CellChange(sheet, address, "input", wanted, _shown(found))
        )
    return None if found.value == expected.text else CellChange(sheet, address, "text", wanted, _shown(found))


def _formula(sheet: str, address: str, expected: LiveFormula, found: FileCell) -> CellChange | None:
    if found.formula is None:
        return CellChange(sheet, address, "constant", _wanted(expected), _shown(found))
    if _plain(found.formula) != _plain(expected.formula):
        return CellChange(sheet, address, "formula", _wanted(expected), f"={found.formula}")
    if not _same_value(expected, found.value):
        value = NO_VALUE if expected.value is None else str(expected.value)
        return CellChange(sheet, address, "value", value, _shown(FileCell(None, found.value)))
    return None


def _wanted(content: Content) -> str:
    if isinstance(content, LiveFormula):
        return f"={content.formula}"
    return f"{content.value:.15g}" if isinstance(content, TypedNumber) else content.text


def _shown(found: FileCell) -> str:
    if found.formula is not None:
        return f"={found.formula}"
    return "" if found.value is None else str(found.value)


def _plain(formula: str) -> str:
    """A formula without what programs add when they save: blanks, quotes round sheet names, `_xlfn.`; texts in it stay."""
    return '"'.join(part if place % 2 else _without_dress(part) for place, part in enumerate(formula.split('"')))


def _without_dress(part: str) -> str:
    """The same for what is no text. A blank between two names is an operator, and a quote elsewhere no formula: both stay."""
    return _QUOTES.sub(r"\1", _PREFIX.sub("", _BLANKS.sub("", part)))


def _same_value(expected: LiveFormula, value: object) -> bool:
    """Whether a cached value is what the formula gives: to nine digits, and money to the fen below 10,000,000,000 yuan."""
    if expected.value is None:
        return isinstance(value, str) and value.startswith("#")
    if isinstance(expected.value, str):
        return value == expected.value
    number = _number(value)
    return number is not None and near(expected.value, number, expected.scale)


def near(expected: float, number: float, scale: float = 0.0) -> bool:
    """Whether two numbers are one: to nine digits, and money to the fen; `scale` says how near to zero is zero."""
    size = abs(expected)
    return abs(number - expected) <= max(_FINEST * max(size, scale), min(_TOLERANCE * size, _TENTH_OF_A_FEN))


def _close(value: object, expected: float) -> bool:
    number = _number(value)
    return number is not None and math.isclose(number, expected, rel_tol=_FINEST, abs_tol=0.0)


def _number(value: object) -> float | None:
    """A cell's number; a whole number beyond all floats is infinite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf
