"""汇总: one page that says what was found; what it rests on and what is not in it stand on the cover before it."""

from __future__ import annotations

from functools import cached_property

from qhgep.evidence import EVIDENCE
from qhgep.expr import AXES, Cell, Quantity
from qhgep.ruleset_store.ruleset import INFLOW, IndicatorLine
from qhgep.workbook.account.context import Book
from qhgep.workbook.account.links import rule_link, step_link
from qhgep.workbook.account.places import (
    GEP,
    TOTAL,
    CountyValues,
    or_missing,
    partial_sum,
    quotient,
    ratio,
    sum_or_missing,
    ten_thousandth,
)
from qhgep.workbook.account.places import WAN as IN_WAN
from qhgep.workbook.account.previous import Before
from qhgep.workbook.core.cells import WORDS, LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.county_table import ALL
from qhgep.workbook.core.layout import FIRST, a1, block, in_row, on_sheet, shown
from qhgep.workbook.core.table_sheet import PRESENTATION, Head, table_sheet

SUMMARY = "汇总"
CATEGORIES = {"provisioning": "物质供给", "regulating": "调节服务", "cultural": "文化服务"}
"""The kinds of services with their Chinese names, in order."""
TOTAL_ROW = FIRST
"""The row of the accounted total."""
QUANTITY, WAN, OF_REGULATING, SHARE = 4, 5, 6, 7
"""The columns of the quantity, the value in 万元, its share of regulating services and of the total."""


def summary_sheet(book: Book) -> Sheet:
    """汇总 with the accounted total first, the indicators, and what is reported besides them."""
    return _Summary(book).sheet()


class SummaryPlaces:
    """The rows of 汇总 that other sheets read."""

    def __init__(self, book: Book) -> None:
        self.book = book
        order = list(CATEGORIES)
        lines = book.result.account.ruleset.indicators
        self.lines = sorted(lines, key=lambda line: order.index(line.category))

    def line(self, indicator: IndicatorLine) -> int:
        """The row of an indicator."""
        return TOTAL_ROW + 1 + self.lines.index(indicator)

    @property
    def kinds(self) -> dict[str, int]:
        """The rows with the sum of each kind of services that has an indicator."""
        there = [kind for kind in CATEGORIES if any(line.category == kind for line in self.lines)]
        return {kind: TOTAL_ROW + 1 + len(self.lines) + place for place, kind in enumerate(there)}

    @property
    def gep(self) -> int:
        """The row of GEP."""
        return TOTAL_ROW + 1 + len(self.lines) + len(self.kinds)

    @cached_property
    def reported(self) -> dict[str, int]:
        """The rows of the quantities that are reported besides the indicators."""
        ruleset = self.book.result.account.ruleset
        leaves = {quantity.name: quantity for quantity in ruleset.leaves}
        names = [name for name in ruleset.show if name in leaves and "ecosystem" not in leaves[name].axes]
        return {name: self.gep + 2 + place for place, name in enumerate(names)}


def reported_total(book: Book, quantity: str) -> float | None:
    """The sum of a reported quantity over the counties to which it applies; None where one of these lacks, or it applies to none."""
    values = [
        book.result.value(quantity, county=county.code, period=book.period) for county in book.result.account.counties
    ]
    known = [value.value for value in values if value.presence != "not_applicable"]
    there = [value for value in known if value is not None]
    return sum(there) if known and len(there) == len(known) else None


class _Summary:
    def __init__(self, book: Book) -> None:
        self.book, self.places, self.rows = book, CountyValues(book), SummaryPlaces(book)
        year = book.result.account.price_year
        self.part = "占已核算合计" if book.partial else "占合计"
        heads = [
            Head("序号", width=6), Head("类别", width=10), Head("指标", width=29 if book.short else 38), Head("实物量单位", "—", "—", 12),
            Head("实物量合计", "见左", "导入", 18), Head("价值量", f"万元/a（{year} 年价）", "导入", 18),
            Head("占调节服务", "%", width=10), Head(self.part, "%", width=10),
        ]  # fmt: skip
        if book.previous is not None:
            before = book.previous.period
            heads += [
                Head(f"上年（{before}）", f"万元/a（{year} 年价）", "定稿", 16), Head("变动", "万元/a", "本年 − 上年", 14),
                Head("变动率", "%", "变动 ÷ 上年", 10),
            ]  # fmt: skip
        self.before = len(heads) - 3
        self.counted, self.evidence, self.note = (len(heads) + place for place in range(3))
        heads += [Head("有数县数", "个", width=10), Head("证据", width=10), Head("说明", width=10)]
        self.out = table_sheet(
            SUMMARY, "汇总", heads, color=PRESENTATION, notice=book.notice, left=book.left, numbered=True
        )
        if book.short:  # the cover says whose it is; one line, so that the table has its page
            account = book.result.account
            self.out.cells[2, 0] = Text(
                f"核算期：{book.period}　价格年份：{account.price_year}　运行号：{book.result.run_id}", "note"
            )
        self.out.number = f"表号：{book.series}01表　单位：见栏目"
        self.out.keys, self.out.signed = 3, not (book.analytic or book.short)
        self.row = FIRST

    def sheet(self) -> Sheet:
        self._total()
        for number, line in enumerate(self.rows.lines, start=1):
            self._line(number, line)
        for kind in self.rows.kinds:
            self._kind(kind)
        self._gep()
        self._reported()
        self.out.relations = [] if self.book.short else self._relations()  # the brief has one page for the table
        return self.out

    def _relations(self) -> list[str]:
        """The sums and shares of the table; how each value follows from its quantity stands on 规则."""
        found = ["首行 ＝ 以下各项指标有数者之和 ＝ 各类小计之和", f"{self.part} ＝ 本项 ÷ 首行"]
        return [*found, "占调节服务 ＝ 本项 ÷ 调节服务小计", "各项的公式见规则"]

    def _said(self, row: int, reason: str) -> None:
        """A reason in words, over the columns that hold no number of its row."""
        if reason:
            self.out.text(row, OF_REGULATING, reason, "wrap")
            self.out.merges.append((row, OF_REGULATING, row, self.note))

    def _next(self) -> int:
        self.row += 1
        return self.row - 1

    def _amount_of(self, row: int, reference: str, yuan: float | None) -> None:
        """The value in 万元, as 分县价值量 has it."""
        wan = None if yuan is None else yuan / 10000
        self.out.put(row, WAN, LiveFormula(shown(reference), or_missing(wan), "import", "money"))

    def _share(self, row: int, column: int, of: int, yuan: float | None, whole: float | None) -> None:
        written = quotient(a1(row, WAN), in_row(of, WAN))
        self.out.put(row, column, LiveFormula(written, ratio(yuan, whole), "step", "share"))

    @cached_property
    def _accounted_total(self) -> float | None:
        return self.book.result.value("accounted_total", county=ALL, period=self.book.period).value

    def _total(self) -> None:
        row = self._next()
        total = self.book.result.value("accounted_total", county="*", period=self.book.period)
        covered, applicable = self.book.counted
        known = total.partial is not None and total.partial.area_share is not None
        share = f"{total.partial.area_share:.1%}" if total.partial and known else WORDS["missing"]
        partial = f"已核算指标合计（{covered}/{applicable} 项，面积 {share}）"
        self.out.text(row, 2, partial if self.book.partial else "各项指标合计", "label")
        self._amount_of(row, self.places.values.at(TOTAL, ALL, IN_WAN).full, total.value)
        self._before(row, None if self.book.previous is None else self.book.previous.total)
        self._counties(row)
        self.out.text(row, self.evidence, EVIDENCE.get(total.evidence, "—"))
        note = (
            "部分核算，不是生态产品总值（GEP）；面积比：每县取各项中最小的，各县按面积加权" if self.book.partial else ""
        )
        self.out.text(row, self.note, self.out.note(note))

    def _counties(self, row: int) -> None:
        """How many counties have a value of at least one indicator."""
        result = self.book.result
        area = on_sheet(self.places.values.sheet, self.places.values.over_counties(TOTAL, IN_WAN))
        values = [
            result.value("accounted_total", county=c.code, period=self.book.period).value
            for c in result.account.counties
        ]
        there = sum(value is not None for value in values)
        self.out.put(row, self.counted, LiveFormula(f"COUNT({area})", float(there), "total", "integer"))

    def _line(self, number: int, line: IndicatorLine) -> None:
        row, ruleset, result = self._next(), self.book.result.account.ruleset, self.book.result
        quantity = result.value(line.quantity, county="*", period=self.book.period, item=line.item)
        value = self.book.line_value(line, "*")
        for column, text in enumerate(
            (str(number), CATEGORIES[line.category], ruleset.zh_of(line.id), quantity.unit.printed)
        ):
            self.out.text(row, column, text, link=step_link(self.book, line.value) if column == 2 else "")  # noqa: PLR2004 - its name
        reference = self.places.quantity(line.id, ALL).full
        self.out.put(row, QUANTITY, LiveFormula(shown(reference), or_missing(quantity.value), "import", "import"))
        self._amount_of(row, self.places.values.at(line.id, ALL, IN_WAN).full, value.value)
        if line.category == "regulating":
            self._share(row, OF_REGULATING, self.rows.kinds["regulating"], value.value, self.kind_sum("regulating"))
        else:
            self.out.text(row, OF_REGULATING, "—", "missing")
        self._share(row, SHARE, TOTAL_ROW, value.value, self._accounted_total)
        self._before(row, None if self.book.previous is None else self.book.previous.line(line.id))
        there = sum(self.book.line_value(line, c.code).value is not None for c in result.account.counties)
        self.out.text(row, self.counted, f"{there}/{len(result.account.counties)}")
        self.out.text(row, self.evidence, EVIDENCE.get(value.evidence, "—"))
        self._notes(row, line)

    def _notes(self, row: int, line: IndicatorLine) -> None:
        """What is said of an indicator below the table, or that its formulas have notes on 规则."""
        notes = [f"条款：{line.clause}"] if line.clause else []
        declared = {gap.indicator: gap for gap in self.book.result.account.not_covered}
        if gap := declared.get(line.id):
            notes.append(f"未核算：{gap.reason}（{gap.decided_by}）")
        if self._known_in_part(line):
            notes.append("实物量只是已知部分的合计，不是全部")
        numbers = [*dict.fromkeys(self.out.note(note) for note in notes)]
        names = (line.quantity, line.value) if line in self.book.figured and not self.book.short else ()
        link = next((rule_link(self.book, name) for name in names if self._noted(name)), "")
        self.out.text(row, self.note, "、".join([*numbers, *(["见规则"] if link else [])]), link=link)

    def _known_in_part(self, line: IndicatorLine) -> bool:
        """Whether an indicator without a value has a quantity that counts the known parts only."""
        quantity = self.book.result.value(line.quantity, county=ALL, period=self.book.period, item=line.item)
        short = quantity.value is not None and quantity.partial is not None
        return short and self.book.line_value(line, ALL).value is None

    def _before(self, row: int, before: Before | None) -> None:
        """What it was a year before, and the change; a word where the two are not comparable, and below the table why."""
        if self.book.previous is None or before is None:
            return
        if before.yuan is None:
            for column in range(self.before, self.before + 3):
                self.out.text(row, column, "不比较", "missing")
            return
        wan, now, then = before.yuan / 10000, a1(row, WAN), a1(row, self.before)
        change = before.change
        self.out.put(row, self.before, TypedNumber(wan, "money"))
        self.out.put(row, self.before + 1, LiveFormula(f"{now}-{then}", change / 10000, "step", "money"))
        self.out.put(
            row, self.before + 2, LiveFormula(quotient(a1(row, self.before + 1), then), ratio(change, before.yuan), "step", "share")
        )  # fmt: skip

    def kind_sum(self, kind: str) -> float | None:
        """The sum of the indicators of a kind that have a value, in 元."""
        values = [self.book.line_value(line, ALL).value for line in self.places.lines if line.category == kind]
        there = [value for value in values if value is not None]
        return sum(there) if there else None

    def _kind(self, kind: str) -> None:
        """The sum of the services of a kind."""
        row, amount = self._next(), self.kind_sum(kind)
        mine = [self.rows.line(line) for line in self.rows.lines if line.category == kind]
        self.out.text(row, 2, f"{CATEGORIES[kind]}小计", "label")
        written = partial_sum(block((mine[0], WAN), (mine[-1], WAN)))
        self.out.put(
            row, WAN, LiveFormula(written, or_missing(None if amount is None else amount / 10000), "total", "total")
        )
        self._share(row, SHARE, TOTAL_ROW, amount, self._accounted_total)

    def _noted(self, quantity: str) -> bool:
        """Whether a formula that leads to a quantity has a note."""
        formula = self.book.formula_of(quantity)
        return formula is not None and bool(formula.note or any(self._noted(item.name) for item in formula.inputs))

    def _gep(self) -> None:
        row, result = self._next(), self.book.result
        gep = result.value("gep_total", county="*", period=self.book.period)
        self.out.text(row, 2, "生态产品总值（GEP）")
        if gep.value is None:
            self.out.text(row, WAN, "不列", "missing")
        else:
            self._amount_of(row, self.places.values.at(GEP, ALL, IN_WAN).full, gep.value)
        why = (
            f"{self.book.no_gep}；GEP 与 GDP 之比、增长、位次也不列"
            if self.book.partial
            else f"{self.book.no_gep}，故不列"
        )
        self._said(row, why if gep.value is None else "")

    def _reported(self) -> None:
        """What must be reported besides the indicators (减项、碳信用) and what is only listed: its sum, and who has it."""
        result = self.book.result
        leaves = {quantity.name: quantity for quantity in result.account.ruleset.leaves}
        self.out.text(self._next(), 1, "申报与列示", "section")
        for name in self.rows.reported:
            values = [
                result.value(name, county=county.code, period=self.book.period) for county in result.account.counties
            ]
            there, row = sum(value.value is not None for value in values), self._next()
            void = sum(value.presence == "not_applicable" for value in values)
            self.out.text(row, 2, ("减：" if name == INFLOW else "") + leaves[name].zh)
            self.out.text(row, 3, leaves[name].unit.printed)
            self._reported_sum(row, leaves[name])
            lacks = len(values) - there - void
            gaps = f"{there}/{len(values)} 个县有数" if lacks or void else ""
            parts = (gaps, f"{lacks} 个县缺" if lacks else "", f"{void} 个县不适用" if void else "")
            self._said(row, "，".join(filter(None, parts)))

    def _reported_sum(self, row: int, quantity: Quantity) -> None:
        """The sum over the counties, missing where one lacks; in 万元 too where it is money."""
        cells = [
            self.book.layout.cell(quantity.name, Cell((("county", c.code),))) for c in self.book.result.account.counties
        ]
        first, last = cells[0], cells[-1]
        void = all(
            self.book.result.value(quantity.name, county=c.code, period=self.book.period).presence == "not_applicable"
            for c in self.book.result.account.counties
        )
        if first is None or last is None or void or set(quantity.axes) - set(AXES):
            self.out.text(row, QUANTITY, WORDS["not_applicable" if void else "missing"], "missing")
            return
        area = on_sheet(first.sheet, block((first.row, first.column), (last.row, last.column)))
        total = reported_total(self.book, quantity.name)
        self.out.put(row, QUANTITY, LiveFormula(sum_or_missing(area), or_missing(total), "total", "import"))
        if quantity.unit.printed.startswith("元"):
            written = ten_thousandth(a1(row, QUANTITY))
            self.out.put(
                row, WAN, LiveFormula(written, or_missing(None if total is None else total / 10000), "step", "money")
            )
