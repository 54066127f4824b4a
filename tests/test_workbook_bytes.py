"""The bytes of a workbook: the same from the same inputs wherever they are made, and there whole or not at all."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import IO, Self

import pytest

from qhgep import write_workbook
from qhgep.errors import WorkbookError
from qhgep.workbook import book_content
from qhgep.workbook.core.cells import LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.core.write import to_bytes
from tests.support import toy
from tests.support.books import EXAMPLE, Made, book
from tests.support.package import Package

ROOT = EXAMPLE.parent.parent
PLACES = (
    ({"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC"}, ROOT),
    ({"PYTHONHASHSEED": "2", "LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8", "TZ": "Asia/Shanghai"}, EXAMPLE),
)


def made_elsewhere(verb: str, file: str, target: Path, place: tuple[dict[str, str], Path]) -> str:
    """The hash of the workbook that a process of its own writes, in another environment and folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    command = [
        sys.executable,
        "-m",
        "qhgep",
        "--quiet",
        verb,
        os.path.relpath(EXAMPLE / file, place[1]),
        "-o",
        str(target),
    ]
    environment = {**kept, "PYTHONPATH": str(ROOT), **place[0]}
    done = subprocess.run(command, check=False, cwd=place[1], env=environment, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    return sha256(target.read_bytes()).hexdigest()


@pytest.mark.long
@pytest.mark.parametrize(
    ("verb", "file", "name"), [("account", "account.toml", "pilot"), ("allocate", "plan.toml", "plan")]
)
def test_hash_seed_locale_zone_and_folder_do_not_matter(verb: str, file: str, name: str, tmp_path: Path) -> None:
    found = [made_elsewhere(verb, file, tmp_path / f"{number}.xlsx", place) for number, place in enumerate(PLACES)]
    assert set(found) == {sha256(book(name).data).hexdigest()}


@pytest.mark.parametrize("name", ["pilot", "plan"])
def test_the_only_date_in_a_workbook_is_the_given_one(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(book(name).data)
    with zipfile.ZipFile(path) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-11-22T00:00:00Z") == 2
    assert core.count("T0") == 2


def test_a_long_title_with_an_ampersand_prints_in_every_footer(tmp_path: Path) -> None:
    """255 characters are all that a footer holds: the title is cut, the page numbers stay."""
    account = toy.ACCOUNT.replace("样例账户", "样例 A&B " + "很长的标题" * 60)
    options = {"rules": toy.PLAIN_RULES, "counties": (toy.A, toy.B), "account": account}
    made = Made("long", toy.result(tmp_path / "account", toy.plain(), **options), toy.catalogue())  # type: ignore[arg-type] # texts
    package = Package(made.data)
    for sheet in package.sheets:
        assert "样例 A&amp;&amp;B " in package.xml(sheet)
        assert f"…&amp;R&amp;8 {sheet}　第 &amp;P 页 共 &amp;N 页</oddFooter>" in package.xml(sheet)


# --- whole or not at all ------------------------------------------------------------------------


class HalfFull:
    """A file on a disk that is full after the first half."""

    def __init__(self, file: IO[bytes], error: BaseException) -> None:
        self.file, self.error = file, error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def write(self, data: bytes) -> None:
        self.file.write(data[: len(data) // 2])
        raise self.error

    def writelines(self, parts: Iterable[bytes]) -> None:
        for part in parts:
            self.write(part)


def fail_half_way(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    opened = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda handle, mode: HalfFull(opened(handle, mode), error))


def refuse(_: Path, target: Path) -> None:
    raise PermissionError(13, "Permission denied", str(target))


def left(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("name", ["pilot", "plan"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"old")
    fail_half_way(monkeypatch, OSError(28, "No space left on device"))
    with pytest.raises(WorkbookError) as raised:
        write_workbook(book(name).made, path)
    assert str(raised.value) == f"{path}  磁盘没有空间了，没有写出；够用的空间；腾出空间再写；原有的文件没有动。"
    assert left(tmp_path) == {"x.xlsx": b"old"}


def test_a_file_that_another_program_holds_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(WorkbookError, match="写不了：Permission denied"):
        write_workbook(book("plan").made, path)
    assert left(tmp_path) == {"x.xlsx": b"old"}


def test_an_interruption_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_half_way(monkeypatch, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        write_workbook(book("plan").made, tmp_path / "x.xlsx")
    assert left(tmp_path) == {}


def test_a_fault_while_the_sheets_are_made_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> bytes:
        raise RuntimeError

    path = tmp_path / "x.xlsx"
    path.write_bytes(b"old")
    monkeypatch.setattr(book_content, "to_bytes", broken)
    with pytest.raises(RuntimeError):
        write_workbook(book("plan").made, path)
    assert left(tmp_path) == {"x.xlsx": b"old"}


def test_folders_are_made_and_places_that_are_none_are_refused(tmp_path: Path) -> None:
    made = write_workbook(book("plan").made, tmp_path / "新" / "x.xlsx")
    assert made.read_bytes() == book("plan").data
    assert oct(made.stat().st_mode)[-3:] == "644"
    for place, reason in ((made / "x.xlsx", "(Not a directory|File exists)"), (tmp_path / "新", "Is a directory")):
        with pytest.raises(WorkbookError, match=f"写不了：{reason}"):
            write_workbook(book("plan").made, place)
    assert list(left(tmp_path / "新")) == ["x.xlsx"]


def test_a_workbook_of_a_period_is_that_of_no_other(tmp_path: Path) -> None:
    account = toy.ACCOUNT.replace("period = 2020", "periods = [2020, 2021]")
    lines = [toy.Line(item.county, item.quantity, item.value, item.unit, item.ecosystem, item.item, item.presence, year=year)
             for item in toy.plain() for year in ("2020", "2021")]  # fmt: skip
    adopt = "".join(
        f'[[adopt]]\nrow = "TOY-0{number}"\nfor = "toy_cost"\nitem = "{item}"\nreason = "试"\ndecided_by = "试"\n'
        for number, item in ((7, toy.COD), (8, toy.NH3N))
    )
    options = {"rules": toy.PLAIN_RULES, "counties": (toy.A, toy.B), "account": account + adopt}
    result = toy.result(tmp_path / "account", lines, **options)  # type: ignore[arg-type] # texts
    one, other = (
        write_workbook(result, tmp_path / f"{year}.xlsx", period=year).read_bytes() for year in ("2020", "2021")
    )
    assert one != other


def test_cells_are_written_as_xlsxwriter_writes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strings, numbers and formulas take a shorter way: texts with &, <, >, errors, empty texts, numbers of any size."""
    numbers = [0.0, -0.0, 1.0, 0.1, 1e300, 5e-324, -1234567.891, 123456789012345678.0, 2 / 3]
    texts = ['a & b <c> "d"', "缺", " blank ", "_x000D_", "=1+1", "two\nlines", "#N/A", "TRUE"]
    values: list[float | str | None] = [*numbers, *texts, "", None, 7]
    sheet = Sheet("试", "试", "FFFFFF", freeze=(1, 1))
    for row, number in enumerate(numbers):
        sheet.put(row, 0, TypedNumber(number))
    for row, text in enumerate([*texts, ""]):
        sheet.put(row, 1, Text(text))
    for row, value in enumerate(values):
        sheet.put(row, 2, LiveFormula('IF(A1<>"&",A1&"<",NA())', value, "step"))
    sheet.put(0, 3, Text("there", link="试!A1"))
    sheet.put(1, 3, LiveFormula("STDEV.S(A1:A3)", 1.0, "step"))
    sheet.merges.append((30, 0, 30, 2))

    def made() -> bytes:
        return to_bytes([paged(sheet)], title="试", created=date(2026, 1, 2), footer="试")

    short = made()
    monkeypatch.delattr("qhgep.workbook.core.write._Page._write_cell")
    assert made() == short
