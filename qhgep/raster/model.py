"""A model of pixels: trees of the catalogue in the order in which they are evaluated, and the leaves that they read.

No formula stands here. What is added are the two edges that a formula for a county never meets and a pixel does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from qhgep.catalogue import Catalogue, Formula
from qhgep.catalogue.erosion import support_practice
from qhgep.catalogue.formulas import checked
from qhgep.catalogue.water_yield import actual_evapotranspiration
from qhgep.errors import Problems
from qhgep.expr import Expr, Quantity, Total, walk
from qhgep.quantities import area, precipitation
from qhgep.raster.pixel_area import Floats
from qhgep.readings.evaluate import evaluate

PLACES = frozenset({"county", "year", "ecosystem"})
"""The axes that a pixel has a place on."""
NOTHING_FROM_NOTHING = {(actual_evapotranspiration.name, "budyko_fu"): precipitation.name}
"""A formula that divides by a quantity and tends to zero with it: where that is exactly zero, so is the result.

Without rain nothing evaporates: the curve has AET <= P, and PET / P is no number at P = 0.
"""
LEFT_OUT = {("soil_retained", "rusle"): support_practice.name}
"""A formula that says nothing where a quantity is zero: such pixels are left out, with their share.

P = 0 on water, rock and ice makes all potential erosion "retained": an artefact (he-dai-chen-2020 has such a table).
"""


def check_axes(quantity: Quantity, where: str, chain: str, problems: Problems) -> bool:
    """Whether a pixel can have a quantity; one that also varies over days, months or other items is noted."""
    others = sorted(set(quantity.axes) - PLACES)
    if others:
        problems.add("map_axes", where, quantity=quantity.name, zh=quantity.zh, axes="、".join(others), chain=chain)
    return not others


@dataclass(frozen=True, slots=True)
class ModelStep:
    """One formula and its tree with conversions."""

    name: str
    method: str
    expr: Expr


@dataclass(frozen=True)
class Model:
    """The steps towards some quantities, and the leaves (by name) that they read."""

    steps: tuple[ModelStep, ...]
    leaves: Mapping[str, Quantity]
    formulas: tuple[Formula, ...]

    def below(self, name: str) -> frozenset[str]:
        """The quantities that one of the outputs rests on, itself included."""
        formulas = {item.quantity.name: item for item in self.formulas}
        found, waiting = set[str](), [name]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += [item.name for item in formulas[one].inputs] if one in formulas else []
        return frozenset(found)


@dataclass
class Builder:
    """Finds the formulas towards a quantity: what is given is a leaf, everything else has one method or a chosen one."""

    catalogue: Catalogue
    given: frozenset[str]
    methods: Mapping[str, str]
    problems: Problems
    steps: dict[str, ModelStep] = field(default_factory=dict)
    leaves: dict[str, Quantity] = field(default_factory=dict)
    formulas: dict[str, Formula] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    wanting: set[str] = field(default_factory=set)

    def add(self, quantity: Quantity, where: str, above: Sequence[str] = ()) -> None:
        """Take in a quantity and all that it needs; what is wanting or cannot be had of pixels is noted."""
        name = quantity.name
        if name in self.leaves or name in self.steps or name in self.wanting:
            return
        chain = " ← ".join([*above, name])
        if not check_axes(quantity, where, chain, self.problems):
            self.wanting.add(name)
        elif name in self.given or quantity == area:
            self.leaves[name] = quantity
        elif (found := self._formula(quantity, where, chain)) is not None:
            for item in found.inputs:
                self.add(item, where, [*above, name])
            self.steps[name] = ModelStep(name, found.method, checked(found).expr)
            self.formulas[name] = found

    def _formula(self, quantity: Quantity, where: str, chain: str) -> Formula | None:
        ways = [method for method in self.catalogue.methods(quantity.name) if not self._sums(quantity.name, method)]
        method = self.methods.get(quantity.name) or (ways[0] if len(ways) == 1 else "")
        self.used.add(quantity.name)
        if method in ways:
            return self.catalogue.formulas[quantity.name, method]
        self.wanting.add(quantity.name)
        facts = {"quantity": quantity.name, "zh": quantity.zh, "chain": chain}
        if not ways:
            self.problems.add("map_leaf", where, **facts)
        else:
            self.problems.add("map_method", where, **facts, found=method or "-", known="、".join(ways))
        return None

    def _sums(self, name: str, method: str) -> bool:
        return any(isinstance(node, Total) for node in walk(self.catalogue.formulas[name, method].equals))

    def model(self) -> Model:
        """What was taken in."""
        return Model(tuple(self.steps.values()), dict(self.leaves), tuple(self.formulas.values()))


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The values of the steps for some pixels, and which of them are left out (zero there)."""

    values: Mapping[str, Floats]
    left_out: Mapping[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]


def evaluate_steps(model: Model, leaves: Mapping[str, Floats]) -> Evaluated:
    """Every step for pixels whose leaves all have values; scalars have length 1."""
    values = dict(leaves)
    gone = {}
    for step in model.steps:
        result = evaluate(step.expr, values)
        key = step.name, step.method
        if (of := NOTHING_FROM_NOTHING.get(key)) is not None:
            result = np.where(values[of] == 0, 0.0, result)
        if (of := LEFT_OUT.get(key)) is not None:
            gone[step.name] = np.broadcast_to(values[of] == 0, result.shape)
            result = np.where(gone[step.name], 0.0, result)
        values[step.name] = result
    return Evaluated(values, gone)


def chosen(outputs: Mapping[str, str], methods: Mapping[str, str]) -> dict[str, str]:
    """Methods by quantity: of the outputs, and of what lies below them."""
    return dict(methods) | {name: method for name, method in outputs.items() if method}


def texts(model: Model, name: str) -> Iterator[str]:
    """quantity/method of each step towards an output, for provenance."""
    below = model.below(name)
    return (f"{step.name}/{step.method}" for step in model.steps if step.name in below)
