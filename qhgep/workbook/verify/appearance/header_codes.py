"""Headers and footers of pages as they are printed: left, centre and right, with the codes that are no text taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qhgep.inputs.files.xlsx_package import unescaped
from qhgep.workbook.verify.appearance.typefaces import readable_font

_CODE = re.compile(
    r'&(?:(?P<and>&)|(?P<part>[LCR])|(?P<field>[PNDTZFAG])|(?P<size>[0-9]{1,3})|K(?P<colour>[0-9A-Fa-f]{6}|[0-9]{2}[+-][0-9]{3})|"(?P<font>[^"]*)"'
    r"|(?P<dress>[BIU])|(?P<look>[A-Za-z]))",
    re.DOTALL,
)


_MOST_LINES = 3
_BLANKS = re.compile(r"[ \u00a0\u3000\t]{10,}")
"""Blanks that move what stands beside them away from its place."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A header or footer: the text of its three parts (fields as `‹P›`), and the codes that change how it looks.

    Bold, italic and underlined letters and fonts that can be read are left out: programs write them anew.
    """

    left: str = ""
    centre: str = ""
    right: str = ""
    looks: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it on one line."""
        parts = (("左", self.left), ("中", self.centre), ("右", self.right))
        texts = [f"{name} {' '.join(part.split())}{_lines(part)}" for name, part in parts if part.strip()]
        return "；".join([*texts, *([f"格式 {'、'.join(self.looks)}"] if self.looks else [])])


def _lines(part: str) -> str:
    """How many lines a part has where they push its text away from its place."""
    lines = part.count("\n") + 1
    return f"（{lines} 行）" if lines > _MOST_LINES else ""


def printed(text: str) -> Printed:
    """What a header or footer prints; text before the first part stands in the centre."""
    parts: dict[str, list[str]] = {"L": [], "C": [], "R": []}
    looks: set[str] = set()
    text = unescaped(text)
    now, end = "C", 0
    for code in _CODE.finditer(text):
        parts[now].append(text[end : code.start()])
        end = code.end()
        if code["part"]:
            now = code["part"]
        elif code["and"]:
            parts[now].append("&")
        elif code["field"]:
            parts[now].append(f"‹{code['field']}›")
        elif code["font"] is not None:
            name = code["font"].rpartition(",")[0] or code["font"]
            looks |= set() if name == "-" or readable_font(name) else {code[0]}
        elif code["size"] or code["colour"] or code["look"]:
            looks.add(code[0])
    parts[now].append(text[end:])
    looks |= {f"{len(blanks)} 个空格" for part in parts.values() for blanks in _BLANKS.findall("".join(part))}
    left, centre, right = ("".join(parts[name]).replace("\r\n", "\n").strip(" ") for name in "LCR")
    return Printed(left, centre, right, tuple(sorted(looks)))
