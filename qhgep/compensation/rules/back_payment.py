"""What a corrected result comes to for those who were paid by the old one: paid after, taken back, or left with them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Column, Context, computed, put_in
from qhgep.compensation.columns.common import total_column
from qhgep.compensation.columns.entitlement import added_to_before
from qhgep.compensation.columns.parameter import GivenParameter
from qhgep.compensation.columns.running_state import PartsOfFen
from qhgep.compensation.columns.settlement import integer_column, scale_column
from qhgep.compensation.columns.whole_numbers import fit_columns
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import NONE
from qhgep.compensation.rules.parameter_check import Limits, check_party, check_table
from qhgep.compensation.rules.parameters import number
from qhgep.compensation.rules.rule import PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT, ByCode, ByRecipient
from qhgep.expr import call
from qhgep.money import shown


class BackPaymentStep(BaseModel):
    """Yuan `issued` by a final result, and `due` by what corrects it; `treasury` bears the rest, which carried money was.

    `recover`: whether what was paid too much is taken back, which the basis must allow; else the treasury bears it.
    """

    model_config = STRICT
    id: str
    rule: Literal["back_payment"]
    issued: ByRecipient
    due: ByRecipient
    treasury: str
    recover: bool
    basis: str = ""


def back_payment(context: Context, step: BackPaymentStep) -> Built:
    """Due less issued by recipient, not below zero where nothing is taken back; the treasury has what makes it zero."""
    at = step.id
    one = scale_column(at, "one", "一分", 1, "1/fen")
    issued, due = (
        _amount(context, step, name, zh, one) for name, zh in (("issued", "原下达额"), ("due", "更正后应得额"))
    )
    gap = computed(f"{at}.gap", "应得减原下达（分）", "1", due[-1].quantity - issued[-1].quantity, "负为多付")
    bears = {code: NONE + int(code == step.treasury) for code in context.codes}
    given = GivenParameter(bears, step.basis or context.basis, context.origin)
    flag = put_in(f"{at}.treasury", "承担余额的一方", "1", given, "1 为承担方，0 为其余")
    moved = _moved(context, step, gap)
    total = total_column(f"{at}.moved_total", "补发与追缴合计（分）", moved[-1].quantity)
    borne = moved[-1].quantity - flag.quantity * total.quantity
    parts = computed(f"{at}.parts", "本步收付（整数份）", "1", borne, "承担方为其余各方合计的相反数")
    fits = fit_columns(at, [(side[1].quantity, one.quantity, side[2].quantity) for side in (issued, due)])
    columns = (one, *issued, *due, *fits, gap, flag, *moved, total, parts)
    return added_to_before(context, at, (columns, PartsOfFen(parts.quantity, one.quantity, 1)), _note(step))


def _moved(context: Context, step: BackPaymentStep, gap: Column) -> tuple[Column, Column, Column]:
    """Whether money is taken back, what is left where it is otherwise, and what is moved, in fen."""
    at = step.id
    given = context.given(NONE + int(step.recover), at, step.basis, "recover")
    recover = put_in(f"{at}.recover", "是否追缴", "1", given, "1 追缴，0 不追缴")
    stays = call("max", 0, 0 - gap.quantity) * (1 - recover.quantity)
    left = computed(f"{at}.left", "不追缴的多付额（分）", "1", stays, "不追缴时留在原处")
    moved = computed(f"{at}.moved", "补发或追缴（分）", "1", gap.quantity + left.quantity, "补发为正，追缴为负")
    return recover, left, moved


def _amount(context: Context, step: BackPaymentStep, name: str, zh: str, one: Column) -> tuple[Column, Column, Column]:
    """Yuan as put in, in fen, and as a whole number of them; the treasury has none."""
    table = step.issued if name == "issued" else step.due
    values = {code: number(table[code], f"{name}.{code}") if code in table else NONE for code in context.codes}
    money = put_in(f"{step.id}.{name}", zh, "CNY", context.given(values, step.id, step.basis, name), "见所列工作簿")
    in_fen = computed(f"{step.id}.{name}_fen", f"{zh}（分）", "fen", money.quantity, "由元换算为分")
    return money, in_fen, integer_column(f"{step.id}.{name}_units", zh, in_fen.quantity, one.quantity)


def _note(step: BackPaymentStep) -> str:
    gaps = [number(step.due[code], code) - number(step.issued[code], code) for code in step.issued]
    more, less = sum((gap for gap in gaps if gap > 0), NONE), -sum((gap for gap in gaps if gap < 0), NONE)
    said = "追缴" if step.recover else "不追缴，由承担方负担"
    return f"少付 {shown(more)} 元，补发；多付 {shown(less)} 元，{said}；余额由 {step.treasury} 承担或收回"


def _check(plan: PlanFacts, step: BackPaymentStep, source: PlanText, at: Key) -> None:
    """Amounts of everybody but the treasury, in payable units."""
    check_party(plan, step.treasury, source, (*at, "treasury"))
    for name in ("issued", "due"):
        table: ByCode = getattr(step, name)
        check_table(plan, table, Limits(low=None, unit=plan.payable), source, (*at, name), complete=False)
        if step.treasury in table:
            source.add("plan_treasury_amount", *at, name, step.treasury, recipient=step.treasury)
        for code in (item.id for item in plan.named_recipients):
            if code != step.treasury and code not in table:
                source.add("plan_parameter_missing", *at, name, name=f"{name}.{code}")


RULE = StepRule(
    name="back_payment", zh="补发与追缴", kind="settlement", terms=BackPaymentStep, build=back_payment, check=_check,
    role="settled", follows=frozenset({"settled"}), begins=True, misplaced="plan_after_settled",
    units=last_of(issued="CNY", due="CNY"),
    needs_basis=True,
    layers=("statutory", "contract", "analytic"),  # what law paid out is corrected under law
)  # fmt: skip
