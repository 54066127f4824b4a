"""What the rules of a plan's own formulas share: its text, its parameters with their units, and the checks of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from qhgep.compensation.columns.column import Column, Context, Factor, put_in
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.parameter_check import POSITIVE, check_number
from qhgep.compensation.rules.parameters import number
from qhgep.compensation.rules.rule import PlanFacts
from qhgep.errors import FormulaError, PlanError, QhgepError, UnitError, problem
from qhgep.expr import Expr, Number, Parts, Quantity, Total, quantities, substitute, walk
from qhgep.readings.parse import parse
from qhgep.units import spelled

_LITERALS = frozenset({0, 1, 2})


class OwnFormula(Protocol):
    """A step with a formula of its own. Numbers other than 0, 1 and 2 are parameters, so that each has its basis."""

    @property
    def id(self) -> str:
        """The step."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """Numbers, or rows of the store, by name."""

    @property
    def units(self) -> Mapping[str, str]:
        """The unit of each parameter."""

    @property
    def basis(self) -> str:
        """Who decided the formula, and on what ground."""


def placed(context: Context, step: OwnFormula, text: str) -> tuple[Expr, list[Factor], list[Column]]:
    """The tree of a formula over the columns of the plan, the factors that it names, and the columns of its parameters.

    Raises what the parser raises for a text that is no formula.
    """
    given = [_parameter(context, step, name) for name in step.parameters]
    columns = {name: column.quantity for name, column in zip(step.parameters, given, strict=True)}
    columns |= {name: _column_of(factor) for name, factor in context.factors.items()}
    tree = _tree(step, text, {name: factor.quantity for name, factor in context.factors.items()})
    named = [context.factors[of.name] for of in quantities(tree) if of.name in context.factors]
    return substitute(tree, lambda quantity: columns[quantity.name]), named, given


def not_a_formula(step: OwnFormula, text: str, error: FormulaError | UnitError) -> PlanError:
    """The fault of a formula that cannot be, with what the parser or the check of units says."""
    detail = "；".join(item.text().strip() for item in error.problems)
    return PlanError(problem("plan_formula_text", step.id, score=text, detail=detail))


def _column_of(factor: Factor) -> Quantity:
    """The column of a factor: as it is used where negative values count as zero."""
    name = f"factor.{factor.id}.used" if factor.at_least_zero else f"factor.{factor.id}"
    return Quantity(name, factor.quantity.unit, ("recipient",), factor.quantity.zh, factor.quantity.tex)


def _parameter(context: Context, step: OwnFormula, name: str) -> Column:
    value = context.given(
        number(step.parameters[name], f"parameters.{name}"), step.id, step.basis, f"parameters.{name}"
    )
    return put_in(f"{step.id}.parameters.{name}", name, str(spelled(step.units[name]).unit), value, "公式的参数")


def _tree(step: OwnFormula, text: str, factors: Mapping[str, Quantity]) -> Expr:
    """The tree of the formula; factors by recipient under their ids, parameters under their names.

    Raises PlanError or what the parser raises for a text that is no formula, a literal, or a sum.
    """
    parameters = [Quantity(name, spelled(step.units[name]).unit, (), name, name) for name in step.parameters]
    known = [Quantity(name, item.unit, ("recipient",), item.zh, item.tex) for name, item in factors.items()]
    return parse(text, [*known, *parameters], where=step.id)


def check_formula(plan: PlanFacts, step: OwnFormula, text: tuple[str, str], source: PlanText, at: Key) -> None:
    """Note the faults of a formula and its parameters; `text` is its key with what stands there."""
    if not step.basis.strip():
        source.add("plan_formula_basis", *at, text[0])
    for name, value in step.parameters.items():
        check_number(value, POSITIVE, source, (*at, "parameters", name))
    lacking = sorted(set(step.parameters) ^ set(step.units))
    if lacking:
        source.add("plan_formula_units", *at, "units", names="、".join(lacking))
        return
    for name in sorted(set(step.parameters) & set(plan.factor)):
        source.add("plan_formula_name", *at, "parameters", name, name=name)
    _check_text(plan, step, text, source, at)


def _check_text(plan: PlanFacts, step: OwnFormula, text: tuple[str, str], source: PlanText, at: Key) -> None:
    """The text reads as a formula over names that there are; units are checked when the factors are known."""
    one = spelled("1").unit
    names = {name: Quantity(name, one, ("recipient",), name, name) for name in plan.factor}
    try:
        tree = _tree(step, text[1], names)
    except QhgepError:
        return  # a Chinese name of a factor is known with its account only
    for node in _not_allowed(walk(tree)):
        source.add("plan_formula_literal", *at, text[0], found=node)
    if not {quantity.name for quantity in quantities(tree)} & set(plan.factor):
        source.add("plan_formula_factor", *at, text[0], known="、".join(plan.factor) or "-")


def _not_allowed(nodes: Iterable[Expr]) -> Iterable[str]:
    for node in nodes:
        if isinstance(node, Number) and node.value not in _LITERALS:
            yield str(node.value)
        elif isinstance(node, Total | Parts):
            yield "合计"


def parameter_unit(step: OwnFormula, names: Sequence[str]) -> str:
    """The unit of a parameter, as the plan states it."""
    return step.units.get(names[-1], "") if names[:1] == ["parameters"] or "parameters" in names else ""
