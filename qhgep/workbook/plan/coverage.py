"""覆盖口径 of a plan's workbook: what each recipient gets over its own coverage and over the common one."""

from __future__ import annotations

from qhgep.compensation.plan.coverage import SIDES, CoverageComparison
from qhgep.workbook.core.cells import WORDS, LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import FIRST, Address, a1, block, imported
from qhgep.workbook.core.table_sheet import CONTROL, Head, table_sheet
from qhgep.workbook.plan.places import TABLE_NAMES, PlanPlaces

SHEET = "覆盖口径"
_PAID, _OTHER, _GAP, _FACTORS = 2, 3, 4, 5


def coverage_sheet(places: PlanPlaces, found: CoverageComparison) -> Sheet:
    """One row a recipient: the plan's amount, that of the other way to count, the difference; then each factor both ways.

    The other amounts are the engine's, as recorded when the plan was computed; the differences are live.
    """
    made = places.allocation
    heads = [
        Head("代码", width=10), Head("单位", width=16), Head(f"本方案（{SIDES[found.side]}）", "元", "导入", 22),
        Head(f"另一口径（{SIDES[found.other_side]}）", "元", "写出时的记录", 22), Head("差额", "元", "本方案 − 另一口径", 20),
    ]  # fmt: skip
    heads += [
        Head(f"{factor.id}：{words}", factor.unit, factor.of, 22)
        for factor in found.factors
        for words in SIDES.values()
    ]
    title = f"{made.title}：各县已核算部分不同时的两种算法"
    sheet = table_sheet(SHEET, title, heads, color=CONTROL, notice=places.notice, left=places.left)
    sheet.text(FIRST, 1, "合计", "total")
    for row in made.rows:
        _recipient(sheet, places, found, row.recipient.id, row.recipient.zh)
    paid = sum(found.paid.values()) / 100
    other = None if found.other is None else sum(found.other.values()) / 100
    for column, total in ((_PAID, paid), (_OTHER, other)):
        if total is None:
            sheet.text(FIRST, column, WORDS["missing"], "missing")
        else:
            area = block((places.first, column), (places.last, column))
            sheet.put(FIRST, column, LiveFormula(f"SUM({area})", total, "total", "total"))
    _gap(sheet, FIRST, paid, other)
    for factor in found.factors:
        left_out = "、".join(factor.left_out) or "没有"
        sheet.note(f"{factor.id}（{factor.of}）：共有部分不计 {left_out}")
    if found.reason:
        sheet.note(f"另一口径不能测算：{found.reason}")
    sheet.relations = ["3 栏 ＝ 1 栏 − 2 栏", "数据少的县按本县已核算部分计时所得较少：差额即由此而来"]
    return sheet


def _recipient(sheet: Sheet, places: PlanPlaces, found: CoverageComparison, code: str, zh: str) -> None:
    at = places.rows[code]
    sheet.text(at, 0, code, "code")
    sheet.text(at, 1, zh)
    now = imported(Address(TABLE_NAMES[places.allocation.layer], at, 2).full)
    paid = found.paid[code] / 100
    sheet.put(at, _PAID, LiveFormula(now, paid, "import", "money"))
    other = None if found.other is None else found.other[code] / 100
    if other is None:
        sheet.text(at, _OTHER, WORDS["missing"], "missing")
    else:
        sheet.put(at, _OTHER, TypedNumber(other, "money"))
    _gap(sheet, at, paid, other)
    for place, factor in enumerate(found.factors):
        for column, values in ((_FACTORS + 2 * place, factor.own), (_FACTORS + 2 * place + 1, factor.common)):
            value = values[code]
            if value is None:
                sheet.text(at, column, WORDS["missing"], "missing")
            else:
                sheet.put(at, column, TypedNumber(value, "formula"))


def _gap(sheet: Sheet, row: int, paid: float, other: float | None) -> None:
    if other is None:
        sheet.text(row, _GAP, WORDS["missing"], "missing")
    else:
        formula = f"{a1(row, _PAID)}-{a1(row, _OTHER)}"
        sheet.put(row, _GAP, LiveFormula(formula, paid - other, "step", "money"))
