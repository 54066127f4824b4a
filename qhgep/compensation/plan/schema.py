"""The terms of a plan: who receives, how much there is, and by which steps it is divided."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, PrivateAttr

from qhgep.arguments import checked
from qhgep.compensation.columns.column import Recipient
from qhgep.compensation.columns.parameter import Cited
from qhgep.compensation.legal.schema import Contract, Event, PerformanceTarget, Transfer, Use
from qhgep.compensation.plan.decided_weights import Weight, basis_of, checked_weights, decided_text, weighing_step
from qhgep.compensation.plan.payments_schema import CarryIn, Phase, PreviousPayments
from qhgep.compensation.plan.plan_text import PlanText
from qhgep.compensation.rules.registry import STEP_RULES
from qhgep.compensation.rules.schema import AS_TUPLE, STRICT, ByRecipient, StepTerms
from qhgep.errors import PlanError
from qhgep.evidence import Evidence, lacking
from qhgep.inputs.counties import read_counties
from qhgep.inputs.periods import period_of
from qhgep.money import PAYABLE, Fen, fen
from qhgep.states import State

Layer = Literal["statutory", "contract", "analytic"]


class RecipientTerms(BaseModel):
    """One that receives and need not be a county: a park administration, a forest farm, a prefecture."""

    model_config = STRICT
    id: str
    zh: str
    kind: Literal["county", "prefecture", "province", "park", "farm", "household_group"]


class Basis(BaseModel):
    """The document that a plan rests on; required for the layers statutory and contract."""

    model_config = STRICT
    document: str = ""
    number: str = ""
    article: str = ""
    date: dt.date | None = None


BUDGET_ITEMS = {
    "revenue_account": "收入科目", "function_account": "支出功能科目", "economic_account": "支出经济科目", "project_code": "项目代码",
}  # fmt: skip
"""What a plan states of the budget, by its key in [budget]."""


class Budget(BaseModel):
    """Budget items that are printed where given. `already_issued` is yuan text by recipient.

    Or it is read from the earlier final plan `issued_file` (its workbook, or its JSON) with the SHA-256 `issued_from`. Where
    more was issued than is due, `recover` says on what ground the rest is taken back. An account or a project code is one for
    all, or differs by recipient.
    """

    model_config = STRICT
    revenue_account: str | ByRecipient = ""
    function_account: str | ByRecipient = ""
    economic_account: str | ByRecipient = ""
    project_code: str | ByRecipient = ""
    direct: bool | None = None
    already_issued: ByRecipient = {}
    issued_file: str = ""
    issued_from: str = ""
    recover: str = ""

    def item(self, name: str) -> str:
        """A budget item that is one for all; empty where it is not given, or differs by recipient."""
        found = getattr(self, name)
        return found if isinstance(found, str) else ""

    def item_of(self, name: str, recipient: str) -> str:
        """A budget item of a recipient; empty where it has none."""
        found = getattr(self, name)
        return found if isinstance(found, str) else found.get(recipient, "")

    def differs(self, name: str) -> bool:
        """Whether a budget item differs by recipient."""
        return not isinstance(getattr(self, name), str)


class FactorTerms(BaseModel):
    """What steps divide by: a quantity of an account (`of`), or `values` that the plan states by recipient.

    What is stated has its `unit` (none for a score), name, evidence and document; a recipient not listed is missing.
    `declared_by`, `number` and `date` say who returned it in which document: without them it is at most `secondary`.
    `partial` and `negative` say what to do where a value is partial or negative; `coverage` = common takes of each total
    what all recipients have.
    """

    model_config = STRICT
    of: str = ""
    values: ByRecipient = {}
    unit: str = ""
    zh: str = ""
    evidence: Evidence | None = None
    document: str = ""
    declared_by: str = ""
    number: str = ""
    date: dt.date | None = None
    use: Literal["share", "value"] = Field(alias="as")
    partial: Literal["refuse", "accept"] = "refuse"
    negative: Literal["refuse", "zero"] = "refuse"
    coverage: Literal["own", "common"] = "own"
    basis: str = ""

    @property
    def rated(self) -> Evidence:
        """The evidence of what is stated, as far as its document is named; `assumed` where none is stated."""
        level: Evidence = self.evidence or "assumed"
        weak = lacking(level, self.declared_by, self.number, self.date, text=self.document)
        return "secondary" if weak else level


class RowAdoption(BaseModel):
    """A decision to use a row of the store outside its own dates or places, or beside a nearer one.

    `for` is the parameter, such as `grass.rates.ban` (step id and name); `counties` are the recipients, none for all.
    """

    model_config = STRICT
    row: str
    target: str = Field(alias="for")
    counties: Annotated[tuple[str, ...], AS_TUPLE] = ()
    reason: str = ""
    decided_by: str = ""


ONE_OR_MORE = BeforeValidator(
    lambda value: (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value
)
"""A text, or a list of texts."""


class NumberEvidence(BaseModel):
    """What numbers rest on that the plan types itself: `for` names them, as `grass.areas`, a step, `phase.first`, `pool`.

    The document is that of [basis] where none is named. `declared` needs `unit`, `number` and `date`; `primary` the
    number and date of the document and the place in it (`at`); `published` what `declared` needs, or a document that can be
    looked up: an address that opens, or a year and a number of it.
    """

    model_config = STRICT
    target: Annotated[tuple[str, ...], ONE_OR_MORE] = Field(alias="for")
    evidence: Evidence
    document: str = ""
    number: str = ""
    date: dt.date | None = None
    unit: str = ""
    at: str = ""


if TYPE_CHECKING:
    Step = StepTerms
else:
    Step = Annotated[
        functools.reduce(operator.or_, (rule.terms for rule in STEP_RULES.values())), Field(discriminator="rule")
    ]
    """The terms of a step, by its rule."""


class Plan(BaseModel):
    """A plan as read and checked by `read_plan`; money is yuan text, never a float.

    `published` are files of printed payments for `audit_plan`; nothing else opens them.
    """

    model_config = STRICT
    schema_version: Literal[1] = Field(alias="schema")
    title: str
    layer: Layer
    state: State
    corrects: str = ""
    correction_reason: str = ""
    period: int | str
    date: dt.date | None = None
    pool: str
    round_to: Literal["fen", "yuan", "100yuan", "wan"]
    recipients: Annotated[tuple[str, ...], AS_TUPLE] = ()
    recipient: Annotated[tuple[RecipientTerms, ...], AS_TUPLE] = ()
    basis: Basis = Basis()
    budget: Budget = Budget()
    accounts: dict[str, str] = {}
    factor: dict[str, FactorTerms] = {}
    carry_in: CarryIn = CarryIn()
    previous: PreviousPayments = PreviousPayments()
    step: Annotated[tuple[Step, ...], AS_TUPLE]
    phase: Annotated[tuple[Phase, ...], AS_TUPLE] = ()
    event: Annotated[tuple[Event, ...], AS_TUPLE] = ()
    transfer: Transfer = Transfer()
    use: Use = Use()
    contract: Contract = Contract()
    target: Annotated[tuple[PerformanceTarget, ...], AS_TUPLE] = ()
    adopt: Annotated[tuple[RowAdoption, ...], AS_TUPLE] = ()
    evidence: Annotated[tuple[NumberEvidence, ...], AS_TUPLE] = ()
    published: Annotated[tuple[str, ...], AS_TUPLE] = ()
    _cited: Mapping[tuple[str, str], Cited] = PrivateAttr(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        """Whether another plan says the same and cites the same rows; in which file, and in what words of TOML or a form, is no matter."""
        if not isinstance(other, Plan):
            return NotImplemented
        same = self.__dict__ == other.__dict__ and self._rates_numbers == other._rates_numbers
        return same and dict(self._cited) == dict(other._cited)

    def __hash__(self) -> int:
        """The hash of what plans differ in most."""
        return hash((self.title, str(self.period), self.pool, len(self.step)))

    def __repr__(self) -> str:
        """One line; what it holds fills pages."""
        return f"<Plan {self.title}, {self.period}, {self.layer}, {self.state}, pool {self.pool} CNY, {len(self.step)} steps>"

    _parameters: Mapping[str, Any] = PrivateAttr(default_factory=dict)
    _source: PlanText = PrivateAttr(default_factory=lambda: PlanText(Path("plan.toml"), ""))
    _inside: Path | None = PrivateAttr(default=None)
    _rates_numbers: bool = PrivateAttr(default=True)

    @property
    def file(self) -> Path:
        """The file it was read from; accounts are found beside it."""
        return self._source.path

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it names, as it names them: accounts, published payments, what it corrects, what was carried in or issued."""
        named = (*self.accounts.values(), *self.published, self.corrects, self.carry_in.file, self.budget.issued_file)
        return tuple(name for name in named if name.strip())

    @property
    def inside(self) -> Path | None:
        """The folder that the files it names must lie in; None: its own."""
        return self._inside

    @property
    def text(self) -> str:
        """The file as written."""
        return self._source.text

    def where(self, *key: str | int) -> str:
        """The file and line of a key, for messages."""
        return self._source.where(*key)

    @property
    def source(self) -> PlanText:
        """The text of the file with the places of its keys, and without problems."""
        return self._source.with_text(self.text)

    @property
    def rates_numbers(self) -> bool:
        """Whether the numbers that it types need evidence; not so in the record of a version that asked for none."""
        return self._rates_numbers

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The cited rows with their sources, from which the plan can be read again; empty where it cites none."""
        return self._parameters

    @property
    def cited(self) -> Mapping[tuple[str, str], Cited]:
        """The rows of the store that parameters cite, by step id and parameter name."""
        return self._cited

    @property
    def years(self) -> tuple[int, int] | None:
        """First and last year of the period: of 2023, `2021-2022`, `2021—2022年`; None for the name of any other period."""
        span = period_of(str(self.period))
        return None if span is None or span.doubt else (int(span.first), int(span.last))

    @property
    def pool_fen(self) -> Fen:
        """The pool in fen."""
        return fen(self.pool)

    @property
    def payable(self) -> Fen:
        """The unit of payment in fen."""
        return PAYABLE[self.round_to]

    @property
    def named_recipients(self) -> tuple[Recipient, ...]:
        """The recipients with their names, in code order; a code takes its name from the county table."""
        known = read_counties().by_code
        listed = [Recipient(code, known[code].zh if code in known else "", "county") for code in self.recipients]
        declared = [Recipient(item.id, item.zh, item.kind) for item in self.recipient]
        return tuple(sorted((*listed, *declared), key=lambda recipient: recipient.id))

    @checked
    def with_weights(
        self, weights: Mapping[str, Weight], *, reason: str, decided_by: str, step: str = "",
        evidence: Mapping[str, Any] | None = None,
    ) -> Self:  # fmt: skip
        """The plan with other weights by factor in its weighing step (of several, the one that is named).

        They are chosen, hence assumed, by a decision that stands in the text of the plan: its basis prints with them, and
        a workbook of it is rebuilt and verified as any other. What each layer asks of numbers holds for them: a statutory
        plan refuses them unless `evidence`, with the keys of [[evidence]], says what document they are from.
        Raises PlanError for other factors than those of the step, weights whose sum is not 1, no reason or decider.
        """
        place = weighing_step(self.step, step)
        old: Any = self.step[place]
        texts = checked_weights(old, weights, self.cited, reason, decided_by)
        basis = basis_of(old, reason, decided_by)
        rests = dict(evidence or {"evidence": "assumed", "document": basis})
        source = self._source.with_text(decided_text(self._source, place, old, texts, basis, rests))
        steps = list(self.step)
        steps[place] = old.model_copy(update={"weights": texts, "basis": basis})
        names = tuple(f"{old.id}.weights.{name}" for name in texts)
        entry = NumberEvidence.model_validate({"for": names, **rests})
        update = {"step": tuple(steps), "evidence": (*self.evidence, entry)}
        changed = self.model_copy(update=update)
        STEP_RULES[old.rule].check(changed, steps[place], source, ("step", place))
        source.problems.raise_if_any(PlanError)
        changed._source = source  # noqa: SLF001 - its own
        return changed

    def basis_text(self) -> str:
        """The document, number and article that the plan rests on, or an empty text."""
        return " ".join(part for part in (self.basis.document, self.basis.number, self.basis.article) if part)
