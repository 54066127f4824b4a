"""The sheets beside the tables: 来源 to name documents, 选项 and 限值 that validations read, 清单 that the reader goes by."""

from __future__ import annotations

from datetime import date

from qhgep.inputs.form.schema import (
    FIRST_SOURCE,
    HEADS,
    IDS,
    MANIFEST,
    OPTIONS,
    SOURCE_COLUMNS,
    SOURCE_SHEET,
    STATES,
    UNITS,
    FormField,
)
from qhgep.workbook.core.cells import LiveFormula, Sheet, Text, TypedNumber, Validation
from qhgep.workbook.core.layout import HEAD, a1
from qhgep.workbook.core.table_sheet import CONTROL, INPUTS, STORE, Head, plain_sheet, row_of_texts
from qhgep.workbook.forms.offers import offers_for, preset
from qhgep.workbook.forms.places import (
    CHOSEN,
    HIGH,
    HIGH_CHOSEN,
    IN_OWN,
    LIMITS,
    LOW,
    LOW_CHOSEN,
    OWN,
    SOURCE_ROWS,
    FormAddresses,
)

CHUNK = 30000
"""Characters of the schema in one cell; a cell holds 32,767."""
OPEN = "不限"
_SOURCE_HEADS = (
    ("编号", 8, "已编好", "fixed"), ("名称【填】", 40, "文件、年鉴或数据集的全名", "fill"), ("文号【填】", 26, "如 青林字〔2024〕1 号", "fill"),
    ("日期【填】", 13, "如 2024-03-01", "day"), ("申报单位【填】", 26, "对数字负责的单位", "fill"),
    ("联系岗位【填】", 20, "岗位，不写姓名", "fill"), ("说明【填】", 30, "页码、表号等", "fill"),
)  # fmt: skip
_MEANINGS = ("填了数，且不是 0", "确实是 0，有据可查", "有此项而没有数", "本县没有此项")
_FIRST_DAY, _LAST_DAY = date(1949, 10, 1), date(2099, 12, 31)


def source_sheet() -> Sheet:
    """来源: one row per document; the tables name it by its number."""
    sheet = Sheet(SOURCE_SHEET, "来源", INPUTS, freeze=(FIRST_SOURCE, 1), repeat=(0, FIRST_SOURCE - 1))
    sheet.text(0, 0, "数据来源", "title")
    sheet.text(
        1,
        0,
        "文号、日期、申报单位三项齐全，证据记为 申报；缺一项记为 转引。只写单位和岗位，不写个人姓名、电话。",
        "notice",
    )
    sheet.heights |= {UNITS: 20, HEADS: 24}
    for column, ((head, width, hint, style), key) in enumerate(zip(_SOURCE_HEADS, SOURCE_COLUMNS, strict=True)):
        sheet.widths[column] = width
        sheet.text(IDS, column, key, "key")
        sheet.text(HEADS, column, head, "head")
        sheet.text(UNITS, column, hint, "unit")
        for place in range(SOURCE_ROWS):
            text = f"S{place + 1:02d}" if column == 0 else ""
            sheet.put(FIRST_SOURCE + place, column, Text(text, style))  # type: ignore[arg-type] # a style of the table above
    last = FIRST_SOURCE + SOURCE_ROWS - 1
    error = "请输入日期，如 2024-03-01。"
    sheet.validations.append(
        Validation(
            (FIRST_SOURCE, 3), (last, 3), "date", "日期", "文件的日期，如 2024-03-01。", error, _FIRST_DAY, _LAST_DAY
        )
    )
    prompt = "写岗位或科室，如 统计科；不写个人姓名、电话。"
    sheet.validations.append(Validation((FIRST_SOURCE, 5), (last, 5), "any", "联系岗位", prompt))
    return sheet


def options_sheet(places: FormAddresses) -> Sheet:
    """选项: the lists behind the drop-downs, in sight: states, counties, and for each own unit the units on offer."""
    heads = [Head("状态", width=10), Head("含义", width=20), Head("区划代码", width=10), Head("县", width=20)]
    for one in places.groups:
        own = preset(one).spelling if preset(one).factor == 1 else one.unit.printed
        heads += [Head("可选单位", width=18), Head(f"1 单位折合 {own if own != '—' else '比值'}", width=18)]
    sheet = plain_sheet(OPTIONS, "选项", heads, color=STORE, notice="下拉列表取自本表；本表不用填。")
    for place, (word, meaning) in enumerate(zip(STATES, _MEANINGS, strict=True), start=HEAD + 1):
        row_of_texts(sheet, place, (word, meaning))
    for place, county in enumerate(places.asked.schema.counties, start=HEAD + 1):
        for column, text in enumerate(county, start=2):
            sheet.text(place, column, text, "code")
    for one in places.groups:
        for place, offer in enumerate(offers_for(one), start=HEAD + 1):
            sheet.text(place, places.group_column(one), offer.spelling)
            sheet.put(place, places.group_column(one) + 1, TypedNumber(float(offer.factor), "plain"))
    return sheet


def limits_sheet(places: FormAddresses) -> Sheet:
    """限值: the plausible range of each column, converted to the unit that is chosen there; validations and 自检 read it."""
    heads = [Head(name, width=width) for name, width in (
        ("表", 22), ("栏目", 22), ("字段编号", 40), ("所选单位", 16), ("折合本单位", 14), ("本单位", 16), ("下限（本单位）", 16),
        ("上限（本单位）", 16), ("下限（所选单位）", 16), ("上限（所选单位）", 16), ("理由", 50),
    )]  # fmt: skip
    sheet = plain_sheet(LIMITS, "各栏的合理范围", heads, color=STORE, notice="随所选单位换算；本表不用填。")
    for form, field in places.fields:
        row_of_texts(sheet, places.limit_row(field), (form.name, field.zh, field.id))
        if places.asked.schema.layout == "across":
            _chosen(sheet, places, field, places.unit_cell(form, field))
        else:
            sheet.text(places.limit_row(field), OWN, places.asked.quantities[field.quantity].unit.printed)
        _limits(sheet, places, field)
    return sheet


def _chosen(sheet: Sheet, places: FormAddresses, field: FormField, cell: str) -> None:
    row, quantity = places.limit_row(field), places.asked.quantities[field.quantity]
    sheet.put(row, CHOSEN, LiveFormula(cell, preset(quantity).spelling, "import", "text"))
    found = f"INDEX({places.units(quantity, 1)},MATCH({a1(row, CHOSEN)},{places.units(quantity)},0))"
    sheet.put(row, IN_OWN, LiveFormula(found, float(preset(quantity).factor), "step", "plain"))
    sheet.text(row, OWN, quantity.unit.printed)


def _limits(sheet: Sheet, places: FormAddresses, field: FormField) -> None:
    row, quantity = places.limit_row(field), places.asked.quantities[field.quantity]
    bounds = quantity.bounds
    pair = (None, None) if bounds is None else (bounds.low, bounds.high)
    for limit, own, chosen in zip(pair, (LOW, HIGH), (LOW_CHOSEN, HIGH_CHOSEN), strict=True):
        if limit is None:
            sheet.text(row, own, OPEN)
            sheet.text(row, chosen, OPEN)
            continue
        sheet.put(row, own, TypedNumber(float(limit), "plain"))
        if places.asked.schema.layout != "across":
            continue
        value = float(limit) / float(preset(quantity).factor)
        sheet.put(row, chosen, LiveFormula(f"{a1(row, own)}/{a1(row, IN_OWN)}", value, "step", "plain"))
    sheet.text(row, HIGH_CHOSEN + 1, bounds.reason if bounds else "（没有规定）", "wrap")


def manifest_sheet(places: FormAddresses) -> Sheet:
    """清单: what this template is, by which the reader knows it; the schema stands as text."""
    asked, schema = places.asked, places.asked.schema
    heads = [Head("键", width=20), Head("含义", width=40), Head("值", width=90)]
    sheet = plain_sheet(MANIFEST, "清单", heads, color=CONTROL, notice="读取程序据此识别模板；请勿改动。")
    lines = [
        ("template_id", "模板编号", schema.id), ("version", "模板版本", str(schema.version)),
        ("schema_hash", "模板内容的指纹（SHA-256）", schema.hash), ("ruleset", "规则集", schema.ruleset),
        ("ruleset_zh", "规则集名称", asked.ruleset.zh), ("ruleset_hash", "规则集的指纹（SHA-256）", asked.ruleset.hash),
        ("region", "地区", f"{schema.region} {asked.region.zh}"), ("year", "年度", str(schema.year)),
    ]  # fmt: skip
    lines += [
        ("field", f"{form.zh}：{field.zh}（{preset_unit(places, field)}）", field.id) for form, field in places.fields
    ]
    text = schema.text
    lines += [("schema", "模板内容", text[start : start + CHUNK]) for start in range(0, len(text), CHUNK)]
    for row, line in enumerate(lines, start=HEAD + 1):
        row_of_texts(sheet, row, line, "wrap" if line[0] == "schema" else "code")
    return sheet


def preset_unit(places: FormAddresses, field: FormField) -> str:
    """The spelling that the form begins with for a field."""
    return preset(places.asked.quantities[field.quantity]).spelling


__all__ = ["limits_sheet", "manifest_sheet", "options_sheet", "preset_unit", "source_sheet"]
