"""Colours of a workbook as they are seen, and how well letters stand out from what is behind them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from functools import cached_property

from qhgep.workbook.nodes import Node

BLACK, WHITE = "000000", "FFFFFF"
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
_DARK = 0.04045
"""Below this share of its light a part of a colour counts as it is (sRGB, IEC 61966-2-1)."""


class Colours:
    """The colours of one workbook: its theme, and its palette where it has one of its own."""

    def __init__(self, theme: Node | None, styles: Node | None) -> None:
        self._theme, self._styles = theme, styles

    @cached_property
    def theme(self) -> Mapping[str, str]:
        """Name -> colour."""
        scheme = None if self._theme is None else next(self._theme.all("clrScheme"), None)
        found = {}
        for item in scheme.children if scheme else ():
            for colour in item.children:
                found[item.name] = (colour.get("lastClr") or colour.get("val", BLACK)).upper()
        return found

    @cached_property
    def palette(self) -> Sequence[str]:
        """The colours by number."""
        own = (
            []
            if self._styles is None
            else [item.get("rgb")[-_DIGITS:].upper() for item in self._styles.all("rgbColor")]
        )
        return [*own, *_PALETTE[len(own) :]]

    def of(self, node: Node | None, automatic: str) -> str:
        """The colour of an element as six hexadecimal digits; `automatic` where it has none."""
        if node is None:
            return automatic
        if rgb := node.get("rgb"):
            return tinted(rgb[-_DIGITS:].upper(), node.get("tint"))
        if (number := node.get("theme")).isdecimal() and int(number) < len(_THEME):
            default = WHITE if _THEME[int(number)].startswith("lt") else BLACK
            return tinted(self.theme.get(_THEME[int(number)], default), node.get("tint"))
        if (number := node.get("indexed")).isdecimal() and int(number) < len(self.palette):
            return tinted(self.palette[int(number)], node.get("tint"))
        return automatic


def tinted(rgb: str, tint: str) -> str:
    """A colour made lighter (to 1) or darker (to -1): near enough to say whether it can be read."""
    try:
        by = max(-1.0, min(1.0, float(tint))) if tint else 0.0
        parts = [int(rgb[place : place + 2], 16) for place in (0, 2, 4)]
    except ValueError:
        return rgb
    if not by:
        return rgb
    return "".join(f"{round(part + (255 - part) * by if by > 0 else part * (1 + by)):02X}" for part in parts)


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
