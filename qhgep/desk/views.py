"""What the page of a working folder shows: read from its files, and from what the verbs wrote; nothing is computed here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from qhgep.account.decision_book import DecisionLine
from qhgep.account.schema import OPEN
from qhgep.coefficient_store import load_parameters
from qhgep.compensation.rules.index import rules, stops_at
from qhgep.data import MOST_TEXT, regular_file, toml_of
from qhgep.desk.actions import PAID, RESULT
from qhgep.desk.folders import ACCOUNT, CHECKED, LAST_PLAN, PAYMENTS, PLAN, PLAN_TOML, PRICES, DeskFile, WorkFolder
from qhgep.envelope import Envelope
from qhgep.errors import InputError, Language, Problems, QhgepError
from qhgep.evidence import EVIDENCE
from qhgep.inputs.landcover.survey import surveys
from qhgep.money import Fen, yuan
from qhgep.phrases import in_language, phrase, word
from qhgep.preparation.decide import lines_of
from qhgep.result_files.common import Exact
from qhgep.result_files.read import read_result
from qhgep.ruleset_store.ruleset import rulesets

_KILO, _MEGA = 10**3, 10**6
_COMMAND = re.compile(r"qhgep (coefficients template|template --plan|[a-z]+)")
_BUTTONS: Mapping[str, str] = {
    "coefficients template": "prices", "template --plan": "plan", "template": "blank",
    **{verb: verb for verb in ("check", "start", "decide", "account", "brief", "page", "finalise", "allocate", "verify")},
}  # fmt: skip
"""A verb, and the button that runs it."""


@dataclass(frozen=True)
class ProblemShown:
    """A problem of a returned form: `error` or `warning`, its place, its text."""

    severity: str
    where: str
    text: str


@dataclass(frozen=True)
class FolderView:
    """Files by folder, problems of the last check, decisions to take, legal checks of the last plan, and what may be chosen."""

    files: Mapping[str, list[DeskFile]]
    checked: tuple[ProblemShown, ...] | None
    """None where nothing was checked yet."""
    decisions: Mapping[int, DecisionLine]
    wrong: tuple[str, ...]
    """What is wrong with the sheet of decisions."""
    legal: tuple[tuple[str, str, str], ...]
    """Check, its result in words, what was found."""
    bridge: tuple[tuple[str, str, str, str], ...]
    """Recipient, yuan of the plan before, of this one, and the difference; none where no plan was compared."""
    rules: tuple[tuple[str, str], ...]
    rulesets: tuple[tuple[str, str], ...]
    known: Mapping[str, str]
    """Region, year and ruleset of the account, where there is one."""
    levels: tuple[tuple[str, str], ...]
    """Levels of evidence, strongest first: id and name."""
    required: str
    """The weakest evidence that the last division of money let in, where it was said; empty where it was not."""
    stale: tuple[str, ...]
    """Workbooks that are older than what they were computed from."""
    surveys: tuple[str, ...] = ()
    """Land surveys by whose classes a form may ask areas."""
    proposal: str = OPEN
    """Who decided a line that is proposed and that nobody took yet."""


def folder_view(folder: WorkFolder, language: Language, required: str = "") -> FolderView:
    """The view of a folder."""
    files: dict[str, list[DeskFile]] = {}
    for item in folder.files():
        files.setdefault(item.place.rpartition("/")[0], []).append(item)
    decisions, wrong = _decisions(folder, language)
    return FolderView(
        files, _checked(folder, language), decisions, wrong, _legal(folder), _bridge(folder), _rules(language), _rulesets(language),
        _known(folder), tuple((level, word(EVIDENCE, level, language)) for level in EVIDENCE), required, _stale(files),
        tuple(surveys()),
    )  # fmt: skip


def _content(path: Path) -> dict[str, Any] | None:
    try:
        return toml_of(regular_file(path, most=MOST_TEXT).read_bytes(), path.name, Problems())
    except (InputError, OSError):
        return None


def _known(folder: WorkFolder) -> Mapping[str, str]:
    path = folder.path / ACCOUNT / "account.toml"
    found = _content(path)
    content = found or {}
    periods = content.get("periods") or [content.get("period", "")]
    year = re.match(r"[0-9]{4}", str(periods[-1])) if isinstance(periods, list) else None
    return {
        "region": _region(content.get("counties")),
        "year": year[0] if year else "",
        "ruleset": str(content.get("ruleset", "")),
    }


def _stale(files: Mapping[str, list[DeskFile]]) -> tuple[str, ...]:
    """The workbooks that something they rest on was changed after, by the times of the files."""
    changed = {item.place: item.changed for items in files.values() for item in items}
    account = max((item.changed for item in files.get(ACCOUNT, [])), default=0.0)
    plan = max((changed.get(place, 0.0) for place in (PLAN, PLAN_TOML, LAST_PLAN)), default=0.0)
    since = {RESULT: account, PAID: plan}
    return tuple(
        place
        for place, when in since.items()
        if place in changed and max(when, changed.get(PRICES, 0.0)) > changed[place]
    )


def _region(counties: object) -> str:
    """The narrowest region of the code of places that has all counties of an account: itself, its prefecture, its province."""
    codes = [code for code in counties if isinstance(code, str)] if isinstance(counties, list) else []
    for digits in (6, 4, 2):
        if len({code[:digits] for code in codes}) == 1:
            return codes[0][:digits].ljust(6, "0")
    return ""


def _decisions(folder: WorkFolder, language: Language) -> tuple[Mapping[int, DecisionLine], tuple[str, ...]]:
    path = folder.path / ACCOUNT / "决定.xlsx"
    if not path.is_file():
        return {}, ()
    try:
        return lines_of(path)[1], ()
    except InputError as error:
        return {}, tuple(item.text(language) for item in error.problems)


def _result(folder: WorkFolder, place: str) -> Envelope[Any] | None:
    """A result that a verb wrote; None where there is none that can be read."""
    path = folder.path / place
    if not path.is_file():
        return None
    try:
        return read_result(path)
    except QhgepError:
        return None


def _checked(folder: WorkFolder, language: Language) -> tuple[ProblemShown, ...] | None:
    result = _result(folder, CHECKED)
    if result is None:
        return None
    body = result.body
    intakes = getattr(body, "files", (body,))
    mark = phrase("common.semicolon", language)
    found = [
        ProblemShown(item.severity, item.where, mark.join((item.found, item.expected, item.do)))
        for intake in intakes
        for item in intake.problems
    ]
    return tuple(sorted(found, key=lambda item: item.severity != "error"))


def _legal(folder: WorkFolder) -> tuple[tuple[str, str, str], ...]:
    result = _result(folder, PAYMENTS)
    checks = () if result is None else result.body.checks
    return tuple((f"{item.id} {item.zh}", item.result, item.found) for item in checks if item.result is not None)


def _bridge(folder: WorkFolder) -> tuple[tuple[str, str, str, str], ...]:
    """What each recipient got in the plan before and gets in this one, as the comparison says."""
    result = _result(folder, PAYMENTS)
    compared = None if result is None else result.body.compared
    if result is None or compared is None:
        return ()
    names = {place.code: place.zh for place in result.counties}
    return tuple(
        (
            f"{item.county_code} {names.get(item.county_code, '')}",
            _yuan(item.old),
            _yuan(item.new),
            _yuan(item.difference),
        )
        for item in compared.places
    )


def _yuan(amount: Exact) -> str:
    return "-" if amount.fen is None else yuan(Fen(amount.fen))


def buttons_named(text: str) -> tuple[tuple[str, str], ...]:
    """The commands that a text names, each with the button of the desk that runs it."""
    found = dict.fromkeys(match[1] for match in _COMMAND.finditer(text))
    return tuple((f"qhgep {verb}", _BUTTONS[verb]) for verb in found if verb in _BUTTONS)


@cache
def _rules(language: Language) -> tuple[tuple[str, str], ...]:
    """The rules of compensation that run once they are filled in: id and name."""
    store = load_parameters(())
    return tuple(
        (item.id, in_language(language, item.zh, item.en)) for item in rules().values() if not stops_at(item, store)
    )


@cache
def _rulesets(language: Language) -> tuple[tuple[str, str], ...]:
    """The rulesets that an account may take: name and what it is."""
    return tuple((name, in_language(language, found.zh, name)) for name, found in rulesets().items())


def size_text(size: int) -> str:
    """Bytes as people read them."""
    return f"{size / _MEGA:.1f} MB" if size >= _MEGA else f"{size / _KILO:.1f} kB"
