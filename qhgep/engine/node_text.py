"""Nodes as text: one tree from a payment or a value to the documents, each node once with all that is known of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from qhgep.engine.node import Graph, Node, Ref, below
from qhgep.errors import Language
from qhgep.evidence import EVIDENCE, ORIGIN, PRESENCE
from qhgep.phrases import in_language, listed, phrase, word

_DIGITS = 12


def tree_text(graph: Graph, roots: Iterable[Ref], names: Mapping[str, str], language: Language = "zh") -> str:
    """The tree below some nodes, indented; what is below a node stands under it the first time that it is met.

    `names` are the Chinese names of counties and recipients by code.
    """
    lines: list[str] = []
    for depth, node, first in below(graph, roots):
        indent = "　" * depth
        head = _HEADS.get(node.ref.kind, _head)(node, names, language)
        again = "" if first or not node.reads else phrase("explain.above", language)
        lines.append(f"{indent}{head}{again}")
        if first:
            lines += [f"{indent}{line}" for line in _about(node, language)]
    return "\n".join(lines)


def _head(node: Node, names: Mapping[str, str], language: Language) -> str:
    marks = node_marks(node, names, language)
    told = f"　[{listed(marks, language, 'semicolon')}]" if marks else ""
    name, where, number = node_name(node, language), node_where(node, names, language), node_number(node, language)
    return phrase("explain.value", language, name=name, where=where, number=number) + told


def node_name(node: Node, language: Language) -> str:
    """What a node is called: its Chinese name, in English its id."""
    return in_language(language, node.zh or node.ref.name, node.ref.name)


def node_where(node: Node, names: Mapping[str, str], language: Language) -> str:
    """County, ecosystem, item of a node in brackets; the year is said once for all."""
    members = [in_language(language, names.get(code, code), code) for axis, code in node.ref.members if axis != "year"]
    return phrase("explain.where", language, members=listed(members, language, "pause")) if members else ""


def node_marks(node: Node, names: Mapping[str, str], language: Language) -> list[str]:
    """Its evidence, and what a partial value does not count."""
    marks = [word(EVIDENCE, node.evidence, language)] if node.evidence in EVIDENCE else []
    if node.partial:
        missing = [in_language(language, names.get(part, part), part) for part in node.partial]
        marks.append(phrase("explain.partial", language, missing=listed(missing, language, "pause")))
    return marks


def node_number(node: Node, language: Language) -> str:
    """The number with its unit, twelve digits of a float; the word for its presence where there is none."""
    if node.value is None:
        return word(PRESENCE, node.presence, language) if node.presence in PRESENCE else "—"
    value = f"{Decimal(f'{node.value:.{_DIGITS}g}'):f}" if isinstance(node.value, float) else node.value
    return f"{value} {node.unit}" if node.unit not in {"", "1"} else value


def _about(node: Node, language: Language) -> Iterator[str]:
    """What is known of a node besides its value: formula, row or input with its place, basis, decision, note."""
    origin = word(ORIGIN, node.origin, language) if node.origin in ORIGIN else ""
    if node.ref.kind == "formula":
        pass  # its words stand at the value that it gives, its basis is all that it adds
    elif node.formula:
        yield phrase("explain.words", language, words=node.formula)
    elif node.row:
        facts = {"row": node.row, "value": node.printed, "source": node.source, "at": node.at, "place": node.place}
        yield "　" + phrase("explain.coefficient", language, origin=origin, told="", **facts)
        yield "　" + phrase("explain.span", language, span=node.dates, region=node.region)
    elif node.ref.kind == "input":
        facts = {"printed": node.printed or "—", "period": node.dates, "source": node.source, "place": node.place}
        yield "　" + phrase("explain.input", language, origin=origin, **facts)
    elif node.place or node.source:
        basis = listed([part for part in (node.source, node.at, node.place) if part], language)
        yield phrase("explain.basis", language, basis=basis)
    if node.decision or node.decided_by:
        facts = {"reason": node.reason or "—", "who": node.decided_by or "—", "place": node.decision or node.place}
        yield "　" + phrase("explain.decision", language, **facts)
    if node.note and node.ref.kind != "source":
        yield "　" + phrase("explain.note", language, note=node.note)


def _formula(node: Node, _: Mapping[str, str], language: Language) -> str:
    """The document of a formula and the clause in it."""
    basis = listed([part for part in (node.source, node.at) if part], language)
    return phrase("explain.formula_basis", language, basis=basis)


def _document(node: Node, _: Mapping[str, str], language: Language) -> str:
    checked = phrase("explain.checked", language, day=node.checked) if node.checked else ""
    about = "　".join(part for part in (node.title, node.note, node.address, checked) if part)
    return phrase("explain.document", language, source=node.ref.name, about=about)


_HEADS: Mapping[str, Callable[[Node, Mapping[str, str], Language], str]] = {"formula": _formula, "source": _document}
"""How the line of a node begins that is no value."""
