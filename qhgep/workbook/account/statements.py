"""说明: five sentences that say in words what the tables hold, each with the cells that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qhgep.evidence import EVIDENCE
from qhgep.ruleset_store.ruleset import IndicatorLine
from qhgep.workbook.account.context import Book
from qhgep.workbook.account.summary import CATEGORIES, SHARE, SUMMARY, TOTAL_ROW, WAN, SummaryPlaces
from qhgep.workbook.core.county_table import ALL
from qhgep.workbook.core.layout import Address
from qhgep.workbook.core.number_formats import OF_STYLE, displayed

_LARGEST = 3
"""The indicators that are named as the largest."""
_NAMED = 6
"""Names in a row before 等."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence about an account as it was when the workbook was written, and the cells with its numbers."""

    text: str
    rests_on: tuple[Address, ...]


def statements(book: Book) -> tuple[Statement, ...]:
    """What was found, of what kinds, which indicators are the largest, what it lacks and rests on, and what changed.

    A partial total is called 已核算指标合计, and what covers other things than the year before is not compared.
    """
    words = _Words(book)
    return (words.total(), words.kinds(), words.largest(), words.lacking(), words.change())


def in_wan(yuan: float) -> str:
    """An amount as the cells in 万元 show it."""
    return f"{displayed(yuan / 10000, OF_STYLE['money']).text} 万元"


class _Words:
    def __init__(self, book: Book) -> None:
        self.book, self.places = book, SummaryPlaces(book)
        self.lines: Sequence[IndicatorLine] = book.result.account.ruleset.indicators
        self.whole = book.result.value("accounted_total", county=ALL, period=book.period).value
        self.of = "已核算合计" if book.partial else "合计"

    def _zh(self, line: IndicatorLine) -> str:
        return self.book.result.account.ruleset.zh_of(line.id)

    def _cell(self, row: int, column: int = WAN) -> Address:
        return Address(SUMMARY, row, column)

    def _share(self, yuan: float) -> str:
        return f"{yuan / self.whole:.2%}" if self.whole else "—"

    def total(self) -> Statement:
        """The total, of which counties, in which prices, and what it is."""
        book, account = self.book, self.book.result.account
        names = "、".join(county.zh for county in account.counties[:_NAMED])
        of = names if len(account.counties) <= _NAMED else f"{names}等 {len(account.counties)} 个县"
        start = f"{book.period}，{of}，按 {account.price_year} 年价格核算"
        if self.whole is None:
            return Statement(f"{start}，没有一项指标核算出数。", (self._cell(TOTAL_ROW),))
        gep = book.result.value("gep_total", county=ALL, period=book.period).value
        if gep is not None:
            cells = (self._cell(self.places.gep), self._cell(TOTAL_ROW))
            return Statement(f"{start}，生态产品总值（GEP）{in_wan(gep)}，各项指标合计 {in_wan(self.whole)}。", cells)
        covered, applicable = book.counted
        partial = f"（{covered}/{applicable} 项；部分核算，不是生态产品总值）" if book.partial else ""
        return Statement(f"{start}，{self.of}{partial} {in_wan(self.whole)}。", (self._cell(TOTAL_ROW),))

    def _of_kind(self, kind: str) -> float | None:
        values = [self.book.line_value(line, ALL).value for line in self.lines if line.category == kind]
        there = [value for value in values if value is not None]
        return sum(there) if there else None

    def kinds(self) -> Statement:
        """The three kinds of services with their shares; a kind without a figure is said to have none."""
        parts, cells = [], []
        for kind, row in self.places.kinds.items():
            amount = self._of_kind(kind)
            cells += [self._cell(row)]
            if amount is None:
                parts.append(f"{CATEGORIES[kind]}没有核算出数")
            else:
                cells += [self._cell(row, SHARE)]
                parts.append(f"{CATEGORIES[kind]} {in_wan(amount)}，占{self.of} {self._share(amount)}")
        return Statement("；".join(parts) + "。", tuple(cells))

    def largest(self) -> Statement:
        """The indicators with the largest amounts."""
        known = [(value, line) for line in self.lines if (value := self.book.line_value(line, ALL).value) is not None]
        first = sorted(known, key=lambda pair: -pair[0])[:_LARGEST]
        if not first:
            return Statement("没有一项指标有数，不能说哪几项最大。", (self._cell(TOTAL_ROW),))
        named = "、".join(f"{self._zh(line)}（{in_wan(value)}）" for value, line in first)
        together = self._share(sum(value for value, _ in first))
        count = "数额最大的是" if len(first) == 1 else f"数额最大的 {len(first)} 项是"
        cells = tuple(self._cell(self.places.line(line)) for _, line in first)
        return Statement(f"{count}{named}，占{self.of} {together}。", cells)

    def lacking(self) -> Statement:
        """The indicators that lack in all counties or in some, and the evidence of the amounts."""
        counties = self.book.result.account.counties
        none: list[IndicatorLine] = []
        some: list[IndicatorLine] = []
        for line in self.lines:
            there = sum(self.book.line_value(line, county.code).value is not None for county in counties)
            if there < len(counties):
                (some if there else none).append(line)
        rules = self.book.result.account.ruleset
        gaps = [f"缺 {len(none)} 项：{_named([self._zh(line) for line in none])}"] if none else []
        gaps += [f"部分县缺 {len(some)} 项：{_named([self._zh(line) for line in some])}"] if some else []
        if rules.not_covered:
            gaps.append(f"规则集未核算 {len(rules.not_covered)} 项：{_named([line.zh for line in rules.not_covered])}")
        shares = self.book.result.evidence_in([self.book.period]).items()
        evidence = "、".join(f"{EVIDENCE[level]} {share:.1%}" for level, share in shares if share > 0) or "无"
        cells = tuple(self._cell(self.places.line(line)) for line in (*none, *some))
        said = "；".join(gaps) if gaps else "各项指标在各县都有数"
        return Statement(f"{said}。金额的证据：{evidence}。", (*cells, self._cell(TOTAL_ROW)))

    def change(self) -> Statement:
        """The change from the year before, where the two cover the same at the same prices; else why there is none."""
        previous, here = self.book.previous, self._cell(TOTAL_ROW)
        if previous is None:
            return Statement("没有给出上年的定稿，不作比较。", (here,))
        before = previous.total
        known = [line for line in self.lines if previous.line(line.id).yuan is not None]
        source = f"上年数取自定稿 {previous.file}（内容指纹 {previous.hash[:16]}）"
        if before.yuan is not None:
            way = "增加" if before.change > 0 else "减少" if before.change < 0 else "持平"
            amount = f" {in_wan(abs(before.change))}" if before.change else ""
            rate = f"（{abs(before.change) / before.yuan:.2%}）" if before.yuan and before.change else ""
            return Statement(f"{self.of}比上年（{previous.period}）{way}{amount}{rate}。{source}。", (here,))
        items = [
            f"{self._zh(line)}{'增加' if found.change >= 0 else '减少'} {in_wan(abs(found.change))}"
            for line in known
            if (found := previous.line(line.id)).yuan is not None
        ]
        same = f"覆盖和价格相同的只有：{_named(items)}。" if items else ""
        return Statement(
            f"与上年（{previous.period}）{before.why}，合计不作比较。{same}{source}。",
            (here, *(self._cell(self.places.line(line)) for line in known)),
        )


def _named(names: Sequence[str]) -> str:
    """Some names in a row, and how many there are where these are not all."""
    return "、".join(names[:_NAMED]) + (f"等 {len(names)} 项" if len(names) > _NAMED else "")


def cells_in_words(cells: Sequence[Address]) -> str:
    """Where cells stand: the sheet once, then their addresses; runs of a column from first to last."""
    return f"{cells[0].sheet}!{'、'.join(_runs(cells))}" if cells else ""


def _runs(cells: Sequence[Address]) -> Iterator[str]:
    start = before = None
    for cell in sorted(dict.fromkeys(cells), key=lambda item: (item.column, item.row)):
        if before is not None and start is not None:
            if (cell.column, cell.row) == (before.column, before.row + 1):
                before = cell
                continue
            yield start.a1 if start is before else f"{start.a1}–{before.a1}"
        start = before = cell
    if before is not None and start is not None:
        yield start.a1 if start is before else f"{start.a1}–{before.a1}"
