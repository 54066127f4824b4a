"""What each equation of a table gives, as printed and after an edit of one figure; sums are not added anew for it."""

from __future__ import annotations

from fractions import Fraction

from qhgep.auditing.figure import Cell, Figure
from qhgep.auditing.printed_table import Known
from qhgep.auditing.relation import NOTHING, Product, Relation, RelationOutcome, Sum, times
from qhgep.interval import Interval
from qhgep.units import Spelling


class Outcomes:
    """The outcomes of equations over the figures of one table, each found once; totals of the same rows share theirs."""

    def __init__(self, known: Known) -> None:
        """`known`: the figures as printed."""
        self.known = known
        self._others: dict[Relation, RelationOutcome] = {}
        self._sums: dict[tuple[tuple[tuple[Cell, int], ...], Spelling], RelationOutcome] = {}

    def of(self, relation: Relation) -> RelationOutcome:
        """What an equation gives with the figures as printed."""
        if isinstance(relation, Sum):
            return self._sum(relation, self.known[relation.target].meaning)
        if relation not in self._others:
            self._others[relation] = relation.outcome(self.known)
        return self._others[relation]

    def after(self, relation: Relation, edited: Known) -> RelationOutcome:
        """What it gives with an edit (`Known.but`); of a sum, only the members are read again that the edit changed."""
        if relation.target not in edited:
            return NOTHING
        if not isinstance(relation, Sum):
            return relation.outcome(edited)
        meaning = edited[relation.target].meaning
        before = self._sum(relation, meaning)
        if before.extent is None or before.exact is None:
            return relation.outcome(edited)
        exact, extent = before.exact, before.extent
        for cell in edited.changed:
            for sign in before.signs.get(cell, ()):
                old, new = _addend(self.known, cell, sign, meaning), _addend(edited, cell, sign, meaning)
                if old is None or new is None:
                    return NOTHING
                exact += new[0] - old[0]
                extent = Interval(extent.low + new[1].low - old[1].low, extent.high + new[1].high - old[1].high)
        return RelationOutcome(exact, extent, Fraction(1), None, before.signs)

    def holds_after(self, relation: Relation, edited: Known) -> bool:
        """Whether it holds with an edit."""
        return relation.target in edited and self.after(relation, edited).holds(relation.reach(edited))

    def allows(self, relation: Relation, cell: Cell) -> Interval | None:
        """Which numbers of a printed figure keep an equation, also by way of a product; None: only a trial can tell."""
        if cell in relation.cells[:1] or not isinstance(relation, Sum) or cell in self.of(relation).signs:
            return relation.allows(cell, self.known, self.of(relation))
        between = [one for one in self.known.resting.get(cell, ()) if one in self.of(relation).signs]
        rule = self.known.rules[between[0]] if len(between) == 1 else None
        if rule is None or not isinstance(rule.relation, Product) or cell not in rule.relation.cells:
            return None
        wanted = relation.allows(between[0], self.known, self.of(relation))
        product = rule.relation.reckoned(self.known, rule.meaning)
        return None if wanted is None else rule.relation.allows(cell, self.known, product, wanted)

    def may_keep(self, relation: Relation, cell: Cell, edited: Figure, allowed: Interval | None) -> bool:
        """Whether a figure in another unit may keep an equation; only of members of sums this can be told at once."""
        if allowed is None or not isinstance(relation, Sum) or len(self.of(relation).signs.get(cell, ())) != 1:
            return True
        meaning, old = self.known[relation.target].meaning, self.known[cell]
        before, after = times(old, meaning), times(edited, meaning)
        return before is not None and after is not None and edited.interval.scaled(after / before).meets(allowed)

    def _sum(self, total: Sum, meaning: Spelling) -> RelationOutcome:
        key = (total.members, meaning)
        if key not in self._sums:
            self._sums[key] = total.reckoned(self.known, meaning)
        return self._sums[key]


def _addend(figures: Known, cell: Cell, sign: int, meaning: Spelling) -> tuple[Fraction, Interval] | None:
    one = figures.get(cell)
    by = None if one is None else times(one, meaning)
    return None if one is None or by is None else (one.value * by * sign, one.interval.scaled(by * sign))
