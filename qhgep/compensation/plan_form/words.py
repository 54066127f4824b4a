"""What the cells of a plan form are called and mean, and the words of their choices: a reading of words.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from qhgep.compensation.plan_form.fields import PlanField, plan_fields
from qhgep.compensation.rules.registry import RULES_ZH
from qhgep.evidence import EVIDENCE

YES, NO = "是", "否"
PENDING = "待填："
"""What a cell begins with that is still to be filled in; in TOML it is a text that begins with `missing`."""
NOTHING = "无"
"""What the state of a column says that has no value on purpose: an empty table, where a blank one is none."""


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def on_a_form(text: str) -> str:
    """What a skeleton waits for, in the words of a form: without the TOML that would be written."""
    for pattern, words in _texts()["wording"]:
        text = re.sub(pattern, words, text)
    return text


def words_at(name: str) -> Mapping[str, Any]:
    """The entry of a field that is no cell of its own, such as the kind of a recipient."""
    entry: Mapping[str, Any] = _texts()["field"][name]
    return entry


def _entry(field: PlanField) -> Mapping[str, Any]:
    """The entry of a field; what a step of any rule has stands under `step`."""
    texts = _texts()["field"]
    shared = f"step.{field.words.partition('.')[2]}"
    entry: Mapping[str, Any] = texts.get(field.words) or texts[shared if field.rule else field.words]
    return entry


def label(field: PlanField) -> str:
    """What a field is called."""
    return str(_entry(field)["zh"])


@cache
def field_names() -> Mapping[tuple[str | int, ...], str]:
    """What each key of a plan is called on its form; those below a list or a name of the plan's own are not among them."""
    return {field.path: label(field) for field in plan_fields()}


def meaning(field: PlanField) -> str:
    """What is to be written, in words; empty where the name says it."""
    return str(_entry(field).get("note", ""))


def checks_of(field: PlanField) -> tuple[str, ...]:
    """The ids of the legal checks that ask for a field."""
    return tuple(_entry(field).get("law", ()))


def own_unit(field: PlanField) -> str | None:
    """The unit of a field in words; None where its rule says it."""
    unit = _entry(field).get("unit")
    return None if unit is None else str(unit)


def within_pool(field: PlanField) -> bool:
    """Whether the amounts of all recipients together may not be more than the pool."""
    return bool(_entry(field).get("within_pool"))


def within(field: PlanField) -> str:
    """The field of the same step that each recipient's value may not be above; empty where there is none."""
    return str(_entry(field).get("within", ""))


def among(field: PlanField) -> str:
    """The field of the same step whose names a value must be one of, `@` for the recipients; empty where it is free."""
    return str(_entry(field).get("among", ""))


def unit_word(spelling: str) -> str:
    """A unit of a rule in words."""
    return str(_texts()["unit"].get(spelling, spelling))


def section_title(name: str) -> str:
    """What the part of the form for a table of the plan is called."""
    return str(_texts()["section"][name])


def names_of_numbers() -> Mapping[str, str]:
    """Name -> word of the numbers of a plan that an entry of evidence may call by what the form calls them."""
    words: Mapping[str, str] = words_at("evidence.for")["words"]
    return words


def choice_words(field: PlanField) -> Mapping[str, str]:
    """Code -> word of what can be chosen; empty for a field of free text."""
    if field.kind == "bool":
        return {"true": YES, "false": NO}
    if field.kind != "choice":
        return {}
    if field.path[-1] == "rule":
        return {code: RULES_ZH[code] for code in field.choices}
    words = EVIDENCE if field.path[-1] == "evidence" else _entry(field)["words"]
    return {code: words[code] for code in field.choices}
