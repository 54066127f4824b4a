"""All compensation money of one county on one sheet: fund, document, use, issued, passed on in time, paid twice.

The plan for ecological civilisation of Qinghai asks to take the money of all channels together (9.2, 统筹各渠道补偿资金). Nothing is
divided here: every amount and finding is that of a plan, and statutory and agreed money have sums of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qhgep.compensation.legal.law import law
from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.rules.pooled_sum import PooledSumStep
from qhgep.difference import PlanSide
from qhgep.errors import WorkbookError, problem
from qhgep.money import Fen, fen
from qhgep.text_tables import in_one_line
from qhgep.workbook.core.cells import WORDS, LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import HEAD, a1, block
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.core.table_sheet import PRESENTATION, Head, plain_sheet, row_of_texts
from qhgep.workbook.core.write import to_bytes, write_whole
from qhgep.workbook.verify.sides import side_of

SHEET = "各渠道资金"
_LAYERS = {"statutory": "法定转移支付", "contract": "协议资金"}
_HEADS = (
    Head("资金", width=34), Head("文件", width=34), Head("用途", width=26), Head("应得", width=18), Head("已经下达", width=18),
    Head("此次下达", width=18), Head("下达期限（K3）", width=34), Head("重复补偿（K13）", width=34), Head("状态", width=20),
    Head("所据", width=24),
)  # fmt: skip
_DUE, _BEFORE, _NOW = 3, 4, 5
_EARMARKS = {"earmarked": "专款专用", "free": "统筹使用", None: "用途未写明"}


@dataclass(frozen=True, slots=True)
class CountyFund:
    """What one plan pays to the county: `issued` is None where nothing is known of it; the findings of K3 and K13 in words."""

    title: str
    document: str
    use: str
    layer: str
    state: str
    due: Fen
    issued: Fen | None
    in_time: str
    twice: str
    file: str
    fund: str | None
    period: str


@dataclass(frozen=True, slots=True)
class CountyFunds:
    """The money of one county by plan, statutory before agreed; `without` are the files of plans that do not name it."""

    county: str
    zh: str
    funds: tuple[CountyFund, ...]
    without: tuple[str, ...] = ()
    __repr__ = in_one_line


def county_funds(county: str, plans: Iterable[str | Path], *, inside: str | Path | None = None) -> CountyFunds:
    """What a county is due by several plans: plan.toml, their folders, or workbooks, which are computed again.

    Raises WorkbookError for an account, a scenario (whose amounts are no money), a plan that is named twice, and where no
    plan names the county; PlanError for a plan that cannot be paid.
    """
    found, without, names, seen = [], [], {}, set()
    for path in map(Path, plans):
        side = side_of(path, inside=inside)
        if not isinstance(side, PlanSide):
            raise WorkbookError(problem("funds_no_plan", path.name))
        if side.plan.layer not in _LAYERS:
            raise WorkbookError(problem("funds_scenario", path.name))
        if side.id in seen:
            raise WorkbookError(problem("funds_twice", path.name))
        seen.add(side.id)
        row = next((row for row in side.allocation.rows if row.recipient.id == county), None)
        if row is None:
            without.append(path.name)
            continue
        names[county] = row.recipient.zh
        found.append(_fund(side, row.fen, county, path.name))
    if not found:
        raise WorkbookError(problem("funds_none", county, files="、".join(without)))
    order = list(_LAYERS)
    return CountyFunds(
        county, names[county], tuple(sorted(found, key=lambda item: order.index(item.layer))), tuple(without)
    )


def _fund(side: PlanSide, due: Fen, county: str, file: str) -> CountyFund:
    plan = side.plan
    told = {item.id: f"{item.result}：{item.answer.found}" for item in side.allocation.legal.findings}
    amount = side.allocation.terms.budget.already_issued.get(county) if side.allocation.terms else None
    return CountyFund(
        plan.title, plan.basis_text(), _use(plan), plan.layer, _state(side), due,
        None if amount is None else fen(amount), told.get("K3", ""), told.get("K13", ""), file,
        plan.transfer.fund, str(plan.period),
    )  # fmt: skip


def _state(side: PlanSide) -> str:
    """What must be said of a plan wherever it is printed: how weak its evidence is, and what it is in the making."""
    heading = side.allocation.heading
    return "　".join(dict.fromkeys([*heading.notices, heading.state]))


def _use(plan: Plan) -> str:
    """Whether the money is earmarked, and what each fund that a plan takes together is for."""
    earmark = "按协议" if plan.layer == "contract" else _EARMARKS[plan.transfer.earmark]
    funds = [fund for step in plan.step if isinstance(step, PooledSumStep) for fund in step.funds.values()]
    return "；".join([earmark, *dict.fromkeys(fund.earmark for fund in funds if fund.earmark)])


def write_county_funds(found: CountyFunds, path: str | Path) -> Path:
    """Write the sheet as a workbook. Raises WorkbookError where the file cannot be written."""
    from qhgep.workbook.reports.table_audit import UNDATED

    path, title = Path(path), f"{found.zh}各渠道补偿资金"
    write_whole(path, to_bytes([paged(county_funds_sheet(found))], title=title, created=UNDATED, footer=title))
    return path


def county_funds_sheet(found: CountyFunds) -> Sheet:
    """One row a plan; the sum of each layer below its rows, never of both."""
    states = dict.fromkeys(part for item in found.funds for part in item.state.split("　"))
    notice = f"汇总所据方案的状态：{'、'.join(states)}；只汇总，各项资金用途不变"
    title = f"{found.zh}各渠道生态补偿资金"
    sheet = plain_sheet(SHEET, title, _HEADS, color=PRESENTATION, notice=notice, left=f"{found.zh}（{found.county}）")
    sheet.number, sheet.signed, sheet.filled = "单位：元", True, True
    row = HEAD + 1
    for layer in _LAYERS:
        if funds := [item for item in found.funds if item.layer == layer]:
            row = _put_layer(sheet, layer, funds, row) + 1
    _say(sheet, found)
    return sheet


def _put_layer(sheet: Sheet, layer: str, funds: Sequence[CountyFund], first: int) -> int:
    """The rows of a layer and their sum; the row after it."""
    for row, item in enumerate(funds, start=first):
        row_of_texts(
            sheet,
            row,
            (item.title, item.document, item.use, "", "", "", item.in_time, item.twice, item.state, item.file),
            "wrap",
        )
        sheet.put(row, _DUE, TypedNumber(item.due / 100, "money"))
        if item.issued is None:
            sheet.text(row, _BEFORE, WORDS["missing"], "missing")
        else:
            sheet.put(row, _BEFORE, TypedNumber(item.issued / 100, "nil"))
        now = None if item.issued is None else (item.due - item.issued) / 100
        due, before = a1(row, _DUE), a1(row, _BEFORE)
        written = f'IF(ISNUMBER({before}),{due}-{before},"{WORDS["missing"]}")'
        sheet.put(
            row, _NOW, LiveFormula(written, WORDS["missing"] if now is None else now, "step", "nil", item.due / 100)
        )
    last = first + len(funds) - 1
    sheet.text(last + 1, 0, f"{_LAYERS[layer]}小计", "label")
    _put_sums(sheet, funds, first, last)
    return last + 2


def _put_sums(sheet: Sheet, funds: Sequence[CountyFund], first: int, last: int) -> None:
    """What is due, issued and left to issue, below the rows; missing where one of them is."""
    issued = [item.issued for item in funds]
    whole = None if None in issued else sum(amount for amount in issued if amount is not None) / 100
    owed = sum(item.due for item in funds) / 100
    for column, value in ((_DUE, owed), (_BEFORE, whole), (_NOW, None if whole is None else owed - whole)):
        area = block((first, column), (last, column))
        written = f'IF(COUNTIF({area},"{WORDS["missing"]}")>0,"{WORDS["missing"]}",SUM({area}))'
        sheet.put(last + 1, column, LiveFormula(written, WORDS["missing"] if value is None else value, "total", "sum"))


def _say(sheet: Sheet, found: CountyFunds) -> None:
    sheet.relations = ["此次下达 ＝ 应得 − 已经下达", "法定转移支付与协议资金分别小计，不相加"]
    seen: dict[tuple[str, str], list[str]] = {}
    for item in found.funds:
        if item.fund is not None:
            seen.setdefault((item.fund, item.period), []).append(item.file)
    for files in seen.values():
        if len(files) > 1:
            sheet.note(f"同一项资金、同一期间有 {len(files)} 份方案（{'、'.join(files)}）：核对是否重复计发")
    for check in ("K3", "K13"):
        sheet.note(f"{check}：{law().check[check].zh}，{law().cited(check)}")
    if found.without:
        sheet.note(f"没有列这个单位的方案：{'、'.join(found.without)}")
