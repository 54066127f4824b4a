"""The crosswalk is the researched one, row by row; what it leaves open is decided in account.toml or stays missing."""

import csv
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhgep import compute, read_account, verify_workbook, write_workbook
from qhgep.account.account import Account
from qhgep.coefficient_store.rows import Source
from qhgep.data import data_folder
from qhgep.decisions.effects import effects
from qhgep.errors import AccountError, InputError, Problems, messages
from qhgep.evidence import EVIDENCE
from qhgep.importers.declared import known_crs
from qhgep.importers.run import write_import
from qhgep.inputs import Input
from qhgep.inputs.landcover.crosswalk import (
    LandClass,
    area_text,
    class_area,
    classes,
    decimal_text,
    land_class,
    schemes,
)
from qhgep.inputs.landcover.decisions import LandcoverDecision, decided
from qhgep.inputs.table import input_of
from qhgep.packs.library import coefficients
from qhgep.units import converted, factor, unit, usual
from tests.support.accounts import Coefficient, Line, pack, refused, write_account
from tests.support.imports import run

FOLDER = data_folder("coefficients") / "landcover"
FACTS = Path(__file__).with_name("facts") / "landcover.csv"
"""The researched rows, trimmed to what is compared; `pair` is the accounting class with its subclass."""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ADDED = [
    "0201K", "0202K", "0203K", "0204K", "0301K", "0302K", "0307K", "0403K", "1104A", "1104K", "1107A", "201A", "202A", "203A", "0810A",
    "1301", "1302", "1303", "1304", "05H1", "0508", "0601", "0602", "0701", "0702", "08H1", "08H2", "08H2A", "0809", "09",
]  # fmt: skip
"""Codes of the survey's working classification that were looked up after the research: with K, A, H, and of built land."""


def researched() -> list[dict[str, str]]:
    """The shipped rows without those that were added."""
    return [
        row
        for row in rows(FOLDER / "classes.csv")
        if (row["scheme"], row["code"]) not in {("TDT1055", code) for code in ADDED}
    ]


def spelled() -> Mapping[str, str]:
    return {alias: found.id for found in coefficients().ecosystems.values() for alias in (found.id, *found.aliases)}


# --- the crosswalk ----------------------------------------------------------------------------------------------------


def test_all_207_rows_of_10_schemes_are_there_in_their_order() -> None:
    facts, shipped = rows(FACTS), researched()
    assert (len(facts), len({row["scheme"] for row in facts})) == (207, 10)
    same = ("scheme", "code", "name_zh", "match", "status")
    assert [[row[name] for name in same] for row in shipped] == [[row[name] for name in same] for row in facts]


def test_each_row_goes_to_the_ecosystem_that_its_pair_spells() -> None:
    ids = spelled()
    for fact, row in zip(rows(FACTS), researched(), strict=True):
        assert row["ecosystem"] == ids[fact["pair"]], fact
        wanted = [ids[name] for name in fact["alternative"].split(";") if name]
        assert row["alternative"].split(";") == (wanted or [""]), fact


def test_the_matches_are_counted() -> None:
    found = Counter(row["match"] for row in researched())
    assert found == {"exact": 143, "broad": 42, "needs_split": 10, "ambiguous": 12}


@pytest.mark.long
def test_every_target_and_every_alternative_is_an_ecosystem_id() -> None:
    for known in schemes().values():
        for land in known.values():
            assert {land.ecosystem, *land.alternative} <= set(coefficients().ecosystems)


def test_every_row_keeps_its_evidence_and_the_mapping_is_assumed() -> None:
    recalled = Counter()
    for row in rows(FOLDER / "classes.csv"):
        assert row["evidence"] == {"VERIFIED": "secondary", "RECALLED": "unconfirmed"}[row["status"]]
        assert row["mapping_evidence"] == "assumed"
        assert set(EVIDENCE) >= {row["evidence"]}
        recalled[row["status"]] += 1
    assert recalled == {"VERIFIED": 176 + len(ADDED), "RECALLED": 31}


def test_the_working_codes_of_the_survey_are_there_and_each_container_is_a_class_of_its_scheme() -> None:
    codes = {row["code"] for row in rows(FOLDER / "classes.csv") if row["scheme"] == "TDT1055"}
    assert set(ADDED) <= codes
    within = rows(FOLDER / "within.csv")
    assert {row["within"] for row in within} == {"201", "202", "203", "204", "205"}
    assert {row["code"] for row in within} <= codes
    assert land_class("TDT1055", "2019", "0702").within == ("203",)


def test_every_source_is_registered_and_only_what_is_recalled_has_none() -> None:
    content = tomllib.loads((FOLDER / "sources.toml").read_text(encoding="utf-8"))
    known = {key: Source(id=key, **value) for key, value in content.items() if key != "schema"}
    used = {row["source"] for row in rows(FOLDER / "classes.csv")}
    assert used - {""} == set(known)
    assert {row["status"] for row in rows(FOLDER / "classes.csv") if not row["source"]} == {"RECALLED"}


def test_every_version_names_classes_that_are_there() -> None:
    assert {row["classes"] for row in rows(FOLDER / "schemes.csv")} == {row["scheme"] for row in rows(FACTS)}
    assert all(schemes().values())
    assert len({land.item for known in schemes().values() for land in known.values()}) == sum(
        map(len, schemes().values())
    )


def test_marsh_grassland_is_wetland_in_the_survey_and_grassland_in_a_land_cover_product() -> None:
    assert land_class("TDT1055", "2019", "0402").ecosystem == "wetland.marsh_meadow"
    assert land_class("CLCD", "annual-30m", "4").ecosystem == "grassland"


def test_what_is_no_class_lists_what_there_is() -> None:
    with pytest.raises(InputError) as caught:
        classes("CLCD", "2020")
    assert caught.value.text().startswith(
        "地类体系 “CLCD”、版本 “2020” 没有对照表；CLCD@annual-30m、GlobeLand30@V2010、GlobeLand30@V2020、"
    )
    with pytest.raises(InputError) as caught:
        land_class("Esri", "9-class", "3", where="t.csv:2")
    assert caught.value.text() == (
        "t.csv:2  Esri 9-class 没有编码 “3”；1、2、4、5、7、8、9、10、11；核对编码（按文字比较，前导零不能丢；合计类不能填）。"
    )


def test_coordinate_systems_in_degrees_and_web_mercator_have_no_areas() -> None:
    for name, found in known_crs().items():
        assert (found.areas in {"none", "refused"}) == (found.unit == "degree" or name == "EPSG:3857")
        assert found.unit == "degree" or unit(found.unit)


@given(st.fractions(), st.integers(0, 12), st.integers(0, 12))
def test_a_decimal_text_is_the_number_or_there_is_none(number: Fraction, twos: int, fives: int) -> None:
    finite = Fraction(number.numerator, 2**twos * 5**fives)
    assert Fraction(decimal_text(finite) or "none") == finite
    text = decimal_text(number)
    assert text is None or Fraction(text) == number


# --- decisions --------------------------------------------------------------------------------------------------------

RULES = """schema = 1
zh = "测试"
[bind]
carbon_dioxide_fixed = "nep"
carbon_dioxide_fixed_total = "sum"
carbon_value = "carbon_dioxide_price"
carbon_value_total = "sum"
[[indicator]]
id = "carbon_fixation"
category = "regulating"
quantity = "carbon_dioxide_fixed_total"
value = "carbon_value_total"
"""
DECISION = """[[landcover]]
scheme = "CLCD"
version = "annual-30m"
class = "7"
split = { bare_land = "0.6", "desert.gobi" = "0.4" }
reason = "按 2019 年沙化监测"
decided_by = "李四"
"""
BARREN = Line("landcover_class_area", "10", "hm2", item="CLCD@annual-30m:7", first="2020")
GRASS = Line("area", "90", "hm2", ecosystem="grassland", first="2020")
HEAD = {"period": "2020", "price_year": "2020"}
PRICE = Coefficient(
    "P-1",
    "carbon_price",
    "632621",
    first="2020-01-01",
    last="2020-12-31",
    value="60",
    unit="元/t CO2",
    price_year="2020",
)


def growth(ecosystem: str, value: str) -> Line:
    return Line("net_ecosystem_productivity", value, "g C/m2/a", ecosystem=ecosystem, first="2020")


def account(folder: Path, lines: list[Line], tables: str = "") -> Account:
    path = write_account(folder / "account", lines, changes=HEAD, tables=tables, rules=RULES)
    return read_account(path, coefficients=[pack(folder / "pack", [PRICE])])


def areas(read: Account) -> dict[str, Input]:
    return {row.ecosystem: row for row in read.inputs if row.quantity == "area"}


def test_a_class_goes_to_the_ecosystem_that_was_decided_chosen_and_assumed(tmp_path: Path) -> None:
    """10 hm2 × 0.6 = 6 hm2, × 0.4 = 4 hm2."""
    read = account(tmp_path, [BARREN], DECISION)
    assert {name: (row.value, row.unit, row.exact) for name, row in areas(read).items()} == {
        "bare_land": ("6", "hm2", 6),
        "desert.gobi": ("4", "hm2", 4),
    }
    assert {(row.presence, row.origin, row.evidence) for row in read.inputs} == {("value", "chosen", "assumed")}
    assert areas(read)["bare_land"].note == (
        "CLCD 7 裸地 10 hm2 × 0.6（account.toml [[landcover]] 1：按 2019 年沙化监测，李四）"
    )
    assert [item.printed for item in read.landcover] == ["CLCD 7 裸地 → bare_land 0.6、desert.gobi 0.4"]


def test_what_a_decision_adds_to_an_area_makes_the_whole_of_it_chosen(tmp_path: Path) -> None:
    """3 hm2 of bare land were there: 3 + 6 = 9 hm2."""
    there = replace(GRASS, ecosystem="bare_land", value="3")
    bare = areas(account(tmp_path, [there, BARREN], DECISION))["bare_land"]
    assert (bare.value, bare.origin, bare.evidence) == ("9", "chosen", "assumed")
    assert bare.note.startswith("原有 3 hm2（inputs.csv:2，stated，published）；CLCD 7 裸地 10 hm2 × 0.6（")


def test_what_is_missing_stays_missing_whatever_is_added(tmp_path: Path) -> None:
    there = replace(GRASS, ecosystem="bare_land", value="", unit="", presence="missing", note="没有调查")
    bare = areas(account(tmp_path, [there, BARREN], DECISION))["bare_land"]
    assert (bare.presence, bare.exact) == ("missing", None)
    assert bare.note.startswith("没有调查；另有待加；CLCD 7 裸地 10 hm2 × 0.6（")


def test_a_zero_that_gets_area_is_no_zero_any_more(tmp_path: Path) -> None:
    there = replace(GRASS, ecosystem="bare_land", value="", unit="", presence="zero", note="调查为零")
    bare = areas(account(tmp_path, [there, BARREN], DECISION))["bare_land"]
    assert (bare.presence, bare.value) == ("value", "6")


def test_an_unknown_area_of_a_class_makes_the_ecosystem_that_it_goes_to_missing(tmp_path: Path) -> None:
    there = replace(GRASS, ecosystem="bare_land", value="3")
    unknown = replace(BARREN, value="", unit="", presence="missing", note="来源该格为空")
    bare = areas(account(tmp_path, [there, unknown], DECISION))["bare_land"]
    assert (bare.presence, bare.exact, bare.origin) == ("missing", None, "")
    assert bare.note.startswith("原有 3 hm2（inputs.csv:2，stated，published）；CLCD 7 裸地（来源该格为空） × 0.6（")


def test_every_printed_unit_of_area_has_an_exact_text_in_hectares_or_mu() -> None:
    sizes = [entry.meaning.scale * factor(entry.meaning.unit, unit("ha")) for entry in usual(unit("ha"))]
    assert len(sizes) == len(set(sizes)) == 7
    for size in sizes:
        text, spelling = area_text(size)
        assert Fraction(text) * converted(spelling, unit("ha"), quantity="面积") == size


def test_without_a_decision_the_area_is_missing_and_the_total_partial(tmp_path: Path) -> None:
    read = account(tmp_path, [GRASS, growth("grassland", "100"), BARREN])
    lost = areas(read)["unclassified"]
    assert (lost.presence, lost.exact) == ("missing", None)
    assert lost.note == "没有 [[landcover]] 判断：CLCD 7 裸地 10 hm2"
    assert [item.text() for item in read.warnings] == [
        (
            "inputs.csv:4  632621 有地类面积没有判断，按缺处理，合计只是部分：CLCD 7 裸地 10 hm2；"
            "在 account.toml 写 [[landcover]]，写明理由和决定人。"
        )
    ]
    total = compute(read).value("carbon_value_total", county="632621")
    assert total.partial is not None
    assert total.partial.missing == ("unclassified",)


def test_an_undecided_class_without_area_is_nothing_to_decide(tmp_path: Path) -> None:
    read = account(tmp_path, [GRASS, replace(BARREN, value="", unit="", presence="zero", note="来源写 0")])
    assert (set(areas(read)), read.warnings) == ({"grassland"}, ())


def test_area_that_is_decided_to_be_outside_is_left_out(tmp_path: Path) -> None:
    sea = replace(BARREN, item="GlobeLand30@V2020:255")
    decision = (
        DECISION.replace("CLCD", "GlobeLand30").replace("annual-30m", "V2020").replace('class = "7"', 'class = "255"')
    )
    split = 'split = { bare_land = "0.6", "desert.gobi" = "0.4" }'
    read = account(tmp_path, [GRASS, sea], decision.replace(split, 'to = "none"'))
    assert set(areas(read)) == {"grassland"}


def test_a_decision_may_hold_for_some_counties_only(tmp_path: Path) -> None:
    tables = DECISION + 'counties = ["632621"]\n'
    assert set(areas(account(tmp_path, [BARREN], tables))) == {"bare_land", "desert.gobi"}


@given(st.lists(st.integers(1, 999), min_size=1, max_size=5), st.integers(1, 10**6))
def test_shares_that_sum_to_one_neither_lose_nor_make_area(parts: list[int], hundredths: int) -> None:
    names = ("bare_land", "desert", "desert.gobi", "desert.sand", "grassland")
    last = Fraction(1000 * len(parts) - sum(parts), 1000 * len(parts))
    shares = [
        *(Fraction(part, 1000 * len(parts)) for part in parts[:-1]),
        Fraction(parts[-1], 1000 * len(parts)) + last,
    ]
    decision = LandcoverDecision(
        "CLCD", "annual-30m", "7", tuple(zip(names, shares, strict=False)), "r", "d", (), "account.toml"
    )
    exact = Fraction(hundredths, 100)
    where = ("632621", "2020", "2020", "", "CLCD@annual-30m:7", class_area.name)
    said = (decimal_text(exact) or "", "hm2", "value", "computed", "published", "s", "")
    row = input_of((*where, *said), file="in.csv", line=2, of=class_area)
    if any(decimal_text(exact * share) is None and decimal_text(exact * share * 15) is None for share in shares):
        return
    found = decided([row], [decision], Problems())
    assert sum(item.exact or 0 for item in found) == exact


SPLIT = 'split = { bare_land = "0.6", "desert.gobi" = "0.4" }'
FAULTS = {
    "two ways": (
        "landcover_to", (SPLIT, f'{SPLIT}\nto = "bare_land"'),
        "to 与 split 没有恰好写一个；to = “生态系统编号”，或 split = {编号 = “份额”}；二者写其一。",
    ),
    "an ecosystem that is none": (
        "landcover_ecosystem", ("bare_land", "moon"),
        "生态系统 moon 没有登记；ecosystems.toml 中的编号；不计入核算的写 none；检查拼写。",
    ),
    "a share in words": (
        "landcover_share", ('"0.6"', '"most"'), "份额 “most” 读不懂；大于 0 的十进制数，写成文字，如 “0.6”；改正份额。",
    ),
    "shares that do not sum to one": (
        "landcover_split", ('"0.6"', '"0.5"'), "split 的份额之和是 0.9；恰好为 1；改正份额。",
    ),
    "nobody who decided": (
        "landcover_reason", ("李四", ""), "地类判断没有写 reason 或 decided_by；每个判断都写明理由和决定人；补写。",
    ),
    "a class that no row has": (
        "landcover_unused", ('class = "7"', 'class = "9"'),
        ("这个地类判断没有用到任何数据（CLCD 9 湿地 → bare_land 0.6、desert.gobi 0.4）；"
        "输入表里有该地类待判断的面积（landcover_class_area）；"
        "检查体系、版本、编码和 counties，或删去；已按对照表归类的地类，导入时用 --open 留待判断。"),
    ),
    "a county of another account": (
        "account_code", ("reason", 'counties = ["632622"]\nreason'),
        ("区划代码 632622 不认识；县表中的六位代码，或在 [[county]] 里声明的核算区；检查代码；县表里没有的单位，在 account.toml 末尾写四行来声明："
        '[[county]]、code = "632622"、zh = "名称"、kind = "county"。'),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_a_decision_is_told_with_its_entry(tmp_path: Path, name: str) -> None:
    code, (before, after), says = FAULTS[name]
    with pytest.raises(AccountError) as caught:
        account(tmp_path, [BARREN], DECISION.replace(before, after))
    found = [item for item in caught.value.problems if item.code == code]
    assert [item.text() for item in found] == [f"account.toml:9 [[landcover]] 1  {says}"]


def test_two_decisions_of_one_class_in_a_county_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AccountError) as caught:
        account(tmp_path, [BARREN], DECISION + DECISION)
    assert caught.value.text() == (
        "account.toml:16 [[landcover]] 2  inputs.csv:2 的地类有两个判断，另一个是 account.toml [[landcover]] 1；"
        "一个地类在一个县只有一个判断；删去其一，或收窄 counties。"
    )


def test_two_schemes_in_one_county_would_count_the_same_ground_twice(tmp_path: Path) -> None:
    path = write_account(tmp_path, [BARREN, replace(BARREN, item="Esri@9-class:8")], changes=HEAD, rules=RULES)
    assert refused(path) == [
        (
            "inputs.csv:3  Esri@9-class 的地类面积与 inputs.csv:2 的 CLCD@annual-30m 同县同期；"
            "一个县一个期间只用一种地类体系，否则同一块地算两次；删去其一。"
        )
    ]


def test_area_cannot_go_to_an_ecosystem_that_does_not_apply(tmp_path: Path) -> None:
    there = replace(GRASS, ecosystem="bare_land", value="", unit="", presence="not_applicable", note="没有")
    path = write_account(tmp_path, [there, BARREN], changes=HEAD, tables=DECISION, rules=RULES)
    assert refused(path) == [
        (
            "inputs.csv:3  要并入 bare_land 的面积，与 inputs.csv:2 的陈述相抵；"
            "并入的生态系统不能是不适用，unclassified 只能是缺；改正该行或判断。"
        )
    ]


def test_a_class_area_of_a_class_that_is_none_is_told_as_any_other_item(tmp_path: Path) -> None:
    path = write_account(tmp_path, [replace(BARREN, item="CLCD@annual-30m:77")], changes=HEAD, rules=RULES)
    assert refused(path) == [
        (
            "inputs.csv:2  地类面积 的项目是 “CLCD@annual-30m:77”；CLCD@annual-30m:1、CLCD@annual-30m:2、"
            "CLCD@annual-30m:3 …（共 323 项）；改正该栏（两个项目表用 / 隔开）。"
        )
    ]


@pytest.mark.parametrize("code", sorted(code for code in messages() if code.startswith("landcover_")))
def test_every_message_about_land_cover_is_provoked_by_a_test(code: str) -> None:
    here = {
        "landcover_scheme",
        "landcover_class",
        "landcover_contends",
        "landcover_void",
        "landcover_undecided",
        "landcover_mixed",
    }
    assert code in {entry[0] for entry in FAULTS.values()} | here


# --- from the table of a tool to the value, and to the workbook -------------------------------------------------------


def imported(folder: Path, tables: str) -> Account:
    """A histogram of 1 km2 (1000 + 111 pixels of 900 m2) through the importer into an account."""
    zones = "id,county_code,area,area_unit\n8,632621,1,km2\n"
    found = run(folder / "in", "qgis-histogram", table="ws,HISTO_4,HISTO_7\n8,1000,111\n", zones=zones)
    lands = ("grassland", "100"), ("bare_land", "0"), ("desert.gobi", "50")
    changes = {**HEAD, "inputs": '["inputs.csv", "cover.csv"]'}
    lines = [growth(*land) for land in lands]
    path = write_account(folder / "account", lines, changes=changes, tables=tables, rules=RULES)
    write_import(found, folder / "account" / "cover.csv")
    return read_account(path, coefficients=[pack(folder / "pack", [PRICE])])


def test_pixels_become_yuan(tmp_path: Path) -> None:
    """Grass: 1000 × 900 m2 × 100 g C = 90 t C; gobi: 111 × 900 m2 × 0.4 × 50 g C = 1.998 t C; × 44/12 × 60 元/t CO2."""
    total = compute(imported(tmp_path, DECISION)).value("carbon_value_total", county="632621")
    assert total.value == pytest.approx((90 + 111 * 900 * 0.4 * 50 / 1e6) * 44 / 12 * 60, rel=1e-12)
    assert (total.partial, total.evidence) == (None, "assumed")


def test_pixels_that_nobody_decided_are_no_yuan_and_make_the_total_partial(tmp_path: Path) -> None:
    total = compute(imported(tmp_path, "")).value("carbon_value_total", county="632621")
    assert total.partial is not None
    assert total.value == pytest.approx(90 * 44 / 12 * 60, rel=1e-12)
    assert total.partial.missing == ("bare_land", "desert.gobi", "unclassified")


def test_a_decision_is_worth_what_the_account_without_it_lacks(tmp_path: Path) -> None:
    """Without it the gobi is missing: 1.998 t C × 44/12 × 60 = 439.56 元 less."""
    (effect,) = effects(compute(imported(tmp_path, DECISION)))
    assert (effect.kind, effect.basis) == ("landcover", "recomputed")
    assert [(line.county, line.lost) for line in effect.counties] == [("632621", ())]
    assert effect.counties[0].amount == pytest.approx(1.998 * 44 / 12 * 60, rel=1e-9)


def test_a_decision_stands_on_the_sheet_of_decisions_and_the_workbook_verifies(tmp_path: Path) -> None:
    path = write_workbook(compute(imported(tmp_path, DECISION)), tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(path)["判断事项"]
    texts = [[cell.value for cell in row] for row in sheet.iter_rows() if "[[landcover]]" in str(row[0].value)]
    assert [row[:8] for row in texts] == [
        [
            "1　account.toml [[landcover]] 1", "合计（1 个县）", "地类归属", "CLCD 7 裸地 → bare_land 0.6、desert.gobi 0.4",
            "见输入", "生态系统面积", "按 2019 年沙化监测", "李四",
        ]
    ]  # fmt: skip
    assert verify_workbook(path).same


def test_a_workbook_of_an_account_without_the_decision_verifies_too(tmp_path: Path) -> None:
    assert verify_workbook(write_workbook(compute(imported(tmp_path, "")), tmp_path / "x.xlsx")).same


def test_a_class_that_is_open_is_one_that_needs_a_decision_or_lies_outside() -> None:
    found = {land.printed for known in schemes().values() for land in known.values() if land.open}
    assert "CLCD 7 裸地" in found
    assert "Esri 10 云" in found
    assert "TDT1055 0402 沼泽草地" not in found
    assert all(isinstance(land, LandClass) for known in schemes().values() for land in known.values())
