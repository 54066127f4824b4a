"""The data-entry template: it asks what the ruleset needs and nothing else, guides the hand, and is the same every time."""

import re
import subprocess
import sys
import tomllib
from fractions import Fraction
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from qhgep.catalogue import shipped
from qhgep.errors import RulesetError, WorkbookError
from qhgep.expr import Quantity
from qhgep.inputs import read_counties
from qhgep.inputs.form.schema import FIRST, FIRST_SOURCE, IDS, SOURCES, STATES, UNITS, schema_of
from qhgep.packs.library import coefficients
from qhgep.quantities import quantity
from qhgep.ruleset_store.ruleset import Ruleset, rulesets
from qhgep.units import dimension, factor, spelled, unit
from qhgep.workbook.forms import asked, template_bytes, template_sheets, write_template
from qhgep.workbook.forms.offers import offers, offers_for, preset
from tests.support.command_line import COMMAND
from tests.support.forms import LANDS, RULES, form, opened, raw, template

ROOT = Path(__file__).parent.parent
SHEETS = [
    "填报说明", "表1_县域", "表2_生态系统面积", "表3_净生态系统生产力", "来源", "自检", "自检_面积", "选项", "限值", "清单",
]  # fmt: skip


def needed(rules: Ruleset) -> set[str]:
    return {item.name for item in rules.asked if not item.is_coefficient and item.name != "days_in_period"}


# --- what is asked ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(rulesets()))
def test_a_form_asks_every_leaf_that_is_no_coefficient_and_nothing_else(name: str) -> None:
    found = form(LANDS, name).schema
    assert {field.quantity for sheet in found.sheets for field in sheet.fields} == needed(rulesets()[name])
    fields = [field.id for sheet in found.sheets for field in sheet.fields]
    assert len(fields) == len(set(fields))


@pytest.mark.parametrize("name", sorted(rulesets()))
def test_a_sheet_has_one_row_key(name: str) -> None:
    """By county; by county and item list; ecosystems go across, one quantity a sheet."""
    rules, seen = rulesets()[name], set()
    for sheet in form(LANDS, name).schema.sheets:
        kinds = set()
        for field in sheet.fields:
            axes = rules.catalogue.vocabulary[field.quantity].axes
            own = field.quantity if "ecosystem" in axes else ""
            kinds.add((tuple(axis for axis in axes if axis in rules.catalogue.lists), own))
        assert len(kinds) == 1
        assert not kinds & seen
        seen |= kinds


def test_the_whole_province_has_the_units_of_its_year() -> None:
    def codes(year: int) -> list[str]:
        found = asked(rulesets()[RULES], coefficients(), region="青海", year=year)
        return [code for code, _ in found.schema.counties]

    assert len(codes(2024)) == 45
    assert "632701" in codes(2024)
    assert ("632721" in codes(2010), "632701" in codes(2010), "632121" in codes(2010)) == (True, False, True)
    table = read_counties().by_code
    assert {table[code].kind for code in codes(2010)} == {"county"}


@pytest.mark.parametrize(("year", "code"), [(2012, "632100"), (2013, "630200")])
def test_the_beginning_of_a_name_is_the_region_of_that_year(year: int, code: str) -> None:
    assert asked(rulesets()[RULES], coefficients(), region="海东", year=year).region.code == code


@pytest.mark.parametrize("region", ["青海", "青海省", "630000"])
def test_a_region_has_a_name_and_a_code(region: str) -> None:
    assert asked(rulesets()[RULES], coefficients(), region=region, year=2024).region.code == "630000"


def lands() -> str:
    """Every registered land with its name, as ecosystems.toml has them, without the three that are no land."""
    with (ROOT / "coefficients" / "ecosystems.toml").open("rb") as file:
        known = tomllib.load(file)
    none = {"schema", "all", "none", "unclassified"}
    return "、".join(f"{name} {entry['zh']}" for name, entry in known.items() if name not in none)


ASKED = {
    "form_region": ({"region": "海"}, (
        "--region  地区 “海” 不是县级以上的地区，或不止一个；460000 海南省、460100 海口市、630200 海东市、632200 海北藏族自治州、"
        "632500 海南藏族自治州、632800 海西蒙古族藏族自治州；写省、市、州的全称或六位代码。"
    )),
    "form_year": ({"year": 24}, "--year  年度 24 不能用；1900 至 2099；改正 --year。"),
    "form_units": ({"region": "海东市", "year": 2012}, (
        "--year  630200 海东市 在 2012 年没有县级单位；630202 乐都区（2013-01-01 至 今）、630203 平安区（2015-01-01 至 今）、"
        "630221 平安县（2013-01-01 至 2014-12-31）、630222 民和回族土族自治县（2013-01-01 至 今）、"
        "630223 互助土族自治县（2013-01-01 至 今）、630224 化隆回族自治县（2013-01-01 至 今）、"
        "630225 循化撒拉族自治县（2013-01-01 至 今）；改正 --year 或 --region。"
    )),
    "form_county_several": ({"region": "青海", "counties": ["玛", "玛沁"]}, (
        "--counties  “玛” 是青海省 2024 年几个县级单位名称的开头；632621 玛沁县、632626 玛多县；写全名（同名的在前面写市州名）或六位区划代码。"
    )),
    "form_county_then": ({"region": "青海", "counties": ["玉树县"]}, (
        "--counties  “玉树县”（632721 玉树县）不是 2024 年的名称或代码；当年的县级单位：632701 玉树市；改写为当年的名称。"
    )),
    "form_county": ({"counties": ["632222"]}, (
        "--counties  “632222” 不是果洛藏族自治州 2024 年的县级单位；632621 玛沁县、632622 班玛县、632623 甘德县、632624 达日县、"
        "632625 久治县、632626 玛多县；最接近的是 632622 班玛县；改正 --counties；县表里没有的单位写成 六位代码=名称 来声明，如 990101=甲县。"
    )),
    "form_ecosystem": ({"ecosystems": ["grass"]}, (
        f"--ecosystems  生态系统 “grass” 没有登记；{lands()}；改正 --ecosystems。"
    )),
    "form_inside": ({"ecosystems": ["forest,forest.mixed"]}, (
        "--ecosystems  生态系统 forest.mixed 是 forest 的一部分，两个都填会重复计算；互不包含的生态系统；只留一个。"
    )),
}  # fmt: skip


@pytest.mark.parametrize("code", ASKED)
def test_what_is_not_known_is_told_with_what_there_is(code: str, tmp_path: Path) -> None:
    changed, says = ASKED[code]
    options: dict[str, object] = {"region": "果洛", "year": 2024, "ruleset": RULES} | changed
    with pytest.raises(WorkbookError) as raised:
        write_template(tmp_path / "x.xlsx", **options)  # type: ignore[arg-type] # options of several types
    assert [item.code for item in raised.value.problems] == [code]
    assert str(raised.value) == says
    assert not list(tmp_path.iterdir())


def test_an_unknown_region_lists_the_provinces() -> None:
    with pytest.raises(WorkbookError, match=r"地区 “川” .*；110000 北京市、120000 天津市、.*820000 澳门特别行政区；"):
        asked(rulesets()[RULES], coefficients(), region="川", year=2024)


# The list of the ministry of 2026 as counties.csv has it; 阿坝 has 13 counties, 马尔康 a city since 2015.
@pytest.mark.parametrize(
    ("region", "year", "counties", "expected"),
    [
        ("四川", 2024, ["成都市青羊区"], {"510105": "青羊区"}), ("5132", 2024, ["马尔康"], {"513201": "马尔康市"}),
        ("阿坝州", 2014, ["马尔康"], {"513229": "马尔康县"}), ("江苏省", 2024, ["南京市鼓楼区"], {"320106": "鼓楼区"}),
        ("江苏省", 2024, ["320302"], {"320302": "鼓楼区"}), ("襄阳市", 2008, ["襄阳区"], {"420607": "襄阳区"}),
        ("4206", 2008, ["襄阳区"], {"420607": "襄阳区"}),
        ("4206", 2012, ["襄州区"], {"420607": "襄州区"}), ("新疆", 2024, ["石河子市"], {"659001": "石河子市"}),
        ("海东", 2010, ["平安县", "乐都县"], {"632121": "平安县", "632123": "乐都县"}),
    ],
)  # fmt: skip
def test_a_form_of_any_province_has_the_names_of_its_year(
    region: str, year: int, counties: list[str], expected: dict[str, str]
) -> None:
    form = asked(rulesets()[RULES], coefficients(), region=region, year=year, counties=counties)
    assert dict(form.schema.counties) == expected


def test_a_name_that_two_counties_of_a_province_bear_needs_the_prefecture_before_it() -> None:
    """鼓楼区 of 南京 and of 徐州."""
    with pytest.raises(WorkbookError) as raised:
        asked(rulesets()[RULES], coefficients(), region="江苏省", year=2024, counties=["鼓楼区"])
    assert str(raised.value) == (
        "--counties  “鼓楼区” 是江苏省 2024 年几个县级单位名称的开头；320106 鼓楼区、320302 鼓楼区；写全名（同名的在前面写市州名）或六位区划代码。"
    )
    with pytest.raises(WorkbookError, match=r"“金木县” 不是四川省 2024 年的县级单位；510104 锦江区、.*…；最接近的是 "):
        asked(rulesets()[RULES], coefficients(), region="四川省", year=2024, counties=["金木县"])


def test_all_faults_of_a_question_are_told_at_once_and_an_unknown_ruleset_lists_the_known() -> None:
    with pytest.raises(WorkbookError) as raised:
        asked(rulesets()[RULES], coefficients(), region="果洛", year=2024, counties=["1"], ecosystems=["x"])
    assert [item.code for item in raised.value.problems] == ["form_county", "form_ecosystem"]
    with pytest.raises(RulesetError, match="没有规则集 x；已有：analytic-entropy-weight、"):
        write_template("x.xlsx", region="青海", year=2024, ruleset="x")


def test_a_ruleset_without_inputs_has_nothing_to_ask() -> None:
    rules = rulesets()[RULES]
    bare = Ruleset(**{name: getattr(rules, name) for name in Ruleset.__dataclass_fields__} | {"asked": ()})
    with pytest.raises(WorkbookError) as raised:
        asked(bare, coefficients(), region="青海", year=2024)
    assert str(raised.value) == (
        "water-balance-plateau.toml  规则集 water-balance-plateau 不需要填报任何数；读取输入的规则集；检查 --ruleset。"
    )


# --- units --------------------------------------------------------------------------------------


def asked_quantities() -> list[Quantity]:
    found = {item.name: item for rules in rulesets().values() for item in rules.asked if item.name in needed(rules)}
    return [found[name] for name in sorted(found)]


@pytest.mark.parametrize("asked_for", asked_quantities(), ids=lambda asked_for: asked_for.name)
def test_every_unit_on_offer_converts_exactly_and_each_size_stands_once(asked_for: Quantity) -> None:
    found = offers_for(asked_for)
    for offer in found:
        meaning = spelled(offer.spelling)
        assert dimension(meaning.unit) == dimension(asked_for.unit)
        assert meaning.scale * factor(meaning.unit, asked_for.unit) == offer.factor
    assert len({offer.factor for offer in found}) == len(found)
    assert preset(asked_for) in found


@pytest.mark.parametrize(("of", "spelling"), [
    ("ha", "公顷"), ("mm/year", "毫米/年"), ("CNY/year", "万元/年"), ("person", "人"), ("1", "比值"), ("t/year", "吨/年"),
    ("dm**3/(km**2*s)", "L/(s·km²)"),
])  # fmt: skip
def test_a_form_begins_with_the_usual_unit(of: str, spelling: str) -> None:
    made = quantity("asked", of, axes="county year", zh="某量", tex="x")
    assert preset(made).spelling == spelling


@pytest.mark.parametrize(
    ("name", "spelling"), [("bamboo_output", "根/年"), ("view_nights", "间夜/年"), ("storage_fillings", "次/年")]
)
def test_what_is_counted_is_asked_in_its_own_word_and_never_as_one_over_a_year(name: str, spelling: str) -> None:
    asked = shipped().vocabulary[name]
    assert [offer.spelling for offer in offers_for(asked)] == [spelling]
    assert preset(asked).spelling == spelling


def test_an_area_may_be_given_in_what_bureaus_use() -> None:
    found = {offer.spelling: offer.factor for offer in offers(unit("ha"))}
    assert (found["亩"], found["万亩"], found["平方公里"]) == (Fraction(1, 15), Fraction(2000, 3), 100)


# --- the sheets ---------------------------------------------------------------------------------


def test_the_sheets_are_in_their_order_and_none_is_hidden() -> None:
    book = opened()
    assert book.sheetnames == SHEETS
    assert {page.sheet_state for page in book.worksheets} == {"visible"}
    hidden = [size for page in book.worksheets for size in page.row_dimensions.values() if size.hidden]
    hidden_columns = [size for page in book.worksheets for size in page.column_dimensions.values() if size.hidden]
    assert (hidden, hidden_columns) == ([], [])


def test_a_table_sheet_is_laid_out_as_the_specification_says() -> None:
    page = opened()["表2_生态系统面积"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=1, max_row=8, max_col=7)]
    assert rows[0][0] == "表2　生态系统面积　果洛藏族自治州 2024 年"
    assert rows[1][:5] == ["填报单位", None, "年度", 2024, "表号：填02表"]
    assert rows[2] == ["county_code", "county", "area.grassland", "state", "area.forest", "state", "note"]
    assert rows[3] == ["区划代码", "县", "草地\n【填】", "状态\n【选】", "森林\n【填】", "状态\n【选】", "备注\n【填】"]
    assert (rows[4][0], rows[4][2], rows[4][4]) == ("单位", "公顷", "公顷")
    assert rows[5] == ["来源编号", None, None, None, None, None, None]
    assert rows[6] == ["632621", "玛沁县", None, "有数据", None, "有数据", None]
    assert page["A7"].number_format == "@"
    assert page["C3"].font.color.rgb == "FF595959"


def unlocked(page: Worksheet) -> set[str]:
    return {cell.coordinate for row in page.iter_rows() for cell in row if not cell.protection.locked}


def test_every_sheet_is_protected_without_a_password_and_only_entries_are_unlocked() -> None:
    book = opened()
    assert {page.protection.sheet for page in book.worksheets} == {True}
    assert {page.protection.password for page in book.worksheets} == {None}
    two = {f"{column}{row}" for column in "CDEFG" for row in (7, 8)}
    assert unlocked(book["表2_生态系统面积"]) == {"B2", "C5", "D5", "E5", "F5", "C6", "D6", "E6", "F6"} | two
    for name in ("自检", "自检_面积", "选项", "限值", "清单"):
        assert unlocked(book[name]) == set()
    assert len(unlocked(book["来源"])) == 20 * 6
    assert unlocked(book["填报说明"]) >= {"E6", "F6"}


def validations(page: Worksheet) -> dict[str, DataValidation]:
    return {str(item.sqref): item for item in page.data_validations.dataValidation}


def test_every_entry_of_a_table_sheet_is_validated_in_chinese_and_stops() -> None:
    for name in SHEETS[1:4]:
        page = opened()[name]
        covered = {cell for block in validations(page) for cell in _cells(page[block])}
        assert unlocked(page) <= covered
        for rule in validations(page).values():
            assert rule.promptTitle
            assert re.search("[一-鿿]", rule.prompt)
            assert len(rule.promptTitle) <= 32
            assert len(rule.prompt) <= 255
            assert rule.showInputMessage
            if rule.type is not None:
                assert rule.errorStyle in {None, "stop"}  # stop is what no word means
                assert rule.showErrorMessage
                assert re.search("[一-鿿]", rule.error)
                assert len(rule.error) <= 255


@pytest.mark.parametrize("name", sorted(rulesets()))
def test_no_prompt_is_longer_than_programs_show(name: str) -> None:
    for sheet in template_sheets(form(LANDS, name)):
        for rule in sheet.validations:
            assert len(rule.title) <= 32
            assert max(len(rule.prompt), len(rule.error)) <= 255


def _cells(block: object) -> list[str]:
    """The addresses of a cell, a row or rows of cells."""
    if isinstance(block, tuple):
        return [address for part in block for address in _cells(part)]
    return [block.coordinate]  # type: ignore[attr-defined] # a cell


def test_a_number_is_held_to_the_bounds_of_its_quantity_in_the_chosen_unit() -> None:
    book = opened()
    rule = validations(book["表1_县域"])["E7:E8"]
    assert (rule.type, rule.formula1, rule.formula2) == ("decimal", "限值!$I$6", "限值!$J$6")
    assert rule.operator in {None, "between"}
    assert rule.promptTitle == "年降水量"
    assert rule.prompt == (
        "5 至 5,000 毫米/年的数（中国县域多年平均降水量在 5 mm 与 5000 mm 之间；小于 5 多半是以米填报）。没有数就留空并改状态；空白不等于 0。"
    )
    assert rule.error == (
        "须为5 至 5,000 毫米/年的数（中国县域多年平均降水量在 5 mm 与 5000 mm 之间；小于 5 多半是以米填报）。没有数就留空，"
        "把状态改为 缺失，并写备注。"
    )
    limits = book["限值"]
    assert [limits.cell(6, column).value for column in (3, 4, 7, 8, 9, 10)] == [
        "precipitation", "=表1_县域!$E$5", 5, 5000, "=G6/E6", "=H6/E6"
    ]  # fmt: skip
    people = validations(book["表1_县域"])["I7:I8"]
    assert (people.operator, people.formula1, people.formula2) == ("greaterThanOrEqual", "限值!$I$8", None)


def test_lists_are_ranges_of_visible_sheets() -> None:
    book = opened()
    rules = validations(book["表1_县域"])
    expected = {"E5": "毫米/年", "E6": "S01", "F7:F8": "有数据"}
    for block, member in expected.items():
        assert rules[block].type == "list"
        sheet, _, area = rules[block].formula1.partition("!")
        assert member in {cell.value for row in book[sheet][area.replace("$", "")] for cell in row}
    assert [row[0].value for row in book["选项"]["A5:A8"]] == list(STATES)


def test_pages_are_a4_across_with_titles_and_few_columns() -> None:
    for name in SHEETS[1:4]:
        page = opened((), RULES)[name]
        assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
        assert page.print_title_rows == "$1:$6"
        assert page.print_title_cols == "$A:$B"
        assert page.freeze_panes == "C7"
        breaks = [0, *(item.id for item in page.col_breaks.brk), page.max_column]
        ids = [page.cell(IDS + 1, column).value for column in range(1, page.max_column + 1)]
        for first, last in pairwise(breaks):
            assert 0 < sum(text not in {"county_code", "county", "state", "note"} for text in ids[first:last]) <= 9
        assert page.page_setup.scale is None or page.page_setup.scale >= 80


def test_the_example_row_stands_where_the_reader_never_looks() -> None:
    book = opened()
    texts = [cell.value for row in book["填报说明"].iter_rows() for cell in row]
    assert "五、示例（只供参看，不计入）" in texts
    assert all(cell.value != "示例" for name in SHEETS[1:4] for row in book[name].iter_rows() for cell in row)


def test_the_list_of_the_form_tells_ruleset_fields_and_schema() -> None:
    lines = {row[0].value: row[2].value for row in opened()["清单"].iter_rows(min_row=5)}
    schema = form().schema
    assert (lines["template_id"], lines["version"]) == ("qhgep-form-water-balance-plateau-632600-2024", "1")
    assert (lines["schema_hash"], lines["ruleset_hash"]) == (schema.hash, rulesets()[RULES].hash)
    assert schema_of(lines["schema"]) == schema
    fields = [row[2].value for row in opened()["清单"].iter_rows(min_row=5) if row[0].value == "field"]
    assert fields == [field.id for sheet in schema.sheets for field in sheet.fields]
    assert schema_of("{}") is None


def test_a_long_schema_is_kept_in_several_cells() -> None:
    found = asked(rulesets()["garze-account-2010"], coefficients(), region="青海", year=2024)
    big = [content for sheet in template_sheets(found) for content in sheet.cells.values()]
    assert max(len(item.text) for item in big if hasattr(item, "text")) <= 30000


# --- the file -----------------------------------------------------------------------------------


@pytest.mark.long
def test_the_same_question_gives_the_same_bytes() -> None:
    assert template_bytes(form()) == template()
    code = "from tests.support.forms import template; import hashlib; print(hashlib.sha256(template()).hexdigest())"
    outs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outs) == 1


def content(book: Workbook) -> list[tuple[object, ...]]:
    """What a workbook says: every cell with its style, and the rules of every sheet; no zip bytes."""
    found: list[tuple[object, ...]] = []
    for page in book.worksheets:
        for row in page.iter_rows():
            for cell in row:
                look = (cell.number_format, cell.protection.locked, cell.fill.fgColor.rgb, cell.font.b, cell.font.sz)
                if cell.value is not None or cell.has_style:
                    found.append((page.title, cell.coordinate, cell.value, *look))
        for block, rule in sorted(validations(page).items()):
            said = (rule.type, rule.operator, rule.formula1, rule.formula2, rule.promptTitle, rule.prompt, rule.error)
            found.append((page.title, block, *said))
    return found


def test_the_checked_in_templates_are_those_that_are_built_now(tmp_path: Path) -> None:
    """If this fails, a ruleset, the vocabulary or the county table changed: run `make templates` and check the files in."""
    script = ROOT / "scripts" / "build_templates.py"
    subprocess.run(
        [sys.executable, script, tmp_path], check=True, capture_output=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    )
    built = sorted(path.name for path in tmp_path.iterdir())
    assert built == sorted(path.name for path in (ROOT / "templates" / "xlsx").glob("*.xlsx"))
    assert built == ["qinghai-2024-water-balance-plateau.xlsx"]
    for name in built:
        now, then = (openpyxl.load_workbook(folder / name) for folder in (tmp_path, ROOT / "templates" / "xlsx"))
        assert content(now) == content(then)


def test_a_county_more_makes_another_template() -> None:
    """The comparison above can fail."""
    other = openpyxl.load_workbook(BytesIO(template_bytes(form(LANDS, RULES, ("632621", "632623")))))
    assert content(other) != content(opened())


# --- the command --------------------------------------------------------------------------------


def run(*words: object) -> tuple[int, str, str]:
    found = CliRunner().invoke(COMMAND, [str(word) for word in ("--lang", "zh", *words)])
    return found.exit_code, found.stdout, found.stderr


def test_the_verb_writes_the_form_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    where = ("--region", "果洛", "--year", 2024, "--ruleset", RULES)
    lands = ("--ecosystems", "grassland", "--ecosystems", "forest")
    assert run("template", *where, "--counties", "632621,632622", *lands, "-o", path) == (
        0,
        f"填报模板：{path}\n下一步：填好存盘，再 qhgep check {path}\n",
        "",
    )
    assert path.read_bytes() == template()
    by_name = tmp_path / "y.xlsx"
    begun = tmp_path / "z.xlsx"
    assert run("template", *where, "--counties", "玛沁,班玛县", *lands, "-o", begun)[0] == 0
    assert begun.read_bytes() == template()
    assert run("template", *where, "--counties", "玛沁县,632622000000", *lands, "-o", by_name)[0] == 0
    assert by_name.read_bytes() == template()
    code, _, said = run("template", *where, "--counties", "630102", "-o", path)
    assert (code, "“630102” 不是果洛藏族自治州 2024 年的县级单位" in said) == (1, True)
    assert run("template", *where, "-o", tmp_path / "x.xls")[0] == 1
    assert "例: qhgep template" in run("template", "--help")[1]


def test_the_rows_of_the_layout_are_where_the_reader_looks() -> None:
    sheet = next(item for item in raw(opened()).sheets if item.name == "表1_县域")
    assert sheet.cells[UNITS, 0].text == "单位"
    assert sheet.cells[SOURCES, 0].text == "来源编号"
    assert sheet.cells[FIRST, 0].text == "632621"
    assert raw(opened()).sheets[4].cells[FIRST_SOURCE, 0].text == "S01"
