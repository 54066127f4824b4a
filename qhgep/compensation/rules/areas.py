"""The amounts of area_rate: typed by recipient, or taken from an account and rounded to declared decimals."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from qhgep.compensation.columns.column import Context, Factor
from qhgep.compensation.columns.entitlement import Product, amount_units
from qhgep.compensation.rules.common import by_code
from qhgep.compensation.rules.entitlement_schema import AreaRateStep
from qhgep.compensation.rules.parameters import decimals, number
from qhgep.errors import PlanError, UnitError, problem
from qhgep.readings.exact import Exact, exact
from qhgep.units import factor as times
from qhgep.units import unit


def area_lines(context: Context, step: AreaRateStep) -> list[Product]:
    """One line for each category. Raises PlanError for a factor of another unit, or areas that are more than the total."""
    lines = [_line(context, step, name) for name in step.areas]
    _decimals(step, lines)
    for code, text in step.total.items():
        together = sum((line.amounts[code] for line in lines), Fraction(0))
        if together > Fraction(text):
            facts = {"recipient": code, "found": f"{float(together):.12g}", "total": text}
            raise PlanError(problem("plan_areas_overlap", step.id, **facts))
    return lines


def _line(context: Context, step: AreaRateStep, name: str) -> Product:
    written = step.areas[name]
    rate, names = _rate(context, step, name), ((f"areas.{name}",), (f"rates.{name}",))
    if not isinstance(written, str):
        return Product(name, name, by_code(context, written, f"areas.{name}"), rate, step.basis, *names)
    taken = context.factors[written]
    return Product(name, name, _rounded(step, taken), rate, step.basis, *names, factor=taken)


def _rate(context: Context, step: AreaRateStep, name: str) -> Exact:
    rate = step.rates.get(name, "")
    return number(rate, f"rates.{name}") if isinstance(rate, str) else by_code(context, rate, f"rates.{name}")


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


def _decimals(step: AreaRateStep, lines: list[Product]) -> None:
    """Typed amounts beside those of an account have no more decimals than these are rounded to."""
    if not any(line.factor for line in lines):
        return
    needed = decimals([value for line in lines if line.factor is None for value in line.amounts.values()])
    if needed > (step.decimals or 0):
        raise PlanError(problem("plan_area_decimals", step.id, found=needed, expected=step.decimals))
