"""Looking at an xlsx file before any parser does: is it a workbook, and is it safe to open?"""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

from qhgep.errors import InputError, Problems

MOST_BYTES = 200 * 1024 * 1024
"""The unpacked size that is still read; a 45-county workbook is about 5 MB."""
_BLOCK = 1 << 20


def preflight(path: Path) -> None:
    """Refuse what is no workbook or would harm its reader. Raises InputError with every reason.

    Checked: a zip with a workbook part, no two parts of one name, no path that leaves the archive, unpacked size, no
    document type or entity declarations (an xlsx has none).
    """
    problems = Problems()
    try:
        with zipfile.ZipFile(path) as archive:
            _parts(archive, path.name, problems)
    except OSError:
        problems.add("workbook_missing", path.name)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError):
        problems.add("workbook_not_zip", path.name)
    problems.raise_if_any(InputError)


def _parts(archive: zipfile.ZipFile, name: str, problems: Problems) -> None:
    names = archive.namelist()
    if "xl/workbook.xml" not in names:
        problems.add("workbook_no_part", name)
    if len(set(names)) != len(names):
        problems.add("workbook_twice", name)
    if any(part.startswith("/") or ".." in part.split("/") for part in names):
        problems.add("workbook_path", name)
    size = 0
    for info in archive.infolist():
        with archive.open(info) as part:
            carry = b""
            while block := part.read(_BLOCK):
                size += len(block)
                if size > MOST_BYTES:
                    problems.add("workbook_large", name, most=MOST_BYTES // 1024 // 1024)
                    return
                if info.filename.endswith((".xml", ".rels")) and any(
                    mark in carry + block for mark in (b"<!DOCTYPE", b"<!ENTITY")
                ):
                    problems.add("workbook_entity", f"{name} › {info.filename}")
                    return
                carry = block[-16:]
