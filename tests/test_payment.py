"""Payment: phases that are the final amount to the fen, and money that comes from an earlier plan."""

import hashlib
import json
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhgep import allocate, verify_workbook, write_workbook
from qhgep.compensation.allocation import Allocation
from qhgep.errors import PlanError
from qhgep.result_files.write import result_file
from tests.support.result_bodies import body
from tests.support.step_plans import AREA, CODES, differences, plan_text, recalculated, run_text, sheet_fen, table, told
from tests.witness import formualizer

FEW = settings(max_examples=25, deadline=None)
PHASES = """\
[[phase]]
id = "advance"
zh = "提前下达"
share = "{share}"
basis = "预算法实施条例第四十八条"
[[phase]]
id = "now"
zh = "本次下达"
amounts = {now}
[[phase]]
id = "clearing"
zh = "清算"
"""


def phased(share: str, now: tuple[str, str, str], pool: str = "1000.00", round_to: str = "fen") -> Allocation:
    phases = PHASES.format(share=share, now=table(dict(zip(CODES, now, strict=True))))
    return run_text(plan_text(AREA + phases, pool=pool, layer="statutory", round_to=round_to))


def test_what_was_advanced_and_issued_is_cleared_against_the_final_amount() -> None:
    """700, 100, 200 yuan: 90 % in advance, then 60, 20, 0; the rest is 10, −10 and 20."""
    found = phased("0.9", ("60.00", "20.00", "0"))
    assert [phase.zh for phase in found.phases] == ["提前下达", "本次下达", "清算"]
    assert [list(phase.fen.values()) for phase in found.phases] == [
        [63_000, 9_000, 18_000], [6_000, 2_000, 0], [1_000, -1_000, 2_000],
    ]  # fmt: skip
    assert found.notes[-1] == "清算应收回：632323 10.00 元"
    assert body(found)["phases"][2] == {
        "id": "clearing", "zh": "清算", "fen": {"632222": 1_000, "632323": -1_000, "632621": 2_000},
    }  # fmt: skip


@FEW
@given(st.integers(100, 10**9), st.integers(0, 10_000), st.sampled_from(("fen", "yuan")))
def test_the_phases_are_the_final_amount_to_the_fen(fen: int, share: int, round_to: str) -> None:
    pool = f"{fen // 100}.{fen % 100:02d}"
    found = phased(f"{share / 10_000:.4f}", ("1.23", "0", "0.01"), pool, round_to)
    for code, amount in found.fen.items():
        assert sum(phase.fen[code] for phase in found.phases) == amount
        units = amount // (1 if round_to == "fen" else 100)
        paid = found.phases[0].fen[code]
        assert paid == units * Fraction(share, 10_000) // 1 * (1 if round_to == "fen" else 100)
    assert all(check.holds for check in found.checks)


def test_the_sheet_is_the_phases(tmp_path: Path) -> None:
    random = Random(7)
    plans = [
        phased(f"0.{random.randint(0, 9999):04d}", ("1.23", "0", "0.01"), f"{random.randint(10, 10**9)}.07")
        for _ in range(12)
    ]
    found = recalculated(tmp_path, *plans)
    assert differences(found, *plans) == []
    for number, plan in enumerate(plans):
        for phase in plan.phases:
            assert sheet_fen(found, plan, number, f"phase.{phase.id}.fen") == phase.fen


def test_the_workbook_has_a_column_for_every_phase(tmp_path: Path) -> None:
    found = phased("0.7", ("1.00", "2.00", "3.00"))
    path = tmp_path / "x.xlsx"
    write_workbook(found, path)
    assert verify_workbook(path).same
    cells = formualizer.recalculate(path)
    rows = range(8, 11)
    for column, phase in zip("FGH", found.phases, strict=True):
        assert [cells["补偿资金测算表", f"{column}{row}"] for row in rows] == pytest.approx(
            [amount / 100 for amount in phase.fen.values()], abs=1e-9
        )
        assert cells["补偿资金测算表", f"{column}7"] == pytest.approx(sum(phase.fen.values()) / 100, abs=1e-9)


# --- carried in -----------------------------------------------------------------------------------

POSTS = f"""\
[[step]]
id = "stewards"
rule = "posts_wage"
posts = {table(dict.fromkeys(CODES, "1"))}
wage = "10"
months = "12"
base_share = "1"
basis = "试"
"""


def earlier(folder: Path) -> str:
    """The result of last year's plan, which carried 100.00 yuan over; its hash."""
    text = plan_text(
        AREA + '[[step]]\nid = "taken"\nrule = "deduction"\nshares = { "632621" = "0.5" }\nbasis = "试"\n', period=2022
    )
    made = result_file(run_text(text))
    found = json.loads(made.text())["body"]
    assert found["carry_out"] == [{"fund": "试", "origin_year": "2022", "fen": 10_000, "oldest_origin_year": None}]
    path = folder / "last.json"
    path.write_text(made.text(), encoding="utf-8")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def carrying(
    folder: Path, digest: str, amount: str = "100.00", lines: str | None = None, file: str = "last.json"
) -> Path:
    lines = LINES.format(year=2022).replace('"100.00"', f'"{amount}"') if lines is None else lines
    carry = f'[carry_in]\nfrom = "{digest}"\nfile = "{file}"\namount = "{amount}"\n{lines}'
    path = folder / "plan.toml"
    path.write_text(plan_text(carry + POSTS), encoding="utf-8")
    return path


def stopped(path: Path) -> PlanError:
    with pytest.raises(PlanError) as caught:
        allocate(path)
    return caught.value


LINES = """\
years = 2
basis = "预算法第四十二条"
[[carry_in.line]]
fund = "重点流域"
origin_year = {year}
amount = "100.00"
"""


def test_money_of_an_earlier_plan_is_taken_in_by_its_hash(tmp_path: Path) -> None:
    digest = earlier(tmp_path)
    found = allocate(carrying(tmp_path, digest, lines=LINES.format(year=2022)))
    assert found.notes[0] == f"资金总额中上期结转 100.00 元（{digest[:12]}）：重点流域 2022 年 100.00 元"
    write_workbook(found, tmp_path / "x.xlsx")
    assert verify_workbook(tmp_path / "x.xlsx").same, "a workbook does not need the earlier file"


def test_another_file_than_the_one_that_was_hashed_stops_the_plan(tmp_path: Path) -> None:
    digest = earlier(tmp_path)
    path = carrying(tmp_path, digest)
    (tmp_path / "last.json").write_bytes((tmp_path / "last.json").read_bytes() + b" ")
    other = hashlib.sha256((tmp_path / "last.json").read_bytes()).hexdigest()
    error = stopped(path)
    assert error.problems[0].code == "plan_carry_hash"
    assert str(error) == (
        f"plan.toml:15  last.json 的 SHA-256 是 {other}；{digest}；换回原文件；确要更换的，改 carry_in.from 并说明。"
    )


def test_another_amount_than_was_carried_over_stops_the_plan(tmp_path: Path) -> None:
    error = stopped(carrying(tmp_path, earlier(tmp_path), "99.00"))
    assert error.problems[0].code == "plan_carry_amount"
    assert str(error) == "plan.toml:15  上期方案结转 100.00 元；99.00 元；按上期结果改正 carry_in.amount。"


def test_an_earlier_result_that_cannot_be_read_stops_the_plan(tmp_path: Path) -> None:
    missing = stopped(carrying(tmp_path, earlier(tmp_path), file="none.json"))
    assert missing.problems[0].code == "plan_carry_file"
    assert str(missing) == (
        "plan.toml:15  上期方案的结果 none.json 读不出（FileNotFoundError）；"
        "qhgep allocate --json 写出的文件，放在方案旁边；检查 carry_in.file。"
    )
    (tmp_path / "odd.json").write_text("{}", encoding="utf-8")
    odd = stopped(carrying(tmp_path, hashlib.sha256(b"{}").hexdigest(), file="odd.json"))
    assert odd.problems[0].facts[1] == ("detail", "KeyError")


@pytest.mark.parametrize(
    ("lines", "amount", "code", "says"),
    [
        (LINES.format(year=2020), "100.00", "plan_carry_old",
         ("plan.toml:20  重点流域 2020 年的结转 100.00 元已超过 2 年（预算法第四十二条）；未超过年限的结转；"
         "交回，不再分配：从 pool、carry_in.amount 和明细中去掉。")),
        (LINES.format(year=2022).replace("years = 2\n", ""), "100.00", "plan_carry_years",
         "plan.toml:19  结转明细没有判断年限的依据；carry_in 的 years 和 basis，且 period 为年份；补写。"),
        (LINES.format(year=2022), "101.00", "plan_carry_sum",
         "plan.toml:20  结转明细合计 100.00 元；正好等于 101.00 元；核对明细。"),
        ("", "1000.01", "plan_carry_pool",
         "plan.toml:17  上期结转 1000.01 元；包含在资金总额 1000.00 元之内；核对 pool 和 carry_in.amount。"),
        ("", "", "plan_parameter_missing",
         "plan.toml:17  参数 carry_in.amount 没有给出；数字文字，或系数行（row:行号）；补上；没有依据不得代以零或相邻的数值。"),
    ],
)  # fmt: skip
def test_a_fault_of_what_is_carried_in_is_told(lines: str, amount: str, code: str, says: str, tmp_path: Path) -> None:
    error = stopped(carrying(tmp_path, earlier(tmp_path), amount, lines))
    assert [item.code for item in error.problems] == [code]
    assert str(error) == says


def test_an_amount_without_a_hash_is_refused(tmp_path: Path) -> None:
    error = stopped(carrying(tmp_path, ""))
    assert [item.code for item in error.problems] == ["plan_carry_in"]


# --- faults of phases -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ('"statutory"', '"analytic"', "plan_phases",
         ("plan.toml:24  有分期下达，而方案的层级是 analytic，种类是 division；法定或协议方案的分配（division）或应付"
         "（entitlement）；情景测算没有下达，收付一次结清；删去 [[phase]]。")),
        ('id = "now"', 'id = "advance"', "plan_phase_id",
         "plan.toml:30  分期名称写作 “advance”；小写英文字母开头，只含小写字母、数字和下划线，不重复；改名。"),
        ('zh = "清算"', 'zh = "清算"\nshare = "0.1"', "plan_phase_rest",
         "plan.toml:33  分期 clearing 的写法不合；前面各期写 share 或 amounts 之一；最后一期都不写，即余额（清算）；改正。"),
        ('share = "0.9"', 'share = "90"', "plan_parameter_range",
         "plan.toml:27  参数 share 为 90；0 至 1；改正。"),
    ],
)  # fmt: skip
def test_a_fault_of_phases_is_told_with_its_line(old: str, new: str, code: str, says: str) -> None:
    phases = PHASES.format(share="0.9", now=table(dict.fromkeys(CODES, "1")))
    text = plan_text(AREA + phases, layer="statutory")
    assert old in text
    with pytest.raises(PlanError) as caught:
        run_text(text.replace(old, new, 1))
    assert [item.code for item in caught.value.problems] == [code]
    assert str(caught.value) == says


def test_the_source_of_carried_money_is_asked_for_and_compared_with_the_earlier_plan(tmp_path: Path) -> None:
    """Without its year no age can be told; a year that the earlier plan does not say, or of a later plan, is refused."""
    digest = earlier(tmp_path)
    none = stopped(carrying(tmp_path, digest, lines=""))
    assert none.problems[0].code == "plan_carry_lines"
    assert str(none) == (
        "plan.toml:14  没有写结转资金来自哪项资金、哪一年；至少一条 [[carry_in.line]]（fund、origin_year、amount）；补写；逐年列出。"
    )
    other = stopped(carrying(tmp_path, digest, lines=LINES.format(year=2021)))
    assert other.problems[0].code == "plan_carry_origin"
    assert (
        str(other)
        == "plan.toml:15  [[carry_in.line]] 写的年度是 2021；上期方案 last.json 写的：2022；改正 origin_year。"
    )
    later = stopped(carrying(tmp_path, digest, lines=LINES.format(year=2024)))
    assert later.problems[0].code == "plan_carry_later"
    assert str(later) == "plan.toml:20  结转资金的年度 2024 晚于方案年度 2023；不晚于方案年度；改正 origin_year。"


def test_what_a_scenario_carries_is_no_money_of_a_statutory_plan_and_a_number_is_a_whole_number(tmp_path: Path) -> None:
    path = carrying(tmp_path, earlier(tmp_path))
    path.write_text(
        path.read_text(encoding="utf-8").replace('layer = "analytic"', 'layer = "statutory"'), encoding="utf-8"
    )
    error = stopped(path)
    assert error.problems[0].code == "plan_carry_layer"
    assert str(error) == (
        "plan.toml:15  上期方案 last.json 的层次是 analytic；与本方案相同：statutory；换成同一层次的上期方案；情景的结转不是钱。"
    )
    for found in ('"100"', "null", "100.5", "[10000]"):
        text = f'{{"kind": "allocation", "layer": "analytic", "carried_fen": {found}}}'
        (tmp_path / "odd.json").write_text(text, encoding="utf-8")
        odd = stopped(carrying(tmp_path, hashlib.sha256(text.encode()).hexdigest(), file="odd.json"))
        assert odd.problems[0].code == "plan_carry_file"
    assert stopped(carrying(tmp_path, "0" * 64, file="a\\u0000b")).problems[0].code == "file_name"


def test_money_carried_on_keeps_the_oldest_year_that_it_may_come_from() -> None:
    taken = '[[step]]\nid = "taken"\nrule = "deduction"\nshares = { "632621" = "0.5" }\nbasis = "试"\n'
    carry = f'[carry_in]\nfrom = "{"0" * 64}"\nfile = "x.json"\namount = "100.00"\n' + LINES.format(year=2022)
    assert body(run_text(plan_text(carry + AREA + taken)))["carry_out"] == [
        {"fund": "试", "origin_year": "2023", "fen": 10_000, "oldest_origin_year": 2022}
    ]


def test_shares_of_phases_beyond_the_whole_are_refused() -> None:
    phases = "".join(f'[[phase]]\nid = "p{n}"\nzh = "期{n}"\nshare = "0.7"\nbasis = "试"\n' for n in (1, 2))
    error = told(plan_text(POSTS + phases + '[[phase]]\nid = "rest"\nzh = "清算"\n', layer="statutory"))
    assert error.problems[0].code == "plan_phase_shares"
    assert error.problems[0].text().endswith("各期份额合计 1.4；不超过 1；最后一期是余额；改正份额。")


def test_a_task_of_a_later_year_and_a_year_that_is_spelt_otherwise_are_refused() -> None:
    """With them the instalment would silently be none: 500 yuan x 100 mu of 2020 are due in 2020, 300 x 100 in 2022."""
    step = """\
[[step]]
id = "cropland"
rule = "instalments"
rates = { "1" = "500", "3" = "300" }
tasks.2020 = { "632222" = "100", "632323" = "0", "632621" = "0" }
certified.2020 = { "632222" = "100", "632323" = "0", "632621" = "0" }
basis = "试"
"""
    good = run_text(plan_text(step, pool="100000.00", period=2022))
    assert good.fen["632222"] == 300 * 100 * 100
    later = told(plan_text(step.replace("2020", "2202"), pool="100000.00", period=2022))
    assert later.problems[0].code == "plan_task_later"
    assert later.problems[0].text() == "plan.toml:19  任务年度 2202 晚于方案年度 2022；不晚于方案年度；改正年度。"
    for spelt in ("03", "３"):
        error = told(plan_text(step.replace('"3" =', f'"{spelt}" ='), pool="100000.00", period=2022))
        assert [item.code for item in error.problems] == ["plan_year"]


def test_more_passed_between_governments_than_the_agreement_names_stops_the_plan() -> None:
    step = """\
[[step]]
id = "section"
rule = "class_index"
payer = "632222"
receiver = "632323"
section_class = "II"
classes = { "II" = "600.00" }
basis = "试"
"""
    codes = ("632222", "632323")
    assert run_text(plan_text(step, layer="contract", pool="600.00", codes=codes)).fen["632323"] == 60_000
    error = told(plan_text(step, layer="contract", pool="599.99", codes=codes))
    assert error.problems[0].code == "plan_settlement_pool"
    assert str(error) == (
        "pool  互付金额 600.00 元超过写明的资金总额 599.99 元；不超过资金总额；把 pool 改为协议约定的最高互付额，或检查参数。"
    )
