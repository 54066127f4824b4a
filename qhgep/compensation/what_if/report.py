"""The answers in words, for a screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.derivation.rounding import exact_text
from qhgep.compensation.plan.factors import covered_name
from qhgep.compensation.what_if.answers import Answers
from qhgep.compensation.what_if.effect import PaymentEffect
from qhgep.compensation.what_if.pool import Shortfall, SmallestPool
from qhgep.compensation.what_if.rows import AllRows, RowEffect
from qhgep.compensation.what_if.weights import End, Range, WeightRanges
from qhgep.errors import Language
from qhgep.money import Fen, yuan
from qhgep.phrases import heads, in_language, listed, phrase
from qhgep.text_tables import columns

_DIGITS = 8


def answers_text(found: Answers, language: Language = "zh") -> str:
    """Every answer as lines and tables, then every question that was not answered, with its reason."""
    made = found.trial.with_pool(found.plan.pool_fen)
    names = {item.id: item.zh for item in made.recipients}
    lines = [f"{found.plan.title}　{'　'.join(made.heading.notices_in(language))}"]
    if found.pool is not None and found.before is not None:
        lines += _pool(found.pool, found.before.source, names, yuan(found.plan.payable), language)
    if found.effect is not None:
        lines += _effect(found.effect, made, language)
    for one in found.weights:
        lines += _weight(one, names, language)
    if found.weights:
        lines.append(phrase("what_if.ranges_note", language))
    lines += [phrase("what_if.unanswered", language, told=item.text(language)) for item in found.unanswered]
    return "\n".join(lines)


def row_effect_text(found: RowEffect, language: Language = "zh") -> str:
    """What other values of coefficient rows would pay: the rows, then yuan now, then and the change by recipient."""
    names = {item.id: item.zh for item in found.before.recipients}
    lines = [phrase("what_if.row_effect", language, title=found.before.title)]
    for old, new in found.rows:
        facts = {"row": old.row, "name": _of_vocabulary(old.key, language), "old": old.value, "new": new.value}
        lines.append(phrase("what_if.row_change", language, **facts, unit=old.unit))
    if found.unread:
        lines.append(phrase("what_if.unread", language, rows=listed(found.unread, language, "pause")))
    rows = [
        [code, names[code], _money(fen), _money(found.after.fen[code]), _signed(found.change(code))]
        for code, fen in found.before.fen.items()
    ]
    total = Fen(sum(found.change(code) for code in found.before.fen))
    rows.append(["*", phrase("common.total", language), "", "", _signed(total)])
    return "\n".join([*lines, columns([heads("what_if.change_heads", language), *rows], right=[2, 3, 4])])


def all_rows_text(found: AllRows, language: Language = "zh") -> str:
    """Yuan per percent of each coefficient row by recipient, the rows that move most first; then those that move nobody."""
    lines = [phrase("what_if.all_rows", language, title=found.before.title)]
    if found.rows:
        recipients = (_recipient(item.zh, item.id, language) for item in found.before.recipients)
        head = [*heads("what_if.row_heads", language), *recipients]
        rows = [
            [
                row.row,
                _of_vocabulary(row.key, language),
                _of_vocabulary(row.ecosystem, language),
                *(_signed(moved[item.id]) for item in found.before.recipients),
            ]
            for row, moved in found.rows
        ]
        lines.append(columns([head, *rows], right=range(3, len(head))))
    still = listed((row.row for row in found.still), language, "pause")
    lines.append(phrase("what_if.still", language, rows=still or phrase("what_if.none", language)))
    lines += [phrase("what_if.refused", language, row=row, reason=reason) for row, reason in found.refused.items()]
    return "\n".join(lines)


def _of_vocabulary(name: str, language: Language) -> str:
    """A quantity or an ecosystem: its Chinese name, or its id."""
    return in_language(language, covered_name(name), name)


def _recipient(name: str, code: str, language: Language) -> str:
    return phrase("derivation.recipient", language, name=name, code=code)


def _money(amount: Fen) -> str:
    return f"{Decimal(yuan(amount)):,}"


def _signed(amount: Fen) -> str:
    return f"+{_money(amount)}" if amount > 0 else _money(amount)


def _pool(found: SmallestPool, source: str, names: Mapping[str, str], unit: str, language: Language) -> Iterator[str]:
    yield phrase("what_if.pool", language, source=source, unit=unit, present=_money(found.present))
    if found.smallest is not None:
        yield phrase("what_if.smallest", language, amount=_money(found.smallest))
        yield _short("what_if.one_unit_less", found.below_smallest, names, language)
    else:
        yield phrase("what_if.smallest_untried", language)
    safe = "what_if.safe_exact" if found.safe_exact else "what_if.safe_bound"
    yield phrase(safe, language, amount=_money(found.safe))
    if found.safe != found.smallest:
        yield phrase("what_if.two_pools", language)
        yield _short("what_if.one_unit_less", found.below_safe, names, language)
    if found.largest is not None:
        yield phrase("what_if.largest", language, amount=_money(found.largest))
    yield _short("what_if.now_below", found.now, names, language)


def _short(head: str, found: Sequence[Shortfall], names: Mapping[str, str], language: Language) -> str:
    told = [
        phrase(
            "what_if.shortfall", language, name=names[one.recipient], code=one.recipient, fen=_money(one.fen),
            before=_money(one.before), less=_money(Fen(one.before - one.fen)),
        )
        for one in found
    ]  # fmt: skip
    short = listed(told, language, "semicolon") or phrase("what_if.none", language)
    return phrase("what_if.short", language, head=phrase(head, language), told=short)


def _effect(found: PaymentEffect, made: Allocation, language: Language) -> Iterator[str]:
    title = "what_if.more" if found.more > 0 else "what_if.less"
    yield phrase(title, language, amount=_money(Fen(abs(found.more))), pool=_money(found.pool))
    rows = [
        [
            item.id, item.zh, _money(found.before[item.id]), _money(found.after[item.id]),
            _signed(found.change(item.id)), exact_text(found.exact[item.id], language),
        ]
        for item in made.recipients
    ]  # fmt: skip
    total = Fen(sum(found.change(item.id) for item in made.recipients))
    rest = {"carried": found.carried, "retained": found.retained, "gap": found.gap}
    rows.append(["*", phrase("common.total", language), "", "", _signed(total), ""])
    rows += [
        ["*", phrase(f"derivation.{name}", language), "", "", _signed(amount), ""]
        for name, amount in rest.items()
        if amount
    ]
    yield columns([heads("what_if.effect_heads", language), *rows], right=[2, 3, 4])


def _weight(found: WeightRanges, names: Mapping[str, str], language: Language) -> Iterator[str]:
    name = in_language(language, found.zh, found.factor)
    yield phrase("what_if.weight", language, name=name, weight=_number(found.weight, language))
    yield phrase("what_if.present", language, ranges=_ranges(found.present, names, language))
    if found.has_last_year:
        yield phrase("what_if.last_year", language, ranges=_ranges(found.last_year, names, language))
    yield phrase("what_if.ranking", language, ranges=_ranges(found.ranking, names, language))


def _ranges(found: Sequence[Range], names: Mapping[str, str], language: Language) -> str:
    told = [_range(one, names, language) for one in found]
    return listed(told, language, "semicolon") or phrase("what_if.no_weight", language)


def _range(found: Range, names: Mapping[str, str], language: Language) -> str:
    if found.low.at == found.high.at:
        return phrase("what_if.only", language, weight=_number(found.low.at, language))
    return listed((_end(end, names, language) for end in (found.low, found.high)), language, "between")


def _end(end: End, names: Mapping[str, str], language: Language) -> str:
    weight = _number(end.at, language)
    if not end.by:
        return weight
    return phrase(
        "what_if.end", language, weight=weight, names=listed((names[code] for code in end.by), language, "pause")
    )


def _number(value: Fraction, language: Language) -> str:
    """A number as a decimal where it ends after a few places, else also as a fraction."""
    short = f"{float(value):.{_DIGITS}g}"
    return short if Fraction(short) == value else phrase("what_if.about", language, short=short, exact=value)
