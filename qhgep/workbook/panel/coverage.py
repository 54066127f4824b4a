"""What a figure of a panel covers, in words, and why two may not be compared."""

from __future__ import annotations

from collections.abc import Sequence

from qhgep.engine.comparable import Reach, same_reach
from qhgep.workbook.core.cells import WORDS
from qhgep.workbook.panel.areas import Area
from qhgep.workbook.panel.context import Panel, PanelLine

_FEW = 3


def coverage_text(panel: Panel, line: PanelLine, area: Area, period: str) -> str:
    """What an amount covers, in a few words."""
    if line.indicator is None:
        return _of_total(panel, line, area, period)
    parts = panel.reach(line, area, period)
    if area.single:
        return _of_one(panel, parts[0])
    whole = sum(part.state == "whole" for part in parts)
    if whole == len(parts):
        return f"{whole} 县完整"
    partial = sum(part.state == "partial" for part in parts)
    return f"{whole} 县完整，{partial} 县部分，{len(parts) - whole - partial} 县缺"


def _of_one(panel: Panel, part: Reach) -> str:
    if part.state == "missing":
        return WORDS["missing"]
    found = "完整"
    if part.state == "partial":
        names = [panel.result.coverage.zh(name) for name in part.missing]
        more = f"等 {len(names)} 项" if len(names) > _FEW else ""
        share = "面积占比不明" if part.share is None else f"面积 {part.share:.1%}"
        found = f"缺{'、'.join(names[:_FEW])}{more}；{share}"
    return f"{found}（含填报）" if part.stated else found


def _of_total(panel: Panel, line: PanelLine, area: Area, period: str) -> str:
    """How many indicators are whole in every county of an area, of how many that apply."""
    ruleset = panel.result.account.ruleset
    parts = panel.reach(line, area, period)
    count = len(ruleset.indicators)
    whole = sum(all(part.state == "whole" for part in parts[place::count]) for place in range(count))
    there = sum(any(part.state != "missing" for part in parts[place::count]) for place in range(count))
    of = count + len(ruleset.not_covered)
    return f"{whole}/{of} 项完整" if whole == there else f"{whole}/{of} 项完整，{there - whole} 项部分"


def compared_text(panel: Panel, line: PanelLine, area: Area, periods: tuple[str, str]) -> tuple[str, bool]:
    """What two amounts cover, in words, and whether they may be compared; where not, the words say why."""
    parts: list[Sequence[Reach]] = [panel.reach(line, area, period) for period in periods]
    words = [coverage_text(panel, line, area, period) for period in periods]
    if any(panel.amount(line, area, period) is None for period in periods):
        gone = "、".join(period for period in periods if panel.amount(line, area, period) is None)
        return f"{gone} 没有数", False
    if same_reach(*parts):
        return f"相同：{words[0]}", True
    if any(not part.known for side in parts for part in side):
        return "覆盖的面积不明，不能比", False
    if words[0] == words[1]:
        return f"不同：都是{words[0]}，所缺或填报的不是同样的", False
    return f"不同：{periods[0]} {words[0]}；{periods[1]} {words[1]}", False
