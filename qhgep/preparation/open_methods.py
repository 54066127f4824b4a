"""Which methods the stated data leave: one alone is proposed, several are left to a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qhgep.inputs import Input
from qhgep.quantities import area, county_area
from qhgep.ruleset_store.alternatives import method_leaves
from qhgep.ruleset_store.ruleset import Ruleset, with_methods


class StatedData:
    """The quantities of some rows: those with a number, and those that are stated at all, be it as missing."""

    def __init__(self, rows: Iterable[Input]) -> None:
        listed = list(rows)
        self.given = {row.quantity for row in listed if row.presence in {"value", "zero"}}
        self.declared = {row.quantity for row in listed}
        """What has a row, be it that it is missing: a choice among its methods is open, but none is proposed."""

    def proposed(self, rules: Ruleset) -> tuple[Ruleset, dict[str, str]]:
        """The choices that the data leave just one method for, made one after the other: each may decide the next.

        Where a choice that is open opens another method, the data leave two, and none is proposed.
        """
        proposed: dict[str, str] = {}
        while True:
            could = self._could(rules)
            ready = {
                name: found
                for name in rules.undecided
                if (found := self._ready(rules, name)) and name not in self.given
            }
            one = next(
                ((name, found[0]) for name, found in ready.items() if len(found) == 1 and found == could[name]), None
            )
            if one is None:
                return rules, proposed
            proposed[one[0]] = one[1]
            rules = with_methods(rules, dict([one]))

    def open(self, rules: Ruleset) -> dict[str, tuple[str, ...]]:
        """The choices left to a person: those whose methods have their inputs, also by way of another open choice.

        A choice that only some method of another needs is listed with that other, so that both can be made at once.
        """
        return self._needed(rules, self._could(rules))

    def _could(self, rules: Ruleset) -> dict[str, tuple[str, ...]]:
        """The methods of every choice that is open, also those that another open choice opens: looked for until none is new."""
        waiting = [name for name in rules.choices if name not in self.given | set(rules.bind)]
        found: dict[str, tuple[str, ...]] = {}
        while True:
            had = frozenset(found)
            now = {
                name: ready for name in waiting if (ready := self._ready(rules, name, had) or self._partly(rules, name))
            }
            if now == found:
                return found
            found = now

    def _needed(self, rules: Ruleset, found: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Those of the choices that the account reads, or that a method of one that is kept reads."""
        kept, new = set[str](), set(rules.undecided) & set(found)
        while new:
            kept |= new
            read = {
                leaf
                for name in new
                for method in found[name]
                for leaf in method_leaves(rules, name, method, self.given)
            }
            new = (read & set(found)) - kept
        return {name: methods for name, methods in found.items() if name in kept}

    def _ready(self, rules: Ruleset, quantity: str, had: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """The methods of a quantity for which every input is there, or `had` by a choice, and more than the land itself."""
        found, given = [], self.given | had
        for method in rules.choices[quantity]:
            needs = set(method_leaves(rules, quantity, method, given))
            if needs <= given and needs - {area.name}:
                found.append(method)
        return tuple(found)

    def _partly(self, rules: Ruleset, quantity: str) -> tuple[str, ...]:
        """The methods of a quantity whose inputs are all stated, some of them as missing: what is there can be added up."""
        found = []
        for method in rules.choices[quantity]:
            needs = set(method_leaves(rules, quantity, method, self.given))
            if needs <= self.declared and (needs & self.given) - {area.name, county_area.name}:
                found.append(method)
        return tuple(found)
