"""The terms of steps that divide a pool, as a plan writes them (SCHEMAS.md)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

STRICT = ConfigDict(strict=True, frozen=True, extra="forbid")
AS_TUPLE = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
ByCode = dict[str, str]
"""Parameters by recipient: number text, or `row:` with the id of a coefficient row."""


class WeightedStep(BaseModel):
    """Divide the pool by weighted shares of factors. Shares are rounded only where the plan states `decimals`.

    `decimals_basis` is the document that says to how many places.
    """

    model_config = STRICT
    id: str
    rule: Literal["weighted"]
    weights: ByCode
    decimals: int | None = Field(default=None, ge=4, le=8)
    decimals_basis: str = ""
    basis: str = ""


class FloorStep(BaseModel):
    """Raise recipients to a least amount (yuan text); the others share what remains as before."""

    model_config = STRICT
    id: str
    rule: Literal["floor"]
    amounts: ByCode
    basis: str = ""


class BaseIncrementStep(BaseModel):
    """Last year's amounts (yuan) as a guarantee, and the growth divided by weighted shares of factors.

    Where the pool is less than the guarantees, `cuts` says how: `refuse` stops, `by_base` shares the pool by the
    guarantees, with `cuts_basis`. Shares are rounded as in `weighted`.
    """

    model_config = STRICT
    id: str
    rule: Literal["base_increment"]
    base: ByCode
    weights: ByCode
    decimals: int | None = Field(default=None, ge=4, le=8)
    decimals_basis: str = ""
    cuts: Literal["refuse", "by_base"] = "refuse"
    cuts_basis: str = ""
    basis: str = ""


class TiltStep(BaseModel):
    """Multiply the share of each recipient, and divide again by what comes out."""

    model_config = STRICT
    id: str
    rule: Literal["tilt"]
    multipliers: ByCode
    basis: str = ""


class PhaseInStep(BaseModel):
    """The amounts so far with the share of the plan's year, those of the `old` formula (yuan) with the rest."""

    model_config = STRICT
    id: str
    rule: Literal["phase_in"]
    shares: ByCode
    old: ByCode
    basis: str = ""


class TopUpStep(BaseModel):
    """Fixed amounts (yuan) on top for some recipients; what remains of the pool is shared as before."""

    model_config = STRICT
    id: str
    rule: Literal["top_up"]
    amounts: ByCode
    basis: str = ""


class AwardPenaltyStep(BaseModel):
    """Awards and penalties by class: yuan, or with `of` a share of these amounts (yuan); the rest is shared as before."""

    model_config = STRICT
    id: str
    rule: Literal["award_penalty"]
    table: ByCode
    classes: ByCode
    of: ByCode = {}
    basis: str = ""


class CapStep(BaseModel):
    """Most amounts (yuan) of some recipients; the excess is shared by the others, or carried over."""

    model_config = STRICT
    id: str
    rule: Literal["cap"]
    amounts: ByCode
    excess: Literal["share", "carry"]
    basis: str = ""


class BoundsStep(BaseModel):
    """Floors and caps (yuan) together: the others share what remains until nobody is beyond."""

    model_config = STRICT
    id: str
    rule: Literal["bounds"]
    least: ByCode
    most: ByCode
    basis: str = ""


class DeductionStep(BaseModel):
    """A share of some recipients' amounts is taken and carried to the next pool, not divided again."""

    model_config = STRICT
    id: str
    rule: Literal["deduction"]
    shares: ByCode
    basis: str = ""
