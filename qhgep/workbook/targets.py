"""Where output may go: never over an input, never two outputs into one file, never over a final workbook."""

from __future__ import annotations

from pathlib import Path

from qhgep.compensation.allocation import Allocation
from qhgep.errors import WorkbookError, problem
from qhgep.result import Result
from qhgep.workbook.files import suggested_name
from qhgep.workbook.frozen import refuse_frozen


def check_targets(source: Path, output: Path | None, json_file: Path | None) -> None:
    """Refuse to write over what is read or is final, two outputs into one file, and a workbook under another ending.

    Read are the source, the tables and texts of its folder, and every file that an account.toml there names. An output
    that is a folder is refused later, when the file in it has its name.
    """
    folder = source if source.is_dir() else source.parent
    read = {path.resolve() for path in folder.iterdir()} if folder.is_dir() else set()
    named = _named(folder / "account.toml" if source.is_dir() else source)
    read = {path for path in read if path.suffix in {".toml", ".csv", ".md"} or path.name in named} | {source.resolve()}
    targets = [path for path in (output, json_file) if path is not None and str(path) != "-"]
    for number, target in enumerate(targets):
        if target.resolve() in read or target.resolve() in {path.resolve() for path in targets[:number]}:
            raise WorkbookError(problem("output_same", str(target), target=target))
        refuse_frozen(target)
    if output is not None and output.suffix.lower() != ".xlsx" and not output.is_dir():
        raise WorkbookError(problem("output_suffix", str(output), suffix=output.suffix))


def _named(source: Path) -> str:
    """The text of an account.toml or plan.toml, in which its files are named; empty for anything else."""
    if source.suffix != ".toml" or not source.is_file():
        return ""
    return source.read_bytes().decode("utf-8", "replace")


def in_folder(output: Path, made: Result | Allocation, period: str | None = None) -> Path:
    """The file to write: `output`, or in a folder the one named by title, period and state."""
    return output / suggested_name(made, period) if output.is_dir() else output
