"""The rules of steps, one function each: exact amounts, and the columns that compute the same on a sheet."""

from __future__ import annotations

from collections.abc import Mapping

from qhgep.compensation.columns.column import Rule
from qhgep.compensation.rules.adjust import award_penalty, phase_in, tilt, top_up
from qhgep.compensation.rules.bounds import bounds, cap
from qhgep.compensation.rules.deduction import deduction
from qhgep.compensation.rules.division import floor, raise_to_floors, weighted
from qhgep.compensation.rules.entitlement import area_rate, instalments, pooled_sum, posts_wage
from qhgep.compensation.rules.growth import base_increment
from qhgep.compensation.rules.households import household_limits
from qhgep.compensation.rules.settlement import class_index, fixed_split

RULES: Mapping[str, Rule] = {
    "weighted": weighted,
    "base_increment": base_increment,
    "tilt": tilt,
    "phase_in": phase_in,
    "top_up": top_up,
    "award_penalty": award_penalty,
    "floor": floor,
    "cap": cap,
    "bounds": bounds,
    "deduction": deduction,
    "area_rate": area_rate,
    "posts_wage": posts_wage,
    "instalments": instalments,
    "pooled_sum": pooled_sum,
    "household_limits": household_limits,
    "class_index": class_index,
    "fixed_split": fixed_split,
}
"""The rules that a plan can name."""

__all__ = ["RULES", "raise_to_floors"]
