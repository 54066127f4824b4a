"""A published table: its rows, every printed figure, and what follows from the figures without being printed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, cast

from qhgep.auditing.figure import Cell, Figure
from qhgep.auditing.relation import Computed
from qhgep.units import Spelling

Prices = Literal["exact", "rounded"]
"""Whether stipulated prices and stated factors are exact as printed, or rounded too."""


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One printed row. `factors` maps the column of a factor to its power, 1 or -1."""

    row: str
    place: str
    name: str
    units_missing: tuple[str, ...]
    factors: Mapping[str, int]
    totals: tuple[tuple[tuple[int, str], ...], ...]
    share_of: str
    reason: str


@dataclass(frozen=True)
class TableAsPrinted:
    """A published table: its rows, and every printed figure that has a unit."""

    name: str
    rows: Mapping[str, PrintedRow]
    figures: Mapping[Cell, Figure]
    limits: Mapping[Cell, Figure] = field(default_factory=dict)
    """(row, low|high) -> a limit of the quantity."""
    links: Mapping[Cell, Cell] = field(default_factory=dict)
    """A cell that names another row -> the figure of that row which it is."""
    units: Mapping[Cell, tuple[str, Spelling]] = field(default_factory=dict)
    """The units of cells, with their spellings, also where no number is printed."""
    computed: Mapping[Cell, Computed] = field(default_factory=dict)
    """What is not printed and follows from what is."""

    def at(self, row: str, column: str) -> Cell:
        """The cell in which a figure is printed: its own, or that of the row which it names."""
        return self.links.get((row, column), (row, column))

    @cached_property
    def known(self) -> Known:
        """Every figure that is printed or computed."""
        return Known(self.figures, self.computed)

    @cached_property
    def members(self) -> dict[tuple[str, object], tuple[tuple[Cell, int], ...]]:
        """The members of its totals, as they were asked for: totals that add the same rows share one list."""
        return {}

    def printed_under(self, cells: Iterable[Cell]) -> tuple[Cell, ...]:
        """The printed figures that some figures rest on, themselves where they are printed."""
        return self.known.under(cells)


class Known(Mapping[Cell, Figure]):
    """Figures by cell: those printed, and those that follow from them.

    The rules stand in an order in which each follows from those before it; so all are computed in that order, and
    after an edit only those that rest on the edited figure.
    """

    def __init__(
        self,
        figures: Mapping[Cell, Figure],
        rules: Mapping[Cell, Computed],
        edited: tuple[Known, Cell, Figure] | None = None,
    ) -> None:
        """`edited`: the same figures before an edit, and the printed one that another stands in for."""
        self._figures, self.rules = figures, rules
        self._before: Known | None = None
        self._cell: Cell | None = None
        self._figure: Figure | None = None
        self._found: dict[Cell, Figure | None] = {}
        self.changed: tuple[Cell, ...] = ()
        """The cell that was edited, and what rests on it."""
        if edited is not None:
            self._before, self._cell, self._figure = edited
            self.changed = (self._cell, *self._before.resting.get(self._cell, ()))
        self._due: Collection[Cell] = rules.keys() if self._before is None else dict.fromkeys(self.changed[1:])

    def __getitem__(self, cell: Cell) -> Figure:
        found = (self._figure if cell == self._cell else self._figures.get(cell)) or self._computed(cell)
        if found is None:
            raise KeyError(cell)
        return found

    def __contains__(self, cell: object) -> bool:
        return cell in self._figures or (cell in self.rules and self._computed(cast("Cell", cell)) is not None)

    def _computed(self, cell: Cell) -> Figure | None:
        if cell not in self.rules:
            return None
        if self._before is not None and cell not in self._due:
            return self._before._computed(cell)  # noqa: SLF001 - the same class
        for one in self._due if cell not in self._found else ():
            self._found[one] = self.rules[one].figure(self)
        return self._found[cell]

    def __iter__(self) -> Iterator[Cell]:
        yield from self._figures
        yield from (cell for cell in self.rules if self._computed(cell) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def but(self, cell: Cell, figure: Figure) -> Known:
        """The same with another printed figure in one cell."""
        return Known(self._figures, self.rules, (self, cell, figure))

    def under(self, cells: Iterable[Cell]) -> tuple[Cell, ...]:
        """The printed figures that some figures rest on, themselves where they are printed."""
        found: dict[Cell, None] = {}
        for cell in cells:
            if cell in self._figures:
                found[cell] = None
            elif cell in self.rules:
                found |= dict.fromkeys(self._under[cell])
        return tuple(found)

    @cached_property
    def _under(self) -> Mapping[Cell, tuple[Cell, ...]]:
        """Computed figure -> the printed ones that it rests on."""
        found: dict[Cell, tuple[Cell, ...]] = {}
        for cell, rule in self.rules.items():
            below: dict[Cell, None] = {}
            for part in rule.cells:
                below |= {part: None} if part in self._figures else dict.fromkeys(found.get(part, ()))
            found[cell] = tuple(below)
        return found

    @cached_property
    def resting(self) -> Mapping[Cell, Sequence[Cell]]:
        """Printed figure -> the computed ones that rest on it, each after those that it follows from."""
        found: dict[Cell, list[Cell]] = {}
        for cell, below in self._under.items():
            for one in below:
                found.setdefault(one, []).append(cell)
        return found
