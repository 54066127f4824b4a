"""汇总: one page that says what was found, what it covers, what it rests on, and what is not in it."""

from __future__ import annotations

from qhgep.evidence import EVIDENCE
from qhgep.ruleset import IndicatorLine
from qhgep.workbook.cells import WORDS, Formula, Sheet
from qhgep.workbook.context import COUNTY_VALUES, Book
from qhgep.workbook.county_sheet import CountyValues, partial_sum
from qhgep.workbook.frame import PRESENTATION, Head, table_sheet
from qhgep.workbook.layout import FIRST, a1, block, imported, in_row, on_sheet
from qhgep.workbook.split_sheets import EVIDENCE_SHEET, UNDIVIDED, Matrix, evidence_columns

_CATEGORIES = {"provisioning": "物质供给", "regulating": "调节服务", "cultural": "文化服务"}
TOTAL_ROW = FIRST
"""The row of the accounted total."""
YUAN, WAN, YI = 5, 6, 7
"""The columns of the value in 元, 万元, 亿元."""


def summary_sheet(book: Book) -> Sheet:
    """汇总 with the accounted total first, the indicators, what is missing, evidence, and the matrix by ecosystem."""
    return _Summary(book).sheet()


class _Summary:
    def __init__(self, book: Book) -> None:
        self.book, self.places = book, CountyValues(book)
        heads = (
            Head("序号", width=6), Head("类别", width=12), Head("指标", width=26), Head("实物量单位", width=14),
            Head("实物量合计", "见左", "导入", 18), Head("价值量", "元/a", "导入", 20), Head("价值量", "万元/a", "元 ÷ 10000", 16),
            Head("价值量", "亿元/a", "万元 ÷ 10000", 14), Head("占比", "%", "本项 ÷ 合计", 10), Head("有数县数", "个", "计数", 10),
            Head("证据", width=10), Head("说明", width=48),
        )  # fmt: skip
        self.out = table_sheet("汇总", "汇总", heads, color=PRESENTATION, notice=book.notice, left=book.left)
        self.row = FIRST

    def sheet(self) -> Sheet:
        self._total()
        for number, line in enumerate(self.places.lines, start=1):
            self._line(number, line)
        self._gep()
        self._reported()
        self._not_covered()
        self._evidence()
        self._matrix()
        return self.out

    def _next(self) -> int:
        self.row += 1
        return self.row - 1

    def _amounts(self, row: int, reference: str, value: float | None) -> None:
        """The value in yuan imported, then in 万元 and 亿元 as steps."""
        self.out.put(row, YUAN, Formula(imported(reference), value, "import", "import"))
        wan = None if value is None else value / 10000
        self.out.put(row, WAN, Formula(f"{a1(row, YUAN)}/10000", wan, "step", "money"))
        self.out.put(row, YI, Formula(f"{a1(row, WAN)}/10000", None if wan is None else wan / 10000, "step", "money"))

    def _total(self) -> None:
        row = self._next()
        total = self.book.result.value("accounted_total", county="*", period=self.book.period)
        covered, applicable = self.book.counted
        share = "—" if total.partial is None or total.partial.area_share is None else f"{total.partial.area_share:.1%}"
        partial = f"已核算指标合计（{covered}/{applicable} 项，面积 {share}）"
        self.out.text(row, 2, partial if self.book.partial else "各项指标合计", "total")
        self._amounts(row, self.places.at(FIRST, self.places.total).full, total.value)
        self._counties(row)
        self.out.text(row, 10, EVIDENCE.get(total.evidence, "—"))
        note = "部分核算，不是生态产品总值（GEP）；面积比取各县中最小的" if self.book.partial else ""
        self.out.text(row, 11, note)

    def _counties(self, row: int) -> None:
        """How many counties have a value of at least one indicator."""
        result, column = self.book.result, self.places.count
        area = on_sheet(COUNTY_VALUES, block((self.places.first, column), (self.places.last, column)))
        values = [
            result.value("accounted_total", county=c.code, period=self.book.period).value
            for c in result.account.counties
        ]
        there = sum(value is not None for value in values)
        self.out.put(row, 9, Formula(f'COUNTIF({area},">0")', float(there), "total", "integer"))

    def _line(self, number: int, line: IndicatorLine) -> None:
        row, ruleset, result = self._next(), self.book.result.account.ruleset, self.book.result
        quantity = result.value(line.quantity, county="*", period=self.book.period, item=line.item)
        value = self.book.line_value(line, "*")
        for column, text in enumerate(
            (str(number), _CATEGORIES[line.category], ruleset.zh_of(line.id), quantity.unit.printed)
        ):
            self.out.text(row, column, text)
        reference = self.places.at(FIRST, self.places.quantity[line.id]).full
        self.out.put(row, 4, Formula(imported(reference), quantity.value, "import", "import"))
        self._amounts(row, self.places.at(FIRST, self.places.value[line.id]).full, value.value)
        whole = result.value("accounted_total", county="*", period=self.book.period).value
        share = value.value / whole if whole and value.value is not None else None
        self.out.put(row, 8, Formula(f"{a1(row, YUAN)}/{in_row(TOTAL_ROW, YUAN)}", share, "step", "share"))
        there = sum(self.book.line_value(line, c.code).value is not None for c in result.account.counties)
        self.out.text(row, 9, f"{there}/{len(result.account.counties)}")
        self.out.text(row, 10, EVIDENCE.get(value.evidence, "—"))
        notes = [note for name in (line.quantity, line.value) if (note := self._note(name))]
        self.out.text(row, 11, "；".join(dict.fromkeys(notes)), "wrap")

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
            self._amounts(row, self.places.at(FIRST, self.places.gep).full, gep.value)
        why = (
            "区域外流入缺，不能扣减，故不列"
            if result.account.ruleset.complete
            else "规则集没有写明各项之和即为 GEP，故不列"
        )
        if self.book.partial:
            why = "部分核算的合计不称 GEP；GEP 与 GDP 之比、增长、位次也不列"
        self.out.text(row, 11, why if gep.value is None else "", "wrap")
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
            self.out.text(row, 9, f"{there}/{len(values)}")
            limits = leaves[name].bounds
            reason = "" if limits is None else limits.reason
            self.out.text(
                row,
                11,
                reason if there == len(values) else f"{len(values) - there} 个县缺；{reason}".rstrip("；"),
                "wrap",
            )
        self._next()

    def _not_covered(self) -> None:
        ruleset = self.book.result.account.ruleset
        self.out.text(self._next(), 1, "未核算的服务", "section")
        for line in ruleset.not_covered:
            row = self._next()
            self.out.text(row, 1, _CATEGORIES[line.category])
            self.out.text(row, 2, line.zh)
            self.out.text(row, YUAN, WORDS["absent"], "missing")
            self.out.text(row, 11, line.reason, "wrap")
        for indicator, reason in ruleset.exclude.items():
            row = self._next()
            zh = {"coastal_protection": "海岸带防护"}.get(indicator) or ruleset.zh_of(indicator)
            self.out.text(row, 2, zh)
            self.out.text(row, YUAN, WORDS["not_applicable"], "missing")
            self.out.text(row, 11, reason)
        self._next()

    def _evidence(self) -> None:
        self.out.text(self._next(), 1, "金额落在哪一级证据", "section")
        whole = sum(self._amount(level) for level in EVIDENCE)
        for level, column in evidence_columns().items():
            row = self._next()
            self.out.text(row, 2, EVIDENCE[level])
            amount = self._amount(level)
            self.out.put(
                row, YUAN, Formula(imported(on_sheet(EVIDENCE_SHEET, a1(FIRST, column))), amount, "import", "import")
            )
            share = amount / whole if whole else None
            self.out.put(row, 8, Formula(f"{a1(row, YUAN)}/{in_row(TOTAL_ROW, YUAN)}", share, "step", "share"))
        self._next()

    def _amount(self, level: str) -> float:
        result = self.book.result
        counties = result.account.counties
        values = [self.book.line_value(line, county.code) for county in counties for line in self.places.lines]
        return sum(value.value for value in values if value.value is not None and value.evidence == level)

    def _matrix(self) -> None:
        """Indicators down, ecosystems across, in yuan; what is known by county only stands under 未分摊."""
        ecosystems, matrix = self.book.result.grid.members.get("ecosystem", ()), Matrix(self.book)
        self.out.text(self._next(), 1, "指标 × 生态系统（元/a）", "section")
        row = self._next()
        for place, ecosystem in enumerate([*ecosystems, ""]):
            self.out.text(row, 4 + place, self.book.member("ecosystem", ecosystem) if ecosystem else UNDIVIDED, "head")
        for line in self.places.lines:
            row = self._next()
            self.out.text(row, 2, self.book.result.account.ruleset.zh_of(line.id))
            for place, ecosystem in enumerate([*ecosystems, ""]):
                self._matrix_cell(row, 4 + place, line, ecosystem, matrix)

    def _matrix_cell(self, row: int, column: int, line: IndicatorLine, ecosystem: str, matrix: Matrix) -> None:
        area = matrix.area(line.id, ecosystem)
        if area is not None:
            self.out.put(row, column, Formula(partial_sum(area), matrix.total(line.id, ecosystem), "total", "total"))
        elif line.matrix:
            self.out.text(row, column, WORDS["absent"] if ecosystem else "—", "missing")
        elif ecosystem:
            self.out.text(row, column, UNDIVIDED, "missing")
        else:
            value = self.book.line_value(line, "*").value
            reference = self.places.at(FIRST, self.places.value[line.id]).full
            self.out.put(row, column, Formula(imported(reference), value, "import", "import"))
