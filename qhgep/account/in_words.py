"""An account in a few words, for the one line that stands for it where it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class _Named(Protocol):
    @property
    def name(self) -> str: ...


class _Account(Protocol):
    """What is said of an `Account`; the module that reads one stands above this one."""

    @property
    def counties(self) -> Sequence[object]: ...
    @property
    def periods(self) -> Sequence[_Named]: ...
    @property
    def ruleset(self) -> _Named: ...
    @property
    def inputs(self) -> Sequence[object]: ...


def described(account: _Account) -> str:
    """The counties, periods and ruleset of an account: `5 counties, 2023, water-balance-plateau`."""
    names = [period.name for period in account.periods]
    span = names[0] if len(names) == 1 else f"{len(names)} periods {names[0]} … {names[-1]}" if names else "no period"
    return f"{len(account.counties)} counties, {span}, {account.ruleset.name}"


def one_line(account: _Account) -> str:
    """What stands for an account; all that it holds fills pages."""
    return f"<Account {described(account)}, {len(account.inputs)} inputs>"
