"""What is wrong with maps is said in one line each: place, finding, expectation, advice. Nothing is written then."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from click.testing import CliRunner

from qhgep.cli.console import with_extra
from qhgep.errors import InputError, messages
from qhgep.raster.export import export
from qhgep.raster.run import zonal
from tests.support import maps
from tests.support.accounts import Line, write_account
from tests.support.command_line import COMMAND
from tests.support.maps import COVER, LEFT, UPPER, boundaries, box, description, given, lookup, outputs, raster

SHAPE = (8, 8)
GRASS = np.full(SHAPE, 4, np.uint8)
RAIN = np.full(SHAPE, 500.0)
PLACE = {"632621": box(1, 1, 6, 6)}
WITH_LOOKUPS = 'lookups = ["lookup.csv"]\n'
Change = Callable[[Path], Path]


def good(folder: Path, text: str = "", *, crs: str | None = maps.ALBERS, **options: str) -> Path:
    """A description without a fault: grass, 500 mm of rain, one county. `text` takes the place of what is wanted of it."""
    if not (folder / "lc.tif").exists():
        raster(folder / "lc.tif", GRASS)
    if not (folder / "precipitation.tif").exists():
        raster(folder / "precipitation.tif", RAIN)
    if not (folder / "b.gpkg").exists():
        boundaries(folder / "b.gpkg", PLACE, crs=crs)
    return description(
        folder, text or COVER + given("precipitation", "mm/a") + outputs("area", "precipitation"), **options
    )


def rain(folder: Path, values: np.ndarray, unit: str = "mm/a", more: str = "", **options: object) -> Path:
    """One raster of rain, declared in a unit."""
    raster(folder / "precipitation.tif", values, **options)
    return good(folder, given("precipitation", unit) + more + outputs("precipitation"))


def edited(path: Path, *edits: tuple[str, str]) -> Path:
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return path


def polygons(**found: object) -> Change:
    def change(folder: Path) -> Path:
        boundaries(folder / "b.gpkg", found)
        return good(folder)

    return change


def of_yield(table: dict[str, dict[int, str]], more: str = "", **units: str) -> Change:
    """Water yield, of which lookups are wanted."""

    def change(folder: Path) -> Path:
        lookup(folder, table, units={"root_depth": "mm", **units})
        text = COVER + given("precipitation", "mm/a") + more + outputs("water_yield_by_ecosystem/budyko_fu")
        return edited(good(folder, text), ('table = "inputs.csv"\n', 'table = "inputs.csv"\n' + WITH_LOOKUPS))

    return change


def tagged(**tags: object) -> Change:
    """A raster that says something of its numbers itself."""

    def change(folder: Path) -> Path:
        raster(folder / "precipitation.tif", np.full(SHAPE, 5000, np.int16))
        with rasterio.open(folder / "precipitation.tif", "r+") as file:
            for name, value in tags.items():
                setattr(file, name, (value,))
        return good(folder, given("precipitation", "0.1mm/a") + outputs("precipitation"))

    return change


def shifted(folder: Path) -> Path:
    raster(folder / "precipitation.tif", RAIN, left=LEFT + 10)
    return good(folder)


def bowtie() -> shapely.Polygon:
    return shapely.Polygon([(LEFT, UPPER), (LEFT + 60, UPPER - 60), (LEFT + 60, UPPER), (LEFT, UPPER - 60)])


FAULTS: dict[str, tuple[Change, str]] = {
    "no CRS": (
        lambda folder: rain(folder, RAIN, crs=None),
        (
            "precipitation.tif  没有坐标系；文件自带坐标系，或在 maps.toml 里写 crs；补写 crs，如 EPSG:4490；"
            "不知道时请问数据的提供者。"
        ),
    ),
    "an unreadable CRS": (
        lambda folder: rain(folder, RAIN, more='crs = "EPSG:0"\n', crs=None),
        "precipitation.tif  坐标系 “EPSG:0” 读不懂；EPSG:4490 一类的代号，或 WKT；改正坐标系。",
    ),
    "two CRS": (
        lambda folder: rain(folder, RAIN, more='crs = "EPSG:4490"\n', crs="EPSG:4543"),
        (
            "precipitation.tif  文件的坐标系是 CGCS2000 / 3-degree Gauss-Kruger CM 102E，"
            "maps.toml 写的是 China Geodetic Coordinate System 2000；两者一致；crs 只在文件没有坐标系时才写；删去 crs，或改正文件。"
        ),
    ),
    "Web Mercator": (
        lambda folder: rain(folder, RAIN, crs="EPSG:3857"),
        (
            "precipitation.tif  坐标系 WGS 84 / Pseudo-Mercator 是网络墨卡托，面积放大四成以上；经纬度、等积投影或高斯-克吕格投影；"
            "取得原始坐标系的数据；不要由它再投影。"
        ),
    ),
    "no datum": (
        lambda folder: rain(folder, RAIN, crs="+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +ellps=clrk66"),
        (
            "precipitation.tif  坐标系 unknown 的基准是 “Unknown based on Clarke 1866 ellipsoid”；WGS84、CGCS2000、"
            "Xian80 或 Beijing54 的经纬度或投影；给文件写上正确的坐标系。"
        ),
    ),
    "an undeclared datum": (
        lambda folder: good(folder, datum="?"),
        "maps.toml:8  datum = “?”；WGS84、CGCS2000、Xian80、Beijing54、GCJ-02；写明边界坐标的基准；不知道时请问边界的提供者。",
    ),
    "another datum": (
        lambda folder: good(folder, datum="Xian80"),
        (
            "maps.toml:8  声明的基准是 Xian80，文件坐标系的基准是 WGS84；两者一致（WGS84 与 CGCS2000 只差几厘米，可以互写）；"
            "改正声明，或改正文件的坐标系。"
        ),
    ),
    "rasters of two datums": (
        lambda folder: rain(folder, RAIN, crs="EPSG:2343"),
        (
            "maps.toml:5  b.gpkg 的基准是 WGS84，网格的基准是 Xian80；同一基准（WGS84 与 CGCS2000 可以并用）；"
            "先用官方参数转换到同一基准，qhgep 不代为转换。"
        ),
    ),
    "a format that cannot be read": (
        lambda folder: (folder / "b.kml").write_text("x") and good(folder, file="b.kml"),
        "b.kml  这种边界文件读不了；*.gpkg、*.geojson、*.json、*.shp；在 GIS 软件里另存为 GeoPackage。",
    ),
    "no boundaries": (
        lambda folder: edited(good(folder), ('file = "b.gpkg"', 'file = "c.gpkg"')),
        "maps.toml:6  没有这个文件，或打不开；可读的 xlsx、csv 或 txt；检查路径与权限。",
    ),
    "no polygon": (polygons(), "b.gpkg  边界文件里没有一个多边形；每个县一个多边形；检查文件与 layer。"),
    "no column of codes": (
        lambda folder: edited(good(folder), ('code = "code"', 'code = "PAC"')),
        "b.gpkg  没有 PAC 一栏；code；在 [boundaries] 的 code 写区划代码那一栏。",
    ),
    "no code": (polygons(玛沁=box(1, 1, 6, 6)), "b.gpkg #1  code = “玛沁” 不是区划代码；六位数字；改正属性表。"),
    "no polygon but a line": (
        polygons(**{"632621": shapely.LineString([(LEFT, UPPER), (LEFT + 60, UPPER)])}),
        "b.gpkg #1  632621 的图形是 LineString；多边形；改正或删去该图形。",
    ),
    "an invalid polygon": (
        polygons(**{"632621": bowtie()}),
        (
            "b.gpkg #1  632621 的多边形无效：Self-intersection[-499970 3899970]；不自相交、环闭合的多边形；在 GIS 软件里修复几何，"
            "核对后再用。"
        ),
    ),
    "polygons that overlap": (
        polygons(**{"632621": box(1, 1, 6, 4), "632222": box(1, 4, 6, 2)}),
        (
            "b.gpkg  632222 与 632621 的多边形重叠，占较小者的 50.0000%；相邻的县只共用边界：重叠处会算两次；改正边界，"
            "或在 counties 里只留其一。"
        ),
    ),
    "a county that the boundaries lack": (
        lambda folder: edited(good(folder), ('vintage = "2020"\n', 'vintage = "2020"\ncounties = ["632222"]\n')),
        "maps.toml:11  632222 不在 b.gpkg 里；边界文件里有的代码；改正 counties。",
    ),
    "a county beyond the raster": (
        polygons(**{"632621": box(1, 4, 6, 6)}),
        "maps.toml:6  栅格没有盖住 632621：面积的 33.33% 在外面；盖住每个县的栅格；换用范围更大的栅格，或在 counties 里略去该县。",
    ),
    "a band that is not there": (
        lambda folder: rain(folder, RAIN, more="band = 2\n"),
        "maps.toml:13  precipitation.tif 没有第 2 波段，共 1 个；文件里有的波段；改正 band。",
    ),
    "a scale in the file": (
        tagged(scales=0.1),
        ('maps.toml:13  precipitation.tif 自带倍数 0.1 和加数 0.0；说明声明的单位是乘过的（file_scale = "apply"）还是存储数的（"ignore"）；'
        "写上 file_scale，否则会乘两次或漏乘。"),
    ),
    "another unit in the file": (
        tagged(units="mm/a"),
        "maps.toml:13  precipitation.tif 自带的单位是 “mm/a”，声明的是 “0.1mm/a”；同一个单位；核对数据说明，改正 unit。",
    ),
    "a resampling that is none": (
        lambda folder: rain(folder, RAIN, more='resampling = "best"\n'),
        "maps.toml:13  resampling = “best”；nearest、bilinear、cubic、average、mode；改正 resampling。",
    ),
    "rasters of two grids": (
        shifted,
        (
            "maps.toml:17  precipitation.tif 的网格（unknown, 8x8, (-499990, 3.9e+06), 30x30）与"
            "基准网格（unknown, 8x8, (-500000, 3.9e+06), 30x30）不同；"
            "同一网格，或写明 resampling：nearest、bilinear、cubic、average、mode；写上 resampling 及其理由，或自行对齐。"
        ),
    ),
    "nothing to count": (
        lambda folder: good(folder, outputs("county_area")),
        "maps.toml  没有一个栅格；[land_cover] 或 [raster.量名]；补写。",
    ),
    "an area without land cover": (
        lambda folder: good(folder, given("precipitation", "mm/a") + outputs("area")),
        "maps.toml:16  area 要分生态系统，却没有 [land_cover]；土地覆盖栅格及其体系、版本；补写 [land_cover]，或删去。",
    ),
    "an output twice": (
        lambda folder: good(folder, COVER + outputs("area", "area")),
        "maps.toml:19  area 列了两次；一个量一次；删去其一。",
    ),
    "a county figure without a raster": (
        lambda folder: good(folder, COVER + outputs("evapotranspiration")),
        (
            "maps.toml:17  蒸散量（evapotranspiration）是县级的量，又没有它的栅格；有栅格的县级量，或分生态系统的量；"
            "补写 [raster.evapotranspiration]，或改用分生态系统的量。"
        ),
    ),
    "a leaf that is not given": (
        lambda folder: good(folder, COVER + given("precipitation", "mm/a") + outputs("water_yield_by_ecosystem", "precipitation")
                            + '[methods]\nbudyko_shape = "seasonality"\n'),
        (
            "maps.toml:22  没有 植被蒸散系数（crop_coefficient），也没有求它的式子："
            "water_yield_by_ecosystem ← actual_evapotranspiration ← potential_evapotranspiration ← crop_coefficient；"
            "[raster.crop_coefficient]、lookups 里的一栏，或 [value.crop_coefficient]；补写其一。"
        ),
    ),
    "a method to be chosen": (
        lambda folder: good(folder, COVER + outputs("water_retained")),
        "maps.toml:17  水源涵养量（water_retained）的方法写的是 “-”：water_retained；",
    ),
    "daily winds as pixels": (
        lambda folder: (raster(folder / "wind_at_instrument.tif", RAIN / 100), good(
            folder, COVER + given("wind_at_instrument", "m/s") + outputs("sand_fixed/rweq_closed_form")))[1],
        (
            "maps.toml:17  测风高度的风速（wind_at_instrument）还按 calendar_day 变化，不能逐像元给出：wind_at_instrument；只按县、"
            "年、生态系统变化的量；风由逐日或逐时的记录先求和（wind_sum、wind_observations）：月均、年均风速低估起沙风。"
        ),
    ),
    "a weather factor of monthly winds": (
        lambda folder: (raster(folder / "weather_factor.tif", RAIN / 100), good(
            folder, COVER + given("weather_factor", "kg/m") + 'wind = "monthly"\n' + outputs("area")))[1],
        ('maps.toml:17  气候因子（weather_factor）由什么样的风速记录求得：“monthly”；wind = "hourly" 或 "daily"；起沙风项是凸的，'
        "月均、年均风速会低估它；用逐日或逐时的风速重算。"),
    ),
    "a number without a source": (
        lambda folder: good(folder, COVER + '[value.seasonality]\nvalue = "6"\nunit = "1"\n' + outputs("area")),
        "maps.toml:17  [value.seasonality] 读不懂；row、reason、decided_by；或 value、unit、source；按其中一种写全。",
    ),
    "a coefficient row of another quantity": (
        lambda folder: good(folder, COVER + '[value.seasonality]\nrow = "IV-1"\nreason = "r"\ndecided_by = "d"\n' + outputs("area")),
        (
            "maps.toml:17  [value.seasonality] 的系数行 “IV-1” 不能用；该量的系数行，并写明 reason、decided_by；"
            "用 qhgep coefficients list seasonality 查看有哪些行。"
        ),
    ),
    "rain in metres": (
        lambda folder: rain(folder, RAIN / 1000),
        (
            "maps.toml:13  年降水量有 36 个像元越界：最小 0.5，最大 0.5；"
            "5 至 5,000 mm/a（中国县域多年平均降水量在 5 mm 与 5000 mm 之间；小于 5 多半是以米填报）；检查 unit、倍数与无数据值。"
        ),
    ),
    "an undeclared number for no data": (
        lambda folder: rain(folder, np.where(np.eye(8) > 0, -9999, RAIN)),
        (
            "maps.toml:13  年降水量有 6 个像元越界：最小 -9999，最大 -9999；"
            "5 至 5,000 mm/a（中国县域多年平均降水量在 5 mm 与 5000 mm 之间；小于 5 多半是以米填报）；检查 unit、倍数与无数据值。"
        ),
    ),
    "a number that is no class": (
        lambda folder: (raster(folder / "lc.tif", np.full(SHAPE, -3, np.int16)), good(folder))[1],
        "maps.toml:12  有 36 个像元的值 -3 不是地类编码；CLCD annual-30m 的编码，在 0 与 255 之间；检查波段与 nodata。",
    ),
    "a class that the scheme lacks": (
        lambda folder: (raster(folder / "lc.tif", np.where(np.eye(8) > 0, 77, GRASS).astype(np.uint8)), good(folder))[1],
        "maps.toml:12  CLCD annual-30m 没有编码 77：6 个像元，0.54 hm²；1、2、3、4、5、6、7、8、9；检查体系、版本与 nodata。",
    ),
    "a lookup of another scheme": (
        of_yield({"crop_coefficient": {77: "0.8"}}),
        (
            "lookup.csv:2 › item  item = “CLCD@annual-30m:77” 不是 CLCD@annual-30m 的地类；CLCD@annual-30m:编码，编码为 1、2、3、"
            "4、5、6、7、8、9；改正 item。"
        ),
    ),
    "Kc times a hundred": (
        of_yield({"crop_coefficient": {4: "80"}}),
        "lookup.csv:2 › value  植被蒸散系数 = 80 1 超出合理范围（0 至 1.5）；相对于参考草地；检查数值与单位。",
    ),
    "a bare list of numbers": (
        lambda folder: (of_yield({})(folder), (folder / "lookup.csv").write_text("lucode,Kc\n4,0.8\n"))[0],
        (
            "lookup.csv:1  查算表的表头是 lucode,Kc；row,key,item,value,unit,source,at,origin,evidence（可另有系数文件的其他栏）；"
            "查算表就是系数行：每行有来源和出处。"
        ),
    ),
    "a lookup row without its place": (
        lambda folder: (of_yield({"crop_coefficient": {4: "0.8"}})(folder), edited(folder / "lookup.csv", (",表 1,", ",,")))[0],
        "lookup.csv:2 › at  没有写 at；每行有编号、来源和出处；补写。",
    ),
    "a tile that is cut off": (
        lambda folder: (raster(folder / "lc.tif", np.random.default_rng(1).integers(1, 6, (64, 64)).astype(np.uint8), tiled=True, blockxsize=32,
                               blockysize=32), (folder / "lc.tif").write_bytes((folder / "lc.tif").read_bytes()[:-300]),
                        good(folder, COVER + outputs("area")))[2],
        "栅格 lc.tif 在第 0 行、第 0 列起的一块读不出来：",
    ),
    "a raster that is none": (
        lambda folder: ((folder / "lc.tif").write_bytes(b"II*\0nothing"), good(folder))[1],
        "maps.toml:12  栅格 lc.tif 打不开：",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_at_its_place_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    change, sentence = FAULTS[name]
    path = change(tmp_path)
    with pytest.raises(InputError) as told:
        zonal(path)
    texts = [item.text() for item in told.value.problems]
    assert any(text == sentence if sentence.endswith("。") else text.startswith(sentence) for text in texts), "\n".join(
        texts
    )
    assert not (tmp_path / "inputs.csv").exists()


def test_every_problem_of_maps_is_provoked(tmp_path: Path) -> None:
    """The table of faults and the tests of maps that name a code make every code of messages/maps.toml."""
    found = set()
    for number, (change, _) in enumerate(FAULTS.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        with pytest.raises(InputError) as told:
            zonal(change(folder))
        found |= {item.code for item in told.value.problems}
    every = {code for code in messages() if code.startswith("map_")}
    files = Path(__file__).parent.glob("test_map*.py")
    source = "".join(file.read_text(encoding="utf-8") for file in sorted(files))
    assert every - found == {code for code in every - found if re.search(f'"{code}[":]', source)}


def test_what_is_not_used_is_said_and_a_method_that_is_not_used_is_an_error(tmp_path: Path) -> None:
    text = COVER + given("precipitation", "mm/a") + outputs("area")
    assert [item.text() for item in zonal(good(tmp_path, text)).warnings] == [
        "maps.toml:17  precipitation 没有用到；输出需要的量；删去，或检查输出与方法。"
    ]
    with pytest.raises(InputError) as told:
        zonal(good(tmp_path, text + '[methods]\navailable_water = "root_zone"\n'))
    assert [item.code for item in told.value.problems if item.severity == "error"] == ["map_unused"]


def one_problem(path: Path) -> str:
    with pytest.raises(InputError) as told:
        zonal(path)
    (found,) = told.value.problems
    return f"{found.code}: {found.text()}"


def test_two_polygons_of_a_code_and_two_layers(tmp_path: Path) -> None:
    shapes = shapely.to_wkb(np.array([box(1, 1, 2, 2), box(4, 4, 2, 2)], dtype=object))
    codes = [np.array(["632621", "632621"], dtype=object)]
    pyogrio.raw.write(
        tmp_path / "b.gpkg", shapes, codes, ["code"], geometry_type="Polygon", crs=maps.ALBERS, layer="one"
    )
    path = good(tmp_path)
    assert one_problem(path) == (
        "map_code_twice: b.gpkg #2  632621 有两个多边形，前一个是 #1；一个县一个（可以是多部件）多边形；在 GIS 软件里按代码合并。"
    )
    pyogrio.raw.write(
        tmp_path / "b.gpkg",
        shapes[:1],
        [codes[0][:1]],
        ["code"],
        geometry_type="Polygon",
        crs=maps.ALBERS,
        layer="two",
        append=True,
    )
    assert (
        one_problem(path) == "map_layer: b.gpkg  文件里有几个图层：one、two；指明其中一个；在 [boundaries] 写 layer。"
    )
    assert zonal(edited(path, ('code = "code"', 'code = "code"\nlayer = "two"'))).imported.rows == 2


def test_boundaries_that_are_spoilt(tmp_path: Path) -> None:
    path = good(tmp_path)
    (tmp_path / "b.gpkg").write_bytes(b"SQLite format 3\0 nothing")
    assert one_problem(path).startswith("map_boundary_read: b.gpkg  边界文件读不出来：")


def test_a_grid_that_is_turned(tmp_path: Path) -> None:
    path = rain(tmp_path, RAIN)
    with rasterio.open(tmp_path / "precipitation.tif", "r+") as file:
        file.transform = rasterio.Affine(30, 1, LEFT, 1, -30, UPPER)
    assert one_problem(path) == (
        "map_turned: precipitation.tif  栅格的网格是斜的，或北不在上；正北向上的网格；先在 GIS 软件里重采样成正的网格。"
    )


def test_a_class_without_a_value_in_a_lookup_is_named_with_its_area(tmp_path: Path) -> None:
    raster(tmp_path / "evapotranspiration.tif", np.full(SHAPE, 300.0))
    raster(tmp_path / "lc.tif", np.where(np.eye(8) > 0, 5, GRASS).astype(np.uint8))
    lookup(tmp_path, {"runoff_coefficient": {4: "0.1"}})
    text = (
        COVER
        + given("precipitation", "mm/a")
        + given("evapotranspiration", "mm/a")
        + outputs("water_retained/water_balance")
    )
    path = edited(good(tmp_path, text), ('table = "inputs.csv"\n', 'table = "inputs.csv"\n' + WITH_LOOKUPS))
    assert one_problem(path) == (
        "map_lookup_lacks: maps.toml:5  查算表没有 CLCD 5 水体 的地表径流系数（runoff_coefficient）：6 个像元，0.54 hm²；"
        "栅格里每个地类都有值；补一行，写明来源。"
    )


def test_a_sum_of_monthly_winds_is_refused(tmp_path: Path) -> None:
    """2020 has 366 days; twelve monthly means are no observations of gusts."""
    layers = {
        "wind_sum": (100.0, "m3/s3"), "air_density": (0.9, "kg/m3"), "soil_wetness_factor": (0.5, "1"), "snow_factor": (1.0, "1"),
        "erodible_fraction": (0.5, "1"), "soil_crust_factor": (0.5, "1"), "surface_roughness": (1.0, "1"), "wind_vegetation_factor": (0.1, "1"),
    }  # fmt: skip
    for name, (value, _) in layers.items():
        raster(tmp_path / f"{name}.tif", np.full(SHAPE, value))
    text = COVER + "".join(
        given(name, unit) + ('wind = "daily"\n' if name == "wind_sum" else "") for name, (_, unit) in layers.items()
    )
    count = '[value.wind_observations]\nvalue = "{}"\nunit = "1"\nsource = "虚构"\n'
    output = outputs("sand_fixed/rweq_closed_form")
    text = text.replace('wind = "daily"\n', "").replace("[raster.wind_sum]\n", '[raster.wind_sum]\nwind = "daily"\n')
    path = good(tmp_path, text + count.format(12) + output)
    assert "map_wind_count: " in (told := one_problem(path))
    assert told.endswith(
        "起沙风之和只含 12 次观测，核算期有 366 天；每天至少一次：周、月、年的平均风速低估起沙风；用逐日或逐时的风速重算。"
    )
    assert zonal(good(tmp_path, text + count.format(366) + output)).imported.rows == 1


def test_percent_and_kelvin_are_refused_by_their_bounds(tmp_path: Path) -> None:
    """PAWC in percent, and 273.15 + 5 given as a temperature of something that is no temperature of the air in kelvin."""
    raster(tmp_path / "available_water_content.tif", np.full(SHAPE, 15.0))
    raster(tmp_path / "root_restricting_depth.tif", np.full(SHAPE, 800.0))
    raster(tmp_path / "root_depth.tif", np.full(SHAPE, 800.0))
    text = (
        COVER
        + given("root_restricting_depth", "mm")
        + given("root_depth", "mm")
        + given("available_water_content", "1")
        + outputs("available_water")
    )
    assert "植物可利用含水率有 36 个像元越界：最小 15，最大 15；0 至 1（体积分数）" in one_problem(good(tmp_path, text))
    path = edited(
        good(tmp_path, text), ('available_water_content.tif"\nunit = "1"', 'available_water_content.tif"\nunit = "%"')
    )
    assert zonal(path).imported.rows == 1
    raster(tmp_path / "air_temperature.tif", np.full(SHAPE, 5.0))
    assert "气温（绝对温度）有 36 个像元越界：最小 5，最大 5" in one_problem(
        good(tmp_path, given("air_temperature", "K") + outputs("air_temperature"))
    )
    (told,) = {item.code for item in _told(good(tmp_path, given("air_temperature", "℃") + outputs("air_temperature")))}
    assert told.startswith("unit_")


def _told(path: Path) -> tuple:
    with pytest.raises(InputError) as told:
        zonal(path)
    return told.value.problems


def test_a_stated_resampling_brings_a_raster_to_the_grid(tmp_path: Path) -> None:
    raster(tmp_path / "precipitation.tif", np.full((9, 9), 500.0), left=LEFT - 10, upper=UPPER + 10)
    text = COVER + given("precipitation", "mm/a") + 'resampling = "bilinear"\n' + outputs("precipitation")
    found = zonal(good(tmp_path, text))
    (row,) = csv.DictReader(io.StringIO(found.imported.table))
    assert float(row["value"]) == pytest.approx(500, rel=1e-12)


def test_a_raster_with_the_same_cells_and_more_of_them_needs_no_resampling(tmp_path: Path) -> None:
    wide = np.full((12, 12), 9000.0)
    wide[2:10, 3:11] = np.arange(64).reshape(8, 8) + 300
    raster(tmp_path / "precipitation.tif", wide, left=LEFT - 90, upper=UPPER + 60)
    found = zonal(good(tmp_path))
    inner = (np.arange(64).reshape(8, 8) + 300)[1:7, 1:7]
    assert f",{float(inner.mean())},mm/a,value," in found.imported.table


def test_not_a_number_is_no_data_declared_or_not(tmp_path: Path) -> None:
    values = RAIN.copy()
    values[:, :4] = np.nan
    found = zonal(rain(tmp_path, values))
    assert "覆盖率为 0.500000" in found.imported.table


def test_a_boundary_in_gcj_02_is_told(tmp_path: Path) -> None:
    assert [item.code for item in zonal(good(tmp_path, datum="GCJ-02")).warnings] == ["import_gcj"]


def test_a_full_disk_is_told_and_leaves_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qhgep.raster.tiles._Journal.write", full)
    assert one_problem(good(tmp_path)) == (
        "map_journal: 进度文件 inputs.pixel_center.tiles 写不出去：No space left on device；能写的文件夹，有足够的空间；"
        "腾出空间后再运行：写完的块接着算。"
    )
    assert not (tmp_path / "inputs.csv").exists()


def test_the_verb_writes_the_table_and_removes_its_journal(tmp_path: Path) -> None:
    runner = CliRunner()
    path = good(tmp_path)
    run = runner.invoke(COMMAND, ["zonal", str(path), "--both"])
    assert run.exit_code == 0, run.output
    assert "像元中心" in run.stdout
    assert sorted(item.name for item in tmp_path.iterdir()) == [
        "b.gpkg", "inputs.csv", "inputs.provenance.csv", "lc.tif", "maps.toml", "precipitation.tif",
    ]  # fmt: skip
    assert re.search(r"1/1 块，[0-9.]+ Mpx/s，约剩 0 秒", run.stderr)
    wrong = runner.invoke(COMMAND, ["zonal", str(edited(path, ('scheme = "CLCD"', 'scheme = "X"')))])
    assert wrong.exit_code == 1
    assert "Traceback" not in wrong.output


def test_without_the_extra_its_name_is_told() -> None:
    with pytest.raises(InputError) as told, with_extra("raster", frozenset({"rasterio"})):
        raise ModuleNotFoundError("no", name="rasterio.features")
    (found,) = told.value.problems
    assert (found.code, found.text()) == (
        "extra_missing", '没有安装 rasterio.features；这一步需要附加组件 raster；运行 pip install "qhgep[raster]"。',
    )  # fmt: skip
    with pytest.raises(ModuleNotFoundError), with_extra("raster", frozenset({"rasterio"})):
        raise ModuleNotFoundError("no", name="pandas")


# --- back to the map --------------------------------------------------------------------------------------------------


def result_of(folder: Path) -> Path:
    """The result of two counties in a small account."""
    lines = (
        *(
            Line("county_area", area, "hm2", county=code, first="2022")
            for code, area in (("632222", "1390000"), ("632621", "1350000"))
        ),
        Line("visits", "1000", "人次/a", county="632222", first="2022"),
    )
    changes = {
        "period": "2022",
        "price_year": "2022",
        "counties": '["632222", "632621"]',
        "ruleset": '"county-general"',
    }
    account = write_account(folder, lines, changes=changes)
    run = CliRunner().invoke(COMMAND, ["account", str(account), "--json", str(folder / "result.json")])
    assert run.exit_code == 0, run.output
    return folder / "result.json"


def read_back(path: Path) -> dict[str, dict[str, object]]:
    meta, _, shapes, fields = pyogrio.raw.read(path)
    names = [str(name) for name in meta["fields"]]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*fields, strict=True)]
    assert len(shapes) == len(rows)
    return {str(row["county_code"]): row for row in rows}


def test_results_are_joined_by_code_and_what_joins_nowhere_is_named_on_both_sides(tmp_path: Path) -> None:
    result = result_of(tmp_path)
    boundaries(
        tmp_path / "b.gpkg", {"632222": box(1, 1, 6, 3), "630000": box(1, 4, 6, 3)}, column="PAC", crs="EPSG:4543"
    )
    command = ["export", str(result), "--boundaries", str(tmp_path / "b.gpkg"), "--code", "PAC", "-o"]
    for end in (".gpkg", ".geojson"):
        output = tmp_path / f"out{end}"
        run = CliRunner().invoke(COMMAND, [*command, str(output)])
        assert run.exit_code == 0, run.output
        assert "b.gpkg  没有这些县：632621；它们不在写出的文件里；检查代码与行政区划的年份。" in run.stderr
        assert "result.json  没有这些县：630000；" in run.stderr
        (row,) = read_back(output).values()
        assert row["county_area [ha]"] == 1390000
        assert row["visits [visit/year]"] == 1000
        first = output.read_bytes()
        assert CliRunner().invoke(COMMAND, [*command, str(output)]).exit_code == 0
        assert output.read_bytes() == first
    run = CliRunner().invoke(COMMAND, [*command, str(tmp_path / "out.csv")])
    assert run.exit_code == 0, run.output
    (line,) = csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8")))
    assert shapely.from_wkt(line["geometry"]).equals(box(1, 1, 6, 3))
    assert line["gep_total [CNY/year]"] == ""  # a partial total is never called GEP


def test_the_payments_of_a_plan_are_joined_too(tmp_path: Path) -> None:
    example = Path(__file__).parent.parent / "examples" / "maps"
    run = CliRunner().invoke(COMMAND, ["allocate", str(example / "plan.toml"), "--json", str(tmp_path / "plan.json")])
    assert run.exit_code == 0, run.output
    found = export(tmp_path / "plan.json", example / "counties.geojson", tmp_path / "plan.gpkg", code="county_code")
    assert (found.rows, found.warnings) == (2, ())
    amounts = {code: row["amount [CNY]"] for code, row in read_back(tmp_path / "plan.gpkg").items()}
    assert amounts == {"990001": 5388322.21, "990002": 4611677.79}


@pytest.mark.filterwarnings("ignore:'crs' was not provided")  # of the boundaries that are written without one
def test_what_cannot_be_exported_is_told(tmp_path: Path) -> None:
    result = result_of(tmp_path)
    place = boundaries(tmp_path / "b.gpkg", {"630000": box(1, 1, 6, 3)})

    def fault(*, source: Path = result, boundary: Path = place, output: str = "o.gpkg", period: str = "") -> str:
        with pytest.raises(InputError) as told:
            export(source, boundary, tmp_path / output, code="code", period=period)
        (found,) = (item for item in told.value.problems if item.severity == "error")
        assert not (tmp_path / output).exists()
        return f"{found.code}: {found.text()}".replace(str(tmp_path) + "/", "")

    assert fault(output="o.kml") == "map_export_format: o.kml  这种文件写不了；*.csv、*.geojson、*.gpkg；换一个后缀。"
    assert fault(source=place) == (
        "map_export_result: b.gpkg  不是核算或测算的结果；qhgep account … --json 或 qhgep allocate … --json 写出的文件；检查文件。"
    )
    for body in ("{}", '{"rows": {}}', '{"rows": [1]}', "[]", '{"rows": [{"county_code": "630000"}]}'):
        (tmp_path / "x.json").write_text(f'{{"schema": 1, "kind": "account", "qhgep": "0.1.0", "body": {body}}}')
        if body != '{"rows": {}}':  # without any row nothing is amiss with the file
            assert fault(source=tmp_path / "x.json").startswith("map_export_result: x.json  不是核算或测算的结果；")
    assert fault(period="1999") == "map_export_period: --period  期间是 “1999”；2022；写上 --period。"
    assert (
        fault()
        == "map_export_none: b.gpkg  code 一栏没有一个代码在 result.json 里；同一套区划代码；检查 --code 与边界文件。"
    )
    bare = boundaries(tmp_path / "bare.gpkg", {"632222": box(1, 1, 6, 3)}, crs=None)
    assert fault(boundary=bare).startswith("map_crs_none: bare.gpkg  ")
    assert {
        item.code
        for item in export(result, boundaries(tmp_path / "two.gpkg", PLACE), tmp_path / "w.csv", code="code").warnings
    } == {"map_export_lone"}
