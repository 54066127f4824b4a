"""Colours of a workbook as they are seen, and how well letters stand out from what is behind them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from functools import cached_property

from qhgep.workbook.core.nodes import XmlNode

BLACK, WHITE = "000000", "FFFFFF"
UNKNOWN = "不明"
"""A colour that cannot be told for certain."""
_ART = "http://schemas.openxmlformats.org/drawingml/2006/main}"
_RGB = re.compile(r"(?:[0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}")
_NUMBER = re.compile(r"[0-9]{1,4}")
_OF_SYSTEM: Mapping[str, str] = {"windowText": BLACK, "window": WHITE}
_SYSTEM: Mapping[int, str] = {64: BLACK, 65: WHITE}
"""The numbers of the colours of letters and of what is behind them (ECMA-376, 18.8.27)."""
_THEME = (
    "lt1",
    "dk1",
    "lt2",
    "dk2",
    "accent1",
    "accent2",
    "accent3",
    "accent4",
    "accent5",
    "accent6",
    "hlink",
    "folHlink",
)
"""The colours of a theme in the order of their numbers (ECMA-376, 18.8.3: light and dark change places)."""
_PALETTE = textwrap.wrap(
    "000000FFFFFFFF000000FF000000FFFFFF00FF00FF00FFFF000000FFFFFFFF000000FF000000FFFFFF00FF00FF00FFFF800000008000"
    "000080808000800080008080C0C0C08080809999FF993366FFFFCCCCFFFF660066FF80800066CCCCCCFF000080FF00FFFFFF0000FFFF"
    "8000808000000080800000FF00CCFFCCFFFFCCFFCCFFFF9999CCFFFF99CCCC99FFFFCC993366FF33CCCC99CC00FFCC00FF9900FF6600"
    "666699969696003366339966003300333300993300993366333399333333",
    6,
)
"""The colours that programs know by a number (ECMA-376, 18.8.27)."""
_DIGITS = 6
LEAST = 2.0
"""Letters that stand out less from what is behind them cannot be read: the palest that qhgep writes have 4."""
_DARK = 0.04045
"""Below this share of its light a part of a colour counts as it is (sRGB, IEC 61966-2-1)."""


class Colours:
    """The colours of one workbook: its theme, and its palette where it has one of its own."""

    def __init__(self, theme: XmlNode | None, styles: XmlNode | None) -> None:
        self._theme, self._styles = theme, styles

    @cached_property
    def theme(self) -> Mapping[str, str]:
        """Name -> colour, of those that are certain: one plain colour, or that of a window as every system has it."""
        scheme = self._theme
        for name in ("themeElements", "clrScheme"):
            blocks = [] if scheme is None else [item for item in scheme.children if item.tag == f"{_ART}{name}"]
            scheme = blocks[0] if len(blocks) == 1 else None
        found: dict[str, str] = {}
        for item in scheme.children if scheme else ():
            known = item.tag.startswith(_ART) and len(item.children) == 1 and not item.children[0].children
            colour = _plain_colour(item.children[0]) if known else ""
            found[item.name] = UNKNOWN if item.name in found else colour or UNKNOWN
        return found

    @cached_property
    def palette(self) -> Sequence[str]:
        """The colours by number."""
        own = (
            []
            if self._styles is None
            else [
                item.get("rgb")[-_DIGITS:].upper() if _RGB.fullmatch(item.get("rgb")) else UNKNOWN
                for item in self._styles.all("rgbColor")
            ]
        )
        return [*own, *_PALETTE[len(own) :]]

    def of(self, node: XmlNode | None, automatic: str) -> str:
        """The colour of an element as six hexadecimal digits; `automatic` where it has none, UNKNOWN where it is not certain."""
        if node is None:
            return automatic
        told = [name for name in ("rgb", "theme", "indexed") if name in node.attributes]
        if len(told) != 1 or node.children or not node.attributes.keys() <= {*told, "tint", "auto"}:
            return automatic if node.attributes.keys() <= {"auto"} and not node.children else UNKNOWN
        value = node.get(told[0])
        if told[0] == "rgb":
            colour = value[-_DIGITS:].upper() if _RGB.fullmatch(value) else UNKNOWN
        elif not _NUMBER.fullmatch(value):
            colour = UNKNOWN
        elif told[0] == "theme":
            colour = self.theme.get(_THEME[int(value)], UNKNOWN) if int(value) < len(_THEME) else UNKNOWN
        else:
            colour = self.palette[int(value)] if int(value) < len(self.palette) else _SYSTEM.get(int(value), UNKNOWN)
        return colour if colour == UNKNOWN else tinted(colour, node.get("tint"))


def _plain_colour(node: XmlNode) -> str:
    """The colour of an element of a theme or a drawing; empty where it is not certain."""
    if node.tag == f"{_ART}srgbClr" and node.attributes.keys() == {"val"} and _RGB.fullmatch(node.get("val")):
        return node.get("val")[-_DIGITS:].upper()
    if node.tag == f"{_ART}sysClr":
        value = _OF_SYSTEM.get(node.get("val"), "")
        return value if node.get("lastClr", value).upper() == value else ""
    return ""


def tinted(rgb: str, tint: str) -> str:
    """A colour made lighter (to 1) or darker (to -1): near enough to say whether it can be read."""
    try:
        by = float(tint) if tint else 0.0
    except ValueError:
        return UNKNOWN
    if not -1 <= by <= 1:
        return UNKNOWN
    parts = [int(rgb[place : place + 2], 16) for place in (0, 2, 4)]
    if not by:
        return rgb
    return "".join(f"{round(part + (255 - part) * by if by > 0 else part * (1 + by)):02X}" for part in parts)


def can_be_read(letters: str, behind: str) -> bool:
    """Whether letters stand out from what is behind them, and both colours are certain."""
    return UNKNOWN not in {letters, behind} and contrast(letters, behind) >= LEAST


def plain_colour(node: XmlNode) -> str:
    """The colour of an element of a drawing; UNKNOWN where it is not certain."""
    return UNKNOWN if node.children else _plain_colour(node) or UNKNOWN


def contrast(one: str, other: str) -> float:
    """How well two colours stand out from each other, from 1 (alike) to 21 (WCAG 2.1, 1.4.3)."""
    light, dark = sorted((_light(one), _light(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _light(rgb: str) -> float:
    try:
        parts = [int(rgb[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    except ValueError:
        return 0.0
    linear = [part / 12.92 if part <= _DARK else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
