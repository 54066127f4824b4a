"""The catalogue: one module per ecosystem service, formulas and nothing else. A new module is found by its place."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from qhgep import quantities
from qhgep.catalogue.formulas import Catalogue, Clause, Formula, Indicator, catalogue_of, checked

_PARTS = frozenset({"formulas"})


@cache
def shipped() -> Catalogue:
    """The catalogue that qhgep ships: the shared vocabulary and every service module, in the order of their names."""
    found = sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name not in _PARTS)
    modules = [importlib.import_module(f"{__name__}.{name}") for name in found]
    return catalogue_of([quantities, *modules])


__all__ = ["Catalogue", "Clause", "Formula", "Indicator", "catalogue_of", "checked", "shipped"]
