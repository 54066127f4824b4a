"""Reading a result that was written as JSON, into the types that it was written from; and the schemas of all kinds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qhgep.data import MOST_TEXT, regular_file
from qhgep.envelope import SCHEMA, EditedResult, Envelope, JsonModel, opened
from qhgep.errors import InputError, problem
from qhgep.result_files import (
    account,
    allocation,
    assessments,
    audit,
    difference,
    explanation,
    lists,
    rests_on,
    trace,
    uncertainty,
    verification,
    what_if,
)

BODIES: Mapping[str, type[JsonModel]] = {
    account.KIND: account.AccountBody,
    allocation.KIND: allocation.AllocationBody,
    explanation.EXPLANATION: explanation.ExplanationBody,
    explanation.AMOUNT: explanation.AmountBody,
    difference.DIFFERENCE: difference.DifferenceBody,
    difference.RULESETS: difference.RulesetComparisonBody,
    what_if.KIND: what_if.WhatIfBody,
    what_if.ROWS: what_if.RowEffectBody,
    what_if.ALL_ROWS: what_if.AllRowsBody,
    uncertainty.ACCOUNT: uncertainty.UncertaintyBody,
    uncertainty.PAYMENTS: uncertainty.PaymentBandsBody,
    rests_on.ACCOUNT: rests_on.RestsOnBody,
    rests_on.PAYMENTS: rests_on.PaymentsRestingBody,
    rests_on.SOURCES: rests_on.SourcesBody,
    rests_on.FOLDERS: rests_on.SourcesInFoldersBody,
    trace.TREE: trace.TreeBody,
    audit.TABLE: audit.AuditBody,
    audit.ACCOUNT: audit.AccountAuditBody,
    audit.PLAN: audit.PlanAuditBody,
    verification.VERIFICATION: verification.VerificationBody,
    verification.INTAKE: verification.IntakeBody,
    verification.INTAKES: verification.IntakesBody,
    lists.COEFFICIENTS: lists.CoefficientsBody,
    lists.COEFFICIENTS_DIFF: lists.CoefficientsDiffBody,
    lists.PACK_CHECK: lists.PackCheckBody,
    lists.REVIEW: lists.ReviewBody,
    lists.TEMPLATE: lists.TemplateBody,
    lists.UNIT: lists.UnitBody,
    lists.UNITS: lists.UnitsBody,
    lists.COMPENSATION: lists.CompensationBody,
    lists.ISSUED: lists.IssuedBody,
    assessments.CO_GROWTH: assessments.CoGrowthBody,
    assessments.TARGETS: assessments.TargetsBody,
}
"""Kind -> the model of its body."""


def read_result(path: Path | str) -> Envelope[Any]:
    """A result from its JSON file: what it is, and `body` in the type of its kind, exact numbers as they were.

    Files of version 1 are read too; they say less of themselves, and have no hash. Raises InputError for what is no result
    of qhgep, for one whose content is not what its hash was taken of, and for a field that breaks its schema.
    """
    path = Path(path)
    try:
        found = opened(regular_file(path, most=MOST_TEXT).read_bytes().decode("utf-8-sig"))
        body = BODIES[found["kind"]]
    except EditedResult as error:
        raise InputError(problem("result_edited", path.name)) from error
    except OSError as error:
        raise InputError(problem("result_unreadable", path.name, detail=type(error).__name__)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(problem("result_foreign", path.name, kinds="、".join(BODIES))) from error
    try:
        content = found if found.get("sha256") else _UPGRADES.get(found["kind"], _as_it_is)(found)
        return _model(body).model_validate_json(json.dumps(content))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"])) or "-"
        raise InputError(
            problem("result_field", path.name, kind=found["kind"], field=field, detail=first["msg"])
        ) from error


def _model(body: type[JsonModel]) -> type[Envelope[Any]]:
    return Envelope[body]  # type: ignore[valid-type] # a model of pydantic is made for each body


def _as_it_is(found: dict[str, Any]) -> dict[str, Any]:
    return found


def _ruleset_comparison(found: dict[str, Any]) -> dict[str, Any]:
    """Version 1 named the account in the body."""
    body = dict(found["body"])
    title = body.pop("account", found.get("title", ""))
    return found | {"title": title, "body": body}


def _compensation(found: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had evidence and what stops a rule among the fields of its index entry."""
    apart = ("evidence", "runs")
    rules = [
        {name: rule[name] for name in (*apart, "stops")}
        | {"rule": {name: value for name, value in rule.items() if name not in apart}}
        for rule in found["body"]["rules"]
    ]
    return found | {"body": {"rules": rules}}


def _allocation(found: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had the whole comparison inside, with a kind of its own."""
    body = found["body"]
    return found | {"body": body | {"compared": _bare(body["compared"])}} if body.get("compared") else found


def _intakes(found: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had the whole of each file inside, with a kind of its own."""
    body = found["body"]
    return found | {"body": body | {"files": [_bare(file) for file in body["files"]]}}


def _bare(inner: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in inner.items() if name not in {"schema", "kind"}}


_UPGRADES: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    allocation.KIND: _allocation,
    verification.INTAKES: _intakes,
    difference.RULESETS: _ruleset_comparison,
    lists.COMPENSATION: _compensation,
}
"""What else version 1 wrote otherwise, by kind."""


def schemas() -> Mapping[str, str]:
    """The JSON Schema of every kind, by the name of its file; the same package gives the same text."""
    return {f"{kind}-{SCHEMA}.json": _schema(kind, body) for kind, body in BODIES.items()}


def _schema(kind: str, body: type[JsonModel]) -> str:
    found = _model(body).model_json_schema(by_alias=True, mode="serialization")
    found["properties"]["schema"] = {"const": f"qhgep/{kind}/{SCHEMA}"}
    found["properties"]["kind"] = {"const": kind}
    found |= {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"qhgep {kind}"}
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
