"""Who a workbook is: run id and hashes in 清单, in the properties of the file and on every page; and what they cannot tell."""

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import xlsxwriter
from click.testing import CliRunner
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from qhgep import allocate, compute, read_account, verify_workbook, write_workbook
from qhgep.packs.library import coefficients
from qhgep.states import STATES
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.account.record import canonical, text_hash
from qhgep.workbook.content_hash import content_hashes, content_text, sheet_text_in_file
from qhgep.workbook.core.cells import LiveFormula, Text
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.core.write import to_bytes
from qhgep.workbook.verify.against_files import Against, against_store
from qhgep.workbook.verify.identity import identity_of
from qhgep.workbook.verify.read import read_book
from qhgep.workbook.verify.report import verification_text
from tests.support.books import EXAMPLE, NAMES, book
from tests.support.command_line import COMMAND
from tests.support.package import Package, write
from tests.support.tampered import package, recorded
from tests.witness import libreoffice

_FOOTER = re.compile(r"<oddFooter>.*?</oddFooter>", re.DOTALL)
CUSTOM = "docProps/custom.xml"


# --- written ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_properties_and_every_footer_carry_what_the_manifest_says(name: str, tmp_path: Path) -> None:
    found, sheets = read_book(write(tmp_path / "x.xlsx", book(name).data)), book(name).sheets
    manifest = {found.cells[MANIFEST][f"A{row}"].value: row for row in range(3, 12)}
    labels = {"qhgep.run_id": "运行号", "qhgep.content_hash": "内容指纹", "qhgep.record_hash": "记录指纹"}
    values = {str(item.value): str(found.cells[MANIFEST][f"B{cell[1:]}"].value)
              for cell, item in found.cells[MANIFEST].items() if cell[0] == "A" and f"B{cell[1:]}" in found.cells[MANIFEST]}  # fmt: skip
    assert "运行号" in manifest
    writer = {"qhgep.writer": f"XlsxWriter {xlsxwriter.__version__}"}
    assert found.properties == {name: values[label] for name, label in labels.items()} | writer
    assert set(found.footers) == {sheet.name for sheet in sheets}
    line = f"运行号 {values['运行号']}　内容指纹 {values['内容指纹'][:16]}"
    assert all(text.startswith(line) for text in found.footers.values())


@pytest.mark.parametrize("name", NAMES)
def test_the_cover_shows_the_whole_hash_of_the_contents_that_the_manifest_has(name: str) -> None:
    """Worked out again from the sheets as they are made, by the rule that docs/seal.md gives."""
    sheets = book(name).sheets
    own = "清单!$B$4"
    lines = []
    for sheet in sheets[:-1]:
        cells = []
        for (row, column), content in sorted(sheet.cells.items()):
            formula = content.formula if isinstance(content, LiveFormula) else ""
            value = content.text if isinstance(content, Text) else content.value
            shown = f"{value:.15g}" if isinstance(value, float | int) else "#N/A" if value is None else value
            if formula or shown:
                place = f"{get_column_letter(column + 1)}{row + 1}"
                cells.append([sheet.name, place, formula, "" if formula == own else shown])
        text = json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
        lines.append(f"{sheet.name} {hashlib.sha256(text.encode()).hexdigest()}")
    whole = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert sheets[-1].cells[3, 1] == Text(whole)
    cover = {sheet.name: sheet for sheet in sheets}["封面"]
    labels = {
        content.text: row for (row, column), content in cover.cells.items() if column == 0 and isinstance(content, Text)
    }
    shown = cover.cells[labels["内容指纹"], 1]
    assert isinstance(shown, LiveFormula)
    assert (shown.formula, shown.value) == (own, whole)


def test_another_hash_on_the_cover_is_named(tmp_path: Path) -> None:
    whole = identity_of(book("pilot").sheets).content_hash
    parts = Package(book("pilot").data)
    other = parts.xml("封面").replace(whole, "f" * 64)
    assert other != parts.xml("封面")
    path = write(tmp_path / "x.xlsx", parts.packed({parts.part_of["封面"]: other}))
    (change,) = verify_workbook(path).causes
    assert (change.sheet, change.kind, change.expected, change.found) == ("封面", "value", whole, "f" * 64)


def test_the_content_hash_is_of_sheet_cell_formula_and_value_at_15_digits(tmp_path: Path) -> None:
    """Not of styles, which a file does not name: so the hash can be made anew from the cells that a file has."""
    sheets = book("pilot").sheets[:-1]
    lines = json.loads(content_text(next(sheet for sheet in sheets if sheet.name == "单位换算")))
    assert ["单位换算", "F6", "D6/E6", "0.0366666666666667"] in lines
    assert ["单位换算", "D6", "", "11"] in lines
    assert ["单位换算", "A4", "", "序号"] in lines
    cells = read_book(write(tmp_path / "x.xlsx", book("pilot").data)).cells
    assert all(sheet_text_in_file(sheet.name, cells[sheet.name]) == content_text(sheet) for sheet in sheets)
    hashes = "\n".join(f"{sheet.name} {text_hash(content_text(sheet))}" for sheet in sheets)
    assert identity_of(book("pilot").sheets).content_hash == text_hash(hashes)


@pytest.mark.long
@pytest.mark.parametrize("title", [
    '&L&G&"Arial"青海五县', "&[Picture]五县", "县 &P/&N &A &D &&", "&K00FF00绿", "😀" * 130, "&" * 200, "𠮷" * 60 + "&G" * 60,
])  # fmt: skip
def test_a_title_with_the_codes_of_footers_is_printed_as_it_is_and_no_change(title: str, tmp_path: Path) -> None:
    """In a footer `&G` is a picture, `&L` the left part, `&P` the page; `&&` is an ampersand."""
    account = replace(book("pilot").result.account, title=title)
    path = write_workbook(compute(account), tmp_path / "x.xlsx")
    parts = Package(path.read_bytes())
    for part in parts.part_of.values():
        footer = parse_footer(parts.parts[part].decode())
        assert len(footer.encode("utf-16-le")) // 2 <= 255
        left, named = re.fullmatch(r"&L&8 (.*)&R&8 (.*)　第 &P 页 共 &N 页", footer, re.DOTALL).groups()  # type: ignore[union-attr]
        printed = left.partition("\n")[2].replace("&&", "\0")
        assert "&" not in printed + named
        whole = f"测算稿　{title}"
        assert printed.replace("\0", "&") == whole or whole.startswith(printed.replace("\0", "&").removesuffix("…"))
    assert verify_workbook(path).same


def parse_footer(xml: str) -> str:
    """The text of the footer of a sheet."""
    found = re.search(r"<oddFooter>(.*?)</oddFooter>", xml, re.DOTALL)
    assert found
    return unescape(found[1])


def nudged(by: float) -> bytes:
    """The pilot's workbook as a processor with other last digits would write it: one value off, the hashes of that value."""
    made, name = book("pilot"), "分县价值量"
    place, old = next(
        (at, cell) for at, cell in sorted(made.by_name[name].cells.items()) if isinstance(cell, LiveFormula)
    )
    assert isinstance(old.value, float)
    cells = {**made.by_name[name].cells, place: replace(old, value=old.value * (1 + by))}
    body = [replace(sheet, cells=cells) if sheet.name == name else sheet for sheet in made.sheets[:-1]]
    content, hashes = content_hashes(body)
    before, all_before = content_hashes(made.sheets[:-1])
    new = dict(
        zip([before, *(value for _, value in all_before)], [content, *(value for _, value in hashes)], strict=True)
    )
    manifest = made.sheets[-1]
    texts = {
        at: replace(cell, text=new.get(cell.text, cell.text)) if isinstance(cell, Text) else cell
        for at, cell in manifest.cells.items()
    }
    sheets = [*body, paged(replace(manifest, cells=texts, merges=list(manifest.merges)))]
    account = made.result.account
    return to_bytes(
        sheets,
        title=account.title,
        created=account.date,
        footer=f"{STATES[account.state]}　{account.title}",
        identity=identity_of(sheets),
    )


@pytest.mark.long
def test_another_last_digit_is_no_change_though_its_hashes_are_others(tmp_path: Path) -> None:
    """Processors differ in the last digit of exp and log; the hashes are at 15 digits, the tolerance is wider."""
    assert nudged(0.0) == book("pilot").data
    assert nudged(4e-14) != book("pilot").data
    assert verify_workbook(write(tmp_path / "x.xlsx", nudged(4e-14))).changes == ()
    found = verify_workbook(write(tmp_path / "x.xlsx", nudged(4e-7)))
    assert {item.kind for item in found.causes} == {"value", "identity", "text"}


# --- tampered with ------------------------------------------------------------------------------


def test_a_changed_property_is_named(tmp_path: Path) -> None:
    xml = package("plan").parts[CUSTOM].decode()
    run_id = identity_of(book("plan").sheets).run_id
    found = verify_workbook(
        write(tmp_path / "x.xlsx", package("plan").packed({CUSTOM: xml.replace(f">{run_id}<", f">{'0' * 16}<")}))
    )
    assert [item.text() for item in found.causes] == [f"文件属性!qhgep.run_id  指纹不符：{run_id} → {'0' * 16}"]


@pytest.mark.parametrize(
    ("footer", "shown"),
    [
        ("", "（空）"), ("&amp;P", "中 ‹P›"), ("&amp;C定稿", "中 定稿"), ("&amp;C定稿&amp;R第 &amp;P 页", "中 定稿；右 第 ‹P› 页"),
        ("&amp;L另一份", "另一份"),
    ],
)  # fmt: skip
def test_footers_that_were_replaced_are_named_once_with_what_they_say(footer: str, shown: str, tmp_path: Path) -> None:
    pack = package("plan")
    emptied = {
        part: _FOOTER.sub(f"<oddFooter>{footer}</oddFooter>", pack.parts[part].decode())
        for part in pack.part_of.values()
    }
    found = verify_workbook(write(tmp_path / "x.xlsx", pack.packed(emptied)))
    printed = identity_of(book("plan").sheets).printed
    assert [item.text() for item in found.causes] == [
        f"封面!页脚  {len(book('plan').sheets)} 张表的页脚  指纹不符：{printed} → {shown}"
    ]


def changed_pilot(folder: Path) -> Path:
    """The pilot's folder with 祁连's precipitation at 450 mm instead of 420."""
    shutil.copytree(EXAMPLE, folder)
    text = (folder / "inputs.csv").read_text(encoding="utf-8")
    changed = re.sub(r"(?m)^(632222,.*,precipitation),420,", r"\1,450,", text)
    assert changed != text
    (folder / "inputs.csv").write_text(changed, encoding="utf-8")
    return folder / "account.toml"


def whole_forgery(folder: Path) -> Path:
    """Record, hashes on 清单, cells, properties and footers all of the changed input: a workbook that qhgep would write."""
    return write_workbook(compute(read_account(changed_pilot(folder / "pilot"))), folder / "forged.xlsx")


def with_parts_of(forged: Package, true: Package) -> Mapping[str, str | bytes]:
    """The properties and footers of the true workbook, for the forged one."""
    footers = {part: _FOOTER.search(true.parts[part].decode()) for part in true.part_of.values()}
    kept = {part: (lambda _, found=found: found[0]) for part, found in footers.items() if found}
    sheets = {part: _FOOTER.sub(kept[part], forged.parts[part].decode()) for part in kept}
    return {**sheets, CUSTOM: true.parts[CUSTOM]}


def test_a_record_forged_with_its_cells_and_hashes_is_caught_by_properties_and_footers(tmp_path: Path) -> None:
    """Someone made record, cells, values and every hash on 清单 fit the changed input, and left what is not in cells."""
    forged = Package(whole_forgery(tmp_path).read_bytes())
    path = write(tmp_path / "x.xlsx", forged.packed(with_parts_of(forged, package("pilot"))))
    found = verify_workbook(path)
    assert [(item.sheet, item.cell, item.kind) for item in found.causes] == [
        ("文件属性", "qhgep.run_id", "identity"), ("文件属性", "qhgep.content_hash", "identity"),
        ("文件属性", "qhgep.record_hash", "identity"), ("封面", "页脚", "identity"),
    ]  # fmt: skip
    assert found.consequences == ()


def test_a_record_forged_with_its_hashes_alone_is_caught_by_everything_else(tmp_path: Path) -> None:
    record = recorded("plan")
    forged = {**record, "plan": record["plan"].replace('pool = "100000000', 'pool = "200000000')}
    assert forged != record
    copy = load_workbook(write(tmp_path / "x.xlsx", book("plan").data))
    sheet, text = copy[MANIFEST], canonical(forged)
    for row in range(1, sheet.max_row + 1):
        label = str(sheet.cell(row, 1).value)
        if label == "记录指纹":
            sheet.cell(row, 2).value = text_hash(text)
        if label == "记录 1/1":
            sheet.cell(row, 2).value, sheet.cell(row, 3).value = text, text_hash(text)
    copy.save(tmp_path / "x.xlsx")
    found = verify_workbook(tmp_path / "x.xlsx")
    told = [(item.sheet, item.cell, item.kind) for item in found.causes]
    assert told[:4] == [
        ("文件属性", "qhgep.run_id", "identity"), ("文件属性", "qhgep.content_hash", "identity"),
        ("文件属性", "qhgep.record_hash", "identity"), ("封面", "页脚", "identity"),
    ]  # fmt: skip
    assert ("参数", "C5", "input") in told


@pytest.mark.long
def test_only_the_original_inputs_tell_a_whole_forgery(tmp_path: Path) -> None:
    """A workbook made whole from other inputs agrees with itself; compared with the true files it does not."""
    forged = whole_forgery(tmp_path)
    assert verify_workbook(forged).same
    found = verify_workbook(forged, account=EXAMPLE / "account.toml")
    assert found.same
    assert found.files is not None
    assert [(item.part, item.item, item.recorded, item.now) for item in found.files if item.part == "input"] == [
        ("input", "632222 precipitation unstated value", "450", "420"),
    ]
    assert {item.item for item in found.files if item.part == "file"} == {"inputs.csv"}
    run = CliRunner().invoke(COMMAND, ["verify", str(forged), "--account", str(EXAMPLE / "account.toml")])
    assert run.exit_code == 3
    assert "所给文件与记录不同 2 处（不算工作簿的改动）" in run.stdout
    assert "  输入 632222 precipitation unstated value：记录 450，现为 420" in run.stdout


@pytest.mark.long
@pytest.mark.parametrize(("name", "file"), [("pilot", "account.toml"), ("plan", "plan.toml")])
def test_a_workbook_agrees_with_the_files_that_it_was_made_from(name: str, file: str, tmp_path: Path) -> None:
    path = write(tmp_path / "x.xlsx", book(name).data)
    found = verify_workbook(path, account=EXAMPLE / file)
    assert (found.same, found.files) == (True, ())
    assert verification_text(found, "zh").splitlines()[0] == "所给文件与记录相同"
    assert verification_text(found, "en").splitlines()[0] == "the files given agree with the record"
    assert CliRunner().invoke(COMMAND, ["verify", str(path), "--account", str(EXAMPLE / file)]).exit_code == 0


# --- today's store ------------------------------------------------------------------------------


def test_coefficients_that_are_not_those_of_the_store_of_this_version_are_a_second_list_and_not_the_same(
    tmp_path: Path,
) -> None:
    """No cell differs, but a record of this version has only coefficients of this version; see test_verify_versions for others."""
    record = recorded("pilot")
    rows = {row.row: row for row in coefficients().rows}
    assert against_store(record, rows) == ()
    moved = {**rows, "GZ-05": rows["GZ-05"].model_copy(update={"value": Decimal("8.1"), "at": "Table 4"})}
    del moved["GZ-26"]
    assert against_store(record, moved) == (
        Against("row", "GZ-05 reservoir_cost value", "7.06", "8.1"),
        Against("row", "GZ-05 reservoir_cost at", "表 3；§2.4；§3.2", "Table 4"),
        Against("row", "GZ-26 carbon_price", "380 CNY/tCO2", "没有"),
    )
    found = replace(verify_workbook(write(tmp_path / "x.xlsx", book("pilot").data)), store=against_store(record, moved))
    assert (found.changes, found.same) == ((), False)
    assert verification_text(found, "zh").splitlines()[:2] == [
        "记录的系数与同一版本的证据库不同 3 处", "  系数行 GZ-05 reservoir_cost value：记录 7.06，现为 8.1",
    ]  # fmt: skip
    assert verification_text(found, "en").splitlines()[3] == (
        "  row GZ-26 carbon_price: recorded 380 CNY/tCO2, now none"
    )


def test_rows_of_a_pack_are_not_compared_with_the_shipped_store() -> None:
    record = recorded("pilot")
    own = {**record, "rows": [row | {"file": "县局/water.csv"} for row in record["rows"]]}
    assert against_store(own, {}) == ()


def test_a_shipped_row_that_is_only_called_a_packs_is_told(tmp_path: Path) -> None:
    """Forged whole: twice the carbon price under a made-up pack, nothing listed as replaced; every cell agrees with the record."""
    account = read_account(EXAMPLE / "account.toml")
    store = account.coefficients
    rows = tuple(
        row.model_copy(update={"value": Decimal(760), "file": "县局/carbon.csv"}) if row.row == "GZ-26" else row
        for row in store.rows
    )
    forged = compute(replace(account, coefficients=replace(store, rows=rows, overridden=())))
    write_workbook(forged, tmp_path / "x.xlsx")
    found = verify_workbook(tmp_path / "x.xlsx")
    assert (found.changes, found.same) == ((), False)
    assert found.store == (
        Against("row", "GZ-26 carbon_price", "760 CNY/tCO2（县局/carbon.csv）", "GZ-26 380 CNY/tCO2"),
    )
    assert CliRunner().invoke(COMMAND, ["verify", str(tmp_path / "x.xlsx")]).exit_code == 3


def test_a_plan_that_cites_shipped_rows_is_the_same(tmp_path: Path) -> None:
    write_workbook(allocate(EXAMPLE / "comprehensive.toml"), tmp_path / "x.xlsx")
    assert verify_workbook(tmp_path / "x.xlsx").same


def test_a_pack_that_replaces_a_row_by_name_is_its_own() -> None:
    shipped = next(row for row in coefficients().rows if row.row == "GZ-26")
    own = {**recorded("pilot")["rows"][0], **shipped.model_dump(mode="json", by_alias=True)}
    own |= {"row": "JU-1", "file": "县局/carbon.csv", "value": "420"}
    record = {"kind": "account", "rows": [own], "overridden": [[shipped.model_dump(mode="json", by_alias=True), own]]}
    assert against_store(record) == ()
    assert [item.item for item in against_store({**record, "overridden": []})] == ["JU-1 carbon_price"]
    elsewhere = {**own, "region_code": "632222"}
    assert against_store({**record, "rows": [elsewhere], "overridden": []}) == ()


# --- saved by other programs --------------------------------------------------------------------


@cache
def saved_by_libreoffice() -> Mapping[str, bytes]:
    """Every book as LibreOffice saves it, computed anew; and `name-copy`, its copy by openpyxl as LibreOffice saves that."""
    with TemporaryDirectory() as folder:
        made = [write(Path(folder) / f"{name}.xlsx", book(name).data) for name in NAMES]
        copies = [path.with_name(f"{path.stem}-copy.xlsx") for path in made]
        for path, copy in zip(made, copies, strict=True):
            load_workbook(path).save(copy)
        saved = libreoffice.save_again([*made, *copies], Path(folder) / "scratch")
        return {path.stem: new.read_bytes() for path, new in zip([*made, *copies], saved, strict=True)}


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_copy_by_openpyxl_has_formulas_without_values_which_is_a_note_and_no_change(
    name: str, tmp_path: Path
) -> None:
    made = book(name)
    load_workbook(write(tmp_path / "x.xlsx", made.data)).save(tmp_path / "copy.xlsx")
    found = verify_workbook(tmp_path / "copy.xlsx", catalogue=made.catalogue)
    assert (found.changes, found.note, found.same) == ((), "no_values", False)


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", NAMES)
def test_saved_by_libreoffice_a_workbook_is_the_same(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / "saved.xlsx", saved_by_libreoffice()[name])
    found = verify_workbook(path, catalogue=book(name).catalogue)
    assert [item.text() for item in found.changes] == []
    assert found.same


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", NAMES)
def test_what_openpyxl_does_to_the_pages_is_told_and_no_cell_differs(name: str, tmp_path: Path) -> None:
    """The library writes the line breaks of footers as _x000a_, print titles twice, and labels of charts anew.

    LibreOffice shows all that: the pages are others, the contents are not.
    """
    path = write(tmp_path / "saved.xlsx", saved_by_libreoffice()[f"{name}-copy"])
    found = verify_workbook(path, catalogue=book(name).catalogue)
    assert {item.kind for item in found.changes} == {"appearance"}
    told = {item.cell for item in found.changes}
    assert {cell for cell in told if not cell.startswith(("_xlnm.Print_Titles", "页脚", "图形"))} == set()
