"""A verification in words: causes first, then what follows from them, the most important by name and the rest counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from qhgep.errors import Language
from qhgep.phrases import in_language, phrase, word
from qhgep.workbook.account.context import COVER
from qhgep.workbook.verify.against_files import PARTS, Against
from qhgep.workbook.verify.causes import Consequence
from qhgep.workbook.verify.changes import CellChange
from qhgep.workbook.verify.row_choice import NOT_THERE
from qhgep.workbook.verify.verify import NOTES, Verification

_COUNTIES = "分县价值量"
_TABLES = frozenset({"下达表", "结算表", "发放表", "情景测算表", "补偿资金测算表", "协议资金测算表", "汇总", _COUNTIES})
"""The sheets whose amounts a reader asks for first."""
_UNTOLD = 4
"""The rank of what is counted only."""
_MOST, _LISTED = 12, 40
"""How many consequences are told by name; how many causes of one kind, and lines of a second list."""
_YUAN = re.compile(r"（元(/a)?(（\d+ 年价）)?）$")


def verification_text(found: Verification, language: Language) -> str:
    """Causes with old and new, the most important consequences, notes, second lists, and the verdict last."""
    lines = [*_causes(found.causes, language), *_consequences(found, language)]
    if found.note:
        lines.append(in_language(language, *NOTES[found.note]))
    lines += [found.appearance.text(language)] if found.appearance.text(language) else []
    lines += _store(found, language)
    if found.files:
        lines += _against(found.files, language, "verify.files_differ")
    elif found.files is not None:
        lines.append(phrase("verify.files_agree", language))
    return "\n".join([*lines, _verdict(found, language)])


def _store(found: Verification, language: Language) -> Iterator[str]:
    """What the store has otherwise: after another version no change of the workbook; in the same version the record is not its own."""
    other = found.appearance.compared == "not"
    yield from _against(found.store, language, "verify.store_differs" if other else "verify.store_foreign")


def _verdict(found: Verification, language: Language) -> str:
    causes, consequences = len(found.causes), len(found.consequences)
    other = found.appearance.compared == "not"
    facts = {"cells": found.cells, "formulas": found.formulas}
    sizes = phrase("verify.numbers" if other else "verify.cells", language, **facts)
    if found.changes:
        return phrase("verify.differs", language, causes=causes, consequences=consequences, sizes=sizes)
    verdict = "unverified" if found.note else "same" if found.same else "not_of_store"
    return phrase(f"verify.{verdict}", language, sizes=sizes)


def _causes(causes: Sequence[CellChange], language: Language) -> Iterator[str]:
    if not causes:
        return
    yield phrase("verify.causes", language, count=len(causes))
    told: Counter[str] = Counter()
    for change in causes:
        told[change.kind] += 1
        if told[change.kind] <= _LISTED:
            yield f"  {change.text(language)}{_forged(change, language)}"
    rest = sum(max(0, count - _LISTED) for count in told.values())
    if rest:
        yield phrase("common.more_in_json", language, rest=rest)


def _forged(change: CellChange, language: Language) -> str:
    """What is said of a value that nothing changed brings about."""
    if change.kind != "value":
        return ""
    return phrase("verify.forged", language)


def _consequences(found: Verification, language: Language) -> Iterator[str]:
    if not found.consequences:
        return
    count = len(found.consequences)
    yield phrase("verify.consequences", language, count=count)
    told = sorted((item for item in found.consequences if _rank(item) < _UNTOLD), key=_order)[:_MOST]
    for item in told:
        yield f"  {_consequence(item, language, name=len(found.causes) > 1)}"
    named = {item.change.place for item in told}
    rest = Counter(item.change.sheet for item in found.consequences if item.change.place not in named)
    if rest:
        counted = "、".join(f"{sheet} {number}" for sheet, number in rest.items())
        yield phrase("verify.more_counted", language, total=rest.total(), counted=counted)


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


def _difference(change: CellChange) -> float | None:
    before, after = _number(change.expected), _number(change.found)
    return None if before is None or after is None else after - before


def _consequence(item: Consequence, language: Language, *, name: bool) -> str:
    change = item.change
    label = f"  {change.what}" if change.what else ""
    line = f"{change.sheet}!{change.cell}{label}{phrase('common.colon', language)}{_values(change, language)}"
    if not name:
        return line
    places = "、".join("!".join(place) for place in item.follows_from)
    more = item.causes - len(item.follows_from)
    rest = phrase("verify.follows_more", language, causes=item.causes, more=more) if more else ""
    return f"{line}{phrase('verify.follows', language, places=places)}{rest}"


def _values(change: CellChange, language: Language) -> str:
    """Before and after; amounts in yuan with what they differ by."""
    difference = _difference(change)
    if difference is None:
        return f"{change.expected} → {change.found}"
    before, after = float(change.expected), float(change.found)
    if not _YUAN.search(change.what):
        return f"{before:.15g} → {after:.15g}"
    return f"{before:,.2f} → {after:,.2f}{phrase('verify.yuan', language, difference=f'{difference:+,.2f}')}"


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _against(items: Sequence[Against], language: Language, key: str) -> Iterator[str]:
    if not items:
        return
    yield phrase(key, language, count=len(items))
    for item in items[:_LISTED]:
        english = tuple("none" if side == NOT_THERE else side for side in (item.recorded, item.now))
        recorded, now = in_language(language, (item.recorded, item.now), english)
        part = word(PARTS, item.part, language)
        yield phrase("verify.record_line", language, part=part, item=item.item, recorded=recorded, now=now)
    if len(items) > _LISTED:
        rest = len(items) - _LISTED
        yield phrase("common.more_in_json", language, rest=rest)
