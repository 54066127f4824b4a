"""Reading what bureaus return: spoilt files, hostile files in a child process, and the time of a usual form.

`python -m benchmarks.reading` prints the report; with a file as argument it reads that file alone and prints what it took.
"""

from __future__ import annotations

import io
import json
import re
import resource
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import xlsxwriter

from benchmarks.mutations import bases, read, spoilt, tried
from qhgep.inputs import read_counties

TRIALS = 2000
MOST_MEGABYTES, MOST_SECONDS = 500, 60
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_SHEET = "xl/worksheets/sheet1.xml"
_ECOSYSTEMS = ("森林", "灌丛", "草地", "湿地", "农田", "城镇", "荒漠", "裸地", "冰川")


def report() -> list[str]:
    """Spoilt files and what became of them; the worst memory and time of hostile ones; a form of 45 counties."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        return [*_spoilt(folder), *_hostile(folder), *_form(folder)]


def _spoilt(folder: Path) -> list[str]:
    sound = bases(folder)
    found: Counter[str] = Counter()
    worst = 0.0
    for seed in range(TRIALS):
        base = sound[seed % len(sound)]
        data = spoilt(base, Random(seed))  # noqa: S311 - a draw
        start = time.perf_counter()
        found[tried(base, data, folder / f"x{base.name[1:]}").outcome] += 1  # a traceback ends the benchmark
        worst = max(worst, time.perf_counter() - start)
    told = ", ".join(f"{outcome} {number}" for outcome, number in sorted(found.items()))
    assert not found["silent"], told
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        f"reading: {TRIALS} spoilt files: 0 tracebacks, {found['silent']} with other numbers in silence ({told})",
        f"  slowest {worst * 1000:.0f} ms with its witness, memory of the whole run {peak:.0f} MB",
    ]


def _hostile(folder: Path) -> Iterator[str]:
    yield "  hostile files, each read by a process of its own:"
    worst = (0.0, 0.0)
    for name, path in hostile(folder):
        found = measured(path)
        assert found["megabytes"] < MOST_MEGABYTES, (name, found)
        assert found["seconds"] < MOST_SECONDS, (name, found)
        worst = max(worst[0], found["megabytes"]), max(worst[1], found["seconds"])
        yield f"    {name:34} {found['megabytes']:4.0f} MB  {found['seconds']:6.2f} s  {found['codes']}"
        path.unlink()
    yield f"  worst {worst[0]:.0f} MB (limit {MOST_MEGABYTES}) and {worst[1]:.1f} s"


def measured(path: Path) -> dict[str, object]:
    """Peak memory, time and the codes of the problems of reading one file in a child process, which must end by itself."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "benchmarks.reading", str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, (done.returncode, done.stderr[-2000:])
    return dict(json.loads(done.stdout))


def hostile(folder: Path) -> Iterator[tuple[str, Path]]:
    """Files that are made to harm their reader, with a word for each."""
    for name, sheet in _sheets():
        yield name, _package(folder, sheet)
    many = [
        "<sheetData>",
        *(f"<row r='{row}'><c r='A{row}' t='s'><v>{row}</v></c></row>" for row in (1, 2)),
        "</sheetData>",
    ]
    for name, parts in {
        "one shared string of 100 MB": {"xl/sharedStrings.xml": _joined(["<si><t>", *["山" * 10**5] * 333, "</t></si>"], "sst")},
        "140 MB of shared strings": {"xl/sharedStrings.xml": _joined((f"<si><t>{'x' * 400}{i}</t></si>" for i in range(330_000)), "sst")},
        "a million shared strings": {"xl/sharedStrings.xml": _joined((f"<si><t>{i}</t></si>" for i in range(10**6)), "sst")},
        "a million styles": {"xl/styles.xml": _joined(["<cellXfs>", *["<xf numFmtId='14'/>"] * 10**6, "</cellXfs>"], "styleSheet")},
        "a million sheets": {
            "xl/workbook.xml": _joined(["<sheets>", *["<sheet name='a' sheetId='1' r:id='rId1'/>"] * 10**6, "</sheets>"], "workbook xmlns:r='r'")
        },
        "5,001 parts": {f"x/{i}.xml": b"<x/>" for i in range(5001)},
    }.items():  # fmt: skip
        yield name, _package(folder, _joined(many, "worksheet"), parts)
    for name, data in {
        "csv of 29 MB in one field": b"a," + b"x" * (29 << 20), "csv of 29 MB, an open quote": b'"' + b"x,\n" * (9 << 20),
        "csv of 14 million fields": b"1," * (14 << 20), "csv of a million lines": b"632621,1\n" * 10**6, "csv of 31 MB": b"1" * (31 << 20),
    }.items():  # fmt: skip
        path = folder / "h.csv"
        path.write_bytes(data)
        yield name, path


# fmt: off
def _sheets() -> Iterator[tuple[str, bytes]]:
    """Sheets that are made to harm their reader."""

    def cell(place: str) -> str:
        return f"<c r='{place}'><v>1</v></c>"

    head = "<row r='1'><c r='A1' t='str'><v>县名</v></c><c r='B1' t='str'><v>面积（公顷）</v></c></row>"
    yield "a cell at XFD1048576", _data([f"<row r='1048576'>{cell('XFD1048576')}</row>"])
    yield "1,048,576 rows", _data(f"<row r='{i}'>{cell(f'A{i}')}</row>" for i in range(1, 1_048_577))
    yield "8 million cells without address", _data(["<row>" + "<c><v>1</v></c>" * 900 + "</row>"] * 8900)
    yield "190 MB of zeros", b"0" * (190 << 20)
    yield "149 MB of blanks", _data([" " * (1 << 19), "<row/>"] * 290)
    yield "199,000 cells of long text", _data(["<row><c t='str'><v>" + "山" * 100 + "</v></c></row>"] * 199_000)
    yield "199,000 counties", _data([head, *["<row><c t='str'><v>玛沁县</v></c><c><v>1</v></c></row>"] * 149_000])
    yield "140,000 totals", _data([head, *["<row><c t='str'><v>合计</v></c><c><v>1</v></c></row>"] * 140_000])
    yield "140,000 errors", _data([head, *["<row><c t='str'><v>某县</v></c><c t='e'><v>#N/A</v></c></row>"] * 140_000])
    yield "990 headings of one row", _data(["<row>" + "<c t='str'><v>县名</v></c>" + "<c t='str'><v>森林面积</v></c>" * 990 + "</row>"] * 300)
    yield "two million merges", _joined(["<sheetData/><mergeCells>", *["<mergeCell ref='A1:ZZ99999'/>"] * 2_000_000, "</mergeCells>"], "worksheet")
    rows = ["<row><c t='str'><v>玛沁县</v></c><c><v>1</v></c></row>"] * 99_000
    merges = [f"<mergeCell ref='A{i}:ALL199999'/>" for i in range(1, 19_000)]
    whole = ["<sheetData>", head, *rows, "</sheetData><mergeCells>", *merges, "</mergeCells>"]
    yield "19,000 merges over everything", _joined(whole, "worksheet")
    yield "a million hidden columns", _joined(["<cols>", *["<col min='1' max='16384' hidden='1'/>"] * 10**6, "</cols><sheetData/>"], "worksheet")
    yield "elements nested a million deep", _joined([*["<a>"] * 10**6, *["</a>"] * 10**6], "worksheet")
    yield "an attribute of 100 MB", _data(["<row x='", *["y" * 10**6] * 100, "'/>"])
    yield "a comment of 100 MB", _data(["<!--", *["<x " * 10**6] * 33, "-->"])
    yield "an instruction of 100 MB", _data(["<?x ", *["y" * 10**6] * 100, "?>"])
    yield "CDATA of 100 MB", _data(["<row><c t='str'><v><![CDATA[", *["<y " * 10**6] * 33, "]]></v></c></row>"])
    yield "100,000 attributes of a tag", _data(["<row " + " ".join(f"a{i}='1'" for i in range(90_000)) + "/>"] * 20)
    yield "a billion laughs", b'<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + _data(["<row/>"])
# fmt: on


def _data(pieces: Iterable[str]) -> bytes:
    return _joined(("<sheetData>", *pieces, "</sheetData>"), "worksheet")


def _joined(pieces: Iterable[str], root: str) -> bytes:
    out = io.BytesIO()
    out.write(f"<{root} {_MAIN}>".encode())
    for piece in pieces:
        out.write(piece.encode())
    out.write(f"</{root.split(maxsplit=1)[0]}>".encode())
    return out.getvalue()


def _package(folder: Path, sheet: bytes, parts: Mapping[str, bytes] | None = None) -> Path:
    """An xlsx with one sheet of this XML, and other parts."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = f"<Relationship Id='rId1' Type='{office}/worksheet' Target='worksheets/sheet1.xml'/>"
    whole = {
        "xl/workbook.xml": f"<workbook {_MAIN} xmlns:r='{office}'><sheets><sheet name='a' sheetId='1' r:id='rId1'/></sheets></workbook>".encode(),
        "xl/_rels/workbook.xml.rels": f"<Relationships>{relation}</Relationships>".encode(),
        _SHEET: sheet, **(parts or {}),
    }  # fmt: skip
    path = folder / "h.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in whole.items():
            archive.writestr(name, content)
    return path


def _form(folder: Path) -> list[str]:
    """The time of a wide form of 45 counties and twelve columns, beyond import; the best of five."""
    path = folder / "form.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("表1")
    heads = [f"{zh}面积（万亩）" for zh in _ECOSYSTEMS]
    sheet.write_row(0, 0, ["2023年青海省分县数据"])
    sheet.write_row(1, 0, ["区划代码", "县名", *heads, "年降水量（mm/a）", "人口（人）", "蒸散量（mm/a）"])
    of_2023 = [
        item for item in read_counties() if item.kind == "county" and item.valid(date(2023, 1, 1), date(2023, 12, 31))
    ]
    counties = [item for item in of_2023 if item.code.startswith("63")]
    for row, county in enumerate(counties):
        sheet.write_row(row + 2, 0, [county.code, county.zh, *range(1, 10), 400 + row, 50_000, 300])
    book.close()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        reading, problems = read(path)
        times.append(time.perf_counter() - start)
    assert len(reading.rows) == 12 * len(counties), [item.text() for item in problems.items]
    return [
        f"  a form of {len(counties)} counties and 12 columns: {min(times):.3f} s, {len(reading.rows)} inputs (goal 0.5 s)"
    ]


def _alone(path: Path) -> None:
    """Read one file and print what it took."""
    start = time.perf_counter()
    _, problems = read(path)
    seconds = time.perf_counter() - start
    codes = Counter(item.code for item in problems.items if item.severity == "error")
    told = (
        " ".join(f"{code}" if number == 1 else f"{code} x{number}" for code, number in codes.most_common(3)) or "read"
    )
    sys.stdout.write(json.dumps({"megabytes": _peak(), "seconds": seconds, "codes": told}))


def _peak() -> float:
    """The most memory that this process took, in MB. Linux hands the peak of a parent down to what getrusage says."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
        if found:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:]:
        _alone(Path(sys.argv[1]))
    else:
        sys.stdout.write("\n".join(report()) + "\n")
