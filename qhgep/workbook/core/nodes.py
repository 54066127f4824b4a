"""A part of a workbook as a tree: elements with their attributes, whatever prefixes and order the file has them in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from qhgep.inputs.files.xlsx_package import feed_bytes, local

MOST_DEPTH = 100
"""Elements inside each other that are still read; a chart has about twenty."""


@dataclass(eq=False, slots=True)
class XmlNode:
    """An element: its tag as `namespace}name`, its attributes, its children, and its text (no blanks beside children)."""

    tag: str
    attributes: Mapping[str, str]
    children: list[XmlNode] = field(default_factory=list)
    text: str = ""

    @property
    def name(self) -> str:
        """The tag without its namespace."""
        return local(self.tag)

    def get(self, name: str, default: str = "") -> str:
        """An attribute without namespace."""
        return self.attributes.get(name, default)

    def all(self, name: str) -> Iterator[XmlNode]:
        """Every element of a name below this one, in order."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.all(name)

    def child(self, name: str) -> XmlNode | None:
        """The first child of a name."""
        return next((child for child in self.children if child.name == name), None)

    def canonical(self) -> str:
        """The element as one text: equal texts are equal elements."""
        inside = "".join(child.canonical() for child in self.children)
        attributes = "".join(f' {name}="{value}"' for name, value in sorted(self.attributes.items()))
        return f"<{self.tag}{attributes}>{self.text}{inside}</>"


class Tree:
    """Takes the events of a part and keeps its elements."""

    def __init__(self) -> None:
        self.root = XmlNode("", {})
        self._open = [self.root]
        self._text: list[list[str]] = [[]]

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if len(self._open) > MOST_DEPTH:
            raise ValueError(tag)
        node = XmlNode(tag, attributes)
        self._open[-1].children.append(node)
        self._open.append(node)
        self._text.append([])

    def end(self, _tag: str) -> None:
        """An element ends."""
        node, text = self._open.pop(), "".join(self._text.pop())
        node.text = text.strip() if node.children else text

    def data(self, text: str) -> None:
        """A piece of text."""
        self._text[-1].append(text)


def parse(data: bytes) -> XmlNode:
    """The root element of a part. Raises MALFORMED of `qhgep.inputs.files.xlsx_package`, ValueError where it is nested too deep."""
    tree = Tree()
    feed_bytes(data, tree)
    return tree.root.children[0]
