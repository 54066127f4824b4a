"""account.toml as an `Account`: counties, periods, inputs, adopted values. All faults of the folder are reported at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from qhgep.account.account import Account, Period
from qhgep.account.adoptions import AdoptCheck, check_ecosystem, outside
from qhgep.account.areas import areas_of, declared_areas
from qhgep.account.choices import DeclaredGap, MethodChoice, chosen, declared_gaps, method_choices, tell_open
from qhgep.account.decision_book import tell_adopted_twice, with_decisions
from qhgep.account.inputs import InputsOf, read_account_inputs
from qhgep.account.schema import AccountFile, MeanPeriod, read_file
from qhgep.account.uncertain import Uncertain, uncertain_of
from qhgep.catalogue import Catalogue, shipped
from qhgep.coefficient_store import (
    Adoption,
    Coefficients,
    Deflation,
    PackPaths,
    all_series,
    as_known_on,
    left_out_warnings,
    load_coefficients,
    pack_paths,
)
from qhgep.data import confined, file_hash, is_file, is_folder, path_exists
from qhgep.errors import AccountError, Problems, QhgepError
from qhgep.evidence import LEVELS
from qhgep.inputs import Counties, County, Input, read_counties
from qhgep.inputs.landcover.decisions import LandcoverEntry, decided, decisions_of
from qhgep.inputs.not_applicable import NotApplicable, decision_of
from qhgep.inputs.periods import period_of
from qhgep.inputs.same_fault import tell_once
from qhgep.quantities import days_in_period
from qhgep.ruleset_store.ruleset import Ruleset, folder, read_ruleset
from qhgep.states import Corrects, corrects
from qhgep.toml_lines import TomlText

_SHOWN = 40
"""How much of a text that is no period a message shows."""
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
"""The years that input tables can speak of."""
_FAR = 10**9
"""From here on a number is not printed: it may have thousands of digits."""


def read_account(
    path: str | Path,
    *,
    coefficients: PackPaths = (),
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
    reader = AccountReader(path, content, text, catalogue or shipped(), problems)
    reader.confine(around)
    return reader.account(pack_paths(coefficients), require, known_on)


class AccountReader:
    """Reads what account.toml names, noting every problem before stopping."""

    def __init__(
        self, path: Path, content: AccountFile, text: TomlText, catalogue: Catalogue, problems: Problems
    ) -> None:
        self.path = path / "account.toml" if is_folder(path) else path
        self.content, self.text, self.catalogue, self.problems = content, text, catalogue, problems
        self.at = text.where
        self.hashes = {self.path.name: file_hash(self.path)} if path_exists(self.path) else {}
        self.inside: Path | None = None

    def confine(self, inside: Path | None) -> None:
        """Refuse files that account.toml names outside a folder, and `previous`, which nothing reads. Raises AccountError."""
        file, self.inside = self.content, inside
        for key, name in (*file.files, ("ruleset", f"{file.ruleset}.toml")):
            try:
                confined(self.path.parent, name, inside, self.at(key))
            except QhgepError as error:
                self.problems.take(error)
        if file.previous.strip():
            self.problems.add("account_previous", self.at("previous"), file=file.previous)
        self.problems.raise_if_any(AccountError)

    def account(self, packs: Sequence[Path], require: str | None, known_on: date | None) -> Account:
        """The account with the shipped coefficients under the packs. Raises AccountError with every problem noted."""
        self._decided_on_a_sheet()
        periods = self._periods()
        ruleset = self._taken(self._ruleset)
        if ruleset is not None:
            self.catalogue = ruleset.catalogue  # with the quantities that it adds
        store = self._taken(lambda: as_known_on(load_coefficients(self.catalogue.words, packs), known_on))
        methods: tuple[MethodChoice, ...] = ()
        gaps: tuple[DeclaredGap, ...] = ()
        if ruleset is not None and ruleset.shell:
            self.problems.add("account_shell", self.at("ruleset"), ruleset=ruleset.name)
        elif ruleset is not None:
            methods = method_choices(self.content.method, self.text, ruleset, self.problems)
            gaps = declared_gaps(self.content.not_covered, self.text, ruleset, self.problems)
            ruleset = chosen(ruleset, methods, self.problems)
        declared = declared_areas(self.content, self.at, self.problems)
        table = read_counties().with_declared(declared)
        spans = [(period.name, period.span or (self.content.date, self.content.date)) for period in periods]
        counties = areas_of(self.content, self.at, table, spans, self.problems)
        stated = self._inputs(store, counties, table, ruleset) if store else ()
        entries = [LandcoverEntry(**entry.model_dump()) for entry in self.content.landcover]
        landcover = decisions_of(
            entries, self.path.name, self.content.counties, store.ecosystems if store else (), self.problems
        )
        inputs = decided(stated, landcover, self.problems)
        adoptions = self._adoptions(store, ruleset) if store else ()
        deflation = self._deflation(store)
        not_applicable = self._not_applicable(store, ruleset, inputs) if store else ()
        corrected = self._corrects()
        uncertain = self._uncertain(store) if store else ()
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
            self.path.name, methods, gaps, uncertain, self.text,
        )  # fmt: skip
        return replace(account, as_read=account)

    def _decided_on_a_sheet(self) -> None:
        """Take in the decisions of the workbook that account.toml names for them."""
        book = self.path.parent / self.content.decisions
        if self.content.decisions.strip() and is_file(book):
            self.hashes[self.content.decisions] = file_hash(book)
        self.content, self.text = with_decisions(self.content, self.text, self.path.parent, self.problems)

    def _corrects(self) -> Corrects | None:
        name = self.content.corrects
        place = self.at("corrects" if name.strip() else "correction_reason")
        found = corrects(name, self.content.correction_reason, self.path.parent, place, self.problems)
        if found is not None and found.check_exists(place, self.problems):
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
        if isinstance(file.period, str):
            return self._span(file.period)
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

    def _span(self, text: str) -> tuple[Period, ...]:
        """The mean period of a text such as 2021-2022, with the days that its years have on average."""
        span = period_of(text)
        if span is None or span.doubt or span.first == span.last:
            self.problems.add("account_period_text", self.at("period"), found=text[:_SHOWN])
            return ()
        first, last = int(span.first), int(span.last)
        days = (date(last + 1, 1, 1) - date(first, 1, 1)).days
        return (Period(span.text, Fraction(days, last + 1 - first)),)

    def _ruleset(self) -> Ruleset:
        own = self.path.parent / f"{self.content.ruleset}.toml"
        if path_exists(own):
            return read_ruleset(own, self.catalogue, inside=self.inside)
        return read_ruleset(folder() / f"{self.content.ruleset}.toml", self.catalogue)

    def _inputs(
        self, store: Coefficients, counties: Sequence[County], table: Counties, ruleset: Ruleset | None
    ) -> tuple[Input, ...]:
        of = InputsOf(self.path.parent, self.content, self.catalogue, store, table, ruleset)
        rows, hashes = read_account_inputs(of, {county.code for county in counties}, self.problems)
        self.hashes |= hashes
        return rows

    def _adoptions(self, store: Coefficients, ruleset: Ruleset | None) -> tuple[Adoption, ...]:
        check = AdoptCheck(store, ruleset, self.content.counties, self.problems, self.catalogue)
        entries = enumerate(self.content.adopt, start=1)
        found = [check.adoption(entry, self.text.entry("adopt", number)) for number, entry in entries]
        adoptions = tuple(item for item in found if item is not None)
        tell_adopted_twice(adoptions, self.text, self.problems)
        return adoptions

    def _uncertain(self, store: Coefficients) -> tuple[Uncertain, ...]:
        quantities, entries = self.catalogue.vocabulary, enumerate(self.content.uncertain, start=1)
        return tuple(
            uncertain_of(
                entry, self.text.entry("uncertain", number), store=store, quantities=quantities,
                counties=self.content.counties, problems=self.problems,
            )
            for number, entry in entries
        )  # fmt: skip

    def _not_applicable(
        self, store: Coefficients, ruleset: Ruleset | None, inputs: Sequence[Input]
    ) -> tuple[NotApplicable, ...]:
        """The decisions of [[not_applicable]], each of which some row must state."""
        found = []
        said = [row for row in inputs if row.presence == "not_applicable"]
        for number, entry in enumerate(self.content.not_applicable, start=1):
            place = self.text.entry("not_applicable", number)
            for ecosystem in entry.ecosystems:
                check_ecosystem(ecosystem, place, store, self.problems)
            for code in outside(entry.counties, self.content.counties):
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

    def _deflation(self, store: Coefficients | None) -> Deflation | None:
        entry, place = self.content.deflate, self.text.table("deflate")
        if entry is None or store is None:
            return None
        if entry.series not in (known := all_series(store)):
            self.problems.add("deflate_series", place, series=entry.series, known="、".join(known) or "-")
        if not entry.reason or not entry.decided_by:
            self.problems.add("adopt_reason", place)
        return Deflation(entry.series, entry.reason, entry.decided_by, place)
