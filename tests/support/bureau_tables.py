"""Tables as bureaus lay them out, made at random from numbers that are known, sound or with one fault.

What varies: where the county's column stands, codes and how they are typed, prefectures before or behind (merged or not),
years in the title, in a column, across or in the name of the sheet, spans, merged counties, halves side by side, totals,
notes, digits of full width, xlsx or csv.
"""

import csv
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from io import BytesIO, StringIO
from random import Random
from typing import Any

from openpyxl import Workbook

from qhgep.inputs import County, read_counties

# What a column is headed by, the field that it means, and how many of the quantity's own unit one of its units is.
QUANTITIES = {
    "森林面积（公顷）": ("area.forest", Fraction(1)), "草地面积（万亩）": ("area.grassland", Fraction(2000, 3)),
    "湿地面积（平方公里）": ("area.wetland", Fraction(100)), "年降水量（毫米/年）": ("precipitation", Fraction(1)),
    "人口（万人）": ("population", Fraction(10000)), "县域面积（平方公里）": ("county_area", Fraction(100)),
}  # fmt: skip
RANGES = {"precipitation": (100, 900), "county_area": (20000, 90000), "population": (1, 40)}
SUMMED = {"area.forest", "area.grassland", "area.wetland", "population", "county_area"}
NAMES = ("县名", "县（市、区）", "地区", "县级行政区", "名称", "县市", "行政区划", "县 名")
ABOVE = ("市州", "所属市州", "市（州）", "州市", "地区", "上级行政区")
NOTES = (
    "注：数据为年末数。", "数据口径：年末数", "资料来源：各县自然资源局", "填表人：某科　填表日期：2024年3月5日",
    "备注：部分县四舍五入，合计与分项之和可能不等。",
    "1. 面积按国土变更调查；2. 人口为常住人口。",
)  # fmt: skip
FAULTS = (
    "parent", "target", "half year", "old name", "prefecture", "unknown county", "total", "two years", "code", "mean of one year",
)  # fmt: skip
_PROVINCES = sorted(code[:2] for code in read_counties().by_code if code.endswith("0000") and code[:2] < "70")
_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


@dataclass
class Table:
    """A file, what it says (county, period, field -> number in the unit of the quantity), and the fault that it has."""

    seed: int
    name: str
    data: bytes = b""
    truth: dict[tuple[str, str, str], Fraction] = field(default_factory=dict)
    fault: str = ""


@dataclass
class _Layout:
    """What was drawn for a table."""

    years: list[str]
    where: str
    counties: list[County]
    heads: list[str]
    above: str
    coded: str
    merged: bool
    halves: bool
    totals: bool
    is_csv: bool


def made(seed: int, *, fault: bool = False) -> Table:
    """The table of a seed; with `fault` one that has a fault which a reader must name."""
    draw = Random(seed)
    layout = _drawn(draw)
    kind = draw.choice(_possible(layout)) if fault else ""
    table = Table(seed, f"县{seed}.csv" if layout.is_csv else f"县{seed}.xlsx", fault=kind)
    lines, merges, title, sheet = _lines(draw, layout, table)
    table.data = _csv(title, lines) if layout.is_csv else _xlsx(title, lines, merges, sheet)
    return table


def _drawn(draw: Random) -> _Layout:
    where = draw.choice(("title", "title", "span", "column", "across", "across", "sheet"))
    first = draw.choice((2010, 2012, 2014, 2016, 2018, 2020, 2021, 2022))
    years = [f"{first - 2}-{first}"] if where == "span" else [str(first)]
    if where in {"column", "across"}:
        years = [str(first + step) for step in range(draw.choice((2, 3)))]
    is_csv = where != "sheet" and draw.random() < 0.3
    counties = _counties(years, draw.choice(("63", draw.choice(_PROVINCES))))
    counties = sorted(draw.sample(counties, draw.randint(3, 12)), key=lambda county: county.code)
    heads = draw.sample(sorted(QUANTITIES), 1 if where == "across" else draw.randint(1, 3))
    above = draw.choice(("", "before", "behind", "last"))
    coded = draw.choice(("", "", "plain", "number", "twelve", "point", "guard", "alone"))
    halves = where in {"title", "span", "sheet"} and not above and draw.random() < 0.25
    return _Layout(
        years, where, counties, heads, above, coded, draw.random() < 0.6 and not is_csv, halves, draw.random() < 0.5, is_csv
    )  # fmt: skip


def _counties(years: list[str], province: str) -> list[County]:
    """The counties of a province that stand through all the years; without a name that two of them bear, as 市中区."""
    span = date(int(years[0][:4]), 1, 1), date(int(years[-1][-4:]), 12, 31)
    inside = [c for c in read_counties().by_code.values() if c.code[:2] == province and c.kind == "county" and c.parent]
    standing = [c for c in inside if c.valid(*span)]
    borne = Counter(c.zh for c in standing)
    return [c for c in standing if borne[c.zh] == 1]


def _possible(layout: _Layout) -> list[str]:
    found = ["unknown county"] + ["prefecture"] * bool(_absent(layout) and not layout.halves)
    found += ["parent"] * bool(layout.above) + ["code"] * (layout.coded in {"plain", "number"})
    found += ["target", "half year", "two years", "mean of one year"] * (layout.where == "title")
    found += ["old name"] * (layout.where == "title" and int(layout.years[0]) > 2012 and layout.coded != "alone")
    summed = [head for head in layout.heads if QUANTITIES[head][0] in SUMMED]
    found += ["total"] * bool(layout.totals and summed and not layout.halves and layout.where != "column")
    return found


def _lines(
    draw: Random, layout: _Layout, table: Table
) -> tuple[list[list[Any]], list[tuple[int, int, int, int]], list[str], str]:
    """Rows of cells, merges (first row, first column, last row, last column from 0, the title left out), titles, sheet name."""
    columns = _columns(draw, layout)
    values = {
        (county.code, year, head): _number(draw, QUANTITIES[head][0]) for county in layout.counties for year in layout.years for head in layout.heads
    }  # fmt: skip
    for (code, year, head), number in values.items():
        name, times = QUANTITIES[head]
        table.truth[code, year, name] = Fraction(number) * times
    head_rows = _heads(layout, columns)
    body, merges = _body(draw, layout, columns, values, table)
    at = len(head_rows)
    merges = [(top + at, left, bottom + at, right) for top, left, bottom, right in merges]
    if len(head_rows) > 1 and not layout.is_csv:
        merges += [(0, n, 1, n) for n, (kind, *_) in enumerate(columns) if kind != "value"]
        merges += _groups(layout, columns)
    body += [[None] * 0, *([note] for note in draw.sample(NOTES, draw.choice((0, 0, 1, 2, 3))))]
    return head_rows + body, merges, _titles(draw, layout, table), _sheet(layout)


def _columns(draw: Random, layout: _Layout) -> list[tuple[str, str, str]]:
    """Kind, heading and year of each column of one table."""
    name, above = draw.choice(NAMES), draw.choice(ABOVE)
    if above == name:
        above = "市州"
    keys = [] if layout.coded == "alone" else [("name", name, "")]
    if layout.coded:
        keys.insert(draw.choice((0, len(keys))), ("code", draw.choice(("区划代码", "行政区划代码", "代码")), ""))
    if layout.above == "before":
        keys.insert(0, ("above", above, ""))
    elif layout.above == "behind":
        keys.append(("above", above, ""))
    if draw.random() < 0.3:
        keys.insert(0, ("number", "序号", ""))
    if layout.where == "column":
        keys.append(("year", draw.choice(("年份", "年度", "年")), ""))
    years = layout.years if layout.where == "across" else [""]
    keys += [("value", head, year) for head in layout.heads for year in years]
    return [*keys, ("above", above, "")] if layout.above == "last" else keys


def _heads(layout: _Layout, columns: list[tuple[str, str, str]]) -> list[list[Any]]:
    """One row of headings, or one of quantities above one of years."""
    if layout.where != "across":
        row: list[Any] = [head for _, head, _ in columns]
        return [row * 2 if layout.halves else row]
    if layout.is_csv or len(columns) % 2:
        return [[f"{year}年{head}" if year else head for _, head, year in columns]]
    upper: list[Any] = []
    for number, (kind, head, _) in enumerate(columns):
        again = kind == "value" and number and columns[number - 1][1] == head
        upper.append(None if again else head)
    return [upper, [f"{year}年" if year else None for _, _, year in columns]]


def _groups(layout: _Layout, columns: list[tuple[str, str, str]]) -> list[tuple[int, int, int, int]]:
    found = []
    for head in layout.heads:
        at = [number for number, (kind, text, _) in enumerate(columns) if kind == "value" and text == head]
        if len(at) > 1:
            found.append((0, at[0], 0, at[-1]))
    return found


def _number(draw: Random, name: str) -> Decimal:
    low, high = RANGES.get(name, (1, 300))
    return Decimal(draw.randint(low * 100, high * 100)).scaleb(-2)


def _cell(draw: Random, number: Decimal, layout: _Layout) -> object:
    how = draw.random()
    if how < 0.06:
        return str(number).translate(_WIDE)
    if how < 0.1:
        return f"{number:,}" if not layout.is_csv else str(number)
    return str(number) if layout.is_csv else float(number)


def _body(
    draw: Random,
    layout: _Layout,
    columns: list[tuple[str, str, str]],
    values: dict[tuple[str, str, str], Decimal],
    table: Table,
) -> tuple[list[list[Any]], list[tuple[int, int, int, int]]]:
    rows: list[list[Any]] = []
    owners: list[tuple[County, str]] = []
    spoilt = draw.randrange(len(layout.counties)) if table.fault else -1
    inner = layout.years if layout.where == "column" else [layout.years[0]]
    for number, county in enumerate(layout.counties):
        for year in inner:
            row = []
            for kind, head, across in columns:
                fault = table.fault if number == spoilt else ""
                if kind == "value":
                    row.append(_cell(draw, values[county.code, across or year, head], layout))
                else:
                    row.append(_key(draw, kind, layout, county, year, number, fault))
            rows.append(row)
            owners.append((county, year))
    if table.fault in {"unknown county", "old name", "parent", "code"}:
        code = layout.counties[spoilt].code
        table.truth = {key: value for key, value in table.truth.items() if key[0] != code}
    merges = _merges(layout, columns, rows, owners)
    if layout.halves:
        return _halved(rows), []
    if layout.totals:
        rows.append(_total(draw, layout, columns, values, table))
    if table.fault == "prefecture":
        rows.append([_wider(kind, _absent(layout), inner[0]) for kind, *_ in columns])
    return rows, merges


def _absent(layout: _Layout) -> County | None:
    """A prefecture of the years of a table that has none of its counties."""
    parents, year = {county.parent for county in layout.counties}, int(layout.years[-1][-4:])
    span = date(year, 1, 1), date(year, 12, 31)
    wider = (c for c in read_counties().by_code.values() if c.kind == "prefecture" and c.valid(*span))
    return next((county for county in wider if county.code not in parents), None)


def _wider(kind: str, county: County | None, year: str) -> object:
    assert county is not None
    return {"name": county.zh, "code": county.code, "above": None, "year": year, "number": None}.get(kind, 5)


def _key(draw: Random, kind: str, layout: _Layout, county: County, year: str, number: int, fault: str) -> object:
    if kind == "number":
        return number + 1
    if kind == "year":
        return draw.choice((int(year), f"{year}年", year.translate(_WIDE)))
    if kind == "above":
        known = read_counties().by_code
        parents = [
            c for c in known.values() if c.kind == "prefecture" and c.code != county.parent and c.valid_to is None
        ]
        wrong = fault == "parent"
        if wrong:
            parents = [c for c in parents if c.code not in {"630200", "632100", "630100"}]
        return (draw.choice(parents) if wrong else known[county.parent]).zh
    if kind == "name":
        return "某某县" if fault == "unknown county" else "玉树县" if fault == "old name" else _name(draw, county)
    code = "632699" if fault == "unknown county" and layout.coded == "alone" else county.code
    if fault == "code":
        code = next(c.code for c in layout.counties if c.code != code)
    typed: dict[str, Any] = {
        "plain": code,
        "number": int(code),
        "twelve": f"{code}000000",
        "point": f"{code}.0",
        "guard": f'="{code}"',
    }
    return typed.get(layout.coded, code)


def _name(draw: Random, county: County) -> str:
    return draw.choice((county.zh, county.zh, f" {county.zh[0]} {county.zh[1:]}", f"{county.zh}　"))


def _merges(
    layout: _Layout, columns: list[tuple[str, str, str]], rows: list[list[Any]], owners: list[tuple[County, str]]
) -> list[tuple[int, int, int, int]]:
    """Merge counties over their years and prefectures over their counties; what a merge covers is blank."""
    if not layout.merged:
        return []
    found = []
    for at, (kind, *_) in enumerate(columns):
        if kind not in {"name", "code", "above"} or (kind == "above" and layout.halves):
            continue
        start = 0
        for row in range(1, len(rows) + 1):
            same = row < len(rows) and (
                owners[row][0].parent == owners[start][0].parent
                if kind == "above"
                else owners[row][0] == owners[start][0]
            )
            if same and kind == "above" and rows[row][at] != rows[start][at]:
                same = False
            if not same:
                if row - start > 1:
                    found.append((start, at, row - 1, at))
                    for inside in range(start + 1, row):
                        rows[inside][at] = None
                start = row
    return found


def _halved(rows: list[list[Any]]) -> list[list[Any]]:
    half = (len(rows) + 1) // 2
    width = len(rows[0])
    return [rows[n] + (rows[half + n] if half + n < len(rows) else [None] * width) for n in range(half)]


def _total(
    draw: Random,
    layout: _Layout,
    columns: list[tuple[str, str, str]],
    values: dict[tuple[str, str, str], Decimal],
    table: Table,
) -> list[Any]:
    """A row of totals: their own rounding to one decimal, or as they add up; one fault is far outside what rounding explains."""
    row: list[Any] = []
    labelled = False
    for kind, head, across in columns:
        name = QUANTITIES[head][0] if kind == "value" else ""
        if kind == "value" and name in SUMMED and layout.where != "column":
            year = across or layout.years[0]
            whole = sum((values[county.code, year, head] for county in layout.counties), Decimal(0))
            places = Decimal("0.1") if draw.random() < 0.5 else Decimal("0.01")
            off = Decimal(7) if table.fault == "total" else Decimal(0)
            row.append(float((whole + off).quantize(places, ROUND_HALF_UP)))
        elif kind in {"name", "above", "code"} and not labelled:
            row.append("合计")
            labelled = True
        else:
            row.append(None)
    return row


def _titles(draw: Random, layout: _Layout, table: Table) -> list[str]:
    year = layout.years[0]
    if layout.where == "title":
        made_of = {
            "target": f"{year}年森林保护目标", "half year": f"{year}年1—6月生态数据", "two years": f"{year}年与{int(year) - 1}年生态数据",
            "mean of one year": f"{year}年平均生态数据",
        }  # fmt: skip
        plain = draw.choice(
            (f"{year}年各县生态数据", f"{year.translate(_WIDE)}年度统计表", f"青海省生态统计（{year}年）")
        )
        return [made_of.get(table.fault, plain)]
    if layout.where == "span":
        first, last = year[:4], year[-4:]
        return [
            draw.choice((f"{first}—{last}年平均生态数据", f"{first}年至{last}年均值", f"生态数据（{first}~{last}年）"))
        ]
    return ["各县生态数据"]


def _sheet(layout: _Layout) -> str:
    return f"{layout.years[0]}年" if layout.where == "sheet" else "表1"


def _xlsx(titles: list[str], lines: list[list[Any]], merges: list[tuple[int, int, int, int]], name: str) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for line in ([title] for title in titles):
        sheet.append(line)
    for number, cells in enumerate(lines, start=len(titles) + 1):
        for column, cell in enumerate(cells, start=1):
            if cell is not None:
                sheet.cell(number, column).value = cell
                if isinstance(cell, str) and cell.startswith("="):
                    sheet.cell(number, column).data_type = "s"
    for top, left, bottom, right in merges:
        at = len(titles) + 1
        sheet.merge_cells(start_row=top + at, start_column=left + 1, end_row=bottom + at, end_column=right + 1)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _csv(titles: list[str], lines: list[list[Any]]) -> bytes:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerows([[title] for title in titles])
    writer.writerows([["" if cell is None else cell for cell in line] for line in lines])
    return out.getvalue().encode("gb18030" if len(lines) % 2 else "utf-8")
