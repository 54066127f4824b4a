"""A seal as a file: its schema, its one way of being written, and reading it when somebody else wrote it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from qhgep.data import json_of, regular_file
from qhgep.errors import InputError, Problems, problem
from qhgep.seals.names import HERE, MOST_FILES, plain, shown, twice
from qhgep.text_tables import in_one_line

MOST_SEAL = 8 * 1024 * 1024
"""The size of a seal that is still read."""
_MODEL = ConfigDict(strict=True, frozen=True, extra="forbid")
_Hash = Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\z")]
_TUPLE = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)


class SealedFile(BaseModel):
    """A file by its name from the folder of the seal, with the SHA-256 of its bytes.

    A workbook of qhgep has its run id and the hashes of its contents and its record too, as they are printed in it.
    """

    model_config = _MODEL
    name: str
    bytes: int = Field(ge=0)
    sha256: _Hash
    run_id: Annotated[str, Field(pattern=r"\A[0-9a-f]{0,64}\z")] = ""
    content_hash: Annotated[str, Field(pattern=r"\A([0-9a-f]{64})?\z")] = ""
    record_hash: Annotated[str, Field(pattern=r"\A([0-9a-f]{64})?\z")] = ""


class Seal(BaseModel):
    """What was sealed together: files, folders in which nothing else lies, the version of qhgep that sealed them."""

    model_config = _MODEL
    schema_: int = Field(alias="schema", ge=1, le=1)
    kind: Literal["seal"]
    qhgep: str = Field(pattern=r"\A[0-9A-Za-z.+-]{1,40}\z")
    files: Annotated[tuple[SealedFile, ...], _TUPLE] = Field(min_length=1, max_length=MOST_FILES)
    folders: Annotated[tuple[str, ...], _TUPLE, Field(max_length=MOST_FILES)] = ()
    __repr__ = in_one_line

    def content(self) -> dict[str, Any]:
        """The content of the file as it is written."""
        files = [item.model_dump(exclude_defaults=True) for item in self.files]
        folders = {"folders": list(self.folders)} if self.folders else {}
        return {"schema": 1, "kind": "seal", "qhgep": self.qhgep, "files": files, **folders}

    def text(self) -> bytes:
        """The bytes of the file: the same seal gives the same bytes."""
        return (json.dumps(self.content(), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def read_seal(path: Path) -> tuple[Seal, bytes]:
    """The seal in a file, and the bytes that a signature is over.

    Raises InputError for what is no seal, for a name that leaves its folder or is none, and for two names of one file.
    """
    try:
        content = regular_file(path, most=MOST_SEAL).read_bytes()
    except OSError as error:
        raise InputError(problem("seal_missing", path.name)) from error
    try:
        seal = Seal.model_validate(json_of(content.decode("utf-8"), unique=True))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "-"
        raise InputError(problem("seal_field", path.name, field=shown(field), detail=first["msg"])) from error
    except ValueError as error:
        raise InputError(problem("seal_json", path.name)) from error
    _check_names(seal, path)
    return seal, content


def _check_names(seal: Seal, path: Path) -> None:
    problems = Problems()
    names = [item.name for item in seal.files]
    for name in [*names, *(name for name in seal.folders if name != HERE)]:
        if not plain(name):
            problems.add("seal_name", path.name, name=shown(name))
    for name in [*twice(names), *twice(seal.folders)]:
        problems.add("seal_twice", path.name, name=shown(name))
    for name in {path.name, f"{path.name}.sig"} & set(names):
        problems.add("seal_itself", path.name, name=name)
    problems.raise_if_any(InputError)
