"""What a ruleset adds to the catalogue: quantities, formulas and indicators of its own, made and checked as the shipped ones are."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from qhgep.catalogue import Catalogue, Clause, Formula
from qhgep.catalogue.formulas import Indicator, checked, formula
from qhgep.errors import Problems, QhgepError, UnitError
from qhgep.expr import AXES, Bounds, Quantity, order_axes
from qhgep.readings.parse import parse
from qhgep.ruleset_store.schema import LocalQuantity, RulesetFile
from qhgep.units import spelled

_AXES = tuple(axis for axis in AXES if axis != "recipient")
_MOST_LISTS = 2


def with_own(catalogue: Catalogue, content: RulesetFile, name: str, problems: Problems) -> Catalogue:
    """The catalogue with what a ruleset adds; faults are noted at their lines, and what is faulty is left out."""
    catalogue = _with_quantities(catalogue, content, name, problems)
    catalogue = replace(catalogue, formulas=_formulas(catalogue, content, problems))
    own = dict(catalogue.indicators)
    for line in content.indicator:
        if line.zh and line.id in catalogue.indicators:
            where = content.where("indicator", line)
            problems.add("ruleset_own_indicator", where, indicator=line.id, zh=catalogue.indicators[line.id].zh)
            continue
        known = [item.id for item in own.values() if item.zh == line.zh and item.id != line.id]
        if known:
            where = content.where("indicator", line)
            problems.add("ruleset_own_name", where, indicator=line.id, zh=line.zh, known=known[0])
        if line.zh and {line.quantity, line.value} <= set(catalogue.vocabulary):
            of, value = catalogue.vocabulary[line.quantity], catalogue.vocabulary[line.value]
            own[line.id] = Indicator(line.id, line.zh, of, value)
    return replace(catalogue, indicators=own)


def _with_quantities(catalogue: Catalogue, content: RulesetFile, name: str, problems: Problems) -> Catalogue:
    vocabulary, services = dict(catalogue.vocabulary), dict(catalogue.services)
    for item in content.quantity:
        where = content.where("quantity", item)
        taken = next((known for known in vocabulary.values() if item.name == known.name or item.zh == known.zh), None)
        if taken is not None:
            problems.add(
                "ruleset_own_quantity", where, quantity=f"{item.name} {item.zh}", known=f"{taken.name} {taken.zh}"
            )
        elif (made := _quantity(item, catalogue, where, problems)) is not None:
            vocabulary[item.name], services[item.name] = made, (name, content.zh)
    return replace(catalogue, vocabulary=vocabulary, services=services)


def _quantity(item: LocalQuantity, catalogue: Catalogue, where: str, problems: Problems) -> Quantity | None:
    """The quantity; None, with the reason noted, where its unit, axes or limits are none."""
    lists = [axis for axis in item.axes if axis not in _AXES]
    unknown = [axis for axis in lists if axis not in catalogue.lists]
    if unknown or len(lists) > _MOST_LISTS or len(set(item.axes)) < len(item.axes):
        known = "、".join((*_AXES, *catalogue.lists))
        problems.add("ruleset_own_axes", where, quantity=item.name, found="、".join(item.axes) or "-", known=known)
        return None
    if (item.low, item.high) != (None, None) and not item.reason.strip():
        problems.add("ruleset_own_limits", where, quantity=item.name)
        return None
    low, high = (None if limit is None else Fraction(limit) for limit in (item.low, item.high))
    limits = Bounds(low, high, item.reason) if item.reason.strip() else None
    try:
        unit = spelled(item.unit, where=where, quantity=item.zh)
    except UnitError as error:
        problems.take(error)
        return None
    if unit.scale != 1:
        problems.add("ruleset_own_scale", where, quantity=item.name, unit=item.unit, plain=unit.unit.printed)
        return None
    axes = order_axes(set(item.axes))
    return Quantity(item.name, unit.unit, axes, item.zh, item.tex or rf"\text{{{item.zh}}}", limits)


def _formulas(catalogue: Catalogue, content: RulesetFile, problems: Problems) -> dict[tuple[str, str], Formula]:
    formulas = dict(catalogue.formulas)
    axes = {name: items.zh for name, items in catalogue.lists.items()}
    for local in content.formula:
        where = content.where("formula", local)
        of = catalogue.vocabulary.get(local.quantity)
        if of is None:
            problems.add("ruleset_quantity", where, quantity=local.quantity)
            continue
        try:
            tree = parse(local.equals, catalogue.vocabulary.values(), where=where, axes=axes)
            made = formula(of, method=local.method, equals=tree, source=Clause(local.source, local.at))
            checked(made)
            if formulas.setdefault(made.id, made).equals != tree:
                problems.add("catalogue_twice", where, key="/".join(made.id))
        except QhgepError as error:
            problems.take(error)
    return formulas
