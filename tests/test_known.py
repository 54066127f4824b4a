"""The store as it was known on a day: rows known later, or on no recorded day, do not count; what follows is told."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhgep import allocate, coefficients, compute, read_account, verify_workbook, write_workbook
from qhgep.catalogue import shipped
from qhgep.coefficient_store import Adoption, Coefficients, as_known_on, left_out_warnings, load_coefficients, resolve
from qhgep.compensation.allocation import Allocation
from qhgep.engine.result import Result
from qhgep.errors import AccountError, NoValue
from qhgep.quantities import coefficient
from qhgep.workbook.account.book import account_sheets
from qhgep.workbook.core.cells import Sheet, Text
from qhgep.workbook.plan.book import allocation_sheets
from tests.support.accounts import Coefficient, pack
from tests.support.result_bodies import whole
from tests.test_cli import PILOT, run
from tests.test_resolve import COUNTY, IN_2019, row

SHARE = Coefficient("T-1", "share", ecosystem="grassland", value="0.5", known_since="2019-03-31")
LATER = replace(SHARE, row="T-2", source="law", value="0.25", known_since="2020-05-06")
NEVER = replace(SHARE, row="T-3", source="hearsay", value="0.125", known_since="")
QUANTITY = coefficient("share", "1", axes="county year ecosystem", zh="系数", tex="s", fallback="allowed")
# A law of our own for the pilot: the Garzê row of the carbon price, once more, as it would be known from 2012 on.
EARLY = Coefficient(
    "GZ-26", "carbon_price", region="513300", first="2010-01-01", last="2010-12-31", known_since="2012-07-01",
    price_year="2010", value="380", unit="CNY/tCO2",
)  # fmt: skip


def store(entries: Iterable[Coefficient], day: date | None) -> Coefficients:
    rows = tuple(row(entry, line) for line, entry in enumerate(entries, start=2))
    return as_known_on(Coefficients(rows, {}, {}, {}), day)


def value(known: Coefficients, adoptions: tuple[Adoption, ...] = ()) -> Fraction:
    cell = {"county": COUNTY, "ecosystem": "grassland"}
    documents = ("law", "paper", "hearsay")
    return resolve(known, QUANTITY, on=IN_2019, adoptions=adoptions, documents=documents, **cell).value  # type: ignore[arg-type] # texts


@pytest.mark.parametrize(
    ("day", "known"),
    [
        (date(2019, 3, 30), []),
        (date(2019, 3, 31), ["T-1"]),
        (date(2020, 5, 5), ["T-1"]),
        (date(2020, 5, 6), ["T-1", "T-2"]),
        (date(9999, 12, 31), ["T-1", "T-2"]),
        (None, ["T-1", "T-2", "T-3"]),
    ],
)
def test_a_row_is_known_from_its_known_since_on_and_one_without_it_on_no_day(
    day: date | None, known: list[str]
) -> None:
    found = store([SHARE, LATER, NEVER], day)
    assert [row.row for row in found.rows] == known
    assert (found.known_on, len(found.rows) + len(found.left_out)) == (day, 3)


def test_what_was_decided_with_the_rows_of_then_is_had_again() -> None:
    assert value(store([SHARE, LATER], date(2019, 12, 31))) == Fraction(1, 2)
    assert value(store([SHARE, LATER], date(2020, 12, 31))) == Fraction(1, 4)


def test_a_value_that_was_not_known_yet_is_missing_and_the_error_says_when_it_became_known() -> None:
    with pytest.raises(NoValue) as caught:
        value(store([replace(SHARE, first="2018-01-01", last="2018-12-31"), LATER, NEVER], date(2020, 1, 1)))
    assert caught.value.text() == (
        "t.csv:2  系数（share）在 2019-01-01 至 2019-12-31、632621，grassland 没有值：按 2020-01-01 已知的系数；"
        "另有 2 行当日还不知道：T-2（t.csv:3，known_since 2020-05-06）、T-3（t.csv:4，known_since 未写）；"
        "一个当时当地有效、且 known_since 不晚于 2020-01-01 的系数行；"
        "已知的行：T-1（t.csv:2，全国，grassland，2018-01-01 至 2018-12-31）；"
        "把 --as-known-on 改晚，或补充当日已知的系数行；如需借用已知的行，请在 account.toml 写 [[adopt]]。"
    )


def test_a_value_that_is_missing_for_another_reason_is_told_as_ever() -> None:
    elsewhere = replace(SHARE, region="513300")
    with pytest.raises(NoValue) as caught:
        value(store([elsewhere, replace(LATER, key="another")], date(2019, 12, 31)))
    assert [item.code for item in caught.value.problems] == ["no_value"]


def test_a_decision_that_names_a_row_of_later_is_told_with_the_day() -> None:
    with pytest.raises(AccountError) as caught:
        read_account(PILOT / "account.toml", known_on=date(2017, 12, 30))
    lines = (PILOT / "account.toml").read_text(encoding="utf-8").splitlines()
    heads = [at for at, text in enumerate(lines, 1) if text == "[[adopt]]"]
    assert {
        f"account.toml:{heads[number - 1]} [[adopt]] {number}  [[adopt]] 引用的系数行 {name} 在 2017-12-30 还不知道（known_since 2017-12-31）；"
        "known_since 不晚于该日的系数行；把 --as-known-on 改晚，或引用当日已知的行。"
        for number, name in enumerate(("GZ-05", "GZ-26"), start=1)
    } <= set(caught.value.text().splitlines())


def test_how_many_rows_are_left_out_is_told_for_each_reason() -> None:
    told = left_out_warnings(store([SHARE, LATER, NEVER], date(2019, 1, 1)))
    assert {item.severity for item in told} == {"warning"}
    assert [item.text() for item in told] == [
        (
            "2 行系数在 2019-01-01 之后才为人所知，没有采用："
            "T-1（t.csv:2，known_since 2019-03-31）、T-2（t.csv:3，known_since 2020-05-06）；"
            "known_since 不晚于该日的行；这是提示；要用这些行，请把 --as-known-on 改晚。"
        ),
        (
            "1 行系数没有写 known_since，不能证明 2019-01-01 已知，没有采用：T-3（t.csv:4，known_since 未写）；"
            "写明 known_since 的行；这是提示；查明公布日期后补写 known_since。"
        ),
    ]
    assert left_out_warnings(store([SHARE, LATER, NEVER], None)) == ()


def over(folder: Path, *layers: tuple[str, Iterable[Coefficient]]) -> Coefficients:
    packs = [pack(folder / name, rows) for name, rows in layers]
    return load_coefficients(shipped().words, packs)


@pytest.mark.parametrize(
    ("day", "price"),
    [(date(2017, 12, 30), []), (date(2017, 12, 31), [380]), (date(2020, 1, 1), [400]), (date(2021, 1, 1), [410])],
)
def test_a_row_that_was_not_known_overrides_nothing(tmp_path: Path, day: date, price: list[int]) -> None:
    """GZ-26 of the shipped store (known since 2017-12-31), replaced by one pack from 2020 and by another from 2021 on."""
    first = replace(EARLY, row="MY-1", value="400", known_since="2020-01-01")
    second = replace(EARLY, row="MY-2", value="410", known_since="2021-01-01")
    known = as_known_on(over(tmp_path, ("one", [first]), ("two", [second])), day)
    assert [row.value for row in known.of("carbon_price") if row.region_code == "513300"] == price


def test_a_row_that_was_replaced_by_a_known_one_does_not_come_back(tmp_path: Path) -> None:
    first = replace(EARLY, row="MY-1", value="400", known_since="2031-01-01")
    second = replace(EARLY, row="MY-2", value="410", known_since="2021-01-01")
    known = as_known_on(over(tmp_path, ("one", [first]), ("two", [second])), date(2022, 1, 1))
    assert [row.value for row in known.of("carbon_price") if row.region_code == "513300"] == [410]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=8),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_what_was_known_is_known_ever_after(rows: list[tuple[int, bool]], first: int, second: int) -> None:
    start = date(2020, 1, 1)
    entries = [
        replace(SHARE, row=f"T-{number}", known_since=str(start + timedelta(days)) if written else "")
        for number, (days, written) in enumerate(rows)
    ]
    early, late = (store(entries, start + timedelta(days)) for days in sorted((first, second)))
    assert {row.row for row in early.rows} <= {row.row for row in late.rows}
    assert all(row.known_since for row in late.rows)


def test_the_library_takes_the_store_as_of_a_day() -> None:
    day, whole = date(2017, 12, 30), coefficients()
    known = coefficients(known_on=day)
    dated = {row for row in whole.rows if row.known_since and row.known_since <= day}
    assert dated | {row for row in whole.rows if row.constant} == set(known.rows)
    assert set(known.left_out) == set(whole.rows) - set(known.rows)
    assert "GZ-05" in {row.row for row in known.left_out}


THEN = date(2018, 1, 1)


@pytest.fixture(scope="module")
def now() -> Result:
    return compute(read_account(PILOT / "account.toml"))


@pytest.fixture(scope="module")
def then(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The pilot as known on a day, with a pack of two rows that were not: one known later, one without a day."""
    extra = [
        replace(EARLY, row="MY-1", region="", known_since="2018-01-02"),
        replace(EARLY, row="MY-2", region="", source="law", known_since=""),
    ]
    folder = pack(tmp_path_factory.mktemp("known") / "pack", extra)
    return compute(read_account(PILOT / "account.toml", coefficients=[folder], known_on=THEN))


def test_the_day_is_part_of_the_run_id_and_changes_no_figure_that_was_known(now: Result, then: Result) -> None:
    assert then.run_id != now.run_id
    again = compute(read_account(PILOT / "account.toml", known_on=date(2018, 1, 2)))
    assert again.run_id not in {then.run_id, now.run_id}
    totals = [result.value("accounted_total", county="*").value for result in (now, then, again)]
    assert len(set(totals)) == 1
    assert (now.known_on, then.known_on) == (None, THEN)
    assert [whole(result)["created_from"]["known_on"] for result in (now, then)] == [None, "2018-01-01"]


def test_what_is_left_out_is_among_the_checks_of_the_result(now: Result, then: Result) -> None:
    told = {item.code: dict(item.facts) for item in then.checks if item.code.startswith("rows_known")}
    left_out = then.account.coefficients.left_out
    assert {"MY-1", "MY-2"} <= {row.row for row in left_out}
    later = sum(row.known_since is not None for row in left_out)
    assert (told["rows_known_later"]["day"], told["rows_known_later"]["count"]) == ("2018-01-01", str(later))
    assert told["rows_known_never"]["count"] == str(len(left_out) - later)
    assert not [item for item in now.checks if item.code.startswith("rows_known")]


def test_the_workbook_says_the_day_and_is_rebuilt_from_its_record(then: Result, tmp_path: Path) -> None:
    book = write_workbook(then, tmp_path / "then.xlsx")
    assert verify_workbook(book).same
    sheets = account_sheets(then, then.only_period())
    for name in ("封面", "清单"):
        assert ("系数截至（当日已知）", "2018-01-01") in pairs(sheets, name)


def pairs(sheets: Iterable[Sheet], name: str) -> set[tuple[str, str]]:
    cells = next(sheet for sheet in sheets if sheet.name == name).cells
    texts = {place: content.text for place, content in cells.items() if isinstance(content, Text)}
    return {(text, texts.get((at, 1), "")) for (at, column), text in texts.items() if column == 0}


@pytest.fixture(scope="module")
def plan() -> Allocation:
    return allocate(PILOT / "plan.toml", known_on=THEN)


def test_a_plan_takes_its_accounts_as_of_the_day_and_its_workbook_is_rebuilt(plan: Allocation, tmp_path: Path) -> None:
    assert plan.source.known_on == {"gep": THEN}
    assert plan.source.run_ids != allocate(PILOT / "plan.toml").source.run_ids
    assert verify_workbook(write_workbook(plan, tmp_path / "plan.xlsx")).same
    assert ("核算 gep 系数截至（当日已知）", "2018-01-01") in pairs(allocation_sheets(plan), "清单")


def test_the_command_line_takes_the_day_and_tells_what_is_left_out(tmp_path: Path) -> None:
    folder = pack(tmp_path / "pack", [replace(EARLY, row="MY-1", region="", known_since="2030-01-01")])
    for words in (
        ("account", PILOT / "account.toml"),
        ("allocate", PILOT / "plan.toml"),
        ("coefficients", "list", "carbon_price"),
        ("coefficients", "review"),
    ):
        found = run(*words, "--coefficients", folder, "--as-known-on", "2018-01-01")
        assert found.exit_code == 0
        assert "行系数在 2018-01-01 之后才为人所知，没有采用：" in found.stderr
        assert "MY-1" not in found.stdout
    assert "没有在该日有效的行。" in run("coefficients", "list", "GZ-26", "--as-known-on", "2017-12-30").stdout


def test_a_day_that_is_none_is_told_with_its_option() -> None:
    found = run("account", PILOT / "account.toml", "--as-known-on", "2018")
    assert found.exit_code == 1
    assert "--as-known-on  “2018” 不是日期；如 2010-06-30；改正日期。" in found.stderr


def test_an_account_without_a_value_that_was_known_then_stops_and_says_that_there_are_rows_of_later(
    tmp_path: Path,
) -> None:
    path = Path(copytree(PILOT, tmp_path / "pilot")) / "account.toml"
    text = path.read_text(encoding="utf-8")
    decision = '[[adopt]]\nrow = "GZ-26"'
    start = text.index(decision)
    path.write_text(text[:start] + text[text.index("[[adopt]]", start + 1) :], encoding="utf-8")
    late = replace(EARLY, row="MY-1", first="2001-01-01", last="2001-12-31", known_since="2030-01-01")
    folder = pack(tmp_path / "pack", [late])
    found = run("account", path, "--coefficients", folder, "--as-known-on", "2018-01-01")
    assert found.exit_code == 0  # a draft runs on, without what the price gives
    assert "没有值：按 2018-01-01 已知的系数；另有 " in found.stderr
    path.write_text(
        path.read_text(encoding="utf-8").replace('title = "', 'state = "review"\ntitle = "', 1), encoding="utf-8"
    )
    found = run("account", path, "--coefficients", folder, "--as-known-on", "2018-01-01")
    assert found.exit_code == 1
    assert "没有值：按 2018-01-01 已知的系数；另有 " in found.stderr
