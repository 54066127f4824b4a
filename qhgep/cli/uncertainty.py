"""The verb `uncertainty`: how sure an account, or what a plan pays, is under the distributions that are declared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qhgep.cli.console import (
    Inside,
    Json,
    KnownOn,
    Output,
    Packs,
    Require,
    level_of,
    misuse,
    progress,
    reporting_errors,
    settings,
    write_json,
)

if TYPE_CHECKING:
    from qhgep.compensation.payment_bands import PaymentBands
    from qhgep.engine.uncertainty import Uncertainty
    from qhgep.errors import Language

_MOST_DRAWS = 1_000_000


def add_uncertainty(app: typer.Typer) -> None:
    """Add the verb to the command line."""

    @app.command()
    def uncertainty(  # noqa: PLR0913, PLR0917 - options of the command line
        file: Annotated[Path, typer.Argument(help="account.toml 或 plan.toml (account.toml or plan.toml).")],
        draws: Annotated[int, typer.Option(min=2, max=_MOST_DRAWS, help="抽取次数 (draws).")] = 10_000,
        seed: Annotated[int, typer.Option(min=0, help="种子：同一种子，同样的数 (seed: the same gives the same numbers).")] = 1,
        output: Output = None, json_file: Json = None, coefficients: Packs = None, require: Require = None,
        as_known_on: KnownOn = None, inside: Inside = None,
        previous: Annotated[Path | None, typer.Option(help="上年数：方案结果 JSON、plan.toml 或 csv (last year: JSON, plan.toml, csv).")] = None,
    ) -> None:  # fmt: skip
        """声明的不确定性下的区间 (bands under declared uncertainty). 例: qhgep uncertainty account.toml -o out/区间.xlsx"""
        with reporting_errors():
            from qhgep.cli.tables import day
            from qhgep.compensation.plan.read import is_plan
            from qhgep.workbook.output_paths import check_targets

            level = level_of(require)
            check_targets((file, previous, *(coefficients or ())), output, json_file)
            progress("cli.reading_computing", file=file.name)
            known_on, packs = day(as_known_on, "--as-known-on"), coefficients or []
            found: Uncertainty | PaymentBands
            if is_plan(file):
                from qhgep.compensation.payment_bands import payment_bands

                found = payment_bands(
                    file, draws=draws, seed=seed, require=level, coefficients=packs, known_on=known_on, inside=inside,
                    previous=previous,
                )  # fmt: skip
            else:
                if previous is not None:
                    raise misuse("--previous", "needs_all", options="plan.toml")
                from qhgep import compute, read_account
                from qhgep.engine.uncertainty import uncertainty as run

                account = read_account(file, coefficients=packs, require=require, known_on=known_on, inside=inside)
                found = run(compute(account), draws=draws, seed=seed)
            if str(json_file) != "-":
                typer.echo(text_of(found, settings.language))
            _written(found, output, json_file)


def _written(found: Uncertainty | PaymentBands, output: Path | None, json_file: Path | None) -> None:
    from qhgep.engine.uncertainty import Uncertainty
    from qhgep.result_files.uncertainty import payment_bands_file, uncertainty_file

    if output is not None:
        from qhgep.workbook.reports.uncertainty import write_uncertainty

        write_uncertainty(found, output)
        settings.written.append(str(output))
    if json_file is not None:
        write_json(json_file, uncertainty_file(found) if isinstance(found, Uncertainty) else payment_bands_file(found))


def text_of(found: Uncertainty | PaymentBands, language: Language) -> str:
    """The bands as lines of a table, with what must be said of them."""
    from qhgep.engine.uncertainty import Uncertainty
    from qhgep.phrases import heads, phrase
    from qhgep.text_tables import columns
    from qhgep.workbook.reports.uncertainty import account_notes, payment_notes

    if isinstance(found, Uncertainty):
        table, notes = (
            [heads("uncertainty.account_heads", language), *_account_lines(found, language)],
            account_notes(found, language),
        )
        return "\n".join([phrase("uncertainty.notice", language), columns(table, right=range(3, 7)), *notes])
    table, notes = (
        [heads("uncertainty.payment_heads", language), *_payment_lines(found, language)],
        payment_notes(found, language),
    )
    return "\n".join([phrase("uncertainty.notice", language), columns(table, right=range(2, 8)), *notes])


def _account_lines(found: Uncertainty, language: Language) -> list[list[str]]:
    from qhgep.engine.names import ALL, TOTALS
    from qhgep.money import cents_text
    from qhgep.phrases import in_language, phrase
    from qhgep.units import converted

    zh = {county.code: county.zh for county in found.result.account.counties} | {
        ALL: phrase("uncertainty.total", language)
    }
    lines = []
    for band in found.bands:
        value = found.result.value(band.quantity, county=band.county, period=band.period, item=band.item)
        wan = float(converted("万元/a", value.unit, quantity=band.quantity))
        name = TOTALS.get(band.quantity) or found.result.values[band.quantity].quantity.zh
        name = in_language(language, name, band.quantity) + (f"，{band.item}" if band.item else "")
        numbers = [cents_text(number / wan) for number in (band.value, band.low, band.middle, band.high)]
        lines.append([band.county, zh[band.county], name, *numbers])
    return lines


def _payment_lines(found: PaymentBands, language: Language) -> list[list[str]]:
    from decimal import Decimal

    from qhgep.money import yuan
    from qhgep.workbook.reports.uncertainty import stream_text

    zh = {item.id: item.zh for item in found.allocation.recipients}
    return [
        [band.recipient, zh[band.recipient],
         *(f"{Decimal(yuan(fen)):,}" for fen in (band.fen, band.low, band.middle, band.high)),
         f"{band.same_rank:.1%}", "—" if band.below is None else f"{band.below:.1%}", stream_text(band.moved_by, language)]
        for band in found.bands
    ]  # fmt: skip
