"""封面 and 目录: what an account is, what its total rests on and what is not in it; and all sheets with links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qhgep.decisions.effects import effects
from qhgep.evidence import EVIDENCE
from qhgep.readings.text import text as in_words
from qhgep.workbook.account.breakdowns import EVIDENCE_SHEET, evidence_columns
from qhgep.workbook.account.checks import VERDICT
from qhgep.workbook.account.context import CHECKS as CHECK_SHEET
from qhgep.workbook.account.context import COVER, Book
from qhgep.workbook.account.front_and_manifest import put_contents, put_hash
from qhgep.workbook.account.places import or_missing, ten_thousandth
from qhgep.workbook.account.summary import CATEGORIES, SUMMARY, TOTAL_ROW, WAN
from qhgep.workbook.core.cells import WORDS, LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import FIRST, HEAD, Address, a1, fixed, on_sheet, shown
from qhgep.workbook.core.table_sheet import CONTROL, Head, plain_sheet, row_of_texts

CONTENTS = "目录"
_TOP = 3
"""The row under title, notice and state."""


def cover_sheet(book: Book, names: Sequence[tuple[str, str]]) -> Sheet:
    """封面: title, verdict, total, what it rests on, what is not in it, and links to the sheets that are named."""
    sheet = Sheet(COVER, COVER, CONTROL, widths={0: 28, 1: 34, 2: 32, 3: 32}, marked=book.notice)
    account = book.result.account
    sheet.text(0, 0, account.title, "title")
    sheet.text(1, 0, book.notice, "notice")
    sheet.text(2, 0, book.state_text, "notice")
    total = book.result.value("accounted_total", county="*", period=book.period)
    name = book.total_name
    lines = (
        ("核算期", book.period), ("核算区", "、".join(county.zh for county in account.counties)), ("规则集", account.ruleset.zh),
        ("价格年份", str(account.price_year)), ("运行号", book.result.run_id), ("编制日期", book.account_date),
        ("软件", f"qhgep {book.version}"), ("声明", "本表为测算结果，不是统计部门发布的数据"),
        *book.known_on,
        *([("条文", f"条文由{account.ruleset.provided_by}提供，本项目未核对")] if account.ruleset.provided_by else []),
    )  # fmt: skip
    for place, (label, text) in enumerate(lines):
        row_of_texts(sheet, _TOP + place, (label, text))
    row = _TOP + len(lines)
    put_hash(sheet, row)
    row += 1
    sheet.text(row, 0, "表内勾稽")
    sheet.put(row, 1, LiveFormula(on_sheet(CHECK_SHEET, fixed(*VERDICT)), "", "import", "verdict"))
    sheet.text(row + 1, 0, f"{name}（万元/a）")
    sheet.text(row + 1, 2, f"{name}（亿元/a）")
    wan = None if total.value is None else total.value / 1e4
    reference = Address(SUMMARY, TOTAL_ROW, WAN).full
    sheet.put(row + 1, 1, LiveFormula(shown(reference), or_missing(wan), "import", "money"))
    yi = None if wan is None else wan / 1e4
    sheet.put(row + 1, 3, LiveFormula(ten_thousandth(a1(row + 1, 1)), or_missing(yi), "step", "money"))
    _put_evidence(book, sheet)
    row += 2
    for label, method, amount in _other_totals(book, total.value):
        sheet.text(row, 0, label, "wrap")
        sheet.put(row, 1, TypedNumber(amount / 1e4, "money"))
        sheet.text(row, 2, method, "wrap")
        sheet.merges.append((row, 2, row, 3))
        row += 1
    put_contents(sheet, _put_gaps(book, sheet, row), names)
    return sheet


def _other_totals(book: Book, total: float | None) -> Iterator[tuple[str, str, float]]:
    """Each method that was listed and not chosen: label, formula, and the total in yuan under it as it was at writing.

    Only where both totals cover the same.
    """
    catalogue = book.result.account.ruleset.catalogue
    told: set[tuple[str, ...]] = set()
    for effect in effects(book.result):
        if total is not None and effect.kind == "method" and effect.basis == "other_method" and effect.of(book.period):
            quantities = (effect.quantity, *effect.together)
            same = (effect.other, *sorted(quantities))
            if same in told or not all(line.alike for line in effect.of(book.period)):
                continue
            told.add(same)
            other = "；".join(in_words(catalogue.formulas[name, effect.other].equals) for name in quantities)
            names = "、".join(catalogue.vocabulary[name].zh for name in quantities)
            yield f"若{names}改按右侧算法（万元/a，写出时的记录）", other, total - effect.over(book.period).amount


def _put_evidence(book: Book, sheet: Sheet) -> None:
    """Beside the lines that say what it is: the amount under each level of evidence; the notice has the shares."""
    row_of_texts(sheet, _TOP, ("", "", "金额落在哪一级证据", "万元/a"), "section")
    lines, counties = book.result.account.ruleset.indicators, book.result.account.counties
    values = [book.line_value(line, county.code) for county in counties for line in lines]
    for place, (level, column) in enumerate(evidence_columns().items(), start=1):
        row = _TOP + place
        amount = sum(value.value for value in values if value.value is not None and value.evidence == level)
        written = shown(Address(EVIDENCE_SHEET, FIRST, column).full)
        sheet.text(row, 2, EVIDENCE[level])
        sheet.put(row, 3, LiveFormula(written, amount / 10000, "import", "money"))


def _put_gaps(book: Book, sheet: Sheet, row: int) -> int:
    """The services that the total has nothing of, by the ruleset or by a decision, each with its reason; the row below them."""
    rules = book.result.account.ruleset
    declared = {gap.indicator: gap for gap in book.result.account.not_covered}
    decided = [line for line in rules.indicators if line.id in declared and book.line_value(line, "*").value is None]
    gaps = [
        *((f"{CATEGORIES[line.category]}　{rules.zh_of(line.id)}", WORDS["absent"], declared[line.id].reason) for line in decided),
        *((f"{CATEGORIES[line.category]}　{line.zh}", WORDS["absent"], line.reason) for line in rules.not_covered),
        *((f"{CATEGORIES[line.category]}　{rules.zh_of(line.id)}", "另列，不计入合计", line.reason) for line in rules.beside),
        *((rules.zh_of(indicator), WORDS["not_applicable"], reason) for indicator, reason in rules.exclude.items()),
    ]  # fmt: skip
    if not gaps:
        return row
    sheet.text(row, 0, "未核算的服务", "section")
    for place, (name, word, reason) in enumerate(gaps, start=row + 1):
        sheet.text(place, 0, name)
        sheet.text(place, 1, f"{word}：{reason}" if reason else word)
        sheet.merges.append((place, 1, place, 3))
    return row + 1 + len(gaps)


def contents_sheet(book: Book, names: Sequence[tuple[str, str]]) -> Sheet:
    """目录: every other sheet with a link to it, for who checks; the main sheets print without it."""
    heads = [Head("表", width=36), Head("内容", width=60)]
    sheet = plain_sheet(CONTENTS, CONTENTS, heads, color=CONTROL, notice=book.notice, left=book.left)
    sheet.landscape = False
    for row, (target, title) in enumerate([(COVER, book.result.account.title), *names], start=HEAD + 1):
        sheet.text(row, 0, target, link=on_sheet(target, "A1"))
        sheet.text(row, 1, title)
    return sheet


__all__ = ["CONTENTS", "contents_sheet", "cover_sheet"]
