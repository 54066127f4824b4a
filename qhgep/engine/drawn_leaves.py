"""The leaves that are drawn: which cells a stream moves, and their numbers in a block of draws, those of a quantity at a time.

A stream is keyed by its name, the seed and the number of the block: a counter-based generator needs nothing but its key, so
that neither the order of the blocks nor who computes them changes a bit.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qhgep.engine.grid import Values
from qhgep.engine.result import Result
from qhgep.readings.evaluate import Array

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
_EDGE: Final = NormalDist().inv_cdf(HIGH)
_SPENT: Final = 4
"""Where a Philox generator stands that has given out all numbers of its last count: the next one counts on."""
_phi = np.frompyfunc(lambda z: (1 + math.erf(z / math.sqrt(2))) / 2, 1, 1)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A cell that a stream moves: where it is, and what its entry says as multiples of its value."""

    quantity: str
    index: tuple[int, ...]
    stream: str
    group: str
    """The name of the stream without the county, where each county is drawn by itself."""
    kind: str
    low: float
    high: float
    """Of a standard error `high` is the error itself, as a multiple of the value."""


@dataclass(frozen=True)
class _Cells:
    """The leaves of one quantity and kind, together."""

    quantity: str
    kind: str
    leaves: tuple[Leaf, ...]
    streams: NDArray[np.intp]
    """The streams that move them, as places in all streams, each once."""
    of_stream: NDArray[np.intp]
    """Leaf -> its stream, as a place in `streams`."""

    def numbers(
        self, held: Values, normals: Array, frozen: Collection[str]
    ) -> tuple[tuple[NDArray[np.intp], ...], Array]:
        """The cells that are drawn, and their numbers by draw and cell."""
        moved = [place for place, leaf in enumerate(self.leaves) if leaf.group not in frozen]
        leaves = [self.leaves[place] for place in moved]
        index = tuple(np.array(axis) for axis in zip(*(leaf.index for leaf in leaves), strict=True))
        low, high = (np.array([getattr(leaf, name) for leaf in leaves])[:, np.newaxis] for name in ("low", "high"))
        drawn = normals[self.streams]
        if self.kind == "range":
            times = low + _phi(drawn).astype(float)[self.of_stream[moved]] * (high - low)
        elif self.kind == "standard_error":
            times = 1 + drawn[self.of_stream[moved]] * high
        else:
            mine = drawn[self.of_stream[moved]]
            times = np.where(mine > 0, 1 + mine * (high - 1) / _EDGE, 1 - mine * (low - 1) / _EDGE)
        times *= held.value[index][:, np.newaxis]
        return index, times.T


@dataclass(frozen=True)
class DrawnLeaves:
    """All leaves that an account's distributions move."""

    leaves: tuple[Leaf, ...] = ()

    @cached_property
    def streams(self) -> tuple[str, ...]:
        """The streams, sorted."""
        return tuple(sorted({leaf.stream for leaf in self.leaves}))

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups, sorted."""
        return tuple(sorted({leaf.group for leaf in self.leaves}))

    def reached(self, group: str) -> frozenset[str]:
        """The quantities of which a group moves cells."""
        return frozenset(leaf.quantity for leaf in self.leaves if leaf.group == group)

    @cached_property
    def _cells(self) -> tuple[_Cells, ...]:
        places = {name: place for place, name in enumerate(self.streams)}
        kept: dict[tuple[str, str], list[Leaf]] = {}
        for leaf in self.leaves:
            kept.setdefault((leaf.quantity, leaf.kind), []).append(leaf)
        return tuple(
            _Cells(*key, tuple(leaves), *np.unique([places[leaf.stream] for leaf in leaves], return_inverse=True))
            for key, leaves in kept.items()
        )

    def normals(self, seed: int, block: int, size: int) -> Array:
        """The standard normal numbers of a block, by stream and draw."""
        return stream_normals(self.streams, seed, block, size)

    def arrays(
        self, result: Result, normals: Array, *, frozen: Collection[str] = (), only: Collection[str] | None = None
    ) -> tuple[dict[str, Array], NDArray[np.bool_]]:
        """The drawn quantities by draw and cell, and in which draws a number is outside the limits of its quantity.

        Groups that are `frozen` stay at their values. `only` these quantities are given, where it is said.
        """
        size = normals.shape[1]
        found: dict[str, Array] = {}
        outside = np.zeros(size, bool)
        for cells in self._cells:
            if only is not None and cells.quantity not in only:
                continue
            held = result.values[cells.quantity]
            if cells.quantity not in found:
                found[cells.quantity] = np.repeat(held.value[np.newaxis], size, axis=0)
            if all(leaf.group in frozen for leaf in cells.leaves):
                continue
            index, numbers = cells.numbers(held, normals, frozen)
            place: tuple[slice | NDArray[np.intp], ...] = (slice(None), *index)
            found[cells.quantity][place] = numbers
            outside |= _beyond(held, numbers)
        return found, outside


def _beyond(held: Values, numbers: Array) -> NDArray[np.bool_]:
    """The draws in which a number is outside the limits of its quantity."""
    found = np.zeros(len(numbers), bool)
    limits = held.quantity.bounds
    if limits is not None and limits.low is not None:
        found |= numbers.min(axis=1) < float(limits.low)
    if limits is not None and limits.high is not None:
        found |= numbers.max(axis=1) > float(limits.high)
    return found


def stream_normals(streams: Sequence[str], seed: int, block: int, size: int) -> Array:
    """Standard normal numbers by stream and draw: those of a stream follow from its name, the seed and the block alone."""
    bits = np.random.Philox(key=0)
    generator, state = np.random.Generator(bits), bits.state
    found = np.empty((len(streams), size))
    for row, key in zip(found, _keys(streams, seed, block), strict=True):
        state["state"] = {"counter": np.zeros(4, np.uint64), "key": key}
        state["buffer_pos"] = _SPENT
        bits.state = state
        generator.standard_normal(out=row)
    return found


def _keys(streams: Sequence[str], seed: int, block: int) -> Iterator[NDArray[np.uint64]]:
    for name in streams:
        text = f"{seed} {block} {name}"
        yield np.frombuffer(hashlib.sha256(text.encode()).digest()[:16], dtype="<u8").astype(np.uint64)


__all__ = ["HIGH", "LOW", "MIDDLE", "DrawnLeaves", "Leaf", "stream_normals"]
