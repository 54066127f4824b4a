"""How GEP and GDP grow together, county by county: over means of years, or between two years without the weather.

GEP is at the prices of its account and compared over equal coverage only; GDP is carried from one year by the county's own
real index. Nothing is said of a county whose figures do not allow it; the reason stands in its place. All arithmetic is
that of `qhgep.catalogue.growth`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from qhgep.assessments.assessment import Assessment, read_assessment
from qhgep.assessments.criteria import ZoneClass
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
from qhgep.difference.causes import PeriodSide, period_causes
from qhgep.engine.comparable import Reaches, same_reach
from qhgep.engine.growth import number_of
from qhgep.errors import AccountError, Language
from qhgep.evidence import weakest
from qhgep.inputs import County, Input
from qhgep.phrases import phrase
from qhgep.ruleset_store.ruleset import IndicatorLine
from qhgep.text_tables import in_one_line

Side = tuple[float, float]
"""A figure of the years before and of the years after."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something cannot be said of a county: the key of a text of `messages/phrases/assessments`, and its facts."""

    key: str
    facts: tuple[tuple[str, str], ...] = ()

    def text(self, language: Language) -> str:
        """The reason in words."""
        return phrase(f"assessments.{self.key}", language, **dict(self.facts))


def _reason(key: str, **facts: str) -> Reason:
    return Reason(key, tuple(facts.items()))


@dataclass(frozen=True)
class CountyGrowth:
    """One county: GEP and GDP by year, their means and growth, and what these are together. None where it cannot be said."""

    code: str
    zh: str
    amounts: Mapping[int, float | None]
    """GEP (or the indicators that are compared) by year, in the prices of the account."""
    products: Mapping[int, float | None]
    """GDP by year, in the prices of `product_year`."""
    left_out: tuple[str, ...]
    """Indicators that do not cover the same in all years, where it was decided to compare the others."""
    means: Side | None = None
    product_means: Side | None = None
    weather: float | None = None
    """What weather did of the change, where growth is judged without it."""
    growth: float | None = None
    product_growth: float | None = None
    elasticity: float | None = None
    directions: tuple[int, int] | None = None
    state: str = ""
    weights: Side | None = None
    """The weights of the growth of GEP and of GDP, by the zones of the county."""
    weighted: float | None = None
    evidence: str = ""
    reasons: tuple[Reason, ...] = ()
    """Why something of it is missing."""


@dataclass(frozen=True)
class ZoneGrowth:
    """A class of zones: its counties with the share of each, and their growth weighted by the area that lies in the class."""

    zone: ZoneClass
    shares: Mapping[str, float]
    areas: Mapping[str, float]
    """County -> hectares in the class, for counties of known area."""
    growth: float | None
    product_growth: float | None
    states: Mapping[str, tuple[str, ...]]
    """State -> the counties that are in it, whatever their share."""


@dataclass(frozen=True)
class CoGrowth:
    """The assessment of an account: every county, and every class of zones that has a share in one."""

    assessment: Assessment
    counties: tuple[CountyGrowth, ...]
    zones: tuple[ZoneGrowth, ...] = field(default=())
    __repr__ = in_one_line


def co_growth(assessment: Assessment | str | Path, *, inside: str | Path | None = None) -> CoGrowth:
    """How GEP and GDP of each county of an assessment grow together (`read_assessment` says what its file holds).

    Raises AccountError with every fault of the files.
    """
    if not isinstance(assessment, Assessment):
        assessment = read_assessment(assessment, inside=inside)
    judge = _Judge(assessment)
    counties = tuple(judge.county(county) for county in assessment.result.account.counties)
    return CoGrowth(assessment, counties, tuple(_zones(assessment, counties)))


class _Judge:
    def __init__(self, of: Assessment) -> None:
        self.of, self.reaches = of, Reaches(of.result)
        self.weather = self._weather() if of.file.growth == "less_weather" else {}

    def county(self, county: County) -> CountyGrowth:
        """One county, as far as its figures reach."""
        reasons: list[Reason] = []
        lines, left_out = self._lines(county.code, reasons)
        amounts = {year: self._amount(county.code, year, lines) for year in self.of.years}
        products = self._products(county.code, reasons)
        if lines and None in amounts.values():
            gone = "、".join(str(year) for year, amount in amounts.items() if amount is None)
            reasons.append(_reason("no_amount", years=gone))
        means, product_means = self._means(amounts), self._means(products)
        weather = self._weather_of(county.code, reasons)
        grown = self._grown(means, weather)
        product = None if product_means is None else _positive_change(*product_means)
        if means is not None and means[0] <= 0:
            reasons.append(_reason("not_positive"))
        near = float(self.of.criteria.near_zero)
        directions = None if grown is None or product is None else (_direction(grown, near), _direction(product, near))
        elasticity = None
        if directions is not None and directions[1] != 0:
            elasticity = number_of(elasticity_of_growth, {growth.name: grown, product_growth.name: product})
        elif directions is not None:
            reasons.append(_reason("product_level"))
        weights = self._weights(county.code, reasons)
        return CountyGrowth(
            county.code, county.zh, amounts, products, left_out, means, product_means, weather, grown, product, elasticity,
            directions, "" if directions is None else self.of.criteria.states.name(*directions), weights,
            _weighted(grown, product, weights), self._evidence(county.code, lines), tuple(reasons),
        )  # fmt: skip

    # --- GEP ---

    def _lines(self, code: str, reasons: list[Reason]) -> tuple[list[IndicatorLine], tuple[str, ...]]:
        """The indicators that cover the same in all years: all of them, or by decision those that do."""
        ruleset = self.of.result.account.ruleset
        unlike = [line for line in ruleset.indicators if not self._is_alike(line, code)]
        kept = [line for line in ruleset.indicators if line not in unlike]
        names = tuple(ruleset.zh_of(line.id) for line in unlike)
        if not unlike:
            return kept, ()
        if self.of.file.common is None or not kept:
            reasons.append(_reason("coverage", indicators="、".join(names)))
            return [], names
        return kept, names

    def _is_alike(self, line: IndicatorLine, code: str) -> bool:
        reaches = [self.reaches.of(line, code, str(year)) for year in self.of.years]
        if all(reach.state == "missing" for reach in reaches):
            return True
        return all(same_reach([one], [other]) for one, other in pairwise(reaches))

    def _amount(self, code: str, year: int, lines: Sequence[IndicatorLine]) -> float | None:
        known = [
            value
            for line in lines
            if (value := self.of.result.value(line.value, county=code, period=str(year), item=line.item).value)
            is not None
        ]
        return math.fsum(known) if known else None

    def _evidence(self, code: str, lines: Sequence[IndicatorLine]) -> str:
        """The weakest evidence of what is judged: the indicators in all years, GDP, and the shares of zones."""
        years = [str(year) for year in self.of.years]
        found = [
            self.of.result.value(line.value, county=code, period=year, item=line.item).evidence
            for line in lines
            for year in years
        ]
        found += [row.evidence for row in self._rows(code)]
        known = [level for level in found if level]
        return weakest(known) if known else ""

    def _rows(self, code: str) -> Iterator[Input]:
        if code in self.of.products:
            yield self.of.products[code]
        yield from (row for (county, _), row in self.of.indices.items() if county == code)
        yield from self.of.zones[code].values()

    # --- weather ---

    def _weather(self) -> dict[str, float | None]:
        """County -> what weather did; None where it cannot be told from what changes from year to year."""
        (before,), (after,) = self.of.file.before, self.of.file.after
        result = self.of.result
        sides = [PeriodSide(result, str(year), str(year), result.run_id) for year in (before, after)]
        try:
            found = period_causes(*sides)
        except AccountError:
            return {}
        effects: dict[str, float | None] = {place.code: 0.0 for place in found.old}
        for step in found.bridge:
            for place, amount in step.amounts.items():
                if amount and step.kinds == ("interannual",):
                    effects[place.code] = None
                elif amount and step.kinds == ("weather",):
                    effects[place.code] = float(amount)
        return effects

    def _weather_of(self, code: str, reasons: list[Reason]) -> float | None:
        if self.of.file.growth != "less_weather":
            return None
        found = self.weather.get(code)
        if found is None:
            reasons.append(_reason("interannual"))
        return found

    def _grown(self, means: Side | None, weather: float | None) -> float | None:
        if means is None or means[0] <= 0:
            return None
        if self.of.file.growth != "less_weather":
            return _positive_change(*means)
        if weather is None:
            return None
        given = {amount_before.name: means[0], amount_after.name: means[1], weather_effect.name: weather}
        return number_of(weather_free_change, given)

    # --- GDP ---

    def _products(self, code: str, reasons: list[Reason]) -> dict[int, float | None]:
        """GDP of every judged year: the year that is stated, carried on and back by the index of each year."""
        of, base = self.of, self.of.file.product_year
        stated = of.products.get(code)
        found: dict[int, float | None] = {base: _exact(stated)}
        if found[base] is None:
            reasons.append(_reason("no_product", year=str(base)))
        gone = [year for year in of.chain[1:] if _exact(of.indices.get((code, year))) is None]
        if gone:
            reasons.append(_reason("no_index", years="、".join(map(str, gone))))
        for year in range(base + 1, of.chain[-1] + 1):
            index = _exact(of.indices.get((code, year)))
            given = {product_year_before.name: found[year - 1], own_product_index.name: index}
            found[year] = number_of(chained_on, given)
        for year in range(base - 1, of.chain[0] - 1, -1):
            index = _exact(of.indices.get((code, year + 1)))
            given = {product_year_after.name: found[year + 1], next_product_index.name: index}
            found[year] = number_of(chained_back, given)
        return {year: found[year] for year in of.chain}

    def _means(self, values: Mapping[int, float | None]) -> Side | None:
        found = [_mean([values[year] for year in years]) for years in (self.of.file.before, self.of.file.after)]
        before, after = found
        return None if before is None or after is None else (before, after)

    # --- zones ---

    def _weights(self, code: str, reasons: list[Reason]) -> Side | None:
        """The weights of a county: those of its classes by their shares; classes that lie inside others do not count."""
        shares = {
            name: share
            for name, row in self.of.zones[code].items()
            if (share := _exact(row)) is not None and not self.of.criteria.classes[name].inside
        }
        if not shares or math.fsum(shares.values()) <= 0:
            reasons.append(_reason("no_zone"))
            return None
        classes = self.of.criteria.classes
        amount = _by_share({name: float(classes[name].amount) for name in shares}, shares)
        product = _by_share({name: float(classes[name].product) for name in shares}, shares)
        return None if amount is None or product is None else (amount, product)


def _zones(of: Assessment, counties: Sequence[CountyGrowth]) -> Iterator[ZoneGrowth]:
    """Every class that has a share in a county; the growth over its area, where that of every county in it is known."""
    last = str(max(of.file.after))
    for zone in of.criteria.zone:
        shares = {
            county.code: share
            for county in counties
            if (row := of.zones[county.code].get(zone.id)) is not None and (share := _exact(row))
        }
        if not shares:
            continue
        mine = [county for county in counties if county.code in shares]
        areas: dict[str, float] = {}
        for county in mine:
            hectares = of.result.coverage.county_area(county.code, last)
            inside = number_of(area_of_class, {share_of_class.name: shares[county.code], area_of_county.name: hectares})
            if inside is not None:
                areas[county.code] = inside
        states: dict[str, tuple[str, ...]] = {}
        for county in mine:
            if county.state:
                states[county.state] = (*states.get(county.state, ()), county.zh)
        whole = len(areas) == len(mine)
        grown = _by_share({county.code: county.growth for county in mine}, areas) if whole else None
        product = _by_share({county.code: county.product_growth for county in mine}, areas) if whole else None
        yield ZoneGrowth(zone, shares, areas, grown, product, states)


# --- readings of the formulas ---


def _exact(row: Input | None) -> float | None:
    return None if row is None or row.exact is None else float(row.exact)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return number_of(mean_of_years, {amounts_together.name: math.fsum(known), years_together.name: float(len(known))})


def _positive_change(before: float, after: float) -> float | None:
    return number_of(relative_change, {amount_before.name: before, amount_after.name: after}) if before > 0 else None


def _direction(rate: float, near: float) -> int:
    found = number_of(direction_of_growth, {growth.name: rate, near_zero.name: near})
    return int(found or 0.0)


def _by_share(values: Mapping[str, float | None], shares: Mapping[str, float]) -> float | None:
    known = [(value, shares[name]) for name, value in values.items() if value is not None]
    if len(known) < len(values) or not known:
        return None
    weighted = math.fsum(value * share for value, share in known)
    return number_of(
        mean_by_share,
        {shares_weighted.name: weighted, shares_together.name: math.fsum(share for _, share in known)},
    )


def _weighted(grown: float | None, product: float | None, weights: Side | None) -> float | None:
    if weights is None:
        return None
    given = {
        growth.name: grown, product_growth.name: product, weight_of_amount.name: weights[0], weight_of_product.name: weights[1],
    }  # fmt: skip
    return number_of(weighted_growth_of, given)


__all__ = ["CoGrowth", "CountyGrowth", "ZoneGrowth", "co_growth"]
