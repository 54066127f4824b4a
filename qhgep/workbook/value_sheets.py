"""分县价值量 and what it is made of: coverage by area, evidence by amount, the matrix by ecosystem."""

from __future__ import annotations

from collections.abc import Sequence

from qhgep.engine.coverage import Pair
from qhgep.evidence import EVIDENCE
from qhgep.expr import Cell
from qhgep.result import Value
from qhgep.ruleset import INFLOW, IndicatorLine
from qhgep.workbook.cells import WORDS, Formula, Number, Sheet, Style, Text
from qhgep.workbook.context import COUNTY_VALUES, Book
from qhgep.workbook.frame import PRESENTATION, WORKINGS, Head, table_sheet
from qhgep.workbook.layout import FIRST, HEAD, Address, a1, block, column_block, imported, in_row, on_sheet

COVERAGE, EVIDENCE_SHEET, MATRIX = "计算_覆盖", "计算_证据", "计算_矩阵"
_ANY = '">-1E+300"'


def partial_sum(area: str) -> str:
    """The sum of the cells that hold a number; its COUNT stands beside it."""
    return f"SUMIF({area},{_ANY})"


class CountyValues:
    """The places of 分县价值量: 合计 first, then a row per county."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.lines: Sequence[IndicatorLine] = book.result.account.ruleset.indicators
        count = len(self.lines)
        self.quantity = {line.id: 2 + place for place, line in enumerate(self.lines)}
        self.value = {line.id: 2 + count + place for place, line in enumerate(self.lines)}
        self.total, self.count = 2 + 2 * count, 3 + 2 * count
        self.wan = {line.id: 4 + 2 * count + place for place, line in enumerate(self.lines)}
        self.total_wan = 4 + 3 * count
        self.evidence = {line.id: 5 + 3 * count + place for place, line in enumerate(self.lines)}
        self.covered = {line.id: 5 + 4 * count + 2 * place for place, line in enumerate(self.lines)}
        self.area = 5 + 6 * count
        self.shown = self.area + 1
        self.inflow, self.gep = self.area + 2, self.area + 3
        self.rows = {county.code: FIRST + 1 + place for place, county in enumerate(book.result.account.counties)}
        self.first, self.last = FIRST + 1, FIRST + len(self.rows)

    @property
    def whole(self) -> bool:
        """Whether the account is whole and knows what flows in from outside: only then there is a GEP."""
        return not self.book.partial and INFLOW in self.book.layout.home

    def at(self, row: int, column: int) -> Address:
        """A cell of the sheet."""
        return Address(COUNTY_VALUES, row, column)


def county_sheet(book: Book) -> Sheet:
    """分县价值量: quantities, values in yuan and in 万元, how many indicators, evidence, covered area."""
    return _County(book).sheet()


class _County:
    def __init__(self, book: Book) -> None:
        self.book, self.places = book, CountyValues(book)

    def sheet(self) -> Sheet:
        heads = self._heads()
        sheet = table_sheet(
            COUNTY_VALUES, "分县价值量", heads, color=PRESENTATION, notice=self.book.notice, left=self.book.left
        )
        sheet.text(FIRST, 0, "*", "code")
        sheet.text(FIRST, 1, "合计", "total")
        for county in self.book.result.account.counties:
            row = self.places.rows[county.code]
            sheet.text(row, 0, county.code, "code")
            sheet.text(row, 1, county.zh)
            self._county_row(sheet, county.code, row)
        self._total_row(sheet)
        return sheet

    def _heads(self) -> list[Head]:
        ruleset, lines = self.book.result.account.ruleset, self.places.lines
        unit = {line.id: ruleset.catalogue.vocabulary[line.quantity].unit.printed for line in lines}
        zh = {line.id: ruleset.zh_of(line.id) for line in lines}
        found = [Head("区划代码", width=10), Head("县", width=12)]
        found += [Head(f"{zh[line.id]}：实物量", unit[line.id], "导入", 20) for line in lines]
        found += [Head(f"{zh[line.id]}：价值量", "元/a", "导入", 22) for line in lines]
        found += [Head(self.total_name, "元/a", "有数各项之和", 22), Head("有数项数", "项", "计数", 9)]
        found += [Head(f"{zh[line.id]}：价值量", "万元/a", "元 ÷ 10000", 18) for line in lines]
        found += [Head(self.total_name, "万元/a", "元 ÷ 10000", 18)]
        found += [Head(f"{zh[line.id]}：证据", "—", "取最弱一级", 12) for line in lines]
        for line in lines:
            found += [
                Head(f"{zh[line.id]}：计入面积", "hm²", f"{COVERAGE} 合计", 16),
                Head("占县域面积", "%", "计入面积 ÷ 县域面积", 11),
            ]
        found += [Head("县域面积", "hm²", "导入", 16), Head("GEP 与 GDP 之比", "—", "部分核算时不列", 26)]
        if self.places.whole:
            found += [
                Head("减：来自区域外的生态产品价值", "元/a", "导入", 20),
                Head("生态产品总值（GEP）", "元/a", "合计 − 区域外流入", 22),
            ]
        return found

    @property
    def total_name(self) -> str:
        """A partial total is never called GEP."""
        covered, applicable = self.book.result.coverage.counted
        return f"已核算指标合计（{covered}/{applicable} 项）" if self.book.partial else "各项指标合计"

    def _county_row(self, sheet: Sheet, code: str, row: int) -> None:
        places, result = self.places, self.book.result
        for line in places.lines:
            quantity, value = (
                result.value(name, county=code, period=self.book.period) for name in (line.quantity, line.value)
            )
            self._import(sheet, row, places.quantity[line.id], line.quantity, code, quantity)
            self._import(sheet, row, places.value[line.id], line.value, code, value)
            self._ten_thousand(sheet, row, places.value[line.id], places.wan[line.id], value.value)
            sheet.text(row, places.evidence[line.id], EVIDENCE.get(value.evidence, "—"))
        total = result.value("accounted_total", county=code, period=self.book.period)
        span = block((row, min(places.value.values())), (row, max(places.value.values())))
        sheet.put(row, places.total, Formula(partial_sum(span), total.value or 0.0, "total", "total"))
        there = sum(
            result.value(line.value, county=code, period=self.book.period).value is not None for line in places.lines
        )
        sheet.put(row, places.count, Formula(f"COUNT({span})", float(there), "total", "integer"))
        self._ten_thousand(sheet, row, places.total, places.total_wan, total.value or 0.0, "total")
        self._areas(sheet, code, row)
        if places.whole:
            inflow = result.value(INFLOW, county=code, period=self.book.period)
            self._import(sheet, row, places.inflow, INFLOW, code, inflow)
            self._gep(sheet, row, code)
        sheet.text(row, places.shown, "—（部分核算，不列）" if total.partial else "—（未计算）")

    def _import(self, sheet: Sheet, row: int, column: int, quantity: str, code: str, value: Value) -> None:
        address = self.book.layout.cell(quantity, Cell((("county", code),)))
        if address is None or value.presence in {"absent", "not_applicable"}:
            sheet.text(row, column, WORDS["absent" if value.presence == "absent" else "not_applicable"], "missing")
        else:
            sheet.put(row, column, Formula(imported(address.full), value.value, "import", "import"))

    def _ten_thousand(
        self, sheet: Sheet, row: int, source: int, column: int, value: float | None, style: Style = "money"
    ) -> None:
        if isinstance(word := sheet.cells.get((row, source)), Text):
            sheet.text(row, column, word.text, "missing")
            return
        sheet.put(
            row, column, Formula(f"{a1(row, source)}/10000", None if value is None else value / 10000, "step", style)
        )

    def _areas(self, sheet: Sheet, code: str, row: int) -> None:
        places, coverage = self.places, self.book.result.coverage
        whole = self.book.layout.home.get("county_area")
        known = whole is not None and coverage.whole is not None
        size = self.book.result.value("county_area", county=code, period=self.book.period).value if known else None
        if known:
            self._import(
                sheet,
                row,
                places.area,
                "county_area",
                code,
                self.book.result.value("county_area", county=code, period=self.book.period),
            )
        else:
            sheet.text(row, places.area, WORDS["missing"], "missing")
        table = coverage_rows(self.book)
        for line in places.lines:
            column = places.covered[line.id]
            span = table.get(code)
            if span is None or line.value not in coverage.reach:
                sheet.text(row, column, "—")
                sheet.text(row, column + 1, "—")
                continue
            place = _covered_column(self.book, line) + 1
            covered = _covered_area(self.book, line, code)
            area = on_sheet(COVERAGE, block((span[0], place), (span[1], place)))
            sheet.put(row, column, Formula(f"SUM({area})", covered, "total", "total"))
            share = covered / size if size else None
            if isinstance(sheet.cells[row, places.area], Text):
                sheet.text(row, column + 1, "—")
            else:
                sheet.put(row, column + 1, Formula(f"{a1(row, column)}/{a1(row, places.area)}", share, "step", "share"))

    def _total_row(self, sheet: Sheet) -> None:
        places, result = self.places, self.book.result
        for line in places.lines:
            for name, column in ((line.quantity, places.quantity[line.id]), (line.value, places.value[line.id])):
                total = result.value(name, county="*", period=self.book.period).value or 0.0
                self._column_sum(sheet, column, total)
            self._ten_thousand(
                sheet,
                FIRST,
                places.value[line.id],
                places.wan[line.id],
                _cell_value(sheet, FIRST, places.value[line.id]),
            )
            weakest = result.value(line.value, county="*", period=self.book.period).evidence
            sheet.text(FIRST, places.evidence[line.id], EVIDENCE.get(weakest, "—"))
        self._column_sum(
            sheet, places.total, result.value("accounted_total", county="*", period=self.book.period).value or 0.0
        )
        sheet.text(FIRST, places.count, "—")
        self._ten_thousand(
            sheet, FIRST, places.total, places.total_wan, _cell_value(sheet, FIRST, places.total), "total"
        )
        self._total_areas(sheet)
        if places.whole:
            self._whole_sum(sheet, places.inflow, WORDS["missing"])
            self._gep(sheet, FIRST, "*")

    def _gep(self, sheet: Sheet, row: int, code: str) -> None:
        """The accounted total less what flows in from outside."""
        if isinstance(sheet.cells[row, self.places.inflow], Text):
            sheet.text(row, self.places.gep, "—")
            return
        value = self.book.result.value("gep_total", county=code, period=self.book.period).value
        formula = f"{a1(row, self.places.total)}-{a1(row, self.places.inflow)}"
        sheet.put(row, self.places.gep, Formula(formula, value, "step", "money"))

    def _total_areas(self, sheet: Sheet) -> None:
        """The areas of all counties; a county area that is missing makes their sum missing, and the shares with it."""
        places = self.places
        self._whole_sum(sheet, places.area, WORDS["missing"])
        whole = _cell_value(sheet, FIRST, places.area)
        for line in places.lines:
            column = places.covered[line.id]
            self._whole_sum(sheet, column, "—")
            if any(isinstance(sheet.cells[FIRST, place], Text) for place in (column, places.area)):
                sheet.text(FIRST, column + 1, "—")
                continue
            covered = _cell_value(sheet, FIRST, column)
            share = covered / whole if covered is not None and whole else None
            sheet.put(
                FIRST, column + 1, Formula(f"{a1(FIRST, column)}/{a1(FIRST, places.area)}", share, "step", "share")
            )
        partial = self.book.partial
        sheet.text(FIRST, places.shown, "—（部分核算，不列）" if partial else "—（未计算）")

    def _whole_sum(self, sheet: Sheet, column: int, otherwise: str) -> None:
        """The sum of a column, missing where a member is missing; a word where no county has a formula there."""
        rows = range(self.places.first, self.places.last + 1)
        values = [content.value for row in rows if isinstance(content := sheet.cells.get((row, column)), Formula)]
        if not values:
            sheet.text(FIRST, column, otherwise, "missing")
            return
        known = [value for value in values if isinstance(value, float)]
        area = block((self.places.first, column), (self.places.last, column))
        total = sum(known) if len(known) == len(values) else None
        sheet.put(FIRST, column, Formula(f"SUM({area})", total, "total", "total"))

    def _column_sum(self, sheet: Sheet, column: int, value: float) -> None:
        area = block((self.places.first, column), (self.places.last, column))
        sheet.put(FIRST, column, Formula(partial_sum(area), value, "total", "total"))


def _cell_value(sheet: Sheet, row: int, column: int) -> float | None:
    content = sheet.cells.get((row, column))
    return content.value if isinstance(content, Formula) and isinstance(content.value, float) else None


# --- coverage -----------------------------------------------------------------------------------


def coverage_rows(book: Book) -> dict[str, tuple[int, int]]:
    """County -> first and last row of its ecosystems on 计算_覆盖."""
    found: dict[str, tuple[int, int]] = {}
    row = FIRST
    for code, pairs in book.pairs.items():
        found[code] = (row, row + len(pairs) - 1)
        row += len(pairs)
    return found


def _covered_column(book: Book, line: IndicatorLine) -> int:
    return 4 + 2 * book.result.account.ruleset.indicators.index(line)


def _covered_area(book: Book, line: IndicatorLine, code: str) -> float:
    return sum((pair.area or 0.0 for pair in book.pairs.get(code, ()) if line.value in pair.reached_by), 0.0)


def coverage_sheet(book: Book) -> Sheet:
    """计算_覆盖: every pair of county and ecosystem, its area, and whether each indicator counts it."""
    ruleset = book.result.account.ruleset
    heads = [
        Head("区划代码", width=10),
        Head("县", width=12),
        Head("生态系统", width=16),
        Head("面积", "hm²", "导入", 16),
    ]
    for line in ruleset.indicators:
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
    for place, pair in enumerate(pair for pairs in book.pairs.values() for pair in pairs):
        row = FIRST + place
        sheet.text(row, 0, pair.county, "code")
        sheet.text(row, 1, book.county(pair.county))
        sheet.text(row, 2, book.member("ecosystem", pair.ecosystem))
        cell = Cell((("county", pair.county), ("ecosystem", pair.ecosystem)))
        address = book.layout.cell("area", cell)
        if pair.area is None or address is None:
            sheet.text(row, 3, WORDS["missing"], "missing")
        else:
            sheet.put(row, 3, Formula(imported(address.full), pair.area, "import", "import"))
        for line in ruleset.indicators:
            _counted(book, sheet, row, line, pair.area, counted=line.value in pair.reached_by)
        reached = [ruleset.zh_of(line.id) for line in ruleset.indicators if line.value in pair.reached_by]
        note = "面积缺：不知是多少，不是零" if pair.area is None else ("未计入任何指标" if not reached else "")
        sheet.text(row, 4 + 2 * len(ruleset.indicators), note)
        _share_of_county(book, sheet, row, pair)
    for code, (first, last) in coverage_rows(book).items():
        known = sum(pair.area or 0.0 for pair in book.pairs[code])
        area = block((first, 3), (last, 3))
        sheet.put(first, 5 + 2 * len(ruleset.indicators), Formula(f"SUM({area})", known, "total", "total"))
    return sheet


def _share_of_county(book: Book, sheet: Sheet, row: int, pair: Pair) -> None:
    """Which share of the county a pair is, whether it is counted or not."""
    column = 6 + 2 * len(book.result.account.ruleset.indicators)
    whole = book.layout.home.get("county_area")
    address = book.layout.cell("county_area", Cell((("county", pair.county),))) if whole is not None else None
    if address is None:
        sheet.text(row, column, WORDS["missing"], "missing")
        sheet.text(row, column + 1, WORDS["missing"], "missing")
        return
    size = book.result.value("county_area", county=pair.county, period=book.period).value
    sheet.put(row, column, Formula(imported(address.full), size, "import", "import"))
    if pair.area is None:
        sheet.text(row, column + 1, WORDS["missing"], "missing")
    else:
        share = pair.area / size if size else None
        sheet.put(row, column + 1, Formula(f"{a1(row, 3)}/{a1(row, column)}", share, "step", "share"))


def _counted(book: Book, sheet: Sheet, row: int, line: IndicatorLine, area: float | None, *, counted: bool) -> None:
    column = _covered_column(book, line)
    sheet.put(row, column, Number(float(counted), "integer"))
    if area is None:
        sheet.text(row, column + 1, WORDS["missing"], "missing")
        return
    sheet.put(row, column + 1, Formula(f"{a1(row, 3)}*{a1(row, column)}", area if counted else 0.0, "step"))


# --- evidence -----------------------------------------------------------------------------------


def evidence_columns() -> dict[str, int]:
    """Level of evidence -> its column on 计算_证据."""
    return {level: 5 + place for place, level in enumerate(EVIDENCE)}


def evidence_sheet(book: Book) -> Sheet:
    """计算_证据: each county's value of each indicator, put under the level of evidence that it rests on."""
    ruleset, places = book.result.account.ruleset, CountyValues(book)
    heads = [
        Head("区划代码", width=10),
        Head("县", width=12),
        Head("指标", width=16),
        Head("价值量", "元/a", "导入", 22),
        Head("证据", width=10),
    ]
    heads += [Head(zh, "元/a", "证据相同则计入", 20) for zh in EVIDENCE.values()]
    sheet = table_sheet(
        EVIDENCE_SHEET, "证据：金额落在哪一级", heads, color=WORKINGS, notice=book.notice, left=book.left
    )
    row = FIRST + 1
    sums = dict.fromkeys(EVIDENCE, 0.0)
    for county in book.result.account.counties:
        for line in ruleset.indicators:
            value = book.result.value(line.value, county=county.code, period=book.period)
            if value.value is None:
                continue
            sheet.text(row, 0, county.code, "code")
            sheet.text(row, 1, county.zh)
            sheet.text(row, 2, ruleset.zh_of(line.id))
            address = places.at(places.rows[county.code], places.value[line.id])
            sheet.put(row, 3, Formula(imported(address.full), value.value, "import", "import"))
            sheet.text(row, 4, EVIDENCE[value.evidence])
            for level, column in evidence_columns().items():
                amount = value.value if level == value.evidence else 0.0
                sums[level] += amount
                same = f"{a1(row, 4)}={in_row(HEAD, column)}"
                sheet.put(row, column, Formula(f"IF({same},{a1(row, 3)},0)", amount, "step"))
            row += 1
    sheet.text(FIRST, 1, "合计", "total")
    for level, column in evidence_columns().items():
        area = block((FIRST + 1, column), (max(row - 1, FIRST + 1), column))
        sheet.put(FIRST, column, Formula(f"SUM({area})", sums[level], "total", "total"))
    return sheet


# --- matrix -------------------------------------------------------------------------------------


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
        for line in book.result.account.ruleset.indicators:
            if line.matrix:
                for ecosystem in (*book.result.grid.members["ecosystem"], ""):
                    self._block(line, ecosystem)

    def _block(self, line: IndicatorLine, ecosystem: str) -> None:
        start = FIRST + len(self.cells)
        for county in self.book.result.account.counties:
            undivided = (
                self.book.result.value(line.value, county=county.code, period=self.book.period).record is not None
            )
            there = self.value(line, ecosystem, county.code).presence not in {"absent", "not_applicable"}
            if there and undivided == (ecosystem == ""):
                self.cells.append((line, ecosystem, county.code, FIRST + len(self.cells)))
        if (end := FIRST + len(self.cells)) > start:
            self.blocks[line.id, ecosystem] = (start, end - 1)

    def value(self, line: IndicatorLine, ecosystem: str, county: str) -> Value:
        """The value of an indicator in a county: in one ecosystem, or (no ecosystem) as stated for the whole county."""
        name = line.matrix if ecosystem else line.value
        return self.book.result.value(name, county=county, period=self.book.period, ecosystem=ecosystem)

    def total(self, indicator: str, ecosystem: str) -> float:
        """What the range of an indicator in one ecosystem adds up to."""
        cells = [cell for cell in self.cells if (cell[0].id, cell[1]) == (indicator, ecosystem)]
        values = [self.value(line, of, county).value for line, of, county, _ in cells]
        return sum((value for value in values if value is not None), 0.0)

    def area(self, indicator: str, ecosystem: str) -> str | None:
        """The range of an indicator's values in one ecosystem, from any sheet."""
        span = self.blocks.get((indicator, ecosystem))
        return None if span is None else on_sheet(MATRIX, column_block(4, *span))


def matrix_sheet(book: Book) -> Sheet:
    """计算_矩阵: the values by ecosystem and county that the matrix on 汇总 adds up."""
    ruleset = book.result.account.ruleset
    heads = (
        Head("区划代码", width=10),
        Head("县", width=12),
        Head("指标", width=16),
        Head("生态系统", width=16),
        Head("价值量", "元/a", "导入", 22),
    )
    sheet = table_sheet(MATRIX, "分生态系统的价值量", heads, color=WORKINGS, notice=book.notice, left=book.left)
    matrix = Matrix(book)
    for line, ecosystem, code, row in matrix.cells:
        sheet.text(row, 0, code, "code")
        sheet.text(row, 1, book.county(code))
        sheet.text(row, 2, ruleset.zh_of(line.id))
        sheet.text(row, 3, book.member("ecosystem", ecosystem) if ecosystem else UNDIVIDED)
        cell = Cell((("county", code), ("ecosystem", ecosystem)))
        address = book.layout.cell(line.matrix if ecosystem else line.value, cell)
        if address is None:
            message = f"{line.matrix} has no cell"
            raise AssertionError(message)
        value = matrix.value(line, ecosystem, code).value
        sheet.put(row, 4, Formula(imported(address.full), value, "import", "import"))
    return sheet
