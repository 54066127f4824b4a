"""The unit that payments are printed in: one for a table, with the decimals of the unit of payment, so that what is printed adds up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qhgep.money import PAYABLE, Fen
from qhgep.workbook.core.cells import Style

WAN, YUAN = "万元", "元"


@dataclass(frozen=True, slots=True)
class PrintedUnit:
    """元 or 万元, and the styles of an amount and of a sum in it; both print nil as a blank."""

    zh: str
    amount: Style
    total: Style
    finest: int = 1
    """Fen: every amount that is printed in it without rounding is so many times a whole number."""

    def holds(self, amount: Fen) -> bool:
        """Whether an amount is printed in this unit as it is."""
        return amount % self.finest == 0


_COARSE_FIRST = (
    (PAYABLE["wan"], PrintedUnit(WAN, "nil_whole", "sum_whole", PAYABLE["wan"])),
    (PAYABLE["100yuan"], PrintedUnit(WAN, "nil", "sum", PAYABLE["100yuan"])),
    (PAYABLE["yuan"], PrintedUnit(WAN, "nil_four", "sum_four", PAYABLE["yuan"])),
)
_FEN = PrintedUnit(YUAN, "nil", "sum")


def printed_unit(payable: Fen, amounts: Iterable[Fen]) -> PrintedUnit:
    """万元 with none, two or four decimals as the unit of payment is 万元, 百元 or 元; 元 with two where it is the fen.

    An amount that is finer than the unit of payment (what was issued earlier may be) makes the whole table finer: no
    printed number is rounded.
    """
    sizes = {payable, *(abs(amount) for amount in amounts)}
    return next((unit for size, unit in _COARSE_FIRST if not any(item % size for item in sizes)), _FEN)
