"""Write the JSON Schema of every kind of result into docs/schemas: `make schemas`."""

from __future__ import annotations

from pathlib import Path

from qhgep.result_files.read import schemas

FOLDER = Path(__file__).parent.parent / "docs" / "schemas"


def write(folder: Path) -> None:
    """The schemas of all kinds and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(FOLDER)
