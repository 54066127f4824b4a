"""Which payments of a plan rest on a coefficient row, a source, or a level of evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast

from qhgep.catalogue import Catalogue
from qhgep.coefficient_store import PackPaths
from qhgep.compensation.allocate import allocated
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.plan.schema import Plan
from qhgep.engine.names import TOTALS
from qhgep.engine.rests_on import RestsOn, rests_on
from qhgep.engine.result import Result
from qhgep.errors import UnknownName
from qhgep.evidence import Evidence
from qhgep.money import Fen
from qhgep.text_tables import in_one_line


@dataclass(frozen=True)
class PaymentsResting:
    """What rests on it in the accounts of a plan, the factors that read such values, and the payments, in fen by recipient.

    In a division each share has the sum of all in it: where one recipient's factor rests on it, all payments do.
    """

    allocation: Allocation
    accounts: Mapping[str, RestsOn]
    factors: tuple[str, ...]
    fen: Mapping[str, Fen]
    __repr__ = in_one_line


def payments_resting(
    plan: Path | str, *, row: str = "", source: str = "", evidence: Evidence | Literal[""] = "", coefficients: PackPaths = (),
    known_on: date | None = None, inside: Path | str | None = None, catalogue: Catalogue | None = None,
) -> PaymentsResting:  # fmt: skip
    """What of a plan rests on one coefficient row, one source, or a level of evidence of its accounts.

    Raises UnknownName where no account reads it (see `engine.rests_on`), PlanError for a plan that cannot be followed.
    """
    allocation, computed = allocated(
        plan, coefficients=coefficients, known_on=known_on, inside=inside, catalogue=catalogue
    )
    results = {name: result for name, result in computed.items() if isinstance(result, Result)}
    terms = cast("Plan", allocation.terms)
    accounts, unknown = dict[str, RestsOn](), list[UnknownName]()
    for name, result in results.items():
        try:
            accounts[name] = rests_on(result, row=row, source=source, evidence=evidence)
        except UnknownName as error:
            unknown.append(error)
    if unknown and not accounts:
        raise unknown[0]
    factors, codes = [], set[str]()
    for name, factor in terms.factor.items():
        account, _, quantity = factor.of.partition(".")
        if account in accounts and (touched := _touched(accounts[account], quantity)):
            factors.append(name)
            codes |= touched
    everyone = allocation.kind == "division" and codes
    fen = {code: paid for code, paid in allocation.fen.items() if everyone or code in codes}
    return PaymentsResting(allocation, accounts, tuple(factors), fen)


def _touched(found: RestsOn, quantity: str) -> set[str]:
    """The counties of which a quantity of the account rests on it."""
    if quantity in TOTALS:
        return {item.county for item in found.values}
    if any(item.quantity == quantity for item in found.values):
        return {item.county for item in found.values if item.quantity == quantity}
    return {county.code for county in found.result.account.counties} if quantity in found.gone else set()
