"""account.toml: every fault is told with its file, all of a folder at once, and only as a QhgepError."""

import tomllib
from contextlib import suppress
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhgep.account.read import read_account
from qhgep.errors import AccountError, QhgepError, messages
from qhgep.inputs import County
from qhgep.ruleset_store.ruleset import rulesets
from tests.support.accounts import Coefficient, Line, account_toml, pack, refused, write_account

SHIPPED = {"ruleset": '"water-balance-plateau"'}
RAIN = Line("precipitation", "420", "mm/a")
with Path(__file__).with_name("account_faults.toml").open("rb") as golden:
    FAULTS = tomllib.load(golden)["case"]


def written(
    folder: Path, head: dict[str, str] | None = None, tables: str = "", lines: tuple[Line, ...] = (RAIN,)
) -> Path:
    changes = {key: None if value == "-" else value for key, value in (SHIPPED | (head or {})).items()}
    return write_account(folder, lines, changes=changes, tables=tables)


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case["name"])
def test_a_fault_is_told_with_its_file(tmp_path: Path, case: dict[str, Any]) -> None:
    path = written(tmp_path, case.get("head"), case.get("tables", ""))
    with pytest.raises(AccountError) as caught:
        read_account(path)
    says = case["says"].replace("{rulesets}", "、".join(sorted(rulesets())))
    assert [(item.code, item.text()) for item in caught.value.problems] == [(case["code"], says)]
    assert caught.value.text("en") != case["says"]


@pytest.mark.parametrize("code", sorted(code for code in messages() if code.startswith(("account_", "adopt_"))))
def test_every_message_about_accounts_is_provoked_by_a_test(code: str) -> None:
    elsewhere = {
        "account_missing",
        "account_is_table",  # tests/test_start.py
        "account_is_ruleset",
        "account_is_maps",  # tests/test_library.py
        "account_require",
        "account_row_outside",
        "account_code_listed",  # tests/test_account_warnings.py
        "account_previous",  # tests/test_hostile_files.py
        "adopt_row_then",  # tests/test_known.py
        "adopt_unused",
        "adopt_contend",
        "output_same",
        "output_suffix",
    }  # here, in test_engine and in test_cli
    assert code in {case["code"] for case in FAULTS} | elsewhere


def test_a_folder_without_an_account_is_told(tmp_path: Path) -> None:
    message = "account.toml  没有这个文件；一个核算文件夹里的 account.toml；检查路径；只有填报表的，先 qhgep start 那个文件夹 -o 新文件夹，建成账户。"
    assert refused(tmp_path) == [message]
    assert refused(tmp_path / "account.toml") == [message]


def test_a_level_of_evidence_given_on_the_command_line_is_checked_too(tmp_path: Path) -> None:
    with pytest.raises(AccountError) as caught:
        read_account(written(tmp_path), require="certain")
    assert caught.value.text() == (
        "account.toml  证据等级 “certain” 不认识；"
        "primary、declared、published、secondary、unconfirmed、assumed；改正 require。"
    )


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    bad = pack(tmp_path / "pack", [Coefficient("T-1", "carbon_price", unit="元/t", price_year="2019")])
    path = written(
        tmp_path,
        {"counties": '["632621", "999999"]', "inputs": '["inputs.csv", "none.csv"]'},
        '[[adopt]]\nreason = "r"\ndecided_by = "d"\n',
        (replace(RAIN, unit="mm"), replace(RAIN, county="888888")),
    )
    told = refused(path, packs=[bad])
    assert [line.split("  ")[0] for line in told] == ["pack/rows.csv:2", "account.toml:6"]
    told = refused(path)
    assert [line.split("  ")[0] for line in told] == [
        "account.toml:6", "inputs.csv:2", "inputs.csv:3 › county_code", "none.csv", "account.toml:9 [[adopt]] 1",
    ]  # fmt: skip


def test_an_account_is_read_from_its_folder_or_its_file(tmp_path: Path) -> None:
    assert read_account(written(tmp_path)).title == read_account(tmp_path).title == "测试账户"


def test_counties_and_periods_are_sorted_and_each_once(tmp_path: Path) -> None:
    head = {"counties": '["632701", "632621"]', "period": "-", "periods": "[2020, 2019, 2020]"}
    account = read_account(written(tmp_path, head))
    assert [county.code for county in account.counties] == ["632621", "632701"]
    assert [(period.name, period.days) for period in account.periods] == [("2019", 365), ("2020", 366)]


def test_a_mean_period_has_a_name_and_its_days_and_no_dates(tmp_path: Path) -> None:
    account = read_account(written(tmp_path, {"period": '{ name = "多年平均", days = 366 }'}))
    (period,) = account.periods
    assert (period.name, period.days, period.year, period.span) == ("多年平均", Fraction(366), None, None)


def test_a_year_spans_its_first_to_its_last_day(tmp_path: Path) -> None:
    (period,) = read_account(written(tmp_path)).periods
    assert period.span == (date(2019, 1, 1), date(2019, 12, 31))


def test_an_area_outside_the_table_is_declared(tmp_path: Path) -> None:
    tables = '[[county]]\ncode = "SJY"\nzh = "三江源国家公园"\nkind = "reserve"\nparent = "630000"\n'
    path = written(tmp_path, {"counties": '["SJY"]'}, tables, (replace(RAIN, county="SJY"),))
    account = read_account(path)
    assert account.counties == account.declared == (County("SJY", "三江源国家公园", "reserve", "630000"),)
    assert [row.county_code for row in account.inputs] == ["SJY"]


def test_a_row_of_a_county_outside_the_account_is_not_used_and_warns(tmp_path: Path) -> None:
    account = read_account(written(tmp_path, lines=(RAIN, replace(RAIN, county="632622"))))
    assert [row.county_code for row in account.inputs] == ["632621"]
    (warning,) = account.warnings
    assert warning.severity == "warning"
    assert warning.text() == (
        "inputs.csv:3  632622 不在本核算的县里，该行没有使用；如应计入，请在 account.toml 的 counties 里加上。"
    )


def test_the_same_row_in_two_files_is_told_with_both_places(tmp_path: Path) -> None:
    path = written(tmp_path, {"inputs": '["inputs.csv", "more.csv"]'})
    (tmp_path / "more.csv").write_bytes((tmp_path / "inputs.csv").read_bytes())
    assert refused(path) == [
        "more.csv:2  与 inputs.csv:2 的县、期间、生态系统、项目、量全同；同一处只有一行；删去其一。"
    ]


def test_the_record_holds_the_hash_of_every_file_that_was_read(tmp_path: Path) -> None:
    more = pack(tmp_path / "pack", [])
    account = read_account(written(tmp_path), coefficients=[more])
    names = {
        "account.toml",
        "inputs.csv",
        "water-balance-plateau.toml",
        "water.csv",
        "sources.toml",
        "pack/rows.csv",
    }
    assert names <= set(account.hashes or {})
    assert all(len(value) == 64 for value in (account.hashes or {}).values())


def test_a_ruleset_beside_the_account_comes_before_a_shipped_one(tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / "water-balance-plateau.toml").write_text("schema = 1", encoding="utf-8")
    assert refused(path) == ["water-balance-plateau.toml  缺少 zh；必填；补上。"]


def test_a_decision_reaches_what_is_below_a_starred_ecosystem(tmp_path: Path) -> None:
    tables = '[[adopt]]\nrow = "RC-高寒草甸"\necosystem = "grassland.*"\nreason = "r"\ndecided_by = "d"\n'
    (adoption,) = read_account(written(tmp_path, tables=tables)).adoptions
    assert adoption.serves("632621", "grassland.alpine_steppe", "")
    assert not adoption.serves("632621", "shrub", "")
    assert (adoption.target, adoption.place) == ("runoff_coefficient", "account.toml [[adopt]] 1")


_VALUES = st.sampled_from(
    ["1", "-1", "0", '""', '"x"', "[]", "{}", "true", "1.5", "nan", "2019-01-01", "[[]]", '["632621"]',
     '[{file = "x"}]', "{name = 1}", '{name = "x", days = 365}', "[1, 2]", "99999", '["x.csv"]', "[{}]",
     '{require = "primary"}'],
)  # fmt: skip
_KEYS = (
    "schema",
    "title",
    "period",
    "periods",
    "ruleset",
    "price_year",
    "counties",
    "county",
    "inputs",
    "previous",
    "date",
)


@given(st.dictionaries(st.sampled_from([*_KEYS, "options", "adopt", "zz"]), _VALUES, max_size=4))
def test_no_account_file_makes_anything_but_an_account_or_problems(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[str, str]
) -> None:
    path = write_account(tmp_path_factory.mktemp("account"), [RAIN], changes=SHIPPED | changes)
    with suppress(QhgepError):
        account = read_account(path)
        assert account.counties
        assert account.periods


def test_an_account_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "account.toml"
    path.write_bytes(account_toml(SHIPPED).encode("gbk"))
    (told,) = refused(path)
    assert told == "account.toml  第 20 个字节不是 UTF-8；UTF-8 编码的文件；另存为 UTF-8。"
