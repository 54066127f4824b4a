"""The rules that a plan can name. A module of this folder that declares one is found by its place."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from typing import TypeGuard

from qhgep.compensation import rules
from qhgep.compensation.columns.column import Kind, Rule
from qhgep.compensation.rules.rule import StepRule
from qhgep.compensation.rules.schema import StepTerms, Weighing

_PARTS = frozenset(
    {
        "common",
        "index",
        "limits",
        "own_formula",
        "parameter_check",
        "parameters",
        "registry",
        "rule",
        "schema",
        "sequence",
        "weighing",
    }
)
"""What rules are made of; every other module is one."""
_KINDS: tuple[Kind, ...] = ("division", "entitlement", "settlement")


def _declared() -> tuple[StepRule, ...]:
    """Every rule, by kind; those first that begin a plan, then as many roles as each may follow, then by name."""
    names = sorted(info.name for info in pkgutil.iter_modules(rules.__path__) if info.name not in _PARTS)
    found: list[StepRule] = [importlib.import_module(f"{rules.__name__}.{name}").RULE for name in names]
    return tuple(
        sorted(found, key=lambda rule: (_KINDS.index(rule.kind), not rule.begins, len(rule.follows), rule.name))
    )


STEP_RULES: Mapping[str, StepRule] = {rule.name: rule for rule in _declared()}
"""The rules that a plan can name, in the order they are told."""
RULES: Mapping[str, Rule] = {name: rule.run for name, rule in STEP_RULES.items()}
"""How each is run."""
RULES_ZH: Mapping[str, str] = {name: rule.zh for name, rule in STEP_RULES.items()}
"""What each rule is called."""


def unit_of(step: StepTerms, names: Sequence[str]) -> str:
    """The printed spelling of the unit of a parameter of a step; empty where no row can stand for it.

    Parameters are plain numbers in these units.
    """
    return STEP_RULES[step.rule].units(step, names)


def weighing(step: StepTerms | None) -> TypeGuard[Weighing]:
    """Whether a step weighs factors."""
    return step is not None and "weights" in STEP_RULES[step.rule].terms.model_fields
