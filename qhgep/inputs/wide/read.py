"""Wide sheets, one row per county and one column per quantity, as the rows of the long table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from qhgep.errors import Problems, UnitError
from qhgep.evidence import EVIDENCE, PRESENCE
from qhgep.expr import Quantity
from qhgep.inputs.figures import Scale, figure, is_blank, is_typed
from qhgep.inputs.file_defaults import SheetContext
from qhgep.inputs.files.cells import RawCell
from qhgep.inputs.files.hidden_lines import tell_hidden
from qhgep.inputs.files.read_xlsx import MOST_PROBLEMS, quoted
from qhgep.inputs.names import normal
from qhgep.inputs.periods import YearSpan, in_heading, period_of
from qhgep.inputs.preliminary import note_preliminary
from qhgep.inputs.table import UNSTATED, Input, check_row
from qhgep.inputs.wide.header import Frame, HeadedColumn
from qhgep.inputs.wide.headings import Meaning
from qhgep.inputs.wide.hidden import tell_merged
from qhgep.inputs.wide.rows import Rows, prefectures_beside
from qhgep.inputs.wide.sizes import size_in, tell_unit_above
from qhgep.inputs.wide.totals import Place, Summand, Summed, WideRow, adds_up, block_totals, check_totals
from qhgep.units import converted, counts, reads, spelled

_UNIT_HEAD = re.compile(r"(?:计量)?单位(?:（[^）]*）)?")
_PRESENCE = {zh: name for name, zh in PRESENCE.items()} | {"缺失": "missing", "无数据": "missing"}
_ABSENT = {"缺失": "missing", "无数据": "missing", "不适用": "not_applicable"}
"""What a cell says instead of a number; its row gives the reason, as for a blank."""
_EVIDENCE = {zh: name for name, zh in EVIDENCE.items()}


@dataclass(frozen=True, slots=True)
class _Use:
    """A column whose meaning, years and unit are certain. `unit` is a spelling that converts to that of the quantity."""

    column: HeadedColumn
    meaning: Meaning
    quantity: Quantity
    unit: str
    scale: Scale
    period: str
    """The period that its heading states; empty: that of the row."""

    @property
    def counted(self) -> bool:
        """Whether its numbers are counts, which nobody rounds."""
        return counts(self.unit, spelled(self.unit))

    @property
    def place(self) -> Place:
        """What tells it from the other columns: the same in every table of a sheet."""
        return self.meaning.field, self.period


def read_wide(frames: Sequence[Frame], reader: SheetContext, problems: Problems) -> list[Input]:
    """The inputs of the tables of a sheet; what is wrong is noted with its cell, and only faultless cells become inputs."""
    told = _period_of_account(frames[0], reader, problems)
    tables = [_Table(frame, number, told, reader, problems) for number, frame in enumerate(frames)]
    lines = block_totals([line for table in tables for line in table.lines()])
    lines = prefectures_beside(lines, {table.number: table.rows for table in tables}, problems)
    found = [row for table in tables for row in table.inputs([line for line in lines if line.table == table.number])]
    columns: dict[Place, dict[int, str]] = {}
    for table in tables:
        for use in table.uses:
            if adds_up(use.quantity.unit):
                columns.setdefault(use.place, {})[table.number] = use.column.heading
    check_totals([Summed(place, headings) for place, headings in columns.items()], lines, problems)
    if any(table.read and table.needs_evidence for table in tables):
        problems.warn("worksheet_evidence", frames[0].place)
    if len(problems.items) > MOST_PROBLEMS:
        problems.add("worksheet_many", frames[0].place, most=MOST_PROBLEMS)
    return found


def _period_of_account(frame: Frame, reader: SheetContext, problems: Problems) -> YearSpan | None:
    """The period that the account tells; None where it tells none, or none that can be read (noted)."""
    text = reader.defaults.period
    if text in {"", UNSTATED}:
        return YearSpan(text, text) if text else None
    span = period_of(text)
    if span is None or span.doubt:
        problems.add("worksheet_told", frame.place, told=quoted(text))
        return None
    return span


class _Table:
    """One table of a sheet while it is being read."""

    def __init__(
        self, frame: Frame, number: int, told: YearSpan | None, reader: SheetContext, problems: Problems
    ) -> None:
        self.frame, self.number, self.reader, self.problems = frame, number, reader, problems
        self.sheet, self.defaults = frame.sheet, reader.defaults
        self.period = self._period(told)
        self._tell_preliminary()
        for column in frame.left:
            self._tell_left(column)
        uses = [use for column in frame.columns if (use := self._use(column)) is not None]
        self.uses = list(self._known_once(uses))
        columns = [(use.column.place, use.column.heading, use.unit, use.quantity.unit) for use in self.uses]
        tell_unit_above(frame.unit, columns, problems)
        self.unit_columns = self._unit_columns()
        self.rows = Rows(frame, reader.places, self.period, number, problems)
        self.read = False

    @property
    def needs_evidence(self) -> bool:
        """Whether nobody says what evidence its numbers are."""
        return not self.defaults.evidence and "evidence" not in self.frame.roles

    def lines(self) -> list[WideRow]:
        """The rows of counties and of totals."""
        for row in self.frame.unnamed:
            self.problems.add("row_unnamed", self.frame.at(row, self.rows.key_column))
        if "below" in self.frame.roles and (place := self._first_below()):
            self.problems.add("column_below", place, heading=self._heading(self.frame.roles["below"]))
            return []
        return list(self.rows.lines())

    def _first_below(self) -> str:
        """The place of the first cell that names a part of a county; empty where there is none."""
        column = self.frame.roles["below"]
        filled = (row for row, at in sorted(self.sheet.cells) if at == column and row >= self.frame.start)
        return next((cell.place for row in filled if not is_blank(cell := self.sheet.cells[row, column])), "")

    def _heading(self, column: int) -> str:
        cell = self.sheet.cells.get((self.frame.header, column))
        return quoted(normal(cell.text)) if cell else ""

    # --- periods ------------------------------------------------------------------------------------

    def _period(self, told: YearSpan | None) -> str:
        """The period of the sheet: what the account says, else the one year or span that its title states."""
        spans, by_row = self.frame.years, "year" in self.frame.roles
        years = "、".join(f"{span.text}{span.doubt and '（'}{span.doubt}{span.doubt and '）'}" for span in spans)
        if told is not None and spans and not by_row and told.text not in {span.text for span in spans}:
            self.problems.add("worksheet_period_differs", self.frame.place, told=told.text, years=years)
        if told is not None:
            chosen = [span for span in spans if span.text == told.text]
            if not by_row and chosen and chosen[0].doubt:
                self._doubt(chosen[0])
            return told.text
        if self.defaults.period or by_row or all(column.spans for column in (*self.frame.columns, *self.frame.left)):
            return spans[0].text if len(spans) == 1 and not spans[0].doubt else ""
        if len(spans) == 1 and not spans[0].doubt:
            return spans[0].text
        if len(spans) == 1:
            self._doubt(spans[0])
        else:
            self.problems.add("worksheet_period", self.frame.place, years=years or "-")
        return ""

    def _doubt(self, span: YearSpan) -> None:
        self.problems.add("worksheet_doubt", self.frame.place, period=span.text, doubt=span.doubt)

    def _tell_preliminary(self) -> None:
        """Warn where a title or heading says that its figures are not final; a year in doubt is an error already."""
        if not any(span.doubt for span in self.frame.years):
            note_preliminary(self.frame.place, self.frame.preliminary, self.problems)
        for column in self.frame.columns:
            if not any(span.doubt for span in column.spans):
                note_preliminary(column.place, column.heading, self.problems)

    def _heading_period(self, column: HeadedColumn) -> str | None:
        """The period that a heading states, empty where it states none; None, with the reason noted, where it is unclear."""
        doubt = next((span.doubt for span in column.spans if span.doubt), "")
        if len(column.spans) > 1 or doubt:
            periods = "、".join(span.text for span in column.spans)
            facts = {"heading": quoted(column.heading), "periods": periods, "doubt": doubt or periods}
            self.problems.add("column_period", column.place, **facts)
            return None
        return column.spans[0].text if column.spans else ""

    # --- columns ------------------------------------------------------------------------------------

    def _tell_left(self, column: HeadedColumn) -> None:
        """A column that is not read: a warning, but an error where its heading is nothing but a year."""
        if column.spans and not in_heading(column.heading)[1]:
            self.problems.add("column_year_only", column.place, heading=quoted(column.heading))
        else:
            self.problems.warn("column_left", column.place, heading=quoted(column.heading))

    def _use(self, column: HeadedColumn) -> _Use | None:
        heading = quoted(column.heading)
        if len(column.meanings) > 1:
            fields = "、".join(sorted(meaning.field for meaning in column.meanings))
            self.problems.add("column_unclear", column.place, heading=heading, fields=fields)
            return None
        (meaning,) = column.meanings
        quantity = self.reader.headings.quantities[meaning.quantity]
        period = self._heading_period(column)
        if period is None:
            return None
        if len(column.units) != 1:
            units = "、".join(map(quoted, column.units))
            code = "column_units" if column.units else "column_unit_missing"
            self.problems.add(code, column.place, heading=heading, units=units, expected=quantity.unit.printed)
            return None
        unit, times = self._unit(column, quantity, period or self.period)
        if times is None:
            return None
        if times != 1:
            facts = {"heading": heading, "unit": unit, "target": quantity.unit.printed, "factor": _printed(times)}
            self.problems.warn("column_factor", column.place, **facts)
        pure = not spelled(unit).unit.items
        scale: Scale = "other" if not pure else "percent" if spelled(unit).scale == Fraction(1, 100) else "pure"
        return _Use(column, meaning, quantity, unit, scale, period)

    def _unit(self, column: HeadedColumn, quantity: Quantity, period: str) -> tuple[str, Fraction | None]:
        """The unit of a column and its factor: that of a year where its numbers are of one year, or means over several."""
        stated = column.units[0]
        if (times := size_in(stated, quantity.unit)) is not None:
            return stated, times
        yearly = ((unit, size_in(unit, quantity.unit)) for unit in (f"{stated}/年", f"{stated}/a"))
        unit, times = next(((unit, times) for unit, times in yearly if times is not None), ("", None))
        of_a_year = len(period) == len("2020") if period else "year" in self.frame.roles
        if times is None:
            self._note_unit(quoted(stated), column, quantity)
        elif of_a_year or any(span.mean for span in (*column.spans, *self.frame.years) if span.text == period):
            self.problems.warn("column_yearly", column.place, unit=stated, read=unit)
            return unit, times
        elif period:
            self.problems.add("column_of_years", column.place, unit=stated, period=period, read=unit)
        return stated, None

    def _note_unit(self, stated: str, column: HeadedColumn, quantity: Quantity) -> None:
        """Why a unit does not serve; one that stands above the table and is not known is told once for all columns."""
        try:
            if stated == self.frame.unit and not reads(stated):
                spelled(stated, where=self.frame.place)
            converted(stated, quantity.unit, quantity=quantity.zh, where=column.place)
        except UnitError as error:
            self.problems.items += [item for item in error.problems if item not in self.problems.items]

    def _known_once(self, uses: Iterable[_Use]) -> Iterator[_Use]:
        """The first column of each quantity and period; another is an error and is not read."""
        first: dict[Place, HeadedColumn] = {}
        for use in uses:
            if (known := first.setdefault(use.place, use.column)) is not use.column:
                self.problems.add("column_twice", use.column.place, first=known.place, field=use.meaning.field)
            else:
                yield use

    def _unit_columns(self) -> dict[int, int]:
        """The column headed 单位 beside a column of values, by the column of the values: to its right, else to its left."""
        header = self.frame.header
        units = sorted(
            at
            for (row, at), cell in self.sheet.cells.items()
            if row == header and _UNIT_HEAD.fullmatch(normal(cell.text))
        )
        values = sorted(use.column.index for use in self.uses)
        found: dict[int, int] = {}
        for at in units:
            left, right = [v for v in values if v < at], [v for v in values if v > at]
            beside = left[-1:] or right[:1]
            found |= {value: at for value in beside if value not in found}
        return found

    def _unit_differs(self, line: WideRow, use: _Use) -> bool:
        """Whether the unit that a row states in a column of units is another one than that of the heading; noted."""
        cell = self.sheet.cells.get((line.row, self.unit_columns.get(use.column.index, -1)))
        if cell is None or is_blank(cell):
            return False
        text = cell.text.strip()
        sizes = {size_in(unit, use.quantity.unit) for unit in (text, f"{text}/年", f"{text}/a")}
        if size_in(use.unit, use.quantity.unit) in sizes:
            return False
        facts = {"heading": quoted(use.column.heading), "unit": use.unit, "found": quoted(text)}
        self.problems.add("cell_unit_differs", cell.place, **facts)
        return True

    # --- cells --------------------------------------------------------------------------------------

    def inputs(self, lines: list[WideRow]) -> list[Input]:
        """The inputs of all rows, as far as a table with very many problems is read."""
        columns, rows = [use.column.index for use in self.uses], [line.row for line in lines]
        tell_hidden(self.sheet, self.frame.place, columns, rows, self.problems, strict=self.reader.strict)
        lost = tell_merged(self.frame, columns, rows, self.problems)
        found: list[Input] = []
        for line in self._once(lines):
            if len(self.problems.items) > MOST_PROBLEMS:
                break
            self.read = self.read or bool(self.uses)
            found += self._inputs(line, lost)
        for line in lines:
            if line.county is None:
                self._totals(line)
        return found

    def _once(self, lines: list[WideRow]) -> Iterator[WideRow]:
        """The first row of each county and period; another is an error and is not read."""
        first: dict[tuple[str, str], WideRow] = {}
        for line in lines:
            if len(self.problems.items) > MOST_PROBLEMS:
                return
            if (county := line.county) is None:
                continue
            if (known := first.setdefault((county.code, line.period), line)) is not line:
                place = self.frame.at(line.row, self.rows.key_column)
                facts = {"first": known.row + 1, "second": line.row + 1, "code": county.code, "zh": county.zh}
                kinds = self._kinds(known, line)
                self.problems.add("county_by_kind" if kinds else "county_twice", place, **facts, **kinds)
            else:
                yield line

    @cached_property
    def _other_columns(self) -> list[int]:
        """The columns with a heading that are neither of a key nor of a quantity; sought once, for any number of rows."""
        mine = {self.rows.key_column, *self.frame.roles.values(), *(use.column.index for use in self.uses)}
        return sorted(at for row, at in self.sheet.cells if row == self.frame.header and at not in mine)

    def _kinds(self, first: WideRow, second: WideRow) -> dict[str, str]:
        """The column that tells two rows of one county apart by words, 面积类型 or 指标, with both; empty where there is none."""
        for column in self._other_columns:
            one, other = (self.sheet.cells.get((line.row, column)) for line in (first, second))
            if one is None or other is None or "text" not in {one.kind, other.kind}:
                continue
            texts = [normal(cell.text) for cell in (one, other)]
            if texts[0] != texts[1] and all(texts) and not any(is_typed(text) for text in texts):
                return {"heading": self._heading(column), "one": quoted(texts[0]), "other": quoted(texts[1])}
        return {}

    def _totals(self, line: WideRow) -> None:
        """Take the numbers of a row of totals; they are no inputs, and what is no number is not compared."""
        for use in self.uses:
            cell = self.sheet.cells.get((line.row, use.column.index))
            if cell is None or is_blank(cell):
                continue
            digits = figure(cell, Problems(), quantity=use.quantity.zh)
            if digits is not None:
                line.values[use.place] = Summand(digits, cell, use.counted)

    def _inputs(self, line: WideRow, lost: set[tuple[int, int]]) -> Iterator[Input]:
        for use in self.uses:
            place = (line.row, use.column.index)
            cell = self.sheet.cells.get(place)
            if place in lost:
                continue
            made = self._blank(line, use) if cell is None or is_blank(cell) else self._value(line, use, cell)
            if made is None or not made.period_from or self._contends(line, use) or self._unit_differs(line, use):
                continue
            if (checked := check_row(made, self.reader.vocabulary, self.problems)) is not None:
                if checked.exact is not None and cell is not None:
                    line.values[use.place] = Summand(checked.value or "0", cell, use.counted)
                yield checked

    def _contends(self, line: WideRow, use: _Use) -> bool:
        """Whether the column of years and the heading state two periods; noted."""
        if "year" not in self.frame.roles or not use.period or use.period == line.period:
            return False
        facts = {"row": line.period or "-", "column": use.period}
        self.problems.add("cell_years", self.frame.at(line.row, use.column.index), **facts)
        return True

    def _value(self, line: WideRow, use: _Use, cell: RawCell) -> Input | None:
        if cell.kind == "text" and (presence := _ABSENT.get(normal(cell.text))) is not None:
            return self._input(line, use, presence, "", "")
        number = figure(cell, self.problems, quantity=use.quantity.zh, scale=use.scale)
        return None if number is None else self._input(line, use, "value", number, use.unit)

    def _blank(self, line: WideRow, use: _Use) -> Input | None:
        """A blank cell is what the column of presence says of the blanks of its row; without a word it is an error."""
        stated = self.frame.cell(line.row, "presence")
        text = normal(stated.text) if stated else ""
        presence = _PRESENCE.get(text, text)
        if presence in {"", "value"}:
            self.problems.add("cell_blank", self.frame.at(line.row, use.column.index), quantity=use.quantity.zh)
            return None
        return self._input(line, use, presence, "", "")

    def _input(self, line: WideRow, use: _Use, presence: str, value: str, unit: str) -> Input:
        note, source, evidence = (self.frame.cell(line.row, role) for role in ("note", "source", "evidence"))
        stated = presence in {"value", "zero"}
        level = normal(evidence.text) if evidence else self.defaults.evidence or "unconfirmed"
        period = use.period or line.period
        first, last = (period[:4], period[-4:]) if period[-4:].isdecimal() else (period, period)
        county = line.then.get(use.period, line.county)
        return Input(
            county.code if county else "", first, last, use.meaning.ecosystem, use.meaning.item,
            use.meaning.quantity, value, unit, presence,
            self.defaults.origin if stated else "", _EVIDENCE.get(level, level) if stated else "",
            (source.text if source else use.column.source) or self.defaults.source or self.frame.place,
            note.text.strip() if note else "", file=self.frame.at(line.row, use.column.index),
        )  # fmt: skip


def _printed(times: Fraction) -> str:
    return f"{times.numerator}/{times.denominator}" if times.denominator != 1 else str(times.numerator)
