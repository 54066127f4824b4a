"""The engine against numpy written by hand: all formulas of water-balance-plateau, China-sized."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhgep.engine.evaluate import run
from qhgep.engine.grid import VALUE, Grid, Values
from qhgep.ruleset_store.ruleset import Ruleset, rulesets

COUNTIES, YEARS, ECOSYSTEMS = 2844, 25, 9
Arrays = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Case:
    """One set of leaf arrays, for both sides."""

    ruleset: Ruleset
    grid: Grid
    leaves: dict[str, Values]


def case() -> Case:
    """Leaves drawn at random in their usual ranges; the same draw every time."""
    ruleset = rulesets()["water-balance-plateau"]
    members = {
        "county": tuple(str(100000 + place) for place in range(COUNTIES)),
        "year": tuple(str(2000 + place) for place in range(YEARS)),
        "ecosystem": tuple(f"e{place}" for place in range(ECOSYSTEMS)),
    }
    grid, draw = Grid(members), np.random.default_rng(20261122)
    leaves = {}
    for quantity in ruleset.leaves:
        shape = grid.shape(quantity.axes)
        low, high = (0.02, 0.2) if quantity.name == "runoff_coefficient" else (300.0, 600.0)
        value = draw.uniform(low, high, shape)
        zeros = np.zeros(shape, np.uint8)
        leaves[quantity.name] = Values(quantity, "input", value, zeros + np.uint8(VALUE), zeros, whole=True)
    return Case(ruleset, grid, leaves)


def by_hand(leaf: Arrays) -> Arrays:
    """The same formulas as a person would type them; the factors are typed here on purpose."""
    out: Arrays = {}
    out["water_yield"] = leaf["specific_discharge"] * leaf["days_in_period"] * (54 / 625)
    out["surface_runoff"] = leaf["precipitation"] * leaf["runoff_coefficient"]
    out["water_retained"] = leaf["area"] * (out["water_yield"] - out["surface_runoff"]) * 10
    out["water_retained_total"] = out["water_retained"].sum(axis=2, keepdims=True)
    out["water_value_total"] = out["water_retained_total"] * leaf["reservoir_cost"]
    out["carbon_dioxide_fixed"] = leaf["area"] * leaf["net_ecosystem_productivity"] * (11 / 300)
    out["carbon_dioxide_fixed_total"] = out["carbon_dioxide_fixed"].sum(axis=2, keepdims=True)
    out["carbon_value"] = out["carbon_dioxide_fixed"] * leaf["carbon_price"]
    out["carbon_value_total"] = out["carbon_value"].sum(axis=2, keepdims=True)
    out["implied_evapotranspiration"] = leaf["precipitation"] - out["water_yield"]
    out["yield_to_precipitation"] = out["water_yield"] / leaf["precipitation"]
    out["yield_elasticity"] = out["water_yield"] / (out["water_yield"] - out["surface_runoff"])
    return out


def best(action: Callable[[], object], times: int = 7) -> float:
    """The shortest of several runs, in seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        found.append(time.perf_counter() - start)
    return min(found)


def report() -> list[str]:
    """Seconds of both sides, their ratio, the largest difference, and the peak memory of the engine."""
    made = case()
    plain = {name: values.value for name, values in made.leaves.items()}
    computed, hand = run(made.ruleset.order, dict(made.leaves), made.grid), by_hand(plain)
    worst = max(float(np.nanmax(np.abs(computed[name].value / array - 1))) for name, array in hand.items())
    engine, numpy_only = (
        best(lambda: run(made.ruleset.order, dict(made.leaves), made.grid)),
        best(lambda: by_hand(plain)),
    )
    tracemalloc.start()
    run(made.ruleset.order, dict(made.leaves), made.grid)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    cells = COUNTIES * YEARS * ECOSYSTEMS
    return [
        f"engine, {COUNTIES} counties x {YEARS} years x {ECOSYSTEMS} ecosystems = {cells:,} cells, {len(made.ruleset.order)} formulas",
        f"  engine {engine * 1000:.0f} ms, numpy by hand {numpy_only * 1000:.0f} ms, ratio {engine / numpy_only:.2f} (goal 2)",
        f"  largest relative difference {worst:.1e}; peak memory of the engine's own arrays {peak / 1e6:.0f} MB",
    ]
