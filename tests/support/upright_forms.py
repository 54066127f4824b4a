"""Upright forms that tests fill in: one county, a row for each number."""

from functools import cache
from io import BytesIO

import openpyxl
from openpyxl.workbook import Workbook

from qhgep.inputs.form.schema import KEY_AT, SECTION, SOURCE_AT, STATE_AT, UPRIGHT, UPRIGHT_FIRST
from qhgep.workbook.forms import Asked, one_each, template_bytes
from tests.support import forms

FILE = "632621玛沁县_2024.xlsx"


@cache
def upright(number: int = 0, lands: tuple[str, ...] = forms.LANDS, rules: str = forms.RULES) -> Asked:
    """The form of one of the two counties."""
    return one_each(forms.form(lands, rules))[number]


@cache
def template(number: int, lands: tuple[str, ...], rules: str) -> bytes:
    """Its file."""
    return template_bytes(upright(number, lands, rules))


def opened(number: int = 0, lands: tuple[str, ...] = forms.LANDS, rules: str = forms.RULES) -> Workbook:
    """Its file, opened to be filled."""
    return openpyxl.load_workbook(BytesIO(template(number, lands, rules)))


def rows(book: Workbook) -> dict[str, int]:
    """Key -> row of the sheet, from one."""
    page = book[UPRIGHT]
    found = {page.cell(row, KEY_AT + 1).value: row for row in range(UPRIGHT_FIRST + 1, page.max_row + 1)}
    return {str(key): row for key, row in found.items() if key}


def fill(book: Workbook, key: str, value: object, state: str, source: str | None, note: str | None) -> None:
    """Fill in the row of a key."""
    page, row = book[UPRIGHT], rows(book)[key]
    for column, text in ((2, value), (STATE_AT + 1, state), (SOURCE_AT + 1, source), (6, note)):
        page.cell(row, column).value = text  # type: ignore[assignment] # texts and numbers


def right(number: int = 0, lands: tuple[str, ...] = forms.LANDS) -> Workbook:
    """The form of a county as `forms.right` has it; the source stands once for each section."""
    return completed(opened(number, lands), number)


def completed(book: Workbook, number: int) -> Workbook:
    """A blank form filled in as a county does."""
    forms.name_source(book["来源"], 1, forms.SOURCE)
    for key, row in rows(book).items():
        if key.startswith(SECTION):
            if "面积核对" not in key:
                book[UPRIGHT].cell(row, SOURCE_AT + 1).value = "S01"
            continue
        numbers = forms.RIGHT.get(key)
        state = "有数据" if numbers else forms.ABSENT.get(key, "不适用")
        fill(book, key, numbers and numbers[number], state, None, None if numbers else "没有")
    return book
