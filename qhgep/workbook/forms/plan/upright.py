"""方案, 校验信息 and 步骤: a row for each value of the plan, with its unit, what it means and the article that asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from qhgep.compensation.plan_form.places import (
    ARTICLE_AT,
    HEADS,
    KEY_AT,
    LABEL_AT,
    MEANING_AT,
    NAME_AT,
    UNIT_AT,
    UPRIGHT_HEAD,
    VALUE_AT,
)
from qhgep.compensation.plan_form.words import label
from qhgep.workbook.core.cells import Sheet, Text
from qhgep.workbook.core.table_sheet import INPUTS, row_of_texts
from qhgep.workbook.forms.plan.cells import Choices, cell_of, validation_of
from qhgep.workbook.forms.plan.content import FormRow, FormSection, is_missing, pending_text

_WIDTHS = (21.0, 13.0, 30.0, 9.0, 34.0, 30.0, 24.0)
_LETTERS = {LABEL_AT: 10, NAME_AT: 6, VALUE_AT: 15, MEANING_AT: 18, ARTICLE_AT: 16}
"""Chinese characters on a line of a column."""
_LINE = 14.0
_LATIN = "\u2e7f"
"""The last of the signs that are narrower than a Chinese character."""


def upright_sheet(name: str, title: str, notice: str, parts: Sequence[FormSection], lists: Choices) -> Sheet:
    """A sheet of rows in sections; the column of keys is not printed."""
    sheet = Sheet(
        name, title, INPUTS, freeze=(UPRIGHT_HEAD + 1, 1), repeat=(UPRIGHT_HEAD, UPRIGHT_HEAD), keys=1,
        widths=dict(enumerate(_WIDTHS)), printed=KEY_AT,
    )  # fmt: skip
    sheet.text(0, 0, title, "title")
    sheet.text(1, 0, notice, "note")
    sheet.merges += [(0, 0, 0, ARTICLE_AT), (1, 0, 1, ARTICLE_AT)]
    sheet.heights |= {0: 26, 1: 30}
    row_of_texts(sheet, UPRIGHT_HEAD, HEADS, "head")
    row = UPRIGHT_HEAD + 1
    for part in parts:
        row_of_texts(
            sheet, row, (part.title + (f"　提示里的 [{part.table}] 指这一段" if part.table else ""),), "section"
        )
        sheet.heights[row] = 20
        for item in part.rows:
            row += 1
            _row(sheet, row, item, lists)
        row += 1
    if row > UPRIGHT_HEAD + 1:
        sheet.pending.append((UPRIGHT_HEAD + 1, VALUE_AT, row, VALUE_AT))
    return sheet


def _row(sheet: Sheet, row: int, item: FormRow, lists: Choices) -> None:
    sheet.text(row, LABEL_AT, label(item.field), "fixed")
    if item.field.named:
        sheet.put(row, NAME_AT, Text(item.name, "fill"))
    else:
        sheet.put(row, NAME_AT, Text("", "fixed"))
    written = item.field.path[-1] == "rule"
    content = cell_of(item.value, item.field, item.unit)
    sheet.put(row, VALUE_AT, Text(content.text, "fixed") if written and isinstance(content, Text) else content)
    sheet.put(row, UNIT_AT, Text(item.unit, "fixed"))
    sheet.put(row, MEANING_AT, Text(item.about, "fixed"))
    sheet.put(row, ARTICLE_AT, Text(item.articles, "fixed"))
    sheet.text(row, KEY_AT, item.key, "key")
    at = (row, VALUE_AT)
    sheet.validations.append(validation_of(item.field, at, at, lists, title=label(item.field), prompt=item.about))
    shown = pending_text(item.value, label(item.field)) if is_missing(item.value) else str(item.value or "")
    texts = {
        LABEL_AT: label(item.field),
        NAME_AT: item.name,
        VALUE_AT: shown,
        MEANING_AT: item.about,
        ARTICLE_AT: item.articles,
    }
    lines = max(lines_of(text, _LETTERS[column]) for column, text in texts.items())
    sheet.heights[row] = max(16.0, 2.0 + _LINE * lines)


def lines_of(text: str, letters: int) -> int:
    """How many lines a text takes where so many Chinese characters fit on one; two digits or letters are one."""
    return sum(
        max(1, ceil(sum(1.0 if sign > _LATIN else 0.55 for sign in line) / letters)) for line in text.split("\n")
    )
