"""diff(): what changed between two accounts or two plans, from files, workbooks or results."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from qhgep.catalogue import Catalogue
from qhgep.compensation.allocation import Allocation
from qhgep.difference import AccountSide, Difference
from qhgep.difference.causes import PeriodSide, period_causes
from qhgep.engine.result import Result
from qhgep.errors import AccountError, problem
from qhgep.evidence import Evidence
from qhgep.workbook.correction.compare import compared
from qhgep.workbook.verify.sides import side_of

Given = str | Path | Result | Allocation


def diff(
    a: Given,
    b: Given | None = None,
    *,
    periods: tuple[str, str] | None = None,
    coefficients: Sequence[str | Path] = (),
    known_on: date | None = None,
    catalogue: Catalogue | None = None,
    require: Evidence | None = None,
    inside: str | Path | None = None,
) -> Difference:
    """What changed from `a` to `b`: each an account.toml, a plan.toml, a folder of one, a workbook of qhgep, or a result.

    With `periods` from the first of them in `a` to the second in `b`, or in `a` itself where there is no `b`.
    `.lines` are the changes row by row; `.bridge` leads from the old amounts to the new ones, one line per kind of change
    in the order of `ACCOUNT_ORDER` and `PLAN_ORDER`, each by replacing that part of `a` by that of `b` and computing anew:
    for every county the lines add up to the difference exactly. With `periods` the lines are causes: area, weather, other
    physical figures, prices (see `qhgep.difference.causes`). `coefficients` and `known_on` serve what is read from
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
    if b is None and periods is None:
        raise AccountError(problem("diff_one_file", str(a)))
    old = side_of(a, **options)  # type: ignore[arg-type] # each as side_of names it
    new = old if b is None else side_of(b, **options)  # type: ignore[arg-type] # the same
    if periods is None:
        return compared(old, new)
    sides = []
    for side, period in zip((old, new), periods, strict=True):
        if not isinstance(side, AccountSide):
            raise AccountError(problem("diff_periods_kind", side.name))
        sides.append(PeriodSide(side.result, period, side.name, side.id))
    return period_causes(*sides)
