"""Loading a store: the shipped folder, and user packs laid over it. All faults are reported at once.

Coefficients and policy parameters are read alike. A folder of coefficients holds tables of rows, printed tables in `tables`,
and TOML files of sources, ecosystems and regions; that of parameters lies in it, at `compensation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from qhgep.coefficient_store.as_known_on import as_known_on
from qhgep.coefficient_store.files import fields_of, pack_folder, row_of, table_files
from qhgep.coefficient_store.parameters import (
    FOLDER,
    MISSING_COLUMNS,
    PARAMETER_COLUMNS,
    MissingParameter,
    Parameter,
)
from qhgep.coefficient_store.price_book import at_cells, file_of, read_price_book
from qhgep.coefficient_store.regions import FILE as REGIONS
from qhgep.coefficient_store.regions import Region, shipped_regions
from qhgep.coefficient_store.row_check import RowCheck, check_parameter
from qhgep.coefficient_store.rows import COLUMNS, Ecosystem, Row, Source
from qhgep.coefficient_store.store import Coefficients, Parameters, Store, overlay
from qhgep.coefficient_store.tables import table_rows
from qhgep.data import MOST_TEXT, data_folder, file_hash, is_file, is_folder, path_exists, regular_file, toml_of
from qhgep.errors import CoefficientError, InputError, Problem, Problems, grouped
from qhgep.quantities import Words
from qhgep.toml_lines import TomlText, note_fields

_OF_SOURCE = frozenset({"row_source", "row_open", "row_official", "row_declared", "row_published"})
"""What is said of a row because of the source that it names."""
_NOT_ROWS = frozenset(
    {
        "counties.csv", "county_areas.csv", "county_climate.csv", "county_differences.csv", "county_population.csv",
        "not_used.csv", "needed.xlsx",
    }
)  # fmt: skip
"""Files of a folder that hold no coefficient rows: `needed.xlsx` is the list of what a ruleset needs, for a person."""
_NOT_PARAMETERS = ("missing.csv", "not_used.csv")
"""The same, of a folder of policy parameters; they are part of what was read."""
NAMES_OF_ROWS = {"": ("row",), "row_value_empty": ("row", "key")}
"""By code, under "" for all others, the facts of a problem that name a row: the same fault of many rows is told once."""
AnyRow = TypeVar("AnyRow", bound=Row)


PackPaths: TypeAlias = str | Path | Iterable[str | Path]
"""Packs, as a caller gives them: one, or several."""


def pack_paths(packs: PackPaths) -> list[Path]:
    """The paths of packs; a path alone is that of one pack, and not one of a pack for each of its letters."""
    return [Path(pack) for pack in ([packs] if isinstance(packs, str | Path) else packs)]


def load_coefficients(words: Words, packs: Iterable[Path] = ()) -> Coefficients:
    """The shipped store with the user's packs over it, every row and printed table checked against the vocabulary.

    A pack is a folder, or a workbook that was filled in (`price_book`). Its row replaces the shipped row of the same key,
    region, ecosystem, item and first day; the pair is listed in `overridden`. Raises CoefficientError with every fault
    found, each with file and line.
    """
    problems = Problems()
    return _without_faults(lay_over(words, packs, problems), problems)


def load_parameters(packs: PackPaths = (), *, known_on: date | None = None) -> Parameters:
    """The shipped policy parameters with those of packs (`PACK/compensation/*.csv`) over them.

    A pack's row replaces the row of the same id, or of the same key, places, item and first day. With `known_on` rows
    whose `known_since` is later, or not recorded, do not count. Raises CoefficientError with every fault of the files.
    """
    problems = Problems()

    def laid(store: Parameters, pack: Path) -> Parameters:
        if not is_folder(pack / FOLDER):
            return store
        own = _load_parameters(pack / FOLDER, f"{pack.name}/{FOLDER}/", store, problems)
        missing = {name: item for name, item in {**store.missing, **own.missing}.items() if own.row(name) is None}
        return replace(overlay(store, own, problems, same_id_replaces=True), missing=missing)

    store = _with_packs(_shipped_parameters(), pack_paths(packs), laid, problems)
    return as_known_on(_without_faults(store, problems), known_on)


def parameter_problems(pack: Path) -> tuple[Problem, ...]:
    """Every fault of the policy parameters of a pack; none where it has no such folder."""
    try:
        load_parameters([pack])
    except CoefficientError as error:
        return tuple(error.problems)
    return ()


def lay_over(words: Words, packs: Iterable[Path], problems: Problems) -> Coefficients:
    """The coefficients with packs over them, the faults noted, and the rows that have none."""

    def laid(store: Coefficients, pack: Path) -> Coefficients:
        if is_file(pack):
            return _with_book(store, pack, words, problems)
        if not is_folder(pack):
            problems.add("pack_missing", str(pack))
            return store
        return overlay(store, _load_coefficients(pack, words, problems, store, prefix=f"{pack.name}/"), problems)

    return _with_packs(_shipped_coefficients(words, problems), packs, laid, problems, without=_NOT_ROWS)


def _shipped_coefficients(words: Words, problems: Problems) -> Coefficients:
    """The shipped store, its faults noted: read once for a vocabulary as long as its files hold the same bytes."""
    folder = data_folder("coefficients")
    files = (*table_files(folder, without=_NOT_ROWS), *folder.glob("*.toml"), *(folder / "tables").glob("*.*"))
    content = tuple(sorted((path.relative_to(folder).as_posix(), file_hash(path)) for path in files))
    store, items = _coefficients_of(words, folder, content)
    problems.items += items
    return store


@lru_cache(maxsize=4)
def _coefficients_of(
    words: Words,
    folder: Path,
    content: tuple[tuple[str, str], ...],  # noqa: ARG001 - what is kept is of these bytes
) -> tuple[Coefficients, Sequence[Problem]]:
    """The rows of a folder whose files have these hashes, and its faults."""
    problems = Problems()
    store = _load_coefficients(folder, words, problems, Coefficients((), {}, {}, {}))
    return store, tuple(problems.items)


def _with_packs(
    store: Store,
    packs: Iterable[Path],
    laid: Callable[[Store, Path], Store],
    problems: Problems,
    *,
    without: frozenset[str] = frozenset(),
) -> Store:
    """A store with packs over it, one over the other; every file of a pack is looked at before one is opened."""
    for pack in packs:
        try:
            pack_folder(pack, f"{pack.name}/", without=without)
        except InputError as error:
            problems.take(error)
        else:
            store = laid(store, pack)
    return store


def _without_faults(store: Store, problems: Problems) -> Store:
    """The store with the warnings that its files gave. Raises CoefficientError where they have faults, each told once."""
    problems.items = grouped(problems.items, NAMES_OF_ROWS)
    problems.raise_if_any(CoefficientError)
    return replace(store, warnings=problems.warnings) if problems.warnings else store


def _with_book(store: Coefficients, path: Path, words: Words, problems: Problems) -> Coefficients:
    """The store with a price book over it, as with a pack; its faults are told at their cells."""
    told = Problems()
    book = read_price_book(path, told)
    sources = {**store.sources, **book.sources}
    checker = RowCheck(words, sources, store.ecosystems, told)
    rows = tuple(row for row in map(checker.check, book.rows) if row is not None)
    _unique(rows, told)
    hashes = {file_of(path.name): file_hash(path)} if rows else {}
    found = overlay(store, Coefficients(rows, sources, store.ecosystems, hashes), told)
    problems.items += at_cells(told.items, path.name)
    return found


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder of rows: its tables, what rows are checked against besides their quantities, and the hashes of its files."""

    tables: Sequence[Path]
    sources: Mapping[str, Source]
    regions: Mapping[str, Region]
    hashes: Mapping[str, str]
    faulty: frozenset[str]
    """Sources that stand in its sources.toml and have a fault."""


def _folder(
    folder: Path, prefix: str, below: Mapping[str, Source], problems: Problems, *, regions: Path, without: Iterable[str]
) -> _Folder:
    faulty: set[str] = set()
    own = toml_models(folder / "sources.toml", prefix, Source, problems, faulty)
    for name, source in own.items():
        if source.date and source.checked and source.checked < source.date:
            problems.add(
                "source_checked", f"{prefix}sources.toml", source=name, checked=source.checked, date=source.date
            )
            faulty.add(name)
    sources = {**below, **{name: source for name, source in own.items() if name not in faulty}}
    named = {**shipped_regions(), **toml_models(regions, prefix, Region, problems)}
    tables = table_files(folder, without=frozenset(without))
    files = [*tables, *sorted(folder.glob("*.toml"))]
    return _Folder(tables, sources, named, {prefix + path.name: file_hash(path) for path in files}, frozenset(faulty))


def _load_coefficients(
    folder: Path, words: Words, problems: Problems, below: Coefficients, prefix: str = ""
) -> Coefficients:
    found = _folder(folder, prefix, below.sources, problems, regions=folder / REGIONS, without=_NOT_ROWS)
    ecosystems = {**below.ecosystems, **toml_models(folder / "ecosystems.toml", prefix, Ecosystem, problems)}
    checker = RowCheck(words, found.sources, ecosystems, problems, found.regions)
    lines = (row for path in found.tables for row in _rows(path, prefix + path.name, problems))
    cells = table_rows(folder / "tables", f"{prefix}tables/", ecosystems, words.lists, problems)
    rows = [row for row in map(checker.check, chain(lines, cells)) if row is not None]
    _unique(rows, problems)
    _without_consequences(problems, found.faulty)
    printed = {f"{prefix}tables/{path.name}": file_hash(path) for path in sorted((folder / "tables").glob("*.*"))}
    return Coefficients(tuple(rows), found.sources, ecosystems, {**found.hashes, **printed})


def _load_parameters(folder: Path, prefix: str, below: Parameters, problems: Problems) -> Parameters:
    regions = folder.parent / REGIONS
    found = _folder(folder, prefix, below.sources, problems, regions=regions, without=_NOT_PARAMETERS)
    rows: dict[str, Parameter] = {}
    for path in found.tables:
        for line, fields in fields_of(path, prefix + path.name, PARAMETER_COLUMNS, problems):
            if (row := row_of(line, fields, problems, Parameter)) is not None:
                check_parameter(row, found.sources, found.regions, problems)
                _named_once(row, rows, problems)
    _without_consequences(problems, found.faulty)
    others = [folder / name for name in _NOT_PARAMETERS]
    hashes = {prefix + path.name: file_hash(path) for path in others if path_exists(path)}
    missing = _missing(folder / "missing.csv", prefix, problems)
    return Parameters(tuple(rows.values()), found.sources, {}, {**found.hashes, **hashes}, missing=missing)


@cache
def _shipped_parameters() -> Parameters:
    problems = Problems()
    folder = data_folder("coefficients") / FOLDER
    store = _load_parameters(folder, f"{FOLDER}/", Parameters((), {}, {}, {}), problems)
    problems.raise_if_any(CoefficientError)
    return store


def _missing(path: Path, prefix: str, problems: Problems) -> dict[str, MissingParameter]:
    if not path_exists(path):
        return {}
    found = {}
    for _, fields in fields_of(path, prefix + path.name, MISSING_COLUMNS, problems):
        named = (fields[column] for column in ("row", "rule", "key", "zh", "document", "note"))
        found[fields["row"]] = MissingParameter(*named)
    return found


def toml_models(
    path: Path, prefix: str, model: type[Any], problems: Problems, faulty: set[str] | None = None
) -> dict[str, Any]:
    """The tables of a TOML file as models by id, the faulty ones noted; none where there is no such file.

    The ids of the faulty ones are added to `faulty`.
    """
    if not path_exists(path):
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
            if faulty is not None:
                faulty.add(key)
    return found


def _without_consequences(problems: Problems, faulty: frozenset[str]) -> None:
    """Take away what is said of rows only because their source has a fault, which is told at the source."""
    problems.items = [
        item for item in problems.items if item.code not in _OF_SOURCE or dict(item.facts).get("source") not in faulty
    ]


def _rows(path: Path, name: str, problems: Problems) -> Iterator[Row]:
    for row, fields in fields_of(path, name, COLUMNS, problems):
        if not fields["value"]:  # the skeleton of a pack has such rows; a sentence about formats would not help
            problems.add("row_value_empty", row.place, row=fields["row"], key=fields["key"])
        elif (made := row_of(row, fields, problems, Row)) is not None:
            yield made


def _unique(rows: Sequence[Row], problems: Problems) -> None:
    cells: dict[object, Row] = {}
    ids: dict[str, Row] = {}
    for row in rows:
        _named_once(row, ids, problems)
        if (first := cells.setdefault(row.cell, row)) is not row:
            problems.add("row_cell_twice", row.place, row=row.row, first=first.place)


def _named_once(row: AnyRow, ids: dict[str, AnyRow], problems: Problems) -> None:
    """Note a second row of an id; the first counts."""
    if (first := ids.setdefault(row.row, row)) is not row:
        problems.add("row_twice", row.place, row=row.row, first=first.place)
