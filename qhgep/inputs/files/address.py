"""Addresses of cells that were read: D7 to (row, column) from zero, and back. What qhgep writes is addressed by its layout."""

from __future__ import annotations

import re
from functools import cache
from string import ascii_uppercase

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@cache
def letters(column: int) -> str:
    """The heading of a column as a spreadsheet shows it: 0 is A, 26 is AA."""
    high, low = divmod(column, len(ascii_uppercase))
    return (letters(high - 1) if high else "") + ascii_uppercase[low]


def shown(row: int, column: int) -> str:
    """The address of a cell as a spreadsheet shows it."""
    return f"{letters(column)}{row + 1}"


def position(address: str) -> tuple[int, int] | None:
    """Row and column from zero of an address such as D7; None where it is none."""
    found = _ADDRESS.fullmatch(address.replace("$", ""))
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * len(ascii_uppercase) + ascii_uppercase.index(letter) + 1
    return int(found[2]) - 1, column - 1


def area(reference: str) -> tuple[int, int, int, int] | None:
    """First row, first column, last row, last column of a range such as E3:E5 or of one cell; None where it is none."""
    first, _, last = reference.partition(":")
    ends = position(first), position(last or first)
    if ends[0] is None or ends[1] is None:
        return None
    return (*ends[0], *ends[1])
