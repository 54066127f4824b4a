"""What is drawn on a sheet, as facts: where it stands, and what a chart shows of which cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qhgep.inputs.files.xlsx_package import says_yes
from qhgep.workbook.core.nodes import XmlNode
from qhgep.workbook.core.number_formats import known
from qhgep.workbook.verify.appearance.colours import BLACK, WHITE, can_be_read, plain_colour
from qhgep.workbook.verify.appearance.facts import Fact
from qhgep.workbook.verify.appearance.trees import said
from qhgep.workbook.verify.appearance.typefaces import readable_font
from qhgep.workbook.verify.book_parts import BookParts, related_id

_LETTERS = frozenset({"rPr", "defRPr", "endParaRPr"})
"""Elements of a chart that say how letters look."""
_LEAST_SIZE, _MOST_SIZE = 600, 4000
"""Sizes of letters that are read, in hundredths of a point."""
_LEAST_MARK = 4
"""Size of a marker that is seen, in points."""
_ENDS, _LEAST_COLUMNS, _LEAST_ROWS, _INCH = 2, 2, 5, 914_400
_NEAR, _LONGEST = 95_250, 4_000_000
"""Ten pixels, and the width of 60 characters, in the units of drawings (914,400 an inch)."""
_FARTHEST = {"from": _NEAR, "to": _LONGEST}
"""How far a corner may lie from that of its cell."""
_MOST_SPACED = 200
"""Letters that are set wider or closer than this, in hundredths of a point, are not read as they stand."""
_TEXTS = frozenset({"f", "v", "t"})
_SHOWN = frozenset({
    "barDir", "builtInUnit", "crosses", "custUnit", "grouping", "logBase", "max", "min", "numFmt", "orientation", "plotVisOnly",
    "tickLblPos", "legendPos", "scatterStyle", "gapWidth", "ptCount",
})  # fmt: skip
"""Elements of a chart whose attributes are compared."""
_UNSAID: Mapping[str, frozenset[str]] = {
    "dLblPos": frozenset({"outEnd", "r", "t"}), "overlap": frozenset({"0"}), "tickLblSkip": frozenset({"1"}),
    "dispBlanksAs": frozenset({"gap"}),
}  # fmt: skip
"""Elements of a chart that office programs add with one of these values, which changes nothing."""
_IF_ON = frozenset(
    {
        "autoTitleDeleted",
        "delete",
        "showBubbleSize",
        "showCatName",
        "showLegendKey",
        "showPercent",
        "showSerName",
        "showVal",
        "smooth",
        "varyColors",
    }
)
"""Elements of a chart that say something only where they are switched on."""
_DRESS = frozenset({
    "auto", "autoUpdate", "axId", "axPos", "baseTimeUnit", "bodyPr", "clrMapOvr", "crossAx", "crossBetween", "date1904", "defRPr",
    "effectLst", "endParaRPr", "ext", "extLst", "fill", "firstSliceAng", "headEnd",
    "hMode", "idx", "invertIfNegative", "lang", "latin", "ea", "cs", "layout", "lblAlgn", "lblOffset", "ln", "lstStyle",
    "majorGridlines", "majorTickMark", "majorUnit", "manualLayout", "minorTickMark", "minorUnit", "miter", "noMultiLvlLbl", "order",
    "overlay", "pPr", "pageMargins", "pageSetup", "headerFooter", "printSettings", "prstDash", "roundedCorners", "round",
    "separator", "showDLblsOverMax", "showLeaderLines", "style", "tailEnd", "tickMarkSkip", "txPr", "uFill", "uLn", "x", "y", "w",
    "h", "xMode", "yMode", "wMode", "layoutTarget", "marker", "hiLowLines", "AlternateContent", "Choice", "Fallback", "schemeClr", "lumMod", "lumOff",
})  # fmt: skip
"""Elements of a chart that office programs write anew: letters, lines, distances."""
_BONES = frozenset({
    "chartSpace", "chart", "title", "tx", "rich", "p", "r", "rPr", "plotArea", "barChart", "ser", "dLbls", "cat", "val", "strRef",
    "numRef", "strCache", "numCache", "pt", "lineChart", "legend", "catAx", "valAx", "scaling", "spPr", "solidFill", "srgbClr", "noFill", "spcPts",
    "dLbl", "dPt", "scatterChart", "xVal", "yVal",
})  # fmt: skip
"""Elements of a chart that hold others."""
_KINDS = frozenset({"barChart", "lineChart", "scatterChart"})
"""The kinds of charts that are written."""


def drawing_facts(book: BookParts, sheet: str) -> Iterator[Fact]:
    """What is drawn on a sheet, and what hangs on it beside drawings."""
    for part in _drawings(book, sheet):
        for place, anchor in enumerate(book.node(part).children, start=1):
            yield from _anchored(book, part, anchor, place)


def _drawings(book: BookParts, sheet: str) -> list[str]:
    """The parts of what is drawn on a sheet."""
    element = book.page(sheet).rest.child("drawing")
    key = "" if element is None else related_id(element)
    related = book.relations(book.part_of(sheet))
    return [item.target for item in related if item.kind == "drawing" and item.id == key and item.target in book.parts]


def _anchored(book: BookParts, part: str, anchor: XmlNode, place: int) -> Iterator[Fact]:
    """One thing that is drawn: its kind and place, texts in it, and what a chart shows."""
    name = f"图形 {place}"
    kinds = [item.name for item in anchor.children if item.name not in {"from", "to", "ext", "pos", "clientData"}]
    yield Fact(name, "", " ".join(kinds))
    if anchor.name not in {"twoCellAnchor", "oneCellAnchor"} or _small(anchor):
        yield Fact(name, "大小", said(anchor.child("to") or anchor.child("ext") or anchor))
    start = next(anchor.all("from"), None)
    if start is not None:
        yield Fact(name, "位置", " ".join(item.text for item in start.children if item.name in {"col", "row"}))
    yield from (Fact(name, "偏移", moved) for moved in _moved(anchor))
    texts = [item.text for item in anchor.all("t") if item.text]
    if texts:
        yield Fact(name, "文字", " ".join(texts))
    related = {item.id: item for item in book.relations(part)}
    for chart in anchor.all("chart"):
        key = related_id(chart)
        if key in related and related[key].target in book.parts:
            yield from chart_facts(book.node(related[key].target), name)


def drawing_sizes(book: BookParts, sheet: str) -> dict[str, tuple[int, ...]]:
    """How many columns and rows each thing that is drawn spans; what hangs on one cell only is not among them."""
    drawn = [book.node(part).children for part in _drawings(book, sheet)]
    spans = {f"图形 {place}": _spans(anchor) for anchors in drawn for place, anchor in enumerate(anchors, start=1)}
    return {place: span for place, span in spans.items() if span}


def _spans(anchor: XmlNode) -> tuple[int, ...]:
    ends = [item for item in anchor.children if item.name in {"from", "to"}]
    if len(ends) != _ENDS:
        return ()
    sides = ([_integer(next((node.text for node in end.all(name)), "")) for name in ("col", "row")] for end in ends)
    return tuple(last - first for first, last in zip(*sides, strict=True))


def _small(anchor: XmlNode) -> bool:
    """Whether what is drawn is too small to show anything: fewer than two columns or five rows, or an inch."""
    if spans := _spans(anchor):
        return spans[0] < _LEAST_COLUMNS or spans[1] < _LEAST_ROWS
    sizes = [[_integer(item.get(name)) for name in ("cx", "cy")] for item in anchor.children if item.name == "ext"]
    return not sizes or min(sizes[0]) < _INCH


def _moved(anchor: XmlNode) -> list[str]:
    """Distances from the corners of cells that move what is drawn over others: there are none at its first corner."""
    ends = [(end, _FARTHEST[end.name]) for end in anchor.children if end.name in _FARTHEST]
    distances = [(end, item, most) for end, most in ends for item in end.children if item.name.endswith("Off")]
    return [
        f"{end.name}/{item.name} {item.text}"
        for end, item, most in distances
        if not -_NEAR <= _signed(item.text) <= most
    ]


def _signed(text: str) -> int:
    """A distance; one that cannot be told is too large."""
    size = _integer(text.removeprefix("-"))
    return _LONGEST * 2 if size < 0 else -size if text.startswith("-") else size


def _integer(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len("1234567890123") else -1


def chart_facts(chart: XmlNode, name: str) -> Iterator[Fact]:
    """What a chart shows: ranges, kept values, titles, axes, labels; and every element that nobody has thought of."""
    counts: dict[str, int] = {}
    point = ""
    for path, node in _walk(chart, ()):
        point = _point(node, point)
        value = _value(path, node)
        if value is None:
            continue
        what = "/".join(path[-3:]) + (f" {point}" if {"pt", "dLbl"} & set(path) else "")
        counts[what] = counts.get(what, 0) + 1
        yield Fact(name, f"{what} {counts[what]}" if counts[what] > 1 else what, value)
    yield from _unreadable(chart, name, ())
    for points in chart.all("scatterChart"):
        yield from _unseen_points(points, name, ())


def _point(node: XmlNode, before: str) -> str:
    """The number of the point that an element, and what follows in it, speaks of."""
    if node.name == "dLbl":
        return next((item.get("val") for item in node.children if item.name == "idx"), "")
    return node.get("idx") if node.name == "pt" else before


def _unreadable(node: XmlNode, name: str, path: tuple[str, ...]) -> Iterator[Fact]:
    """Letters of a chart that cannot be read, surfaces that hide them, and what is laid out by hand."""
    here = (*path, node.name)
    where = "/".join(here[-3:])
    of_letters = bool(_LETTERS & set(path)) and "ln" not in path
    if of_letters and node.name == "solidFill":
        colours = [_letters_colour(item) for item in node.children]
        if len(colours) != 1 or not can_be_read(colours[0], WHITE):
            yield Fact(name, f"{where} 字色", "、".join(colours))
    elif of_letters and node.name in {"noFill", "gradFill", "pattFill", "blipFill"}:
        yield Fact(name, f"{where} 字色", node.name)
    elif node.name == "solidFill" and "spPr" in path and "ln" not in path and "ser" not in path:
        if [plain_colour(item) for item in node.children] != [WHITE]:
            yield Fact(name, f"{where} 底色", said(node))
    elif node.name in {"latin", "ea", "cs", "sym"} and not readable_font(node.get("typeface")):
        yield Fact(name, f"{where} 字体", node.get("typeface"))
    elif node.name == "manualLayout":
        yield Fact(name, f"{where} 手工布局", said(node))
    yield from (Fact(name, f"{where} 字体效果", effect) for effect in _effects(node))
    size = node.get("sz", str(_LEAST_SIZE)) if node.name in _LETTERS else str(_LEAST_SIZE)
    if not _LEAST_SIZE <= _integer(size) <= _MOST_SIZE:
        yield Fact(name, f"{where} 字号", size)
    for child in node.children:
        yield from _unreadable(child, name, here)


def _unseen_points(node: XmlNode, name: str, path: tuple[str, ...]) -> Iterator[Fact]:
    """What leaves the points of a scatter chart unseen."""
    here = (*path, node.name)
    if _hides_points(node, path):
        yield Fact(name, f"{'/'.join(here[-3:])} 点", said(node))
    for child in node.children:
        yield from _unseen_points(child, name, here)


def _hides_points(node: XmlNode, path: tuple[str, ...]) -> bool:
    """Whether an element of the markers of a scatter chart leaves its points unseen: no sign, no fill, a colour like the ground's."""
    if "marker" not in path or "ln" in path:
        return False
    if node.name == "solidFill":
        return len(node.children) != 1 or not can_be_read(plain_colour(node.children[0]), WHITE)
    if node.name == "size":
        return _integer(node.get("val")) < _LEAST_MARK
    return node.name in {"noFill", "gradFill", "pattFill", "blipFill"} or (node.name, node.get("val")) == (
        "symbol",
        "none",
    )


def _effects(node: XmlNode) -> Iterator[str]:
    """What is done to letters of a chart that changes what they say."""
    if node.name in _LETTERS:
        if node.get("strike", "noStrike") != "noStrike":
            yield f"strike {node.get('strike')}"
        if _signed(node.get("baseline", "0")):
            yield f"baseline {node.get('baseline')}"
        if abs(_signed(node.get("spc", "0"))) > _MOST_SPACED:
            yield f"spc {node.get('spc')}"


def _letters_colour(node: XmlNode) -> str:
    """The colour of letters of a chart; those of the text of a theme are black."""
    plain = node.name == "schemeClr" and node.get("val") in {"tx1", "dk1"} and not node.children
    return BLACK if plain else plain_colour(node)


def _walk(node: XmlNode, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], XmlNode]]:
    here = (*path, node.name)
    yield here, node
    if node.name not in _DRESS:
        for child in node.children:
            yield from _walk(child, here)


def _value(path: Sequence[str], node: XmlNode) -> str | None:
    """What an element of a chart says; None where it says nothing that is seen."""
    name = node.name
    value: str | None = said(node)
    if name in _DRESS or name in _BONES - {"noFill", "srgbClr", *_KINDS}:
        value = None
    elif name in _TEXTS:
        text = node.text.replace("'", "")
        value = (
            None if text in {"", "0", "0.0"} and "numCache" in path else text
        )  # nothing is kept as zero, or left out
    elif name == "formatCode":
        value = None if known(node.text) else node.text  # the format of kept values, where it is one of no workbook
    elif name in _UNSAID:
        value = None if node.get("val") in _UNSAID[name] else node.get("val")
    elif name == "numFmt" and "catAx" in path and node.get("formatCode") == "General":
        value = None  # an axis of names has no numbers
    elif name in _KINDS or (name == "numFmt" and says_yes(node.get("sourceLinked"))):
        value = name if name in _KINDS else None
    elif name in _SHOWN:
        value = " ".join(node.get(attribute) for attribute in ("val", "formatCode") if node.get(attribute))
    elif name in _IF_ON:
        value = "1" if says_yes(node.get("val", "1")) else None
    elif name in {"noFill", "srgbClr"}:  # the bars; lines and letters are dress
        of_bars = path[-4:-1] == ("ser", "spPr", "solidFill") or path[-3:-1] == ("ser", "spPr")
        of_bars = of_bars and not {"lineChart", "scatterChart"} & set(path)
        value = (node.get("val") or "noFill").upper() if of_bars else None
    return value
