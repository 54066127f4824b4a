"""Other weights for a step by a decision: the text of the plan that says so, with who decided and why, and their evidence."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.schema import StepTerms
from qhgep.errors import PlanError, problem

PLACE = "with_weights()"
"""What messages call the place where such weights are given."""
Weight = str | int | Decimal | Fraction


def weighing_step(steps: Sequence[StepTerms], named: str) -> int:
    """The place of the step that has weights, of several the one that is named. Raises PlanError where there is none."""
    found = [place for place, step in enumerate(steps) if hasattr(step, "weights") and named in {"", step.id}]
    if len(found) != 1:
        known = "、".join(step.id for step in steps if hasattr(step, "weights")) or "-"
        raise PlanError(problem("plan_decided_step", PLACE, found=named or "-", known=known))
    return found[0]


def checked_weights(
    step: Any, weights: Mapping[str, Weight], cited: Collection[tuple[str, str]], reason: str, decided_by: str  # noqa: ANN401
) -> dict[str, str]:  # fmt: skip
    """The weights as decimal texts, in the order of the step.

    Raises PlanError where they are not of the same factors, where the plan cites a row for one (`cited`), or where no
    reason or nobody who decided is named.
    """
    if rows := [name for name in step.weights if (step.id, f"weights.{name}") in cited]:
        raise PlanError(problem("plan_decided_cited", PLACE, step=step.id, found="、".join(rows)))
    if set(weights) != set(step.weights):
        found, expected = "、".join(weights) or "-", "、".join(step.weights)
        raise PlanError(problem("plan_decided_factors", PLACE, step=step.id, found=found, expected=expected))
    if not reason.strip() or not decided_by.strip():
        raise PlanError(problem("plan_decided_reason", PLACE))
    return {name: _decimal(weights[name]) for name in step.weights}


def basis_of(step: Any, reason: str, decided_by: str) -> str:  # noqa: ANN401 - a step with weights
    """What the decided weights rest on, as pages print it: the reason, who decided, and what they were before."""
    before = "、".join(f"{name} {weight}" for name, weight in step.weights.items())
    return f"决定：{reason.strip()}（{decided_by.strip()}；原为 {before}）"


def decided_text(
    source: PlanText, place: int, step: Any, weights: Mapping[str, str], basis: str, evidence: Mapping[str, Any]  # noqa: ANN401
) -> str:  # fmt: skip
    """The text of the plan with these weights and this basis in a step, and an `[[evidence]]` of their own at its end.

    The entry names each weight, so it is nearer to them than any other of the file.
    """
    values: dict[Key, str] = {("step", place, "weights", name): _text(weight) for name, weight in weights.items()}
    text = source.with_values(values | {("step", place, "basis"): _text(basis)})
    named = ", ".join(_text(f"{step.id}.weights.{name}") for name in weights)
    lines = [f"{key} = {_toml(value)}" for key, value in evidence.items()]
    return "\n".join([text.rstrip("\n"), "", "[[evidence]]", f"for = [{named}]", *lines, ""])


def _decimal(weight: Weight) -> str:
    """A weight as the plan writes it; a fraction that ends as its decimals, any other as it is given (and then refused)."""
    if isinstance(weight, Fraction) and (number := Decimal(weight.numerator) / weight.denominator) == weight:
        return f"{number:f}"
    return f"{weight:f}" if isinstance(weight, Decimal) else str(weight)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _toml(value: Any) -> str:  # noqa: ANN401 - a text or a date
    return _text(value) if isinstance(value, str) else value.isoformat()
