"""A formula of a bureau's own that computes once more what a counted line computes, over county-general and over a shell."""

from pathlib import Path

import pytest

from qhgep import compute, read_account
from tests.support.accounts import Line, refused, write_account
from tests.test_extended_general import EXTENDS, HEAD, method
from tests.test_overlaps import OWN, OWN_SUM

GROSS = method("forestry_value", "gross")
SHARE = '[[quantity]]\nname = "own_share"\nunit = "1"\naxes = ["county", "year"]\nzh = "国有林份额"\n'
PRICE = '[[quantity]]\nname = "own_price"\nunit = "CNY/m3"\naxes = ["county", "year"]\nzh = "本局木材价"\n'
VOLUME = """[[quantity]]
name = "own_volume"
unit = "m3/year"
axes = ["county", "year"]
zh = "本局木材量"
[[formula]]
quantity = "own_volume"
method = "local"
equals = "木材产量"
source = "qhgep"
at = "测试"
"""


def timber(equals: str, *, more: str = "", bound: str = "") -> str:
    """A line for timber with a formula of its own, beside the forestry whose gross output holds timber at its price."""
    return f"""[bind]
own_timber = "local"
{bound}
[[quantity]]
name = "own_timber"
unit = "CNY/year"
axes = ["county", "year"]
zh = "木材收入"
[[formula]]
quantity = "own_timber"
method = "local"
equals = "{equals}"
source = "qhgep"
at = "数量乘单价"
[[indicator]]
id = "own_timber"
zh = "木材"
category = "provisioning"
quantity = "timber_output"
value = "own_timber"
clause = "5.2"
{more}"""


@pytest.mark.parametrize(
    ("equals", "more", "bound"),
    [
        ("木材产量 × 木材价格", "", ""), ("木材价格 × 木材产量 ÷ 1", "", ""), ("木材产量 × 木材价格 × 国有林份额", SHARE, ""),
        ("本局木材量 × 木材价格", VOLUME, 'own_volume = "local"'),
    ],
)  # fmt: skip
def test_price_times_quantity_of_a_part_of_a_line_typed_again_is_that_part_again(
    tmp_path: Path, equals: str, more: str, bound: str
) -> None:
    """5,000 m³ of timber at 800 yuan are 4,000,000 yuan of forestry's gross output; a second line would add them, or a share, again."""
    rules = EXTENDS + timber(equals, more=more, bound=bound)
    (told,) = refused(write_account(tmp_path, [], changes=HEAD, tables=GROSS, rules=rules))
    place, _, sentence = told.partition("  ")
    line = rules.splitlines().index("[[formula]]") + 1
    assert place == f"rules.toml:{line}"
    assert sentence.startswith(
        "指标 own_timber 的价值与指标 forestry_products 的价值里有同一道乘式：木材产量 × 木材价格；"
    )
    assert sentence.endswith("删去其一，或列入 [[beside]]；forestry_products 的公式把它减去的，可以分列。")


def test_it_is_told_over_a_shell_too(tmp_path: Path) -> None:
    head = 'schema = 1\nzh = "本局"\nextends = "ndrc-2022"\nprovided_by = "某局"\n'
    bound = 'forestry_value = "gross"\nforestry_gross_output = "sum"\ntimber_value = "market_price"\n'
    line = REST.partition("[[indicator]]")[2].replace("timber_other", "forestry_value")
    line = f'[[indicator]]{line}clause = "5.1"\n'
    rules = head + timber("木材产量 × 木材价格", more=line, bound=bound)
    (told,) = refused(write_account(tmp_path, [], changes=HEAD, rules=rules))
    assert "指标 own_timber 的价值与指标 forestry_products 的价值里有同一道乘式：木材产量 × 木材价格；" in told


REST = """[[quantity]]
name = "timber_other"
unit = "CNY/year"
axes = ["county", "year"]
zh = "木材以外的林产值"
[[formula]]
quantity = "timber_other"
method = "less"
equals = "林业产值 − 木材产值"
source = "qhgep"
at = "扣除"
[[indicator]]
id = "forestry_products"
category = "provisioning"
quantity = "forestry_output"
value = "timber_other"
"""


@pytest.mark.parametrize(
    ("equals", "more", "bound"),
    [
        ("木材产量 × 本局木材价", PRICE, ""),  # another price: what it is worth besides is for people to judge
        ("木材产量 × 木材价格", REST, 'timber_other = "less"'),  # forestry without timber
        ("木材产量 × (本局木材价 − 木材价格)", PRICE, ""),  # a premium above the price that forestry counts
    ],
)
def test_what_is_not_the_same_money_is_not_told(tmp_path: Path, equals: str, more: str, bound: str) -> None:
    rules = EXTENDS + timber(equals, more=more, bound=bound)
    assert refused(write_account(tmp_path, [], changes=HEAD, tables=GROSS, rules=rules)) == []


def looks(path: Path) -> list[str]:
    return [item.text() for item in compute(read_account(path)).checks if item.code == "overlap_look"]


def test_the_same_amount_at_a_price_of_one_s_own_is_for_people_to_look_at(tmp_path: Path) -> None:
    """5,000 m³ of timber at a price of its own beside the 5,000 m³ that forestry holds: it may be a premium, or the same timber twice."""
    rules = EXTENDS + timber("木材产量 × 本局木材价", more=PRICE)
    amounts = [("timber_output", "5000", "m3/a"), ("own_price", "100", "元/m3"), ("timber_value", "4000000", "元/a")]
    lines = [
        Line(name, value, unit, county=HEAD["counties"].strip('[]"'), first="2022") for name, value, unit in amounts
    ]
    assert looks(write_account(tmp_path / "a", lines, changes=HEAD, tables=GROSS, rules=rules)) == [
        (
            "rules.toml  木材（own_timber）、林业产品价值（forestry_value） 同时计入，可能计了同一样东西（木材产量）；"
            "核对；重复的部分从其一中扣除，或只计其一。"
        )
    ]
    alone = EXTENDS + timber("木材产量 × 本局木材价", more=PRICE + REST, bound='timber_other = "less"')
    assert looks(write_account(tmp_path / "b", lines, changes=HEAD, tables=GROSS, rules=alone)) == []


MODEL = {"unit": "m3/year", "equals": "生态系统面积 × 分生态系统的产水深"}
STOCK = {"unit": "tCO2/year", "equals": "（期末碳储量 − 期初碳储量）÷ 两次碳储量清查相隔的年数"}


@pytest.mark.parametrize(
    ("equals", "part", "whole", "product"),
    [
        ("本局的合计 × 水库单位库容造价", MODEL, "water_conservation", "Σ（生态系统面积） × 年降水量 × 水库单位库容造价"),
        ("固定二氧化碳量合计 × 造林成本（按二氧化碳）", {}, "carbon_fixation", "Σ（固定二氧化碳量） × 造林成本（按二氧化碳）"),
        ("本局的合计 × 二氧化碳价格", STOCK, "carbon_fixation", "Σ（期末碳储量） × 二氧化碳价格 ÷ 两次碳储量清查相隔的年数"),
        ("旅游人次 × 旅行时间成本", {}, "tourism", "旅游人次 × 旅行时间成本"),
    ],
)  # fmt: skip
def test_the_methods_of_one_quantity_are_ways_to_one_value_and_two_of_them_count_it_twice(
    tmp_path: Path, equals: str, part: dict[str, str], whole: str, product: str
) -> None:
    """Water by another model, carbon at another cost or by another method, a part of what visitors spend: told without any choice made."""
    bound = 'own_value = "local"\n' + ('own_part = "local"\nown_sum = "local"\n' if part else "")
    parts = OWN_SUM.format(**part) if part else ""
    (told,) = refused(
        write_account(tmp_path, [], changes=HEAD, rules=f"{EXTENDS}[bind]\n{bound}{parts}{OWN.format(equals=equals)}")
    )
    assert f"指标 own_line 的价值与指标 {whole} 的价值里有同一道乘式：{product}；一笔价值只计一次" in told


def test_the_sum_of_products_by_ecosystem_is_the_product_of_their_sum(tmp_path: Path) -> None:
    """Carbon of each ecosystem at the price, added up, beside all carbon at the price: 3 + 4 tonnes are 7 tonnes."""
    rules = """[bind]
own_carbon = "local"
own_carbon_by_ecosystem = "local"
[[quantity]]
name = "own_carbon_by_ecosystem"
unit = "CNY/year"
axes = ["county", "year", "ecosystem"]
zh = "各类碳汇收入"
[[quantity]]
name = "own_carbon"
unit = "CNY/year"
axes = ["county", "year"]
zh = "碳汇收入"
[[formula]]
quantity = "own_carbon_by_ecosystem"
method = "local"
equals = "固定二氧化碳量 × 二氧化碳价格"
source = "qhgep"
at = "数量乘单价"
[[formula]]
quantity = "own_carbon"
method = "local"
equals = "合计（生态系统，各类碳汇收入）"
source = "qhgep"
at = "合计"
[[indicator]]
id = "own_carbon"
zh = "碳汇"
category = "regulating"
quantity = "carbon_dioxide_fixed_total"
value = "own_carbon"
"""
    chosen = method("carbon_dioxide_fixed", "nep") + method("carbon_value_total", "carbon_dioxide_price")
    (told,) = refused(write_account(tmp_path, [], changes=HEAD, tables=chosen, rules=EXTENDS + rules))
    assert "指标 own_carbon 的价值与指标 carbon_fixation 的价值里有同一道乘式：" in told
    other = method("carbon_dioxide_fixed", "nep") + method("carbon_value_total", "afforestation_cost")
    (again,) = refused(write_account(tmp_path / "b", [], changes=HEAD, tables=other, rules=EXTENDS + rules))
    assert again == told  # the same carbon at two prices
