"""The text of a plan file, the lines of its keys, and the problems found in it."""

from __future__ import annotations

from pathlib import Path

from qhgep.errors import Problems
from qhgep.toml_lines import Key, TomlText


class PlanText(TomlText):
    """The text of a plan with the lines of its keys, and the problems found in it."""

    def __init__(self, path: Path, text: str) -> None:
        super().__init__(path.name, text)
        self.path, self.problems = path, Problems()

    def with_text(self, text: str) -> PlanText:
        """Another text of the same plan, without problems."""
        return PlanText(self.path, text)

    def add(self, code: str, *key: str | int, **facts: object) -> None:
        """Note a problem at a key; the key is one of its facts."""
        named = {"key": ".".join(map(str, key))} | facts
        self.problems.add(code, self.where(*key), **named)


__all__ = ["Key", "PlanText"]
