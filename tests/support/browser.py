"""Debian's Chromium without a window, one for a run of the tests; pages may ask for nothing but files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser. Without one the test is skipped, with QHGEP_REQUIRE_BROWSER=1 it fails."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("QHGEP_REQUIRE_BROWSER") == "1":
            pytest.fail("QHGEP_REQUIRE_BROWSER=1, but chromium is not on PATH", pytrace=False)
        pytest.skip("chromium is not on PATH: the page was not opened")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield opened
        opened.close()


@contextmanager
def opened(browser: Browser, file: Path, width: int = 1366, height: int = 768) -> Iterator[Page]:
    """The page of a file, ready; a fault of its script, a dialog, or a request beyond the file fails the test."""
    page = browser.new_page(viewport={"width": width, "height": height}, accept_downloads=True)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("console", lambda message: wrong.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on(
        "request", lambda asked: None if asked.url.startswith(("file:", "data:", "blob:")) else wrong.append(asked.url)
    )
    page.goto(file.as_uri())
    page.wait_for_selector("body[data-ready]")
    yield page
    page.close(run_before_unload=False)
    assert wrong == []


class Server:
    """The desk as the verb opens it, in a process of its own that is killed at the end."""

    def __init__(self, root: Path) -> None:
        words = [sys.executable, "-X", "utf8", "-m", "qhgep", "--lang", "zh", "desk", str(root), "--no-browser"]
        home = Path(__file__).parent.parent.parent
        self.process = subprocess.Popen(words, cwd=home, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def address(self) -> str:
        """The next address that it prints."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().partition("：")[2].split()[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
