"""Passes of floors and caps: one after the other is built and read, until nobody settles in one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qhgep.compensation.columns.column import Column, Context, Reading
from qhgep.compensation.columns.running_state import RunningState

FEWEST = 3
"""Passes that a workbook has at least: room for changes made by hand."""
Pass = Callable[[int, RunningState], tuple[tuple[Column, ...], RunningState]]
"""The columns of a pass, by its number, and how the division stands after it."""


@dataclass(frozen=True, slots=True)
class Passes:
    """The passes that are listed, how the division stands after them, and in how many of them somebody settled."""

    columns: tuple[Column, ...]
    running: RunningState
    needed: int
    listed: int

    @property
    def note(self) -> str:
        """How many there are, in words."""
        return f"用到 {self.needed} 轮，表中列 {self.listed} 轮"


def passes_until_settled(
    context: Context,
    running: RunningState,
    build: Pass,
    settled: Callable[[Reading, RunningState], frozenset[str]],
    *,
    most: int | None = None,
) -> Passes:
    """As many passes as somebody settles in, and spare ones: one more, at least three in all, at most `most`.

    `settled` reads who has settled after a pass. Only reading tells how many passes there must be.
    """
    columns: tuple[Column, ...] = ()
    built = needed = 0
    before = settled(context.reading, running)
    while most is None or built < most:
        built += 1
        added, running = build(built, running)
        columns, context = columns + added, context.then(added)
        now = settled(context.reading, running)
        if now == before:
            break
        before, needed = now, built
    spare = max(needed + 1, FEWEST)
    listed = spare if most is None else min(most, spare)
    for number in range(built + 1, listed + 1):
        added, running = build(number, running)
        columns += added
    return Passes(columns, running, needed, listed)
