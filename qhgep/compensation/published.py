"""Auditing a plan: what a document prints that each recipient was paid, against what the plan comes to.

A file (csv or xlsx, named in `published` of plan.toml) has the columns of `COLUMNS`:

- `recipient`: code or name of a recipient of the plan, `*` for all of them together.
- `amount`, `unit`: **as printed**: `1.30` 亿元 stands for 129.5 to 130.5 million yuan.
- `source`, `at`, `note`: where it is printed, and remarks; they may be absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from qhgep.auditing.headings import PrintedHeadings, read_printed
from qhgep.auditing.patterns import warn_of_patterns
from qhgep.auditing.printed_table import TableAsPrinted
from qhgep.auditing.relation import Recomputed
from qhgep.auditing.result import VERDICTS, Audit, Finding, Verdict
from qhgep.auditing.run import judged, warn_of_cut
from qhgep.auditing.table import TableReader
from qhgep.coefficient_store import PackPaths
from qhgep.compensation.allocate import allocate
from qhgep.compensation.allocation import Allocation
from qhgep.data import file_hash
from qhgep.errors import InputError, PlanError, Problem, Problems, problem
from qhgep.interval import point
from qhgep.money import FEN_PER_YUAN, Fen
from qhgep.text_tables import in_one_line
from qhgep.units import dimension, unit

REQUIRED = ("recipient", "amount", "unit")
COLUMNS = (*REQUIRED, "source", "at", "note")
"""The columns of a file of printed payments, in any order."""
ALL, TOTAL = "*", "all"
"""All recipients together, in the file and as the name of the row."""
_YUAN = unit("CNY")


@dataclass(frozen=True)
class PlanAudit:
    """A plan held against printed payments: one audit per file. `warnings` are those of the plan, and habits of printing."""

    allocation: Allocation
    audits: tuple[Audit, ...]
    warnings: tuple[Problem, ...]
    __repr__ = in_one_line

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The payments that rounding does not explain."""
        return tuple(fault for audit in self.audits for fault in audit.faults)

    @property
    def consistent(self) -> bool:
        """Whether no payment differs."""
        return not self.faults

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many printed rows have each verdict."""
        return {verdict: sum(audit.counts[verdict] for audit in self.audits) for verdict in VERDICTS}


def audit_plan(path: str | Path, *, coefficients: PackPaths = (), inside: str | Path | None = None) -> PlanAudit:
    """Run a plan and compare what each recipient gets with the printed payments of its `published` files.

    The files that the plan and its accounts name must lie inside `inside`, by default in their own folders.

    Raises PlanError or InputError with every problem of what cannot be read; a plan must name a file.
    """
    allocation = allocate(path, coefficients=coefficients, inside=inside)
    terms = allocation.terms
    if terms is None or not terms.published:
        raise PlanError(problem("published_none", Path(path).name))
    problems, audits = Problems(), list[Audit]()
    for name in terms.published:
        try:
            audits.append(_audited(terms.file.parent / name, allocation))
        except InputError as error:
            problems.take(error)
    problems.raise_if_any(InputError)
    for audit in audits:
        warn_of_patterns(audit.table, audit.patterns, problems)
        warn_of_cut(audit.table, audit.lines, problems)
    warnings = (*problems.items, *allocation.source.warnings, *allocation.warnings)
    return PlanAudit(allocation, tuple(audits), warnings)


def _audited(path: Path, allocation: Allocation) -> Audit:
    """One file: each printed payment against the fen that the plan pays."""
    table = _read(path, allocation)
    lines, patterns = judged(table, [_paid(row, allocation) for row in table.rows])
    return Audit(table, file_hash(path), "exact", lines, (), patterns)


def _paid(row: str, allocation: Allocation) -> Recomputed:
    fen = Fen(sum(allocation.fen.values())) if row == TOTAL else allocation.fen[row]
    exact = Fraction(fen, FEN_PER_YUAN)
    return Recomputed("recomputed", row, (row, "value"), exact, point(exact), _YUAN)


def _read(path: Path, allocation: Allocation) -> TableAsPrinted:
    """The printed payments of a file, by recipient. Raises InputError with every problem."""
    problems = Problems()
    reader, printed = TableReader(path.name, problems, exact=True, counts=False), read_printed(path, COLUMNS, problems)
    if printed is not None and _has_columns(printed, problems):
        known = {name: one.id for one in allocation.recipients for name in (one.zh, one.id)} | {ALL: TOTAL}
        names = {one.id: one.zh for one in allocation.recipients}
        for line, cells in printed.rows(problems):
            row = known.get(cells["recipient"])
            if row is None:
                problems.add(
                    "published_recipient", line.place, found=cells["recipient"], known="、".join(names.values())
                )
            else:
                _row(reader, line.place, row, cells, names)
        if printed.table.is_sound and not reader.rows and not problems.items:
            problems.add("audit_empty", path.name)
    problems.raise_if_any(InputError)
    return reader.table()


def _row(reader: TableReader, place: str, row: str, cells: Mapping[str, str], names: Mapping[str, str]) -> None:
    """Take in one printed payment; without an amount of money it is a problem."""
    taken = {"row": row, "name": names.get(row, ""), "value": cells["amount"], "value_unit": cells["unit"]}
    before = len(reader.problems.items)
    reader.read(place, taken)
    figure = reader.figures.get((row, "value"))
    if len(reader.problems.items) == before and (figure is None or dimension(figure.unit) != dimension(_YUAN)):
        reader.problems.add("published_amount", place, amount=cells["amount"], unit=cells["unit"])


def _has_columns(printed: PrintedHeadings, problems: Problems) -> bool:
    """Whether the file has the columns that it needs and no other; what is amiss is noted."""
    found = printed.header
    sound = set(REQUIRED) <= set(found) <= set(COLUMNS) and len(set(found)) == len(found)
    if not sound:
        problems.add("file_header", printed.table.place, found=",".join(found), expected=",".join(COLUMNS))
    return sound
