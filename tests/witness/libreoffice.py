"""The slow witness: LibreOffice Calc without a window, about 2 s for a call with any number of small files.

LibreOffice keeps the cached values of an .xlsx that it did not write itself, so by default it would repeat a
forged value. Only a profile with OOXMLRecalcMode = 0 ("always") makes it compute. Its .xlsx holds 15 digits,
and it takes a difference or a comparison of numbers within 2**-48 of each other for zero and for equal.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import load_workbook

from tests.witness import Values, formula_cells, plain

_RECALCULATE_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""
_SECONDS = 300


class NotConverted(Exception):
    """LibreOffice wrote no workbook; carries the name and what was printed. (It exits with 0 even then.)"""


def recalculate(path: Path) -> Values:
    """Every formula cell of the workbook with the value that LibreOffice computes for it.

    Raises NotConverted: LibreOffice could not read or write the file.
    """
    return recalculate_all([path])[0]


def recalculate_all(paths: Sequence[Path]) -> list[Values]:
    """The same for several workbooks, in their order, with one call of LibreOffice.

    Raises NotConverted: LibreOffice could not read or write one of them.
    """
    with TemporaryDirectory(prefix="witness-") as scratch:
        saved = save_again(paths, Path(scratch))
        return [values_of(path, result) for path, result in zip(paths, saved, strict=True)]


def save_again(paths: Sequence[Path], scratch: Path, *, kind: str = "xlsx") -> list[Path]:
    """The workbooks as LibreOffice saves them (or as pages of another kind), every formula computed; below the folder `scratch`.

    Copies get numbers, as two files may share a name; each call has its own profile, as one is locked.
    Raises NotConverted: LibreOffice could not read or write one of them.
    """
    given, written, settings = scratch / "given", scratch / "written", scratch / "profile" / "user"
    for folder in (given, written, settings):
        folder.mkdir(parents=True)
    (settings / "registrymodifications.xcu").write_text(_RECALCULATE_ALWAYS, encoding="utf-8")
    copies = [shutil.copyfile(path, given / f"{number}.xlsx") for number, path in enumerate(paths)]
    command = [
        "soffice",
        f"-env:UserInstallation={(scratch / 'profile').as_uri()}",
        "--headless",
        "--norestore",
    ]
    command += ["--convert-to", kind, "--outdir", str(written), *map(str, copies)]
    done = subprocess.run(
        command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS
    )
    results = [written / f"{copy.stem}.{kind}" for copy in copies]
    for path, result in zip(paths, results, strict=True):
        if not result.exists():
            raise NotConverted(path.name, done.stdout, done.stderr)
    return results


def values_of(original: Path, converted: Path) -> Values:
    """The values in a saved workbook of the formula cells of the one it was made from."""
    book = load_workbook(converted, data_only=True)
    return {(sheet, cell): plain(book[sheet][cell].value) for sheet, cell in formula_cells(original)}
