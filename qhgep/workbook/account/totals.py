"""计算_合计: from the sum of all indicators to GEP, by county: less what flows in from outside."""

from __future__ import annotations

from qhgep.expr import Cell
from qhgep.ruleset_store.ruleset import INFLOW
from qhgep.workbook.account.context import Book
from qhgep.workbook.account.places import GEP, TOTAL, CountyValues
from qhgep.workbook.core.cells import WORDS, LiveFormula, Sheet, Text
from qhgep.workbook.core.county_table import ALL
from qhgep.workbook.core.layout import FIRST, Address, a1, block, imported
from qhgep.workbook.core.table_sheet import WORKINGS, Head, table_sheet

TOTALS = "计算_合计"
_COLUMNS = {TOTAL: 2, INFLOW: 3, GEP: 4}


def total_sheet(book: Book) -> Sheet:
    """The sum, the inflow and GEP of every county, and of all of them first."""
    year = book.result.account.price_year
    unit = f"元/a（{year} 年价）"
    heads = (
        Head("区划代码", width=10), Head("县", width=22), Head(book.total_name, unit, "导入", 22),
        Head("减：来自区域外的生态产品价值", unit, "导入", 22), Head("生态产品总值（GEP）", unit, "合计 − 区域外流入", 22),
    )  # fmt: skip
    sheet = table_sheet(TOTALS, "由各项指标合计到 GEP", heads, color=WORKINGS, notice=book.notice, left=book.left)
    for county in (ALL, *(county.code for county in book.result.account.counties)):
        row = total_address(book, TOTAL, county).row
        sheet.text(row, 0, county, "code")
        sheet.text(row, 1, book.county_or_all(county), "total" if county == ALL else "text")
        for name, column in _COLUMNS.items():
            sheet.put(row, column, total_content(book, name, county))
    return sheet


def total_address(book: Book, name: str, county: str) -> Address:
    """Where the sum, the inflow or GEP of a county stands, or of all of them."""
    codes = (ALL, *(county.code for county in book.result.account.counties))
    return Address(TOTALS, FIRST + codes.index(county), _COLUMNS[name])


def total_content(book: Book, name: str, county: str) -> LiveFormula | Text:
    """What stands there."""
    if name == TOTAL:
        value = book.result.value("accounted_total", county=county, period=book.period).value
        return LiveFormula(imported(CountyValues(book).value(TOTAL, county).full), value, "import", "import")
    if name == GEP:
        return _gep(book, county)
    return _inflow_of_all(book) if county == ALL else _inflow(book, county)


def _inflow(book: Book, county: str) -> LiveFormula | Text:
    value = book.result.value(INFLOW, county=county, period=book.period)
    address = book.layout.cell(INFLOW, Cell((("county", county),)))
    if address is None or value.presence in {"absent", "not_applicable"}:
        return Text(WORDS["absent" if value.presence == "absent" else "not_applicable"], "missing")
    return LiveFormula(imported(address.full), value.value, "import", "import")


def _inflow_of_all(book: Book) -> LiveFormula | Text:
    """The sum of the counties, missing where one is missing; a word where none has a formula."""
    codes = [county.code for county in book.result.account.counties]
    cells = [content for code in codes if isinstance(content := _inflow(book, code), LiveFormula)]
    if not cells:
        return Text(WORDS["missing"], "missing")
    known = [cell.value for cell in cells if isinstance(cell.value, float)]
    first, last = total_address(book, INFLOW, codes[0]), total_address(book, INFLOW, codes[-1])
    area = block((first.row, first.column), (last.row, last.column))
    return LiveFormula(f"SUM({area})", sum(known) if len(known) == len(cells) else None, "total", "total")


def _gep(book: Book, county: str) -> LiveFormula | Text:
    """The sum less the inflow; a dash where the engine has none though both are there."""
    value = book.result.value("gep_total", county=county, period=book.period).value
    total, inflow = (total_content(book, name, county) for name in (TOTAL, INFLOW))
    both = all(isinstance(content, LiveFormula) and content.value is not None for content in (total, inflow))
    if isinstance(inflow, Text) or (value is None and both):
        return Text("—", "missing")
    row = total_address(book, GEP, county).row
    return LiveFormula(f"{a1(row, _COLUMNS[TOTAL])}-{a1(row, _COLUMNS[INFLOW])}", value, "step", "money")
