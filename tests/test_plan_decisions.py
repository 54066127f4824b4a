"""判断事项 of a plan: negative values that count as zero and partial values that are accepted, and whom they touch."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from qhgep import allocate, verify_workbook
from qhgep.compensation.allocation import Allocation, decisions
from qhgep.compensation.derivation.report import explain_amount
from qhgep.engine.grid import Partial
from qhgep.result_files.explanation import amount_file
from qhgep.units import unit
from qhgep.workbook.account.decisions import DECISIONS
from qhgep.workbook.core.cells import LiveFormula, Text
from qhgep.workbook.core.layout import FIRST, a1
from qhgep.workbook.plan.decisions import NO_DECISION
from qhgep.workbook.plan.record import Recorded, RecordedValue
from tests.support.books import Made, compared
from tests.support.package import Edit, Package, write
from tests.support.result_bodies import body
from tests.witness import formualizer

QILIAN, ZEKOG = "632222", "632323"
PLAN = """schema = 1
title = "试"
layer = "analytic"
state = "draft"
period = 2023
pool = "1000.00"
round_to = "fen"
recipients = ["632222", "632323"]
[accounts]
gep = "account.toml"
[factor.water]
of = "gep.water_value_total"
as = "share"
{water}
[factor.area]
of = "gep.county_area"
as = "share"
{area}
[[step]]
id = "divide"
rule = "weighted"
weights = {{ water = "0.5", area = "0.5" }}
basis = "试"
"""
ZERO = 'negative = "zero"\nbasis = "净流失不倒扣"'
ACCEPT = 'partial = "accept"\nbasis = "按已核算部分计"'
BOTH = 'negative = "zero"\npartial = "accept"\nbasis = "两项"'
PARTIAL = Partial(("grassland",), ("forest",), 0.75)
Figures = Mapping[str, tuple[float, Partial | None]]
HALF: Figures = {QILIAN: (1.0, None), ZEKOG: (3.0, None)}


def planned(folder: Path, water: Figures, area: Figures = HALF, *, rules: tuple[str, str] = ("", "")) -> Allocation:
    path = folder / "plan.toml"
    path.write_text(PLAN.format(water=rules[0], area=rules[1]), encoding="utf-8")
    figures = {
        (name, code): RecordedValue(value, unit(text), "value", "computed", "published", partial)
        for name, text, values in (("water_value_total", "CNY/year", water), ("county_area", "ha", area))
        for code, (value, partial) in values.items()
    }
    return allocate(path, results={"gep": Recorded(figures, "0123456789abcdef", date(2026, 11, 22))})


def loss(folder: Path) -> Allocation:
    """祁连 loses 300 yuan of water: it gets half of the pool by area alone, 0.5 x 1/4 of 1000."""
    return planned(folder, {QILIAN: (-300.0, None), ZEKOG: (100.0, None)}, rules=(ZERO, ""))


def rows(made: Allocation) -> list[dict[int, str | float | None]]:
    cells = Made("x", made, None).by_name[DECISIONS].cells
    last = max(row for row, _ in cells)
    found = []
    for row in range(FIRST, last + 1):
        mine = {column: cell for (at, column), cell in cells.items() if at == row}
        found.append({column: cell.text if isinstance(cell, Text) else cell.value for column, cell in mine.items()})
    return found


def test_a_negative_value_set_to_zero_names_the_county_its_value_and_what_it_receives(tmp_path: Path) -> None:
    made = loss(tmp_path)
    (found,) = decisions(made)
    assert (found.kind, found.place, found.factor.basis) == (
        "negative_zero", '[factor.water] negative = "zero"', "净流失不倒扣",
    )  # fmt: skip
    (touched,) = found.touched
    assert (touched.recipient.id, touched.value, touched.used) == (QILIAN, Fraction(-300), Fraction(0))
    assert touched.fen == 1000_00 * 0.5 * 0 + 1000_00 * 0.5 * 1 / 4
    first, second = rows(made)
    assert (first[2], first[3], first[4], first[8], first[9]) == (
        "合计（1 个单位）", "负值按零计", "水源涵养价值合计（gep.water_value_total）", 125.0, "净流失不倒扣",
    )  # fmt: skip
    assert (second[1], second[2], second[5], second[6], second[7], second[8], second[10]) == (
        QILIAN, "祁连县", -300.0, 0.0, "元/a", 125.0, "-300 元/a 按零计",
    )  # fmt: skip


def test_a_negative_area_is_told_in_hectares_and_both_counties_may_be_touched_by_their_own_factor(
    tmp_path: Path,
) -> None:
    """祁连 loses water, 泽库 has a negative area: each is left with the other half of the pool."""
    water: Figures = {QILIAN: (-300.0, None), ZEKOG: (100.0, None)}
    area: Figures = {QILIAN: (5.0, None), ZEKOG: (-2.5, None)}
    made = planned(tmp_path, water, area, rules=(ZERO, ZERO))
    assert [(item.factor.id, item.touched[0].recipient.id) for item in decisions(made)] == [
        ("water", QILIAN),
        ("area", ZEKOG),
    ]
    assert dict(made.fen) == {QILIAN: 500_00, ZEKOG: 500_00}
    found = rows(made)
    assert [row[5] for row in found if 5 in row] == [-300.0, -2.5]
    assert found[3][10] == "-2.5 hm² 按零计"


def test_a_partial_value_that_is_accepted_says_what_it_does_not_cover(tmp_path: Path) -> None:
    water: Figures = {QILIAN: (300.0, PARTIAL), ZEKOG: (100.0, None)}
    made = planned(tmp_path, water, rules=(ACCEPT, ""))
    (found,) = decisions(made)
    assert (found.kind, [item.recipient.id for item in found.touched]) == ("partial_accept", [QILIAN])
    first, second = rows(made)
    assert (first[0], first[3], first[9]) == (
        '1　[factor.water] partial = "accept"',
        "部分核算仍采用",
        "按已核算部分计",
    )
    # 0.5 x 300/400 + 0.5 x 1/4 of 1000 yuan
    assert (second[5], second[6], second[8]) == (300.0, 300.0, 500.0)
    assert second[10] == "已核算 1/2 项，面积占 75.0%；未核算：森林"


def test_two_partial_values_are_summed_in_the_line_of_the_decision(tmp_path: Path) -> None:
    water: Figures = {QILIAN: (300.0, PARTIAL), ZEKOG: (100.0, PARTIAL)}
    first, *others = rows(planned(tmp_path, water, rules=(ACCEPT, "")))
    assert first[2] == "合计（2 个单位）"
    assert first[8] == 1000.0 == sum(float(row[8] or 0) for row in others)


def test_a_factor_may_have_both_rules_and_a_rule_may_touch_nobody(tmp_path: Path) -> None:
    water: Figures = {QILIAN: (-300.0, PARTIAL), ZEKOG: (100.0, None)}
    made = planned(tmp_path, water, rules=(BOTH, ZERO))
    assert [(item.kind, item.factor.id, len(item.touched)) for item in decisions(made)] == [
        ("negative_zero", "water", 1), ("partial_accept", "water", 1), ("negative_zero", "area", 0),
    ]  # fmt: skip
    found = rows(made)
    assert found[-1][2] == "没有涉及"
    assert (found[3][5], found[3][6]) == (-300.0, 0.0)  # the partial value is used as zero, too


def test_a_plan_without_such_rules_says_so(tmp_path: Path) -> None:
    assert rows(planned(tmp_path, HALF)) == [{0: NO_DECISION}]


@pytest.mark.parametrize("rules", [("", ""), (ZERO, ""), (BOTH, ZERO)])
def test_the_workbook_is_recalculated_verified_and_the_same_bytes(rules: tuple[str, str], tmp_path: Path) -> None:
    partial = PARTIAL if "accept" in rules[0] else None
    water: Figures = {QILIAN: (-300.0 if rules[0] else 300.0, partial), ZEKOG: (100.0, None)}
    made = Made("plan", planned(tmp_path, water, rules=rules), None)
    path = write(tmp_path / "x.xlsx", made.data)
    assert compared(made, formualizer.recalculate(path)).differing == []
    assert verify_workbook(path).same
    assert Made("again", planned(tmp_path, water, rules=rules), None).data == made.data


def test_an_edited_number_is_named_by_verify(tmp_path: Path) -> None:
    made = Made("plan", loss(tmp_path), None)
    package = Package(made.data)
    cells = [place for place, cell in made.by_name[DECISIONS].cells.items() if isinstance(cell, LiveFormula)]
    assert len(cells) == 4
    for place in cells:
        xml = package.with_value(DECISIONS, a1(*place), "77")
        path = write(tmp_path / "x.xlsx", package.edited(Edit(DECISIONS, a1(*place), "value", frozenset(), xml)))
        assert [(item.sheet, item.cell, item.kind) for item in verify_workbook(path).changes] == [
            (DECISIONS, a1(*place), "value")
        ]


def test_the_explanation_and_the_json_list_the_decisions(tmp_path: Path) -> None:
    made = loss(tmp_path)
    lines = explain_amount(made, ZEKOG).splitlines()
    start = lines.index("　判断事项：")
    assert lines[start + 1 : start + 3] == [
        '　　水源涵养价值合计：负值按零计　〔[factor.water] negative = "zero"；依据：净流失不倒扣〕',
        "　　　祁连县（632222）：-300 元/a 按零计；按本方案所得 125.00 元",
    ]
    expected = [{
        "kind": "negative_zero", "place": '[factor.water] negative = "zero"', "factor": "water",
        "of": "gep.water_value_total", "unit": "CNY/year", "basis": "净流失不倒扣",
        "recipients": [{"recipient": QILIAN, "value": -300.0, "used": 0.0, "partial": "", "yuan": "125.00"}],
    }]  # fmt: skip
    assert body(made)["decisions"] == expected
    assert body(amount_file(made, QILIAN))["decisions"] == expected
    assert "判断事项" not in explain_amount(planned(tmp_path, HALF), QILIAN)


def test_an_accepted_partial_value_and_a_rule_that_touches_nobody_are_told_in_the_explanation(tmp_path: Path) -> None:
    water: Figures = {QILIAN: (300.0, PARTIAL), ZEKOG: (100.0, None)}
    lines = explain_amount(planned(tmp_path, water, rules=(ACCEPT, ZERO)), QILIAN).splitlines()
    assert (
        "　　　祁连县（632222）：300 元/a，已核算 1/2 项，面积占 75.0%；未核算：森林；按本方案所得 500.00 元" in lines
    )
    start = lines.index('　　县域面积：负值按零计　〔[factor.area] negative = "zero"；依据：净流失不倒扣〕')
    assert lines[start + 1] == "　　　没有涉及任何单位"
