"""Areas of land-cover classes through the crosswalk: sums by ecosystem, open classes as they are, what does not close."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qhgep.errors import InputError
from qhgep.evidence import weakest
from qhgep.importers.rows import Job, Made, Said, Zone, made, ratio_text
from qhgep.inputs.headed_table import TableRow
from qhgep.inputs.landcover.crosswalk import LandClass, area_text, class_area, land_class
from qhgep.inputs.landcover.decisions import UNDECIDED
from qhgep.inputs.source_text import states_declaration
from qhgep.quantities import AREA_TOLERANCE, AREA_TOLERANCE_TEXT, area, share_text

SURPLUS = Fraction(5, 100)
"""Class areas that exceed the declared area by more are no rounding: Web Mercator gives 42 to 63 % (reference, 1.1)."""


@dataclass(frozen=True, slots=True)
class Patch:
    """The hectares of one class in one zone (None: the cell is blank), and the row they come from."""

    land: LandClass
    hectares: Fraction | None
    line: TableRow
    place: str
    """The cell, for messages."""


def patch(job: Job, code: str, hectares: Fraction | None, line: TableRow, column: str) -> Patch | None:
    """The area of a class code of the declared scheme; a code that it does not have is noted."""
    place = line.where(column)
    try:
        return Patch(land_class(job.declared.scheme, job.declared.version, code, where=place), hectares, line, place)
    except InputError as error:
        job.problems.take(error)
        return None


def area_rows(
    job: Job,
    zone: Zone,
    line: TableRow,
    patches: Sequence[Patch],
    *,
    nodata: Fraction = Fraction(0),
    pixel: Fraction | None = None,
) -> list[Made]:
    """The rows of a zone: one per ecosystem, one per open class, and a missing one for what the classes leave out.

    `nodata` and `pixel` are hectares. What is below one pixel is below the resolution of a raster: missing, not zero, also
    where no pixel has it, unless a decision (--accept-zero) takes that for zero. A survey's printed zero is a zero. A blank
    class is missing as land that nobody placed: the ecosystem keeps what is known of it, and is missing where nothing is.
    """
    _check_once(job, patches)
    groups: defaultdict[tuple[str, str, str], list[Patch]] = defaultdict(list)
    for item in patches:
        is_open = item.land.open or item.land.code in job.declared.open
        cell = ("", item.land.item, class_area.name) if is_open else (item.land.ecosystem, "", area.name)
        groups[cell].append(item)
    total = sum((item.hectares for item in patches if item.hectares is not None), Fraction(0))
    facts = _closure(job, zone, total, nodata)
    found, blank = [], []
    for cell, members in sorted(groups.items()):
        known = [item for item in members if item.hectares is not None]
        blank += [item for item in members if known and item.hectares is None]
        found.append(_made(job, zone, cell, known or members, _said(job, known or members, pixel), facts))
    if blank:
        found.append(_made(job, zone, (UNDECIDED, "", area.name), blank, _said(job, blank, pixel), facts))
    gap = _gap(zone, patches, total, nodata)
    if gap:
        share = facts.get("coverage") or (ratio_text(total / (total + nodata)) if total else "0")
        said_of = {"county": zone.county, "coverage": share, "tolerance": AREA_TOLERANCE_TEXT}
        job.problems.warn("import_coverage", line.place, **said_of)
        cell = (UNDECIDED, "", area.name)
        found.append(made(job, zone, (line,), cell, Said(presence="missing", note=gap), **facts, note=gap))
    return found


def _made(
    job: Job, zone: Zone, cell: tuple[str, str, str], members: Sequence[Patch], said: Said, facts: dict[str, str]
) -> Made:
    """The row of classes that go to one ecosystem, from the lines that they stand in."""
    lines = tuple({item.line.number: item.line for item in members}.values())
    return made(job, zone, lines, cell, said, classes="＋".join(item.land.printed for item in members), **facts)


def _check_once(job: Job, patches: Sequence[Patch]) -> None:
    """Note a class that stands twice in a zone, and one whose area is a part of that of another (0702 in 203 村庄)."""
    first: dict[str, Patch] = {}
    for item in patches:
        if (before := first.setdefault(item.land.code, item)) is not item:
            earlier = before.place if before.line is item.line else before.line.place
            facts = {"code": item.land.code, "first": earlier}
            job.problems.add("import_class_twice", item.place, **facts)
    for item in first.values():
        outer = [first[code] for code in item.land.within if code in first and first[code].hectares]
        if item.hectares and outer:
            facts = {"code": item.land.printed, "outer": "、".join(found.land.printed for found in outer)}
            job.problems.add("import_class_within", item.place, **facts)


def _said(job: Job, members: Sequence[Patch], pixel: Fraction | None) -> Said:
    names = "＋".join(item.land.printed for item in members)
    if any(item.hectares is None for item in members):
        return Said(presence="missing", note=f"{names}：来源该格为空")
    hectares = sum((item.hectares or Fraction(0) for item in members), Fraction(0))
    confirmed = f"；地类对照经确认：{job.declared.confirmed_by}" if job.declared.confirmed_by else ""
    evidence = _evidence(job, members)
    if not hectares and members[0].land.survey:
        return Said(presence="zero", origin="computed", evidence=evidence, note=f"{names}：来源写 0{confirmed}")
    if not hectares and job.declared.accept_zero:
        why = f"{names}：没有一个像元，按零采用：{job.declared.reason}（{job.declared.decided_by}）"
        return Said(presence="zero", origin="chosen", evidence="assumed", note=why)
    if not hectares:
        return Said(presence="missing", note=f"{names}：没有一个像元，低于来源分辨率的看不见，不是零")
    if pixel is not None and hectares < pixel:
        return Said(presence="missing", note=f"{names}：面积不足一个像元，低于来源的分辨率，不是零")
    value, unit = area_text(hectares)
    return Said(presence="value", value=value, unit=unit, origin="computed", evidence=evidence, note=names + confirmed)


def _evidence(job: Job, members: Iterable[Patch]) -> str:
    """The weakest of the data, of the class codes, and, where the crosswalk places them, of the mapping.

    A survey that its bureau declares, and whose mapping it confirms, states its own class codes: those lower nothing.
    """
    levels, sure = {job.declared.evidence}, states_declaration(job.declared.confirmed_by)
    for item in members:
        own = item.land.survey and sure and job.declared.evidence == "declared" and item.land.evidence == "secondary"
        levels.add("declared" if own else item.land.evidence)
        if not item.land.open and item.land.code not in job.declared.open:
            levels.add("declared" if sure else item.land.mapping_evidence)
    return weakest(levels)


def _closure(job: Job, zone: Zone, total: Fraction, nodata: Fraction) -> dict[str, str]:
    whole = zone.area or total + nodata
    if zone.area is None:
        return {"nodata_share": ratio_text(nodata / whole) if whole else ""}
    residual = (total + nodata - zone.area) / zone.area
    if residual > AREA_TOLERANCE:
        note = job.problems.add if residual > SURPLUS else job.problems.warn
        code = "import_surplus" if residual > SURPLUS else "import_closure"
        most = {"tolerance": AREA_TOLERANCE_TEXT, "surplus": share_text(SURPLUS)}
        note(code, zone.place, county=zone.county, residual=ratio_text(residual), **most)
    texts = {"coverage": ratio_text(total / zone.area), "nodata_share": ratio_text(nodata / zone.area)}
    return {**texts, "closure_residual": ratio_text(residual)}


def _gap(zone: Zone, patches: Sequence[Patch], total: Fraction, nodata: Fraction) -> str:
    """Why a part of the zone is unknown; empty where the classes leave no more than the tolerance out."""
    whole = zone.area or total + nodata
    if any(item.hectares is None for item in patches):
        return ""  # the blank class is missing by its own row
    if not total:
        return "没有一个有数据的像元：面积未知，不是零"
    if 1 - total / whole <= AREA_TOLERANCE:
        return ""
    return f"各地类面积只占 {ratio_text(total / whole)}：其余部分没有数据，不是零"
