"""Declared uncertainty: one draw where the world is one, the same bits for the same seed, the pool paid out in every draw."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner

from qhgep import Account, Result, compute, payment_bands, read_account, read_result, uncertainty
from qhgep.compensation.allocate import account_results, program_of
from qhgep.compensation.payment_bands import _Drawing
from qhgep.compensation.plan.factors import read_factors
from qhgep.compensation.plan.read import read_plan
from qhgep.engine.drawn_leaves import stream_normals
from qhgep.engine.uncertainty import Band, Uncertainty, drawn_block, uncertain_leaves
from qhgep.errors import AccountError, PlanError
from tests.support.command_line import COMMAND
from tests.test_cli import PILOT

PRICE = {"row": "GZ-26", "basis": "试", "decided_by": "甲"}
RUNOFF = {"row": "RC-高寒草甸", "basis": "试", "decided_by": "甲"}
RAIN = {"quantity": "precipitation", "basis": "试", "decided_by": "甲"}
EDGE = 1.6448536269514722  # of the standard normal distribution 5 % lie above


def tables(*entries: Mapping[str, object]) -> str:
    return "".join(
        "\n[[uncertain]]\n"
        + "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in entry.items())
        for entry in entries
    )


def folder(place: Path, *entries: Mapping[str, object]) -> Path:
    copytree(PILOT, place)
    file = place / "account.toml"
    file.write_text(file.read_text(encoding="utf-8") + tables(*entries), encoding="utf-8")
    return place


def computed(place: Path, *entries: Mapping[str, object]) -> Result:
    return compute(read_account(folder(place, *entries) / "account.toml"))


def band(found: Uncertainty, quantity: str, county: str = "*") -> Band:
    (one,) = (item for item in found.bands if (item.quantity, item.county) == (quantity, county))
    return one


def deviation(one: Band) -> float:
    """The standard deviation of a normal distribution with these 5 and 95 %."""
    return (one.high - one.low) / 2 / EDGE


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Result]:
    return computed(tmp_path_factory.mktemp("u") / "shared", {**PRICE, "kind": "standard_error", "error": "10%"})


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Result]:
    entry = {"quantity": "net_ecosystem_productivity", "basis": "试", "decided_by": "甲"}
    spread = {"kind": "standard_error", "error": "10%", "by_county": True}
    return computed(tmp_path_factory.mktemp("u") / "apart", {**entry, **spread})


def test_a_shared_price_is_one_draw_for_all_counties(shared: Result) -> None:
    """Carbon value is price times mass, so its relative error is that of the price, in each county and in the sum.

    With a price drawn for each county the sum's error would be smaller: 10 % / sqrt of the effective number of counties.
    """
    found = uncertainty(shared, draws=100_000)
    for county in ("632222", "632621", "*"):
        one = band(found, "carbon_value_total", county)
        assert deviation(one) / one.value == pytest.approx(0.10, rel=0.01)
    whole = band(found, "carbon_value_total")
    parts = [item.high for item in found.bands if item.quantity == "carbon_value_total" and item.county != "*"]
    assert whole.high == pytest.approx(math.fsum(parts), rel=1e-9)  # one draw: all are high together


def test_what_is_drawn_by_county_is_not_one_draw(apart: Result) -> None:
    """Five independent errors of 10 %: the variance of the sum is the sum of the variances (linear, so exactly)."""
    found = uncertainty(apart, draws=100_000)
    values = [item.value for item in found.bands if item.quantity == "carbon_value_total" and item.county != "*"]
    expected = 0.10 * math.sqrt(sum(value**2 for value in values))
    assert deviation(band(found, "carbon_value_total")) == pytest.approx(expected, rel=0.01)


def test_a_total_is_drawn_and_not_a_sum_of_quantiles(apart: Result) -> None:
    found = uncertainty(apart, draws=20_000)
    parts = [item.high for item in found.bands if item.quantity == "carbon_value_total" and item.county != "*"]
    assert band(found, "carbon_value_total").high < math.fsum(parts) * 0.99


def test_an_interval_of_ninety_per_cent_leaves_five_on_either_side(tmp_path: Path) -> None:
    """−20 % and +30 % around the price: P5 is 0.8 times, the middle 1 times, P95 1.3 times the value."""
    found = uncertainty(
        computed(tmp_path / "a", {**PRICE, "kind": "interval90", "low": "-20%", "high": "+30%"}), draws=100_000
    )
    one = band(found, "carbon_value_total", "632222")
    assert [number / one.value for number in (one.low, one.middle, one.high)] == pytest.approx([0.8, 1, 1.3], rel=0.01)


def test_a_range_in_the_unit_of_the_row_bounds_every_draw(tmp_path: Path) -> None:
    """Runoff of 6.5 to 9.9 % instead of 8.2: water value falls with it, so each draw lies between the two accounts at the ends."""
    result = computed(tmp_path / "a", {**RUNOFF, "kind": "range", "low": "6.5", "high": "9.9"})
    account: Account = result.account
    ends = [
        compute(account.with_coefficient("RC-高寒草甸", value=value, reason="r", decided_by="d"))
        .value("water_value_total", county="*")
        .value
        for value in ("9.9", "6.5")
    ]
    found = uncertainty(result, draws=2_000)
    one = band(found, "water_value_total")
    assert None not in ends
    low, high = (float(end or 0) for end in ends)
    assert low < one.low < one.middle < one.high < high
    assert one.low - low == pytest.approx((high - low) * 0.05, rel=0.15)  # alike likely everywhere between
    assert found.fixed == ("GZ-05", "GZ-26")


def test_the_bits_follow_from_the_seed_and_from_nothing_else(tmp_path: Path, shared: Result) -> None:
    alone = uncertainty(shared, draws=1_700, seed=7)
    assert uncertainty(shared, draws=1_700, seed=7, workers=3).bands == alone.bands
    assert uncertainty(shared, draws=1_700, seed=8).bands != alone.bands
    both = computed(
        tmp_path / "b",
        {**PRICE, "kind": "standard_error", "error": "10%"},
        {**RUNOFF, "kind": "range", "low": "-5%", "high": "5%"},
    )
    more = uncertainty(both, draws=1_700, seed=7)  # what else is drawn changes no draw of the price
    for county in ("632222", "*"):
        assert band(more, "carbon_value_total", county) == band(alone, "carbon_value_total", county)


def test_a_stream_is_a_function_of_its_name_the_seed_and_the_block() -> None:
    first, alone = (stream_normals(names, 1, 0, 500) for names in (("GZ-05", "GZ-26"), ("GZ-26",)))
    assert (first[1] == alone[0]).all()  # whatever stands beside it
    for other in ((("GZ-05",), 1, 0), (("GZ-26",), 2, 0), (("GZ-26",), 1, 1)):
        assert not (stream_normals(*other, 500) == alone).any()
    many = stream_normals([f"a{number}" for number in range(200)], 1, 0, 500)
    assert abs(many.std() - 1) < 0.01
    assert abs(np.corrcoef(many[:2])[0, 1]) < 0.15  # of 500 independent pairs it is beyond that once in a thousand


def test_a_group_moves_together(tmp_path: Path) -> None:
    """Two inputs of one group are one draw: the ratio of their quantiles is that of their values."""
    entry = {
        "quantity": "net_ecosystem_productivity",
        "kind": "standard_error",
        "error": "10%",
        "group": "npp",
        "basis": "b",
        "decided_by": "d",
    }
    one = {**entry, "counties": ["632222"]}
    two = {**entry, "counties": ["632323"]}
    found = uncertainty(computed(tmp_path / "a", one, two), draws=2_000)
    first, second = (band(found, "carbon_value_total", county) for county in ("632222", "632323"))
    assert first.high / first.value == pytest.approx(second.high / second.value, rel=1e-12)


def test_contributions_are_what_freezing_takes_away(tmp_path: Path) -> None:
    """The account is the sum of water and carbon; water is most of it, so runoff moves most of its variance."""
    entries = ({**PRICE, "kind": "standard_error", "error": "5%"}, {**RUNOFF, "kind": "standard_error", "error": "10%"})
    found = uncertainty(computed(tmp_path / "a", *entries), draws=2_000)
    deviations = {}
    for name, quantity in (("GZ-26", "carbon_value_total"), ("RC-高寒草甸", "water_value_total")):
        deviations[name] = deviation(band(found, quantity)) ** 2
    whole = sum(deviations.values())
    assert dict(found.contributions) == pytest.approx(
        {name: part / whole for name, part in deviations.items()}, abs=0.05
    )


def test_what_is_drawn_by_county_contributes_as_one_group(apart: Result) -> None:
    """One entry, five streams: frozen together nothing of the variance is left."""
    assert uncertainty(apart, draws=1_000).contributions == (("net_ecosystem_productivity", 1.0),)
    assert uncertainty(apart, draws=1_000, contributions=False).contributions == ()


def test_what_a_frozen_group_does_not_reach_is_not_computed_again(tmp_path: Path) -> None:
    """The total without a group is the same bits whether everything is computed again or only what the group reaches."""
    price, runoff = (
        {**PRICE, "kind": "range", "low": "-20%", "high": "30%"},
        {**RUNOFF, "kind": "standard_error", "error": "10%"},
    )
    found = uncertainty(computed(tmp_path / "a", price, runoff), draws=1_000)
    result = found.result
    leaves, period = uncertain_leaves(result), result.account.periods[0].name

    def total(frozen: tuple[str, ...]) -> Any:  # noqa: ANN401 - an array
        blocks = [drawn_block(result, leaves, 1, at, 500, frozen=frozen)[0] for at in (0, 1)]
        counties = [county.code for county in result.account.counties]
        return np.concatenate(
            [sum(block.county("accounted_total", code, period) for code in counties) for block in blocks]
        )

    whole, *left = (total(frozen) for frozen in ((), ("GZ-26",), ("RC-高寒草甸",)))
    expected = {name: 1 - part.var() / whole.var() for name, part in zip(("GZ-26", "RC-高寒草甸"), left, strict=True)}
    assert dict(found.contributions) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ((), ("account.toml  核算没有声明任何不确定性；account.toml 里至少一条 [[uncertain]]：row 或 quantity、kind、"
             "low 与 high（或 error）、basis、decided_by；"
             "声明后再算；不确定性从不默认。")),
        (({**PRICE, "quantity": "area", "kind": "range", "low": "1", "high": "2"},), ("[[uncertain]] 1  [[uncertain]] 要么写 row，要么写 quantity；"
         "系数行号，或输入的量；二者写一个。")),
        (({**RAIN, "quantity": "carbon_price", "kind": "range", "low": "-1%", "high": "1%"},), ("[[uncertain]] 的 quantity “carbon_price” "
         "不是输入的量；"
         "输入表里的量；系数用 row 指明；改正 quantity。")),
        (({**PRICE, "basis": " ", "kind": "range", "low": "-1%", "high": "1%"},), ("[[uncertain]] 没有依据或决定人；basis 写出这个范围从哪里来，"
         "decided_by 写谁决定的；补上；不确定性从不默认。")),
        (({**PRICE, "kind": "range", "low": "很低", "high": "2"},), ("[[uncertain]] 的 low “很低” 不是数；kind = range 时 low 是该值单位下的数，"
         "或相对该值的百分数，如 -10%；改正 low。")),
        (({**PRICE, "kind": "standard_error", "error": "5%", "low": "1"},), ("kind = standard_error 的 [[uncertain]] 还写了 low；range、"
         "interval90 用 low 和 "
         "high，standard_error 用 error；删去 low，或改 kind。")),
        (({**PRICE, "kind": "range", "low": "9", "high": "2"},), "[[uncertain]] 的 low 9 不小于 high 2；low 小于 high；改正。"),
        (({**PRICE, "row": "RC-沼泽和水库", "kind": "range", "low": "-1%", "high": "1%"},), ("[[uncertain]] 没有碰到任何数：RC-沼泽和水库；"
         "本核算读到的系数行或输入；改正 row、quantity、counties、ecosystem、item，或删去。")),
        (({**RAIN, "kind": "range", "low": "-1%", "high": "1%"}, {**RAIN, "counties": ["632222"], "kind": "range", "low": "-1%", "high": "1%"}),
         "多年平均（基期不一，见清单），另一条在 account.toml [[uncertain]] 1；一个数一个分布；收窄或删去其一。"),
        (({**PRICE, "kind": "range", "low": "100", "high": "110"},), "不在 low 与 high 之间（"),
        (({**PRICE, "kind": "uniform", "low": "1", "high": "2"},), "account.toml:"),
        (({**RAIN, "counties": ["110105"], "kind": "range", "low": "-1%", "high": "1%"},), "110105"),
        (({**PRICE, "row": "GZ-99x", "kind": "range", "low": "-1%", "high": "1%"},), "GZ-99x"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_told(tmp_path: Path, entries: tuple[Mapping[str, object], ...], expected: str) -> None:
    place = folder(tmp_path / "a", *entries)
    with pytest.raises(AccountError) as error:
        uncertainty(compute(read_account(place / "account.toml")), draws=10)
    assert expected in error.value.text()


def test_a_row_s_own_limits_serve_where_the_kind_is_declared(tmp_path: Path) -> None:
    """A row of a pack with low and high; the kind is never assumed, the numbers need not be typed twice."""
    place = folder(tmp_path / "a", {**PRICE, "kind": "range"})
    account = read_account(PILOT / "account.toml")
    row = account.coefficients.row("GZ-26")
    assert row is not None
    pack = tmp_path / "pack"
    pack.mkdir()
    fields = {name: "" if value is None else str(value) for name, value in row.model_dump(by_alias=True).items()}
    low, high = str(row.value - 50), str(row.value + 20)
    fields |= {"low": low, "high": high}
    columns = [name for name in fields if name not in {"file", "line", "constant"}]
    line = ",".join(f'"{fields[name]}"' for name in columns)
    (pack / "carbon.csv").write_text(",".join(columns) + "\n" + line + "\n", encoding="utf-8")
    (pack / "sources.toml").write_text("", encoding="utf-8")
    result = compute(read_account(place / "account.toml", coefficients=[pack]))
    one = band(uncertainty(result, draws=20_000), "carbon_value_total", "632222")
    least, most = (float(Decimal(end) / row.value) for end in (low, high))
    assert one.low / one.value == pytest.approx(least + 0.05 * (most - least), rel=0.01)
    assert one.high / one.value == pytest.approx(least + 0.95 * (most - least), rel=0.01)
    with pytest.raises(AccountError, match="low “（空）” 不是数"):
        read_account(place / "account.toml")


def test_a_plan_of_stated_figures_has_nothing_to_draw(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    text = (Path(__file__).parent / "field" / "county-with-zero-money-at-4-decimals.plan.toml").read_text(
        encoding="utf-8"
    )
    plan.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        payment_bands(plan, draws=10)
    assert str(caught.value) == (
        "plan.toml  方案的各因素都是填报的数，没有一个取自核算，没有可以抽取的分布；"
        "至少一个因素写明 of，取自声明了 [[uncertain]] 的核算；把因素接到核算，或用 qhgep what-if 逐项试算。"
    )


# --- payments -----------------------------------------------------------------------------------------------------

WIDE = ({**RUNOFF, "kind": "range", "low": "6.5", "high": "9.9"}, {**PRICE, "kind": "interval90", "low": "-20%", "high": "+30%"},
        {"quantity": "specific_discharge", "kind": "standard_error", "error": "15%", "by_county": True, "basis": "b", "decided_by": "d"})  # fmt: skip


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("plan") / "a", *WIDE) / "plan.toml"


def drawing(plan: Path) -> _Drawing:
    terms = read_plan(plan)
    results: dict[str, Any] = dict(account_results(terms, (), None))
    leaves = {name: uncertain_leaves(result) for name, result in results.items()}
    return _Drawing(terms, program_of(terms, read_factors(terms, results, require="assumed")), results, leaves, 1)


def test_every_payable_draw_pays_the_pool_out_in_fen(plan: Path) -> None:
    """100,000,000.00 yuan in whole fen, 泽库 at least its floor of 15,000,000.00, in each of 1,000 draws."""
    for number in range(2):
        fen, refused, outside = drawing(plan).block(number, 500)
        paid = fen[~(refused | outside)]
        assert len(paid) > 400
        assert set(paid.sum(axis=1).tolist()) == {10_000_000_000}
        assert (paid.min(axis=0) >= 0).all()
        assert paid[:, 1].min() >= 1_500_000_000


def test_bands_of_payments_lie_around_them(plan: Path) -> None:
    found = payment_bands(plan, draws=2_000)
    assert found.draws - found.unpayable > 1_900
    assert found.unpayable == found.refused + found.outside
    for one in found.bands:
        assert one.low <= one.middle <= one.high
        assert one.low <= one.fen <= one.high
        assert 0 <= one.same_rank <= 1
    assert {one.recipient: one.fen for one in found.bands} == dict(found.allocation.fen)
    assert payment_bands(plan, draws=2_000).bands == found.bands
    assert found.same_order <= min(one.same_rank for one in found.bands)


def test_a_price_that_all_share_moves_no_payment(tmp_path: Path) -> None:
    """Each carbon value has the same factor in it: shares do not change, whatever the price (17d: such a row says so)."""
    place = folder(tmp_path / "a", {**PRICE, "kind": "range", "low": "-30%", "high": "+30%"})
    found = payment_bands(place / "plan.toml", draws=500)
    for one in found.bands:
        assert one.high - one.low <= 1  # the last unit may go to another where shares are not rounded
        assert abs(one.fen - one.middle) <= 1


def test_draws_that_cannot_be_paid_are_counted_and_in_no_band(tmp_path: Path) -> None:
    """With an error of 60 % of a runoff of 8.2 % about one draw in twenty is below zero, which no runoff is."""
    place = folder(tmp_path / "a", {**RUNOFF, "kind": "standard_error", "error": "60%"})
    found = payment_bands(place / "plan.toml", draws=2_000)
    assert found.outside == pytest.approx(2_000 * 0.0478, abs=60)
    assert found.unpayable >= found.outside
    assert all(one.low >= 0 for one in found.bands)
    whole = uncertainty(compute(read_account(place / "account.toml")), draws=2_000)
    assert whole.outside == found.outside


def test_a_plan_of_which_no_draw_can_be_paid_says_so(tmp_path: Path) -> None:
    place = folder(tmp_path / "a", {**RAIN, "kind": "standard_error", "error": "90000%"})
    with pytest.raises(PlanError) as error:
        payment_bands(place / "plan.toml", draws=3)
    assert "plan.toml  3 次抽取没有一次可以支付（方案拒绝 " in error.value.text()


# --- the verb -----------------------------------------------------------------------------------------------------


def run(*parts: str | Path) -> Any:  # noqa: ANN401 - click's result
    return CliRunner().invoke(COMMAND, [str(part) for part in parts])


@pytest.mark.parametrize("name", ["account.toml", "plan.toml"])
def test_the_verb_prints_writes_and_is_read_back(plan: Path, tmp_path: Path, name: str) -> None:
    book, file = tmp_path / "u.xlsx", tmp_path / "u.json"
    found = run("uncertainty", plan.parent / name, "--draws", 500, "-o", book, "--json", file)
    assert found.exit_code == 0, found.output
    assert found.stdout.startswith("情景测算，不作为资金分配依据")
    assert "合计的 P95 不是各县 P95 之和" in found.stdout
    sheet = openpyxl.load_workbook(book)["不确定性"]
    cells = [cell.value for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert any(str(cell).startswith("情景测算") for cell in cells)
    declared = openpyxl.load_workbook(book)["声明的分布"]
    assert [cell.value for cell in declared["A"]][-3:] == ["RC-高寒草甸", "GZ-26", "specific_discharge"]
    body = read_result(file).body
    assert (body.seed, body.draws) == (1, 500)
    first = body.bands[0]
    printed = first.value / 10_000 if name == "account.toml" else first.fen / 100
    assert f"{printed:,.2f}" in found.stdout
    assert any(isinstance(cell, float | int) and cell == pytest.approx(printed) for cell in cells)
    again = tmp_path / "v.xlsx"
    run("uncertainty", plan.parent / name, "--draws", 500, "-o", again)
    assert again.read_bytes() == book.read_bytes()


def test_the_account_itself_does_not_change(plan: Path) -> None:
    """What is declared of how sure a number is changes no number and no run."""
    assert compute(read_account(plan.parent / "account.toml")) == compute(read_account(PILOT / "account.toml"))


def test_the_example_of_the_clerks_page_is_one(tmp_path: Path) -> None:
    """The block of [[uncertain]] on the page of the clerk, behind the pilot's account: −20 to +30 % of the carbon price."""
    text = (PILOT.parents[1] / "docs/zh/clerk.md").read_text(encoding="utf-8")
    (block,) = [part.partition("```")[0] for part in text.split("```toml\n")[1:] if part.startswith("[[uncertain]]")]
    place = folder(tmp_path / "a")
    file = place / "account.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n" + block, encoding="utf-8")
    one = band(uncertainty(compute(read_account(file)), draws=5_000), "carbon_value_total", "632222")
    assert one.low / one.value == pytest.approx(0.8 + 0.05 * 0.5, rel=0.02)
    assert one.high / one.value == pytest.approx(0.8 + 0.95 * 0.5, rel=0.02)


def test_how_often_a_payment_falls_below_last_year_is_said(plan: Path, tmp_path: Path) -> None:
    """A county that got nothing last year never falls below it, one that got the whole pool always does; of one the middle is half."""
    alone = payment_bands(plan, draws=500)
    assert {one.below for one in alone.bands} == {None}
    first, second, third, *others = alone.bands
    amounts = {first.recipient: 0, second.recipient: 10_000_000_000, third.recipient: third.middle}
    amounts |= {one.recipient: one.fen for one in others}
    table = tmp_path / "last.csv"
    table.write_text(
        "county_code,yuan\n" + "".join(f"{code},{Decimal(fen) / 100:.2f}\n" for code, fen in amounts.items()),
        encoding="utf-8",
    )
    found = payment_bands(plan, draws=500, previous=table)
    assert (found.bands[0].below, found.bands[1].below) == (0.0, 1.0)
    assert found.bands[2].below == pytest.approx(0.5, abs=0.01)
    assert [replace(one, below=None) for one in found.bands] == list(alone.bands)
    shown = run("uncertainty", plan, "--draws", 500, "--previous", table)
    assert "“低于上年” 是可支付的抽取中得数低于上年的部分；上年数：last.csv" in shown.stdout
    assert "没有给出上年数" in run("uncertainty", plan, "--draws", 500).stdout
    told = run("uncertainty", plan.parent / "account.toml", "--draws", 500, "--previous", table)
    assert told.exit_code == 2
