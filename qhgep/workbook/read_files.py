"""Which files a run reads: those it is given, and whatever these name, by the identity of the file and not by its name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from qhgep.data import MOST_TEXT, is_folder, path_exists, regular_file, toml_of
from qhgep.errors import Problems, QhgepError

Identity = tuple[int, int] | Path
"""Device and number of a file that is there, so that links and other spellings are one file; else where its path leads."""
_COVERS = frozenset({"account.toml", "plan.toml"})
_READ = frozenset({".toml", ".csv", ".md"})
"""Endings of the texts of a folder that are read because they lie there: rulesets, texts about tables, provenance."""


def identity(path: Path) -> Identity:
    """The file of a path; the path itself, its links followed, where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return _led_to(path)
    return found.st_dev, found.st_ino


def files_read(sources: Iterable[Path]) -> frozenset[Identity]:
    """Every file that a run from these files and folders may read.

    Beside a source these are the texts of its folder, every file that a toml names (accounts, inputs, packs, what is
    corrected, compared or published), and so on from each of them. A file that cannot be read names none.
    """
    found: set[Path] = set()
    left = [path for source in sources for path in (source, *_within(source), *_beside(source))]
    while left:
        path = left.pop()
        if (real := _led_to(path)) in found:
            continue
        found.add(real)
        for named in _named(path):
            left += [named, *_within(named)]
    return frozenset(identity(path) for path in found)


def _led_to(path: Path) -> Path:
    """Where a path leads after its links; links that go round lead to themselves."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return path


def _within(path: Path) -> Iterator[Path]:
    """The texts in a folder of an account or a plan; every file of another folder, a pack, which has two levels."""
    found = _listed(path, "*")
    if _COVERS & {item.name for item in found}:
        yield from (item for item in found if item.suffix.lower() in _READ)
    else:
        yield from (*found, *_listed(path, "*/*"))


def _beside(path: Path) -> Iterator[Path]:
    """The texts that lie in the folder of a file."""
    if not is_folder(path):
        yield from (item for item in _listed(path.parent, "*") if item.suffix.lower() in _READ)


def _listed(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern)) if is_folder(folder) else []
    except OSError:
        return []


def _named(path: Path) -> Iterator[Path]:
    """What a toml names that is there, seen from its folder."""
    if path.suffix.lower() != ".toml":
        return
    try:
        content = toml_of(regular_file(path, most=MOST_TEXT).read_bytes(), path.name, Problems())
    except (QhgepError, OSError):
        return
    for text in dict.fromkeys(_texts(content)):
        target = path.parent / text
        if text.strip(" ./") and path_exists(target):
            yield target


def _texts(content: Any) -> Iterator[str]:  # noqa: ANN401 - a parsed TOML value
    """Every text of a parsed toml, whatever key it stands under."""
    left = [content]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            left += one.values()
        elif isinstance(one, list):
            left += one
