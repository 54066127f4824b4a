"""One recipient's amount followed from the pool to the fen: parameters, factors, every column with its formula."""

from __future__ import annotations

from collections.abc import Iterator

from qhgep.compensation.allocation import DECISION_TEXTS, Affected, Allocation, PlanDecision, decisions
from qhgep.compensation.columns.column import Factor
from qhgep.compensation.columns.whole_numbers import SETTING
from qhgep.compensation.derivation.columns import DerivationLine, DerivationPart, derivation
from qhgep.compensation.derivation.rounding import rounding
from qhgep.compensation.legal.finding import FAILED, UNKNOWN, result_word
from qhgep.errors import Language, PlanError, problem
from qhgep.evidence import EVIDENCE, ORIGIN
from qhgep.money import Fen, yuan
from qhgep.phrases import in_language, listed, phrase, word


def explain_amount(allocation: Allocation, recipient: str, form: str = "text", language: Language = "zh") -> str:
    """The way from the pool to a recipient's amount, as text in a language or as LaTeX: the same columns in each.

    Every step has its kind, its identity with both sides, its basis, and what it carries over, keeps back or lacks;
    every column its formula, the numbers put in, and its value; a parameter what it rests on. Then follows how the exact
    amount was rounded and who got the units that were left. In English columns go by the names that they have in the
    plan; what the plan or a document says is told as it is written there.
    Raises PlanError for a recipient that the plan does not have.
    """
    check_recipient(allocation, recipient)
    if form == "latex":
        return "\\begin{align}\n" + "\n".join(_latex(allocation, recipient)) + "\n\\end{align}"
    return "\n".join(_lines(allocation, recipient, language))


def check_recipient(allocation: Allocation, recipient: str) -> None:
    """Raises PlanError for a recipient that the plan does not have."""
    if recipient not in allocation.fen:
        known = "、".join(f"{item.id} {item.zh}" for item in allocation.recipients)
        raise PlanError(problem("explain_recipient", "", found=recipient, known=known))


def _lines(allocation: Allocation, recipient: str, language: Language) -> Iterator[str]:
    names = {item.id: item.zh for item in allocation.recipients}
    yield f"{allocation.title}　{'　'.join(allocation.heading.notices_in(language))}"
    amount = yuan(allocation.fen[recipient])
    yield phrase("derivation.amount", language, name=names[recipient], code=recipient, yuan=amount)
    yield phrase("derivation.plan_basis", language, basis=allocation.heading.basis or "—")
    for factor in allocation.factors.values():
        yield from _factor_lines(factor, recipient, language)
    yield from _decision_lines(allocation, language)
    for part in derivation(allocation, recipient, language):
        yield f"　{part.title(language)}"
        if part.outcome is not None:
            yield phrase("derivation.basis", language, basis=part.outcome.basis or "—")
        yield from (f"　　{_column_line(line, language)}" for line in part.lines)
        finish = part.id == "finish"
        told = rounding(allocation, recipient).text(names, language) if finish else part.result(language)
        yield from (f"　　{line}" for line in told)
    yield f"　{_balance(allocation, language)}"
    for note in plan_notes(allocation):
        yield phrase("derivation.note", language, note=note)
    yield from _legal_lines(allocation, language)


def _column_line(line: DerivationLine, language: Language) -> str:
    unit = line.unit_in(language)
    facts = {
        "name": in_language(language, line.column.zh, line.column.name),
        "value": line.value, "unit": f" {unit}" if unit else "", "note": line.column.note,
    }  # fmt: skip
    if not line.formula:
        origin = word(ORIGIN, line.origin, language)
        basis = phrase("derivation.setting", language) if line.basis == SETTING else line.basis or "—"
        return phrase("derivation.put_in", language, **facts, origin=origin, basis=basis)
    numbers = "" if line.numbers == line.value else f" = {line.numbers}"
    return phrase("derivation.computed", language, **facts, formula=line.formula, numbers=numbers)


def _balance(allocation: Allocation, language: Language = "zh") -> str:
    """What the whole plan comes to: paid, carried over, kept back, lacking, and the pool."""
    paid = yuan(Fen(sum(allocation.fen.values())))
    if allocation.kind == "settlement":
        return phrase("derivation.balance_settlement", language, paid=paid)
    left = phrase("derivation.residue", language, residue=yuan(allocation.residue)) if allocation.residue else ""
    amounts = {name: yuan(getattr(allocation, name)) for name in ("carried", "retained", "gap", "pool")}
    return phrase("derivation.balance", language, paid=paid, residue=left, **amounts)


def plan_notes(allocation: Allocation) -> tuple[str, ...]:
    """The notes of the plan that are no step's: what was carried in, and who is asked to give money back."""
    of_steps = {note for step in allocation.outcomes for note in step.notes}
    return tuple(note for note in allocation.notes if note not in of_steps)


def _factor_lines(factor: Factor, recipient: str, language: Language) -> Iterator[str]:
    figure = factor.figures[recipient]
    account, _, quantity = factor.of.partition(".")
    level = phrase("derivation.evidence", language, level=word(EVIDENCE, figure.evidence, language))
    part = phrase("derivation.covers_part", language, told=figure.partial) if figure.partial else ""
    marks = listed([told for told in (level, part, factor.basis) if told], language, "semicolon")
    name, unit = _name_and_unit(factor, language)
    yield phrase("derivation.factor", language, name=name, value=f"{float(figure.value):.10g}", unit=unit, marks=marks)
    if factor.of:
        yield phrase("derivation.from_account", language, account=account, recipient=recipient, quantity=quantity)
    else:
        yield phrase("derivation.from_text", language, told=factor.origin_text)


def _name_and_unit(factor: Factor, language: Language) -> tuple[str, str]:
    quantity = factor.quantity
    return in_language(language, (quantity.zh, quantity.unit.printed), (quantity.name, str(quantity.unit)))


def _decision_lines(allocation: Allocation, language: Language) -> Iterator[str]:
    """判断事项 of the whole plan: each decision with its basis, and every recipient that it touches."""
    found = decisions(allocation)
    if found:
        yield phrase("derivation.decisions", language)
    for item in found:
        name, unit = _name_and_unit(item.factor, language)
        facts = {"kind": word(DECISION_TEXTS, item.kind, language), "place": item.place, "basis": item.factor.basis}
        yield phrase("derivation.decision", language, name=name, **facts)
        yield from (_affected_line(item, touched, unit, language) for touched in item.touched)
        if not item.touched:
            yield phrase("derivation.nobody_affected", language)


def _affected_line(item: PlanDecision, touched: Affected, unit: str, language: Language) -> str:
    value = f"{float(touched.value):.10g} {unit}"
    part = phrase("derivation.covers_part", language, told=touched.partial)
    zero = phrase("derivation.as_zero", language, value=value)
    told = zero if item.kind == "negative_zero" else phrase("derivation.as_part", language, value=value, part=part)
    who = {"name": touched.recipient.zh, "code": touched.recipient.id}
    return phrase("derivation.affected", language, **who, told=told, yuan=yuan(touched.fen))


def _legal_lines(allocation: Allocation, language: Language) -> Iterator[str]:
    """法规校验 of the whole plan: the count, and every check that is neither passed nor beside the question."""
    if allocation.legal.findings:
        yield phrase("derivation.legal", language, counted=allocation.legal.counted(language))
    for item in allocation.legal.findings:
        if item.result in {FAILED, UNKNOWN}:
            needed = phrase("derivation.needed", language, needed=item.answer.needed) if item.answer.needed else ""
            facts = {"name": item.zh, "found": item.answer.found, "article": item.article, "needed": needed}
            yield phrase("derivation.finding", language, id=item.id, result=result_word(item.result, language), **facts)


def _latex(allocation: Allocation, recipient: str) -> Iterator[str]:
    names = {item.id: item.zh for item in allocation.recipients}
    for part in derivation(allocation, recipient):
        yield from _latex_part(part)
        if part.id == "finish":
            yield from (rf"&\text{{{_escaped(line)}}} \\" for line in rounding(allocation, recipient).text(names))
    yield rf"&\text{{{_balance(allocation)}}} \\"


def _latex_part(part: DerivationPart) -> Iterator[str]:
    """The formulas and values of a part; its words as text."""
    yield rf"&\textbf{{{_escaped(part.title())}}} \\"
    yield from (rf"{line.latex()} \\" for line in part.lines)
    yield from (rf"&\text{{{_escaped(line)}}} \\" for line in part.result())


def _escaped(words: str) -> str:
    """Words as LaTeX takes them in text."""
    return words.replace("_", r"\_").replace("%", r"\%").replace("&", r"\&").replace("#", r"\#")
