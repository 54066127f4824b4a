"""三调 and yearly change survey: a county table of land-class codes with areas; the unit stands in the header, in brackets."""

from __future__ import annotations

import re
from collections import defaultdict
from fractions import Fraction

from qhgep.importers.areas import Patch, area_rows, patch
from qhgep.importers.rows import Job, Made
from qhgep.importers.source import check_columns, number
from qhgep.importers.zones import Zone, hectares, zone_lines
from qhgep.inputs.headed_table import TableRow

_HEADER = re.compile(r"(.+?)\s*[（(]\s*(?:单位[：:])?\s*(.+?)\s*[)）]")


def land_survey(job: Job) -> list[Made]:
    """One row per county and leaf class. Group totals (`01`, `11`) are no classes, so they cannot be counted twice."""
    found = _area_column(job)
    if found is None:
        return []
    column, size = found
    declared = job.declared
    if not check_columns(
        job.source, (declared.id_column, declared.class_column, column), declared.ignore, job.problems
    ):
        return []
    patches: defaultdict[Zone, list[Patch]] = defaultdict(list)
    first: dict[tuple[str, str], TableRow] = {}
    for line, zone in zone_lines(job.source, declared.id_column, job.zones, job.problems, once=False):
        code = line.text(declared.class_column)
        if (before := first.setdefault((zone.id, code), line)) is not line:
            job.problems.add("import_class_twice", line.where(declared.class_column), code=code, first=before.place)
            continue
        made = patch(job, code, _hectares(job, line, column, size), line, declared.class_column)
        if made is not None:
            patches[zone].append(made)
    ordered = sorted(patches.items(), key=lambda pair: pair[0].county)
    return [
        row
        for zone, items in ordered
        for row in area_rows(job, zone, items[0].line, sorted(items, key=lambda item: item.land.code))
    ]


def _hectares(job: Job, line: TableRow, column: str, size: Fraction) -> Fraction | None:
    if not line.text(column):
        return None
    amount = number(line, column, job.problems)
    if amount is not None and amount < 0:
        job.problems.add("import_number", line.where(column), column=column, value=line.text(column))
    return None if amount is None else amount * size


def _area_column(job: Job) -> tuple[str, Fraction] | None:
    """The column of areas by its name without the unit, and its unit in hectares; nothing is guessed."""
    place, wanted = job.source.place, job.declared.area_column
    printed = {name: found for name in job.source.columns if (found := _HEADER.fullmatch(name))}
    named = [name for name in job.source.columns if wanted in {name, printed[name][1] if name in printed else name}]
    if len(named) != 1:
        job.problems.add("import_wanting", place, column=wanted, header="、".join(job.source.columns))
        return None
    if named[0] not in printed:
        job.problems.add("import_header_unit", place, column=named[0])
        return None
    size = hectares(printed[named[0]][2], f"{place} › {named[0]}", job.problems)
    return None if size is None else (named[0], size)
