"""Where output may go: never over an input, never two outputs into one file."""

from __future__ import annotations

from pathlib import Path

from qhgep.errors import WorkbookError, problem


def check_targets(source: Path, output: Path | None, json_file: Path | None) -> None:
    """Refuse to write over what is read, two outputs into one file, and a workbook under another ending."""
    folder = source if source.is_dir() else source.parent
    read = {path.resolve() for path in folder.iterdir()} if folder.is_dir() else set()
    read = {path for path in read if path.suffix in {".toml", ".csv", ".md"}}
    targets = [path for path in (output, json_file) if path is not None and str(path) != "-"]
    for number, target in enumerate(targets):
        if target.resolve() in read or target.resolve() in {path.resolve() for path in targets[:number]}:
            raise WorkbookError(problem("output_same", str(target), target=target))
    if output is not None and output.suffix.lower() != ".xlsx":
        raise WorkbookError(problem("output_suffix", str(output), suffix=output.suffix))
