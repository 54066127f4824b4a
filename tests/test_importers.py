"""Importers: the arithmetic of each kind by hand, every fault by its text, parts without data, and the same bytes again."""

import csv
import io
import tomllib
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from qhgep.cli.import_ import TableKind
from qhgep.errors import InputError, Problems, messages
from qhgep.importers.declared import Declared
from qhgep.importers.gee import groups, histogram
from qhgep.importers.rows import PROVENANCE, ratio_text
from qhgep.importers.run import KINDS, Imported, import_table, provenance_path, write_import
from qhgep.inputs.landcover.crosswalk import with_classes
from qhgep.inputs.read import read_rows
from tests.support.bureau import saved
from tests.support.command_line import COMMAND
from tests.support.imports import ACCEPTED, CLCD, OPTIONS, PLACE, RAIN, TABLES, run
from tests.test_inputs import vocabulary

with Path(__file__).with_name("import_faults.toml").open("rb") as golden:
    FAULTS = tomllib.load(golden)["case"]
Golden = dict[tuple[str, str], str]
"""(county, ecosystem or quantity) -> value and unit, or the presence."""


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def values(found: Imported) -> Golden:
    return {
        (
            row["county_code"],
            row["item"] or row["ecosystem"] or row["quantity"],
        ): f"{row['value']} {row['unit']}".strip() or row["presence"]
        for row in records(found.table)
    }


def told(found: Imported) -> list[str]:
    return [item.text() for item in found.warnings]


# --- the arithmetic of each kind, by hand -----------------------------------------------------------------------------


def test_classes_counted_in_pixels_of_30_m_are_900_m2_each(tmp_path: Path) -> None:
    """3 pixels: 3 x 900 m2 = 2700 m2 = 0.27 hm2; 1000 pixels: 900000 m2 = 90 hm2."""
    found = run(tmp_path, "qgis-histogram")
    assert values(found) == {
        ("632222", "grassland"): "0.27 hm2",
        ("632222", "wetland.open_water"): "0.18 hm2",
        ("632222", "urban"): "missing",  # 0 pixels: not seen at 30 m, which is not zero
        ("632621", "grassland"): "90 hm2",
        ("632621", "wetland.open_water"): "9.9 hm2",  # 110 x 900 m2
        ("632621", "urban"): "0.09 hm2",
    }
    assert told(found) == []


def test_tabulated_areas_are_in_the_unit_of_the_crs(tmp_path: Path) -> None:
    """2700 m2 = 0.27 hm2; 900000 m2 = 90 hm2; 99000 m2 = 9.9 hm2."""
    found = values(run(tmp_path, "arcgis-tabulate"))
    assert found == values(run(tmp_path, "qgis-histogram")) | {("632621", "wetland.open_water"): "9.9 hm2"}


def test_a_histogram_of_earth_engine_counts_weighted_pixels(tmp_path: Path) -> None:
    """2.5 x 900 m2 = 2250 m2 = 0.225 hm2. Half a pixel is below the resolution: missing, not zero."""
    found = run(tmp_path, "gee")
    assert values(found) == {
        ("632222", "cropland"): "0.18 hm2",
        ("632222", "grassland"): "0.225 hm2",
        ("632222", "wetland.marsh"): "missing",
    }
    assert records(found.table)[2]["note"] == "CLCD 9 湿地：面积不足一个像元，低于来源的分辨率，不是零"


def test_sums_of_pixel_area_need_no_projection(tmp_path: Path) -> None:
    """1e6 m2 = 100 hm2 = 1 km2."""
    table = 'ws,groups\n8,"[{class=4, sum=990000.0}, {class=6, sum=1.0E4}]"\n'
    zones = "id,county_code,area,area_unit\n8,632621,1,km2\n"
    options = {"statistic": "groups", "unit": "m2", "crs": ""}
    found = run(tmp_path, "gee", table=table, zones=zones, **options)
    assert values(found) == {("632621", "grassland"): "99 hm2", ("632621", "ice"): "1 hm2"}


def test_a_survey_in_mu_is_exact_and_its_printed_zero_is_a_zero(tmp_path: Path) -> None:
    """15 亩 = 1 hm2: 1200 亩 = 80 hm2. 沼泽草地 is wetland in the survey."""
    assert values(run(tmp_path, "land-survey")) == {
        ("632621", "grassland.natural"): "80 hm2",
        ("632621", "grassland.other"): "2 hm2",
        ("632621", "wetland.marsh_meadow"): "16 hm2",
        ("632621", "wetland.river"): "2 hm2",
        ("632621", "wetland.floodplain"): "zero",
    }


def test_an_area_that_is_no_finite_decimal_in_hectares_stays_in_mu(tmp_path: Path) -> None:
    table = "行政区代码,地类编码,面积(单位：亩)\n8,0401,1\n"
    found = run(tmp_path, "land-survey", table=table, zones="id,county_code\n8,632621\n")
    assert values(found) == {("632621", "grassland.natural"): "1 亩"}


def test_classes_that_are_one_ecosystem_are_summed_and_named(tmp_path: Path) -> None:
    """河流 30 亩 is wetland.river; 0201 and 0204 are both orchards: 150 + 15 = 165 亩 = 11 hm2."""
    table = "行政区代码,地类编码,面积（亩）\n8,0204,15\n8,0201,150\n"
    found = run(tmp_path, "land-survey", table=table, zones="id,county_code\n8,632621\n")
    assert values(found) == {("632621", "cropland.orchard"): "11 hm2"}
    (beside,) = records(found.provenance)
    assert beside["classes"] == "TDT1055 0201 果园＋TDT1055 0204 其他园地"
    assert beside["source_rows"] == "3 2"


def test_a_blank_class_costs_the_known_ones_of_its_ecosystem_nothing(tmp_path: Path) -> None:
    """其他园地 15 亩 = 1 hm2 stays; the blank 果园 is land that nobody placed. Left out it would be what does not close."""
    table = "行政区代码,地类编码,面积（亩）\n8,0204,15\n8,0201,\n"
    found = run(tmp_path, "land-survey", table=table, zones="id,county_code\n8,632621\n")
    assert values(found) == {("632621", "cropland.orchard"): "1 hm2", ("632621", "unclassified"): "missing"}
    assert records(found.table)[1]["note"] == "TDT1055 0201 果园：来源该格为空"


def test_the_mean_of_a_zone_that_is_covered_is_the_figure_of_its_county(tmp_path: Path) -> None:
    for kind in ("arcgis-zonal", "qgis-zonal"):  # 5 pixels of 900 m2 are the 4500 m2 of the map
        assert values(run(tmp_path, kind)) == {
            ("632222", "precipitation"): "400.5 mm/a",
            ("632621", "precipitation"): "380 mm/a",
        }


def test_a_sum_of_pixels_is_taken_for_what_grows_with_area(tmp_path: Path) -> None:
    options = {"statistic": "sum", "quantity": "water_retained_total", "unit": "m3/a"}
    table = "ws,count,sum\n7,5,1234.5\n"
    zones = "id,county_code,area,area_unit\n7,632222,4500,m2\n"
    found = run(tmp_path, "gee", table=table, zones=zones, scheme="", version="", **options)
    assert values(found) == {("632222", "water_retained_total"): "1234.5 m3/a"}


def test_depths_of_invest_come_with_a_volume_that_says_how_much_of_the_zone_they_are_a_mean_of(tmp_path: Path) -> None:
    """99.5 mm x 4500 m2 = 447.75 m3; 100 mm x 1 km2 = 100000 m3: both are whole."""
    found = values(run(tmp_path, "invest-water-yield"))
    assert found[("632222", "water_yield")] == "99.5 mm/a"
    assert found[("632222", "evapotranspiration")] == "300.5 mm/a"
    assert found[("632621", "precipitation")] == "400 mm/a"


def test_a_change_of_carbon_stored_is_divided_by_its_years(tmp_path: Path) -> None:
    """110 t C in 10 years: 11 t C/a."""
    found = run(tmp_path, "invest-carbon", accept_coverage="unstated", **ACCEPTED)
    assert values(found) == {("632621", "carbon_dioxide_fixed_total"): "11 t C/a"}
    (row,) = records(found.table)
    assert (row["origin"], row["evidence"]) == ("chosen", "assumed")
    assert row["note"] == (
        "两期土地覆盖的碳储量之差 110 t C 除以 10 年；不是净生态系统生产力；覆盖率 未知，仍采用：其余为湖面（张三）"
    )


# --- other members of the kinds ---------------------------------------------------------------------------------------

ZONE = "id,county_code\n7,632222\n"


@pytest.mark.parametrize("name", ["HISTO_NODATA", "HISTO_NODA"])
def test_dbf_cuts_names_to_ten_characters_and_the_part_without_data_stays_that(tmp_path: Path, name: str) -> None:
    """4 of 5 pixels have a class."""
    found = run(tmp_path, "qgis-histogram", table=f"ws,HISTO_4,{name}\n7,4,1\n", zones=ZONE)
    assert values(found) == {("632222", "grassland"): "0.36 hm2", ("632222", "unclassified"): "missing"}


def test_the_mean_is_found_where_dbf_cut_its_name_and_it_can_be_no_other(tmp_path: Path) -> None:
    """precip_mean is precip_mea; precip_count is precip_cou: 5 pixels of 900 m2 are the 4500 m2 of the map."""
    zones = "id,county_code,area,area_unit\n7,632222,4500,m2\n"
    table = "ws,precip_cou,precip_mea\n7,5,400\n"
    found = run(tmp_path, "qgis-zonal", table=table, zones=zones, prefix="precip_")
    assert values(found) == {("632222", "precipitation"): "400 mm/a"}


def test_what_dbf_leaves_of_two_names_is_neither(tmp_path: Path) -> None:
    """rain_2020_ has ten characters itself: nothing is left of mean or count."""
    with pytest.raises(InputError) as caught:
        run(tmp_path, "qgis-zonal", table="ws,rain_2020_\n7,400\n", zones=ZONE, prefix="rain_2020_")
    assert "import_wanting" in {item.code for item in caught.value.problems}


@pytest.mark.parametrize(
    ("kind", "table", "options"),
    [
        ("qgis-histogram", "ws,HISTO_4.0,HISTO_5.00\n7.0,3,2\n", {}),
        ("arcgis-tabulate", "ws,VALUE_4.0,VALUE_5\n7,2700,1800\n", {}),
        ("arcgis-tabulate", "ws,LC_4,LC_5\n7,2700,1800\n", {"prefix": "LC_"}),
        ("gee", 'ws,histogram\n7,"{4.0=3, 5.0=2}"\n', {}),
        ("gee", "Class_4,Class_5,ws\n2700,1800,7\n", {"statistic": "groups", "unit": "m2", "crs": ""}),
        ("gee", "Class_4,Class_5,Class_sum,groups,ws\n0.0027,0.0018,0.0045,,7.0\n", {"statistic": "groups", "unit": "km2", "crs": ""}),
    ],
    ids=["floats", "floats of ArcGIS", "a prefix", "floats of Earth Engine", "geemap", "geemap in km2"],
)  # fmt: skip
def test_a_class_is_the_same_however_the_tool_writes_it(
    tmp_path: Path, kind: str, table: str, options: dict[str, str]
) -> None:
    """3 pixels of 900 m2 are 0.27 hm2, 2 are 0.18."""
    found = run(tmp_path, kind, table=table, zones=ZONE, **options)
    assert values(found) == {("632222", "grassland"): "0.27 hm2", ("632222", "wetland.open_water"): "0.18 hm2"}


@pytest.mark.parametrize("years", [("2019", "2020"), ("2019.0", "2020.0"), ("2019年", "2020年")], ids=str)
@pytest.mark.parametrize(
    ("kind", "head", "row", "options"),
    [
        ("gee", "ws,mean", "8,380", {"crs": "", "scale": "", "scheme": "", "version": "", "statistic": "mean", **RAIN}),
        ("qgis-histogram", "ws,HISTO_4", "8,1111", {}), ("arcgis-zonal", "ws,AREA,MEAN", "8,1000000,380", {}),
        ("invest-water-yield", "ws_id,wyield_mn,wyield_vol", "8,100,100000", {}), ("invest-sdr", "ws_id,avoid_eros", "8,5", {}),
        ("land-survey", "行政区代码,地类编码,面积（亩）", "8,0401,1500", {"ignore": ()}),
    ],
    ids=lambda item: item if isinstance(item, str) else "",
)  # fmt: skip
def test_a_table_of_several_years_has_a_row_for_each(
    tmp_path: Path, kind: str, head: str, row: str, options: dict[str, str], years: tuple[str, str]
) -> None:
    table = f"{head},年度\n{row},{years[1]}\n{row},{years[0]}\n"
    found = records(run(tmp_path, kind, table=table, zones=ONE, year="", year_column="年度", **options).table)
    assert {(record["period_from"], record["period_to"]) for record in found} == {("2019", "2019"), ("2020", "2020")}
    assert len(found) % 2 == 0


def test_a_zone_that_one_year_lacks_is_told_with_the_year(tmp_path: Path) -> None:
    table = "ws,年度,_count,_mean\n7,2019,5,400\n8,2019,1111,380\n8,2020,1111,390\n"
    found = run(tmp_path, "qgis-zonal", table=table, year="", year_column="年度")
    assert told(found) == [
        "zones.csv:2  区域 “7” 在 t.csv（2020） 里没有，该县没有数据；检查导出：太小的区域会被工具略去。"
    ]


def test_avoided_erosion_is_soil_retained_once_somebody_says_that_the_zone_is_covered(tmp_path: Path) -> None:
    bare = run(tmp_path, "invest-sdr")
    assert {row["presence"] for row in records(bare.table)} == {"missing"}
    found = run(tmp_path, "invest-sdr", accept_coverage="unstated", **ACCEPTED)
    assert values(found) == {
        ("632222", "soil_retained_total"): "880.25 t/a", ("632621", "soil_retained_total"): "6100 t/a",
    }  # fmt: skip
    assert told(found) == [
        "t.csv:1  没有导入的栏目：usle_tot、sed_export、sed_dep、avoid_exp；这些栏目没有对应的量，或其单位随版本而变。"
    ]


def test_a_blank_of_a_sediment_table_is_missing(tmp_path: Path) -> None:
    found = run(tmp_path, "invest-sdr", table="ws_id,usle_tot,avoid_eros\n7,3,\n", zones=ZONE)
    assert values(found) == {("632222", "soil_retained_total"): "missing"}


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_every_kind_ignores_the_attributes_that_it_is_told_to(tmp_path: Path, kind: str) -> None:
    lines = TABLES[kind].splitlines()
    table = "\n".join([f"{lines[0]},name", *(f"{line},#N/A" for line in lines[1:])])
    with pytest.raises(InputError) as caught:
        run(tmp_path, kind, table=table)
    assert [item.code for item in caught.value.problems] == ["import_column"]
    ignored = OPTIONS[kind].get("ignore", ())
    assert run(tmp_path, kind, table=table, ignore=(*ignored, "name")).table == run(tmp_path, kind).table


def test_subwatersheds_of_invest_have_an_id_column_of_their_own(tmp_path: Path) -> None:
    table = TABLES["invest-water-yield"].replace("ws_id", "subws_id")
    assert (
        run(tmp_path, "invest-water-yield", table=table, id_column="subws_id").table
        == run(tmp_path, "invest-water-yield").table
    )


@pytest.mark.parametrize(
    ("code", "ecosystem"),
    [
        ("0201K", "cropland.orchard"), ("0403K", "grassland.sown"), ("1104A", "wetland.pond"), ("1107A", "wetland.canal"),
        ("05H1", "urban"), ("08H2A", "urban"), ("0601", "urban.industrial"), ("0602", "urban.mining"),
        ("0702", "urban.rural"), ("09", "urban"), ("203A", "TDT1055@2019:203A"), ("1302", "TDT1055@2019:1302"),
    ],
)  # fmt: skip
def test_the_working_codes_of_the_survey_are_classes(tmp_path: Path, code: str, ecosystem: str) -> None:
    """15 亩 are 1 hm2. 203A may be part of 203 and 1302 is no present class: both are left to a decision."""
    table = f"行政区代码,地类编码,面积（亩）\n8,{code},15\n"
    assert values(run(tmp_path, "land-survey", table=table, zones="id,county_code\n8,632621\n")) == {
        ("632621", ecosystem): "1 hm2"
    }


def test_tenths_of_a_millimetre_are_a_unit(tmp_path: Path) -> None:
    """4123.5 x 0.1 mm = 412.35 mm."""
    problems = Problems()
    zones = "id,county_code,area,area_unit\n7,632222,4500,m2\n"
    found = run(tmp_path, "qgis-zonal", table="ws,_count,_mean\n7,5,4123.5\n", zones=zones, unit="0.1mm/a")
    (row,) = read_rows(found.table, "in.csv", with_classes(vocabulary()), problems)
    assert row.exact == Fraction(41235, 100)


# --- parts without data -----------------------------------------------------------------------------------------------

HALF = "ws_id,wyield_mn,wyield_vol\n8,100,80000\n"
ONE = "id,county_code,area,area_unit\n8,632621,1,km2\n"


def test_a_mean_over_four_fifths_of_a_county_is_not_its_mean(tmp_path: Path) -> None:
    """100 mm x 1 km2 = 100000 m3, but the volume is 80000 m3: 0.8 of the county."""
    found = run(tmp_path, "invest-water-yield", table=HALF, zones=ONE)
    (row,) = records(found.table)
    assert (row["presence"], row["value"]) == ("missing", "")
    assert row["note"] == "来源值 100 mm/a 的覆盖率为 0.800000：其余部分没有数据，不是零，也不是平均值"
    assert told(found) == [
        (
            "t.csv:2  632621 的数据覆盖率为 0.800000（1 为全部），按缺处理；与 1 相差不超过 0.5 %；"
            "补全数据；或核对 --map 的面积；区域统计确要采用时写 --accept-coverage、--reason、--decided-by。"
        )
    ]
    (beside,) = records(found.provenance)
    assert (beside["coverage"], beside["nodata_share"]) == ("0.800000", "0.200000")


@pytest.mark.parametrize(("accepted", "presence"), [("0.8", "value"), ("0.81", "missing"), ("unstated", "missing")])
def test_a_coverage_is_accepted_by_a_decision_only_and_then_the_value_is_chosen(
    tmp_path: Path, accepted: str, presence: str
) -> None:
    found = run(tmp_path, "invest-water-yield", table=HALF, zones=ONE, accept_coverage=accepted, **ACCEPTED)
    (row,) = records(found.table)
    assert row["presence"] == presence
    if presence == "value":
        assert (row["origin"], row["evidence"]) == ("chosen", "assumed")
        assert row["note"] == "覆盖率 0.800000，仍采用：其余为湖面（张三）"


@pytest.mark.parametrize(("volume", "presence"), [("99500", "value"), ("99499", "missing"), ("100501", "missing")])
def test_half_a_percent_is_let_pass(tmp_path: Path, volume: str, presence: str) -> None:
    found = run(tmp_path, "invest-water-yield", table=f"ws_id,wyield_mn,wyield_vol\n8,100,{volume}\n", zones=ONE)
    assert [row["presence"] for row in records(found.table)] == [presence]


@pytest.mark.parametrize("table", ["ws_id,wyield_mn,wyield_vol\n8,0,0\n"])
def test_nothing_is_known_of_the_coverage_of_no_water(tmp_path: Path, table: str) -> None:
    found = run(tmp_path, "invest-water-yield", table=table, zones=ONE)
    assert [row["presence"] for row in records(found.table)] == ["missing"]
    assert [row["coverage"] for row in records(found.provenance)] == ["unknown"]


def test_a_mean_that_does_not_say_what_it_covers_is_missing_until_someone_decides(tmp_path: Path) -> None:
    table, options = "ws,mean\n8,380\n", {**OPTIONS["qgis-zonal"], "scale": "", "crs": ""}
    options |= {"scheme": "", "version": ""}
    bare = run(tmp_path, "gee", table=table, zones=ONE, **options)
    decided = run(tmp_path, "gee", table=table, zones=ONE, **options, accept_coverage="unstated", **ACCEPTED)
    assert values(bare) == {("632621", "precipitation"): "missing"}
    assert values(decided) == {("632621", "precipitation"): "380 mm/a"}


def test_pixels_without_data_leave_a_missing_area_not_a_zero(tmp_path: Path) -> None:
    """4 of 5 pixels have a class: 0.8 of the county is known."""
    found = run(
        tmp_path, "qgis-histogram", table="ws,HISTO_4,HISTO_NODATA\n7,4,1\n", zones="id,county_code\n7,632222\n"
    )
    assert values(found) == {("632222", "grassland"): "0.36 hm2", ("632222", "unclassified"): "missing"}
    assert records(found.table)[1]["note"] == "各地类面积只占 0.800000：其余部分没有数据，不是零"
    assert [row["nodata_share"] for row in records(found.provenance)] == ["0.200000"] * 2


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from("123456789"), st.integers(1, 10**6), min_size=1))
def test_no_area_is_lost_between_pixels_and_rows(tmp_path: Path, pixels: dict[str, int]) -> None:
    head, row = ",".join(f"HISTO_{code}" for code in pixels), ",".join(map(str, pixels.values()))
    found = run(tmp_path, "qgis-histogram", table=f"ws,{head}\n7,{row}\n", zones="id,county_code\n7,632222\n")
    hectares = sum(Fraction(record["value"]) for record in records(found.table))
    assert hectares == Fraction(900 * sum(pixels.values()), 10000)


def test_a_volume_that_stands_for_more_than_the_county_is_no_better(tmp_path: Path) -> None:
    found = run(tmp_path, "invest-water-yield", table="ws_id,wyield_mn,wyield_vol\n8,100,120000\n", zones=ONE)
    (row,) = records(found.table)
    assert row["note"] == "来源值 100 mm/a 所代表的面积是声明面积的 1.200000 倍：不是该县的值"


def test_a_blank_cell_and_a_class_without_pixels_are_missing(tmp_path: Path) -> None:
    found = run(tmp_path, "arcgis-tabulate", table="ws,VALUE_4,VALUE_6,VALUE_8\n8,900000,,0\n", zones=ONE)
    assert values(found) == {
        ("632621", "grassland"): "90 hm2",
        ("632621", "ice"): "missing",
        ("632621", "urban"): "missing",
    }
    assert [row["note"] for row in records(found.table)[1:]] == [
        "CLCD 6 冰雪：来源该格为空",
        "CLCD 8 不透水面：没有一个像元，低于来源分辨率的看不见，不是零",
    ]


def test_a_class_that_no_pixel_has_is_zero_by_a_decision_only(tmp_path: Path) -> None:
    found = run(tmp_path, "arcgis-tabulate", accept_zero=True, reason="30 m 足够", decided_by="张三")
    (zero,) = [row for row in records(found.table) if row["presence"] == "zero"]
    assert (zero["ecosystem"], zero["origin"], zero["evidence"]) == ("urban", "chosen", "assumed")
    assert zero["note"] == "CLCD 8 不透水面：没有一个像元，按零采用：30 m 足够（张三）"


def test_a_class_that_another_feature_has_is_missing_where_no_pixel_has_it(tmp_path: Path) -> None:
    table = 'ws,histogram\n7,"{4=5}"\n8,"{4=1000, 6=111}"\n'
    found = values(run(tmp_path, "gee", table=table))
    assert found[("632222", "ice")] == "missing"
    assert found[("632621", "ice")] == "9.99 hm2"


@pytest.mark.parametrize("histogram", ["{}", "{null=5}"])
def test_a_zone_without_any_class_is_unknown(tmp_path: Path, histogram: str) -> None:
    found = run(tmp_path, "gee", table=f'ws,histogram\n7,"{histogram}"\n', zones="id,county_code\n7,632222\n")
    assert values(found) == {("632222", "unclassified"): "missing"}
    assert records(found.table)[0]["note"] == "没有一个有数据的像元：面积未知，不是零"


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("arcgis-zonal", "ws,AREA,MEAN\n8,1000000,\n"), ("qgis-zonal", "ws,_count,_mean\n8,1111,\n"),
        ("invest-water-yield", "ws_id,wyield_mn,wyield_vol\n8,,\n"),
    ],
)  # fmt: skip
def test_an_empty_figure_is_missing_with_its_column(tmp_path: Path, kind: str, table: str) -> None:
    (row,) = records(run(tmp_path, kind, table=table, zones=ONE).table)
    assert row["presence"] == "missing"
    assert row["note"].endswith("：来源该格为空")


def test_an_empty_area_leaves_the_coverage_unknown(tmp_path: Path) -> None:
    found = run(tmp_path, "arcgis-zonal", table="ws,AREA,MEAN\n8,,380\n", zones=ONE)
    assert values(found) == {("632621", "precipitation"): "missing"}


@pytest.mark.parametrize("lost", ["t.csv", "zones.csv"])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, lost: str) -> None:
    run(tmp_path, "qgis-histogram")
    (tmp_path / lost).unlink()
    declared = Declared(map=tmp_path / "zones.csv", **OPTIONS["qgis-histogram"])  # type: ignore[arg-type] # texts by name
    with pytest.raises(InputError) as caught:
        import_table("qgis-histogram", tmp_path / "t.csv", declared)
    assert caught.value.text() == f"{lost}  没有这个文件，或打不开；可读的 xlsx、csv 或 txt；检查路径与权限。"


@pytest.mark.parametrize("text", ['ws,"HISTO_4\n7,3\n', "ws,HISTO_4\n7,3,9\n", 'ws,"' + "x" * 200000])
def test_a_csv_that_is_broken_is_told_and_no_traceback(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError) as caught:
        run(tmp_path, "qgis-histogram", table=text)
    assert {item.code for item in caught.value.problems} <= {
        "file_csv", "file_columns", "import_empty", "import_column",
    }  # fmt: skip


Change = Callable[[Workbook, Worksheet], object]


def from_book(folder: Path, cell: object = 3, change: Change | None = None) -> Imported:
    """An import of which the table comes as a workbook, the count in B2 being `cell`, the map as csv."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "表"
    for line in (("ws", "HISTO_4"), (7, cell)):
        sheet.append(line)
    if change is not None:
        change(made, sheet)
    folder.mkdir(exist_ok=True)
    (folder / "h.xlsx").write_bytes(saved(made))
    (folder / "zones.csv").write_text("id,county_code\n7,632222\n", encoding="utf-8")
    declared = Declared(map=folder / "zones.csv", **OPTIONS["qgis-histogram"])  # type: ignore[arg-type] # texts by name
    return import_table("qgis-histogram", folder / "h.xlsx", declared)


def test_a_workbook_is_read_as_its_cells(tmp_path: Path) -> None:
    """3 x 900 m2. A sheet without content and one that is hidden are no second table; the hidden one is told."""

    def more(made: Workbook, _sheet: Worksheet) -> None:
        made.create_sheet("空")
        hidden = made.create_sheet("旧表")
        hidden["A1"], hidden.sheet_state = "x", "hidden"

    found = from_book(tmp_path, change=more)
    assert values(found) == {("632222", "grassland"): "0.27 hm2"}
    assert records(found.provenance)[0]["source_rows"] == "2"
    assert told(found) == ["h.xlsx › 旧表  工作表是隐藏的，没有读；看得见的表；需要它就取消隐藏；不需要就删去。"]


def percent(_made: Workbook, sheet: Worksheet) -> None:
    sheet["B2"].number_format = "0%"


@pytest.mark.parametrize(
    ("cell", "change", "says"),
    [
        ("=A1+1", None, "是公式 “=A1+1”，没有缓存的值"), (True, None, "为逻辑值 TRUE"), ("#N/A", None, "为错误值 #N/A"),
        (date(2019, 1, 1), None, "是日期 2019-01-01"), (0.3, percent, "= “30%” 不是数"),
    ],
    ids=["not computed", "bool", "error", "date", "percent"],
)  # fmt: skip
def test_a_cell_that_is_no_plain_number_is_told_with_its_address(
    tmp_path: Path, cell: object, change: Change | None, says: str
) -> None:
    with pytest.raises(InputError) as caught:
        from_book(tmp_path, cell, change)
    (line,) = caught.value.text().splitlines()
    assert line.startswith("h.xlsx › 表 › B2  HISTO_4 ")
    assert says in line


def test_a_number_that_is_text_is_read_and_told(tmp_path: Path) -> None:
    found = from_book(tmp_path, "１,０００")
    assert values(found) == {("632222", "grassland"): "90 hm2"}  # 1000 x 900 m2
    assert told(found) == ["h.xlsx › 表 › B2  “１,０００” 是文字，按 1000 读入；数值；核对；最好改为数值。"]


def test_which_of_two_sheets_is_meant_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        from_book(tmp_path, change=lambda made, _: made.create_sheet("另表").append(("ws", "HISTO_4")))
    assert caught.value.text() == "h.xlsx  不止一个工作表有内容：表、另表；只有一个表的文件；把要读的表另存为一个文件。"


def test_a_merge_over_cells_that_are_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        from_book(tmp_path, change=lambda _, sheet: sheet.merge_cells("B2:B3"))
    assert caught.value.text() == (
        "h.xlsx › 表 › B2  B2:B3 合并单元格，只有首格有值；失去的格：B3；每县一格；取消合并，逐格填写。"
    )


def test_a_hidden_row_that_is_read_is_told(tmp_path: Path) -> None:
    def hide(_made: Workbook, sheet: Worksheet) -> None:
        sheet.row_dimensions[2].hidden = True

    assert told(from_book(tmp_path, change=hide)) == [
        "h.xlsx › 表  隐藏的行有数据，共 1 行：2；看得见的行；取消隐藏并核对。"
    ]


def test_a_column_with_numbers_and_no_heading_is_refused(tmp_path: Path) -> None:
    def fill(_made: Workbook, sheet: Worksheet) -> None:
        sheet["D2"] = 5

    with pytest.raises(InputError) as caught:
        from_book(tmp_path, change=fill)
    assert caught.value.text() == (
        "h.xlsx › 表 › D2  D 列有内容，表头那一行却是空的；每列有名字；写上表头，或清空这一列。"
    )


def test_classes_that_exceed_their_county_a_little_are_told(tmp_path: Path) -> None:
    """1.01 km2 of classes in 1 km2."""
    found = run(tmp_path, "arcgis-tabulate", table="ws,VALUE_4\n8,1010000\n", zones=ONE)
    assert told(found) == [
        (
            "zones.csv:2  632621 各地类面积之和比声明的面积多 0.010000（1 为全部）；与 1 相差不超过 0.5 %；"
            "核对声明的面积、坐标系与像元大小。"
        )
    ]
    assert records(found.provenance)[0]["closure_residual"] == "0.010000"


# --- evidence, open classes, provenance -------------------------------------------------------------------------------


def test_the_mapping_is_a_proposal_until_a_document_confirms_it(tmp_path: Path) -> None:
    """Data declared, code secondary, mapping assumed: assumed. Confirmed: the weakest is the code, secondary."""
    document = "对照的函（青自然资〔2025〕1号，2025-01-02，青海省自然资源厅）"
    plain = records(run(tmp_path, "qgis-histogram", evidence="declared").table)
    bare = run(tmp_path, "qgis-histogram", evidence="declared", confirmed_by="青自然资〔2025〕1 号")
    sure = records(run(tmp_path, "qgis-histogram", evidence="declared", confirmed_by=document).table)
    assert records(bare.table)[0]["evidence"] == "assumed"
    assert [item.text() for item in bare.warnings if item.code == "import_confirmed"] == [
        (
            "--confirmed-by  确认地类对照的文件 青自然资〔2025〕1 号 没有写明填报单位、文号和日期：地类对照的证据不提高；"
            "“标题（文号，日期，单位）”；写全该文件。"
        )
    ]
    assert {row["evidence"] for row in plain if row["presence"] == "value"} == {"assumed"}
    assert {row["evidence"] for row in sure if row["presence"] == "value"} == {"secondary"}
    assert sure[0]["note"] == f"CLCD 4 草地；地类对照经确认：{document}"


def test_a_survey_that_its_bureau_declares_and_confirms_is_declared(tmp_path: Path) -> None:
    """The bureau states its own class codes; a survey that it does not confirm, or does not declare, stays weaker."""
    document = "三调成果的函（青自然资〔2025〕1号，2025-01-02，青海省自然资源厅）"

    def levels(**options: str) -> set[str]:
        found = records(run(tmp_path, "land-survey", **options).table)
        return {row["evidence"] for row in found if row["presence"] == "value" and row["quantity"] == "area"}

    assert levels(evidence="declared", confirmed_by=document, source=document) == {"declared"}
    assert levels(evidence="declared") == {"assumed"}
    assert levels(evidence="secondary", confirmed_by=document) == {"secondary"}


def test_a_recalled_code_is_unconfirmed_whatever_the_data_are(tmp_path: Path) -> None:
    table = "ws,HISTO_22,HISTO_66\n8,1000,111\n"
    options = {
        "scheme": "ChinaCover",
        "version": "38-class",
        "evidence": "primary",
        "confirmed_by": "函（青自然资〔2025〕1号，2025-01-02，青海省自然资源厅）",
    }
    found = records(run(tmp_path, "qgis-histogram", table=table, zones=ONE, **options).table)
    assert {row["ecosystem"]: row["evidence"] for row in found} == {
        "grassland.steppe": "secondary",
        "bare_land": "unconfirmed",
    }


def test_a_class_that_needs_a_decision_stays_itself_with_its_area(tmp_path: Path) -> None:
    found = run(tmp_path, "qgis-histogram", table="ws,HISTO_4,HISTO_7\n7,3,2\n", zones="id,county_code\n7,632222\n")
    assert values(found) == {("632222", "grassland"): "0.27 hm2", ("632222", "CLCD@annual-30m:7"): "0.18 hm2"}
    assert records(found.table)[0]["quantity"] == "landcover_class_area"


def test_a_class_that_the_crosswalk_settles_can_be_left_to_a_decision(tmp_path: Path) -> None:
    assert ("632621", "TDT1055@2019:0402") in values(run(tmp_path, "land-survey", open=("0402",)))


@pytest.mark.parametrize(("version", "water"), [("6", "17"), ("6.1", "17"), ("5.1", "0")])
def test_water_has_another_code_in_another_version_of_modis(tmp_path: Path, version: str, water: str) -> None:
    table = f"ws,HISTO_10,HISTO_{water}\n8,1000,111\n"
    found = run(tmp_path, "qgis-histogram", table=table, zones=ONE, scheme="MCD12Q1", version=version)
    assert values(found)[("632621", "wetland.open_water")] == "9.99 hm2"


def test_provenance_has_a_row_for_each_row_and_says_how_it_was_made(tmp_path: Path) -> None:
    found = run(tmp_path, "qgis-histogram", boundary="2021 年县界")
    beside = records(found.provenance)
    assert tuple(beside[0]) == PROVENANCE
    assert [[row[name] for name in PROVENANCE[:6]] for row in beside] == [
        [row[name] for name in PROVENANCE[:6]] for row in records(found.table)
    ]
    told_there = {name: beside[0][name] for name in PROVENANCE[6:] if name != "source_sha256"}
    assert told_there == {
        "kind": "qgis-histogram", "method": "QGIS：像元中心在区域内，按类计数", "scheme": "CLCD",
        "scheme_version": "annual-30m", "classes": "CLCD 4 草地", "crs": "EPSG:4525", "datum": "CGCS2000", "scale_m": "30",
        "boundary": "2021 年县界", "zone": "7", "declared_area_ha": "0.450000", "coverage": "1.000000",
        "nodata_share": "0.000000", "closure_residual": "0.000000", "confirmed_by": "", "source_file": "t.csv",
        "source_rows": "2", "note": "",
    }  # fmt: skip


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_what_is_imported_is_read_as_an_input_table(tmp_path: Path, kind: str) -> None:
    problems = Problems()
    found = run(tmp_path, kind)
    assert len(read_rows(found.table, "in.csv", with_classes(vocabulary()), problems)) == found.rows > 0
    assert problems.items == []


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case["name"])
def test_a_fault_is_told_with_row_and_column(tmp_path: Path, case: dict[str, Any]) -> None:
    options = {
        name: tuple(value) if isinstance(value, list) else value for name, value in case.get("options", {}).items()
    }
    with pytest.raises(InputError) as caught:
        run(tmp_path, case["kind"], table=case.get("table"), zones=case.get("zones"), **options)
    assert [item.code for item in caught.value.problems] == case["codes"]
    assert caught.value.text().splitlines() == case["says"]
    assert caught.value.text("en") != caught.value.text()


@pytest.mark.parametrize("code", sorted(code for code in messages() if code.startswith("import_")))
def test_every_message_about_imports_is_provoked_by_a_test(code: str) -> None:
    here = {
        "import_coverage",
        "import_closure",
        "import_exists",
        "import_suffix",
    }
    warned = {"import_confirmed", "import_gcj", "import_county", "import_zone_absent", "import_left"}
    assert code in {code for case in FAULTS for code in case["codes"]} | here | warned


def test_all_faults_of_options_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        run(tmp_path, "qgis-histogram", year="", datum="", crs="EPSG:4326", scheme="CLCD", version="1")
    assert [item.code for item in caught.value.problems] == [
        "import_needs", "import_needs", "landcover_scheme", "import_crs_area",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "changes", "says"),
    [
        (
            "qgis-histogram", {"datum": "GCJ-02"},
            "--datum  县界是 GCJ-02：边界偏移 80 至 250 米，约 0.1 至 0.5 % 的面积会算到邻县；CGCS2000 的县界；有条件时换成 CGCS2000 县界。",
        ),
        (
            "invest-carbon", {"zones": "id,county_code\n*,玛沁保护区\n"},
            "zones.csv:2  区划代码 玛沁保护区 不在县表里；六位县代码，或 account.toml 以 [[county]] 声明的核算区；检查代码。",
        ),
        ("gee", {}, "zones.csv:3  区域 “8” 在 t.csv 里没有，该县没有数据；检查导出：太小的区域会被工具略去。"),
        (
            "invest-water-yield", {"table": "ws_id,wyield_mn,wyield_vol,rsupply_mn\n8,100,100000,3\n", "zones": ONE},
            "t.csv:1  没有导入的栏目：rsupply_mn；这些栏目没有对应的量，或其单位随版本而变。",
        ),
    ],
    ids=["gcj", "county", "absent", "left"],
)  # fmt: skip
def test_what_stops_nothing_is_told_as_a_warning(tmp_path: Path, kind: str, changes: dict[str, str], says: str) -> None:
    assert says in told(run(tmp_path, kind, **changes))


@pytest.mark.parametrize("text", ["", "{", "[]", "{1}", "{1=x}", "{1=-2}", "{1=1, 1=2}", "{=3}"])
def test_a_text_that_is_no_histogram_is_none(text: str) -> None:
    assert histogram(text) is None


def test_a_histogram_may_be_written_as_json_and_may_be_empty() -> None:
    assert histogram('{"1": 12.5, "4": 3}') == histogram("{1=12.5, 4=3}") == [("1", 12.5), ("4", 3)]
    assert histogram("{}") == groups("[]") == []


@pytest.mark.parametrize(
    "text", ["", "{}", "[{class=1}]", "[{sum=1}]", "[{a=1, b=2, sum=3}]", "[x]", "[{class=1, sum=-1}]"]
)
def test_a_text_that_is_no_list_of_groups_is_none(text: str) -> None:
    assert groups(text) is None


# --- the same bytes, the file, the verb -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(TABLES))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(shuffle=st.randoms(use_true_random=False))
def test_the_order_of_columns_and_the_number_of_runs_change_nothing(tmp_path: Path, kind: str, shuffle: Any) -> None:  # noqa: ANN401
    rows = list(csv.reader(io.StringIO(TABLES[kind])))
    order = list(range(len(rows[0])))
    shuffle.shuffle(order)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[row[place] for place in order] for row in rows])
    first, again, other = (run(tmp_path, kind, table=table) for table in (TABLES[kind], TABLES[kind], out.getvalue()))
    assert first == again
    assert other.table == first.table
    hashed = PROVENANCE.index("source_sha256")
    assert [line.split(",")[:hashed] for line in other.provenance.splitlines()] == [
        line.split(",")[:hashed] for line in first.provenance.splitlines()
    ]


def test_an_output_with_other_content_is_never_written_over(tmp_path: Path) -> None:
    found, target = run(tmp_path / "in", "qgis-histogram"), tmp_path / "out" / "inputs.csv"
    assert write_import(found, target) == (target, tmp_path / "out" / "inputs.provenance.csv")
    assert write_import(found, target)[0].read_text(encoding="utf-8") == found.table
    provenance_path(target).write_text("mine", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        write_import(found, target)
    assert caught.value.text() == (
        f"{provenance_path(target)}  已有内容不同的文件；新文件，或内容相同的文件；换一个名字，或先移走它。"
    )
    with pytest.raises(InputError) as caught:
        write_import(found, tmp_path / "x.xlsx")
    assert caught.value.text() == f"{tmp_path / 'x.xlsx'}  不能写成这种文件；以 .csv 结尾；改文件名。"
    assert not (tmp_path / "x.provenance.csv").exists()


def words(folder: Path, **changes: str) -> list[str]:
    options = {**PLACE, **CLCD, "scale": "30", "id-column": "ws", **changes}
    named = [word for name, value in options.items() for word in (f"--{name}", value)]
    files = [str(folder / "t.csv"), "-o", str(folder / "in.csv"), "--map", str(folder / "zones.csv")]
    return ["import", "qgis-histogram", *files, *named]


@pytest.fixture
def verb(tmp_path: Path) -> Callable[..., Any]:
    run(tmp_path, "qgis-histogram")
    return lambda **changes: CliRunner().invoke(
        COMMAND, words(tmp_path, **changes), env={"LANG": "zh_CN.UTF-8", "LC_ALL": ""}
    )


def test_the_verb_writes_table_and_provenance_and_says_so(verb: Callable[..., Any], tmp_path: Path) -> None:
    found = verb()
    assert found.exit_code == 0
    assert found.stdout == f"写出 6 行：{tmp_path / 'in.csv'}、{tmp_path / 'in.provenance.csv'}\n"
    assert verb().exit_code == 0


def test_the_verb_writes_nothing_where_anything_is_wrong(verb: Callable[..., Any], tmp_path: Path) -> None:
    found = verb(version="2019")
    assert found.exit_code == 1
    assert found.stderr.endswith("共 1 个问题，没有写出任何文件。\n")
    assert not (tmp_path / "in.csv").exists()


def test_the_verb_knows_every_kind() -> None:
    assert [kind.value for kind in TableKind] == list(KINDS)
    assert set(TABLES) == set(OPTIONS) == set(KINDS)


def test_the_verb_has_help_with_an_example() -> None:
    assert "例: qhgep import" in CliRunner().invoke(COMMAND, ["import", "--help"]).stdout


def test_a_ratio_beyond_floats_is_written_and_breaks_nothing() -> None:
    """An area of four hundred digits is a mistyped one: its ratio is told, not a traceback."""
    assert ratio_text(Fraction(1, 3)) == "0.333333"
    assert ratio_text(Fraction(10**400, 4)) == "2.500000e+399"


def test_what_is_wrong_with_very_many_rows_in_the_same_way_is_told_once(tmp_path: Path) -> None:
    """300 zones that the map does not have are one message with the first places; eleven are one, ten stay ten."""
    for count, told_of in ((300, 1), (11, 1), (10, 10)):
        table = "ws,HISTO_4\n" + "".join(f"x{zone},30\n" for zone in range(count))
        with pytest.raises(InputError) as caught:
            run(tmp_path, "qgis-histogram", table=table)
        found = [item for item in caught.value.problems if item.code == "import_zone"]
        assert len(found) == told_of
    with pytest.raises(InputError) as caught:
        run(tmp_path, "qgis-histogram", table="ws,HISTO_4\n" + "".join(f"x{zone},30\n" for zone in range(300)))
    (one,) = [item for item in caught.value.problems if item.code == "import_zone"]
    assert one.where == "t.csv:2 › ws、t.csv:3 › ws、t.csv:4 › ws …（300）"
    assert "x0、x1、x2 …（300）" in one.text()
