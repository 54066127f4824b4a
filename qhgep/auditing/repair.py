"""Which single slip explains an equation that fails: each is tried, and what else it mends or breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import log

from qhgep.auditing.edits import COSTS, Edit, Slip, SlipReach, digit_edits, unit_edits
from qhgep.auditing.evidence import Habits, plausible_row
from qhgep.auditing.figure import Cell, Figure, with_value
from qhgep.auditing.missteps import Misstep, Missteps, shortest
from qhgep.auditing.outcomes import Outcomes
from qhgep.auditing.printed_table import Known, TableAsPrinted
from qhgep.auditing.relation import Product, Relation
from qhgep.auditing.result import Repair
from qhgep.interval import Interval

TRIALS = 16_000
"""Trials for one table: figures that are looked at, and equations that are computed again. It is about what takes some
seconds; where a table would need more, the search is cut off, and its report says where."""
_LOOK = 4
"""Trials that one figure of one equation costs before any edit of it is tried."""
_CHANGES = 8
"""Figures that follow from an edited one cost a trial more for so many."""
SEVERAL = 2
"""Failing equations that must ask for the same figure before another one altogether is proposed: one always asks for some."""
KEPT = 5
"""How many proposals are kept for one equation."""
IMPLAUSIBLE = 3
"""Bits that a proposal costs more where the row has a price or quantity beyond its limits after it."""
CHANCE = 0.1
"""A proposal is a weak guess where so many slips of its sort and cost would fit by chance, or more."""
LEAD = 0.5
"""A proposal is a weak guess where its part of the weight of all that fit is no more."""
_DIGITS: frozenset[Slip] = frozenset({"last", "swap", "digit"})
_SIZE: frozenset[Slip] = frozenset({"scale", "unit", "point"})
_TENS: Mapping[frozenset[Slip], int] = {_DIGITS: 1, _SIZE: 8, frozenset(set(COSTS) - _DIGITS - _SIZE): 2}
"""Sorts of slips, and over how many powers of ten the gaps of unknown cause are spread that they might fit."""
_NO_WEIGHT = 1000
"""Bits beyond which a proposal weighs nothing; a float holds no smaller number."""
_CONFIRMED = 0.05
"""The chance that a slip which is none mends one more equation."""


@dataclass(frozen=True, slots=True)
class _RankedProposal:
    """A proposal with what ranks it: how far recomputed and printed stay apart after it, and what it proposes."""

    repair: Repair
    key: tuple[object, ...]
    fit: Fraction
    slip_cost: int
    mended: int
    texts: Callable[[], tuple[str, str]] | None = None
    """What is printed and proposed, of a misstep."""

    @property
    def with_texts(self) -> Repair:
        """The proposal with its texts."""
        if self.texts is None:
            return self.repair
        printed, proposed = self.texts()
        return replace(self.repair, printed=printed, proposed=proposed)

    @property
    def rank(self) -> tuple[object, ...]:
        """The lower, the better."""
        one = self.repair
        return one.left, one.broken, one.cost, not one.plausible, self.fit

    @property
    def bits(self) -> int:
        """How unlikely it is: its cost, and four bits for each equation that it leaves unexplained."""
        return self.repair.cost + 4 * (self.repair.left + self.repair.broken)

    def weight(self, least: int) -> float:
        """How likely it is beside one of `least` bits: half for each bit more."""
        return 2.0 ** -min(self.bits - least, _NO_WEIGHT)


@dataclass(frozen=True, slots=True)
class Proposals:
    """The best proposals for an equation, and how many figures of it were not looked at any more."""

    repairs: tuple[Repair, ...]
    untried: int


class Repairs:
    """Finds proposals for the equations of one table, of all together within `TRIALS`.

    Each equation has an equal part of what those before it left.
    """

    def __init__(
        self,
        table: TableAsPrinted,
        touching: Mapping[Cell, Sequence[Relation]],
        failing: frozenset[Relation],
        habits: Habits,
        outcomes: Outcomes,
    ) -> None:
        """`touching`: figure -> the equations that rest on it; `outcomes`: those of the table as it is read."""
        self.table, self.touching, self.failing, self.habits, self.outcomes = table, touching, failing, habits, outcomes
        self.known = outcomes.known
        self._missteps = Missteps(table, outcomes, sorted(failing, key=lambda one: (one.row, one.kind)))
        self._asked: dict[Cell, Figure | None] = {}
        self._reaches: dict[Cell, SlipReach] = {}
        self._left, self._due, self._trials = TRIALS, len(failing), 0

    def of(self, relation: Relation) -> Proposals:
        """The best proposals, best first.

        First those after which the fewest equations of the table fail (a figure has its line, its totals, its
        shares), then those that break the fewest that held, then the cheapest; then plausible before not,
        the nearest fit, and the order of the figures in the equation, its target first.
        """
        most, self._trials = self._left // max(1, self._due), 0
        tried, found = Counter[tuple[Slip, int]](), list[_RankedProposal]()
        cells = self.table.printed_under(relation.cells)
        untried = len(cells)
        for cell in cells:
            if self._trials >= most:
                break
            found += self._edits(relation, cell, tried)
            untried -= 1
        self._left, self._due = self._left - self._trials, self._due - 1
        tries = self._missteps.of(relation)
        for one in tries.found[:1]:
            tried[one.slip, one.cost] += tries.ways
        found += [self._stepped(one, relation) for one in tries.found]
        return Proposals(self._ranked(found, tried, relation, cut=untried > 0), untried + tries.untried)

    def _ranked(
        self, found: Iterable[_RankedProposal], tried: Counter[tuple[Slip, int]], relation: Relation, *, cut: bool
    ) -> tuple[Repair, ...]:
        """The best of what was found, best first; each is a guess where the search was cut off."""
        best: dict[tuple[object, ...], _RankedProposal] = {}
        for one in found:
            if one.key not in best or one.rank < best[one.key].rank:
                best[one.key] = one
        ranked, room = sorted(best.values(), key=lambda one: one.rank), _room(relation, self.outcomes)
        return tuple(replace(one.with_texts, weak=cut or self._weak(one, ranked, tried, room)) for one in ranked[:KEPT])

    def _weak(
        self, one: _RankedProposal, ranked: Sequence[_RankedProposal], tried: Counter[tuple[Slip, int]], room: float
    ) -> bool:
        """Whether a proposal may as well fit by chance, or others fit about as well.

        `tried` are the slips that were tried, with their costs; `room` is the allowed gap as a part of the figure.
        """
        sort, tens = next(item for item in _TENS.items() if one.repair.slip in item[0])
        alike = sum(number for (slip, cost), number in tried.items() if slip in sort and cost <= one.slip_cost)
        by_chance = alike * 2 * room / (tens * log(10)) * _CONFIRMED ** (one.mended - 1)
        least = min(other.bits for other in ranked)
        lead = one.weight(least) / sum(other.weight(least) for other in ranked)
        return one.repair.broken > 0 or one.repair.slip == "derived" or by_chance > CHANCE or lead <= LEAD

    def _edits(self, relation: Relation, cell: Cell, tried: Counter[tuple[Slip, int]]) -> list[_RankedProposal]:
        """The slips of one figure that reconcile the equation; digits are tried only where the units fit."""
        self._trials += _LOOK
        figure, outcome, may = self.table.figures[cell], self.outcomes.of(relation), list[Edit]()
        allowed = self.outcomes.allows(relation, cell)
        if outcome.extent is not None:
            if cell not in self._reaches:
                self._reaches[cell] = SlipReach.of(figure)
            reach = self._reaches[cell]
            tried.update(reach.counts)
            if allowed is None or reach.may_meet(allowed):
                may += [one for one in digit_edits(figure) if allowed is None or allowed.meets(one.figure.loose)]
        for one in self._others(cell, figure):
            tried[one.slip, one.cost] += 1
            may.append(one)
        for one in unit_edits(relation, cell, self.known):
            tried[one.slip, one.cost] += 1
            if self.outcomes.may_keep(relation, cell, one.figure, allowed):
                may.append(one)
        edited = [(one, self.known.but(cell, one.figure)) for one in may]
        return [self._edited(relation, cell, *one) for one in edited if self._holds(relation, one[1])]

    def _others(self, cell: Cell, printed: Figure) -> Iterator[Edit]:
        """The figure that several failing equations ask for alike and that the others of the figure allow, if there is one."""
        if cell not in self._asked:
            self._asked[cell] = self._asked_for(cell, printed)
        found = self._asked[cell]
        if found is not None:
            yield Edit("other", found, COSTS["other"])

    def _asked_for(self, cell: Cell, printed: Figure) -> Figure | None:
        touching = self.touching[cell]
        if not printed.half or sum(one in self.failing for one in touching) < SEVERAL:
            return None
        half, common = Fraction(0) if printed.exact else printed.half, None
        for one in touching:
            asked = self.outcomes.allows(one, cell)
            if asked is None:
                return None
            low, high = asked.low - half, asked.high + half
            common = Interval(low, high) if common is None else _between(common, low, high)
            if common is None:
                return None
        return None if common is None else with_value(printed, common.low, common.high)

    def _holds(self, relation: Relation, edited: Known) -> bool:
        self._trials += 1 + len(edited.changed) // _CHANGES
        return self.outcomes.holds_after(relation, edited)

    def _edited(self, relation: Relation, cell: Cell, edit: Edit, edited: Known) -> _RankedProposal:
        holds = {other: self._holds(other, edited) for other in self.touching[cell]}
        broken = sum(not held and other not in self.failing for other, held in holds.items())
        mended = sum(held and other in self.failing for other, held in holds.items())
        old, new = self.table.figures[cell], edit.figure
        keeps = plausible_row(self.table, cell, new)
        cost = max(1, edit.cost + self.habits.bits(self.table, cell, new) + (0 if keeps else IMPLAUSIBLE))
        told = (_with_unit(old.text, old.spelling, cell), _with_unit(new.text, new.spelling, cell))
        repair = Repair(edit.slip, *cell, *told, cost, len(self.failing) - mended + broken, broken, keeps)
        return _RankedProposal(repair, (cell, new.value, new.meaning), self._fit(relation, edited), edit.cost, mended)

    def _stepped(self, one: Misstep, relation: Relation) -> _RankedProposal:
        left = len(self.failing) - len(one.mends)
        repair = Repair(one.slip, relation.row, one.column, "", "", one.cost, left, 0, plausible=True, part=one.part)
        return _RankedProposal(
            repair, (one.slip, relation.row, one.part), Fraction(0), one.cost, len(one.mends), one.texts
        )

    def _fit(self, relation: Relation, edited: Known) -> Fraction:
        """How far recomputed and printed figure stay apart after the edit, as a part of what is allowed."""
        found, target = self.outcomes.after(relation, edited), edited[relation.target]
        if found.exact is None or found.extent is None:
            return Fraction(1)
        allowed = (found.extent.high - found.extent.low) / 2 + target.half + target.slack
        return abs(found.exact - target.value) / allowed if allowed else Fraction(0)


def _between(one: Interval, low: Fraction, high: Fraction) -> Interval | None:
    """What two intervals have in common; None where that is nothing."""
    low, high = max(one.low, low), min(one.high, high)
    return Interval(low, high) if low <= high else None


def _room(relation: Relation, outcomes: Outcomes) -> float:
    """The allowed gap of an equation as a part of its printed figure; 0 where it cannot be said."""
    known = outcomes.known
    extent, reach, target = outcomes.of(relation).extent, relation.reach(known), known[relation.target]
    if extent is None or not target.value:
        return 0.0
    return float((extent.high - extent.low + reach.high - reach.low) / 2 / abs(target.value))


def _with_unit(text: str, spelling: str, cell: Cell) -> str:
    return f"{text} {spelling}" if spelling not in {"", "1"} and cell[1] != "share" else text


def needed(table: TableAsPrinted, relation: Relation) -> Iterator[tuple[str, str]]:
    """Each printed figure of a line that by itself would make it hold, as the shortest number that does, with its unit."""
    known = table.known
    found = relation.outcome(known)
    if not isinstance(relation, Product) or relation.kind != "line" or found.extent is None:
        return
    for cell in dict.fromkeys(relation.cells):
        wanted = relation.allows(cell, known, found)
        if wanted is not None and cell in table.figures:
            name = cell[1] if cell[0] == relation.row else ".".join(cell)
            yield name, _with_unit(shortest(wanted), known[cell].spelling, cell)
