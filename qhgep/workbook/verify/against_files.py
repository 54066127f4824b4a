"""The record of a workbook against what is outside it: today's coefficient store, and the files of an account or plan.

Neither is a difference of the workbook. A store moves on after a workbook is written; and a workbook made whole from other
inputs agrees with itself, so that only the true inputs can tell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from qhgep.account.account import Account
from qhgep.account.read import read_account
from qhgep.assessments.assessment import Assessment, read_assessment
from qhgep.catalogue import Catalogue
from qhgep.coefficient_store import Coefficients, Parameters, Row, load_parameters
from qhgep.compensation.allocate import allocate
from qhgep.inputs.table import COLUMNS
from qhgep.packs.library import coefficients
from qhgep.workbook.account.record import canonical
from qhgep.workbook.plan.record import plan_record
from qhgep.workbook.reports.co_growth_book import CO_GROWTH, co_growth_record
from qhgep.workbook.verify.row_choice import (
    NOT_THERE,
    account_rows_otherwise,
    cited_rows_otherwise,
    of_pack,
    pairs_of,
    replaced_in_silence,
)

PARTS: Mapping[str, str] = {
    "row": "系数行", "file": "文件", "ruleset": "规则集", "account": "设定", "input": "输入", "adopt": "判断事项", "plan": "方案",
    "figure": "核算数", "assessment": "评价",
}  # fmt: skip
"""What is compared, with its Chinese name."""
_ROW_FIELDS = (
    "key", "region_code", "ecosystem", "item", "from", "to", "known_since", "price_year", "value", "low", "high", "unit", "source", "at",
    "origin", "evidence", "parents",
)  # fmt: skip
_SETTINGS = ("title", "price_year", "date", "counties", "periods", "declared")


@dataclass(frozen=True, slots=True)
class Against:
    """One thing that is recorded otherwise than it is now: its part (see PARTS), its name, both sides."""

    part: str
    item: str
    recorded: str
    now: str


def against_store(
    record: Mapping[str, Any], rows: Mapping[str, Row] | None = None, *, account: Account | None = None
) -> tuple[Against, ...]:
    """Recorded rows (coefficients, or what a plan cites) that today's shipped store has otherwise, or not at all.

    Rows of packs are a bureau's own, but one that stands where the store has a row replaces it, and the record names what
    it replaced: a shipped row that is only called a pack's is told with both values. So is a row that the whole store
    gives and the record has not. `account` is the one of the record, where it is at hand: without it an account's record
    is not asked for rows that it leaves out.

    `rows` by id stand for the shipped ones.
    """
    stated, pairs = _recorded_rows(record), pairs_of(record)
    recorded = [row for row in (*stated, *(old for old, _ in pairs)) if not of_pack(row)]
    if not recorded and not stated:
        return ()
    store = _shipped(record) if rows is None else None
    held = {row.row: row for row in store.rows} if store is not None else rows or {}
    differing = [item for row in recorded for item in _row(row, held.get(row["row"]))]
    found = list(replaced_in_silence([row for row in stated if of_pack(row)], pairs, held))
    if not differing and not found and isinstance(store, Parameters):
        found += cited_rows_otherwise(record, store)
    elif not differing and not found and store is not None and account is not None:
        found += account_rows_otherwise(record, account, store)
    return (*differing, *(Against("row", *item) for item in dict.fromkeys(found)))


def _shipped(record: Mapping[str, Any]) -> Coefficients:
    """The shipped rows of the sort that a record has, as they were known on its day."""
    if record["kind"] == "account":
        return coefficients(known_on=_day(record))
    return load_parameters(known_on=_day_of_plan(record))


def against_files(
    record: Mapping[str, Any], path: Path, catalogue: Catalogue | None = None, *, inside: Path | None = None
) -> tuple[Against, ...]:
    """What the files of an account, a plan or an assessment say otherwise than the record.

    The files that these name must lie inside `inside`, by default in their own folder.
    Raises the error of reading them: AccountError, InputError, PlanError and others, with every fault.
    """
    if record["kind"] == "allocation":
        now = allocate(path, require=record["require"], known_on=_day_of_plan(record), inside=inside)
        return tuple(_plan(record, json.loads(canonical(plan_record(now)))))
    if record["kind"] == CO_GROWTH:
        return tuple(_assessment(record, read_assessment(path, catalogue=catalogue, inside=inside)))
    return tuple(_account(record, read_account(path, catalogue=catalogue, known_on=_day(record), inside=inside)))


def _assessment(record: Mapping[str, Any], of: Assessment) -> Iterator[Against]:
    """The account of an assessment, its settings, criteria, files and rows."""
    yield from _account(record["account"], of.result.account)
    now = json.loads(canonical(co_growth_record(of)))
    for part in ("assessment", "criteria"):
        yield from _fields("assessment", record[part], now[part], sorted(set(record[part]) | set(now[part])))
    yield from _fields("file", record["hashes"], now["hashes"], sorted(set(record["hashes"]) & set(now["hashes"])))
    yield from _inputs(record["stated"], now["stated"])


def _day_of_plan(record: Mapping[str, Any]) -> date | None:
    return max((date.fromisoformat(day) for day in record.get("known_on", {}).values()), default=None)


def _day(record: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(record["known_on"]) if "known_on" in record else None


def _recorded_rows(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if record["kind"] == "account":
        return list(record["rows"])
    return list(record.get("parameters", {}).get("rows", ()))  # a plan that cites none records none


def _row(recorded: Mapping[str, Any], now: Row | None) -> Iterator[Against]:
    name = recorded["row"]
    if now is None:
        yield Against("row", f"{name} {recorded['key']}", f"{recorded['value']} {recorded['unit']}", NOT_THERE)
        return
    held = now.model_dump(mode="json", by_alias=True)
    for field in _ROW_FIELDS:
        if recorded.get(field) != held[field]:
            yield Against("row", f"{name} {now.key} {field}", _shown(recorded.get(field)), _shown(held[field]))


def _account(record: Mapping[str, Any], account: Account) -> Iterator[Against]:
    """The settings, the ruleset, the files of the account's folder, its inputs and decisions; files of the store are its own."""
    held = {
        "title": account.title,
        "price_year": account.price_year,
        "date": account.date.isoformat(),
        "counties": [county.code for county in account.counties],
        "periods": [[period.name, str(period.days), period.year] for period in account.periods],
        "declared": [[item.code, item.zh, item.kind, item.parent] for item in account.declared],
    }
    yield from _fields("account", record, held, _SETTINGS)
    ruleset = {"name": account.ruleset.name, "hash": account.ruleset.hash}
    yield from _fields("ruleset", record["ruleset"], ruleset, ("name", "hash"))
    hashes, mine = account.hashes or {}, set(record["hashes"]) | set(account.hashes or {})
    files = sorted(mine - set(account.coefficients.hashes) - {account.ruleset.file})
    yield from _fields("file", record["hashes"], hashes, [name for name in files if name in hashes])
    yield from _inputs(
        record["inputs"], [[*row.fields, row.file, row.line, _text(row.exact)] for row in account.inputs]
    )
    adoptions = [[item.row, item.quantity, item.target, item.reason, item.decided_by] for item in account.adoptions]
    recorded = [[item[0], item[1], item[3], item[7], item[8]] for item in record["adoptions"]]
    for place in range(max(len(adoptions), len(recorded))):
        pair = [_shown(side[place]) if place < len(side) else NOT_THERE for side in (recorded, adoptions)]
        if pair[0] != pair[1]:
            yield Against("adopt", f"[[adopt]] {place + 1}", *pair)


def _inputs(recorded: Sequence[Sequence[Any]], now: Sequence[Sequence[Any]]) -> Iterator[Against]:
    """Input rows by county, period, ecosystem, item and quantity: fields that differ, rows on one side only."""
    sides = [{tuple(row[:6]): row for row in rows} for rows in (recorded, now)]
    for key in sorted(set(sides[0]) | set(sides[1])):
        old, new = (side.get(key) for side in sides)
        name = " ".join(part for part in (key[0], key[5], key[3], key[4], *sorted({key[1], key[2]})) if part)
        if old is None or new is None:
            yield Against("input", name, *(NOT_THERE if row is None else f"{row[6]} {row[7]}" for row in (old, new)))
            continue
        differing = [place for place in range(len(COLUMNS)) if old[place] != new[place]]
        for place in differing:
            yield Against("input", f"{name} {COLUMNS[place]}", _shown(old[place]), _shown(new[place]))
        if old[-1] != new[-1] and not differing:  # the value as used, in a record that was forged by halves
            yield Against("input", f"{name} exact", _shown(old[-1]), _shown(new[-1]))


def _plan(record: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Against]:
    old, new = (str(side["plan"]).splitlines() for side in (record, now))
    for place in range(max(len(old), len(new))):
        pair = [lines[place] if place < len(lines) else NOT_THERE for lines in (old, new)]
        if pair[0] != pair[1]:
            yield Against("plan", f"plan.toml:{place + 1}", *pair)
    yield from _fields("account", record, now, ("date", "run_ids", "known_on"))
    figures = sorted(set(record["figures"]) | set(now["figures"]))
    yield from _fields("figure", record["figures"], now["figures"], figures)


def _fields(part: str, recorded: Mapping[str, Any], now: Mapping[str, Any], names: Sequence[str]) -> Iterator[Against]:
    for name in names:
        if recorded.get(name) != now.get(name):
            yield Against(part, name, _shown(recorded.get(name)), _shown(now.get(name)))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _shown(value: object) -> str:
    """A recorded value as a reader sees it: a list with commas, nothing as 没有."""
    if value is None or value == "":
        return NOT_THERE
    if isinstance(value, Mapping):
        return "、".join(f"{name} {_shown(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return "、".join(_shown(item) for item in value)
    return str(value)
