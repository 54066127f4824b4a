"""The nodes that the numbers of a page follow from, as columns of numbers into one list of texts: small, and quick to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qhgep.compensation.derivation.columns import derivation
from qhgep.compensation.graph import PlanGraph
from qhgep.engine.graph import AccountGraph
from qhgep.engine.node import Node, Ref
from qhgep.engine.node_text import node_marks, node_name, node_number, node_where
from qhgep.errors import Language
from qhgep.evidence import ORIGIN, RANK
from qhgep.expr import Total
from qhgep.phrases import listed, word
from qhgep.readings.text import conversion, text

FACTS = (
    "formula", "numbers", "conversions", "row", "printed", "region", "dates", "source", "at", "place", "decision", "reason",
    "decided_by", "note", "title", "address", "checked", "origin",
)  # fmt: skip
"""What is said of a node below its number, in this order; `numbers` is the formula with numbers put in."""
OPENED, CLOSED = "⟦", "⟧"
"""Around the name of a quantity in the `numbers` of a formula, where the page puts its number."""


class NodeTable:
    """Nodes by their place, each given one when it is asked for first; `columns` adds all that they follow from."""

    def __init__(self, graph: AccountGraph | PlanGraph, language: Language) -> None:
        self.graph, self.names, self.language = graph, graph.names(), language
        self._places: dict[Ref, int] = {}
        self._texts: dict[str, int] = {"": 0}
        self._numbers = _column_numbers(graph, language) if isinstance(graph, PlanGraph) else {}

    def place(self, ref: Ref) -> int:
        """The place of a node in the columns."""
        return self._places.setdefault(ref, len(self._places))

    def columns(self) -> Mapping[str, Any]:
        """One list a part, one entry a node: kind, id in parts, name, where, number, marks, evidence, facts, nodes read."""
        found: dict[str, list[Any]] = {name: [] for name in ("kind", "account", "name", "members", "zh", "where")}
        found |= {name: [] for name in ("number", "marks", "evidence", "facts", "reads")}
        done = 0
        while done < len(self._places):  # grows while nodes are read
            for ref in list(self._places)[done:]:
                self._add(found, self.graph.node(ref))
                done += 1
        return {"texts": list(self._texts), "facts_named": list(FACTS), **found}

    def _add(self, found: Mapping[str, list[Any]], node: Node) -> None:
        ref, text_of = node.ref, self._text
        found["kind"].append(text_of(ref.kind))
        found["account"].append(text_of(ref.account))
        found["name"].append(text_of(ref.name))
        found["members"].append(text_of(",".join(f"{axis}={member}" for axis, member in ref.members)))
        found["zh"].append(text_of(node_name(node, self.language)))
        found["where"].append(text_of(node_where(node, self.names, self.language)))
        found["number"].append(text_of(node_number(node, self.language)))
        found["marks"].append(text_of(listed(node_marks(node, self.names, self.language), self.language, "semicolon")))
        found["evidence"].append(RANK.get(node.evidence, -1))
        facts = self._facts(node)
        found["facts"].append(
            [part for name in FACTS if facts.get(name) for part in (FACTS.index(name), text_of(facts[name]))]
        )
        found["reads"].append(list(map(self.place, node.reads)))

    def _facts(self, node: Node) -> Mapping[str, str]:
        """Texts by the names of FACTS; empty ones are left out of the page."""
        facts = {name: str(getattr(node, name, "")) for name in FACTS}
        facts["origin"] = word(ORIGIN, node.origin, self.language) if node.origin in ORIGIN else ""
        facts["numbers"], facts["conversions"] = self._put_in(node.ref)
        return facts

    def _put_in(self, ref: Ref) -> tuple[str, str]:
        """The formula with numbers put in, of a formula with the names where numbers go; and its changes of unit."""
        if ref.kind == "column":
            return self._numbers.get((ref.name, dict(ref.members).get("recipient", "")), ""), ""
        if ref.kind != "formula":
            return "", ""
        account = self.graph.accounts[ref.account] if isinstance(self.graph, PlanGraph) else self.graph
        of = account.formula(ref)
        changes = listed(map(conversion, account.conversions_of(of)), self.language, "semicolon")
        if isinstance(of.equals, Total):
            return "", changes
        return text(of.equals, lambda quantity: f"{OPENED}{quantity.name}{CLOSED}"), changes

    def _text(self, text: str) -> int:
        return self._texts.setdefault(text, len(self._texts))


def _column_numbers(graph: PlanGraph, language: Language) -> Mapping[tuple[str, str], str]:
    """The lines of the derivation with numbers put in, by column and recipient (empty where a column is for all)."""
    found = {}
    for recipient in graph.allocation.recipients:
        for part in derivation(graph.allocation, recipient.id, language):
            for line in part.lines:
                found[line.column.name, recipient.id if line.column.quantity.axes else ""] = line.numbers
    return found
