"""A plan held against published payments: what is printed that each recipient was paid, within its rounding."""

from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from qhgep.compensation.published import PlanAudit, audit_plan
from qhgep.compensation.published_report import audit_plan_text
from qhgep.errors import QhgepError
from qhgep.workbook.core.cells import LiveFormula
from qhgep.workbook.core.layout import a1
from qhgep.workbook.reports.table_audit import plan_audit_sheets, write_plan_audit
from tests.support.command_line import COMMAND
from tests.support.result_bodies import whole
from tests.witness import formualizer

PLAN = """schema = 1
title = "虚构补偿测算"
layer = "analytic"
state = "draft"
date = 2023-03-01
period = 2022
pool = "10000000.00"
round_to = "fen"
recipients = ["632621", "632222", "632701"]
published = [{files}]

[factor.area]
zh = "面积得分"
values = {{ "632621" = "1", "632222" = "2", "632701" = "4" }}
as = "share"
evidence = "declared"
document = "虚构〔2023〕2号"
declared_by = "青海省水利厅"
number = "青水函〔2023〕7号"
date = 2023-01-31

[[step]]
id = "divide"
rule = "weighted"
weights = {{ area = "1" }}
basis = "测试"
"""
"""10,000,000 yuan as 1 : 2 : 4, that is 1,428,571.43, 2,857,142.86 and 5,714,285.71."""
HEAD = "recipient,amount,unit,source,at"


def plan(folder: Path, *lines: str, head: str = HEAD, files: str = '"paid.csv"') -> Path:
    (folder / "paid.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    path = folder / "plan.toml"
    path.write_text(PLAN.format(files=files), encoding="utf-8")
    return path


def audited(folder: Path, *lines: str) -> PlanAudit:
    return audit_plan(plan(folder, *lines))


SOUND = ("玛沁县,142.86,万元,通知,附表", "632222,2857142.86,元,,", "632701,0.057,亿元,,", "*,1000,万元,,")


def test_payments_agree_within_the_rounding_of_their_print(tmp_path: Path) -> None:
    """142.86 ± 0.005, 2,857,142.86 ± 0.005 yuan, 0.057 ± 0.0005 (0.0571) and all together 1000 ± 0.5."""
    audit = audited(tmp_path, *SOUND)
    assert audit.consistent
    assert {verdict: count for verdict, count in audit.counts.items() if count} == {"consistent": 4}
    found = {one.row: one for one in audit.audits[0].findings}
    assert found["632621"].recomputed == Fraction("142.857143")
    assert found["632621"].difference == Fraction("142.86") - Fraction("142.857143")
    assert {row: one.allowed for row, one in found.items()} == {
        "632621": Fraction("0.005"), "632222": Fraction("0.005"), "632701": Fraction("0.0005"), "all": Fraction("0.5"),
    }  # fmt: skip


def test_a_payment_that_differs_is_told_with_its_gap_and_the_slip(tmp_path: Path) -> None:
    """285.71 printed with two digits swapped; the other is 0.01 too much, one in its last digit."""
    audit = audited(tmp_path, "玛沁县,142.87,万元,,", "祁连县,258.71,万元,,")
    assert [(one.row, one.verdict) for one in audit.faults] == [("632222", "inconsistent"), ("632621", "inconsistent")]
    assert [(one.repairs[0].slip, one.repairs[0].proposed) for one in audit.faults] == [
        ("swap", "285.71 万元"), ("last", "142.86 万元")
    ]  # fmt: skip
    lines = audit_plan_text(audit, "zh").splitlines()
    assert lines[:2] == ["虚构补偿测算", "paid.csv"]
    assert lines[2].split() == ["接收方", "名称", "印刷值", "单位", "重算值", "差", "允许差", "结论", "说明"]
    assert lines[3].split()[:4] == ["632222", "祁连县", "258.71", "万元"]
    assert lines[-1] == "2 行：量纲不符 0，不一致 2，一致 0，无法核对 0，只入合计 0。"


FAULTS = [
    ((), "paid.csv  表里没有一行"),
    (("西宁市,1,万元,,",), "paid.csv:2  西宁市 不是本方案的接收方；祁连县、玛沁县、玉树市，或 *（各方合计）；"),
    (("玛沁县,1,万元,,", "632621,1,万元,,"), "paid.csv:3  行名是 “632621”"),
    (("玛沁县,约 1,万元,,",), "paid.csv:2  value = “约 1” 不是数"),
    (("玛沁县,1,,,",), "paid.csv:2  amount = “1”，unit = “”；印刷的金额与元、万元、亿元等单位；补齐或改正。"),
    (("玛沁县,,万元,,",), "paid.csv:2  amount = “”，unit = “万元”"),
    (("玛沁县,1,t,,",), "paid.csv:2  amount = “1”，unit = “t”"),
]


@pytest.mark.parametrize(("lines", "says"), FAULTS)
def test_payments_that_cannot_be_read_are_refused_with_place_and_advice(
    lines: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    with pytest.raises(QhgepError) as caught:
        audited(tmp_path, *lines)
    assert str(caught.value).startswith(says)


def test_columns_that_are_wanting_and_a_plan_without_payments_are_refused(tmp_path: Path) -> None:
    with pytest.raises(QhgepError) as caught:
        audit_plan(plan(tmp_path, "玛沁县,1", head="recipient,amount"))
    assert [item.code for item in caught.value.problems] == ["file_header"]
    with pytest.raises(QhgepError) as caught:
        audit_plan(plan(tmp_path, *SOUND, files=""))
    assert [item.code for item in caught.value.problems] == ["published_none"]


def test_payments_outside_the_folder_of_the_plan_are_not_opened(tmp_path: Path) -> None:
    with pytest.raises(QhgepError) as caught:
        audit_plan(plan(tmp_path, *SOUND, files='"../paid.csv"'))
    assert [item.code for item in caught.value.problems] == ["file_outside"]


def test_headings_may_be_chinese(tmp_path: Path) -> None:
    audit = audit_plan(plan(tmp_path, "玛沁县,142.86,通知", head="县名,下达金额（万元）,来源"))
    assert [(one.row, one.verdict) for one in audit.audits[0].findings] == [("632621", "consistent")]


@pytest.mark.parametrize(("lines", "code"), [(SOUND, 0), (("玛沁县,150.00,万元,,",), 3), (("北京市,1,万元,,",), 1)])
def test_the_verb_ends_with_0_where_all_agrees_3_where_not_1_where_unreadable(
    lines: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    path = plan(tmp_path, *lines)
    for named in (path, tmp_path):
        assert CliRunner().invoke(COMMAND, ["audit", str(named)]).exit_code == code


def test_the_json_names_recipients_and_hashes(tmp_path: Path) -> None:
    read = whole(audited(tmp_path, *SOUND))
    assert (read["kind"], read["body"]["consistent"]) == ("plan_audit", True)
    assert {"paid.csv", "plan.toml"} <= set(read["created_from"]["files"])
    first = read["body"]["tables"][0]["rows"][0]
    assert (first["row"], first["name"], first["equations"][0]["recomputed"]) == ("632621", "玛沁县", "142.857143")


def test_the_workbook_holds_printed_against_computed_live(tmp_path: Path) -> None:
    audit = audited(tmp_path, *SOUND)
    path = write_plan_audit(audit, tmp_path / "a.xlsx")
    recalculated = formualizer.recalculate(path)
    cells = {
        (sheet.name, a1(*place)): cell.value
        for sheet in plan_audit_sheets(audit)
        for place, cell in sheet.cells.items()
        if isinstance(cell, LiveFormula)
    }
    assert len(cells) == 4 * len(audit.audits[0].findings)
    for place, value in cells.items():
        assert recalculated[place] == pytest.approx(value, rel=1e-9, abs=1e-9)
    assert path.read_bytes() == write_plan_audit(audit, tmp_path / "b.xlsx").read_bytes()
