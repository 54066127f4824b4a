"""A plan as a form: the workbook of a rule's skeleton or of a plan, and the plan.toml that a form says."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from qhgep.coefficient_store import Parameters, load_parameters
from qhgep.compensation.plan.read import plan_text
from qhgep.compensation.plan.skeleton import MISSING
from qhgep.compensation.plan_form.fields import NAME, TABLES, step_fields
from qhgep.compensation.plan_form.places import GENERAL, LEGAL, STEPS
from qhgep.compensation.plan_form.toml_text import toml_text
from qhgep.compensation.rules.index import rule as rule_named
from qhgep.compensation.rules.registry import RULES_ZH
from qhgep.compensation.rules.sequence import refuse_misplaced
from qhgep.compensation.what_if.previous import amounts_in
from qhgep.data import path_exists, toml_of, toml_tables
from qhgep.difference import PlanSide
from qhgep.errors import PlanError, Problems, WorkbookError, problem
from qhgep.money import Fen, yuan
from qhgep.workbook.core.cells import Sheet
from qhgep.workbook.core.write import to_bytes, write_whole
from qhgep.workbook.forms.ask import region_asked, units_asked
from qhgep.workbook.forms.book import parted
from qhgep.workbook.forms.plan.cells import choices
from qhgep.workbook.forms.plan.check_lines import FormSheets
from qhgep.workbook.forms.plan.checks import checks_sheet
from qhgep.workbook.forms.plan.checks_of_rules import offer_names
from qhgep.workbook.forms.plan.content import columns, is_missing, pending_text, recipients, sections, step_sections
from qhgep.workbook.forms.plan.covered import refuse_uncovered
from qhgep.workbook.forms.plan.entries import entry_sheet
from qhgep.workbook.forms.plan.upright import upright_sheet
from qhgep.workbook.forms.plan.wide import wide_sheet
from qhgep.workbook.output_paths import check_targets, refuse_unwritable
from qhgep.workbook.verify.sides import side_of

_NOTICE = "黄底的格可填。写着“待填”的须填写，填上就替换；没有依据的不得代以零或相邻的数。"
_STEPS_NOTICE = "依次计算。参数填数，或引用系数库的行（row:行号），其数值、文件见说明。"
_LEGAL_NOTICE = "知道的才填；空着的，相应的校验答“无法核验”，并写明缺哪一项。"
_OWN = 3
"""How long the path of a value of a step itself is: `step`, its place, the key."""
_STAMP = date(2000, 1, 1)
"""Stamped instead of the clock: the same plan gives the same bytes."""


def plan_form_sheets(raw: Mapping[str, Any], store: Parameters) -> list[Sheet]:
    """The sheets of the form of a plan, as its TOML tables say it."""
    lists = choices()
    parts = sections(raw)
    general = [part for part in parts if not part.legal]
    legal = [part for part in parts if part.legal]
    made = columns(raw)
    rows = recipients(raw, made)
    listed = raw.get("recipients")
    waits = pending_text(str(listed), "领款单位") if is_missing(listed) else ""
    steps = step_sections(raw, store)
    filled = [
        upright_sheet(GENERAL, "资金分配方案填报表", _NOTICE, general, lists),
        wide_sheet(rows, made, waits, lists),
        entry_sheet(raw, ("factor", NAME), lists),
        upright_sheet(STEPS, "分配步骤", _STEPS_NOTICE, steps, lists),
        *(entry_sheet(raw, table, lists) for table in TABLES if table[0] != "factor"),
        upright_sheet(LEGAL, "法规校验信息", _LEGAL_NOTICE, legal, lists),
    ]
    offer_names(FormSheets(filled), steps, made)
    return [filled[0], checks_sheet(filled, steps, made), *filled[1:], lists.sheet()]


def plan_form_bytes(raw: Mapping[str, Any], store: Parameters) -> bytes:
    """The form as a file."""
    return to_bytes(
        plan_form_sheets(raw, store), title="资金分配方案填报表", created=_STAMP, footer="资金分配方案填报表"
    )


def write_plan_form(
    path: str | Path,
    *,
    rule: str,
    region: str = "",
    year: int | None = None,
    counties: Sequence[str] = (),
    previous: str | Path | None = None,
    steps: Sequence[str] = (),
) -> Path:
    """Write the form of a rule: its skeleton with the counties of a region, and what each got last year, as cells.

    `region`, `year` and `counties` as in `write_template`; without a region the recipients are to be filled in. `previous` is
    last year's workbook, result (JSON), plan or table. `steps` are rules, by id or Chinese name (floor, 上限), that follow the
    steps of the skeleton, each to be filled in. Raises PlanError for a rule without a skeleton, a step of no rule or one that
    cannot stand there, and a file that is there; WorkbookError for an unknown region.
    """
    path = Path(path)
    found = rule_named(rule)
    if found.file is None:
        raise PlanError(problem("rule_template", "", found=rule, stops=found.stops))
    raw = toml_tables(found.file.read_text(encoding="utf-8"), found.file.name)
    if year is not None and is_missing(raw.get("period")):
        raw["period"] = year
    if region and is_missing(raw.get("recipients")):
        raw["recipients"] = _units(region, year, counties)
    if previous is not None:
        raw["previous"] = _last_year(Path(previous))
    for name in steps:
        raw["step"] = [*raw["step"], _blank_step(name, {step["id"] for step in raw["step"]})]
    if steps:
        refuse_misplaced([step["rule"] for step in raw["step"]], "--with")
    return _written(path, raw, () if previous is None else (Path(previous),))


def _blank_step(name: str, taken: Collection[str]) -> dict[str, Any]:
    """A step of a rule of which all that it needs is to be filled in."""
    rule = {zh: code for code, zh in RULES_ZH.items()}.get(name, name)
    if rule not in RULES_ZH:
        known = "、".join(f"{code}（{zh}）" for code, zh in RULES_ZH.items())
        raise PlanError(problem("plan_form_step", "", found=name, known=known))
    number = next(number for number in count(1) if _numbered(rule, number) not in taken)
    needed = [field.path[-1] for field in step_fields(rule) if field.required and len(field.path) == _OWN]
    return dict.fromkeys([*needed, "basis"], MISSING) | {"id": _numbered(rule, number), "rule": rule}


def _numbered(rule: str, number: int) -> str:
    return rule if number == 1 else f"{rule}_{number}"


def plan_to_form(plan: str | Path, path: str | Path) -> Path:
    """Write a plan (plan.toml, filled in or not) as a form; files that it names are named from where the form is written.

    Raises PlanError where it is no plan, or a file is there.
    """
    text, problems = plan_text(Path(plan)), Problems()
    raw = toml_of(text.text.encode(), text.name, problems)
    problems.raise_if_any(PlanError)
    refuse_uncovered(raw or {}, text)
    return _written(Path(path), _named_from(raw or {}, Path(plan).parent, Path(path).parent), (Path(plan),))


def plan_to_toml(form: str | Path, path: str | Path) -> Path:
    """Write the plan.toml that a form says, whether everything is filled in or not; files as in `plan_to_form`.

    Raises PlanError for a form with a fault in its cells, and where a file is there.
    """
    text, path = plan_text(Path(form)), Path(path)
    refuse_unwritable(path, folder=False)
    if path_exists(path):
        raise PlanError(problem("rule_target", str(path)))
    raw = toml_tables(text.text, text.name)
    moved = _named_from(raw, Path(form).parent, path.parent)
    write_whole(path, (text.text if moved == raw else toml_text(moved)).encode())
    return path


def _named_from(raw: Mapping[str, Any], old: Path, new: Path) -> dict[str, Any]:
    """The tables of a plan that moves to another folder: the files beside it (`Plan.files`) are named from there."""

    def moved(name: Any) -> Any:  # noqa: ANN401 - a TOML value, which may be none of a file
        beside = isinstance(name, str) and name and not is_missing(name) and not Path(name).is_absolute()
        return Path(os.path.relpath(old.resolve() / name, new.resolve())).as_posix() if beside else name

    found = dict(raw)
    if isinstance(accounts := found.get("accounts"), Mapping):
        found["accounts"] = {key: moved(name) for key, name in accounts.items()}
    if isinstance(published := found.get("published"), list):
        found["published"] = [moved(name) for name in published]
    if "corrects" in found:
        found["corrects"] = moved(found["corrects"])
    for table, key in (("carry_in", "file"), ("budget", "issued_file")):
        if isinstance(inner := found.get(table), Mapping) and key in inner:
            found[table] = {**inner, key: moved(inner[key])}
    return found


def _written(path: Path, raw: Mapping[str, Any], read: Sequence[Path]) -> Path:
    check_targets(read, path, None)
    if path_exists(path):
        raise PlanError(problem("rule_target", str(path)))
    write_whole(path, plan_form_bytes(raw, load_parameters()))
    return path


def _units(region: str, year: int | None, counties: Sequence[str]) -> list[str]:
    """The codes of the units of a region. Raises WorkbookError for an unknown one."""
    problems = Problems()
    day = date.max.year if year is None else year
    place = region_asked(region, day, problems)
    units = units_asked(place, day, parted(counties), problems) if place else ()
    problems.raise_if_any(WorkbookError)
    return [unit.code for unit in units]


def _last_year(path: Path) -> dict[str, Any]:
    """The table [previous] of what each recipient got: its period and document are to be filled in where no book says them."""
    period, document = "missing: 上年的年度", path.name
    if path.suffix.lower() == ".xlsx":
        side = side_of(path)
        if not isinstance(side, PlanSide):
            raise WorkbookError(problem("verify_kind", path.name, kind="account"))
        amounts: Mapping[str, Fen] = side.allocation.fen
        period, document = str(side.plan.period), f"{side.plan.title}（{path.name}）"
    else:
        amounts = amounts_in(path, (), None, None)
    return {
        "period": period,
        "document": document,
        "amounts": {code: yuan(fen) for code, fen in sorted(amounts.items())},
    }
