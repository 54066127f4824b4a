"""A verification in words: causes first, then what follows from them, the most important by name and the rest counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from qhgep.errors import Language
from qhgep.workbook.account.context import COVER
from qhgep.workbook.verify.against_files import NOT_THERE, PARTS, Against
from qhgep.workbook.verify.causes import Consequence
from qhgep.workbook.verify.changes import Change
from qhgep.workbook.verify.verify import NOTES, Verification

_COUNTIES = "分县价值量"
_TABLES = frozenset({"情景测算表", "补偿资金测算表", "协议资金测算表", "汇总", _COUNTIES})
"""The sheets whose amounts a reader asks for first."""
_UNTOLD = 4
"""The rank of what is counted only."""
_MOST, _LISTED = 12, 40
"""How many consequences are told by name; how many causes of one kind, and lines of a second list."""
_YUAN = re.compile(r"（元(/a)?(（\d+ 年价）)?）$")


def verification_text(found: Verification, language: Language) -> str:
    """Causes with old and new, the most important consequences, notes, second lists, and the verdict last."""
    zh = language == "zh"
    lines = [*_causes(found.causes, language), *_consequences(found, language)]
    if found.note:
        lines.append(NOTES[found.note][0 if zh else 1])
    lines += [found.appearance.text(language)] if found.appearance.text(language) else []
    lines += _store(found, language)
    if found.files:
        lines += _against(found.files, language, "所给文件与记录不同", "the files given differ from the record")
    elif found.files is not None:
        lines.append("所给文件与记录相同" if zh else "the files given agree with the record")
    return "\n".join([*lines, _verdict(found, language)])


def _store(found: Verification, language: Language) -> Iterator[str]:
    """What the store has otherwise: after another version no change of the workbook; in the same version the record is not its own."""
    if found.appearance.compared == "not":
        zh, en = "证据库现状与记录不同", "today's store differs from the record"
        yield from _against(found.store, language, zh, en)
        return
    zh, en = "记录的系数与同一版本的证据库不同", "recorded coefficients are not those of the store of this version"
    yield from _against(found.store, language, zh, en, ("", ""))


def _verdict(found: Verification, language: Language) -> str:
    causes, consequences = len(found.causes), len(found.consequences)
    other = found.appearance.compared == "not"
    sizes = f"（按表、行、栏核对 {found.cells} 个数）" if other else f"（单元格 {found.cells}，公式 {found.formulas}）"
    if language == "en":
        sizes = (
            f" ({found.cells} numbers by sheet, row and heading)"
            if other
            else f" ({found.cells} cells, {found.formulas} formulas)"
        )
        if found.changes:
            return f"differs: {causes} cause(s), {consequences} consequence(s){sizes}"
        if found.note:
            return f"not verified{sizes}"
        return f"{'the same' if found.same else 'differs: the recorded coefficients are not those of the store'}{sizes}"
    if found.changes:
        return f"不同：原因 {causes} 处，后果 {consequences} 处{sizes}"
    if found.note:
        return f"未能核验{sizes}"
    return f"{'相同' if found.same else '不同：记录的系数不是本版证据库的'}{sizes}"


def _causes(causes: Sequence[Change], language: Language) -> Iterator[str]:
    if not causes:
        return
    yield f"原因 {len(causes)} 处" if language == "zh" else f"causes: {len(causes)}"
    told: Counter[str] = Counter()
    for change in causes:
        told[change.kind] += 1
        if told[change.kind] <= _LISTED:
            yield f"  {change.text(language)}{_forged(change, language)}"
    rest = sum(max(0, count - _LISTED) for count in told.values())
    if rest:
        yield f"  其余 {rest} 处见 --json" if language == "zh" else f"  {rest} more: see --json"


def _forged(change: Change, language: Language) -> str:
    """What is said of a value that nothing changed brings about."""
    if change.kind != "value":
        return ""
    if language == "en":
        return " (nothing that its formula reads has changed: a forged or stale number)"
    return "（公式所读的都没有变：伪造的或未重算的数）"


def _consequences(found: Verification, language: Language) -> Iterator[str]:
    if not found.consequences:
        return
    zh = language == "zh"
    count = len(found.consequences)
    yield f"后果 {count} 处" if zh else f"consequences: {count}"
    told = sorted((item for item in found.consequences if _rank(item) < _UNTOLD), key=_order)[:_MOST]
    for item in told:
        yield f"  {_consequence(item, language, name=len(found.causes) > 1)}"
    listed = {item.change.place for item in told}
    rest = Counter(item.change.sheet for item in found.consequences if item.change.place not in listed)
    if rest:
        counted = "、".join(f"{sheet} {number}" for sheet, number in rest.items())
        yield f"  其余 {rest.total()} 处：{counted}" if zh else f"  {rest.total()} more: {counted}"


def _rank(item: Consequence) -> int:
    """What a reader asks for first: 封面, the total, the counties' totals, other amounts in yuan on the tables."""
    change = item.change
    if change.sheet == COVER:
        return 0
    if change.sheet not in _TABLES or not _YUAN.search(change.what):
        return _UNTOLD
    if change.sheet != _COUNTIES:
        return 1 if "合计" in change.what else 3
    return 2 if "指标合计" in change.what else 3


def _order(item: Consequence) -> tuple[int, float]:
    """By rank, within it the largest difference first; 封面 stays as it is."""
    rank, difference = _rank(item), _difference(item.change)
    return rank, -abs(round(difference or 0.0, 2)) if rank else 0.0  # the last digits of programs differ


def _difference(change: Change) -> float | None:
    before, after = _number(change.expected), _number(change.found)
    return None if before is None or after is None else after - before


def _consequence(item: Consequence, language: Language, *, name: bool) -> str:
    change = item.change
    label = f"  {change.what}" if change.what else ""
    line = f"{change.sheet}!{change.cell}{label}{'：' if language == 'zh' else ': '}{_values(change)}"
    if not name:
        return line
    places = "、".join("!".join(place) for place in item.follows_from)
    more = item.causes - len(item.follows_from)
    if language == "zh":
        return f"{line}　因 {places}{f' 等 {item.causes} 处' if more else ''}"
    return f"{line}  from {places}{f' and {more} more' if more else ''}"


def _values(change: Change) -> str:
    """Before and after; amounts in yuan with what they differ by."""
    difference = _difference(change)
    if difference is None:
        return f"{change.expected} → {change.found}"
    before, after = float(change.expected), float(change.found)
    if not _YUAN.search(change.what):
        return f"{before:.15g} → {after:.15g}"
    return f"{before:,.2f} → {after:,.2f}（{difference:+,.2f} 元）"


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


_NO_CHANGE = ("（不算工作簿的改动）", " (no change of the workbook)")


def _against(
    items: Sequence[Against], language: Language, zh: str, en: str, remark: tuple[str, str] = _NO_CHANGE
) -> Iterator[str]:
    if not items:
        return
    yield f"{zh} {len(items)} 处{remark[0]}" if language == "zh" else f"{en}: {len(items)}{remark[1]}"
    for item in items[:_LISTED]:
        if language == "zh":
            yield f"  {PARTS[item.part]} {item.item}：记录 {item.recorded}，现为 {item.now}"
        else:
            recorded, now = ("none" if side == NOT_THERE else side for side in (item.recorded, item.now))
            yield f"  {item.part} {item.item}: recorded {recorded}, now {now}"
    if len(items) > _LISTED:
        rest = len(items) - _LISTED
        yield f"  其余 {rest} 处见 --json" if language == "zh" else f"  {rest} more: see --json"
