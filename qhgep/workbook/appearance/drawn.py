"""What is drawn on a sheet, as facts: where it stands, and what a chart shows of which cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qhgep.workbook.appearance.facts import Fact
from qhgep.workbook.appearance.trees import said
from qhgep.workbook.book_parts import BookParts
from qhgep.workbook.nodes import Node

_TEXTS = frozenset({"f", "v", "t", "formatCode"})
_SHOWN = frozenset({
    "barDir", "builtInUnit", "crosses", "custUnit", "grouping", "logBase", "max", "min", "numFmt", "orientation", "plotVisOnly",
    "showVal", "tickLblPos",
})  # fmt: skip
"""Elements of a chart whose attributes are compared."""
_IF_ON = frozenset(
    {
        "autoTitleDeleted",
        "delete",
        "showBubbleSize",
        "showCatName",
        "showLegendKey",
        "showPercent",
        "showSerName",
        "smooth",
        "varyColors",
    }
)
"""Elements of a chart that say something only where they are switched on."""
_DRESS = frozenset({
    "auto", "autoUpdate", "axId", "axPos", "baseTimeUnit", "bodyPr", "clrMapOvr", "crossAx", "crossBetween", "date1904", "defRPr",
    "dispBlanksAs", "dLblPos", "effectLst", "endParaRPr", "ext", "extLst", "fill", "firstSliceAng", "formatCode", "gapWidth", "headEnd",
    "hMode", "idx", "invertIfNegative", "lang", "latin", "ea", "cs", "layout", "lblAlgn", "lblOffset", "ln", "lstStyle",
    "majorGridlines", "majorTickMark", "majorUnit", "manualLayout", "minorTickMark", "minorUnit", "miter", "noMultiLvlLbl", "order",
    "overlap", "overlay", "pPr", "pageMargins", "pageSetup", "headerFooter", "printSettings", "ptCount", "prstDash", "roundedCorners", "round",
    "separator", "showDLblsOverMax", "showLeaderLines", "style", "tailEnd", "tickLblSkip", "tickMarkSkip", "txPr", "uFill", "uLn", "x", "y", "w",
    "h", "xMode", "yMode", "wMode", "layoutTarget", "AlternateContent", "Choice", "Fallback", "schemeClr", "lumMod", "lumOff",
})  # fmt: skip
"""Elements of a chart that office programs write anew: letters, lines, distances."""
_BONES = frozenset({
    "chartSpace", "chart", "title", "tx", "rich", "p", "r", "rPr", "plotArea", "barChart", "ser", "dLbls", "cat", "val", "strRef",
    "numRef", "strCache", "numCache", "pt", "catAx", "valAx", "scaling", "spPr", "solidFill", "srgbClr", "noFill", "spcPts",
})  # fmt: skip
"""Elements of a chart that hold others."""


def drawing_facts(book: BookParts, sheet: str) -> Iterator[Fact]:
    """What is drawn on a sheet, and what hangs on it beside drawings."""
    part = book.part_of(sheet)
    for item in book.relations(part):
        if item.kind == "drawing" and item.target in book.parts:
            for place, anchor in enumerate(book.node(item.target).children, start=1):
                yield from _anchored(book, item.target, anchor, place)


def _anchored(book: BookParts, part: str, anchor: Node, place: int) -> Iterator[Fact]:
    """One thing that is drawn: its kind and place, texts in it, and what a chart shows."""
    name = f"图形 {place}"
    kinds = [item.name for item in anchor.children if item.name not in {"from", "to", "ext", "pos", "clientData"}]
    yield Fact(name, "", " ".join(kinds))
    start = next(anchor.all("from"), None)
    if start is not None:
        yield Fact(name, "位置", " ".join(item.text for item in start.children if item.name in {"col", "row"}))
    texts = [item.text for item in anchor.all("t") if item.text]
    if texts:
        yield Fact(name, "文字", " ".join(texts))
    related = {item.id: item for item in book.relations(part)}
    for chart in anchor.all("chart"):
        key = next((value for attribute, value in chart.attributes.items() if attribute.endswith("}id")), "")
        if key in related and related[key].target in book.parts:
            yield from chart_facts(book.node(related[key].target), name)


def chart_facts(chart: Node, name: str) -> Iterator[Fact]:
    """What a chart shows: ranges, kept values, titles, axes, labels; and every element that nobody has thought of."""
    counts: dict[str, int] = {}
    point = ""
    for path, node in _walk(chart, ()):
        point = node.get("idx") if node.name == "pt" else point
        value = _value(path, node)
        if value is None:
            continue
        what = "/".join(path[-3:]) + (f" {point}" if "pt" in path else "")
        counts[what] = counts.get(what, 0) + 1
        yield Fact(name, f"{what} {counts[what]}" if counts[what] > 1 else what, value)


def _walk(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
    here = (*path, node.name)
    yield here, node
    if node.name not in _DRESS:
        for child in node.children:
            yield from _walk(child, here)


def _value(path: Sequence[str], node: Node) -> str | None:
    """What an element of a chart says; None where it says nothing that is seen."""
    name = node.name
    value: str | None = said(node)
    if name in _DRESS or name in _BONES - {"noFill", "srgbClr", "barChart"}:
        value = None
    elif name in _TEXTS:
        text = node.text.replace("'", "")
        value = (
            None if text in {"", "0", "0.0"} and "numCache" in path else text
        )  # nothing is kept as zero, or left out
    elif name == "barChart" or (name == "numFmt" and node.get("sourceLinked") in {"1", "true"}):
        value = name if name == "barChart" else None
    elif name in _SHOWN:
        value = " ".join(node.get(attribute) for attribute in ("val", "formatCode") if node.get(attribute))
    elif name in _IF_ON:
        value = "1" if node.get("val", "1") in {"1", "true"} else None
    elif name in {"noFill", "srgbClr"}:  # the bars; lines and letters are dress
        of_bars = path[-4:-1] == ("ser", "spPr", "solidFill") or path[-3:-1] == ("ser", "spPr")
        value = (node.get("val") or "noFill").upper() if of_bars else None
    return value
