"""From the total of one ruleset to that of another: what only one covers, then the physical quantity, then the price.

Every number of the engine is taken as the exact fraction that it is, so the steps of a line add up to its difference,
and the lines of a place to that of its totals, without a rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from qhgep.difference.bridge import Move, bridge
from qhgep.difference.result import ComparedPlace
from qhgep.difference.ruleset_result import STEPS, Held, LineStep, RulesetBridge, RulesetSide
from qhgep.units import dimension, factor

_NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class _LineInPlace:
    """A line in a place, with its name."""

    place: ComparedPlace
    line: str
    zh: str


def ruleset_bridge(first: RulesetSide, second: RulesetSide, indicators: Mapping[str, str]) -> RulesetBridge:
    """The bridge over the places where both rulesets have a total, line by line."""
    places = [place for place in first.totals if place in second.totals]
    lines = tuple(
        found
        for place in places
        for line, zh in indicators.items()
        if (
            found := _split(
                _LineInPlace(place, line, zh), first.lines.get((place, line)), second.lines.get((place, line))
            )
        )
    )
    old, new = ({place: side.totals[place] for place in places} for side in (first, second))
    moves, state = [], dict(old)
    for kind in STEPS:
        state = {place: amount + _sum(lines, place, kind) for place, amount in state.items()}
        moves.append(Move(kind, changed=True, state=lambda state=state: state))  # type: ignore[misc] # the state of this turn
    return RulesetBridge((first.name, second.name), old, new, bridge(old, moves, new), lines)


def _sum(lines: Sequence[LineStep], place: ComparedPlace, kind: str) -> Fraction:
    amounts: Iterator[Fraction] = (getattr(line, kind) for line in lines if line.place == place)
    return sum(amounts, _NONE)


def _split(named: _LineInPlace, first: Held | None, second: Held | None) -> LineStep | None:
    """How the difference of a line splits; None where neither side has a value.

    With v = q·p on the first side: coverage where only one side has a value; else (q₂ − q₁)·p is the method, the rest the
    price. Where there is no p, or the two quantities are not of one kind, all of it is the method, and the note says so.
    """
    one, other = (None if held is None or held.value is None else held for held in (first, second))
    step = LineStep(named.place, named.line, named.zh, first, second, _NONE, _NONE, _NONE)
    if one is None or other is None:
        if one is None and other is None:
            return None
        return replace(step, coverage=_value(other) - _value(one))
    whole = _value(other) - _value(one)
    same = dimension(one.unit) == dimension(other.unit)
    times = factor(other.unit, one.unit) if same else None
    if one.quantity is None or other.quantity is None or times is None:
        note = "两边的实物量不是同一种量" if times is None else "一边没有实物量"
        return replace(step, method=whole, note=f"{note}，差额全部计入方法" if whole else "")
    unit_price = _value(one) / one.quantity if one.quantity else None
    step = replace(step, factor=times, unit_price=unit_price)
    change = other.quantity * times - one.quantity
    if change and unit_price is None:
        return replace(step, method=whole, note="第一边的实物量为零，没有隐含单价，差额全部计入方法")
    method = change * unit_price if unit_price is not None else _NONE
    return replace(step, method=method, price=whole - method)


def _value(held: Held | None) -> Fraction:
    return _NONE if held is None or held.value is None else held.value
