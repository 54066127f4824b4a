"""Whether a form has a cell for everything that a plan says: what has none would be lost without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.plan_form.fields import (
    ENTRY,
    IDS,
    NAME,
    NOT_ASKED,
    RECIPIENT,
    TABLES,
    Path,
    plan_fields,
    step_fields,
)
from qhgep.compensation.rules.registry import STEP_RULES
from qhgep.errors import PlanError
from qhgep.workbook.forms.plan.content import is_missing

_TABLES = {table[:-1] for table in TABLES}
"""What has a sheet of its own: its entries wait, never all of it."""
_RECIPIENT_FIELDS = frozenset({"id", "zh", "kind"})


def refuse_uncovered(raw: Mapping[str, Any], source: PlanText) -> None:
    """Raise PlanError naming every key of a plan that no field of a form has, and every step without a known rule."""
    _refuse_steps(raw, source)
    known = {field.path for field in plan_fields()}
    lists = {field.path for field in plan_fields() if field.kind == "list"}
    for name, value in raw.items():
        if name == "step":
            for number, step in enumerate(value):
                fields = step_fields(step["rule"])
                of_step = {field.path[2:] for field in fields}
                of_lists = {field.path[2:] for field in fields if field.kind == "list"}
                for key in _uncovered(step, (), ("step", number), (of_step, of_lists)):
                    source.add("field_unknown", *key)
        elif name not in NOT_ASKED:
            for key in _uncovered(value, (name,), (name,), (known, lists)):
                source.add("field_unknown", *key)
    _recipients(raw, source)
    source.problems.raise_if_any(PlanError)


def _refuse_steps(raw: Mapping[str, Any], source: PlanText) -> None:
    steps = raw.get("step", [])
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        source.add("field_list", "step", found="…")
        source.problems.raise_if_any(PlanError)
    known = ", ".join(f"'{name}'" for name in STEP_RULES)
    for number, step in enumerate(steps):
        if step.get("rule") not in STEP_RULES:
            source.add("field_choice", "step", number, "rule", found=f"'{step.get('rule', '')}'", expected=known)
    source.problems.raise_if_any(PlanError)


def _uncovered(node: Any, path: Path, key: Key, known: tuple[set[Path], set[Path]]) -> Iterator[Key]:  # noqa: ANN401 - TOML
    """The keys below a value that lead to no field, by the paths of the fields and of those that are lists."""
    fields, lists = known
    if path in lists or (is_missing(node) and path not in _TABLES):
        return
    if isinstance(node, dict) and _leads(path, fields):
        for name, value in node.items():
            parts = [
                part for part in (name, NAME, RECIPIENT) if _leads((*path, part), fields) or (*path, part) in fields
            ]
            if parts:
                yield from _uncovered(value, (*path, parts[0]), (*key, name), known)
            else:
                yield (*key, name)
    elif isinstance(node, list) and (part := _entry_of(path, fields)):
        for number, entry in enumerate(node):
            yield from _uncovered(entry, (*path, part), (*key, number), known)
    elif isinstance(node, dict | list) or path not in fields:
        yield key


def _entry_of(path: Path, fields: set[Path]) -> str:
    """How the entries of a list go on to fields: by number, or by their ids; empty where it is no list."""
    if _leads((*path, ENTRY), fields):
        return ENTRY
    return NAME if (*path, NAME) in IDS else ""


def _leads(path: Path, fields: set[Path]) -> bool:
    """Whether a path leads on to a field."""
    return any(field[: len(path)] == path and len(field) > len(path) for field in fields)


def _recipients(raw: Mapping[str, Any], source: PlanText) -> None:
    listed, entries = raw.get("recipients", []), raw.get("recipient", [])
    if not is_missing(listed) and not (isinstance(listed, list) and all(isinstance(code, str) for code in listed)):
        source.add("field_list", "recipients", found=repr(listed))
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        source.add("field_list", "recipient", found="…")
        return
    for number, entry in enumerate(entries):
        for name in sorted(_RECIPIENT_FIELDS ^ set(entry)):
            source.add("field_missing" if name in _RECIPIENT_FIELDS else "field_unknown", "recipient", number, name)
