"""The folders of the desk as they lie on disk: files go by an id, never by a path that a browser names."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qhgep.data import confined
from qhgep.errors import InputError, problem

FORMS, MARKED, BLANK, ACCOUNT, OLD, RUNS = "表", "标注", "空白表", "账户", "旧件", ".desk"
CHECKED, PAYMENTS = f"{RUNS}/check.json", f"{RUNS}/allocate.json"
"""What the last check of the forms found, what the last plan paid."""
"""Folders of a working folder: returned forms, their marked copies, forms to fill in, the account, what was replaced, runs."""
PRICES, PLAN, PLAN_TOML, LAST_PLAN = "价格.xlsx", "方案.xlsx", "方案.toml", "上年方案.xlsx"
TABLES = (".xlsx", ".csv", ".txt")
_LONGEST = 80
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def file_name(text: str) -> str:
    """A name that every system takes, of what a person or a browser says; empty where nothing is left of it.

    Of a path the last part; no control characters, no marks that Windows refuses or that turn the direction of writing,
    not hidden, no option of a command.
    """
    last = unicodedata.normalize("NFC", text).replace("\\", "/").rpartition("/")[2]
    name = _NOT_IN_NAMES.sub("_", last).strip(" .").lstrip("-.~$")
    stem, dot, ending = name.rpartition(".")
    name = f"{stem[: _LONGEST - len(ending) - 1]}.{ending}" if dot else name[:_LONGEST]
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def id_of(text: str) -> str:
    """The id of a file or folder: it says nothing of the path, and no path can be made of it."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class DeskFile:
    """A file of a working folder, by its place in it."""

    id: str
    place: str
    path: Path
    size: int
    changed: float
    """When it was last written."""


class WorkFolder:
    """One account with its forms, workbooks and payments, in a folder that the command line opens too."""

    def __init__(self, path: Path) -> None:
        self.path, self.name, self.id = path, path.name, id_of(path.name)

    def files(self, below: str = "") -> Iterator[DeskFile]:
        """The files in it (or in one of its folders), in order; links are no files of it, and runs are not listed."""
        top = self.path / below
        for folder, folders, names in os.walk(top):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                path = Path(folder) / name
                if name.startswith(".") or not path.is_file() or path.is_symlink():
                    continue
                with contextlib.suppress(FileNotFoundError):  # a run took it away meanwhile
                    place, found = path.relative_to(self.path).as_posix(), path.stat()
                    yield DeskFile(id_of(place), place, path, found.st_size, found.st_mtime)

    def file(self, wanted: str) -> DeskFile | None:
        """The file of an id."""
        return next((item for item in self.files() if item.id == wanted), None)

    def has(self, place: str) -> bool:
        """Whether there is such a file or folder."""
        return (self.path / place).exists()

    def put(self, place: str, content: Path) -> None:
        """Move a file that was received to its place; one that is there goes to the old ones first.

        Raises InputError where a link leads the place out of the folder.
        """
        confined(self.path, Path(place).parent.as_posix(), None, place)
        self.retire(place)
        target = self.path / place
        target.parent.mkdir(exist_ok=True)
        shutil.move(content, target)

    def retire(self, place: str) -> Path | None:
        """Put a file or folder away under its name and the time, and say where; nothing is deleted.

        Raises InputError where a link leads the old ones out of the folder.
        """
        confined(self.path, OLD, None, OLD)
        path = self.path / place
        if place.startswith(f"{FORMS}/"):
            (self.path / CHECKED).unlink(missing_ok=True)  # it was of other forms
        if not path.exists():
            return None
        old = self.path / OLD
        old.mkdir(exist_ok=True)
        stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        target = old / f"{path.stem}_{stamp}{path.suffix}"
        number = 1
        while target.exists():
            number += 1
            target = old / f"{path.stem}_{stamp}_{number}{path.suffix}"
        path.rename(target)
        return target

    def restore(self, away: Mapping[str, Path]) -> None:
        """Put back what was put away, wherever nothing stands in its place."""
        for place, old in away.items():
            if not (self.path / place).exists() and old.exists():
                old.rename(self.path / place)

    @property
    def plan(self) -> str:
        """The plan that was given: a form, or a TOML; empty where there is none."""
        return next((name for name in (PLAN, PLAN_TOML) if self.has(name)), "")


class Shelf:
    """The folder that holds the working folders."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def folders(self) -> list[WorkFolder]:
        """Those that are there, by name; links are passed over."""
        found = (path for path in self.root.iterdir() if path.is_dir() and not path.is_symlink())
        return sorted((WorkFolder(path) for path in found if not path.name.startswith(".")), key=lambda item: item.name)

    def folder(self, wanted: str) -> WorkFolder | None:
        """The one of an id."""
        return next((item for item in self.folders() if item.id == wanted), None)

    def make(self, name: str) -> WorkFolder:
        """A new working folder. Raises InputError for a name that is none, or is there already."""
        clean = file_name(name)
        if not clean:
            raise InputError(problem("desk_name", name or "-"))
        path = self.root / clean
        try:
            path.mkdir()
        except FileExistsError as error:
            raise InputError(problem("desk_name_there", clean)) from error
        return WorkFolder(path)
