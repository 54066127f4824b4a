"""An audit as the table that the command line prints, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal
from fractions import Fraction

from qhgep.audit.result import Audit, Finding, Repair
from qhgep.errors import Language
from qhgep.text_table import columns

WORDS: Mapping[str, tuple[str, str]] = {
    "line": ("行", "line"),
    "recomputed": ("重算", "recomputed"),
    "recomputed_sum": ("重算合计", "sum of recomputed"),
    "recomputed_share": ("重算占比", "share of recomputed"),
    "sum": ("合计", "sum"),
    "quantity_sum": ("实物量合计", "sum of quantities"),
    "share": ("占比", "share"),
    "consistent": ("一致", "consistent"),
    "inconsistent": ("不一致", "inconsistent"),
    "dimension": ("量纲不符", "dimension error"),
    "unchecked": ("无法核对", "not checkable"),
    "entry": ("只入合计", "entry of totals"),
    "quantity": ("实物量", "quantity"),
    "price": ("价格", "price"),
    "value": ("价值", "value"),
    "factor": ("系数", "factor"),
    "divisor": ("不含零的除数", "a divisor that cannot be zero"),
    "unit": ("单位", "unit"),
    "share_of": ("share_of", "share_of"),
    "total_of": ("total_of", "total_of"),
    "scale": ("万、亿有误", "scale of the unit"),
    "point": ("小数点错位", "decimal point"),
    "last": ("末位进舍", "last digit"),
    "swap": ("两数字颠倒", "digits swapped"),
    "digit": ("一个数字有误", "one digit"),
    "slip_unit": ("单位有误", "unit"),
}
_HEAD = (
    "行 核对 印刷值 单位 重算值 差 允许差 结论 说明",
    "row check printed unit recomputed difference allowed verdict remark",
)
_DIGITS = Context(prec=10)


Words = Mapping[str, tuple[str, str]]


def word(name: str, language: Language, words: Words = WORDS) -> str:
    """A word of an audit in a language."""
    return words[name][language == "en"]


def plain(number: Fraction | None) -> str:
    """An exact number as decimal text of at most ten significant digits; empty for none.

    >>> plain(Fraction(1, 3))
    '0.3333333333'
    """
    if number is None:
        return ""
    text = format(_DIGITS.divide(Decimal(number.numerator), Decimal(number.denominator)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def column_name(column: str, language: Language, words: Words = WORDS) -> str:
    """`quantity`, `price_unit`, `factor 1`, `a.value` in words."""
    row, dot, name = column.rpartition(".")
    name, unit, _ = name.partition("_unit")
    base, _, number = name.partition(" ")
    text = (
        word(base, language, words)
        + (f" {number}" if number else "")
        + (f"{' ' if language == 'en' else '的'}{word('unit', language, words)}" if unit else "")
    )
    return f"{row} {text}" if dot else text


def repair_text(repair: Repair, language: Language, words: Words = WORDS) -> str:
    """A proposal in one line: `b 实物量 419.27 1e4 t → 419.72 1e4 t（两数字颠倒，代价 3）`."""
    slip = word("slip_unit" if repair.slip == "unit" else repair.slip, language)
    told = f"{repair.row} {column_name(repair.column, language, words)} {repair.printed} → {repair.proposed}"
    broken = (
        "" if not repair.broken else f"，另破坏 {repair.broken} 处" if language == "zh" else f", breaks {repair.broken}"
    )
    return (
        f"{told}（{slip}，代价 {repair.cost}{broken}）"
        if language == "zh"
        else f"{told} ({slip}, cost {repair.cost}{broken})"
    )


def remark(finding: Finding, language: Language, words: Words = WORDS) -> str:
    """What is wrong or missing, and the best proposal."""
    zh = language == "zh"
    parts = []
    if finding.missing:
        missing = "、".join(column_name(one, language, words) for one in finding.missing)
        parts.append(f"缺 {missing}" if zh else f"missing: {missing}")
    if finding.reason:
        parts.append(finding.reason.part("found", language))
    if finding.found_unit:
        parts.append(
            f"算得的单位是 {finding.found_unit}，印的是 {finding.unit}"
            if zh
            else f"the unit found is {finding.found_unit}, printed {finding.unit}"
        )
    if finding.beyond:
        parts.append(f"超出舍入 {plain(finding.beyond)}" if zh else f"{plain(finding.beyond)} beyond rounding")
    if finding.unlikely:
        parts.append("在舍入之内，但超过三倍标准差" if zh else "within rounding, yet over three standard deviations")
    if finding.untold:
        parts.append(f"只有一处写明 {finding.untold}" if zh else f"only one figure names {finding.untold}")
    if finding.verdict in {"inconsistent", "dimension"}:
        best = (
            repair_text(finding.repairs[0], language, words)
            if finding.repairs
            else ("没有单个改动能说明" if zh else "no single slip explains it")
        )
        parts.append(f"可能：{best}" if zh and finding.repairs else f"perhaps {best}" if finding.repairs else best)
    return ("；" if zh else "; ").join(parts)


def rows(audit: Audit, language: Language) -> list[list[str]]:
    """The head and one line of texts per equation."""
    table = [_HEAD[language == "en"].split()]
    for one in audit.findings:
        figures = [one.printed, one.unit, plain(one.recomputed), plain(one.difference), plain(one.allowed)]
        table.append([one.row, word(one.kind, language), *figures, word(one.verdict, language), remark(one, language)])
    return table


def summary(audit: Audit, language: Language) -> str:
    """How many rows have each verdict, and how prices were taken."""
    zh = language == "zh"
    counts = ("，" if zh else ", ").join(
        f"{word(verdict, language)} {count}" for verdict, count in audit.counts.items()
    )
    taken = {
        "exact": ("价格按印刷值", "prices exact as printed"),
        "rounded": ("价格也有舍入", "prices rounded too"),
    }[audit.prices][not zh]
    return f"{len(audit.lines)} 行：{counts}；{taken}。" if zh else f"{len(audit.lines)} rows: {counts}; {taken}."


def audit_text(audit: Audit, language: Language) -> str:
    """The whole audit as aligned columns, with the summary below."""
    return f"{columns(rows(audit, language), right=(2, 4, 5, 6))}\n{summary(audit, language)}"


def as_json(audit: Audit, language: Language = "zh") -> dict[str, object]:
    """The audit as JSON; recomputed figures are decimal texts in the printed unit."""
    return {
        "schema": 1,
        "kind": "audit",
        "table": audit.table.name,
        "hashes": {audit.table.name: audit.sha256},
        "prices": audit.prices,
        "consistent": audit.consistent,
        "counts": audit.counts,
        "rows": [
            {"row": line.row, "name": line.name, "where": line.place, "verdict": line.verdict}
            | {"equations": [finding_json(one) for one in line.findings]}
            for line in audit.lines
        ],
        "checks": [warning.as_json(language) for warning in audit.warnings],
    }


def finding_json(one: Finding) -> dict[str, object]:
    """One equation as JSON."""
    exact = {name: plain(getattr(one, name)) or None for name in ("recomputed", "difference", "allowed", "beyond")}
    told = {
        "kind": one.kind,
        "verdict": one.verdict,
        "printed": one.printed,
        "unit": one.unit,
        "missing": list(one.missing),
    }
    units = {"found_unit": one.found_unit, "untold_substance": one.untold, "unlikely": one.unlikely}
    repairs = [{name: getattr(repair, name) for name in Repair.__slots__} for repair in one.repairs]
    return {**told, **exact, **units, "repairs": repairs}
