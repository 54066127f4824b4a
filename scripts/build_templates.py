"""Write the data-entry workbooks of templates/xlsx: `python scripts/build_templates.py [FOLDER]`; `make templates` runs it."""

from __future__ import annotations

import sys
from pathlib import Path

from qhgep.workbook.forms import write_template

FOLDER = Path(__file__).parent.parent / "templates" / "xlsx"
TEMPLATES = {
    "qinghai-2024-water-balance-plateau.xlsx": {"region": "青海省", "year": 2024, "ruleset": "water-balance-plateau"}
}
"""File name -> what it asks. tests/test_forms.py compares the files with ones built now."""


def build(folder: Path) -> list[Path]:
    """Write every template into a folder."""
    return [write_template(folder / name, **asked) for name, asked in sorted(TEMPLATES.items())]  # type: ignore[arg-type]


if __name__ == "__main__":
    for path in build(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER):
        print(path)
