"""The verb `county-funds`: all compensation money of one county, by several plans, on one sheet.

A file of its own, as each group of verbs has one; `app` puts them together.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qhgep.cli.console import Inside, reporting_errors, say, settings


def add_county_funds(app: typer.Typer) -> None:
    """Add the verb to the command line."""

    @app.command("county-funds")
    def county_funds(
        county: Annotated[
            str, typer.Argument(help="区划代码或方案里的单位编号 (code of a county, or id of a recipient).")
        ],
        plans: Annotated[
            list[Path],
            typer.Argument(
                help="各项资金的方案：plan.toml、文件夹或工作簿 (plans of all funds: plan.toml, folders or workbooks)."
            ),
        ],
        output: Annotated[Path | None, typer.Option("-o", "--output", help="写出的工作簿 (workbook to write).")] = None,
        inside: Inside = None,
    ) -> None:
        """一个县的各渠道补偿资金 (all funds of a county). 例: qhgep county-funds 632222 草原.xlsx 流域.xlsx -o 祁连.xlsx"""
        with reporting_errors():
            from decimal import Decimal

            from qhgep.errors import printable
            from qhgep.money import yuan
            from qhgep.phrases import heads
            from qhgep.text_tables import columns
            from qhgep.workbook.output_paths import check_targets
            from qhgep.workbook.reports.county_funds import county_funds as collect
            from qhgep.workbook.reports.county_funds import write_county_funds

            check_targets(tuple(plans), output, None)
            found = collect(county, plans, inside=inside)
            rows = [
                [printable(item.title), f"{Decimal(yuan(item.due)):,}", item.state, item.file] for item in found.funds
            ]
            table = [heads("rules.funds_heads", settings.language), *rows]
            typer.echo(columns(table, right=(1,)))
            if output is not None:
                settings.written.append(str(write_county_funds(found, output)))
                typer.echo(say("cli.workbook", path=output))
