"""The correction of a final result: each line old and new, and what the differences come from, as of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qhgep.difference.result import ComparedPlace, Difference


@dataclass(frozen=True, slots=True)
class CorrectedLine:
    """One line of a county or recipient before and after, in yuan; None where a side has no value."""

    code: str
    zh: str
    line: str
    old: float | None
    new: float | None


@dataclass(frozen=True, slots=True)
class Cause:
    """One line of the bridge in a county or recipient: kinds of change, and yuan."""

    code: str
    kinds: str
    amount: float


@dataclass(frozen=True, slots=True)
class Correction:
    """What a result corrects: the final workbook, its id (with its name), why and when, and in which unit.

    `lines` are compared, `beside` has one side only.
    """

    file: str
    id: str
    reason: str
    day: date
    unit: str
    lines: tuple[CorrectedLine, ...]
    beside: tuple[CorrectedLine, ...]
    causes: tuple[Cause, ...]
    notes: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """What covers and manifests say."""
        return f"更正 {self.file}（{self.id}），{self.day.isoformat()}，原因：{self.reason}"

    def as_record(self) -> dict[str, Any]:
        """The correction as JSON values, for the record in a workbook."""
        return {
            "file": self.file, "id": self.id, "reason": self.reason, "day": self.day.isoformat(), "unit": self.unit,
            **{name: [_fields(line) for line in getattr(self, name)] for name in ("lines", "beside")},
            "causes": [[item.code, item.kinds, item.amount] for item in self.causes], "notes": list(self.notes),
        }  # fmt: skip


def _fields(line: CorrectedLine) -> list[Any]:
    return [line.code, line.zh, line.line, line.old, line.new]


def correction_of_record(record: Mapping[str, Any]) -> Correction:
    """The correction of a record. Raises KeyError, TypeError or ValueError for one that was forged."""
    lines, beside = (tuple(CorrectedLine(*line) for line in record[name]) for name in ("lines", "beside"))
    causes = tuple(Cause(*cause) for cause in record["causes"])
    day = date.fromisoformat(record["day"])
    return Correction(
        record["file"],
        record["id"],
        record["reason"],
        day,
        record["unit"],
        lines,
        beside,
        causes,
        tuple(record["notes"]),
    )


def correction(found: Difference, reason: str, day: date, period: str = "") -> Correction:
    """The correction that a difference comes to in one period; `found` compares the final result with what corrects it."""

    def line(place: ComparedPlace, zh: str, old: object, new: object) -> CorrectedLine:
        numbers = (None if value is None else float(value) for value in (old, new))  # type: ignore[arg-type] # a Fraction
        return CorrectedLine(place.code, found.zh[place.code], zh, *numbers)

    lines = tuple(
        line(item.place, item.zh, item.old, item.new) for item in found.compared if item.place.period == period
    )
    beside = tuple(
        line(item.place, item.zh or "测算金额", *((item.amount, None) if item.side == "a" else (None, item.amount)))
        for item in found.beside
        if item.place.period == period
    )
    causes = tuple(
        Cause(place.code, step.zh, float(amount))
        for place in found.old
        if place.period == period
        for step in found.bridge
        for amount in (step.amounts[place],)
    )
    reasons = tuple(f"{step.zh}：{step.reason}" for step in found.bridge if step.reason)
    account = found.kind == "account"
    name, unit = (f"运行号 {found.ids[0]}", "元/a") if account else (f"记录指纹 {found.ids[0]}", "元")
    return Correction(found.names[0], name, reason, day, unit, lines, beside, causes, (*found.notes, *reasons))
