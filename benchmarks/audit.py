"""The audit on tables made at random: faults found, true repairs ranked first, false alarms."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.published import KINDS, Fault, inject, make_table, write
from qhgep.audit import Audit, Repair, audit_table
from qhgep.audit.figure import figure
from qhgep.audit.relation import without_period
from qhgep.units import Spelling, spelled

TABLES = 1000


def report() -> list[str]:
    """False alarms of 1,000; 1,000 with one fault: found, true repair first, in the first three."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        start = time.perf_counter()
        sound = (make_table(Random(seed)) for seed in range(TABLES))  # noqa: S311 - a draw
        alarms = sum(not audit_table(write(rows, path)).consistent for rows in sound)
        counts: Counter[tuple[str, str]] = Counter()
        for seed in range(TABLES):
            draw, kind = Random(10**6 + seed), KINDS[seed % len(KINDS)]  # noqa: S311 - a draw
            rows = make_table(draw)
            fault = inject(draw, rows, kind)
            audit = audit_table(write(rows, path))
            place = rank(audit, fault)
            counts.update({(kind, "all"): 1, (kind, "found"): bool(audit.faults), (kind, "first"): place == 1})
            counts.update({(kind, "three"): 0 < place <= 3, (kind, "listed"): place > 0})
        seconds = time.perf_counter() - start
    told = ("found", "true repair first", "among the first three", "proposed")
    lines = [f"audit: of {TABLES} consistent tables {alarms} false alarms; of {TABLES} with one fault:"]
    for kind in (*KINDS, "all"):
        made, *others = (
            sum(n for (of, what), n in counts.items() if what == name and kind in (of, "all"))
            for name in ("all", "found", "first", "three", "listed")
        )
        figures = ", ".join(f"{what} {number}" for what, number in zip(told, others, strict=True))
        lines.append(f"  {kind:6} {made:5}: {figures}")
    return [*lines, f"  {seconds / TABLES / 2 * 1000:.0f} ms a table"]


def rank(audit: Audit, fault: Fault) -> int:
    """The place of the true repair among the proposals, from 1; 0 where it is not proposed."""
    for place, repair in enumerate(audit.repairs, start=1):
        if (repair.row, repair.column) == (fault.row, fault.column) and same_figure(
            repair, fault.true, fault.true_unit
        ):
            return place
    return 0


def same_figure(repair: Repair, true: str, true_unit: str) -> bool:
    """Whether a proposal is the number and the unit that should stand there."""
    text, _, unit = repair.proposed.partition(" ")
    read, wanted = (figure(one, "", spelled("1")) for one in (text, true))
    return (
        read is not None and wanted is not None and read.value == wanted.value and _meaning(unit) == _meaning(true_unit)
    )


def _meaning(unit: str) -> Spelling:
    found = spelled(unit)
    return Spelling(without_period(found.unit), found.scale)
