"""Where a coefficient, a row or a document is used in folders of one's own: accounts, plans, rulesets, packs.

Accounts and plans are asked by their graphs, so the answer is what they read and not what their texts name.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qhgep.coefficient_store import PackPaths, pack_paths
from qhgep.coefficient_store.price_book import SHEET
from qhgep.coefficient_store.rows import Row
from qhgep.compensation.plan.read import is_plan
from qhgep.data import MOST_TEXT, is_folder, regular_file, toml_of
from qhgep.engine.node import Graph, Node, resting_on
from qhgep.errors import InputError, Problems, QhgepError, problem
from qhgep.inputs.files.open import read_book
from qhgep.packs.library import coefficients
from qhgep.provenance.trace import trace
from qhgep.ruleset_store.ruleset import read_ruleset
from qhgep.text_tables import in_one_line

FileKind = Literal["account", "plan", "ruleset", "pack"]


@dataclass(frozen=True, slots=True)
class FileUse:
    """A file that uses what was asked for: by which quantities, formulas or rows; `unread` is why it could not be read."""

    file: Path
    kind: FileKind
    by: tuple[str, ...] = ()
    unread: str = ""
    __repr__ = in_one_line


def used_in(name: str, folders: str | Path | Iterable[str | Path], *, packs: PackPaths = ()) -> tuple[FileUse, ...]:
    """The accounts, plans, rulesets and packs of some folders, and of those in them, that use a coefficient.

    `name` is a coefficient (`carbon_price`), a row (`GZ-26`), a row of policy (`P026`) or a source. An account or a plan
    uses it where a value of it reads it; a ruleset where a formula that it binds does; a pack where it has such a row.
    Accounts and plans are read with `packs` laid over. Files that cannot be read are listed with the reason. In the order
    of paths. Raises InputError for a folder that is not there.
    """
    places = [Path(folders)] if isinstance(folders, str | Path) else list(map(Path, folders))
    missing = [problem("usage_folder", str(place)) for place in places if not is_folder(place)]
    if missing:
        raise InputError(missing)
    files = dict.fromkeys(
        path for place in places for path in sorted(place.rglob("*")) if path.suffix.lower() in _READERS
    )
    return tuple(found for path in files if not path.name.startswith((".", "~")) for found in _of(path, name, packs))


def _of(path: Path, name: str, packs: PackPaths) -> Iterator[FileUse]:
    kind = kind_of(path)
    if kind is None:
        return
    try:
        by = tuple(dict.fromkeys(_uses(path, kind, name, packs)))
    except QhgepError as error:
        yield FileUse(path, kind, unread=error.problems[0].text())
        return
    if by:
        yield FileUse(path, kind, by)


def kind_of(path: Path) -> FileKind | None:
    """What a file is, by its keys, its headings or its sheets; None where it is none of the four."""
    return _READERS[path.suffix.lower()](path)


def _of_toml(path: Path) -> FileKind | None:
    try:
        heads = set(toml_of(regular_file(path, most=MOST_TEXT).read_bytes(), path.name, Problems()) or ())
    except (QhgepError, OSError):
        return None
    if {"pool", "step"} & heads:
        return "plan"
    if {"ruleset", "inputs"} <= heads:
        return "account"
    return "ruleset" if heads & {"bind", "extends"} and "schema" in heads else None


def _of_csv(path: Path) -> FileKind | None:
    try:
        with regular_file(path).open(encoding="utf-8-sig", newline="") as file:
            heads = next(csv.reader(file), [])
    except (QhgepError, OSError, UnicodeDecodeError, csv.Error):
        return None
    return "pack" if {"row", "key", "source", "evidence"} <= set(heads) else None


def _of_book(path: Path) -> FileKind | None:
    if is_plan(path):
        return "plan"
    try:
        book = read_book(path, Problems())
    except (QhgepError, OSError):
        return None
    return "pack" if book and SHEET in {sheet.name for sheet in book.sheets} else None


_READERS = {".toml": _of_toml, ".csv": _of_csv, ".xlsx": _of_book}


def _uses(path: Path, kind: FileKind, name: str, packs: PackPaths) -> Iterator[str]:
    if kind == "ruleset":
        keys = {name} | {row.key for row in _rows_called(name)}
        for formula in read_ruleset(path).order:
            if keys & {quantity.name for quantity in formula.inputs}:
                yield f"{formula.quantity.name}/{formula.method}"
    elif kind == "pack":
        whole = path if path.suffix.lower() == ".xlsx" else path.parent
        for row in coefficients([whole]).rows:
            if name in {row.row, row.key, row.source} and row.place.partition(":")[0].endswith(path.name):
                yield row.row
    else:
        graph = trace(path, coefficients=pack_paths(packs), require="assumed")  # it is read, not issued
        yield from _reached(graph, name)


def _rows_called(name: str) -> list[Row]:
    """The shipped rows of this id or source, since a ruleset names neither but reads their coefficients."""
    return [row for row in coefficients().rows if name in {row.row, row.source}]


def _reached(graph: Graph, name: str) -> Iterator[str]:
    """The quantities, factors and recipients of a graph that rest on what is called so."""

    def asked(node: Node) -> bool:
        return node.ref.name == name and node.ref.kind in _ASKED

    found = resting_on(graph, asked)
    yield from (ref.name for ref in graph.refs() if ref in found and ref.kind in _TOLD)


_ASKED = frozenset({"row", "parameter", "source", "value"})
_TOLD = frozenset({"value", "factor", "payment"})
