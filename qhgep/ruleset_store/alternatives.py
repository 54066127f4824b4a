"""What an account may be given instead of each other: the inputs of the methods that a ruleset leaves to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from qhgep.quantities import area, county_area, days_in_period
from qhgep.ruleset_store.ruleset import Ruleset

_ALWAYS = frozenset({area.name, county_area.name})
"""The land is asked whatever the method."""
InputSet = tuple[str, ...]
"""Inputs that are enough together."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """A quantity that can be had in several ways: one of them is enough. `own` are the inputs that serve nothing else."""

    quantity: str
    ways: tuple[InputSet, ...]
    own: frozenset[str]


def method_leaves(rules: Ruleset, quantity: str, method: str, given: set[str]) -> Iterator[str]:
    """The inputs of a method down to what is given or what nothing computes; coefficients and the days of the period are had."""
    for item in rules.catalogue.formulas[quantity, method].inputs:
        below = rules.bind.get(item.name)
        if below is not None and item.name not in given:
            yield from method_leaves(rules, *below.id, given)
        elif not item.is_coefficient and item.name != days_in_period.name:
            yield item.name


def one_of(rules: Ruleset) -> tuple[OneOf, ...]:
    """The choices of a ruleset between ways that need different inputs; a way that needs all of another and more is left out.

    Where a choice has the ways of another below it, that one is named; a choice below a named one is part of it.
    """
    ways = {name: found for name in rules.choices if len(found := _shortest(_input_sets(rules, name))) > 1}
    inner = {name: _inner(rules, name) for name in rules.choices}
    named = [name for name in ways if not any(set(ways.get(below, ())) == set(ways[name]) for below in inner[name])]
    outer = [name for name in named if not any(name in inner[other] for other in named)]
    return tuple(OneOf(name, ways[name], _own(rules, name, ways[name], inner)) for name in outer)


def _own(rules: Ruleset, quantity: str, ways: Iterable[InputSet], inner: Mapping[str, set[str]]) -> frozenset[str]:
    """The inputs of a choice that no other choice and no formula needs but those that it is part of."""
    apart = [name for name in rules.choices if name not in {quantity} | inner[quantity] and quantity not in inner[name]]
    others = {leaf for name in apart for way in _input_sets(rules, name) for leaf in way} | {
        leaf.name for leaf in rules.leaves
    }
    return frozenset(name for way in ways for name in way) - others


def _inner(rules: Ruleset, quantity: str) -> set[str]:
    """The choices below a choice."""
    below = {
        name for method in rules.choices[quantity] for name in method_leaves(rules, quantity, method, set())
    } & rules.choices.keys() - {quantity}
    return below | {name for choice in below for name in _inner(rules, choice)}


def _input_sets(rules: Ruleset, quantity: str) -> list[InputSet]:
    """The inputs of each method; one that waits for another choice is a way with each of the ways of that."""
    found: list[InputSet] = []
    for method in rules.choices[quantity]:
        leaves = list(dict.fromkeys(method_leaves(rules, quantity, method, set())))
        waiting = [_input_sets(rules, name) for name in leaves if name in rules.choices and name != quantity]
        plain = [name for name in leaves if name not in rules.choices and name not in _ALWAYS]
        found += [tuple(dict.fromkeys([*plain, *(name for way in ways for name in way)])) for ways in product(*waiting)]
    return found


def _shortest(ways: Iterable[InputSet]) -> tuple[InputSet, ...]:
    """The ways, each once, none that holds another; without what all of them have."""
    known = [way for way in dict.fromkeys(ways) if way]
    least = [way for way in known if not any(set(other) < set(way) for other in known)]
    common = set[str].intersection(*map(set, least)) if least else set[str]()
    apart = (tuple(name for name in way if name not in common) for way in least)
    return tuple(dict.fromkeys(way for way in apart if way))
