"""What the rounding of shares moves: payments beside those of unrounded shares, in fen, by recipient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qhgep.money import Fen


@dataclass(frozen=True, slots=True)
class ShareRounding:
    """What recipients would be paid by `unrounded` shares, and what they are `paid`; `payable` is the unit of payment."""

    payable: Fen
    unrounded: Mapping[str, Fen]
    paid: Mapping[str, Fen]

    @property
    def moved(self) -> Mapping[str, Fen]:
        """Fen that recipients get more (less: negative) by rounding, of those whose payment is another, largest first."""
        apart = {code: Fen(self.paid[code] - due) for code, due in self.unrounded.items() if self.paid[code] != due}
        return dict(sorted(apart.items(), key=lambda item: (-abs(item[1]), item[0])))

    @property
    def largest(self) -> Fen:
        """The largest movement of one recipient, without a sign."""
        return Fen(max((abs(fen) for fen in self.moved.values()), default=0))

    @property
    def total(self) -> Fen:
        """What goes to others than by unrounded shares: all that is got too much, or too little where that is more."""
        more = sum(fen for fen in self.moved.values() if fen > 0)
        return Fen(max(more, more - sum(self.moved.values())))

    @property
    def beyond(self) -> Mapping[str, Fen]:
        """Those that move by more than one payable unit."""
        return {code: fen for code, fen in self.moved.items() if abs(fen) > self.payable}
