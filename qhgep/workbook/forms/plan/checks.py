"""自检 of a plan form: what a formula can say while it is filled in. Whether it is a plan is said by `qhgep check`.

Every formula counts what is amiss, or adds up shares; the cells that it reads are found by the keys of the sheets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from qhgep.compensation.plan_form.fields import NAME, TABLES
from qhgep.compensation.plan_form.places import (
    CHECK_AT,
    CODE_AT,
    FIRST_COLUMN,
    GENERAL,
    LEGAL,
    NAME_AT,
    RECIPIENTS,
    STEPS,
    TABLE_FIRST,
    TAKES_AT,
    UPRIGHT,
    UPRIGHT_HEAD,
    VALUE_AT,
    WIDE_BLANK,
    WIDE_FIRST,
    WIDE_STATE,
    WIDE_SUM,
)
from qhgep.compensation.plan_form.words import PENDING, label, within_pool
from qhgep.workbook.core.cells import LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import a1, block, column_block, on_sheet
from qhgep.workbook.core.table_sheet import CHECKS, row_of_texts
from qhgep.workbook.forms.plan.check_lines import DASH, FormSheets, PlanCheck, verdict
from qhgep.workbook.forms.plan.checks_of_rules import checks_of_rules
from qhgep.workbook.forms.plan.content import FormColumn, FormSection
from qhgep.workbook.forms.plan.wide import NAMELESS, TWICE

CHECK = "自检"
HEADS = ("核对什么", "结论", "数", "应为", "不通过的怎么改")
FIRST = 5
"""The row of the first check, from zero; above it the heads and the verdict on the whole form."""
WHOLE = 4
_WIDTHS = (44.0, 11.0, 15.0, 12.0, 60.0)
_WAITS = PENDING.rstrip("：")


def checks_sheet(sheets: Sequence[Sheet], parts: Sequence[FormSection], made: Sequence[FormColumn]) -> Sheet:
    """The sheet, one line for each check; its first line is the form as a whole."""
    form = FormSheets(sheets)
    lines = [
        *_general(form),
        *_waiting(form, made),
        *_shares(form, parts, made),
        *_of_columns(form, made),
        *checks_of_rules(form, parts, made),
        *_evidence(form),
    ]
    sheet = Sheet(CHECK, "填报自检", CHECKS, freeze=(FIRST, 1), repeat=(3, 3), widths=dict(enumerate(_WIDTHS)))
    sheet.text(0, 0, "填报自检", "title")
    sheet.text(
        1, 0, "随填随算，本表不用填。全部通过后存盘，用 qhgep check 核对全部规则，再用 qhgep allocate 测算。", "note"
    )
    sheet.merges += [(0, 0, 0, len(HEADS) - 1), (1, 0, 1, len(HEADS) - 1)]
    sheet.heights |= {0: 26, 1: 18}
    row_of_texts(sheet, 3, HEADS, "head")
    last = FIRST + len(lines) - 1
    wrong = sum(line.verdict == "不通过" for line in lines)
    count = f'COUNTIF({column_block(1, FIRST, last)},"不通过")'
    row_of_texts(sheet, WHOLE, ("全部",), "label")
    sheet.put(WHOLE, 2, LiveFormula(count, wrong, "total", "integer"))
    sheet.put(
        WHOLE, 1, LiveFormula(f'IF({a1(WHOLE, 2)}=0,"通过","不通过")', verdict(holds=not wrong), "total", "verdict")
    )
    row_of_texts(sheet, WHOLE, ("", "", "", "0 处不通过", ""), "text")
    for row, line in enumerate(lines, start=FIRST):
        at = a1(row, 2)
        sheet.text(row, 0, line.title, "text")
        sheet.put(row, 2, LiveFormula(line.formula, DASH if line.value is None else line.value, "total", "plain"))
        says = f'IF(ISNUMBER({at}),IF({line.passes(at)},"通过","不通过"),"无法核验")'
        sheet.put(row, 1, LiveFormula(says, line.verdict, "step", "verdict"))
        sheet.text(row, 3, line.should, "unit")
        sheet.text(row, 4, line.advice, "text")
    sheet.verdicts.append((WHOLE, 1, last, 1))
    return sheet


def _general(form: FormSheets) -> Iterator[PlanCheck]:
    """Title, year and pool; the four cells of the basis, unless it is a scenario."""
    pool = form.row(GENERAL, "pool")
    cell = on_sheet(GENERAL, a1(pool, VALUE_AT))
    number = isinstance(form.sheets[GENERAL].cells[pool, VALUE_AT], TypedNumber)
    yield PlanCheck(
        "资金总额是大于零的数",
        f"IF(ISNUMBER({cell}),IF({cell}>0,0,1),1)",
        0 if number else 1,
        "0",
        "方案 表，填到分，不写万、亿。",
    )
    layer = on_sheet(GENERAL, a1(form.row(GENERAL, "layer"), VALUE_AT))
    first, last = form.row(GENERAL, "basis.document"), form.row(GENERAL, "basis.date")
    basis = on_sheet(GENERAL, column_block(VALUE_AT, first, last))
    texts = form.texts(GENERAL, VALUE_AT, first, last)
    lacks = sum(not text or text.startswith(_WAITS) for text in texts)
    scenario = form.text(GENERAL, form.row(GENERAL, "layer"), VALUE_AT) == "情景测算"
    formula = f'IF({layer}="情景测算",0,COUNTBLANK({basis})+COUNTIF({basis},"{_WAITS}*"))'
    yield PlanCheck(
        "依据文件的名称、文号、条款、日期齐全",
        formula,
        0 if scenario else lacks,
        "0",
        "法定、协议方案四项都填；情景测算可空。",
    )
    listed = [code for code in form.texts(RECIPIENTS, CODE_AT, WIDE_FIRST, form.last(RECIPIENTS)) if code]
    count = on_sheet(RECIPIENTS, a1(WIDE_SUM, TAKES_AT))
    takes = form.sheets[RECIPIENTS].cells[WIDE_SUM, TAKES_AT]
    none = isinstance(takes, LiveFormula) and not takes.value
    yield PlanCheck("有领款单位", f"IF({count}>0,0,1)", int(none), "0", "单位 表，写代码，领款选 是。")
    amiss = on_sheet(RECIPIENTS, column_block(CHECK_AT, WIDE_FIRST, form.last(RECIPIENTS)))
    twice = sum(listed.count(code) > 1 for code in listed)
    formula = f'COUNTIF({amiss},"{TWICE}")+COUNTIF({amiss},"{NAMELESS}")'
    yield PlanCheck("单位代码没有重复，有数的行都有代码", formula, twice, "0", "单位 表的核对栏指出是哪一行。")


def _waiting(form: FormSheets, made: Sequence[FormColumn]) -> Iterator[PlanCheck]:
    """The cells that still say 待填; a column of the recipients waits as long as nobody has a value in it."""
    for name in (*UPRIGHT, *TABLES.values()):
        if name == LEGAL:
            continue
        first, column = (UPRIGHT_HEAD + 1, VALUE_AT) if name in UPRIGHT else (TABLE_FIRST, 0)
        last = form.last(name)
        right = column if name in UPRIGHT else max(at for _, at in form.sheets[name].cells)
        cells = on_sheet(name, block((first, column), (last, right)))
        waits = sum(
            form.text(name, row, at).startswith(_WAITS)
            for row in range(first, last + 1)
            for at in range(column, right + 1)
        )
        yield PlanCheck(
            f"{name} 表没有待填的格", f'COUNTIF({cells},"{_WAITS}*")', waits, "0", "填写；有依据不填的，清空该格。"
        )
    last_column = FIRST_COLUMN + len(made) - 1
    states = on_sheet(RECIPIENTS, block((WIDE_STATE, FIRST_COLUMN), (WIDE_STATE, last_column)))
    blanks = on_sheet(RECIPIENTS, block((WIDE_BLANK, FIRST_COLUMN), (WIDE_BLANK, last_column)))
    count = on_sheet(RECIPIENTS, a1(WIDE_SUM, TAKES_AT))
    open_ = sum(item.state.startswith(_WAITS) for item in made)
    formula = f'COUNTIFS({states},"{_WAITS}*",{blanks},">="&{count})'
    yield PlanCheck("单位 表没有待填的栏", formula, open_, "0", "逐个单位填数；都没有、也确实不用填的，状态格写 无。")


def _shares(form: FormSheets, parts: Sequence[FormSection], made: Sequence[FormColumn]) -> Iterator[PlanCheck]:
    """Weights and shares that make one together, and the shares of phases, which the last one fills up."""
    for part in parts:
        keys = dict.fromkeys(row.key for row in part.rows if row.field.sums_to_one)
        for key in keys:
            rows = form.rows(STEPS, key)
            cells = on_sheet(STEPS, column_block(VALUE_AT, rows[0], rows[-1]))
            total = sum(form.number(STEPS, row, VALUE_AT) for row in rows)
            field = next(row.field for row in part.rows if row.key == key)
            yield PlanCheck(
                f"{part.title}：{label(field)}合计为 1",
                f"SUM({cells})",
                total,
                "1",
                "合计正好为 1；各因素名称与 因素 表一致。",
            )
            if "weights" in key.split("."):
                yield _weights_of_factors(form, part.title, rows)
    for column, item in enumerate(made, start=FIRST_COLUMN):
        if item.field.sums_to_one:
            at = on_sheet(RECIPIENTS, a1(WIDE_SUM, column))
            total = sum(form.number(RECIPIENTS, row, column) for row in range(WIDE_FIRST, form.last(RECIPIENTS) + 1))
            yield PlanCheck(
                f"单位 表 {item.title} {item.name} 合计为 1",
                f"IF({at}=0,1,{at})",
                total or 1,
                "1",
                "合计正好为 1；不用的整栏空着。",
            )
    name = TABLES["phase", NAME]
    shares = form.column(name, "phase.*.share")
    cells = on_sheet(name, column_block(shares, TABLE_FIRST, form.last(name)))
    total = sum(form.number(name, row, shares) for row in range(TABLE_FIRST, form.last(name) + 1))
    yield PlanCheck("分期的份额合计不超过 1", f"SUM({cells})", total, "≤ 1", "最后一期空着，取余数。", "1", 1.0)


def _weights_of_factors(form: FormSheets, title: str, rows: Sequence[int]) -> PlanCheck:
    """Every name of a weight is one of the factors."""
    table = TABLES["factor", NAME]
    factors = on_sheet(table, column_block(0, TABLE_FIRST, form.last(table)))
    known = set(form.texts(table, 0, TABLE_FIRST, form.last(table)))
    said = [form.text(STEPS, row, NAME_AT) for row in rows]
    cells = [on_sheet(STEPS, a1(row, NAME_AT)) for row in rows]
    formula = "+".join(f'IF({cell}="",0,IF(COUNTIF({factors},{cell})=0,1,0))' for cell in cells)
    return PlanCheck(
        f"{title}：权重的名称都在 因素 表",
        formula,
        sum(name not in known for name in said if name),
        "0",
        "在 因素 表加一行，或改名称。",
    )


def _of_columns(form: FormSheets, made: Sequence[FormColumn]) -> Iterator[PlanCheck]:
    """Numbers by recipient: no words among them, money that the pool must hold, areas that the whole area must hold."""
    last = form.last(RECIPIENTS)
    pool = form.row(GENERAL, "pool")
    limit = on_sheet(GENERAL, a1(pool, VALUE_AT))
    for first, end in _runs([bool(item.unit) for item in made]):
        cells = on_sheet(RECIPIENTS, block((WIDE_FIRST, FIRST_COLUMN + first), (last, FIRST_COLUMN + end)))
        titles = "、".join(dict.fromkeys(item.title for item in made[first : end + 1]))
        yield PlanCheck(
            f"单位 表 {titles} 都是数", *_words_in(form, cells, (first, end)), "0", "只填数，不写单位；没有数的留空。"
        )
    for column, item in enumerate(made, start=FIRST_COLUMN):
        if within_pool(item.field):
            cells = on_sheet(RECIPIENTS, column_block(column, WIDE_FIRST, last))
            total = sum(form.number(RECIPIENTS, row, column) for row in range(WIDE_FIRST, form.last(RECIPIENTS) + 1))
            known = isinstance(form.sheets[GENERAL].cells[pool, VALUE_AT], TypedNumber)
            formula = f'IF(ISNUMBER({limit}),SUM({cells})-{limit},"{DASH}")'
            over = total - form.number(GENERAL, pool, VALUE_AT) if known else None
            yield PlanCheck(
                f"单位 表 {item.title} 合计不超过资金总额",
                formula,
                over,
                "≤ 0",
                "数是合计减资金总额；降低各数，或增加资金。",
                "0",
                0.0,
            )


def _runs(marks: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """The first and last place of each run of marks."""
    place = 0
    for marked, run in groupby(marks):
        length = len(list(run))
        if marked:
            yield place, place + length - 1
        place += length


def _words_in(form: FormSheets, cells: str, columns: tuple[int, int]) -> tuple[str, int]:
    """How many cells of some columns are neither numbers nor name a row that has one: the formula, and the count now."""
    cited = "".join(f'-COUNTIF({cells},"{mark}:*")' for mark in ("row", "-row", "key"))
    rows = range(WIDE_FIRST, form.last(RECIPIENTS) + 1)
    found = [
        form.is_number(RECIPIENTS, row, FIRST_COLUMN + column)
        for row in rows
        for column in range(columns[0], columns[1] + 1)
    ]
    return f"COUNTA({cells})-COUNT({cells}){cited}", found.count(False)


def _evidence(form: FormSheets) -> Iterator[PlanCheck]:
    """What is declared names who returned it, and another document than that of the basis its number and date."""
    name = TABLES["evidence", "#"]
    last = form.last(name)
    keys = ("evidence", "document", "number", "date", "unit")
    columns = {key: form.column(name, f"evidence.#.{key}") for key in keys}
    cells = {key: on_sheet(name, column_block(column, TABLE_FIRST, last)) for key, column in columns.items()}
    lacks = f'(({cells["unit"]}="")+({cells["document"]}<>"")*(({cells["number"]}="")+({cells["date"]}=""))>0)'
    lines = [
        {key: form.text(name, row, column) for key, column in columns.items()} for row in range(TABLE_FIRST, last + 1)
    ]
    wrong = sum(
        line["evidence"] == "申报"
        and (not line["unit"] or bool(line["document"] and not (line["number"] and line["date"])))
        for line in lines
    )
    formula = f'SUMPRODUCT(({cells["evidence"]}="申报")*{lacks})'
    yield PlanCheck("申报的证据写明填报单位；另有文件的写明文号和日期", formula, wrong, "0", "证据 表，补写。")
