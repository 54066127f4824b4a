"""audit_account(): perform a published account again, and hold what was printed against what the engine computes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from qhgep.account.read import read_account
from qhgep.auditing.comparison import FileComparison
from qhgep.auditing.dimensions import conversion
from qhgep.auditing.evidence import warn_of_price
from qhgep.auditing.figure import Figure, figure
from qhgep.auditing.patterns import warn_of_patterns
from qhgep.auditing.printed_table import Prices
from qhgep.auditing.published import Published, PublishedTable, read_published
from qhgep.auditing.recompute import Recomputation
from qhgep.auditing.result import VERDICTS, Audit, Finding, Verdict
from qhgep.auditing.run import judged, warn_of_cut
from qhgep.catalogue import Catalogue
from qhgep.coefficient_store import PackPaths
from qhgep.data import file_hash
from qhgep.engine import compute
from qhgep.engine.result import Result
from qhgep.errors import AccountError, InputError, Problem, Problems, problem
from qhgep.expr import Quantity
from qhgep.quantities import range_text
from qhgep.text_tables import in_one_line
from qhgep.units import spelled


@dataclass(frozen=True)
class AuditedTable:
    """One file of printed figures: what its rows stand for, and the audit of its equations."""

    published: Mapping[str, Published]
    audit: Audit


@dataclass(frozen=True)
class AccountAudit:
    """A published account, performed again: one table per file of printed figures.

    `warnings` are the checks of the account's own result, and prices and printed values beyond what is plausible.
    """

    result: Result
    prices: Prices
    tables: tuple[AuditedTable, ...]
    warnings: tuple[Problem, ...]
    __repr__ = in_one_line

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every comparison of every file."""
        return tuple(finding for table in self.tables for finding in table.audit.findings)

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The comparisons that rounding does not explain, or whose units do not fit."""
        return tuple(fault for table in self.tables for fault in table.audit.faults)

    @property
    def consistent(self) -> bool:
        """Whether no comparison fails; one that cannot be made does not."""
        return not self.faults

    @cached_property
    def counts(self) -> Mapping[Verdict, int]:
        """How many printed rows have each verdict."""
        found = Counter(line.verdict for table in self.tables for line in table.audit.lines)
        return {verdict: found[verdict] for verdict in VERDICTS}


def audit_account(
    path: str | Path,
    *,
    prices: Prices = "exact",
    coefficients: PackPaths = (),
    catalogue: Catalogue | None = None,
    inside: str | Path | None = None,
) -> AccountAudit:
    """Compute an account and compare its values with the printed ones of its `published` files.

    A printed figure and a recomputed value agree where the interval of the printed digits meets the interval that
    the printed digits of the inputs allow. `prices="exact"`: coefficients are exact as printed; `"rounded"`: they
    are rounded too. Files that account.toml names must lie inside `inside`, by default its own folder.
    Raises AccountError or InputError with every problem of what cannot be read.
    """
    account = read_account(path, coefficients=coefficients, catalogue=catalogue, inside=inside)
    if not account.published:
        raise AccountError(problem("published_none", account.file or "account.toml"))
    result = compute(account)
    problems, tables = Problems(), []
    for file in account.published:
        try:
            tables.append((read_published(file, result), file_hash(file)))
        except InputError as error:
            problems.take(error)
    problems.raise_if_any(InputError)
    recomputation = Recomputation(result, prices=prices)
    audited = [_audited(table, sha256, recomputation) for table, sha256 in tables]
    told = Problems()
    for one in audited:
        warn_of_patterns(one.audit.table, one.audit.patterns, told)
        warn_of_cut(one.audit.table, one.audit.lines, told)
    warnings = (*told.items, *result.checks, *_implausible(result, audited))
    return AccountAudit(result, prices, tuple(audited), warnings)


def _audited(table: PublishedTable, sha256: str, recomputation: Recomputation) -> AuditedTable:
    compared = FileComparison(table, recomputation)
    lines, patterns = judged(table.table, [one for row in table.table.rows.values() for one in compared.of(row)])
    return AuditedTable(table.rows, Audit(table.table, sha256, recomputation.prices, lines, (), patterns))


def _implausible(result: Result, tables: Sequence[AuditedTable]) -> tuple[Problem, ...]:
    """A warning for every price far from all published ones, and for every printed value beyond its quantity's limits."""
    problems = Problems()
    used = {record.resolved.row.row: record.resolved.row for record in result.records if record.resolved}
    for name in sorted(used):
        row = used[name]
        price = figure(str(row.value), row.unit, spelled(row.unit))
        if price is not None:
            warn_of_price(name, row.place, price, problems)
    for table in tables:
        for name, published in table.published.items():
            target = table.audit.table.figures.get((name, "value"))
            if target is not None and len(published.terms) == 1:
                _warn_of_limits(name, table.audit.table.rows[name].place, target, published.terms[0][0], problems)
    return tuple(problems.items)


def _warn_of_limits(row: str, where: str, target: Figure, quantity: Quantity, problems: Problems) -> None:
    limits, by = quantity.bounds, conversion(target.unit, ((quantity.unit, 1),))
    if limits is None or by is None:
        return
    value = target.value * target.meaning.scale / by
    if limits.holds(value):
        return
    facts = {"found": f"{target.text} {target.spelling}", "limits": range_text(limits, quantity.unit)}
    problems.warn("audit_quantity_bounds", where, row=row, reason=limits.reason, **facts)
