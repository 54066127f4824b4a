"""not_used.csv: researched rows that are no coefficient of any formula, each with the reason."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache

from qhgep.data import data_folder

FILE = "not_used.csv"


@cache
def not_used() -> Mapping[str, str]:
    """Row id -> why the store does not hold it, in the order of the file."""
    with (data_folder("coefficients") / FILE).open(encoding="utf-8", newline="") as file:
        return {row["row"]: row["reason"] for row in csv.DictReader(file)}
