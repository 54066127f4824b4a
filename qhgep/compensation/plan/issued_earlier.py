"""What was issued already, read from an earlier final plan that is named by its hash: nobody types it again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from qhgep.compensation.plan.schema import Plan
from qhgep.data import MOST_TEXT, confined, regular_file
from qhgep.envelope import opened
from qhgep.errors import InputError, PlanError, Problems, problem
from qhgep.inputs.files.open import read_book
from qhgep.money import Fen, fen, yuan
from qhgep.states import STATES

_WORKBOOK = ".xlsx"
_MANIFEST, _AMOUNT = "清单", re.compile(r"测算金额 (\S+) .*（元）")
"""The sheet of a workbook that says what it is of, and the label of an amount there."""


@dataclass(frozen=True, slots=True)
class EarlierPlan:
    """What an earlier result says: its kind, layer and state, and the fen that each recipient gets in all."""

    kind: str
    layer: str
    state: str
    fen: Mapping[str, Fen]


def with_issued_earlier(plan: Plan) -> Plan:
    """The plan with what its earlier final plan paid as 已经下达; a recipient that was not paid then was issued 0.00.

    Raises PlanError where the file cannot be read, has another hash, is no final plan of the same layer that pays, or paid
    somebody who is no recipient now.
    """
    budget = plan.budget
    if not budget.issued_from or budget.already_issued:
        return plan
    where, file = plan.where("budget", "issued_from"), budget.issued_file
    found = _earlier(_checked(plan, where), file, where)
    expected = ("allocation", plan.layer, "final")
    if (found.kind, found.layer, found.state) != expected:
        told = "，".join((found.kind, found.layer, STATES.get(found.state, found.state)))  # type: ignore[call-overload] # any text
        raise PlanError(problem("plan_issued_other", where, file=file, found=told, layer=plan.layer))
    codes = [recipient.id for recipient in plan.named_recipients]
    if gone := sorted(set(found.fen) - set(codes)):
        raise PlanError(problem("plan_issued_gone", where, file=file, who="、".join(gone)))
    amounts = {code: yuan(found.fen.get(code, Fen(0))) for code in codes}
    return plan.model_copy(update={"budget": budget.model_copy(update={"already_issued": amounts})})


def _checked(plan: Plan, where: str) -> Path:
    """The earlier plan's file, which has the hash that is named."""
    file = plan.budget.issued_file
    try:
        path = confined(plan.file.parent, file, plan.inside, where)
    except InputError as error:
        raise PlanError(error.problems) from error
    try:
        found = hashlib.sha256(regular_file(path, most=MOST_TEXT).read_bytes()).hexdigest()
    except (OSError, ValueError) as error:  # a name with a null character is no file's
        raise PlanError(problem("plan_issued_file", where, file=file, detail=type(error).__name__)) from error
    if found != plan.budget.issued_from:
        facts = {"found": found, "expected": plan.budget.issued_from}
        raise PlanError(problem("plan_issued_hash", where, file=file, **facts))
    return path


def _earlier(path: Path, file: str, where: str) -> EarlierPlan:
    try:
        return (
            _of_workbook(path)
            if path.suffix.lower() == _WORKBOOK
            else _of_json(regular_file(path, most=MOST_TEXT).read_bytes())
        )
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, InputError) as error:
        raise PlanError(problem("plan_issued_file", where, file=file, detail=type(error).__name__)) from error


def _of_json(data: bytes) -> EarlierPlan:
    found = opened(data)
    amounts = {str(row["county_code"]): Fen(int(row["fen"])) for row in found["body"]["rows"]}
    return EarlierPlan(str(found["kind"]), str(found.get("layer", "")), str(found.get("state", "")), amounts)


def _of_workbook(path: Path) -> EarlierPlan:
    """What the manifest of a workbook says. Raises KeyError for a workbook without one."""
    problems = Problems()
    book = read_book(path, problems)
    problems.raise_if_any(InputError)
    sheets = {} if book is None else {sheet.name: sheet.cells for sheet in book.sheets}
    cells = sheets[_MANIFEST]
    said = {cell.text: cells[row, 1].text for (row, column), cell in cells.items() if column == 0 and (row, 1) in cells}
    amounts = {found[1]: _fen(text) for label, text in said.items() if (found := _AMOUNT.fullmatch(label))}
    states = {zh: state for state, zh in STATES.items()}
    return EarlierPlan(said["种类"], said["层次"], states.get(said["状态"], said["状态"]), amounts)


def _fen(text: str) -> Fen:
    """Fen of a number as a workbook stores it: the nearest double of yuan, of which fifteen digits hold."""
    return fen(Decimal(format(float(text), ".2f")))
