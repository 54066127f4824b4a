"""计算_证据, 计算_矩阵, 生态系统价值量: the same values split by the evidence they rest on, and by ecosystem."""

from __future__ import annotations

from qhgep.engine.grid import Value
from qhgep.evidence import EVIDENCE
from qhgep.ruleset_store.ruleset import IndicatorLine
from qhgep.workbook.account.context import Book
from qhgep.workbook.account.places import WAN, CountyValues, or_missing, partial_sum, ten_thousandth
from qhgep.workbook.core.cells import WORDS, LiveFormula, Sheet, Text
from qhgep.workbook.core.county_table import ALL
from qhgep.workbook.core.layout import FIRST, HEAD, a1, block, column_block, imported, in_row, on_sheet, shown
from qhgep.workbook.core.table_sheet import PRESENTATION, WORKINGS, Head, table_sheet

EVIDENCE_SHEET, MATRIX, BY_ECOSYSTEM = "计算_证据", "计算_矩阵", "生态系统价值量"
WAN_COLUMN = 5
"""The column of 计算_矩阵 that is added up."""


def evidence_columns() -> dict[str, int]:
    """Level of evidence -> its column on 计算_证据."""
    return {level: 5 + place for place, level in enumerate(EVIDENCE)}


def evidence_sheet(book: Book) -> Sheet:
    """计算_证据: each county's value of each indicator, put under the level of evidence that it rests on."""
    ruleset, places = book.result.account.ruleset, CountyValues(book)
    heads = [
        Head("区划代码", width=10),
        Head("县", width=22),
        Head("指标", width=26),
        Head("价值量", "万元/a", "导入", 22),
        Head("证据", width=10),
    ]
    heads += [Head(zh, "万元/a", "证据相同则计入", 20) for zh in EVIDENCE.values()]
    sheet = table_sheet(
        EVIDENCE_SHEET, "证据：金额落在哪一级", heads, color=WORKINGS, notice=book.notice, left=book.left
    )
    row = FIRST + 1
    sums = dict.fromkeys(EVIDENCE, 0.0)
    for county in book.result.account.counties:
        for line in ruleset.indicators:
            value = book.line_value(line, county.code)
            if value.value is None:
                continue
            sheet.text(row, 0, county.code, "code")
            sheet.text(row, 1, county.zh)
            sheet.text(row, 2, ruleset.zh_of(line.id))
            address, wan = places.values.at(line.id, county.code, WAN), value.value / 10000
            sheet.put(row, 3, LiveFormula(imported(address.full), wan, "import", "import"))
            sheet.text(row, 4, EVIDENCE[value.evidence])
            for level, column in evidence_columns().items():
                amount = wan if level == value.evidence else 0.0
                sums[level] += amount
                same = f"{a1(row, 4)}={in_row(HEAD, column)}"
                sheet.put(row, column, LiveFormula(f"IF({same},{a1(row, 3)},0)", amount, "step"))
            row += 1
    sheet.text(FIRST, 1, "合计", "total")
    for level, column in evidence_columns().items():
        area = block((FIRST + 1, column), (max(row - 1, FIRST + 1), column))
        sheet.put(FIRST, column, LiveFormula(f"SUM({area})", sums[level], "total", "total"))
    return sheet


UNDIVIDED = "未分摊"
"""What stands for the ecosystem where a value is known by county only."""


class Matrix:
    """The places of 计算_矩阵: for each indicator that is by ecosystem, its rows by ecosystem and county.

    A county whose total is stated has a row of its own, under no ecosystem: its total is not the sum of its ecosystems.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.blocks: dict[tuple[str, str], tuple[int, int]] = {}
        self.cells: list[tuple[IndicatorLine, str, str, int]] = []
        for line in book.figured:
            if line.matrix:
                for ecosystem in (*book.result.grid.members["ecosystem"], ""):
                    self._block(line, ecosystem)

    def _block(self, line: IndicatorLine, ecosystem: str) -> None:
        start = FIRST + len(self.cells)
        for county in self.book.result.account.counties:
            undivided = self.book.line_value(line, county.code).record is not None
            there = self.value(line, ecosystem, county.code).presence not in {"absent", "not_applicable"}
            if there and undivided == (ecosystem == ""):
                self.cells.append((line, ecosystem, county.code, FIRST + len(self.cells)))
        if (end := FIRST + len(self.cells)) > start:
            self.blocks[line.id, ecosystem] = (start, end - 1)

    def value(self, line: IndicatorLine, ecosystem: str, county: str) -> Value:
        """The value of an indicator in a county: in one ecosystem, or (no ecosystem) as stated for the whole county."""
        name = line.matrix if ecosystem else line.value
        where = {"county": county, "period": self.book.period, "ecosystem": ecosystem, "item": line.item}
        return self.book.result.value(name, **where)

    def total(self, indicator: str, ecosystem: str) -> float | None:
        """What the range of an indicator in one ecosystem adds up to; None where no cell holds a number."""
        cells = [cell for cell in self.cells if (cell[0].id, cell[1]) == (indicator, ecosystem)]
        values = [self.value(line, of, county).value for line, of, county, _ in cells]
        there = [value for value in values if value is not None]
        return sum(there) if there else None

    def area(self, indicator: str, ecosystem: str) -> str | None:
        """The range of an indicator's values in one ecosystem, from any sheet."""
        span = self.blocks.get((indicator, ecosystem))
        return None if span is None else on_sheet(MATRIX, column_block(WAN_COLUMN, *span))


def matrix_sheet(book: Book) -> Sheet:
    """计算_矩阵: the values by ecosystem and county that the matrix on 汇总 adds up."""
    ruleset = book.result.account.ruleset
    heads = (
        Head("区划代码", width=10),
        Head("县", width=22),
        Head("指标", width=26),
        Head("生态系统", width=24),
        Head("价值量", "元/a", "导入", 22),
        Head("价值量", "万元/a", "元 ÷ 10000", 18),
    )
    sheet = table_sheet(MATRIX, "分生态系统的价值量", heads, color=WORKINGS, notice=book.notice, left=book.left)
    matrix = Matrix(book)
    for line, ecosystem, code, row in matrix.cells:
        sheet.text(row, 0, code, "code")
        sheet.text(row, 1, book.county(code))
        sheet.text(row, 2, ruleset.zh_of(line.id))
        sheet.text(row, 3, book.member("ecosystem", ecosystem) if ecosystem else UNDIVIDED)
        cell = book.line_cell(line, code).at("ecosystem", ecosystem)
        address = book.layout.cell(line.matrix if ecosystem else line.value, cell)
        if address is None:
            message = f"{line.matrix} has no cell"
            raise AssertionError(message)
        value = matrix.value(line, ecosystem, code).value
        sheet.put(row, WAN_COLUMN - 1, LiveFormula(imported(address.full), value, "import", "import"))
        wan = None if value is None else value / 10000
        step = LiveFormula(ten_thousandth(a1(row, WAN_COLUMN - 1)), or_missing(wan), "step", "money")
        sheet.put(row, WAN_COLUMN, step)
    return sheet


def by_ecosystem_sheet(book: Book) -> Sheet:
    """生态系统价值量: indicators down, ecosystems across, in 万元; what is known by county only stands under 未分摊."""
    ruleset, ecosystems = book.result.account.ruleset, (*book.result.grid.members["ecosystem"], "")
    places, matrix = CountyValues(book), Matrix(book)
    year = book.result.account.price_year
    heads = [Head("行次", width=8), Head("指标", width=26)]
    for ecosystem in ecosystems:
        zh = book.member("ecosystem", ecosystem) if ecosystem else UNDIVIDED
        heads.append(Head(zh, f"万元/a（{year} 年价）", f"{MATRIX} 有数之和" if ecosystem else "不分生态系统者", 18))
    sheet = table_sheet(
        BY_ECOSYSTEM, "分生态系统价值量", heads, color=PRESENTATION, notice=book.notice, left=book.left, numbered=True
    )
    sheet.number, sheet.signed = f"表号：{book.series}04表　单位：万元", not book.analytic
    for number, line in enumerate(places.lines):
        row = FIRST + number
        sheet.text(row, 0, str(number + 1), "code")
        sheet.text(row, 1, ruleset.zh_of(line.id))
        for place, ecosystem in enumerate(ecosystems, start=2):
            sheet.put(row, place, _matrix_cell(book, places, matrix, line, ecosystem))
    sheet.relations = [f"本行各栏之和 ＝ {book.series}02表同名行合计", "未分摊：只知县合计、不分生态系统者"]
    return sheet


def _matrix_cell(
    book: Book, places: CountyValues, matrix: Matrix, line: IndicatorLine, ecosystem: str
) -> LiveFormula | Text:
    area = matrix.area(line.id, ecosystem)
    if area is not None:
        total = matrix.total(line.id, ecosystem)
        wan = None if total is None else total / 10000
        return LiveFormula(partial_sum(area), or_missing(wan), "total", "money")
    if line.matrix:
        word = WORDS["absent" if line in book.figured else "missing"]
        return Text(word if ecosystem else "—", "missing")
    if ecosystem:
        return Text(UNDIVIDED, "missing")
    value = book.line_value(line, ALL).value
    wan = None if value is None else value / 10000
    return LiveFormula(shown(places.values.at(line.id, ALL).full), or_missing(wan), "import", "import")
