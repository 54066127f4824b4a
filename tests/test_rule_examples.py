"""Examples of rules in force: Haibei's grassland money, the basin fund that must stop, the pooled funds of the pilot."""

import csv
from pathlib import Path

import pytest

from qhgep import allocate, verify_workbook, write_workbook
from qhgep.compensation.derivation.report import explain_amount
from qhgep.errors import PlanError
from qhgep.workbook.core.layout import a1
from tests.support.books import Made, compared
from tests.witness import formualizer

EXAMPLES = Path(__file__).parent.parent / "examples"
HAIBEI = EXAMPLES / "haibei-grassland-2018" / "plan.toml"
BASIN = EXAMPLES / "qinghai-basin-2022"
PILOT = EXAMPLES / "pilot" / "comprehensive.toml"
WAN = 1_000_000
"""Fen of 万元."""


def test_haibei_2018_is_14514_and_5997_and_20511_wan_exactly() -> None:
    """1180 万亩 x 12.3 = 14514; 2398.8 万亩 x 2.5 = 5997 (C01): an identity, since the rates are the printed quotients."""
    found = allocate(HAIBEI, require="secondary")
    assert 1180 * 123 == 145140
    assert 23988 * 25 == 599700
    assert found.fen == {"632200": (14514 + 5997) * WAN}
    assert (found.retained, found.gap) == (0, 0)
    assert found.heading.notices == ("测算稿（证据不足）", "所用数据最弱的证据：转引")
    rates = [column for column in found.parameters if column.name.endswith(".rate")]
    assert [(column.given.origin, column.given.rows[0].evidence) for column in rates if column.given] == [
        ("computed", "secondary")
    ] * 2


def test_haibei_without_a_lowered_level_of_evidence_stops_and_names_both_rates() -> None:
    with pytest.raises(PlanError) as error:
        allocate(HAIBEI)
    assert [dict(item.facts)["name"] for item in error.value.problems] == ["grass.rates.ban", "grass.rates.balance"]
    assert {item.code for item in error.value.problems} == {"plan_row_evidence"}


def test_the_basin_fund_stops_and_lists_pool_recipients_weights_tilts_and_factors() -> None:
    with pytest.raises(PlanError) as error:
        allocate(BASIN / "plan.toml")
    assert {item.code for item in error.value.problems} == {"plan_input_missing"}
    wanting = {dict(item.facts)["key"] for item in error.value.problems}
    assert wanting == {
        "pool", "recipients", "basis.number", "basis.article", "basis.date",
        "factor.quality.values", "factor.quality.document", "factor.conservation.values", "factor.conservation.document",
        "factor.management.values", "factor.management.document", "step.0.weights.quality", "step.0.weights.conservation",
        "step.0.weights.management", "step.1.multipliers", "step.2.shares", "evidence.0.at",
        *(f"factor.{name}.{key}" for name in ("quality", "conservation", "management") for key in ("declared_by", "number", "date")),
    }  # fmt: skip


def test_the_published_cells_of_the_basin_are_checked_by_identities_only() -> None:
    """Mean 742 (so 741.5 to 742.5) of 40 counties: 29,660 to 29,700, about 29,700 万元; 13 above and 27 below; order."""
    with (BASIN / "published.csv").open(encoding="utf-8") as file:
        cells = {int(row["place"]): float(row["wan"]) for row in csv.DictReader(file)}
    assert list(cells.values()) == sorted(cells.values(), reverse=True)
    least, most = 741.5 * 40, 742.5 * 40
    assert (least, most) == (29_660, 29_700)
    assert abs(29_700 - most) <= 50  # "about 2.97 亿元" is 29,650 to 29,750
    assert all((place <= 13) == (amount > 742) for place, amount in cells.items())
    assert 13 + 27 == 40
    others = 40 - len(cells)
    rest = least - sum(cells.values())
    assert others * cells[38] < rest < others * cells[3]  # the 34 others lie between the third and the 38th


def test_the_pooled_funds_of_the_pilot_by_hand() -> None:
    """泽库: 3,000,000 x 17.5 + 4,000,000 x 2.5 = 62,500,000; 400 x 1,800 x 12 = 8,640,000; 18,000,000 + 3,000,000."""
    found = allocate(PILOT)
    assert found.fen["632323"] == (62_500_000 + 8_640_000 + 21_000_000) * 100
    assert found.fen["632222"] == (4_000_000 * 123 // 10 + 15_000_000 + 500 * 21_600 + 29_000_000) * 100
    assert sum(found.fen.values()) == found.pool
    assert "不作为资金分配依据" in found.heading.notices
    rows = {row.row: row.evidence for column in found.parameters if column.given for row in column.given.rows}
    assert (rows["P027"], rows["P025"], rows["P028"]) == ("unconfirmed",) * 3


def test_every_invented_figure_of_the_pilot_says_so() -> None:
    found = allocate(PILOT)
    typed = [column for column in found.parameters if column.given and column.quantity.axes and not column.given.rows]
    assert len(typed) >= 5
    assert [column.name for column in typed if column.given and "演示假定" not in column.given.basis] == []


@pytest.mark.parametrize("plan", [HAIBEI, PILOT], ids=["haibei", "pilot"])
def test_their_workbooks_recalculate_and_verify(plan: Path, tmp_path: Path) -> None:
    made = Made(plan.stem, allocate(plan, require="secondary" if plan == HAIBEI else None), None)
    path = write_workbook(made.made, tmp_path / "x.xlsx")
    assert compared(made, formualizer.recalculate(path)).differing == []
    assert verify_workbook(path).same


def test_an_explanation_names_the_rows_of_its_own_county_and_not_those_of_the_others() -> None:
    """泽库 takes the ban rate of Huangnan (P027) and the national balance reward (P006), Qilian those of Haibei."""
    found = allocate(PILOT)
    zeku, qilian = (
        "".join(line for line in explain_amount(found, code).splitlines() if "标准 = " in line)
        for code in ("632323", "632222")
    )
    assert ["P027 " in zeku, "P006 " in zeku, "P026 " in zeku, "P030 " in zeku] == [True, True, False, False]
    assert ["P026 " in qilian, "P030 " in qilian, "P027 " in qilian, "P006 " in qilian] == [True, True, False, False]


def test_adopted_rows_stand_on_the_sheet_of_decisions_with_whom_they_touch() -> None:
    """Five counties take the ban rate of their prefecture: four decisions, P025 for two counties; and the wage of the park."""
    made = Made("pilot", allocate(PILOT), None)
    sheet = made.by_name["判断事项"]
    heads = {place[0]: content.text for place, content in sheet.cells.items() if place[1] == 0 and place[0] >= 6}  # type: ignore[union-attr]
    decisions = {text: row for row, text in heads.items() if "[[adopt]]" in text}
    assert [text.partition("　")[2] for text in decisions] == [
        f"[[adopt]] {row}" for row in ("P026", "P027", "P025", "P028", "P006", "P070", "P071")
    ]
    golog = next(row for text, row in decisions.items() if text.endswith("P025"))
    assert [sheet.cells[golog + more, 1].text for more in (1, 2)] == ["632621", "632701"]  # type: ignore[union-attr]
    assert sheet.cells[golog, 8].value == (made.allocation.fen["632621"] + made.allocation.fen["632701"]) / 100  # type: ignore[union-attr]
    assert "县的标准没有找到，取果洛、玉树州的标准" in sheet.cells[golog, 9].text  # type: ignore[union-attr]
    assert "待证实" in sheet.cells[golog, 10].text  # type: ignore[union-attr]


def test_a_rate_is_followed_from_the_front_to_row_document_place_and_address() -> None:
    """Haibei's ban rate: 测算过程 ← P026 of 来源, with the printed 12.3, its years, document, place and address."""
    made = Made("haibei", allocate(HAIBEI, require="secondary"), None)
    sheet = made.by_name["来源"]
    line = [sheet.cells[4, column].text for column in range(12)]  # type: ignore[union-attr]
    assert line[:5] == ["P026", "632200", "12.3", "CNY/mu/yr", "2016-01-01 至 2020-12-31"]
    assert line[5].startswith("海北州2018年落实草原生态保护补助奖励机制政策实施方案（转载）")
    assert line[6:8] == ["第一章 第一节 五、六", "https://bjscup.com/html/5751/286801"]
    assert line[9] == "计算／转引"
    name, _, address = line[10].partition("!")
    head = next(content for place, content in made.by_name[name].cells.items() if a1(*place) == address)
    assert head.text == "ban标准"  # type: ignore[union-attr]
    assert "来源" not in Made("basin", allocate(EXAMPLES / "basin-fictional" / "2022.toml"), None).by_name
