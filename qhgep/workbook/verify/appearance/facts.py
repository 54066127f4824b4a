"""What the pages of a sheet show beside its cells, as single facts: those that an office program keeps when it saves a file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qhgep.inputs.files.xlsx_package import plain_index, says_yes
from qhgep.workbook.core.layout import letters
from qhgep.workbook.core.nodes import XmlNode
from qhgep.workbook.verify.appearance.header_codes import printed
from qhgep.workbook.verify.appearance.seen import Eye
from qhgep.workbook.verify.appearance.trees import said
from qhgep.workbook.verify.sheet_part import Page

_READ = frozenset({
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetProtection", "mergeCells", "conditionalFormatting",
    "dataValidations", "phoneticPr", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "drawing",
})  # fmt: skip
"""The elements of a sheet that are looked at; any other is a fact of its own."""
_VIEW = {
    "showZeros": "1",
    "showFormulas": "0",
    "rightToLeft": "0",
    "showGridLines": "1",
    "showRowColHeaders": "1",
    "view": "normal",
}
_PAPER_EDGE = 0.1
"""From this distance from the edge of the paper on, in inches, and less far than the rows, headers and footers are seen."""
_LEAST_DEFAULTS = {"defaultColWidth": 1.0, "defaultRowHeight": 5.0}
"""Columns and rows of less, in characters and points, show nothing."""
_FROZEN_ROWS, _FROZEN_COLUMNS = 20, 12
"""More frozen rows or columns than this leave no room to scroll to the others."""
_SETUP = {
    "paperSize": "1", "scale": "100", "pageOrder": "downThenOver", "orientation": "default", "blackAndWhite": "0", "draft": "0",
    "cellComments": "none", "errors": "displayed", "useFirstPageNumber": "0",
}  # fmt: skip
_OPTIONS = {"gridLines": "0", "headings": "0", "horizontalCentered": "0", "verticalCentered": "0"}
_LOCKS = {
    "sheet": "0", "objects": "0", "scenarios": "0", "formatCells": "1", "formatColumns": "1", "formatRows": "1", "insertColumns": "1",
    "insertRows": "1", "insertHyperlinks": "1", "deleteColumns": "1", "deleteRows": "1", "selectLockedCells": "0", "sort": "1",
    "autoFilter": "1", "pivotTables": "1", "selectUnlockedCells": "0",
}  # fmt: skip
_VALIDATION = {
    "type": "none",
    "operator": "between",
    "allowBlank": "0",
    "showDropDown": "0",
    "showErrorMessage": "0",
    "errorStyle": "stop",
}
_HEADERS = {
    "oddHeader": ("页眉", ""), "oddFooter": ("页脚", ""), "evenHeader": ("偶数页页眉", "differentOddEven"),
    "evenFooter": ("偶数页页脚", "differentOddEven"), "firstHeader": ("首页页眉", "differentFirst"), "firstFooter": ("首页页脚", "differentFirst"),
}  # fmt: skip
"""Header or footer: its Chinese name, and the attribute without which it is not printed."""
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,20}\.?[0-9]{0,20}|\.[0-9]{1,20})(?:[eE][+-]?[0-9]{1,3})?")
_NONE = XmlNode("", {})


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a page shows: where on the sheet, what it is, and how it is there."""

    place: str
    what: str
    value: str


def settings(node: XmlNode | None, defaults: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The attributes of an element that are not what they would be without it; yes and no in one spelling."""
    for name, usual in defaults.items():
        value = (node or _NONE).get(name, usual)
        value = {"true": "1", "false": "0"}.get(value, value)
        if value != usual:
            yield name, value


def sheet_facts(page: Page, eye: Eye) -> Iterator[Fact]:
    """The facts of a sheet but for rows, columns, cells and drawings."""
    yield from _headers(page.rest)
    yield from _settings(page.rest)
    yield from _rules(page.rest, eye)
    for block in page.rest.children:
        if block.name not in _READ:
            yield Fact(block.name, "其他内容", said(block))
    data = page.rest.child("sheetData")
    yield from (Fact("sheetData", "其他内容", said(item)) for item in (data.children if data else ()))
    for item in (*page.rest.all("mergeCell"),):
        yield Fact(item.get("ref"), "合并单元格", "合并")
    for name in ("rowBreaks", "colBreaks"):
        ids = [item.get("id") for item in (page.rest.child(name) or _NONE).children]
        if ids:
            yield Fact("分页", name, " ".join(ids))


def _headers(rest: XmlNode) -> Iterator[Fact]:
    block = rest.child("headerFooter") or _NONE
    for item in block.children:
        zh, needed = _HEADERS.get(item.name, (item.name, ""))
        if not needed or says_yes(block.get(needed)):
            yield Fact(zh, "", printed(item.text).text)
    yield from (
        Fact("页眉页脚", flag, "1") for flag in ("differentOddEven", "differentFirst") if says_yes(block.get(flag))
    )


def _settings(rest: XmlNode) -> Iterator[Fact]:
    views, sheet = rest.child("sheetViews") or _NONE, rest.child("sheetPr") or _NONE
    for view in views.children:
        yield from (Fact("视图", name, value) for name, value in settings(view, _VIEW))
        yield from _panes(view)
    if says_yes(sheet.get("filterMode")):
        yield Fact("筛选", "", "已筛选")
    if any(says_yes(item.get("fitToPage")) for item in sheet.all("pageSetUpPr")):
        yield Fact("缩放", "fitToPage", "1")
    for place, name, defaults in (
        ("页面设置", "pageSetup", _SETUP), ("打印选项", "printOptions", _OPTIONS), ("保护", "sheetProtection", _LOCKS)
    ):  # fmt: skip
        yield from (Fact(place, key, value) for key, value in settings(rest.child(name), defaults))
    yield from _margins(rest)
    setup = rest.child("pageSetup") or _NONE
    if says_yes(setup.get("useFirstPageNumber")):
        yield Fact("页面设置", "firstPageNumber", setup.get("firstPageNumber", "1"))
    size = rest.child("sheetFormatPr") or _NONE
    if says_yes(size.get("zeroHeight")):
        yield Fact("默认行高列宽", "zeroHeight", "1")
    for name, least in _LEAST_DEFAULTS.items():
        if number(size.get(name, str(least))) < least:
            yield Fact("默认行高列宽", name, size.get(name))
    yield from _overlapping(rest)


def _margins(rest: XmlNode) -> Iterator[Fact]:
    margins = rest.child("pageMargins") or _NONE
    for name in ("left", "right", "top", "bottom"):
        yield Fact("页边距", name, f"{number(margins.get(name)):.1f}")
    texts = {
        item.name[-len("Header") :].lower() for item in (rest.child("headerFooter") or _NONE).children if item.text
    }
    for name, edge in (("header", "top"), ("footer", "bottom")):
        if name not in texts:
            continue  # where there is none, office programs write a gap of their own
        if not _PAPER_EDGE <= number(margins.get(name, "0.3")) <= max(_PAPER_EDGE, number(margins.get(edge, "0.75"))):
            yield Fact("页边距", name, margins.get(name))


def _overlapping(rest: XmlNode) -> Iterator[Fact]:
    """Columns that are described twice: one program follows the first, another the last."""
    last = 0.0
    for item in sorted(rest.all("col"), key=lambda col: number(col.get("min"))):
        if number(item.get("min")) <= last:
            yield Fact("列", "重复的 col", item.get("min"))
        last = max(last, number(item.get("max")))


def _panes(view: XmlNode) -> Iterator[Fact]:
    """Frozen panes that take rows or columns out of reach; others are not compared."""
    for pane in view.children:
        if pane.name != "pane":
            continue
        rows, columns = (number(pane.get(name, "0")) for name in ("ySplit", "xSplit"))
        if not (0 <= rows <= _FROZEN_ROWS and 0 <= columns <= _FROZEN_COLUMNS) or pane.get("state") != "frozen":
            yield Fact("窗格", "", said(pane))
        if view.get("topLeftCell", "A1") != "A1":
            yield Fact("窗格", "topLeftCell", view.get("topLeftCell"))


def _rules(rest: XmlNode, eye: Eye) -> Iterator[Fact]:
    """Conditional formats, validations, links."""
    for block in rest.all("conditionalFormatting"):
        for rule in sorted(block.all("cfRule"), key=lambda item: number(item.get("priority"))):
            formulas = [item.text for item in rule.children if item.name == "formula"]
            rest_of = [said(item) for item in rule.children if item.name != "formula"]
            terms = [rule.get(name) for name in ("type", "operator", "text", "timePeriod") if rule.get(name)]
            terms += [f"rank {rule.get('rank')}"] if number(rule.get("rank")) > 0 else []
            stops = ["stopIfTrue"] if says_yes(rule.get("stopIfTrue")) else []
            yield Fact(
                block.get("sqref"),
                "条件格式",
                " ".join([*terms, *formulas, *rest_of, *stops, eye.rule(rule.get("dxfId"))]),
            )
    for item in rest.all("dataValidation"):
        limits = [child.text for child in item.children]
        words = [item.get(name) for name in ("promptTitle", "prompt", "errorTitle", "error") if item.get(name)]
        terms = [f"{name} {value}" for name, value in settings(item, _VALIDATION)]
        yield Fact(item.get("sqref"), "数据有效性", " ".join([*terms, *limits, *words]))
    for item in rest.all("hyperlink"):
        location = item.get("location").replace("'", "").lstrip("#")
        outside = "外部地址" if any(name.endswith("}id") for name in item.attributes) else ""
        yield Fact(
            item.get("ref"), "超链接", " ".join(part for part in (location, outside, item.get("tooltip")) if part)
        )


def number(text: str) -> float:
    """A number of an attribute; -1 where it is none."""
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    return value if math.isfinite(value) else -1.0


# --- rows and columns -------------------------------------------------------------------------------

USUAL_WIDTH, USUAL_HEIGHT = 8.43, 15.0
"""The width of a column and the height of a row that say nothing of their own."""


@dataclass(frozen=True, slots=True)
class Size:
    """A row or a column: whether it is hidden, and its height in points or its width in characters."""

    hidden: bool
    size: float


def columns(page: Page, last: int) -> dict[str, Size]:
    """Letters -> size, for the columns up to a last one; one that says nothing of its own is as wide as the sheet says."""
    sizes = page.rest.child("sheetFormatPr") or _NONE
    plain = Size(hidden=False, size=number(sizes.get("defaultColWidth", str(USUAL_WIDTH))))
    found = {letters(column): plain for column in range(last + 1)}
    for item in page.rest.all("col"):
        first, end = int(max(1.0, number(item.get("min")))), int(number(item.get("max")))
        size = number(item.get("width", str(plain.size)))
        for column in range(first - 1, min(end, last + 1)):
            found[letters(column)] = Size(says_yes(item.get("hidden")), size)
    return found


def rows(page: Page) -> dict[str, Size]:
    """Number -> size, for the rows that stand in the file; one that says nothing of its own is as high as the sheet says."""
    sizes = page.rest.child("sheetFormatPr") or _NONE
    usual = sizes.get("defaultRowHeight", str(USUAL_HEIGHT))
    hidden = says_yes(sizes.get("zeroHeight"))
    return {
        str(row + 1): Size(says_yes(item.get("hidden", "1" if hidden else "")), number(item.get("ht", usual)))
        for row, item in page.rows.items()
    }


def filled_lines(page: Page) -> dict[str, int]:
    """The style numbers of whole rows and columns, by their places."""
    found = {
        f"第 {row + 1} 行": item.get("s", "0") for row, item in page.rows.items() if says_yes(item.get("customFormat"))
    }
    for item in page.rest.all("col"):
        found[f"第 {item.get('min')}–{item.get('max')} 列"] = item.get("style", "0")
    return {place: -1 if (style := plain_index(text)) is None else style for place, text in found.items()}
