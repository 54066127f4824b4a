"""Which sheets of a workbook are for everyone: what its manifest names to be printed."""

from __future__ import annotations

from pathlib import Path

from qhgep.errors import QhgepError
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.account.front_and_manifest import PRINTED
from qhgep.workbook.verify.manifest import fact
from qhgep.workbook.verify.read import read_cells_of


def printed_sheets(path: Path) -> tuple[str, ...]:
    """The main sheets of the workbook of an account; none named, so all, of any other file."""
    try:
        named = fact(read_cells_of(path, MANIFEST), PRINTED)
    except QhgepError:
        return ()
    return tuple(named.split("、")) if named else ()
