"""What a person who looks at a sheet does not see: the cells that a merge covers.

A file of its own because `read` and `header`, which it stands between, are each one long idea.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import islice

from qhgep.errors import Problems
from qhgep.inputs.files.address import shown
from qhgep.inputs.wide.header import Frame

_MOST_NAMED = 20
_MOST_MERGES = 2_000
"""Merges that are looked at one by one; a sheet with more is not one that a person merged."""


def tell_merged(frame: Frame, columns: Sequence[int], rows: Sequence[int], problems: Problems) -> set[tuple[int, int]]:
    """Note every merge over cells that are read, with the cells that it takes from the eye; those are what comes back.

    The first cell of a merge over several counties is not read either: whose number it is, nobody can say.
    """
    reading, keys = sorted(rows), [frame.roles[role] for role in ("name", "code") if role in frame.roles]
    lost: set[tuple[int, int]] = set()
    for top, left, bottom, right in sorted(set(frame.sheet.merged))[:_MOST_MERGES]:
        mine = [column for column in (*keys, *columns) if left <= column <= right]
        inside = reading[bisect_left(reading, top) : bisect_right(reading, bottom)]
        if not inside or not any(column in columns for column in mine) or (top, left) == (bottom, right):
            continue
        lost |= {(row, column) for row in inside for column in mine}
        cells = ((row, column) for row in inside for column in range(left, right + 1) if (row, column) != (top, left))
        named = [shown(row, column) for row, column in islice(cells, _MOST_NAMED)]
        facts = {"range": f"{shown(top, left)}:{shown(bottom, right)}", "cells": "、".join(named)}
        problems.add("cells_merged", frame.at(top, left), **facts)
    return lost
