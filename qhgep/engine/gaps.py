"""What has no value and why: open ends, choices that wait, and which of them an account has declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from qhgep.account.read import Account
from qhgep.catalogue import Formula
from qhgep.engine.grid import Values
from qhgep.engine.select_inputs import Leaves
from qhgep.errors import Problem, Problems
from qhgep.expr import Quantity

GAPS = frozenset({"no_value", "no_value_then", "covers_nothing", "input_nowhere", "method_undecided"})
"""Problems that mean, cell by cell, no more than that there is no value: a draft runs on, and says what is missing."""


def tell_nowhere(account: Account, leaves: Leaves, values: Mapping[str, Values], problems: Problems) -> None:
    """A quantity that a formula reads and that nobody states anywhere is an open end, not a gap; so is an open choice."""
    read = {quantity.name: formula for formula in account.ruleset.order for quantity in formula.inputs}
    undecided = set(account.ruleset.undecided)
    for quantity in account.ruleset.leaves:
        if quantity.is_coefficient or leaves.records_of(values[quantity.name]):
            continue
        if quantity.name in undecided:
            methods = "；".join(_method(account, quantity, method) for method in account.ruleset.choices[quantity.name])
            problems.add("method_undecided", _file(account), quantity=quantity.zh, name=quantity.name, methods=methods)
        elif quantity.name in read:
            chain = " ← ".join([quantity.name, *read[quantity.name].id[:1]])
            problems.add("input_nowhere", _file(account), quantity=quantity.zh, name=quantity.name, chain=chain)


def _file(account: Account) -> str:
    return account.file or "account.toml"


def _method(account: Account, quantity: Quantity, method: str) -> str:
    """A method of a choice with the inputs that it lacks: what a person chooses by."""
    given = {row.quantity for row in account.inputs}
    lacks = [leaf.zh for leaf in _leaves(account, account.ruleset.catalogue.formulas[quantity.name, method])]
    known = {leaf.zh for leaf in account.ruleset.catalogue.vocabulary.values() if leaf.name in given}
    missing = [zh for zh in dict.fromkeys(lacks) if zh not in known]
    return f"{method}（{'缺 ' + '、'.join(missing) if missing else '输入已有'}）"


def _leaves(account: Account, formula: Formula) -> Iterator[Quantity]:
    """The inputs of a formula down to what nothing computes; coefficients are not asked of a county."""
    for quantity in formula.inputs:
        below = account.ruleset.bind.get(quantity.name)
        if below is not None:
            yield from _leaves(account, below)
        elif not quantity.is_coefficient:
            yield quantity


def weighed(account: Account, problems: Problems) -> None:
    """Gaps are warnings in a draft, and in any account where every indicator that they touch is declared not covered."""
    declared = {gap.indicator for gap in account.not_covered}
    touched = _indicators_below(account) if declared else {}
    problems.items = [
        replace(item, severity="warning")
        if item.code in GAPS and (account.state == "draft" or _admitted(item, touched, declared))
        else item
        for item in problems.items
    ]


def _admitted(item: Problem, touched: Mapping[str, frozenset[str]], declared: set[str]) -> bool:
    facts = dict(item.facts)
    name = str(facts.get("name", facts.get("key", "")))
    return bool(touched.get(name)) and touched[name] <= declared


def _indicators_below(account: Account) -> dict[str, frozenset[str]]:
    """Quantity -> the indicators that are computed from it; what is only shown touches none."""
    found: dict[str, set[str]] = {}
    for line in account.ruleset.indicators:
        waiting, met = [line.value, line.quantity], set[str]()
        while waiting:
            name = waiting.pop()
            if name in met:
                continue
            met.add(name)
            found.setdefault(name, set()).add(line.id)
            formula = account.ruleset.bind.get(name)
            waiting += [item.name for item in (*formula.inputs, *formula.covers)] if formula is not None else []
    return {name: frozenset(lines) for name, lines in found.items()}
