"""Which program saved a workbook, by what it says of itself and by how its parts are built: both must fit.

A file that is as qhgep writes it, and one that fits no program, is compared part by part, the stricter way. Only LibreOffice and
openpyxl were at hand; what is known of Excel and WPS comes from their files, and no file of theirs was tried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from qhgep.workbook.core.nodes import XmlNode
from qhgep.workbook.verify.book_parts import WORKBOOK, BookParts

_APP = "docProps/app.xml"
_NONE = XmlNode("", {})
_EXCEL_SINCE = 14
"""The first version of Excel that is taken for a program that saves workbooks today (2010)."""


_SIZES: Mapping[str, frozenset[str]] = {
    "LibreOffice": frozenset({"defaultColWidth", "outlineLevelRow", "outlineLevelCol", "zeroHeight"}),
    "WPS": frozenset({"defaultColWidth"}),
    "Excel": frozenset({"http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac}dyDescent"}),
    "openpyxl": frozenset({"baseColWidth"}),
}
"""What each program says of the sizes of rows and columns on every sheet."""


def saved_by(file: BookParts, written: BookParts) -> str:
    """The office program that saved a file anew; empty where none did: the file is as it was written, or like no program's.

    A program that saves writes every sheet and the styles anew; a file that has one of them byte by byte was edited by hand.
    """
    rewritten = [part for part in written.parts if part.startswith("xl/worksheets/sheet") or part == "xl/styles.xml"]
    if any(file.parts.get(part) == written.parts[part] for part in rewritten):
        return ""
    program = program_of(file)
    sheets = [part for part, kind in file.reached.items() if kind == "worksheet"]
    return program if program and all(_built(file, part, program) for part in sheets) else ""


def _built(file: BookParts, part: str, program: str) -> bool:
    """Whether a sheet is built as a program builds it; XlsxWriter gives no more than the height of rows."""
    sizes = file.node(part).child("sheetFormatPr") or _NONE
    return _SIZES[program] <= sizes.attributes.keys()


def program_of(file: BookParts) -> str:
    """The office program that a file says it is of, in two places that fit each other; empty for none."""
    told, version = (_program_text(file, name) for name in ("Application", "AppVersion"))
    stamp = file.node(WORKBOOK).child("fileVersion")
    return next((name for name, fits in _PROGRAMS.items() if fits(told, version, stamp)), "")


def _program_text(file: BookParts, name: str) -> str:
    if _APP not in file.parts:
        return ""
    return next((item.text for item in file.node(_APP).children if item.name == name), "")


def _libreoffice(told: str, _version: str, stamp: XmlNode | None) -> bool:
    return told.startswith("LibreOffice") and (stamp or _NONE).get("appName") == "Calc"


def _wps(told: str, _version: str, stamp: XmlNode | None) -> bool:
    return "WPS" in told and (stamp or _NONE).get("appName") == "xl"


def _excel(told: str, version: str, stamp: XmlNode | None) -> bool:
    number = re.match(r"\d+", version)
    build = (stamp or _NONE).get("rupBuild")
    recent = number is not None and int(number[0]) >= _EXCEL_SINCE and build.isdecimal()
    return told.startswith("Microsoft") and (stamp or _NONE).get("appName") == "xl" and recent


def _openpyxl(told: str, version: str, stamp: XmlNode | None) -> bool:
    return told.startswith("Microsoft Excel") and re.fullmatch(r"\d\.\d+", version) is not None and stamp is None


_PROGRAMS: Mapping[str, Callable[[str, str, XmlNode | None], bool]] = {
    "LibreOffice": _libreoffice, "WPS": _wps, "Excel": _excel, "openpyxl": _openpyxl,
}  # fmt: skip
