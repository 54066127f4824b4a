"""不确定性: a workbook of bands under declared distributions. Its numbers are drawn, so none of its cells is a formula."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from qhgep.account.uncertain import Spread, Uncertain
from qhgep.catalogue import shipped
from qhgep.compensation.payment_bands import PaymentBands
from qhgep.engine.names import ALL, TOTALS
from qhgep.engine.uncertainty import BLOCK, FROZEN_BLOCKS, Uncertainty
from qhgep.errors import Language
from qhgep.inputs import read_counties
from qhgep.phrases import heads, in_language, listed, phrase
from qhgep.units import converted
from qhgep.workbook.core.cells import Sheet, TypedNumber
from qhgep.workbook.core.layout import FIRST, HEAD
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.core.table_sheet import PRESENTATION, Head, plain_sheet, row_of_texts, table_sheet
from qhgep.workbook.core.write import to_bytes, write_whole
from qhgep.workbook.reports.scenario import day_of

_ZH: Final = "zh"
_YEARLY = "万元/a"
_PART = 100


def write_uncertainty(found: Uncertainty | PaymentBands, path: str | Path) -> Path:
    """Write the bands, and the declared distributions beside them. Raises WorkbookError where the file cannot be written."""
    path = Path(path)
    if isinstance(found, Uncertainty):
        name, day, entries = found.result.account.title, found.result.day, found.result.account.uncertain
        sheets = [_account_sheet(found), _declared_sheet(entries)]
    else:
        name, day = found.allocation.title, day_of(found.allocation)
        sheets = [_payment_sheet(found), _declared_sheet(found.declared)]
    title = f"{phrase('uncertainty.sheet', _ZH)} {name}"
    write_whole(path, to_bytes([paged(sheet) for sheet in sheets], title=title, created=day, footer=title))
    return path


def stream_text(stream: str, language: Language) -> str:
    """What is drawn once, in words: a row by its id, a quantity and its county by their names; a dash where nothing is."""
    name, _, code = stream.partition("@")
    quantity, _, member = name.partition(".")
    known, county = shipped().vocabulary.get(quantity), read_counties().by_code.get(code)
    zh = name if known is None else f"{known.zh}{'，' + member if member else ''}"
    place = "" if not code else f"（{code if county is None else county.zh}）"
    return in_language(language, zh + place, stream) or "—"


def account_notes(found: Uncertainty, language: Language) -> list[str]:
    """What stands under the bands of an account."""
    draws = min(found.draws, BLOCK * FROZEN_BLOCKS)
    parts = listed(
        (f"{stream_text(name, language)} {share:.1%}" for name, share in found.contributions), language, "semicolon"
    )
    return [
        phrase("uncertainty.drawn", language, draws=found.draws, seed=found.seed),
        phrase("uncertainty.no_sum", language),
        phrase("uncertainty.contribution", language, draws=draws, parts=parts),
        phrase("uncertainty.fixed", language, rows="、".join(found.fixed) or "—", share=f"{found.fixed_share:.1%}"),
        phrase("uncertainty.outside", language, outside=found.outside, broken=found.broken),
    ]


def payment_notes(found: PaymentBands, language: Language) -> list[str]:
    """What stands under the bands of payments."""
    counts = {"unpayable": found.unpayable, "refused": found.refused, "outside": found.outside}
    return [
        phrase("uncertainty.drawn", language, draws=found.draws, seed=found.seed),
        phrase("uncertainty.no_sum", language),
        phrase("uncertainty.unpayable", language, **counts),
        phrase("uncertainty.order", language, share=f"{found.same_order:.1%}"),
        phrase("uncertainty.no_last_year", language)
        if found.last_year is None
        else phrase("uncertainty.last_year", language, source=found.last_year.source),
    ]


def _frame(title: str, names: list[str], units: list[str], notice: str, period: str) -> Sheet:
    columns = [Head(name, unit, width=18 if unit else 22) for name, unit in zip(names, units, strict=True)]
    name = phrase("uncertainty.sheet", _ZH)
    return table_sheet(name, title, columns, color=PRESENTATION, notice=notice, left=period)


def _account_sheet(found: Uncertainty) -> Sheet:
    result, account = found.result, found.result.account
    names = heads("uncertainty.account_heads", _ZH)
    periods = "、".join(period.name for period in account.periods)
    units = ["", "", "", *[_YEARLY] * 4]
    sheet = _frame(
        f"{phrase('uncertainty.sheet', _ZH)}：{account.title}",
        names,
        units,
        f"{phrase('uncertainty.notice', _ZH)}；{result.notices}",
        periods,
    )
    counties = {county.code: county.zh for county in account.counties} | {ALL: phrase("uncertainty.total", _ZH)}
    for row, band in enumerate(found.bands, start=FIRST):
        unit = result.value(band.quantity, county=band.county, period=band.period, item=band.item).unit
        wan = float(converted(_YEARLY, unit, quantity=band.quantity))
        zh = TOTALS.get(band.quantity) or result.values[band.quantity].quantity.zh
        texts = (band.county, counties[band.county], f"{zh}{'，' + band.item if band.item else ''}")
        for column, text in enumerate(texts):
            sheet.text(row, column, text)
        for column, number in enumerate((band.value, band.low, band.middle, band.high), start=len(texts)):
            sheet.put(row, column, TypedNumber(number / wan, "money"))
    sheet.notes += account_notes(found, _ZH)
    return sheet


def _payment_sheet(found: PaymentBands) -> Sheet:
    names = heads("uncertainty.payment_heads", _ZH)
    units = ["", "", "元", "元", "元", "元", "1", "1", ""]
    period = found.allocation.heading.period
    sheet = _frame(
        f"{phrase('uncertainty.sheet', _ZH)}：{found.allocation.title}",
        names,
        units,
        phrase("uncertainty.notice", _ZH),
        period,
    )
    zh = {item.id: item.zh for item in found.allocation.recipients}
    for row, band in enumerate(found.bands, start=FIRST):
        sheet.text(row, 0, band.recipient)
        sheet.text(row, 1, zh[band.recipient])
        for column, fen in enumerate((band.fen, band.low, band.middle, band.high), start=2):
            sheet.put(row, column, TypedNumber(fen / _PART, "money"))
        sheet.put(row, 6, TypedNumber(band.same_rank, "share"))
        if band.below is None:
            sheet.text(row, 7, "—")
        else:
            sheet.put(row, 7, TypedNumber(band.below, "share"))
        sheet.text(row, 8, stream_text(band.moved_by, _ZH))
    sheet.notes += payment_notes(found, _ZH)
    return sheet


def _declared_sheet(entries: Iterable[Uncertain]) -> Sheet:
    names = [Head(name, width=20) for name in heads("uncertainty.declared_heads", _ZH)]
    title = phrase("uncertainty.declared_sheet", _ZH)
    sheet = plain_sheet(title, title, names, color=PRESENTATION, notice=phrase("uncertainty.notice", _ZH))
    for row, entry in enumerate(entries, start=HEAD + 1):
        texts = (entry.row or entry.quantity, entry.kind, *map(_text, (entry.low, entry.high, entry.error)),
                 entry.stream("县" if entry.by_county else ""), entry.basis, entry.decided_by)  # fmt: skip
        row_of_texts(sheet, row, texts)
    return sheet


def _text(spread: Spread | None) -> str:
    """A number as it was declared."""
    return "—" if spread is None else spread.written
