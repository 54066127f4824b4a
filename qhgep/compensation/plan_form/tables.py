"""The tables of a plan as they grow from the cells of a form, with the cell of each key."""

from __future__ import annotations

from typing import Any

from qhgep.compensation.plan.plan_text import Key
from qhgep.compensation.plan_form.fields import ENTRY, IDS, NAME, RECIPIENT, Path, PlanField, plan_fields, step_fields
from qhgep.compensation.plan_form.values import MISSING
from qhgep.compensation.rules.registry import STEP_RULES
from qhgep.errors import Problems

SCHEMA = 1


class PlanTables:
    """What the cells of a form say so far. Lists are kept by number until `content` makes them lists."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.cells: dict[Key, str] = {}
        self.rules: dict[str, str] = {}
        """The rule of each step, by the number that its keys have."""
        self._raw: dict[str | int, Any] = {"schema": SCHEMA}
        self._pending: dict[Key, str] = {}
        self._fields = {field.path: field for field in plan_fields()}

    def field(self, path: Path) -> PlanField | None:
        """The field of a path; None where plans have none such."""
        if path[0] != "step" or len(path) < len(("step", ENTRY, "id")):
            return self._fields.get(path)
        rule = self.rules.get(path[1], "")
        pattern = ("step", ENTRY, *path[2:])
        return {item.path: item for item in step_fields(rule)}.get(pattern) if rule in STEP_RULES else None

    def key(self, path: Path, name: str, number: int = 0) -> Key:
        """The key of a path in the plan: the name put in, lists by number, the entry of a list of ids by its id."""
        found: list[str | int] = []
        for at, part in enumerate(path):
            if part == NAME and path[: at + 1] in IDS:
                found.append(self.number(path[:at], name))
            elif part == ENTRY:
                found.append(number)
            elif path[0] == "step" and at == 1:
                found.append(int(part) - 1)
            elif part != RECIPIENT:
                found.append(name if part == NAME else part)
        return tuple(found)

    def number(self, path: Path, name: str) -> int:
        """The number of the entry with an id in a list; the next one where there is none."""
        entries = self._raw.get(path[0], {})
        return next((number for number, entry in entries.items() if entry.get("id") == name), len(entries))

    def put(self, key: Key, value: Any, place: str) -> None:  # noqa: ANN401 - a TOML value
        """A value and its cell; a second one of the same key is noted."""
        self.at(key, place)
        node = self._entry(key[:-1])
        if node is None:
            return
        if key[-1] in node and not isinstance(node[key[-1]], dict):
            self.problems.add("plan_form_twice", place, zh=".".join(map(str, key[:-1])) or "方案", found=key[-1])
        node[key[-1]] = value

    def entry(self, key: Key, place: str) -> None:
        """An entry that is named, whatever it holds."""
        self.at(key, place)
        self._entry(key)

    def at(self, key: Key, place: str) -> None:
        """The cell of a key and of what is around it, if none is known yet."""
        for end in range(len(key), 0, -1):
            self.cells.setdefault(key[:end], place)

    def pending(self, key: Key, text: str, place: str) -> None:
        """A table that is still to be filled in, as long as no cell fills it."""
        self.at(key, place)
        self._pending.setdefault(key, text)

    def _entry(self, key: Key) -> dict[str | int, Any] | None:
        """The table of a key; None where a text stands in its place, which is to be filled in."""
        node = self._raw
        for part in key:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                return None
        return node

    def content(self) -> dict[str, Any]:
        """The tables as plan.toml has them."""
        for key, text in self._pending.items():
            node = self._entry(key[:-1])
            if node is not None and not node.get(key[-1]):
                node[key[-1]] = text if text.startswith(MISSING) else MISSING + text
        found: dict[str, Any] = _with_lists(self._raw)
        return found


def _with_lists(node: Any) -> Any:  # noqa: ANN401 - a TOML value
    if not isinstance(node, dict):
        return node
    if node and all(isinstance(name, int) for name in node):
        return [_with_lists(node[name]) for name in sorted(node)]
    return {name: _with_lists(value) for name, value in node.items()}
