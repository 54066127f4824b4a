"""An account under several values of some coefficient rows: the same trees for all of them at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from qhgep.account.account import Account
from qhgep.engine.draws import DrawnAccount, cells_of_row, drawn
from qhgep.engine.names import ALL
from qhgep.engine.pipeline import compute
from qhgep.engine.result import Result
from qhgep.errors import AccountError, Problems, QhgepError
from qhgep.readings.evaluate import Array

if TYPE_CHECKING:
    import pandas as pd

NOTICE = "情景测算，不作为资金分配依据"
"""What a table of scenarios says of itself."""
_REASON, _DECIDER = "情景测算", "scenarios()"


def scenarios(
    account: Account, rows: Mapping[str, str | int | Decimal | Iterable[str | int | Decimal]]
) -> pd.DataFrame:
    """The indicators and totals of an account under every combination of values of some coefficient rows.

    `rows` gives for each row id its values (or one value), in the unit of that row: `{"GZ-26": ["380", "400", "418"]}`. The table has a
    column for each row with the value tried, then county_code (`*` for all), period, quantity, item, value, unit, presence,
    evidence and missing (what a partial value lacks); `attrs` holds the notice that these are scenarios. A value tried is
    chosen and assumed (`Account.with_coefficient`), and each number is what `compute` gives for it. Raises AccountError with
    everything that is wrong with the rows and values.
    """
    import pandas as pd

    listed = [[values] if isinstance(values, str | int | float | Decimal) else values for values in rows.values()]
    tried = [dict(zip(rows, values, strict=True)) for values in product(*listed)]
    found = [row for values, of in _results(account, tried) for row in _lines(values, of)]
    frame = pd.DataFrame.from_records(found)
    frame.attrs = {"notice": NOTICE, "account": account.title, "ruleset": account.ruleset.name}
    return frame


def _results(
    account: Account, tried: Sequence[Mapping[str, str | int | Decimal]]
) -> Iterator[tuple[Mapping[str, str], _Scenario]]:
    """Each combination with its numbers: by the trees for all at once, one by one where the values decide more than numbers."""
    accounts = _accounts(account, tried)
    if not accounts:
        return
    base = compute(accounts[0])
    leaves = _leaves(base, accounts, list(tried[0]))
    together = None if leaves is None else _Combinations(drawn(base, leaves))
    for place, (values, each) in enumerate(zip(tried, accounts, strict=True)):
        texts = {row: str(value) for row, value in values.items()}
        if together is None or together.account.broken[place]:
            yield texts, _Scenario(compute(each), None, 0)
        else:
            yield texts, _Scenario(base, together, place)


def _accounts(account: Account, tried: Sequence[Mapping[str, str | int | Decimal]]) -> list[Account]:
    problems, found = Problems(), list[Account]()
    for values in tried:
        changed = account
        for row, value in values.items():
            try:
                changed = changed.with_coefficient(row, value=value, reason=_REASON, decided_by=_DECIDER)
            except QhgepError as error:
                problems.items += [item for item in error.problems if item not in problems.items]
        found.append(changed)
    problems.raise_if_any(AccountError)
    return found


def _leaves(base: Result, accounts: Sequence[Account], rows: Sequence[str]) -> Mapping[str, Array] | None:
    """The cells of the rows by scenario; None where an amount is carried from the prices of another year."""
    found: dict[str, Array] = {}
    for row in rows:
        for name, mask in cells_of_row(base, row).items():
            held = base.values[name]  # noqa: PD011 - of a result, no frame
            numbers = {int(number) for number in np.unique(held.source[mask])} if held.source is not None else set()
            if any(base.records[number].carried is not None for number in numbers):
                return None
            drawn_cells = found.setdefault(name, np.repeat(held.value[np.newaxis], len(accounts), axis=0))
            for place, account in enumerate(accounts):
                stored = account.coefficients.row(row)
                if stored is None or stored.measure != held.quantity.unit:
                    return None
                drawn_cells[place][mask] = float(stored.exact)
    return found or None


class _Combinations:
    """The numbers of all combinations, by cell an array over them, each made once."""

    def __init__(self, account: DrawnAccount) -> None:
        self.account = account
        self._numbers: dict[tuple[str, str, str, str], Array] = {}

    def numbers(self, quantity: str, county: str, period: str, item: str) -> Array:
        """A quantity of a county, or its sum over the counties that have a value."""
        key = quantity, county, period, item
        if key not in self._numbers:
            self._numbers[key] = self._over_all(*key) if county == ALL else self.account.county(*key)
        return self._numbers[key]

    def _over_all(self, quantity: str, county: str, period: str, item: str) -> Array:
        del county
        counties = self.account.result.account.counties
        cells = [self.numbers(quantity, other.code, period, item).tolist() for other in counties]
        return np.array([math.fsum(cell for cell in draw if not math.isnan(cell)) for draw in zip(*cells, strict=True)])


class _Scenario:
    """One combination: a result of its own, or a place among those that were computed together."""

    def __init__(self, result: Result, together: _Combinations | None, place: int) -> None:
        self.result, self.together, self.place = result, together, place

    def number(self, quantity: str, county: str, period: str, item: str) -> float:
        """A number that the result has, as it is here."""
        if self.together is not None:
            return float(self.together.numbers(quantity, county, period, item)[self.place])
        value = self.result.value(quantity, county=county, period=period, item=item).value
        return math.nan if value is None else value


@dataclass(frozen=True, slots=True)
class _ScenarioRow:
    """A cell of the table as a result has it: what it is, and what is said of it whatever its number."""

    place: Mapping[str, str]
    known: bool
    said: Mapping[str, str]


@lru_cache(maxsize=2)
def _scenario_rows(result: Result) -> list[_ScenarioRow]:
    """Every cell of the table."""
    account = result.account
    wanted = [(line.value, line.item) for line in account.ruleset.indicators]
    wanted += [("accounted_total", ""), ("gep_total", "")]
    return [
        _scenario_row(result, {"county": county, "period": period.name, "quantity": quantity, "item": item})
        for county in (*(item.code for item in account.counties), ALL)
        for period in account.periods
        for quantity, item in wanted
    ]


def _scenario_row(result: Result, place: Mapping[str, str]) -> _ScenarioRow:
    value = result.value(**place)
    said = {
        "unit": str(value.unit), "presence": value.presence, "evidence": value.evidence,
        "missing": "、".join(value.partial.missing) if value.partial else "",
    }  # fmt: skip
    return _ScenarioRow(place, value.value is not None, said)


def _lines(values: Mapping[str, str], of: _Scenario) -> Iterator[dict[str, Any]]:
    for row in _scenario_rows(of.result):
        code, period, quantity, item = row.place.values()
        number = of.number(**row.place) if row.known else math.nan
        where = {"county_code": code, "period": period, "quantity": quantity, "item": item}
        yield {**values, **where, "value": number, **row.said}
