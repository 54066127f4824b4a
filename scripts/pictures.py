"""The pictures of docs/pictures that a browser takes: `make pictures` runs it; it needs Debian's chromium."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from qhgep import trace, write_page
from tests.support.browser import OPTIONS

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "pictures"
SIZES = {"audit-page": (1366, 768), "audit-page-phone": (390, 844)}


def take(folder: Path) -> list[Path]:
    """The auditor's page of the pilot's plan with a payment opened, on a desk and on a telephone."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not on PATH; on Debian: apt install chromium")
    taken = []
    with TemporaryDirectory() as place, sync_playwright() as playwright:
        file = write_page(trace(ROOT / "examples" / "pilot" / "plan.toml"), Path(place) / "page.html")
        browser = playwright.chromium.launch(executable_path=chromium, args=list(OPTIONS))
        for name, (width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(file.as_uri())
            page.wait_for_selector("body[data-ready]")
            page.locator("table[data-account] button[data-node]").first.click()
            page.keyboard.press("ArrowRight")
            page.keyboard.press("ArrowRight")
            taken.append(folder / f"{name}.png")
            page.screenshot(path=taken[-1])
        browser.close()
    return taken


if __name__ == "__main__":
    for path in take(FOLDER):
        print(path.relative_to(ROOT))
