"""Numbers that a plan types itself and that make money: what each rests on, as `[[evidence]]` and `[basis]` state it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qhgep.coefficient_store import OWN
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.plan.schema import NumberEvidence, Plan
from qhgep.compensation.plan_form.words import names_of_numbers
from qhgep.compensation.rules.registry import unit_of
from qhgep.errors import PlanError, problem
from qhgep.evidence import EVIDENCE, RANK, Evidence, lacking, own_bureau, undeclared, weakest
from qhgep.evidence.document_names import names_place

_LETTER = re.compile(r"[^\W\d_]")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_UNRATED: Evidence = "assumed"
_SCENARIO = "analytic"
"""The layer whose numbers are choices: nothing is paid by them."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A number of the plan, or a table of them by recipient: its name, its key in the file, its evidence and document."""

    name: str
    key: Key
    evidence: Evidence
    told: str
    own: bool = False
    """Whether a bureau of one of the recipients returned it."""


def typed_numbers(plan: Plan) -> tuple[Typed, ...]:
    """Every number that the plan types and that makes money; none for a scenario, whose numbers are its choices.

    What a parameter cites from the store has its own evidence, and what is carried in is proved by the earlier plan's file.
    """
    if plan.layer == _SCENARIO or not plan.rates_numbers:
        return ()
    found = {name: Typed(name, key, *_rated(plan, name)) for name, key in _names(plan)}
    factors = (
        Typed(f"factor.{name}", ("factor", name), terms.rated, terms.document, _own(plan, terms.declared_by))
        for name, terms in plan.factor.items()
        if terms.values
    )
    return (*found.values(), *factors)


def check_number_evidence(plan: Plan, source: PlanText) -> None:
    """Each `[[evidence]]` is of a number of the plan, and states what its level needs."""
    names = {name for name, _ in _names(plan)} | {step.id for step in plan.step}
    names |= {f"{step}.{name}" for step, name in plan.cited}
    for place, entry in enumerate(plan.evidence):
        for target in entry.target:
            if not any(_reaches(target, name) for name in names):
                source.add("plan_evidence_unused", "evidence", place, target=target)
        if lacks := _lacks(plan, entry):
            source.add("plan_evidence_lacks", "evidence", place, evidence=entry.evidence, lacks="、".join(lacks))


def typed_strong_enough(plan: Plan, require: Evidence) -> None:
    """Raises PlanError with one message that names every typed number whose evidence is weaker than `require`."""
    weak = [item for item in typed_numbers(plan) if RANK[item.evidence] > RANK[require]]
    if not weak:
        return
    facts = {
        "count": len(weak), "names": "、".join(_told_name(item.name) for item in weak),
        "found": EVIDENCE[weakest(item.evidence for item in weak)], "expected": EVIDENCE[require],
    }  # fmt: skip
    raise PlanError(problem("plan_typed_evidence", plan.where(*weak[0].key), **facts))


def _told_name(name: str) -> str:
    """A number's name with the word that its form has for it."""
    word = names_of_numbers().get(name)
    return f"{name}（{word}）" if word else name


def typed_notes(plan: Plan) -> tuple[str, ...]:
    """What the plan types itself, by the document and evidence it rests on."""
    by: dict[str, list[str]] = {}
    for item in typed_numbers(plan):
        if not item.name.startswith("factor.") and (item.name != "pool" or item.evidence != "primary"):
            by.setdefault(
                f"{EVIDENCE[item.evidence]}：{item.told}" if item.told else "没有写明依据，按假定计", []
            ).append(item.name)
    return tuple(f"由方案写明的数：{'、'.join(names)}（{told}）" for told, names in by.items())


def _names(plan: Plan) -> Iterator[tuple[str, Key]]:
    """The numbers by name, a table by recipient as one."""
    codes = {recipient.id for recipient in plan.named_recipients}
    yield "pool", ("pool",)
    for place, step in enumerate(plan.step):
        for names in dict.fromkeys(_leaves(step, step.model_dump(by_alias=True), (), codes, plan)):
            yield ".".join((step.id, *names)), ("step", place, *names)
    for place, phase in enumerate(plan.phase):
        if phase.share or phase.amounts:
            yield f"phase.{phase.id}", ("phase", place)
    if plan.budget.already_issued and not plan.budget.issued_from:
        yield "budget.already_issued", ("budget", "already_issued")


def _leaves(step: Any, value: Any, names: tuple[str, ...], codes: set[str], plan: Plan) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - terms of any rule, TOML values
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(step, item, (*names, name), codes, plan)
        return
    number = isinstance(value, str) and _NUMBER.fullmatch(value) and unit_of(step, names)
    if number and (step.id, ".".join(names)) not in plan.cited:
        yield names[:-1] if names[-1] in codes else names


def _reaches(target: str, name: str) -> bool:
    return name == target or name.startswith(f"{target}.")


def _rated(plan: Plan, name: str) -> tuple[Evidence, str, bool]:
    """Evidence and document of a number, and whether it is a recipient's own: of the closest entry, the weakest of several."""
    fitting = [
        (len(target), RANK[entry.evidence], entry)
        for entry in plan.evidence
        for target in entry.target
        if _reaches(target, name)
    ]
    if fitting:
        entry = max(fitting, key=lambda item: item[:2])[2]
        level: Evidence = "secondary" if _lacks(plan, entry) else entry.evidence
        return level, _document(plan, entry), _own(plan, entry.unit)
    if name == "pool":
        lacks = set(undeclared("", plan.basis.number, plan.basis.date)) - {"unit"}
        return ("secondary" if lacks else "primary"), plan.basis_text(), False
    return _UNRATED, "", False


def _own(plan: Plan, unit: str) -> bool:
    return any(own_bureau(unit, recipient.zh) for recipient in plan.named_recipients)


def _of_basis(plan: Plan, entry: NumberEvidence) -> NumberEvidence:
    """The entry, with the document of [basis] where it names none."""
    if entry.document.strip():
        return entry
    basis = plan.basis
    number, day = entry.number or basis.number, entry.date or basis.date
    return entry.model_copy(update={"document": basis.document, "number": number, "date": day})


def _lacks(plan: Plan, entry: NumberEvidence) -> tuple[str, ...]:
    """What an entry does not state and its level needs."""
    full = _of_basis(plan, entry)
    if entry.evidence in {"unconfirmed", "assumed"}:
        return ()
    lacks: tuple[str, ...] = () if len(_LETTER.findall(full.document)) > 1 else ("document",)
    lacks += lacking(entry.evidence, full.unit, full.number, full.date, text=f"{full.document}，{full.at}")
    return lacks + (("at",) if entry.evidence == "primary" and not names_place(entry.at) else ())


def _document(plan: Plan, entry: NumberEvidence) -> str:
    """The document in one line; what a recipient's own bureau returned says so."""
    full = _of_basis(plan, entry)
    parts = (full.document, full.number, "" if full.date is None else full.date.isoformat(), full.unit, full.at)
    return "，".join(part for part in parts if part) + (f"，{OWN}" if _own(plan, entry.unit) else "")
