"""自检: what the clerk can see before sending the form; one row per value column, live, with the rules of the reader."""

from __future__ import annotations

from dataclasses import dataclass

from qhgep.inputs.form.rules import BLANK, NO_WORD, OUTSIDE, RULES, SOURCE, STATE, UNIT, CellFault, SelfCheck
from qhgep.inputs.form.schema import LACKING, NIL, STATED, STATES, FormField, FormSheet
from qhgep.workbook.core.cells import LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import FIRST, a1, block, column_block
from qhgep.workbook.core.table_sheet import CHECKS, Head, row_of_texts, table_sheet
from qhgep.workbook.forms.areas import area_verdicts
from qhgep.workbook.forms.places import CHECKS as NAME
from qhgep.workbook.forms.places import HIGH_CHOSEN, IN_OWN, LOW_CHOSEN, FormAddresses
from qhgep.workbook.forms.row_check import marked

_CELLS, _NUMBERS, _NIL, _MISSING, _NONE, _SETTLED, _SHARE = range(2, 9)
_FIRST_RULE = _SHARE + 1
_VERDICT = _FIRST_RULE + len(RULES)
_HEADS = (
    ("表", 20, ""), ("栏目", 20, ""), ("应填", 8, "格数"), ("已填数", 8, "数的个数"), ("确为零", 8, "状态"), ("缺失", 8, "状态"),
    ("不适用", 8, "状态"), ("已落实", 8, "有数，或后三种状态"), ("完成", 9, "已落实÷应填"),
    *((rule.head, 8, rule.hint) for rule in RULES), ("结论", 10, ""),
)  # fmt: skip
_TESTS = {"blank": '=""', "filled": '<>""', "nil": "=0", "not nil": "<>0"}
"""What stands in a value cell, as a condition of a live formula; a blank equals 0, which `nil` must leave out."""
TOTAL = FIRST
"""The first row of data: all columns together, with the verdict on the form."""


@dataclass(frozen=True, slots=True)
class _Row:
    """The blocks that the formulas of one row count in."""

    values: str
    states: str
    notes: str
    mark: str
    row: int

    def cell(self, column: int) -> str:
        return a1(self.row, column)

    def state(self, word: str) -> str:
        return f'COUNTIF({self.states},"{word}")'

    @property
    def rest_nil(self) -> str:
        """How many blanks are zero because the column is marked so."""
        rest = f'SUMPRODUCT(({self.states}="{STATED}")*({self.values}="")*({self.notes}=""))'
        return f'IF({self.mark}="{NIL}",{rest},0)'

    def both(self, word: str, test: str) -> str:
        """How many cells have a state and a value that passes a test."""
        return f'SUMPRODUCT(({self.states}="{word}")*({self.values}{test}))'


def checks_sheet(places: FormAddresses) -> Sheet:
    """自检: counts of what is filled and what is wrong in each value column; the first row is the whole form."""
    heads = [Head(name, "—", how, width) for name, width, how in _HEADS]
    notice = "全部 通过 方可报送；不通过 的行，看右边哪一栏不是 0"
    sheet = table_sheet(NAME, "填报自检", heads, color=CHECKS, notice=notice, left="随填随算，本表不用填")
    fields = list(places.fields)
    last = TOTAL + len(fields)
    for row, (form, field) in enumerate(fields, start=TOTAL + 1):
        row_of_texts(sheet, row, (form.name, field.zh))
        _counts(sheet, places, form, field, row)
    row_of_texts(sheet, TOTAL, ("全部", ""))
    _total(sheet, places, last)
    sheet.verdicts.append((TOTAL, _VERDICT, last, _VERDICT))
    return sheet


def _counts(sheet: Sheet, places: FormAddresses, form: FormSheet, field: FormField, row: int) -> None:
    at = _Row(
        places.values(form, field),
        places.values(form, field, 1),
        places.notes(form),
        places.mark_cell(form, field),
        row,
    )
    cells = len(places.asked.schema.rows(form))
    sheet.put(row, _CELLS, TypedNumber(cells, "integer"))
    for column, (formula, value) in _progress(at).items():
        sheet.put(row, column, LiveFormula(formula, value, "step", "share" if column == _SHARE else "integer"))
    for rule in RULES:
        counted = _counted(rule, at, places, form, field)
        if counted:
            empty = cells if rule is RULES[0] else 0
            sheet.put(row, _column(rule), LiveFormula(counted, empty, "step", "integer"))
        else:
            sheet.text(row, _column(rule), "—", "missing")
    verdict = f'IF(SUM({block((row, _FIRST_RULE), (row, _VERDICT - 1))})=0,"通过","不通过")'
    sheet.put(row, _VERDICT, LiveFormula(verdict, "不通过", "step", "verdict"))


def _column(rule: SelfCheck) -> int:
    return _FIRST_RULE + RULES.index(rule)


def _progress(at: _Row) -> dict[int, tuple[str, float | str]]:
    blank = at.both(STATED, _TESTS["blank"])
    return {
        _NUMBERS: (f"COUNT({at.values})", 0),
        _NIL: (f"{at.state(NIL)}+{at.rest_nil}", 0),
        _MISSING: (f"{at.state(LACKING)}+{blank}-{at.cell(_column(BLANK))}-{at.rest_nil}", 0),
        _NONE: (at.state("不适用"), 0),
        _SETTLED: (f"{at.both(STATED, _TESTS['filled'])}+SUM({block((at.row, _NIL), (at.row, _NONE))})", 0),
        _SHARE: (f"{at.cell(_SETTLED)}/{at.cell(_CELLS)}", 0),
    }


def _counted(rule: SelfCheck, at: _Row, places: FormAddresses, form: FormSheet, field: FormField) -> str:
    """The live formula that counts what breaks a rule; empty where the quantity has no such limit."""
    if rule is UNIT:
        return f"IF(ISNUMBER({places.limit(field, IN_OWN)}),0,1)"
    if rule is SOURCE:
        stated = f"{at.cell(_NUMBERS)}+{at.cell(_NIL)}"
        return f"IF({stated}>0,1-COUNTA({places.source_cell(form, field)}),0)"
    counted = "+".join(filter(None, (_case(case, at, places, field) for case in rule.cases)))
    if rule is STATE:
        counted += f'+IF(AND({at.mark}<>"",{marked(at.mark, ("",))}),1,0)'
    return f"IF({at.cell(_column(UNIT))}=0,{counted},0)" if rule is OUTSIDE and counted else counted


def _case(case: CellFault, at: _Row, places: FormAddresses, field: FormField) -> str:
    """The count of the cells that are a case of a rule."""
    if case.states == (NO_WORD,):
        return "-".join([at.cell(_CELLS), *(at.state(word) for word in STATES)])
    if case.value == "text":
        return f"COUNTA({at.values})-COUNT({at.values})"
    if case.value in {"negative", "below", "above"}:
        return _limit(case, at, places, field)
    if case.value == "any":
        return f'SUMPRODUCT(({at.states}<>"{STATED}")*({at.states}<>"")*({at.notes}=""))'
    there = f'*({at.values}<>"")' if case.value == "nil" else ""
    unnoted = f'*({at.notes}="")' if case.without_note else ""
    counted = "+".join(
        f'SUMPRODUCT(({at.states}="{word}")*({at.values}{_TESTS[case.value]}){there}{unnoted})' for word in case.states
    )
    return f"IF({marked(at.mark, case.marks)},{counted},0)" if case.marks else counted


def _limit(case: CellFault, at: _Row, places: FormAddresses, field: FormField) -> str:
    """Cells beyond a limit of the quantity, in the unit that is chosen; a zero told by its state where 0 is beyond it."""
    bounds = places.asked.quantities[field.quantity].bounds
    low, high = (None, None) if bounds is None else (bounds.low, bounds.high)
    if case.value == "negative":
        return "" if low is None or low < 0 else f'COUNTIF({at.values},"<0")'
    limit = low if case.value == "below" else high
    if limit is None:
        return ""
    relation, column = ("<", LOW_CHOSEN) if case.value == "below" else (">", HIGH_CHOSEN)
    beyond = f'SUMPRODUCT(({at.values}{relation}{places.limit(field, column)})*({at.values}<>""))'
    zero_beyond = limit > 0 if case.value == "below" else limit < 0
    return f'{beyond}+SUMPRODUCT(({at.states}="{NIL}")*({at.values}=""))' if zero_beyond else beyond


def _total(sheet: Sheet, places: FormAddresses, last: int) -> None:
    for column in range(_CELLS, _VERDICT):
        if column == _SHARE:
            sheet.put(TOTAL, column, LiveFormula(f"{a1(TOTAL, _SETTLED)}/{a1(TOTAL, _CELLS)}", 0, "step", "share"))
            continue
        contents = [sheet.cells.get((row, column)) for row in range(TOTAL + 1, last + 1)]
        value = sum(
            item.value
            for item in contents
            if isinstance(item, TypedNumber | LiveFormula) and not isinstance(item.value, str | None)
        )
        sheet.put(
            TOTAL, column, LiveFormula(f"SUM({column_block(column, TOTAL + 1, last)})", value, "total", "integer")
        )
    blocks = [column_block(_VERDICT, TOTAL + 1, last), *area_verdicts(places)]
    failed = "+".join(f'COUNTIF({item},"不通过")' for item in blocks)
    sheet.put(TOTAL, _VERDICT, LiveFormula(f'IF({failed}=0,"通过","不通过")', "不通过", "total", "verdict"))
