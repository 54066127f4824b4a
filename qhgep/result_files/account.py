"""The result of an account as JSON: its values, its checks, and every decision with its effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from pydantic import AliasChoices, Field

from qhgep.account.hashes import changed_files, file_hashes
from qhgep.decisions.effects import CountyEffect, Effect, effects
from qhgep.engine.current_prices import current_price_rows
from qhgep.engine.result import Result
from qhgep.envelope import CreatedFrom, Envelope, Header, JsonModel, enveloped
from qhgep.errors import Language
from qhgep.result_files.common import ProblemJson, counties_json, problems_json

KIND = "account"


class PartialJson(JsonModel):
    """Why a total is not whole: what it covers, what it lacks, and the share of the area it covers (null: unknown)."""

    covered: tuple[str, ...]
    missing: tuple[str, ...]
    area_share: float | None


class ValueJson(JsonModel):
    """A value; totals over all counties have `county_code` `*`. `presence` says why there is no number where it is null."""

    county_code: str
    period: str
    quantity: str
    method: str
    ecosystem: str
    item: str
    value: float | None
    unit: str
    presence: str
    origin: str
    evidence: str
    partial: PartialJson | None


class CountyEffectJson(JsonModel):
    """What a decision is worth in a county (`*`: in all that are listed) and period, in CNY/year; see `CountyEffect`."""

    county_code: str
    period: str
    total: float | None = Field(validation_alias=AliasChoices("with", "total"), serialization_alias="with")
    without: float | None
    effect: float
    rests: Mapping[str, float]
    lost: tuple[str, ...]


class DecisionJson(JsonModel):
    """A decision with its effect; `basis` says how the amounts came about (a key of `qhgep.decisions.effects.NOTES`)."""

    kind: str
    place: str
    what: str
    quantity: str
    ecosystem: str
    from_period: str
    reason: str
    decided_by: str
    basis: str
    other: str | None = None
    counties: tuple[CountyEffectJson, ...]


class NotCoveredJson(JsonModel):
    """A service that belongs to the account and is not computed."""

    id: str
    zh: str
    category: str
    reason: str


class PairJson(JsonModel):
    """A county and an ecosystem in a period: its area in hm², and the indicators that reach it."""

    county_code: str
    period: str
    ecosystem: str
    area: float | None
    presence: str
    reached_by: tuple[str, ...]


class CountedJson(JsonModel):
    """How many indicators are covered, of how many that apply."""

    covered: int
    applicable: int


class CoverageJson(JsonModel):
    """What the values cover, and on which evidence the accounted value rests, as shares."""

    not_covered: tuple[NotCoveredJson, ...]
    excluded: Mapping[str, str]
    pairs: tuple[PairJson, ...]
    indicators: CountedJson
    evidence_shares: Mapping[str, float]


class PriceRowJson(JsonModel):
    """An indicator or total in constant and in current prices."""

    county_code: str
    period: str
    quantity: str
    unit: str
    constant: float | None
    current: float | None
    current_price_year: int | None
    presence: str
    evidence: str
    why: str


class PricesJson(JsonModel):
    """The decision of [deflate], the index rows it uses, and values in both kinds of prices."""

    price_year: int
    series: str
    reason: str
    decided_by: str
    place: str
    index_rows: tuple[str, ...]
    rows: tuple[PriceRowJson, ...]


class AccountBody(JsonModel):
    """Values sorted by quantity, county, period, ecosystem and item; checks; decisions; coverage; prices with [deflate]."""

    rows: tuple[ValueJson, ...]
    checks: tuple[ProblemJson, ...]
    decisions: tuple[DecisionJson, ...] = ()
    coverage: CoverageJson
    prices: PricesJson | None = None


def account_file(result: Result, language: Language = "zh") -> Envelope[AccountBody]:
    """The result with what it was made from; `checks` in the words of the language."""
    body = AccountBody(
        rows=tuple(ValueJson.model_validate(row) for row in result.rows()),
        checks=problems_json(result.checks, language),
        decisions=tuple(map(_decision, effects(result))),
        coverage=_coverage(result),
        prices=_prices(result),
    )
    return enveloped(KIND, body, account_header(result))


def account_header(result: Result) -> Header:
    """What an account is, and the files whose content it holds."""
    account = result.account
    made_from = CreatedFrom(
        files=file_hashes(account), changed_in_memory=changed_files(account), ruleset=account.ruleset.name,
        known_on=result.known_on, require=account.require,
    )  # fmt: skip
    return Header(
        run_id=result.run_id, title=account.title, layer=account.ruleset.layer, state=account.state,
        periods=tuple(period.name for period in account.periods), counties=counties_json(account.counties), created_from=made_from,
    )  # fmt: skip


def _decision(item: Effect) -> DecisionJson:
    """In each period the sums over the counties (`*`) come first."""
    names = ("kind", "place", "what", "quantity", "ecosystem", "from_period", "reason", "decided_by", "basis")
    periods = dict.fromkeys(line.period for line in item.counties)
    lines = [line for period in periods for line in (item.over(period), *item.of(period))]
    texts = {name: getattr(item, name) for name in names}
    return DecisionJson(**texts, other=item.other or None, counties=tuple(map(_effect, lines)))


def _effect(line: CountyEffect) -> CountyEffectJson:
    return CountyEffectJson(
        county_code=line.county, period=line.period, total=line.total, without=line.without, effect=line.amount,
        rests=line.rests, lost=line.lost,
    )  # fmt: skip


def _coverage(result: Result) -> CoverageJson:
    ruleset = result.account.ruleset
    covered, applicable = result.counted([period.name for period in result.account.periods])
    return CoverageJson(
        not_covered=tuple(
            NotCoveredJson(id=line.id, zh=line.zh, category=line.category, reason=line.reason) for line in ruleset.not_covered
        ),
        excluded=dict(sorted(ruleset.exclude.items())),
        pairs=tuple(
            PairJson(
                county_code=pair.county, period=pair.period, ecosystem=pair.ecosystem, area=pair.area, presence=pair.presence,
                reached_by=pair.reached_by,
            )
            for pair in result.coverage.pairs()
        ),
        indicators=CountedJson(covered=covered, applicable=applicable),
        evidence_shares=dict(result.evidence_shares),
    )  # fmt: skip


def _prices(result: Result) -> PricesJson | None:
    decision = result.account.deflation
    if decision is None:
        return None
    return PricesJson(
        price_year=result.account.price_year, **asdict(decision),
        index_rows=tuple(found.row.row for found in result.indices.values()),
        rows=tuple(PriceRowJson(**row) for row in current_price_rows(result)),
    )  # fmt: skip
