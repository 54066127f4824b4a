"""Names in a seal: plain, relative, of one file each; whoever wrote the seal, its reader opens nothing else by them."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from qhgep.data import confined
from qhgep.errors import InputError, problem

HERE = "."
"""The name of the folder that the seal lies in."""
MOST_FILES = 20_000
"""Files that a seal may list, or that are looked at in a folder."""
_LONGEST, _SHOWN = 1024, 80
_HIDING = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Kinds of characters that print as nothing, turn the reading direction, or steer a terminal."""
_RESERVED = re.compile(r'[\\:*?"<>|]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Names that are devices under Windows, with whatever ending."""


def plain(name: str) -> bool:
    """Whether a name is relative, goes down only, and means the same file under every system."""
    parts = name.split("/")
    return (
        0 < len(name) <= _LONGEST
        and not any(unicodedata.category(letter) in _HIDING for letter in name)
        and not _RESERVED.search(name)
        and all(part not in {"", ".", ".."} and part == part.strip(" ").rstrip(".") for part in parts)
        and not any(_DEVICE.fullmatch(part) for part in parts)
    )


def folded(name: str) -> str:
    """The name as systems have it that know no cases and join accents: two such names are one file there."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def shown(name: str) -> str:
    """A name that is refused, as it may be printed: what hides or steers becomes its number."""
    visible = "".join(
        f"\\u{ord(letter):04x}" if unicodedata.category(letter) in _HIDING else letter for letter in name[:_SHOWN]
    )
    return f"{visible}…" if len(name) > _SHOWN else visible


def name_of(path: Path, root: Path) -> str:
    """The name of a file below a folder; folders on the way that are links are followed, the file itself is not.

    Raises InputError where the file or what it leads to lies outside the folder, or no seal could have its name.
    """
    try:
        real = path.parent.resolve() / path.name
        name = real.relative_to(root).as_posix()
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(problem("seal_outside", shown(path.name), folder=root.name or HERE)) from error
    if not plain(name):
        raise InputError(problem("seal_name", HERE, name=shown(name)))
    confined(root, name, None, shown(path.name))
    return name


def files_below(folder: Path) -> Iterator[Path]:
    """Everything in a folder and its folders that is no folder, in order; a link to a folder is one thing and not entered.

    Raises InputError where there are more than `MOST_FILES`.
    """
    count = 0
    for above, folders, names in os.walk(folder):
        folders.sort()
        links = [name for name in folders if Path(above, name).is_symlink()]
        for name in sorted([*names, *links]):
            count += 1
            if count > MOST_FILES:
                raise InputError(problem("seal_many", folder.name or HERE, most=MOST_FILES))
            yield Path(above, name)


def twice(names: Iterable[str]) -> list[str]:
    """Names that mean the same file as an earlier one."""
    seen: set[str] = set()
    found = []
    for name in names:
        if folded(name) in seen:
            found.append(name)
        seen.add(folded(name))
    return found
