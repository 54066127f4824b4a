"""start: from returned tables to an account that computes as a draft, every decision proposed or listed."""

import csv
import datetime as dt
import math
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from qhgep import brief, compute, read_account
from qhgep.errors import AccountError, InputError
from qhgep.preparation.start import Started, start
from tests.support import forms
from tests.support.accounts import Line, table
from tests.test_cli import run

DAY = dt.date(2026, 11, 28)
PILOT = Path(__file__).parent.parent / "examples" / "pilot"
ISSUED = Path(__file__).parent / "issued"


def line(quantity: str, value: str, unit: str, ecosystem: str = "", *, first: str = "2022", last: str = "") -> Line:
    return Line(quantity, value, unit, county="632222", first=first, last=last, ecosystem=ecosystem)


LINES = (
    line("visits", "100000", "人次/a"), line("travel_spending", "200", "元/人次"), line("time_cost", "50", "元/人次"),
    line("county_area", "1390890", "hm2"), line("area", "1322370", "hm2", "grassland"), line("area", "60000", "hm2", "forest"),
    line("precipitation", "420", "mm/a"), line("runoff_volume", "12", "亿m3/a"),
    line("net_ecosystem_productivity", "32.9", "g C/(m2*a)", "grassland"), line("population", "48538", "人", first="2001", last="2019"),
)  # fmt: skip


def started(folder: Path, lines: tuple[Line, ...] = LINES, *, ruleset: str | None = "county-general") -> Started:
    data = folder / "祁连县 2022.csv"
    data.write_text(table(lines), encoding="utf-8")
    return start([data], folder / "账户", on=DAY, ruleset=ruleset)


def test_the_folder_holds_the_tables_and_an_account_that_computes(tmp_path: Path) -> None:
    """100,000 visits x (200 + 50) yuan: the line that needs no decision has its value at once."""
    made = started(tmp_path)
    assert sorted(path.name for path in made.folder.iterdir()) == ["account.toml", "祁连县 2022.csv"]
    account = read_account(made.folder)
    assert [county.code for county in account.counties] == ["632222"]
    assert ([period.name for period in account.periods], account.price_year, account.date) == (["2022"], 2022, DAY)
    assert compute(account).value("tourism_value", county="632222", period="2022").value == 100000 * (200 + 50)
    assert compute(account).run_id == made.result.run_id


def test_a_method_is_proposed_where_the_data_leave_one_and_one_choice_decides_the_next(tmp_path: Path) -> None:
    """The volume gives the yield, and the yield the water retained; oxygen follows the carbon."""
    made = started(tmp_path)
    assert dict(made.proposed) == {
        "water_yield": "volume_over_area", "water_retained": "water_retention_from_yield", "carbon_dioxide_fixed": "nep",
        "oxygen_released": "molar_mass",
    }  # fmt: skip
    opened = [item for item in made.result.checks if item.code == "decision_open"]
    assert [item.severity for item in opened] == ["warning"] * 4


def test_no_method_is_called_the_only_one_where_an_open_choice_opens_another(tmp_path: Path) -> None:
    """The yield may be had of the discharge or of the volume; with either the water retained has a second method beside its balance."""
    more = (line("specific_discharge", "5", "L/(s*km2)"), line("evapotranspiration", "350", "mm/a"))
    made = started(tmp_path, LINES + more)
    assert dict(made.proposed) == {"carbon_dioxide_fixed": "nep", "oxygen_released": "molar_mass"}
    assert made.open_methods["water_yield"] == ("specific_discharge", "volume_over_area")
    assert made.open_methods["water_retained"] == ("water_balance", "water_retention_from_yield")


def test_a_coefficient_that_every_method_reads_waits_for_no_choice(tmp_path: Path) -> None:
    """Both values of water read the cost of a reservoir, one by its annuity; only that one reads a rate and a life."""
    made = started(tmp_path, (*LINES, line("specific_discharge", "5", "L/(s*km2)")))
    assert made.open_methods["water_retained"] == ("water_retention_from_yield",)
    assert made.lacking["reservoir_cost"].methods == ()
    assert made.lacking["discount_rate"].methods == (("water_value_total", ("annual_cost",)),)


def test_what_a_person_must_choose_is_listed_and_not_chosen(tmp_path: Path) -> None:
    made = started(tmp_path)
    assert made.open_methods["water_value_total"] == ("reservoir_cost", "annual_cost")
    assert made.open_methods["carbon_value_total"] == ("afforestation_cost", "market_price", "carbon_dioxide_price")
    assert made.result.value("carbon_value_total", county="632222", period="2022").value is None


def test_every_row_of_a_coefficient_that_lacks_is_listed_with_its_source(tmp_path: Path) -> None:
    """The 18 runoff coefficients of Gong 2017, table 2; also the prices that a method still open would need."""
    made = started(tmp_path)
    text = (made.folder / "account.toml").read_text(encoding="utf-8")
    assert sum(row.startswith("##   RC-") for row in text.splitlines()) == 18
    assert made.lacking["runoff_coefficient"].ecosystems == ("forest", "grassland")
    assert {"reservoir_cost", "carbon_price", "oxygen_price"} <= set(made.lacking)
    assert "##   GZ-05：7.06 元/m³（2010 年价），513300 甘孜藏族自治州，2010-01-01 至 2010-12-31，文献（" in text
    assert '# from_period = "2001-2019"' in text
    assert "# [deflate]" in text


def test_each_price_index_is_shown_with_what_it_makes_of_a_yuan_and_none_is_filled_in(tmp_path: Path) -> None:
    """The rates of the years 2011 to 2022, one after the other: tests/facts/price-index-china.csv."""
    text = (started(tmp_path).folder / "account.toml").read_text(encoding="utf-8")
    with (Path(__file__).parent / "facts" / "price-index-china.csv").open(encoding="utf-8", newline="") as file:
        rates = {
            (row["series"], int(row["year"])): float(row["change_percent_on_year_before"])
            for row in csv.DictReader(file)
        }
    for series in ("cpi_china", "gdp_deflator_china"):
        carried = math.prod(1 + rates[series, year] / 100 for year in range(2011, 2023))
        (told,) = [row for row in text.splitlines() if row.startswith(f"##   {series}：")]
        assert f"2010 年 1 元合 2022 年 {carried:.6g} 元" in told
    assert '# series = ""' in text


def test_land_that_is_not_there_asks_for_no_coefficient(tmp_path: Path) -> None:
    """Zero desert retains no water whatever its runoff coefficient, so nobody need borrow one."""
    nothing = line("area", "", "", "desert")
    made = started(tmp_path, (*LINES, replace(nothing, presence="zero")))
    assert made.lacking["runoff_coefficient"].ecosystems == ("forest", "grassland")


def test_a_candidate_that_is_taken_computes(tmp_path: Path) -> None:
    """12e8 m³ over 1,390,890 hm² is 86.275 mm; 1,322,370 hm² of meadow keep it less 8.2 % of 420 mm, at 10 m³ a millimetre."""
    made = started(tmp_path, tuple(item for item in LINES if item.ecosystem != "forest"))
    path = made.folder / "account.toml"
    text = path.read_text(encoding="utf-8")
    wanted = '# [[adopt]]\n# row = ""\n# for = "runoff_coefficient"\n# ecosystem = "grassland"\n# reason = ""\n# decided_by = ""'
    taken = '[[adopt]]\nrow = "RC-高寒草甸"\nfor = "runoff_coefficient"\necosystem = "grassland"\nreason = "以草甸为主"\ndecided_by = "某人"'
    assert wanted in text
    path.write_text(text.replace(wanted, taken), encoding="utf-8")
    retained = compute(read_account(path)).value("water_retained_total", county="632222", period="2022").value
    depth = 12e8 / (1390890 * 10_000) * 1000
    assert retained == pytest.approx(1322370 * (depth - 420 * 0.082) * 10, rel=1e-12)


def test_nobody_has_decided_is_an_error_in_a_review(tmp_path: Path) -> None:
    made = started(tmp_path)
    path = made.folder / "account.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('state = "draft"', 'state = "review"'), encoding="utf-8")
    with pytest.raises(AccountError) as caught:
        read_account(path)
    assert [item.code for item in caught.value.problems] == ["decision_open"] * 4
    assert caught.value.text().startswith("account.toml:14 [[method]] 1  这个判断还没有人决定（决定人仍是 待定）；")


def test_what_is_said_not_to_apply_to_land_is_started_as_a_decision_to_take_and_is_a_gap_until_then(
    tmp_path: Path,
) -> None:
    """60,000 hm² of forest without production by the form: check and start both go on, and the total is not whole."""
    nothing = Line(
        "net_ecosystem_productivity",
        "",
        "",
        county="632222",
        first="2022",
        ecosystem="forest",
        presence="not_applicable",
        note="没有测",
    )
    whole = [one if one.quantity != "county_area" else line("county_area", "1382370", "hm2") for one in LINES]
    made = started(tmp_path, (*whole, nothing))
    text = (made.folder / "account.toml").read_text("utf-8")
    assert (
        '[[not_applicable]]\nquantity = "net_ecosystem_productivity"\necosystems = ["forest"]\ncounties = ["632222"]\n'
        'reason = "填报单位注明：没有测"\ndecided_by = "待定"\n'
    ) in text
    fixed = made.result.value("carbon_dioxide_fixed_total", county="632222")
    assert fixed.partial is not None
    assert fixed.partial.missing == ("forest",)
    (made.folder / "account.toml").write_text(text.replace('"待定"', '"张三"'), encoding="utf-8")
    assert compute(read_account(made.folder)).value("carbon_dioxide_fixed_total", county="632222").partial is None
    (made.folder / "account.toml").write_text(text.replace('"draft"', '"review"'), encoding="utf-8")
    with pytest.raises(AccountError, match=r"\[\[not_applicable\]\] 1  这个判断还没有人决定"):
        compute(read_account(made.folder))


def test_a_form_says_its_ruleset_its_year_and_its_counties(tmp_path: Path) -> None:
    forms.right().save(tmp_path / "填报.xlsx")
    made = start([tmp_path / "填报.xlsx"], tmp_path / "账户", on=DAY)
    account = made.result.account
    assert (account.ruleset.name, [item.name for item in account.periods]) == (forms.RULES, ["2024"])
    assert tuple(county.code for county in account.counties) == forms.TWO


def test_a_form_or_a_table_given_for_an_account_says_what_to_do(tmp_path: Path) -> None:
    forms.right().save(tmp_path / "填报.xlsx")
    found = run("account", tmp_path / "填报.xlsx")
    assert found.exit_code == 1
    assert (
        "填报.xlsx  这是填报表或数据表，不是账户；account.toml；先由它建账户：qhgep start 该表 -o 文件夹"
        in found.stderr
    )


SAYS = {
    "account.xlsx": "这是核算的结果（qhgep account 写出的工作簿），不是填报的表；填好的表、方案填报表，或账户文件夹；看它用 qhgep verify、"
    "qhgep explain、qhgep brief；要改数重算，改好表后用它的账户文件夹：qhgep account 文件夹。",
    "plan.xlsx": "这是方案的结果（qhgep allocate 写出的工作簿），不是填报的表；填好的表、方案填报表，或账户文件夹；看它用 qhgep verify、"
    "qhgep explain；要改方案重算，用写出它的 plan.toml 或方案填报表：qhgep allocate 该文件。",
    "简报.xlsx": "这是简报（qhgep brief 写出），只有印出来的几页，没有输入和公式；填好的表、方案填报表，或账户文件夹；要重算，"
    "用它的账户文件夹：qhgep account 文件夹；核验、溯源用 qhgep account 写出的工作簿。",
    "价格.xlsx": "这是系数填报表，填的是价格和参数，不是各县的数；填好的表、方案填报表，或账户文件夹；核对它用 "
    "qhgep coefficients check 该文件；核算时加 --coefficients 该文件。",
}  # fmt: skip


@pytest.mark.parametrize("name", SAYS)
def test_a_workbook_that_was_written_here_is_told_for_what_it_is_wherever_a_table_is_asked(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    if name == "简报.xlsx":
        brief(compute(read_account(PILOT)), path)
    elif name == "价格.xlsx":
        run("coefficients", "template", path, "--ruleset", "county-general", "--region", "632222", "--year", "2022")
    else:
        shutil.copyfile(max(ISSUED.glob(f"*/{name}")), path)
    for words in (["account"], ["check"], ["start", "-o", tmp_path / "新"], ["allocate"]):
        found = run(words[0], path, *words[1:])
        assert f"错误  {name}  {SAYS[name]}\n" in found.stderr, words
        assert found.stderr.count("错误  ") == 1
        assert found.exit_code == 1


def test_a_book_of_decisions_given_for_an_account_names_its_folder(tmp_path: Path) -> None:
    data = tmp_path / "数据.csv"
    data.write_text(table(LINES), encoding="utf-8")
    start([data], tmp_path / "账户", on=DAY, ruleset="county-general", sheet=True)
    assert run("account", tmp_path / "账户" / "决定.xlsx").stderr.splitlines()[1] == (
        "错误  决定.xlsx  这是账户的判断表，不是账户；account.toml 或其文件夹；填好后用它所在的文件夹：qhgep account 文件夹。"
    )


def test_nothing_is_left_behind_and_nothing_is_replaced(tmp_path: Path) -> None:
    bad = tmp_path / "坏.csv"
    bad.write_text(table([line("visits", "很多", "人次/a")]), encoding="utf-8")
    with pytest.raises(InputError):
        start([bad], tmp_path / "账户", on=DAY, ruleset="county-general")
    assert [path.name for path in tmp_path.iterdir()] == ["坏.csv"]
    (tmp_path / "账户").mkdir()
    (tmp_path / "账户" / "旧.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        started(tmp_path)
    assert "文件夹已有内容，或是一个链接；一个新的或空的文件夹；换一个文件夹名。" in caught.value.text()


def test_an_account_that_is_there_is_not_touched_and_it_is_said_how_to_go_on(tmp_path: Path) -> None:
    made = started(tmp_path)
    before = {path.name: path.read_bytes() for path in made.folder.iterdir()}
    with pytest.raises(InputError) as caught:
        started(tmp_path)
    assert caught.value.text() == (
        "账户  这里已有一个账户，没有改动；一个新的或空的文件夹；"
        "接着用它：qhgep account 账户；补了新表的，放进文件夹并写进 account.toml 的 inputs；要重做，换一个文件夹名。"
    )
    assert {path.name: path.read_bytes() for path in made.folder.iterdir()} == before


def test_a_folder_stands_for_the_tables_in_it(tmp_path: Path) -> None:
    (tmp_path / "收回").mkdir()
    (tmp_path / "空").mkdir()
    (tmp_path / "收回" / "祁连县.csv").write_text(table(LINES[:3]), encoding="utf-8")
    made = start([tmp_path / "收回"], tmp_path / "账户", on=DAY, ruleset="county-general")
    assert sorted(path.name for path in made.folder.iterdir()) == ["account.toml", "祁连县.csv"]
    with pytest.raises(InputError) as caught:
        start([tmp_path / "空"], tmp_path / "另", on=DAY, ruleset="county-general")
    assert (
        caught.value.text() == "空  文件夹里没有可读的表；至少一个 xlsx、csv 或 txt；把填好的表放进去，或写出文件名。"
    )


def test_a_property_that_is_said_not_to_apply_is_no_choice(tmp_path: Path) -> None:
    """Rain falls on every county: that it does not apply cannot be decided, so start does not offer it."""
    rain = Line("precipitation", county="632222", first="2022", presence="not_applicable", note="没有站")
    dry = [line for line in LINES if line.quantity != "precipitation"]
    text = (started(tmp_path, (*dry, rain)).folder / "account.toml").read_text(encoding="utf-8")
    assert "[[not_applicable]]" not in text


def test_what_has_no_value_to_adopt_is_counted_with_the_command_that_lists_it(tmp_path: Path) -> None:
    """The price of a crop stands nowhere in the store, nor the share of rent, which one of the open methods takes."""
    crops = Line("crop_product_output", "30000", "t/a", county="632222", first="2022", item="cereals")
    made = started(tmp_path, (LINES[0], crops))
    assert {key for key, lack in made.lacking.items() if not lack.rows} == {"crop_product_price", "crop_rent_share"}
    assert made.text().splitlines()[-1] == (
        "其中 2 个系数没有可借用的值：方法选定后 qhgep coefficients template 价格.xlsx --account 账户 只列所缺的，"
        "填好后 account、brief 都加 --coefficients 价格.xlsx"
    )
    assert made.text("en").splitlines()[-1].startswith("of these, 2 coefficients have no value to adopt: ")
    with (made.folder / "account.toml").open("a", encoding="utf-8") as file:
        file.write('[[method]]\nquantity = "crop_value"\nmethod = "gross"\nreason = "产值"\ndecided_by = "甲"\n')
    found = run("coefficients", "template", tmp_path / "价格.xlsx", "--account", made.folder)
    assert (found.exit_code, found.stderr) == (0, "")


def test_a_folder_to_make_that_is_not_named_is_asked_for(tmp_path: Path) -> None:
    found = run("start", tmp_path)
    assert found.exit_code == 2
    assert "没有写把账户建到哪里；写一个新的文件夹，如 qhgep start " in found.stderr


def test_what_is_written_to_choose_from_has_names_beside_codes(tmp_path: Path) -> None:
    text = (started(tmp_path).folder / "account.toml").read_text(encoding="utf-8")
    assert "## 县：632222 祁连县\n" in text
    assert "缺系数：地表径流系数（runoff_coefficient，—，森林 forest、草地 grassland）。" in text
    assert "，高寒草甸 grassland.alpine_meadow，文献" in text


@pytest.mark.parametrize(
    ("names", "ruleset", "code"),
    [(["a.csv"], None, "start_ruleset"), (["a.csv", "b/a.csv"], "county-general", "start_same_name"), (["e.csv"], "county-general", "start_empty")],
    ids=["no ruleset", "two of one name", "no year"],
)  # fmt: skip
def test_what_start_cannot_know_is_told(tmp_path: Path, names: list[str], ruleset: str | None, code: str) -> None:
    (tmp_path / "b").mkdir()
    for name in names:
        rows = LINES[:3] if not name.startswith("e") else [line("visits", "5", "人次/a", first="2001", last="2019")]
        (tmp_path / name).write_text(table(rows), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        start([tmp_path / name for name in names], tmp_path / "账户", on=DAY, ruleset=ruleset)
    assert code in {item.code for item in caught.value.problems}


def test_the_same_tables_give_the_same_account(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    one, other = (started(tmp_path / name).folder / "account.toml" for name in ("a", "b"))
    assert one.read_bytes() == other.read_bytes()


def test_the_verb_makes_the_folder_and_says_what_comes_next(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text(table(LINES), encoding="utf-8")
    found = run("start", data, "--ruleset", "county-general", "--date", "2026-11-28", "-o", tmp_path / "账户")
    assert found.exit_code == 0, found.stderr
    assert "现在有数的指标：1/16 项：旅游康养" in found.stdout
    assert (tmp_path / "账户" / "account.toml").exists()


@pytest.mark.parametrize(
    "place", ["link", "dangling", "file/under", "长" * 120], ids=["link", "dangling", "file", "long"]
)
def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path, place: str) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    data = tmp_path / "data.csv"
    data.write_text(table(LINES[:3]), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        start([data], tmp_path / place, on=DAY, ruleset="county-general")
    assert [item.code for item in caught.value.problems] in (["start_folder"], ["start_write"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dangling", "data.csv", "file", "link", "there"]


def test_a_choice_behind_an_open_choice_is_listed_too(tmp_path: Path) -> None:
    """Whatever is removed from the air, its value waits for a price by charge or by cost of treatment."""
    emitted = Line("air_pollutant_emitted", "500", "t/a", county="632222", first="2022", item="so2")
    made = started(tmp_path, (*LINES, emitted))
    assert made.open_methods["air_pollutant_removed"] == ("emission", "lesser_of_emission_and_capacity")
    assert made.open_methods["air_value"] == ("unit_charge", "treatment_cost")
    assert {"air_charge_rate", "air_treatment_cost"} <= set(made.lacking)
