"""判断事项 of an account's workbook: every decision, the amounts by hand, live, recalculated, verified."""

from dataclasses import replace
from pathlib import Path

import pytest

from qhgep import verify_workbook
from qhgep.decisions.effects import effects
from qhgep.engine.result import Result
from qhgep.workbook.account.decisions import DECISIONS
from qhgep.workbook.core.cells import LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.layout import FIRST, HEAD, a1
from tests.support import decided, toy
from tests.support.accounts import Coefficient
from tests.support.books import Made, book, compared
from tests.support.package import Edit, Package, write
from tests.support.toy import A, B, C, Line
from tests.witness import formualizer

CLEANING = 50 * 1500 + 2.5 * 1750.5
CARBON = {code: size * 10_000 * 40.5 / 1_000_000 * 44 / 12 for code, size in ((A, 143462.5), (B, 80050.0))}
ROOT = 1.1**0.5
TOTAL = {A: CLEANING + CARBON[A] * 2 * 60, B: CLEANING + CARBON[B] * ROOT * 60}
"""A states its season, 2; both have the prices of the pack."""
Row = dict[str, str | float | None]


def rows(sheet: Sheet) -> list[Row]:
    """The lines of the sheet by heading: texts, typed numbers, and the values of formulas."""
    heads = {column: cell.text for (row, column), cell in sheet.cells.items() if row == HEAD and isinstance(cell, Text)}
    last = max(row for row, _ in sheet.cells)
    found: list[Row] = []
    for row in range(FIRST, last + 1):
        cells = {head: sheet.cells.get((row, column)) for column, head in heads.items()}
        found.append({head: _shown(cell) for head, cell in cells.items()})
    return found


def _shown(cell: object) -> str | float | None:
    if isinstance(cell, Text):
        return cell.text
    return cell.value if isinstance(cell, TypedNumber | LiveFormula) else None


def sheet_of(made: Result) -> Sheet:
    return Made("x", made, toy.catalogue()).by_name[DECISIONS]


def places(sheet: Sheet, head: str) -> list[tuple[int, int]]:
    """The cells below a heading that hold a number or a formula."""
    column = next(
        at for (row, at), cell in sheet.cells.items() if row == HEAD and isinstance(cell, Text) and cell.text == head
    )
    return [
        (row, at)
        for (row, at), cell in sheet.cells.items()
        if at == column and isinstance(cell, TypedNumber | LiveFormula)
    ]


WITHOUT = "没有它时的金额（引擎复算）"


def test_every_kind_of_decision_is_listed_with_what_it_is_worth() -> None:
    found = rows(book("decided").by_name[DECISIONS])
    heads = [row for row in found if row["种类"] is not None]
    assert [(row["种类"], row["采用什么"], row["决定人"]) for row in heads] == [
        ("借用期间", "输入 样例湿润度", "科室"),
        ("借用系数", "系数行 TOY-08", "科室"),
        ("替换系数", "TOY-05 110.3 kg/hm2/a → MY-5 200 kg/hm2/a", "（未写明）"),
        ("替换系数", "TOY-07 1400 CNY/t → MY-7 1500 CNY/t", "（未写明）"),
        ("替换系数", "TOY-09 57.3 CNY/tCO2 → TOY-09 60 CNY/tCO2", "（未写明）"),
        ("填报代替公式", "填报的样例季节系数（inputs.csv，1 格：公式也有值 1 格，公式无值 0 格）", "（未写明）"),
    ]
    assert [row["理由"] for row in heads[2:]] == ["（未写明）", "本局测算", "（未写明）", "toy-book：站点观测"]
    assert heads[2]["县"] == "—"
    assert heads[2]["说明"] == "未使用：没有值取自它"
    expected = [
        CARBON[A] * 2 * 60
        + CARBON[B] * ROOT * 60,  # B alone takes its season from the wetness, A's rests on it as well
        CLEANING,
        None,
        2 * 50 * (1500 - 1400),
        (CARBON[A] * 2 + CARBON[B] * ROOT) * (60 - 57.3),
        CARBON[A] * (2 - ROOT) * 60,
    ]
    assert [row["影响"] for row in heads] == [value if value is None else pytest.approx(value) for value in expected]


def test_a_recomputed_decision_has_the_amounts_of_each_county_and_their_sums_first() -> None:
    found = rows(book("decided").by_name[DECISIONS])
    start = next(place for place, row in enumerate(found) if str(row["采用什么"]).startswith("TOY-09"))
    total, first, second = found[start : start + 3]
    assert (total["县"], first["县"], second["县"]) == ("合计（2 个县）", "祁连县", "泽库县")
    for row, code, season in ((first, A, 2), (second, B, ROOT)):
        assert row["现有金额"] == pytest.approx(TOTAL[code])
        assert row[WITHOUT] == pytest.approx(CLEANING + CARBON[code] * season * 57.3)
        assert row["影响"] == pytest.approx(CARBON[code] * season * 2.7)
        assert row["依赖它的样例固碳"] == pytest.approx(CARBON[code] * season * 60)
        assert row["依赖它的样例净化"] == "—"
    assert total["现有金额"] == pytest.approx(TOTAL[A] + TOTAL[B])
    for head in ("现有金额", WITHOUT, "影响"):
        assert total[head] == pytest.approx(float(first[head] or 0) + float(second[head] or 0))
    assert total["说明"] == "影响＝现有金额－没有它时的金额"


def test_the_effect_is_the_imported_total_less_the_recorded_number() -> None:
    sheet = book("decided").by_name[DECISIONS]
    recorded = [place for place in places(sheet, WITHOUT) if isinstance(sheet.cells[place], TypedNumber)]
    assert len(recorded) == 2 + 2 + 1
    for row, column in recorded:
        total, without = a1(row, column - 1), a1(row, column)
        effect = sheet.cells[row, column + 1]
        assert isinstance(effect, LiveFormula)
        assert effect.formula == f"IF(ISNUMBER({total}),{total},0)-IF(ISNUMBER({without}),{without},0)"
        imported = sheet.cells[row, column - 1]
        assert isinstance(imported, LiveFormula)
        assert imported.kind == "import"
        assert imported.formula.startswith("IF(ISNUMBER(分县价值量!")


@pytest.mark.long
@pytest.mark.parametrize("head", [WITHOUT, "影响"])
def test_every_number_of_the_new_columns_is_guarded(head: str, tmp_path: Path) -> None:
    """One fen more is named: a typed number as changed, a cached one as differing from its formula."""
    sheet, package = book("decided").by_name[DECISIONS], Package(book("decided").data)
    cells = places(sheet, head)
    assert len(cells) >= 8
    for place in cells:
        cell, content = a1(*place), sheet.cells[place]
        assert isinstance(content, TypedNumber | LiveFormula)
        assert isinstance(content.value, float)
        xml = package.with_value(DECISIONS, cell, f"{content.value + 0.01:.17g}")
        edit = Edit(DECISIONS, cell, "value", frozenset(), xml)
        found = verify_workbook(write(tmp_path / "x.xlsx", package.edited(edit)), catalogue=toy.catalogue())
        kind = "input" if isinstance(content, TypedNumber) else "value"
        assert [(item.sheet, item.cell, item.kind) for item in found.changes] == [(DECISIONS, cell, kind)]


def test_a_decision_without_any_value_left_shows_a_dash_and_what_is_lost(tmp_path: Path) -> None:
    lines = [
        *toy.whole(),
        Line(C, "toy_load", "1.5", "t/a", item=toy.COD),
        Line(C, "toy_useful", "1.25", "t/a", item=toy.COD),
    ]
    made = Made("lost", decided.result(tmp_path / "a", lines, counties=(A, B, C)), toy.catalogue())
    total, line = rows(made.by_name[DECISIONS])
    assert (total[WITHOUT], line[WITHOUT]) == ("—", "—")
    assert (total["影响"], line["影响"]) == (1.25 * 1400, 1.25 * 1400)
    assert line["说明"] == "没有它则缺：样例净化"
    agrees(made, tmp_path)


def test_a_shipped_row_that_cannot_serve_is_told_and_what_rests_is_summed(tmp_path: Path) -> None:
    changed = {"2020-12-31,,2020,57.3": "2020-12-31,,2015,57.3"}
    made = Made("old", decided.result(tmp_path / "a", toy.whole(), [decided.PRICE], changed=changed), toy.catalogue())
    total, first, _ = rows(made.by_name[DECISIONS])
    assert (total["说明"], first["说明"]) == ("影响＝现有金额－没有它时的金额", "没有它则缺：样例固碳")
    assert first["影响"] == pytest.approx(CARBON[A] * ROOT * 60)
    agrees(made, tmp_path)


def test_the_record_holds_the_row_that_serves_where_the_shipped_one_does_not(tmp_path: Path) -> None:
    """Without the pack the county's row ends in June, and the row of the nation, which nothing uses now, steps in."""
    county = replace(decided.PRICE, row="TOY-10", region=A, value="50", last="2020-06-30")
    own = replace(county, row="MY-10", value="90", last="2020-12-31")
    lines = [item for item in toy.whole() if item.county == A]
    made = Made(
        "fallback", decided.result(tmp_path / "a", lines, [own], added=[county], counties=(A,)), toy.catalogue()
    )
    total, line = rows(made.by_name[DECISIONS])
    shipped_cleaning = 50 * 1400 + 2.5 * 1750.5
    assert line[WITHOUT] == pytest.approx(shipped_cleaning + CARBON[A] * ROOT * 57.3)
    assert total["影响"] == pytest.approx(CARBON[A] * ROOT * (90 - 57.3))
    agrees(made, tmp_path)


def test_an_override_of_an_ecosystem_that_nothing_else_names_keeps_its_name(tmp_path: Path) -> None:
    made = Made("unused", decided.result(tmp_path / "a", toy.whole(), [decided.MARSH]), toy.catalogue())
    (line,) = rows(made.by_name[DECISIONS])
    assert line["用于"] == f"样例净化能力（{made.result.account.coefficients.ecosystems[toy.MARSH].zh}）"
    agrees(made, tmp_path)


def test_shipped_rows_that_contend_contend_in_the_rebuilt_workbook_too(tmp_path: Path) -> None:
    """Two shipped rows of one cell and no document before the other: without the pack the line has no value."""
    other = Coefficient(
        "TOY-11", "toy_carbon_price", first="2020-01-01", last="2020-12-31", price_year="2020", value="70", unit="CNY/tCO2",
        source="baima-2017",
    )  # fmt: skip
    rules = toy.RULES.replace('documents = ["toy-book"]', "documents = []")
    result = decided.result(tmp_path / "a", toy.whole(), [decided.PRICE], added=[other], rules=rules)
    made = Made("contend", result, toy.catalogue())
    (effect,) = effects(result)
    assert (effect.basis, effect.counties[0].lost) == ("recomputed", ("toy_carbon",))
    assert effect.counties[0].amount == pytest.approx(CARBON[A] * ROOT * 60)
    assert effect.what == "TOY-09 57.3 CNY/tCO2、TOY-11 70 CNY/tCO2 → TOY-09 60 CNY/tCO2"
    agrees(made, tmp_path)


def agrees(made: Made, folder: Path) -> None:
    """Another program finds the same numbers, and verify rebuilds the same sheets."""
    path = write(folder / "x.xlsx", made.data)
    assert compared(made, formualizer.recalculate(path)).differing == []
    found = verify_workbook(path, catalogue=toy.catalogue())
    assert [item.text() for item in found.changes] == []
    assert found.same


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = (Made("again", decided.decided(tmp_path / name), toy.catalogue()).data for name in ("一", "二"))
    assert one == other == book("decided").data
