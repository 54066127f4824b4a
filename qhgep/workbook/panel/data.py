"""数据_YEAR: what the engine found for each county in one period, the sums over counties and over indicators live."""

from __future__ import annotations

import math
import re

from qhgep.engine.grid import Value
from qhgep.ruleset_store.ruleset import INFLOW, IndicatorLine
from qhgep.workbook.account.places import or_missing, partial_sum
from qhgep.workbook.core.cells import WORDS, Content, LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.layout import FIRST, Address, a1, block
from qhgep.workbook.core.table_sheet import INPUTS, Head, table_sheet
from qhgep.workbook.panel.areas import ALL, Area
from qhgep.workbook.panel.context import GEP, TOTAL, Panel, PanelLine

KEYS = 2
NOT_NETTED = "未抵消：含重复计入多县的人次与县间流入，没有扣除"


def data_name(period: str) -> str:
    """The sheet of a period."""
    plain = re.sub(r"\W", "_", period)
    return f"数据_{plain}"


class DataPlaces:
    """Where the values and quantities of one period stand: areas down, lines across."""

    def __init__(self, panel: Panel, period: str) -> None:
        self.panel, self.period = panel, period
        self.sheet = data_name(period)
        ids = [line.id for line in panel.indicators]
        names = [*ids, TOTAL, *([INFLOW] if panel.inflow else []), *([GEP] if panel.has_gep else [])]
        self.values = {name: KEYS + place for place, name in enumerate(names)}
        self.quantities = {name: KEYS + len(names) + place for place, name in enumerate(ids)}

    def value(self, line: str, area: Area) -> Address:
        """The amount of a line in yuan."""
        return Address(self.sheet, self.panel.row[area.code], self.values[line])

    def quantity(self, line: str, area: Area) -> Address:
        """The quantity of an indicator."""
        return Address(self.sheet, self.panel.row[area.code], self.quantities[line])

    def over_lines(self, row: int) -> str:
        """The range of all indicators in a row."""
        columns = [self.values[line.id] for line in self.panel.indicators]
        return block((row, columns[0]), (row, columns[-1]))


def data_sheet(panel: Panel, period: str) -> Sheet:
    """数据_YEAR: one period; the numbers of counties are recorded, everything else follows from them on the sheet."""
    return _Data(panel, period).sheet()


class _Data:
    def __init__(self, panel: Panel, period: str) -> None:
        self.panel, self.period, self.places = panel, period, DataPlaces(panel, period)

    def sheet(self) -> Sheet:
        panel = self.panel
        title = f"数据：{self.period} 各县各项价值量与实物量"
        left = (
            f"{panel.left}　各县的数由引擎按记录计算，逐步算式见该期的工作簿（qhgep account … --period {self.period}）"
        )
        sheet = table_sheet(self.places.sheet, title, self._heads(), color=INPUTS, notice=panel.notice, left=left)
        sheet.groups = [min(self.places.quantities.values())]
        sheet.text(FIRST, 1, "—", "missing")
        for area in panel.areas:
            row = panel.row[area.code]
            sheet.text(row, 0, area.code, "code")
            sheet.text(row, 1, area.zh, "text" if area.single else "total")
            self._row(sheet, area)
        if panel.areas[0].code == ALL:
            sheet.notes.append(f"合计、省、市州各行{NOT_NETTED}。")
        return sheet

    def _heads(self) -> list[Head]:
        panel, unit = self.panel, f"元/a（{self.panel.result.account.price_year} 年价）"
        ruleset = panel.result.account.ruleset
        zh = {line.id: line.zh for line in panel.lines} | {INFLOW: "减：来自区域外的生态产品价值"}
        method = {TOTAL: "有数各项之和", GEP: "合计 − 区域外流入"}
        heads = [Head("区划代码", width=10), Head("县", width=22)]
        heads += [Head(zh[name], unit, method.get(name, "引擎计算值"), 22) for name in self.places.values]
        for line in panel.indicators:
            printed = ruleset.catalogue.vocabulary[line.quantity].unit.printed
            heads.append(Head(f"{zh[line.id]}：实物量", printed, "引擎计算值", 20))
        return heads

    def _row(self, sheet: Sheet, area: Area) -> None:
        for line in self.panel.lines:
            if line.indicator is not None:
                _put(sheet, self.places.value(line.id, area), self._value(line, area))
                _put(sheet, self.places.quantity(line.id, area), self._quantity(line.indicator, area))
        total = next(line for line in self.panel.lines if line.id == TOTAL)
        row = self.panel.row[area.code]
        amount = self.panel.amount(total, area, self.period)
        if area.single:
            summed = LiveFormula(partial_sum(self.places.over_lines(row)), or_missing(amount), "total", "total")
        else:
            summed = self._summed(self.places.values[TOTAL], area, amount)
        sheet.put(row, self.places.values[TOTAL], summed)
        if self.panel.has_gep:
            self._gep(sheet, area)

    def _value(self, line: PanelLine, area: Area) -> Content:
        if not area.single:
            return self._summed(self.places.values[line.id], area, self.panel.amount(line, area, self.period))
        return _stated(self.panel.county_value(line, area.code, self.period))

    def _quantity(self, line: IndicatorLine, area: Area) -> Content:
        found = self.panel.quantity(line, area, self.period)
        if not area.single:
            return self._summed(self.places.quantities[line.id], area, found)
        return Text(found, "missing") if isinstance(found, str) else TypedNumber(found, "money")

    def _summed(self, column: int, area: Area, amount: float | str | None) -> LiveFormula:
        first, last = self.panel.extent(area)
        amount = or_missing(None) if amount is None else amount
        return LiveFormula(partial_sum(block((first, column), (last, column))), amount, "total", "total")

    def _gep(self, sheet: Sheet, area: Area) -> None:
        """The inflow and GEP of an area: of several counties only where every one has it."""
        row = self.panel.row[area.code]
        gep = next(line for line in self.panel.lines if line.id == GEP)
        inflow, total, own = (self.places.values[name] for name in (INFLOW, TOTAL, GEP))
        stated = [self.panel.result.value(INFLOW, county=code, period=self.period) for code in area.members]
        known = [value.value for value in stated if value.value is not None]
        amount = self.panel.amount(gep, area, self.period)
        if area.single:
            sheet.put(row, inflow, _stated(stated[0]))
            here = LiveFormula(f"{a1(row, total)}-{a1(row, inflow)}", amount, "step", "money")
        else:
            whole = math.fsum(known) if len(known) == len(stated) else None
            missing: Content = Text(WORDS["missing"], "missing")
            sheet.put(row, inflow, missing if whole is None else self._summed(inflow, area, whole))
            here = self._summed(own, area, amount)
        sheet.put(row, own, Text(WORDS["missing"], "missing") if amount is None else here)


def _put(sheet: Sheet, at: Address, content: Content) -> None:
    sheet.put(at.row, at.column, content)


def _stated(value: Value) -> TypedNumber | Text:
    """The number of a county as the engine found it, or the word for why there is none."""
    if value.value is None:
        return Text(WORDS.get(value.presence, WORDS["missing"]), "missing")
    return TypedNumber(value.value, "money")


__all__ = ["DataPlaces", "data_name", "data_sheet"]
