"""Input rows that a caller holds in memory: a DataFrame or mappings, checked as the rows of a file are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from qhgep.account.inputs import vocabulary_of
from qhgep.catalogue import Catalogue
from qhgep.coefficient_store import Coefficients
from qhgep.errors import Problems
from qhgep.inputs import Counties, County, Headings, Input, read_counties
from qhgep.inputs.names import CountyLookup, code_in, normal
from qhgep.inputs.periods import period_of
from qhgep.inputs.preliminary import tell_preliminary
from qhgep.inputs.row_evidence import held_to_sources
from qhgep.inputs.table import COLUMNS, Vocabulary, check_row, input_of, unique_rows

if TYPE_CHECKING:
    import pandas as pd

RowsLike: TypeAlias = Union["pd.DataFrame", Iterable[Mapping[str, Any]]]
FILE = "rows"
"""What messages call the rows; their number follows, from 1."""
_SHORT = {"county": "county_code", "period": "period_from"}
"""Other names of columns; `period` is a year or a span."""


def given_rows(
    rows: RowsLike, catalogue: Catalogue, store: Coefficients, areas: Mapping[str, County], problems: Problems
) -> tuple[Input, ...]:  # fmt: skip
    """The rows as inputs; every fault is noted with the number of its row, and faulty rows are left out.

    Columns are those of the long table; `county` (a code or a name) stands for county_code, `period` (2023, "2001-2019") for
    period_from and period_to; ecosystem, item and note may lack, presence where every row has a value. A quantity may be
    named in Chinese (降水量, 森林面积). `areas` are those of the account: a row of another one is left out with a warning.
    """
    reader = _RowReader(vocabulary_of(catalogue, store), store, areas, problems)
    found = [row for number, fields in enumerate(_records(rows), start=1) if (row := reader.row(fields, number))]
    held = held_to_sources(unique_rows(found, problems), reader.vocabulary, problems)
    tell_preliminary(held, problems)
    return tuple(held)


def _records(rows: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401 - a DataFrame is known by its method
    return rows.to_dict("records") if hasattr(rows, "to_dict") else list(rows)


class _RowReader:
    def __init__(
        self, vocabulary: Vocabulary, store: Coefficients, areas: Mapping[str, County], problems: Problems
    ) -> None:  # fmt: skip
        self.vocabulary, self.store, self.areas, self.problems = vocabulary, store, areas, problems
        table = read_counties().with_declared(areas.values())
        self.known, self.places = table.by_code, CountyLookup(table)
        self.own = CountyLookup(Counties(areas))
        self._headings: Headings | None = None

    def row(self, fields: Mapping[str, Any], number: int) -> Input | None:
        """One row, checked; None where it is of another area or something is wrong with it, which is noted."""
        texts = {_SHORT.get(str(name), str(name)): _text(value) for name, value in fields.items()}
        if not self._known_columns(texts, number):
            return None
        said = {**dict.fromkeys(COLUMNS, ""), **texts}
        said["period_from"], said["period_to"] = self._period(said)
        if "presence" not in texts and said["value"]:
            said["presence"] = "value"
        said["county_code"] = self._county(said["county_code"])
        self._name(said)
        row = input_of([said[column] for column in COLUMNS], file=FILE, line=number)
        if row.county_code in self.areas:
            return check_row(row, self.vocabulary, self.problems)
        note, code = self.problems.add, "account_code"
        if row.county_code in self.known:
            note, code = self.problems.warn, "account_row_outside"
        note(code, row.place, code=row.county_code)
        return None

    def _known_columns(self, texts: Mapping[str, str], number: int) -> bool:
        """Whether a row has only columns of the long table, and those without which it says nothing."""
        others = [name for name in texts if name not in COLUMNS]
        lacking = [name for name in ("county_code", "quantity", "value", "unit") if name not in texts]
        if others or lacking:
            facts = {
                "found": "、".join(others) or "-",
                "lacking": "、".join(lacking) or "-",
                "known": "、".join(COLUMNS),
            }
            self.problems.add("rows_columns", f"{FILE}:{number}", **facts)
        return not (others or lacking)

    def _period(self, said: Mapping[str, str]) -> tuple[str, str]:
        """First and last year or day; a span in `period` is of all its years."""
        first, last = said["period_from"], said["period_to"]
        span = None if last else period_of(first)
        return (first, last or first) if span is None or span.doubt else (span.first, span.last)

    def _county(self, text: str) -> str:
        """The code of an area of the account, or of the county table, by code or name; the text itself where it is neither."""
        if code := code_in(text):
            return code
        for places in (self.own, self.places):
            if len(found := places.named(text)) == 1:
                return found[0].code
        return text

    def _name(self, said: dict[str, str]) -> None:
        """A quantity that is named in Chinese, with its ecosystem or item, by its id; an ecosystem by its id."""
        lands = self.store.ecosystems
        if said["ecosystem"] and said["ecosystem"] not in lands:
            spelled = normal(said["ecosystem"])
            said["ecosystem"] = next(
                (name for name, land in lands.items() if spelled in {land.zh, *land.aliases}), said["ecosystem"]
            )
        if said["quantity"] in self.vocabulary.quantities:
            return
        self._headings = self._headings or Headings(self.vocabulary, lands)
        meant = self._headings.meanings(normal(said["quantity"]))
        if len(meant) == 1:
            only = meant.pop()
            said["quantity"] = only.quantity
            said["ecosystem"], said["item"] = said["ecosystem"] or only.ecosystem, said["item"] or only.item
        elif len(named := [q.name for q in self.vocabulary.quantities.values() if q.zh == said["quantity"]]) == 1:
            said["quantity"] = named[0]


def _text(value: Any) -> str:  # noqa: ANN401 - whatever a frame holds
    """A value as a table would print it; blank for None and NaN, whole years without `.0`."""
    if value is None or value != value:  # noqa: PLR0124 - NaN, NaT and NA are not equal to themselves
        return ""
    if isinstance(value, float) and math.isfinite(value) and value == int(value) and abs(value) < 2**53:
        return str(int(value))
    return str(value).strip()
