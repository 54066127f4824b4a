"""audit_table(): read a published table, check what it states, look for the slip behind what fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from qhgep.auditing.checks import Implied, Stated, Unchecked, stated
from qhgep.auditing.evidence import habits, implausible
from qhgep.auditing.figure import Cell
from qhgep.auditing.implied_price import warn_of_implied_prices
from qhgep.auditing.known_factors import warn_of_factors
from qhgep.auditing.outcomes import Outcomes
from qhgep.auditing.patterns import SHOWN, Pattern, digit_patterns, warn_of_patterns
from qhgep.auditing.printed_table import Known, Prices, TableAsPrinted
from qhgep.auditing.relation import Relation, Sum, untold_substance
from qhgep.auditing.repair import Repairs, needed
from qhgep.auditing.result import Audit, Finding, RowFindings
from qhgep.auditing.slack import loosened
from qhgep.auditing.table import read_table
from qhgep.auditing.unprinted import completed
from qhgep.auditing.unsaid_units import warn_of_counted_prices
from qhgep.data import file_hash
from qhgep.errors import InputError, Problems, problem

_DIVISOR = "divisor"
_FAILING = {"inconsistent", "dimension"}


def audit_table(path: str | Path, *, prices: Prices = "exact") -> Audit:
    """Audit a published table (its columns: `qhgep.auditing`).

    `prices="exact"`: stipulated prices and stated factors are exact as printed; `"rounded"`: rounded too.
    Raises InputError with every problem of a file that cannot be read.
    """
    path = Path(path)
    if path.suffix == ".toml":
        raise InputError(problem("audit_account", path.name, found=path.name))
    table = loosened(completed(read_table(path, prices=prices)))
    lines, patterns = judged(table, stated(table))
    problems = Problems()
    warn_of_patterns(table, patterns, problems)
    warn_of_cut(table, lines, problems)
    warn_of_implied_prices(table, problems)
    warn_of_counted_prices(table, problems)
    warn_of_factors(table, problems)
    return Audit(table, file_hash(path), prices, lines, (*problems.items, *implausible(table)), patterns)


def judged(table: TableAsPrinted, found: Iterable[Stated]) -> tuple[tuple[RowFindings, ...], tuple[Pattern, ...]]:
    """One line per row of a table: its equations judged, those that fail with the slips that would explain them.

    With the habits of printing that explain what fails as printed: what these explain is no fault. What is a
    `Finding` already is taken over.
    """
    printed = Outcomes(table.known)
    as_printed = [one if isinstance(one, Finding) else _finding(printed, one) for one in found]
    relations = [one.relation for one in as_printed if one.relation]
    read, patterns, unread = digit_patterns(table, relations)
    outcomes = Outcomes(read.known) if patterns else printed
    findings = [_reread(outcomes, one) for one in as_printed] if patterns else as_printed
    touching: dict[Cell, list[Relation]] = {}
    for relation in relations:
        for cell in table.printed_under(relation.cells):
            touching.setdefault(cell, []).append(relation)
    failing = frozenset(one.relation for one in findings if one.relation and one.verdict in _FAILING)
    holding = {one.row for one in findings if one.kind == "line" and one.verdict == "consistent"}
    repairs = Repairs(read, touching, failing, habits(table, holding), outcomes)
    rows: dict[str, list[Finding]] = {row: [] for row in table.rows}
    for one in findings:
        rows[one.row].append(
            _proposed(repairs, one, one.relation, one.relation in unread) if one.relation in failing else one
        )
    lines = tuple(RowFindings(row.row, row.name, row.place, tuple(rows[row.row])) for row in table.rows.values())
    return lines, patterns


def _proposed(repairs: Repairs, finding: Finding, relation: Relation, unread: bool) -> Finding:  # noqa: FBT001
    """A finding that fails with the slips that would explain it, and the figures that would reconcile it."""
    found, wanted = repairs.of(relation), tuple(needed(repairs.table, relation))
    return replace(finding, repairs=found.repairs, untried=found.untried + unread, needed=wanted)


def warn_of_cut(table: TableAsPrinted, lines: Iterable[RowFindings], problems: Problems) -> None:
    """Note that the search for slips was cut off, and where."""
    cut = [(line, one) for line in lines for one in line.findings if one.untried]
    if cut:
        rows = list(dict.fromkeys(line.row for line, _ in cut))
        facts = {"rows": "、".join(rows[:SHOWN]), "count": len(cut), "untried": sum(one.untried for _, one in cut)}
        problems.warn("audit_search_cut", table.name, **facts)


def _reread(read: Outcomes, as_printed: Finding) -> Finding:
    """A finding that fails as printed, judged with the digits read otherwise."""
    if as_printed.relation is None or as_printed.verdict != "inconsistent":
        return as_printed
    found = _finding(read, as_printed.relation)
    return replace(found, verdict="explained") if found.verdict == "consistent" else found


def _finding(outcomes: Outcomes, one: Relation | Unchecked | Implied) -> Finding:
    """One equation judged, without proposals."""
    if isinstance(one, Unchecked):
        return Finding(one.kind, one.row, "unchecked", missing=one.missing)
    if isinstance(one, Implied):
        return _implied(outcomes.known, one)
    known = outcomes.known
    target, found = known[one.target], outcomes.of(one)
    if found.unit is not None:
        return Finding(
            one.kind,
            one.row,
            "dimension",
            target.text,
            target.spelling,
            found_unit=found.unit.printed,
            relation=one,
        )
    if found.exact is None or found.extent is None:
        return Finding(one.kind, one.row, "unchecked", target.text, target.spelling, missing=(_DIVISOR,))
    difference, beyond = target.value - found.exact, found.extent.gap(one.reach(known))
    room = max(Fraction(0), found.extent.high - found.exact if difference >= 0 else found.exact - found.extent.low)
    reach = one.reach(known)
    return Finding(
        one.kind, one.row, "inconsistent" if beyond else "consistent", target.text, target.spelling,
        found.exact, difference, room + (reach.high - reach.low) / 2, beyond,
        untold=untold_substance(one, known),
        unlikely=not beyond and isinstance(one, Sum) and one.unlikely(known, found), relation=one,
    )  # fmt: skip


def _implied(known: Known, one: Implied) -> Finding:
    """A figure that is not printed, with the room that roundings leave it."""
    figure, (row, _) = known[one.cell], one.cell
    low, high = figure.interval.low, figure.interval.high
    room = max(high - figure.value, figure.value - low)
    return Finding(one.rule.relation.kind, row, "implied", "", figure.spelling, figure.value, None, room, rule=one.rule)
