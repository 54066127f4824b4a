"""The site that `make docs` builds: without a warning, whole, with every link, and without a word to another host."""

import json
import re
from pathlib import Path

import pytest
import typer.main
from playwright.sync_api import Browser, Page

import qhgep
from qhgep.catalogue import shipped
from qhgep.cli.app import app
from qhgep.compensation.rules.index import rules
from qhgep.compensation.rules.registry import STEP_RULES
from qhgep.ruleset_store.ruleset import rulesets
from scripts.docs_reference import pages
from scripts.docs_site import build

ROOT = Path(__file__).parent.parent
ELSEWHERE = re.compile(r"""(?:src=|url\(|@import\s|<link[^>]*href=)["']?(?:https?:)?//[^"')\s]*""")
"""What a page would fetch from another host by itself."""


def test_the_reference_holds_no_address_of_memory() -> None:
    """A function that is a default has another address in every run: the same sources give the same pages."""
    assert [name for name, text in pages().items() if re.search(r" at 0x[0-9a-f]{6,}", text)] == []


def test_the_reference_has_every_name_and_row() -> None:
    """What the code holds stands on its page, each under the name that people ask for."""
    page = pages()
    found = shipped()
    verbs = [f"## qhgep {name}\n" for name in typer.main.get_command(app).commands]  # type: ignore[attr-defined] # it is a group
    expected = {
        "verbs.md": verbs,
        "names.md": [f"## {name}\n" for name in qhgep.__all__ if name != "__version__"],
        "catalogue.md": [f"`{name}`" for name in (*found.vocabulary, *found.indicators)]
        + [f"`{quantity}/{method}`" for quantity, method in found.formulas],
        "rulesets.md": [f"`{name}`" for name in rulesets()],
        "rules.md": [f"## {name} " for name in rules()],
        "steps.md": [f"`{name}`\n" for name in STEP_RULES],
    }
    assert set(expected) == set(page)
    assert len(verbs) > 30
    assert {name: [text for text in texts if text not in page[name]] for name, texts in expected.items()} == {
        key: [] for key in page
    }


@pytest.mark.long
def test_the_site_is_whole_and_is_read_and_searched_from_a_folder(
    tmp_path: Path, browser: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    """Built as `make docs` builds it, where a warning is an error; then opened without a server."""
    assert build(tmp_path) == 0
    assert "WARNING -" not in "".join(capfd.readouterr())
    site = tmp_path / "docs"
    files = [path for path in site.rglob("*") if path.suffix in {".html", ".css"}]
    assert len(files) > 40
    assert [(path.name, found) for path in files for found in ELSEWHERE.findall(path.read_text("utf-8"))] == []
    has_every_page(site)
    answers(browser.new_page(viewport={"width": 1280, "height": 900}), site)


def test_a_script_of_another_host_is_seen() -> None:
    assert ELSEWHERE.findall('<script src="https://unpkg.com/x">') != []


def has_every_page(site: Path) -> None:
    for page in (*ROOT.glob("docs/**/*.md"), *ROOT.glob("notebooks/*.ipynb")):
        assert (site / page.relative_to(ROOT)).with_suffix(".html").exists(), page
    for page in ROOT.glob("examples/*/README.md"):
        assert (site / page.relative_to(ROOT)).with_name("index.html").exists(), page
    for schema in ROOT.glob("docs/schemas/*.json"):
        assert json.loads((site / schema.relative_to(ROOT)).read_text("utf-8"))
    assert "115.05602843" in (site / "notebooks/account.html").read_text("utf-8")  # the notebook was run


def answers(page: Page, site: Path) -> None:
    """The words inside a Chinese sentence are found, and the parts of a name; nothing is asked of another host."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / "index.html").as_uri())
    shown = "document.querySelector('.md-search-result__list').textContent.replaceAll('\\u200b', '')"
    for typed, told in (("碳价格", "二氧化碳价格"), ("carbon_price", "carbon_price")):
        page.keyboard.press("/")
        page.fill("input.md-search__input", typed)
        page.keyboard.press("End")
        page.wait_for_function(f"{shown}.includes('{told}')", timeout=20_000)
        page.keyboard.press("Escape")
    assert [address for address in asked if not address.startswith(("file:", "data:", "about:", "blob:"))] == []
    page.close()
