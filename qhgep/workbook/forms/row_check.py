"""自检 of one row of an upright form: the first rule that it breaks, by the same rules as those of every other form."""

from __future__ import annotations

from dataclasses import dataclass

from qhgep.expr import Quantity
from qhgep.inputs.form.rules import NO_WORD, ON_CELL, OUTSIDE, RULES, SOURCE, UNIT, CellFault, SelfCheck
from qhgep.inputs.form.schema import (
    HIGH_AT,
    LOW_AT,
    MARKS,
    NIL,
    NOTE_AT,
    SIZE_AT,
    SOURCE_AT,
    STATE_AT,
    STATED,
    VALUE_AT,
)
from qhgep.workbook.core.layout import a1


@dataclass(frozen=True, slots=True)
class RowCells:
    """The row of a number, the row of the heading of its section, and the block of the four words."""

    row: int
    head: int
    words: str

    def at(self, column: int) -> str:
        """A cell of the row."""
        return a1(self.row, column)

    def above(self, column: int) -> str:
        """A cell of the heading of the section."""
        return a1(self.head, column)


def row_check(cells: RowCells, quantity: Quantity) -> str:
    """A live formula: the heading of the first rule that the row breaks, else 通过."""
    order = (UNIT, *ON_CELL, *(rule for rule in RULES if rule not in {UNIT, SOURCE, *ON_CELL}), SOURCE)
    found = '"通过"'
    for rule in reversed(order):
        broken = _any(_tests(rule, cells, quantity))
        found = f'IF({broken},"{rule.head}",{found})' if broken else found
    return found


def marked(cell: str, marks: tuple[str, ...]) -> str:
    """When the cell of a mark bears one of the marks; "" is none of them."""
    unmarked = ",".join(f'{cell}<>"{mark}"' for mark in MARKS)
    tests = [f'{cell}="{mark}"' if mark else f"AND({unmarked})" for mark in marks]
    return _any(tests)


def _any(tests: list[str]) -> str:
    tests = [test for test in tests if test]
    return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})" if tests else ""


def _tests(rule: SelfCheck, cells: RowCells, quantity: Quantity) -> list[str]:
    """When a rule is broken."""
    if rule is UNIT:
        return [f"NOT(ISNUMBER({cells.at(SIZE_AT)}))"]
    if rule is SOURCE:
        rest = f'{cells.above(STATE_AT)}="{NIL}",{cells.at(STATE_AT)}="{STATED}",{cells.at(NOTE_AT)}=""'
        stated = f'OR(ISNUMBER({cells.at(VALUE_AT)}),{cells.at(STATE_AT)}="{NIL}",AND({rest}))'
        return [f'AND({stated},{cells.at(SOURCE_AT)}="",{cells.above(SOURCE_AT)}="")']
    tests = [_case(case, cells, quantity) for case in rule.cases]
    if rule is OUTSIDE and _nil_outside(quantity):
        tests.append(f'AND({cells.at(STATE_AT)}="{NIL}",{cells.at(VALUE_AT)}="")')
    if any(case.states == (NO_WORD,) for case in rule.cases):
        mark = cells.above(STATE_AT)
        tests.append(f'AND({mark}<>"",{marked(mark, ("",))})')
    return tests


def _nil_outside(quantity: Quantity) -> bool:
    bounds = quantity.bounds
    low, high = (None, None) if bounds is None else (bounds.low, bounds.high)
    return (low is not None and low > 0) or (high is not None and high < 0)


def _case(case: CellFault, cells: RowCells, quantity: Quantity) -> str:
    """When a case is met; empty where the quantity has no such limit."""
    value, state = cells.at(VALUE_AT), cells.at(STATE_AT)
    if case.states == (NO_WORD,):
        return f"NOT(ISNUMBER(MATCH({state},{cells.words},0)))"
    tests = [_any([f'{state}="{word}"' for word in case.states])] if case.states else []
    bounds = quantity.bounds
    low, high = (None, None) if bounds is None else (bounds.low, bounds.high)
    if case.value == "negative" and (low is None or low < 0):
        return ""
    if (case.value, low if case.value == "below" else high) in {("below", None), ("above", None)}:
        return ""
    tests += {
        "any": [], "blank": [f'{value}=""'], "filled": [f'{value}<>""'], "text": [f"ISTEXT({value})"],
        "nil": [f'{value}<>""', f"{value}=0"], "not nil": [f'{value}<>""', f"{value}<>0"],
        "negative": [f"ISNUMBER({value})", f"{value}<0"],
        "below": [f"ISNUMBER({value})", f"{value}<{cells.at(LOW_AT)}"],
        "above": [f"ISNUMBER({value})", f"{value}>{cells.at(HIGH_AT)}"],
    }[case.value]  # fmt: skip
    if case.without_note:
        tests.append(f'{cells.at(NOTE_AT)}=""')
    if case.marks:
        tests.append(marked(cells.above(STATE_AT), case.marks))
    return tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"
