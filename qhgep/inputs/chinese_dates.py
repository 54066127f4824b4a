"""Years, months and days that are written in Chinese numerals, as the digits that every other reader knows."""

from __future__ import annotations

import re

from qhgep.inputs.names import normal

_NUMERALS = "〇零○一二三四五六七八九"
_DIGITS = str.maketrans(_NUMERALS, "000123456789")
_YEAR = re.compile(
    rf"(?<![{_NUMERALS}十百千0-9])(?:一九|1九|一9|[二2][〇零○0])[{_NUMERALS}0-9]{{2}}(?![{_NUMERALS}十百千0-9])"
)
"""Four numerals read one by one, of this century or the last: 二〇二一, 二零二一, 2〇21."""
_SMALL = r"(?:三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_MONTHS_TO = re.compile(rf"(?<=年)(?P<first>{_SMALL})(?=(?:[-—―–−~〜]|至|到)+{_SMALL}月)")
_MONTH_OR_DAY = re.compile(rf"(?:(?<=[年月至到初底末—–~-])|^){_SMALL}(?=[月日号])")


def in_digits(text: str) -> str:
    """A text, `normal`, with years, and months and days beside a year, in digits.

    >>> in_digits("二〇二一年六月三十日"), in_digits("二○一六至二○二○年"), in_digits("第二十一号"), in_digits("十三五")
    ('2021年6月30日', '2016至2020年', '第二十一号', '十三五')
    """
    bare = _YEAR.sub(lambda found: found[0].translate(_DIGITS), normal(text))
    if "年" not in bare:
        return bare
    bare = _MONTHS_TO.sub(lambda found: str(_number(found["first"])), bare)
    return _MONTH_OR_DAY.sub(lambda found: str(_number(found[0])), bare)


def _number(numeral: str) -> int:
    """六 is 6, 十二 is 12, 二十 is 20, 三十一 is 31."""
    tens, ten, ones = numeral.rpartition("十")
    value = int(ones.translate(_DIGITS)) if ones else 0
    return value + (10 * int(tens.translate(_DIGITS) or "1") if ten else 0)
