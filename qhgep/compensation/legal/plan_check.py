"""What must hold in the parts of a plan that legal checks read, each fault with its line."""

from __future__ import annotations

from qhgep.compensation.legal.agreement import ITEMS, missing_items
from qhgep.compensation.legal.schema import Contract
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.plan.schema import Plan
from qhgep.errors import PlanError
from qhgep.money import fen


def check_legal(plan: Plan, source: PlanText) -> None:
    """Amounts that are money, recipients that the plan has, and a final agreement that is complete.

    A draft agreement with items missing is read, and K10 says what is missing; a final one is refused.
    """
    codes = {recipient.id for recipient in plan.named_recipients}
    for code, amount in plan.transfer.last_year.items():
        key = ("transfer", "last_year", code)
        _amount(amount, source, key)
        if code not in codes:
            source.add("plan_recipient_unknown", *key, recipient=code)
    if plan.transfer.advance_base:
        _amount(plan.transfer.advance_base, source, ("transfer", "advance_base"), positive=True)
    if plan.layer == "contract" and plan.state == "final":
        for name in missing_items(plan.contract):
            source.add("legal_contract_item", "contract", name, name=name, zh=ITEMS[name])
    if plan.layer != "contract" and plan.contract != Contract():
        source.add("legal_contract_layer", "contract", layer=plan.layer)


def _amount(amount: str, source: PlanText, key: Key, *, positive: bool = False) -> None:
    try:
        found = fen(amount, where=source.where(*key))
    except PlanError as error:
        source.problems.take(error)
        return
    if found < 0 or (positive and found == 0):
        source.add("legal_amount", *key, found=amount)
