"""The audit on tables made at random: faults found, true repairs ranked first, false alarms."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.misprinted import HABITS, MISSTEPS, habitual_table, misstep
from benchmarks.published import KINDS, Fault, Row, factors_of, inject, make_table, write
from qhgep.auditing import Audit, Repair, audit_table
from qhgep.auditing.dimensions import without_period
from qhgep.auditing.figure import figure
from qhgep.units import Spelling, spelled

TABLES = 1000


def report() -> list[str]:
    """False alarms of 1,000, half of them with habits of printing; 1,000 with one fault: found, true repair first."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        start = time.perf_counter()
        alarms = sum(not audit_table(write(sound(seed), path)).consistent for seed in range(TABLES))
        counts, guesses = Counter[tuple[str, str]](), Counter[tuple[bool, bool]]()
        for seed in range(TABLES):
            kind = (*KINDS, *MISSTEPS)[seed % (len(KINDS) + len(MISSTEPS))]
            rows, fault = faulty(10**6 + seed, kind)
            audit = audit_table(write(rows, path))
            place = rank(audit, fault)
            counts.update({(kind, "all"): 1, (kind, "found"): bool(audit.faults), (kind, "first"): place == 1})
            counts.update({(kind, "three"): 0 < place <= 3, (kind, "listed"): place > 0})
            guesses.update([(one.weak, place == 1) for one in audit.repairs[:1]])
        seconds = time.perf_counter() - start
    lines = [f"audit: of {TABLES} consistent tables {alarms} false alarms; of {TABLES} with one fault:"]
    lines += [_line(kind, counts) for kind in (*KINDS, *MISSTEPS, "all")]
    firm, weak = ((guesses[weak, True], guesses[weak, False]) for weak in (False, True))
    lines.append(
        f"  first proposals that are no guess: right {firm[0]}, wrong {firm[1]}; told as a guess: {weak[0]}, {weak[1]}"
    )
    return [*lines, f"  {seconds / TABLES / 2 * 1000:.0f} ms a table"]


def sound(seed: int) -> list[Row]:
    """A consistent table: as printed, or with one of the habits of printing in turn."""
    draw = Random(seed)  # noqa: S311 - a draw
    return habitual_table(draw, HABITS[seed // 2 % len(HABITS)]) if seed % 2 else make_table(draw)


def faulty(seed: int, kind: str) -> tuple[list[Row], Fault]:
    """A table with one fault of a kind, and the fault. At least one line has a factor."""
    draw = Random(seed)  # noqa: S311 - a draw
    rows = make_table(draw)
    while not any(map(factors_of, rows)):
        rows = make_table(draw)
    return rows, inject(draw, rows, kind) if kind in KINDS else misstep(draw, rows, kind)


def _line(kind: str, counts: Counter[tuple[str, str]]) -> str:
    told = ("found", "true repair first", "among the first three", "proposed")
    made, *others = (
        sum(n for (of, what), n in counts.items() if what == name and kind in (of, "all"))
        for name in ("all", "found", "first", "three", "listed")
    )
    figures = ", ".join(f"{what} {number}" for what, number in zip(told, others, strict=True))
    return f"  {kind:15} {made:5}: {figures}"


def rank(audit: Audit, fault: Fault) -> int:
    """The place of the true repair among the proposals, from 1; 0 where it is not proposed."""
    for place, repair in enumerate(audit.repairs, start=1):
        if explains(repair, fault):
            return place
    return 0


def explains(repair: Repair, fault: Fault) -> bool:
    """Whether a proposal is the fault: the figure that should stand there, or the slip in computing that was made."""
    if fault.column == "share_of":
        return repair.slip == fault.kind and (not fault.true or repair.part == fault.true)
    same = (repair.row, repair.column) == (fault.row, fault.column)
    if fault.column in {"factor", "total_of"}:
        return same and (repair.slip, repair.part) == (fault.kind, fault.true)
    return same and not repair.part and same_figure(repair, fault.true, fault.true_unit)


def same_figure(repair: Repair, true: str, true_unit: str) -> bool:
    """Whether a proposal is the number and the unit that should stand there."""
    text, _, unit = repair.proposed.partition(" ")
    read, wanted = (figure(one, "", spelled("1")) for one in (text, true))
    return (
        read is not None and wanted is not None and read.value == wanted.value and _meaning(unit) == _meaning(true_unit)
    )


def _meaning(unit: str) -> Spelling:
    found = spelled(unit or "1")
    return Spelling(without_period(found.unit), found.scale)
