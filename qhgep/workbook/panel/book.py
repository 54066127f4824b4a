"""The workbook of an account of several periods: all its sheets, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qhgep._version import __version__
from qhgep.account.hashes import file_hashes
from qhgep.engine.result import Result
from qhgep.workbook.account.checks import CHANGED, VERDICT, Check, put_warnings, verdict_table
from qhgep.workbook.account.context import CHECKS, COVER
from qhgep.workbook.account.front_and_manifest import (
    PRINTED,
    STATE,
    manifest_sheet,
    put_contents,
    put_hash,
    recorded_amount,
    with_hash,
)
from qhgep.workbook.account.places import or_missing, sum_of_numbers
from qhgep.workbook.account.record import account_record
from qhgep.workbook.core.cells import LiveFormula, Sheet
from qhgep.workbook.core.layout import fixed, on_sheet, shown
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.core.table_sheet import CONTROL, row_of_texts
from qhgep.workbook.panel.charts import CHARTS, chart_sheet
from qhgep.workbook.panel.context import TOTAL, Panel
from qhgep.workbook.panel.data import DataPlaces, data_sheet
from qhgep.workbook.panel.history import history_sheet
from qhgep.workbook.panel.indices import index_sheet
from qhgep.workbook.panel.summary import SUMMARY, PanelSummary
from qhgep.workbook.verify.identity import RUN_ID

ALL_PERIODS = None
"""What stands for the period in the record of a workbook of all periods."""


def panel_sheets(result: Result, version: str = __version__) -> list[Sheet]:
    """Every sheet of the workbook of all periods: 封面 first, 清单 last. `version` is the one that it says it is of."""
    panel = Panel(result, version)
    histories = {line.id: history_sheet(panel, line) for line in panel.lines}
    checks, summary = _check_sheet(panel), PanelSummary(panel, histories)
    body = [
        summary.sheet(), chart_sheet(panel, summary), *histories.values(), index_sheet(panel),
        *(data_sheet(panel, period) for period in panel.periods), checks,
    ]  # fmt: skip
    cover = _cover(panel, [*((sheet.name, sheet.title) for sheet in body), ("清单", "依据与指纹")], checks)
    sheets = [paged(sheet) for sheet in (cover, *body)]
    account, last = result.account, panel.periods[-1]
    record = account_record(result) | {"qhgep": version, "sheet_period": ALL_PERIODS}
    facts = [
        ("种类", "account"), (STATE, panel.state_text), (RUN_ID, result.run_id), ("软件", f"qhgep {version}"),
        ("核算期", "、".join(panel.periods)), ("规则集", account.ruleset.name), ("规则集指纹", account.ruleset.hash),
        ("证据要求", account.require), ("编制日期", panel.account_date), *_known_on(result), (PRINTED, f"{COVER}、{SUMMARY}、{CHARTS}"),
        *((f"文件 {name}", value) for name, value in sorted(file_hashes(account).items())),
    ]  # fmt: skip
    total_line = next(line for line in panel.lines if line.id == TOTAL)
    totals = [(period, panel.amount(total_line, panel.areas[0], period)) for period in panel.periods]
    manifest = manifest_sheet(
        sheets, record=record, total=totals[-1][1], facts=facts, total_zh=f"合计（记录值，{last}）",
        amounts=[(f"合计（记录值，{period}）", total) for period, total in totals if total is not None],
    )  # fmt: skip
    return with_hash([*sheets, manifest])


def _known_on(result: Result) -> list[tuple[str, str]]:
    return [] if result.known_on is None else [("系数截至（当日已知）", result.known_on.isoformat())]


def _cover(panel: Panel, names: Sequence[tuple[str, str]], checks: Sheet) -> Sheet:
    """封面: title, verdict, what to beware of, and a table of contents with links."""
    sheet = Sheet(COVER, COVER, CONTROL, widths={0: 30, 1: 36, 2: 30, 3: 36}, marked=panel.notice)
    account = panel.result.account
    sheet.text(0, 0, account.title, "title")
    sheet.text(1, 0, panel.notice, "notice")
    sheet.text(2, 0, panel.state_text, "notice")
    lines = (
        ("核算期", "、".join(panel.periods)), ("核算区", "、".join(county.zh for county in account.counties)),
        ("规则集", account.ruleset.zh), ("价格年份", str(account.price_year)), ("运行号", panel.result.run_id),
        ("编制日期", panel.account_date), ("软件", f"qhgep {panel.version}"), ("声明", "本表为测算结果，不是统计部门发布的数据"),
        *_known_on(panel.result),
    )  # fmt: skip
    for place, (label, words) in enumerate(lines):
        row_of_texts(sheet, 3 + place, (label, words))
    row = 3 + len(lines)
    put_hash(sheet, row)
    verdict = checks.cells[VERDICT]
    sheet.text(row + 1, 0, "表内勾稽")
    shown_verdict = verdict.value if isinstance(verdict, LiveFormula) else ""
    sheet.put(row + 1, 1, LiveFormula(on_sheet(CHECKS, fixed(*VERDICT)), shown_verdict, "import", "verdict"))
    put_contents(sheet, row + 3, names)
    return sheet


def _check_sheet(panel: Panel) -> Sheet:
    """校验: for each period the total against the record, and against the sum of the indicators over all counties."""
    sheet = verdict_table(list(_checks(panel)), notice=panel.notice, left=panel.left)
    put_warnings(panel.result, sheet)
    return sheet


def _checks(panel: Panel) -> Iterator[Check]:
    whole, total_line = panel.areas[0], next(line for line in panel.lines if line.id == TOTAL)
    place = 0
    for period in panel.periods:
        places = DataPlaces(panel, period)
        total = panel.amount(total_line, whole, period)
        small = max(abs(total or 0.0) * 1e-12, 1e-6)
        here = places.value(TOTAL, whole)
        if total is None:
            yield Check(f"{period} 合计", "没有一项有数")
            continue
        own = LiveFormula(shown(here.full), total, "import", "import")
        recorded = LiveFormula(shown(recorded_amount(place).full), or_missing(total), "import", "import")
        yield Check(f"{period} 合计与清单记录的一致", "元/a；不一致则有数被改动", own, recorded, small, CHANGED)
        place += 1
        area = on_sheet(places.sheet, places.over_lines(here.row))
        summed = LiveFormula(sum_of_numbers(area), total, "total", "total")
        yield Check(f"{period} 各项合计之和与各县合计之和一致", "元/a", summed, own, small)


__all__ = ["ALL_PERIODS", "panel_sheets"]
