"""Figures that are published before the final ones: told once for each text that says so, whichever reader met it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qhgep.errors import Problems
from qhgep.inputs.files.read_xlsx import quoted
from qhgep.inputs.names import normal
from qhgep.inputs.periods import preliminary
from qhgep.inputs.table import Input

_PART = " › "


def tell_preliminary(rows: Iterable[Input], problems: Problems) -> None:
    """Warn of the name of the file, the sources and the notes of rows with a number that say that it is not final."""
    known: set[str] = set()
    for row in rows:
        if row.presence not in {"value", "zero"}:
            continue
        for place, text in _texts(row):
            if text not in known:
                known.add(text)
                note_preliminary(place, text, problems)


def note_preliminary(place: str, text: str, problems: Problems) -> None:
    """Warn where one text says that figures are not final; a text of many words is shown by its beginning."""
    if word := preliminary(text):
        problems.warn("worksheet_preliminary", place, text=quoted(normal(text)), word=word)


def _texts(row: Input) -> Iterator[tuple[str, str]]:
    """What is said of a row and where; a source that is the place of the row itself is no further text."""
    file = row.file.partition(_PART)[0]
    yield file, file.rpartition(".")[0]
    if not row.file.startswith(row.source):
        yield row.place, row.source
    yield row.place, row.note
