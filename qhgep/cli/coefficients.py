"""The answers of `qhgep coefficients`: each mode gives its text, its JSON and its problems."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qhgep.cli.tables import coefficient_table, day, overridden, selected_rows
from qhgep.coefficient_store import Row, left_out_warnings, parameter_problems, self_reported
from qhgep.envelope import Envelope
from qhgep.errors import Language, Problem
from qhgep.packs.check import check_pack
from qhgep.packs.library import coefficients
from qhgep.packs.needs import Scope, needs_of, ruleset_named
from qhgep.packs.report import check_text, review_text
from qhgep.packs.review import decisions_naming, review, rulesets_needing
from qhgep.phrases import listed, phrase
from qhgep.result_files.lists import coefficients_file, pack_check_file, review_file, template_file

_LISTS = ("KEY", "--on", "--where-used", "--as-known-on", "--coefficients")
_FITTING = {
    "--check": (),
    "--template": ("--ruleset", "--region", "--year", "--ecosystem"),
    "--review": ("--as-known-on", "--coefficients"),
}
"""Mode -> the options that mean something in it."""


@dataclass(frozen=True)
class Question:
    """What the command line asks: the options as they were typed; the mode is check, template, review, or to list."""

    name: str | None = None
    on: str | None = None
    where_used: bool = False
    check: Path | None = None
    template: Path | None = None
    ruleset: str | None = None
    region: str | None = None
    year: int | None = None
    ecosystems: tuple[str, ...] = ()
    review: bool = False
    known_on: str | None = None
    packs: tuple[Path, ...] = ()

    @property
    def clash(self) -> str:
        """The options that do not go together, as a hint for usage; empty where all do."""
        typed = {
            "--check": self.check, "--template": self.template, "--review": self.review, "KEY": self.name, "--on": self.on,
            "--where-used": self.where_used, "--ruleset": self.ruleset, "--region": self.region, "--year": self.year,
            "--ecosystem": self.ecosystems, "--as-known-on": self.known_on, "--coefficients": self.packs,
        }  # fmt: skip
        used = [option for option, value in typed.items() if value is not None and value is not False and value != ()]
        modes = [option for option in used if option in _FITTING]
        fitting = _FITTING[modes[0]] if modes else _LISTS
        strangers = [option for option in used if option not in {*modes[:1], *fitting}]
        if strangers and not modes:
            return f"{'、'.join(strangers)} 须与 --template 同用 (only with --template)"
        if strangers:
            return f"{'、'.join(strangers)} 不能与 {modes[0]} 同用 (not with {modes[0]})"
        lonely = self.template is not None and self.ruleset is None
        return "--template 须给 --ruleset (needs --ruleset)" if lonely else ""


@dataclass(frozen=True)
class Answer:
    """What is printed, what is written as JSON, and what the person must know; an error among it is exit code 1."""

    text: str
    content: Envelope[Any]
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether one of the problems is an error."""
        return any(item.severity == "error" for item in self.problems)


def answer(question: Question, language: Language) -> Answer:
    """The answer of the mode that a question is in. Raises QhgepError where it cannot be answered."""
    if question.check is not None:
        found = check_pack(question.check)
        found = replace(found, problems=(*found.problems, *parameter_problems(question.check)))
        return Answer(check_text(found, language), pack_check_file(found, language), found.problems)
    if question.template is not None:
        return _templated(question.template, question, language)
    if question.review:
        store = coefficients(question.packs, known_on=day(question.known_on, "--as-known-on"))
        about = review(store)
        content = review_file(about, store.known_on)
        return Answer(review_text(about, language), content, (*store.warnings, *left_out_warnings(store)))
    return _listed(question, language)


def _listed(question: Question, language: Language) -> Answer:
    """The rows of a key, of an id, or all."""
    known = day(question.known_on, "--as-known-on")
    rows, store = selected_rows(question.name, day(question.on, "--on"), question.packs, known)
    own = {row.row for row in rows if self_reported(row, store.sources)}
    lines = [coefficient_table(rows, language, where_used=question.where_used, own=own)]
    if question.where_used:
        lines += [line for row in rows if row.row == question.name for line in _reach(row, language)]
    lines += overridden(store, language)
    return Answer("\n".join(lines), coefficients_file(rows, known), (*store.warnings, *left_out_warnings(store)))


def _reach(row: Row, language: Language) -> tuple[str, str]:
    """What one row would reach, where it is asked for by its id."""
    needing, naming = "、".join(rulesets_needing(row)) or "—", "、".join(decisions_naming(row)) or "—"
    return (
        phrase("coefficients.rulesets_needing", language, key=row.key, needing=needing),
        phrase("coefficients.decisions_naming", language, row=row.row, naming=naming),
    )


def _templated(folder: Path, question: Question, language: Language) -> Answer:
    """Write the skeleton of a pack, a folder or one workbook; where it cannot be made nothing is written."""
    from qhgep.workbook.reports.pack_needs import write_skeleton
    from qhgep.workbook.reports.price_book import write_price_book

    scope = Scope(question.region or "", question.year, question.ecosystems)
    needs = needs_of(ruleset_named(question.ruleset or ""), coefficients(), scope)
    one = folder.suffix.lower() == ".xlsx"
    files = [path.name for path in (write_price_book if one else write_skeleton)(needs, folder)]
    count = len(needs.lines)
    inside = "" if one else phrase("coefficients.template_files", language, names=listed(files, language, "pause"))
    text = phrase("coefficients.template", language, folder=folder, count=count, files=inside)
    return Answer(text, template_file(folder, count, files))
