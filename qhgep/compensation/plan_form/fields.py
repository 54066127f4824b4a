"""What a plan can hold, field by field, as the models say it: the one list that writes a form and reads it.

A path names what leads to a value: `basis.date`, `factor.*.as`, `step.1.weights.*`. `*` stands for a name that the plan
gives (an entry of a list that has ids goes by its id), `#` for the entries of any other list, `@` for a recipient.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.rules.registry import STEP_RULES
from qhgep.compensation.rules.schema import KeyedByRecipient, NamedAs, SumsToOne

NAME, ENTRY, RECIPIENT = "*", "#", "@"
Path = tuple[str, ...]
ValueKind = Literal["text", "whole", "period", "bool", "day", "choice", "list"]
NOT_ASKED = frozenset({"schema", "recipients", "recipient"})
"""Keys of a plan that are no cells of their own: the version, and the rows of the recipients."""
_OF_TYPE: Mapping[Any, ValueKind] = {str: "text", int: "whole", bool: "bool", dt.date: "day"}


@dataclass(frozen=True, slots=True)
class PlanField:
    """One value of a plan that a form has a cell for, or a column of cells by recipient.

    `rule` is that of its step. `either` marks a text that may be a table by recipient instead, and that table;
    `named_as` the field of the step whose names it has.
    """

    path: Path
    kind: ValueKind
    choices: tuple[str, ...] = ()
    required: bool = False
    sums_to_one: bool = False
    either: bool = False
    named_as: str = ""
    rule: str = ""

    @property
    def by_recipient(self) -> bool:
        """Whether it has a value for each recipient."""
        return self.path[-1] == RECIPIENT

    @property
    def named(self) -> bool:
        """Whether a name that the plan gives leads to it."""
        return NAME in self.path

    @property
    def words(self) -> str:
        """Where its words stand: the path without indexes, that of a step begins with its rule."""
        path = (self.rule, *self.path[2:]) if self.rule else self.path
        return ".".join(part for part in path if part not in {NAME, ENTRY, RECIPIENT})


@cache
def plan_fields() -> tuple[PlanField, ...]:
    """Every field of a plan but those of its steps, in the order of the models."""
    found: list[PlanField] = []
    for name, info in Plan.model_fields.items():
        key = info.alias or name
        if key not in NOT_ASKED | {"step"}:
            found += _walked(info.annotation, PlanField((key,), "text", required=info.is_required()), info.metadata)
    return tuple(found)


@cache
def step_fields(rule: str) -> tuple[PlanField, ...]:
    """Every field of a step of a rule; its entry in the list of steps is `#`."""
    return tuple(_walked(STEP_RULES[rule].terms, PlanField(("step", ENTRY), "text", required=True, rule=rule), ()))


def _walked(annotation: Any, at: PlanField, marks: Sequence[Any]) -> Iterator[PlanField]:  # noqa: ANN401 - whatever a model holds
    """The fields of a value of some type; `at` is what is known of it so far."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _walked(parts[0], at, (*marks, *parts[1:]))
    elif origin in {Union, UnionType}:
        yield from _of_union([part for part in parts if part is not type(None)], at, marks)
    elif origin is Literal:
        yield replace(at, kind="choice", choices=tuple(map(str, parts)))
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, info in annotation.model_fields.items():
            inner = replace(
                at, path=(*at.path, info.alias or name), required=at.required and info.is_required(), named_as=""
            )
            yield from _walked(info.annotation, inner, info.metadata)
    elif origin is dict:
        yield from _of_table(parts[1], at, marks)
    elif origin is tuple:
        yield from _of_list(parts[0], at)
    else:
        yield replace(at, kind=_OF_TYPE[annotation])


def _of_union(parts: Sequence[Any], at: PlanField, marks: Sequence[Any]) -> Iterator[PlanField]:
    if set(parts) == {int, str}:
        yield replace(at, kind="period")
        return
    for part in parts:
        yield from _walked(part, replace(at, either=len(parts) > 1), marks)


def _of_table(value: Any, at: PlanField, marks: Sequence[Any]) -> Iterator[PlanField]:  # noqa: ANN401 - as above
    by_recipient = any(isinstance(mark, KeyedByRecipient) for mark in marks)
    named_as = next((mark.field for mark in marks if isinstance(mark, NamedAs)), at.named_as)
    sums = any(isinstance(mark, SumsToOne) for mark in marks)
    path = (*at.path, RECIPIENT if by_recipient else NAME)
    yield from _walked(value, replace(at, path=path, named_as=named_as, sums_to_one=sums), ())


def _of_list(entry: Any, at: PlanField) -> Iterator[PlanField]:  # noqa: ANN401 - as above
    if entry is str:
        yield replace(at, kind="list")
        return
    path = (*at.path, NAME if has_ids(entry) else ENTRY)
    yield from _walked(entry, replace(at, path=path, required=True), ())


def has_ids(model: type[BaseModel]) -> bool:
    """Whether the entries of a list have an id, by which a form names them."""
    return "id" in model.model_fields


TABLES: Mapping[Path, str] = {
    ("factor", NAME): "因素", ("phase", NAME): "分期", ("event", ENTRY): "事件", ("target", ENTRY): "绩效目标",
    ("adopt", ENTRY): "引用决定", ("evidence", ENTRY): "证据", ("carry_in", "line", ENTRY): "结转明细",
}  # fmt: skip
"""The tables of a plan that have a sheet of their own, a row for each entry."""
IDS: frozenset[Path] = frozenset({("phase", NAME)})
"""Of these the lists: their entries are named by their ids."""


def table_of(field: PlanField) -> Path | None:
    """The table on whose sheet a field stands, if any."""
    return next((table for table in TABLES if field.path[: len(table)] == table), None)
