"""自检: what the clerk can see before sending the form; one row per value column, live, with the rules of the reader."""

from __future__ import annotations

from dataclasses import dataclass

from qhgep.inputs.form_schema import FormField, FormSheet
from qhgep.workbook.cells import Formula, Number, Sheet, Style
from qhgep.workbook.forms.areas import area_verdicts
from qhgep.workbook.forms.places import CHECKS as NAME
from qhgep.workbook.forms.places import HIGH_CHOSEN, IN_OWN, LOW_CHOSEN, Places
from qhgep.workbook.frame import CHECKS, Head, row_of_texts, table_sheet
from qhgep.workbook.layout import FIRST, a1, block, column_block

_CELLS, _NUMBERS, _NIL, _MISSING, _NONE, _SETTLED, _SHARE = range(2, 9)
_OPEN, _TEXT, _NEGATIVE, _UNIT, _OUTSIDE, _FILLED, _ZERO, _STATE, _NOTE, _SOURCE, _VERDICT = range(9, 20)
_HEADS = (
    ("表", 20, ""), ("栏目", 20, ""), ("应填", 8, "格数"), ("已填数", 8, "数的个数"), ("确为零", 8, "状态"), ("缺失", 8, "状态"),
    ("不适用", 8, "状态"), ("已落实", 8, "有数，或后三种状态"), ("完成", 9, "已落实÷应填"), ("空白", 8, "状态有数据而没有数"),
    ("文字", 8, "数格里的文字"), ("负数", 8, "不应为负的"), ("单位", 8, "不在列表中"), ("超限", 8, "见 限值 表"), ("多填", 8, "缺失、不适用却有数"),
    ("零值", 8, "0 与状态不符"), ("状态", 8, "不是四个词之一"), ("缺备注", 8, "后三种状态须写"), ("缺来源", 8, "填了数须有"), ("结论", 10, ""),
)  # fmt: skip
_SOME, _BLANK = '<>""', '=""'
TOTAL = FIRST
"""The first row of data: all columns together, with the verdict on the form."""


@dataclass(frozen=True, slots=True)
class _Row:
    """The blocks that the formulas of one row count in."""

    values: str
    states: str
    notes: str
    row: int

    def cell(self, column: int) -> str:
        return a1(self.row, column)

    def state(self, word: str) -> str:
        return f'COUNTIF({self.states},"{word}")'

    def both(self, word: str, test: str) -> str:
        """How many cells have a state and a value that passes a test."""
        return f'SUMPRODUCT(({self.states}="{word}")*({self.values}{test}))'


def checks_sheet(places: Places) -> Sheet:
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


def _counts(sheet: Sheet, places: Places, form: FormSheet, field: FormField, row: int) -> None:
    at = _Row(places.values(form, field), places.values(form, field, 1), places.notes(form), row)
    cells = len(places.asked.schema.rows(form))
    sheet.put(row, _CELLS, Number(cells, "integer"))
    formulas = _progress(at) | _faults(at, places, form, field)
    for column, (formula, value) in sorted(formulas.items()):
        style: Style = "share" if column == _SHARE else "verdict" if column == _VERDICT else "integer"
        sheet.put(row, column, Formula(formula, cells if column == _OPEN else value, "step", style))
    for column in (_NEGATIVE, _OUTSIDE):
        if column not in formulas:
            sheet.text(row, column, "—", "missing")


def _progress(at: _Row) -> dict[int, tuple[str, float | str]]:
    return {
        _NUMBERS: (f"COUNT({at.values})", 0),
        _NIL: (at.state("确为零"), 0),
        _MISSING: (at.state("缺失"), 0),
        _NONE: (at.state("不适用"), 0),
        _SETTLED: (f"{at.both('有数据', _SOME)}+SUM({block((at.row, _NIL), (at.row, _NONE))})", 0),
        _SHARE: (f"{at.cell(_SETTLED)}/{at.cell(_CELLS)}", 0),
    }


def _faults(at: _Row, places: Places, form: FormSheet, field: FormField) -> dict[int, tuple[str, float | str]]:
    found: dict[int, tuple[str, float | str]] = {
        _OPEN: (at.both("有数据", _BLANK), 0),
        _TEXT: (f"COUNTA({at.values})-COUNT({at.values})", 0),
        _UNIT: (f"IF(ISNUMBER({places.limit(field, IN_OWN)}),0,1)", 0),
        _FILLED: (f"{at.both('缺失', _SOME)}+{at.both('不适用', _SOME)}", 0),
        _ZERO: (f'{at.both("确为零", "<>0")}+SUMPRODUCT(({at.states}="有数据")*({at.values}=0)*({at.values}<>""))', 0),
        _STATE: (f"{at.cell(_CELLS)}-{at.state('有数据')}-SUM({block((at.row, _NIL), (at.row, _NONE))})", 0),
        _NOTE: (f'SUMPRODUCT(({at.states}<>"有数据")*({at.states}<>"")*({at.notes}=""))', 0),
        _SOURCE: (f"IF({at.cell(_NUMBERS)}+{at.cell(_NIL)}>0,1-COUNTA({places.source_cell(form, field)}),0)", 0),
        _VERDICT: (f'IF(SUM({block((at.row, _OPEN), (at.row, _SOURCE))})=0,"通过","不通过")', "不通过"),
    }
    bounds = places.asked.quantities[field.quantity].bounds
    if bounds is None:
        return found
    tests = []
    if bounds.low is not None:
        tests.append(_outside(at, "<", places.limit(field, LOW_CHOSEN)))
    if bounds.high is not None:
        tests.append(_outside(at, ">", places.limit(field, HIGH_CHOSEN)))
    if tests:
        found[_OUTSIDE] = (f"IF({at.cell(_UNIT)}=0,{'+'.join(tests)},0)", 0)
    if bounds.low is not None and bounds.low >= 0:
        found[_NEGATIVE] = (f'COUNTIF({at.values},"<0")', 0)
    return found


def _outside(at: _Row, relation: str, limit: str) -> str:
    return f'SUMPRODUCT(({at.values}{relation}{limit})*({at.values}<>""))'


def _total(sheet: Sheet, places: Places, last: int) -> None:
    for column in range(_CELLS, _VERDICT):
        if column == _SHARE:
            sheet.put(TOTAL, column, Formula(f"{a1(TOTAL, _SETTLED)}/{a1(TOTAL, _CELLS)}", 0, "step", "share"))
            continue
        contents = [sheet.cells.get((row, column)) for row in range(TOTAL + 1, last + 1)]
        value = sum(
            item.value
            for item in contents
            if isinstance(item, Number | Formula) and not isinstance(item.value, str | None)
        )
        sheet.put(TOTAL, column, Formula(f"SUM({column_block(column, TOTAL + 1, last)})", value, "total", "integer"))
    blocks = [column_block(_VERDICT, TOTAL + 1, last), *area_verdicts(places)]
    failed = "+".join(f'COUNTIF({item},"不通过")' for item in blocks)
    sheet.put(TOTAL, _VERDICT, Formula(f'IF({failed}=0,"通过","不通过")', "不通过", "total", "verdict"))
