"""The short tables that the command line prints, and the look-ups behind them. No figure is computed here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from qhgep.data import MOST_TEXT, regular_file
from qhgep.errors import (
    AccountError,
    CoefficientError,
    InputError,
    Language,
    PlanError,
    RulesetError,
    UnknownName,
    printable,
    problem,
)
from qhgep.evidence import EVIDENCE, PRESENCE, Evidence
from qhgep.money import Fen, cents_text, yuan
from qhgep.phrases import heads, in_language, listed, phrase, word
from qhgep.text_tables import columns

if TYPE_CHECKING:
    from qhgep.catalogue import Catalogue
    from qhgep.coefficient_store import Coefficients, Row
    from qhgep.compensation.allocation import Allocation
    from qhgep.compensation.plan.coverage import CoverageComparison
    from qhgep.compensation.plan.schema import Plan
    from qhgep.engine.grid import Value
    from qhgep.engine.result import Result
    from qhgep.expr import Quantity
    from qhgep.ruleset_store.ruleset import Ruleset


def _share(share: float | None, language: Language) -> str:
    """A share of the area; the word for missing where it cannot be known."""
    return word(PRESENCE, "missing", language) if share is None else f"{share:.1%}"


def account_table(result: Result, language: Language) -> str:
    """The counties with their indicator values in 万元, the accounted total, coverage and evidence."""
    account, lines = result.account, result.account.ruleset.indicators
    parts = []
    for period in account.periods:
        whole = result.value("accounted_total", county="*", period=period.name)
        covered, applicable = result.counted([period.name])
        total_of = "tables.accounted" if whole.partial else "tables.all_indicators"
        name = phrase(total_of, language, covered=covered, applicable=applicable)
        *first, last = heads("tables.account_heads", language)
        head = [*first, *(in_language(language, account.ruleset.zh_of(line.id), line.id) for line in lines), name, last]
        rows = [head]
        for code, label in [(c.code, c.zh) for c in account.counties] + [("*", phrase("common.total", language))]:
            values = [result.value(line.value, county=code, period=period.name, item=line.item) for line in lines]
            total = result.value("accounted_total", county=code, period=period.name)
            share = "—" if total.partial is None else _share(total.partial.area_share, language)
            rows.append([code, label, *(_wan(value, language) for value in values), _wan(total, language), share])
        unit = phrase(
            "tables.account_head",
            language,
            title=printable(account.title),
            period=period.name,
            price_year=account.price_year,
        )
        parts += [unit, columns(rows, right=range(2, len(head)))]
    shares = "、".join(
        f"{word(EVIDENCE, level, language)} {share:.1%}" for level, share in result.evidence_shares.items() if share
    )
    parts.append(phrase("tables.evidence_shares", language, shares=shares or "-", run_id=result.run_id))
    if account.ruleset.layer == "analytic":
        parts.append(phrase("tables.scenario", language))
    if any(result.value("accounted_total", county="*", period=p.name).partial for p in account.periods):
        parts.append(phrase("tables.partial", language))
    return "\n".join(parts)


def _wan(value: Value, language: Language) -> str:
    if value.value is None:
        return word(PRESENCE, "not_applicable" if value.presence == "not_applicable" else "missing", language)
    return cents_text(value.value / 10000)


def allocation_table(allocation: Allocation, language: Language) -> str:
    """The recipients with their amounts in yuan, the total, and what the table may not be used for."""
    head = heads("tables.payment_heads", language)
    rows = [head, *([row.recipient.id, row.recipient.zh, f"{Decimal(yuan(row.fen)):,}"] for row in allocation.rows)]
    rows.append(
        ["*", phrase("common.total", language), f"{Decimal(yuan(Fen(sum(row.fen for row in allocation.rows)))):,}"]
    )
    rest = {"carried": allocation.carried, "retained": allocation.retained, "lacking": allocation.gap}
    rows += [
        ["", phrase(f"tables.{name}", language), f"{Decimal(yuan(amount)):,}"]
        for name, amount in rest.items()
        if amount
    ]
    notices = "　".join(allocation.heading.notices_in(language))
    legal = (
        [f"{phrase('tables.legal', language)}{allocation.legal.counted(language)}"] if allocation.legal.findings else []
    )
    coverage = [] if allocation.coverage is None else _coverage_lines(allocation.coverage, language)
    return "\n".join([f"{printable(allocation.title)}　{notices}", columns(rows, right=[2]), *coverage, *legal])


def _coverage_lines(found: CoverageComparison, language: Language) -> list[str]:
    """What the other way to count unlike coverage would pay, for the recipients to whom it makes a difference."""
    from qhgep.compensation.plan.coverage import SIDES

    side = word(SIDES, found.other_side, language)
    if found.other is None:
        return [phrase("tables.coverage_unpaid", language, side=side, reason=found.reason)]
    gaps = {code: fen - found.other[code] for code, fen in found.paid.items() if fen != found.other[code]}
    head = phrase("tables.against", language, side=side)
    if not gaps:
        return [phrase("tables.same_amounts", language, head=head)]
    told = (f"{code} {Decimal(yuan(Fen(gap))):+,}" for code, gap in gaps.items())
    return [phrase("tables.changes", language, head=head, changes=listed(told, language))]


def plan_checked(plan: Plan, language: Language) -> str:
    """What a plan without a fault is, on one line."""
    facts = {"title": printable(plan.title), "pool": f"{Decimal(yuan(plan.pool_fen)):,}"}
    counts = {"recipients": len(plan.named_recipients), "steps": len(plan.step)}
    return phrase("check.plan", language, **facts, **counts)


def refuse_the_other_kind(file: Path, *, plan: bool) -> None:
    """Say in one line that a plan was given for an account, or an account for a plan. Raises AccountError or PlanError."""
    from qhgep.compensation.plan.read import is_plan

    if not plan and is_plan(file):
        raise AccountError(problem("plan_no_account", file.name))
    if plan and not is_plan(file) and _names_a_ruleset(file):
        raise PlanError(problem("plan_is_account", file.name))


def _names_a_ruleset(file: Path) -> bool:
    """Whether a text speaks of a ruleset, as accounts do; what cannot be read is refused by its reader."""
    try:
        return b"ruleset" in regular_file(file, most=MOST_TEXT).read_bytes()
    except (InputError, OSError):
        return False


def explained(
    file: Path,
    form: str,
    cell: Mapping[str, str | None],
    packs: Sequence[Path] = (),
    require: Evidence | None = None,
    *,
    inside: Path | None = None,
    language: Language = "zh",
    catalogue: Catalogue | None = None,
) -> str:
    """The trace of a value of an account, or of an amount of a plan, as text, JSON or LaTeX; also of a workbook of either.

    The county is a code or a name, also a short or a former one.
    Files that these name must lie inside `inside`, by default in their own folder.
    """
    from qhgep.account.read import read_account
    from qhgep.compensation.allocate import allocate
    from qhgep.compensation.plan.read import is_plan
    from qhgep.engine import compute
    from qhgep.engine.result import Result
    from qhgep.workbook.verify.sides import is_result_book, recorded_result

    if is_plan(file):
        paid = allocate(file, coefficients=packs, require=require, inside=inside, catalogue=catalogue)
        return _amount_explained(paid, form, cell["county"] or "", language)
    if file.suffix.lower() == ".xlsx" and is_result_book(file):
        found = recorded_result(file, catalogue)
        if isinstance(found, Result):
            return _value_explained(found, form, cell, language)
        return _amount_explained(found, form, cell["county"] or "", language)
    result = compute(read_account(file, coefficients=packs, require=require, inside=inside, catalogue=catalogue))
    return _value_explained(result, form, cell, language)


def _amount_explained(allocation: Allocation, form: str, county: str, language: Language) -> str:
    from qhgep.compensation.derivation.report import explain_amount
    from qhgep.inputs.asked import the_area
    from qhgep.inputs.counties import County

    recipients = [County(item.id, item.zh, item.kind, "") for item in allocation.recipients]
    recipient = the_area(county, recipients, option="--county", error=PlanError).code
    if form == "json":
        from qhgep.result_files.explanation import amount_file

        return amount_file(allocation, recipient).text().rstrip("\n")
    return explain_amount(allocation, recipient, form, language)


def _value_explained(result: Result, form: str, cell: Mapping[str, str | None], language: Language) -> str:
    from qhgep.engine.explain import as_latex, as_text, explain

    try:
        steps = explain(
            result, county=cell["county"] or "", quantity=cell["quantity"], period=cell["period"],
            ecosystem=cell["ecosystem"] or "", item=cell["item"] or "",
        )  # fmt: skip
    except UnknownName as error:
        raise UnknownName([replace(item, where=f"--{item.where}") for item in error.problems]) from error
    if form == "json":
        from qhgep.result_files.explanation import explanation_file

        return explanation_file(steps, result).text().rstrip("\n")
    return as_latex(steps) if form == "latex" else as_text(steps, result, language)


def day(text: str | None, option: str) -> date | None:
    """A day of an option of the command line. Raises CoefficientError for another text."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise CoefficientError(problem("option_date", option, found=text)) from error


def selected_rows(
    name: str | None, on: date | None, packs: Sequence[Path], known_on: date | None = None
) -> tuple[list[Row], Coefficients]:
    """The rows of a key, or the row of an id, or all; only those in force, or known, on a day where one is given."""
    from qhgep.coefficient_store.files import FILE, not_used
    from qhgep.packs.library import coefficients

    store = coefficients(packs, known_on=known_on)
    if name in (unused := not_used()) and store.row(name or "") is None:
        raise CoefficientError(problem("coefficient_not_used", FILE, row=name, reason=unused[name or ""]))
    rows = [row for row in store.rows if name is None or name in {row.key, row.row}]
    if not rows and not any(name in {None, row.key, row.row} for row in store.left_out):
        known = "、".join(sorted({row.key for row in store.rows}))
        raise CoefficientError(problem("coefficient_unknown", "", name=name, known=known))
    return [row for row in rows if on is None or row.holds(on, on)], store


def overridden(store: Coefficients, language: Language) -> list[str]:
    """A line for each shipped value that a pack replaces."""
    told = phrase("tables.overridden", language)
    return [f"{told}{old.row} {old.value} → {own.value} ({own.place})" for old, own in store.overridden]


def decision_table(result: Result, language: Language) -> list[str]:
    """A line for each override and stand-in with its effect over all counties in 10^4 CNY/year, for each period."""
    from qhgep.decisions.effects import NOTES, effects

    unit = phrase("tables.yearly_unit", language)
    words = {"override": phrase("tables.overridden", language), "stand_in": phrase("tables.stand_in", language)}
    lines = []
    for item in effects(result):
        if item.kind not in words:
            continue
        periods = [period.name for period in result.account.periods if item.of(period.name)]
        several = len(result.account.periods) > 1
        amounts = "；".join(
            f"{period + ' ' if several else ''}{item.over(period).amount / 10000:+,.2f} {unit}" for period in periods
        )
        told = (phrase("tables.effect", language, amounts=amounts)) if periods else ""
        basis = "" if item.recomputed else word(NOTES, item.basis, language)
        lines.append(
            f"{words[item.kind]}{item.what} ({item.place})　{'；'.join(part for part in (told, basis) if part)}"
        )
    return lines


def coefficient_table(rows: Sequence[Row], language: Language, *, where_used: bool, own: Collection[str] = ()) -> str:
    """Rows with value, unit, dates, evidence, source and place; the formulas that read them where asked.

    `own` are the ids of those that the bureau of their own place returned.
    """
    from qhgep.coefficient_store import region_text
    from qhgep.packs.library import where_used as uses

    table = [heads("coefficients.heads", language)]
    for row in rows:
        place = [row.source, row.at, row.place]
        table.append(
            [
                row.row,
                row.key,
                in_language(
                    language, region_text(row.region_code), row.region_code or phrase("coefficients.nation", language)
                ),
                "，".join(part for part in (row.ecosystem, row.item) if part),
                str(row.value),
                row.unit,
                row.dates(language),
                word(EVIDENCE, row.evidence, language)
                + (phrase("coefficients.self_reported", language) if row.row in own else ""),
                *place,
            ]
        )
    text = columns(table, right=[4]) if rows else phrase("tables.no_row", language)
    if not where_used:
        return text
    known = uses()
    return (
        text
        + "\n"
        + "\n".join(f"{key} ← {'；'.join(known.get(key, ('—',)))}" for key in sorted({row.key for row in rows}))
    )


def ruleset_list(language: Language) -> str:
    """All rulesets with how many indicators each counts."""
    from qhgep.ruleset_store.ruleset import rulesets

    rows = ([key, item.zh, str(len(item.indicators))] for key, item in rulesets().items())
    return columns([heads("tables.ruleset_heads", language), *rows])


def ruleset_formulas(name: str, language: Language) -> str:
    """One ruleset: its lines, and its formulas with every method that an account chooses from.

    Raises RulesetError for one that there is not.
    """
    rules = _ruleset(name)
    parts = [in_language(language, f"{rules.zh}\n{rules.note}", rules.name), _ruleset_lines(rules, language)]
    formulas = list(_listed_formulas(rules, language))
    if formulas:
        parts.append(columns([heads("tables.formula_heads", language), *formulas]))
    parts.append(phrase("tables.our_judgement", language))
    return "\n\n".join(parts)


def _ruleset_lines(rules: Ruleset, language: Language) -> str:
    """What a ruleset counts, shows beside the total, does not cover and excludes, with clause, its evidence and reason."""
    from qhgep.difference.ruleset_coverage import ruleset_covers
    from qhgep.difference.ruleset_result import STATUS

    evidence = {gap.id: word(EVIDENCE, gap.evidence, language) for gap in rules.not_covered if gap.evidence}
    known = rules.catalogue.indicators
    final = {name: phrase(f"tables.{'final' if item.final else 'not_final'}", language) for name, item in known.items()}
    rows = [
        [in_language(language, one.zh, one.line), in_language(language, *STATUS[one.status]), final.get(one.line, ""),
         one.clause, evidence.get(one.line, ""), one.reason]
        for one in ruleset_covers(rules, None).values()
    ]  # fmt: skip
    return columns([heads("tables.line_heads", language), *rows])


def _listed_formulas(rules: Ruleset, language: Language) -> Iterator[list[str]]:
    """Every formula that a ruleset binds or lists, in the order of its file; of a choice how many there are to choose from."""
    from qhgep.readings.text import text

    def called(quantity: Quantity) -> str:
        return in_language(language, quantity.zh, quantity.name)

    for quantity, bound in (rules.content.bind if rules.content else {}).items():
        methods = [bound] if isinstance(bound, str) else bound
        for method in methods:
            found = rules.catalogue.formulas[quantity, method]
            choice = "" if isinstance(bound, str) else phrase("tables.one_of", language, number=len(methods))
            equals = f"{called(found.quantity)} = {text(found.equals, called, language=language)}"
            mark = "" if found.exchange_value else phrase("tables.no_exchange_value", language)
            yield [quantity, f"{method}{choice}", equals, f"{found.source.source} {found.source.at}{mark}"]


def ruleset_difference(a: str, b: str, language: Language) -> str:
    """What differs between two rulesets. Raises RulesetError for one that there is not."""
    from qhgep.ruleset_store.ruleset import difference

    rows = difference(_ruleset(a), _ruleset(b))
    return columns([[phrase("tables.what", language), a, b], *rows]) if rows else phrase("difference.same", language)


def _ruleset(name: str) -> Ruleset:
    from qhgep.ruleset_store.ruleset import rulesets

    known = rulesets()
    if name not in known:
        raise RulesetError(problem("ruleset_missing", "", name=name, known="、".join(known)))
    return known[name]
