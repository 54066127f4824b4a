"""Freeze one book of each kind as this release writes it: `make issued` runs it, once, when a release is made.

The books go to tests/issued/VERSION. Those of earlier releases are never written again: later releases must verify them.
"""

from __future__ import annotations

from pathlib import Path

from qhgep import __version__, allocate, compute, read_account, write_workbook
from tests.support import forms

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "issued"
ACCOUNT = "pilot/account.toml"
PLANS = {"plan": "pilot/plan.toml", "contract": "yellow-river/2022.toml"}
"""The examples that are frozen, by the name of the file."""


def issue(folder: Path) -> list[Path]:
    """Write an account's workbook, those of plans, and a form that was filled in."""
    examples = ROOT / "examples"
    written = [write_workbook(compute(read_account(examples / ACCOUNT)), folder / "account.xlsx")]
    written += [write_workbook(allocate(examples / plan), folder / f"{name}.xlsx") for name, plan in PLANS.items()]
    (folder / "form.xlsx").write_bytes(forms.saved(forms.right()).getvalue())
    return [*written, folder / "form.xlsx"]


if __name__ == "__main__":
    for path in issue(FOLDER / __version__):
        print(path)
