"""校验 of a plan's workbook: its equations as live formulas, and one verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qhgep.compensation.allocation import Allocation
from qhgep.workbook.account.checks import CHANGED, CHANGED_OVERALL, FAIL, PASS, UNKNOWN
from qhgep.workbook.core.cells import LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import FIRST, Address, a1, block, imported
from qhgep.workbook.core.table_sheet import CHECKS, Head, row_of_texts, table_sheet
from qhgep.workbook.plan.legal import result_of

STEPS, CHECK_SHEET = "测算过程", "校验"
VERDICT = (1, 2)
"""Where the overall verdict stands (row, column)."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check: two sides that must be equal; `failed` is the word for where they are not."""

    number: str
    zh: str
    left: LiveFormula
    right: LiveFormula | TypedNumber
    note: str
    failed: str = FAIL


def plan_checks(
    allocation: Allocation, places: Mapping[str, int], more: Sequence[CheckLine] = (), *, notice: str, left: str
) -> Sheet:
    """校验: every column that must be zero, the sum of the units paid out, `more`, and what held when the plan was run."""
    heads = (
        Head("编号", width=22), Head("校验项", width=50), Head("左值", "见说明", "导入", 22), Head("右值", "见说明", "导入", 22),
        Head("差", "—", "左 − 右", 16), Head("结论", "—", "差为零", 12), Head("说明", width=50),
    )  # fmt: skip
    sheet = table_sheet(CHECK_SHEET, "校验", heads, color=CHECKS, notice="总体结论：", left=left)
    sheet.marked = notice
    sheet.merges.append((1, 0, 1, 1))
    lines = [*_lines(allocation, places), *more]
    verdicts = [_put(sheet, FIRST + place, line) for place, line in enumerate(lines)]
    verdicts += _legal(sheet, FIRST + len(lines), allocation)
    area = block((FIRST, 5), (FIRST + len(verdicts) - 1, 5))
    overall, worst = f'"{PASS}"', PASS
    for verdict, word in ((UNKNOWN, UNKNOWN), (CHANGED, CHANGED_OVERALL), (FAIL, FAIL)):
        overall = f'IF(COUNTIF({area},"{verdict}")>0,"{word}",{overall})'
        worst = word if verdict in verdicts else worst
    sheet.put(*VERDICT, LiveFormula(overall, worst, "total", "verdict"))
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


def _put(sheet: Sheet, row: int, line: CheckLine) -> str:
    row_of_texts(sheet, row, (line.number, line.zh))
    sheet.put(row, 2, line.left)
    sheet.put(row, 3, line.right)
    left, right = line.left.value, line.right.value
    difference = left - right if isinstance(left, float) and isinstance(right, float) else None
    scale = abs(left) if isinstance(left, float) else 0.0
    sheet.put(row, 4, LiveFormula(f"{a1(row, 2)}-{a1(row, 3)}", difference, "step", scale=scale))
    verdict = UNKNOWN if difference is None else PASS if difference == 0 else line.failed
    test = f'IF(ISNUMBER({a1(row, 4)}),IF({a1(row, 4)}=0,"{PASS}","{line.failed}"),"{UNKNOWN}")'
    sheet.put(row, 5, LiveFormula(test, verdict, "step", "verdict"))
    sheet.text(row, 6, line.note)
    return verdict


def _lines(allocation: Allocation, places: Mapping[str, int]) -> Iterator[CheckLine]:
    steps = {name: imported(Address(STEPS, FIRST, place).full) for name, place in places.items()}
    for column in allocation.columns:
        if column.check:
            left = LiveFormula(steps[column.name], 0.0, "import", "import")
            yield CheckLine(column.name, column.check, left, TypedNumber(0.0, "formula"), column.note)
    if "finish.units_total" in steps:
        units = float(_scalar(allocation, "pool.units"))
        left = LiveFormula(steps["finish.units_total"], units, "import", "import")
        right = LiveFormula(steps["pool.units"], units, "import", "import")
        yield CheckLine("total", "分配单位数合计等于可分配单位数", left, right, "支付单位的个数；整数，须恰好相等")


def _scalar(allocation: Allocation, name: str) -> Fraction:
    value = allocation.table[name]
    if not isinstance(value, Fraction):
        message = f"{name} is no scalar"
        raise TypeError(message)
    return value
