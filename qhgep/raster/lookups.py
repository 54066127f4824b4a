"""Lookup tables: a value for each land-cover class, as coefficient rows with their source; never a bare list of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from qhgep.errors import Problems, UnitError
from qhgep.evidence import EVIDENCE, ORIGIN
from qhgep.expr import Quantity
from qhgep.inputs.headed_table import TableRow, read_headed_table
from qhgep.inputs.table import NUMBER
from qhgep.quantities import range_text
from qhgep.units import converted

COLUMNS = ("row", "key", "item", "value", "unit", "source", "at", "origin", "evidence")
"""The columns of coefficient files that a lookup table must have; `item` is a class: `CLCD@annual-30m:4`."""
_OTHERS = (
    "region_code", "ecosystem", "from", "to", "known_since", "price_year", "low", "high", "parents", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClassValue:
    """The value of a quantity for a class, in the quantity's unit, with the row it stands in."""

    row: str
    exact: Fraction
    source: str
    evidence: str
    place: str


Lookups = Mapping[str, Mapping[str, ClassValue]]
"""quantity -> class code -> its entry."""


def read_lookups(
    paths: list[Path], scheme: str, vocabulary: Mapping[str, Quantity], known: Mapping[str, object], problems: Problems
) -> Lookups:
    """The entries of all tables. `known` are the class codes of the scheme `name@version`; every fault is noted."""
    found: dict[str, dict[str, ClassValue]] = {}
    for path in paths:
        table = read_headed_table(path, problems)
        if table is None:
            continue
        if not set(COLUMNS) <= set(table.columns) <= {*COLUMNS, *_OTHERS}:
            problems.add("map_lookup_header", table.place, found=",".join(table.columns), expected=",".join(COLUMNS))
            continue
        for line in table.sound(problems):
            quantity = vocabulary.get(line.text("key"))
            prefix, _, code = line.text("item").rpartition(":")
            if quantity is None:
                problems.add("table_quantity", line.where("key"), quantity=line.text("key"))
            elif prefix != scheme or code not in known:
                facts = {"found": line.text("item"), "scheme": scheme, "known": "、".join(known)}
                problems.add("map_lookup_class", line.where("item"), **facts)
            elif (entry := _entry(line, quantity, problems)) is not None:
                first = found.setdefault(quantity.name, {}).setdefault(code, entry)
                if first is not entry:
                    problems.add("table_twice", line.place, first=first.place)
    return found


def _entry(line: TableRow, quantity: Quantity, problems: Problems) -> ClassValue | None:
    before = len(problems.items)
    for column in ("row", "source", "at"):
        if not line.text(column):
            problems.add("map_lookup_source", line.where(column), column=column)
    for column, words in (("origin", ORIGIN), ("evidence", EVIDENCE)):
        if line.text(column) not in words:
            problems.add(
                "table_word", line.where(column), field=column, found=line.text(column), expected="、".join(words)
            )
    value, unit = line.text("value"), line.text("unit")
    if not NUMBER.fullmatch(value):
        problems.add("table_number", line.where("value"), quantity=quantity.zh, value=value)
        return None
    try:
        exact = Fraction(value) * converted(unit, quantity.unit, quantity=quantity.zh, where=line.where("unit"))
    except UnitError as error:
        problems.take(error)
        return None
    limits = quantity.bounds
    if limits is not None and not limits.holds(exact):
        facts = {
            "quantity": quantity.zh, "value": f"{value} {unit}", "range": range_text(limits, quantity.unit),
            "reason": limits.reason,
        }  # fmt: skip
        problems.add("table_bounds", line.where("value"), **facts)
    if len(problems.items) > before:
        return None
    return ClassValue(line.text("row"), exact, line.text("source"), line.text("evidence"), line.place)
