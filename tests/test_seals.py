"""Seals: which files belong together byte for byte, and who says so; written by somebody else, a seal opens nothing."""

import hashlib
import json
import os
import re
import subprocess
import unicodedata
import zipfile
from io import BytesIO
from pathlib import Path, PurePosixPath, PureWindowsPath
from shutil import copytree, which

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

import qhgep
from qhgep import seal, verify_seal
from qhgep.errors import InputError, QhgepError, WorkbookError
from qhgep.seals import NAMESPACE, Departure
from qhgep.seals.contents import MOST_SEAL
from qhgep.seals.names import files_below, plain
from tests.support.books import EXAMPLE, book
from tests.support.command_line import COMMAND
from tests.support.package import Package

NO_PROOF = "它不能证明由谁封存"
A, B = b"area,1\n", "面积,2\n".encode()
needs_ssh = pytest.mark.skipif(which("ssh-keygen") is None, reason="needs OpenSSH")


def run(*words: str | Path) -> tuple[int, str]:
    found = CliRunner().invoke(COMMAND, ["--quiet", *(str(word) for word in words)], env={"LANG": "zh_CN.UTF-8"})
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two files, one of them in a folder."""
    (tmp_path / "home" / "表").mkdir(parents=True)
    (tmp_path / "home" / "a.csv").write_bytes(A)
    (tmp_path / "home" / "表" / "b.csv").write_bytes(B)
    return tmp_path / "home"


def sealed(home: Path) -> Path:
    _, path = seal([home / "a.csv", home / "表" / "b.csv"])
    return path


def forged(home: Path, *names: str, **keys: object) -> Path:
    """A seal that somebody else wrote, with the hash of nothing."""
    files = [{"name": name, "bytes": 0, "sha256": sha(b"")} for name in names]
    content = {"schema": 1, "kind": "seal", "qhgep": "0.1.0", "files": files} | keys
    (home / "seal.json").write_text(json.dumps(content), encoding="ascii")
    return home / "seal.json"


def codes(home: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        verify_seal(home / "seal.json")
    return sorted({item.code for item in caught.value.problems})


# --- written ----------------------------------------------------------------------------------------------------------


def test_a_seal_is_the_sha256_of_each_file_by_its_name_from_the_folder_of_the_seal(home: Path) -> None:
    made, path = seal([home / "表" / "b.csv", home / "a.csv"])
    assert path == home / "seal.json"
    assert json.loads(path.read_text("utf-8")) == {
        "schema": 1, "kind": "seal", "qhgep": qhgep.__version__,
        "files": [
            {"name": "a.csv", "bytes": 7, "sha256": sha(A)},
            {"name": "表/b.csv", "bytes": 9, "sha256": sha(B)},
        ],
    }  # fmt: skip
    assert made.text() == path.read_bytes()
    assert verify_seal(path).departures == ()


def test_the_same_files_give_the_same_bytes_in_whatever_order_and_folder(home: Path, tmp_path: Path) -> None:
    first = sealed(home).read_bytes()
    other = Path(copytree(home, tmp_path / "other"))
    (other / "seal.json").unlink()
    seal([other / "表" / "b.csv", other / "a.csv", other / "a.csv"], other / "seal.json")
    assert (other / "seal.json").read_bytes() == first


def test_an_account_stands_for_every_file_that_it_names_and_a_plan_for_its_accounts_too(tmp_path: Path) -> None:
    pilot = Path(copytree(EXAMPLE, tmp_path / "pilot"))
    made, _ = seal([pilot / "plan.toml"], tmp_path / "s.json")
    assert [item.name for item in made.files] == ["pilot/account.toml", "pilot/inputs.csv", "pilot/plan.toml"]


def test_a_local_ruleset_and_what_it_extends_are_sealed_with_the_account(tmp_path: Path) -> None:
    pilot = Path(copytree(EXAMPLE, tmp_path / "pilot"))
    account = pilot / "account.toml"
    text = account.read_text("utf-8")
    name = re.findall(r'^ruleset = "(.*)"$', text, re.MULTILINE)[0]
    account.write_text(text.replace(f'ruleset = "{name}"', 'ruleset = "own"'), encoding="utf-8")
    (pilot / "own.toml").write_text('schema = 1\nzh = "自拟"\nextends = "middle"\n', encoding="utf-8")
    (pilot / "middle.toml").write_text(f'schema = 1\nzh = "中"\nextends = "{name}"\n', encoding="utf-8")
    made, _ = seal([account])
    assert [item.name for item in made.files] == ["account.toml", "inputs.csv", "middle.toml", "own.toml"]


def test_a_workbook_of_qhgep_has_the_hashes_that_are_printed_in_it(tmp_path: Path) -> None:
    data = book("pilot").data
    (tmp_path / "x.xlsx").write_bytes(data)
    made, _ = seal([tmp_path / "x.xlsx"])
    (entry,) = made.files
    shown = Package(data)
    lines = {shown.text("清单", cell): shown.text("清单", f"B{cell[1:]}") for cell in shown.cells["清单"]
             if cell[0] == "A" and f"B{cell[1:]}" in shown.cells["清单"] and shown.cells["清单"][f"B{cell[1:]}"].is_text}  # fmt: skip
    assert (entry.sha256, entry.bytes) == (sha(data), len(data))
    assert (entry.run_id, entry.content_hash) == (lines["运行号"], lines["内容指纹"])
    assert entry.record_hash == lines["记录指纹"]


def test_a_changed_workbook_is_not_sealed(tmp_path: Path) -> None:
    package = Package(book("pilot").data)
    xml = package.xml("汇总").replace("</sheetData>", '<row r="900"><c r="A900"><v>1</v></c></row></sheetData>')
    (tmp_path / "x.xlsx").write_bytes(package.packed({package.part_of["汇总"]: xml}))
    with pytest.raises(InputError) as caught:
        seal([tmp_path / "x.xlsx"])
    assert [(item.code, dict(item.facts)["places"]) for item in caught.value.problems] == [
        ("seal_changed", "汇总!A900")
    ]
    assert not (tmp_path / "seal.json").exists()


@pytest.mark.parametrize(
    ("file", "told"), [("account.toml", "account.toml"), ("inputs.csv", "inputs.csv"), (None, None)]
)
def test_a_workbook_is_sealed_only_with_the_files_that_it_was_made_of(
    tmp_path: Path, file: str | None, told: str | None
) -> None:
    pilot = Path(copytree(EXAMPLE, tmp_path / "pilot"))
    (tmp_path / "x.xlsx").write_bytes(book("pilot").data)
    if file is None:
        seal([tmp_path / "x.xlsx", pilot / "account.toml"])
        return
    (pilot / file).write_bytes((pilot / file).read_bytes() + b"\n")
    with pytest.raises(InputError) as caught:
        seal([tmp_path / "x.xlsx", pilot / "account.toml"])
    assert [(item.code, dict(item.facts)["file"]) for item in caught.value.problems] == [("seal_other", told)]


def test_a_plan_s_workbook_is_sealed_only_with_its_plan(tmp_path: Path) -> None:
    pilot = Path(copytree(EXAMPLE, tmp_path / "pilot"))
    (tmp_path / "x.xlsx").write_bytes(book("plan").data)
    seal([tmp_path / "x.xlsx", pilot / "plan.toml"])
    (pilot / "plan.toml").write_bytes((pilot / "plan.toml").read_bytes() + b"# later\n")
    with pytest.raises(InputError) as caught:
        seal([tmp_path / "x.xlsx", pilot / "plan.toml"], tmp_path / "seal.json")
    assert [dict(item.facts)["file"] for item in caught.value.problems] == ["plan.toml"]


def test_a_seal_that_is_there_is_not_replaced_unasked(home: Path) -> None:
    before = sealed(home).read_bytes()
    with pytest.raises(WorkbookError) as caught:
        seal([home / "a.csv"], None, coefficients=[home / "表"])
    assert [item.code for item in caught.value.problems] == ["seal_exists"]
    assert (home / "seal.json").read_bytes() == before


@pytest.mark.parametrize("of", ["itself", "nothing", "missing", "outside", "link", "pipe", "name", "case"])
def test_what_cannot_be_sealed_is_one_line_and_nothing_is_written(home: Path, tmp_path: Path, of: str) -> None:
    files, output = [home / "a.csv"], home / "seal.json"
    (home / "empty").mkdir()
    if of == "itself":
        output.write_bytes(b"{}")
        files.append(output)
    elif of == "nothing":
        files = [home / "empty"]
    elif of == "missing":
        files.append(home / "c.csv")
    elif of == "outside":
        output = home / "表" / "seal.json"
    elif of == "link":
        (tmp_path / "secret.csv").write_bytes(b"secret")
        (home / "l.csv").symlink_to(tmp_path / "secret.csv")
        files.append(home / "l.csv")
    elif of == "pipe":
        os.mkfifo(home / "p.csv")
        files.append(home / "p.csv")
    elif of == "name":
        (home / "a:b.csv").write_bytes(A)
        files.append(home / "a:b.csv")
    else:
        (home / "A.csv").write_bytes(A)
        files.append(home / "A.csv")
    with pytest.raises(QhgepError) as caught:
        seal(files, output)
    expected = {"itself": "seal_exists", "pipe": "file_not_regular", "link": "file_outside", "case": "seal_twice"}
    assert [item.code for item in caught.value.problems] == [expected.get(of, f"seal_{of}")]
    assert not output.exists() or output.read_bytes() == b"{}"


# --- held against the files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda path: path.write_bytes(A.upper()), "changed"),
        (lambda path: path.write_bytes(A + b"\n"), "changed"),
        (lambda path: path.unlink(), "missing"),
        (lambda path: (path.unlink(), path.mkdir()), "unreadable"),
        (lambda path: (path.unlink(), os.mkfifo(path)), "unreadable"),
        (lambda path: (path.unlink(), path.symlink_to(path.name)), "unreadable"),
        (lambda path: (path.unlink(), path.symlink_to("/dev/zero")), "unreadable"),
        (lambda path: (path.unlink(), path.symlink_to("表/b.csv")), "changed"),
    ],
    ids=["same length", "longer", "gone", "folder", "pipe", "loop", "device", "other file"],
)
def test_a_file_that_is_not_as_sealed_is_named_and_the_others_are_not(home: Path, change: object, kind: str) -> None:
    path = sealed(home)
    change(home / "a.csv")  # type: ignore[operator] # a function of the table above
    found = verify_seal(path)
    assert [(item.name, item.kind) for item in found.departures] == [("a.csv", kind)]
    assert not found.same


def test_a_link_to_a_file_elsewhere_is_not_opened_though_it_has_the_sealed_bytes(home: Path, tmp_path: Path) -> None:
    path = sealed(home)
    (tmp_path / "elsewhere.csv").write_bytes(A)
    (home / "a.csv").unlink()
    (home / "a.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert verify_seal(path).departures == (Departure("a.csv", "unreadable", sha(A)),)


def test_in_a_folder_that_was_sealed_whole_nothing_may_be_added(home: Path) -> None:
    made, path = seal([home / "表"], home / "seal.json")
    assert ([item.name for item in made.files], made.folders) == (["表/b.csv"], ("表",))
    (home / "c.csv").write_bytes(A)  # beside the folder
    assert verify_seal(path).same
    (home / "表" / "tables").mkdir()
    (home / "表" / "tables" / "d.csv").write_bytes(A)
    (home / "表" / "linked").symlink_to(home)
    assert [(item.name, item.kind) for item in verify_seal(path).departures] == [
        ("表/linked", "extra"), ("表/tables/d.csv", "extra"),
    ]  # fmt: skip


def test_the_folder_of_the_seal_itself_is_sealed_but_for_the_seal_and_its_signature(home: Path) -> None:
    made, path = seal([home])
    (home / "seal.json.sig").write_bytes(b"")
    assert (made.folders, verify_seal(path).same) == ((".",), True)
    (home / "new.csv").write_bytes(b"")
    assert [item.name for item in verify_seal(path).departures] == ["new.csv"]
    seal([home], path)  # sealed again, it lists neither itself nor its signature
    assert verify_seal(path).same


@pytest.mark.parametrize("field", ["run_id", "content_hash", "record_hash"])
def test_a_seal_that_says_another_hash_of_a_workbook_is_told_though_the_bytes_are_the_sealed_ones(
    tmp_path: Path, field: str
) -> None:
    """Who compares the hash on paper with that of the seal would be misled, whoever signed it."""
    (tmp_path / "x.xlsx").write_bytes(book("pilot").data)
    _, path = seal([tmp_path / "x.xlsx"])
    content = json.loads(path.read_text("utf-8"))
    content["files"][0][field] = "0" * len(content["files"][0][field])
    path.write_text(json.dumps(content), encoding="utf-8")
    found = verify_seal(path)
    assert [(item.kind, found.same) for item in found.departures] == [("misnamed", False)]
    assert "x.xlsx  封存清单所写的运行号或指纹不是这份工作簿的" in found.text()


def test_a_workbook_that_was_only_packed_anew_is_told_apart_from_a_changed_one(tmp_path: Path) -> None:
    data = book("pilot").data
    (tmp_path / "x.xlsx").write_bytes(data)
    _, path = seal([tmp_path / "x.xlsx"])
    again = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    (tmp_path / "x.xlsx").write_bytes(again.getvalue())
    found = verify_seal(path)
    assert [(item.kind, found.same, found.holds) for item in found.departures] == [("resaved", False, False)]
    assert "内容、记录与封存时相同" in found.text()
    (tmp_path / "x.xlsx").write_bytes(book("plan").data)  # another workbook, sound in itself
    assert [item.kind for item in verify_seal(path).departures] == ["changed"]


# --- written by somebody else -----------------------------------------------------------------------------------------

NO_NAMES = (
    "/etc/passwd", "//host/share", "../a.csv", "表/../../a.csv", "./a.csv", "表/./b.csv", "表//b.csv", "表/", "", ".", "..",
    "C:/a.csv", "c:a.csv", "表\\b.csv", "\\\\host\\share", "a.csv:stream", "NUL", "aux.txt", "表/Com1.csv", "lpt¹", "CONIN$",
    "a.csv ", " a.csv", "a.csv.", "a*.csv", "a?.csv", "a|b", "<a>", 'a"b', "a\0b", "a\nb", "a\x1b[2Jb", "a\u202ecsv.exe",
    "a\u200bb", "a\ud800b", "a\ufeffb", "x" * 1025,
)  # fmt: skip


@pytest.mark.parametrize("name", NO_NAMES, ids=ascii)
@pytest.mark.parametrize("where", ["files", "folders"])
def test_a_name_that_is_not_plain_is_refused_before_anything_is_opened(home: Path, name: str, where: str) -> None:
    if where == "folders" and name == ".":
        return  # the folder of the seal
    path = forged(
        home, *([name] if where == "files" else ["a.csv"]), **({"folders": [name]} if where == "folders" else {})
    )
    with pytest.raises(InputError) as caught:
        verify_seal(path)
    assert [item.code for item in caught.value.problems] == ["seal_name"]
    assert all(unicodedata.category(letter)[0] != "C" for letter in caught.value.text())


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("./\\: ~"), max_size=12))
@example("a/b")
def test_a_plain_name_is_the_same_relative_path_under_every_system(name: str) -> None:
    if plain(name):
        for kind in (PurePosixPath, PureWindowsPath):
            path = kind(name)
            assert not path.is_absolute()
            assert path.parts == tuple(name.split("/"))
            assert ".." not in path.parts
        assert not PureWindowsPath(name).drive


ORDINARY = (
    "a.csv",
    "表/b.csv",
    "2024年 样表（一）.xlsx",
    "全　角.csv",
    ".hidden",
    "a..b",
    "~$x.xlsx",
    "con-1.csv",
    "a,b",
    "-x",
)


@pytest.mark.parametrize("name", ORDINARY)
def test_names_as_people_have_them_are_plain(name: str) -> None:
    assert plain(name)


@pytest.mark.parametrize(
    "names", [("a.csv", "a.csv"), ("a.csv", "A.CSV"), ("é.csv", "e\u0301.csv"), ("straße", "STRASSE")]
)
def test_two_names_that_are_one_file_somewhere_are_refused(home: Path, names: tuple[str, str]) -> None:
    forged(home, *names)
    assert codes(home) == ["seal_twice"]


def test_a_seal_lists_neither_itself_nor_its_signature(home: Path) -> None:
    forged(home, "seal.json", "seal.json.sig")
    assert codes(home) == ["seal_itself"]


GOOD = '{"schema":1,"kind":"seal","qhgep":"0.1.0","files":[{"name":"a.csv","bytes":0,"sha256":"' + "0" * 64 + '"}]}'


@pytest.mark.parametrize(("old", "new", "code"), [
    ("{", "", "seal_json"), ('"kind"', '"kind":"seal","kind"', "seal_json"), ('"bytes":0', '"bytes":0,"bytes":1', "seal_json"),
    (GOOD, "[" * 200_000, "seal_json"), (":0,", f":{'9' * 5000},", "seal_json"), (GOOD, "\ufeff" + GOOD, "seal_json"), (GOOD, "", "seal_json"),
    (GOOD, "null", "seal_field"), (GOOD, "[]", "seal_field"), (GOOD, "1", "seal_field"), (":0,", ":true,", "seal_field"),
    (":0,", ":0.0,", "seal_field"), (":0,", ":NaN,", "seal_field"), (":0,", ":-1,", "seal_field"), (":0,", ':"0",', "seal_field"),
    ("0" * 64, "0" * 63, "seal_field"), ("0" * 64, "A" * 64, "seal_field"), ("0" * 64, "0" * 64 + "\\n", "seal_field"),
    ('"schema":1', '"schema":2', "seal_field"), ('"schema":1', '"schema":true', "seal_field"), ('"seal"', '"account"', "seal_field"),
    ('"kind"', '"more":1,"kind"', "seal_field"), ('"bytes"', '"path":"/etc","bytes"', "seal_field"), ('"files":[', '"files":[],"x":[', "seal_field"),
    ('"0.1.0"', '"\\u001b[2J"', "seal_field"), ('"a.csv"', "7", "seal_field"), ('"kind"', '"folders":7,"kind"', "seal_field"),
    ('"kind"', '"\\u001b[2J":1,"kind"', "seal_field"),
], ids=lambda text: ascii(text[:30]))  # fmt: skip
def test_json_that_is_no_seal_is_one_line(home: Path, old: str, new: str, code: str) -> None:
    (home / "seal.json").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    assert codes(home) == [code]
    exit_code, told = run("verify", home / "a.csv", "--seal", home / "seal.json")
    assert (exit_code, "Traceback" in told, "\x1b" in told) == (1, False, False)


def test_other_encodings_pipes_and_large_files_are_no_seals(home: Path) -> None:
    path = home / "seal.json"
    path.write_bytes(GOOD.encode("utf-16"))
    assert codes(home) == ["seal_json"]
    with path.open("wb") as file:
        file.truncate(MOST_SEAL + 1)  # a sparse file
    assert codes(home) == ["file_too_large"]
    path.unlink()
    assert codes(home) == ["seal_missing"]
    os.mkfifo(path)
    assert codes(home) == ["file_not_regular"]


def test_a_folder_without_end_is_left(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qhgep.seals.names.MOST_FILES", 3)
    for number in range(4):
        (home / "表" / f"{number}.csv").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        list(files_below(home / "表"))
    assert [item.code for item in caught.value.problems] == ["seal_many"]
    forged(home, "a.csv", folders=["表"])
    assert Departure("表", "unreadable") in verify_seal(home / "seal.json").departures


# --- signed -----------------------------------------------------------------------------------------------------------


def key(folder: Path, name: str) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "x", "-f", folder / name], check=True)
    return folder / name


def sign(path: Path, private: Path, namespace: str = NAMESPACE) -> Path:
    Path(f"{path}.sig").unlink(missing_ok=True)
    subprocess.run(["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", private, path], check=True, capture_output=True)
    return Path(f"{path}.sig")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    key(tmp_path, "finance")
    key(tmp_path, "other")
    return tmp_path


@needs_ssh
def test_only_a_key_that_the_verifier_gives_is_trusted(home: Path, keys: Path) -> None:
    path = sealed(home)
    sign(path, keys / "finance")
    valid = verify_seal(path, signer=keys / "finance.pub")
    assert (valid.signature.state, valid.signature.who, valid.holds) == ("valid", "finance.pub", True)
    assert NO_PROOF not in valid.text()
    assert valid.signature.key.startswith("ED25519 key SHA256:")
    other = verify_seal(path, signer=keys / "other.pub")
    assert (other.signature.state, other.same, other.holds) == ("invalid", True, False)
    assert NO_PROOF in other.text()
    unasked = verify_seal(path)
    assert (unasked.signature.state, unasked.holds) == ("not_checked", True)
    assert NO_PROOF in unasked.text()


@needs_ssh
def test_a_signature_holds_for_these_bytes_and_this_purpose(home: Path, keys: Path) -> None:
    path, public = sealed(home), keys / "finance.pub"
    signature = sign(path, keys / "finance")
    before = path.read_bytes()
    path.write_bytes(before + b" ")  # the same JSON
    assert verify_seal(path, signer=public).signature.state == "invalid"
    path.write_bytes(before)
    assert verify_seal(path, signer=public).signature.state == "valid"
    for namespace in ("file", "git", f"{NAMESPACE}2"):
        sign(path, keys / "finance", namespace)
        assert verify_seal(path, signer=public).signature.state == "invalid"
    signature.write_bytes(b"-----BEGIN SSH SIGNATURE-----\n")
    assert verify_seal(path, signer=public).signature.state == "invalid"
    signature.unlink()
    absent = verify_seal(path, signer=public)
    assert (absent.signature.state, absent.holds, NO_PROOF in absent.text()) == ("absent", False, True)


@needs_ssh
def test_a_file_of_allowed_signers_keeps_its_own_conditions(home: Path, keys: Path) -> None:
    path, signers = sealed(home), keys / "allowed_signers"
    sign(path, keys / "finance")
    public = " ".join((keys / "finance.pub").read_text("ascii").split()[:2])
    other = " ".join((keys / "other.pub").read_text("ascii").split()[:2])
    for line, state in (
        (f"zhang@x.cn {public}", "valid"), (f"# 财政局\n\nli@x.cn {other}\nzhang@x.cn,zhang@y.cn {public}", "valid"),
        (f"*@x.cn {public}", "valid"), (f'zhang@x.cn namespaces="file" {public}', "invalid"),
        (f'zhang@x.cn namespaces="file,{NAMESPACE}" {public}', "valid"), (f'zhang@x.cn valid-before="20200101" {public}', "invalid"),
        (f"zhang@x.cn {other}", "invalid"), (f"!zhang@x.cn {public}", "invalid"), (f"-Y {public}", "invalid"),
        (f"zhang@x.cn {public[:-4]}", "invalid"), ("zhang@x.cn", "invalid"),
    ):  # fmt: skip
        signers.write_text(f"{line}\n", encoding="utf-8")
        assert (line, verify_seal(path, signer=signers).signature.state) == (line, state)


@needs_ssh
def test_a_private_key_no_key_and_what_is_no_file_are_refused(home: Path, keys: Path) -> None:
    path = sealed(home)
    signature = sign(path, keys / "finance")
    (keys / "none").write_text("# nobody\n", encoding="ascii")
    os.mkfifo(keys / "pipe")
    for signer, code in (
        ("finance", "seal_private"),
        ("none", "seal_no_key"),
        ("gone.pub", "seal_missing"),
        ("pipe", "file_not_regular"),
    ):
        with pytest.raises(InputError) as caught:
            verify_seal(path, signer=keys / signer)
        assert [item.code for item in caught.value.problems] == [code]
    signature.unlink()
    with pytest.raises(InputError):
        verify_seal(path, signer=keys / "gone.pub")  # a slip in the name is no missing signature
    with pytest.raises(InputError):
        verify_seal(path, signer=keys / "finance.pub", signature=keys / "gone.sig")


def fake(folder: Path, script: str) -> None:
    (folder / "bin").mkdir(exist_ok=True)
    (folder / "bin" / "ssh-keygen").write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
    (folder / "bin" / "ssh-keygen").chmod(0o755)


@pytest.mark.parametrize(
    "script", [None, "echo 'unknown option -- Y' >&2; exit 1", "echo 'usage: ssh-keygen [-q]' >&2; exit 1"]
)
def test_where_ssh_keygen_is_absent_or_too_old_nothing_is_called_fine(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None
) -> None:
    (tmp_path / "bin").mkdir()
    if script:
        fake(tmp_path, script)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    path = sealed(home)
    Path(f"{path}.sig").write_bytes(b"x")
    (tmp_path / "k.pub").write_text("ssh-ed25519 AAAA x\n", encoding="ascii")
    (home / "x.xlsx").write_bytes(b"x")
    code, told = run("verify", home / "x.xlsx", "--seal", path, "--signer", tmp_path / "k.pub")
    assert code == 1
    assert "签名没有核对：没有可用的 ssh-keygen，或它太旧" in told


@pytest.mark.parametrize("script", ["exit 0", "echo zhang", "echo zhang; exit 1", "kill -9 $$"])
def test_a_program_that_says_nothing_good_is_no_valid_signature(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    fake(tmp_path, script)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    path = sealed(home)
    Path(f"{path}.sig").write_bytes(b"x")
    (tmp_path / "k.pub").write_text("ssh-ed25519 AAAA x\n", encoding="ascii")
    assert verify_seal(path, signer=tmp_path / "k.pub").signature.state == "invalid"


# --- the verbs --------------------------------------------------------------------------------------------------------


def test_the_verbs_seal_and_verify_and_end_with_their_codes(tmp_path: Path) -> None:
    pilot = Path(copytree(EXAMPLE, tmp_path / "pilot"))
    workbook, path = tmp_path / "x.xlsx", tmp_path / "s.json"
    workbook.write_bytes(book("pilot").data)
    code, told = run("seal", workbook, pilot / "account.toml", "-o", path)
    assert (code, "3 个文件" in told, f"ssh-keygen -Y sign -n {NAMESPACE}" in told) == (0, True, True)
    code, told = run("verify", workbook, "--seal", path)
    assert (code, "与封存时相同" in told, NO_PROOF in told) == (0, True, True)
    content = json.loads(run("verify", workbook, "--seal", path, "--json", "-")[1])["body"]["seal"]
    assert (content["holds"], content["signature"]["state"], content["files"]) == (True, "not_checked", 3)
    (pilot / "inputs.csv").write_bytes(b"")
    code, told = run("--lang", "en", "verify", workbook, "--seal", path)
    assert (code, "pilot/inputs.csv  is not as it was sealed" in told) == (3, True)
    assert run("verify", workbook, "--signer", path)[0] == 2


def test_a_workbook_that_is_not_among_the_sealed_files_is_said_to_be_none(home: Path) -> None:
    path = sealed(home)
    (home / "x.xlsx").write_bytes(book("pilot").data)
    code, told = run("verify", home / "x.xlsx", "--seal", path)
    assert (code, "x.xlsx  不在封存的文件里" in told) == (3, True)


@needs_ssh
def test_a_signature_by_another_ends_with_3_and_in_words(tmp_path: Path, keys: Path) -> None:
    workbook, path = tmp_path / "x.xlsx", tmp_path / "s.json"
    workbook.write_bytes(book("pilot").data)
    assert run("seal", workbook, "-o", path)[0] == 0
    sign(path, keys / "finance")
    assert run("verify", workbook, "--seal", path, "--signer", keys / "finance.pub")[0] == 0
    code, told = run("verify", workbook, "--seal", path, "--signer", keys / "other.pub")
    assert (code, "签名：无效" in told) == (3, True)
