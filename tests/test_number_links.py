"""From a number on a front page to its document in at most two clicks, counted over the links of the xlsx."""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from qhgep import allocate, compute, read_account, verify_workbook, write_workbook
from qhgep.workbook.core.layout import references
from tests.test_cli import PILOT
from tests.witness import libreoffice

EXAMPLES = PILOT.parent
FRONT = ("封面", "汇总", "分县价值量", "分县实物量", "生态系统价值量", "分县覆盖")
DOCUMENTS = {"来源", "依据"}
FIRST = 7
"""The first row of numbers of a table."""


class Book:
    """A workbook as a reader clicks through it."""

    def __init__(self, path: Path) -> None:
        self.cells = openpyxl.load_workbook(path)
        self.values = openpyxl.load_workbook(path, data_only=True)

    def numbers(self, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for name in names:
            if name in self.values.sheetnames:
                for row in self.values[name].iter_rows(min_row=FIRST):
                    yield from ((name, cell.coordinate) for cell in row if isinstance(cell.value, int | float))

    def click(self, sheet: str, at: str) -> tuple[str, str] | None:
        link = self.cells[sheet][at].hyperlink
        if link is None:
            return None
        name, _, place = link.location.replace("'", "").partition("!")
        return name, place

    def way(self, sheet: str, at: str) -> list[tuple[str, str]]:
        """The cells on the way to a document; on 溯源 the cell of the row that names the document is clicked."""
        way = [(sheet, at)]
        while way[-1][0] not in DOCUMENTS and len(way) <= 2:
            name, place = way[-1]
            found = self.click(name, place.replace("A", "M") if name == "溯源" else place)
            if found is None:
                break
            way.append(found)
        return way


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Book]:
    folder = tmp_path_factory.mktemp("books")
    for name in ("pilot", "ganzi-2010"):
        write_workbook(compute(read_account(EXAMPLES / name / "account.toml")), folder / f"{name}.xlsx")
    write_workbook(allocate(PILOT / "plan.toml"), folder / "plan.xlsx")
    return {path.stem: Book(path) for path in sorted(folder.iterdir())}


def fronts(books: dict[str, Book], name: str) -> tuple[str, ...]:
    return tuple(books[name].cells.sheetnames[:2]) if name == "plan" else FRONT


def test_twelve_random_front_numbers_end_at_a_document_in_two_clicks(books: dict[str, Book]) -> None:
    draw = random.Random(18)
    every = [(name, *at) for name, book in books.items() for at in book.numbers(fronts(books, name))]
    chosen = draw.sample(every, 12)
    ends = [books[name].way(sheet, at)[-1] for name, sheet, at in chosen]
    assert [sheet in DOCUMENTS for sheet, _ in ends] == [True] * 12
    for (name, _, _), (sheet, at) in zip(chosen, ends, strict=True):
        assert books[name].values[sheet][at].value


@pytest.mark.parametrize(("name", "least"), [("pilot", 116), ("ganzi-2010", 230), ("plan", 20)])
def test_every_front_number_ends_at_a_document_in_two_clicks(books: dict[str, Book], name: str, least: int) -> None:
    book = books[name]
    ways = [book.way(*at) for at in book.numbers(fronts(books, name))]
    assert len(ways) >= least
    assert [way for way in ways if way[-1][0] not in DOCUMENTS] == []


def test_summary_and_county_numbers_lead_to_the_cell_that_computes_them(books: dict[str, Book]) -> None:
    """祁连's water value: the number on 分县价值量 leads to the cell of 计算_水源涵养_县域 with the same yuan."""
    book = books["pilot"]
    found = 0
    for sheet, at in book.numbers(("分县价值量",)):
        target = book.click(sheet, at)
        value = book.values[sheet][at].value
        assert target is not None
        assert target[0].startswith("计算_")
        if re.match(r"IF\(ISNUMBER\(计算", str(book.cells[sheet][at].value).removeprefix("=")):
            assert book.values[target[0]][target[1]].value == value
            found += 1
    assert found == 10  # five counties, two indicators


def test_every_input_that_is_stated_leads_to_its_row_of_origins(books: dict[str, Book]) -> None:
    book = books["pilot"]
    names = tuple(name for name in book.cells.sheetnames if name.startswith("输入_"))
    inputs = list(book.numbers(names))
    assert len(inputs) == 42
    for sheet, at in inputs:
        target = book.click(sheet, at)
        assert target is not None
        assert target[0] == "溯源"
        assert book.values["溯源"][target[1]].value == f"{sheet}!{at}"


def test_amounts_of_a_plan_lead_to_their_step_and_steps_to_their_factors(books: dict[str, Book]) -> None:
    book = books["plan"]
    table = book.cells.sheetnames[1]
    amount = book.click(table, "C8")
    assert amount is not None
    assert amount[0] == "测算过程"
    assert book.values[amount[0]][amount[1]].value == book.values[table]["C8"].value
    heads = {cell.value: cell.column_letter for cell in book.cells["测算过程"][4] if cell.value}
    column = next(letter for head, letter in heads.items() if head == "水源涵养价值合计")
    factor = book.click("测算过程", f"{column}8")
    assert factor is not None
    assert factor[0] == "因素数据"
    ground = book.click(*factor)
    assert ground is not None
    assert book.values["依据"][f"C{ground[1].lstrip('A')}"].value.startswith("因素 water 取自 gep.water_value_total")


def test_an_edited_link_is_named(tmp_path: Path) -> None:
    write_workbook(allocate(PILOT / "plan.toml"), tmp_path / "a.xlsx")
    assert verify_workbook(tmp_path / "a.xlsx").same
    with ZipFile(tmp_path / "a.xlsx") as old, ZipFile(tmp_path / "b.xlsx", "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "xl/worksheets/sheet2.xml":
                assert b'<hyperlink ref="C8"' in data
                old_link = re.search(rb'<hyperlink ref="C8" location="([^"]*)"', data)
                assert old_link is not None
                data = data.replace(old_link[0], old_link[0].replace(old_link[1], "'封面'!A1".encode()))
            new.writestr(item, data)
    found = verify_workbook(tmp_path / "b.xlsx")
    assert not found.same
    assert [(change.sheet, change.cell) for change in found.causes] == [
        (openpyxl.load_workbook(tmp_path / "b.xlsx").sheetnames[1], "C8")
    ]


def links(path: Path) -> dict[tuple[str, str], str]:
    """Every linked cell, and where its link leads."""
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    return {(cell.parent.title, cell.coordinate): str(cell.hyperlink.location).replace("'", "") for cell in cells}


@pytest.mark.libreoffice
def test_saved_again_by_libreoffice_every_link_leads_where_it_led_and_another_is_named(tmp_path: Path) -> None:
    write_workbook(compute(read_account(PILOT / "account.toml")), tmp_path / "pilot.xlsx")
    write_workbook(allocate(PILOT / "plan.toml"), tmp_path / "plan.xlsx")
    made = sorted(tmp_path.glob("*.xlsx"))
    for path, again in zip(made, libreoffice.save_again(made, tmp_path / "scratch"), strict=True):
        before = links(path)
        assert len(before) > 250
        assert links(again) == before
        assert verify_workbook(again).same
        book = openpyxl.load_workbook(path)
        (sheet, cell), target = next(
            (key, value) for key, value in before.items() if "溯源" in value or "测算过程" in value
        )
        book[sheet][cell].hyperlink.location = "封面!A1"
        book.save(tmp_path / "led.xlsx")
        (led,) = libreoffice.save_again([tmp_path / "led.xlsx"], tmp_path / path.stem)
        assert links(led)[sheet, cell] == "封面!A1" != target
        assert (sheet, cell) in [(change.sheet, change.cell) for change in verify_workbook(led).causes]


@pytest.mark.parametrize(
    ("formula", "cells"),
    [
        ("IF(ISNUMBER(甲!B3),甲!B3,NA())", ["甲!B3", "甲!B3"]),
        ("SUM(乙!A1:A3)", ["乙!A1", "乙!A2", "乙!A3"]),
        ("LOG10(C4)*$D$5", ["丙!C4", "丙!D5"]),
        ('IF(A1="B2","C3",0)', ["丙!A1"]),
        ('SUMIF(A1:B1,">-1E+300")', ["丙!A1", "丙!B1"]),
    ],
)
def test_the_cells_that_a_formula_names(formula: str, cells: list[str]) -> None:
    assert [item.full for item in references(formula, "丙")] == cells
