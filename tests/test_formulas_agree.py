"""Every formula of the catalogue on 50 random inputs: engine, plain Python and two spreadsheet programs say the same."""

import math
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import pytest

from qhgep.catalogue import Formula, checked, shipped
from qhgep.expr import Parts, Quantity, Total
from qhgep.readings.evaluate import evaluate
from tests.support.recalculation import Recalculate, Row, recalculated
from tests.support.reference import EVERYONE, SPREADSHEETS, Outcome, reference
from tests.support.strategies import Values
from tests.witness import formualizer, libreoffice

TIMES = 50
STEPS = [item for _, item in sorted(shipped().formulas.items()) if not isinstance(item.equals, Total | Parts)]
"""The formulas of one cell. A total is one SUM and parts are a total of columns: whole workbooks are recalculated elsewhere."""


def drawn(quantity: Quantity, random: Random) -> float:
    """A number within the limits of a quantity, and now and then 0 or an end of them."""
    limits = quantity.bounds
    low, high = (None, None) if limits is None else (limits.low, limits.high)
    bottom = -1e6 if limits is None else float(0 if low is None else low)
    top = 1e6 if high is None else float(high)
    if limits is not None and limits.whole:
        return float(random.randint(int(bottom), int(top)))
    if random.random() < 0.05:
        return random.choice([bottom, top, max(bottom, min(0.0, top))])
    return float(np.float32(random.uniform(bottom, top)))


@cache
def cases() -> tuple[tuple[Formula, Values, Outcome], ...]:
    random = Random(14)
    made = []
    for item in STEPS:
        for _ in range(TIMES):
            values: Values = {quantity.name: drawn(quantity, random) for quantity in item.inputs}
            made.append((item, values, reference(checked(item).expr, values)))
    return tuple(made)


def engine(item: Formula, values: Values) -> float | None:
    found = float(
        np.ravel(evaluate(checked(item).expr, {name: np.array([value]) for name, value in values.items()}))[0]
    )
    return None if math.isnan(found) else found


def test_the_engine_gives_what_plain_python_gives() -> None:
    sure = [case for case in cases() if not case[2].doubts & EVERYONE]
    assert len(sure) > 0.9 * len(cases())
    assert [(item.id, values) for item, values, outcome in sure if not outcome.agrees(engine(item, values))] == []


@pytest.mark.parametrize(
    "recalculate",
    [
        pytest.param(formualizer.recalculate, id="formualizer"),
        pytest.param(libreoffice.recalculate, id="libreoffice", marks=pytest.mark.libreoffice),
    ],
)
def test_one_book_of_all_formulas_recalculates_to_what_the_engine_gives(
    recalculate: Recalculate, tmp_path: Path
) -> None:
    rows = [Row((checked(item).expr,), item.inputs, values) for item, values, _ in cases()]
    cells = recalculated(rows, recalculate, tmp_path / "formulas.xlsx")
    assert [
        (item.id, values, outcome, cell)
        for (item, values, outcome), (cell,) in zip(cases(), cells, strict=True)
        if not outcome.doubts & SPREADSHEETS and not outcome.agrees(cell)
    ] == []
