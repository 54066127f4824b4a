"""Ecosystem areas against the area of their county: the sign of 亩 entered as 万亩 that limits of one cell cannot see."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from qhgep.errors import Problems
from qhgep.inputs.counties import Counties
from qhgep.inputs.table import Input

_MOST = Fraction(6, 5)
"""Areas of two surveys of one county differ by a few per cent; a fifth more is no difference of surveys."""
_WHOLE = frozenset({"all", "none"})
_HA_IN_KM2 = 100


def check_closure(rows: Iterable[Input], counties: Counties, problems: Problems) -> None:
    """Note every county whose ecosystems together are larger than itself, at the cell of the largest of them.

    Compared are rows of one file, county and period; of a parent and its parts the parts count.
    """
    areas: dict[tuple[str, str], list[Input]] = {}
    whole: dict[tuple[str, str], Fraction] = {}
    for row in rows:
        if row.exact is None:
            continue
        if row.quantity == "area" and row.ecosystem not in _WHOLE:
            areas.setdefault((row.county_code, row.period), []).append(row)
        elif row.quantity == "county_area":
            whole[row.county_code, row.period] = row.exact
    for key, land in sorted(whole.items()):
        mine = areas.get(key, [])
        parents = {row.ecosystem.rpartition(".")[0] for row in mine}
        parts = [row for row in mine if row.ecosystem not in parents]
        total = sum((row.exact or Fraction(0) for row in parts), Fraction(0))
        if total > _MOST * land:
            largest = max(parts, key=lambda row: row.exact or Fraction(0))
            known = counties.by_code.get(key[0])
            facts = {
                "county": known.zh if known else key[0],
                "sum": _km2(total),
                "land": _km2(land),
                "times": _times(total / land),
            }
            problems.add("area_exceeds", largest.place, **facts)


def _km2(area: Fraction) -> str:
    return f"{float(area / _HA_IN_KM2):,.6g}"


def _times(ratio: Fraction) -> str:
    return f"{float(ratio):.3g}"
