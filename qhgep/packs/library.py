"""coefficients(): the store as a user meets it, with the shipped vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from qhgep.catalogue import shipped
from qhgep.catalogue.prices import carry, price_index
from qhgep.coefficient_store import Coefficients, PackPaths, as_known_on, load_coefficients, pack_paths
from qhgep.ruleset_store.ruleset import rulesets


def coefficients(packs: PackPaths = (), *, known_on: date | None = None) -> Coefficients:
    """The shipped coefficient rows with the given packs over them; `.of(key)`, `.row(id)`, `.frame()`.

    With `known_on` only rows whose `known_since` is on or before that day count; `.left_out` holds the others.
    Raises CoefficientError with every fault of the files.
    """
    return as_known_on(load_coefficients(shipped().words, pack_paths(packs)), known_on)


def where_used() -> Mapping[str, tuple[str, ...]]:
    """Coefficient key -> the formulas (quantity/method) that read it, with the rulesets that bind them in brackets."""
    found: dict[str, list[str]] = {}
    for formula in shipped().formulas.values():
        bound = [name for name, ruleset in rulesets().items() if ruleset.bind.get(formula.quantity.name) == formula]
        for quantity in formula.inputs:
            if quantity.is_coefficient:
                suffix = f"（{'、'.join(bound)}）" if bound else ""
                found.setdefault(quantity.name, []).append(f"{formula.quantity.name}/{formula.method}{suffix}")
    found[price_index.name] = ["/".join(carry.id)]
    return {key: tuple(sorted(uses)) for key, uses in sorted(found.items())}
