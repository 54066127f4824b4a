"""校验 of a plan's workbook: its equations as live formulas, and one verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from qhgep.compensation.allocation import Allocation
from qhgep.workbook.cells import Formula, Number, Sheet
from qhgep.workbook.frame import CHECKS, Head, row_of_texts, table_sheet
from qhgep.workbook.layout import FIRST, Address, a1, block, imported
from qhgep.workbook.legal_sheet import result_of

STEPS, CHECK_SHEET = "测算过程", "校验"
PASS, FAIL, UNKNOWN = "通过", "不通过", "无法核验"
VERDICT = (1, 2)
"""Where the overall verdict stands (row, column)."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One check: two sides that must be equal; `right` is a reference, or empty for a number that is typed."""

    number: str
    zh: str
    left: str
    left_value: float
    right: str
    right_value: float
    note: str


def plan_checks(allocation: Allocation, places: Mapping[str, int], *, notice: str, left: str) -> Sheet:
    """校验: every column that must be zero, the sum of the units paid out, and what held when the plan was run."""
    heads = (
        Head("编号", width=22), Head("校验项", width=50), Head("左值", "见说明", "导入", 22), Head("右值", "见说明", "导入", 22),
        Head("差", "—", "左 − 右", 16), Head("结论", "—", "差为零", 12), Head("说明", width=50),
    )  # fmt: skip
    sheet = table_sheet(CHECK_SHEET, "校验", heads, color=CHECKS, notice="总体结论：", left=left)
    sheet.marked = notice
    sheet.merges.append((1, 0, 1, 1))
    lines = list(_lines(allocation, places))
    verdicts = [_put(sheet, FIRST + place, line) for place, line in enumerate(lines)]
    verdicts += _legal(sheet, FIRST + len(lines), allocation)
    area = block((FIRST, 5), (FIRST + len(verdicts) - 1, 5))
    overall = FAIL if FAIL in verdicts else UNKNOWN if UNKNOWN in verdicts else PASS
    written = f'IF(COUNTIF({area},"{FAIL}")>0,"{FAIL}",IF(COUNTIF({area},"{UNKNOWN}")>0,"{UNKNOWN}","{PASS}"))'
    sheet.put(*VERDICT, Formula(written, overall, "total", "verdict"))
    for place, check in enumerate(allocation.checks, start=FIRST + len(verdicts) + 1):
        row_of_texts(sheet, place, (check.id, f"{check.zh}（运行时：{check.found} ＝ {check.expected}）"))
    return sheet


def _legal(sheet: Sheet, first: int, allocation: Allocation) -> list[str]:
    """The legal checks below the equations: results imported from 法规校验, so that one verdict stands for both."""
    for place, item in enumerate(allocation.legal.findings):
        row_of_texts(sheet, first + place, (item.id, item.zh))
        sheet.put(first + place, 5, result_of(allocation.legal, place))
        sheet.text(first + place, 6, item.answer.found)
    return [item.result for item in allocation.legal.findings]


def _put(sheet: Sheet, row: int, line: _Line) -> str:
    row_of_texts(sheet, row, (line.number, line.zh))
    sheet.put(row, 2, Formula(imported(line.left), line.left_value, "import", "import"))
    right = Formula(imported(line.right), line.right_value, "import", "import")
    sheet.put(row, 3, right if line.right else Number(line.right_value, "formula"))
    difference = line.left_value - line.right_value
    sheet.put(row, 4, Formula(f"{a1(row, 2)}-{a1(row, 3)}", difference, "step", scale=abs(line.left_value)))
    verdict = PASS if difference == 0 else FAIL
    test = f'IF(ISNUMBER({a1(row, 4)}),IF({a1(row, 4)}=0,"{PASS}","{FAIL}"),"{UNKNOWN}")'
    sheet.put(row, 5, Formula(test, verdict, "step", "verdict"))
    sheet.text(row, 6, line.note)
    return verdict


def _lines(allocation: Allocation, places: Mapping[str, int]) -> Iterator[_Line]:
    steps = {name: Address(STEPS, FIRST, place).full for name, place in places.items()}
    for column in allocation.columns:
        if column.check:
            yield _Line(column.name, column.check, steps[column.name], 0.0, "", 0.0, column.note)
    if "finish.units_total" in steps:
        units = float(_scalar(allocation, "pool.units"))
        left, right = steps["finish.units_total"], steps["pool.units"]
        note = "支付单位的个数；整数，须恰好相等"
        yield _Line("total", "分配单位数合计等于可分配单位数", left, units, right, units, note)


def _scalar(allocation: Allocation, name: str) -> Fraction:
    value = allocation.table[name]
    if not isinstance(value, Fraction):
        message = f"{name} is no scalar"
        raise TypeError(message)
    return value
