"""Factors: a value for every recipient, or an error that names the county."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from qhgep.compensation.allocate import allocate
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.plan.read import read_plan
from qhgep.errors import PlanError
from qhgep.evidence import Evidence
from qhgep.units import PURE, Unit
from tests.support.plans import factor
from tests.support.step_plans import rated


@dataclass(frozen=True)
class Value:
    value: float | None
    unit: Unit = PURE
    presence: str = "value"
    origin: str = "computed"
    evidence: str = "declared"
    partial: "Partial | None" = None


@dataclass(frozen=True)
class Partial:
    covered: tuple[str, ...]
    missing: tuple[str, ...]
    area_share: float | None


@dataclass(frozen=True)
class Results:
    """Stands for the result of an account: quantity -> county -> value."""

    values: Mapping[str, Mapping[str, Value]]

    def value(self, quantity: str, *, county: str, period: str | None = None) -> Value:
        assert period == "2023"
        return self.values[quantity][county]


PLAN = """\
schema = 1
title = "测试"
layer = "{layer}"
state = "draft"
period = 2023
pool = "1000.00"
round_to = "fen"
recipients = ["632323", "632222"]
[basis]
document = "某办法"
number = "1号"
article = "第五条"
date = 2023-03-01
[accounts]
gep = "account.toml"
[factor.area]
of = "gep.county_area"
as = "share"
{extra}
[[step]]
id = "divide"
rule = "weighted"
weights = {{ area = "1" }}
basis = "第五条"
"""


@dataclass(frozen=True)
class Terms:
    layer: str = "analytic"
    extra: str = ""
    require: Evidence | None = None


ANALYTIC = Terms()


def planned(folder: Path, one: Value, two: Value, terms: Terms = ANALYTIC) -> Allocation:
    path = folder / "plan.toml"
    text = PLAN.format(layer=terms.layer, extra=terms.extra)
    path.write_text(rated(text) if terms.layer == "statutory" else text, encoding="utf-8")
    results = {"gep": Results({"county_area": {"632222": one, "632323": two}})}
    return allocate(path, results=results, require=terms.require)


def refused(folder: Path, one: Value, two: Value, code: str, terms: Terms = ANALYTIC) -> str:
    """The whole message of a refusal, which is of one kind."""
    with pytest.raises(PlanError) as caught:
        planned(folder, one, two, terms)
    assert {item.code for item in caught.value.problems} == {code}
    return str(caught.value)


def test_a_factor_divides_and_keeps_its_evidence(tmp_path: Path) -> None:
    found = planned(tmp_path, Value(3.0), Value(1.0, evidence="primary"))
    assert [row.yuan for row in found.rows] == ["750.00", "250.00"]
    assert [figure.evidence for figure in found.factors["area"].figures.values()] == ["declared", "primary"]
    assert found.columns[9].zh == "县域面积"
    assert found.heading.notices == ("情景测算表", "不作为资金分配依据")
    assert (found.layer, found.title) == ("analytic", "测试")


def test_a_plan_already_read_is_followed_too(tmp_path: Path) -> None:
    found = planned(tmp_path, Value(3.0), Value(1.0))
    plan = read_plan(tmp_path / "plan.toml")
    results = {"gep": Results({"county_area": {"632222": Value(3.0), "632323": Value(1.0)}})}
    assert allocate(plan, results=results) == found


def test_parameters_carry_value_basis_and_origin(tmp_path: Path) -> None:
    found = planned(tmp_path, Value(3.0), Value(1.0))
    given_ = {column.name: column.given for column in found.parameters}
    assert list(given_) == [
        "pool",
        "payable",
        "divide.weight_scale",
        "divide.unit_parts",
        "divide.span",
        "divide.weight.area",
    ]
    weight = given_["divide.weight.area"]
    assert weight is not None
    assert (weight.value, weight.basis, weight.origin) == (1, "第五条", "chosen")
    pool = planned(tmp_path, Value(3.0), Value(1.0), Terms(layer="contract")).parameters[0].given
    assert pool is not None
    assert (pool.basis, pool.origin) == ("某办法 1号 第五条", "stated")


@pytest.mark.parametrize("presence", ["missing", "not_applicable", "absent"])
def test_a_missing_factor_names_its_county(presence: str, tmp_path: Path) -> None:
    word = {"missing": "缺", "not_applicable": "不适用", "absent": "缺"}[presence]
    assert refused(tmp_path, Value(3.0), Value(None, presence=presence, evidence=""), "factor_missing") == (
        f"plan.toml:16  泽库县（632323）的因素 gep.county_area 没有值（{word}）；每个领款单位都有值；"
        "补齐数据，或调整领款单位。"
    )


def test_zero_is_a_value_and_not_missing(tmp_path: Path) -> None:
    assert [row.yuan for row in planned(tmp_path, Value(None, presence="zero"), Value(2.0)).rows] == [
        "0.00",
        "1000.00",
    ]


def test_a_partial_factor_needs_consent_and_keeps_its_note(tmp_path: Path) -> None:
    partial = Value(3.0, partial=Partial(("grassland",), ("forest", "wetland.marsh"), 0.951))
    message = refused(tmp_path, partial, Value(1.0), "factor_partial")
    assert message.startswith(
        "plan.toml:16  祁连县（632222）的因素 gep.county_area 只是部分值"
        "（已核算 1/3 项，面积占 95.1%；未核算：森林、沼泽）"
    )
    found = planned(tmp_path, partial, Value(1.0), Terms(extra='partial = "accept"\nbasis = "演示"'))
    assert "95.1%" in found.factors["area"].figures["632222"].partial
    assert found.factors["area"].figures["632323"].partial == ""
    unknown = replace(partial, partial=Partial(("grassland",), (), None))
    assert "已核算 1/1 项；未核算：无" in refused(tmp_path, unknown, Value(1.0), "factor_partial")


def test_of_a_total_the_services_are_counted_and_not_the_land_that_one_of_them_lacks(tmp_path: Path) -> None:
    """Two services of three: crops are not accounted, and the forest is a part of carbon that is missing."""
    lacks = Partial(("water_conservation", "carbon_fixation"), ("forest", "crops"), 0.951)
    message = refused(tmp_path, Value(3.0, partial=lacks), Value(1.0), "factor_partial")
    assert "（已核算 2/3 项，面积占 95.1%；未核算：森林、" in message


def test_a_negative_factor_needs_consent_and_counts_as_zero(tmp_path: Path) -> None:
    assert refused(tmp_path, Value(-3.0), Value(1.0), "factor_negative") == (
        "plan.toml:16  祁连县（632222）的因素 gep.county_area 为负：-3.0；不小于零的值；"
        '检查数据；如按零计，请写 negative = "zero" 并写明依据。'
    )
    found = planned(tmp_path, Value(-3.0), Value(1.0), Terms(extra='negative = "zero"\nbasis = "演示"'))
    assert [row.yuan for row in found.rows] == ["0.00", "1000.00"]
    assert found.table["factor.area"] == {"632222": -3, "632323": 1}
    assert found.table["factor.area.used"] == {"632222": 0, "632323": 1}


@pytest.mark.parametrize("extra", ["", 'negative = "zero"\nbasis = "演示"'])
def test_a_factor_that_adds_up_to_nothing_names_the_counties(extra: str, tmp_path: Path) -> None:
    one = Value(-1.0) if extra else Value(0.0)
    assert refused(tmp_path, one, Value(0.0), "factor_sum", Terms(extra=extra)) == (
        "plan.toml:16  因素 gep.county_area 在 祁连县（632222）、泽库县（632323） 的合计为 0.0；大于零；"
        "检查数据，或去掉该因素。"
    )


def test_what_the_account_does_not_have_is_told(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.format(layer="analytic", extra=""), encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        allocate(path, results={"gep": Results({"county_area": {"632222": Value(1.0)}})})
    assert [(item.code, dict(item.facts)["missing"]) for item in caught.value.problems] == [
        ("factor_unknown", "632323")
    ]


def test_a_statutory_plan_refuses_weak_evidence_unless_told(tmp_path: Path) -> None:
    weak = Value(3.0, evidence="published")
    assert refused(tmp_path, weak, Value(1.0), "factor_evidence", Terms(layer="statutory")) == (
        "plan.toml:16  祁连县（632222）的因素 gep.county_area 证据等级为 文献；申报 或更强；"
        "换成有依据的数据，或用 --require 明确降低要求。"
    )
    found = planned(tmp_path, weak, Value(1.0), Terms(layer="statutory", require="published"))
    assert found.heading.notices == ("测算稿（证据不足）", "所用数据最弱的证据：文献")
    assert planned(tmp_path, Value(3.0), Value(1.0), Terms(layer="statutory")).heading.notices == ()


def test_all_faults_of_factors_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as caught:
        planned(tmp_path, Value(None, presence="missing"), Value(-1.0, partial=Partial((), ("forest",), 0.0)))
    assert [item.code for item in caught.value.problems] == [
        "factor_missing",
        "factor_partial",
        "factor_negative",
    ]


def test_factors_are_used_as_they_are_unless_negative_counts_as_zero() -> None:
    assert factor("area", {"632222": -1.0}).used == {"632222": -1}
    assert replace(factor("area", {"632222": -1.0}), at_least_zero=True).used == {"632222": 0}


def test_values_of_two_systems_of_accounting_are_not_weighed_in_one_plan(tmp_path: Path) -> None:
    """The first factor is an area, which belongs to no system."""
    extra = "".join(f'[factor.{name}]\nof = "gep.{of}"\nas = "share"\n' for name, of in (
        ("water", "water_value_total"), ("equivalents", "equivalent_value_total"),
    ))  # fmt: skip
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.format(layer="analytic", extra=extra), encoding="utf-8")
    ones = {"632222": Value(1.0), "632323": Value(1.0)}
    results = {"gep": Results(dict.fromkeys(("county_area", "water_value_total", "equivalent_value_total"), ones))}
    with pytest.raises(PlanError) as caught:
        allocate(path, results=results)
    assert [item.code for item in caught.value.problems] == ["plan_systems"]
    assert caught.value.text() == (
        "plan.toml:22  价值因素 water、equivalents 出自不同的核算体系；一个方案的价值因素只出自一种体系："
        "当量因子法的价值与各规范的价值重复计算同样的服务；只留一种体系的因素。"
    )
