"""Where two trees of elements differ: attribute by attribute, text by text, element by element, whatever it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from qhgep.workbook.core.nodes import XmlNode

_KEYS: Mapping[str, str] = {
    "brk": "id", "cfRule": "priority", "col": "min", "comment": "ref", "conditionalFormatting": "sqref", "dataValidation": "sqref",
    "Default": "Extension", "definedName": "name", "hyperlink": "ref", "mergeCell": "ref", "numFmt": "numFmtId", "Override": "PartName",
    "property": "name", "Relationship": "Id", "selection": "pane", "sheet": "name", "sheetView": "workbookViewId",
}  # fmt: skip
"""The attribute by which elements of a name are told apart; others by their place among those of their name."""


@dataclass(frozen=True, slots=True)
class TreeDifference:
    """One thing that differs: the elements that lead to it, the attribute (empty: the text or the whole), both sides."""

    path: tuple[PathElement, ...]
    attribute: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class PathElement:
    """An element on the way: its name, and what tells it from others of its name."""

    name: str
    key: str


def differences(
    expected: XmlNode,
    found: XmlNode,
    skip: Callable[[tuple[PathElement, ...]], bool] = lambda _: False,
    path: tuple[PathElement, ...] = (),
) -> Iterator[TreeDifference]:
    """Every difference below two elements of one name; what `skip` says of a path is passed over with all below it."""
    if expected.tag != found.tag:
        yield TreeDifference(path, "", expected.tag, found.tag)
        return
    for name in sorted(expected.attributes.keys() | found.attributes.keys()):
        one, other = expected.attributes.get(name), found.attributes.get(name)
        if one != other:
            yield TreeDifference(path, name.rpartition("}")[2], one or "", other or "")
    if expected.text != found.text:
        yield TreeDifference(path, "", expected.text, found.text)
    sides = keyed(expected), keyed(found)
    for step in (*sides[0], *(step for step in sides[1] if step not in sides[0])):
        here = (*path, step)
        if skip(here):
            continue
        one_child, other_child = (side.get(step) for side in sides)
        if one_child is not None and other_child is not None:
            yield from differences(one_child, other_child, skip, here)
        else:
            yield TreeDifference(here, "", said(one_child), said(other_child))
    orders = [[step for step in side if step in sides[0] and step in sides[1]] for side in sides]
    if orders[0] != orders[1]:
        yield TreeDifference(
            path, "", *(" ".join(dict.fromkeys(f"{step.name} {step.key}" for step in side)) for side in orders)
        )


def keyed(node: XmlNode) -> dict[PathElement, XmlNode]:
    """The children of an element by what tells them apart; a second one of the same key gets its number."""
    found: dict[PathElement, XmlNode] = {}
    counts: dict[tuple[str, str], int] = {}
    for child in node.children:
        name = child.name
        key = child.get(_KEYS[name]) if name in _KEYS else ""
        if name == "definedName":
            key = f"{key} {child.get('localSheetId')}".strip()
        number = counts[name, key] = counts.get((name, key), 0) + 1
        found[PathElement(name, key if number == 1 and key else f"{key}#{number}")] = child
    return found


def said(node: XmlNode | None) -> str:
    """An element in one line: its name, attributes and text, its children in brackets; empty where there is none."""
    if node is None:
        return ""
    attributes = [f"{name.rpartition('}')[2]}={value}" for name, value in sorted(node.attributes.items())]
    own = " ".join([node.name, *attributes, *([node.text.strip()] if node.text.strip() else [])])
    inside = "，".join(said(child) for child in node.children)
    return f"{own}[{inside}]" if inside else own
