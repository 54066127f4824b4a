"""Printed pages of plans and accounts: what a clerk reads in a cell, through its number format, against texts worked out by hand."""

import tomllib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.workbook import Workbook

from qhgep import allocate, compute, read_account, write_workbook
from qhgep.workbook.core.number_formats import Shown, displayed, known

_FOLDER = Path(__file__).parent / "pages"
PLANS, ACCOUNTS = (
    tomllib.loads((_FOLDER / name).read_text(encoding="utf-8")) for name in ("plans.toml", "accounts.toml")
)
PAGES = PLANS | ACCOUNTS
LINES = [(page, line) for page, terms in PAGES.items() for line in terms["cells"]]


@cache
def book(page: str) -> Workbook:
    """The workbook of a page's plan, as a program reads it from the file."""
    with TemporaryDirectory() as folder:
        if page in ACCOUNTS:
            result = compute(read_account(account(PAGES[page], Path(folder))))
            return openpyxl.load_workbook(write_workbook(result, Path(folder) / "x.xlsx"), data_only=True)
        plan = Path(folder) / "plan.toml"
        plan.write_text(PAGES[PAGES[page].get("same", page)]["plan"], encoding="utf-8")
        return openpyxl.load_workbook(write_workbook(allocate(plan), Path(folder) / "x.xlsx"), data_only=True)


def account(terms: dict[str, Any], folder: Path) -> Path:
    """The account of a page, or that of another page without the row that begins so."""
    whole = ACCOUNTS[terms["same"]] if "same" in terms else terms
    lines = whole["inputs"].strip().splitlines()
    left = [line for line in lines if "without" not in terms or not line.startswith(terms["without"])]
    (folder / "inputs.csv").write_text("\n".join(left) + "\n", encoding="utf-8")
    (folder / "account.toml").write_text(whole["account"], encoding="utf-8")
    return folder / "account.toml"


def shown(cell: Cell) -> Shown:
    """What the cell shows; a format that is not of the closed list is an error."""
    code = known(cell.number_format)
    assert code is not None, cell.number_format
    return displayed(cell.value, code)


def found(page: str, row: str, head: str, unit: str | None) -> Cell:
    """The one cell in the row with a label and in the column with a heading and, where a column has one, a unit."""
    sheet = book(page)[PAGES[page]["sheet"]]
    rows = [cells for cells in sheet.iter_rows() if row in {cell.value for cell in cells}]
    columns = [cells for cells in sheet.iter_cols() if {head, unit or head} <= {cell.value for cell in cells}]
    assert (len(rows), len(columns)) == (1, 1), f"{row}, {head}, {unit}"
    return next(cell for cell in rows[0] if cell in columns[0])


@pytest.mark.parametrize(
    ("page", "line"), LINES, ids=[f"{page}-{line['row']}-{line['head']}-{line.get('unit')}" for page, line in LINES]
)
def test_a_cell_shows_what_was_worked_out_by_hand(page: str, line: dict[str, Any]) -> None:
    assert shown(found(page, line["row"], line["head"], line.get("unit"))) == Shown(
        line["shows"], line.get("red", False)
    )


@pytest.mark.parametrize("page", PAGES)
def test_the_page_says_what_it_is_and_in_which_state(page: str) -> None:
    sheet = book(page)[PAGES[page]["sheet"]]
    words = "\n".join(str(cell.value) for cells in sheet.iter_rows() for cell in cells if isinstance(cell.value, str))
    assert [word for word in PAGES[page]["says"] if word not in words] == []


@pytest.mark.parametrize("page", PLANS)
def test_every_stage_has_its_line_on_the_page_that_is_signed(page: str) -> None:
    stages = PAGES[page]["stages"]
    assert ("签批" in book(page).sheetnames) == bool(stages)
    if stages:
        signed = [cell.value for cells in book(page)["签批"].iter_rows() for cell in cells if cell.value in stages]
        assert signed == stages


@pytest.mark.parametrize("page", [page for page in PLANS if "order" in PLANS[page]])
def test_the_sum_comes_first_then_each_prefecture_with_its_own_and_its_counties(page: str) -> None:
    rows = [cells[0].value for cells in book(page)[PLANS[page]["sheet"]].iter_rows()]
    assert [label for label in rows if label in PLANS[page]["order"]] == PLANS[page]["order"]
