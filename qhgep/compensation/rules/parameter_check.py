"""Checks of parameters of steps, each with the line: numbers in their limits, a value for every recipient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.parameters import number
from qhgep.compensation.rules.rule import PlanFacts
from qhgep.errors import PlanError, within
from qhgep.money import FEN_PER_YUAN, Fen, fen


@dataclass(frozen=True, slots=True)
class Limits:
    """What a parameter may be: at least `low`, at most `high`, whole, or whole payable units (`unit` in fen)."""

    low: Fraction | None = Fraction(0)
    high: Fraction | None = None
    whole: bool = False
    unit: int = 0

    def limits_text(self) -> str:
        """The limits in words, as `range_text` of a quantity has them."""
        low, high = (None if limit is None else f"{float(limit):g}" for limit in (self.low, self.high))
        of = "1" if self.whole else f"{self.unit / FEN_PER_YUAN:.2f}" if self.unit else ""
        ends = [] if low is None and high is None else [within(low, high)]
        return "，".join([*ends, *([f"{of} 的倍数"] if of else [])])

    def allow(self, value: Fraction) -> bool:
        """Whether a value lies within."""
        inside = (self.low is None or value >= self.low) and (self.high is None or value <= self.high)
        multiple = not self.unit or (value * FEN_PER_YUAN / self.unit).denominator == 1
        return inside and multiple and not (self.whole and value.denominator != 1)


ANY = Limits(low=None)
POSITIVE = Limits()
COUNT = Limits(whole=True)
SHARE = Limits(high=Fraction(1))
FEN = Limits(unit=1)


def check_number(text: str, limits: Limits, source: PlanText, key: Key, *, name: str = "") -> Fraction | None:
    """The value of a parameter, or None after noting what is wrong with it; its name is the key inside the step."""
    name = name or ".".join(map(str, key[2:]))
    try:
        value = number(text, name, where=source.where(*key))
    except PlanError as error:
        source.problems.take(error)
        return None
    if not limits.allow(value):
        source.add("plan_parameter_range", *key, name=name, found=text, expected=limits.limits_text())
        return None
    return value


def check_table(
    plan: PlanFacts, table: Mapping[str, str], limits: Limits, source: PlanText, key: Key, *, complete: bool = True
) -> dict[str, Fraction]:
    """The readable values of a table by recipient; strangers are noted, and who is missing where all are needed."""
    codes = [recipient.id for recipient in plan.named_recipients]
    for code in sorted(set(table) - set(codes)):
        source.add("plan_recipient_unknown", *key, code, recipient=code)
    wanted = codes if complete else [code for code in codes if code in table]
    found = {code: check_number(table.get(code, ""), limits, source, (*key, code)) for code in wanted}
    return {code: value for code, value in found.items() if value is not None}


def check_all_or_table(
    plan: PlanFacts, written: str | Mapping[str, str], limits: Limits, source: PlanText, key: Key
) -> None:
    """A parameter that is one number for all, or a table by recipient."""
    if isinstance(written, str):
        check_number(written, limits, source, key)
    else:
        check_table(plan, written, limits, source, key)


def check_party(plan: PlanFacts, code: str, source: PlanText, key: Key) -> bool:
    """Whether a code is a recipient's; noted where it is not."""
    known = code in {recipient.id for recipient in plan.named_recipients}
    if not known:
        source.add("plan_recipient_unknown", *key, recipient=code)
    return known


def check_money(amount: str, source: PlanText, *key: str | int) -> Fen | None:
    """The amount in fen, or None after noting what is wrong with it."""
    try:
        return fen(amount, where=source.where(*key))
    except PlanError as error:
        source.problems.take(error)
        return None
