"""Where output may go: never over an input, never two outputs into one file, never over a final workbook."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from qhgep.compensation.allocation import Allocation
from qhgep.data import is_folder
from qhgep.engine.result import Result
from qhgep.errors import WorkbookError, problem
from qhgep.workbook.files import suggested_name
from qhgep.workbook.frozen import refuse_frozen
from qhgep.workbook.read_files import files_read, identity

_LONGEST_NAME = 230
"""Bytes of a file name: 255 are held, and the name it has while it is written is longer."""


def check_targets(sources: Path | Iterable[Path | None], output: Path | None, json_file: Path | None) -> None:
    """Refuse what cannot be written, what is read or is final, two outputs into one file, and a workbook of another ending.

    Read are the `sources` (those that are None were not given) and whatever they name, see `files_read`. An output that
    is a folder is refused later, when the file in it has its name.
    """
    given = [sources] if isinstance(sources, Path) else [path for path in sources if path is not None]
    targets = [path for path in (output, json_file) if path is not None and str(path) != "-"]
    there = any(os.path.lexists(target) for target in targets)  # what is not there is no file that is read
    read = files_read(given) if there else frozenset(map(identity, given))
    for number, target in enumerate(targets):
        refuse_unwritable(target, folder=target is output)
        before = {identity(path) for path in targets[:number] if not _is_special(path)}
        if identity(target) in read | before:
            raise WorkbookError(problem("output_same", str(target), target=target))
        refuse_frozen(target)
    if output is not None and not is_folder(output) and not _is_special(output) and output.suffix.lower() != ".xlsx":
        raise WorkbookError(problem("output_suffix", str(output), suffix=output.suffix))


def refuse_unwritable(target: Path, *, folder: bool) -> None:
    """Raise WorkbookError where an output cannot be written, before the work for it starts.

    `folder` says whether it may be an existing folder, in which the file then gets a name.
    """
    detail = ""
    try:
        if target.is_dir():
            detail = "" if folder and os.access(target, os.W_OK | os.X_OK) else "是文件夹"
        elif _is_special(target):
            detail = "" if _takes_output(target) else "不是普通文件（是管道、设备或套接字）"
        elif target.exists():
            detail = "" if os.access(target, os.W_OK) else "没有写的权限"
        elif target.is_symlink() and not _leads_somewhere(target):
            detail = "是一个没有去处的链接"
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


def _leads_somewhere(link: Path) -> bool:
    """Whether a file can be made where a link leads: not to itself, nor into a folder that is not there."""
    goal = Path(os.path.realpath(link))
    return not goal.is_symlink() and goal.parent.is_dir()


def _is_special(path: Path) -> bool:
    """Whether something is there that is neither a file nor a folder."""
    try:
        return path.exists() and not path.is_file() and not path.is_dir()
    except (OSError, ValueError):
        return False


def _takes_output(path: Path) -> bool:
    """Whether a special file is one to write to: stdout or stderr of this run, the null device, or a terminal.

    Opening a pipe waits for its reader, and another device is nobody's output.
    """
    status = path.stat()
    for stream in (1, 2):
        with suppress(OSError):
            if os.path.samestat(status, os.fstat(stream)):
                return True
    if not stat.S_ISCHR(status.st_mode):
        return False
    if path.samefile(os.devnull):
        return True
    handle = os.open(path, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        return os.isatty(handle)
    finally:
        os.close(handle)


def in_folder(
    output: Path, made: Result | Allocation, period: str | None = None, *, read: Iterable[Path | None] = ()
) -> Path:
    """The file to write: `output`, or in a folder the one named by title, period and state, which is none of those read."""
    if not is_folder(output):
        return output
    target = output / suggested_name(made, period)
    check_targets(read, target, None)
    return target
