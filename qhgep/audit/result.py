"""What an audit found: one `Line` per printed row, a `Finding` per equation, and its `Repair`s."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from qhgep.audit.edits import Slip
from qhgep.audit.relation import Kind, Relation
from qhgep.audit.table import Prices, Table
from qhgep.errors import Problem

Verdict = Literal["consistent", "inconsistent", "dimension", "unchecked", "entry"]
VERDICTS: tuple[Verdict, ...] = ("dimension", "inconsistent", "consistent", "unchecked", "entry")
"""A row has the first of these that one of its equations has."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A single slip that would explain a failing equation: what is printed, and what would reconcile it.

    `left` equations of the table would still fail, among them `broken` that hold now.
    """

    slip: Slip
    row: str
    column: str
    printed: str
    proposed: str
    cost: int
    left: int
    broken: int
    plausible: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One equation: the printed figure, the recomputed one in its unit, and the gap that rounding allows.

    `beyond` is how far they stay apart beyond roundings (0 where they agree). `found_unit` is the unit of the
    product where it does not fit the printed one, `untold` a substance that only one of the figures names.
    `unlikely`: a sum within worst-case rounding, yet three standard deviations off. `reason`: why an account's
    row cannot be checked.
    """

    kind: Kind
    row: str
    verdict: Verdict
    printed: str = ""
    unit: str = ""
    recomputed: Fraction | None = None
    difference: Fraction | None = None
    allowed: Fraction | None = None
    beyond: Fraction = Fraction(0)
    missing: tuple[str, ...] = ()
    found_unit: str = ""
    untold: str = ""
    unlikely: bool = False
    repairs: tuple[Repair, ...] = ()
    reason: Problem | None = None
    relation: Relation | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One printed row with its equations."""

    row: str
    name: str
    place: str
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The gravest verdict of its equations; unchecked only where no equation could be checked.

        A row that prints a value only, and is checked where it enters a total, is an entry.
        """
        found = {finding.verdict for finding in self.findings} or {"entry"}
        return next(verdict for verdict in VERDICTS if verdict in found)


@dataclass(frozen=True)
class Audit:
    """A published table, recomputed."""

    table: Table
    sha256: str
    prices: Prices
    lines: tuple[Line, ...]
    warnings: tuple[Problem, ...]
    """Prices and quantities beyond their plausible limits."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every equation of the table."""
        return tuple(finding for line in self.lines for finding in line.findings)

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The equations that do not hold, or whose units do not fit."""
        return tuple(finding for finding in self.findings if finding.verdict in {"inconsistent", "dimension"})

    @property
    def consistent(self) -> bool:
        """Whether no equation fails; one that cannot be checked does not."""
        return not self.faults

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many rows have each verdict."""
        found = Counter(line.verdict for line in self.lines)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """The proposals of all failing equations in one order, as within one equation."""
        found = [repair for fault in self.faults for repair in fault.repairs]
        return tuple(dict.fromkeys(sorted(found, key=lambda one: (one.left, one.broken, one.cost, not one.plausible))))
