"""The run id of a result, and what it follows from: all that changes a result, and nothing of where it was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from pydantic import BaseModel

from qhgep._version import __version__
from qhgep.account.account import Account
from qhgep.catalogue import Formula
from qhgep.coefficient_store import LACKING, Row, series_rows
from qhgep.engine.grid import Record
from qhgep.errors import Problem
from qhgep.inputs import County, Input
from qhgep.readings.text import text
from qhgep.ruleset_store.other_methods import with_other_method
from qhgep.ruleset_store.ruleset import Ruleset

_PLACE = {"file", "line", "constant"}


def run_id(account: Account, records: Sequence[Record], checks: Iterable[Problem], version: str = __version__) -> str:
    """Sixteen hex digits that follow from the content of an account, however it was had: the same content, the same id.

    `version` is that of qhgep: a workbook of another version is recomputed with the one that it records.
    """
    known = {"qhgep": version} | content(account, records, checks)
    written = json.dumps(known, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def content(account: Account, records: Sequence[Record], checks: Iterable[Problem]) -> dict[str, Any]:
    """Everything of an account that its result follows from, as JSON values; files, lines and entries' numbers are not."""
    store, rows = account.coefficients, rows_behind(account, records, checks)
    return {
        "title": account.title,
        "date": account.date.isoformat(),
        "require": account.require,
        "price_year": account.price_year,
        "periods": [[period.name, str(period.days), period.year] for period in account.periods],
        "counties": [_county(county) for county in account.counties],
        "declared": [_county(county) for county in account.declared],
        "ruleset": _ruleset(account.ruleset),
        "inputs": _inputs(account.inputs),
        "undecided": _inputs(account.undecided),
        "rows": sorted(_row(row) for row in rows),
        "overridden": [[_row(old), _row(own)] for old, own in store.overridden],
        "left_out": sorted(_row(row) for row in left_out_behind(account, checks)),
        "known_on": None if store.known_on is None else store.known_on.isoformat(),
        "sources": {
            name: store.sources[name].model_dump(mode="json")
            for name in sorted({row.source for row in rows} & set(store.sources))
        },
        "adoptions": [asdict(replace(item, place="")) for item in account.adoptions],
        "landcover": [
            asdict(replace(item, place="", parts=())) | {"parts": [[name, str(share)] for name, share in item.parts]}
            for item in account.landcover
        ],
        "not_applicable": [asdict(replace(item, place="")) for item in account.not_applicable],
        **{
            name: [asdict(replace(item, place="")) for item in entries]
            for name in ("methods", "not_covered")
            if (entries := getattr(account, name))
        },
        "deflate": None if account.deflation is None else asdict(replace(account.deflation, place="")),
        "warnings": [
            [item.code, item.severity, [[name, value] for name, value in item.facts]] for item in account.warnings
        ],
    }


def rows_behind(account: Account, records: Sequence[Record], checks: Iterable[Problem]) -> list[Row]:
    """The coefficient rows that a result rests on or tells of, each once, by row id.

    These are the rows that gave a value, the index series of [deflate], every row of a coefficient that lacks a value
    somewhere (a reader is told which there are), of one for which a pack's row in use stands for a shipped one, and of one
    that only a method reads that was not chosen (a reader is told what the account would be by it).
    """
    store, used = account.coefficients, rows_in_use(account, records)
    taken_over = {old.cell[:-1] for old, _ in store.overridden}
    keys = {row.key for row in used if row.cell[:-1] in taken_over} | _lacking(checks) | _of_other_methods(account)
    rows = {id(row): row for row in (*used, *(row for key in sorted(keys) for row in store.of(key)))}
    return sorted(rows.values(), key=lambda row: (row.row, row.place))


def rows_in_use(account: Account, records: Sequence[Record]) -> list[Row]:
    """The coefficient rows that gave a value, and the whole index series of [deflate], each once, by row id."""
    series = series_rows(account.coefficients, account.deflation.series) if account.deflation else ()
    rows = [*(record.resolved.row for record in records if record.resolved), *series]
    return sorted({id(row): row for row in rows}.values(), key=lambda row: (row.row, row.place))


def left_out_behind(account: Account, checks: Iterable[Problem]) -> list[Row]:
    """The rows that were not known on the day of the store, of coefficients that lack a value somewhere."""
    keys = _lacking(checks)
    return [row for row in account.coefficients.left_out if row.key in keys]


def _of_other_methods(account: Account) -> set[str]:
    """The coefficients that only the methods read that the account could have chosen instead of its own."""
    rules, found = account.ruleset, set[str]()
    for item in account.methods:
        for other in rules.choices.get(item.quantity, ()):
            # a method that does not go with the others is told without amounts
            if other != item.method and (changed := with_other_method(rules, item.quantity, other)) is not None:
                found |= {leaf.name for leaf in changed[0].leaves if leaf.is_coefficient}
    return found - {leaf.name for leaf in rules.leaves}


def _lacking(checks: Iterable[Problem]) -> set[str]:
    """The keys that a reader is told have no value somewhere."""
    return {str(dict(item.facts)["key"]) for item in checks if item.code in LACKING}


def _row(row: Row) -> str:
    return row.model_dump_json(exclude=_PLACE)


def _inputs(rows: Iterable[Input]) -> list[tuple[str, ...]]:
    return sorted(row.fields for row in rows)


def _county(county: County) -> list[str]:
    return [county.code, county.zh, county.kind, county.parent]


def _ruleset(rules: Ruleset) -> dict[str, Any]:
    """What a ruleset chooses and computes, as it is held: not the text that it was read from."""
    return {
        "name": rules.name,
        "zh": rules.zh,
        "note": rules.note,
        "layer": rules.layer,
        **({"provided_by": rules.provided_by} if rules.provided_by else {}),
        "documents": list(rules.documents),
        "formulas": [_formula(item) for item in rules.order],
        "leaves": [[item.name, str(item.unit), item.fallback] for item in rules.leaves],
        "indicators": [_line(line) for line in rules.indicators],
        "show": list(rules.show),
        "not_covered": [_line(line) for line in rules.not_covered],
        "complete": rules.complete,
        "exclude": dict(rules.exclude),
        "not_applicable": [asdict(replace(item, place="")) for item in rules.not_applicable],
    }


def _line(line: BaseModel) -> dict[str, Any]:
    """A line of a ruleset; a clause, how it is known, a name of its own, where they are given."""
    given = line.model_dump(mode="json")
    return {name: value for name, value in given.items() if value or name not in {"clause", "evidence", "zh"}}


def _formula(item: Formula) -> list[str]:
    covers = "、".join(quantity.name for quantity in item.covers)
    return [
        *item.id,
        str(item.quantity.unit),
        text(item.equals, lambda quantity: quantity.name),
        covers,
        item.source.source,
        item.source.at,
        *([item.of_class] if item.of_class else []),
    ]
