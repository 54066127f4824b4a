"""Edits of what the pages of a workbook show, a kind each: which part of the file, what is done to it, on which sheet it must be named.

They are made in the XML of a file, be it as qhgep wrote it or as another program saved it. Contents of cells stay as they are.
"""

import posixpath
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape

from tests.support.package import Package

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAW = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
ART = "http://schemas.openxmlformats.org/drawingml/2006/main"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
BOOK = "工作簿"
ORDER = [
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection", "protectedRanges",
    "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr",
    "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks",
    "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF",
    "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
]  # fmt: skip
"""The order of the elements of a sheet (ECMA-376, CT_Worksheet)."""


def tree_of(xml: str | bytes) -> ET.Element:
    """A part, or a piece of one."""
    return ET.fromstring(xml)  # noqa: S314 - what this test made


def m(name: str) -> str:
    """A name of the main namespace."""
    return f"{{{MAIN}}}{name}"


class Pages:
    """A workbook whose parts are edited as trees."""

    def __init__(self, parts: dict[str, bytes], sheet: str, cell: str, charted: str) -> None:
        self.parts, self.sheet, self.cell, self.charted = dict(parts), sheet, cell, charted
        self.trees: dict[str, ET.Element] = {}

    def tree(self, part: str) -> ET.Element:
        if part not in self.trees:
            self.trees[part] = tree_of(self.parts[part])
        return self.trees[part]

    def done(self) -> dict[str, bytes]:
        for part, tree in self.trees.items():
            self.parts[part] = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + ET.tostring(tree)
        return self.parts

    @property
    def book(self) -> ET.Element:
        return self.tree("xl/workbook.xml")

    @property
    def styles(self) -> ET.Element:
        return self.tree("xl/styles.xml")

    def part_of(self, sheet: str) -> str:
        key = next(item.get(f"{{{REL}}}id") for item in self.book.iter(m("sheet")) if item.get("name") == sheet)
        rels = self.tree("xl/_rels/workbook.xml.rels")
        target = next(item.get("Target", "") for item in rels if item.get("Id") == key)
        return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")

    @property
    def page(self) -> ET.Element:
        return self.tree(self.part_of(self.sheet))

    def find(self, name: str, page: ET.Element | None = None) -> ET.Element:
        """The element of a sheet, made in its place where it is not there."""
        page = self.page if page is None else page
        found = page.find(m(name))
        if found is None:
            found = ET.Element(m(name))
            later = set(ORDER[ORDER.index(name) + 1 :])
            place = next((at for at, item in enumerate(page) if item.tag.rpartition("}")[2] in later), len(page))
            page.insert(place, found)
        return found

    def put(self, name: str, **attributes: str) -> ET.Element:
        """The element of a sheet with attributes."""
        found = self.find(name)
        for key, value in attributes.items():
            found.set(key, value)
        return found

    @property
    def c(self) -> ET.Element:
        """The cell that is edited."""
        return next(item for item in self.page.iter(m("c")) if item.get("r") == self.cell)

    def row(self) -> ET.Element:
        number = re.sub(r"\D", "", self.cell)
        return next(item for item in self.page.iter(m("row")) if item.get("r") == number)

    def col(self) -> ET.Element:
        number = str(ord(self.cell[0]) - ord("A") + 1)
        return next(item for item in self.page.iter(m("col")) if item.get("min") == number)

    def style(self) -> ET.Element:
        """A style of its own for the cell, a copy of the one it has."""
        listed = self.styles.find(m("cellXfs"))
        assert listed is not None
        own = tree_of(ET.tostring(listed[int(self.c.get("s", "0"))]))
        listed.append(own)
        self.c.set("s", str(len(listed) - 1))
        return own

    def entry(self, lists: str, key: str) -> ET.Element:
        """A font, fill or border of its own for the cell."""
        style, listed = self.style(), self.styles.find(m(lists))
        assert listed is not None
        own = tree_of(ET.tostring(listed[int(style.get(key, "0"))]))
        listed.append(own)
        style.set(key, str(len(listed) - 1))
        return own

    def format(self, code: str) -> None:
        """A number format of its own for the cell."""
        style, listed = self.style(), self.styles.find(m("numFmts"))
        assert listed is not None
        ET.SubElement(listed, m("numFmt"), numFmtId="399", formatCode=code)
        style.set("numFmtId", "399")

    def dxf(self, inside: str) -> str:
        """One more look of a conditional format; its number."""
        listed = self.styles.find(m("dxfs"))
        if listed is None:
            listed = ET.SubElement(self.styles, m("dxfs"))
        listed.append(tree_of(f'<dxf xmlns="{MAIN}">{inside}</dxf>'))
        return str(len(listed) - 1)

    def rule(self, inside: str, **attributes: str) -> None:
        """A conditional format over the cell."""
        block = tree_of(
            f'<conditionalFormatting xmlns="{MAIN}" sqref="{self.cell}"><cfRule priority="99">{inside}</cfRule></conditionalFormatting>'
        )
        for key, value in attributes.items():
            block[0].set(key, value)
        names = set(ORDER[ORDER.index("conditionalFormatting") + 1 :])
        place = next((at for at, item in enumerate(self.page) if item.tag.rpartition("}")[2] in names), len(self.page))
        self.page.insert(place, block)

    def relate(self, part: str, kind: str, target: str, *, outside: bool = False) -> str:
        """One more relation of a part; its id."""
        folder, _, file = part.rpartition("/")
        rels = posixpath.join(folder, "_rels", f"{file}.rels")
        if rels not in self.parts:
            self.parts[rels] = f'<Relationships xmlns="{PACKAGE}"/>'.encode()
        item = ET.SubElement(
            self.tree(rels), f"{{{PACKAGE}}}Relationship", Id="rId901", Type=f"{REL}/{kind}", Target=target
        )
        if outside:
            item.set("TargetMode", "External")
        return "rId901"

    def add(self, part: str, data: str | bytes, kind: str, type_: str = "application/xml", *, to: str = "") -> str:
        """One more part that a sheet (or another part) refers to; the id of the relation."""
        self.parts[part] = data.encode() if isinstance(data, str) else data
        ET.SubElement(self.tree("[Content_Types].xml"), f"{{{TYPES}}}Override", PartName=f"/{part}", ContentType=type_)
        return self.relate(to or self.part_of(self.sheet), kind, f"/{part}")

    def drawing(self, inside: str) -> None:
        """Something drawn on the sheet."""
        anchor = (
            "<xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>6</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
            "<xdr:to><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
        )
        whole = f'<xdr:twoCellAnchor xmlns:xdr="{DRAW}" xmlns:a="{ART}" xmlns:r="{REL}">{anchor}{inside}<xdr:clientData/></xdr:twoCellAnchor>'
        part = self.drawing_part(self.sheet)
        if part:
            self.tree(part).append(tree_of(whole))
            return
        data = f'<xdr:wsDr xmlns:xdr="{DRAW}">{whole}</xdr:wsDr>'
        key = self.add(
            "xl/drawings/drawing90.xml", data, "drawing", "application/vnd.openxmlformats-officedocument.drawing+xml"
        )
        self.find("drawing").set(f"{{{REL}}}id", key)

    def related(self, part: str, kind: str) -> Iterator[str]:
        folder, _, file = part.rpartition("/")
        rels = posixpath.join(folder, "_rels", f"{file}.rels")
        if rels in self.parts:
            for item in self.tree(rels):
                if item.get("Type", "").endswith(f"/{kind}"):
                    yield posixpath.normpath(posixpath.join("/", folder, item.get("Target", ""))).lstrip("/")

    def drawing_part(self, sheet: str) -> str:
        return next(self.related(self.part_of(sheet), "drawing"), "")

    @property
    def anchors(self) -> ET.Element:
        return self.tree(self.drawing_part(self.charted))

    @property
    def chart(self) -> ET.Element:
        return self.tree(next(self.related(self.drawing_part(self.charted), "chart")))

    def in_chart(self, path: str) -> ET.Element:
        found = self.chart.find(
            "/".join(f"{{{CHART}}}{name}" if name != "." and name else name for name in path.split("/"))
        )
        assert found is not None, path
        return found

    def footer(self, name: str = "oddFooter") -> ET.Element:
        block = self.find("headerFooter")
        found = block.find(m(name))
        return ET.SubElement(block, m(name)) if found is None else found


def sub(parent: ET.Element, tag: str, text: str = "", /, **attributes: str) -> ET.Element:
    """One more element of the main namespace."""
    made = ET.SubElement(parent, m(tag), attributes)
    made.text = text or None
    return made


def replaced(parent: ET.Element, name: str, *children: tuple[str, dict[str, str]]) -> None:
    """A child of the main namespace with other content."""
    for old in parent.findall(m(name)):
        parent.remove(old)
    made = ET.Element(m(name))
    for child, attributes in children:
        ET.SubElement(made, m(child), attributes)
    parent.insert(0, made)


@dataclass(frozen=True)
class Kind:
    """A kind of edit: how it is made, and where it must be named: on the edited sheet, on that of the chart, or in the workbook."""

    name: str
    make: Callable[[Pages], object]
    where: str = "sheet"


KINDS: dict[str, Kind] = {}


def kind(where: str = "sheet") -> Callable[[Callable[[Pages], object]], Callable[[Pages], object]]:
    """Enter an edit into the table, under its name."""

    def enter(make: Callable[[Pages], object]) -> Callable[[Pages], object]:
        KINDS[make.__name__] = Kind(make.__name__, make, where)
        return make

    return enter


def plain(where: str = "sheet", **makers: Callable[[Pages], object]) -> None:
    """Enter several edits."""
    for name, make in makers.items():
        KINDS[name] = Kind(name, make, where)


# --- number formats -----------------------------------------------------------------------------

plain(
    format_literal=lambda p: p.format('"999,999.00"'),
    format_hides=lambda p: p.format(";;;"),
    format_scaled=lambda p: p.format("#,##0.00,"),
    format_more_digits=lambda p: p.format('#,##0.00"0"'),
    format_without_minus=lambda p: p.format("#,##0.00;#,##0.00"),
    format_as_day=lambda p: p.format("yyyy-mm-dd"),
    format_as_percent=lambda p: p.format("0.00%"),
    format_fewer_decimals=lambda p: p.format("#,##0"),
    format_white=lambda p: p.format("[White]#,##0.00"),
    format_condition=lambda p: p.format('[<1E+20]"缺";0.00'),
    format_text_section=lambda p: p.format('0.00;0.00;0.00;"定稿"'),
    format_currency=lambda p: p.format("[$$-409]#,##0.00"),
    format_blank=lambda p: p.format('" "'),
    format_built_in=lambda p: p.style().set("numFmtId", "11"),
    format_fraction=lambda p: p.style().set("numFmtId", "12"),
)


@kind()
def format_of_all(p: Pages) -> None:
    """The code of a format that many cells share."""
    style = p.styles.find(m("cellXfs"))[int(p.c.get("s", "0"))]  # type: ignore[index] # a written book has styles
    item = next(item for item in p.styles.iter(m("numFmt")) if item.get("numFmtId") == style.get("numFmtId"))
    item.set("formatCode", '"999,999.00"')


# --- letters, fills, borders, place -------------------------------------------------------------


def coloured(p: Pages, **colour: str) -> None:
    font = p.entry("fonts", "fontId")
    for old in font.findall(m("color")):
        font.remove(old)
    ET.SubElement(font, m("color"), colour)


def filled(p: Pages, rgb: str) -> None:
    replaced(p.entry("fills", "fillId"), "patternFill", ("fgColor", {"rgb": rgb}), ("bgColor", {"indexed": "64"}))
    p.styles.find(m("fills"))[-1][0].set("patternType", "solid")  # type: ignore[index] # just made


def sized(p: Pages, size: str) -> None:
    next(iter(p.entry("fonts", "fontId").iter(m("sz")))).set("val", size)


def placed(p: Pages, **attributes: str) -> None:
    style = p.style()
    found = style.find(m("alignment"))
    found = ET.SubElement(style, m("alignment")) if found is None else found
    for key, value in attributes.items():
        found.set(key, value)


def guarded(p: Pages, **attributes: str) -> None:
    style = p.style()
    for old in style.findall(m("protection")):
        style.remove(old)
    ET.SubElement(style, m("protection"), attributes)


plain(
    letters_white=lambda p: coloured(p, rgb="FFFFFFFF"),
    letters_nearly_white=lambda p: coloured(p, rgb="FFFAFAFA"),
    letters_white_of_the_theme=lambda p: coloured(p, theme="0"),
    letters_white_of_the_palette=lambda p: coloured(p, indexed="9"),
    letters_of_one_point=lambda p: sized(p, "1"),
    letters_struck_out=lambda p: sub(p.entry("fonts", "fontId"), "strike"),
    letters_lowered=lambda p: sub(p.entry("fonts", "fontId"), "vertAlign", val="subscript"),
    fill_black=lambda p: filled(p, "FF000000"),
    fill_of_the_letters=lambda p: (coloured(p, rgb="FF112233"), filled(p, "FF112233")),
    fill_red=lambda p: filled(p, "FFFF0000"),
    place_turned=lambda p: placed(p, textRotation="90"),
    place_indented=lambda p: placed(p, horizontal="left", indent="200"),
    place_filled=lambda p: placed(p, horizontal="fill"),
    place_shrunk=lambda p: placed(p, shrinkToFit="1"),
    place_right_to_left=lambda p: placed(p, readingOrder="2"),
    place_wrapped=lambda p: placed(p, wrapText="1", vertical="bottom"),
    cell_unlocked=lambda p: guarded(p, locked="0"),
    cell_formula_hidden=lambda p: guarded(p, locked="1", hidden="1"),
    cell_of_no_style=lambda p: p.c.set("s", "0"),
    cell_of_another_style=lambda p: p.c.set("s", str(int(p.c.get("s", "0")) - 1)),
    cell_of_a_style_that_is_not_there=lambda p: p.c.set("s", "999"),
    quote_prefix=lambda p: p.style().set("quotePrefix", "1"),
)


@kind()
def border_crossed_out(p: Pages) -> None:
    border = p.entry("borders", "borderId")
    border.set("diagonalUp", "1")
    border.set("diagonalDown", "1")
    for old in border.findall(m("diagonal")):
        border.remove(old)
    ET.SubElement(border, m("diagonal"), style="thick")


@kind()
def letters_partly_white(p: Pages) -> None:
    """A text in two runs, one of them white."""
    text = next(item for item in p.page.iter(m("c")) if item.get("t") == "s")
    string = p.tree("xl/sharedStrings.xml")[int(text.find(m("v")).text or 0)]  # type: ignore[union-attr] # a text has a value
    words = "".join(item.text or "" for item in string.iter(m("t")))
    for old in list(string):
        string.remove(old)
    for piece, rgb in ((words[:1], "FFFFFFFF"), (words[1:], "FF000000")):
        run = sub(string, "r")
        sub(sub(run, "rPr"), "color", rgb=rgb)
        sub(run, "t", piece)


@kind()
def reading_over_a_text(p: Pages) -> None:
    """What East Asian programs print in small letters over a text."""
    text = next(item for item in p.page.iter(m("c")) if item.get("t") == "s")
    string = p.tree("xl/sharedStrings.xml")[int(text.find(m("v")).text or 0)]  # type: ignore[union-attr] # a text has a value
    sub(sub(string, "rPh", sb="0", eb="1"), "t", "定稿")


# --- rows, columns, merged cells ----------------------------------------------------------------


def merged(p: Pages) -> None:
    column, row = p.cell[0], int(re.sub(r"\D", "", p.cell))
    sub(p.find("mergeCells"), "mergeCell", ref=f"{column}{row}:{column}{row + 1}")


plain(
    row_hidden=lambda p: p.row().set("hidden", "1"),
    row_of_no_height=lambda p: (p.row().set("ht", "0"), p.row().set("customHeight", "1")),
    row_of_one_point=lambda p: (p.row().set("ht", "1"), p.row().set("customHeight", "1")),
    rows_hidden_by_default=lambda p: p.put("sheetFormatPr", zeroHeight="1"),
    column_hidden=lambda p: p.col().set("hidden", "1"),
    column_of_no_width=lambda p: (p.col().set("width", "0"), p.col().set("customWidth", "1")),
    column_narrow=lambda p: (p.col().set("width", "2"), p.col().set("customWidth", "1")),
    cells_merged=merged,
    cells_parted=lambda p: p.find("mergeCells").remove(p.find("mergeCells")[0]),
)


@kind()
def rows_folded(p: Pages) -> None:
    p.row().set("outlineLevel", "1")
    p.row().set("hidden", "true")
    p.row().set("collapsed", "1")


# --- sheets and views ---------------------------------------------------------------------------


def listed(p: Pages) -> ET.Element:
    return next(item for item in p.book.iter(m("sheet")) if item.get("name") == p.sheet)


def view(p: Pages, **attributes: str) -> None:
    for key, value in attributes.items():
        p.find("sheetViews")[0].set(key, value)


plain(
    sheet_hidden=lambda p: listed(p).set("state", "hidden"),
    sheet_hidden_for_good=lambda p: listed(p).set("state", "veryHidden"),
    view_without_zeros=lambda p: view(p, showZeros="0"),
    view_of_formulas=lambda p: view(p, showFormulas="1"),
    view_right_to_left=lambda p: view(p, rightToLeft="1"),
    view_without_grid=lambda p: view(p, showGridLines="0"),
    view_without_headings=lambda p: view(p, showRowColHeaders="0"),
    view_tiny=lambda p: view(p, zoomScale="10"),
    view_scrolled=lambda p: view(p, topLeftCell="A500"),
    tab_colour=lambda p: p.find("sheetPr").insert(0, ET.Element(m("tabColor"), rgb="FF00FF00")),
    filter_on=lambda p: p.put("autoFilter", ref="A6:F12"),
    filter_of_the_page=lambda p: p.put("sheetPr", filterMode="1"),
)


@kind("book")
def sheets_in_another_order(p: Pages) -> None:
    sheets = p.book.find(m("sheets"))
    assert sheets is not None
    first = sheets[1]
    sheets.remove(first)
    sheets.append(first)


@kind("book")
def tabs_hidden(p: Pages) -> None:
    next(iter(p.book.iter(m("workbookView")))).set("showSheetTabs", "0")


# --- conditional formats ------------------------------------------------------------------------


def changed_rule(p: Pages) -> None:
    """The look of a rule that a sheet has."""
    listed_looks = p.styles.find(m("dxfs"))
    assert listed_looks is not None
    for look in listed_looks:
        font = look.find(m("font"))
        if font is not None:
            next(iter(font.iter(m("color")))).set("rgb", "FFFFFFFF")


plain(
    rule_white=lambda p: p.rule("<formula>TRUE</formula>", type="expression", dxfId=p.dxf('<font><color rgb="FFFFFFFF"/></font>')),
    rule_number_format=lambda p: p.rule(
        "<formula>TRUE</formula>", type="expression", dxfId=p.dxf('<numFmt numFmtId="400" formatCode="&quot;定稿&quot;"/>')),
    rule_bar=lambda p: p.rule('<dataBar showValue="0"><cfvo type="min"/><cfvo type="max"/><color rgb="FF638EC6"/></dataBar>', type="dataBar"),
    rule_icons=lambda p: p.rule(
        '<iconSet showValue="0"><cfvo type="percent" val="0"/><cfvo type="percent" val="33"/><cfvo type="percent" val="67"/></iconSet>',
        type="iconSet"),
    rule_scale=lambda p: p.rule(
        '<colorScale><cfvo type="min"/><cfvo type="max"/><color rgb="FF000000"/><color rgb="FF000000"/></colorScale>', type="colorScale"),
    rule_of_an_extension=lambda p: sub(p.find("extLst"), "ext", uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}").append(
        tree_of(f'<x:conditionalFormattings xmlns:x="{X14}"><x:conditionalFormatting/></x:conditionalFormattings>')),
)  # fmt: skip
plain("ruled", rule_changed=changed_rule)


@kind("ruled")
def rule_removed(p: Pages) -> None:
    for sheet in [item.get("name", "") for item in p.book.iter(m("sheet"))]:
        page = p.tree(p.part_of(sheet))
        for block in page.findall(m("conditionalFormatting")):
            page.remove(block)


# --- headers, footers, printing -----------------------------------------------------------------


def footed(p: Pages, old: str, new: str) -> None:
    footer = p.footer()
    assert old in (footer.text or "")
    footer.text = (footer.text or "").replace(old, new)


def first_page(p: Pages) -> None:
    p.put("headerFooter", differentFirst="1")
    p.footer("firstFooter").text = "&C定稿"


def even_page(p: Pages) -> None:
    p.put("headerFooter", differentOddEven="1")
    p.footer("evenFooter").text = "&C定稿"


def footer_picture(p: Pages) -> None:
    footed(p, "&R", "&R&G")
    p.parts["xl/media/image9.png"] = b"\x89PNG"
    key = p.add("xl/drawings/vmlDrawing9.vml", "<xml/>", "vmlDrawing")
    p.find("legacyDrawingHF").set(f"{{{REL}}}id", key)


def areas(p: Pages, name: str, text: str) -> None:
    """A name of the sheet: its printed area, its titles."""
    number = [item.get("name") for item in p.book.iter(m("sheet"))].index(p.sheet)
    block = p.book.find(m("definedNames"))
    assert block is not None
    for old in [item for item in block if item.get("name") == name and item.get("localSheetId") == str(number)]:
        block.remove(old)
    sub(block, "definedName", text.format(p.sheet), name=name, localSheetId=str(number))


plain(
    footer_state=lambda p: footed(p, "测算稿", "定稿"),
    footer_colour=lambda p: footed(p, "测算稿", "&KFFFFFF测算稿"),
    footer_size=lambda p: footed(p, "测算稿", "&1测算稿"),
    footer_struck_out=lambda p: footed(p, "测算稿", "&S测算稿"),
    footer_pages=lambda p: footed(p, "&P", "&P+7"),
    footer_day=lambda p: footed(p, "测算稿", "测算稿 &D"),
    footer_first_page=first_page,
    footer_even_pages=even_page,
    footer_picture=footer_picture,
    footer_not_scaled=lambda p: p.put("headerFooter", scaleWithDoc="1", alignWithMargins="0"),
    header_changed=lambda p: setattr(p.footer("oddHeader"), "text", "&L&8 定稿"),
    header_removed=lambda p: p.find("headerFooter").remove(p.footer("oddHeader")),
    printed_area=lambda p: areas(p, "_xlnm.Print_Area", "{}!$A$1:$C$9"),
    printed_titles=lambda p: areas(p, "_xlnm.Print_Titles", "{}!$1:$2"),
    printed_small=lambda p: p.put("pageSetup", scale="10"),
    printed_upright=lambda p: p.put("pageSetup", orientation="portrait"),
    printed_on_other_paper=lambda p: p.put("pageSetup", paperSize="11"),
    printed_as_draft=lambda p: p.put("pageSetup", draft="1"),
    printed_black=lambda p: p.put("pageSetup", blackAndWhite="1"),
    printed_without_errors=lambda p: p.put("pageSetup", errors="blank"),
    printed_with_comments=lambda p: p.put("pageSetup", cellComments="asDisplayed"),
    printed_from_page=lambda p: p.put("pageSetup", useFirstPageNumber="1", firstPageNumber="7"),
    printed_over_first=lambda p: p.put("pageSetup", pageOrder="overThenDown"),
    printed_grid=lambda p: p.put("printOptions", gridLines="1"),
    printed_headings=lambda p: p.put("printOptions", headings="1"),
    printed_margins=lambda p: p.put("pageMargins", left="4", right="4", top="4", bottom="4"),
    printed_breaks=lambda p: sub(p.find("rowBreaks"), "brk", id="8", max="16383", man="1"),
    printed_columns_apart=lambda p: sub(p.find("colBreaks"), "brk", id="3", max="1048575", man="1"),
    printed_fitted=lambda p: (sub(p.find("sheetPr"), "pageSetUpPr", fitToPage="1"), p.put("pageSetup", fitToHeight="1", fitToWidth="1")),
)  # fmt: skip


# --- drawings -----------------------------------------------------------------------------------

_SHAPE = (
    '<xdr:nvSpPr><xdr:cNvPr id="9" name="x"/><xdr:cNvSpPr{box}/></xdr:nvSpPr><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></xdr:txBody>'
)


def picture(p: Pages) -> None:
    part = p.drawing_part(p.sheet)
    p.parts["xl/media/image9.png"] = b"\x89PNG\r\n"
    p.drawing(
        '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="9" name="x"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId901"/>'
        "</xdr:blipFill><xdr:spPr/></xdr:pic>"
    )
    p.relate(part or p.drawing_part(p.sheet), "image", "/xl/media/image9.png")


def background(p: Pages) -> None:
    p.parts["xl/media/image9.png"] = b"\x89PNG\r\n"
    p.find("picture").set(f"{{{REL}}}id", p.relate(p.part_of(p.sheet), "image", "/xl/media/image9.png"))


def control(p: Pages) -> None:
    key = p.add(
        "xl/drawings/vmlDrawing9.vml",
        '<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape>定稿</v:shape></xml>',
        "vmlDrawing",
    )
    p.find("legacyDrawing").set(f"{{{REL}}}id", key)


def moved(p: Pages) -> None:
    for side, row in (("from", "2"), ("to", "12")):
        for item in p.anchors.iter(f"{{{DRAW}}}{side}"):
            item.find(f"{{{DRAW}}}row").text = row  # type: ignore[union-attr] # an anchor has rows


plain(
    drawn_text_box=lambda p: p.drawing("<xdr:sp>" + _SHAPE.format(box=' txBox="1"', text="定稿 999,999.00") + "</xdr:sp>"),
    drawn_rectangle=lambda p: p.drawing("<xdr:sp>" + _SHAPE.format(box="", text="") + "</xdr:sp>"),
    drawn_group=lambda p: p.drawing("<xdr:grpSp><xdr:nvGrpSpPr><xdr:cNvPr id='8' name='g'/><xdr:cNvGrpSpPr/></xdr:nvGrpSpPr><xdr:grpSpPr/><xdr:sp>"
                                    + _SHAPE.format(box="", text="改") + "</xdr:sp></xdr:grpSp>"),
    drawn_line=lambda p: p.drawing('<xdr:cxnSp><xdr:nvCxnSpPr><xdr:cNvPr id="9" name="l"/><xdr:cNvCxnSpPr/></xdr:nvCxnSpPr><xdr:spPr/></xdr:cxnSp>'),
    drawn_picture=picture,
    drawn_background=background,
    drawn_control=control,
    drawn_object=lambda p: sub(p.find("oleObjects"), "oleObject", progId="Word.Document.12", shapeId="1025",
                               **{f"{{{REL}}}id": p.add("xl/embeddings/oleObject9.bin", b"\xd0\xcf", "oleObject")}),
    drawn_active_control=lambda p: sub(p.find("controls"), "control", shapeId="1025", name="x",
                                       **{f"{{{REL}}}id": p.add("xl/activeX/activeX9.xml", "<x/>", "control")}),
)  # fmt: skip
plain(
    "chart",
    chart_moved=moved,
    chart_removed=lambda p: p.anchors.remove(p.anchors[0]),
    chart_described=lambda p: next(iter(p.anchors.iter(f"{{{DRAW}}}cNvPr"))).set("descr", "另一段说明"),
)


# --- charts -------------------------------------------------------------------------------------


def val(p: Pages, path: str, value: str) -> None:
    p.in_chart(path).set("val", value)


def more(p: Pages, path: str, inside: str) -> None:
    p.in_chart(path).append(tree_of(inside.replace("<c:", "<c:", 1).replace(" ", f' xmlns:c="{CHART}" ', 1)))


def chart_type(p: Pages) -> None:
    p.in_chart(".//barChart").tag = f"{{{CHART}}}lineChart"


def unnamed(p: Pages) -> None:
    p.in_chart("chart").remove(p.in_chart("chart/title"))
    more(p, "chart", '<c:autoTitleDeleted val="1"/>')


def other_text(p: Pages, path: str) -> None:
    next(iter(p.in_chart(path).iter(f"{{{ART}}}t"))).text = "定稿"


def hollow(p: Pages) -> None:
    look = p.in_chart(".//ser/spPr")
    for old in list(look):
        look.remove(old)
    ET.SubElement(look, f"{{{ART}}}noFill")


def again(p: Pages) -> None:
    block = p.in_chart(".//barChart")
    series = p.in_chart(".//barChart/ser")
    copy = tree_of(ET.tostring(series))
    copy.find(f"{{{CHART}}}idx").set("val", "1")  # type: ignore[union-attr] # a series has a number
    block.insert(list(block).index(series) + 1, copy)


plain(
    "chart",
    chart_values_elsewhere=lambda p: setattr(p.in_chart(".//val//f"), "text", (p.in_chart(".//val//f").text or "").replace("$8", "$9")),
    chart_names_elsewhere=lambda p: setattr(p.in_chart(".//cat//f"), "text", (p.in_chart(".//cat//f").text or "").replace("$8", "$9")),
    chart_kept_values=lambda p: setattr(p.in_chart(".//val//pt/v"), "text", "999999"),
    chart_kept_names=lambda p: setattr(p.in_chart(".//cat//pt/v"), "text", "别县"),
    chart_title=lambda p: other_text(p, "chart/title"),
    chart_without_title=unnamed,
    chart_axis_title=lambda p: other_text(p, ".//valAx/title"),
    chart_axis_from=lambda p: more(p, ".//valAx/scaling", '<c:min val="1000"/>'),
    chart_axis_to=lambda p: more(p, ".//valAx/scaling", '<c:max val="1"/>'),
    chart_axis_logarithmic=lambda p: more(p, ".//valAx/scaling", '<c:logBase val="10"/>'),
    chart_axis_turned=lambda p: val(p, ".//catAx/scaling/orientation", "minMax"),
    chart_axis_deleted=lambda p: more(p, ".//valAx", '<c:delete val="1"/>'),
    chart_axis_format=lambda p: p.in_chart(".//valAx/numFmt").set("formatCode", '"9"'),
    chart_axis_without_labels=lambda p: val(p, ".//catAx/tickLblPos", "none"),
    chart_units=lambda p: more(p, ".//valAx", '<c:dispUnits val="1"><c:builtInUnit val="millions"/></c:dispUnits>'),
    chart_labels_format=lambda p: p.in_chart(".//dLbls/numFmt").set("formatCode", '"999,999.00"'),
    chart_without_labels=lambda p: val(p, ".//dLbls/showVal", "0"),
    chart_type=chart_type,
    chart_stacked=lambda p: val(p, ".//grouping", "percentStacked"),
    chart_upright=lambda p: val(p, ".//barDir", "col"),
    chart_series_twice=again,
    chart_bars_hollow=hollow,
    chart_hidden_cells=lambda p: val(p, "chart/plotVisOnly", "0"),
    chart_with_a_trend=lambda p: more(p, ".//ser", '<c:trendline val="1"><c:trendlineType val="linear"/></c:trendline>'),
)  # fmt: skip


# --- names, calculation, the workbook -----------------------------------------------------------


def names(p: Pages) -> ET.Element:
    found = p.book.find(m("definedNames"))
    assert found is not None
    return found


def setting(p: Pages, name: str, **attributes: str) -> None:
    found = p.book.find(m(name))
    if found is None:
        found = ET.Element(m(name))
        p.book.insert(2, found)
    for key, value in attributes.items():
        found.set(key, value)


def elsewhere(p: Pages) -> None:
    key = p.add(
        "xl/externalLinks/externalLink1.xml", f'<externalLink xmlns="{MAIN}"/>', "externalLink", to="xl/workbook.xml"
    )
    sub(sub(p.book, "externalReferences"), "externalReference", **{f"{{{REL}}}id": key})


def other_book(p: Pages) -> None:
    """Another workbook in the file, which the relations of the file name first."""
    p.parts["xl/workbook2.xml"] = p.parts["xl/workbook.xml"]
    for item in p.tree("_rels/.rels"):
        if item.get("Type", "").endswith("/officeDocument"):
            item.set("Target", "xl/workbook2.xml")


def one_more_line(root: ET.Element, name: str) -> None:
    ET.SubElement(root, f"{root.tag.partition('}')[0]}}}{name}").text = "某局"


def one_more_property(p: Pages) -> None:
    properties = p.tree("docProps/custom.xml")
    first = properties[0]
    ET.SubElement(properties, first.tag, {**first.attrib, "name": "审批", "pid": "9"}).extend(list(first))


plain(
    "book",
    name_added=lambda p: sub(names(p), "definedName", f"{p.sheet}!$A$1", name="总额"),
    name_hidden=lambda p: sub(names(p), "definedName", "42", name="x", hidden="1"),
    calculation_by_hand=lambda p: setting(p, "calcPr", calcMode="manual"),
    calculation_as_shown=lambda p: setting(p, "calcPr", fullPrecision="0"),
    calculation_in_circles=lambda p: setting(p, "calcPr", iterate="1", iterateCount="7"),
    calculation_by_numbers=lambda p: setting(p, "calcPr", refMode="R1C1"),
    days_since_1904=lambda p: setting(p, "workbookPr", date1904="1"),
    book_protected=lambda p: setting(p, "workbookProtection", lockStructure="1"),
    book_read_only=lambda p: setting(p, "fileSharing", readOnlyRecommended="1"),
    book_links_elsewhere=elsewhere,
    book_macros=lambda p: p.add("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0", "vbaProject", "application/vnd.ms-office.vbaProject", to="xl/workbook.xml"),
    book_connections=lambda p: p.add("xl/connections.xml", f'<connections xmlns="{MAIN}"/>', "connections", to="xl/workbook.xml"),
    book_pivot_cache=lambda p: p.add("xl/pivotCache/pivotCacheDefinition1.xml", "<x/>", "pivotCacheDefinition", to="xl/workbook.xml"),
    book_custom_xml=lambda p: p.add("customXml/item1.xml", "<定稿/>", "customXml", to="xl/workbook.xml"),
    book_ribbon=lambda p: p.add("customUI/customUI.xml", "<x/>", "extensibility", to="xl/workbook.xml"),
    book_unknown_part=lambda p: p.parts.__setitem__("xl/anything.dat", b"?"),
    book_twice=other_book,
    book_unknown_setting=lambda p: sub(p.book, "anything", val="1"),
    book_title=lambda p: setattr(next(item for item in p.tree("docProps/core.xml") if item.tag.endswith("}title")), "text", "定稿"),
    book_status=lambda p: setattr(ET.SubElement(p.tree("docProps/core.xml"), f"{{{CORE}}}contentStatus"), "text", "Final"),
    book_property=one_more_property,
    book_company=lambda p: one_more_line(p.tree("docProps/app.xml"), "Manager"),
    book_unused_string=lambda p: sub(sub(p.tree("xl/sharedStrings.xml"), "si"), "t", "没有人看的文字"),
    palette=lambda p: sub(sub(sub(p.styles, "colors"), "indexedColors"), "rgbColor", rgb="FFFFFFFF"),
    styles_unused=lambda p: sub(p.styles.find(m("cellXfs")), "xf", numFmtId="0", fontId="0", fillId="0", borderId="0", xfId="0"),  # type: ignore[arg-type] # there
)  # fmt: skip


@kind("name")
def name_elsewhere(p: Pages) -> None:
    """A name that leads to another cell."""
    item = names(p)[0]
    item.text = (item.text or "").replace("$1:", "$2:").replace("$8", "$9")


@kind("book")
def theme_of_white_letters(p: Pages) -> None:
    part = "xl/theme/theme1.xml"
    if part not in p.parts:
        p.add(part, f'<a:theme xmlns:a="{ART}" name="x"/>', "theme", to="xl/workbook.xml")
        return
    dark = next(iter(p.tree(part).iter(f"{{{ART}}}dk1")))
    dark[0].set("lastClr", "FFFFFF")


# --- what is attached to cells ------------------------------------------------------------------


def comment(p: Pages) -> None:
    said = f'<commentList><comment ref="{p.cell}" authorId="0"><text><t>此数作废</t></text></comment></commentList>'
    text = f'<comments xmlns="{MAIN}"><authors><author>x</author></authors>{said}</comments>'
    p.add("xl/comments9.xml", text, "comments")


def linked(p: Pages, **attributes: str) -> None:
    sub(p.find("hyperlinks"), "hyperlink", ref=p.cell, **attributes)


plain(
    comment_added=comment,
    comment_in_a_thread=lambda p: p.add("xl/threadedComments/threadedComment1.xml", "<x/>", "threadedComment"),
    link_outside=lambda p: linked(p, **{f"{{{REL}}}id": p.relate(p.part_of(p.sheet), "hyperlink", "https://example.org/", outside=True)}),
    link_inside=lambda p: linked(p, location="清单!A1"),
    link_with_a_tip=lambda p: linked(p, location="清单!A1", tooltip="定稿"),
    validation_added=lambda p: sub(
        sub(p.find("dataValidations"), "dataValidation", type="decimal", sqref=p.cell, showInputMessage="1", prompt="定稿"),
        "formula1", "0"),
    protection_removed=lambda p: p.page.remove(p.find("sheetProtection")),
    protection_loosened=lambda p: p.put("sheetProtection", sheet="0"),
    protection_of_a_range=lambda p: sub(p.find("protectedRanges"), "protectedRange", name="x", sqref=p.cell),
    table_added=lambda p: sub(p.find("tableParts"), "tablePart", **{
        f"{{{REL}}}id": p.add("xl/tables/table1.xml", f'<table xmlns="{MAIN}"/>', "table")}),
    scenarios=lambda p: sub(p.find("scenarios"), "scenario", name="x"),
    array_of_cells=lambda p: [f.set(key, value) for f in p.c.iter(m("f")) for key, value in (("t", "array"), ("ref", p.cell))],
    cell_metadata=lambda p: p.c.set("cm", "1"),
    cell_reading=lambda p: p.c.set("ph", "1"),
    element_unknown=lambda p: sub(p.page, "anything", val="1"),
    element_of_another_maker=lambda p: ET.SubElement(p.page, "{urn:other}thing"),
    attribute_unknown=lambda p: p.find("sheetFormatPr").set("anything", "1"),
    cell_attribute_unknown=lambda p: p.c.set("anything", "1"),
    row_attribute_unknown=lambda p: p.row().set("anything", "1"),
    errors_ignored=lambda p: sub(p.find("ignoredErrors"), "ignoredError", sqref=p.cell, formula="1"),
    alternatives=lambda p: ET.SubElement(p.page, "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"),
    printer=lambda p: p.add("xl/printerSettings/printerSettings1.bin", b"x", "printerSettings"),
)  # fmt: skip


def patterned(p: Pages, inside: str) -> None:
    fill = p.entry("fills", "fillId")
    fill[:] = [tree_of(inside.replace(" ", f' xmlns="{MAIN}" ', 1))]
    style = p.styles.find(m("cellXfs"))
    assert style is not None
    style[-1].set("applyFill", "1")


def drawn_in_chart(p: Pages) -> None:
    """A text over the bars: a drawing of the chart, not of the sheet."""
    part = next(p.related(p.drawing_part(p.charted), "chart"))
    data = f'<c:userShapes xmlns:c="{CHART}" xmlns:a="{ART}"><a:p><a:r><a:t>999</a:t></a:r></a:p></c:userShapes>'
    key = p.add("xl/drawings/drawing91.xml", data, "chartUserShapes", to=part)
    ET.SubElement(p.chart, f"{{{CHART}}}userShapes").set(f"{{{REL}}}id", key)


def label_of_a_bar(p: Pages) -> None:
    said = "<c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>999</a:t></a:r></a:p></c:rich></c:tx>"
    label = f'<c:dLbl xmlns:c="{CHART}" xmlns:a="{ART}"><c:idx val="0"/>{said}</c:dLbl>'
    next(p.chart.iter(f"{{{CHART}}}dLbls")).insert(0, tree_of(label))


def bar_without_filling(p: Pages) -> None:
    bar = f'<c:dPt xmlns:c="{CHART}" xmlns:a="{ART}"><c:idx val="0"/><c:spPr><a:noFill/></c:spPr></c:dPt>'
    next(p.chart.iter(f"{{{CHART}}}ser")).insert(2, tree_of(bar))


def sheets_selected_together(p: Pages) -> None:
    """What is typed into one sheet is typed into all; nothing of it shows on paper."""
    for sheet in p.book.iter(m("sheet")):
        views = p.find("sheetViews", p.tree(p.part_of(sheet.get("name", ""))))
        if len(views):
            views[0].set("tabSelected", "1")


plain(
    letters_hollow=lambda p: sub(p.entry("fonts", "fontId"), "outline"),
    fill_of_a_dark_grid=lambda p: patterned(p, '<patternFill patternType="darkGrid"><fgColor rgb="FF000000"/></patternFill>'),
    fill_that_runs_into_black=lambda p: patterned(p, '<gradientFill degree="90"><stop position="0"><color rgb="FF000000"/></stop></gradientFill>'),
    format_in_chinese_numerals=lambda p: p.format("[DBNum1][$-804]General"),
    format_of_blanks=lambda p: p.format("* ;* ;* "),
    rows_marked_as_folded=lambda p: (p.row().set("outlineLevel", "3"), p.row().set("collapsed", "1")),
    view_in_pages=lambda p: p.find("sheetViews")[0].set("view", "pageBreakPreview"),
    view_kept_by_name=lambda p: sub(p.find("customSheetViews"), "customSheetView", guid="{0}", hiddenColumns="1"),
    sheets_selected_together=sheets_selected_together,
)  # fmt: skip
for _of_chart in (drawn_in_chart, label_of_a_bar, bar_without_filling):
    kind("chart")(_of_chart)


def pages(package: Package, sheet: str, cell: str, charted: str) -> Pages:
    """A workbook to be edited at a cell of a sheet, and at a chart of another."""
    return Pages({name: bytes(part) for name, part in package.parts.items()}, sheet, cell, charted)


def ruled(package: Package) -> str:
    """The first sheet with a conditional format."""
    return next(sheet for sheet in package.sheets if "<conditionalFormatting" in package.xml(sheet))


def named_first(package: Package) -> str:
    """The sheet of the first name; the workbook where it is of none."""
    found = re.search(r"<definedName ([^>]*)>", package.parts["xl/workbook.xml"].decode())
    assert found
    local = re.search(r'localSheetId="(\d+)"', found[1])
    return package.sheets[int(local[1])] if local else BOOK


__all__ = ["BOOK", "KINDS", "Kind", "Pages", "named_first", "pages", "ruled", "unescape"]
