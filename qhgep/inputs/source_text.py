"""A document in one line, as forms write it into rows and as a row must have it to be declared: 标题（文号，日期，单位）."""

from __future__ import annotations

import re

from qhgep.evidence import undeclared
from qhgep.inputs.periods import day_of

_SEPARATOR = re.compile(r"\s*[，,；;、]\s*")
_MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])", re.ASCII)
"""A month as forms write it into rows."""
_OPENING, _CLOSING = "（(", "）)"


def document_text(title: str, number: str, date: str, unit: str) -> str:
    """The document in one line, which stays true away from its form."""
    facts = "，".join(part for part in (number, date, unit) if part)
    return f"{title}（{facts}）" if facts else title


def states_declaration(text: str) -> bool:
    """Whether a text names the unit that returned a figure, and number and date of its document, in its last brackets.

    The date parts the two: 统计年鉴（祁统〔2024〕3号，2024-05-01，祁连县统计局）, or unit first and number last. The rule on
    unit, number and date is `evidence.undeclared`, as for forms and packs.
    """
    parts = _SEPARATOR.split(_last_brackets(text.strip()))
    for place, part in enumerate(parts):
        if day := day_of(part) or _MONTH.fullmatch(part):
            before, after = "，".join(parts[:place]), "，".join(parts[place + 1 :])
            return not (undeclared(after, before, day) and undeclared(before, after, day))
    return False


def _last_brackets(text: str) -> str:
    """What stands in the brackets that a text ends with; empty where it ends with none."""
    depth = 0
    if text[-1:] not in set(_CLOSING):
        return ""
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] in _CLOSING) - (text[place] in _OPENING)
        if not depth:
            return text[place + 1 : -1]
    return ""
