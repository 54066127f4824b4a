"""填报说明: who fills what, what the colours and the states mean, an example row. The reader never looks at it."""

from __future__ import annotations

from qhgep.inputs.form.schema import SOURCE_SHEET, FormSheet
from qhgep.workbook.core.cells import Sheet, Style, Text, Validation
from qhgep.workbook.core.layout import on_sheet
from qhgep.workbook.core.table_sheet import CONTROL, row_of_texts
from qhgep.workbook.forms.lists import preset_unit
from qhgep.workbook.forms.places import CHECKS, GUIDE, Places

_STEPS = (
    (
        "1",
        "先填 来源",
        "每份文件一行：名称、文号、日期、申报单位。各表第 6 行选它的编号（S01、S02……）。同一栏的数须出自同一份文件。",
    ),
    ("2", "核对单位", "各表第 5 行是本栏的单位，按手头资料选好再填数，不必自己换算。"),
    (
        "3",
        "填数",
        "黄底蓝字的格可填，其余锁定（没有密码）。只填数，不写单位和文字，不改编号、县名和行列。",
    ),
    (
        "4",
        "改状态",
        "每个数右边是它的状态，已预填 有数据。没有数的，留空并改状态，在本行末尾的 备注 写明哪一栏、为什么。",
    ),
    ("5", "看 自检", "结论全为 通过 再报送；不通过 的行，右边不是 0 的那一栏就是要改的。"),
)
_STATES = (
    ("有数据", "填数，不是 0", "不用写备注"), ("确为零", "留空或填 0", "须写备注，须有来源"),
    ("缺失", "留空", "须写备注：为什么没有"), ("不适用", "留空", "须写备注：本县为何没有此项"),
)  # fmt: skip
_LOOKS: tuple[tuple[str, Style, str], ...] = (
    ("【填】", "input", "填数；数是蓝色"), ("【选】", "choice", "从列表中选"), ("锁定", "fixed", "已预填，不改"),
    ("字段编号", "key", "读取程序认它，不改"),
)  # fmt: skip
_ONE_LINE = 50
_WIDTHS = (13.0, 52.0, 34.0, 10.0, 26.0, 22.0)


def guide_sheet(places: Places) -> Sheet:
    """填报说明, one page."""
    asked, schema = places.asked, places.asked.schema
    sheet = Sheet(GUIDE, "填报说明", CONTROL, widths=dict(enumerate(_WIDTHS)))
    sheet.text(0, 0, f"{asked.region.zh} {schema.year} 年生态产品总值核算数据填报", "title")
    sheet.text(1, 0, f"只收核算所需的数；规则集：{asked.ruleset.zh}；{len(schema.counties)} 个县级单位", "note")
    row = _section(sheet, 3, "一、谁填什么", ("表", "内容", "预设单位", "栏数", "填报单位【填】", "报送截止【填】"))
    row = _tables(sheet, places, row)
    row = _section(sheet, row + 1, "二、怎么填", ("次序", "做什么", "说明"))
    sheet.merges.append((row - 1, 2, row - 1, len(_WIDTHS) - 1))
    for step in _STEPS:
        row_of_texts(sheet, row, step[:2], "wrap")
        _wide(sheet, row, step[2])
        row += 1
    row = _section(sheet, row + 1, "三、空白不等于零：四种状态", ("状态", "数格", "备注"))
    for line in _STATES:
        row_of_texts(sheet, row, line)
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


def _tables(sheet: Sheet, places: Places, row: int) -> int:
    first = row
    for form in places.asked.schema.sheets:
        sheet.text(row, 0, form.name.partition("_")[0], link=on_sheet(form.name, "A1"))
        units = "、".join(dict.fromkeys(preset_unit(places, field) for field in form.fields))
        row_of_texts(sheet, row, ("", _content(form), units, str(len(form.fields))), "wrap")
        sheet.heights[row] = 15.0 * max(1, -(-len(_content(form)) // 24), -(-len(units) // 15))
        sheet.put(row, 4, Text("", "fill"))
        sheet.put(row, 5, Text("", "fill"))
        row += 1
    for name, meaning in ((SOURCE_SHEET, "每份文件的名称、文号、日期、申报单位"), (CHECKS, "填得对不对，随填随算")):
        sheet.text(row, 0, name, link=on_sheet(name, "A1"))
        sheet.text(row, 1, meaning, "wrap")
        row += 1
    prompt = "由牵头单位写明：哪个单位填这张表。写单位与岗位，不写个人姓名。"
    sheet.validations.append(Validation((first, 4), (row - 3, 4), "any", "填报单位", prompt))
    return row


def _content(form: FormSheet) -> str:
    by_ecosystem = bool(form.fields[0].ecosystem)
    names = [form.zh] if by_ecosystem else [field.zh for field in form.fields]
    return "、".join(names) + ("（分生态系统）" if by_ecosystem else f"（分{form.zh}）" if form.items else "")


def _wide(sheet: Sheet, row: int, text: str) -> None:
    """A text across the remaining columns."""
    sheet.text(row, 2, text, "wrap")
    sheet.merges.append((row, 2, row, len(_WIDTHS) - 1))
    sheet.heights[row] = 18 if len(text) < _ONE_LINE else 32


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
