"""A node of the graph of a result: one value, row, input, decision or document, with what it reads; and walks over nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Ref:
    """What a node is called: its kind, its name, the members of its cell, and the account of the plan that it belongs to."""

    kind: str
    name: str
    members: tuple[tuple[str, str], ...] = ()
    account: str = ""

    @property
    def id(self) -> str:
        """The same in every run: `gep/value:water_value_total[county=632222,year=2023]`, `gep/row:GZ-26`."""
        inside = ",".join(f"{axis}={member}" for axis, member in self.members)
        head = f"{self.account}/" if self.account else ""
        return f"{head}{self.kind}:{self.name}" + (f"[{inside}]" if inside else "")


@dataclass(frozen=True, slots=True)
class Node:
    """One node. `value` is a float as the result holds it, or an exact number or other words as text; None without.

    `reads` are the nodes that it follows from directly. Of what is stated, `printed` is the number as the document has it,
    `source` and `at` the document and the place in it, `place` file and line (or cell); `title`, `address` and `checked`
    are those of a document. `formula` is the formula in words.
    """

    ref: Ref
    zh: str
    value: float | str | None = None
    unit: str = ""
    presence: str = ""
    origin: str = ""
    evidence: str = ""
    partial: tuple[str, ...] = ()
    formula: str = ""
    printed: str = ""
    row: str = ""
    region: str = ""
    dates: str = ""
    source: str = ""
    at: str = ""
    place: str = ""
    decision: str = ""
    reason: str = ""
    decided_by: str = ""
    note: str = ""
    title: str = ""
    address: str = ""
    checked: str = ""
    reads: tuple[Ref, ...] = field(default=())


@runtime_checkable
class Graph(Protocol):
    """The nodes of a result; each is made when it is asked for, so that a large one is never held whole."""

    def node(self, ref: Ref) -> Node:
        """The node of this name."""
        ...

    def refs(self) -> Iterator[Ref]:
        """The names of all nodes, each once, in an order that is always the same."""
        ...


def below(graph: Graph, roots: Iterable[Ref]) -> Iterator[tuple[int, Node, bool]]:
    """The nodes that some nodes follow from, as a tree: depth, node, and whether it is met for the first time.

    What is below a node follows it the first time only.
    """
    known: set[Ref] = set()
    left = [(0, ref) for ref in reversed(tuple(roots))]
    while left:
        depth, ref = left.pop()
        node = graph.node(ref)
        yield depth, node, (first := ref not in known)
        if first:
            known.add(ref)
            left += [(depth + 1, item) for item in reversed(node.reads)]


def resting_on(graph: Graph, asked: Callable[[Node], bool]) -> frozenset[Ref]:
    """The nodes that follow from some nodes, these too: the graph read backwards."""
    readers: dict[Ref, list[Ref]] = {}
    left: list[Ref] = []
    for ref in graph.refs():
        node = graph.node(ref)
        for item in node.reads:
            readers.setdefault(item, []).append(ref)
        if asked(node):
            left.append(ref)
    found = set(left)
    while left:
        new = [ref for ref in readers.get(left.pop(), ()) if ref not in found]
        found.update(new)
        left += new
    return frozenset(found)
