"""Differences of parts in words: the sheet, the place on it, and what it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qhgep.workbook.core.layout import letters
from qhgep.workbook.verify.appearance.header_codes import printed
from qhgep.workbook.verify.appearance.trees import PathElement, TreeDifference
from qhgep.workbook.verify.changes import CellChange

BOOK = "工作簿"
"""Stands for the sheet of what belongs to no sheet."""
_NAMES: Mapping[str, str] = {
    "absoluteAnchor": "图形", "AlternateContent": "扩展内容", "autoFilter": "筛选", "bookViews": "窗口", "brk": "分页",
    "c": "单元格", "calcPr": "计算设置", "cfRule": "条件格式", "chart": "图表", "chartSpace": "图表", "col": "列",
    "colBreaks": "分页", "cols": "列", "comment": "批注", "comments": "批注", "conditionalFormatting": "条件格式",
    "controls": "控件", "coreProperties": "文件属性", "customProperties": "自定义属性", "customSheetViews": "自定义视图",
    "customWorkbookViews": "自定义视图", "dataConsolidate": "合并计算", "dataValidation": "数据有效性",
    "dataValidations": "数据有效性", "Default": "部件类型", "definedName": "名称", "definedNames": "名称", "drawing": "图形",
    "drawingHF": "页眉页脚图片", "evenFooter": "偶数页页脚", "evenHeader": "偶数页页眉", "externalReferences": "外部链接",
    "extLst": "扩展内容", "fileSharing": "只读建议", "fileVersion": "软件标识", "firstFooter": "首页页脚", "firstHeader": "首页页眉",
    "headerFooter": "页眉页脚", "hyperlink": "超链接", "hyperlinks": "超链接", "ignoredErrors": "忽略的错误",
    "legacyDrawing": "批注或控件", "legacyDrawingHF": "页眉页脚图片", "mergeCell": "合并单元格", "mergeCells": "合并单元格",
    "oddFooter": "页脚", "oddHeader": "页眉", "oleObjects": "嵌入对象", "oneCellAnchor": "图形", "outlinePr": "分级显示",
    "Override": "部件类型", "pageMargins": "页边距", "pageSetup": "页面设置", "pageSetUpPr": "缩放", "pane": "窗格",
    "phoneticPr": "注音", "picture": "背景图片", "printOptions": "打印选项", "property": "文件属性",
    "protectedRanges": "可编辑区域", "Relationship": "部件关系", "row": "行", "rowBreaks": "分页", "scenarios": "方案管理",
    "selection": "选定区域", "sheet": "工作表", "sheetCalcPr": "计算设置", "sheetFormatPr": "默认行高列宽", "sheetPr": "工作表属性",
    "sheetProtection": "保护", "sheets": "工作表次序", "sheetView": "视图", "sheetViews": "视图", "smartTags": "智能标记",
    "sortState": "排序", "tabColor": "标签颜色", "tableParts": "表格", "twoCellAnchor": "图形", "webPublishItems": "网页发布",
    "workbookPr": "工作簿设置", "workbookProtection": "工作簿保护", "workbookView": "窗口",
}  # fmt: skip
"""What elements are called."""
_PARTS: Mapping[str, str] = {
    "activeX": "控件", "attachedToolbars": "工具栏", "calcChain": "计算次序", "charts": "图表", "chartsheets": "图表工作表", "comments": "批注",
    "connections": "数据连接", "ctrlProps": "控件", "customProperty": "自定义属性", "customXml": "自定义 XML", "custom.xml": "文件属性",
    "dialogsheets": "对话框", "diagrams": "图形", "docProps": "文件属性", "drawings": "图形", "embeddings": "嵌入对象", "externalLinks": "外部链接",
    "macrosheets": "宏表", "media": "图片", "persons": "批注", "pivotCache": "透视表", "pivotTables": "透视表", "printerSettings": "打印机设置",
    "queryTables": "数据连接", "slicers": "切片器", "tables": "表格", "theme": "主题", "threadedComments": "批注", "vbaProject": "宏",
    "vbaData": "宏", "worksheets": "工作表", "_xmlsignatures": "签名", "customUI": "功能区",
}  # fmt: skip
"""What parts are called, by a word of their path."""
_PART = "部件"
_PLACES = frozenset(
    {"c", "cfRule", "comment", "conditionalFormatting", "dataValidation", "hyperlink", "mergeCell", "row"}
)
"""Elements whose key is a place on the sheet."""
_HEADERS = frozenset({"oddFooter", "oddHeader", "evenFooter", "evenHeader", "firstFooter", "firstHeader"})
_DRAWN = ("xl/drawings/", "xl/charts/")
_MOST, _AROUND = 80, 12


def appearance(sheet: str, place: str, expected: str, found: str, what: str = "") -> CellChange:
    """A change of appearance; long texts are cut to where they differ."""
    return CellChange(sheet, place, "appearance", *apart(expected, found), what)


def kind_of_part(part: str) -> str:
    """What a part is called: by its file, else by its folder."""
    words = [word.lower() for word in re.split(r"[/.]", part)]
    return next(
        (zh for word, zh in reversed(list(_PARTS.items())) if any(one.startswith(word.lower()) for one in words)),
        _PART,
    )


def in_words(difference: TreeDifference, sheet: str, part: str) -> CellChange:
    """A difference of a part: on a sheet, or in the workbook; the elements are named where their part has no name."""
    path = difference.path
    at = max((place for place, step in enumerate(path) if step.name in _NAMES), default=-1)
    if part.startswith(_DRAWN):
        at = -1
    name = _NAMES[path[at].name] if at >= 0 else kind_of_part(part)
    name = part if name == _PART else name
    if at >= 0 and path[at].name in _HEADERS and not difference.attribute:
        sides = printed(difference.expected).text, printed(difference.found).text
        if sides[0] != sides[1]:
            return appearance(sheet, name, *sides)
    inner = [step.name for step in path[at + 1 :]] + ([difference.attribute] if difference.attribute else [])
    place = "" if part.startswith(_DRAWN) else _place(path)
    words = " ".join(word for word in (name if place else "", "/".join(inner)) if word)
    return appearance(sheet, place or name, difference.expected, difference.found, words)


def _place(path: Sequence[PathElement]) -> str:
    """The place on the sheet that a path leads to; empty where it leads to none."""
    for step in reversed(path):
        if step.name in _PLACES and not step.key.startswith("#"):
            return step.key
        if step.name == "col" and step.key.isdecimal():
            return f"{letters(int(step.key) - 1)} 列"
        if step.name == "definedName":
            return step.key.partition(" ")[0]
    return ""


def apart(expected: str, found: str) -> tuple[str, str]:
    """Two texts, cut to where they differ if they are long, on one line each."""
    expected, found = (re.sub(r"\s+", " ", text) for text in (expected, found))
    if max(len(expected), len(found)) <= _MOST or not expected or not found:
        return _cut(expected), _cut(found)
    start = next((at for at, (one, other) in enumerate(zip(expected, found, strict=False)) if one != other), 0)
    start = max(0, start - _AROUND)
    return _cut(expected, start), _cut(found, start)


def _cut(text: str, start: int = 0) -> str:
    piece = text[start : start + _MOST]
    return f"{'…' if start else ''}{piece}{'…' if start + _MOST < len(text) else ''}"
