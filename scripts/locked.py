"""The lines of requirements-dev.lock for what some installed packages need to run: `python scripts/locked.py qhgep`.

Each line keeps its hashes, so that an empty environment can be filled with those files and no others.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = Path(__file__).parent.parent / "requirements-dev.lock"


def needed(names: list[str]) -> set[str]:
    """The packages that these need, directly or not, on this machine; not themselves."""
    todo, found = list(names), set[str]()
    while todo:
        for text in requires(todo.pop()) or ():
            item = Requirement(text)
            name = canonicalize_name(item.name)
            if (item.marker is None or item.marker.evaluate({"extra": ""})) and name not in found:
                found.add(name)
                todo.append(name)
    return found


def locked(text: str) -> dict[str, str]:
    """Package -> its requirement with its hashes, as the lock has it."""
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    return {canonicalize_name(re.split(r"[^A-Za-z0-9._-]", entry)[0].split("==")[0]): entry for entry in entries}


if __name__ == "__main__":
    lines = locked(LOCK.read_text(encoding="utf-8"))
    print("".join(lines[name] for name in sorted(needed(sys.argv[1:]))))
