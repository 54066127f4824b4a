"""决定: the decisions of an account on a sheet of a workbook, read as the entries that account.toml would have.

One model, two spellings: a line with a choice becomes the `[[method]]`, `[[adopt]]`, `[deflate]`, `[[not_covered]]` or
`[[not_applicable]]` that says the same, at the place of its cell. A line without a choice decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qhgep.account.schema import AccountFile, Adopt, Deflate, MethodEntry, NotCoveredEntry
from qhgep.errors import Problems
from qhgep.inputs.files.cells import RawBook, RawSheet
from qhgep.inputs.headed_table import TableRow, book_of_form, headed_table, heading_moved
from qhgep.inputs.not_applicable import NotApplicableEntry
from qhgep.inputs.periods import day_of
from qhgep.inputs.personal import refuse_personal
from qhgep.toml_lines import TomlText

if TYPE_CHECKING:
    from pydantic import BaseModel

SHEET, OPTIONS = "决定", "选项"
TITLE = "：要作的判断"
"""Behind the title of the account in the first line."""
FILE = f"{SHEET}.xlsx"
TOP = 3
"""The row of the headings, from zero."""
KIND, WHAT, SEEN = "种类", "要决定什么", "备选"
CHOICE, REASON, WHO, DAY = "选择【选】", "理由【填】", "决定人【填】", "日期【填】"
CODE, LAND = "代码", "生态系统编号"
HEADINGS = (KIND, WHAT, SEEN, CHOICE, REASON, WHO, DAY, CODE, LAND)
"""The columns in their order: a moved one is told, never looked for elsewhere."""
METHOD, ROW, PERIOD, INDEX, GAP, ABSENT = "方法", "系数", "期间", "价格折算", "不核算", "不适用"
ONLY: Mapping[str, str] = {GAP: "未核算", ABSENT: "不适用"}
"""The one choice of a line of these kinds."""
LAND_MARK = "、"
"""Between the ecosystems of a line of ABSENT."""
_MARK = "："
"""Ends the code of a choice; what follows says in words what it is."""
_TABLE_OF: Mapping[str, str] = {
    METHOD: "method", ROW: "adopt", PERIOD: "adopt", INDEX: "deflate", GAP: "not_covered", ABSENT: "not_applicable",
}  # fmt: skip

_MODEL_OF: Mapping[str, type[BaseModel]] = {
    "method": MethodEntry, "adopt": Adopt, "deflate": Deflate, "not_covered": NotCoveredEntry,
    "not_applicable": NotApplicableEntry,
}  # fmt: skip


@dataclass(frozen=True)
class DecisionLine:
    """A line of the sheet: what is to be decided, what there is to choose from, and what is chosen so far.

    `choices` are codes with what each says in words; `code` is the quantity or the indicator, `land` the ecosystem
    (of a line of ABSENT all that it is about).
    """

    kind: str
    what: str
    choices: tuple[tuple[str, str], ...]
    code: str = ""
    land: str = ""
    note: str = ""
    choice: str = ""
    reason: str = ""
    decided_by: str = ""
    day: str = ""


def choice_texts(line: DecisionLine) -> tuple[str, ...]:
    """The choices of a line as its list offers them: a method by its formula, anything else by its code and what it is.

    The code of a method is no word of a clerk's: it stands on OPTIONS behind the text.
    """
    words = [said for _, said in line.choices]
    if line.kind == METHOD and all(words) and len(set(words)) == len(words):
        return tuple(words)
    return tuple(f"{code}{_MARK}{said}" if said else code for code, said in line.choices)


def choice_parts(text: str) -> tuple[str, str]:
    """The code of a choice and what it is, of a text that begins with its code."""
    code, _, words = text.partition(_MARK)
    return code.strip(), words


def with_decisions(
    content: AccountFile, text: TomlText, folder: Path, problems: Problems
) -> tuple[AccountFile, TomlText]:
    """The content of account.toml with the entries of the sheet that it names, and their places; faults are noted by cell.

    A method, a gap or the index series that both say is an error that names both.
    """
    if not content.decisions.strip():
        return content, text
    entries: dict[str, list[Any]] = {
        name: list(getattr(content, name)) for name in ("adopt", "method", "not_covered", "not_applicable")
    }  # the entries of account.toml come first
    counted = {name: len(found) for name, found in entries.items()}
    places, deflate = dict(text.elsewhere), content.deflate
    for table, entry, place in read_decisions(folder / content.decisions, problems):
        if (first := _said_before(table, entry, content, text)) is not None:
            problems.add("decision_both", place, first=first)
        elif table == "deflate":
            deflate, places[table, 1] = entry, place
        else:
            entries[table].append(entry)
            places[table, len(entries[table])] = place
    if counted == {name: len(found) for name, found in entries.items()} and deflate is content.deflate:
        return content, text
    return content.model_copy(update=entries | {"deflate": deflate}), TomlText(text.name, text.text, places)


def tell_adopted_twice(adoptions: Sequence[Any], text: TomlText, problems: Problems) -> None:
    """Note a coefficient or input that account.toml and the sheet both decide, at the cell, with the place of the other."""
    cells = set(text.elsewhere.values())
    written = {_cell_of(item): item.place for item in adoptions if item.place not in cells}
    for item in adoptions:
        if item.place in cells and (first := written.get(_cell_of(item))):
            problems.add("decision_both", item.place, first=first)


def _cell_of(adoption: Any) -> tuple[str, str, str]:  # noqa: ANN401 - an Adoption; named where it is made
    return adoption.target, adoption.ecosystem, adoption.item


def _said_before(table: str, entry: Any, content: AccountFile, text: TomlText) -> str | None:  # noqa: ANN401 - an entry of any table
    """The place in account.toml of an entry that decides the same; adoptions are compared once their rows are known."""
    if table == "deflate":
        return None if content.deflate is None else text.table("deflate")
    named = {"method": "quantity", "not_covered": "indicator"}.get(table)
    if named is None:
        return None
    same = [number for number, item in enumerate(getattr(content, table), 1) if getattr(item, named) == getattr(entry, named)]  # fmt: skip
    return text.entry(table, same[0]) if same else None


def read_decisions(path: Path, problems: Problems) -> Iterator[tuple[str, Any, str]]:
    """The decided lines of a book: the table of account.toml, its entry, and the cell of the choice; faults are noted."""
    book = book_of_form(path, problems)
    offered = {} if book is None else _offered(book)
    for line in [] if book is None else _lines(book, path, problems):
        if (entry := _entry(line, offered, problems)) is not None:
            yield _TABLE_OF[line.text(KIND)], entry, line.where(CHOICE)


def decision_lines(path: Path, problems: Problems) -> list[TableRow]:
    """The lines of the sheet without a fault of their own; none, with the reason noted, where it cannot be read."""
    book = book_of_form(path, problems)
    return [] if book is None else _lines(book, path, problems)


def _lines(book: RawBook, path: Path, problems: Problems) -> list[TableRow]:
    if refuse_personal(book, problems):
        return []
    sheet = decision_sheet(book)
    if sheet is None:
        problems.add("decision_foreign", path.name, sheets="、".join(item.name for item in book.sheets))
        return []
    if heading_moved(sheet, TOP, HEADINGS, path.name, problems, code="decision_heading"):
        return []
    table = headed_table(book, sheet, problems, top=TOP)
    return [] if table is None else list(table.sound(problems))


def book_lines(path: Path, problems: Problems) -> tuple[str, dict[int, DecisionLine]]:
    """The title of a book, and its lines by the number of their row, with what there is to choose and what is chosen."""
    book = book_of_form(path, problems)
    if book is None:
        return "", {}
    rows, offered = _lines(book, path, problems), _offered(book)
    sheet = decision_sheet(book)
    title = sheet.cells[0, 1].text.removesuffix(TITLE) if sheet is not None and (0, 1) in sheet.cells else ""
    return title, {row.number: _line(row, offered.get(row.text(WHAT), ())) for row in rows}


def _offered(book: RawBook) -> dict[str, tuple[tuple[str, str], ...]]:
    """What may be chosen, by what is to be decided: the lists behind the drop-downs."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    sheet = next((item for item in book.sheets if item.name == OPTIONS), None)
    for row, column in sorted(sheet.cells) if sheet is not None else ():
        if row > TOP and column == 0 and sheet is not None and (row, 1) in sheet.cells:
            what, said = sheet.cells[row, 0].text.strip(), sheet.cells[row, 1].text
            code = sheet.cells[row, 2].text.strip() if (row, 2) in sheet.cells else ""
            found[what] = (*found.get(what, ()), (code, said) if code else choice_parts(said))
    return found


def _code(row: TableRow, choices: Sequence[tuple[str, str]]) -> str:
    """The code of what is chosen in a line: of the choice with this text, or what the text begins with."""
    said = row.text(CHOICE)
    return next((code for code, words in choices if words and words.split() == said.split()), choice_parts(said)[0])


def _line(row: TableRow, choices: tuple[tuple[str, str], ...]) -> DecisionLine:
    note = "" if choices else row.text(SEEN)
    day = row.text(DAY).partition("T")[0]
    return DecisionLine(
        row.text(KIND), row.text(WHAT), choices, row.text(CODE), row.text(LAND), note, _code(row, choices),
        row.text(REASON), row.text(WHO), day,
    )  # fmt: skip


def decision_sheet(book: RawBook) -> RawSheet | None:
    """The sheet of decisions of a book, where it has one."""
    return next((item for item in book.sheets if item.name == SHEET), None)


def _entry(line: TableRow, offered: Mapping[str, Sequence[tuple[str, str]]], problems: Problems) -> Any:  # noqa: ANN401 - an entry of one of the tables
    """The entry that a line says; None where nothing is chosen, or a fault is noted."""
    kind, code = line.text(KIND), line.text(CODE)
    choice = _code(line, offered.get(line.text(WHAT), ()))
    if kind not in _TABLE_OF:
        problems.add("decision_kind", line.where(KIND), found=kind or "（空）", expected="、".join(_TABLE_OF))
        return None
    day = _day(line, problems)
    if not choice:
        if stated := [name for name in (REASON, WHO, DAY) if line.text(name)]:
            facts = {"what": line.text(WHAT), "columns": "、".join(name.partition("【")[0] for name in stated)}
            problems.add("decision_blank", line.where(CHOICE), **facts)
        return None
    if choice != (expected := ONLY.get(kind, choice)):
        problems.add("decision_declared", line.where(CHOICE), found=choice, expected=expected)
        return None
    who = line.text(WHO)
    said = {"reason": line.text(REASON), "decided_by": f"{who}（{day}）" if who and day else who}
    fields: Mapping[str, Mapping[str, Any]] = {
        METHOD: {"quantity": code, "method": choice}, ROW: {"row": choice, "for": code, "ecosystem": line.text(LAND)},
        PERIOD: {"quantity": code, "from_period": choice}, INDEX: {"series": choice}, GAP: {"indicator": code},
        ABSENT: {"quantity": code, "ecosystems": [part for part in line.text(LAND).split(LAND_MARK) if part]},
    }  # fmt: skip
    return _MODEL_OF[_TABLE_OF[kind]].model_validate({**fields[kind], **said})


def _day(line: TableRow, problems: Problems) -> str:
    """The day of the decision as 2024-03-01; empty where none is stated, or it is none, which is noted."""
    text = line.text(DAY)
    day = day_of(text.partition("T")[0]) or ""
    if text and len(day) != len("2024-03-01"):
        problems.add("decision_day", line.where(DAY), found=text)
        return ""
    return day
