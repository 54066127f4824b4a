"""判断事项: each decision behind the account with its effect in yuan per county."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qhgep.catalogue.prices import price_index
from qhgep.coefficient_store import index_series
from qhgep.decisions.effects import NOTES, CountyEffect, Effect, Kind, effects
from qhgep.workbook.account.context import Book
from qhgep.workbook.account.places import TOTAL, CountyValues, sum_of_numbers
from qhgep.workbook.core.cells import LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import FIRST, a1, block, imported
from qhgep.workbook.core.table_sheet import CONTROL, Head, row_of_texts, table_sheet

DECISIONS = "判断事项"
KINDS: Mapping[Kind, str] = {
    "adopted_row": "借用系数", "adopted_period": "借用期间", "override": "替换系数", "stand_in": "填报代替公式",
    "deflation": "价格折算", "landcover": "地类归属",
    "not_applicable": "不适用", "method": "方法选择",
}  # fmt: skip
_UNSAID = "（未写明）"
_NONE = "—"
_SEE: Mapping[Kind, str] = {"landcover": "见输入", "not_applicable": "见输入", "method": "见计算"}
_TEXTS = (
    Head("判断", width=24), Head("县", width=14), Head("种类", width=14), Head("采用什么", width=40), Head("来源期间", width=14),
    Head("用于", width=20), Head("理由", width=50), Head("决定人", width=14),
)  # fmt: skip


def decision_sheet(book: Book) -> Sheet:
    """判断事项: what was adopted, replaced or stated instead, why, who decided, and what it is worth in each county.

    For what is recomputed, the amount without it is a number of the engine, and the effect the live difference to it;
    for the rest the effect is the live sum of the indicator values that rest on it.
    """
    return _Decisions(book).sheet()


class _Decisions:
    def __init__(self, book: Book) -> None:
        self.book, self.places = book, CountyValues(book)
        resting = {name for effect in effects(book.result) for line in effect.of(book.period) for name in line.rests}
        lines = [line for line in self.places.lines if line.id in resting] or self.places.lines
        self.rests = {line.id: len(_TEXTS) + place for place, line in enumerate(lines)}
        self.total = len(_TEXTS) + len(lines)
        self.without, self.effect, self.note = self.total + 1, self.total + 2, self.total + 3
        heads = [*_TEXTS, *(Head(f"依赖它的{self._zh(line.id)}", "元/a", "导入", 20) for line in lines)]
        heads += [
            Head("现有金额", "元/a", "导入", 20), Head("没有它时的金额（引擎复算）", "元/a", "写出时的记录，改动输入后不再适用", 22),
            Head("影响", "元/a", "现有 − 没有它时；未复算的为依赖它的各项之和", 24), Head("说明", width=50),
        ]  # fmt: skip
        title = "判断事项：每一项借用、替换和填报代替公式，及各县有多少金额靠它"
        self.out = table_sheet(DECISIONS, title, heads, color=CONTROL, notice=book.notice, left=book.left)

    def _zh(self, indicator: str) -> str:
        return self.book.result.account.ruleset.zh_of(indicator)

    def sheet(self) -> Sheet:
        row = FIRST
        for number, effect in enumerate(effects(self.book.result), start=1):
            lines = effect.of(self.book.period)
            self._decision(row, number, effect, len(lines))
            for place, line in enumerate(lines, start=1):
                self._county(row + place, number, effect, line)
            if lines:
                self._sums(row, lines, effect.over(self.book.period))
            row += len(lines) + 1
        return self.out

    def _decision(self, row: int, number: int, effect: Effect, counties: int) -> None:
        """The line of a decision: all that is said of it."""
        target = self.book.result.account.ruleset.catalogue.vocabulary[_quantity(effect.quantity)].zh
        if effect.ecosystem:
            target += f"（{self.book.member('ecosystem', effect.ecosystem.removesuffix('.*'))}）"
        texts = (
            f"{number}　{effect.place}", f"合计（{counties} 个县）" if counties else _NONE, KINDS[effect.kind], effect.what,
            effect.from_period or _SEE.get(effect.kind, "见系数"), target, effect.reason or _UNSAID, effect.decided_by or _UNSAID,
        )  # fmt: skip
        row_of_texts(self.out, row, texts, "wrap")
        self.out.text(row, self.note, NOTES[effect.basis], "wrap")

    def _sums(self, row: int, lines: Sequence[CountyEffect], over: CountyEffect) -> None:
        """The sums over the listed counties, in the line of the decision."""
        scale = sum(abs(line.total or 0.0) + abs(line.without or 0.0) for line in lines)
        amounts = ((self.total, over.total), (self.without, over.without), (self.effect, over.amount))
        for column, amount in amounts:
            if amount is None:
                self.out.text(row, column, _NONE)
            else:
                area = block((row + 1, column), (row + len(lines), column))
                self.out.put(row, column, LiveFormula(sum_of_numbers(area), amount, "total", "total", scale))

    def _county(self, row: int, number: int, effect: Effect, line: CountyEffect) -> None:
        """One county's line: what rests on the decision there, what there would be without it, and the effect."""
        row_of_texts(self.out, row, (str(number), self.book.county(line.county)))
        for indicator, column in self.rests.items():
            if indicator in line.rests:
                reference = self.places.value(indicator, line.county).full
                self.out.put(row, column, LiveFormula(imported(reference), line.rests[indicator], "import", "import"))
            else:
                self.out.text(row, column, _NONE)
        total = imported(self.places.value(TOTAL, line.county).full)
        self.out.put(row, self.total, LiveFormula(total, line.total, "import", "import"))
        if line.without is None:
            self.out.text(row, self.without, _NONE)
        else:
            self.out.put(row, self.without, TypedNumber(line.without, "formula"))
        self.out.put(row, self.effect, self._effect(row, effect, line))
        notes = [
            f"没有它则{what}：{'、'.join(self._zh(indicator) for indicator in lines)}"
            for what, lines in (("缺", line.lost), ("缺一部分", line.less_whole))
            if lines
        ]
        self.out.text(row, self.note, "；".join(notes))

    def _effect(self, row: int, effect: Effect, line: CountyEffect) -> LiveFormula:
        if effect.recomputed:
            here, there = (f"IF(ISNUMBER({a1(row, at)}),{a1(row, at)},0)" for at in (self.total, self.without))
            scale = abs(line.total or 0.0) + abs(line.without or 0.0)
            return LiveFormula(f"{here}-{there}", line.amount, "step", "formula", scale)
        area = block((row, min(self.rests.values())), (row, max(self.rests.values())))
        return LiveFormula(sum_of_numbers(area), line.amount, "total", "total")


def _quantity(key: str) -> str:
    """The quantity that a decision is about; the rows of every price index series are of one."""
    return price_index.name if index_series(key) else key
