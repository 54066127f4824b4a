"""render: a workbook as PDF and pictures; what is told where a program is not there, fails or takes too long."""

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from qhgep.errors import InputError, WorkbookError
from qhgep.workbook.core.render import render
from qhgep.workbook.files import finalise
from tests.support.books import book
from tests.test_cli import run
from tests.test_final import reviewed_plan

posix = pytest.mark.skipif(sys.platform == "win32", reason="the programs that stand in are shell scripts")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "方案 1.xlsx"
    path.write_bytes(book("plan").data)
    return path


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Makes shell scripts that stand in for programs; nothing else is on the PATH but what these need."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def program(name: str, script: str) -> Path:
        path = folder / name
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return program


OFFICE = """while [ "$1" != --outdir ]; do shift; done
printf '%%PDF-1.7 of %s' "$(wc -c < "$3" | tr -d ' ')" > "$2/book.pdf\""""
"""A LibreOffice that makes a PDF of the size of its input."""


def refused(*arguments: object, **options: object) -> str:
    with pytest.raises(WorkbookError) as error:
        render(*arguments, **options)  # type: ignore[arg-type] # what a test gives
    return str(error.value)


@pytest.mark.libreoffice
def test_libreoffice_prints_every_sheet_and_the_state_is_on_every_page(workbook: Path, tmp_path: Path) -> None:
    before = workbook.read_bytes()
    written = render(workbook, tmp_path / "out" / "x.pdf")
    assert written == [tmp_path / "out" / "x.pdf"]
    assert written[0].read_bytes().startswith(b"%PDF")
    assert workbook.read_bytes() == before
    if (reader := shutil.which("pdftotext")) is None:
        pytest.skip("pdftotext is not on PATH: the pages were not read")
    import subprocess

    text = subprocess.run([reader, str(written[0]), "-"], capture_output=True, check=True).stdout.decode()
    pages = text.split("\f")[:-1]
    assert len(pages) >= len(book("plan").sheets)
    assert all("测算稿" in page for page in pages)


@pytest.mark.libreoffice
def test_pages_are_pictures_where_pdftoppm_is_there(workbook: Path, tmp_path: Path) -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not on PATH")
    written = render(workbook, png=tmp_path / "pages")
    assert len(written) >= len(book("plan").sheets)
    assert written[0].name.startswith("方案 1-")
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)
    assert not list(tmp_path.glob("*.pdf"))


@posix
def test_a_pdf_is_written_whole_through_a_private_profile_and_a_copy(
    workbook: Path, programs: Callable[[str, str], Path], tmp_path: Path
) -> None:
    programs("soffice", f'for word in "$@"; do echo "$word"; done > {tmp_path}/called\n{OFFICE}')
    (path,) = render(workbook, tmp_path / "x.pdf")
    assert path.read_bytes() == f"%PDF-1.7 of {workbook.stat().st_size}".encode()
    called = (tmp_path / "called").read_text(encoding="utf-8").splitlines()
    assert called[0].startswith("-env:UserInstallation=file:///")
    assert called[1:5] == ["--headless", "--norestore", "--convert-to", "pdf"]
    assert called[-1].endswith("/book.xlsx")
    assert not Path(called[-1]).exists()  # the scratch folder is gone


@posix
def test_libreoffice_under_its_other_name_serves_too(
    workbook: Path, programs: Callable[[str, str], Path], tmp_path: Path
) -> None:
    programs("libreoffice", OFFICE)
    assert render(workbook, tmp_path / "x.pdf")[0].exists()


def test_without_libreoffice_it_is_said_what_to_do(workbook: Path, programs: object, tmp_path: Path) -> None:
    del programs
    assert refused(workbook, tmp_path / "x.pdf") == (
        "方案 1.xlsx  没有找到 LibreOffice（soffice）；安装了 LibreOffice、soffice 在 PATH 上的机器；"
        "安装 LibreOffice，或在 Excel、WPS 中另存为 PDF。"
    )


@posix
@pytest.mark.parametrize(("script", "said"), [
    ("echo 'Error: source file could not be loaded' >&2; exit 1", "Error: source file could not be loaded"),
    ("exit 77", "exit 77"), ('while [ "$1" != --outdir ]; do shift; done; echo no > "$2/book.pdf"', "exit 0"),
])  # fmt: skip
def test_where_libreoffice_fails_what_it_said_is_told_and_an_earlier_file_stays(
    script: str, said: str, workbook: Path, programs: Callable[[str, str], Path], tmp_path: Path
) -> None:
    programs("soffice", script)
    (tmp_path / "x.pdf").write_bytes(b"earlier")
    assert refused(workbook, tmp_path / "x.pdf") == (
        f"方案 1.xlsx  LibreOffice 没有生成 PDF：{said}；LibreOffice 打得开的工作簿；先在 LibreOffice 中打开它看。"
    )
    assert (tmp_path / "x.pdf").read_bytes() == b"earlier"


@pytest.mark.long
@posix
def test_what_takes_too_long_is_stopped_with_everything_that_it_started(
    workbook: Path, programs: Callable[[str, str], Path], tmp_path: Path
) -> None:
    programs("soffice", f"(sleep 3; touch {tmp_path}/late) &\nwait")
    assert refused(workbook, tmp_path / "x.pdf", seconds=0.5) == (
        "方案 1.xlsx  0.5 秒内没有完成，已停止；更小的工作簿，或更长的时限；用 --timeout 延长。"
    )
    time.sleep(3)
    assert not (tmp_path / "late").exists()
    assert not (tmp_path / "x.pdf").exists()


@posix
def test_without_pdftoppm_no_picture_and_no_pdf_is_begun(
    workbook: Path, programs: Callable[[str, str], Path], tmp_path: Path
) -> None:
    programs("soffice", OFFICE)
    assert refused(workbook, tmp_path / "x.pdf", png=tmp_path / "pages") == (
        "方案 1.xlsx  没有找到 pdftoppm，不能生成图片；安装了 poppler、pdftoppm 在 PATH 上的机器；安装 poppler-utils，或不用 --png。"
    )
    assert not (tmp_path / "x.pdf").exists()


@posix
def test_where_pdftoppm_fails_what_it_said_is_told(
    workbook: Path, programs: Callable[[str, str], Path], tmp_path: Path
) -> None:
    programs("soffice", OFFICE)
    programs("pdftoppm", "echo Syntax Error")
    assert refused(workbook, png=tmp_path / "pages") == (
        "方案 1.xlsx  pdftoppm 没有生成图片：Syntax Error；pdftoppm 读得了的 PDF；升级 poppler，或不用 --png。"
    )


def test_the_output_is_never_the_input_and_ends_in_pdf(workbook: Path, tmp_path: Path) -> None:
    before = workbook.read_bytes()
    assert "也是输入文件" in refused(workbook, workbook)
    os.link(workbook, tmp_path / "same.pdf")
    assert "也是输入文件" in refused(workbook, tmp_path / "same.pdf")
    assert refused(workbook, tmp_path / "x.xlsx") == (
        f"{tmp_path / 'x.xlsx'}  输出文件名以 “.xlsx” 结尾；.pdf；把输出文件名改为 .pdf。"
    )
    assert workbook.read_bytes() == before


@posix
def test_a_picture_is_not_written_over_what_is_final(
    workbook: Path, programs: Callable[[str, str], Path], tmp_path: Path
) -> None:
    programs("soffice", OFFICE)
    workbook.write_bytes(reviewed_plan(tmp_path / "r"))
    path = finalise(workbook, tmp_path / "x.pdf")  # whatever its name ends in
    before = path.read_bytes()
    assert "不能被改写" in refused(workbook, path)
    assert path.read_bytes() == before


def test_what_is_no_workbook_is_not_given_to_libreoffice(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_text("<html>", encoding="utf-8")
    with pytest.raises(InputError) as error:
        render(tmp_path / "x.xlsx", tmp_path / "x.pdf")
    assert (
        str(error.value)
        == "x.xlsx  这不是 xlsx 工作簿（或已损坏）；Excel、WPS 或 LibreOffice 保存的 xlsx；用这些软件打开后另存为 xlsx。"
    )


@posix
def test_render_on_the_command_line_names_what_it_wrote(
    workbook: Path, programs: Callable[[str, str], Path], tmp_path: Path
) -> None:
    programs("soffice", OFFICE)
    found = run("render", workbook, "-o", tmp_path / "x.pdf")
    only = "只印了主表：封面、情景测算表；全部印出用 --all"
    assert (found.exit_code, found.stdout) == (0, f"已写出：{tmp_path / 'x.pdf'}\n{only}\n")
    assert run("render", workbook).exit_code == 2
    assert run("render", workbook, "-o", tmp_path / "x.txt").exit_code == 1
