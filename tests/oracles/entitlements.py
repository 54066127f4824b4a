"""Entitlements: what everyone is due from below, in yuan, whatever the pool is."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from tests.oracles.numbers import UNITS, Amounts, CannotBe, fifteen, half_up, table

Terms = Mapping[str, Any]
MU_PER = {"mu": Fraction(1), "ha": Fraction(15), "km2": Fraction(1500)}
"""亩 in a unit of area: a hectare has fifteen."""


def area_rate(plan: Terms, codes: list[str], step: Terms) -> Amounts:
    """Areas x rates, added over the categories; half up to a unit where the rule says so. Areas may not be more than the total."""
    due, used = dict.fromkeys(codes, Fraction(0)), dict.fromkeys(codes, Fraction(0))
    for name, given in step["areas"].items():
        areas = table(given, codes) if isinstance(given, Mapping) else from_factor(plan, codes, step, given)
        rate = step["rates"][name]
        for code in codes:
            due[code] += areas[code] * Fraction(rate if isinstance(rate, str) else rate[code])
            used[code] += areas[code]
    for code, total in step.get("total", {}).items():
        if used[code] > Fraction(total):
            raise CannotBe("areas are more than the total")
    if (unit := step.get("rounded", "exact")) == "exact":
        return due
    return {code: Fraction(half_up(yuan * 100 / UNITS[unit]) * UNITS[unit], 100) for code, yuan in due.items()}


def from_factor(plan: Terms, codes: list[str], step: Terms, name: str) -> Amounts:
    """Figures of a factor in the unit of the step, half up to its decimals."""
    terms, places = plan["factor"][name], step["decimals"]
    times = MU_PER[terms["unit"]] / MU_PER[step.get("unit", "mu")]
    return {
        code: Fraction(half_up(fifteen(float(terms["values"][code])) * times * 10**places), 10**places)
        for code in codes
    }


def posts_wage(plan: Terms, codes: list[str], step: Terms) -> Amounts:
    """Posts x wage x months: the base share for all, the rest for those that passed."""
    del plan
    year, base = Fraction(step["wage"]) * Fraction(step["months"]), Fraction(step["base_share"])
    posts = table(step["posts"], codes)
    passed = table(step.get("passed", {}), codes)
    return {code: year * (posts[code] * base + passed[code] * (1 - base)) for code in codes}


def instalments(plan: Terms, codes: list[str], step: Terms) -> Amounts:
    """Certified areas of each task year x the rate of the instalment that this year is."""
    due = dict.fromkeys(codes, Fraction(0))
    for task, certified in step["certified"].items():
        rate = Fraction(step["rates"].get(str(plan["period"] - int(task) + 1), "0"))
        for code in codes:
            due[code] += rate * Fraction(certified[code])
    return due


def pooled_sum(plan: Terms, codes: list[str], step: Terms) -> Amounts:
    """Funds side by side; some are taken off."""
    del plan
    due = dict.fromkeys(codes, Fraction(0))
    for fund in step["funds"].values():
        for code in codes:
            due[code] += Fraction(fund["amounts"][code]) * (-1 if fund.get("deducted") else 1)
    return due


def formula_due(plan: Terms, codes: list[str], step: Terms) -> Amounts:
    """A formula in yuan, which Python reads by its own rules over fractions; each half up to the unit of the rule."""
    text = step["due"]
    for written, python in (("×", "*"), ("最小", "min"), ("（", "("), ("）", ")"), ("，", ",")):
        text = text.replace(written, python)
    per_hectare = {"CNY/mu": 15, "CNY/ha": 1, "ha": 1}
    numbers = {name: Fraction(value) * per_hectare[step["units"][name]] for name, value in step["parameters"].items()}
    due = {}
    for code in codes:
        values = {name: fifteen(float(terms["values"][code])) for name, terms in plan["factor"].items()}
        yuan = eval(text, {"min": min}, {**values, **numbers})  # noqa: S307 - a text of our own draws
        due[code] = Fraction(half_up(yuan * 100 / UNITS[step["rounded"]]) * UNITS[step["rounded"]], 100)
    return due


RULES: Mapping[str, Callable[[Terms, list[str], Terms], Amounts]] = {
    "area_rate": area_rate, "posts_wage": posts_wage, "instalments": instalments, "pooled_sum": pooled_sum,
    "formula_due": formula_due,
}  # fmt: skip


def household_limits(due: Amounts, step: Terms) -> Amounts:
    """No household below the floor or above the cap; a floor above the cap cannot be."""
    found = {}
    for code, yuan in due.items():
        low, high = (
            Fraction(given if isinstance(given, str) else given[code]) for given in (step["least"], step["most"])
        )
        if low > high:
            raise CannotBe("a household's floor above its cap")
        found[code] = min(max(yuan, low), high)
    return found
