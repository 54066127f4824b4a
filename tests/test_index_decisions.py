"""Price index rows in audit and 判断事项: an interval is carried as its value is, an own index row is worth something."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from qhgep import compute, read_account, write_workbook
from qhgep.auditing.recompute import Recomputation, leaf
from qhgep.coefficient_store import index_series
from qhgep.engine.result import Result
from qhgep.errors import AccountError
from qhgep.expr import Cell
from tests.support import prices, toy
from tests.support.accounts import Coefficient, pack
from tests.support.decided import of_kind
from tests.support.toy import B


def test_the_interval_of_a_carried_amount_is_carried_with_it(tmp_path: Path) -> None:
    """900 lies between the amount as stated (1000) and as carried (800): it is no rounding of either."""
    made = prices.result(tmp_path)
    quantity = made.values["toy_fixed_value_total"].quantity
    cell = Cell((("county", B), ("year", made.account.periods[0].name)))
    extent = Recomputation(made, prices="exact").interval(quantity, cell)
    number = made.at(quantity, cell).value
    assert extent is not None
    assert number is not None
    assert Fraction(number) in extent
    assert 900 not in extent


def test_a_coefficient_that_was_carried_lies_in_its_rounded_interval(tmp_path: Path) -> None:
    made = prices.result(tmp_path)
    carried = [record for record in made.records if record.carried and record.resolved]
    assert carried
    for record in carried:
        assert record.resolved is not None
        assert record.exact is not None
        extent = leaf(record, made.values[record.resolved.row.key].quantity, prices="rounded")
        assert extent is not None
        assert record.exact in extent
        assert extent.low < record.exact < extent.high


def _with_own_index(folder: Path) -> Result:
    """The index of 2020 by a pack's row of 200."""
    path = prices.write(folder)
    own = Coefficient(
        "MY-IX", "price_index.toy_index", first="2020-01-01", last="2020-12-31", value="200", unit="1",
        source="toy-book", at="p",
    )  # fmt: skip
    packs = [folder / "pack", pack(folder / "own", [own], toy.SOURCES)]
    return compute(read_account(path, coefficients=packs, catalogue=toy.catalogue()))


def test_an_own_index_row_is_worth_the_difference_of_the_totals(tmp_path: Path) -> None:
    made, shipped = _with_own_index(tmp_path / "own"), prices.result(tmp_path / "shipped")
    (effect,) = of_kind(made, "override")
    assert effect.basis == "recomputed"
    for line in effect.counties:
        there = shipped.value("accounted_total", county=line.county).value
        assert line.without == pytest.approx(there)
        assert line.total is not None
        assert there is not None
        assert line.amount == pytest.approx(line.total - there)
    assert any(line.amount for line in effect.counties)


def test_a_workbook_with_an_own_index_row_is_written(tmp_path: Path) -> None:
    made = _with_own_index(tmp_path)
    write_workbook(made, tmp_path / "x.xlsx")
    assert (tmp_path / "x.xlsx").stat().st_size > 0


def test_adopting_an_index_row_is_a_message(tmp_path: Path) -> None:
    path = prices.write(tmp_path)
    rows = [
        row.row
        for row in read_account(path, coefficients=[tmp_path / "pack"], catalogue=toy.catalogue()).coefficients.rows
        if index_series(row.key)
    ]
    entry = f'\n[[adopt]]\nrow = "{rows[0]}"\nreason = "试"\ndecided_by = "试"\n'
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")
    with pytest.raises(AccountError, match=r"\[\[adopt\]\] 2  .*price_index\."):
        read_account(path, coefficients=[tmp_path / "pack"], catalogue=toy.catalogue())
