"""The pictures of docs/pictures that chromium and LibreOffice make: `make pictures` runs it; it needs both, and pdftoppm."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from qhgep import allocate, render, trace, write_page, write_workbook
from tests.support.browser import OPTIONS, Server
from tests.support.upright_forms import right
from tests.test_twenty_mistakes import LANDS, spoilt

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "pictures"
SIZES = {"audit-page": (1366, 768), "audit-page-phone": (390, 844)}


def take(folder: Path) -> list[Path]:
    """All pictures, in one browser."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not on PATH; on Debian: apt install chromium")
    with TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(OPTIONS))
        taken = [
            *of_page(browser, Path(place), folder),
            *of_desk(browser, Path(place), folder),
            of_table(Path(place), folder),
        ]
        browser.close()
    return taken


def of_desk(browser: Browser, place: Path, folder: Path) -> Iterator[Path]:
    """The desk after a check that found mistakes, and with the decisions of an account."""
    wrong, sound = place / "玛沁县（有错）.xlsx", place / "玛沁县.xlsx"
    spoilt().save(wrong)
    right(lands=LANDS).save(sound)
    with Server(place / "我的核算") as server:
        page = browser.new_page(viewport={"width": 1100, "height": 760})
        page.goto(server.address())
        page.fill("#name", "玛沁县2024年核算")
        page.click("button:text-is('新建')")
        for file, button, name in ((wrong, "核对", "desk-forms"), (sound, "建账户", "desk-decisions")):
            if page.locator("button:text-is('移到旧件')").count():
                page.click("button:text-is('移到旧件')")
            page.set_input_files("#up-forms", file)
            page.click("form:has(#up-forms) button")
            page.click(f"button:text-is('{button}')")
            page.wait_for_selector("#state:not(.running)", timeout=120_000)
            page.click("text=继续")
            if name == "desk-decisions":
                page.locator("h2", has_text="判断").scroll_into_view_if_needed()
            page.screenshot(path=folder / f"{name}.png")
            yield folder / f"{name}.png"
        page.close()


def of_table(place: Path, folder: Path) -> Path:
    """The table that is attached to a document, printed: the last page, after the cover."""
    plan = allocate(ROOT / "examples" / "basin-fictional" / "2023.toml")
    pages = render(write_workbook(plan, place / "plan.xlsx"), png=place / "pages", sheets=("下达表",))
    return Path(shutil.copyfile(pages[-1], folder / "payment-table.png"))


def of_page(browser: Browser, place: Path, folder: Path) -> Iterator[Path]:
    """The auditor's page of the pilot's plan with a number opened, on a desk and on a telephone."""
    file = write_page(trace(ROOT / "examples" / "pilot" / "plan.toml"), place / "page.html")
    for name, (width, height) in SIZES.items():
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(file.as_uri())
        page.wait_for_selector("body[data-ready]")
        page.locator("table[data-account] button[data-node]").first.click()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.screenshot(path=folder / f"{name}.png")
        page.close()
        yield folder / f"{name}.png"


if __name__ == "__main__":
    for path in take(FOLDER):
        print(path.relative_to(ROOT))
