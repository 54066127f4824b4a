"""Years, spans of years and days as people write them. What is no observed year is told apart, never taken as one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from qhgep.inputs.chinese_dates import in_digits

_YEAR = r"(?<![0-9A-Za-z_])(?:19|20)[0-9]{2}(?![0-9])"
_TO = r"(?:[-—―–−~〜]|至|到)+"
_ALSO = r"(?:[、,/;和与及]|以及)"
_PLANNED = "目标|规划|预测|预计|预估|预期|计划|情景|展望|远景"
_PRELIMINARY = re.compile(r"快报|初步(?:核算|统计|汇总|测算|数|结果|）|$)|初核|预计|预估")
"""What is published before the final figure: of its year, and likely to be revised."""
_EARLY = r"(?:(?:统计)?快报|初步(?:核算|统计|汇总|测算)?|初核|预计|预估)(?:数据?|值|结果)?"
_PRELIMINARY_OF = re.compile(
    rf"[（(]{_EARLY}[）)]|[，,、;；]\s*{_EARLY}(?=[）)])|(?<=[（(]){_EARLY}[，,、;；]\s*"
    r"|(?:统计快报|快报|初步(?:核算|统计|汇总|测算)|初核)(?:数据?|值|结果)?"
)
"""What says so in the heading of a column and is no part of its name: 地区生产总值（初步）, 快报数."""
_MEAN = "多年平均|年平均|平均|均值|年均"
_LONG = re.compile(r"多年平均|多年均值|历年|常年|近(?:[一二三四五六七八九十两]|[0-9])+年")
_SUM = re.compile(r"累计|累积")
_OF_A_YEAR = re.compile(
    r"(?:最[高低大小])?(?:气温|温度|降水|降雨|雨量|风速|湿度|蒸[发散]|径流|流量|水位|气压|日照|太阳|辐射|人口|单?价|工资|单产|产量|盖度|覆盖度|浓度)"
)
"""What has a mean within a year: 2020年平均气温 is of 2020, 2020年平均 is not known to be."""
_WITHIN = re.compile(
    r"[各逐]?([月季旬]平?均)(?!值?(?:最[高低大小])?(?:气温|温度|风速|湿度|气压|水位|人口|单?价|工资|浓度|盖度|覆盖度))"
)
"""A mean over months is not the year's number, but of what has a mean: 2023年月均气温 is, 2023年月均降水量 is a twelfth."""
_NO_PERIOD = rf"""
    {_YEAR}年[0-9]{{1,2}}月(?:[0-9]{{1,2}}[日号]?)?                      # a day or month: when a return was made
  | {_YEAR}(?P<sep>[-./])[0-9]{{1,2}}(?P=sep)[0-9]{{1,2}}日?
  | {_YEAR}年(?:不变|可比|现行|当年|固定|基准|定基)?价格?            # the base of prices
  | 以{_YEAR}年?为
  | {_YEAR}年?[^,。;:0-9]{{0,8}}年鉴 | 年鉴（?-?{_YEAR}年?）?          # a yearbook holds the year before
  | {_YEAR}年?(?:版|修[订正改]|印发|发布|颁布|批准|通过|施行|实施)
"""
_DAYS = rf"[0-9]{{1,2}}月?(?:[0-9]{{1,2}}日)?{_TO}[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?"
_WHOLE_YEAR = re.compile(rf"年度?0?1(?:月|月0?1日)?{_TO}12月(?:31日)?(?:累[计积])?$")
_FIVE_YEARS = r"""
    (?<![一二三四五六七八九十第])["“'‘「]?
    (?P<plan>十[一二三四五]五|(?:十|[六七八九])五(?=["”'’」]?(?:期间|时期|规划|计划|末|初|年均|平均|累计)))
    ["”'’」]?(?:五年)?(?:规划)?(?:期间|时期|以来|期)?(?P<edge>末|初|中期)?
"""
_WRITTEN = re.compile(
    rf"""
    (?P<part>{_YEAR}年度?(?:第?[一二三四1-4]季度|前[二三]季度|[上下]半年|初(?!步)|{_DAYS})(?:累[计积])?)
  | (?P<none>{_NO_PERIOD})
  | (?P<span>{_YEAR}年?度?(?:{_TO}|/)(?:(?:19|20)[0-9]{{2}}(?![0-9])|[0-9]{{2}}(?=年))年?度?)
  | (?P<several>{_YEAR}年?(?:{_ALSO}{_YEAR}年?)+)
  | (?P<one>(?:截[至止]到?)?{_YEAR}年[度末底]?)
  | 年[度份]?:(?P<field>{_YEAR})
  | {_FIVE_YEARS}
    """,
    re.VERBOSE,
)
_PLANS = {
    name: number for number, name in enumerate(["六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五"])
}
_FIRST_PLAN, _YEARS_OF_PLAN = 1981, 5
"""六五 ran from 1981 to 1985; a five-year plan has followed each five years since."""
_OFFICE = "局|院|所|司|处|厅|委|部|科|办|中心|设计|范围|编制"
_AFTER = re.compile(rf"（?(?:[末底的将为系]*)({_PLANNED})(?!{_OFFICE})")
_AT_END = re.compile(
    rf"(?<![和与及])({_PLANNED})(?:值|数|量|数据|水平|指标|情况|方案|成果|统计|一览|表|年|期|完成)*(?:（[^）]*）)*$"
)
_BEFORE = re.compile(rf"({_PLANNED}|累计|累积)(?:水平)?(?:到|至|截至|截止|期|年|值|数|:|（)*$")
_MEAN_AFTER = re.compile(rf"（?年?({_MEAN})(.*)")
_OPEN = re.compile(r"(至今|以来|以[前后]|之[前后]|起)")
_MEANS = re.compile(rf"(?:{_MEAN}|(?<=年)均|期间|时期|时段)+")
_WHOLE = re.compile(rf"(?P<first>(?:19|20)[0-9]{{2}})年?度?(?:{_TO}(?P<last>(?:19|20)[0-9]{{2}})年?度?)?")
_BESIDE = re.compile(
    r"(?P<before>(?:19|20)[0-9]{2})(?P<of>[\u4e00-\u9fff].*)|(?P<name>.*[\u4e00-\u9fff）])(?P<behind>(?:19|20)[0-9]{2})"
)
"""2019森林面积, 森林面积2019: in a heading beside a Chinese word."""
_POINT_ZERO = re.compile(r"\.0+$")
_DAY = re.compile(
    r"((?:19|20)[0-9]{2})(?:年([0-9]{1,2})月(?:([0-9]{1,2})[日号])?|([-./])([0-9]{1,2})\4([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))"
)


@dataclass(frozen=True, slots=True)
class YearSpan:
    """A year, or the years from `first` to `last`, as stated somewhere. `doubt` are the words that make it no observed year.

    `mean`: words beside it say that what is stated is a mean over these years.
    """

    first: str
    last: str
    doubt: str = ""
    mean: bool = field(default=False, compare=False)

    @property
    def text(self) -> str:
        """As input tables write it: `2020`, `2018-2020`."""
        return self.first if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class _PeriodInText:
    start: int
    end: int
    spans: tuple[YearSpan, ...]


def preliminary(text: str) -> str:
    """The word of a title or heading that says that its figures are not final; empty where there is none.

    >>> preliminary("2023年统计快报"), preliminary("2023年初步核算数"), preliminary("项目初步设计")
    ('快报', '初步核算', '')
    """
    found = _PRELIMINARY.search(in_digits(text))
    return found[0].removesuffix("）") if found else ""


def without_preliminary(heading: str) -> str:
    """The heading of a column, as typed, without the words that say that its figures are not final.

    >>> without_preliminary("地区生产总值（初步）（万元）"), without_preliminary("2023年预计森林面积")
    ('地区生产总值（万元）', '2023年预计森林面积')
    """
    return _PRELIMINARY_OF.sub("", heading)


@lru_cache(maxsize=4096)
def period_of(text: str) -> YearSpan | None:
    """The year or span that a whole text states: `2020`, `2020年`, `２０２０.0`, `2018—2020年平均`, `十三五`; None for anything else.

    `2025年预计` is a year with a doubt.
    """
    bare = _POINT_ZERO.sub("", in_digits(text))
    if found := _WHOLE.fullmatch(bare):
        first, last = found["first"], found["last"] or found["first"]
        return YearSpan(first, last) if first <= last else None
    spans, rest = stated(bare)
    return spans[0] if len(spans) == 1 and (not rest or spans[0].doubt) else None


def stated(text: str) -> tuple[tuple[YearSpan, ...], str]:
    """The years and spans that a title or heading states, in order and each once, and the text without them.

    A span goes before the years in it. Days, bases of prices, yearbooks and editions are no years of data.
    """
    bare = in_digits(text)
    found = [item for match in _WRITTEN.finditer(bare) if (item := _period_in_text(match, bare)) is not None]
    spans: list[YearSpan] = []
    rest, at = "", 0
    for number, item in enumerate(found):
        before = bare[found[number - 1].end if number else 0 : item.start]
        after = bare[item.end : found[number + 1].start if number + 1 < len(found) else len(bare)]
        rest, at = rest + bare[at : item.start], item.end
        several = any(span.first != span.last for span in item.spans)
        means = _MEANS.match(bare, at) if several else None
        at = means.end() if means else at
        mean = means is not None and "均" in means[0]
        spans += (replace(_doubted(span, before, after, bare), mean=mean) for span in item.spans)
    return tuple(dict.fromkeys(spans)), (rest + bare[at:]).replace("（）", "")


def in_heading(text: str) -> tuple[tuple[YearSpan, ...], str]:
    """The years and spans that the heading of a column states, a bare 2019 before or behind a word too, and the rest of it."""
    bare = in_digits(text)
    if (whole := period_of(bare)) is not None and not whole.doubt:
        return (whole,), ""
    found, rest = stated(bare)
    if not found and (beside := _BESIDE.fullmatch(bare)):
        year = beside["before"] or beside["behind"]
        return (YearSpan(year, year),), beside["of"] or beside["name"]
    for span in found:
        rest = rest.replace(span.doubt, "") if span.doubt else rest
    return found, rest


@lru_cache(maxsize=4096)
def day_of(text: str) -> str | None:
    """The day of a text as ISO text, `2024-06` where it names a month only; None where it is no day that there is.

    2024年6月30日, 2024-6-30, 2024/6/30, 2024.6.30 and 20240630 are one day. A year of two digits, or a day before its month, is none.
    """
    found = _DAY.fullmatch(in_digits(text))
    if found is None:
        return None
    year, *parts = (part for part in found.groups() if part and part.isdecimal())
    month, day = int(parts[0]), int(parts[1]) if len(parts) > 1 else 1
    try:
        known = date(int(year), month, day).isoformat()
    except ValueError:
        return None
    return known if len(parts) > 1 else known[: len("2024-06")]


def _period_in_text(match: re.Match[str], text: str) -> _PeriodInText | None:
    spans = tuple(_spans(match))
    if spans and text[: match.start()][-1:] in set("-—―–−~〜至到") and text[: match.start() - 1][-1:].isdecimal():
        spans = tuple(YearSpan(span.first, span.last, text[: match.end()][-len("98-2000年") :]) for span in spans)
    return _PeriodInText(match.start(), match.end(), spans) if spans else None


def _spans(match: re.Match[str]) -> Iterator[YearSpan]:
    """The years of one match; a day, a price base, a yearbook give none."""
    text = match[0]
    years = re.findall(r"(?:19|20)[0-9]{2}", text)
    if match["part"]:
        yield YearSpan(years[0], years[0], "" if _WHOLE_YEAR.search(text) else text)
    elif match["span"]:
        last = years[1] if len(years) > 1 else years[0][:2] + re.findall(r"[0-9]{2}", text)[-1]
        yield YearSpan(years[0], last, "" if years[0] <= last else text)
    elif match["several"] or match["one"] or match["field"]:
        yield from (YearSpan(year, year) for year in years)
    elif match["plan"]:
        first = _FIRST_PLAN + _YEARS_OF_PLAN * _PLANS[match["plan"].removesuffix("五")]
        edge = match["edge"] or ("规划" if "规划" in text else "")
        yield YearSpan(str(first), str(first + _YEARS_OF_PLAN - 1), f"{match[0]}" if edge else "")


def _doubted(span: YearSpan, before: str, after: str, text: str) -> YearSpan:
    """A span with the words beside it that make it no observed year: a target, a forecast, a sum or mean over years."""
    clause = re.split(r"[,。;]", after)[0]
    lead = re.split(r"[,。;]", before)[-1]
    words = [found[1] for found in (_AFTER.match(clause), _AT_END.search(clause), _BEFORE.search(lead)) if found]
    if span.first == span.last:
        mean = _MEAN_AFTER.match(clause)
        if mean and (mean[1].startswith("多年") or not _OF_A_YEAR.match(mean[2])):
            words.append(mean[1])
        words += [found[0] for found in (_SUM.search(clause), _LONG.search(text), _OPEN.match(clause)) if found]
        words += [found[1] for found in (_WITHIN.search(clause),) if found]
    else:
        words = [word for word in words if not _SUM.fullmatch(word)]
    return span if span.doubt or not words else YearSpan(span.first, span.last, words[0])
