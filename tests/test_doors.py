"""One reader for every door: whatever verb asks for a table, it may come in each format that bureaus have."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from openpyxl import Workbook

from qhgep import coefficients, compute, read_account
from qhgep.auditing import audit_table
from qhgep.auditing.published import read_published
from qhgep.engine.result import Result
from qhgep.errors import Problem, Problems
from qhgep.importers.declared import Declared
from qhgep.importers.run import import_table
from qhgep.inputs.files import read_csv
from qhgep.inputs.table import COLUMNS, Input
from qhgep.preparation.check_returned import check_file
from tests.support.accounts import write_account
from tests.support.bureau import saved
from tests.support.imports import OPTIONS, TABLES, ZONES

ROOT = Path(__file__).parent.parent
Table = list[list[str]]
READ_AS = {"gb18030": "GB18030", "utf-16": "UTF-16", "utf-16-le": "UTF-16-LE"}
"""Encodings that are told, as the message names them."""


def _text(rows: Table, delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _workbook(rows: Table, *, typed: bool) -> bytes:
    """The table as cells: numbers as numbers where `typed`, else all as text."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "表1"
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            if not text:
                continue
            plain = typed and text.replace(".", "", 1).isdigit() and not (text.startswith("0") and text[1:2].isdigit())
            cell = sheet.cell(number, column, float(text) if plain and "." in text else int(text) if plain else text)
            if plain and "." in text:
                cell.number_format = "0." + "0" * len(text.partition(".")[2])
    return saved(made)


FORMATS: Mapping[str, tuple[str, Callable[[Table], bytes]]] = {
    "utf-8": (".csv", lambda rows: _text(rows).encode()),
    "utf-8-sig": (".csv", lambda rows: _text(rows).encode("utf-8-sig")),
    "gb18030": (".csv", lambda rows: _text(rows).encode("gb18030")),
    "utf-16": (".csv", lambda rows: _text(rows).encode("utf-16")),
    "utf-16-le": (".csv", lambda rows: _text(rows, "\t").encode("utf-16-le")),
    "xlsx": (".xlsx", lambda rows: _workbook(rows, typed=True)),
    "xlsx of texts": (".xlsx", lambda rows: _workbook(rows, typed=False)),
    "semicolon": (".csv", lambda rows: _text(rows, ";").encode()),
    "tab": (".tsv", lambda rows: _text(rows, "\t").encode()),
}
"""Format -> the ending of the file, and its bytes."""


@dataclass(frozen=True)
class Read:
    """What a door made of a table, and what it told."""

    found: object
    warnings: tuple[Problem, ...] = ()


def rows_of(text: str) -> Table:
    return [list(row) for row in csv.reader(io.StringIO(text))]


INPUTS = rows_of(
    ",".join(COLUMNS) + "\n"
    "632621,2019,2019,grassland,,area,12.50,km2,value,stated,declared,果洛州统计局,“草地，含沼泽”\n"
    "632621,2019,2019,,,precipitation,540.3,mm/a,value,stated,declared,气象局,\n"
    "632621,2019,2019,,,population,,,missing,,,,没有统计\n"
)
WIDE = rows_of(
    "区划代码,县名,年份,森林面积（公顷）,年降水量（mm/a）\n632621,玛沁县,2023,12.5,540\n632622,班玛县,2023,300,600.25\n"
)
PRINTED = rows_of(
    "行,数量,数量单位,单价,单价单位,价值,价值单位,合计,名称,备注\n"
    "草地,2802,万公顷,4209.03,元/公顷/年,1179.37,亿元/年,,,\n"
    "森林,223.2,万公顷,11097.42,元/公顷/年,247.65,亿元/年,,,\n"
    "湿地,418.4,万公顷,50005.90,元/公顷/年,2079.65,亿元/年,,,\n"
    "农田和其他,,,,,23.48,亿元/年,,,\n"
    "合计,,,,,3530.15,亿元/年,*,,\n"
)
PACK = rows_of(
    "row,key,region_code,ecosystem,item,from,to,known_since,price_year,value,low,high,unit,source,at,origin,evidence,parents,note\n"
    "MY-1,reservoir_cost,513300,,,2010-01-01,2010-12-31,,2010,8.20,,,CNY/m3,paper,表 3,stated,published,,水库造价\n"
)
MAP = rows_of(ZONES)
MAP[0] = ["区域编号", "县代码", "面积", "面积单位"]
HISTOGRAM = rows_of("fid,ws,县名,HISTO_4,HISTO_5,HISTO_8\n1,7,祁连县,3,2,0\n2,8,玛沁县,1000,110,1\n")
GEE = rows_of('system:index,ws,县名,histogram,.geo\n0,7,祁连县,"{1=2.0, 4=2.5, 9=0.5}",\n')
PAPER = '[paper]\ntitle = "x"\nkind = "paper"\naddress = "https://example.org"\nchecked = 2026-11-22\n'


def put(folder: Path, name: str, rows: Table, form: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    ending, made = FORMATS[form]
    path = folder / f"{name}{ending}"
    path.write_bytes(made(rows))
    return path


def said(rows: Iterable[Input]) -> list[tuple[object, ...]]:
    """What rows say, their value exactly: a workbook stores 12.50 as 12.5."""
    return [(*row.fields[:6], row.exact, *row.fields[7:]) for row in rows]


def check_long(folder: Path, form: str) -> Read:
    found = check_file(put(folder, "t", INPUTS, form))
    assert found.sound, [item.text() for item in found.problems]
    return Read(said(found.reading.rows), found.problems)


def check_wide(folder: Path, form: str) -> Read:
    found = check_file(put(folder, "t", WIDE, form))
    assert found.sound, [item.text() for item in found.problems]
    return Read([(row.county_code, row.quantity, row.exact) for row in found.reading.rows], found.problems)


def account(folder: Path, form: str) -> Read:
    path = put(folder, "inputs", INPUTS, form)
    changes = {"inputs": f'["{path.name}"]', "ruleset": '"water-balance-plateau"', "price_year": "2010"}
    toml = write_account(folder, changes=changes)
    path = put(folder, "inputs", INPUTS, form)
    found = read_account(toml)
    return Read(said(found.inputs), found.warnings)


def import_histogram(folder: Path, form: str) -> Read:
    zones = put(folder, "zones", MAP, "utf-8")
    declared = Declared(map=zones, ignore=("县名",), **OPTIONS["qgis-histogram"])  # type: ignore[arg-type] # texts by name
    found = import_table("qgis-histogram", put(folder, "t", HISTOGRAM, form), declared)
    return Read(found.table.replace(FORMATS[form][0], ""), found.warnings)


def import_braces(folder: Path, form: str) -> Read:
    """A histogram of Earth Engine holds commas and braces of its own."""
    zones = put(folder, "zones", [MAP[0], MAP[1]], "utf-8")
    declared = Declared(map=zones, ignore=("县名",), **OPTIONS["gee"])  # type: ignore[arg-type] # texts by name
    found = import_table("gee", put(folder, "t", GEE, form), declared)
    return Read(found.table.replace(FORMATS[form][0], ""), found.warnings)


def import_map(folder: Path, form: str) -> Read:
    table = put(folder, "t", rows_of(TABLES["qgis-histogram"]), "utf-8")
    declared = Declared(map=put(folder, "zones", MAP, form), **OPTIONS["qgis-histogram"])  # type: ignore[arg-type] # texts by name
    found = import_table("qgis-histogram", table, declared)
    return Read(found.table, found.warnings)


def audit(folder: Path, form: str) -> Read:
    found = audit_table(put(folder, "t", PRINTED, form))
    return Read([(one.row, one.kind, one.verdict, one.allowed) for one in found.findings])


@cache
def pilot() -> Result:
    return compute(read_account(ROOT / "examples" / "pilot" / "account.toml"))


def published(folder: Path, form: str) -> Read:
    rows = rows_of(
        "row,quantity,county_code,period,ecosystem,item,value,unit,total_of,share,share_of,source,at,note\n"
        "P,precipitation,632621,,,,540.30,mm/a,,,,年鉴,第 3 页,降水\n"
    )
    found = read_published(put(folder, "t", rows, form), pilot())
    return Read([(cell, one.text, one.half) for cell, one in found.table.figures.items()])


def pack(folder: Path, form: str) -> Read:
    put(folder / "pack", "water", PACK, form)
    (folder / "pack" / "sources.toml").write_text(PAPER, encoding="utf-8")
    found = coefficients([folder / "pack"])
    row = found.row("MY-1")
    assert row is not None
    return Read((str(row.value), row.start, row.end, row.note, row.exact), found.warnings)


DOORS: Mapping[str, Callable[[Path, str], Read]] = {
    "check, long": check_long, "check, wide": check_wide, "account input": account, "import": import_histogram,
    "import, braces": import_braces, "import, map": import_map, "audit table": audit, "audit published": published,
    "pack": pack,
}  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("door", DOORS)
def test_each_door_reads_each_format_alike(door: str, form: str, tmp_path: Path) -> None:
    plain, found = DOORS[door](tmp_path / "plain", "utf-8"), DOORS[door](tmp_path / "other", form)
    assert found.found == plain.found
    assert found.found
    told = [item for item in found.warnings if item.code == "file_read_as"]
    assert [dict(item.facts)["encoding"] for item in told] == (
        [READ_AS[form]] if form in READ_AS and door not in QUIET else []
    )


QUIET = {"audit table", "audit published"}
"""Doors whose answer is about the figures alone."""


def test_a_csv_too_long_is_refused_before_a_cell_is_made_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """200,000 lines of four fields are 800,000 cells: the 150,000th line is the last of 600,000."""

    def no_cell(*_: object) -> None:
        pytest.fail("a cell was made")

    monkeypatch.setattr(read_csv, "RawCell", no_cell)
    problems = Problems()
    assert read_csv.csv_sheet("1,2,3,4\n" * 150_001, "t.csv", problems) is None
    assert [(item.code, item.where) for item in problems.items] == [("file_long", "t.csv:150001")]
