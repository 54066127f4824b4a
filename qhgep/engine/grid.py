"""The grid of an account: which members each axis has, and the arrays that stand on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from qhgep.arguments import checked
from qhgep.catalogue import Formula
from qhgep.coefficient_store import Adoption, Resolved
from qhgep.evidence import LEVELS, PRESENCE
from qhgep.expr import Cell, Quantity
from qhgep.inputs import Input
from qhgep.text_tables import in_one_line
from qhgep.units import Unit, as_pint, converted

if TYPE_CHECKING:
    from qhgep.units.registry import PintQuantity

_Held = TypeVar("_Held")
_Kind = TypeVar("_Kind", bound=np.generic)
VALUE, MISSING, NOT_APPLICABLE, ABSENT, UNRESOLVED = range(5)
"""What a cell of an array is. ABSENT: outside the reach of the formula, or no such pair of county and ecosystem.

The order is the order of propagation: the greatest of what a formula reads is what its result is.
"""
UNCLASSIFIED = "unclassified"
"""The name of the part of a county that no area row mentions; of all land where no row names an ecosystem."""
PRESENCE_NAMES = (*(name for name in PRESENCE if name != "zero"), "absent", "absent")


class Fixed(Mapping[str, _Held]):
    """A mapping that nobody can change; what a result holds by name."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, _Held]) -> None:
        """Hold a copy of some items."""
        self._items = dict(items)

    def __getitem__(self, key: str) -> _Held:
        """The item of a name."""
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        """The names, in their order."""
        return iter(self._items)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._items)

    def __repr__(self) -> str:
        """As a dict prints."""
        return repr(self._items)


@dataclass(frozen=True, slots=True)
class Carried:
    """How an amount in the prices of another year came to those of the account: the tree, the amount, both index rows."""

    formula: Formula
    stated: Fraction
    origin: str
    evidence: str
    from_year: int
    to_year: int
    index_from: Resolved
    index_to: Resolved


@dataclass(frozen=True, slots=True)
class Record:
    """The statement behind one leaf cell: an input row, a coefficient row, or the account's own period.

    Where it was carried from the prices of another year, `exact`, `origin` and `evidence` are those after it.
    """

    presence: str
    origin: str
    evidence: str
    exact: Fraction | None
    place: str
    input: Input | None = None
    resolved: Resolved | None = None
    adoption: Adoption | None = None
    carried: Carried | None = None


@dataclass(frozen=True)
class Grid:
    """The members of each axis, in their order; arrays have one dimension per axis here."""

    members: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        """Keep the members as they are: the arrays stand on them."""
        object.__setattr__(self, "members", Fixed({axis: tuple(names) for axis, names in self.members.items()}))

    @property
    def axes(self) -> Mapping[str, int]:
        """Axis -> dimension."""
        return {axis: place for place, axis in enumerate(self.members)}

    def shape(self, axes: tuple[str, ...]) -> tuple[int, ...]:
        """The shape of an array that varies over these axes and is constant over the others."""
        return tuple(len(members) if axis in axes else 1 for axis, members in self.members.items())

    @cached_property
    def _places(self) -> Mapping[str, Mapping[str, int]]:
        return {axis: {member: place for place, member in enumerate(members)} for axis, members in self.members.items()}

    def index(self, cell: Cell) -> tuple[int, ...]:
        """Where a cell lies in such an array."""
        mine = dict(cell.members)
        return tuple([places[mine[axis]] if axis in mine else 0 for axis, places in self._places.items()])

    def cells(self, axes: tuple[str, ...]) -> Iterator[Cell]:
        """Every cell over these axes, the last axis innermost."""
        for members in product(*(self.members[axis] for axis in axes)):
            yield Cell(tuple(zip(axes, members, strict=True)))


@dataclass(frozen=True, eq=False)
class Values:
    """A quantity's numbers over the grid: value (NaN without), presence, evidence rank, and the records of stated cells.

    `source` is an index into the account's records, -1 where the cell is computed. Those of a result are `sealed`.
    """

    quantity: Quantity
    method: str
    value: NDArray[np.float64]
    presence: NDArray[np.uint8]
    evidence: NDArray[np.uint8]
    source: NDArray[np.int32] | None = None
    price_years: frozenset[int] = field(default_factory=frozenset)
    whole: bool = False
    """Whether it is known that every cell has a number; False where nobody looked."""
    short: NDArray[np.bool_] | None = None
    """Where the number is a sum of what is known, or computed from one, and a member that is expected lacks."""
    broken: NDArray[np.bool_] | None = None
    """Where there is no number because the formula reads such a sum as if it were whole."""

    @cached_property
    def level(self) -> int | None:
        """The evidence rank that all cells share, or None; looked up once."""
        if not any(self.evidence.strides):
            return int(self.evidence.flat[0]) if self.evidence.size else 0
        low, high = int(self.evidence.min()), int(self.evidence.max())
        return low if low == high else None

    @property
    def present(self) -> NDArray[np.bool_]:
        """Where there is a number."""
        found: NDArray[np.bool_] = self.presence == VALUE
        return found

    def evidence_at(self, index: tuple[int, ...]) -> str:
        """The level of evidence of a cell."""
        return LEVELS[int(self.evidence[index])]

    def sealed(self) -> Values:
        """The same with arrays that cannot be written to."""
        return replace(
            self,
            value=read_only(self.value),
            presence=read_only(self.presence),
            evidence=read_only(self.evidence),
            source=None if self.source is None else read_only(self.source),
            short=None if self.short is None else read_only(self.short),
            broken=None if self.broken is None else read_only(self.broken),
        )

    def __eq__(self, other: object) -> bool:
        """Whether all numbers and marks are the same; no number is the same as no number."""
        if not isinstance(other, Values):
            return NotImplemented
        return all(_same(getattr(self, part.name), getattr(other, part.name)) for part in fields(self))

    __hash__ = None  # type: ignore[assignment] # arrays have no hash


def read_only(array: NDArray[_Kind]) -> NDArray[_Kind]:
    """The array, locked; a copy where it is a part of one that can be written to."""
    if isinstance(array.base, np.ndarray) and array.base.flags.writeable:
        array = array.copy()
    array.setflags(write=False)
    return array


def _same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == other.dtype.kind == "f")
    return bool(one == other)


def empty(quantity: Quantity, grid: Grid, method: str, presence: int) -> Values:
    """Values without any number yet."""
    shape = grid.shape(quantity.axes)
    return Values(
        quantity,
        method,
        np.full(shape, np.nan),
        np.full(shape, presence, np.uint8),
        np.zeros(shape, np.uint8),
        np.full(shape, -1, np.int32),
    )


@dataclass(frozen=True, slots=True)
class Partial:
    """Why a total is not whole: what it covers, what it does not, and the share of the area it covers (None: unknown).

    Both name ecosystems, items (`list/member`), parts (their quantities), and of sums indicators and counties.
    """

    covered: tuple[str, ...]
    missing: tuple[str, ...]
    area_share: float | None
    __repr__ = in_one_line


@dataclass(frozen=True, slots=True)
class Value:
    """One value: the number in `unit` (None where there is none) and all that must be said with it."""

    value: float | None
    unit: Unit
    presence: str
    origin: str
    evidence: str
    method: str = ""
    partial: Partial | None = None
    record: Record | None = None

    def __repr__(self) -> str:
        """One line: the number with its unit, whether it is whole, how it came about and what it rests on."""
        number = self.presence if self.value is None else f"{self.value!r} {self.unit}"
        partial = "" if self.partial is None else " 部分核算"
        return f"<Value {number}{partial}, {', '.join(part for part in (self.origin, self.evidence) if part)}>"

    @property
    def exact(self) -> Fraction | None:
        """The number exactly: of what is stated as it is printed, of what is computed the float itself. None without a number."""
        if self.record is not None and self.record.exact is not None:
            return self.record.exact
        return None if self.value is None else Fraction(self.value)

    @property
    def quantity(self) -> PintQuantity:
        """The number with its unit as a quantity of pint. Raises ValueError where there is no number."""
        return as_pint(self._number(), self.unit)

    @checked
    def to(self, text: str) -> float:
        """The number in another unit, as people write it: `亿元/a`, `km2`.

        Raises ValueError where there is no number, UnitError for a unit that is not known or of another dimension.
        """
        return float(Fraction(self._number()) / converted(text, self.unit, quantity=self.method))

    def _number(self) -> float:
        if self.value is None:
            message = f"no number: {self.presence}"
            raise ValueError(message)
        return self.value
