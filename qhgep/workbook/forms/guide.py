"""填报说明: who fills what, what the colours and the states mean, an example row. The reader never looks at it."""

from __future__ import annotations

from qhgep.inputs.form.schema import SOURCE_SHEET, UPRIGHT, UPRIGHT_FIRST, FormSheet
from qhgep.workbook.core.cells import Sheet, Style, Text, Validation
from qhgep.workbook.core.layout import a1, on_sheet
from qhgep.workbook.core.table_sheet import CONTROL, row_of_texts
from qhgep.workbook.forms.lists import preset_unit
from qhgep.workbook.forms.places import CHECKS, GUIDE, SIGNS, FormAddresses

_Steps = tuple[tuple[str, str, str], ...]
_FIRST_STEP = ("1", "先填 来源")
_STATE_ACROSS = (
    "每个数右边是它的状态，已预填 有数据。没有数的，留空并改状态，在本行末尾的 备注 写明哪一栏、为什么；留空并写了备注的，读作缺失。"
    "整栏都没有数的，只在第 5 行状态格选 缺失；填了的之外确实都是 0 的，选 确为零；各行不必改。"
)
_STATE_UPRIGHT = (
    "状态已预填 有数据。没有数的，留空，在同一行的 备注 写明为什么，就读作缺失；确为零、不适用 的改状态并写备注。"
    "整组都没有数的，只在本组标题行的状态格选 缺失；填了的之外确实都是 0 的，选 确为零；各行不必改。"
)
_ACROSS: _Steps = (
    (*_FIRST_STEP, "每份文件一行：名称、文号、日期、申报单位。各表第 6 行选它的编号（S01、S02……）。同一栏的数须出自同一份文件。"),
    ("2", "核对单位", "各表第 5 行是本栏的单位，按手头资料选好再填数，不必自己换算。"),
    ("3", "填数", "黄底蓝字的格可填，其余锁定（没有密码）。只填数，不写单位和文字，不改编号、县名和行列。"),
    ("4", "改状态", _STATE_ACROSS),
    ("5", "看 自检", "结论全为 通过 再报送；不通过 的行，右边不是 0 的那一栏就是要改的。"),
)  # fmt: skip
_UPRIGHT: _Steps = (
    (*_FIRST_STEP, "每份文件一行：名称、文号、日期、申报单位。填报表里选它的编号（S01、S02……）：一组数出自同一份文件的，只在本组标题行选。"),
    ("2", "核对单位", "单位在数的右边，按手头资料选好再填数，不必自己换算。"),
    ("3", "填数", "黄底蓝字的格可填，其余锁定（没有密码）。只填数，不写单位和文字，不增、删、移动行列。"),
    ("4", "改状态", _STATE_UPRIGHT),
    ("5", "看 自检", "每行右边说还差什么；表头的结论为 通过 再报送。"),
)  # fmt: skip
_STATES = (
    ("有数据", "填数，不是 0", "不用写备注"), ("确为零", "留空或填 0", "须写备注（整栏、整组标了的可不写），须有来源"),
    ("缺失", "留空", "须写备注：为什么没有（整栏、整组标了的可不写）"), ("不适用", "留空", "须写备注：本县为何没有此项"),
)  # fmt: skip
_LOOKS: tuple[tuple[str, Style, str], ...] = (
    ("【填】", "input", "填数；数是蓝色"), ("【选】", "choice", "从列表中选"), ("锁定", "fixed", "已预填，不改"),
    ("字段编号", "key", "读取程序认它，不改"),
)  # fmt: skip
_ONE_LINE = 50
"""Chinese characters of a text that is merged over the page."""
_CONTENT, _UNITS = 26, 16
"""Chinese characters on a line of the columns 内容 and 预设单位."""
_WIDTHS = (13.0, 52.0, 34.0, 10.0, 26.0, 22.0)


def guide_sheet(places: FormAddresses) -> Sheet:
    """填报说明: its title and texts lie over the whole page."""
    asked, schema = places.asked, places.asked.schema
    sheet = Sheet(GUIDE, "填报说明", CONTROL, widths=dict(enumerate(_WIDTHS)))
    upright = schema.layout == "upright"
    whose = schema.counties[0][1] if upright else asked.region.zh
    units = f"{len(schema.together or schema.counties)} 个县级单位{'，一县一份' if upright else ''}"
    sheet.text(0, 0, f"{whose} {schema.year} 年生态产品总值核算数据填报", "title")
    sheet.text(1, 0, f"只收核算所需的数；规则集：{asked.ruleset.zh}；{units}", "note")
    sheet.merges += [(row, 0, row, len(_WIDTHS) - 1) for row in (0, 1)]
    sheet.heights[0] = 26
    heads = ("表", "内容", "预设单位", "数" if upright else "栏数", "填报单位【填】", "报送截止【填】")
    row = _section(sheet, 3, "一、谁填什么", heads)
    row = _tables(sheet, places, row)
    row = _section(sheet, row + 1, "二、怎么填", ("次序", "做什么", "说明"))
    sheet.merges.append((row - 1, 2, row - 1, len(_WIDTHS) - 1))
    for step in _UPRIGHT if upright else _ACROSS:
        row_of_texts(sheet, row, step[:2], "wrap")
        _wide(sheet, row, step[2])
        row += 1
    row = _put_alternatives(sheet, places, row)
    row = _section(sheet, row + 1, "三、空白不等于零：四种状态", ("状态", "数格", "备注"))
    sheet.merges.append((row - 1, 2, row - 1, len(_WIDTHS) - 1))
    for line in _STATES:
        row_of_texts(sheet, row, line[:2])
        _wide(sheet, row, line[2])
        row += 1
    row = _section(sheet, row + 1, "四、颜色", ("样子", "含义"))
    for text, style, meaning in _LOOKS:
        sheet.put(row, 0, Text(text, style))
        sheet.text(row, 1, meaning)
        row += 1
    _example(sheet, row + 1)
    return sheet


def _section(sheet: Sheet, row: int, title: str, heads: tuple[str, ...]) -> int:
    sheet.text(row, 0, title, "section")
    row_of_texts(sheet, row + 1, heads, "head")
    return row + 2


def _tables(sheet: Sheet, places: FormAddresses, row: int) -> int:
    first = row
    for form in places.asked.schema.sheets:
        sheet.text(row, 0, form.name.partition("_")[0], link=on_sheet(*_place(places, form)))
        units = "、".join(dict.fromkeys(preset_unit(places, field) for field in form.fields))
        asked = len(form.fields) if places.asked.schema.layout == "across" else len(places.asked.schema.entries(form))
        row_of_texts(sheet, row, ("", _content(form), units, str(asked)), "wrap")
        sheet.heights[row] = 15.0 * max(1, -(-len(_content(form)) // _CONTENT), -(-len(units) // _UNITS))
        sheet.put(row, 4, Text("", "fill"))
        sheet.put(row, 5, Text("", "fill"))
        row += 1
    others = [(SOURCE_SHEET, "每份文件的名称、文号、日期、申报单位"), (CHECKS, "填得对不对，随填随算")]
    for name, meaning in others if places.asked.schema.layout == "across" else others[:1]:
        sheet.text(row, 0, name, link=on_sheet(name, "A1"))
        sheet.text(row, 1, meaning, "wrap")
        row += 1
    prompt = "由牵头单位写明：哪个单位填这张表。写单位与岗位，不写个人姓名。"
    sheet.validations.append(
        Validation((first, 4), (first + len(places.asked.schema.sheets) - 1, 4), "any", "填报单位", prompt)
    )
    return row


def _put_alternatives(sheet: Sheet, places: FormAddresses, row: int) -> int:
    """What can be had in several ways: one of them is enough."""
    words = places.asked.ruleset.catalogue.vocabulary
    if not places.alternatives:
        return row
    row = _section(
        sheet, row + 1, "择一填报：有几种填法的，填齐一种即可，其余的标缺失（整栏或整组）", ("填法", "用于", "要填的数")
    )
    sheet.merges.append((row - 1, 2, row - 1, len(_WIDTHS) - 1))
    for group in places.alternatives:
        for sign, way in zip(SIGNS, group.ways, strict=False):
            row_of_texts(sheet, row, (sign, words[group.quantity].zh), "wrap")
            _wide(sheet, row, "、".join(words[name].zh for name in way))
            row += 1
    return row


def _place(places: FormAddresses, form: FormSheet) -> tuple[str, str]:
    """Sheet and cell where a table begins: in an upright form the heading of its section."""
    schema = places.asked.schema
    if schema.layout == "across":
        return form.name, "A1"
    before = schema.sheets[: schema.sheets.index(form)]
    return UPRIGHT, a1(UPRIGHT_FIRST + sum(1 + len(schema.entries(other)) for other in before), 0)


def _content(form: FormSheet) -> str:
    by_ecosystem = bool(form.fields[0].ecosystem)
    names = [form.zh] if by_ecosystem else [field.zh for field in form.fields]
    return "、".join(names) + ("（分生态系统）" if by_ecosystem else f"（分{form.zh}）" if form.items else "")


def _wide(sheet: Sheet, row: int, text: str) -> None:
    """A text across the remaining columns."""
    sheet.text(row, 2, text, "wrap")
    sheet.merges.append((row, 2, row, len(_WIDTHS) - 1))
    sheet.heights[row] = 4.0 + 14.0 * -(-len(text) // _ONE_LINE)


def _example(sheet: Sheet, row: int) -> None:
    row = _section(
        sheet, row, "五、示例（只供参看，不计入）", ("区划代码", "县", "年降水量（毫米/年）", "状态", "备注")
    )
    for line in (
        ("示例", "示例县甲", "420.5", "有数据", ""), ("示例", "示例县乙", "", "缺失", "年降水量：县内没有站点"),
    ):  # fmt: skip
        for column, text in enumerate(line):
            sheet.put(row, column, Text(text, "missing"))
        row += 1
