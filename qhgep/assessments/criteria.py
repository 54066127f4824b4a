"""The criteria of co-growth as data: thresholds, names of the states, classes of main function zones with their weights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from qhgep.data import data_folder, is_file, regular_file
from qhgep.errors import Problems
from qhgep.evidence import Evidence
from qhgep.quantities import ItemList, bounds, quantity
from qhgep.toml_lines import TomlText, toml_model

_MODEL = ConfigDict(strict=True, frozen=True, extra="forbid")
ZONE = "zone"
"""The axis of the classes."""


def _decimal(found: object) -> object:
    """A number written as a text, so that 0.3 is 0.3."""
    return Decimal(found) if isinstance(found, str) and found.replace(".", "", 1).isdigit() else found


_Number = Annotated[Decimal, BeforeValidator(_decimal)]
_Share = Annotated[_Number, Field(ge=0, le=1)]


class ZoneClass(BaseModel):
    """A class of main function zones: since when its name is in force, to when, and the weights of growth in it.

    `inside`: such zones lie within those of other classes, so that their shares of a county are not added to the others.
    """

    model_config = _MODEL
    id: str
    zh: str
    from_: dt.date = Field(alias="from")
    to: dt.date | None = None
    inside: bool = False
    at: str
    evidence: Evidence
    amount: _Share
    product: _Share

    def in_force(self, year: int) -> bool:
        """Whether the class bears this name through a year."""
        return self.from_ <= dt.date(year, 12, 31) and (self.to is None or self.to >= dt.date(year, 1, 1))


class CriteriaSource(BaseModel):
    """The document that the classes were seen in."""

    model_config = _MODEL
    id: str
    title: str
    date: dt.date
    address: str
    checked: dt.date


class States(BaseModel):
    """What GEP and GDP do together: for each direction of GEP the names by the direction of GDP (up, level, down)."""

    model_config = _MODEL
    up: Annotated[list[str], Field(min_length=3, max_length=3)]
    level: Annotated[list[str], Field(min_length=3, max_length=3)]
    down: Annotated[list[str], Field(min_length=3, max_length=3)]

    def name(self, amount: int, product: int) -> str:
        """The name of a pair of directions (1 up, 0 level, -1 down)."""
        return {1: self.up, 0: self.level, -1: self.down}[amount][1 - product]


class Criteria(BaseModel):
    """The criteria of an assessment of co-growth (coefficients/assessments/co-growth.toml, or a copy with other numbers)."""

    model_config = _MODEL
    schema_: Literal[1] = Field(alias="schema")
    name: str
    zh: str
    least_years: Annotated[int, Field(ge=1)]
    near_zero: Annotated[_Number, Field(ge=0, le=Decimal("0.1"))]
    basis: str
    source: CriteriaSource
    states: States
    zone: list[ZoneClass]

    @cached_property
    def classes(self) -> Mapping[str, ZoneClass]:
        """The classes by their id, in the order of the file."""
        return {item.id: item for item in self.zone}

    @property
    def members(self) -> ItemList:
        """The classes as the items of a table of shares."""
        return ItemList(ZONE, "主体功能区", {item.id: item.zh for item in self.zone})


zone_share = quantity(
    "zone_share", "1", axes=f"county year {ZONE}", zh="主体功能区占县域面积的比例", tex="s_{z}",
    limits=bounds("0", "1", "一类区的面积不会大于全县"),
)  # fmt: skip


def read_criteria(name: str, beside: Path, problems: Problems) -> Criteria | None:
    """The shipped criteria of a name, or those of a toml file beside the assessment; None, with the reasons noted."""
    path = beside / name if name.endswith(".toml") else data_folder("coefficients") / "assessments" / f"{name}.toml"
    if not is_file(path):
        problems.add("growth_criteria", name)
        return None
    found, text = toml_model(regular_file(path).read_bytes(), path.name, Criteria, problems)
    if found is not None:
        _check(found, text, problems)
    return found


def _check(found: Criteria, text: TomlText, problems: Problems) -> None:
    ids = [item.id for item in found.zone]
    for number, item in enumerate(found.zone):
        if ids.index(item.id) != number:
            problems.add("growth_zone_twice", text.where("zone", number), zone=item.id)
        if item.amount + item.product != 1:
            problems.add("growth_weights", text.where("zone", number), zone=item.zh, sum=item.amount + item.product)


__all__ = ["ZONE", "Criteria", "ZoneClass", "read_criteria", "zone_share"]
