"""verify: the same workbook is the same, every changed cell is named, and no file makes it stumble."""

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from qhgep import compute, verify_workbook
from qhgep.errors import InputError, QhgepError, WorkbookError
from qhgep.workbook.account import front_and_manifest as control_sheets
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.account.record import canonical, text_hash
from qhgep.workbook.core.layout import a1
from qhgep.workbook.verify.against_files import against_store
from qhgep.workbook.verify.changes import _plain, differences
from qhgep.workbook.verify.manifest import reading_record
from qhgep.workbook.verify.read import read_cells
from qhgep.workbook.verify.rebuild import rebuild
from qhgep.workbook.verify.verify import _record
from tests.support import toy
from tests.support.books import NAMES, Made, book
from tests.support.package import KINDS, Edit, Package, write
from tests.support.result_bodies import body
from tests.support.tampered import named, package, parsed

NOT_ZIP = (
    "坏.xlsx  这不是 xlsx 工作簿（或已损坏）；Excel、WPS 或 LibreOffice 保存的 xlsx；用这些软件打开后另存为 xlsx。"
)
NO_RECORD = "坏.xlsx  没有可用的清单记录；由 qhgep 写出、带 “清单” 表的工作簿；核对是不是 qhgep 的工作簿。"


# --- the same -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_fresh_workbook_is_the_same(name: str, tmp_path: Path) -> None:
    made = book(name)
    found = verify_workbook(write(tmp_path / "新.xlsx", made.data), catalogue=made.catalogue)
    assert (found.same, found.changes, found.notes) == (True, (), ())
    assert found.formulas == sum(1 for _ in made.formulas())
    assert found.cells == sum(len(sheet.cells) for sheet in made.sheets)


def test_the_name_of_the_file_does_not_matter(tmp_path: Path) -> None:
    assert verify_workbook(write(tmp_path / "附件.bak", book("plan").data)).same


@pytest.mark.parametrize("name", ["pilot", "plan"])
def test_a_copy_saved_by_openpyxl_has_formulas_without_values(name: str, tmp_path: Path) -> None:
    copy = load_workbook(write(tmp_path / "x.xlsx", book(name).data))
    copy.save(tmp_path / "copy.xlsx")
    found = verify_workbook(tmp_path / "copy.xlsx")
    assert found.changes == ()
    assert found.notes == ("公式没有改动，也没有数值：请用 Excel、WPS 或 LibreOffice 打开并保存（重算）后再核验",)
    assert not found.same
    copy["校验"]["C7"].value = "=0"
    copy.save(tmp_path / "copy.xlsx")
    found = verify_workbook(tmp_path / "copy.xlsx")
    assert [(item.cell, item.kind) for item in found.changes] == [("C7", "formula")]
    assert found.notes == ("公式没有数值：请用 Excel、WPS 或 LibreOffice 打开并保存（重算）后再核验",)


NOTES = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("=@'\"\r\n\t\x0b\x00_x&<>😀㐱\ufffe")), max_size=40
)


@pytest.mark.long
@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(st.lists(NOTES, min_size=4, max_size=4))
def test_whatever_a_note_holds_the_fresh_workbook_is_the_same(notes: list[str]) -> None:
    """Text cells hold no control characters, and openpyxl reads `x005F_` as nothing: neither may look like a change."""
    lines = toy.whole()
    for place, note in enumerate(notes):
        clean = note.replace("x005F_", "")
        old = lines[place]
        lines[place] = toy.Line(old.county, old.quantity, old.value, old.unit, old.ecosystem, old.item, note=clean)
    with TemporaryDirectory() as folder:
        try:
            made = Made(
                "notes", toy.result(Path(folder), lines, rules=toy.RULES, counties=(toy.A, toy.B)), toy.catalogue()
            )
        except QhgepError:
            return  # a lone carriage return ends a line of a csv file
        path = write(Path(folder) / "x.xlsx", made.data)
        assert [item.text() for item in verify_workbook(path, catalogue=toy.catalogue()).changes] == []


@pytest.mark.parametrize(
    "note", ["两行\r\n备注", "垂直\x0b制表", "\ufffe", "_x000D_", "x" * 33_000, "=1+1", "#N/A", "TRUE", "㐱😀"]
)
def test_a_note_that_a_cell_cannot_hold_is_no_change(note: str, tmp_path: Path) -> None:
    lines = toy.whole()
    lines[0] = toy.Line(toy.A, "area", "1234.5", "km2", toy.GRASS, note=note)
    made = Made(
        "note", toy.result(tmp_path / "account", lines, rules=toy.RULES, counties=(toy.A, toy.B)), toy.catalogue()
    )
    assert note in {row.note for row in made.result.account.inputs}
    assert verify_workbook(write(tmp_path / "x.xlsx", made.data), catalogue=toy.catalogue()).same


ADOPT = """[[adopt]]
quantity = "toy_wetness"
from_period = "2019"
reason = "试"
decided_by = "试"
[[adopt]]
row = "TOY-01"
for = "toy_capacity"
ecosystem = "grassland.*"
item = "cod"
reason = "试"
decided_by = "试"
"""


def test_a_record_holds_what_decisions_and_extended_rules_name(tmp_path: Path) -> None:
    """An ecosystem that only a decision names keeps its Chinese name, and a ruleset keeps the one it extends."""
    lines = [
        toy.Line(
            item.county,
            item.quantity,
            item.value,
            item.unit,
            f"{toy.GRASS}.alpine_meadow" if item.ecosystem else "",
            item.item,
        )
        for item in toy.whole()
        if item.ecosystem != toy.FOREST
    ]
    lines = [
        toy.Line(**{**_fields(item), "year": "2019"}) if item.quantity == "toy_wetness" else item for item in lines
    ]
    account = (
        toy.ACCOUNT
        + ADOPT
        + ADOPT.split("[[adopt]]")[2].join(["[[adopt]]", ""]).replace("TOY-01", "TOY-02").replace('"cod"', '"nh3n"')
    )
    rules = 'schema = 1\nzh = "扩展"\nextends = "base"\n'
    folder = tmp_path / "account"
    toy.write_account(folder, lines, rules=rules, account=account, counties=(toy.A, toy.B))
    (folder / "base.toml").write_text(toy.RULES, encoding="utf-8")
    made = Made("extends", compute(toy.read(folder / "account.toml")), toy.catalogue())
    path = write(tmp_path / "x.xlsx", made.data)
    (folder / "base.toml").unlink()
    found = verify_workbook(path, catalogue=toy.catalogue())
    assert [item.text() for item in found.changes] == []
    assert found.same


def _fields(item: toy.Line) -> dict[str, Any]:
    return {name: getattr(item, name) for name in toy.Line.__dataclass_fields__}


# --- edits --------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "edits", "seed"),
    [("pilot", 200, 1), ("plan", 200, 2), ("prices", 200, 3), ("equivalents", 200, 4), ("issued", 200, 5)],
)
def test_every_single_edit_is_named_and_nothing_else(name: str, edits: int, seed: int, tmp_path: Path) -> None:
    """A number, a formula, a cached value, a text, a cell deleted, added, typed over: on any sheet, 溯源 and 清单 too."""
    random, made, missed = Random(seed), Counter[str](), []
    for _ in range(edits):
        edit = package(name).random_edit(random)
        made[edit.edit] += 1
        found = named(name, edit, tmp_path / "edited.xlsx")
        if len(found) != 1 or found[0][:2] != (edit.sheet, edit.cell) or found[0][2] not in edit.kinds:
            missed.append((edit.sheet, edit.cell, edit.edit, found))
    assert missed == []
    assert set(made) == set(KINDS)
    assert made.total() == edits


@pytest.mark.long
@pytest.mark.parametrize(("name", "edits"), [("pilot", 14), ("plan", 8)])
def test_verify_itself_names_an_edit_of_each_kind(name: str, edits: int, tmp_path: Path) -> None:
    random, missed = Random(3), []
    for number in range(edits):
        kind = KINDS[number % len(KINDS)]
        sheets = list(package(name).candidates[kind])
        sheet = sheets[random.randrange(len(sheets))]
        cell = random.choice(package(name).candidates[kind][sheet])
        edit = package(name).make(kind, sheet, cell, random)
        found = verify_workbook(write(tmp_path / "edited.xlsx", package(name).edited(edit)))
        changes = [(change.sheet, change.cell) for change in found.changes]
        if found.same or changes != [(edit.sheet, edit.cell)] or found.changes[0].kind not in edit.kinds:
            missed.append((edit.sheet, edit.cell, edit.edit, changes))
    assert missed == []


def test_every_chunk_of_a_long_record_is_guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its label, its text and its hash: where a text was changed, nothing that follows from the record is believed."""
    monkeypatch.setattr(control_sheets, "CHUNK", 3000)
    long = Package(Made("plan", book("plan").allocation, None).data)
    labels = [
        cell
        for cell, item in long.cells[MANIFEST].items()
        if item.is_text and long.text(MANIFEST, cell).startswith("记录 ")
    ]
    assert len(labels) > 1
    for label in labels:
        row = label[1:]
        for column, kind in (("A", "text"), ("B", "record"), ("C", "text")):
            edit = long.make("text", MANIFEST, f"{column}{row}", Random(int(row)))
            found = verify_workbook(write(tmp_path / "x.xlsx", long.edited(edit)))
            assert [(item.cell, item.kind) for item in found.changes] == [(f"{column}{row}", kind)]
            assert found.notes == (("记录被改，无法据以重算；其余单元格没有核验",) if column == "B" else ())
            assert not found.same


def test_a_blank_inside_a_text_of_a_formula_is_a_change(tmp_path: Path) -> None:
    """Programs add blanks between the parts of a formula; in `"不通过"` a blank would hide a failed check."""
    pack = package("pilot")
    formula = pack.cells["校验"]["G8"].formula or ""
    assert '"不通过"' in formula
    for text, kinds in ((formula.replace('"不通过"', '"不 通过"'), ["formula"]), (formula.replace(",", ", "), [])):
        inner = pack.cells["校验"]["G8"].inner.replace(_xml(formula), _xml(text))
        xml = pack.replaced("校验", "G8", f'<c r="G8"{pack.cells["校验"]["G8"].attributes}>{inner}</c>')
        found = named("pilot", Edit("校验", "G8", "formula", frozenset(), xml), tmp_path / "x.xlsx")
        assert [kind for _, _, kind in found] == kinds


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize(
    ("sheet", "cell", "by"), [("测算过程", "finish.fen", 1.0), ("情景测算表", "C8", 0.01), ("情景测算表", "C7", 0.01)]
)
def test_one_fen_more_in_a_cached_amount_is_a_change(sheet: str, cell: str, by: float, tmp_path: Path) -> None:
    pack = package("plan")
    if not re.fullmatch(r"[A-Z]+\d+", cell):
        place = [column.name for column in book("plan").allocation.columns].index(cell) + 2
        cell = a1(7, place)
    value = float(pack.cells[sheet][cell].value) + by
    edit = Edit(sheet, cell, "value", frozenset(), pack.with_value(sheet, cell, f"{value:.16g}"))
    assert named("plan", edit, tmp_path / "x.xlsx") == [(sheet, cell, "value")]


def test_sheets_that_are_added_or_gone_are_named(tmp_path: Path) -> None:
    data = package("plan")
    workbook = data.parts["xl/workbook.xml"].decode()
    renamed = workbook.replace('name="参数"', 'name="参数2"')
    found = verify_workbook(write(tmp_path / "x.xlsx", data.packed({"xl/workbook.xml": renamed})))
    assert [(change.sheet, change.kind) for change in found.changes] == [("参数2", "sheet"), ("参数", "sheet")]


def test_a_change_is_told_in_both_languages(tmp_path: Path) -> None:
    pack = package("plan")
    edit = Edit("参数", "C5", "number", frozenset(), pack.with_value("参数", "C5", "100000001"))
    found = verify_workbook(write(tmp_path / "x.xlsx", pack.edited(edit)))
    zh = "参数!C5  参数 pool 资金总额  数值改动：100000000 → 100000001"
    en = "参数!C5  参数 pool 资金总额  number changed: 100000000 → 100000001"
    assert [change.text() for change in found.changes] == [zh]
    assert [change.text("en") for change in found.changes] == [en]
    assert body(found)["changes"] == [
        {
            "sheet": "参数", "cell": "C5", "kind": "input", "expected": "100000000", "found": "100000001", "what": "参数 pool 资金总额",
            "role": "cause", "follows_from": None, "causes": None,
        }
    ]  # fmt: skip


# --- files that are no workbooks of ours --------------------------------------------------------


def repacked(parts: Mapping[str, bytes], extra: Mapping[str, bytes] | None = None) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**parts, **(extra or {})}.items():
            archive.writestr(name, part)
    return out.getvalue()


def twice() -> bytes:
    out = BytesIO(book("plan").data)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    return out.getvalue()


def without_record() -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as other:
        other.add_worksheet("表").write("A1", 1)
    return out.getvalue()


def parts() -> Mapping[str, bytes]:
    return package("plan").parts


def bomb() -> bytes:
    return repacked(parts(), {"xl/media/bomb.bin": b"\0" * (201 << 20)})


def doctype() -> bytes:
    xml = parts()["xl/styles.xml"].replace(b"<styleSheet", b'<!DOCTYPE s [<!ENTITY a "b">]><styleSheet', 1)
    return repacked(parts(), {"xl/styles.xml": xml})


@pytest.mark.parametrize(("data", "kind", "message"), [
    (lambda: b"no zip at all", InputError, NOT_ZIP),
    (lambda: b"", InputError, NOT_ZIP),
    (lambda: book("plan").data[:5000], InputError, NOT_ZIP),
    (lambda: repacked({"a.txt": b"x"}), InputError, "坏.xlsx  压缩包里没有 xl/workbook.xml；xlsx 工作簿；检查文件。"),
    (bomb, InputError, "坏.xlsx  部件解压后 201 MB，超过上限 150 MB，拒绝读取；不超过 150 MB；检查文件是否被做过手脚。"),
    (doctype, InputError, "坏.xlsx › xl/styles.xml  文件含实体声明；没有 DOCTYPE 和 ENTITY 的部件；不要使用来历不明的文件。"),
    (twice, InputError, "坏.xlsx  压缩包内有重名部件；每个部件一个；不要使用来历不明的文件。"),
    (lambda: repacked(parts(), {"../x.xml": b"<x/>"}), InputError, "坏.xlsx  压缩包内有指向外面的路径；包内路径；不要使用来历不明的文件。"),
    (without_record, WorkbookError, NO_RECORD),
])  # fmt: skip
def test_a_file_that_is_no_workbook_of_ours_is_refused_in_so_many_words(
    data: Callable[[], bytes], kind: type[QhgepError], message: str, tmp_path: Path
) -> None:
    with pytest.raises(kind) as error:
        verify_workbook(write(tmp_path / "坏.xlsx", data()))
    assert str(error.value) == message


@pytest.mark.parametrize("size", [0, 1, 10 << 30])
def test_a_size_that_is_declared_wrongly_is_not_believed(size: int, tmp_path: Path) -> None:
    """The size in the directory of the zip: a part that says it holds 10 GB is read as what it is, a shorter one is refused."""
    data = bytearray(book("plan").data)
    entry = data.rindex(b"xl/styles.xml") - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    data[entry + 24 : entry + 28] = min(size, 0xFFFFFFFE).to_bytes(4, "little")
    assert outcome(write(tmp_path / "x.xlsx", bytes(data))) == ("same" if size > 1 else "workbook_not_zip")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    message = "无.xlsx  打不开这个文件；一个可读的 xlsx 文件；检查路径与权限。"
    for path in (tmp_path / "无.xlsx", tmp_path):
        with pytest.raises(InputError) as error:
            verify_workbook(path)
        assert str(error.value).partition("  ")[2] == message.partition("  ")[2]


def test_a_cell_at_the_far_end_of_a_sheet_is_named_at_once(tmp_path: Path) -> None:
    """Reading row by row to XFD1048576 would make 17,000 million cells."""
    pack = package("plan")
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    edit = Edit("参数", "XFD1048576", "added", frozenset(), pack.xml("参数").replace("</sheetData>", far))
    assert named("plan", edit, tmp_path / "x.xlsx") == [("参数", "XFD1048576", "added")]


def test_a_number_beyond_all_numbers_is_a_change(tmp_path: Path) -> None:
    pack = package("plan")
    for value in ("9" * 400, "1e999", "-1e999"):
        edit = Edit("参数", "C5", "number", frozenset(), pack.with_value("参数", "C5", value))
        assert named("plan", edit, tmp_path / "x.xlsx") == [("参数", "C5", "input")]


@pytest.mark.parametrize(("old", "new", "where", "said"), [
    ("</v></c>", "</v><v>77</v></c>", "xl/worksheets/sheet5.xml › C5", "同一单元格在文件里有两份"),
    ("</v></c>", "</v><x/><v>77</v></c>", "参数 › C5", "同一单元格在文件里有两份"),
    ("</v></c>", '</v></c><c r="C5"><v>77</v></c>', "参数 › C5", "同一单元格在文件里有两份"),
    ("</v></c>", '</v></c><c r="C5"/>', "参数 › C5", "同一单元格在文件里有两份"),
    ("</v></c>", '</v></c><c r="C6"/>', "参数", "单元格地址 “C6” 与所在的行不合"),
    ("</sheetData>", '<row r="5"><c r="Z5"><v>1</v></c></row></sheetData>', "参数", "第 5 行在文件里有两份"),
])  # fmt: skip
def test_what_two_readers_would_read_differently_is_an_error(
    old: str, new: str, where: str, said: str, tmp_path: Path
) -> None:
    """Two values or two cells of one address: one program shows the first, another the last, a third joins them."""
    pack = package("plan")
    xml = pack.xml("参数")
    start = pack.cells["参数"]["C5"].start
    changed = xml[:start] + xml[start:].replace(old, new, 1)
    assert changed != xml
    path = write(tmp_path / "坏.xlsx", pack.packed({pack.part_of["参数"]: changed}))
    for read in (verify_workbook, read_cells):
        with pytest.raises((InputError, WorkbookError)) as error:
            read(path)
        assert f"坏.xlsx › {where}  {said}" in str(error.value)


# --- records that were forged with their hashes -------------------------------------------------


def with_record(record: Mapping[str, Any], path: Path) -> Path:
    """The plan's workbook with another record, its hashes made to fit."""
    copy = load_workbook(write(path, book("plan").data))
    sheet, text = copy[MANIFEST], canonical(record)
    for row in range(1, sheet.max_row + 1):
        label = str(sheet.cell(row, 1).value)
        if label == "记录指纹":
            sheet.cell(row, 2).value = text_hash(text)
        if label.startswith("记录 "):
            sheet.delete_rows(row)
            break
    chunks = [text[start : start + control_sheets.CHUNK] for start in range(0, len(text), control_sheets.CHUNK)] or [""]
    for number, chunk in enumerate(chunks):
        for column, content in enumerate((f"记录 {number + 1}/{len(chunks)}", chunk, text_hash(chunk)), start=1):
            sheet.cell(row + number, column).value = content
    copy.save(path)
    return path


def record_of(name: str) -> dict[str, Any]:
    return _record(parsed(name)[0][MANIFEST], "x")[0]


def forgeries() -> list[dict[str, Any]]:
    account, plan = record_of("pilot"), record_of("plan")
    found: list[dict[str, Any]] = [{}, {"kind": "account"}, {"kind": "allocation"}, {"kind": ["account"]}]
    for whole in (account, plan):
        for key in whole:
            if key not in {"kind", "schema", "qhgep", "hashes", "title"}:
                found += [
                    {name: value for name, value in whole.items() if name != key},
                    {**whole, key: None},
                    {**whole, key: [7]},
                ]
    return [
        *found,
        {**plan, "plan": "schema = 1"},
        {**plan, "plan": "="},
        {**account, "price_year": 1},
        {**account, "require": "primary"},
    ]


def test_a_forged_record_gives_a_message_and_no_other_exception(tmp_path: Path) -> None:
    outcomes = Counter[str]()
    base = read_cells(write(tmp_path / "x.xlsx", book("plan").data))
    for record in forgeries():
        try:
            with reading_record("x.xlsx"):
                list(differences(rebuild(record).sheets, base))
            against_store(record, {})
            outcomes["compared"] += 1
        except WorkbookError as error:
            outcomes[error.problems[0].code] += 1
    assert set(outcomes) <= {"compared", "verify_no_record", "verify_record_refused", "verify_kind", "verify_ruleset"}
    assert outcomes["verify_no_record"] > 50


def test_a_record_that_later_rules_refuse_is_told_with_what_is_wrong(tmp_path: Path) -> None:
    """A workbook of an earlier version is no forgery where a rule has become stricter since."""
    text = record_of("plan")["plan"].replace('layer = "analytic"', 'layer = "jiao"')
    with pytest.raises(WorkbookError) as caught:
        verify_workbook(with_record({**record_of("plan"), "plan": text}, tmp_path / "旧.xlsx"))
    first, second = caught.value.problems
    assert first.text() == (
        "旧.xlsx  清单里记录的核算或方案，按这一版的规则不成立；写出它的版本（封面“软件”一行）；"
        "用写出它的版本核验；或按下面所列改正后重新写出。"
    )
    assert second.text().startswith("旧.xlsx › 清单 › plan.toml:")
    assert "layer 写作 'jiao'" in second.text()


def test_a_forged_record_is_refused_in_so_many_words(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as error:
        verify_workbook(with_record({"kind": "account"}, tmp_path / "坏.xlsx"))
    assert str(error.value) == NO_RECORD
    with pytest.raises(WorkbookError) as error:
        verify_workbook(with_record({"kind": "else"}, tmp_path / "坏.xlsx"))
    assert (
        str(error.value) == "清单  记录的种类是 “else”；这一步认得的种类：account（核算）或 allocation（方案）；"
        "co_growth（协同增长）只能核验；换一个工作簿；不认得的种类用写出它的版本。"
    )


@pytest.mark.parametrize("name", ["../../weg", "/tmp/weg", "a/b"])  # noqa: S108 - a path that must not be written
def test_a_forged_record_writes_no_file_elsewhere(name: str, tmp_path: Path) -> None:
    account = record_of("pilot")
    for ruleset in (
        {"name": name, "hash": "0" * 64, "text": "schema = 1", "extended": []},
        {"name": "a", "hash": "0" * 64, "text": "schema = 1", "extended": [[name, "schema = 1"]]},
    ):
        with pytest.raises(WorkbookError) as error:
            verify_workbook(with_record({**account, "ruleset": ruleset}, tmp_path / "坏.xlsx"))
        assert error.value.problems[0].code == "verify_ruleset"
    assert not Path("/tmp/weg.toml").exists()  # noqa: S108 - as above


# --- bytes that flipped -------------------------------------------------------------------------


def outcome(path: Path) -> str:
    try:
        return "same" if verify_workbook(path).same else "differs"
    except (InputError, WorkbookError) as error:
        return error.problems[0].code if error.text("zh") else "without words"


def test_flipped_bytes_give_a_verification_or_a_message(tmp_path: Path) -> None:
    data, outcomes = book("plan").data, Counter[str]()
    for seed in range(100):
        random, flipped = Random(seed), bytearray(data)
        for _ in range(random.choice((1, 1, 2, 8))):
            flipped[random.randrange(len(flipped))] ^= 1 << random.randrange(8)
        outcomes[outcome(write(tmp_path / "x.xlsx", bytes(flipped)))] += 1
    assert outcomes["workbook_not_zip"] > 80


@pytest.mark.long
def test_flipped_bytes_inside_the_parts_give_a_verification_or_a_message(tmp_path: Path) -> None:
    """Beyond the checksum of the zip: what a parser of the parts meets."""
    outcomes = Counter[str]()
    names = sorted(parts())
    for seed in range(40):
        random = Random(seed)
        name = random.choice(names)
        flipped = bytearray(parts()[name])
        for _ in range(random.choice((1, 3))):
            flipped[random.randrange(len(flipped))] ^= 1 << random.randrange(7)
        outcomes[outcome(write(tmp_path / "x.xlsx", repacked(parts(), {name: bytes(flipped)})))] += 1
    assert outcomes["workbook_not_zip"] > 5
    assert outcomes["same"] < 40


def test_a_workbook_of_openpyxl_with_a_manifest_of_its_own_is_refused(tmp_path: Path) -> None:
    other = Workbook()
    other.create_sheet(MANIFEST).append(["记录 1/1", "{", text_hash("{")])
    other.save(tmp_path / "坏.xlsx")
    with pytest.raises(WorkbookError) as error:
        verify_workbook(tmp_path / "坏.xlsx")
    assert str(error.value) == NO_RECORD


@pytest.mark.parametrize(("formula", "same"), [
    ("SUM( B7 : B9 )", False), ("SUM(B7:B9, 1)", True), (" SUM(B7:B9,1) ", True), ("SUM(B7 B9,1)", False), ("SUM(B7:B9,1 0)", False),
    ("SUM(B7:B9,1)'", False), ("'SUM'(B7:B9,1)", False), ("_xlfn.SUM(B7:B9,1)", True),
])  # fmt: skip
def test_a_blank_or_a_quote_inside_a_name_or_a_number_is_a_change(formula: str, *, same: bool) -> None:
    """A blank between two ranges is an operator; beside an operator it is what programs add when they save."""
    assert (_plain(formula) == _plain("SUM(B7:B9,1)")) == same


def test_quotes_round_the_name_of_a_sheet_are_no_change_and_others_are() -> None:
    assert _plain("'汇总'!F8+'表 1'!A1") == _plain("汇总!F8+ 表 1!A1")
    assert _plain("汇总!F'8") != _plain("汇总!F8")


def test_an_empty_text_beside_one_that_runs_over_its_cell_is_named(tmp_path: Path) -> None:
    """It shows nothing and cuts the text beside it."""
    made = package("plan")
    xml = made.xml("参数")
    far = re.search(r'<row r="(\d+)"[^>]*>', xml)
    assert far
    cell = f'<c r="ZZ{far[1]}" t="inlineStr"><is><t></t></is></c>'
    end = xml.index("</row>", far.start())
    found = verify_workbook(
        write(tmp_path / "x.xlsx", made.packed({made.part_of["参数"]: xml[:end] + cell + xml[end:]}))
    )
    assert [change.text() for change in found.causes] == [f"参数!ZZ{far[1]}  多出：（空） → 空文字"]


def test_digits_of_another_script_are_no_number_of_a_text_and_no_row(tmp_path: Path) -> None:
    """LibreOffice reads `１２` as 0: the page shows another text."""
    made = package("plan")
    part, xml = made.part_of["参数"], made.xml("参数")
    text = re.search(r't="s"><v>(\d+)</v>', xml)
    assert text
    wide = "".join(chr(ord(char) + 0xFEE0) for char in text[1])
    changed = made.packed({part: xml.replace(text[0], f't="s"><v>{wide}</v>', 1)})
    assert not verify_workbook(write(tmp_path / "x.xlsx", changed)).same
    changed = made.packed({part: xml.replace('<row r="3"', '<row r="３"', 1)})
    with pytest.raises(WorkbookError) as caught:
        verify_workbook(write(tmp_path / "x.xlsx", changed))
    assert (
        caught.value.text()
        == "x.xlsx › 参数  单元格地址 “３” 与所在的行不合；有序的单元格；用 Excel 或 WPS 打开后另存。"
    )
