"""zonal(): maps into the long input table with its provenance, or every reason why not; and the same by both ways of counting pixels."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qhgep.catalogue import shipped
from qhgep.coefficient_store import supported
from qhgep.errors import InputError, Language, Problem, Problems
from qhgep.importers.rows import Made, Zone
from qhgep.importers.run import Imported
from qhgep.importers.zones import check_county
from qhgep.inputs.landcover.crosswalk import with_classes
from qhgep.inputs.preliminary import tell_preliminary
from qhgep.inputs.row_evidence import held_to_sources
from qhgep.inputs.same_fault import tell_once
from qhgep.inputs.table import COLUMNS, Vocabulary, check_row
from qhgep.raster.numbers import shipped_store
from qhgep.raster.prepare import prepare
from qhgep.raster.rows import HEADER, make_rows
from qhgep.raster.session import Session
from qhgep.raster.tiles import Progress, Sums, Walk, serial, walk_tiles
from qhgep.text_tables import columns, in_one_line

_KEY = 6


@dataclass(frozen=True)
class Zonal:
    """What maps say: the table and its provenance as texts, the session and sums behind them, and what a reader must know."""

    imported: Imported
    session: Session
    sums: Sums
    made: tuple[Made, ...]
    journal: Path
    __repr__ = in_one_line

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What stops nothing and must be known."""
        return self.imported.warnings


def zonal(path: str | Path, *, method: str = "", walk: Walk = serial, progress: Progress | None = None) -> Zonal:
    """The table of a description maps.toml; see `qhgep.raster.description` for what it says.

    `method` forces pixel_center or exact. `walk` counts the tiles (`serial`, or those of `qhgep.raster.cluster`).
    Raises InputError with every fault, each at its line or file.
    """
    session = prepare(Path(path), method)
    problems = Problems()
    problems.items += session.warnings
    journal = journal_of(session)
    sums = walk_tiles(session, journal, walk=walk, progress=progress)
    made = _checked(session, make_rows(session, sums, problems), problems)
    tell_once(problems)
    problems.raise_if_any(InputError)
    imported = Imported(_table(made), _provenance(made), len(made), problems.warnings)
    return Zonal(imported, session, sums, tuple(made), journal)


def journal_of(session: Session) -> Path:
    """Where finished tiles are kept until the table is written: `inputs.csv` -> `inputs.tiles`."""
    table = session.description.table
    return table.with_name(f"{table.stem}.{session.method}.tiles")


def _checked(session: Session, made: Sequence[Made], problems: Problems) -> list[Made]:
    """The rows held to the rules of every input table: codes, periods, bounds, sources."""
    store, catalogue = shipped_store(), shipped()
    vocabulary = with_classes(
        Vocabulary(catalogue.vocabulary, catalogue.lists, store.ecosystems, supported(store.sources))
    )
    for zone in session.boundaries.zones:
        check_county(
            Zone(zone.code, zone.code, None, f"{session.boundaries.file} #{zone.number}"), session.period, problems
        )
    for item in made:
        check_row(item.row, vocabulary, problems)
    held = held_to_sources([item.row for item in made], vocabulary, problems)
    tell_preliminary(held, problems)
    return [replace(item, row=row) for item, row in zip(made, held, strict=True)]


def _text(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


def _table(made: Sequence[Made]) -> str:
    return _text(COLUMNS, [item.row.fields for item in made])


def _provenance(made: Sequence[Made]) -> str:
    return _text(HEADER, [(*item.row.key, *(item.facts.get(name, "") for name in HEADER[_KEY:])) for item in made])


_HEAD = {
    "zh": ("区划代码", "生态系统", "量", "像元中心", "精确面积", "相差"),
    "en": ("county", "ecosystem", "quantity", "pixel_center", "exact", "difference"),
}


def both_ways(found: Zonal, language: Language = "zh") -> list[str]:
    """The rows of a table as they are by pixel centres and by exact parts, with the relative difference, as lines of text."""
    path = found.session.description.path
    other = zonal(path, method="exact" if found.session.method == "pixel_center" else "pixel_center")
    other.journal.unlink(missing_ok=True)
    centre, exact = (found, other) if found.session.method == "pixel_center" else (other, found)
    first, second = ({item.row.key: item.row for item in one.made} for one in (centre, exact))
    rows: list[tuple[str, ...]] = [_HEAD[language]]
    for key in sorted(set(first) | set(second)):
        values = [one[key].value if key in one else "" for one in (first, second)]
        difference = "" if "" in values or float(values[0]) == 0 else f"{float(values[1]) / float(values[0]) - 1:+.4%}"
        shown = [f"{float(value):.6g}" if value else "-" for value in values]
        rows.append((key[0], key[3] or key[4] or "-", key[5], *shown, difference))
    return columns(rows, right=(3, 4, 5)).splitlines()
