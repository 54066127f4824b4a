"""The door `--inside` of every verb that follows the paths a file names: by text or by a link, none leaves the folder unasked."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import pytest
from click.testing import CliRunner

from qhgep import allocate, compute, finalise, read_account, write_workbook
from tests.support.command_line import COMMAND

PILOT = Path(__file__).parent.parent / "examples" / "pilot"
VERBS: dict[str, Callable[[Path, Path], list[str]]] = {
    "account": lambda home, out: ["account", str(home / "account.toml"), "-o", str(out / "o.xlsx")],
    "explain": lambda home, _: [
        "explain", str(home / "account.toml"), "--county", "632222", "--quantity", "water_value_total",
    ],
    "allocate": lambda home, out: ["allocate", str(home / "plan.toml"), "-o", str(out / "o.xlsx")],
    "what-if": lambda home, _: ["what-if", str(home / "plan.toml"), "--more", "10000000.00"],
    "verify": lambda home, out: ["verify", str(out / "book.xlsx"), "--account", str(home / "account.toml")],
    "audit": lambda home, _: ["audit", str(home / "account.toml")],
    "diff": lambda home, _: ["diff", str(home / "account.toml"), str(home / "account.toml")],
    "compare": lambda home, out: [
        "compare", str(home / "account.toml"), "--rulesets", "water-balance-plateau,mee-2020", "-o", str(out / "o.xlsx"),
    ],
    "brief": lambda home, out: ["brief", str(home / "account.toml"), "-o", str(out / "o.xlsx")],
    "rests-on": lambda home, _: ["rests-on", str(home / "account.toml"), "--row", "GZ-26"],
    "rests-on of a plan": lambda home, _: ["rests-on", str(home / "plan.toml"), "--row", "GZ-26"],
    "trace": lambda home, out: ["trace", str(home / "account.toml"), "-o", str(out / "t.jsonl")],
    "trace of a plan": lambda home, out: ["trace", str(home / "plan.toml"), "-o", str(out / "t.jsonl")],
    "page": lambda home, out: ["page", str(home / "account.toml"), "-o", str(out / "p.html")],
    "page of a plan": lambda home, out: ["page", str(home / "plan.toml"), "-o", str(out / "p.html")],
    "sources": lambda home, _: ["sources", str(home / "account.toml")],
    "uncertainty": lambda home, _: ["uncertainty", str(home / "account.toml"), "--draws", "2"],
    "uncertainty of a plan": lambda home, _: ["uncertainty", str(home / "plan.toml"), "--draws", "2"],
    "back-payment": lambda home, out: [
        "back-payment", str(final()), str(home / "plan.toml"), "--treasury", "630000", "-o", str(out / "b.toml"),
    ],
    "county-funds": lambda home, _: ["county-funds", "632222", str(home / "plan.toml")],
    "co-growth": lambda home, out: ["co-growth", str(home / "growth"), "-o", str(out / "o.xlsx")],
    "seal": lambda home, out: ["seal", str(home / "account.toml"), "-o", str(out.parent / "seal.json")],
    "seal of a plan": lambda home, out: ["seal", str(home / "plan.toml"), "-o", str(out.parent / "seal.json")],
}  # fmt: skip
"""Each verb with `--inside`: its arguments for the folder of an account and a plan, and a folder for what it writes."""


UNCERTAIN = """
[[uncertain]]
row = "GZ-26"
kind = "range"
low = "-5%"
high = "5%"
basis = "试"
decided_by = "试"
"""
"""So that `uncertainty` has what to draw."""


def folder(place: Path, way: str) -> Path:
    """The pilot's folder, whose inputs lie in another: named so, behind a link, or behind a link of a folder."""
    home, secret = place / "home", place / "secret"
    home.mkdir()
    secret.mkdir()
    (place / "out").mkdir()
    for name in ("account.toml", "plan.toml"):
        shutil.copy(PILOT / name, home)
    shutil.copy(PILOT / "inputs.csv", secret / "inputs.csv")
    written = {"name": "../secret/inputs.csv", "link": "inputs.csv", "folder": "sub/inputs.csv"}[way]
    if way == "link":
        (home / "inputs.csv").symlink_to("../secret/inputs.csv")
    if way == "folder":
        (home / "sub").symlink_to("../secret")
    growth = home / "growth"
    shutil.copytree(PILOT.parent / "co-growth", growth)
    (growth / "inputs.csv").rename(secret / "growth.csv")
    if way == "name":
        text = (
            (growth / "account.toml").read_text(encoding="utf-8").replace('"inputs.csv"', '"../../secret/growth.csv"')
        )
        (growth / "account.toml").write_text(text, encoding="utf-8")
    else:
        (growth / "inputs.csv").symlink_to("../../secret/growth.csv")
    account = (home / "account.toml").read_text(encoding="utf-8")
    account = account.replace('"inputs.csv"', f'"{written}"') + UNCERTAIN
    (home / "account.toml").write_text(account, encoding="utf-8")
    return home


def run(words: list[str]) -> tuple[int, str]:
    found = CliRunner().invoke(COMMAND, ["--quiet", *words])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


@cache
def book() -> bytes:
    """The pilot's workbook."""
    with TemporaryDirectory() as place:
        return write_workbook(compute(read_account(PILOT / "account.toml")), Path(place) / "x.xlsx").read_bytes()


@cache
def final() -> Path:
    """A final workbook of the pilot's plan."""
    place = Path(mkdtemp(prefix="qhgep-final-"))
    shutil.copytree(PILOT, place / "pilot")
    plan = place / "pilot" / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace('state = "draft"', 'state = "review"'), encoding="utf-8")
    return finalise(write_workbook(allocate(plan), place / "review.xlsx"), place / "final.xlsx")


@pytest.mark.parametrize("way", ["name", "link", "folder"])
@pytest.mark.parametrize("verb", VERBS)
def test_a_path_that_leaves_the_folder_is_refused_until_the_folder_is_named(
    verb: str, way: str, tmp_path: Path
) -> None:
    home, out = folder(tmp_path, way), tmp_path / "out"
    (out / "book.xlsx").write_bytes(book())
    words = VERBS[verb](home, out)
    for more in ([], ["--inside", str(out)]) if way == "name" else ([],):
        code, told = run([*words, *more])
        assert (code, "点到的文件" in told, "之外" in told, "--inside" in told) == (1, True, True, True)
        assert sorted(path.name for path in out.iterdir()) == ["book.xlsx"]
        assert not (tmp_path / "seal.json").exists()
    code, told = run([*words, "--inside", str(tmp_path)])
    refused = "没有写 published", "是情景测算"  # the pilot has no printed values to audit, and its plan pays nothing
    assert code in {0, 3} or any(words in told for words in refused), told
    assert "在文件夹" not in told


def test_every_verb_with_the_option_is_tried_here() -> None:
    """`diff` and `seal` too: what an option promises is promised at each door."""
    commands = COMMAND.commands  # type: ignore[attr-defined] # a group has them
    asked = {name for name, command in commands.items() if any(item.name == "inside" for item in command.params)}
    assert asked == {verb.split()[0] for verb in VERBS}
