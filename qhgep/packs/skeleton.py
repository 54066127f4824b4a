"""The skeleton of a pack: csv files in the schema of the store with a line per needed value, and a sources.toml."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from qhgep.coefficient_store.rows import COLUMNS
from qhgep.errors import UnitError
from qhgep.expr import Quantity
from qhgep.packs.needs import Need, Needs
from qhgep.units import is_money, spelled

SOURCES = "sources.toml"
_BOM = "\ufeff"
"""Without it a spreadsheet takes the file for another encoding."""


def skeleton(needs: Needs) -> Mapping[str, str]:
    """File name -> text: one csv per service, and sources.toml.

    Filled in are id, key, region, ecosystem, item, dates, price year and unit; all else is for the person who has the
    document. A quantity without a year axis has no dates, one without a county axis no region.
    """
    texts = {f"{service}.csv": _table(needs, lines) for service, lines in _by_service(needs).items()}
    return {**dict(sorted(texts.items())), SOURCES: _sources(needs)}


def _by_service(needs: Needs) -> dict[str, list[Need]]:
    found: dict[str, list[Need]] = {}
    for line in needs.lines:
        found.setdefault(needs.ruleset.catalogue.services[line.quantity.name][0], []).append(line)
    return found


def _table(needs: Needs, lines: list[Need]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_fields(needs, line) for line in lines)
    return _BOM + out.getvalue()


def _fields(needs: Needs, line: Need) -> dict[str, str]:
    year = needs.scope.year
    dated = line.dated and year is not None
    return {
        "row": row_id(needs, line),
        "key": line.quantity.name,
        "region_code": line.region,
        "ecosystem": line.ecosystem,
        "item": line.item,
        "from": f"{year}-01-01" if dated else "",
        "to": f"{year}-12-31" if dated else "",
        "price_year": str(year) if is_money(line.quantity.unit) and year is not None else "",
        "unit": unit_text(line.quantity),
    }


def row_id(needs: Needs, line: Need) -> str:
    """The id of a skeleton's line: its key and whatever tells it from its neighbours."""
    year = str(needs.scope.year or "") if line.dated else ""
    parts = (line.quantity.name, line.region, line.ecosystem, line.item, year)
    return "-".join(part for part in parts if part)


def unit_text(quantity: Quantity) -> str:
    """The unit of a quantity in a spelling that the store reads: as printed where that is one."""
    printed = quantity.unit.printed
    try:
        known = spelled(printed, where="")
    except UnitError:
        return str(quantity.unit)
    return printed if known.scale == 1 and known.unit == quantity.unit else str(quantity.unit)


def _sources(needs: Needs) -> str:
    registered = [f"#   {name}  {source.title}" for name, source in needs.documents.items() if source is not None]
    return "\n".join(
        [
            "# 本系数包的来源。每份文件一节：照下面的样子写，去掉行首的 #，引号里填内容；节名就是 csv 里 source 栏的写法。",
            "# kind 取 law、standard、paper、dataset、news、own 之一。address 只说明到哪里去找，不算证据。",
            "# 申报（declared）：unit 填报单位、number 文号、date 日期三样写全；本单位的资料 kind 写 own。",
            "# 原文（primary）：法规或标准，写明 publisher 发布机关，并有 date 或网址；文献（published）：有 DOI、网址或卷期号和年份。",
            "# 其余最多为转引（secondary）。没有区划代码的地区（公园、流域）在 regions.toml 里登记：[名称] 下写 zh。",
            "# checked 是核对原文的日期。已登记、不必再写的来源：",
            *(registered or ["#   （本规则集没有列出文件）"]),
            "schema = 1",
            "",
            "# [my-document]",
            '# title = ""',
            '# authors = ""',
            "# year = 2020",
            '# number = ""',
            '# publisher = ""',
            '# unit = ""',
            "# date = 2020-01-01",
            '# kind = "standard"',
            '# address = ""',
            "# checked = 2020-01-01",
            "",
        ]
    )
