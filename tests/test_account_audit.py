"""An account performed again: what was printed against what the engine has, with the arithmetic left visible."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from qhgep.auditing.account import AccountAudit, audit_account
from qhgep.auditing.account_report import account_remark, audit_account_text, comparison_markdown
from qhgep.auditing.relation import Recomputed
from qhgep.auditing.result import Finding
from qhgep.engine import compute
from qhgep.errors import QhgepError
from qhgep.interval import Interval
from qhgep.workbook.core.cells import LiveFormula
from qhgep.workbook.core.layout import a1
from qhgep.workbook.files import write_workbook
from qhgep.workbook.reports.account_audit import account_audit_sheets, write_account_audit
from tests.support import accounts, toy
from tests.support.accounts import Line
from tests.support.books import difference
from tests.support.command_line import COMMAND
from tests.support.printed import (
    COUNTY,
    FILE,
    SOIL_COEFFICIENTS,
    SOIL_LINES,
    SOIL_RULES,
    Printed,
    audit_soil,
    audit_toy,
    soil,
    soil_account,
    toy_account,
    write_printed,
)
from tests.support.result_bodies import whole
from tests.witness import formualizer

HUNDRED_MILLION = "1e8 CNY/yr"
NITROGEN = Printed("N", "soil_nitrogen_value", COUNTY, value="125.8199", unit=HUNDRED_MILLION)
PER_HEAD = Printed("P", "soil_per_person", COUNTY, value="9.72", unit="1e8 t")


def only(audit: AccountAudit, row: str, kind: str = "recomputed") -> Finding:
    return next(one for one in audit.findings if (one.row, one.kind) == (row, kind))


# 1. Numbers


def test_nitrogen_differs_by_less_than_the_roundings_of_mass_and_value_allow(tmp_path: Path) -> None:
    """38.86 ± 0.005 in 1e8 t, 0.37 % and 875 yuan exact: the half digit of the mass is 0.0161875e8 yuan."""
    found = only(audit_soil(tmp_path, NITROGEN), "N")
    assert found.recomputed == Fraction("38.86") * Fraction("0.0037") * 875 == Fraction("125.80925")
    assert found.difference == Fraction("125.8199") - Fraction("125.80925") == Fraction("0.01065")
    assert found.allowed == Fraction("0.005") * Fraction("0.0037") * 875 + Fraction("0.00005")
    assert found.allowed == Fraction("0.0162375")
    assert (found.verdict, found.beyond) == ("consistent", 0)


@pytest.mark.parametrize(
    ("printed", "verdict", "beyond"),
    [
        ("125.8254", "consistent", "0"),
        ("125.8255", "inconsistent", "125.82545 - 125.8254375"),
        ("125.7931", "consistent", "0"),
        ("125.7930", "inconsistent", "125.7930625 - 125.79305"),
        ("126", "consistent", "0"),
        ("1.258e2", "consistent", "0"),
    ],
)
def test_printed_and_recomputed_agree_where_their_intervals_meet(
    tmp_path: Path, printed: str, verdict: str, beyond: str
) -> None:
    """The recomputed interval is 125.80925 ± 0.0161875: from 125.7930625 to 125.8254375."""
    found = only(audit_soil(tmp_path, replace(NITROGEN, value=printed)), "N")
    parts = [Fraction(part) for part in beyond.split(" - ")]
    assert (found.verdict, found.beyond) == (verdict, parts[0] - sum(parts[1:]))


def test_with_rounded_prices_the_digits_of_coefficients_count_too(tmp_path: Path) -> None:
    """Above: 38.865 x 0.375 % x 875.5."""
    found = only(audit_soil(tmp_path, NITROGEN, prices="rounded"), "N")
    top = Fraction("38.865") * Fraction("0.00375") * Fraction("875.5")
    assert found.allowed == top - Fraction("125.80925") + Fraction("0.00005")


def test_a_quotient_carries_both_roundings(tmp_path: Path) -> None:
    """38.86 ± 0.005 over 6 ± 0.5 less 2: at most 38.865 / 3.5, at least 38.855 / 4.5."""
    found = only(audit_soil(tmp_path, PER_HEAD), "P")
    assert found.recomputed == Fraction("38.86") / 4
    assert found.allowed == Fraction("38.865") / Fraction("3.5") - Fraction("9.715") + Fraction("0.005")
    below = only(audit_soil(tmp_path, replace(PER_HEAD, value="9.71")), "P")
    assert below.allowed == Fraction("9.715") - Fraction("38.855") / Fraction("4.5") + Fraction("0.005")


def test_a_divisor_that_may_be_zero_leaves_no_bounds(tmp_path: Path) -> None:
    """0e1 is 0 ± 5, and less 2 it may be zero; 2 less 2 is zero, and then there is no value at all."""
    wide = (SOIL_LINES[0], Line("soil_heads", "0e1", "1"))
    found = only(audit_soil(tmp_path, PER_HEAD, inputs=wide), "P")
    assert (found.verdict, found.recomputed) == ("unchecked", Fraction("38.86") / -2)
    assert found.reason is not None
    assert found.reason.text() == (
        "printed.csv:2  输入的舍入可使除数为零，或使函数没有值：重算值没有界；有界的重算值；用位数更多的输入。"
    )
    zero = only(audit_soil(tmp_path, PER_HEAD, inputs=(SOIL_LINES[0], Line("soil_heads", "2", "1"))), "P")
    assert zero.reason is not None
    assert (zero.verdict, zero.recomputed, zero.reason.code) == ("unchecked", None, "audit_no_value")


def test_a_stated_zero_and_a_stated_county_figure_are_leaves(tmp_path: Path) -> None:
    """C states its sum of carbon value, 123456.789 ± 0.0005 yuan; the load of zero of A makes its removal exactly 0."""
    lines = (
        Printed("C", "toy_fixed_value_total", toy.C, value="123457", unit="CNY"),
        Printed("A", "toy_useful", toy.A, item=toy.NH3N, value="0.0", unit="t"),
    )
    audit = audit_toy(toy_account(tmp_path, lines))
    stated, zero = only(audit, "C"), only(audit, "A")
    assert stated.allowed == Fraction("0.0005") + Fraction("0.5")
    assert (zero.recomputed, zero.allowed, zero.verdict) == (0, Fraction("0.05"), "consistent")


def test_a_total_over_counties_adds_them_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    lines = [Printed(f"F-{code}", "toy_fixed_value_total", code, value="1", unit="CNY") for code in (toy.A, toy.B)]
    lines += [Printed("F", "toy_fixed_value_total", "*", value="2", unit="CNY")]
    lines += [Printed("G", "accounted_total", "*", value="2", unit="CNY")]
    audit = audit_toy(toy_account(tmp_path, lines, name="whole"))
    parts = [only(audit, f"F-{code}").recomputed or 0 for code in (toy.A, toy.B)]
    assert float(only(audit, "F").recomputed or 0) == pytest.approx(float(sum(parts)), rel=1e-14)
    assert (only(audit, "G").recomputed or 0) > (only(audit, "F").recomputed or 0)
    gone = only(audit_toy(toy_account(tmp_path, lines[2:])), "F")
    assert gone.verdict == "inconsistent"  # of what the ragged account has; the remark says what that leaves out
    assert "部分核算，未计入" in account_remark(audit_toy(toy_account(tmp_path, lines[2:])), gone, "zh")


# 2. Totals, shares, units


def test_a_printed_total_is_held_against_recomputed_and_against_printed_rows(tmp_path: Path) -> None:
    """125.8199 + 125.81 = 251.6299; recomputed 2 x 125.80925 = 251.6185."""
    lines = (
        NITROGEN,
        replace(NITROGEN, row="M", value="125.81"),
        Printed("T", value="251.64", unit=HUNDRED_MILLION, total_of="N M"),
    )
    audit = audit_soil(tmp_path, *lines)
    ours, theirs = only(audit, "T", "recomputed_sum"), only(audit, "T", "sum")
    assert (ours.recomputed, ours.difference) == (2 * Fraction("125.80925"), Fraction("251.64") - Fraction("251.6185"))
    rows = Fraction("0.00005") + Fraction("0.005")  # the total may have been added from the rounded rows
    assert ours.allowed == 2 * Fraction("0.0161875") + Fraction("0.005") + rows
    assert (ours.verdict, theirs.verdict) == ("consistent", "inconsistent")
    assert (theirs.recomputed, theirs.allowed) == (Fraction("251.6299"), rows + Fraction("0.005"))
    assert theirs.beyond == Fraction("251.635") - Fraction("251.6299") - rows


def test_what_a_total_takes_off_is_taken_off_with_its_rounding_added(tmp_path: Path) -> None:
    """Twice the nitrogen less once: the interval is 3 x 0.0161875 wide to either side, for each row counts for itself."""
    lines = (
        NITROGEN,
        replace(NITROGEN, row="M"),
        replace(NITROGEN, row="L"),
        Printed("T", value="125.85", unit=HUNDRED_MILLION, total_of="N M -L"),
    )
    found = only(audit_soil(tmp_path, *lines), "T", "recomputed_sum")
    assert (found.recomputed, found.verdict) == (Fraction("125.80925"), "consistent")
    assert found.allowed == 3 * Fraction("0.0161875") + Fraction("0.005") + 3 * Fraction("0.00005")


def test_more_digits_than_floats_have_are_no_disagreement(tmp_path: Path) -> None:
    """0.37 % is exact as printed; the float next to it is 0.0037000000000000002."""
    share = Printed("c", "soil_nitrogen", COUNTY, value=f"{0.0037:.19f}", unit="1")
    assert share.value == "0.0037000000000000002"
    assert audit_soil(tmp_path, share).consistent


def test_a_row_that_the_account_does_not_compute_only_enters_the_printed_total(tmp_path: Path) -> None:
    lines = (
        NITROGEN,
        Printed("food", value="3.0", unit=HUNDRED_MILLION),
        Printed("T", value="128.8", unit=HUNDRED_MILLION, total_of="N food | *"),
        Printed("D", value="122.8", unit=HUNDRED_MILLION, total_of="N -food"),
    )
    audit = audit_soil(tmp_path, *lines)
    assert [line.verdict for table in audit.tables for line in table.audit.lines] == [
        "consistent", "entry", "consistent", "consistent"
    ]  # fmt: skip
    assert [one.verdict for one in audit.findings if one.kind == "recomputed_sum"] == ["unchecked"] * 3
    reason = only(audit, "T", "recomputed_sum").reason
    assert reason is not None
    assert reason.text() == (
        "printed.csv:4  food 没有重算值；合计、占比所用的各行都有重算值；给这些行写 quantity，或只看印刷合计。"
    )


def test_a_share_is_held_against_recomputed_and_against_printed_rows(tmp_path: Path) -> None:
    """33.3 % of 377.4: printed 125.8199 / 377.4 = 33.338 %, recomputed exactly a third."""
    lines = (
        replace(NITROGEN, share="33.3", share_of="T"),
        replace(NITROGEN, row="M"),
        replace(NITROGEN, row="L"),
        Printed("T", value="377.4", unit=HUNDRED_MILLION, total_of="N M L"),
    )
    audit = audit_soil(tmp_path, *lines)
    ours, theirs = only(audit, "N", "recomputed_share"), only(audit, "N", "share")
    assert ours.recomputed == Fraction(100, 3)
    assert float(theirs.recomputed or 0) == pytest.approx(33.33861, abs=1e-5)
    assert [ours.verdict, theirs.verdict] == ["consistent", "consistent"]
    wrong = audit_soil(tmp_path, replace(lines[0], share="33.8"), *lines[1:])
    assert [one.verdict for one in wrong.findings if "share" in one.kind] == ["inconsistent", "inconsistent"]
    assert only(wrong, "N", "recomputed_share").repairs[0].proposed in {"33.3", "33.4"}


def test_a_part_does_not_vary_against_itself_in_its_share(tmp_path: Path) -> None:
    """A of A + B: at most A's upper end over that and B's lower end, not over the lower end of the whole."""
    lines = (
        Printed("A", "toy_fixed_value_total", toy.A, value="1", unit="CNY", share="50.0", share_of="T"),
        Printed("B", "toy_fixed_value_total", toy.B, value="1", unit="CNY"),
        Printed("T", "toy_fixed_value_total", "*", value="1", unit="CNY", share="100.0", share_of="T"),
        Printed("S", value="1", unit="CNY", total_of="A B"),
        Printed("A2", "toy_fixed_value_total", toy.A, value="1", unit="CNY", share="50.0", share_of="S"),
    )
    audit = audit_toy(toy_account(tmp_path, lines, name="whole"))
    a, b = (one.relation.extent for one in (only(audit, "A"), only(audit, "B")) if isinstance(one.relation, Recomputed))
    for row in ("A", "A2"):
        share = only(audit, row, "recomputed_share").relation
        assert isinstance(share, Recomputed)
        assert share.extent == Interval(a.low / (a.low + b.high), a.high / (a.high + b.low))
    whole = only(audit, "T", "recomputed_share")
    assert (whole.recomputed, whole.allowed, whole.verdict) == (100, Fraction("0.05"), "consistent")


def test_a_total_of_carbon_dioxide_and_of_tonnes_alike_is_read_in_the_printed_tonnes(tmp_path: Path) -> None:
    lines = (
        Printed("F", "toy_fixed_total", toy.A, value="1", unit="t"),
        Printed("U", "toy_useful_total", toy.A, value="1", unit="t"),
        Printed("T", value="1", unit="t", total_of="F U"),
        Printed("X", value="1", unit="hm2", total_of="F U"),
    )
    audit = audit_toy(toy_account(tmp_path, lines, name="whole"))
    parts = [only(audit, row).recomputed or 0 for row in ("F", "U")]
    assert only(audit, "T", "recomputed_sum").recomputed == sum(parts)
    assert only(audit, "X", "recomputed_sum").verdict == "dimension"


def test_a_share_of_another_kind_of_thing_cannot_be_checked(tmp_path: Path) -> None:
    audit = audit_soil(tmp_path, replace(NITROGEN, share="3", share_of="P"), PER_HEAD)
    reason = only(audit, "N", "recomputed_share").reason
    assert reason is not None
    assert reason.text() == "printed.csv:2  占比的分母为零，或二者单位不同；同类、不为零的分母；改正 share_of。"


def test_units_of_another_kind_are_errors_of_dimension(tmp_path: Path) -> None:
    lines = (
        replace(NITROGEN, unit="hm2"),
        replace(PER_HEAD, row="Q"),
        replace(NITROGEN, row="M"),
        Printed("T", value="5", unit=HUNDRED_MILLION, total_of="M Q"),
    )
    audit = audit_soil(tmp_path, *lines)
    area = only(audit, "N")
    assert (area.verdict, area.found_unit, area.unit) == ("dimension", "元/a", "hm2")
    assert area.repairs[0].slip == "unit"
    assert only(audit, "T", "recomputed_sum").verdict == "dimension"
    assert not audit.consistent


def test_a_tonne_without_its_substance_is_taken_for_the_one_of_the_quantity(tmp_path: Path) -> None:
    """Growth is carbon, fixation CO₂: `t` of either is read as the quantity means it, and the remark says so."""
    lines = [Printed("F", "toy_fixed_total", toy.A, value="1", unit="t")]
    found = only(audit_toy(toy_account(tmp_path, lines, name="whole")), "F")
    assert (found.verdict, found.untold) == ("inconsistent", "CO₂")


def test_nothing_printed_is_nothing_to_compare_and_still_shows_the_value(tmp_path: Path) -> None:
    found = only(audit_soil(tmp_path, replace(NITROGEN, value="", unit="")), "N")
    assert (found.verdict, found.recomputed, found.unit) == ("unchecked", Fraction("125.80925e8"), "元/a")
    assert found.reason is not None
    assert found.reason.text() == ("printed.csv:2  没有印刷值；印刷的数与单位；补 value 与 unit；只要重算值就不用管。")


# 3. Repairs and warnings


@pytest.mark.parametrize(
    ("printed", "unit", "slip", "proposed"),
    [
        ("152.8199", HUNDRED_MILLION, "swap", "125.8199 1e8 CNY/yr"),
        ("1.258199", HUNDRED_MILLION, "point", "125.8199 1e8 CNY/yr"),
        ("125.3199", HUNDRED_MILLION, "digit", "125.8199 1e8 CNY/yr"),
        ("125.8199", "万元", "scale", "125.8199 亿元"),
    ],
)
def test_the_smallest_slip_of_the_printed_figure_is_proposed_first(
    tmp_path: Path, printed: str, unit: str, slip: str, proposed: str
) -> None:
    found = only(audit_soil(tmp_path, replace(NITROGEN, value=printed, unit=unit)), "N")
    first = found.repairs[0]
    assert (first.row, first.column, first.slip, first.proposed, first.left) == ("N", "value", slip, proposed, 0)


def test_a_repair_that_a_printed_total_confirms_comes_before_a_cheaper_one(tmp_path: Path) -> None:
    """119.80 reads 125.80 only with two digits changed; 152.80 swapped fits row and total."""
    lines = (
        replace(NITROGEN, value="152.80"),
        replace(NITROGEN, row="M", value="125.81"),
        Printed("T", value="251.61", unit=HUNDRED_MILLION, total_of="N M"),
    )
    audit = audit_soil(tmp_path, *lines)
    assert {one.row for one in audit.faults} == {"N", "T"}
    assert only(audit, "N").repairs[0].left == 0
    assert only(audit, "T", "sum").repairs[0].row == "N"


def test_the_checks_of_the_result_and_implausible_values_are_warnings(tmp_path: Path) -> None:
    lines = (NITROGEN, Printed("S", "soil_kept", COUNTY, value="2.5e11", unit="t"))
    path = soil_account(tmp_path, lines)
    accounts.pack(tmp_path / "pack", (SOIL_COEFFICIENTS[0], replace(SOIL_COEFFICIENTS[1], value="8750", unit="CNY/kg")))
    audit = audit_account(path, coefficients=[tmp_path / "pack"], catalogue=soil())
    assert [(item.code, item.where) for item in audit.warnings] == [
        ("audit_price_bounds", "pack/rows.csv:3"), ("audit_quantity_bounds", f"{FILE}:3")
    ]  # fmt: skip
    assert audit.warnings[1].text() == (
        "printed.csv:3  S 的实物量 2.5e11 t，超出限值（0 至 100,000,000,000 t/a）；样例上限；核对数与单位；数值照算不改。"
    )
    ragged = audit_toy(toy_account(tmp_path / "toy", [Printed("A", "toy_season", toy.A, value="1.140", unit="1")]))
    assert ragged.result.checks
    assert ragged.warnings[: len(ragged.result.checks)] == ragged.result.checks


def test_a_partial_value_says_what_it_leaves_out(tmp_path: Path) -> None:
    lines = [Printed("F", "toy_fixed_value_total", toy.A, value="1.57e7", unit="CNY")]
    audit = audit_toy(toy_account(tmp_path, lines))
    assert only(audit, "F").verdict == "consistent"
    assert "部分核算，未计入 裸地、沼泽" in audit_account_text(audit, "zh")
    assert "partial, without bare_land, wetland.marsh" in audit_account_text(audit, "en")


# 4. The file


REFUSED = [
    (replace(NITROGEN, quantity="soil_nix"), (
        "printed.csv:2  soil_nix 不是本核算的量；规则集 rules 的量，或 accounted_total；"
        "检查拼写；本核算不算的行让 quantity 空着，写进合计的 total_of。"
    )),
    (replace(NITROGEN, county_code="632323"), (
        "printed.csv:2  样例保氮价值（soil_nitrogen_value）的 county_code = “632323”；本核算里的：632621；"
        "改正该栏；量没有的栏目空着，各县合计写 *。"
    )),
    (replace(NITROGEN, quantity="soil_nitrogen", county_code="*"), (
        "printed.csv:2  样例含氮量（soil_nitrogen）的 county_code = “*”；本核算里的：632621；"
        "改正该栏；量没有的栏目空着，各县合计写 *。"
    )),
    (replace(NITROGEN, period="2018"), (
        "printed.csv:2  样例保氮价值（soil_nitrogen_value）的 period = “2018”；本核算里的：2019；"
        "改正该栏；量没有的栏目空着，各县合计写 *。"
    )),
    (replace(NITROGEN, unit=""), (
        "printed.csv:2  value = “125.8199”，unit = “”；二者都写或都空，单位是登记的写法；补齐，或都留空。"
    )),
    (replace(NITROGEN, unit="text"), (
        "printed.csv:2  value = “125.8199”，unit = “text”；二者都写或都空，单位是登记的写法；补齐，或都留空。"
    )),
    (replace(NITROGEN, unit="apples"), (
        "printed.csv:2  单位 “apples” 不认识；认识的单位，最接近的是 people；改正写法；qhgep units 列出认识的单位。"
    )),
    (replace(NITROGEN, value="约 126"), (
        "printed.csv:2  value = “约 126” 不是数；照印刷写的数，如 1437.94、0.0380、3.08e4；没有印就留空；改正，文字写进 note。"
    )),
    (replace(NITROGEN, total_of="N"), "printed.csv:2  合计 N 把自己也加了进去；其他的行；改正 total_of。"),
    (replace(NITROGEN, share="3", share_of="T"), (
        "printed.csv:2  没有名为 T 的行；total_of、share_of 写表中的行名；检查拼写。"
    )),
    (replace(NITROGEN, quantity=""), (
        "printed.csv:2  N 没有 quantity，也不是合计、占比，也不进入任何合计；与本核算的一个量对应，或进入一个合计；"
        "补 quantity，或删去该行。"
    )),
    (replace(NITROGEN, row="a b"), (
        "printed.csv:2  行名是 “a b”；不重复、不含空格、不以 - 开头、不是 * 或 | 的名字；改正 row。"
    )),
    (("N", "soil_kept"), "printed.csv:2  这一行有 2 栏；14 栏；补齐或删去多余的逗号（含逗号的文字要加引号）。"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "says"), REFUSED, ids=range(len(REFUSED)))
def test_a_file_that_does_not_fit_the_account_is_refused(
    tmp_path: Path, line: Printed | tuple[str, ...], says: str
) -> None:
    with pytest.raises(QhgepError) as caught:
        audit_soil(tmp_path, line)
    assert str(caught.value) == says


def test_ecosystem_and_item_are_filled_exactly_where_the_quantity_has_them(tmp_path: Path) -> None:
    lines = [
        Printed("a", "toy_removed", toy.A, ecosystem=toy.GRASS, item="nox", value="1", unit="t"),
        Printed("b", "toy_removed", toy.A, ecosystem="tundra", item=toy.COD, value="1", unit="t"),
        Printed("c", "toy_season", toy.A, ecosystem=toy.GRASS, value="1", unit="1"),
        Printed("d", "toy_season", toy.A, item=toy.COD, value="1", unit="1"),
        Printed("e", "accounted_total", value="1", unit="CNY"),
    ]
    with pytest.raises(QhgepError) as caught:
        audit_toy(toy_account(tmp_path, lines))
    told = [(item.where, dict(item.facts)["column"]) for item in caught.value.problems]
    assert told == [
        ("printed.csv:2", "item"), ("printed.csv:3", "ecosystem"), ("printed.csv:4", "ecosystem"),
        ("printed.csv:5", "item"), ("printed.csv:6", "county_code"), ("printed.csv:6", "county_code"),
    ]  # fmt: skip


def test_totals_that_add_each_other_are_refused(tmp_path: Path) -> None:
    lines = (
        Printed("a", value="1", unit="CNY", total_of="b"),
        Printed("b", value="1", unit="CNY", total_of="c"),
        Printed("c", value="1", unit="CNY", total_of="a"),
    )
    with pytest.raises(QhgepError) as caught:
        audit_soil(tmp_path, *lines)
    assert [item.code for item in caught.value.problems] == ["audit_itself"] * 3


def test_all_problems_of_all_files_are_told_at_once_and_a_missing_file_is_one(tmp_path: Path) -> None:
    changes = {"published": f'["{FILE}", "two.csv", "gone.csv", "empty.csv"]'}
    path = accounts.write_account(tmp_path, SOIL_LINES, changes=changes, rules=SOIL_RULES)
    pack = accounts.pack(tmp_path / "pack", SOIL_COEFFICIENTS)
    write_printed(tmp_path, [replace(NITROGEN, value="x"), replace(NITROGEN, row="M", period="1", total_of="L")])
    write_printed(tmp_path, [replace(NITROGEN, unit="nix")], name="two.csv")
    write_printed(tmp_path, [], name="empty.csv")
    with pytest.raises(QhgepError) as caught:
        audit_account(path, coefficients=[pack], catalogue=soil())
    assert [(item.code, item.where) for item in caught.value.problems] == [
        ("audit_number", f"{FILE}:2"), ("published_cell", f"{FILE}:3"), ("audit_unknown", f"{FILE}:3"), ("unit_unlike", "two.csv:2"),
        ("file_missing", "gone.csv"), ("audit_empty", "empty.csv"),
    ]  # fmt: skip


def test_an_account_without_published_figures_has_nothing_to_audit(tmp_path: Path) -> None:
    path = accounts.write_account(tmp_path, SOIL_LINES, rules=SOIL_RULES)
    pack = accounts.pack(tmp_path / "pack", SOIL_COEFFICIENTS)
    with pytest.raises(QhgepError) as caught:
        audit_account(path, coefficients=[pack], catalogue=soil())
    assert str(caught.value) == (
        "account.toml  没有写 published；published = [“印刷值文件.csv”]；补写；栏目：qhgep formats published.csv。"
    )


def test_printed_figures_touch_neither_result_nor_run_id_nor_workbook(tmp_path: Path) -> None:
    books = []
    for value in ("125.8199", "1.0"):
        path = soil_account(tmp_path, [replace(NITROGEN, value=value)])
        result = compute(accounts.read_account(path, coefficients=[tmp_path / "pack"], catalogue=soil()))
        books.append((result.run_id, whole(result), write_workbook(result, tmp_path / "b.xlsx").read_bytes()))
    (tmp_path / FILE).unlink()
    result = compute(accounts.read_account(path, coefficients=[tmp_path / "pack"], catalogue=soil()))
    books.append((result.run_id, whole(result), write_workbook(result, tmp_path / "b.xlsx").read_bytes()))
    assert books[0] == books[1] == books[2]


# 5. What a user sees


def sample(folder: Path) -> AccountAudit:
    lines = (
        NITROGEN,
        replace(NITROGEN, row="M", value="152.8199", share="54.8", share_of="T", note="换行|竖线"),
        Printed("T", value="278.6398", unit=HUNDRED_MILLION, total_of="N M"),
        replace(PER_HEAD, unit="hm2"),
        replace(NITROGEN, row="Z", value="", unit=""),
        Printed("A", "accounted_total", "*", value="125.8", unit="亿元"),
    )
    return audit_soil(folder, *lines)


def test_the_table_shows_printed_recomputed_difference_allowed_and_verdict(tmp_path: Path) -> None:
    text = audit_account_text(sample(tmp_path), "zh").splitlines()
    assert text[:2] == ["测试账户", FILE]
    assert text[2].split() == ["行", "内容", "核对", "印刷值", "单位", "重算值", "差", "允许差", "结论", "说明"]
    assert re.split(r"\s{2,}", text[3]) == [
        "N", "样例保氮价值，玛沁县", "重算", "125.8199", "1e8 CNY/yr", "125.80925", "0.01065", "0.0162375", "一致"
    ]  # fmt: skip
    assert text[-1].startswith("6 行：量纲不符 1，不一致 2，一致 2，无法核对 1，只入合计 0；系数按印刷值；运行号 ")
    english = audit_account_text(sample(tmp_path), "en")
    assert "only a guess: M printed value 152.8199 1e8 CNY/yr → 125.8199 1e8 CNY/yr" in english
    assert "nothing is printed" in english


def test_the_markdown_table_has_one_line_per_comparison_in_either_language(tmp_path: Path) -> None:
    audit = sample(tmp_path)
    lines = comparison_markdown(audit).splitlines()
    assert lines[0] == "| 行 | 内容 | 核对 | 印刷值 | 单位 | 重算值 | 差 | 允许差 | 结论 |"
    assert lines[2] == (
        "| N | 样例保氮价值，玛沁县 | 重算 | 125.8199 | 1e8 CNY/yr | 125.80925 | 0.01065 | 0.0162375 | 一致 |"
    )
    assert len([line for line in lines if line.startswith("|")]) == 2 + len(audit.findings)
    english = comparison_markdown(audit, "en").splitlines()
    assert english[2].split(" | ")[-1] == "consistent |"
    assert {line.count("|") for line in english if line.startswith("|")} == {10}


def test_the_json_names_cell_verdict_and_reason(tmp_path: Path) -> None:
    audit = sample(tmp_path)
    read = whole(audit)
    assert (read["kind"], read["body"]["consistent"], read["run_id"]) == ("account_audit", False, audit.result.run_id)
    first = read["body"]["tables"][0]["rows"][0]
    assert {name: first[name] for name in ("row", "quantity", "county_code", "period", "verdict")} == {
        "row": "N", "quantity": "soil_nitrogen_value", "county_code": COUNTY, "period": "2019", "verdict": "consistent",
    }  # fmt: skip
    assert first["comparisons"][0]["recomputed"] == "125.80925"
    assert read["body"]["tables"][0]["rows"][4]["comparisons"][0]["reason"] == "没有印刷值"
    assert {FILE, "account.toml", "inputs.csv"} <= set(read["created_from"]["files"])


def test_the_workbook_recomputes_differences_verdicts_and_printed_sums_live(tmp_path: Path) -> None:
    audit = sample(tmp_path)
    path = write_account_audit(audit, tmp_path / "a.xlsx")
    recalculated = formualizer.recalculate(path)
    cells = {
        (sheet.name, a1(*place)): cell
        for sheet in account_audit_sheets(audit)
        for place, cell in sheet.cells.items()
        if isinstance(cell, LiveFormula)
    }
    assert set(cells) == set(recalculated)
    assert {cell.value for cell in cells.values() if isinstance(cell.value, str)} == {"一致", "不一致"}
    assert all((difference(cell, recalculated[place]) or 0) <= 1e-9 for place, cell in cells.items())
    assert None not in {difference(cell, recalculated[place]) for place, cell in cells.items()}
    assert path.read_bytes() == write_account_audit(audit, tmp_path / "b.xlsx").read_bytes()


def test_several_files_have_their_own_sheets(tmp_path: Path) -> None:
    changes = {"published": f'["{FILE}", "two.csv"]'}
    path = accounts.write_account(tmp_path, SOIL_LINES, changes=changes, rules=SOIL_RULES)
    pack = accounts.pack(tmp_path / "pack", SOIL_COEFFICIENTS)
    for name in (FILE, "two.csv"):
        write_printed(tmp_path, [NITROGEN], name=name)
    audit = audit_account(path, coefficients=[pack], catalogue=soil())
    assert [sheet.name for sheet in account_audit_sheets(audit)] == ["对照1", "印刷值1", "对照2", "印刷值2"]
    assert comparison_markdown(audit).count("| 行 |") == 2


PILOT = Path(__file__).parent.parent / "examples" / "pilot"


def pilot(folder: Path, change: Callable[[str], str] = str) -> Path:
    """The pilot example with one of its own results printed."""
    for file in PILOT.iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    path = folder / "account.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('inputs = ["', f'published = ["{FILE}"]\ninputs = ["', 1), encoding="utf-8")
    result = compute(accounts.read_account(path))
    total = result.value("accounted_total", county="*").value
    write_printed(folder, [Printed("T", "accounted_total", "*", value=change(f"{total:.0f}"), unit="CNY")])
    return path


@pytest.mark.parametrize("as_folder", [False, True], ids=["file", "folder"])
def test_the_verb_audits_an_account_by_file_or_folder(tmp_path: Path, *, as_folder: bool) -> None:
    path = pilot(tmp_path)
    run = CliRunner().invoke(COMMAND, ["--lang", "zh", "audit", str(path.parent if as_folder else path)])
    assert run.exit_code == 0
    assert "一致 1" in run.stdout


def test_the_verb_ends_with_3_where_a_figure_differs_and_1_where_it_cannot_be_read(tmp_path: Path) -> None:
    path, run = pilot(tmp_path, lambda text: f"9{text}"), CliRunner()
    out = [str(tmp_path / name) for name in ("o.xlsx", "o.json")]
    found = run.invoke(COMMAND, ["audit", str(path), "-o", out[0], "--json", out[1], "--prices", "rounded"])
    assert found.exit_code == 3
    assert json.loads(Path(out[1]).read_text(encoding="utf-8"))["body"]["prices"] == "rounded"
    assert Path(out[0]).is_file()
    pilot(tmp_path, lambda _: "x")
    refused = run.invoke(COMMAND, ["--lang", "zh", "audit", str(path)])
    assert refused.exit_code == 1
    assert "printed.csv:2  value = “x” 不是数" in refused.stderr
    assert run.invoke(COMMAND, ["audit", str(tmp_path / "gone.toml")]).exit_code == 1


def test_a_file_typed_by_hand_is_read_and_another_header_is_not(tmp_path: Path) -> None:
    path = soil_account(tmp_path, ())
    head = "row,quantity,county_code,period,ecosystem,item,value,unit,total_of,share,share_of,source,at,note"
    row = "N,soil_nitrogen_value,632621,,,,125.8199,亿元,,,,paper,表 3,"
    options = {"coefficients": [tmp_path / "pack"], "catalogue": soil()}
    (tmp_path / FILE).write_text(f"{head}\n{row}\n", encoding="utf-8")
    assert audit_account(path, **options).consistent  # type: ignore[arg-type] # named there
    (tmp_path / FILE).write_text(f"{head},colour\n{row},red\n", encoding="utf-8")
    with pytest.raises(QhgepError) as caught:
        audit_account(path, **options)  # type: ignore[arg-type] # named there
    assert [item.code for item in caught.value.problems] == ["file_header"]
