"""A plan form as the text of a plan: the cells become the tables that plan.toml would have, each at its sheet and cell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.plan_form.fields import TABLES
from qhgep.compensation.plan_form.places import GENERAL, RECIPIENTS, STEPS, UPRIGHT
from qhgep.compensation.plan_form.sheets import FormCells
from qhgep.compensation.plan_form.tables import PlanTables
from qhgep.compensation.plan_form.toml_text import toml_text
from qhgep.compensation.plan_form.words import field_names
from qhgep.data import regular_file
from qhgep.errors import InputError, PlanError, Problems
from qhgep.inputs.files.cells import RawBook
from qhgep.inputs.files.open import own_book, read_book, sheet_names
from qhgep.inputs.personal import refuse_personal

SUFFIX = ".xlsx"


class FormText(PlanText):
    """The text of a plan that a form says; the place of a key is its cell, or the cell of what is around it."""

    def __init__(self, path: Path, text: str, cells: Mapping[Key, str]) -> None:
        super().__init__(path, text)
        self.cells = cells

    def with_text(self, text: str) -> FormText:
        """Another text of the same plan: its keys keep their cells."""
        return FormText(self.path, text, self.cells)

    def where(self, *key: str | int) -> str:
        """`plan.xlsx › 方案 › C7`; the file alone where no cell says anything of the key."""
        return next((self.cells[key[:end]] for end in range(len(key), 0, -1) if key[:end] in self.cells), self.name)

    def add(self, code: str, *key: str | int, **facts: object) -> None:
        """Note a problem at a key: it is called as on the form; a cell of a list by its place, not by its number in the text."""
        listed = key in self.cells and any(isinstance(part, int) for part in key)
        name = "本格" if listed else field_names().get(key)
        super().add(code, *key, **({} if name is None else {"key": name}) | facts)


def is_plan_form(path: Path) -> bool:
    """Whether a file is a workbook with the sheets of a plan form. One that cannot be read is none."""
    return path.suffix.lower() == SUFFIX and {GENERAL, STEPS, RECIPIENTS} <= sheet_names(path)


def read_plan_form(path: Path) -> FormText:
    """The plan that a form says, as text with the cell of each key.

    Raises PlanError with every fault of the cells; whether it is a plan is looked at afterwards, as of any text.
    """
    problems = Problems()
    try:
        book = read_book(regular_file(path), problems)
    except InputError as error:
        raise PlanError(list(error.problems)) from error
    if book is None or refuse_personal(book, problems):
        problems.raise_if_any(PlanError)
        raise AssertionError(path)  # pragma: no cover - a problem was raised above
    tables = PlanTables(problems)
    names = [sheet.name for sheet in book.sheets]
    if not {GENERAL, STEPS, RECIPIENTS} & set(names):
        problems.add(own_book(names) or "plan_form_foreign", book.file, sheets="、".join(names))
        problems.raise_if_any(PlanError)
    _read_sheets(book, tables)
    found = tables.content()
    problems.raise_if_any(PlanError)
    text = FormText(path, toml_text(found), tables.cells)
    text.problems.items += problems.items
    return text


def _read_sheets(book: RawBook, tables: PlanTables) -> None:
    """Every sheet of the form: first those that give entries their names."""
    sheets = {sheet.name: sheet for sheet in book.sheets}
    for name in (*UPRIGHT, RECIPIENTS, *TABLES.values()):
        if name not in sheets:
            tables.problems.add("plan_form_sheet", book.file, sheet=name)
    for name in UPRIGHT:
        if name in sheets:
            FormCells(book.file, sheets[name], tables).upright()
    for table, name in TABLES.items():
        if name in sheets:
            FormCells(book.file, sheets[name], tables).table(table)
    if RECIPIENTS in sheets:
        FormCells(book.file, sheets[RECIPIENTS], tables).recipients()
