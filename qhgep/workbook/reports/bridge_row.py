"""The right end of a row of a bridge: the sum of its steps, the new amount, the difference, and that nothing is left."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from qhgep.workbook.core.cells import LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import a1, block
from qhgep.workbook.core.table_sheet import Head

PASS, FAIL = "闭合", "不闭合"
_NEAR = 2.0**-45
"""What adding floats may leave of a difference of zero, as a part of the amounts that are added."""


def closing_heads(unit: str, new: str = "新", *, difference: str = "新 − 旧") -> list[Head]:
    """The headings of what `close_row` writes."""
    return [
        Head("各项之和", unit, "求和", 22), Head(new, unit, "导入", 22), Head("差额", unit, difference, 22),
        Head("余额", unit, "差额 − 各项之和", 16), Head("容差", unit, "浮点加减的误差", 12),
        Head("结论", "—", "余额不超过容差", 10),
    ]  # fmt: skip


def close_row(sheet: Sheet, row: int, old: int, amounts: Sequence[float], new: LiveFormula) -> None:
    """Six cells after the steps. `old` is the column of the old amount, `amounts` that and the one after each step.

    `new` is the cell of the new amount, the last of them.
    """
    first, column = old + 1, old + len(amounts)
    lines = [after - before for before, after in itertools.pairwise(amounts)]
    size = sum(abs(amount) for amount in amounts)
    whole = LiveFormula(f"SUM({block((row, first), (row, column - 1))})", sum(lines), "total", "total", scale=size)
    sheet.put(row, column, whole if lines else TypedNumber(0.0, "total"))
    sheet.put(row, column + 1, new)
    gap = amounts[-1] - amounts[0]
    sheet.put(row, column + 2, LiveFormula(f"{a1(row, column + 1)}-{a1(row, old)}", gap, "step", "money", scale=size))
    rest = LiveFormula(f"{a1(row, column + 2)}-{a1(row, column)}", gap - sum(lines), "step", "formula", scale=size)
    sheet.put(row, column + 3, rest)
    sheet.put(row, column + 4, TypedNumber(size * _NEAR, "coefficient"))
    test = f'IF(ABS({a1(row, column + 3)})<={a1(row, column + 4)},"{PASS}","{FAIL}")'
    sheet.put(row, column + 5, LiveFormula(test, PASS, "step", "verdict"))
