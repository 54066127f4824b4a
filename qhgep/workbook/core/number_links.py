"""Links on numbers: a printed number leads to the cell that it comes from, and that cell on.

Nothing here knows an address: they are those that formulas name, which the layout made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from qhgep.workbook.core.cells import LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import Address, references


class Links:
    """The cells of a workbook as formulas name each other."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self.sheets: Mapping[str, Sheet] = {sheet.name: sheet for sheet in sheets}

    def read(self, address: Address) -> Iterator[Address]:
        """The cells that a cell reads, those that are there."""
        content = self.sheets[address.sheet].cells.get((address.row, address.column))
        if isinstance(content, LiveFormula):
            found = references(content.formula, address.sheet)
            yield from (
                item
                for item in found
                if item.sheet in self.sheets and (item.row, item.column) in self.sheets[item.sheet].cells
            )

    def followed(self, address: Address, ends: Callable[[Address], Address | None]) -> Address | None:
        """The first end that a cell leads to, itself or through what it reads; `ends` says what of a cell is an end."""
        waiting, seen = [iter([address])], {address}
        while waiting:
            item = next(waiting[-1], None)
            if item is None:
                waiting.pop()
            elif (end := ends(item)) is not None:
                return end
            elif item == address or item not in seen:
                seen.add(item)
                waiting.append(self.read(item))
        return None

    def lead(self, address: Address, target: Address | None) -> None:
        """Let a number lead somewhere; where it leads nowhere else it has no link."""
        if target is not None and target != address:
            self.sheets[address.sheet].links[address.row, address.column] = target.full

    def numbers(self, names: Collection[str]) -> Iterator[Address]:
        """The cells with a number or a formula on some sheets, from top to bottom."""
        for name in names:
            if name in self.sheets:
                for (row, column), content in sorted(self.sheets[name].cells.items(), key=lambda item: item[0]):
                    if isinstance(content, LiveFormula | TypedNumber):
                        yield Address(name, row, column)
