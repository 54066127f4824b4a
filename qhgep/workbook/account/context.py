"""What every sheet of an account's workbook needs: the result, the layout, names, and where coefficients stand."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from qhgep._version import __version__
from qhgep.catalogue import Formula, checked
from qhgep.catalogue.prices import carry, price_index
from qhgep.coefficient_store import OWN, Adoption, Resolved
from qhgep.difference.correction import Correction
from qhgep.engine.coverage import Pair
from qhgep.engine.grid import PRESENCE_NAMES, Record, Value
from qhgep.engine.result import Result
from qhgep.evidence import EVIDENCE
from qhgep.expr import AXES, Cell, Expr, Quantity
from qhgep.readings.excel import power_of_ten
from qhgep.readings.text import text
from qhgep.ruleset_store.ruleset import IndicatorLine
from qhgep.states import STATES
from qhgep.units import Unit
from qhgep.workbook.account.previous import Previous
from qhgep.workbook.core.layout import FIRST, HEAD, Address, Layout, fixed, has_figures, on_sheet

COVER, COEFFICIENTS, CONVERSIONS, COUNTY_VALUES, CHECKS, MANIFEST = (
    "封面",
    "系数",
    "单位换算",
    "分县价值量",
    "校验",
    "清单",
)
CARRIED, PRICES = "折算", "价格"
VALUE_COLUMN = 5
"""The column of 系数 that holds the value."""
FACTOR_COLUMN = 5
"""The column of 单位换算 that holds the factor."""


@dataclass(frozen=True)
class Conversion:
    """A factor that is no power of ten, with the units it changes between."""

    factor: Fraction
    source: Unit
    target: Unit


@dataclass(frozen=True)
class Book:
    """The context of one workbook: one result, one period."""

    result: Result
    layout: Layout
    period: str
    correction: Correction | None = None
    version: str = __version__
    previous: Previous | None = None
    short: bool = False
    """Whether 汇总 ends with what is reported: what is not covered and the evidence stand in words on 简报."""

    @property
    def account_date(self) -> str:
        """The date stamped into the workbook."""
        return self.result.account.date.isoformat()

    @property
    def state_text(self) -> str:
        """The state, and what is corrected where something is."""
        state = STATES[self.result.account.state]
        return state if self.correction is None else f"{state}　{self.correction.heading}"

    @property
    def known_on(self) -> list[tuple[str, str]]:
        """The day as of which the coefficients are taken, with its label; nothing where they are taken as they are now."""
        day = self.result.known_on
        return [] if day is None else [("系数截至（当日已知）", day.isoformat())]

    @property
    def left(self) -> str:
        """The line under the title: whose account, which period, which prices."""
        account = self.result.account
        return f"{account.title}　核算期：{self.period}　价格年份：{account.price_year}　运行号：{self.result.run_id}"

    @cached_property
    def notice(self) -> str:
        """What must be said on every page: partial, and what the figures rest on."""
        covered, applicable = self.counted
        parts = ["情景测算，不作为资金分配依据"] if self.analytic else []
        if self.partial:
            parts.append(f"部分核算：{covered}/{applicable} 项指标，不是生态产品总值（GEP）")
        weak = [(level, share) for level, share in self.result.evidence_in([self.period]).items() if share > 0]
        if own := self.result.self_reported:
            parts.append(f"含{OWN}的系数 {len(own)} 行")
        parts.append("金额的证据：" + ("、".join(f"{EVIDENCE[level]} {share:.1%}" for level, share in weak) or "无"))
        return "；".join(parts) + "。"

    @property
    def no_gep(self) -> str:
        """Why there is no GEP, where there is none: the total is partial, or its rules or the inflow leave it open."""
        if self.partial:
            return "部分核算的合计不称 GEP"
        if self.result.account.ruleset.complete:
            return "区域外流入缺，不能扣减"
        return "规则集没有写明各项之和即为 GEP"

    @property
    def analytic(self) -> bool:
        """Whether the account has scenario rules of papers: every page says so, and no table has a line to sign on."""
        return self.result.account.ruleset.layer == "analytic"

    @property
    def series(self) -> str:
        """What the numbers of the printed tables begin with: a scenario is no table of GEP."""
        return "情景" if self.analytic else "GEP核"

    @cached_property
    def figured(self) -> tuple[IndicatorLine, ...]:
        """The indicators that have a figure in some county: only these have working sheets."""
        lines = self.result.account.ruleset.indicators
        return tuple(line for line in lines if has_figures(self.result, line, self.period))

    @cached_property
    def figured_places(self) -> dict[tuple[str, str], int]:
        """Indicator with what it counts -> its place among those that have a figure."""
        return {(line.id, line.counts): place for place, line in enumerate(self.figured)}

    @cached_property
    def counted(self) -> tuple[int, int]:
        """How many indicators have a value in this period, of how many services that apply."""
        return self.result.counted([self.period])

    @cached_property
    def partial(self) -> bool:
        """Whether the total over all counties is partial."""
        return self.result.value("accounted_total", county="*", period=self.period).partial is not None

    @cached_property
    def pairs(self) -> dict[str, list[Pair]]:
        """County -> its ecosystems with their area and what reaches them, in this period."""
        found: dict[str, list[Pair]] = {}
        for pair in self.result.coverage.pairs():
            if pair.period == self.period:
                found.setdefault(pair.county, []).append(pair)
        return found

    @cached_property
    def _counties(self) -> dict[str, str]:
        return {county.code: county.zh for county in self.result.account.counties}

    def county(self, code: str) -> str:
        """The Chinese name of a county."""
        return self._counties[code]

    def county_or_all(self, code: str) -> str:
        """The Chinese name of a county, or what `*` means."""
        return "合计" if code == "*" else self.county(code)

    @property
    def total_name(self) -> str:
        """The name of the sum of all indicators: a partial one is never called GEP."""
        covered, applicable = self.counted
        return f"已核算指标合计（{covered}/{applicable} 项）" if self.partial else "各项指标合计"

    def member(self, axis: str, member: str) -> str:
        """The Chinese name of a member of an axis."""
        if axis == "county":
            return self.county(member)
        if axis == "ecosystem":
            known = self.result.account.coefficients.ecosystems.get(member)
            return known.zh if known else member
        return self.result.account.ruleset.catalogue.lists[axis].members[member]

    def line_value(self, line: IndicatorLine, county: str) -> Value:
        """The value of an indicator in a county (`*`: in all), in this period."""
        return self.result.value(line.value, county=county, period=self.period, item=line.item)

    def line_cell(self, line: IndicatorLine, county: str) -> Cell:
        """The cell of an indicator in a county: of its item, where it counts one."""
        axes = self.result.account.ruleset.catalogue.vocabulary[line.value].axes
        lists = tuple((axis, line.item) for axis in axes if axis not in AXES)
        return Cell((("county", county), *lists))

    def at(self, quantity: Quantity, cell: Cell) -> Value:
        """The value of a quantity at a cell without its year."""
        return self.result.at(quantity, cell.at("year", self.period).on(quantity.axes))

    def computed(self, quantity: Quantity, cell: Cell) -> Value:
        """What the formula of a quantity gives at a cell without its year, where stated values may stand for it."""
        held = self.result.values[f"{quantity.name}!formula"]
        index = self.result.grid.index(cell.at("year", self.period).on(quantity.axes))
        presence = PRESENCE_NAMES[int(held.presence[index])]
        number = float(held.value[index]) if presence == "value" else None
        return Value(number, quantity.unit, presence, "computed", "", held.method)

    @cached_property
    def resolved(self) -> list[tuple[str, Resolved, Record | None]]:
        """The coefficient rows in use, each once for a quantity and a decision, in order of use; then the index rows.

        Each with the statement that it became (None for an index row).
        """
        found: dict[tuple[str, str, Adoption | None], tuple[Resolved, Record]] = {}
        for quantity in self.result.account.ruleset.leaves:
            if quantity.is_coefficient:
                for record in self.records(quantity):
                    if record.resolved:
                        key = (quantity.name, record.resolved.row.row, record.adoption)
                        found.setdefault(key, (record.resolved, record))
        indices = [(price_index.name, index, None) for index in self.result.indices.values()]
        return [*((name, *entry) for (name, _, _), entry in found.items()), *indices]

    def index(self, year: int) -> Address:
        """Where the price index of a year stands."""
        return self.coefficient(price_index.name, self.result.indices[year])

    @cached_property
    def carried(self) -> dict[tuple[str, Cell], tuple[int, Record]]:
        """(quantity, cell) -> the row on 折算 and the statement, for inputs that were carried from other prices."""
        found: dict[tuple[str, Cell], tuple[int, Record]] = {}
        for table in self.layout.inputs.values() if self.result.account.deflation else ():
            for column in table.columns:
                name = column.rstrip("!")
                for key in table.rows:
                    cell = Cell(tuple(zip(table.axes, key, strict=True)))
                    record = self.stated(self.result.values[name].quantity, cell)
                    if record is not None and record.carried is not None:
                        found[name, cell] = (FIRST + len(found), record)
        return found

    def stated(self, quantity: Quantity, cell: Cell) -> Record | None:
        """The statement behind a cell without its year."""
        return self.result.record(quantity.name, self.result.grid.index(cell.at("year", self.period).on(quantity.axes)))

    def records(self, quantity: Quantity) -> list[Record]:
        """The statements behind a leaf in this period, each once."""
        found: dict[int, Record] = {}
        held = self.result.values[quantity.name]
        for cell in self.result.grid.cells(tuple(axis for axis in quantity.axes if axis != "year")):
            record = self.result.record(
                quantity.name, self.result.grid.index(cell.at("year", self.period).on(held.quantity.axes))
            )
            if record is not None:
                found.setdefault(id(record), record)
        return list(found.values())

    @cached_property
    def _coefficient_rows(self) -> dict[tuple[str, str, Adoption | None], int]:
        return {
            (name, found.row.row, found.adoption): FIRST + place for place, (name, found, _) in enumerate(self.resolved)
        }

    def coefficient(self, quantity: str, found: Resolved) -> Address:
        """Where a coefficient's value stands."""
        return Address(COEFFICIENTS, self._coefficient_rows[quantity, found.row.row, found.adoption], VALUE_COLUMN)

    @cached_property
    def conversions(self) -> dict[Fraction, tuple[Conversion, int]]:
        """Factors that need a cell of their own, with their row on 单位换算."""
        found: dict[Fraction, Conversion] = {}
        for formula in self.result.account.ruleset.order:
            for node in checked(formula).conversions:
                if not power_of_ten(node.factor):
                    found.setdefault(node.factor, Conversion(node.factor, node.source, node.target))
        return {factor: (found[factor], HEAD + 1 + place) for place, factor in enumerate(found)}

    def factor(self, factor: Fraction) -> str:
        """A conversion in a formula: a power of ten as it is, anything else as its cell."""
        if power_of_ten(factor):
            return f"*{factor.numerator}" if factor.numerator != 1 else f"/{factor.denominator}"
        return "*" + on_sheet(CONVERSIONS, fixed(self.conversions[factor][1], FACTOR_COLUMN))

    @cached_property
    def sources(self) -> dict[str, set[str]]:
        """Every document that a coefficient, an input or a formula names, with what it is used for, in order of ids."""
        found: dict[str, set[str]] = {}
        for _, resolved, _ in self.resolved:
            found.setdefault(resolved.row.source, set()).add("系数")
        for row in self.result.account.inputs:
            if row.source:
                found.setdefault(row.source, set()).add("输入")
        for formula in self.formulas:
            found.setdefault(formula.source.source, set()).add("公式")
        return dict(sorted(found.items()))

    @cached_property
    def source_rows(self) -> dict[str, int]:
        """The row of each document on 来源."""
        return {source: HEAD + 1 + place for place, source in enumerate(self.sources)}

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Every formula that a cell follows from: those of the ruleset, and with [deflate] the one that carries prices."""
        account = self.result.account
        return (*account.ruleset.order, *((carry,) if account.deflation else ()))

    def words(self, expr: Expr) -> str:
        """A formula in words, with the names of the item lists."""
        lists = self.result.account.ruleset.catalogue.lists
        return text(expr, axes={name: of.zh for name, of in lists.items()})

    def formula_of(self, quantity: str) -> Formula | None:
        """The formula bound to a quantity, None for a leaf."""
        return self.result.account.ruleset.bind.get(quantity)
