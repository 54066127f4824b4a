"""Which rows a record computes with, against those that the whole shipped store gives.

A pack's row is a bureau's own and no store can say that it is right. But where it takes the place of a shipped row the
record names both, so that a reader sees what was replaced; a row that does so in silence is a shipped row with another
value. And a record from which a row was left out computes with another one, and agrees with itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from qhgep.account.account import Account
from qhgep.coefficient_store import (
    PARAMETER_FOLDER,
    Coefficients,
    Parameters,
    Row,
    overlay,
    parameters_from_record,
    row_fields,
)
from qhgep.compensation.plan.read import read_plan
from qhgep.engine.identity import rows_in_use
from qhgep.engine.select_inputs import Leaves
from qhgep.errors import PlanError, Problem, Problems

_Store = TypeVar("_Store", bound=Coefficients)
Recorded = Mapping[str, Any]
RowReplaced = tuple[str, str, str]
"""A row of a pack that is named: its name, what is recorded, what the store has."""
NOT_THERE = "没有"
_SHOWN = ("low", "high", "from", "to", "price_year", "source", "origin", "evidence")
"""The fields that are shown beside value and unit where they differ."""
_CONTENT = (*_SHOWN, "value", "unit", "row", "key", "region_code", "ecosystem", "item")
"""What makes two recorded rows one, wherever they stand."""
_CONTEND = frozenset({"rows_contend", "row_twice"})
"""What cannot be of an account that was computed with the whole store."""


def of_pack(row: Recorded) -> bool:
    """Whether a recorded row says that a pack has it, not the shipped store."""
    return _is_packs(str(row.get("file", "")))


def _is_packs(file: str) -> bool:
    folder, slash, _ = file.partition("/")
    return bool(slash) and folder not in {"tables", PARAMETER_FOLDER}


def pairs_of(record: Recorded) -> list[tuple[Recorded, Recorded]]:
    """What a record says was replaced: the row below and the pack's above it."""
    held = record if record["kind"] == "account" else record.get("parameters", {})
    return [(old, own) for old, own in held.get("overridden", ())]


def replaced_in_silence(
    packs: Sequence[Recorded], pairs: Sequence[tuple[Recorded, Recorded]], rows: Mapping[str, Row]
) -> Iterator[RowReplaced]:
    """Pack rows at the cell of a shipped row, or under its id, that no chain of replacements leads down to that row."""
    cells = {row.cell[:-1]: row for row in rows.values()}
    for row in packs:
        now = rows.get(row["row"]) or cells.get(_cell(row))
        if now is not None and now.row not in _below(row, pairs):
            yield replaced_row(row, now)


def account_rows_otherwise(record: Recorded, account: Account, store: Coefficients) -> Iterator[RowReplaced]:
    """Rows that the whole shipped store, with the record's pack rows over it, gives an account and that are not recorded.

    A record holds the rows in use: one from which a nearer or contending row was left out agrees with itself.
    """
    recorded, problems = {_content(row) for row in record["rows"]}, Problems()
    own = {id(row) for row in account.coefficients.rows}
    whole = replace(account, coefficients=_store_in_use(store, account.coefficients, problems, same_id_replaces=False))
    leaves = _leaves(whole, problems)
    for row in rows_in_use(whole, leaves.records):
        if id(row) not in own and _content(row_fields(row)) not in recorded:
            yield f"{row.row} {row.key}", NOT_THERE, f"{row.value} {row.unit}"
    found = [item for item in problems.items if item.code in _CONTEND]
    if contending := _contending(leaves):
        told = _contending(_leaves(account, Problems()))  # a draft with a choice that waits says so itself
        found += [item for cell, item in contending.items() if cell not in told]
    yield from ((item.where, NOT_THERE, item.text("zh")) for item in dict.fromkeys(found))


def _leaves(account: Account, problems: Problems) -> Leaves:
    """The leaves of an account, chosen."""
    leaves = Leaves(account, problems)
    leaves.values()
    return leaves


def _contending(leaves: Leaves) -> Mapping[object, Problem]:
    """The coefficient cells that have several values of which none is chosen."""
    return {cell: item for cell, item in leaves.unresolved.items() if item.code in _CONTEND}


def cited_rows_otherwise(record: Recorded, store: Parameters) -> Iterator[RowReplaced]:
    """The same of a plan: rows that its text cites from the whole store, and that are not recorded."""
    stated, problems = record.get("parameters", {}), Problems()
    recorded = {_content(row) for row in stated.get("rows", ())}
    whole = _store_in_use(store, parameters_from_record(stated), problems, same_id_replaces=True)
    cited: Recorded = {}
    try:
        with TemporaryDirectory() as place:
            path = Path(place) / "plan.toml"
            path.write_bytes(record["plan"].encode())
            cited = read_plan(path, parameters=whole, inside=path.anchor).parameters
    except PlanError as error:
        problems.take(error)
    for row in cited.get("rows", ()):
        if _content(row) not in recorded:
            yield f"{row['row']} {row['key']}", NOT_THERE, f"{row['value']} {row['unit']}"
    yield from ((item.where, NOT_THERE, item.text("zh")) for item in problems.items if item.severity == "error")


def _store_in_use(store: _Store, recorded: _Store, problems: Problems, *, same_id_replaces: bool) -> _Store:
    """The shipped store with the pack rows of a record over it: those in use, and those that replaced a row."""
    below = {_identity(row_fields(old)) for old, _ in recorded.overridden}
    stated = [*recorded.rows, *(own for _, own in recorded.overridden)]
    packs = [row for row in stated if _is_packs(row.file)]
    if below:
        rows = {_identity(row_fields(row)): row for row in packs}
        packs = [row for name, row in rows.items() if name not in below]
    sources = {**store.sources, **recorded.sources}
    ecosystems = {**store.ecosystems, **recorded.ecosystems}
    pack = replace(store, rows=tuple(packs), hashes={}, overridden=(), sources=sources, ecosystems=ecosystems)
    return overlay(store, pack, problems, same_id_replaces=same_id_replaces)


def replaced_row(recorded: Recorded, now: Row) -> RowReplaced:
    """A row of a pack and the shipped row in whose place it stands: values, file, and the other fields that differ."""
    held = now.model_dump(mode="json", by_alias=True)
    other = [name for name in _SHOWN if recorded.get(name) != held[name]]
    sides = ("".join(f"，{name} {side.get(name) or NOT_THERE}" for name in other) for side in (recorded, held))
    mine, shipped = sides
    value = f"{recorded['value']} {recorded['unit']}{mine}（{recorded['file']}）"
    return f"{recorded['row']} {recorded['key']}", value, f"{now.row} {now.value} {now.unit}{shipped}"


def _below(row: Recorded, pairs: Sequence[tuple[Recorded, Recorded]]) -> set[str]:
    """The ids of the rows that a row replaced, down to the shipped one, as the record names them."""
    found: set[str] = set()
    above: list[Recorded] = [row]
    left = list(pairs)
    while above:
        top = above.pop()
        mine = [pair for pair in left if _identity(pair[1]) == _identity(top)]
        left = [pair for pair in left if pair not in mine]
        found |= {old["row"] for old, _ in mine if not of_pack(old)}
        above += [old for old, _ in mine if of_pack(old)]
    return found


def _content(row: Recorded) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in _CONTENT)


def _identity(row: Recorded) -> tuple[Any, ...]:
    return *_content(row), row.get("file")


def _cell(recorded: Recorded) -> tuple[Any, ...]:
    """Key, region, ecosystem, item and first day of a recorded row, as `Row.cell` has them without the source."""
    return recorded["key"], recorded["region_code"], recorded["ecosystem"], recorded["item"], _day(recorded["from"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
