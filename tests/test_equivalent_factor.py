"""The equivalent factors: the printed tables, the recomputed Yinchuan table, and what the method may not be mixed with."""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from qhgep.account.read import read_account
from qhgep.catalogue import shipped
from qhgep.catalogue.equivalent_factor import equivalent_factor, equivalent_service, standard_equivalent_value
from qhgep.coefficient_store import resolve
from qhgep.engine import compute
from qhgep.engine.explain import as_text, explain
from qhgep.engine.result import Result
from qhgep.errors import AccountError, NoValue
from qhgep.packs.library import coefficients
from qhgep.ruleset_store.ruleset import rulesets
from qhgep.workbook.core.cells import Text
from tests.support.accounts import Coefficient, Line, pack, write_account
from tests.support.books import book

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "equivalent-factor-2015"
RULES = "equivalent-factor-2015"
ITEMS = {zh: item for item, zh in equivalent_service.members.items()}
CLASSES = {"forest": "林地", "grass": "草地", "crop": "耕地", "water": "水域", "bare": "未利用地"}
HALF = Fraction("0.0005")
"""Half a unit of the last printed digit, in 10⁴ CNY/km²."""
FARM = {"ruleset": f'"{RULES}"', "period": "2010", "price_year": "2010"}


@cache
def printed() -> dict[tuple[str, str], Fraction]:
    """(service, class) -> the printed value in 10⁴ CNY/km²."""
    with (Path(__file__).parent / "audit" / "yinchuan.csv").open(encoding="utf-8", newline="") as file:
        rows = [(*row["row"].split("/"), row["value"]) for row in csv.DictReader(file)]
    return {(service, kind): Fraction(value) for service, kind, value in rows}


@cache
def example() -> Result:
    return compute(read_account(EXAMPLE / "account.toml"))


def recomputed(service: str, kind: str) -> Fraction:
    """The value of one km² in 10⁴ CNY/km², free of the noise of binary numbers."""
    if service == "合计":
        value = example().value("equivalent_value_total", county=f"YC-{kind}")
    else:
        value = example().value("equivalent_value_by_service", county=f"YC-{kind}", item=ITEMS[service])
    assert value.value is not None
    return round(Fraction(value.value), 6) / 10000


def cells() -> Iterator[tuple[str, str]]:
    yield from (cell for cell in printed() if cell[0] != "合计")


def test_the_printed_table_has_55_cells_and_5_totals() -> None:
    assert (len(list(cells())), len(printed())) == (55, 60)


@pytest.mark.parametrize("cell", list(cells()), ids="/".join)
def test_every_printed_cell_is_recomputed_within_half_a_unit_of_its_last_digit(cell: tuple[str, str]) -> None:
    assert abs(recomputed(*cell) - printed()[cell]) <= HALF


def test_the_two_totals_outside_are_sums_of_rounded_cells() -> None:
    outside = {kind for kind in CLASSES if abs(recomputed("合计", kind) - printed()["合计", kind]) > HALF}
    assert outside == {"grass", "crop"}
    for kind in CLASSES:
        assert printed()["合计", kind] == sum(
            value for (service, of), value in printed().items() if of == kind and service in ITEMS
        )
        assert abs(recomputed("合计", kind) - printed()["合计", kind]) <= 11 * HALF


def test_the_readme_shows_what_is_printed_and_what_is_recomputed() -> None:
    lines = [line.split("|")[1:-1] for line in (EXAMPLE / "README.md").read_text("utf-8").splitlines()]
    table = [[part.strip() for part in line] for line in lines if len(line) == 7][2:]
    kinds = {zh: kind for kind, zh in CLASSES.items()}
    shown = {(line[0], kinds[line[1]]): (Fraction(line[2]), Fraction(line[3]), Fraction(line[4])) for line in table}
    assert shown == {cell: (value, recomputed(*cell), recomputed(*cell) - value) for cell, value in printed().items()}
    verdicts = {(line[0], kinds[line[1]]): line[6] for line in table}
    assert {cell for cell, verdict in verdicts.items() if verdict != "within"} == {("合计", "grass"), ("合计", "crop")}


def test_the_composition_of_the_classes_is_ours_and_says_so() -> None:
    areas = [row for row in example().account.inputs if row.quantity == "area"]
    assert {(row.origin, row.evidence) for row in areas} == {("chosen", "assumed")}
    assert example().evidence_shares["assumed"] == 1


@pytest.mark.long
@pytest.mark.parametrize(
    ("head", "total"),
    [("草甸", "11.43"), ("草原", "5.07"), ("湿地", "52.02"), ("水系", "125.61"), ("冰川积雪", "10.27")],
)
def test_the_rows_of_the_table_add_up_to_the_reference(head: str, total: str) -> None:
    rows = [coefficients().row(f"XIE15-{head}-{item}") for item in equivalent_service.members]
    assert sum(row.value for row in rows if row) == Decimal(total)


def test_a_hectare_of_meadow_is_worth_38936_yuan_and_29_fen_and_a_half() -> None:
    rows = [row.value for row in coefficients().of("equivalent_factor") if row.ecosystem == "grassland.meadow"]
    value = coefficients().row("XIE15-D")
    assert value is not None
    assert sum(rows) * value.value == Decimal("38936.295")


def test_the_table_of_2015_is_whole_and_secondary() -> None:
    rows = coefficients().of("equivalent_factor")
    assert (len(rows), len({row.ecosystem for row in rows}), len({row.item for row in rows})) == (14 * 11, 14, 11)
    assert {(row.evidence, row.source) for row in rows} == {("secondary", "xie-2015-secondary")}
    assert sum(row.value == 0 for row in rows) == 9  # printed zeros: five of bare land, four of ice
    assert [row.row for row in rows if row.value < 0] == ["XIE15-水田-water"]


def test_of_the_table_of_2008_one_cell_was_seen_and_the_rest_are_recalled() -> None:
    rows = coefficients().of("equivalent_factor_2008")
    assert (len(rows), len({(row.ecosystem, row.item) for row in rows})) == (6 * 9, 6 * 9)
    seen = [(row.row, row.value, row.source) for row in rows if row.evidence != "unconfirmed"]
    assert seen == [("XIE08-森林-biodiv", Decimal("4.51"), "miao-2017-gaotianyan")]


def test_no_formula_reads_the_tables_of_2008_and_2015_together() -> None:
    old = {"equivalent_factor_2008", "standard_equivalent_value_2008", "equivalents_2008", "equivalent_value_2008"}
    new = {"equivalent_factor", "standard_equivalent_value", "standard_equivalent_value_local", "equivalents"}
    for formula in shipped().formulas.values():
        about = {quantity.name for quantity in formula.inputs} | {formula.quantity.name}
        assert not (about & old and about & new), formula.id
    assert not {item.value.name for item in shipped().indicators.values()} & old
    assert [row.row for row in coefficients().of("standard_equivalent_value_2008")] == ["XIE08-D"]


def test_hongsibu_has_a_value_of_its_own_and_qinghai_the_national_one() -> None:
    def found(county: str, year: int) -> str:
        return resolve(coefficients(), standard_equivalent_value, on=date(year, 6, 1), county=county).row.row

    assert [found("640303", 2010), found("632621", 2010)] == ["XIE15-HSB", "XIE15-D"]
    for year in (2007, 2011):  # the value of 2007 belongs to the table of 2008
        with pytest.raises(NoValue, match=str(year)):
            found("632621", year)


def test_the_factors_of_2010_do_not_serve_another_year() -> None:
    with pytest.raises(NoValue, match="equivalent_factor"):
        resolve(
            coefficients(),
            equivalent_factor,
            on=date(2020, 6, 1),
            county="632621",
            ecosystem="grassland.meadow",
            item="food",
        )


def test_what_was_left_out_of_the_store_is_listed_with_its_reason() -> None:
    with (ROOT / "coefficients" / "not_used.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["row"]: row["reason"] for row in csv.DictReader(file)}
    for row in ("XIE15-TOT", "XIE15-YR2", "XIE15-TLM"):
        assert coefficients().row(row) is None
        assert len(listed[row]) > 20


def farm(folder: Path, ecosystem: str, *, rules: str = "", tables: str = "") -> Result:
    changes = FARM | ({"ruleset": '"rules"'} if rules else {})
    lines = [Line("area", "1", "hm2", ecosystem=ecosystem, first="2010")]
    return compute(read_account(write_account(folder, lines, changes=changes, tables=tables, rules=rules)))


def test_a_hectare_of_paddy_takes_water_and_the_negative_value_is_kept(tmp_path: Path) -> None:
    found = farm(tmp_path, "cropland.paddy")
    value = found.value("equivalent_value_by_service", county="632621", item="water")
    assert value.value == pytest.approx(-2.63 * 3406.5, rel=1e-12)
    assert value.evidence == "secondary"
    whole = 1.36 + 0.09 - 2.63 + 1.11 + 0.57 + 0.17 + 2.72 + 0.01 + 0.19 + 0.21 + 0.09
    total = found.value("accounted_total", county="632621")
    assert total.value == pytest.approx(whole * 3406.5, rel=1e-12)
    assert found.value("equivalent_value_total", county="632621").value == pytest.approx(total.value, rel=1e-12)


def test_an_ecosystem_that_the_table_does_not_have_is_not_covered_and_not_zero(tmp_path: Path) -> None:
    lines = [
        Line("area", "3", "km2", ecosystem="grassland.meadow", first="2010"),
        Line("area", "1", "km2", ecosystem="urban", first="2010"),
        Line("county_area", "4", "km2", first="2010"),
    ]
    found = compute(read_account(write_account(tmp_path, lines, changes=FARM)))
    value = found.value("equivalent_value_by_service", county="632621", item="food")
    assert value.value == pytest.approx(300 * 0.22 * 3406.5, rel=1e-12)
    assert value.partial is not None
    assert (value.partial.covered, value.partial.missing, value.partial.area_share) == (
        ("grassland.meadow",),
        ("urban",),
        0.75,
    )
    assert found.value("equivalent_value", county="632621", ecosystem="urban", item="food").presence == "absent"


LOCAL = f"""schema = 1
zh = "黄河流域修正"
extends = "{RULES}"
documents = ["xie-2015-secondary", "sun-2021-xinjiang"]
[bind]
standard_equivalent_value_local = "corrected"
equivalent_value = "local_standard_equivalent"
"""
ADOPT = """[[adopt]]
row = "XIE15-YR"
for = "standard_equivalent_correction"
reason = "县在黄河流域"
decided_by = "测试"
"""


def test_a_local_ruleset_corrects_the_value_of_an_equivalent_by_a_decision(tmp_path: Path) -> None:
    found = farm(tmp_path, "grassland.meadow", rules=LOCAL, tables=ADOPT)
    local = found.value("standard_equivalent_value_local", county="632621")
    assert (local.value, local.evidence) == (pytest.approx(3202.11, rel=1e-12), "assumed")
    assert found.value("accounted_total", county="632621").value == pytest.approx(11.43 * 3202.11, rel=1e-12)


def test_without_the_decision_the_correction_of_the_yellow_river_serves_nowhere(tmp_path: Path) -> None:
    """A draft runs on and names the row that could be adopted; a review stops."""
    draft = farm(tmp_path, "grassland.meadow", rules=LOCAL)
    lacking = [item.text() for item in draft.checks if "standard_equivalent_correction" in item.text()]
    assert any("XIE15-YR" in text for text in lacking)
    with pytest.raises(AccountError, match="standard_equivalent_correction"):
        compute(replace(draft.account, state="review"))


def test_an_explanation_names_the_services_in_chinese() -> None:
    (step,) = explain(example(), county="YC-bare", quantity="equivalent_value_by_service", item="gas")
    assert as_text([step], example()).startswith("分服务当量价值（未利用地、气体调节）= 6813 元/a")


def test_without_a_named_quantity_every_service_is_explained() -> None:
    steps = explain(example(), county="YC-bare")
    assert [step.cell["equivalent_service"] for step in steps] == list(equivalent_service.members)


def test_the_shipped_ruleset_counts_each_service_once_and_is_never_called_gep() -> None:
    rules = rulesets()[RULES]
    assert [line.item for line in rules.indicators] == list(equivalent_service.members)
    assert {line.id for line in rules.indicators} == {
        name for name, of in shipped().indicators.items() if of.system == "equivalent_factor"
    }
    assert rules.complete == ""
    assert example().value("gep_total", county="*").value is None


def test_its_workbook_has_no_column_for_gep_and_says_why() -> None:
    sheets = book("equivalents").by_name
    heads = [content.text for content in sheets["分县价值量"].cells.values() if isinstance(content, Text)]
    assert "生态产品总值（GEP）" not in heads
    texts = [content.text for content in sheets["汇总"].cells.values() if isinstance(content, Text)]
    assert "规则集没有写明各项之和即为 GEP，故不列" in texts
    assert not [text for text in texts if "区域外流入缺" in text]


def test_the_matrix_of_the_workbook_is_by_service_and_ecosystem() -> None:
    cells = book("equivalents").by_name["计算_矩阵"].cells
    found = {
        (row, content.text) for (row, column), content in cells.items() if column == 2 and isinstance(content, Text)
    }
    assert len(found & {(row, f"{zh}（当量）") for row, _ in found for zh in ITEMS}) == 11 * 8 * 5


def test_totals_over_counties_are_told_for_each_service() -> None:
    rows = [
        row for row in example().rows() if (row["quantity"], row["county_code"]) == ("equivalent_value_by_service", "*")
    ]
    assert [row["item"] for row in rows] == sorted(equivalent_service.members)
    assert sum(row["value"] for row in rows) == pytest.approx(example().value("accounted_total", county="*").value)


def test_the_tables_say_that_the_unit_is_ours() -> None:
    for name in ("xie-2015", "xie-2008"):
        about = tomllib.loads((ROOT / "coefficients" / "tables" / f"{name}.toml").read_text("utf-8"))
        assert about["unit"] == "1/a"
        assert "表未印单位" in about["note"]


def test_one_decision_brings_in_a_whole_printed_table(tmp_path: Path) -> None:
    """In another year than 2010 each cell of the table would need a decision of its own; `XIE15-*` names them all."""
    text = (EXAMPLE / "account.toml").read_text(encoding="utf-8")
    other = text.replace("period = 2010", "period = 2012").replace("price_year = 2010", "price_year = 2012")
    folder = tmp_path / "account"
    folder.mkdir()
    lines = (EXAMPLE / "inputs.csv").read_text(encoding="utf-8").replace(",2010,2010,", ",2012,2012,")
    (folder / "inputs.csv").write_text(lines, encoding="utf-8")
    table = '\n[[adopt]]\nrow = "XIE15-*"\nfor = "equivalent_factor"\necosystem = ""\nreason = "测试"\ndecided_by = "测试"\n'
    price = Coefficient("T-D", "standard_equivalent_value", first="2012-01-01", last="2012-12-31", price_year="2012",
                        value="3406.5", unit="CNY/hm2", source="law")  # fmt: skip
    (folder / "account.toml").write_text(other + table, encoding="utf-8")
    result = compute(read_account(folder, coefficients=[pack(tmp_path / "pack", [price])]))
    plain = compute(read_account(EXAMPLE))
    county = plain.account.counties[0].code
    for line in plain.account.ruleset.indicators:
        then = plain.value(line.value, county=county, item=line.item)
        now = result.value(line.value, county=county, item=line.item)
        assert (now.value, now.evidence) == (then.value, "assumed")
