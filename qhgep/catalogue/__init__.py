"""The catalogue: one module per ecosystem service, formulas and nothing else. A new module is found by its place."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from qhgep import quantities
from qhgep.catalogue.formulas import Catalogue, Clause, Formula, Indicator, catalogue_of, checked

_PARTS = frozenset(
    {"comparison", "comparisons", "county_shares", "county_sizes", "formulas", "held_items", "own_modules", "registers"}
)
_IMPORT = re.compile(rf"^from {re.escape(__name__)}\.(\w+) import", re.MULTILINE)


@cache
def shipped() -> Catalogue:
    """The catalogue that qhgep ships: the shared vocabulary and every service module.

    In the order of their names, but each after the modules that it imports: a quantity belongs where it is declared.
    """
    found = sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name not in _PARTS)
    order = TopologicalSorter({name: _imports(name) for name in found}).static_order()
    return catalogue_of([quantities, *(importlib.import_module(f"{__name__}.{name}") for name in order)])


def _imports(name: str) -> list[str]:
    """The service modules that a module imports."""
    text = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
    return [other for other in _IMPORT.findall(text) if other not in _PARTS]


__all__ = ["Catalogue", "Clause", "Formula", "Indicator", "catalogue_of", "checked", "shipped"]
