"""What two sides cover, line by line, and whether there is anything to compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from qhgep.account.account import Account
from qhgep.difference.result import Covered, SideName
from qhgep.engine.result import Result
from qhgep.errors import AccountError, problem
from qhgep.ruleset_store.ruleset import IndicatorLine

AXES: Mapping[str, str] = {
    "price_year": "价格年份", "system": "指标体系", "period": "期间", "county": "县", "indicator": "指标", "recipient": "受偿单位",
    "layer": "层次",
}  # fmt: skip
"""Axis of the coverage table -> its Chinese name."""
SIDES: Mapping[SideName, str] = {"both": "共同", "a": "只在旧", "b": "只在新"}


def account_coverage(old: Result, new: Result) -> tuple[Covered, ...]:
    """Price year, system, periods, counties and indicators of both accounts; an indicator with its method on each side."""
    a, b = old.account, new.account
    return (
        *covered("price_year", *({str(side.price_year): f"{side.price_year} 年价"} for side in (a, b))),
        *covered("system", *({name: name or "核算公式" for name in _systems(side)} for side in (a, b))),
        *covered("period", *({period.name: period.name for period in side.periods} for side in (a, b))),
        *covered("county", *({county.code: county.zh for county in side.counties} for side in (a, b))),
        *_indicators(a, b),
    )  # fmt: skip


def covered(axis: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Covered]:
    """A line for each code of an axis: on both sides, or on which."""
    for code in dict.fromkeys([*old, *new]):
        side: SideName = "both" if code in old and code in new else "a" if code in old else "b"
        yield Covered(axis, code, old.get(code) or new[code], side)


def _systems(account: Account) -> list[str]:
    known = account.ruleset.catalogue.indicators
    return list(dict.fromkeys(known[line.id].system for line in account.ruleset.indicators))


def _indicators(a: Account, b: Account) -> Iterator[Covered]:
    lines = [{line_key(line): line for line in side.ruleset.indicators} for side in (a, b)]
    for key in dict.fromkeys([*lines[0], *lines[1]]):
        side: SideName = "both" if key in lines[0] and key in lines[1] else "a" if key in lines[0] else "b"
        line = lines[0].get(key) or lines[1][key]
        methods = [_method(account, line) if key in lines[n] else "-" for n, account in enumerate((a, b))]
        note = methods[0] if methods[0] == methods[1] else " → ".join(methods)
        yield Covered("indicator", line.id, (a if side != "b" else b).ruleset.zh_of(line.id), side, note)


def line_key(line: IndicatorLine) -> tuple[str, str, str]:
    """What makes two lines the same indicator: the service, the quantity that is its value, the item it counts."""
    return line.id, line.value, line.item


def _method(account: Account, line: IndicatorLine) -> str:
    found = account.ruleset.bind.get(line.value)
    return "输入" if found is None else found.method


def comparable(a: Account, b: Account, coverage: Iterable[Covered], names: tuple[str, str]) -> None:
    """Raises AccountError for two systems of indicators, or where no period, county or indicator is common."""
    table = tuple(coverage)
    where = " ↔ ".join(names)
    one_system(a, b, table, where)
    for axis in ("period", "county", "indicator"):
        if not any(item.axis == axis and item.side == "both" for item in table):
            raise AccountError(problem("diff_nothing", where, coverage=words(table)))


def one_system(a: Account, b: Account, coverage: Iterable[Covered], where: str) -> None:
    """Raises AccountError where two accounts are of two systems of indicators."""
    if _systems(a) != _systems(b):
        old, new = ("、".join(name or "核算公式" for name in _systems(side)) for side in (a, b))
        raise AccountError(problem("diff_system", where, old=old, new=new, coverage=words(coverage)))


def words(coverage: Iterable[Covered]) -> str:
    """The coverage table on one line: for each axis what is common, and what is on one side only."""
    parts = []
    for axis, items in groupby(coverage, key=lambda item: item.axis):
        listed = list(items)
        told = [
            f"{word} {'、'.join(item.zh for item in listed if item.side == side)}"
            for side, word in SIDES.items()
            if any(item.side == side for item in listed)
        ]
        parts.append(f"{AXES[axis]}（{'，'.join(told)}）")
    return " ".join(parts)
