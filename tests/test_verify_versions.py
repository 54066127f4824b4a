"""A workbook of another version: never called changed because of the version, and still no edit of it passes."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner

from qhgep import __version__, read_account, verify_workbook
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.account.front_and_manifest import with_hash
from qhgep.workbook.book_content import BookContent
from qhgep.workbook.content_hash import content_hashes
from qhgep.workbook.core.cells import LiveFormula, Text, TypedNumber
from qhgep.workbook.verify.against_files import against_store
from qhgep.workbook.verify.book_parts import open_book
from qhgep.workbook.verify.compare import Appearance
from qhgep.workbook.verify.manifest import read_record
from qhgep.workbook.verify.other_version import compare_other
from qhgep.workbook.verify.rebuild import rebuild
from qhgep.workbook.verify.report import verification_text
from tests.support import forms
from tests.support.command_line import COMMAND
from tests.support.package import Edit, Package, write
from tests.support.result_bodies import body
from tests.support.tampered import recorded
from tests.test_form_account import ACCOUNT, ADOPT, ADOPTED
from tests.witness import libreoffice

OLD = "0.0.9"
ISSUED = Path(__file__).parent / "issued"
UNCHECKED = f"外观未核对（由 {OLD} 版生成）"


@cache
def old(name: str) -> BookContent:
    """A workbook as an earlier version would have written it: only the version is another."""
    return rebuild({**recorded(name), "qhgep": OLD})


@cache
def package(name: str) -> Package:
    return Package(old(name).data())


def with_sheets(content: BookContent, cells: Mapping[str, Mapping[tuple[int, int], object]]) -> bytes:
    """A workbook with some cells otherwise, whose hashes were made to fit: what another engine would have written."""
    body = [
        replace(sheet, cells={**sheet.cells, **cells.get(sheet.name, {})})
        for sheet in content.sheets
        if sheet.name != MANIFEST  # type: ignore[dict-item]
    ]
    before, all_before = content_hashes([sheet for sheet in content.sheets if sheet.name != MANIFEST])
    after, all_after = content_hashes(body)
    new = dict(
        zip([before, *(value for _, value in all_before)], [after, *(value for _, value in all_after)], strict=True)
    )
    manifest = next(sheet for sheet in content.sheets if sheet.name == MANIFEST)
    texts = {
        at: replace(cell, text=new.get(cell.text, cell.text)) if isinstance(cell, Text) else cell
        for at, cell in manifest.cells.items()
    }
    return content.with_sheets(with_hash([*body, replace(manifest, cells=texts)])).data()


# --- the version alone --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["pilot", "plan", "issued"])
def test_another_version_alone_is_no_change_and_the_appearance_is_said_not_to_be_compared(
    name: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "x.xlsx", old(name).data())
    found = verify_workbook(path)
    assert (found.same, found.changes, found.note) == (True, (), "")
    assert found.appearance == Appearance("not", OLD)
    assert body(found)["appearance"] == {"compared": "not", "by": OLD, "text": UNCHECKED}
    assert found.cells > 50
    told = verification_text(found, "zh").splitlines()
    assert told == [UNCHECKED, f"相同（按表、行、栏核对 {found.cells} 个数）"]
    english = verification_text(found, "en").splitlines()
    assert english == [
        f"appearance not compared (written by version {OLD})", f"the same ({found.cells} numbers by sheet, row and heading)",
    ]  # fmt: skip
    assert CliRunner().invoke(COMMAND, ["verify", str(path)]).exit_code == 0


def test_the_recorded_version_enters_the_run_id(tmp_path: Path) -> None:
    """The cover of the old book carries the run id of its own version, and the three places agree."""
    cells = open_book(write(tmp_path / "x.xlsx", old("pilot").data())).page("封面").cells
    ids = {
        cell.value
        for cell in cells.values()
        if isinstance(cell.value, str) and re.fullmatch("[0-9a-f]{16}", cell.value)
    }
    assert len(ids) == 1
    assert ids != {str(recorded("plan")["run_ids"]["gep"])}
    assert f"qhgep {OLD}" in {cell.value for cell in cells.values()}


def test_a_store_that_has_moved_on_since_another_version_is_no_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "x.xlsx", old("pilot").data())
    monkeypatch.setattr(
        "qhgep.workbook.verify.verify.against_store", lambda record, account: against_store(record, {}, account=account)
    )
    found = verify_workbook(path)
    assert found.store
    assert found.same
    assert "证据库现状与记录不同" in verification_text(found, "zh")


def test_a_sheet_that_later_versions_lay_out_otherwise_is_no_change(tmp_path: Path) -> None:
    """The old version had one more heading and one more note: its sheets fit their hashes, its numbers are ours."""
    more = {"单位换算": {(3, 9): Text("旧栏", "head"), (40, 0): Text("旧注")}}
    found = verify_workbook(write(tmp_path / "x.xlsx", with_sheets(old("pilot"), more)))
    assert (found.same, found.changes) == (True, ())


# --- edits --------------------------------------------------------------------------------------


def edit_of(name: str, edit: Edit, path: Path) -> list[tuple[str, str, str]]:
    found = verify_workbook(write(path, package(name).edited(edit)))
    assert not found.same
    return [(change.sheet, change.cell, change.kind) for change in found.causes]


def test_a_number_that_was_changed_is_named_by_its_row_and_heading(tmp_path: Path) -> None:
    made = package("plan")
    edit = Edit("情景测算表", "C8", "value", frozenset(), made.with_value("情景测算表", "C8", "23184575.41"))
    found = verify_workbook(write(tmp_path / "x.xlsx", made.edited(edit)))
    assert [change.text() for change in found.causes] == [
        "情景测算表!C8  632222 祁连县 测算金额，元  公式的值不符：23184574.27 → 23184575.41"
    ]


@pytest.mark.parametrize("sheet", ["依据", "参数", "封面"])
def test_a_text_that_was_changed_is_named_by_its_sheet(sheet: str, tmp_path: Path) -> None:
    made = package("plan")
    cell = next(at for at, item in made.cells[sheet].items() if item.is_text and at[1:] != "1")
    xml = made.replaced(sheet, cell, f'<c r="{cell}" t="inlineStr"><is><t>改</t></is></c>')
    assert edit_of("plan", Edit(sheet, cell, "text", frozenset(), xml), tmp_path / "x.xlsx") == [
        (sheet, "A1", "identity")
    ]


def test_a_formula_that_was_changed_is_named_by_its_sheet(tmp_path: Path) -> None:
    made = package("pilot")
    xml = made.replaced(
        "汇总",
        "F8",
        made.xml("汇总")[made.cells["汇总"]["F8"].start : made.cells["汇总"]["F8"].end].replace("<f>", "<f>0+"),
    )
    assert edit_of("pilot", Edit("汇总", "F8", "formula", frozenset(), xml), tmp_path / "x.xlsx") == [
        ("汇总", "A1", "identity")
    ]


def test_a_state_that_was_changed_on_the_manifest_is_named(tmp_path: Path) -> None:
    made = package("plan")
    cell = next(at for at, item in made.cells[MANIFEST].items() if item.is_text and made.text(MANIFEST, at) == "测算稿")
    xml = made.replaced(MANIFEST, cell, f'<c r="{cell}" t="inlineStr"><is><t>定稿</t></is></c>')
    assert edit_of("plan", Edit(MANIFEST, cell, "text", frozenset(), xml), tmp_path / "x.xlsx") == [
        (MANIFEST, cell, "text")
    ]


def test_a_hash_on_the_cover_that_is_not_that_of_the_manifest_is_named(tmp_path: Path) -> None:
    whole = next(
        cell.value
        for cell in old("pilot").sheets[0].cells.values()
        if isinstance(cell, LiveFormula) and cell.style == "text"
    )
    parts = package("pilot")
    other = parts.xml("封面").replace(str(whole), "f" * 64)
    (change,) = verify_workbook(write(tmp_path / "x.xlsx", parts.packed({parts.part_of["封面"]: other}))).changes
    assert (change.sheet, change.kind, change.expected, change.found) == ("封面", "identity", whole, "f" * 64)


def test_sheets_and_hashes_that_do_not_fit_are_named(tmp_path: Path) -> None:
    made = package("plan")
    workbook = made.parts["xl/workbook.xml"].decode().replace('name="参数"', 'name="参数2"')
    found = verify_workbook(write(tmp_path / "x.xlsx", made.packed({"xl/workbook.xml": workbook})))
    assert [(item.sheet, item.kind) for item in found.causes] == [("参数2", "sheet"), ("参数", "sheet")]
    custom = re.sub(r">[0-9a-f]{64}<", f">{'0' * 64}<", made.parts["docProps/custom.xml"].decode(), count=1)
    found = verify_workbook(write(tmp_path / "x.xlsx", made.packed({"docProps/custom.xml": custom})))
    assert [(item.sheet, item.kind) for item in found.causes] == [("文件属性", "identity")]


def test_numbers_that_the_record_does_not_give_are_not_verified_though_the_hashes_fit(tmp_path: Path) -> None:
    """Another engine may have computed otherwise, or someone forged all hashes and the version: nobody can tell which."""
    sheet = next(sheet for sheet in old("plan").sheets if sheet.name == "情景测算表")
    amount = sheet.cells[7, 2]
    assert isinstance(amount, LiveFormula)
    forged = with_sheets(old("plan"), {"情景测算表": {(7, 2): replace(amount, value=99999999.0)}})
    path = write(tmp_path / "x.xlsx", forged)
    found = verify_workbook(path)
    assert (found.changes, found.note, found.same) == ((), "other_numbers", False)
    assert "请用写出它的版本核验" in found.notes[0]
    assert CliRunner().invoke(COMMAND, ["verify", str(path)]).exit_code == 3


def test_a_record_that_this_version_cannot_compute_is_not_verified(tmp_path: Path) -> None:
    content = rebuild({**recorded("plan"), "qhgep": OLD})
    manifest = next(sheet for sheet in content.sheets if sheet.name == MANIFEST)
    assert any(isinstance(cell, TypedNumber) for cell in manifest.cells.values())
    path = write(tmp_path / "x.xlsx", content.data())
    file = open_book(path)
    record, _ = read_record(file.page(MANIFEST).cells, path.name)
    found, cells = compare_other({**record, "plan": "schema = 99"}, file, None)
    assert (found.causes, found.note, cells) == ((), "not_recomputed", 0)


@cache
def saved() -> Mapping[str, bytes]:
    with TemporaryDirectory() as folder:
        paths = [write(Path(folder) / f"{name}.xlsx", old(name).data()) for name in ("pilot", "plan", "issued")]
        again = libreoffice.save_again(paths, Path(folder) / "scratch")
        return {path.stem: new.read_bytes() for path, new in zip(paths, again, strict=True)}


@pytest.mark.libreoffice
@pytest.mark.parametrize(("name", "note"), [("pilot", "resaved_other"), ("plan", "resaved_other"), ("issued", "")])
def test_saved_again_by_libreoffice_its_numbers_agree_and_what_is_left_is_said(
    name: str, note: str, tmp_path: Path
) -> None:
    """LibreOffice keeps fifteen digits: issued amounts have no more, so that their sheets fit their hashes still.

    Shares that no document rounds have more: the numbers agree, the hashes cannot be tried.
    """
    found = verify_workbook(write(tmp_path / "x.xlsx", saved()[name]))
    assert (found.changes, found.note, found.same) == ((), note, not note)
    assert found.cells > 50


# --- coefficients -------------------------------------------------------------------------------


def test_a_record_of_this_version_with_another_coefficient_is_not_the_same(tmp_path: Path) -> None:
    """Record, cells and hashes all made of a reservoir that costs 8 yuan a cubic metre: the store of this version says 7.06."""
    record = recorded("pilot")
    rows = [row | {"value": "8", "exact": "8"} if row["row"] == "GZ-05" else row for row in record["rows"]]
    path = write(tmp_path / "x.xlsx", rebuild({**record, "rows": rows}).data())
    found = verify_workbook(path)
    assert (found.changes, found.same) == ((), False)
    assert [(item.item, item.recorded, item.now) for item in found.store] == [
        ("GZ-05 reservoir_cost value", "8", "7.06")
    ]
    told = verification_text(found, "zh").splitlines()
    assert told[0] == "记录的系数与同一版本的证据库不同 1 处"
    assert told[-1].startswith("不同：记录的系数不是本版证据库的（单元格 ")
    assert (
        verification_text(found, "en")
        .splitlines()[-1]
        .startswith("differs: the recorded coefficients are not those of the store (")
    )
    assert CliRunner().invoke(COMMAND, ["verify", str(path)]).exit_code == 3


def test_a_row_that_a_plan_cites_is_compared_too() -> None:
    row = {"row": "X-1", "key": "k", "value": "8", "unit": "CNY/ha", "file": "compensation/grassland.csv"}
    record = {"kind": "allocation", "parameters": {"rows": [row]}}
    assert [(item.item, item.now) for item in against_store(record)] == [("X-1 k", "没有")]
    assert against_store({"kind": "allocation"}) == ()


# --- frozen books -------------------------------------------------------------------------------


FROZEN = sorted(path for path in ISSUED.glob("*/*.xlsx") if path.stem != "form")


def test_each_release_has_frozen_a_book_of_each_kind() -> None:
    releases = {path.parent.name for path in FROZEN}
    assert __version__ in releases
    kinds = {(path.parent.name, path.stem) for path in ISSUED.glob("*/*.xlsx")}
    assert kinds == {(release, kind) for release in releases for kind in ("account", "plan", "contract", "form")}


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_frozen_book_verifies(path: Path) -> None:
    """One of this release is looked at as a later one would: its contents may still change before the release is made."""
    file = open_book(path)
    record, broken = read_record(file.page(MANIFEST).cells, path.name)
    assert broken == []
    assert record["qhgep"] == path.parent.name
    found, cells = compare_other(record, file, None)
    assert ([change.text() for change in found.causes], found.note) == ([], "")
    assert cells > 20
    if record["qhgep"] != __version__:
        assert verify_workbook(path).same


@pytest.mark.parametrize("path", sorted(ISSUED.glob("*/form.xlsx")), ids=lambda path: path.parent.name)
def test_a_frozen_form_is_read_as_it_was_filled_in(path: Path, tmp_path: Path) -> None:
    (tmp_path / forms.FILE).write_bytes(path.read_bytes())
    text = ACCOUNT + "".join(ADOPT.format(*entry) for entry in ADOPTED)
    (tmp_path / "account.toml").write_text(text, encoding="utf-8")
    inputs = read_account(tmp_path / "account.toml").inputs
    found = {(row.county_code, row.quantity, row.ecosystem): row.value for row in inputs if row.presence == "value"}
    assert found["632621", "precipitation", ""] == "503.4"
    assert found["632622", "net_ecosystem_productivity", "forest"] == "110"
    assert len(found) == 2 * len(forms.RIGHT)
