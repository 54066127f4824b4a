"""What the terms of every step have, as a plan writes them (the page of file formats)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

STRICT = ConfigDict(strict=True, frozen=True, extra="forbid")
AS_TUPLE = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
FEWEST_DECIMALS, MOST_DECIMALS = 1, 8
"""How many decimals a document may give shares: 1 is tenths. What they move, or make zero, is warned of by name."""


def _share_decimals(value: int) -> int:
    if not FEWEST_DECIMALS <= value <= MOST_DECIMALS:
        raise PydanticCustomError("share_decimals", "1 to 8")
    return value


ShareDecimals = Annotated[int, AfterValidator(_share_decimals)]
"""Decimals of shares. More than eight, times an amount in fen, leave the fourteen digits on which spreadsheets round right."""
ByCode = dict[str, str]
"""Parameters by name: number text, or `row:` with the id of a coefficient row."""


@dataclass(frozen=True, slots=True)
class KeyedByRecipient:
    """Marks a table whose keys are recipients."""


@dataclass(frozen=True, slots=True)
class SumsToOne:
    """Marks a table whose values are shares that make one together."""


@dataclass(frozen=True, slots=True)
class NamedAs:
    """Marks a table with the same names as another field of its step."""

    field: str


ByRecipient = Annotated[ByCode, KeyedByRecipient()]
"""Parameters by recipient."""
Weights = Annotated[ByCode, SumsToOne()]
"""Weights by factor."""
Bearing = Annotated[ByCode, KeyedByRecipient(), SumsToOne()]
"""Shares by recipient of what is taken or given."""


class StepTerms(Protocol):
    """The terms of a step of any rule: its id, its rule, what it rests on; each rule declares its own model."""

    @property
    def id(self) -> str:
        """The id of the step."""

    @property
    def rule(self) -> str:
        """The name of its rule."""

    @property
    def basis(self) -> str:
        """What the step rests on."""

    def model_dump(self, *, by_alias: bool = False) -> dict[str, Any]:
        """The terms as plain values, by the keys of the file."""

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self:
        """The same with other values."""


class Weighing(StepTerms, Protocol):
    """The terms of a step that weighs factors; `decimals` is None where shares are not rounded."""

    @property
    def weights(self) -> Mapping[str, str]:
        """Factor -> weight."""

    @property
    def decimals(self) -> int | None:
        """To how many decimals shares are rounded."""

    @property
    def decimals_basis(self) -> str:
        """The document that says so."""
