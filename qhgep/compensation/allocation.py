"""What a plan comes to: fen by recipient, every column with its exact values, and the checks that held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from qhgep.coefficient_store.own import OWN
from qhgep.compensation.columns.column import Column, Factor, Kind, Recipient, TestedEquation
from qhgep.compensation.columns.outcome import Outcome
from qhgep.compensation.legal.finding import LegalReview
from qhgep.compensation.payments import Paid
from qhgep.compensation.plan.coverage import CoverageComparison
from qhgep.compensation.plan.provenance import PlanSource
from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.shares.report import ShareReport
from qhgep.compensation.shares.rounding import ShareRounding
from qhgep.errors import Language, Problem
from qhgep.evidence import EVIDENCE
from qhgep.money import Fen, yuan
from qhgep.phrases import phrase, word
from qhgep.readings.exact import Exact
from qhgep.text_tables import html_table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Heading:
    """The words at the head of an allocation; `basis` is document, number and article of its plan."""

    title: str
    layer: str
    state: str
    period: str
    basis: str = ""
    marks: tuple[tuple[str, str], ...] = ()
    """What must be said beside the title: an entry of the phrases of notices, and the level of evidence that it names."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What must be said beside the title, in Chinese."""
        return self.notices_in("zh")

    def notices_in(self, language: Language) -> tuple[str, ...]:
        """What must be said beside the title, in a language."""
        return tuple(
            phrase(f"notices.{key}", language, level=level and word(EVIDENCE, level, language), own=OWN)
            for key, level in self.marks
        )


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """What one recipient gets, and its exact yuan after every step (step id, amount)."""

    recipient: Recipient
    fen: Fen
    steps: tuple[tuple[str, Fraction], ...]

    @property
    def yuan(self) -> str:
        """The amount as yuan text."""
        return yuan(self.fen)


DecisionKind = Literal["negative_zero", "partial_accept"]
DECISION_TEXTS: Mapping[DecisionKind, str] = {"negative_zero": "负值按零计", "partial_accept": "部分核算仍采用"}
"""What each kind does, in words."""
WRITTEN: Mapping[DecisionKind, str] = {"negative_zero": 'negative = "zero"', "partial_accept": 'partial = "accept"'}
"""How each kind is written in plan.toml."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A recipient that a decision touches: its value and the value that is used, both in the unit of the factor.

    `partial` says what the value does not cover (empty: nothing), `fen` what the recipient gets under the plan.
    """

    recipient: Recipient
    value: Fraction
    used: Fraction
    partial: str
    fen: Fen


@dataclass(frozen=True, slots=True)
class PlanDecision:
    """One decision about a factor, with its basis and the recipients it touches, in code order."""

    kind: DecisionKind
    factor: Factor
    touched: tuple[Affected, ...]

    @property
    def place(self) -> str:
        """Where it is written in plan.toml."""
        return f"[factor.{self.factor.id}] {WRITTEN[self.kind]}"


@dataclass(frozen=True, slots=True)
class Allocation:
    """The result of a plan. `residue` is less than one payable unit per pool and part of `retained`.

    For a division fen + carried + retained = pool; for an entitlement fen + retained − gap = pool;
    a settlement adds up to zero. `table` holds the exact value of every column, as a workbook computes it.
    """

    heading: Heading
    kind: Kind
    pool: Fen
    rows: tuple[RecipientRow, ...]
    carried: Fen
    retained: Fen
    gap: Fen
    residue: Fen
    columns: tuple[Column, ...]
    factors: Mapping[str, Factor]
    table: Mapping[str, Exact]
    checks: tuple[TestedEquation, ...]
    notes: tuple[str, ...]
    phases: tuple[Paid, ...] = ()
    source: PlanSource = field(default_factory=PlanSource)
    terms: Plan | None = field(default=None, compare=False)
    """The plan as it was read; None where the steps were run without a file."""
    legal: LegalReview = field(default_factory=LegalReview)
    outcomes: tuple[Outcome, ...] = ()
    """What every step came to, in order."""
    coverage: CoverageComparison | None = None
    """The amounts over each recipient's own coverage and over the common one, where the plan has factors of unlike coverage."""
    share_rounding: ShareRounding | None = None
    """What the rounding of shares moves in a division; None in other plans."""
    shares: ShareReport | None = None
    """The same by recipient, where a plan states decimals or the sheet cannot pay exact amounts."""
    warnings: tuple[Problem, ...] = ()
    """What stops nothing and must be known: whom the rounding of shares moves."""

    def __repr__(self) -> str:
        """One line; what it holds fills pages."""
        return f"<Allocation {self.title}, {self.heading.state}, {self.kind}, {len(self.rows)} recipients, pool {yuan(self.pool)} CNY>"

    @property
    def layer(self) -> str:
        """statutory, contract or analytic."""
        return self.heading.layer

    @property
    def title(self) -> str:
        """The title of the plan."""
        return self.heading.title

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """The recipients with their names, in code order."""
        return tuple(row.recipient for row in self.rows)

    @property
    def parameters(self) -> tuple[Column, ...]:
        """The columns whose values were put in by the plan: value, basis and origin are their `given`."""
        return tuple(item for item in self.columns if item.given is not None and not item.name.startswith("factor."))

    @property
    def fen(self) -> Mapping[str, Fen]:
        """Fen by recipient."""
        return {row.recipient.id: row.fen for row in self.rows}

    def frame(self) -> pd.DataFrame:
        """One line per recipient: code, name, fen, yuan (Decimal), and the yuan after each step (floats)."""
        import pandas as pd

        records = [
            {
                "county_code": row.recipient.id,
                "name": row.recipient.zh,
                "fen": row.fen,
                "yuan": Decimal(row.yuan),
                **{f"{step} (CNY)": float(amount) for step, amount in row.steps},
            }
            for row in self.rows
        ]
        frame = pd.DataFrame.from_records(records)
        frame.attrs.update(
            {"title": self.title, "state": self.heading.state, "notice": "；".join(self.heading.notices)}
        )
        return frame

    def _repr_html_(self) -> str:
        """The amounts by recipient, for notebooks, with what must be said beside them."""
        rows = [[row.recipient.id, row.recipient.zh, f"{Decimal(row.yuan):,}"] for row in self.rows]
        notices = (self.heading.state, *self.heading.notices)
        return html_table(f"{self.title}，{self.heading.period}", notices, ("代码", "领款单位", "元"), rows)


def decisions(allocation: Allocation) -> tuple[PlanDecision, ...]:
    """Every decision of a plan about its factors, in the order of the factors; those that touch nobody too."""
    return tuple(item for factor in allocation.factors.values() for item in _of(factor, allocation))


def _of(factor: Factor, allocation: Allocation) -> Iterator[PlanDecision]:
    figures = factor.figures
    everyone = {
        row.recipient.id: Affected(
            row.recipient, figures[row.recipient.id].value, factor.used[row.recipient.id],
            figures[row.recipient.id].partial, row.fen,
        )
        for row in allocation.rows
    }  # fmt: skip
    if factor.at_least_zero:
        yield PlanDecision("negative_zero", factor, tuple(item for item in everyone.values() if item.value < 0))
    if factor.accepts_partial:
        yield PlanDecision("partial_accept", factor, tuple(item for item in everyone.values() if item.partial))
