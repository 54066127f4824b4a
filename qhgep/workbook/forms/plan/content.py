"""What stands in the cells of a plan form: the tables of a plan laid out by the fields that its models have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from qhgep.coefficient_store import Parameters
from qhgep.compensation.legal.law import law
from qhgep.compensation.plan.skeleton import MISSING
from qhgep.compensation.plan_form.fields import (
    ENTRY,
    NAME,
    RECIPIENT,
    Path,
    PlanField,
    plan_fields,
    step_fields,
    table_of,
)
from qhgep.compensation.plan_form.places import LEGAL_TABLES
from qhgep.compensation.plan_form.words import (
    NOTHING,
    PENDING,
    checks_of,
    choice_words,
    label,
    meaning,
    on_a_form,
    own_unit,
    section_title,
    unit_word,
)
from qhgep.compensation.rules.registry import RULES_ZH, STEP_RULES
from qhgep.inputs import read_counties

UnitOf = Callable[[PlanField], str]
_SPARE = 2
"""Rows, and columns, that a table has for names that the plan does not give yet."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One value: its key, the name that leads to it, and what is beside it. `value` None is a cell to be filled in."""

    field: PlanField
    key: str
    value: Any = None
    name: str = ""
    unit: str = ""
    cited: str = ""

    @property
    def about(self) -> str:
        """What is to be written, or what the cited row says."""
        return self.cited or meaning(self.field)

    @property
    def articles(self) -> str:
        """The articles of the legal checks that ask for it."""
        return "；".join(dict.fromkeys(cited for name in checks_of(self.field) if (cited := law().cited(name))))


@dataclass(frozen=True, slots=True)
class FormSection:
    """The rows of one table of the plan, or of one step."""

    title: str
    rows: tuple[FormRow, ...]
    legal: bool = False


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A value by recipient; `state` is what is said of the whole column where it has no value."""

    field: PlanField
    key: str
    title: str
    name: str
    unit: str
    state: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FormRecipient:
    """A row of the recipients; `kind` is empty for a county of the table."""

    code: str
    zh: str
    kind: str = ""
    takes: bool = True


def shown_value(value: Any, field: PlanField) -> Any:  # noqa: ANN401 - a TOML value
    """A value as its cell shows it: a choice as its word, a list on one line, what is missing as what it waits for."""
    if is_missing(value):
        return pending_text(value)
    if field.kind == "list":
        return "；".join([value] if isinstance(value, str) else value)
    words = choice_words(field)
    if words:
        code = str(value).lower() if isinstance(value, bool) else str(value)
        return words.get(code, code)
    return value


def is_missing(value: Any) -> bool:  # noqa: ANN401 - a TOML value
    """Whether a value is a text that stands for something to be filled in."""
    return isinstance(value, str) and (value == MISSING or value.startswith(f"{MISSING}:"))


def pending_text(value: str) -> str:
    """The same as a cell says it."""
    return PENDING + (on_a_form(value.removeprefix(MISSING).removeprefix(":").strip()) or "—")


def found(node: Any, path: Path, field: PlanField, name: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - TOML
    """Every value of a field below a table, with the name that leads to it: empty for a whole table that is missing."""
    if not path:
        elsewhere = isinstance(node, dict) or (is_missing(node) and field.named_as)
        if not (field.either and elsewhere):
            yield name, node
    elif is_missing(node):
        yield from _waiting(node, path, field, name)
    elif isinstance(node, dict | list) and path[0] in {NAME, ENTRY}:
        entries = node.items() if isinstance(node, dict) else [(entry.get("id", ""), entry) for entry in node]
        for key, value in entries:
            yield from found(value, path[1:], field, str(key))
    elif path == (RECIPIENT,):
        if isinstance(node, dict):
            yield name, node
    elif isinstance(node, dict) and path[0] in node:
        yield from found(node[path[0]], path[1:], field, name)


def _waiting(node: str, path: Path, field: PlanField, name: str) -> Iterator[tuple[str, Any]]:
    """A missing table or entry: it waits where something must be filled in, of two ways in one of them."""
    own = field.required or set(path) <= {NAME, RECIPIENT}
    if own and not (field.either and field.by_recipient != bool(field.named_as)):
        yield ("" if NAME in path else name), node


def sections(raw: Mapping[str, Any]) -> list[FormSection]:
    """The upright parts of the form of a plan but its steps."""
    grouped: dict[str, list[PlanField]] = {}
    for field in plan_fields():
        if table_of(field) is None and not field.by_recipient:
            own = field.path[0] if len(field.path) > 1 else ""
            grouped.setdefault(own, []).append(field)
    return [
        FormSection(section_title(own), tuple(_rows(raw, fields, lambda _: "", None)), legal=own in LEGAL_TABLES)
        for own, fields in grouped.items()
    ]


def step_sections(raw: Mapping[str, Any], store: Parameters) -> list[FormSection]:
    """A section for each step, with what its cited rows say."""
    made = []
    for number, step in enumerate(raw.get("step", ()), 1):
        fields = [field for field in step_fields(step["rule"]) if not field.by_recipient]
        rows = tuple(_rows({"step": {str(number): step}}, _numbered(fields, number), _unit_of(step), store))
        made.append(FormSection(f"第 {number} 步：{RULES_ZH[step['rule']]}", rows))
    return made


def _numbered(fields: Sequence[PlanField], number: int) -> list[PlanField]:
    """The fields of a step with its number in their paths."""
    return [replace(field, path=("step", str(number), *field.path[2:])) for field in fields]


def _rows(
    raw: Mapping[str, Any], fields: Sequence[PlanField], unit: UnitOf, store: Parameters | None
) -> Iterator[FormRow]:
    """The rows of some fields in their order; those of an entry with a name stand together."""
    done: set[Path] = set()
    for field in fields:
        if not field.named:
            value = next((value for _, value in found(raw, field.path, field)), None)
            yield _row(field, value, "", unit, store)
            continue
        head = field.path[: field.path.index(NAME) + 1]
        if head in done:
            continue
        done.add(head)
        mates = [other for other in fields if other.path[: len(head)] == head]
        yield from _named_rows(raw, mates, unit, store)


def _named_rows(
    raw: Mapping[str, Any], mates: Sequence[PlanField], unit: UnitOf, store: Parameters | None
) -> Iterator[FormRow]:
    values = {field: dict(found(raw, field.path, field)) for field in mates}
    names = [name for name in dict.fromkeys(name for field in mates for name in values[field]) if name]
    names += [name for name in _entries(raw, mates[0]) if name not in names and len(mates[0].path) > _head(mates[0])]
    waits = {field: values[field][""] for field in mates if "" in values[field]}
    for name in (*names, *[""] * _SPARE):
        for field in mates:
            value = values[field].get(name) if name else waits.pop(field, None)
            yield _row(field, value, name, unit, store)


def _head(field: PlanField) -> int:
    return field.path.index(NAME) + 1


def _entries(raw: Mapping[str, Any], field: PlanField) -> list[str]:
    """The names of the table that a field stands in."""
    node: Any = raw
    for part in field.path[: _head(field) - 1]:
        node = node.get(part, {}) if isinstance(node, dict) else {}
    return list(node) if isinstance(node, dict) else []


def _row(field: PlanField, value: Any, name: str, unit: UnitOf, store: Parameters | None) -> FormRow:  # noqa: ANN401
    return FormRow(field, ".".join(field.path), value, name, _unit(field, unit), _cited(value, store))


def _unit(field: PlanField, of_rule: UnitOf) -> str:
    own = own_unit(field)
    plain = field.kind != "text" or field.path[-1] in {"id", "basis"}
    return own if own is not None else "" if plain else unit_word(of_rule(field))


def _unit_of(step: Mapping[str, Any]) -> UnitOf:
    """The unit of a field of a step, as its rule says it of the terms written so far."""
    model = STEP_RULES[step["rule"]].terms
    defaults = {name: info.default for name, info in model.model_fields.items() if not info.is_required()}
    terms = SimpleNamespace(**(defaults | dict(step)))

    def unit(field: PlanField) -> str:
        names = [part for part in field.path[2:] if part not in {NAME, RECIPIENT}]
        return STEP_RULES[step["rule"]].units(terms, names)

    return unit


def _cited(value: Any, store: Parameters | None) -> str:  # noqa: ANN401 - a TOML value
    """What a row of the store says that a value cites: number, unit, document and place."""
    if store is None or not isinstance(value, str) or "row:" not in value:
        return ""
    name = value.partition("row:")[2]
    row = store.row(name)
    if row is None:
        lacking = store.missing.get(name)
        return "" if lacking is None else f"{name} 没有值：{lacking.zh}，载于 {lacking.document}"
    source = store.sources[row.source].title if row.source else row.note
    return f"{name}＝{row.value} {row.unit}（{row.dates('zh')}），{source} {row.at}".rstrip(" ，")


def columns(raw: Mapping[str, Any]) -> list[FormColumn]:
    """The values by recipient: those of the steps, then those of the plan."""
    made: list[FormColumn] = []
    for number, step in enumerate(raw.get("step", ()), 1):
        fields = [field for field in step_fields(step["rule"]) if field.by_recipient]
        nested = {"step": {str(number): step}}
        for field in _numbered(fields, number):
            names = _names_as(step, field)
            title = f"{step.get('id', number)}：{label(field)}" if not is_missing(step.get("id")) else label(field)
            made += _columns(nested, field, title, _unit(field, _unit_of(step)), names)
    for field in plan_fields():
        if field.by_recipient:
            made += _columns(raw, field, label(field), own_unit(field) or "", ())
    return made


def _names_as(step: Mapping[str, Any], field: PlanField) -> tuple[str, ...]:
    """The names that a table which is missing has as well, since it is named as another of its step."""
    other = step.get(field.named_as) if field.named_as else None
    return tuple(other) if isinstance(other, dict) else ()


def _columns(
    raw: Mapping[str, Any], field: PlanField, title: str, unit: str, names: Sequence[str]
) -> Iterator[FormColumn]:
    key = ".".join(field.path[:-1])
    pairs = list(found(raw, field.path, field))
    waits = next((value for name, value in pairs if field.named and not name), None)
    if waits is not None:
        pairs = [(name, waits) for name in names] or [("", waits), ("", None)]
    elif not pairs and not field.either:
        pairs = [("", None)]
    for name, value in pairs:
        table = value if isinstance(value, dict) else {}
        state = pending_text(value) if is_missing(value) else NOTHING if isinstance(value, dict) and not value else ""
        yield FormColumn(field, key, title, name, unit, state, table)


def recipients(raw: Mapping[str, Any], made: Sequence[FormColumn]) -> list[FormRecipient]:
    """Who receives; then who has a value and receives nothing, which the plan will refuse."""
    known = read_counties().by_code
    listed = raw.get("recipients", ())
    codes = [] if isinstance(listed, str) else list(listed)
    rows = [FormRecipient(code, known[code].zh if code in known else "") for code in codes]
    rows += [FormRecipient(item["id"], item["zh"], item["kind"]) for item in raw.get("recipient", ())]
    there = {row.code for row in rows}
    others = dict.fromkeys(code for column in made for code in column.values if code not in there)
    return rows + [FormRecipient(code, known[code].zh if code in known else "", takes=False) for code in others]
