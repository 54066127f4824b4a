"""Reading plan.toml: every fault found, each with its line, before anything is computed."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qhgep.coefficient_store import Parameters, load_parameters
from qhgep.compensation.plan.check import check_numbers, check_plan
from qhgep.compensation.plan.citations import cite, unanswered
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.plan.skeleton import note_missing
from qhgep.compensation.plan.typed_numbers import check_number_evidence
from qhgep.compensation.plan_form.read import SUFFIX, is_plan_form, read_plan_form
from qhgep.compensation.rules.registry import RULES
from qhgep.data import MOST_TEXT, confined, is_folder, regular_file, toml_of
from qhgep.errors import InputError, PlanError, problem
from qhgep.states import State
from qhgep.toml_lines import TomlText, field_fault, key_of


def read_plan(path: Path | str, *, parameters: Parameters | None = None, inside: Path | str | None = None) -> Plan:
    """The plan in a file, TOML or a filled form (xlsx), with everything checked that does not need an account.

    Rows that it cites come from `parameters`, the shipped store where none is given. The files that it names must lie
    inside `inside`, by default its own folder.

    Raises PlanError with all faults found, each with file and line, or sheet and cell; InputError where it is no regular file or names one
    that lies outside.
    """
    path = Path(path)
    source = plan_text(path / "plan.toml" if is_folder(path) else path)
    path = source.path
    plan, unreadable = _model(source)
    if not unreadable & {"step", "recipients", "recipient", "adopt"}:
        plan = cite(plan, source, parameters or load_parameters(), at_any_time="period" in unreadable)
    if unanswered(plan):  # a reference without its number is no fault of its number
        check_numbers(plan, source, unreadable)
        unreadable |= {"step"}
    check_plan(plan, source, unreadable)
    if not source.problems.items:
        check_number_evidence(plan, source)
    source.problems.raise_if_any(PlanError)
    plan._source = source  # noqa: SLF001 - the schema of the file must not have a key for it
    plan._inside = None if inside is None else Path(inside)  # noqa: SLF001 - likewise no key of the file
    for name, file in sorted(plan.accounts.items()):
        confined(path.parent, file, plan.inside, plan.where("accounts", name))
    for file in plan.published:
        confined(path.parent, file, plan.inside, plan.where("published"))
    if plan.corrects.strip():
        confined(path.parent, plan.corrects, plan.inside, plan.where("corrects"))
    return plan


def plan_text(path: Path) -> PlanText:
    """The text of a plan, in a file or as a form says it. Raises PlanError and InputError as `read_plan`."""
    try:
        if path.suffix.lower() == SUFFIX:
            return read_plan_form(path)
        return PlanText(path, regular_file(path, most=MOST_TEXT).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(problem("plan_file", str(path), detail=type(error).__name__)) from error


def is_plan(path: Path) -> bool:
    """Whether a file reads like a plan: it has a pool or steps, or is a form. A file that cannot be read is none."""
    if path.suffix.lower() == SUFFIX:
        return is_plan_form(path)
    try:
        text = regular_file(path, most=MOST_TEXT).read_text(encoding="utf-8-sig")
    except (InputError, OSError, UnicodeDecodeError):
        return False
    return any(line.startswith(("pool", "[[step]]")) for line in text.splitlines())


_STATE = re.compile(r"""=\s*(["']{3}|["'])[a-z]*\1""")


def with_state(text: str, state: State) -> str:
    """The text of a plan with another `state`; every other character stays."""
    line = TomlText("plan.toml", text).lines["state",] - 1
    lines = text.splitlines(keepends=True)
    lines[line] = _STATE.sub(f'= "{state}"', lines[line], count=1)
    return "".join(lines)


_STAND_INS = {
    "schema": 1, "title": "", "layer": "analytic", "state": "draft", "period": 0, "pool": "1.00",
    "round_to": "fen", "step": [],
}  # fmt: skip
"""What stands for a required key that cannot be read, so that the rest of the file is still checked."""


def _model(source: PlanText) -> tuple[Plan, frozenset[str]]:
    """The plan, and the top-level keys that could not be read (what is wrong with them is noted)."""
    raw = toml_of(source.text.encode(), source.path.name, source.problems)
    if raw is None:
        source.problems.raise_if_any(PlanError)
        raise AssertionError(source.path)  # pragma: no cover - a problem was raised above
    waiting = note_missing(raw, source)
    raw = {key: value for key, value in raw.items() if key not in waiting}
    raw |= {key: value for key, value in _STAND_INS.items() if key in waiting}  # the rest is still checked
    try:
        return Plan.model_validate(raw), waiting
    except ValidationError as error:
        unreadable = waiting | frozenset(_schema_problems(raw, error, source))
    kept = {key: value for key, value in raw.items() if key not in unreadable}
    stand_ins = {key: value for key, value in _STAND_INS.items() if key in unreadable}
    return Plan.model_validate(kept | stand_ins), unreadable


def _schema_problems(raw: dict[str, Any], error: ValidationError, source: PlanText) -> Iterator[str]:
    """Notes each fault once; takes unknown keys out of `raw`, gives the top-level key of other faults."""
    seen: set[Key] = set()
    for item in error.errors():
        key = key_of(raw, item)
        if key in seen:
            continue
        seen.add(key)
        _schema_problem(source, key, item)
        if item["type"] == "extra_forbidden":
            del functools.reduce(operator.getitem, key[:-1], raw)[key[-1]]  # type: ignore[arg-type] # keys fit raw
        else:
            yield str(key[0])


_RULES = ", ".join(f"'{name}'" for name in RULES)
"""The rules that a step can name, as messages list them."""


def _schema_problem(source: PlanText, key: Key, item: Any) -> None:  # noqa: ANN401 - pydantic's error details
    code, facts = field_fault(item)
    if key == ("period",) and item["type"] != "missing":
        code = "plan_period"
    elif item["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        chosen = item.get("ctx", {}).get("tag", "")
        key, code, facts = (*key, "rule"), "field_choice", {"found": f"'{chosen}'", "expected": _RULES}
    source.add(code, *key, **facts)


__all__ = ["Plan", "is_plan", "read_plan", "with_state"]
