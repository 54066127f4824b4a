"""`python -m benchmarks` prints every report, `python -m benchmarks verify raster` those that are named."""

from __future__ import annotations

import sys

from benchmarks import (
    account,
    audit,
    draws,
    engine,
    openfisca,
    page,
    panel,
    plans,
    printed_accounts,
    raster,
    reading,
    services,
    uncertain,
    verify,
)

REPORTS = (
    engine, openfisca, account, panel, page, plans, draws, uncertain, audit, printed_accounts, reading, services, verify, raster,
)  # fmt: skip


def main() -> None:
    """Print the reports that are named, or all, one after the other."""
    for module in REPORTS:
        if len(sys.argv) == 1 or module.__name__.rpartition(".")[2] in sys.argv[1:]:
            sys.stdout.write("\n".join(module.report()) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
