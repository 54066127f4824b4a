"""A record that computes with another row than the whole shipped store gives is not "the same", whatever it calls that row.

A workbook forged whole agrees with its own record: every cell, hash and footer. Only the store of the same version can tell.
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from qhgep import allocate, compute, read_account, verify_workbook, write_workbook
from qhgep.coefficient_store import Parameter, Row, load_parameters
from qhgep.compensation.plan.read import read_plan
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.account.record import account_from, account_record
from qhgep.workbook.verify.against_files import Against, against_store
from qhgep.workbook.verify.manifest import read_record
from qhgep.workbook.verify.read import read_cells_of
from tests.support.books import EXAMPLE
from tests.support.command_line import COMMAND
from tests.test_citations import grass, text
from tests.test_parameters import pack

GANZI = EXAMPLE.parent / "ganzi-2010"
OWN = "县局/compensation/own.csv"
Change = Callable[[Parameter], Parameter | None]


def seen(path: Path) -> tuple[bool, tuple[Against, ...]]:
    """Whether verify calls a workbook the same, and what it says of its rows; no cell differs, and exit 0 means the same."""
    found = verify_workbook(path)
    assert found.changes == ()
    assert CliRunner().invoke(COMMAND, ["verify", str(path)]).exit_code == (0 if found.same else 3)
    return found.same, found.store


# --- plans --------------------------------------------------------------------------------------

NAMED = text(grass("1000", "0", "632222", '{ ban = "row:P026", balance = "0" }'), "632222")
OWN_NAMED = NAMED.replace("row:P026", "row:JU-1")
HENAN = "632324"
"""河南县 has a rate of its own until 2015, P188, beside that of its prefecture, P022."""


def forged_plan(folder: Path, plan: str, change: Change) -> Path:
    """The workbook of a plan whose rows come from a store in which each row was changed, or left out."""
    (folder / "plan.toml").write_text(plan, encoding="utf-8")
    store = load_parameters()
    rows = tuple(new for row in store.rows if (new := change(row)) is not None)
    return write_workbook(
        allocate(read_plan(folder / "plan.toml", parameters=replace(store, rows=rows))), folder / "x.xlsx"
    )


def called_a_packs(**fields: object) -> Change:
    """P026, 12.3 yuan for each mu of grassland under ban in 海北州, changed and said to be of a pack."""
    return lambda row: row.model_copy(update={"file": OWN, **fields}) if row.row == "P026" else row


@pytest.mark.parametrize(
    ("change", "recorded", "now"),
    [
        (called_a_packs(value=Decimal("24.6")), f"24.6 CNY/mu/yr（{OWN}）", "P026 12.3 CNY/mu/yr"),
        (
            called_a_packs(evidence="primary"),
            f"12.3 CNY/mu/yr，evidence primary（{OWN}）", "P026 12.3 CNY/mu/yr，evidence secondary",
        ),
        (
            called_a_packs(start=load_parameters().row("P026").start - timedelta(366)),  # type: ignore[union-attr,operator] # the row is there and dated
            f"12.3 CNY/mu/yr，from 2014-12-31（{OWN}）", "P026 12.3 CNY/mu/yr，from 2016-01-01",
        ),
    ],
    ids=["value", "evidence", "dates"],
)  # fmt: skip
def test_a_shipped_parameter_that_is_only_called_a_packs_is_told(
    change: Change, recorded: str, now: str, tmp_path: Path
) -> None:
    told = Against("row", "P026 grass_ban_rate", recorded, now)
    assert seen(forged_plan(tmp_path, NAMED, change)) == (False, (told,))


def test_a_parameter_of_a_pack_under_a_name_of_its_own_and_another_source_is_told(tmp_path: Path) -> None:
    """The same cell as P026: it would replace it, and the record would name both."""
    other = called_a_packs(row="JU-1", value=Decimal(30), source="diqing-finance-2016")
    same, told = seen(forged_plan(tmp_path, OWN_NAMED, other))
    assert (same, [(item.item, item.now[:4]) for item in told]) == (False, [("JU-1 grass_ban_rate", "P026")])
    assert "source diqing-finance-2016" in told[0].recorded


def in_henan(rate: str) -> str:
    return text(grass("1000", "0", HENAN, f'{{ ban = "{rate}", balance = "0" }}'), HENAN, period=2015)


def test_a_row_of_a_pack_that_a_shipped_one_would_contend_with_is_told(tmp_path: Path) -> None:
    """Of a day later it does not replace P188, and a key with two rows in force is refused."""
    later = load_parameters().row("P188").start + timedelta(1)  # type: ignore[union-attr,operator] # as above
    new = {"row": "JU-1", "value": Decimal(30), "start": later, "file": OWN}
    path = forged_plan(
        tmp_path, in_henan("key:grass_ban_rate"), lambda row: row.model_copy(update=new) if row.row == "P188" else row
    )
    same, told = seen(path)
    assert (same, [item.recorded for item in told]) == (False, ["没有"])
    assert "P188" in told[0].now
    assert "JU-1" in told[0].now


def test_a_nearer_row_that_was_left_out_is_told(tmp_path: Path) -> None:
    """Where the county has a rate of its own, that of the prefecture needs a decision: without P188 it seems to need none."""
    path = forged_plan(tmp_path, in_henan("row:P022"), lambda row: None if row.row == "P188" else row)
    same, told = seen(path)
    assert (same, [item.recorded for item in told]) == (False, ["没有"])
    assert "P188" in told[0].now


def replaced_by_a_pack(folder: Path) -> Path:
    """The workbook of a plan that computes with 12.4 of a bureau's pack, which replaces the shipped 12.3."""
    own = "OWN-1,grass_ban_rate,632200,,,2016-01-01,2020-12-31,,,12.4,,,CNY/mu/yr,own-plan,第五条,stated,primary,,,GRASS-QH-2"
    (folder / "plan.toml").write_text(NAMED.replace("row:P026", "row:OWN-1"), encoding="utf-8")
    (folder / "pack").mkdir()
    found = allocate(folder / "plan.toml", coefficients=[pack(folder / "pack", own)])
    return write_workbook(found, folder / "x.xlsx")


def test_a_plan_with_a_row_that_a_pack_replaced_in_the_open_is_the_same(tmp_path: Path) -> None:
    assert seen(replaced_by_a_pack(tmp_path)) == (True, ())


def test_a_pair_that_hides_what_was_replaced_is_told(tmp_path: Path) -> None:
    """Left out; with another value below; with another row above than the one in use; with a pack's row below."""
    path = replaced_by_a_pack(tmp_path)
    record, _ = read_record(read_cells_of(path, MANIFEST), path.name)
    assert against_store(record) == ()
    stated = record["parameters"]
    [[old, own]] = stated["overridden"]
    assert (old["row"], old["value"], own["row"], own["value"]) == ("P026", "12.3", "OWN-1", "12.4")

    def items(*pairs: list[dict[str, Any]]) -> list[str]:
        return [item.item for item in against_store({**record, "parameters": {**stated, "overridden": list(pairs)}})]

    assert items() == ["OWN-1 grass_ban_rate"]
    assert items([{**old, "value": "12.39"}, own]) == ["P026 grass_ban_rate value"]
    assert items([old, {**own, "value": "12.35"}]) == ["OWN-1 grass_ban_rate"]
    assert items([{**old, "file": OWN}, own]) == ["OWN-1 grass_ban_rate"]


# --- accounts -----------------------------------------------------------------------------------


def forged_account(path: Path, change: Callable[[Row], Row | None]) -> Path:
    """The Garzê account with a store in which each row was changed, or left out, and nothing is named as replaced."""
    account = read_account(GANZI / "account.toml")
    store = account.coefficients
    rows = tuple(new for row in store.rows if (new := change(row)) is not None)
    forged = replace(account, coefficients=replace(store, rows=rows, overridden=()))
    return write_workbook(compute(forged), path)


def own_price(**fields: object) -> Callable[[Row], Row | None]:
    """GZ-26, 380 yuan for a tonne of CO2, as 760 of a pack under a name of its own."""
    new = {"row": "JU-1", "file": "县局/own.csv", "value": Decimal(760), **fields}
    return lambda row: row.model_copy(update=new) if row.row == "GZ-26" else row


def test_a_price_of_a_pack_beside_the_shipped_one_contends_with_it_and_is_told(tmp_path: Path) -> None:
    """Its first day is moved, so that it does not replace GZ-26: with the whole store two prices would be in force."""
    first = read_account(GANZI / "account.toml").coefficients.row("GZ-26").start  # type: ignore[union-attr] # it is there
    assert first is not None
    same, told = seen(forged_account(tmp_path / "x.xlsx", own_price(start=first - timedelta(1))))
    assert (same, [item.recorded for item in told]) == (False, ["没有"])
    assert "GZ-26" in told[0].now
    assert "JU-1" in told[0].now


def test_a_price_of_a_pack_at_the_cell_of_the_shipped_one_is_told(tmp_path: Path) -> None:
    expected = Against("row", "JU-1 carbon_price", "760 CNY/tCO2（县局/own.csv）", "GZ-26 380 CNY/tCO2")
    assert seen(forged_account(tmp_path / "x.xlsx", own_price())) == (False, (expected,))


def test_a_row_left_out_of_a_record_is_told(tmp_path: Path) -> None:
    """A draft without a price prints 缺; the record then does not say that the store has one."""
    found = forged_account(tmp_path / "x.xlsx", lambda row: None if row.row == "GZ-26" else row)
    assert seen(found) == (False, (Against("row", "GZ-26 carbon_price", "没有", "380 CNY/tCO2"),))


def test_an_account_whose_packs_replace_one_another_in_the_open_is_the_same(tmp_path: Path) -> None:
    """Two packs, one over the other: the record names 380 -> 500 -> 760; without the link between them it is told."""
    lines = (EXAMPLE.parent.parent / "coefficients" / "carbon.csv").read_text(encoding="utf-8").splitlines()
    row = next(line for line in lines if line.startswith("GZ-26,"))
    assert row.count(",380,") == 1
    for name, value in (("prefecture", 500), ("county", 760)):
        (tmp_path / name).mkdir()
        own = row.replace("GZ-26,", f"{name},").replace(",380,", f",{value},")
        (tmp_path / name / "carbon.csv").write_text(f"{lines[0]}\n{own}\n", encoding="utf-8")
    shutil.copytree(GANZI, tmp_path / "account")
    packs = [tmp_path / "prefecture", tmp_path / "county"]
    result = compute(read_account(tmp_path / "account" / "account.toml", coefficients=packs))
    assert seen(write_workbook(result, tmp_path / "x.xlsx")) == (True, ())
    record = account_record(result)
    assert [(old["value"], own["value"]) for old, own in record["overridden"]] == [("380", "500"), ("500", "760")]
    assert against_store(record, account=account_from(record)) == ()
    for pair in record["overridden"]:
        cut = {**record, "overridden": [pair]}
        assert [item.item for item in against_store(cut, account=account_from(cut))] == ["county carbon_price"]
