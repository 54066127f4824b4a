"""Where the data that ship with qhgep lie, in the installed package or in the checkout, and the hash of a file."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from qhgep.errors import InputError, Problems, problem

MOST_TEXT = 30 * 1024 * 1024
"""The size of a text file (csv, toml, json) that is still read."""
MOST_FILE = 200 * 1024 * 1024
"""The size of any file that is still read; a 45-county workbook is about 5 MB."""
_MOST_LEVELS = 50
"""How deep the tables and lists of a TOML file may stand in one another; the files of qhgep have five levels."""
_MEGA = 1024 * 1024
_MOST_BITS = 14_280
"""The size of an integer of a TOML file: 4,299 digits, since Python prints none of more than 4,300."""
MOST_TOML = 4 * _MEGA
"""The size of a TOML text that is still read: its parser reads some MB a second."""
MOST_MEMBERS = 100_000
"""Keys and entries of lists of a TOML text: a fault of each of 200,000 took half a gigabyte to tell."""
_MANY_PARTS = re.compile(
    r"""(?<![A-Za-z0-9_.-])(?<!\.[ \t])(?:(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){100}"""
)
"""A key of very many parts, a.b.c ...: the time that it takes grows with their square."""


def data_folder(name: str) -> Path:
    """The folder `coefficients` or `templates`, beside this file in a wheel, else in the checkout."""
    packed = Path(__file__).parent / "_data" / name
    return packed if packed.is_dir() else Path(__file__).parent.parent / name


def regular_file(path: Path, *, most: int = MOST_FILE) -> Path:
    """The path, if it leads to a regular file of at most `most` bytes: the one guard before any file is opened.

    Opening a pipe waits for a writer, and a device has no end; nor have some files of the system that call themselves
    regular, such as /proc/kmsg. Raises InputError for a pipe, a device, a socket, a file of the system, a name that no file
    can have, a file that is too large; OSError for a folder, or where there is no such file.
    """
    try:
        status = path.stat()
    except ValueError as error:  # a null character
        raise InputError(problem("file_name", path.name.replace("\0", "␀"))) from error
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        raise InputError(problem("file_name", path.name)) from error
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(path)
    if not stat.S_ISREG(status.st_mode) or (status.st_size == 0 and _is_of_the_system(path)):
        raise InputError(problem("file_not_regular", path.name))
    if status.st_size > most:
        raise InputError(problem("file_too_large", path.name, size=round(status.st_size / _MEGA), most=most // _MEGA))
    return path


def _is_of_the_system(path: Path) -> bool:
    """Whether a file is on a file system without any blocks, as /proc is: its content is made while it is read."""
    return hasattr(os, "statvfs") and os.statvfs(path).f_blocks == 0


def is_folder(path: Path) -> bool:
    """Whether a folder is there; False for a name that nothing can have."""
    return _answered(path.is_dir)


def is_file(path: Path) -> bool:
    """Whether a file is there; False for a name that nothing can have."""
    return _answered(path.is_file)


def path_exists(path: Path) -> bool:
    """Whether anything is there; False for a name that nothing can have."""
    return _answered(path.exists)


def _answered(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except (OSError, ValueError):
        return False


def same_place(one: Path, other: Path) -> bool:
    """Whether two paths lead to one place; a name that leads nowhere, such as a link to itself, leads to none."""
    try:
        return one.resolve() == other.resolve() or (one.exists() and other.exists() and one.samefile(other))
    except (OSError, RuntimeError, ValueError):
        return False


def confined(folder: Path, name: str, inside: Path | None, where: str) -> Path:
    """The file `name` of a folder, if it lies inside `inside` (by default the folder) after every link is followed.

    A file that somebody else wrote must not make its reader open others. Raises InputError naming what leads outside.
    """
    limit = folder if inside is None else inside
    try:
        target, root = (folder / name).resolve(), limit.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a null character
        raise InputError(problem("file_name", where)) from error
    if not target.is_relative_to(root):
        raise InputError(problem("file_outside", where, file=name, folder=limit.name or "."))
    return folder / name


def toml_of(content: bytes, name: str, problems: Problems) -> dict[str, Any] | None:
    """The tables of a TOML text; None, with the reason noted, where it cannot be read.

    Python reads no integer of more than 4,300 digits; see `toml_tables` for the nesting.
    """
    try:
        return toml_tables(content.decode("utf-8-sig"), name)
    except InputError as error:
        problems.take(error)
    except UnicodeDecodeError as error:
        problems.add("file_encoding", name, byte=error.start)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        problems.add("file_toml", f"{name}:{line[1]}" if line else name, detail=error)
    except (RecursionError, ValueError):
        problems.add("file_hostile", name)
    return None


def toml_tables(text: str, name: str) -> dict[str, Any]:
    """The tables of a TOML text. Raises InputError for a text that would take long, and whatever `tomllib.loads` raises.

    RecursionError too for tables and lists that stand in one another deeper than people write them, so that whoever walks
    the content may recurse.
    """
    if len(text) > MOST_TOML:
        raise InputError(problem("file_too_large", name, size=round(len(text) / _MEGA), most=MOST_TOML // _MEGA))
    if _MANY_PARTS.search(text):
        raise InputError(problem("file_hostile", name))
    found = tomllib.loads(text)
    level: list[Any] = [found]
    members = 0
    for _ in range(_MOST_LEVELS):
        level = [inner for item in level if isinstance(item, dict | list) for inner in _members(item)]
        members += len(level)
        if members > MOST_MEMBERS:
            raise InputError(problem("file_members", name, most=MOST_MEMBERS))
        if any(isinstance(item, int) and item.bit_length() > _MOST_BITS for item in level):
            message = "an integer of very many digits"
            raise ValueError(message)  # one in hexadecimal, octal or binary: as of one in decimal from `tomllib.loads`
        if not level:
            return found
    raise RecursionError


def _members(item: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return item.values() if isinstance(item, dict) else item


def json_of(content: bytes | str, *, unique: bool = False) -> Any:  # noqa: ANN401 - whatever the text holds
    """The content of a JSON text. Raises ValueError for what is none, is nested too deep or has too long a number.

    With `unique` also where an object has a key twice: readers differ in which of them they take.
    """
    try:
        return json.loads(content, object_pairs_hook=_unique if unique else None)
    except RecursionError as error:
        raise ValueError(*error.args) from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        message = "a key stands twice"
        raise ValueError(message)
    return found


def file_hash(path: Path) -> str:
    """The SHA-256 of a file's bytes, as hexadecimal text. Raises InputError and OSError as `regular_file`."""
    with regular_file(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
