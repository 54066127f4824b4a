"""Every command that a page for users spells is one: its verb is there, and so is each of its options."""

import re
from pathlib import Path

import pytest
import typer.main

from qhgep.cli.app import app

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/README.md")])
SPELLED = re.compile(r"(?:`|^)((?:\.venv/bin/)?qhgep [-a-z][^`\n]*)", re.MULTILINE)
COMMANDS = [
    (page.relative_to(ROOT).as_posix(), found[1])
    for page in PAGES
    for found in SPELLED.finditer(page.read_text("utf-8"))
]
LISTED = re.compile(r"`((?:coefficients|rulesets|compensation) [a-z]+[^`\n]*)`")
COMMANDS += [
    (page.relative_to(ROOT).as_posix(), f"qhgep {found[1]}")
    for page in PAGES
    for found in LISTED.finditer(page.read_text("utf-8"))
    if "|" not in found[1].partition("[")[0]
]
"""`rulesets show NAME` after `qhgep rulesets list` in one cell of a table."""


COMMAND = typer.main.get_command(app)


def known(words: list[str]) -> tuple[list[str], set[str]]:
    """The verbs at the beginning of some words, and the options that the last of them takes."""
    command, verbs = COMMAND, []
    options = {option for item in command.params for option in item.opts}
    for word in words:
        inner = getattr(command, "commands", {}).get(word)
        if inner is None and word in options:
            continue
        if inner is None:
            if verbs or (not word.startswith("-") and word not in {"en", "zh"}):
                break
            continue
        command = inner
        verbs.append(word)
    return verbs, {option for item in command.params for option in item.opts} | options | {"--help"}


def test_there_are_commands_to_look_at() -> None:
    assert len(COMMANDS) > 80
    assert {page for page, _ in COMMANDS} >= {"README.md", "README.zh-CN.md", "docs/commands.md", "docs/zh/clerk.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_link_of_a_page_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8"))
    assert [link for link in links if ":" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "README.zh-CN.md"], ids=lambda page: page.name)
def test_a_readme_fits_a_screen_and_its_pages_hold_the_rest(page: Path) -> None:
    assert len(page.read_text("utf-8").splitlines()) <= 80


def test_a_line_of_the_clerks_recipe_has_no_remark_since_cmd_knows_none() -> None:
    for page in (ROOT / "README.zh-CN.md", ROOT / "docs/zh/clerk.md"):
        text = page.read_text("utf-8")
        assert [line for line in re.findall(r"^qhgep .*$", text, re.MULTILINE) if "#" in line] == []


@pytest.mark.parametrize(("page", "spelled"), COMMANDS)
def test_a_command_of_a_page_is_one(page: str, spelled: str) -> None:
    assert page
    words = re.sub(r"[\[\]]", " ", spelled.removeprefix(".venv/bin/").partition("#")[0].replace("\\|", " ")).split()
    verbs, options = known(words[1:])
    verb = words[1] if len(words) > 1 else ""
    if not verb.startswith("-"):
        assert verbs, f"{spelled}: no such verb"
    used = {re.split(r"[=（(,，、。;；]", word)[0] for word in words[1:] if re.match(r"-{1,2}[a-z]", word)}
    assert used - options == set(), spelled


def test_an_option_that_is_none_is_found() -> None:
    verbs, options = known(["coefficients", "check", "DIR"])
    assert (verbs, "--json" in options, "--review" in options) == (["coefficients", "check"], True, False)
    assert known(["account", "x", "-o", "y"])[0] == ["account"]
