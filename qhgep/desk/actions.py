"""The buttons of the desk: each is one verb, with words made of what lies in the folder and what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qhgep.account.schema import OPEN
from qhgep.desk.folders import ACCOUNT, BLANK, CHECKED, FORMS, LAST_PLAN, MARKED, PAYMENTS, PRICES, WorkFolder
from qhgep.errors import InputError, Problems, problem
from qhgep.preparation.decide import lines_of

RESULT, BRIEF, FINAL, AUDIT = "结果.xlsx", "简报.xlsx", "核算_定稿.xlsx", "核算_审计.html"
PAID, PAID_FINAL, PAID_AUDIT = "测算.xlsx", "测算_定稿.xlsx", "测算_审计.html"
EMPTY_PRICES, EMPTY_PLAN = "价格_待填.xlsx", "方案_待填.xlsx"
_LONGEST = 200
_YEAR = re.compile(r"(19|20)[0-9]{2}")
Words = list[str]
Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Action:
    """A button: the words of its verb, what must lie in the folder before, and what is put away before it runs."""

    words: Callable[[WorkFolder, Typed], Words]
    needs: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()


def words_of(name: str, folder: WorkFolder, typed: Typed) -> Words:
    """The verb of a button and its words. Raises InputError for a button that is none, for what lacks, and for what was typed."""
    action = ACTIONS.get(name)
    if action is None:
        raise InputError(problem("desk_action", name[:_LONGEST]))
    lacking = [place for place in action.needs if not folder.has(place)]
    if lacking:
        raise InputError(problem("desk_lacks", folder.name, places="、".join(lacking)))
    problems = Problems()
    for key, text in typed.items():
        if len(text) > _LONGEST or any(ord(letter) < ord(" ") for letter in text):
            problems.add("desk_typed", key, found=text[:20])
    problems.raise_if_any(InputError)
    return action.words(folder, typed)


def _year(typed: Typed) -> str:
    year = typed.get("year", "").strip()
    if not _YEAR.fullmatch(year):
        raise InputError(problem("desk_year", "year", found=year or "-"))
    return f"--year={year}"


def _named(typed: Typed, key: str) -> str:
    text = typed.get(key, "").strip()
    if not text:
        raise InputError(problem("desk_typed", key, found="-"))
    return f"--{key}={text}"


def _packs(folder: WorkFolder) -> Words:
    return ["--coefficients", PRICES] if folder.has(PRICES) else []


def _blank(_: WorkFolder, typed: Typed) -> Words:
    counties = [
        f"--counties={code}" for code in typed.get("counties", "").replace("、", " ").replace("，", " ").split()
    ]
    survey = [_named(typed, "survey")] if typed.get("survey", "").strip() else []
    return [
        "template",
        _named(typed, "region"),
        _year(typed),
        _named(typed, "ruleset"),
        *counties,
        *survey,
        "--one-per-county",
        "-o",
        BLANK,
    ]


def _mark(folder: WorkFolder, typed: Typed) -> Words:
    found = folder.file(typed.get("file", ""))
    if found is None or not found.place.startswith(f"{FORMS}/"):
        raise InputError(problem("desk_file", folder.name))
    return ["check", found.place, "--marked", f"{MARKED}/{found.path.name}"]


def _start(_: WorkFolder, typed: Typed) -> Words:
    year = [_year(typed)] if typed.get("year", "").strip() else []
    rules = [_named(typed, "ruleset")] if typed.get("ruleset", "").strip() else []
    title = [f"--title={typed['title'].strip()}"] if typed.get("title", "").strip() else []
    return ["start", FORMS, "-o", ACCOUNT, "--sheet", *year, *rules, *title]


def _decide(folder: WorkFolder, typed: Typed) -> Words:
    """What is typed otherwise than it stands there, and the proposals that are kept: a line that somebody decided stays theirs.

    A proposal that nobody says to keep stays a proposal.
    """
    rows = sorted(int(key.partition(".")[2]) for key in typed if re.fullmatch(r"choice\.[0-9]{1,6}", key))
    said = {row: (typed[f"choice.{row}"], typed.get(f"reason.{row}", "").strip()) for row in rows}
    lines = lines_of(folder.path / ACCOUNT)[1]
    there = {row: (line.choice, line.reason) for row, line in lines.items()}
    kept = {row for row, line in lines.items() if line.decided_by == OPEN and typed.get(f"keep.{row}")}
    chosen = [
        f"--set={row}={code}={reason}"
        for row, (code, reason) in said.items()
        if row in kept or there.get(row) != (code, reason)
    ]
    if not chosen:
        raise InputError(problem("desk_nothing_decided", folder.name))
    return ["decide", ACCOUNT, *chosen, _named(typed, "by"), _named(typed, "date"), "--list"]


def _plan_form(_: WorkFolder, typed: Typed) -> Words:
    return [
        "template",
        f"--plan={typed.get('rule', '').strip()}",
        _named(typed, "region"),
        _year(typed),
        "-o",
        EMPTY_PLAN,
    ]


def _required(typed: Typed) -> Words:
    """The weakest evidence that is let in, where a person says so: never weaker by itself."""
    level = typed.get("require", "").strip()
    return [f"--require={level}"] if level else []


def _allocate(folder: WorkFolder, typed: Typed) -> Words:
    if not folder.plan:
        raise InputError(problem("desk_lacks", folder.name, places="方案.xlsx"))
    last = ["--compare", LAST_PLAN] if folder.has(LAST_PLAN) else []
    return ["allocate", folder.plan, "-o", PAID, "--json", PAYMENTS, *last, *_packs(folder), *_required(typed)]


def _page_of_plan(folder: WorkFolder, typed: Typed) -> Words:
    given = [*_packs(folder), *_required(typed)] if folder.plan else []
    return ["page", folder.plan or PAID, "-o", PAID_AUDIT, *given]


def _verify(folder: WorkFolder, typed: Typed) -> Words:
    found = folder.file(typed.get("file", ""))
    if found is None or found.path.suffix != ".xlsx":
        raise InputError(problem("desk_file", folder.name))
    return ["verify", found.place]


ACTIONS: Mapping[str, Action] = {
    "blank": Action(_blank, replaces=(BLANK,)),
    "check": Action(lambda _, __: ["check", FORMS, "--json", CHECKED], (FORMS,)),
    "mark": Action(_mark, (FORMS,)),
    "start": Action(_start, (FORMS,), (ACCOUNT,)),
    "decide": Action(_decide, (f"{ACCOUNT}/决定.xlsx",)),
    "list": Action(lambda _, __: ["decide", ACCOUNT, "--list"], (f"{ACCOUNT}/决定.xlsx",)),
    "prices": Action(
        lambda folder, _: ["coefficients", "template", EMPTY_PRICES, "--account", f"{ACCOUNT}/account.toml", *_packs(folder)],
        (ACCOUNT,), (EMPTY_PRICES,),
    ),
    "account": Action(
        lambda folder, _: ["account", f"{ACCOUNT}/account.toml", "-o", RESULT, *_packs(folder)], (ACCOUNT,)
    ),
    "brief": Action(lambda _, __: ["brief", RESULT, "-o", BRIEF], (RESULT,)),
    "page": Action(lambda folder, _: ["page", f"{ACCOUNT}/account.toml", "-o", AUDIT, *_packs(folder)], (ACCOUNT,)),
    "review": Action(lambda _, __: ["state", ACCOUNT, "review"], (ACCOUNT,)),
    "draft": Action(lambda _, __: ["state", ACCOUNT, "draft"], (ACCOUNT,)),
    "finalise": Action(lambda _, __: ["finalise", RESULT, "-o", FINAL], (RESULT,)),
    "plan": Action(_plan_form, replaces=(EMPTY_PLAN,)),
    "allocate": Action(_allocate),
    "page_plan": Action(_page_of_plan),
    "finalise_plan": Action(lambda _, __: ["finalise", PAID, "-o", PAID_FINAL], (PAID,)),
    "verify": Action(_verify),
}  # fmt: skip
"""The buttons by name, in the order of the work."""
