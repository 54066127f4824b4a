"""Hints of an account on the screen: few are told one by one, many by kind, first what may make a number wrong."""

from dataclasses import replace

import pytest

from qhgep.cli.tips import FEW, tell_hints
from qhgep.errors import Problem, problem

OPEN = replace(problem("decision_open", "决定.xlsx › 决定 › D5"), severity="warning")
LEFT = replace(problem("input_not_needed", "a.csv", quantity="timber_output", rows=1, ruleset="r"), severity="warning")
ALIKE = replace(
    problem("area_difference", "632222，2024", sum="1 hm²", stated="2 hm²", share="5 %", tolerance="0.5 %"),
    severity="warning",
)


def told(capsys: pytest.CaptureFixture[str], *hints: Problem) -> list[str]:
    tell_hints(hints)
    return capsys.readouterr().err.splitlines()


def test_a_few_are_told_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, *[OPEN] * FEW) == [f"提示  {OPEN.text()}"] * FEW


def test_many_are_told_by_kind_what_may_be_wrong_first_and_unused_input_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = told(capsys, *[LEFT] * 4, *[OPEN] * 5, ALIKE)
    assert lines == [
        f"提示  {ALIKE.text()}",
        f"提示  {OPEN.text()}（同类还有 4 条）",
        f"提示  {LEFT.text()}（同类还有 3 条）",
        "共 10 条提示，逐条写在工作簿的 校验 表末（-o 写出）。",
    ]


def test_the_kinds_beyond_three_are_counted_and_the_sheet_that_lists_them_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lacking = replace(
        problem("no_value", "x.csv:2", zh="水价", key="water_price", on="2024", cell="632222", seen="-"),
        severity="warning",
    )
    *_, last = told(capsys, *[LEFT] * 4, *[OPEN] * 5, ALIKE, lacking)
    assert len(told(capsys, *[LEFT] * 4, *[OPEN] * 5, ALIKE, lacking)) == 4
    assert last.startswith("其余提示 4 条：")
    assert last.endswith("（4 条）。共 11 条，逐条写在工作簿的 校验 表末（-o 写出）。")
