"""What holds for every account: its own rounded results agree with it, and a fault beyond rounding is found."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.support.printed import audit_toy
from tests.support.random_accounts import KINDS, TIGHT, inject, make

SEEDS = st.integers(0, 2**32)


@pytest.mark.long
@given(SEEDS)
@settings(max_examples=40, deadline=None)
@example(0)
def test_an_account_that_prints_its_own_rounded_results_is_always_consistent(seed: int) -> None:
    with TemporaryDirectory() as folder:
        case = make(Random(seed), Path(folder))
        for prices in ("exact", "rounded"):
            audit = audit_toy(case.path, prices=prices)  # type: ignore[arg-type] # one of two
            assert audit.faults == ()
            printed = {row.row for row in case.printed if row.value}
            checked = {one.row for one in audit.findings if one.verdict == "consistent"}
            assert printed <= checked


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@given(seed=SEEDS)
@settings(max_examples=25, deadline=None)
def test_a_fault_that_leaves_the_interval_is_always_found(kind: str, seed: int) -> None:
    with TemporaryDirectory() as folder:
        draw = Random(seed)
        case = make(draw, Path(folder))
        faulty = inject(draw, case, kind, names=TIGHT)
        assume(faulty is not None)
        assert faulty is not None
        found = {one.row for one in audit_toy(case.path).faults if one.kind == "recomputed"}
        assert found == {faulty.row}
