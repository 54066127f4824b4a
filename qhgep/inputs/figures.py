"""Numbers as people type them: what is certainly a number is taken and told, everything else is refused with its text.

Only full-width forms are folded (１２．５ is 12.5). Whole NFKC would make 10² a 102 and ① a 1.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from qhgep.errors import Problems
from qhgep.inputs.files.cells import RawCell
from qhgep.inputs.files.read_xlsx import quoted

Scale = Literal["percent", "pure", "other"]
"""What the unit of a column is: per cent, a pure number, or anything else."""
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}
"""Full-width forms, the ideographic space and the minus sign, as Unicode folds them."""
_STORED = re.compile(r"[-+]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][-+]?\d{1,3})?", re.ASCII)
_TYPED = re.compile(r"[-+]?(\d{1,30}|\d{1,3}(,\d{3})+)(\.\d{1,30})?", re.ASCII)
_LETTER = re.compile(r"[^\W\d_]")
"""What begins most texts and no number."""
_SPACES = " \t\r\n\u00a0\u2000\u2001\u2002\u2003\u2009\u200a\u200b\u202f\u205f\ufeff"
_EXTERNAL = re.compile(r"\[\d+\]|\[[^\[\]]+\.xl\w+\]", re.IGNORECASE)
_DIGITS = 15
"""Digits that every spreadsheet keeps of a number that was typed."""
_DAY = re.compile(r"\d{4}-(\d\d)-(\d\d)")
_YEAR = re.compile(r"((?:19|20)\d\d)年?", re.ASCII)


def is_blank(cell: RawCell | None) -> bool:
    """Whether a person sees nothing in a cell; a formula that no program has computed is not blank."""
    if cell is None:
        return True
    text = cell.text
    return not text.isalnum() and (not cell.formula or cell.kind == "text") and not half_width(text)


def half_width(text: str) -> str:
    """A text with its full-width forms folded and without blanks at its ends: ４４／１２ is 44/12."""
    return (text if text.isascii() else text.translate(_WIDE)).strip(_SPACES)


def is_typed(text: str) -> bool:
    """Whether a text is a number that somebody typed as text."""
    return not _LETTER.match(text) and bool(_TYPED.fullmatch(half_width(text)))


def typed_number(text: str) -> str:
    """The plain digits of a number that somebody typed as text, １，２３４．５ as 1234.5; empty where it is none."""
    folded = half_width(text)
    return folded.replace(",", "") if _TYPED.fullmatch(folded) else ""


def is_external(formula: str) -> bool:
    """Whether a formula refers to another workbook."""
    return bool(_EXTERNAL.search(formula))


def figure(
    cell: RawCell, problems: Problems, *, quantity: str, scale: Scale = "other", amiss: str = "cell_text"
) -> str | None:
    """The number of a cell as plain digits; None, with the reason noted under the cell's place, where it is none for certain.

    `quantity` is the Chinese name for the message. A number that is text, a formula and a percent format are told as
    warnings; an error value, a formula without value, a link to another workbook, a date, a logical value and any text that
    is not just a number (told as `amiss`) are errors. Nothing becomes zero, and no percent is guessed.
    """
    if cell.formula and is_external(cell.formula):
        problems.add("cell_external", cell.place, quantity=quantity, formula=quoted(cell.formula))
        return None
    if cell.formula and not cell.text:
        problems.add("cell_uncached", cell.place, quantity=quantity, formula=quoted(cell.formula))
        return None
    match cell.kind:
        case "error":
            problems.add("cell_error", cell.place, quantity=quantity, text=quoted(cell.text))
            return None
        case "bool":
            problems.add("cell_bool", cell.place, quantity=quantity, text=cell.text)
            return None
        case "date":
            problems.add("cell_date", cell.place, quantity=quantity, text=quoted(cell.text), typed=_typed_as(cell.text))
            return None
    found = _of_number(cell, problems, scale) if cell.kind == "number" else _of_text(cell, problems, scale)
    if found is None:
        shown = f"{_percent(cell.text)}%" if cell.percent and _STORED.fullmatch(cell.text) else cell.text
        problems.add(amiss, cell.place, quantity=quantity, text=quoted(shown))
    elif cell.formula:
        problems.warn("cell_formula", cell.place, formula=quoted(cell.formula), value=found)
    return found


def _of_number(cell: RawCell, problems: Problems, scale: Scale) -> str | None:
    if not _STORED.fullmatch(cell.text):
        return None
    plain = shortest(cell.text)
    if not cell.percent or scale == "pure":
        return plain
    if scale == "other":
        return None
    shown = _percent(cell.text)
    problems.warn("cell_percent", cell.place, stored=plain, shown=shown)
    return shown


def shortest(text: str) -> str:
    """A stored number with the fewest digits that mean the same double: 1.1000000000000001 was typed as 1.1."""
    digits = re.sub(r"[eE].*|\D", "", text).lstrip("0")
    return repr(float(text)) if "." in text and len(digits) > _DIGITS else text


def _percent(text: str) -> str:
    """A stored fraction as its per cent, exactly: 0.125 is 12.5."""
    return format(Decimal(shortest(text)).scaleb(2).normalize(), "f")


def _of_text(cell: RawCell, problems: Problems, scale: Scale) -> str | None:
    folded = half_width(cell.text)
    if scale == "percent":
        folded = folded.removesuffix("%").rstrip(_SPACES)
    if not (plain := typed_number(folded)):
        return None
    problems.warn("cell_typed", cell.place, old=quoted(cell.text), new=plain)
    return plain


def _typed_as(day: str) -> str:
    """What may have been typed where a spreadsheet made a day of it: 5 December was 12.5."""
    found = _DAY.match(day)
    return f"{int(found[1])}.{int(found[2])}" if found else "12.5"


def year_of(cell: RawCell) -> str | None:
    """The year that a cell names as `2020`, `2020年` or `２０２０`; None for anything else, a day's number too."""
    if cell.kind not in {"number", "text"}:
        return None
    found = _YEAR.fullmatch(half_width(cell.text))
    return found[1] if found else None
