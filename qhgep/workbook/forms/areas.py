"""自检_面积: do the areas of the ecosystem classes add up to the area of the county? One step per column, in the own unit.

The gap and the allowed gap are `qhgep.catalogue.comparisons.area_gap` and `area_allowed`, by which the reader goes too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qhgep.catalogue.comparisons import area_allowed, area_gap, area_tolerance, land
from qhgep.inputs.form.schema import FIRST, LACKING, NIL, NONE, STATED, FormField, FormSheet
from qhgep.inputs.landcover.crosswalk import class_area
from qhgep.quantities import AREA_TOLERANCE, area, county_area
from qhgep.readings.excel import excel
from qhgep.workbook.core.cells import LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import FIRST as DATA
from qhgep.workbook.core.layout import a1, block, column_block, fixed, on_sheet
from qhgep.workbook.core.table_sheet import CHECKS, Head, row_of_texts, table_sheet
from qhgep.workbook.forms.places import AREAS, IN_OWN, FormAddresses

_KEYS = 2
_TOLERANCE = (2, 3)
"""The cell of the tolerance."""


@dataclass(frozen=True)
class _Columns:
    """The columns of the sheet after the classes."""

    classes: int

    @property
    def after(self) -> tuple[int, ...]:
        """Sum of classes, county area, classes that are open, difference, allowed difference, verdict."""
        return tuple(range(_KEYS + self.classes, _KEYS + self.classes + 6))


def _of(places: FormAddresses, quantity: str) -> list[tuple[FormSheet, FormField]]:
    return [(sheet, field) for sheet, field in places.fields if field.quantity == quantity]


def has_areas(places: FormAddresses) -> bool:
    """Whether both the classes and the county are asked, so that they can be compared."""
    return bool(_classes(places) and _of(places, county_area.name))


def _classes(places: FormAddresses) -> list[tuple[FormSheet, FormField]]:
    """The columns with areas of classes: of ecosystems, or the one of a land survey, which has a row for each."""
    return _of(places, class_area.name) if places.asked.schema.survey else _of(places, area.name)


def area_verdicts(places: FormAddresses) -> list[str]:
    """The block of the verdicts of 自检_面积, where there is one."""
    if not has_areas(places):
        return []
    verdict = _Columns(len(_classes(places))).after[-1]
    return [on_sheet(AREAS, column_block(verdict, DATA, DATA + len(places.asked.schema.counties) - 1))]


def areas_sheet(places: FormAddresses) -> Sheet:
    """自检_面积, one row per county. The area of a class that is missing makes the sum open below, never above."""
    classes = _classes(places)
    columns, own = _Columns(len(classes)), area.unit.printed
    heads = [Head("区划代码", width=9), Head("县", width=19)]
    heads += [Head(field.zh, own, "换算后", 10) for _, field in classes]
    heads += [Head(name, unit, how, width) for name, unit, how, width in (
        ("各类合计", own, "已填各类之和", 11), ("县域面积", own, "表1 所填，换算后", 11), ("尚缺类数", "类", "空白与缺失", 7),
        ("差", own, "合计－县域", 11), ("允许差", own, "县域×容差", 10), ("结论", "", "", 10),
    )]  # fmt: skip
    notice = (
        "各类合计不应大于县域面积；各类填齐后应与县域面积相符" if places.asked.whole else "各类合计不应大于县域面积"
    )
    sheet = table_sheet(AREAS, "面积核对", heads, color=CHECKS, notice=notice, left="随填随算，本表不用填")
    sheet.text(_TOLERANCE[0], _TOLERANCE[1] - 1, "容差", "note")
    sheet.put(*_TOLERANCE, TypedNumber(float(AREA_TOLERANCE), "share"))
    for row, county in enumerate(places.asked.schema.counties, start=DATA):
        row_of_texts(sheet, row, county, "code")
        _line(sheet, places, row, classes, columns)
    last = DATA + len(places.asked.schema.counties) - 1
    sheet.verdicts.append((DATA, columns.after[-1], last, columns.after[-1]))
    return sheet


def _line(
    sheet: Sheet, places: FormAddresses, row: int, classes: Sequence[tuple[FormSheet, FormField]], columns: _Columns
) -> None:
    total, county, still, gap, allowed, verdict = columns.after
    at = {column: a1(row, column) for column in columns.after}
    place = row - DATA
    for column, (form, field) in enumerate(classes, start=_KEYS):
        sheet.put(row, column, _land(places, form, field, place))
    sheet.put(row, total, LiveFormula(f"SUM({block((row, _KEYS), (row, total - 1))})", 0, "total"))
    ((form, field),) = _of(places, county_area.name)
    number, value = _own(places, form, field, place)
    sheet.put(row, county, LiveFormula(f'IF({number},{value},"—")', "—", "import", "import"))
    lands = block((row, _KEYS), (row, total - 1))
    sheet.put(row, still, LiveFormula(_still(places, classes, lands, place), _cells(classes), "step", "integer"))
    cells = {land.name: at[total], county_area.name: at[county], area_tolerance.name: fixed(*_TOLERANCE)}
    for column, tree in ((gap, area_gap), (allowed, area_allowed)):
        written = excel(tree, lambda quantity: cells[quantity.name], factor=str)
        sheet.put(row, column, LiveFormula(f'IF(ISNUMBER({at[county]}),{written},"—")', "—", "step"))
    short = f'IF(AND({at[still]}=0,{at[gap]}+{at[allowed]}<0),"不通过","通过")' if places.asked.whole else '"通过"'
    words = f'IF(ISNUMBER({at[gap]}),IF({at[gap]}>{at[allowed]},"不通过",{short}),"无法核验")'
    sheet.put(row, verdict, LiveFormula(words, "无法核验", "step", "verdict"))


def _rows(form: FormSheet, place: int) -> tuple[int, int]:
    """The first and the last row of a county on a sheet."""
    each = len(form.items) or 1
    first = FIRST + place * each
    return first, first + each - 1


def _cells(classes: Sequence[tuple[FormSheet, FormField]]) -> int:
    """How many areas of classes a county has."""
    return sum(len(form.items) or 1 for form, _ in classes)


def _own(places: FormAddresses, form: FormSheet, field: FormField, place: int) -> tuple[str, str]:
    """Whether a county has a number on a table sheet, and its value, or the sum of its rows, in the own unit."""
    first, last = _rows(form, place)
    size, column = places.limit(field, IN_OWN), places.column(form, field)
    if first == last:
        cell = on_sheet(form.name, a1(first, column))
        return f"ISNUMBER({cell})", f"{cell}*{size}"
    cells = on_sheet(form.name, column_block(column, first, last))
    return f"COUNT({cells})>0", f"SUM({cells})*{size}"


def _land(places: FormAddresses, form: FormSheet, field: FormField, place: int) -> LiveFormula:
    """The area of a class, or of all of a survey; 0 for one that is told to be zero, a dash where there is no number."""
    number, value = _own(places, form, field, place)
    if form.items:
        return LiveFormula(f'IF({number},{value},"—")', "—", "import", "import")
    row, column = _rows(form, place)[0], places.column(form, field)
    state, note = (on_sheet(form.name, a1(row, at)) for at in (column + 1, len(form.columns) - 1))
    rest = f'AND({places.mark_cell(form, field)}="{NIL}",{state}="{STATED}",{note}="")'
    return LiveFormula(f'IF({number},{value},IF(OR({state}="{NIL}",{rest}),0,"—"))', "—", "import", "import")


def _still(places: FormAddresses, classes: Sequence[tuple[FormSheet, FormField]], lands: str, place: int) -> str:
    """How many classes of a county have neither a number nor a word that says why there is none to come."""
    form, field = classes[0]
    first, last = _rows(form, place)
    if not form.items:
        states = on_sheet(form.name, block((first, len(form.keys)), (last, len(form.columns) - 2)))
        return f'COUNTIF({lands},"—")-COUNTIF({states},"{NONE}")'
    column = places.column(form, field)
    values, states, notes = (
        on_sheet(form.name, column_block(at, first, last)) for at in (column, column + 1, len(form.columns) - 1)
    )
    noted = f'SUMPRODUCT(({states}="{STATED}")*({values}="")*({notes}<>""))'
    blank = f'COUNTIF({states},"{STATED}")-COUNTIF({values},">0")'
    return f'COUNTIF({states},"{LACKING}")+IF({places.mark_cell(form, field)}="{NIL}",{noted},{blank})'
