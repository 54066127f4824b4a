"""What a ruleset needs from the store: one need per coefficient value, with what reads it and what was seen elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from qhgep.catalogue import Formula
from qhgep.coefficient_store import Coefficients, Row, Source
from qhgep.errors import CoefficientError, Problems
from qhgep.expr import AXES, Quantity
from qhgep.ruleset_store.ruleset import Ruleset, folder, read_ruleset
from qhgep.text_tables import in_one_line

_REGION = re.compile(r"[0-9]{6}")
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


@dataclass(frozen=True, slots=True)
class Scope:
    """For what place, year and ecosystems values are needed; an empty region is the nation, no year leaves dates open."""

    region: str = ""
    year: int | None = None
    ecosystems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """One coefficient value that a ruleset needs: the quantity, its cell, the formulas that read it, rows seen elsewhere.

    `region` is empty where the quantity has no county axis, `dated` is false where it has no year axis.
    """

    quantity: Quantity
    region: str
    ecosystem: str
    item: str
    dated: bool
    readers: tuple[Formula, ...]
    seen: tuple[Row, ...]


@dataclass(frozen=True)
class Needs:
    """All needs of a ruleset, in the order in which it computes, with the documents where the values should stand."""

    ruleset: Ruleset
    scope: Scope
    lines: tuple[Need, ...]
    documents: Mapping[str, Source | None]
    """Source id -> the source, None where it is not registered; in the order of the ruleset."""
    ecosystems: Mapping[str, str]
    """Ecosystem id -> Chinese name."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    """The sources of the rows that were seen, by id."""
    __repr__ = in_one_line


def ruleset_named(name: str) -> Ruleset:
    """A shipped ruleset by its name, or a local one by the path of its toml file. Raises RulesetError."""
    return read_ruleset(Path(name) if name.endswith(".toml") else folder() / f"{name}.toml")


def needs_of(ruleset: Ruleset, store: Coefficients, scope: Scope) -> Needs:
    """Every coefficient value that the formulas of a ruleset read, by ecosystem and item.

    Ecosystems default to the top-level ids of the store. Raises CoefficientError for a region, a year or an ecosystem
    that is none, and where the ruleset reads no coefficient at all.
    """
    _check(scope, store, ruleset)
    ecosystems = scope.ecosystems or store.top_classes
    lines = [
        need
        for quantity in _coefficients(ruleset)
        for need in _of_quantity(quantity, ruleset, store, scope, ecosystems)
    ]
    documents = {name: store.sources.get(name) for name in ruleset.documents}
    lands = {item.id: item.zh for item in store.ecosystems.values()}
    return Needs(ruleset, scope, tuple(lines), documents, lands, store.sources)


def _coefficients(ruleset: Ruleset) -> list[Quantity]:
    return [quantity for quantity in ruleset.asked if quantity.is_coefficient]


def _check(scope: Scope, store: Coefficients, ruleset: Ruleset) -> None:
    problems = Problems()
    if scope.region and not _REGION.fullmatch(scope.region):
        problems.add("template_region", "--region", found=scope.region)
    if scope.year is not None and not _FIRST_YEAR <= scope.year <= _LAST_YEAR:
        problems.add("template_year", "--year", found=scope.year, first=_FIRST_YEAR, last=_LAST_YEAR)
    for ecosystem in dict.fromkeys(scope.ecosystems):
        if ecosystem.removesuffix(".*") not in store.ecosystems:
            problems.add("template_ecosystem", "--ecosystem", found=ecosystem)
    for ecosystem in sorted(item for item, times in Counter(scope.ecosystems).items() if times > 1):
        problems.add("template_ecosystem_twice", "--ecosystem", found=ecosystem)
    if not _coefficients(ruleset):
        problems.add("template_nothing", ruleset.file, ruleset=ruleset.name)
    problems.raise_if_any(CoefficientError)


def _of_quantity(
    quantity: Quantity, ruleset: Ruleset, store: Coefficients, scope: Scope, ecosystems: Sequence[str]
) -> Iterator[Need]:
    readers = tuple(formula for formula in _may_compute(ruleset) if quantity in formula.inputs)
    region = scope.region if "county" in quantity.axes else ""
    lists = [ruleset.catalogue.lists[axis].members for axis in quantity.axes if axis not in AXES]
    for ecosystem in ecosystems if "ecosystem" in quantity.axes else [""]:
        for items in product(*lists):
            item = "/".join(items)
            seen = tuple(row for row in store.of(quantity.name) if row.item == item and _akin(row.ecosystem, ecosystem))
            yield Need(quantity, region, ecosystem, item, "year" in quantity.axes, readers, seen)


def _may_compute(ruleset: Ruleset) -> list[Formula]:
    """The formulas in the order of computing, then those of methods that an account may choose."""
    listed = [(name, method) for name, methods in ruleset.choices.items() for method in methods]
    chosen = [ruleset.catalogue.formulas[one] for one in listed]
    every = {formula.id: formula for formula in (*ruleset.order, *ruleset.bind.values(), *chosen)}
    return list(every.values())


def _akin(written: str, asked: str) -> bool:
    """Whether one ecosystem is the other, or lies below it: `grassland` and `grassland.alpine_meadow`."""
    first, second = (f"{name.removesuffix('.*')}." for name in (written, asked))
    return first.startswith(second) or second.startswith(first)


def item_names(need: Need, lists: Mapping[str, Mapping[str, str]]) -> str:
    """The item of a need in Chinese, its parts joined as in the csv."""
    axes = [axis for axis in need.quantity.axes if axis not in AXES]
    return "/".join(lists[axis][part] for axis, part in zip(axes, _parts(need.item), strict=True))


def _parts(item: str) -> Iterable[str]:
    return item.split("/") if item else ()
