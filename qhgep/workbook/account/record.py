"""The record inside a workbook: everything that an account's result follows from, as canonical JSON and back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qhgep._version import __version__
from qhgep.account.account import Account, Period
from qhgep.account.choices import DeclaredGap, MethodChoice
from qhgep.account.hashes import file_hashes
from qhgep.catalogue import Catalogue
from qhgep.catalogue.prices import carry
from qhgep.coefficient_store import (
    Adoption,
    Coefficients,
    Deflation,
    Ecosystem,
    Row,
    quantity_key,
    row_fields,
    source_fields,
    sources_from,
)
from qhgep.engine.grid import UNCLASSIFIED
from qhgep.engine.identity import left_out_behind, rows_behind
from qhgep.engine.result import Result
from qhgep.errors import Problem, Problems, RulesetError, WorkbookError, problem
from qhgep.expr import Quantity
from qhgep.inputs import County, Input, read_counties
from qhgep.inputs.landcover.crosswalk import class_area
from qhgep.inputs.landcover.decisions import LandcoverDecision, decided
from qhgep.inputs.not_applicable import NotApplicable
from qhgep.inputs.table import input_of
from qhgep.ruleset_store.ruleset import Ruleset, folder, read_ruleset, with_methods

_CHANGED = re.compile("[\x7f-\x9f\u2028\u2029\ufffe\uffff]|x(?=[0-9A-Fa-f]{4}_)")
"""Characters that XML does not hold, and the x of `_x000D_`, which spreadsheets read as an escape."""
_ADOPTION = (
    "row",
    "quantity",
    "from_period",
    "target",
    "ecosystem",
    "item",
    "counties",
    "reason",
    "decided_by",
    "place",
    "price_year",
)
_DEFLATION = ("series", "reason", "decided_by", "place")


def canonical(record: Mapping[str, Any]) -> str:
    """The one text of a record: sorted keys, no blanks, and nothing that a cell or a reader of cells would change."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _CHANGED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def text_hash(text: str) -> str:
    """The SHA-256 of a text, as hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def account_record(result: Result) -> dict[str, Any]:
    """What the result follows from: the account with every input row, and the coefficient rows in use."""
    account = result.account
    rows = recorded_rows(result)
    sources = (
        {row.source for row in rows}
        | {row.source for row in account.inputs}
        | {f.source.source for f in (*account.ruleset.order, *((carry,) if account.deflation else ()))}
    )
    written = [row.ecosystem for row in (*rows, *(own for _, own in account.coefficients.overridden))]
    written += [adoption.ecosystem for adoption in account.adoptions]
    ecosystems = (
        {UNCLASSIFIED}
        | {row.ecosystem for row in account.inputs}
        | {ecosystem.removesuffix(".*") for ecosystem in written}
    )
    store, left_out = account.coefficients, left_out_behind(account, result.checks)
    return {
        "schema": 1,
        "kind": "account",
        "qhgep": __version__,
        "title": account.title,
        "periods": [[period.name, str(period.days), period.year] for period in account.periods],
        "price_year": account.price_year,
        "counties": [county.code for county in account.counties],
        "declared": [[item.code, item.zh, item.kind, item.parent] for item in account.declared],
        "ruleset": _ruleset_record(account.ruleset),
        "rows": [_fields(row) for row in rows],
        "overridden": [[_fields(old), _fields(own)] for old, own in store.overridden],
        "sources": source_fields(store.sources, sources),
        "ecosystems": {
            key: store.ecosystems[key].model_dump(mode="json") for key in sorted(ecosystems) if key in store.ecosystems
        },
        "inputs": [
            [*row.fields, row.file, row.line, None if row.exact is None else str(row.exact)]
            for row in account.undecided or account.inputs
        ],
        "deflate": None if account.deflation is None else [getattr(account.deflation, name) for name in _DEFLATION],
        "adoptions": [[getattr(item, name) for name in _ADOPTION] for item in account.adoptions],
        **({"landcover": [_landcover_record(item) for item in account.landcover]} if account.landcover else {}),
        **{
            name: [asdict(item) for item in entries]
            for name in ("not_applicable", "methods", "not_covered")
            if (entries := getattr(account, name))
        },
        **({"file": account.file} if account.file not in {"", "account.toml"} else {}),
        "date": account.date.isoformat(),
        "require": account.require,
        "state": account.state,
        "hashes": dict(file_hashes(account)),
        "warnings": [[item.code, item.where, list(item.facts), item.severity] for item in account.warnings],
        **({} if store.known_on is None else {"known_on": store.known_on.isoformat()}),
        **({"left_out": [_fields(row) for row in left_out]} if left_out else {}),
    }


def account_part(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record of the account inside the record of what rests on one (co-growth); any other record as it is."""
    own = record.get("account")
    return own if isinstance(own, dict) else record


def recorded_rows(result: Result) -> list[Row]:
    """The rows that the result rests on or tells of: what the account would be otherwise may follow from all of them."""
    return rows_behind(result.account, result.records, result.checks)


def account_from(record: Mapping[str, Any], catalogue: Catalogue | None = None) -> Account:
    """The account that a record describes. Raises WorkbookError where its ruleset cannot be had again."""
    table = read_counties().with_declared(County(*item) for item in record["declared"])
    methods = tuple(MethodChoice(**fields) for fields in record.get("methods", ()))
    ruleset = with_methods(_ruleset(record["ruleset"], catalogue), {item.quantity: item.method for item in methods})
    quantities = {**ruleset.catalogue.vocabulary, class_area.name: class_area}
    stated = tuple(input_from(fields, quantities) for fields in record["inputs"])
    landcover = tuple(_landcover(fields) for fields in record.get("landcover", ()))
    inputs = decided(stated, landcover, Problems())
    day = date.fromisoformat(record["date"])
    periods = tuple(Period(name, Fraction(days), year) for name, days, year in record["periods"])
    spans = [period.span or (day, day) for period in periods]
    return Account(
        title=record["title"],
        periods=periods,
        price_year=record["price_year"],
        counties=tuple(table.under(code, spans) or table.by_code[code] for code in record["counties"]),
        ruleset=ruleset,
        coefficients=_coefficients(record, quantities),
        inputs=inputs,
        adoptions=tuple(_adoption(fields) for fields in record["adoptions"]),
        date=day,
        require=record["require"],
        hashes=record["hashes"],
        warnings=tuple(
            Problem(code, where, tuple((k, v) for k, v in facts), severity)
            for code, where, facts, severity in record["warnings"]
        ),
        declared=tuple(County(*item) for item in record["declared"]),
        landcover=landcover,
        undecided=() if inputs == stated else stated,
        state=record.get("state", "draft"),
        file=record.get("file", ""),
        not_applicable=tuple(_not_applicable(fields) for fields in record.get("not_applicable", ())),
        methods=methods,
        not_covered=tuple(DeclaredGap(**fields) for fields in record.get("not_covered", ())),
        deflation=None if record["deflate"] is None else _deflation(record["deflate"]),
    )


def _landcover_record(item: LandcoverDecision) -> list[Any]:
    parts = [[name, str(share)] for name, share in item.parts]
    return [item.scheme, item.version, item.code, parts, item.reason, item.decided_by, list(item.counties), item.place]


def _landcover(fields: Sequence[Any]) -> LandcoverDecision:
    scheme, version, code, parts, reason, decided_by, counties, place = fields
    shares = tuple((name, Fraction(share)) for name, share in parts)
    return LandcoverDecision(scheme, version, code, shares, reason, decided_by, tuple(counties), place)


def _not_applicable(fields: Mapping[str, Any]) -> NotApplicable:
    lists = {name: tuple(fields[name]) for name in ("ecosystems", "items", "counties")}
    return NotApplicable(**{**fields, **lists})


def _ruleset_record(ruleset: Ruleset) -> dict[str, Any]:
    texts = {"text": ruleset.text, "extended": [list(pair) for pair in ruleset.extended]}
    return {"name": ruleset.name, "hash": ruleset.hash, **texts}


def _ruleset(recorded: Mapping[str, Any], catalogue: Catalogue | None) -> Ruleset:
    name, texts = recorded["name"], [(recorded["name"], recorded["text"]), *recorded["extended"]]
    if any(Path(part).name != part for part, _ in texts):  # a forged record may not name files elsewhere
        raise WorkbookError(problem("verify_ruleset", name))
    shipped = folder() / f"{name}.toml"
    if shipped.exists():
        ruleset = read_ruleset(shipped, catalogue)
        if ruleset.hash == recorded["hash"]:
            return ruleset
    with TemporaryDirectory() as place:  # the recorded texts of another version, or of a local ruleset
        for part, text in texts:
            (Path(place) / f"{part}.toml").write_bytes(text.encode())
        ruleset = _known(Path(place) / f"{name}.toml", catalogue, name)
    if ruleset.hash != recorded["hash"]:
        raise WorkbookError(problem("verify_ruleset", name))
    return ruleset


_UNKNOWN = frozenset({"ruleset_quantity", "ruleset_method", "ruleset_indicator"})
"""What says that a ruleset speaks of what this catalogue has not."""


def _known(path: Path, catalogue: Catalogue | None, name: str) -> Ruleset:
    """A recorded ruleset over a catalogue. Raises WorkbookError naming quantities, methods and indicators that are not known here."""
    try:
        return read_ruleset(path, catalogue)
    except RulesetError as error:
        unknown = [dict(item.facts) for item in error.problems if item.code in _UNKNOWN]
        if not unknown:
            raise
        names = dict.fromkeys(facts.get("quantity") or facts["indicator"] for facts in unknown)
        raise WorkbookError(problem("verify_unknown", name, names="、".join(names))) from error


def _coefficients(record: Mapping[str, Any], quantities: Mapping[str, Quantity]) -> Coefficients:
    rows, left_out = (
        tuple(sorted((_row(fields, quantities) for fields in record.get(part, ())), key=_as_loaded))
        for part in ("rows", "left_out")
    )
    overridden = tuple((_row(old, quantities), _row(own, quantities)) for old, own in record["overridden"])
    ecosystems = {key: Ecosystem.model_validate(value) for key, value in record["ecosystems"].items()}
    known_on = date.fromisoformat(record["known_on"]) if "known_on" in record else None
    return Coefficients(rows, sources_from(record["sources"]), ecosystems, {}, overridden, known_on, left_out)


def _fields(row: Row) -> dict[str, Any]:
    return row_fields(row) | {"exact": str(row.exact)}


def _as_loaded(row: Row) -> tuple[bool, bool, str, int]:
    """The order in which a store holds its rows, and tells of them: packs last, printed tables after the lists."""
    folder, slash, _ = row.file.rpartition("/")
    return bool(slash) and folder != "tables", folder.endswith("tables"), row.file, row.line


def _row(fields: Mapping[str, Any], quantities: Mapping[str, Quantity]) -> Row:
    """A row with its exact form, which follows from value and unit: the recorded one is only to be read."""
    row = Row.model_validate({name: value for name, value in fields.items() if name != "exact"})
    return row.measured(quantities[quantity_key(row.key)].unit, constant=row.constant)


def input_from(fields: Iterable[Any], quantities: Mapping[str, Quantity]) -> Input:
    """A recorded input row with its quantity, from which its exact form follows."""
    *texts, file, line, _ = fields
    row = input_of(texts, file=file, line=line)
    return replace(row, of=quantities.get(row.quantity))


def _deflation(fields: Iterable[Any]) -> Deflation:
    return Deflation(**dict(zip(_DEFLATION, fields, strict=True)))


def _adoption(fields: Iterable[Any]) -> Adoption:
    named = dict(zip(_ADOPTION, fields, strict=True))
    return Adoption(**named | {"counties": tuple(named["counties"])})
