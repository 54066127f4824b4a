"""audit_table(): read a published table, check what it states, look for the slip behind what fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from qhgep.audit.checks import Unchecked, loosened, stated
from qhgep.audit.evidence import habits, implausible
from qhgep.audit.relation import Relation, Sum, untold_substance
from qhgep.audit.repair import Repairs
from qhgep.audit.result import Audit, Finding, Line
from qhgep.audit.table import Cell, Prices, Table, read_table
from qhgep.data import file_hash
from qhgep.errors import InputError, problem

_DIVISOR = "divisor"
_FAILING = {"inconsistent", "dimension"}


def audit_table(path: str | Path, *, prices: Prices = "exact") -> Audit:
    """Audit a published table (its columns: `qhgep.audit`).

    `prices="exact"`: stipulated prices and stated factors are exact as printed; `"rounded"`: rounded too.
    Raises InputError with every problem of a file that cannot be read.
    """
    path = Path(path)
    if path.suffix == ".toml":
        raise InputError(problem("audit_account", path.name, found=path.name))
    table = loosened(read_table(path, prices=prices))
    return Audit(table, file_hash(path), prices, judged(table, stated(table)), implausible(table))


def judged(table: Table, found: Iterable[Relation | Unchecked | Finding]) -> tuple[Line, ...]:
    """One line per row of a table: its equations judged, those that fail with the slips that would explain them.

    What is a `Finding` already is taken over.
    """
    findings = [one if isinstance(one, Finding) else _finding(table, one) for one in found]
    touching: dict[Cell, list[Relation]] = {}
    for relation in (finding.relation for finding in findings if finding.relation):
        for cell in dict.fromkeys(relation.cells):
            touching.setdefault(cell, []).append(relation)
    failing = frozenset(one.relation for one in findings if one.relation and one.verdict in _FAILING)
    holding = {one.row for one in findings if one.kind == "line" and one.verdict == "consistent"}
    repairs = Repairs(table, touching, failing, habits(table, holding))
    rows: dict[str, list[Finding]] = {row: [] for row in table.rows}
    for one in findings:
        rows[one.row].append(replace(one, repairs=repairs.of(one.relation)) if one.relation in failing else one)
    return tuple(Line(row.row, row.name, row.place, tuple(rows[row.row])) for row in table.rows.values())


def _finding(table: Table, one: Relation | Unchecked) -> Finding:
    """One equation judged, without proposals."""
    if isinstance(one, Unchecked):
        return Finding(one.kind, one.row, "unchecked", missing=one.missing)
    target, found = table.figures[one.target], one.outcome(table.figures)
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
    difference, beyond = target.value - found.exact, found.extent.gap(one.reach(table.figures))
    room = max(Fraction(0), found.extent.high - found.exact if difference >= 0 else found.exact - found.extent.low)
    reach = one.reach(table.figures)
    return Finding(
        one.kind, one.row, "inconsistent" if beyond else "consistent", target.text, target.spelling,
        found.exact, difference, room + (reach.high - reach.low) / 2, beyond,
        untold=untold_substance(one, table.figures),
        unlikely=not beyond and isinstance(one, Sum) and one.unlikely(table.figures), relation=one,
    )  # fmt: skip
