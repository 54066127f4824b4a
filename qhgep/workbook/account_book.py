"""The account's workbook: all its sheets, in order."""

from __future__ import annotations

from dataclasses import replace

from qhgep._version import __version__
from qhgep.result import Result
from qhgep.workbook.cells import Formula, Sheet
from qhgep.workbook.check_sheet import VERDICT, check_sheet
from qhgep.workbook.context import Book
from qhgep.workbook.control_sheets import cover_sheet, manifest_sheet, trace_sheet
from qhgep.workbook.county_sheet import county_sheet
from qhgep.workbook.coverage_sheet import coverage_sheet
from qhgep.workbook.decision_sheet import decision_sheet
from qhgep.workbook.layout import lay_out
from qhgep.workbook.price_sheets import price_sheets
from qhgep.workbook.record import account_record
from qhgep.workbook.split_sheets import evidence_sheet, matrix_sheet
from qhgep.workbook.steps import input_sheets, step_sheets
from qhgep.workbook.store_sheets import coefficient_sheet, conversion_sheet, rule_sheet, source_sheet
from qhgep.workbook.summary_sheet import summary_sheet


def account_sheets(result: Result, period: str) -> list[Sheet]:
    """Every sheet of the workbook of one period: 封面 first, 清单 last."""
    book = Book(result, lay_out(result, period), period)
    by_ecosystem = [coverage_sheet(book), matrix_sheet(book)] if "ecosystem" in result.grid.members else []
    counties = county_sheet(book)
    body = [
        summary_sheet(book), counties, *price_sheets(book, counties), *step_sheets(book), *by_ecosystem, evidence_sheet(book),
        coefficient_sheet(book), conversion_sheet(book), *input_sheets(book), rule_sheet(book), source_sheet(book),
        decision_sheet(book), check_sheet(book), trace_sheet(book),
    ]  # fmt: skip
    contents = [(sheet.name, sheet.title) for sheet in body] + [("清单", "依据与指纹")]
    cover = _with_verdict(cover_sheet(book, contents), body)
    sheets = [cover, *body]
    total = result.value("accounted_total", county="*", period=period).value
    record = account_record(result) | {"sheet_period": period}
    facts = [
        ("种类", "account"), ("运行号", result.run_id), ("软件", f"qhgep {__version__}"), ("规则集", result.account.ruleset.name),
        ("规则集指纹", result.account.ruleset.hash), ("证据要求", result.account.require), ("编制日期", book.account_date),
        *book.known_on,
        *((f"文件 {name}", value) for name, value in sorted((result.account.hashes or {}).items())),
    ]  # fmt: skip
    return [*sheets, manifest_sheet(sheets, record=record, total=total, facts=facts)]


def _with_verdict(cover: Sheet, body: list[Sheet]) -> Sheet:
    """The cover with the verdict that 校验 has."""
    verdict = next(sheet for sheet in body if sheet.name == "校验").cells[VERDICT]
    for place, content in cover.cells.items():
        if isinstance(content, Formula) and content.style == "verdict" and isinstance(verdict, Formula):
            cover.cells[place] = replace(content, value=verdict.value)
    return cover
