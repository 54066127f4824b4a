"""来源 of a form: the documents that its numbers stand in, and what evidence each gives."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from qhgep.errors import Problems
from qhgep.inputs.form.cells import FormPage
from qhgep.inputs.form.schema import FIRST_SOURCE, SOURCE_COLUMNS, FormSource
from qhgep.inputs.names import normal
from qhgep.inputs.periods import day_of
from qhgep.inputs.table import Input

_MONTH = re.compile(r"((?:19|20)[0-9]{2})[-./]([0-9]{1,2})")
"""A month as people write it in a text: 2024-06, 2024.6, 2024/06. As a number 2024.1 may be 2024.10."""


def read_sources(page: FormPage, problems: Problems) -> Mapping[str, FormSource]:
    """The documents of 来源 by number; rows with nothing but a number are none."""
    found: dict[str, FormSource] = {}
    for row in range(FIRST_SOURCE, page.sheet.extent[0]):
        texts = {name: page.text(row, column) for column, name in enumerate(SOURCE_COLUMNS)}
        if not any(text for name, text in texts.items() if name != SOURCE_COLUMNS[0]):
            continue
        day = _day(page, row, problems) if texts["date"] else ""
        source = FormSource(texts["source_id"], texts["title"], texts["number"], day, texts["unit"], row)
        if found.setdefault(source.id, source) is not source or not source.id:
            problems.add("form_source_id", page.place(row, 0), found=source.id or "（空）")
    return found


_NAMES: Mapping[str, str] = {"number": "文号", "date": "日期", "unit": "申报单位"}


def tell_lowered(sources: Mapping[str, FormSource], rows: Sequence[Input], page: FormPage, problems: Problems) -> None:
    """Say of each document in use, at the cell that lacks, that its numbers are 转引: nobody finds that out later."""
    used = Counter(row.source for row in rows if row.presence in {"value", "zero"})
    faulty = {item.where for item in problems.items if item.severity == "error"}
    for source in sources.values():
        told = {"date"} if page.place(source.row, SOURCE_COLUMNS.index("date")) in faulty else set()
        lacking = sorted(set(source.lacks) - told, key=SOURCE_COLUMNS.index)
        if source.id and lacking and (count := used[source.text]):
            column = SOURCE_COLUMNS.index(lacking[0])
            lacks = "、".join(_NAMES[name] for name in lacking)
            where = page.place(source.row, column)
            problems.warn("form_source_lowered", where, id=source.id, title=source.title, lacks=lacks, count=count)


def _day(page: FormPage, row: int, problems: Problems) -> str:
    """The date as ISO text, however it is written; empty, with the reason noted, where it is none."""
    column = SOURCE_COLUMNS.index("date")
    cell = page.sheet.cells[row, column]
    text = cell.text.strip()
    month = _MONTH.fullmatch(normal(text))
    found = day_of(f"{month[1]}年{month[2]}月" if month else text[: len("2024-03-01")] if cell.kind == "date" else text)
    if cell.kind not in {"date", "text"} and not (cell.kind == "number" and text.isdecimal()):
        found = None  # the number 2024.1 may have been typed as 2024.10
    if found is None:
        problems.add("form_source_date", page.place(row, column), found=text)
    return found or ""
