"""The store of policy parameters: dated rows of compensation rules, and those that are known to be missing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from qhgep.coefficient_store import (
    NAMES_OF_ROWS,
    Region,
    Row,
    Source,
    check_evidence,
    check_regions,
    region_chain,
    shipped_regions,
    toml_models,
)
from qhgep.coefficient_store.files import fields_of, pack_folder, row_of, table_files
from qhgep.coefficient_store.regions import FILE as REGIONS
from qhgep.coefficient_store.rows import COLUMNS
from qhgep.data import data_folder, file_hash, is_folder, is_there
from qhgep.errors import CoefficientError, InputError, Problem, Problems, UnitError, gathered
from qhgep.units import spelled

FOLDER = "compensation"
"""Where the rows lie, inside `coefficients` and inside a pack."""
PARAMETER_COLUMNS = (*COLUMNS, "rule")
"""The header of a file of rows: that of coefficients, and the rule that a row belongs to."""
MISSING_COLUMNS = ("row", "rule", "key", "zh", "region_code", "from", "to", "document", "note")
_NOT_ROWS = frozenset({"missing.csv", "not_used.csv"})
_CODE = 6
"""The digits of a division code."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A row of a policy parameter with its rule; `regions` are the places it holds in, none for the nation."""

    row: Row
    rule: str

    @property
    def regions(self) -> tuple[str, ...]:
        """The codes of its places; several are written with a slash between them."""
        return tuple(self.row.region_code.split("/")) if self.row.region_code else ()

    def distance(self, recipient: str) -> int | None:
        """How far up from a recipient its place lies: 0 for the unit itself, more for what is around it, None outside."""
        chain = places_of(recipient)
        return min((chain.index(code) for code in self.regions or ("",) if code in chain), default=None)

    @property
    def zh(self) -> str:
        """Id, key and item, as messages name it."""
        return " ".join(part for part in (self.row.row, self.row.key, self.row.item) if part)


@dataclass(frozen=True, slots=True)
class MissingParameter:
    """A parameter of a rule in force that no document was seen for: no value, and where it would stand."""

    row: str
    rule: str
    key: str
    zh: str
    document: str
    note: str = ""


@dataclass(frozen=True)
class ParameterStore:
    """Rows and missing parameters by id, their sources, file hashes, and (replaced row, pack's row) pairs.

    `known_on` is the day as of which it is taken, `left_out` the rows that were not known then.
    """

    rows: Mapping[str, Parameter]
    missing: Mapping[str, MissingParameter]
    sources: Mapping[str, Source]
    hashes: Mapping[str, str] = field(default_factory=dict)
    overridden: tuple[tuple[Parameter, Parameter], ...] = ()
    known_on: date | None = None
    left_out: Mapping[str, Parameter] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    """What was told of the files of packs and stops nothing."""

    def of(self, key: str, item: str = "") -> Sequence[Parameter]:
        """The rows of a key and item, in the order of the files."""
        return [item_ for item_ in self.rows.values() if (item_.row.key, item_.row.item) == (key, item)]


def places_of(recipient: str) -> tuple[str, ...]:
    """The places that a recipient lies in, nearest first; one without a division code is its own place in the nation."""
    code = recipient[:_CODE]
    return region_chain(code) if len(code) == _CODE and code.isdecimal() else (recipient, "")


def load_parameters(packs: Iterable[Path | str] = (), *, known_on: date | None = None) -> ParameterStore:
    """The shipped rows with those of packs (`PACK/compensation/*.csv`) over them.

    A pack's row replaces the row of the same id, or of the same key, places, item and first day. With `known_on` rows
    whose `known_since` is later, or not recorded, do not count. Raises CoefficientError with every fault of the files.
    """
    store = _shipped()
    problems = Problems()
    for pack in map(Path, packs):
        try:
            pack_folder(pack, f"{pack.name}/")
        except InputError as error:
            problems.take(error)
            continue
        if is_folder(pack / FOLDER):
            store = _overlay(store, _read(pack / FOLDER, f"{pack.name}/{FOLDER}/", store.sources, problems))
    problems.items = gathered(problems.items, NAMES_OF_ROWS)
    problems.raise_if_any(CoefficientError)
    store = replace(store, warnings=problems.warnings)
    if known_on is None:
        return store
    known = {name: item for name, item in store.rows.items() if _known(item.row, known_on)}
    left_out = {name: item for name, item in store.rows.items() if name not in known}
    return replace(store, rows=known, known_on=known_on, left_out=left_out)


def pack_problems(pack: Path) -> tuple[Problem, ...]:
    """Every fault of the policy parameters of a pack; none where it has no such folder."""
    try:
        load_parameters([pack])
    except CoefficientError as error:
        return tuple(error.problems)
    return ()


@cache
def _shipped() -> ParameterStore:
    problems = Problems()
    store = _read(data_folder("coefficients") / FOLDER, f"{FOLDER}/", {}, problems)
    problems.raise_if_any(CoefficientError)
    return store


def _known(row: Row, day: date) -> bool:
    return row.known_since is not None and row.known_since <= day


def _overlay(below: ParameterStore, pack: ParameterStore) -> ParameterStore:
    cells = {item.row.cell[:-1]: item for item in pack.rows.values()}
    over = {name: pack.rows.get(name) or cells.get(item.row.cell[:-1]) for name, item in below.rows.items()}
    kept = {name: item for name, item in below.rows.items() if over[name] is None}
    pairs = tuple((below.rows[name], own) for name, own in over.items() if own is not None)
    return ParameterStore(
        {**kept, **pack.rows},
        {name: item for name, item in {**below.missing, **pack.missing}.items() if name not in pack.rows},
        pack.sources,
        {**below.hashes, **pack.hashes},
        below.overridden + pairs,
    )


def _read(folder: Path, prefix: str, below: Mapping[str, Source], problems: Problems) -> ParameterStore:
    sources = {**below, **toml_models(folder / "sources.toml", prefix, Source, problems)}
    regions = {**shipped_regions(), **toml_models(folder.parent / REGIONS, prefix, Region, problems)}
    rows: dict[str, Parameter] = {}
    paths = table_files(folder, without=_NOT_ROWS)
    for path in paths:
        for item in _rows(path, prefix + path.name, problems):
            check_regions(item.row, regions, problems)
            _check(item.row, sources, problems)
            if (first := rows.setdefault(item.row.row, item)) is not item:
                problems.add("row_twice", item.row.place, row=item.row.row, first=first.row.place)
    files = [*paths, *sorted(folder.glob("*.toml")), *(folder / name for name in sorted(_NOT_ROWS))]
    hashes = {prefix + path.name: file_hash(path) for path in files if is_there(path)}
    return ParameterStore(rows, _missing(folder / "missing.csv", prefix, problems), sources, hashes)


def _rows(path: Path, name: str, problems: Problems) -> Iterable[Parameter]:
    for line, fields in fields_of(path, name, PARAMETER_COLUMNS, problems):
        rule = fields.pop("rule")
        row = row_of(line, fields, problems)
        if row is None:
            continue
        found = Parameter(row, rule)
        if not all(code.strip() for code in found.regions):
            problems.add("row_region", row.place, row=row.row, found=row.region_code)
        yield found


def _check(row: Row, sources: Mapping[str, Source], problems: Problems) -> None:
    check_evidence(row, sources, problems)
    if row.start is not None and row.end is not None and row.end < row.start:
        problems.add("row_dates", row.place, span=row.span)
    try:
        spelled(row.unit, where=row.place)
    except UnitError as error:
        problems.take(error)


def _missing(path: Path, prefix: str, problems: Problems) -> dict[str, MissingParameter]:
    if not is_there(path):
        return {}
    found = {}
    for _, fields in fields_of(path, prefix + path.name, MISSING_COLUMNS, problems):
        named = (fields[column] for column in ("row", "rule", "key", "zh", "document", "note"))
        found[fields["row"]] = MissingParameter(*named)
    return found


def recorded(store: ParameterStore, names: Iterable[str]) -> Mapping[str, Any]:
    """Some rows with their sources as JSON values; empty for none."""
    items = [store.rows[name] for name in sorted(names)]
    sources = {item.row.source for item in items} & set(store.sources)
    rows = [item.row.model_dump(mode="json", by_alias=True) | {"rule": item.rule} for item in items]
    named = {name: store.sources[name].model_dump(mode="json") for name in sorted(sources)}
    return {"rows": rows, "sources": named} if rows else {}


def from_record(record: Mapping[str, Any]) -> ParameterStore:
    """The store that holds the recorded rows, and nothing else."""
    rows = {}
    for fields in record.get("rows", ()):
        row = Row.model_validate({name: value for name, value in fields.items() if name != "rule"})
        rows[row.row] = Parameter(row, fields["rule"])
    sources = {name: Source.model_validate(value) for name, value in record.get("sources", {}).items()}
    return ParameterStore(rows, {}, sources)


@cache
def parameters_not_used() -> Mapping[str, str]:
    """Row id -> why no rule computes with it, in the order of compensation/not_used.csv."""
    with (data_folder("coefficients") / FOLDER / "not_used.csv").open(encoding="utf-8", newline="") as file:
        return {row["row"]: row["reason"] for row in csv.DictReader(file)}
