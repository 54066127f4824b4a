"""Every one of the 570 researched rows is in the store or named in not_used.csv with the reason; nothing is upgraded."""

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

from qhgep.catalogue import shipped
from qhgep.cli.tables import selected_rows
from qhgep.coefficient_store import Row
from qhgep.coefficient_store.files import not_used
from qhgep.data import data_folder
from qhgep.errors import CoefficientError
from qhgep.evidence import RANK
from qhgep.packs.library import coefficients, where_used
from qhgep.units import is_no_unit, reads

FACTS = Path(__file__).with_name("facts") / "coefficients.csv"
"""The researched rows, trimmed to what is compared: id, value, low, high, unit, ecosystem, year, status, address recorded."""
# The strongest evidence that a status allows (the mapping of the facts' README); INFERRED takes that of its weakest parent.
STRONGEST = {"VERIFIED": "primary", "INFERRED": "published", "RECALLED": "unconfirmed"}


def facts() -> dict[str, Mapping[str, str]]:
    with FACTS.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def in_store() -> dict[str, Row]:
    return {row.row: row for row in coefficients().rows if row.row in facts()}


def is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace("e-", "", 1).lstrip("-").isdigit()


def test_each_of_the_570_rows_is_in_the_store_or_not_used_with_a_reason_and_never_both() -> None:
    used, unused = set(in_store()), set(not_used())
    assert len(facts()) == 570
    assert sorted(set(facts()) - used - unused) == []
    assert sorted(used & unused) == []
    assert sorted(unused - set(facts())) == []
    assert all(reason.strip() for reason in not_used().values())


def test_the_digits_of_a_used_row_are_the_digits_of_the_fact() -> None:
    assert [
        (key, str(row.value), fact["value"])
        for key, row in in_store().items()
        if row.value != row.value.__class__((fact := facts()[key])["value"])
    ] == []


def test_the_range_of_a_used_row_is_the_range_of_the_fact() -> None:
    for key, row in in_store().items():
        ends = tuple("" if end is None else str(end) for end in (row.low, row.high))
        assert ends == (facts()[key]["low"], facts()[key]["high"]), key


@pytest.mark.long
@pytest.mark.parametrize("status", STRONGEST)
def test_no_evidence_is_stronger_than_the_status_of_the_fact_allows(status: str) -> None:
    rows = [(key, row) for key, row in in_store().items() if facts()[key]["status"] == status]
    assert rows
    assert [key for key, row in rows if RANK[row.evidence] < RANK[STRONGEST[status]]] == []


def test_a_fact_whose_address_is_not_recorded_is_at_most_secondary() -> None:
    rows = [(key, row) for key, row in in_store().items() if not facts()[key]["address"]]
    assert rows
    assert [key for key, row in rows if RANK[row.evidence] < RANK["secondary"]] == []


def test_what_was_inferred_is_computed_and_says_from_what() -> None:
    rows = [(key, row) for key, row in in_store().items() if facts()[key]["status"] == "INFERRED"]
    assert [key for key, row in rows if row.origin != "computed"] == []
    assert [key for key, row in rows if not (row.parents or row.note)] == []


def test_a_fact_that_is_no_number_is_a_formula_or_a_text_and_never_a_row() -> None:
    words = {key for key, fact in facts().items() if fact["value"] and not is_number(fact["value"])}
    assert words & set(in_store()) == set()
    assert words <= set(not_used())


def test_every_row_of_the_store_is_read_by_a_formula() -> None:
    """An index row is read by the one formula that carries a price from year to year."""
    used = where_used()
    assert sorted({row.row for row in coefficients().rows if row.key.split(".")[0] not in used}) == []
    assert {"/".join(item.id) for item in shipped().formulas.values()} >= {
        use.split("（")[0] for uses in used.values() for use in uses
    }


def test_every_unit_of_the_facts_is_a_known_spelling() -> None:
    printed = {fact["unit"] for fact in facts().values()}
    assert sorted(text for text in printed if not (reads(text) or is_no_unit(text))) == []


def test_a_row_that_is_not_used_answers_with_its_reason() -> None:
    with pytest.raises(CoefficientError) as caught:
        selected_rows("GONG-T", None, [])
    assert caught.value.text() == (
        "not_used.csv  GONG-T 没有收入系数表：是全国合计，只用于核对数量级；"
        "收入系数表的行；见 coefficients/not_used.csv。"
    )


def test_the_list_of_what_is_not_used_has_a_line_for_each_row_once() -> None:
    with (data_folder("coefficients") / "not_used.csv").open(encoding="utf-8", newline="") as file:
        names = [row["row"] for row in csv.DictReader(file)]
    assert len(names) == len(set(names)) == len(not_used())
