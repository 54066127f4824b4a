"""Plans of twelve steps for as many recipients as China has counties; and how long the rule functions are."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import qhgep.compensation.rules
from benchmarks.engine import COUNTIES, best
from qhgep.compensation.allocate import allocate
from qhgep.compensation.derivation.report import explain_amount
from qhgep.compensation.plan.read import read_plan
from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.rules.registry import RULES
from qhgep.money import Fen, apportion, yuan
from qhgep.units import unit
from qhgep.workbook.plan.record import Recorded, RecordedValue

STEPS = 12
_POOL = 10**12
_HEAD = """\
schema = 1
title = "benchmark"
layer = "{layer}"
state = "draft"
period = 2023
pool = "{pool}"
round_to = "fen"
[basis]
document = "d"
number = "n"
article = "a"
date = 2023-03-01
"""
_AREA = """\
[accounts]
gep = "account.toml"
[factor.area]
of = "gep.county_area"
as = "share"
[[step]]
id = "divide"
rule = "weighted"
weights = { area = "1" }
decimals = 6
basis = "b"
"""


def codes() -> list[str]:
    """As many ids as there are counties."""
    return [f"farm{place:04d}" for place in range(COUNTIES)]


def _table(values: Mapping[str, object]) -> str:
    return "{ " + ", ".join(f'{code} = "{value}"' for code, value in values.items()) + " }"


def _step(name: str, rule: str, **terms: str) -> str:
    lines = "".join(f"{key} = {value}\n" for key, value in terms.items())
    return f'[[step]]\nid = "{name}"\nrule = "{rule}"\nbasis = "b"\n{lines}'


def division_steps(random: Random) -> Iterator[str]:
    """Weighted, tilt, phase-in, three top-ups, four awards, bounds, deduction; figures mean nothing."""
    every, some = codes(), codes()[::7]
    yield _AREA
    yield _step("tilt", "tilt", multipliers=_table({code: random.choice(("1", "1.2", "1.5")) for code in every}))
    old = apportion(Fen(_POOL), {code: Fraction(random.randint(1, 9)) for code in every})
    yield _step(
        "phase", "phase_in", shares='{ "2023" = "0.5" }', old=_table({code: yuan(fen) for code, fen in old.items()})
    )
    for number in range(3):
        yield _step(f"extra{number}", "top_up", amounts=_table(dict.fromkeys(some, "1000.00")))
    for number in range(4):
        classes = _table({code: random.choice(("A", "B")) for code in every})
        yield _step(f"award{number}", "award_penalty", table='{ A = "500.00", B = "-300.00" }', classes=classes)
    most = _table(dict.fromkeys(every, "9000000.00"))
    yield _step("both", "bounds", least=_table(dict.fromkeys(some, "3000000.00")), most=most)
    yield _step("taken", "deduction", shares=_table(dict.fromkeys(some, "0.5")))


def entitlement_steps(random: Random) -> Iterator[str]:
    """Twelve times two areas x two rates."""
    for number in range(STEPS):
        ban, balance = ({code: f"{random.randint(0, 10**7) / 100:.2f}" for code in codes()} for _ in range(2))
        areas = f"{{ ban = {_table(ban)}, balance = {_table(balance)} }}"
        yield _step(f"grass{number}", "area_rate", rates='{ ban = "7.5", balance = "2.5" }', areas=areas)


def written(folder: Path, layer: str, steps: Iterable[str]) -> Path:
    """The plan as a file."""
    named = "".join(f'[[recipient]]\nid = "{code}"\nzh = "{code}"\nkind = "farm"\n' for code in codes())
    path = folder / "plan.toml"
    path.write_text(_HEAD.format(layer=layer, pool=yuan(Fen(_POOL))) + named + "".join(steps), encoding="utf-8")
    return path


def results() -> Mapping[str, Recorded]:
    """An account that has an area for every recipient."""
    random = Random(20261122)  # noqa: S311 - figures without meaning
    figures = {
        ("county_area", code): RecordedValue(
            random.uniform(1e3, 1e5), unit("ha"), "value", "computed", "declared", None
        )
        for code in codes()
    }
    return {"gep": Recorded(figures, "0123456789abcdef", date(2026, 11, 22))}


def rule_lengths() -> dict[str, int]:
    """Rule -> the lines of its function without the docstring, as `ast` counts them."""
    folder = Path(qhgep.compensation.rules.__file__).parent
    functions = [
        node
        for path in sorted(folder.glob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name in RULES
    ]
    return {node.name: (node.end_lineno or 0) - node.body[0].end_lineno for node in functions}  # type: ignore[operator] # parsed nodes have lines


def _line(name: str, path: Path) -> str:
    start = time.perf_counter()
    plan: Plan = read_plan(path)
    reading = time.perf_counter() - start
    given = results()
    made = allocate(plan, results=given, require="assumed")
    seconds = best(lambda: allocate(plan, results=given, require="assumed"), 3)
    cells = sum(len(value) if isinstance(value, Mapping) else 1 for value in made.table.values())
    told = best(lambda: explain_amount(made, made.recipients[0].id), 3)
    return (
        f"  {name}: {len(made.rows)} recipients x {len(plan.step)} steps, {len(made.columns)} columns, {cells:,} exact cells: "
        f"{seconds:.2f} s (goal 1), {seconds / cells * 1e6:.1f} µs a cell; file read and checked in {reading:.2f} s; "
        f"explained in {told:.2f} s"
    )


def report() -> list[str]:
    """Seconds of a division and of an entitlement, and the longest rule function."""
    random = Random(20261122)  # noqa: S311 - figures without meaning
    lines = ["plans"]
    with TemporaryDirectory() as folder:
        lines.append(_line("division", written(Path(folder), "statutory", division_steps(random))))
        lines.append(_line("entitlement", written(Path(folder), "statutory", entitlement_steps(random))))
    lengths = rule_lengths()
    longest = max(lengths, key=lengths.__getitem__)
    average = sum(lengths.values()) / len(lengths)
    lines.append(
        f"  {len(lengths)} rule functions: longest {longest}, {lengths[longest]} lines of code; on average {average:.0f}"
    )
    return lines
