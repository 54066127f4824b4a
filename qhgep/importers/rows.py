"""What an importer makes: rows of the long input table, and for each the provenance that stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from qhgep.errors import Problems
from qhgep.importers.declared import UNSTATED, Declared
from qhgep.inputs import Input
from qhgep.inputs.headed_table import HeadedTable, TableRow
from qhgep.inputs.table import input_of
from qhgep.quantities import AREA_TOLERANCE, AREA_TOLERANCE_TEXT

PROVENANCE = (
    "county_code", "period_from", "period_to", "ecosystem", "item", "quantity", "kind", "method", "scheme",
    "scheme_version", "classes", "crs", "datum", "scale_m", "boundary", "zone", "declared_area_ha", "coverage",
    "nodata_share", "closure_residual", "confirmed_by", "source_file", "source_sha256", "source_rows", "note",
)  # fmt: skip
"""The header of a provenance file; its first six columns are the key of the row it speaks of."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone: its id in the source, its county, and its declared area in hectares (None: not declared)."""

    id: str
    county: str
    area: Fraction | None
    place: str


@dataclass(frozen=True)
class Made:
    """A row, and what its provenance says beside its key."""

    row: Input
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Job:
    """One import: the kind, what it reads, what it was told, where problems go."""

    kind: str
    method: str
    source: HeadedTable
    declared: Declared
    zones: Mapping[str, Zone]
    sha256: str
    problems: Problems

    @property
    def id_column(self) -> str:
        """The column of the ids of zones; InVEST names its own."""
        return self.declared.id_column or "ws_id"

    @property
    def period(self) -> tuple[str, str]:
        """First and last year of the declared period."""
        first, _, last = self.declared.year.partition("-")
        return first, last or first


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a row says: presence with its value, origin and evidence, or why there is none."""

    presence: str
    value: str = ""
    unit: str = ""
    origin: str = ""
    evidence: str = ""
    note: str = ""


def made(
    job: Job, zone: Zone, lines: tuple[TableRow, ...], cell: tuple[str, str, str], said: Said, **facts: str
) -> Made:
    """The row of a zone for (ecosystem, item, quantity), with the provenance that all rows of a job share."""
    declared = job.declared
    source = declared.source or job.source.file
    words = (said.value, said.unit, said.presence, said.origin, said.evidence, source, said.note)
    row = input_of((zone.county, *job.period, *cell, *words), file=lines[0].file, line=lines[0].number)
    shared = {
        "kind": job.kind, "method": job.method, "scheme": declared.scheme, "scheme_version": declared.version,
        "crs": declared.crs, "datum": declared.datum, "scale_m": declared.scale, "boundary": declared.boundary,
        "zone": zone.id, "declared_area_ha": "" if zone.area is None else ratio_text(zone.area),
        "confirmed_by": declared.confirmed_by, "source_file": job.source.file, "source_sha256": job.sha256,
        "source_rows": " ".join(str(line.number) for line in lines),
    }  # fmt: skip
    return Made(row, {**shared, **facts})


def ratio_text(number: Fraction) -> str:
    """A number of a provenance file, to six decimals; one beyond floats, as of a mistyped area, as a power of ten."""
    try:
        return format(float(number), ".6f")
    except OverflowError:
        return format(Decimal(number.numerator) / Decimal(number.denominator), ".6e")


def covered(
    job: Job, line: TableRow, zone: Zone, quantities: Mapping[str, tuple[str, str]], coverage: Fraction | None
) -> list[Made]:
    """Rows of county figures (quantity -> value and unit as printed) that rest on a part of the zone, `coverage` of it.

    Beyond the tolerance of areas, or where it is unknown, the figure of the part is not that of the county: the rows are missing
    with the reason, unless --accept-coverage reaches so far; then they are chosen, and assumed.
    """
    known = "未知" if coverage is None else ratio_text(coverage)
    whole = coverage is not None and abs(coverage - 1) <= AREA_TOLERANCE
    accepted = not whole and _accepted(job.declared.accept_coverage, coverage)
    gap = "" if coverage is None else ratio_text(1 - coverage if coverage < 1 else Fraction(0))
    facts = {"coverage": "unknown" if coverage is None else known, "nodata_share": gap}
    if not whole and not accepted:
        job.problems.warn(
            "import_coverage", line.place, county=zone.county, coverage=known, tolerance=AREA_TOLERANCE_TEXT
        )
    found = []
    for name, (value, unit) in quantities.items():
        if whole:
            said = Said(presence="value", value=value, unit=unit, origin="computed", evidence=job.declared.evidence)
        elif accepted:
            why = f"覆盖率 {known}，仍采用：{job.declared.reason}（{job.declared.decided_by}）"
            said = Said(presence="value", value=value, unit=unit, origin="chosen", evidence="assumed", note=why)
        else:
            why = f"来源值 {value} {unit} 的覆盖率为 {known}：其余部分没有数据，不是零，也不是平均值"
            if coverage is not None and coverage > 1:
                why = f"来源值 {value} {unit} 所代表的面积是声明面积的 {known} 倍：不是该县的值"
            said = Said(presence="missing", note=why)
        found.append(made(job, zone, (line,), ("", "", name), said, **facts, note=said.note))
    return found


def blank(job: Job, line: TableRow, zone: Zone, names: Iterable[str], columns: str) -> list[Made]:
    """Missing rows of county figures whose cell in the source is empty."""
    note = f"{columns}：来源该格为空"
    return [
        made(job, zone, (line,), ("", "", name), Said(presence="missing", note=note), coverage="unknown", note=note)
        for name in names
    ]


def figure(job: Job, line: TableRow, zone: Zone, column: str, coverage: Fraction | None) -> list[Made]:
    """The row of the declared quantity, whose figure stands in a column."""
    declared = job.declared
    if not line.text(column):
        return blank(job, line, zone, (declared.quantity,), column)
    digits = line.digits(column, job.problems)
    return [] if digits is None else covered(job, line, zone, {declared.quantity: (digits, declared.unit)}, coverage)


def _accepted(written: str, coverage: Fraction | None) -> bool:
    if not written or coverage is None:
        return written == UNSTATED
    return written != UNSTATED and min(coverage, 1 / coverage if coverage else Fraction(0)) >= Fraction(written)
