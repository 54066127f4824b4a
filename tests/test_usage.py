"""Which files of one's own folders use a coefficient, a row, a row of policy or a document (issue 18, g)."""

from pathlib import Path
from shutil import copytree

import pytest

from qhgep import FileUse, read_result, used_in
from qhgep.coefficient_store.rows import COLUMNS
from qhgep.errors import InputError
from qhgep.result_files.lists import CoefficientsBody
from tests.test_cli import ROOT, run

PACK = {"row": "GZ-26", "key": "carbon_price", "region_code": "513300", "from": "2010-01-01", "to": "2010-12-31", "price_year": "2010",
        "value": "418", "unit": "CNY/tCO2", "source": "baima-2017", "at": "表 3", "origin": "stated", "evidence": "assumed"}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bureau's own: an account and its plan, one by a rule in force, a ruleset, a pack, and what is none of these."""
    own = tmp_path_factory.mktemp("own")
    for name in ("pilot", "haibei-grassland-2018"):
        copytree(ROOT / "examples" / name, own / name)
    for ruleset, extends in (("甲局", "water-balance-plateau"), ("乙局", "equivalent-factor-2015")):
        (own / f"{ruleset}.toml").write_text(f'schema = 1\nzh = "{ruleset}"\nextends = "{extends}"\n', encoding="utf-8")
    (own / "价格").mkdir()
    lines = [",".join(COLUMNS), ",".join(PACK.get(name, "") for name in COLUMNS)]
    (own / "价格" / "c.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (own / "notes.toml").write_text('words = "GZ-26"\n', encoding="utf-8")
    (own / "half.toml").write_text('ruleset = "no-such"\ninputs = ["x.csv"]\n', encoding="utf-8")
    return own


def named(found: tuple[FileUse, ...], folder: Path) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {item.file.relative_to(folder).as_posix(): (item.kind, item.by) for item in found if not item.unread}


def test_a_row_is_used_by_what_reads_it_and_not_by_what_names_it(folder: Path) -> None:
    """GZ-26 is the pilot's price of carbon; the plan's factors are water and carbon of all five counties."""
    found = used_in("GZ-26", folder)
    uses = named(found, folder)
    carbon = {"carbon_price", "carbon_value", "carbon_value_total"}
    assert {name: kind for name, (kind, _) in uses.items()} == {
        "pilot/account.toml": "account", "pilot/account-general.toml": "account", "pilot/plan.toml": "plan", "甲局.toml": "ruleset",
        "价格/c.csv": "pack",
    }  # fmt: skip
    assert set(uses["pilot/account.toml"][1]) == carbon
    assert set(uses["pilot/plan.toml"][1]) == carbon | {"carbon", "632222", "632323", "632621", "632701", "632823"}
    assert uses["甲局.toml"][1] == ("carbon_value/carbon_dioxide_price",)
    assert uses["价格/c.csv"][1] == ("GZ-26",)
    (broken,) = [item for item in found if item.unread]
    assert (broken.file.name, broken.unread.startswith("half.toml")) == ("half.toml", True)


@pytest.mark.parametrize(
    ("name", "files"),
    [
        (
            "carbon_price",
            ["pilot/account-general.toml", "pilot/account.toml", "pilot/plan.toml", "价格/c.csv", "甲局.toml"],
        ),
        ("P026", ["haibei-grassland-2018/plan.toml", "pilot/comprehensive.toml"]),
        ("haibei-plan-2018", ["haibei-grassland-2018/plan.toml", "pilot/comprehensive.toml"]),
        ("RES-1", ["甲局.toml"]),
        ("no-such", []),
    ],
)
def test_coefficients_rows_of_policy_and_documents_are_found(folder: Path, name: str, files: list[str]) -> None:
    """RES-1, a price of reservoirs, is read by a ruleset's formula alone; the pilot's comprehensive plan adopts P026 of Haibei."""
    assert sorted(named(used_in(name, [folder]), folder)) == files


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        used_in("GZ-26", [tmp_path / "没有"])
    assert (
        error.value.text() == f"{tmp_path / '没有'}  没有这个文件夹；放着核算、方案、规则集或系数包的文件夹；检查路径。"
    )


def test_the_verb_tells_it_and_its_json_has_it(folder: Path, tmp_path: Path) -> None:
    found = run("coefficients", "list", "GZ-26", "--where-used", "--in", folder, "--json", tmp_path / "x.json")
    assert found.exit_code == 0
    assert "甲局.toml" in found.stdout
    assert "读不了：" in found.stdout
    body = read_result(tmp_path / "x.json").body
    assert isinstance(body, CoefficientsBody)
    assert [item.kind for item in body.used_in] == ["account", "account", "account", "plan", "pack", "ruleset"]
    assert (
        "没有核算、方案、规则集或系数包用到它"
        in run("coefficients", "list", "CB-7", "--where-used", "--in", folder / "价格").stdout
    )
    policy = run("coefficients", "list", "P026", "--where-used", "--in", folder)
    assert (policy.exit_code, "haibei-grassland-2018" in policy.stdout) == (0, True)
    assert run("coefficients", "list", "no-such", "--where-used", "--in", folder / "价格").exit_code == 1
    assert run("coefficients", "list", "--in", folder).exit_code == 2
