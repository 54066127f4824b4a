"""计算_覆盖: which pairs of county and ecosystem an account counts, and which share of the county they are."""

from __future__ import annotations

from qhgep.engine.coverage import Pair
from qhgep.expr import Cell
from qhgep.ruleset_store.ruleset import IndicatorLine
from qhgep.workbook.account.context import Book
from qhgep.workbook.core.cells import WORDS, LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import FIRST, a1, block, imported
from qhgep.workbook.core.table_sheet import WORKINGS, Head, table_sheet

COVERAGE = "计算_覆盖"


def coverage_rows(book: Book) -> dict[str, tuple[int, int]]:
    """County -> first and last row of its ecosystems on 计算_覆盖."""
    found: dict[str, tuple[int, int]] = {}
    row = FIRST
    for code, pairs in book.pairs.items():
        found[code] = (row, row + len(pairs) - 1)
        row += len(pairs)
    return found


def covered_column(book: Book, line: IndicatorLine) -> int:
    """The column that says whether an indicator counts a pair; the counted area stands right of it."""
    return 4 + 2 * book.figured_places[line.id, line.counts]


def covered_area(book: Book, line: IndicatorLine, code: str) -> float:
    """The area of a county that an indicator counts, in hm²."""
    return sum((pair.area or 0.0 for pair in book.pairs.get(code, ()) if line.counts in pair.reached_by), 0.0)


def coverage_sheet(book: Book) -> Sheet:
    """计算_覆盖: every pair of county and ecosystem, its area, and whether each indicator counts it."""
    ruleset = book.result.account.ruleset
    heads = [
        Head("区划代码", width=10),
        Head("县", width=22),
        Head("生态系统", width=24),
        Head("面积", "hm²", "导入", 16),
    ]
    for line in book.figured:
        zh = ruleset.zh_of(line.id)
        heads += [
            Head(f"{zh}：计入", "1 是 0 否", "由规则与数据", 14),
            Head(f"{zh}：计入面积", "hm²", "面积 × 计入", 16),
        ]
    heads += [Head("说明", width=40), Head("本县已知面积合计", "hm²", "合计（写在该县首行）", 18)]
    heads += [Head("县域面积", "hm²", "导入", 16), Head("占县域面积", "%", "面积 ÷ 县域面积", 12)]
    sheet = table_sheet(
        COVERAGE, "覆盖：哪些生态系统计入了哪些指标", heads, color=WORKINGS, notice=book.notice, left=book.left
    )
    sheet.keys = 3  # a page without the ecosystem says nothing
    for place, pair in enumerate(pair for pairs in book.pairs.values() for pair in pairs):
        row = FIRST + place
        sheet.text(row, 0, pair.county, "code")
        sheet.text(row, 1, book.county(pair.county))
        sheet.text(row, 2, book.member("ecosystem", pair.ecosystem))
        cell = Cell((("county", pair.county), ("ecosystem", pair.ecosystem)))
        address = book.layout.cell("area", cell)
        if pair.area is None or address is None:
            sheet.text(row, 3, _word(pair), "missing")
        else:
            sheet.put(row, 3, LiveFormula(imported(address.full), pair.area, "import", "import"))
        for line in book.figured:
            _counted(book, sheet, row, line, pair)
        reached = [ruleset.zh_of(line.id) for line in book.figured if line.counts in pair.reached_by]
        sheet.text(row, 4 + 2 * len(book.figured), _note(pair, counted=bool(reached)))
        _share_of_county(book, sheet, row, pair)
    for code, (first, last) in coverage_rows(book).items():
        known = sum(pair.area or 0.0 for pair in book.pairs[code])
        area = block((first, 3), (last, 3))
        sheet.put(first, 5 + 2 * len(book.figured), LiveFormula(f"SUM({area})", known, "total", "total"))
    return sheet


def _share_of_county(book: Book, sheet: Sheet, row: int, pair: Pair) -> None:
    """Which share of the county a pair is, whether it is counted or not."""
    column = 6 + 2 * len(book.figured)
    whole = book.layout.home.get("county_area")
    address = book.layout.cell("county_area", Cell((("county", pair.county),))) if whole is not None else None
    if address is None:
        sheet.text(row, column, WORDS["missing"], "missing")
        sheet.text(row, column + 1, WORDS["missing"], "missing")
        return
    size = book.result.value("county_area", county=pair.county, period=book.period).value
    sheet.put(row, column, LiveFormula(imported(address.full), size, "import", "import"))
    if pair.area is None:
        sheet.text(row, column + 1, _word(pair), "missing")
    else:
        share = pair.area / size if size else None
        sheet.put(row, column + 1, LiveFormula(f"{a1(row, 3)}/{a1(row, column)}", share, "step", "share"))


def _word(pair: Pair) -> str:
    """缺 or 不适用, in the place of an area that is no number."""
    return WORDS["not_applicable" if pair.presence == "not_applicable" else "missing"]


def _note(pair: Pair, *, counted: bool) -> str:
    """What is said of a pair beside its numbers."""
    if pair.area is None:
        return "面积不适用：不计入应核算的" if pair.presence == "not_applicable" else "面积缺：不知是多少，不是零"
    return "" if counted else "未计入任何指标"


def _counted(book: Book, sheet: Sheet, row: int, line: IndicatorLine, pair: Pair) -> None:
    column, counted = covered_column(book, line), line.counts in pair.reached_by
    sheet.put(row, column, TypedNumber(float(counted), "integer"))
    if pair.area is None:
        sheet.text(row, column + 1, _word(pair), "missing")
        return
    sheet.put(row, column + 1, LiveFormula(f"{a1(row, 3)}*{a1(row, column)}", pair.area if counted else 0.0, "step"))
