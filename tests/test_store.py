"""The coefficient store: what breaks its schema is told with file and line; packs lie over the shipped."""

import csv
import re
import shutil
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhgep.catalogue import shipped
from qhgep.coefficient_store import Coefficients, load_coefficients
from qhgep.coefficient_store import load as loading
from qhgep.data import data_folder
from qhgep.errors import CoefficientError, QhgepError
from qhgep.evidence import EVIDENCE, LEVELS, ORIGIN
from qhgep.packs.library import coefficients
from tests.support.accounts import LAW, Coefficient, pack

PRICE = Coefficient("T-1", "carbon_price", price_year="2019", value="54.22", unit="元/t CO2")
SHARE = Coefficient("T-2", "runoff_coefficient", ecosystem="grassland", value="0.082", unit="1")


def load(folder: Path, rows: Iterable[Coefficient | tuple[str, ...]], sources: str = LAW) -> Coefficients:
    return load_coefficients(shipped().words, [pack(folder / "pack", rows, sources)])


def faults(folder: Path, rows: Iterable[Coefficient | tuple[str, ...]], sources: str = LAW) -> list[str]:
    with pytest.raises(CoefficientError) as caught:
        load(folder, rows, sources)
    return caught.value.text().splitlines()


with Path(__file__).with_name("store_faults.toml").open("rb") as golden:
    FAULTS = tomllib.load(golden)


def faulty(case: dict[str, Any]) -> Coefficient:
    return replace({"price": PRICE, "share": SHARE}[case["of"]], **case["row"])


@pytest.mark.parametrize("case", FAULTS["case"], ids=lambda case: case["name"])
def test_a_row_that_breaks_the_schema_is_told_with_its_file_and_line(tmp_path: Path, case: dict[str, Any]) -> None:
    with pytest.raises(CoefficientError) as caught:
        load(tmp_path, [faulty(case)])
    assert [item.code for item in caught.value.problems] == [case["code"]]
    assert caught.value.text() == case["says"]
    assert caught.value.text("en") != case["says"]


DATED = LAW.replace('kind = "paper"\n', 'kind = "paper"\ndate = 2020-06-01\n')
"""The paper with a day of its own."""


def test_nobody_knows_a_value_before_its_document_is_there(tmp_path: Path) -> None:
    rows = [replace(PRICE, known_since="2020-05-31"), replace(SHARE, known_since="2020-06-01")]
    (told,) = faults(tmp_path, rows, DATED)
    assert told == (
        "pack/rows.csv:2  T-1 的 known_since 是 2020-05-31，来源 paper 的日期却是 2020-06-01；"
        "不早于文件的日期：文件还没有，谁也不知道它的数；改正 known_since，或改正 sources.toml 里的日期。"
    )


def test_a_document_is_not_checked_before_it_is_there(tmp_path: Path) -> None:
    late = LAW.replace('kind = "paper"\n', 'kind = "paper"\ndate = 2026-12-01\n')
    (told,) = faults(tmp_path, [PRICE], late)
    assert told == (
        "pack/sources.toml  来源 paper 的日期是 2026-12-01，核对日 checked 却是 2026-11-22；"
        "核对日不早于文件的日期；改正 [paper] 的 date 或 checked。"
    )


def test_a_header_of_another_shape_is_told_once(tmp_path: Path) -> None:
    folder = pack(tmp_path / "pack", [])
    (folder / "rows.csv").write_text("row,key,value\nT-1,carbon_price,1\n", encoding="utf-8")
    with pytest.raises(CoefficientError) as caught:
        load_coefficients(shipped().words, [folder])
    assert caught.value.text() == (
        "pack/rows.csv:1  表头是 row,key,value；row,key,region_code,ecosystem,item,from,to,known_since,"
        "price_year,value,low,high,unit,source,at,origin,evidence,parents,note；按格式写表头。"
    )


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    rows = [faulty(case) for case in FAULTS["case"] if case["code"] not in {"file_csv", "row_twice"}]
    told = faults(tmp_path, [replace(row, row=f"T-{number}") for number, row in enumerate(rows)])
    lines = [f"pack/rows.csv:{number + 2}" for number in range(len(rows))]
    places = [place for line in told for place in re.findall(r"pack/rows.csv:[0-9]+", line.split("  ")[0])]
    assert sorted(places) == sorted(lines)


def test_one_row_may_have_several_faults(tmp_path: Path) -> None:
    told = faults(tmp_path, [replace(PRICE, at="", last="", unit="元")])
    assert [line[len("pack/rows.csv:2  ") :].split("；")[0] for line in told] == [
        "证据为 published，却没有写出处位置（at）",
        "没有写截止日期，来源 paper 又不是法规",
        "carbon_price 的单位 “元” 不能换算为 元/(t CO₂)",
    ]


def test_a_row_id_stands_once(tmp_path: Path) -> None:
    twice = faults(tmp_path, [PRICE, replace(SHARE, row="T-1")])
    assert twice == ["pack/rows.csv:3  行号 T-1 重复；每行一个行号；前一处在 pack/rows.csv:2；改行号。"]


def test_one_source_gives_one_value_for_one_place_and_first_day(tmp_path: Path) -> None:
    (told,) = faults(tmp_path, [PRICE, replace(PRICE, row="T-9", value="60", last="2020-12-31")])
    assert told == (
        "pack/rows.csv:3  T-9 与 pack/rows.csv:2 的系数、地区、生态系统、项目、起始日、来源全同；"
        "同一来源对同一处只有一个值；删去其一。"
    )


def test_two_sources_for_one_place_are_normal(tmp_path: Path) -> None:
    found = load(tmp_path, [PRICE, replace(PRICE, row="T-9", source="law", last="")])
    assert [row.row for row in found.of("carbon_price") if row.file == "pack/rows.csv"] == ["T-1", "T-9"]


def test_digits_printed_are_digits_kept_and_the_exact_value_is_in_the_unit_of_the_quantity(
    tmp_path: Path,
) -> None:
    found = load(tmp_path, [replace(SHARE, value="8.20", unit="%")]).row("T-2")
    assert found is not None
    assert (str(found.value), found.unit, found.exact) == ("8.20", "%", Fraction(82, 1000))


@pytest.mark.parametrize("text", ["8.2%", "1_000", "nan", "inf", "七", "1e999999999", "8,2", "--1"])
def test_only_digits_are_a_number(tmp_path: Path, text: str) -> None:
    (told,) = faults(tmp_path, [replace(SHARE, value=f'"{text}"')])
    assert told == f"pack/rows.csv:2 › value  value = “{text}” 不是数；只含数字、小数点和正负号的数；改正该格。"


@pytest.mark.parametrize(("text", "value"), [("７", "7"), ("1,234.50", "1234.50"), ("\t8", "8")])
def test_a_number_that_was_typed_as_text_is_read_and_told(tmp_path: Path, text: str, value: str) -> None:
    found = load(tmp_path, [replace(PRICE, value=f'"{text}"')])
    row = found.row("T-1")
    assert row is not None
    assert str(row.value) == value
    assert [item.text() for item in found.warnings] == [
        f"pack/rows.csv:2 › value  “{text.replace(chr(9), ' ')}” 是文字，按 {value} 读入；数值；核对；最好改为数值。"
    ]


def test_a_pack_overrides_the_same_place_and_first_day_and_the_pair_is_listed(tmp_path: Path) -> None:
    mine = Coefficient(
        "MY-1", "reservoir_cost", "513300", first="2010-01-01", last="2010-12-31",
        price_year="2010", value="8", unit="CNY/m3",
    )  # fmt: skip
    found = load(tmp_path, [mine])
    assert [(old.row, new.row) for old, new in found.overridden] == [("GZ-05", "MY-1")]
    assert found.row("GZ-05") is None
    assert [row.row for row in found.of("reservoir_cost") if row.region_code == "513300"] == ["MY-1"]
    assert coefficients().row("GZ-05") is not None


def test_a_pack_that_adds_overrides_nothing(tmp_path: Path) -> None:
    found = load(tmp_path, [PRICE])
    assert found.overridden == ()
    assert len(found.rows) == len(coefficients().rows) + 1
    assert {"pack/rows.csv", "pack/sources.toml", "water.csv"} <= set(found.hashes)


def test_a_pack_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CoefficientError) as caught:
        load_coefficients(shipped().words, [tmp_path / "none"])
    assert caught.value.text() == (
        f"{tmp_path}/none  没有这个系数包；一个含 csv 的文件夹，或填好的系数填报表（.xlsx）；检查 --coefficients 的路径。"
    )


@pytest.mark.parametrize("case", FAULTS["source"], ids=lambda case: case["name"])
def test_a_sources_file_that_breaks_its_schema_is_told(tmp_path: Path, case: dict[str, Any]) -> None:
    assert faults(tmp_path, [], LAW.replace(case["old"], case["new"], 1)) == [case["says"]]


def test_rows_in_another_encoding_are_read_and_a_toml_file_in_one_is_told_with_the_byte(tmp_path: Path) -> None:
    """TOML is UTF-8 by its own rule; a table is what a bureau's Excel saves."""
    folder = pack(tmp_path / "pack", [replace(PRICE, note="价格")])
    (folder / "rows.csv").write_bytes((folder / "rows.csv").read_text(encoding="utf-8").encode("gbk"))
    found = load_coefficients(shipped().words, [folder])
    row = found.row("T-1")
    assert row is not None
    assert (row.note, row.place) == ("价格", "pack/rows.csv:2")
    assert [item.text() for item in found.warnings] == [
        "pack/rows.csv  不是 UTF-8，按 GB18030 读入；UTF-8；核对汉字有没有乱码；最好另存为 “CSV UTF-8”。"
    ]
    (folder / "sources.toml").write_bytes((folder / "sources.toml").read_text(encoding="utf-8").encode("gbk"))
    with pytest.raises(CoefficientError) as caught:
        load_coefficients(shipped().words, [folder])
    sources = caught.value.text().splitlines()[0]
    assert sources.endswith(" 个字节不是 UTF-8；UTF-8 编码的文件；另存为 UTF-8。")


@pytest.mark.long
@given(
    st.sampled_from(sorted(EVIDENCE)),
    st.sampled_from(sorted(ORIGIN)),
    st.sampled_from(["paper", "law", "hearsay", ""]),
)
def test_a_row_is_taken_as_it_stands_or_refused_and_never_upgraded(
    tmp_path_factory: pytest.TempPathFactory, evidence: str, origin: str, source: str
) -> None:
    row = replace(PRICE, evidence=evidence, origin=origin, source=source)
    try:
        found = load(tmp_path_factory.mktemp("store"), [row]).row("T-1")
    except QhgepError:
        return
    assert found is not None
    assert (found.evidence, found.origin) == (evidence, origin)
    assert origin not in {"transferred", "chosen"} or evidence == "assumed"
    assert source != "hearsay" or LEVELS.index(evidence) >= LEVELS.index("secondary")


def test_the_shipped_store_keeps_its_own_rules_and_shows_its_rows_as_a_table() -> None:
    frame = coefficients().frame()
    assert len(frame) == len(coefficients().rows)
    assert list(frame.columns)[:2] == ["row", "key"]
    assert set(frame["place"]) == {row.place for row in coefficients().rows}


@pytest.mark.parametrize(
    "last", ["2019-12-31", "2019/12/31", "2019.12.31", "2019年12月31日", "20191231", "２０１９／１２／３１"]
)
def test_the_days_of_a_row_are_read_however_they_are_written(last: str, tmp_path: Path) -> None:
    (row,) = (
        row for row in load(tmp_path, [replace(PRICE, first="2019年1月1日", last=last)]).rows if row.row == PRICE.row
    )
    assert (row.start, row.end) == (date(2019, 1, 1), date(2019, 12, 31))


def test_a_note_may_hold_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    folder = pack(tmp_path / "pack", [])
    note = 'a "quoted", long\nnote'
    with (folder / "rows.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(replace(PRICE, note=note).cells)
    row = load_coefficients(shipped().words, [folder]).row("T-1")
    assert row is not None
    assert (row.note, row.line) == (note, 2)


def test_the_shipped_files_are_read_once_and_anew_where_one_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "coefficients"
    shutil.copytree(data_folder("coefficients"), folder)
    monkeypatch.setattr(loading, "data_folder", lambda _name: folder)
    words = shipped().words
    first = load_coefficients(words)
    assert load_coefficients(words) is first
    path = next(path for path in folder.glob("*.csv") if "carbon_price" in path.read_text(encoding="utf-8"))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    gone = next(line for line in lines[1:] if ",carbon_price," in line)
    path.write_text("".join(line for line in lines if line != gone), encoding="utf-8")
    left = load_coefficients(words)
    assert {row.row for row in first.rows} - {row.row for row in left.rows} == {gone.split(",")[0]}
