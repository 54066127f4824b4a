"""Dividing a pool in proportion to a formula that the plan writes itself, over its factors and parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, Field

from qhgep.compensation.columns.column import Built, Column, Context, Factor, put_in
from qhgep.compensation.columns.common import amount_column
from qhgep.compensation.columns.scores import formula_scores
from qhgep.compensation.plan.toml_lines import Key, PlanText
from qhgep.compensation.rules.parameter_check import POSITIVE, check_number
from qhgep.compensation.rules.parameters import number
from qhgep.compensation.rules.rule import PlanFacts, StepRule
from qhgep.compensation.rules.schema import STRICT, ByCode
from qhgep.errors import FormulaError, PlanError, QhgepError, UnitError, problem
from qhgep.expr import Expr, Number, Parts, Quantity, Total, quantities, substitute, walk
from qhgep.readings.parse import parse
from qhgep.units import spelled

_LITERALS = frozenset({0, 1, 2})


class FormulaStep(BaseModel):
    """Divide the pool in proportion to `score`, a formula over factors (by id or Chinese name) and `parameters`; nothing is rounded.

    A parameter is a number, or a row of the store, in the unit that `units` names. Numbers other than 0, 1 and 2 are
    parameters, so that each has its basis.
    """

    model_config = STRICT
    id: str
    rule: Literal["formula"]
    score: str = Field(min_length=1, max_length=1000)
    zh: str = "按公式计的数"
    parameters: ByCode = {}
    units: dict[str, str] = {}
    basis: str = ""


def formula(context: Context, step: FormulaStep) -> Built:
    """The pool divided in proportion to the formula of the plan: a recipient's share is its value over the sum of all.

    The amounts before do not matter: this rule begins a division.
    """
    given = [_parameter(context, step, name) for name in step.parameters]
    columns = {name: column.quantity for name, column in zip(step.parameters, given, strict=True)}
    columns |= {name: _column_of(factor) for name, factor in context.factors.items()}
    try:
        tree = score_tree(step, {name: factor.quantity for name, factor in context.factors.items()})
        named = [context.factors[of.name] for of in quantities(tree) if of.name in context.factors]
        placed = substitute(tree, lambda quantity: columns[quantity.name])
        made, standing = formula_scores(context, step.id, placed, named, given, step.zh)
    except (FormulaError, UnitError) as error:
        detail = "；".join(item.text().strip() for item in error.problems)
        raise PlanError(problem("plan_formula_text", step.id, score=step.score, detail=detail)) from error
    amount = amount_column(context, step.id, "按公式测算额", standing)
    return Built((*made, amount), standing, (f"{step.zh} = {step.score}；占比不取整",))


def _column_of(factor: Factor) -> Quantity:
    """The column of a factor: as it is used where negative values count as zero."""
    name = f"factor.{factor.id}.used" if factor.at_least_zero else f"factor.{factor.id}"
    return Quantity(name, factor.quantity.unit, ("recipient",), factor.quantity.zh, factor.quantity.tex)


def _parameter(context: Context, step: FormulaStep, name: str) -> Column:
    value = context.given(
        number(step.parameters[name], f"parameters.{name}"), step.id, step.basis, f"parameters.{name}"
    )
    return put_in(f"{step.id}.parameters.{name}", name, str(spelled(step.units[name]).unit), value, "公式的参数")


def score_tree(step: FormulaStep, factors: Mapping[str, Quantity]) -> Expr:
    """The tree of the formula; factors by recipient under their ids, parameters under their names.

    Raises PlanError or what the parser raises for a text that is no formula, a literal, or a sum.
    """
    parameters = [Quantity(name, spelled(step.units[name]).unit, (), name, name) for name in step.parameters]
    known = [Quantity(name, item.unit, ("recipient",), item.zh, item.tex) for name, item in factors.items()]
    return parse(step.score, [*known, *parameters], where=step.id)


def _check(plan: PlanFacts, step: FormulaStep, source: PlanText, at: Key) -> None:
    if not step.basis.strip():
        source.add("plan_formula_basis", *at, "score")
    for name, text in step.parameters.items():
        check_number(text, POSITIVE, source, (*at, "parameters", name))
    lacking = sorted(set(step.parameters) ^ set(step.units))
    if lacking:
        source.add("plan_formula_units", *at, "units", names="、".join(lacking))
        return
    for name in sorted(set(step.parameters) & set(plan.factor)):
        source.add("plan_formula_name", *at, "parameters", name, name=name)
    _check_text(plan, step, source, at)


def _check_text(plan: PlanFacts, step: FormulaStep, source: PlanText, at: Key) -> None:
    """The text reads as a formula over names that there are; units are checked when the factors are known."""
    one = spelled("1").unit
    names = {name: Quantity(name, one, ("recipient",), name, name) for name in plan.factor}
    try:
        tree = score_tree(step, names)
    except QhgepError:
        return  # a Chinese name of a factor is known with its account only
    for node in _not_allowed(walk(tree)):
        source.add("plan_formula_literal", *at, "score", found=node)
    if not {quantity.name for quantity in quantities(tree)} & set(plan.factor):
        source.add("plan_formula_factor", *at, "score", known="、".join(plan.factor) or "-")


def _not_allowed(nodes: Iterable[Expr]) -> Iterable[str]:
    for node in nodes:
        if isinstance(node, Number) and node.value not in _LITERALS:
            yield str(node.value)
        elif isinstance(node, Total | Parts):
            yield "合计"


def _units(step: FormulaStep, names: Sequence[str]) -> str:
    """The unit of a parameter, as the plan states it."""
    return step.units.get(names[-1], "") if names[:1] == ["parameters"] or "parameters" in names else ""


RULE = StepRule(
    name="formula", zh="按公式分配", kind="division", terms=FormulaStep, build=formula, check=_check,
    role="shares", begins=True, misplaced="plan_after_start",
    units=_units,
    needs=frozenset({"step", "factor"}),
)  # fmt: skip
