"""What every sheet of a panel's workbook needs: the result, its periods, rows and lines, and the amounts of each."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from qhgep._version import __version__
from qhgep.engine.comparable import Reach, Reaches
from qhgep.engine.current_prices import in_current_prices, without_current
from qhgep.engine.grid import PRESENCE_NAMES, VALUE, Value
from qhgep.engine.result import Result
from qhgep.evidence import EVIDENCE
from qhgep.expr import AXES, Cell
from qhgep.ruleset_store.ruleset import INFLOW, IndicatorLine
from qhgep.states import STATES
from qhgep.workbook.account.summary import CATEGORIES
from qhgep.workbook.core.cells import WORDS
from qhgep.workbook.core.layout import FIRST
from qhgep.workbook.panel.areas import Area, areas_of

TOTAL, GEP = "total", "gep"
"""The lines besides the indicators: the sum of all of them, and GEP."""
_LONGEST = 31
"""Characters of the name of a sheet."""


@dataclass(frozen=True, slots=True)
class PanelLine:
    """An indicator, or the sum of all, or GEP: its id, Chinese name, the indicator where it is one, its sheet."""

    id: str
    zh: str
    indicator: IndicatorLine | None
    sheet: str

    @property
    def category(self) -> str:
        """The kind of service; empty for the sums."""
        return "" if self.indicator is None else self.indicator.category


@dataclass(frozen=True)
class Panel:
    """The context of one workbook of several periods."""

    result: Result
    version: str = __version__

    @property
    def periods(self) -> tuple[str, ...]:
        """The names of the periods, in the order of the account."""
        return tuple(period.name for period in self.result.account.periods)

    @cached_property
    def years(self) -> dict[str, int | None]:
        """Period -> its calendar year; None for a mean of several."""
        return {period.name: period.year for period in self.result.account.periods}

    def called(self, period: str) -> str:
        """A period as a heading has it."""
        return period if self.years[period] is None else f"{period} 年"

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """The rows."""
        return areas_of(self.result.account)

    @cached_property
    def row(self) -> dict[str, int]:
        """Code of an area -> its row on every sheet; the first row of data holds the price index of each year."""
        return {area.code: FIRST + 1 + place for place, area in enumerate(self.areas)}

    def extent(self, area: Area) -> tuple[int, int]:
        """First and last row of the counties of an area."""
        return self.row[area.members[0]], self.row[area.members[-1]]

    @cached_property
    def reaches(self) -> Reaches:
        """What every value covers."""
        return Reaches(self.result)

    # --- lines ---

    @cached_property
    def indicators(self) -> tuple[IndicatorLine, ...]:
        """The indicators by kind of service, as 汇总 lists them."""
        order = list(CATEGORIES)
        return tuple(sorted(self.result.account.ruleset.indicators, key=lambda line: order.index(line.category)))

    @cached_property
    def lines(self) -> tuple[PanelLine, ...]:
        """The sum of all indicators, GEP where the account has one, and every indicator."""
        named = [(TOTAL, self.total_name, None)]
        named += [(GEP, "生态产品总值（GEP）", None)] if self.has_gep else []
        named += [(line.id, self.result.account.ruleset.zh_of(line.id), line) for line in self.indicators]  # type: ignore[misc]
        found: list[PanelLine] = []
        for name, zh, line in named:
            plain = "合计" if name == TOTAL else "GEP" if name == GEP else re.sub(r"[^\w]", "", zh)
            sheet = f"历年_{plain}"[: _LONGEST - 3]
            taken = sum(other.sheet.startswith(sheet) for other in found)
            found.append(PanelLine(name, zh, line, f"{sheet}_{taken + 1}" if taken else sheet))
        return tuple(found)

    @cached_property
    def has_gep(self) -> bool:
        """Whether some county has a GEP in some period."""
        if not self.result.account.ruleset.complete:
            return False
        return any(
            self.result.value("gep_total", county=county.code, period=period).value is not None
            for county in self.result.account.counties
            for period in self.periods
        )

    @property
    def total_name(self) -> str:
        """The name of the sum of all indicators: a partial one is never called GEP."""
        return "已核算指标合计" if self.partial else "各项指标合计"

    @cached_property
    def partial(self) -> bool:
        """Whether the total over all counties is partial in some period: some county's is, or is not there."""
        values = [
            self.county_total(county.code, period) for period in self.periods for county in self.result.account.counties
        ]
        return any(
            value.partial is not None or (value.value is None and value.presence != "not_applicable")
            for value in values
        )

    # --- amounts ---

    def county_total(self, county: str, period: str) -> Value:
        """The sum of the indicators of a county."""
        key = (TOTAL, county, period)
        if key not in self._values:
            self._values[key] = self.result.value("accounted_total", county=county, period=period)
        return self._values[key]

    def county_value(self, line: PanelLine, county: str, period: str) -> Value:
        """The value of a line in a county, in the prices of the account."""
        key = (line.id, county, period)
        if key not in self._values:
            names = {TOTAL: "accounted_total", GEP: "gep_total"}
            item = "" if line.indicator is None else line.indicator.item
            name = names[line.id] if line.indicator is None else line.indicator.value
            self._values[key] = self.result.value(name, county=county, period=period, item=item)
        return self._values[key]

    @cached_property
    def _values(self) -> dict[tuple[str, str, str], Value]:
        return {}

    def amount(self, line: PanelLine, area: Area, period: str) -> float | None:
        """The amount of a line in an area: of several counties the sum of what is known, of a GEP only if all is."""
        key = (line.id, area.code, period)
        if key not in self._amounts:
            self._amounts[key] = self._summed(line, area, period)
        return self._amounts[key]

    @cached_property
    def _amounts(self) -> dict[tuple[str, str, str], float | None]:
        return {}

    def _summed(self, line: PanelLine, area: Area, period: str) -> float | None:
        values = [self.county_value(line, code, period).value for code in area.members]
        known = [value for value in values if value is not None]
        if not known or (line.id == GEP and len(known) < len(values)):
            return None
        return known[0] if area.single else math.fsum(known)

    def quantity(self, line: IndicatorLine, area: Area, period: str) -> float | str:
        """The quantity of an indicator, of several counties the sum of what is known; or the word for why there is none."""
        found = [self._county_quantity(line, code, period) for code in area.members]
        known = [value for value in found if isinstance(value, float)]
        if area.single:
            return found[0]
        return math.fsum(known) if known else WORDS["missing"]

    def _county_quantity(self, line: IndicatorLine, county: str, period: str) -> float | str:
        key = (line.id, county, period)
        if key not in self._quantities:
            held, grid = self.result.values[line.quantity], self.result.grid
            lists = [axis for axis in held.quantity.axes if axis not in AXES]
            members = {"county": county, "year": period, **dict(zip(lists, line.item.split("/"), strict=False))}
            index = grid.index(Cell(tuple((axis, members[axis]) for axis in held.quantity.axes)))
            word = WORDS.get(PRESENCE_NAMES[int(held.presence[index])], WORDS["missing"])
            self._quantities[key] = float(held.value[index]) if held.presence[index] == VALUE else word
        return self._quantities[key]

    @cached_property
    def _quantities(self) -> dict[tuple[str, str, str], float | str]:
        return {}

    def reach(self, line: PanelLine, area: Area, period: str) -> tuple[Reach, ...]:
        """What the amount of a line in an area covers: part by part, county by county."""
        key = (line.id, area.code, period)
        if key not in self._reaches:
            if line.indicator is not None:
                parts = tuple(self.reaches.of(line.indicator, code, period) for code in area.members)
            else:
                parts = tuple(part for code in area.members for part in self.reaches.of_total(code, period))
            self._reaches[key] = parts
        return self._reaches[key]

    @cached_property
    def _reaches(self) -> dict[tuple[str, str, str], tuple[Reach, ...]]:
        return {}

    def word(self, line: PanelLine, area: Area, period: str) -> str:
        """The word for an amount that is not there."""
        if area.single and self.county_value(line, area.code, period).presence == "not_applicable":
            return WORDS["not_applicable"]
        return WORDS["missing"]

    # --- prices ---

    @cached_property
    def no_current(self) -> dict[str, str]:
        """Period -> why it has no current prices; empty where it has them."""
        if self.result.account.deflation is None:
            return dict.fromkeys(self.periods, "核算没有 [deflate]：没有价格指数，当年价不推算")
        found = {period: without_current(self.result, period) for period in self.periods}
        return {period: "" if why is None else why.part("found") for period, why in found.items()}

    def current(self, amounts: Sequence[float | None], period: str) -> list[float | None]:
        """Amounts of a period in the prices of its own year."""
        return in_current_prices(self.result, amounts, period)

    # --- what is said on every page ---

    @property
    def state_text(self) -> str:
        """The state of the account."""
        return STATES[self.result.account.state]

    @property
    def account_date(self) -> str:
        """The date stamped into the workbook."""
        return self.result.account.date.isoformat()

    @property
    def analytic(self) -> bool:
        """Whether the account has scenario rules of papers."""
        return self.result.account.ruleset.layer == "analytic"

    @property
    def left(self) -> str:
        """The line under the title: whose account, which periods, which prices."""
        account = self.result.account
        return f"{account.title}　核算期：{'、'.join(self.periods)}　价格年份：{account.price_year}　运行号：{self.result.run_id}"

    @cached_property
    def notice(self) -> str:
        """What must be said on every page: partial, and what the figures rest on."""
        parts = ["情景测算，不作为资金分配依据"] if self.analytic else []
        if self.partial:
            counts = "；".join(f"{period}：{self.counted_text(period)}" for period in self.periods)
            parts.append(f"部分核算（{counts}），不是生态产品总值（GEP）")
        shares = [(level, share) for level, share in self.result.evidence_in(self.periods).items() if share > 0]
        parts.append("金额的证据：" + ("、".join(f"{EVIDENCE[level]} {share:.1%}" for level, share in shares) or "无"))
        return "；".join(parts) + "。"

    def counted_text(self, period: str) -> str:
        """How many indicators have a value, of how many that apply."""
        ruleset, counties = self.result.account.ruleset, self.result.account.counties
        there = sum(
            any(self.reaches.of(line, county.code, period).state != "missing" for county in counties)
            for line in ruleset.indicators
        )
        return f"{there}/{len(ruleset.indicators) + len(ruleset.not_covered)} 项"

    @cached_property
    def inflow(self) -> bool:
        """Whether what flows in from outside is taken off for a GEP."""
        return self.has_gep and INFLOW in self.result.values
