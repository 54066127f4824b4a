"""The cell of one value of a plan form: its content, its look, and what may be typed into it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qhgep.compensation.plan_form.fields import PlanField, plan_fields, step_fields
from qhgep.compensation.plan_form.words import NO, YES, choice_words, label, words_at
from qhgep.compensation.rules.registry import STEP_RULES
from qhgep.workbook.core.cells import Content, Sheet, Style, Text, TypedNumber, Validation
from qhgep.workbook.core.layout import block, on_sheet
from qhgep.workbook.core.table_sheet import STORE, row_of_texts
from qhgep.workbook.forms.plan.content import is_missing, shown_value

OPTIONS = "选项"
YUAN = "元"
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.([0-9]+))?")
_DIGITS, _CENTS = 15, 2
_DAY_ZERO = dt.date(1899, 12, 30)
_FIRST_DAY, _LAST_DAY = dt.date(1949, 10, 1), dt.date(2099, 12, 31)


def style_of(field: PlanField, unit: str) -> Style:
    """How the cell of a field looks: a choice, a day, money, any other number, or text."""
    if choice_words(field):
        return "choice"
    if field.kind == "day":
        return "day"
    if field.kind in {"whole", "period"}:
        return "figure"
    return "amount" if unit == YUAN else "figure" if unit else "fill"


def cell_of(value: Any, field: PlanField, unit: str) -> Content:  # noqa: ANN401 - a TOML value
    """A value as a cell that reads back as the same value; None is a cell to be filled in."""
    style = style_of(field, unit)
    if value is None:
        return Text("", style)
    if is_missing(value):
        return Text(str(shown_value(value, field)), style)
    if field.kind == "day" and isinstance(value, dt.date):
        return TypedNumber((value - _DAY_ZERO).days, "day")
    if isinstance(value, int) and not isinstance(value, bool):
        return TypedNumber(value, "figure")
    if field.kind == "text" and unit:
        return number_cell(str(value))
    return Text(str(shown_value(value, field)), "fill" if field.kind == "period" else style)


def number_cell(text: str) -> Content:
    """A number text as a number, where the number and its format give the same text; else as text."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return Text(text, "fill")
    decimals = found[1] or ""
    exact = sum(map(str.isdigit, text)) <= _DIGITS and (Decimal(text) or not text.startswith("-"))
    if exact and len(decimals) == _CENTS:
        return TypedNumber(float(text), "amount")
    if exact and not decimals.endswith("0"):
        return TypedNumber(float(text), "figure")
    return Text(text, "fill")


@dataclass(frozen=True)
class Choices:
    """The lists of choices: a column of 选项 for each different one."""

    lists: tuple[tuple[str, ...], ...]
    titles: Mapping[tuple[str, ...], str]

    def block(self, words: tuple[str, ...]) -> str:
        """Where the words of a list stand."""
        column = self.lists.index(words)
        return on_sheet(OPTIONS, block((_FIRST, column), (_FIRST + len(words) - 1, column)))

    def sheet(self) -> Sheet:
        """选项: one list below the other's heading."""
        sheet = Sheet(OPTIONS, "选项", STORE, freeze=(_FIRST, 0))
        sheet.text(0, 0, "可选的词", "title")
        sheet.text(1, 0, "各表的下拉列表读这里；不改。", "note")
        row_of_texts(sheet, _FIRST - 1, [self.titles[words] for words in self.lists], "head")
        for column, words in enumerate(self.lists):
            sheet.widths[column] = 16
            for row, word in enumerate(words, start=_FIRST):
                sheet.text(row, column, word, "fixed")
        return sheet


_FIRST = 4
"""The first row of the lists."""


def choices() -> Choices:
    """Every list of choices of plans, each once."""
    titles: dict[tuple[str, ...], str] = {(YES, NO): "是否"}
    fields = [*plan_fields(), *(field for rule in STEP_RULES for field in step_fields(rule))]
    for field in fields:
        if field.kind == "choice" and field.path[-1] != "rule":
            titles.setdefault(tuple(choice_words(field).values()), label(field))
    titles.setdefault(tuple(words_at("recipient.kind")["words"].values()), "单位类别")
    return Choices(tuple(titles), titles)


def validation_of(
    field: PlanField, first: tuple[int, int], last: tuple[int, int], lists: Choices, *, title: str, prompt: str
) -> Validation:
    """What may be typed into the cells of a field, and what the program says of it."""
    words = tuple(choice_words(field).values())
    if words and field.path[-1] != "rule":
        return Validation(first, last, "list", title, prompt or "从列表中选。", "从列表中选。", lists.block(words))
    if field.kind == "day":
        hint = prompt or "日期，如 2026-03-01。"
        return Validation(first, last, "date", title, hint, "填日期，如 2026-03-01。", _FIRST_DAY, _LAST_DAY)
    return Validation(first, last, "any", title, prompt)
