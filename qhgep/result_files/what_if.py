"""The answers of what-if as JSON: amounts in fen, ends of ranges as fractions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from hashlib import sha256

from qhgep.compensation.what_if.answers import Answers
from qhgep.compensation.what_if.effect import PaymentEffect
from qhgep.compensation.what_if.pool import Shortfall, SmallestPool
from qhgep.compensation.what_if.rows import AllRows, RowEffect
from qhgep.compensation.what_if.weights import End, Ranges, WeightRanges
from qhgep.envelope import CreatedFrom, Envelope, Header, JsonModel, Place, enveloped
from qhgep.errors import Language
from qhgep.result_files.allocation import allocation_header
from qhgep.result_files.common import ProblemJson, problems_json

KIND, ROWS, ALL_ROWS = "what_if", "what_if_rows", "what_if_all_rows"


class ShortfallJson(JsonModel):
    """Who is below last year, in fen."""

    county_code: str
    fen: int
    previous_fen: int


class SmallestPoolJson(JsonModel):
    """The smallest pool with nobody below last year, and the one from which on nobody ever is (`SmallestPool`)."""

    present_fen: int
    smallest_fen: int | None
    safe_fen: int
    safe_exact: bool
    largest_fen: int | None
    now: tuple[ShortfallJson, ...]
    below_smallest: tuple[ShortfallJson, ...]
    below_safe: tuple[ShortfallJson, ...]


class ChangeJson(JsonModel):
    """What a recipient gets now and then; `exact_yuan` is the change before rounding."""

    county_code: str
    fen: int
    then_fen: int
    change_fen: int
    exact_yuan: Fraction


class EffectJson(JsonModel):
    """What more money means: the changes, and of what is not paid out; `closes` where they add up to it."""

    more_fen: int
    pool_fen: int
    carried_fen: int
    retained_fen: int
    gap_fen: int
    closes: bool
    rows: tuple[ChangeJson, ...]


class EndJson(JsonModel):
    """An end of a range and the recipients who decide it."""

    exact: Fraction
    number: float
    recipients: tuple[str, ...]


class RangeJson(JsonModel):
    """Where something holds, both ends with it."""

    low: EndJson
    high: EndJson


class WeightRangesJson(JsonModel):
    """A weight and where it may lie; `no_loss_last_year` is null where last year's amounts are not known."""

    factor: str
    zh: str
    weight: Fraction
    no_loss_present: tuple[RangeJson, ...]
    ranking: tuple[RangeJson, ...]
    no_loss_last_year: tuple[RangeJson, ...] | None = None


class WhatIfBody(JsonModel):
    """The answers about a plan; null where there is none, and `unanswered` says why."""

    plan: str
    previous: str | None
    smallest_pool: SmallestPoolJson | None
    more: EffectJson | None
    weights: tuple[WeightRangesJson, ...]
    unanswered: tuple[ProblemJson, ...]


class ChangedRowJson(JsonModel):
    """A coefficient row, its value as printed, and the one in its place."""

    row: str
    key: str
    unit: str
    value: str
    then_value: str


class ChangedPaymentJson(JsonModel):
    """What a recipient gets now and then, in fen."""

    recipient: str
    fen: int
    then_fen: int
    change_fen: int


class RowEffectBody(JsonModel):
    """What a plan pays with other values of some rows; `unread` are rows that no account of it reads."""

    rows: tuple[ChangedRowJson, ...]
    unread: tuple[str, ...]
    recipients: tuple[ChangedPaymentJson, ...]


class MovedJson(JsonModel):
    """What one row moves, in fen by recipient."""

    row: str
    key: str
    ecosystem: str
    change_fen: Mapping[str, int]


class AllRowsBody(JsonModel):
    """What every row that the accounts read would move if it were so many per cent higher."""

    percent: str
    rows: tuple[MovedJson, ...]
    still: tuple[str, ...]
    refused: Mapping[str, str]


def row_effect_file(found: RowEffect) -> Envelope[RowEffectBody]:
    """What other values of some rows would pay, with the plan as it is now."""
    rows = tuple(
        ChangedRowJson(row=old.row, key=old.key, unit=old.unit, value=str(old.value), then_value=str(new.value))
        for old, new in found.rows
    )
    recipients = tuple(
        ChangedPaymentJson(recipient=code, fen=fen, then_fen=found.after.fen[code], change_fen=found.change(code))
        for code, fen in found.before.fen.items()
    )
    body = RowEffectBody(rows=rows, unread=found.unread, recipients=recipients)
    return enveloped(ROWS, body, allocation_header(found.before))


def all_rows_file(found: AllRows) -> Envelope[AllRowsBody]:
    """What each row moves, with the plan as it is now."""
    rows = tuple(
        MovedJson(row=row.row, key=row.key, ecosystem=row.ecosystem, change_fen=dict(moved))
        for row, moved in found.rows
    )
    still = tuple(row.row for row in found.still)
    body = AllRowsBody(percent="1", rows=rows, still=still, refused=dict(found.refused))
    return enveloped(ALL_ROWS, body, allocation_header(found.before))


def what_if_file(found: Answers, language: Language = "zh") -> Envelope[WhatIfBody]:
    """The answers with the plan that they are about."""
    plan = found.plan
    body = WhatIfBody(
        plan=plan.file.name, previous=None if found.before is None else found.before.source,
        smallest_pool=None if found.pool is None else _pool(found.pool),
        more=None if found.effect is None else _effect(found.effect),
        weights=tuple(map(_weight, found.weights)), unanswered=problems_json(found.unanswered, language),
    )  # fmt: skip
    runs = {name: run_id for name, item in found.trial.results.items() if (run_id := getattr(item, "run_id", ""))}
    files = {plan.file.name: sha256(plan.text.encode()).hexdigest()} if plan.text else {}
    header = Header(
        title=plan.title, layer=plan.layer, state=plan.state, periods=(str(plan.period),),
        counties=tuple(Place(code=item.id, zh=item.zh) for item in plan.named_recipients),
        created_from=CreatedFrom(files=files, run_ids=runs),
    )  # fmt: skip
    return enveloped(KIND, body, header)


def _pool(found: SmallestPool) -> SmallestPoolJson:
    return SmallestPoolJson(
        present_fen=found.present, smallest_fen=found.smallest, safe_fen=found.safe, safe_exact=found.safe_exact,
        largest_fen=found.largest, now=_below(found.now), below_smallest=_below(found.below_smallest),
        below_safe=_below(found.below_safe),
    )  # fmt: skip


def _below(found: Iterable[Shortfall]) -> tuple[ShortfallJson, ...]:
    return tuple(ShortfallJson(county_code=one.recipient, fen=one.fen, previous_fen=one.before) for one in found)


def _effect(found: PaymentEffect) -> EffectJson:
    rows = tuple(
        ChangeJson(
            county_code=code, fen=before, then_fen=found.after[code], change_fen=found.change(code), exact_yuan=found.exact[code]
        )
        for code, before in found.before.items()
    )  # fmt: skip
    return EffectJson(
        more_fen=found.more, pool_fen=found.pool, carried_fen=found.carried, retained_fen=found.retained, gap_fen=found.gap,
        closes=found.closes, rows=rows,
    )  # fmt: skip


def _weight(found: WeightRanges) -> WeightRangesJson:
    return WeightRangesJson(
        factor=found.factor, zh=found.zh, weight=found.weight, no_loss_present=_ranges(found.present),
        ranking=_ranges(found.ranking), no_loss_last_year=_ranges(found.last_year) if found.has_last_year else None,
    )  # fmt: skip


def _ranges(found: Ranges) -> tuple[RangeJson, ...]:
    return tuple(RangeJson(low=_end(one.low), high=_end(one.high)) for one in found)


def _end(end: End) -> EndJson:
    return EndJson(exact=end.at, number=float(end.at), recipients=end.by)
