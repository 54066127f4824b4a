"""The 计算 sheets: one named quantity, one column, one step; and the 输入 sheets they import from."""

from __future__ import annotations

from qhgep.catalogue import Formula, checked
from qhgep.engine.grid import Value
from qhgep.expr import Cell, Expr, Quantity, Total
from qhgep.readings.excel import excel
from qhgep.workbook.account.context import Book
from qhgep.workbook.account.links import origin_link, rule_link
from qhgep.workbook.account.places import known_sum
from qhgep.workbook.account.prices import carried_address
from qhgep.workbook.core.cells import NO_VALUE, WORDS, Content, LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.layout import Key, Table, block, fill, imported, on_sheet, own_row
from qhgep.workbook.core.table_sheet import INPUTS, WORKINGS, Head, table_sheet

_GAP = (
    f"{NO_VALUE} ＝ {WORDS['missing']}：所依据的数没有填报或不能计算，逐步传到此处；印出的各表写“{WORDS['missing']}”。"
)
_MARKS = "?!="
"""What a column id may end in: `qhgep.workbook.core.layout.Table`."""


def step_sheets(book: Book) -> list[Sheet]:
    """All 计算 sheets, in the order of computing."""
    return [_Steps(book, table).sheet() for table in book.layout.steps.values()]


def input_sheets(book: Book) -> list[Sheet]:
    """All 输入 sheets: every value in the unit of its quantity; 溯源 has it as printed."""
    return [_input_sheet(book, table) for table in book.layout.inputs.values()]


def key_heads(table: Table, book: Book) -> list[Head]:
    """The headings of the key columns."""
    heads = []
    for axis in table.axes:
        if axis == "county":
            heads += [Head("区划代码", width=10), Head("县", width=22)]
        else:
            lists = book.result.account.ruleset.catalogue.lists
            heads.append(Head("生态系统" if axis == "ecosystem" else lists[axis].zh, width=24))
    return heads


def put_key(sheet: Sheet, row: int, table: Table, key: Key, book: Book) -> None:
    """The key cells of a row: code and name of the county, names of the other members."""
    column = 0
    for axis, member in zip(table.axes, key, strict=True):
        if axis == "county":
            sheet.text(row, column, member, "code")
            sheet.text(row, column + 1, book.county(member))
            column += 2
        else:
            sheet.text(row, column, book.member(axis, member))
            column += 1


def _quantity(book: Book, name: str) -> Quantity:
    return book.result.account.ruleset.catalogue.vocabulary[name]


def _input_sheet(book: Book, table: Table) -> Sheet:
    heads = key_heads(table, book)
    for column in table.columns:
        quantity = _quantity(book, column.rstrip("!"))
        name = f"{quantity.zh}（填报）" if column.endswith("!") else quantity.zh
        heads.append(Head(f"【填】{name}", quantity.unit.printed, "填报", 18))
    sheet = table_sheet(table.sheet, table.title, heads, color=INPUTS, notice=book.notice, left=book.left)
    for key, row in table.rows.items():
        put_key(sheet, row, table, key, book)
        for column, place in table.columns.items():
            quantity = _quantity(book, column.rstrip("!"))
            cell = Cell(tuple(zip(table.axes, key, strict=True)))
            sheet.put(row, place, _stated(book, quantity, cell, stand_in=column.endswith("!")))
    return sheet


def _stated(book: Book, quantity: Quantity, cell: Cell, *, stand_in: bool) -> Content:
    """An input cell: a number, or the word for why there is none. A pair that nobody reported is missing too."""
    record = book.stated(quantity, cell)
    if record is not None and record.exact is not None:
        carried = carried_address(book, quantity.name, cell)
        value = float(record.exact)
        return TypedNumber(value) if carried is None else LiveFormula(imported(carried.full), value, "import", "import")
    presence = record.presence if record is not None else "missing"
    return Text("—" if stand_in and record is None else WORDS[presence], "missing")


class _Steps:
    """Writes one 计算 sheet: a template for each column, filled for every row."""

    def __init__(self, book: Book, table: Table) -> None:
        self.book, self.table = book, table

    def sheet(self) -> Sheet:
        heads = key_heads(self.table, self.book) + [self._head(column) for column in self.table.columns]
        sheet = table_sheet(
            self.table.sheet, self.table.title, heads, color=WORKINGS, notice=self.book.notice, left=self.book.left
        )
        templates = {column: self._template(column) for column in self.table.columns}
        for key, row in self.table.rows.items():
            put_key(sheet, row, self.table, key, self.book)
            cell = Cell(tuple(zip(self.table.axes, key, strict=True)))
            for column, place in self.table.columns.items():
                sheet.put(row, place, self._content(column, cell, row, templates[column]))
        if any(isinstance(content, LiveFormula) and content.value is None for content in sheet.cells.values()):
            sheet.notes.append(_GAP)
        return sheet

    def _head(self, column: str) -> Head:
        quantity = _quantity(self.book, column.rstrip(_MARKS))
        unit = quantity.unit.printed
        if column.endswith("?"):
            return Head(quantity.zh, unit, "导入", link=origin_link(self.book, self.table, quantity))
        if column.endswith("!"):
            return Head(f"{quantity.zh}（填报）", unit, "导入")
        formula = self._formula(quantity.name)
        method = f"{self.book.words(formula.equals)}　〔{formula.method}〕"
        if column.endswith("="):
            return Head(f"{quantity.zh}（各项之和）", unit, method, 22)
        chosen = "有填报的取填报" if f"{column}=" in self.table.columns else method
        return Head(quantity.zh, unit, chosen, 22, rule_link(self.book, quantity.name))

    def _formula(self, quantity: str) -> Formula:
        return self.book.result.account.ruleset.bind[quantity]

    def _template(self, column: str) -> str:
        """The formula of a step column with `{row}` for the row; empty for imports and totals, which differ by row."""
        if column[-1] in _MARKS:
            return ""
        if f"{column}=" in self.table.columns:
            return own_row(self.table.columns[f"{column}="])
        expr: Expr = checked(self._formula(column)).expr
        if isinstance(expr, Total):
            return ""
        return excel(expr, lambda quantity: own_row(self._column(quantity)), factor=self.book.factor)

    def _column(self, quantity: Quantity) -> int:
        columns = self.table.columns
        return columns[f"{quantity.name}?"] if f"{quantity.name}?" in columns else columns[quantity.name]

    def _content(self, column: str, cell: Cell, row: int, template: str) -> Content:
        quantity = _quantity(self.book, column.rstrip(_MARKS))
        mine = cell.on(tuple(axis for axis in quantity.axes if axis != "year"))
        if column.endswith("!"):
            return self._import_stated(quantity, mine)
        value = self.book.computed(quantity, mine) if column.endswith("=") else self.book.at(quantity, mine)
        if value.presence in {"absent", "not_applicable"}:
            return Text(WORDS[value.presence], "missing")
        if self._has_no_value(column, quantity, mine, value):
            return LiveFormula("NA()", None, "import" if column.endswith("?") else "step")
        if column.endswith("?"):
            return LiveFormula(imported(self._origin(quantity, mine, value)), value.value, "import", "import")
        if not template:
            return LiveFormula(self._sum(quantity.name, cell), value.value, "total", "total")
        return self._own(column, row, template, value)

    def _has_no_value(self, column: str, quantity: Quantity, cell: Cell, value: Value) -> bool:
        """Whether no cell can be named that gives it: no coefficient row does, or a partial sum would stand for the whole.

        The account names both: the rows that could be adopted, and what the sum lacks.
        """
        if column.endswith("?"):
            return quantity.is_coefficient and value.record is None
        held = self.book.result.values[quantity.name]
        if value.value is not None or held.broken is None:
            return False
        index = self.book.result.grid.index(Cell((*cell.members, ("year", self.book.period))))
        return bool(
            held.broken[tuple(min(at, length - 1) for at, length in zip(index, held.broken.shape, strict=True))]
        )

    def _own(self, column: str, row: int, template: str, value: Value) -> Content:
        formula = fill(template, row)
        stated = self.table.columns.get(f"{column}!")
        if stated is not None:
            here = fill(own_row(stated), row)
            formula = f"IF(ISNUMBER({here}),{here},{formula})"
        return LiveFormula(formula, value.value, "step")

    def _origin(self, quantity: Quantity, cell: Cell, value: Value) -> str:
        """The one reference of an import: the coefficient's row, or the quantity's own cell."""
        if value.record is not None and value.record.resolved is not None:
            return self.book.coefficient(quantity.name, value.record.resolved).full
        address = self.book.layout.cell(quantity.name, cell)
        if address is None:
            message = f"{quantity.name} has no cell for {cell}"
            raise AssertionError(message)
        return address.full

    def _import_stated(self, quantity: Quantity, cell: Cell) -> Content:
        address = self.book.layout.stated(quantity.name, cell)
        record = self.book.stated(quantity, cell)
        stated = float(record.exact) if record is not None and record.exact is not None else None
        if address is None:
            return Text(WORDS["missing"], "missing")
        return LiveFormula(imported(address.full), stated, "import", "import")

    def _sum(self, name: str, cell: Cell) -> str:
        """The sum of what is known in one contiguous range: the rows of this key in the table that holds what is totalled.

        SUMIF passes over #N/A and words; where no cell holds a number there is no sum.
        """
        table, of = self.book.layout.totals[name]
        total = self._formula(name).equals
        prefix = tuple(cell[axis] for axis in table.axes[:-1])
        extent = table.extent(prefix)
        if extent is None or not isinstance(total, Total):
            message = f"{name} has no rows to total for {cell}"
            raise AssertionError(message)
        place = table.columns[of]
        area = block((extent[0], place), (extent[1], place))
        return known_sum(area if table is self.table else on_sheet(table.sheet, area))


__all__ = ["input_sheets", "key_heads", "put_key", "step_sheets"]
