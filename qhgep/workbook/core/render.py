"""render(): a workbook as PDF by LibreOffice, and its pages as pictures by pdftoppm, where these are installed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import unescape

from qhgep.data import same_place
from qhgep.errors import WorkbookError, problem
from qhgep.inputs.files.preflight import preflight
from qhgep.workbook.core.write import write_whole

SECONDS = 180
"""How long a conversion may take."""
_OFFICE = ("soffice", "libreoffice")
_SHEET, _NAME = re.compile(r"<sheet [^>]*>"), re.compile(r'name="([^"]*)"')
_TOLD = 300
"""Characters of what a program said that are told on."""


def render(
    path: str | Path,
    output: str | Path | None = None,
    *,
    png: str | Path | None = None,
    seconds: float = SECONDS,
    sheets: Sequence[str] = (),
) -> list[Path]:
    """Print a workbook to a PDF (`output`), to a folder of pictures `<name>-<page>.png` (`png`), or both; the files written.

    `sheets` are those that are printed, by default all.
    LibreOffice runs without a window, with a profile of its own in a temporary folder, on a copy of the file; a file appears
    only when it is complete. Raises WorkbookError where LibreOffice or pdftoppm is not installed, fails or takes too long,
    and where the output is the input or does not end in .pdf; InputError where the workbook cannot be read.
    """
    path = Path(path)
    target = None if output is None else Path(output)
    _check(path, target)
    preflight(path)
    office = _program(_OFFICE, "render_no_soffice", path)
    pages = None if png is None else _program(("pdftoppm",), "render_no_pdftoppm", path)
    with TemporaryDirectory(prefix="qhgep-render-") as folder:
        scratch = Path(folder)
        pdf = _pdf(office, path, scratch, seconds, sheets)
        written = []
        if target is not None:
            write_whole(target, pdf.read_bytes())
            written.append(target)
        if png is not None and pages is not None:
            for page in _pages(pages, pdf, path, seconds):
                place = Path(png) / page.name.replace(pdf.stem, path.stem, 1)
                write_whole(place, page.read_bytes())
                written.append(place)
        return written


def _check(path: Path, target: Path | None) -> None:
    if target is None:
        return
    if same_place(target, path):
        raise WorkbookError(problem("output_same", str(target), target=target))
    if target.suffix.lower() != ".pdf":
        raise WorkbookError(problem("render_suffix", str(target), suffix=target.suffix))


def _program(names: Sequence[str], code: str, path: Path) -> str:
    found = next((place for name in names if (place := shutil.which(name))), None)
    if found is None:
        raise WorkbookError(problem(code, path.name))
    return found


def _pdf(office: str, path: Path, scratch: Path, seconds: float, sheets: Sequence[str]) -> Path:
    """The PDF that LibreOffice makes of a copy of the workbook, in which all other sheets are hidden: those are not printed."""
    copy, profile = scratch / "book.xlsx", scratch / "profile"
    if sheets:
        _copy_hidden(path, copy, sheets)
    else:
        shutil.copyfile(path, copy)
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to", "pdf"]
    said = _run([*command, "--outdir", str(scratch), str(copy)], path, seconds)
    made = scratch / "book.pdf"
    if not (made.is_file() and made.read_bytes().startswith(b"%PDF")):
        raise WorkbookError(problem("render_failed", path.name, detail=said))
    return made


def _copy_hidden(path: Path, copy: Path, sheets: Sequence[str]) -> None:
    """A copy of a workbook with only these sheets visible."""

    def hidden(tag: re.Match[str]) -> str:
        name = _NAME.search(tag[0])
        return (
            tag[0]
            if name is None or unescape(name[1]) in sheets
            else tag[0].replace("<sheet ", '<sheet state="hidden" ')
        )

    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "xl/workbook.xml":
                data = _SHEET.sub(hidden, data.decode("utf-8")).encode("utf-8")
            new.writestr(item, data)


def _pages(program: str, pdf: Path, path: Path, seconds: float) -> list[Path]:
    """The pages as pictures, in order."""
    said = _run([program, "-png", "-r", "100", str(pdf), str(pdf.with_suffix(""))], path, seconds)
    found = sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))
    if not found:
        raise WorkbookError(problem("render_pages", path.name, detail=said))
    return found


def _run(command: Sequence[str], path: Path, seconds: float) -> str:
    """What a program said, on one line. After its time it is stopped with everything that it started."""
    process = subprocess.Popen(  # noqa: S603 - a program found on PATH, with a list of arguments
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        _stop(process)
        raise WorkbookError(problem("render_slow", path.name, seconds=f"{seconds:g}")) from error
    return " ".join(said.decode("utf-8", "replace").split())[:_TOLD] or f"exit {process.returncode}"


def _stop(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:  # pragma: no cover - Windows has no process groups
        process.kill()
    process.communicate()
