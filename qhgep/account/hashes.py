"""The hashes of the files that an account holds: not of one whose content was changed after it was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path

from qhgep.account.account import Account
from qhgep.coefficient_store import Coefficients, Row
from qhgep.inputs import Input

_NOT_SETTINGS = frozenset({
    "inputs", "undecided", "coefficients", "ruleset", "hashes", "warnings", "as_read", "file", "published",
})  # fmt: skip
"""The parts of an account that are not what account.toml itself says."""


def file_hashes(account: Account) -> Mapping[str, str]:
    """File name -> hash, of the files whose content the account holds as it was read."""
    changed = set(changed_files(account))
    return {name: text for name, text in sorted((account.hashes or {}).items()) if name not in changed}


def changed_files(account: Account) -> tuple[str, ...]:
    """The files whose content was changed in memory after it was read; none where the account was not read."""
    read, names = account.as_read, account.hashes or {}
    if read is None:
        return ()
    found = set(_settings(account, read))
    found |= set(_inputs(account, read, names))
    if account.coefficients is not read.coefficients:
        found |= set(_store(account.coefficients, read.coefficients, names))
    if account.ruleset is not read.ruleset and account.ruleset != read.ruleset:
        found.add(account.ruleset.file)
    return tuple(sorted(found & set(names)))


def _settings(account: Account, read: Account) -> Iterator[str]:
    names = [part.name for part in fields(Account) if part.name not in _NOT_SETTINGS]
    if any(getattr(account, name) != getattr(read, name) for name in names):
        yield account.file
        yield from sorted({place.partition(" › ")[0] for place in account.text.elsewhere.values()})


def _inputs(account: Account, read: Account, names: Iterable[str]) -> Iterator[str]:
    """The input files of which a row is there no more, or is there that was not."""
    rows: set[Input] = set()
    for now, then in ((account.inputs, read.inputs), (account.undecided, read.undecided)):
        if now is not then:
            rows |= set(now) ^ set(then)
    for row in rows:
        yield from (name for name in names if _is_of(row.file, Path(name).name))


def _is_of(place: str, file: str) -> bool:
    """Whether a row's place is in a file: the file itself, or a sheet of it."""
    return place == file or place.startswith(f"{file} ")


def _store(now: Coefficients, then: Coefficients, names: Iterable[str]) -> Iterator[str]:
    rows: set[Row] = set(now.rows) ^ set(then.rows)
    for row in rows:
        about = f"{row.file.removesuffix('.csv')}.toml"
        yield from (name for name in names if name in {row.file, about})
    for file, same in (
        ("sources.toml", now.sources == then.sources),
        ("ecosystems.toml", now.ecosystems == then.ecosystems),
    ):
        if not same:
            yield from (name for name in names if Path(name).name == file)
