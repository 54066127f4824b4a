"""What a file really is, by its first bytes: the ending of its name is what somebody typed."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from qhgep.data import regular_file
from qhgep.errors import InputError, Problems

_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
"""Workbooks of Excel 2 to 4 without a container."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_HTML = re.compile(
    rb"^\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE | re.DOTALL
)
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_MOST_OLE = 64 * 1024 * 1024
BOOKS, TEXTS = (".xlsx", ".xlsm"), (".csv", ".txt", ".tsv")
"""Endings of the files that are read."""
OTHERS = (".xls", ".et", ".xlt", ".ett", ".xlsb", ".ods")
"""Endings of workbooks that are refused by name: another format must be saved as xlsx."""


def sniff(path: Path, problems: Problems) -> str | None:
    """`book` or `text` where the content of a file is what its name says; None with the reason noted."""
    head = _first_bytes(path, problems)
    if head is None:
        return None
    ending = path.suffix.lower()
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        problems.add("file_empty", path.name)
    elif ending not in (*BOOKS, *TEXTS, *OTHERS):
        problems.add("file_kind", path.name, suffix=ending or "-")
    elif head.startswith(_OLE):
        _container(path, ending, problems)
    elif _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        problems.add("file_html", path.name)
    elif b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        problems.add("file_xml_table", path.name)
    elif head.startswith(_ZIP):
        return _archive(path, ending, problems)
    elif head.startswith(_BIFF) and ending not in TEXTS:
        problems.add("file_biff", path.name)
    elif ending in TEXTS:
        return "text"
    else:
        problems.add("file_no_book", path.name, suffix=ending)
    return None


def _first_bytes(path: Path, problems: Problems) -> bytes | None:
    try:
        with regular_file(path).open("rb") as file:
            return file.read(_HEAD)
    except InputError as error:
        problems.take(error)
    except OSError:
        problems.add("file_missing", path.name)
    return None


def _container(path: Path, ending: str, problems: Problems) -> None:
    """An OLE container: a workbook of Excel 97 or WPS, or an xlsx behind a password."""
    with path.open("rb") as file:
        content = file.read(_MOST_OLE)
    if _LOCKED in content:
        problems.add("file_locked", path.name)
    elif ending in (".xls", ".et", ".xlt", ".ett"):
        problems.add("file_biff", path.name)
    else:
        problems.add("file_renamed_biff", path.name, suffix=ending)


def _archive(path: Path, ending: str, problems: Problems) -> str | None:
    """A zip: an xlsx, or something else that is packed in one."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError):
        names = set()  # damaged; the pre-flight says so
    if "xl/workbook.bin" in names or ("mimetype" in names and "content.xml" in names):
        problems.add("file_other_book", path.name)
    elif ending in BOOKS:
        return "book"
    else:
        problems.add("file_renamed_book", path.name, suffix=ending)
    return None
