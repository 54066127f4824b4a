"""Many drawn values through one plan: each draw pays what the independent program of tests/oracles pays with them."""

import tomllib
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from qhgep.compensation.allocate import program_of
from qhgep.compensation.draws import PaidDraws, pay_draws
from qhgep.compensation.plan.factors import read_factors
from qhgep.compensation.plan.read import read_plan
from qhgep.compensation.run import Program
from qhgep.errors import PlanError
from qhgep.expr import Expr, Floor, Quantity, Rank, Round, Total, less, where
from qhgep.money import Fen, fen
from qhgep.readings.check import check
from qhgep.readings.draws import DrawReader
from qhgep.readings.exact import Reader
from qhgep.units import PURE
from tests.oracles.draws import KINDS, toml
from tests.oracles.numbers import UNITS, CannotBe
from tests.oracles.plan import settle

DRAWS = 6
SEEDS = 40


def built(text: str, folder: Path) -> Program:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    plan = read_plan(path)
    return program_of(plan, read_factors(plan, {}, require="assumed"))


def drawn(random: Random, terms: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Other values of every factor: from a tenth of them to ten times as much, and nothing for one in twenty."""
    return {
        name: {
            code: "0" if random.random() < 0.05 else str(float(f"{float(text) * 10 ** random.uniform(-1, 1):.6g}"))
            for code, text in factor["values"].items()
        }
        for name, factor in terms["factor"].items()
    }


def paid(program: Program, terms: Mapping[str, Any], values: list[dict[str, dict[str, str]]]) -> PaidDraws:
    tables = {
        name: np.array([[float(draw[name][code]) for code in program.begun.codes] for draw in values])
        for name in terms["factor"]
    }
    return pay_draws(program, tables, pool=fen(terms["pool"]))


def compared(kind: str, seed: int, folder: Path) -> Counter[str]:
    """How the draws of one random plan compare with the oracle, asserted; nothing for a plan without factors."""
    random = Random(f"{kind} {seed}")
    terms = KINDS[kind](random)
    if not terms.get("factor"):
        return Counter()
    try:
        program = built(toml(KINDS[kind](Random(f"{kind} {seed}"))), folder)
    except PlanError:
        return Counter()
    fine = any(column.name.endswith(".unit_parts") for column in program.columns)
    values = [drawn(random, terms) for _ in range(DRAWS)]
    found, tally = paid(program, terms, values), Counter[str]()
    for number, draw in enumerate(values):
        changed = {**terms, "factor": {name: {**terms["factor"][name], "values": draw[name]} for name in draw}}
        try:
            expected = settle(tomllib.loads(toml(changed))).fen
        except (CannotBe, ZeroDivisionError):
            tally["refused"] += 1
            assert number in found.refused, (kind, seed, number)
            continue
        assert number not in found.refused, (kind, seed, number, found.refused[number])
        got = dict(zip(program.begun.codes, found.fen[number].tolist(), strict=True))
        apart = max(abs(got[code] - expected[code]) for code in got)
        assert sum(got.values()) == sum(expected.values()), (kind, seed, number)
        assert apart <= (UNITS[terms["round_to"]] if fine and number not in found.alone else 0), (kind, seed, number)
        tally["alone" if number in found.alone else "same" if not apart else "a unit"] += 1
    return tally


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", range(0, SEEDS, 10))
def test_each_draw_pays_what_the_independent_program_pays(kind: str, first: int, tmp_path: Path) -> None:
    told = [compared(kind, seed, tmp_path) for seed in range(first, first + 10)]
    assert kind != "division" or sum((tally["same"] for tally in told), 0) >= 20


@pytest.mark.long
def test_draws_that_need_a_program_of_their_own_are_built_alone_and_some_are_refused(tmp_path: Path) -> None:
    told = sum((compared("division", seed, tmp_path) for seed in range(40, 300)), Counter[str]())
    assert told["same"] > 50 * told["a unit"]
    assert told["alone"] >= 3
    assert told["refused"] >= 3


FLOORED = """\
schema = 1
title = "t"
layer = "analytic"
state = "draft"
period = 2023
date = 2024-01-01
pool = "100.00"
round_to = "fen"
recipients = ["632222", "632323", "632621"]
[factor.f]
as = "share"
evidence = "declared"
document = "d"
values = { "632222" = "5", "632323" = "3", "632621" = "2" }
[[step]]
id = "s"
rule = "weighted"
basis = "b"
decimals = 4
weights = { f = "1" }
[[step]]
id = "least"
rule = "floor"
amounts = { "632621" = "30.00" }
"""


def test_a_floor_binds_in_the_draws_in_which_a_share_is_below_it(tmp_path: Path) -> None:
    """100 yuan; 2/10 is raised to 30, the others share 70 by 5:3; 4/10 is 40 and stands."""
    program = built(FLOORED, tmp_path)
    values = np.array([[5.0, 3.0, 2.0], [3.0, 3.0, 4.0]])
    found = pay_draws(program, {"f": values}, pool=fen("100"))
    assert found.fen.tolist() == [[4375, 2625, 3000], [3000, 3000, 4000]]
    assert (found.alone, dict(found.refused)) == ((), {})


def test_draws_that_the_plan_refuses_say_why_and_pay_nothing(tmp_path: Path) -> None:
    program = built(FLOORED, tmp_path)
    values = np.array([[5.0, -3.0, 2.0], [0.0, 0.0, 0.0], [5.0, 3.0, 2.0]])
    found = pay_draws(program, {"f": values}, pool=fen("100"))
    assert {draw: [item.code for item in told] for draw, told in found.refused.items()} == {
        0: ["factor_negative"],
        1: ["factor_sum"],
    }
    assert found.fen.tolist() == [[0, 0, 0], [0, 0, 0], [4375, 2625, 3000]]


def test_a_factor_that_the_plan_does_not_have_and_arrays_of_another_shape_are_refused(tmp_path: Path) -> None:
    program = built(FLOORED, tmp_path)
    with pytest.raises(KeyError, match="g"):
        pay_draws(program, {"g": np.ones((2, 3))}, pool=Fen(1))
    with pytest.raises(ValueError, match=r"by 2 draws and 3 recipients, not \(2, 2\)"):
        pay_draws(program, {"f": np.ones((2, 2))}, pool=Fen(1))


def number(name: str) -> Quantity:
    return Quantity(name, PURE, ("recipient",), name, name)


A, B = number("a"), number("b")


@pytest.mark.parametrize(
    "tree",
    [
        A + B, A - B, A * B, Floor(A / B), Round(A / B), Rank(A), Total("recipient", A), where(less(A, B), A, Floor(A / B)),
        Round(A * 2 / (B * 2) + Round(A / 2)), Floor((A * 7 - 3) / (B + 1)),
    ],
)  # fmt: skip
def test_every_node_reads_in_draws_as_it_reads_exactly(tree: Expr) -> None:
    random = Random(7)
    rows = ("r1", "r2", "r3", "r4")
    quantity = Quantity("x", PURE, () if isinstance(tree, Total) else ("recipient",), "x", "x")
    checked = check(tree, quantity, plan=True).expr
    tables = [[[random.randint(1, 10**7) for _ in rows] for _ in range(50)] for _ in "ab"]
    for table in tables:
        table[0] = [5, 5, 2, 2]
    reader = DrawReader(rows, 50)
    for name, table in zip("ab", tables, strict=True):
        reader.columns[name] = np.array(table, dtype=np.int64)
    reader.compute("x", checked)
    shown = np.broadcast_to(reader.numbers("x"), (50, 1 if isinstance(tree, Total) else 4)).tolist()
    for draw in range(50):
        exactly = Reader(rows, {name: table[draw] for name, table in zip("ab", tables, strict=True)})
        expected = exactly.compute(checked)
        assert shown[draw] == (expected if isinstance(expected, list) else [expected])
    assert not reader.unread.any()


def test_numbers_too_long_and_divisors_of_zero_mark_their_draw_only() -> None:
    reader = DrawReader(("r1", "r2"), 3)
    reader.columns["a"] = np.array([[2**40, 1], [1, 1], [3, 4]], dtype=np.int64)
    reader.columns["b"] = np.array([[2**40, 1], [1, 0], [3, 4]], dtype=np.int64)
    reader.compute("product", check(A * B, number("product"), plan=True).expr)
    assert reader.unread.tolist() == [True, False, False]
    reader.compute("quotient", check(Floor(A / B), number("quotient"), plan=True).expr)
    assert reader.unread.tolist() == [True, True, False]
    safe = where(less(0, B), Floor(A / where(less(0, B), B, 1)), 0)
    other = DrawReader(("r1", "r2"), 3)
    other.columns.update(reader.columns)
    other.compute("safe", check(safe, number("safe"), plan=True).expr)
    assert other.unread.tolist() == [False, False, False]


def test_halves_round_as_a_spreadsheet_rounds_fifteen_digits() -> None:
    """0.49999999999999994 has sixteen digits; with fifteen it is 0.5 and rounds to 1. Halves go away from zero."""
    reader = DrawReader(("r1", "r2", "r3"), 1)
    reader.draw("a", np.array([[0.49999999999999994, 2.5, -2.5]]))
    reader.compute("x", check(Round(A), number("x"), plan=True).expr)
    assert reader.numbers("x").tolist() == [[1, 3, -3]]
    assert Fraction(1, 2) > Fraction(0.49999999999999994)
