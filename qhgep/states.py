"""The states of what is written: a draft, what is sent for review, and what is final and never written over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qhgep.data import is_file
from qhgep.errors import Problems

State = Literal["draft", "review", "final"]
STATES: Mapping[State, str] = {"draft": "测算稿", "review": "送审稿", "final": "定稿"}
"""The states with the words that are printed."""


@dataclass(frozen=True, slots=True)
class Corrects:
    """The final workbook that an account or plan corrects, and why."""

    file: Path
    reason: str

    def check_exists(self, place: str, problems: Problems) -> bool:
        """Whether the workbook is there; where it is not, that is noted."""
        if not (found := is_file(self.file)):
            problems.add("corrects_missing", place, file=self.file.name)
        return found


def corrects(name: str, reason: str, folder: Path, place: str, problems: Problems) -> Corrects | None:
    """What the keys `corrects` and `correction_reason` of a file say; None, and noted, where one stands without the other."""
    if bool(name.strip()) != bool(reason.strip()):
        problems.add("corrects_reason", place)
    elif name.strip():
        return Corrects(folder / name, reason)
    return None
