"""A rule of steps as its module declares it: terms, name, place in a plan, checks and columns, all in one file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from qhgep.compensation.columns.column import Built, Context, Kind, Recipient, StepResult, step_result
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.money import Fen

if TYPE_CHECKING:
    from pydantic import BaseModel

Role = Literal[
    "shares", "guarantee", "tilt", "old", "on_top", "limits", "least", "deduction", "due", "limits_of_due", "settled"
]  # fmt: skip
"""What a step does to a plan. Rules name the roles that they may follow, so that a new rule needs no other to know it."""
DIVISION: frozenset[Role] = frozenset({"guarantee", "old", "on_top", "shares", "tilt"})
"""The roles after which a pool is still divided by scores: what adds to shares, limits them or cuts them may follow."""
Units = Callable[[Any, Sequence[str]], str]
"""The printed spelling of the unit of a parameter of a step, by the keys that lead to it; empty where no row can stand."""


class PlanFacts(Protocol):
    """What the checks of a rule may know of the plan around a step."""

    @property
    def named_recipients(self) -> tuple[Recipient, ...]:
        """Who receives, in code order."""

    @property
    def payable(self) -> Fen:
        """The unit of payment."""

    @property
    def pool_fen(self) -> Fen:
        """The pool."""

    @property
    def period(self) -> int | str:
        """The year of the plan, or the name of its period."""

    @property
    def factor(self) -> Mapping[str, Any]:
        """The factors of the plan, by name."""


@dataclass(frozen=True, slots=True)
class StepRule:
    """One rule, found by its place in this folder.

    `terms` is the model of its step, `units` says in what its parameters are (a row must fit). It follows the roles in
    `follows`, or `begins` a plan, and stands in no plan that has a role of `never_after` before it; `misplaced` is the
    code of the message that says so and why. `check` notes faults of a step; it needs these keys of the plan to have
    been read. `build` makes the columns, which are the rule: its amounts are exact readings of them.
    """

    name: str
    zh: str
    kind: Kind
    role: Role
    terms: type[BaseModel]
    build: Callable[[Context, Any], Built]
    check: Callable[[PlanFacts, Any, PlanText, Key], None]
    units: Units
    misplaced: str
    follows: frozenset[Role] = frozenset()
    begins: bool = False
    never_after: frozenset[Role] = frozenset()
    needs: frozenset[str] = frozenset({"recipients", "recipient", "step"})
    needs_basis: bool = False
    layers: tuple[str, ...] = ()
    """The layers of a plan that the step may stand in, where they are others than those of its kind."""

    @property
    def label(self) -> str:
        """What it is called, and how a plan.toml spells it."""
        return f"{self.zh}（{self.name}）"

    def run(self, context: Context, terms: Any) -> StepResult:  # noqa: ANN401 - the terms of this rule
        """The columns of a step, and what they come to, read exactly."""
        return step_result(context, terms.id, self.kind, self.build(context, terms))


def last_of(**units: str) -> Units:
    """Units by the last key that is named here: `sections.bridge.loser.632222` is a `loser`."""

    def unit(step: Any, names: Sequence[str]) -> str:  # noqa: ANN401 - the terms of any rule
        del step
        return next((units[name] for name in reversed(names) if name in units), "")

    return unit
