"""填报表 of an upright form: one county on A4 upright, a row for each number, and beside each what is still wrong with it.

The last line adds the areas of the classes up to that of the county: the gap and the allowed gap are
`qhgep.catalogue.comparisons.area_gap` and `area_allowed`, by which the reader goes too.
"""

from __future__ import annotations

from math import ceil

from qhgep.catalogue.comparisons import area_allowed, area_gap, area_tolerance, land
from qhgep.inputs.form.schema import (
    CHECK_AT,
    COUNTY_AT,
    HIGH_AT,
    KEY_AT,
    LACKING,
    LOW_AT,
    NIL,
    NOTE_AT,
    SECTION,
    SIZE_AT,
    SOURCE_AT,
    STATE_AT,
    STATED,
    UNIT_AT,
    UPRIGHT,
    UPRIGHT_FIRST,
    VALUE_AT,
    YEAR_AT,
    FormSheet,
    UprightRow,
)
from qhgep.inputs.landcover.crosswalk import class_area
from qhgep.quantities import AREA_TOLERANCE, area, county_area
from qhgep.readings.excel import excel
from qhgep.workbook.core.cells import LiveFormula, Sheet, Text, TypedNumber, Validation
from qhgep.workbook.core.layout import a1, column_block, fixed
from qhgep.workbook.core.table_sheet import INPUTS
from qhgep.workbook.forms.areas import has_areas
from qhgep.workbook.forms.offers import preset
from qhgep.workbook.forms.places import HIGH, LOW, FormAddresses
from qhgep.workbook.forms.row_check import RowCells, row_check
from qhgep.workbook.forms.table import number_prompts

_HEADS = (
    "指标", "数值\n【填】", "单位\n【选】", "状态\n【选】", "来源\n【选】", "备注\n【填】", "自检", "字段编号", "单位折合", "下限", "上限",
)  # fmt: skip
_WIDTHS = (27.0, 13.0, 13.0, 8.5, 7.0, 25.0, 8.0, 30.0, 12.0, 12.0, 12.0)
_LETTERS_A_LINE = 14
"""Chinese characters of a name on one line."""
_TITLE, _COUNTY, _VERDICT, _HEAD = range(4)


def upright_sheet(places: FormAddresses) -> Sheet:
    """The one table sheet, empty but for names, units and the state 有数据; the columns after 自检 are not printed."""
    schema = places.asked.schema
    ((code, name),) = schema.counties
    sheet = Sheet(
        UPRIGHT, "填报表", INPUTS, freeze=(UPRIGHT_FIRST, 1), repeat=(_HEAD, _HEAD), landscape=False, keys=1,
        widths=dict(enumerate(_WIDTHS)), printed=KEY_AT,
    )  # fmt: skip
    sheet.text(_TITLE, 0, f"{name} {schema.year} 年生态产品总值核算数据填报表", "heading")
    _line_of_county(sheet, (code, name), schema.year)
    for column, head in enumerate(_HEADS):
        sheet.text(_HEAD, column, head, "head")
    sheet.heights |= {_TITLE: 24, _COUNTY: 22, _VERDICT: 22, _HEAD: 30}
    row = UPRIGHT_FIRST
    for form in schema.sheets:
        row = _section(sheet, places, form, row)
    last = area_line(sheet, places, row)
    found = column_block(CHECK_AT, UPRIGHT_FIRST, last)
    open_ = f'COUNTA({found})-COUNTIF({found},"通过")-COUNTIF({found},"无法核验")'
    sheet.text(_VERDICT, 0, "自检：全部 通过 方可报送", "label")
    sheet.put(
        _VERDICT,
        VALUE_AT,
        LiveFormula(f'IF({a1(_VERDICT, SOURCE_AT)}=0,"通过","不通过")', "不通过", "total", "verdict"),
    )
    sheet.text(_VERDICT, UNIT_AT, "还差几行", "note")
    waiting = sum(len(schema.entries(form)) for form in schema.sheets)
    sheet.put(_VERDICT, SOURCE_AT, LiveFormula(open_, waiting, "total", "integer"))
    sheet.verdicts += [(_VERDICT, VALUE_AT, _VERDICT, VALUE_AT), (UPRIGHT_FIRST, CHECK_AT, last, CHECK_AT)]
    return sheet


def _line_of_county(sheet: Sheet, county: tuple[str, str], year: int) -> None:
    sheet.text(_COUNTY, 0, f"{county[1]}　填报单位", "head")
    sheet.put(_COUNTY, VALUE_AT, Text("", "fill"))
    sheet.put(_COUNTY, UNIT_AT, Text("", "fill"))
    sheet.text(_COUNTY, STATE_AT, "代码", "head")
    sheet.text(*COUNTY_AT, county[0], "fixed")
    sheet.text(_COUNTY, NOTE_AT, "年度", "head")
    sheet.put(*YEAR_AT, TypedNumber(year, "integer"))
    sheet.merges.append((_COUNTY, VALUE_AT, _COUNTY, UNIT_AT))
    cell = (_COUNTY, VALUE_AT)
    sheet.validations.append(Validation(cell, cell, "any", "填报单位", "填写单位全称；不写个人姓名。"))


def _section(sheet: Sheet, places: FormAddresses, form: FormSheet, row: int) -> int:
    """The heading of a section and its rows; the row after them."""
    label = places.alternative_label(form.fields[0].quantity) if form.fields[0].ecosystem else ""
    sheet.text(row, 0, f"{form.zh}{label}", "label")
    _height(sheet, row, f"{form.zh}{label}")
    for column, style in (
        (VALUE_AT, "unit"),
        (UNIT_AT, "unit"),
        (STATE_AT, "choice"),
        (SOURCE_AT, "choice"),
        (NOTE_AT, "fill"),
    ):
        sheet.put(row, column, Text("", style))  # type: ignore[arg-type] # styles
    sheet.text(row, KEY_AT, SECTION + form.name, "key")
    sheet.validations += [
        _list(row, STATE_AT, places.marks, "整组标记",
              f"本组都没有数：选 {LACKING}，各行留空，原因写在本行备注。填了的之外确实都是 0：选 {NIL}，其余各行留空。不必逐个改状态。",
              f"只能选 {NIL}、{LACKING}，或留空。"),
        _list(row, SOURCE_AT, places.source_ids, "本组来源", "本组的数出自同一份文件的，只在这里选；某一行另有来源的，在那一行选。",
              "请选 来源 表中的编号，如 S01。"),
    ]  # fmt: skip
    head = row
    for entry in places.asked.schema.entries(form):
        row += 1
        _entry(sheet, places, entry, row, head)
    return row + 1


def _entry(sheet: Sheet, places: FormAddresses, entry: UprightRow, row: int, head: int) -> None:
    quantity = places.asked.quantities[entry.field.quantity]
    label = "" if entry.field.ecosystem else places.alternative_label(entry.field.quantity)
    sheet.text(row, 0, f"{entry.name}{label}", "fixed")
    _height(sheet, row, f"{entry.name}{label}")
    sheet.put(row, VALUE_AT, Text("", "input"))
    sheet.put(row, UNIT_AT, Text(preset(quantity).spelling, "choice"))
    sheet.put(row, STATE_AT, Text(STATED, "choice"))
    sheet.put(row, SOURCE_AT, Text("", "choice"))
    sheet.put(row, NOTE_AT, Text("", "fill"))
    sheet.text(row, KEY_AT, entry.key, "key")
    _limits(sheet, places, entry, row)
    cells = RowCells(row, head, places.states)
    sheet.put(row, CHECK_AT, LiveFormula(row_check(cells, quantity), "空白", "step", "verdict"))
    prompt, error, title = number_prompts(quantity, entry.name)
    bounds = quantity.bounds
    low = fixed(row, LOW_AT) if bounds and bounds.low is not None else None
    high = fixed(row, HIGH_AT) if bounds and bounds.high is not None else None
    at = (row, VALUE_AT)
    sheet.validations += [
        Validation(at, at, "decimal", title, prompt, error, low, high),
        _list(row, UNIT_AT, places.units(quantity), "单位", "先选单位再填数；换了单位，允许的范围随之换算。",
              "请从列表中选择可精确换算的单位。"),
        _list(row, STATE_AT, places.states, "状态",
              "填了数：有数据。确实是 0：确为零。没有数：缺失。本县没有此项：不适用。后三种须在备注写明原因；留空并写了备注的，读作缺失。",
              "请选列表中的词。"),
        _list(row, SOURCE_AT, places.source_ids, "来源编号", "选 来源 表中的编号；留空的，用本组标题行的来源。",
              "请选 来源 表中的编号，如 S01。"),
        Validation((row, NOTE_AT), (row, NOTE_AT), "any", "备注", "没有数的，写明为什么；有数的可不写。"),
    ]  # fmt: skip


def _height(sheet: Sheet, row: int, text: str) -> None:
    if len(text) > _LETTERS_A_LINE:
        sheet.heights[row] = 14.5 * ceil(len(text) / _LETTERS_A_LINE)


def _limits(sheet: Sheet, places: FormAddresses, entry: UprightRow, row: int) -> None:
    """The size of the chosen unit, and the limits of the quantity in it."""
    quantity = places.asked.quantities[entry.field.quantity]
    size = f"INDEX({places.units(quantity, 1)},MATCH({a1(row, UNIT_AT)},{places.units(quantity)},0))"
    sheet.put(row, SIZE_AT, LiveFormula(size, float(preset(quantity).factor), "step", "plain"))
    bounds = quantity.bounds
    for column, limit in ((LOW_AT, bounds.low if bounds else None), (HIGH_AT, bounds.high if bounds else None)):
        if limit is not None:
            own = places.limit(entry.field, LOW if column == LOW_AT else HIGH)
            found = f"{own}/{a1(row, SIZE_AT)}"
            sheet.put(row, column, LiveFormula(found, float(limit) / float(preset(quantity).factor), "step", "plain"))


def _list(row: int, column: int, choices: str, title: str, prompt: str, error: str) -> Validation:
    return Validation((row, column), (row, column), "list", title, prompt, error, choices)


def area_line(sheet: Sheet, places: FormAddresses, row: int) -> int:
    """Write the line at a row where both areas are asked; the last row of the form."""
    if not has_areas(places):
        return row - 1
    at = {
        cell.text: place for (place, column), cell in sheet.cells.items() if column == KEY_AT and isinstance(cell, Text)
    }
    kind = f"{class_area.name}@" if places.asked.schema.survey else f"{area.name}."
    lands = [place for key, place in at.items() if key.startswith(kind)]
    first, last = min(lands), max(lands)
    columns = (VALUE_AT, SIZE_AT, STATE_AT, NOTE_AT)
    values, sizes, states, notes = (column_block(column, first, last) for column in columns)
    nil = f'(({values}="")*({notes}="")+({values}<>"")*({values}=0))'
    rest = f'IF({a1(first - 1, STATE_AT)}="{NIL}",SUMPRODUCT(({states}="{STATED}")*{nil}),0)'
    total, whole, tolerance = a1(row, LOW_AT), a1(row, HIGH_AT), a1(row, SIZE_AT)
    county = at[county_area.name]
    sheet.text(row, 0, "面积核对：各类合计减县域面积", "label")
    sheet.text(row, UNIT_AT, area.unit.printed, "unit")
    sheet.text(row, KEY_AT, f"{SECTION}面积核对", "key")
    sheet.put(row, SIZE_AT, TypedNumber(float(AREA_TOLERANCE), "share"))
    sheet.put(row, LOW_AT, LiveFormula(f"SUMPRODUCT({values},{sizes})", 0, "total"))
    value, size = a1(county, VALUE_AT), a1(county, SIZE_AT)
    sheet.put(row, HIGH_AT, LiveFormula(f'IF(ISNUMBER({value}),{value}*{size},"—")', "—", "step"))
    cells = {land.name: total, county_area.name: whole, area_tolerance.name: tolerance}
    gap, allowed = (excel(tree, lambda quantity: cells[quantity.name], factor=str) for tree in (area_gap, area_allowed))
    sheet.put(row, VALUE_AT, LiveFormula(f'IF(ISNUMBER({whole}),{gap},"—")', "—", "step"))
    still = f'COUNTIF({states},"{LACKING}")+COUNTIF({states},"{STATED}")-COUNTIF({values},">0")-{rest}'
    found = a1(row, VALUE_AT)
    short = f'IF(AND({still}=0,{found}+({allowed})<0),"不通过","通过")' if places.asked.whole else '"通过"'
    words = f'IF(ISNUMBER({found}),IF({found}>({allowed}),"不通过",{short}),"无法核验")'
    sheet.put(row, CHECK_AT, LiveFormula(words, "无法核验", "step", "verdict"))
    return row
