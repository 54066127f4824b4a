"""The workbook of an account's audit: 印刷值 holds the printed figures, 对照 holds them against the engine, live."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from qhgep.auditing.account import AccountAudit, AuditedTable
from qhgep.auditing.account_report import ACCOUNT_WORDS, account_remark, content, summary
from qhgep.auditing.figure import Cell
from qhgep.auditing.relation import Product, Sum, into
from qhgep.auditing.remarks import word
from qhgep.auditing.result import Finding
from qhgep.workbook.core.cells import LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import HEAD, a1, imported, on_sheet
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.core.table_sheet import CHECKS, INPUTS, Head, plain_sheet, row_of_texts
from qhgep.workbook.core.write import to_bytes, write_whole

PUBLISHED, COMPARED = "印刷值", "对照"
_FIRST = HEAD + 1
_NOISE = "1E-14"
"""What floats may add to a difference, as a part of the two figures; no figure is printed to so many digits."""
Places = Mapping[Cell, tuple[int, int]]


def write_account_audit(audit: AccountAudit, path: str | Path) -> Path:
    """Write the audit of an account as a workbook. Raises WorkbookError where the file cannot be written."""
    path, account = Path(path), audit.result.account
    footer = f"{account.title} {audit.result.run_id}"
    data = to_bytes(
        [paged(sheet) for sheet in account_audit_sheets(audit)],
        title=f"审核 {account.title}",
        created=account.date,
        footer=footer,
    )
    write_whole(path, data)
    return path


def account_audit_sheets(audit: AccountAudit) -> list[Sheet]:
    """Two sheets for each file of printed figures, numbered where there are several; the comparison first."""
    found = []
    for number, table in enumerate(audit.tables, start=1):
        suffix = str(number) if len(audit.tables) > 1 else ""
        published, places = _published_sheet(audit, table, f"{PUBLISHED}{suffix}")
        found += [_compared_sheet(audit, table, f"{COMPARED}{suffix}", (published.name, places)), published]
    return found


def _published_sheet(audit: AccountAudit, table: AuditedTable, name: str) -> tuple[Sheet, dict[Cell, tuple[int, int]]]:
    """The printed figures of a file, and where each stands."""
    heads = [Head(text, width=width) for text, width in (
        ("行", 18), ("量", 36), ("印刷值", 16), ("单位", 16), ("占比（%）", 12), ("来源", 24), ("出处", 24), ("备注", 40),
    )]  # fmt: skip
    of = table.audit.table
    sheet = plain_sheet(name, "印刷的数", heads, color=INPUTS, notice="照印刷录入，末位数字即精度", left=of.name)
    places: dict[Cell, tuple[int, int]] = {}
    for at, row in enumerate(of.rows, start=_FIRST):
        published = table.published[row]
        row_of_texts(sheet, at, (row, published.quantity, "", "", "", published.source, published.at, published.note))
        for column, place in (("value", 2), ("share", 4)):
            figure = of.figures.get((row, column))
            if figure is not None:
                places[row, column] = (at, place)
                sheet.put(at, place, TypedNumber(float(figure.value)))
        if (row, "value") in of.figures:
            sheet.text(at, 3, of.figures[row, "value"].spelling)
    del audit
    return sheet, places


def _compared_sheet(audit: AccountAudit, table: AuditedTable, name: str, printed: tuple[str, Places]) -> Sheet:
    """对照: one row per comparison, and what else a reader must know below."""
    heads = [Head(text, width=width) for text, width in (
        ("行", 18), ("内容", 36), ("核对", 12), ("印刷值", 16), ("单位", 16), ("重算值", 18), ("差（印刷 − 重算）", 18),
        ("允许差", 16), ("结论", 12), ("说明", 80),
    )]  # fmt: skip
    title = f"{audit.result.account.title}：印刷值与重算值"
    sheet = plain_sheet(name, title, heads, color=CHECKS, notice=summary(audit, "zh"), left=table.audit.table.name)
    for at, finding in enumerate(table.audit.findings, start=_FIRST):
        kind = word(finding.kind, "zh", ACCOUNT_WORDS)
        row_of_texts(sheet, at, (finding.row, content(audit, table, finding, "zh"), kind, "", finding.unit))
        _live(sheet, at, table, finding, printed)
        sheet.text(at, 9, account_remark(audit, finding, "zh"), "wrap")
    for at, warning in enumerate(audit.warnings, start=_FIRST + len(table.audit.findings) + 1):
        row_of_texts(sheet, at, ("提示", warning.text("zh")))
    return sheet


def _live(sheet: Sheet, at: int, table: AuditedTable, finding: Finding, printed: tuple[str, Places]) -> None:
    """Printed figure, difference and verdict as formulas; a sum or share of printed rows too. The engine's value is a number."""
    column = "share" if finding.kind in {"share", "recomputed_share"} else "value"
    target = table.audit.table.figures.get((finding.row, column))
    if target is not None:
        reference = on_sheet(printed[0], a1(*printed[1][finding.row, column]))
        sheet.put(at, 3, LiveFormula(imported(reference), float(target.value), "import", "import"))
    if finding.recomputed is not None:
        formula = _of_printed(table, finding, printed)
        recomputed = float(finding.recomputed)
        sheet.put(
            at,
            5,
            TypedNumber(recomputed, "coefficient") if formula is None else LiveFormula(formula, recomputed, "step"),
        )
    verdict = word(finding.verdict, "zh")
    if target is None or finding.recomputed is None or finding.difference is None or finding.allowed is None:
        sheet.text(at, 8, verdict, "verdict")
        return
    one, other, gap, room = (a1(at, place) for place in (3, 5, 6, 7))
    scale = float(abs(target.value) + abs(finding.recomputed))
    sheet.put(at, 6, LiveFormula(f"{one}-{other}", float(finding.difference), "step", scale=scale))
    sheet.put(at, 7, TypedNumber(float(finding.allowed), "coefficient"))
    within = f"ABS({gap})<={room}+{_NOISE}*(ABS({one})+ABS({other}))"
    words = [word(verdict, "zh") for verdict in ("consistent", "inconsistent")]
    sheet.put(at, 8, LiveFormula(f'IF({within},"{words[0]}","{words[1]}")', verdict, "step", "verdict"))


def _of_printed(table: AuditedTable, finding: Finding, printed: tuple[str, Places]) -> str | None:
    """The sum or the share of printed rows as a formula over their cells; None for a value of the engine."""
    figures, relation = table.audit.table.figures, finding.relation

    def cell(of: Cell) -> str:
        return on_sheet(printed[0], a1(*printed[1][of]))

    if isinstance(relation, Sum):
        target = figures[relation.target]
        parts = [
            f"{'+' if sign > 0 else '-'}{cell(of)}{_times(into(figures[of], target))}" for of, sign in relation.members
        ]
        return "".join(parts).removeprefix("+")
    if isinstance(relation, Product):
        (part, _), (whole, _) = relation.parts
        return f"{cell(part)}/{cell(whole)}{_times(relation.outcome(figures).by)}"
    return None


def _times(by: Fraction | None) -> str:
    if by is None or by == 1:
        return ""
    return f"*{by.numerator}" + (f"/{by.denominator}" if by.denominator != 1 else "")
