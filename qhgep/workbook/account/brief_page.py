"""简报: what a head of section reads: five sentences, ratios where they may be given, and a chart."""

from __future__ import annotations

from qhgep.workbook.account.context import Book
from qhgep.workbook.account.places import or_missing, quotient, ratio
from qhgep.workbook.account.statements import cells_in_words, statements
from qhgep.workbook.account.summary import QUANTITY, SUMMARY, TOTAL_ROW, WAN, SummaryPlaces, reported_total
from qhgep.workbook.core.cells import WORDS, Bars, LiveFormula, Sheet
from qhgep.workbook.core.county_table import ALL
from qhgep.workbook.core.layout import Address, a1, shown
from qhgep.workbook.core.table_sheet import PRESENTATION

BRIEF = "简报"
_TEXT, _UNIT, _OVER, _UNDER, _RATIO, _RESTS = range(1, 7)
_RATIOS = 9
"""The row of the heading over the ratios."""


def brief_page(book: Book) -> Sheet:
    """简报: the sentences with the cells they rest on, then GEP beside GDP, people and area, then one chart."""
    gep = book.result.value("gep_total", county=ALL, period=book.period).value
    narrow = {3: 9, 4: 9, 5: 8, 6: 22} if gep is None else {3: 11, 4: 13, 5: 10, 6: 14}  # only a reason has words
    sheet = Sheet(BRIEF, BRIEF, PRESENTATION, widths={0: 4, 1: 22, 2: 9, **narrow}, marked=book.notice)
    sheet.landscape = False
    sheet.text(0, 0, f"{book.result.account.title}　简报", "title")
    sheet.text(1, 0, book.notice, "notice")
    sheet.text(2, 0, f"{book.left}　{book.state_text}", "note")
    sheet.text(3, 0, "说明（由表中的数生成，写出时的记录；末栏是所依据的格）", "section")
    for place, said in enumerate(statements(book)):
        row = 4 + place
        sheet.text(row, 0, str(place + 1), "code", said.rests_on[0].full)
        sheet.text(row, _TEXT, said.text, "wrap")
        sheet.merges.append((row, _TEXT, row, _RESTS - 1))
        sheet.text(row, _RESTS, cells_in_words(said.rests_on), "wrap")
    sheet.text(_RATIOS, 0, "与经济社会指标之比（只对完整的生态产品总值给出）", "section")
    _ratios(book, sheet, gep)
    lines = book.result.account.ruleset.indicators
    first, last = TOTAL_ROW + 1, TOTAL_ROW + len(lines)
    title = "各项指标价值量（万元/a）"
    values = [book.line_value(line, ALL).value or 0.0 for line in lines]
    sheet.charts.append(Bars(
        _RATIOS + 6, title, "万元/a", SUMMARY, (first, 2, last, 2), (first, WAN, last, WAN),
        f"条形图：{title}，一项一条，数值见汇总表价值量一栏。", width=540,
        largest=max(map(abs, values), default=0.0) / 1e4,
    ))  # fmt: skip
    return sheet


def _ratios(book: Book, sheet: Sheet, gep: float | None) -> None:
    rows, account = SummaryPlaces(book), book.result.account
    year = next(period.year for period in account.periods if period.name == book.period)
    unlike = (
        ""
        if account.price_year == year
        else f"核算按 {account.price_year} 年价格，与 {year} 年现价的地区生产总值不可比"
    )
    asked = (
        ("生态产品总值与地区生产总值之比", "%", "gross_domestic_product", WAN, "share", unlike),
        ("人均生态产品总值", "元/(人·a)", "population", QUANTITY, "money", ""),
        ("单位面积生态产品总值", "万元/(hm²·a)", "county_area", QUANTITY, "money", ""),
    )
    heads = ("", "比值", "单位", "生态产品总值（万元/a）", "分母（见汇总）", "比值", "说明")
    for column, head in enumerate(heads):
        sheet.text(_RATIOS + 1, column, head, "head")
    for place, (zh, unit, under, column, style, why) in enumerate(asked, start=2):
        row = _RATIOS + place
        sheet.text(row, _TEXT, zh)
        sheet.text(row, _UNIT, unit)
        reason = f"{book.no_gep}，不列" if gep is None else why
        if gep is None or reason or under not in rows.reported:
            sheet.text(row, _RATIO, "不列", "missing")
            sheet.text(row, _RESTS, reason or "没有填报", "wrap")
            continue
        over, below = Address(SUMMARY, rows.gep, WAN).full, Address(SUMMARY, rows.reported[under], column).full
        value = reported_total(book, under)
        value = None if value is None else value / 10000 if column == WAN else value
        sheet.put(row, _OVER, LiveFormula(shown(over), gep / 10000, "import", "money"))
        sheet.put(row, _UNDER, LiveFormula(shown(below), or_missing(value), "import", "import"))
        written = quotient(a1(row, _OVER), a1(row, _UNDER))
        amount = ratio(gep / 10000, value)
        if under == "population":
            written = f'IF(ISNUMBER({a1(row, _UNDER)}),{a1(row, _OVER)}*10000/{a1(row, _UNDER)},"{WORDS["missing"]}")'
            amount = amount * 10000 if isinstance(amount, float) else amount
        sheet.put(row, _RATIO, LiveFormula(written, amount, "step", "share" if style == "share" else "money"))
