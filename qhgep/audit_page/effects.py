"""What each coefficient row moves per percent: yuan of the accounted totals, fen of the payments, computed before the page is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from qhgep.audit_page.front import WAN, money
from qhgep.compensation.graph import PlanGraph
from qhgep.compensation.what_if.rows import all_rows
from qhgep.engine.draws import a_percent_higher, rows_read
from qhgep.engine.graph import AccountGraph
from qhgep.engine.result import Result
from qhgep.errors import Language, PlanError

Progress = Callable[[int, int], None]
_BLOCK = 40
"""So many rows are tried at once."""


@dataclass
class RowMoves:
    """What one row moves when it is a percent higher: 万元 by account, year and county; yuan and fen by recipient."""

    totals: dict[tuple[str, str, str], str] = field(default_factory=dict)
    paid: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Moves:
    """The rows with what they move, by row id; `refused` says why payments are not told."""

    rows: Mapping[str, RowMoves]
    refused: str = ""


def moves_of(graph: AccountGraph | PlanGraph, language: Language, progress: Progress) -> Moves:
    """The effect of each coefficient row that an account, or the accounts of a plan, read."""
    accounts = {graph.name: graph} if isinstance(graph, AccountGraph) else graph.accounts
    found: dict[str, RowMoves] = {}
    for name, account in accounts.items():
        for row, key, text in _totals(account.result, progress):
            found.setdefault(row, RowMoves()).totals[name, *key] = text
    refused = _payments(graph, found, language) if isinstance(graph, PlanGraph) and accounts else ""
    return Moves(dict(sorted(found.items())), refused)


def _totals(result: Result, progress: Progress) -> Iterator[tuple[str, tuple[str, str], str]]:
    """Row, year and county, change of the accounted total; nothing for a total without a value or that a row does not move."""
    rows = rows_read(result)
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        tried = a_percent_higher(result, block)
        for period in (period.name for period in result.account.periods):
            for county in (county.code for county in result.account.counties):
                value = result.value("accounted_total", county=county, period=period)
                if value.value is None:
                    continue
                after = tried.county("accounted_total", county, period)
                for row, number in zip(block, after.tolist(), strict=True):
                    change = number - value.value
                    if change and not math.isnan(change):
                        yield row, (period, county), f"{replace(value, value=change).to(WAN):+,.2f}"
        progress(min(start + _BLOCK, len(rows)), len(rows))


def _payments(graph: PlanGraph, found: dict[str, RowMoves], language: Language) -> str:
    results = {name: account.result for name, account in graph.accounts.items()}
    try:
        moved = all_rows(graph.plan, results, graph.allocation, require="assumed")
    except PlanError as error:
        return "；".join(item.text(language) for item in error.problems)
    for row, changes in moved.rows:
        for code, fen in changes.items():
            found.setdefault(row.row, RowMoves()).paid[code] = f"{'+' if fen > 0 else ''}{money(fen)}"
    return ""
