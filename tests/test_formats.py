"""docs/formats.md and `qhgep formats` say what the models read, and the examples hold no key that they lack."""

import re
import tomllib
from pathlib import Path

import pytest

import qhgep.errors
from qhgep.errors import UnknownName
from qhgep.format_descriptions import file_format, file_formats
from qhgep.format_descriptions import formats_page as text
from qhgep.phrases import heads
from qhgep.result_files.read import schemas
from scripts.formats import FILE
from tests.test_cli import run

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*/*.toml"))


def test_the_page_is_what_the_models_give() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run `make formats`"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_top_key_of_an_example_stands_on_the_page(path: Path) -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", text(), re.MULTILINE))
    assert set(tomllib.loads(path.read_text(encoding="utf-8"))) - named == set()


@pytest.mark.long
def test_the_verb_lists_every_format_and_prints_each() -> None:
    """What an installed package tells needs no file of the checkout; each format is whole by itself."""
    listed = run("formats").stdout
    own = [name for name in file_formats() if not name.endswith(".json")]
    assert [line.split()[0] for line in listed.splitlines()[1 : len(own) + 1]] == own
    assert len(heads("formats.about", "zh")) == len(heads("formats.about", "en")) == len(own)
    for name in file_formats():
        assert name in listed
        told = run("formats", name)
        assert (told.exit_code, told.stderr) == (0, "")
        assert told.stdout == file_format(name)
    assert "| `ruleset` | text | required |" in file_format("account.toml")
    for column in ("county_code", "quantity", "presence"):
        assert f"`{column}`" in file_format("inputs.csv")
    for column in ("total_of", "quantity_unit", "exact"):
        assert f"`{column}`" in file_format("printed-table.csv")
    for name, schema in schemas().items():
        assert file_format(name.partition("-")[0] + ".json") == schema


def test_a_format_that_is_none_names_the_nearest() -> None:
    with pytest.raises(UnknownName) as error:
        file_format("acount.toml")
    assert (
        error.value.problems[0]
        .text()
        .startswith("没有叫 “acount.toml” 的文件格式；其中之一：account.toml、plan.toml、")
    )
    assert (
        error.value.problems[0]
        .text()
        .endswith("；或结果的 JSON；最接近的：account.toml、plan.toml、account.json；qhgep formats 列出全部。")
    )
    found = run("--lang", "en", "formats", "acount.toml")
    assert (found.exit_code, "nearest: account.toml" in found.stderr) == (1, True)


def test_no_message_sends_a_user_to_a_file_that_only_a_checkout_has() -> None:
    """Whoever installed the package has no docs and no SCHEMAS."""
    folder = Path(qhgep.errors.__file__).parent / "messages"
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*.toml")}
    assert [name for name, text in texts.items() if re.search(r"docs/|SCHEMAS|README", text)] == []
