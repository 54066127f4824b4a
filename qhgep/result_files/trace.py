"""A tree from payments or values to documents, as JSON: the nodes with what each reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qhgep.compensation.graph import PlanGraph
from qhgep.engine.graph import AccountGraph
from qhgep.engine.node import Ref, below
from qhgep.envelope import Envelope, JsonModel, enveloped
from qhgep.provenance.trace import node_values
from qhgep.result_files.account import account_header
from qhgep.result_files.allocation import allocation_header

TREE = "trace"


class NodeJson(JsonModel):
    """A node as a line of `qhgep trace` has it (`Node`); `reads` are the ids of the nodes that it follows from."""

    id: str
    kind: str
    name: str
    account: str
    cell: Mapping[str, str]
    zh: str
    value: float | str | None
    unit: str
    presence: str
    origin: str
    evidence: str
    partial: tuple[str, ...]
    formula: str
    printed: str
    row: str
    region: str
    dates: str
    source: str
    at: str
    place: str
    decision: str
    reason: str
    decided_by: str
    note: str
    title: str
    address: str
    checked: str
    reads: tuple[str, ...]


class TreeBody(JsonModel):
    """The nodes that were asked for, and all that these follow from, each once."""

    roots: tuple[str, ...]
    nodes: tuple[NodeJson, ...]


def tree_file(graph: AccountGraph | PlanGraph, roots: Iterable[Ref]) -> Envelope[TreeBody]:
    """The tree below some nodes of an account or a plan."""
    top = tuple(roots)
    nodes = tuple(NodeJson(**node_values(node)) for _, node, first in below(graph, top) if first)
    body = TreeBody(roots=tuple(ref.id for ref in top), nodes=nodes)
    if isinstance(graph, PlanGraph):
        return enveloped(TREE, body, allocation_header(graph.allocation))
    return enveloped(TREE, body, account_header(graph.result))
