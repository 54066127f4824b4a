"""Hints of an account on the screen: few are told one by one, many by kind, first what may make a number wrong."""

from dataclasses import replace

import pytest

from qhgep.cli.tips import FEW, tell_hints
from qhgep.errors import Problem, grouped, once_each, problem

OPEN = [
    replace(problem("decision_open", f"决定.xlsx › 决定 › D{row}"), severity="warning") for row in (42, 5, 101, 7, 5)
]
LEFT = [
    replace(
        problem("input_not_needed", "a.csv", quantity="timber_output", zh="木材产量", rows=rows, ruleset="r"),
        severity="warning",
    )
    for rows in range(1, 9)
]
ALIKE = replace(
    problem("area_difference", "632222，2024", sum="1 hm²", stated="2 hm²", share="5 %", tolerance="0.5 %"),
    severity="warning",
)


CELLS = (("AA7", "人口"), ("C10", "面积"), ("C7", "人口"), ("B8", "面积"))
"""Of one fault, not in the order of the sheet, which is row by row."""


def told(capsys: pytest.CaptureFixture[str], *hints: Problem) -> list[str]:
    tell_hints(hints)
    return capsys.readouterr().err.splitlines()


def test_a_few_are_told_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, *LEFT[:FEW]) == [f"提示  {item.text()}" for item in LEFT[:FEW]]


def test_one_sentence_is_told_once_with_its_places_in_the_order_of_the_sheet(
    capsys: pytest.CaptureFixture[str],
) -> None:
    says = "这个判断还没有人决定（决定人仍是 待定）；送审和定稿前写明决定人；核对 qhgep start 的建议，写上决定人。"
    toml = replace(OPEN[0], where="account.toml:14 [[method]] 1")
    assert told(capsys, *OPEN, ALIKE, toml) == [
        f"提示  account.toml:14 [[method]] 1、决定.xlsx › 决定 › D5、D7、D42、D101（5）  {says}",
        f"提示  {ALIKE.text()}",
    ]
    cells = [problem("form_blank", f"a.xlsx › 表1 › {cell}", field=name) for cell, name in CELLS]
    (one,) = grouped(cells, {"": ("field",)})
    assert (one.where, dict(one.facts)["field"]) == ("a.xlsx › 表1 › C7、AA7、B8、C10（4）", "人口、面积（4）")
    assert [item.where for item in grouped(OPEN, {})] == ["决定.xlsx › 决定 › D5、D7、D42、D101（4）"]
    assert once_each(OPEN)[0].text("en").startswith("决定.xlsx › 决定 › D5, D7, D42, D101 (4)  nobody has taken")


def test_many_are_told_by_kind_what_may_be_wrong_first_and_unused_input_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = told(capsys, *LEFT, *OPEN, ALIKE)
    assert lines == [
        f"提示  {ALIKE.text()}",
        f"提示  {once_each(OPEN)[0].text()}",
        f"提示  {LEFT[0].text()}（同类还有 7 条）",
        "共 14 条提示，逐条写在工作簿的 校验 表末（-o 写出）。",
    ]


def test_the_kinds_beyond_three_are_counted_and_the_sheet_that_lists_them_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lacking = replace(
        problem("no_value", "x.csv:2", zh="水价", key="water_price", on="2024", cell="632222", seen="-"),
        severity="warning",
    )
    *_, last = told(capsys, *LEFT, *OPEN, ALIKE, lacking)
    assert len(told(capsys, *LEFT, *OPEN, ALIKE, lacking)) == 4
    assert last.startswith("其余提示 8 条：")
    assert last.endswith("（8 条）。共 15 条，逐条写在工作簿的 校验 表末（-o 写出）。")
