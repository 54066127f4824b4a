"""Settlements: who pays and who receives, in yuan; together nothing."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from tests.oracles.numbers import Amounts, CannotBe, half_up, largest_remainders, table

Terms = Mapping[str, Any]


def class_index(codes: list[str], step: Terms) -> Amounts:
    """The amount of the class, and the change x its rate between two limits: the payer pays the receiver."""
    amount = Fraction(step["classes"][step["section_class"]])
    if change := step.get("change"):
        found, rate, low, high = (Fraction(change[name]) for name in ("found", "rate", "low", "high"))
        product = found * rate
        amount += min(max(product, low), high)
    signs = {step["receiver"]: 1, step["payer"]: -1}
    return {code: amount * signs.get(code, 0) for code in codes}


def fixed_split(codes: list[str], step: Terms) -> Amounts:
    """Everyone pays and receives agreed parts of a fund; where a section failed, part of what its losers receive goes to others."""
    agreed = table(step["receive"], codes)
    receives = dict(agreed)
    lost = dict.fromkeys(codes, Fraction(0))
    for name in step.get("failed", []):
        section = step["sections"][name]
        losers = section["loser"] if isinstance(section["loser"], Mapping) else {section["loser"]: "1"}
        losers = {code: part for code, part in losers.items() if Fraction(part)}  # who bears nothing is no loser
        cut = Fraction(section["moved"]) * sum(agreed[code] for code in losers)
        for code, part in losers.items():
            receives[code] -= cut * Fraction(part)
            lost[code] += cut * Fraction(part)
        for code, part in section["to"].items():
            receives[code] += cut * Fraction(part)
    if any(lost[code] > agreed[code] for code in codes):
        raise CannotBe("a section moves more than its loser receives")
    pays, fund = table(step["pay"], codes), Fraction(step["fund"])
    paid, got = sum(pays.values()), sum(receives.values())
    return {code: fund * receives[code] / got - fund * pays[code] / paid for code in codes}


def back_payment(codes: list[str], step: Terms) -> Amounts:
    """What was paid too little comes after; what was paid too much goes back, or stays; one bears or takes the rest."""
    moved = dict.fromkeys(codes, Fraction(0))
    for code in codes:
        if code != step["treasury"]:
            lacks = Fraction(step["due"][code]) - Fraction(step["issued"][code])
            moved[code] = lacks if lacks > 0 or step["recover"] else Fraction(0)
    moved[step["treasury"]] = -sum(moved.values())
    return moved


def in_units(amounts: Amounts) -> dict[str, int]:
    """Whole units, signed: what is received and what is paid come to the same whole number, by largest remainders on each side."""
    goal = half_up(sum((amount for amount in amounts.values() if amount > 0), Fraction(0)))
    sides = [
        largest_remainders({code: amount * sign for code, amount in amounts.items() if amount * sign > 0}, goal)
        for sign in (1, -1)
    ]
    return {code: sides[0].get(code, 0) - sides[1].get(code, 0) for code in amounts}


RULES: Mapping[str, Callable[[list[str], Terms], Amounts]] = {
    "class_index": class_index, "fixed_split": fixed_split, "back_payment": back_payment,
}  # fmt: skip
