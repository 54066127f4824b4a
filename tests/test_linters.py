"""Slips that published accounts and programs repeat (reference/general-ruleset.md, section 4): each is found in a printed table."""

from pathlib import Path

import pytest

from qhgep import audit_table, compute, read_account
from qhgep.auditing import Audit
from tests.support.accounts import Coefficient, Line, pack, write_account

HEAD = "row,quantity,quantity_unit,price,price_unit,value,value_unit,factor"


def audited(folder: Path, *lines: str, head: str = HEAD) -> Audit:
    (folder / "t.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return audit_table(folder / "t.csv")


@pytest.mark.parametrize(
    ("line", "slip", "proposed"),
    [
        # 1000 t at 15 元/m³ without the density
        ("1,1000.0,t,15.00,元/m3,15000,元,", "", ""),
        # 1000 t times 1.2 t/m³, which divides
        ("1,1000.0,t,15.00,元/m3,12500,元,1.2 t/m3", "inverted", "1.2 t/m3"),
        # ions by the minute, without the life of one
        ("1,100000,个,0.01,元/个,1000,元,/ 10 min", "omitted", "/ 10 min"),
        # a price per tonne of water on cubic metres
        ("1,1000.0,m3,2.00,元/t,2000.0,元,", "unit", "2.00 元/m3"),
        # production in carbon where the factor is of dry matter
        ("1,1000.0,t C,300,元/t CO2,489000,元,1.63 t CO2/t dry matter", "", ""),
    ],
    ids=[
        "density left out",
        "mass times density",
        "life of ions left out",
        "yuan a tonne on m³",
        "carbon as dry matter",
    ],
)
def test_a_line_whose_units_do_not_meet_is_a_fault(line: str, slip: str, proposed: str, tmp_path: Path) -> None:
    audit = audited(tmp_path, line)
    (fault,) = audit.faults
    assert fault.verdict == "dimension"
    if slip:
        best = fault.repairs[0]
        assert best.slip == slip
        assert proposed in {best.part, best.proposed}


def test_oxygen_at_1_91_is_told_where_the_whole_table_agrees_with_it(tmp_path: Path) -> None:
    """100 x 1.91 x 1000 = 191,000: no equation fails, but no dry matter gives off so much."""
    audit = audited(tmp_path, "1,100.00,t dry matter,1000,元/t O2,191000,元,1.91 t O2/t dry matter")
    assert audit.faults == ()
    (told,) = audit.warnings
    assert told.text() == (
        "t.csv:2  1 的系数 1.91 t O2/t dry matter，不是 单位干物质释氧量 1 至 1.4 O₂/干物质；"
        "光合作用方程给出 192/162 = 1.185；文献用 1.19 或 1.2；核对系数与单位，两个数字是否颠倒；数值照算不改。"
    )
    assert audited(tmp_path, "1,100.00,t dry matter,1000,元/t O2,119000,元,1.19 t O2/t dry matter").warnings == ()


def test_a_factor_that_some_coefficient_of_its_unit_can_be_is_not_told(tmp_path: Path) -> None:
    """0.93 t/m³ is a soil, 1.6 is sand, 0.037 is neither; 0.24 has no unit to be known by."""
    lines = [f"{n},1000.00,t,15.00,元/m3,,,/ {value} t/m3; 0.24" for n, value in enumerate(("0.93", "1.6", "0.037"))]
    told = [item for item in audited(tmp_path, *lines).warnings if item.code == "audit_factor_bounds"]
    assert [dict(item.facts)["found"] for item in told] == ["0.037 t/m3"]


def test_classes_with_prices_of_their_own_are_told(tmp_path: Path) -> None:
    head = "row,quantity,quantity_unit,value,value_unit,total_of"
    rows = ("a,100.0,t C,1000.0,元,", "b,100.0,t C,2000.0,元,", "T,200.0,t C,3000.0,元,a b")
    assert [item.code for item in audited(tmp_path, *rows, head=head).warnings] == ["audit_implied_price"]


COUNTY = "632222"
CHOICE = (
    '[[method]]\nquantity = "carbon_dioxide_fixed"\nmethod = "dry_matter_and_soil"\nreason = "r"\ndecided_by = "d"\n'
)
LAND = {"forest": ("1000", "8000"), "grassland": ("5000", "15000"), "wetland": ("200", "1000")}
"""Hectares, and tonnes of dry matter a year."""


@pytest.mark.parametrize(
    ("rates", "times"),
    [(("0.64", "0.24", "0.4"), 1), (("0.64", "0.3", "0.4"), 0), (("0.64", "0.24", ""), 0)],
    ids=["one ratio", "measured", "two classes may agree"],
)
def test_soil_carbon_in_one_ratio_to_the_production_of_every_class_is_told(
    rates: tuple[str, ...],
    times: int,
    tmp_path: Path,
) -> None:
    """0.64 x 1000 / 8000 = 0.24 x 5000 / 15000 = 0.4 x 200 / 1000 = 0.08 t of carbon to a tonne of dry matter."""
    lines = [
        line
        for name, (hectares, tonnes) in LAND.items()
        for line in (
            Line("area", hectares, "hm2", county=COUNTY, first="2022", ecosystem=name),
            Line("dry_matter_produced", tonnes, "t dry matter/a", county=COUNTY, first="2022", ecosystem=name),
        )
    ]
    year = {"region": COUNTY, "first": "2022-01-01", "last": "2022-12-31"}
    rows = [Coefficient("D-1", "carbon_dioxide_per_dry_matter", value="1.63", unit="t CO2/t dry matter", **year)]
    rows += [
        Coefficient(f"S-{name}", "soil_carbon_rate", ecosystem=name, value=rate, unit="t C/ha/a", **year)
        for name, rate in zip(LAND, rates, strict=True)
        if rate
    ]
    head = {"period": "2022", "price_year": "2022", "counties": f'["{COUNTY}"]', "ruleset": '"county-general"'}
    path = write_account(tmp_path / "a", lines, changes=head, tables=CHOICE)
    found = compute(read_account(path, coefficients=[pack(tmp_path / "pack", rows)]))
    texts = [item.text() for item in found.checks if item.code == "soil_carbon_multiple"]
    told = (
        f"{COUNTY}，2022  土壤固碳量在 3 类生态系统里都是干物质的 0.08 倍（t C 比 t 干物质）；"
        "各类不同：土壤固碳不能以净初级生产力的固定倍数代替；核对土壤固碳速率的来源；数值照算不改。"
    )
    assert texts == [told] * times
