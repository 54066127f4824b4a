"""docs/formats.md says what the models read, and the examples hold no key that it lacks."""

import re
import tomllib
from pathlib import Path

import pytest

from scripts.formats import FILE, text

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*/*.toml"))


def test_the_page_is_what_the_models_give() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run `make formats`"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_top_key_of_an_example_stands_on_the_page(path: Path) -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", text(), re.MULTILINE))
    assert set(tomllib.loads(path.read_text(encoding="utf-8"))) - named == set()
