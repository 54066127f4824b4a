"""A comparison of rulesets in words: totals, what each covers, the bridges, and the decisions that some have no use for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from qhgep.aligned_text import columns
from qhgep.difference.report import signed, yuan
from qhgep.difference.ruleset_result import STATUS, RulesetBridge, RulesetComparison, RulesetSide
from qhgep.errors import Language

_NONE = "—"


def notice(found: RulesetComparison, language: Language) -> str:
    """What must be known before any two totals are looked at, on one line."""
    count, year = len(found.sides), found.price_year
    if language == "zh":
        return f"{count} 个规则集并列，{year} 年价，同一套输入；各自覆盖的内容不同，合计之差由差异桥逐步说明，都不称为生态产品总值（GEP）。"
    return (
        f"{count} rulesets side by side over the same inputs, prices of {year}; each covers something else:"
        " the bridge explains the difference of totals step by step, and none of them is called GEP."
    )


def ruleset_comparison_text(found: RulesetComparison, language: Language) -> str:
    """Everything, as a screen shows it."""
    parts = [found.title, notice(found, language), _totals(found, language), _covers(found, language)]
    parts += [_bridge(found, bridge, language) for bridge in found.bridges]
    parts += list(_told(found, language))
    return "\n\n".join(parts)


def _totals(found: RulesetComparison, language: Language) -> str:
    head = ["代码", "县", "期间"] if language == "zh" else ["code", "county", "period"]
    rows = [[*head, *(side.name for side in found.sides)]]
    for place in found.places:
        amounts = [side.totals.get(place) for side in found.sides]
        told = [_NONE if amount is None else yuan(amount) for amount in amounts]
        rows.append([place.code, found.zh[place.code], place.period, *told])
    return columns(rows, right=range(3, 3 + len(found.sides)))


def _covers(found: RulesetComparison, language: Language) -> str:
    head = "指标" if language == "zh" else "indicator"
    rows = [[head, *(side.name for side in found.sides)]]
    for line, zh in found.indicators.items():
        name = zh if language == "zh" else line
        rows.append([name, *(status_of(found, side, line, language) for side in found.sides)])
    return columns(rows)


def status_of(found: RulesetComparison, side: RulesetSide, line: str, language: Language) -> str:
    """What a ruleset does with an indicator, and in how many places it has a value."""
    covers = side.covers.get(line)
    word = STATUS[covers.status if covers else "unlisted"][0 if language == "zh" else 1]
    if covers is None or covers.status != "counted" or side.result is None:
        return word
    valued = sum(held.value is not None for (_, name), held in side.lines.items() if name == line)
    return f"{word} {valued}/{len(found.places)}"


def _bridge(found: RulesetComparison, bridge: RulesetBridge, language: Language) -> str:
    zh = language == "zh"
    steps = [step.zh if zh else step.en for step in bridge.steps]
    head = ["代码", "县", "期间"] if zh else ["code", "county", "period"]
    rows = [[*head, bridge.names[0], *steps, bridge.names[1]]]
    for place in bridge.old:
        moved = [signed(step.amounts[place]) for step in bridge.steps]
        old, new = yuan(bridge.old[place]), yuan(bridge.new[place])
        rows.append([place.code, found.zh[place.code], place.period, old, *moved, new])
    sums = [yuan(sum(side.values(), Fraction(0))) for side in (bridge.old, bridge.new)]
    whole = [signed(step.total) for step in bridge.steps]
    rows.append(["*", "合计" if zh else "total", "", sums[0], *whole, sums[1]])
    title = " → ".join(bridge.names)
    return f"{title}\n{columns(rows, right=range(3, len(rows[0])))}"


def _told(found: RulesetComparison, language: Language) -> Iterator[str]:
    """Shells, what could not be computed, and the decisions that some rulesets have no use for."""
    zh = language == "zh"
    lines = []
    for side in found.sides:
        if side.shell:
            told = (
                "空壳，条文未见，只列指标，不核算"
                if zh
                else "a shell: its clauses were not seen; lines only, nothing computed"
            )
            lines.append(f"{side.name}  {told}")
        lines += [f"{side.name}  {item.text(language)}" for item in side.problems]
    for one in found.unused:
        names = "、".join(one.rulesets) if zh else ", ".join(one.rulesets)
        lines.append(f"{one.place}  {one.text}：{names} 用不到" if zh else f"{one.place}  not used by {names}")
    if lines:
        yield "\n".join(lines)
