"""Printed tables: `tables/<name>.csv` in the shape of the page, `tables/<name>.toml` beside it. A filled cell is a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, field_validator

from qhgep.coefficient_store.files import row_of, table_files
from qhgep.coefficient_store.rows import STRICT, Ecosystem, Row
from qhgep.data import MOST_TEXT, regular_file
from qhgep.errors import Problems
from qhgep.evidence import Evidence, Origin
from qhgep.inputs.headed_table import Allowed, TableRow, read_headed_table
from qhgep.quantities import ItemList
from qhgep.toml_lines import toml_model

_ONE = "value"
"""The head of the only column of a table that has but one."""


class PrintedTable(BaseModel):
    """What a printed table is about: the key, what its rows and columns are, and what all its cells share.

    `rows` and `columns` name an axis: `ecosystem`, or an item list; heads are printed spellings of its members. Without
    `columns` the table has one column, `value`. `row_id` makes the id of a cell from its heads: `XIE15-{row}-{column}`,
    where {row} is the head as printed and {column} the member. An empty cell is no row.
    """

    model_config = STRICT
    schema_: Literal[1] = Field(alias="schema")
    key: str
    row_id: str
    rows: str
    columns: str = ""
    region_code: str = ""
    start: str = Field("", alias="from")
    end: str = Field("", alias="to")
    known_since: str = ""
    price_year: int | None = None
    unit: str
    source: str
    at: str
    origin: Origin
    evidence: Evidence
    note: str = ""

    @field_validator("row_id")
    @classmethod
    def _fillable(cls, row_id: str) -> str:
        try:
            row_id.format(row="", column="")
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise ValueError("row_id 只能含 {row} 与 {column}") from error
        return row_id


def table_rows(
    folder: Path, prefix: str, ecosystems: Mapping[str, Ecosystem], lists: Mapping[str, ItemList], problems: Problems
) -> Iterator[Row]:
    """The rows of every printed table of a folder, in the order of files, lines and columns. Faults are noted."""
    paths = table_files(folder)
    for path in paths:
        about = _about(path.with_suffix(".toml"), f"{prefix}{path.stem}.toml", problems)
        if about is not None:
            yield from _TableReader(f"{prefix}{path.name}", about, ecosystems, lists, problems).rows(path)
    for path in sorted(folder.glob("*.toml")):
        if path.stem not in {table.stem for table in paths}:
            problems.add("file_missing", f"{prefix}{path.stem}.csv")


def _about(path: Path, name: str, problems: Problems) -> PrintedTable | None:
    try:
        content = regular_file(path, most=MOST_TEXT).read_bytes()
    except OSError:
        problems.add("printed_about", name)
        return None
    return toml_model(content, name, PrintedTable, problems)[0]


class _TableReader:
    def __init__(
        self, name: str, about: PrintedTable, ecosystems: Mapping[str, Ecosystem], lists: Mapping[str, ItemList],
        problems: Problems,
    ) -> None:  # fmt: skip
        self.name, self.about, self.problems = name, about, problems
        self.members = {axis: _spellings(axis, ecosystems, lists) for axis in {about.rows, about.columns} - {""}}

    def rows(self, path: Path) -> Iterator[Row]:
        table = read_headed_table(path, self.problems, name=self.name, allowed=Allowed(corner=self.about.rows))
        if table is None or not self._axes_known():
            return
        first, *header = table.columns
        heads = self._heads(header, table.place)
        for row in table.sound(self.problems):
            spelling = row.text(first)
            member = self._member(self.about.rows, spelling, row.place)
            for head, column in zip(header, heads, strict=True):
                value = row.digits(head, self.problems, as_shown=True)
                if member and column is not None and value:
                    yield from self._cell((spelling, member), (head, column), value, row)

    def _axes_known(self) -> bool:
        for axis in sorted(axis for axis, members in self.members.items() if not members):
            self.problems.add("printed_axis", f"{self.name.rpartition('.')[0]}.toml", axis=axis)
        return all(self.members.values())

    def _heads(self, heads: Sequence[str], place: str) -> list[str | None]:
        """The member of each column; an empty text for the one column of a table that has but one."""
        if not self.about.columns:
            if list(heads) != [_ONE]:
                self.problems.add("file_header", place, found=",".join(heads), expected=_ONE)
            return ["" if head == _ONE else None for head in heads]
        return [self._member(self.about.columns, head, place) for head in heads]

    def _member(self, axis: str, spelling: str, place: str) -> str | None:
        found = self.members[axis].get(spelling)
        if found is None:
            self.problems.add("printed_head", place, found=spelling, axis=axis)
        return found

    def _cell(self, row: tuple[str, str], column: tuple[str, str], value: str, line: TableRow) -> Iterator[Row]:
        about = self.about
        by_axis = {about.rows: row[1], about.columns: column[1]}
        items = [by_axis[axis] for axis in sorted({about.rows, about.columns} - {"", "ecosystem"})]
        cell = f"{about.at}，{row[0]}" + (f" × {column[0]}" if about.columns else "")
        content = {
            "row": about.row_id.format(row=row[0], column=column[1]), "key": about.key, "region_code": about.region_code,
            "ecosystem": by_axis.get("ecosystem", ""), "item": "/".join(items), "from": about.start, "to": about.end,
            "known_since": about.known_since, "price_year": about.price_year, "value": value, "unit": about.unit,
            "source": about.source, "at": "" if not about.at else cell, "origin": about.origin,
            "evidence": about.evidence, "note": about.note,
        }  # fmt: skip
        if (made := row_of(line, content, self.problems, Row)) is not None:
            yield made


def _spellings(axis: str, ecosystems: Mapping[str, Ecosystem], lists: Mapping[str, ItemList]) -> dict[str, str]:
    """Every printed spelling of the members of an axis -> the member; empty where there is no such axis."""
    if axis == "ecosystem":
        return {text: item.id for item in ecosystems.values() for text in (item.id, item.zh, *item.aliases)}
    members = lists[axis].members if axis in lists else {}
    return {text: member for member, zh in members.items() for text in (member, zh)}
