"""The law as data: articles in own words with their dates and evidence, and the days and shares that they set."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from qhgep.compensation.rules.schema import AS_TUPLE, STRICT
from qhgep.data import data_folder, file_hash
from qhgep.evidence import Evidence


class Document(BaseModel):
    """A law, regulation or notice. `before` says whether an earlier text with such a rule exists that is not held."""

    model_config = STRICT
    zh: str
    number: str
    address: str
    begins: dt.date | None = Field(default=None, alias="from")
    before: Literal["none", "unknown"]


class Article(BaseModel):
    """What one check rests on, in own words."""

    model_config = STRICT
    zh: str
    document: str
    article: str
    evidence: Evidence
    text: str
    fact: str = ""
    judged: Literal["basis", "act"] = "basis"
    """Whether the law is that of the day of the plan's basis, or that of the day on which the act is looked at."""


class LawParameter(BaseModel):
    """A number or code that an article sets, between two days; `value` is text as printed."""

    model_config = STRICT
    key: str
    zh: str
    value: str
    unit: str
    document: str
    article: str
    begins: dt.date = Field(alias="from")
    ends: dt.date | None = Field(default=None, alias="to")
    evidence: Evidence
    fact: str = ""


class Law(BaseModel):
    """All of it: documents, the articles of the checks by id, and parameters."""

    model_config = STRICT
    schema_version: Literal[1] = Field(alias="schema")
    document: Mapping[str, Document]
    check: Mapping[str, Article]
    parameter: Annotated[tuple[LawParameter, ...], AS_TUPLE]

    def parameter_on(self, key: str, day: dt.date) -> LawParameter | None:
        """The parameter in force on a day, or None: never the nearest one."""
        held = (item for item in self.parameter if item.key == key and item.begins <= day)
        return next((item for item in held if item.ends is None or day <= item.ends), None)

    def cited(self, check: str) -> str:
        """Document, number and article of a check, as printed."""
        article = self.check[check]
        document = self.document[article.document]
        number = f"（{document.number}）" if document.number else ""
        return f"{document.zh}{number}{article.article}"


def read_law(path: Path) -> Law:
    """The law in a file of the shape of coefficients/compensation/legal.toml."""
    return Law.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


@cache
def law() -> Law:
    """The law that ships with qhgep."""
    return read_law(_file())


def law_hash() -> str:
    """The SHA-256 of the file of that law, by which two versions of it are told apart."""
    return file_hash(_file())


def _file() -> Path:
    return data_folder("coefficients") / "compensation" / "legal.toml"
