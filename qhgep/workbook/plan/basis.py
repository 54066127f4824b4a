"""依据 of a plan's workbook: the document, and for every step, factor and payment what it rests on and where it is carried out.

Budget items and events stand on 法规校验, where they are used.
"""

from __future__ import annotations

from collections.abc import Iterator

from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.rules.registry import RULES_ZH
from qhgep.workbook.core.cells import Sheet
from qhgep.workbook.core.layout import HEAD, Address
from qhgep.workbook.core.table_sheet import CONTROL, Head, plain_sheet
from qhgep.workbook.plan.checks import STEPS
from qhgep.workbook.plan.decisions import FACTORS
from qhgep.workbook.plan.places import PlanPlaces

SHEET = "依据"
_HEADS = (
    Head("序号", width=6), Head("事项", width=26), Head("内容", width=44), Head("依据", width=50), Head("在哪里执行", width=26),
)  # fmt: skip
_USES = {"share": "按占比", "value": "按数值"}
_NOT_WRITTEN = "未写明"
Line = tuple[str, str, str, str, int]
"""Subject, content, basis, and the sheet and column where it is carried out (empty: nowhere)."""


def basis_sheet(places: PlanPlaces) -> Sheet:
    """One line for each thing that the plan states, in the order of the plan."""
    sheet = plain_sheet(
        SHEET, "依据：方案各项规定的出处和执行位置", _HEADS, color=CONTROL, notice=places.notice, left=places.left
    )
    for place, (subject, content, basis, where, column) in enumerate(_lines(places), start=1):
        row = HEAD + place
        sheet.text(row, 0, str(place))
        sheet.text(row, 1, subject, "wrap")
        sheet.text(row, 2, content, "wrap")
        sheet.text(row, 3, basis or _NOT_WRITTEN, "wrap")
        if where:
            link = Address(where, HEAD, column)
            sheet.text(row, 4, link.full, link=link.full)
    return sheet


def basis_rows(places: PlanPlaces) -> dict[str, int]:
    """What the plan states -> its row: `step.ID`, `factor.NAME`, `phase.ID`, and the plan itself by an empty name."""
    plan = places.allocation.terms
    if plan is None:
        return {}
    names = [f"step.{step.id}" for step in plan.step] + [f"factor.{name}" for name in plan.factor]
    names += [f"phase.{phase.id}" for phase in plan.phase]
    return {name: HEAD + 1 + place for place, name in enumerate(["", *names])}


def _lines(places: PlanPlaces) -> Iterator[Line]:
    plan = places.allocation.terms
    if plan is None:
        return
    yield "方案", plan.title, _document(plan), "", 0
    yield from _steps(plan, places)
    for name, factor in plan.factor.items():
        column = places.factor_column.get(f"factor.{name}")
        rests = "；".join(part for part in (factor.document, factor.basis) if part)
        if factor.of:
            rests = rests or f"{plan.accounts[factor.of.partition('.')[0]]} 的核算结果"
        content = f"因素 {name} 取自 {factor.of or '方案填报的数'}（{_USES[factor.use]}）"
        yield "因素", content, rests, FACTORS, column or 0
    for phase in plan.phase:
        content = f"{phase.zh}：" + (
            f"份额 {phase.share}" if phase.share else "按单位金额" if phase.amounts else "其余"
        )
        yield "分期下达", content, phase.basis, STEPS, places.place.get(f"phase.{phase.id}.yuan", 0)
    if plan.carry_in.source:
        yield "上期结转", f"{plan.carry_in.amount} 元（{plan.carry_in.source[:12]}）", plan.carry_in.basis, "", 0
    if plan.previous.amounts:
        yield "上年数", plan.previous.period, plan.previous.document, FACTORS, 0


def _steps(plan: Plan, places: PlanPlaces) -> Iterator[Line]:
    for step in plan.step:
        own = [column for name, column in places.place.items() if name.startswith(f"{step.id}.")]
        yield (
            "步骤",
            f"{step.id}（{RULES_ZH[step.rule]}）",
            step.basis or _document(plan),
            STEPS if own else "",
            min(own, default=0),
        )


def _document(plan: Plan) -> str:
    basis = plan.basis
    day = "" if basis.date is None else basis.date.isoformat()
    return "　".join(part for part in (basis.document, basis.number, basis.article, day) if part)
