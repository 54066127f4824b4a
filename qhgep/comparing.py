"""diff(): what changed between two accounts or two plans, from files, workbooks or results."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from qhgep.catalogue import Catalogue
from qhgep.compensation.allocation import Allocation
from qhgep.difference import Difference
from qhgep.engine.result import Result
from qhgep.evidence import Evidence
from qhgep.workbook.correction.compare import compared
from qhgep.workbook.verify.sides import side_of

Given = str | Path | Result | Allocation


def diff(
    a: Given,
    b: Given,
    *,
    coefficients: Sequence[str | Path] = (),
    known_on: date | None = None,
    catalogue: Catalogue | None = None,
    require: Evidence | None = None,
    inside: str | Path | None = None,
) -> Difference:
    """What changed from `a` to `b`: each an account.toml, a plan.toml, a folder of one, a workbook of qhgep, or a result.

    `.lines` are the changes row by row; `.bridge` leads from the old amounts to the new ones, one line per kind of change
    in the order of `ACCOUNT_ORDER` and `PLAN_ORDER`, each by replacing that part of `a` by that of `b` and computing anew:
    for every county the lines add up to the difference exactly. `coefficients` and `known_on` serve what is read from
    toml; files that it names must lie inside `inside`, by default in its own folder.
    Raises QhgepError for a file that cannot be read or computed, and where the two are not comparable (another kind, layer
    or system of indicators, other price years without [deflate], nothing in common): then there is no number, but the
    coverage of both.
    """
    options = {
        "coefficients": coefficients,
        "known_on": known_on,
        "catalogue": catalogue,
        "require": require,
        "inside": inside,
    }
    old, new = (side_of(given, **options) for given in (a, b))  # type: ignore[arg-type] # each as side_of names it
    return compared(old, new)
