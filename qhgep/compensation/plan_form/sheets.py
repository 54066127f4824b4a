"""The sheets of a plan form, cell by cell: rows of one value, tables of entries, and the recipients with their columns."""

from __future__ import annotations

from collections.abc import Iterator

from qhgep.compensation.plan_form.fields import ENTRY, NAME, RECIPIENT, Path, PlanField
from qhgep.compensation.plan_form.places import (
    CODE_AT,
    FIRST_COLUMN,
    HEADS,
    KEY_AT,
    NAME_AT,
    RECIPIENT_HEADS,
    TABLE_FIRST,
    TABLE_KEY,
    TAKES_AT,
    TITLE_AT,
    TYPE_AT,
    UPRIGHT_HEAD,
    VALUE_AT,
    WIDE_FIRST,
    WIDE_HEAD,
    WIDE_KEY,
    WIDE_NAME,
    WIDE_STATE,
)
from qhgep.compensation.plan_form.tables import PlanTables
from qhgep.compensation.plan_form.values import MISSING, cell_text, cell_value
from qhgep.compensation.plan_form.words import NO, NOTHING, PENDING, YES, label, words_at
from qhgep.inputs import read_counties
from qhgep.inputs.figures import is_blank
from qhgep.inputs.files.address import shown
from qhgep.inputs.files.cells import RawCell, RawSheet
from qhgep.inputs.files.hidden_lines import tell_hidden
from qhgep.inputs.names import places_of

_Row = int
_TITLES = 2
"""The rows of the titles, which are merged."""
_MOST_COVERED = 20
KEYS = "字段编号"
"""What stands beside the keys of the columns of 单位."""
_TEXT = PlanField(("recipients",), "text")


class FormCells:
    """One sheet of a form; what it says goes into the tables of the plan, with the cell of each value."""

    def __init__(self, file: str, sheet: RawSheet, tables: PlanTables) -> None:
        self.sheet, self.tables, self.problems = sheet, tables, tables.problems
        self.file = f"{file} › {sheet.name}"
        self.rows, self.width = sheet.extent

    def tell_unseen(self, first: int) -> None:
        """Note what a person who looks at the sheet does not see: it is hidden, or parts of it, or a merge covers cells."""
        if self.sheet.hidden:
            self.problems.add("worksheet_hidden", self.file)
        columns = sorted({column for _, column in self.sheet.cells})
        rows = sorted({row for row, _ in self.sheet.cells})
        tell_hidden(self.sheet, self.file, columns, rows, self.problems, strict=True)
        for top, left, bottom, right in sorted(set(self.sheet.merged)):
            if bottom >= first:
                covered = [shown(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
                facts = {"range": f"{covered[0]}:{covered[-1]}", "cells": "、".join(covered[1:_MOST_COVERED])}
                self.problems.add("cells_merged", self.place(top, left), **facts)

    def place(self, row: int, column: int) -> str:
        """A cell for messages: `plan.xlsx › 方案 › C7`."""
        return f"{self.file} › {shown(row, column)}"

    def text(self, row: int, column: int) -> str:
        """What a cell says; empty where it is blank."""
        cell = self.sheet.cells.get((row, column))
        return "" if cell is None or is_blank(cell) else cell_text(cell)

    def filled(self, row: int, column: int) -> RawCell | None:
        """A cell with anything in it, at its place."""
        cell = self.sheet.cells.get((row, column))
        return None if cell is None or is_blank(cell) else cell.at(self.place(row, column))

    def upright(self) -> None:
        """The rows of an upright sheet: those of the rules of steps first, since they say what the others are."""
        self.tell_unseen(_TITLES)
        if self._moved(UPRIGHT_HEAD, {NAME_AT: HEADS[NAME_AT], VALUE_AT: HEADS[VALUE_AT], KEY_AT: HEADS[KEY_AT]}):
            return
        keyed = [(row, tuple(key.split("."))) for row in range(self.rows) if (key := self.text(row, KEY_AT))]
        keyed = [(row, path) for row, path in keyed if row > UPRIGHT_HEAD]
        for row, path in keyed:
            if path[0] == "step" and path[-1] == "rule" and path[1].isdecimal():
                self._rule(row, path)
        ruled = {path[1] for _, path in keyed if path[0] == "step" and path[-1] == "rule"}
        for row, path in keyed:
            if path[0] == "step" and len(path) > 1 and path[1] in ruled - set(self.tables.rules):
                continue  # its rule was noted
            field = self.tables.field(path)
            if field is None or field.by_recipient:
                self.problems.add("plan_form_key", self.place(row, KEY_AT), found=".".join(path))
            else:
                self._row(row, path, field)

    def _rule(self, row: int, path: Path) -> None:
        from qhgep.compensation.rules.registry import RULES_ZH

        said = self.text(row, VALUE_AT)
        found = next((name for name, zh in RULES_ZH.items() if said in {name, zh}), None)
        if found is None:
            facts = {"zh": "规则", "found": said or "（空）", "expected": "、".join(RULES_ZH.values())}
            self.problems.add("plan_form_choice", self.place(row, VALUE_AT), **facts)
        else:
            self.tables.rules[path[1]] = found

    def _row(self, row: int, path: Path, field: PlanField) -> None:
        """One row: nothing where neither name nor value stand in it."""
        cell, name, place = self.filled(row, VALUE_AT), self.text(row, NAME_AT), self.place(row, VALUE_AT)
        if not field.named:
            key = self.tables.key(path, "")
            self.tables.at(key, place)
            if cell is not None and (value := cell_value(cell, field, self.problems)) is not None:
                self.tables.put(key, value, place)
            return
        if not name:
            self._nameless(row, path, field)
            return
        key = self.tables.key(path, name)
        self.tables.entry(self._named(path, key)[: -1 if path[-1] == NAME else None], place)
        if cell is not None and (value := cell_value(cell, field, self.problems)) is not None:
            self.tables.put(key, value, place)
        elif cell is None and path[-1] == NAME and not field.either:
            self.problems.add("plan_form_blank", place, zh=label(field), name=name)
        self.tables.at(key, place)

    def _named(self, path: Path, key: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """The key up to its name."""
        return key[: path.index(NAME) + 1]

    def _nameless(self, row: int, path: Path, field: PlanField) -> None:
        """A value without a name: a table that is to be filled in, or a fault."""
        place = self.place(row, VALUE_AT)
        key = self._named(path, self.tables.key(path, ""))[:-1]
        self.tables.at(key, place)
        cell = self.filled(row, VALUE_AT)
        if cell is None:
            return
        text = cell_text(cell)
        if text.startswith(PENDING):
            self.tables.pending(key, text.removeprefix(PENDING), place)
        else:
            self.problems.add("plan_form_nameless", self.place(row, NAME_AT), zh=label(field), found=text)

    def table(self, table: Path) -> None:
        """The rows of a sheet of entries."""
        self.tell_unseen(_TITLES)
        if self._keys_moved(table):
            return
        fields = dict(self._columns(TABLE_KEY))
        number, names = 0, set[str]()
        for row in range(TABLE_FIRST, self.rows):
            if not any(self.filled(row, column) for column in fields):
                continue
            name = ""
            if table[-1] == NAME:
                (at,) = [column for column, (path, _) in fields.items() if path in {table, (*table, "id")}] or [0]
                name = self.text(row, at)
                if not name or name in names:
                    code = "plan_form_twice" if name else "plan_form_nameless"
                    self.problems.add(code, self.place(row, at), zh=self.sheet.name, found=name or "（空）")
                    continue
                names.add(name)
            self._entry(row, (table, name, number), fields)
            number += 1

    def _entry(self, row: int, of: tuple[Path, str, int], fields: dict[int, tuple[Path, PlanField | None]]) -> None:
        table, name, number = of
        whole = self.tables.key(table, name, number)
        self.tables.entry(whole, self.place(row, min(fields)))
        for column, (path, field) in fields.items():
            if field is None:
                continue
            key = (*whole, *path[len(table) :])
            self.tables.cells[key] = self.place(row, column)
            cell = self.filled(row, column)
            if cell is not None and (value := cell_value(cell, field, self.problems)) is not None:
                self.tables.put(key, value, self.place(row, column))

    def _columns(
        self, row: int, first: int = 0, ending: Path = ()
    ) -> Iterator[tuple[int, tuple[Path, PlanField | None]]]:
        """The columns with a key, by their place; that of the names of a table has no field. Unknown keys are noted."""
        for column in range(first, self.width):
            if not (key := self.text(row, column)):
                continue
            path = tuple(key.split("."))
            field = self.tables.field((*path, *ending))
            if field is not None or path[-1] in {NAME, ENTRY}:
                yield column, (path, field)
            elif path[0] == "step" and path[1:2] and path[1] not in self.tables.rules:
                continue  # what is wrong with its step was noted
            else:
                self.problems.add("plan_form_key", self.place(row, column), found=key)

    def recipients(self) -> None:
        """The recipients, and what the columns beside them say of each."""
        self.tell_unseen(_TITLES)
        if self._moved(WIDE_HEAD, dict(enumerate(RECIPIENT_HEADS))) or self._moved(WIDE_KEY, {TITLE_AT: KEYS}):
            return
        codes = self._codes()
        for column, (path, field) in self._columns(WIDE_KEY, FIRST_COLUMN, (RECIPIENT,)):
            if field is not None:
                self._column(column, path, field, codes)

    def _codes(self) -> dict[_Row, str]:
        """The code of each row that has one; who receives is a recipient of the plan."""
        found: dict[_Row, str] = {}
        counts = {"recipients": 0, "recipient": 0}
        for row in range(WIDE_FIRST, self.rows):
            code, takes = self.text(row, CODE_AT), self.text(row, TAKES_AT)
            if not code:
                continue
            found[row] = code
            if takes not in {"", YES, NO}:
                facts = {"zh": "领款", "found": takes, "expected": f"{YES}、{NO}"}
                self.problems.add("plan_form_choice", self.place(row, TAKES_AT), **facts)
            if takes == NO:
                continue
            kind = self.text(row, TYPE_AT)
            table = "recipient" if kind else "recipients"
            self._recipient(row, (table, counts[table]), code, kind)
            counts[table] += 1
        state = self.text(WIDE_STATE, CODE_AT)
        place = self.place(WIDE_FIRST, CODE_AT)
        self.tables.at(("recipients",), place)
        if not any(counts.values()) and state.startswith(PENDING):
            self.tables.put(("recipients",), MISSING + state.removeprefix(PENDING), place)
        return found

    def _recipient(self, row: int, key: tuple[str, int], code: str, kind: str) -> None:
        place, name = self.place(row, CODE_AT), self.text(row, TITLE_AT)
        if not kind:
            self.tables.put(key, code, place)
            self._name_of_code(row, code, name)
            return
        words = words_at("recipient.kind")["words"]
        found = next((name for name, word in words.items() if kind in {name, word}), None)
        if found is None:
            facts = {"zh": "类别", "found": kind, "expected": "、".join(words.values())}
            self.problems.add("plan_form_choice", self.place(row, TYPE_AT), **facts)
        self.tables.put((*key, "id"), code, place)
        self.tables.put((*key, "zh"), name, self.place(row, TITLE_AT))
        self.tables.put((*key, "kind"), found or "", self.place(row, TYPE_AT))

    def _name_of_code(self, row: int, code: str, name: str) -> None:
        """A row without a kind is one of the county table, under its name."""
        county = read_counties().by_code.get(code)
        if county is None and name:
            kinds = "、".join(words_at("recipient.kind")["words"].values())
            self.problems.add("plan_form_kind", self.place(row, TYPE_AT), code=code, found=name, expected=kinds)
        if county is not None and not places_of(read_counties()).bears(county, name):
            facts = {"recipient": code, "zh": county.zh, "found": name}
            self.problems.add("plan_recipient_name", self.place(row, TITLE_AT), **facts)

    def _column(self, column: int, path: Path, field: PlanField, codes: dict[_Row, str]) -> None:
        """What a column says of each recipient; without any value what its state says."""
        name, state = self.text(WIDE_NAME, column), self.text(WIDE_STATE, column)
        at = self.place(WIDE_STATE, column)
        cells = {row: cell for row in range(WIDE_FIRST, self.rows) if (cell := self.filled(row, column)) is not None}
        if field.named and not name and cells:
            self.problems.add(
                "plan_form_nameless", self.place(WIDE_NAME, column), zh=label(field), found=f"{len(cells)} 个数"
            )
            return
        key = self.tables.key(path, name)
        if field.named and not name:
            key = self._named(path, key)[:-1]
        if field.named and name:
            self.tables.entry(self._named(path, key)[: -1 if path[-1] == NAME else None], at)
        self.tables.cells.setdefault(key, at)
        self.tables.at(key, at)
        for row, cell in cells.items():
            if row not in codes:
                facts = {"zh": "单位代码", "found": cell_text(cell)}
                self.problems.add("plan_form_nameless", self.place(row, CODE_AT), **facts)
            elif (value := cell_value(cell, field, self.problems)) is not None:
                self.tables.put((*key, codes[row]), value, cell.place)
        if not cells:
            self._empty(key, state, at, field)

    def _empty(self, key: tuple[str | int, ...], state: str, at: str, field: PlanField) -> None:
        if state.startswith(PENDING):
            self.tables.pending(key, state.removeprefix(PENDING), at)
        elif state == NOTHING:
            self.tables.entry(key, at)
        elif state:
            self.problems.add("plan_form_choice", at, zh=f"{label(field)} 的状态", found=state, expected=NOTHING)

    def _keys_moved(self, table: Path) -> bool:
        """Whether the keys of a sheet of entries stand elsewhere than below what its columns mean."""
        found, begin = self.text(TABLE_KEY, 0), ".".join(table)
        if not found.startswith(begin):
            facts = {"found": found or "（空）", "expected": f"{begin}…"}
            self.problems.add("decision_heading", self.place(TABLE_KEY, 0), **facts)
            return True
        return False

    def _moved(self, row: int, headings: dict[int, str]) -> bool:
        """Whether a heading stands elsewhere than where the form was written with it; the first such cell is noted."""
        for column, expected in headings.items():
            found = self.text(row, column)
            if found != expected:
                self.problems.add(
                    "decision_heading", self.place(row, column), found=found or "（空）", expected=expected
                )
                return True
        return False
