"""`python -m qhgep` and the `qhgep` command."""

from __future__ import annotations

import gc
import sys

_OBJECTS = 100_000
"""New objects after which unreachable circles are looked for. A workbook is hundreds of thousands of cells that form none;

with Python's own limit of 700 a fifth of the time of a large one goes into looking.
"""


def main() -> None:
    """Run the command line; the streams are UTF-8, whatever the console says."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    gc.set_threshold(_OBJECTS)
    from qhgep.cli.app import app

    app(args=_first(sys.argv[1:]))


def _first(words: list[str]) -> list[str]:
    """The common options before the verb, wherever they were typed."""
    common: list[str] = []
    rest: list[str] = []
    queue = list(words)
    while queue:
        word = queue.pop(0)
        if word == "--lang" and queue:
            common += [word, queue.pop(0)]
        elif word == "--quiet" or word.startswith("--lang="):
            common.append(word)
        else:
            rest.append(word)
    return common + rest


if __name__ == "__main__":
    main()
