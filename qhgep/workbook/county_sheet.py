"""分县价值量: quantities and values by county, total first; what they cover and rest on."""

from __future__ import annotations

from collections.abc import Sequence

from qhgep.evidence import EVIDENCE
from qhgep.expr import Cell
from qhgep.result import Value
from qhgep.ruleset import INFLOW, IndicatorLine
from qhgep.workbook.cells import WORDS, Formula, Sheet, Style, Text
from qhgep.workbook.context import COUNTY_VALUES, Book
from qhgep.workbook.coverage_sheet import COVERAGE, coverage_rows, covered_area, covered_column
from qhgep.workbook.frame import PRESENTATION, Head, table_sheet
from qhgep.workbook.layout import FIRST, Address, a1, block, imported, on_sheet

_ANY = '">-1E+300"'


def partial_sum(area: str) -> str:
    """The sum of the cells that hold a number, its COUNT stands beside it; no value where no cell holds one."""
    return f"IF(COUNT({area})>0,{sum_there(area)},NA())"


def sum_there(area: str) -> str:
    """The sum of the cells that hold a number; zero where none does."""
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
        """Whether the indicators are all there is to GEP, all of it is accounted and the inflow is a line: then there is a GEP."""
        complete = bool(self.book.result.account.ruleset.complete)
        return complete and not self.book.partial and INFLOW in self.book.layout.home

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
        year = self.book.result.account.price_year
        yuan, wan = f"元/a（{year} 年价）", f"万元/a（{year} 年价）"
        found = [Head("区划代码", width=10), Head("县", width=12)]
        found += [Head(f"{zh[line.id]}：实物量", unit[line.id], "导入", 20) for line in lines]
        found += [Head(f"{zh[line.id]}：价值量", yuan, "导入", 22) for line in lines]
        found += [Head(self.total_name, yuan, "有数各项之和", 22), Head("有数项数", "项", "计数", 9)]
        found += [Head(f"{zh[line.id]}：价值量", wan, "元 ÷ 10000", 18) for line in lines]
        found += [Head(self.total_name, wan, "元 ÷ 10000", 18)]
        found += [Head(f"{zh[line.id]}：证据", "—", "取最弱一级", 12) for line in lines]
        for line in lines:
            found += [
                Head(f"{zh[line.id]}：计入面积", "hm²", f"{COVERAGE} 合计", 16),
                Head("占县域面积", "%", "计入面积 ÷ 县域面积", 11),
            ]
        found += [Head("县域面积", "hm²", "导入", 16), Head("GEP 与 GDP 之比", "—", "部分核算时不列", 26)]
        if self.places.whole:
            found += [
                Head("减：来自区域外的生态产品价值", yuan, "导入", 20),
                Head("生态产品总值（GEP）", yuan, "合计 − 区域外流入", 22),
            ]
        return found

    @property
    def total_name(self) -> str:
        """A partial total is never called GEP."""
        covered, applicable = self.book.counted
        return f"已核算指标合计（{covered}/{applicable} 项）" if self.book.partial else "各项指标合计"

    def _county_row(self, sheet: Sheet, code: str, row: int) -> None:
        places, result = self.places, self.book.result
        for line in places.lines:
            quantity, value = (
                result.value(name, county=code, period=self.book.period, item=line.item)
                for name in (line.quantity, line.value)
            )
            cell = self.book.line_cell(line, code)
            self._import(sheet, row, places.quantity[line.id], line.quantity, cell, quantity)
            self._import(sheet, row, places.value[line.id], line.value, cell, value)
            self._ten_thousand(sheet, row, places.value[line.id], places.wan[line.id], value.value)
            sheet.text(row, places.evidence[line.id], EVIDENCE.get(value.evidence, "—"))
        total = result.value("accounted_total", county=code, period=self.book.period)
        span = block((row, min(places.value.values())), (row, max(places.value.values())))
        sheet.put(row, places.total, Formula(partial_sum(span), total.value, "total", "total"))
        there = sum(self.book.line_value(line, code).value is not None for line in places.lines)
        sheet.put(row, places.count, Formula(f"COUNT({span})", float(there), "total", "integer"))
        self._ten_thousand(sheet, row, places.total, places.total_wan, total.value, "total")
        self._areas(sheet, code, row)
        if places.whole:
            inflow = result.value(INFLOW, county=code, period=self.book.period)
            self._import(sheet, row, places.inflow, INFLOW, Cell((("county", code),)), inflow)
            self._gep(sheet, row, code)
        sheet.text(row, places.shown, "—（部分核算，不列）" if total.partial else "—（未计算）")

    def _import(self, sheet: Sheet, row: int, column: int, quantity: str, cell: Cell, value: Value) -> None:
        address = self.book.layout.cell(quantity, cell)
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
                Cell((("county", code),)),
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
            place = covered_column(self.book, line) + 1
            covered = covered_area(self.book, line, code)
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
                total = result.value(name, county="*", period=self.book.period, item=line.item).value
                self._column_sum(sheet, column, total)
            self._ten_thousand(
                sheet,
                FIRST,
                places.value[line.id],
                places.wan[line.id],
                _cell_value(sheet, FIRST, places.value[line.id]),
            )
            weakest = self.book.line_value(line, "*").evidence
            sheet.text(FIRST, places.evidence[line.id], EVIDENCE.get(weakest, "—"))
        self._column_sum(
            sheet, places.total, result.value("accounted_total", county="*", period=self.book.period).value
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
        """The accounted total less what flows in from outside; a dash where the engine has none though both are there."""
        value = self.book.result.value("gep_total", county=code, period=self.book.period).value
        both = all(_cell_value(sheet, row, column) is not None for column in (self.places.total, self.places.inflow))
        if isinstance(sheet.cells[row, self.places.inflow], Text) or (value is None and both):
            sheet.text(row, self.places.gep, "—")
            return
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

    def _column_sum(self, sheet: Sheet, column: int, value: float | None) -> None:
        area = block((self.places.first, column), (self.places.last, column))
        sheet.put(FIRST, column, Formula(partial_sum(area), value, "total", "total"))


def _cell_value(sheet: Sheet, row: int, column: int) -> float | None:
    content = sheet.cells.get((row, column))
    return content.value if isinstance(content, Formula) and isinstance(content.value, float) else None
