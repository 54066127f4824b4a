"""A parameter may cite a row of the store: within its dates and places, in the unit of the parameter, with its evidence."""

import tomllib
from fractions import Fraction
from pathlib import Path

import pytest

from qhgep import allocate, verify_workbook, write_workbook
from qhgep.compensation.columns.parameter import GivenParameter
from qhgep.compensation.derivation.report import explain_amount
from qhgep.compensation.plan.read import read_plan
from qhgep.errors import PlanError
from tests.support.step_plans import exact_amounts, plan_text, run_text, told
from tests.test_parameters import ROUND_4, pack

FAULTS = tomllib.loads(Path(__file__).with_name("citation_faults.toml").read_text(encoding="utf-8"))["case"]
WAN = 10_000
ADOPT = '[[adopt]]\nrow = "{row}"\nfor = "{target}"\nreason = "州方案确认"\ndecided_by = "县财政局"\n'


def grass(ban: str, balance: str, code: str, rates: str, *, unit: str = "mu") -> str:
    areas = f'areas.ban = {{ "{code}" = "{ban}" }}\nareas.balance = {{ "{code}" = "{balance}" }}\n'
    return f'[[step]]\nid = "grass"\nrule = "area_rate"\nunit = "{unit}"\nrates = {rates}\n{areas}basis = "试"\n'


def text(step: str, *codes: str, pool: str = "300000000.00", layer: str = "analytic", period: int = 2018) -> str:
    return plan_text(step, pool=pool, layer=layer, period=period, codes=codes)


HAIBEI = grass("11800000", "23988000", "632222", '{ ban = "row:P026", balance = "row:P030" }')


def test_haibei_2018_by_rows_is_what_it_is_by_numbers() -> None:
    """1180 万亩 x 12.3 + 2398.8 万亩 x 2.5 = 14514 + 5997 万元."""
    found = run_text(text(HAIBEI, "632222"))
    assert exact_amounts(found) == {"632222": (14514 + 5997) * WAN}


def given(found: object, name: str) -> GivenParameter:
    column = next(item for item in found.columns if item.name == name)  # type: ignore[attr-defined]
    assert column.given is not None
    return column.given


def test_the_column_keeps_origin_evidence_document_and_place_of_the_row() -> None:
    found = run_text(text(HAIBEI, "632222"))
    rate = given(found, "grass.ban.rate")
    row = "P026 海北州2018年落实草原生态保护补助奖励机制政策实施方案（转载） 第一章 第一节 五、六（转引）"
    assert (rate.origin, rate.rows[0].evidence, rate.basis) == ("computed", "secondary", f"{row}；试")
    assert f"〔计算：{row}；试；" in explain_amount(found, "632222")
    assert given(found, "grass.ban.amount").rows == ()


def test_what_a_row_is_for_stands_beside_its_document() -> None:
    """The steward wage holds for the park; a county outside it would see that in the column."""
    step = '[[step]]\nid = "posts"\nrule = "posts_wage"\nposts = { "632626" = "1" }\nwage = "row:P070"\nmonths = "12"\n'
    found = run_text(text(f'{step}base_share = "1"\nbasis = "试"\n', "632626"))
    assert given(found, "posts.base.rate").basis == (
        "P070 三江源国家公园 三江源国家公园生态管护员的报道（转载） 正文（转引）；试"
    )
    assert exact_amounts(found) == {"632626": 21_600}


def test_a_key_takes_the_row_of_each_recipient_and_year_and_of_no_neighbour() -> None:
    """河南县 2015: 653.44 万亩 x 14.67 = 9585.96 万元 (P188); 231.5 万亩 x 1.5."""
    rates = '{ ban = "key:grass_ban_rate", balance = "row:P002" }'
    step = grass("6534400", "2315000", "632324", rates) + ADOPT.format(row="P002", target="grass.rates.balance")
    found = run_text(text(step, "632324", period=2015))
    assert exact_amounts(found) == {"632324": Fraction("653.44") * Fraction("14.67") * WAN + 3_472_500}
    assert given(found, "grass.ban.rate").rows[0].row == "P188"


def test_a_row_of_the_prefecture_serves_a_key_only_where_somebody_confirmed_it() -> None:
    step = grass("1", "1", "632222", '{ ban = "key:grass_ban_rate", balance = "row:P030" }')
    confirmed = step + ADOPT.format(row="P026", target="grass.rates.ban")
    assert "plan_key_none" in {item.code for item in told(text(step, "632222")).problems}
    found = run_text(text(confirmed, "632222"))
    rate = given(found, "grass.ban.rate")
    assert found.notes[0] == f"移用：grass.rates.ban.632222 用 {rate.rows[0].named_text}"
    assert (rate.rows[0].evidence, rate.rows[0].adopted) == ("secondary", "县财政局：州方案确认")


@pytest.mark.parametrize(("code", "period"), [("632621", 2018), ("632222", 2022)])
def test_a_row_adopted_from_elsewhere_is_transferred_and_assumed(code: str, period: int) -> None:
    step = grass("10", "0", code, '{ ban = "row:P026", balance = "0" }')
    found = run_text(text(step + ADOPT.format(row="P026", target="grass.rates"), code, period=period))
    assert (given(found, "grass.ban.rate").origin, given(found, "grass.ban.rate").rows[0].evidence) == (
        "transferred",
        "assumed",
    )
    assert exact_amounts(found) == {code: 123}


def test_hectares_by_declared_unit_take_rates_per_hectare() -> None:
    """1 ha = 15 mu exactly, so 12.3 yuan/mu are 184.5 yuan/ha."""
    step = grass("2", "0", "632222", '{ ban = "row:P026", balance = "0" }', unit="ha")
    assert exact_amounts(run_text(text(step, "632222"))) == {"632222": 2 * 15 * Fraction("12.3")}


def test_the_sign_and_a_whole_multiple_of_a_row_stand_before_it() -> None:
    """豫鲁 2021, class II and 3 points lower: 6000 x (3 - 2) + 100 x 3 = 6300 万元; class V pays back twice 6000."""
    step = """\
[[step]]
id = "section"
rule = "class_index"
payer = "370000"
receiver = "410000"
section_class = "{found}"
classes = {{ "II" = "row:P110", "III" = "0", "V" = "-2 * row:P110" }}
change = {{ found = "-3", rate = "-row:P111", low = "-row:P112", high = "row:P112" }}
basis = "协议"
[[recipient]]
id = "370000"
zh = "山东"
kind = "province"
[[recipient]]
id = "410000"
zh = "河南"
kind = "province"
"""
    head = text("", "x", layer="contract", period=2021).replace('recipients = ["x"]\n', "")
    assert exact_amounts(run_text(head + step.format(found="II")))["410000"] == (6000 + 300) * WAN
    assert exact_amounts(run_text(head + step.format(found="V")))["410000"] == (-12000 + 300) * WAN


# --- periods of several years -----------------------------------------------------------------------

FIELD = Path(__file__).parent / "field"
TWO_YEARS = (FIELD / "c11-period-2021-2022-refused-for-wrong-reason.toml").read_text(encoding="utf-8")


def told_of(text: str, folder: Path) -> list[str]:
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        allocate(folder / "plan.toml")
    return str(caught.value).splitlines()


@pytest.mark.parametrize("period", ["2021-2022", "2021—2022", "2021－2022年", "2021年至2022年"])
def test_a_period_of_two_years_fits_the_rows_that_hold_in_both(period: str, tmp_path: Path) -> None:
    """豫鲁 2021 and 2022, class II: 6000 each; 2.5 and 3.5 points lower, 100 each: 12000 + 600 = 12600 万元."""
    (tmp_path / "plan.toml").write_text(TWO_YEARS.replace("2021-2022", period), encoding="utf-8")
    found = allocate(tmp_path / "plan.toml")
    assert exact_amounts(found) == {"370000": -12_600 * WAN, "410000": 12_600 * WAN}


def test_a_row_that_ends_within_the_period_is_told_once_however_many_parameters_cite_it(tmp_path: Path) -> None:
    told = told_of(TWO_YEARS.replace('"2021-2022"', '"2021-2023"'), tmp_path)
    assert told == [
        f"plan.toml:{line}  参数 {names} 引用的 {row} 适用期间为 2021-01-01 至 2022-12-31，不含方案期间 2021-2023 全年；"
        "当年有效的行；换成当年的行；确要移用的，填“引用决定”表，plan.toml 里写 [[adopt]]。"
        for line, names, row in (
            (28, "classes.I、classes.II、classes.IV、classes.V", "P110 class_amount"),
            (29, "change.rate", "P111 change_amount"),
            (29, "change.low、change.high", "P112 change_cap"),
        )
    ]


def test_a_period_that_cannot_be_read_is_the_only_fault_of_a_plan_that_cites_rows(tmp_path: Path) -> None:
    told = told_of((FIELD / "c11-period-table-cascade-of-false-errors.toml").read_text(encoding="utf-8"), tmp_path)
    assert told == [
        'plan.toml:5  period 写作 { name = …, days = … }；年份，如 2023；几年的，如 "2021-2022"；或核算表里的期间名称（加引号）；改正。'
    ]


def test_a_period_that_cannot_be_read_hides_no_other_fault(tmp_path: Path) -> None:
    broken = text(grass("10", "-1", "632222", '{ ban = "key:grass_ban_rate", balance = "row:P999" }'), "632222")
    told = told_of(broken.replace("period = 2018", "period = 2018.5"), tmp_path)
    assert [line.split("  ")[1].split("；")[0] for line in told] == [
        "period 写作 2018.5",
        "参数 rates.balance 引用的 P999 不存在",
        "参数 areas.balance.632222 为 -1",
    ]


def test_a_rate_that_many_recipients_lack_is_told_once_and_beside_it_every_wrong_number(tmp_path: Path) -> None:
    """祁连 and 门源 lie in 海北, 泽库 in 黄南: two faults of the rate, and that of the area is not hidden by them."""
    areas = 'areas.ban = { "632221" = "10", "632222" = "1,500 亩", "632323" = "10" }\n'
    step = f'[[step]]\nid = "grass"\nrule = "area_rate"\nrates.ban = "key:grass_ban_rate"\n{areas}basis = "试"\n'
    told = told_of(text(step, "632221", "632222", "632323"), tmp_path)
    assert [line.split("  ")[1].partition("；查到后")[0] for line in told] == [
        (
            "参数 rates.ban.632221、rates.ban.632222（2） 引用的 grass_ban_rate 对 632221、632222（2） 没有 2018 年本级有效的行；"
            "该单位自己的行；当年有效的上级行：P026（632200，2016-01-01 至 2020-12-31）"
        ),
        (
            "参数 rates.ban.632323 引用的 grass_ban_rate 对 632323 没有 2018 年本级有效的行；"
            "该单位自己的行；当年有效的上级行：P027（632300，2016-01-01 至 2020-12-31）"
        ),
        '参数 areas.ban.632222 写作 “1,500 亩”；小数文字，如 "12.3"，不用千分号、万或亿；改正。',
    ]


def test_an_unreadable_list_of_recipients_makes_no_faults_of_the_references(tmp_path: Path) -> None:
    told = told_of(text(HAIBEI, "632222").replace('recipients = ["632222"]', "recipients = 632222"), tmp_path)
    assert len(told) == 1


def test_a_rate_per_year_counts_for_as_many_years_as_the_plan_says() -> None:
    """1180 万亩 x 12.3 x 3 + 2398.8 万亩 x 2.5 x 1, of 2016 to 2018."""
    step = grass("11800000", "23988000", "632222", '{ ban = "3 * row:P026", balance = "1 * row:P030" }')
    plan = text(step, "632222", pool="900000000.00").replace("period = 2018", 'period = "2016-2018"')
    assert exact_amounts(run_text(plan)) == {"632222": (14514 * 3 + 5997) * WAN}


def test_a_statutory_plan_refuses_rows_that_are_weaker_than_declared_by_name(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(text(HAIBEI, "632222", layer="statutory"), encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        allocate(tmp_path / "plan.toml")
    plan = "海北州2018年落实草原生态保护补助奖励机制政策实施方案（转载） 第一章 第一节 五、六（转引）"
    assert str(caught.value) == "\n".join(
        f"plan.toml:18  参数 grass.rates.{name} 引用 {row} {plan}，证据为转引；申报或更强；"
        "换成更强的行，或自己填数并写明证据；确要用的，以 --require 转引 写明放宽。"
        for name, row in (("ban", "P026"), ("balance", "P030"))
    )
    assert {item.code for item in caught.value.problems} == {"plan_row_evidence"}
    found = allocate(tmp_path / "plan.toml", require="secondary")
    assert found.heading.notices == ("测算稿（证据不足）", "所用数据最弱的证据：转引")


def test_a_pack_gives_the_row_that_is_missing(tmp_path: Path) -> None:
    step = grass("10", "0", "632222", '{ ban = "row:P010", balance = "0" }')
    (tmp_path / "plan.toml").write_text(text(step, "632222", period=2026), encoding="utf-8")
    with pytest.raises(PlanError, match="第四轮草原生态保护补助奖励政策的国家文件"):
        allocate(tmp_path / "plan.toml")
    found = allocate(tmp_path / "plan.toml", coefficients=[pack(tmp_path, ROUND_4)])
    assert exact_amounts(found) == {"632222": 131}


def test_a_workbook_keeps_the_rows_it_cites_and_is_verified_without_the_pack(tmp_path: Path) -> None:
    step = grass("10", "0", "632222", '{ ban = "row:P010", balance = "0" }')
    (tmp_path / "plan.toml").write_text(text(step, "632222", period=2026), encoding="utf-8")
    found = allocate(tmp_path / "plan.toml", coefficients=[pack(tmp_path, ROUND_4)])
    assert verify_workbook(write_workbook(found, tmp_path / "plan.xlsx")).same


def test_rows_not_known_on_a_day_cannot_be_cited(tmp_path: Path) -> None:
    from datetime import date

    (tmp_path / "plan.toml").write_text(text(HAIBEI, "632222"), encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        allocate(tmp_path / "plan.toml", known_on=date(2018, 12, 30))
    assert {item.code for item in caught.value.problems} == {"plan_row_then"}
    assert str(caught.value).splitlines()[0] == (
        "plan.toml:18  参数 rates.ban 引用的 P026 grass_ban_rate 在 2018-12-30 还不知道（known_since 2018-12-31）；"
        "known_since 不晚于该日的行；把 --as-known-on 改晚，或引用当日已知的行。"
    )


def test_only_parameters_of_steps_can_cite_rows(tmp_path: Path) -> None:
    phases = '[[phase]]\nid = "first"\nzh = "提前下达"\nshare = "row:P141"\n[[phase]]\nid = "rest"\nzh = "清算"\n'
    plan = tmp_path / "plan.toml"
    plan.write_text(text(HAIBEI, "632222", layer="statutory") + phases, encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        read_plan(plan)
    assert [item.code for item in caught.value.problems if item.code != "field_missing"] == ["plan_parameter_row"]
    assert "参数 share 引用 row:P141；数字文字：只有步骤里的参数可以引用行；写明数值。" in str(caught.value)


def test_a_key_whose_rows_differ_needs_a_parameter_for_each() -> None:
    step = """\
[[step]]
id = "one"
rule = "posts_wage"
posts = { "632323" = "1", "632324" = "1" }
wage = "key:grass_ban_rate"
months = "12"
base_share = "1"
basis = "试"
[[adopt]]
row = "P022"
for = "one.wage"
counties = ["632323"]
reason = "试"
decided_by = "试"
"""
    error = told(text(step, "632323", "632324", period=2015))
    assert str(error) == (
        "plan.toml:18  参数 wage 引用的 grass_ban_rate 各单位的行不同："
        "P022（632300，2011-01-01 至 2015-12-31）、P188（632324，2011-01-01 至 2015-12-31）；一个参数一行；按单位分别写。"
    )
    assert {item.code for item in error.problems} == {"plan_key_several"}


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["code"] for fault in FAULTS])
def test_a_fault_of_a_citation_is_told_with_its_line(fault: dict[str, str]) -> None:
    county = fault.get("county", "632222")
    step = grass("1", "1", county, fault.get("rates", '{ ban = "row:P026", balance = "0" }')) + fault.get("more", "")
    error = told(text(step, county).replace("period = 2018", f"period = {fault.get('period', '2018')}"))
    assert {item.code for item in error.problems} == {fault["code"]}
    assert str(error) == fault["says"]
    assert error.text("en") != str(error)


def test_a_multiple_of_a_row_and_a_value_of_a_pack_are_told_beside_the_row(tmp_path: Path) -> None:
    """3 x 12.3 = 36.9 must not look like the row; 99 of a pack must not look like the shipped 12.3."""
    three = run_text(text(grass("10", "0", "632222", '{ ban = "3 * row:P026", balance = "0" }'), "632222"))
    assert exact_amounts(three) == {"632222": 10 * 3 * Fraction("12.3")}
    assert given(three, "grass.ban.rate").basis.startswith("3 × P026 ")
    folder = tmp_path / "pack" / "compensation"
    folder.mkdir(parents=True)
    shipped = Path(__file__).parent.parent / "coefficients" / "compensation" / "grassland.csv"
    head, *lines = shipped.read_text(encoding="utf-8").splitlines()
    row = next(line for line in lines if line.startswith("P026,"))
    assert row.count(",12.3,") == 1
    (folder / "grassland.csv").write_text(f"{head}\n{row.replace(',12.3,', ',99,')}\n", encoding="utf-8")
    (tmp_path / "plan.toml").write_text(text(HAIBEI, "632222", pool="9999999999.00"), encoding="utf-8")
    found = allocate(tmp_path / "plan.toml", coefficients=[tmp_path / "pack"])
    assert "系数包的值，随附的是 12.3 CNY/mu/yr" in given(found, "grass.ban.rate").basis


def test_a_final_statutory_plan_does_not_lower_its_evidence(tmp_path: Path) -> None:
    plan = text(HAIBEI, "632222", layer="statutory").replace('state = "draft"', 'state = "final"')
    (tmp_path / "plan.toml").write_text(plan, encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        allocate(tmp_path / "plan.toml", require="secondary")
    assert caught.value.problems[0].code == "plan_final_weak"
    assert str(caught.value) == (
        "plan.toml:4  定稿所用数据最弱的证据为转引；法规性方案的定稿只收原文和申报；换成有依据的数据；或仍作测算稿、送审稿。"
    )


def test_numbers_that_a_statutory_plan_types_are_named_with_what_they_rest_on() -> None:
    """12.3 typed is no better known than P026, which is secondary and refused, unless somebody says where it stands."""
    typed = run_text(
        text(grass("10", "10", "632222", '{ ban = "12.3", balance = "2.5" }'), "632222", layer="statutory")
    )
    assert typed.notes[0] == (
        "由方案写明的数：grass.areas.ban、grass.areas.balance、grass.rates.ban、grass.rates.balance"
        "（申报：测算数据，青财函〔2023〕9号，2023-02-01，青海省财政厅）"
    )
