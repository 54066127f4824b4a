"""What legal checks ask of a plan: the transfer, its use, the contract, the performance targets.

A key that is left out is not known: its check answers 无法核验 and names the key.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.rules.schema import STRICT, ByRecipient

EventKind = Literal[
    "received", "approved", "passed_on", "published", "advance_notice", "input_approved", "paid", "reported_back", "posted"
]  # fmt: skip
TargetKind = Literal[
    "quantity", "quality", "timeliness", "cost", "economic", "social", "ecological", "sustained", "satisfaction"
]


class Event(BaseModel):
    """A fact that legal checks need; `amount` is yuan text. `approved` is the day on which the budget was approved."""

    model_config = STRICT
    kind: EventKind
    date: dt.date
    document: str = ""
    amount: str = ""


class Transfer(BaseModel):
    """What kind of money is divided, and how it is issued.

    `level`: `central` issues its own budget, `province` passes on what it received, `own` issues a local budget.
    `advance_base` (yuan) is what an advance notice is a share of; `last_year` (yuan by recipient) what a guarantee of last
    year's amount compares with. `published_detail` says down to what was published.
    """

    model_config = STRICT
    kind: Literal["general", "special"] | None = None
    level: Literal["central", "province", "own"] | None = None
    fund: Literal["key_zone", "forest", "grassland", "returning_cropland", "stewards", "basin", "other"] | None = None
    issuer: str = ""
    issuer_kind: Literal["finance", "other"] | None = None
    earmark: Literal["earmarked", "free"] | None = None
    matching_required: bool | None = None
    matching_basis: str = ""
    serves_as_match: bool | None = None
    settled_at_actual: bool | None = None
    advance_base: str = ""
    published_detail: Literal["none", "region", "region_and_project"] | None = None
    not_below_last_year: bool | None = None
    last_year: ByRecipient = {}
    expires: dt.date | None = None
    evaluated: bool | None = None


class Use(BaseModel):
    """How the money was used, as the finance bureau or an auditor found it.

    `due` is the day by which it had to be paid, `duplicates` the number of parcels or persons paid twice (0: compared and
    none found), `duplicates_basis` who compared what.
    """

    model_config = STRICT
    changed: bool | None = None
    change_basis: str = ""
    prescribed: bool | None = None
    due: dt.date | None = None
    pooled: bool | None = None
    priority: bool | None = None
    misuse: Literal["none", "corrected", "not_corrected"] | None = None
    measure: Literal["delayed", "reduced", "stopped", "recovered"] | None = None
    duplicates: int | None = None
    duplicates_basis: str = ""
    posted_area: bool | None = None
    posted_amount: bool | None = None


class Contract(BaseModel):
    """The seven items of a compensation agreement; the second has three parts (target, monitoring, index)."""

    model_config = STRICT
    scope: str = ""
    target: str = ""
    monitoring: str = ""
    index: str = ""
    duties: str = ""
    payment: str = ""
    term: str = ""
    breach: str = ""
    other: str = ""


class PerformanceTarget(BaseModel):
    """One performance target: what kind it is, what is measured, and the value as text with its unit and basis."""

    model_config = STRICT
    kind: TargetKind
    zh: str
    value: str = ""
    unit: str = ""
    basis: str = ""
