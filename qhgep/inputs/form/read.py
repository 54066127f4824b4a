"""Reading a filled form back into input rows. The form's own 清单 says what it asks; every departure from it is told by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qhgep.errors import Problems
from qhgep.inputs.files.cells import RawBook
from qhgep.inputs.form.cells import FieldReader, FormPage, FormWords, Line
from qhgep.inputs.form.schema import (
    CODE,
    FIRST,
    IDS,
    ITEM,
    MANIFEST,
    OPTIONS,
    PERIOD,
    SOURCE_SHEET,
    SOURCES,
    STATED,
    STATES,
    UNITS,
    UPRIGHT,
    VERSION,
    FormSchema,
    FormSheet,
    schema_of,
)
from qhgep.inputs.form.sources import read_sources, tell_lowered
from qhgep.inputs.form.upright import read_upright
from qhgep.inputs.landcover.survey import ecosystem_areas
from qhgep.inputs.table import Input, Vocabulary

_YEAR = (PERIOD, 3)


def read_form(
    book: RawBook, vocabulary: Vocabulary, problems: Problems, *, ruleset: tuple[str, str] | None = None
) -> list[Input]:
    """The rows of a filled form; every fault is noted in `problems` with its cell, faulty cells are left out.

    `ruleset` is the name and hash of the ruleset that the rows are for: a form of another one is refused, one that was
    written before the ruleset changed is read with a warning.
    """
    pages = {sheet.name: FormPage(book.file, sheet) for sheet in book.sheets}
    schema = _schema(book, pages, problems)
    if schema is None or not _fits(schema, pages[MANIFEST], vocabulary, problems, ruleset):
        return []
    if SOURCE_SHEET not in pages:
        problems.add("form_sheet", book.file, sheet=SOURCE_SHEET)
        return []
    sources = read_sources(pages[SOURCE_SHEET], problems)
    words = FormWords(sources, _offered(pages))
    rows: list[Input] = []
    if schema.layout == "upright":
        if UPRIGHT not in pages:
            problems.add("form_sheet", book.file, sheet=UPRIGHT)
            return []
        rows = read_upright(schema, pages[UPRIGHT], words, vocabulary, problems)
    for form in schema.sheets if schema.layout != "upright" else ():
        if form.name in pages:
            rows += _SheetReader(schema, form, pages[form.name], words, vocabulary, problems).rows()
        else:
            problems.add("form_sheet", book.file, sheet=form.name)
    tell_lowered(sources, rows, pages[SOURCE_SHEET], problems)
    return ecosystem_areas(rows, schema.lands, problems) if schema.survey else rows


def form_schema(book: RawBook, problems: Problems) -> FormSchema | None:
    """What a filled form asks, by its own 清单; None, with the reason noted, where that cannot be read."""
    return _schema(book, {sheet.name: FormPage(book.file, sheet) for sheet in book.sheets}, problems)


def _offered(pages: Mapping[str, FormPage]) -> frozenset[str]:
    """The words of the lists in the form itself, by which its own 自检 goes; none where the sheet is gone."""
    sheet = pages[OPTIONS].sheet if OPTIONS in pages else None
    return frozenset(cell.text.strip() for cell in sheet.cells.values()) if sheet else frozenset()


def is_form(book: RawBook) -> bool:
    """Whether a book is a form: it has a 清单 with the schema of one."""
    sheet = next((sheet for sheet in book.sheets if sheet.name == MANIFEST), None)
    return sheet is not None and "schema_hash" in _recorded(FormPage(book.file, sheet))


def _recorded(page: FormPage) -> Mapping[str, str]:
    """Key -> value of 清单; what stands in several cells is put together."""
    found: dict[str, str] = {}
    for row in range(page.sheet.extent[0]):
        if key := page.text(row, 0):
            found[key] = found.get(key, "") + page.raw(row, 2)
    return found


def _schema(book: RawBook, pages: Mapping[str, FormPage], problems: Problems) -> FormSchema | None:
    recorded = _recorded(pages[MANIFEST]) if MANIFEST in pages else {}
    if "schema_hash" not in recorded:
        problems.add("form_none", book.file)
        return None
    where = f"{book.file} › {MANIFEST}"
    if (version := recorded.get("version", "")) != str(VERSION):
        problems.add("form_version", where, found=version, expected=VERSION)
        return None
    schema = schema_of(recorded.get("schema", ""))
    if schema is None or schema.hash != recorded["schema_hash"]:
        found = "-" if schema is None else schema.hash[:16]
        problems.add("form_hash", where, found=found, expected=recorded["schema_hash"][:16])
        return None
    return schema


def _fits(
    schema: FormSchema, page: FormPage, vocabulary: Vocabulary, problems: Problems, ruleset: tuple[str, str] | None
) -> bool:
    where, before = f"{page.file} › {MANIFEST}", len(problems.items)
    recorded = _recorded(page)
    if ruleset is not None and ruleset[0] != schema.ruleset:
        problems.add("form_ruleset", where, found=schema.ruleset, expected=ruleset[0])
        return False
    if ruleset is not None and ruleset[1] != recorded.get("ruleset_hash"):
        problems.warn("form_ruleset_changed", where, ruleset=schema.ruleset)
        before += 1
    for field in (field for form in schema.sheets for field in form.fields):
        quantity = vocabulary.quantities.get(field.quantity)
        if quantity is None or quantity.is_coefficient or str(quantity.unit) != field.unit:
            problems.add("form_field", where, field=field.id, unit=field.unit)
    return len(problems.items) == before


@dataclass(frozen=True)
class _SheetReader:
    """Reads one table sheet."""

    schema: FormSchema
    form: FormSheet
    page: FormPage
    words: FormWords
    vocabulary: Vocabulary
    problems: Problems

    def rows(self) -> list[Input]:
        if not self._shape():
            return []
        self.page.tell_disturbed(IDS, FIRST, len(self.form.columns), self.problems)
        lines, names = self._lines(), dict(self.form.items)
        found: list[Input] = []
        places = [len(self.form.keys) + 2 * place for place in range(len(self.form.fields))]
        note, year = len(self.form.columns) - 1, str(self.schema.year)
        excused = frozenset(
            (row, note) for row, _, _ in lines if any(self._is_gap(row, column, note) for column in places)
        )
        for column, field in zip(places, self.form.fields, strict=True):
            quantity = self.vocabulary.quantities[field.quantity]
            at = [
                Line(
                    (row, column),
                    (row, column + 1),
                    (row, note),
                    code,
                    self.schema.item(field, item),
                    names.get(item, ""),
                )
                for row, code, item in lines
            ]
            reader = FieldReader(
                self.page, field, quantity, (UNITS, column), (SOURCES, column), (UNITS, column + 1),
                (SOURCES, column + 1), year, self.words, excused,
            )  # fmt: skip
            found += reader.read(at, self.vocabulary, self.problems)
        return found

    def _is_gap(self, row: int, column: int, note: int) -> bool:
        """Whether a cell has no number that is meant, so that the note of its row is the reason."""
        state = self.page.text(row, column + 1)
        noted_blank = state == STATED and not self.page.text(row, column) and bool(self.page.text(row, note))
        return noted_blank or state in set(STATES) - {STATED}

    def _shape(self) -> bool:
        """Whether the columns are those of the template, and the year."""
        before = len(self.problems.items)
        expected = self.form.columns
        for column in range(max(len(expected), self._width())):
            found, wanted = self.page.text(IDS, column), expected[column] if column < len(expected) else ""
            if found != wanted:
                where = self.page.place(IDS, column)
                self.problems.add("form_column", where, found=found or "（空）", expected=wanted or "（空）")
        self.page.held_to_year(_YEAR, self.schema.year, self.problems)
        return len(self.problems.items) == before

    def _width(self) -> int:
        return max((column + 1 for row, column in self.page.sheet.cells if row == IDS), default=0)

    def _lines(self) -> list[tuple[int, str, str]]:
        """Row, county code and item of each row that is as the template has it, in the order of the template."""
        expected = {(keys[0], keys[2] if self.form.items else ""): keys for keys in self.schema.rows(self.form)}
        order, seen = list(expected), dict[tuple[str, str], int]()
        strangers: list[tuple[int, tuple[str, str]]] = []
        for row, key in self._keys():
            if key not in expected:
                strangers.append((row, key))
            elif key in seen:
                first = self.page.address(seen[key], 0)
                self.problems.add("form_row_twice", self.page.place(row, 0), key=_shown(key), first=first)
            else:
                seen[key] = row
                self._names(row, expected[key])
        absent = [key for key in order if key not in seen]
        for row, key in strangers:
            here = order[row - FIRST] if row - FIRST < len(order) else None
            if here in absent and here is not None:
                absent.remove(here)
                facts = {"found": _shown(key), "expected": _shown(here)}
                self.problems.add("form_code_changed", self.page.place(row, 0), **facts)
            else:
                self.problems.add("form_row_added", self.page.place(row, 0), found=_shown(key))
        for key in absent:
            name = expected[key][1]
            self.problems.add("form_row_missing", f"{self.page.file} › {self.form.name}", key=_shown(key), name=name)
        return [(seen[key], *key) for key in order if key in seen]

    def _keys(self) -> Iterator[tuple[int, tuple[str, str]]]:
        item = self.form.keys.index(ITEM) if self.form.items else None
        filled = sorted(
            {row for row, column in self.page.sheet.cells if row >= FIRST and column < len(self.form.columns)}
        )
        for row in filled:
            code = self.page.text(row, self.form.keys.index(CODE))
            yield row, (code, "" if item is None else self.page.text(row, item))

    def _names(self, row: int, keys: tuple[str, ...]) -> None:
        """The names beside the codes: a column that was sorted by itself would give one county the values of another."""
        for column in range(1, len(keys), 2):
            if (found := self.page.text(row, column)) != keys[column]:
                where = self.page.place(row, column)
                self.problems.add("form_row_name", where, code=keys[column - 1], found=found, expected=keys[column])


def _shown(key: tuple[str, str]) -> str:
    return " ".join(part for part in key if part) or "（空）"
