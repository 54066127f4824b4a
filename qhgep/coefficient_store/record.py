"""Rows and sources in the record of a workbook: as JSON values, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qhgep.coefficient_store.parameters import Parameter
from qhgep.coefficient_store.rows import Row, Source
from qhgep.coefficient_store.store import Parameters


def row_fields(row: Row) -> dict[str, Any]:
    """A row as JSON values, by the columns of its file."""
    return row.model_dump(mode="json", by_alias=True)


def source_fields(sources: Mapping[str, Source], names: Iterable[str]) -> dict[str, Any]:
    """Those of the named sources that there are, as JSON values by id."""
    return {name: sources[name].model_dump(mode="json") for name in sorted(set(names)) if name in sources}


def sources_from(record: Mapping[str, Any]) -> dict[str, Source]:
    """The sources of a record."""
    return {name: Source.model_validate(fields) for name, fields in record.items()}


def parameters_record(store: Parameters, names: Iterable[str]) -> Mapping[str, Any]:
    """Some rows of policy parameters with their sources as JSON values, and all that packs replaced; empty for no row."""
    rows = [row for row in sorted(store.rows, key=lambda row: row.row) if row.row in set(names)]
    if not rows:
        return {}
    sources = source_fields(store.sources, (row.source for row in rows))
    pairs = [[row_fields(old), row_fields(own)] for old, own in store.overridden]
    return {"rows": [row_fields(row) for row in rows], "sources": sources, **({"overridden": pairs} if pairs else {})}


def parameters_from_record(record: Mapping[str, Any]) -> Parameters:
    """The store that holds the recorded rows of policy parameters and what they replaced, and nothing else."""
    rows = tuple(Parameter.model_validate(fields) for fields in record.get("rows", ()))
    pairs = tuple(
        (Parameter.model_validate(old), Parameter.model_validate(own)) for old, own in record.get("overridden", ())
    )
    return Parameters(rows, sources_from(record.get("sources", {})), {}, {}, overridden=pairs)
