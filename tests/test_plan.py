"""plan.toml: what is accepted, and every fault with its line, in both languages, all at once."""

from pathlib import Path

import pytest

from qhgep.compensation.plan import Plan, _schema_problem, read_plan
from qhgep.compensation.source import Source, key_lines
from qhgep.errors import PlanError, messages

PILOT = Path(__file__).parent.parent / "examples" / "pilot" / "plan.toml"
BASE = """\
schema = 1
title = "测试方案"
layer = "statutory"
state = "draft"
period = 2023
pool = "1000.00"
round_to = "yuan"
recipients = ["632222", "632323"]
[basis]
document = "某办法"
number = "某〔2023〕1号"
article = "第五条"
date = 2023-03-01
[budget]
direct = true
already_issued = { "632222" = "10.00" }
[accounts]
gep = "account.toml"
[factor.water]
of = "gep.water_value_total"
as = "share"
[factor.area]
of = "gep.county_area"
as = "share"
negative = "zero"
basis = "测试"
[carry_in]
from = ""
[[step]]
id = "divide"
rule = "weighted"
weights = { water = "0.75", area = "0.25" }
decimals = 8
basis = "某办法第五条"
[[step]]
id = "floor"
rule = "floor"
amounts = { "632323" = "400.00" }
[[event]]
kind = "received"
date = 2023-05-06
amount = "1000.00"
"""


def read(tmp_path: Path, *edits: tuple[str, str]) -> Plan:
    text = BASE
    for old, new in edits:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return read_plan(path)


def faults(tmp_path: Path, *edits: tuple[str, str]) -> PlanError:
    with pytest.raises(PlanError) as caught:
        read(tmp_path, *edits)
    return caught.value


def test_a_whole_plan_is_read(tmp_path: Path) -> None:
    plan = read(tmp_path)
    assert (plan.title, plan.layer, plan.period, plan.pool_fen, plan.payable) == (
        "测试方案",
        "statutory",
        2023,
        100_000,
        100,
    )
    assert [(item.id, item.zh, item.kind) for item in plan.named_recipients] == [
        ("632222", "祁连县", "county"),
        ("632323", "泽库县", "county"),
    ]
    assert plan.basis_text() == "某办法 某〔2023〕1号 第五条"
    assert plan.file == tmp_path / "plan.toml"
    assert plan.where("factor", "area", "of") == "plan.toml:23"


def test_the_pilot_plan_is_read() -> None:
    plan = read_plan(str(PILOT))
    assert plan.layer == "analytic"
    assert [item.zh for item in plan.named_recipients] == ["祁连县", "泽库县", "玛沁县", "玉树市", "天峻县"]
    assert [step.rule for step in plan.step] == ["weighted", "floor"]


def test_recipients_need_not_be_counties(tmp_path: Path) -> None:
    declared = '[[recipient]]\nid = "{}"\nzh = "{}"\nkind = "{}"\n'
    parks = declared.format("park-2", "三江源园区", "park") + declared.format("632323", "泽库县", "county")
    plan = read(
        tmp_path, ('recipients = ["632222", "632323"]\n', parks), ('"632222" = "10.00"', '"park-2" = "10.00"')
    )
    assert [(item.id, item.kind) for item in plan.named_recipients] == [
        ("632323", "county"),
        ("park-2", "park"),
    ]


OURS = ("plan_", "factor_", "sheet_", "money_")
FAULTS = {
    "plan_unknown_key": ("round_to", 'rund = 1\nround_to', "plan.toml:7  没有 rund 这个键；SCHEMAS 中方案的键；检查拼写，或删去。"),
    "plan_missing_key": ('title = "测试方案"\n', "", "plan.toml  缺少 title；必填；补上。"),
    "plan_text": ('pool = "1000.00"', "pool = 1000.0", "plan.toml:6  pool 写作 1000.0；加引号的文字（金额、权重也是）；加上引号。"),
    "plan_whole": ("decimals = 8", 'decimals = "8"', "plan.toml:33  step.0.decimals 写作 '8'；整数，不加引号；改为整数。"),
    "plan_bool": ("direct = true", "direct = 1", "plan.toml:15  budget.direct 写作 1；true 或 false；改正。"),
    "plan_date": ("date = 2023-05-06", 'date = "5月6日"', "plan.toml:41  event.0.date 写作 '5月6日'；日期，如 2023-03-01，不加引号；改为日期。"),
    "plan_table": ('[carry_in]\nfrom = ""', "[[carry_in]]", "plan.toml:27  carry_in 写作 …；一个表，如 [basis]；改为表。"),
    "plan_list": ('["632222", "632323"]', '"632222"', "plan.toml:8  recipients 写作 '632222'；一个列表；改为列表。"),
    "plan_choice": ('"statutory"', '"legal"', "plan.toml:3  layer 写作 'legal'；只能是 'statutory', 'contract' or 'analytic'；改正。"),
    "plan_range": ("decimals = 8", "decimals = 12", "plan.toml:33  step.0.decimals 写作 12；≤ 8 的整数；改正。"),
    "plan_period": ("period = 2023", "period = 2023.5", "plan.toml:5  period 写作 2023.5；年份，如 2023；或核算表里的期间名称（加引号）；改正。"),
    "plan_basis": ('number = "某〔2023〕1号"', "", "plan.toml:9  basis.number 没有填写；法定（statutory）和协议（contract）方案必须写明文件、文号、条款和日期；本方案的层级是 statutory；补写 [basis]。"),
    "plan_recipients": ("[basis]", '[[recipient]]\nid = "p"\nzh = "园区"\nkind = "park"\n[basis]', "plan.toml:8  recipients 和 [[recipient]] 两种写法都有或都没有；用其中一种列出领款单位；留下一种。"),
    "plan_recipient_twice": ('"632323"]', '"632323", "632222"]', "plan.toml:8  领款单位 632222 列了两次；每个单位一次；删去一个。"),
    "plan_recipient_unnamed": ('"632323"]', '"632323", "999999"]', "plan.toml:8  领款单位 999999 不在县区表里，也没有名称；六位县级代码，或写明名称的 [[recipient]]；检查代码，或改用 [[recipient]] 写明名称。"),
    "plan_recipient_unknown": ('amounts = { "632323"', 'amounts = { "632701"', "plan.toml:38  632701 不是本方案的领款单位；recipients 中的代码；检查代码。"),
    "plan_pool": ('pool = "1000.00"', 'pool = "1000000000000.00"', "plan.toml:6  资金总额为 1000000000000.00 元；至少一个支付单位（1.00 元），小于 1000000000000.00 元；检查资金总额和 round_to。"),
    "plan_carry_in": ('from = ""', 'from = "abc"', "plan.toml:28  结转来源写作 “abc”；留空：本版本还不能接续上期方案的结转资金；把结转资金并入 pool，并在依据中说明。"),
    "plan_id": ('id = "divide"', 'id = "finish"', "plan.toml:30  名称写作 “finish”；小写英文字母开头，只含小写字母、数字和下划线，且不是 pool、payable、residue、factor、finish；改名。"),
    "plan_factor_of": ('"gep.county_area"', '"county_area"', "plan.toml:23  of 写作 “county_area”；“账户.量”，如 gep.water_value_total；改正。"),
    "plan_account_unknown": ('"gep.county_area"', '"gdp.county_area"', "plan.toml:23  账户 gdp 没有列出；[accounts] 中的名称；在 [accounts] 里写明 account.toml 的路径。"),
    "plan_factor_basis": ('basis = "测试"\n', "", "plan.toml:22  因素 area 接受部分值或把负值作零，却没有写依据；basis；写明理由和依据。"),
    "plan_partial_layer": ('negative = "zero"', 'partial = "accept"', "plan.toml:25  因素 area 接受部分值；只有情景测算（analytic）可以接受；本方案的层级是 statutory；补齐数据，或改为情景测算。"),
    "plan_step_order": ('[[step]]\nid = "floor"', '[[step]]\nid = "again"\nrule = "floor"\namounts = {}\n[[step]]\nid = "floor"', "plan.toml:29  步骤依次是 weighted → floor → floor；先一步 weighted，后面最多一步 floor；调整步骤。"),
    "plan_step_twice": ('id = "floor"', 'id = "divide"', "plan.toml:36  步骤名 divide 重复；每步一个名称；改名。"),
    "plan_weights_basis": ('basis = "某办法第五条"\n', "", "plan.toml:32  权重没有写依据；basis：谁定的、根据什么；补写 basis。"),
    "plan_weight_factor": ("water = ", "watr = ", "plan.toml:32  权重 watr 没有对应的因素；[factor.*] 中的名称（已有：water、area）；检查拼写，或补上因素。"),
    "plan_weight_value": ('as = "share"\nnegative', 'as = "value"\nnegative', "plan.toml:32  因素 area 不是按占比（share）使用；加权分配只用 as = \"share\" 的因素；改为 share，或去掉该权重。"),
    "plan_weight_text": ('"0.25"', '"-0.25"', "plan.toml:32  权重写作 “-0.25”；不小于零的小数文字，如 \"0.25\"；改正。"),
    "plan_weight_decimals": ('"0.75", area = "0.25"', '"0.75001", area = "0.24999"', "plan.toml:32  权重 0.75001 超过四位小数；最多四位小数；减少小数位。\nplan.toml:32  权重 0.24999 超过四位小数；最多四位小数；减少小数位。"),
    "plan_weights_sum": ('"0.25"', '"0.2499"', "plan.toml:32  权重之和为 0.9999；正好等于 1；调整权重。"),
    "plan_floor_unit": ('"400.00"', '"400.50"', "plan.toml:38  632323 的下限为 400.50 元；不小于零，且是支付单位（1.00 元）的整数倍；调整下限。"),
    "plan_floors_pool": ('"400.00"', '"1001.00"', "plan.toml:38  各下限合计 1001.00 元；不超过可分配的 1000.00 元；降低下限，或增加资金。"),
    "money_text": ('amount = "1000.00"', 'amount = "1,000"', "plan.toml:42  金额写作 1,000；以元计的数字文字，如 \"1234.05\"，不用小数类型、千分号、万或亿；把金额写成加引号的文字。"),
    "money_finer": ('pool = "1000.00"', 'pool = "1000.005"', "plan.toml:6  金额 1000.005 元细于一分；最多两位小数；改写到分。"),
}  # fmt: skip


@pytest.mark.parametrize(("code", "fault"), FAULTS.items(), ids=list(FAULTS))
def test_a_fault_is_told_with_its_line(code: str, fault: tuple[str, str, str], tmp_path: Path) -> None:
    error = faults(tmp_path, fault[:2])
    assert {item.code for item in error.problems} == {code}
    assert str(error) == fault[2]
    assert error.text("en") != str(error)


def test_toml_that_does_not_parse_is_told_with_its_line(tmp_path: Path) -> None:
    error = faults(tmp_path, ("period = 2023", "period = "))
    assert [(item.code, item.where) for item in error.problems] == [("plan_toml", "plan.toml:5")]
    unclosed = faults(tmp_path, ('amount = "1000.00"\n', 'amount = "'))
    assert [item.code for item in unclosed.problems] == ["plan_toml"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "gbk.toml").write_bytes("title = '方案'".encode("gbk"))
    for name, reason in [("none.toml", "FileNotFoundError"), ("gbk.toml", "UnicodeDecodeError")]:
        with pytest.raises(PlanError) as caught:
            read_plan(tmp_path / name)
        place = f"{tmp_path / name}"
        assert caught.value.problems[0].code == "plan_file"
        assert (
            str(caught.value)
            == f"{place}  方案文件读不出（{reason}）；UTF-8 编码的 plan.toml；检查路径和编码。"
        )


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    error = faults(
        tmp_path,
        ("round_to", "rund = 1\nround_to"),
        ("direct = true", "direct = 1\nother = 2"),
        ('["632222", "632323"]', '["632222", "632323", "632323"]'),
        ('water = "0.75"', 'water = "0.7"'),
        ('pool = "1000.00"', 'pool = "300"'),
        ('article = "第五条"\n', ""),
    )
    assert [item.code for item in error.problems] == [
        "plan_bool", "plan_unknown_key", "plan_unknown_key", "plan_basis", "plan_recipient_twice", "plan_weights_sum",
        "plan_floors_pool",
    ]  # fmt: skip


def test_checks_that_need_an_unreadable_key_are_left_out(tmp_path: Path) -> None:
    edits = [(f"{key} = ", f"{key} = [] #") for key in ("title", "layer", "state", "pool", "round_to")]
    error = faults(tmp_path, *edits, ("schema = 1", "schema = 2"), ('"0.75"', "0.75"), ("period = 2023", ""))
    assert sorted(item.code for item in error.problems) == [
        "plan_choice", "plan_choice", "plan_choice", "plan_choice", "plan_missing_key", "plan_text", "plan_text", "plan_text",
    ]  # fmt: skip


def test_a_rule_that_does_not_exist_is_told(tmp_path: Path) -> None:
    error = faults(tmp_path, ('rule = "floor"', 'rule = "cap"'))
    assert str(error) == "plan.toml:37  step.1.rule 写作 'cap'；只能是 'weighted' or 'floor'；改正。"
    missing = faults(tmp_path, ('rule = "floor"\n', ""))
    assert str(missing) == "plan.toml:35  step.1.rule 写作 ''；只能是 'weighted' or 'floor'；改正。"


def test_a_fault_that_pydantic_learns_to_find_is_still_told(tmp_path: Path) -> None:
    source = Source(tmp_path / "plan.toml", BASE)
    _schema_problem(source, ("pool",), {"type": "new_in_pydantic", "input": "x", "msg": "of a new kind"})
    (found,) = source.problems.items
    assert found.code == "plan_value"
    assert found.text() == "plan.toml:6  pool 写作 'x'（of a new kind）；格式见 SCHEMAS；改正。"


def test_codes_and_names_that_do_not_fit_are_told(tmp_path: Path) -> None:
    error = faults(
        tmp_path,
        ('"632222" = "10.00"', '"632701" = "10.00"'),
        ("[factor.area]", '[factor."面积"]'),
        ("area = ", '"面积" = '),
    )
    assert [(item.code, item.where) for item in error.problems] == [
        ("plan_recipient_unknown", "plan.toml:16"),
        ("plan_id", "plan.toml:22"),
    ]


def test_an_event_needs_no_amount(tmp_path: Path) -> None:
    assert read(tmp_path, ('amount = "1000.00"\n', "")).event[0].amount == ""


def test_a_negative_floor_is_refused(tmp_path: Path) -> None:
    assert "632323 的下限为 -1.00 元" in str(faults(tmp_path, ('"400.00"', '"-1.00"')))


def test_money_that_is_no_text_of_an_amount_is_told_where_it_stands(tmp_path: Path) -> None:
    error = faults(
        tmp_path, ('"10.00"', '"10万"'), ('pool = "1000.00"', 'pool = "一千"'), ('"400.00"', '"四百"')
    )
    assert [item.where for item in error.problems] == ["plan.toml:6", "plan.toml:16", "plan.toml:38"]


def test_every_message_of_plans_is_proved_by_a_test() -> None:
    names = ("test_plan.py", "test_compensation.py", "test_money.py")
    tests = "".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in names)
    assert [code for code in messages() if code.startswith(OURS) and f'"{code}"' not in tests] == []


def test_both_languages_use_the_same_facts() -> None:
    ours = {code: texts for code, texts in messages().items() if code.startswith(OURS)}
    for code, texts in ours.items():
        used = {language: set("".join(texts[language]).split("{")[1:]) for language in ("zh", "en")}
        names = {language: {part.split("}")[0] for part in parts} for language, parts in used.items()}
        assert names["zh"] == names["en"], code


def test_lines_of_keys_are_found_in_any_spelling() -> None:
    text = "a = 1\n[t.\"632222\"] # x\n b.c = 2\n[[s]]\nid = 1\n[[s]]\nid = 2\n[s.inner]\nk = 'v'\n"
    assert key_lines(text) == {
        ("a",): 1, ("t", "632222"): 2, ("t", "632222", "b", "c"): 3, ("s",): 4, ("s", 0): 4, ("s", 0, "id"): 5,
        ("s", 1): 6, ("s", 1, "id"): 7, ("s", "inner"): 8, ("s", "inner", "k"): 9,
    }  # fmt: skip
