"""The rules of a form, each written once: 自检 in the form counts by them as live formulas, the reader of a form tells by them.

What a live formula cannot see (a percent format, a date that was a number, a formula without its value) the reader tells
besides. The rule on areas is `qhgep.catalogue.comparisons.area_gap`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qhgep.inputs.form.schema import LACKING, NIL, STATED, STATES

Value = Literal["any", "blank", "filled", "text", "nil", "not nil", "negative", "below", "above"]
Scope = Literal["cell", "limits", "column"]
NO_WORD = "…"
"""Stands for a state that is none of the four words."""
_EMPTY = tuple(word for word in STATES if word not in {STATED, NIL})


@dataclass(frozen=True, slots=True)
class CellFault:
    """One way in which a cell is wrong: the words of its state (none: any), what stands in it, whether the row lacks a note.

    `marks`: only where the whole column bears one of these marks, "" for none (nothing: any).
    """

    code: str
    states: tuple[str, ...] = ()
    value: Value = "any"
    without_note: bool = False
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """One column of 自检: its heading and hint, and the cases that it counts.

    The `limits` are those of the quantity in the unit that is chosen; a `column` rule is of the unit or the source of all.
    """

    head: str
    hint: str
    cases: tuple[CellFault, ...]
    scope: Scope = "cell"


BLANK = SelfCheck(
    "空白", "没有数，也没有备注", (CellFault("form_blank", (STATED,), "blank", without_note=True, marks=("",)),)
)  # fmt: skip
TEXT = SelfCheck("文字", "数格里的文字", (CellFault("form_text", (), "text"),))
NEGATIVE = SelfCheck("负数", "不应为负的", (CellFault("table_bounds", (), "negative"),), "limits")
UNIT = SelfCheck("单位", "不在列表中", (CellFault("form_unit_other"),), "column")
OUTSIDE = SelfCheck(
    "超限", "见 限值 表", (CellFault("table_bounds", (), "below"), CellFault("table_bounds", (), "above")), "limits"
)  # fmt: skip
FILLED = SelfCheck(
    "多填", "缺失、不适用却有数",
    (*(CellFault("form_filled", (word,), "filled") for word in _EMPTY), CellFault("form_marked", (STATED,), "filled", marks=(LACKING,))),
)  # fmt: skip
ZERO = SelfCheck(
    "零值",
    "0 与状态不符",
    (CellFault("form_filled", (NIL,), "not nil"), CellFault("form_zero", (STATED,), "nil", marks=("", LACKING))),
)
STATE = SelfCheck("状态", "不是四个词之一", (CellFault("form_state", (NO_WORD,)),))
NOTE = SelfCheck("缺备注", "后三种状态须写", (CellFault("form_note", (NIL, *_EMPTY), without_note=True),))
SOURCE = SelfCheck("缺来源", "填了数须有", (CellFault("form_source_none"),), "column")

RULES = (BLANK, TEXT, NEGATIVE, UNIT, OUTSIDE, FILLED, ZERO, STATE, NOTE, SOURCE)
"""The columns of 自检 in their order."""
ON_CELL = (STATE, FILLED, TEXT, BLANK, ZERO, NOTE)
"""The order in which a cell is told: the first that is broken, since mending it may mend or change the others."""


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """What a clerk says of one cell: its state, whether the row has a note, and what stands in it.

    `number` is its text where it is one; `blank` is a cell with nothing in it, a formula is something. `mark`: what all that is
    blank in its column is.
    """

    state: str
    noted: bool
    blank: bool
    number: str | None = None
    mark: str = ""

    @property
    def meant(self) -> str:
        """The state that is meant: a blank with a note is missing, one without is what its column is marked as."""
        if self.state == STATED and self.blank:
            return LACKING if self.noted else self.mark or self.state
        zero = self.mark == NIL and self.number is not None and is_nil(self.number)
        return NIL if self.state == STATED and zero else self.state


def broken(answer: CellAnswer) -> Iterator[CellFault]:
    """The cases of the rules on one cell that an answer is, in the order in which they are told."""
    for rule in ON_CELL:
        for case in rule.cases:
            if _is(case, answer):
                yield case


def _is(case: CellFault, answer: CellAnswer) -> bool:
    word = answer.state if answer.state in STATES else NO_WORD
    if case.states and word not in case.states:
        return False
    if case.marks and answer.mark not in case.marks:
        return False
    return _holds(case.value, answer) and not (case.without_note and answer.noted)


def _holds(value: Value, answer: CellAnswer) -> bool:
    nil = answer.number is not None and is_nil(answer.number)
    return {
        "any": True,
        "blank": answer.blank,
        "filled": not answer.blank,
        "text": not answer.blank and answer.number is None,
        "nil": nil,
        "not nil": not answer.blank and not nil,
    }.get(value, False)


def is_nil(text: str) -> bool:
    """Whether the digits of a number are all 0."""
    mantissa = text.lower().partition("e")[0]
    return not mantissa.strip("+-0.")
