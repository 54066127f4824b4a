"""The tables of a folder of coefficients or policy parameters, csv and workbooks alike, as rows of the store."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from qhgep.coefficient_store.rows import Row
from qhgep.data import confined, data_folder, is_folder, regular_file
from qhgep.errors import InputError, Problems, problem
from qhgep.inputs.files.file_type import BOOKS, OTHERS
from qhgep.inputs.headed_table import TableRow, read_headed_table
from qhgep.toml_lines import note_fields

_ENDINGS = (".csv", ".tsv", *BOOKS, *OTHERS)
"""What is taken for a table; a workbook of a format that is not read is refused by its name, not passed over."""
_READ = (*_ENDINGS, ".toml")
_PARTS = ("tables", "compensation")
"""The folders of a pack."""
_NUMBERS = frozenset({"value", "low", "high"})


MOST_TABLES = 1000
"""Files of a folder of a pack that are looked at."""


def table_files(folder: Path, *, without: Collection[str] = ()) -> list[Path]:
    """The tables of a folder by name, csv and workbooks alike; not the lock that an office program leaves beside one."""
    found = (path for path in folder.glob("*.*") if path.suffix.lower() in _ENDINGS)
    return sorted(path for path in found if path.name not in without and not path.name.startswith(("~$", ".")))


def pack_folder(pack: Path, prefix: str, *, without: Collection[str] = ()) -> None:
    """Look at every file of a pack before one is opened.

    Raises InputError for what is no regular file, leads out of the pack by a link, cannot be opened, and for very many
    files. What is `without` is never opened.
    """
    problems = Problems()
    paths = [path for part in ("", *_PARTS) if is_folder(pack / part) for path in (pack / part).glob("*.*")]
    paths = [path for path in paths if path.name not in without]
    if len(paths) > MOST_TABLES:
        raise InputError(problem("pack_many", prefix.rstrip("/"), most=MOST_TABLES))
    for path in sorted(path for path in paths if path.parent.name == "tables" or path.suffix.lower() in _READ):
        name = path.relative_to(pack).as_posix()
        if path.name.startswith(("~$", ".")):
            continue
        try:
            regular_file(confined(pack, name, None, f"{prefix}{name}"))
        except InputError as error:
            problems.items += (replace(item, where=f"{prefix}{name}") for item in error.problems)
        except OSError:
            problems.add("file_missing", f"{prefix}{name}")
    problems.raise_if_any(InputError)


def fields_of(
    path: Path, name: str, columns: Sequence[str], problems: Problems
) -> Iterator[tuple[TableRow, dict[str, str]]]:
    """Each row of a file with its fields by column. Other headings than these, and what is no number, are noted."""
    table = read_headed_table(path, problems, name=name)
    if table is None:
        return
    if sorted(table.columns) != sorted(columns):
        problems.add("file_header", table.place, found=",".join(table.columns), expected=",".join(columns))
        return
    for row in table.sound(problems):
        before = len(problems.items)
        fields = {
            column: (row.digits(column, problems, as_shown=True) or "") if column in _NUMBERS else row.text(column)
            for column in columns
        }
        if not any(item.severity == "error" for item in problems.items[before:]):
            yield row, fields


AnyRow = TypeVar("AnyRow", bound=Row)


def row_of(row: TableRow, fields: Mapping[str, object], problems: Problems, model: type[AnyRow]) -> AnyRow | None:
    """The row of the store that a row of a table is; None, noted, where a field breaks its format."""
    try:
        return model.model_validate({**fields, "file": row.file, "line": row.number})
    except ValidationError as error:
        note_fields(error, fields, lambda *key: row.where(str(key[0])) if key else row.place, problems)
    return None


FILE = "not_used.csv"


@cache
def not_used() -> Mapping[str, str]:
    """Row id -> why the store does not hold it, in the order of the file."""
    with (data_folder("coefficients") / FILE).open(encoding="utf-8", newline="") as file:
        return {row["row"]: row["reason"] for row in csv.DictReader(file)}
