"""Rules of other provinces are plans in TOML over the same vocabulary: no code of their own (HWC-FJ, QZ, SX; GEP-ZJ)."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from qhgep import allocate
from qhgep.errors import PlanError
from qhgep.units import unit
from qhgep.workbook.plan.record import Recorded, RecordedValue
from tests.support.step_plans import differences, exact_amounts, recalculated, told

PLANS = Path(__file__).with_name("provincial")
WAN = 10_000


def only(quantities: Mapping[str, str]) -> Recorded:
    """An account in which each quantity (recipient -> quantity) has a value for one recipient and zero for the others."""
    figures = {
        (quantity, code): RecordedValue(float(owner == code), unit("ha"), "value", "stated", "declared", None)
        for owner, quantity in quantities.items()
        for code in quantities
    }
    return Recorded(figures, "0123456789abcdef", date(2026, 11, 22))


FUJIAN = {"350000-quality": "water_retained_total", "350000-forest": "forest_area_total", "350000-use": "county_area"}
QUANZHOU = {"350500-factors": "water_retained_total", "350500-projects": "county_area"}


@pytest.mark.parametrize(
    ("name", "blocks", "wan"),
    [
        ("fujian-2019", FUJIAN, {"350000-quality": 87_500, "350000-forest": 25_000, "350000-use": 12_500}),
        ("quanzhou-2019", QUANZHOU, {"350500-factors": 1680, "350500-projects": 2520}),
        ("shanxi-2014", {}, {"140000": -100, "140100": 100}),
        ("zhejiang-2017", {}, {"330000": -(250 + 130), "339900": 250 + 130}),
        ("zhejiang-water-2017", {}, {"330000": 289_000 - 25_000}),
    ],
)
def test_a_published_figure_of_another_province_is_what_its_plan_comes_to(
    tmp_path: Path, name: str, blocks: Mapping[str, str], wan: Mapping[str, int]
) -> None:
    found = (
        allocate(PLANS / f"{name}.toml", results={"data": only(blocks)})
        if blocks
        else allocate(PLANS / f"{name}.toml", require="secondary")
    )
    assert exact_amounts(found) == {code: Fraction(amount) * WAN for code, amount in wan.items()}
    assert differences(recalculated(tmp_path, found), found) == []


def test_the_weights_of_fujian_are_cited_rows() -> None:
    found = allocate(PLANS / "fujian-2019.toml", results={"data": only(FUJIAN)})
    columns = {column.name: column.given for column in found.columns if column.given is not None and column.given.rows}
    assert [given.rows[0].row for given in columns.values()] == ["P121a", "P121b", "P121c"]
    assert {given.rows[0].evidence for given in columns.values()} == {"secondary"}


def test_deductions_beyond_the_funds_of_a_recipient_are_told() -> None:
    text = (PLANS / "zhejiang-water-2017.toml").read_text(encoding="utf-8").replace('"250000000"', '"2890000001"')
    error = told(text.replace('layer = "statutory"', 'layer = "analytic"'))
    assert isinstance(error, PlanError)
    assert {item.code for item in error.problems} == {"plan_award_negative"}
    assert str(error) == "plan.toml:15  330000 扣减后低于零；扣减不超过所得；减少扣减额。"
