"""The workbook of a comparison: 差异桥 leads live from the old amounts to the new ones, 变化 lists what changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

from qhgep.difference import ComparedPlace, Difference
from qhgep.difference.coverage import AXES, SIDES
from qhgep.difference.report import summary
from qhgep.difference.result import KINDS, RESTS
from qhgep.workbook.core.cells import Columns, LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import FIRST, HEAD, a1, block, imported, on_sheet
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.core.table_sheet import CHECKS, INPUTS, PRESENTATION, Head, plain_sheet, row_of_texts, table_sheet
from qhgep.workbook.core.write import to_bytes, write_whole
from qhgep.workbook.reports.bridge_row import close_row, closing_heads

BRIDGE, STATES_SHEET, CHANGES, BESIDE, COVERAGE = "差异桥", "复算", "变化", "只在一边", "范围"
WATERFALL = "瀑布图"
_STAMP = date(2000, 1, 1)
"""Stamped instead of the clock: a comparison has no date of its own, and the same sides give the same bytes."""
_KEYS = 3
"""The columns of code, name and period."""


def write_difference(found: Difference, path: str | Path) -> Path:
    """Write a comparison as a workbook. Raises WorkbookError where the file cannot be written."""
    path = Path(path)
    names = " ↔ ".join(found.names)
    sheets = [paged(sheet) for sheet in difference_sheets(found)]
    data = to_bytes(sheets, title=f"差异 {names}", created=_STAMP, footer=f"差异 {names}")
    write_whole(path, data)
    return path


def difference_sheets(found: Difference) -> list[Sheet]:
    """差异桥 and the amounts of every state that it is made of, then what changed, what one side only has, and the coverage."""
    book = _DifferenceBook(found)
    return [
        book.bridge(),
        book.states(),
        *([waterfall_sheet(book)] if found.by_cause and found.bridge else []),
        *([rest_sheet(found)] if found.rest else []),
        _changes(found),
        *([_beside(found)] if found.beside else []),
        _coverage(found),
    ]


class _DifferenceBook:
    """Places of the bridge: places down; old, one column a step, their sum, new, and the difference that is left."""

    def __init__(self, found: Difference) -> None:
        self.found = found
        self.rows = {place: FIRST + 1 + number for number, place in enumerate(found.old)}
        self.unit = "元/a" if found.kind == "account" else "元"
        self.states_of = {place: self._states(place) for place in found.old}
        self.steps = len(found.bridge)

    def _states(self, place: ComparedPlace) -> list[Fraction]:
        """The amounts of a place: the old one, and the one after each step."""
        amounts = [self.found.old[place]]
        for step in self.found.bridge:
            amounts.append(amounts[-1] + step.amounts[place])
        return amounts

    @property
    def left(self) -> str:
        found = self.found
        prices = "" if found.price_year is None else f"　价格：{found.price_year} 年"
        return f"旧：{found.names[0]}（{found.ids[0]}）　新：{found.names[1]}（{found.ids[1]}）{prices}"

    def _frame(self, name: str, title: str, columns: Sequence[Head], color: str) -> Sheet:
        keys = (Head("代码", width=10), Head("县或单位", width=16), Head("期间", width=14))
        sheet = table_sheet(
            name, title, (*keys, *columns), color=color, notice=summary(self.found, "zh"), left=self.left
        )
        sheet.freeze = (FIRST, _KEYS)
        for place, row in self.rows.items():
            row_of_texts(sheet, row, (place.code, self.found.zh[place.code], place.period))
        sheet.text(FIRST, 1, "合计", "total")
        return sheet

    def states(self) -> Sheet:
        """复算: the amount of each place with the parts of the new side put in, one kind after the other."""
        put, how = ("加上{zh}的影响后", "旧 + 左起各项影响") if self.found.by_cause else ("换入{zh}后", "引擎复算")
        named = [put.format(zh=step.zh) for step in self.found.bridge[:-1]]
        heads = [Head(name, self.unit, how, 22) for name in ("旧", *named, *(["新"] if self.steps else []))]
        title = "逐项累加：旧的金额加上各项影响" if self.found.by_cause else "复算：依次换入新的各部分后的金额"
        sheet = self._frame(STATES_SHEET, title, heads, INPUTS)
        for place, row in self.rows.items():
            for number, amount in enumerate(self.states_of[place]):
                sheet.put(row, _KEYS + number, TypedNumber(float(amount), "money"))
        for number in range(self.steps + 1):
            self._sum(sheet, _KEYS + number, [float(self.states_of[place][number]) for place in self.rows])
        return sheet

    def bridge(self) -> Sheet:
        """差异桥: every line as the difference of two states, their sum, and that nothing is left."""
        how = "影响（Shapley）" if self.found.by_cause else "换入后 − 换入前"
        lines = [Head(step.zh, self.unit, how, 22) for step in self.found.bridge]
        heads = [Head("旧", self.unit, "导入", 22), *lines]
        heads += closing_heads(self.unit)
        sheet = self._frame(BRIDGE, f"差异桥：{self.found.names[0]} → {self.found.names[1]}", heads, PRESENTATION)
        for place, row in self.rows.items():
            self._line(sheet, row, [float(amount) for amount in self.states_of[place]])
        totals = [[float(self.states_of[place][number]) for place in self.rows] for number in range(self.steps + 1)]
        self._totals(sheet, [sum(column) for column in totals])
        for number, step in enumerate(step for step in self.found.bridge if step.reason):
            sheet.text(FIRST + 2 + len(self.rows) + number, 1, f"{step.zh}：{step.reason}", "note")
        return sheet

    def _line(self, sheet: Sheet, row: int, amounts: Sequence[float]) -> None:
        state = [on_sheet(STATES_SHEET, a1(row, _KEYS + number)) for number in range(self.steps + 1)]
        sheet.put(row, _KEYS, LiveFormula(imported(state[0]), amounts[0], "import", "money"))
        for number in range(self.steps):
            after, before = amounts[number + 1], amounts[number]
            gap = LiveFormula(
                f"{state[number + 1]}-{state[number]}", after - before, "step", "money", scale=abs(after) + abs(before)
            )
            sheet.put(row, _KEYS + 1 + number, gap)
        close_row(sheet, row, _KEYS, amounts, LiveFormula(imported(state[-1]), amounts[-1], "import", "money"))

    def _totals(self, sheet: Sheet, amounts: Sequence[float]) -> None:
        """The row over all places, each column summed."""
        last = FIRST + len(self.rows)
        self._sum(sheet, _KEYS, [float(self.found.old[place]) for place in self.rows])
        for number, step in enumerate(self.found.bridge):
            area = block((FIRST + 1, _KEYS + 1 + number), (last, _KEYS + 1 + number))
            size = abs(amounts[number]) + abs(amounts[number + 1])
            sheet.put(
                FIRST, _KEYS + 1 + number, LiveFormula(f"SUM({area})", float(step.total), "total", "total", scale=size)
            )
        column = _KEYS + 2 + self.steps
        new = LiveFormula(f"SUM({block((FIRST + 1, column), (last, column))})", amounts[-1], "total", "total")
        close_row(sheet, FIRST, _KEYS, amounts, new)

    def _sum(self, sheet: Sheet, column: int, values: Sequence[float]) -> None:
        area = block((FIRST + 1, column), (FIRST + len(self.rows), column))
        sheet.put(FIRST, column, LiveFormula(f"SUM({area})", sum(values), "total", "total"))


def waterfall_sheet(book: _DifferenceBook) -> Sheet:
    """瀑布图: from the old amount to the new one over all places, a column for each cause; the cells that it draws are live."""
    found = book.found
    heads = [Head("项", width=22)]
    heads += [Head(name, book.unit, how, 20) for name, how in (
        ("之前", "导入"), ("之后", "导入"), ("底", "较小者"), ("增", "之后 − 之前，为负则 0"), ("减", "之前 − 之后，为负则 0"),
        ("期初期末", "导入"),
    )]  # fmt: skip
    sheet = table_sheet(
        WATERFALL, f"瀑布图：{book.left}", heads, color=PRESENTATION, notice=summary(found, "zh"), left=""
    )
    sheet.keys = 1
    totals = [
        float(sum((states[number] for states in book.states_of.values()), Fraction(0)))
        for number in range(book.steps + 1)
    ]
    names = ["旧", *(step.zh for step in found.bridge), "新"]
    for number, name in enumerate(names):
        row = FIRST + number
        sheet.text(row, 0, name)
        ends = number in {0, len(names) - 1}
        before, after = (0, 0) if number == 0 else (book.steps, book.steps) if ends else (number - 1, number)
        for column, state in ((1, before), (2, after)):
            reference = on_sheet(STATES_SHEET, a1(FIRST, _KEYS + state))
            sheet.put(row, column, LiveFormula(imported(reference), totals[state], "import", "money"))
        one, other, size = a1(row, 1), a1(row, 2), abs(totals[before]) + abs(totals[after])
        gap = totals[after] - totals[before]
        low = 0.0 if ends else min(totals[before], totals[after])
        sheet.put(row, 3, LiveFormula(f"{one}-{one}" if ends else f"MIN({one},{other})", low, "step", "money", size))
        sheet.put(row, 4, LiveFormula(f"MAX(0,{other}-{one})", max(0.0, gap), "step", "money", size))
        sheet.put(row, 5, LiveFormula(f"MAX(0,{one}-{other})", max(0.0, -gap), "step", "money", size))
        sheet.put(
            row, 6, LiveFormula(one if ends else f"{one}-{one}", totals[before] if ends else 0.0, "step", "money", size)
        )
    last = FIRST + len(names) - 1
    parts = tuple((name, (FIRST, column, last, column), colour) for name, column, colour in (
        ("底", 3, ""), ("增", 4, "548235"), ("减", 5, "C00000"), ("期初期末", 6, "1F4E78"),
    ))  # fmt: skip
    title = f"各县合计由旧到新的变动（{book.unit}）"
    alt = f"瀑布图：{title}，一项原因一柱，接在前一项之上，数值见本表。"
    sheet.charts.append(Columns(last + 2, title, book.unit, WATERFALL, (FIRST, 0, last, 0), parts, alt))
    return sheet


def _changes(found: Difference) -> Sheet:
    heads = [Head(name, width=width) for name, width in (("种类", 14), ("内容", 60), ("旧", 50), ("新", 50))]
    sheet = plain_sheet(
        CHANGES, "变化", heads, color=INPUTS, notice=f"共 {len(found.lines)} 处", left=" → ".join(found.names)
    )
    for row, item in enumerate(found.lines, start=HEAD + 1):
        row_of_texts(sheet, row, (KINDS[item.kind][0], item.what, item.old, item.new), "wrap")
    return sheet


def _beside(found: Difference) -> Sheet:
    """只在一边: amounts that stand in no total."""
    unit = "元/a" if found.kind == "account" else "元"
    heads = [Head(name, width=width) for name, width in (
        ("哪一边", 12), ("代码", 10), ("县或单位", 16), ("期间", 14), ("项", 30), (f"金额（{unit}）", 22),
    )]  # fmt: skip
    sheet = plain_sheet(
        BESIDE, "只在一边有值", heads, color=CHECKS, notice="不计入差异桥", left=" → ".join(found.names)
    )
    for row, item in enumerate(found.beside, start=HEAD + 1):
        row_of_texts(
            sheet, row, (SIDES[item.side], item.place.code, found.zh[item.place.code], item.place.period, item.zh)
        )
        sheet.put(row, 5, TypedNumber(float(item.amount), "money"))
    return sheet


def _coverage(found: Difference) -> Sheet:
    heads = [
        Head(name, width=width)
        for name, width in (("项", 14), ("代号", 30), ("名称", 40), ("哪一边", 12), ("方法", 40))
    ]
    sheet = plain_sheet(COVERAGE, "范围", heads, color=CHECKS, notice="只比较两边都有的", left=" → ".join(found.names))
    for row, item in enumerate(found.coverage, start=HEAD + 1):
        row_of_texts(sheet, row, (AXES[item.axis], item.code, item.zh, SIDES[item.side], item.note))
    return sheet


SHEET = "结转留存缺口"
_OLD = 1


def rest_sheet(found: Difference) -> Sheet:
    """One row a line: the old amount, one column a step, their sum, the new amount, and the rest, which is zero."""
    steps = [Head(step.zh, "元", "换入后 − 换入前", 22) for step in found.bridge]
    heads = (
        Head("项", width=26), Head("旧", "元", "记录", 22), *steps, Head("各项之和", "元", "求和", 22),
        Head("新", "元", "记录", 22), Head("差额", "元", "新 − 旧", 22), Head("余额", "元", "差额 − 各项之和", 16),
    )  # fmt: skip
    title = f"结转、留存、缺口：{found.names[0]} → {found.names[1]}"
    sheet = table_sheet(SHEET, title, heads, color=PRESENTATION, notice="不在各单位金额之内", left="")
    whole = _OLD + 1 + len(found.bridge)
    for row, one in enumerate(found.rest, start=FIRST):
        sheet.text(row, 0, RESTS[one.name][0])
        sheet.put(row, _OLD, TypedNumber(float(one.old), "input"))
        moved = [float(step.rest[one.name]) for step in found.bridge]
        for place, amount in enumerate(moved, start=_OLD + 1):
            sheet.put(row, place, TypedNumber(amount, "input"))
        area = block((row, _OLD + 1), (row, whole - 1))
        sheet.put(
            row,
            whole,
            LiveFormula(f"SUM({area})", sum(moved), "total", "total") if moved else TypedNumber(0.0, "input"),
        )
        sheet.put(row, whole + 1, TypedNumber(float(one.new), "input"))
        gap, size = float(one.new - one.old), abs(float(one.new)) + abs(float(one.old))
        sheet.put(row, whole + 2, LiveFormula(f"{a1(row, whole + 1)}-{a1(row, _OLD)}", gap, "step", "money", size))
        rest = LiveFormula(f"{a1(row, whole + 2)}-{a1(row, whole)}", gap - sum(moved), "step", "money", size)
        sheet.put(row, whole + 3, rest)
    return sheet
