"""The plan's workbook: the table in front, and every step behind it as a live column, right to the fen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from qhgep._version import __version__
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.columns.column import Column
from qhgep.difference.correction import Correction
from qhgep.evidence import EVIDENCE, ORIGIN
from qhgep.expr import Quantity
from qhgep.readings.excel import excel, power_of_ten
from qhgep.readings.text import text
from qhgep.workbook.account.checks import CHANGED, UNKNOWN
from qhgep.workbook.account.context import COVER
from qhgep.workbook.account.front_and_manifest import manifest_sheet, put_contents, put_hash, with_hash
from qhgep.workbook.core.cells import WORDS, Kind, LiveFormula, Sheet, Style, Text, TypedNumber
from qhgep.workbook.core.layout import FIRST, Address, a1, block, column_block, fill, fixed, imported, on_sheet, own_row
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.core.table_sheet import CONTROL, INPUTS, WORKINGS, Head, plain_sheet, row_of_texts, table_sheet
from qhgep.workbook.correction.sheet import correction_record, correction_sheet
from qhgep.workbook.plan.basis import basis_sheet
from qhgep.workbook.plan.checks import CHECK_SHEET, STEPS, VERDICT, CheckLine, plan_checks
from qhgep.workbook.plan.coverage import coverage_sheet
from qhgep.workbook.plan.decisions import FACTORS, plan_decisions
from qhgep.workbook.plan.fund_table import fund_table, paid_funds
from qhgep.workbook.plan.issue_table import issue_table, settlement_table
from qhgep.workbook.plan.legal import legal_sheet
from qhgep.workbook.plan.number_links import link_numbers
from qhgep.workbook.plan.places import FINAL, ISSUED, PARAMETERS, PREVIOUS, TABLE_NAMES, PlanPlaces
from qhgep.workbook.plan.previous import previous_sheet, put_previous_in_wan
from qhgep.workbook.plan.record import plan_facts, plan_record
from qhgep.workbook.plan.signing import signing_sheet
from qhgep.workbook.plan.sources import sources_sheet
from qhgep.workbook.plan.table import amounts_chart, plan_table
from qhgep.workbook.plan.targets import target_sheet, wants_targets

_MOST_BARS = 60
"""More bars than these nobody can read on a page."""


def allocation_sheets(
    allocation: Allocation, correction: Correction | None = None, version: str = __version__
) -> list[Sheet]:
    """Every sheet of a plan's workbook; 更正对照 second where it corrects a final one.

    `version` is the one of qhgep that the workbook says it is of.
    """
    places = PlanPlaces(allocation)
    book, heads = _PlanBook(places), {"notice": places.notice, "left": places.left}
    front = _front(places, correction)
    body = [
        *front,
        *([plan_table(places)] if allocation.layer != "analytic" else []),
        book.steps(),
        book.factor_sheet(),
        book.parameter_sheet(),
        *([basis_sheet(places)] if allocation.terms is not None else []),
        *([sources] if (sources := sources_sheet(places)) is not None else []),
        *([] if allocation.coverage is None else [coverage_sheet(places, allocation.coverage)]),
        plan_decisions(allocation, places.places, **heads),
        plan_checks(allocation, places.place, list(_more_checks(places)), **heads),
        *([legal_sheet(allocation.legal, **heads)] if allocation.legal.findings else []),
    ]
    cover = book.cover(body, version)
    cover.text(2, 0, allocation.heading.state + ("" if correction is None else f"　{correction.heading}"), "notice")
    sheets = [paged(sheet) for sheet in (cover, *body)]
    link_numbers(places, sheets)
    record = plan_record(allocation) | {"qhgep": version} | correction_record(correction)
    facts = plan_facts(allocation, record, correction, [COVER, *(sheet.name for sheet in front)])
    amounts = [(f"测算金额 {row.recipient.id} {row.recipient.zh}（元）", row.fen / 100) for row in allocation.rows]
    return with_hash([
        *sheets, manifest_sheet(sheets, record=record, total=allocation.pool / 100, facts=facts, amounts=amounts, total_zh="资金总额（记录值，元）")
    ])  # fmt: skip


def _front(places: PlanPlaces, correction: Correction | None) -> list[Sheet]:
    """What is printed: the table that is attached (a scenario has its own), last year, targets, the page that is signed."""
    allocation, heads = places.allocation, {"notice": places.notice, "left": places.left}
    pays = allocation.layer != "analytic"
    funds = paid_funds(places)
    attached = settlement_table if allocation.kind == "settlement" else issue_table
    return [
        *([] if correction is None else [correction_sheet(correction, **heads)]),
        (attached if pays else plan_table)(places),
        *([fund_table(places, funds)] if pays and funds else []),
        *([previous_sheet(places)] if PREVIOUS in places.stated else []),
        *([target_sheet(allocation.legal, **heads)] if wants_targets(allocation.legal) else []),
        *([signing_sheet(places, correction)] if pays else []),
    ]


def _more_checks(places: PlanPlaces) -> Iterator[CheckLine]:
    """The amounts are those that were recorded; what was issued is known everywhere, and nowhere more than what is due."""
    changed = on_sheet(STEPS, block((places.first, places.recorded[1]), (places.last, places.recorded[1])))
    none, count = TypedNumber(0.0, "formula"), LiveFormula(f"SUM({changed})", 0.0, "total", "total")
    note = "与清单记录的金额不同的单位数；有因素、参数或公式被改动则不为 0"
    yield CheckLine("recorded", "各单位金额与清单记录一致", count, none, note, CHANGED)
    if not places.issues:
        return
    allocation = places.allocation
    name, rows = TABLE_NAMES[allocation.layer], allocation.rows
    issued = [places.stated_at(ISSUED, row.recipient.id)[1] for row in rows]
    words = on_sheet(name, block((places.first, 5), (places.last, 5)))
    lacking = LiveFormula(f'COUNTIF({words},"{WORDS["missing"]}")', float(issued.count(None)), "total", "total")
    yield CheckLine("issued", "各单位已经下达数都已填写", lacking, none, "没有填的单位数；没有下达过的填 0.00", UNKNOWN)
    if allocation.terms is not None and allocation.terms.budget.recover.strip():
        return  # what was issued beyond the amount is taken back on a ground that the plan names
    numbers = on_sheet(name, block((places.first, 6), (places.last, 6)))
    over = sum(amount is not None and amount > row.fen for amount, row in zip(issued, rows, strict=True))
    beyond = LiveFormula(f'COUNTIF({numbers},"<0")', float(over), "total", "total")
    yield CheckLine("this_time", "已经下达不超过测算金额", beyond, none, "此次下达为负的单位数")


class _PlanBook:
    """The sheets of a plan's workbook that are its own: cover, workings, factors, parameters."""

    def __init__(self, places: PlanPlaces) -> None:
        self.places, self.allocation = places, places.allocation
        self.notice, self.left = places.notice, places.left

    def cover(self, body: Sequence[Sheet], version: str) -> Sheet:
        """封面: title, what it may not be used for, pool, verdict, contents."""
        sheet = Sheet(COVER, COVER, CONTROL, widths={0: 19, 1: 45}, marked=self.notice)
        sheet.landscape = False  # the chart has its place below the contents
        allocation = self.allocation
        sheet.text(0, 0, allocation.title, "title")
        sheet.text(1, 0, "　".join(allocation.heading.notices), "notice")
        lines = (
            ("期间", allocation.heading.period), ("依据", allocation.heading.basis or "无文件依据（情景）"),
            ("编制日期", allocation.source.day_text), ("软件", f"qhgep {version}"), ("资金总额（元）", ""),
        )  # fmt: skip
        for place, pair in enumerate(lines):
            row_of_texts(sheet, 3 + place, pair)
        pool = Address(PARAMETERS, self.places.parameter_row["pool"], 2).full
        sheet.put(2 + len(lines), 1, LiveFormula(imported(pool), allocation.pool / 100, "import", "money"))
        row = 3 + len(lines)
        verdict = next(item for item in body if item.name == CHECK_SHEET).cells[VERDICT]
        sheet.text(row, 0, "表内勾稽和法规校验")
        value = verdict.value if isinstance(verdict, LiveFormula) else ""
        sheet.put(row, 1, LiveFormula(on_sheet(CHECK_SHEET, fixed(*VERDICT)), value, "import", "verdict"))
        put_hash(sheet, row + 1)
        if allocation.legal.findings:
            row_of_texts(sheet, row + 2, ("法规校验结果", allocation.legal.counted()))
        put_contents(sheet, row + 4, [(item.name, item.title) for item in body])
        if 1 < len(self.places.rows) <= _MOST_BARS:
            sheet.charts.append(amounts_chart(self.places, row + len(body) + 6))
        return sheet

    def steps(self) -> Sheet:
        """测算过程: one column a step; scalars in the row above the recipients."""
        heads = [Head("代码", width=10), Head("单位", width=14)]
        for column in self.allocation.columns:
            method = "导入" if column.expr is None else text(column.expr)
            heads.append(Head(column.zh, column.quantity.unit.printed, method, 20))
        heads += [Head("清单记录的金额", "元", "导入", 20), Head("改动", "1 是 0 否", "金额 ≠ 记录的金额", 12)]
        heads += [Head(name, "元", "由前面各列换算", 20) for name in self.places.rest]
        sheet = table_sheet(STEPS, "测算过程：一栏一步", heads, color=WORKINGS, notice=self.notice, left=self.left)
        sheet.text(FIRST, 1, "全体", "total")
        for row in self.allocation.rows:
            sheet.text(self.places.rows[row.recipient.id], 0, row.recipient.id, "code")
            sheet.text(self.places.rows[row.recipient.id], 1, row.recipient.zh)
        for column in self.allocation.columns:
            self._column(sheet, column)
        self._recorded(sheet)
        for at, written, amount in self.places.rest.values():
            sheet.put(FIRST, at, LiveFormula(written, amount / 100, "step", "money"))
        return sheet

    def _recorded(self, sheet: Sheet) -> None:
        """The amount that was recorded, and 1 where the sheet has another one now."""
        recorded, changed = self.places.recorded
        for row in self.allocation.rows:
            code, at = row.recipient.id, self.places.rows[row.recipient.id]
            there = self.places.recorded_at(code).full
            sheet.put(at, recorded, LiveFormula(imported(there), row.fen / 100, "import", "import"))
            same = f"IF({a1(at, self.places.place[FINAL])}={a1(at, recorded)},0,1)"
            sheet.put(at, changed, LiveFormula(same, 0.0, "step", "integer"))

    def _column(self, sheet: Sheet, column: Column) -> None:
        place = self.places.place[column.name]
        template = (
            "" if column.expr is None else excel(column.expr, self._reference, factor=_factor, extent=self._extent)
        )
        kind: Kind = "total" if template.startswith("SUM(") else "step"
        style: Style = "total" if kind == "total" else "money" if column.unit.startswith("CNY") else "formula"
        for row, value in self.places.values(column):
            if column.expr is None:
                sheet.put(
                    row, place, LiveFormula(imported(self._given_at(column, row)), float(value), "import", "import")
                )
            else:
                sheet.put(row, place, LiveFormula(fill(template, row), float(value), kind, style))

    def _reference(self, quantity: Quantity) -> str:
        name = quantity.name
        return own_row(self.places.place[name]) if quantity.axes else fixed(FIRST, self.places.place[name])

    def _extent(self, quantity: Quantity) -> str:
        return column_block(self.places.place[quantity.name], self.places.first, self.places.last)

    def _given_at(self, column: Column, row: int) -> str:
        """Where the value that was put in stands."""
        if column.name in self.places.parameter_row:
            return Address(PARAMETERS, self.places.parameter_row[column.name], 2).full
        return Address(FACTORS, row, self.places.factor_column[column.name]).full

    def factor_sheet(self) -> Sheet:
        """因素数据: the factors from the accounts and the amounts set for single recipients, with their evidence."""
        heads = [Head("代码", width=10), Head("单位", width=14)]
        heads += [Head(f"【填】{column.zh}", column.quantity.unit.printed, "填报", 24) for column in self.places.given]
        factors = list(self.allocation.factors.values())
        heads += [Head(f"{factor.quantity.zh}：证据", width=14) for factor in factors]
        heads += [Head(f"{factor.quantity.zh}：覆盖", width=14) for factor in factors]
        heads += [Head(f"【填】{name}", "元", "填报", 20) for name in self.places.stated]
        if self.places.previous_in_wan is not None:
            heads.append(Head(PREVIOUS, "万元", "元 ÷ 10000", 20))
        sheet = table_sheet(FACTORS, "因素数据", heads, color=INPUTS, notice=self.notice, left=self.left)
        for column in self.places.given:
            for at, value in self.places.values(column):
                sheet.put(at, self.places.factor_column[column.name], TypedNumber(float(value)))
        for row in self.allocation.rows:
            at = self.places.rows[row.recipient.id]
            sheet.text(at, 0, row.recipient.id, "code")
            sheet.text(at, 1, row.recipient.zh)
            start = 2 + len(self.places.given)
            for place, factor in enumerate(factors):
                figure = factor.figures[row.recipient.id]
                sheet.text(at, start + place, f"{ORIGIN[figure.origin]}／{EVIDENCE[figure.evidence]}")
                covered = sheet.note(figure.partial) if figure.partial else "完整"
                sheet.text(at, start + len(factors) + place, covered)
        for name, (column_at, _) in self.places.stated.items():
            for row in self.allocation.rows:
                _, amount = self.places.stated_at(name, row.recipient.id)
                content = Text(WORDS["missing"], "missing") if amount is None else TypedNumber(amount / 100)
                sheet.put(self.places.rows[row.recipient.id], column_at, content)
        put_previous_in_wan(sheet, self.places)
        for column in self.places.given:
            sheet.note(f"{column.zh}：{_basis(column)}")
        return sheet

    def parameter_sheet(self) -> Sheet:
        """参数: pool, weights, scales, each with its basis and how it was chosen."""
        heads = (
            Head("代号", width=26),
            Head("参数", width=40),
            Head("值", width=18),
            Head("单位", width=10),
            Head("依据", width=70),
            Head("来历", width=8),
            Head("说明", width=60),
        )
        sheet = plain_sheet(PARAMETERS, "参数", heads, color=INPUTS, notice=self.notice, left=self.left)
        for column in self.places.scalars:
            row = self.places.parameter_row[column.name]
            given = column.given
            if given is None or not isinstance(given.value, Fraction):
                continue
            row_of_texts(sheet, row, (column.name, column.zh))
            sheet.put(row, 2, TypedNumber(float(given.value), "parameter"))
            row_of_texts(
                sheet, row, ("", "", "", column.quantity.unit.printed, given.basis, ORIGIN[given.origin], column.note)
            )
        return sheet


def _factor(factor: Fraction) -> str:
    """Conversions between 元 and 分 are powers of ten."""
    if not power_of_ten(factor):
        message = f"a plan has no cell for the factor {factor}"
        raise ValueError(message)
    return f"*{factor.numerator}" if factor.numerator != 1 else f"/{factor.denominator}"


def _basis(column: Column) -> str:
    return "" if column.given is None else f"{column.given.basis}（{ORIGIN[column.given.origin]}）"
