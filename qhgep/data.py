"""Where the data that ship with qhgep lie, in the installed package or in the checkout, and how their files are read."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from qhgep.errors import Problems


def data_folder(name: str) -> Path:
    """The folder `coefficients` or `templates`, beside this file in a wheel, else in the checkout."""
    packed = Path(__file__).parent / "_data" / name
    return packed if packed.is_dir() else Path(__file__).parent.parent / name


def file_hash(path: Path) -> str:
    """The SHA-256 of a file's bytes, as hexadecimal text."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def csv_text(path: Path, name: str, problems: Problems) -> str | None:
    """The text of a csv file; None, with the reason noted, where there is no such file or it is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add("table_encoding", name, byte=error.start)
    except OSError:
        problems.add("table_missing", name)
    return None


def csv_lines(text: str, name: str, columns: Sequence[str], problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each line below the header. A header or a line of another shape is noted and left out.

    An unclosed quote is noted too: read leniently, it would swallow the lines that follow it.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    first = 1
    try:
        header = tuple(next(reader, ()))
        if header != tuple(columns):
            problems.add("file_header", f"{name}:1", found=",".join(header), expected=",".join(columns))
            return
        first = reader.line_num + 1
        for cells in reader:
            if any(cells) and len(cells) != len(columns):
                problems.add("file_columns", f"{name}:{first}", found=len(cells), expected=len(columns))
            elif any(cells):
                yield first, cells
            first = reader.line_num + 1
    except csv.Error as error:
        problems.add("file_csv", f"{name}:{first}", detail=error)
