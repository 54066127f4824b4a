"""Writing any result as a JSON file, as the option --json of its verb does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qhgep.arguments import wrong_kind
from qhgep.assessments.co_growth import CoGrowth
from qhgep.assessments.targets import AssessedTargets
from qhgep.auditing.account import AccountAudit
from qhgep.auditing.result import Audit
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.payment_bands import PaymentBands
from qhgep.compensation.published import PlanAudit
from qhgep.compensation.what_if.answers import Answers
from qhgep.compensation.what_if.rows import AllRows, RowEffect
from qhgep.difference.result import Difference
from qhgep.difference.ruleset_result import RulesetComparison
from qhgep.engine.rests_on import RestsOn, SourcesUsed
from qhgep.engine.result import Result
from qhgep.engine.uncertainty import Uncertainty
from qhgep.envelope import Envelope
from qhgep.errors import Language
from qhgep.packs.check import PackCheck
from qhgep.packs.review import Review
from qhgep.preparation.check_returned import Intake, Returned
from qhgep.provenance.payments_resting import PaymentsResting
from qhgep.result_files.account import account_file
from qhgep.result_files.allocation import allocation_file
from qhgep.result_files.assessments import co_growth_file, targets_file
from qhgep.result_files.audit import account_audit_file, plan_audit_file, table_audit_file
from qhgep.result_files.difference import difference_file, ruleset_comparison_file
from qhgep.result_files.lists import pack_check_file, review_file, units_file
from qhgep.result_files.rests_on import payments_resting_file, rests_on_file, sources_file
from qhgep.result_files.uncertainty import payment_bands_file, uncertainty_file
from qhgep.result_files.verification import returned_file, verification_file
from qhgep.result_files.what_if import all_rows_file, row_effect_file, what_if_file
from qhgep.units import KnownUnits, UnitReading
from qhgep.workbook.core.write import write_whole
from qhgep.workbook.verify.verify import Verification

_MAKERS: tuple[tuple[type, Callable[[Any, Language], Envelope[Any]]], ...] = (
    (Result, account_file),
    (Allocation, lambda found, _: allocation_file(found)),
    (Difference, lambda found, _: difference_file(found)),
    (RulesetComparison, ruleset_comparison_file),
    (Answers, what_if_file),
    (RowEffect, lambda found, _: row_effect_file(found)),
    (AllRows, lambda found, _: all_rows_file(found)),
    (Uncertainty, lambda found, _: uncertainty_file(found)),
    (PaymentBands, lambda found, _: payment_bands_file(found)),
    (RestsOn, lambda found, _: rests_on_file(found)),
    (SourcesUsed, lambda found, _: sources_file(found)),
    (PaymentsResting, lambda found, _: payments_resting_file(found)),
    (CoGrowth, lambda found, _: co_growth_file(found)),
    (AssessedTargets, lambda found, _: targets_file(found)),
    (Audit, table_audit_file),
    (AccountAudit, account_audit_file),
    (PlanAudit, plan_audit_file),
    (Verification, lambda found, language: verification_file(found, language=language)),
    (Intake, returned_file),
    (Returned, returned_file),
    (PackCheck, pack_check_file),
    (Review, lambda found, _: review_file(found)),
    (UnitReading, lambda found, _: units_file(found)),
    (KnownUnits, lambda found, _: units_file(found)),
)


def result_file(found: object, *, language: Language = "zh") -> Envelope[Any]:
    """A result in its envelope, with the words of its problems in a language. Raises ArgumentError for what is no result."""
    for kind, make in _MAKERS:
        if isinstance(found, kind):
            return make(found, language)
    expected = " | ".join(kind.__name__ for kind, _ in _MAKERS)
    raise wrong_kind("write_result", "found", found, expected)


def write_result(found: object, path: Path | str, *, language: Language = "zh") -> Path:
    """Write a result as JSON, to be read by `read_result`; the file appears only when it is complete."""
    path = Path(path)
    write_whole(path, result_file(found, language=language).text().encode())
    return path
