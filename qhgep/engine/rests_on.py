"""Which values rest on some rows, inputs, documents or a level of evidence: the trace read backwards.

What is asked about is taken away (no number in its cells) and the account's trees are read once more: what then has no
number rests on it. So the answer is that of the formulas themselves, and nothing is written a second time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import numpy as np

from qhgep.coefficient_store import Source
from qhgep.engine.draws import drawn
from qhgep.engine.grid import Record, Values
from qhgep.engine.result import Result
from qhgep.errors import InputError, Language, UnknownName, problem
from qhgep.evidence import Evidence
from qhgep.phrases import heads
from qhgep.readings.evaluate import Array
from qhgep.text_tables import html_table, in_one_line


@dataclass(frozen=True)
class Resting:
    """The value of an indicator in a county that rests on what was asked for."""

    county: str
    period: str
    quantity: str
    item: str
    value: float


@dataclass(frozen=True)
class RestsOn:
    """What rests on a row, a source, or a level of evidence (`what`); `share` is by size of all that is accounted.

    `rows` are coefficient rows, `inputs` the places of input rows that it is or holds; `formulas` are bound from the source.
    `gone` are all quantities, with those in between, that have some number less without it.
    """

    result: Result
    what: str
    rows: tuple[str, ...]
    inputs: tuple[str, ...]
    formulas: tuple[str, ...]
    values: tuple[Resting, ...]
    share: float
    gone: tuple[str, ...]
    __repr__ = in_one_line

    @property
    def amount(self) -> float:
        """The sum of the values, in the unit of the indicators."""
        return math.fsum(item.value for item in self.values)


def rests_on(result: Result, *, row: str = "", source: str = "", evidence: Evidence | Literal[""] = "") -> RestsOn:
    """What of an account rests on one coefficient row, one source, or all values of a level of evidence.

    Raises UnknownName for a row or source that the account does not read (naming the nearest), InputError where not exactly
    one of the three is asked for.
    """
    asked_for(row=row, source=source, evidence=evidence)
    if evidence:
        return _resting(result, evidence, lambda record: record.evidence == evidence, ())
    if row:
        known = {record.resolved.row.row for record in _records(result) if record.resolved}
        known_or_nearest(row, known, "rests_row")
        return _resting(result, row, lambda record: bool(record.resolved and record.resolved.row.row == row), ())
    bound = tuple(item.quantity.name for item in result.account.ruleset.order if item.source.source == source)
    known_or_nearest(
        source,
        {*map(source_of, _records(result)), *(item.source.source for item in result.account.ruleset.order)} - {""},
        "rests_source",
    )
    return _resting(result, source, lambda record: source_of(record) == source, bound)


def asked_for(**asked: str) -> tuple[str, str]:
    """By what is asked and for what. Raises InputError where it is not by one thing."""
    given = [(name, text) for name, text in asked.items() if text]
    if len(given) != 1:
        raise InputError(problem("rests_one", "", found="、".join(name for name, _ in given) or "-"))
    return given[0]


@dataclass(frozen=True)
class SourceUse:
    """A source of an account: the document (None where the id names none of the store), and what rests on it."""

    source: str
    document: Source | None
    found: RestsOn
    __repr__ = in_one_line


class SourcesUsed(tuple[SourceUse, ...]):
    """The sources of an account, those that most rests on first."""

    __slots__ = ()

    def __repr__(self) -> str:
        """One line; the documents themselves fill pages."""
        return f"<SourcesUsed {len(self)} sources: {', '.join(use.source for use in self[:_NAMED])}{', …' if len(self) > _NAMED else ''}>"

    def _repr_html_(self) -> str:
        """The sources as the verb `sources` prints them, for notebooks, with the notices of the account."""
        first, *rows = self.table("zh")
        notices = [notice for use in self[:1] for notice in use.found.result.notices.split("；") if notice]
        title = "".join(use.found.result.account.title for use in self[:1])
        return html_table(title, notices, first, rows)

    def table(self, language: Language) -> list[list[str]]:
        """Heads and a row for each source: its share of the value, how many rows, inputs and formulas are of it, the document."""
        lines = [list(heads("rests.source_heads", language))]
        for use in self:
            counts = [str(len(each)) for each in (use.found.rows, use.found.inputs, use.found.formulas)]
            known = use.document
            about = ["", "", ""] if known is None else [str(known.checked or ""), known.title, known.address]
            lines.append([use.source, f"{use.found.share:.1%}", *counts, *(text or "—" for text in about)])
        return lines


_NAMED = 3
"""Sources that the one line of all of them names."""


def sources_used(result: Result) -> SourcesUsed:
    """Every source that a row, an input or a formula of the account names, those that most rests on first."""
    names = {*map(source_of, _records(result)), *(item.source.source for item in result.account.ruleset.order)} - {""}
    known = result.account.coefficients.sources
    found = [SourceUse(name, known.get(name), rests_on(result, source=name)) for name in sorted(names)]
    return SourcesUsed(sorted(found, key=lambda use: (-use.found.share, use.source)))


def source_of(record: Record) -> str:
    """The source that a statement names; empty for the account's own period."""
    if record.resolved is not None:
        return record.resolved.row.source
    return record.input.source if record.input is not None else ""


def known_or_nearest(asked: str, known: set[str], code: str) -> None:
    """Raises UnknownName, with the nearest, for a name that is none."""
    if asked not in known:
        near = "、".join(get_close_matches(asked, sorted(known), n=3, cutoff=0.4)) or "-"
        raise UnknownName(problem(code, code.removeprefix("rests_"), found=asked, near=near))


def _records(result: Result) -> list[Record]:
    """The statements that give a value of some cell."""
    used = {
        int(number)
        for held in _quantities(result).values()
        if held.source is not None
        for number in np.unique(held.source)
    }
    return [result.records[number] for number in sorted(used) if number >= 0]


def _quantities(result: Result) -> Mapping[str, Values]:
    return {name: held for name, held in result.values.items() if "!" not in name}


def _resting(result: Result, what: str, asked: Callable[[Record], bool], bound: Sequence[str]) -> RestsOn:
    numbers = [number for number, record in enumerate(result.records) if asked(record)]
    leaves: dict[str, Array] = {}
    used: list[Record] = []
    for name, held in _quantities(result).items():
        if held.source is None:
            continue
        mask = np.isin(held.source, numbers) & held.present
        if mask.any():
            leaves[name] = np.where(mask, math.nan, held.value)[np.newaxis]
            used += [result.records[number] for number in np.unique(held.source[mask]).tolist()]
    gone = set(leaves)
    without = drawn(result, leaves) if leaves else None
    if without is not None:
        gone |= {
            name for name, array in without.values.items() if (np.isnan(array[0]) & result.values[name].present).any()
        }
    reached = _reached(result, bound)
    values, whole = [], 0.0
    for line in _lines(result):
        value = result.value(line.quantity, county=line.county, period=line.period, item=line.item).value
        if value is None:
            continue
        whole += abs(value)
        lost = without is not None and math.isnan(without.county(line.quantity, line.county, line.period, line.item)[0])
        if lost or line.quantity in reached:
            values.append(Resting(line.county, line.period, line.quantity, line.item, value))
    rows = tuple(sorted({record.resolved.row.row for record in used if record.resolved}))
    inputs = tuple(sorted({record.place for record in used if record.input is not None}))
    share = math.fsum(abs(item.value) for item in values) / whole if whole else 0.0
    return RestsOn(result, what, rows, inputs, tuple(bound), tuple(values), share, tuple(sorted(gone | reached)))


def _reached(result: Result, bound: Sequence[str]) -> set[str]:
    """The quantities that are computed by some formulas, or from what is."""
    found = set(bound)
    for formula in result.account.ruleset.order:
        if found & {quantity.name for quantity in formula.inputs}:
            found.add(formula.quantity.name)
    return found


def _lines(result: Result) -> Iterator[Resting]:
    for line in result.account.ruleset.indicators:
        for county in result.account.counties:
            for period in result.account.periods:
                yield Resting(county.code, period.name, line.value, line.item, 0.0)
