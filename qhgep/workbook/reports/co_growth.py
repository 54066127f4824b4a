"""The workbook of co-growth: 协同增长 with live formulas, a page for each class of zones, a chart, criteria and the rows read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from qhgep.assessments.assessment import Assessment
from qhgep.assessments.co_growth import CoGrowth, CountyGrowth, ZoneGrowth
from qhgep.catalogue import Formula, checked
from qhgep.catalogue.growth import (
    amount_after,
    amount_before,
    amounts_together,
    area_of_class,
    area_of_county,
    chained_back,
    chained_on,
    direction_of_growth,
    elasticity_of_growth,
    growth,
    mean_by_share,
    mean_of_years,
    near_zero,
    next_product_index,
    own_product_index,
    product_growth,
    product_year_after,
    product_year_before,
    relative_change,
    share_of_class,
    shares_together,
    shares_weighted,
    weather_effect,
    weather_free_change,
    weight_of_amount,
    weight_of_product,
    weighted_growth_of,
    years_together,
)
from qhgep.errors import Language
from qhgep.evidence import EVIDENCE
from qhgep.expr import Quantity
from qhgep.phrases import listed, phrase
from qhgep.readings.excel import excel
from qhgep.readings.text import text
from qhgep.workbook.core.cells import WORDS, Content, LiveFormula, Points, Sheet, Text, TypedNumber
from qhgep.workbook.core.layout import FIRST, Address, a1, block, imported
from qhgep.workbook.core.table_sheet import (
    PRESENTATION,
    Head,
    table_sheet,
)
from qhgep.workbook.reports.co_growth_sources import exact, near_zero_cell, source_sheets, state_names, weight_cell

MAIN, CHART = "协同增长", "四象限图"
_ZH: Final = "zh"
_KEYS = 2


def co_growth_sheets(found: CoGrowth) -> list[Sheet]:
    """The main sheet, the chart, a page for each class, the criteria, the rows."""
    book = _CoGrowthBook(found)
    return [book.main(), book.chart(), *map(book.zone, found.zones), *source_sheets(book.of, book.notice, book.left)]


def compared(of: Assessment, language: Language) -> str:
    """What is compared with what, in words."""
    key = "assessments.windows" if of.file.growth == "mean_of_years" else "assessments.without_weather"
    before, after = (listed(map(str, years), language, "pause") for years in (of.file.before, of.file.after))
    return phrase(key, language, before=before, after=after)


def amount_name(of: Assessment, language: Language) -> str:
    """What the amounts may be called: GEP where the account of every county and year is whole, else the accounted value."""
    ruleset, result = of.result.account.ruleset, of.result
    places = [(county.code, str(year)) for county in result.account.counties for year in of.years]
    whole = ruleset.complete and of.file.common is None and all(
        result.value("gep_total", county=code, period=year).value is not None for code, year in places
    )  # fmt: skip
    return phrase("assessments.gep" if whole else "assessments.accounted", language)


def rate(value: float | None) -> str:
    """A rate as a line of text shows it."""
    return "—" if value is None else f"{value:+.1%}"


def plain(value: float | None) -> str:
    """A ratio as a line of text shows it."""
    return "—" if value is None else f"{value:.2f}"


class _CoGrowthBook:
    """The columns of 协同增长, by name, and the sheets."""

    def __init__(self, found: CoGrowth) -> None:
        self.found, self.of = found, found.assessment
        self.row_of = {county.code: FIRST + place for place, county in enumerate(found.counties)}
        self.classes = [zone.zone for zone in found.zones if not zone.zone.inside]

    @cached_property
    def notice(self) -> str:
        return f"{phrase('assessments.notice', _ZH)}；{self.of.result.notices}"

    @cached_property
    def left(self) -> str:
        account = self.of.result.account
        return f"{self.of.file.title}　{compared(self.of, _ZH)}　{self.amount}为 {account.price_year} 年价，运行号：{self.of.result.run_id}"

    @cached_property
    def amount(self) -> str:
        """What the amounts are called: a partial account is no GEP."""
        return amount_name(self.of, _ZH)

    @cached_property
    def heads(self) -> dict[str, Head]:
        """The columns by name, in their order."""
        file, account = self.of.file, self.of.result.account
        gep, gdp = f"元/a（{account.price_year} 年价）", f"元/a（{file.product_year} 年价）"
        carried = [year for year in self.of.chain if year != file.product_year]
        weather = {"weather": Head("其中天气的影响", gep, "两期分解", 20)} if file.growth == "less_weather" else {}
        change = weather_free_change if weather else relative_change
        return {
            "growth": Head(f"{self.amount}增长", "%", text(change.equals), 14),
            "product growth": Head("GDP 增长", "%", text(relative_change.equals), 14),
            "state": Head("状态", "", "见准则", 20), "elasticity": Head("弹性", "1", text(elasticity_of_growth.equals), 12),
            "weighted": Head("加权增长", "%", text(weighted_growth_of.equals), 16), "evidence": Head("证据", width=10),
            "reasons": Head("说明", width=34),
            **{f"amount {year}": Head(f"{year} 核算值", gep, "引擎计算值", 20) for year in self.of.years},
            "amount before": Head("前期平均", gep, text(mean_of_years.equals), 20),
            "amount after": Head("后期平均", gep, text(mean_of_years.equals), 20), **weather,
            "stated": Head(f"{file.product_year} 地区生产总值", gdp, "填报", 20),
            **{f"index {year}": Head(f"{year} 指数", "1（上年＝1）", "填报", 12) for year in self.of.chain[1:]},
            **{f"product {year}": Head(f"{year} 不变价", gdp, self._chained(year), 20) for year in carried},
            "product before": Head("前期平均", gdp, text(mean_of_years.equals), 20),
            "product after": Head("后期平均", gdp, text(mean_of_years.equals), 20),
            "direction": Head(f"{self.amount}方向", "升 1 降 −1", text(direction_of_growth.equals), 18),
            "product direction": Head("GDP 方向", "升 1 降 −1", "同左", 12),
            **{f"share {item.id}": Head(item.zh, "%", "填报", 14) for item in self.classes},
            "weight": Head(f"{self.amount}权数", "1", text(mean_by_share.equals), 14),
            "product weight": Head("GDP 权数", "1", "同左", 12),
        }  # fmt: skip

    def _chained(self, year: int) -> str:
        return text((chained_on if year > self.of.file.product_year else chained_back).equals)

    @cached_property
    def column(self) -> Mapping[str, int]:
        """Name -> its column."""
        return {name: _KEYS + place for place, name in enumerate(self.heads)}

    # --- the main sheet ---

    def main(self) -> Sheet:
        heads = [Head("区划代码", width=10), Head("县", width=18), *self.heads.values()]
        sheet = table_sheet(MAIN, self.of.file.title, heads, color=PRESENTATION, notice=self.notice, left=self.left)
        groups = (f"amount {self.of.years[0]}", "stated", "product before", "direction")
        sheet.groups = [self.column[name] for name in groups]
        for county in self.found.counties:
            self._county(sheet, county)
        common = self.of.file.common
        left_out = dict.fromkeys(name for county in self.found.counties for name in county.left_out)
        if common is not None and left_out:
            facts = {"reason": common.reason, "decided_by": common.decided_by, "left_out": "、".join(left_out)}
            sheet.notes.append(phrase("assessments.common", _ZH, **facts))
        sheet.notes += [
            f"依据：{self.of.criteria.zh}；{self.of.criteria.basis}。",
            "位于别的区之内的区（如禁止开发区域）不计入权数。",
        ]
        return sheet

    def _county(self, sheet: Sheet, county: CountyGrowth) -> None:
        row, of = self.row_of[county.code], self.of
        sheet.text(row, 0, county.code, "code")
        sheet.text(row, 1, county.zh)
        put = _MainRow(sheet, row, self.column)
        for year in of.years:
            put.number(f"amount {year}", county.amounts[year], "money")
        product = of.products.get(county.code)
        put.number("stated", exact(product), "money")
        for year in of.chain[1:]:
            put.number(f"index {year}", exact(of.indices.get((county.code, year))), "formula")
        self._products(put, county)
        for name, means in (("amount", county.means), ("product", county.product_means)):
            for side, years in enumerate((of.file.before, of.file.after)):
                cells = ",".join(self._year(name, year, row) for year in years)
                given = {amounts_together.name: f"SUM({cells})", years_together.name: str(len(years))}
                value = None if means is None else means[side]
                put.step(f"{name} {('before', 'after')[side]}", mean_of_years, given, value, "money")
        if of.file.growth == "less_weather":
            put.number("weather", county.weather, "money")
            given = put.cells(
                {amount_before.name: "amount before", amount_after.name: "amount after", weather_effect.name: "weather"}
            )
            put.step("growth", weather_free_change, given, county.growth, "share")
        else:
            given = put.cells({amount_before.name: "amount before", amount_after.name: "amount after"})
            put.step("growth", relative_change, given, county.growth, "share")
        given = put.cells({amount_before.name: "product before", amount_after.name: "product after"})
        put.step("product growth", relative_change, given, county.product_growth, "share")
        self._judged(put, county)
        self._weighted(put, county)
        sheet.text(row, self.column["evidence"], EVIDENCE[county.evidence] if county.evidence else "—")
        words = "；".join(reason.text(_ZH) for reason in county.reasons)
        sheet.text(row, self.column["reasons"], words, "wrap")

    def _year(self, name: str, year: int, row: int) -> str:
        stated = name == "product" and year == self.of.file.product_year
        return a1(row, self.column["stated" if stated else f"{name} {year}"])

    def _products(self, put: _MainRow, county: CountyGrowth) -> None:
        base = self.of.file.product_year
        for year in self.of.chain:
            if year == base:
                continue
            if year > base:
                tree, beside = chained_on, (product_year_before.name, own_product_index.name, year - 1, year)
            else:
                tree, beside = chained_back, (product_year_after.name, next_product_index.name, year + 1, year + 1)
            first, second, other, index = beside
            given = {first: self._year("product", other, put.row), second: a1(put.row, self.column[f"index {index}"])}
            put.step(f"product {year}", tree, given, county.products[year], "money")

    def _judged(self, put: _MainRow, county: CountyGrowth) -> None:
        near = near_zero_cell()
        for place, (name, rate_name) in enumerate((("direction", "growth"), ("product direction", "product growth"))):
            given = {growth.name: put.cell(rate_name), near_zero.name: near}
            found = None if county.directions is None else float(county.directions[place])
            put.step(name, direction_of_growth, given, found, "integer")
        if county.directions is None:
            put.content("state", Text(WORDS["missing"], "missing"))
        else:
            written = f"INDEX({state_names()},2-{put.cell('direction')},2-{put.cell('product direction')})"
            put.content("state", LiveFormula(written, county.state, "step", "text"))
        given = put.cells({growth.name: "growth", product_growth.name: "product growth"})
        put.step("elasticity", elasticity_of_growth, given, county.elasticity, "formula")

    def _weighted(self, put: _MainRow, county: CountyGrowth) -> None:
        rows = self.of.zones[county.code]
        for item in self.classes:
            share = exact(rows.get(item.id))
            put.number(f"share {item.id}", share, "share", blank=True)
        for side, name in enumerate(("weight", "product weight")):
            known = [item for item in self.classes if exact(rows.get(item.id)) is not None]
            parts = "+".join(
                f"{put.cell(f'share {item.id}')}*{weight_cell(self.of.criteria, item.id, side)}" for item in known
            )
            shares = ",".join(put.cell(f"share {item.id}") for item in known)
            given = {shares_weighted.name: f"({parts})", shares_together.name: f"SUM({shares})"}
            put.step(name, mean_by_share, given, county.weights[side] if county.weights else None, "formula")
        given = put.cells({
            growth.name: "growth", product_growth.name: "product growth", weight_of_amount.name: "weight",
            weight_of_product.name: "product weight",
        })  # fmt: skip
        put.step("weighted", weighted_growth_of, given, county.weighted, "share")

    # --- other sheets ---

    def chart(self) -> Sheet:
        """四象限图: every county a point, GDP across, GEP up; the cells that it draws are live."""
        heads = [
            Head("县", width=18),
            Head("GDP 增长", "%", "导入", 14),
            Head(f"{self.amount}增长", "%", "导入", 14),
            Head("状态", width=22),
        ]
        sheet = table_sheet(CHART, CHART, heads, color=PRESENTATION, notice=self.notice, left=self.left)
        sheet.keys = 1
        row, names = FIRST, []
        for county in self.found.counties:
            if county.growth is None or county.product_growth is None:
                continue
            at = self.row_of[county.code]
            sheet.text(row, 0, county.zh)
            names.append(county.zh)
            for column, name, value in ((1, "product growth", county.product_growth), (2, "growth", county.growth)):
                source = Address(MAIN, at, self.column[name]).full
                sheet.put(row, column, LiveFormula(imported(source), value, "import", "share"))
            sheet.text(row, 3, county.state)
            row += 1
        if row > FIRST:
            last = row - 1
            title = f"各县 GDP 增长（横）与{self.amount}增长（纵）"
            alt = f"散点图：{title}，一县一点，两轴相交于零，数值见本表。"
            axes = "GDP 增长", f"{self.amount}增长"
            across, up = (FIRST, 1, last, 1), (FIRST, 2, last, 2)
            sheet.charts.append(Points(row + 1, title, axes, CHART, tuple(names), across, up, alt))
        else:
            sheet.notes.append("没有一个县两个增长率都有，不画图。")
        return sheet

    def zone(self, zone: ZoneGrowth) -> Sheet:
        """分区_CLASS: its counties with share, area and growth, and the growth weighted by area."""
        heads = (
            Head("区划代码", width=10), Head("县", width=18), Head("占县域", "%", "填报", 12), Head("县域面积", "hm²", "填报", 18),
            Head("区内面积", "hm²", text(area_of_class.equals), 18),
            Head(f"{self.amount}增长", "%", "导入", 14), Head("GDP 增长", "%", "导入", 14), Head("状态", width=22),
        )  # fmt: skip
        name = f"分区_{''.join(letter for letter in zone.zone.zh if letter.isalnum())}"[:31]
        sheet = table_sheet(
            name, f"{zone.zone.zh}：协同增长", heads, color=PRESENTATION, notice=self.notice, left=self.left
        )
        mine = [county for county in self.found.counties if county.code in zone.shares]
        for place, county in enumerate(mine):
            self._in_zone(sheet, FIRST + place, county, zone)
        row, first, last = FIRST + len(mine), FIRST, FIRST + len(mine) - 1
        sheet.text(row, 1, "按区内面积加权", "total")
        areas = block((first, 4), (last, 4))
        for column, value in ((5, zone.growth), (6, zone.product_growth)):
            given = {
                shares_weighted.name: f"SUMPRODUCT({areas},{block((first, column), (last, column))})", shares_together.name: f"SUM({areas})",
            }  # fmt: skip
            sheet.put(row, column, _step(mean_by_share, given, value, "share"))
        for state, names in zone.states.items():
            sheet.notes.append(f"{state}：{len(names)} 县（{'、'.join(names)}）。")
        sheet.notes.append("县的增长率是全县的：没有分区的核算，县内各区不分开；加权只按面积。")
        if zone.zone.inside:
            sheet.notes.append("这一类区位于别的区之内，与它们重叠，各类不相加。")
        return sheet

    def _in_zone(self, sheet: Sheet, row: int, county: CountyGrowth, zone: ZoneGrowth) -> None:
        sheet.text(row, 0, county.code, "code")
        sheet.text(row, 1, county.zh)
        sheet.put(row, 2, TypedNumber(zone.shares[county.code], "share"))
        area = zone.areas.get(county.code)
        whole = self.of.result.coverage.county_area(county.code, str(max(self.of.file.after)))
        sheet.put(row, 3, Text(WORDS["missing"], "missing") if whole is None else TypedNumber(whole, "money"))
        given = {share_of_class.name: a1(row, 2), area_of_county.name: a1(row, 3)}
        sheet.put(row, 4, _step(area_of_class, given, area, "money"))
        for column, name, value in ((5, "growth", county.growth), (6, "product growth", county.product_growth)):
            source = Address(MAIN, self.row_of[county.code], self.column[name]).full
            missing = Text(WORDS["missing"], "missing")
            sheet.put(
                row, column, missing if value is None else LiveFormula(imported(source), value, "import", "share")
            )
        sheet.text(row, 7, county.state or WORDS["missing"])


class _MainRow:
    """One row of the main sheet, by the names of its columns."""

    def __init__(self, sheet: Sheet, row: int, column: Mapping[str, int]) -> None:
        self.sheet, self.row, self.column = sheet, row, column

    def cell(self, name: str) -> str:
        return a1(self.row, self.column[name])

    def cells(self, names: Mapping[str, str]) -> dict[str, str]:
        return {quantity: self.cell(name) for quantity, name in names.items()}

    def content(self, name: str, content: Content) -> None:
        self.sheet.put(self.row, self.column[name], content)

    def number(self, name: str, value: float | None, style: str, *, blank: bool = False) -> None:
        if value is not None:
            self.content(name, TypedNumber(value, style))  # type: ignore[arg-type] # a style
        elif not blank:
            self.content(name, Text(WORDS["missing"], "missing"))

    def step(self, name: str, tree: Formula, given: Mapping[str, str], value: float | None, style: str) -> None:
        self.content(name, _step(tree, given, value, style))


def _step(tree: Formula, given: Mapping[str, str], value: float | None, style: str) -> Content:
    """A formula as a live cell, or the word for missing."""
    if value is None:
        return Text(WORDS["missing"], "missing")

    def cell(item: Quantity) -> str:
        return given[item.name]

    return LiveFormula(excel(checked(tree).expr, cell, factor=str), value, "step", style, scale=abs(value) + 1)  # type: ignore[arg-type] # a style


__all__ = ["amount_name", "co_growth_sheets", "compared", "plain", "rate"]
