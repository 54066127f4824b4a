"""What a ruleset covers, excludes and prices, line by line, and what its counted lines come to in each place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from qhgep.account.account import Account
from qhgep.difference.result import ComparedPlace
from qhgep.difference.ruleset_result import Covers, Held
from qhgep.engine.grid import Record
from qhgep.engine.result import Result
from qhgep.evidence import EVIDENCE
from qhgep.expr import Parts, Quantity, Total
from qhgep.ruleset_store.ruleset import IndicatorLine, Ruleset
from qhgep.units import is_money

_VALUE = "CNY/year"
_SHOWN = 3
"""Rows of a price that are listed; where there are more, their number is told."""


def ruleset_covers(ruleset: Ruleset, result: Result | None) -> dict[str, Covers]:
    """Every line of a ruleset in its order: counted, shown beside, not covered, excluded."""
    found = {}
    for line in ruleset.indicators:
        behind = _behind(ruleset, (line.value, line.quantity), result)
        found[line.id] = Covers(line.id, ruleset.zh_of(line.id), "counted", "", line.clause, "", *behind)
    for shown in ruleset.beside:
        behind = _behind(ruleset, (shown.value, shown.quantity), result)
        found[shown.id] = Covers(shown.id, ruleset.zh_of(shown.id), "beside", shown.reason, "", "", *behind)
    for gap in ruleset.not_covered:
        evidence = EVIDENCE[gap.evidence] if gap.evidence else ""
        found[gap.id] = Covers(gap.id, gap.zh, "not_covered", gap.reason, gap.clause, evidence)
    for name, reason in ruleset.exclude.items():
        found[name] = Covers(name, ruleset.zh_of(name), "excluded", reason)
    return found


def _behind(ruleset: Ruleset, names: Sequence[str], result: Result | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The methods and the prices behind the quantities of a line, each once."""
    below = list(_below(ruleset, names))
    methods = []
    for quantity in below:
        bound = ruleset.bind.get(quantity.name)
        if bound is not None and not isinstance(bound.equals, Total | Parts):
            methods.append(f"{quantity.zh}：{bound.method}")
        elif bound is None and quantity.name in ruleset.choices:
            methods.append(f"{quantity.zh}：未选方法")
    prices = [_price(quantity, result) for quantity in below if _is_price(ruleset, quantity)]
    return tuple(methods), tuple(prices)


def _is_price(ruleset: Ruleset, quantity: Quantity) -> bool:
    """Whether it is money for something and computed from nothing: neither a value of a year nor a formula's."""
    return quantity.name not in ruleset.bind and is_money(quantity.unit) and str(quantity.unit) != _VALUE


def _below(ruleset: Ruleset, names: Sequence[str]) -> Iterator[Quantity]:
    """The quantities of these names and all that they are computed from, each once, from the top."""
    waiting, met = list(names), set[str]()
    while waiting:
        name = waiting.pop(0)
        if name and name not in met:
            met.add(name)
            yield ruleset.catalogue.vocabulary[name]
            bound = ruleset.bind.get(name)
            waiting += [] if bound is None else [quantity.name for quantity in bound.inputs]


def _price(quantity: Quantity, result: Result | None) -> str:
    """A price with its value, unit and row, as the account takes it; several where it differs by place or item.

    Of what the account states as an input only that it is one: it may differ in every row.
    """
    if not quantity.is_coefficient:
        return f"{quantity.zh}（填报）"
    rows = {record.resolved.row.row: record.exact for record in _records(quantity, result) if record.resolved}
    told = [
        f"{float(exact):.12g} {quantity.unit.printed}（{row}）"
        for row, exact in sorted(rows.items())
        if exact is not None
    ]
    more = f" 等 {len(told)} 行" if len(told) > _SHOWN else ""
    return f"{quantity.zh} {'、'.join(told[:_SHOWN]) or '没有值'}{more}"


def _records(quantity: Quantity, result: Result | None) -> Iterator[Record]:
    """The statements of a quantity that some cell of it uses."""
    held = None if result is None else result.values.get(quantity.name)
    if result is not None and held is not None and held.source is not None:
        yield from (result.records[number] for number in sorted({int(at) for at in held.source.flat if at >= 0}))


def places_of(account: Account) -> tuple[ComparedPlace, ...]:
    """The counties of an account in each of its periods."""
    return tuple(ComparedPlace(county.code, period.name) for period in account.periods for county in account.counties)


def held_lines(result: Result) -> dict[tuple[ComparedPlace, str], Held]:
    """Physical quantity and value of every counted line in every place."""
    return {
        (place, line.id): _held(result, line, place)
        for place in places_of(result.account)
        for line in result.account.ruleset.indicators
    }


def _held(result: Result, line: IndicatorLine, place: ComparedPlace) -> Held:
    quantity, value = (
        result.value(name, county=place.code, period=place.period, item=line.item)
        for name in (line.quantity, line.value)
    )
    return Held(
        _exact(quantity.value), quantity.unit, _exact(value.value), value.presence, value.partial is not None
    )  # fmt: skip


def _exact(number: float | None) -> Fraction | None:
    return None if number is None else Fraction(number)


def totals_of(lines: Mapping[tuple[ComparedPlace, str], Held]) -> dict[ComparedPlace, Fraction]:
    """The exact sum of the lines with a value in each place that has one."""
    found: dict[ComparedPlace, Fraction] = {}
    for (place, _), held in lines.items():
        if held.value is not None:
            found[place] = found.get(place, Fraction(0)) + held.value
    return found
