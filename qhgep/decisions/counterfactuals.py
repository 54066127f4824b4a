"""The account without one of its decisions: a shipped row put back for the pack's, stated values left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from qhgep.account.account import Account
from qhgep.coefficient_store import Coefficients, Row
from qhgep.engine.grid import NOT_APPLICABLE, VALUE
from qhgep.errors import Problems
from qhgep.expr import Quantity
from qhgep.inputs import Input
from qhgep.inputs.landcover.decisions import LandcoverDecision, decided
from qhgep.ruleset_store.other_methods import with_other_method

if TYPE_CHECKING:
    from qhgep.engine.result import Result

RowCell = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """A cell of the store in which a pack's row stands for shipped ones (several where these are of several sources)."""

    cell: RowCell
    shipped: tuple[Row, ...]
    own: Row

    @property
    def what(self) -> str:
        """The rows with their printed values, shipped first."""
        before = "、".join(f"{row.row} {row.value} {row.unit}" for row in self.shipped)
        return f"{before} → {self.own.row} {self.own.value} {self.own.unit}"


@dataclass(frozen=True)
class StandIn:
    """The rows of one file that state what a formula computes, with the cells where the formula has a value and has none."""

    quantity: Quantity
    file: str
    rows: tuple[Input, ...]
    beside: int
    alone: int

    @property
    def what(self) -> str:
        """What is stated, in which file, and whether the formula has a value there."""
        cells = f"{self.beside + self.alone} 格：公式也有值 {self.beside} 格，公式无值 {self.alone} 格"
        return f"填报的{self.quantity.zh}（{self.file}，{cells}）"

    @property
    def periods(self) -> str:
        """The source periods of the rows."""
        return "、".join(sorted({row.period for row in self.rows}))

    @property
    def reason(self) -> str:
        """What the rows say for themselves: their sources and notes, each once."""
        words = (f"{row.source}：{row.note}" if row.note else row.source for row in self.rows)
        return "；".join(dict.fromkeys(words))

    @cached_property
    def members(self) -> frozenset[Input]:
        """The rows, to ask whether one is among them."""
        return frozenset(self.rows)


def overrides(store: Coefficients) -> tuple[Override, ...]:
    """Each cell of the store that a pack took over, in the order of the shipped files.

    Of packs laid over packs the last one's row is the one in use, and the shipped row what it stands for.
    """
    pairs: dict[RowCell, list[tuple[Row, Row]]] = {}
    for old, own in store.overridden:
        pairs.setdefault(old.cell[:-1], []).append((old, own))
    found = []
    for cell, listed in pairs.items():
        owns = [own for _, own in listed]
        found.append(Override(cell, tuple(old for old, _ in listed if old not in owns), owns[-1]))
    return tuple(found)


def with_shipped(account: Account, override: Override) -> Account:
    """The account with the shipped rows in the place of the pack's; an adoption of the pack's row adopts the shipped one.

    Where several sources are shipped for the cell, an adoption does not say which: it then names a row that is not there.
    """
    store = account.coefficients
    gone = {row.row for row in store.of(override.own.key) if row.cell[:-1] == override.cell}
    rows = tuple(row for row in store.rows if row.cell[:-1] != override.cell) + override.shipped
    one = override.shipped[0].row if len(override.shipped) == 1 else ""
    adoptions = tuple(replace(item, row=one) if one and item.row in gone else item for item in account.adoptions)
    return replace(account, coefficients=replace(store, rows=rows, _index={}), adoptions=adoptions)


def stand_ins(result: Result) -> tuple[StandIn, ...]:
    """The stated values that are used although there is a formula, grouped by quantity and file, in the order of the formulas.

    A 不适用 is one where the formula would have a value; where it has none either, a product is merely not there.
    """
    found: list[StandIn] = []
    for formula in result.account.ruleset.order:
        name = formula.quantity.name
        if f"{name}!formula" in result.values:
            found += _groups(result, formula.quantity)
    return tuple(found)


def _groups(result: Result, quantity: Quantity) -> Iterable[StandIn]:
    held, computed = result.values[quantity.name], result.values[f"{quantity.name}!formula"]
    if held.source is None:
        return
    there = np.broadcast_to(computed.presence == VALUE, held.source.shape)
    rows: dict[str, dict[Input, None]] = {}
    cells: dict[str, list[bool]] = {}
    instead = (held.presence == VALUE) | ((held.presence == NOT_APPLICABLE) & there)
    for index in np.argwhere((held.source >= 0) & instead):
        record = result.records[int(held.source[tuple(index)])]
        if record.input is not None:
            rows.setdefault(record.input.file, {})[record.input] = None
            cells.setdefault(record.input.file, []).append(bool(there[tuple(index)]))
    for file, used in sorted(rows.items()):
        stated = tuple(sorted(used, key=lambda row: row.line))
        yield StandIn(quantity, file, stated, sum(cells[file]), cells[file].count(False))


def without_landcover(account: Account, decision: LandcoverDecision) -> Account:
    """The account without one [[landcover]] entry: the area of its class is missing."""
    kept = tuple(item for item in account.landcover if item != decision)
    return replace(account, inputs=decided(account.undecided, kept, Problems()), landcover=kept)


def with_method(account: Account, quantity: str, method: str) -> tuple[Account, tuple[str, ...]] | None:
    """The account with another of the methods that its ruleset lists, and the quantities that change with it.

    None where the ruleset refuses that (an overlap).
    """
    found = with_other_method(account.ruleset, quantity, method)
    return None if found is None else (replace(account, ruleset=found[0]), found[1])


def without_rows(account: Account, group: StandIn) -> Account:
    """The account without these input rows."""
    return replace(account, inputs=tuple(row for row in account.inputs if row not in group.members))
