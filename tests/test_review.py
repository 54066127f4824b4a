"""coefficients --review: a small hand-made store where the answer is known by hand."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from qhgep.coefficient_store import Coefficients, Row, Source
from qhgep.packs.report import review_text
from qhgep.packs.review import FAR, Review, review
from tests.support.accounts import Coefficient, pack
from tests.support.result_bodies import body
from tests.test_cli import run
from tests.test_resolve import row

COST = Coefficient("C-1", "cost", price_year="2010", value="7.06", unit="CNY/m3", source="early")
# Of two values the median lies between: (7.06 + 82.18) / 2 = 44.62. 44.62 / 7.06 = 6.3 is above 3, 82.18 / 44.62 = 1.8 is not.
ENTRIES = (
    replace(COST, row="C-2", value="82.18", source="late", evidence="secondary"),
    COST,
    # Of three values the median is the middle one, 10: 30 is three times that and no more, 30.1 would be.
    replace(
        COST,
        row="S-1",
        key="share",
        ecosystem="grassland",
        value="10",
        source="bare",
        evidence="assumed",
        origin="chosen",
    ),
    replace(COST, row="S-2", key="share", ecosystem="grassland", value="9", source="early"),
    replace(COST, row="S-3", key="share", ecosystem="grassland", value="30", source="early"),
    # Alone in its ecosystem, and alone with its item: nothing to compare with.
    replace(COST, row="S-4", key="share", ecosystem="shrub", value="1000", source="late"),
    replace(
        COST, row="S-5", key="share", ecosystem="grassland", item="cod", value="1000", source="", evidence="unconfirmed"
    ),
)


def source(name: str, checked: date, address: str = "example.org") -> Source:
    return Source(id=name, title=f"题名 {name}", kind="paper", address=address, checked=checked)


def store(*entries: Coefficient) -> Coefficients:
    rows = tuple(row(entry, line) for line, entry in enumerate(entries, start=2))
    known = [source("late", date(2025, 2, 1)), source("early", date(2024, 1, 31)), source("bare", date(2024, 6, 1), "")]
    return Coefficients(rows, {item.id: item for item in known}, {}, {})


@pytest.fixture(scope="module")
def found() -> Review:
    return review(store(*ENTRIES))


def ids(rows: tuple[Row, ...]) -> list[str]:
    return [item.row for item in rows]


def test_rows_are_counted_by_evidence_and_by_origin(found: Review) -> None:
    assert found.rows == 7
    assert dict(found.evidence) == {
        "primary": 0, "declared": 0, "published": 4, "secondary": 1, "unconfirmed": 1, "assumed": 1,
    }  # fmt: skip
    assert dict(found.origin) == {"stated": 6, "computed": 0, "transferred": 0, "chosen": 1}


def test_sources_stand_in_the_order_of_their_last_check(found: Review) -> None:
    assert [(item.checked.isoformat(), item.source, ids(item.rows)) for item in found.sources] == [
        ("2024-01-31", "early", ["C-1", "S-2", "S-3"]),
        ("2024-06-01", "bare", ["S-1"]),
        ("2025-02-01", "late", ["C-2", "S-4"]),
    ]


def test_what_hangs_on_a_source_without_address_or_on_none_is_listed(found: Review) -> None:
    assert [(item.source, ids(item.rows)) for item in found.without_address] == [("bare", ["S-1"])]
    assert ids(found.unregistered) == ["S-5"]


def test_a_value_far_from_the_median_of_its_kind_is_shown_with_all_values_sorted(found: Review) -> None:
    (spread,) = found.spreads
    assert (spread.key, spread.median) == ("cost", Fraction(4462, 100))
    assert [(item.row, str(item.value)) for item in spread.rows] == [("C-1", "7.06"), ("C-2", "82.18")]
    assert ids(spread.far) == ["C-1"]


@pytest.mark.parametrize(
    ("values", "far"),
    [
        (["10", "10", "30"], []),
        (["10", "10", "30.1"], ["30.1"]),
        (["10", "10", "3.34"], []),
        (["10", "10", "3.33"], ["3.33"]),
        (["10"], []),
        (["0", "10", "10"], ["0"]),
        (["0", "0", "1"], ["1"]),
        (["0", "0"], []),
        (["-10", "-10", "-20"], []),
        (["-10", "-10", "20"], ["20"]),
    ],
)
def test_far_is_above_a_factor_of_three_either_way(values: list[str], far: list[str]) -> None:
    assert FAR == 3
    entries = [replace(COST, row=f"C-{number}", value=text) for number, text in enumerate(values)]
    told = review(store(*entries)).spreads
    assert [str(item.value) for spread in told for item in spread.far] == far


def test_the_review_as_a_table(found: Review) -> None:
    lines = review_text(found, "zh").splitlines()
    assert lines[0] == "系数 7 行"
    assert "文献    4  57.1%" in lines
    assert "来源，按核对日期从早到晚  3" in lines
    assert "2024-01-31  early  3  题名 early" in lines
    assert "bare  题名 bare  1： S-1" in lines
    assert lines[-3:] == [
        "与同类相差悬殊的值（与中位数之比超过 3 倍，* 标出）  2",
        "cost  *  7.06 CNY/m3   2010 价    C-1  early  t.csv:3",
        "cost     82.18 CNY/m3  2010 价    C-2  late   t.csv:2",
    ]
    assert "published    4  57.1%" in review_text(found, "en").splitlines()


def test_an_empty_store_has_nothing_to_review() -> None:
    assert review_text(review(store()), "zh").splitlines()[-1].endswith("  —")


def test_the_review_as_json_names_every_value_of_a_kind(found: Review) -> None:
    assert body(found)["far"] == [
        {
            "key": "cost", "ecosystem": "", "item": "", "median": 44.62, "far": ["C-1"],
            "values": [
                {"row": "C-1", "key": "cost", "value": "7.06", "unit": "CNY/m3", "place": "t.csv:3"},
                {"row": "C-2", "key": "cost", "value": "82.18", "unit": "CNY/m3", "place": "t.csv:2"},
            ],
        }
    ]  # fmt: skip


def test_the_command_reviews_the_store_with_a_pack_over_it(tmp_path: Path) -> None:
    """The Garzê reservoir cost is 7.06 元/m³; a pack states 82.18 for the nation and 7.5 for another place."""
    mine = [
        Coefficient("MY-1", "reservoir_cost", price_year="2019", value="82.18", unit="CNY/m3"),
        Coefficient("MY-2", "reservoir_cost", "632621", price_year="2019", value="7.5", unit="元/m3"),
    ]
    data = tmp_path / "review.json"
    found = run("coefficients", "review", "--coefficients", pack(tmp_path / "pack", mine), "--json", data)
    assert (found.exit_code, found.stderr) == (0, "")
    assert "82.18 CNY/m3" in found.stdout
    content = json.loads(data.read_text(encoding="utf-8"))
    assert (content["schema"], content["kind"]) == ("qhgep/coefficient_review/2", "coefficient_review")
    (cost,) = [item for item in content["body"]["far"] if item["key"] == "reservoir_cost"]
    assert "MY-1" in cost["far"]
    mine_and_theirs = [item["row"] for item in cost["values"] if item["row"] in {"GZ-05", "MY-1", "MY-2"}]
    assert mine_and_theirs == ["GZ-05", "MY-2", "MY-1"]
