"""Where everything stands in a form: the columns of each table sheet, its limits, the lists that validations read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from qhgep.expr import Quantity
from qhgep.inputs.form.schema import (
    FIRST,
    FIRST_SOURCE,
    MARKS,
    OPTIONS,
    SOURCE_SHEET,
    SOURCES,
    STATES,
    UNITS,
    FormField,
    FormSheet,
)
from qhgep.ruleset_store.alternatives import OneOf, one_of
from qhgep.workbook.core.layout import HEAD, column_block, fixed, on_sheet
from qhgep.workbook.forms.ask import Asked
from qhgep.workbook.forms.offers import offers_for

LIMITS, CHECKS, AREAS, GUIDE = "限值", "自检", "自检_面积", "填报说明"
SOURCE_ROWS = 20
"""How many sources can be named."""
CHOSEN, IN_OWN, OWN, LOW, HIGH, LOW_CHOSEN, HIGH_CHOSEN = range(3, 10)
"""Columns of 限值: the chosen unit, how many of the own unit it is, the own unit, limits in the own and in the chosen unit."""
_FIRST_GROUP = 4
SIGNS = "甲乙丙丁戊己庚辛壬癸"
"""The ways of filling in an alternative, in their order."""


@dataclass(frozen=True)
class FormAddresses:
    """The addresses of a form."""

    asked: Asked

    @property
    def fields(self) -> Iterator[tuple[FormSheet, FormField]]:
        """Every value column, in order."""
        return ((sheet, field) for sheet in self.asked.schema.sheets for field in sheet.fields)

    def column(self, sheet: FormSheet, field: FormField) -> int:
        """The column of a field; its state stands to the right."""
        return len(sheet.keys) + 2 * sheet.fields.index(field)

    def last(self, sheet: FormSheet) -> int:
        """The last row of data of a table sheet."""
        return FIRST + len(self.asked.schema.rows(sheet)) - 1

    def values(self, sheet: FormSheet, field: FormField, offset: int = 0) -> str:
        """The value cells of a field; with offset 1 its state cells."""
        return on_sheet(sheet.name, column_block(self.column(sheet, field) + offset, FIRST, self.last(sheet)))

    def notes(self, sheet: FormSheet) -> str:
        """The note cells of a table sheet."""
        return on_sheet(sheet.name, column_block(len(sheet.columns) - 1, FIRST, self.last(sheet)))

    def unit_cell(self, sheet: FormSheet, field: FormField) -> str:
        """The cell where the unit of a field is chosen."""
        return on_sheet(sheet.name, fixed(UNITS, self.column(sheet, field)))

    def source_cell(self, sheet: FormSheet, field: FormField) -> str:
        """The cell with the number of the source of a field."""
        return on_sheet(sheet.name, fixed(SOURCES, self.column(sheet, field)))

    def mark_cell(self, sheet: FormSheet, field: FormField) -> str:
        """The cell above the states of a field where all that is blank in it is marked as missing."""
        return on_sheet(sheet.name, fixed(UNITS, self.column(sheet, field) + 1))

    @cached_property
    def _limit_rows(self) -> dict[str, int]:
        return {field.id: HEAD + 1 + place for place, (_, field) in enumerate(self.fields)}

    def limit_row(self, field: FormField) -> int:
        """The row of a field in 限值."""
        return self._limit_rows[field.id]

    def limit(self, field: FormField, column: int) -> str:
        """A cell of 限值."""
        return on_sheet(LIMITS, fixed(self.limit_row(field), column))

    @cached_property
    def alternatives(self) -> tuple[OneOf, ...]:
        """The quantities that can be had in several ways, where the form asks for more than one of them."""
        names = self.asked.quantities
        kept = (
            replace(group, ways=tuple(way for way in group.ways if set(way) <= set(names)))
            for group in one_of(self.asked.ruleset)
        )
        return tuple(group for group in kept if len(group.ways) > 1)

    def alternative_label(self, quantity: str) -> str:
        """The label of a quantity that is asked for one way of several only: 〔择一：水源涵养量 甲〕; else empty."""
        for group in self.alternatives:
            for sign, way in zip(SIGNS, group.ways, strict=False):
                if quantity in way and quantity in group.own:
                    return f"〔择一：{self.asked.ruleset.catalogue.vocabulary[group.quantity].zh} {sign}〕"
        return ""

    @cached_property
    def groups(self) -> tuple[Quantity, ...]:
        """The first quantity of each list of units on offer: for each 选项 has the list."""
        asked = (self.asked.quantities[field.quantity] for _, field in self.fields)
        first: dict[object, Quantity] = {}
        for quantity in asked:
            first.setdefault((quantity.unit, offers_for(quantity)), quantity)
        return tuple(first.values())

    def group_column(self, of: Quantity) -> int:
        """The column of 选项 with the spellings for a quantity; their sizes stand to the right."""
        lists = [(one.unit, offers_for(one)) for one in self.groups]
        return _FIRST_GROUP + 2 * lists.index((of.unit, offers_for(of)))

    def units(self, of: Quantity, offset: int = 0) -> str:
        """The spellings on offer for a quantity; with offset 1 their sizes."""
        return _options(self.group_column(of) + offset, len(offers_for(of)))

    @property
    def states(self) -> str:
        """The four state words."""
        return _options(0, len(STATES))

    @property
    def marks(self) -> str:
        """The words of a mark."""
        return _options(0, len(MARKS), list(STATES).index(MARKS[0]))

    @property
    def source_ids(self) -> str:
        """The numbers of 来源."""
        return on_sheet(SOURCE_SHEET, column_block(0, FIRST_SOURCE, FIRST_SOURCE + SOURCE_ROWS - 1))


def _options(column: int, rows: int, after: int = 0) -> str:
    return on_sheet(OPTIONS, column_block(column, HEAD + 1 + after, HEAD + after + rows))
