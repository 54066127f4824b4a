"""A comparison in words: what is compared, the bridge county by county, and what changed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from qhgep.difference.coverage import AXES
from qhgep.difference.result import KINDS, RESTS, Difference
from qhgep.errors import Language
from qhgep.phrases import heads, in_language, phrase
from qhgep.text_tables import columns

_SHOWN = 40
"""Changes that are listed on a screen; all of them stand in the workbook and the JSON."""


def summary(found: Difference, language: Language) -> str:
    """Verdict, the sums over all places, and what is not compared, on one line."""
    if found.same:
        return phrase("difference.same", language)
    old, new = (sum(side.values(), Fraction(0)) for side in (found.old, found.new))
    facts = {"count": len(found.lines), "old": yuan(old), "new": yuan(new), "difference": signed(found.total)}
    told = phrase("difference.summary", language, **facts)
    key = "difference.beside_by_cause" if found.by_cause else "difference.beside"
    beside = phrase(key, language, count=len(found.beside)) if found.beside else ""
    return f"{told}{beside}{phrase('common.stop', language)}"


def difference_text(found: Difference, language: Language) -> str:
    """Everything, as a screen shows it: summary, bridge in yuan, reasons, amounts of one side, changes."""
    parts = [f"{found.names[0]} → {found.names[1]}", summary(found, language), *found.notes]
    if not found.same:
        parts.append(_bridge(found, language))
        parts += [f"{in_language(language, step.zh, step.en)}：{step.reason}" for step in found.bridge if step.reason]
        parts += _one_sided(found, language)
        parts += [_change(found, number, language) for number in range(min(len(found.lines), _SHOWN))]
    if len(found.lines) > _SHOWN:
        rest = len(found.lines) - _SHOWN
        parts.append(phrase("difference.more", language, rest=rest))
    return "\n".join(parts)


def _bridge(found: Difference, language: Language) -> str:
    names = [in_language(language, step.zh, step.en) for step in found.bridge]
    *first, last = heads("difference.bridge_heads", language)
    head = [*first, *names, last]
    rows = [head]
    for place in found.old:
        steps = [signed(step.amounts[place]) for step in found.bridge]
        rows.append(
            [place.code, found.zh[place.code], place.period, yuan(found.old[place]), *steps, yuan(found.new[place])]
        )
    sums = [sum(side.values(), Fraction(0)) for side in (found.old, found.new)]
    steps = [signed(step.total) for step in found.bridge]
    rows.append(["*", phrase("common.total", language), "", yuan(sums[0]), *steps, yuan(sums[1])])
    for one in found.rest:
        name = in_language(language, *RESTS[one.name])
        changes = [signed(step.rest[one.name]) for step in found.bridge]
        rows.append(["*", name, "", yuan(one.old), *changes, yuan(one.new)])
    return columns(rows, right=range(3, len(head)))


def _one_sided(found: Difference, language: Language) -> list[str]:
    lines = []
    for item in found.coverage:
        if item.side != "both":
            side = phrase(f"difference.side_{item.side}", language)
            named = f"{AXES[item.axis]} {item.zh}", f"{item.axis} {item.code}"
            lines.append(f"{in_language(language, *named)}{phrase('common.colon', language)}{side}")
    for one in found.beside:
        word = phrase(f"difference.side_{one.side}", language)
        what = f"{one.place.code} {found.zh[one.place.code]} {one.place.period} {one.zh}".replace("  ", " ")
        lines.append(f"{word}  {what} {yuan(one.amount)}")
    return lines


def _change(found: Difference, number: int, language: Language) -> str:
    item = found.lines[number]
    name = in_language(language, *KINDS[item.kind])
    return f"{name}  {item.what}  {item.old} → {item.new}"


def yuan(amount: Fraction) -> str:
    """Yuan with two decimals, half up, for reading."""
    cents = amount * 100
    whole = (abs(cents) + Fraction(1, 2)).__floor__()
    return f"{Decimal(-whole if cents < 0 else whole).scaleb(-2):,.2f}"


def signed(amount: Fraction) -> str:
    """Yuan with its sign."""
    text = yuan(amount)
    return text if amount < 0 or text == "0.00" else f"+{text}"
