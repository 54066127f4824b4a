"""The desk as a clerk uses it, in Chromium: from forms with mistakes to a paid plan and an audit page; a server that is killed."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from qhgep import verify_workbook
from qhgep.desk.folders import WorkFolder
from tests.support.browser import Server
from tests.support.upright_forms import right
from tests.test_cli import PILOT
from tests.test_twenty_mistakes import LANDS, spoilt

pytestmark = pytest.mark.long
HOME = Path(__file__).parent.parent


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "根") as found:
        yield found


def press(page: Page, name: str) -> str:
    """A button, and the state in which its run ended."""
    page.click(f"button:text-is('{name}')")
    page.wait_for_selector("#state:not(.running)", timeout=120_000)
    return str(page.get_attribute("#state", "class")).removeprefix("state ")


def upload(page: Page, kind: str, *files: Path) -> None:
    page.set_input_files(f"#up-{kind}", list(files))
    page.click(f"form:has(#up-{kind}) button")


def test_from_forms_with_mistakes_to_payments_and_a_page(browser: Browser, served: Server, tmp_path: Path) -> None:
    """Every click is counted; the workbooks that were made are verified by the library."""
    wrong, sound = tmp_path / "错的.xlsx", tmp_path / "玛沁县.xlsx"
    spoilt().save(wrong)
    right(lands=LANDS).save(sound)
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(served.address())
    assert "token" not in page.url
    page.fill("#name", "玛沁县2024年核算")
    page.click("button:text-is('新建')")
    upload(page, "forms", wrong)
    assert press(page, "核对") == "refused"
    page.click("text=继续")
    assert "错误 22 处" in page.inner_text("main")
    page.reload()
    assert page.locator("tr.error").count() == 22
    page.click("button:text-is('移到旧件')")
    upload(page, "forms", sound)
    assert press(page, "核对") == "done"
    page.go_back()
    page.reload()
    assert press(page, "建账户") == "done"
    page.click("text=继续")
    meadow = page.locator("table.decide tr", has_text="草地")
    meadow.locator("select").select_option("RC-高寒草甸")
    meadow.locator("input").fill("以草甸为主")
    page.fill("input[name=by]", "玛沁县财政局 张三")
    assert press(page, "写下判断") == "done"
    page.click("text=继续")
    assert meadow.locator("select").input_value() == "RC-高寒草甸"
    for name in ("核算", "写简报", "写审计网页"):
        if page.locator("text=继续").count():
            page.click("text=继续")
        assert press(page, name) == "done", page.inner_text("main")
    page.click("text=继续")
    with page.expect_download() as got:
        page.click("a.file:text-is('核算_审计.html')")
    assert got.value.suggested_filename == "核算_审计.html"
    plan = tmp_path / "方案.toml"
    plan.write_text((HOME / "examples" / "yellow-river" / "2022.toml").read_text(encoding="utf-8"), encoding="utf-8")
    upload(page, "plan", plan)
    assert press(page, "测算") == "done", page.inner_text("main")
    page.click("text=继续")
    assert press(page, "核验 测算.xlsx") == "done"
    page.close()
    folder = WorkFolder(next((tmp_path / "根").iterdir()))
    for name in ("结果.xlsx", "测算.xlsx"):
        assert verify_workbook(folder.path / name).same


def test_two_tabs_and_a_stop(browser: Browser, served: Server, tmp_path: Path) -> None:
    """The second tab is told that something runs; a run that is stopped leaves no file."""
    context = browser.new_context()
    one = context.new_page()
    one.goto(served.address())
    one.fill("#name", "甲")
    one.click("button:text-is('新建')")
    folder = next((tmp_path / "根").iterdir())
    (folder / "账户").mkdir()
    for file in PILOT.glob("*.*"):
        (folder / "账户" / file.name).write_bytes(file.read_bytes())
    two = context.new_page()
    for page in (one, two):
        page.goto(one.url)
    one.click("button:text-is('核算')")
    two.click("button:text-is('核算')")
    first, second = one.inner_text("main"), two.inner_text("main")
    assert "正在做一件事" in second or "完成" in first
    if one.locator("button:text-is('停止')").count():
        one.click("button:text-is('停止')")
        one.wait_for_selector("#state:not(.running)")
    assert not list(folder.glob("*.tmp"))
    context.close()


def test_a_server_that_is_killed_leaves_a_whole_folder_and_no_process(
    browser: Browser, served: Server, tmp_path: Path
) -> None:
    """Kill -9 while an account is computed: nothing half-written, the child ends, the next desk says that it was broken off."""
    page = browser.new_page()
    page.goto(served.address())
    page.fill("#name", "甲")
    page.click("button:text-is('新建')")
    folder = next((tmp_path / "根").iterdir())
    (folder / "账户").mkdir()
    for file in PILOT.glob("*.*"):
        (folder / "账户" / file.name).write_bytes(file.read_bytes())
    page.reload()
    page.click("button:text-is('核算')")
    os.kill(served.process.pid, signal.SIGKILL)
    served.process.wait()
    page.close()
    for _ in range(100):
        alive = subprocess.run(["pgrep", "-f", "desk/limited.py"], check=False, capture_output=True).stdout
        if not alive:
            break
        time.sleep(0.1)
    assert not alive
    assert [path.name for path in folder.iterdir() if path.name not in {"账户", ".desk", "结果.xlsx"}] == []
    with Server(tmp_path / "根") as again:
        other = browser.new_page()
        other.goto(again.address())
        other.click("text=甲")
        assert "上一次的“核算”中断了；文件夹是完整的，可以再做一次。" in other.inner_text("main")
        assert press(other, "核算") == "done"
        other.close()
