"""An account whose input is a returned form: read, computed, written, verified."""

from __future__ import annotations

from pathlib import Path

import pytest

from qhgep import compute, read_account, verify_workbook, write_workbook
from tests.support import forms

ACCOUNT = """schema = 1
title = "填报核算"
period = 2024
ruleset = "water-balance-plateau"
price_year = 2010
counties = ["632621", "632622"]
inputs = ["填报.xlsx"]
date = 2026-11-22

[options]
require = "assumed"
"""
ADOPT = '\n[[adopt]]\nrow = "{}"\nfor = "{}"\n{}reason = "试"\ndecided_by = "试"\n'
ADOPTED = (
    ("GZ-05", "reservoir_cost", ""),
    ("GZ-26", "carbon_price", ""),
    ("RC-高寒草甸", "runoff_coefficient", 'ecosystem = "grassland"\n'),
)


def test_an_account_is_computed_from_a_returned_form(tmp_path: Path) -> None:
    """玛沁: (1,300,000 hm2 x 32.9 - 46,000 hm2 x 12.5) g C/m2 = 421,950 t C; x 44/12 = 1,547,150 t CO2; x 380 yuan = 587,917,000."""
    (tmp_path / forms.FILE).write_bytes(forms.saved(forms.right()).getvalue())
    text = ACCOUNT + "".join(ADOPT.format(*entry) for entry in ADOPTED)
    (tmp_path / "account.toml").write_text(text, encoding="utf-8")
    made = compute(read_account(tmp_path / "account.toml"))
    line = next(item for item in made.account.ruleset.indicators if "二氧化碳" in made.account.ruleset.zh_of(item.id))
    assert made.value(line.value, county="632621").value == pytest.approx(587_917_000)
    write_workbook(made, tmp_path / "out.xlsx")
    assert not verify_workbook(tmp_path / "out.xlsx").changes
