"""Which payments of a plan rest on a row, a document or a level of evidence: the graph of the plan read backwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from qhgep.catalogue import Catalogue
from qhgep.coefficient_store import PackPaths
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.graph import PlanGraph
from qhgep.compensation.plan.factors import Results
from qhgep.engine.node import Node, resting_on
from qhgep.engine.rests_on import RestsOn, asked_for, known_or_nearest, rests_on
from qhgep.errors import PlanError, UnknownName, problem
from qhgep.evidence import Evidence
from qhgep.money import Fen
from qhgep.provenance.trace import trace
from qhgep.text_tables import in_one_line

_KINDS = {"row": frozenset({"row", "parameter"}), "source": frozenset({"source"})}
"""What a node is that has the name of a row, or of a source."""
_STATED = frozenset({"row", "input", "parameter", "column"})
"""Nodes that have the evidence of a document (of columns those that are typed); what is computed has the weakest of what it reads."""


@dataclass(frozen=True)
class PaymentsResting:
    """What of a plan rests on a row, a source, or a level of evidence: by account, and in fen by recipient.

    `factors` are those of the plan that read it. In a division all payments rest on each factor, because shares have the
    sum of all in them; so `fen` are then those of all recipients.
    """

    allocation: Allocation
    accounts: Mapping[str, RestsOn]
    factors: tuple[str, ...]
    fen: Mapping[str, Fen]
    rows: tuple[str, ...] = ()
    """The rows of policy that it is, or that are of it."""
    __repr__ = in_one_line


def payments_resting(  # noqa: PLR0913 - what may be asked, and what a plan is read with
    plan: Allocation | Path | str, *, row: str = "", source: str = "", evidence: Evidence | Literal[""] = "",
    results: Mapping[str, Results] | None = None, coefficients: PackPaths = (), known_on: date | None = None,
    inside: Path | str | None = None, catalogue: Catalogue | None = None,
) -> PaymentsResting:  # fmt: skip
    """What of a plan rests on one row (of coefficients, or of policy), one source, or a level of evidence.

    `plan` is a plan.toml or form, its workbook, or an allocation with the `results` that it was made from. It is read, not
    paid: numbers of any evidence are taken. A workbook records the figures of its accounts and not what these rest on:
    PlanError where the answer may lie there. Raises UnknownName where nothing reads it, PlanError for a plan that cannot be followed.
    """
    kind, name = asked_for(row=row, source=source, evidence=evidence)
    options = {"coefficients": coefficients, "known_on": known_on, "inside": inside, "catalogue": catalogue}
    graph = trace(plan, results=results, require="assumed", **options)  # type: ignore[arg-type] # each as trace names it
    if not isinstance(graph, PlanGraph):
        raise PlanError(problem("rests_no_plan", _called(plan)))
    found = resting_on(graph, lambda node: _is_asked(node, kind, name))
    unseen = graph.known_by_figures
    if unseen and (kind == "evidence" or not found):
        raise PlanError(problem("rests_figures", _called(plan), accounts="、".join(unseen)))
    if kind != "evidence" and not found:
        known_or_nearest(name, {ref.name for ref in graph.refs() if ref.kind in _KINDS[kind]}, f"rests_{kind}")
    accounts = {}
    for account, below in graph.accounts.items():
        try:
            accounts[account] = rests_on(below.result, row=row, source=source, evidence=evidence)
        except UnknownName:  # another part of the plan reads it
            continue
    reached = {ref.name for ref in found if ref.kind == "factor"}
    fen = {code: paid for code, paid in graph.allocation.fen.items() if graph.payment_ref(code) in found}
    factors = tuple(factor for factor in graph.plan.factor if factor in reached)
    rows = tuple(sorted(ref.name for ref in found if ref.kind == "parameter"))
    return PaymentsResting(graph.allocation, accounts, factors, fen, rows)


def _is_asked(node: Node, kind: str, name: str) -> bool:
    if kind == "evidence":
        return node.evidence == name and (
            node.ref.kind in _STATED or (node.ref.kind == "factor" and bool(node.printed))
        )
    return node.ref.name == name and node.ref.kind in _KINDS[kind]


def _called(plan: Allocation | Path | str) -> str:
    return plan.title if isinstance(plan, Allocation) else Path(plan).name
