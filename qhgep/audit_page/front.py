"""The numbers that a page shows first: indicators of counties by year, and payments, each with its node."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qhgep.audit_page.nodes import NodeTable
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.graph import PlanGraph
from qhgep.engine.graph import AccountGraph
from qhgep.engine.grid import Value
from qhgep.engine.names import ALL
from qhgep.engine.node import Ref
from qhgep.engine.result import Result
from qhgep.errors import Language
from qhgep.evidence import EVIDENCE, PRESENCE, RANK
from qhgep.money import Fen, cents_text, yuan
from qhgep.phrases import heads, in_language, phrase, word
from qhgep.states import STATES, State

LETTERS = "ABCDEF"
"""The levels of evidence on a page, strongest first: a letter beside the colour."""
WAN = "万元/a"


@dataclass(frozen=True, slots=True)
class FrontNumber:
    """A number on the page: the place of its node, the text, and what marks it. `size` is for charts and samples."""

    node: int
    text: str
    letter: str
    evidence: str
    covered: str
    coverage_node: int
    partial: bool
    size: float | None
    line: bool
    """Whether it is the value of one indicator in one county, or a payment: no sum of others on the page."""


@dataclass(frozen=True, slots=True)
class FrontRow:
    """A county, or all of them, with its numbers."""

    code: str
    zh: str
    numbers: tuple[FrontNumber, ...]


@dataclass(frozen=True, slots=True)
class FrontTable:
    """One year of an account: counties by indicators and their sum, in 万元."""

    account: str
    title: str
    caption: str
    period: str
    heads: tuple[str, ...]
    rows: tuple[FrontRow, ...]
    notices: str
    evidence: tuple[tuple[str, str, str], ...]
    """Letter, level and share of the value that rests on it."""


@dataclass(frozen=True, slots=True)
class Payments:
    """What a plan pays, in yuan, and what must be said of it."""

    title: str
    notices: str
    heads: tuple[str, ...]
    rows: tuple[FrontRow, ...]
    rest: tuple[tuple[str, str], ...]


def tables_of(graph: AccountGraph, table: NodeTable) -> Iterator[FrontTable]:
    """The tables of an account, one a year."""
    for period in graph.result.account.periods:
        yield _AccountYear(graph, table, period.name).table()


class _AccountYear:
    """The numbers of one year of an account."""

    def __init__(self, graph: AccountGraph, table: NodeTable, period: str) -> None:
        self.graph, self.nodes, self.period, self.language = graph, table, period, table.language
        self.result: Result = graph.result
        lines = self.result.account.ruleset.indicators
        has_gep = self._value("gep_total", ALL, "").value is not None
        self.columns = [
            *((line.value, line.item) for line in lines),
            ("accounted_total", ""),
            *([("gep_total", "")] if has_gep else []),
        ]

    def table(self) -> FrontTable:
        """The table."""
        account = self.result.account
        facts = {"title": account.title, "period": self.period, "price_year": account.price_year}
        caption = phrase("tables.account_head", self.language, **facts)
        codes = [
            *((county.code, county.zh) for county in account.counties),
            (ALL, phrase("common.total", self.language)),
        ]
        rows = tuple(FrontRow(code, zh, tuple(self._numbers(code))) for code, zh in codes)
        shares = self.result.evidence_in([self.period])
        evidence = tuple(
            (LETTERS[RANK[level]], word(EVIDENCE, level, self.language), f"{share:.1%}")
            for level, share in shares.items()
            if share
        )
        return FrontTable(
            self.graph.name, account.title, caption, self.period, tuple(self._heads()), rows,
            _notices(self.result.notices_in(self.language), account.state, self.language), evidence,
        )  # fmt: skip

    def _heads(self) -> Iterator[str]:
        ruleset = self.result.account.ruleset
        for line in ruleset.indicators:
            yield in_language(self.language, ruleset.zh_of(line.id), line.id)
        covered, applicable = self.result.counted([self.period])
        whole = self._value("accounted_total", ALL, "")
        name = "tables.accounted" if whole.partial else "tables.all_indicators"
        yield phrase(name, self.language, covered=covered, applicable=applicable)
        if self.columns[-1][0] == "gep_total":
            yield "GEP"

    def _numbers(self, county: str) -> Iterator[FrontNumber]:
        for name, item in self.columns:
            value = self._value(name, county, item)
            ref = self.graph.value_ref(name, county, self.period, item)
            share, coverage = "", -1
            if name != "gep_total":
                below = self.graph.coverage_ref(name, county, self.period, item)
                found = self.graph.node(below).value
                share = f"{found:.1%}" if isinstance(found, float) else word(PRESENCE, "missing", self.language)
                coverage = self.nodes.place(below)
            single = county != ALL and name not in {"accounted_total", "gep_total"}
            yield self._number(ref, value, share, coverage, single=single)

    def _number(self, ref: Ref, value: Value, covered: str, coverage: int, *, single: bool) -> FrontNumber:
        known = value.value is not None
        shown = (
            cents_text(value.to(WAN))
            if known
            else word(PRESENCE, value.presence if value.presence in PRESENCE else "missing", self.language)
        )
        letter = LETTERS[RANK[value.evidence]] if known and value.evidence in RANK else ""
        return FrontNumber(
            self.nodes.place(ref), shown, letter, word(EVIDENCE, value.evidence, self.language) if letter else "", covered if known else "",
            coverage, value.partial is not None, value.value, single,
        )  # fmt: skip

    def _value(self, name: str, county: str, item: str) -> Value:
        return self.result.value(name, county=county, period=self.period, item=item)


def _notices(notices: str, state: State, language: Language) -> str:
    """What must be said of numbers, and whether they are a draft, out for review or final."""
    return "　".join(text for text in (notices, word(STATES, state, language)) if text)


def payments_of(graph: PlanGraph, table: NodeTable) -> Payments:
    """The payments of a plan, with what is carried, kept back or lacking."""
    allocation, language = graph.allocation, table.language
    rows = tuple(
        FrontRow(row.recipient.id, row.recipient.zh, (_paid(row.fen, table.place(graph.payment_ref(row.recipient.id))),))
        for row in allocation.rows
    )  # fmt: skip
    made = "　".join(allocation.heading.notices_in(language))
    state: State = "draft" if allocation.terms is None else allocation.terms.state
    notices = _notices(made, state, language)
    return Payments(
        allocation.title,
        notices,
        tuple(heads("tables.payment_heads", language)),
        rows,
        tuple(_rest(allocation, language)),
    )


def _paid(fen: Fen, node: int) -> FrontNumber:
    return FrontNumber(node, money(fen), "", "", "", -1, partial=False, size=float(fen), line=True)


def money(fen: int) -> str:
    """Fen as yuan with thousands separated."""
    return f"{Decimal(yuan(Fen(fen))):,}"


def _rest(allocation: Allocation, language: Language) -> Sequence[tuple[str, str]]:
    whole = (phrase("common.total", language), money(sum(row.fen for row in allocation.rows)))
    rest = {"carried": allocation.carried, "retained": allocation.retained, "lacking": allocation.gap}
    return [whole, *((phrase(f"tables.{name}", language), money(amount)) for name, amount in rest.items() if amount)]
