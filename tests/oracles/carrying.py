"""Money carried over: what a plan says of it must be what the earlier result says, and none of it too old."""

import hashlib
import json
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

Terms = Mapping[str, Any]


def faults_of_the_plan(plan: Terms) -> set[str]:
    """What is wrong with the words of the plan itself."""
    carry, pool, period = plan["carry_in"], Fraction(plan["pool"]), plan["period"]
    found: set[str] = set()
    named = re.fullmatch("[0-9a-f]{64}", carry["from"])
    if not named:
        found.add("plan_carry_in")
    lines = carry.get("line", [])
    if Fraction(carry["amount"]) > pool:
        found.add("plan_carry_pool")
    elif named and not lines:
        found.add("plan_carry_lines")
    for line in lines:
        years, basis = carry.get("years"), carry.get("basis", "")
        if years is None or not basis:
            found.add("plan_carry_years")
        elif line["origin_year"] > period:
            found.add("plan_carry_later")
        elif period - line["origin_year"] > years:
            found.add("plan_carry_old")
    if lines and sum(Fraction(line["amount"]) for line in lines) != Fraction(carry["amount"]):
        found.add("plan_carry_sum")
    return found


def faults_of_the_result(plan: Terms, earlier: bytes | None) -> set[str]:
    """What does not fit the earlier result that the plan names; None where there is no such file."""
    carry = plan["carry_in"]
    if earlier is None:
        return {"plan_carry_file"}
    found: set[str] = set()
    if hashlib.sha256(earlier).hexdigest() != carry["from"]:
        found.add("plan_carry_hash")
    result = json.loads(earlier)
    if result["layer"] != plan["layer"]:
        found.add("plan_carry_layer")
    if result["body"]["carried_fen"] != Fraction(carry["amount"]) * 100:
        found.add("plan_carry_amount")
    years = {line["origin_year"] for line in result["body"].get("carry_out", []) if line["origin_year"].isdecimal()}
    if years and years != {str(line["origin_year"]) for line in carry["line"]}:
        found.add("plan_carry_origin")
    return found
