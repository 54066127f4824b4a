"""verify tells the cause of a change from what follows from it, by name and completely."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
from formualizer import ExcelEvaluationError
from openpyxl import load_workbook

from qhgep import verify_workbook
from qhgep.workbook.verify.causes import causes_and_consequences, references
from qhgep.workbook.verify.changes import KINDS as CHANGE_KINDS
from qhgep.workbook.verify.changes import CellChange, differences
from qhgep.workbook.verify.report import verification_text
from qhgep.workbook.verify.verify import Verification
from tests.support.books import NAMES, book
from tests.support.package import Edit, write
from tests.support.result_bodies import body
from tests.support.tampered import judged, moved, package, parsed, recalculated


def test_the_kinds_are_ranked_from_the_record_down_to_texts() -> None:
    assert list(CHANGE_KINDS) == [
        "identity", "record", "input", "formula", "constant", "value", "sheet", "deleted", "added", "text", "appearance",
    ]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "edits"), [("pilot", 40), ("plan", 80), ("prices", 24), ("equivalents", 8), ("issued", 40)]
)
def test_after_a_recalculation_the_edit_is_the_only_cause_and_every_moved_value_its_consequence(
    name: str, edits: int, tmp_path: Path
) -> None:
    """What moved is found by formualizer alone: values of the edited workbook against those of the fresh one.

    A value that moved by more than 1e-8 must be listed, one that did not move at all must not; verify's own tolerance
    decides between. The edits are drawn among cells that a formula may read, so that something follows.
    """
    random, missed, followed, drawn = Random(5), [], 0, 0
    while drawn < edits:
        edit = lively_edit(name, random)
        path = write(tmp_path / "edited.xlsx", package(name).edited(edit))
        try:
            found, values = recalculated(path)
        except (KeyError, ExcelEvaluationError):  # a reference moved onto a cell below: no value can be computed
            continue
        drawn += 1
        causes, consequences = judged(name, found)
        listed = {item.change.place for item in consequences}
        own = {(edit.sheet, edit.cell)}
        wanting = moved(name, values, by=1e-8) - listed - own
        beyond = listed - moved(name, values, by=0.0)
        told = [change.place for change in causes]
        expected = [] if edit.edit == "value" else [(edit.sheet, edit.cell)]
        loose = [item for item in consequences if item.follows_from != tuple(expected) or item.causes != 1]
        if told != expected or wanting or beyond or loose:
            missed.append((edit, told, sorted(wanting)[:3], sorted(beyond)[:3], loose[:3]))
        followed += bool(listed)
    assert [(edit.sheet, edit.cell, edit.edit, *rest) for edit, *rest in missed] == []
    assert followed > edits / 3


def lively_edit(name: str, random: Random) -> Edit:
    """One in four is any edit at all; the others change a cell that a formula reads, so that values follow."""
    pack = package(name)
    if random.random() < 1 / 4:
        return pack.random_edit(random)
    kind = random.choice(("number", "formula", "constant"))
    sheets = {
        sheet: sorted(read_cells_of(name) & {(sheet, cell) for cell in cells})
        for sheet, cells in pack.candidates[kind].items()
    }
    sheet, cell = random.choice(random.choice([cells for _, cells in sorted(sheets.items()) if cells]))
    if kind != "constant":
        return pack.make(kind, sheet, cell, random)
    other = f"{float(pack.cells[sheet][cell].value) * 1.5 + 1!r}"  # another number than the one that was computed
    xml = pack.replaced(sheet, cell, f'<c r="{cell}"{pack.cells[sheet][cell].style}><v>{other}</v></c>')
    return Edit(sheet, cell, kind, frozenset({"constant"}), xml)


@cache
def read_cells_of(name: str) -> frozenset[tuple[str, str]]:
    """The cells that some formula of a book reads."""
    return frozenset(
        place for sheet, _, formula in book(name).formulas() for place in references(formula.formula, sheet.name)
    )


def test_every_formula_of_every_book_is_parsed_into_cells_that_are_there() -> None:
    """The grammar of references is small; each one that the layout makes points into a sheet of the book."""
    counts = Counter[str]()
    for name in NAMES:
        names = {sheet.name for sheet in book(name).sheets}
        for sheet, _, formula in book(name).formulas():
            found = list(references(formula.formula, sheet.name))
            counts[name] += len(found)
            assert found
            assert {place[0] for place in found} <= names
    assert min(counts.values()) >= 200


# --- in words -----------------------------------------------------------------------------------


def verification(name: str, edits: Mapping[tuple[str, str], str], path: Path) -> Verification:
    """What verify finds in a workbook with some numbers changed and then recalculated."""
    parts, pack = {}, package(name)
    for (sheet, cell), value in edits.items():
        assert pack.part_of[sheet] not in parts, "one edit a sheet"
        parts[pack.part_of[sheet]] = pack.with_value(sheet, cell, value)
    found, _ = recalculated(write(path, pack.packed(parts)))
    causes, consequences = judged(name, found)
    return Verification("x.xlsx", tuple(causes), tuple(consequences), 10, 5)


def test_a_changed_coefficient_is_told_with_its_row_and_what_it_does_to_each_county(tmp_path: Path) -> None:
    """7.06 → 8: water is worth 0.94 yuan more a cubic metre, and 5,423,696,831.46 m³ are kept.

    Grassland is counted, by the areas of the five counties: 71,019.5 of 74,973.9 km².
    """
    grassland = 13223.7 + 6566.9 + 13278.6 + 15343.7 + 22606.6
    assert f"{grassland / (13908.9 + 6567.8 + 13487.7 + 15395.7 + 25613.8):.1%}" == "94.7%"
    found = verification("pilot", {("系数", "F8"): "8"}, tmp_path / "x.xlsx")
    assert f"{5423696831.46 * 0.94:,.2f}" == "5,098,275,021.57"
    assert verification_text(found, "zh").splitlines() == [
        "原因 1 处",
        "  系数!F8  系数 GZ-05 水库单位库容造价  数值改动：7.06 → 8",
        "后果 188 处",
        "  封面!B13  表内勾稽：通过 → 已改动：与清单记录不一致",
        "  封面!B14  已核算指标合计（2/20 项）（万元/a）：4176520.34506669 → 4686347.84722393",
        "  封面!D14  已核算指标合计（2/20 项）（亿元/a）：417.652034506669 → 468.634784722393",
        "  封面!D10  假定：4176520.34506669 → 4686347.84722393",
        "  分县价值量!I7  已核算指标合计（2/20 项） 合计（元/a（2010 年价））：41,765,203,450.67 → 46,863,478,472.24（+5,098,275,021.57 元）",
        "  分县价值量!J7  已核算指标合计（2/20 项） 祁连县（元/a（2010 年价））：12,111,859,767.17 → 13,643,767,227.89（+1,531,907,460.72 元）",
        "  分县价值量!L7  已核算指标合计（2/20 项） 玛沁县（元/a（2010 年价））：11,931,560,478.68 → 13,425,117,754.36（+1,493,557,275.67 元）",
        "  分县价值量!M7  已核算指标合计（2/20 项） 玉树市（元/a（2010 年价））：6,671,667,785.39 → 7,458,224,574.88（+786,556,789.50 元）",
        "  分县价值量!K7  已核算指标合计（2/20 项） 泽库县（元/a（2010 年价））：5,959,271,143.54 → 6,705,701,456.97（+746,430,313.43 元）",
        "  分县价值量!N7  已核算指标合计（2/20 项） 天峻县（元/a（2010 年价））：5,090,844,275.89 → 5,630,667,458.14（+539,823,182.25 元）",
        "  分县价值量!I8  水源涵养 合计（元/a（2010 年价））：38,291,299,630.11 → 43,389,574,651.68（+5,098,275,021.57 元）",
        "  分县价值量!J8  水源涵养 祁连县（元/a（2010 年价））：11,505,602,843.28 → 13,037,510,304.00（+1,531,907,460.72 元）",
        "  其余 176 处：汇总 7、分县价值量 16、生态系统价值量 1、计算_水源涵养_县域 10、计算_证据 11、系数 1、判断事项 113、校验 17",
        "不同：原因 1 处，后果 188 处（单元格 10，公式 5）",
    ]  # fmt: skip


def test_where_there_are_several_causes_each_consequence_names_its_own(tmp_path: Path) -> None:
    edits = {("输入_县域", "D7"): "450", ("系数", "F9"): "400"}
    found = verification("pilot", edits, tmp_path / "x.xlsx")
    told = verification_text(found, "zh").splitlines()
    assert told[:3] == [
        "原因 2 处", "  系数!F9  系数 GZ-26 二氧化碳价格  数值改动：380 → 400", "  输入_县域!D7  输入 祁连县 年降水量（mm/a）  数值改动：420 → 450",
    ]  # fmt: skip
    by_place = {item.change.place: item for item in found.consequences}
    assert by_place["分县价值量", "J8"].follows_from == (("输入_县域", "D7"),)
    assert by_place["分县价值量", "K9"].follows_from == (("系数", "F9"),)
    assert by_place["分县价值量", "J7"].follows_from == (("系数", "F9"), ("输入_县域", "D7"))
    assert by_place["分县价值量", "J7"].causes == 2
    line = next(line for line in told if line.startswith("  分县价值量!J7"))
    assert line.endswith("　因 系数!F9、输入_县域!D7")
    english = verification_text(found, "en").splitlines()
    assert english[:2] == ["causes: 2", "  系数!F9  系数 GZ-26 二氧化碳价格  number changed: 380 → 400"]
    assert next(line for line in english if line.startswith("  分县价值量!J7")).endswith("  from 系数!F9、输入_县域!D7")
    assert english[-1].startswith("differs: 2 cause(s), ")


def test_a_consequence_names_three_of_its_causes_and_counts_them(tmp_path: Path) -> None:
    pack = package("pilot")
    xml = pack.xml("输入_县域")
    for cell, old, new in (
        ("D7", "420", "450"),
        ("D8", "525.2", "500"),
        ("D9", "540.6", "500"),
        ("D10", "488.7", "500"),
    ):
        xml, count = re.subn(rf'(<c r="{cell}"[^>]*><v>){re.escape(old)}<', rf"\g<1>{new}<", xml)
        assert count == 1
    found, _ = recalculated(write(tmp_path / "x.xlsx", pack.packed({pack.part_of["输入_县域"]: xml})))
    causes, consequences = judged("pilot", found)
    assert len(causes) == 4
    total = next(item for item in consequences if item.change.place == ("汇总", "F7"))
    assert total.causes == 4
    assert total.follows_from == tuple(("输入_县域", cell) for cell in ("D7", "D8", "D9"))
    told = verification_text(Verification("x.xlsx", tuple(causes), tuple(consequences), 1, 1), "zh")
    assert "　因 输入_县域!D7、输入_县域!D8、输入_县域!D9 等 4 处" in told


def test_a_forged_number_is_a_cause_and_what_was_made_to_fit_it_follows(tmp_path: Path) -> None:
    """The total of a county is forged; 万元 beside it and the sum above are made to fit; no formula was touched."""
    pack, sheet = package("pilot"), "分县价值量"
    xml = pack.xml(sheet)
    old = {cell: float(pack.cells[sheet][cell].value) for cell in ("J7", "I7")}
    for cell, value in old.items():
        xml = xml.replace(f"<v>{pack.cells[sheet][cell].value}</v>", f"<v>{value + 1e6!r}</v>")
    found = verify_workbook(write(tmp_path / "x.xlsx", pack.packed({pack.part_of[sheet]: xml})))
    assert [item.place for item in found.causes] == [(sheet, "J7")]
    assert [(item.change.place, item.follows_from) for item in found.consequences] == [
        ((sheet, "I7"), ((sheet, "J7"),))
    ]
    assert verification_text(found, "zh").splitlines()[1] == (
        "  分县价值量!J7  已核算指标合计（2/20 项） 祁连县（元/a（2010 年价））  公式的值不符："
        f"{old['J7']!r} → {old['J7'] + 1e6!r}（公式所读的都没有变：伪造的或未重算的数）"
    )
    assert (
        verification_text(found, "en")
        .splitlines()[1]
        .endswith(" (nothing that its formula reads has changed: a forged or stale number)")
    )


def test_a_stale_number_below_a_cause_is_a_cause_where_nothing_between_has_moved(tmp_path: Path) -> None:
    """An input was changed and nothing recalculated; that the forged total lies below the input excuses it not."""
    pack = package("pilot")
    edits = {
        pack.part_of["输入_县域"]: pack.with_value("输入_县域", "D7", "450"),
        pack.part_of["汇总"]: pack.with_value("汇总", "H8", "500"),
    }
    found = verify_workbook(write(tmp_path / "x.xlsx", pack.packed(edits)))
    assert [item.place for item in found.causes] == [("输入_县域", "D7"), ("汇总", "H8")]
    assert found.consequences == ()


def test_the_verdicts_of_a_changed_input_and_of_a_broken_sum_are_two_words(tmp_path: Path) -> None:
    """已改动 where the workbook agrees with itself but not with its record; 不通过 where it does not add up."""
    pack = package("pilot")
    changed = write(tmp_path / "a.xlsx", pack.packed({pack.part_of["系数"]: pack.with_value("系数", "F8", "8")}))
    assert recalculated(changed)[1]["封面", "B13"] == "已改动：与清单记录不一致"
    typed = f'<c r="F8"{pack.cells["汇总"]["F8"].style}><v>1</v></c>'
    broken = write(tmp_path / "b.xlsx", pack.packed({pack.part_of["汇总"]: pack.replaced("汇总", "F8", typed)}))
    assert recalculated(broken)[1]["封面", "B13"] == "不通过"
    assert recalculated(write(tmp_path / "c.xlsx", book("pilot").data))[1]["封面", "B13"] == "通过"


def test_many_causes_of_one_kind_are_counted_and_notes_are_told_in_both_languages(tmp_path: Path) -> None:
    made = CellChange("表", "A1", "text", "甲", "乙")
    many = Verification("x.xlsx", (made,) * 50, (), 10, 5)
    assert verification_text(many, "zh").splitlines()[-2:] == [
        "  其余 10 处见 --json",
        "不同：原因 50 处，后果 0 处（单元格 10，公式 5）",
    ]
    assert verification_text(many, "en").splitlines()[-2] == "  10 more: see --json"
    copy = load_workbook(write(tmp_path / "x.xlsx", book("plan").data))
    copy.save(tmp_path / "x.xlsx")
    found = verify_workbook(tmp_path / "x.xlsx")
    cells = f"（单元格 {found.cells}，公式 {found.formulas}）"
    assert verification_text(found, "zh").splitlines() == [
        "公式没有改动，也没有数值：请用 Excel、WPS 或 LibreOffice 打开并保存（重算）后再核验",
        "外观按显示核对（由 openpyxl 另存；字体、主题、冻结窗格等另存时会改写的不比）", f"未能核验{cells}",
    ]  # fmt: skip
    assert verification_text(found, "en").splitlines()[0] == (
        "the formulas are unchanged and have no values: open and save with Excel, WPS or LibreOffice (recalculate), then verify again"
    )


def test_a_sheet_that_is_gone_is_the_cause_of_what_its_absence_does() -> None:
    """The formulas that read it have no values any more once another program computed them."""
    sheets = parsed("plan")[1]
    cells = {name: dict(page) for name, page in parsed("plan")[0].items() if name != "参数"}
    cells["测算过程"]["C7"] = replace(cells["测算过程"]["C7"], value="#REF!")
    causes, consequences = causes_and_consequences(list(differences(sheets, cells)), sheets, cells)
    assert [(item.sheet, item.kind) for item in causes] == [("参数", "sheet")]
    assert [(item.change.place, item.follows_from) for item in consequences] == [
        (("测算过程", "C7"), (("参数", "A1"),))
    ]


def test_the_json_of_a_verification_has_every_cause_and_every_consequence(tmp_path: Path) -> None:
    found = body(verification("plan", {("参数", "C5"): "100000001"}, tmp_path / "x.xlsx"))
    roles = Counter(item["role"] for item in found["changes"])
    assert roles["cause"] == 1
    assert roles["consequence"] > 50
    first = next(item for item in found["changes"] if item["role"] == "consequence")
    assert first == {
        "sheet": "封面", "cell": "B8", "kind": "value", "expected": "100000000.0", "found": "100000001.0", "what": "资金总额（元）",
        "role": "consequence", "follows_from": [["参数", "C5"]], "causes": 1,
    }  # fmt: skip
    assert (found["store"], found["files"], found["notes"]) == ([], None, [])
