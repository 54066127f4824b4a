"""What a caller made or changed in memory is checked as the rows of a file are; nothing is computed with unchecked."""

from __future__ import annotations

from dataclasses import replace

from qhgep.account.account import Account
from qhgep.account.inputs import vocabulary_of
from qhgep.coefficient_store import Coefficients, Row, RowCheck, index_series
from qhgep.errors import AccountError, Problems
from qhgep.inputs import Input, read_counties
from qhgep.inputs.landcover.crosswalk import class_area
from qhgep.inputs.row_evidence import held_to_sources
from qhgep.inputs.table import check_row


def checked_account(account: Account) -> Account:
    """The account with exact forms for all rows that its ruleset reads; itself where its files gave all of them.

    As in files, a row of another area of the county table is left out with a warning. Raises AccountError with
    everything that is wrong with rows which were made or changed in memory.
    """
    problems = Problems()
    inputs, undecided = (_inputs(account, rows, problems) for rows in (account.inputs, account.undecided))
    store = _store(account, problems)
    problems.raise_if_any(AccountError)
    if inputs is account.inputs and undecided is account.undecided and store is account.coefficients:
        return account
    warnings = account.warnings + problems.warnings
    return replace(account, inputs=inputs, undecided=undecided, coefficients=store, warnings=warnings)


def _inputs(account: Account, rows: tuple[Input, ...], problems: Problems) -> tuple[Input, ...]:
    needed = {class_area.name, *(quantity.name for quantity in account.ruleset.quantities)}
    codes = {county.code for county in account.counties}

    def is_sound(row: Input) -> bool:
        return row.county_code in codes and (row.checked or row.quantity not in needed)

    if all(is_sound(row) for row in rows):
        return rows
    known = read_counties().by_code
    vocabulary = vocabulary_of(account.ruleset.catalogue, account.coefficients)
    found: list[Input | None] = []
    for row in rows:
        if is_sound(row):
            found.append(row)
        elif row.county_code in codes:
            found.append(check_row(row, vocabulary, problems))
        elif row.county_code in known:
            problems.warn("account_row_outside", row.place, code=row.county_code)
        else:
            problems.add("account_code", row.place, code=row.county_code)
    return tuple(held_to_sources((row for row in found if row is not None), vocabulary, problems))


def _store(account: Account, problems: Problems) -> Coefficients:
    store = account.coefficients
    needed = {quantity.name for quantity in account.ruleset.quantities}

    def unchecked(row: Row) -> bool:
        return row.measure is None and (row.key in needed or bool(index_series(row.key)))

    if not any(unchecked(row) for row in store.rows):
        return store
    check = RowCheck(account.ruleset.catalogue.words, store.sources, store.ecosystems, problems)
    rows = [check.check(row) if unchecked(row) else row for row in store.rows]
    return replace(store, rows=tuple(row for row in rows if row is not None))
