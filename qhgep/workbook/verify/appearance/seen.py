"""How the cells of a workbook that an office program saved again are seen: what such a program keeps of a style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from qhgep.inputs.files.xlsx_package import plain_index, says_yes
from qhgep.workbook.core.nodes import XmlNode
from qhgep.workbook.core.number_formats import known
from qhgep.workbook.verify.appearance.colours import BLACK, UNKNOWN, WHITE, Colours, can_be_read
from qhgep.workbook.verify.appearance.looks import Looks
from qhgep.workbook.verify.appearance.trees import said
from qhgep.workbook.verify.appearance.typefaces import readable_font

SEEN: Mapping[str, str] = {
    "number_format": "数字格式", "legible": "字色与底色", "fill": "填充", "size": "字号", "letters": "字体效果", "place": "对齐",
    "border": "边框", "protection": "保护",
}  # fmt: skip
"""What is compared of a cell, with its Chinese name."""
_OF_EMPTY = frozenset({"fill", "border", "protection"})
"""What is seen of an empty cell."""
_PLAIN_MARK = re.compile(
    r"r|rPr|phoneticPr.*|(?:b|i|u|family|charset|scheme|rFont)(?: val=.*)?|(?:strike|outline|shadow|condense|extend) val=(?:0|false)"
    r"|vertAlign val=baseline|f(?: (?:aca|ca|ref|si)=\S+| t=shared)*"
)
"""What a cell may carry and look the same."""
_OF_SYMBOLS = "2"
"""The character set of fonts of symbols."""
_GRADIENT = "渐变"


@dataclass(frozen=True, slots=True)
class Seen:
    """A cell as it is seen, each part as one text."""

    number_format: str
    legible: str
    fill: str
    size: str
    letters: str
    place: str
    border: str
    protection: str

    def unlike(self, found: Seen, *, filled: bool) -> Iterator[tuple[str, str, str]]:
        """The parts in which another cell differs: name, this one's, the other's; of an empty cell those that are seen."""
        for field in fields(self):
            one, other = getattr(self, field.name), getattr(found, field.name)
            if one != other and (filled or field.name in _OF_EMPTY):
                yield field.name, one, other


class Eye:
    """Sees the styles of one workbook."""

    def __init__(self, styles: XmlNode | None, theme: XmlNode | None) -> None:
        self.looks, self.colours = Looks(styles), Colours(theme, styles)
        self._theme = theme
        self._known: dict[int, Seen] = {}

    def see(self, index: int) -> Seen:
        """A cell with a style number."""
        if index not in self._known:
            self._known[index] = self._see(index)
        return self._known[index]

    def _see(self, index: int) -> Seen:
        xf = self.looks.xf(index)
        if xf is None:
            return Seen(*([f"没有样式 {index}"] * len(SEEN)))
        font = self.looks.entry("fonts", xf, "fontId")
        fill = self.fill(self.looks.entry("fills", xf, "fillId"))
        code = self.looks.code(xf)
        return Seen(
            number_format=known(code) or code,
            legible=self.legible(font, fill),
            fill=fill,
            size=next((item.get("val") for item in font.all("sz")), ""),
            letters=" ".join([*_effects(font), *self.strange_fonts(font)]),
            place=_place(xf.child("alignment")),
            border=_border(self.looks.entry("borders", xf, "borderId")),
            protection=_protection(xf.child("protection")),
        )

    def fill(self, fill: XmlNode) -> str:
        """The colour behind the letters; empty where it is that of the paper."""
        pattern = fill.child("patternFill")
        if pattern is None:
            return _GRADIENT if fill.children else ""
        kind = pattern.get("patternType", "none" if not pattern.children else "solid")
        if kind == "none":
            return ""
        colour = self.colours.of(pattern.child("fgColor"), UNKNOWN)
        return colour if kind == "solid" else f"{kind} {colour}"

    def legible(self, font: XmlNode, fill: str) -> str:
        """可读 where the letters stand out from what is behind them, else both colours."""
        colour = self.colours.of(font.child("color"), BLACK)
        return "可读" if can_be_read(colour, _behind(fill)) else f"{colour} / {_behind(fill)}"

    def runs(self, index: int, marks: Sequence[str]) -> list[str]:
        """What the letters of a cell carry beside its style that changes what is seen: runs of other sizes, colours, effects.

        Office programs part a text into runs of different fonts, and formulas say how they are computed: that is no change.
        """
        xf, found = self.looks.xf(index), []
        size, fill = self.see(index).size, self.see(index).fill
        for mark in marks:
            name, _, value = mark.partition(" val=")
            if name == "sz" and value == size:
                continue
            if name.startswith("color"):
                node = XmlNode("color", dict(item.split("=", 1) for item in mark.split()[1:] if "=" in item))
                colour = self.colours.of(node, BLACK)
                if xf is not None and not can_be_read(colour, _behind(fill)):
                    found.append(f"字色 {colour}")
            elif not _PLAIN_MARK.fullmatch(mark) or (name == "rFont" and not readable_font(value)):
                found.append(mark)
        return found

    def strange_fonts(self, font: XmlNode) -> list[str]:
        """The fonts of an element that are not on the list of readable ones: its own, or those of the theme that it points to."""
        names = [item.get("val") for item in font.all("name")]
        if any(item.get("val") != "none" for item in font.all("scheme")) and self._theme is not None:
            faces = [
                item for block in self._theme.all("fontScheme") for item in (*block.all("latin"), *block.all("ea"))
            ]
            names += [item.get("typeface") for item in faces if item.get("typeface")]
        names += [f"charset {item.get('val')}" for item in font.all("charset") if item.get("val") == _OF_SYMBOLS]
        return [name or "没有名字的字体" for name in names if not readable_font(name)]

    def rule(self, index: str) -> str:
        """What a conditional format does, as one text."""
        entries, number = self.looks.list("dxfs"), plain_index(index)
        if number is None or number >= len(entries):
            return f"没有样式 {index}" if index else ""
        look = entries[number]
        font, fill = look.child("font"), look.child("fill")
        parts = [
            f"字色 {self.colours.of(font.child('color'), BLACK)}" if font is not None and font.child("color") else ""
        ]
        if fill is not None and (pattern := fill.child("patternFill")) is not None:
            parts.append(f"底色 {self.colours.of(pattern.child('bgColor') or pattern.child('fgColor'), WHITE)}")
        parts += [f"数字格式 {item.get('formatCode')}" for item in look.all("numFmt")]
        parts += _effects(font) if font is not None else []
        parts += [said(item) for item in look.children if item.name not in {"font", "fill", "numFmt"}]
        return "，".join(part for part in parts if part)


def _behind(fill: str) -> str:
    return fill[-6:] if fill and fill != _GRADIENT else WHITE


def _effects(font: XmlNode) -> list[str]:
    """What is done to letters that changes what they say."""
    parts = ["删除线"] if any(says_yes(item.get("val", "1")) for item in font.all("strike")) else []
    return parts + [item.get("val") for item in font.all("vertAlign") if item.get("val") not in {"", "baseline"}]


_PLAIN_PLACE = {"horizontal": "general", "vertical": "bottom", "textRotation": "0", "indent": "0", "readingOrder": "0"}
"""Where a text stands in its cell if nothing is said of it."""


def _place(alignment: XmlNode | None) -> str:
    if alignment is None:
        return ""
    parts = []
    for name, plain in _PLAIN_PLACE.items():
        if (value := alignment.get(name, plain)) != plain:
            parts.append(f"{name} {value}")
    parts += [name for name in ("wrapText", "shrinkToFit") if says_yes(alignment.get(name))]
    return " ".join(parts)


def _border(border: XmlNode) -> str:
    """Whether a cell is crossed out; lines round cells say nothing."""
    return "斜线" if any(says_yes(border.get(name)) for name in ("diagonalUp", "diagonalDown")) else ""


def _protection(protection: XmlNode | None) -> str:
    if protection is None:
        return "锁定"
    parts = ["锁定" if says_yes(protection.get("locked", "1")) else "不锁定"]
    return " ".join([*parts, *(["隐藏公式"] if says_yes(protection.get("hidden")) else [])])
