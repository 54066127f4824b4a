"""系数, 单位换算, 规则, 来源: what the figures rest on, each with its document and place."""

from __future__ import annotations

import itertools
import re

from qhgep.catalogue import Formula, checked
from qhgep.coefficient_store import Resolved, Source, evidence_text, index_series, region_text
from qhgep.engine.grid import Carried, Record
from qhgep.evidence import ORIGIN
from qhgep.quantities import range_text
from qhgep.readings.latex import latex
from qhgep.readings.text import conversion
from qhgep.workbook.account.context import COEFFICIENTS, CONVERSIONS, FACTOR_COLUMN, VALUE_COLUMN, Book
from qhgep.workbook.account.links import source_link
from qhgep.workbook.account.prices import how_carried, live_carry, put_index
from qhgep.workbook.core.cells import LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.layout import FIRST, HEAD, a1, fill, list_axes, own_row
from qhgep.workbook.core.table_sheet import CONTROL, STORE, Head, plain_sheet, row_of_texts, table_sheet

_COEFFICIENT_HEADS = (
    Head("行号", width=14), Head("系数", width=26), Head("用于", width=26), Head("生态系统", width=14), Head("项目", width=16),
    Head("值", "见右", width=12),
    Head("单位", width=14), Head("印刷值", width=10), Head("印刷单位", width=12), Head("范围", width=16),
    Head("价格年", width=8), Head("原地区", width=10), Head("原生态系统", width=18), Head("起", width=11), Head("止", width=11),
    Head("来源", width=14), Head("出处", width=30), Head("来历", width=8), Head("证据", width=8), Head("判断", width=18),
    Head("备注", width=10), Head("文件与行", width=18),
)  # fmt: skip

_SOURCE = next(place for place, head in enumerate(_COEFFICIENT_HEADS) if head.name == "来源")
_CARRIED_HEADS = (
    Head("原值（价格年见左）", "见右", width=14), Head("价格指数（核算价格年）", "—", "导入", 14),
    Head("价格指数（原价格年）", "—", "导入", 14), Head("折算", width=90),
)  # fmt: skip
"""With [deflate]: what a price of another year was, and how it came to the value in use."""


_RECORDED_HEADS = (Head("记录值", "见单位", "写出时的值", 12), Head("改动", "1 是 0 否", "值 ≠ 记录值", 8))
"""The value as it was when the workbook was written, and whether the cell holds another."""


def changed_column(book: Book) -> int:
    """The column of 系数 that says whether a row was changed."""
    carried = len(_CARRIED_HEADS) if book.result.account.deflation else 0
    return len(_COEFFICIENT_HEADS) + carried + 1


def _put_recorded(book: Book, sheet: Sheet, row: int, column: int) -> None:
    """The value of a cell once more, which nobody changes, and whether both are still the same."""
    recorded, typed = changed_column(book) - 1, sheet.cells[row, column]
    if isinstance(typed, TypedNumber):
        sheet.put(row, recorded, TypedNumber(typed.value, "formula"))
        same = f"IF({a1(row, column)}={a1(row, recorded)},0,1)"
        sheet.put(row, recorded + 1, LiveFormula(same, 0.0, "step", "integer"))


def coefficient_sheet(book: Book) -> Sheet:
    """系数: each row in use with its value in the unit of its quantity, as printed, and where it stands."""
    heads = (*_COEFFICIENT_HEADS, *(_CARRIED_HEADS if book.result.account.deflation else ()), *_RECORDED_HEADS)
    sheet = table_sheet(COEFFICIENTS, "所用系数", heads, color=STORE, notice=book.notice, left=book.left)
    vocabulary = book.result.account.ruleset.catalogue.vocabulary
    for place, (name, found, record) in enumerate(book.resolved):
        row = FIRST + place
        row_of_texts(
            sheet,
            row,
            (
                found.row.row,
                vocabulary[name].zh,
                _used_for(found, book),
                _target(found, book),
                _item(name, found, book),
            ),
        )
        own = found.row.row in book.result.self_reported
        texts = _coefficient_texts(found, vocabulary[name].unit.printed, record, sheet, own=own)
        for column, content in enumerate(texts, start=VALUE_COLUMN + 1):
            sheet.text(row, column, content, link=source_link(book, content) if column == _SOURCE else "")
        if record is None or record.carried is None:
            sheet.put(row, VALUE_COLUMN, TypedNumber(float(found.value), "coefficient"))
            _put_recorded(book, sheet, row, VALUE_COLUMN)
        else:
            _put_carried(book, sheet, row, record, record.carried)
            _put_recorded(book, sheet, row, len(_COEFFICIENT_HEADS))
        sheet.names[_defined(sheet, row)] = (row, VALUE_COLUMN)
    return sheet


def _defined(sheet: Sheet, row: int) -> str:
    """A name for a coefficient that is no address and occurs once: what it is, of which ecosystem and item."""
    cells = [sheet.cells.get((row, column)) for column in (1, 3, 4)]
    words = [re.sub(r"\W+", "_", cell.text).strip("_") for cell in cells if isinstance(cell, Text)]
    name = "_".join(("系数", *words))[:200]
    numbers = itertools.count(2)
    found = name
    while found in sheet.names:
        found = f"{name}_{next(numbers)}"
    return found


def _put_carried(book: Book, sheet: Sheet, row: int, record: Record, how: Carried) -> None:
    """A price of another year: its value there and both indices in cells of its row, and the tree as its value in use."""
    stated, to, own, words = range(len(_COEFFICIENT_HEADS), len(_COEFFICIENT_HEADS) + len(_CARRIED_HEADS))
    sheet.put(row, stated, TypedNumber(float(how.stated), "coefficient"))
    put_index(book, sheet, row, to, how.to_year)
    put_index(book, sheet, row, own, how.from_year)
    value = None if record.exact is None else float(record.exact)
    sheet.put(row, VALUE_COLUMN, LiveFormula(live_carry(book, how.formula, (stated, to, own), row), value, "step"))
    sheet.text(row, words, how_carried(how), "wrap")


def _used_for(found: Resolved, book: Book) -> str:
    if series := index_series(found.row.key):
        return f"序列 {series}"
    chosen = found.adoption.counties if found.adoption else ()
    return "、".join(book.county(code) for code in chosen) or "全部县"


def _target(found: Resolved, book: Book) -> str:
    ecosystem = (found.adoption.ecosystem if found.adoption else "") or found.row.ecosystem
    return book.member("ecosystem", ecosystem.removesuffix(".*")) if ecosystem else ""


def _item(name: str, found: Resolved, book: Book) -> str:
    """The member of the item list that a row is for, by its name."""
    for axis in list_axes(book.result.account.ruleset.catalogue.vocabulary[name]):
        members = book.result.account.ruleset.catalogue.lists[axis].members
        if found.row.item in members:
            return members[found.row.item]
    return found.row.item


def _range(found: Resolved) -> str:
    """The range that the source gives, in the printed unit."""
    low, high = found.row.low, found.row.high
    return "" if low is None and high is None else f"{'' if low is None else low}–{'' if high is None else high}"


def _coefficient_texts(
    found: Resolved, unit: str, record: Record | None, sheet: Sheet, *, own: bool
) -> tuple[str, ...]:
    row = found.row
    dates = tuple(str(day) if day else "" for day in (row.start, row.end))
    ranges = (_range(found), "" if found.price_year is None else str(found.price_year))
    decision = found.adoption.place if found.adoption else ""
    origin, evidence = (record.origin, record.evidence) if record else (found.origin, found.evidence)
    words = (ORIGIN[origin], evidence_text(evidence, own=own), decision, sheet.note(row.note), row.place)
    return (
        unit,
        str(row.value),
        row.unit,
        *ranges,
        region_text(row.region_code),
        row.ecosystem,
        *dates,
        row.source,
        row.at,
        *words,
    )


def conversion_sheet(book: Book) -> Sheet:
    """单位换算: the factors that are no power of ten, as exact fractions."""
    heads = (
        Head("序号", width=6), Head("由", width=26), Head("到", width=18), Head("分子", width=12), Head("分母", width=12),
        Head("系数", width=18), Head("说明", width=60),
    )  # fmt: skip
    title = "单位换算（由单位推得，不由人填写；10 的整数次幂直接写在公式里）"
    sheet = plain_sheet(CONVERSIONS, title, heads, color=STORE, notice=book.notice, left=book.left)
    for number, (change, row) in enumerate(book.conversions.values(), start=1):
        row_of_texts(sheet, row, (str(number), change.source.printed, change.target.printed))
        sheet.put(row, 3, TypedNumber(change.factor.numerator, "formula"))
        sheet.put(row, 4, TypedNumber(change.factor.denominator, "formula"))
        ratio = fill(f"{own_row(3)}/{own_row(4)}", row)
        sheet.put(row, FACTOR_COLUMN, LiveFormula(ratio, float(change.factor), "step"))
        exact = f"1 {change.source.printed} = {change.factor} {change.target.printed}（精确）"
        sheet.text(row, 6, exact)
    return sheet


_RULE_SOURCE = 6


def rule_sheet(book: Book) -> Sheet:
    """规则: every formula in words, with its units, document and place."""
    heads = (
        Head("量", width=22), Head("方法", width=24), Head("公式", width=56), Head("单位", width=14), Head("单位换算", width=40),
        Head("合理范围", width=40), Head("来源", width=14), Head("出处", width=40), Head("说明", width=60), Head("LaTeX", width=40),
        Head("代码名", width=30),
    )  # fmt: skip
    ruleset = book.result.account.ruleset
    title = f"规则集：{ruleset.zh}（{ruleset.name}）"
    sheet = plain_sheet("规则", title, heads, color=CONTROL, notice=book.notice, left=ruleset.note)
    for place, formula in enumerate(book.formulas):
        for column, words in enumerate(_rule_texts(formula, book)):
            link = source_link(book, words) if column == _RULE_SOURCE else ""
            sheet.text(HEAD + 1 + place, column, words, "wrap", link)
    return sheet


def _rule_texts(formula: Formula, book: Book) -> tuple[str, ...]:
    found = checked(formula)
    changes = "；".join(conversion(node) for node in found.conversions) or "无需换算"
    return (
        formula.quantity.zh, formula.method, f"{formula.quantity.zh} = {book.words(formula.equals)}", formula.quantity.unit.printed, changes,
        _bounds(formula), formula.source.source, formula.source.at, formula.note,
        f"{formula.quantity.tex} = {latex(found.expr)}", formula.quantity.name,
    )  # fmt: skip


def _bounds(formula: Formula) -> str:
    """The plausible range of the quantity with its reason."""
    limits = formula.quantity.bounds
    if limits is None:
        return ""
    return f"{range_text(limits, formula.quantity.unit)}：{limits.reason}"


def source_sheet(book: Book) -> Sheet:
    """来源: every document that a coefficient, an input or a formula names."""
    heads = (
        Head("编号", width=26), Head("题名", width=56), Head("作者", width=16), Head("年", width=8), Head("文号、卷期", width=20),
        Head("发布者", width=18), Head("类别", width=10), Head("地址", width=40), Head("核对日期", width=12), Head("用于", width=24),
    )  # fmt: skip
    sheet = plain_sheet("来源", "来源", heads, color=CONTROL, notice=book.notice, left=book.left)
    for place, (source_id, uses) in enumerate(book.sources.items()):
        source = book.result.account.coefficients.sources.get(source_id)
        row_of_texts(sheet, HEAD + 1 + place, (*_source_texts(source_id, source), "、".join(sorted(uses))), "wrap")
    return sheet


def _source_texts(source_id: str, source: Source | None) -> tuple[str, ...]:
    if not source_id:
        return ("（推算）", "由系数表中的其他行推算，本行没有文件", "", "", "", "", "", "", "")
    if source is None:
        return (source_id, "（未登记在 sources.toml，按所填文字列示）", "", "", "", "", "", "", "")
    kinds = {"law": "法规", "standard": "标准", "paper": "论文", "dataset": "数据集", "news": "新闻", "own": "自拟"}
    year = str(source.year) if source.year else ""
    return (
        source_id, source.title, source.authors, year, source.number, source.publisher, kinds[source.kind], source.address or "（未记录）",
        source.checked.isoformat() if source.checked else "（未写）",
    )  # fmt: skip
