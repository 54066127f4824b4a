"""What a workbook is made of: three kinds of formula and no fourth, and nothing without heading, unit or origin."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from openpyxl import load_workbook

from qhgep.workbook.core.cells import LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.layout import FIRST, HEAD, METHODS, UNITS, a1, letters
from tests.support import toy
from tests.support.books import ACCOUNTS, NAMES, PLANS, Made, book
from tests.support.package import write

# --- a classifier of formula texts, that knows nothing of how they were made --------------------

NAME = r"[^\W\d]\w*"
CELL = r"\$?[A-Z]{1,3}\$?\d+"
THERE = rf"(?:{NAME}!)?{CELL}"
AREA = rf"(?:{NAME}!)?{CELL}:{CELL}"
TEXT = r'"[^"]*"'
IMPORT = re.compile(rf"IF\(ISNUMBER\(({NAME}!{CELL})\),\1,(?:NA\(\)|\"缺\")\)")
"""On a printed table the word, which nothing adds up; elsewhere the error that propagates."""
VERDICT = re.compile(rf"({NAME})!({CELL})")
WHOLE = re.compile(rf'IF\(COUNTIF\(({AREA}),"缺"\)>0,"缺",SUM\(\1\)\)')
"""The sum of all there should be: the word where one is missing."""
SUM = rf"(?:(?:SUM|COUNT)\({AREA}\)|(?:SUMIF|COUNTIF)\({AREA},{TEXT}\))"
TOTAL = re.compile(SUM)
PARTIAL = re.compile(rf"IF\(COUNT\(({AREA})\)>0,SUMIF\(\1,{TEXT}\),(?:\"缺\"|NA\(\))\)")
"""The sum of what there is: no value where nothing is, never zero."""
_VERDICT = rf"IF\(({SUM})>0,{TEXT},"
WORST = re.compile(rf"{_VERDICT}(?:{TEXT}|{_VERDICT}(?:{TEXT}|{_VERDICT}{TEXT}\))\))\)")
"""The overall verdict: the worst of the verdicts in one column; 不通过, 已改动, 无法核验, 通过; fewer words where fewer can be."""
RANK = re.compile(r"SUMPRODUCT\(--\((\$[A-Z]+\$\d+:\$[A-Z]+\$\d+)>([A-Z]+\d+)\)\)\+COUNTIF\(\$[A-Z]+\$\d+:\2,\2\)")
"""The place of a recipient, which plans need and DESIGN 1 lists."""
FUNCTIONS = {
    "IF", "ISNUMBER", "NA", "AND", "SUM", "SUMIF", "SUMPRODUCT", "COUNT", "COUNTIF", "ABS", "MIN", "MAX", "INT", "ROUND",
    "SQRT", "EXP", "LN", "LOG10", "SIN", "COS", "TAN",
}  # fmt: skip
"""Those that Excel 2010, WPS and LibreOffice share and compute alike (reference, section 1.4)."""


def without_texts(formula: str) -> str:
    return re.sub(TEXT, '""', formula)


def kind_of(formula: str, row: int, labels: set[int]) -> str:
    """import, step, total, or what is wrong. `row` from 1; `labels` are rows whose cells serve all rows."""
    if IMPORT.fullmatch(formula) or VERDICT.fullmatch(formula):
        return "import"
    if TOTAL.fullmatch(formula) or PARTIAL.fullmatch(formula) or WHOLE.fullmatch(formula):
        return "total" if contiguous(formula) else "a range of several rows and columns"
    if found := WORST.fullmatch(formula):
        areas = set(re.findall(AREA, without_texts(formula)))
        return "total" if len(areas) == 1 and contiguous(found[1]) else "a verdict over several ranges"
    if RANK.fullmatch(formula):
        return "step"
    return step_fault(formula, row, labels) or "step"


def contiguous(formula: str) -> bool:
    """One column or one row."""
    first, last = re.findall(r"\$?([A-Z]+)\$?(\d+)", re.search(rf"{CELL}:{CELL}", formula)[0])  # type: ignore[index] # matched
    return first[0] == last[0] or first[1] == last[1]


def step_fault(formula: str, row: int, labels: set[int]) -> str:
    text = without_texts(formula)
    if ":" in text:
        return "a range in a step"
    for sheet, absolute, number in re.findall(rf"(?:({NAME})!)?\$?[A-Z]{{1,3}}(\$?)(\d+)", text):
        if sheet and (sheet != "单位换算" or not absolute):
            return f"a step that reads {sheet}"
        if not sheet and not absolute and int(number) != row:
            return f"a step that reads row {number}"
        if not sheet and absolute and int(number) not in labels:
            return f"a step that reads the fixed row {number}"
    return ""


def labels(sheet: Sheet) -> set[int]:
    """Rows that hold labels or values for all rows: the headings, and the first row of data."""
    sums = {row + 1 for (row, _), cell in sheet.cells.items() if getattr(cell, "text", "").endswith("服务小计")}
    return (
        {HEAD + 1, FIRST + 1} | sums
        if sheet.name in {"汇总", "计算_证据", "情景测算表", "补偿资金测算表", "测算对比表", "测算过程"}
        else set()
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_formula_is_an_import_a_step_or_a_total(name: str) -> None:
    wrong = []
    for sheet, (row, column), formula in book(name).formulas():
        kind = kind_of(formula.formula, row + 1, labels(sheet))
        if kind != formula.kind:
            wrong.append(f"{sheet.name}!{a1(row, column)} ={formula.formula}: {kind}, written as {formula.kind}")
    assert wrong == []


@pytest.mark.parametrize(("formula", "kind"), [
    ("IF(ISNUMBER(输入_县域!C7),输入_县域!D7,NA())", "a step that reads 输入_县域"),
    ("输入_县域!C7*2", "a step that reads 输入_县域"),
    ("C8+D7", "a step that reads row 8"),
    ("C7*$D$9", "a step that reads the fixed row 9"),
    ("SUM(C7:D9)", "a range of several rows and columns"),
    ("SUM(C7:C9)+1", "a range in a step"),
    ("单位换算!F5*C7", "a step that reads 单位换算"),
    ("C7*单位换算!$F$5", "step"),
    ('IF(COUNTIF(G7:G9,"不")>0,"不",IF(COUNTIF(G7:G9,"改")>0,"改",IF(COUNTIF(F7:F9,"无")>0,"无","通")))', "a verdict over several ranges"),
])  # fmt: skip
def test_the_classifier_tells_a_fourth_kind(formula: str, kind: str) -> None:
    assert kind_of(formula, 7, set()) == kind


@pytest.mark.parametrize("name", NAMES)
def test_formulas_hold_no_number_but_0_1_2_and_powers_of_ten(name: str) -> None:
    wrong = set()
    for _, _, formula in book(name).formulas():
        numbers = re.sub(THERE, "", without_texts(formula.formula).replace("LOG10", ""))
        wrong |= {number for number in re.findall(r"\d[\d.E+]*", numbers) if not re.fullmatch(r"[02]|10*", number)}
    assert wrong == set()


@pytest.mark.parametrize("name", NAMES)
def test_formulas_use_only_functions_that_programs_share(name: str) -> None:
    used = {
        word
        for _, _, item in book(name).formulas()
        for word in re.findall(r"([A-Z]+\d*)\(", without_texts(item.formula))
    }
    assert used - FUNCTIONS == set()
    markers = {text for _, _, item in book(name).formulas() for text in re.findall(TEXT, item.formula)}
    changed = {'"已改动"', '"已改动：与清单记录不一致"', '"无法核验：有的项缺数，见校验的说明"'}
    assert markers <= {'"通过"', '"不通过"', '"无法核验"', '">-1E+300"', '">0"', '"缺"', '"—"', '"<0"'} | changed


# --- columns ------------------------------------------------------------------------------------


def columns(sheet: Sheet) -> Mapping[int, list[tuple[int, LiveFormula]]]:
    """The formulas of a sheet by column, down the rows."""
    found: dict[int, list[tuple[int, LiveFormula]]] = {}
    for (row, column), content in sorted(sheet.cells.items()):
        if isinstance(content, LiveFormula) and row >= FIRST:
            found.setdefault(column, []).append((row, content))
    return found


def relative(formula: str, row: int) -> str:
    """The formula with rows counted from its own; fixed rows as they are."""
    return re.sub(r"(\$?[A-Z]{1,3})(\d+)", lambda item: f"{item[1]}[{int(item[2]) - row - 1}]", formula)


@pytest.mark.parametrize("name", NAMES)
def test_a_step_is_the_same_all_down_its_column(name: str) -> None:
    wrong = []
    for sheet in book(name).sheets:
        if not sheet.name.startswith(("计算_", "测算过程")):
            continue
        for column, cells in columns(sheet).items():
            steps = {
                relative(formula.formula, row)
                for row, formula in cells
                if formula.kind == "step" and "SUMPRODUCT" not in formula.formula
            }
            kinds = {formula.kind for row, formula in cells if row > FIRST}
            if len(steps) > 1 or (len(kinds) > 1 and sheet.name != "计算_证据"):
                wrong.append(f"{sheet.name} {letters(column)}: {sorted(steps)} {sorted(kinds)}")
    assert wrong == []


CROSSED = ("分县价值量", "分县实物量")
KEYS = ("区划代码", "县", "生态系统", "污染物", "指标", "代码", "单位")


def heads(sheet: Sheet) -> dict[int, str]:
    """Column -> heading."""
    return {
        column: content.text
        for (row, column), content in sheet.cells.items()
        if row == HEAD and isinstance(content, Text)
    }


def key_of(sheet: Sheet, row: int, column: int) -> dict[str, str]:
    """The key of a cell by heading: what names its row, and what stands over it where counties by lines are crossed."""
    found = {}
    names = heads(sheet)
    for at, head in names.items():
        content = sheet.cells.get((row, at))
        if head in KEYS and isinstance(content, Text) and at != column:
            found[head] = content.text
        elif head == "地区" and isinstance(content, Text):
            found["单位"] = content.text.strip("　")  # an attached table sets counties in below their prefecture
    if sheet.name in CROSSED:
        found["县" if "行次" in names.values() else "指标"] = names[column]
    return found


def imports(made: Made) -> Iterator[tuple[Sheet, int, int, Sheet, int, int]]:
    """Every import from a sheet of rows to a sheet of rows: from where, to where."""
    for sheet, (row, column), formula in made.formulas():
        found = re.search(rf"({NAME})!\$?([A-Z]+)\$?(\d+)", formula.formula)
        if formula.kind == "import" and found and sheet.name != "封面":
            yield sheet, row, column, made.by_name[found[1]], int(found[3]) - 1, column_number(found[2])


def column_number(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


@pytest.mark.parametrize("name", NAMES)
def test_an_import_reads_the_row_of_its_own_key(name: str) -> None:
    wrong, looked = [], 0
    for sheet, row, column, source, its_row, its_column in imports(book(name)):
        if sheet.name in {"校验", "汇总", "简报"} or source.name in {"系数", "参数"}:
            continue
        mine, its = key_of(sheet, row, column), key_of(source, its_row, its_column)
        if source.name == "测算过程" and its.get("单位") == "全体" and "（元）" in mine.get("单位", ""):
            continue  # what stands once for all recipients, below the table
        if source.name == "清单":
            label = source.cells[its_row, 0]
            its = {"代码": mine["代码"]} if isinstance(label, Text) and f" {mine['代码']} " in label.text else {}
        shared = [key for key in mine if key in its and (key != "指标" or sheet.name == "生态系统价值量")]
        looked += bool(shared)
        public = source.name == "输入_公共"
        if sheet.name == "判断事项" and name not in PLANS:
            mine, shared = {"县": mine["县"]}, ["县"]
        if (not shared and not public) or any(mine[key] != its[key] for key in shared):
            wrong.append(f"{sheet.name}!{a1(row, column)} {mine} reads {source.name} {its}")
    assert wrong == []
    assert looked > 5


@pytest.mark.parametrize("name", NAMES)
def test_an_import_into_a_working_sheet_reads_the_column_of_its_own_name(name: str) -> None:
    wrong = []
    for sheet, row, column, source, its_row, its_column in imports(book(name)):
        if not sheet.name.startswith(("计算_", "测算过程")) or sheet.name in {
            "计算_证据",
            "计算_矩阵",
            "计算_覆盖",
            "计算_合计",
        }:
            continue
        if source.name == "清单":  # what was recorded, which no column of another sheet has
            continue
        head, its = heads(sheet)[column], heads(source)[its_column].removeprefix("【填】")
        if source.name in {"系数", "参数"}:
            its = source.cells[its_row, 1].text  # type: ignore[union-attr] # the name of a coefficient or parameter
        if head != its:
            wrong.append(f"{sheet.name}!{a1(row, column)} {head} reads {source.name} {its}")
    assert wrong == []


@pytest.mark.parametrize("name", ["pilot", "ragged"])
def test_an_imported_coefficient_is_written_for_its_ecosystem_and_item(name: str) -> None:
    made, wrong, looked = book(name), [], 0
    ecosystems = made.result.account.coefficients.ecosystems
    for sheet, row, column, source, its_row, _ in imports(made):
        if source.name != "系数":
            continue
        looked += 1
        mine, target = key_of(sheet, row, column), source.cells.get((its_row, 3))
        if isinstance(target, Text) and target.text != mine.get("生态系统"):
            wrong.append(f"{sheet.name} {mine} reads the coefficient for {target.text}")
        if "污染物" in mine:
            records = [r.resolved.row for r in made.result.records if r.resolved]
            coded = next(row for row in records if row.row == source.cells[its_row, 0].text)  # type: ignore[union-attr] # its id
            if coded.item and toy.items.members[coded.item] != mine["污染物"]:
                wrong.append(f"{sheet.name} {mine} reads the coefficient for {coded.item}")
    assert wrong == []
    assert looked > 3
    assert ecosystems["grassland"].zh == "草地"


# --- sheets -------------------------------------------------------------------------------------

ORDER = [
    "封面",
    "汇总",
    "简报",
    "目录",
    "分县价值量",
    "分县实物量",
    "生态系统价值量",
    "分县覆盖",
    "计算_*",
    "系数",
    "单位换算",
    "输入_*",
    "规则",
    "来源",
    "判断事项",
    "校验",
    "溯源",
    "清单",
]
PRICES = [*ORDER[:8], "价格", "折算", *ORDER[8:]]
"""With [deflate]: current prices, and the inputs that were in other prices."""
PLAN = [
    "封面",
    "情景测算表",
    "测算过程",
    "因素数据",
    "参数",
    "依据",
    "覆盖口径",
    "判断事项",
    "校验",
    "法规校验",
    "清单",
]
ISSUED = [
    "封面", "下达表", "测算对比表", "绩效目标表", "签批", "补偿资金测算表", "测算过程", "因素数据", "参数", "依据", "判断事项",
    "校验", "法规校验", "清单",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_sheet_of_the_issue_is_there_in_order(name: str) -> None:
    found: list[str] = []
    for sheet in book(name).sheets:
        kind = re.sub(r"^(计算|输入)_.*", r"\1_*", sheet.name)
        found += [kind] if kind not in found else []
    without = [sheet for sheet in ORDER if sheet != "生态系统价值量"]
    assert found == {"plan": PLAN, "issued": ISSUED, "prices": PRICES, "plain": without}.get(name, ORDER)


@pytest.mark.parametrize("name", NAMES)
def test_sheet_names_are_short_need_no_quotes_and_none_is_hidden(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / "x.xlsx", book(name).data)
    sheets = load_workbook(path).worksheets
    names = [sheet.title for sheet in sheets]
    assert names == [sheet.name for sheet in book(name).sheets]
    assert [item for item in names if len(item) > 31 or not re.fullmatch(NAME, item)] == []
    assert {sheet.sheet_state for sheet in sheets} == {"visible"}
    hidden = [
        sheet.title
        for sheet in sheets
        for part in (sheet.column_dimensions, sheet.row_dimensions)
        for item in part.values()
        if item.hidden
    ]
    assert hidden == []


TYPED = {
    "系数": {"coefficient", "formula"}, "单位换算": {"formula"}, "校验": {"formula"}, "溯源": {"formula"}, "清单": {"formula"},
    "折算": {"input"}, "判断事项": {"formula"}, "计算_覆盖": {"integer"}, "因素数据": {"input"}, "参数": {"parameter"},
    "覆盖口径": {"formula", "money"},
}  # fmt: skip
"""Sheets with typed numbers besides 输入_*, and their style: the store, tolerances, what is recorded, and what is counted (1 or 0)."""


@pytest.mark.parametrize("name", NAMES)
def test_typed_numbers_stand_on_the_sheets_for_them_and_input_cells_on_input_sheets(name: str) -> None:
    wrong = []
    for sheet in book(name).sheets:
        allowed = {"input"} if sheet.name.startswith("输入_") else TYPED.get(sheet.name, set())
        for place, content in sheet.cells.items():
            if isinstance(content, TypedNumber) and content.style not in allowed:
                wrong.append(f"{sheet.name}!{a1(*place)} is typed in as {content.style}")
    assert wrong == []


TABLES = (
    "汇总",
    "覆盖口径",
    "分县价值量",
    "分县实物量",
    "分县覆盖",
    "生态系统价值量",
    "价格",
    "折算",
    "计算_",
    "系数",
    "输入_",
    "判断事项",
    "校验",
    "情景测算表",
    "补偿资金测算表",
    "测算对比表",
    "测算过程",
    "因素数据",
)
LISTS = ("目录", "下达表", "单位换算", "规则", "来源", "溯源", "参数", "依据", "签批", "法规校验", "绩效目标表")


@pytest.mark.parametrize("name", NAMES)
def test_every_column_has_a_heading_and_every_table_column_a_unit(name: str) -> None:
    wrong = []
    for sheet in book(name).sheets:
        if not sheet.name.startswith((*TABLES, *LISTS)):
            assert sheet.name in {"封面", "简报", "清单"}
            continue
        needed = (HEAD, UNITS, METHODS) if sheet.name.startswith(TABLES) else (HEAD,)
        for column in {
            column for (row, column), content in sheet.cells.items() if row >= FIRST and content.style != "foot"
        }:
            wrong += [
                f"{sheet.name} {letters(column)}{row + 1}"
                for row in needed
                if not isinstance(sheet.cells.get((row, column)), Text)
            ]
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_a_column_of_numbers_has_a_unit_that_says_something(name: str) -> None:
    """A dash stands for a pure number only where the quantity is one, or for a column of texts."""
    wrong = []
    for sheet in book(name).sheets:
        if not sheet.name.startswith(TABLES):
            continue
        for column, cells in columns(sheet).items():
            unit = sheet.cells.get((UNITS, column))
            numbers = [formula for _, formula in cells if isinstance(formula.value, float)]
            if numbers and isinstance(unit, Text) and unit.text == "—":
                wrong.append((sheet.name, heads(sheet)[column]))
    pure = {
        "价格指数（核算期）",
        "价格指数（核算价格年）",
        "价格指数（原价格年）",
        "样例湿润度",
        "样例季节系数",
        "样例季节系数（填报）",
        "地表径流系数",
        "产水系数（产水深比降水量）",
        "涵养量对产水深的弹性",
    }
    counted = re.compile(r"位|倍数|进制|权重|占比|得分|单位数|尾数|余|段|合计|下限|个数|差")
    assert [
        item
        for item in wrong
        if item[1] not in pure and not (item[0] in {"测算过程", "校验"} and (counted.search(item[1])))
    ] == []


@pytest.mark.parametrize("name", ACCOUNTS)
def test_an_input_that_is_missing_or_does_not_apply_says_so(name: str) -> None:
    made = book(name)
    found: dict[str, set[str]] = {}
    for row in made.result.account.inputs:
        if row.presence in {"missing", "not_applicable"}:
            found.setdefault(row.presence, set())
    for sheet in made.sheets:
        if sheet.name == "溯源":
            for (row, column), content in sheet.cells.items():
                if column == 9 and isinstance(content, Text) and content.text in {"缺", "不适用"}:
                    place = sheet.cells[row, 0].text  # type: ignore[union-attr] # an address
                    target, _, cell = place.partition("!")
                    shown = made.by_name[target].cells[
                        int(re.sub(r"\D", "", cell)) - 1, column_number(re.sub(r"\d", "", cell))
                    ]
                    assert shown == Text(content.text, "missing"), place
                    found["missing" if content.text == "缺" else "not_applicable"].add(place)
    assert all(found.values())


@pytest.mark.parametrize("name", ACCOUNTS)
def test_no_number_of_a_partial_account_is_called_gep(name: str) -> None:
    made = book(name)
    texts = [content.text for sheet in made.sheets for content in sheet.cells.values() if isinstance(content, Text)]
    covered, applicable = made.result.counted([made.result.account.periods[0].name])
    partial = made.result.value("accounted_total", county="*").partial is not None
    assert partial == (name not in {"whole", "equivalents", "prices"})
    titles = {text for text in texts if text.startswith("已核算指标合计")}
    if not partial:
        assert titles == set()
        return
    assert any(text.startswith(f"已核算指标合计（{covered}/{applicable} 项，面积 ") for text in titles)
    assert all(text.startswith(f"已核算指标合计（{covered}/{applicable} 项") for text in titles)
    for sheet in made.sheets:
        for (row, column), content in sheet.cells.items():
            if (
                isinstance(content, Text)
                and "GEP" in content.text
                and content.style not in {"notice", "wrap"}
                and sheet.name != "清单"
            ):
                below = [
                    item
                    for (at, of), item in sheet.cells.items()
                    if (of == column and at > row and row == HEAD) or (at == row and of > column)
                ]
                assert not any(isinstance(item, LiveFormula | TypedNumber) for item in below), (
                    f"{sheet.name}!{a1(row, column)} {content.text}"
                )
    shown = made.by_name["汇总"].cells
    row = next(
        place[0]
        for place, content in shown.items()
        if isinstance(content, Text) and content.text == "生态产品总值（GEP）"
    )
    assert shown[row, 5] == Text("不列", "missing")


def test_a_whole_account_has_a_gep_less_what_flows_in() -> None:
    made = book("whole")
    sheet = made.by_name["计算_合计"]
    total, inflow, gep = (
        sheet.cells[FIRST, next(column for column, head in heads(sheet).items() if head == title)]
        for title in ("各项指标合计", "减：来自区域外的生态产品价值", "生态产品总值（GEP）")
    )
    assert isinstance(total, LiveFormula)
    assert isinstance(inflow, LiveFormula)
    assert isinstance(gep, LiveFormula)
    assert inflow.value == 5000.0
    printed = made.by_name["分县价值量"].cells
    row = next(
        at for at, column in printed if column == 1 and getattr(printed[at, 1], "text", "") == "生态产品总值（GEP）"
    )
    assert gep.value in [cell.value for (at, _), cell in printed.items() if at == row and isinstance(cell, LiveFormula)]
    assert gep.value == total.value - 5000.0 == made.result.value("gep_total", county="*").value  # type: ignore[operator] # a number


@pytest.mark.parametrize("name", ACCOUNTS)
def test_the_trace_has_a_row_for_each_stated_cell_and_leads_to_its_value(name: str) -> None:
    made = book(name)
    trace = made.by_name["溯源"].cells
    rows = {row for row, column in trace if row > HEAD and column == 0}
    seen = set()
    for row in rows:
        address = trace[row, 0]
        assert isinstance(address, Text)
        assert address.link == address.text
        sheet, _, cell = address.text.partition("!")
        content = made.by_name[sheet].cells[int(re.sub(r"\D", "", cell)) - 1, column_number(re.sub(r"\d", "", cell))]
        used = trace.get((row, 14))
        carried = isinstance(content, LiveFormula) and content.formula.startswith("IF(ISNUMBER(折算!")
        assert (isinstance(content, TypedNumber) or carried) == isinstance(used, TypedNumber), address.text
        if isinstance(content, TypedNumber | LiveFormula) and isinstance(used, TypedNumber):
            assert content.value == used.value, address.text
        seen.add(address.text)
    assert len(seen) == len(rows)
    stated = {
        f"{sheet.name}!{a1(*place)}"
        for sheet in made.sheets
        if sheet.name.startswith("输入_")
        for place, content in sheet.cells.items()
        if isinstance(content, TypedNumber)
    }
    assert stated <= seen
    files = [trace[row, 18].text for row in rows]  # type: ignore[union-attr] # file and line
    assert len({item for item in files if item.startswith("inputs.csv:")}) == len(made.result.account.inputs)
