"""trace(): everything that a result follows from as one graph, of an account, a plan or a workbook; and as files."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from qhgep.account.read import read_account
from qhgep.catalogue import Catalogue
from qhgep.coefficient_store import PackPaths
from qhgep.compensation.allocate import allocated
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.graph import PlanGraph
from qhgep.compensation.plan.factors import Results
from qhgep.compensation.plan.read import is_plan
from qhgep.engine import compute
from qhgep.engine.graph import AccountGraph
from qhgep.engine.node import Graph, Node
from qhgep.engine.result import Result
from qhgep.evidence import Evidence
from qhgep.workbook.core.write import write_together, write_whole
from qhgep.workbook.verify.sides import recorded_result


def trace(
    source: Result | Allocation | Path | str, *, results: Mapping[str, Results] | None = None,
    coefficients: PackPaths = (), known_on: date | None = None, require: Evidence | None = None,
    inside: Path | str | None = None, catalogue: Catalogue | None = None,
) -> AccountGraph | PlanGraph:  # fmt: skip
    """The graph of what a result follows from: `refs()` are its nodes by name, `node(ref)` each of them with what it reads.

    `source` is a result, an allocation with the `results` that it was made from, an account.toml, a plan.toml or form, or
    a workbook of either, which is computed anew from its own record (the accounts of a plan end there at their figures).
    The other options are those of `read_account` and `allocate`. Raises WorkbookError for a workbook without a whole record.
    """
    if isinstance(source, Result):
        return AccountGraph(source)
    if isinstance(source, Allocation):
        return PlanGraph(source, results or {})
    path = Path(source)
    if is_plan(path) or path.name == "plan.toml":
        options = {"coefficients": coefficients, "known_on": known_on, "inside": inside, "catalogue": catalogue}
        return PlanGraph(*allocated(path, require=require, **options))  # type: ignore[arg-type] # each as allocated names it
    if path.suffix.lower() == ".xlsx":
        found = recorded_result(path, catalogue)
        return AccountGraph(found) if isinstance(found, Result) else PlanGraph(found, {})
    account = read_account(
        path, coefficients=coefficients, require=require, known_on=known_on, inside=inside, catalogue=catalogue
    )
    return AccountGraph(compute(account))


_FIELDS = tuple(field.name for field in fields(Node) if field.name not in {"ref", "reads"})
HEADS = ("id", "kind", "name", "account", "cell", *_FIELDS)
"""The heads of the table of nodes."""


def node_values(node: Node) -> dict[str, Any]:
    """A node as JSON values: its id and the parts of it, what is known of it, and the ids of what it reads."""
    ref = node.ref
    named = {"id": ref.id, "kind": ref.kind, "name": ref.name, "account": ref.account, "cell": dict(ref.members)}
    return {**named, **{name: getattr(node, name) for name in _FIELDS}, "reads": [item.id for item in node.reads]}


def write_trace(graph: Graph, output: Path | str, *, tables: bool = False) -> tuple[Path, ...]:
    """Write a graph as JSON lines, one a node, in the order of `refs`; with `tables` as two csv files, of nodes and of edges.

    These are called after `output`: `trace.csv` gives `trace_nodes.csv` and `trace_edges.csv`. Nodes are made as they are
    written, none is held; the same result gives the same bytes. Each file appears only when it is complete.
    """
    if not tables:
        write_whole(Path(output), (_line(graph.node(ref)) for ref in graph.refs()))
        return (Path(output),)
    nodes, edges = written_by(output, tables=True)
    pairs = ((ref.id, item.id) for ref in graph.refs() for item in graph.node(ref).reads)
    described = (_cells(graph.node(ref)) for ref in graph.refs())
    return write_together({nodes: _table(HEADS, described), edges: _table(("id", "reads"), pairs)})


def written_by(output: Path | str, *, tables: bool) -> tuple[Path, ...]:
    """The files that `write_trace` writes."""
    path = Path(output)
    return tuple(path.with_name(f"{path.stem}_{name}.csv") for name in ("nodes", "edges")) if tables else (path,)


def _line(node: Node) -> bytes:
    return (json.dumps(node_values(node), ensure_ascii=False, allow_nan=False) + "\n").encode()


def _cells(node: Node) -> list[str]:
    values = node_values(node) | {"cell": ",".join(f"{axis}={member}" for axis, member in node.ref.members)}
    return [_cell(values[name]) for name in HEADS]


def _cell(value: Any) -> str:  # noqa: ANN401 - any field
    if isinstance(value, tuple):
        return ";".join(value)
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The lines of a csv as spreadsheets open it: UTF-8 with its mark."""
    yield codecs.BOM_UTF8
    for row in chain([heads], rows):
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(row)
        yield line.getvalue().encode()
