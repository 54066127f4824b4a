"""account.toml as an `Account`: counties, periods, inputs, adopted values. All faults of the folder are reported at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from qhgep.account.choices import DeclaredGap, MethodChoice, chosen, declared_gaps, method_choices, tell_open
from qhgep.account.in_words import one_line
from qhgep.account.inputs import InputsOf, read_account_inputs
from qhgep.account.schema import AccountFile, Adopt, MeanPeriod, read_file
from qhgep.catalogue import Catalogue, shipped
from qhgep.coefficient_store import (
    Adoption,
    Coefficients,
    Deflation,
    all_series,
    as_known_on,
    left_out_warnings,
    load_coefficients,
    region_chain,
    unknown_then,
)
from qhgep.data import confined, file_hash, is_folder, is_there
from qhgep.errors import AccountError, Problem, Problems, QhgepError
from qhgep.evidence import LEVELS
from qhgep.inputs import Counties, County, Input, read_counties
from qhgep.inputs.landcover.decisions import Entry, LandcoverDecision, decided, decisions_of
from qhgep.inputs.not_applicable import NotApplicable, decision_of
from qhgep.inputs.same_fault import tell_once
from qhgep.quantities import days_in_period
from qhgep.ruleset_store.ruleset import Ruleset, folder, read_ruleset
from qhgep.states import Corrects, State, corrects
from qhgep.toml_lines import TomlText
from qhgep.units import is_money

_FIRST_YEAR, _LAST_YEAR = 1900, 2099
"""The years that input tables can speak of."""
_FAR = 10**9
"""From here on a number is not printed: it may have thousands of digits."""


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
    text: TomlText = field(default=TomlText("", ""), repr=False, compare=False)
    """The text of that file, for the lines of what later turns out wrong; no result depends on it."""
    as_read: Account | None = field(default=None, repr=False, compare=False)
    """What its files gave: the hash of one of them holds for what is still so (`qhgep.account.hashes`)."""
    __repr__ = one_line

    def __post_init__(self) -> None:
        """Hold sequences as tuples: a list that a caller keeps could change after a result was computed."""
        for part in ("periods", "counties", "inputs", "adoptions", "warnings", "declared", "landcover", "undecided"):
            object.__setattr__(self, part, tuple(getattr(self, part)))


def read_account(
    path: str | Path,
    *,
    coefficients: Sequence[str | Path] = (),
    require: str | None = None,
    known_on: date | None = None,
    catalogue: Catalogue | None = None,
    inside: str | Path | None = None,
) -> Account:
    """The account of a folder's account.toml, with the shipped coefficients and the given packs over them.

    `require` replaces the evidence level of [options]. With `known_on` only coefficient rows that were known on that day
    count (`known_since`), and a warning says how many are left out. A ruleset is a shipped one, or a toml file beside account.toml.
    The files that account.toml names must lie inside `inside`, by default its own folder; links are followed before.
    Raises AccountError with every fault found in all files, each with its file and line.
    """
    path = Path(path)
    problems = Problems()
    content, text = read_file(path, problems)
    if content is None:
        problems.raise_if_any(AccountError)
        raise AssertionError(path)  # pragma: no cover - no content is always a problem
    around = None if inside is None else Path(inside)
    reader = AccountReader(path, content, text, catalogue or shipped(), problems, around)
    return reader.account([Path(pack) for pack in coefficients], require, known_on)


class AccountReader:
    """Reads what account.toml names, noting every problem before stopping."""

    def __init__(
        self, path: Path, content: AccountFile, text: TomlText, catalogue: Catalogue, problems: Problems,
        inside: Path | None,
    ) -> None:  # fmt: skip
        self.path = path / "account.toml" if is_folder(path) else path
        self.content, self.text, self.catalogue, self.problems = content, text, catalogue, problems
        self.at = text.where
        self._confine(inside)
        problems.raise_if_any(AccountError)
        self.hashes = {self.path.name: file_hash(self.path)}

    def _confine(self, inside: Path | None) -> None:
        """Every file that account.toml names lies inside; `previous`, which nothing reads, is refused."""
        file = self.content
        for key, name in (*file.files, ("ruleset", f"{file.ruleset}.toml")):
            try:
                confined(self.path.parent, name, inside, self.at(key))
            except QhgepError as error:
                self.problems.take(error)
        if file.previous.strip():
            self.problems.add("account_previous", self.at("previous"), file=file.previous)

    def account(self, packs: Sequence[Path], require: str | None, known_on: date | None) -> Account:
        """The account with the shipped coefficients under the packs. Raises AccountError with every problem noted."""
        periods = self._periods()
        ruleset = self._taken(self._ruleset)
        store = self._taken(lambda: as_known_on(load_coefficients(self.catalogue.words, packs), known_on))
        methods: tuple[MethodChoice, ...] = ()
        gaps: tuple[DeclaredGap, ...] = ()
        if ruleset is not None and ruleset.shell:
            self.problems.add("account_shell", self.at("ruleset"), ruleset=ruleset.name)
        elif ruleset is not None:
            methods = method_choices(self.content.method, self.text, ruleset, self.problems)
            gaps = declared_gaps(self.content.not_covered, self.text, ruleset, self.problems)
            ruleset = chosen(ruleset, methods, self.problems)
        declared = tuple(County(item.code, item.zh, item.kind, item.parent) for item in self.content.county)
        table = read_counties().with_declared(declared)
        counties = self._counties(table, periods)
        stated = self._inputs(store, counties, table, ruleset) if store else ()
        entries = [Entry(**entry.model_dump()) for entry in self.content.landcover]
        landcover = decisions_of(
            entries, self.path.name, self.content.counties, store.ecosystems if store else (), self.problems
        )
        inputs = decided(stated, landcover, self.problems)
        adoptions = self._adoptions(store, ruleset) if store else ()
        deflation = self._deflation(store)
        not_applicable = self._not_applicable(store, ruleset, inputs) if store else ()
        corrected = self._corrects()
        tell_open(self.content, self.text, self.problems)
        level = require or self.content.options.require
        if level not in LEVELS:
            self.problems.add("account_require", self.at("options", "require"), level=level, known="、".join(LEVELS))
        tell_once(self.problems)
        self.text.raise_located(self.problems, AccountError)
        if ruleset is None or store is None:  # pragma: no cover - a problem was raised above
            raise AssertionError
        self.problems.items += (*store.warnings, *left_out_warnings(store))
        account = Account(
            self.content.title, periods, self.content.price_year, counties, ruleset, store, inputs, adoptions, self.content.date,
            level, {**self.hashes, **store.hashes, ruleset.file: ruleset.hash}, self.problems.warnings, declared,
            deflation,
            tuple(self.path.parent / name for name in self.content.published),
            landcover, () if inputs == stated else stated, self.content.state, corrected, not_applicable,
            self.path.name, methods, gaps, self.text,
        )  # fmt: skip
        return replace(account, as_read=account)

    def _corrects(self) -> Corrects | None:
        name = self.content.corrects
        place = self.at("corrects" if name.strip() else "correction_reason")
        found = corrects(name, self.content.correction_reason, self.path.parent, place, self.problems)
        if found is not None and found.there(place, self.problems):
            self.hashes[name] = file_hash(found.file)
        return found

    def _taken(self, make: Any) -> Any:  # noqa: ANN401 - the value of whatever is made, or None with its problems noted
        try:
            return make()
        except QhgepError as error:
            self.problems.take(error)
            return None

    def _periods(self) -> tuple[Period, ...]:
        file = self.content
        if (file.period is None) == (not file.periods):
            self.problems.add("account_period", self.at("period"))
            return ()
        if not _FIRST_YEAR <= file.price_year <= _LAST_YEAR:
            found = file.price_year if abs(file.price_year) < _FAR else f"{'-' if file.price_year < 0 else ''}10^n"
            self.problems.add("account_year", self.at("price_year"), year=found, first=_FIRST_YEAR, last=_LAST_YEAR)
        if isinstance(file.period, MeanPeriod):
            limits = days_in_period.bounds
            if limits and not (limits.low or 0) <= file.period.days <= (limits.high or 0):
                self.problems.add("account_days", self.at("period"), days=file.period.days, reason=limits.reason)
            return (Period(file.period.name, Fraction(file.period.days)),)
        years = file.periods or [file.period or 0]
        no_years = sorted({year for year in years if not _FIRST_YEAR <= year <= _LAST_YEAR})
        for year in no_years:
            self.problems.add(
                "account_year",
                self.at("periods" if file.periods else "period"),
                year=year,
                first=_FIRST_YEAR,
                last=_LAST_YEAR,
            )
        if no_years:
            return ()
        return tuple(
            Period(str(year), Fraction((date(year + 1, 1, 1) - date(year, 1, 1)).days), year)
            for year in sorted(set(years))
        )

    def _ruleset(self) -> Ruleset:
        own = self.path.parent / f"{self.content.ruleset}.toml"
        return read_ruleset(own if is_there(own) else folder() / f"{self.content.ruleset}.toml", self.catalogue)

    def _counties(self, table: Counties, periods: Sequence[Period]) -> tuple[County, ...]:
        found = []
        if not self.content.counties:
            self.problems.add("account_counties", self.at("counties"))
        self._check_codes(table)
        for code in sorted(set(self.content.counties)):
            county = table.by_code.get(code)
            if county is None:
                self.problems.add("account_code", self._at_code(code), code=code)
                continue
            for period in periods:
                first, last = period.span or (self.content.date, self.content.date)
                if not county.valid(first, last):
                    before = table.predecessor(code)
                    was = f"{before.code} {before.zh}" if before else "-"
                    now = county.succeeded_by or "-"
                    facts = {
                        "code": code,
                        "zh": county.zh,
                        "period": period.name,
                        "span": county.span,
                        "before": was,
                        "after": now,
                    }
                    self.problems.add("account_code_dates", self._at_code(code), **facts)
            found.append(county)
        return tuple(found)

    def _at_code(self, code: str) -> str:
        """The line of a code among `counties`, of the last where it stands twice."""
        codes = self.content.counties
        return self.at("counties", len(codes) - 1 - codes[::-1].index(code))

    def _check_codes(self, table: Counties) -> None:
        """No area is counted twice: not by listing it twice, nor as itself and as a part of a wider one."""
        codes = self.content.counties
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            self.problems.add("account_code_twice", self._at_code(code), code=code)
        for code in sorted(set(codes)):
            known = table.by_code.get(code)
            wider = {*region_chain(code)[1:], known.parent if known else ""} - {"", code}
            for outer in sorted(wider & set(codes)):
                self.problems.add("account_code_inside", self._at_code(code), code=code, outer=outer)
        for number, item in enumerate(self.content.county):
            if item.code in read_counties().by_code:
                self.problems.add("account_code_shadow", self.at("county", number, "code"), code=item.code, zh=item.zh)

    def _inputs(
        self, store: Coefficients, counties: Sequence[County], table: Counties, ruleset: Ruleset | None
    ) -> tuple[Input, ...]:
        of = InputsOf(self.path.parent, self.content, self.catalogue, store, table, ruleset)
        rows, hashes = read_account_inputs(of, {county.code for county in counties}, self.problems)
        self.hashes |= hashes
        return rows

    def _adoptions(self, store: Coefficients, ruleset: Ruleset | None) -> tuple[Adoption, ...]:
        found = []
        for number, entry in enumerate(self.content.adopt, start=1):
            place = self.text.entry("adopt", number)
            if bool(entry.row) == bool(entry.quantity):
                self.problems.add("adopt_what", place)
                continue
            rows = store.named(entry.row, entry.target) if entry.row else ()
            target = entry.target or (rows[0].key if rows else entry.quantity)
            self._check_adopt(entry, target, place, store, ruleset)
            only = rows[0] if len(rows) == 1 else None
            ecosystem = entry.ecosystem or (only.ecosystem if only else "")
            item = entry.item or (only.item if only else "")
            found.append(Adoption(
                entry.row, entry.quantity, entry.from_period, target, ecosystem, item, entry.counties, entry.reason,
                entry.decided_by, place, entry.price_year,
            ))  # fmt: skip
        return tuple(found)

    def _not_applicable(
        self, store: Coefficients, ruleset: Ruleset | None, inputs: Sequence[Input]
    ) -> tuple[NotApplicable, ...]:
        """The decisions of [[not_applicable]], each of which some row must state."""
        found = []
        said = [row for row in inputs if row.presence == "not_applicable"]
        for number, entry in enumerate(self.content.not_applicable, start=1):
            place = self.text.entry("not_applicable", number)
            for ecosystem in entry.ecosystems:
                self._check_ecosystem(ecosystem, place, store)
            for code in _outside(entry.counties, self.content.counties):
                self.problems.add("account_code", place, code=code)
            if not entry.reason or not entry.decided_by:
                self.problems.add("adopt_reason", place)
            known = ruleset is None or entry.quantity in {quantity.name for quantity in ruleset.quantities}
            if ruleset is not None and not known:
                self.problems.add("adopt_target", place, target=entry.quantity, ruleset=ruleset.name)
            decision = decision_of(entry, place)
            if known and not any(decision.covers_row(row) for row in said):
                self.problems.add("not_applicable_unused", place, quantity=entry.quantity)
            found.append(decision)
        return tuple(found)

    def _check_ecosystem(self, ecosystem: str, place: str, store: Coefficients) -> None:
        if ecosystem and ecosystem.removesuffix(".*") not in store.ecosystems:
            self.problems.add("adopt_ecosystem", place, ecosystem=ecosystem)

    def _deflation(self, store: Coefficients | None) -> Deflation | None:
        entry, place = self.content.deflate, f"{self.path.name} [deflate]"
        if entry is None or store is None:
            return None
        if entry.series not in (known := all_series(store)):
            self.problems.add("deflate_series", place, series=entry.series, known="、".join(known) or "-")
        if not entry.reason or not entry.decided_by:
            self.problems.add("adopt_reason", place)
        return Deflation(entry.series, entry.reason, entry.decided_by, place)

    def _check_adopt(self, entry: Adopt, target: str, place: str, store: Coefficients, ruleset: Ruleset | None) -> None:
        rows = store.named(entry.row, entry.target) if entry.row else ()
        if entry.row and not rows:
            self.problems.items.append(unknown_then(entry.row, place, store))
        for key in sorted({row.key for row in rows} - {target}):
            self.problems.add("adopt_key", place, row=entry.row, key=key, target=target)
        dated = any(row.price_year is not None or not self._in_money(row.key) for row in rows)
        if entry.price_year is not None and (not rows or dated):
            self.problems.add("adopt_price_year", place, row=entry.row or entry.quantity)
        if entry.quantity and not entry.from_period:
            self.problems.add("adopt_period", place, quantity=entry.quantity)
        if entry.quantity and target != entry.quantity:
            self.problems.add("adopt_for", place, quantity=entry.quantity, target=target)
        if (
            ruleset is not None
            and target not in {quantity.name for quantity in ruleset.quantities}
            and not (entry.row and not rows)
        ):
            self.problems.add("adopt_target", place, target=target, ruleset=ruleset.name)
        self._check_adopt_cell(entry, place, store)

    def _in_money(self, key: str) -> bool:
        known = self.catalogue.vocabulary.get(key)  # an index row has a key of its own; `adopt_target` refuses it
        return known is not None and is_money(known.unit)

    def _check_adopt_cell(self, entry: Adopt, place: str, store: Coefficients) -> None:
        self._check_ecosystem(entry.ecosystem, place, store)
        for code in _outside(entry.counties, self.content.counties):
            self.problems.add("account_code", place, code=code)
        if not entry.reason or not entry.decided_by:
            self.problems.add("adopt_reason", place)


def _outside(codes: Iterable[str], known: Iterable[str]) -> list[str]:
    return sorted(set(codes) - set(known))
