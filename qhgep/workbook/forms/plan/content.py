"""What stands in the cells of a plan form: the tables of a plan laid out by the fields that its models have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from qhgep.coefficient_store import Parameter, Parameters, region_chain
from qhgep.coefficient_store.regions import region_in_words
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
_MOST_ROWS = 6
"""Rows of a key that are listed beside it."""
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
    table: str = ""
    """The name of the table in plan.toml, which messages go by."""

    @property
    def legal(self) -> bool:
        """Whether only legal checks ask for it."""
        return self.table in LEGAL_TABLES


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
        return pending_text(value, label(field))
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


def pending_text(value: str, name: str) -> str:
    """The same as a cell says it; where the skeleton does not say what it waits for, the name of what is to be filled in."""
    return PENDING + (on_a_form(value.removeprefix(MISSING).removeprefix(":").strip()) or name)


def values_below(node: Any, path: Path, field: PlanField, name: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - TOML
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
            yield from values_below(value, path[1:], field, str(key))
    elif path == (RECIPIENT,):
        if isinstance(node, dict):
            yield name, node
    elif isinstance(node, dict) and path[0] in node:
        yield from values_below(node[path[0]], path[1:], field, name)


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
        FormSection(section_title(own), tuple(_rows(raw, fields, lambda _: "")), own) for own, fields in grouped.items()
    ]


def step_sections(raw: Mapping[str, Any], store: Parameters) -> list[FormSection]:
    """A section for each step, with what its cited rows say."""
    made, cites = [], cites_of(raw)
    for number, step in enumerate(raw.get("step", ()), 1):
        fields = [field for field in step_fields(step["rule"]) if not field.by_recipient]
        rows = tuple(_rows({"step": {str(number): step}}, _numbered(fields, number), _unit_of(step)))
        rows = tuple(replace(row, cited=_cited(row.value, store, cites)) for row in rows)
        made.append(FormSection(f"第 {number} 步：{RULES_ZH[step['rule']]}", rows))
    return made


def _numbered(fields: Sequence[PlanField], number: int) -> list[PlanField]:
    """The fields of a step with its number in their paths."""
    return [replace(field, path=("step", str(number), *field.path[2:])) for field in fields]


def _rows(raw: Mapping[str, Any], fields: Sequence[PlanField], unit: UnitOf) -> Iterator[FormRow]:
    """The rows of some fields in their order; those of an entry with a name stand together."""
    done: set[Path] = set()
    for field in fields:
        if not field.named:
            value = next((value for _, value in values_below(raw, field.path, field)), None)
            yield _row(field, value, "", unit)
            continue
        head = field.path[: field.path.index(NAME) + 1]
        if head in done:
            continue
        done.add(head)
        mates = [other for other in fields if other.path[: len(head)] == head]
        yield from _named_rows(raw, mates, unit)


def _named_rows(raw: Mapping[str, Any], mates: Sequence[PlanField], unit: UnitOf) -> Iterator[FormRow]:
    values = {field: dict(values_below(raw, field.path, field)) for field in mates}
    names = [name for name in dict.fromkeys(name for field in mates for name in values[field]) if name]
    names += [name for name in _entries(raw, mates[0]) if name not in names and len(mates[0].path) > _head(mates[0])]
    waits = {field: values[field][""] for field in mates if "" in values[field]}
    for name in (*names, *[""] * _SPARE):
        for field in mates:
            value = values[field].get(name) if name else waits.pop(field, None)
            yield _row(field, value, name, unit)


def _head(field: PlanField) -> int:
    return field.path.index(NAME) + 1


def _entries(raw: Mapping[str, Any], field: PlanField) -> list[str]:
    """The names of the table that a field stands in."""
    node: Any = raw
    for part in field.path[: _head(field) - 1]:
        node = node.get(part, {}) if isinstance(node, dict) else {}
    return list(node) if isinstance(node, dict) else []


def _row(field: PlanField, value: Any, name: str, unit: UnitOf) -> FormRow:  # noqa: ANN401
    return FormRow(field, ".".join(field.path), value, name, _unit(field, unit))


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


def _cited(value: Any, store: Parameters | None, of: Cites) -> str:  # noqa: ANN401 - a TOML value
    """What the rows say that a value cites: number, unit, document and place; of a key the rows of the places and the year."""
    if store is None or not isinstance(value, str):
        return ""
    kind, mark, name = value.lstrip("-").partition(":")
    if kind == "row" and mark:
        row = store.row(name)
        lacking = store.missing.get(name)
        told = "" if lacking is None else f"{name} 没有值：{lacking.zh}，载于 {lacking.document}"
        return told if row is None else f"{row_text(row)}，{_document(row, store)}".rstrip(" ，")
    if kind != "key" or not mark:
        return ""
    rows = [
        row for row in store.rows
        if row.key == name and not of.places.isdisjoint(row.regions or ("",)) and _in_force(row, of.year)
    ]  # fmt: skip
    return (
        "；".join(f"{region_in_words(row.region_code)} {row_text(row)}" for row in rows[:_MOST_ROWS])
        or "当地当年没有这一项的行"
    )


def row_text(row: Parameter) -> str:
    """A row in words: id, number, unit and dates."""
    return f"{row.row}＝{row.value} {unit_word(row.unit)}（{row.dates('zh')}）"


def _document(row: Parameter, store: Parameters) -> str:
    return f"{store.sources[row.source].title if row.source else row.note} {row.at}"


def _in_force(row: Parameter, year: int | None) -> bool:
    """Whether a row holds in a part of a year; where the year is not known yet, every row."""
    return year is None or ((row.start is None or row.start.year <= year) and (row.end is None or row.end.year >= year))


@dataclass(frozen=True)
class Cites:
    """Whose rows of a key count: the places of the recipients with those around them, and the year of the plan."""

    places: frozenset[str]
    year: int | None


def cites_of(raw: Mapping[str, Any]) -> Cites:
    """The places and the year of a plan as far as they are filled in."""
    listed = raw.get("recipients", ())
    codes = [] if isinstance(listed, str) else list(listed)
    codes += [item["id"] for item in raw.get("recipient", ())]
    year = raw.get("period")
    return Cites(
        frozenset(place for code in codes for place in region_chain(code)), year if isinstance(year, int) else None
    )


def columns(raw: Mapping[str, Any]) -> list[FormColumn]:
    """The values by recipient: those of the steps, then those of the plan."""
    made: list[FormColumn] = []
    for number, step in enumerate(raw.get("step", ()), 1):
        fields = [field for field in step_fields(step["rule"]) if field.by_recipient]
        nested = {"step": {str(number): step}}
        for field in _numbered(fields, number):
            names = _names_as(step, field)
            made += _columns(nested, field, f"第 {number} 步：{label(field)}", _unit(field, _unit_of(step)), names)
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
    pairs = list(values_below(raw, field.path, field))
    waits = next((value for name, value in pairs if field.named and not name), None)
    if waits is not None:
        pairs = [(name, waits) for name in names] or [("", waits), ("", None)]
    elif not pairs and not field.either:
        pairs = [("", None)]
    for name, value in pairs:
        table = value if isinstance(value, dict) else {}
        state = (
            pending_text(value, label(field))
            if is_missing(value)
            else NOTHING
            if isinstance(value, dict) and not value
            else ""
        )
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
