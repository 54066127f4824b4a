"""A published table: its rows, every printed figure, and what follows from the figures without being printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from qhgep.auditing.figure import Cell, Figure
from qhgep.auditing.relation import Computed
from qhgep.units import Spelling

Prices = Literal["exact", "rounded"]
"""Whether stipulated prices and stated factors are exact as printed, or rounded too."""


@dataclass(frozen=True, slots=True)
class Row:
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
class Table:
    """A published table: its rows, and every printed figure that has a unit."""

    name: str
    rows: Mapping[str, Row]
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

    @property
    def known(self) -> Known:
        """Every figure that is printed or computed."""
        return Known(self.figures, self.computed)

    def printed_under(self, cells: Iterable[Cell]) -> tuple[Cell, ...]:
        """The printed figures that some figures rest on, themselves where they are printed."""
        found: dict[Cell, None] = {}
        for cell in cells:
            if cell in self.figures:
                found[cell] = None
            elif cell in self.computed:
                found |= dict.fromkeys(self.printed_under(self.computed[cell].cells))
        return tuple(found)


class Known(Mapping[Cell, Figure]):
    """Figures by cell: those printed, and those that follow from them, each computed when it is asked for."""

    def __init__(
        self,
        figures: Mapping[Cell, Figure],
        rules: Mapping[Cell, Computed],
        edited: Mapping[Cell, Figure] | None = None,
    ) -> None:
        """`edited` are figures that stand in for the printed ones."""
        self._figures, self._rules, self._edited = figures, rules, edited or {}
        self._found: dict[Cell, Figure | None] = {}

    def __getitem__(self, cell: Cell) -> Figure:
        found = self._edited.get(cell) or self._figures.get(cell) or self._computed(cell)
        if found is None:
            raise KeyError(cell)
        return found

    def _computed(self, cell: Cell) -> Figure | None:
        if cell not in self._found:
            rule = self._rules.get(cell)
            self._found[cell] = None if rule is None else rule.figure(self)
        return self._found[cell]

    def __iter__(self) -> Iterator[Cell]:
        yield from self._figures
        yield from (cell for cell in self._rules if self._computed(cell) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def but(self, cell: Cell, figure: Figure) -> Known:
        """The same with another printed figure in one cell."""
        return Known(self._figures, self._rules, {**self._edited, cell: figure})
