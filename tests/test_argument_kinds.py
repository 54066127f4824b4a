"""What a public function is given that it does not take is told at the door: parameter, what came, what it takes (issue 18)."""

import datetime as dt
import inspect
import math
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import qhgep
from qhgep import (
    ArgumentError,
    Plan,
    QhgepError,
    Result,
    Value,
    account_from,
    allocate,
    coefficients,
    compute,
    read_account,
)
from qhgep.account.account import Account

FUNCTIONS = {name: thing for name in qhgep.__all__ if inspect.isfunction(thing := getattr(qhgep, name))}
METHODS = {
    f"{owner.__name__}.{name}": getattr(owner, name)
    for owner, names in (
        (Account, ("with_inputs", "with_coefficient", "with_adoption")), (Result, ("value", "frame")), (Value, ("to",)),
        (Plan, ("with_weights",)),
    )
    for name in names
}  # fmt: skip
ODD = pd.DataFrame({"x": pd.Categorical(["a"]), "y": [1j]})
WRONG: tuple[tuple[Any, Callable[[str], bool]], ...] = (
    (object(), lambda _: True),
    (b"abc", lambda _: True),
    ([("a", 1)], lambda _: True),
    (math.nan, lambda _: True),
    (None, lambda said: "None" not in said and said != "Names"),
    ({"a": 1}, lambda said: not any(part in said for part in ("Mapping", "Iterable", "PackPaths"))),
    (ODD, lambda said: not any(part in said for part in ("Rows", "Iterable", "PackPaths"))),
    (7, lambda said: "int" not in said and "float" not in said and "Weight" not in said),
    ("abc", lambda said: said in {"int", "float", "bool", "Account", "Result", "date", "date | None", "Sequence[str]"}),
    (dt.datetime(2024, 1, 1), lambda _: True),  # noqa: DTZ001 - no time zone is part of what is wrong
    (True, lambda said: "bool" not in said),
)
"""Something of a wrong kind, and whether it is one for an annotation as it is written."""


def doors() -> Iterator[tuple[str, Callable[..., object], str, str]]:
    for name, function in (FUNCTIONS | METHODS).items():
        for parameter in inspect.signature(function).parameters.values():
            if parameter.name != "self" and parameter.annotation != "object":
                yield name, function, parameter.name, str(parameter.annotation)


DOORS = list(doors())


def test_every_public_function_says_what_it_takes() -> None:
    assert len(FUNCTIONS) > 60
    assert [name for name, _, parameter, annotation in DOORS if annotation == str(inspect.Parameter.empty)] == []
    assert len(DOORS) > 200


@pytest.mark.parametrize(
    ("name", "function", "parameter", "annotation"), DOORS, ids=[f"{each[0]}-{each[2]}" for each in DOORS]
)
def test_an_argument_of_a_wrong_kind_is_told_with_its_parameter(
    name: str, function: Callable[..., object], parameter: str, annotation: str
) -> None:
    """Nothing is done before: only this argument is given, and what else the function needs is not asked for first."""
    first = ("self",) if name in METHODS else ()
    for wrong, fits in WRONG:
        if not fits(annotation) or (annotation == "Mapping[str, Any] | None" and isinstance(wrong, dict)):
            continue
        with pytest.raises(ArgumentError) as error:
            function(*first, **{parameter: wrong})
        (told,) = error.value.problems
        assert isinstance(error.value, TypeError)
        assert (told.code, told.where) == ("argument_kind", f"{name.rpartition('.')[2]}()")
        facts = dict(told.facts)
        assert facts["parameter"].partition("[")[0] == parameter
        assert facts["found"]
        assert facts["expected"]


@pytest.mark.parametrize(
    ("call", "expected", "english"),
    [
        (lambda: compute("account.toml"),  # type: ignore[arg-type] # the slip
         "compute()  参数 account 给的是 str 'account.toml'；它要的是 Account；改正这个参数。",
         "compute()  the argument account is str 'account.toml'; it takes Account; correct it."),
        (lambda: read_account(None),  # type: ignore[arg-type] # likewise
         "read_account()  参数 path 给的是 None；它要的是 str | Path；改正这个参数。",
         "read_account()  the argument path is None; it takes str | Path; correct it."),
        (lambda: read_account("a.toml", coefficients=["pack", 7]),  # type: ignore[list-item] # likewise
         "read_account()  参数 coefficients[1] 给的是 int 7；它要的是 str | Path；改正这个参数。",
         "read_account()  the argument coefficients[1] is int 7; it takes str | Path; correct it."),
        (lambda: qhgep.write_template("a.xlsx", region="祁连县", year=2023, ruleset="county-general", counties="632222"),
         "write_template()  参数 counties 给的是 str '632222'；它要的是 Sequence[str] | None；改正这个参数。",
         "write_template()  the argument counties is str '632222'; it takes Sequence[str] | None; correct it."),
        (lambda: allocate("plan.toml", results={"gep": 1}),  # type: ignore[dict-item] # likewise
         "allocate()  参数 results['gep'] 给的是 int 1；它要的是 Results；改正这个参数。",
         "allocate()  the argument results['gep'] is int 1; it takes Results; correct it."),
    ],
)  # fmt: skip
def test_the_whole_sentence(call: Callable[[], object], expected: str, english: str) -> None:
    with pytest.raises(ArgumentError) as error:
        call()
    assert (str(error.value), error.value.text("en")) == (expected, english)


def test_what_is_no_result_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError) as error:
        qhgep.write_result({"a": 1}, tmp_path / "a.json")
    assert str(error.value).startswith(
        "write_result()  参数 found 给的是 dict {'a': 1}；它要的是 Result | Allocation | Difference"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_problem_in_no_language_is_told() -> None:
    with pytest.raises(QhgepError) as error:
        coefficients("no-such-pack")
    for ask in (error.value.text, error.value.problems[0].text):
        with pytest.raises(ArgumentError) as told:
            ask("fr")  # type: ignore[arg-type] # the slip
        assert told.value.text("en") == "Problem  the argument language is 'fr'; it takes 'zh' | 'en'; correct it."


@pytest.mark.parametrize("path", ["", "no-such", "a\0b", "\ud800", "."])
@pytest.mark.parametrize("name", ["read_account", "read_plan", "allocate", "trace", "diff", "brief", "verify_workbook", "read_result", "audit_table",
                                  "audit_account", "audit_plan", "co_growth", "finalise", "what_if", "payment_bands", "plan_to_toml"])  # fmt: skip
def test_a_path_that_leads_to_nothing_readable_is_told(
    name: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty folder, nothing, a text that is no path."""
    monkeypatch.chdir(tmp_path)
    more = ["out.docx"] if name in {"brief", "plan_to_toml"} else []
    with pytest.raises(QhgepError):
        FUNCTIONS[name](path, *more)
    assert list(tmp_path.iterdir()) == []


def test_what_frames_hold_is_taken_as_what_it_is() -> None:
    """Years, codes and prices of a table of pandas are numpy's; what can be read once is read once."""
    terms: dict[str, Any] = {"ruleset": "water-balance-plateau", "date": "2024-01-01"}
    one = {"county": 632222, "period": 2019, "quantity": "county_area", "value": np.float64(13901.5), "unit": "km2", "origin": "stated",
           "evidence": "secondary", "source": "表"}  # fmt: skip
    with_area = [one, {**one, "quantity": "area", "ecosystem": "grassland"}]
    plain = account_from(with_area, counties=["632222"], periods=2019, price_year=2010, **terms)
    frame = pd.DataFrame(with_area)
    other = account_from(
        (row for row in with_area),
        counties=frame["county"].unique(),
        periods=frame["period"].iloc[0],
        price_year=np.int64(2010),
        **terms,
    )
    assert compute(other).run_id == compute(plain).run_id
    years = account_from(frame, counties=iter([632222]), periods=frame["period"].unique(), price_year=2010, **terms)
    assert compute(years).run_id == compute(plain).run_id


def test_a_public_function_goes_to_another_process_by_its_name() -> None:
    for name, function in FUNCTIONS.items():
        assert pickle.loads(pickle.dumps(function)) is function, name  # noqa: S301 - our own bytes
