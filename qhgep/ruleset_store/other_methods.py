"""What a ruleset would be by another of the methods that it lists: alone, or with those that must be done alike."""

from __future__ import annotations

from contextlib import suppress

from qhgep.errors import RulesetError
from qhgep.ruleset_store.ruleset import Ruleset, with_methods


def with_other_method(ruleset: Ruleset, quantity: str, method: str) -> tuple[Ruleset, tuple[str, ...]] | None:
    """The ruleset with another of the methods that it lists, and the quantities that had to change with it; None where it refuses.

    What must be done alike (a stock's cost, or its annuity, for water and for floods) is: where the change alone is refused, the
    choices that follow the same method now and list the other one take it too.
    """
    mine = ruleset.bind[quantity].method if quantity in ruleset.bind else ""
    alike = tuple(
        name
        for name, listed in ruleset.choices.items()
        if name != quantity and name in ruleset.bind and ruleset.bind[name].method == mine and method in listed
    )
    for others in dict.fromkeys(((), alike)):
        with suppress(RulesetError):
            return with_methods(ruleset, dict.fromkeys((quantity, *others), method)), others
    return None
