"""The line of every key of a TOML text, however it is written, and the faults of fields told at it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qhgep.data import data_folder
from qhgep.errors import AccountError, Problems
from qhgep.toml_lines import Key, TomlText

FILES = sorted(
    path
    for folder in (data_folder("coefficients"), Path(__file__).parent.parent / "examples")
    for path in folder.rglob("*.toml")
)


def lines(text: str) -> dict[Key, int]:
    return dict(TomlText("x.toml", text).lines)


def keys(value: Any, key: Key = ()) -> Iterator[Key]:  # noqa: ANN401 - parsed TOML
    """Every key of parsed TOML and every entry of its lists."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in members:
        yield (*key, name)
        yield from keys(inner, (*key, name))


def test_lines_of_keys_are_found_in_any_spelling() -> None:
    text = "a = 1\n[t.\"632222\"] # x\n b.c = 2\n[[s]]\nid = 1\n[[s]]\nid = 2\n[s.inner]\nk = 'v'\n"
    assert lines(text) == {
        ("a",): 1, ("t", "632222"): 2, ("t", "632222", "b", "c"): 3,
        ("s",): 4, ("s", 0): 4, ("s", 0, "id"): 5, ("s", 1): 6, ("s", 1, "id"): 7,
        ("s", 1, "inner"): 8, ("s", 1, "inner", "k"): 9,
    }  # fmt: skip


def test_entries_of_lists_and_of_tables_in_a_line_have_the_lines_they_begin_on() -> None:
    text = 'a = [\n  "x", # ] no end\n  { b = 1, c = [\n  2,\n  3\n] },\n]\nd = { e = "]" }\nf = 1.5e3\ng = 1979-05-27 07:32:00\nh = true\n'
    assert lines(text) == {
        ("a",): 1, ("a", 0): 2, ("a", 1): 3, ("a", 1, "b"): 3, ("a", 1, "c"): 3, ("a", 1, "c", 0): 4, ("a", 1, "c", 1): 5,
        ("d",): 8, ("d", "e"): 8, ("f",): 9, ("g",): 10, ("h",): 11,
    }  # fmt: skip


@pytest.mark.parametrize(
    "inside",
    ["pool = 5", "[[step]]\nid = 1", 'a \\""" b\npool = 5', 'two quotes ""\npool = 5', "# pool = 3\n[basis]"],
)
@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_a_word_inside_a_text_over_several_lines_is_no_key(inside: str, quotes: str) -> None:
    if quotes == "'''":
        inside = inside.replace("\\", "")
    text = f'a = "# no comment" # """\nreason = {quotes}\n{inside}\n{quotes}\npool = "1"\n'
    ends = inside.count("\n") + 1
    assert lines(text) == {("a",): 1, ("reason",): 2, ("pool",): 4 + ends}


def test_the_line_of_a_fault_is_that_of_the_key() -> None:
    text = (Path(__file__).parent / "field" / "plan-key-inside-a-multiline-text.toml").read_text(encoding="utf-8")
    assert lines(text)["pool",] == 5


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_key_of_our_own_files_has_a_line_on_which_it_stands(path: Path) -> None:
    """The second reading is Python's parser: what it finds, and nothing else, has a line, and the key is on that line."""
    text = path.read_text(encoding="utf-8")
    found, written = lines(text), text.splitlines()
    listed = set(keys(tomllib.loads(text)))
    assert set(found) <= listed
    named = {key: line for key, line in found.items() if isinstance(key[-1], str)}
    assert all(key[-1] in written[line - 1] for key, line in named.items())
    heads = {key[:end] for key in found for end in range(1, len(key))}  # [a.b] makes a table `a` that has no line
    assert listed - set(found) <= heads


@pytest.mark.parametrize("text", ["a = [1, ,, 2", "[[[", "a = {{{", "= 1", "a = ]", '"', "[a\n[b", "a = [[[[1"])
def test_a_text_that_is_no_toml_ends_the_scan(text: str) -> None:
    assert all(line <= text.count("\n") + 1 for line in lines(text).values())


def test_an_error_at_a_decision_says_its_line_and_the_result_keeps_the_place() -> None:
    text = TomlText("a.toml", "# one\n[[adopt]]\nx = 1\n\n[[adopt]]\nx = 2\n")
    place = text.entry("adopt", 2)
    assert place == "a.toml [[adopt]] 2"
    problems = Problems()
    problems.add("adopt_reason", place)
    problems.warn("adopt_reason", place)
    with pytest.raises(AccountError) as caught:
        text.raise_located(problems, AccountError)
    assert [item.where for item in caught.value.problems] == ["a.toml:5 [[adopt]] 2"]
