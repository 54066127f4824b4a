"""The same money under another name: a formula of a ruleset's own that computes once more what a counted line computes.

Values are written out down to what nothing computes, as sums of products. Where every product of one line has all the factors
of a product of another, it is that product again, or a share of it, whatever the quantities between are called.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

from qhgep.errors import Problems
from qhgep.ruleset_store.overlaps import Counted
from qhgep.ruleset_store.products import Factor, Product, Sum, has_factors
from qhgep.ruleset_store.schema import IndicatorLine, Overlap, RulesetFile

MONEY = "CNY/year"


def check_same_money(counted: Counted, file: RulesetFile, problems: Problems) -> tuple[Overlap, ...]:
    """No counted line computes again what another computes: by a formula of the file's own, or of a file that it extends.

    Gives what people should look at: own lines that value at another price an amount a year that another line values.
    """
    if not counted.local:
        return ()
    written = counted.written
    values = {line.value: line for line in counted.lines if line.value in counted.catalogue.vocabulary}
    sums = {name: written.out(counted.catalogue.vocabulary[name]) for name in values}
    grouped = any(problem.code.startswith("ruleset_overlap") for problem in problems.items)  # said there, and better
    told: set[frozenset[str]] = set()
    looks: list[Overlap] = []
    for part, whole in permutations(sorted(sums, key=lambda name: not counted.local & counted.rests_on(name)), 2):
        by = next((name for name in (part, whole) if counted.local & counted.rests_on(name)), None)
        if (
            by is None
            or frozenset({part, whole}) in told
            or part in counted.adds_up(whole)
            or whole in counted.adds_up(part)
        ):
            continue  # by name it is told already
        again = _again(sums[part], sums[whole]) or (None if grouped else _by_another_method(part, whole, counted))
        if again is not None:
            told.add(frozenset({part, whole}))
            facts = {"part": values[part].id, "whole": values[whole].id, "product": written.zh(again)}
            problems.add("ruleset_same_money", _place(by, values, counted, file), **facts)
        elif part == by and (amount := _same_amount(sums[part], sums[whole], counted)):
            told.add(frozenset({part, whole}))
            looks.append(Overlap(kind="check", of=[part, whole], reason=amount))
    return tuple(looks)


def _same_amount(part: Sum, whole: Sum, counted: Counted) -> str:
    """An amount of the year that stands in products of both: their names; empty where there is none. What is deducted is no such."""
    mine, theirs = (
        {factor for product, times in one.items() if times > 0 for factor, _ in product} for one in (part, whole)
    )
    shared = [factor for factor in mine & theirs if _a_year(factor, counted)]
    return "、".join(sorted(counted.written.zh(frozenset({(factor, 1)})) for factor in shared))


def _a_year(factor: Factor, counted: Counted) -> bool:
    """Whether a factor is an amount of the year, such as tonnes or visits: no price, no area, no share, no sum of money."""
    if isinstance(factor, tuple):
        return any(power > 0 and _a_year(item, counted) for item, power in factor[2])
    known = counted.catalogue.vocabulary.get(factor)
    if known is None or known.is_coefficient:
        return False
    powers = dict(known.unit.items)
    return powers.get("year", 0) < 0 and "CNY" not in powers


def _place(value: str, values: Mapping[str, IndicatorLine], counted: Counted, file: RulesetFile) -> str:
    """The formula by which it is computed again; the line of the indicator where that stands in another file."""
    below = counted.rests_on(value)
    places = [file.where("formula", formula) for formula in file.formula if formula.quantity in below]
    return next((place for place in places if place != file.name), file.where("indicator", values[value]))


def _again(part: Sum, whole: Sum) -> Product | None:
    """A product of the whole that the part computes again, with all else of the part; None where it does not.

    A whole that takes something off may have taken off just this: then only the same product is the same money.
    """
    found = None
    for product in (product for product, times in part.items() if times > 0):
        less = any(times < 0 for times in whole.values())
        found = next(
            (
                one
                for one, times in whole.items()
                if times > 0 and (product == one if less else has_factors(product, one))
            ),
            None,
        )
        if found is None:
            return None
    return found


def _by_another_method(part: str, whole: str, counted: Counted) -> Product | None:
    """What an own value computes of the other line, or of a part of its money, by another of the methods that the catalogue has for it."""
    if not counted.local & counted.rests_on(part):
        return None
    known = {
        name: counted.catalogue.vocabulary[name]
        for name in sorted(counted.adds_up(whole))
        if counted.catalogue.methods(name)
    }
    parts = [
        name
        for name, quantity in known.items()
        if str(quantity.unit) == MONEY and not counted.local & counted.rests_on(name)
    ]
    return next((found for name in parts if (found := counted.computes(part, name, whole=True)) is not None), None)
