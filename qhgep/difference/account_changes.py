"""What changed between two accounts, row by row: rules, prices, coefficients in use, inputs, decisions, coverage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qhgep.account.account import Account
from qhgep.coefficient_store import Adoption, Coefficients, Row, series_rows
from qhgep.difference.result import Change
from qhgep.engine.result import Result
from qhgep.inputs import Input
from qhgep.ruleset_store.ruleset import Ruleset, difference
from qhgep.states import STATES

NOTHING = "-"
"""How what is not there is written."""
_APART = frozenset({"file", "line", "constant"})


def account_changes(old: Result, new: Result, stores: tuple[Coefficients, Coefficients]) -> tuple[Change, ...]:
    """Every change, kind by kind; `stores` are the rows that each side may draw from."""
    a, b = old.account, new.account
    return (
        *_pair("title", "title", a.title, b.title),
        *_pair("state", "state", STATES[a.state], STATES[b.state]),
        *_pair("basis", "date", a.date.isoformat(), b.date.isoformat()),
        *_pair("basis", "require", a.require, b.require),
        *_coverage(a, b),
        *ruleset_changes(a.ruleset, b.ruleset),
        *_pair("price_year", "price_year", str(a.price_year), str(b.price_year)),
        *deflation_changes(a, b),
        *coefficient_changes(old, new, stores),
        *input_changes(a, b),
        *adoption_changes(a, b),
        *period_changes(a, b),
    )


def _pair(kind: str, what: str, old: str, new: str) -> Iterator[Change]:
    if old != new:
        yield Change(kind, what, old or NOTHING, new or NOTHING)


def _each(kind: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    """A change for each key whose text differs; keys of the old side first."""
    for key in dict.fromkeys([*old, *new]):
        yield from _pair(kind, key, old.get(key, ""), new.get(key, ""))


def _coverage(a: Account, b: Account) -> Iterator[Change]:
    yield from _each("coverage", *({f"county {c.code}": c.zh for c in side.counties} for side in (a, b)))
    yield from _each("coverage", *({f"period {p.name}": p.name for p in side.periods} for side in (a, b)))


def ruleset_changes(a: Ruleset, b: Ruleset) -> Iterator[Change]:
    """Methods, indicators and exclusions that differ; formulas of one name written differently; at least the file."""
    if a.hash == b.hash and a.name == b.name:
        return
    found = [Change("ruleset", what, old, new) for what, old, new in difference(a, b)]
    for name in sorted(set(a.bind) & set(b.bind)):
        one, other = a.bind[name], b.bind[name]
        if one.method == other.method and one.equals != other.equals:
            found.append(Change("ruleset", f"formula.{name}", one.source.at, other.source.at))
    documents = ["、".join(side.documents) for side in (a, b)]
    yield from _pair("ruleset", "name", a.name, b.name)
    yield from _pair("ruleset", "documents", *documents)
    yield from found
    if not found and documents[0] == documents[1] and a.name == b.name:
        yield Change("ruleset", "file", a.hash[:16], b.hash[:16])


def deflation_changes(a: Account, b: Account) -> Iterator[Change]:
    """The decision of [deflate]."""
    words = [
        ""
        if side.deflation is None
        else f"{side.deflation.series}（{side.deflation.reason}，{side.deflation.decided_by}）"
        for side in (a, b)
    ]
    yield from _pair("deflation", "deflate", *words)


def coefficient_changes(old: Result, new: Result, stores: tuple[Coefficients, Coefficients]) -> Iterator[Change]:
    """Rows that one side uses and that are not in the other's store, or are otherwise there.

    A row that both stores hold alike and only one side uses is no change of a coefficient.
    """
    used = [_used(result) for result in (old, new)]
    held = [{_name(row): row for row in store.rows} for store in stores]
    for name in sorted({*used[0], *used[1]}):
        one, other = held[0].get(name), held[1].get(name)
        if _content(one) != _content(other):
            yield Change("coefficients", name, _shown(one, other), _shown(other, one))


def _used(result: Result) -> dict[str, Row]:
    account = result.account
    series = series_rows(account.coefficients, account.deflation.series) if account.deflation else ()
    return {_name(row): row for row in (*(r.resolved.row for r in result.records if r.resolved), *series)}


def _name(row: Row) -> str:
    return f"{row.row} {row.key}"


def _content(row: Row | None) -> str:
    return "" if row is None else row.model_dump_json(exclude=set(_APART))


def _shown(row: Row | None, other: Row | None) -> str:
    """The value as printed; where only other fields differ from the other side's row, these."""
    if row is None:
        return NOTHING
    value = f"{row.value} {row.unit}"
    if other is None or value != f"{other.value} {other.unit}":
        return value
    fields = row.model_dump(exclude=set(_APART), by_alias=True)
    others = other.model_dump(exclude=set(_APART), by_alias=True)
    apart = "，".join(f"{key}={fields[key]}" for key in fields if fields[key] != others[key])
    return f"{value}（{apart}）"


def input_changes(a: Account, b: Account) -> Iterator[Change]:
    """Input rows by their key: county, period, ecosystem, item, quantity."""
    rows = [{" ".join(part for part in row.key if part): row for row in side.inputs} for side in (a, b)]
    for key in dict.fromkeys([*rows[0], *rows[1]]):
        one, other = rows[0].get(key), rows[1].get(key)
        if (one and one.fields) != (other and other.fields):
            yield Change("inputs", key, _stated(one, other), _stated(other, one))


def _stated(row: Input | None, other: Input | None) -> str:
    if row is None:
        return NOTHING
    value = f"{row.value} {row.unit}" if row.presence == "value" else row.presence
    if other is None or (row.value, row.unit, row.presence) != (other.value, other.unit, other.presence):
        return value
    names = ("origin", "evidence", "source", "note")
    apart = "，".join(f"{n}={getattr(row, n)}" for n in names if getattr(row, n) != getattr(other, n))
    return f"{value}（{apart}）"


def adoption_changes(a: Account, b: Account) -> Iterator[Change]:
    """Decisions by what they use for what; the order in the file is no change."""
    yield from _each("adoptions", *({_adopted(item): _decided(item) for item in side.adoptions} for side in (a, b)))


def _adopted(item: Adoption) -> str:
    parts = (item.row, item.quantity, item.from_period, "→", item.target, item.ecosystem, item.item, *item.counties)
    return " ".join(part for part in parts if part)


def _decided(item: Adoption) -> str:
    year = "" if item.price_year is None else f"，{item.price_year} 年价"
    return f"{item.reason}（{item.decided_by}{year}）"


def period_changes(a: Account, b: Account) -> Iterator[Change]:
    """The days of periods of one name."""
    days = [{period.name: str(period.days) for period in side.periods} for side in (a, b)]
    for name in [name for name in days[0] if name in days[1]]:
        yield from _pair("period", name, days[0][name], days[1][name])
