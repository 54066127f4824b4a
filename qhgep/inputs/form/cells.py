"""The value cells of a form: one number with its state, and what may stand together. Blank, zero and 不适用 are different."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from qhgep.errors import Problems, UnitError
from qhgep.expr import Quantity
from qhgep.inputs.figures import shortest
from qhgep.inputs.files.address import shown
from qhgep.inputs.files.cells import RawCell, RawSheet
from qhgep.inputs.form.rules import NO_WORD, Answer, Case, broken, is_nil
from qhgep.inputs.form.schema import NIL, SOURCE_SHEET, SOURCES, STATED, STATES, UNITS, FormField, FormSource
from qhgep.inputs.table import Input, Vocabulary, check_row
from qhgep.quantities import number_text
from qhgep.units import converted

_KINDS = {"bool": "逻辑值", "date": "日期", "error": "错误值"}
Line = tuple[int, str, str]
"""Row of the sheet, county code, item."""


@dataclass(frozen=True)
class Page:
    """A sheet with the names of its cells, filled or not."""

    file: str
    sheet: RawSheet

    def raw(self, row: int, column: int) -> str:
        """The text of a cell, empty for a blank."""
        cell = self.sheet.cells.get((row, column))
        return "" if cell is None else cell.text

    def text(self, row: int, column: int) -> str:
        """The same without blanks around it."""
        return self.raw(row, column).strip()

    def address(self, row: int, column: int) -> str:
        """The address of a cell on its sheet."""
        return shown(row, column)

    def place(self, row: int, column: int) -> str:
        """A cell as messages name it, filled or blank."""
        cell = self.sheet.cells.get((row, column))
        return cell.place if cell else f"{self.file} › {self.sheet.name} › {self.address(row, column)}"


@dataclass(frozen=True)
class Words:
    """What the cells of a form may name: its documents by number, and the words of its own lists (none: they are lost)."""

    sources: Mapping[str, FormSource]
    offered: frozenset[str]


@dataclass(frozen=True)
class FieldReader:
    """Reads one value column with the states beside it.

    `excused` are the rows of the sheet with a cell that is not 有数据: their note is the reason of those cells, not of a
    number that stands beside them.
    """

    page: Page
    field: FormField
    quantity: Quantity
    column: int
    note_column: int
    year: str
    words: Words
    excused: frozenset[int] = frozenset()

    def read(self, lines: Iterable[Line], vocabulary: Vocabulary, problems: Problems) -> list[Input]:
        """The rows of a column; one without a usable unit gives none."""
        lines = list(lines)
        unit = self._unit(problems)
        source = self._source(lines, problems)
        found = (self._row(line, unit, source, vocabulary, problems) for line in lines) if unit else ()
        return [row for row in found if row is not None]

    def _unit(self, problems: Problems) -> str:
        """The unit of the column; one that is read and not offered is told: 自检 does not know it."""
        text, where = self.page.text(UNITS, self.column), self.page.place(UNITS, self.column)
        try:
            size = converted(text, self.quantity.unit, quantity=self._zh, where=where)
        except UnitError as error:
            problems.take(error)
            return ""
        if self.words.offered and text not in self.words.offered:
            facts = {"field": self._zh, "unit": text, "size": number_text(size), "own": self.quantity.unit.printed}
            problems.warn("form_unit_other", where, **facts)
        return text

    def _source(self, lines: Iterable[Line], problems: Problems) -> FormSource | None:
        text, where = self.page.text(SOURCES, self.column), self.page.place(SOURCES, self.column)
        words = {row: self.page.text(row, self.column + 1) for row, _, _ in lines}
        stated = any(w == NIL or (w == STATED and self.page.text(row, self.column)) for row, w in words.items())
        found = self.words.sources.get(text)
        if text and found is None:
            known = "、".join(self.words.sources) or "-"
            problems.add("form_source_unknown", where, found=text, sheet=SOURCE_SHEET, known=known)
        elif stated and found is None:
            problems.add("form_source_none", where, field=self._zh)
        elif found is not None and not found.title:
            problems.add("form_source_title", where, found=text, sheet=SOURCE_SHEET)
        return found

    @property
    def _zh(self) -> str:
        return f"{self.quantity.zh}（{self.field.zh}）" if self.field.ecosystem else self.quantity.zh

    def _row(
        self, line: Line, unit: str, source: FormSource | None, vocabulary: Vocabulary, problems: Problems
    ) -> Input | None:
        row, code, item = line
        answer, where = self._answer(row), self.page.place(row, self.column)
        if (case := next(broken(answer), None)) is not None:
            self._tell(case, row, answer, problems)
            return None
        if answer.number is not None and not self._is_number(self.page.sheet.cells[row, self.column], where, problems):
            return None
        value = "" if answer.number is None or is_nil(answer.number) else answer.number
        stated = answer.state in {STATED, NIL}
        note = "" if answer.state == STATED and row in self.excused else self.page.text(row, self.note_column)
        made = Input(
            county_code=code, period_from=self.year, period_to=self.year, ecosystem=self.field.ecosystem, item=item,
            quantity=self.quantity.name, value=value, unit=unit if value else "", presence=STATES[answer.state],
            origin="stated" if stated else "", evidence=(source.evidence if source else "secondary") if stated else "",
            source=source.text if source else "", note=note, file=where,
        )  # fmt: skip
        return _checked(made, where, vocabulary, problems)

    def _answer(self, row: int) -> Answer:
        cell = self.page.sheet.cells.get((row, self.column))
        blank = cell is None or not (cell.text.strip() or cell.formula)
        number = shortest(cell.text) if cell is not None and cell.kind == "number" and cell.text.strip() else None
        noted = bool(self.page.text(row, self.note_column))
        return Answer(self.page.text(row, self.column + 1), noted, blank, number)

    def _tell(self, case: Case, row: int, answer: Answer, problems: Problems) -> None:
        """Note what is wrong with a cell, at the cell that is to be changed."""
        if case.value == "text":
            self._is_number(self.page.sheet.cells[row, self.column], self.page.place(row, self.column), problems)
            return
        column = (
            self.column + 1 if case.states == (NO_WORD,) else self.note_column if case.without_note else self.column
        )
        facts = {
            "field": self._zh, "state": answer.state, "found": answer.state or "（空）", "expected": "、".join(STATES),
            "value": self.page.text(row, self.column),
        }  # fmt: skip
        problems.add(case.code, self.page.place(row, column), **facts)

    def _is_number(self, cell: RawCell, where: str, problems: Problems) -> bool:
        field = self._zh
        if "[" in cell.formula:
            problems.add("form_formula_outside", where, field=field, formula=cell.formula)
        elif cell.formula and not cell.text:
            problems.add("form_formula_empty", where, field=field, formula=cell.formula)
        elif cell.kind == "text":
            code = "form_text" if any(char.isdigit() for char in cell.text) else "form_word"
            problems.add(code, where, field=field, value=cell.text)
        elif cell.kind != "number":
            problems.add("form_kind", where, field=field, kind=_KINDS[cell.kind], value=cell.text)
        elif cell.percent:
            problems.add("form_percent", where, field=field, value=cell.text)
        else:
            if cell.formula:
                problems.warn("form_formula", where, field=field, formula=cell.formula, value=cell.text)
            return True
        return False


def _checked(row: Input, where: str, vocabulary: Vocabulary, problems: Problems) -> Input | None:
    """The row after the rules of every input table; its problems name the cell."""
    own = Problems()
    found = check_row(row, vocabulary, own)
    problems.items += [replace(item, where=where) for item in own.items]
    return found
