"""InVEST: tables per watershed of Annual Water Yield and Sediment Delivery Ratio, raster_values_summary.csv of Carbon.

Columns and units: natcap/invest, MODEL_SPEC of annual_water_yield (commit 0814350a), carbon (commit 06cc0057) and sdr (commit
54ff9ca1: sums of pixels in t/(ha yr) times their hectares, so t a year; avoid_exp and avoid_eros since 3.12.0).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from qhgep.catalogue.carbon import carbon_dioxide_fixed_total
from qhgep.catalogue.soil_retention import soil_retained_total
from qhgep.catalogue.water import water_yield
from qhgep.errors import Problems
from qhgep.importers.columns import ROW_IDS, amount, check_columns, number
from qhgep.importers.rows import Job, Made, Said, Zone, blank, covered, made
from qhgep.importers.zones import zone_lines
from qhgep.inputs.headed_table import TableRow
from qhgep.inputs.landcover.crosswalk import decimal_text
from qhgep.quantities import evapotranspiration, precipitation
from qhgep.units import factor, unit

_DEPTHS = {"wyield_mn": water_yield.name, "precip_mn": precipitation.name, "AET_mn": evapotranspiration.name}
_NOT_TAKEN = (
    "PET_mn", "num_pixels", "consum_vol", "consum_mn", "rsupply_vl", "rsupply_mn", "hp_energy", "hp_val",
)  # fmt: skip
"""Known and left: the unit of rsupply_mn and consum_mn changed between versions, the rest has no quantity here."""
_RETAINED = "avoid_eros"
_OLD_RETENTION = "sed_retent"
_SEDIMENT = ("usle_tot", "sed_export", "sed_dep", "avoid_exp", _OLD_RETENTION)
"""Known and left: actual erosion, what reaches a stream, what settles before it, and what vegetation keeps from streams."""
_CHANGE = "c_change_bas_alt.tif"
_SUMMARY = ("Raster", "Total", "Units", "Filename")
_RASTERS = ("c_storage_bas.tif", "c_storage_alt.tif", _CHANGE, "npv_alt.tif")
_TONNE = "metric_ton"
EVERYTHING = "*"
"""The id in --map of the one zone of a table that names none."""
_DIGITS = 30


def water(job: Job) -> list[Made]:
    """Depths in mm per watershed. Volume over depth is the area that the depth is a mean of: its share is the coverage."""
    if not check_columns(job, (job.id_column, "wyield_mn", "wyield_vol"), (*ROW_IDS, *_DEPTHS, *_NOT_TAKEN)):
        return []
    _tell_left(job, _NOT_TAKEN)
    found = []
    for line, zone in zone_lines(job):
        found += _depths(job, line, zone)
    return found


def sediment(job: Job) -> list[Made]:
    """Erosion that the vegetation of a watershed avoids, in t a year: what it keeps of the loss of bare soil.

    A sum over the pixels that have data; the table knows nothing of coverage.
    """
    if _RETAINED not in job.source.columns and _OLD_RETENTION in job.source.columns:
        job.problems.add("import_sdr_old", job.source.place, old=_OLD_RETENTION, column=_RETAINED)
        return []
    if not check_columns(job, (job.id_column, _RETAINED), (*ROW_IDS, *_SEDIMENT)):
        return []
    _tell_left(job, _SEDIMENT)
    found = []
    for line, zone in zone_lines(job):
        if _RETAINED not in line.cells:
            found += blank(job, line, zone, (soil_retained_total.name,), _RETAINED)
        elif amount(line, _RETAINED, job.problems) is not None:
            digits = line.digits(_RETAINED, Problems()) or ""
            found += covered(job, line, zone, {soil_retained_total.name: (digits, "t/a")}, None)
    return found


def _tell_left(job: Job, columns: Iterable[str]) -> None:
    left = [name for name in job.source.columns if name in columns and name not in job.declared.ignore]
    if left:
        job.problems.warn("import_left", job.source.place, columns="、".join(left))


def _depths(job: Job, line: TableRow, zone: Zone) -> list[Made]:
    columns = [name for name in _DEPTHS if name in job.source.columns]
    empty = [name for name in (*columns, "wyield_vol") if not line.text(name)]
    if empty:
        return blank(job, line, zone, [_DEPTHS[name] for name in columns], "、".join(empty))
    texts = {name: line.digits(name, job.problems) for name in (*columns, "wyield_vol")}
    numbers = {name: None if digits is None else Fraction(digits) for name, digits in texts.items()}
    depth, volume = numbers["wyield_mn"], numbers["wyield_vol"]
    if zone.area is None:
        job.problems.add("import_zone_area", zone.place, id=zone.id)
    if zone.area is None or depth is None or volume is None or None in numbers.values():
        return []
    whole = depth * zone.area * factor(unit("ha*mm"), unit("m**3"))
    stated = {_DEPTHS[name]: (texts[name] or "", "mm/a") for name in columns}
    return covered(job, line, zone, stated, volume / whole if whole else None)


def carbon(job: Job) -> list[Made]:
    """The change of carbon stored between two land covers, per year between them, as carbon dioxide fixed in the zone.

    The table has the sum over the run's whole extent, so --map has the one id `*`. It knows nothing of coverage.
    """
    if not check_columns(job, _SUMMARY, ()):
        return []
    if set(job.zones) != {EVERYTHING}:
        job.problems.add("import_one_zone", "--map", id=EVERYTHING)
        return []
    for line in job.source.rows:
        if line.text("Filename") not in _RASTERS:
            job.problems.add(
                "import_raster", line.where("Filename"), found=line.text("Filename"), known="、".join(_RASTERS)
            )
    lines = [line for line in job.source.rows if line.text("Filename") == _CHANGE]
    if len(lines) != 1:
        job.problems.add("import_no_change", job.source.file, raster=_CHANGE)
        return []
    line = lines[0]
    if line.text("Units") != _TONNE:
        job.problems.add("import_unit", line.where("Units"), found=line.text("Units"), expected=_TONNE)
        return []
    total = number(line, "Total", job.problems)
    years = int(job.period[1]) - int(job.declared.from_year)
    if years <= 0:
        job.problems.add("import_years", "--from-year", first=job.declared.from_year, last=job.declared.year)
    return [] if total is None or years <= 0 else _change(job, total / years, years)


def _change(job: Job, per_year: Fraction, years: int) -> list[Made]:
    line = next(line for line in job.source.rows if line.text("Filename") == _CHANGE)
    zone: Zone = job.zones[EVERYTHING]
    exact = decimal_text(per_year)
    value = exact or format(per_year, f".{_DIGITS}f")
    rows = covered(job, line, zone, {carbon_dioxide_fixed_total.name: (value, "t C/a")}, None)
    note = f"两期土地覆盖的碳储量之差 {line.text('Total')} t C 除以 {years} 年；不是净生态系统生产力"
    return [
        made(job, zone, (line,), ("", "", item.row.quantity), _noted(item, note), coverage="unknown", note=note)
        for item in rows
    ]


def _noted(item: Made, note: str) -> Said:
    row = item.row
    text = "；".join(filter(None, [note, row.note]))
    return Said(
        presence=row.presence, value=row.value, unit=row.unit, origin=row.origin, evidence=row.evidence, note=text
    )
