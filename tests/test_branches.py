"""Of a formula with a condition only the branch that is taken is asked for: open water has no roots, and needs none."""

from pathlib import Path

import pytest

from qhgep import compute, read_account, verify_workbook, write_workbook
from tests.support.accounts import Coefficient, Line, pack, write_account
from tests.support.books import Made, compared
from tests.witness import formualizer

COUNTY = "632222"
HEAD = {"period": "2022", "price_year": "2022", "counties": f'["{COUNTY}"]', "ruleset": '"county-general"'}
CHOICE = '[[method]]\nquantity = "water_retained"\nmethod = "modelled_yield"\nreason = "r"\ndecided_by = "d"\n'
YEAR = {"region": COUNTY, "first": "2022-01-01", "last": "2022-12-31"}


def line(quantity: str, value: str, unit: str, ecosystem: str = "") -> Line:
    return Line(quantity, value, unit, county=COUNTY, first="2022", ecosystem=ecosystem)


ROOTS = [
    line("root_restricting_depth", "1000", "mm", "grassland"), line("root_depth", "800", "mm", "grassland"),
    line("available_water_content", "0.15", "1", "grassland"),
]  # fmt: skip


def test_open_water_evaporates_without_a_depth_of_roots_and_grass_does_not(tmp_path: Path) -> None:
    """Water: the lesser of 0.8 x 900 = 720 and 500 mm. Grass: w = 6 x 120 / 500 + 1.25 = 2.69 gives 409.52 of the 500 mm.

    The grass is that of the test in reference/gep-methods.md, 7.2: 500 mm of rain leave 90.482 mm.
    """
    lines = [
        line("precipitation", "500", "mm/a"), line("reference_evapotranspiration", "900", "mm/a"),
        *(item for ecosystem, flag in (("wetland", "0"), ("grassland", "1")) for item in (
            line("area", "1000", "hm2", ecosystem), line("crop_coefficient", "0.8", "1", ecosystem),
            line("vegetation_flag", flag, "1", ecosystem),
        )),
    ]  # fmt: skip
    packs = [pack(tmp_path / "pack", [Coefficient("Z-1", "seasonality", value="6", **YEAR)])]
    path = write_account(tmp_path / "a", [*lines, *ROOTS], changes=HEAD, tables=CHOICE)
    found = compute(read_account(path, coefficients=packs))
    rain = {
        name: found.value("water_yield_by_ecosystem", county=COUNTY, period="2022", ecosystem=name).value
        for name in ("wetland", "grassland")
    }
    assert rain == {"wetland": pytest.approx(0), "grassland": pytest.approx(90.482, abs=5e-4)}
    book = write_workbook(found, tmp_path / "x.xlsx")
    assert verify_workbook(book).same
    assert compared(Made("branches", found, None), formualizer.recalculate(book)).differing == []
    path = write_account(tmp_path / "b", lines, changes=HEAD, tables=CHOICE)
    rootless = compute(read_account(path, coefficients=packs))
    of = {
        name: rootless.value("actual_evapotranspiration", county=COUNTY, period="2022", ecosystem=name).value
        for name in ("wetland", "grassland")
    }
    assert of == {"wetland": pytest.approx(500), "grassland": None}
