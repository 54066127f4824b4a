"""A settlement between two by the class of a section and the change of an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Column, Context, computed, put_in
from qhgep.compensation.columns.entitlement import added_to_before
from qhgep.compensation.columns.parameter import GivenParameter
from qhgep.compensation.columns.running_state import PartsOfFen
from qhgep.compensation.columns.settlement import CENTS, integer_column, scale_column
from qhgep.compensation.columns.whole_numbers import Taken, fit_columns
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.parameter_check import ANY, Limits, check_number, check_party
from qhgep.compensation.rules.parameters import decimals, number
from qhgep.compensation.rules.rule import PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT, ByCode
from qhgep.errors import PlanError, problem
from qhgep.expr import Expr, Quantity, call
from qhgep.money import FEN_PER_YUAN, shown


class IndexChange(BaseModel):
    """What a settlement adds for a change: `found` (percent) x `rate` (yuan per percent) between `low` and `high` (yuan)."""

    model_config = STRICT
    found: str
    rate: str
    low: str
    high: str


class ClassIndexStep(BaseModel):
    """A contract between two: yuan by the class of a section, and by the change of an index; positive: `payer` pays."""

    model_config = STRICT
    id: str
    rule: Literal["class_index"]
    payer: str
    receiver: str
    section_class: str
    classes: ByCode
    change: IndexChange | None = None
    basis: str = ""


def class_index(context: Context, step: ClassIndexStep) -> Built:
    """table[class] + clamp(change x rate, low, high); positive, the payer pays the receiver, else the other way.

    Raises PlanError for a class that the table does not have.
    """
    if step.section_class not in step.classes:
        facts = {"who": step.id, "found": step.section_class, "known": "、".join(step.classes)}
        raise PlanError(problem("plan_class_unknown", step.id, **facts))
    base = number(step.classes[step.section_class], f"classes.{step.section_class}")
    clamp = None if step.change is None else _clamp(step.change)
    roles = {code: int(code == step.receiver) - int(code == step.payer) for code in context.codes}
    basis, name = f"{step.basis or context.basis}：类别 {step.section_class}", f"classes.{step.section_class}"
    made = class_columns(context, step.id, context.given(base, step.id, basis, name), clamp, roles)
    net = _paid_to(context, made, step.receiver)
    payer, receiver = (step.payer, step.receiver) if net >= 0 else (step.receiver, step.payer)
    note = f"类别 {step.section_class}：{payer} 付给 {receiver} {shown(abs(net))} 元"
    return added_to_before(context, step.id, made, note)


def _paid_to(context: Context, made: tuple[tuple[Column, ...], PartsOfFen], receiver: str) -> Fraction:
    """What a step comes to for its receiver, in yuan: negative where it pays."""
    columns, parts = made
    reading = context.then(columns).reading
    return reading.by_code(parts.quantity)[receiver] / reading.one(parts.per_fen) / FEN_PER_YUAN


def _clamp(change: IndexChange) -> Clamp:
    return Clamp(
        number(change.found, "change.found"),
        number(change.rate, "change.rate"),
        number(change.low, "change.low"),
        number(change.high, "change.high"),
    )


@dataclass(frozen=True, slots=True)
class Clamp:
    """A change and its rate, and between what their product lies."""

    found: Fraction
    rate: Fraction
    low: Fraction
    high: Fraction


def class_columns(
    context: Context, at: str, base: GivenParameter, clamp: Clamp | None, roles: Mapping[str, int]
) -> tuple[tuple[Column, ...], PartsOfFen]:
    """The amount by class, the clamped product, and their sum with the sign of each role."""
    if not isinstance(base.value, Fraction):
        message = "an amount by class is one for all"
        raise TypeError(message)
    change_places = 0 if clamp is None else decimals([clamp.found])
    product = 0 if clamp is None else change_places + decimals([clamp.rate])
    bounds = [] if clamp is None else [clamp.low, clamp.high]
    places = max(CENTS, product, decimals([base.value, *bounds]))
    scale = scale_column(at, "scale", "金额倍数", 10**places, "1/CNY")
    per_fen = scale_column(at, "per_fen", "一分折合份数", 10 ** (places - CENTS), "1/fen")
    amount = put_in(f"{at}.by_class", "按水质类别的金额", "CNY", base, "查类别表；正数由付方付给收方")
    whole = integer_column(f"{at}.by_class_units", "按水质类别的金额", amount.quantity, scale.quantity)
    columns: list[Column] = [scale, per_fen, amount, whole]
    net: Expr = whole.quantity
    taken: list[Taken] = [(amount.quantity, scale.quantity, whole.quantity)]
    if clamp is not None:
        added, more = _clamped(context, at, clamp, scale.quantity, (change_places, places))
        columns += added
        taken += more
        net = net + added[-1].quantity
    columns += fit_columns(at, taken)
    role = put_in(
        f"{at}.role", "收付方", "1", GivenParameter({code: Fraction(sign) for code, sign in roles.items()}, base.basis, base.origin),
        "1 收方，-1 付方，0 无关",
    )  # fmt: skip
    total = computed(f"{at}.net", "协议金额（整数份）", "1", net, "类别金额加变化金额")
    parts = computed(f"{at}.parts", "本步收付（整数份）", "1", role.quantity * total.quantity, "收为正，付为负")
    return (*columns, role, total, parts), PartsOfFen(parts.quantity, per_fen.quantity, 10 ** (places - CENTS))


_CHANGE = {"change": "change.found", "rate": "change.rate", "low": "change.low", "high": "change.high"}
"""Column -> the parameter it shows."""


def _clamped(
    context: Context, at: str, clamp: Clamp, scale: Quantity, places: tuple[int, int]
) -> tuple[tuple[Column, ...], list[Taken]]:
    """Change x rate in whole parts, between its limits; and what was taken as whole numbers."""
    change_places, all_places = places
    change_scale = scale_column(at, "change_scale", "变化倍数", 10**change_places)
    rate_scale = scale_column(at, "rate_scale", "标准倍数", 10 ** (all_places - change_places), "1/CNY")
    rows = (
        ("change", "指数变化（百分点）", "1", clamp.found, change_scale.quantity),
        ("rate", "每百分点金额", "CNY", clamp.rate, rate_scale.quantity),
        ("low", "变化金额下限", "CNY", clamp.low, scale),
        ("high", "变化金额上限", "CNY", clamp.high, scale),
    )
    columns: list[Column] = [change_scale, rate_scale]
    taken: list[Taken] = []
    for name, zh, unit, value, times in rows:
        given = put_in(f"{at}.{name}", zh, unit, context.given(value, at, "", _CHANGE[name]), "协议约定或监测结果")
        whole = integer_column(f"{at}.{name}_units", zh, given.quantity, times)
        columns += (given, whole)
        taken.append((given.quantity, times, whole.quantity))
    change, rate, low, high = (units for _, _, units in taken)
    product = computed(f"{at}.product", "变化×标准（整数份）", "1", change * rate, "未限幅")
    inside = call("max", low, call("min", high, product.quantity))
    clamped = computed(f"{at}.clamped", "变化金额（整数份）", "1", inside, "限于上下限之间")
    return (*columns, product, clamped), taken


def _check(plan: PlanFacts, step: ClassIndexStep, source: PlanText, at: Key) -> None:
    for name in ("payer", "receiver"):
        check_party(plan, getattr(step, name), source, (*at, name))
    if step.payer == step.receiver:
        source.add("plan_same_party", *at, "receiver", recipient=step.receiver)
    for name, text in step.classes.items():
        check_number(text, ANY, source, (*at, "classes", name))
    if step.section_class not in step.classes:
        facts = {"who": step.id, "found": step.section_class, "known": "、".join(step.classes)}
        source.add("plan_class_unknown", *at, "section_class", **facts)
    if step.change is None:
        return
    key = (*at, "change")
    for name in ("found", "rate"):
        check_number(getattr(step.change, name), ANY, source, (*key, name))
    low = check_number(step.change.low, ANY, source, (*key, "low"))
    check_number(step.change.high, ANY if low is None else Limits(low=low), source, (*key, "high"))


RULE = StepRule(
    name="class_index", zh="按水质类别和指数结算", kind="settlement", terms=ClassIndexStep, build=class_index, check=_check,
    role="settled", follows=frozenset({"settled"}), begins=True, misplaced="plan_after_settled",
    units=last_of(
        classes="CNY", rate="CNY/pp", low="CNY", high="CNY", found="pp"
    ),
    needs_basis=True,
)  # fmt: skip
