"""The answers of `qhgep coefficients`: each gives its text, its JSON and its problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qhgep.account.read import read_account
from qhgep.cli.tables import coefficient_table, day, overridden, selected_rows
from qhgep.coefficient_store import Row, left_out_warnings, parameter_problems, self_reported
from qhgep.envelope import Envelope
from qhgep.errors import Language, Problem
from qhgep.packs.check import check_pack
from qhgep.packs.compare import ROW, counted, row_differences, store_named
from qhgep.packs.library import coefficients
from qhgep.packs.needs import Scope, needs_of, ruleset_named
from qhgep.packs.report import check_text, review_text
from qhgep.packs.review import decisions_naming, review, rulesets_needing
from qhgep.phrases import heads, listed, phrase
from qhgep.preparation.open_decisions import lacking_needs
from qhgep.provenance.used_in import FileUse, used_in
from qhgep.result_files.lists import (
    coefficients_diff_file,
    coefficients_file,
    pack_check_file,
    review_file,
    template_file,
)
from qhgep.text_tables import columns


@dataclass(frozen=True)
class VerbOutput:
    """What is printed, what is written as JSON, and what the person must know; an error among it is exit code 1."""

    text: str
    content: Envelope[Any]
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether one of the problems is an error."""
        return any(item.severity == "error" for item in self.problems)


def checked(pack: Path, language: Language) -> VerbOutput:
    """A pack, held against the store and its own rules."""
    found = check_pack(pack)
    found = replace(found, problems=(*found.problems, *parameter_problems(pack)))
    return VerbOutput(check_text(found, language), pack_check_file(found, language), found.problems)


def reviewed(packs: Sequence[Path], known_on: str | None, language: Language) -> VerbOutput:
    """What a reviewer of the store should look at."""
    store = coefficients(packs, known_on=day(known_on, "--as-known-on"))
    about = review(store)
    told = (*store.warnings, *left_out_warnings(store))
    return VerbOutput(review_text(about, language), review_file(about, store.known_on), told)


def listed_rows(
    name: str | None,
    on: str | None,
    packs: Sequence[Path],
    known_on: str | None,
    language: Language,
    *,
    where_used: bool,
    folders: Sequence[Path] = (),
) -> VerbOutput:
    """The rows of a key, of an id, or all; with folders also which of their files use it."""
    known = day(known_on, "--as-known-on")
    uses = used_in(name, folders, packs=packs) if name and folders else ()
    if (
        uses and name and not any(name in {row.row, row.key} for row in coefficients(packs).rows)
    ):  # a document, a row of policy
        return VerbOutput(usage_table(uses, language), coefficients_file((), known, uses))
    rows, store = selected_rows(name, day(on, "--on"), packs, known)
    own = {row.row for row in rows if self_reported(row, store.sources)}
    lines = [coefficient_table(rows, language, where_used=where_used, own=own)]
    if where_used:
        lines += [line for row in rows if row.row == name for line in _reach(row, language)]
    lines += overridden(store, language)
    lines += [usage_table(uses, language)] if folders else []
    told = (*store.warnings, *left_out_warnings(store))
    return VerbOutput("\n".join(lines), coefficients_file(rows, known, uses), told)


def usage_table(uses: Sequence[FileUse], language: Language) -> str:
    """The files that use a coefficient, by what; and those that could not be read."""
    if not uses:
        return phrase("coefficients.used_nowhere", language)
    kinds = dict(zip(("account", "plan", "ruleset", "pack"), heads("coefficients.used_kinds", language), strict=True))
    lines = [heads("coefficients.used_heads", language)]
    for item in uses:
        told = (
            phrase("coefficients.used_unread", language, why=item.unread)
            if item.unread
            else listed(item.by, language, "pause")
        )
        lines.append([str(item.file), kinds[item.kind], told])
    return columns(lines)


def _reach(row: Row, language: Language) -> tuple[str, str]:
    """What one row would reach, where it is asked for by its id."""
    needing, naming = "、".join(rulesets_needing(row)) or "—", "、".join(decisions_naming(row)) or "—"
    return (
        phrase("coefficients.rulesets_needing", language, key=row.key, needing=needing),
        phrase("coefficients.decisions_naming", language, row=row.row, naming=naming),
    )


def template_written(
    folder: Path, of: str | Path, scope: Scope, language: Language, *, packs: Sequence[Path] = ()
) -> VerbOutput:
    """Write the skeleton of a pack, a folder or one workbook; where it cannot be made nothing is written.

    `of` is a ruleset, of which all coefficients are asked, or the path of an account, of which those that it lacks with
    these packs.
    """
    from qhgep.workbook.reports.pack_needs import write_skeleton
    from qhgep.workbook.reports.price_book import write_price_book

    needs = (
        needs_of(ruleset_named(of), coefficients(), scope)
        if isinstance(of, str)
        else lacking_needs(read_account(of, coefficients=packs), scope)
    )
    one = folder.suffix.lower() == ".xlsx"
    files = [path.name for path in (write_price_book if one else write_skeleton)(needs, folder)]
    count = len(needs.lines)
    inside = "" if one else phrase("coefficients.template_files", language, names=listed(files, language, "pause"))
    text = phrase("coefficients.template", language, folder=folder, count=count, files=inside)
    return VerbOutput(text, template_file(folder, count, files))


def compared(first: str, second: str, language: Language) -> VerbOutput:
    """What two stores hold differently, row by row."""
    stores = [store_named(text) for text in (first, second)]
    found = row_differences(*stores)
    new, gone, changed = counted(found)
    facts = {"first": first, "second": second}
    lines = [phrase("coefficients.difference_counts", language, **facts, new=new, gone=gone, changed=changed)]
    if found:
        table = [[head.format_map(facts) for head in heads("coefficients.difference_heads", language)]]
        whole = phrase("coefficients.difference_row", language)
        table += [
            [item.row, item.key, whole if item.field == ROW else item.field, item.first or "—", item.second or "—",
             listed(item.read_by, language, "semicolon") or "—"]
            for item in found
        ]  # fmt: skip
        lines.append(columns(table))
    told = tuple(item for store in stores for item in store.warnings)
    return VerbOutput("\n".join(lines), coefficients_diff_file(first, second, found), told)
