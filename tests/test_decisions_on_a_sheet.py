"""决定.xlsx: the decisions of an account on a sheet, the same account as with the same entries in account.toml."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from qhgep import compute, read_account
from qhgep.account.decision_book import CHOICE, CODE, DAY, FILE, HEADINGS, KIND, LAND, REASON, SHEET, TOP, WHO
from qhgep.catalogue import shipped
from qhgep.errors import AccountError
from qhgep.packs.library import coefficients
from qhgep.preparation.check_returned import check_file
from qhgep.preparation.start import start
from tests.support.accounts import Line, table
from tests.test_cli import run
from tests.test_start import DAY as TODAY
from tests.test_start import LINES

Fill = dict[str, str]
WHO_DECIDED = "祁连县财政局 张三"
MEADOW = (
    {KIND: "系数", CODE: "runoff_coefficient", LAND: "grassland"},
    {CHOICE: "RC-高寒草甸：8.2 %，全国", REASON: "以草甸为主", WHO: WHO_DECIDED, DAY: "2026年11月20日"},
)
CARBON = (
    {KIND: "方法", CODE: "carbon_value_total"},
    {CHOICE: "afforestation_cost", REASON: "本县没有碳交易", WHO: WHO_DECIDED},
)
PEOPLE = ({KIND: "期间", CODE: "population"}, {CHOICE: "2001-2019", REASON: "没有当年数", WHO: WHO_DECIDED})
INDEX = ({KIND: "价格折算"}, {CHOICE: "cpi_china", REASON: "居民消费价格", WHO: WHO_DECIDED})
CROPS = ({KIND: "不核算", CODE: "crops"}, {CHOICE: "未核算", REASON: "没有分品种产量", WHO: WHO_DECIDED})
PROPOSED = ("water_yield", "water_retained", "carbon_dioxide_fixed", "oxygen_released")
TOML = (
    "".join(
        f'[[method]]\nquantity = "{name}"\nmethod = "{method}"\nreason = "所填数据只够这一种方法"\ndecided_by = "待定"\n'
        for name, method in zip(
            PROPOSED, ("volume_over_area", "water_retention_from_yield", "nep", "molar_mass"), strict=True
        )
    )
    + f"""
[[method]]
quantity = "carbon_value_total"
method = "afforestation_cost"
reason = "本县没有碳交易"
decided_by = "{WHO_DECIDED}"
[[adopt]]
row = "RC-高寒草甸"
for = "runoff_coefficient"
ecosystem = "grassland"
reason = "以草甸为主"
decided_by = "{WHO_DECIDED}（2026-11-20）"
[[not_covered]]
indicator = "crops"
reason = "没有分品种产量"
decided_by = "{WHO_DECIDED}"
[deflate]
series = "cpi_china"
reason = "居民消费价格"
decided_by = "{WHO_DECIDED}"
"""
)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that start made with the sheet; no test changes it."""
    place = tmp_path_factory.mktemp("sheet")
    data = place / "祁连县 2022.csv"
    data.write_text(table(tuple(item for item in LINES if item.ecosystem != "forest")), encoding="utf-8")
    return start([data], place / "账户", on=TODAY, ruleset="county-general", sheet=True).folder


@pytest.fixture
def folder(begun: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(begun, tmp_path / "账户"))


def filled(folder: Path, *lines: tuple[Fill, Fill]) -> dict[str, int]:
    """Type into the lines that the keys name; the row of each line by its code."""
    book = load_workbook(folder / FILE)
    sheet, at = book[SHEET], {name: number for number, name in enumerate(HEADINGS, start=1)}
    rows: dict[str, int] = {}
    for keys, typed in lines:
        same = [
            row for row in range(TOP + 2, sheet.max_row + 1)
            if all((sheet.cell(row, at[name]).value or "") == text for name, text in keys.items())
        ]  # fmt: skip
        assert len(same) == 1, keys
        rows[keys.get(CODE, "")] = same[0]
        for name, text in typed.items():
            sheet.cell(same[0], at[name]).value = text or None
    book.save(folder / FILE)
    return rows


def refused(folder: Path) -> list[str]:
    with pytest.raises(AccountError) as caught:
        read_account(folder)
    return caught.value.text().splitlines()


def test_start_writes_a_line_for_each_open_decision_and_none_of_them_into_account_toml(folder: Path) -> None:
    sheet = load_workbook(folder / FILE)[SHEET]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=TOP + 2)]
    kinds = [line[0] for line in lines]
    assert (kinds.count("方法"), kinds.count("期间"), kinds.count("价格折算")) == (6, 1, 1)
    assert [line[7] for line in lines if line[5] == "待定"] == list(PROPOSED)
    runoff = next(line for line in lines if line[7] == "runoff_coefficient")
    assert sum(text.startswith("RC-") for text in runoff[2].splitlines()) == 18
    paper = "中国生态系统水源涵养空间特征及其影响因素，2017 表 2，高寒草甸"
    assert f"RC-高寒草甸：8.2 %，全国，2010-01-01 至 2010-12-31，高寒草甸，文献（{paper}）" in runoff[2]
    toml = (folder / "account.toml").read_text(encoding="utf-8")
    assert 'decisions = "决定.xlsx"' in toml
    assert "[[" not in toml


def test_lands_items_units_and_documents_stand_in_chinese_and_ids_only_in_the_columns_for_programs(
    tmp_path: Path,
) -> None:
    """Prices of products, sectors, pollutants and lands are to be chosen, and products and lands are said not to apply."""
    given = (
        ("water_used", "", "domestic", "400", "万m3/a"), ("air_pollutant_emitted", "", "so2", "500", "t/a"),
        ("water_pollutant_discharged", "", "cod", "600", "t/a"),
        ("area", "forest", "", "50000", "hm2"), ("pest_controlled_area", "forest", "", "1000", "hm2/a"), ("timber_output", "", "", "5000", "m3/a"),
        ("crop_product_output", "", "beans", "", ""), ("net_ecosystem_productivity", "forest", "", "", ""),
    )  # fmt: skip
    lines = [
        Line(name, value, unit, county="632222", first="2022", ecosystem=land, item=item,
             presence="value" if value else "not_applicable", note="" if value else "没有")
        for name, land, item, value, unit in given
    ]  # fmt: skip
    (tmp_path / "数据.csv").write_text(table(lines), encoding="utf-8")
    start([tmp_path / "数据.csv"], tmp_path / "账户", on=TODAY, ruleset="county-general", sheet=True)
    sheet = load_workbook(tmp_path / "账户" / FILE)[SHEET]
    said = "\n".join(
        str(cell.value) for row in sheet.iter_rows(min_row=TOP + 2, max_col=7) for cell in row if cell.value
    )
    assert all(
        word in said for word in ("生活用水", "二氧化硫", "化学需氧量", "豆类", "森林", "元/m³", "（2010 年价）")
    )
    members = {name for item in shipped().lists.values() for name in item.members}
    ids = {*members, *coefficients().ecosystems, *coefficients().sources, "CNY", "hm2"}
    words = set(re.findall(r"[A-Za-z][A-Za-z0-9_-]{2,}", said))
    assert words & ids <= {"qhgep"}  # the command


def test_every_choice_of_a_line_stands_in_its_list(folder: Path) -> None:
    book = load_workbook(folder / FILE)
    sheet = book[SHEET]
    lists = {str(item.sqref): item.formula1 for item in sheet.data_validations.dataValidation if item.type == "list"}
    for row in range(TOP + 2, sheet.max_row + 1):
        seen = str(sheet.cell(row, 3).value or "").splitlines()
        if not (block := lists.get(f"D{row}")):
            assert seen[0].startswith("库中没有可借用的行")
            continue
        first, last = (int(part.rpartition("$")[2]) for part in block.split(":"))
        listed = [book["选项"].cell(line, 2).value for line in range(first, last + 1)]
        assert listed == seen[: len(listed)]
        assert all(text.startswith("价格年份不明、不能在这里选的：") for text in seen[len(listed) :])


def test_a_clerk_sees_no_id_of_the_program_where_a_name_says_it(folder: Path) -> None:
    """A method is its formula, an ecosystem its name; the ids stand in the grey columns and on 选项 for programs."""
    book = load_workbook(folder / FILE)
    lines = [[str(cell.value or "") for cell in row] for row in book[SHEET].iter_rows(min_row=TOP + 2)]
    methods = [line for line in lines if line[0] == "方法"]
    assert all(not re.search(r"[a-z]{3,}_[a-z]+", line[column]) for line in methods for column in range(7))
    assert any(re.match(r"地表径流系数（[一-龥]+）：缺", line[1]) for line in lines)
    assert all(not re.search(r"[a-z]{3,}_[a-z]+", line[1]) for line in lines)
    chosen = next(line[3] for line in methods if line[7] == "water_yield")
    (code,) = {
        row[2].value for row in book["选项"].iter_rows() if row[1].value == chosen and "产水深" in str(row[0].value)
    }
    assert code == "volume_over_area"


def test_a_row_whose_price_year_nobody_knows_is_named_and_not_offered(folder: Path) -> None:
    """CB-7 and CB-8 state no year of prices: no index carries them, and the sheet cannot say the year."""
    sheet = load_workbook(folder / FILE)[SHEET]
    texts = [str(sheet.cell(row, 3).value or "") for row in range(TOP + 2, sheet.max_row + 1)]
    (carbon,) = [text for text in texts if "不能在这里选的：CB-7" in text]
    assert "CB-7：" not in carbon
    assert carbon.splitlines()[-1] == (
        "价格年份不明、不能在这里选的：CB-7、CB-8。确要借用，写在 account.toml 的 [[adopt]]，加 price_year = 年份并说明依据。"
    )


def test_the_sheet_gives_the_account_that_the_same_entries_of_account_toml_give(folder: Path) -> None:
    """12e8 m³ over 1,390,890 hm² is 86.275 mm; 1,322,370 hm² of meadow keep it less 8.2 % of 420 mm, at 10 m³ a millimetre."""
    filled(folder, MEADOW, CARBON, INDEX, CROPS)
    by_sheet = read_account(folder)
    assert by_sheet.adoptions[0].decided_by == "祁连县财政局 张三（2026-11-20）"
    made = compute(by_sheet)
    depth = 12e8 / (1390890 * 10_000) * 1000
    retained = made.value("water_retained_total", county="632222", period="2022").value
    assert retained == pytest.approx(1322370 * (depth - 420 * 0.082) * 10, rel=1e-12)
    toml = folder / "account.toml"
    text = toml.read_text(encoding="utf-8").replace('decisions = "决定.xlsx"\n', "")
    toml.write_text(text + TOML, encoding="utf-8")
    assert compute(read_account(folder)).run_id == made.run_id
    assert set(by_sheet.hashes or {}) - set(read_account(folder).hashes or {}) == {FILE}


def test_a_period_of_the_sheet_is_adopted(folder: Path) -> None:
    filled(folder, PEOPLE)
    assert [(item.quantity, item.from_period) for item in read_account(folder).adoptions] == [
        ("population", "2001-2019")
    ]


def test_a_line_without_a_choice_decides_nothing(folder: Path) -> None:
    account = read_account(folder)
    assert (account.adoptions, account.not_covered, account.deflation) == ((), (), None)
    assert [item.quantity for item in account.methods] == list(PROPOSED)


def test_what_both_say_is_an_error_that_names_both(folder: Path) -> None:
    rows = filled(folder, MEADOW, CARBON, INDEX, CROPS)
    toml = folder / "account.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + TOML, encoding="utf-8")
    method, adopt, gap = (rows[name] for name in ("carbon_value_total", "runoff_coefficient", "crops"))
    rest = "account.toml 与 决定 表只在一处填；留下作数的一处：清空这一行的选择，或从 account.toml 删去那一段。"
    found = refused(folder)
    assert f"决定.xlsx › 决定 › D{method}  这一项在 account.toml [[method]] 5 也作了判断；{rest}" in found
    assert f"决定.xlsx › 决定 › D{adopt}  这一项在 account.toml [[adopt]] 1 也作了判断；{rest}" in found
    assert f"决定.xlsx › 决定 › D{gap}  这一项在 account.toml [[not_covered]] 1 也作了判断；{rest}" in found
    assert f"决定.xlsx › 决定 › D{rows['']}  这一项在 account.toml [deflate] 也作了判断；{rest}" in found


FAULTS: tuple[tuple[Fill, Fill, str, str], ...] = (
    (CARBON[0], {REASON: "理由", WHO: "张三"}, "D",
     "“固定二氧化碳价值合计：怎样算” 填了 理由、决定人，没有选择；先从列表中选一个；在该格选定；还没有决定就把那几格清空。"),
    (CROPS[0], {CHOICE: "核算", REASON: "理由", WHO: "张三"}, "D", "选择为 “核算”；“未核算”，或空白；从下拉列表中选；不这样定的空着。"),
    (CARBON[0], {CHOICE: "afforestation_cost", REASON: "理由", WHO: "张三", DAY: "上月"}, "G",
     "决定日期 “上月” 没有写到日，或不是日期；日期，如 2026-11-28；写明年月日，或留空。"),
    (CARBON[0], {CHOICE: "afforestation_cost", WHO: "张三"}, "D", "没有写理由（reason）或决定人（decided_by）；每个判断都写明理由和决定人；补写。"),
    (CARBON[0], {KIND: "作法"}, "A", "种类为 “作法”；其中之一：方法、系数、期间、价格折算、不核算、不适用；恢复该格原来的字；不用的行不填选择即可。"),
)  # fmt: skip


@pytest.mark.parametrize(("keys", "typed", "column", "told"), FAULTS)
def test_a_fault_of_a_line_is_told_at_its_cell(folder: Path, keys: Fill, typed: Fill, column: str, told: str) -> None:
    row = next(iter(filled(folder, (keys, typed)).values()))
    assert refused(folder) == [f"决定.xlsx › 决定 › {column}{row}  {told}"]


def _without_sheet(path: Path) -> None:
    book = load_workbook(path)
    book[SHEET].title = "别的"
    book.save(path)


def _other_heading(path: Path) -> None:
    book = load_workbook(path)
    book[SHEET]["D4"] = "选择"
    book.save(path)


BOOKS: tuple[tuple[Callable[[Path], None], str], ...] = (
    (_without_sheet,
     ("决定.xlsx  没有 决定 这张表（有：别的、选项）；qhgep start 加 --sheet 写出的 决定.xlsx；"
      "改正 account.toml 的 decisions，或把 决定 表放回该工作簿。")),
    (_other_heading, "决定.xlsx › 决定 › D4  表头是 “选择”；“选择【选】”；列的次序和表头不能改；把移动或改名的列放回原处。"),
    (Path.unlink, "决定.xlsx  没有这个文件"),
)  # fmt: skip


@pytest.mark.parametrize(("spoil", "told"), BOOKS)
def test_a_book_that_is_no_sheet_of_decisions_is_told(folder: Path, spoil: Callable[[Path], None], told: str) -> None:
    spoil(folder / FILE)
    assert refused(folder)[0].startswith(told)


def test_check_reads_the_sheet_as_an_account_does(folder: Path) -> None:
    rows = filled(folder, MEADOW, (CARBON[0], {CHOICE: "afforestation_cost", WHO: "张三"}))
    found = check_file(folder / FILE)
    assert [(item.kind, item.rows) for item in found.reading.sheets] == [("decisions", 6), ("left", 0)]
    assert [(item.code, item.where) for item in found.problems if item.severity == "error"] == [
        ("adopt_reason", f"决定.xlsx › 决定 › D{rows['carbon_value_total']}")
    ]
    assert [item.code for item in found.problems if item.severity == "warning"] == ["decision_open"] * 4


def test_nobody_has_decided_on_the_sheet_is_an_error_in_a_review(folder: Path) -> None:
    toml = folder / "account.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('state = "draft"', 'state = "review"'), encoding="utf-8")
    assert sum(line.startswith("决定.xlsx › 决定 › D") and "还没有人决定" in line for line in refused(folder)) == 4


def test_the_decisions_of_a_sheet_leave_the_folder_no_more_than_other_files(folder: Path) -> None:
    toml = folder / "account.toml"
    text = toml.read_text(encoding="utf-8").replace('decisions = "决定.xlsx"', 'decisions = "../决定.xlsx"')
    toml.write_text(text, encoding="utf-8")
    assert "account.toml" in refused(folder)[0]


def test_a_decision_in_memory_takes_the_hash_of_the_sheet_away_with_that_of_account_toml(folder: Path) -> None:
    account = read_account(folder).with_adoption(
        quantity="population", from_period="2001-2019", reason="没有当年数", decided_by="张三"
    )
    assert set(compute(account).account.hashes or {}) >= {FILE}
    from qhgep.account.hashes import changed_files

    assert changed_files(account) == ("account.toml", FILE)


def test_the_verb_says_where_to_decide(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text(table(LINES[:5]), encoding="utf-8")
    found = run(
        "start", data, "--ruleset", "county-general", "--date", "2026-11-28", "--sheet", "-o", tmp_path / "账户"
    )
    assert found.exit_code == 0, found.stderr
    assert (
        "各表已复制进 账户：以后发现的错，改 账户 里的那一份\n"
        "下一步：打开 账户/决定.xlsx，在“决定”表里选定并写明理由、决定人、日期，保存后 qhgep account 账户 -o 结果.xlsx"
        in found.stdout
    )


def test_the_same_tables_give_the_same_sheet(begun: Path, tmp_path: Path) -> None:
    again = start([begun / "祁连县 2022.csv"], tmp_path / "账户", on=TODAY, ruleset="county-general", sheet=True).folder
    assert (again / FILE).read_bytes() == (begun / FILE).read_bytes()
