"""单位: the recipients, a row for each, and a column for every value that the plan has by recipient."""

from __future__ import annotations

from collections.abc import Sequence

from qhgep.compensation.plan_form.places import (
    CHECK_AT,
    CODE_AT,
    FIRST_COLUMN,
    RECIPIENT_HEADS,
    RECIPIENTS,
    TAKES_AT,
    TITLE_AT,
    TYPE_AT,
    WIDE_BLANK,
    WIDE_FIRST,
    WIDE_HEAD,
    WIDE_KEY,
    WIDE_NAME,
    WIDE_STATE,
    WIDE_SUM,
    WIDE_UNIT,
)
from qhgep.compensation.plan_form.sheets import KEYS
from qhgep.compensation.plan_form.words import NO, NOTHING, YES, meaning, words_at
from qhgep.workbook.core.cells import LiveFormula, Sheet, Text, TypedNumber, Validation
from qhgep.workbook.core.layout import a1, block, column_block
from qhgep.workbook.core.table_sheet import INPUTS
from qhgep.workbook.forms.plan.cells import Choices, cell_of, style_of
from qhgep.workbook.forms.plan.content import FormColumn, FormRecipient
from qhgep.workbook.forms.plan.upright import lines_of

SPARE = 6
"""Rows for recipients that are not listed yet."""
_NOTICE = (
    "一行一个单位。没有数的格留空，空白不等于 0；确实是零的填 0。不领款的单位，领款选 否，并清空该行的数。"
    "行不够的，撤销保护（没有密码）后在中间插入。"
)
_WIDTHS = (10.0, 20.0, 11.0, 9.0, 10.0)
TWICE, NAMELESS = "代码重复", "缺代码"
"""What is amiss with a row."""
_WIDTH, _LETTERS = 17.0, 8
_SIDE = {
    WIDE_NAME: "栏的名称【填】",
    WIDE_UNIT: "单位",
    WIDE_STATE: "整栏没有的，写 无",
    WIDE_SUM: "合计",
    WIDE_BLANK: "空白的领款单位数",
    WIDE_KEY: KEYS,
}


def last_row(rows: Sequence[FormRecipient]) -> int:
    """The last row that a recipient can stand in."""
    return WIDE_FIRST + len(rows) + SPARE - 1


def wide_sheet(rows: Sequence[FormRecipient], made: Sequence[FormColumn], waits: str, lists: Choices) -> Sheet:
    """The sheet; `waits` is what is still to be filled in where no recipient is listed."""
    last = last_row(rows)
    sheet = Sheet(
        RECIPIENTS, "单位", INPUTS, freeze=(WIDE_FIRST, TITLE_AT + 1), repeat=(WIDE_HEAD, WIDE_UNIT), keys=TITLE_AT + 1,
        widths=dict(enumerate(_WIDTHS)),
    )  # fmt: skip
    sheet.text(0, 0, "领款单位和分单位的数", "title")
    sheet.text(
        1,
        0,
        _NOTICE,
        "note",
    )
    sheet.merges += [(row, 0, row, FIRST_COLUMN + max(3, len(made)) - 1) for row in (0, 1)]
    sheet.heights |= {0: 26, 1: 18, WIDE_KEY: 28}
    for column, head in enumerate(RECIPIENT_HEADS):
        sheet.text(WIDE_HEAD, column, head, "head")
    for row, text in _SIDE.items():
        sheet.put(row, TITLE_AT, Text(text, "fixed"))
    sheet.put(WIDE_STATE, CODE_AT, Text(waits, "fill"))
    sheet.put(
        WIDE_SUM, TAKES_AT,
        LiveFormula(f'COUNTIF({column_block(TAKES_AT, WIDE_FIRST, last)},"{YES}")', sum(row.takes for row in rows), "total", "integer"),
    )  # fmt: skip
    sheet.text(WIDE_HEAD, CHECK_AT, "核对", "head")
    codes = [row.code for row in rows]
    right = FIRST_COLUMN + len(made) - 1
    for row, recipient in enumerate([*rows, *[None] * SPARE], start=WIDE_FIRST):
        _recipient(sheet, row, recipient)
        _amiss(sheet, row, (last, right), twice=recipient is not None and codes.count(recipient.code) > 1)
    for column, item in enumerate(made, start=FIRST_COLUMN):
        _column(sheet, column, item, rows)
    _rules(sheet, last, made, lists)
    return sheet


def _recipient(sheet: Sheet, row: int, recipient: FormRecipient | None) -> None:
    words = words_at("recipient.kind")["words"]
    sheet.put(row, CODE_AT, Text(recipient.code if recipient else "", "fill"))
    sheet.put(row, TITLE_AT, Text(recipient.zh if recipient else "", "fill"))
    sheet.put(row, TYPE_AT, Text(words.get(recipient.kind, "") if recipient else "", "choice"))
    sheet.put(row, TAKES_AT, Text((YES if recipient.takes else NO) if recipient else "", "choice"))


def _amiss(sheet: Sheet, row: int, end: tuple[int, int], *, twice: bool) -> None:
    """Whether the code of a row stands twice, or is not there beside a value."""
    last, right = end
    code, codes = a1(row, CODE_AT), column_block(CODE_AT, WIDE_FIRST, last)
    filled = f"COUNTA({block((row, FIRST_COLUMN), (row, right))})"
    formula = f'IF({code}="",IF({filled}>0,"{NAMELESS}",""),IF(COUNTIF({codes},{code})>1,"{TWICE}",""))'
    sheet.put(row, CHECK_AT, LiveFormula(formula, TWICE if twice else "", "step", "plain"))


def _column(sheet: Sheet, column: int, item: FormColumn, rows: Sequence[FormRecipient]) -> None:
    last = last_row(rows)
    sheet.widths[column] = _WIDTH
    sheet.text(WIDE_HEAD, column, item.title, "head")
    sheet.heights[WIDE_HEAD] = max(sheet.heights.get(WIDE_HEAD, 30.0), 4.0 + 14.0 * lines_of(item.title, _LETTERS))
    sheet.put(WIDE_NAME, column, Text(item.name, "fill" if item.field.named else "fixed"))
    sheet.put(WIDE_UNIT, column, Text(item.unit, "unit"))
    sheet.put(WIDE_STATE, column, Text(item.state, "fill"))
    sheet.heights[WIDE_STATE] = max(sheet.heights.get(WIDE_STATE, 30.0), 4.0 + 14.0 * lines_of(item.state, _LETTERS))
    sheet.text(WIDE_KEY, column, item.key, "key")
    values = column_block(column, WIDE_FIRST, last)
    takes = column_block(TAKES_AT, WIDE_FIRST, last)
    cells = [cell_of(item.values.get(row.code), item.field, item.unit) for row in rows]
    numbers = [cell.value for cell in cells if isinstance(cell, TypedNumber)]
    blank = sum(row.takes and row.code not in item.values for row in rows)
    sheet.put(
        WIDE_SUM,
        column,
        LiveFormula(f"SUM({values})", sum(numbers), "total", "total" if item.unit == "元" else "plain"),
    )
    counted = f'COUNTIFS({takes},"{YES}",{values},"")'
    sheet.put(WIDE_BLANK, column, LiveFormula(counted, blank, "total", "integer"))
    for row, cell in enumerate(cells, start=WIDE_FIRST):
        sheet.put(row, column, cell)
    for row in range(WIDE_FIRST + len(rows), last + 1):
        sheet.put(row, column, Text("", style_of(item.field, item.unit)))


def _rules(sheet: Sheet, last: int, made: Sequence[FormColumn], lists: Choices) -> None:
    kinds = tuple(words_at("recipient.kind")["words"].values())
    sheet.validations += [
        Validation((WIDE_FIRST, CODE_AT), (last, CODE_AT), "any", "代码", str(words_at("recipients")["note"])),
        Validation((WIDE_FIRST, TYPE_AT), (last, TYPE_AT), "list", "类别", "在区划表的县留空；其余选类别并写名称。",
                   "从列表中选，或留空。", lists.block(kinds)),
        Validation((WIDE_FIRST, TAKES_AT), (last, TAKES_AT), "list", "领款", "本方案的领款单位选 是。", "选 是 或 否。",
                   lists.block((YES, NO))),
    ]  # fmt: skip
    for column, item in enumerate(made, start=FIRST_COLUMN):
        sheet.validations.append(
            Validation((WIDE_FIRST, column), (last, column), "any", item.title[:32], meaning(item.field) or item.title)
        )
        state = (WIDE_STATE, column)
        sheet.validations.append(
            Validation(state, state, "any", "整栏状态", f"各行都没有数、也确实不用填的，写 {NOTHING}。")
        )
    sheet.pending.append((WIDE_STATE, 0, last, FIRST_COLUMN + max(1, len(made)) - 1))
