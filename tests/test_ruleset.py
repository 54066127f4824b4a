"""Rulesets: they bind, count, exclude and extend; what does not close is refused with the chain."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from qhgep.catalogue import Catalogue, catalogue_of, shipped
from qhgep.catalogue.formulas import Clause, checked, formula
from qhgep.errors import RulesetError, messages
from qhgep.readings.text import text
from qhgep.ruleset_store.ruleset import Ruleset, difference, folder, read_ruleset, rulesets
from tests.test_catalogue import module

PLATEAU = "water-balance-plateau"
BIND = {
    "water_yield": "specific_discharge",
    "surface_runoff": "runoff_coefficient",
    "water_retained": "water_retention_from_yield",
    "water_retained_total": "sum",
    "water_value_total": "reservoir_cost",
}
WATER = """[[indicator]]
id = "water_conservation"
category = "regulating"
quantity = "water_retained_total"
value = "water_value_total"
"""
CARBON = """[[indicator]]
id = "carbon_fixation"
category = "regulating"
quantity = "carbon_dioxide_fixed_total"
value = "carbon_value_total"
"""
BOTH_BASES = {
    "carbon_dioxide_fixed": "nep",
    "carbon_dioxide_fixed_total": "sum",
    "carbon_value_total": "carbon_dioxide_price",
    "oxygen_released": "dry_matter",
    "oxygen_released_total": "sum",
    "oxygen_value_total": "oxygen_price",
}
OXYGEN_LINE = """[[indicator]]
id = "oxygen"
category = "regulating"
quantity = "oxygen_released_total"
value = "oxygen_value_total"
"""
EQUIVALENT_BIND = {"equivalents": "factor_by_area", "equivalents_by_service": "sum"}
EQUIVALENT = """[[indicator]]
id = "equivalent_food"
category = "provisioning"
quantity = "equivalents_by_service"
value = "equivalent_value_by_service"
item = "food"
"""
OXYGEN = '[[not_covered]]\nid = "oxygen"\nzh = "氧气提供"\ncategory = "regulating"\nreason = "缺总初级生产力"\n'


def rules(head: str = "", bind: Mapping[str, str] = BIND, tables: str = WATER) -> str:
    bound = "".join(f'{name} = "{method}"\n' for name, method in bind.items())
    return f'schema = 1\nzh = "测试规则"\n{head}\n[bind]\n{bound}{tables}'


def read(place: Path, written: str, *, name: str = "rules", catalogue: Catalogue | None = None) -> Ruleset:
    (place / f"{name}.toml").write_text(written, encoding="utf-8")
    return read_ruleset(place / f"{name}.toml", catalogue)


def refused(place: Path, written: str, *, catalogue: Catalogue | None = None) -> list[str]:
    with pytest.raises(RulesetError) as caught:
        read(place, written, catalogue=catalogue)
    assert caught.value.text("en") != caught.value.text()
    return caught.value.text().splitlines()


FAULTS = {
    "ruleset_method": (
        rules(bind=BIND | {"water_retained": "invest"}),
        "没有方法 invest；已有方法：modelled_yield、water_balance、water_retention_from_yield；改正 [bind]。",
    ),
    "ruleset_choice": (
        rules().replace('"water_retention_from_yield"', '["water_retention_from_yield", "water_retention_from_yield"]'),
        "water_retained 的备选方法少于两个，或有重复；[bind] 中列出两个以上不同的方法，按建议的先后；改正该行；只有一个方法时直接写它。",
    ),
    "ruleset_shell_binds": (
        rules("shell = true"),
        "空壳规则集绑定了公式或列了指标；空壳只列 [[not_covered]]，不绑定公式，不核算；",
    ),
    "ruleset_shell_line": (
        'schema = 1\nzh = "空壳"\nshell = true\n' + OXYGEN,
        "空壳里的 oxygen 没有写条款或证据；每一行写 clause（条款，或怎样得知）与 evidence；补写。",
    ),
    "ruleset_provided_by": (
        rules('extends = "mee-2020"', tables=WATER + 'clause = "5.1"\n'),
        "填充空壳的规则集没有写条文由谁提供；provided_by = 持有文本并对条文负责的单位；补写 provided_by。",
    ),
    "ruleset_clause": (
        rules('extends = "mee-2020"\nprovided_by = "某局"'),
        "指标 water_conservation 没有写条款；填充空壳时每个指标写 clause；补写条款号。",
    ),
    "ruleset_analytic": (
        rules(bind=BIND | {"water_retained": "after_minus_before"}),
        (
            'water_retained 绑定了学术分配公式 after_minus_before；只有写明 layer = "analytic" 的规则集可用学术公式；'
            '写明 layer = "analytic"，或另选方法。'
        ),
    ),
    "ruleset_quantity": (
        rules('show = ["rainfall"]'),
        "量 rainfall 不在词汇表里；目录中声明的量；检查拼写。",
    ),
    "ruleset_indicator": (
        rules(tables=WATER.replace("water_conservation", "water")),
        "指标 water 不在目录里；目录中声明的指标；检查拼写。",
    ),
    "ruleset_excluded": (
        rules(tables=WATER + '[exclude]\nwater_conservation = "不适用"\n'),
        "指标 water_conservation 既列入又排除（不适用）；二者取一；删去其一。",
    ),
    "ruleset_overlap": (
        rules(tables=WATER + CARBON + '[[overlap]]\nof = ["carbon_fixation", "oxygen", "water_conservation"]\n'),
        "指标 carbon_fixation、water_conservation 计算同一样东西；同组最多一个；",
    ),
    "ruleset_overlap_member": (
        rules(tables=WATER + '[[overlap]]\nof = ["water_value/reservoir", "water_value"]\n'),
        "重叠组里的 water_value/reservoir 不在目录里；指标、量，或“量/方法”；检查拼写。",
    ),
    "ruleset_overlap_kind": (
        rules(tables=WATER + CARBON + '[[overlap]]\nkind = "by_item"\nof = ["carbon_fixation", "oxygen"]\nless = ""\n'),
        "重叠组 carbon_fixation、oxygen（by_item）缺栏目或多栏目；consistency 写 basis，by_item 写 less，其余都不写；补写或删去。",
    ),
    "ruleset_overlap_basis": (  # the group is that of county-general, which holds without being written here
        rules(bind=BIND | BOTH_BASES, tables=WATER + CARBON + OXYGEN_LINE),
        (
            "同时计入的量基础不同：固定二氧化碳价值合计（carbon_value_total）：净生态系统生产力（net_ecosystem_productivity）；"
            "释氧价值合计（oxygen_value_total）：净初级生产的干物质（dry_matter_produced）；同一基础；"
            "换用同一基础的方法，或只计其一。"
        ),
    ),
    "ruleset_overlap_item": (
        rules(
            bind=BIND,
            tables=WATER
            + CARBON
            + '[[overlap]]\nkind = "by_item"\nof = ["carbon_fixation", "water_value_total"]\nless = "area"\n',
        ),
        (
            "固定二氧化碳（carbon_fixation） 与 水源涵养价值合计（water_value_total） 同时计入，固定二氧化碳（carbon_fixation） "
            "没有扣除 生态系统面积（area）；逐项扣除，同一份只计一次；换用扣除 生态系统面积（area） 的方法，或把其一列入 [[beside]]。"
        ),
    ),
    "ruleset_part_counted": (
        rules(
            bind=BIND | {"own_both": "both"},
            tables=WATER
            + """[[quantity]]
name = "own_both"
unit = "CNY/year"
axes = ["county", "year"]
zh = "涵养价值加倍"
[[formula]]
quantity = "own_both"
method = "both"
equals = "水源涵养价值合计 × 2"
source = "qhgep"
at = "测试"
[[indicator]]
id = "own_water"
zh = "涵养加倍"
category = "regulating"
quantity = "water_retained_total"
value = "own_both"
""",
        ),
        (
            "指标 water_conservation 的价值（水源涵养价值合计（water_value_total））已在指标 own_water 的价值之内；一笔价值只计一次；"
            "删去 water_conservation，或列入 [[beside]]；own_water 的公式把它减去的，可以分列。"
        ),
    ),
    "ruleset_gap_counted": (
        rules(
            tables=WATER.replace('"water_conservation"', '"own_water"\nzh = "蓄水"')
            + OXYGEN.replace("oxygen", "water_conservation")
        ),
        (
            "指标 own_water（蓄水）计入了指标 water_conservation（水源涵养）的价值 water_value_total，而 water_conservation 列为未核算；"
            "计入的不列为未核算；id 写 water_conservation，不写 zh。"
        ),
    ),
    "ruleset_same_money": (
        rules(
            bind=BIND | {"own_water": "local"},
            tables=WATER
            + """[[quantity]]
name = "own_water"
unit = "CNY/year"
axes = ["county", "year"]
zh = "蓄水价值"
[[formula]]
quantity = "own_water"
method = "local"
equals = "水源涵养量合计 × 水库单位库容造价"
source = "qhgep"
at = "测试"
[[indicator]]
id = "own_water"
zh = "蓄水"
category = "regulating"
quantity = "water_retained_total"
value = "own_water"
""",
        ),
        "指标 own_water 的价值与指标 water_conservation 的价值里有同一道乘式：",
    ),
    "ruleset_value_of_another": (
        rules(tables=WATER.replace("water_conservation", "oxygen").replace("water_value", "oxygen_value")),
        (
            "指标 oxygen（氧气提供）的 quantity 是指标 water_conservation（水源涵养）的：水源涵养量合计（water_retained_total）；"
            "本指标自己的：释氧量合计（oxygen_released_total）；改正 quantity；几项合为一行的，另写自设的 id 和 zh。"
        ),
    ),
    "ruleset_empty": (rules(tables=""), "规则集没有列一个指标；至少一个 [[indicator]]；补写 [[indicator]]。"),
    "ruleset_axes": (
        rules(tables=WATER.replace('"water_retained_total"', '"water_retained"')),
        "指标 water_conservation 的 water_retained 的维度是 county、year、ecosystem；应为 county、year；",
    ),
    "ruleset_money": (
        rules(tables=WATER.replace('"water_value_total"', '"water_retained_total"')),
        "指标 water_conservation 的价值 water_retained_total 的单位是 m³/a；元/a；改用价值量。",
    ),
    "ruleset_systems": (
        rules(bind=BIND | EQUIVALENT_BIND, tables=WATER + EQUIVALENT),
        (
            "指标 water_conservation、equivalent_food 出自不同的核算体系，不能相加；一个规则集只用一种体系的指标："
            "当量因子法的价值与各规范指标的价值重复计算同样的服务；分成两个规则集，分别核算。"
        ),
    ),
    "ruleset_item": (
        rules(
            bind=EQUIVALENT_BIND,
            tables=EQUIVALENT.replace("equivalents_by_service", "population").replace('"food"', '"waste"'),
        ),
        (
            "指标 equivalent_food 的 item 写的是 waste，equivalent_value_by_service 没有这一项；food、raw、water、gas、climate、"
            "purify、hydro、soil、nutrient、biodiv、aesthetic 之一；改正 item。"
        ),
    ),
    "field_choice": (
        rules(tables=WATER.replace('"regulating"', '"regulation"')),
        "indicator.0.category 写作 'regulation'；只能是 'provisioning', 'regulating' or 'cultural'；改正。",
    ),
    "file_toml": ("schema = ", "TOML 读不懂：Invalid value"),
}


LINES = {  # line 5 is the first of [bind]
    "ruleset_method": ":7", "ruleset_choice": ":7", "ruleset_shell_binds": ":3",
    "ruleset_shell_line": ":4", "ruleset_clause": ":11", "ruleset_analytic": ":7", "ruleset_quantity": ":3", "ruleset_indicator": ":10",
    "ruleset_excluded": ":16", "ruleset_overlap": ":20", "ruleset_axes": ":10", "ruleset_money": ":10",
    "ruleset_item": ":7", "field_choice": ":12", "ruleset_overlap_member": ":15", "ruleset_overlap_kind": ":20",
    "ruleset_overlap_basis": ":26", "ruleset_overlap_item": ":20", "ruleset_part_counted": ":11", "ruleset_value_of_another": ":10",
    "ruleset_same_money": ":21", "ruleset_gap_counted": ":10",
}  # fmt: skip


@pytest.mark.parametrize("code", FAULTS)
def test_a_ruleset_that_lists_what_does_not_fit_is_refused(tmp_path: Path, code: str) -> None:
    written, says = FAULTS[code]
    (told,) = refused(tmp_path, written)
    place, _, sentence = told.partition("  ")
    assert place == f"rules.toml{LINES.get(code, '')}"
    assert says in sentence


def test_every_message_about_rulesets_is_provoked_by_a_test() -> None:
    elsewhere = {"ruleset_missing", "ruleset_extends", "ruleset_twice", "ruleset_cycle"}  # below
    elsewhere |= {
        f"ruleset_own_{name}" for name in ("quantity", "axes", "limits", "scale", "indicator", "name")
    }  # test_own_quantities
    assert {code for code in messages() if code.startswith("ruleset_")} == elsewhere | {
        code for code in FAULTS if code.startswith("ruleset_")
    }


WASTED = '[[overlap]]\nof = ["water_value_total/reservoir_cost", "carbon_value_total"]\nreason = "测试"\n'


def test_a_method_that_is_not_bound_and_a_line_beside_the_total_count_nothing(tmp_path: Path) -> None:
    """Exclusive: one counts, the other is listed beside it; a method counts only where the quantity is bound to it."""
    beside = CARBON.replace("[[indicator]]", "[[beside]]") + 'reason = "另列"\n'
    found = read(tmp_path, rules(tables=WATER + beside + WASTED))
    assert [line.id for line in found.indicators] == ["water_conservation"]
    assert [(line.id, line.reason) for line in found.beside] == [("carbon_fixation", "另列")]
    assert found.show == ("carbon_dioxide_fixed_total", "carbon_value_total")
    assert {"carbon_dioxide_fixed_total", "carbon_value_total"} <= {item.name for item in found.quantities}
    read(tmp_path, rules(bind={**BIND, "water_value_total": "sum"}, tables=WATER + CARBON + WASTED))
    (told,) = refused(tmp_path, rules(tables=WATER + CARBON + WASTED))
    assert told == (
        "rules.toml:20  指标 水源涵养价值合计（water_value_total/reservoir_cost）、固定二氧化碳价值合计（carbon_value_total） 计算同一样东西；"
        "同组最多一个；只留一个，其余列入 [[beside]] 或 [exclude]。"
    )


def test_oxygen_and_carbon_on_one_basis_stand_together(tmp_path: Path) -> None:
    group = (
        '[[overlap]]\nkind = "consistency"\nof = ["carbon_value_total", "oxygen_value_total"]\n'
        'basis = ["dry_matter_produced", "net_ecosystem_productivity"]\n'
    )
    for method in ("nep", "dry_matter"):
        bind = BIND | BOTH_BASES | {"carbon_dioxide_fixed": method, "oxygen_released": "molar_mass"}
        found = read(tmp_path, rules(bind=bind, tables=WATER + CARBON + OXYGEN_LINE + group))
        assert {"carbon_value_total", "oxygen_value_total"} <= {line.value for line in found.indicators}


def test_an_item_that_is_deducted_counts_once_and_a_look_is_no_error(tmp_path: Path) -> None:
    groups = (
        '[[overlap]]\nkind = "by_item"\nof = ["water_value_total", "carbon_value_total"]\nless = "surface_runoff"\n'
        '[[overlap]]\nkind = "check"\nof = ["water_conservation", "carbon_value_total"]\nreason = "同一片湿地"\n'
    )
    found = read(tmp_path, rules(tables=WATER + CARBON + groups))
    assert [(group.kind, group.reason) for group in found.overlaps] == [("check", "同一片湿地")]
    assert read(tmp_path, rules(tables=WATER + groups)).overlaps == ()


@pytest.mark.parametrize("more", [WATER, WATER.replace("water_conservation", "carbon_fixation"), ""])
def test_nothing_is_counted_twice(tmp_path: Path, more: str) -> None:
    """The same indicator, the same value under another name, or counted and not covered at once."""
    again = more or OXYGEN.replace("oxygen", "water_conservation")
    told = refused(tmp_path, rules(tables=WATER + again))
    assert "rules.toml  water_" in told[0]
    assert "列了两次；每个指标、每个价值量只列一次，否则会重复计算；删去其一。" in told[0]


def test_all_faults_of_a_ruleset_are_told_at_once(tmp_path: Path) -> None:
    bind = BIND | {"water_retained": "invest", "rainfall": "gauge"}
    told = refused(tmp_path, rules('show = ["rainfall"]', bind, WATER + '[exclude]\nwater_conservation = "-"\n'))
    assert len(told) == 4


def test_formulas_that_run_in_a_circle_are_refused_with_the_chain(tmp_path: Path) -> None:
    vocabulary = shipped().vocabulary
    turned = formula(
        vocabulary["specific_discharge"], method="back",
        equals=vocabulary["water_yield"] / vocabulary["days_in_period"], source=Clause("qhgep", at="测试"),
    )  # fmt: skip
    parts = dict(
        enumerate((*vocabulary.values(), *shipped().formulas.values(), *shipped().indicators.values(), turned))
    )
    catalogue = catalogue_of([module("toy", **{f"part{number}": part for number, part in parts.items()})])
    told = refused(tmp_path, rules(bind=BIND | {"specific_discharge": "back"}), catalogue=catalogue)
    assert told[0] == (
        "rules.toml  公式绕成一圈：water_retained_total → water_retained → water_yield → "
        "specific_discharge → water_yield；没有循环的公式链；换一种方法。"
    )


def test_formulas_come_after_what_they_read(tmp_path: Path) -> None:
    for ruleset in (*rulesets().values(), read(tmp_path, rules())):
        known = {leaf.name for leaf in ruleset.leaves}
        for item in ruleset.order:
            assert {quantity.name for quantity in (*item.inputs, *item.covers)} <= known
            known.add(item.quantity.name)


def test_a_quantity_without_a_method_is_a_leaf_and_the_inflow_is_a_line_of_every_account(
    tmp_path: Path,
) -> None:
    found = read(tmp_path, rules())
    assert [leaf.name for leaf in found.leaves] == [
        "area", "specific_discharge", "days_in_period", "precipitation", "runoff_coefficient",
        "reservoir_cost", "inflow_from_outside",
    ]  # fmt: skip
    assert [item.id for item in found.order] == [*BIND.items()]


def test_a_ruleset_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(RulesetError) as caught:
        read_ruleset(tmp_path / "none.toml")
    known = "、".join(sorted(rulesets()))
    assert PLATEAU in known
    assert caught.value.text() == f"none.toml  没有规则集 none；已有：{known}；检查 ruleset 的名字。"


def test_a_local_ruleset_may_extend_a_shipped_one_and_its_word_replaces_the_base(tmp_path: Path) -> None:
    changed = read(
        tmp_path,
        f'schema = 1\nzh = "本地"\nextends = "{PLATEAU}"\nshow = ["population"]\n{OXYGEN}'
        '[exclude]\ncarbon_fixation = "本地不计"\n',
    )
    base = rulesets()[PLATEAU]
    assert [line.id for line in changed.indicators] == ["water_conservation"]
    assert changed.exclude == {**base.exclude, "carbon_fixation": "本地不计"}
    assert (changed.bind, changed.documents) == (base.bind, base.documents)
    assert {line.id for line in changed.not_covered} == {line.id for line in base.not_covered}
    assert difference(base, changed) == (
        ("exclude.carbon_fixation", "-", "本地不计"),
        ("indicator.carbon_fixation", "carbon_value_total", "-"),
    )


def test_a_difference_says_that_two_rulesets_are_different_systems_of_accounting() -> None:
    found = {
        what: (first, second)
        for what, first, second in difference(rulesets()[PLATEAU], rulesets()["equivalent-factor-2015"])
    }
    assert found["system"] == ("-", "equivalent_factor")
    assert found["indicator.equivalent_food"] == ("-", "equivalent_value_by_service/food")


def test_counting_what_the_base_excludes_brings_it_back(tmp_path: Path) -> None:
    read(tmp_path, rules(tables=WATER + '[exclude]\ncarbon_fixation = "不计"\n'), name="base")
    carbon = {
        "carbon_dioxide_fixed": "nep",
        "carbon_dioxide_fixed_total": "sum",
        "carbon_value": "carbon_dioxide_price",
    }
    found = read(tmp_path, rules('extends = "base"', carbon | {"carbon_value_total": "sum"}, CARBON))
    assert ([line.id for line in found.indicators], found.exclude) == (
        ["water_conservation", "carbon_fixation"],
        {},
    )


def test_extending_in_a_circle_is_refused_with_the_chain(tmp_path: Path) -> None:
    read(tmp_path, rules(), name="b")
    (tmp_path / "b.toml").write_text(rules('extends = "rules"'), encoding="utf-8")
    assert refused(tmp_path, rules('extends = "b"')) == [
        "b.toml:3  extends 绕回自己：rules → b → rules；一条不回头的继承链；改正 extends。"
    ]
    assert refused(tmp_path, rules('extends = "rules"')) == [
        "rules.toml:3  extends 绕回自己：rules → rules；一条不回头的继承链；改正 extends。"
    ]


def test_the_hash_of_a_ruleset_follows_every_file_it_is_made_of(tmp_path: Path) -> None:
    read(tmp_path, rules(), name="base")
    first = read(tmp_path, rules('extends = "base"')).hash
    read(tmp_path, rules('note = "改动"'), name="base")
    assert read(tmp_path, rules('extends = "base"')).hash != first


def test_the_text_of_a_ruleset_is_its_bytes_so_that_it_can_be_read_again(tmp_path: Path) -> None:
    windows = rules().replace("\n", "\r\n").encode()
    (tmp_path / "rules.toml").write_bytes(windows)
    assert read_ruleset(tmp_path / "rules.toml").text.encode() == windows


LOCAL = """[[formula]]
quantity = "water_retained"
method = "local"
equals = "生态系统面积 ×（降水量 − 地表径流深 − 蒸散量）"
source = "gong-2017"
at = "水量平衡式"
"""


def test_a_local_formula_in_chinese_is_the_same_tree_as_the_shipped_one(tmp_path: Path) -> None:
    written = LOCAL.replace("降水量", "年降水量")
    found = read(tmp_path, rules(bind=BIND | {"water_retained": "local"}, tables=WATER + written))
    local, own = found.bind["water_retained"], shipped().formulas["water_retained", "water_balance"]
    assert local.equals == own.equals
    assert checked(local).expr == checked(own).expr
    assert text(local.equals) == text(own.equals)
    assert local.source == Clause("gong-2017", "水量平衡式")
    assert ("water_retained", "local") not in shipped().formulas


LOCAL_FAULTS = {
    "an unknown name": ("降水量", "雨量", "formula_text"),
    "a constant": ("降水量", "(年降水量 × 10)", "formula_literal"),
    "a dimension that does not fit": (
        "（降水量 − 地表径流深 − 蒸散量）",
        "年降水量 ÷ 蒸散量",
        "formula_unit",
    ),
    "an axis that is lost": (
        "生态系统面积 ×（降水量 − 地表径流深 − 蒸散量）",
        "县域面积 × 年降水量",
        "formula_axes",
    ),
    "the name of a shipped method": (
        'method = "local"',
        'method = "water_retention_from_yield"',
        "catalogue_twice",
    ),
}


@pytest.mark.parametrize("fault", LOCAL_FAULTS)
def test_a_local_formula_is_checked_as_the_shipped_ones_are(tmp_path: Path, fault: str) -> None:
    old, new, code = LOCAL_FAULTS[fault]
    tables = WATER + LOCAL.replace(old, new).replace("（降水量", "（年降水量")
    with pytest.raises(RulesetError) as caught:
        read(tmp_path, rules(tables=tables))
    assert [item.code for item in caught.value.problems] == [code]


def test_the_difference_of_two_rulesets_is_sorted_and_empty_for_one(tmp_path: Path) -> None:
    first = read(tmp_path, rules())
    second = read(tmp_path, rules(bind=BIND | {"water_retained": "water_balance", "evapotranspiration": "from_yield"}))
    assert difference(first, first) == ()
    assert difference(first, second) == (
        ("bind.evapotranspiration", "-", "from_yield"),
        ("bind.water_retained", "water_retention_from_yield", "water_balance"),
    )
    assert difference(second, first) == tuple((what, new, old) for what, old, new in difference(first, second))


def test_the_shipped_ruleset_names_no_official_document_and_says_what_it_lacks() -> None:
    found = rulesets()[PLATEAU]
    assert "非官方" in found.zh
    assert all(line.reason for line in found.not_covered)
    assert {line.id for line in found.not_covered}.isdisjoint(line.id for line in found.indicators)
    assert sorted(path.stem for path in folder().glob("*.toml")) == sorted(rulesets())
    assert [found.zh_of(name) for name in ("water_conservation", "oxygen")] == ["水源涵养", "氧气提供"]


SHELLS = ("db63t-gep-2026", "gbt46869-2025", "mee-2020", "ndrc-2022")


@pytest.mark.parametrize("name", SHELLS)
def test_a_shell_says_of_each_line_how_it_is_known_and_computes_nothing(name: str) -> None:
    shell = rulesets()[name]
    assert shell.shell
    assert "空壳" in shell.zh
    assert (shell.indicators, dict(shell.bind)) == ((), {})
    assert {line.evidence for line in shell.not_covered} <= {"secondary", "unconfirmed"}
    assert all(line.clause and line.reason for line in shell.not_covered)


def test_no_other_shipped_ruleset_bears_the_name_of_an_official_document() -> None:
    assert tuple(name for name, found in rulesets().items() if found.shell) == SHELLS
    assert all("非官方规范" in found.zh for found in rulesets().values() if not found.shell)


def test_who_fills_in_a_shell_answers_for_its_clauses_and_what_is_not_bound_stays_open(tmp_path: Path) -> None:
    head = 'extends = "mee-2020"\nprovided_by = "某局"'
    filled = read(tmp_path, rules(head, tables=WATER + 'clause = "5.1"\n'))
    assert (filled.shell, filled.provided_by) == (False, "某局")
    assert [(line.id, line.clause) for line in filled.indicators] == [("water_conservation", "5.1")]
    assert len(filled.not_covered) == len(rulesets()["mee-2020"].not_covered) - 1
