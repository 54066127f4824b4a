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


def csv_text(path: Path, problems: Problems) -> str | None:
    """The text of a csv file; None, with the reason noted, where there is no such file or it is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add("table_encoding", path.name, byte=error.start)
    except OSError:
        problems.add("table_missing", path.name)
    return None


def csv_lines(text: str, name: str, columns: Sequence[str], problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each line below the header. A header or a line of another shape is noted and left out.

    An unclosed quote is noted too: read leniently, it would swallow the lines that follow it.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = tuple(next(reader, ()))
        if header != tuple(columns):
            problems.add("file_header", f"{name}:1", found=",".join(header), expected=",".join(columns))
            return
        for cells in reader:
            if not any(cells):
                continue
            if len(cells) == len(columns):
                yield reader.line_num, cells
            else:
                problems.add("file_columns", f"{name}:{reader.line_num}", found=len(cells), expected=len(columns))
    except csv.Error as error:
        problems.add("file_csv", f"{name}:{reader.line_num}", detail=error)
