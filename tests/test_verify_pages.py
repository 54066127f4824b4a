"""verify sees the page: every kind of edit of what a workbook shows is named on its sheet, and no copy of an office program is accused."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from qhgep import verify_workbook
from qhgep.inputs.files.xlsx_package import plain_index, says_yes
from qhgep.workbook.verify.appearance.by_display import display_changes
from qhgep.workbook.verify.appearance.by_parts import part_changes
from qhgep.workbook.verify.appearance.colours import contrast
from qhgep.workbook.verify.appearance.header_codes import printed
from qhgep.workbook.verify.appearance.programs import saved_by
from qhgep.workbook.verify.book_parts import BookParts, inflated
from qhgep.workbook.verify.compare import Appearance
from tests.support import more_edits, odd_edits  # noqa: F401 - enter more kinds of edits
from tests.support.books import NAMES, book
from tests.support.package import Package, write
from tests.support.page_edits import BOOK, KINDS, Kind, Pages, named_first, ruled
from tests.support.result_bodies import body
from tests.support.tampered import package
from tests.witness import libreoffice

CHOSEN = {"pilot": ("汇总", "F8", "简报"), "plan": ("情景测算表", "C8", "封面")}
"""The sheet and the cell that are edited, and the sheet whose chart is."""
REWRITTEN = frozenset({
    "letters_white_of_the_palette", "quote_prefix", "view_tiny", "view_scrolled", "tab_colour", "footer_not_scaled", "chart_described",
    "book_company", "book_unused_string", "styles_unused", "rows_marked_as_folded", "sheets_selected_together",
    "letters_underlined", "border_thick", "view_of_a_coloured_grid", "view_without_frozen_rows", "printed_many_times", "printed_coarsely",
})  # fmt: skip
"""What is not compared once an office program saved a file: it writes these anew, or nobody sees them (docs/verify.md)."""


def edited(name: str, kind: Kind, base: BookParts) -> BookParts:
    """A workbook with an edit; what the edit leaves alone is not read again."""
    pages = Pages(dict(base.parts), *CHOSEN[name])
    kind.make(pages)
    made = BookParts(pages.done(), "x.xlsx")
    if made.parts.get("xl/sharedStrings.xml") == base.parts["xl/sharedStrings.xml"]:
        same = [item.name for item in base.sheets if made.parts.get(item.part) == base.parts[item.part]]
        made._pages.update(  # noqa: SLF001 - saves the time of reading them
            {sheet: base.page(sheet) for sheet in same if made.part_of(sheet) == base.part_of(sheet)}
        )
    return made


def where(name: str, kind: Kind) -> str:
    sheet, _, charted = CHOSEN[name]
    made = package(name)
    return {"sheet": sheet, "chart": charted, "book": BOOK, "ruled": ruled(made), "name": named_first(made)}[kind.where]


@cache
def written(name: str) -> BookParts:
    return BookParts(inflated(book(name).data), "x.xlsx")


# --- as it was written --------------------------------------------------------------------------


def test_the_table_has_the_kinds_of_edits_that_once_passed_and_more() -> None:
    assert len(KINDS) >= 118
    assert set(KINDS) > REWRITTEN


@pytest.mark.parametrize("name", CHOSEN)
def test_a_workbook_as_it_was_written_has_no_change(name: str) -> None:
    assert part_changes(written(name), BookParts(dict(written(name).parts), "x.xlsx"), [], []) == []


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
@pytest.mark.parametrize("name", CHOSEN)
def test_every_kind_of_edit_of_a_written_workbook_is_named_on_its_sheet(name: str, kind: Kind) -> None:
    found = edited(name, kind, written(name))
    assert saved_by(found, written(name)) == ""
    changes = part_changes(written(name), found, [], [])
    assert where(name, kind) in {change.sheet for change in changes}, [change.text() for change in changes]
    assert {change.kind for change in changes} == {"appearance"}


@pytest.mark.parametrize(("name", "kind", "told"), [
    ("pilot", "format_literal", '汇总!F8  数字格式  外观改动：#,##0.00;[Red]-#,##0.00;0.00 → "999,999.00"'),
    ("plan", "cell_unlocked", "情景测算表!C8  保护  外观改动：（空） → protection locked=0"),
    ("pilot", "row_hidden", "汇总!8  行 hidden  外观改动：（空） → 1"),
    ("pilot", "column_narrow", "汇总!F 列  列 width  外观改动：13.85546875 → 2"),
    ("pilot", "sheet_hidden", "汇总!工作表  state  外观改动：（空） → hidden"),
    ("plan", "row_of_no_height", "情景测算表!8  行 ht  外观改动：（空） → 0"),
    ("plan", "book_macros", "工作簿!宏  外观改动：（空） → xl/vbaProject.bin"),
    ("plan", "days_since_1904", "工作簿!工作簿设置  date1904  外观改动：（空） → 1"),
    ("plan", "element_of_another_maker", "情景测算表!工作表  thing  外观改动：（空） → thing"),
])  # fmt: skip
def test_an_edit_is_told_in_words(name: str, kind: str, told: str) -> None:
    changes = part_changes(written(name), edited(name, KINDS[kind], written(name)), [], [])
    assert told in [change.text() for change in changes]


def test_verify_itself_names_the_sheets_of_a_format_that_many_cells_share(tmp_path: Path) -> None:
    """Every amount of the pilot shows 999,999.00: the cells are as they were, the page is not."""
    made = package("pilot")
    styles = made.parts["xl/styles.xml"].decode()
    changed = styles.replace("#,##0.00;[Red]-#,##0.00;0.00", "&quot;999,999.00&quot;")
    assert changed != styles
    found = verify_workbook(write(tmp_path / "x.xlsx", made.packed({"xl/styles.xml": changed})))
    assert not found.same
    assert {change.kind for change in found.causes} == {"appearance"}
    assert {"封面", "汇总", "分县价值量"} <= {change.sheet for change in found.causes}
    assert found.appearance == Appearance("parts")
    assert body(found)["changes"][0]["role"] == "cause"


@pytest.mark.parametrize(("old", "new", "told"), [
    ("</t></si>", '</t><rPh sb="0" eb="1"><t>假</t></rPh></si>', "rPh eb=1 sb=0"),
    ("<si><t>汇总</t></si>", '<si><r><rPr><color rgb="FFFFFFFF"/></rPr><t>汇总</t></r></si>', "color rgb=FFFFFFFF"),
])  # fmt: skip
def test_letters_and_readings_in_the_shared_strings_alone_are_named_at_their_cells(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    """No sheet and no style is touched: the text is as it was, what shows of it is not."""
    made, part = package("pilot"), "xl/sharedStrings.xml"
    strings = made.parts[part].decode()
    assert old in strings
    found = verify_workbook(write(tmp_path / "x.xlsx", made.packed({part: strings.replace(old, new, 1)})))
    assert not found.same
    assert {(change.kind, change.what, told in change.found) for change in found.changes} == {
        ("appearance", "单元格另有内容", True)
    }


def test_an_edit_of_a_cell_is_named_once_whatever_its_look(tmp_path: Path) -> None:
    """A changed cell keeps its look here: nothing is said of the page beside it."""
    made = package("plan")
    xml = made.with_value("参数", "C5", "100000001")
    found = verify_workbook(write(tmp_path / "x.xlsx", made.packed({made.part_of["参数"]: xml})))
    assert [(change.sheet, change.cell, change.kind) for change in found.causes] == [("参数", "C5", "input")]


def test_how_xml_is_spelt_is_no_change() -> None:
    """Every part read and written again as a tree: other prefixes, other order of attributes, the same elements."""
    pages = Pages(dict(written("plan").parts), *CHOSEN["plan"])
    for part in pages.parts:
        if part.endswith((".xml", ".rels")):
            pages.tree(part)
    again = BookParts(pages.done(), "x.xlsx")
    assert again.parts != written("plan").parts
    assert part_changes(written("plan"), again, [], []) == []


# --- as an office program saved it --------------------------------------------------------------


@cache
def saved() -> Mapping[str, bytes]:
    """Every book as LibreOffice saves it, with one call."""
    with TemporaryDirectory() as folder:
        paths = [write(Path(folder) / f"{name}.xlsx", book(name).data) for name in NAMES]
        again = libreoffice.save_again(paths, Path(folder) / "scratch")
        return {name: path.read_bytes() for name, path in zip(NAMES, again, strict=True)}


@cache
def again(name: str) -> BookParts:
    return BookParts(inflated(saved()[name]), "x.xlsx")


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", NAMES)
def test_saved_by_libreoffice_no_page_is_said_to_be_changed(name: str) -> None:
    assert saved_by(again(name), written(name)) == "LibreOffice"
    assert [change.text() for change in display_changes(written(name), again(name), [], [])] == []


@pytest.mark.libreoffice
@pytest.mark.parametrize(("name", "kind"), [
    *(("plan", kind) for kind in KINDS.values()), *(("pilot", kind) for kind in list(KINDS.values())[::12]),
])  # fmt: skip
def test_an_edit_of_a_copy_saved_by_libreoffice_is_named_where_it_is_seen(name: str, kind: Kind) -> None:
    changes = display_changes(written(name), edited(name, kind, again(name)), [], [])
    sheets = {change.sheet for change in changes}
    if kind.name in REWRITTEN:
        assert sheets == set()
    elif (
        kind.where == "name" or kind.name == "letters_hollow"
    ):  # names in another order; an element that no list has is of the book
        assert sheets
    else:
        assert where(name, kind) in sheets, [change.text() for change in changes]


@pytest.mark.libreoffice
def test_who_claims_to_be_libreoffice_and_left_a_part_as_it_was_is_compared_part_by_part() -> None:
    parts, mine = again("plan").parts, written("plan")
    assert saved_by(BookParts({**parts, "xl/styles.xml": mine.parts["xl/styles.xml"]}), mine) == ""
    other = parts["docProps/app.xml"].replace(b"LibreOffice", b"Numbers")
    assert saved_by(BookParts({**parts, "docProps/app.xml": other}), written("plan")) == ""


@pytest.mark.parametrize(("told", "version", "stamp", "program"), [
    ("Microsoft Excel", "16.0300", '<fileVersion appName="xl" lastEdited="7" lowestEdited="7" rupBuild="22228"/>', "Excel"),
    ("WPS 表格", "", '<fileVersion appName="xl" lastEdited="3" lowestEdited="5" rupBuild="9302"/>', "WPS"),
    ("Microsoft Excel Compatible / Openpyxl 3.1.5", "3.1", "", "openpyxl"),
    ("Microsoft Excel", "12.0000", '<fileVersion appName="xl" lastEdited="4" lowestEdited="4" rupBuild="4505"/>', ""),
    ("Numbers", "1.0", "", ""),
    ("LibreOffice/7", "15.0000", "", ""),
])  # fmt: skip
def test_a_program_is_known_by_what_it_says_in_two_places(told: str, version: str, stamp: str, program: str) -> None:
    parts = {
        "docProps/app.xml": f"<Properties><Application>{told}</Application><AppVersion>{version}</AppVersion></Properties>".encode(),
        "xl/workbook.xml": f"<workbook>{stamp}<sheets/></workbook>".encode(),
    }
    assert saved_by(BookParts(parts), written("plan")) == program


def test_where_no_program_is_known_the_stricter_way_is_taken(tmp_path: Path) -> None:
    """Everything was written anew and nothing says by whom: every part is compared, and much is named."""
    pages = Pages(dict(written("plan").parts), *CHOSEN["plan"])
    for part in list(pages.parts):
        if part.endswith(".xml"):
            pages.tree(part)
    next(item for item in pages.tree("docProps/app.xml") if item.tag.endswith("}Application")).text = "Numbers"
    made = Package(book("plan").data)
    found = verify_workbook(write(tmp_path / "x.xlsx", made.packed(pages.done())))
    assert found.appearance == Appearance("parts")
    assert [change.text() for change in found.causes] == [
        "工作簿!文件属性  Application  外观改动：Microsoft Excel → Numbers"
    ]


# --- the pieces ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "parts", "looks"), [
    ("&L&8 甲&C乙&R第 &P 页", ("甲", "乙", "第 ‹P› 页"), ("&8",)),
    ("无区", ("", "无区", ""), ()),
    ('&L&"宋体,Bold"&B甲&&乙', ("甲&乙", "", ""), ()),
    ("&L&K00FF00绿&C&K05-012暗", ("绿", "暗", ""), ("&K00FF00", "&K05-012")),
    ("&L&S划&G图", ("划‹G›图", "", ""), ("&S",)),
    ("&L一_x000a_二", ("一\n二", "", ""), ()),
])  # fmt: skip
def test_a_footer_is_read_as_it_is_printed(text: str, parts: tuple[str, str, str], looks: tuple[str, ...]) -> None:
    found = printed(text)
    assert ((found.left, found.centre, found.right), found.looks) == (parts, looks)


@pytest.mark.parametrize(("one", "other", "ratio"), [
    ("000000", "FFFFFF", 21.0), ("FFFFFF", "FFFFFF", 1.0), ("777777", "FFFFFF", 4.48), ("FF0000", "FFFFFF", 4.0), ("字", "FFFFFF", 21.0),
])  # fmt: skip
def test_letters_stand_out_by_their_contrast(one: str, other: str, ratio: float) -> None:
    """The ratios of WCAG 2.1: black on white 21, #777777 on white 4.48, red on white 4.00."""
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize(("text", "yes"), [
    ("1", True), ("true", True), ("on", True), ("t", True), ("2", True), (" 1 ", True), ("TRUE", True),
    ("0", False), ("false", False), ("", False), (None, False), ("off", False), (" 0", False),
])  # fmt: skip
def test_what_is_no_plain_no_is_a_yes(text: str | None, *, yes: bool) -> None:
    """LibreOffice 7.4 hides a row whose `hidden` is on, t, 2 or a 1 among blanks; a page must not be called the same for that."""
    assert says_yes(text) == yes


@pytest.mark.parametrize(("text", "number"), [
    ("12", 12), ("0", 0), ("007", 7), ("１２", None), ("+1", None), (" 1", None), ("", None), (None, None), ("1" * 5000, None),
])  # fmt: skip
def test_a_number_of_an_attribute_has_plain_digits(text: str | None, number: int | None) -> None:
    assert plain_index(text) == number
