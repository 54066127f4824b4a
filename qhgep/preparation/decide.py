"""decide() and list_decisions() write 决定.xlsx, set_state() the state of an account or a plan: what a person does by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from qhgep.account.account import Account
from qhgep.account.decision_book import FILE, ROW, DecisionLine, book_lines
from qhgep.account.read import read_account
from qhgep.data import MOST_TEXT, is_folder, regular_file, toml_of
from qhgep.engine import compute
from qhgep.errors import AccountError, InputError, Problems, problem
from qhgep.preparation.open_decisions import OpenEnds, lacking_rows, said_not_applicable
from qhgep.preparation.open_methods import StatedData
from qhgep.states import State
from qhgep.toml_lines import TomlText
from qhgep.workbook.core.write import write_whole
from qhgep.workbook.reports.decision_book import decision_book

_STATES = ("draft", "review")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen for a line, by its code (`GZ-26`; empty takes a choice back), and why."""

    code: str
    reason: str = ""


def lines_of(book: Path | str) -> tuple[str, dict[int, DecisionLine]]:
    """The title and the lines of a 决定.xlsx (or that of an account folder) by the number of their row.

    Raises InputError with every fault of the file.
    """
    problems = Problems()
    found = book_lines(_book(book), problems)
    problems.raise_if_any(InputError)
    return found


def _book(path: Path | str) -> Path:
    return Path(path) / FILE if is_folder(Path(path)) else Path(path)


def decide(book: Path | str, choices: Mapping[int, Choice], *, decided_by: str, on: date) -> Path:
    """Write choices into a 决定.xlsx (or that of an account folder), by the number of the row; other lines stay.

    Who decides and when goes to the lines that are chosen here. The same choices give the same bytes.
    Raises InputError for a row or a choice that the sheet does not have, and for a faulty sheet; nothing is written then.
    """
    path, problems = _book(book), Problems()
    title, rows = lines_of(path)
    for row, choice in choices.items():
        known = [code for code, _ in rows[row].choices] if row in rows else []
        if row not in rows:
            problems.add("decide_row", path.name, found=str(row), expected="、".join(map(str, rows)) or "-")
        elif choice.code and choice.code not in known:
            problems.add("decide_choice", f"{path.name}:{row}", found=choice.code, expected="、".join(known) or "-")
    problems.raise_if_any(InputError)
    decided = [_decided(line, choices[row], decided_by, on) if row in choices else line for row, line in rows.items()]
    write_whole(path, decision_book(decided, title, on))
    return path


def list_decisions(folder: Path | str) -> int:
    """Add to the 决定.xlsx of an account folder what is open now and stands on no line yet; how many lines that are.

    A choice may open others: the method of what it needs, the coefficients of that. Every line that is there stays as it is
    and keeps its row; new ones follow. Raises AccountError or InputError for an account or a sheet that cannot be read.
    """
    path = _book(folder)
    title, rows = lines_of(path)
    account = read_account(folder)
    known = {_key(line) for line in rows.values()}
    new = [line for line in _open_lines(account) if _key(line) not in known]
    if new:
        write_whole(path, decision_book([*rows.values(), *new], title, account.date))
    return len(new)


def _key(line: DecisionLine) -> tuple[str, str, str, frozenset[str]]:
    """What tells lines apart: rows of two items of one coefficient differ by what there is to choose."""
    rows = frozenset(code for code, _ in line.choices) if line.kind == ROW else frozenset[str]()
    return line.kind, line.code, line.land, rows


def _open_lines(account: Account) -> Iterator[DecisionLine]:
    """What is open in an account as it is decided now."""
    stated = StatedData(account.inputs)
    rules, proposed = stated.proposed(account.ruleset)
    draft, open_ = replace(account, ruleset=rules), stated.open(rules)
    said = said_not_applicable(rules, account.inputs)
    admitted = {item.quantity for item in account.not_applicable}
    absent = tuple(item for item in said if item.entry.quantity not in admitted)
    ends = OpenEnds(rules, proposed, open_, lacking_rows(draft, open_), (), account.price_year, absent)
    return ends.lines(compute(draft))


def _decided(line: DecisionLine, choice: Choice, who: str, on: date) -> DecisionLine:
    if not choice.code:
        return replace(line, choice="", reason="", decided_by="", day="")
    return replace(line, choice=choice.code, reason=choice.reason, decided_by=who, day=str(on))


def set_state(file: Path | str, state: State) -> Path:
    """Write the state `draft` or `review` into an account.toml (or that of a folder) or a plan.toml; all else stays as it is.

    A final workbook is made by `finalise` of a reviewed one, never by this. Raises AccountError for a file that is none of the
    two, and for another state.
    """
    path = Path(file) / "account.toml" if is_folder(Path(file)) else Path(file)
    if state not in _STATES:
        raise AccountError(problem("state_other", path.name, found=state, expected="、".join(_STATES)))
    text = _text(path)
    value = f'"{state}"'
    if ("state",) in text.lines:
        changed = text.with_values({("state",): value})
    elif ("schema",) in text.lines:
        lines = text.text.split("\n")
        lines.insert(text.lines["schema",], f"state = {value}")
        changed = "\n".join(lines)
    else:
        raise AccountError(problem("state_none", path.name))
    write_whole(path, changed.encode())
    return path


def _text(path: Path) -> TomlText:
    """The text of a file; what no parser should see is refused before its lines are looked for."""
    problems = Problems()
    try:
        content = regular_file(path, most=MOST_TEXT).read_bytes()
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AccountError(problem("state_none", path.name)) from error
    toml_of(content, path.name, problems)
    problems.raise_if_any(AccountError)
    return TomlText(path.name, text)
