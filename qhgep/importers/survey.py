"""三调 and yearly change survey: a county table of land-class codes with areas; the unit stands in the header, in brackets."""

from __future__ import annotations

import re
from collections import defaultdict
from fractions import Fraction

from qhgep.importers.areas import Patch, area_rows, patch
from qhgep.importers.columns import amount, check_columns, code_text
from qhgep.importers.rows import Job, Made, Zone
from qhgep.importers.zones import hectares, zone_lines

_HEADER = re.compile(r"(.+?)\s*[（(]\s*(?:单位[：:])?\s*(.+?)\s*[)）]")


def land_survey(job: Job) -> list[Made]:
    """One row per county and leaf class. Group totals (`01`, `11`) are no classes, so they cannot be counted twice."""
    found = _area_column(job)
    if found is None:
        return []
    column, size = found
    declared = job.declared
    if not check_columns(job, (job.id_column, declared.class_column, column), ()):
        return []
    patches: defaultdict[Zone, list[Patch]] = defaultdict(list)
    for line, zone in zone_lines(job, once=False):
        before = len(job.problems.items)
        seen = amount(line, column, job.problems)
        if seen is None and len(job.problems.items) > before:
            continue
        code = code_text(line.text(declared.class_column))
        made = patch(job, code, None if seen is None else seen * size, line, declared.class_column)
        if made is not None:
            patches[zone].append(made)
    ordered = sorted(patches.items(), key=lambda pair: pair[0].county)
    return [
        row
        for zone, items in ordered
        for row in area_rows(job, zone, items[0].line, sorted(items, key=lambda item: item.land.code))
    ]


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
