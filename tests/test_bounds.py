"""Slips of the unit by 10, 100, 1000 or per day fall outside the limits of a quantity; true values and true zeros do not."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from qhgep.account.read import read_account
from qhgep.catalogue import shipped
from qhgep.engine import compute
from qhgep.engine.limits import outside
from qhgep.errors import AccountError, Problems, with_english_marks
from qhgep.expr import Bounds
from qhgep.inputs.read import read_rows
from qhgep.quantities import bounds, range_text
from tests.support.accounts import Line, table
from tests.support.forms import vocabulary

FIELD = Path(__file__).parent / "field" / "invest-probe-et0-in-metres"

# quantity, unit, the value that is true, and what a slip makes of it
SLIPS = [
    ("reference_evapotranspiration", "mm/a", "900", {"metres": "0.9", "a day's mean of 365": "2.47", "a month's mean": "75", "0.1 mm": "9000"}),
    ("reference_evapotranspiration", "mm/a", "640", {"centimetres": "64"}),
    ("evapotranspiration", "mm/a", "380", {"metres": "0.38", "a day's mean": "1.04"}),
    ("precipitation", "mm/a", "412", {"metres": "0.412", "a day's mean": "1.13", "0.01 mm": "41200"}),
    ("root_depth", "mm", "800", {"metres": "0.8", "a deep root in metres": "3"}),
    ("root_restricting_depth", "mm", "1500", {"metres": "1.5", "0.01 mm": "150000"}),
    ("slope_length", "m", "120", {"kilometres": "0.12", "centimetres": "12000"}),
    ("crop_yield", "kg/ha", "6100", {"tonnes": "6.1", "per square kilometre": "610000"}),
    ("reservoir_capacity", "m3", "24700000000", {"亿立方米": "247"}),
    ("electricity_generated", "kWh/a", "530000000", {"亿千瓦时": "5.3"}),
    ("vegetation_flag", "1", "1", {"per cent": "100", "a share": "0.7"}),
    ("spills_over", "1", "0", {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "unit", "true", "slips"), SLIPS)
def test_a_slip_of_the_unit_is_no_plausible_value(name: str, unit: str, true: str, slips: dict[str, str]) -> None:
    limits = shipped().vocabulary[name].bounds
    assert limits is not None
    assert limits.holds(Fraction(true))
    assert {slip: limits.holds(Fraction(text)) for slip, text in slips.items()} == dict.fromkeys(slips, False)
    assert unit


ZEROS = {
    "root_depth",
    "root_restricting_depth",
    "slope_length",
    "crop_yield",
    "reservoir_capacity",
    "runoff_volume",
    "electricity_generated",
}
"""No soil, no slope, no harvest, no reservoir, no river of its own, no station: a county may have none of them."""


def test_a_true_zero_is_plausible_only_where_there_may_be_none() -> None:
    named = {name: item.bounds for name, item in shipped().vocabulary.items() if item.bounds}
    assert {name for name, limits in named.items() if limits.or_zero} == ZEROS
    assert all(limits.holds(Fraction(0)) for name, limits in named.items() if name in ZEROS)
    assert not any(
        named[name].holds(Fraction(0))
        for name in ("precipitation", "evapotranspiration", "reference_evapotranspiration")
    )


def test_a_flag_is_nought_or_one() -> None:
    flags = {name for name, item in shipped().vocabulary.items() if item.bounds and item.bounds.whole}
    assert flags == {"vegetation_flag", "spills_over", "payment_range_empty"}
    flag = shipped().vocabulary["vegetation_flag"].bounds
    assert flag is not None
    found = [flag.holds(Fraction(text)) for text in ("0", "1", "0.5", "0.999", "2", "-1", "1.000")]
    assert found == [True, True, False, False, False, False, True]


SIGNED = {
    "amount_after": "growth of any amount, of a balance too",
    "amounts_together": "a sum of such amounts",
    "weather_effect": "the weather of a year takes away as well as it adds",
    "product_growth": "an economy shrinks as well as it grows",
    "shares_weighted": "a mean of any numbers by share",
    "price_stated": "an amount carried to another year may be one that is owed",
    "value_before_restoration": "degraded land may emit more carbon than it keeps",
    "value_after_restoration": "restored land may still emit more than it keeps",
    "supply_value": "land that emits carbon supplies less than nothing",
    "service_value": "a service may take away: paddy fields use more water than they yield",
    "net_ecosystem_productivity": "an ecosystem may emit carbon",
    "elevation": "Aydingkol lake lies 155 m below the sea",
}
"""Inputs that may be negative, each with why: of all others a minus is a slip."""


def test_no_input_admits_a_minus_but_those_that_may_be_negative() -> None:
    """What no formula gives is typed in; a stand-in of a formula has the limits of its quantity, where those are plain."""
    computed = {formula.quantity.name for formula in shipped().formulas.values()}
    typed = [item for item in shipped().vocabulary.values() if not item.is_coefficient and item.name not in computed]
    open_below = [item.name for item in typed if item.bounds is None or item.bounds.low is None or item.bounds.low < 0]
    assert sorted(open_below) == sorted(SIGNED)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("time_cost", "-45", "时间成本不为负"),
        ("travel_spending", "-640", "花费不为负"),
        ("weather_factor", "-1", "各因子的积，都不为负"),
        ("gross_domestic_product", "-2850000000", "增加值之和不会为负"),
    ],
)
def test_a_minus_typed_by_a_slip_is_refused(name: str, value: str, reason: str) -> None:
    """-45 yuan of time, -640 yuan of travel, a product of -28.5 亿元: all passed."""
    limits = shipped().vocabulary[name].bounds
    assert limits is not None
    assert (limits.holds(Fraction(value)), limits.holds(Fraction(0)), limits.reason) == (False, True, reason)


def test_limits_are_said_in_words_with_what_else_they_admit() -> None:
    one = Fraction(1)
    told = {
        Bounds(Fraction(0), one, "", whole=True): ("0 或 1", "0 or 1"),
        Bounds(one * 10, one * 20000, "", or_zero=True): ("0，或 10 至 20,000", "0, or 10 to 20,000"),
        Bounds(one / 200_000, one * 100_000, "", or_zero=True): (
            "0，或 0.000005 至 100,000",
            "0, or 0.000005 to 100,000",
        ),
        Bounds(one * 100_000, None, "", or_zero=True): ("0，或不小于 100,000", "0, or at least 100,000"),
        Bounds(-one * 37, -one, ""): ("-37 至 -1", "-37 to -1"),
        Bounds(None, one, ""): ("不大于 1", "at most 1"),
    }  # fmt: skip
    assert {limits: (range_text(limits), with_english_marks(range_text(limits))) for limits in told} == told
    words = shipped().vocabulary
    assert range_text(bounds("0", "5", "-"), words["precipitation"].unit) == "0 至 5 mm/a"
    assert range_text(bounds("0", "1", "-"), words["vegetation_flag"].unit) == "0 至 1"
    assert with_english_marks("不小于 0，0.01 的倍数") == "at least 0, a multiple of 0.01"


@pytest.mark.parametrize(("name", "value"), [("inputs.csv", "0.9"), ("inputs-et0-per-day.csv", "2.47")])
def test_the_probe_with_evapotranspiration_in_another_unit_is_refused(tmp_path: Path, name: str, value: str) -> None:
    """345 mm of yield for a true 65 passed in silence."""
    for path in FIELD.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "inputs.csv").write_bytes((FIELD / name).read_bytes())
    with pytest.raises(AccountError) as caught:
        compute(read_account(tmp_path / "account.toml"))
    assert str(caught.value) == (
        f"inputs.csv:3  参考蒸散量 = {value} mm/year 超出合理范围（200 至 3,500 mm/a）；"
        "受辐射能量限制；寒带也不小于 200 mm，更小多半是日均值、月值或以米填报；检查数值与单位。"
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (Line("vegetation_flag", "0.7", "1", ecosystem="grassland"), "植被标志 = 0.7 1 超出合理范围（0 或 1）；有植被为 1，水面、裸地、城镇为 0"),
        (
            Line("root_depth", "0.8", "mm", ecosystem="grassland"),
            "根深 = 0.8 mm 超出合理范围（0，或 10 至 20,000 mm）；以 mm 计；不到 1 cm 的土层养不住根",
        ),
        (Line("reference_evapotranspiration", "", "", presence="zero", note="全年冰封"), "参考蒸散量 = 0 超出合理范围（200 至 3,500 mm/a）；"),
        (Line("root_depth", "", "", presence="zero", note="裸岩", ecosystem="bare_land"), ""),
        (Line("root_depth", "0.8", "m", ecosystem="grassland"), ""),
    ],
)  # fmt: skip
def test_a_row_outside_is_an_error_with_the_limits_and_their_reason(line: Line, says: str) -> None:
    problems = Problems()
    read_rows(table([line]), "t.csv", vocabulary(), problems)
    told = [item.text() for item in problems.items]
    assert [text.startswith(f"t.csv:2  {says}") for text in told] == ([True] if says else [])


def test_a_number_at_a_limit_lies_within() -> None:
    """0 to 100: both ends are plausible, what is beyond either is not, and what is no number lies nowhere."""
    found = outside(np.array([-1.0, 0.0, 100.0, 101.0, np.nan]), bounds("0", "100", "试"))
    assert found.tolist() == [True, False, False, True, False]
