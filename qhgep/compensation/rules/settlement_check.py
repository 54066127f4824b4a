"""What must hold in settlements besides their types, each fault with its line: every payer and receiver is named."""

from __future__ import annotations

from fractions import Fraction

from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.plan.toml_lines import Key, Source
from qhgep.compensation.rules.entitlement_schema import ClassIndexStep, FixedSplitStep, Section
from qhgep.compensation.rules.parameter_check import ANY, POSITIVE, SHARE, Limits, check_number, check_table
from qhgep.compensation.rules.parameters import NUMBER

_FEN = Limits(unit=1)


def check_settlements(plan: Plan, source: Source) -> None:
    """Note every fault of the plan's settlement steps."""
    for number, step in enumerate(plan.step):
        at: Key = ("step", number)
        if not isinstance(step, ClassIndexStep | FixedSplitStep):
            continue
        if not step.basis.strip():
            source.add("plan_step_basis", *at, step=step.id)
        if isinstance(step, ClassIndexStep):
            _class_index(plan, step, source, at)
        else:
            _fixed_split(plan, step, source, at)


def _class_index(plan: Plan, step: ClassIndexStep, source: Source, at: Key) -> None:
    for name in ("payer", "receiver"):
        _party(plan, getattr(step, name), source, (*at, name))
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


def _party(plan: Plan, code: str, source: Source, key: Key) -> bool:
    known = code in {recipient.id for recipient in plan.named_recipients}
    if not known:
        source.add("plan_recipient_unknown", *key, recipient=code)
    return known


def _fixed_split(plan: Plan, step: FixedSplitStep, source: Source, at: Key) -> None:
    check_number(step.fund, _FEN, source, (*at, "fund"))
    for name, table in (("pay", step.pay), ("receive", step.receive)):
        shares = check_table(plan, table, POSITIVE, source, (*at, name), complete=False)
        if len(shares) == len(table) and not sum(shares.values()):
            source.add("plan_ratios_zero", *at, name, name=name)
    for name in step.failed:
        if name not in step.sections:
            source.add("plan_section_unknown", *at, "failed", found=name, known="、".join(step.sections) or "-")
    lost: dict[str, Fraction] = {}
    receive = {code: Fraction(text) for code, text in step.receive.items() if NUMBER.fullmatch(text)}
    for name, section in step.sections.items():
        moved = _section(plan, section, source, (*at, "sections", name))
        for code, share in _lost(section, receive, moved).items() if name in step.failed else ():
            lost[code] = lost.get(code, Fraction(0)) + share
    for code, share in lost.items():
        if share > 1:
            source.add("plan_moved_more", *at, "sections", recipient=code, found=f"{float(share):g}")


def _section(plan: Plan, section: Section, source: Source, key: Key) -> Fraction | None:
    """The share that a section moves, where all of it can be read."""
    if isinstance(section.loser, str):
        known = _party(plan, section.loser, source, (*key, "loser"))
    else:
        bear = check_table(plan, section.loser, SHARE, source, (*key, "loser"), complete=False)
        known = len(bear) == len(section.loser) and sum(bear.values()) == 1
        if len(bear) == len(section.loser) and not known:
            source.add("plan_loser_sum", *key, "loser", found=f"{float(sum(bear.values())):.12g}")
    moved = check_number(section.moved, SHARE, source, (*key, "moved"))
    to = check_table(plan, section.to, SHARE, source, (*key, "to"), complete=False)
    if len(to) == len(section.to) and (whole := sum(to.values())) != 1:
        source.add("plan_to_sum", *key, "to", found=f"{float(whole):.12g}")
    return moved if known else None


def _lost(section: Section, receive: dict[str, Fraction], moved: Fraction | None) -> dict[str, Fraction]:
    """What share of its own receipt each loser of a section loses; nothing where that cannot be read.

    Who receives nothing cannot bear anything: that is told as more than all.
    """
    if moved is None or isinstance(section.loser, str):
        return {} if moved is None else {str(section.loser): moved}
    losers = [code for code, text in section.loser.items() if Fraction(text)]
    cut = moved * sum(receive.get(code, Fraction(0)) for code in losers)
    own = {code: (cut * Fraction(text), receive.get(code, Fraction(0))) for code, text in section.loser.items()}
    return {code: lost / had if had else 2 * Fraction(bool(lost)) for code, (lost, had) in own.items()}
