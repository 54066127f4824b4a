"""A cell of a plan form as the value that plan.toml would have."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from qhgep.compensation.plan_form.fields import PlanField
from qhgep.compensation.plan_form.words import PENDING, choice_words, label, names_of_numbers
from qhgep.errors import Problems
from qhgep.inputs.figures import is_external, shortest, typed_number
from qhgep.inputs.files.cells import RawCell
from qhgep.inputs.periods import day_of

MISSING = "missing: "
"""How plan.toml begins a text that is still to be filled in."""
_APART = re.compile(r"[；;\n]")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_GROUPED = re.compile(r"[0-9０-９,，.．]+")
_DAY = len("2026-03-01")


def cell_value(cell: RawCell, field: PlanField, problems: Problems) -> Any:  # noqa: ANN401 - a TOML value
    """The value of a filled cell; what does not fit the field stays what it is, so that the plan refuses it at its place.

    What nobody states, an error or a formula without its value, and a word that is no choice are noted; then it is None.
    """
    if not _is_stated(cell, field, problems):
        return None
    text = cell_text(cell)
    if text.startswith(PENDING):
        return MISSING + text.removeprefix(PENDING)
    if field.kind in {"choice", "bool"}:
        return _chosen(text, cell, field, problems)
    return _typed(text, field, is_number=cell.kind == "number")


def _typed(text: str, field: PlanField, *, is_number: bool) -> Any:  # noqa: ANN401 - a TOML value
    """What somebody typed, as the field holds it."""
    if field.kind == "whole" or (field.kind == "period" and is_number):
        return int(text) if _WHOLE.fullmatch(text) else text
    if field.kind == "day":
        day = day_of(text) or ""
        return dt.date.fromisoformat(day) if len(day) == _DAY else text
    if field.kind == "list":
        named = {word: name for name, word in names_of_numbers().items()} if field.path[0] == "evidence" else {}
        return [named.get(part.strip(), part.strip()) for part in _APART.split(text) if part.strip()]
    grouped = _GROUPED.fullmatch(text) and ("," in text or not text.isascii())
    return (typed_number(text) or text) if grouped else text


def cell_text(cell: RawCell) -> str:
    """What a cell says; a number as its plain digits, with the decimals that its format shows."""
    if cell.kind == "number":
        digits = shortest(cell.text)
        digits = format(Decimal(digits), "f") if "e" in digits.lower() else digits
        return _padded(digits, cell.decimals or 0)
    return cell.text.partition("T")[0] if cell.kind == "date" else cell.text.strip()


def _padded(digits: str, decimals: int) -> str:
    lacking = decimals - len(digits.partition(".")[2])
    if lacking <= 0:
        return digits
    return (digits if "." in digits else f"{digits}.") + "0" * lacking


def _is_stated(cell: RawCell, field: PlanField, problems: Problems) -> bool:
    """Whether a cell states anything; an error, a formula that was not computed, one of another workbook are noted."""
    facts = {"quantity": label(field)}
    if cell.kind == "error":
        problems.add("cell_error", cell.place, text=cell.text, **facts)
    elif cell.formula and is_external(cell.formula):
        problems.add("cell_external", cell.place, formula=cell.formula, **facts)
    elif cell.formula and not cell.text:
        problems.add("cell_uncached", cell.place, formula=cell.formula, **facts)
    else:
        return True
    return False


def _chosen(text: str, cell: RawCell, field: PlanField, problems: Problems) -> Any:  # noqa: ANN401 - a text or a truth
    words = choice_words(field)
    found = next((code for code, word in words.items() if text in {code, word} or text.lower() == code), None)
    if found is None:
        problems.add("plan_form_choice", cell.place, zh=label(field), found=text, expected="、".join(words.values()))
        return None
    return found == "true" if field.kind == "bool" else found
