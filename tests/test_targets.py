"""The 26 indicators of table 3-3-1 of Qinghai's plan: what is asked, what is handed down, and reached told apart from worse."""

import tomllib
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from qhgep import assess_targets
from qhgep.assessments.targets import COLUMNS, shipped_targets
from qhgep.errors import InputError
from tests.support.command_line import COMMAND

HEAD = ",".join(COLUMNS)


def table(folder: Path, *rows: str) -> Path:
    path = folder / "values.csv"
    path.write_text("\n".join((HEAD, *rows)) + "\n", encoding="utf-8")
    return path


def test_all_26_lines_of_the_table_are_there_with_what_it_prints() -> None:
    """Eight lines print 国家下达目标内 or 以国家批准面积为准 for 2025; eight print no number for 2020."""
    targets = shipped_targets()
    assert [target.at for target in targets] == [f"表3-3-1 第 {number} 行" for number in range(1, 27)]
    assert Counter(target.kind for target in targets) == {"number": 17, "ordinal": 1, "delegated": 8}
    assert [target.at for target in targets if not target.base] == [
        f"表3-3-1 第 {number} 行" for number in (12, 13, 14, 16, 17, 22, 24, 25)
    ]
    groups = Counter(target.group for target in targets)
    assert groups == {"国土空间": 3, "生态安全": 5, "生态经济": 3, "资源节约": 6, "生态环境": 6, "生态文化": 3}


def test_without_values_each_target_says_what_is_lacking() -> None:
    states = assess_targets().states
    assert len(states) == 26
    assert Counter(state.reached for state in states) == {"no_value": 18, "no_target": 8}


@pytest.mark.parametrize(("row", "reached", "against"), [
    # 97.0 % is above the 96.3 % asked of 2025 and below the 97.2 % of 2020: both are said
    ("qh145-18,2025,,97.0,%,,declared,省环境公报,", "reached", "worse"),
    ("qh145-18,2025,,0.962,1,,declared,省环境公报,", "not_reached", "worse"),
    ("qh145-04,2025,,8,%,,declared,林草局,", "reached", "better"),
    # at most 21: 21 is reached and the same, 22 is neither
    ("qh145-19,2025,,21,微克/立方米,,declared,公报,", "reached", "same"),
    ("qh145-19,2025,,22,μg/m3,,declared,公报,", "not_reached", "worse"),
    # 81,436 km² are 814.36 万公顷
    ("qh145-06,2025,,81436,km2,,declared,公报,", "reached", "same"),
    # class I is better than the class II of 2020, class III is not what is asked
    ("qh145-08,2025,,Ⅰ类,,,declared,公报,", "reached", "better"),
    ("qh145-08,2025,,III类,,,declared,公报,", "not_reached", "worse"),
    # handed down: 不高于 28 亿立方米; 24.28 in 2020
    ("qh145-15,2025,,26,亿立方米,28,declared,文,", "reached", "worse"),
    ("qh145-15,2025,,26,亿立方米,,declared,文,", "no_target", "worse"),
    ("qh145-12,2025,,4800,万吨标准煤,5000,declared,文,", "reached", "no_base"),
])  # fmt: skip
def test_reached_and_worse_than_the_base_are_two_statements(
    row: str, reached: str, against: str, tmp_path: Path
) -> None:
    found = [state for state in assess_targets(table(tmp_path, row)).states if state.seen is not None]
    assert [(state.reached, state.against_base) for state in found] == [(reached, against)]


def test_a_value_is_converted_exactly_and_an_early_year_is_no_verdict(tmp_path: Path) -> None:
    """846.30 万亩 are 564,200 hm²; 2023 comes before the year that the target speaks of."""
    path = table(tmp_path, "qh145-02,2023,,564200,hm2,,secondary,三调,", "qh145-04,2023,632222,9,%,,declared,县,")
    found = {state.target.id: state for state in assess_targets(path).states if state.seen is not None}
    assert found["qh145-02"].seen is not None
    assert found["qh145-02"].seen.size == Fraction("846.3")
    assert not found["qh145-04"].in_year
    shown = CliRunner().invoke(COMMAND, ["targets", str(path)]).stdout
    assert "达到（2023 年尚未到期）" in shown
    assert "632222" in shown


FAULTS = tomllib.loads((Path(__file__).parent / "assessment_faults.toml").read_text(encoding="utf-8"))["target"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["row"])
def test_a_fault_stands_at_its_cell(fault: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        assess_targets(table(tmp_path, fault["row"]))
    assert [item.text() for item in caught.value.problems] == [fault["sentence"]]


def test_one_target_of_an_area_and_year_stands_once(tmp_path: Path) -> None:
    path = table(tmp_path, "qh145-04,2025,,8,%,,declared,文,", "qh145-04,2025,,9,%,,declared,文,")
    with pytest.raises(InputError, match=r"values\.csv:3"):
        assess_targets(path)
