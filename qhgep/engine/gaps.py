"""What has no value and why: open ends, choices that wait, and which of them an account has declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from qhgep.account.account import Account
from qhgep.coefficient_store import LACKING
from qhgep.engine.branches import rested_on
from qhgep.engine.grid import Values
from qhgep.engine.select_inputs import Leaves
from qhgep.errors import Problem, Problems, problem
from qhgep.expr import Quantity
from qhgep.quantities import area, county_area, days_in_period
from qhgep.readings.text import text
from qhgep.ruleset_store.ruleset import INFLOW

_JOIN = "、"
_ASKED = np.array(True)  # noqa: FBT003 - the value of an array
GAPS = LACKING | {"covers_nothing", "input_nowhere", "indicator_nowhere", "method_undecided", "ecosystem_nowhere"}
"""Problems that mean, cell by cell, no more than that there is no value: a draft runs on, and says what is missing."""


def tell_nowhere(account: Account, leaves: Leaves, values: Mapping[str, Values], problems: Problems) -> None:
    """What an account needs and nobody states anywhere is an open end, not a gap; so is a choice that waits.

    Told once for each indicator: the first that reads it. What is stated needs nothing below it. Where nothing is
    stated that a choice could be made by, the quantity itself is what lacks.
    """
    ends = _Ends(account, {name for name, held in values.items() if leaves.records_of(held)}, values)
    rules = account.ruleset
    lines = [(rules.zh_of(line.id), (line.value, line.quantity)) for line in rules.indicators]
    lines += [(rules.zh_of(line.id), (line.value, line.quantity)) for line in rules.beside]
    for indicator, names in (*lines, *(("", (name,)) for name in (*rules.show, INFLOW))):
        open_ends = list(ends.below(names))
        nowhere = [(quantity, reader) for quantity, reader in open_ends if not ends.choosable(quantity)]
        for quantity, _ in open_ends:
            if ends.choosable(quantity):
                methods = "；".join(ends.method(quantity, method) for method in account.ruleset.choices[quantity.name])
                problems.add(
                    "method_undecided", _file(account), quantity=quantity.zh, name=quantity.name, methods=methods
                )
        if indicator and nowhere:
            problems.items.append(_nowhere(account, nowhere, indicator))
        else:
            problems.items += [_nowhere(account, [one], "") for one in nowhere]


def _nowhere(account: Account, open_ends: Sequence[tuple[Quantity, str]], indicator: str) -> Problem:
    """One problem for the open ends of an indicator; a single one shows who reads it."""
    (first, reader), file = open_ends[0], _file(account)
    if len(open_ends) == 1 or not indicator:
        return problem("input_nowhere", file, quantity=first.zh, name=first.name, chain=f"{first.name} ← {reader}")
    quantities, names = (_JOIN.join(texts) for texts in zip(*((one.zh, one.name) for one, _ in open_ends), strict=True))
    return problem("indicator_nowhere", file, indicator=indicator, quantity=quantities, name=names)


class _Ends:
    """The open ends of the formulas of an account, each once."""

    def __init__(self, account: Account, stated: set[str], values: Mapping[str, Values]) -> None:
        self.account, self.stated, self.values = account, stated, values
        self.given = {row.quantity for row in account.inputs if row.presence in {"value", "zero"}}
        self.leaves = {quantity.name for quantity in account.ruleset.leaves}
        self.met: set[str] = set()

    def below(self, names: Iterable[str]) -> Iterator[tuple[Quantity, str]]:
        """The leaves below these quantities that nobody states and that were not met before, with the quantity that reads them."""
        for name in names:
            formula = self.account.ruleset.bind.get(name)
            if formula is not None and name not in self.stated and name not in self.met:
                self.met.add(name)
                asked = rested_on(formula, self.values)
                for quantity in (item for item in formula.inputs if asked.get(item.name, _ASKED).any()):
                    yield from self.leaf(quantity, name)
                    yield from self.below([quantity.name])
            elif name in self.account.ruleset.undecided:
                yield from self.leaf(self.account.ruleset.catalogue.vocabulary[name], name)

    def leaf(self, quantity: Quantity, reader: str) -> Iterator[tuple[Quantity, str]]:
        """The quantity where it is an open end that was not met before."""
        name = quantity.name
        if name in self.leaves and not quantity.is_coefficient and name not in self.stated and name not in self.met:
            self.met.add(name)
            yield quantity, reader

    def choosable(self, quantity: Quantity) -> bool:
        """Whether it waits for a choice and something is stated by which a person could choose: more than the land itself."""
        methods = (
            self.account.ruleset.choices.get(quantity.name, ())
            if quantity.name in self.account.ruleset.undecided
            else ()
        )
        return any(
            leaf.name in self.given - {area.name, county_area.name}
            for method in methods
            for leaf in self._leaves(quantity.name, method)
        )

    def method(self, quantity: Quantity, method: str) -> str:
        """A method of a choice by its formula, as the sheet of decisions has it, with the inputs that it lacks."""
        missing = [
            leaf.zh
            for leaf in self._leaves(quantity.name, method)
            if leaf.name not in self.given | {days_in_period.name}
        ]
        lacks = f"缺 {_JOIN.join(dict.fromkeys(missing))}" if missing else "输入已有"
        return f"“{text(self.account.ruleset.catalogue.formulas[quantity.name, method].equals)}”（{method}，{lacks}）"

    def _leaves(self, quantity: str, method: str) -> Iterator[Quantity]:
        """The inputs of a formula down to what nothing computes or somebody states; coefficients are not asked of a county."""
        for item in self.account.ruleset.catalogue.formulas[quantity, method].inputs:
            below = self.account.ruleset.bind.get(item.name)
            if below is not None and item.name not in self.given:
                yield from self._leaves(*below.id)
            elif not item.is_coefficient:
                yield item


def _file(account: Account) -> str:
    return account.file or "account.toml"


def weighed(account: Account, problems: Problems) -> None:
    """Gaps are warnings in a draft, and in any account where every indicator that they touch is declared not covered.

    Lines beside the total need no declaration, nor does what is only shown; the inflow from outside does.
    """
    declared = {gap.indicator for gap in account.not_covered} | {line.id for line in account.ruleset.beside}
    touched = _lines_above(account)
    problems.items = [
        replace(item, severity="warning")
        if item.code in GAPS and (account.state == "draft" or _admitted(item, touched, declared))
        else item
        for item in problems.items
    ]


def _admitted(item: Problem, touched: Mapping[str, frozenset[str]], declared: set[str]) -> bool:
    facts = dict(item.facts)
    names = str(facts.get("name", facts.get("key", ""))).split(_JOIN)
    return all((touched.get(name) or name != INFLOW) and touched.get(name, frozenset()) <= declared for name in names)


def _lines_above(account: Account) -> dict[str, frozenset[str]]:
    """Quantity -> the indicators, and lines beside the total, that are computed from it; what is only shown has none."""
    found: dict[str, set[str]] = {}
    rules = account.ruleset
    lines = [(line.id, line.value, line.quantity) for line in rules.indicators]
    lines += [(line.id, line.value, line.quantity) for line in rules.beside]
    for id_, *names in lines:
        waiting, met = list(names), set[str]()
        while waiting:
            name = waiting.pop()
            if name in met:
                continue
            met.add(name)
            found.setdefault(name, set()).add(id_)
            formula = rules.bind.get(name)
            waiting += [item.name for item in (*formula.inputs, *formula.covers)] if formula is not None else []
    return {name: frozenset(lines) for name, lines in found.items()}
