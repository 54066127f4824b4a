"""折算 and 价格: money in the prices of other years, carried by the index of [deflate] through the one tree, as live formulas."""

from __future__ import annotations

from dataclasses import replace

from qhgep.catalogue import Formula, checked
from qhgep.catalogue.prices import carry, carrying, price_index_from, price_index_to, price_stated
from qhgep.engine.current_prices import current, without_current
from qhgep.engine.grid import Carried, Record, Value
from qhgep.evidence import EVIDENCE, ORIGIN
from qhgep.expr import Cell
from qhgep.readings.excel import excel
from qhgep.readings.text import text
from qhgep.workbook.account.context import CARRIED, PRICES, Book
from qhgep.workbook.account.places import GEP, TOTAL, CountyValues
from qhgep.workbook.core.cells import WORDS, LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.layout import FIRST, Address, fill, imported, own_row
from qhgep.workbook.core.table_sheet import PRESENTATION, WORKINGS, Head, table_sheet

_STATED, _TO, _FROM, CARRIED_VALUE = 7, 8, 9, 10
"""The columns of 折算: the amount as stated, the index of the account's price year, that of its own, the amount in use."""
_CONSTANT = replace(price_stated, zh="不变价")


def live_carry(book: Book, formula: Formula, columns: tuple[int, int, int], row: int) -> str:
    """The tree in a row whose columns hold the amount as stated, the index of the target year and that of its own."""
    place = dict(zip((price_stated.name, price_index_to.name, price_index_from.name), columns, strict=True))
    written = excel(checked(formula).expr, lambda quantity: own_row(place[quantity.name]), factor=book.factor)
    return fill(written, row)


def put_index(book: Book, sheet: Sheet, row: int, column: int, year: int) -> None:
    """The price index of a year, imported from its row on 系数."""
    found = book.result.indices[year]
    sheet.put(row, column, LiveFormula(imported(book.index(year).full), float(found.value), "import", "import"))


def how_carried(how: Carried) -> str:
    """The carrying in words: the formula, both index rows with source and place, what the amount was before."""
    rows = "；".join(
        f"{index.row.row} = {index.row.value}（{year} 年，{index.row.source}，{index.row.at}，{EVIDENCE[index.evidence]}）"
        for year, index in ((how.to_year, how.index_to), (how.from_year, how.index_from))
    )
    formula = how.formula
    words = f"{formula.quantity.zh} = {text(formula.equals)}"
    return f"{words}；原值 {ORIGIN[how.origin]}、{EVIDENCE[how.evidence]}；{rows}"


def decision(book: Book) -> str:
    """The decision of [deflate] on one line."""
    found = book.result.account.deflation
    return "" if found is None else f"折算依据：{found.series}；{found.reason}（{found.decided_by}，{found.place}）"


def price_sheets(book: Book, counties: Sheet) -> list[Sheet]:
    """价格 (beside 分县价值量, which it reads), and 折算 where an input was carried; none without [deflate]."""
    if book.result.account.deflation is None:
        return []
    return [_Prices(book, counties).sheet(), *([carried_sheet(book)] if book.carried else [])]


def carried_sheet(book: Book) -> Sheet:
    """折算: inputs that are in the prices of another year, as stated, with both indices and the amount in use."""
    year = book.result.account.price_year
    heads = (
        Head("区划代码", width=10), Head("县", width=22), Head("生态系统", width=24), Head("项目", width=14), Head("量", width=26),
        Head("单位", width=14), Head("原价格年", width=10), Head("原值", "见单位", "填报", 20),
        Head("价格指数（核算价格年）", "—", "导入", 16), Head("价格指数（原价格年）", "—", "导入", 16),
        Head(f"采用值（{year} 年价）", "见单位", text(carry.equals), 22),
        Head("说明", width=90),
    )  # fmt: skip
    sheet = table_sheet(
        CARRIED,
        "折算：由其他价格年折到核算价格年的输入",
        heads,
        color=WORKINGS,
        notice=book.notice,
        left=decision(book),
    )
    for (_, cell), (row, record) in book.carried.items():
        if record.carried is not None and record.input is not None:
            _carried_row(book, sheet, row, cell, record, record.carried)
    return sheet


def _carried_row(book: Book, sheet: Sheet, row: int, cell: Cell, record: Record, how: Carried) -> None:
    quantity = how.formula.quantity
    county, ecosystem = cell.get("county"), cell.get("ecosystem")
    items = "、".join(book.member(axis, member) for axis, member in cell.members if axis not in {"county", "ecosystem"})
    sheet.text(row, 0, county, "code")
    sheet.text(row, 1, book.county(county) if county else "")
    sheet.text(row, 2, book.member("ecosystem", ecosystem) if ecosystem else "")
    for column, words in enumerate((items, quantity.zh, quantity.unit.printed, str(how.from_year)), start=3):
        sheet.text(row, column, words)
    sheet.put(row, _STATED, TypedNumber(float(how.stated)))
    put_index(book, sheet, row, _TO, how.to_year)
    put_index(book, sheet, row, _FROM, how.from_year)
    formula = live_carry(book, how.formula, (_STATED, _TO, _FROM), row)
    sheet.put(row, CARRIED_VALUE, LiveFormula(formula, None if record.exact is None else float(record.exact), "step"))
    sheet.text(row, CARRIED_VALUE + 1, how_carried(how), "wrap")


def carried_address(book: Book, quantity: str, cell: Cell) -> Address | None:
    """Where the amount in use of a carried input stands; None for an input that was not carried."""
    found = book.carried.get((quantity, cell))
    return None if found is None else Address(CARRIED, found[0], CARRIED_VALUE)


class _Prices:
    """价格: values and totals by county in constant prices and, beside each, in the prices of the period's own year."""

    def __init__(self, book: Book, counties: Sheet) -> None:
        self.book, self.counties, self.places = book, counties, CountyValues(book)
        account = book.result.account
        self.base = account.price_year
        self.year = next(period.year for period in account.periods if period.name == book.period)
        self.why = without_current(book.result, book.period)
        ruleset = account.ruleset
        self.lines = [(f"{ruleset.zh_of(line.id)}：价值量", line.value, line.id) for line in self.places.lines]
        self.lines.append((book.total_name, "accounted_total", TOTAL))
        if self.places.is_gep:
            self.lines.append(("生态产品总值（GEP）", "gep_total", GEP))

    def sheet(self) -> Sheet:
        why = f"　{self.why.text()}" if self.why else ""
        left = f"{decision(self.book)}{why}"
        sheet = table_sheet(
            PRICES, "价格：不变价与当年价", self._heads(), color=PRESENTATION, notice=self.book.notice, left=left
        )
        sheet.text(FIRST, 0, "*", "code")
        sheet.text(FIRST, 1, "合计", "total")
        self._row(sheet, FIRST, "*")
        for row, county in enumerate(self.book.result.account.counties, start=FIRST + 1):
            sheet.text(row, 0, county.code, "code")
            sheet.text(row, 1, county.zh)
            self._row(sheet, row, county.code)
        return sheet

    def _heads(self) -> list[Head]:
        unit = "—" if self.year is None else f"元/a（{self.year} 年价）"
        method = self.why.part("found") if self.why else text(carrying(_CONSTANT, self.base, self.year or 0).equals)
        found = [Head("区划代码", width=10), Head("县", width=22)]
        found += [Head("价格指数（核算期）", "—", "导入", 14), Head("价格指数（核算价格年）", "—", "导入", 14)]
        for zh, _, _ in self.lines:
            found += [Head(f"{zh}（不变价）", f"元/a（{self.base} 年价）", "导入", 22)]
            found += [Head(f"{zh}（当年价）", unit, method, 22)]
        return [*found, Head("当年价的证据", "—", "取最弱一级", 14)]

    def _row(self, sheet: Sheet, row: int, code: str) -> None:
        for column, year in ((2, self.year), (3, self.base)):
            if year in self.book.result.indices and year is not None and self.why is None:
                put_index(self.book, sheet, row, column, year)
            else:
                sheet.text(row, column, self._word(), "missing")
        for number, (_, quantity, place) in enumerate(self.lines):
            column = 4 + 2 * number
            constant = self.book.result.value(quantity, county=code, period=self.book.period)
            self._constant(sheet, (row, column), self.places.value(place, code), constant)
            self._current(sheet, (row, column + 1), quantity, code)
        total = current(self.book.result, "accounted_total", county=code, period=self.book.period)
        sheet.text(row, 4 + 2 * len(self.lines), EVIDENCE.get(total.evidence, "—"))

    def _word(self) -> str:
        return WORDS["not_applicable" if self.year is None else "missing"]

    def _constant(self, sheet: Sheet, at: tuple[int, int], source: Address, value: Value) -> None:
        content = self.counties.cells[source.row, source.column]
        if isinstance(content, Text):
            sheet.text(*at, content.text, "missing")
        else:
            sheet.put(*at, LiveFormula(imported(source.full), value.value, "import", "import"))

    def _current(self, sheet: Sheet, at: tuple[int, int], quantity: str, code: str) -> None:
        row, column = at
        if isinstance(word := sheet.cells[row, column - 1], Text):
            sheet.text(row, column, self._word() if self.why else word.text, "missing")
        elif self.why is not None or self.year is None:
            sheet.text(row, column, self._word(), "missing")
        else:
            value = current(self.book.result, quantity, county=code, period=self.book.period)
            formula = carrying(price_stated, self.base, self.year)
            written = live_carry(self.book, formula, (column - 1, 2, 3), row)
            sheet.put(row, column, LiveFormula(written, value.value, "step", "money"))
