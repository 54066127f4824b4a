"""What two stores of coefficients hold differently: the shipped one, one with packs over it, one as known on a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from qhgep.coefficient_store import Coefficients, Row
from qhgep.data import path_exists
from qhgep.errors import CoefficientError, problem
from qhgep.packs.library import coefficients, where_used

SHIPPED = "shipped"
"""What the shipped store is called where two are compared."""
ROW = "row"
"""The field of a row that only one of them holds."""
_NOT_SAID = frozenset({"row", "file", "line", "constant"})


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A field of a row that is another one in the second store; `field` is ROW, and one side empty, where one lacks the row."""

    row: str
    key: str
    field: str
    first: str
    second: str
    read_by: tuple[str, ...]


def store_named(text: str) -> Coefficients:
    """The store that a text names: `shipped`, a day (2026-01-31: what was known then), or the path of a pack laid over the shipped.

    Raises CoefficientError for a text that is none, and with every fault of a pack.
    """
    if text == SHIPPED:
        return coefficients()
    try:
        return coefficients(known_on=date.fromisoformat(text))
    except ValueError:
        pass
    if not path_exists(Path(text)):
        raise CoefficientError(problem("stores_named", "", found=text))
    return coefficients([text])


def row_differences(first: Coefficients, second: Coefficients) -> tuple[RowDifference, ...]:
    """Every field of every row that the two hold differently, by row id and field; with the formulas that read the key."""
    uses, one, two = where_used(), _by_id(first), _by_id(second)
    return tuple(
        RowDifference(name, key, field, old, new, uses.get(key, ()))
        for name in sorted(one.keys() | two.keys())
        for key, field, old, new in _fields(one.get(name), two.get(name))
    )


def _by_id(store: Coefficients) -> dict[str, Row]:
    return {row.row: row for row in store.rows}


def _fields(old: Row | None, new: Row | None) -> Iterator[tuple[str, str, str, str]]:
    if old is None or new is None:
        there = old or new
        if there is not None:
            value = f"{there.value} {there.unit}"
            yield there.key, ROW, value if old is not None else "", value if new is not None else ""
        return
    before, after = (row.model_dump(mode="json", by_alias=True, exclude=set(_NOT_SAID)) for row in (old, new))
    for field, value in before.items():
        if value != after[field]:
            yield new.key, field, _text(value), _text(after[field])


def _text(value: Any) -> str:  # noqa: ANN401 - a JSON value
    return "" if value is None else str(value)


def counted(found: Sequence[RowDifference]) -> tuple[int, int, int]:
    """How many rows are new, gone, changed."""
    new = {item.row for item in found if item.field == ROW and not item.first}
    gone = {item.row for item in found if item.field == ROW and not item.second}
    return len(new), len(gone), len({item.row for item in found} - new - gone)
