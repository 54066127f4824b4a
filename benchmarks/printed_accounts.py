"""The audit on accounts made at random: false alarms, faults found, true repairs ranked first."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.audit import same_figure
from qhgep.auditing.account import AccountAudit
from tests.support.printed import Printed, audit_toy
from tests.support.random_accounts import KINDS, inject, make

ACCOUNTS = 300
_COUNTED = ("found", "true repair first", "among the first three")


def report() -> list[str]:
    """False alarms of 300 accounts; 300 with one printing fault that no rounding explains: found, true repair first."""
    start = time.perf_counter()
    alarms, compared = _alarms()
    counts: Counter[tuple[str, str]] = Counter()
    for seed in range(ACCOUNTS):
        kind = KINDS[seed % len(KINDS)]
        counts.update({(kind, what): 1 for what in _outcome(Random(10**6 + seed), kind)})  # noqa: S311 - a draw
    seconds = time.perf_counter() - start
    lines = [
        f"account audit: of {ACCOUNTS} accounts that print their own results ({compared} comparisons) {alarms} false"
    ]
    lines[0] += f" alarms; of {ACCOUNTS} with one fault:"
    for kind in (*KINDS, "all"):
        made, *others = (
            sum(n for (of, what), n in counts.items() if what == name and kind in (of, "all"))
            for name in ("made", *_COUNTED)
        )
        figures = ", ".join(f"{what} {number}" for what, number in zip(_COUNTED, others, strict=True))
        lines.append(f"  {kind:6} {made:5}: {figures}")
    return [*lines, f"  {seconds / ACCOUNTS / 2 * 1000:.0f} ms an account, made and audited"]


def _alarms() -> tuple[int, int]:
    alarms = compared = 0
    for seed in range(ACCOUNTS):
        with TemporaryDirectory() as folder:
            audit = audit_toy(make(Random(seed), Path(folder)).path)  # noqa: S311 - a draw
        alarms += not audit.consistent
        compared += sum(one.verdict == "consistent" for one in audit.findings)
    return alarms, compared


def _outcome(draw: Random, kind: str) -> list[str]:
    """What came of one account with one fault."""
    with TemporaryDirectory() as folder:
        case = make(draw, Path(folder))
        sound = {row.row: row for row in case.printed}
        faulty = inject(draw, case, kind)
        if faulty is None:
            return []
        audit = audit_toy(case.path)
    place = _rank(audit, sound[faulty.row])
    happened = (any(one.row == faulty.row for one in audit.faults), place == 1, 0 < place <= 3)
    return ["made", *(what for what, so in zip(_COUNTED, happened, strict=True) if so)]


def _rank(audit: AccountAudit, sound: Printed) -> int:
    """The place of the true repair among the proposals, from 1; 0 where it is not proposed."""
    for place, repair in enumerate((one for table in audit.tables for one in table.audit.repairs), start=1):
        if (repair.row, repair.column) == (sound.row, "value") and same_figure(repair, sound.value, sound.unit):
            return place
    return 0
