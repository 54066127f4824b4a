"""The bridge: parts of the old side are replaced by those of the new one, one kind after the other, and recomputed.

Every line is a state less the state before it, so the lines add up to the whole difference, exactly. A state that
cannot be computed is passed over: its kind and the next one then form one line, and the line says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qhgep.difference.result import Amounts, BridgeStep, ComparedPlace

State = Amounts | str
"""The amounts of a state, or why there are none."""


@dataclass(frozen=True, slots=True)
class Move:
    """One kind of change: whether there is any, and the state when its part and all before it are those of the new side."""

    kind: str
    changed: bool
    state: Callable[[], State]


def bridge(old: Amounts, moves: Sequence[Move], new: Amounts) -> tuple[BridgeStep, ...]:
    """The steps from the old amounts to the new ones; kinds without a change give no step.

    The last state is `new` itself. A difference that nothing written explains (a record changed by hand) is one step `other`.
    """
    steps: list[BridgeStep] = []
    before, waiting, reasons = old, [], []
    changed = [move for move in moves if move.changed]
    if not changed and old != new:
        return (BridgeStep(("other",), _less(new, old)),)
    for move in changed:
        waiting.append(move.kind)
        after = new if move is changed[-1] else move.state()
        if isinstance(after, str):
            reasons.append(after)
            continue
        steps.append(BridgeStep(tuple(waiting), _less(after, before), "；".join(dict.fromkeys(reasons))))
        before, waiting, reasons = after, [], []
    return tuple(steps)


def _less(after: Amounts, before: Amounts) -> dict[ComparedPlace, Fraction]:
    return {place: after[place] - amount for place, amount in before.items()}
