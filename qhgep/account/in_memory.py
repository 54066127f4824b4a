"""An account without files: from rows that a caller holds and what account.toml would say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date as Day  # noqa: N812 - a parameter is called date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qhgep.account.account import Account
from qhgep.account.given_rows import RowsLike, given_rows
from qhgep.account.read import AccountReader
from qhgep.account.schema import AccountFile
from qhgep.catalogue import Catalogue, shipped
from qhgep.coefficient_store import Coefficients, PackPaths, pack_paths
from qhgep.errors import AccountError, Problems
from qhgep.inputs import Counties, County, Input, read_counties
from qhgep.inputs.names import code_in, places_of
from qhgep.ruleset_store.ruleset import Ruleset, folder, read_ruleset
from qhgep.toml_lines import TomlText, note_fields

_PLACE = "account_from()"
"""What messages call the place of what is wrong with the arguments."""


def account_from(  # noqa: PLR0913 - what every account says
    rows: RowsLike, *, ruleset: str | Path, counties: Iterable[str | int], periods: int | str | Iterable[int] | Mapping[str, Any],
    price_year: int, date: Day | str, title: str = "", adopt: Sequence[Mapping[str, Any]] = (),
    more: Mapping[str, Any] | None = None, coefficients: PackPaths = (), known_on: Day | None = None,
) -> Account:  # fmt: skip
    """The account of rows that are in memory; the same rows in files give the same account, with the same run_id.

    `rows` is a DataFrame or an iterable of mappings, one statement each, with the columns of the long table: county_code
    (or `county`: a code or a name), period_from and period_to (or `period`: 2023, "2001-2019"), quantity (its id, or its
    Chinese name), value, unit, origin, evidence, source, and as needed ecosystem, item, presence, note.
    `ruleset` is the name of a shipped one or the path of a toml file; `counties` are codes or names; `periods` a year, years,
    or a mean period "2001-2019" or `{"name": "2001-2019", "days": 365}`. `adopt` lists decisions as account.toml writes [[adopt]], `more`
    holds what else it would say (`method`, `not_covered`, `not_applicable`, `landcover`, `county`, `deflate`, `options`, `state`).
    Raises AccountError with every fault found, of rows with their number (`rows:3`).
    """
    problems, (said, key, value) = Problems(), _period(periods)
    name = title or f"{Path(ruleset).stem} {said}"
    others = dict(more or {})
    fields: dict[str, Any] = {
        "schema": 1, "title": name, "ruleset": Path(ruleset).stem, "price_year": price_year, "inputs": [],
        "counties": _codes(counties, others.get("county", ())), "adopt": [dict(entry) for entry in adopt],
        "date": _day(date),
        key: value, **others,
    }  # fmt: skip
    try:
        content = AccountFile.model_validate(fields)
    except ValidationError as error:
        note_fields(error, fields, lambda *key: " › ".join((_PLACE, *map(str, key))), problems)
        problems.raise_if_any(AccountError)
        raise AssertionError from error  # pragma: no cover - a problem was noted
    reader = _InMemory(content, Path(ruleset), rows, catalogue=shipped(), problems=problems)
    return reader.account(pack_paths(coefficients), None, known_on)


def _day(date: Day | str) -> Day | str:
    """A date of a text such as 2026-11-22; another text as it is, which is then told as in a file."""
    try:
        return Day.fromisoformat(date) if isinstance(date, str) else date
    except ValueError:
        return date


def _period(periods: int | str | Iterable[int] | Mapping[str, Any]) -> tuple[str, str, Any]:
    """How a title calls the periods, and the key and value that account.toml has for them."""
    if isinstance(periods, Mapping):
        return str(periods.get("name", "")), "period", dict(periods)
    if isinstance(periods, str):
        return periods, "period", periods
    years = [int(year) for year in ([periods] if isinstance(periods, int) else periods)]
    return "、".join(map(str, years)), "periods", years


class _InMemory(AccountReader):
    """Reads what `account_from` is given; ruleset and rows are not looked for beside an account.toml."""

    def __init__(
        self, content: AccountFile, ruleset: Path, rows: RowsLike, *, catalogue: Catalogue, problems: Problems
    ) -> None:
        super().__init__(Path(_PLACE), content, TomlText(_PLACE, ""), catalogue, problems)
        self.ruleset_file, self.rows = ruleset, rows

    def _ruleset(self) -> Ruleset:
        own = self.ruleset_file
        return read_ruleset(own if own.suffix == ".toml" else folder() / f"{own.name}.toml", self.catalogue)

    def _inputs(
        self, store: Coefficients, counties: Sequence[County], table: Counties, ruleset: Ruleset | None
    ) -> tuple[Input, ...]:
        del table, ruleset
        areas = {county.code: county for county in counties}
        return given_rows(self.rows, self.catalogue, store, areas, self.problems)


def _codes(counties: Iterable[str | int], declared: Sequence[Mapping[str, Any]]) -> list[str]:
    """The codes of areas by code or name; what is neither stays as it is, and is told as a code is."""
    tables = declared if isinstance(declared, Sequence) else ()  # another kind is told with the fields of the account
    own = {str(item.get("code")) for item in tables if isinstance(item, Mapping)}
    places = places_of(read_counties())
    found = []
    for text in map(str, counties):
        named = [] if text in own or code_in(text) else places.named(text)
        found.append(named[0].code if len(named) == 1 else text)
    return found
