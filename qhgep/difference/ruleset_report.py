"""A comparison of rulesets in words: totals, what each covers, the bridges, and the decisions that some have no use for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from qhgep.difference.report import signed, yuan
from qhgep.difference.ruleset_result import STATUS, RulesetBridge, RulesetComparison, RulesetSide
from qhgep.errors import Language
from qhgep.phrases import heads, in_language, listed, phrase
from qhgep.text_tables import columns

_NONE = "—"


def notice(found: RulesetComparison, language: Language) -> str:
    """What must be known before any two totals are looked at, on one line."""
    count, year = len(found.sides), found.price_year
    return phrase("difference.notice", language, count=count, year=year)


def ruleset_comparison_text(found: RulesetComparison, language: Language) -> str:
    """Everything, as a screen shows it."""
    parts = [found.title, notice(found, language), _totals(found, language), _covers(found, language)]
    parts += [_bridge(found, bridge, language) for bridge in found.bridges]
    parts += list(_notes(found, language))
    return "\n\n".join(parts)


def _totals(found: RulesetComparison, language: Language) -> str:
    head = heads("common.place_heads", language)
    rows = [[*head, *(side.name for side in found.sides)]]
    for place in found.places:
        amounts = [side.totals.get(place) for side in found.sides]
        told = [_NONE if amount is None else yuan(amount) for amount in amounts]
        rows.append([place.code, found.zh[place.code], place.period, *told])
    return columns(rows, right=range(3, 3 + len(found.sides)))


def _covers(found: RulesetComparison, language: Language) -> str:
    head = phrase("difference.indicator", language)
    rows = [[head, *(side.name for side in found.sides)]]
    for line, zh in found.indicators.items():
        name = in_language(language, zh, line)
        rows.append([name, *(status_of(found, side, line, language) for side in found.sides)])
    return columns(rows)


def status_of(found: RulesetComparison, side: RulesetSide, line: str, language: Language) -> str:
    """What a ruleset does with an indicator, and in how many places it has a value."""
    covers = side.covers.get(line)
    word = in_language(language, *STATUS[covers.status if covers else "unlisted"])
    if covers is None or covers.status != "counted" or side.result is None:
        return word
    valued = sum(held.value is not None for (_, name), held in side.lines.items() if name == line)
    return f"{word} {valued}/{len(found.places)}"


def _bridge(found: RulesetComparison, bridge: RulesetBridge, language: Language) -> str:
    steps = [in_language(language, step.zh, step.en) for step in bridge.steps]
    head = heads("common.place_heads", language)
    rows = [[*head, bridge.names[0], *steps, bridge.names[1]]]
    for place in bridge.old:
        moved = [signed(step.amounts[place]) for step in bridge.steps]
        old, new = yuan(bridge.old[place]), yuan(bridge.new[place])
        rows.append([place.code, found.zh[place.code], place.period, old, *moved, new])
    sums = [yuan(sum(side.values(), Fraction(0))) for side in (bridge.old, bridge.new)]
    whole = [signed(step.total) for step in bridge.steps]
    rows.append(["*", phrase("common.total", language), "", sums[0], *whole, sums[1]])
    title = " → ".join(bridge.names)
    return f"{title}\n{columns(rows, right=range(3, len(rows[0])))}"


def _notes(found: RulesetComparison, language: Language) -> Iterator[str]:
    """Shells, what could not be computed, and the decisions that some rulesets have no use for."""
    lines = []
    for side in found.sides:
        if side.shell:
            told = phrase("difference.shell", language)
            lines.append(f"{side.name}  {told}")
        lines += [f"{side.name}  {item.text(language)}" for item in side.problems]
    for one in found.unused:
        names = listed(one.rulesets, language, "pause")
        lines.append(phrase("difference.unused", language, place=one.place, text=one.text, names=names))
    if lines:
        yield "\n".join(lines)
