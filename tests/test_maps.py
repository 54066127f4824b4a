"""Maps: areas on the ellipsoid, zones, models of pixels by hand and by an independent program, the same bits in any order."""

import csv
import hashlib
import io
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import CRS
from rasterio.features import rasterize

from qhgep import allocate
from qhgep.account.read import read_account
from qhgep.engine import compute
from qhgep.errors import Problems
from qhgep.importers.run import write_import
from qhgep.inputs.landcover.crosswalk import with_classes
from qhgep.inputs.read import read_rows
from qhgep.raster.counting import count_tile
from qhgep.raster.grid import PixelGrid
from qhgep.raster.layers import gdal
from qhgep.raster.pixel_area import PixelWindow, cell_area
from qhgep.raster.prepare import prepare
from qhgep.raster.run import Zonal, both_ways, journal_of, zonal
from qhgep.raster.session import Session
from tests.oracles.maps import annual_yield, cell_areas, means
from tests.support import maps
from tests.support.maps import COVER, boundaries, box, description, lookup, outputs, raster
from tests.test_inputs import vocabulary

YIELD = ("precipitation", "reference_evapotranspiration", "root_restricting_depth", "available_water_content")
UNITS = {
    "precipitation": "mm/a",
    "reference_evapotranspiration": "mm/a",
    "root_restricting_depth": "mm",
    "available_water_content": "1",
}
SEASON = '[value.seasonality]\nvalue = "6"\nunit = "1"\nsource = "虚构"\nevidence = "assumed"\n'
TABLE = {"crop_coefficient": {4: "0.8", 5: "1"}, "root_depth": {4: "1000", 5: "0"}, "vegetation_flag": {4: "1", 5: "0"}}
LOOKUPS = 'lookups = ["lookup.csv"]\n'


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def values(found: Zonal) -> dict[tuple[str, str, str], str]:
    return {
        (row["county_code"], row["ecosystem"] or row["item"], row["quantity"]): f"{row['value']} {row['unit']}".strip()
        or row["presence"]
        for row in records(found.imported.table)
    }


def with_lookups(path: Path) -> Path:
    path.write_text(
        path.read_text(encoding="utf-8").replace('table = "inputs.csv"\n', 'table = "inputs.csv"\n' + LOOKUPS),
        encoding="utf-8",
    )
    return path


def yield_maps(
    folder: Path, arrays: dict[str, np.ndarray], lands: np.ndarray, boxes: dict[str, tuple[float, ...]], more: str = ""
) -> Path:
    """A description of annual yield on these arrays."""
    raster(folder / "lc.tif", lands, nodata=0)
    for name, array in arrays.items():
        raster(folder / f"{name}.tif", array, nodata=-1)
    boundaries(folder / "b.gpkg", {code: box(*place) for code, place in boxes.items()})
    lookup(folder, TABLE, units={"root_depth": "mm"})
    rasters = "".join(maps.given(name, UNITS[name]) for name in YIELD)
    text = COVER + rasters + SEASON + (more or outputs("area", "water_yield_by_ecosystem/budyko_fu"))
    return with_lookups(description(folder, text))


def constant(shape: tuple[int, int], **changes: float) -> dict[str, np.ndarray]:
    """The published point: P 500, ET0 900, soil 800 mm, PAWC 0.15; with Kc 0.8, root 1000, Z 6 the yield is 90.482 mm."""
    point = {
        "precipitation": 500.0,
        "reference_evapotranspiration": 900.0,
        "root_restricting_depth": 800.0,
        "available_water_content": 0.15,
    }
    return {name: np.full(shape, value) for name, value in (point | changes).items()}


# --- areas ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "major", "inverse"), [("EPSG:4326", 6378137.0, 298.257223563), ("EPSG:4610", 6378140.0, 298.257)]
)
def test_the_area_of_a_degree_cell_is_the_integral_over_the_ellipsoid(name: str, major: float, inverse: float) -> None:
    pixel, upper = 1 / 3600, 38.0
    found = cell_area(CRS.from_user_input(name), (99.0, pixel, upper, pixel), PixelWindow(0, 0, 40, 7))[:, 0]
    expected = cell_areas(upper, pixel, 40, major=major, flattening=1 / inverse)
    assert np.max(np.abs(found / 1e4 / expected - 1)) < 1e-7  # whole cm2 of about 750 m2 are 7e-8 of it
    assert np.all(found == np.rint(found))


def test_a_cell_of_an_equal_area_projection_is_its_planar_area() -> None:
    assert cell_area(CRS.from_user_input(maps.ALBERS), (0, 30, 3_900_000, 30), PixelWindow(0, 0, 5, 5)).tolist() == [
        [9_000_000.0]
    ]


def test_a_cell_of_a_gauss_kruger_projection_is_smaller_on_the_ground_than_on_the_plane() -> None:
    """100 km from the central meridian the scale is 1 + x2/2R2 = 1.000123, its square 1.000246."""
    area = cell_area(
        CRS.from_user_input("EPSG:4543"), (600_000, 30, 3_900_000, 30), PixelWindow(0, 0, 3, 3)
    )  # 102 E, false easting 500 km
    assert 9_000_000 / area[0, 0] == pytest.approx(1.000246, abs=2e-6)
    assert np.ptp(area) < 10


def test_the_area_of_a_pixel_does_not_hang_on_the_tile_it_is_read_in() -> None:
    grid = PixelGrid(CRS.from_user_input("EPSG:4543").to_wkt(), (600_000, 30, 3_900_000, 30), 300, 300)
    whole = grid.area(PixelWindow(0, 0, 300, 300))
    assert np.array_equal(whole[100:150, 70:200], grid.area(PixelWindow(100, 70, 50, 130)))


POLYGON = shapely.Polygon([(99.0, 35.02), (99.31, 35.0), (99.4, 35.2), (99.2, 35.33), (99.03, 35.25)])


def test_classes_close_on_the_polygon_at_30_m(tmp_path: Path) -> None:
    """0.01 % is the promise for pixel centres at 30 m: one arc second on the ellipsoid against the geodesic area."""
    pixel = 1 / 3600
    raster(
        tmp_path / "lc.tif",
        np.full((1300, 1500), 4, np.uint8),
        pixel=pixel,
        left=98.99,
        upper=35.34,
        crs="EPSG:4326",
        tiled=True,
    )
    boundaries(tmp_path / "b.gpkg", {"632621": POLYGON}, crs="EPSG:4490")
    found = zonal(description(tmp_path, COVER + outputs("area", "county_area"), datum="CGCS2000"))
    area, county = (
        Fraction(row["value"]) for row in sorted(records(found.imported.table), key=lambda row: row["quantity"])
    )
    assert abs(area / county - 1) < Fraction(1, 10_000)
    assert abs(float(records(found.imported.provenance)[-1]["closure_residual"])) <= 0.0001


def test_exact_parts_close_on_the_polygon_at_5_km(tmp_path: Path) -> None:
    """0.005 % is the promise for exact coverage; by pixel centres the same grid is off by 0.8 %."""
    raster(tmp_path / "lc.tif", np.full((20, 20), 4, np.uint8), pixel=0.05, left=98.7, upper=35.6, crs="EPSG:4326")
    boundaries(tmp_path / "b.gpkg", {"632621": POLYGON}, crs="EPSG:4326")
    path = description(tmp_path, COVER + outputs("area", "county_area"))
    exact, centre = zonal(path), zonal(path, method="pixel_center")
    assert exact.session.method == "exact"
    sizes = [
        {row["quantity"]: float(row["value"]) for row in records(found.imported.table) if row["value"]}
        for found in (exact, centre)
    ]
    assert abs(sizes[0]["area"] / sizes[0]["county_area"] - 1) < 0.00005
    assert abs(sizes[1]["area"] / sizes[1]["county_area"] - 1) > 0.005
    lines = both_ways(exact)
    assert lines[0].split() == ["区划代码", "生态系统", "量", "像元中心", "精确面积", "相差"]
    assert lines[1].split()[:3] == ["632621", "-", "county_area"]
    assert lines[1].endswith("+0.0000%")
    assert lines[2].split()[:3] == ["632621", "grassland", "area"]


def test_polygons_in_degrees_are_brought_to_the_projection_of_the_raster(tmp_path: Path) -> None:
    raster(tmp_path / "lc.tif", np.full((1500, 1700), 4, np.uint8), left=-545_000.0, upper=3_792_000.0)
    boundaries(tmp_path / "b.geojson", {"632621": POLYGON}, crs="EPSG:4326")
    found = zonal(description(tmp_path, COVER + outputs("area", "county_area"), file="b.geojson"))
    sizes = {row["quantity"]: float(row["value"]) for row in records(found.imported.table)}
    assert abs(sizes["area"] / sizes["county_area"] - 1) < 0.0001


# --- land cover -------------------------------------------------------------------------------------------------------


def test_pixels_are_counted_by_zone_and_class(tmp_path: Path) -> None:
    """Two boxes of 4 x 5 and 4 x 3 pixels of 900 m2 = 0.09 hm2: 20 and 12 pixels, of which 2 and 1 are water."""
    lands = np.full((8, 12), 4, np.uint8)
    lands[2, 2], lands[3, 3], lands[2, 8] = 5, 5, 5
    raster(tmp_path / "lc.tif", lands)
    boundaries(tmp_path / "b.gpkg", {"632621": box(2, 2, 4, 5), "632222": box(2, 7, 4, 3)})
    found = zonal(description(tmp_path, COVER + outputs("area")))
    assert values(found) == {
        ("632222", "grassland", "area"): "0.99 hm2", ("632222", "wetland.open_water", "area"): "0.09 hm2",
        ("632621", "grassland", "area"): "1.62 hm2", ("632621", "wetland.open_water", "area"): "0.18 hm2",
    }  # fmt: skip
    beside = {(row["county_code"], row["ecosystem"]): row for row in records(found.imported.provenance)}
    row = beside["632621", "wetland.open_water"]
    assert (row["pixel_count"], row["datum"], row["boundary_vintage"], row["scale_m"]) == (
        "2",
        "WGS84",
        "2020",
        "30.000000",
    )
    assert (row["nodata_share"], row["closure_residual"].lstrip("-")) == ("0.000000", "0.000000")
    assert row["raster_sha256"] == hashlib.sha256((tmp_path / "lc.tif").read_bytes()).hexdigest()


def test_an_open_class_is_left_to_the_account_or_decided_in_the_description(tmp_path: Path) -> None:
    raster(tmp_path / "lc.tif", np.full((8, 8), 7, np.uint8))
    boundaries(tmp_path / "b.gpkg", {"632621": box(2, 2, 4, 5)})
    found = zonal(description(tmp_path, COVER + outputs("area")))
    assert values(found) == {("632621", "CLCD@annual-30m:7", "landcover_class_area"): "1.8 hm2"}
    decision = '[[land_cover.decision]]\ncode = "7"\nto = "desert.gobi"\nreason = "踏勘"\ndecided_by = "甲"\n'
    found = zonal(description(tmp_path, COVER + decision + outputs("area")))
    (row,) = records(found.imported.table)
    assert (row["ecosystem"], row["value"], row["origin"], row["evidence"]) == (
        "desert.gobi",
        "1.8",
        "chosen",
        "assumed",
    )
    assert row["note"] == "CLCD 7 裸地；7 → desert.gobi：踏勘（甲）"


def test_the_table_is_one_that_accounts_read_and_it_is_written_once(tmp_path: Path) -> None:
    path = yield_maps(tmp_path, constant((8, 8)), np.full((8, 8), 4, np.uint8), {"632621": (1, 1, 6, 6)})
    found = zonal(path)
    table, beside = write_import(found.imported, tmp_path / "inputs.csv")
    assert beside.name == "inputs.provenance.csv"
    assert {
        row.quantity
        for row in read_rows(table.read_text(encoding="utf-8"), "t", with_classes(vocabulary()), Problems())
    } == {"area", "water_yield_by_ecosystem"}
    assert zonal(path).imported == found.imported


# --- models of pixels -------------------------------------------------------------------------------------------------


def test_the_published_point_of_annual_yield(tmp_path: Path) -> None:
    """reference/gep-methods.md 7.2: w 2.69, AET/P 0.81904, Y 90.482 mm."""
    path = yield_maps(tmp_path, constant((8, 8)), np.full((8, 8), 4, np.uint8), {"632621": (1, 1, 6, 6)})
    assert float(values(zonal(path))["632621", "grassland", "water_yield_by_ecosystem"].split()[0]) == pytest.approx(
        90.482, abs=5e-4
    )


def test_half_a_county_without_rain_data_is_half_known(tmp_path: Path) -> None:
    """6 x 6 pixels of 0.09 hm2 = 3.24 hm2; the left half is known: 1.62 hm2 at 90.482 mm, the rest is missing, coverage 50 %."""
    arrays = constant((8, 8))
    arrays["precipitation"][:, 4:] = -1
    path = yield_maps(tmp_path, arrays, np.full((8, 8), 4, np.uint8), {"632621": (1, 1, 6, 6)})
    found = zonal(path)
    held = values(found)
    assert held["632621", "grassland", "area"] == "1.62 hm2"
    assert held["632621", "unclassified", "area"] == "missing"
    assert float(held["632621", "grassland", "water_yield_by_ecosystem"].split()[0]) == pytest.approx(90.482, abs=5e-4)
    rows = {(row["ecosystem"], row["quantity"]): row for row in records(found.imported.provenance)}
    assert rows["grassland", "water_yield_by_ecosystem"]["coverage"] == "0.500000"
    assert rows["unclassified", "area"]["nodata_share"] == "0.500000"
    assert [item.code for item in found.warnings] == ["import_coverage"]


def test_without_an_area_the_figure_of_a_half_is_missing_unless_it_is_accepted(tmp_path: Path) -> None:
    arrays = constant((8, 8), precipitation=480.5)
    arrays["precipitation"][:, 4:] = -1
    only = outputs("water_yield_by_ecosystem/budyko_fu", "precipitation")
    boxes = {"632621": (1.0, 1.0, 6.0, 6.0)}
    path = yield_maps(tmp_path, arrays, np.full((8, 8), 4, np.uint8), boxes, only)
    rows = {row["quantity"]: row for row in records(zonal(path).imported.table)}
    assert [row["presence"] for row in rows.values()] == ["missing", "missing"]
    assert rows["water_yield_by_ecosystem"]["note"].startswith("有数据的部分占 0.500000，其值为 ")
    assert (
        rows["precipitation"]["note"] == "来源值 480.5 mm/a 的覆盖率为 0.500000：其余部分没有数据，不是零，也不是平均值"
    )
    accept = '[accept]\ncoverage = "0.5"\nreason = "其余是湖面"\ndecided_by = "甲"\n'
    path = yield_maps(tmp_path, arrays, np.full((8, 8), 4, np.uint8), boxes, accept + only)
    rows = {row["quantity"]: row for row in records(zonal(path).imported.table)}
    assert rows["precipitation"]["value"] == "480.5"
    assert {row["origin"] for row in rows.values()} == {"chosen"}
    assert {row["evidence"] for row in rows.values()} == {"assumed"}


def test_zero_rain_is_zero_and_not_unknown(tmp_path: Path) -> None:
    """Half the pixels have no rain: the mean is half of 90.482 mm, over the whole area."""
    arrays = constant((8, 8))
    arrays["precipitation"][:, 4:] = 0
    path = yield_maps(tmp_path, arrays, np.full((8, 8), 4, np.uint8), {"632621": (1, 1, 6, 6)})
    held = values(zonal(path))
    assert held["632621", "grassland", "area"] == "3.24 hm2"
    assert float(held["632621", "grassland", "water_yield_by_ecosystem"].split()[0]) == pytest.approx(
        90.482 / 2, abs=5e-4
    )


def test_the_product_of_means_is_not_the_mean_of_products(tmp_path: Path) -> None:
    """Half the land has 300 mm of rain, half 700: the curve is bent, so the yield at 500 mm is not the mean of the two."""
    arrays = constant((8, 8))
    arrays["precipitation"][:, :4], arrays["precipitation"][:, 4:] = 300, 700
    path = yield_maps(tmp_path, arrays, np.full((8, 8), 4, np.uint8), {"632621": (1, 1, 6, 6)})
    mean_of_products = float(values(zonal(path))["632621", "grassland", "water_yield_by_ecosystem"].split()[0])
    ones = {"Kc": np.array(0.8), "root": np.array(1000.0), "vegetated": np.array(1)}
    at = [
        float(annual_yield(*(np.array(number) for number in (rain, 900.0, 800.0, 0.15)), ones, 6.0))
        for rain in (300.0, 500.0, 700.0)
    ]
    assert mean_of_products == pytest.approx((at[0] + at[2]) / 2, rel=1e-12)
    assert at[1] == pytest.approx(90.482, abs=5e-4)
    assert mean_of_products / at[1] > 1.05


def test_a_water_balance_is_the_catalogues(tmp_path: Path) -> None:
    """(480 - 480 x 0.082 - 380) mm = 60.64 mm on 36 x 0.09 hm2: 60.64 x 10 x 3.24 = 1964.736 m3."""
    shape = (8, 8)
    raster(tmp_path / "lc.tif", np.full(shape, 4, np.uint8))
    raster(tmp_path / "precipitation.tif", np.full(shape, 4800, np.int16))
    raster(tmp_path / "evapotranspiration.tif", np.full(shape, 380.0))
    boundaries(tmp_path / "b.gpkg", {"632621": box(1, 1, 6, 6)})
    lookup(tmp_path, {"runoff_coefficient": {4: "8.2"}}, units={"runoff_coefficient": "%"})
    text = COVER + maps.given("precipitation", "0.1mm/a") + maps.given("evapotranspiration", "mm/a")
    path = with_lookups(description(tmp_path, text + outputs("area", "water_retained/water_balance")))
    value, unit = values(zonal(path))["632621", "grassland", "water_retained"].split()
    assert (float(value), unit) == (pytest.approx(1964.736, rel=1e-12), "m³/a")


def rusle(folder: Path, practice: str = "1") -> Path:
    """The test chain of 7.3: R 300, K 0.030, LS 3.026607, C 0.143261 retain 23.3371 t/hm2."""
    shape = (8, 8)
    lands = np.full(shape, 4, np.uint8)
    lands[:, 4:] = 5
    raster(folder / "lc.tif", lands)
    fixed = {
        "rain_erosivity": (300.0, "MJ·mm/(hm2·h·a)"), "soil_erodibility": (0.03, "t·hm2·h/(hm2·MJ·mm)"),
        "slope_length_factor": (1.646588, "1"), "slope_steepness_factor": (1.838108, "1"), "cover_management": (0.143261, "1"),
    }  # fmt: skip
    for name, (value, _) in fixed.items():
        raster(folder / f"{name}.tif", np.full(shape, value))
    boundaries(folder / "b.gpkg", {"632621": box(1, 1, 6, 6)})
    lookup(folder, {"support_practice": {4: "1", 5: practice}})
    rasters = "".join(maps.given(name, unit) for name, (_, unit) in fixed.items())
    return with_lookups(description(folder, COVER + rasters + outputs("soil_retained/rusle")))


def test_soil_is_retained_as_in_the_published_chain_and_where_p_is_zero_nothing_is_said(tmp_path: Path) -> None:
    """18 pixels of 0.09 hm2 = 1.62 hm2 of grass: 23.3371 x 1.62 t. On water P = 0 would call all 27.2395 t/hm2 retained."""
    found = zonal(rusle(tmp_path, "0"))
    held = values(found)
    assert float(held["632621", "grassland", "soil_retained"].split()[0]) == pytest.approx(23.3371 * 1.62, rel=1e-5)
    assert held["632621", "wetland.open_water", "soil_retained"] == "zero"
    shares = {row["ecosystem"]: row["left_out_share"] for row in records(found.imported.provenance)}
    assert shares == {"grassland": "", "wetland.open_water": "1.000000"}
    assert float(values(zonal(rusle(tmp_path, "0.5")))["632621", "wetland.open_water", "soil_retained"].split()[0]) > 0


def test_carbon_and_sand_are_trees_of_the_catalogue_too(tmp_path: Path) -> None:
    """NEP 100 g C/m2 on 3.24 hm2 = 3.24 t C = 11.88 t CO2. Sand by the closed form at X = 1, C = 0: 0.1699 kg/m2 on 32,400 m2."""
    shape = (8, 8)
    raster(tmp_path / "lc.tif", np.full(shape, 4, np.uint8))
    raster(tmp_path / "net_ecosystem_productivity.tif", np.full(shape, 100.0))
    for name, value in {"weather_factor": 2.0, "erodible_fraction": 0.5}.items():
        raster(tmp_path / f"{name}.tif", np.full(shape, value))
    boundaries(tmp_path / "b.gpkg", {"632621": box(1, 1, 6, 6)})
    lookup(tmp_path, {"soil_crust_factor": {4: "1"}, "surface_roughness": {4: "1"}, "wind_vegetation_factor": {4: "0"}})
    text = (
        maps.given("net_ecosystem_productivity", "gC/m2/a") + maps.given("weather_factor", "kg/m") + 'wind = "daily"\n'
    )
    text += maps.given("erodible_fraction", "1") + outputs(
        "carbon_dioxide_fixed/nep", "net_ecosystem_productivity", "sand_fixed/rweq_closed_form"
    )
    held = values(zonal(with_lookups(description(tmp_path, COVER + text))))
    assert float(held["632621", "grassland", "carbon_dioxide_fixed"].split()[0]) == pytest.approx(11.88, rel=1e-12)
    assert float(held["632621", "grassland", "net_ecosystem_productivity"].split()[0]) == pytest.approx(100, rel=1e-12)
    assert float(held["632621", "grassland", "sand_fixed"].split()[0]) == pytest.approx(
        0.1699 * 32_400 / 1000, rel=1e-3
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1), blocks=st.booleans())
def test_an_independent_program_agrees_on_random_maps(tmp_path: Path, seed: int, *, blocks: bool) -> None:
    """1e-12 for each county and ecosystem; boxes with edges between pixels, gaps in two rasters, some pixels without rain."""
    random = np.random.default_rng(seed)
    shape = (56, 120)
    lands = random.choice(np.array([4, 5], np.uint8), shape)
    arrays = {
        "precipitation": random.uniform(20, 1500, shape), "reference_evapotranspiration": random.uniform(300, 1500, shape),
        "root_restricting_depth": random.uniform(20, 3000, shape), "available_water_content": random.uniform(0.01, 0.5, shape),
    }  # fmt: skip
    arrays["precipitation"][random.random(shape) < 0.1] = 0
    for name in ("precipitation", "root_restricting_depth"):
        arrays[name][random.random(shape) < 0.05] = -1
    middle = float(random.uniform(45, 75))
    boxes = {"632621": (2.3, 1.2, 50.4, middle - 1.2), "632222": (2.3, middle, 50.4, 117.7 - middle)}
    path = yield_maps(tmp_path, arrays, lands, boxes)
    if blocks:
        raster(tmp_path / "lc.tif", lands, nodata=0, tiled=True, blockxsize=16, blockysize=16)
    tables = {
        "Kc": np.where(lands == 4, 0.8, 1.0),
        "root": np.where(lands == 4, 1000.0, 0.0),
        "vegetated": np.where(lands == 4, 1, 0),
    }
    known = {name: np.where(array < 0, np.nan, array) for name, array in arrays.items()}
    expected = means(annual_yield(*(known[name] for name in YIELD), tables, 6.0), lands, boxes)
    held = values(zonal(path))
    for (code, land), mean in expected.items():
        ecosystem = {4: "grassland", 5: "wetland.open_water"}[land]
        found = held[code, ecosystem, "water_yield_by_ecosystem"].split()[0]
        assert (0.0 if found == "zero" else float(found)) == pytest.approx(mean, rel=1e-12)


# --- from maps to an account ------------------------------------------------------------------------------------------


def test_the_account_of_a_half_known_county_is_partial_with_half_its_area(tmp_path: Path) -> None:
    """50 x 50 pixels of 0.09 hm2 = 225 hm2, half of them known: (90.482 - 40) mm on 112.5 hm2."""
    arrays = constant((60, 60))
    arrays["precipitation"][:, 30:] = -1
    every = outputs("area", "county_area", "water_yield_by_ecosystem/budyko_fu")
    path = yield_maps(tmp_path, arrays, np.full((60, 60), 4, np.uint8), {"632621": (5, 5, 50, 50)}, every)
    write_import(zonal(path).imported, tmp_path / "inputs.csv")
    with (tmp_path / "inputs.csv").open("a", encoding="utf-8") as file:
        file.write("632621,2020,2020,grassland,,surface_runoff,40,mm/a,value,stated,assumed,虚构,\n")
    account = tmp_path / "account.toml"
    account.write_text(
        'schema = 1\ntitle = "虚构"\nperiod = 2020\nruleset = "county-general"\nprice_year = 2020\ncounties = ["632621"]\n'
        'inputs = ["inputs.csv"]\ndate = 2026-11-22\n[[method]]\nquantity = "water_retained"\nmethod = "modelled_yield"\n'
        'reason = "有产水模型"\ndecided_by = "甲"\n',
        encoding="utf-8",
    )
    found = compute(read_account(account)).value("water_retained_total", county="632621")
    assert found.value == pytest.approx((90.482 - 40) * 10 * 112.5, abs=1)
    assert found.partial is not None
    assert found.partial.missing == ("unclassified",)
    assert found.partial.area_share == pytest.approx(0.5, abs=1e-6)


EXAMPLE = Path(__file__).parent.parent / "examples" / "maps"


def test_the_example_goes_from_maps_to_a_payment(tmp_path: Path) -> None:
    """The table that is checked in is the one that the maps give; the plan divides its ten million yuan.

    Sums over pixels differ in the sixteenth digit between kinds of processors.
    """
    folder = tmp_path / "maps"
    shutil.copytree(EXAMPLE, folder)
    found = zonal(folder / "maps.toml")
    made, kept = records(found.imported.table), records((EXAMPLE / "inputs.csv").read_text(encoding="utf-8"))
    assert [{**row, "value": ""} for row in made] == [{**row, "value": ""} for row in kept]
    values = [[float(row["value"] or "nan") for row in rows] for rows in (made, kept)]
    assert values[0] == pytest.approx(values[1], rel=1e-14, nan_ok=True)
    assert [item.code for item in found.warnings] == ["import_county", "import_county"]
    plan = allocate(folder / "plan.toml")
    assert sum(plan.fen.values()) == 1_000_000_000
    assert plan.fen["990001"] == 538_832_221


def test_the_yield_of_the_example_is_the_mean_of_its_pixels_and_not_that_of_its_means() -> None:
    """The two figures of the example's README, by the independent program."""
    grid = prepare(EXAMPLE / "maps.toml")
    zone = rasterize(
        [(grid.boundaries.on(grid.grid.crs)[0], 1)],
        out_shape=(200, 300),
        transform=grid.grid.affine(PixelWindow(0, 0, 1, 1)),
    )

    def band(name: str) -> np.ndarray:
        with rasterio.open(EXAMPLE / f"{name}.tif") as file:
            return file.read(1).astype(np.float64)

    grass = (zone == 1) & (band("landcover") == 4)
    layers = [
        band("precipitation") / 10, band("reference_evapotranspiration"), band("soil_depth") * 10, band("available_water") / 100,
    ]  # fmt: skip
    table = {"Kc": np.array(0.65), "root": np.array(600.0), "vegetated": np.array(1)}
    rows = {
        (row["county_code"], row["ecosystem"], row["quantity"]): row
        for row in records((EXAMPLE / "inputs.csv").read_text("utf-8"))
    }
    pixels = float(annual_yield(*layers, table, 6.0)[grass].mean())
    assert float(rows["990001", "grassland", "water_yield_by_ecosystem"]["value"]) == pytest.approx(pixels, rel=1e-12)
    means_of_maps = float(annual_yield(*(np.array(layer[grass].mean()) for layer in layers), table, 6.0))
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    assert f"产水深平均 {pixels:.2f} mm" in readme
    assert f"代入同一式子是 {means_of_maps:.2f} mm" in readme


def test_a_class_that_only_another_county_has_is_unseen_unless_it_is_accepted_as_zero(tmp_path: Path) -> None:
    lands = np.full((8, 12), 4, np.uint8)
    lands[3, 8] = 5
    raster(tmp_path / "lc.tif", lands)
    boundaries(tmp_path / "b.gpkg", {"632621": box(2, 2, 4, 5), "632222": box(2, 7, 4, 3)})
    assert (
        values(zonal(description(tmp_path, COVER + outputs("area"))))["632621", "wetland.open_water", "area"]
        == "missing"
    )
    accept = '[accept]\nzero = true\nreason = "没有就是没有"\ndecided_by = "甲"\n'
    assert (
        values(zonal(description(tmp_path, COVER + accept + outputs("area"))))["632621", "wetland.open_water", "area"]
        == "zero"
    )


# --- the same bits ----------------------------------------------------------------------------------------------------


def big(folder: Path) -> Path:
    """12 tiles of a raster, three counties over them."""
    random = np.random.default_rng(7)
    shape = (96, 120)
    arrays = {name: random.uniform(0.9, 1.1, shape) * array for name, array in constant(shape).items()}
    boxes = {"632621": (2.0, 3.0, 90.0, 40.0), "632222": (2.0, 43.0, 90.0, 30.0), "632701": (5.0, 73.0, 60.0, 40.0)}
    lands = random.choice(np.array([4, 5], np.uint8), shape)
    path = yield_maps(folder, arrays, lands, boxes)
    raster(folder / "lc.tif", lands, nodata=0, tiled=True, blockxsize=32, blockysize=32)
    return path


@pytest.fixture
def _small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qhgep.raster.layers.TILE", 32)


def digest(found: Zonal) -> str:
    return hashlib.sha256((found.imported.table + found.imported.provenance).encode()).hexdigest()


@pytest.mark.usefixtures("_small_tiles")
def test_the_order_of_the_tiles_changes_no_bit(tmp_path: Path) -> None:
    path = big(tmp_path)
    first = digest(zonal(path))
    journal_of(prepare(path)).unlink()

    def backwards(session: Session, numbers: list[int]):  # noqa: ANN202 - as Walk
        with gdal():
            yield from (count_tile(session.work, number) for number in reversed(numbers))

    session = prepare(path)
    assert len(session.grid.tiles) > 5
    assert digest(zonal(path, walk=backwards)) == first


@pytest.mark.usefixtures("_small_tiles")
def test_a_run_that_was_broken_off_goes_on_from_its_finished_tiles(tmp_path: Path) -> None:
    path = big(tmp_path)
    whole = digest(zonal(path))
    journal = journal_of(prepare(path))
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    counted: list[int] = []

    def watched(session: Session, numbers: list[int]):  # noqa: ANN202 - as Walk
        counted.extend(numbers)
        with gdal():
            yield from (count_tile(session.work, number) for number in numbers)

    journal.write_text("".join(lines[:4]) + lines[4][:40], encoding="utf-8")  # three tiles whole, the fourth cut off
    assert digest(zonal(path, walk=watched)) == whole
    assert len(counted) == len(lines) - 1 - 3
    counted.clear()
    raster(
        tmp_path / "lc.tif", np.full((96, 120), 4, np.uint8), tiled=True, blockxsize=32, blockysize=32
    )  # another map: nothing of the old run counts
    zonal(path, walk=watched)
    assert len(counted) == len(lines) - 1


def test_progress_tells_tiles_speed_and_the_time_that_is_left(tmp_path: Path) -> None:
    told: list[tuple[int, int, float, float]] = []
    zonal(big(tmp_path), progress=lambda *facts: told.append(facts))
    done, tiles, speed, left = told[-1]
    assert (done, left) == (tiles, 0)
    assert speed > 0
