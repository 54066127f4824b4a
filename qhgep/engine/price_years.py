"""Price years: an amount in the prices of another year is carried to those of the account by a sourced index, or refused."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from qhgep.account.account import Account
from qhgep.catalogue import Formula, checked
from qhgep.catalogue.prices import carrying, price_index_from, price_index_to, price_stated
from qhgep.coefficient_store import Resolved, check_series, index_year, region_chain, series_rows
from qhgep.engine.grid import Carried, Record, Values
from qhgep.errors import AccountError, Problem, Problems, QhgepError, UnitError, problem
from qhgep.evidence import weakest
from qhgep.expr import Quantity
from qhgep.inputs import Input
from qhgep.inputs.table import UNSTATED
from qhgep.readings.exact import exact
from qhgep.ruleset_store.ruleset import INFLOW, Ruleset
from qhgep.units import is_money

FAULTS = frozenset({"price_years", "row_prices", "row_prices_index", "index_year", "index_base", "index_contend"})
"""The codes that say that price years are mixed."""


class Deflator:
    """Carries the records of one account to its price year, and keeps what could not be carried."""

    def __init__(self, account: Account, problems: Problems) -> None:
        self.account, self.problems = account, problems
        self.read = money_read(account.ruleset)
        self.rows = index_rows(account)
        self.wrong: dict[str, dict[str, int]] = {}
        """quantity -> place of a statement in other prices that nothing carries -> its price year (0: not stated)"""
        self.years: dict[str, set[int]] = {}
        """quantity -> the price years of its statements, after carrying"""
        if account.deflation is not None:
            check_series(series_rows(account.coefficients, account.deflation.series), account.deflation, problems)

    def carry(self, quantity: Quantity, record: Record, year: int) -> Record:
        """An input in the prices of the account. Money that no formula and no total reads keeps its own prices."""
        found = self.carry_row(quantity, record, year)
        if not isinstance(found, Problem):
            return found
        self.years.setdefault(quantity.name, set()).add(year)
        if found.code == "row_prices":
            self.wrong.setdefault(quantity.name, {})[_named(record)] = year
        else:
            self._no_index(found)
        return record

    def carry_row(self, quantity: Quantity, record: Record, year: int) -> Record | Problem:
        """The same of a coefficient: a row in other prices that nothing carries is no price of the account's year."""
        target, years = self.account.price_year, self.years.setdefault(quantity.name, set())
        if year == target or quantity.name not in self.read:
            years.add(year)
            return record
        facts = {"zh": quantity.zh, "key": quantity.name, "row": _named(record), "expected": target}
        if self.account.deflation is None or not year:
            return problem("row_prices", record.place, **facts, year=year or "不明")
        if missing := sorted({year, target} - set(self.rows)):
            place = f"{self.account.file or 'account.toml'} [deflate]"
            return problem("row_prices_index", place, **facts, year=year, **index_facts(self.account, missing))
        years.add(target)
        found = carried(quantity, record, self.rows[year], self.rows[target], (year, target))
        if found.exact is not None and abs(found.exact) > sys.float_info.max:
            value = f"{float(record.exact or 0):g}（{year} → {target} 年价）"
            self.problems.add("table_number", _named(record), quantity=quantity.zh, value=value)
            return record
        return found

    def _no_index(self, found: Problem) -> None:
        facts = {name: fact for name, fact in found.facts if name not in {"zh", "key"}}
        found = problem("index_year", found.where, quantity=dict(found.facts)["zh"], **facts)
        if found not in self.problems.items:
            self.problems.items.append(found)


def carried(quantity: Quantity, record: Record, own: Resolved, other: Resolved, years: tuple[int, int]) -> Record:
    """A record's amount carried from the prices of one year to those of another, exactly; the weakest evidence decides."""
    if record.exact is None:
        return record
    formula = carrying(quantity, *years)
    how = Carried(formula, record.exact, record.origin, record.evidence, *years, own, other)
    value = amount(formula, how.stated, own=own, other=other)
    evidence = weakest([record.evidence, own.evidence, other.evidence])
    return replace(record, exact=value, origin="computed", evidence=evidence, carried=how)


def amount(formula: Formula, stated: Fraction, *, own: Resolved, other: Resolved) -> Fraction:
    """The tree of `carrying` for an amount and the index rows of its own and the other year, exactly."""
    given = {price_stated.name: stated, price_index_from.name: own.value, price_index_to.name: other.value}
    value = exact(checked(formula).expr, given, ())
    if not isinstance(value, Fraction):  # pragma: no cover - the tree has no axes
        raise TypeError(formula.id)
    return value


def money_read(ruleset: Ruleset) -> frozenset[str]:
    """The quantities in money that become money; what is only shown, or only compared, keeps the prices of its own year."""
    priced = [formula for formula in ruleset.order if is_money(formula.quantity.unit)]
    read = {quantity.name for formula in priced for quantity in formula.inputs}
    added = {name for line in ruleset.indicators for name in (line.value, line.matrix)}
    if not ruleset.not_covered:  # only then is there a GEP, from which the inflow is taken off
        added.add(INFLOW)
    known = ruleset.catalogue.vocabulary
    return frozenset(name for name in read | added if name in known and is_money(known[name].unit))


def index_rows(account: Account) -> Mapping[int, Resolved]:
    """Year -> the row of the account's index series; a row for another region than all its counties is used elsewhere."""
    if account.deflation is None:
        return {}
    found: dict[int, Resolved] = {}
    for row in series_rows(account.coefficients, account.deflation.series):
        year = index_year(row)
        if year is not None:
            at_home = all(row.region_code in region_chain(county.code) for county in account.counties)
            found.setdefault(year, Resolved(row, elsewhere=not at_home))
    return found


def used_rows(account: Account, records: Iterable[Record]) -> Mapping[int, Resolved]:
    """The index rows that figures rest on: those that carried a record, and those of current prices."""
    rows = index_rows(account)
    years = {year for record in records if record.carried for year in (record.carried.from_year, account.price_year)}
    for period in account.periods:
        if period.year is not None and {period.year, account.price_year} <= set(rows):
            years |= {period.year, account.price_year}
    return {year: rows[year] for year in sorted(years)}


def no_current(account: Account, year: int | None, period: str) -> Problem | None:
    """Why a period has no current prices: it is no calendar year, or an index row is missing. None where it has them."""
    if year is None:
        return problem("current_mean_period", account.file or "account.toml", period=period)
    if missing := sorted({year, account.price_year} - set(index_rows(account))):
        return problem(
            "current_no_index",
            f"{account.file or 'account.toml'} [deflate]",
            period=period,
            **index_facts(account, missing),
        )
    return None


def index_facts(account: Account, missing: Iterable[int]) -> dict[str, str]:
    """The series, the years that it lacks, and the years that it has."""
    series = account.deflation.series if account.deflation else ""
    known = "、".join(str(year) for year in sorted(index_rows(account))) or "-"
    return {"series": series, "missing": "、".join(str(year) for year in missing), "known": known}


def check_price_years(deflator: Deflator, values: Mapping[str, Values], problems: Problems) -> None:
    """Statements in the prices of another year that nothing carried: each quantity once, with its rows.

    A ratio of money is the same in all prices: there it is enough that all of it is of one year.
    """
    for name, places in sorted(deflator.wrong.items()):
        held = values[name]
        facts = {"years": "、".join(str(year or "不明") for year in sorted(held.price_years)), "rows": _list(places)}
        expected = deflator.account.price_year
        problems.add(
            "price_years",
            deflator.account.file or "account.toml",
            quantity=held.quantity.zh,
            expected=expected,
            **facts,
        )
    for formula in deflator.account.ruleset.order:
        years = {quantity.zh: values[quantity.name].price_years for quantity in formula.inputs}
        whole = sorted(frozenset[int]().union(*years.values()))
        if not is_money(formula.quantity.unit) and len(whole) > 1:
            rows = "、".join(f"{zh}（{'、'.join(map(str, sorted(mine)))}）" for zh, mine in years.items() if mine)
            facts = {"years": "、".join(str(year or "不明") for year in whole), "rows": rows}
            expected = deflator.account.price_year
            problems.add(
                "price_years",
                deflator.account.file or "account.toml",
                quantity=formula.quantity.zh,
                expected=expected,
                **facts,
            )


def refuse_mixture(account: Account, quantity: Quantity, records: Iterable[Record]) -> None:
    """A sum over statements in the prices of several years is refused: what is only shown keeps its own, a sum may not mix.

    Raises UnitError with the quantity, the years and the rows.
    """
    stated = {_named(record): _year_of(record) for record in records if record.exact}
    if not is_money(quantity.unit) or len(set(stated.values())) <= 1:
        return
    years = "、".join(str(year or "不明") for year in sorted(set(stated.values())))
    facts = {"quantity": quantity.zh, "years": years, "expected": account.price_year, "rows": _list(stated)}
    raise UnitError(problem("price_years", account.file or "account.toml", **facts))


def _year_of(record: Record) -> int:
    """The price year of a statement in money, after carrying."""
    if record.carried:
        return record.carried.to_year
    if record.input:
        return input_price_year(record.input)
    return (record.resolved.price_year if record.resolved else None) or 0


def input_price_year(row: Input) -> int:
    """Money among the inputs is in current prices of its own period; a period of several years counts as its last.

    0 where the period is not stated. A zero has no price year: nothing is nothing in all prices.
    """
    return int(row.period_to[:4]) if row.period_to != UNSTATED else 0


def kind_of(problems: Problems) -> type[QhgepError]:
    """The error to raise: mixing price years is a unit error where it is the only fault."""
    codes = {item.code for item in problems.items if item.severity == "error"}
    return UnitError if codes and codes <= FAULTS else AccountError


def _named(record: Record) -> str:
    """A statement as a person finds it: the row with its file and line."""
    return f"{record.resolved.row.row} {record.place}" if record.resolved else record.place


_MOST = 6


def _list(places: Mapping[str, int]) -> str:
    """The rows with their years; beyond a handful, how many there are."""
    named = [f"{place}（{year or '不明'}）" for place, year in places.items()]
    more = f" 等 {len(named)} 行" if len(named) > _MOST else ""
    return "、".join(named[:_MOST]) + more
