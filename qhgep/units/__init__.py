"""Units: one closed registry with exact factors, and the printed spellings that are read into it.

`registry` holds units and their factors; `lexicon`, `tokens` and `grammar` read what people print; `usual` writes what they
usually print; `reading` is what everything else asks: the meaning of a printed unit, or the reason why it has none. `answers` tells a person.
"""

from qhgep.units.answers import KnownUnits, UnitReading, known_units, read_unit
from qhgep.units.counted import counted, counted_thing, counts, thing_named
from qhgep.units.lexicon import Spelling, as_typed
from qhgep.units.reading import converted, is_no_unit, like_a_unit, nearest, reads, spelled
from qhgep.units.registry import (
    PURE,
    Unit,
    as_pint,
    dimension,
    factor,
    grows_with_area,
    is_amount,
    is_money,
    names,
    unit,
)
from qhgep.units.usual import Usual, usual

__all__ = [
    "PURE", "KnownUnits", "Spelling", "Unit", "UnitReading", "Usual", "as_pint", "as_typed", "converted", "counted", "counted_thing", "counts",
    "dimension",     "factor", "grows_with_area", "is_amount", "is_money", "is_no_unit", "known_units", "like_a_unit", "names", "nearest",
    "read_unit", "reads", "spelled", "thing_named", "unit", "usual",
]  # fmt: skip
