"""From sums to the long input table: areas through the crosswalk, means and totals, each with its provenance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from qhgep.catalogue import shipped
from qhgep.errors import Problems
from qhgep.evidence import weakest
from qhgep.importers.areas import area_rows, patch
from qhgep.importers.declared import Declared
from qhgep.importers.rows import PROVENANCE, Job, Made, Said, Zone, covered, made, ratio_text
from qhgep.inputs.headed_table import HeadedTable, TableRow
from qhgep.inputs.landcover.crosswalk import area_text
from qhgep.quantities import AREA_TOLERANCE, AREA_TOLERANCE_TEXT, area, county_area, range_text
from qhgep.raster.boundaries import hectares
from qhgep.raster.counting import NO_CLASS
from qhgep.raster.model import texts
from qhgep.raster.session import COVER, Session
from qhgep.raster.tiles import Sums
from qhgep.units import factor, grows_with_area, unit

FURTHER = (
    "boundary_vintage", "boundary_sha256", "pixel_count", "tile_px", "left_out_share", "rasters", "raster_sha256", "scale_offset",
    "formulas", "parameters",
)  # fmt: skip
"""What the provenance of a map says beyond that of an imported table."""
HEADER = (*PROVENANCE, *FURTHER)
_METHODS = {"pixel_center": "像元中心在区域内", "exact": "像元按落在区域内的部分计"}
_CM2 = factor(unit("cm**2"), unit("ha"))


@dataclass(frozen=True)
class _CountyPlace:
    """One county: its number among the zones, as importers know it, and its line."""

    number: int
    zone: Zone
    line: TableRow


def make_rows(session: Session, sums: Sums, problems: Problems) -> list[Made]:
    """The rows of all counties, sorted by key. What is implausible, and a class that is not known, is noted."""
    _check(session, sums, problems)
    if any(item.severity == "error" for item in problems.items):
        return []
    return sorted(
        (row for place in _places(session) for row in _CountyRows(session, sums, place, problems).rows()),
        key=lambda item: item.row.key,
    )


def _places(session: Session) -> Iterator[_CountyPlace]:
    file = session.boundaries.file
    for number, found in enumerate(session.boundaries.zones):
        line = TableRow(file, found.number, {}, {}, is_csv=True)
        yield _CountyPlace(
            number, Zone(found.code, found.code, hectares(found.square_metres), f"{file} #{found.number}"), line
        )


def _check(session: Session, sums: Sums, problems: Problems) -> None:
    """Note values out of bounds, numbers that are no class, classes without crosswalk, classes without a value in a lookup."""
    text, cover = session.description.text, session.description.maps.land_cover
    for name, (count, least, greatest) in sorted(sums.strange.items()):
        quantity = shipped().vocabulary[name]
        if quantity.bounds is not None:
            facts = {
                "zh": quantity.zh, "count": f"{count:,}", "least": f"{least:.6g}", "greatest": f"{greatest:.6g}",
                "range": range_text(quantity.bounds, quantity.unit), "reason": quantity.bounds.reason,
            }  # fmt: skip
            problems.add("map_bounds", text.where("raster", name, "unit"), **facts)
    if cover is None:
        return
    scheme, where = f"{cover.scheme} {cover.version}", text.where(COVER, "file")
    for code, count in sorted(sums.classes.items()):
        problems.add("map_class_range", where, code=code, count=f"{count:,}", scheme=scheme)
    for code in sorted({land for name, _, land in sums.pieces if name == "pixels"} - {NO_CLASS}):
        if str(code) not in session.classes:
            problems.add(
                "map_class", where, code=code, scheme=scheme, known="、".join(session.classes), **_size(sums, code)
            )
            continue
        for name, entries in sorted(session.lookups.items()):
            if name in session.model.leaves and str(code) not in entries:
                facts = {
                    "zh": shipped().vocabulary[name].zh,
                    "quantity": name,
                    "land": session.classes[str(code)].printed,
                }
                problems.add("map_lookup_lacks", text.where("lookups"), **facts, **_size(sums, code))


def _size(sums: Sums, code: int) -> dict[str, str]:
    zones = sorted({zone for name, zone, land in sums.pieces if (name, land) == ("pixels", code)})
    pixels = sum(sums.total("pixels", zone, code) for zone in zones)
    size = sum(Fraction(sums.total("area", zone, code)) for zone in zones) * _CM2
    return {"count": f"{pixels:,.0f}", "area": f"{float(size):,.2f}"}


class _CountyRows:
    """The rows of one county."""

    def __init__(self, session: Session, sums: Sums, place: _CountyPlace, problems: Problems) -> None:
        self.session, self.sums, self.place, self.problems = session, sums, place, problems
        self.maps = session.description.maps
        self.outputs = [output.quantity for output in self.maps.output]
        self.whole = place.zone.area or Fraction(0)

    def rows(self) -> Iterator[Made]:
        if county_area.name in self.outputs:
            level = self.maps.boundaries.evidence
            job, said = self._job(self.maps.boundaries.source, level), area_text(self.whole)
            row = Said(
                presence="value",
                value=said[0],
                unit=said[1],
                origin="computed",
                evidence=level,
                note="边界多边形的椭球面积",
            )
            yield self._with(made(job, self.place.zone, (self.place.line,), ("", "", county_area.name), row), {})
        if area.name in self.outputs:
            yield from self._areas()
        for name in self.session.joint:
            yield from self._by_ecosystem(name)
        for name in self.session.alone:
            yield from self._by_county(name)

    def _job(self, source: str, evidence: str) -> Job:
        """A job as importers know it, so that areas and covered figures keep their one set of rules."""
        cover, session, accept = self.maps.land_cover, self.session, self.maps.accept
        declared = Declared(
            year="-".join(dict.fromkeys(session.period)), scheme=cover.scheme if cover else "", version=cover.version if cover else "",
            crs=session.crs_name, datum=self.maps.boundaries.datum, scale=f"{session.grid.pixel_metres:.6f}",
            boundary=self.maps.boundaries.source, source=source, evidence=evidence, confirmed_by=cover.confirmed_by if cover else "",
            accept_coverage=accept.coverage if accept else "", accept_zero=accept is not None and accept.zero, reason=accept.reason if accept else "",
            decided_by=accept.decided_by if accept else "",
        )  # fmt: skip
        table = HeadedTable(session.boundaries.file, session.boundaries.file, (), (self.place.line,))
        method = f"qhgep zonal：{_METHODS[session.method]}"
        return Job("zonal", method, table, declared, {}, "", self.problems)

    def _with(self, item: Made, facts: Mapping[str, str], *, layers: tuple[str, ...] = ()) -> Made:
        """A row with the provenance of maps beside what importers say."""
        session = self.session
        used = [name for name in layers if name in session.layers]
        mine = {
            "boundary_vintage": self.maps.boundaries.vintage, "boundary_sha256": session.boundaries.sha256,
            "tile_px": "x".join(map(str, session.grid.tile)), "source_file": " ".join(session.layers[name].path.name for name in used),
            "rasters": " ".join(used), "raster_sha256": " ".join(session.hashes[name] for name in used),
            "scale_offset": "; ".join(session.layers[name].facts for name in used if name != COVER),
        }  # fmt: skip
        return Made(item.row, {**item.facts, **mine, **facts})

    def _areas(self) -> Iterator[Made]:
        """Areas of the pixels that every output by ecosystem knows; the others are land of which something is unknown."""
        cover = self.maps.land_cover
        if cover is None:
            return
        job = self._job(cover.source, cover.evidence)
        pixels, size = ("pixels known", "area known") if self.session.joint else ("pixels", "area")
        patches = []
        seen = self.sums.lands("area", self.place.number)
        for land in sorted({land for name, _, land in self.sums.pieces if name == "area"} - {NO_CLASS}):
            size_of = Fraction(round(self.sums.total(size, self.place.number, land))) * _CM2
            found = patch(job, str(land), size_of, self.place.line, COVER)
            if found is not None and (size_of or land not in seen):
                patches.append(replace(found, land=self.session.classes[str(land)]))
        every = sum((item.hectares or Fraction(0) for item in patches), Fraction(0))
        nodata = Fraction(round(self.sums.over("area", self.place.number, seen))) * _CM2 - every
        for item in area_rows(job, self.place.zone, self.place.line, patches, nodata=nodata):
            codes = [
                land
                for land in patches
                if (land.land.open and land.land.item == item.row.item) or land.land.ecosystem == item.row.ecosystem
            ]
            count = sum(self.sums.total(pixels, self.place.number, int(land.land.code)) for land in codes)
            yield self._with(
                self._decided(item, [land.land.code for land in codes]),
                {"pixel_count": f"{count:.0f}"},
                layers=(COVER,),
            )

    def _decided(self, item: Made, codes: list[str]) -> Made:
        """A row that a decision of the description had a part in says so."""
        cover = self.maps.land_cover
        found = [decision for decision in (cover.decision if cover else []) if decision.code in codes]
        if not found or item.row.presence != "value":
            return item
        why = "；".join(
            f"{decision.code} → {decision.to}：{decision.reason}（{decision.decided_by}）" for decision in found
        )
        return Made(replace(item.row, origin="chosen", evidence="assumed", note=f"{item.row.note}；{why}"), item.facts)

    def _by_ecosystem(self, name: str) -> Iterator[Made]:
        """A total or a mean for each ecosystem, over the pixels where all outputs by ecosystem are known."""
        quantity, number = shipped().vocabulary[name], self.place.number
        groups: dict[str, list[int]] = {}
        for land in self.sums.lands("area", number):
            found = self.session.classes.get(str(land))
            if found is not None and not found.open:
                groups.setdefault(found.ecosystem, []).append(land)
        for ecosystem, lands in sorted(groups.items()):
            every = self.sums.over("area", number, lands)
            known = self.sums.over("area known", number, lands)
            total = self.sums.over(f"sum of {name}", number, lands)
            value = total if grows_with_area(quantity.unit) or not known else total / known
            said = self._said(name, (value, quantity.unit.printed), known / every if every else 0.0, lands)
            if said is None:
                continue
            left = self.sums.over(f"area left out of {name}", number, lands)
            facts = {
                "coverage": f"{known / every:.6f}", "nodata_share": f"{1 - known / every:.6f}",
                "left_out_share": f"{left / every:.6f}" if left else "", "scheme": self.maps.land_cover.scheme if self.maps.land_cover else "",
                "pixel_count": f"{self.sums.over('pixels known', number, lands):.0f}",
                "classes": "＋".join(self.session.classes[str(land)].printed for land in lands),
                "formulas": " ".join(texts(self.session.model, name)), "parameters": self._parameters(name, lands), "note": said.note,
            }  # fmt: skip
            job = self._job(self._sources(name), said.evidence)
            row = made(job, self.place.zone, (self.place.line,), (ecosystem, "", name), said)
            layers = (COVER, *self._leaves(name))
            yield self._with(row, facts, layers=layers)

    def _said(self, name: str, figure: tuple[float, str], share: float, lands: list[int]) -> Said | None:
        """What is said of an ecosystem. Where areas are written, its area is that of the known pixels, and the value is theirs."""
        value, printed = figure
        evidence = self._evidence(name, lands)
        accept = self.maps.accept
        if area.name in self.outputs or share >= 1 - float(AREA_TOLERANCE):
            if not share:
                return None
            if value == 0:
                return Said(presence="zero", origin="computed", evidence=evidence, note="各像元之和为零")
            return Said(presence="value", value=repr(value), unit=printed, origin="computed", evidence=evidence)
        if accept is not None and accept.coverage and share >= float(Fraction(accept.coverage)):
            why = f"覆盖率 {share:.6f}，仍采用：{accept.reason}（{accept.decided_by}）"
            return Said(
                presence="value", value=repr(value), unit=printed, origin="chosen", evidence="assumed", note=why
            )
        known = {"county": self.place.zone.county, "coverage": f"{share:.6f}", "tolerance": AREA_TOLERANCE_TEXT}
        self.problems.warn("import_coverage", self.place.zone.place, **known)
        return Said(
            presence="missing", note=f"有数据的部分占 {share:.6f}，其值为 {value!r} {printed}：其余部分没有数据，不是零"
        )

    def _by_county(self, name: str) -> Iterator[Made]:
        """The mean of a raster over a county, or its sum where it grows with area, over the pixels that have a value."""
        quantity, number = shipped().vocabulary[name], self.place.number
        raster = self.maps.raster[name]
        job = self._job(raster.source, raster.evidence)
        known = self.sums.total(f"area of {name}", number, 0)
        seen = self.sums.over("area", number, self.sums.lands("area", number))
        total = self.sums.total(f"sum of {name}", number, 0)
        value = total if grows_with_area(quantity.unit) or not known else total / known
        share = Fraction(round(known)) / round(seen) if seen else Fraction(0)
        figures = {name: (repr(value), quantity.unit.printed)}
        for item in covered(job, self.place.line, self.place.zone, figures, share):
            row = item.row
            if row.presence == "value" and value == 0:
                row = replace(row, presence="zero", value="", unit="", note=row.note or "各像元皆为零")
            facts = {
                "pixel_count": f"{self.sums.total(f'pixels of {name}', number, 0):.0f}",
                "closure_residual": self._residual(seen),
            }
            yield self._with(Made(row, item.facts), facts, layers=(name,))

    def _residual(self, seen: float) -> str:
        return ratio_text((Fraction(round(seen)) * _CM2 - self.whole) / self.whole) if self.whole else ""

    def _leaves(self, name: str) -> list[str]:
        """The rasters, lookups and numbers that an output rests on."""
        below = self.session.model.below(name)
        return [leaf for leaf in self.session.model.leaves if leaf in below]

    def _sources(self, name: str) -> str:
        named_sources = [self.maps.raster[leaf].source for leaf in self._leaves(name) if leaf in self.maps.raster]
        cover = [self.maps.land_cover.source] if self.maps.land_cover else []
        return "；".join(dict.fromkeys([*cover, *named_sources]))

    def _evidence(self, name: str, lands: list[int]) -> str:
        """The weakest of the rasters, the lookups, the numbers for the whole map, and the placing of the classes."""
        leaves = self._leaves(name)
        levels: set[str] = {self.maps.raster[leaf].evidence for leaf in leaves if leaf in self.maps.raster}
        levels |= {found.evidence for leaf, found in self.session.scalars.items() if leaf in leaves}
        for land in lands:
            levels |= {
                entries[str(land)].evidence
                for leaf, entries in self.session.lookups.items()
                if leaf in leaves and str(land) in entries
            }
            levels |= {self.session.classes[str(land)].evidence, self.session.classes[str(land)].mapping_evidence}
        if self.maps.land_cover is not None:
            levels.add(self.maps.land_cover.evidence)
        return weakest(levels)

    def _parameters(self, name: str, lands: list[int]) -> str:
        """The rows of lookups and the numbers for the whole map that the values rest on."""
        leaves = self._leaves(name)
        found_rows = [
            f"{leaf}={entries[str(land)].row}"
            for leaf, entries in sorted(self.session.lookups.items())
            if leaf in leaves
            for land in lands
            if str(land) in entries
        ]
        numbers = [f"{leaf}={found.source}" for leaf, found in sorted(self.session.scalars.items()) if leaf in leaves]
        return " ".join([*found_rows, *numbers])
