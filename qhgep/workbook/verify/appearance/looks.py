"""How the cells of a workbook look by their style numbers: number format, letters, fill, borders, place, protection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property

from qhgep.inputs.files.xlsx_package import plain_index
from qhgep.workbook.core.nodes import XmlNode
from qhgep.workbook.core.number_formats import built_in
from qhgep.workbook.verify.appearance.trees import said

LOOKS: Mapping[str, str] = {
    "number_format": "数字格式", "font": "字体", "fill": "填充", "border": "边框", "alignment": "对齐", "protection": "保护", "other": "样式",
}  # fmt: skip
"""The parts of a look, with their Chinese names."""
_NONE = XmlNode("", {})


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks, each part as one text."""

    number_format: str
    font: str
    fill: str
    border: str
    alignment: str
    protection: str
    other: str

    def unlike(self, found: Look) -> Iterator[tuple[str, str, str]]:
        """The parts in which another look differs: name, this one's, the other's."""
        for field in fields(self):
            one, other = getattr(self, field.name), getattr(found, field.name)
            if one != other:
                yield field.name, one, other


class Looks:
    """The looks of a workbook, from its styles part."""

    def __init__(self, styles: XmlNode | None) -> None:
        self._styles = styles or _NONE
        self._known: dict[int, Look] = {}

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """The number formats that have a code, by number."""
        return {item.get("numFmtId"): item.get("formatCode") for item in self.list("numFmts")}

    def list(self, name: str) -> list[XmlNode]:
        """The elements of one of the lists of styles."""
        found = self._styles.child(name)
        return [] if found is None else found.children

    def xf(self, index: int) -> XmlNode | None:
        """What a style number leads to; None where it leads nowhere."""
        formats = self.list("cellXfs")
        return formats[index] if 0 <= index < len(formats) else None

    def code(self, xf: XmlNode) -> str:
        """The number format of a style: its code, else its number."""
        number = xf.get("numFmtId", "0")
        index = plain_index(number)
        known = None if index is None else built_in(index)
        return self.codes.get(number) or known or f"第 {number} 号"

    def entry(self, name: str, xf: XmlNode, key: str) -> XmlNode:
        """The font, fill or border of a style."""
        index, entries = plain_index(xf.get(key, "0")), self.list(name)
        return entries[index] if index is not None and index < len(entries) else XmlNode(f"{name}?", {})

    def look(self, index: int) -> Look:
        """How a cell with a style number looks."""
        if index not in self._known:
            self._known[index] = self._look(index)
        return self._known[index]

    def _look(self, index: int) -> Look:
        xf = self.xf(index)
        if xf is None:
            return Look(*([f"没有样式 {index}"] * len(LOOKS)))
        own = {name: value for name, value in xf.attributes.items() if not name.endswith("Id")}
        named, base = plain_index(xf.get("xfId", "0")), self.list("cellStyleXfs")
        below = said(base[named]) if named is not None and named < len(base) else xf.get("xfId")
        rest = [said(child) for child in xf.children if child.name not in {"alignment", "protection"}]
        marks = sorted(f"{name}={value}" for name, value in own.items())
        return Look(
            number_format=self.code(xf),
            font=said(self.entry("fonts", xf, "fontId")),
            fill=said(self.entry("fills", xf, "fillId")),
            border=said(self.entry("borders", xf, "borderId")),
            alignment=said(xf.child("alignment")),
            protection=said(xf.child("protection")),
            other=" ".join([*marks, *rest, below]),
        )

    def conditional(self, index: str) -> str:
        """How what a conditional format applies to looks, as one text."""
        entries, number = self.list("dxfs"), plain_index(index)
        if not index:
            return ""
        return said(entries[number]) if number is not None and number < len(entries) else f"没有样式 {index}"
