"""What a caller may call the counties, quantities, periods and members of a result, and what the nearest is where it is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from qhgep.account.account import Account
from qhgep.engine.grid import Grid, Values
from qhgep.errors import UnknownName, problem
from qhgep.expr import AXES
from qhgep.inputs.asked import the_area

ALL = "*"
"""The county code of totals over all counties."""
TOTALS: Mapping[str, str] = {"accounted_total": "已核算指标合计", "gep_total": "生态产品总值"}
"""The totals over the indicators of a ruleset, with their Chinese names."""


def county_named(account: Account, text: str | int) -> str:
    """The code of a county of an account by code (a number too) or by name; `*` for all. Raises UnknownName."""
    given = str(text).strip()
    return given if given == ALL else the_area(given, account.counties, option="county", error=UnknownName).code


def quantity_named(values: Mapping[str, Values], text: str, lines: Mapping[str, str]) -> str:
    """The name of a quantity of a result, or of a total, by its name or its Chinese name. Raises UnknownName.

    The Chinese name of an indicator (`lines`) stands for its value, where no quantity is called so.
    """
    given = text.strip()
    if given in values or given in TOTALS:
        return given
    own = {held.quantity.zh: name for name, held in values.items() if "!" not in name}
    indicators = {chinese: name for chinese, name in lines.items() if name in values}
    spelled = indicators | own | {chinese: name for name, chinese in TOTALS.items()}
    if given in spelled:
        return spelled[given]
    raise UnknownName(
        problem("result_quantity", "quantity", found=given, near=_near(given, [*own.values(), *TOTALS, *spelled]))
    )


def period_named(account: Account, text: str | int | None) -> str:
    """The name of a period of an account; it may be left out where there is one. Raises UnknownName."""
    names = [period.name for period in account.periods]
    if text is None and len(names) == 1:
        return names[0]
    if str(text) in names:
        return str(text)
    code = "result_period_which" if text is None else "result_period"
    raise UnknownName(problem(code, "period", found=text, known="、".join(names)))


def members_named(grid: Grid, axes: Iterable[str], ecosystem: str, item: str) -> Mapping[str, str]:
    """The members on the axes besides county and year that a quantity has: its ecosystem, its items in order. Raises UnknownName."""
    parts = item.split("/")
    given = {"ecosystem": ecosystem} | dict(zip([axis for axis in axes if axis not in AXES], parts, strict=False))
    wanted = [axis for axis in axes if axis not in {"county", "year"}]
    for axis in wanted:
        if given.get(axis, "") not in grid.members[axis]:
            known = grid.members[axis]
            place = "ecosystem" if axis == "ecosystem" else "item"
            if not given.get(axis, ""):
                raise UnknownName(problem("result_member_which", place, axis=axis, known=_listed(known)))
            facts = {"found": given[axis], "axis": axis, "near": _near(given[axis], known)}
            raise UnknownName(problem("result_member", place, **facts, known=_listed(known)))
    return {axis: given[axis] for axis in wanted}


_MOST = 12
"""So many members are listed; of more the first."""


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    return "、".join(every[:_MOST]) + (" …" if len(every) > _MOST else "")


def _near(text: str, known: Iterable[str]) -> str:
    return "、".join(get_close_matches(text, list(known), n=3, cutoff=0.4)) or "-"
