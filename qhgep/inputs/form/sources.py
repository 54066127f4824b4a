"""来源 of a form: the documents that its numbers stand in, and what evidence each gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qhgep.errors import Problems
from qhgep.evidence import undeclared
from qhgep.inputs.form.schema import FIRST_SOURCE, SOURCE_COLUMNS
from qhgep.inputs.periods import day_of

if TYPE_CHECKING:
    from qhgep.inputs.form.cells import Page


@dataclass(frozen=True, slots=True)
class FormSource:
    """One document as the form names it; the date is ISO text, `2024-06` where the form names a month."""

    id: str
    title: str
    number: str
    date: str
    unit: str

    @property
    def evidence(self) -> str:
        """Declared where document number, date and a named unit are all there, as in a pack; else secondary."""
        return "secondary" if undeclared(self.unit, self.number, self.date) else "declared"

    @property
    def text(self) -> str:
        """The document in one line, which stays true away from the form."""
        facts = "，".join(part for part in (self.number, self.date, self.unit) if part)
        return f"{self.title}（{facts}）" if facts else self.title


def read_sources(page: Page, problems: Problems) -> Mapping[str, FormSource]:
    """The documents of 来源 by number; rows with nothing but a number are none."""
    found: dict[str, FormSource] = {}
    for row in range(FIRST_SOURCE, page.sheet.extent[0]):
        texts = {name: page.text(row, column) for column, name in enumerate(SOURCE_COLUMNS)}
        if not any(text for name, text in texts.items() if name != SOURCE_COLUMNS[0]):
            continue
        day = _day(page, row, problems) if texts["date"] else ""
        source = FormSource(texts["source_id"], texts["title"], texts["number"], day, texts["unit"])
        if found.setdefault(source.id, source) is not source or not source.id:
            problems.add("form_source_id", page.place(row, 0), found=source.id or "（空）")
    return found


def _day(page: Page, row: int, problems: Problems) -> str:
    """The date as ISO text, however it is written; empty, with the reason noted, where it is none."""
    column = SOURCE_COLUMNS.index("date")
    cell = page.sheet.cells[row, column]
    text = cell.text.strip()
    found = day_of(text[: len("2024-03-01")] if cell.kind == "date" else text)
    if cell.kind not in {"date", "text"} and not (cell.kind == "number" and text.isdecimal()):
        found = None  # the number 2024.1 may have been typed as 2024.10
    if found is None:
        problems.add("form_source_date", page.place(row, column), found=text)
    return found or ""
