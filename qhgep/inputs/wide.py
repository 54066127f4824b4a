"""A wide sheet, one row per county and one column per quantity, as the rows of the long table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from qhgep.errors import Problems, UnitError
from qhgep.evidence import EVIDENCE, PRESENCE
from qhgep.expr import Quantity
from qhgep.inputs.cells import RawCell
from qhgep.inputs.counties import County
from qhgep.inputs.figures import Scale, figure, is_blank, year_of
from qhgep.inputs.frame import Column, Frame, is_note, is_total
from qhgep.inputs.headings import Meaning
from qhgep.inputs.hidden import tell_merged
from qhgep.inputs.hidden_lines import tell_hidden
from qhgep.inputs.names import code_in, normal
from qhgep.inputs.sheet import MOST_PROBLEMS, quoted
from qhgep.inputs.table import Input, check_row
from qhgep.inputs.told import Reader
from qhgep.inputs.totals import Line, block_totals, check_totals
from qhgep.units import Unit, converted, reads, spelled

_PRESENCE = {zh: name for name, zh in PRESENCE.items()} | {"缺失": "missing", "无数据": "missing"}
_YEAR, _SPAN = re.compile(r"(?:19|20)\d\d"), re.compile(r"(?:19|20)\d\d-(?:19|20)\d\d")
_EVIDENCE = {zh: name for name, zh in EVIDENCE.items()}


@dataclass(frozen=True, slots=True)
class _Use:
    """A column whose meaning and unit are certain. `unit` is a registered spelling that converts to that of the quantity."""

    column: Column
    meaning: Meaning
    quantity: Quantity
    unit: str
    scale: Scale


def read_wide(frame: Frame, reader: Reader, problems: Problems) -> list[Input]:
    """The inputs of a sheet; what is wrong is noted with its cell, and only faultless cells become inputs."""
    return _Wide(frame, reader, problems).rows()


class _Wide:
    """One sheet while it is being read."""

    def __init__(self, frame: Frame, reader: Reader, problems: Problems) -> None:
        self.frame, self.reader, self.problems = frame, reader, problems
        self.sheet, self.told = frame.sheet, reader.told
        self.period = self._sheet_period()
        self.uses = [use for column in frame.columns if (use := self._use(column)) is not None]

    def rows(self) -> list[Input]:
        for column in self.frame.left:
            self.problems.warn("column_left", column.place, heading=quoted(column.heading))
        self.uses = list(self._known_once())
        for row in self.frame.unnamed:
            self.problems.add("row_unnamed", self.frame.at(row, self._key_column))
        lines = block_totals(list(self._lines()))
        counties = [line for line in lines if line.county is not None]
        filled = [line.row for line in lines]
        columns = [use.column.index for use in self.uses]
        tell_hidden(self.sheet, self.frame.place, columns, filled, self.problems, strict=self.reader.strict)
        lost = tell_merged(self.frame, columns, filled, self.problems)
        counties = list(self._once(counties))
        found = self._all_inputs(counties, lost)
        figures = {(use.column.index, use.column.heading): use.quantity for use in self.uses}
        check_totals(self.frame, figures, lines, self.problems)
        if counties and self.uses and not self.told.evidence and "evidence" not in self.frame.roles:
            self.problems.warn("worksheet_evidence", self.frame.place)
        if len(self.problems.items) > MOST_PROBLEMS:
            self.problems.add("worksheet_many", self.frame.place, most=MOST_PROBLEMS)
        return found

    # --- columns ------------------------------------------------------------------------------------

    def _sheet_period(self) -> str:
        """The year of the sheet: what the account says, else the one year that its title names."""
        years = self.frame.years
        if self.told.period and years and "year" not in self.frame.roles and self.told.period not in years:
            facts = {"told": self.told.period, "years": "、".join(years)}
            self.problems.add("worksheet_period_differs", self.frame.place, **facts)
        if self.told.period:
            return self.told.period
        if len(years) != 1 and "year" not in self.frame.roles:
            self.problems.add("worksheet_period", self.frame.place, years="、".join(years) or "-")
            return ""
        return years[0] if len(years) == 1 else ""

    def _use(self, column: Column) -> _Use | None:
        heading = quoted(column.heading)
        if len(column.meanings) > 1:
            fields = "、".join(sorted(meaning.field for meaning in column.meanings))
            self.problems.add("column_unclear", column.place, heading=heading, fields=fields)
            return None
        (meaning,) = column.meanings
        quantity = self.reader.headings.quantities[meaning.quantity]
        if len(column.units) != 1:
            units = "、".join(map(quoted, column.units))
            code = "column_units" if column.units else "column_unit_missing"
            self.problems.add(code, column.place, heading=heading, units=units, expected=quantity.unit.printed)
            return None
        unit, times = self._unit(column, quantity)
        if times is None:
            return None
        if times != 1:
            facts = {"heading": heading, "unit": unit, "target": quantity.unit.printed, "factor": _printed(times)}
            self.problems.warn("column_factor", column.place, **facts)
        pure = not spelled(unit).unit.items
        scale: Scale = "other" if not pure else "percent" if spelled(unit).scale == Fraction(1, 100) else "pure"
        return _Use(column, meaning, quantity, unit, scale)

    def _unit(self, column: Column, quantity: Quantity) -> tuple[str, Fraction | None]:
        """The unit of a column, that of a year where its sheet speaks of one year, and its factor."""
        stated = column.units[0]
        yearly = [f"{stated}/年", f"{stated}/a"] if "year" in self.frame.roles or _YEAR.fullmatch(self.period) else []
        for unit in (stated, *yearly):
            if (times := _factor(unit, quantity.unit)) is not None:
                if unit != stated:
                    self.problems.warn("column_yearly", column.place, unit=stated, read=unit)
                return unit, times
        self._note_unit(quoted(stated), column, quantity)
        return stated, None

    def _note_unit(self, stated: str, column: Column, quantity: Quantity) -> None:
        """Why a unit does not serve; one that stands above the table and is not known is told once for all columns."""
        try:
            if stated == self.frame.unit and not reads(stated):
                spelled(stated, where=self.frame.place)
            converted(stated, quantity.unit, quantity=quantity.zh, where=column.place)
        except UnitError as error:
            self.problems.items += [item for item in error.problems if item not in self.problems.items]

    def _known_once(self) -> Iterator[_Use]:
        """The first column of each quantity; another is an error and is not read."""
        first: dict[Meaning, Column] = {}
        for use in self.uses:
            if (known := first.setdefault(use.meaning, use.column)) is not use.column:
                self.problems.add("column_twice", use.column.place, first=known.place, field=use.meaning.field)
            else:
                yield use

    # --- rows ---------------------------------------------------------------------------------------

    @property
    def _key_column(self) -> int:
        return min(self.frame.roles[role] for role in ("name", "code") if role in self.frame.roles)

    def _lines(self) -> Iterator[Line]:
        """The rows of counties and of totals; notes are left out, anything else is noted."""
        by_row: dict[int, dict[int, RawCell]] = {}
        for (row, column), cell in sorted(self.sheet.cells.items()):
            if row >= self.frame.start and not is_blank(cell):
                by_row.setdefault(row, {})[column] = cell
        for row, cells in by_row.items():
            if len(self.problems.items) > MOST_PROBLEMS:
                return
            first = normal(cells[min(cells)].text)
            key = [found for role in ("name", "code") if (found := self.frame.cell(row, role))]
            words = [text for text in (first, *(normal(found.text) for found in key)) if is_total(text)]
            if words:
                year = self.frame.cell(row, "year")
                yield Line(row, None, (year_of(year) or "") if year else "", word=words[0])
            elif key and not is_note(first) and not is_note(normal(key[0].text)):
                if (line := self._county_line(row, key[0])) is not None:
                    yield line
            elif not is_note(first) and any(use.column.index in cells for use in self.uses):
                self.problems.add("row_unnamed", self.frame.at(row, self._key_column))

    def _county_line(self, row: int, key: RawCell) -> Line | None:
        period = self._row_period(row)
        county = self._county(row, key, period)
        return None if county is None else Line(row, county, period)

    def _row_period(self, row: int) -> str:
        """The period of a row; empty, with the reason noted, where nothing says it."""
        cell = self.frame.cell(row, "year")
        if cell is None:
            if "year" in self.frame.roles and not self.period:
                self.problems.add("row_year", self.frame.at(row, self.frame.roles["year"]), text="")
            return self.period
        year = year_of(cell)
        if year is None:
            self.problems.add("row_year", cell.place, text=quoted(cell.text))
        return year or ""

    def _county(self, row: int, key: RawCell, period: str) -> County | None:
        name, code = self.frame.cell(row, "name"), self.frame.cell(row, "code")
        by_code = self.reader.places.by_code(code.text) if code else None
        if code is not None and by_code is None:
            if name is None and (found := self._named(code, period)) is not None:
                return found  # a name in the column of codes
            if name is not None or code_in(code.text):
                self.problems.add("row_code", code.place, code=quoted(code.text))
            return None
        if by_code is None or name is None:
            return by_code or self._named(key, period)
        if by_code not in self.reader.places.bearing(name.text):
            self.problems.add("row_code_name", name.place, code=by_code.code, zh=by_code.zh, name=quoted(name.text))
            return None
        return by_code

    def _named(self, cell: RawCell, period: str) -> County | None:
        """The one area of a name in a period. Blanks and forms are folded; what was folded is told."""
        if (coded := self.reader.places.by_code(cell.text)) is not None:
            return coded  # a code in the column of names
        found = self.reader.places.named(cell.text, period[:4], period[-4:])
        if len(found) != 1:
            codes = "、".join(f"{county.code} {county.span}" for county in self.reader.places.bearing(cell.text))
            code = "row_county_unclear" if codes else "row_county"
            self.problems.add(code, cell.place, name=quoted(cell.text), codes=codes)
            return None
        if cell.text != found[0].zh:
            self.problems.warn("row_name", cell.place, name=quoted(cell.text), code=found[0].code, zh=found[0].zh)
        return found[0]

    def _once(self, lines: list[Line]) -> Iterator[Line]:
        """The first row of each county and period; another is an error and is not read."""
        first: dict[tuple[str, str], Line] = {}
        for line in lines:
            county = line.county
            if len(self.problems.items) > MOST_PROBLEMS:
                return
            if county and (known := first.setdefault((county.code, line.period), line)) is not line:
                place = self.frame.at(line.row, self._key_column)
                facts = {"first": known.row + 1, "second": line.row + 1, "code": county.code, "zh": county.zh}
                self.problems.add("county_twice", place, **facts)
            else:
                yield line

    # --- cells --------------------------------------------------------------------------------------

    def _all_inputs(self, lines: list[Line], lost: set[tuple[int, int]]) -> list[Input]:
        """The inputs of all rows, as far as a sheet with very many problems is read."""
        found: list[Input] = []
        for line in lines:
            if len(self.problems.items) > MOST_PROBLEMS:
                break
            found += self._inputs(line, lost)
        return found

    def _inputs(self, line: Line, lost: set[tuple[int, int]]) -> Iterator[Input]:
        for use in self.uses:
            place = (line.row, use.column.index)
            cell = self.sheet.cells.get(place)
            if place in lost:
                continue
            made = self._blank(line, use) if cell is None or is_blank(cell) else self._value(line, use, cell)
            if made is None or not line.period:
                continue
            if (checked := check_row(made, self.reader.vocabulary, self.problems)) is not None:
                if checked.exact is not None:
                    line.values[use.column.index] = checked.value
                yield checked

    def _value(self, line: Line, use: _Use, cell: RawCell) -> Input | None:
        number = figure(cell, self.problems, quantity=use.quantity.zh, scale=use.scale)
        return None if number is None else self._input(line, use, "value", number, use.unit)

    def _blank(self, line: Line, use: _Use) -> Input | None:
        """A blank cell is what the column of presence says of the blanks of its row; without a word it is an error."""
        stated = self.frame.cell(line.row, "presence")
        text = normal(stated.text) if stated else ""
        presence = _PRESENCE.get(text, text)
        if presence in {"", "value"}:
            self.problems.add("cell_blank", self.frame.at(line.row, use.column.index), quantity=use.quantity.zh)
            return None
        return self._input(line, use, presence, "", "")

    def _input(self, line: Line, use: _Use, presence: str, value: str, unit: str) -> Input:
        note, source, evidence = (self.frame.cell(line.row, role) for role in ("note", "source", "evidence"))
        stated = presence in {"value", "zero"}
        level = normal(evidence.text) if evidence else self.told.evidence or "unconfirmed"
        first, _, last = line.period.partition("-") if _SPAN.fullmatch(line.period) else (line.period, "", "")
        return Input(
            line.county.code if line.county else "", first, last or first, use.meaning.ecosystem, use.meaning.item,
            use.meaning.quantity, value, unit, presence,
            self.told.origin if stated else "", _EVIDENCE.get(level, level) if stated else "",
            (source.text if source else use.column.source) or self.told.source or self.frame.place,
            note.text.strip() if note else "", file=self.frame.at(line.row, use.column.index),
        )  # fmt: skip


def _factor(unit: str, target: Unit) -> Fraction | None:
    try:
        return converted(unit, target, quantity="")
    except UnitError:
        return None


def _printed(times: Fraction) -> str:
    return f"{times.numerator}/{times.denominator}" if times.denominator != 1 else str(times.numerator)
