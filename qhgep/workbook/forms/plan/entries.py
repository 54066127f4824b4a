"""The tables of a plan with a sheet of their own: factors, phases, events, targets, decisions, evidence, carried money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qhgep.compensation.legal.law import law
from qhgep.compensation.plan_form.fields import IDS, NAME, TABLES, Path, PlanField, plan_fields, table_of
from qhgep.compensation.plan_form.places import TABLE_FIRST, TABLE_HEAD, TABLE_KEY, TABLE_NOTE
from qhgep.compensation.plan_form.words import checks_of, choice_words, label, meaning, own_unit
from qhgep.workbook.core.cells import Content, Sheet, Text, Validation
from qhgep.workbook.core.table_sheet import INPUTS
from qhgep.workbook.forms.plan.cells import Choices, cell_of, validation_of
from qhgep.workbook.forms.plan.upright import lines_of

SPARE = 8
"""Rows for entries that the plan does not have yet."""
_NAME_WIDTH, _TEXT, _CHOICE = 15.0, 22.0, 13.0
_NAMES: Mapping[Path, str] = {("factor", NAME): "因素编号"}
_NAME_NOTES: Mapping[Path, str] = {("factor", NAME): "小写英文字母开头；步骤的权重用它"}


def entry_sheet(raw: Mapping[str, Any], table: Path, lists: Choices) -> Sheet:
    """The sheet of a table: a row for each entry and some to spare."""
    fields = [field for field in plan_fields() if table_of(field) == table and not field.by_recipient]
    entries = _entries(raw, table)
    named = table in _NAMES
    sheet = Sheet(
        TABLES[table], TABLES[table], INPUTS, freeze=(TABLE_FIRST, 1), repeat=(TABLE_HEAD, TABLE_HEAD), keys=1,
    )  # fmt: skip
    sheet.text(0, 0, TABLES[table], "title")
    notice = f"没有的空着。提示里的 [[{'.'.join(table[:-1])}]] 指本表。{_articles(fields)}"
    sheet.text(1, 0, notice, "note")
    width = len(fields) + named
    sheet.merges += [(row, 0, row, width - 1) for row in (0, 1)]
    sheet.heights |= {0: 26, 1: 4.0 + 14.0 * lines_of(notice, 8 * width), TABLE_HEAD: 24, TABLE_NOTE: 32, TABLE_KEY: 30}
    last = TABLE_FIRST + len(entries) + SPARE - 1
    if named:
        _names(sheet, table, [name for name, _ in entries], last)
    for column, field in enumerate(fields, start=int(named)):
        _column(sheet, column, field, [entry.get(field.path[-1]) for _, entry in entries], lists)
    sheet.pending.append((TABLE_FIRST, 0, last, width - 1))
    return sheet


def _entries(raw: Mapping[str, Any], table: Path) -> list[tuple[str, Mapping[str, Any]]]:
    """The entries of a table with their names, which those of a list do not have."""
    node: Any = raw
    for part in table[:-1]:
        node = node.get(part, {}) if isinstance(node, dict) else {}
    if table[-1] == NAME and table not in IDS:
        return [(name, entry if isinstance(entry, dict) else {}) for name, entry in dict(node).items()]
    return [("", entry) for entry in node]


def _articles(fields: Sequence[PlanField]) -> str:
    """The articles of the legal checks that ask for any of the fields."""
    checks = dict.fromkeys(check for field in fields for check in checks_of(field))
    return "；".join(f"{law().cited(check)}：{law().check[check].text.rstrip('。')}" for check in checks)


def _names(sheet: Sheet, table: Path, names: Sequence[str], last: int) -> None:
    sheet.text(TABLE_HEAD, 0, f"{_NAMES[table]}\n【填】", "head")
    sheet.put(TABLE_NOTE, 0, Text(_NAME_NOTES[table], "fixed"))
    sheet.text(TABLE_KEY, 0, ".".join(table), "key")
    sheet.widths[0] = _NAME_WIDTH
    for row in range(TABLE_FIRST, last + 1):
        at = row - TABLE_FIRST
        sheet.put(row, 0, Text(names[at] if at < len(names) else "", "fill"))
    sheet.validations.append(Validation((TABLE_FIRST, 0), (last, 0), "any", _NAMES[table], _NAME_NOTES[table]))


def _column(sheet: Sheet, column: int, field: PlanField, values: Sequence[Any], lists: Choices) -> None:
    unit = own_unit(field) or ""
    mark = "【选】" if choice_words(field) else "【填】"
    sheet.text(TABLE_HEAD, column, f"{label(field)}{f'（{unit}）' if unit else ''}\n{mark}", "head")
    sheet.heights[TABLE_HEAD] = 32
    sheet.put(TABLE_NOTE, column, Text(meaning(field), "fixed"))
    sheet.text(TABLE_KEY, column, ".".join(field.path), "key")
    narrow = choice_words(field) or field.kind in {"day", "whole"} or unit
    sheet.widths[column] = _CHOICE if narrow else _TEXT
    letters = 6 if narrow else 10
    sheet.heights[TABLE_NOTE] = max(sheet.heights[TABLE_NOTE], 4.0 + 14.0 * lines_of(meaning(field), letters))
    last = TABLE_FIRST + len(values) + SPARE - 1
    for row, value in enumerate([*values, *[None] * SPARE], start=TABLE_FIRST):
        content: Content = cell_of(value, field, unit)
        sheet.put(row, column, content)
        if isinstance(content, Text) and content.text:
            sheet.heights[row] = max(sheet.heights.get(row, 16.0), 4.0 + 14.0 * lines_of(content.text, letters))
    first = (TABLE_FIRST, column)
    sheet.validations.append(
        validation_of(field, first, (last, column), lists, title=label(field), prompt=meaning(field))
    )
