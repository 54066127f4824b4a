"""The areas of an account: what it declares beside the county table, and its codes, each in force, none counted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

from qhgep.account.schema import AccountFile
from qhgep.coefficient_store import region_chain
from qhgep.errors import Problems
from qhgep.inputs import Counties, County, read_counties

At = Callable[..., str]
"""The place of an entry of account.toml: its field, and its number where there are several."""


def declared_areas(content: AccountFile, at: At, problems: Problems) -> tuple[County, ...]:
    """The areas that [[county]] declares and the table has not; one that it has under that name is told, another name is a fault."""
    table, found = read_counties().by_code, []
    for number, item in enumerate(content.county):
        known = table.get(item.code)
        facts = {"code": item.code, "zh": item.zh}
        if known is None:
            found.append(County(item.code, item.zh, item.kind, item.parent))
        elif known.zh == item.zh:
            problems.warn("account_code_listed", at("county", number, "code"), **facts)
        else:
            problems.add("account_code_shadow", at("county", number, "code"), **facts, known=known.zh)
    return tuple(found)


def areas_of(
    content: AccountFile, at: At, table: Counties, periods: Sequence[tuple[str, tuple[date, date]]], problems: Problems
) -> tuple[County, ...]:
    """The counties of an account in the order of their codes, under the name that each bore through all periods, else of today.

    A period is its name, its first day and its last.
    """
    if not content.counties:
        problems.add("account_counties", at("counties"))
    line = _lines(content.counties, at)
    _check_codes(content.counties, line, table, problems)
    spans = [span for _, span in periods]
    found = []
    for code in sorted(set(content.counties)):
        county = table.by_code.get(code)
        if county is None:
            problems.add("account_code", line(code), code=code)
            continue
        for period, span in periods:
            if table.at(code, *span) is None:
                before = table.predecessor(code)
                facts = {"code": code, "zh": county.zh, "period": period, "span": county.span}
                facts |= {
                    "before": f"{before.code} {before.zh}" if before else "-",
                    "after": county.succeeded_by or "-",
                }
                problems.add("account_code_dates", line(code), **facts)
        found.append(table.under(code, spans) or county)
    return tuple(found)


def _lines(codes: Sequence[str], at: At) -> Callable[[str], str]:
    """The line of a code among `counties`, of the last where it stands twice."""
    last = {code: number for number, code in enumerate(codes)}
    return lambda code: at("counties", last[code])


def _check_codes(codes: Sequence[str], line: Callable[[str], str], table: Counties, problems: Problems) -> None:
    """No area is counted twice: not by listing it twice, nor as itself and as a part of a wider one."""
    for code in sorted(code for code, times in Counter(codes).items() if times > 1):
        problems.add("account_code_twice", line(code), code=code)
    listed = set(codes)
    for code in sorted(listed):
        known = table.by_code.get(code)
        wider = {*region_chain(code)[1:], known.parent if known else ""} - {"", code}
        for outer in sorted(wider & listed):
            problems.add("account_code_inside", line(code), code=code, outer=outer)
