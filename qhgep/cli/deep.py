"""`explain --deep`: one tree from a payment or a value through plan and account to the documents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qhgep.compensation.graph import PlanGraph
from qhgep.engine.graph import COVERAGE, AccountGraph
from qhgep.engine.names import members_named
from qhgep.engine.node_text import tree_text
from qhgep.errors import PlanError, UnknownName
from qhgep.inputs.asked import the_area
from qhgep.inputs.counties import County
from qhgep.provenance.trace import trace
from qhgep.result_files.trace import tree_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from qhgep.catalogue import Catalogue
    from qhgep.engine.node import Ref
    from qhgep.errors import Language
    from qhgep.evidence import Evidence


def deep_text(
    file: Path, form: str, cell: Mapping[str, str | None], packs: Sequence[Path], require: Evidence | None, *,
    inside: Path | None, language: Language, catalogue: Catalogue | None = None,
) -> str:  # fmt: skip
    """The tree as text or JSON. The county is a code or a name; of a plan it is the recipient."""
    graph = trace(file, coefficients=packs, require=require, inside=inside, catalogue=catalogue)
    if isinstance(graph, PlanGraph):
        areas = [County(item.id, item.zh, item.kind, "") for item in graph.allocation.recipients]
        roots: tuple[Ref, ...] = (
            graph.payment_ref(the_area(cell["county"] or "", areas, option="--county", error=PlanError).code),
        )
    else:
        try:
            roots = _asked(graph, cell)
        except UnknownName as error:
            raise UnknownName([replace(item, where=f"--{item.where}") for item in error.problems]) from error
    if form == "json":
        return tree_file(graph, roots).text().rstrip("\n")
    return tree_text(graph, roots, graph.names(), language)


def _asked(graph: AccountGraph, cell: Mapping[str, str | None]) -> tuple[Ref, ...]:
    """The value that was asked for; without a quantity the accounted total."""
    result, item = graph.result, cell["item"] or ""
    if cell["quantity"] == COVERAGE:
        return (graph.coverage_ref(*result.named(item or "accounted_total", cell["county"] or "", cell["period"])),)
    name, county, period = result.named(cell["quantity"] or "accounted_total", cell["county"] or "", cell["period"])
    ecosystem = cell["ecosystem"] or ""
    if name in result.values and county in {area.code for area in result.account.counties}:
        members_named(result.grid, result.values[name].quantity.axes, ecosystem, item)  # what is none is told
    return (graph.value_ref(name, county, period, item, ecosystem),)
