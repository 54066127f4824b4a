"""判断事项: each decision with its effect in yuan per county. 校验: what must hold, as live formulas with a verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qhgep.engine.coverage import CLOSE
from qhgep.expr import Cell
from qhgep.result import Value
from qhgep.store import Adoption
from qhgep.workbook.cells import Formula, Number, Sheet
from qhgep.workbook.context import CHECKS as CHECK_SHEET
from qhgep.workbook.context import MANIFEST, Book
from qhgep.workbook.county_sheet import CountyValues, sum_there
from qhgep.workbook.coverage_sheet import COVERAGE, coverage_rows
from qhgep.workbook.frame import CHECKS, CONTROL, Head, table_sheet
from qhgep.workbook.landcover_rows import put_landcover
from qhgep.workbook.layout import FIRST, Address, a1, block, fixed, imported, on_sheet
from qhgep.workbook.summary_sheet import TOTAL_ROW, YUAN

DECISIONS = "判断事项"
PASS, FAIL, NOT_APPLICABLE, UNKNOWN = "通过", "不通过", "不适用", "无法核验"
VERDICT = (1, 2)
"""Where the overall verdict of 校验 stands (row, column)."""
RECORDED_TOTAL = (2, 1)
"""Where 清单 records the accounted total (row, column)."""


def decision_sheet(book: Book) -> Sheet:
    """判断事项: what was adopted, why, who decided, and what rests on it in each county (the sum that would be missing)."""
    return _Decisions(book).sheet()


class _Decisions:
    def __init__(self, book: Book) -> None:
        self.book, self.places = book, CountyValues(book)
        lines = [book.result.account.ruleset.zh_of(line.id) for line in self.places.lines]
        heads = [Head("判断", width=24), Head("县", width=12), Head("借用什么", width=30), Head("来源期间", width=14)]
        heads += [Head("用于", width=20), Head("理由", width=50), Head("决定人", width=14)]
        heads += [Head(f"依赖它的{zh}", "元/a", "导入", 20) for zh in lines]
        heads += [Head("没有它则缺的金额", "元/a", "有数各项之和", 22)]
        self.out = table_sheet(
            DECISIONS,
            "判断事项：每一项借用，及各县有多少金额靠它",
            heads,
            color=CONTROL,
            notice=book.notice,
            left=book.left,
        )
        self.value = {line.id: 7 + place for place, line in enumerate(self.places.lines)}
        self.effect = 7 + len(self.places.lines)
        self.reads = {line.value: _read_by(book, line.value) for line in self.places.lines}

    def sheet(self) -> Sheet:
        row = FIRST
        for number, adoption in enumerate(self.book.result.account.adoptions, start=1):
            counties = [
                c.code
                for c in self.book.result.account.counties
                if not adoption.counties or c.code in adoption.counties
            ]
            self._adoption(row, number, adoption, len(counties))
            amount = sum(
                self._county(row + place, number, adoption, code) for place, code in enumerate(counties, start=1)
            )
            area = block((row + 1, self.effect), (row + len(counties), self.effect))
            self.out.put(row, self.effect, Formula(sum_there(area), amount, "total", "total"))
            row += len(counties) + 1
        put_landcover(self.out, row, self.book)
        return self.out

    def _adoption(self, row: int, number: int, adoption: Adoption, counties: int) -> None:
        vocabulary = self.book.result.account.ruleset.catalogue.vocabulary
        what = f"系数行 {adoption.row}" if adoption.row else f"输入 {vocabulary[adoption.quantity].zh}"
        target = vocabulary[adoption.target].zh
        if adoption.ecosystem:
            target += f"（{self.book.member('ecosystem', adoption.ecosystem.removesuffix('.*'))}）"
        texts = (
            f"{number}　{adoption.place}",
            f"合计（{counties} 个县）",
            what,
            adoption.from_period or "见系数",
            target,
            adoption.reason,
        )
        for column, text in enumerate((*texts, adoption.decided_by)):
            self.out.text(row, column, text, "wrap")

    def _county(self, row: int, number: int, adoption: Adoption, code: str) -> float:
        """One county's line; the sum that rests on the decision there."""
        self.out.text(row, 0, str(number))
        self.out.text(row, 1, self.book.county(code))
        amount = 0.0
        for line in self.places.lines:
            column = self.value[line.id]
            value = self._rests(adoption, line.value, code)
            if value is None:
                self.out.text(row, column, "—")
            else:
                amount += value
                reference = self.places.at(self.places.rows[code], self.places.value[line.id]).full
                self.out.put(row, column, Formula(imported(reference), value, "import", "import"))
        area = block((row, min(self.value.values())), (row, max(self.value.values())))
        self.out.put(row, self.effect, Formula(sum_there(area), amount, "total", "total"))
        return amount

    def _rests(self, adoption: Adoption, quantity: str, code: str) -> float | None:
        """The value of a quantity in a county if it rests on what the decision brought in there."""
        value: Value = self.book.result.value(quantity, county=code, period=self.book.period)
        if value.value is None or adoption.target not in self.reads[quantity] or not self._used(adoption, code):
            return None
        return value.value

    def _used(self, adoption: Adoption, code: str) -> bool:
        """Whether the decision gave a value in this county (another period's decision may serve it instead)."""
        quantity = self.book.result.values[adoption.target].quantity
        axes = tuple(axis for axis in quantity.axes if axis not in {"county", "year"})
        for cell in self.book.result.grid.cells(axes):
            full = Cell((*cell.members, ("county", code), ("year", self.book.period))).on(quantity.axes)
            record = self.book.result.record(quantity.name, self.book.result.grid.index(full))
            if record is not None and record.adoption == adoption and record.exact is not None:
                return True
        return False


def _read_by(book: Book, quantity: str) -> frozenset[str]:
    """Everything that a quantity is computed from, itself included."""
    formula = book.formula_of(quantity)
    below = [_read_by(book, item.name) for item in formula.inputs] if formula else []
    return frozenset({quantity}).union(*below)


@dataclass(frozen=True)
class Check:
    """One check: two sides that should agree within a tolerance; a side is a reference or a number recorded."""

    zh: str
    left: str
    left_value: float | None
    right: str
    right_value: float | None
    tolerance: float
    note: str


def check_sheet(book: Book) -> Sheet:
    """校验: each check with both sides, difference and verdict; the overall verdict above."""
    heads = (
        Head("编号", width=8), Head("校验项", width=46), Head("左值", "见说明", "导入", 24), Head("右值", "见说明", "导入", 24),
        Head("差", "见说明", "左 − 右", 18), Head("容差", width=12), Head("结论", "—", "差不超过容差", 12), Head("说明", width=60),
    )  # fmt: skip
    sheet = table_sheet(CHECK_SHEET, "校验", heads, color=CHECKS, notice="总体结论：", left=book.left)
    checks = list(_checks(book))
    verdicts = []
    for place, check in enumerate(checks):
        verdicts.append(_put_check(sheet, FIRST + place, f"J{place + 1:02d}", check))
    area = block((FIRST, 6), (FIRST + len(checks) - 1, 6))
    overall = f'IF(COUNTIF({area},"{FAIL}")>0,"{FAIL}",IF(COUNTIF({area},"{UNKNOWN}")>0,"{UNKNOWN}","{PASS}"))'
    worst = FAIL if FAIL in verdicts else UNKNOWN if UNKNOWN in verdicts else PASS
    sheet.put(*VERDICT, Formula(overall, worst, "total", "verdict"))
    _put_warnings(book, sheet, FIRST + len(checks) + 1)
    return sheet


def _put_check(sheet: Sheet, row: int, number: str, check: Check) -> str:
    sheet.text(row, 0, number)
    sheet.text(row, 1, check.zh)
    sheet.put(row, 2, Formula(imported(check.left), check.left_value, "import", "import"))
    sheet.put(row, 3, Formula(imported(check.right), check.right_value, "import", "import"))
    known = check.left_value is not None and check.right_value is not None
    difference = (
        check.left_value - check.right_value if check.left_value is not None and check.right_value is not None else None
    )
    sheet.put(row, 4, Formula(f"{a1(row, 2)}-{a1(row, 3)}", difference, "step", scale=abs(check.left_value or 0.0)))
    sheet.put(row, 5, Number(check.tolerance, "formula"))
    verdict = UNKNOWN if difference is None else PASS if abs(difference) <= check.tolerance else FAIL
    test = f'IF(ISNUMBER({a1(row, 4)}),IF(ABS({a1(row, 4)})<={a1(row, 5)},"{PASS}","{FAIL}"),"{UNKNOWN}")'
    sheet.put(row, 6, Formula(test, verdict, "step", "verdict"))
    sheet.text(row, 7, check.note if known else f"{check.note}（有一侧缺数）")
    return verdict


def _checks(book: Book) -> Iterable[Check]:
    result, places = book.result, CountyValues(book)
    total = result.value("accounted_total", county="*", period=book.period).value
    recorded = on_sheet(MANIFEST, fixed(*RECORDED_TOTAL))
    here = Address("汇总", TOTAL_ROW, YUAN).full
    small = max(abs(total or 0.0) * 1e-12, 1e-6)
    yield Check(
        "汇总合计与清单记录的一致", here, total, recorded, total, small, "元/a；不一致则有系数、输入或公式被改动"
    )
    by_county = places.at(FIRST, places.total).full
    yield Check("汇总合计与分县合计一致", here, total, by_county, total, small, "元/a")
    for place, line in enumerate(places.lines):
        zh = result.account.ruleset.zh_of(line.id)
        value = result.value(line.value, county="*", period=book.period).value
        reference = places.at(FIRST, places.value[line.id]).full
        summary = Address("汇总", TOTAL_ROW + 1 + place, YUAN).full
        yield Check(f"{zh}：汇总与分县一致", summary, value, reference, value, small, "元/a")
    yield from _area_checks(book)


def _area_checks(book: Book) -> Iterable[Check]:
    """The sum of the known class areas against the area of the county, within half a percent."""
    rows = coverage_rows(book)
    whole = book.layout.home.get("county_area")
    if whole is None or "area" not in book.result.values:
        return
    for county in book.result.account.counties:
        size = book.result.value("county_area", county=county.code, period=book.period).value
        address = book.layout.cell("county_area", Cell((("county", county.code),)))
        if address is None or county.code not in rows:
            continue
        total = sum(pair.area or 0.0 for pair in book.pairs[county.code])
        last = area_total_column(book)
        left = on_sheet(COVERAGE, a1(rows[county.code][0], last))
        tolerance = (size or 0.0) * CLOSE
        yield Check(
            f"{county.zh}：各类已知面积之和与县域面积",
            left,
            total,
            address.full,
            size,
            tolerance,
            "hm²；容差为县域面积的 0.5 %",
        )


def area_total_column(book: Book) -> int:
    """The column of 计算_覆盖 that holds the sum of a county's class areas, in the county's first row."""
    return 5 + 2 * len(book.result.account.ruleset.indicators)


def _put_warnings(book: Book, sheet: Sheet, row: int) -> None:
    """The warnings of the run, as text: what a reader must know besides the sums."""
    sheet.text(row, 1, f"运行提示（{len(book.result.checks)} 条）", "section")
    for place, item in enumerate(book.result.checks, start=1):
        sheet.text(row + place, 0, f"T{place:02d}")
        sheet.text(row + place, 1, item.text(), "text")
