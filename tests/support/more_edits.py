"""More edits of what a page shows: what programs of today add, what a view or a printer does, and pieces of charts.

They are entered into the table of `page_edits`, and made as those are.
"""

import xml.etree.ElementTree as ET
from collections.abc import Callable

from tests.support.page_edits import (
    ART,
    CHART,
    CORE,
    DRAW,
    MAIN,
    REL,
    X14,
    Pages,
    kind,
    m,
    names,
    placed,
    plain,
    setting,
    sub,
    tree_of,
)

MAIN_OF_EXCEL = "http://schemas.microsoft.com/office/excel/2006/main"
OFFICE = "application/vnd.ms-excel"


def extension(p: Pages, inside: str, uri: str) -> None:
    """An extension of a sheet, as Excel writes what its first format has no element for."""
    head = f'<ext xmlns="{MAIN}" xmlns:x14="{X14}" xmlns:xm="{MAIN_OF_EXCEL}" xmlns:r="{REL}" uri="{uri}">'
    p.find("extLst").append(tree_of(f"{head}{inside}</ext>"))


def view(p: Pages, **attributes: str) -> None:
    for name, value in attributes.items():
        p.find("sheetViews")[0].set(name, value)


def window(p: Pages, **attributes: str) -> None:
    for name, value in attributes.items():
        next(iter(p.book.iter(m("workbookView")))).set(name, value)


def filled_by(p: Pages, inside: str) -> None:
    fill = p.entry("fills", "fillId")
    fill[:] = [tree_of(inside.replace(">", f' xmlns="{MAIN}">', 1))]


def letters_in_text(p: Pages, inside: str) -> None:
    """The first letter of the first text of the sheet has a look of its own, in the shared strings alone."""
    cell = next(item for item in p.page.iter(m("c")) if item.get("t") == "s")
    strings = p.tree("xl/sharedStrings.xml")
    text = strings[int(cell.find(m("v")).text)]  # type: ignore[arg-type,union-attr] # a shared text has its number
    whole = "".join(item.text or "" for item in text.iter(m("t")))
    runs = f"<r><rPr>{inside}</rPr><t>{whole[:1]}</t></r><r><t>{whole[1:]}</t></r>"
    text[:] = list(tree_of(f'<si xmlns="{MAIN}">{runs}</si>'))


# --- cells, rows and columns --------------------------------------------------------------------

plain(
    fill_of_colours_that_run=lambda p: filled_by(p, '<gradientFill><stop position="0"><color rgb="FF000000"/></stop></gradientFill>'),
    fill_of_a_trellis=lambda p: filled_by(p, '<patternFill patternType="darkTrellis"><fgColor rgb="FF000000"/></patternFill>'),
    letters_very_large=lambda p: next(iter(p.entry("fonts", "fontId").iter(m("sz")))).set("val", "409"),
    letters_of_symbols=lambda p: sub(p.entry("fonts", "fontId"), "charset", val="2"),
    letters_underlined=lambda p: sub(p.entry("fonts", "fontId"), "u", val="doubleAccounting"),
    border_thick=lambda p: [side.set("style", "thick") for side in p.entry("borders", "borderId")],
    border_one_diagonal=lambda p: p.entry("borders", "borderId").set("diagonalDown", "1"),
    place_at_the_top=lambda p: placed(p, vertical="top"),
    place_letters_below_each_other=lambda p: placed(p, textRotation="255"),
    place_over_several_cells=lambda p: placed(p, horizontal="centerContinuous"),
    place_far_inside=lambda p: placed(p, indent="250"),
    text_with_a_white_letter=lambda p: letters_in_text(p, '<color rgb="FFFFFFFF"/>'),
    text_with_a_tiny_letter=lambda p: letters_in_text(p, '<sz val="1"/>'),
    text_with_a_raised_letter=lambda p: letters_in_text(p, '<vertAlign val="superscript"/>'),
    text_with_a_letter_of_symbols=lambda p: letters_in_text(p, '<rFont val="Wingdings"/>'),
    group_folded=lambda p: (p.row().set("outlineLevel", "1"), p.row().set("hidden", "1")),
    group_of_columns_folded=lambda p: (p.col().set("outlineLevel", "1"), p.col().set("hidden", "1"), p.col().set("collapsed", "1")),
    columns_of_no_width=lambda p: p.put("sheetFormatPr", baseColWidth="1", defaultColWidth="0.1"),
    rows_all_of_no_height=lambda p: [(row.set("ht", "0"), row.set("customHeight", "1")) for row in p.page.iter(m("row"))],
    title_merged_over_rows=lambda p: p.find("mergeCells").append(ET.Element(m("mergeCell"), ref="A1:A40")),
    widths_left_out=lambda p: p.page.remove(p.find("cols")),
    range_of_users=lambda p: sub(p.find("protectedRanges"), "protectedRange", name="a", sqref=p.cell, securityDescriptor="O:WD"),
    protection_by_another_word=lambda p: p.put("sheetProtection", hashValue="AAAA", algorithmName="SHA-512", saltValue="AA", spinCount="1"),
    prompt_at_a_cell=lambda p: sub(
        p.find("dataValidations"), "dataValidation", sqref=p.cell, showInputMessage="1", promptTitle="定稿", prompt="已审定"),
)  # fmt: skip


@kind()
def format_of_a_rule(p: Pages) -> None:
    number = ET.tostring(ET.Element(m("numFmt"), numFmtId="398", formatCode='"999,999.00"'), encoding="unicode")
    p.rule("<formula>TRUE</formula>", type="expression", dxfId=p.dxf(number))


@kind()
def rule_that_stops_others(p: Pages) -> None:
    p.rule("<formula>TRUE</formula>", type="expression", stopIfTrue="1", dxfId=p.dxf("<font><strike/></font>"))


# --- what Excel has added since -----------------------------------------------------------------

plain(
    sparkline=lambda p: extension(
        p, f"<x14:sparklineGroups><x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>A1:A9</xm:f><xm:sqref>{p.cell}</xm:sqref>"
        "</x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups>", "{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"),
    rule_of_a_later_excel=lambda p: extension(
        p, f'<x14:conditionalFormattings><x14:conditionalFormatting><x14:cfRule type="expression" priority="1" id="1"><xm:f>TRUE</xm:f>'
        f"</x14:cfRule><xm:sqref>{p.cell}</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings>",
        "{78C0D931-6437-407d-A8EE-F0AAD7539E65}"),
    validation_of_a_later_excel=lambda p: extension(
        p, f'<x14:dataValidations><x14:dataValidation type="list"><x14:formula1><xm:f>1</xm:f></x14:formula1><xm:sqref>{p.cell}</xm:sqref>'
        "</x14:dataValidation></x14:dataValidations>", "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"),
    slicer=lambda p: p.add("xl/slicers/slicer1.xml", f'<slicers xmlns="{X14}"/>', "slicer", f"{OFFICE}.slicer+xml"),
    timeline=lambda p: p.add("xl/timelines/timeline1.xml", "<timelines/>", "timeline", f"{OFFICE}.timeline+xml"),
    boxes_drawn_by_vml=lambda p: p.find("legacyDrawing").set(f"{{{REL}}}id", p.add(
        "xl/drawings/vmlDrawing90.vml", "<xml/>", "vmlDrawing", "application/vnd.openxmlformats-officedocument.vmlDrawing")),
    picture_behind_the_page=lambda p: p.find("legacyDrawingHF").set(f"{{{REL}}}id", p.add(
        "xl/drawings/vmlDrawing91.vml", "<xml/>", "vmlDrawing", "application/vnd.openxmlformats-officedocument.vmlDrawing")),
    property_of_a_sheet=lambda p: p.add("xl/customProperty1.bin", b"x", "customProperty"),
    controls_of_a_form=lambda p: p.add("xl/ctrlProps/ctrlProp1.xml", "<f/>", "ctrlProp", f"{OFFICE}.controlproperties+xml"),
    cell_watched=lambda p: sub(p.find("cellWatches"), "cellWatch", r=p.cell),
    sheet_consolidated=lambda p: p.put("dataConsolidate", function="sum"),
    sheet_sorted=lambda p: p.put("sortState", ref="A1:B9"),
    view_of_a_user=lambda p: sub(p.find("customSheetViews"), "customSheetView", guid="1", hiddenRows="1"),
    readings_shown=lambda p: p.row().set("ph", "1"),
    shape_that_repeats_a_cell=lambda p: p.drawing(
        '<xdr:sp textlink="A1" macro=""><xdr:nvSpPr><xdr:cNvPr id="9" name="x" hidden="1"/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr/></xdr:sp>'),
)  # fmt: skip
plain(
    "book",
    people_of_comments=lambda p: p.add("xl/persons/person.xml", "<personList/>", "person", f"{OFFICE}.person+xml", to="xl/workbook.xml"),
    values_of_rich_data=lambda p: p.add(
        "xl/richData/rdrichvalue.xml", "<rvData/>", "rdRichValue", f"{OFFICE}.rdrichvalue+xml", to="xl/workbook.xml"),
    fonts_inside=lambda p: p.add(
        "xl/fonts/font1.odttf", b"x", "font", "application/vnd.openxmlformats-officedocument.obfuscatedFont", to="xl/workbook.xml"),
    signature_of_another_program=lambda p: p.parts.update({"_xmlsignatures/origin.sigs": b"x"}),
    picture_of_the_first_page=lambda p: p.parts.update({"docProps/thumbnail.jpeg": b"x"}),
    label_of_secrecy=lambda p: p.parts.update({"docMetadata/LabelInfo.xml": b"<l/>"}),
)  # fmt: skip

# --- views and printing -------------------------------------------------------------------------


def moved_by_blanks(p: Pages) -> None:
    footer = p.footer()
    footer.text = (footer.text or "").replace("&R", "&R" + " " * 120)


def shown_in_two_parts(p: Pages) -> None:
    part = p.find("sheetViews")[0]
    part[:] = [ET.Element(m("pane"), xSplit="9000", ySplit="9000", topLeftCell="Z900")]


plain(
    view_tiny_in_pages=lambda p: view(p, view="pageLayout", zoomScalePageLayoutView="10"),
    view_of_a_coloured_grid=lambda p: view(p, defaultGridColor="0", colorId="9"),
    view_in_two_parts=shown_in_two_parts,
    view_without_frozen_rows=lambda p: p.find("sheetViews")[0].__setitem__(slice(None), []),
    printed_in_the_middle=lambda p: p.put("printOptions", horizontalCentered="1", verticalCentered="1"),
    printed_very_small=lambda p: p.put("pageSetup", scale="10"),
    printed_with_another_first_page=lambda p: p.put("pageSetup", firstPageNumber="99", useFirstPageNumber="1"),
    printed_many_times=lambda p: p.put("pageSetup", copies="99"),
    printed_coarsely=lambda p: p.put("pageSetup", horizontalDpi="1", verticalDpi="1"),
    printed_between_wide_margins=lambda p: p.put("pageMargins", left="5", right="5"),
    printed_breaks_of_columns=lambda p: sub(p.find("colBreaks"), "brk", id="1", max="1048575", man="1"),
    footer_moved_by_blanks=moved_by_blanks,
    footer_of_white_letters=lambda p: setattr(p.footer(), "text", (p.footer().text or "").replace("&L", "&L&KFFFFFF")),
    footer_with_the_path=lambda p: setattr(p.footer(), "text", f"{p.footer().text or ''}&Z&F&A&T"),
)  # fmt: skip
plain(
    "book",
    windows_hidden=lambda p: window(p, visibility="veryHidden", minimized="1"),
    windows_two=lambda p: p.book.find(m("bookViews")).append(ET.Element(m("workbookView"), visibility="hidden")),  # type: ignore[union-attr] # there
    columns_by_number=lambda p: setting(p, "calcPr", refMode="R1C1"),
    links_always_followed=lambda p: setting(p, "workbookPr", updateLinks="always", saveExternalLinkValues="0"),
    name_as_a_function=lambda p: sub(names(p), "definedName", "evil", name="SUM2", function="1", vbProcedure="1"),
    views_of_users=lambda p: sub(p.book, "customWorkbookViews"),
    book_of_a_category=lambda p: setattr(ET.SubElement(p.tree("docProps/core.xml"), f"{{{CORE}}}category"), "text", "机密"),
)  # fmt: skip

# --- charts -------------------------------------------------------------------------------------


def in_series(inside: str, at: int = 2) -> Callable[[Pages], None]:
    """An element more in the first series of a chart."""
    head = f' xmlns:c="{CHART}" xmlns:a="{ART}"'
    place = inside.index(">") - (inside[inside.index(">") - 1] == "/")
    return lambda p: next(p.chart.iter(f"{{{CHART}}}ser")).insert(at, tree_of(inside[:place] + head + inside[place:]))


def blanks_as_zero(p: Pages) -> None:
    """What is missing is drawn as zero."""
    chart = p.in_chart("chart")
    for old in chart.findall(f"{{{CHART}}}dispBlanksAs"):
        chart.remove(old)
    ET.SubElement(chart, f"{{{CHART}}}dispBlanksAs", val="zero")


def in_plot(name: str) -> Callable[[Pages], None]:
    return lambda p: ET.SubElement(p.in_chart("chart/plotArea"), f"{{{CHART}}}{name}").append(
        ET.Element(f"{{{CHART}}}showKeys", val="1")
    )


plain(
    "chart",
    chart_blanks_as_zero=blanks_as_zero,
    chart_point_without_filling=in_series('<c:dPt><c:idx val="0"/><c:spPr><a:noFill/></c:spPr></c:dPt>'),
    chart_bars_white=in_series('<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></c:spPr>'),
    chart_with_bars_of_error=in_series('<c:errBars><c:errBarType val="both"/></c:errBars>'),
    chart_with_a_table=in_plot("dTable"),
    chart_with_a_legend=lambda p: ET.SubElement(p.in_chart("chart"), f"{{{CHART}}}legend").append(
        ET.Element(f"{{{CHART}}}legendPos", val="t")),
    chart_of_three_dimensions=lambda p: p.in_chart("chart").insert(0, ET.Element(f"{{{CHART}}}view3D")),
    chart_beside_another=lambda p: p.anchors.append(tree_of(
        f'<xdr:absoluteAnchor xmlns:xdr="{DRAW}"><xdr:pos x="0" y="0"/><xdr:ext cx="9999999" cy="9999999"/><xdr:clientData/></xdr:absoluteAnchor>')),
)  # fmt: skip
