"""The workbook of rulesets side by side: 各项 holds what the engine found, 逐项 splits it, 合计 and 差异桥 add it up, live."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

from qhgep.difference.result import ComparedPlace
from qhgep.difference.ruleset_report import notice, status_of
from qhgep.difference.ruleset_result import (
    STATUS,
    STEPS,
    Held,
    LineStep,
    RulesetBridge,
    RulesetComparison,
    RulesetSide,
)
from qhgep.workbook.core.cells import WORDS, LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import FIRST, HEAD, a1, block, imported, on_sheet
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.core.table_sheet import (
    CHECKS,
    INPUTS,
    PRESENTATION,
    WORKINGS,
    Head,
    plain_sheet,
    row_of_texts,
    table_sheet,
)
from qhgep.workbook.core.write import to_bytes, write_whole
from qhgep.workbook.reports.bridge_row import close_row, closing_heads

TOTALS, BRIDGE, COVERS, SPLIT, LINES, TOLD = "合计", "差异桥", "口径", "逐项", "各项", "说明"
_STAMP = date(2000, 1, 1)
"""Stamped instead of the clock: the same inputs give the same bytes."""
_YUAN = "元/a"
_KEYS = (Head("代码", width=10), Head("县", width=14), Head("期间", width=14))
_PAIR = (Head("由", width=20), Head("到", width=20))
_EACH = 3
"""The columns of a ruleset in 各项: quantity, unit, value."""


def write_ruleset_comparison(found: RulesetComparison, path: str | Path) -> Path:
    """Write the comparison as a workbook. Raises WorkbookError where the file cannot be written."""
    path = Path(path)
    sheets = [paged(sheet) for sheet in ruleset_comparison_sheets(found)]
    title = f"规则集并列 {'、'.join(side.name for side in found.sides)}"
    write_whole(path, to_bytes(sheets, title=title, created=_STAMP, footer=title))
    return path


def ruleset_comparison_sheets(found: RulesetComparison) -> list[Sheet]:
    """合计, 差异桥, 口径, 逐项, 各项 and 说明; without those that nothing stands on."""
    book = _RulesetBook(found)
    bridges = [book.bridge(), book.split()] if any(bridge.old for bridge in found.bridges) else []
    lines = [book.lines()] if book.line_rows else []
    return [book.totals(), *bridges[:1], book.covers(), *bridges[1:], *lines, *book.notes_sheets()]


class _RulesetBook:
    """Where the lines of each sheet stand; the sheets are built from it."""

    def __init__(self, found: RulesetComparison) -> None:
        self.found = found
        self.notice = notice(found, "zh")
        valued = {key for side in found.sides for key, held in side.lines.items() if held.value is not None}
        keys = [(place, line) for place in found.places for line in found.indicators if (place, line) in valued]
        self.line_rows = {key: FIRST + number for number, key in enumerate(keys)}
        self.columns = {side.name: len(_KEYS) + 1 + _EACH * number for number, side in enumerate(found.sides)}
        split = [(bridge.names, line) for bridge in found.bridges for line in bridge.lines]
        self.split_rows = {(names, line.place, line.line): FIRST + at for at, (names, line) in enumerate(split)}

    def _table(self, name: str, title: str, heads: Sequence[Head], color: str) -> Sheet:
        return table_sheet(name, title, heads, color=color, notice=self.notice, left=self.found.title)

    def _places(self, place: ComparedPlace) -> tuple[str, str, str]:
        return place.code, self.found.zh[place.code], place.period

    def _block(self, place: ComparedPlace, column: int) -> str:
        """The lines of a place in a column of 各项."""
        rows = [row for (where, _), row in self.line_rows.items() if where == place]
        return on_sheet(LINES, block((rows[0], column), (rows[-1], column)))

    def totals(self) -> Sheet:
        """合计: the total of every ruleset in every place, and how many of its lines it adds up."""
        heads = list(_KEYS)
        for side in self.found.sides:
            heads += [Head(side.name, _YUAN, "各项之和", 26), Head("有值的项数", "项", "计数", 12)]
        sheet = self._table(TOTALS, "规则集并列：已核算指标合计", heads, PRESENTATION)
        for row, place in enumerate(self.found.places, start=FIRST):
            row_of_texts(sheet, row, self._places(place))
            for number, side in enumerate(self.found.sides):
                self._total(sheet, (row, len(_KEYS) + 2 * number), side, place)
        for side in self.found.sides:
            told = "空壳，条文未见，不核算" if side.shell else "没有算出，见说明" if side.problems else ""
            sheet.notes.append(f"{side.name}：{side.zh}{f'（{told}）' if told else ''}")
        return sheet

    def _total(self, sheet: Sheet, at: tuple[int, int], side: RulesetSide, place: ComparedPlace) -> None:
        row, column = at
        total = side.totals.get(place)
        if total is None:
            sheet.text(row, column, WORDS["absent" if side.result is None else "missing"], "missing")
            sheet.text(row, column + 1, "—", "missing")
            return
        area = self._block(place, self.columns[side.name] + _EACH - 1)
        count = sum(held.value is not None for (where, _), held in side.lines.items() if where == place)
        sheet.put(row, column, LiveFormula(f"SUM({area})", float(total), "total", "total"))
        sheet.put(row, column + 1, LiveFormula(f"COUNT({area})", float(count), "total", "integer"))

    def lines(self) -> Sheet:
        """各项: quantity and value of every indicator that some ruleset has a value for, place by place, as the engine found them."""
        heads = [*_KEYS, Head("指标", width=18)]
        for side in self.found.sides:
            heads += [
                Head(f"{side.name} 实物量", "见右列", "引擎核算", 20), Head("单位", "—", "—", 14),
                Head(f"{side.name} 价值", _YUAN, "引擎核算", 22),
            ]  # fmt: skip
        sheet = self._table(LINES, "各项：各规则集的实物量与价值", heads, INPUTS)
        for (place, line), row in self.line_rows.items():
            row_of_texts(sheet, row, (*self._places(place), self.found.indicators[line]))
            for side in self.found.sides:
                _held(sheet, (row, self.columns[side.name]), side, side.lines.get((place, line)), line)
        return sheet

    def split(self) -> Sheet:
        """逐项: how the difference of every line splits into coverage, method and price."""
        heads = [
            *_KEYS, *_PAIR, Head("指标", width=18), Head("由：实物量", "由的单位", "导入", 18), Head("到：实物量", "由的单位", "导入", 18),
            Head("单位", "—", "由的单位", 12), Head("由：价值", _YUAN, "导入", 20), Head("到：价值", _YUAN, "导入", 20),
            Head("由：隐含单价", "元/单位", "价值 ÷ 实物量", 16), Head("核算范围", _YUAN, "只有一边有值", 20),
            Head("方法（实物量）", _YUAN, "实物量之差 × 隐含单价", 20), Head("价格", _YUAN, "差额 − 方法", 20), Head("说明", width=40),
        ]  # fmt: skip
        sheet = self._table(SPLIT, "逐项：差额的分解", heads, WORKINGS)
        for bridge in self.found.bridges:
            for line in bridge.lines:
                self._split_line(sheet, bridge, line)
        return sheet

    def _split_line(self, sheet: Sheet, bridge: RulesetBridge, line: LineStep) -> None:
        row = self.split_rows[bridge.names, line.place, line.line]
        row_of_texts(sheet, row, (*self._places(line.place), *bridge.names, line.zh))
        first, second = line.first, line.second
        self._imported(sheet, (row, 6, 9), (bridge.names[0], line), first, Fraction(1))
        self._imported(sheet, (row, 7, 10), (bridge.names[1], line), second, line.factor)
        units = [held.unit.printed for held in (first, second) if held is not None]
        sheet.text(row, 8, units[0] if line.factor is not None else "；".join(dict.fromkeys(units)), "unit")
        values = [float(held.value) if held and held.value is not None else 0.0 for held in (first, second)]
        q1, q2, v1, v2, price, moved = (a1(row, column) for column in (6, 7, 9, 10, 11, 13))
        size = abs(values[0]) + abs(values[1])
        if first is None or second is None or first.value is None or second.value is None:
            formula = v2 if first is None or first.value is None else f"-{v1}"
            steps = {"coverage": formula}
        elif line.unit_price is not None and not line.note:
            sheet.put(row, 11, LiveFormula(f"{v1}/{q1}", float(line.unit_price), "step"))
            steps = {"method": f"({q2}-{q1})*{price}", "price": f"{v2}-{v1}-{moved}"}
        else:
            steps = {"method" if line.note else "price": f"{v2}-{v1}"}
        for column, kind in enumerate(STEPS, start=12):
            amount = float(getattr(line, kind))
            told = (
                LiveFormula(steps[kind], amount, "step", "money", scale=size)
                if kind in steps
                else TypedNumber(0.0, "money")
            )
            sheet.put(row, column, told)
        sheet.text(row, 15, line.note, "wrap")

    def _imported(
        self, sheet: Sheet, at: tuple[int, int, int], of: tuple[str, LineStep], held: Held | None, factor: Fraction | None
    ) -> None:  # fmt: skip
        """Quantity and value of a side; a quantity of another unit stands carried to that of the first side."""
        row, quantity, value = at
        name, line = of
        source = (self.line_rows[line.place, line.line], self.columns[name])
        if held is not None and held.quantity is not None and factor in {None, Fraction(1)}:
            there = on_sheet(LINES, a1(*source))
            sheet.put(row, quantity, LiveFormula(imported(there), float(held.quantity), "import", "import"))
        elif held is not None and held.quantity is not None and factor is not None:
            sheet.put(row, quantity, TypedNumber(float(held.quantity * factor), "coefficient"))
        else:
            sheet.text(row, quantity, "—", "missing")
        if held is not None and held.value is not None:
            there = on_sheet(LINES, a1(source[0], source[1] + _EACH - 1))
            sheet.put(row, value, LiveFormula(imported(there), float(held.value), "import", "money"))
        else:
            sheet.text(row, value, "—", "missing")

    def bridge(self) -> Sheet:
        """差异桥: from the total of the first ruleset to that of each other one, place by place, a row over all first."""
        steps = [Head(zh, _YUAN, "逐项之和", 22) for zh in ("核算范围", "方法（实物量）", "价格")]
        heads = [*_KEYS, *_PAIR, Head("由：合计", _YUAN, "各项之和", 22), *steps]
        heads += closing_heads(_YUAN, "到：合计", difference="到 − 由")
        sheet = self._table(BRIDGE, "差异桥：先核算范围，再方法，后价格", heads, PRESENTATION)
        row = FIRST
        for bridge in self.found.bridges:
            for period in dict.fromkeys(place.period for place in bridge.old):
                places = [place for place in bridge.old if place.period == period]
                self._over_all(sheet, row, bridge, places)
                for number, place in enumerate(places, start=row + 1):
                    self._bridge_line(sheet, number, bridge, place)
                row += 1 + len(places)
        return sheet

    def _bridge_line(self, sheet: Sheet, row: int, bridge: RulesetBridge, place: ComparedPlace) -> None:
        row_of_texts(sheet, row, (*self._places(place), *bridge.names))
        old, new = float(bridge.old[place]), float(bridge.new[place])
        areas = [self._block(place, self.columns[name] + _EACH - 1) for name in bridge.names]
        sheet.put(row, _OLD, LiveFormula(f"SUM({areas[0]})", old, "total", "money"))
        lines = [line.line for line in bridge.lines if line.place == place]
        first, last = (self.split_rows[bridge.names, place, line] for line in (lines[0], lines[-1]))
        for number, step in enumerate(bridge.steps):
            area = on_sheet(SPLIT, block((first, 12 + number), (last, 12 + number)))
            size = abs(old) + abs(new)
            amount = float(step.amounts[place])
            sheet.put(row, _OLD + 1 + number, LiveFormula(f"SUM({area})", amount, "total", "money", scale=size))
        close_row(sheet, row, _OLD, _states(bridge, [place]), LiveFormula(f"SUM({areas[1]})", new, "total", "money"))

    def _over_all(self, sheet: Sheet, row: int, bridge: RulesetBridge, places: Sequence[ComparedPlace]) -> None:
        """The row over the counties where both rulesets have a total."""
        row_of_texts(sheet, row, ("*", "合计", places[0].period, *bridge.names))
        states = _states(bridge, places)
        size = sum(abs(amount) for amount in states)

        def down(column: int, value: float) -> LiveFormula:
            area = block((row + 1, column), (row + len(places), column))
            return LiveFormula(f"SUM({area})", value, "total", "total", scale=size)

        sheet.put(row, _OLD, down(_OLD, states[0]))
        for number, step in enumerate(bridge.steps, start=1):
            moved = sum((step.amounts[place] for place in places), Fraction(0))
            sheet.put(row, _OLD + number, down(_OLD + number, float(moved)))
        close_row(sheet, row, _OLD, states, down(_OLD + 2 + len(bridge.steps), states[-1]))

    def covers(self) -> Sheet:
        """口径: what every ruleset does with every indicator, by which methods and at which prices."""
        heads = [Head(name, width=width) for name, width in (
            ("指标", 18), ("规则集", 26), ("口径", 14), ("方法", 50), ("价格", 50), ("理由", 40), ("条款", 20), ("证据", 12),
        )]  # fmt: skip
        sheet = plain_sheet(COVERS, "口径：各规则集计什么、排除什么、按什么价", heads, color=CHECKS, notice=self.notice)
        row = HEAD + 1
        for line, zh in self.found.indicators.items():
            for side in self.found.sides:
                one = side.covers.get(line)
                status = status_of(self.found, side, line, "zh")
                told = ("", "", "", "", "") if one is None else (
                    "；".join(one.methods), "；".join(one.prices), one.reason, one.clause, one.evidence
                )  # fmt: skip
                row_of_texts(sheet, row, (zh, side.name, status, *(text or "—" for text in told)), "wrap")
                row += 1
        return sheet

    def notes_sheets(self) -> list[Sheet]:
        """说明: what could not be computed, what lacks, and the decisions that some rulesets have no use for."""
        rows = [(side.name, "没有算出", item.text()) for side in self.found.sides for item in side.problems]
        rows += [(side.name, "缺", item.text()) for side in self.found.sides for item in side.gaps]
        rows += [("、".join(one.rulesets), "用不到的判断", f"{one.place}　{one.text}") for one in self.found.unused]
        if not rows:
            return []
        heads = [Head(name, width=width) for name, width in (("规则集", 40), ("种类", 16), ("内容", 110))]
        sheet = plain_sheet(TOLD, "说明", heads, color=CHECKS, notice=self.notice)
        for row, texts in enumerate(rows, start=HEAD + 1):
            row_of_texts(sheet, row, texts, "wrap")
        return [sheet]


_OLD = len(_PAIR) + len(_KEYS)
"""The column of the first ruleset's total in 差异桥."""


def _states(bridge: RulesetBridge, places: Sequence[ComparedPlace]) -> list[float]:
    """The amount of the first ruleset over some places, and that after each step."""
    amount = sum((bridge.old[place] for place in places), Fraction(0))
    found = [float(amount)]
    for step in bridge.steps:
        amount += sum((step.amounts[place] for place in places), Fraction(0))
        found.append(float(amount))
    return found


def _held(sheet: Sheet, at: tuple[int, int], side: RulesetSide, held: Held | None, line: str) -> None:
    """The three cells of a ruleset in 各项; where it has no value, why."""
    row, column = at
    if held is None:
        covers = side.covers.get(line)
        sheet.text(row, column + _EACH - 1, STATUS["unlisted" if covers is None else covers.status][0], "missing")
        return
    if held.quantity is not None:
        sheet.put(row, column, TypedNumber(float(held.quantity)))
        sheet.text(row, column + 1, held.unit.printed, "unit")
    if held.value is not None:
        sheet.put(row, column + _EACH - 1, TypedNumber(float(held.value), "money"))
    else:
        sheet.text(row, column + _EACH - 1, WORDS.get(held.presence, held.presence), "missing")
