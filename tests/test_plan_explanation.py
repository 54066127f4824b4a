"""An amount followed from the pool to the fen: every column in each form, every step with its identity, the rounding."""

import re
import tomllib
from pathlib import Path

import pytest

from qhgep import allocate
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.derivation.columns import derivation
from qhgep.compensation.derivation.report import explain_amount
from qhgep.compensation.rules.registry import RULES, RULES_ZH
from qhgep.result_files.explanation import amount_file
from tests.support.result_bodies import body
from tests.support.step_plans import AREA, CODES, plan_text, run_text, table
from tests.test_payment import LINES, carrying, earlier, phased

QILIAN, ZEKOG, MAQEN = CODES
FLOOR = '[[step]]\nid = "least"\nrule = "floor"\namounts = { "632323" = "150" }\nbasis = "第四条"\n'
CASES = tomllib.loads((Path(__file__).parent / "step_plans.toml").read_text(encoding="utf-8"))


def plan(name: str) -> Allocation:
    if name == "floor":
        return run_text(plan_text(AREA + FLOOR))
    if name == "phases":
        return phased("0.9", ("60.00", "20.00", "0"))
    return run_text(plan_text(CASES[name]["steps"], layer=CASES[name]["layer"]))


NAMES = (*CASES, "floor", "phases")


def lines(made: Allocation, code: str) -> list[str]:
    """The way to the amount, without the legal checks that are told after it."""
    told = [line.strip("　") for line in explain_amount(made, code).splitlines()]
    told = [line for line in told if not line.startswith("说明：由方案写明")]
    return told[: next((place for place, line in enumerate(told) if line.startswith("法规校验：")), len(told))]


def test_the_plans_here_use_every_rule() -> None:
    used = {step.rule for name in NAMES for step in plan(name).outcomes}
    assert used == set(RULES) == set(RULES_ZH)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("code", CODES)
def test_every_column_stands_once_in_every_form_with_the_same_value(name: str, code: str) -> None:
    made = plan(name)
    found = body(amount_file(made, code))
    in_parts = [column for part in found["parts"] for column in part["columns"]]
    assert sorted(in_parts) == sorted(column.name for column in made.columns)
    assert [column["name"] for column in found["columns"]] == in_parts
    told, tex = lines(made, code), explain_amount(made, code, "latex").splitlines()
    for column in found["columns"]:
        start, value = f"{column['zh']} = ", column["value"]
        assert any(line.startswith(start) and f"= {value}" in line for line in told), column["name"]
        assert any(line.startswith(rf"\text{{{column['zh']}}} &=") and f"= {value}" in line for line in tex), column[
            "name"
        ]
    assert found["fen"] == made.fen[code]


@pytest.mark.parametrize("name", NAMES)
def test_every_step_tells_its_kind_its_basis_and_both_sides_of_its_identity(name: str) -> None:
    made = plan(name)
    told = lines(made, ZEKOG)
    for number, step in enumerate(made.outcomes, 1):
        place = next(at for at, line in enumerate(told) if line.startswith(f"步骤 {number} {step.id}："))
        assert f"（{step.rule}），类型：" in told[place]
        assert told[place].endswith(f"（{step.kind}）")
        assert told[place + 1] == f"依据：{step.basis}"
    assert sum(line.startswith("恒等式：") and line.endswith("，成立") for line in told) == len(made.outcomes)
    assert sum(line.startswith("本步后 ") for line in told) == len(made.outcomes)


def test_every_parameter_names_what_it_rests_on() -> None:
    for name in NAMES:
        for part in derivation(plan(name), QILIAN):
            assert all(line.basis for line in part.lines if line.column.expr is None)


def test_a_third_of_the_fen_is_cut_and_the_unit_goes_to_the_largest_remainder() -> None:
    """1100/3 and 1000/3 are cut to 366.66 and 333.33; one fen is left.

    Last year 200, 300, 300, and 200 more by 7, 1, 2: 340, 320, 340. The first is capped at 300; what is left for the
    others, 700 less their 600, is shared by 1 and 2: 300 + 100/3 and 300 + 200/3.
    """
    told = lines(plan("growth"), ZEKOG)
    assert "未取整 333.3333 元（精确值 1000/3） = 33333 个支付单位（每个 0.01 元）又 1/3 个" in told
    assert "待分尾数 1 个，余数位次 2；各加一个单位的：玛沁县（632621）" in told
    assert "取整后 33333 个支付单位 = 333.33 元" in told
    found = body(amount_file(plan("growth"), MAQEN))["rounding"]
    assert found == {
        "exact_yuan": "1100/3", "unit_fen": 1, "whole_units": 36666, "remainder": "2/3", "rank": 1, "left_units": 1,
        "paid_units": 36667, "raised": [MAQEN],
    }  # fmt: skip


def test_a_sum_is_told_term_by_term_and_a_formula_with_its_numbers() -> None:
    told = lines(plan("floor"), ZEKOG)
    assert "县域面积（各单位合计） = 合计（单位，县域面积） = 7 + 1 + 2 = 10 hm²　〔各单位之和〕" in told
    # 1000 yuan are 100000 fen; weights are percent, so the score of 1 of 10 is 100 x 0.1
    start = "因素法测算额 = 可分配单位数 × 综合得分 ÷ 权重倍数 × 支付单位（分）"
    assert any(line.startswith(f"{start} = 100000 × 10 ÷ 100 × 1 = 100 元") for line in told)
    assert "本步后 150.0000 元；全部单位：无结转、留存、缺口" in told


def test_what_a_deduction_takes_is_told_as_carried_and_in_the_balance() -> None:
    """Maqen has 291.60 before the deduction of one half."""
    told = lines(plan("division"), MAQEN)
    assert "本步后 145.8000 元；全部单位：结转 145.8000 元" in told
    assert told[-1] == "全方案：应付合计 854.20 ＋ 结转 145.80 ＋ 留存 0.00 − 缺口 0.00 = 资金总额 1000.00（元）"


def test_a_surplus_a_gap_and_a_residue_are_told() -> None:
    """Due are 229, 325 and 48 yuan, 602 together."""
    assert lines(plan("entitlement"), QILIAN)[-1] == (
        "全方案：应付合计 602.00 ＋ 结转 0.00 ＋ 留存 398.00 − 缺口 0.00 = 资金总额 1000.00（元）"
    )
    short = run_text(plan_text(CASES["entitlement"]["steps"], layer="statutory", pool="600.00"))
    assert lines(short, QILIAN)[-1].endswith("＋ 留存 0.00 − 缺口 2.00 = 资金总额 600.00（元）")
    whole = run_text(plan_text(AREA, pool="1000.55", round_to="yuan"))
    assert lines(whole, QILIAN)[-1].endswith(
        "＋ 留存 0.55（其中不足一个支付单位的尾款 0.55） − 缺口 0.00 = 资金总额 1000.55（元）"
    )


def test_an_entitlement_is_rounded_by_itself_and_a_settlement_by_its_side() -> None:
    half = '[[step]]\nid = "a"\nrule = "area_rate"\nrates = {{ x = "0.005" }}\nareas.x = {}\nbasis = "试"\n'
    made = run_text(plan_text(half.format(table(dict(zip(CODES, ("1", "2", "3"), strict=True))))))
    told = lines(made, QILIAN)
    assert "未取整 0.0050 元 = 0 个支付单位（每个 0.01 元）又 1/2 个" in told
    assert told[told.index("各单位分别四舍五入") + 1] == "取整后 1 个支付单位 = 0.01 元"
    third = """\
[[step]]
id = "split"
rule = "fixed_split"
fund = "1"
pay = { "632222" = "1", "632323" = "1", "632621" = "1" }
receive = { "632222" = "3", "632323" = "0", "632621" = "0" }
basis = "试"
"""
    # 1 x (1 − 1/3) = 2/3 is 0.67; the two payers owe 1/3 each, 0.34 and 0.33: the lower code pays the fen more
    told = lines(run_text(plan_text(third, layer="contract")), MAQEN)
    assert "未取整 -0.3333 元（精确值 -1/3） = -33 个支付单位（每个 0.01 元）又 1/3 个" in told
    assert "待分尾数 1 个，余数位次 2；各加一个单位的：泽库县（632323）" in told


def test_what_was_carried_in_and_what_is_asked_back_stand_at_the_end(tmp_path: Path) -> None:
    digest = earlier(tmp_path)
    made = allocate(carrying(tmp_path, digest, lines=LINES.format(year=2022)))
    assert lines(made, QILIAN)[-1].startswith("说明：资金总额中上期结转 100.00 元（")
    assert lines(plan("phases"), ZEKOG)[-1] == "说明：清算应收回：632323 10.00 元"
    assert "分期支付" in lines(plan("phases"), ZEKOG)


CHINESE = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef]+")


@pytest.mark.parametrize("name", NAMES)
def test_in_english_only_what_the_plan_its_names_and_its_notes_say_is_chinese(name: str) -> None:
    made = plan(name)
    written = [made.title, made.heading.basis, *made.notes, *(item.zh for item in made.recipients)]
    written += [line.basis for part in derivation(made, ZEKOG) for line in part.lines]
    written += [note for step in made.outcomes for note in (step.basis, *step.notes)]
    written += [told for factor in made.factors.values() for told in (factor.origin_text, factor.basis)]
    written += [told for item in made.legal.findings for told in (item.article, item.answer.needed)]
    told = explain_amount(made, ZEKOG, language="en")
    for text in sorted(filter(None, written), key=len, reverse=True):
        told = told.replace(text, "")
    assert CHINESE.findall(told) == []


def test_an_amount_in_english_line_by_line() -> None:
    """1000.00 yuan over areas of 7, 1 and 2 are 700, 100 and 200; 150 held for one leave 850: 661.11 1/9 and 188.88 8/9."""
    told = explain_amount(plan("floor"), ZEKOG, language="en").splitlines()
    here = told.index("　step 2 least: floor, kind: division")
    assert told[here + 1 : here + 3] == ["　　basis: 第四条", "　　least.least = 150 CNY　[chosen: 第四条]"]
    assert "　　least.pass1.score_total = sum(recipient, least.pass1.score) = 70 + 0 + 20 = 90" in told
    assert told[1] == "泽库县 (632323) = 150.00 CNY"
    assert [line for line in told if "units" in line][-2:] == [
        "　　1 units left over, rank by remainder 3; one more each for: 玛沁县 (632621)",
        "　　rounded to 15000 payable units = 150.00 CNY",
    ]
    balance = "　whole plan: paid 1000.00 + carried over 0.00 + retained 0.00 − lacking 0.00 = pool 1000.00 (CNY)"
    assert balance in told


def test_a_typed_number_is_said_to_stand_in_the_document_that_its_evidence_names() -> None:
    """The rate is that of the method, the areas are those that the county returned in a document of its own."""
    steps = (
        '[[step]]\nid = "grass"\nrule = "area_rate"\nrates.ban = "10"\n'
        'areas.ban = { "632222" = "2", "632323" = "2", "632621" = "2" }\nbasis = "某办法第三条"\n'
    )
    own = (
        '[[evidence]]\nfor = ["grass.areas", "pool"]\nevidence = "declared"\ndocument = "申报表"\n'
        'number = "甲财〔2024〕15号"\ndate = 2024-03-01\nunit = "青海省财政厅"\n'
    )
    told = [line.strip() for line in lines(run_text(plan_text(steps, layer="statutory") + own), QILIAN)]
    returned = "〔载明：申报表，甲财〔2024〕15号，2024-03-01，青海省财政厅；"
    (area,) = [line for line in told if line.startswith("ban面积 = ")]
    (pool,) = [line for line in told if line.startswith("资金总额 = ")]
    (rate,) = [line for line in told if line.startswith("ban标准 = ")]
    assert returned in area
    assert "；某办法第三条" in area
    assert returned in pool
    assert "〔载明：测算数据，青财函〔2023〕9号，2023-02-01，青海省财政厅；某办法第三条" in rate
