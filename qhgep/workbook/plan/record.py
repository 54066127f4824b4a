"""The record of a plan's workbook: the plan as written and the figures it used; and back. And what the manifest says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qhgep._version import __version__
from qhgep.coefficient_store import parameters_from_record
from qhgep.compensation.allocate import allocate
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.plan.read import Plan, read_plan
from qhgep.compensation.shares.decimals import with_decimals
from qhgep.difference.correction import Correction
from qhgep.engine.grid import Partial
from qhgep.units import Unit, unit
from qhgep.workbook.account.front_and_manifest import PRINTED, STATE
from qhgep.workbook.account.record import canonical, text_hash
from qhgep.workbook.correction.sheet import correction_facts
from qhgep.workbook.verify.identity import RUN_ID

_RATED = "rated"
"""What a record says of the numbers that its plan types: `[[evidence]]` states what they rest on."""
_UNROUNDED = "unrounded"
"""How shares are taken in a plan that states no decimals. A record without this word rounds them to eight."""
_EIGHT = 8


def plan_record(allocation: Allocation) -> dict[str, Any]:
    """What the allocation follows from: the text of the plan and the account figures it read."""
    source = allocation.source
    return {
        "schema": 1,
        "kind": "allocation",
        "qhgep": __version__,
        "plan": source.text,
        "figures": {
            f"{account}|{quantity}|{code}": list(figure)
            for (account, quantity, code), figure in sorted(source.figures.items())
        },
        **({"common": _common_record(source.common)} if source.common else {}),
        **({"own": {name: list(rows) for name, rows in source.own.items()}} if source.own else {}),
        "run_ids": dict(sorted(source.run_ids.items())),
        "date": source.day.isoformat(),
        "require": source.require,
        "shares": _UNROUNDED,
        "numbers": _RATED,
        **({"issued": _issued_record(allocation)} if _issued_record(allocation) else {}),
        **({"parameters": source.parameters} if source.parameters else {}),
        **(
            {"known_on": {name: day.isoformat() for name, day in sorted(source.known_on.items())}}
            if source.known_on
            else {}
        ),
    }


def _issued_record(allocation: Allocation) -> dict[str, str]:
    """What was issued already where it was read from an earlier plan, which verifying must not need."""
    terms = allocation.terms
    return {} if terms is None or not terms.budget.issued_from else dict(sorted(terms.budget.already_issued.items()))


def allocation_from(record: Mapping[str, Any]) -> Allocation:
    """The allocation that a record describes, computed again from the recorded figures."""
    results = recorded_results(record)
    with TemporaryDirectory() as place:
        plan = recorded_plan(record, Path(place))
        return allocate(plan, results=results, require=record["require"])


def recorded_plan(record: Mapping[str, Any], folder: Path) -> Plan:
    """The plan of a record, written into a folder and read, with the decimals of shares that its version took."""
    path = folder / "plan.toml"
    path.write_bytes(record["plan"].encode())
    plan = read_plan(path, parameters=parameters_from_record(record.get("parameters", {})), inside=path.anchor)
    if issued := record.get("issued"):
        plan = plan.model_copy(update={"budget": plan.budget.model_copy(update={"already_issued": dict(issued)})})
    plan._rates_numbers = record.get("numbers") == _RATED  # noqa: SLF001 - no key of the file
    return plan if record.get("shares") == _UNROUNDED else with_decimals(plan, _EIGHT, only_where_none=True)


def recorded_results(record: Mapping[str, Any]) -> dict[str, Recorded]:
    """The figures of a record by account, each account standing for its result."""
    figures = {tuple(key.split("|")): figure for key, figure in record["figures"].items()}
    accounts = {account for account, _, _ in figures}
    known = record.get("known_on", {})
    common: dict[str, dict[str, RecordedCommon]] = {}
    for of, (values, left_out) in record.get("common", {}).items():
        account, _, quantity = of.partition(".")
        shared = RecordedCommon({code: _figure(value) for code, value in values.items()}, tuple(left_out))
        common.setdefault(account, {})[quantity] = shared
    return {
        account: Recorded(
            {key[1:]: _figure(value) for key, value in figures.items() if key[0] == account},
            record["run_ids"][account],
            date.fromisoformat(record["date"]),
            date.fromisoformat(known[account]) if account in known else None,
            common.get(account, {}),
            tuple(record.get("own", {}).get(account, ())),
        )
        for account in accounts
    }


@dataclass(frozen=True, slots=True)
class RecordedValue:
    """A value as it was when the plan was computed."""

    value: float | None
    unit: Unit
    presence: str
    origin: str
    evidence: str
    partial: Partial | None


def _common_record(common: Mapping[str, tuple[Mapping[str, Any], tuple[str, ...]]]) -> dict[str, Any]:
    return {
        of: [{code: list(figure) for code, figure in sorted(values.items())}, list(left_out)]
        for of, (values, left_out) in sorted(common.items())
    }


@dataclass(frozen=True, slots=True)
class RecordedCommon:
    """What the recipients had in common of a quantity when the plan was computed."""

    values: Mapping[str, RecordedValue]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Recorded:
    """Stands for an account's result: the figures that a plan read from it."""

    figures: Mapping[tuple[str, ...], RecordedValue]
    run_id: str
    day: date
    known_on: date | None = None
    shared: Mapping[str, RecordedCommon] = field(default_factory=dict)
    self_reported: tuple[str, ...] = ()

    def common(self, quantity: str, *, counties: Sequence[str], period: str | None = None) -> RecordedCommon:
        """What was recorded of a quantity over the common coverage. Raises KeyError where nothing was."""
        del counties, period
        return self.shared[quantity]

    def value(self, quantity: str, *, county: str, period: str | None = None) -> RecordedValue:
        """One recorded value. Raises KeyError for one that was not recorded."""
        del period
        return self.figures[quantity, county]


def _figure(fields: list[Any]) -> RecordedValue:
    value, text, presence, origin, evidence, partial = fields
    whole = None if partial is None else Partial(tuple(partial[0]), tuple(partial[1]), partial[2])
    return RecordedValue(None if value is None else float(value), unit(text), presence, origin, evidence, whole)


def plan_facts(
    allocation: Allocation, record: Mapping[str, Any], correction: Correction | None, printed: Sequence[str]
) -> list[tuple[str, str]]:
    """Label and text of each line of the manifest, in order; `record` is what the run id is made of, `printed` the sheets for everyone."""
    source = allocation.source
    facts = [
        ("种类", "allocation"),
        (RUN_ID, text_hash(canonical(record))[:16]),
        (STATE, allocation.heading.state),
        *correction_facts(correction),
        ("软件", f"qhgep {record['qhgep']}"),
        ("方案", allocation.title),
        ("层次", allocation.layer),
    ]
    facts += [(f"核算 {name} 运行号", value) for name, value in sorted(source.run_ids.items())]
    facts += [(f"核算 {name} 系数截至（当日已知）", day.isoformat()) for name, day in sorted(source.known_on.items())]
    return [*facts, ("编制日期", source.day_text), (PRINTED, "、".join(printed))]
