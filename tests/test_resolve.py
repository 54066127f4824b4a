"""Which row gives the value of a coefficient: dates, regions, ecosystems, documents, decisions. No guess."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhgep.coefficient_store import Adoption, Coefficients, Resolved, Row, resolve
from qhgep.errors import CoefficientError, NoValue
from qhgep.evidence import EVIDENCE, LEVELS
from qhgep.expr import Fallback, Quantity
from qhgep.quantities import coefficient, constant
from qhgep.units import spelled
from tests.support.accounts import Coefficient

SHARE = Coefficient("T-1", "share", ecosystem="grassland", value="0.5")
IN_2019 = (date(2019, 1, 1), date(2019, 12, 31))
COUNTY = "632621"
ADOPT = Adoption("T-1", "", "", "share", "", "", (), "测试", "测试", "account.toml [[adopt]] 1")


def quantity(fallback: Fallback = "none") -> Quantity:
    return coefficient(
        "share", "1", axes="county year ecosystem", zh="系数", tex="s", fallback=fallback
    )  # fmt: skip


def row(entry: Coefficient, line: int = 2) -> Row:
    names = (
        "row",
        "key",
        "region_code",
        "ecosystem",
        "item",
        "from",
        "to",
        "known_since",
        "price_year",
        "value",
    )
    fields = dict(zip((*names, "low", "high", "unit", "source", "at", "origin", "evidence"), entry.cells, strict=False))
    return Row.model_validate({**fields, "file": "t.csv", "line": line}).measured(
        spelled(entry.unit).unit, constant=False
    )


def store(*entries: Coefficient) -> Coefficients:
    return Coefficients(tuple(row(entry, number) for number, entry in enumerate(entries, start=2)), {}, {}, {})


def ask(
    *entries: Coefficient,
    on: date | tuple[date, date] = IN_2019,
    ecosystem: str = "grassland",
    fallback: Fallback = "allowed",
    adoptions: tuple[Adoption, ...] = (),
    documents: tuple[str, ...] = (),
) -> Resolved:
    found = store(*entries)
    cell = {"county": COUNTY, "ecosystem": ecosystem}
    return resolve(found, quantity(fallback), on=on, adoptions=adoptions, documents=documents, **cell)  # type: ignore[arg-type] # texts


def nothing(*entries: Coefficient, **question: object) -> str:
    with pytest.raises(NoValue) as caught:
        ask(*entries, **question)  # type: ignore[arg-type] # as ask
    return caught.value.text()


def test_before_the_first_day_in_force_there_is_no_value_and_never_zero() -> None:
    """早于首个生效日时没有系数，报错而不取 0。"""
    assert nothing(SHARE, on=date(2018, 12, 31)) == (
        "t.csv:2  系数（share）在 2018-12-31、632621，grassland 没有值；一个当时当地有效的系数行；"
        "已有的行：T-1（t.csv:2，全国，grassland，2019-01-01 至 2019-12-31）；"
        "补充系数行；借用的在决定表里选定，没有决定表的在 account.toml 写 [[adopt]]。"
    )


@pytest.mark.parametrize("day", [date(2019, 1, 1), date(2019, 7, 1), date(2019, 12, 31)])
def test_a_row_holds_from_its_first_to_its_last_day(day: date) -> None:
    assert ask(SHARE, on=day).value == Fraction(1, 2)


def test_after_the_last_day_there_is_no_value_and_not_the_nearest_year() -> None:
    told = nothing(SHARE, replace(SHARE, row="T-2", first="2021-01-01", last="2021-12-31"), on=date(2020, 6, 1))
    assert told.startswith("t.csv:2  系数（share）在 2020-06-01、632621，grassland 没有值；")
    assert "T-1（t.csv:2，全国，grassland，2019-01-01 至 2019-12-31）；T-2（t.csv:3" in told


def test_a_row_that_holds_for_a_part_of_the_period_does_not_hold_for_the_period() -> None:
    half = replace(SHARE, last="2019-06-30")
    assert "在 2019-01-01 至 2019-12-31、632621，grassland 没有值" in nothing(half)
    assert ask(half, on=date(2019, 6, 30)).row.row == "T-1"


def test_a_store_without_any_row_of_the_key_says_so() -> None:
    assert nothing() == (
        "系数（share）在 2019-01-01 至 2019-12-31、632621，grassland 没有值；"
        "一个当时当地有效的系数行；已有的行：-；补充系数行；借用的在决定表里选定，没有决定表的在 account.toml 写 [[adopt]]。"
    )


REGIONS = {"632621": "county", "632600": "prefecture", "630000": "province", "": "nation"}


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("fallback", ["none", "confirm", "allowed"])
def test_a_wider_region_serves_only_where_the_key_allows_it(region: str, fallback: Fallback) -> None:
    entry = replace(SHARE, region=region)
    if region == COUNTY or fallback == "allowed":
        assert ask(entry, fallback=fallback).row.region_code == region
    else:
        assert "没有值" in nothing(entry, fallback=fallback)


def test_the_nearest_region_comes_first_and_a_neighbour_never() -> None:
    rows = [replace(SHARE, row=f"T-{code}", region=code) for code in ("", "630000", "632600", "632621")]
    for number in range(4):
        nearest = rows[: 4 - number]
        assert ask(*nearest).row.row == nearest[-1].row
    assert "没有值" in nothing(replace(SHARE, region="632622"))


def test_the_nearest_region_is_not_passed_over_for_a_wider_one_of_another_date() -> None:
    old = replace(SHARE, row="T-9", region=COUNTY, first="2010-01-01", last="2010-12-31")
    assert ask(old, SHARE).row.row == "T-1"
    assert "没有值" in nothing(old, SHARE, fallback="none")


@pytest.mark.parametrize(
    ("written", "asked", "serves"),
    [
        ("grassland", "grassland", True),
        ("grassland", "grassland.alpine_meadow", False),
        ("grassland.*", "grassland.alpine_meadow", True),
        ("grassland.*", "grassland", True),
        ("grassland.*", "grasslands", False),
        ("grassland.alpine_meadow", "grassland", False),
        ("wetland.*", "grassland", False),
    ],
)
def test_a_row_for_an_ecosystem_serves_those_below_it_only_where_it_is_written_with_a_star(
    written: str, asked: str, *, serves: bool
) -> None:
    entry = replace(SHARE, ecosystem=written)
    if serves:
        assert ask(entry, ecosystem=asked).row.ecosystem == written
    else:
        assert "没有值" in nothing(entry, ecosystem=asked)


def test_of_two_sources_the_one_earlier_in_the_documents_wins() -> None:
    rows = (SHARE, replace(SHARE, row="T-2", source="law", value="0.25"))
    assert ask(*rows, documents=("law", "paper")).row.row == "T-2"
    assert ask(*rows, documents=("other", "paper", "law")).row.row == "T-1"
    assert ask(*rows, documents=("law",)).row.row == "T-2"


@pytest.mark.parametrize("documents", [(), ("other",)])
def test_two_sources_without_an_order_contend(documents: tuple[str, ...]) -> None:
    with pytest.raises(CoefficientError) as caught:
        ask(SHARE, replace(SHARE, row="T-2", source="law"), documents=documents)
    assert caught.value.text() == (
        "t.csv:2  系数（share）有几个值可用而没有选定：T-1（t.csv:2，paper）、T-2（t.csv:3，law）；一个值；删去不用的行；"
        "都要留的，在决定表里选定一行，没有决定表的在 account.toml 写 [[adopt]]，或在规则集的 documents 里排出先后。"
    )
    assert caught.value.text("en") == (
        "t.csv:2  share has several values and none is chosen: T-1 (t.csv:2, paper), T-2 (t.csv:3, law); one value; "
        "delete the rows that are not used; to keep all choose one on the sheet of decisions, or without one write an "
        "[[adopt]] entry in account.toml, or put the documents of the ruleset in order."
    )


def test_two_rows_of_the_first_document_contend_as_well() -> None:
    rows = (SHARE, replace(SHARE, row="T-2", first="2018-01-01"), replace(SHARE, row="T-3", source="law"))
    with pytest.raises(CoefficientError, match=r"T-1（t\.csv:2，paper）、T-2（t\.csv:3，paper）、T-3（t\.csv:4，law）"):
        ask(*rows, documents=("paper", "law"))


def test_an_adopted_row_of_elsewhere_is_transferred_and_assumed_and_keeps_its_id() -> None:
    far = replace(SHARE, region="513300", first="2010-01-01", last="2010-12-31", ecosystem="grassland.alpine_meadow")
    found = ask(far, adoptions=(ADOPT,), fallback="none")
    assert (found.row.row, found.origin, found.evidence, found.adoption) == (
        "T-1",
        "transferred",
        "assumed",
        ADOPT,
    )


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"region": "632622"},
        {"last": "2018-12-31", "first": "2018-01-01"},
        {"ecosystem": "shrub"},
        {"item": "cod"},
    ],
    ids=str,
)
def test_another_region_period_ecosystem_or_item_is_elsewhere(elsewhere: dict[str, str]) -> None:
    found = ask(replace(SHARE, **elsewhere), adoptions=(ADOPT,))
    assert (found.origin, found.evidence) == ("transferred", "assumed")


@pytest.mark.parametrize(
    ("fallback", "evidence"), [("none", "assumed"), ("confirm", "published"), ("allowed", "published")]
)
def test_a_decision_confirms_a_wider_region_only_for_a_key_that_may_fall_back(
    fallback: Fallback, evidence: str
) -> None:
    assert ask(SHARE, adoptions=(ADOPT,), fallback=fallback).evidence == evidence


def test_a_decision_comes_before_what_is_in_force() -> None:
    own = replace(SHARE, row="T-2", region=COUNTY, value="0.1")
    assert ask(SHARE, own, adoptions=(ADOPT,)).row.row == "T-1"


@pytest.mark.parametrize(
    ("narrowed", "reaches"),
    [
        ({"counties": (COUNTY,)}, True),
        ({"counties": ("632622",)}, False),
        ({"ecosystem": "grassland"}, True),
        ({"ecosystem": "shrub"}, False),
        ({"ecosystem": "grassland.*"}, True),
        ({"item": "cod"}, False),
        ({"target": "another"}, False),
    ],
    ids=str,
)
def test_a_decision_reaches_the_cells_it_names(narrowed: dict[str, str], *, reaches: bool) -> None:
    far = replace(SHARE, region="513300")
    decision = replace(ADOPT, **narrowed)  # type: ignore[arg-type] # texts and a tuple of them
    if reaches:
        assert ask(far, adoptions=(decision,)).adoption is decision
    else:
        assert "没有值" in nothing(far, adoptions=(decision,))


def test_a_decision_that_names_no_row_of_the_store_is_told_where_it_stands() -> None:
    with pytest.raises(CoefficientError) as caught:
        ask(SHARE, adoptions=(replace(ADOPT, row="T-9"),))
    assert caught.value.text() == (
        "account.toml [[adopt]] 1  [[adopt]] 引用的系数行 T-9 不存在；系数表里的行号；"
        "检查行号，或用 --coefficients 加入该行。"
    )


@given(
    st.sampled_from(sorted(EVIDENCE)),
    st.sampled_from(["stated", "computed"]),
    st.sampled_from([*REGIONS, "513300"]),
    st.sampled_from(["none", "confirm", "allowed"]),
    st.sampled_from(["", "decided"]),
    st.sampled_from(["2019-01-01", "2010-01-01"]),
)
def test_nothing_is_upgraded(
    evidence: str,
    origin: str,
    region: str,
    fallback: Fallback,
    decided: str,
    first: str,
) -> None:
    entry = replace(SHARE, evidence=evidence, origin=origin, region=region, first=first, last=first[:4] + "-12-31")
    try:
        found = ask(entry, fallback=fallback, adoptions=(ADOPT,) if decided else ())
    except NoValue:
        return
    assert LEVELS.index(found.evidence) >= LEVELS.index(evidence)
    assert found.origin == origin or (found.origin, found.evidence) == ("transferred", "assumed")
    assert found.value == Fraction(1, 2)


def test_a_row_without_any_date_is_in_force_on_no_day_and_serves_by_a_decision_only() -> None:
    """A paper that names no period gives no value of itself: it is brought in, and then it is assumed."""
    undated = replace(SHARE, first="", last="")
    assert "T-1（t.csv:2，全国，grassland，不注期间）" in nothing(undated)
    brought = ask(undated, adoptions=(ADOPT,))
    assert (brought.origin, brought.evidence) == ("transferred", "assumed")


def constant_of(*entries: Coefficient, county: str = COUNTY, documents: tuple[str, ...] = ()) -> Resolved:
    number = constant("share", "1", axes="ecosystem", zh="公式中的常数", tex="s")
    found = store(*entries)
    found = replace(found, rows=tuple(row.model_copy(update={"constant": True}) for row in found.rows))
    where = {"county": county, "ecosystem": "grassland"}
    return resolve(found, number, on=(date.min, date.max), documents=documents, **where)  # type: ignore[arg-type] # texts


@pytest.mark.parametrize("county", [COUNTY, "513300", "no-code"])
def test_a_constant_of_a_formula_holds_everywhere_and_in_a_mean_period_too(county: str) -> None:
    found = constant_of(replace(SHARE, first="", last=""), county=county)
    assert (found.value, found.origin, found.evidence) == (Fraction(1, 2), "stated", "published")


def test_two_documents_that_print_a_constant_differently_need_an_order() -> None:
    """0.3436 and 0.3464 (reference, section 10, misprint 10): nothing is chosen in silence."""
    rows = [replace(SHARE, first="", last="", row=f"T-{name}", source=name) for name in ("one", "other")]
    with pytest.raises(CoefficientError, match=r"T-one（t\.csv:2，one）、T-other（t\.csv:3，other）"):
        constant_of(*rows)
    assert constant_of(*rows, documents=("other", "one")).row.row == "T-other"
