"""Write docs/formats.md, the formats of the files that people write, from the models that read them: `make formats`."""

from __future__ import annotations

from pathlib import Path

from qhgep.format_descriptions import formats_page

FILE = Path(__file__).parent.parent / "docs" / "formats.md"

if __name__ == "__main__":
    FILE.write_text(formats_page(), encoding="utf-8")
