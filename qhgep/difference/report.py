"""A comparison in words: what is compared, the bridge county by county, and what changed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from qhgep.aligned_text import columns
from qhgep.difference.coverage import AXES, SIDES
from qhgep.difference.result import KINDS, RESTS, Difference
from qhgep.errors import Language

_SHOWN = 40
"""Changes that are listed on a screen; all of them stand in the workbook and the JSON."""
_SIDES_EN = {"a": "only in the old", "b": "only in the new", "both": "both"}


def summary(found: Difference, language: Language) -> str:
    """Verdict, the sums over all places, and what is not compared, on one line."""
    zh = language == "zh"
    if found.same:
        return "没有差别。" if zh else "No difference."
    old, new = (sum(side.values(), Fraction(0)) for side in (found.old, found.new))
    if zh:
        told = f"{len(found.lines)} 处变化；合计由 {yuan(old)} 到 {yuan(new)} 元，差额 {signed(found.total)} 元"
        return f"{told}；只在一边的 {len(found.beside)} 项不计入。" if found.beside else f"{told}。"
    told = f"{len(found.lines)} changes; from {yuan(old)} to {yuan(new)} CNY, difference {signed(found.total)}"
    return f"{told}; {len(found.beside)} amounts on one side only are not in it." if found.beside else f"{told}."


def difference_text(found: Difference, language: Language) -> str:
    """Everything, as a screen shows it: summary, bridge in yuan, reasons, amounts of one side, changes."""
    zh = language == "zh"
    parts = [f"{found.names[0]} → {found.names[1]}", summary(found, language), *found.notes]
    if not found.same:
        parts.append(_bridge(found, language))
        parts += [f"{step.zh if zh else step.en}：{step.reason}" for step in found.bridge if step.reason]
        parts += _one_sided(found, language)
        parts += [_change(found, number, language) for number in range(min(len(found.lines), _SHOWN))]
    if len(found.lines) > _SHOWN:
        rest = len(found.lines) - _SHOWN
        parts.append(f"……另有 {rest} 处（见工作簿或 JSON）" if zh else f"… {rest} more (see the workbook or the JSON)")
    return "\n".join(parts)


def _bridge(found: Difference, language: Language) -> str:
    zh = language == "zh"
    names = [step.zh if zh else step.en for step in found.bridge]
    head = ["代码", "县或单位", "期间", "旧", *names, "新"] if zh else ["code", "name", "period", "old", *names, "new"]
    rows = [head]
    for place in found.old:
        steps = [signed(step.amounts[place]) for step in found.bridge]
        rows.append(
            [place.code, found.zh[place.code], place.period, yuan(found.old[place]), *steps, yuan(found.new[place])]
        )
    sums = [sum(side.values(), Fraction(0)) for side in (found.old, found.new)]
    steps = [signed(step.total) for step in found.bridge]
    rows.append(["*", "合计" if zh else "total", "", yuan(sums[0]), *steps, yuan(sums[1])])
    for one in found.rest:
        name = RESTS[one.name][0 if zh else 1]
        changes = [signed(step.rest[one.name]) for step in found.bridge]
        rows.append(["*", name, "", yuan(one.old), *changes, yuan(one.new)])
    return columns(rows, right=range(3, len(head)))


def _one_sided(found: Difference, language: Language) -> list[str]:
    zh = language == "zh"
    lines = []
    for item in found.coverage:
        if item.side != "both":
            word = SIDES[item.side] if zh else _SIDES_EN[item.side]
            lines.append(f"{AXES[item.axis]} {item.zh}：{word}" if zh else f"{item.axis} {item.code}: {word}")
    for one in found.beside:
        word = SIDES[one.side] if zh else _SIDES_EN[one.side]
        what = f"{one.place.code} {found.zh[one.place.code]} {one.place.period} {one.zh}".replace("  ", " ")
        lines.append(f"{word}  {what} {yuan(one.amount)}")
    return lines


def _change(found: Difference, number: int, language: Language) -> str:
    item = found.lines[number]
    name = KINDS[item.kind][0 if language == "zh" else 1]
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
