"""Where the numbers of a plan's workbook lead: an amount to its step, a step to its factor or its ground, a factor to its ground."""

from __future__ import annotations

from collections.abc import Sequence

from qhgep.workbook.account.context import COVER
from qhgep.workbook.core.cells import Sheet
from qhgep.workbook.core.layout import Address
from qhgep.workbook.core.number_links import Links
from qhgep.workbook.core.table_sheet import PRESENTATION
from qhgep.workbook.plan.basis import SHEET as BASIS
from qhgep.workbook.plan.basis import basis_rows
from qhgep.workbook.plan.checks import STEPS
from qhgep.workbook.plan.decisions import FACTORS
from qhgep.workbook.plan.places import PARAMETERS, PlanPlaces


def link_numbers(places: PlanPlaces, sheets: Sequence[Sheet]) -> None:
    """Put the links on the numbers of all sheets."""
    links, rows = Links(sheets), basis_rows(places)
    if not rows:
        return
    grounds = _grounds(places)

    def step(address: Address) -> Address | None:
        return address if address.sheet in {STEPS, PARAMETERS, FACTORS} else None

    def ground(address: Address) -> Address | None:
        row = rows.get(grounds.get((address.sheet, address.column), ""), rows[""])
        return Address(BASIS, row, 0)

    front = [sheet.name for sheet in sheets if sheet.color == PRESENTATION or sheet.name == COVER]
    for address in links.numbers(front):
        links.lead(address, links.followed(address, step))
    for address in links.numbers([STEPS]):
        factor = next((item for item in links.read(address) if item.sheet == FACTORS), None)
        links.lead(address, factor or ground(address))
    for address in links.numbers([FACTORS, PARAMETERS]):
        links.lead(address, ground(address) if address.sheet == FACTORS else _of_parameter(places, rows, address))


def _grounds(places: PlanPlaces) -> dict[tuple[str, int], str]:
    """Sheet and column -> the name that its line on 依据 has: of a step, a factor or a phase; of the rest the plan's own."""
    steps = [step.id for step in places.allocation.outcomes]
    last = steps[-1] if steps else ""
    found = {}
    for name, column in places.place.items():
        head, _, rest = name.partition(".")
        if head == "factor":
            found[STEPS, column] = ".".join(name.split(".")[:2])
        elif head == "phase":
            found[STEPS, column] = f"phase.{rest.partition('.')[0]}"
        else:
            found[STEPS, column] = f"step.{head if head in steps else last}" if head != "pool" else ""
    for name, column in places.factor_column.items():
        head = name.partition(".")[0]
        found[FACTORS, column] = name if head == "factor" else f"step.{head}"
    return found


def _of_parameter(places: PlanPlaces, rows: dict[str, int], address: Address) -> Address:
    """The line on 依据 of a parameter: of its step, else of the plan."""
    name = next((name for name, row in places.parameter_row.items() if row == address.row), "")
    return Address(BASIS, rows.get(f"step.{name.partition('.')[0]}", rows[""]), 0)
