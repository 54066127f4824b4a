"""历年汇总: every indicator over all counties by year, and how much it grew over equal coverage."""

from __future__ import annotations

import math
from functools import cached_property
from itertools import pairwise

from qhgep.workbook.account.places import or_missing, partial_sum, ten_thousandth
from qhgep.workbook.account.summary import CATEGORIES
from qhgep.workbook.core.cells import LiveFormula, Sheet, Style, Text
from qhgep.workbook.core.layout import FIRST, Address, a1, block, on_sheet, shown
from qhgep.workbook.core.table_sheet import PRESENTATION, Head, table_sheet
from qhgep.workbook.panel.areas import Area
from qhgep.workbook.panel.context import Panel, PanelLine
from qhgep.workbook.panel.data import NOT_NETTED
from qhgep.workbook.panel.history import HistoryPlaces

SUMMARY = "历年汇总"
KEYS = 3


class PanelSummary:
    """The places of 历年汇总, and the sheet."""

    def __init__(self, panel: Panel, histories: dict[str, Sheet]) -> None:
        self.panel, self.histories, self.history = panel, histories, HistoryPlaces(panel)
        self.all: Area = panel.areas[0]
        self.name, count = 2, len(panel.periods)
        self.wan = {period: KEYS + place for place, period in enumerate(panel.periods)}
        pairs = list(pairwise(panel.periods))
        self.growth = {pair: KEYS + count + 2 * place for place, pair in enumerate(pairs)}
        self.mean = KEYS + count + 2 * len(pairs)
        self.yuan = {period: self.mean + 2 + place for place, period in enumerate(panel.periods)}

    @cached_property
    def rows(self) -> dict[str, int]:
        """Line -> its row."""
        return {line.id: FIRST + place for place, line in enumerate(self.panel.lines)}

    @cached_property
    def kinds(self) -> dict[str, list[PanelLine]]:
        """Kind of service -> its indicators."""
        found = {kind: [line for line in self.panel.lines if line.category == kind] for kind in CATEGORIES}
        return {kind: lines for kind, lines in found.items() if lines}

    def sheet(self) -> Sheet:
        """The sheet: the sums first, the indicators by kind, the sums of the kinds last."""
        panel = self.panel
        sheet = table_sheet(
            SUMMARY, SUMMARY, self._heads(), color=PRESENTATION, notice=panel.notice, left=panel.left, numbered=True
        )
        sheet.number = "表号：GEP核历年01表　单位：见栏目" if not panel.analytic else "表号：情景历年01表　单位：见栏目"
        sheet.keys, sheet.signed = KEYS, not panel.analytic
        sheet.groups = [min(self.growth.values(), default=self.mean), min(self.yuan.values())]
        for number, line in enumerate(panel.lines):
            self._line(sheet, number, line)
        for place, kind in enumerate(self.kinds):
            self._kind(sheet, FIRST + len(panel.lines) + place, kind)
        sheet.relations = [
            "万元 ＝ 元 ÷ 10000", "各类小计 ＝ 该类各项有数之和", "增长与年均增速只在覆盖相同时计算，导入自各指标的历年表",
        ]  # fmt: skip
        sheet.notes.append(f"各县之和{NOT_NETTED}。")
        return sheet

    def _heads(self) -> list[Head]:
        panel = self.panel
        year = panel.result.account.price_year
        heads = [Head("序号", width=6), Head("类别", width=10), Head("指标", width=26)]
        heads += [Head(panel.called(period), f"万元/a（{year} 年价）", "元 ÷ 10000", 18) for period in panel.periods]
        for before, after in self.growth:
            heads += [Head(f"{after} 比 {before}", "%", "导入", 12), Head(f"{before}、{after} 的覆盖", width=30)]
        first, last = panel.periods[0], panel.periods[-1]
        heads += [Head("年均增速", "%", "导入", 12), Head(f"{first}、{last} 的覆盖", width=30)]
        heads += [Head(f"{period}（元）", f"元/a（{year} 年价）", "导入", 22) for period in panel.periods]
        return heads

    def _line(self, sheet: Sheet, number: int, line: PanelLine) -> None:
        row, at = self.rows[line.id], self.panel.row[self.all.code]
        sheet.text(row, 0, str(number) if number else "—", "code")
        sheet.text(row, 1, CATEGORIES.get(line.category, "—"))
        style: Style = "text" if line.indicator is not None else "total"
        sheet.text(row, self.name, line.zh, style, on_sheet(line.sheet, "A1"))
        for period, column in self.yuan.items():
            amount = self.panel.amount(line, self.all, period)
            source = Address(line.sheet, at, self.history.constant[period])
            sheet.put(row, column, LiveFormula(shown(source.full), or_missing(amount), "import", "import"))
            wan = None if amount is None else amount / 10000
            written = ten_thousandth(a1(row, column))
            sheet.put(
                row,
                self.wan[period],
                LiveFormula(written, or_missing(wan), "step", "money" if line.indicator else "total"),
            )
        for pair, column in self.growth.items():
            self._copied(sheet, row, column, line, self.history.growth[pair])
        self._copied(sheet, row, self.mean, line, self.history.apart + 1)

    def _copied(self, sheet: Sheet, row: int, column: int, line: PanelLine, source: int) -> None:
        """A rate with its coverage, as the sheet of the line has them."""
        at = self.panel.row[self.all.code]
        cells = self.histories[line.id].cells
        rate, words = cells[at, source], cells[at, source + 1]
        if isinstance(rate, LiveFormula):
            address = Address(line.sheet, at, source).full
            sheet.put(row, column, LiveFormula(shown(address), rate.value, "import", "share", rate.scale))
        else:
            sheet.put(row, column, rate)
        if isinstance(words, Text):
            sheet.text(row, column + 1, words.text, "wrap")

    def _kind(self, sheet: Sheet, row: int, kind: str) -> None:
        lines = self.kinds[kind]
        sheet.text(row, 0, "—", "code")
        sheet.text(row, 1, CATEGORIES[kind])
        sheet.text(row, self.name, f"{CATEGORIES[kind]}小计", "total")
        for columns, over in ((self.wan, 10000), (self.yuan, 1)):
            for period, column in columns.items():
                area = block((self.rows[lines[0].id], column), (self.rows[lines[-1].id], column))
                known = [amount for line in lines if (amount := self.panel.amount(line, self.all, period)) is not None]
                amount = math.fsum(known) / over if known else None
                sheet.put(row, column, LiveFormula(partial_sum(area), or_missing(amount), "total", "total"))
        for column in (*self.growth.values(), self.mean):
            sheet.text(row, column, "—", "missing")
            sheet.text(row, column + 1, "见各项", "wrap")


__all__ = ["SUMMARY", "PanelSummary"]
