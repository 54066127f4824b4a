"""What a reviewer of the store should look at: weak rows, old checks, sources without address, values far from the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import median

from qhgep.account.schema import read_file
from qhgep.coefficient_store import Coefficients, Row
from qhgep.data import data_folder
from qhgep.errors import Problems
from qhgep.evidence import EVIDENCE, ORIGIN
from qhgep.ruleset_store.ruleset import rulesets

FAR = 3
"""A value is far from the others of its cell where its ratio to their median, either way, is above this."""


@dataclass(frozen=True, slots=True)
class RowSpread:
    """The rows of one quantity, ecosystem and item, sorted by value in the unit of the quantity; `far` stand out."""

    key: str
    ecosystem: str
    item: str
    rows: tuple[Row, ...]
    median: Fraction
    far: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class CheckedSource:
    """A source with the day it was last checked and the rows that hang on it."""

    source: str
    title: str
    checked: date | None
    """None for the document of a price book: nobody said when it was held against the original."""
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Review:
    """The store under review. `sources` is sorted by the oldest day of checking; `unregistered` hang on no known source."""

    rows: int
    evidence: Mapping[str, int]
    origin: Mapping[str, int]
    sources: tuple[CheckedSource, ...]
    without_address: tuple[CheckedSource, ...]
    unregistered: tuple[Row, ...]
    spreads: tuple[RowSpread, ...]


def review(store: Coefficients) -> Review:
    """The store in counts, by source, and where its values contradict each other by more than a factor of FAR."""
    by_source: dict[str, list[Row]] = {}
    for row in store.rows:
        by_source.setdefault(row.source, []).append(row)
    known = [
        CheckedSource(name, store.sources[name].title, store.sources[name].checked, tuple(rows))
        for name, rows in sorted(by_source.items())
        if name in store.sources
    ]
    return Review(
        rows=len(store.rows),
        evidence={level: sum(row.evidence == level for row in store.rows) for level in EVIDENCE},
        origin={word: sum(row.origin == word for row in store.rows) for word in ORIGIN},
        sources=tuple(sorted(known, key=lambda item: (item.checked or date.min, item.source))),
        without_address=tuple(item for item in known if not store.sources[item.source].address),
        unregistered=tuple(row for row in store.rows if row.source not in store.sources),
        spreads=tuple(_spreads(store.rows)),
    )


def _spreads(rows: Iterable[Row]) -> Iterable[RowSpread]:
    cells: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        cells.setdefault((row.key, row.ecosystem, row.item), []).append(row)
    for cell, found in sorted(cells.items()):
        middle = median(row.exact for row in found)
        far = [row for row in found if _far(row.exact, middle)]
        if far:
            ordered = sorted(found, key=lambda row: (row.exact, row.row))
            yield RowSpread(*cell, tuple(ordered), middle, tuple(row for row in ordered if row in far))


def _far(value: Fraction, middle: Fraction) -> bool:
    """Outside a FAR-th to FAR times the median; for a median of zero everything but zero is."""
    low, high = sorted((middle / FAR, middle * FAR))
    return not low <= value <= high


def rulesets_needing(row: Row) -> tuple[str, ...]:
    """The shipped rulesets whose formulas, or tables, need the key of a row. Whether it is in force is another matter."""
    return tuple(name for name, rules in rulesets().items() if row.key in {leaf.name for leaf in rules.asked})


def decisions_naming(row: Row) -> tuple[str, ...]:
    """The [[adopt]] entries of the example accounts that name a row; none where the examples are not beside the package."""
    return tuple(_decisions(row))


def _decisions(row: Row) -> Iterator[str]:
    for path in sorted(data_folder("examples").glob("*/account.toml")):
        content, _ = read_file(path, Problems())  # an account that cannot be read says so when it is computed
        for number, entry in enumerate(content.adopt if content else (), start=1):
            if entry.row == row.row:
                yield f"examples/{path.parent.name}/{path.name} [[adopt]] {number}"
