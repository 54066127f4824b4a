"""What a store holds: rows with their sources, what lies over what, and the day as of which it is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from qhgep.coefficient_store.parameters import MissingParameter, Parameter
from qhgep.coefficient_store.rows import Ecosystem, Row, Source, reaches
from qhgep.errors import Problem, Problems

if TYPE_CHECKING:
    import pandas as pd


NO_LAND = frozenset({"all", "none", "unclassified"})
"""Ecosystems that are no class of land: totals of tables, what is outside every account, what no row speaks of."""


@dataclass(frozen=True)
class Coefficients:
    """All rows of the store with their sources and ecosystems; `overridden` pairs a shipped row with the pack's.

    `known_on` and `left_out`: the day as of which it is taken, and the rows that were not known then (as_known_on).
    """

    rows: tuple[Row, ...]
    sources: Mapping[str, Source]
    ecosystems: Mapping[str, Ecosystem]
    hashes: Mapping[str, str]
    overridden: tuple[tuple[Row, Row], ...] = ()
    known_on: date | None = None
    left_out: tuple[Row, ...] = ()
    warnings: tuple[Problem, ...] = ()
    """What was told of the files of packs and stops nothing."""
    _index: dict[str, list[Row]] = field(default_factory=dict, repr=False, compare=False)

    def __repr__(self) -> str:
        """One line; what it holds fills pages."""
        return f"<Coefficients {len(self.rows)} rows, {len(self.sources)} sources, {len(self.overridden)} overridden>"

    def __post_init__(self) -> None:
        """Begin with an empty index: one that another store filled is of other rows."""
        object.__setattr__(self, "_index", {})

    def of(self, key: str) -> Sequence[Row]:
        """The rows of one quantity, in the order of the files."""
        if not self._index:
            for row in self.rows:
                self._index.setdefault(row.key, []).append(row)
        return self._index.get(key, ())

    def of_region(self, key: str, region: str) -> Sequence[Row]:
        """The rows of one quantity that are written for a region ("" for no region), in the order of the files."""
        return self._by_region.get((key, region), ())

    @cached_property
    def _by_region(self) -> dict[tuple[str, str], list[Row]]:
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self.rows:
            found.setdefault((row.key, row.region_code), []).append(row)
        return found

    @cached_property
    def top_classes(self) -> tuple[str, ...]:
        """The ids of the classes of land that are part of no other: what makes up a county."""
        return tuple(item.id for item in self.ecosystems.values() if not item.parent and item.id not in NO_LAND)

    def row(self, row_id: str) -> Row | None:
        """The row with this id, or None."""
        return self._by_id.get(row_id)

    def named(self, written: str, key: str) -> Sequence[Row]:
        """The rows that a decision names: the one of an id, or of a table, `XIE15-*`, all of a key whose ids begin so."""
        if written.endswith("*"):
            return [row for row in self.of(key) if row.row.startswith(written[:-1])]
        return [row] if (row := self.row(written)) else []

    @cached_property
    def _by_id(self) -> dict[str, Row]:
        return {row.row: row for row in self.rows}

    def matches(self, written: str, ecosystem: str) -> bool:
        """Whether a row written for an ecosystem serves one: the same id, or `X.*` for X and all below it."""
        return reaches(written, ecosystem)

    def frame(self) -> pd.DataFrame:
        """The rows as a table, in the columns of the files."""
        import pandas as pd

        records = [
            {**row.model_dump(by_alias=True, exclude={"file", "line", "constant"}), "place": row.place}
            for row in self.rows
        ]
        return pd.DataFrame.from_records(records)


@dataclass(frozen=True)
class Parameters(Coefficients):
    """The rows of policy parameters. `missing` are those of rules in force of which no document was seen, by id."""

    rows: tuple[Parameter, ...]
    overridden: tuple[tuple[Parameter, Parameter], ...] = ()
    left_out: tuple[Parameter, ...] = ()
    missing: Mapping[str, MissingParameter] = field(default_factory=dict)

    def row(self, row_id: str) -> Parameter | None:
        """The row with this id, or None."""
        return next((row for row in self.rows if row.row == row_id), None)

    def of_item(self, key: str, item: str) -> Sequence[Parameter]:
        """The rows of a key and item, in the order of the files."""
        return [row for row in self.rows if (row.key, row.item) == (key, item)]


Store = TypeVar("Store", bound=Coefficients)


def overlay(store: Store, pack: Store, problems: Problems, *, same_id_replaces: bool = False) -> Store:
    """A store with a pack over it; the pack has the sources and ecosystems of both.

    A row of the pack replaces the one of the same key, place, ecosystem, item and first day. One that has the id of another
    row is a fault, for an [[adopt]] entry names a row by its id alone; with `same_id_replaces` it takes its place.
    """
    cells, ids = {row.cell[:-1]: row for row in pack.rows}, {row.row: row for row in pack.rows}
    over = [(row, (ids.get(row.row) if same_id_replaces else None) or cells.get(row.cell[:-1])) for row in store.rows]
    kept = tuple(row for row, own in over if own is None)
    for row in kept:
        if own := ids.get(row.row):
            problems.add("row_twice", own.place, row=own.row, first=row.place)
    return replace(
        pack,
        rows=kept + pack.rows,
        hashes={**store.hashes, **pack.hashes},
        overridden=store.overridden + tuple((row, own) for row, own in over if own is not None),
        _index={},
    )
