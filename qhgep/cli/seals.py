"""The verb `seal`, and the options of `verify` that hold files against a seal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qhgep.cli.console import Inside, Packs, progress, reporting_errors, say, settings

seals = typer.Typer(rich_markup_mode=None)
SealFile = Annotated[Path | None, typer.Option("--seal", help="再与这份封存清单比对 (compare with this seal).")]
Signer = Annotated[
    Path | None,
    typer.Option(
        "--signer",
        help="信任的签名人：公钥或 allowed_signers 文件，由核验人自备 (public key or allowed signers that you trust).",
    ),
]
SignatureFile = Annotated[
    Path | None, typer.Option("--signature", help="签名文件，缺省为封存清单名加 .sig (signature of the seal).")
]


@seals.command()
def seal(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="工作簿、account.toml、plan.toml 连同所列文件、其他文件或文件夹 (files with what they name, folders)."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="封存清单，缺省为共同文件夹里的 seal.json (seal to write; seal.json in the common folder).",
        ),
    ] = None,
    coefficients: Packs = None,
    inside: Inside = None,
) -> None:
    """封存：各文件的指纹清单，可签名 (seal files). 例: qhgep seal out/pilot.xlsx examples/pilot/account.toml -o seal.json"""
    with reporting_errors():
        from qhgep.seals import NAMESPACE
        from qhgep.seals import seal as run

        progress("cli.sealing")
        made, written = run(files, output, coefficients=coefficients or [], inside=inside)
        settings.written.append(str(written))
        count = len(made.files)
        typer.echo(say("cli.sealed", written=written, count=count))
        command = f"ssh-keygen -Y sign -n {NAMESPACE} -f "
        typer.echo(say("cli.sign", command=command, written=written))
