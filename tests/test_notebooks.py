"""The worked examples in `notebooks/` run as they stand, without outputs in the files, and come to what is worked out here."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SAYS = {
    "account": ("部分核算", "115.05602843"),  # 11,505,602,843.28 yuan of 祁连 in 亿元
    "what-if": ("'632222': 32379813", "-32035205"),  # 祁连 +323,798.13, 天峻 −320,352.05 yuan
    "payments": ("情景测算", "'23184574.27'", "True"),
}
"""What the outputs of a notebook say, by its name."""


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert code
    assert [cell.source for cell in code if cell.outputs or cell.execution_count is not None] == []


@pytest.mark.long
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_says_what_it_should(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(FOLDER)}}).execute()
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    shown = "\n".join(str(output.get("text", "")) + str(output.get("data", "")) for output in outputs)
    assert [text for text in SAYS[path.stem] if text not in shown] == []
