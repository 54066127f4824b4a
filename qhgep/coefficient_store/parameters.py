"""Policy parameters: dated rows of compensation rules, and those that are known to be missing."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from qhgep.coefficient_store.regions import region_chain
from qhgep.coefficient_store.rows import COLUMNS, Row
from qhgep.data import data_folder

FOLDER = "compensation"
"""Where the rows lie, inside `coefficients` and inside a pack."""
PARAMETER_COLUMNS = (*COLUMNS, "rule")
"""The header of a file of rows: that of coefficients, and the rule that a row belongs to."""
MISSING_COLUMNS = ("row", "rule", "key", "zh", "region_code", "from", "to", "document", "note")
_CODE = 6
"""The digits of a division code."""


class Parameter(Row):
    """A row of a policy parameter, with the rule that it belongs to."""

    rule: str = ""

    @property
    def regions(self) -> tuple[str, ...]:
        """The codes of its places, none for the nation; several are written with a slash between them."""
        return tuple(self.region_code.split("/")) if self.region_code else ()

    def distance(self, recipient: str) -> int | None:
        """How far up from a recipient its place lies: 0 for the unit itself, more for what is around it, None outside."""
        chain = places_of(recipient)
        return min((chain.index(code) for code in self.regions or ("",) if code in chain), default=None)

    @property
    def zh(self) -> str:
        """Id, key and item, as messages name it."""
        return " ".join(part for part in (self.row, self.key, self.item) if part)


@dataclass(frozen=True, slots=True)
class MissingParameter:
    """A parameter of a rule in force that no document was seen for: no value, and where it would stand."""

    row: str
    rule: str
    key: str
    zh: str
    document: str
    note: str = ""


def places_of(recipient: str) -> tuple[str, ...]:
    """The places that a recipient lies in, nearest first; one without a division code is its own place in the nation."""
    code = recipient[:_CODE]
    return region_chain(code) if len(code) == _CODE and code.isdecimal() else (recipient, "")


@cache
def parameters_not_used() -> Mapping[str, str]:
    """Row id -> why no rule computes with it, in the order of compensation/not_used.csv."""
    with (data_folder("coefficients") / FOLDER / "not_used.csv").open(encoding="utf-8", newline="") as file:
        return {row["row"]: row["reason"] for row in csv.DictReader(file)}
