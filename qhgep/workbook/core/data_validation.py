"""What a sheet says about its cells: what may be typed, and which words are coloured."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from qhgep.workbook.core.cells import Sheet, Validation

_MOST = {"input_title": 32, "input_message": 255, "error_title": 32, "error_message": 255}
"""The characters that a program shows; a longer text would be left out whole."""


def write_rules(page: Worksheet, sheet: Sheet, words: Mapping[str, Format]) -> None:
    """Write the validations of a sheet, and the colours of its verdicts (each has its word too)."""
    for rule in sheet.validations:
        page.data_validation(*rule.first, *rule.last, _options(rule))
    for block in sheet.verdicts:
        for word, style in words.items():
            page.conditional_format(*block, {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": style})


def _options(rule: Validation) -> dict[str, object]:
    texts = {
        "input_title": rule.title, "input_message": rule.prompt, "error_title": rule.title, "error_message": rule.error,
    }  # fmt: skip
    shown = {name: text if len(text) <= _MOST[name] else f"{text[: _MOST[name] - 1]}…" for name, text in texts.items()}
    return {"validate": rule.kind, "error_type": "stop", **shown, **_limits(rule)}


def _limits(rule: Validation) -> dict[str, object]:
    if rule.kind == "list":
        return {"source": f"={rule.low}"}
    if rule.kind == "any":
        return {}
    low, high = _limit(rule.low), _limit(rule.high)
    if low is not None and high is not None:
        return {"criteria": "between", "minimum": low, "maximum": high}
    if high is not None:
        return {"criteria": "<=", "value": high}
    return {"criteria": ">=", "value": low if low is not None else _LOWEST}


_LOWEST = -1e300
"""A number is asked, whatever it is."""


def _limit(limit: str | date | None) -> object:
    if isinstance(limit, date):
        return datetime(limit.year, limit.month, limit.day)  # noqa: DTZ001 - a day, no zone
    return None if limit is None else f"={limit}"
