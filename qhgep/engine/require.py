"""Which statements rest on weaker evidence than a run requires."""

from __future__ import annotations

from collections.abc import Iterator

from qhgep.engine.grid import Record
from qhgep.engine.result import Result
from qhgep.errors import Problem, problem
from qhgep.evidence import EVIDENCE, LEVELS


def weak_rows(result: Result, require: str) -> list[Problem]:
    """Every leaf value, and every index row in use, that rests on weaker evidence than required, as problems that name it."""
    floor = LEVELS.index(require)
    found = {}
    for what, place, evidence in _statements(result):
        if evidence and LEVELS.index(evidence) > floor:
            levels = {"evidence": EVIDENCE[evidence], "require": EVIDENCE[require]}
            found[what] = problem("evidence_weak", place, what=what, **levels)
    return [found[what] for what in sorted(found)]


def _statements(result: Result) -> Iterator[tuple[str, str, str]]:
    """Name, place and evidence; an amount that was carried has its own evidence here, and the index rows have theirs."""
    for record in result.records:
        yield _named(record, result), record.place, record.carried.evidence if record.carried else record.evidence
    for index in result.indices.values():
        yield f"{index.row.key} {index.row.row}", index.row.place, index.evidence


def _named(record: Record, result: Result) -> str:
    if record.input:
        quantity = result.values[record.input.quantity].quantity
        return "，".join(
            part for part in (quantity.zh, record.input.county_code, record.input.ecosystem, record.input.item) if part
        )
    if record.resolved:
        return f"{record.resolved.row.key} {record.resolved.row.row}"
    return "核算期天数"
