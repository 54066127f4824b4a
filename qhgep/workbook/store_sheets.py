"""系数, 单位换算, 规则, 来源: what the figures rest on, each with its document and place."""

from __future__ import annotations

from qhgep.catalogue import Formula, checked
from qhgep.engine.grid import Carried, Record
from qhgep.evidence import EVIDENCE, ORIGIN
from qhgep.readings.latex import latex
from qhgep.readings.text import conversion, text
from qhgep.store import Resolved, Source, index_series
from qhgep.workbook.cells import Formula as Live
from qhgep.workbook.cells import Number, Sheet
from qhgep.workbook.context import COEFFICIENTS, CONVERSIONS, FACTOR_COLUMN, VALUE_COLUMN, Book
from qhgep.workbook.frame import CONTROL, STORE, Head, plain_sheet, row_of_texts, table_sheet
from qhgep.workbook.layout import FIRST, HEAD, fill, own_row
from qhgep.workbook.price_sheets import how_carried, live_carry, put_index

_COEFFICIENT_HEADS = (
    Head("行号", width=14), Head("系数", width=20), Head("用于", width=14), Head("生态系统", width=14), Head("值", "见右", width=12),
    Head("单位", width=14), Head("印刷值", width=10), Head("印刷单位", width=12), Head("下限", width=8), Head("上限", width=8),
    Head("价格年", width=8), Head("原地区", width=10), Head("原生态系统", width=18), Head("起", width=11), Head("止", width=11),
    Head("来源", width=14), Head("出处", width=22), Head("来历", width=8), Head("证据", width=8), Head("判断", width=18),
    Head("备注", width=40), Head("文件与行", width=18),
)  # fmt: skip

_CARRIED_HEADS = (
    Head("原值（价格年见左）", "见右", width=14), Head("价格指数（核算价格年）", "—", "导入", 14),
    Head("价格指数（原价格年）", "—", "导入", 14), Head("折算", width=90),
)  # fmt: skip
"""With [deflate]: what a price of another year was, and how it came to the value in use."""


def coefficient_sheet(book: Book) -> Sheet:
    """系数: each row in use with its value in the unit of its quantity, as printed, and where it stands."""
    heads = (*_COEFFICIENT_HEADS, *(_CARRIED_HEADS if book.result.account.deflation else ()))
    sheet = table_sheet(COEFFICIENTS, "所用系数", heads, color=STORE, notice=book.notice, left=book.left)
    vocabulary = book.result.account.ruleset.catalogue.vocabulary
    for place, (name, found, record) in enumerate(book.resolved):
        row = FIRST + place
        row_of_texts(sheet, row, (found.row.row, vocabulary[name].zh, _used_for(found, book), _target(found, book)))
        texts = _coefficient_texts(found, vocabulary[name].unit.printed, record)
        for column, content in enumerate(texts, start=VALUE_COLUMN + 1):
            sheet.text(row, column, content)
        if record is None or record.carried is None:
            sheet.put(row, VALUE_COLUMN, Number(float(found.value), "coefficient"))
        else:
            _put_carried(book, sheet, row, record, record.carried)
        sheet.names[f"系数_{place + 1:03d}"] = (row, VALUE_COLUMN)
    return sheet


def _put_carried(book: Book, sheet: Sheet, row: int, record: Record, how: Carried) -> None:
    """A price of another year: its value there and both indices in cells of its row, and the tree as its value in use."""
    stated, to, own, words = range(len(_COEFFICIENT_HEADS), len(_COEFFICIENT_HEADS) + len(_CARRIED_HEADS))
    sheet.put(row, stated, Number(float(how.stated), "coefficient"))
    put_index(book, sheet, row, to, how.to_year)
    put_index(book, sheet, row, own, how.from_year)
    value = None if record.exact is None else float(record.exact)
    sheet.put(row, VALUE_COLUMN, Live(live_carry(book, how.formula, (stated, to, own), row), value, "step"))
    sheet.text(row, words, how_carried(how), "wrap")


def _used_for(found: Resolved, book: Book) -> str:
    if series := index_series(found.row.key):
        return f"序列 {series}"
    chosen = found.adoption.counties if found.adoption else ()
    return "、".join(book.county(code) for code in chosen) or "全部县"


def _target(found: Resolved, book: Book) -> str:
    ecosystem = (found.adoption.ecosystem if found.adoption else "") or found.row.ecosystem
    return book.member("ecosystem", ecosystem.removesuffix(".*")) if ecosystem else ""


def _coefficient_texts(found: Resolved, unit: str, record: Record | None) -> tuple[str, ...]:
    row = found.row
    dates = tuple(str(day) if day else "" for day in (row.start, row.end))
    ranges = tuple(str(value) if value is not None else "" for value in (row.low, row.high, found.price_year))
    decision = found.adoption.place if found.adoption else ""
    origin, evidence = (record.origin, record.evidence) if record else (found.origin, found.evidence)
    words = (ORIGIN[origin], EVIDENCE[evidence], decision, row.note, row.place)
    return (
        unit,
        str(row.value),
        row.unit,
        *ranges,
        row.region_code or "全国",
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
        sheet.put(row, 3, Number(change.factor.numerator, "formula"))
        sheet.put(row, 4, Number(change.factor.denominator, "formula"))
        ratio = fill(f"{own_row(3)}/{own_row(4)}", row)
        sheet.put(row, FACTOR_COLUMN, Live(ratio, float(change.factor), "step"))
        exact = f"1 {change.source.printed} = {change.factor} {change.target.printed}（精确）"
        sheet.text(row, 6, exact)
    return sheet


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
        row_of_texts(sheet, HEAD + 1 + place, _rule_texts(formula), "wrap")
    return sheet


def _rule_texts(formula: Formula) -> tuple[str, ...]:
    found = checked(formula)
    changes = "；".join(conversion(node) for node in found.conversions) or "无需换算"
    return (
        formula.quantity.zh, formula.method, f"{formula.quantity.zh} = {text(formula.equals)}", formula.quantity.unit.printed, changes,
        _bounds(formula), formula.source.source, formula.source.at, formula.note,
        f"{formula.quantity.tex} = {latex(found.expr)}", formula.quantity.name,
    )  # fmt: skip


def _bounds(formula: Formula) -> str:
    """The plausible range of the quantity with its reason."""
    limits = formula.quantity.bounds
    if limits is None:
        return ""
    low, high = ("" if limit is None else f"{float(limit):g}" for limit in (limits.low, limits.high))
    return f"{low}–{high} {formula.quantity.unit.printed}：{limits.reason}"


def source_sheet(book: Book) -> Sheet:
    """来源: every document that a coefficient, an input or a formula names."""
    heads = (
        Head("编号", width=26), Head("题名", width=56), Head("作者", width=16), Head("年", width=8), Head("文号、卷期", width=20),
        Head("发布者", width=18), Head("类别", width=10), Head("地址", width=40), Head("核对日期", width=12), Head("用于", width=24),
    )  # fmt: skip
    sheet = plain_sheet("来源", "来源", heads, color=CONTROL, notice=book.notice, left=book.left)
    for place, (source_id, uses) in enumerate(sorted(_sources(book).items())):
        source = book.result.account.coefficients.sources.get(source_id)
        row_of_texts(sheet, HEAD + 1 + place, (*_source_texts(source_id, source), "、".join(sorted(uses))), "wrap")
    return sheet


def _sources(book: Book) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for _, resolved, _ in book.resolved:
        found.setdefault(resolved.row.source, set()).add("系数")
    for row in book.result.account.inputs:
        if row.source:
            found.setdefault(row.source, set()).add("输入")
    for formula in book.formulas:
        found.setdefault(formula.source.source, set()).add("公式")
    return found


def _source_texts(source_id: str, source: Source | None) -> tuple[str, ...]:
    if source is None:
        return (source_id, "（未登记在 sources.toml，按所填文字列示）", "", "", "", "", "", "", "")
    kinds = {"law": "法规", "standard": "标准", "paper": "论文", "dataset": "数据集", "news": "新闻", "own": "自拟"}
    year = str(source.year) if source.year else ""
    return (
        source_id, source.title, source.authors, year, source.number, source.publisher, kinds[source.kind], source.address or "（未记录）",
        source.checked.isoformat(),
    )  # fmt: skip
