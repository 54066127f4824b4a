"""历年_LINE: one indicator, or the sum, by area and year: constant and current prices, growth with its coverage, ranks, quantity."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from qhgep.catalogue import Formula, checked
from qhgep.catalogue.growth import amount_after, amount_before, compound_rate, relative_change, years_between
from qhgep.catalogue.prices import carrying, price_index_from, price_index_to, price_stated
from qhgep.engine.comparable import rankable
from qhgep.engine.growth import growth_of, mean_growth_of
from qhgep.readings.excel import excel
from qhgep.readings.text import text
from qhgep.workbook.account.places import or_missing
from qhgep.workbook.core.cells import WORDS, Content, LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.layout import FIRST, Address, a1, column_block, fill, fixed, imported, own_row, shown
from qhgep.workbook.core.table_sheet import PRESENTATION, WORKINGS, Head, table_sheet
from qhgep.workbook.panel.areas import Area
from qhgep.workbook.panel.context import TOTAL, Panel, PanelLine
from qhgep.workbook.panel.coverage import compared_text
from qhgep.workbook.panel.data import NOT_NETTED, DataPlaces
from qhgep.workbook.panel.indices import index_address

KEYS = 2
_FEWEST = 2
"""Counties, or periods, of which there must be two."""


@dataclass(frozen=True)
class HistoryPlaces:
    """The columns of 历年_LINE; every line has the same."""

    panel: Panel

    @cached_property
    def constant(self) -> dict[str, int]:
        """Period -> the column of its amount in the prices of the account; that in its own prices stands right of it."""
        return {period: KEYS + 2 * place for place, period in enumerate(self.panel.periods)}

    @cached_property
    def growth(self) -> dict[tuple[str, str], int]:
        """Two periods that follow -> the column of the growth; its coverage stands right of it."""
        start = KEYS + 2 * len(self.panel.periods)
        return {pair: start + 2 * place for place, pair in enumerate(pairwise(self.panel.periods))}

    @property
    def apart(self) -> int:
        """The column of the years between the first and the last period; then the mean growth, then its coverage."""
        return KEYS + 2 * len(self.panel.periods) + 2 * len(self.growth)

    @cached_property
    def rank(self) -> dict[str, int]:
        """Period -> the column of the ranks; after the last stands by how much they rose."""
        return {period: self.apart + 3 + place for place, period in enumerate(self.panel.periods)}

    @property
    def rise(self) -> int:
        """The column of the change of the rank."""
        return self.apart + 3 + len(self.panel.periods)

    @cached_property
    def quantity(self) -> dict[str, int]:
        """Period -> the column of the quantity."""
        return {period: self.rise + 1 + place for place, period in enumerate(self.panel.periods)}


def history_sheet(panel: Panel, line: PanelLine) -> Sheet:
    """历年_LINE: areas down, periods across, one group of columns after the other."""
    return _History(panel, line).sheet()


class _History:
    def __init__(self, panel: Panel, line: PanelLine) -> None:
        self.panel, self.line, self.at = panel, line, HistoryPlaces(panel)
        self.data = {period: DataPlaces(panel, period) for period in panel.periods}
        self.singles = [panel.row[area.code] for area in panel.areas if area.single]
        self.several = len(self.singles) >= _FEWEST

    def sheet(self) -> Sheet:
        panel, line = self.panel, self.line
        color = PRESENTATION if line.id == TOTAL else WORKINGS
        why = "；".join(f"{period} 当年价：{text}" for period, text in panel.no_current.items() if text)
        sheet = table_sheet(
            line.sheet, f"历年：{line.zh}", self._heads(), color=color, notice=panel.notice, left=panel.left
        )
        groups = [self.at.growth[pair] for pair in list(self.at.growth)[:1]]
        sheet.groups = [
            *groups,
            self.at.rank[panel.periods[0]],
            *([self.at.quantity[panel.periods[0]]] if line.indicator else []),
        ]
        self._indices(sheet)
        for area in panel.areas:
            row = panel.row[area.code]
            sheet.text(row, 0, area.code, "code")
            sheet.text(row, 1, area.zh, "text" if area.single else "total")
            self._amounts(sheet, area)
            self._growths(sheet, area)
            self._mean(sheet, area)
            self._ranks(sheet, area)
            self._quantities(sheet, area)
        sheet.notes += self._notes()
        if why:
            sheet.notes.append(f"缺当年价的原因：{why}。")
        return sheet

    def _notes(self) -> list[str]:
        found = [
            "增长与年均增速只在前后两期覆盖相同时计算，否则为缺，原因在右栏；不同覆盖的数不相比。",
            "位次只在各县覆盖相同且完整时排列；并列者同一位次；位次上升为正。",
        ]
        if not self.panel.areas[0].single:
            found.append(f"合计、省、市州各行{NOT_NETTED}。")
        return found

    def _heads(self) -> list[Head]:
        panel, base = self.panel, self.panel.result.account.price_year
        heads = [Head("区划代码", width=10), Head("县", width=22)]
        for period in panel.periods:
            year = panel.years[period]
            current = "—" if year is None else f"元/a（{year} 年价）"
            method = "缺" if panel.no_current[period] else text(carrying(price_stated, base, year or 0).equals)
            heads.append(Head(f"{period} 不变价", f"元/a（{base} 年价）", "导入", 20))
            heads.append(Head(f"{period} 当年价", current, method, 20))
        for before, after in self.at.growth:
            heads.append(Head(f"{self._called(before, after)}", "%", text(relative_change.equals), 14))
            heads.append(Head(f"{before}、{after} 的覆盖", width=30))
        first, last = panel.periods[0], panel.periods[-1]
        heads += [
            Head("相隔年数", "年", "末期 − 首期", 8), Head("年均增速", "%", text(compound_rate.equals), 14),
            Head(f"{first}、{last} 的覆盖", width=30),
        ]  # fmt: skip
        heads += [Head(f"{period} 位次", "位", "不变价由大到小", 10) for period in panel.periods]
        heads.append(Head("位次变化", "位", f"{first} − {last}", 10))
        if self.line.indicator is not None:
            words = panel.result.account.ruleset.catalogue.vocabulary
            unit = words[self.line.indicator.quantity].unit.printed
            heads += [Head(f"{period} 实物量", unit, "导入", 20) for period in panel.periods]
        return heads

    def _called(self, before: str, after: str) -> str:
        """同比 of two years of which one follows the other; else which is compared with which."""
        one, other = self.panel.years[before], self.panel.years[after]
        if one is not None and other is not None and other - one == 1:
            return f"{after} 同比"
        return f"{after} 比 {before}"

    # --- amounts ---

    def _indices(self, sheet: Sheet) -> None:
        """The first row: the price index of the prices of the account, and of each period, where there is one."""
        sheet.text(FIRST, 1, "价格指数", "label")
        base = self.panel.result.account.price_year
        for period, column in self.at.constant.items():
            if self.panel.no_current[period]:
                continue
            for year, place in ((base, column), (self.panel.years[period], column + 1)):
                if year is not None:
                    index = float(self.panel.result.indices[year].value)
                    sheet.put(
                        FIRST,
                        place,
                        LiveFormula(imported(index_address(self.panel, year).full), index, "import", "import"),
                    )

    def _amounts(self, sheet: Sheet, area: Area) -> None:
        row = self.panel.row[area.code]
        for period, column in self.at.constant.items():
            source = self.data[period].value(self.line.id, area)
            amount = self.panel.amount(self.line, area, period)
            sheet.put(row, column, self._import(source, amount, self.panel.word(self.line, area, period)))
            sheet.put(row, column + 1, self._current(period, column, row, amount))

    def _import(self, source: Address, amount: float | None, word: str) -> Content:
        if amount is None and word != WORDS["missing"]:
            return Text(word, "missing")
        return LiveFormula(shown(source.full), or_missing(amount), "import", "money")

    def _current(self, period: str, column: int, row: int, amount: float | None) -> Content:
        if self.panel.no_current[period] or amount is None:
            return Text(WORDS["missing"], "missing")
        written = fill(self._carrying[column], row)
        return LiveFormula(written, self._currents[period][amount], "step", "money")

    @cached_property
    def _carrying(self) -> dict[int, str]:
        """Column of a constant amount -> the template that carries it to the prices of its period."""
        found, base = {}, self.panel.result.account.price_year
        for period, column in self.at.constant.items():
            year = self.panel.years[period]
            if self.panel.no_current[period] or year is None:
                continue
            cells = {
                price_stated.name: own_row(column), price_index_from.name: fixed(FIRST, column),
                price_index_to.name: fixed(FIRST, column + 1),
            }  # fmt: skip
            tree = checked(carrying(price_stated, base, year)).expr
            found[column] = excel(tree, lambda item, cells=cells: cells[item.name], factor=str)  # type: ignore[misc] # of this turn
        return found

    @cached_property
    def _currents(self) -> dict[str, dict[float, float | None]]:
        """Period -> each amount that stands on the sheet -> the same in the prices of the period."""
        found: dict[str, dict[float, float | None]] = {}
        for period in self.panel.periods:
            amounts = [self.panel.amount(self.line, area, period) for area in self.panel.areas]
            known = sorted({amount for amount in amounts if amount is not None})
            if not self.panel.no_current[period]:
                found[period] = dict(zip(known, self.panel.current(known, period), strict=True))
        return found

    # --- growth ---

    def _growths(self, sheet: Sheet, area: Area) -> None:
        row = self.panel.row[area.code]
        for pair, column in self.at.growth.items():
            said, same = compared_text(self.panel, self.line, area, pair)
            before, after = (self.panel.amount(self.line, area, period) for period in pair)
            value = (
                growth_of(before, after) if same and before is not None and after is not None and before > 0 else None
            )
            if same and value is None:
                said = f"{pair[0]} 不是正数，没有增长率"
            places = {amount_before.name: self.at.constant[pair[0]], amount_after.name: self.at.constant[pair[1]]}
            sheet.put(row, column, _rate(relative_change, places, row, value))
            sheet.text(row, column + 1, said, "wrap")

    def _mean(self, sheet: Sheet, area: Area) -> None:
        panel, row, column = self.panel, self.panel.row[area.code], self.at.apart
        pair = panel.periods[0], panel.periods[-1]
        years = [panel.years[period] for period in pair]
        said, same = compared_text(panel, self.line, area, pair)
        before, after = (panel.amount(self.line, area, period) for period in pair)
        if years[0] is None or years[1] is None:
            sheet.text(row, column, WORDS["missing"], "missing")
            sheet.put(row, column + 1, Text(WORDS["missing"], "missing"))
            sheet.text(row, column + 2, "首期或末期是多年平均，没有相隔年数", "wrap")
            return
        apart = years[1] - years[0]
        sheet.put(row, column, TypedNumber(float(apart), "integer"))
        value = None
        if same and before is not None and after is not None and before > 0 and after >= 0 and apart > 0:
            value = mean_growth_of(before, after, apart)
        if same and value is None:
            said = "首期不是正数，或末期在首期之前，没有年均增速"
        places = {
            amount_before.name: self.at.constant[pair[0]], amount_after.name: self.at.constant[pair[1]],
            years_between.name: column,
        }  # fmt: skip
        sheet.put(row, column + 1, _rate(compound_rate, places, row, value))
        sheet.text(row, column + 2, said, "wrap")

    # --- ranks ---

    def _ranks(self, sheet: Sheet, area: Area) -> None:
        row = self.panel.row[area.code]
        found = [self._rank(period, area) for period in self.panel.periods]
        for (period, column), rank in zip(self.at.rank.items(), found, strict=True):
            if not isinstance(rank, float):
                sheet.put(row, column, Text(rank, "missing"))
                continue
            extent = column_block(self.at.constant[period], self.singles[0], self.singles[-1])
            cell = a1(row, self.at.constant[period])
            sheet.put(row, column, LiveFormula(f"SUMPRODUCT(--({extent}>{cell}))+1", rank, "step", "integer"))
        first, last = found[0], found[-1]
        if isinstance(first, float) and isinstance(last, float):
            places = [a1(row, self.at.rank[period]) for period in (self.panel.periods[0], self.panel.periods[-1])]
            sheet.put(
                row, self.at.rise, LiveFormula(f"{places[0]}-{places[1]}", first - last, "step", "integer", first)
            )
        else:
            sheet.put(row, self.at.rise, Text("—" if not area.single else WORDS["missing"], "missing"))

    def _rank(self, period: str, area: Area) -> float | str:
        """The rank of a county among all, or the word that stands in its place."""
        if not area.single or not self.several:
            return "—"
        order = self._order[period]
        return order.get(area.code, WORDS["missing"])

    @cached_property
    def _order(self) -> dict[str, dict[str, float]]:
        """Period -> county -> its rank; nothing for a period in which the counties do not cover the same."""
        found: dict[str, dict[str, float]] = {}
        singles = [area for area in self.panel.areas if area.single]
        for period in self.panel.periods:
            amounts = {area.code: self.panel.amount(self.line, area, period) for area in singles}
            known = [amount for amount in amounts.values() if amount is not None]
            whole = rankable([self.panel.reach(self.line, area, period) for area in singles])
            if whole and len(known) == len(singles):
                found[period] = {
                    code: 1.0 + sum(other > amount for other in known)
                    for code, amount in amounts.items()
                    if amount is not None
                }
            else:
                found[period] = {}
        return found

    # --- quantities ---

    def _quantities(self, sheet: Sheet, area: Area) -> None:
        line = self.line.indicator
        if line is None:
            return
        for period, column in self.at.quantity.items():
            value = self.panel.quantity(line, area, period)
            amount, word = (None, value) if isinstance(value, str) else (value, WORDS["missing"])
            source = self.data[period].quantity(line.id, area)
            sheet.put(self.panel.row[area.code], column, self._import(source, amount, word))


def _rate(tree: Formula, places: dict[str, int], row: int, value: float | None) -> Content:
    """A growth as the live formula of its tree, or the word for missing."""
    if value is None:
        return Text(WORDS["missing"], "missing")
    return LiveFormula(fill(_template(tree, tuple(places.items())), row), value, "step", "share", scale=abs(value) + 1)


@cache
def _template(tree: Formula, places: tuple[tuple[str, int], ...]) -> str:
    columns = dict(places)
    return excel(checked(tree).expr, lambda item: own_row(columns[item.name]), factor=str)
