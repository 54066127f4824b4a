"""Loading the coefficient store: the shipped folder, and user packs laid over it. All faults are reported at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from qhgep.data import csv_lines, csv_text, data_folder, file_hash
from qhgep.errors import CoefficientError, Problems, UnitError
from qhgep.evidence import RANK, used_elsewhere
from qhgep.expr import AXES, Quantity
from qhgep.store.rows import COLUMNS, Ecosystem, Row, Source, index_series, index_year, quantity_key, reaches
from qhgep.units import factor, is_money, spelled

if TYPE_CHECKING:
    import pandas as pd

_NOT_ROWS = frozenset({"counties.csv", "not_used.csv"})


@dataclass(frozen=True)
class Coefficients:
    """All rows of the store with their sources and ecosystems; `overridden` pairs a shipped row with the pack's."""

    rows: tuple[Row, ...]
    sources: Mapping[str, Source]
    ecosystems: Mapping[str, Ecosystem]
    hashes: Mapping[str, str]
    overridden: tuple[tuple[Row, Row], ...] = ()
    _index: dict[str, list[Row]] = field(default_factory=dict, repr=False, compare=False)

    def of(self, key: str) -> Sequence[Row]:
        """The rows of one quantity, in the order of the files."""
        if not self._index:
            for row in self.rows:
                self._index.setdefault(row.key, []).append(row)
        return self._index.get(key, ())

    def row(self, row_id: str) -> Row | None:
        """The row with this id, or None."""
        return self._by_id.get(row_id)

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
            {**row.model_dump(by_alias=True, exclude={"file", "line", "exact"}), "place": row.place}
            for row in self.rows
        ]
        return pd.DataFrame.from_records(records)


def load_coefficients(vocabulary: Mapping[str, Quantity], packs: Iterable[Path] = ()) -> Coefficients:
    """The shipped store with the user's packs over it, every row checked against the vocabulary.

    A pack's row replaces the shipped row of the same key, region, ecosystem, item and first day; the pair is listed in
    `overridden`. Raises CoefficientError with every fault found, each with file and line.
    """
    problems = Problems()
    store = _load_folder(data_folder("coefficients"), vocabulary, problems, Coefficients((), {}, {}, {}))
    for pack in packs:
        if not pack.is_dir():
            problems.add("pack_missing", str(pack))
            continue
        store = _overlay(store, _load_folder(pack, vocabulary, problems, store, prefix=f"{pack.name}/"), problems)
    problems.raise_if_any(CoefficientError)
    return store


def _load_folder(
    folder: Path, vocabulary: Mapping[str, Quantity], problems: Problems, below: Coefficients, prefix: str = ""
) -> Coefficients:
    sources = {**below.sources, **_toml_models(folder / "sources.toml", prefix, Source, problems)}
    ecosystems = {**below.ecosystems, **_toml_models(folder / "ecosystems.toml", prefix, Ecosystem, problems)}
    checker = _RowCheck(vocabulary, sources, ecosystems, problems)
    rows: list[Row] = []
    paths = sorted(path for path in folder.glob("*.csv") if path.name not in _NOT_ROWS)
    for path in paths:
        checked = [checker.check(row) for row in _csv_rows(path, prefix + path.name, problems)]
        rows += [row for row in checked if row is not None]
    _unique(rows, problems)
    hashes = {prefix + path.name: file_hash(path) for path in [*paths, *sorted(folder.glob("*.toml"))]}
    return Coefficients(tuple(rows), sources, ecosystems, hashes)


def _overlay(store: Coefficients, pack: Coefficients, problems: Problems) -> Coefficients:
    by_cell = {row.cell[:-1]: row for row in pack.rows}
    overridden = tuple((row, by_cell[row.cell[:-1]]) for row in store.rows if row.cell[:-1] in by_cell)
    kept = tuple(row for row in store.rows if row.cell[:-1] not in by_cell)
    ids = {row.row: row for row in kept}
    for row in pack.rows:
        if first := ids.get(row.row):  # an [[adopt]] entry names a row by its id alone
            problems.add("row_twice", row.place, row=row.row, first=first.place)
    return replace(
        pack,
        rows=kept + pack.rows,
        hashes={**store.hashes, **pack.hashes},
        overridden=store.overridden + overridden,
        _index={},
    )


def _toml_models(path: Path, prefix: str, model: type[Any], problems: Problems) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        problems.add("file_toml", prefix + path.name, detail=error)
        return {}
    except UnicodeDecodeError as error:
        problems.add("file_encoding", prefix + path.name, byte=error.start)
        return {}
    found: dict[str, BaseModel] = {}
    for key, value in content.items():
        if (key, value) == ("schema", 1):
            continue
        try:
            found[key] = model.model_validate({"id": key, **value} if isinstance(value, dict) else value)
        except ValidationError as error:
            for item in error.errors():
                problems.add(
                    "file_field",
                    f"{prefix}{path.name} [{key}]",
                    field=".".join(map(str, item["loc"])),
                    detail=item["msg"],
                )
    return found


def _csv_rows(path: Path, name: str, problems: Problems) -> Iterable[Row]:
    text = csv_text(path, name, problems)
    for line, cells in csv_lines(text, name, COLUMNS, problems) if text is not None else ():
        try:
            yield Row.model_validate({**dict(zip(COLUMNS, cells, strict=True)), "file": name, "line": line})
        except ValidationError as error:
            for item in error.errors():
                problems.add("file_field", f"{name}:{line}", field=".".join(map(str, item["loc"])), detail=item["msg"])


def _unique(rows: Sequence[Row], problems: Problems) -> None:
    cells: dict[object, Row] = {}
    ids: dict[str, Row] = {}
    for row in rows:
        if (first := ids.setdefault(row.row, row)) is not row:
            problems.add("row_twice", row.place, row=row.row, first=first.place)
        if (first := cells.setdefault(row.cell, row)) is not row:
            problems.add("row_cell_twice", row.place, row=row.row, first=first.place)


class _RowCheck:
    """The rules a row must keep besides its types."""

    def __init__(
        self,
        vocabulary: Mapping[str, Quantity],
        sources: Mapping[str, Source],
        ecosystems: Mapping[str, Ecosystem],
        problems: Problems,
    ) -> None:
        self.vocabulary, self.sources, self.ecosystems, self.problems = vocabulary, sources, ecosystems, problems

    def check(self, row: Row) -> Row | None:
        before = len(self.problems.items)
        quantity = self.vocabulary.get(quantity_key(row.key))
        if quantity is None or not quantity.is_coefficient:
            self.problems.add("row_key", row.place, key=row.key)
            return None
        self._evidence(row)
        self._place(row, quantity)
        if index_series(row.key) and index_year(row) is None:
            self.problems.add("row_index_year", row.place, key=row.key, span=row.span)
        complete = self._value(row, quantity)
        return complete if len(self.problems.items) == before else None

    def _evidence(self, row: Row) -> None:
        source = self.sources.get(row.source)
        if row.evidence != "unconfirmed" and source is None:
            self.problems.add("row_source", row.place, source=row.source)
        if row.evidence not in {"unconfirmed", "assumed"} and not row.at:
            self.problems.add("row_at", row.place, evidence=row.evidence)
        if source is not None and not source.address and RANK[row.evidence] < RANK["secondary"]:
            self.problems.add("row_address", row.place, source=row.source, evidence=row.evidence)
        if used_elsewhere(row.origin) and row.evidence != "assumed":
            self.problems.add("row_origin", row.place, origin=row.origin, evidence=row.evidence)
        if row.end is None and (source.kind != "law" if source else row.evidence == "unconfirmed"):
            self.problems.add("row_open", row.place, source=row.source)
        if row.start is not None and row.end is not None and row.end < row.start:
            self.problems.add("row_dates", row.place, span=row.span)

    def _place(self, row: Row, quantity: Quantity) -> None:
        known = row.ecosystem.removesuffix(".*")
        if bool(row.ecosystem) != ("ecosystem" in quantity.axes) or (known and known not in self.ecosystems):
            self.problems.add("row_ecosystem", row.place, ecosystem=row.ecosystem, key=row.key)
        lists = [axis for axis in quantity.axes if axis not in AXES]
        parts = row.item.split("/") if row.item else []
        if len(parts) != len(lists) or not all(parts):
            self.problems.add("row_item", row.place, item=row.item, key=row.key)

    def _value(self, row: Row, quantity: Quantity) -> Row:
        try:
            spelling = spelled(row.unit, where=row.place)
            times = spelling.scale * factor(spelling.unit, quantity.unit)
        except UnitError as error:
            self.problems.add("row_unit", row.place, key=row.key, found=row.unit, expected=quantity.unit.printed)
            del error
            return row
        exact = row.exact + times * row.value.as_integer_ratio()[0] / row.value.as_integer_ratio()[1]
        limits = quantity.bounds
        if limits and (
            (limits.low is not None and exact < limits.low) or (limits.high is not None and exact > limits.high)
        ):
            facts = {"key": row.key, "value": f"{row.value} {row.unit}", "reason": limits.reason}
            self.problems.add("row_bounds", row.place, **facts)
        if is_money(quantity.unit) != (row.price_year is not None):
            self.problems.add("row_price_year", row.place, key=row.key)
        return row.model_copy(update={"exact": exact})
