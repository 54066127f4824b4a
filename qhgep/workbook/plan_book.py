"""The plan's workbook: 情景测算表 in front, and every step behind it as a live column, right to the fen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from qhgep._version import __version__
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.steps import Column
from qhgep.evidence import EVIDENCE, ORIGIN
from qhgep.expr import Quantity
from qhgep.money import yuan
from qhgep.readings.excel import excel, power_of_ten
from qhgep.readings.text import text
from qhgep.workbook.cells import Bars, Formula, Kind, Number, Sheet, Style
from qhgep.workbook.control_sheets import manifest_sheet, put_contents
from qhgep.workbook.frame import (
    CONTROL,
    INPUTS,
    PRESENTATION,
    WORKINGS,
    Head,
    plain_sheet,
    row_of_texts,
    table_sheet,
)
from qhgep.workbook.layout import (
    FIRST,
    HEAD,
    Address,
    a1,
    block,
    column_block,
    fill,
    fixed,
    imported,
    in_row,
    on_sheet,
    own_row,
)
from qhgep.workbook.legal_sheet import legal_sheets
from qhgep.workbook.paper import paged
from qhgep.workbook.plan_checks import CHECK_SHEET, STEPS, VERDICT, plan_checks
from qhgep.workbook.plan_decisions import Places, plan_decisions
from qhgep.workbook.plan_record import plan_record

FACTORS, PARAMETERS = "因素数据", "参数"
FINAL = "finish.yuan"
_TABLE_NAMES = {"analytic": "情景测算表", "contract": "协议资金测算表", "statutory": "补偿资金测算表"}


def allocation_sheets(allocation: Allocation) -> list[Sheet]:
    """Every sheet of a plan's workbook."""
    book = _PlanBook(allocation)
    body = [
        book.table(),
        book.steps(),
        book.factor_sheet(),
        book.parameter_sheet(),
        plan_decisions(allocation, book.places, notice=book.notice, left=book.left),
        plan_checks(allocation, book.place, notice=book.notice, left=book.left),
        *legal_sheets(allocation.legal, notice=book.notice, left=book.left),
    ]
    sheets = [paged(sheet) for sheet in (book.cover(body), *body)]
    source = allocation.source
    facts = [
        ("种类", "allocation"),
        ("软件", f"qhgep {__version__}"),
        ("方案", allocation.title),
        ("层次", allocation.layer),
    ]
    facts += [(f"核算 {name} 运行号", value) for name, value in sorted(source.run_ids.items())]
    facts += [(f"核算 {name} 系数截至（当日已知）", day.isoformat()) for name, day in sorted(source.known_on.items())]
    facts += [("编制日期", source.day.isoformat())]
    return [*sheets, manifest_sheet(sheets, record=plan_record(allocation), total=allocation.pool / 100, facts=facts)]


class _PlanBook:
    """Places of a plan's workbook: recipients down, columns across; scalars stand in the row above the recipients."""

    def __init__(self, allocation: Allocation) -> None:
        self.allocation = allocation
        self.rows = {row.recipient.id: FIRST + 1 + place for place, row in enumerate(allocation.rows)}
        self.first, self.last = FIRST + 1, FIRST + len(self.rows)
        self.place = {column.name: 2 + place for place, column in enumerate(allocation.columns)}
        self.scalars = [
            column for column in allocation.columns if column.given is not None and not column.quantity.axes
        ]
        self.given = [column for column in allocation.columns if column.given is not None and column.quantity.axes]
        self.parameter_row = {column.name: HEAD + 1 + place for place, column in enumerate(self.scalars)}
        self.factor_column = {column.name: 2 + place for place, column in enumerate(self.given)}

    @property
    def places(self) -> Places:
        """The places that 判断事项 imports from."""
        return Places(self.rows, self.place, self.factor_column, FINAL)

    @property
    def notice(self) -> str:
        """What must be said on every page."""
        words = [*self.allocation.heading.notices, self.allocation.heading.state]
        return "　".join(words)

    @property
    def left(self) -> str:
        """The line under the title."""
        heading = self.allocation.heading
        ids = "、".join(f"{name} {value}" for name, value in sorted(self.allocation.source.run_ids.items()))
        return f"{heading.title}　期间：{heading.period}　核算运行号：{ids}"

    def cover(self, body: Sequence[Sheet]) -> Sheet:
        """封面: title, what it may not be used for, pool, verdict, contents."""
        sheet = Sheet("封面", "封面", CONTROL, widths={0: 30, 1: 60}, marked=self.notice)
        allocation = self.allocation
        sheet.text(0, 0, allocation.title, "title")
        sheet.text(1, 0, self.notice, "notice")
        lines = (
            ("期间", allocation.heading.period), ("依据", allocation.heading.basis or "无文件依据（情景）"),
            ("编制日期", allocation.source.day.isoformat()), ("软件", f"qhgep {__version__}"), ("资金总额（元）", ""),
        )  # fmt: skip
        for place, pair in enumerate(lines):
            row_of_texts(sheet, 3 + place, pair)
        pool = Address(PARAMETERS, self.parameter_row["pool"], 2).full
        sheet.put(2 + len(lines), 1, Formula(imported(pool), allocation.pool / 100, "import", "money"))
        row = 3 + len(lines)
        verdict = next(item for item in body if item.name == CHECK_SHEET).cells[VERDICT]
        sheet.text(row, 0, "校验结论")
        value = verdict.value if isinstance(verdict, Formula) else ""
        sheet.put(row, 1, Formula(on_sheet(CHECK_SHEET, fixed(*VERDICT)), value, "import", "verdict"))
        if allocation.legal.findings:
            row_of_texts(sheet, row + 1, ("法规校验结果", allocation.legal.counted()))
        put_contents(sheet, row + 3, [(item.name, item.title) for item in body])
        return sheet

    def table(self) -> Sheet:
        """The table in front: total first, then the recipients; every amount imported from 测算过程."""
        name = _TABLE_NAMES[self.allocation.layer]
        heads = (
            Head("代码", width=10), Head("单位", width=16), Head("测算金额", "元", "导入", 20), Head("测算金额", "万元", "元 ÷ 10000", 18),
            Head("占比", "%", "本行 ÷ 合计", 10), Head("说明", "—", "见表下注", 16),
            *(Head(phase.zh, "元", "导入", 20) for phase in self.allocation.phases),
        )  # fmt: skip
        sheet = table_sheet(
            name, self.allocation.title, heads, color=PRESENTATION, notice=self.notice, left=self.left, numbered=True
        )
        sheet.number, sheet.signed = "表号：补01表　单位：元、万元", self.allocation.layer != "analytic"
        total = sum(row.fen for row in self.allocation.rows) / 100
        sheet.text(FIRST, 1, "合计", "total")
        sheet.put(FIRST, 2, Formula(f"SUM({block((self.first, 2), (self.last, 2))})", total, "total", "total"))
        self._amounts(sheet, FIRST, total, total)
        for row in self.allocation.rows:
            at = self.rows[row.recipient.id]
            sheet.text(at, 0, row.recipient.id, "code")
            sheet.text(at, 1, row.recipient.zh)
            amount = Address(STEPS, at, self.place[FINAL]).full
            sheet.put(at, 2, Formula(imported(amount), row.fen / 100, "import", "money"))
            self._amounts(sheet, at, row.fen / 100, total)
            partial = [
                f"{factor.quantity.zh}：{note}"
                for factor in self.allocation.factors.values()
                if (note := factor.figures[row.recipient.id].partial)
            ]
            sheet.text(at, 5, "、".join(dict.fromkeys(sheet.note(note) for note in partial)))
        self._phases(sheet)
        rest = (
            ("结转", self.allocation.carried),
            ("留存（含不足一个支付单位的尾款）", self.allocation.retained),
            ("缺口", self.allocation.gap),
        )
        for place, (label, amount_fen) in enumerate(rest, start=self.last + 2):
            sheet.text(place, 1, f"{label}（元）")
            sheet.text(place, 2, yuan(amount_fen))
        for note in self.allocation.notes:
            sheet.note(note)
        sheet.relations = [
            "合计 ＝ 各单位之和",
            "2 栏 ＝ 1 栏 ÷ 10000",
            "3 栏 ＝ 1 栏 ÷ 首行 1 栏",
            "合计 ＋ 结转 ＋ 留存 ＝ 资金总额",
        ]
        if len(self.rows) > 1:
            title = "各单位测算金额（万元）"
            sheet.charts.append(Bars(
                self.last + 6, title, "万元", name, (self.first, 1, self.last, 1), (self.first, 3, self.last, 3),
                f"条形图：{title}，一个单位一条，数值见本表第 2 栏。",
            ))  # fmt: skip
        return sheet

    def _phases(self, sheet: Sheet) -> None:
        """One column a phase of payment, after the others: the sum first, then the recipients."""
        for column, phase in enumerate(self.allocation.phases, start=6):
            total = sum(phase.fen.values()) / 100
            area = block((self.first, column), (self.last, column))
            sheet.put(FIRST, column, Formula(f"SUM({area})", total, "total", "total"))
            for code, row in self.rows.items():
                amount = Address(STEPS, row, self.place[f"phase.{phase.id}.yuan"]).full
                sheet.put(row, column, Formula(imported(amount), phase.fen[code] / 100, "import", "money"))

    def _amounts(self, sheet: Sheet, row: int, value: float, total: float) -> None:
        sheet.put(row, 3, Formula(f"{a1(row, 2)}/10000", value / 10000, "step", "money"))
        if self.allocation.kind == "settlement":
            return  # the shares of a sum of zero are no numbers
        sheet.put(
            row, 4, Formula(f"{a1(row, 2)}/{in_row(FIRST, 2)}", value / total if total else None, "step", "share")
        )

    def steps(self) -> Sheet:
        """测算过程: one column a step; scalars in the row above the recipients."""
        heads = [Head("代码", width=10), Head("单位", width=14)]
        for column in self.allocation.columns:
            method = "导入" if column.expr is None else text(column.expr)
            heads.append(Head(column.zh, column.quantity.unit.printed, method, 20))
        sheet = table_sheet(STEPS, "测算过程：一栏一步", heads, color=WORKINGS, notice=self.notice, left=self.left)
        sheet.text(FIRST, 1, "全体", "total")
        for row in self.allocation.rows:
            sheet.text(self.rows[row.recipient.id], 0, row.recipient.id, "code")
            sheet.text(self.rows[row.recipient.id], 1, row.recipient.zh)
        for column in self.allocation.columns:
            self._column(sheet, column)
        return sheet

    def _column(self, sheet: Sheet, column: Column) -> None:
        place = self.place[column.name]
        template = (
            "" if column.expr is None else excel(column.expr, self._reference, factor=_factor, extent=self._extent)
        )
        kind: Kind = "total" if template.startswith("SUM(") else "step"
        style: Style = "total" if kind == "total" else "money" if column.unit.startswith("CNY") else "formula"
        for row, value in self._values(column):
            if column.expr is None:
                sheet.put(row, place, Formula(imported(self._given_at(column, row)), float(value), "import", "import"))
            else:
                sheet.put(row, place, Formula(fill(template, row), float(value), kind, style))

    def _values(self, column: Column) -> Iterator[tuple[int, Fraction]]:
        """The rows of a column with their exact values: the scalar row, or the recipients'."""
        found = self.allocation.table[column.name]
        if isinstance(found, Fraction):
            yield FIRST, found
        else:
            for code, row in self.rows.items():
                yield row, found[code]

    def _reference(self, quantity: Quantity) -> str:
        name = quantity.name
        return own_row(self.place[name]) if quantity.axes else fixed(FIRST, self.place[name])

    def _extent(self, quantity: Quantity) -> str:
        return column_block(self.place[quantity.name], self.first, self.last)

    def _given_at(self, column: Column, row: int) -> str:
        """Where the value that was put in stands."""
        if column.name in self.parameter_row:
            return Address(PARAMETERS, self.parameter_row[column.name], 2).full
        return Address(FACTORS, row, self.factor_column[column.name]).full

    def factor_sheet(self) -> Sheet:
        """因素数据: the factors from the accounts and the amounts set for single recipients, with their evidence."""
        heads = [Head("代码", width=10), Head("单位", width=14)]
        heads += [Head(f"【填】{column.zh}", column.quantity.unit.printed, "填报", 24) for column in self.given]
        factors = list(self.allocation.factors.values())
        heads += [Head(f"{factor.quantity.zh}：证据", width=14) for factor in factors]
        heads += [Head(f"{factor.quantity.zh}：覆盖", width=14) for factor in factors]
        sheet = table_sheet(FACTORS, "因素数据", heads, color=INPUTS, notice=self.notice, left=self.left)
        for row in self.allocation.rows:
            at = self.rows[row.recipient.id]
            sheet.text(at, 0, row.recipient.id, "code")
            sheet.text(at, 1, row.recipient.zh)
            for column in self.given:
                value = dict(self._values(column))[at]
                sheet.put(at, self.factor_column[column.name], Number(float(value)))
            start = 2 + len(self.given)
            for place, factor in enumerate(factors):
                figure = factor.figures[row.recipient.id]
                sheet.text(at, start + place, f"{ORIGIN[figure.origin]}／{EVIDENCE[figure.evidence]}")
                covered = sheet.note(figure.partial) if figure.partial else "完整"
                sheet.text(at, start + len(factors) + place, covered)
        for column in self.given:
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
        for column in self.scalars:
            row = self.parameter_row[column.name]
            given = column.given
            if given is None or not isinstance(given.value, Fraction):
                continue
            row_of_texts(sheet, row, (column.name, column.zh))
            sheet.put(row, 2, Number(float(given.value), "parameter"))
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
