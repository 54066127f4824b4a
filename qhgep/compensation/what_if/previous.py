"""What each recipient got last year: stated in the plan, a result, another plan, or a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qhgep.coefficient_store import PackPaths
from qhgep.compensation.allocate import allocate
from qhgep.compensation.plan.schema import Plan
from qhgep.data import MOST_TEXT, regular_file
from qhgep.envelope import EditedResult, opened
from qhgep.errors import PlanError, Problems, problem
from qhgep.evidence import Evidence
from qhgep.inputs.headed_table import read_headed_table
from qhgep.money import Fen, fen, yuan


@dataclass(frozen=True, slots=True)
class LastYear:
    """Fen by recipient, and where they are from."""

    fen: Mapping[str, Fen]
    source: str


def last_year(
    plan: Plan,
    path: Path | None,
    *,
    packs: PackPaths = (),
    require: Evidence | None = None,
    inside: Path | str | None = None,
) -> LastYear | None:
    """The amounts of last year for every recipient of a plan; None where neither the plan nor a file has any.

    Raises PlanError for a file that cannot be read, and where its recipients are not those of the plan.
    """
    if path is None:
        stated = plan.previous
        if not stated.amounts:
            return None
        amounts = {code: fen(text) for code, text in stated.amounts.items()}
        found = LastYear(amounts, f"{stated.period} {stated.document}".strip())
    else:
        found = LastYear(amounts_in(path, packs, require, inside), path.name)
    _same_recipients(plan, found)
    return found


def _same_recipients(plan: Plan, found: LastYear) -> None:
    names = {item.id: item.zh for item in plan.named_recipients}
    problems = Problems()
    if missing := [f"{names[code]}（{code}）" for code in names if code not in found.fen]:
        problems.add("whatif_previous_missing", found.source, found="、".join(missing))
    if extra := sorted(set(found.fen) - set(names)):
        problems.add("whatif_previous_extra", found.source, found="、".join(extra))
    problems.raise_if_any(PlanError)


def amounts_in(path: Path, packs: PackPaths, require: Evidence | None, inside: Path | str | None) -> dict[str, Fen]:
    """Fen by recipient as a result, a plan or a table says them. Raises PlanError for a file that cannot be read."""
    if path.suffix == ".toml":
        return dict(allocate(path, coefficients=packs, require=require, inside=inside).fen)
    return _of_json(path) if path.suffix == ".json" else _of_table(path)


def _of_json(path: Path) -> dict[str, Fen]:
    try:
        found = opened(regular_file(path, most=MOST_TEXT).read_text(encoding="utf-8-sig"))
        if found["kind"] == "allocation":
            return _agreeing(found["body"], path.name)
    except EditedResult as error:
        raise PlanError(problem("whatif_previous_edited", path.name, found="sha256")) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, type(error).__name__) from error
    raise _unreadable(path, f"kind = {found['kind']}")


def _agreeing(found: Mapping[str, Any], name: str) -> dict[str, Fen]:
    """The amounts of a result, which agrees with itself as every result does that nobody edited.

    Each recipient stands once, its yuan are its fen, and with what is carried, retained and lacking they are the pool (a
    settlement adds up to zero).
    """
    amounts: dict[str, Fen] = {}
    for row in found["rows"]:
        code, amount = str(row["county_code"]), _fen_of(row["fen"])
        if code in amounts or row["yuan"] != yuan(amount):
            twice = "x 2" if code in amounts else f"{yuan(amount)} / {row['yuan']}"
            raise PlanError(problem("whatif_previous_edited", name, found=f"{code} {twice}"))
        amounts[code] = amount
    carried, retained, gap, pool = (
        _fen_of(found[part]) for part in ("carried_fen", "retained_fen", "gap_fen", "pool_fen")
    )
    paid = sum(amounts.values())
    if paid and paid + carried + retained - gap != pool:
        told = f"{yuan(Fen(paid + carried + retained - gap))} / {yuan(pool)}"
        raise PlanError(problem("whatif_previous_edited", name, found=told))
    return amounts


def _fen_of(number: object) -> Fen:
    """A whole number as JSON writes one; true, texts, fractions and what is beyond numbers are none."""
    if type(number) is not int:
        raise TypeError(number)
    return Fen(number)


def _of_table(path: Path) -> dict[str, Fen]:
    problems = Problems()
    table = read_headed_table(path, problems)
    amounts: dict[str, Fen] = {}
    for row in table.sound(problems) if table is not None else ():
        code, amount = row.text("county_code"), row.digits("yuan", problems)
        problems.raise_if_any(PlanError)
        if not code or not amount or code in amounts:
            raise _unreadable(path, row.place)
        amounts[code] = fen(amount, where=row.where("yuan"))
    problems.raise_if_any(PlanError)
    return amounts


def _unreadable(path: Path, detail: str) -> PlanError:
    return PlanError(problem("whatif_previous_file", path.name, detail=detail))
