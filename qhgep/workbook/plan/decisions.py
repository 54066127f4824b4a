"""判断事项 of a plan's workbook: what the plan decides about its factors, and whom it touches.

Below them the rows of the store that are used outside their own place, and by whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qhgep.coefficient_store import evidence_text
from qhgep.compensation.allocation import DECISION_TEXTS, Affected, Allocation, PlanDecision, decisions
from qhgep.compensation.columns.parameter import Cited
from qhgep.workbook.account.decisions import DECISIONS
from qhgep.workbook.core.cells import Content, LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import FIRST, Address, block, imported
from qhgep.workbook.core.table_sheet import CONTROL, Head, row_of_texts, table_sheet
from qhgep.workbook.plan.checks import STEPS

FACTORS = "因素数据"
NO_DECISION = "本方案没有“负值按零计”和“部分核算仍采用”的规定，也没有引用他处的参数"
_HEADS = (
    Head("判断", width=38), Head("代码", width=10), Head("单位", width=16), Head("规则", width=16), Head("因素", width=24),
    Head("核算值", "见右", "导入", 22), Head("用于分配的值", "见右", "导入", 22), Head("计量单位", width=14),
    Head("按本方案所得", "元", "导入", 20), Head("依据", width=50), Head("说明", width=60),
)  # fmt: skip
_VALUE, _USED, _UNIT, _RECEIVED, _BASIS, _NOTE = 5, 6, 7, 8, 9, 10


@dataclass(frozen=True, slots=True)
class PlanAddresses:
    """Where the plan's workbook has a recipient's row, a column of 测算过程 and a column of 因素数据."""

    rows: Mapping[str, int]
    steps: Mapping[str, int]
    factors: Mapping[str, int]
    received: str


def plan_decisions(allocation: Allocation, places: PlanAddresses, *, notice: str, left: str) -> Sheet:
    """判断事项: for each factor that counts negative values as zero or takes partial ones, its basis and whom it touches.

    A touched recipient has the value of the account, the value that is used, and the yuan that it receives.
    """
    title = "判断事项：对因素的负值和部分核算如何处理，引用了哪些他处的参数，及涉及的单位"
    sheet = table_sheet(DECISIONS, title, _HEADS, color=CONTROL, notice=notice, left=left)
    found = decisions(allocation)
    if not found and not adopted(allocation):
        sheet.text(FIRST, 0, NO_DECISION)
    row = FIRST
    for number, decision in enumerate(found, start=1):
        _put_decision(sheet, row, number, decision)
        for place, item in enumerate(decision.touched, start=1):
            _put_touched(sheet, row + place, number, decision, item, places)
        row += len(decision.touched) + 1
    received = {code: Address(STEPS, at, places.steps[places.received]) for code, at in places.rows.items()}
    put_adopted(sheet, row, len(found) + 1, allocation, received)
    return sheet


def _put_decision(sheet: Sheet, row: int, number: int, decision: PlanDecision) -> None:
    count, factor = len(decision.touched), decision.factor
    whom = f"合计（{count} 个单位）" if count else "没有涉及"
    texts = (
        f"{number}　{decision.place}",
        "",
        whom,
        DECISION_TEXTS[decision.kind],
        f"{factor.quantity.zh}（{factor.of}）",
    )
    row_of_texts(sheet, row, texts, "wrap")
    sheet.text(row, _BASIS, factor.basis, "wrap")
    if count:
        area = block((row + 1, _RECEIVED), (row + count, _RECEIVED))
        received = sum(item.fen for item in decision.touched) / 100
        sheet.put(row, _RECEIVED, LiveFormula(f"SUM({area})", received, "total", "total"))


def _put_touched(
    sheet: Sheet, row: int, number: int, decision: PlanDecision, item: Affected, places: PlanAddresses
) -> None:
    factor, at = decision.factor, places.rows[item.recipient.id]
    row_of_texts(sheet, row, (str(number), item.recipient.id, item.recipient.zh))
    name = f"factor.{factor.id}"
    used = f"{name}.used" if f"{name}.used" in places.steps else name
    sheet.put(row, _VALUE, _import(FACTORS, at, places.factors.get(name), float(item.value)))
    sheet.put(row, _USED, _import(STEPS, at, places.steps.get(used), float(item.used)))
    sheet.text(row, _UNIT, factor.quantity.unit.printed)
    received = Address(STEPS, at, places.steps[places.received]).full
    sheet.put(row, _RECEIVED, LiveFormula(imported(received), item.fen / 100, "import", "money"))
    unit = factor.quantity.unit.printed
    zeroed = f"{float(item.value):.12g} {unit} 按零计" if decision.kind == "negative_zero" else ""
    sheet.text(row, _NOTE, zeroed or item.partial, "wrap")


def _import(sheet: str, row: int, column: int | None, value: float) -> Content:
    """The value where it stands; a factor that no step uses stands nowhere else."""
    if column is None:
        return TypedNumber(value, "formula")
    return LiveFormula(imported(Address(sheet, row, column).full), value, "import", "import")


RULE = "引用他处的参数"


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
