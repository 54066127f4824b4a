"""Decisions that something does not apply (不适用): what then leaves the set of what is expected of an account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from qhgep.inputs.table import Input

UNDECIDED = "待定"
"""Who decided, of a decision that is listed and that nobody has taken."""
_MODEL = ConfigDict(strict=True, frozen=True, extra="forbid")


class NotApplicableRule(BaseModel):
    """[[not_applicable]] of a ruleset: a quantity does not apply to these ecosystems and items (none named: to all)."""

    model_config = _MODEL
    quantity: str
    ecosystems: list[str] = []
    items: list[str] = []
    reason: str


class NotApplicableEntry(NotApplicableRule):
    """[[not_applicable]] of an account: the same for counties (none named: all), with who decided."""

    counties: list[str] = []
    decided_by: str


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The decision that a quantity does not apply to some ecosystems, items and counties; where none are named, to all.

    An ecosystem written `forest.*` names those below it too. `place` is where the decision stands.
    """

    quantity: str
    ecosystems: tuple[str, ...]
    items: tuple[str, ...]
    counties: tuple[str, ...]
    reason: str
    decided_by: str
    place: str

    def covers(self, quantity: str, *, county: str, ecosystem: str, item: str) -> bool:
        """Whether it holds for a cell."""
        return (
            quantity == self.quantity
            and (not self.counties or county in self.counties)
            and (not self.ecosystems or any(_names(written, ecosystem) for written in self.ecosystems))
            and (not self.items or item in self.items)
        )

    def covers_row(self, row: Input) -> bool:
        """Whether it holds for what an input row states."""
        return self.covers(row.quantity, county=row.county_code, ecosystem=row.ecosystem, item=row.item)

    @property
    def is_open(self) -> bool:
        """Whether it is listed for somebody to take, and does not hold yet."""
        return self.decided_by == UNDECIDED

    @property
    def what(self) -> str:
        """The cells that it is about, in words."""
        named = [*self.ecosystems, *self.items]
        return f"不适用：{'、'.join(named)}" if named else "不适用"


def admitting(decisions: Iterable[NotApplicable], row: Input) -> NotApplicable | None:
    """The first decision taken that holds for what a row states; None where there is none."""
    return next((item for item in decisions if not item.is_open and item.covers_row(row)), None)


def is_listed(decisions: Iterable[NotApplicable], row: Input) -> bool:
    """Whether a decision on what a row states is listed and open."""
    return any(item.is_open and item.covers_row(row) for item in decisions)


def decision_of(entry: NotApplicableRule, place: str) -> NotApplicable:
    """The decision that an entry of a file describes."""
    counties = entry.counties if isinstance(entry, NotApplicableEntry) else ()
    decided_by = entry.decided_by if isinstance(entry, NotApplicableEntry) else ""
    return NotApplicable(
        entry.quantity, tuple(entry.ecosystems), tuple(entry.items), tuple(counties), entry.reason, decided_by, place
    )


def _names(written: str, ecosystem: str) -> bool:
    """Whether a written ecosystem is this one, or (`forest.*`) one above it."""
    above = written.removesuffix(".*")
    return ecosystem == above or (written != above and ecosystem.startswith(f"{above}."))
