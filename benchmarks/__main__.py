"""`python -m benchmarks` prints every report."""

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


def main() -> None:
    """Print the reports one after the other."""
    for module in (
        engine,
        openfisca,
        account,
        panel,
        page,
        plans,
        draws,
        uncertain,
        audit,
        printed_accounts,
        reading,
        services,
        verify,
        raster,
    ):
        sys.stdout.write("\n".join(module.report()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
