"""The columns of a table of another tool: known, needed, or an error; cut by DBF; and what their cells and names hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from fractions import Fraction

from qhgep.errors import Problems
from qhgep.importers.rows import Job
from qhgep.inputs.chinese_dates import in_digits
from qhgep.inputs.figures import year_of
from qhgep.inputs.files.cells import RawCell
from qhgep.inputs.headed_table import TableRow

ROW_IDS = ("OBJECTID", "OBJECTID_1", "Rowid", "OID", "OID_", "FID", "fid")
"""Numbers that a desktop tool gives to rows."""
DBF = 10
"""Characters of a field name that a DBF, the table of a shapefile, keeps."""
_WHOLE = re.compile(r"([0-9]+)\.0+")


def code_text(text: str) -> str:
    """A code or an id as text: 11.0, which a table of floats makes of 11, is 11. Leading zeros are kept."""
    found = _WHOLE.fullmatch(text)
    return found[1] if found else text


def year_in(cell: RawCell | None) -> str | None:
    """The year that a cell names, `2019.0` of a table of floats too; None where it names none."""
    if cell is None or cell.kind not in {"number", "text"}:
        return None
    return year_of(RawCell(cell.kind, code_text(in_digits(cell.text)), cell.place))


def cut(name: str) -> str:
    """A name as a DBF keeps it."""
    return name[:DBF]


def column_of(job: Job, name: str, others: Iterable[str]) -> str:
    """The heading of a column: its name, or what DBF leaves of it where that can be no other column's."""
    same = {other for other in others if other not in {name, cut(name)} and cut(other) == cut(name)}
    return cut(name) if name not in job.source.columns and cut(name) in job.source.columns and not same else name


def check_columns(job: Job, needed: Iterable[str], known: Collection[str]) -> bool:
    """Whether every needed column is there and every other one is known or ignored; what is not is noted."""
    table, problems, needed = job.source, job.problems, list(needed)
    ignored = {*job.declared.ignore, job.declared.year_column}
    wanting = [name for name in needed if name not in table.columns]
    unknown = [name for name in table.columns if name not in needed and name not in known and name not in ignored]
    for name in wanting:
        problems.add("import_wanting", table.place, column=name, header="、".join(table.columns))
    for name in needed:
        if name in job.declared.ignore:
            problems.add("import_ignored", table.place, column=name)
    absent = [name for name in job.declared.ignore if name not in table.columns]
    for name in absent:
        like = get_close_matches(name, table.columns, 1, 0.0)
        problems.add("import_ignored_absent", table.place, column=name, nearest="".join(like))
    for name in unknown:
        if all(year_in(row.cells.get(name)) for row in table.rows):
            problems.add("import_year_column", table.place, column=name)
            continue
        known_names = "、".join([*needed, *sorted(set(known) - set(needed))])
        problems.add("import_column", table.place, column=name, known=known_names)
    return not wanting and not unknown and not absent and not set(needed) & set(job.declared.ignore)


def number(row: TableRow, column: str, problems: Problems) -> Fraction | None:
    """The number of a cell, exactly as printed; None, noted, where it is blank or no number."""
    if column not in row.cells:
        problems.add("import_number", row.where(column), column=column, value="")
    digits = row.digits(column, problems)
    return None if digits is None else Fraction(digits)


def amount(row: TableRow, column: str, problems: Problems) -> Fraction | None:
    """The number of a cell that cannot be negative; None where it is blank, or, noted, no such number."""
    if column not in row.cells:
        return None
    found = number(row, column, problems)
    if found is not None and found < 0:
        problems.add("import_number", row.where(column), column=column, value=row.text(column))
    return found if found is None or found >= 0 else None
