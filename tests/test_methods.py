"""A quantity with several methods: the account takes one for all, says so, and what the others would give is shown."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from qhgep import compute, read_account, verify_workbook, write_workbook
from qhgep.decisions.effects import effects
from qhgep.engine.result import Result
from qhgep.errors import AccountError
from qhgep.ruleset_store.ruleset import read_ruleset, with_methods
from tests.support.accounts import Coefficient, Line, pack, refused, write_account

RULES = """schema = 1
zh = "测试规则"

[bind]
water_retained = ["water_balance", "water_retention_from_yield"]
water_retained_total = "sum"
water_value_total = "reservoir_cost"

[[indicator]]
id = "water_conservation"
category = "regulating"
quantity = "water_retained_total"
value = "water_value_total"
"""
TOURISM = """
[[indicator]]
id = "tourism"
category = "cultural"
quantity = "visits"
value = "tourism_value"
"""
MEADOW = "grassland.alpine_meadow"
LINES = (
    Line("area", "1000", "hm2", ecosystem=MEADOW),
    Line("county_area", "1000", "hm2"),
    Line("precipitation", "400", "mm/a"),
    Line("evapotranspiration", "200", "mm/a"),
    Line("surface_runoff", "50", "mm/a", ecosystem=MEADOW),
    Line("water_yield", "180", "mm/a"),
    Line("inflow_from_outside", presence="zero"),
)
PRICE = Coefficient("T-1", "reservoir_cost", region="632621", value="5", unit="元/m3", price_year="2019")


def choice(method: str, quantity: str = "water_retained") -> str:
    return f'[[method]]\nquantity = "{quantity}"\nmethod = "{method}"\nreason = "理由"\ndecided_by = "某人"\n'


def result(
    folder: Path, tables: str, lines: tuple[Line, ...] = LINES, *, state: str = "draft", rules: str = RULES
) -> Result:
    path = write_account(folder, lines, tables=tables, rules=rules, changes={"state": f'"{state}"'})
    return compute(read_account(path, coefficients=[pack(folder / "pack", [PRICE])]))


def test_each_method_gives_its_own_value(tmp_path: Path) -> None:
    """1000 hm² x (400 - 50 - 200) mm x 10 m³ per hm²·mm x 5 元/m³; with the yield (180 - 50) mm instead."""
    first = result(tmp_path, choice("water_balance"))
    assert first.value("water_value_total", county="632621", period="2019").value == 1000 * (400 - 50 - 200) * 10 * 5
    second = result(tmp_path, choice("water_retention_from_yield"))
    assert second.value("water_value_total", county="632621", period="2019").value == 1000 * (180 - 50) * 10 * 5
    assert first.run_id != second.run_id


def test_a_choice_is_a_decision_with_what_the_other_method_would_give(tmp_path: Path) -> None:
    """7,500,000 yuan by the balance, 6,500,000 by the yield: the choice is worth 1,000,000."""
    (effect,) = [item for item in effects(result(tmp_path, choice("water_balance"))) if item.kind == "method"]
    assert (effect.basis, effect.other, effect.decided_by) == ("other_method", "water_retention_from_yield", "某人")
    (county,) = effect.counties
    assert (county.total, county.without, county.amount) == (7_500_000, 6_500_000, 1_000_000)


def test_without_a_choice_a_draft_lacks_the_line_and_names_the_methods_with_what_they_lack(tmp_path: Path) -> None:
    lines = tuple(line for line in LINES if line.quantity != "evapotranspiration")
    found = result(tmp_path, "", lines)
    assert found.value("water_value_total", county="632621", period="2019").value is None
    (told,) = [item for item in found.checks if item.code == "method_undecided"]
    assert told.severity == "warning"
    assert told.text() == (
        f"{told.where}  水源涵养量（water_retained）的方法没有选定，这一项缺；规则集列出的方法之一："
        "“生态系统面积 ×（年降水量 − 地表径流深 − 蒸散量）”（water_balance，缺 蒸散量）；"
        "“生态系统面积 ×（产水深 − 地表径流深）”（water_retention_from_yield，输入已有）；"
        "在 决定.xlsx 里选定（没有这一行的，qhgep decide 账户文件夹 --list 再列出）；没有决定表的，在 account.toml 写 [[method]]："
        "quantity、method、reason、decided_by；或直接填报该量。"
    )


def test_a_review_without_a_choice_is_refused_unless_the_gap_is_declared(tmp_path: Path) -> None:
    with pytest.raises(AccountError) as caught:
        result(tmp_path, "", state="review")
    assert {item.code for item in caught.value.problems} == {"method_undecided"}
    found = result(tmp_path, gap("water_conservation"), state="review")
    assert found.value("water_value_total", county="632621", period="2019").value is None


def test_the_cover_lists_a_line_that_was_decided_not_covered(tmp_path: Path) -> None:
    found = result(tmp_path, gap("water_conservation"), state="review")
    cover = load_workbook(write_workbook(found, tmp_path / "book.xlsx"), data_only=True)["封面"]
    (reason,) = [item.reason for item in found.account.not_covered]
    (row,) = [line for line in cover.iter_rows(values_only=True) if line[0] == "调节服务　水源涵养"]
    assert row[1] == f"未核算：{reason}"
    assert verify_workbook(tmp_path / "book.xlsx").same


def test_where_nothing_has_a_value_the_page_says_that_nothing_has_evidence(tmp_path: Path) -> None:
    path = write_workbook(result(tmp_path, ""), tmp_path / "book.xlsx")
    assert load_workbook(path)["封面"]["A2"].value == "部分核算：0/1 项指标，不是生态产品总值（GEP）；金额的证据：无。"


def test_a_value_that_is_stated_needs_no_method(tmp_path: Path) -> None:
    """1,200,000 m³ as the bureau measured them, 5 yuan each."""
    stated = (*LINES, Line("water_retained_total", "1200000", "m3/a"))
    found = result(tmp_path, choice("water_balance"), stated)
    assert found.value("water_value_total", county="632621", period="2019").value == 1_200_000 * 5


def test_the_workbook_is_rebuilt_with_the_choice_and_the_cover_shows_the_other_total(tmp_path: Path) -> None:
    found = result(tmp_path, choice("water_balance"))
    path = write_workbook(found, tmp_path / "book.xlsx")
    assert verify_workbook(path).same
    cover = load_workbook(path, data_only=True)["封面"]
    label = "若水源涵养量改按右侧算法（万元/a，写出时的记录）"
    (row,) = [line for line in cover.iter_rows(values_only=True) if line[0] == label]
    assert row[1] == 650  # 6,500,000 yuan in 万元
    assert row[2] == "生态系统面积 ×（产水深 − 地表径流深）"


def test_the_cover_shows_no_total_that_covers_more(tmp_path: Path) -> None:
    """By its balance the water lacks the evaporation; by the yield it has a value, so the two totals are of different things."""
    dry = [line for line in LINES if line.quantity != "evapotranspiration"]
    lines = (*dry, Line("visits", "10", "人次/a"), Line("tourism_value", "1000", "元/a"))
    found = result(tmp_path, choice("water_balance"), lines, rules=f"{RULES}{TOURISM}")
    assert found.value("accounted_total", county="632621", period="2019").value == 1000
    ((county,),) = [item.counties for item in effects(found) if item.kind == "method"]
    assert (county.lost, county.gained) == ((), ("water_conservation",))
    cover = load_workbook(write_workbook(found, tmp_path / "book.xlsx"), data_only=True)["封面"]
    assert not any("改按" in str(line[0]) for line in cover.iter_rows(values_only=True))


def gap(indicator: str) -> str:
    return f'[[not_covered]]\nindicator = "{indicator}"\nreason = "资料未到"\ndecided_by = "某人"\n'


REFUSED = {
    choice("invest"): (
        "account.toml:9 [[method]] 1  water_retained 没有备选方法 invest；规则集列出的方法之一："
        "water_balance、water_retention_from_yield；改正 method。"
    ),
    choice("sum", "water_value_total"): (
        "account.toml:9 [[method]] 1  规则集 rules 没有为 water_value_total 列出备选方法；有备选方法的量：water_retained；"
        "改正 quantity，或删去该判断。"
    ),
    choice("water_balance") * 2: (
        "account.toml:14 [[method]] 2  water_retained 的方法选了两次（前一处在 account.toml [[method]] 1）；"
        "一个账户一种方法，各县各期相同；只留一处。"
    ),
    choice("water_balance").replace("理由", ""): (
        "account.toml:9 [[method]] 1  没有写理由（reason）或决定人（decided_by）；每个判断都写明理由和决定人；补写。"
    ),
    gap("crops"): (
        "account.toml:9 [[not_covered]] 1  crops 不是规则集 rules 核算的指标；water_conservation；改正 indicator。"
    ),
    gap("water_conservation") * 2: (
        "account.toml:13 [[not_covered]] 2  water_conservation 声明了两次未核算（前一处在 account.toml [[not_covered]] 1）；"
        "每个指标一次；只留一处。"
    ),
}


@pytest.mark.parametrize("tables", REFUSED)
def test_a_choice_that_the_ruleset_does_not_offer_is_refused(tmp_path: Path, tables: str) -> None:
    assert refused(write_account(tmp_path, LINES, tables=tables, rules=RULES)) == [REFUSED[tables]]


def test_a_choice_keeps_the_identity_of_the_ruleset_and_can_be_changed(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    open_ = read_ruleset(tmp_path / "rules.toml")
    assert open_.undecided == ("water_retained",)
    assert {item.name for item in open_.asked} >= {"precipitation", "evapotranspiration", "water_yield"}
    first = with_methods(open_, {"water_retained": "water_balance"})
    second = with_methods(first, {"water_retained": "water_retention_from_yield"})
    assert (first.hash, first.text, first.undecided) == (open_.hash, RULES, ())
    assert "water_yield" not in {item.name for item in first.leaves}
    assert "water_yield" in {item.name for item in second.leaves}
