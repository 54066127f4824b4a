"""One recipient's amount followed from the pool to the fen: parameters, factors, every column with its formula."""

from __future__ import annotations

from collections.abc import Iterator

from qhgep.compensation.allocation import DECISION_TEXTS, Allocation, decisions
from qhgep.compensation.columns.column import Factor
from qhgep.compensation.derivation.columns import DerivationLine, DerivationPart, derivation
from qhgep.compensation.derivation.rounding import rounding
from qhgep.compensation.legal.finding import FAILED, UNKNOWN
from qhgep.errors import PlanError, problem
from qhgep.evidence import EVIDENCE, ORIGIN
from qhgep.money import Fen, yuan


def explain_amount(allocation: Allocation, recipient: str, form: str = "text") -> str:
    """The way from the pool to a recipient's amount, as Chinese text or LaTeX: the same columns in each.

    Every step has its kind, its identity with both sides, its basis, and what it carries over, keeps back or lacks;
    every column its formula, the numbers put in, and its value; a parameter what it rests on. Then follows how the exact
    amount was rounded and who got the units that were left.
    Raises PlanError for a recipient that the plan does not have.
    """
    check_recipient(allocation, recipient)
    if form == "latex":
        return "\\begin{align}\n" + "\n".join(_latex(allocation, recipient)) + "\n\\end{align}"
    return "\n".join(_lines(allocation, recipient))


def check_recipient(allocation: Allocation, recipient: str) -> None:
    """Raises PlanError for a recipient that the plan does not have."""
    if recipient not in allocation.fen:
        known = "、".join(f"{item.id} {item.zh}" for item in allocation.recipients)
        raise PlanError(problem("explain_recipient", "", found=recipient, known=known))


def _lines(allocation: Allocation, recipient: str) -> Iterator[str]:
    names = {item.id: item.zh for item in allocation.recipients}
    yield f"{allocation.title}　{'　'.join(allocation.heading.notices)}"
    yield f"{names[recipient]}（{recipient}）= {yuan(allocation.fen[recipient])} 元"
    yield f"　方案依据：{allocation.heading.basis or '—'}"
    for factor in allocation.factors.values():
        yield from _factor_lines(factor, recipient)
    yield from _decision_lines(allocation)
    for part in derivation(allocation, recipient):
        yield f"　{part.zh}"
        if part.outcome is not None:
            yield f"　　依据：{part.outcome.basis or '—'}"
        yield from (f"　　{_column_line(line)}" for line in part.lines)
        told = rounding(allocation, recipient).text(names) if part.id == "finish" else part.result()
        yield from (f"　　{line}" for line in told)
    yield f"　{_balance(allocation)}"
    for note in plan_notes(allocation):
        yield f"　说明：{note}"
    yield from _legal_lines(allocation)


def _column_line(line: DerivationLine) -> str:
    unit = f" {line.unit}" if line.unit else ""
    if not line.formula:
        return (
            f"{line.column.zh} = {line.value}{unit}　〔{ORIGIN[line.origin]}：{line.basis or '—'}；{line.column.note}〕"
        )
    numbers = "" if line.numbers == line.value else f" = {line.numbers}"
    return f"{line.column.zh} = {line.formula}{numbers} = {line.value}{unit}　〔{line.column.note}〕"


def _balance(allocation: Allocation) -> str:
    """What the whole plan comes to: paid, carried over, kept back, lacking, and the pool."""
    paid = Fen(sum(allocation.fen.values()))
    if allocation.kind == "settlement":
        return f"全方案：收付合计 {yuan(paid)} 元"
    residue = f"（其中不足一个支付单位的尾款 {yuan(allocation.residue)}）" if allocation.residue else ""
    return (
        f"全方案：应付合计 {yuan(paid)} ＋ 结转 {yuan(allocation.carried)} ＋ 留存 {yuan(allocation.retained)}{residue}"
        f" − 缺口 {yuan(allocation.gap)} = 资金总额 {yuan(allocation.pool)}（元）"
    )


def plan_notes(allocation: Allocation) -> tuple[str, ...]:
    """The notes of the plan that are no step's: what was carried in, and who is asked to give money back."""
    of_steps = {note for step in allocation.outcomes for note in step.notes}
    return tuple(note for note in allocation.notes if note not in of_steps)


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
        yield f"　　{item.factor.quantity.zh}：{DECISION_TEXTS[item.kind]}　〔{item.place}；依据：{item.factor.basis}〕"
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


def _latex(allocation: Allocation, recipient: str) -> Iterator[str]:
    names = {item.id: item.zh for item in allocation.recipients}
    for part in derivation(allocation, recipient):
        yield from _latex_part(part)
        if part.id == "finish":
            yield from (rf"&\text{{{_escaped(line)}}} \\" for line in rounding(allocation, recipient).text(names))
    yield rf"&\text{{{_balance(allocation)}}} \\"


def _latex_part(part: DerivationPart) -> Iterator[str]:
    """The formulas and values of a part; its words as text."""
    yield rf"&\textbf{{{_escaped(part.zh)}}} \\"
    yield from (rf"{line.latex()} \\" for line in part.lines)
    yield from (rf"&\text{{{_escaped(line)}}} \\" for line in part.result())


def _escaped(words: str) -> str:
    """Words as LaTeX takes them in text."""
    return words.replace("_", r"\_").replace("%", r"\%").replace("&", r"\&").replace("#", r"\#")
