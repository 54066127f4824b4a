"""What changed between two accounts or plans, and rulesets side by side, as JSON: every amount exactly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial

from qhgep.difference.result import BridgeStep, ComparedPlace, Difference
from qhgep.difference.ruleset_result import Held, RulesetBridge, RulesetComparison, RulesetSide
from qhgep.envelope import CreatedFrom, Envelope, Header, JsonModel, Place, enveloped
from qhgep.errors import Language
from qhgep.result_files.common import Exact, ProblemJson, exact, exact_or_none, number_or_none, problems_json

DIFFERENCE, RULESETS = "difference", "ruleset_comparison"


class ChangeJson(JsonModel):
    """One thing that changed; `-` where it is not there."""

    kind: str
    what: str
    old: str
    new: str


class BridgeStepJson(JsonModel):
    """A step of the bridge over all places; `reason` says why several kinds could not be told apart."""

    kinds: tuple[str, ...]
    reason: str
    total: Exact


class StepAmountJson(Exact):
    """What a step changes in a place."""

    kinds: tuple[str, ...]


class PlaceJson(JsonModel):
    """A place on both sides; its steps add up to the difference."""

    county_code: str
    period: str
    old: Exact
    new: Exact
    difference: Exact
    steps: tuple[StepAmountJson, ...]


class BesideJson(Exact):
    """An amount that only one side has."""

    side: str
    county_code: str
    period: str
    line: str


class CoveredJson(JsonModel):
    """A line of the coverage table."""

    axis: str
    code: str
    zh: str
    side: str
    note: str


class RestJson(JsonModel):
    """What both plans carry over, keep back or lack."""

    line: str
    old: Exact
    new: Exact
    difference: Exact
    steps: tuple[StepAmountJson, ...]


class DifferenceBody(JsonModel):
    """The comparison of two accounts (CNY/year, in the prices of `price_year`) or plans (CNY)."""

    of: str
    a: str
    b: str
    ids: tuple[str, str]
    unit: str
    price_year: int | None
    same: bool
    changes: tuple[ChangeJson, ...]
    bridge: tuple[BridgeStepJson, ...]
    places: tuple[PlaceJson, ...]
    difference: Exact
    beside: tuple[BesideJson, ...]
    coverage: tuple[CoveredJson, ...]
    notes: tuple[str, ...]
    rest: tuple[RestJson, ...] = ()


class CoversJson(JsonModel):
    """What a ruleset says of an indicator."""

    line: str
    zh: str
    status: str
    reason: str
    clause: str
    evidence: str
    methods: tuple[str, ...]
    prices: tuple[str, ...]


class RulesetSideJson(JsonModel):
    """One ruleset over the account; no run where it is a shell, or `problems` keep it from being computed."""

    name: str
    zh: str
    shell: bool
    run_id: str | None
    covers: tuple[CoversJson, ...]
    gaps: tuple[ProblemJson, ...]
    problems: tuple[ProblemJson, ...]


class HeldJson(JsonModel):
    """Physical quantity and value of a line under a ruleset in a place."""

    ruleset: str
    county_code: str
    period: str
    line: str
    quantity: float | None
    unit: str
    value: Exact | None
    presence: str
    partial: bool


class TotalsJson(JsonModel):
    """The totals of a place by ruleset, null where there is none."""

    county_code: str
    period: str
    totals: Mapping[str, Exact | None]


class BridgePlaceJson(JsonModel):
    """A place under both rulesets, with the steps between them."""

    county_code: str
    period: str
    a: Exact
    b: Exact
    steps: Mapping[str, Exact]


class BridgeLineJson(JsonModel):
    """A line in a place: how its difference splits; `note` says why it could not be split."""

    county_code: str
    period: str
    line: str
    note: str
    coverage: Exact
    method: Exact
    price: Exact


class RulesetBridgeJson(JsonModel):
    """The bridge from one ruleset to another."""

    a: str
    b: str
    difference: Exact
    places: tuple[BridgePlaceJson, ...]
    lines: tuple[BridgeLineJson, ...]


class UnusedJson(JsonModel):
    """A decision of the account that some rulesets have no use for."""

    place: str
    what: str
    rulesets: tuple[str, ...]


class RulesetComparisonBody(JsonModel):
    """Rulesets side by side over the inputs of one account."""

    price_year: int
    unit: str
    rulesets: tuple[RulesetSideJson, ...]
    lines: tuple[HeldJson, ...]
    places: tuple[TotalsJson, ...]
    bridges: tuple[RulesetBridgeJson, ...]
    unused: tuple[UnusedJson, ...]


def difference_file(found: Difference) -> Envelope[DifferenceBody]:
    """The comparison with the runs that it is of."""
    periods = tuple(dict.fromkeys(place.period for place in found.old if place.period))
    runs = CreatedFrom(run_ids=dict(zip(("a", "b"), found.ids, strict=True)))
    header = Header(
        title=f"{found.names[0]} → {found.names[1]}", periods=periods, counties=_named(found.zh), created_from=runs
    )
    return enveloped(DIFFERENCE, difference_body(found), header)


def difference_body(found: Difference) -> DifferenceBody:
    """Changes and bridge, without what it was made from."""
    amount = partial(_amount, plan=found.kind == "allocation")
    return DifferenceBody(
        of=found.kind, a=found.names[0], b=found.names[1], ids=found.ids, unit=found.unit, price_year=found.price_year,
        same=found.same,
        changes=tuple(ChangeJson(kind=item.kind, what=item.what, old=item.old, new=item.new) for item in found.lines),
        bridge=tuple(
            BridgeStepJson(kinds=step.kinds, reason=step.reason, total=amount(step.total)) for step in found.bridge
        ),
        places=tuple(
            PlaceJson(
                county_code=place.code, period=place.period, old=amount(found.old[place]), new=amount(found.new[place]),
                difference=amount(found.new[place] - found.old[place]),
                steps=tuple(_step(step, amount(step.amounts[place])) for step in found.bridge),
            )
            for place in found.old
        ),
        difference=amount(found.total),
        beside=tuple(
            BesideJson(
                side=item.side, county_code=item.place.code, period=item.place.period, line=item.line,
                **dict(amount(item.amount)),
            )
            for item in found.beside
        ),
        coverage=tuple(
            CoveredJson(axis=item.axis, code=item.code, zh=item.zh, side=item.side, note=item.note) for item in found.coverage
        ),
        notes=found.notes,
        rest=tuple(
            RestJson(
                line=one.name, old=amount(one.old), new=amount(one.new), difference=amount(one.new - one.old),
                steps=tuple(_step(step, amount(step.rest[one.name])) for step in found.bridge),
            )
            for one in found.rest
        ),
    )  # fmt: skip


def _amount(amount: Fraction, *, plan: bool) -> Exact:
    return Exact(yuan=float(amount), exact=amount, fen=int(amount * 100) if plan else None)


def _step(step: BridgeStep, amount: Exact) -> StepAmountJson:
    return StepAmountJson(kinds=step.kinds, **dict(amount))


def _named(zh: Mapping[str, str]) -> tuple[Place, ...]:
    return tuple(Place(code=code, zh=name) for code, name in zh.items())


def ruleset_comparison_file(found: RulesetComparison, language: Language = "zh") -> Envelope[RulesetComparisonBody]:
    """The rulesets side by side, with the run of each."""
    body = RulesetComparisonBody(
        price_year=found.price_year, unit="CNY/year",
        rulesets=tuple(_side(side, language) for side in found.sides),
        lines=tuple(
            _held(side.name, place, line, held) for side in found.sides for (place, line), held in side.lines.items()
        ),
        places=tuple(
            TotalsJson(
                county_code=place.code, period=place.period,
                totals={side.name: exact_or_none(side.totals.get(place)) for side in found.sides},
            )
            for place in found.places
        ),
        bridges=tuple(map(_bridge, found.bridges)),
        unused=tuple(UnusedJson(place=one.place, what=one.text, rulesets=one.rulesets) for one in found.unused),
    )  # fmt: skip
    runs = {side.name: side.result.run_id for side in found.sides if side.result is not None}
    periods = tuple(dict.fromkeys(place.period for place in found.places))
    header = Header(
        title=found.title, periods=periods, counties=_named(found.zh), created_from=CreatedFrom(run_ids=runs)
    )
    return enveloped(RULESETS, body, header)


def _held(ruleset: str, place: ComparedPlace, line: str, held: Held) -> HeldJson:
    return HeldJson(
        ruleset=ruleset, county_code=place.code, period=place.period, line=line, quantity=number_or_none(held.quantity),
        unit=str(held.unit), value=exact_or_none(held.value), presence=held.presence, partial=held.partial,
    )  # fmt: skip


def _side(side: RulesetSide, language: Language) -> RulesetSideJson:
    covers = tuple(
        CoversJson(
            line=one.line, zh=one.zh, status=one.status, reason=one.reason, clause=one.clause, evidence=one.evidence,
            methods=one.methods, prices=one.prices,
        )
        for one in side.covers.values()
    )  # fmt: skip
    return RulesetSideJson(
        name=side.name, zh=side.zh, shell=side.shell, run_id=None if side.result is None else side.result.run_id, covers=covers,
        gaps=problems_json(side.gaps, language), problems=problems_json(side.problems, language),
    )  # fmt: skip


def _bridge(bridge: RulesetBridge) -> RulesetBridgeJson:
    places = tuple(
        BridgePlaceJson(
            county_code=place.code, period=place.period, a=exact(bridge.old[place]), b=exact(bridge.new[place]),
            steps={step.kinds[0]: exact(step.amounts[place]) for step in bridge.steps},
        )
        for place in bridge.old
    )  # fmt: skip
    lines = tuple(
        BridgeLineJson(
            county_code=one.place.code, period=one.place.period, line=one.line, note=one.note,
            coverage=exact(one.coverage), method=exact(one.method), price=exact(one.price),
        )
        for one in bridge.lines
    )  # fmt: skip
    return RulesetBridgeJson(
        a=bridge.names[0], b=bridge.names[1], difference=exact(bridge.difference), places=places, lines=lines
    )
