"""自检_面积: do the areas of the ecosystem classes add up to the area of the county? One step per column, in the own unit.

The gap and the allowed gap are `qhgep.catalogue.comparisons.area_gap` and `area_allowed`, by which the reader goes too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qhgep.catalogue.comparisons import area_allowed, area_gap, area_tolerance, land
from qhgep.inputs.form.schema import FIRST, FormField, FormSheet
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
    return bool(_of(places, area.name) and _of(places, county_area.name))


def area_verdicts(places: FormAddresses) -> list[str]:
    """The block of the verdicts of 自检_面积, where there is one."""
    if not has_areas(places):
        return []
    verdict = _Columns(len(_of(places, area.name))).after[-1]
    return [on_sheet(AREAS, column_block(verdict, DATA, DATA + len(places.asked.schema.counties) - 1))]


def areas_sheet(places: FormAddresses) -> Sheet:
    """自检_面积, one row per county. The area of a class that is missing makes the sum open below, never above."""
    classes = _of(places, area.name)
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
    source = row - DATA + FIRST
    for column, (form, field) in enumerate(classes, start=_KEYS):
        sheet.put(row, column, _own(places, form, field, source))
    sheet.put(row, total, LiveFormula(f"SUM({block((row, _KEYS), (row, total - 1))})", 0, "total"))
    ((form, field),) = _of(places, county_area.name)
    sheet.put(row, county, _own(places, form, field, source))
    form = classes[0][0]
    states = on_sheet(form.name, block((source, len(form.keys)), (source, len(form.columns) - 2)))
    counts = f'COUNTIF({states},"缺失")+COUNTIF({states},"有数据")-COUNTIF({states},">0")'
    sheet.put(row, still, LiveFormula(counts, len(classes), "step", "integer"))
    cells = {land.name: at[total], county_area.name: at[county], area_tolerance.name: fixed(*_TOLERANCE)}
    for column, tree in ((gap, area_gap), (allowed, area_allowed)):
        written = excel(tree, lambda quantity: cells[quantity.name], factor=str)
        sheet.put(row, column, LiveFormula(f'IF(ISNUMBER({at[county]}),{written},"—")', "—", "step"))
    short = f'IF(AND({at[still]}=0,{at[gap]}+{at[allowed]}<0),"不通过","通过")' if places.asked.whole else '"通过"'
    words = f'IF(ISNUMBER({at[gap]}),IF({at[gap]}>{at[allowed]},"不通过",{short}),"无法核验")'
    sheet.put(row, verdict, LiveFormula(words, "无法核验", "step", "verdict"))


def _own(places: FormAddresses, form: FormSheet, field: FormField, row: int) -> LiveFormula:
    """A value of a table sheet in the own unit; a dash where there is no number."""
    cell = on_sheet(form.name, a1(row, places.column(form, field)))
    return LiveFormula(f'IF(ISNUMBER({cell}),{cell}*{places.limit(field, IN_OWN)},"—")', "—", "import", "import")
