"""Where a row holds: division codes, and named regions that have none and whose members no document lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from qhgep.coefficient_store.rows import STRICT, Row
from qhgep.data import data_folder, toml_of
from qhgep.errors import Problems
from qhgep.inputs.counties import read_counties

FILE = "regions.toml"
NATION = "全国"
_CODE = 6


class Region(BaseModel):
    """A region without a division code. A row of it serves a unit of that very id, any other by decision only."""

    model_config = STRICT
    id: str
    zh: str
    note: str = ""


@cache
def shipped_regions() -> Mapping[str, Region]:
    """The regions of coefficients/regions.toml by id."""
    content = toml_of((data_folder("coefficients") / FILE).read_bytes(), FILE, Problems()) or {}
    return {name: Region(id=name, **about) for name, about in content.items() if isinstance(about, dict)}


def region_chain(county: str) -> tuple[str, ...]:
    """The regions a code lies in, nearest first: county, prefecture, province, nation (empty)."""
    chain = (county, county[:4] + "00", county[:2] + "0000", "")
    return tuple(dict.fromkeys(chain))


def region_text(code: str) -> str:
    """The places of a row as a page names them: a division code, the name of a region, 全国 for none."""
    named = shipped_regions()
    return "／".join(named[part].zh if part in named else part for part in code.split("/")) if code else NATION


def region_in_words(codes: str) -> str:
    """The places of a row by code and name; one that the table of divisions does not have as `region_text` names it."""
    known = read_counties().by_code
    return "／".join(f"{part} {known[part].zh}" if part in known else region_text(part) for part in codes.split("/"))


def check_regions(row: Row, known: Iterable[str], problems: Problems) -> None:
    """Note each place of a row that is neither a division code nor a region of regions.toml: it would serve nobody."""
    names = set(known)
    for code in row.region_code.split("/") if row.region_code else ():
        if code.strip() and not (len(code) == _CODE and code.isdecimal()) and code not in names:
            problems.add("row_region_unknown", row.place, row=row.row, found=code, file=Path(FILE).name)
