"""Divisions: a pool shared by weights, and what later steps make of it. Amounts are payable units until the end.

A state says what everyone is sure of (`held`) and by what the rest is shared (`score`); floors and caps end that, since
after them amounts are no longer in the proportion of anything: `fixed`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from tests.oracles.numbers import UNITS, Amounts, CannotBe, fifteen, half_up, table

Step = Mapping[str, Any]
NOTHING = Fraction(0)


@dataclass(frozen=True)
class Division:
    """A division under way, in payable units."""

    plan: Mapping[str, Any]
    codes: list[str]
    pool: int
    held: Amounts = field(default_factory=dict)
    score: Amounts = field(default_factory=dict)
    fixed: Amounts | None = None

    @property
    def unit(self) -> int:
        """The payable unit in fen."""
        return UNITS[self.plan["round_to"]]

    def units(self, yuan: str) -> Fraction:
        """Yuan as payable units."""
        return Fraction(yuan) * 100 / self.unit

    @property
    def amounts(self) -> Amounts:
        """What everyone has by now."""
        if self.fixed is not None:
            return self.fixed
        left, scores = self.pool - sum(self.held.values()), sum(self.score.values())
        return {code: self.held[code] + left * self.score[code] / scores for code in self.codes}


def shares_of(state: Division, factor: str, decimals: int | None) -> Amounts:
    """Everyone's part of a factor, rounded half up where decimals are stated; what is negative counts as zero where the plan says so."""
    terms = state.plan["factor"][factor]
    values = {code: fifteen(float(terms["values"][code])) for code in state.codes}
    if terms.get("negative") == "zero":
        values = {code: max(value, NOTHING) for code, value in values.items()}
    together = sum(values.values())
    parts = {code: value / together for code, value in values.items()}
    if decimals is None:
        return parts
    return {code: Fraction(half_up(part * 10**decimals), 10**decimals) for code, part in parts.items()}


def weighed(state: Division, step: Step) -> Amounts:
    """The sum of weights x shares."""
    found = dict.fromkeys(state.codes, NOTHING)
    for factor, weight in step["weights"].items():
        for code, share in shares_of(state, factor, step.get("decimals")).items():
            found[code] += Fraction(weight) * share
    return found


def weighted(state: Division, step: Step) -> Division:
    """All of the pool by weighted shares."""
    return replace(state, held=dict.fromkeys(state.codes, NOTHING), score=weighed(state, step))


def formula(state: Division, step: Step) -> Division:
    """All of the pool in proportion to a formula, which Python reads by its own rules; the numbers in it are fractions."""
    text = step["score"]
    for written, python in (
        ("×", "*"),
        ("÷", "/"),
        ("−", "-"),
        ("最大", "max"),
        ("最小", "min"),
        ("（", "("),
        ("）", ")"),
        ("，", ","),
    ):
        text = text.replace(written, python)
    numbers = {name: Fraction(value) for name, value in step["parameters"].items()}
    score = {}
    for code in state.codes:
        values = {}
        for name, terms in state.plan["factor"].items():
            value = fifteen(float(terms["values"][code]))
            values[name] = max(value, NOTHING) if terms.get("negative") == "zero" else value
        score[code] = eval(  # noqa: S307 - a text of our own draws
            text, {"max": max, "min": min}, {**values, **numbers}
        )
    if any(not sum(Fraction(terms["values"][code]) for code in state.codes) for terms in state.plan["factor"].values()):
        raise CannotBe("a factor of shares comes to nothing")
    if not any(score.values()):
        raise CannotBe("nothing to share by")
    return replace(state, held=dict.fromkeys(state.codes, NOTHING), score=score)


def base_increment(state: Division, step: Step) -> Division:
    """Last year's amounts, and the growth by weighted shares; a smaller pool by last year's amounts, where that is agreed."""
    base = {code: state.units(step["base"][code]) for code in state.codes}
    if sum(base.values()) <= state.pool:
        return replace(state, held=base, score=weighed(state, step))
    if step.get("cuts", "refuse") == "refuse":
        raise CannotBe("the pool is less than last year's amounts")
    if (decimals := step.get("decimals")) is not None:
        together = sum(base.values())
        base = {code: Fraction(half_up(part / together * 10**decimals)) for code, part in base.items()}
    return replace(state, held=dict.fromkeys(state.codes, NOTHING), score=base)


def tilt(state: Division, step: Step) -> Division:
    """Shares x multiplier, shared anew."""
    score = {code: state.score[code] * Fraction(step["multipliers"][code]) for code in state.codes}
    if not any(score.values()):
        raise CannotBe("nothing left to share by")
    return replace(state, score=score)


def phase_in(state: Division, step: Step) -> Division:
    """The old amounts with what the new formula has not yet, rounded half up to the payable unit; the rest by the new one."""
    new = Fraction(step["shares"][str(state.plan["period"])])
    old = {code: state.units(step["old"][code]) for code in state.codes}
    if sum(old.values()) != state.pool:
        raise CannotBe("the old amounts are not the pool")
    return on_top(state, {code: Fraction(half_up(amount * (1 - new))) for code, amount in old.items()})


def top_up(state: Division, step: Step) -> Division:
    """Fixed amounts on top."""
    return on_top(state, {code: state.units(step["amounts"].get(code, "0")) for code in state.codes})


def award_penalty(state: Division, step: Step) -> Division:
    """Yuan by class; or a share, by class, of given amounts, rounded half up to the payable unit."""
    rate = {code: step["table"][step["classes"][code]] for code in state.codes}
    if not step.get("of"):
        return on_top(state, {code: state.units(yuan) for code, yuan in rate.items()})
    of = {code: state.units(step["of"][code]) for code in state.codes}
    return on_top(state, {code: Fraction(half_up(of[code] * Fraction(rate[code]))) for code in state.codes})


def on_top(state: Division, extra: Amounts) -> Division:
    """More is held, so less is shared; nobody may come below zero, nor the rest."""
    after = replace(state, held={code: state.held[code] + extra[code] for code in state.codes})
    if sum(after.held.values()) > state.pool or min(after.amounts.values()) < 0:
        raise CannotBe("more on top than there is, or somebody below zero")
    return after


def floor(state: Division, step: Step) -> Division:
    """Nobody below the floor; the others give in proportion."""
    least = {code: state.units(step["amounts"].get(code, "0")) for code in state.codes}
    return replace(state, fixed=between(state, least, {}))


def bounds(state: Division, step: Step) -> Division:
    """Nobody below the floor or above the cap, and nobody below what is held."""
    most = {code: state.units(yuan) for code, yuan in step["most"].items()}
    least = {code: state.units(step["least"].get(code, "0")) for code in state.codes}
    return replace(state, fixed=between(state, least, most))


def cap(state: Division, step: Step) -> Division:
    """Nobody above the cap; what that takes is shared by the others, or carried over."""
    most = {code: state.units(yuan) for code, yuan in step["amounts"].items()}
    if step["excess"] == "share":
        return replace(state, fixed=between(state, dict.fromkeys(state.codes, NOTHING), most))
    return replace(state, fixed={code: min(has, most.get(code, has)) for code, has in state.amounts.items()})


def deduction(state: Division, step: Step) -> Division:
    """A share of an amount is taken and carried over."""
    taken = table(step["shares"], state.codes)
    return replace(state, fixed={code: has * (1 - taken[code]) for code, has in state.amounts.items()})


def least_payment(state: Division, step: Step) -> Division:
    """Nothing for those below; the others share all of the pool as before, or what is withheld is not divided."""
    least = state.units(step["amount"])
    reached = {code: has >= least for code, has in state.amounts.items()}
    if step["withheld"] != "redivided":
        return replace(state, fixed={code: has if reached[code] else NOTHING for code, has in state.amounts.items()})
    held, score = (
        {code: has if reached[code] else NOTHING for code, has in those.items()} for those in (state.held, state.score)
    )
    if not any(score.values()):
        raise CannotBe("nobody is left to divide by")
    return replace(state, held=held, score=score)


def round_down(state: Division, step: Step) -> Division:
    """Whole multiples of a larger unit; the rest is carried over."""
    size = UNITS[step["unit"]] // state.unit
    return replace(state, fixed={code: Fraction(has // size * size) for code, has in state.amounts.items()})


def between(state: Division, least: Amounts, most: Amounts) -> Amounts:
    """Held units + level x score, no less than `least` and no more than `most`, at the level where all are the pool.

    What all have together rises with the level, and in a straight line between two levels at which somebody meets a limit.
    So the two such levels around the pool are found, and the level between them by proportion.
    """
    least = {code: max(low, state.held[code]) for code, low in least.items()}
    if any(code in most and low > most[code] for code, low in least.items()):
        raise CannotBe("a floor above a cap")

    def at(level: Fraction) -> Amounts:
        found = {code: max(least[code], state.held[code] + level * state.score[code]) for code in state.codes}
        return {code: min(amount, most.get(code, amount)) for code, amount in found.items()}

    limits = [(code, limit) for table_ in (least, most) for code, limit in table_.items() if state.score[code]]
    levels = sorted({(limit - state.held[code]) / state.score[code] for code, limit in limits} | {NOTHING})
    sums = [sum(at(level).values()) for level in levels]
    if state.pool < sums[0]:
        raise CannotBe("floors above the pool")
    above = next((place for place, together in enumerate(sums) if together >= state.pool), None)
    if above is not None and sums[above] == state.pool:
        return at(levels[above])
    low = levels[above - 1] if above else levels[-1]
    high = levels[above] if above else low + 1
    start, rise = sum(at(low).values()), sum(at(high).values()) - sum(at(low).values())
    if not rise:
        raise CannotBe("caps below the pool")
    return at(low + (high - low) * (state.pool - start) / rise)


RULES: Mapping[str, Callable[[Division, Step], Division]] = {
    "weighted": weighted, "formula": formula, "base_increment": base_increment, "tilt": tilt, "phase_in": phase_in, "top_up": top_up,
    "award_penalty": award_penalty, "floor": floor, "cap": cap, "bounds": bounds, "deduction": deduction,
    "round_down": round_down, "least_payment": least_payment,
}  # fmt: skip
