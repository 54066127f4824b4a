"""Random plans of every kind against the independent program: `python -m benchmarks.random_plans [N [FIRST]]`."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from qhgep import allocate
from qhgep.compensation.allocation import Allocation
from qhgep.errors import PlanError
from qhgep.result_files.write import result_file
from tests.oracles.carried_draws import carried_in, carrying
from tests.oracles.carrying import faults_of_the_plan, faults_of_the_result
from tests.oracles.draws import KINDS, toml
from tests.oracles.numbers import CannotBe
from tests.oracles.plan import Paid, settle

BEYOND_A_SHEET = {"sheet_digits", "share_decimals", "share_decimals_none"}
"""What only the product refuses: numbers that a spreadsheet does not keep."""


def outcome(kind: str, seed: int, path: Path) -> tuple[str, str]:
    """How the plan of a seed compares: same, both refuse, beyond a sheet, or differs; and the difference in words."""
    text = toml(KINDS[kind](Random(f"{kind} {seed}")))  # noqa: S311 - a draw
    path.write_text(text, encoding="utf-8")
    expected: Paid | str
    try:
        expected = settle(tomllib.loads(text))
    except CannotBe as error:
        expected = str(error)
    try:
        found = allocate(path, require="assumed")
    except PlanError as error:
        codes = {item.code for item in error.problems}
        if isinstance(expected, str):
            return "both refuse", ""
        return ("beyond a sheet", "") if codes <= BEYOND_A_SHEET else ("differs", f"{seed} {kind}: refused, {error}")
    if isinstance(expected, str):
        return "differs", f"{seed} {kind}: {expected}, and the product pays"
    told = "; ".join(differences(found, expected))
    return ("differs", f"{seed} {kind}: {told}") if told else ("same", "")


def differences(found: Allocation, expected: Paid) -> list[str]:
    """What differs: exact yuan after each step, fen, what is not paid out, and the phases."""
    told = []
    if dict(found.fen) != expected.fen:
        apart = {code: (fen, expected.fen[code]) for code, fen in found.fen.items() if fen != expected.fen[code]}
        told.append(f"fen {apart}")
    rest = (found.carried, found.retained, found.gap)
    if rest != (expected.carried, expected.retained, expected.gap):
        told.append(f"carried, retained, gap {rest}, not {(expected.carried, expected.retained, expected.gap)}")
    for number, amounts in enumerate(expected.steps):
        steps: dict[str, Fraction] = {row.recipient.id: row.steps[number][1] for row in found.rows}
        if steps != amounts:
            told.append(f"exact amounts after step {number + 1}")
    if [dict(phase.fen) for phase in found.phases] != expected.phases:
        told.append("phases")
    return told


def earlier_result(random: Random, folder: Path) -> bytes:
    """The JSON of a random division that carries something over; another is drawn for one that a sheet cannot keep."""
    while True:
        path = folder / "earlier.toml"
        path.write_text(toml(carrying(random)), encoding="utf-8")
        try:
            return result_file(allocate(path, require="assumed")).text().encode()
        except PlanError as error:
            if not {item.code for item in error.problems} <= BEYOND_A_SHEET | {"plan_tilt_zero"}:
                raise


def carried(seed: int, folder: Path) -> tuple[str, frozenset[str]]:
    """How the two programs differ on a plan that takes money over (nothing where they do not), and what is wrong with it."""
    random = Random(f"carry {seed}")  # noqa: S311 - a draw
    earlier = earlier_result(random, folder)
    (folder / "earlier.json").write_bytes(earlier)
    plan, path = carried_in(random, earlier), folder / "plan.toml"
    path.write_text(toml(plan), encoding="utf-8")
    there = earlier if plan["carry_in"]["file"] == "earlier.json" else None
    at_reading = faults_of_the_plan(plan)
    faults = frozenset(at_reading or faults_of_the_result(plan, there))
    try:
        found = allocate(path, require="assumed")
    except PlanError as error:
        codes = {item.code for item in error.problems}
        right = codes == at_reading if at_reading else bool(codes) and codes <= faults
        return "" if right else f"{seed}: refused for {codes}, not {faults or '-'}", faults
    if faults:
        return f"{seed}: accepted in spite of {faults}", faults
    told = differences(found, settle(plan))
    if not any(f"上期结转 {plan['carry_in']['amount']} 元" in note for note in found.notes):
        told.append("no note of the money carried in")
    return (f"{seed}: {told}" if told else ""), faults


def report(count: int = 200, first: int = 0) -> list[str]:
    """How many plans of each kind are the same in both programs; seeds from `first` on."""
    lines = [f"random plans against the independent program, {count} of each kind, seeds from {first} on"]
    with TemporaryDirectory() as folder:
        for kind in KINDS:
            counts: Counter[str] = Counter()
            for seed in range(first, first + count):
                how, told = outcome(kind, seed, Path(folder) / "plan.toml")
                counts[how] += 1
                lines += [f"  {told}"] if told else []
            lines.append(f"  {kind}: {', '.join(f'{how} {number}' for how, number in sorted(counts.items()))}")
        both = [carried(seed, Path(folder)) for seed in range(first, first + count)]
        lines += [f"  {told}" for told, _ in both if told]
        taken = sum(not told and not faults for told, faults in both)
        refused = sum(not told and bool(faults) for told, faults in both)
        lines.append(
            f"  money carried over: taken over {taken}, refused for the true reason {refused}, differs {count - taken - refused}"
        )
    return lines


if __name__ == "__main__":
    sys.stdout.write("\n".join(report(*map(int, sys.argv[1:3]))) + "\n")
