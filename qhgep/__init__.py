"""qhgep: gross ecosystem product and ecological compensation for Chinese counties.

What every verb of the command line does, as a function. `read_account` (from files) or `account_from` (from rows in memory)
and `compute` give the result of an account, `scenarios` other values of its coefficients, `explain` follows one value back
to its sources; `allocate` divides money by a plan, `what_if` and its kind vary it. `write_workbook` and `verify_workbook`
make and check Excel files; `write_template`, `check_file` and `start` are the way from a form to an account; `diff` and the
audits compare; `co_growth` and `assess_targets` judge several years. `write_result` writes any result as JSON and `read_result` reads it back.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from qhgep._version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from qhgep.account.account import Account, Period
    from qhgep.account.in_memory import account_from
    from qhgep.account.read import read_account
    from qhgep.assessments.co_growth import CoGrowth, co_growth
    from qhgep.assessments.targets import AssessedTargets, assess_targets
    from qhgep.audit_page.page import write_page
    from qhgep.auditing import audit_table
    from qhgep.auditing.account import audit_account
    from qhgep.compensation.allocate import allocate
    from qhgep.compensation.allocation import Allocation
    from qhgep.compensation.payment_bands import payment_bands
    from qhgep.compensation.plan.read import read_plan
    from qhgep.compensation.plan.schema import Plan
    from qhgep.compensation.published import audit_plan
    from qhgep.compensation.what_if.answers import what_if
    from qhgep.compensation.what_if.rows import what_if_all_rows, what_if_rows
    from qhgep.desk.app import desk_app
    from qhgep.difference import Difference
    from qhgep.difference.ruleset_comparison import compare_rulesets
    from qhgep.engine import compute
    from qhgep.engine.explain import Step, explain
    from qhgep.engine.grid import Partial, Value
    from qhgep.engine.rests_on import rests_on, sources_used
    from qhgep.engine.result import Result
    from qhgep.engine.scenarios import scenarios
    from qhgep.engine.uncertainty import uncertainty
    from qhgep.errors import (
        AccountError,
        ArgumentError,
        CoefficientError,
        EvidenceError,
        FormulaError,
        InputError,
        NoValue,
        PlanError,
        Problem,
        QhgepError,
        RulesetError,
        UnitError,
        UnknownName,
        WorkbookError,
    )
    from qhgep.format_descriptions import file_format, file_formats
    from qhgep.importers.run import import_table
    from qhgep.packs.check import check_pack
    from qhgep.packs.library import coefficients
    from qhgep.packs.needs import needs_of
    from qhgep.preparation.check_returned import check_file
    from qhgep.preparation.decide import decide, list_decisions, set_state
    from qhgep.preparation.start import start
    from qhgep.provenance.payments_resting import payments_resting
    from qhgep.provenance.sources_in import sources_in
    from qhgep.provenance.trace import trace, write_trace
    from qhgep.provenance.used_in import FileUse, used_in
    from qhgep.raster.cog import write_rasters
    from qhgep.raster.export import export
    from qhgep.raster.run import zonal
    from qhgep.result_files.read import read_result
    from qhgep.result_files.write import write_result
    from qhgep.ruleset_store.ruleset import rulesets
    from qhgep.seals import seal, verify_seal
    from qhgep.units import known_units, read_unit
    from qhgep.workbook.brief import brief
    from qhgep.workbook.core.render import render
    from qhgep.workbook.correction.back_payment import back_payment, write_back_payment
    from qhgep.workbook.correction.compare import diff
    from qhgep.workbook.correction.issued_corrections import corrected_issues
    from qhgep.workbook.files import finalise, write_workbook
    from qhgep.workbook.forms import write_template
    from qhgep.workbook.forms.plan.book import plan_to_form, plan_to_toml, write_plan_form
    from qhgep.workbook.issued import IssuedBook, issued_reading
    from qhgep.workbook.reports.county_funds import CountyFunds, county_funds, write_county_funds
    from qhgep.workbook.verify.verify import Verification, verify_workbook

_FUNCTIONS = {
    "read_account": "qhgep.account.read",
    "account_from": "qhgep.account.in_memory",
    "compute": "qhgep.engine",
    "scenarios": "qhgep.engine.scenarios",
    "uncertainty": "qhgep.engine.uncertainty",
    "explain": "qhgep.engine.explain",
    "rests_on": "qhgep.engine.rests_on",
    "sources_used": "qhgep.engine.rests_on",
    "sources_in": "qhgep.provenance.sources_in",
    "corrected_issues": "qhgep.workbook.correction.issued_corrections",
    "issued_reading": "qhgep.workbook.issued",
    "trace": "qhgep.provenance.trace",
    "write_trace": "qhgep.provenance.trace",
    "write_page": "qhgep.audit_page.page",
    "read_plan": "qhgep.compensation.plan.read",
    "allocate": "qhgep.compensation.allocate",
    "what_if": "qhgep.compensation.what_if.answers",
    "what_if_rows": "qhgep.compensation.what_if.rows",
    "what_if_all_rows": "qhgep.compensation.what_if.rows",
    "payment_bands": "qhgep.compensation.payment_bands",
    "payments_resting": "qhgep.provenance.payments_resting",
    "write_workbook": "qhgep.workbook.files",
    "verify_workbook": "qhgep.workbook.verify.verify",
    "finalise": "qhgep.workbook.files",
    "back_payment": "qhgep.workbook.correction.back_payment",
    "write_back_payment": "qhgep.workbook.correction.back_payment",
    "county_funds": "qhgep.workbook.reports.county_funds",
    "write_county_funds": "qhgep.workbook.reports.county_funds",
    "brief": "qhgep.workbook.brief",
    "render": "qhgep.workbook.core.render",
    "write_template": "qhgep.workbook.forms",
    "write_plan_form": "qhgep.workbook.forms.plan.book",
    "plan_to_form": "qhgep.workbook.forms.plan.book",
    "plan_to_toml": "qhgep.workbook.forms.plan.book",
    "check_file": "qhgep.preparation.check_returned",
    "start": "qhgep.preparation.start",
    "decide": "qhgep.preparation.decide",
    "list_decisions": "qhgep.preparation.decide",
    "desk_app": "qhgep.desk.app",
    "set_state": "qhgep.preparation.decide",
    "import_table": "qhgep.importers.run",
    "audit_table": "qhgep.auditing",
    "audit_account": "qhgep.auditing.account",
    "audit_plan": "qhgep.compensation.published",
    "diff": "qhgep.workbook.correction.compare",
    "compare_rulesets": "qhgep.difference.ruleset_comparison",
    "co_growth": "qhgep.assessments.co_growth",
    "assess_targets": "qhgep.assessments.targets",
    "rulesets": "qhgep.ruleset_store.ruleset",
    "coefficients": "qhgep.packs.library",
    "used_in": "qhgep.provenance.used_in",
    "check_pack": "qhgep.packs.check",
    "needs_of": "qhgep.packs.needs",
    "read_unit": "qhgep.units",
    "known_units": "qhgep.units",
    "zonal": "qhgep.raster.run",
    "write_rasters": "qhgep.raster.cog",
    "export": "qhgep.raster.export",
    "read_result": "qhgep.result_files.read",
    "write_result": "qhgep.result_files.write",
    "file_format": "qhgep.format_descriptions",
    "file_formats": "qhgep.format_descriptions",
    "seal": "qhgep.seals",
    "verify_seal": "qhgep.seals",
}
_TYPES = {
    "Account": "qhgep.account.account",
    "Period": "qhgep.account.account",
    "Result": "qhgep.engine.result",
    "Value": "qhgep.engine.grid",
    "Partial": "qhgep.engine.grid",
    "Step": "qhgep.engine.explain",
    "Plan": "qhgep.compensation.plan.schema",
    "Allocation": "qhgep.compensation.allocation",
    "Verification": "qhgep.workbook.verify.verify",
    "Difference": "qhgep.difference",
    "IssuedBook": "qhgep.workbook.issued",
    "FileUse": "qhgep.provenance.used_in",
    "CountyFunds": "qhgep.workbook.reports.county_funds",
    "CoGrowth": "qhgep.assessments.co_growth",
    "AssessedTargets": "qhgep.assessments.targets",
    "Problem": "qhgep.errors",
    "QhgepError": "qhgep.errors",
    "AccountError": "qhgep.errors",
    "ArgumentError": "qhgep.errors",
    "CoefficientError": "qhgep.errors",
    "EvidenceError": "qhgep.errors",
    "FormulaError": "qhgep.errors",
    "InputError": "qhgep.errors",
    "NoValue": "qhgep.errors",
    "PlanError": "qhgep.errors",
    "RulesetError": "qhgep.errors",
    "UnitError": "qhgep.errors",
    "UnknownName": "qhgep.errors",
    "WorkbookError": "qhgep.errors",
}
_PLACES = _FUNCTIONS | _TYPES
_EXTRAS = {"qhgep.desk.": "desk", "qhgep.raster.": "raster"}
"""The beginnings of the modules that need an extra."""

__all__ = [  # noqa: RUF022 - in the order of use
    "__version__",
    "read_account",
    "account_from",
    "compute",
    "scenarios",
    "uncertainty",
    "explain",
    "rests_on",
    "sources_used",
    "sources_in",
    "corrected_issues",
    "issued_reading",
    "trace",
    "write_trace",
    "write_page",
    "read_plan",
    "allocate",
    "what_if",
    "what_if_rows",
    "what_if_all_rows",
    "payment_bands",
    "payments_resting",
    "write_workbook",
    "verify_workbook",
    "finalise",
    "back_payment",
    "write_back_payment",
    "county_funds",
    "write_county_funds",
    "brief",
    "render",
    "write_template",
    "write_plan_form",
    "plan_to_form",
    "plan_to_toml",
    "check_file",
    "start",
    "decide",
    "list_decisions",
    "set_state",
    "desk_app",
    "import_table",
    "audit_table",
    "audit_account",
    "audit_plan",
    "diff",
    "compare_rulesets",
    "co_growth",
    "assess_targets",
    "rulesets",
    "coefficients",
    "used_in",
    "check_pack",
    "needs_of",
    "read_unit",
    "known_units",
    "zonal",
    "write_rasters",
    "export",
    "read_result",
    "write_result",
    "file_format",
    "file_formats",
    "seal",
    "verify_seal",
    "Account",
    "Period",
    "Result",
    "Value",
    "Partial",
    "Step",
    "Plan",
    "Allocation",
    "Verification",
    "Difference",
    "IssuedBook",
    "FileUse",
    "CountyFunds",
    "CoGrowth",
    "AssessedTargets",
    "Problem",
    "QhgepError",
    "AccountError",
    "ArgumentError",
    "CoefficientError",
    "EvidenceError",
    "FormulaError",
    "InputError",
    "NoValue",
    "PlanError",
    "RulesetError",
    "UnitError",
    "UnknownName",
    "WorkbookError",
]


if not TYPE_CHECKING:  # a type checker knows the names from the imports above, and tells a name that is none

    def __getattr__(name):  # noqa: ANN001, ANN202 - whatever the public name is
        """Import a public name when it is first asked for: `import qhgep` costs nothing.

        A function tells arguments of wrong kinds before it does anything.
        """
        if name not in _PLACES:
            message = f"module 'qhgep' has no attribute {name!r}"
            raise AttributeError(message)
        try:
            found = getattr(import_module(_PLACES[name]), name)
        except ModuleNotFoundError as error:
            return _without_extra(name, _PLACES[name], error)
        globals()[name] = _at_the_door(found) if name in _FUNCTIONS else found
        return globals()[name]


def _at_the_door(function: Callable[..., object]) -> Callable[..., object]:
    """A public function with its arguments checked; it is pickled by its public name."""
    from inspect import isfunction

    from qhgep.arguments import checked

    if not isfunction(function):  # one that keeps its answer takes no arguments
        return function
    found = checked(function)
    found.__module__ = "qhgep"
    return found


def _without_extra(name: str, module: str, error: ModuleNotFoundError) -> Callable[..., NoReturn]:
    """A function that says which extra is lacking when it is called; raises the error where it is of another kind.

    So all public names are there in every installation, and `from qhgep import *` holds.
    """
    from qhgep.errors import InputError, problem

    extra = next((extra for start, extra in _EXTRAS.items() if module.startswith(start)), None)
    if extra is None or (error.name or "qhgep").startswith("qhgep"):
        raise error

    def lacking(*_: object, **__: object) -> NoReturn:
        raise InputError(problem("extra_missing", "", library=error.name, extra=extra)) from error

    lacking.__name__ = name
    lacking.__doc__ = f'Not installed: pip install "qhgep[{extra}]".'
    return lacking


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
