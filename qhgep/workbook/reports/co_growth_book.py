"""The workbook of co-growth as a file: its sheets with 清单, the record that `verify` rebuilds it from, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from qhgep._version import __version__
from qhgep.account.account import Account
from qhgep.assessments.assessment import Assessment, AssessmentFile, by_county
from qhgep.assessments.co_growth import CoGrowth, co_growth
from qhgep.assessments.criteria import Criteria, zone_share
from qhgep.catalogue import Catalogue
from qhgep.catalogue.growth import real_product_index
from qhgep.engine import compute
from qhgep.engine.identity import run_id
from qhgep.engine.result import Result
from qhgep.errors import Problem, Problems
from qhgep.phrases import phrase
from qhgep.quantities import gross_domestic_product
from qhgep.workbook.account.front_and_manifest import PRINTED, manifest_sheet
from qhgep.workbook.account.record import account_from, account_record, canonical, input_from, text_hash
from qhgep.workbook.book_content import BookContent
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.core.write import write_whole
from qhgep.workbook.reports.co_growth import CHART, MAIN, co_growth_sheets
from qhgep.workbook.verify.identity import RUN_ID

CO_GROWTH: Final = "co_growth"
"""The kind of the record."""
_QUANTITIES = {item.name: item for item in (gross_domestic_product, real_product_index, zone_share)}
_ID_DIGITS = 16


def write_co_growth(found: CoGrowth, path: str | Path) -> Path:
    """Write the assessment as a workbook. Raises WorkbookError where the file cannot be written."""
    path = Path(path)
    write_whole(path, co_growth_content(found).data())
    return path


def co_growth_content(found: CoGrowth, version: str = __version__) -> BookContent:
    """The workbook of an assessment; that its criteria are this project's own stands at the foot of every page."""
    of = found.assessment
    sheets = [paged(sheet) for sheet in co_growth_sheets(found)]
    record = co_growth_record(of, version)
    account, pages = of.result.account, [sheet.name for sheet in sheets if sheet.name.startswith("分区_")]
    facts = [
        ("种类", CO_GROWTH), (RUN_ID, text_hash(canonical(record))[:_ID_DIGITS]), ("软件", f"qhgep {version}"),
        ("核算运行号", of.result.run_id), ("规则集", account.ruleset.name), ("准则", of.criteria.zh),
        ("编制日期", of.file.date.isoformat()), (PRINTED, "、".join((MAIN, CHART, *pages))),
        *((f"文件 {name}", value) for name, value in sorted(of.hashes.items())),
    ]  # fmt: skip
    manifest = manifest_sheet(sheets, record=record, total=None, facts=facts)
    footer = f"{phrase('assessments.notice', 'zh')}　{of.file.title}"
    return BookContent([*sheets, manifest], of.file.title, of.file.date, footer)


def co_growth_record(of: Assessment, version: str = __version__) -> dict[str, Any]:
    """What an assessment follows from: its account, its file, the criteria, and the rows of products and zones."""
    return {
        "schema": 1,
        "kind": CO_GROWTH,
        "qhgep": version,
        "title": of.file.title,
        "account": account_record(of.result) | {"qhgep": version},
        "assessment": of.file.model_dump(mode="json", by_alias=True),
        "criteria": of.criteria.model_dump(mode="json", by_alias=True),
        "stated": [[*row.fields, row.file, row.line, None if row.exact is None else str(row.exact)] for row in of.rows],
        "name": of.name,
        "hashes": dict(sorted(of.hashes.items())),
        "warnings": [[item.code, item.where, list(item.facts), item.severity] for item in of.warnings],
    }


def co_growth_from(
    record: Mapping[str, Any], catalogue: Catalogue | None = None, *, account: Account | None = None
) -> CoGrowth:
    """The assessment that a record describes, judged again; `account` is the one of the record, where it is at hand.

    Raises WorkbookError where its account cannot be had again.
    """
    file = AssessmentFile.model_validate_json(json.dumps(record["assessment"]))
    criteria = Criteria.model_validate_json(json.dumps(record["criteria"]))
    result = _result(account or account_from(record["account"], catalogue), str(record["account"]["qhgep"]))
    rows = [input_from(fields, _QUANTITIES) for fields in record["stated"]]
    warnings = tuple(
        Problem(code, where, tuple((name, value) for name, value in facts), severity)
        for code, where, facts, severity in record["warnings"]
    )
    by_place = by_county(file, rows, result, Problems())
    return co_growth(Assessment(file, result, criteria, *by_place, record["name"], warnings, record["hashes"]))


def _result(account: Account, version: str) -> Result:
    """The result of the account, with the run id that the version of the record gave it."""
    result = compute(account)
    if version == __version__:
        return result
    return replace(result, run_id=run_id(result.account, result.records, result.checks, version))


__all__ = ["CO_GROWTH", "co_growth_content", "co_growth_from", "co_growth_record", "write_co_growth"]
