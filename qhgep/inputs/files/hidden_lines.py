"""What a person who looks at a sheet does not see: hidden rows and columns with data."""

from __future__ import annotations

from collections.abc import Sequence

from qhgep.errors import Problems
from qhgep.inputs.files.address import letters
from qhgep.inputs.files.cells import RawSheet

_MOST_NAMED = 20


def tell_hidden(
    sheet: RawSheet, place: str, columns: Sequence[int], rows: Sequence[int], problems: Problems, *, strict: bool
) -> None:
    """Tell of hidden rows and columns among those that are read: a warning, with `strict` an error."""
    note = problems.add if strict else problems.warn
    if hidden := [str(row + 1) for row in rows if row in sheet.hidden_rows]:
        note("rows_hidden", place, rows="、".join(hidden[:_MOST_NAMED]), count=len(hidden))
    if covered := [letters(column) for column in columns if column in sheet.hidden_columns]:
        note("columns_hidden", place, columns="、".join(covered[:_MOST_NAMED]), count=len(covered))
