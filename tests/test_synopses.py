"""Every verb with every option that the pages of commands list is run once, on copies of the examples."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import copytree, which

import pytest

from qhgep.seals import NAMESPACE
from tests import test_page_runs as clerk
from tests.test_cli import ROOT, run
from tests.test_inside import UNCERTAIN
from tests.test_readme_commands import known

LINES = [
    line
    for line in (ROOT / "tests/synopses.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
COMMANDS = [line.partition(" -> ")[0] for line in LINES if not line.startswith("[")]
PAGES = [ROOT / "docs/commands.md", ROOT / "docs/zh/commands.md"]
ELSEWHERE = {
    ("desk", ""): "a server: tests/test_desk.py",
    ("zonal", "--workers"): "a cluster: tests/test_maps_cluster.py",
    ("zonal", "--scheduler"): "a cluster: tests/test_maps_cluster.py",
    ("decide", "--set"): "the decisions of the clerk's page: tests/test_page_runs.py",
    ("decide", "--by"): "as above",
    ("decide", "--date"): "as above",
    ("brief", "--last"): "two years of one county: tests/test_brief.py",
    ("issued", "--to"): "a final plan and its account: tests/test_issued_reading.py",
    ("issued", "--treasury"): "as above",
    ("issued", "-o"): "as above",
}
"""What is run by another test."""


def _sign() -> None:
    for words in (
        ("-q", "-t", "ed25519", "-N", "", "-C", "x", "-f", "key"),
        ("-Y", "sign", "-n", NAMESPACE, "-f", "key", "seal.json"),
    ):
        subprocess.run(["ssh-keygen", *words], check=True, capture_output=True)


def _tables() -> None:
    Path("zones.csv").write_text("id,county_code\n7,632222\n", encoding="utf-8")
    for name, more, year in (("lc.csv", ",note", ""), ("lc-years.csv", ",year", ",2020")):
        text = f'ws,histogram{more}\n7,"{{4.0=3, 5.0=2}}"{year or ",x"}\n'
        Path(name).write_text(text, encoding="utf-8")


def _uncertain() -> None:
    path = Path("examples/pilot/account.toml")
    path.write_text(path.read_text(encoding="utf-8") + UNCERTAIN, encoding="utf-8")


ACTS: dict[str, Callable[[], object]] = {
    "fill in 表": lambda: clerk.as_a_clerk_would(Path("表")), "decide": clerk.decide, "price": clerk.price, "fund": clerk.fund,
    "corrected": clerk.corrected, "a key of one's own": _sign, "tables of other tools": _tables, "declared uncertainty": _uncertain,
    "a printed table": lambda: shutil.copy(ROOT / "tests/audit/ganzi-2010-areas.csv", "表.csv"),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.libreoffice
@pytest.mark.skipif(which("ssh-keygen") is None, reason="needs OpenSSH")
def test_every_verb_with_every_option_of_the_pages_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    for made in ("inputs.csv", "inputs.provenance.csv"):  # the last digits of a map's sums are those of the machine
        (tmp_path / "examples/maps" / made).unlink()
    amiss = []
    for line in LINES:
        if line.startswith("["):
            ACTS[line[1:-1]]()
            continue
        command, _, answer = line.partition(" -> ")
        found = run(*shlex.split(command))
        if found.exit_code != int(answer or 0):
            amiss.append((command, found.stderr[-300:]))
    assert amiss == []


def options_of(command: str) -> tuple[str, set[str]]:
    """The verb of a command, and the options that stand in it."""
    verbs, _ = known(command.split())
    return " ".join(verbs), set(re.findall(r"(?<![\w-])--?[a-z][-a-z]*", command))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_no_option_of_the_pages_is_left_out(page: Path) -> None:
    ran: dict[str, set[str]] = {}
    for command in COMMANDS:
        verb, options = options_of(command)
        ran.setdefault(verb, set()).update(options)
    listed = re.findall(r"`(?:qhgep )?((?:[a-z-]+ ?)[^`\n]*)`", page.read_text("utf-8").partition("\n## ")[0])
    left = set()
    for text in listed:
        verb, options = options_of(text.replace("\\|", "|"))
        if verb:
            left |= {(verb, option) for option in options or {""} if option not in ran.get(verb, set()) | {""}}
            left |= {(verb, "")} - {(name, "") for name in ran}
    assert {item for item in left if item not in ELSEWHERE} == set()
