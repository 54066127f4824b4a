"""What holds for any numbers: units, order and scale of inputs, a swapped method, a plain loop."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhgep.account.account import Account
from qhgep.account.read import read_account
from qhgep.engine import compute
from qhgep.engine.result import Result
from qhgep.errors import AccountError
from qhgep.inputs.not_applicable import NotApplicable
from tests.support import toy
from tests.support.accounts import Coefficient, Line, pack, with_lines, write_account
from tests.support.toy import FOREST, GRASS, A, B, D
from tests.test_ruleset import BIND, rules

ECOSYSTEMS = (FOREST, GRASS)
# How many of a unit one hectare is, exactly.
PER_HECTARE = {
    "hm2": "1",
    "km2": "0.01",
    "亩": "15",
    "万亩": "0.0015",
    "m2": "10000",
    "公顷": "1",
    "平方公里": "0.01",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Account:
    return toy.read(toy.write_account(tmp_path_factory.mktemp("whole"), toy.whole(), counties=(A, B, D)))


def numbers(result: Result) -> dict[tuple[object, ...], object]:
    """Every row of a result by its place, with all that is said of it."""
    names = ("quantity", "county_code", "period", "ecosystem", "item")
    return {tuple(row[name] for name in names): {**row, "partial": str(row["partial"])} for row in result.rows()}


hectares = st.integers(1, 10**9).map(lambda number: Decimal(number) / 1000)


@settings(max_examples=40)
@given(hectares, st.lists(st.sampled_from(sorted(PER_HECTARE)), min_size=2, max_size=2))
def test_the_unit_of_an_input_never_changes_an_answer(whole: Account, size: Decimal, units: list[str]) -> None:
    def account(unit: str) -> Account:
        value = f"{size * Decimal(PER_HECTARE[unit]):f}"
        given_ = {"area": (value, unit), "county_area": ("20000", "km2")}  # two classes of 10,000 km² at most
        lines = [
            replace(line, value=given_[line.quantity][0], unit=given_[line.quantity][1])
            if line.county == A and line.quantity in given_
            else line
            for line in toy.whole()
        ]
        return with_lines(whole, lines)

    first, second = (numbers(compute(account(unit))) for unit in units)
    assert first == second


@pytest.mark.long
@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_the_order_of_input_rows_changes_nothing(whole: Account, random: Random) -> None:
    lines = toy.ragged() if random.random() < 0.5 else toy.whole()
    lines = [line for line in lines if line.county in {A, B, D}]
    shuffled = random.sample(lines, len(lines))
    first, second = compute(with_lines(whole, lines)), compute(with_lines(whole, shuffled))
    assert numbers(first) == numbers(second)
    told = [
        sorted(re.sub(r"inputs\.csv:\d+", "inputs.csv", item.text()) for item in of.checks) for of in (first, second)
    ]
    assert told[0] == told[1]  # a line number moves with its row
    assert first.run_id == second.run_id


@given(st.integers(-6, 6))
def test_scaling_the_areas_scales_what_is_by_area_and_leaves_what_is_per_area(whole: Account, power: int) -> None:
    """A power of two scales every bit of a double exactly."""
    scale = Decimal(2) ** power
    lines = [
        replace(line, value=f"{Decimal(line.value) * scale:f}") if line.quantity in {"area", "county_area"} else line
        for line in toy.whole()
    ]
    before, after = compute(whole), compute(with_lines(whole, lines))
    for name in ("toy_removed", "toy_by_pollutant", "toy_fixed", "toy_fixed_total", "toy_fixed_value_total"):
        scaled = before.values[name].value * float(scale)
        assert np.array_equal(after.values[name].value, scaled, equal_nan=True), name
    for name in ("toy_density", "toy_season", "toy_growth"):
        assert np.array_equal(after.values[name].value, before.values[name].value, equal_nan=True), name


PRESENCES = ("value", "zero", "missing", "not_applicable", "no row")
Cells = Mapping[str, str]


def lines_of(county: str, areas: Cells, growth: Cells) -> list[Line]:
    """Rows with these presences: areas of 3 and 5 km², a growth of 7 and 11 g C/m²."""
    numbers = {FOREST: ("3", "7"), GRASS: ("5", "11")}
    made = []
    for ecosystem in ECOSYSTEMS:
        for quantity, cells, place, unit in (
            ("area", areas, 0, "km2"),
            ("toy_growth", growth, 1, "g/m2/year (carbon)"),
        ):
            if (presence := cells[ecosystem]) != "no row":
                stated = (numbers[ecosystem][place], unit) if presence == "value" else ("", "")
                line = Line(quantity, *stated, county, ecosystem, first="2020", presence=presence)
                made.append(line)
    return made


def expected(areas: Cells, growth: Cells) -> tuple[str, float | None, set[str]]:
    """Presence and number of the county total, and what is missing from it, by a plain loop."""
    numbers = {FOREST: 3 * 7, GRASS: 5 * 11}
    total, missing, states = 0.0, set(), set()
    for ecosystem in ECOSYSTEMS:
        size, rate = areas[ecosystem], growth[ecosystem]
        if size in {"missing", "no row"}:
            missing.add(ecosystem)
        elif size != "not_applicable":
            states.add("missing" if rate in {"missing", "no row"} else rate)
            total += numbers[ecosystem] if (size, rate) == ("value", "value") else 0
            if rate in {"missing", "no row"} and size == "value":
                missing.add(ecosystem)
    if states & {"value", "zero"}:
        return "value", total * 44 / 12, missing
    return next((word for word in ("missing", "not_applicable") if word in states), "absent"), None, missing


cells = st.fixed_dictionaries({ecosystem: st.sampled_from(PRESENCES) for ecosystem in ECOSYSTEMS})


@given(cells, cells)
def test_a_total_is_what_a_plain_loop_over_its_rows_gives(whole: Account, areas: Cells, growth: Cells) -> None:
    """Counties B and D have everything, so both ecosystems are in reach; wetness is one, the load none.

    What is said not to apply is decided. On a positive area an undecided 不适用 is refused.
    """
    lines = among_whole_counties(areas, growth)
    decided = replace(with_lines(whole, lines), not_applicable=(GROWTH_DECIDED,))
    total = compute(decided).value("toy_fixed_total", county=A)
    presence, number, missing = expected(areas, growth)
    assert total.presence == presence
    assert total.value == (None if number is None else pytest.approx(number, rel=1e-12))
    assert set(total.partial.missing if total.partial else ()) == missing
    untrue = [kind for kind in ECOSYSTEMS if (areas[kind], growth[kind]) == ("value", "not_applicable")]
    if untrue:
        with pytest.raises(AccountError) as caught:
            compute(with_lines(whole, lines))
        assert [item.code for item in caught.value.problems] == ["not_applicable_on_area"]


@pytest.mark.long
@given(cells, cells)
def test_a_gap_that_is_declared_gives_what_leaving_it_out_gives(whole: Account, areas: Cells, growth: Cells) -> None:
    declared = [among_whole_counties(areas, growth)]
    without = [
        {kind: "no row" if word == "missing" else word for kind, word in part.items()} for part in (areas, growth)
    ]
    declared.append(among_whole_counties(*without))
    decided = [replace(with_lines(whole, lines), not_applicable=(GROWTH_DECIDED,)) for lines in declared]
    first, second = (compute(account).value("toy_fixed_total", county=A) for account in decided)
    assert (first.value, first.partial) == (second.value, second.partial)


GROWTH_DECIDED = NotApplicable("toy_growth", (), (), (), "样例", "样例", "account.toml [[not_applicable]] 1")


def among_whole_counties(areas: Cells, growth: Cells) -> list[Line]:
    """The rows of county A with these presences beside two counties that have everything."""
    everything = dict.fromkeys(ECOSYSTEMS, "value")
    lines = [
        *lines_of(A, areas, growth),
        *lines_of(B, everything, everything),
        *lines_of(D, everything, everything),
    ]
    for county in (A, B, D):
        lines += [Line("toy_wetness", "1", "1", county, first="2020")]
        lines += [
            Line("toy_load", county=county, item=item, first="2020", presence="zero") for item in (toy.COD, toy.NH3N)
        ]
    return lines


@pytest.fixture(scope="module")
def by_yield_and_by_balance(tmp_path_factory: pytest.TempPathFactory) -> tuple[Account, Account]:
    """One account under two rulesets that differ in the method of 水源涵养 alone."""
    balance = BIND | {"water_retained": "water_balance", "evapotranspiration": "from_yield"}
    return tuple(water_account(tmp_path_factory.mktemp("water"), rules(bind=bound)) for bound in (BIND, balance))  # type: ignore[return-value] # two


def water_account(folder: Path, written: str) -> Account:
    rows = [
        Coefficient("T-1", "runoff_coefficient", ecosystem="grassland", region="632621", value="0.082"),
        Coefficient("T-2", "runoff_coefficient", ecosystem="forest", region="632621", value="0.0452"),
        Coefficient("T-3", "reservoir_cost", region="632621", value="7.06", unit="元/m3", price_year="2019"),
    ]
    path = write_account(folder, rules=written)
    return read_account(path, coefficients=[pack(folder / "pack", rows)])


decimals = st.integers(1, 10**6).map(lambda number: f"{Decimal(number) / 1000:f}")


@pytest.mark.long
@given(
    decimals,
    decimals,
    st.integers(500, 500_000),
    st.integers(0, 15_000),
    st.integers(0, 1000),
    st.integers(0, 1000),
)
def test_the_yield_form_is_the_water_balance_and_changes_nothing_that_is_not_downstream(
    by_yield_and_by_balance: tuple[Account, Account],
    grass: str,
    forest: str,
    rain: int,
    discharge: int,
    share: int,
    other_share: int,
) -> None:
    """With ET = P − Y the balance A(P − R − ET) is A(Y − R), whatever area, rain, yield, coefficient."""
    lines = [
        Line("area", grass, "km2", ecosystem="grassland"),
        Line("area", forest, "km2", ecosystem="forest"),
        Line("precipitation", f"{Decimal(rain) / 100:f}", "mm/a"),
        Line("specific_discharge", f"{Decimal(discharge) / 100:f}", "dm3/(km2*s)"),
    ]
    shares = {"T-1": Decimal(share) / 1000, "T-2": Decimal(other_share) / 1000}
    results = [compute(with_shares(with_lines(account, lines), shares)) for account in by_yield_and_by_balance]
    first, second = (numbers(result) for result in results)
    scale = (float(grass) + float(forest)) * 1000 * 5000 * 8
    changed = {
        "water_retained",
        "water_retained_total",
        "water_value_total",
        "accounted_total",
        "evapotranspiration",
    }
    for place, row in second.items():
        if place[0] not in changed:
            assert first[place] == row
        elif place[0] != "evapotranspiration":
            assert math.isclose(value(first[place]), value(row), rel_tol=0, abs_tol=1e-12 * scale)


def value(row: object) -> float:
    assert isinstance(row, dict)
    return float(row["value"])


def with_shares(account: Account, shares: Mapping[str, Decimal]) -> Account:
    store = account.coefficients
    rows = tuple(row.model_copy(update={"value": shares[row.row]}) if row.row in shares else row for row in store.rows)
    return replace(account, coefficients=replace(store, rows=rows, _index={}))
