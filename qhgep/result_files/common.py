"""What the bodies of several kinds of results have in common: problems, exact amounts, counties by name."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from qhgep.envelope import JsonModel, Place
from qhgep.errors import Language, Problem
from qhgep.inputs import County


class ProblemJson(JsonModel):
    """A problem in words: where, what was found, what was expected, what to do."""

    severity: str
    code: str
    where: str
    found: str
    expected: str
    do: str


class Exact(JsonModel):
    """An amount: `exact` as a fraction in text, `yuan` the nearest number, for display; `fen` where it is money of a plan."""

    yuan: float
    exact: Fraction
    fen: int | None = None


def exact(amount: Fraction) -> Exact:
    """An amount of an account, in CNY/year."""
    return Exact(yuan=float(amount), exact=amount)


def exact_or_none(amount: Fraction | None) -> Exact | None:
    """An amount, null where there is none."""
    return None if amount is None else exact(amount)


def number_or_none(amount: Fraction | None) -> float | None:
    """A number for display, null where there is none."""
    return None if amount is None else float(amount)


def problem_json(item: Problem, language: Language = "zh") -> ProblemJson:
    """A problem in the words of a language."""
    found, expected, do = (item.part(name, language) for name in ("found", "expected", "do"))
    return ProblemJson(severity=item.severity, code=item.code, where=item.where, found=found, expected=expected, do=do)


def problems_json(items: Iterable[Problem], language: Language = "zh") -> tuple[ProblemJson, ...]:
    """Problems in the words of a language."""
    return tuple(problem_json(item, language) for item in items)


def counties_json(counties: Iterable[County]) -> tuple[Place, ...]:
    """Counties by code and name."""
    return tuple(Place(code=county.code, zh=county.zh) for county in counties)
