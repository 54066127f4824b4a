"""The formats of the files that people write, from the models that read them: `qhgep formats`, and the page docs/formats.md."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from qhgep import auditing
from qhgep.account.schema import AccountFile
from qhgep.assessments.assessment import AssessmentFile
from qhgep.assessments.criteria import Criteria
from qhgep.assessments.targets import COLUMNS as TARGET_COLUMNS
from qhgep.auditing import published
from qhgep.coefficient_store.parameters import PARAMETER_COLUMNS
from qhgep.coefficient_store.rows import COLUMNS as ROW_COLUMNS
from qhgep.coefficient_store.rows import Ecosystem, Row, Source
from qhgep.compensation.plan.schema import Plan
from qhgep.errors import UnknownName, problem
from qhgep.inputs.table import COLUMNS
from qhgep.raster.description import Maps
from qhgep.result_files.read import BODIES, schemas
from qhgep.ruleset_store.schema import RulesetFile

if TYPE_CHECKING:
    from types import ModuleType

    from pydantic.fields import FieldInfo

_HEAD = """# File formats

Made by `make formats` from the models that read these files: what stands here is what is accepted, and a key that does not stand
here is refused with its line. `qhgep formats NAME` prints one of them. Results in JSON have [schemas](schemas) of their own.

"""
_Told = set[type[BaseModel]]


def file_formats() -> tuple[str, ...]:
    """The names that `file_format` knows: of the files that people write, then of results in JSON."""
    return (*_FORMATS, *(f"{kind}.json" for kind in BODIES))


def file_format(name: str) -> str:
    """The format of a kind of file, as text: `account.toml`, `inputs.csv`; of a result in JSON its schema.

    Raises UnknownName with the nearest name.
    """
    given = name.strip().lower()
    if given in _FORMATS:
        return _section(given, set()).rstrip("\n") + "\n"
    by_kind = dict(zip((f"{kind}.json" for kind in BODIES), schemas().values(), strict=True))
    if given in by_kind:
        return by_kind[given]
    near = get_close_matches(given, file_formats(), n=3, cutoff=0.4)
    facts = {"found": name, "known": "、".join(_FORMATS), "near": "、".join(near) or "-"}
    raise UnknownName(problem("format_unknown", "", **facts))


def formats_page() -> str:
    """The page of all formats; a table that several files hold is told once."""
    told: _Told = set()
    return (_HEAD + "".join(_section(name, told) for name in _FORMATS)).rstrip("\n") + "\n"


def _section(name: str, told: _Told) -> str:
    title, tell = _FORMATS[name]
    return f"## {title}\n\n" + "".join(tell(told))


def _of_model(model: type[BaseModel]) -> Callable[[_Told], Iterator[str]]:
    return lambda told: _sections(model, told, top=True)


def _of_columns(columns: tuple[str, ...], about: str) -> Callable[[_Told], Iterator[str]]:
    listed = ", ".join(f"`{name}`" for name in columns)
    return lambda _: iter([f"{about}\n\nColumns, by heading, in any order: {listed}.\n\n"])


def _of_module(module: ModuleType) -> Callable[[_Told], Iterator[str]]:
    """What the reader of a table says of its columns itself."""
    return lambda _: iter([f"{inspect.getdoc(module)}\n\n"])


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
    return inspect.cleandoc(model.__doc__ or "").replace("|", "\\|")


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


_FORMATS: Mapping[str, tuple[str, Callable[[_Told], Iterator[str]]]] = {
    "account.toml": ("account.toml", _of_model(AccountFile)),
    "plan.toml": ("plan.toml", _of_model(Plan)),
    "ruleset.toml": ("RULESET.toml", _of_model(RulesetFile)),
    "maps.toml": ("maps.toml", _of_model(Maps)),
    "co-growth.toml": ("co-growth.toml, an assessment of co-growth", _of_model(AssessmentFile)),
    "criteria.toml": ("criteria of co-growth", _of_model(Criteria)),
    "sources.toml": ("sources.toml of a pack, one table a source", _of_model(Source)),
    "ecosystems.toml": ("ecosystems.toml, one table an ecosystem", _of_model(Ecosystem)),
    "inputs.csv": (
        "Long input table (csv or sheet)",
        _of_columns(COLUMNS, "One row is one statement about a place, a period, an ecosystem and an item."),
    ),
    "coefficients.csv": ("Coefficient rows of a pack (csv)", _of_columns(ROW_COLUMNS, _doc(Row))),
    "targets.csv": (
        "Values of planning targets (csv or sheet)",
        _of_columns(TARGET_COLUMNS, "One row is a value of a planning target that somebody reports: `qhgep targets`."),
    ),
    "parameters.csv": (
        "Policy parameters of a pack (compensation/*.csv)",
        _of_columns(PARAMETER_COLUMNS, "Rows of dated parameters that plans cite."),
    ),
    "printed-table.csv": ("A printed table to audit (csv or sheet)", _of_module(auditing)),
    "published.csv": ("Printed figures of an account (csv)", _of_module(published)),
}
"""Name -> the heading on the page, and what tells the format."""
