"""Areas (or persons, households) by rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from qhgep.compensation.columns.column import Built, Context, Factor
from qhgep.compensation.columns.entitlement import (
    EntitlementProduct,
    Measured,
    added_to_before,
    amount_units,
    product_columns,
    rounded_columns,
)
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import all_or_by_code, by_code
from qhgep.compensation.rules.parameter_check import POSITIVE, check_all_or_table, check_table
from qhgep.compensation.rules.parameters import decimals
from qhgep.compensation.rules.rule import PlanFacts, StepRule
from qhgep.compensation.rules.schema import STRICT, ByRecipient, NamedAs
from qhgep.errors import PlanError, UnitError, problem
from qhgep.money import PAYABLE
from qhgep.readings.exact import exact
from qhgep.units import factor as times
from qhgep.units import unit

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
    areas: Annotated[dict[str, str | ByRecipient], NamedAs("rates")]
    rates: dict[str, str | ByRecipient]
    unit: Literal["mu", "ha", "person", "household"] = "mu"
    decimals: int | None = Field(default=None, ge=0, le=4)
    total: ByRecipient = {}
    rounded: Rounding = "exact"
    basis: str = ""


_MEASURED: Mapping[str, Measured] = {
    "mu": Measured("面积", "标准", "mu"),
    "ha": Measured("面积", "标准", "ha"),
    "person": Measured("人数", "标准", "person"),
    "household": Measured("户数", "标准", "household"),
}
"""What amounts of `area_rate` are measured in, by the unit that the plan declares."""


def area_rate(context: Context, step: AreaRateStep) -> Built:
    """Areas (or persons, households) of each category x its rate, for all or by recipient, added to the amounts before.

    Half up to the unit that `rounded` names, per recipient and over all categories, only where the rule says so.
    """
    lines = area_lines(context, step)
    columns, parts = product_columns(context, step.id, lines, _MEASURED[step.unit], least=step.decimals or 0)
    if step.rounded != "exact":
        added, parts = rounded_columns(step.id, parts, PAYABLE[step.rounded])
        columns += added
    unchecked = ("没有给出总面积，各类面积是否重叠未核对",) if len(lines) > 1 and not step.total else ()
    built = added_to_before(context, step.id, (columns, parts), *unchecked)
    return replace(built, fixes_factors=bool(step.total) and any(line.factor for line in lines))


def area_lines(context: Context, step: AreaRateStep) -> list[EntitlementProduct]:
    """One line for each category. Raises PlanError for a factor of another unit, or areas that are more than the total."""
    lines = [_line(context, step, name) for name in step.areas]
    _decimals(step, lines)
    for code, text in step.total.items():
        together = sum((line.amounts[code] for line in lines), Fraction(0))
        if together > Fraction(text):
            facts = {"recipient": code, "found": f"{float(together):.12g}", "total": text}
            raise PlanError(problem("plan_areas_overlap", step.id, **facts))
    return lines


def _line(context: Context, step: AreaRateStep, name: str) -> EntitlementProduct:
    written = step.areas[name]
    rate = all_or_by_code(context, step.rates.get(name, ""), f"rates.{name}")
    names = ((f"areas.{name}",), (f"rates.{name}",))
    if not isinstance(written, str):
        return EntitlementProduct(name, name, by_code(context, written, f"areas.{name}"), rate, step.basis, *names)
    taken = context.factors[written]
    return EntitlementProduct(name, name, _rounded(step, taken), rate, step.basis, *names, factor=taken)


def _rounded(step: AreaRateStep, taken: Factor) -> Mapping[str, Fraction]:
    """The figures of an account in the unit of the step, rounded half up as a sheet does."""
    try:
        times(taken.quantity.unit, unit(step.unit))
    except UnitError as error:
        facts = {"name": taken.id, "found": taken.quantity.unit.printed, "expected": unit(step.unit).printed}
        raise PlanError(problem("plan_factor_unit", step.id, **facts)) from error
    places = step.decimals or 0
    tree, table = amount_units(taken, step.unit, places)
    units = exact(tree, table, tuple(taken.used))
    if isinstance(units, Fraction):
        message = "areas are by recipient"
        raise TypeError(message)
    return {code: whole / 10**places for code, whole in units.items()}


def _decimals(step: AreaRateStep, lines: list[EntitlementProduct]) -> None:
    """Typed amounts beside those of an account have no more decimals than these are rounded to."""
    if not any(line.factor for line in lines):
        return
    needed = decimals([value for line in lines if line.factor is None for value in line.amounts.values()])
    if needed > (step.decimals or 0):
        raise PlanError(problem("plan_area_decimals", step.id, found=needed, expected=step.decimals))


def _check(plan: PlanFacts, step: AreaRateStep, source: PlanText, at: Key) -> None:
    for name in sorted({*step.rates, *step.areas}):
        check_all_or_table(plan, step.rates.get(name, ""), POSITIVE, source, (*at, "rates", name))
    tables = [
        check_table(plan, areas, POSITIVE, source, (*at, "areas", name))
        for name in sorted({*step.rates, *step.areas})
        if not isinstance(areas := step.areas.get(name, {}), str)
    ]
    _area_factors(plan, step, source, at)
    if not step.total:
        return
    for code, total in check_table(plan, step.total, POSITIVE, source, (*at, "total")).items():
        together = sum(table[code] for table in tables if code in table)
        if together > total:
            facts = {"found": f"{float(together):.12g}", "total": f"{float(total):.12g}"}
            source.add("plan_areas_overlap", *at, "total", code, recipient=code, **facts)


def _area_factors(plan: PlanFacts, step: AreaRateStep, source: PlanText, at: Key) -> None:
    """Areas of an account name a factor that gives values, and the decimals they are rounded to."""
    for name, written in step.areas.items():
        if not isinstance(written, str):
            continue
        if written not in plan.factor or plan.factor[written].use != "value":
            source.add("plan_area_factor", *at, "areas", name, name=name, found=written)
        if step.decimals is None:
            source.add("plan_area_places", *at, "areas", name, name=name)


def _units(step: AreaRateStep, names: Sequence[str]) -> str:
    """Amounts in the unit that the step declares, and rates per that unit."""
    return {"areas": step.unit, "total": step.unit, "rates": f"CNY/{step.unit}"}.get(names[0], "")


RULE = StepRule(
    name="area_rate", zh="面积×标准", kind="entitlement", terms=AreaRateStep, build=area_rate, check=_check,
    role="due", follows=frozenset({"due"}), begins=True, misplaced="plan_after_due",
    units=_units,
    needs_basis=True,
)  # fmt: skip
