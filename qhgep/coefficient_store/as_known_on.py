"""The store as it was known on a day: rows that became known later, or on no recorded day, do not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qhgep.coefficient_store.rows import Row
from qhgep.coefficient_store.store import Coefficients, Store
from qhgep.errors import Problem, problem

LEFT_OUT = frozenset({"rows_known_later", "rows_known_never"})
"""The codes of the warnings that say what is left out."""
_SHOWN = 6
"""Rows that a message names; it says how many there are."""


def as_known_on(store: Store, day: date | None) -> Store:
    """The store with the rows whose `known_since` is on or before a day; all of it where no day is given.

    A row without `known_since` was known on no day that can be proved, so it is left out too; a constant belongs to its
    formula and stays. A pack's row that was not
    known overrides nothing: the row below it counts again, if it was known. `left_out` holds the rows that do not count.
    """
    if day is None:
        return store
    kept = [row for row in store.rows if _known(row, day)]
    cells = {row.cell[:-1] for row in kept}
    above = dict(store.overridden)
    again = [old for old in above if _known(old, day) and not _replaced(old, above, day) and old.cell[:-1] not in cells]
    return replace(
        store,
        rows=(*again, *kept),
        overridden=tuple(pair for pair in store.overridden if _known(pair[1], day)),
        known_on=day,
        left_out=tuple(row for row in store.rows if not _known(row, day)),
        _index={},
    )


def _known(row: Row, day: date) -> bool:
    return row.constant or (row.known_since is not None and row.known_since <= day)


def _replaced(row: Row, above: dict[Row, Row], day: date) -> bool:
    """Whether a row that was known lies above, in whichever pack."""
    over = above.get(row)
    return over is not None and (_known(over, day) or _replaced(over, above, day))


def left_out_warnings(store: Coefficients) -> tuple[Problem, ...]:
    """How many rows do not count, for each reason, as warnings; none where the store is taken as it is now."""
    later = [row for row in store.left_out if row.known_since is not None]
    never = [row for row in store.left_out if row.known_since is None]
    found = []
    if later:
        found.append(problem("rows_known_later", "", day=store.known_on, count=len(later), rows=_named(later)))
    if never:
        found.append(problem("rows_known_never", "", day=store.known_on, count=len(never), rows=_named(never)))
    return tuple(replace(item, severity="warning") for item in found)


def missing_then(found: Problem, store: Coefficients, key: str) -> Problem:
    """The problem of a missing value; where rows of the key were left out, it also says when they became known."""
    rows = [row for row in store.left_out if row.key == key]
    if not rows:
        return found
    ordered = sorted(rows, key=lambda row: (row.known_since or date.max, row.row))
    facts = dict(found.facts) | {"day": store.known_on, "later": _named(ordered), "count": len(rows)}
    return problem("no_value_then", found.where or ordered[0].place, **facts)


def unknown_then(row_id: str, place: str, store: Coefficients) -> Problem:
    """The problem of a decision that names a row which is not there, or was not known on the day of the store."""
    row = next((row for row in store.left_out if row.row == row_id), None)
    if row is None:
        return problem("adopt_row", place, row=row_id)
    return problem("adopt_row_then", place, row=row_id, day=store.known_on, since=row.known_since or "未写")


def _named(rows: Sequence[Row]) -> str:
    shown = "、".join(f"{row.row}（{row.place}，known_since {row.known_since or '未写'}）" for row in rows[:_SHOWN])
    return shown + (" …" if len(rows) > _SHOWN else "")
