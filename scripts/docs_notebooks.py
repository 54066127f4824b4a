"""A notebook as a page of the documentation: run, with what each of its cells shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient


def page(path: Path, *, run: bool = True) -> str:
    """The page; a cell that fails ends the build."""
    book = nbformat.read(path, as_version=4)
    if run:
        NotebookClient(book, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    return "\n".join(part for cell in book.cells for part in _parts(cell))


def _parts(cell: Any) -> Iterator[str]:  # noqa: ANN401 - a node of nbformat
    if cell.cell_type == "markdown":
        yield cell.source.replace(".ipynb", ".md") + "\n"
        return
    yield f"```python\n{cell.source}\n```\n"
    for output in cell.outputs:
        data = output.get("data", {})
        if "text/html" in data:
            yield re.sub(r"\n\s*", "\n", str(data["text/html"])).replace("\n\n", "\n") + "\n"
        else:
            yield f"```text\n{str(output.get('text', '') or data.get('text/plain', '')).rstrip()}\n```\n"
