"""Edits of a page that one program reads and another does not: yes, numbers and doubles in odd spellings, and what was forgotten.

They are entered into the table of `page_edits`, and made as those are.
"""

import copy
import xml.etree.ElementTree as ET
from collections.abc import Callable

from tests.support.page_edits import (
    ART,
    CHART,
    CORE,
    DRAW,
    MAIN,
    Pages,
    coloured,
    filled,
    kind,
    m,
    names,
    placed,
    plain,
    setting,
    sub,
)

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def first_page(p: Pages, yes: str) -> None:
    p.put("headerFooter", differentFirst=yes)
    p.footer("firstFooter").text = "&C正式文件"


def wide(text: str) -> str:
    """A number in full-width digits, which LibreOffice reads as 0."""
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


def window(p: Pages, **attributes: str) -> None:
    for name, value in attributes.items():
        next(iter(p.book.iter(m("workbookView")))).set(name, value)


def black(p: Pages) -> str:
    """The number of a style with a black filling; the cell stays as it is."""
    before = p.c.get("s", "0")
    filled(p, "FF000000")
    found = p.c.get("s", "0")
    p.c.set("s", before)
    return found


# --- yes and no ---------------------------------------------------------------------------------

plain(
    row_hidden_on=lambda p: p.row().set("hidden", "on"),
    row_hidden_two=lambda p: p.row().set("hidden", "2"),
    row_hidden_with_a_blank=lambda p: p.row().set("hidden", " 1 "),
    column_hidden_t=lambda p: p.col().set("hidden", "t"),
    column_hidden_upper=lambda p: p.col().set("hidden", "TRUE"),
    rows_hidden_by_default_on=lambda p: p.put("sheetFormatPr", zeroHeight="on"),
    letters_struck_out_on=lambda p: sub(p.entry("fonts", "fontId"), "strike", val="on"),
    place_shrunk_on=lambda p: placed(p, shrinkToFit="on"),
    footer_first_page_on=lambda p: first_page(p, "on"),
    footer_first_page_with_a_blank=lambda p: first_page(p, " 1"),
    filter_of_the_page_on=lambda p: p.put("sheetPr", filterMode="on"),
    printed_breaks_on=lambda p: sub(p.find("rowBreaks"), "brk", id="8", max="16383", man="on"),
    printed_breaks_of_the_program=lambda p: sub(p.find("rowBreaks"), "brk", id="8", max="16383"),
)
plain(
    "book",
    days_since_1904_on=lambda p: setting(p, "workbookPr", date1904="on"),
    book_protected_on=lambda p: setting(p, "workbookProtection", lockStructure="on"),
    windows_without_bars=lambda p: window(p, showVerticalScroll="0"),
    windows_without_tabs=lambda p: window(p, tabRatio="0"),
    windows_of_no_height=lambda p: window(p, windowHeight="1"),
)

# --- numbers, and what stands twice -------------------------------------------------------------


def format_twice(p: Pages) -> None:
    """Two formats of one number: one program takes the first, another the last."""
    style, listed = p.styles.find(m("cellXfs")), p.styles.find(m("numFmts"))
    assert style is not None
    assert listed is not None
    number = style[int(p.c.get("s", "0"))].get("numFmtId", "")
    listed.insert(0, ET.Element(m("numFmt"), numFmtId=number, formatCode='"9,999"'))


def format_of_a_built_in_number(p: Pages) -> None:
    """A format of the closed list under the number that programs know as a day."""
    style, listed = p.style(), p.styles.find(m("numFmts"))
    assert listed is not None
    code = next(item.get("formatCode", "") for item in listed if item.get("numFmtId") == style.get("numFmtId"))
    sub(listed, "numFmt", numFmtId="14", formatCode=code)
    style.set("numFmtId", "14")


def column_twice(p: Pages) -> None:
    """A hidden column that is described once more as it was."""
    cols, own = p.find("cols"), p.col()
    first = copy.deepcopy(own)
    first.set("hidden", "1")
    cols.insert(list(cols).index(own), first)


plain(
    style_in_wide_digits=lambda p: p.c.set("s", wide(p.c.get("s", "0"))),
    height_in_wide_digits=lambda p: (p.row().set("ht", wide("15")), p.row().set("customHeight", "1")),
    column_twice=column_twice,
)
plain("book", format_twice=format_twice, format_of_a_built_in_number=format_of_a_built_in_number)

# --- sizes, fillings, printing ------------------------------------------------------------------


def columns_a_little_narrower(p: Pages) -> None:
    """So much that a column of amounts shows ###."""
    for item in p.find("cols"):
        item.set("width", str(float(item.get("width", "9")) * 0.88))


def rows_a_little_lower(p: Pages) -> None:
    for row in p.page.iter(m("row")):
        row.set("ht", str(float(row.get("ht", "15")) * 0.72))
        row.set("customHeight", "1")


def row_of_black(p: Pages) -> None:
    p.row().set("s", black(p))
    p.row().set("customFormat", "1")


def frozen_far_down(p: Pages) -> None:
    view = p.find("sheetViews")[0]
    for item in view.findall(m("pane")):
        view.remove(item)
    view.insert(0, ET.Element(m("pane"), ySplit="30", topLeftCell="A31", state="frozen"))


def pushed_down(p: Pages) -> None:
    header = p.footer("oddHeader")
    header.text = "&L&8" + "\n" * 60 + (header.text or "字")


plain(
    columns_a_little_narrower=columns_a_little_narrower,
    rows_a_little_lower=rows_a_little_lower,
    row_very_high=lambda p: (p.row().set("ht", "409"), p.row().set("customHeight", "1")),
    column_very_wide=lambda p: (p.col().set("width", "255"), p.col().set("customWidth", "1")),
    rows_of_half_a_point=lambda p: p.put("sheetFormatPr", defaultRowHeight="0.5", customHeight="1"),
    row_of_black=row_of_black,
    columns_of_black=lambda p: ET.SubElement(p.find("cols"), m("col"), min="300", max="306", width="9", style=black(p)),
    letters_of_no_font=lambda p: next(p.entry("fonts", "fontId").iter(m("name"))).set("val", ""),
    letters_white_of_the_theme_and_tint=lambda p: coloured(p, theme="1", tint="0.97"),
    header_over_the_rows=lambda p: p.put("pageMargins", header="1.1"),
    header_pushed_down=pushed_down,
    footer_pushed_up=lambda p: setattr(p.footer(), "text", (p.footer().text or "") + "\n" * 60),
    view_frozen_far_down=frozen_far_down,
)  # fmt: skip
plain(
    "book",
    name_hidden_on=lambda p: sub(names(p), "definedName", "42", name="x", hidden="on"),
    part_of_excel=lambda p: p.add(
        "xl/calcChain.xml", f'<calcChain xmlns="{MAIN}"/>', "calcChain",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml", to="xl/workbook.xml"),
    book_version=lambda p: setattr(ET.SubElement(p.tree("docProps/core.xml"), f"{{{CORE}}}version"), "text", "定稿"),
)  # fmt: skip


@kind()
def sheet_in_another_namespace(p: Pages) -> None:
    """The strict form of the format, whose elements were on no list."""
    part = p.part_of(p.sheet)
    p.row().set("anything", "1")
    p.done()
    p.parts[part] = p.parts[part].replace(MAIN.encode(), STRICT.encode())
    del p.trees[part]


# --- charts -------------------------------------------------------------------------------------


def ends(p: Pages, end: str, **places: str) -> None:
    for item in p.anchors.iter(f"{{{DRAW}}}{end}"):
        for name, value in places.items():
            item.find(f"{{{DRAW}}}{name}").text = value  # type: ignore[union-attr] # an anchor has all four


def first_row(p: Pages) -> int:
    return int(next(item.text or "0" for item in p.anchors.iter(f"{{{DRAW}}}row")))


def letters(p: Pages, **attributes: str) -> None:
    for name in ("rPr", "defRPr"):
        for item in p.chart.iter(f"{{{ART}}}{name}"):
            item.attrib.update(attributes)


def said(path: str, name: str, value: str, before: str = "") -> Callable[[Pages], None]:
    """An element of a chart with a value, made in its place where it is not there."""

    def make(p: Pages) -> None:
        home = p.in_chart(path)
        found = home.find(f"{{{CHART}}}{name}")
        if found is None:
            places = [at for at, item in enumerate(home) if item.tag.endswith(f"}}{before}")]
            found = ET.Element(f"{{{CHART}}}{name}")
            home.insert(places[0] if places else len(home), found)
        found.set("val", value)

    return make


plain(
    "chart",
    chart_over_the_table=lambda p: ends(p, "to", col="60", row="200"),
    chart_of_half_its_height=lambda p: ends(p, "to", row=str(first_row(p) + 5)),
    chart_beside_its_cell=lambda p: ends(p, "from", colOff="9000000"),
    chart_letters_struck_out=lambda p: letters(p, strike="sngStrike"),
    chart_letters_over_each_other=lambda p: letters(p, spc="-4000"),
    chart_letters_lowered=lambda p: letters(p, baseline="-90000"),
    chart_names_left_out=said(".//catAx", "tickLblSkip", "50"),
    chart_bars_over_each_other=said(".//barChart", "overlap", "100", "axId"),
    chart_bars_thin=said(".//barChart", "gapWidth", "500", "axId"),
    chart_labels_inside=said(".//dLbls", "dLblPos", "inBase", "showLegendKey"),
    chart_of_fewer_points=said(".//val/numRef/numCache", "ptCount", "1"),
    chart_axis_deleted_on=said(".//valAx", "delete", "on", "axPos"),
    chart_kept_format=lambda p: setattr(p.in_chart(".//val//formatCode"), "text", '"9,999"'),
)
