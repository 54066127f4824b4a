"""The terms of steps that divide a pool, as a plan writes them (SCHEMAS.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

STRICT = ConfigDict(strict=True, frozen=True, extra="forbid")
AS_TUPLE = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
ByCode = dict[str, str]
"""Parameters by recipient: number text, or `row:` with the id of a coefficient row."""


class WeightedStep(BaseModel):
    """Divide the pool by weighted shares of factors; shares are rounded to `decimals` places."""

    model_config = STRICT
    id: str
    rule: Literal["weighted"]
    weights: ByCode
    decimals: int = Field(default=8, ge=4, le=8)
    basis: str = ""


class FloorStep(BaseModel):
    """Raise recipients to a least amount (yuan text); the others share what remains as before."""

    model_config = STRICT
    id: str
    rule: Literal["floor"]
    amounts: ByCode
    basis: str = ""
