"""One recipient's amount followed from the pool to the fen: parameters, factors, every column with its formula."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.decisions import RULES, decisions
from qhgep.compensation.legal.finding import FAILED, UNKNOWN
from qhgep.compensation.steps import Column, Factor
from qhgep.errors import PlanError, problem
from qhgep.evidence import EVIDENCE, ORIGIN
from qhgep.money import yuan
from qhgep.readings.latex import latex
from qhgep.readings.text import text


def explain_amount(allocation: Allocation, recipient: str, form: str = "text") -> str:
    """The way from the pool to a recipient's amount, as Chinese text, JSON or LaTeX.

    Raises PlanError for a recipient that the plan does not have.
    """
    if recipient not in allocation.fen:
        known = "、".join(f"{item.id} {item.zh}" for item in allocation.recipients)
        raise PlanError(problem("explain_recipient", "", found=recipient, known=known))
    if form == "json":
        return json.dumps(_as_json(allocation, recipient), ensure_ascii=False, indent=1)
    if form == "latex":
        return "\\begin{align}\n" + "\n".join(_latex(allocation)) + "\n\\end{align}"
    return "\n".join(_lines(allocation, recipient))


def _lines(allocation: Allocation, recipient: str) -> Iterator[str]:
    zh = next(item.zh for item in allocation.recipients if item.id == recipient)
    yield f"{allocation.title}　{'　'.join(allocation.heading.notices)}"
    yield f"{zh}（{recipient}）= {yuan(allocation.fen[recipient])} 元"
    for factor in allocation.factors.values():
        yield from _factor_lines(factor, recipient)
    yield from _decision_lines(allocation)
    for column in allocation.columns:
        value = _number(allocation, column, recipient)
        unit = f" {column.quantity.unit.printed}" if column.quantity.unit.items else ""
        if column.given is not None:
            yield f"　{column.zh} = {value}{unit}　〔{ORIGIN[column.given.origin]}：{column.given.basis or '—'}〕"
        elif column.expr is not None:
            yield f"　{column.zh} = {text(column.expr)} = {value}{unit}　〔{column.note}〕"
    yield from _legal_lines(allocation)


def _factor_lines(factor: Factor, recipient: str) -> Iterator[str]:
    figure = factor.figures[recipient]
    account, _, quantity = factor.of.partition(".")
    marks = "；".join(part for part in (f"证据 {EVIDENCE[figure.evidence]}", figure.partial, factor.basis) if part)
    yield f"　因素 {factor.quantity.zh} = {float(figure.value):.10g} {factor.quantity.unit.printed}　〔{marks}〕"
    if factor.of:
        yield f"　　来处：qhgep explain <{account} 的 account.toml> --county {recipient} --quantity {quantity}"
    else:
        yield f"　　来处：{factor.told}"


def _decision_lines(allocation: Allocation) -> Iterator[str]:
    """判断事项 of the whole plan: each decision with its basis, and every recipient that it touches."""
    found = decisions(allocation)
    if found:
        yield "　判断事项："
    for item in found:
        unit = item.factor.quantity.unit.printed
        yield f"　　{item.factor.quantity.zh}：{RULES[item.kind]}　〔{item.place}；依据：{item.factor.basis}〕"
        for touched in item.touched:
            who = f"{touched.recipient.zh}（{touched.recipient.id}）"
            value = f"{float(touched.value):.10g} {unit}"
            told = f"{value} 按零计" if item.kind == "negative_zero" else f"{value}，{touched.partial}"
            yield f"　　　{who}：{told}；按本方案所得 {yuan(touched.fen)} 元"
        if not item.touched:
            yield "　　　没有涉及任何单位"


def _legal_lines(allocation: Allocation) -> Iterator[str]:
    """法规校验 of the whole plan: the count, and every check that is neither passed nor beside the question."""
    if allocation.legal.findings:
        yield f"　法规校验：{allocation.legal.counted()}"
    for item in allocation.legal.findings:
        if item.result in {FAILED, UNKNOWN}:
            needed = f"　需要：{item.answer.needed}" if item.answer.needed else ""
            yield f"　　{item.id} {item.result}　{item.zh}：{item.answer.found}　〔{item.article}〕{needed}"


def _number(allocation: Allocation, column: Column, recipient: str) -> str:
    found = allocation.table[column.name]
    value = found if isinstance(found, Fraction) else found[recipient]
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.12g}"


def _as_json(allocation: Allocation, recipient: str) -> dict[str, Any]:
    columns = [
        {
            "name": column.name,
            "zh": column.zh,
            "unit": column.unit,
            "value": _number(allocation, column, recipient),
            "formula": "" if column.expr is None else text(column.expr),
            "basis": "" if column.given is None else column.given.basis,
            "origin": "computed" if column.given is None else column.given.origin,
            "note": column.note,
        }
        for column in allocation.columns
    ]
    return {
        "schema": 1, "kind": "amount", "recipient": recipient, "fen": allocation.fen[recipient],
        "decisions": [item.as_json() for item in decisions(allocation)], "columns": columns,
        "legal": [item.as_json() for item in allocation.legal.findings],
    }  # fmt: skip


def _latex(allocation: Allocation) -> Iterator[str]:
    for column in allocation.columns:
        if column.expr is not None:
            yield rf"{column.quantity.tex} &= {latex(column.expr)} \\"
