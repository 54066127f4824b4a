"""Where everything stands in a workbook: the only place that knows addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from qhgep.catalogue import Formula
from qhgep.engine.grid import ABSENT, Values
from qhgep.engine.result import Result
from qhgep.expr import AXES, Cell, Quantity, Total
from qhgep.ruleset_store.ruleset import INFLOW, IndicatorLine
from qhgep.workbook.core.cells import WORDS

HEAD = 3
"""The row (from zero) of the column headings; above: title, notice, unit line."""
UNITS = 4
METHODS = 5
FIRST = 6
"""The first row of data."""


@cache
def letters(column: int) -> str:
    """The letters of a column from zero: 0 -> A, 26 -> AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def a1(row: int, column: int) -> str:
    """The address of a cell in its own sheet."""
    return f"{letters(column)}{row + 1}"


def fixed(row: int, column: int) -> str:
    """The same with dollars: the address stays when a formula is copied."""
    return f"${letters(column)}${row + 1}"


def in_row(row: int, column: int) -> str:
    """The same with a dollar before the row: a label at the head of a column."""
    return f"{letters(column)}${row + 1}"


def block(first: tuple[int, int], last: tuple[int, int]) -> str:
    """A contiguous range."""
    return f"{a1(*first)}:{a1(*last)}"


def on_sheet(sheet: str, address: str) -> str:
    """An address on another sheet; sheet names here need no quotes."""
    return f"{sheet}!{address}"


_TEXT = re.compile(r'"[^"]*"')
_CELL = r"\$?([A-Z]{1,3})\$?([1-9][0-9]*)\b(?![(\[])"
_REFERENCE = re.compile(rf"(?:([^\s!(),:*/+\-<>=&\"^]+)!)?(?<![A-Za-z0-9_$]){_CELL}(?::{_CELL})?")


def references(formula: str, sheet: str) -> Iterator[Address]:
    """The cells that a formula on a sheet names, in its order, and each cell of a range.

    >>> [item.full for item in references('IF(甲!$B$3>0,SUM(乙!A1:A3),LOG10(C4)&"D5")', '丙')]
    ['甲!B3', '乙!A1', '乙!A2', '乙!A3', '丙!C4']
    """
    for name, left, top, right, bottom in _REFERENCE.findall(_TEXT.sub("", formula)):
        for row in range(int(top) - 1, int(bottom or top)):
            for column in range(_column(left), _column(right or left) + 1):
                yield Address(name or sheet, row, column)


def _column(name: str) -> int:
    """The place of a column by its letters, from zero."""
    place = 0
    for letter in name:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def column_block(column: int, first: int, last: int) -> str:
    """A fixed range down one column, for totals and ranks in a column of a table."""
    return f"{fixed(first, column)}:{fixed(last, column)}"


def own_row(column: int) -> str:
    """A cell of the row a template is filled for: `{row}` stands for the row number."""
    return f"{letters(column)}{{row}}"


def fill(template: str, row: int) -> str:
    """A column's template for one row (from zero)."""
    return template.replace("{row}", str(row + 1))


def imported(reference: str) -> str:
    """The one form of an import: exactly one reference, guarded, since a blank would count as zero."""
    return f"IF(ISNUMBER({reference}),{reference},NA())"


def shown(reference: str) -> str:
    """An import of a printed table: where there is no number, the word for missing, which nothing adds up."""
    return f'IF(ISNUMBER({reference}),{reference},"{WORDS["missing"]}")'


@dataclass(frozen=True, slots=True)
class Address:
    """A cell of the workbook."""

    sheet: str
    row: int
    column: int

    @property
    def a1(self) -> str:
        """Its address on its own sheet."""
        return a1(self.row, self.column)

    @property
    def full(self) -> str:
        """Its address from any sheet."""
        return on_sheet(self.sheet, self.a1)


Key = tuple[str, ...]


@dataclass(eq=False)
class Table:
    """One sheet of rows with one key: the axes of its quantities without the year, the totalled axis innermost."""

    sheet: str
    title: str
    axes: tuple[str, ...]
    rows: dict[Key, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    """column id -> column; ids are quantity names, `name?` for an imported copy, `name!` for a stated value, `name=` for a
    total for which stated values may stand."""
    key_columns: int = 0

    def add(self, column: str) -> int:
        """The place of a new column, right of the last."""
        if column not in self.columns:
            self.columns[column] = self.key_columns + len(self.columns)
        return self.columns[column]

    def extent(self, prefix: Key) -> tuple[int, int] | None:
        """First and last row whose key begins with a prefix; they are contiguous, since rows are sorted by key."""
        found = [row for key, row in self.rows.items() if key[: len(prefix)] == prefix]
        return (min(found), max(found)) if found else None


@dataclass(frozen=True)
class Layout:
    """The tables of an account's workbook for one period, and the address of every quantity's cells."""

    period: str
    inputs: Mapping[tuple[str, ...], Table]
    steps: Mapping[tuple[str, tuple[str, ...]], Table]
    home: Mapping[str, Table]
    totals: Mapping[str, tuple[Table, str]]
    """quantity -> the table and the column that its total runs over."""

    def cell(self, quantity: str, cell: Cell) -> Address | None:
        """Where the value of a quantity stands; None where the workbook has no cell for it."""
        table = self.home.get(quantity)
        if table is None:
            return None
        row = table.rows.get(tuple(cell[axis] for axis in table.axes))
        return None if row is None else Address(table.sheet, row, table.columns[quantity])

    def stated(self, quantity: str, cell: Cell) -> Address | None:
        """Where a stated value of a computed quantity stands."""
        for table in self.inputs.values():
            if f"{quantity}!" in table.columns and set(table.axes) == set(cell_axes(cell)):
                row = table.rows.get(tuple(cell[axis] for axis in table.axes))
                return None if row is None else Address(table.sheet, row, table.columns[f"{quantity}!"])
        return None


def cell_axes(cell: Cell) -> tuple[str, ...]:
    """The axes of a cell without the year."""
    return tuple(axis for axis, _ in cell.members if axis != "year")


def lay_out(result: Result, period: str) -> Layout:
    """The tables of a workbook: inputs by row key, steps by service and row key."""
    return _Layout(result, period).make()


class _Layout:
    def __init__(self, result: Result, period: str) -> None:
        self.result, self.period, self.grid = result, period, result.grid
        self.inputs: dict[tuple[str, ...], Table] = {}
        self.steps: dict[tuple[str, tuple[str, ...]], Table] = {}
        self.home: dict[str, Table] = {}
        self.totals: dict[str, tuple[Table, str]] = {}
        self.inner = _inner_axes(result.account.ruleset.order)

    def make(self) -> Layout:
        ruleset = self.result.account.ruleset
        left_out = _left_out(self.result, self.period)
        for quantity in ruleset.leaves:
            if not quantity.is_coefficient and (quantity.name not in left_out or self._is_stated(quantity)):
                self._input(quantity, quantity.name)
        for formula in ruleset.order:
            if f"{formula.quantity.name}!formula" in self.result.values:
                self._input(formula.quantity, f"{formula.quantity.name}!")
        for formula in ruleset.order:
            if formula.quantity.name not in left_out:
                self._step(formula)
        for table in self.steps.values():
            self._rows(table)
        return Layout(self.period, self.inputs, self.steps, self.home, self.totals)

    def _is_stated(self, quantity: Quantity) -> bool:
        """Whether a row of input says something of it, be it that it is missing."""
        source = self.result.values[quantity.name].source
        return source is not None and bool((source >= 0).any())

    def _axes(self, quantity: Quantity) -> tuple[str, ...]:
        axes = [axis for axis in quantity.axes if axis != "year"]
        inner = self.inner.get(quantity.name)
        return tuple([axis for axis in axes if axis != inner] + ([inner] if inner else []))

    def _input(self, quantity: Quantity, column: str) -> None:
        axes = self._axes(quantity)
        if axes not in self.inputs:
            zh = "、".join(self._zh(axis) for axis in axes) or "公共"
            table = Table(f"输入_{self._shape(axes)}", f"输入：{zh}", axes, key_columns=_key_columns(axes))
            table.rows = {key: FIRST + place for place, key in enumerate(self._keys(axes))}
            self.inputs[axes] = table
        self.inputs[axes].add(column)
        if not column.endswith("!"):
            self.home[quantity.name] = self.inputs[axes]

    def _shape(self, axes: Sequence[str]) -> str:
        """The row key in a sheet name: the county goes without saying where it comes first, 公共 says that there is none."""
        named = axes[1:] if len(axes) > 1 and axes[0] == "county" else axes
        words = [self._zh(axis) for axis in named]
        return "_".join(words if "county" in axes else ["公共", *words])

    def _table(self, quantity: Quantity, axes: tuple[str, ...]) -> Table:
        service, head = self.result.account.ruleset.catalogue.services.get(quantity.name, ("local", "本地方法"))
        if (service, axes) not in self.steps:
            title = f"{head}：分{'、'.join(self._zh(axis) for axis in axes)}计算"
            self.steps[service, axes] = Table(
                f"计算_{head}_{self._shape(axes)}", title, axes, key_columns=_key_columns(axes)
            )
        return self.steps[service, axes]

    def _step(self, formula: Formula) -> None:
        name = formula.quantity.name
        table = self._table(formula.quantity, self._axes(formula.quantity))
        self.home[name] = table
        stated = f"{name}!formula" in self.result.values
        if isinstance(formula.equals, Total):
            self.totals[name] = self._totalled(formula, formula.equals)
            if stated:
                table.add(f"{name}=")
        else:
            for needed in formula.inputs:
                if self.home.get(needed.name) is not table:
                    table.add(f"{needed.name}?")
        if stated:
            table.add(f"{name}!")
        table.add(name)

    def _totalled(self, formula: Formula, total: Total) -> tuple[Table, str]:
        """The column that a total runs over: the quantity's own where its rows fit, else an imported copy that fits."""
        of = total.of
        order = (*(axis for axis in of.axes if axis not in {"year", total.axis}), total.axis)
        own = self.home.get(of.name)
        if own is not None and own in self.steps.values() and own.axes == order:
            return own, of.name
        table = self._table(formula.quantity, order)
        table.add(f"{of.name}?")
        return table, f"{of.name}?"

    def _rows(self, table: Table) -> None:
        """The rows of a step table: every key for which one of its own quantities (or a total's copy) is in reach."""
        names = {name for name, home in self.home.items() if home is table}
        names |= {column.rstrip("?") for other, column in self.totals.values() if other is table}
        mine = [self.result.values[name] for name in sorted(names)]
        keys = [
            key for key in self._keys(table.axes) if any(self._in_reach(values, table.axes, key) for values in mine)
        ]
        table.rows = {key: FIRST + place for place, key in enumerate(keys)}

    def _in_reach(self, values: Values, axes: tuple[str, ...], key: Key) -> bool:
        cell = Cell((("year", self.period), *zip(axes, key, strict=True)))
        return bool(values.presence[self.grid.index(cell.on(values.quantity.axes))] != ABSENT)

    def _keys(self, axes: Sequence[str]) -> Iterable[Key]:
        found: list[Key] = [()]
        for axis in axes:
            found = [(*key, member) for key in found for member in self.grid.members[axis]]
        return found

    def _zh(self, axis: str) -> str:
        lists = self.result.account.ruleset.catalogue.lists
        return {"county": "县域", "ecosystem": "生态系统"}.get(axis) or lists[axis].zh


def has_figures(result: Result, line: IndicatorLine, period: str) -> bool:
    """Whether an indicator has a value or a quantity in some county: without one it is wholly missing and has no working sheet."""
    return any(
        result.value(name, county=county.code, period=period, item=line.item).presence not in {"missing", "absent"}
        for name in (line.value, line.quantity)
        for county in result.account.counties
    )


_ALWAYS = {"area", "county_area", INFLOW}
"""Quantities that other sheets read too."""


def _left_out(result: Result, period: str) -> set[str]:
    """What no figure of the period is computed from: the steps of indicators that are wholly missing.

    汇总 names those indicators and 校验 what they lack.
    """
    ruleset = result.account.ruleset
    needs = {formula.quantity.name: {item.name for item in formula.inputs} for formula in ruleset.order}
    read = {name for inputs in needs.values() for name in inputs}
    lines = [line for line in ruleset.indicators if has_figures(result, line, period)]
    wanted = {name for line in lines for name in (line.value, line.quantity, line.matrix)}
    of_lines = {name for line in ruleset.indicators for name in (line.value, line.quantity, line.matrix)}
    wanted |= {
        name for name in (*needs, *ruleset.show) if name not in read | of_lines and result.says_something(name, period)
    }
    leaves = {quantity.name for quantity in ruleset.leaves}
    return (leaves | set(needs)) - _below(wanted, needs) - _ALWAYS


def _below(names: Iterable[str], needs: Mapping[str, Iterable[str]]) -> set[str]:
    """These quantities and all that they are computed from."""
    found, waiting = set(), [name for name in names if name]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += needs.get(name, ())
    return found


def _key_columns(axes: Sequence[str]) -> int:
    """A code and a name for the county, one column for each other axis."""
    return len(axes) + ("county" in axes)


def _inner_axes(formulas: Iterable[Formula]) -> dict[str, str]:
    """Quantity -> the axis that a total removes from it (the first such total decides the order of its rows)."""
    found: dict[str, str] = {}
    for formula in formulas:
        if isinstance(formula.equals, Total):
            found.setdefault(formula.equals.of.name, formula.equals.axis)
    return found


def list_axes(quantity: Quantity) -> tuple[str, ...]:
    """The item lists a quantity varies over."""
    return tuple(axis for axis in quantity.axes if axis not in AXES)


__all__ = [
    "FIRST", "HEAD", "METHODS", "UNITS", "Address", "Key", "Layout", "Table", "a1", "block", "cell_axes", "column_block",
    "fill", "fixed", "has_figures", "imported", "in_row", "lay_out", "letters", "list_axes", "on_sheet",
    "own_row", "references", "shown",
]  # fmt: skip
