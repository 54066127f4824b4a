"""The terms of payment in a plan: phases of an amount, and money carried over from earlier plans."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from qhgep.compensation.rules.schema import AS_TUPLE, STRICT, ByRecipient


class Phase(BaseModel):
    """One payment of each amount: a `share` of it, rounded down, or `amounts` (yuan); the last phase is the rest."""

    model_config = STRICT
    id: str
    zh: str
    share: str = ""
    amounts: ByRecipient = {}
    basis: str = ""


class CarryLine(BaseModel):
    """Money that was carried over: its fund, the year it was first issued in, and yuan."""

    model_config = STRICT
    fund: str
    origin_year: int
    amount: str


class CarryIn(BaseModel):
    """Money in the pool that an earlier plan carried over: `amount` (yuan), by the hash of that plan's JSON `file`.

    `line` says what it is made of. What is older than `years` must be returned, on the ground of `basis`.
    """

    model_config = STRICT
    source: str = Field(default="", alias="from")
    file: str = ""
    amount: str = ""
    years: int | None = Field(default=None, ge=1)
    basis: str = ""
    line: Annotated[tuple[CarryLine, ...], AS_TUPLE] = ()


class PreviousPayments(BaseModel):
    """What each recipient got last time (yuan text), for comparison; a recipient that is not listed is missing."""

    model_config = STRICT
    period: str = ""
    document: str = ""
    amounts: ByRecipient = {}
