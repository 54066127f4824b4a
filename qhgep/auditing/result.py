"""What an audit found: one `RowFindings` per printed row, a `Finding` per equation, and its `Repair`s."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from qhgep.auditing.edits import Slip
from qhgep.auditing.patterns import Pattern
from qhgep.auditing.printed_table import Prices, TableAsPrinted
from qhgep.auditing.relation import Computed, Kind, Relation
from qhgep.errors import Problem
from qhgep.text_tables import in_one_line

Verdict = Literal["consistent", "inconsistent", "dimension", "explained", "implied", "unchecked", "entry"]
VERDICTS: tuple[Verdict, ...] = (
    "dimension",
    "inconsistent",
    "explained",
    "consistent",
    "implied",
    "unchecked",
    "entry",
)
"""A row has the first of these that one of its equations has."""

UNREAD = frozenset({"unchecked", "entry"})
"""Verdicts on which nothing was checked."""


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
    weak: bool = False
    """Whether it is a guess: others fit about as well, or some slip would fit by chance."""
    part: str = ""
    """The factor or row that was left out, applied or counted twice, inverted, foreign, or the other whole."""


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
    untried: int = 0
    """How many figures were not looked at for a slip any more: the search was cut off, and `repairs` may lack the best."""
    needed: tuple[tuple[str, str], ...] = ()
    """Column and figure: each by itself would make the equation hold."""
    reason: Problem | None = None
    relation: Relation | None = None
    rule: Computed | None = None
    """What a figure that is not printed follows from."""

    @property
    def percent(self) -> Fraction | None:
        """The difference in per cent of the recomputed figure; None where that is zero."""
        if self.difference is None or not self.recomputed:
            return None
        return 100 * self.difference / abs(self.recomputed)

    @property
    def times(self) -> Fraction | None:
        """The difference in allowed gaps; None where none is allowed."""
        return abs(self.difference) / self.allowed if self.difference is not None and self.allowed else None

    @property
    def severity(self) -> tuple[int, Fraction]:
        """The graver, the lower: errors of dimension, then gaps by their per cent, then what is no fault."""
        gap = Fraction(0) if self.percent is None else -abs(self.percent)
        rank = {"dimension": 0, "inconsistent": 1}.get(self.verdict, 2)
        return rank, gap if rank == 1 else Fraction(0)


@dataclass(frozen=True, slots=True)
class RowFindings:
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

    table: TableAsPrinted
    sha256: str
    prices: Prices
    lines: tuple[RowFindings, ...]
    warnings: tuple[Problem, ...]
    """Habits of printing first, then prices and quantities beyond their plausible limits."""
    patterns: tuple[Pattern, ...] = ()
    """Habits of printing that explain many equations at once."""
    __repr__ = in_one_line

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every equation of the table."""
        return tuple(finding for line in self.lines for finding in line.findings)

    @property
    def by_severity(self) -> tuple[Finding, ...]:
        """Every equation, the gravest first; what is no fault in the order of the table."""
        return tuple(sorted(self.findings, key=lambda one: one.severity))

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The equations that do not hold, or whose units do not fit, the gravest first."""
        return tuple(finding for finding in self.by_severity if finding.verdict in {"inconsistent", "dimension"})

    @property
    def consistent(self) -> bool:
        """Whether no equation fails; one that cannot be checked does not."""
        return not self.faults

    @property
    def checked(self) -> bool:
        """Whether anything was checked or computed at all."""
        return any(finding.verdict not in UNREAD for finding in self.findings)

    @property
    def lacking(self) -> tuple[str, ...]:
        """What its equations lack, each once: `quantity`, `price` ...; where they lack nothing there is no total or share."""
        found = [_column(name) for one in self.findings for name in one.missing]
        return tuple(dict.fromkeys(found or ["total_of", "share_of"]))

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


def _column(named: str) -> str:
    """The column of what an equation lacks: `a.value` is the value of another row."""
    return named.rpartition(".")[2]
