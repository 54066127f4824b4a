"""What an audit says of one equation, in words: what is missing, how far it is off, and what may explain it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction

from qhgep.auditing.result import Finding, Repair
from qhgep.errors import Language
from qhgep.phrases import in_language, listed, phrase

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
    "explained": ("按规律一致", "consistent by a pattern"),
    "implied": ("推算值", "implied"),
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
    "sign": ("正负号有误", "sign"),
    "digit": ("一个数字有误", "one digit"),
    "other": ("整个数有误", "another figure"),
    "total": ("各方合计", "all"),
    "slip_unit": ("单位有误", "unit"),
}
MISSTEPS: Mapping[str, tuple[str, str]] = {
    "omitted factor": ("{row} 没有用系数 {part}", "{row} was computed without the factor {part}"),
    "twice factor": ("{row} 的系数 {part} 用了两次", "{row} has the factor {part} twice"),
    "inverted factor": ("{row} 的系数 {part} 乘除颠倒", "{row} has the factor {part} inverted"),
    "foreign factor": ("{row} 还用了别行的系数 {part}", "{row} also has the factor {part} of another row"),
    "omitted total_of": ("{row} 漏加 {part}", "{row} leaves out {part}"),
    "twice total_of": ("{row} 把 {part} 加了两次", "{row} counts {part} twice"),
    "foreign total_of": ("{row} 多加了 {part}", "{row} also adds {part}"),
    "denominator share_of": ("占比的分母是 {part}，不是 {stated}", "the shares are of {part}, not of {stated}"),
    "derived price": (
        "{row} 的价格是价值除以实物量（约 {part}）再舍入的",
        "the price of {row} is value over quantity, about {part}, rounded",
    ),
}
"""A slip in computing and the column that states otherwise -> what was done."""
TENFOLD = 900
"""Per cent above which a gap is told as how many times as much is printed."""
NEAR = 1
"""Bits that a proposal may cost more than the best and still fit about as well."""
_DIGITS = Context(prec=10)
_ROUGH = Context(prec=3)
Words = Mapping[str, tuple[str, str]]


def word(name: str, language: Language, words: Words = WORDS) -> str:
    """A word of an audit in a language."""
    return in_language(language, *words[name])


def plain(number: Fraction | None, digits: Context = _DIGITS) -> str:
    """An exact number as decimal text of at most ten significant digits; empty for none.

    >>> plain(Fraction(1, 3))
    '0.3333333333'
    """
    if number is None:
        return ""
    text = format(digits.divide(Decimal(number.numerator), Decimal(number.denominator)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def rough(number: Fraction) -> str:
    """A number with three digits."""
    return plain(number, _ROUGH)


def column_name(column: str, language: Language, words: Words = WORDS) -> str:
    """`quantity`, `price_unit`, `factor 1`, `a.value` in words."""
    row, dot, name = column.rpartition(".")
    name, unit, _ = name.partition("_unit")
    base, _, number = name.partition(" ")
    text = (
        word(base, language, words)
        + (f" {number}" if number else "")
        + (f"{phrase('audit.of', language)}{word('unit', language, words)}" if unit else "")
    )
    return f"{row} {text}" if dot else text


def repair_text(repair: Repair, language: Language, words: Words = WORDS) -> str:
    """A proposal in one line: `b 实物量 419.27 1e4 t → 419.72 1e4 t（两数字颠倒，代价 3）`, `t 漏加 b（代价 3）`."""
    step = MISSTEPS.get(f"{repair.slip} {repair.column}")
    if step is not None:
        told, how = in_language(language, *step).format(row=repair.row, part=repair.part, stated=repair.printed), []
    else:
        told = f"{repair.row} {column_name(repair.column, language, words)} {repair.printed} → {repair.proposed}"
        how = [word("slip_unit" if repair.slip == "unit" else repair.slip, language)]
    how.append(phrase("audit.cost", language, cost=repair.cost))
    if repair.broken:
        how.append(phrase("audit.breaks", language, broken=repair.broken))
    return phrase("audit.repair", language, told=told, how=listed(how, language))


def remark(finding: Finding, language: Language, words: Words = WORDS) -> str:
    """What is wrong or missing, how far, and the best proposal."""
    return listed(_parts(finding, language, words), language, "semicolon")


def _parts(finding: Finding, language: Language, words: Words) -> Iterator[str]:
    if finding.missing:
        missing = "、".join(column_name(one, language, words) for one in finding.missing)
        yield phrase("audit.missing", language, missing=missing)
    if finding.reason:
        yield finding.reason.part("found", language)
    if finding.rule is not None:
        yield _derivation(finding, language)
    if finding.found_unit:
        found, printed = finding.found_unit, finding.unit
        yield phrase("audit.units_differ", language, found=found, printed=printed)
    if finding.verdict == "inconsistent":
        yield gap_text(finding, language)
    if finding.unlikely:
        yield phrase("audit.unlikely", language)
    if finding.untold:
        yield phrase("audit.untold", language, untold=finding.untold)
    if finding.verdict in {"inconsistent", "dimension"}:
        yield from _proposals(finding, language, words)
    if finding.untried:
        yield phrase("audit.untried", language, untried=finding.untried)


def gap_text(finding: Finding, language: Language) -> str:
    """The gap in per cent of the recomputed figure, and in allowed gaps: `差 -2.83 %，是允许差的 40.5 倍`."""
    parts = []
    if finding.percent is not None and abs(finding.percent) < TENFOLD:
        parts.append(phrase("audit.off_by", language, percent=rough(finding.percent)))
    elif finding.percent is not None:
        ratio = rough(1 + finding.percent / 100)
        parts.append(phrase("audit.times_printed", language, ratio=ratio))
    if finding.times is not None:
        parts.append(phrase("audit.times_allowed", language, times=rough(finding.times)))
    return listed(parts, language)


def _derivation(finding: Finding, language: Language) -> str:
    """Between which numbers a figure lies that is not printed, and what it follows from."""
    rule = finding.rule
    low, high = (finding.recomputed or 0) - (finding.allowed or 0), (finding.recomputed or 0) + (finding.allowed or 0)
    total = rule.total if rule is not None else None
    if total is not None:
        how = phrase("audit.from_total", language, row=total.row)
    elif finding.kind == "line":
        how = phrase("audit.from_price", language)
    else:
        how = phrase("audit.from_rows", language)
    between = phrase("audit.between", language, low=plain(Fraction(low)), high=plain(Fraction(high)))
    return phrase("audit.not_printed", language, how=how, between=between)


def _proposals(finding: Finding, language: Language, words: Words) -> Iterator[str]:
    """The best proposal, a weak one as such, and where there is no good one the figures that would reconcile."""
    best = next(iter(finding.repairs), None)
    if best is None:
        yield phrase("audit.no_slip_tried" if finding.untried else "audit.no_slip", language)
    elif len(alike := _alike(finding.repairs)) > 1:
        texts = [repair_text(one, language, words) for one in alike]
        yield phrase("audit.several", language, texts=listed(texts, language, "either"))
    elif best.weak:
        text = repair_text(best, language, words)
        yield phrase("audit.guess", language, text=text)
    else:
        text = repair_text(best, language, words)
        yield phrase("audit.perhaps", language, text=text)
    if finding.needed and (best is None or (best.weak and best.slip != "last")):
        needed = [f"{column_name(column, language, words)} {text}" for column, text in finding.needed]
        yield phrase("audit.needed", language, needed=listed(needed, language, "either"))


def _alike(repairs: Sequence[Repair]) -> list[Repair]:
    """The best proposals where the first of them is a guess among others that fit about as well; they exclude each other."""
    best = repairs[0]
    if not best.weak:
        return [best]
    rank = (best.left, best.broken)
    return [one for one in repairs if (one.left, one.broken) == rank and one.cost <= best.cost + NEAR]
