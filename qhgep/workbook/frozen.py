"""What is final is never written over: the state of a workbook that is there, from its manifest."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from qhgep.data import is_file, is_folder
from qhgep.errors import QhgepError, WorkbookError, problem
from qhgep.states import STATES
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.account.front_and_manifest import STATE
from qhgep.workbook.verify.manifest import fact
from qhgep.workbook.verify.read import read_cells_of


def refuse_frozen(path: Path) -> None:
    """Raise WorkbookError where a workbook of this name is there and its manifest says that it is final.

    Names that differ in case only are one name: on many systems they are one file. What is there and is no workbook of
    qhgep is not frozen.
    """
    for other in _of_this_name(path):
        if written_state(other) == STATES["final"]:
            raise WorkbookError(problem("file_frozen", str(path), file=other.name, state=STATES["final"]))


def written_state(path: Path) -> str:
    """The state in a workbook's manifest; empty where the file is no workbook, or has no manifest."""
    try:
        return fact(read_cells_of(path, MANIFEST), STATE)
    except (QhgepError, OSError):
        return ""


def _of_this_name(path: Path) -> Iterator[Path]:
    folder = path.parent
    if not is_folder(folder):
        return
    wanted = _plain(path.name)
    yield from (other for other in sorted(folder.iterdir()) if _plain(other.name) == wanted and is_file(other))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
