"""Another value for a coefficient row, by a decision: chosen, assumed, with who decided and why as its source."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from difflib import get_close_matches

from pydantic import ValidationError

from qhgep.coefficient_store.row_check import RowCheck
from qhgep.coefficient_store.rows import Row, Source
from qhgep.coefficient_store.store import Coefficients
from qhgep.errors import Problems
from qhgep.quantities import Words

PLACE = "with_coefficient()"
"""What messages call the place where such a value is given; pages show it as a file of its own, as of a pack."""
_DECISION = "decision:"
"""How the id of the source of such a row begins."""


def decided_by(row: Row, sources: Mapping[str, Source]) -> str:
    """Who decided the value of a row; empty for one of a document or a pack."""
    source = sources.get(row.source)
    return source.authors if source is not None and source.id.startswith(_DECISION) else ""


def decided_value(
    store: Coefficients, row_id: str, value: str, decision: tuple[str, str], kept: Collection[str], words: Words, problems: Problems
) -> Coefficients:  # fmt: skip
    """The store with another value in a row, in its unit; `decision` is the reason and who decided. Faults are noted.

    Rows of the same place in force at the same time give way, as they do to a pack, but for those that are `kept`.
    """
    reason, who = decision
    old = store.row(row_id)
    if old is None:
        near = "、".join(get_close_matches(row_id, (row.row for row in store.rows), n=3, cutoff=0.5)) or "-"
        problems.add("decided_row", PLACE, row=row_id, near=near)
        return store
    if not reason.strip() or not who.strip():
        problems.add("adopt_reason", PLACE)
        return store
    source = Source(
        id=f"{_DECISION}{row_id}", title=f"决定：{reason}", authors=who, kind="own", address="", checked=None
    )
    try:
        new = old.model_copy(update={
            "value": value, "low": None, "high": None, "source": source.id, "at": f"{old.value} {old.unit} → {value} {old.unit}",
            "origin": "chosen", "evidence": "assumed", "known_since": None, "note": reason, "file": f"decisions/{PLACE}", "line": 0,
        })  # fmt: skip
    except ValidationError:
        problems.add("decided_number", PLACE, row=row_id, found=value)
        return store
    sources = {**store.sources, source.id: source}
    checked = RowCheck(words, sources, store.ecosystems, problems).check(new)
    if checked is None:
        return store
    return _laid_over(replace(store, sources=sources), old, checked, kept)


def _laid_over(store: Coefficients, old: Row, new: Row, kept: Collection[str]) -> Coefficients:
    def is_replaced(row: Row) -> bool:
        return row.row == old.row or (row.cell[:-1] == old.cell[:-1] and row.row not in kept)

    gone = {row.row: row for row in store.rows if is_replaced(row)}
    before = [pair for pair in store.overridden if pair[1].row not in gone]
    shipped = {own.row: first for first, own in store.overridden}
    over = [(shipped.get(name, row), new) for name, row in gone.items()]
    rows = (*(row for row in store.rows if row.row not in gone), new)
    return replace(store, rows=rows, overridden=(*before, *over), _index={})
