"""Google Earth Engine: a reduceRegions export with mean, sum, frequencyHistogram, or pixelArea sums grouped by class.

`system:index` and `.geo` come with every table export; grouped sums are a list of `{<group>=class, sum=area}`; pixelArea
is in square metres (developers.google.com/earth-engine, reducers_grouping and ee-image-pixelarea). geemap makes a column
Class_<class> of each sum, and Class_sum of all (zonal_stats_by_group, gee-community/geemap, commit ed9d8174).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial

from qhgep.importers.areas import area_rows, patch
from qhgep.importers.columns import amount, check_columns, code_text, number
from qhgep.importers.rows import Job, Made, Zone, figure
from qhgep.importers.zones import hectares, zone_lines
from qhgep.inputs.headed_table import TableRow
from qhgep.inputs.table import NUMBER
from qhgep.printed import beyond_rounding, printed
from qhgep.units import factor, unit

_ALWAYS = ("system:index", ".geo")
_STATISTICS = ("mean", "sum", "count", "min", "max", "stdDev", "histogram", "groups")
_PAIR = re.compile(r"""\s*["']?([^"'=:,{}\[\]]+?)["']?\s*[=:]\s*["']?([^"'=:,{}\[\]]+?)["']?\s*""")
_NO_DATA = "null"
_CLASS, _CLASS_SUM = "Class_", "Class_sum"
Counts = list[tuple[str, Fraction]]


def regions(job: Job) -> list[Made]:
    """The statistic that was declared, per feature of the export."""
    statistic = job.declared.statistic
    columns = [name for name in job.source.columns if name.startswith(_CLASS) and name != _CLASS_SUM]
    in_columns = statistic == "groups" and bool(columns)
    needed = (job.id_column, *columns) if in_columns else (job.id_column, statistic)
    if not check_columns(job, needed, (*_ALWAYS, *_STATISTICS, *((_CLASS_SUM,) if in_columns else ()))):
        return []
    pairs = list(zone_lines(job))
    if statistic not in {"histogram", "groups"}:
        pixel = _pixel(job) if job.declared.scale else Fraction(0)
        return [row for line, zone in pairs for row in _figure(job, line, zone, pixel)]
    read = partial(_in_columns, columns=columns) if in_columns else _counts
    counted = [(line, zone, counts) for line, zone in pairs if (counts := read(job, line)) is not None]
    seen = sorted({code for _, _, counts in counted for code in counts})
    return [row for line, zone, counts in counted for row in _areas(job, line, zone, counts, seen)]


def _pixel(job: Job) -> Fraction:
    """The hectares of one pixel."""
    return job.declared.pixel * factor(unit("m**2"), unit("ha"))


def _figure(job: Job, line: TableRow, zone: Zone, pixel: Fraction) -> list[Made]:
    declared = job.declared
    count = number(line, "count", job.problems) if declared.scale and line.text("count") else None
    pixels = None if count is None else count * pixel
    share = None if pixels is None or zone.area is None else pixels / zone.area
    return figure(job, line, zone, declared.statistic, share)


def _counts(job: Job, line: TableRow) -> dict[str, Fraction] | None:
    column = job.declared.statistic
    counts = histogram(line.text(column)) if column == "histogram" else groups(line.text(column))
    found = {code_text(code): amount for code, amount in counts or ()}
    if counts is None or len(found) != len(counts):
        job.problems.add("import_histogram", line.where(column), column=column, found=line.text(column)[:60])
        return None
    return found


def _in_columns(job: Job, line: TableRow, columns: Iterable[str]) -> dict[str, Fraction] | None:
    """The sums of a row of geemap, one class a column; Class_sum is their total, and shares of it are no areas."""
    before = len(job.problems.items)
    found = {code_text(name.removeprefix(_CLASS)): amount(line, name, job.problems) for name in columns}
    total = line.digits(_CLASS_SUM, job.problems)
    if len(job.problems.items) > before:
        return None
    addends = [printed(Decimal(digits)) for name in columns if (digits := line.digits(name, job.problems)) is not None]
    if total is not None and beyond_rounding(printed(Decimal(total)), addends):
        facts = {
            "column": _CLASS_SUM,
            "total": total,
            "sum": format(float(sum(item or 0 for item in found.values())), "g"),
        }
        job.problems.add("import_class_sum", line.where(_CLASS_SUM), **facts)
        return None
    return {code: item or Fraction(0) for code, item in found.items()}


def _areas(job: Job, line: TableRow, zone: Zone, counts: Mapping[str, Fraction], seen: Iterable[str]) -> list[Made]:
    """The areas of a feature; a class that other features have and this one lacks has no pixel here."""
    column = job.declared.statistic
    pixel = _pixel(job)
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
