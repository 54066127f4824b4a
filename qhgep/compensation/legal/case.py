"""What a legal check looks at: the plan, what it comes to, the day of its basis, and the law in force on that day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qhgep.compensation.legal.law import Law, LawParameter
from qhgep.compensation.legal.schema import Event, EventKind, Transfer, Use

if TYPE_CHECKING:
    from qhgep.compensation.allocation import Allocation
    from qhgep.compensation.plan.schema import Plan


@dataclass(frozen=True)
class LegalCase:
    """One plan before the law. `used` collects the parameters that a check read, for its evidence."""

    plan: Plan
    outcome: Allocation
    law: Law
    used: list[LawParameter] = field(default_factory=list)

    @property
    def day(self) -> dt.date:
        """The day as of which the law is taken: that of the plan's basis, else that of the plan."""
        return self.plan.basis.date or self.outcome.source.day

    @property
    def computed_on(self) -> dt.date | None:
        """The day on which the plan was computed; None where nothing says it: the day of its basis is another."""
        return None if self.outcome.source.undated else self.outcome.source.day

    @property
    def transfer(self) -> Transfer:
        """What the plan says of the money."""
        return self.plan.transfer

    @property
    def use(self) -> Use:
        """What the plan says of how it was used."""
        return self.plan.use

    @property
    def contract(self) -> bool:
        """Whether the plan rests on an agreement between governments and on no transfer from above."""
        return self.plan.layer == "contract"

    def events(self, kind: EventKind) -> list[Event]:
        """The events of a kind, by date."""
        return sorted((item for item in self.plan.event if item.kind == kind), key=lambda item: item.date)

    def parameter(self, key: str, on: dt.date | None = None) -> LawParameter | None:
        """A day count, share or code of law in force on a day (that of the case); it counts as used."""
        found = self.law.parameter_on(key, on or self.day)
        if found is not None:
            self.used.append(found)
        return found
