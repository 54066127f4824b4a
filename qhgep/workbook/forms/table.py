"""A table sheet of a form: prefilled rows, a state beside each value, what may be typed and why."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from qhgep.expr import Quantity
from qhgep.inputs.form.schema import (
    FIRST,
    HEADS,
    IDS,
    LACKING,
    NIL,
    PERIOD,
    SOURCES,
    STATED,
    STATES,
    TITLE,
    UNITS,
    FormField,
    FormSheet,
)
from qhgep.quantities import range_text
from qhgep.workbook.core.cells import Sheet, Text, TypedNumber, Validation
from qhgep.workbook.core.table_sheet import INPUTS
from qhgep.workbook.forms.offers import preset
from qhgep.workbook.forms.places import HIGH_CHOSEN, LOW_CHOSEN, FormAddresses

_KEY_HEADS = ("区划代码", "县", "项目编号", "项目")
_KEY_WIDTHS = (9.5, 17.5, 11.5, 14.0)
_VALUE_WIDTH, _STATE_WIDTH, _NOTE_WIDTH = 10.5, 7.5, 26.0
_PAGE = 750.0
"""What fits across an A4 page, in the units of column widths: the narrower count of two programs."""
_SMALLEST, _LARGEST = 80, 90
"""Percent of full size: 8 points of 10 at least; at 90 a province's counties take two pages."""
_MOST_VALUES = 9
"""Value columns on one page."""


def table_sheet(places: FormAddresses, form: FormSheet) -> Sheet:
    """One table sheet, empty but for codes, names, units and the state 有数据."""
    schema = places.asked.schema
    sheet = Sheet(
        form.name, form.zh, INPUTS, freeze=(FIRST, len(form.keys)), repeat=(0, FIRST - 1), keys=len(form.keys)
    )
    number = schema.sheets.index(form) + 1
    label = places.alternative_label(form.fields[0].quantity) if form.fields[0].ecosystem else ""
    sheet.text(TITLE, 0, f"表{number}　{form.zh}{label}　{places.asked.region.zh} {schema.year} 年", "heading")
    _period(sheet, schema.year, number)
    sheet.heights |= {TITLE: 24, PERIOD: 22, HEADS: 44, UNITS: 30, SOURCES: 18}
    for column, (key, head) in enumerate(zip(form.keys, _KEY_HEADS, strict=False)):
        sheet.widths[column] = _KEY_WIDTHS[column]
        _heads(sheet, column, key, head, ("单位" if not column else "", "来源编号" if not column else ""))
    _rows(sheet, places, form)
    for field in form.fields:
        _field(sheet, places, form, field)
    _notes(sheet, places, form)
    _pages(sheet, form)
    return sheet


def _period(sheet: Sheet, year: int, number: int) -> None:
    sheet.text(PERIOD, 0, "填报单位", "head")
    sheet.put(PERIOD, 1, Text("", "fill"))
    sheet.text(PERIOD, 2, "年度", "head")
    sheet.put(PERIOD, 3, TypedNumber(year, "integer"))
    sheet.text(PERIOD, 4, f"表号：填{number:02d}表", "note")
    cell = (PERIOD, 1)
    sheet.validations.append(Validation(cell, cell, "any", "填报单位", "填写单位全称；不写个人姓名。"))


def _heads(sheet: Sheet, column: int, key: str, head: str, below: tuple[str, str]) -> None:
    sheet.put(IDS, column, Text(key, "key"))
    sheet.heights[IDS] = max(sheet.heights.get(IDS, 0.0), 13.0 * ceil(len(key) / 10))
    sheet.text(HEADS, column, head, "head")
    for row, text in zip((UNITS, SOURCES), below, strict=True):
        sheet.put(row, column, Text(text, "unit"))


def _rows(sheet: Sheet, places: FormAddresses, form: FormSheet) -> None:
    for row, keys in enumerate(places.asked.schema.rows(form), start=FIRST):
        for column, text in enumerate(keys):
            sheet.put(row, column, Text(text, "fixed"))


def _field(sheet: Sheet, places: FormAddresses, form: FormSheet, field: FormField) -> None:
    column, last = places.column(form, field), places.last(form)
    quantity = places.asked.quantities[field.quantity]
    sheet.widths |= {column: _VALUE_WIDTH, column + 1: _STATE_WIDTH}
    sheet.put(IDS, column + 1, Text("state", "key"))
    sheet.text(HEADS, column + 1, "状态\n【选】", "head")
    sheet.put(UNITS, column + 1, Text("", "choice"))
    sheet.put(SOURCES, column + 1, Text("", "fill"))
    sheet.put(IDS, column, Text(field.id, "key"))
    sheet.heights[IDS] = max(sheet.heights[IDS], 13.0 * ceil(len(field.id) / 10))
    label = "" if field.ecosystem else places.alternative_label(field.quantity)
    sheet.heights[HEADS] = max(sheet.heights[HEADS], 44.0 + 13.0 * ceil(len(label) / 5))
    sheet.text(HEADS, column, f"{field.zh}{label}\n【填】", "head")
    sheet.put(UNITS, column, Text(preset(quantity).spelling, "choice"))
    sheet.put(SOURCES, column, Text("", "choice"))
    for row in range(FIRST, last + 1):
        sheet.put(row, column, Text("", "input"))
        sheet.put(row, column + 1, Text(STATED, "choice"))
    sheet.validations += [
        _list(UNITS, UNITS, column, places.units(quantity), "单位",
              "先选单位再填数；换了单位，允许的范围随之换算。", "请从列表中选择可精确换算的单位。"),
        _list(SOURCES, SOURCES, column, places.source_ids, "来源编号",
              "选 来源 表中的编号；本列的数都出自这一份文件。", "请选 来源 表中的编号，如 S01。"),
        _list(UNITS, UNITS, column + 1, places.marks, "整栏标记",
              f"整栏都没有数：选 {LACKING}，各行留空，原因写在下面一格。填了的之外确实都是 0：选 {NIL}，其余各行留空。不必逐个改状态。",
              f"只能选 {NIL}、{LACKING}，或留空。"),
        Validation((SOURCES, column + 1), (SOURCES, column + 1), "any", "整栏标记的原因", "上面一格选了的，写明为什么；可不写。"),
        _number(places, field, quantity, (FIRST, column), (last, column)),
        _list(FIRST, last, column + 1, places.states, "状态",
              "填了数：有数据。确实是 0：确为零。没有数：缺失。本县没有此项：不适用。后三种须在备注写明原因；留空并写了备注的，读作缺失。",
              f"请选：{'、'.join(STATES)}。"),
    ]  # fmt: skip


def _list(first: int, last: int, column: int, choices: str, title: str, prompt: str, error: str) -> Validation:
    return Validation((first, column), (last, column), "list", title, prompt, error, choices)


def _number(
    places: FormAddresses, field: FormField, quantity: Quantity, first: tuple[int, int], last: tuple[int, int]
) -> Validation:
    """Limits are cells of 限值: they follow the unit that is chosen."""
    bounds = quantity.bounds
    low = places.limit(field, LOW_CHOSEN) if bounds and bounds.low is not None else None
    high = places.limit(field, HIGH_CHOSEN) if bounds and bounds.high is not None else None
    prompt, error, title = number_prompts(quantity, field.zh if field.ecosystem else "")
    return Validation(first, last, "decimal", title, prompt, error, low, high)


def number_prompts(quantity: Quantity, name: str) -> tuple[str, str, str]:
    """Prompt, error and title of a number: what it may be in the unit that the form begins with, and why."""
    said, reason = number_words(quantity), quantity.bounds.reason if quantity.bounds else ""
    why = f"（{reason}）" if reason else ""
    prompt = f"{said}{why}。没有数就留空并改状态；空白不等于 0。"
    error = f"须为{said}{why}。没有数就留空，把状态改为 缺失，并写备注。"
    return prompt, error, f"{quantity.zh}：{name}" if name and name != quantity.zh else quantity.zh


def number_words(quantity: Quantity) -> str:
    """What a number of a quantity may be in the unit that the form begins with; a true zero is a state, and left blank."""
    offer, bounds = preset(quantity), quantity.bounds
    if bounds is None:
        return "数"
    low, high = (None if limit is None else limit / offer.factor for limit in (bounds.low, bounds.high))
    return f"{range_text(replace(bounds, low=low, high=high, or_zero=False))} {offer.spelling}的数"


def _notes(sheet: Sheet, places: FormAddresses, form: FormSheet) -> None:
    column, last = len(form.columns) - 1, places.last(form)
    _heads(sheet, column, form.columns[-1], "备注\n【填】", ("", ""))
    sheet.widths[column] = _NOTE_WIDTH
    for row in range(FIRST, last + 1):
        sheet.put(row, column, Text("", "fill"))
    prompt = "本行有 确为零、缺失、不适用 的，写明哪一栏、为什么；其余可不写。"
    sheet.validations.append(Validation((FIRST, column), (last, column), "any", "备注", prompt))


def _pages(sheet: Sheet, form: FormSheet) -> None:
    """Break between pairs of value and state so that no page has too many and the type stays readable."""
    keys, number = len(form.keys), len(form.fields)
    for pages in range(1, number + 1):
        each = ceil(number / pages)
        starts = list(range(0, number, each))
        widest = max(_across(sheet, form, start, min(start + each, number)) for start in starts)
        scale = min(_LARGEST, int(100 * _PAGE / widest))
        if (each <= _MOST_VALUES and scale >= _SMALLEST) or each == 1:
            sheet.breaks, sheet.scale = tuple(keys + 2 * start for start in starts[1:]), scale
            return


def _across(sheet: Sheet, form: FormSheet, start: int, end: int) -> float:
    keys, last = len(form.keys), len(form.columns) - 1
    columns = [*range(keys), *range(keys + 2 * start, keys + 2 * end), *([last] if end == len(form.fields) else [])]
    return sum(7 * sheet.widths[column] + 5 for column in columns)
