"""What `qhgep audit` says of a file: a printed table by its own figures, an account by what the engine computes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qhgep.errors import Language, Problem

if TYPE_CHECKING:
    from qhgep.audit.printed_table import Prices


@dataclass(frozen=True)
class Told:
    """An audit in words: the table, the JSON, what else a reader must know, and how it becomes a workbook."""

    consistent: bool
    text: str
    json: dict[str, object]
    warnings: tuple[Problem, ...]
    write: Callable[[Path], Path]


def audited(file: Path, *, prices: Prices, packs: Sequence[Path], language: Language) -> Told:
    """The audit of a csv file, or of an account given by its account.toml or its folder. Raises QhgepError."""
    if file.is_dir() or file.suffix.lower() == ".toml":
        from qhgep.audit.account import audit_account
        from qhgep.audit.account_report import account_audit_json, audit_account_text
        from qhgep.workbook.account_audit_book import write_account_audit

        found = audit_account(file, prices=prices, coefficients=packs)
        told = audit_account_text(found, language), account_audit_json(found, language)
        return Told(found.consistent, *told, found.warnings, partial(write_account_audit, found))
    from qhgep.audit import audit_table
    from qhgep.audit.report import as_json, audit_text
    from qhgep.workbook.audit_book import write_audit

    audit = audit_table(file, prices=prices)
    told = audit_text(audit, language), as_json(audit, language)
    return Told(audit.consistent, *told, audit.warnings, partial(write_audit, audit))
