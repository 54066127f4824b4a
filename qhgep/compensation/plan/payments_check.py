"""What must hold in phases of payment and in money carried over, each fault with its line."""

from __future__ import annotations

import hashlib
import re
from fractions import Fraction

from qhgep.compensation.plan.payments_schema import CarryIn
from qhgep.compensation.plan.plan_text import PlanText
from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.rules.parameter_check import SHARE, Limits, check_number, check_table
from qhgep.compensation.rules.sequence import kind_of
from qhgep.data import MOST_TEXT, confined, regular_file
from qhgep.envelope import opened
from qhgep.errors import InputError, PlanError, problem
from qhgep.money import Fen, fen, yuan

_ID = re.compile(r"[a-z][a-z0-9_]*")
_HASH = re.compile(r"[0-9a-f]{64}")
_FEN = Limits(unit=1)


def check_phases(plan: Plan, source: PlanText) -> None:
    """Phases: only where amounts are issued, with names of their own, and the last one is the rest."""
    if not plan.phase:
        return
    kind = kind_of([step.rule for step in plan.step])
    if plan.layer == "analytic" or kind == "settlement":
        source.add("plan_phases", "phase", layer=plan.layer, kind=kind)
    seen: set[str] = set()
    for number, phase in enumerate(plan.phase):
        at = ("phase", number)
        last = number == len(plan.phase) - 1
        if not _ID.fullmatch(phase.id) or phase.id in seen:
            source.add("plan_phase_id", *at, "id", found=phase.id)
        seen.add(phase.id)
        if bool(phase.share) + bool(phase.amounts) != int(not last):
            source.add("plan_phase_rest", *at, found=phase.id)
        if phase.share:
            check_number(phase.share, SHARE, source, (*at, "share"))
        if phase.amounts:
            check_table(plan, phase.amounts, _FEN, source, (*at, "amounts"))
    shares = [share for phase in plan.phase if (share := _share(phase.share)) is not None]
    if all(0 <= share <= 1 for share in shares) and (whole := sum(shares, Fraction(0))) > 1:
        source.add("plan_phase_shares", "phase", found=f"{float(whole):g}")


def _share(text: str) -> Fraction | None:
    """A share as far as it can be read; what cannot be is noted elsewhere."""
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def check_carry_in(plan: Plan, source: PlanText) -> None:
    """Money carried over: named by a hash, part of the pool, made of lines none of which is too old."""
    carry = plan.carry_in
    if not carry.source:
        if carry.file or carry.amount or carry.line:
            source.add("plan_carry_in", "carry_in", found="")
        return
    known = bool(_HASH.fullmatch(carry.source))
    if not known:
        source.add("plan_carry_in", "carry_in", "from", found=carry.source)
    amount = check_number(carry.amount, _FEN, source, ("carry_in", "amount"), name="carry_in.amount")
    if amount is None:
        return
    if fen(carry.amount) > plan.pool_fen:
        source.add("plan_carry_pool", "carry_in", "amount", found=carry.amount, pool=plan.pool)
    elif known and not carry.line:
        source.add("plan_carry_lines", "carry_in")
    _lines(plan, carry, source)


def _lines(plan: Plan, carry: CarryIn, source: PlanText) -> None:
    """The ledger by fund and year of origin: it adds up, and what is too old is named."""
    whole = 0
    for number, line in enumerate(carry.line):
        key = ("carry_in", "line", number)
        amount = check_number(line.amount, _FEN, source, (*key, "amount"), name=f"carry_in.line.{number}.amount")
        whole += 0 if amount is None else fen(line.amount)
        if carry.years is None or not carry.basis.strip() or not isinstance(plan.period, int):
            source.add("plan_carry_years", *key)
        elif line.origin_year > plan.period:
            source.add("plan_carry_later", *key, origin=line.origin_year, period=plan.period)
        elif plan.period - line.origin_year > carry.years:
            facts = {"fund": line.fund, "origin": line.origin_year, "amount": line.amount, "years": carry.years}
            source.add("plan_carry_old", *key, basis=carry.basis, **facts)
    if carry.line and whole != fen(carry.amount):
        source.add("plan_carry_sum", "carry_in", "line", found=yuan(Fen(whole)), amount=carry.amount)


def verify_carry_in(plan: Plan) -> None:
    """Compare the earlier plan's JSON with what the plan says of it.

    Raises PlanError where it cannot be read, has another hash, or carried another amount over.
    """
    carry = plan.carry_in
    if not carry.source:
        return
    where = plan.where("carry_in", "from")
    try:
        path = confined(plan.file.parent, carry.file, plan.inside, where)
    except InputError as error:
        raise PlanError(error.problems) from error
    try:
        data = regular_file(path, most=MOST_TEXT).read_bytes()
    except (OSError, ValueError) as error:  # a name with a null character is no file's
        raise PlanError(problem("plan_carry_file", where, file=carry.file, detail=type(error).__name__)) from error
    found = hashlib.sha256(data).hexdigest()
    if found != carry.source:
        raise PlanError(problem("plan_carry_hash", where, file=carry.file, found=found, expected=carry.source))
    carried, layer, years = _earlier(data, carry.file, where)
    if layer != plan.layer:
        raise PlanError(problem("plan_carry_layer", where, file=carry.file, found=layer, expected=plan.layer))
    if carried != fen(carry.amount):
        raise PlanError(problem("plan_carry_amount", where, found=yuan(carried), expected=carry.amount))
    told = {str(line.origin_year) for line in carry.line}
    if years and told != years:
        facts = {"found": "、".join(sorted(told)), "expected": "、".join(sorted(years))}
        raise PlanError(problem("plan_carry_origin", where, file=carry.file, **facts))


def _earlier(data: bytes, file: str, where: str) -> tuple[Fen, str, set[str]]:
    """What an earlier plan's JSON carried over, its layer, and the years that the money comes from where those are years."""
    try:
        found = opened(data)
        kind, body = found["kind"], found["body"]
        carried = body["carried_fen"]
        origins = {str(line["origin_year"]) for line in body.get("carry_out", [])}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PlanError(problem("plan_carry_file", where, file=file, detail=type(error).__name__)) from error
    if type(carried) is not int or kind != "allocation":
        raise PlanError(problem("plan_carry_file", where, file=file, detail=f"kind {kind}, carried_fen {carried!r}"))
    return Fen(carried), str(found.get("layer", "")), {year for year in origins if year.isdecimal()}
