"""`python -m qhgep` and the `qhgep` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; the streams are UTF-8, whatever the console says."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    from qhgep.cli import app

    app()


if __name__ == "__main__":
    main()
