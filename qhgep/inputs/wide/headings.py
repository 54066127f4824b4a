"""What the heading of a column means: a quantity by its Chinese name or its field id, with ecosystem, item and unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from qhgep.expr import Quantity
from qhgep.inputs.names import normal
from qhgep.inputs.table import Vocabulary
from qhgep.units import as_typed, reads

_ECOSYSTEM = "生态系统"
_NOT_A_LAND = frozenset({"all", "none", "unclassified"})
_UNIT_WORD = re.compile(r"^\s*(?:计量)?单\s*位\s*[:：]?")
_FIELD = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*(?:/[a-z0-9_]+)?")
_JOINTS = "-—_:·/、."
_OPENING, _CLOSING = "（([【〔［", "）)]】〕］"


class Named(Protocol):
    """An ecosystem with its Chinese name and the other spellings that mean it."""

    @property
    def zh(self) -> str:
        """Its Chinese name."""

    @property
    def aliases(self) -> list[str]:
        """Other spellings."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A quantity with its place on the axes, as the heading of a column names it."""

    quantity: str
    ecosystem: str = ""
    item: str = ""

    @property
    def field(self) -> str:
        """The field id: `area.forest`."""
        return ".".join(part for part in (self.quantity, self.ecosystem, self.item) if part)


class Headings:
    """Reads headings with one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, ecosystems: Mapping[str, Named]) -> None:
        """Take the words; coefficients are no inputs and are not looked for."""
        self.vocabulary = vocabulary
        self.quantities = {name: item for name, item in vocabulary.quantities.items() if not item.is_coefficient}
        self.lands = {
            normal(spelling): name
            for name, land in ecosystems.items()
            if name not in _NOT_A_LAND
            for spelling in (name, land.zh, *land.aliases)
        }
        self._frames = [
            (name, *frame) for name, item in sorted(self.quantities.items()) for frame in self._shapes(item)
        ]

    def _shapes(self, quantity: Quantity) -> Iterator[tuple[str, str, Mapping[str, str]]]:
        """What stands before and after a member's name in a heading: 森林 + 面积, 化学需氧量 + 排放量."""
        members = self._members(quantity)
        name = normal(quantity.zh)
        yield name, "", {}
        if members:
            axis = self._axis_word(quantity)
            head, found, tail = name.partition(axis)
            if found and (head or tail):
                yield head, tail, members
            yield name, "", members
            yield "", name, members

    def _axis_word(self, quantity: Quantity) -> str:
        lists = [self.vocabulary.lists[axis].zh for axis in quantity.axes if axis in self.vocabulary.lists]
        return _ECOSYSTEM if "ecosystem" in quantity.axes else normal(lists[0])

    def _members(self, quantity: Quantity) -> Mapping[str, str]:
        """Spelling -> member for a quantity of exactly one axis that has members; others are named by field ids."""
        lists = [self.vocabulary.lists[axis] for axis in quantity.axes if axis in self.vocabulary.lists]
        by_land = "ecosystem" in quantity.axes
        if by_land and not lists:
            return self.lands
        if len(lists) == 1 and not by_land:
            return {normal(spelling): item for item, zh in lists[0].members.items() for spelling in (item, zh)}
        return {}

    def _meaning(self, name: str, member: str) -> Meaning:
        by_land = "ecosystem" in self.quantities[name].axes
        return Meaning(name, member) if by_land else Meaning(name, item=member)

    def field(self, text: str) -> Meaning | None:
        """What a field id such as `area.forest` or `water_used.domestic` means; None where it is none."""
        if not _FIELD.fullmatch(text):
            return None
        name, *rest = text.split(".")
        quantity = self.quantities.get(name)
        if quantity is None:
            return None
        lists = sum(axis in self.vocabulary.lists for axis in quantity.axes)
        land = ""
        if "ecosystem" in quantity.axes:
            longest = [".".join(rest[:size]) for size in range(len(rest), 0, -1)]
            land = next((known for known in longest if known in self.lands.values()), "")
            if not land:
                return None
            rest = rest[land.count(".") + 1 :]
        item = "/".join(rest)
        return Meaning(name, land, item) if bool(item) == bool(lists) else None

    def meanings(self, text: str) -> set[Meaning]:
        """Everything that a heading (already `normal`, without its unit) may mean; one is what it should be."""
        spelled_out = text.lower()
        if (exact := self.field(spelled_out)) is not None:
            return {exact}
        found = set()
        for name, head, tail, members in self._frames:
            if not (text.startswith(head) and text.endswith(tail) and len(text) >= len(head) + len(tail)):
                continue
            rest = text[len(head) : len(text) - len(tail)] if tail else text[len(head) :]
            if not rest and not members and not self._members(self.quantities[name]):
                found.add(Meaning(name))
            elif (inner := rest.strip(_JOINTS).removeprefix("（").removesuffix("）")) in members:
                found.add(self._meaning(name, members[inner]))
        return found


def split_unit(text: str) -> tuple[str, str]:
    """A heading as typed, without the last of its brackets that holds a unit, and that unit; empty where none does."""
    for first, last in reversed(list(_brackets(text))):
        if unit := unit_cell(text[first + 1 : last]):
            return normal(text[:first] + text[last + 1 :]), unit
    return normal(text), ""


def split_bracket(text: str) -> tuple[str, str]:
    """A heading without the last of its brackets, and what stands in it, whatever that is."""
    for first, last in reversed(list(_brackets(text))):
        return normal(text[:first] + text[last + 1 :]), text[first + 1 : last].strip()
    return normal(text), ""


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """Where each outermost pair of brackets opens and closes."""
    depth, first = 0, 0
    for place, sign in enumerate(text):
        if sign in _OPENING:
            depth, first = depth + 1, place if depth == 0 else first
        elif sign in _CLOSING and depth:
            depth -= 1
            if depth == 0:
                yield first, place


def unit_cell(text: str) -> str:
    """The unit that a cell of a row of units holds, `（万亩）` or `单位：万亩` too; empty where it holds none.

    Powers and blanks stay as typed: 10⁴ is no 104, and `h a` no hectare.
    """
    unit = as_typed(_UNIT_WORD.sub("", text))
    for found in (unit, unit[1:-1].strip() if unit[:1] == "(" and unit[-1:] == ")" else ""):
        if reads(found):
            return found
    return ""
