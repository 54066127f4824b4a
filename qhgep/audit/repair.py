"""Which single slip explains an equation that fails: each is tried, and what else it mends or breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qhgep.audit.edits import Edit, digit_edits, unit_edits
from qhgep.audit.evidence import Habits, plausible_row
from qhgep.audit.figure import Figure
from qhgep.audit.relation import Figures, Outcome, Relation
from qhgep.audit.result import Repair
from qhgep.audit.table import Cell, Table

KEPT = 5
"""How many proposals are kept for one equation."""
IMPLAUSIBLE = 3
"""Bits that a proposal costs more where the row has a price or quantity beyond its limits after it."""


@dataclass(frozen=True)
class Repairs:
    """Finds proposals for the equations of one table."""

    table: Table
    touching: Mapping[Cell, Sequence[Relation]]
    failing: frozenset[Relation]
    habits: Habits

    def of(self, relation: Relation) -> tuple[Repair, ...]:
        """The best proposals, best first.

        First those after which the fewest equations of the table fail (a figure has its line, its totals, its
        shares), then those that break the fewest that held, then the cheapest; then plausible before not,
        the nearest fit, and the order of the figures in the equation, its target first.
        """
        figures = {one: self.table.figures[one] for one in relation.cells}
        outcome = relation.outcome(figures)
        found = [
            self._repair(relation, cell, edit)
            for cell in figures
            for edit in self._mending(relation, cell, figures, outcome)
        ]
        best: dict[tuple[Cell, Fraction, object], tuple[tuple[object, ...], Repair]] = {}
        for place, (repair, key, fit) in enumerate(found):
            rank = (repair.left, repair.broken, repair.cost, not repair.plausible, fit, place)
            if key not in best or rank < best[key][0]:
                best[key] = (rank, repair)
        return tuple(repair for _, repair in sorted(best.values(), key=lambda item: item[0])[:KEPT])

    def _mending(self, relation: Relation, cell: Cell, figures: Figures, found: Outcome) -> Iterator[Edit]:
        """The slips of one figure that reconcile the equation; digits are tried only where the units fit."""
        fits, allowed = found.extent is not None, relation.allows(cell, figures, found)
        for edit in digit_edits(figures[cell]) if fits else ():
            if (allowed is None or allowed.meets(edit.figure.loose)) and self._holds(relation, cell, edit):
                yield edit
        yield from (edit for edit in unit_edits(relation, cell, figures) if self._holds(relation, cell, edit))

    def _figures(self, relation: Relation, cell: Cell, edit: Edit) -> dict[Cell, Figure]:
        return {one: edit.figure if one == cell else self.table.figures[one] for one in relation.cells}

    def _holds(self, relation: Relation, cell: Cell, edit: Edit) -> bool:
        figures = self._figures(relation, cell, edit)
        return relation.outcome(figures).holds(relation.reach(figures))

    def _repair(
        self, relation: Relation, cell: Cell, edit: Edit
    ) -> tuple[Repair, tuple[Cell, Fraction, object], Fraction]:
        holds = {other: self._holds(other, cell, edit) for other in self.touching[cell]}
        broken = sum(not held and other not in self.failing for other, held in holds.items())
        mended = sum(held and other in self.failing for other, held in holds.items())
        old, new = self.table.figures[cell], edit.figure
        keeps = plausible_row(self.table, cell, new)
        cost = max(1, edit.cost + self.habits.bits(self.table, cell, new) + (0 if keeps else IMPLAUSIBLE))
        told = (_told(old.text, old.spelling, cell), _told(new.text, new.spelling, cell))
        repair = Repair(edit.slip, *cell, *told, cost, len(self.failing) - mended + broken, broken, keeps)
        return repair, (cell, new.value, new.meaning), self._fit(relation, cell, edit)

    def _fit(self, relation: Relation, cell: Cell, edit: Edit) -> Fraction:
        """How far recomputed and printed figure stay apart after the edit, as a part of what is allowed."""
        figures = self._figures(relation, cell, edit)
        found, target = relation.outcome(figures), figures[relation.target]
        if found.exact is None or found.extent is None:
            return Fraction(1)
        allowed = (found.extent.high - found.extent.low) / 2 + target.half + target.slack
        return abs(found.exact - target.value) / allowed if allowed else Fraction(0)


def _told(text: str, spelling: str, cell: Cell) -> str:
    return f"{text} {spelling}" if spelling and cell[1] != "share" else text
