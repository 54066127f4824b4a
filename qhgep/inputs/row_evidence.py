"""Which evidence the source of an input row supports: what is typed is held against it, and never taken for more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from qhgep.errors import Problem, Problems, grouped, problem
from qhgep.evidence import Evidence, citable
from qhgep.inputs.source_text import states_declaration
from qhgep.inputs.table import Input, Vocabulary

LOWERED: Evidence = "secondary"
"""What a row is taken as whose source does not support what it says, as in a form."""
_CODES: Mapping[str, str] = {
    "declared": "input_declared", "primary": "input_primary", "published": "input_published",
}  # fmt: skip


def supports(level: str, source: str, vocabulary: Vocabulary) -> bool:
    """Whether a source id, or a text that names a document, supports a level; only these three levels ask for it."""
    if level not in _CODES or level in vocabulary.sources.get(source, ()):
        return True
    if source in vocabulary.sources or level == "primary":
        return False
    return states_declaration(source) or (level == "published" and citable(source))


def held_to_sources(rows: Iterable[Input], vocabulary: Vocabulary, problems: Problems) -> list[Input]:
    """The rows, in their order; one that says 申报, 原文 or 文献 without a source that supports it is 转引.

    One warning for all rows of a source. Rows whose quantity is not known stay as they are.
    """
    found: list[Input] = []
    told: list[Problem] = []
    known: dict[tuple[str, str], bool] = {}
    for row in rows:
        said = row.evidence, row.source
        if said not in known:
            known[said] = supports(*said, vocabulary)
        if known[said]:
            found.append(row)
            continue
        told.append(problem(_CODES[row.evidence], row.place, source=row.source or "（空）"))
        found.append(replace(row, evidence=LOWERED, of=vocabulary.quantities.get(row.quantity)))
    problems.items += [replace(item, severity="warning") for item in grouped(told, {})]
    return found
