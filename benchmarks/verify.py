"""verify of the pilot's workbook and of one of 45 counties, as a ratio to rebuilding them; and where everything differs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.account import PILOT, make_account
from qhgep import compute, read_account, verify_workbook, write_workbook
from qhgep.workbook.account.book import account_sheets
from qhgep.workbook.verify.causes import causes_and_consequences
from qhgep.workbook.verify.changes import Cells, differences
from qhgep.workbook.verify.read import FileCell, read_book


def report() -> list[str]:
    """Seconds of verify, of rebuilding alone, and their ratio; seconds of telling causes apart where every number differs."""
    lines = ["verify, processor time (goal 1.5 s):"]
    with TemporaryDirectory() as place:
        folder = Path(place)
        for name, account in (("pilot", PILOT / "account.toml"), ("45 counties", make_account(folder / "account"))):
            lines.append(f"  {name}: {_measured(account, folder / 'x.xlsx')}")
    return lines


def _cpu(action: Callable[[], object], times: int = 3) -> float:
    """The least processor time of several runs, in seconds: other programs on the machine do not count."""
    found = []
    for _ in range(times):
        start = time.process_time()
        action()
        found.append(time.process_time() - start)
    return min(found)


def _measured(account: Path, path: Path) -> str:
    result = compute(read_account(account))
    period = result.account.periods[0].name
    write_workbook(result, path, period=period)
    verify = _cpu(lambda: verify_workbook(path))
    rebuild = _cpu(lambda: account_sheets(compute(result.account), period))
    read = _cpu(lambda: read_book(path))
    sheets, cells = account_sheets(result, period), _all_off(read_book(path).cells)
    changes = list(differences(sheets, cells))
    apart = _cpu(lambda: causes_and_consequences(changes, sheets, cells))
    causes, consequences = causes_and_consequences(changes, sheets, cells)
    return (
        f"{verify:.2f} s, {verify / rebuild:.1f} times rebuilding ({rebuild:.2f} s); of it reading {read:.2f} s; "
        f"all numbers off: {len(causes)} causes and {len(consequences)} consequences told apart in {apart:.2f} s"
    )


def _all_off(cells: Cells) -> Cells:
    """Every number of a file a little larger."""
    return {sheet: {at: _off(found) for at, found in page.items()} for sheet, page in cells.items()}


def _off(found: FileCell) -> FileCell:
    return replace(found, value=found.value * 1.001 + 1) if isinstance(found.value, float | int) else found
