"""Co-growth and planning targets as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from qhgep.assessments.co_growth import CoGrowth, CountyGrowth, ZoneGrowth
from qhgep.assessments.targets import AssessedTargets, TargetState
from qhgep.envelope import Envelope, Header, JsonModel, enveloped
from qhgep.result_files.account import account_header

CO_GROWTH, TARGETS = "co_growth", "targets"


class YearJson(JsonModel):
    """GEP (or what is compared of it) and GDP of one year, in yuan: at the prices of the account, and of `product_year`."""

    year: int
    amount: float | None
    product: float | None


class CountyGrowthJson(JsonModel):
    """A county (`CountyGrowth`); rates as parts of 1, directions as 1, 0, -1 of GEP and GDP."""

    county_code: str
    years: tuple[YearJson, ...]
    left_out: tuple[str, ...]
    weather: float | None
    growth: float | None
    product_growth: float | None
    elasticity: float | None
    directions: tuple[int, int] | None
    state: str
    weights: tuple[float, float] | None
    weighted: float | None
    evidence: str
    reasons: tuple[str, ...]


class ZoneGrowthJson(JsonModel):
    """A class of zones (`ZoneGrowth`)."""

    zone: str
    zh: str
    shares: dict[str, float]
    growth: float | None
    product_growth: float | None
    states: dict[str, tuple[str, ...]]


class CoGrowthBody(JsonModel):
    """How GEP and GDP grow together (`CoGrowth`), by criteria that are named."""

    criteria: str
    basis: str
    growth_by: str
    before: tuple[int, ...]
    after: tuple[int, ...]
    product_year: int
    counties: tuple[CountyGrowthJson, ...]
    zones: tuple[ZoneGrowthJson, ...]


class TargetStateJson(JsonModel):
    """What is known of a target of a plan (`TargetState`)."""

    target: str
    zh: str
    unit: str
    kind: str
    direction: str
    base: str
    asked: str
    source: str
    at: str
    county_code: str
    year: int | None
    value: str
    value_source: str
    value_evidence: str
    reached: str
    against_base: str


class TargetsBody(JsonModel):
    """All targets of a plan, each with what is known of it."""

    targets: tuple[TargetStateJson, ...]


def co_growth_file(found: CoGrowth) -> Envelope[CoGrowthBody]:
    """The assessment of an account."""
    of = found.assessment
    body = CoGrowthBody(
        criteria=of.criteria.zh, basis=of.criteria.basis, growth_by=of.file.growth, before=tuple(of.file.before),
        after=tuple(of.file.after), product_year=of.file.product_year, counties=tuple(map(_county, found.counties)),
        zones=tuple(map(_zone, found.zones)),
    )  # fmt: skip
    header = account_header(of.result)
    files = {**header.created_from.files, **of.hashes}
    made_from = header.created_from.model_copy(update={"files": files, "run_ids": {"account": of.result.run_id}})
    own = {"run_id": None, "title": of.file.title, "created_from": made_from}
    return enveloped(CO_GROWTH, body, header.model_copy(update=own))


def targets_file(found: AssessedTargets) -> Envelope[TargetsBody]:
    """The targets of a plan."""
    return enveloped(TARGETS, TargetsBody(targets=tuple(_targets(found.states))), Header())


def _county(county: CountyGrowth) -> CountyGrowthJson:
    years = sorted({*county.amounts, *county.products})
    return CountyGrowthJson(
        county_code=county.code,
        years=tuple(
            YearJson(year=year, amount=county.amounts.get(year), product=county.products.get(year)) for year in years
        ),
        left_out=county.left_out, weather=county.weather, growth=county.growth, product_growth=county.product_growth,
        elasticity=county.elasticity, directions=county.directions, state=county.state, weights=county.weights,
        weighted=county.weighted, evidence=county.evidence, reasons=tuple(item.text("zh") for item in county.reasons),
    )  # fmt: skip


def _zone(zone: ZoneGrowth) -> ZoneGrowthJson:
    return ZoneGrowthJson(
        zone=zone.zone.id, zh=zone.zone.zh, shares=dict(zone.shares), growth=zone.growth,
        product_growth=zone.product_growth, states=dict(zone.states),
    )  # fmt: skip


def _targets(found: Iterable[TargetState]) -> Iterable[TargetStateJson]:
    for state in found:
        target, seen = state.target, state.seen
        yield TargetStateJson(
            target=target.id, zh=target.zh, unit=target.unit, kind=target.kind, direction=target.direction, base=target.base,
            asked=state.asked, source=target.source, at=target.at, county_code=seen.county_code if seen else "",
            year=seen.year if seen else None, value=seen.value if seen else "", value_source=seen.source if seen else "",
            value_evidence=seen.evidence if seen else "", reached=state.reached, against_base=state.against_base,
        )  # fmt: skip


__all__ = ["CO_GROWTH", "TARGETS", "CoGrowthBody", "TargetsBody", "co_growth_file", "targets_file"]
