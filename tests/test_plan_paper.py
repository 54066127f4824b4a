"""What of a plan's workbook is attached to a document: what was issued, last year, the basis, the signatures."""

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from qhgep import allocate, verify_workbook, write_workbook
from qhgep.errors import PlanError
from qhgep.workbook.account.checks import CHANGED_OVERALL
from qhgep.workbook.core.cells import LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.layout import METHODS, UNITS
from qhgep.workbook.plan.book import allocation_sheets
from qhgep.workbook.verify.manifest import printed_sheets
from tests.support.books import Made, book, compared
from tests.support.issued import BUDGET, TOLD, issued
from tests.support.package import write
from tests.support.step_plans import AREA, plan_text, run_text
from tests.support.tampered import package
from tests.test_pages import PLANS
from tests.witness import formualizer

DUE, BEFORE, NOW = 2, 5, 6


def value(sheet: Sheet, row: int, column: int) -> float | str | None:
    content = sheet.cells.get((row - 1, column))
    if isinstance(content, LiveFormula | TypedNumber):
        return content.value
    return content.text if isinstance(content, Text) else None


def test_what_was_issued_and_what_is_issued_now_are_told_apart_and_missing_is_no_nil() -> None:
    """700 − 300 = 400; 100 − 0 = 100; of the third nothing is known, so nor is the sum; the total comes first."""
    sheet = book("issued").by_name["补偿资金测算表"]
    assert [value(sheet, 4, column) for column in (DUE, BEFORE, NOW)] == ["测算金额", "已经下达", "此次下达"]
    assert [[value(sheet, row, column) for column in (DUE, BEFORE, NOW)] for row in (7, 8, 9, 10)] == [
        [1000.0, "缺", "缺"], [700.0, 300.0, 400.0], [100.0, 0.0, 100.0], [200.0, "缺", "缺"],
    ]  # fmt: skip
    assert any("玛沁县没有填已经下达数" in note for note in sheet.notes)
    assert {sheet.cells[row, column].style for row in (7, 8) for column in (BEFORE, NOW)} == {"nil"}


def judged(made: Made, check: str) -> float | str | None:
    """The verdict of one check of 校验."""
    sheet = made.by_name["校验"]
    row = next(place[0] for place in sheet.cells if place[1] == 0 and value(sheet, place[0] + 1, 0) == check)
    return value(sheet, row + 1, 5)


def test_where_all_are_told_the_sums_close_and_the_check_passes() -> None:
    """300 + 0 + 0 = 300; 400 + 100 + 200 = 700; 1000 = 300 + 700."""
    made = Made("issued", issued(TOLD), None)
    sheet = made.by_name["补偿资金测算表"]
    assert [value(sheet, 7, column) for column in (DUE, BEFORE, NOW)] == [1000.0, 300.0, 700.0]
    assert (judged(made, "issued"), judged(made, "this_time")) == ("通过", "通过")
    assert (judged(book("issued"), "issued"), book("issued").by_name["校验"].cells[1, 2].value) == (
        "无法核验",
        "无法核验",
    )


def test_more_issued_than_due_stops_the_plan_and_names_who() -> None:
    """700.00 are due and 700.01 were issued: a fen too much."""
    with pytest.raises(PlanError) as error:
        issued(TOLD.replace('"300.00"', '"700.01"'))
    assert error.value.problems[0].code == "plan_over_issued"
    assert str(error.value) == (
        "plan.toml:17  已经下达多于资金总额：祁连县（632222） 0.01 元；此次下达不小于零；办法规定多下达的扣回的除外；"
        "核对已经下达数；可以扣回的，在 [budget] recover 写明依据的条款。"
    )


def test_what_may_be_taken_back_is_named_with_its_ground_and_is_no_fault() -> None:
    text = TOLD.replace('"300.00"', '"700.01"').replace("direct = true", 'direct = true\nrecover = "某办法第九条"')
    made = Made("issued", issued(text), None)
    assert "此次下达为负的是扣回：祁连县（632222） 0.01 元（依据：某办法第九条）" in made.allocation.notes
    sheet = made.by_name["下达表"]
    row = next(row for row in range(5, 15) if value(sheet, row, 0) == "　祁连县")
    assert value(sheet, row, 3) == -0.01
    assert any("扣回：祁连县（632222） 0.01 元" in note for note in sheet.notes)
    assert not any(
        place[1] == 0 and value(made.by_name["校验"], place[0] + 1, 0) == "this_time"
        for place in made.by_name["校验"].cells
    )


def test_a_scenario_has_neither_columns_of_issue_nor_a_sheet_to_sign() -> None:
    names = list(book("plan").by_name)
    assert "签批" not in names
    assert "签批" in book("issued").by_name
    heads = [content.text for place, content in book("plan").by_name["情景测算表"].cells.items() if place[0] == 3]  # type: ignore[union-attr]
    assert not {"已经下达", "此次下达"} & set(heads)


def test_last_year_stands_beside_this_year_with_its_source() -> None:
    """1000 − 750 = 250, 250 / 750; 700 − 500 = 200, 40 %; 100 − 0 = 100 of nothing; 200 − 250 = −50, −20 %."""
    sheet = book("issued").by_name["测算对比表"]
    rows = [[value(sheet, row, column) for column in (2, 3, 4, 5)] for row in (7, 8, 9, 10)]
    assert rows == [
        [750.0, 1000.0, 250.0, 250 / 750], [500.0, 700.0, 200.0, 0.4], [0.0, 100.0, 100.0, "—"], [250.0, 200.0, -50.0, -0.2],
    ]  # fmt: skip
    assert any("某字〔2022〕2号 附件" in note for note in sheet.notes)
    lacking = Made("issued", issued(BUDGET.replace(', "632621" = "250.00"', "")), None).by_name["测算对比表"]
    assert [[value(lacking, row, column) for column in (2, 4, 5)] for row in (7, 10)] == [["缺"] * 3] * 2


def test_last_year_is_printed_in_the_unit_of_the_attached_table(tmp_path: Path) -> None:
    """Whole yuan: 9,999 by 7 : 1 : 2 gives 6,999, 1,000 and 2,000; last year 5,000, 0 and not told. 1,999 of 5,000 are 39.98 %."""
    budget = BUDGET.replace("500.00", "5000.00").replace(', "632621" = "250.00"', "").replace("300.00", "0.00")
    made = run_text(plan_text(budget + AREA, layer="statutory", pool="9999.00", round_to="yuan"))
    book_of = Made("issued", made, None)
    sheet = book_of.by_name["测算对比表"]
    assert (sheet.number, sheet.landscape) == ("表号：补04表　单位：万元", False)
    assert [[value(sheet, row, column) for column in range(2, 6)] for row in (7, 8, 9, 10)] == [
        ["缺", 0.9999, "缺", "缺"],
        [0.5, 0.6999, pytest.approx(0.1999), pytest.approx(0.3998)],
        [0.0, 0.1, 0.1, "—"],
        ["缺", 0.2, "缺", "缺"],
    ]
    assert {sheet.cells[row, column].style for row in (7, 8) for column in (2, 3, 4)} == {"nil_four"}
    found = formualizer.recalculate(write(tmp_path / "x.xlsx", book_of.data))
    assert [found["测算对比表", f"{column}8"] for column in "CDEF"] == pytest.approx([0.5, 0.6999, 0.1999, 0.3998])
    assert [found["测算对比表", f"{column}7"] for column in "CDEF"] == ["缺", pytest.approx(0.9999), "缺", "缺"]


def test_last_year_without_its_source_is_refused() -> None:
    text = plan_text(BUDGET.replace('document = "某字〔2022〕2号 附件"\n', "") + STEP, layer="statutory")
    with pytest.raises(PlanError) as error:
        run_text(text)
    assert error.value.problems[0].code == "plan_previous"
    assert str(error.value) == (
        "plan.toml:18  [previous] 有金额而没有写 period 或 document；上年数的期间和出处；"
        '补上 period（如 "2022"）和 document（文件或表）。'
    )


STEP = """\
[[step]]
id = "fund"
rule = "pooled_sum"
basis = "某办法第二条"
funds = { grass = { amounts = { "632222" = "600.00", "632323" = "100.00", "632621" = "300.00" }, basis = "某办法" } }
"""


def test_an_entitlement_has_the_same_columns_and_its_own_equation() -> None:
    made = Made("due", run_text(plan_text(BUDGET + STEP, layer="statutory")), None)
    sheet = made.by_name["补偿资金测算表"]
    assert [value(sheet, 8, column) for column in (DUE, BEFORE, NOW)] == [600.0, 300.0, 300.0]
    assert "合计 ＋ 结余 − 缺口 ＝ 资金总额" in sheet.relations


def test_the_basis_names_document_steps_and_factors_with_the_place_where_they_are_carried_out() -> None:
    sheet = book("issued").by_name["依据"]
    lines = [tuple(value(sheet, row, column) for column in (1, 2, 3, 4)) for row in range(5, 9)]
    document = "某办法　1号　第五条　2023-03-01"
    assert lines[0] == ("方案", "试", document, None)
    assert lines[1][:3] == ("步骤", "divide（因素法加权分配）", "试")
    assert str(lines[1][3]).startswith("测算过程!")
    assert lines[2] == ("因素", "因素 area 取自 gep.county_area（按占比）", "account.toml 的核算结果", "因素数据!C4")
    assert ("上年数", "2022", "某字〔2022〕2号 附件", "因素数据!A4") in lines


def test_an_edited_weight_is_no_pass_though_every_sum_still_closes(tmp_path: Path) -> None:
    """The weights of the pilot plan are made 0.6 and 0.2: the pool still closes, but the amounts are not those recorded."""
    made = book("plan")
    rows = {content.text: place for place, content in made.by_name["参数"].cells.items() if isinstance(content, Text)}
    pack, sheet = package("plan"), "参数"
    xml = pack.xml(sheet)
    for name, old, new in (("divide.weight.water", "0.5", "0.6"), ("divide.weight.area", "0.2", "0.1")):
        cell = f"C{rows[name][0] + 1}"
        place = pack.cells[sheet][cell]
        assert f"<v>{old}</v>" in place.inner
        xml = xml.replace(
            f'<c r="{cell}"{place.attributes}>{place.inner}</c>', f'<c r="{cell}"{place.attributes}><v>{new}</v></c>'
        )
    path = write(tmp_path / "x.xlsx", pack.packed({pack.part_of[sheet]: xml}))
    found = formualizer.recalculate(path)
    cover = next(
        place
        for place, content in made.by_name["封面"].cells.items()
        if isinstance(content, Text) and content.text == "表内勾稽和法规校验"
    )
    assert found["封面", f"B{cover[0] + 1}"] == CHANGED_OVERALL
    assert found["情景测算表", "C7"] == 100_000_000.0


def test_the_workbook_of_a_statutory_plan_recalculates_and_verifies(tmp_path: Path) -> None:
    path = write_workbook(book("issued").made, tmp_path / "x.xlsx")
    assert compared(book("issued"), formualizer.recalculate(path)).differing == []
    assert verify_workbook(path).same
    assert load_workbook(path)["补偿资金测算表"]["F9"].number_format == "#,##0.00;[Red]-#,##0.00;"


@pytest.mark.parametrize("name", ["plan", "issued"])
def test_the_table_that_is_attached_is_one_page_without_a_picture(name: str) -> None:
    sheet = book(name).sheets[1]
    assert sheet.name == {"plan": "情景测算表", "issued": "下达表"}[name]
    assert (len(sheet.pages), sheet.row_breaks, sheet.charts) == (1, [], [])
    assert len(book(name).by_name["封面"].charts) == 1


def test_an_issued_amount_below_zero_is_refused() -> None:
    text = plan_text(TOLD.replace('"300.00"', '"-300.00"') + STEP, layer="statutory")
    with pytest.raises(PlanError) as error:
        run_text(text)
    assert error.value.problems[0].code == "plan_money_negative"
    assert str(error.value) == "plan.toml:17  金额为 -300.00 元；不小于零；改正。"


def test_pool_and_what_nobody_gets_are_live_below_the_table(tmp_path: Path) -> None:
    """600 + 100 + 300 = 1000 are due of 1000; with a pool of 900 typed in, 100 are lacking, and the page says so."""
    made = Made("due", run_text(plan_text(TOLD + STEP, layer="statutory")), None)
    sheet = made.by_name["补偿资金测算表"]
    rows = {value(sheet, row, 1): row for row in range(11, 16)}
    assert [value(sheet, rows[name], 2) for name in ("资金总额（元）", "结余（元）", "缺口（元）")] == [
        1000.0,
        0.0,
        0.0,
    ]
    copy = load_workbook(write(tmp_path / "x.xlsx", made.data))
    copy["参数"]["C5"].value = 900
    copy.save(tmp_path / "typed.xlsx")
    found = formualizer.recalculate(tmp_path / "typed.xlsx")
    told = [found["补偿资金测算表", f"C{rows[name]}"] for name in ("资金总额（元）", "结余（元）", "缺口（元）")]
    assert told == [900.0, 0.0, 100.0]


@pytest.mark.parametrize("page", ["settled", "issued", "issued_to_the_yuan", "paid_by_fund"])
def test_an_attached_table_recalculates_and_verifies_and_is_printed_with_what_goes_with_it(
    page: str, tmp_path: Path
) -> None:
    (tmp_path / "plan.toml").write_text(PLANS[PLANS[page].get("same", page)]["plan"], encoding="utf-8")
    made = Made(page, allocate(tmp_path / "plan.toml"), None)
    path = write_workbook(made.made, tmp_path / "x.xlsx")
    assert compared(made, formualizer.recalculate(path)).differing == []
    assert verify_workbook(path).same
    attached = ("下达表", "发放表") if page == "paid_by_fund" else (PLANS[page]["sheet"],)
    assert printed_sheets(path) == ("封面", *attached, "绩效目标表", "签批")


@pytest.mark.parametrize(
    ("year", "says"),
    [
        (2024, "收入科目：1102102（转引，方案未写明）　支出功能科目：2302102（转引，方案未写明）"),
        (2023, "收支科目、项目代码：方案未写明"),
    ],
)
def test_a_settlement_that_names_no_accounts_has_those_of_its_year_with_their_evidence(
    year: int, says: str, tmp_path: Path
) -> None:
    """The list of 2024 is known at second hand (P151); of another year nothing is."""
    text = re.sub(r"\[budget\].*?\[contract\]", "[contract]", PLANS["settlement"]["plan"], flags=re.DOTALL)
    (tmp_path / "plan.toml").write_text(text.replace("2023-03-01", f"{year}-03-01"), encoding="utf-8")
    sheet = Made("settled", allocate(tmp_path / "plan.toml"), None).by_name["结算表"]
    assert value(sheet, 3, 0) == f"期间：2023　{says}"


def test_the_columns_that_name_the_rows_are_lettered_once() -> None:
    """甲 乙 1 2 3 … stand in one row, as on statutory tables; the row of units has a dash there."""
    sheet = book("plan").by_name["情景测算表"]
    assert [value(sheet, row + 1, column) for row in (UNITS, METHODS) for column in (0, 1)] == ["—", "—", "甲", "乙"]


def test_who_has_no_amount_that_was_issued_is_named_below_the_attached_table() -> None:
    assert any("玛沁县没有填已经下达数" in note for note in book("issued").by_name["下达表"].notes)


def test_a_fund_is_headed_by_its_name_or_what_it_is_for_and_by_no_english_key() -> None:
    """Of three funds one is named in Chinese, one is for rangers, of one nothing is said: 100 + 20 + 3 = 123 yuan."""
    amounts = ("100.00", "20.00", "3.00")
    funds = "".join(
        f'funds.{key} = {{ {earmark}amounts = {{ "632222" = "{amount}" }} }}\n'
        for (key, earmark), amount in zip(
            (('"重点生态功能区"', 'earmark = "保护", '), ("rangers", 'earmark = "管护：护林员", '), ("other", "")),
            amounts,
            strict=True,
        )
    )
    step = f'[[step]]\nid = "all"\nrule = "pooled_sum"\n{funds}basis = "第三条"\n'
    made = run_text(plan_text(step, layer="statutory", codes=("632222",)))
    sheet = next(sheet for sheet in allocation_sheets(made) if sheet.name == "发放表")
    assert [value(sheet, 5, column) for column in range(1, 5)] == [100.0, 20.0, 3.0, 123.0]
    assert [value(sheet, 4, column) for column in range(1, 5)] == ["重点生态功能区", "管护", "第 3 项资金", "应发"]


def test_where_no_recipient_has_an_amount_that_was_issued_they_are_not_listed() -> None:
    made = issued(BUDGET.replace('already_issued = { "632222" = "300.00", "632323" = "0.00" }\n', ""))
    notes = [note for sheet in allocation_sheets(made) for note in sheet.notes if "已经下达数" in note]
    assert notes == [
        "注1：各单位都没有填已经下达数，首次下达的填 0",
        "注1：各单位都没有填已经下达数，首次下达的填 0：在方案的 [budget] already_issued 填写",
    ]


def test_an_attached_table_is_upright_where_it_is_narrow_and_says_its_head_on_every_page() -> None:
    sheet = book("issued").by_name["下达表"]
    assert (sheet.landscape, sheet.repeat, sheet.signed) == (False, (0, 3), True)
    assert not book("issued").by_name["补偿资金测算表"].signed


def test_what_nobody_gets_stands_below_the_attached_table_where_there_is_any() -> None:
    """1,000.00 yuan by 7 : 1 : 2 in units of 10,000 yuan would pay nobody; in units of 100: 700, 100, 200 and nothing is left."""
    labels = [value(book("issued").by_name["下达表"], row, 0) for row in range(5, 20)]
    assert not any(isinstance(label, str) and "（元）" in label for label in labels)
    text = plan_text(TOLD + AREA, layer="statutory").replace('pool = "1000.00"', 'pool = "1050.07"')
    sheet = Made("rest", run_text(text.replace('round_to = "fen"', 'round_to = "100yuan"')), None).by_name["下达表"]
    left = [row for row in range(5, 25) if "尾款" in str(value(sheet, row, 0))]
    assert [value(sheet, row, 1) for row in left] == [50.07]


def test_what_is_left_is_printed_in_the_unit_of_the_table_where_that_does_not_round_it() -> None:
    """1,000.00 yuan are due of 1,500.00 in units of 100 yuan: 500 yuan of a table in 万元 are 0.05, with two decimals as it has."""
    text = plan_text(TOLD + STEP, layer="statutory").replace('pool = "1000.00"', 'pool = "1500.00"')
    made = Made("left", run_text(text.replace('round_to = "fen"', 'round_to = "100yuan"')), None)
    sheet = made.by_name["下达表"]
    assert sheet.number == "单位：万元"
    (row,) = [row for row in range(5, 25) if str(value(sheet, row, 0)).startswith("结余")]
    assert (value(sheet, row, 0), value(sheet, row, 1)) == ("结余（万元）", 0.05)


def test_what_is_due_beyond_the_pool_is_not_headed_as_the_pool() -> None:
    """600 + 100 + 300 = 1000 are due of a pool of 900: 100 are lacking, and no column of 1000 is called 资金总额."""
    made = Made("due", run_text(plan_text(BUDGET + STEP, layer="statutory", pool="900.00")), None)
    sheet = made.by_name["下达表"]
    assert [value(sheet, 4, column) for column in (0, 1)] == ["地区", "应发金额"]
    assert value(sheet, 5, 1) == 1000.0
    assert "此次下达 ＝ 应发金额 − 已经下达" in sheet.relations
