"""The verbs that read the trace backwards: what rests on a row, a document, a level of evidence; and the sources in use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qhgep.cli.console import (
    Inside,
    Json,
    KnownOn,
    Modules,
    Packs,
    level_of,
    misuse,
    own_catalogue,
    progress,
    reporting_errors,
    settings,
    write_json,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from qhgep.catalogue import Catalogue
    from qhgep.compensation.allocation import Allocation
    from qhgep.engine.rests_on import RestsOn, SourcesUsed
    from qhgep.engine.result import Result
    from qhgep.errors import Language
    from qhgep.provenance.payments_resting import PaymentsResting


def add_tracing(app: typer.Typer) -> None:
    """Add the verbs to the command line."""

    @app.command("rests-on")
    def rests_on(  # noqa: PLR0913, PLR0917 - options of the command line
        file: Annotated[Path, typer.Argument(help="account.toml、plan.toml 或工作簿 (account.toml, plan.toml or a workbook).")],
        row: Annotated[str, typer.Option(help="系数行 (coefficient row).")] = "",
        source: Annotated[str, typer.Option(help="来源编号 (source).")] = "",
        evidence: Annotated[str, typer.Option(help="证据等级 (level of evidence).")] = "",
        json_file: Json = None, coefficients: Packs = None, as_known_on: KnownOn = None, inside: Inside = None,
        modules: Modules = None,
    ) -> None:  # fmt: skip
        """哪些数依赖一行系数、一份文件、一级证据 (what rests on it). 例: qhgep rests-on examples/pilot/plan.toml --row GZ-26"""
        with reporting_errors():
            from qhgep.workbook.output_paths import check_targets

            check_targets((file, *(coefficients or [])), None, json_file)
            from qhgep.cli.tables import day
            from qhgep.compensation.plan.read import is_plan
            from qhgep.engine.result import Result
            from qhgep.result_files.rests_on import payments_resting_file, rests_on_file

            if sum(map(bool, (row, source, evidence))) != 1:
                raise misuse("rests-on", "exactly_one", options="--row、--source、--evidence")
            asked: Any = {"row": row, "source": source, "evidence": level_of(evidence or None, "--evidence") or ""}
            progress("cli.reading_computing", file=file.name)
            known_on, packs, own = day(as_known_on, "--as-known-on"), coefficients or [], own_catalogue(modules)
            given = file if is_plan(file) else _result(file, packs, known_on, inside, own)
            if isinstance(given, Result):
                from qhgep.engine.rests_on import rests_on as run

                found = run(given, **asked)
                text, content = account_text(found, settings.language), rests_on_file(found)
            else:
                from qhgep.provenance.payments_resting import payments_resting

                paid = payments_resting(
                    file, **asked, coefficients=packs, known_on=known_on, inside=inside, catalogue=own
                )
                text, content = plan_text(paid, settings.language), payments_resting_file(paid)  # type: ignore[assignment] # either kind
            if str(json_file) != "-":
                typer.echo(text)
            if json_file is not None:
                write_json(json_file, content)

    @app.command()
    def sources(
        file: Annotated[Path, typer.Argument(help="account.toml")], json_file: Json = None, coefficients: Packs = None,
        as_known_on: KnownOn = None, inside: Inside = None, modules: Modules = None,
    ) -> None:  # fmt: skip
        """核算所依据的来源 (the sources that an account rests on). 例: qhgep sources examples/pilot/account.toml"""
        with reporting_errors():
            from qhgep.workbook.output_paths import check_targets

            check_targets((file, *(coefficients or [])), None, json_file)
            from qhgep.cli.tables import day
            from qhgep.engine.rests_on import sources_used
            from qhgep.engine.result import Result
            from qhgep.errors import AccountError, problem
            from qhgep.result_files.rests_on import sources_file

            progress("cli.reading_computing", file=file.name)
            known_on = day(as_known_on, "--as-known-on")
            given = _result(file, coefficients or [], known_on, inside, own_catalogue(modules))
            if not isinstance(given, Result):
                raise AccountError(problem("plan_no_account", file.name))
            found = sources_used(given)
            if str(json_file) != "-":
                typer.echo(sources_text(found, settings.language))
            if json_file is not None:
                write_json(json_file, sources_file(found))


def _result(
    file: Path, packs: Sequence[Path], known_on: date | None, inside: Path | None, own: Catalogue | None
) -> Result | Allocation:
    """What an account.toml gives, or the record of a workbook."""
    from qhgep import compute, read_account
    from qhgep.workbook.verify.sides import is_result_book, recorded_result

    if file.suffix.lower() == ".xlsx" and is_result_book(file):
        return recorded_result(file, own)
    return compute(read_account(file, coefficients=packs, known_on=known_on, inside=inside, catalogue=own))


def account_text(found: RestsOn, language: Language) -> str:
    """What of an account rests on it, as lines."""
    from qhgep.phrases import heads, in_language, phrase
    from qhgep.text_tables import columns

    zh = {county.code: county.zh for county in found.result.account.counties}
    table = [heads("rests.value_heads", language)]
    for item in found.values:
        name = in_language(language, found.result.values[item.quantity].quantity.zh, item.quantity)
        wan = found.result.value(item.quantity, county=item.county, period=item.period, item=item.item).to("万元/a")
        table.append(
            [item.county, zh[item.county], item.period, name + (f"，{item.item}" if item.item else ""), f"{wan:,.2f}"]
        )
    total = found.result.value(
        "accounted_total", county=found.result.account.counties[0].code, period=found.result.account.periods[0].name
    )
    amount = f"{found.amount * _wan(total.unit):,.2f}"
    parts = {
        name: "、".join(each) or "—"
        for name, each in (("rows", found.rows), ("inputs", found.inputs), ("formulas", found.formulas))
    }
    head = phrase("rests.head", language, what=found.what, amount=amount, share=f"{found.share:.1%}")
    return "\n".join([head, phrase("rests.rows", language, **parts), columns(table, right=[4])])


def _wan(unit: object) -> float:
    from qhgep.units import Unit, converted

    assert isinstance(unit, Unit)  # noqa: S101 - the unit of a value
    return float(1 / converted("万元/a", unit, quantity="-"))


def plan_text(found: PaymentsResting, language: Language) -> str:
    """What of a plan rests on it, as lines."""
    from decimal import Decimal

    from qhgep.money import Fen, yuan
    from qhgep.phrases import phrase

    lines = [account_text(each, language) for each in found.accounts.values()]
    if not found.fen:
        return "\n".join([*lines, phrase("rests.no_payments", language)])
    zh = {item.id: item.zh for item in found.allocation.recipients}
    whole = len(found.fen) == len(zh)
    names = phrase("rests.all", language, count=len(zh)) if whole else "、".join(zh[code] for code in found.fen)
    amount = f"{Decimal(yuan(Fen(sum(found.fen.values())))):,}"
    told = phrase("rests.payments", language, recipients=names, amount=amount, factors="、".join(found.factors) or "—")
    return "\n".join([*lines, told])


def sources_text(found: SourcesUsed, language: Language) -> str:
    """The sources of an account as a table."""
    from qhgep.text_tables import columns

    return columns(found.table(language), right=[1, 2, 3, 4])
