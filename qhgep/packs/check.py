"""A pack under check: what it would change in the shipped store, and everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from qhgep.catalogue import shipped
from qhgep.coefficient_store import NAMES_OF_ROWS, Coefficients, Row, lay_over
from qhgep.coefficient_store.files import table_files
from qhgep.coefficient_store.price_book import read_price_book
from qhgep.data import is_file, is_folder
from qhgep.errors import Problem, Problems, grouped
from qhgep.packs.library import where_used
from qhgep.text_tables import in_one_line

WEAK = frozenset({"unconfirmed", "assumed"})
"""The levels of evidence that a reader is told of wherever they count."""
_UNFILLED = "row_value_empty"
_LINE = re.compile(r"[^:]*:([0-9]+)")
"""File and line, in front of a column too."""


@dataclass(frozen=True)
class PackCheck:
    """What a pack holds, laid over the shipped store. Rows with a problem are counted and stand in no list but `problems`.

    `filled` counts the rows whose value is written, `unfilled` those whose value is empty.
    """

    name: str
    filled: int
    unfilled: int
    overrides: tuple[tuple[Row, Row], ...]
    added: tuple[Row, ...]
    weak: tuple[Row, ...]
    without_address: Mapping[str, tuple[Row, ...]]
    """Source id -> the rows of the pack that hang on it."""
    unread: Mapping[str, tuple[Row, ...]]
    """Key that no formula reads -> its rows."""
    problems: tuple[Problem, ...]
    __repr__ = in_one_line


def check_pack(folder: str | Path) -> PackCheck:
    """Check a folder, or a price book, as a pack. Problems are collected in the answer, never raised."""
    problems, folder = Problems(), Path(folder)
    folder = folder if folder.name else folder.resolve()
    if is_file(folder):
        found = _checked(folder.name, lay_over(shipped().words, [folder], problems), problems)
        book = read_price_book(folder, Problems())
        return replace(found, filled=book.filled, unfilled=book.blank)
    if not is_folder(folder):
        problems.add("check_missing", str(folder))
        return _checked(folder.name, Coefficients((), {}, {}, {}), problems)
    if not any(table_files(folder / part) for part in ("", "tables", "compensation")):
        problems.add("check_empty", str(folder))
    return _checked(folder.name, lay_over(shipped().words, [folder], problems), problems)


def _checked(name: str, store: Coefficients, problems: Problems) -> PackCheck:
    own = tuple(row for row in store.rows if row.file.startswith(f"{name}/"))
    over = {id(new) for _, new in store.overridden}
    unfilled = sum(item.code == _UNFILLED for item in problems.items)
    read = where_used()
    return PackCheck(
        name=name,
        filled=len(own) + _faulty(own, problems),
        unfilled=unfilled,
        overrides=store.overridden,
        added=tuple(row for row in own if id(row) not in over),
        weak=tuple(row for row in own if row.evidence in WEAK),
        without_address=_grouped(
            {row: row.source for row in own if row.source in store.sources and not store.sources[row.source].address}
        ),
        unread=_grouped({row: row.key for row in own if row.key not in read}),
        problems=tuple(grouped(problems.items, NAMES_OF_ROWS)),
    )


def _faulty(own: tuple[Row, ...], problems: Problems) -> int:
    """The lines below a header that have a problem and gave no row, besides those without a value."""
    places = {row.place for row in own}
    wrong = [item for item in problems.items if item.severity == "error"]
    empty = {item.where for item in wrong if item.code == _UNFILLED}
    lines = {found[0] for item in wrong if (found := _LINE.match(item.where)) and int(found[1]) > 1}
    return len(lines - places - empty)


def _grouped(rows: Mapping[Row, str]) -> dict[str, tuple[Row, ...]]:
    names = sorted(set(rows.values()))
    return {name: tuple(row for row, of in rows.items() if of == name) for name in names}
