"""The books of the published Garzê account and of 45 counties with all its services, recalculated by two other programs."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from benchmarks.services import GARZE, make_services
from qhgep import compute, read_account, verify_workbook
from tests.support.books import Made, compared
from tests.support.package import write
from tests.witness import Values, formualizer, libreoffice

LARGE = {"ganzi": 500, "45 counties": 15_000}
"""Each book with the formulas it has at least."""


@cache
def large(name: str) -> Made:
    if name == "ganzi":
        return Made(name, compute(read_account(GARZE / "account.toml")), None)
    with TemporaryDirectory() as folder:
        account, pack = make_services(Path(folder) / "account")
        return Made(name, compute(read_account(account, coefficients=[pack])), None)


@cache
def by_libreoffice() -> Mapping[str, Values]:
    """Both books with one call."""
    with TemporaryDirectory() as folder:
        paths = [write(Path(folder) / f"{place}.xlsx", large(name).data) for place, name in enumerate(LARGE)]
        return dict(zip(LARGE, libreoffice.recalculate_all(paths), strict=True))


@pytest.mark.long
@pytest.mark.parametrize("name", LARGE)
def test_formualizer_finds_the_engines_value_in_every_formula_cell(name: str, tmp_path: Path) -> None:
    found = compared(large(name), formualizer.recalculate(write(tmp_path / "x.xlsx", large(name).data)))
    assert found.differing == []
    assert found.cells > LARGE[name]


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", LARGE)
def test_libreoffice_finds_the_engines_value_in_every_formula_cell(name: str) -> None:
    found = compared(large(name), by_libreoffice()[name])
    assert found.differing == []
    assert found.cells > LARGE[name]


def test_the_counties_have_the_same_value_and_the_total_is_45_times_as_much() -> None:
    """All counties have the figures of the prefecture: 7,548.905 (10^8 CNY) each, of which 45 make 339,700.7."""
    result = large("45 counties").result
    one = compute(read_account(GARZE / "account.toml")).value("accounted_total", county="513300").value
    values = {result.value("accounted_total", county=county.code).value for county in result.account.counties}
    assert values == {one}
    assert result.value("accounted_total", county="*").value == pytest.approx(45 * one, rel=1e-12)  # type: ignore[operator] # a number


@pytest.mark.long
def test_the_large_book_verifies(tmp_path: Path) -> None:
    assert verify_workbook(write(tmp_path / "x.xlsx", large("45 counties").data)).same
