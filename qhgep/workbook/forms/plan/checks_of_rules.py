"""Checks of the steps of a plan form that the words of their fields name: what bounds what, and what must be one of what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qhgep.compensation.plan_form.fields import NAME, RECIPIENT
from qhgep.compensation.plan_form.places import (
    CODE_AT,
    FIRST_COLUMN,
    NAME_AT,
    RECIPIENTS,
    STEPS,
    VALUE_AT,
    WIDE_FIRST,
)
from qhgep.compensation.plan_form.words import PENDING, among, label, within
from qhgep.workbook.core.cells import Sheet
from qhgep.workbook.core.layout import a1, column_block, on_sheet
from qhgep.workbook.forms.plan.check_lines import DASH, FormSheets, PlanCheck
from qhgep.workbook.forms.plan.content import FormColumn, FormSection


def checks_of_rules(form: FormSheets, parts: Sequence[FormSection], made: Sequence[FormColumn]) -> Iterator[PlanCheck]:
    """Every such check of the steps."""
    yield from _bounded(form, made)
    for part in parts:
        for row in part.rows:
            if among(row.field):
                yield _one_of(form, f"{part.title}：{label(row.field)}", row.key, among(row.field))
    for column, item in enumerate(made):
        if among(item.field):
            yield _all_of(form, column, item)


def offer_names(form: FormSheets, parts: Sequence[FormSection], made: Sequence[FormColumn]) -> None:
    """Where a value must be one of the names on the form, the cell offers those as a list; names added there are in it."""
    for row in (row for part in parts for row in part.rows):
        if other := among(row.field):
            _offer(form.sheets[STEPS], (form.row(STEPS, row.key), VALUE_AT), _names(form, row.key, other))
    for column, item in enumerate(made, start=FIRST_COLUMN):
        if other := among(item.field):
            _offer(form.sheets[RECIPIENTS], (WIDE_FIRST, column), _names(form, item.key, other))


def _offer(sheet: Sheet, first: tuple[int, int], names: str) -> None:
    place = next(place for place, item in enumerate(sheet.validations) if item.first == first)
    found = sheet.validations[place]
    sheet.validations[place] = replace(
        found,
        kind="list",
        prompt=found.prompt or "从列表中选。",
        error="从列表中选；没有的先在名称栏补一行。",
        low=names,
    )


def _names(form: FormSheets, key: str, other: str) -> str:
    """Where the names of another field of the step of a key stand, or the codes of the recipients."""
    if other == RECIPIENT:
        return on_sheet(RECIPIENTS, column_block(CODE_AT, WIDE_FIRST, form.last(RECIPIENTS)))
    rows = form.rows(STEPS, f"{_beside(key, other)}.{NAME}")
    return on_sheet(STEPS, column_block(NAME_AT, rows[0], rows[-1]))


def _bounded(form: FormSheets, made: Sequence[FormColumn]) -> Iterator[PlanCheck]:
    """In no row are values together above their bound; where a cell names a row of the store nobody can say."""
    keys = [item.key for item in made]
    groups: dict[str, list[int]] = {}
    for column, item in enumerate(made):
        if (other := within(item.field)) and (bound := _beside(item.key, other)) in keys:
            groups.setdefault(bound, []).append(column)
    for bound, columns in groups.items():
        limit = keys.index(bound)
        cells = [_cells(form, column) for column in (*columns, limit)]
        over = f'SUMPRODUCT(({cells[-1]}<>"")*(({"+".join(cells[:-1])})>{cells[-1]}))'
        numbers = f"{'+'.join(f'COUNT({cell})' for cell in cells)}<{'+'.join(f'COUNTA({cell})' for cell in cells)}"
        titles = "、".join(dict.fromkeys(made[column].title for column in columns))
        yield PlanCheck(
            f"单位 表 {titles} 合计不超过 {made[limit].title}", f'IF({numbers},"{DASH}",{over})',
            _over(form, columns, limit), "0", "数是超过的单位数；降低各数，或改正上限。",
        )  # fmt: skip


def _over(form: FormSheets, columns: Sequence[int], limit: int) -> float | None:
    """How many rows are above their bound now; None where a cell is no number."""
    found, last = 0, form.last(RECIPIENTS)
    for row in range(WIDE_FIRST, last + 1):
        texts = [form.text(RECIPIENTS, row, FIRST_COLUMN + column) for column in (*columns, limit)]
        values = [form.number(RECIPIENTS, row, FIRST_COLUMN + column) for column in (*columns, limit)]
        if any(text and not value and text != "0" for text, value in zip(texts, values, strict=True)):
            return None
        found += bool(texts[-1]) and sum(values[:-1]) > values[-1]
    return found


def _one_of(form: FormSheets, title: str, key: str, other: str) -> PlanCheck:
    """A value is one of the names of another field of its step, or one of the recipients."""
    row = form.row(STEPS, key)
    cell = on_sheet(STEPS, a1(row, VALUE_AT))
    names = _names(form, key, other)
    if other == RECIPIENT:
        known = form.texts(RECIPIENTS, CODE_AT, WIDE_FIRST, form.last(RECIPIENTS))
    else:
        rows = form.rows(STEPS, f"{_beside(key, other)}.{NAME}")
        known = form.texts(STEPS, NAME_AT, rows[0], rows[-1])
    said = form.text(STEPS, row, VALUE_AT)
    waits = PENDING.rstrip("：")
    lacks = bool(said) and not said.startswith(waits) and said not in known
    formula = f'IF(OR({cell}="",LEFT({cell},{len(waits)})="{waits}"),0,IF(COUNTIF({names},{cell})=0,1,0))'
    return PlanCheck(f"{title} 写的是表中有的", formula, int(lacks), "0", "改为 单位 表的代码，或本步所列的名称。")


def _all_of(form: FormSheets, column: int, item: FormColumn) -> PlanCheck:
    """Every value of a column is one of the names of another field of its step."""
    cells = _cells(form, column)
    rows = form.rows(STEPS, f"{_beside(item.key, among(item.field))}.{NAME}")
    names = [on_sheet(STEPS, a1(row, NAME_AT)) for row in rows]
    counted = "".join(f'-IF({name}="",0,COUNTIF({cells},{name}))' for name in names)
    known = {form.text(STEPS, row, NAME_AT) for row in rows}
    wrong = sum(value not in known for value in item.values.values())
    return PlanCheck(
        f"单位 表 {item.title} 都是步骤表列出的",
        f"COUNTA({cells}){counted}",
        wrong,
        "0",
        "改为本步所列的名称，或在 步骤 表加一行。",
    )


def _beside(key: str, other: str) -> str:
    """The key of another field of the same step: step.1.areas.* and total give step.1.total."""
    return ".".join((*key.split(".")[:2], other))


def _cells(form: FormSheets, column: int) -> str:
    return on_sheet(RECIPIENTS, column_block(FIRST_COLUMN + column, WIDE_FIRST, form.last(RECIPIENTS)))
