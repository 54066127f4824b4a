"""校验: what must hold, as live formulas with a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qhgep.engine.result import Result
from qhgep.expr import Cell
from qhgep.quantities import AREA_TOLERANCE, AREA_TOLERANCE_TEXT
from qhgep.workbook.account.breakdowns import BY_ECOSYSTEM, EVIDENCE_SHEET, Matrix, evidence_columns
from qhgep.workbook.account.coefficients import changed_column
from qhgep.workbook.account.context import CHECKS as CHECK_SHEET
from qhgep.workbook.account.context import COEFFICIENTS, MANIFEST, Book
from qhgep.workbook.account.coverage import COVERAGE, coverage_rows
from qhgep.workbook.account.places import GEP, TOTAL, WAN, CountyValues, or_missing, sum_of_numbers
from qhgep.workbook.account.summary import SHARE, SUMMARY, TOTAL_ROW, SummaryPlaces
from qhgep.workbook.account.summary import WAN as IN_SUMMARY
from qhgep.workbook.account.totals import total_address
from qhgep.workbook.core.cells import WORDS, LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.county_table import ALL
from qhgep.workbook.core.formatting import GAPS_LEAVE_OPEN
from qhgep.workbook.core.layout import FIRST, Address, Table, a1, block, fixed, on_sheet, shown
from qhgep.workbook.core.table_sheet import CHECKS, Head, table_sheet

PASS, FAIL, UNKNOWN, NOT_HERE = "通过", "不通过", "无法核验", "不适用"
CHANGED = "已改动"
"""The verdict of the check against the record: a number or formula was changed, which is no error of arithmetic."""
CHANGED_OVERALL = "已改动：与清单记录不一致"
VERDICT = (1, 2)
"""Where the overall verdict of 校验 stands (row, column)."""
RECORDED_TOTAL = (2, 1)
"""Where 清单 records the accounted total (row, column)."""


@dataclass(frozen=True)
class Check:
    """One check: two sides that should agree within a tolerance; without sides it does not apply, as the note says."""

    zh: str
    note: str
    left: LiveFormula | TypedNumber | None = None
    right: LiveFormula | TypedNumber | None = None
    tolerance: float = 0.0
    failed: str = FAIL


def check_sheet(book: Book) -> Sheet:
    """校验: each check with both sides, difference and verdict; the overall verdict above, as bad as the worst."""
    sheet = verdict_table(list(_checks(book)), notice=book.notice, left=book.left)
    put_warnings(book.result, sheet)
    return sheet


def verdict_table(checks: Sequence[Check], *, notice: str, left: str) -> Sheet:
    """The checks, one a row, and above them the overall verdict, as bad as the worst."""
    heads = (
        Head("编号", width=8), Head("校验项", width=46), Head("左值", "见说明", "导入或合计", 24), Head("右值", "见说明", "导入", 24),
        Head("差", "见说明", "左 − 右", 18), Head("容差", width=12), Head("结论", "—", "差不超过容差", 12), Head("说明", width=60),
    )  # fmt: skip
    sheet = table_sheet(CHECK_SHEET, "校验", heads, color=CHECKS, notice="总体结论：", left=left)
    sheet.marked = notice
    sheet.merges.append((1, 0, 1, 1))
    verdicts = [_put_check(sheet, FIRST + place, f"J{place + 1:02d}", check) for place, check in enumerate(checks)]
    area = block((FIRST, 6), (FIRST + len(checks) - 1, 6))
    words = ((FAIL, FAIL), (CHANGED, CHANGED_OVERALL), (UNKNOWN, GAPS_LEAVE_OPEN))
    overall = f'"{PASS}"'
    for verdict, word in reversed(words):
        overall = f'IF(COUNTIF({area},"{verdict}")>0,"{word}",{overall})'
    worst = next((word for verdict, word in words if verdict in verdicts), PASS)
    sheet.put(*VERDICT, LiveFormula(overall, worst, "total", "verdict"))
    return sheet


def _number(content: LiveFormula | TypedNumber | None) -> float | None:
    return content.value if content is not None and isinstance(content.value, float) else None


def _put_check(sheet: Sheet, row: int, number: str, check: Check) -> str:
    sheet.text(row, 0, number)
    sheet.text(row, 1, check.zh)
    if check.left is None or check.right is None:
        for column in range(2, 6):
            sheet.text(row, column, "—", "missing")
        sheet.text(row, 6, NOT_HERE, "verdict")
        sheet.text(row, 7, check.note)
        return NOT_HERE
    sheet.put(row, 2, check.left)
    sheet.put(row, 3, check.right)
    left, right = _number(check.left), _number(check.right)
    difference = None if left is None or right is None else left - right
    one, other, gap = (a1(row, column) for column in (2, 3, 4))
    word = WORDS["missing"]
    written = f'IF(ISNUMBER({one}),IF(ISNUMBER({other}),{one}-{other},"{word}"),"{word}")'
    sheet.put(row, 4, LiveFormula(written, or_missing(difference), "step", "formula", abs(left or 0.0)))
    sheet.put(row, 5, TypedNumber(check.tolerance, "formula"))
    verdict = UNKNOWN if difference is None else PASS if abs(difference) <= check.tolerance else check.failed
    test = f'IF(ISNUMBER({gap}),IF(ABS({gap})<={a1(row, 5)},"{PASS}","{check.failed}"),"{UNKNOWN}")'
    sheet.put(row, 6, LiveFormula(test, verdict, "step", "verdict"))
    lacks = (
        "" if difference is not None else "（两侧都缺：没有一个县有数）" if left is right is None else "（有一侧缺数）"
    )
    sheet.text(row, 7, check.note + lacks)
    return verdict


def _import(reference: str, value: float | None) -> LiveFormula:
    return LiveFormula(shown(reference), or_missing(value), "import", "import")


def _sum(sheet: str, area: str, value: float) -> LiveFormula:
    """The sum of the numbers in a range of another sheet."""
    return LiveFormula(sum_of_numbers(on_sheet(sheet, area)), value, "total", "total")


def _checks(book: Book) -> Iterable[Check]:
    result, places = book.result, CountyValues(book)
    total = result.value("accounted_total", county=ALL, period=book.period).value
    small = max(abs(total or 0.0) * 1e-12, 1e-6)
    recorded = _import(on_sheet(MANIFEST, fixed(*RECORDED_TOTAL)), total)
    note = "元/a；不一致则有系数、输入或公式被改动"
    yuan = _import(places.value(TOTAL, ALL).full, total)
    yield Check("合计与清单记录的一致", note, yuan, recorded, small, CHANGED)
    yield _in_summary(places, "汇总合计与分县合计一致", TOTAL_ROW, TOTAL, total)
    for line in places.lines:
        zh = f"{result.account.ruleset.zh_of(line.id)}：汇总与分县一致"
        yield _in_summary(places, zh, SummaryPlaces(book).line(line), line.id, book.line_value(line, ALL).value)
    yield from _sum_checks(places, total)
    yield from _matrix_checks(book, places)
    yield from _record_checks(book)
    yield from _area_checks(book)
    if places.is_gep:
        value = result.value("gep_total", county=ALL, period=book.period).value
        gep = _import(places.value(GEP, ALL).full, value)
        yield Check(
            "生态产品总值与由合计减流入所得一致", "元/a", gep, _import(total_address(book, GEP, ALL).full, value), small
        )
    else:
        yield Check("生态产品总值（GEP）", "部分核算，或规则集没有写明各项之和即为 GEP：不列")


def _in_summary(places: CountyValues, zh: str, row: int, line: str, yuan: float | None) -> Check:
    """An amount of 汇总 against that of all counties on 分县价值量."""
    wan = None if yuan is None else yuan / 10000
    there = places.values.at(line, ALL, WAN)
    near = max(abs(wan or 0.0) * 1e-12, 1e-6)
    return Check(zh, "万元/a", _import(Address(SUMMARY, row, IN_SUMMARY).full, wan), _import(there.full, wan), near)


def _sum_checks(places: CountyValues, total: float | None) -> Iterable[Check]:
    """Rows and columns of 分县价值量, the shares, and the amounts by evidence add up to the total."""
    cross, wan = places.values, None if total is None else total / 10000
    near = max(abs(wan or 0.0) * 1e-12, 1e-6)
    whole = _import(cross.at(TOTAL, ALL, WAN).full, wan)
    rows = _sum(cross.sheet, places.over_lines(ALL, WAN), wan or 0.0)
    yield Check("分县价值量：各项之和等于合计", "万元/a", rows, whole, near)
    columns = _sum(cross.sheet, cross.over_counties(TOTAL, WAN), wan or 0.0)
    yield Check("分县价值量：各县之和等于合计", "万元/a", columns, whole, near)
    shares = block((TOTAL_ROW + 1, SHARE), (TOTAL_ROW + len(places.lines), SHARE))
    if total:
        yield Check(
            "汇总：占比之和等于 1", "各项占合计之比", _sum(SUMMARY, shares, 1.0), TypedNumber(1.0, "formula"), 1e-9
        )
    else:
        yield Check("汇总：占比之和等于 1", "合计缺或为零，没有占比")
    columns_of = evidence_columns()
    area = block((FIRST, min(columns_of.values())), (FIRST, max(columns_of.values())))
    yield Check("按证据分列的金额之和等于合计", "万元/a", _sum(EVIDENCE_SHEET, area, wan or 0.0), whole, near)


def _matrix_checks(book: Book, places: CountyValues) -> Iterable[Check]:
    """Each indicator by ecosystem against all counties."""
    if "ecosystem" not in book.result.grid.members:
        return
    matrix, ecosystems = Matrix(book), (*book.result.grid.members["ecosystem"], "")
    for place, line in enumerate(places.lines):
        if not line.matrix:
            continue
        zh = f"{book.result.account.ruleset.zh_of(line.id)}：各生态系统之和等于合计"
        if any(book.line_value(line, county).presence == "missing" for county in places.values.counties):
            yield Check(zh, "有县的合计缺，而其部分生态系统有数：两者不相等")
            continue
        wan = sum(matrix.total(line.id, ecosystem) or 0.0 for ecosystem in ecosystems) / 10000
        area = block((FIRST + place, 2), (FIRST + place, 1 + len(ecosystems)))
        there = book.line_value(line, ALL).value
        whole = _import(places.values.at(line.id, ALL, WAN).full, None if there is None else there / 10000)
        yield Check(zh, "万元/a", _sum(BY_ECOSYSTEM, area, wan), whole, max(abs(wan) * 1e-12, 1e-6))


def _record_checks(book: Book) -> Iterable[Check]:
    """Coefficients that were changed, and stated values that stand for a formula: as many as were recorded."""
    last = FIRST + len(book.resolved) - 1
    if book.resolved:
        column = changed_column(book)
        changed = _sum(COEFFICIENTS, block((FIRST, column), (last, column)), 0.0)
        yield Check(
            "改动过的系数（行）",
            "与写出时记录的值不同的行数，应为 0",
            changed,
            TypedNumber(0.0, "formula"),
            failed=CHANGED,
        )
    else:
        yield Check("改动过的系数（行）", "本核算没有用系数")
    found = False
    for table in book.layout.inputs.values():
        for name, column in table.columns.items():
            if name.endswith("!") and table.rows:
                found = True
                yield _stand_ins(book, table, name, column)
    if not found:
        yield Check("填报代替公式", "没有填报代替公式的值")


def _stand_ins(book: Book, table: Table, name: str, column: int) -> Check:
    quantity = book.result.account.ruleset.catalogue.vocabulary[name.rstrip("!")]
    cells = [Cell(tuple(zip(table.axes, key, strict=True))) for key in table.rows]
    records = [book.stated(quantity, cell) for cell in cells]
    there = float(sum(record is not None and record.exact is not None for record in records))
    area = block((min(table.rows.values()), column), (max(table.rows.values()), column))
    count = LiveFormula(f"COUNT({on_sheet(table.sheet, area)})", there, "total", "integer")
    note = "填报代替公式的格数与写出时一致；与公式的差见判断事项"
    return Check(f"{quantity.zh}：填报代替公式（格）", note, count, TypedNumber(there, "formula"), failed=CHANGED)


def _area_checks(book: Book) -> Iterable[Check]:
    """The sum of the known class areas against the area of the county, within the tolerance."""
    rows = coverage_rows(book)
    whole = book.layout.home.get("county_area")
    if whole is None or "area" not in book.result.values:
        yield Check("各类面积之和与县域面积", "没有填报县域面积或各类面积")
        return
    for county in book.result.account.counties:
        size = book.result.value("county_area", county=county.code, period=book.period).value
        address = book.layout.cell("county_area", Cell((("county", county.code),)))
        if address is None or county.code not in rows:
            continue
        total = sum(pair.area or 0.0 for pair in book.pairs[county.code])
        left = _import(on_sheet(COVERAGE, a1(rows[county.code][0], area_total_column(book))), total)
        note = f"hm²；容差为县域面积的 {AREA_TOLERANCE_TEXT}"
        zh = f"{county.zh}：各类已知面积之和与县域面积"
        yield Check(zh, note, left, _import(address.full, size), (size or 0.0) * AREA_TOLERANCE)


def area_total_column(book: Book) -> int:
    """The column of 计算_覆盖 that holds the sum of a county's class areas, in the county's first row."""
    return 5 + 2 * len(book.figured)


def put_warnings(result: Result, sheet: Sheet) -> None:
    """The warnings of the run below the checks, as text: what a reader must know besides the sums."""
    row = max(row for row, _ in sheet.cells) + 2
    sheet.text(row, 1, f"运行提示（{len(result.checks)} 条）", "section")
    for place, item in enumerate(result.checks, start=1):
        sheet.text(row + place, 0, f"T{place:02d}")
        sheet.text(row + place, 1, item.text(), "text")
