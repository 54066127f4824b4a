"""`Account`: everything that one account needs, read and checked; its periods; and the same with something else in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from qhgep.account.adoptions import AdoptCheck
from qhgep.account.choices import DeclaredGap, MethodChoice
from qhgep.account.given_rows import RowsLike, given_rows
from qhgep.account.in_words import one_line
from qhgep.account.schema import Adopt
from qhgep.account.uncertain import Uncertain
from qhgep.arguments import checked
from qhgep.coefficient_store import Adoption, Coefficients, Deflation, decided_value
from qhgep.errors import AccountError, Problem, Problems
from qhgep.inputs import County, Input
from qhgep.inputs.landcover.decisions import LandcoverDecision, decided
from qhgep.inputs.not_applicable import NotApplicable
from qhgep.inputs.periods import period_of
from qhgep.ruleset_store.ruleset import Ruleset
from qhgep.states import Corrects, State
from qhgep.toml_lines import TomlText


@dataclass(frozen=True, slots=True)
class Period:
    """An accounting period: a calendar year, or a declared mean period in which no dated value is in force by itself."""

    name: str
    days: Fraction
    year: int | None = None

    @property
    def span(self) -> tuple[date, date] | None:
        """First and last day of a calendar year; None for a mean period."""
        return None if self.year is None else (date(self.year, 1, 1), date(self.year, 12, 31))

    @property
    def by_calendar(self) -> bool:
        """Whether its days are those of its year, or what the years of its name have on average."""
        named = None if self.year is not None else period_of(self.name)
        if named is None:
            return self.year is not None
        first, last = int(named.first), int(named.last)
        return not named.doubt and self.days * (last + 1 - first) == (date(last + 1, 1, 1) - date(first, 1, 1)).days


@dataclass(frozen=True)
class Account:
    """Everything one account needs, read and checked; `compute` does the rest.

    `inputs` are all rows of the tables; which of them serve is decided by period and adoptions in `qhgep.engine`.
    Where a table states areas of land-cover classes, `undecided` are the rows as stated, and `landcover` made `inputs` of them.
    `published` are files of printed figures for `qhgep.auditing`; nothing else opens them.
    """

    title: str
    periods: tuple[Period, ...]
    price_year: int
    counties: tuple[County, ...]
    ruleset: Ruleset
    coefficients: Coefficients
    inputs: tuple[Input, ...]
    adoptions: tuple[Adoption, ...]
    date: date
    require: str = "assumed"
    hashes: Mapping[str, str] | None = None
    warnings: tuple[Problem, ...] = ()
    declared: tuple[County, ...] = ()
    deflation: Deflation | None = None
    published: tuple[Path, ...] = ()
    landcover: tuple[LandcoverDecision, ...] = ()
    undecided: tuple[Input, ...] = ()
    state: State = "draft"
    corrects: Corrects | None = None
    not_applicable: tuple[NotApplicable, ...] = ()
    """The decisions that something does not apply; those of the ruleset stand in the ruleset."""
    file: str = ""
    """The name of the file that it was read from; empty where it was made otherwise."""
    methods: tuple[MethodChoice, ...] = ()
    """The choices of methods; `ruleset` is bound by them."""
    not_covered: tuple[DeclaredGap, ...] = ()
    """The gaps that the account declares."""
    uncertain: tuple[Uncertain, ...] = ()
    """The distributions that it declares; `compute` reads none of them (`uncertainty` does)."""
    text: TomlText = field(default=TomlText("", ""), repr=False, compare=False)
    """The text of that file, for the lines of what later turns out wrong; no result depends on it."""
    as_read: Account | None = field(default=None, repr=False, compare=False)
    """What its files gave: the hash of one of them holds for what is still so (`qhgep.account.hashes`)."""
    __repr__ = one_line

    def __post_init__(self) -> None:
        """Hold sequences as tuples: a list that a caller keeps could change after a result was computed."""
        for part in ("periods", "counties", "inputs", "adoptions", "warnings", "declared", "landcover", "undecided"):
            object.__setattr__(self, part, tuple(getattr(self, part)))

    @checked
    def with_inputs(self, rows: RowsLike) -> Account:
        """The account with input rows in place of those of the same county, period, ecosystem, item and quantity; others are added.

        `rows` is a DataFrame or an iterable of mappings with the columns of the long table (see `account_from`). Raises
        AccountError with every fault.
        """
        problems = Problems()
        areas = {county.code: county for county in self.counties}
        found = given_rows(rows, self.ruleset.catalogue, self.coefficients, areas, problems)
        problems.raise_if_any(AccountError)
        new = {row.key: row for row in found}
        kept = [new.pop(row.key, row) for row in self.undecided or self.inputs]
        changed = (*kept, *new.values())
        inputs = decided(changed, self.landcover, problems)
        problems.raise_if_any(AccountError)
        undecided = () if inputs == changed else changed
        return replace(self, inputs=inputs, undecided=undecided, warnings=self.warnings + problems.warnings)

    @checked
    def with_coefficient(self, row: str, *, value: str | int | Decimal, reason: str, decided_by: str) -> Account:
        """The account with another value in a coefficient row, in the unit of that row.

        It is chosen, hence assumed, and a decision with its reason: pages print it as they print a row of a pack that
        stands for a shipped one. Rows of the same place in force at the same time give way, as to a pack; a row that an
        adoption names stays. Raises AccountError for an unknown row (naming the nearest), a value that is no number or
        beyond the limits of its quantity, an empty reason or decider.
        """
        problems = Problems()
        named = {adoption.row for adoption in self.adoptions}
        words = self.ruleset.catalogue.words
        store = decided_value(self.coefficients, row, str(value), (reason, decided_by), named, words, problems)
        problems.raise_if_any(AccountError)
        return replace(self, coefficients=store)

    @checked
    def with_adoption(  # noqa: PLR0913 - the keys of [[adopt]]
        self, *, reason: str, decided_by: str, row: str = "", quantity: str = "", from_period: str | int = "",
        target: str = "", ecosystem: str = "", item: str = "", counties: Sequence[str] = (), price_year: int | None = None,
    ) -> Account:  # fmt: skip
        """The account with one more decision to use a value outside its own region, period or ecosystem, as [[adopt]] writes it.

        `row` names a coefficient row (or `XIE15-*`), or `quantity` and `from_period` an input of another period. Raises
        AccountError with everything that is wrong with the decision.
        """
        problems = Problems()
        entry = Adopt.model_validate({
            "row": row, "quantity": quantity, "from_period": str(from_period), "for": target, "ecosystem": ecosystem,
            "item": item, "counties": tuple(counties), "price_year": price_year, "reason": reason,
            "decided_by": decided_by,
        })  # fmt: skip
        check = AdoptCheck(self.coefficients, self.ruleset, [county.code for county in self.counties], problems)
        found = check.adoption(entry, f"with_adoption() {len(self.adoptions) + 1}")
        problems.raise_if_any(AccountError)
        return replace(self, adoptions=(*self.adoptions, *([] if found is None else [found])))
