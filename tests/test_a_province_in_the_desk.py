"""The desk from forms of 45 counties with twenty mistakes to a paid plan, in Chromium: what is told, what is paid, how many clicks."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from playwright.sync_api import Browser, Page

from qhgep import verify_workbook
from qhgep.desk.folders import WorkFolder
from qhgep.inputs.form.schema import UPRIGHT
from qhgep.result_files.read import read_result
from tests.support import forms
from tests.support.browser import Server
from tests.support.upright_forms import completed, fill, rows
from tests.test_twenty_mistakes import MISTAKES

pytestmark = pytest.mark.long
COUNTIES = 45
MISTAKEN, LEGAL = 20, 21
FIRST, STEP = 100_000, 1_000
"""Yuan, and yuan more for each county before it."""
DECLARED = ("申报", "2024年试点资金分配表", "青财资环〔2024〕2号", datetime(2024, 6, 1), "青海省财政厅", "附表")  # noqa: DTZ001 - as it is typed


class Clerk:
    """A person at the desk: what is clicked and what is typed is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.typed, self.began = page, 0, 0, time.monotonic()
        self.waited: dict[str, float] = {}

    def click(self, what: str) -> None:
        self.clicks += 1
        self.page.click(what)

    def type(self, where: str, text: str) -> None:
        self.typed += 1
        self.page.fill(where, text)

    def choose(self, where: str, value: str) -> None:
        self.clicks += 1
        self.page.select_option(where, value)

    def press(self, button: str, ended: str = "done", scope: str = "") -> None:
        """A button, the end of its run, and the way back to the folder."""
        began = time.monotonic()
        self.click(f"{scope} button:text-is('{button}')".strip())
        self.page.wait_for_selector("#state:not(.running)", timeout=400_000)
        self.waited[button] = round(time.monotonic() - began, 1)
        state = str(self.page.get_attribute("#state", "class")).removeprefix("state ")
        assert state == ended, self.page.inner_text("main")[:4000]
        self.click("a.button:text-is('继续')")

    def upload(self, kind: str, *files: Path) -> None:
        """Choosing files is one click, sending them another."""
        self.clicks += 1
        self.page.set_input_files(f"#up-{kind}", list(files))
        self.click(f"form:has(#up-{kind}) button")

    def download(self, what: str, to: Path) -> Path:
        with self.page.expect_download() as got:
            self.click(what)
        got.value.save_as(to / got.value.suggested_filename)
        return to / got.value.suggested_filename


@pytest.fixture
def clerk(browser: Browser, tmp_path: Path) -> Iterator[Clerk]:
    with Server(tmp_path / "根") as served:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(served.address())
        yield Clerk(page)
        page.close()


def spoil(book: Workbook, number: int) -> str:
    """One of the twenty mistakes; the cell in which it stands."""
    if number == len(MISTAKES):
        book[UPRIGHT]["G2"].value = 2023
        return f"{UPRIGHT} › G2"
    if number > len(MISTAKES):
        book["来源"]["D6"].value = "去年六月"
        return "来源 › D6"
    key, column, value, _, _ = MISTAKES[number]
    row = rows(book)[key]
    if key in {"net_ecosystem_productivity.shrub", "net_ecosystem_productivity.wetland"}:
        fill(book, key, 20, "有数据", None, None)
    book[UPRIGHT][f"{column}{row}"].value = value
    return f"{UPRIGHT} › {column}{row}"


def planned(blank: Path) -> Workbook:
    """The plan that the desk wrote, filled in: the k-th county gets 100000 + 1000 k yuan of the pilot's money."""
    book = load_workbook(blank)
    plan, steps, units, evidence = (book[name] for name in ("方案", "步骤", "单位", "证据"))
    amounts = [FIRST + STEP * number for number in range(1, COUNTIES + 1)]
    plan["C13"], plan["C19"] = f"{sum(amounts)}.00", "第三条"
    for cell, text in (("B8", "试点资金"), ("B10", "试点资金"), ("C8", "生态保护"), ("C10", "青财资环〔2024〕1号")):
        steps[cell] = text
    units["F5"], units["F7"] = "试点资金", None
    for row, amount in enumerate(amounts, start=11):
        units[f"F{row}"] = amount
    for cell, typed in zip(("B7", "C7", "D7", "E7", "F7", "G7"), DECLARED, strict=True):
        evidence[cell] = typed
    return book


def decided(clerk: Clerk, line: str, choice: str, reason: str) -> None:
    """Choose a line of the decisions and say why."""
    row = f"table.decide tr:has-text('{line}')"
    clerk.choose(f"{row} select", choice)
    clerk.type(f"{row} input", reason)


def told_and_mended(clerk: Clerk, blanks: list[Path], place: Path) -> None:
    """The forms come back, twenty with a mistake: each is told at its cell in the first run; then the twenty are mended."""
    work, page = place / "经办人", clerk.page
    work.mkdir()
    spoilt: dict[str, str] = {}
    for number, path in enumerate(blanks):
        book = completed(load_workbook(path), number % 2)
        if number < MISTAKEN:
            spoilt[path.name] = spoil(book, number)
        book.save(work / path.name)
    clerk.upload("forms", *sorted(work.iterdir()))
    clerk.press("核对", "refused")
    told = page.locator("tr.error td:first-child").all_inner_texts()
    for name, cell in spoilt.items():
        other = cell.replace("H19", "H20")  # of a row pasted over another either may be named
        assert {f"{name} › {cell}", f"{name} › {other}"} & set(told), (name, told)
    assert {text.partition(" › ")[0] for text in told} == set(spoilt)
    first = next(iter(spoilt))
    clerk.press("写标红的副本", "refused", f"li:has-text('{first}')")
    marked = load_workbook(clerk.download(f"a.file:text-is('{first}')", place))
    assert marked[UPRIGHT]["B8"].fill.fgColor.rgb != load_workbook(work / first)[UPRIGHT]["B8"].fill.fgColor.rgb
    for number, path in enumerate(blanks[:MISTAKEN]):
        completed(load_workbook(path), number % 2).save(work / path.name)
    clerk.upload("forms", *(work / path.name for path in blanks[:MISTAKEN]))
    clerk.press("核对")
    assert page.locator("tr.error").count() == 0


def stopped(clerk: Clerk, folder: WorkFolder, button: str, wait: float) -> None:
    """The work behind a button is ended in its middle: every file of the folder is as it was, and none is new. No click of the way."""

    def files() -> dict[str, bytes]:
        return {
            path.relative_to(folder.path).as_posix(): path.read_bytes()
            for path in folder.path.rglob("*")
            if path.is_file() and ".desk" not in path.parts
        }

    before = files()
    clerk.page.click(f"button:text-is('{button}')")
    clerk.page.wait_for_selector("#state.running")
    time.sleep(wait)
    clerk.page.click("form[action$='/cancel'] button")
    clerk.page.wait_for_selector("#state.cancelled", timeout=30_000)
    assert files() == before
    clerk.page.click("a.button:text-is('继续')")


def test_forms_of_45_counties_with_twenty_mistakes_become_a_paid_plan(
    clerk: Clerk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Twenty counties make one mistake each; every one is told at its cell at once. 45 x 100000 + 1000 x (1 + ... + 45) is paid."""
    page = clerk.page
    clerk.type("#name", "青海省2024年核算")
    clerk.click("button:text-is('新建')")
    folder = WorkFolder(next((tmp_path / "根").iterdir()))
    clerk.click("summary:has-text('还没有填报表')")
    blank = "form[action$='/do/blank']"
    clerk.type(f"{blank} input[name=region]", "630000")
    clerk.type(f"{blank} input[name=year]", "2024")
    clerk.choose(f"{blank} select", forms.RULES)
    clerk.press("写空白填报表")
    blanks = sorted((folder.path / "空白表").iterdir())
    assert len(blanks) == COUNTIES
    told_and_mended(clerk, blanks, tmp_path)
    stopped(clerk, folder, "建账户", 1)
    clerk.press("建账户")
    decided(clerk, "（草地）", "RC-高寒草甸", "以草甸为主")
    decided(clerk, "（森林）", "RC-针阔混交林", "以针阔混交为主")
    clerk.type("input[name=by]", "青海省财政厅 张三")
    clerk.press("写下判断")
    stopped(clerk, folder, "核算", 1)
    for button in ("核算", "写简报", "写审计网页"):
        clerk.press(button)
    clerk.choose("form[action$='/do/plan'] select[name=rule]", "PILOT")
    clerk.press("写待填的方案")
    empty = clerk.download("a.file:text-is('方案_待填.xlsx')", tmp_path)
    planned(empty).save(tmp_path / "试点方案.xlsx")
    clerk.upload("plan", tmp_path / "试点方案.xlsx")
    clerk.press("测算")
    assert page.locator("details:has-text('K1') tbody tr").count() == LEGAL
    clerk.press("写资金的审计网页")
    clerk.press("核验 测算.xlsx")
    seconds = round(time.monotonic() - clerk.began, 1)
    paid = read_result(folder.path / ".desk" / "allocate.json").body
    assert [item.fen for item in paid.rows] == [100 * (FIRST + STEP * number) for number in range(1, COUNTIES + 1)]
    assert paid.pool_fen == 100 * (45 * FIRST + STEP * 45 * 46 // 2)
    for name in ("结果.xlsx", "测算.xlsx"):
        assert verify_workbook(folder.path / name).same
    figures = {"clicks": clerk.clicks, "typed": clerk.typed, "seconds": seconds, **clerk.waited}
    for name, figure in figures.items():
        record_property(name, figure)
    print(figures)  # noqa: T201 - the figures of the notes
