"""What goes into the zip for an office PC besides libraries: launchers that a Chinese Windows reads, words, the same bytes."""

import zipfile
from pathlib import Path

import pytest

from qhgep import __version__
from scripts.office_bundle import PLATFORMS, parts, zipped


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_part_has_its_facts_and_its_line_ends(platform: str) -> None:
    found = parts(platform)
    windows = platform.startswith("windows")
    assert set(found) == {"qhgep-desk.bat" if windows else "qhgep-desk.sh", "need-python.txt", "使用说明.txt", "run.py"}
    for name, content in found.items():
        assert not any(f"@{fact}@".encode() in content for fact in ("VERSION", "PLATFORM", "PYTHON", "TUPLE")), name
        lines = content.count(b"\n")
        assert content.count(b"\r\n") == (lines if windows and not name.endswith(".py") else 0), name
    assert "没有找到 Python 3.11" in found["need-python.txt"].decode()
    assert f"工作台 {__version__}（{platform}）" in found["使用说明.txt"].decode("utf-8-sig")


def test_the_batch_file_is_ascii_and_says_what_is_missing_from_a_file() -> None:
    """Cmd reads a batch file in the code page of the console: what is Chinese stands in a text that it types as UTF-8."""
    batch = parts("windows-x86_64")["qhgep-desk.bat"].decode("ascii")
    lines = batch.split("\r\n")
    assert lines[0] == "@echo off"
    assert lines.index("chcp 65001 >nul") < lines.index('type "%~dp0need-python.txt"')
    assert 'cd /d "%~dp0"' in lines
    assert batch.count("(3, 11)") == 2


def test_the_same_libraries_give_the_same_zip(tmp_path: Path) -> None:
    for name in ("a", "b"):
        library = tmp_path / name / "库"
        library.mkdir(parents=True)
        (library / "x.py").write_text("1\n", encoding="utf-8")
        (library / "__pycache__").mkdir()
        (library / "__pycache__" / f"{name}.pyc").write_bytes(name.encode())
    made = [zipped(tmp_path / name, "linux-x86_64", tmp_path / f"{name}.zip") for name in ("a", "b")]
    assert made[0].read_bytes() == made[1].read_bytes()
    with zipfile.ZipFile(made[0]) as packed:
        modes = {item.filename.rpartition("/")[2]: item.external_attr >> 16 & 0o777 for item in packed.infolist()}
        assert f"qhgep-desk-{__version__}/lib/库/x.py" in packed.namelist()
    assert modes["qhgep-desk.sh"] == 0o755
    assert modes["x.py"] == 0o644
