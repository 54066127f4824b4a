"""The verb `issued`: which workbooks of some folders read a row, or the figures of a county."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qhgep.cli.console import Json, misuse, reporting_errors, say, settings, write_json

if TYPE_CHECKING:
    from qhgep.workbook.correction.issued_corrections import IssuedCorrection
    from qhgep.workbook.issued import IssuedBook


def add_issued(app: typer.Typer) -> None:
    """Add the verb to the command line."""

    @app.command()
    def issued(  # noqa: PLR0913, PLR0917 - options of the command line
        folders: Annotated[list[Path], typer.Argument(help="放着工作簿的文件夹，可以多个 (folders of workbooks).")],
        row: Annotated[str, typer.Option(help="系数行或政策参数行的编号 (a coefficient row).")] = "",
        county: Annotated[str, typer.Option(help="区划代码：读了这个县的数 (county: what read its figures).")] = "",
        quantity: Annotated[str, typer.Option(help="量，如 area (quantity, as area).")] = "",
        ecosystem: Annotated[str, typer.Option(help="生态系统：一县一量有多行时 (an ecosystem).")] = "",
        item: Annotated[str, typer.Option(help="项目：同上 (an item).")] = "",
        period: Annotated[str, typer.Option(help="期间的起：同上 (the first day or year of a period).")] = "",
        to: Annotated[
            str, typer.Option(help="更正后的值，与原行同单位：逐县算出各定稿方案差几分 (the corrected value: what each final plan owes).")
        ] = "",
        treasury: Annotated[str, typer.Option(help="与 --to、-o 同用：承担余额的一方 (who bears the rest).")] = "",
        output: Annotated[
            Path | None, typer.Option("-o", "--output", help="与 --to、--treasury 同用：写出补发与追缴的方案 .toml (plan to write, with --to).")
        ] = None,
        json_file: Json = None,
    ) -> None:  # fmt: skip
        """哪些已写出的工作簿读了它，更正后差多少 (what read a row or figure). 例: qhgep issued 定稿/ --row GZ-26 --to 418"""
        if bool(treasury) != (output is not None) or (output is not None and not to):
            raise misuse("issued", "needs_all", options="--to --treasury -o")
        with reporting_errors():
            from qhgep.workbook.output_paths import check_targets

            check_targets(folders, None, json_file)
            from qhgep.result_files.lists import issued_file
            from qhgep.workbook.issued import IssuedQuery, issued_books

            asked = IssuedQuery(row, county, quantity, ecosystem, item, period)
            corrections: Sequence[IssuedCorrection] = ()
            if to:
                from qhgep.workbook.correction.issued_corrections import corrections_of

                corrections = corrections_of(folders, asked, to)
            found = [one.book for one in corrections] if to else list(issued_books(folders, asked))
            if str(json_file) != "-":
                typer.echo(_books(found) if found else say("rests.issued_none"))
            if str(json_file) != "-" and to:
                typer.echo(_owed(corrections))
            if output is not None:
                _write(corrections, output, treasury)
            if json_file is not None:
                write_json(json_file, issued_file(found, corrections))


def _write(corrections: Sequence[IssuedCorrection], output: Path, treasury: str) -> None:
    """The plan of what is paid after and taken back, a step for each final plan."""
    from qhgep.workbook.correction.back_payment import write_back_payment
    from qhgep.workbook.output_paths import refuse_unwritable

    refuse_unwritable(output, folder=False)
    write_back_payment([one.back for one in corrections if one.back is not None], output, treasury=treasury)
    settings.written.append(str(output))
    typer.echo(say("rules.back_written", file=output.name), err=True)


def _books(found: Sequence[IssuedBook]) -> str:
    """The workbooks, and what of what was looked for each reads."""
    from qhgep.errors import printable
    from qhgep.phrases import heads, listed
    from qhgep.text_tables import columns

    language = settings.language
    table = [heads("rests.issued_heads", language)]
    for book in found:
        parts = [listed(book.reads, language, "pause")] if book.reads else []
        for key, names in (("files", book.through), ("runs", book.unseen)):
            if names:
                said = {key: listed(names, language, "pause")}
                parts.append(say("rests.issued_through" if key == "files" else "rests.issued_unseen", **said))
        words = listed(parts, language, "semicolon")
        table.append([str(book.file), say(f"rests.issued_{book.kind}"), book.state, printable(book.title), words])
    return columns(table)


def _owed(corrections: Sequence[IssuedCorrection]) -> str:
    """What each final plan owes by recipient; a word where there is none."""
    from qhgep.cli.back_payment import back_text

    backs = [one.back for one in corrections if one.back is not None]
    return back_text(backs, settings.language) if backs else say("rests.issued_no_final")
