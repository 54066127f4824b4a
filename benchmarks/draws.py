"""Many drawn values through one plan: seconds for all draws, beside one draw computed alone, in the same run."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from qhgep.compensation.allocate import allocate, program_of
from qhgep.compensation.draws import pay_draws
from qhgep.compensation.plan.factors import read_factors
from qhgep.compensation.plan.read import read_plan
from tests.oracles.draws import toml

DRAWS, RECIPIENTS, ALONE = 10_000, 45, 5


def plan_text() -> str:
    """Three weighed factors, a tilt, floors and caps; figures mean nothing."""
    codes = [f"R{place:03d}" for place in range(RECIPIENTS)]
    factors = {
        name: {
            "as": "share", "evidence": "declared", "document": "d",
            "values": {code: str(1 + (place * 7919 + number * 31) % 97) for place, code in enumerate(codes)},
        }
        for number, name in enumerate(("water", "carbon", "area"))
    }  # fmt: skip
    steps = [
        {"id": "w", "rule": "weighted", "basis": "b", "weights": {"water": "0.5", "carbon": "0.3", "area": "0.2"}},
        {"id": "t", "rule": "tilt", "basis": "b", "multipliers": {code: "1" if place % 3 == 0 else "1.15" for place, code in enumerate(codes)}},
        {"id": "f", "rule": "bounds", "basis": "b", "least": dict.fromkeys(codes[::4], "12000000"), "most": dict.fromkeys(codes[1::4], "40000000")},
    ]  # fmt: skip
    return toml({
        "schema": 1, "title": "benchmark", "layer": "analytic", "state": "draft", "period": 2023, "date": "2024-01-01",
        "pool": "1000000000.00", "round_to": "fen",
        "recipient": [{"id": code, "zh": code, "kind": "county"} for code in codes], "factor": factors, "step": steps,
    })  # fmt: skip


def report() -> list[str]:
    """Seconds of all draws together, and how many times as long one by one would take."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.toml"
        path.write_text(plan_text(), encoding="utf-8")
        plan = read_plan(path)
    program = program_of(plan, read_factors(plan, {}, require="assumed"))
    random = np.random.default_rng(20261128)
    values = {
        name: np.array([[float(factor.figures[code].value) for code in program.begun.codes]])
        * np.exp(random.normal(0, 0.3, (DRAWS, RECIPIENTS)))
        for name, factor in program.begun.factors.items()
    }
    start = time.perf_counter()
    found = pay_draws(program, values, pool=plan.pool_fen)
    together = time.perf_counter() - start
    start = time.perf_counter()
    for _ in range(ALONE):
        allocate(plan, results={}, require="assumed")
    alone = (time.perf_counter() - start) / ALONE * DRAWS
    whole = int((found.fen.sum(axis=-1) == plan.pool_fen).sum())
    told = (
        f"  {DRAWS:,} draws x {RECIPIENTS} recipients, {len(program.columns)} columns: {together:.2f} s (goal 20); one by one "
        f"{alone / together:,.0f} times as long; built alone {len(found.alone)}, refused {len(found.refused)}, "
        f"pool given out to the fen in {whole:,}"
    )
    return ["draws", told]
