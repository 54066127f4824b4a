"""The verbs `co-growth` and `targets`: what several years of an account, and the values of a plan's targets, say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qhgep.cli.console import Inside, Json, Output, Packs, progress, reporting_errors, say, settings, tell, write_json

if TYPE_CHECKING:
    from qhgep.assessments.co_growth import CoGrowth, CountyGrowth
    from qhgep.assessments.targets import AssessedTargets, TargetState
    from qhgep.errors import Language


def add_assessments(app: typer.Typer) -> None:
    """Add the verbs to the command line."""

    @app.command("co-growth")
    def co_growth(
        file: Annotated[Path, typer.Argument(help="评价的 .toml，或装有 co-growth.toml 的文件夹 (assessment, or its folder).")],
        output: Output = None, json_file: Json = None, coefficients: Packs = None, inside: Inside = None,
    ) -> None:  # fmt: skip
        """GEP 与 GDP 协同增长 (how GEP and GDP grow together). 例: qhgep co-growth co-growth.toml -o out/协同.xlsx"""
        with reporting_errors():
            from qhgep.assessments.assessment import read_assessment
            from qhgep.assessments.co_growth import co_growth as judge
            from qhgep.result_files.assessments import co_growth_file
            from qhgep.workbook.output_paths import check_targets

            check_targets((file, *(coefficients or ())), output, json_file)
            progress("cli.reading_computing", file=file.name)
            found = judge(read_assessment(file, coefficients=coefficients or [], inside=inside))
            tell(found.assessment.warnings)
            if str(json_file) != "-":
                typer.echo(co_growth_text(found, settings.language))
            if output is not None:
                from qhgep.workbook.reports.co_growth_book import write_co_growth

                write_co_growth(found, output)
                settings.written.append(str(output))
            if json_file is not None:
                write_json(json_file, co_growth_file(found))

    @app.command()
    def targets(
        values: Annotated[
            Path | None, typer.Argument(help="各指标已有的值，csv 或 xlsx (values known so far, csv or xlsx)")
        ] = None,
        json_file: Json = None,
    ) -> None:
        """规划指标：达到了没有，比基年好还是差 (targets of a plan). 例: qhgep targets 指标值.csv"""
        with reporting_errors():
            from qhgep.assessments.targets import assess_targets
            from qhgep.result_files.assessments import targets_file
            from qhgep.workbook.output_paths import check_targets

            check_targets((values,) if values else (), None, json_file)
            found = assess_targets(values or ())
            if str(json_file) != "-":
                typer.echo(targets_text(found, settings.language))
            if json_file is not None:
                write_json(json_file, targets_file(found))


def co_growth_text(found: CoGrowth, language: Language) -> str:
    """Counties, then zones, as lines, with what must be said of them."""
    from qhgep.phrases import heads, in_language, listed, phrase
    from qhgep.text_tables import columns
    from qhgep.workbook.reports.co_growth import amount_name, compared, rate

    of = found.assessment
    table = [heads("assessments.heads", language), *(_county(county, language) for county in found.counties)]
    lines = [
        phrase("assessments.notice", language),
        of.result.notices_in(language),
        compared(of, language),
        columns(table, right=(2, 3, 5, 6)),
    ]
    left_out = dict.fromkeys(name for county in found.counties for name in county.left_out)
    if of.file.common is not None and left_out:
        facts = {"reason": of.file.common.reason, "decided_by": of.file.common.decided_by}
        lines.append(phrase("assessments.common", language, left_out=listed(left_out, language, "pause"), **facts))
    for zone in found.zones:
        facts = {
            "amount": rate(zone.growth),
            "product": rate(zone.product_growth),
            "count": str(len(zone.shares)),
            "name": amount_name(of, language),
        }
        lines.append(
            phrase("assessments.zone_line", language, zone=in_language(language, zone.zone.zh, zone.zone.id), **facts)
        )
    return "\n".join(lines)


def _county(county: CountyGrowth, language: Language) -> list[str]:
    from qhgep.evidence import EVIDENCE
    from qhgep.phrases import listed, word
    from qhgep.workbook.reports.co_growth import plain, rate

    level = word(EVIDENCE, county.evidence, language) if county.evidence else "—"
    remarks = listed((reason.text(language) for reason in county.reasons), language, "semicolon")
    return [
        county.code, county.zh, rate(county.growth), rate(county.product_growth), _state(county, language) or "—",
        plain(county.elasticity), rate(county.weighted), level, remarks,
    ]  # fmt: skip


def _state(county: CountyGrowth, language: Language) -> str:
    """What GEP and GDP do together: the name of the criteria, in English the two directions."""
    from qhgep.phrases import in_language

    if county.directions is None:
        return ""
    up_or_down = {1: "up", 0: "level", -1: "down"}
    amount, product = (say(f"assessments.goes_{up_or_down[direction]}") for direction in county.directions)
    return in_language(language, county.state, say("assessments.together", amount=amount, product=product))


def targets_text(found: AssessedTargets, language: Language) -> str:
    """The targets as a table, and how many of them can be judged."""
    from qhgep.phrases import heads
    from qhgep.text_tables import columns

    table = [heads("assessments.target_heads", language), *(_target(state) for state in found.states)]
    ids = dict.fromkeys(state.target.id for state in found.states)
    delegated = {state.target.id for state in found.states if state.target.kind == "delegated"}
    valued = {state.target.id for state in found.states if state.seen is not None}
    counts = {"all": len(ids), "printed": len(ids) - len(delegated), "delegated": len(delegated), "valued": len(valued)}
    return "\n".join([columns(table), say("assessments.targets_counted", **counts)])


def _target(state: TargetState) -> list[str]:
    target, seen = state.target, state.seen
    asked = say(f"assessments.{target.direction}", target=state.asked) if state.asked else "—"
    reached = say(f"assessments.{state.reached}")
    if seen is not None and state.asked and seen.size is not None and not state.in_year:
        reached = say("assessments.early", state=reached, year=seen.year)
    against = say(f"assessments.{state.against_base}")
    return [
        target.id, target.zh, target.unit or "—", target.base or "—", asked, seen.county_code if seen else "—",
        str(seen.year) if seen else "—", seen.value if seen else "—", reached, against,
    ]  # fmt: skip
