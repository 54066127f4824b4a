"""The auditor's page of 45 counties x 20 indicators x 3 years: seconds to write, size, seconds until it is seen and opens."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from benchmarks.panel import benchmark_catalogue, make_panel
from qhgep import compute, read_account, trace, write_page
from tests.support.browser import OPTIONS

_YEARS = range(2013, 2016)


def report() -> list[str]:
    """Seconds of processor time beside those of computing, megabytes, and what the browser says of the first paint."""
    with TemporaryDirectory() as place:
        path = make_panel(Path(place) / "account", _YEARS)
        account = read_account(path, coefficients=[path.parent / "pack"], catalogue=benchmark_catalogue())
        begun = time.process_time()
        result = compute(account)
        computed = time.process_time()
        file = write_page(trace(result), Path(place) / "page.html")
        written = time.process_time() - computed
        told = f"page: {len(account.counties)} counties x 20 x {len(_YEARS)} years, {file.stat().st_size / 1e6:.2f} MB (goal 5)"
        return [told, f"  computed {computed - begun:.2f} s, page written {written:.2f} s", *_seen(file)]


def _seen(file: Path) -> list[str]:
    chromium = shutil.which("chromium")
    if chromium is None:
        return ["  chromium is not there: the page was not opened"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(OPTIONS))
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(file.as_uri())
        page.wait_for_selector("body[data-ready]")
        seen = page.evaluate("performance.getEntriesByType('paint')[0].startTime") / 1000
        ready = page.evaluate("performance.now()") / 1000
        browser.close()
    return [f"  seen after {seen:.2f} s (goal 1), every number opens after {ready:.2f} s"]
