"""A workbook before it is a file: its sheets laid on pages, and what stands at their foot and in the properties of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from qhgep._version import __version__
from qhgep.compensation.allocation import Allocation
from qhgep.difference.correction import Correction
from qhgep.engine.result import Result
from qhgep.states import STATES
from qhgep.workbook.account.book import account_sheets
from qhgep.workbook.core.cells import Sheet
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.core.write import to_bytes
from qhgep.workbook.panel.book import panel_sheets
from qhgep.workbook.plan.book import allocation_sheets
from qhgep.workbook.verify.identity import identity_of


@dataclass(frozen=True)
class BookContent:
    """The sheets of a workbook, its title, its day, and the line at the foot of every page."""

    sheets: Sequence[Sheet]
    title: str
    created: date
    footer: str

    def data(self) -> bytes:
        """The file. The same content gives the same bytes."""
        identity = identity_of(self.sheets)
        return to_bytes(self.sheets, title=self.title, created=self.created, footer=self.footer, identity=identity)

    def with_sheets(self, sheets: Sequence[Sheet]) -> BookContent:
        """The same workbook with other sheets, that are laid on pages."""
        return replace(self, sheets=sheets)


def account_content(
    result: Result, period: str | None, correction: Correction | None = None, version: str = __version__
) -> BookContent:
    """The workbook of one period of a result, or of all of them (None); the state stands at the foot of every page."""
    account = result.account
    made = panel_sheets(result, version) if period is None else account_sheets(result, period, correction, version)
    sheets = [paged(sheet) for sheet in made]
    return BookContent(sheets, account.title, account.date, f"{STATES[account.state]}　{account.title}")


def plan_content(
    allocation: Allocation, correction: Correction | None = None, version: str = __version__
) -> BookContent:
    """The workbook of an allocation; what it may not be used for and its state stand at the foot of every page."""
    sheets = [paged(sheet) for sheet in allocation_sheets(allocation, correction, version)]
    footer = f"{'　'.join(allocation.heading.notices)}　{allocation.heading.state}　{allocation.title}"
    return BookContent(sheets, allocation.title, allocation.source.day, footer)
