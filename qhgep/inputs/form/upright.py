"""Reading an upright form: of one county, a row for each number with its unit, state, source and note beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qhgep.errors import Problems
from qhgep.inputs.form.cells import FieldReader, FormPage, FormWords, Line
from qhgep.inputs.form.schema import (
    COUNTY_AT,
    KEY_AT,
    NOTE_AT,
    SECTION,
    SOURCE_AT,
    STATE_AT,
    UNIT_AT,
    UPRIGHT_FIRST,
    UPRIGHT_WIDTH,
    VALUE_AT,
    YEAR_AT,
    FormSchema,
    FormSheet,
    UprightRow,
)
from qhgep.inputs.table import Input, Vocabulary


def read_upright(
    schema: FormSchema, page: FormPage, words: FormWords, vocabulary: Vocabulary, problems: Problems
) -> list[Input]:
    """The rows of an upright form; every fault is noted in `problems` with its cell, faulty cells are left out."""
    return _UprightReader(schema, page, words, vocabulary, problems).rows()


@dataclass(frozen=True)
class _UprightReader:
    schema: FormSchema
    page: FormPage
    words: FormWords
    vocabulary: Vocabulary
    problems: Problems

    def rows(self) -> list[Input]:
        ((code, name),) = self.schema.counties
        self.page.held_to_year(YEAR_AT, self.schema.year, self.problems)
        if (found := self.page.text(*COUNTY_AT)) != code:
            facts = {"found": found or "（空）", "expected": f"{code} {name}"}
            self.problems.add("form_code_changed", self.page.place(*COUNTY_AT), **facts)
            return []
        self.page.tell_disturbed(UPRIGHT_FIRST, UPRIGHT_FIRST, UPRIGHT_WIDTH, self.problems)
        at = self._places()
        return [row for sheet in self.schema.sheets for row in self._section(sheet, code, at)]

    def _section(self, sheet: FormSheet, code: str, at: dict[str, int]) -> Iterator[Input]:
        """The inputs of a section. Where a row names no source, that of its heading holds."""
        head = at.get(SECTION + sheet.name)
        for entry in self.schema.entries(sheet):
            if (row := at.get(entry.key)) is None:
                continue
            own = bool(self.page.text(row, SOURCE_AT))
            above = row if head is None else head
            line = Line(
                (row, VALUE_AT), (row, STATE_AT), (row, NOTE_AT), code, self.schema.item(entry.field, entry.item),
                dict(sheet.items).get(entry.item, ""),
            )  # fmt: skip
            reader = FieldReader(
                self.page, entry.field, self.vocabulary.quantities[entry.field.quantity], (row, UNIT_AT),
                (row if own else above, SOURCE_AT), (above, STATE_AT), (above, NOTE_AT), str(self.schema.year), self.words,
                shared_note=False,
            )  # fmt: skip
            yield from reader.read([line], self.vocabulary, self.problems)

    def _places(self) -> dict[str, int]:
        """Key -> row of each row that is as the template has it; every other one is told."""
        named = {entry.key: entry for sheet in self.schema.sheets for entry in self.schema.entries(sheet)}
        heads = {SECTION + sheet.name for sheet in self.schema.sheets}
        seen: dict[str, int] = {}
        for row in sorted({row for row, column in self.page.sheet.cells if row >= UPRIGHT_FIRST}):
            key = self.page.text(row, KEY_AT)
            if key in seen:
                facts = {"key": key, "first": self.page.address(seen[key], KEY_AT)}
                self.problems.add("form_row_twice", self.page.place(row, KEY_AT), **facts)
            elif key in named or key in heads:
                seen[key] = row
                self._name(row, named.get(key))
            elif not key.startswith(SECTION):
                self.problems.add("form_row_added", self.page.place(row, KEY_AT), found=key or "（空）")
        for key in (*named, *sorted(heads)):
            if key not in seen:
                name = named[key].name if key in named else key.removeprefix(SECTION)
                where = f"{self.page.file} › {self.page.sheet.name}"
                self.problems.add("form_row_missing", where, key=key, name=name)
        return seen

    def _name(self, row: int, entry: UprightRow | None) -> None:
        """The name beside a key: a column that was sorted by itself would give one indicator the values of another.

        What stands behind it in 〔 〕 says that it is one way of several.
        """
        found = self.page.text(row, 0).partition("〔")[0]
        if entry is not None and found != entry.name:
            facts = {"code": entry.key, "found": found, "expected": entry.name}
            self.problems.add("form_row_name", self.page.place(row, 0), **facts)
