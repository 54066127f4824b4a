"""Performance targets: the rows of 绩效目标表, the grades, and whether a plan has targets of each group."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from qhgep.compensation.legal.case import LegalCase
from qhgep.compensation.legal.finding import Answer, passes, unknown
from qhgep.compensation.legal.schema import PerformanceTarget, TargetKind
from qhgep.compensation.rules.schema import AS_TUPLE, STRICT
from qhgep.data import data_folder
from qhgep.evidence import Evidence


class Grade(BaseModel):
    """A grade and the least score that it takes."""

    model_config = STRICT
    zh: str
    at_least: str


class Grades(BaseModel):
    """The grades of an evaluation, best first, with where they are taken from."""

    model_config = STRICT
    zh: str
    source: str
    address: str
    article: str
    begins: dt.date = Field(alias="from")
    evidence: Evidence
    fact: str
    note: str
    band: Annotated[tuple[Grade, ...], AS_TUPLE]


class TargetRow(BaseModel):
    """A row of 绩效目标表: group and kind with their names."""

    model_config = STRICT
    group: Literal["output", "benefit", "satisfaction"]
    group_zh: str
    kind: TargetKind
    zh: str


class TargetTable(BaseModel):
    """The form of 绩效目标表."""

    model_config = STRICT
    zh: str
    source: str
    evidence: Evidence
    row: Annotated[tuple[TargetRow, ...], AS_TUPLE]


class Performance(BaseModel):
    """Grades and form, as coefficients/compensation/performance.toml has them."""

    model_config = STRICT
    schema_version: Literal[1] = Field(alias="schema")
    grades: Grades
    table: TargetTable


@cache
def performance() -> Performance:
    """The grades and the form that ship with qhgep."""
    path = data_folder("coefficients") / "compensation" / "performance.toml"
    return Performance.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def blank_rows(targets: Sequence[PerformanceTarget]) -> list[str]:
    """The names of the rows of the form that have no target with a value."""
    given = {item.kind for item in targets if item.value.strip()}
    return [f"{row.group_zh}/{row.zh}" for row in performance().table.row if row.kind not in given]


def has_targets(case: LegalCase) -> Answer:
    """PERF: a target with a value in each of the three groups; never a failure, the targets may stand elsewhere."""
    targets = case.plan.target
    given = {item.kind for item in targets if item.value.strip()}
    rows = performance().table.row
    bare = {
        row.group_zh: None for row in rows if not given & {other.kind for other in rows if other.group == row.group}
    }
    blank = "、".join(blank_rows(targets))
    if bare:
        return unknown(f"没有目标值：{'、'.join(bare)}", f"补写 [[target]]（空白行：{blank}）")
    return passes(f"三类目标都有{f'；空白行：{blank}' if blank else ''}")
