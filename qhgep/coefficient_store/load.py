"""Loading the coefficient store: the shipped folder, and user packs laid over it. All faults are reported at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from qhgep.coefficient_store.files import fields_of, pack_folder, row_of, table_files
from qhgep.coefficient_store.price_book import at_cells, file_of, read_price_book
from qhgep.coefficient_store.regions import FILE as REGIONS
from qhgep.coefficient_store.regions import Region, check_regions, shipped_regions
from qhgep.coefficient_store.rows import (
    COLUMNS,
    Ecosystem,
    Row,
    Source,
    index_series,
    index_year,
    quantity_key,
    reaches,
)
from qhgep.coefficient_store.support import check_evidence
from qhgep.coefficient_store.tables import table_rows
from qhgep.data import MOST_TEXT, data_folder, file_hash, is_file, is_folder, is_there, regular_file, toml_of
from qhgep.errors import CoefficientError, InputError, Problem, Problems, UnitError, gathered
from qhgep.expr import AXES, Quantity
from qhgep.quantities import Words
from qhgep.toml_lines import TomlText, note_fields
from qhgep.units import is_money

if TYPE_CHECKING:
    import pandas as pd

_NOT_ROWS = frozenset({"counties.csv", "county_areas.csv", "county_climate.csv", "not_used.csv", "needed.xlsx"})
"""Files of a folder that hold no coefficient rows: `needed.xlsx` is the list of what a ruleset needs, for a person."""
NAMES_OF_ROWS = {"": ("row",), "row_value_empty": ("row", "key")}
"""By code, under "" for all others, the facts of a problem that name a row: the same fault of many rows is told once."""


@dataclass(frozen=True)
class Coefficients:
    """All rows of the store with their sources and ecosystems; `overridden` pairs a shipped row with the pack's.

    `known_on` and `left_out`: the day as of which it is taken, and the rows that were not known then (store.known).
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


def load_coefficients(words: Words, packs: Iterable[Path] = ()) -> Coefficients:
    """The shipped store with the user's packs over it, every row and printed table checked against the vocabulary.

    A pack is a folder, or a workbook that was filled in (`price_book`). Its row replaces the shipped row of the same key,
    region, ecosystem, item and first day; the pair is listed in `overridden`. Raises CoefficientError with every fault
    found, each with file and line.
    """
    problems = Problems()
    store = lay_over(words, packs, problems)
    problems.items = gathered(problems.items, NAMES_OF_ROWS)
    problems.raise_if_any(CoefficientError)
    return replace(store, warnings=problems.warnings)


def lay_over(words: Words, packs: Iterable[Path], problems: Problems) -> Coefficients:
    """The same, with the faults noted and the rows that have none."""
    store = _load_folder(data_folder("coefficients"), words, problems, Coefficients((), {}, {}, {}))
    for pack in packs:
        if is_file(pack):
            store = _with_book(store, pack, words, problems)
            continue
        if not is_folder(pack):
            problems.add("pack_missing", str(pack))
            continue
        try:
            pack_folder(pack, f"{pack.name}/", without=_NOT_ROWS)
        except InputError as error:
            problems.take(error)
            continue
        store = _overlay(store, _load_folder(pack, words, problems, store, prefix=f"{pack.name}/"), problems)
    return store


def _with_book(store: Coefficients, path: Path, words: Words, problems: Problems) -> Coefficients:
    """The store with a price book over it, as with a pack; its faults are told at their cells."""
    told = Problems()
    book = read_price_book(path, told)
    sources = {**store.sources, **book.sources}
    checker = RowCheck(words, sources, store.ecosystems, told)
    rows = tuple(row for row in map(checker.check, book.rows) if row is not None)
    _unique(rows, told)
    hashes = {file_of(path.name): file_hash(path)} if rows else {}
    found = _overlay(store, Coefficients(rows, sources, store.ecosystems, hashes), told)
    problems.items += at_cells(told.items, path.name)
    return found


def _load_folder(folder: Path, words: Words, problems: Problems, below: Coefficients, prefix: str = "") -> Coefficients:
    sources = {**below.sources, **toml_models(folder / "sources.toml", prefix, Source, problems)}
    ecosystems = {**below.ecosystems, **toml_models(folder / "ecosystems.toml", prefix, Ecosystem, problems)}
    regions = {**shipped_regions(), **toml_models(folder / REGIONS, prefix, Region, problems)}
    checker = RowCheck(words, sources, ecosystems, problems, regions)
    paths = table_files(folder, without=_NOT_ROWS)
    lines = (row for path in paths for row in _rows(path, prefix + path.name, problems))
    cells = table_rows(folder / "tables", f"{prefix}tables/", ecosystems, words.lists, problems)
    read = chain(lines, cells)
    rows = [row for row in map(checker.check, read) if row is not None]
    _unique(rows, problems)
    files = [*paths, *sorted(folder.glob("*.toml"))]
    hashes = {prefix + path.name: file_hash(path) for path in files}
    hashes |= {f"{prefix}tables/{path.name}": file_hash(path) for path in sorted((folder / "tables").glob("*.*"))}
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


def toml_models(path: Path, prefix: str, model: type[Any], problems: Problems) -> dict[str, Any]:
    """The tables of a TOML file as models by id, the faulty ones noted; none where there is no such file."""
    if not is_there(path):
        return {}
    data = regular_file(path, most=MOST_TEXT).read_bytes()
    content = toml_of(data, prefix + path.name, problems)
    if content is None:
        return {}
    text = TomlText(prefix + path.name, data.decode("utf-8-sig"))
    found: dict[str, BaseModel] = {}
    for key, value in content.items():
        if (key, value) == ("schema", 1):
            continue
        try:
            found[key] = model.model_validate({"id": key, **value} if isinstance(value, dict) else value)
        except ValidationError as error:
            note_fields(error, value, text.where, problems, table=(key,))
    return found


def _rows(path: Path, name: str, problems: Problems) -> Iterator[Row]:
    for row, fields in fields_of(path, name, COLUMNS, problems):
        if not fields["value"]:  # the skeleton of a pack has such rows; a sentence about formats would not help
            problems.add("row_value_empty", row.place, row=fields["row"], key=fields["key"])
        elif (made := row_of(row, fields, problems)) is not None:
            yield made


def _unique(rows: Sequence[Row], problems: Problems) -> None:
    cells: dict[object, Row] = {}
    ids: dict[str, Row] = {}
    for row in rows:
        if (first := ids.setdefault(row.row, row)) is not row:
            problems.add("row_twice", row.place, row=row.row, first=first.place)
        if (first := cells.setdefault(row.cell, row)) is not row:
            problems.add("row_cell_twice", row.place, row=row.row, first=first.place)


class RowCheck:
    """The rules a row must keep besides its types."""

    def __init__(
        self,
        words: Words,
        sources: Mapping[str, Source],
        ecosystems: Mapping[str, Ecosystem],
        problems: Problems,
        regions: Mapping[str, Region] | None = None,
    ) -> None:
        """Take what rows are checked against; `regions` are the named ones, by default the shipped."""
        self.words, self.sources, self.ecosystems, self.problems = words, sources, ecosystems, problems
        self.regions = shipped_regions() if regions is None else regions

    def check(self, row: Row) -> Row | None:
        """The row with the unit of its quantity, None where something is wrong with it (noted in the problems)."""
        before = len(self.problems.items)
        quantity = self.words.quantities.get(quantity_key(row.key))
        if quantity is None or not quantity.is_coefficient:
            self.problems.add("row_key", row.place, key=row.key)
            return None
        check_evidence(row, self.sources, self.problems)
        self._dates(row, quantity)
        self._place(row, quantity)
        if index_series(row.key) and index_year(row) is None:
            self.problems.add("row_index_year", row.place, key=row.key, span=row.span)
        complete = self._value(row, quantity)
        return complete if len(self.problems.items) == before else None

    def _dates(self, row: Row, quantity: Quantity) -> None:
        """A constant has neither dates nor region; of the rest only law may be open. Without any date: by adoption only."""
        source = self.sources.get(row.source)
        if "year" not in quantity.axes and not row.undated:
            self.problems.add("row_constant", row.place, key=row.key, found=row.span)
        if "county" not in quantity.axes and row.region_code and not index_series(row.key):
            self.problems.add("row_constant", row.place, key=row.key, found=row.region_code)
        if row.end is None and row.start is not None and (source is None or source.kind != "law"):
            self.problems.add("row_open", row.place, source=row.source)
        if row.start is not None and row.end is not None and row.end < row.start:
            self.problems.add("row_dates", row.place, span=row.span)

    def _place(self, row: Row, quantity: Quantity) -> None:
        check_regions(row, self.regions, self.problems)
        named = row.ecosystem.removesuffix(".*")
        if bool(row.ecosystem) != ("ecosystem" in quantity.axes) or (named and named not in self.ecosystems):
            self.problems.add("row_ecosystem", row.place, ecosystem=row.ecosystem, key=row.key)
        lists = [axis for axis in quantity.axes if axis not in AXES]
        parts = row.item.split("/") if row.item else []
        known = [self.words.lists[axis].members for axis in lists]
        if len(parts) != len(lists) or any(part not in members for part, members in zip(parts, known, strict=False)):
            self.problems.add("row_item", row.place, item=row.item, key=row.key)

    def _value(self, row: Row, quantity: Quantity) -> Row | None:
        try:
            complete = row.measured(quantity.unit, constant="year" not in quantity.axes)
        except UnitError as error:
            self.problems.take(error)
            return None
        exact, limits = complete.exact, quantity.bounds
        if limits and not limits.holds(exact):
            facts = {"key": row.key, "value": f"{row.value} {row.unit}", "reason": limits.reason}
            self.problems.add("row_bounds", row.place, **facts)
        priced = row.price_year is not None
        if is_money(quantity.unit) != priced and (priced or not row.undated):  # undated: a decision gives the year
            self.problems.add("row_price_year", row.place, key=row.key)
        return complete
