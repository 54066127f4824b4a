"""The last line of an upright form: do the areas of the ecosystem classes add up to the area of the county?

The gap and the allowed gap are `qhgep.catalogue.comparisons.area_gap` and `area_allowed`, by which the reader goes too.
"""

from __future__ import annotations

from qhgep.catalogue.comparisons import area_allowed, area_gap, area_tolerance, land
from qhgep.inputs.form.schema import (
    CHECK_AT,
    HIGH_AT,
    KEY_AT,
    LACKING,
    LOW_AT,
    NIL,
    NOTE_AT,
    SECTION,
    SIZE_AT,
    STATE_AT,
    STATED,
    UNIT_AT,
    VALUE_AT,
)
from qhgep.inputs.landcover.crosswalk import class_area
from qhgep.quantities import AREA_TOLERANCE, area, county_area
from qhgep.readings.excel import excel
from qhgep.workbook.core.cells import LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.layout import a1, column_block
from qhgep.workbook.forms.areas import has_areas
from qhgep.workbook.forms.places import FormAddresses


def area_line(sheet: Sheet, places: FormAddresses, row: int) -> int:
    """Write the line at a row where both areas are asked; the last row of the form."""
    if not has_areas(places):
        return row - 1
    at = {
        cell.text: place for (place, column), cell in sheet.cells.items() if column == KEY_AT and isinstance(cell, Text)
    }
    kind = f"{class_area.name}@" if places.asked.schema.survey else f"{area.name}."
    lands = [place for key, place in at.items() if key.startswith(kind)]
    first, last = min(lands), max(lands)
    columns = (VALUE_AT, SIZE_AT, STATE_AT, NOTE_AT)
    values, sizes, states, notes = (column_block(column, first, last) for column in columns)
    nil = f'(({values}="")*({notes}="")+({values}<>"")*({values}=0))'
    rest = f'IF({a1(first - 1, STATE_AT)}="{NIL}",SUMPRODUCT(({states}="{STATED}")*{nil}),0)'
    total, whole, tolerance = a1(row, LOW_AT), a1(row, HIGH_AT), a1(row, SIZE_AT)
    county = at[county_area.name]
    sheet.text(row, 0, "面积核对：各类合计减县域面积", "label")
    sheet.text(row, UNIT_AT, area.unit.printed, "unit")
    sheet.text(row, KEY_AT, f"{SECTION}面积核对", "key")
    sheet.put(row, SIZE_AT, TypedNumber(float(AREA_TOLERANCE), "share"))
    sheet.put(row, LOW_AT, LiveFormula(f"SUMPRODUCT({values},{sizes})", 0, "total"))
    value, size = a1(county, VALUE_AT), a1(county, SIZE_AT)
    sheet.put(row, HIGH_AT, LiveFormula(f'IF(ISNUMBER({value}),{value}*{size},"—")', "—", "step"))
    cells = {land.name: total, county_area.name: whole, area_tolerance.name: tolerance}
    gap, allowed = (excel(tree, lambda quantity: cells[quantity.name], factor=str) for tree in (area_gap, area_allowed))
    sheet.put(row, VALUE_AT, LiveFormula(f'IF(ISNUMBER({whole}),{gap},"—")', "—", "step"))
    still = f'COUNTIF({states},"{LACKING}")+COUNTIF({states},"{STATED}")-COUNTIF({values},">0")-{rest}'
    found = a1(row, VALUE_AT)
    short = f'IF(AND({still}=0,{found}+({allowed})<0),"不通过","通过")' if places.asked.whole else '"通过"'
    words = f'IF(ISNUMBER({found}),IF({found}>({allowed}),"不通过",{short}),"无法核验")'
    sheet.put(row, CHECK_AT, LiveFormula(words, "无法核验", "step", "verdict"))
    return row
