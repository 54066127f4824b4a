"""The value cells of a form: one number with its state, and what may stand together. Blank, zero and 不适用 are different."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from qhgep.errors import Problems, UnitError
from qhgep.expr import Quantity
from qhgep.inputs.figures import shortest, typed_number
from qhgep.inputs.files.address import shown
from qhgep.inputs.files.cells import RawCell, RawSheet
from qhgep.inputs.files.read_xlsx import quoted
from qhgep.inputs.form.rules import NO_WORD, CellAnswer, CellFault, broken, is_nil
from qhgep.inputs.form.schema import MARKS, NIL, SOURCE_SHEET, STATED, STATES, FormField, FormSource
from qhgep.inputs.periods import period_of
from qhgep.inputs.table import Input, Vocabulary, check_row, says_nothing
from qhgep.quantities import number_text
from qhgep.units import converted

Place = tuple[int, int]
"""Row and column of a cell from zero."""
_KINDS = {"bool": "逻辑值", "date": "日期", "error": "错误值"}


@dataclass(frozen=True, slots=True)
class Line:
    """Where one number stands, its state and its note, and whose it is."""

    value: Place
    state: Place
    note: Place
    county: str
    item: str
    item_zh: str = ""


@dataclass(frozen=True)
class FormPage:
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

    def held_to_year(self, place: Place, year: int, problems: Problems) -> None:
        """Note a year that is not that of the form: 2024年 and ２０２４ are 2024."""
        found = self.text(*place)
        span = period_of(found)
        if span is None or span.doubt or (span.first, span.last) != (str(year), str(year)):
            problems.add("form_year_changed", self.place(*place), found=found, expected=year)

    def tell_disturbed(self, head: int, first: int, width: int, problems: Problems) -> None:
        """Note merged cells from row `head` on, what is hidden from row `first` on, and what is written beside the table."""
        for first_row, left, last_row, last in self.sheet.merged:
            if last_row >= head and left < width:
                area = f"{self.place(first_row, left)}:{self.address(last_row, last)}"
                problems.add("form_merged", area)
        hidden_rows = any(row >= first for row in self.sheet.hidden_rows)
        if self.sheet.hidden or hidden_rows or any(column < width for column in self.sheet.hidden_columns):
            problems.warn("form_hidden", f"{self.file} › {self.sheet.name}")
        beside = sorted(place for place in self.sheet.cells if place[1] >= width)
        if beside:
            problems.warn("form_beside", self.place(*beside[0]), cells=len(beside))


@dataclass(frozen=True)
class FormWords:
    """What the cells of a form may name: its documents by number, and the words of its own lists (none: they are lost)."""

    sources: Mapping[str, FormSource]
    offered: frozenset[str]


@dataclass(frozen=True)
class FieldReader:
    """Reads the numbers of a field that share a unit and a source: a column, or one row of an upright form.

    `excused` are the notes that are the reason of a cell without a number: no number beside it has them.
    """

    page: FormPage
    field: FormField
    quantity: Quantity
    unit_at: Place
    source_at: Place
    mark_at: Place
    reason_at: Place
    year: str
    words: FormWords
    excused: frozenset[Place] = frozenset()
    shared_note: bool = True
    """Whether a note is of a whole row: a blank that it makes missing is told."""

    def read(self, lines: Iterable[Line], vocabulary: Vocabulary, problems: Problems) -> list[Input]:
        """The rows of a column; one without a usable unit gives none."""
        lines = list(lines)
        unit = self._unit(problems)
        source = self._source(lines, problems)
        self._mark(problems)
        found = (self._row(line, unit, source, vocabulary, problems) for line in lines) if unit else ()
        return [row for row in found if row is not None]

    def _unit(self, problems: Problems) -> str:
        """The unit of the column; one that is read and not offered is told: 自检 does not know it."""
        text, where = self.page.text(*self.unit_at), self.page.place(*self.unit_at)
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
        text, where = self.page.text(*self.source_at), self.page.place(*self.source_at)
        answers = [self._answer(line) for line in lines]
        stated = any(answer.meant == NIL or (answer.meant == STATED and not answer.blank) for answer in answers)
        found = self.words.sources.get(text)
        if text and found is None:
            known = "、".join(self.words.sources) or "-"
            problems.add("form_source_unknown", where, found=text, sheet=SOURCE_SHEET, known=known)
        elif stated and found is None:
            problems.add("form_source_none", where, field=self._zh)
        elif found is not None and not found.title:
            problems.add("form_source_title", where, found=text, sheet=SOURCE_SHEET)
        return found

    def _mark(self, problems: Problems) -> None:
        """Note a mark of the column that is no mark."""
        if (text := self.page.text(*self.mark_at)) not in {"", *MARKS}:
            expected = "、".join(MARKS)
            problems.add("form_mark", self.page.place(*self.mark_at), field=self._zh, found=text, expected=expected)

    @property
    def _zh(self) -> str:
        return f"{self.quantity.zh}（{self.field.zh}）" if self.field.ecosystem else self.quantity.zh

    def _named(self, line: Line) -> str:
        """What a cell is called: the quantity, with its ecosystem or its item."""
        return f"{self._zh}（{line.item_zh}）" if line.item_zh else self._zh

    def _row(
        self, line: Line, unit: str, source: FormSource | None, vocabulary: Vocabulary, problems: Problems
    ) -> Input | None:
        answer, where = self._answer(line), self.page.place(*line.value)
        if (case := next(broken(answer), None)) is not None:
            self._tell(case, line, answer, problems)
            return None
        if answer.number is not None and not self._is_number(line, problems):
            return None
        if says_nothing(STATES[answer.meant], said := self.page.text(*line.note)):
            problems.add("reason_hollow", self.page.place(*line.note), presence=answer.meant, note=said)
            return None
        value = "" if answer.number is None or is_nil(answer.number) else answer.number
        stated = answer.meant in {STATED, NIL}
        if answer.meant != answer.state and answer.noted and self.shared_note:
            problems.warn("form_blank_noted", where, field=self._named(line), note=self.page.text(*line.note))
        made = Input(
            county_code=line.county, period_from=self.year, period_to=self.year, ecosystem=self.field.ecosystem, item=line.item,
            quantity=self.quantity.name, value=value, unit=unit if value else "", presence=STATES[answer.meant],
            origin="stated" if stated else "", evidence=(source.evidence if source else "secondary") if stated else "",
            source=source.text if source else "", note=self._note(line, answer), file=where,
        )  # fmt: skip
        return _checked(made, where, vocabulary, problems)

    def _note(self, line: Line, answer: CellAnswer) -> str:
        """The note of a cell: of a number none that is the reason of a gap beside it, of a marked column its reason."""
        if answer.meant == STATED and line.note in self.excused:
            return ""
        said = self.page.text(*line.note)
        marked = answer.mark and answer.meant != answer.state
        return said or (self.page.text(*self.reason_at) or answer.mark if marked else "")

    def _answer(self, line: Line) -> CellAnswer:
        cell = self.page.sheet.cells.get(line.value)
        blank = cell is None or not (cell.text.strip() or cell.formula)
        number = None if cell is None else _number(cell)
        noted = bool(self.page.text(*line.note))
        mark = self.page.text(*self.mark_at)
        return CellAnswer(self.page.text(*line.state), noted, blank, number, mark if mark in MARKS else "")

    def _tell(self, case: CellFault, line: Line, answer: CellAnswer, problems: Problems) -> None:
        """Note what is wrong with a cell, at the cell that is to be changed."""
        if case.value == "text":
            self._is_number(line, problems)
            return
        lacks_note = case.without_note and case.value == "any"
        place = line.state if case.states == (NO_WORD,) else line.note if lacks_note else line.value
        facts = {
            "field": self._named(line), "state": answer.state, "found": answer.state or "（空）", "expected": "、".join(STATES),
            "value": self.page.text(*line.value),
        }  # fmt: skip
        if case.code == "form_marked":
            facts["mark"] = self.page.address(*self.mark_at)
        problems.add(case.code, self.page.place(*place), **facts)

    def _is_number(self, line: Line, problems: Problems) -> bool:
        cell, where, field = self.page.sheet.cells[line.value], self.page.place(*line.value), self._named(line)
        if "[" in cell.formula:
            problems.add("form_formula_outside", where, field=field, formula=cell.formula)
        elif cell.formula and not cell.text:
            problems.add("form_formula_empty", where, field=field, formula=cell.formula)
        elif cell.kind == "text" and (plain := typed_number(cell.text)):
            problems.warn("cell_typed", where, old=quoted(cell.text), new=plain)
            return True
        elif cell.kind == "text":
            said = any(char.isdigit() for char in cell.text) or _IN_CHARACTERS.fullmatch(cell.text.strip())
            code = "form_text" if said else "form_word"
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


_IN_CHARACTERS = re.compile(r"[约近]?(?:[〇零一二两三四五六七八九十百千万亿]{2,}.*|[一二两三四五六七八九十])")
"""A number in Chinese characters, with what may stand behind it."""


def _number(cell: RawCell) -> str | None:
    """The digits of a number, also of one that was typed as text; None for anything else."""
    if cell.kind == "text" and not cell.formula:
        return typed_number(cell.text) or None
    return shortest(cell.text) if cell.kind == "number" and cell.text.strip() else None


def _checked(row: Input, where: str, vocabulary: Vocabulary, problems: Problems) -> Input | None:
    """The row after the rules of every input table; its problems name the cell."""
    own = Problems()
    found = check_row(row, vocabulary, own)
    problems.items += [replace(item, where=where) for item in own.items]
    return found
