"""Write docs/formats.md, the formats of the files that people write, from the models that read them: `make formats`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from qhgep.account.schema import AccountFile
from qhgep.assessments.assessment import AssessmentFile
from qhgep.assessments.criteria import Criteria
from qhgep.assessments.targets import COLUMNS as TARGET_COLUMNS
from qhgep.coefficient_store.parameters import PARAMETER_COLUMNS
from qhgep.coefficient_store.rows import COLUMNS as ROW_COLUMNS
from qhgep.coefficient_store.rows import Ecosystem, Row, Source
from qhgep.compensation.plan.schema import Plan
from qhgep.inputs.table import COLUMNS
from qhgep.raster.description import Maps
from qhgep.ruleset_store.schema import RulesetFile

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

FILE = Path(__file__).parent.parent / "docs" / "formats.md"
ROOTS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("account.toml", AccountFile), ("plan.toml", Plan), ("RULESET.toml", RulesetFile), ("maps.toml", Maps),
    ("co-growth.toml, an assessment of co-growth", AssessmentFile), ("criteria of co-growth", Criteria),
    ("sources.toml of a pack, one table a source", Source), ("ecosystems.toml, one table an ecosystem", Ecosystem),
)  # fmt: skip
_HEAD = """# File formats

Made by `make formats` from the models that read these files: what stands here is what is accepted, and a key that does not stand
here is refused with its line. Results in JSON have [schemas](schemas) of their own.

"""


def text() -> str:
    """The page."""
    parts = [_HEAD]
    told: set[type[BaseModel]] = set()
    for title, model in ROOTS:
        parts.append(f"## {title}\n\n")
        parts += _sections(model, told, top=True)
    about = "One row is one statement about a place, a period, an ecosystem and an item."
    parts += _table_of_columns("Long input table (csv or sheet)", COLUMNS, about)
    parts += _table_of_columns("Coefficient rows of a pack (csv)", ROW_COLUMNS, _doc(Row))
    about = "One row is a value of a planning target that somebody reports: `qhgep targets`."
    parts += _table_of_columns("Values of planning targets (csv or sheet)", TARGET_COLUMNS, about)
    about = "Rows of dated parameters that plans cite."
    parts += _table_of_columns("Policy parameters of a pack (compensation/*.csv)", PARAMETER_COLUMNS, about)
    return "".join(parts).rstrip("\n") + "\n"


def _table_of_columns(title: str, columns: tuple[str, ...], about: str) -> Iterator[str]:
    yield (
        f"## {title}\n\n{about}\n\nColumns, by heading, in any order: "
        + ", ".join(f"`{name}`" for name in columns)
        + ".\n\n"
    )


def _sections(model: type[BaseModel], told: set[type[BaseModel]], *, top: bool = False) -> Iterator[str]:
    """A model with a line for each key, then the models of its tables, each once."""
    if model in told:
        return
    told.add(model)
    yield ("" if top else f"### {model.__name__}\n\n") + f"{_doc(model)}\n\n"
    yield "| Key | Holds | |\n|---|---|---|\n"
    inner: list[type[BaseModel]] = []
    for name, field in model.model_fields.items():
        inner += _models(field.annotation)
        yield f"| `{field.alias or name.rstrip('_')}` | {_type(field.annotation)} | {_default(field)} |\n"
    yield "\n"
    for part in inner:
        yield from _sections(part, told)


def _doc(model: type[BaseModel]) -> str:
    text = inspect.cleandoc(model.__doc__ or "").replace("|", "\\|")
    return re.sub(r" \(SCHEMAS\.md\)", "", text)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if (
        field.default_factory is not None
        or isinstance(field.default, BaseModel)
        or field.default in (None, "", (), [], {})
    ):
        return "may be left out"
    return f"else `{field.default}`"


def _type(annotation: Any) -> str:  # noqa: ANN401, PLR0911 - whatever a model holds, a line for each kind
    """What a key holds, in words."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(parts[0])
    if origin is Literal:
        return " \\| ".join(f"`{part}`" for part in parts)
    if origin in {Union, UnionType}:
        shown = [_type(part) for part in parts if part is not type(None)]
        return " or ".join(dict.fromkeys(shown))
    if origin in {tuple, list}:
        return f"list of {_type(parts[0])}" if parts else "list"
    if origin is not None and len(parts) == _PAIR:
        return f"table of {_type(parts[1])} by name"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return _WORDS.get(getattr(annotation, "__name__", ""), str(getattr(annotation, "__name__", annotation)))


_PAIR = 2
_WORDS = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "true or false",
    "date": "date",
    "Decimal": "number as text",
}


def _models(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - as above
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part) if not isinstance(part, str)]


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
