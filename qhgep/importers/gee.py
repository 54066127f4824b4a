"""Google Earth Engine: a reduceRegions export with mean, sum, frequencyHistogram, or pixelArea sums grouped by class.

`system:index` and `.geo` come with every table export; grouped sums are a list of `{<group>=class, sum=area}`; pixelArea
is in square metres (developers.google.com/earth-engine, reducers_grouping and ee-image-pixelarea).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from qhgep.importers.areas import area_rows, patch
from qhgep.importers.rows import Job, Made, figure
from qhgep.importers.source import check_columns, number
from qhgep.importers.zones import Zone, hectares, zone_lines
from qhgep.inputs.headed_table import TableRow
from qhgep.inputs.table import NUMBER
from qhgep.units import factor, unit

_ALWAYS = ("system:index", ".geo")
_STATISTICS = ("mean", "sum", "count", "min", "max", "stdDev", "histogram", "groups")
_PAIR = re.compile(r"""\s*["']?([^"'=:,{}\[\]]+?)["']?\s*[=:]\s*["']?([^"'=:,{}\[\]]+?)["']?\s*""")
_NO_DATA = "null"
Counts = list[tuple[str, Fraction]]


def regions(job: Job) -> list[Made]:
    """The statistic that was declared, per feature of the export."""
    declared = job.declared
    known = (*_ALWAYS, *_STATISTICS, *declared.ignore)
    if not check_columns(job.source, (declared.id_column, declared.statistic), known, job.problems):
        return []
    pairs = list(zone_lines(job.source, declared.id_column, job.zones, job.problems))
    if declared.statistic not in {"histogram", "groups"}:
        return [row for line, zone in pairs for row in _figure(job, line, zone)]
    counted = [(line, zone, counts) for line, zone in pairs if (counts := _counts(job, line)) is not None]
    seen = sorted({code for _, _, counts in counted for code in counts})
    return [row for line, zone, counts in counted for row in _areas(job, line, zone, counts, seen)]


def _figure(job: Job, line: TableRow, zone: Zone) -> list[Made]:
    declared = job.declared
    count = number(line, "count", job.problems) if declared.scale and line.text("count") else None
    pixels = None if count is None else count * declared.pixel * factor(unit("m**2"), unit("ha"))
    share = None if pixels is None or zone.area is None else pixels / zone.area
    return figure(job, line, zone, declared.statistic, share)


def _counts(job: Job, line: TableRow) -> dict[str, Fraction] | None:
    column = job.declared.statistic
    counts = histogram(line.text(column)) if column == "histogram" else groups(line.text(column))
    if counts is None:
        job.problems.add("import_histogram", line.where(column), column=column, found=line.text(column)[:60])
    return None if counts is None else dict(counts)


def _areas(job: Job, line: TableRow, zone: Zone, counts: Mapping[str, Fraction], seen: Iterable[str]) -> list[Made]:
    """The areas of a feature; a class that other features have and this one lacks has no pixel here."""
    column = job.declared.statistic
    pixel = job.declared.pixel * factor(unit("m**2"), unit("ha"))
    size = pixel if column == "histogram" else hectares(job.declared.unit, "--unit", job.problems)
    if size is None:
        return []
    nodata = counts.get(_NO_DATA, Fraction(0)) * size
    amounts = [(code, counts.get(code, Fraction(0)) * size) for code in seen if code != _NO_DATA]
    patches = [patch(job, code, amount, line, column) for code, amount in amounts]
    return area_rows(job, zone, line, [item for item in patches if item], nodata=nodata, pixel=pixel)


def histogram(text: str) -> Counts | None:
    """Class -> weighted pixels of `{1=12.5, 4=3.0}` or of the same as JSON; None where the text is neither."""
    inside = re.fullmatch(r"\s*\{(.*)\}\s*", text)
    if inside is None:
        return None
    pairs = [_PAIR.fullmatch(part) for part in inside[1].split(",")] if inside[1].strip() else []
    found = [(pair[1], pair[2]) for pair in pairs if pair]
    whole = len(found) == len(pairs) and len({code for code, _ in found}) == len(found)
    if not whole or not all(NUMBER.fullmatch(amount) and Fraction(amount) >= 0 for _, amount in found):
        return None
    return [(code, Fraction(amount)) for code, amount in found]


def groups(text: str) -> Counts | None:
    """Class -> sum of `[{class=1, sum=900.0}, ...]`; None where the text is not that."""
    inside = re.fullmatch(r"\s*\[(.*)\]\s*", text)
    if inside is None or re.sub(r"\{[^{}]*\}", "", inside[1]).strip(" ,"):
        return None
    found: Counts = []
    for part in re.findall(r"\{([^{}]*)\}", inside[1]):
        pairs = [_PAIR.fullmatch(piece) for piece in part.split(",")]
        named = {pair[1]: pair[2] for pair in pairs if pair}
        codes = [value for name, value in named.items() if name != "sum"]
        if len(named) != len(pairs) or len(codes) != 1 or not NUMBER.fullmatch(named.get("sum", "")):
            return None
        found.append((codes[0], Fraction(named["sum"])))
    return found if len({code for code, _ in found}) == len(found) and all(n >= 0 for _, n in found) else None
