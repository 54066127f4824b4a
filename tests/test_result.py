"""The result: totals and what they cover, when a total is a GEP, the JSON of SCHEMAS.md, the id of a run."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qhgep.account.account import Account
from qhgep.coefficient_store import Adoption
from qhgep.engine import compute
from qhgep.engine.explain import as_text, explain
from qhgep.engine.grid import Value
from qhgep.engine.names import ALL
from qhgep.engine.result import Result
from qhgep.errors import UnitError
from qhgep.inputs.not_applicable import NotApplicable
from tests.support import toy
from tests.support.result_bodies import whole
from tests.support.toy import BARE, COD, FOREST, GRASS, MARSH, A, B, C, Line
from tests.test_engine import toy_adopt

CLEANING = 50 * 1400 + 2.5 * 1750.5
FIXED = {county: area * 40.5 * 1.1**0.5 * 44 / 12 * 57.3 for county, area in ((A, 1434.625), (B, 800.5))}
ROW = {
    "county_code", "period", "quantity", "method", "ecosystem", "item", "value", "unit", "presence", "origin",
    "evidence", "partial",
}  # fmt: skip


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Account:
    """Two counties without any gap, and rules that leave no service out."""
    path = toy.write_account(tmp_path_factory.mktemp("whole"), toy.whole(), rules=toy.RULES, counties=(A, B))
    return toy.read(path)


@pytest.fixture(scope="module")
def ragged(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return toy.result(tmp_path_factory.mktemp("ragged"), toy.ragged())


def number(value: Value) -> float:
    assert value.value is not None
    return value.value


def with_inflow(account: Account, county: str, presence: str) -> Result:
    """The result where one county's inflow is given by a presence alone."""
    rows = tuple(
        replace(row, presence=presence, value="", unit="", note="样例")
        if (row.quantity, row.county_code) == ("inflow_from_outside", county)
        else row
        for row in account.inputs
    )
    return compute(replace(account, inputs=rows))


def test_a_complete_account_less_what_flows_in_is_the_gep(account: Account) -> None:
    result = compute(account)
    for county in (A, B):
        assert number(result.value("accounted_total", county=county)) == pytest.approx(CLEANING + FIXED[county])
        gep = result.value("gep_total", county=county)
        assert number(gep) == pytest.approx(CLEANING + FIXED[county] - 2500)
        assert (gep.partial, gep.evidence, gep.origin) == (None, "published", "computed")
    both = result.value("gep_total", county=ALL)
    assert number(both) == pytest.approx(2 * CLEANING + FIXED[A] + FIXED[B] - 2 * 2500)


def test_an_inflow_of_zero_is_taken_off_as_zero(account: Account) -> None:
    result = with_inflow(account, A, "zero")
    assert number(result.value("gep_total", county=A)) == number(result.value("accounted_total", county=A))


def test_a_zero_has_no_price_year(tmp_path: Path) -> None:
    """Nothing is nothing in the prices of any year; a hundred yuan of 2015 are not a hundred of 2020."""
    others = [line for line in toy.whole() if line.quantity != "inflow_from_outside"]
    adopt = toy_adopt("inflow_from_outside", "2015")
    options = {"rules": toy.RULES, "account": toy.ACCOUNT + adopt, "counties": (A, B)}
    nil = [Line(county, "inflow_from_outside", presence="zero", year="2015") for county in (A, B)]
    assert toy.result(tmp_path, [*others, *nil], **options).value("gep_total", county=ALL).value is not None
    some = replace(nil[0], presence="value", value="100", unit="元/a")
    with pytest.raises(UnitError, match="来自区域外的生态产品价值 的价格年份是 2015"):
        toy.result(tmp_path, [*others, some, nil[1]], **options)


@pytest.mark.parametrize("presence", ["missing", "not_applicable"])
def test_without_the_inflow_of_a_county_neither_it_nor_the_sum_of_all_has_a_gep(
    account: Account, presence: str
) -> None:
    result = with_inflow(account, A, presence)
    assert result.value("gep_total", county=A).value is None
    assert result.value("gep_total", county=ALL).value is None
    assert result.value("gep_total", county=B).value is not None


def test_a_service_that_is_not_covered_leaves_no_gep(tmp_path: Path) -> None:
    result = toy.result(tmp_path, toy.whole(), counties=(A, B))
    total, gep = (result.value(name, county=A) for name in ("accounted_total", "gep_total"))
    assert (gep.value, gep.presence) == (None, "missing")
    assert number(total) == pytest.approx(CLEANING + FIXED[A])
    assert total.partial is not None
    assert total.partial.missing == ("toy_crops",)
    assert result.counted([result.account.periods[0].name]) == (2, 3)


def test_a_partial_total_is_never_a_gep(ragged: Result) -> None:
    for county in (*(county.code for county in ragged.account.counties), ALL):
        total, gep = (ragged.value(name, county=county) for name in ("accounted_total", "gep_total"))
        assert total.partial is not None
        assert gep.value is None


def test_a_total_over_counties_says_which_county_and_what_else_is_missing(ragged: Result) -> None:
    total = ragged.value("toy_cleaning_value_total", county=ALL)
    covered = {county: number(ragged.value("toy_cleaning_value_total", county=county)) for county in (A, B, C, toy.D)}
    assert number(total) == pytest.approx(sum(covered.values()))
    assert total.partial is not None
    assert total.partial.covered == tuple(covered)
    assert set(total.partial.missing) == {"forest", "bare_land", "wetland.marsh", "toy_pollutant/nh3n"}


def test_the_share_over_counties_is_by_their_areas_and_a_county_without_a_value_covers_none(ragged: Result) -> None:
    """Area x share: A 1520 km², of which 1234.5 + 202 are reached; B 900, grassland 800 and a marsh of zero; C 7000; D 18.4."""
    total = ragged.value("toy_fixed_value_total", county=ALL)
    assert total.partial is not None
    covered = 1234.5 + 202 + 800 + 7000 + 2.625  # C's is stated for the whole county; of D the grassland lacks
    assert total.partial.area_share == pytest.approx(covered / (1520 + 900 + 7000 + 18.4))


def test_a_total_covers_as_much_of_the_area_as_the_least_covered_of_its_indicators(tmp_path: Path) -> None:
    """Of 1600 km² the cleaning reaches all but the bare land: 1300; the carbon neither that nor the marsh: 1200."""
    sizes = {GRASS: "1000", FOREST: "200", BARE: "300", MARSH: "100"}
    lines = toy.areas({(A, kind): size for kind, size in sizes.items()})
    lines += [line for line in toy.whole() if line.county == A and line.quantity not in {"area", "county_area"}]
    lines += [Line(A, "county_area", "1600", "km2"), Line(A, "toy_growth", ecosystem=MARSH, presence="missing")]
    found = toy.result(tmp_path, lines, rules=toy.RULES, counties=(A,))
    shares = {}
    for name in ("toy_cleaning_value_total", "toy_fixed_value_total", "accounted_total"):
        partial = found.value(name, county=A).partial
        assert partial is not None
        shares[name] = partial.area_share
    assert shares == {
        "toy_cleaning_value_total": 1300 / 1600,
        "toy_fixed_value_total": 1200 / 1600,
        "accounted_total": 1200 / 1600,
    }


def test_a_total_with_an_indicator_of_which_nothing_is_known_covers_an_unknown_share(tmp_path: Path) -> None:
    """The cleaning of A is missing altogether: that the carbon reaches 100 % says nothing of the total."""
    lines = [line for line in toy.whole() if not (line.county == A and line.quantity == "toy_load")]
    lines += [
        replace(line, value="", unit="", presence="missing")
        for line in toy.whole()
        if line.county == A and line.quantity == "toy_load"
    ]
    found = toy.result(tmp_path, lines, rules=toy.RULES, counties=(A, B))
    assert found.value("toy_cleaning_value_total", county=A).value is None
    shares = [found.value("accounted_total", county=county).partial for county in (A, ALL)]
    assert [None if share is None else share.area_share for share in shares] == [None, None]
    assert all(share is not None for share in shares)


def test_totals_are_explained_by_their_addends_and_say_what_is_missing(account: Account) -> None:
    """Total of A = cleaning + carbon; over all counties = A + B; GEP = total - inflow. Each step has its own addends."""
    result = compute(account)
    (one,) = explain(result, county=A, quantity="accounted_total")
    assert [step.quantity.name for step in one.steps] == ["toy_cleaning_value_total", "toy_fixed_value_total"]
    assert one.value.value == pytest.approx(sum(number(step.value) for step in one.steps))
    (every,) = explain(result, county=ALL, quantity="accounted_total")
    assert [dict(step.cell.members)["county"] for step in every.steps] == [A, B]
    assert every.value.value == pytest.approx(sum(number(step.value) for step in every.steps))
    (line,) = explain(result, county=ALL, quantity="toy_fixed_value_total")
    assert [number(step.value) for step in line.steps] == pytest.approx([FIXED[A], FIXED[B]])
    (gep,) = explain(result, county=A, quantity="gep_total")
    total, inflow = gep.steps
    assert gep.value.value == pytest.approx(number(total.value) - number(inflow.value))
    text = as_text(every.steps[:1], result)
    assert text.splitlines()[1].startswith("　相加：已核算指标合计 = ")
    with pytest.raises(KeyError):
        explain(result, county="000000", quantity="accounted_total")


def test_what_a_library_user_prints_is_one_short_line(account: Account) -> None:
    result = compute(account)
    assert repr(result).endswith(f"run_id {result.run_id}>")
    for thing in (account, result, account.coefficients, account.ruleset):
        assert len(repr(thing)) < 200
        assert "\n" not in repr(thing)


def test_a_share_of_a_county_whose_area_nobody_knows_is_not_known(tmp_path: Path) -> None:
    lines = [line for line in toy.ragged() if (line.county, line.quantity) != (B, "county_area")]
    result = toy.result(tmp_path, lines)
    shares = {
        county: total.partial.area_share
        for county in (A, B, ALL)
        if (total := result.value("accounted_total", county=county)).partial is not None
    }
    assert {county: share is None for county, share in shares.items()} == {A: False, B: True, ALL: True}


def test_totals_over_counties_are_exactly_rounded(tmp_path: Path) -> None:
    """10^16 + 1 - 10^16 is 1; added one after the other in doubles it would be 0."""
    stated = {A: "1e16", B: "1", C: "-1e16"}
    lines = [Line(county, "toy_fixed_value_total", value, "元/a") for county, value in stated.items()]
    result = toy.result(tmp_path, [*toy.whole(), *lines], counties=stated)
    assert number(result.value("toy_fixed_value_total", county=ALL)) == 1.0


def test_an_indicator_that_applies_nowhere_is_not_applicable_and_not_missing(account: Account) -> None:
    rows = tuple(
        replace(row, presence="not_applicable", value="", unit="", note="样例") if row.quantity == "toy_load" else row
        for row in account.inputs
    )
    decision = NotApplicable("toy_load", (), (), (), "样例", "样例", "account.toml [[not_applicable]] 1")
    result = compute(replace(account, inputs=rows, not_applicable=(decision,)))
    total = result.value("toy_cleaning_value_total", county=ALL)
    assert (total.value, total.presence, total.partial) == (None, "not_applicable", None)
    assert number(result.value("gep_total", county=A)) == pytest.approx(FIXED[A] - 2500)


@pytest.fixture(scope="module")
def content(ragged: Result) -> dict[str, Any]:
    return whole(ragged)


def test_the_json_of_an_account_has_the_parts_of_the_schema(content: dict[str, Any], ragged: Result) -> None:
    made_from = content["created_from"]
    assert set(content["body"]) == {"rows", "checks", "coverage", "decisions", "prices"}
    assert (content["schema"], content["kind"], made_from["ruleset"]) == ("qhgep/account/2", "account", "toy")
    assert content["run_id"] == ragged.run_id
    assert list(made_from["files"]) == sorted(made_from["files"])
    problem = {"severity", "code", "where", "found", "expected", "do"}
    assert {frozenset(item) for item in content["body"]["checks"]} == {frozenset(problem)}


def rows(content: dict[str, Any]) -> list[dict[str, object]]:
    return list(content["body"]["rows"])


def test_its_rows_have_the_columns_of_the_schema_and_are_sorted(content: dict[str, Any]) -> None:
    assert {frozenset(row) for row in rows(content)} == {frozenset(ROW)}
    keys = [
        tuple(row[name] for name in ("quantity", "county_code", "period", "ecosystem", "item")) for row in rows(content)
    ]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_a_row_without_a_number_has_null_and_one_with_a_number_has_its_evidence(
    content: dict[str, Any],
) -> None:
    for row in rows(content):
        has = row["presence"] in {"value", "zero"}
        assert (row["value"] is not None) is has
        assert not has or row["evidence"]
        assert not has or row["origin"]
        assert row["partial"] is None or set(row["partial"]) == {"covered", "missing", "area_share"}  # type: ignore[call-overload] # a dict


def test_every_input_row_in_reach_is_found_again_in_the_json(content: dict[str, Any]) -> None:
    """Only an area that is missing has no row: its pair stands in the coverage."""
    found = {(row["quantity"], row["county_code"], row["ecosystem"], row["item"]) for row in rows(content)}
    lost = [line for line in toy.ragged() if (line.quantity, line.county, line.ecosystem, line.item) not in found]
    assert [(line.quantity, line.presence) for line in lost] == [("area", "missing")]
    pairs = content["body"]["coverage"]["pairs"]
    assert [pair["presence"] for pair in pairs if (pair["county_code"], pair["ecosystem"]) == (B, "forest")] == [
        "missing"
    ]


def test_the_grand_total_is_null_and_the_accounted_total_holds_the_sum(content: dict[str, Any]) -> None:
    totals = {(row["quantity"], row["county_code"]): row["value"] for row in rows(content) if row["county_code"] == ALL}
    assert totals["gep_total", ALL] is None
    assert totals["accounted_total", ALL] is not None
    assert {name for name, _ in totals} == {
        "accounted_total", "gep_total", "toy_cleaning_value_total", "toy_fixed_total",
        "toy_fixed_value_total", "toy_useful_total",
    }  # fmt: skip


def test_an_unstated_input_has_no_origin(content: dict[str, Any]) -> None:
    """Nobody computed it and nobody stated it."""
    origins = {row["origin"] for row in rows(content) if row["method"] == "input" and row["presence"] == "missing"}
    assert origins == {""}


def test_the_table_holds_what_the_json_holds(ragged: Result) -> None:
    """A line for a line; what a partial value lacks stands as text, and the indicator beside its value."""
    frame = ragged.frame(totals=True)
    told = [
        (row["quantity"], row["county_code"], row["period"], row["ecosystem"], row["item"]) for row in ragged.rows()
    ]
    keys = ["quantity", "county_code", "period", "ecosystem", "item"]
    assert list(frame[keys].itertuples(index=False, name=None)) == told
    assert set(frame.columns) == (ROW - {"partial"}) | {"indicator", "category", "price_year", "missing", "area_share"}


CHANGES: dict[str, Callable[[Account], Account]] = {
    "a value": lambda account: swapped(account, value="51", exact=account.inputs[0].exact),
    "an evidence": lambda account: swapped(account, evidence="secondary"),
    "a note": lambda account: swapped(account, note="改过"),
    "a source": lambda account: swapped(account, source="年报"),
    "the title": lambda account: replace(account, title="另一个"),
    "the evidence of a coefficient": lambda account: recoefficient(account, evidence="secondary"),
    "the place of a coefficient": lambda account: recoefficient(account, at="表 9"),
    "a decision's reason": lambda account: replace(account, adoptions=(DECISION,)),
}


DECISION = Adoption("TOY-07", "", "", "toy_cost", "", COD, (), "理由", "决定人", "account.toml")


def swapped(account: Account, **changes: object) -> Account:
    first, *others = account.inputs
    return replace(account, inputs=(replace(first, **changes), *others))  # type: ignore[arg-type] # texts


def recoefficient(account: Account, **changes: object) -> Account:
    store = account.coefficients
    made = tuple(row.model_copy(update=changes) if row.row == "TOY-07" else row for row in store.rows)
    return replace(account, coefficients=replace(store, rows=made, _index={}))


@pytest.mark.parametrize("change", CHANGES)
def test_the_run_id_changes_with_whatever_goes_in(account: Account, change: str) -> None:
    assert compute(CHANGES[change](account)).run_id != compute(account).run_id


def test_the_run_id_does_not_change_with_the_order_of_rows_or_the_place_of_files(account: Account) -> None:
    moved = tuple(replace(row, file="other.csv", line=row.line + 7) for row in reversed(account.inputs))
    assert compute(replace(account, inputs=moved)).run_id == compute(account).run_id


def test_two_decisions_that_differ_in_their_reason_are_two_runs(account: Account) -> None:
    runs = {compute(replace(account, adoptions=(replace(DECISION, reason=why),))).run_id for why in ("甲", "乙")}
    assert len(runs) == 2
    moved = replace(DECISION, place="account.toml [[adopt]] 9")
    assert (
        compute(replace(account, adoptions=(moved,))).run_id == compute(CHANGES["a decision's reason"](account)).run_id
    )


def test_a_line_that_nothing_uses_is_part_of_the_run_too(account: Account) -> None:
    more = replace(account.inputs[0], quantity="population", ecosystem="", item="")
    assert compute(replace(account, inputs=(*account.inputs, more))).run_id != compute(account).run_id
