"""The [[landcover]] decisions as rows of 判断事项: which class became which ecosystem, why, who decided."""

from __future__ import annotations

from qhgep.quantities import area
from qhgep.workbook.cells import Sheet
from qhgep.workbook.context import Book

_SEE_INPUT = "见输入"


def put_landcover(out: Sheet, row: int, book: Book) -> int:
    """Write them from `row` on, below the adoptions; the first free row after them.

    They have no amounts: a decision moves area between ecosystems, and what the money would be without it is unknown,
    since the area would be missing.
    """
    account = book.result.account
    for number, decision in enumerate(account.landcover, start=1):
        counties = decision.counties or tuple(county.code for county in account.counties)
        names = "、".join(book.county(code) for code in counties)
        texts = (f"地类 {number}　{decision.place}", names, decision.printed, _SEE_INPUT, area.zh)
        for column, text in enumerate((*texts, decision.reason, decision.decided_by)):
            out.text(row, column, text, "wrap")
        row += 1
    return row
