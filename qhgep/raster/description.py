"""maps.toml: boundaries, rasters with unit and source, lookup tables, methods and what is to be written."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qhgep.data import confined, is_folder, regular_file
from qhgep.errors import InputError, Problems, problem
from qhgep.evidence import Evidence
from qhgep.toml_lines import TomlText, toml_model

SUFFIXES = frozenset({".tif", ".tiff"})
"""Of rasters that are written."""
_MOST_RASTER = 1 << 46
"""The size of a map, which is read tile by tile."""

STRICT = ConfigDict(strict=True, frozen=True, extra="forbid")
FileScale = Literal["", "apply", "ignore"]


class BoundaryFile(BaseModel):
    """[boundaries]: the polygons, the column of county codes, the datum, where they come from and of when they are."""

    model_config = STRICT
    file: str
    layer: str = ""
    code: str
    datum: str
    crs: str = ""
    source: str
    evidence: Evidence = "unconfirmed"
    vintage: str
    counties: list[str] = []
    """Codes of the counties that are wanted; all of them where it is empty."""


class Decision(BaseModel):
    """[[land_cover.decision]]: what a class is that the crosswalk leaves open, why, and who decided."""

    model_config = STRICT
    code: str
    to: str
    reason: str = Field(min_length=1)
    decided_by: str = Field(min_length=1)


class LandCover(BaseModel):
    """[land_cover]: the raster of classes, its scheme and version."""

    model_config = STRICT
    file: str
    scheme: str
    version: str
    source: str
    evidence: Evidence = "unconfirmed"
    band: int = 1
    nodata: float | int | None = None
    resampling: str = ""
    crs: str = ""
    confirmed_by: str = ""
    decision: list[Decision] = []


class RasterFile(BaseModel):
    """[raster.<quantity>]: a file, the unit of its numbers, and its source."""

    model_config = STRICT
    file: str
    unit: str
    source: str
    evidence: Evidence = "unconfirmed"
    band: int = 1
    nodata: float | int | None = None
    file_scale: FileScale = ""
    resampling: str = ""
    crs: str = ""
    wind: Literal["", "hourly", "daily", "monthly", "annual"] = ""
    """Of which observations a sum of wind or a weather factor was made."""


class MapValue(BaseModel):
    """[value.<quantity>]: one number for the whole map: a coefficient row used by decision, or a number with its source."""

    model_config = STRICT
    row: str = ""
    value: str = ""
    unit: str = ""
    source: str = ""
    evidence: Evidence = "unconfirmed"
    reason: str = ""
    decided_by: str = ""


class Output(BaseModel):
    """[[output]]: a quantity of the table, and where several ways lead to it, by which.

    `raster`: a file beside the description (.tif), for a quantity by ecosystem that is to be had as a raster too.
    """

    model_config = STRICT
    quantity: str
    method: str = ""
    raster: str = ""


class Accept(BaseModel):
    """[accept]: the lowest coverage at which the figure of a part still serves; whether a class without a pixel is zero; why; who."""

    model_config = STRICT
    coverage: str = ""
    zero: bool = False
    reason: str = Field(min_length=1)
    decided_by: str = Field(min_length=1)


class Maps(BaseModel):
    """The whole description."""

    model_config = STRICT
    schema_: Literal[1] = Field(alias="schema")
    title: str
    period: str | int
    table: str
    boundaries: BoundaryFile
    land_cover: LandCover | None = None
    raster: dict[str, RasterFile] = {}
    lookups: list[str] = []
    value: dict[str, MapValue] = {}
    methods: dict[str, str] = {}
    accept: Accept | None = None
    output: list[Output] = Field(min_length=1)


class Description:
    """A description that was read, its folder and the places of its keys."""

    def __init__(self, path: Path, maps: Maps, text: TomlText, content: bytes) -> None:
        """Take what `read_description` found."""
        self.path, self.maps, self.text, self.content = path, maps, text, content

    def file(self, name: str, *key: str | int) -> Path:
        """A file that the description names. Raises InputError where it leads out of the folder or is not there."""
        where = self.text.where(*key)
        path = confined(self.path.parent, name, None, where)
        try:
            return path if is_folder(path) else regular_file(path, most=_MOST_RASTER)
        except OSError as error:
            raise InputError(problem("file_missing", where)) from error

    def raster(self, number: int) -> Path:
        """Where the raster of an output is written. Raises InputError where that is out of the folder."""
        return confined(
            self.path.parent, self.maps.output[number].raster, None, self.text.where("output", number, "raster")
        )

    @property
    def table(self) -> Path:
        """Where the table is written."""
        return confined(self.path.parent, self.maps.table, None, self.text.where("table"))


def read_description(path: Path) -> Description:
    """The description in a file. Raises InputError with every fault at its line."""
    problems = Problems()
    try:
        content = regular_file(path).read_bytes()
    except OSError as error:
        problems.add("file_missing", path.name)
        raise InputError(problems.items) from error
    maps, text = toml_model(content, path.name, Maps, problems)
    if maps is None:
        raise InputError(problems.items)
    return Description(path, maps, text, content)
