"""分县价值量 and 分县实物量: values in 万元 and 元, and quantities, by indicator and county, the total first."""

from __future__ import annotations

from collections.abc import Mapping

from qhgep.ruleset_store.ruleset import INFLOW, IndicatorLine
from qhgep.workbook.account.context import COUNTY_VALUES, Book
from qhgep.workbook.account.places import (
    COUNT,
    GEP,
    QUANTITIES,
    TOTAL,
    WAN,
    YUAN,
    CountyValues,
    or_missing,
    partial_sum,
    ten_thousandth,
)
from qhgep.workbook.account.printed import import_of
from qhgep.workbook.account.totals import total_address, total_content
from qhgep.workbook.core.cells import LiveFormula, Sheet, Style, Text
from qhgep.workbook.core.county_table import ALL, Cross
from qhgep.workbook.core.layout import a1, shown
from qhgep.workbook.core.pagination import MOST_NUMBERS
from qhgep.workbook.core.table_sheet import PRESENTATION, Head, table_sheet


def county_sheet(book: Book) -> Sheet:
    """分县价值量: indicators and counties in 万元, and behind it in yuan, from which the first follows."""
    return _County(book).sheet()


class _County:
    def __init__(self, book: Book) -> None:
        self.book, self.places = book, CountyValues(book)
        self.cross = self.places.values
        year = book.result.account.price_year
        self.units = {WAN: f"万元/a（{year} 年价）", YUAN: f"元/a（{year} 年价）"}
        names = {line.id: book.result.account.ruleset.zh_of(line.id) for line in self.places.lines}
        self.names: Mapping[str, str] = names | {
            TOTAL: book.total_name, COUNT: "有数项数", INFLOW: "减：来自区域外的生态产品价值", GEP: "生态产品总值（GEP）",
        }  # fmt: skip

    def sheet(self) -> Sheet:
        sheet = table_sheet(
            COUNTY_VALUES, "分县价值量", self._heads(), color=PRESENTATION, notice=self.book.notice, left=self.book.left,
            numbered=True,
        )  # fmt: skip
        sheet.number = f"表号：{self.book.series}02表　单位：万元、元（见栏目）"
        sheet.keys, sheet.signed = self.cross.keys, not self.book.analytic
        if 2 * len(self.cross.columns) > MOST_NUMBERS:
            sheet.groups = [self.cross.at(self.cross.lines[0], ALL, YUAN).column]
        put_keys(sheet, self.cross, self.names, self.book)
        for county in (ALL, *self.cross.counties):
            self._county(sheet, county)
        sheet.relations = self._relations()
        return sheet

    def _heads(self) -> list[Head]:
        heads = self.cross.key_heads()
        for group in (WAN, YUAN):
            for over in self.cross.columns:
                zh = self.names.get(over) or self.book.county_or_all(over)
                unit = "项" if over == COUNT else self.units[group]
                heads.append(Head(zh, unit, self._method(group, over), 22))
        return heads

    def _method(self, group: int, over: str) -> str:
        if over == COUNT:
            return "计数"
        if group == WAN:
            return "元 ÷ 10000"
        return {ALL: "各县有数之和", TOTAL: "有数各项之和", GEP: "合计 − 区域外流入"}.get(over, "导入")

    def _county(self, sheet: Sheet, county: str) -> None:
        """The cells of one county, or of all together."""
        for line in self.places.lines:
            self._line(sheet, line, county)
        total = self.book.result.value("accounted_total", county=county, period=self.book.period).value
        area = self.cross.over_counties(TOTAL, YUAN) if county == ALL else self.places.over_lines(county, YUAN)
        self._put(sheet, TOTAL, county, LiveFormula(partial_sum(area), or_missing(total), "total", "total"))
        there = sum(self.book.line_value(line, county).value is not None for line in self.places.lines)
        for group in (WAN, YUAN):
            at = self.cross.at(COUNT, county, group)
            formula = f"COUNT({self.places.over_lines(county, group)})"
            sheet.put(at.row, at.column, LiveFormula(formula, float(there), "total", "integer"))
        for name in (INFLOW, GEP) if self.places.is_gep else ():
            self._put(sheet, name, county, from_total_sheet(self.book, name, county))

    def _line(self, sheet: Sheet, line: IndicatorLine, county: str) -> None:
        value = self.book.line_value(line, county)
        if county == ALL:
            area = self.cross.over_counties(line.id, YUAN)
            self._put(sheet, line.id, ALL, LiveFormula(partial_sum(area), or_missing(value.value), "total", "total"))
        else:
            self._put(
                sheet, line.id, county, import_of(self.book, line.value, self.book.line_cell(line, county), value)
            )

    def _put(self, sheet: Sheet, line: str, county: str, content: LiveFormula | Text) -> None:
        """A cell in yuan, and the same in 万元 as a step of its row."""
        yuan, wan = (self.cross.at(line, county, group) for group in (YUAN, WAN))
        sheet.put(yuan.row, yuan.column, content)
        if isinstance(content, Text):
            sheet.text(wan.row, wan.column, content.text, "missing")
            return
        value = content.value / 10000 if isinstance(content.value, float) else content.value
        style: Style = "total" if line == TOTAL or county == ALL else "money"
        sheet.put(wan.row, wan.column, LiveFormula(ten_thousandth(a1(yuan.row, yuan.column)), value, "step", style))

    def _relations(self) -> list[str]:
        first, last = (self.names[line.id] for line in (self.places.lines[0], self.places.lines[-1]))
        found = [
            f"{self.names[TOTAL]} ＝ {first} 至 {last} 中有数各项之和", "合计 ＝ 各县中有数者之和", "万元 ＝ 元 ÷ 10000",
            f"合计栏各项 ＝ {self.book.series}01表同名各行",
        ]  # fmt: skip
        if self.places.is_gep:
            found.append(f"{self.names[GEP]} ＝ {self.names[TOTAL]} − 来自区域外的生态产品价值")
        return found


def put_keys(sheet: Sheet, cross: Cross, names: Mapping[str, str], book: Book) -> None:
    """The key cells of all rows: number and name of a line, or code and name of a county."""
    for place, down in enumerate(cross.rows):
        row = cross.at(down, ALL).row if cross.across else cross.at(cross.lines[0], down).row
        total = down in {ALL, TOTAL}
        sheet.text(row, 0, str(place + 1) if cross.across else down, "code")
        sheet.text(row, 1, names.get(down) or book.county_or_all(down), "total" if total else "text")


def from_total_sheet(book: Book, name: str, county: str) -> LiveFormula | Text:
    """The inflow and GEP of a county, or of all, as 计算_合计 has them."""
    content = total_content(book, name, county)
    if isinstance(content, Text):
        return content
    value = content.value if isinstance(content.value, float) else None
    return LiveFormula(shown(total_address(book, name, county).full), or_missing(value), "import", "import")


def quantity_sheet(book: Book) -> Sheet:
    """分县实物量: the quantity of each indicator by county, each in its own unit."""
    places, ruleset = CountyValues(book), book.result.account.ruleset
    cross = places.quantities
    names = {line.id: ruleset.zh_of(line.id) for line in places.lines}
    unit = {line.id: ruleset.catalogue.vocabulary[line.quantity].unit.printed for line in places.lines}
    heads = cross.key_heads()
    for over in cross.columns:
        method = "各县有数之和" if over == ALL else "导入"
        heads.append(Head(names.get(over) or book.county_or_all(over), unit.get(over, "见单位栏"), method, 22))
    sheet = table_sheet(
        QUANTITIES, QUANTITIES, heads, color=PRESENTATION, notice=book.notice, left=book.left, numbered=True
    )
    sheet.number = f"表号：{book.series}03表　单位：见栏目"
    sheet.keys, sheet.signed = cross.keys, not book.analytic
    put_keys(sheet, cross, names, book)
    for line in places.lines:
        if cross.across:
            sheet.text(cross.at(line.id, ALL).row, 2, unit[line.id])
        for county in (ALL, *cross.counties):
            at = cross.at(line.id, county)
            value = book.result.value(line.quantity, county=county, period=book.period, item=line.item)
            if county == ALL:
                area = cross.over_counties(line.id)
                sheet.put(at.row, at.column, LiveFormula(partial_sum(area), or_missing(value.value), "total", "total"))
            else:
                sheet.put(at.row, at.column, import_of(book, line.quantity, book.line_cell(line, county), value))
    sheet.relations = ["合计 ＝ 各县中有数者之和", f"合计 ＝ {book.series}01表实物量合计"]
    return sheet
