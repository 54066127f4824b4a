"""Printed tables: the shape of the page is the shape of the file, and every filled cell is a row with its place."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from qhgep.catalogue import shipped
from qhgep.coefficient_store import Coefficients, load_coefficients
from qhgep.errors import CoefficientError
from qhgep.packs.library import coefficients
from tests.support.accounts import LAW, pack

ABOUT = """schema = 1
key = "air_absorption"
row_id = "T-{row}-{column}"
rows = "ecosystem"
columns = "air_pollutant"
from = "2019-01-01"
to = "2019-12-31"
unit = "kg/(hm2*a)"
source = "paper"
at = "表 2"
origin = "stated"
evidence = "published"
"""
CELLS = "生态系统,二氧化硫,氮氧化物\n针叶林,215.60,6.0\n高寒草甸,,1.50\n"


def folder(place: Path, cells: str = CELLS, about: str | None = ABOUT) -> Path:
    made = pack(place / "pack", [], LAW)
    (made / "tables").mkdir()
    (made / "tables" / "absorption.csv").write_text(cells, encoding="utf-8")
    if about is not None:
        (made / "tables" / "absorption.toml").write_text(about, encoding="utf-8")
    return made


def load(made: Path) -> Coefficients:
    return load_coefficients(shipped().words, [made])


def told(made: Path) -> str:
    with pytest.raises(CoefficientError) as caught:
        load(made)
    return caught.value.text()


def test_each_filled_cell_is_a_row_with_its_heads_its_line_and_its_digits(tmp_path: Path) -> None:
    rows = [row for row in load(folder(tmp_path)).rows if row.file.startswith("pack/")]
    assert [(row.row, row.ecosystem, row.item, row.value, row.place) for row in rows] == [
        ("T-针叶林-so2", "forest.needleleaf", "so2", Decimal("215.60"), "pack/tables/absorption.csv:2"),
        ("T-针叶林-nox", "forest.needleleaf", "nox", Decimal("6.0"), "pack/tables/absorption.csv:2"),
        ("T-高寒草甸-nox", "grassland.alpine_meadow", "nox", Decimal("1.50"), "pack/tables/absorption.csv:3"),
    ]
    assert rows[0].at == "表 2，针叶林 × 二氧化硫"
    assert (rows[0].start, rows[0].unit, rows[0].exact) == (date(2019, 1, 1), "kg/(hm2*a)", Fraction(21560, 100))


def test_an_empty_cell_is_no_row_and_never_zero(tmp_path: Path) -> None:
    assert load(folder(tmp_path)).row("T-高寒草甸-so2") is None


def test_a_cell_keeps_the_rules_of_every_row(tmp_path: Path) -> None:
    """A published value needs a paper, a dataset or a law: `hearsay` is news. Its three cells are told once."""
    (line,) = told(folder(tmp_path, about=ABOUT.replace('"paper"', '"hearsay"'))).splitlines()
    assert line.startswith(
        "pack/tables/absorption.csv:2、pack/tables/absorption.csv:3（2）  "
        "T-针叶林-so2、T-针叶林-nox、T-高寒草甸-nox（3）：来源 hearsay（kind = news）不足以支持 published；"
    )


def test_a_head_that_is_no_member_is_told_with_its_line(tmp_path: Path) -> None:
    assert told(folder(tmp_path, CELLS.replace("高寒草甸", "高寒草店"))) == (
        "pack/tables/absorption.csv:3  表头 “高寒草店” 不是 ecosystem 的一项；登记过的写法；"
        "改正表头，或在 ecosystems.toml 登记别名。"
    )
    assert told(folder(tmp_path / "b", CELLS.replace("氮氧化物", "氮"))).startswith(
        "pack/tables/absorption.csv:1  表头 “氮” 不是 air_pollutant 的一项；"
    )


@pytest.fixture(autouse=True)
def _second(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()


def test_a_table_without_its_file_and_a_file_without_its_table_are_told(tmp_path: Path) -> None:
    assert told(folder(tmp_path, about=None)) == (
        "pack/tables/absorption.toml  印刷表没有说明文件；与 csv 同名的 toml，写明系数、行列、单位、来源；补上说明文件。"
    )
    lonely = folder(tmp_path / "b")
    (lonely / "tables" / "absorption.csv").unlink()
    assert told(lonely).startswith("pack/tables/absorption.csv  没有这个文件，或打不开；")


def test_an_axis_that_is_none_is_told(tmp_path: Path) -> None:
    assert told(folder(tmp_path, about=ABOUT.replace('"air_pollutant"', '"pollutants"'))) == (
        "pack/tables/absorption.toml  没有 pollutants 这个行列轴；ecosystem，或一个项目表的名字；改正 rows 或 columns。"
    )


def test_a_value_that_is_no_number_is_told_with_its_line(tmp_path: Path) -> None:
    assert told(folder(tmp_path, CELLS.replace("1.50", "约 1.5"))).startswith(
        "pack/tables/absorption.csv:3 › 氮氧化物  氮氧化物 = “约 1.5” 不是数；"
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("schema = 1", "schema = 2", ":1  schema 写作 2；只能是 1；"),
        ("unit =", "units =", "  缺少 unit；"),
        ("schema = 1", "schema", ":1  TOML 读不懂："),
    ],
)
def test_a_file_about_a_table_that_breaks_its_schema_is_told(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert told(folder(tmp_path, about=ABOUT.replace(old, new, 1))).startswith(f"pack/tables/absorption.toml{says}")


def test_a_table_in_another_encoding_is_told(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made / "tables" / "absorption.toml").write_bytes(ABOUT.encode("gbk"))
    assert told(made).startswith("pack/tables/absorption.toml  第 ")


def test_a_table_of_one_column_says_so(tmp_path: Path) -> None:
    about = ABOUT.replace('columns = "air_pollutant"\n', "").replace("air_absorption", "runoff_coefficient")
    about = about.replace('"kg/(hm2*a)"', '"%"').replace("-{column}", "")
    row = load(folder(tmp_path, "生态系统,value\n高寒草甸,8.2\n", about)).row("T-高寒草甸")
    assert row is not None
    assert (row.exact, row.at) == (Fraction(82, 1000), "表 2，高寒草甸")
    assert told(folder(tmp_path / "b", "生态系统,径流系数\n高寒草甸,8.2\n", about)) == (
        "pack/tables/absorption.csv:1  表头是 径流系数；value；按格式写表头。"
    )


def test_the_runoff_coefficients_are_the_18_printed_ones() -> None:
    """Gong et al. 2017, Table 2: alpine meadow 8.20 %, alpine steppe 6.54 %, marsh and reservoir 0."""
    rows = {row.row: row for row in coefficients().of("runoff_coefficient")}
    assert len(rows) == 18
    printed = {"RC-高寒草甸": "8.2", "RC-高寒草原": "6.54", "RC-温带草原": "3.94", "RC-沼泽和水库": "0"}
    assert {key: str(rows[key].value) for key in printed} == printed
