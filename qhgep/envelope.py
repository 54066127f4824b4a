"""The envelope of every result as JSON: what it is, what it was made from, its body, and the hash that holds both together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from qhgep._version import __version__
from qhgep.data import json_of
from qhgep.text_tables import in_one_line

SCHEMA = 2
"""The version of the schemas that are written; 1 is read too."""
_LARGEST = 2**53
"""Up to here a float that is whole is the same number as the integer, in every program that reads JSON."""
_HEADER_1 = ("title", "layer", "run_id", "qhgep")
_MADE_FROM_1 = ("known_on", "ruleset", "changed_in_memory")


class JsonModel(BaseModel):
    """Part of a result as JSON: frozen, by the names of its fields, with no key that is not known."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, json_schema_serialization_defaults_required=True
    )


Body = TypeVar("Body", bound=JsonModel)


class Place(JsonModel):
    """A county or other recipient: its code, and its name."""

    code: str
    zh: str


class CreatedFrom(JsonModel):
    """What a result was made from.

    `files` are SHA-256 by name: account.toml or plan.toml, inputs, coefficients, ruleset, as they were read; content of
    `changed_in_memory` was changed after that. `known_on` is the day as of which coefficients were taken, `require` the
    weakest evidence that was accepted, `run_ids` those of the accounts (or sides) that it follows from.
    """

    files: Mapping[str, str] = Field(default_factory=dict)
    changed_in_memory: tuple[str, ...] = ()
    ruleset: str | None = None
    known_on: date | None = None
    require: str | None = None
    run_ids: Mapping[str, str] = Field(default_factory=dict)


class Header(JsonModel):
    """What every result says of itself. `run_id` follows from all that the result follows from; null where there is none."""

    qhgep: str | None = Field(default_factory=lambda: __version__)
    run_id: str | None = None
    title: str = ""
    layer: str | None = None
    state: str | None = None
    periods: tuple[str, ...] = ()
    counties: tuple[Place, ...] = ()
    created_from: CreatedFrom = CreatedFrom()


class Envelope(Header, Generic[Body]):
    """A result as JSON. `schema` is `qhgep/KIND/2`; `sha256` is the hash of all the rest, null in what version 1 wrote."""

    schema_: str = Field(alias="schema")
    kind: str
    body: Body
    sha256: str | None = None
    __repr__ = in_one_line

    def json_value(self) -> dict[str, Any]:
        """The result as JSON values, in the order in which it is written: schema and kind first, the hash last."""
        found = self.model_dump(mode="json", by_alias=True)
        first, last = ("schema", "kind", *Header.model_fields), ("body", "sha256")
        return {name: found[name] for name in (*first, *last)}

    def text(self) -> str:
        """The file: the same result gives the same bytes."""
        return json.dumps(self.json_value(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def enveloped(kind: str, body: Body, header: Header | None = None) -> Envelope[Body]:
    """A body with what it is, and the hash of all of it."""
    known = {name: getattr(header or Header(), name) for name in Header.model_fields}
    made = Envelope[Body](schema=f"qhgep/{kind}/{SCHEMA}", kind=kind, body=body, **known)
    return made.model_copy(update={"sha256": content_hash(made.json_value())})


class EditedResult(ValueError):
    """A result whose content is not the one that its hash was taken of."""


def content_hash(found: Mapping[str, Any]) -> str:
    """The SHA-256 of a result without its own hash: blanks, the order of keys and how a number is spelt do not count."""
    rest = {name: value for name, value in found.items() if name != "sha256"}
    text = json.dumps(_plain(rest), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The value with every whole float as an integer: programs write 1.0 as 1."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST:
        return int(value)
    return value


def opened(text: bytes | str) -> dict[str, Any]:
    """A result as JSON values in the present layout, whichever version wrote it; its fields are not checked here.

    Raises ValueError for what is no JSON or no version that is read, EditedResult where the hash does not fit, KeyError
    and TypeError for JSON that is no result.
    """
    found = json_of(text)
    if isinstance(found, list):
        return _from_1({"kind": "explanation", "steps": found})
    version = found.get("schema", 1) if isinstance(found, dict) else None
    if version == 1:
        return _from_1(found)
    if version != f"qhgep/{found['kind']}/{SCHEMA}":
        raise ValueError(version)
    if found["sha256"] != content_hash(found):
        raise EditedResult(found["sha256"])
    return dict(found)


def _from_1(found: Mapping[str, Any]) -> dict[str, Any]:
    """What version 1 wrote, in the layout of version 2: it had no envelope, and said less of itself."""
    kind = found["kind"]
    made_from = {name: found[name] for name in _MADE_FROM_1 if name in found} | {"files": found.get("hashes", {})}
    header = {"qhgep": None} | {name: found[name] for name in _HEADER_1 if name in found}
    apart = {"schema", "kind", "hashes", *_HEADER_1, *_MADE_FROM_1}
    body = {name: value for name, value in found.items() if name not in apart}
    return {"schema": f"qhgep/{kind}/{SCHEMA}", "kind": kind, **header, "created_from": made_from, "body": body}
