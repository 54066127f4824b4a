"""The indicators of a planning document as typed targets, and what seen values say of them.

Reached, and worse than its base year, are two statements: a target may lie below its base (97.2 % in 2020, 96.3 % asked
of 2025). Which way a target points is no part of the printed table; it is this project's reading of the indicator's name.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Literal

from qhgep.data import data_folder
from qhgep.errors import InputError, Problems, UnitError
from qhgep.evidence import EVIDENCE, Evidence
from qhgep.inputs.headed_table import TableRow, read_headed_table
from qhgep.inputs.table import NUMBER
from qhgep.text_tables import in_one_line
from qhgep.units import converted, spelled

Kind = Literal["number", "ordinal", "delegated"]
Direction = Literal["at_least", "at_most"]
Reached = Literal["reached", "not_reached", "no_target", "no_value"]
AgainstBase = Literal["better", "same", "worse", "no_base", "no_value"]
COLUMNS = ("target", "year", "county_code", "value", "unit", "handed_down", "evidence", "source", "note")
"""The headings of a table of seen values; `handed_down` is the target number that a delegated target was given."""
PROVINCE = "630000"
"""The area of the printed table."""


@dataclass(frozen=True, slots=True)
class PlanTarget:
    """One line of the table: what is asked of a year and what was in the base year, as printed; empty where nothing is.

    `kind`: a number; `ordinal`, a class of `scale`, best first; `delegated`, whose number another document hands down.
    """

    id: str
    group: str
    zh: str
    unit: str
    kind: Kind
    direction: Direction
    scale: tuple[str, ...]
    base_year: int
    base: str
    target_year: int
    target: str
    source: str
    at: str
    evidence: Evidence
    note: str

    def size(self, text: str) -> Fraction | None:
        """A printed value as a number that grows with the amount; a class as its place from the worst; None for no value."""
        if not text:
            return None
        if self.kind != "ordinal":
            return Fraction(text)
        named = [_plain(name) for name in self.scale]
        found = _plain(text.removesuffix("及以上"))
        return Fraction(len(named) - named.index(found)) if found in named else None


@dataclass(frozen=True, slots=True)
class SeenValue:
    """A value that somebody reports of a target, as printed and in the unit of the target, with its document and place."""

    target: str
    year: int
    county_code: str
    value: str
    size: Fraction | None
    """The value in the unit of the target, a class as its place from the worst; None where none is known."""
    handed_down: str
    handed_size: Fraction | None
    evidence: Evidence
    source: str
    place: str


@dataclass(frozen=True, slots=True)
class TargetState:
    """What is known of a target in an area and year: whether it is reached, and how it stands against its base year."""

    target: PlanTarget
    seen: SeenValue | None
    asked: str
    """The number or class that is asked: printed, or handed down; empty where none was seen."""
    reached: Reached
    against_base: AgainstBase

    @property
    def in_year(self) -> bool:
        """Whether the value is of the year that the target speaks of; before it a value says how far, not whether."""
        return self.seen is not None and self.seen.year >= self.target.target_year


@dataclass(frozen=True, slots=True)
class AssessedTargets:
    """All targets in the order of the table, with what is known of each; one for each area and year that has a value."""

    states: tuple[TargetState, ...]
    __repr__ = in_one_line


@cache
def shipped_targets() -> tuple[PlanTarget, ...]:
    """The 26 indicators of table 3-3-1 of Qinghai's plan for 2021 to 2025, in the order of the table."""
    with (data_folder("coefficients") / "assessments" / "targets.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            PlanTarget(
                row["id"], row["group"], row["zh"], row["unit"], row["kind"], row["direction"],  # type: ignore[arg-type] # as written
                tuple(filter(None, row["scale"].split(";"))), int(row["base_year"]), row["base"],
                int(row["target_year"]), row["target"], row["source"], row["at"], row["evidence"], row["note"],  # type: ignore[arg-type]
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def assess_targets(values: str | Path | Sequence[SeenValue] = ()) -> AssessedTargets:
    """What is known of every target of the shipped table.

    `values` is a table with the headings of COLUMNS (csv or xlsx), or what `read_seen_values` gave of one. Raises
    InputError with every fault of the table.
    """
    seen = read_seen_values(values) if isinstance(values, str | Path) else values
    found: list[TargetState] = []
    for target in shipped_targets():
        mine = sorted(
            (item for item in seen if item.target == target.id), key=lambda item: (item.county_code, item.year)
        )
        found += [_state(target, item) for item in mine] or [_state(target, None)]
    return AssessedTargets(tuple(found))


def read_seen_values(path: str | Path) -> list[SeenValue]:
    """The values of a table, each in the unit of its target. Raises InputError with every fault, at its cell."""
    problems = Problems()
    table = read_headed_table(Path(path), problems)
    found: list[SeenValue] = []
    if table is not None:
        if set(COLUMNS) - set(table.columns):
            problems.add("file_header", table.place, found=",".join(table.columns), expected=",".join(COLUMNS))
        else:
            found = list(_seen(list(table.sound(problems)), problems))
    problems.raise_if_any(InputError)
    return found


def _seen(rows: Sequence[TableRow], problems: Problems) -> Iterator[SeenValue]:
    known = {target.id: target for target in shipped_targets()}
    first: dict[tuple[str, str, str], str] = {}
    for row in rows:
        target = known.get(row.text("target"))
        if target is None:
            problems.add(
                "target_unknown", row.where("target"), found=row.text("target"), near="、".join(_near(row, known))
            )
            continue
        key = target.id, row.text("county_code"), row.text("year")
        if key in first:
            problems.add("table_twice", row.place, first=first[key])
            continue
        first[key] = row.place
        yield from _one(row, target, problems)


def _near(row: TableRow, known: dict[str, PlanTarget]) -> list[str]:
    """The targets that may be meant, by id or by name."""
    found = row.text("target")
    named = [target.id for target in known.values() if found and found in target.zh]
    return named or get_close_matches(found, list(known), n=3, cutoff=0.4) or ["-"]


def _one(row: TableRow, target: PlanTarget, problems: Problems) -> Iterator[SeenValue]:
    before = len(problems.items)
    value, handed = (_size(row, name, target, problems) for name in ("value", "handed_down"))
    year = row.text("year")
    if not (year.isascii() and year.isdigit() and len(year) == len("2025")):
        problems.add("target_year", row.where("year"), found=year or "（空）")
    if row.text("handed_down") and target.kind != "delegated":
        problems.add("target_not_delegated", row.where("handed_down"), zh=target.zh, target=target.target)
    if row.text("evidence") not in EVIDENCE:
        known = "、".join(EVIDENCE)
        problems.add("table_word", row.where("evidence"), field="evidence", found=row.text("evidence"), expected=known)
    if not row.text("source"):
        problems.add("target_source", row.where("source"), zh=target.zh)
    if len(problems.items) == before:
        unit = "" if target.kind == "ordinal" else row.text("unit")
        shown = [f"{row.text(name)} {unit}".strip() if row.text(name) else "" for name in ("value", "handed_down")]
        yield SeenValue(
            target.id, int(year), row.text("county_code") or PROVINCE, shown[0], value, shown[1], handed,
            row.text("evidence"), row.text("source"), row.place,  # type: ignore[arg-type] # one of the levels
        )  # fmt: skip


def _size(row: TableRow, column: str, target: PlanTarget, problems: Problems) -> Fraction | None:
    """The size of a cell in the unit of the target; None where it is blank or, noted, none."""
    text = row.text(column)
    if not text:
        return None
    if target.kind == "ordinal":
        found = target.size(text)
        if found is None:
            problems.add("target_class", row.where(column), zh=target.zh, found=text, known="、".join(target.scale))
        return found
    text, unit = unicodedata.normalize("NFKC", text), row.text("unit")
    if not NUMBER.fullmatch(text):
        problems.add("target_number", row.where(column), zh=target.zh, found=text)
        return None
    if unit == target.unit:
        return Fraction(text)
    try:
        asked = spelled(target.unit or "1")
        return Fraction(text) * converted(unit, asked.unit, quantity=target.zh) / asked.scale
    except UnitError:
        problems.add(
            "target_unit", row.where("unit"), zh=target.zh, found=unit or "（空）", expected=target.unit or "（空）"
        )
        return None


def _state(target: PlanTarget, seen: SeenValue | None) -> TargetState:
    asked, limit = target.target, target.size(target.target)
    value = None if seen is None else seen.size
    if target.kind == "delegated" and seen is not None:
        asked, limit = seen.handed_down, seen.handed_size
    against = _against(target, value, target.size(target.base))
    return TargetState(target, seen, asked, _reached(target, value, limit), against)


def _reached(target: PlanTarget, value: Fraction | None, asked: Fraction | None) -> Reached:
    if asked is None:
        return "no_target"
    if value is None:
        return "no_value"
    return "reached" if (value >= asked if target.direction == "at_least" else value <= asked) else "not_reached"


def _against(target: PlanTarget, value: Fraction | None, base: Fraction | None) -> AgainstBase:
    if base is None:
        return "no_base"
    if value is None:
        return "no_value"
    if value == base:
        return "same"
    return "better" if (value > base) == (target.direction == "at_least") else "worse"


def _plain(text: str) -> str:
    """A class as it is compared: Ⅱ类 and II 类 alike."""
    return unicodedata.normalize("NFKC", text).replace(" ", "").upper()


__all__ = [
    "COLUMNS",
    "PROVINCE",
    "AssessedTargets",
    "PlanTarget",
    "SeenValue",
    "TargetState",
    "assess_targets",
    "read_seen_values",
    "shipped_targets",
]
