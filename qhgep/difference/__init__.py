"""What changed between two accounts or two plans, and a bridge of the difference that closes exactly."""

from __future__ import annotations

from qhgep.difference.account import AccountSide, account_difference
from qhgep.difference.plan import PlanSide, plan_difference
from qhgep.difference.result import BridgeStep, Change, ComparedPlace, Covered, Difference, OneSided

__all__ = [
    "AccountSide",
    "BridgeStep",
    "Change",
    "ComparedPlace",
    "Covered",
    "Difference",
    "OneSided",
    "PlanSide",
    "account_difference",
    "plan_difference",
]  # fmt: skip
