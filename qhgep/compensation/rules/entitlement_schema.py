"""The terms of entitlements (bottom-up) and settlements (between governments), as a plan writes them (SCHEMAS.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from qhgep.compensation.rules.schema import AS_TUPLE, STRICT, ByCode

Rounding = Literal["exact", "fen", "yuan", "100yuan", "wan"]


class AreaRateStep(BaseModel):
    """Areas x rates of mutually exclusive categories; a rate is one for all, or by recipient.

    Areas are in `unit`, rates in CNY per `unit`; persons or households may stand for areas. Instead of a table a
    category may name a factor: its figures are converted to `unit` and rounded half up to `decimals` places.

    `total` is the area that a recipient's categories may not exceed together. Amounts are rounded half up to
    `rounded` only where the rule says so.
    """

    model_config = STRICT
    id: str
    rule: Literal["area_rate"]
    areas: dict[str, str | ByCode]
    rates: dict[str, str | ByCode]
    unit: Literal["mu", "ha", "person", "household"] = "mu"
    decimals: int | None = Field(default=None, ge=0, le=4)
    total: ByCode = {}
    rounded: Rounding = "exact"
    basis: str = ""


class PostsWageStep(BaseModel):
    """Posts x monthly wage x months; the rest of `base_share` is paid for posts that passed their assessment.

    Without `passed` the assessment is still to come and only the base is due.
    """

    model_config = STRICT
    id: str
    rule: Literal["posts_wage"]
    posts: ByCode
    wage: str
    months: str
    base_share: str
    passed: ByCode | None = None
    basis: str = ""


class InstalmentsStep(BaseModel):
    """Rates (CNY/mu) by instalment year, counted from the task year, paid for certified areas only.

    `tasks` and `certified` are areas (mu) by task year and recipient.
    """

    model_config = STRICT
    id: str
    rule: Literal["instalments"]
    rates: ByCode
    tasks: dict[str, ByCode]
    certified: dict[str, ByCode]
    basis: str = ""


class HouseholdLimitsStep(BaseModel):
    """The least and the most yuan of a household (an anonymous key), one for all or by household.

    It limits what the steps before it come to; what a cap cuts stays in the pot of the county.
    """

    model_config = STRICT
    id: str
    rule: Literal["household_limits"]
    least: str | ByCode
    most: str | ByCode
    basis: str = ""


class Fund(BaseModel):
    """Money of one source: its earmark (empty: none) and yuan by recipient; `deducted` takes it off the sum."""

    model_config = STRICT
    earmark: str = ""
    amounts: ByCode
    deducted: bool = False
    basis: str = ""


class PooledSumStep(BaseModel):
    """The sum of funds by recipient; each keeps its earmark, nothing is divided again."""

    model_config = STRICT
    id: str
    rule: Literal["pooled_sum"]
    funds: dict[str, Fund] = Field(min_length=1)
    basis: str = ""


class Change(BaseModel):
    """What a settlement adds for a change: `found` (percent) x `rate` (yuan per percent) between `low` and `high` (yuan)."""

    model_config = STRICT
    found: str
    rate: str
    low: str
    high: str


class ClassIndexStep(BaseModel):
    """A contract between two: yuan by the class of a section, and by the change of an index; positive: `payer` pays."""

    model_config = STRICT
    id: str
    rule: Literal["class_index"]
    payer: str
    receiver: str
    section_class: str
    classes: ByCode
    change: Change | None = None
    basis: str = ""


class Section(BaseModel):
    """Where this section fails, the share `moved` of what the losers receive together goes to others by the shares `to`.

    `loser` is one, or several with the shares of the cut that each bears (a common section); who bears none is no loser.
    """

    model_config = STRICT
    loser: str | ByCode
    moved: str
    to: ByCode

    @property
    def losers(self) -> dict[str, str]:
        """Who loses, with the share of the cut that each bears."""
        return {self.loser: "1"} if isinstance(self.loser, str) else self.loser


class FixedSplitStep(BaseModel):
    """A fund that is paid in and received in fixed proportions; sections that failed move what is received."""

    model_config = STRICT
    id: str
    rule: Literal["fixed_split"]
    fund: str
    pay: ByCode
    receive: ByCode
    sections: dict[str, Section] = {}
    failed: Annotated[tuple[str, ...], AS_TUPLE] = ()
    basis: str = ""
