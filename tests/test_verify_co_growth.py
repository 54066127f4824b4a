"""The workbook of co-growth under verify: rebuilt from its record, every changed cell named, both engines agree."""

from functools import cache
from pathlib import Path
from random import Random
from shutil import copytree
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner

from qhgep import co_growth, finalise, issued_reading, verify_workbook
from qhgep.assessments.co_growth import CoGrowth
from qhgep.errors import QhgepError
from qhgep.workbook.core.cells import LiveFormula
from qhgep.workbook.core.layout import a1
from qhgep.workbook.reports.co_growth_book import co_growth_content, co_growth_from, co_growth_record, write_co_growth
from qhgep.workbook.verify.book_parts import open_book
from qhgep.workbook.verify.compare import compare
from qhgep.workbook.verify.rebuild import rebuild
from tests.support.command_line import COMMAND
from tests.support.package import KINDS, Package, write
from tests.witness import Values, formualizer, libreoffice

EXAMPLE = Path(__file__).parent.parent / "examples" / "co-growth"


@cache
def found() -> CoGrowth:
    return co_growth(EXAMPLE)


@cache
def package() -> Package:
    return Package(co_growth_content(found()).data())


def test_a_fresh_workbook_is_the_same_and_so_are_its_files(tmp_path: Path) -> None:
    verified = verify_workbook(write_co_growth(found(), tmp_path / "x.xlsx"), account=EXAMPLE / "co-growth.toml")
    assert (verified.same, verified.changes, verified.files, verified.store) == (True, (), (), ())
    assert verified.formulas > 80


def test_the_record_gives_the_assessment_again() -> None:
    again = co_growth_from(co_growth_record(found().assessment))
    assert (again.counties, again.zones) == (found().counties, found().zones)


@pytest.mark.parametrize("kind", KINDS)
def test_an_edit_of_each_kind_on_every_sheet_is_named(kind: str, tmp_path: Path) -> None:
    content, random = co_growth_content(found()), Random(kind)
    for sheet, cells in package().candidates[kind].items():
        edit = package().make(kind, sheet, random.choice(cells), random)
        path = write(tmp_path / "x.xlsx", package().edited(edit))
        if sheet == "清单":
            changes = verify_workbook(path).changes
        else:
            compared = compare(content, open_book(path))
            changes = (*compared.causes, *(item.change for item in compared.consequences))
        assert (sheet, edit.cell) in {(item.sheet, item.cell) for item in changes}, edit


def test_a_chart_that_draws_other_cells_is_named(tmp_path: Path) -> None:
    (part,) = [name for name in package().parts if name.startswith("xl/charts/chart")]
    drawn = package().parts[part].decode()
    other = drawn.replace("$C$", "$B$")
    assert other != drawn
    verified = verify_workbook(write(tmp_path / "x.xlsx", package().packed({part: other})))
    assert not verified.same
    assert {item.sheet for item in verified.changes} == {"四象限图"}


def test_a_row_of_the_files_that_changed_since_is_named(tmp_path: Path) -> None:
    """The growth of GDP of 2017 in 甲县 is another one in the file: its row, and the file's hash."""
    book = write_co_growth(found(), tmp_path / "x.xlsx")
    folder = Path(copytree(EXAMPLE, tmp_path / "example"))
    row = next(item for item in found().assessment.rows if item.quantity == "real_product_index")
    text = (folder / "products.csv").read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    lines[row.line - 1] = lines[row.line - 1].replace(f",{row.value},", ",104,")
    (folder / "products.csv").write_text("".join(lines), encoding="utf-8")
    shown = CliRunner().invoke(COMMAND, ["verify", str(book), "--account", str(folder)])
    assert shown.exit_code == 3
    against = verify_workbook(book, account=folder).files or ()
    name = f"{row.county_code} real_product_index {row.period_from}"
    assert [(item.part, item.item) for item in against] == [("file", "products.csv"), ("input", f"{name} value")]
    assert (against[1].recorded, against[1].now) == (row.value, "104")


def test_other_criteria_are_named(tmp_path: Path) -> None:
    book = write_co_growth(found(), tmp_path / "x.xlsx")
    folder = Path(copytree(EXAMPLE, tmp_path / "example"))
    criteria = EXAMPLE.parent.parent / "coefficients" / "assessments" / "co-growth.toml"
    shipped = f'near_zero = "{found().assessment.criteria.near_zero}"'
    text = criteria.read_text(encoding="utf-8")
    assert shipped in text
    (folder / "own.toml").write_text(text.replace(shipped, 'near_zero = "0.09"'), encoding="utf-8")
    file = folder / "co-growth.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('"co-growth"', '"own.toml"'), encoding="utf-8")
    named = {(item.part, item.item): item.now for item in verify_workbook(book, account=folder).files or ()}
    assert named["assessment", "near_zero"] == "0.09"
    assert named["assessment", "criteria"] == "own.toml"


def agreeing(values: Values) -> int:
    """How many formulas a recalculation performed again; every one as it was written."""
    count = 0
    for sheet in co_growth_content(found()).sheets:
        for place, content in sheet.cells.items():
            if isinstance(content, LiveFormula):
                count += 1
                expected = content.value if isinstance(content.value, str) else pytest.approx(content.value, rel=1e-9)
                assert values[sheet.name, a1(*place)] == expected, (sheet.name, a1(*place))
    return count


def test_formualizer_performs_the_workbook_again(tmp_path: Path) -> None:
    assert agreeing(formualizer.recalculate(write_co_growth(found(), tmp_path / "x.xlsx"))) > 80


@pytest.mark.libreoffice
def test_libreoffice_performs_the_workbook_again(tmp_path: Path) -> None:
    path = write_co_growth(found(), tmp_path / "x.xlsx")
    assert agreeing(libreoffice.recalculate(path)) > 80


def test_a_workbook_of_another_version_is_held_against_its_own_hashes(tmp_path: Path) -> None:
    path = write(tmp_path / "old.xlsx", rebuild(co_growth_record(found().assessment, "0.0.9")).data())
    verified = verify_workbook(path)
    assert (verified.changes, verified.appearance.compared) == ((), "not")
    whole = Package(path.read_bytes())
    edit = whole.make("number", "协同增长", whole.candidates["number"]["协同增长"][0], Random(1))
    named = verify_workbook(write(path, whole.edited(edit))).changes
    assert (edit.sheet, edit.cell) in {(item.sheet, item.cell) for item in named}


def test_issued_finds_what_an_assessment_read(tmp_path: Path) -> None:
    write_co_growth(found(), tmp_path / "x.xlsx")
    (book,) = issued_reading(tmp_path, county="990101", quantity="real_product_index")
    assert (book.kind, book.state) == ("co_growth", "")
    assert {place.partition(":")[0] for place in book.reads} == {"products.csv"}
    shown = CliRunner().invoke(COMMAND, ["issued", str(tmp_path), "--county", "990101"]).stdout
    assert "协同增长" in shown


def test_it_is_no_account_to_be_made_final_or_compared(tmp_path: Path) -> None:
    path = write_co_growth(found(), tmp_path / "x.xlsx")
    with pytest.raises(QhgepError) as caught:
        finalise(path)
    assert {item.code for item in caught.value.problems} == {"finalise_draft"}
    told = CliRunner().invoke(COMMAND, ["diff", str(path), str(path)])
    assert told.exit_code == 1
    assert (
        "x.xlsx  记录的种类是 “co_growth”；这一步认得的种类：account（核算）或 allocation（方案）；co_growth（协同增长）只能核验；"
        "换一个工作簿；不认得的种类用写出它的版本。" in told.stderr
    )


@cache
def saved() -> Package:
    """The workbook as LibreOffice saves it."""
    with TemporaryDirectory() as folder:
        path = write_co_growth(found(), Path(folder) / "x.xlsx")
        (again,) = libreoffice.save_again([path], Path(folder) / "scratch")
        return Package(again.read_bytes())


@pytest.mark.libreoffice
def test_a_copy_that_libreoffice_saved_is_the_same(tmp_path: Path) -> None:
    verified = verify_workbook(write(tmp_path / "x.xlsx", saved().packed()))
    assert (verified.same, verified.appearance.compared) == (True, "display")


@pytest.mark.libreoffice
@pytest.mark.parametrize(("old", "new"), [
    ("$C$7:$C$9", "$B$7:$B$9"),
    ('<c:symbol val="circle"/>', '<c:symbol val="none"/>'),
    ('<c:size val="7"/>', '<c:size val="2"/>'),
    ('<c:size val="7"/><c:spPr><a:solidFill><a:srgbClr val="1f4e78"/></a:solidFill>', '<c:size val="7"/><c:spPr><a:noFill/>'),
    ('<c:size val="7"/><c:spPr><a:solidFill><a:srgbClr val="1f4e78"/>', '<c:size val="7"/><c:spPr><a:solidFill><a:srgbClr val="fdfdfd"/>'),
    ("甲县（虚构）", "丙县（虚构）"),
    ('<c:dLbl><c:idx val="0"/>', '<c:dLbl><c:idx val="2"/>'),
    ('<c:orientation val="minMax"/>', '<c:orientation val="maxMin"/>'),
    ("<c:v>0.115384615384615</c:v>", "<c:v>0.215384615384615</c:v>"),
    ("GDP 增长", "增长"),
    ("</c:scatterChart>", "</c:scatterChart><c:pieChart/>"),
])  # fmt: skip
def test_an_edit_of_the_chart_of_a_saved_copy_is_named(old: str, new: str, tmp_path: Path) -> None:
    (part,) = [name for name in saved().parts if name.startswith("xl/charts/chart")]
    drawn = saved().parts[part].decode()
    assert old in drawn
    verified = verify_workbook(write(tmp_path / "x.xlsx", saved().packed({part: drawn.replace(old, new, 1)})))
    assert {item.sheet for item in verified.changes} == {"四象限图"}
