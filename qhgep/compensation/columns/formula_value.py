"""The column that a formula of the plan comes to; changes of unit that are no powers of ten are cells of their own."""

from __future__ import annotations

from dataclasses import replace

from qhgep.compensation.columns.column import Column, measured
from qhgep.compensation.columns.whole_numbers import unit_change
from qhgep.expr import Convert, Expr, Op, rebuilt, walk
from qhgep.readings.excel import power_of_ten
from qhgep.readings.text import conversion


def formula_value(at: str, zh: str, unit: str, tree: Expr) -> tuple[Column, ...]:
    """The value of a formula in a unit, which comes last, after the cells of its changes of unit.

    A sheet types no factor but powers of ten: 15 亩 a hectare is a cell with its unit. Raises UnitError.
    """
    value = measured(f"{at}.value", zh, unit, tree, "按方案的公式计算，不取整")
    cells: dict[tuple[str, str], Column] = {}

    def in_cell(node: Expr) -> Expr:
        if not isinstance(node, Convert) or power_of_ten(node.factor):
            return node
        key = str(node.source), str(node.target)
        cells.setdefault(key, unit_change(f"{at}.unit{len(cells)}", node))
        return Op("/" if node.factor.numerator == 1 else "*", node.of, cells[key].quantity)

    said = tree if value.expr is None else value.expr
    changes = [conversion(node) for node in walk(said) if isinstance(node, Convert)]
    value = replace(value, expr=rebuilt(said, in_cell))  # of the same unit: a cell is the target over the source
    note = "；".join((value.note, *dict.fromkeys(changes)))
    return (*cells.values(), replace(value, note=note))
