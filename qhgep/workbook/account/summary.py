"""汇总: one page that says what was found, what it covers, what it rests on, and what is not in it."""

from __future__ import annotations

from qhgep.catalogue import Formula as Rule
from qhgep.evidence import EVIDENCE
from qhgep.expr import Total
from qhgep.ruleset_store.ruleset import IndicatorLine
from qhgep.workbook.account.breakdowns import EVIDENCE_SHEET, evidence_columns
from qhgep.workbook.account.context import Book
from qhgep.workbook.account.links import step_link
from qhgep.workbook.account.places import GEP, TOTAL, CountyValues, or_missing, quotient, ratio, ten_thousandth
from qhgep.workbook.account.places import YUAN as IN_YUAN
from qhgep.workbook.core.cells import WORDS, Bars, Formula, Sheet
from qhgep.workbook.core.county_table import ALL
from qhgep.workbook.core.layout import FIRST, HEAD, a1, imported, in_row, on_sheet, shown
from qhgep.workbook.core.table_sheet import PRESENTATION, Head, table_sheet

SUMMARY = "汇总"
_CATEGORIES = {"provisioning": "物质供给", "regulating": "调节服务", "cultural": "文化服务"}
TOTAL_ROW = FIRST
"""The row of the accounted total."""
YUAN, WAN, YI, SHARE = 5, 6, 7, 8
"""The columns of the value in 元, 万元, 亿元, and of its share."""
_NOTE = 11


def summary_sheet(book: Book) -> Sheet:
    """汇总 with the accounted total first, the indicators, what is missing, and evidence."""
    return _Summary(book).sheet()


class _Summary:
    def __init__(self, book: Book) -> None:
        self.book, self.places = book, CountyValues(book)
        heads = (
            Head("序号", width=6), Head("类别", width=10), Head("指标", width=26), Head("实物量单位", "—", "—", 12),
            Head("实物量合计", "见左", "导入", 18), Head("价值量", "元/a", "导入", 20), Head("价值量", "万元/a", "元 ÷ 10000", 16),
            Head("价值量", "亿元/a", "万元 ÷ 10000", 14), Head("占比", "%", "本项 ÷ 合计", 10), Head("有数县数", "个", "计数", 10),
            Head("证据", width=10), Head("说明", width=10),
        )  # fmt: skip
        self.out = table_sheet(
            SUMMARY, "汇总", heads, color=PRESENTATION, notice=book.notice, left=book.left, numbered=True
        )
        self.out.number = f"表号：{book.series}01表　单位：见栏目"
        self.out.keys, self.out.signed = 3, not book.analytic
        self.row = FIRST

    def sheet(self) -> Sheet:
        self._total()
        for number, line in enumerate(self.places.lines, start=1):
            self._line(number, line)
        self._gep()
        self._reported()
        self._not_covered()
        self._evidence()
        self._charts()
        self.out.relations = self._relations()
        return self.out

    def _charts(self) -> None:
        """A bar for each indicator; and one for each county, where there are several."""
        first, last = TOTAL_ROW + 1, TOTAL_ROW + len(self.places.lines)
        title = "各项指标价值量（万元/a）"
        indicators = Bars(
            self.row, title, "万元/a", SUMMARY, (first, 2, last, 2), (first, WAN, last, WAN),
            f"条形图：{title}，一项一条，数值见本表第 {WAN - 2} 栏。",
        )  # fmt: skip
        self.out.charts.append(indicators)
        cross = self.places.values
        if len(cross.counties) > 1:
            one, other = (cross.at(TOTAL, county) for county in (cross.counties[0], cross.counties[-1]))
            names = (HEAD, one.column, HEAD, other.column) if cross.across else (one.row, 1, other.row, 1)
            title = f"分县{self.book.total_name}（万元/a）"
            self.out.charts.append(Bars(
                self.row + indicators.rows + 1, title, "万元/a", cross.sheet, names,
                (one.row, one.column, other.row, other.column), f"条形图：{title}，一县一条，数值见{cross.sheet}。",
            ))  # fmt: skip

    def _relations(self) -> list[str]:
        """The sums of the table, and how each value follows from its quantity, as the rules have it."""
        found = [
            "首行 ＝ 以下各项指标有数者之和",
            "4 栏 ＝ 3 栏 ÷ 10000",
            "5 栏 ＝ 4 栏 ÷ 10000",
            "6 栏 ＝ 3 栏 ÷ 首行 3 栏",
        ]
        words = dict.fromkeys(self._rule(line.value) for line in self.places.lines)
        return [*found, *(item for item in words if item)]

    def _rule(self, value: str) -> str:
        """The formula of a value, below its sums."""
        rule: Rule | None = self.book.formula_of(value)
        while rule is not None and isinstance(rule.equals, Total):
            rule = self.book.formula_of(rule.equals.of.name)
        return "" if rule is None else f"{rule.quantity.zh} ＝ {self.book.words(rule.equals)}"

    def _said(self, row: int, reason: str) -> None:
        """A reason in words, over the columns that hold no number of its row."""
        if reason:
            self.out.text(row, WAN, reason, "wrap")
            self.out.merges.append((row, WAN, row, _NOTE))

    def _next(self) -> int:
        self.row += 1
        return self.row - 1

    def _amounts(self, row: int, reference: str, value: float | None) -> None:
        """The value in yuan imported, then in 万元 and 亿元 as steps."""
        self.out.put(row, YUAN, Formula(shown(reference), or_missing(value), "import", "import"))
        wan = None if value is None else value / 10000
        self.out.put(row, WAN, Formula(ten_thousandth(a1(row, YUAN)), or_missing(wan), "step", "money"))
        yi = None if wan is None else wan / 10000
        self.out.put(row, YI, Formula(ten_thousandth(a1(row, WAN)), or_missing(yi), "step", "money"))

    def _total(self) -> None:
        row = self._next()
        total = self.book.result.value("accounted_total", county="*", period=self.book.period)
        covered, applicable = self.book.counted
        known = total.partial is not None and total.partial.area_share is not None
        share = f"{total.partial.area_share:.1%}" if total.partial and known else WORDS["missing"]
        partial = f"已核算指标合计（{covered}/{applicable} 项，面积 {share}）"
        self.out.text(row, 2, partial if self.book.partial else "各项指标合计", "label")
        self._amounts(row, self.places.value(TOTAL, ALL).full, total.value)
        self._counties(row)
        self.out.text(row, 10, EVIDENCE.get(total.evidence, "—"))
        note = (
            "部分核算，不是生态产品总值（GEP）；面积比：每县取各项中最小的，各县按面积加权" if self.book.partial else ""
        )
        self.out.text(row, _NOTE, self.out.note(note))

    def _counties(self, row: int) -> None:
        """How many counties have a value of at least one indicator."""
        result = self.book.result
        area = on_sheet(self.places.values.sheet, self.places.values.over_counties(TOTAL, IN_YUAN))
        values = [
            result.value("accounted_total", county=c.code, period=self.book.period).value
            for c in result.account.counties
        ]
        there = sum(value is not None for value in values)
        self.out.put(row, 9, Formula(f"COUNT({area})", float(there), "total", "integer"))

    def _line(self, number: int, line: IndicatorLine) -> None:
        row, ruleset, result = self._next(), self.book.result.account.ruleset, self.book.result
        quantity = result.value(line.quantity, county="*", period=self.book.period, item=line.item)
        value = self.book.line_value(line, "*")
        for column, text in enumerate(
            (str(number), _CATEGORIES[line.category], ruleset.zh_of(line.id), quantity.unit.printed)
        ):
            self.out.text(row, column, text, link=step_link(self.book, line.value) if column == 2 else "")  # noqa: PLR2004 - its name
        reference = self.places.quantity(line.id, ALL).full
        self.out.put(row, 4, Formula(shown(reference), or_missing(quantity.value), "import", "import"))
        self._amounts(row, self.places.value(line.id, ALL).full, value.value)
        whole = result.value("accounted_total", county="*", period=self.book.period).value
        written = quotient(a1(row, YUAN), in_row(TOTAL_ROW, YUAN))
        self.out.put(row, 8, Formula(written, ratio(value.value, whole), "step", "share"))
        there = sum(self.book.line_value(line, c.code).value is not None for c in result.account.counties)
        self.out.text(row, 9, f"{there}/{len(result.account.counties)}")
        self.out.text(row, 10, EVIDENCE.get(value.evidence, "—"))
        notes = [note for name in (line.quantity, line.value) if (note := self._note(name))]
        notes += [f"条款：{line.clause}"] if line.clause else []
        declared = {gap.indicator: gap for gap in result.account.not_covered}
        if gap := declared.get(line.id):
            notes.append(f"未核算：{gap.reason}（{gap.decided_by}）")
        numbers = dict.fromkeys(self.out.note(note) for note in notes)
        self.out.text(row, _NOTE, "、".join(numbers))

    def _note(self, quantity: str) -> str:
        """The notes of the formulas that lead to a quantity."""
        formula = self.book.formula_of(quantity)
        if formula is None:
            return ""
        below = [self._note(item.name) for item in formula.inputs]
        return "；".join(dict.fromkeys(note for note in (formula.note, *below) if note))

    def _gep(self) -> None:
        row, result = self._next(), self.book.result
        gep = result.value("gep_total", county="*", period=self.book.period)
        self.out.text(row, 2, "生态产品总值（GEP）")
        if gep.value is None:
            self.out.text(row, YUAN, "不列", "missing")
        else:
            self._amounts(row, self.places.value(GEP, ALL).full, gep.value)
        why = (
            "区域外流入缺，不能扣减，故不列"
            if result.account.ruleset.complete
            else "规则集没有写明各项之和即为 GEP，故不列"
        )
        if self.book.partial:
            why = "部分核算的合计不称 GEP；GEP 与 GDP 之比、增长、位次也不列"
        self._said(row, why if gep.value is None else "")
        self._next()

    def _reported(self) -> None:
        """What must be reported besides the indicators (减项、碳信用) and what is only listed: how many counties have it."""
        ruleset, result = self.book.result.account.ruleset, self.book.result
        leaves = {quantity.name: quantity for quantity in ruleset.leaves}
        self.out.text(self._next(), 1, "申报与列示", "section")
        for name in ruleset.show:
            if name not in leaves or "ecosystem" in leaves[name].axes:
                continue
            values = [
                result.value(name, county=county.code, period=self.book.period) for county in result.account.counties
            ]
            there, row = sum(value.value is not None for value in values), self._next()
            self.out.text(row, 2, ("减：" if name == "inflow_from_outside" else "") + leaves[name].zh)
            self.out.text(row, 3, leaves[name].unit.printed)
            self.out.text(row, YUAN, "见输入" if there else WORDS["missing"], "missing")
            self.out.text(row, 4, f"{there}/{len(values)} 个县有数", "missing")
            limits = leaves[name].bounds
            reason = "" if limits is None else limits.reason
            gaps = f"{len(values) - there} 个县缺；{reason}".rstrip("；")
            self._said(row, reason if there == len(values) else gaps)
        self._next()

    def _not_covered(self) -> None:
        ruleset = self.book.result.account.ruleset
        self.out.text(self._next(), 1, "未核算的服务", "section")
        for line in ruleset.not_covered:
            row = self._next()
            self.out.text(row, 1, _CATEGORIES[line.category])
            self.out.text(row, 2, line.zh)
            self.out.text(row, YUAN, WORDS["absent"], "missing")
            self._said(row, line.reason)
        for beside in ruleset.beside:
            row = self._next()
            self.out.text(row, 1, _CATEGORIES[beside.category])
            self.out.text(row, 2, ruleset.zh_of(beside.id))
            self.out.text(row, YUAN, "另列", "missing")
            self._said(row, f"不计入合计：{beside.reason}")
        for indicator, reason in ruleset.exclude.items():
            row = self._next()
            self.out.text(row, 2, ruleset.zh_of(indicator))
            self.out.text(row, YUAN, WORDS["not_applicable"], "missing")
            self._said(row, reason)
        self._next()

    def _evidence(self) -> None:
        self.out.text(self._next(), 1, "金额落在哪一级证据", "section")
        whole = self.book.result.value("accounted_total", county=ALL, period=self.book.period).value
        for level, column in evidence_columns().items():
            row = self._next()
            self.out.text(row, 2, EVIDENCE[level])
            amount = self._amount(level)
            reference = on_sheet(EVIDENCE_SHEET, a1(FIRST, column))
            self.out.put(row, YUAN, Formula(imported(reference), amount, "import", "import"))
            written = quotient(a1(row, YUAN), in_row(TOTAL_ROW, YUAN))
            self.out.put(row, SHARE, Formula(written, ratio(amount, whole), "step", "share"))
        self._next()

    def _amount(self, level: str) -> float:
        result = self.book.result
        counties = result.account.counties
        values = [self.book.line_value(line, county.code) for county in counties for line in self.places.lines]
        return sum(value.value for value in values if value.value is not None and value.evidence == level)
