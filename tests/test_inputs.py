"""The long input table: every fault is told with its line, all of a file at once; absences stay apart."""

import csv
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from qhgep.coefficient_store import supported
from qhgep.errors import Problems, messages
from qhgep.inputs import Input, read_table
from qhgep.inputs.read import read_rows
from qhgep.inputs.table import COLUMNS, Vocabulary
from qhgep.packs.library import coefficients
from tests.support.accounts import Line, table
from tests.support.toy import catalogue

RAIN = Line("precipitation", "420", "mm/a")
LINES = {
    "rain": RAIN,
    "people": Line("population", "51245", "人"),
    "credits": Line("carbon_credits_issued", "10", "t CO2/a"),
    "ratio": Line("yield_to_precipitation", "0.38", "1"),
    "land": Line("area", "126.0", "km2", ecosystem="bare_land"),
    "inflow": Line("inflow_from_outside", "100", "元/a"),
    "load": Line("toy_load", "3.3", "t/a", item="cod"),
    "nil": Line("area", ecosystem="grassland", presence="zero"),
    "gap": Line("precipitation", presence="missing"),
}
with Path(__file__).with_name("inputs_faults.toml").open("rb") as golden:
    FAULTS = tomllib.load(golden)["case"]


def vocabulary() -> Vocabulary:
    return Vocabulary(
        catalogue().vocabulary, catalogue().lists, coefficients().ecosystems, supported(coefficients().sources)
    )


def read(lines: Iterable[Line | tuple[str, ...]]) -> tuple[list[Input], Problems]:
    problems = Problems()
    return read_rows(table(lines), "t.csv", vocabulary(), problems), problems


def row(line: Line) -> Input:
    (found,), problems = read([line])
    assert problems.items == []
    return found


def faulty(case: dict[str, Any]) -> Line:
    line = LINES[case["of"]]
    return replace(line, **case["line"])


class Bare(Line):
    """A line whose origin and evidence are printed as they are, whatever its presence."""

    @property
    def cells(self) -> tuple[str, ...]:
        made = super().cells
        return (*made[:9], self.origin, self.evidence, *made[11:])


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case["name"])
def test_a_fault_is_told_with_its_line_and_the_row_is_left_out(case: dict[str, Any]) -> None:
    line = faulty(case)
    if case["of"] == "gap" and "evidence" in case["line"]:
        line = Bare(**{field: getattr(line, field) for field in Line.__dataclass_fields__})
    found, problems = read([line])
    assert found == []
    assert [(item.code, item.text()) for item in problems.items] == [(case["code"], case["says"])]
    assert problems.items[0].text("en") != case["says"]


CELLS = {
    "table_quantity": "F2", "table_coefficient": "F2", "table_number": "G2", "table_bounds": "G2", "table_period": "B2",
    "table_unstated": "B2", "table_ecosystem": "D2", "table_item": "E2", "table_word": "K2", "row_origin": "K2",
    "table_note": "M2", "reason_hollow": "M2", "table_filled": "G2",
}  # fmt: skip
"""The cell that the reader of a message has to change; the columns of the long table are A to M."""
CELLS_OF_CASES = {
    "a presence that is none": "I2", "an origin that is none": "J2",
}  # fmt: skip


@pytest.mark.parametrize("case", [case for case in FAULTS if case["code"] in CELLS], ids=lambda case: case["name"])
def test_in_a_workbook_a_fault_stands_at_the_cell_that_is_to_be_changed(case: dict[str, Any], tmp_path: Path) -> None:
    line = faulty(case)
    if case["of"] == "gap" and "evidence" in case["line"]:
        line = Bare(**{field: getattr(line, field) for field in Line.__dataclass_fields__})
    made = as_workbook(tmp_path, [line])
    problems = Problems()
    assert read_table(made, vocabulary(), problems) == []
    cell = CELLS_OF_CASES.get(case["name"], CELLS[case["code"]])
    told = [(item.code, item.where) for item in problems.items if item.severity == "error"]
    assert told == [(case["code"], f"t.xlsx › Sheet › {cell}")]


@pytest.mark.parametrize(("line", "cell"), [(replace(RAIN, unit="kg"), "H2"), (replace(RAIN, last="20"), "C2")])
def test_in_a_workbook_a_unit_and_the_end_of_a_period_have_cells_of_their_own(
    line: Line, cell: str, tmp_path: Path
) -> None:
    problems = Problems()
    assert read_table(as_workbook(tmp_path, [line]), vocabulary(), problems) == []
    assert [item.where for item in problems.items if item.severity == "error"] == [f"t.xlsx › Sheet › {cell}"]


def as_workbook(folder: Path, lines: Iterable[Line | tuple[str, ...]]) -> Path:
    made = Workbook()
    for fields in csv.reader(table(lines).splitlines()):
        made.active.append(fields)
    made.save(folder / "t.xlsx")
    return folder / "t.xlsx"


def test_a_csv_with_all_these_faults_tells_them_all_with_their_lines() -> None:
    cases = [case for case in FAULTS if case["code"] != "file_csv" and "evidence" not in case["line"]]
    found, problems = read([*(faulty(case) for case in cases), LINES["people"]])
    assert [item.where for item in problems.items] == [f"t.csv:{number + 2}" for number in range(len(cases))]
    assert [item.code for item in problems.items] == [case["code"] for case in cases]
    assert [item.quantity for item in found] == ["population"]


def test_one_row_may_have_several_faults_and_each_is_told() -> None:
    _, problems = read([Line("area", "x", "km", first="199", evidence="sure")])
    codes = ["table_period", "table_ecosystem", "table_word", "table_number"]
    assert [item.code for item in problems.items] == codes


@pytest.mark.parametrize("code", sorted(code for code in messages() if code.startswith("table_")))
def test_every_message_about_tables_is_provoked_by_a_test(code: str) -> None:
    elsewhere = {"table_twice"}  # below
    assert code in {case["code"] for case in FAULTS} | elsewhere


def test_the_same_county_period_ecosystem_item_and_quantity_stand_once() -> None:
    found, problems = read([LINES["load"], replace(RAIN), replace(LINES["load"], value="4")])
    assert [item.text() for item in problems.items] == [
        "t.csv:4  与 t.csv:2 的县、期间、生态系统、项目、量全同；同一处只有一行；删去其一。"
    ]
    assert [item.value for item in found] == ["3.3", "420"]


@pytest.mark.parametrize(
    "change",
    [{"county": "632622"}, {"first": "2018"}, {"last": "2020"}, {"item": "nh3n"}, {"quantity": "toy_useful"}],
    ids=str,
)
def test_another_county_period_item_or_quantity_is_another_row(change: dict[str, str]) -> None:
    found, problems = read([LINES["load"], replace(LINES["load"], **change)])
    assert (len(found), problems.items) == (2, [])


def test_value_zero_missing_and_not_applicable_stay_four_things() -> None:
    stated = {
        presence: row(replace(LINES["nil"], presence=presence)) for presence in ("zero", "missing", "not_applicable")
    }
    assert {presence: found.exact for presence, found in stated.items()} == {
        "zero": Fraction(0),
        "missing": None,
        "not_applicable": None,
    }
    assert {found.presence for found in stated.values()} == {"zero", "missing", "not_applicable"}
    assert row(RAIN).exact == 420


@pytest.mark.parametrize(
    ("value", "unit", "exact"),
    [
        ("13278.6", "km2", Fraction(1327860)), ("1", "亩", Fraction(1, 15)), ("30", "万亩", Fraction(20000)),
        ("1e4", "m2", Fraction(1)), (".5", "hm²", Fraction(1, 2)), ("+7.", "公顷", Fraction(7)),
        ("0.1", "hm2", Fraction(1, 10)),
    ],
)  # fmt: skip
def test_a_printed_value_is_converted_exactly(value: str, unit: str, exact: Fraction) -> None:
    assert row(replace(LINES["land"], value=value, unit=unit)).exact == exact


def test_a_fraction_may_be_written_in_percent_with_its_sign() -> None:
    assert row(replace(LINES["ratio"], value="38", unit="%")).exact == Fraction(38, 100)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2019", "2019"), ("2001", "2019"), ("2019-01-01", "2019-12-31"), ("2019-07-01", "2019"),
        ("2019", "2019-06-30"), ("2019-07-01", "2019-07-01"),
    ],
)  # fmt: skip
def test_a_period_is_years_or_days_and_each_row_keeps_its_own(first: str, last: str) -> None:
    found = row(replace(RAIN, first=first, last=last))
    assert found.period == (first if first == last else f"{first}-{last}")


def test_an_assumed_value_may_leave_its_period_unstated() -> None:
    found = row(replace(RAIN, first="unstated", origin="chosen", evidence="assumed"))
    assert (found.period, found.evidence) == ("unstated", "assumed")
    assert row(replace(LINES["gap"], first="unstated")).exact is None


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    problems = Problems()
    assert read_table(tmp_path / "none.csv", vocabulary(), problems) == []
    assert [item.text() for item in problems.items] == [
        "none.csv  没有这个文件，或打不开；可读的 xlsx、csv 或 txt；检查路径与权限。"
    ]


def test_a_table_in_another_encoding_is_read_and_told(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(table([replace(RAIN, note="县志")]).encode("gbk"))
    problems = Problems()
    (found,) = read_table(tmp_path / "t.csv", vocabulary(), problems)
    assert (found.note, found.place) == ("县志", "t.csv:2")
    assert [item.text() for item in problems.items] == [
        "t.csv  不是 UTF-8，按 GB18030 读入；UTF-8；核对汉字有没有乱码；最好另存为 “CSV UTF-8”。"
    ]


def test_a_table_without_any_cell_is_told() -> None:
    problems = Problems()
    assert read_rows("", "t.csv", vocabulary(), problems) == []
    assert [item.text() for item in problems.items] == ["t.csv  没有一格有内容；一行表头，其下每行一条；检查文件。"]


def test_the_columns_may_stand_in_any_order_and_one_more_is_told() -> None:
    lines = [line.split(",") for line in table([RAIN]).splitlines()]
    text = "\n".join(",".join([*line[::-1], more]) for line, more in zip(lines, ("县名", "玛沁县"), strict=True))
    problems = Problems()
    (found,) = read_rows(text, "t.csv", vocabulary(), problems)
    assert found.exact == 420
    assert [item.text() for item in problems.items] == [
        "t.csv:1  没有读的栏目：县名；长表的栏目；有要读的数就改正表头，没有就不用管。"
    ]


@pytest.mark.parametrize("text", ["county_code,value\n632621,3\n", table([]).replace("item", "Item")])
def test_a_header_of_another_shape_is_told_and_nothing_is_guessed(text: str) -> None:
    problems = Problems()
    assert read_rows(text, "t.csv", vocabulary(), problems) == []
    header = text.split("\n", maxsplit=1)[0]
    assert [item.text() for item in problems.items] == [
        f"t.csv:1  表头是 {header}；{','.join(COLUMNS)}；按格式写表头。"
    ]


def test_a_table_may_begin_with_a_mark_end_lines_as_windows_does_and_hold_blank_lines(tmp_path: Path) -> None:
    text = "\ufeff" + table([RAIN, ("",) * len(COLUMNS), LINES["people"]]).replace("\n", "\r\n") + "\r\n"
    (tmp_path / "t.csv").write_bytes(text.encode())
    problems = Problems()
    found = read_table(tmp_path / "t.csv", vocabulary(), problems)
    assert problems.items == []
    assert [item.place for item in found] == ["t.csv:2", "t.csv:4"]
    assert found[0].note == ""


def test_spaces_around_a_field_mean_nothing() -> None:
    spaced = tuple(f" {cell} " for cell in RAIN.cells)
    (found,), problems = read([spaced])
    assert problems.items == []
    assert found.fields == row(RAIN).fields


# --- periods as people write them -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "period"),
    [
        ("2018-2020", "2018-2020", "2018-2020"), ("2018—2020年", "", "2018-2020"), ("2018-2020年平均", "2018-2020年平均", "2018-2020"),
        ("2018-2020", "2020", "2018-2020"), ("", "2018～2020", "2018-2020"), ("十三五", "十三五", "2016-2020"), ("2019年", "2019年", "2019"),
        ("２０１９", "2019.0", "2019"), ("2018年", "2020年度", "2018-2020"), ("2019/1/1", "2019年12月31日", "2019-01-01-2019-12-31"),
        ("2019.1.1", "20191231", "2019-01-01-2019-12-31"),
    ],
)  # fmt: skip
def test_a_span_goes_before_the_years_in_it_and_days_are_read_however_they_are_written(
    first: str, last: str, period: str
) -> None:
    rows, problems = read([replace(RAIN, first=first, last=last)])
    assert [item.code for item in problems.items] == []
    assert [row.period for row in rows] == [period]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2018-2020", "2021"), ("2018-2020", "2019-2021"), ("2019", "2018-2020"), ("2020-2018", "2020-2018"), ("2025年预计", "2025年预计"),
        ("2019年6月", "2019年6月"), ("2019", "2019.6"), ("6/30/2019", "6/30/2019"), ("2019年2月29日", "2019年12月31日"),
    ],
)  # fmt: skip
def test_a_period_that_is_not_certain_is_refused_as_it_stands(first: str, last: str) -> None:
    rows, problems = read([replace(RAIN, first=first, last=last)])
    assert (rows, [item.code for item in problems.items]) == ([], ["table_period"])
    assert any(text in problems.items[0].text() for text in (first, last))
