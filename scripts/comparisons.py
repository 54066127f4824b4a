"""Write the comparison tables of the published accounts into the READMEs of their examples, between the two marks."""

from __future__ import annotations

from pathlib import Path

from qhgep.auditing.account import audit_account
from qhgep.auditing.account_report import comparison_markdown

EXAMPLES = Path(__file__).parent.parent / "examples"
BEGIN, END = (
    "<!-- comparison: made by `make comparisons`, tested to be current -->\n",
    "<!-- end of the comparison -->\n",
)


def published() -> list[Path]:
    """The examples that name published tables."""
    found = sorted(path.parent for path in EXAMPLES.glob("*/account.toml"))
    return [path for path in found if "\npublished = " in (path / "account.toml").read_text(encoding="utf-8")]


def readme(folder: Path) -> str:
    """The README of an example with its comparison as the engine gives it now."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return before + BEGIN + "\n" + comparison_markdown(audit_account(folder)) + "\n" + END + after


if __name__ == "__main__":
    for example in published():
        (example / "README.md").write_text(readme(example), encoding="utf-8")
        print(f"examples/{example.name}/README.md")
