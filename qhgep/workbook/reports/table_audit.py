"""The workbook of an audit: 印刷 holds the printed figures, 审核 recomputes each equation from them, live.

The workbook of a plan's audit has these sheets for each file of printed payments.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

from qhgep.auditing.figure import Cell
from qhgep.auditing.printed_table import TableAsPrinted
from qhgep.auditing.relation import Computed, Product, Recomputed, Sum, times
from qhgep.auditing.remarks import remark, word
from qhgep.auditing.report import summary
from qhgep.auditing.result import Audit, Finding
from qhgep.compensation.published import PlanAudit
from qhgep.compensation.published_report import summary as plan_summary
from qhgep.units import Spelling
from qhgep.workbook.core.cells import LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import HEAD, a1, imported, on_sheet
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.core.table_sheet import CHECKS, INPUTS, Head, plain_sheet, row_of_texts
from qhgep.workbook.core.write import to_bytes, write_whole

PRINTED, AUDITED = "印刷", "审核"
UNDATED = date(2000, 1, 1)
"""Stamped instead of the clock: an audit has no date of its own, and the same table gives the same bytes."""
_COLUMNS = ("quantity", "price", "value", "share")
_FIRST = HEAD + 1
Places = Mapping[Cell, tuple[int, int]]


def write_audit(audit: Audit, path: str | Path) -> Path:
    """Write an audit as a workbook. Raises WorkbookError where the file cannot be written."""
    path = Path(path)
    sheets = audit_sheets(audit)
    write_whole(
        path,
        to_bytes(
            [paged(sheet) for sheet in sheets],
            title=f"审核 {audit.table.name}",
            created=UNDATED,
            footer=f"{audit.table.name} {audit.sha256[:16]}",
        ),
    )
    return path


def audit_sheets(audit: Audit, *, suffix: str = "", notice: str = "") -> list[Sheet]:
    """Both sheets of an audit's workbook, the findings first; `suffix` tells those of several tables apart."""
    printed, places = _printed_sheet(audit, f"{PRINTED}{suffix}")
    formulas = _Formulas(audit.table, printed.name, places)
    return [_audited_sheet(audit, f"{AUDITED}{suffix}", notice or summary(audit, "zh"), formulas), printed]


def _printed_sheet(audit: Audit, name: str) -> tuple[Sheet, dict[Cell, tuple[int, int]]]:
    """印刷, and where each figure stands."""
    factors = max((len(row.factors) for row in audit.table.rows.values()), default=0)
    columns = (*_COLUMNS, *(f"factor {number}" for number in range(1, factors + 1)))
    heads = [Head("行", width=18), Head("名称", width=28)]
    for column in columns:
        text = word(column.partition(" ")[0], "zh") + column.partition(" ")[2]
        heads += [Head(text, width=16), Head(f"{text}的单位", width=16)]
    sheet = plain_sheet(
        name, "印刷的表", heads, color=INPUTS, notice="照印刷录入，末位数字即精度", left=audit.table.name
    )
    places: dict[Cell, tuple[int, int]] = {}
    for at, row in enumerate(audit.table.rows.values(), start=_FIRST):
        row_of_texts(sheet, at, (row.row, row.name))
        for number, column in enumerate(columns):
            figure = audit.table.figures.get((row.row, column))
            if (row.row, column) in audit.table.links:
                sheet.text(at, 2 + 2 * number, f"[{' '.join(audit.table.links[row.row, column])}]")
            if figure is not None:
                places[row.row, column] = (at, 2 + 2 * number)
                sheet.put(at, 2 + 2 * number, TypedNumber(float(figure.value)))
                sheet.text(
                    at,
                    3 + 2 * number,
                    f"÷ {figure.spelling}" if row.factors.get(column) == -1 else figure.spelling,
                )
    return sheet, places


def _audited_sheet(audit: Audit, name: str, notice: str, formulas: _Formulas) -> Sheet:
    """审核: one row per equation, the gravest first, and above them what explains many of them at once."""
    heads = [Head(text, width=width) for text, width in (
        ("行", 18), ("核对", 12), ("印刷值", 16), ("单位", 16), ("换算", 14), ("重算值", 18),
        ("差（印刷 − 重算）", 18), ("差（%）", 12), ("允许差", 16), ("差为允许差的倍数", 16), ("结论", 12), ("说明", 80),
    )]  # fmt: skip
    sheet = plain_sheet(name, "印刷表审核", heads, color=CHECKS, notice=notice, left=audit.table.name)
    for at, finding in enumerate(audit.by_severity, start=_FIRST):
        row_of_texts(sheet, at, (finding.row, word(finding.kind, "zh")))
        row_of_texts(sheet, at, ("", "", "", finding.unit))
        _live(sheet, at, finding, formulas)
        sheet.text(at, 10, word(finding.verdict, "zh"), "verdict")
        sheet.text(at, 11, remark(finding, "zh"), "wrap")
    for place, warning in enumerate(audit.warnings, start=_FIRST + len(audit.findings) + 1):
        row_of_texts(sheet, place, ("提示", warning.text("zh")))
    return sheet


def _live(sheet: Sheet, at: int, finding: Finding, formulas: _Formulas) -> None:
    """Printed, recomputed and difference as formulas; where units do not fit, the printed figure only."""
    relation = finding.relation
    if finding.rule is not None and finding.recomputed is not None and finding.allowed is not None:
        formula = formulas.rule(finding.rule)
        sheet.put(at, 5, LiveFormula(formula, float(finding.recomputed), "step"))
        sheet.put(at, 8, TypedNumber(float(finding.allowed), "coefficient"))
    if relation is None:
        return
    known = formulas.table.known
    target, by = known[relation.target], relation.outcome(known).by
    shown = formulas.term(relation.target)
    if relation.target in formulas.places:
        sheet.put(at, 2, LiveFormula(imported(shown), float(target.value), "import", "import"))
    else:
        sheet.put(at, 2, LiveFormula(shown, float(target.value), "step"))
    if finding.recomputed is None or finding.difference is None or finding.allowed is None:
        return
    if isinstance(relation, Product) and by is not None:
        sheet.put(at, 4, TypedNumber(float(by), "coefficient"))
    if isinstance(relation, Recomputed):
        sheet.put(at, 5, TypedNumber(float(finding.recomputed), "coefficient"))
    else:
        formula = formulas.of(relation, a1(at, 4), target.meaning)
        sheet.put(at, 5, LiveFormula(formula, float(finding.recomputed), "step"))
    scale = float(abs(target.value) + abs(finding.recomputed))
    sheet.put(at, 6, LiveFormula(f"{a1(at, 2)}-{a1(at, 5)}", float(finding.difference), "step", scale=scale))
    sheet.put(at, 8, TypedNumber(float(finding.allowed), "coefficient"))
    if finding.percent is not None:
        relative = scale / abs(float(finding.recomputed)) * 100
        sheet.put(
            at, 7, LiveFormula(f"{a1(at, 6)}/ABS({a1(at, 5)})*100", float(finding.percent), "step", scale=relative)
        )
    if finding.times is not None:
        relative = scale / float(finding.allowed)
        sheet.put(at, 9, LiveFormula(f"ABS({a1(at, 6)})/{a1(at, 8)}", float(finding.times), "step", scale=relative))


class _Formulas:
    """Equations as formulas over the cells of 印刷; what is not printed is written out."""

    def __init__(self, table: TableAsPrinted, sheet: str, places: Places) -> None:
        self.table, self.sheet, self.places = table, sheet, places

    def term(self, cell: Cell) -> str:
        """A figure: its cell, or what it is computed by in brackets."""
        if cell in self.places:
            return on_sheet(self.sheet, a1(*self.places[cell]))
        return f"({self.rule(self.table.computed[cell])})"

    def of(self, relation: Product | Sum, by: str, meaning: Spelling) -> str:
        """An equation over printed figures."""
        return self.product(relation, by) if isinstance(relation, Product) else self.sum(relation, meaning)

    def rule(self, rule: Computed) -> str:
        """What a figure that is not printed is computed by, in its unit."""
        relation = rule.relation
        if isinstance(relation, Sum):
            return self.sum(relation, rule.meaning)
        by = relation.reckoned(self.table.known, rule.meaning).by
        return self.product(relation, "1") + _times(by)

    def product(self, relation: Product, by: str) -> str:
        """The parts, times a factor."""
        parts = sorted(relation.parts, key=lambda part: -part[1])
        terms = [f"{'*' if power > 0 else '/'}{self.term(cell)}" for cell, power in parts]
        return f"{''.join(terms).removeprefix('*')}*{by}"

    def sum(self, relation: Sum, meaning: Spelling) -> str:
        """The members, each in the unit of the sum."""
        known, terms = self.table.known, []
        for cell, sign in relation.members:
            terms.append(f"{'+' if sign > 0 else '-'}{self.term(cell)}{_times(times(known[cell], meaning))}")
        return "".join(terms).removeprefix("+")


def _times(by: Fraction | None) -> str:
    if by is None or by == 1:
        return ""
    return f"*{by.numerator}" + (f"/{by.denominator}" if by.denominator != 1 else "")


def write_plan_audit(audit: PlanAudit, path: str | Path) -> Path:
    """Write the audit of a plan as a workbook. Raises WorkbookError where the file cannot be written."""
    path, title, terms = Path(path), audit.allocation.title, audit.allocation.terms
    created = terms.date if terms is not None and terms.date else UNDATED
    sheets = [paged(sheet) for sheet in plan_audit_sheets(audit)]
    write_whole(path, to_bytes(sheets, title=f"审核 {title}", created=created, footer=title))
    return path


def plan_audit_sheets(audit: PlanAudit) -> list[Sheet]:
    """The sheets of every file, numbered where there are several; what else must be known stands under the first."""
    found = []
    for number, one in enumerate(audit.audits, start=1):
        suffix = str(number) if len(audit.audits) > 1 else ""
        found += audit_sheets(one, suffix=suffix, notice=plan_summary(audit, "zh"))
    last = max(row for row, _ in found[0].cells)
    for at, warning in enumerate(audit.warnings, start=last + 2):
        row_of_texts(found[0], at, ("提示", warning.text("zh")))
    return found
