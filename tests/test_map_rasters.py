"""Models of pixels written as rasters: the values of each pixel, what is not known, and tags that say where it is from."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import rasterio
from click.testing import CliRunner

from qhgep import __version__, write_rasters, zonal
from qhgep.errors import InputError
from qhgep.raster import cog
from qhgep.raster.prepare import prepare
from tests.support.command_line import COMMAND
from tests.support.maps import COVER, description, given, outputs, raster
from tests.test_maps import constant, rusle, values, yield_maps

GRASS = np.full((8, 8), 4, np.uint8)
BOX = {"632621": (1, 1, 6, 6)}
YIELD = '[[output]]\nquantity = "water_yield_by_ecosystem"\nmethod = "budyko_fu"\nraster = "out/yield.tif"\n'


def written(path: Path) -> Path:
    (path.parent / "out").mkdir(exist_ok=True)
    (file,) = write_rasters(prepare(path))
    return file


def test_a_raster_has_the_yield_of_each_pixel_beyond_the_county_too(tmp_path: Path) -> None:
    """The published point, 90.482 mm, in every pixel but three: without data, without rain (nothing flows), and bare rock."""
    arrays = constant((8, 8))
    arrays["precipitation"][0, 0], arrays["precipitation"][0, 1] = -1, 0
    file = written(yield_maps(tmp_path, arrays, GRASS, BOX, outputs("area") + YIELD))
    assert file == tmp_path / "out" / "yield.tif"
    with rasterio.open(file) as source:
        found, nodata, unit = source.read(1), source.nodata, source.units[0]
        layout = source.tags(ns="IMAGE_STRUCTURE")["LAYOUT"]
    assert np.isnan(nodata)
    assert (unit, layout, found.dtype) == ("mm/a", "COG", np.float32)
    assert np.isnan(found[0, 0])
    assert found[0, 1] == 0
    rest = np.delete(found.ravel(), [0, 1])
    assert rest == pytest.approx(90.482, abs=5e-4)


def test_its_tags_say_unit_formulas_and_sources(tmp_path: Path) -> None:
    path = yield_maps(tmp_path, constant((8, 8)), GRASS, BOX, outputs("area") + YIELD)
    with rasterio.open(written(path)) as source:
        tags, name = source.tags(), source.descriptions[0]
    assert (tags["QUANTITY"], tags["UNIT"], tags["PERIOD"]) == ("water_yield_by_ecosystem", "mm/a", "2020")
    assert tags["SOFTWARE"] == f"qhgep {__version__}"
    assert name.endswith("water_yield_by_ecosystem")
    formulas, sources = tags["FORMULAS"].splitlines(), tags["SOURCES"].splitlines()
    assert any(line.startswith("actual_evapotranspiration/budyko_fu: ") and "[" in line for line in formulas)
    digest = hashlib.sha256((tmp_path / "precipitation.tif").read_bytes()).hexdigest()
    assert any(line.startswith("precipitation: precipitation.tif ") and digest in line for line in sources)
    assert any(line.startswith("crop_coefficient: class 4 = ") and "lookup.csv:" in line for line in sources)
    assert any(line.startswith("land_cover: lc.tif CLCD@annual-30m ") for line in sources)


def test_the_same_maps_give_the_same_bytes_and_the_table_is_the_same_with_a_raster(tmp_path: Path) -> None:
    plain = zonal(
        yield_maps(tmp_path, constant((8, 8)), GRASS, BOX, outputs("area", "water_yield_by_ecosystem/budyko_fu"))
    )
    path = yield_maps(tmp_path, constant((8, 8)), GRASS, BOX, outputs("area") + YIELD)
    assert zonal(path).imported.table == plain.imported.table
    first = written(path).read_bytes()
    assert written(path).read_bytes() == first
    assert sorted(item.name for item in tmp_path.iterdir() if item.name.startswith(".")) == []


def test_a_raster_that_was_written_is_read_again_in_its_own_unit(tmp_path: Path) -> None:
    """As a given raster its mean is that of the model, to the digits of 32 bits; another declared unit is refused."""
    path = yield_maps(tmp_path, constant((8, 8)), GRASS, BOX, outputs("area") + YIELD)
    mean = float(values(zonal(path))["632621", "grassland", "water_yield_by_ecosystem"].split()[0])
    (tmp_path / "water_yield_by_ecosystem.tif").write_bytes(written(path).read_bytes())
    again = COVER + given("water_yield_by_ecosystem", "mm/a") + outputs("water_yield_by_ecosystem")
    held = values(zonal(description(tmp_path, again)))
    assert float(held["632621", "grassland", "water_yield_by_ecosystem"].split()[0]) == pytest.approx(mean, rel=1e-6)
    with pytest.raises(InputError) as told:
        zonal(description(tmp_path, again.replace('"mm/a"', '"m/a"')))
    assert "map_unit_differs" in {item.code for item in told.value.problems}


def test_where_a_formula_says_nothing_there_is_no_data(tmp_path: Path) -> None:
    """23.3371 t/hm2 on each grass pixel of 0.09 hm2; water, where the support practice is 0, is left out: not retained, not zero."""
    path = rusle(tmp_path, "0")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('method = "rusle"\n', 'method = "rusle"\nraster = "out/kept.tif"\n'), encoding="utf-8")
    with rasterio.open(written(path)) as source:
        found, unit = source.read(1), source.units[0]
    assert unit == "t/a"
    assert found[:, :4] == pytest.approx(23.3371 * 0.09, rel=1e-5)
    assert np.isnan(found[:, 4:]).all()


def test_the_verb_writes_it_and_a_raster_in_the_place_of_another_file_is_refused(tmp_path: Path) -> None:
    path = yield_maps(tmp_path, constant((8, 8)), GRASS, BOX, outputs("area") + YIELD)
    (tmp_path / "out").mkdir()
    shown = CliRunner().invoke(COMMAND, ["zonal", str(path)])
    assert shown.exit_code == 0, shown.output
    assert "yield.tif" in shown.stdout
    for name, code in (("lc.tif", "map_cog_name"), ("yield.png", "map_cog_name"), ("inputs.csv", "map_cog_name")):
        wrong = yield_maps(
            tmp_path, constant((8, 8)), GRASS, BOX, outputs("area") + YIELD.replace("out/yield.tif", name)
        )
        with pytest.raises(InputError) as told:
            prepare(wrong)
        assert {item.code for item in told.value.problems} == {code}
    assert told.value.text().endswith("栅格不能写到 inputs.csv；还没有别用的文件名，以 .tif 结尾；换一个文件名。")
    area = '[[output]]\nquantity = "area"\nraster = "out/area.tif"\n'
    with pytest.raises(InputError) as told:
        prepare(yield_maps(tmp_path, constant((8, 8)), GRASS, BOX, area + YIELD))
    assert "map_cog_what" in {item.code for item in told.value.problems}
    assert (
        "area 不是逐像元算出的量；分生态系统的一个 [[output]]，由公式或栅格逐像元得出；删去 raster，或换一个量。"
        in told.value.text()
    )


def test_a_full_disk_leaves_neither_half_a_raster_nor_a_scrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    path = yield_maps(tmp_path, constant((8, 8)), GRASS, BOX, outputs("area") + YIELD)
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(cog, "copy", full)
    with pytest.raises(InputError) as told:
        write_rasters(prepare(path))
    assert told.value.problems[0].code == "map_cog_write"
    assert told.value.text() == (
        "inputs.csv  栅格写不出去：[Errno 28] No space left on device；能写的文件夹，有足够的空间（每个像元 4 字节的两倍）；腾出空间后再运行。"
    )
    assert list((tmp_path / "out").iterdir()) == []
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith(".")] == []


def test_slope_and_slope_length_as_rasters_make_l_and_s_pixel_by_pixel(tmp_path: Path) -> None:
    """7.3 of the methods: 60 m of slope at 8 degrees are L 1.646588 and S 1.838108, so that 23.3371 t/hm2 are kept."""
    path = rusle(tmp_path)
    text = path.read_text(encoding="utf-8")
    for name, value, factor in (
        ("slope_length", 60.0, "slope_length_factor"),
        ("slope", 8.0, "slope_steepness_factor"),
    ):
        raster(tmp_path / f"{name}.tif", np.full((8, 8), value))
        (tmp_path / f"{factor}.tif").unlink()
        text = text.replace(given(factor, "1"), given(name, "m" if name == "slope_length" else "°"))
    ways = {
        "slope_length_factor": "wischmeier",
        "slope_steepness_factor": "liu",
        "slope_sine": "degrees",
        "slope_length_exponent": "slope_class",
    }
    methods = "[methods]\n" + "".join(f'{name} = "{way}"\n' for name, way in ways.items())
    methods += '[value.steepness_constant_middle]\nrow = "RU-S2b"\nreason = "两处印法取 0.50"\ndecided_by = "甲"\n'
    path.write_text(text.replace("[[output]]", methods + "[[output]]", 1), encoding="utf-8")
    held = values(zonal(path))
    assert float(held["632621", "grassland", "soil_retained"].split()[0]) == pytest.approx(23.3371 * 1.62, rel=1e-5)
