"""分县覆盖: for each indicator and county the evidence, the area that is counted, and which share of the county it is."""

from __future__ import annotations

from qhgep.evidence import EVIDENCE
from qhgep.expr import Cell
from qhgep.ruleset_store.ruleset import IndicatorLine
from qhgep.workbook.account.context import Book
from qhgep.workbook.account.coverage import COVERAGE, coverage_rows, covered_area, covered_column
from qhgep.workbook.account.places import or_missing, quotient, ratio, sum_or_missing
from qhgep.workbook.account.printed import import_of
from qhgep.workbook.core.cells import WORDS, Content, LiveFormula, Sheet, Text
from qhgep.workbook.core.county_table import ALL
from qhgep.workbook.core.layout import FIRST, a1, block, on_sheet
from qhgep.workbook.core.table_sheet import PRESENTATION, Head, table_sheet

COVERED = "分县覆盖"
_EVIDENCE, _COUNTED, _WHOLE, _SHARE = range(3, 7)


def covered_sheet(book: Book) -> Sheet:
    """分县覆盖, by indicator: all counties first, then each."""
    heads = (
        Head("区划代码", width=10), Head("县", width=22), Head("指标", width=26), Head("证据", "—", "取最弱一级", 12),
        Head("计入面积", "hm²", f"{COVERAGE} 合计", 18), Head("县域面积", "hm²", "导入", 18),
        Head("占县域面积", "%", "计入面积 ÷ 县域面积", 12),
    )  # fmt: skip
    sheet = table_sheet(
        COVERED, "分县覆盖与证据", heads, color=PRESENTATION, notice=book.notice, left=book.left, numbered=True
    )
    sheet.number, sheet.keys = f"表号：{book.series}05表　单位：见栏目", 3
    row = FIRST
    for line in book.figured:
        start = row
        for county in (ALL, *(county.code for county in book.result.account.counties)):
            _key(book, sheet, row, line, county)
            if county != ALL:
                _county(book, sheet, row, line, county)
            row += 1
        _sums(sheet, start, row - 1)
    sheet.relations = ["合计行 ＝ 各县之和，有一县缺则缺", "占县域面积 ＝ 计入面积 ÷ 县域面积"]
    return sheet


def _key(book: Book, sheet: Sheet, row: int, line: IndicatorLine, county: str) -> None:
    sheet.text(row, 0, county, "code")
    sheet.text(row, 1, book.county_or_all(county), "total" if county == ALL else "text")
    sheet.text(row, 2, book.result.account.ruleset.zh_of(line.id))
    sheet.text(row, _EVIDENCE, EVIDENCE.get(book.line_value(line, county).evidence, "—"))


def _county(book: Book, sheet: Sheet, row: int, line: IndicatorLine, county: str) -> None:
    """One county: the counted area as 计算_覆盖 adds it up, and its share where the area of the county is known."""
    coverage = book.result.coverage
    if book.layout.home.get("county_area") is not None and coverage.whole is not None:
        cell = Cell((("county", county),))
        size = book.result.value("county_area", county=county, period=book.period)
        sheet.put(row, _WHOLE, import_of(book, "county_area", cell, size))
    else:
        sheet.text(row, _WHOLE, WORDS["missing"], "missing")
    span = coverage_rows(book).get(county)
    if span is None or line.value not in coverage.reach:
        sheet.text(row, _COUNTED, "—", "missing")
        return
    place = covered_column(book, line) + 1
    area = on_sheet(COVERAGE, block((span[0], place), (span[1], place)))
    sheet.put(row, _COUNTED, LiveFormula(f"SUM({area})", covered_area(book, line, county), "total", "total"))


def _sums(sheet: Sheet, first: int, last: int) -> None:
    """The sums over the counties (a word where there is nothing to add), and the shares of all rows."""
    for column, otherwise in ((_COUNTED, "—"), (_WHOLE, WORDS["missing"])):
        cells = [sheet.cells[row, column] for row in range(first + 1, last + 1)]
        numbers = [cell.value for cell in cells if isinstance(cell, LiveFormula)]
        known = [number for number in numbers if isinstance(number, float)]
        if not numbers:
            sheet.text(first, column, otherwise, "missing")
            continue
        total = sum(known) if len(known) == len(numbers) else None
        area = block((first + 1, column), (last, column))
        sheet.put(first, column, LiveFormula(sum_or_missing(area), or_missing(total), "total", "total"))
    for row in range(first, last + 1):
        counted, whole = (sheet.cells[row, column] for column in (_COUNTED, _WHOLE))
        if isinstance(counted, Text) or isinstance(whole, Text):
            sheet.text(row, _SHARE, "—", "missing")
            continue
        written = quotient(a1(row, _COUNTED), a1(row, _WHOLE))
        sheet.put(row, _SHARE, LiveFormula(written, ratio(_value(counted), _value(whole)), "step", "share"))


def _value(cell: Content) -> float | None:
    return cell.value if isinstance(cell, LiveFormula) and isinstance(cell.value, float) else None
