"""Every text of a screen stands once, in both languages, in messages/phrases; no program chooses between two texts."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import qhgep.errors
from qhgep.phrases import FOLDER, heads, in_language, listed, phrase, room, word

PACKAGE = Path(qhgep.errors.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
ROOMS = sorted(path.stem for path in FOLDER.glob("*.toml"))
ENTRIES = [(name, entry) for name in ROOMS for entry in room(name)]
CHINESE = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef]")
QUOTED = {"units.grammar"}
"""English texts that quote Chinese words."""


def facts(text: str | list[str]) -> set[str]:
    parts = text if isinstance(text, list) else [text]
    return {name for part in parts for _, name, _, _ in string.Formatter().parse(part) if name is not None}


@pytest.mark.parametrize(("place", "name"), ENTRIES)
def test_an_entry_has_both_languages(place: str, name: str) -> None:
    entry = room(place)[name]
    assert set(entry) == {"zh", "en"}
    zh, en = entry["zh"], entry["en"]
    assert type(zh) is type(en)
    if isinstance(zh, list):
        assert len(zh) == len(en)
    if f"{place}.{name}" not in QUOTED:
        assert not CHINESE.search(" ".join(en) if isinstance(en, list) else en)


DIFFER = {
    "verify.follows_more", "difference.unused", "start.made", "derivation.put_in", "derivation.computed", "derivation.covers_part",
    "derivation.finding", "notices.own",
}  # fmt: skip
"""Entries of which one language says less: 等 9 处 for “and 6 more”, and what has a Chinese name or note only."""


@pytest.mark.parametrize(("place", "name"), ENTRIES)
def test_both_languages_tell_the_same_facts(place: str, name: str) -> None:
    entry = room(place)[name]
    same = facts(entry["zh"]) == facts(entry["en"])
    assert same or f"{place}.{name}" in DIFFER


def called(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def keys() -> tuple[set[str], set[str]]:
    """The keys that the program names, and what stands before a key that it puts together."""
    whole, begun = set(), set()
    known = {f"{place}.{name}" for place, name in ENTRIES}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.JoinedStr(values=[ast.Constant(str(text)), *_]) if text.partition(".")[0] in ROOMS:
                    begun.add(text)
                case ast.Constant(str(text)) if text in known:
                    whole.add(text)
    return whole, begun


def test_every_entry_is_used() -> None:
    whole, begun = keys()
    marks = {f"common.{mark}" for mark in ("comma", "semicolon", "pause", "either")}
    unused = {f"{place}.{name}" for place, name in ENTRIES} - whole - marks
    assert {key for key in unused if not key.startswith(tuple(begun))} == set()


def test_every_key_that_is_named_is_there() -> None:
    named = set()
    for path in FILES:
        for call in called(ast.parse(path.read_text(encoding="utf-8")), "phrase", "heads", "say", "progress"):
            match call.args[:1]:
                case [ast.Constant(str(key))]:
                    named.add(key)
                case [ast.IfExp(body=ast.Constant(str(one)), orelse=ast.Constant(str(other)))]:
                    named |= {one, other}
    assert len(named) > 100
    assert named - {f"{place}.{name}" for place, name in ENTRIES} == set()


def choices(path: Path) -> Iterator[str]:
    """The places where a program asks for the language, or gives a text to be chosen by it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        tested = node.test if isinstance(node, ast.IfExp | ast.If | ast.While) else None
        tested = node.slice if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Tuple) else tested
        if tested is not None and re.search(r"(?<![.\w])zh\b(?!\.)|language ==|language !=", ast.unparse(tested)):
            yield f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}"
        match node:
            case ast.Call(func=ast.Name("in_language"), args=[_, *texts]) if any(
                isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts
            ):
                yield f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}"


def test_no_program_chooses_between_two_texts() -> None:
    found = [place for path in FILES for place in choices(path)]
    assert [place for place in found if not place.startswith("phrases.py:")] == []


@pytest.mark.parametrize(
    "source",
    [
        'x = "是" if zh else "yes"', 'x = "yes" if not zh else "是"', 'if language == "en":\n    x = 1',
        'x = ("是", "yes")[language == "en"]', 'in_language(language, "是", "yes")',
    ],
)  # fmt: skip
def test_the_search_for_choices_finds_each_kind(source: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path)
    (tmp_path / "x.py").write_text(source, encoding="utf-8")
    assert list(choices(tmp_path / "x.py")) == ["x.py:1"]


def test_a_text_takes_its_facts_and_a_list_its_marks() -> None:
    assert phrase("cli.reading", "zh", file="a.toml") == "读取 a.toml …"
    assert phrase("cli.reading", "en", file="a.toml") == "reading a.toml …"
    assert heads("common.place_heads", "en") == ["code", "county", "period"]
    assert [listed(("a", "b"), language, "pause") for language in ("zh", "en")] == ["a、b", "a, b"]
    assert [word({"value": "有数据"}, "value", language) for language in ("zh", "en")] == ["有数据", "value"]
    assert in_language("en", 1, 2) == 2
