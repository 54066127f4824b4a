"""The account's workbook: all its sheets, in order."""

from __future__ import annotations

from dataclasses import replace

from qhgep._version import __version__
from qhgep.account.hashes import file_hashes
from qhgep.difference.correction import Correction
from qhgep.engine.result import Result
from qhgep.states import STATES
from qhgep.workbook.account.breakdowns import by_ecosystem_sheet, evidence_sheet, matrix_sheet
from qhgep.workbook.account.brief_page import BRIEF, brief_page
from qhgep.workbook.account.checks import VERDICT, check_sheet
from qhgep.workbook.account.coefficients import coefficient_sheet, conversion_sheet, rule_sheet, source_sheet
from qhgep.workbook.account.context import COVER, MANIFEST, Book
from qhgep.workbook.account.counties import county_sheet, quantity_sheet
from qhgep.workbook.account.cover import CONTENTS, contents_sheet, cover_sheet
from qhgep.workbook.account.coverage import coverage_sheet
from qhgep.workbook.account.decisions import decision_sheet
from qhgep.workbook.account.front_and_manifest import PRINTED, STATE, manifest_sheet, trace_sheet, with_hash
from qhgep.workbook.account.indicator_coverage import covered_sheet
from qhgep.workbook.account.number_links import link_numbers
from qhgep.workbook.account.places import CountyValues
from qhgep.workbook.account.previous import Previous
from qhgep.workbook.account.prices import price_sheets
from qhgep.workbook.account.record import account_record
from qhgep.workbook.account.steps import input_sheets, step_sheets
from qhgep.workbook.account.summary import SUMMARY, summary_sheet
from qhgep.workbook.account.totals import total_sheet
from qhgep.workbook.core.cells import LiveFormula, Sheet
from qhgep.workbook.core.layout import lay_out
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.correction.sheet import correction_facts, correction_record, correction_sheet
from qhgep.workbook.verify.identity import RUN_ID

MAIN = (SUMMARY, BRIEF)
"""The sheets that are for everyone, besides the cover and a correction; those after them are the auditor's."""


def account_sheets(
    result: Result, period: str, correction: Correction | None = None, version: str = __version__
) -> list[Sheet]:
    """Every sheet of the workbook of one period: 封面 first, 清单 last; 更正对照 second where it corrects a final one.

    `version` is the one of qhgep that the workbook says it is of. The first sheets are the main ones, see `main_sheets`.
    """
    book = Book(result, lay_out(result, period), period, correction, version)
    corrected = [] if correction is None else [correction_sheet(correction, notice=book.notice, left=book.left)]
    divided = "ecosystem" in result.grid.members
    counties = county_sheet(book)
    whole = [total_sheet(book)] if CountyValues(book).is_gep else []
    body = [
        *corrected, summary_sheet(book), brief_page(book), counties, quantity_sheet(book),
        *([by_ecosystem_sheet(book)] if any(line.matrix for line in result.account.ruleset.indicators) and divided else []),
        covered_sheet(book), *price_sheets(book, counties), *step_sheets(book), *whole,
        *([coverage_sheet(book), matrix_sheet(book)] if divided else []), evidence_sheet(book),
        coefficient_sheet(book), conversion_sheet(book), *input_sheets(book), rule_sheet(book), source_sheet(book),
        decision_sheet(book), check_sheet(book), trace_sheet(book),
    ]  # fmt: skip
    mine = [COVER, *(sheet.name for sheet in corrected), *MAIN]
    front = len(mine) - 1
    names = [(sheet.name, sheet.title) for sheet in body]
    contents = contents_sheet(book, [*names, (MANIFEST, "依据与指纹")])
    cover = _with_verdict(cover_sheet(book, [*names[:front], (CONTENTS, "其余各表")]), body)
    sheets = [paged(sheet) for sheet in (cover, *body[:front], contents, *body[front:])]
    link_numbers(book, sheets)
    total = result.value("accounted_total", county="*", period=period).value
    record = account_record(result) | {"qhgep": version, "sheet_period": period} | correction_record(correction)
    facts = [
        ("种类", "account"), (STATE, STATES[result.account.state]), *correction_facts(correction), (RUN_ID, result.run_id),
        ("软件", f"qhgep {version}"), ("规则集", result.account.ruleset.name),
        ("规则集指纹", result.account.ruleset.hash), ("证据要求", result.account.require), ("编制日期", book.account_date),
        *book.known_on, (PRINTED, "、".join(mine)),
        *((f"文件 {name}", value) for name, value in sorted(file_hashes(result.account).items())),
    ]  # fmt: skip
    return with_hash([*sheets, manifest_sheet(sheets, record=record, total=total, facts=facts)])


def main_sheets(result: Result, period: str, previous: Previous | None = None) -> list[Sheet]:
    """封面, 汇总 and 简报 alone, beside what the year before was; they are laid on paper and hold no manifest."""
    book = Book(result, lay_out(result, period), period, previous=previous, short=True)
    body = [summary_sheet(book), brief_page(book)]
    cover = cover_sheet(book, [(sheet.name, sheet.title) for sheet in body])
    return [paged(sheet) for sheet in (cover, *body)]


def _with_verdict(cover: Sheet, body: list[Sheet]) -> Sheet:
    """The cover with the verdict that 校验 has."""
    verdict = next(sheet for sheet in body if sheet.name == "校验").cells[VERDICT]
    for place, content in cover.cells.items():
        if isinstance(content, LiveFormula) and content.style == "verdict" and isinstance(verdict, LiveFormula):
            cover.cells[place] = replace(content, value=verdict.value)
    return cover
