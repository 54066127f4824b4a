"""The headings of printed tables, as a bureau writes them: `实物量（万公顷）` is the column quantity with its unit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from qhgep.errors import InputError, Problems, problem
from qhgep.inputs.headed_table import Allowed, HeadedTable, TableRow, read_headed_table
from qhgep.inputs.names import normal
from qhgep.inputs.wide.headings import split_unit

MOST_PRINTED = 20_000
"""The rows of a printed table that is still audited: 150,000 took 23 s and 1.2 GB."""
WORDS: Mapping[str, Sequence[str]] = {
    "row": ("行", "行名", "行号", "序号"),
    "quantity": ("数量", "实物量", "功能量", "量"),
    "price": ("单价", "价格"),
    "value": ("价值", "价值量", "金额", "数值", "值"),
    "factor": ("系数", "折算系数"),
    "total_of": ("合计", "合计项"),
    "share": ("占比", "比例", "比重"),
    "share_of": ("占比的分母", "分母"),
    "exact": ("精确", "精确数"),
    "rounded": ("舍入", "舍入数"),
    "low": ("下限",),
    "high": ("上限",),
    "reason": ("依据", "理由"),
    "name": ("名称", "指标"),
    "note": ("备注", "说明", "注"),
    "recipient": ("县", "县名", "地区", "单位名称", "接收单位", "资金接收单位"),
    "amount": ("金额", "下达金额", "资金", "补偿资金", "补偿金额"),
    "county_code": ("县代码", "区划代码", "行政区代码", "行政区划代码"),
    "period": ("期间", "年份", "年度"),
    "ecosystem": ("生态系统",),
    "item": ("项目",),
    "source": ("来源", "资料来源"),
    "at": ("出处",),
}
"""Column -> what else it is called."""
_UNITS = ("单位", "计量单位")
_PERCENT = frozenset({"%", "％"})
"""The unit of shares, which their column may name and need not."""
_NUMBERS = frozenset({"quantity", "price", "value", "share", "low", "high", "amount"})


class PrintedHeadings:
    """The columns of a printed table, by its headings. Where none of them is `row`, the first that is no other column is."""

    def __init__(self, table: HeadedTable, known: Collection[str]) -> None:
        """`known` are the columns that such a table may have; a heading that means none of them stays what it is."""
        self.table, self.known = table, known
        self.numbers = {name for name in _NUMBERS if f"{name}_unit" in known or name != "quantity"}
        self.units: dict[str, str] = {}
        """Column of units -> the unit that the heading of its number names for all rows."""
        self.numbered: dict[str, str] = {}
        """Column of units -> the column of its number, for those units."""
        self.headings: list[tuple[str, str]] = []
        """Column and heading, in the order of the table."""
        number = "value"
        for heading in table.columns:
            column = self._column(heading, number)
            self.headings.append((column, heading))
            number = column if column in self.numbers else number
        self._name_rows()

    def _name_rows(self) -> None:
        """Where no column is `row`: the first is, if it is no other column; else that of names, which tell rows apart too."""
        columns = [column for column, _ in self.headings]
        if "row" in columns:
            return
        if columns[0] not in self.known:
            place = 0
        elif "name" in columns and "row" in self.known:
            place = columns.index("name")
        else:
            return
        self.headings[place] = ("row", self.headings[place][1])

    def _column(self, heading: str, number: str) -> str:
        """The column that a heading means; `number` is the column of numbers before it, of which a bare 单位 is the unit."""
        if heading in self.known:
            return heading
        text = normal(heading)
        if text.partition("#")[0] in _UNITS:
            return self._unit_of(number)
        of = next((self._meaning(text.removesuffix(word)) for word in _UNITS if text.endswith(word)), "")
        if of in self.numbers:
            return self._unit_of(of)
        bare, unit = split_unit(text)
        column = self._meaning(bare)
        if column == "share" and unit in _PERCENT:
            return column
        if unit and column in self.numbers:
            self.units[self._unit_of(column)], self.numbered[self._unit_of(column)] = unit, column
        return column if column and (not unit or column in self.numbers) else heading

    def _unit_of(self, number: str) -> str:
        return f"{number}_unit" if f"{number}_unit" in self.known else "unit"

    def _meaning(self, text: str) -> str:
        return next((column for column, words in WORDS.items() if text in words and column in self.known), "")

    @property
    def header(self) -> tuple[str, ...]:
        """The columns that the table has, those of units in headings among them; one that stands twice is there twice."""
        return (*(column for column, _ in self.headings), *self.units)

    def rows(self, problems: Problems) -> Iterator[tuple[TableRow, Mapping[str, str]]]:
        """Each row with its texts by column, those that it lacks empty; numbers with the digits that are shown."""
        for count, row in enumerate(self.table.sound(problems)):
            if count == MOST_PRINTED:
                raise InputError(problem("workbook_rows", row.place, row=row.number, most=MOST_PRINTED))
            texts = {column: self._text(row, column, heading, problems) for column, heading in self.headings}
            yield row, {**dict.fromkeys(self.known, ""), **texts, **self._units(texts)}

    def _units(self, texts: Mapping[str, str]) -> Mapping[str, str]:
        """The units of headings for the numbers that a row has."""
        return {column: text for column, text in self.units.items() if texts.get(self.numbered[column])}

    def _text(self, row: TableRow, column: str, heading: str, problems: Problems) -> str:
        cell = row.cells.get(heading)
        if (
            column not in self.numbers or cell is None or cell.kind == "text"
        ):  # 3.08e4 and 1.2×10^8 are printed numbers too
            return row.text(heading)
        return row.digits(heading, problems, scale="percent" if column == "share" else "other", as_shown=True) or ""


def read_printed(path: Path, known: Collection[str], problems: Problems) -> PrintedHeadings | None:
    """The table of a file with its headings understood; None, with the reasons noted, where it cannot be read."""
    table = read_headed_table(path, problems, allowed=Allowed(repeated=_UNITS, titles=True))
    return None if table is None else PrintedHeadings(table, known)
