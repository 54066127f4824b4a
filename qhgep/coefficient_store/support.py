"""Which evidence a source supports: what its document is, who issued it, its number and its date decide."""

from __future__ import annotations

from collections.abc import Mapping

from qhgep.coefficient_store.rows import Row, Source
from qhgep.errors import Problems
from qhgep.evidence import Evidence, undeclared, used_elsewhere
from qhgep.evidence.document_names import opens

_OFFICIAL = frozenset({"law", "standard"})
_CITABLE = frozenset({"law", "standard", "paper", "dataset"})
_RETURNED = frozenset({"own", "law", "standard", "dataset"})
"""Kinds of what a unit can return; a paper or a piece of news is none."""


def supported(sources: Mapping[str, Source]) -> Mapping[str, frozenset[str]]:
    """Source id -> which of primary, declared and published it supports, by the rule for coefficient rows; for input rows too."""
    return {
        name: frozenset(
            level
            for level, holds in (
                ("primary", _official(item)),
                ("declared", _official(item) or not _undeclared(item)),
                ("published", _official(item) or not _undeclared(item) or _citable(item)),
            )
            if holds
        )
        for name, item in sources.items()
    }


def strongest(source: Source) -> tuple[Evidence, tuple[str, ...]]:
    """The strongest level that a source supports for a value with its place, and what it lacks to be declared."""
    lacks = _undeclared(source)
    if _official(source):
        return "primary", lacks
    if not lacks:
        return "declared", lacks
    return "published" if _citable(source) else "secondary", lacks


def check_evidence(row: Row, sources: Mapping[str, Source], problems: Problems) -> None:
    """Note where a row says more than its source and place allow."""
    source = sources.get(row.source)
    if row.evidence != "unconfirmed" and source is None:
        problems.add("row_source", row.place, source=row.source)
    if row.evidence not in {"unconfirmed", "assumed"} and not row.at:
        problems.add("row_at", row.place, evidence=row.evidence)
    if source is not None:
        _check_source(row, source, problems)
    if used_elsewhere(row.origin) and row.evidence != "assumed":
        problems.add("row_origin", row.place, origin=row.origin, evidence=row.evidence)


def _check_source(row: Row, source: Source, problems: Problems) -> None:
    """What is called primary, declared or published needs a source that supports it; a stronger one does too."""
    facts = {"row": row.row, "source": source.id, "kind": source.kind}
    official, lacks = _official(source), _undeclared(source)
    if row.evidence == "primary" and not official:
        problems.add("row_official", row.place, **facts)
    elif row.evidence == "declared" and lacks and not official:
        problems.add("row_declared", row.place, **facts, lacks="、".join(lacks))
    elif row.evidence == "published" and not _citable(source):
        problems.add("row_published", row.place, **facts)


def _official(source: Source) -> bool:
    """A law or standard of a named issuer, with its date or an address that opens; plans and reports bear no number."""
    lacks = undeclared(source.publisher, source.number, source.date)
    dated = "date" not in lacks or opens(source.address)
    return source.kind in _OFFICIAL and "unit" not in lacks and dated


def _undeclared(source: Source) -> tuple[str, ...]:
    """What a source lacks to be one that a unit returned."""
    return (
        *(() if source.kind in _RETURNED else ("kind",)),
        *undeclared(source.returned_by, source.number, source.date),
    )


def _citable(source: Source) -> bool:
    """A paper, dataset, law or standard that can be looked up: an address that opens, or its number and year."""
    numbered = bool(source.number.strip()) and (source.year is not None or source.date is not None)
    return source.kind in _CITABLE and (numbered or opens(source.address))
