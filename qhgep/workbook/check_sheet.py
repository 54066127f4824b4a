"""校验: what must hold, as live formulas with a verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qhgep.engine.coverage import CLOSE
from qhgep.expr import Cell
from qhgep.workbook.cells import Formula, Number, Sheet
from qhgep.workbook.context import CHECKS as CHECK_SHEET
from qhgep.workbook.context import MANIFEST, Book
from qhgep.workbook.county_sheet import CountyValues
from qhgep.workbook.coverage_sheet import COVERAGE, coverage_rows
from qhgep.workbook.frame import CHECKS, Head, table_sheet
from qhgep.workbook.layout import FIRST, Address, a1, block, fixed, imported, on_sheet
from qhgep.workbook.summary_sheet import TOTAL_ROW, YUAN

PASS, FAIL, UNKNOWN = "通过", "不通过", "无法核验"
CHANGED = "已改动"
"""The verdict of the check against the record: a number or formula was changed, which is no error of arithmetic."""
CHANGED_OVERALL = "已改动：与清单记录不一致"
VERDICT = (1, 2)
"""Where the overall verdict of 校验 stands (row, column)."""
RECORDED_TOTAL = (2, 1)
"""Where 清单 records the accounted total (row, column)."""


@dataclass(frozen=True)
class Check:
    """One check: two sides that should agree within a tolerance; a side is a reference or a number recorded."""

    zh: str
    left: str
    left_value: float | None
    right: str
    right_value: float | None
    tolerance: float
    note: str
    failed: str = FAIL


def check_sheet(book: Book) -> Sheet:
    """校验: each check with both sides, difference and verdict; the overall verdict above."""
    heads = (
        Head("编号", width=8), Head("校验项", width=46), Head("左值", "见说明", "导入", 24), Head("右值", "见说明", "导入", 24),
        Head("差", "见说明", "左 − 右", 18), Head("容差", width=12), Head("结论", "—", "差不超过容差", 12), Head("说明", width=60),
    )  # fmt: skip
    sheet = table_sheet(CHECK_SHEET, "校验", heads, color=CHECKS, notice="总体结论：", left=book.left)
    checks = list(_checks(book))
    verdicts = []
    for place, check in enumerate(checks):
        verdicts.append(_put_check(sheet, FIRST + place, f"J{place + 1:02d}", check))
    area = block((FIRST, 6), (FIRST + len(checks) - 1, 6))
    words = ((FAIL, FAIL), (CHANGED, CHANGED_OVERALL), (UNKNOWN, UNKNOWN))
    overall = f'"{PASS}"'
    for verdict, word in reversed(words):
        overall = f'IF(COUNTIF({area},"{verdict}")>0,"{word}",{overall})'
    worst = next((word for verdict, word in words if verdict in verdicts), PASS)
    sheet.put(*VERDICT, Formula(overall, worst, "total", "verdict"))
    _put_warnings(book, sheet, FIRST + len(checks) + 1)
    return sheet


def _put_check(sheet: Sheet, row: int, number: str, check: Check) -> str:
    sheet.text(row, 0, number)
    sheet.text(row, 1, check.zh)
    sheet.put(row, 2, Formula(imported(check.left), check.left_value, "import", "import"))
    sheet.put(row, 3, Formula(imported(check.right), check.right_value, "import", "import"))
    known = check.left_value is not None and check.right_value is not None
    difference = (
        check.left_value - check.right_value if check.left_value is not None and check.right_value is not None else None
    )
    sheet.put(row, 4, Formula(f"{a1(row, 2)}-{a1(row, 3)}", difference, "step", scale=abs(check.left_value or 0.0)))
    sheet.put(row, 5, Number(check.tolerance, "formula"))
    verdict = UNKNOWN if difference is None else PASS if abs(difference) <= check.tolerance else check.failed
    test = f'IF(ISNUMBER({a1(row, 4)}),IF(ABS({a1(row, 4)})<={a1(row, 5)},"{PASS}","{check.failed}"),"{UNKNOWN}")'
    sheet.put(row, 6, Formula(test, verdict, "step", "verdict"))
    sheet.text(row, 7, check.note if known else f"{check.note}（有一侧缺数）")
    return verdict


def _checks(book: Book) -> Iterable[Check]:
    result, places = book.result, CountyValues(book)
    total = result.value("accounted_total", county="*", period=book.period).value
    recorded = on_sheet(MANIFEST, fixed(*RECORDED_TOTAL))
    here = Address("汇总", TOTAL_ROW, YUAN).full
    small = max(abs(total or 0.0) * 1e-12, 1e-6)
    yield Check(
        "汇总合计与清单记录的一致",
        here,
        total,
        recorded,
        total,
        small,
        "元/a；不一致则有系数、输入或公式被改动",
        CHANGED,
    )
    by_county = places.at(FIRST, places.total).full
    yield Check("汇总合计与分县合计一致", here, total, by_county, total, small, "元/a")
    for place, line in enumerate(places.lines):
        zh = result.account.ruleset.zh_of(line.id)
        value = book.line_value(line, "*").value
        reference = places.at(FIRST, places.value[line.id]).full
        summary = Address("汇总", TOTAL_ROW + 1 + place, YUAN).full
        yield Check(f"{zh}：汇总与分县一致", summary, value, reference, value, small, "元/a")
    yield from _area_checks(book)


def _area_checks(book: Book) -> Iterable[Check]:
    """The sum of the known class areas against the area of the county, within half a percent."""
    rows = coverage_rows(book)
    whole = book.layout.home.get("county_area")
    if whole is None or "area" not in book.result.values:
        return
    for county in book.result.account.counties:
        size = book.result.value("county_area", county=county.code, period=book.period).value
        address = book.layout.cell("county_area", Cell((("county", county.code),)))
        if address is None or county.code not in rows:
            continue
        total = sum(pair.area or 0.0 for pair in book.pairs[county.code])
        last = area_total_column(book)
        left = on_sheet(COVERAGE, a1(rows[county.code][0], last))
        tolerance = (size or 0.0) * CLOSE
        yield Check(
            f"{county.zh}：各类已知面积之和与县域面积",
            left,
            total,
            address.full,
            size,
            tolerance,
            "hm²；容差为县域面积的 0.5 %",
        )


def area_total_column(book: Book) -> int:
    """The column of 计算_覆盖 that holds the sum of a county's class areas, in the county's first row."""
    return 5 + 2 * len(book.result.account.ruleset.indicators)


def _put_warnings(book: Book, sheet: Sheet, row: int) -> None:
    """The warnings of the run, as text: what a reader must know besides the sums."""
    sheet.text(row, 1, f"运行提示（{len(book.result.checks)} 条）", "section")
    for place, item in enumerate(book.result.checks, start=1):
        sheet.text(row + place, 0, f"T{place:02d}")
        sheet.text(row + place, 1, item.text(), "text")
