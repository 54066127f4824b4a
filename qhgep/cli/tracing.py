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
    from qhgep.envelope import Envelope
    from qhgep.errors import Language
    from qhgep.provenance.payments_resting import PaymentsResting
    from qhgep.provenance.sources_in import SourceInFile


def add_tracing(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    _add_rests_on(app)
    _add_sources(app)


def _add_rests_on(app: typer.Typer) -> None:

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


def _add_sources(app: typer.Typer) -> None:
    @app.command()
    def sources(
        what: Annotated[
            str, typer.Argument(help="account.toml 或其工作簿；有 --in 时是来源编号 (an account; with --in the id of a source).")
        ] = "",
        folders: Annotated[
            list[Path] | None, typer.Option("--in", help="在这些文件夹的核算、方案和工作簿里找 (what lies in these folders).")
        ] = None,
        json_file: Json = None, coefficients: Packs = None, as_known_on: KnownOn = None, inside: Inside = None,
        modules: Modules = None,
    ) -> None:  # fmt: skip
        """依据了哪些来源 (the sources that an account rests on). 例: qhgep sources gong-2017 --in examples/pilot"""
        if not (what or folders):
            raise misuse("sources", "at_least_one", options="account.toml、--in")
        if folders and (as_known_on is not None or inside is not None):
            raise misuse("--in", "goes_with", options="--coefficients、--catalogue、--json")
        with reporting_errors():
            from qhgep.workbook.output_paths import check_targets

            check_targets((*(folders or [Path(what)]), *(coefficients or [])), None, json_file)
            text, content = _sources(
                what, folders or [], coefficients or [], as_known_on, inside, own_catalogue(modules)
            )
            if str(json_file) != "-":
                typer.echo(text)
            if json_file is not None:
                write_json(json_file, content)


def _sources(
    what: str, folders: Sequence[Path], packs: Sequence[Path], as_known_on: str | None, inside: Path | None, own: Catalogue | None
) -> tuple[str, Envelope[Any]]:  # fmt: skip
    """The sources of an account; those of a plan, and of what lies in folders, file by file."""
    from qhgep.cli.tables import day
    from qhgep.compensation.plan.read import is_plan
    from qhgep.engine.rests_on import sources_used
    from qhgep.engine.result import Result
    from qhgep.provenance.sources_in import sources_in
    from qhgep.result_files.rests_on import sources_file, sources_in_file

    file = Path(what)
    progress("cli.reading_computing", file="、".join(folder.name for folder in folders) or file.name)
    given = None if folders or is_plan(file) else _result(file, packs, day(as_known_on, "--as-known-on"), inside, own)
    if isinstance(given, Result):
        found = sources_used(given)
        return sources_text(found, settings.language), sources_file(found)
    uses = sources_in(folders or file, what if folders else "", coefficients=packs, catalogue=own)
    return folders_text(uses, settings.language), sources_in_file(uses, settings.language)


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
    from qhgep.money import cents_text
    from qhgep.phrases import heads, in_language, phrase
    from qhgep.text_tables import columns

    zh = {county.code: county.zh for county in found.result.account.counties}
    table = [heads("rests.value_heads", language)]
    for item in found.values:
        name = in_language(language, found.result.values[item.quantity].quantity.zh, item.quantity)
        wan = found.result.value(item.quantity, county=item.county, period=item.period, item=item.item).to("万元/a")
        table.append(
            [item.county, zh[item.county], item.period, name + (f"，{item.item}" if item.item else ""), cents_text(wan)]
        )
    total = found.result.value(
        "accounted_total", county=found.result.account.counties[0].code, period=found.result.account.periods[0].name
    )
    amount = cents_text(found.amount * _wan(total.unit))
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
    rows = [phrase("rests.payment_rows", language, rows="、".join(found.rows))] if found.rows else []
    return "\n".join([*lines, told, *rows])


def sources_text(found: SourcesUsed, language: Language) -> str:
    """The sources of an account as a table."""
    from qhgep.text_tables import columns

    return columns(found.table(language), right=[1, 2, 3, 4])


def folders_text(found: Sequence[SourceInFile], language: Language) -> str:
    """The sources of what lies in some folders as a table, and what could not be read."""
    from decimal import Decimal

    from qhgep.money import Fen, yuan
    from qhgep.phrases import heads, phrase
    from qhgep.text_tables import columns

    if not found:
        return phrase("rests.folders_none", language)
    table = [heads("rests.folder_heads", language)]
    for use in found:
        share = "—" if use.share is None else f"{use.share:.1%}"
        money = "—" if use.fen is None else f"{Decimal(yuan(Fen(sum(use.fen.values())))):,}"
        counts = [str(len(each)) for each in (use.rows, use.inputs, use.formulas)]
        told = "" if use.unread is None else use.unread.text(language)
        about = [text or "—" for text in (use.checked, told or use.title, use.address)]
        table.append([str(use.file), use.source or "—", share, money, *counts, *about])
    return columns(table, right=[2, 3, 4, 5, 6])
