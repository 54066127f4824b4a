"""In memory nothing goes stale: exact forms, hashes and run ids follow what an account holds; a result cannot be written to."""

import json
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from qhgep import compute, read_account, verify_workbook, write_workbook
from qhgep.account.account import Account, Period
from qhgep.account.choices import DeclaredGap, MethodChoice
from qhgep.account.hashes import changed_files
from qhgep.account.uncertain import Spread, Uncertain
from qhgep.coefficient_store import Deflation, Row
from qhgep.engine.identity import run_id
from qhgep.engine.result import Result
from qhgep.errors import AccountError, Problem, QhgepError
from qhgep.evidence import RANK
from qhgep.inputs import County, Input
from qhgep.inputs.landcover.decisions import LandcoverDecision
from qhgep.inputs.not_applicable import NotApplicable
from qhgep.inputs.table import COLUMNS
from qhgep.states import Corrects
from qhgep.toml_lines import TomlText
from tests.support.result_bodies import whole
from tests.test_cli import PILOT

QILIAN = "632222"


def with_rain(account: Account, **changes: object) -> Account:
    """The account with something else in its rows of precipitation."""
    rows = (replace(row, **changes) if row.quantity == "precipitation" else row for row in account.inputs)  # type: ignore[arg-type] # texts
    return replace(account, inputs=tuple(rows))


def with_row(account: Account, name: str, **changes: object) -> Account:
    """The account with something else in one row of its store."""
    store = account.coefficients
    rows = tuple(row.model_copy(update=changes) if row.row == name else row for row in store.rows)
    return replace(account, coefficients=replace(store, rows=rows))


def from_files(folder: Path, *changes: tuple[str, str, str]) -> Result:
    """The pilot account from files in which texts were replaced: (file, old, new)."""
    copytree(PILOT, folder)
    for name, old, new in changes:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return compute(read_account(folder / "account.toml"))


def total(result: Result) -> float | None:
    return result.value("accounted_total", county="*").value


def told(account: Account) -> list[str]:
    with pytest.raises(AccountError) as caught:
        compute(account)
    return caught.value.text().splitlines()


# --- no value without its exact form --------------------------------------------------------------------------


def test_a_row_made_from_its_fields_alone_computes_as_the_file_does(account: Account, result: Result) -> None:
    """`Input(**row_of_a_data_frame)` has no exact form and no line; what it says is the same."""
    rows = tuple(Input(**dict(zip(COLUMNS, row.fields, strict=True))) for row in account.inputs)  # type: ignore[arg-type] # texts
    made = compute(replace(account, inputs=rows))
    assert (total(made), made.run_id) == (total(result), result.run_id)
    assert made == result


def test_a_changed_value_computes_as_a_file_with_that_value(account: Account, tmp_path: Path) -> None:
    """Qilian's 420 mm of rain is written once in the file of inputs."""
    written = from_files(tmp_path / "pilot", ("inputs.csv", "precipitation,420,mm", "precipitation,500,mm"))
    rows = tuple(
        replace(row, value="500") if (row.quantity, row.value) == ("precipitation", "420") else row
        for row in account.inputs
    )
    made = compute(replace(account, inputs=rows))
    assert made.run_id == written.run_id
    assert total(made) == total(written)


@pytest.mark.parametrize("exact", [None, Fraction(7), Fraction(500)])
def test_an_exact_form_that_is_given_counts_for_nothing(account: Account, exact: Fraction | None) -> None:
    made = compute(with_rain(account, value="500", exact=exact))
    assert made == compute(with_rain(account, value="500"))
    assert made.value("precipitation", county=QILIAN).value == 500


def test_a_changed_unit_changes_the_exact_form(account: Account) -> None:
    """50 cm are 500 mm."""
    assert total(compute(with_rain(account, value="50", unit="cm/a"))) == total(
        compute(with_rain(account, value="500"))
    )


def test_a_replaced_row_never_holds_the_old_exact_form(account: Account) -> None:
    row = next(row for row in account.inputs if row.exact)
    for changes in (
        {"value": "1"},
        {"unit": "km2"},
        {"presence": "missing"},
        {"quantity": "area"},
        {"exact": Fraction(3)},
    ):
        assert replace(row, **changes).exact is None  # type: ignore[arg-type] # texts


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"value": "四百"}, "不是数"),
        ({"value": ""}, "不是数"),
        ({"unit": "t"}, "mm"),
        ({"value": "50000"}, "5 至 5,000"),
        ({"county_code": "990000"}, "990000"),
        ({"presence": "perhaps"}, "perhaps"),
        ({"presence": "missing", "note": "无"}, "状态为 missing，却填了 “420 mm/year”"),
        ({"evidence": "certain"}, "certain"),
    ],
)
def test_what_a_caller_changes_is_checked_as_a_file_is(
    account: Account, changes: dict[str, str], expected: str
) -> None:
    lines = told(with_rain(account, **changes))
    assert lines
    assert any(expected in line for line in lines), lines
    assert all(line.startswith("inputs.csv:") for line in lines)


def test_a_coefficient_changed_in_memory_changes_what_reads_it(account: Account) -> None:
    """GZ-26, the price of carbon, 380 -> 760 yuan: exactly twice the value of the carbon."""
    doubled = compute(with_row(account, "GZ-26", value=Decimal(760)))
    single = compute(account)
    for county in account.counties:
        one, two = (found.value("carbon_value_total", county=county.code).value for found in (single, doubled))
        assert two == (None if one is None else pytest.approx(2 * one, rel=1e-15))
    assert doubled.run_id != single.run_id


def test_a_store_does_not_answer_from_the_index_of_another(account: Account) -> None:
    """`replace(store, rows=...)` alone, after the old store was asked: the rows of the new one count."""
    store = account.coefficients
    assert store.of("carbon_price")
    assert replace(store, rows=()).of("carbon_price") == ()
    assert replace(store, rows=(), _index={"carbon_price": list(store.rows)}).of("carbon_price") == ()


@pytest.mark.parametrize("changes", [{"exact": Fraction(3)}, {"value": 3.5}, {"value": "much"}, {"unknown": "x"}])
def test_a_row_takes_no_field_that_a_file_could_not_hold(account: Account, changes: dict[str, object]) -> None:
    row = account.coefficients.rows[0]
    with pytest.raises(ValueError, match=r"exact follows from value and unit|validation error"):
        row.model_copy(update=changes)


def test_a_row_has_an_exact_form_when_it_was_checked_and_not_before(account: Account) -> None:
    row = account.coefficients.row("GZ-26")
    assert row is not None
    assert row.exact == 380
    with pytest.raises(ValueError, match="GZ-26 was not checked against its quantity"):
        _ = row.model_copy(update={"value": Decimal(760)}).exact
    with pytest.raises(ValidationError):
        Row.model_validate({"row": "X"})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"unit": "m3"}, "m3"),
        ({"source": "nobody"}, "nobody"),
        ({"evidence": "primary"}, "GZ-26"),
        ({"price_year": None}, "carbon_price"),
    ],
)
def test_a_coefficient_that_a_caller_changes_is_checked_as_a_pack_is(
    account: Account, changes: dict[str, object], expected: str
) -> None:
    lines = told(with_row(account, "GZ-26", **changes))
    assert lines[0].startswith("carbon.csv:")
    assert len(lines) == 1
    assert expected in lines[0] or expected == "GZ-26"


# --- what a result holds cannot be written to -------------------------------------------------------------


def test_no_array_of_a_result_can_be_written_to(result: Result) -> None:
    arrays = [
        held
        for values in result.values.values()
        for part in fields(values)
        if isinstance(held := getattr(values, part.name), np.ndarray)
    ]
    coverage = result.coverage
    masks = [*coverage.reach.values(), *coverage.void.values(), *coverage.stated.values()]
    masks += [mask for parted in coverage.parts.values() for mask in (*parted.known.values(), *parted.lacking.values())]
    assert len(arrays) > 50
    assert len(masks) > 10
    for array in (*arrays, *masks):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
        assert array.base is None or not isinstance(array.base, np.ndarray) or not array.base.flags.writeable


def test_neither_its_names_nor_its_members_can_be_changed(result: Result) -> None:
    values = result.values["area"]
    for mapping, key in ((result.values, "area"), (result.grid.members, "county"), (result.coverage.reach, "area")):
        with pytest.raises(TypeError):
            mapping[key] = values  # type: ignore[index] # that is what is refused
    with pytest.raises(FrozenInstanceError):
        values.value = np.zeros(1)  # type: ignore[misc] # as above
    with pytest.raises(FrozenInstanceError):
        result.run_id = ""  # type: ignore[misc] # as above
    assert all(isinstance(part, tuple) for part in (result.records, result.checks, *result.grid.members.values()))
    assert repr(result.grid.members).startswith("{'county': ('632222',")


def test_a_list_that_a_caller_keeps_is_not_what_the_account_holds(account: Account, result: Result) -> None:
    rows = list(account.inputs)
    kept = replace(account, inputs=rows)  # type: ignore[arg-type] # what a caller may well hand over
    found = compute(kept)
    rows.clear()
    assert kept.inputs == account.inputs
    assert found == result


def test_results_of_one_content_are_equal_and_others_are_not(account: Account, result: Result) -> None:
    again = compute(read_account(PILOT / "account.toml"))
    other = compute(replace(account, title="另一个"))
    assert result == again
    assert hash(result) == hash(again)
    assert result != other
    assert result != "a result"
    assert result.values["area"] == again.values["area"]
    assert result.values["area"] != again.values["precipitation"]
    assert result.values["area"] != "values"


# --- hashes are of files whose content is held ----------------------------------------------------------

CHANGED: dict[str, tuple[Callable[[Account], Account], str]] = {
    "a value": (lambda account: with_rain(account, value="100"), "inputs.csv"),
    "a row less": (lambda account: replace(account, inputs=account.inputs[1:]), "inputs.csv"),
    "a coefficient": (lambda account: with_row(account, "GZ-26", value=Decimal(760)), "carbon.csv"),
    "a coefficient that is not used": (lambda account: with_row(account, "GZ-21", value=Decimal(1)), "air_purification.csv"),
    "a source": (
        lambda account: replace(account, coefficients=replace(account.coefficients, sources={
            name: item.model_copy(update={"title": "别的"}) for name, item in account.coefficients.sources.items()
        })),
        "sources.toml",
    ),
    "the title": (lambda account: replace(account, title="另一个"), "account.toml"),
    "a decision": (lambda account: replace(account, adoptions=account.adoptions[:-1]), "account.toml"),
    "the rules": (
        lambda account: replace(account, ruleset=replace(account.ruleset, complete="某文件")), "water-balance-plateau.toml"
    ),
}  # fmt: skip


def made_from(result: Result) -> dict[str, Any]:
    return dict(whole(result)["created_from"])


@pytest.mark.parametrize("change", CHANGED)
def test_no_hash_is_claimed_of_a_file_whose_content_was_changed(account: Account, result: Result, change: str) -> None:
    make, file = CHANGED[change]
    before, after = made_from(result)["files"], made_from(compute(make(account)))
    assert file in before
    assert after["files"] == {name: text for name, text in before.items() if name != file}
    assert after["changed_in_memory"] == [file]


def test_all_hashes_are_claimed_of_what_was_read_and_left_alone(account: Account, result: Result) -> None:
    same = replace(account, inputs=tuple(replace(row) for row in account.inputs))
    assert changed_files(same) == ()
    assert made_from(result)["changed_in_memory"] == []
    assert made_from(result)["files"] == dict(sorted((account.hashes or {}).items()))


def test_an_account_that_was_not_read_claims_nothing(account: Account, result: Result) -> None:
    made = compute(replace(account, hashes=None, as_read=None, file=""))
    assert made_from(made)["files"] == {}
    assert made.run_id == result.run_id


# --- the run id covers what changes a result --------------------------------------------------------------

DECISION = NotApplicable("net_ecosystem_productivity", ("ice",), (), (), "理由", "决定人", "x")
DEFLATION = Deflation("gaotianyan_cpi", "理由", "决定人", "x")
LANDCOVER = LandcoverDecision("CLCD", "annual-30m", "7", (("bare_land", Fraction(1)),), "理由", "决定人", (), "x")
PUFFED = Problem("account_row_outside", "x", (("code", "1"),), "warning")
SPREAD = Uncertain("GZ-26", "", (), "", "", "range", Spread(Fraction(-1, 10), relative=True), Spread(Fraction(1, 10), relative=True),
                   None, "", by_county=False, basis="依据", decided_by="某人", place="a.toml")  # fmt: skip
CHANGES: dict[str, list[Callable[[Account], Account]]] = {
    "title": [lambda account: replace(account, title="另一个")],
    "periods": [
        lambda account: replace(account, periods=(Period("别的名称", Fraction(365)),)),
        lambda account: replace(account, periods=(replace(account.periods[0], days=Fraction(366)),)),
        lambda account: replace(account, periods=(replace(account.periods[0], year=2019),)),
    ],
    "price_year": [lambda account: replace(account, price_year=2011, deflation=DEFLATION)],
    "counties": [lambda account: replace(account, counties=account.counties[:-1])],
    "ruleset": [
        lambda account: replace(account, ruleset=replace(account.ruleset, exclude={"coastal": "内陆"})),
        lambda account: replace(account, ruleset=replace(account.ruleset, not_covered=account.ruleset.not_covered[1:])),
        lambda account: replace(account, ruleset=replace(account.ruleset, indicators=account.ruleset.indicators[:1])),
        lambda account: replace(account, ruleset=replace(account.ruleset, not_applicable=(DECISION,))),
        lambda account: replace(account, ruleset=replace(account.ruleset, name="别的")),
        lambda account: replace(account, ruleset=replace(account.ruleset, complete="某文件，第 1 条")),
    ],
    "coefficients": [
        lambda account: with_row(account, "GZ-26", value=Decimal(760)),
        lambda account: with_row(account, "GZ-26", evidence="secondary"),
        lambda account: with_row(account, "GZ-26", note="改过"),
        lambda account: replace(account, coefficients=replace(account.coefficients, known_on=date(2030, 1, 1))),
        lambda account: replace(account, coefficients=replace(
            account.coefficients,
            overridden=((account.coefficients.rows[0], account.coefficients.rows[1]),),
        )),
    ],
    "inputs": [
        lambda account: with_rain(account, value="100"),
        lambda account: with_rain(account, note="改过"),
        lambda account: replace(account, inputs=account.inputs[1:]),
    ],
    "adoptions": [
        lambda account: replace(account, adoptions=account.adoptions[:-1]),
        lambda account: replace(account, adoptions=(replace(account.adoptions[0], reason="别的"), *account.adoptions[1:])),
        lambda account: replace(account, adoptions=account.adoptions[::-1]),
    ],
    "date": [lambda account: replace(account, date=date(2020, 1, 1))],
    "require": [lambda account: replace(account, require="unconfirmed"), lambda account: replace(account, require="primary")],
    "hashes": [lambda account: replace(account, hashes={})],
    "warnings": [lambda account: replace(account, warnings=(*account.warnings, PUFFED))],
    "declared": [lambda account: replace(account, declared=(County("X1", "某地", "other", ""),))],
    "deflation": [lambda account: replace(account, deflation=DEFLATION)],
    "published": [lambda account: replace(account, published=(Path("x.csv"),))],
    "landcover": [lambda account: replace(account, landcover=(LANDCOVER,), undecided=account.inputs)],
    "undecided": [lambda account: replace(account, undecided=account.inputs[1:])],
    "state": [lambda account: replace(account, state="review"), lambda account: replace(account, state="final")],
    "corrects": [lambda account: replace(account, corrects=Corrects(Path("old.xlsx"), "笔误"))],
    "not_applicable": [lambda account: replace(account, not_applicable=(DECISION,))],
    "file": [lambda account: replace(account, file="别的.toml")],
    "methods": [lambda account: replace(account, methods=(MethodChoice("carbon_value", "m", "理由", "某人", "a.toml"),))],
    "not_covered": [lambda account: replace(account, not_covered=(DeclaredGap("crops", "理由", "某人", "a.toml"),))],
    "uncertain": [lambda account: replace(account, uncertain=(SPREAD,))],
    "text": [lambda account: replace(account, text=TomlText("别的.toml", ""))],
    "as_read": [lambda account: replace(account, as_read=None)],
}  # fmt: skip
"""Every part of an account, and other things that it may be."""
OF_FILES = ("files", "changed_in_memory")


def outcome(account: Account) -> tuple[str, str]:
    """What is computed (or why it is not), without the hashes of files and the state, and the run id; of a refusal there is no run.

    What is only reviewed or made final stays the same run.
    """
    try:
        found = compute(account)
    except QhgepError as error:
        return error.text(), ""
    content = {name: part for name, part in whole(found).items() if name not in {"run_id", "sha256", "state"}}
    content["created_from"] = {name: part for name, part in made_from(found).items() if name not in OF_FILES}
    return json.dumps(content, ensure_ascii=False, sort_keys=True), found.run_id


def test_every_part_of_an_account_has_changes_to_try() -> None:
    assert list(CHANGES) == [part.name for part in fields(Account)]


@pytest.mark.parametrize(("part", "number"), [(part, n) for part, found in CHANGES.items() for n in range(len(found))])
def test_whatever_changes_the_result_changes_the_run_id(account: Account, part: str, number: int) -> None:
    changed = CHANGES[part][number](account)
    (before, run), (after, other) = outcome(account), outcome(changed)
    assert before == after or run != other
    if part not in {
        "hashes",
        "published",
        "corrects",
        "file",
        "text",
        "as_read",
        "state",
        "uncertain",
    }:  # they say where it came from, where it goes, how sure it is; what is made final is the run that was reviewed
        assert run != other


def test_what_evidence_is_required_is_part_of_the_run_though_the_numbers_are_the_same(account: Account) -> None:
    """A run that accepts assumed values is another than one that would have refused them: the id says which it was."""
    found = compute(account)
    ids = {run_id(replace(account, require=level), found.records, found.checks) for level in RANK}
    assert found.run_id in ids
    assert len(ids) == len(RANK) == 6


@pytest.mark.long
@given(st.data())
def test_any_field_of_any_input_is_part_of_the_run(data: st.DataObject) -> None:
    """A field of an input row that changes the result changes the run id; line and file do not."""
    base = read_account(PILOT / "account.toml")
    number = data.draw(st.integers(0, len(base.inputs) - 1))
    row, name = base.inputs[number], data.draw(st.sampled_from(("source", "note", "file", "line")))
    other = replace(row, **{name: 7 if name == "line" else "改过"})  # type: ignore[arg-type] # by name
    changed = replace(base, inputs=(*base.inputs[:number], other, *base.inputs[number + 1 :]))
    same = compute(base).run_id == compute(changed).run_id
    assert same == (name in {"file", "line"})


@pytest.mark.long
@pytest.mark.parametrize("known_on", [None, date(2018, 1, 1)])
def test_a_draft_that_lacks_a_coefficient_is_rebuilt_with_what_it_tells_of_it(
    tmp_path: Path, known_on: date | None
) -> None:
    """Without the decision on GZ-26 nothing gives the price of carbon; the book tells which rows there are, and then were not."""
    folder = Path(copytree(PILOT, tmp_path / "pilot"))
    text = (folder / "account.toml").read_text(encoding="utf-8")
    start = text.index('[[adopt]]\nrow = "GZ-26"')
    without = text[:start] + text[text.index("[[adopt]]", start + 1) :]
    (folder / "account.toml").write_text(without, encoding="utf-8")
    found = compute(read_account(folder / "account.toml", known_on=known_on))
    assert [item.code for item in found.checks if item.code.startswith("no_value")] == [
        "no_value" if known_on is None else "no_value_then"
    ]
    write_workbook(found, tmp_path / "book.xlsx")
    assert verify_workbook(tmp_path / "book.xlsx").same
