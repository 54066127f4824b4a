"""The index of compensation rules: when in force, by which document, what each needs, and whether it can run."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from qhgep.coefficient_store import PARAMETER_FOLDER, Parameters, parameters_not_used
from qhgep.compensation.rules.schema import AS_TUPLE, STRICT
from qhgep.data import data_folder
from qhgep.errors import PlanError, problem
from qhgep.evidence import weakest

_CITED = re.compile(r"row:(P[0-9]+[a-z]?)")


class Rule(BaseModel):
    """One rule: `parameters` are the facts it rests on, `cases` the published ones; see index.toml for the rest."""

    model_config = STRICT
    id: str
    zh: str
    en: str
    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")
    document: str
    articles: str = ""
    parameters: Annotated[tuple[str, ...], AS_TUPLE] = ()
    cases: Annotated[tuple[str, ...], AS_TUPLE] = ()
    template: str = ""
    stops: str = ""

    @property
    def file(self) -> Path | None:
        """The skeleton of a plan, None where the rule has none."""
        return data_folder("templates") / "plans" / f"{self.template}.toml" if self.template else None

    def span(self) -> str:
        """Its dates as people write them."""
        return f"{self.start or '…'} 至 {self.end or '今'}" if self.start or self.end else "起止未查明"


@cache
def rules() -> Mapping[str, Rule]:
    """The rules by id, in the order of the index."""
    text = (data_folder("coefficients") / PARAMETER_FOLDER / "index.toml").read_text(encoding="utf-8")
    return {rule.id: rule for item in tomllib.loads(text)["rule"] if (rule := Rule.model_validate(item))}


def rule(name: str) -> Rule:
    """The rule with this id. Raises PlanError for one that the index does not have."""
    if name not in rules():
        raise PlanError(problem("rule_unknown", "", found=name, known="、".join(rules())))
    return rules()[name]


def part_of(row: str, fact: str) -> bool:
    """Whether a row is a fact or a part of it: P116a of P116."""
    return row.startswith(fact) and row[len(fact) :] in {"", "a", "b", "c", "d"}


def evidence(found: Rule, store: Parameters) -> str:
    """The weakest evidence of the numbers that a rule rests on; empty where it has none."""
    levels = [row.evidence for row in store.rows for fact in found.parameters if part_of(row.row, fact)]
    return weakest(levels) if levels else ""


def stops_at(found: Rule, store: Parameters) -> str:
    """Why a rule cannot run: the missing parameter with its document, what is not published, or that it is none to run.

    Empty where its skeleton runs once its inputs are filled in. A pack that holds the missing row lets it run.
    """
    if found.file is not None:
        cited = _CITED.findall(found.file.read_text(encoding="utf-8"))
        lacking = [store.missing[name] for name in dict.fromkeys(cited) if name in store.missing]
        if lacking:
            return "；".join(f"{item.row} {item.zh}，载于：{item.document}" for item in lacking)
    return found.stops


def facts_of(found: Rule, store: Parameters) -> list[tuple[str, str]]:
    """Every parameter of a rule with its value and evidence, or that it is missing, or why no rule computes with it."""
    lines: list[tuple[str, str]] = []
    for fact in found.parameters:
        parts = [row for row in store.rows if part_of(row.row, fact)]
        lines += [
            (row.row, f"{row.key} {row.item} = {row.value} {row.unit}，{row.span}，{row.evidence}") for row in parts
        ]
        lacking = [item for name, item in store.missing.items() if part_of(name, fact)]
        lines += [(item.row, f"{item.zh}：没有值，载于 {item.document}") for item in lacking]
        if not parts and not lacking:
            lines.append((fact, parameters_not_used()[fact]))
    return lines
