"""A whole plan: its steps one after the other, and the fen that are paid at the end, in phases where there are some."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.oracles import divisions, entitlements, settlements
from tests.oracles.numbers import UNITS, Amounts, CannotBe, half_up, largest_remainders

Terms = Mapping[str, Any]


@dataclass(frozen=True)
class Paid:
    """Exact yuan after each step, and fen: paid, carried over, kept back, lacking, and by phase."""

    steps: list[Amounts]
    fen: dict[str, int]
    carried: int = 0
    retained: int = 0
    gap: int = 0
    phases: list[dict[str, int]] = field(default_factory=list)


def codes_of(plan: Terms) -> list[str]:
    """The recipients in the order of their codes."""
    return sorted([*plan.get("recipients", []), *(one["id"] for one in plan.get("recipient", []))])


def settle(plan: Terms) -> Paid:
    """What a plan comes to. Raises CannotBe for one whose numbers cannot be followed."""
    rule = plan["step"][0]["rule"]
    found = (
        _division(plan) if rule in divisions.RULES else _settlement(plan) if rule in settlements.RULES else _due(plan)
    )
    phases = _phases(plan, found.fen)
    return Paid(found.steps, found.fen, found.carried, found.retained, found.gap, phases)


def _pool(plan: Terms) -> int:
    return int(Fraction(plan["pool"]) * 100)


def _division(plan: Terms) -> Paid:
    codes, unit, pool = codes_of(plan), UNITS[plan["round_to"]], _pool(plan)
    state, steps = divisions.Division(plan, codes, pool // unit), []
    carries = False
    for step in plan["step"]:
        state = divisions.RULES[step["rule"]](state, step)
        steps.append({code: amount * unit / 100 for code, amount in state.amounts.items()})
        carries = carries or sum(state.amounts.values()) < state.pool
    exact = state.amounts
    together = sum(exact.values())
    units = largest_remainders(exact, together.numerator // together.denominator)
    fen = {code: units[code] * unit for code in codes}
    left, residue = pool - sum(fen.values()), pool % unit
    carries = carries and plan["step"][-1].get("withheld") != "retained"
    return Paid(steps, fen, carried=left - residue if carries else 0, retained=residue if carries else left)


def _due(plan: Terms) -> Paid:
    codes, unit, pool = codes_of(plan), UNITS[plan["round_to"]], _pool(plan)
    due, steps = dict.fromkeys(codes, Fraction(0)), []
    for step in plan["step"]:
        if step["rule"] == "household_limits":
            due = entitlements.household_limits(due, step)
        else:
            own = entitlements.RULES[step["rule"]](plan, codes, step)
            due = {code: due[code] + own[code] for code in codes}
        if min(due.values()) < 0:
            raise CannotBe("somebody is due less than nothing")
        steps.append(due)
    fen = {code: half_up(yuan * 100 / unit) * unit for code, yuan in due.items()}
    left = pool - sum(fen.values())
    return Paid(steps, fen, retained=max(left, 0), gap=max(-left, 0))


def _settlement(plan: Terms) -> Paid:
    codes, unit = codes_of(plan), UNITS[plan["round_to"]]
    owed, steps = dict.fromkeys(codes, Fraction(0)), []
    for step in plan["step"]:
        own = settlements.RULES[step["rule"]](codes, step)
        owed = {code: owed[code] + own[code] for code in codes}
        steps.append(owed)
    if sum(amount for amount in owed.values() if amount > 0) * 100 > _pool(plan):
        raise CannotBe("more is moved than the agreement names")
    units = settlements.in_units({code: yuan * 100 / unit for code, yuan in owed.items()})
    return Paid(steps, {code: units[code] * unit for code in codes})


def _phases(plan: Terms, fen: dict[str, int]) -> list[dict[str, int]]:
    """A share of each amount cut to whole units, a stated amount, and at last what is left."""
    unit, left, found = UNITS[plan["round_to"]], dict(fen), []
    for phase in plan.get("phase", []):
        if phase.get("share"):
            part = Fraction(phase["share"])
            now = {code: int(amount // unit * part) * unit for code, amount in fen.items()}
        elif phase.get("amounts"):
            now = {code: int(Fraction(phase["amounts"].get(code, "0")) * 100) for code in fen}
        else:
            now = dict(left)
        left = {code: left[code] - now[code] for code in fen}
        found.append(now)
    return found
