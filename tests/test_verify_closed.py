"""What no list knows is named: forged sheets, foreign namespaces, things told twice, letters that cannot be read, parts that belong to nothing.

The edits are made in files as qhgep wrote them and compared the way of a file that an office program saved: every element that
qhgep writes is on the lists of these programs, so that nothing but the edit may be told.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from qhgep import verify_workbook
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.core.nodes import XmlNode, parse
from qhgep.workbook.verify.appearance.by_display import display_changes
from qhgep.workbook.verify.appearance.by_parts import part_changes
from qhgep.workbook.verify.appearance.colours import UNKNOWN, Colours
from qhgep.workbook.verify.appearance.header_codes import printed
from qhgep.workbook.verify.appearance.programs import saved_by
from qhgep.workbook.verify.appearance.typefaces import readable_font
from qhgep.workbook.verify.book_parts import BookParts, inflated
from qhgep.workbook.verify.compare import Appearance
from qhgep.workbook.verify.manifest import without_line_breaks
from qhgep.workbook.verify.read import FileCell
from tests.support.books import book
from tests.support.package import Package, write
from tests.support.page_edits import ART, BOOK, CHART, DRAW, MAIN, PACKAGE, REL, Pages, m, sub, tree_of
from tests.support.tampered import package

SHEET, CELL, CHARTED = "情景测算表", "C8", "封面"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
EVIL = "urn:evil"


@cache
def written() -> BookParts:
    return BookParts(inflated(book("plan").data), "x.xlsx")


def edited(make: Callable[[Pages], object]) -> BookParts:
    pages = Pages(dict(written().parts), SHEET, CELL, CHARTED)
    make(pages)
    return BookParts(pages.done(), "x.xlsx")


def displayed(found: BookParts) -> list[tuple[str, str]]:
    """Sheet and text of everything that is told of a file that LibreOffice is said to have saved."""
    return [(change.sheet, change.text()) for change in display_changes(written(), found, [], [], "LibreOffice")]


def test_what_was_written_is_all_on_the_lists() -> None:
    assert displayed(BookParts(dict(written().parts), "x.xlsx")) == []


# --- the edits ----------------------------------------------------------------------------------


def sheet_forged(p: Pages) -> None:
    """Another sheet, shown by the `id` of relations, beside the true one under an `id` of a foreign namespace."""
    entry = next(item for item in p.book.iter(m("sheet")) if item.get("name") == SHEET)
    true = entry.attrib.pop(f"{{{REL}}}id")
    p.parts["xl/worksheets/sheet99.xml"] = p.parts["xl/worksheets/sheet2.xml"].replace(b"<v>0</v>", b"<v>1</v>")
    entry.set(f"{{{EVIL}}}id", true)
    entry.set(f"{{{REL}}}id", p.relate("xl/workbook.xml", "worksheet", "worksheets/sheet99.xml"))


def relation_twice(p: Pages) -> None:
    """Two relations of one Id: which one a program follows is its own affair."""
    rels = p.tree("xl/_rels/workbook.xml.rels")
    first = next(item for item in rels if item.get("Type", "").endswith("/worksheet"))
    rels.append(
        tree_of(
            f'<Relationship xmlns="{PACKAGE}" Id="{first.get("Id")}" Type="{first.get("Type")}" Target="worksheets/sheet3.xml"/>'
        )
    )


def block_twice(name: str, inside: str) -> Callable[[Pages], object]:
    return lambda p: p.styles.append(tree_of(f'<{name} xmlns="{MAIN}">{inside}</{name}>'))


def row_low(p: Pages) -> None:
    """No row says how high it is; all are as high as the sheet says: one point."""
    for row in p.page.iter(m("row")):
        row.attrib.pop("ht", None)
    p.put("sheetFormatPr", defaultRowHeight="1", customHeight="1")


def letters(p: Pages, **colour: str) -> None:
    font = p.entry("fonts", "fontId")
    for old in font.findall(m("color")):
        font.remove(old)
    sub(font, "color", **colour)


def two_colours(p: Pages) -> None:
    font = p.entry("fonts", "fontId")
    sub(font, "color", rgb="FF000000")
    sub(font, "color", rgb="FFFFFFFF")


def of_font(p: Pages, name: str) -> None:
    next(iter(p.entry("fonts", "fontId").iter(m("name")))).set("val", name)


def text_of_theme(p: Pages, inside: str) -> None:
    """Letters in the first colour of a theme whose colour is changed on the way."""
    dark = p.tree("xl/theme/theme1.xml").find(f".//{{{ART}}}dk1")
    assert dark is not None
    dark[:] = [tree_of(inside.replace(" ", f' xmlns:a="{ART}" ', 1))]
    letters(p, theme="1")


def in_title(p: Pages, inside: str) -> None:
    """How the letters of the title of a chart look."""
    for name in ("defRPr", "rPr"):
        for item in p.in_chart("chart/title").iter(f"{{{ART}}}{name}"):
            for old in item.findall(f"{{{ART}}}solidFill"):
                item.remove(old)
            item.insert(0, tree_of(inside))


def shrunk(p: Pages) -> None:
    anchor = p.anchors[0]
    start, end = (next(iter(anchor.iter(f"{{{DRAW}}}{name}"))) for name in ("from", "to"))
    for one, other in zip(start, end, strict=True):
        other.text = one.text


def laid_out(p: Pages) -> None:
    plot = p.in_chart("chart/plotArea")
    plot.insert(
        0,
        tree_of(
            f'<c:layout xmlns:c="{CHART}"><c:manualLayout><c:w val="0.001"/><c:h val="0.001"/></c:manualLayout></c:layout>'
        ),
    )


def foot(p: Pages, code: str) -> None:
    footer = p.footer()
    footer.text = (footer.text or "").replace("&R", f"&R{code}")


def without_drawing(p: Pages) -> None:
    page = p.tree(p.part_of(CHARTED))
    page.remove(page.find(m("drawing")))  # type: ignore[arg-type] # the cover has a chart


def dxf_border(p: Pages) -> None:
    listed = p.styles.find(m("dxfs"))
    for look in listed if listed is not None else ():
        look.append(tree_of(f'<border xmlns="{MAIN}"><left style="thick"/></border>'))


def alternative_names(p: Pages) -> None:
    p.book.append(tree_of(
        f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Fallback><definedNames xmlns="{MAIN}"><definedName name="x">1</definedName>'
        "</definedNames></mc:Fallback></mc:AlternateContent>"
    ))  # fmt: skip


def far_view(p: Pages) -> None:
    """A frozen head, and the view above it begins at row 9: rows 1 to 8 are out of reach."""
    view = p.find("sheetViews")[0]
    for old in list(view):
        view.remove(old)
    view.set("topLeftCell", "A9")
    sub(view, "pane", ySplit="3", topLeftCell="A12", activePane="bottomLeft", state="frozen")


def columns_inside(p: Pages) -> None:
    """The columns where no program looks for them."""
    columns = p.find("cols")
    p.page.remove(columns)
    p.find("pageMargins").append(columns)


def typed_part(p: Pages, part: str) -> None:
    p.parts[part] = b"?"


BOOKS: Mapping[str, Callable[[Pages], object]] = {
    "relation twice": relation_twice,
    "part beside charts": lambda p: typed_part(p, "xl/charts/evil.bin"),
    "part beside sheets": lambda p: typed_part(p, "xl/worksheets/sheetEvil.bin"),
    "part beside relations": lambda p: typed_part(p, "_rels/evil.txt"),
    "sheet that no sheet refers to": lambda p: typed_part(p, "xl/worksheets/sheet77.xml"),
    "template": lambda p: p.relate("xl/workbook.xml", "attachedTemplate", "file:///x.xltm", outside=True),
    "link to another book": lambda p: p.relate("xl/workbook.xml", "externalLink", "https://example.org/x.xlsx", outside=True),
    "type declared twice": lambda p: p.tree("[Content_Types].xml").append(
        tree_of('<Default xmlns="http://schemas.openxmlformats.org/package/2006/content-types" Extension="XML" ContentType="application/xml"/>')),
    "other content type": lambda p: next(
        item for item in p.tree("[Content_Types].xml") if item.get("PartName") == "/xl/workbook.xml"
    ).set("ContentType", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    "formats twice": block_twice("numFmts", '<numFmt numFmtId="164" formatCode=";;;"/>'),
    "styles twice": block_twice("cellXfs", "<xf/>"),
    "fonts twice": block_twice("fonts", '<font><color rgb="FFFFFFFF"/></font>'),
    "fills twice": block_twice("fills", "<fill/>"),
    "letters of two colours": two_colours,
    "objects hidden": lambda p: p.book.find(m("workbookPr")).set("showObjects", "none"),  # type: ignore[union-attr] # there
    "alternative names": alternative_names,
    "ignorable": lambda p: p.book.set(f"{{{MC}}}Ignorable", "r"),
    "property": lambda p: next(iter(p.tree("docProps/custom.xml"))).set("name", "qhgep.evil"),
    "foreign attribute of the book": lambda p: p.book.set(f"{{{EVIL}}}x", "1"),
}  # fmt: skip
SHEETS: Mapping[str, Callable[[Pages], object]] = {
    "letters of two colours in one": lambda p: letters(p, rgb="FF000000", theme="0"),
    "letters of a colour behind letters": lambda p: letters(p, indexed="65"),
    "letters of an unknown number": lambda p: letters(p, indexed="81"),
    "letters of no colour": lambda p: letters(p, rgb="white"),
    "preset colour of the theme": lambda p: text_of_theme(p, '<a:prstClr val="white"/>'),
    "system colour of the theme": lambda p: text_of_theme(p, '<a:sysClr val="window" lastClr="000000"/>'),
    "light of the theme": lambda p: text_of_theme(p, '<a:srgbClr val="000000"><a:lumMod val="0"/><a:lumOff val="100000"/></a:srgbClr>'),
    "tint of the theme": lambda p: text_of_theme(p, '<a:srgbClr val="000000"><a:tint val="0"/></a:srgbClr>'),
    "rows as low as the sheet says": row_low,
    "font of symbols": lambda p: of_font(p, "MT Extra"),
    "font of no letters": lambda p: of_font(p, "Adobe Blank"),
    "font turned": lambda p: of_font(p, "@宋体"),
    "list of fonts": lambda p: of_font(p, "Wingdings;宋体"),
    "footer in symbols": lambda p: foot(p, '&"Wingdings,Regular"'),
    "footer in another size": lambda p: foot(p, "&1"),
    "footer off the paper": lambda p: p.put("pageMargins", footer="20"),
    "header off the paper": lambda p: p.put("pageMargins", header="-3"),
    "view out of reach": far_view,
    "lotus": lambda p: p.put("sheetPr", transitionEvaluation="1"),
    "formats off": lambda p: p.put("sheetPr", enableFormatConditionsCalculation="0"),
    "foreign attribute": lambda p: p.find("sheetFormatPr").set(f"{{{EVIL}}}x", "1"),
    "foreign cell": lambda p: setattr(p.c, "tag", f"{{{EVIL}}}c"),
    "foreign value": lambda p: setattr(p.c.find(m("v")), "tag", f"{{{EVIL}}}v"),
    "columns inside another element": columns_inside,
    "row of no number of points": lambda p: (p.row().set("ht", "nan"), p.row().set("customHeight", "1")),
}  # fmt: skip
CHARTS: Mapping[str, Callable[[Pages], object]] = {
    "white title": lambda p: in_title(p, f'<a:solidFill xmlns:a="{ART}"><a:srgbClr val="FFFFFF"/></a:solidFill>'),
    "title of a light colour": lambda p: in_title(p, f'<a:solidFill xmlns:a="{ART}"><a:prstClr val="white"/></a:solidFill>'),
    "shrunk": shrunk,
    "laid out": laid_out,
    "no drawing": without_drawing,
    "hidden": lambda p: next(iter(p.anchors.iter(f"{{{DRAW}}}cNvPr"))).set("hidden", "1"),
    "not printed": lambda p: next(iter(p.anchors.iter(f"{{{DRAW}}}clientData"))).set("fPrintsWithSheet", "0"),
    "chart of a foreign id": lambda p: next(iter(p.anchors.iter(f"{{{CHART}}}chart"))).set(f"{{{EVIL}}}id", "rId1"),
}  # fmt: skip


@pytest.mark.parametrize(("place", "make"), [
    *(((BOOK), make) for make in BOOKS.values()), *((SHEET, make) for make in SHEETS.values()), *((CHARTED, make) for make in CHARTS.values()),
], ids=[*BOOKS, *SHEETS, *CHARTS])  # fmt: skip
def test_an_edit_that_once_passed_a_saved_file_is_named(place: str, make: Callable[[Pages], object]) -> None:
    found = edited(make)
    assert place in {sheet for sheet, _ in displayed(found)}
    assert part_changes(written(), found, [], []) != []
    assert saved_by(found, written()) == ""


def test_a_border_of_a_conditional_format_is_named() -> None:
    assert any("条件格式" in text for _, text in displayed(edited(dxf_border)))


def test_a_sheet_under_a_foreign_id_is_not_the_sheet_that_is_shown() -> None:
    found = edited(sheet_forged)
    assert found.part_of(SHEET) == "xl/worksheets/sheet99.xml"
    assert displayed(found) != []


# --- who saved it -------------------------------------------------------------------------------


@pytest.mark.parametrize("writer", ["XlsxWriter 99.0", "LibreOffice", "Microsoft Excel"])
def test_a_file_built_as_qhgep_builds_it_is_compared_part_by_part_whatever_it_says(writer: str, tmp_path: Path) -> None:
    """The properties name another writer, the program says LibreOffice, every part is touched: the parts tell otherwise."""
    made = Package(book("plan").data)
    parts = {name: bytes(part) + b"\n" for name, part in made.parts.items() if name.endswith(".xml")}
    parts["docProps/app.xml"] = parts["docProps/app.xml"].replace(b"Microsoft Excel", b"LibreOffice/7.4")
    parts["xl/workbook.xml"] = re.sub(
        rb"<fileVersion [^>]*/>", b'<fileVersion appName="Calc"/>', parts["xl/workbook.xml"]
    )
    parts["docProps/custom.xml"] = re.sub(rb"XlsxWriter [\d.]+", writer.encode(), parts["docProps/custom.xml"])
    found = verify_workbook(write(tmp_path / "x.xlsx", made.packed(parts)))
    assert found.appearance == Appearance("parts")
    assert not found.same


def test_another_release_of_the_library_alone_is_no_change() -> None:
    custom = re.sub(rb"XlsxWriter [\d.]+", b"XlsxWriter 99.0", written().parts["docProps/custom.xml"])
    assert (
        part_changes(written(), BookParts({**written().parts, "docProps/custom.xml": custom}, "x.xlsx"), [], []) == []
    )


# --- the pieces ---------------------------------------------------------------------------------


def test_a_line_break_that_a_program_puts_into_the_record_is_no_change(tmp_path: Path) -> None:
    """LibreOffice, saving a file twice, breaks the text of 30,000 characters in one place."""
    made = package("pilot")
    strings = made.parts["xl/sharedStrings.xml"].decode()
    start = strings.index('{"')
    broken = f"{strings[: start + 500]}\n{strings[start + 500 :]}"
    found = verify_workbook(write(tmp_path / "x.xlsx", made.packed({"xl/sharedStrings.xml": broken})))
    assert [change.text() for change in found.causes] == []
    assert found.same


def test_only_lines_of_the_record_are_read_without_line_breaks() -> None:
    cells = {
        "A1": FileCell(None, "记录 1/1"),
        "B1": FileCell(None, "{\r\n}\n"),
        "A2": FileCell(None, "别的"),
        "B2": FileCell(None, "甲\n乙"),
    }
    assert without_line_breaks(cells) == {**cells, "B1": replace(cells["B1"], value="{}")}
    assert MANIFEST == "清单"


@pytest.mark.parametrize(("attributes", "colour"), [
    ({"rgb": "FF112233"}, "112233"), ({"rgb": "112233"}, "112233"), ({"auto": "1"}, "000000"), ({"indexed": "64"}, "000000"),
    ({"indexed": "65"}, "FFFFFF"), ({"indexed": "2"}, "FF0000"), ({"theme": "1"}, "222222"), ({"theme": "0"}, UNKNOWN),
    ({"theme": "4"}, UNKNOWN), ({"rgb": "FF000000", "theme": "1"}, UNKNOWN), ({"rgb": "000000", "tint": "x"}, UNKNOWN),
    ({"rgb": "000000", "tint": "1"}, "FFFFFF"), ({"urn:evil}rgb": "000000"}, UNKNOWN), ({"theme": "99"}, UNKNOWN), ({"indexed": "-1"}, UNKNOWN),
])  # fmt: skip
def test_a_colour_is_told_where_it_is_certain(attributes: Mapping[str, str], colour: str) -> None:
    """The theme: dark 222222, light 222222 made lighter, of which nobody can be sure."""
    inside = (
        '<a:dk1><a:srgbClr val="222222"/></a:dk1><a:lt1><a:srgbClr val="222222"><a:lumOff val="9"/></a:srgbClr></a:lt1>'
    )
    theme = parse(
        f'<a:theme xmlns:a="{ART}"><a:themeElements><a:clrScheme>{inside}</a:clrScheme></a:themeElements></a:theme>'.encode()
    )
    assert Colours(theme, None).of(XmlNode("color", attributes), "000000") == colour


@pytest.mark.parametrize(("name", "readable"), [
    ("宋体", True), ("SimSun", True), ("ＳｉｍＳｕｎ", True), ("Noto Sans CJK SC", True), ("Wingdings 2", False), ("@SimSun", False), ("", False),
    ("SimSun;Wingdings", False), ("Symbol", False), ("OpenSymbol", False),
])  # fmt: skip
def test_fonts_that_can_be_read_are_a_list(name: str, *, readable: bool) -> None:
    assert readable_font(name) is readable


def test_the_fonts_of_a_footer_that_cannot_be_read_are_told() -> None:
    assert printed('&L&"宋体,Bold"甲&C&"-,Regular"乙').looks == ()
    assert printed('&L&"Wingdings,Regular"甲').looks == ('&"Wingdings,Regular"',)


def test_a_footer_without_identity_is_told_as_it_is(tmp_path: Path) -> None:
    made = package("plan")
    xml = re.sub(
        r"<oddFooter>.*?</oddFooter>", "<oddFooter>&amp;L定稿 第一版</oddFooter>", made.xml(SHEET), flags=re.DOTALL
    )
    found = verify_workbook(write(tmp_path / "x.xlsx", made.packed({made.part_of[SHEET]: xml})))
    assert [change.found for change in found.causes if change.kind == "identity"] == ["定稿 第一版"]
