"""`python -m qhgep` and the `qhgep` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; the streams are UTF-8, whatever the console says."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
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
