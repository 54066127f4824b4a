"""自报: a value that a county's own bureau returned, for the money that the county is to receive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qhgep.coefficient_store.rows import Row, Source
from qhgep.evidence import EVIDENCE, own_bureau
from qhgep.inputs.counties import read_counties

OWN = "自报"


def self_reported(row: Row, sources: Mapping[str, Source], places: Iterable[str] = ()) -> bool:
    """Whether the unit that returned a row is a bureau of one of these places, or of the place that the row is for.

    `places` are names, as those of the counties of an account. A paper, a law or a piece of news is nobody's own figure.
    """
    source = sources.get(row.source)
    if source is None or not (source.kind == "own" or row.evidence == "declared"):
        return False
    known = read_counties().by_code
    names = [*places, *(known[code].zh for code in row.region_code.split("/") if code in known)]
    return any(own_bureau(source.returned_by, name) for name in names)


def evidence_text(level: str, *, own: bool) -> str:
    """The level of evidence as a page prints it, with 自报 where one's own bureau returned the value."""
    return f"{EVIDENCE[level]}（{OWN}）" if own else EVIDENCE[level]
