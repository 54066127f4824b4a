"""Published tables audited: the golden cases of the papers, each fault named, and the refusals."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from qhgep.auditing import Audit, Finding, audit_table
from qhgep.auditing.remarks import plain
from qhgep.errors import InputError
from qhgep.workbook.core.cells import LiveFormula
from qhgep.workbook.core.layout import a1
from qhgep.workbook.reports.table_audit import AUDITED, audit_sheets, write_audit
from tests.support.command_line import COMMAND
from tests.support.result_bodies import whole
from tests.witness import formualizer

TABLES = Path(__file__).parent / "audit"
FIELD = [TABLES.parent / "field" / f"{name}.csv" for name in (
    "N2-shandong-sea-2013", "bt2-gaotianyan-soil-unit-m2-per-hm2-refused", "c34-total-of-computed-products-false-alarm",
    "c34-total-of-unprinted-products-not-checkable", "factor-left-out-no-proposal", "mean-times-count-fault-missed",
)]  # fmt: skip
HEAD = "row,quantity,quantity_unit,price,price_unit,value,value_unit"


def audited(name: str) -> Audit:
    return audit_table(TABLES / f"{name}.csv")


def faults(audit: Audit) -> list[tuple[str, str, str]]:
    return [(fault.row, fault.kind, fault.verdict) for fault in audit.faults]


def found(audit: Audit, row: str, kind: str) -> Finding:
    return next(one for one in audit.findings if (one.row, one.kind) == (row, kind))


def table(folder: Path, *lines: str, head: str = HEAD) -> Path:
    path = folder / "t.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def test_notes_and_signatures_below_a_printed_table_are_no_rows_of_it(tmp_path: Path) -> None:
    """A row that is named like one and states something stays a row."""
    notes = ("注：数据来自省厅,,,,,,", "填表人：张三,,,,,,", "说明,,,,,,", "注 1  保留四位小数,,,,,,")
    audit = audit_table(table(tmp_path, "a,2,t,3,元/t,6,元", "说明费,1,t,5,元/t,5,元", *notes))
    assert [(line.row, one.verdict) for line in audit.lines for one in line.findings] == [
        ("a", "consistent"), ("说明费", "consistent"),
    ]  # fmt: skip


def test_of_the_23_priced_rows_of_ganzi_22_agree_and_the_sand_price_per_area_is_a_dimension_error() -> None:
    audit = audited("ganzi-2010-table3")
    priced = [one for one in audit.findings if one.kind == "line" and one.verdict != "unchecked"]
    assert len(priced) == 23
    assert [one.row for one in priced if one.verdict != "consistent"] == ["R-sand"]
    sand = found(audit, "R-sand", "line")
    assert (sand.verdict, sand.found_unit, sand.unit) == ("dimension", "元·t/m²", "1e8 CNY/yr")
    assert sand.repairs == ()


def test_the_allowed_gap_is_the_price_times_half_a_digit_of_the_quantity_and_half_a_digit_of_the_value() -> None:
    nitrogen = found(audited("ganzi-2010-table3"), "R-soil-N", "line")
    assert nitrogen.recomputed == Fraction("1437.94") * 10**4 * 875 / 10**8
    assert nitrogen.difference == Fraction("125.8199") - Fraction("125.81975")
    assert nitrogen.allowed == Fraction("0.005") * 10**4 * 875 / 10**8 + Fraction("0.00005")


@pytest.mark.parametrize(
    ("row", "allowed"),
    [("P-water-dom", "0.013050"), ("R-carbon", "1.900050"), ("R-sand", None), ("R-pest-gra", "0.00010625")],
)
def test_the_allowed_gaps_are_those_of_the_given_cases(row: str, allowed: str | None) -> None:
    assert found(audited("ganzi-2010-table3"), row, "line").allowed == (None if allowed is None else Fraction(allowed))


def test_the_provisioning_lines_of_ganzi_add_up_to_632_65_and_not_to_the_printed_632_64() -> None:
    audit = audited("ganzi-2010-table3")
    lines = "3.5400 540.6113 1.2117 50.5090 12.2875 2.3777 22.0760 0.0356"
    total = found(audit, "T-provisioning", "sum")
    assert total.recomputed == sum(Fraction(line) for line in lines.split()) == Fraction("632.6488")
    assert total.beyond == Fraction("632.6488") - 8 * Fraction("0.00005") - Fraction("632.645") == Fraction("0.0034")
    assert (total.repairs[0].slip, total.repairs[0].proposed) == ("last", "632.65 1e8 CNY/yr")
    assert faults(audit) == [("R-sand", "line", "dimension"), ("T-provisioning", "sum", "inconsistent")]


def test_industrial_water_beyond_the_whole_gdp_is_implausible_but_no_contradiction() -> None:
    audit = audited("ganzi-2010-table3")
    assert [(item.code, item.severity, item.where) for item in audit.warnings] == [
        ("audit_quantity_bounds", "warning", "ganzi-2010-table3.csv:3")
    ]
    assert "P-water-ind 的实物量 150.17 1e8 m3，超出限值（不大于 34.36）；123.7e8 CNY / 3.6" in audit.warnings[0].text()
    assert found(audit, "P-water-ind", "line").verdict == "consistent"


def test_what_the_author_did_with_the_sand_is_consistent_when_density_and_depth_are_stated() -> None:
    audit = audited("ganzi-2010-methods")
    sand = found(audit, "sand", "line")
    assert sand.recomputed == Fraction("779.42") * 10**4 / Fraction("1.28") / Fraction("0.1") * Fraction("3.75") / 10**8
    assert [one.verdict for one in audit.findings if one.row != "marsh-formula"] == ["consistent"] * 5


def test_the_marsh_formula_prints_10_000_m3_where_it_gives_m3() -> None:
    marsh = found(audited("ganzi-2010-methods"), "marsh-formula", "line")
    assert (marsh.verdict, marsh.recomputed) == ("inconsistent", Fraction("0.3") * 10**6 / 10**4)
    first = marsh.repairs[0]
    assert (first.slip, first.printed, first.proposed) == ("scale", "0.30e6 1e4 m3", "0.30e6 m3")


def test_every_row_and_column_of_the_ganzi_matrix_adds_up_and_the_wetland_column_is_unlikely() -> None:
    """1396.16 against 1396.13: eleven roundings allow 0.055; three standard deviations are 0.0287."""
    audit = audited("ganzi-2010-table4")
    assert faults(audit) == []
    sums = [one for one in audit.findings if one.kind == "sum"]
    assert len(sums) == 11 + 8 + 2
    wetland = found(audit, "TOTAL/wetland", "sum")
    column = "595.90 33.56 1.30 0.06 59.56 0.03 0.04 29.91 674.34 1.46"
    assert wetland.recomputed == sum(Fraction(cell) for cell in column.split()) == Fraction("1396.16")
    assert (wetland.difference, wetland.allowed) == (Fraction("-0.03"), 11 * Fraction("0.005"))
    assert [one.row for one in sums if one.unlikely] == ["TOTAL/wetland"]


def test_the_share_of_forest_is_21_32_percent_and_not_the_printed_21_33() -> None:
    audit = audited("ganzi-2010-areas")
    assert faults(audit) == [("forest", "share", "inconsistent")]
    share = found(audit, "forest", "share")
    assert share.recomputed == Fraction("31920.60") / Fraction("149687.70") * 100
    assert share.repairs[0].proposed == "21.32"


def test_baiyangdian_prints_yuan_per_tonne_for_water_in_cubic_metres() -> None:
    audit = audited("baiyangdian-2011")
    assert faults(audit) == [("B4", "line", "dimension")]
    water = found(audit, "B4", "line")
    assert [(one.column, one.printed, one.proposed) for one in water.repairs[:1]] == [
        ("price", "6.11 元/t", "6.11 元/m3")
    ]
    assert [item.code for item in audit.warnings] == ["audit_price_bounds"]
    assert found(audit, "B1", "line").missing == ("price",)
    assert (
        found(audit, "B8a", "line").recomputed
        == Fraction("61.92") * 10**4 * Fraction("11.31") * 12 * Fraction("0.8344") / 10**8
    )
    assert found(audit, "B5-mass", "line").recomputed == Fraction("3.74") * 10**4 * Fraction("1.63") * 12 / 44


def test_one_value_of_gaotianyan_is_cut_off_and_its_totals_are_added_from_rounded_rows() -> None:
    audit = audited("gaotianyan-2014")
    assert faults(audit) == [("CO2-value/coniferous", "line", "inconsistent")]
    cut = found(audit, "CO2-value/coniferous", "line")
    assert cut.recomputed == Fraction("9862.01") * Fraction("379.87") / 10**4
    assert plain(cut.recomputed) == "374.6281739"
    assert (cut.repairs[0].slip, cut.repairs[0].proposed) == ("last", "374.63 1e4 CNY")
    total = found(audit, "CO2/TOTAL", "line")
    assert total.allowed == Fraction("1.63") * 6 * Fraction("0.005") + 6 * Fraction("0.005")


def test_nine_indicators_of_gaotianyan_close_but_for_a_mass_that_is_priced_by_volume() -> None:
    """Every printed line and total within its rounding; 716.5 t of silt a hectare at 0.88 元/m³ forget the density."""
    audit = audited("gaotianyan-2014-nine")
    assert faults(audit) == [("soil-silt", "line", "dimension")]
    assert found(audit, "TOTAL", "sum").recomputed == Fraction("72030.15")
    assert found(audit, "dust/TOTAL", "sum").recomputed == Fraction("1817.19")  # 48.08 for SO2 are not in the total
    assert sum(one.verdict == "consistent" for one in audit.findings) == 22


@pytest.mark.parametrize(("name", "equations"), [("yinchuan", 5), ("weihe-2010", 28)])
def test_columns_of_coefficients_and_differences_add_up(name: str, equations: int) -> None:
    audit = audited(name)
    assert audit.consistent
    assert [one.verdict for one in audit.findings] == ["consistent"] * equations


def test_classes_of_one_total_that_imply_different_prices_are_named(tmp_path: Path) -> None:
    """23.83 and 98.98 10⁴ m³ at 0.92 are 21.92 and 91.06; with 9.106 the second has a tenth of the price of the first."""
    lines = ("a,23.83,1e4 m3,,,21.92,1e4 CNY,", "b,98.98,1e4 m3,,,{},1e4 CNY,", "T,122.81,1e4 m3,,,{},1e4 CNY,a b")
    head = "row,quantity,quantity_unit,price,price_unit,value,value_unit,total_of"
    same = audit_table(
        table(
            tmp_path,
            *(line.format(value) for line, value in zip(lines, ("", "91.06", "112.98"), strict=True)),
            head=head,
        )
    )
    assert [item.code for item in same.warnings] == []
    other = audit_table(
        table(
            tmp_path,
            *(line.format(value) for line, value in zip(lines, ("", "9.106", "31.03"), strict=True)),
            head=head,
        )
    )
    (told,) = [item for item in other.warnings if item.code == "audit_implied_price"]
    assert told.text().endswith(
        "T 把各类加在一起，而价值除以实物量所得的单价各类不同：a 至少是 b 的 9.993 倍；同一种东西一个单价（等级不同的除外）；"
        "核对各类是否漏乘、漏列或用了别的单价；数值照算不改。"
    )
    assert told.text("en") != told.text()


def test_carbon_priced_as_its_dioxide_is_found_and_the_unit_named(tmp_path: Path) -> None:
    """6.10e4 t CO2 at 1320 元/tCO2 is 0.805; the printed 0.22 needs 元/tC: 0.805 x 12/44 = 0.2196."""
    audit = audit_table(table(tmp_path, "a,6.10e4,tCO2,1320,元/tCO2,0.22,亿元", "b,6.10e4,tCO2,1320,元/tC,0.22,亿元"))
    assert faults(audit) == [("a", "line", "inconsistent")]
    assert (audit.repairs[0].column, audit.repairs[0].slip, audit.repairs[0].proposed) == (
        "price",
        "unit",
        "1320 元/tC",
    )


def test_a_tonne_priced_per_tonne_of_carbon_is_that_carbon(tmp_path: Path) -> None:
    audit = audit_table(table(tmp_path, "a,1.66e4,t,1320,CNY/tC,0.22,1e8 CNY", "b,1.66e4,tO2,1320,CNY/tC,0.22,1e8 CNY"))
    assert [(one.verdict, one.untold) for one in audit.findings] == [("consistent", "C"), ("dimension", "")]


def test_a_member_that_breaks_line_and_total_is_blamed_before_quantity_or_price(tmp_path: Path) -> None:
    """875 x 1437.94 is 125.8199; printed 152.8199, line and total fail: one slip of the value mends both."""
    lines = (
        "a,1437.94,1e4 t,875,CNY/t,152.8199,1e8 CNY,",
        "b,419.72,1e4 t,2800,CNY/t,117.5226,1e8 CNY,",
        "T,,,,,243.3425,1e8 CNY,*",
    )
    audit = audit_table(table(tmp_path, *lines, head=HEAD + ",total_of"))
    assert faults(audit) == [("a", "line", "inconsistent"), ("T", "sum", "inconsistent")]
    first = audit.repairs[0]
    assert (first.row, first.column, first.slip, first.proposed) == ("a", "value", "swap", "125.8199 1e8 CNY")
    assert (first.left, first.broken) == (0, 0)


def test_a_value_that_its_total_confirms_is_not_blamed(tmp_path: Path) -> None:
    lines = (
        "a,1473.94,1e4 t,875,CNY/t,125.8199,1e8 CNY,",
        "b,419.72,1e4 t,2800,CNY/t,117.5226,1e8 CNY,",
        "T,,,,,243.3425,1e8 CNY,a b",
    )
    audit = audit_table(table(tmp_path, *lines, head=HEAD + ",total_of"))
    assert (audit.repairs[0].column, audit.repairs[0].proposed) == ("quantity", "1437.94 1e4 t")


def test_prices_may_be_taken_as_rounded_too(tmp_path: Path) -> None:
    """100.00 x 1.3 is 130; 134 needs a price of 1.34, which is printed 1.3."""
    path = table(tmp_path, "a,100.00,t,1.3,CNY/t,134,CNY")
    assert not audit_table(path).consistent
    assert audit_table(path, prices="rounded").consistent


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    """Row c is 1 t x 2 yuan and b adds it to the 2 of a: neither is missing, though neither is printed."""
    lines = (
        "a,1,,2,CNY/t,2,CNY,,,",
        "b,,,,,,,a c,,",
        "c,1,t,2,CNY/t,,,,5,",
        "d,1,t,,,2,CNY,,,",
        "z,0,t,0,CNY/t,0,CNY,,0,z",
    )
    audit = audit_table(table(tmp_path, *lines, head=HEAD + ",total_of,share,share_of"))
    missing = [(one.row, one.kind, one.missing) for one in audit.findings if one.verdict == "unchecked"]
    assert missing == [
        ("a", "line", ("quantity_unit",)), ("c", "share", ("share_of",)), ("d", "line", ("price",)),
        ("z", "share", ("divisor",)),
    ]  # fmt: skip
    implied = [(one.row, one.kind, one.recomputed) for one in audit.findings if one.verdict == "implied"]
    assert implied == [("b", "sum", 4), ("c", "line", 2)]
    assert {verdict: count for verdict, count in audit.counts.items() if count} == {
        "consistent": 1, "implied": 2, "unchecked": 2
    }  # fmt: skip


REFUSED = [
    ("value,value_unit", (), "t.csv:1  表头缺少、多出或重复：row；必有 row，数的栏要有它的单位栏；可有 quantity,"),
    ("row,value", (), "t.csv:1  表头缺少、多出或重复：value_unit；"),
    ("row,price,value_unit", (), "t.csv:1  表头缺少、多出或重复：price_unit；"),
    (HEAD + ",colour", (), "t.csv:1  表头缺少、多出或重复：colour"),
    (HEAD, (), "t.csv  表里没有一行；至少一行印刷的数；补行。"),
    (HEAD, ("a b,,,,,1,CNY",), "t.csv:2  行名是 “a b”"),
    (HEAD, ("a,,,,,1,CNY", "a,,,,,1,CNY"), "t.csv:3  行名是 “a”"),
    (HEAD, ("a,约 3,t,,,1,CNY",), "t.csv:2  quantity = “约 3” 不是数"),
    (HEAD, ("a,3,apples,,,1,CNY",), "t.csv:2  单位 “apples” 不认识"),
    (HEAD + ",factor", ("a,3,t,,,1,CNY,/ 0 t/m3",), "t.csv:2  系数 “/ 0 t/m3” 读不懂"),
    (HEAD + ",low", ("a,,,,,1,CNY,3",), "t.csv:2  写了 low，却没有带单位的 quantity"),
    (HEAD + ",total_of", ("a,,,,,1,CNY,b",), "t.csv:2  没有名为 b 的行"),
    (HEAD + ",total_of", ("a,,,,,1,CNY,a",), "t.csv:2  合计 a 把自己也加了进去"),
    (HEAD, ("a,[b],,,,1,CNY",), "t.csv:2  没有名为 b 的行"),
    (HEAD, ("a,[a quantity],,,,1,CNY",), "t.csv:2  合计 a 把自己也加了进去"),
    (HEAD, ("a,[a share],,,,1,CNY",), "t.csv:2  quantity 写的是 “[a share]”；[行名] 即该行的 value，"),
    (HEAD, ("a,[b],t,,,1,CNY", "b,,,,,1,m3"), "t.csv:2  quantity 写的是 b value，单位却写 t；那个数的单位是 m3；"),
    (HEAD + ",exact", ("a,,,,,1,CNY,weight",), "t.csv:2  exact 里的 “weight” 读不懂；quantity、price、value、"),
    (HEAD + ",exact", ("a,,,,,1,CNY,value:10",), "t.csv:2  exact 里的 “value:10” 读不懂"),
    (HEAD + ",rounded", ("a,,,,,1,CNY,value:0",), "t.csv:2  rounded 里的 “value:0” 读不懂"),
    (HEAD + ",exact,rounded", ("a,,,,,1,CNY,value,value",), "t.csv:2  rounded 里的 “value” 读不懂"),
    (HEAD, ("*,,,,,1,CNY",), "t.csv:2  行名是 “*”"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "lines", "says"), REFUSED)
def test_a_table_that_cannot_be_read_is_refused_with_place_and_advice(
    tmp_path: Path, head: str, lines: tuple[str, ...], says: str
) -> None:
    with pytest.raises(InputError) as caught:
        audit_table(table(tmp_path, *lines, head=head))
    assert str(caught.value).startswith(says)


def test_all_problems_of_a_table_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        audit_table(table(tmp_path, "a,x,t,,,1,CNY", "b,1,nix,,,1,CNY"))
    assert [item.code for item in caught.value.problems] == ["audit_number", "unit_unlike"]


@pytest.mark.parametrize(("name", "code"), [("account.toml", "audit_account"), ("gone.csv", "file_missing")])
def test_an_account_and_a_file_that_is_not_there_are_refused(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        audit_table(tmp_path / name)
    assert [item.code for item in caught.value.problems] == [code]


@pytest.mark.parametrize(("name", "code"), [("yinchuan", 0), ("gaotianyan-2014", 3), ("gone", 1)])
def test_the_verb_ends_with_0_where_all_agrees_3_where_not_1_where_unreadable(name: str, code: str) -> None:
    assert CliRunner().invoke(COMMAND, ["audit", str(TABLES / f"{name}.csv")]).exit_code == code


def test_the_verb_prints_a_table_in_either_language_or_json() -> None:
    path, run = str(TABLES / "gaotianyan-2014.csv"), CliRunner()
    assert "不一致 1，一致 29" in run.invoke(COMMAND, ["--lang", "zh", "audit", path]).stdout
    assert (
        "perhaps CO2-value/coniferous value 374.62 1e4 CNY → 374.63"
        in run.invoke(COMMAND, ["--lang", "en", "audit", path]).stdout
    )
    read = json.loads(run.invoke(COMMAND, ["audit", path, "--json", "-"]).stdout)
    assert read == whole(audited("gaotianyan-2014"))
    assert (read["kind"], read["body"]["consistent"], read["body"]["counts"]["inconsistent"]) == ("audit", False, 1)


NAMES = sorted(str(path.relative_to(TABLES.parent)) for path in (*TABLES.glob("*.csv"), *FIELD))


@pytest.mark.parametrize("name", NAMES)
def test_the_workbook_recomputes_every_equation_live(name: str, tmp_path: Path) -> None:
    audit = audit_table(TABLES.parent / name)
    path = write_audit(audit, tmp_path / "a.xlsx")
    recalculated = formualizer.recalculate(path)
    cells = [
        (place, cell)
        for sheet in audit_sheets(audit)
        for place, cell in sheet.cells.items()
        if isinstance(cell, LiveFormula)
    ]
    assert len(cells) == len(recalculated)
    for place, cell in cells:
        value = recalculated[AUDITED, a1(*place)]
        assert isinstance(value, float)
        assert isinstance(cell.value, float)
        assert value == pytest.approx(cell.value, rel=1e-9, abs=1e-9 * max(cell.scale, 1e-3))


def test_the_workbook_of_a_table_always_has_the_same_bytes(tmp_path: Path) -> None:
    one, two = (write_audit(audited("baiyangdian-2011"), tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert one == two
