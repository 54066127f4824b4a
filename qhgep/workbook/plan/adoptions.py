"""判断事项 of a plan's workbook, its second part: rows of the store that are used outside their own place, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

from qhgep.coefficient_store import evidence_text
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.columns.parameter import Cited
from qhgep.workbook.core.cells import LiveFormula, Sheet
from qhgep.workbook.core.layout import Address, block, imported
from qhgep.workbook.core.table_sheet import row_of_texts

RULE = "引用他处的参数"
_RECEIVED, _BASIS, _NOTE = 8, 9, 10


@dataclass(frozen=True, slots=True)
class Adopted:
    """A cited row that somebody decided to use, for which parameter, and the recipients whose amounts rest on it."""

    row: Cited
    parameter: str
    recipients: tuple[str, ...]


def adopted(allocation: Allocation) -> list[Adopted]:
    """The adopted rows of a plan in the order of its parameters; a parameter of all recipients touches each of them."""
    if allocation.terms is None:
        return []
    codes = list(allocation.fen)
    found: dict[tuple[Cited, str], list[str]] = {}
    for (step, name), row in allocation.terms.cited.items():
        if row.adopted:
            head, _, last = name.rpartition(".")
            own = last in allocation.fen
            found.setdefault((row, f"{step}.{head if own else name}"), []).extend([last] if own else codes)
    return [Adopted(row, name, tuple(dict.fromkeys(who))) for (row, name), who in found.items()]


def put_adopted(sheet: Sheet, first: int, start: int, allocation: Allocation, received: dict[str, Address]) -> None:
    """One line a row with its sum, and below it each recipient with what it gets; `received` is where that stands."""
    names = {item.id: item.zh for item in allocation.recipients}
    at = first
    for number, item in enumerate(adopted(allocation), start=start):
        count = len(item.recipients)
        texts = (f"{number}　[[adopt]] {item.row.row}", "", f"合计（{count} 个单位）", RULE, item.parameter)
        row_of_texts(sheet, at, texts, "wrap")
        area = block((at + 1, _RECEIVED), (at + count, _RECEIVED))
        whole = sum(allocation.fen[code] for code in item.recipients) / 100
        sheet.put(at, _RECEIVED, LiveFormula(f"SUM({area})", whole, "total", "total"))
        sheet.text(at, _BASIS, item.row.adopted, "wrap")
        sheet.text(at, _NOTE, f"{item.row.document}（{evidence_text(item.row.evidence, own=item.row.own)}）", "wrap")
        for place, code in enumerate(item.recipients, start=at + 1):
            row_of_texts(sheet, place, (str(number), code, names[code]))
            amount = LiveFormula(imported(received[code].full), allocation.fen[code] / 100, "import", "money")
            sheet.put(place, _RECEIVED, amount)
        at += count + 1
