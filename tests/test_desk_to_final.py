"""The desk from a form to final workbooks of account and plan: prices on a form, review, last year; hostile names and ends."""

import errno
import os
import re
import signal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from qhgep import verify_workbook
from qhgep.desk.folders import WorkFolder
from qhgep.desk.runs import Runs
from qhgep.desk.views import buttons_named
from qhgep.preparation.decide import lines_of
from tests.support.upright_forms import right
from tests.test_a_province_in_the_desk import COUNTIES, DECLARED, planned
from tests.test_desk import ORIGIN, client, done, ended, form, made, put, sleeping
from tests.test_twenty_mistakes import LANDS

PRICES = {"水库单位库容造价": 10, "二氧化碳价格": 60}


def priced(blank: Path) -> bytes:
    """The form of what lacks, filled in as a bureau does."""
    book = load_workbook(blank)
    page = book["系数填报"]
    rows = {str(page.cell(row, 1).value): row for row in range(5, page.max_row + 1) if page.cell(row, 1).value}
    assert set(rows) == set(PRICES)
    document = (
        (8, 2024),
        (9, "本局测算"),
        (10, "财测〔2024〕1号"),
        (11, DECLARED[3]),
        (12, "玛沁县财政局"),
        (14, "表1"),
    )
    for name, row in rows.items():
        for column, typed in ((6, PRICES[name]), *document):
            page.cell(row, column).value = typed  # type: ignore[assignment] # texts, numbers and a day
    return form(book, blank.with_name(".filled.xlsx"))


def decisions(folder: Path) -> dict[str, str]:
    """A runoff, the first of every method, and what is said not to apply, by a person."""
    typed = {"by": "玛沁县财政局 张三", "date": "2026-11-20"}
    for row, line in lines_of(folder / "账户")[1].items():
        choice = {"方法": line.choices[0][0], "系数": "RC-高寒草甸", "不适用": "不适用"}.get(line.kind, "")
        if line.kind != "系数" or line.code == "runoff_coefficient":
            typed |= {f"choice.{row}": choice, f"reason.{row}": "据实" if choice else ""}
    return typed


@pytest.mark.long
def test_prices_review_final_and_last_year_in_the_desk(tmp_path: Path) -> None:
    """Every step by its button; last year the first county had 100000 yuan, this year 101000."""
    desk, root = client(tmp_path / "根"), tmp_path / "根"
    folder = made(desk)
    place = WorkFolder(next(root.iterdir()))

    def id_of(name: str) -> str:
        return next(item.id for item in place.files() if item.place == name)

    def well(name: str, **typed: str) -> str:
        state, page = done(desk, folder, name, **typed)
        assert state == "done", page
        return page

    put(desk, folder, "forms", ("玛沁县.xlsx", form(right(lands=LANDS), tmp_path / "对.xlsx")))
    page = well("start")
    assert "<code>qhgep account</code> 即“核算”；" in page
    well("decide", **decisions(place.path))
    first = lines_of(place.path / "账户")[1]
    assert {line.code for line in first.values() if line.kind == "系数"} >= {"reservoir_cost", "carbon_price"}
    again = desk.post(f"{folder}/do/decide", data=decisions(place.path) | {"by": "李四"}, headers=ORIGIN)
    assert "没有一项判断与表上不同；至少选定一项，或改一项；在备选里选定，写理由，再点“写下判断”。" in again.text
    assert lines_of(place.path / "账户")[1] == first
    well("prices")
    put(desk, folder, "prices", ("价格.xlsx", priced(place.path / "价格_待填.xlsx")))
    for name in ("account", "review", "account"):
        well(name)
    for name, workbook in (("finalise", "核算_定稿.xlsx"), ("page", "核算_审计.html")):
        well(name)
        assert place.has(workbook)
    well("verify", file=id_of("核算_定稿.xlsx"))
    well("plan", rule="PILOT", region="630000", year="2024")
    last, this = (planned(place.path / "方案_待填.xlsx") for _ in range(2))
    last["方案"]["C11"], last["单位"]["F11"], last["方案"]["C13"] = 2023, 100_000, "5534000.00"
    this["方案"]["C8"] = "送审稿"
    put(desk, folder, "plan", ("上年.xlsx", form(last, tmp_path / "上年.xlsx")))
    well("allocate")
    before = (place.path / "测算.xlsx").read_bytes()
    put(desk, folder, "plan", ("本年.xlsx", form(this, tmp_path / "本年.xlsx")))
    put(desk, folder, "last", ("上年.xlsx", before))
    well("allocate")
    shown = re.findall(
        r"<tr><td>(\d{6} \S+)</td><td>(\S+)</td><td>(\S+)</td><td>(\S+)</td></tr>", desk.get(folder).text
    )
    assert len(shown) == COUNTIES
    assert shown[:2] == [
        ("630102 城东区", "100000.00", "101000.00", "1000.00"), ("630103 城中区", "102000.00", "102000.00", "0.00"),
    ]  # fmt: skip
    well("finalise_plan")
    well("verify", file=id_of("测算_定稿.xlsx"))
    for name in ("核算_定稿.xlsx", "测算_定稿.xlsx"):
        assert verify_workbook(place.path / name).same


def test_a_command_in_a_text_is_named_with_its_button() -> None:
    text = "下一步：填好存盘，再 qhgep check 方案.xlsx，无误后 qhgep allocate 方案.xlsx；qhgep units 列出单位；qhgep template --plan、qhgep template"
    assert buttons_named(text) == (
        ("qhgep check", "check"), ("qhgep allocate", "allocate"), ("qhgep template --plan", "plan"), ("qhgep template", "blank"),
    )  # fmt: skip


# --- hostile names and ends ---------------------------------------------------------------------------------------

NAMES = ("<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "县" * 300, "\u202e县\u202c")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.long
def test_a_hostile_name_of_a_county_is_text_on_the_page(tmp_path: Path, name: str) -> None:
    """Where a form says another name than it was written with, the page shows what it says, as text."""
    desk = client(tmp_path / "根")
    folder = made(desk)
    book = right(lands=LANDS)
    book["填报表"]["A2"].value = f"{name}　填报单位"
    book["填报表"]["D6"].value = name[:200]
    put(desk, folder, "forms", ("玛沁县.xlsx", form(book, tmp_path / "错.xlsx")))
    state, run = done(desk, folder, "check")
    page = desk.get(folder).text
    assert state == "refused"
    for text in (run, page):
        assert "<script" not in text
        assert "<img" not in text
        assert "\u202e" not in text


def test_a_run_that_the_system_kills_is_told_and_the_desk_goes_on(tmp_path: Path) -> None:
    runs, folder = Runs(), sleeping(tmp_path / "甲")
    runs.begin(folder, "account", ["desk", ".", "--no-browser"])
    os.kill(runs._running[folder.id][1].pid, signal.SIGKILL)  # noqa: SLF001 - the process that a system would kill
    assert ended(runs, folder) == "broken"
    assert runs.running(folder) is None
    runs.begin(folder, "account", ["--version"])
    assert ended(runs, folder) == "done"


def test_uploads_of_one_name_keep_every_file_and_a_very_long_name_its_ending(tmp_path: Path) -> None:
    desk = client(tmp_path / "根")
    folder = made(desk)
    name = "长" * 500 + ".csv"
    for content in (b"one", b"two", b"three"):
        assert put(desk, folder, "forms", (name, content)).status_code == 303
    place = next((tmp_path / "根").iterdir())
    assert (place / "表" / ("长" * 76 + ".csv")).read_bytes() == b"three"
    assert {path.read_bytes() for path in (place / "旧件").iterdir()} == {b"one", b"two"}


def test_a_folder_that_is_a_link_is_no_folder_of_the_desk(tmp_path: Path) -> None:
    desk, root = client(tmp_path / "根"), tmp_path / "根"
    (tmp_path / "别处").mkdir()
    (root / "链接").symlink_to(tmp_path / "别处")
    assert "链接" not in desk.get("/").text
    assert "没有这个文件夹" in desk.get(f"/folder/{WorkFolder(root / '链接').id}").text


def test_a_full_disk_is_told_and_leaves_no_half_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be recorded is not begun; the next run is the first."""
    desk = client(tmp_path / "根")
    folder = made(desk)
    put(desk, folder, "forms", ("甲.csv", b"x"))
    place = next((tmp_path / "根").iterdir())

    def full(path: Path, *_: object, **__: object) -> int:
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        answer = desk.post(f"{folder}/do/check", headers=ORIGIN)
    assert (answer.status_code, "硬盘上读写不了：No space left on device" in answer.text) == (409, True)
    assert list((place / ".desk").iterdir()) == []
    assert done(desk, folder, "check")[0] == "refused"
