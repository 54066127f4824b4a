"""Every warning of an account, whole: by hand in account_warnings.toml. Those of returned files stand in their own tables."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import qhgep.errors
from qhgep.account.read import read_account
from qhgep.engine import compute
from qhgep.errors import Problem, messages
from tests.support import toy
from tests.support.toy import A, B, Line

with Path(__file__).with_name("account_warnings.toml").open("rb") as golden:
    CASES: list[dict[str, Any]] = tomllib.load(golden)["case"]
ROW = re.compile(
    r"(?P<county>\d{6}) (?P<quantity>\w+)(@(?P<ecosystem>[\w.]+))?(/(?P<item>[\w@:.-]+))? = (?P<given>.+?)( \| (?P<year>\d{4}))?"
)


def line(text: str) -> Line:
    """A row of a case as a line of the toy table."""
    parts = ROW.fullmatch(text)
    assert parts, text
    told = {name: part for name, part in parts.groupdict().items() if part}
    given = told.pop("given")
    if given in {"missing", "zero", "not_applicable"}:
        return Line(**told, presence=given)
    value, _, unit = given.partition(" ")
    return Line(**told, value=value, unit=unit)


def changed(path: Path, pairs: list[list[str]]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def warned(folder: Path, case: dict[str, Any]) -> list[Problem]:
    """All warnings of the account of a case."""
    kept = [item for item in toy.whole() if item.quantity not in case.get("drop", [])]
    lines = [*kept, *map(line, case.get("add", []))]
    decided = case.get("decided", True)
    account = toy.ACCOUNT + case.get("tables", "")
    path = toy.write_account(folder, lines, rules=toy.RULES, account=account, counties=(A, B), decided=decided)
    for key, name in (("account", "account.toml"), ("rules", "toy.toml"), ("pack", "pack/toy.csv")):
        changed(folder / name, case.get(key, []))
    if column := case.get("column"):
        table = folder / "inputs.csv"
        head, *rows = table.read_text(encoding="utf-8").splitlines()
        table.write_text("\n".join([f"{head},{column}", *(f"{row},7" for row in rows)]) + "\n", encoding="utf-8")
    read = read_account(path, coefficients=[folder / "pack"], catalogue=toy.catalogue())
    checks = compute(read).checks
    assert {item.severity for item in checks} <= {"warning"}
    return list(checks)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_an_account_warns_in_whole_sentences(case: dict[str, Any], tmp_path: Path) -> None:
    found = [item for item in warned(tmp_path, case) if item.code == case["code"]]
    own = [
        item.text() for item in found if "填报的县域面积" not in item.text()
    ]  # the toy counties are a tenth as large
    assert own == case["says"]
    assert all(item.text("en") != item.text() for item in found)


# --- completeness -----------------------------------------------------------------------------------

PACKAGE = Path(qhgep.errors.__file__).parent
TESTS = Path(__file__).parent
READ = ("engine", "inputs", "coefficient_store", "account", "preparation/check_returned.py")
"""Where an account and a check are read and computed."""
TABLES = ("account_warnings.toml", "reading_faults.toml")
ELSEWHERE = {
    "area_beside": "test_limits.py",
    "area_difference_unit": "test_limits.py",
    "area_twice": "test_limits.py",
    "comparison_unit": "test_limits.py",
    "book_value_blank": "test_price_book.py",
    "current_mean_period": "test_prices.py",
    "current_no_index": "test_prices.py",
    "no_value_then": "test_known.py",
    "not_applicable_in_file": "test_intake.py",
    "item_reported": "test_held_items.py",
    "item_listed": "test_held_items.py",
    "item_rest": "test_held_items.py",
    "row_prices": "test_engine.py",
    "row_prices_index": "test_prices.py",
    "soil_carbon_multiple": "test_linters.py",
    "rows_known_later": "test_known.py",
    "rows_known_never": "test_known.py",
    "form_beside": "test_form_reading.py",
    "form_blank_noted": "test_upright_forms.py",
    "form_formula": "test_form_reading.py",
    "form_hidden": "test_form_reading.py",
    "decision_open": "test_start.py",
    "form_ruleset_changed": "test_form_reading.py",
    "form_source_lowered": "test_form_reading.py",
    "form_survey_missing": "test_survey_forms.py",
    "form_unit_other": "test_form_reading.py",
}
"""Warnings that need an account, a form or a file of their own: the test that has the whole sentence."""
MADE_WARNINGS = {
    "account_row_outside", "area_twice", "no_value", "no_value_then", "covers_nothing", "input_nowhere", "rows_known_later",
    "rows_contend", "decisions_contend", "row_prices", "row_prices_index",
    "rows_known_never", "worksheet_hidden", "rows_hidden", "columns_hidden", "current_no_index", "current_mean_period",
}  # fmt: skip
"""Codes that the source makes a warning by a variable: errors elsewhere, in a final account, or with --strict."""


def written() -> Iterator[str]:
    """The codes in `problems.warn("…")` of what reads and computes."""
    files = [
        path for name in READ for path in ((PACKAGE / name).rglob("*.py") if "." not in name else [PACKAGE / name])
    ]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(ast.Attribute(attr="warn"), [ast.Constant(str(code)), *_]):
                    yield code


def test_every_warning_of_an_account_and_a_check_stands_whole_in_a_test() -> None:
    told = {
        code for name in TABLES for code in re.findall(r'"([a-z]+(?:_[a-z]+)+)"', (TESTS / name).read_text("utf-8"))
    }
    warnings = set(written()) | MADE_WARNINGS
    assert warnings - told == set(ELSEWHERE)
    assert {case["code"] for case in CASES} <= warnings
    for code, name in ELSEWHERE.items():
        fragments = re.split(r"\{\w+\}", messages()[code]["zh"][0])
        assert max(fragments, key=len).strip("“”（），：") in (TESTS / name).read_text("utf-8"), code
