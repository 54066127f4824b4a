"""Decisions to use a value elsewhere, held against what there is: rows, quantities, areas, ecosystems."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from qhgep.account.schema import Adopt
from qhgep.catalogue import Catalogue
from qhgep.coefficient_store import Adoption, Coefficients, unknown_then
from qhgep.errors import Problems
from qhgep.ruleset_store.ruleset import Ruleset
from qhgep.units import is_money


@dataclass(frozen=True)
class AdoptCheck:
    """What [[adopt]] entries are checked against; what is wrong is noted in the problems.

    Without a `ruleset`, which is then at fault itself, its quantities are not asked for, and the units are those of `catalogue`.
    """

    store: Coefficients
    ruleset: Ruleset | None
    counties: Collection[str]
    problems: Problems
    catalogue: Catalogue | None = None

    def adoption(self, entry: Adopt, place: str) -> Adoption | None:
        """The decision of an entry; None where it names neither a row nor a quantity, or both."""
        if bool(entry.row) == bool(entry.quantity):
            self.problems.add("adopt_what", place)
            return None
        rows = self.store.named(entry.row, entry.target) if entry.row else ()
        target = entry.target or (rows[0].key if rows else entry.quantity)
        self._check(entry, target, place)
        only = rows[0] if len(rows) == 1 else None
        ecosystem = entry.ecosystem or (only.ecosystem if only else "")
        item = entry.item or (only.item if only else "")
        return Adoption(
            entry.row, entry.quantity, entry.from_period, target, ecosystem, item, entry.counties, entry.reason,
            entry.decided_by, place, entry.price_year,
        )  # fmt: skip

    def _check(self, entry: Adopt, target: str, place: str) -> None:
        problems = self.problems
        rows = self.store.named(entry.row, entry.target) if entry.row else ()
        if entry.row and not rows:
            problems.items.append(unknown_then(entry.row, place, self.store))
        for key in sorted({row.key for row in rows} - {target}):
            problems.add("adopt_key", place, row=entry.row, key=key, target=target)
        dated = any(row.price_year is not None or not self._in_money(row.key) for row in rows)
        if entry.price_year is not None and (not rows or dated):
            problems.add("adopt_price_year", place, row=entry.row or entry.quantity)
        if entry.quantity and not entry.from_period:
            problems.add("adopt_period", place, quantity=entry.quantity)
        if entry.quantity and target != entry.quantity:
            problems.add("adopt_for", place, quantity=entry.quantity, target=target)
        if (
            self.ruleset is not None
            and target not in {quantity.name for quantity in self.ruleset.quantities}
            and not (entry.row and not rows)
        ):
            problems.add("adopt_target", place, target=target, ruleset=self.ruleset.name)
        check_ecosystem(entry.ecosystem, place, self.store, problems)
        for code in outside(entry.counties, self.counties):
            problems.add("account_code", place, code=code)
        if not entry.reason or not entry.decided_by:
            problems.add("adopt_reason", place)

    def _in_money(self, key: str) -> bool:
        catalogue = self.catalogue or (self.ruleset.catalogue if self.ruleset is not None else None)
        known = None if catalogue is None else catalogue.vocabulary.get(key)
        return known is not None and is_money(
            known.unit
        )  # an index row has a key of its own; `adopt_target` refuses it


def check_ecosystem(ecosystem: str, place: str, store: Coefficients, problems: Problems) -> None:
    """Note an ecosystem that the store does not know; `X.*` is X and all below it, and an empty text is none."""
    if ecosystem and ecosystem.removesuffix(".*") not in store.ecosystems:
        problems.add("adopt_ecosystem", place, ecosystem=ecosystem)


def outside(codes: Iterable[str], known: Iterable[str]) -> list[str]:
    """The codes that are none of those known, in order."""
    return sorted(set(codes) - set(known))
