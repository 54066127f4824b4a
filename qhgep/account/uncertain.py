"""How sure a value is: distributions that an account declares for coefficient rows and inputs, each with its basis."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict

from qhgep.coefficient_store import Coefficients, unknown_then
from qhgep.errors import Problems
from qhgep.expr import Quantity

Kind = Literal["range", "interval90", "standard_error"]
_NUMBER = re.compile(r"[-+]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})%?", re.ASCII)


class UncertainEntry(BaseModel):
    """[[uncertain]] of an account: a coefficient `row`, or an input `quantity` (of some counties, an ecosystem, an item).

    `range`: between `low` and `high` all is alike likely; `interval90`: below `low` and above `high` lie 5 % each, the value
    in the middle; `standard_error`: `error` on either side of the value. Numbers are in the unit of the row, or relative to the value
    (`-10%`). Entries of one `group` move together; with `by_county` each county is drawn by itself.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")
    row: str = ""
    quantity: str = ""
    counties: list[str] = []
    ecosystem: str = ""
    item: str = ""
    kind: Kind
    low: str = ""
    high: str = ""
    error: str = ""
    group: str = ""
    by_county: bool = False
    basis: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Spread:
    """A number as it is written: in the unit of the value, or (`relative`) as a part of the value to be added."""

    number: Fraction
    relative: bool
    written: str = ""

    def times(self, value: Fraction) -> float:
        """How many times the value it is."""
        return float(1 + self.number) if self.relative else float(self.number / value)


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A declared distribution; `low` and `high`, or `error` alone, by `kind` (see `UncertainEntry`)."""

    row: str
    quantity: str
    counties: tuple[str, ...]
    ecosystem: str
    item: str
    kind: Kind
    low: Spread | None
    high: Spread | None
    error: Spread | None
    group: str
    by_county: bool
    basis: str
    decided_by: str
    place: str

    def stream(self, county: str) -> str:
        """The name of what is drawn once for all that bear it: the group, else the row or quantity; by county where it says so."""
        return f"{self.name}@{county}" if self.by_county else self.name

    @property
    def name(self) -> str:
        """The group, else the row or quantity."""
        return self.group or self.row or ".".join(filter(None, (self.quantity, self.ecosystem, self.item)))


def uncertain_of(
    entry: UncertainEntry, place: str, *, store: Coefficients, quantities: Mapping[str, Quantity], counties: Collection[str],
    problems: Problems,
) -> Uncertain:  # fmt: skip
    """The distribution of an entry; what is wrong with it is noted. A row's own low and high serve where it gives none."""
    row = store.row(entry.row) if entry.row else None
    if bool(entry.row) == bool(entry.quantity):
        problems.add("uncertain_what", place)
    elif entry.row and row is None:
        problems.items.append(unknown_then(entry.row, place, store))
    elif entry.quantity and (entry.quantity not in quantities or quantities[entry.quantity].is_coefficient):
        problems.add("uncertain_quantity", place, quantity=entry.quantity)
    for code in sorted(set(entry.counties) - set(counties)):
        problems.add("account_code", place, code=code)
    if not entry.basis.strip() or not entry.decided_by.strip():
        problems.add("uncertain_basis", place)
    low, high = entry.low, entry.high
    if row is not None and entry.kind != "standard_error" and not low and not high and None not in {row.low, row.high}:
        low, high = str(row.low), str(row.high)
    needed = {"error": entry.error} if entry.kind == "standard_error" else {"low": low, "high": high}
    spreads = {name: _spread(text, name, entry.kind, place, problems) for name, text in needed.items()}
    unused = [
        name
        for name, text in (("low", entry.low), ("high", entry.high), ("error", entry.error))
        if text and name not in needed
    ]
    if unused:
        problems.add("uncertain_unused", place, kind=entry.kind, found="、".join(unused))
    ends = spreads.get("low"), spreads.get("high")
    if ends[0] and ends[1] and ends[0].relative == ends[1].relative and ends[0].number >= ends[1].number:
        problems.add("uncertain_order", place, low=low, high=high)
    return Uncertain(
        entry.row, entry.quantity, tuple(entry.counties), entry.ecosystem, entry.item, entry.kind, *ends, spreads.get("error"),
        entry.group, entry.by_county, entry.basis, entry.decided_by, place,
    )  # fmt: skip


def _spread(text: str, name: str, kind: Kind, place: str, problems: Problems) -> Spread | None:
    if not _NUMBER.fullmatch(text.strip()):
        problems.add("uncertain_number", place, key=name, kind=kind, found=text or "（空）")
        return None
    relative = text.strip().endswith("%")
    number = Fraction(text.strip().removesuffix("%"))
    return Spread(number / _HUNDRED if relative else number, relative, text.strip())


_HUNDRED = 100
"""A percent sign means hundredths."""
