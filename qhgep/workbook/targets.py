"""Where output may go: never over an input, never two outputs into one file, never over a final workbook."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from qhgep.compensation.allocation import Allocation
from qhgep.errors import WorkbookError, problem
from qhgep.result import Result
from qhgep.workbook.files import suggested_name
from qhgep.workbook.frozen import refuse_frozen

_LONGEST_NAME = 230
"""Bytes of a file name: 255 are held, and the name it has while it is written is longer."""


def check_targets(source: Path, output: Path | None, json_file: Path | None) -> None:
    """Refuse what cannot be written, what is read or is final, two outputs into one file, and a workbook of another ending.

    Read are the source, the tables and texts of its folder, and every file that an account.toml there names. An output
    that is a folder is refused later, when the file in it has its name.
    """
    folder = source if source.is_dir() else source.parent
    read = {_real(path) for path in folder.iterdir()} if folder.is_dir() else set()
    named = _named(folder / "account.toml" if source.is_dir() else source)
    read = {path for path in read if path.suffix in {".toml", ".csv", ".md"} or path.name in named} | {_real(source)}
    targets = [path for path in (output, json_file) if path is not None and str(path) != "-"]
    devices = {_real(path) for path in targets if _is_device(path)}
    for number, target in enumerate(targets):
        if _real(target) in read or _real(target) in {_real(path) for path in targets[:number]} - devices:
            raise WorkbookError(problem("output_same", str(target), target=target))
        refuse_unwritable(target, folder=target is output)
        refuse_frozen(target)
    if output is not None and not output.is_dir() and not _is_device(output) and output.suffix.lower() != ".xlsx":
        raise WorkbookError(problem("output_suffix", str(output), suffix=output.suffix))


def refuse_unwritable(target: Path, *, folder: bool) -> None:
    """Raise WorkbookError where an output cannot be written, before the work for it starts.

    `folder` says whether it may be an existing folder, in which the file then gets a name.
    """
    detail = ""
    try:
        if target.is_dir():
            detail = "" if folder and os.access(target, os.W_OK | os.X_OK) else "是文件夹"
        elif target.exists():
            detail = "" if os.access(target, os.W_OK) else "没有写的权限"
        else:
            above = next(part for part in target.absolute().parents if part.exists())
            with tempfile.TemporaryFile(dir=above):
                pass
        if len(target.name.encode()) > _LONGEST_NAME or "\0" in str(target):
            detail = "文件名不合格"
    except (OSError, RuntimeError, ValueError) as error:
        detail = str(getattr(error, "strerror", None) or error)
    if detail:
        raise WorkbookError(problem("output_unwritable", str(target).replace("\0", "␀"), detail=detail))


def _is_device(path: Path) -> bool:
    """Whether something is there that is neither a file nor a folder."""
    try:
        return path.exists() and not path.is_file() and not path.is_dir()
    except (OSError, ValueError):
        return False


def _real(path: Path) -> Path:
    """Where a path leads after its links; links that go round lead to themselves."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return path


def _named(source: Path) -> str:
    """The text of an account.toml or plan.toml, in which its files are named; empty for anything else."""
    if source.suffix != ".toml" or not source.is_file():
        return ""
    return source.read_bytes().decode("utf-8", "replace")


def in_folder(output: Path, made: Result | Allocation, period: str | None = None) -> Path:
    """The file to write: `output`, or in a folder the one named by title, period and state."""
    return output / suggested_name(made, period) if output.is_dir() else output
