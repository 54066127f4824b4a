"""The rules of steps, one function each: exact amounts, and the columns that compute the same on a sheet."""

from __future__ import annotations

from collections.abc import Mapping

from qhgep.compensation.rules.division import floor, raise_to_floors, weighted
from qhgep.compensation.rules.entitlement import area_rate, instalments, pooled_sum, posts_wage
from qhgep.compensation.steps import Kind, Rule

RULES: Mapping[str, Rule] = {
    "weighted": weighted,
    "floor": floor,
    "area_rate": area_rate,
    "posts_wage": posts_wage,
    "instalments": instalments,
    "pooled_sum": pooled_sum,
}
"""The rules that a plan can name."""

__all__ = ["RULES", "raise_to_floors"]
