"""10,000 draws x 45 counties x 20 indicators x 100 leaves, beside plain numpy that does the same draws, evaluation and quantiles.

Each of the 20 indicators is four quantities of a county and a price. Two cases: every leaf one draw for all counties (100
streams), and the 80 quantities drawn for each county by itself (3,620 streams). Seconds of the bands alone, and with what each
group contributes; each side in a process of its own, so that its peak of memory is its own. Figures mean nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.invented import counties_of_qinghai, module_of
from benchmarks.raster import peak_memory
from qhgep import compute, read_account
from qhgep.catalogue import Catalogue, Clause, shipped
from qhgep.catalogue.formulas import formula, indicator
from qhgep.engine.result import Result
from qhgep.engine.uncertainty import uncertainty
from qhgep.quantities import quantity

DRAWS, COUNTIES, INDICATORS, FACTORS = 10_000, 45, 20, 4
SPREAD = 0.1
MEGABYTES = 600
_SOURCE = Clause("bench", at="式")


def catalogue_of_services() -> Catalogue:
    """So many services: (first x second + third x fourth) x price, all by county and year."""
    modules = []
    for number in range(INDICATORS):
        units = ("t/ha/year", "ha", "t/ha/year", "ha")
        factors = [
            quantity(f"f{number}_{part}", units[part], axes="county year", zh=f"样例{number}甲乙丙丁"[: 4 + part], tex=f"f_{{{number},{part}}}")
            for part in range(FACTORS)
        ]  # fmt: skip
        price = quantity(f"price_{number}", "CNY/t", axes="county year", zh=f"样例价{number}", tex=f"p_{{{number}}}")
        made = quantity(f"made_{number}", "t/year", axes="county year", zh=f"样例量{number}", tex=f"m_{{{number}}}")
        value = quantity(f"value_{number}", "CNY/year", axes="county year", zh=f"样例值{number}", tex=f"v_{{{number}}}")
        first, second, third, fourth = factors
        parts = (
            *factors, price, made, value,
            formula(made, method="m", equals=first * second + third * fourth, source=_SOURCE),
            formula(value, method="m", equals=made * price, source=_SOURCE),
            indicator(f"drawn_{number}", zh=f"样例{number}", quantity=made, value=value),
        )  # fmt: skip
        modules.append(module_of(f"drawn_{number}", f"样例{number}", parts))
    return shipped().with_modules(*modules)


def account_of(folder: Path, *, by_county: bool) -> Result:
    """The account with a standard error of 10 % on each of its 100 leaves."""
    folder.mkdir(parents=True)
    codes = counties_of_qinghai()[:COUNTIES]
    declared = [f"6399{20 + place}" for place in range(COUNTIES - len(codes))]
    head = "county_code,period_from,period_to,ecosystem,item,quantity,value,unit,presence,origin,evidence,source,note"
    units = ("t/hm2/a", "hm2", "t/hm2/a", "hm2")
    names = [(f"f{number}_{part}", units[part]) for number in range(INDICATORS) for part in range(FACTORS)]
    names += [(f"price_{number}", "CNY/t") for number in range(INDICATORS)]
    rows = [
        f"{code},2020,2020,,,{name},{number_of(place, at):g},{unit},value,stated,published,bench,"
        for place, code in enumerate([*codes, *declared])
        for at, (name, unit) in enumerate(names)
    ]
    (folder / "inputs.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    bind = "".join(f'made_{n} = "m"\nvalue_{n} = "m"\n' for n in range(INDICATORS))
    lines = "".join(
        f'[[indicator]]\nid = "drawn_{n}"\ncategory = "regulating"\nquantity = "made_{n}"\nvalue = "value_{n}"\n'
        for n in range(INDICATORS)
    )
    rules = f'schema = 1\nzh = "样例"\ncomplete = "bench, 1"\ndocuments = ["bench"]\n[bind]\n{bind}{lines}'
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    listed = ", ".join(f'"{code}"' for code in [*codes, *declared])
    named = "".join(
        f'[[county]]\ncode = "{code}"\nzh = "样县{code[4:]}"\nkind = "county"\nparent = ""\n' for code in declared
    )
    drawn = "".join(
        f'[[uncertain]]\nquantity = "{name}"\nkind = "standard_error"\nerror = "{SPREAD:.0%}"\nbasis = "b"\ndecided_by = "d"\n'
        + ("by_county = true\n" if by_county and not name.startswith("price") else "")
        for name, _ in names
    )
    text = f'schema = 1\ntitle = "样例"\nperiod = 2020\nruleset = "rules"\nprice_year = 2020\ncounties = [{listed}]\n'
    (folder / "account.toml").write_text(
        text + 'inputs = ["inputs.csv"]\ndate = 2026-11-28\n' + named + drawn, encoding="utf-8"
    )
    return compute(read_account(folder / "account.toml", catalogue=catalogue_of_services()))


def number_of(place: int, at: int) -> float:
    """The value of a leaf in a county."""
    return 10 + (place * 7919 + at * 31) % 97


def by_numpy(*, by_county: bool) -> None:
    """What a person would write: whole arrays of draws, the formulas, the sums, and three quantiles of each number."""
    values = np.array([[number_of(place, at) for at in range(INDICATORS * (FACTORS + 1))] for place in range(COUNTIES)])
    random = np.random.default_rng(1)
    amounts = np.empty((DRAWS, COUNTIES, INDICATORS))
    count = INDICATORS * FACTORS
    for start in range(0, DRAWS, 500):
        price = values[:, count:] * (1 + SPREAD * random.standard_normal((500, 1, INDICATORS)))
        normal = random.standard_normal((500, COUNTIES if by_county else 1, count))
        first, second, third, fourth = np.moveaxis(
            (values[:, :count] * (1 + SPREAD * normal)).reshape(500, COUNTIES, INDICATORS, FACTORS), -1, 0
        )
        amounts[start : start + 500] = (first * second + third * fourth) * price
    table = np.concatenate([amounts, amounts.sum(axis=2, keepdims=True)], axis=2)
    table = np.concatenate([table, table.sum(axis=1, keepdims=True)], axis=1)
    np.quantile(table, (0.05, 0.5, 0.95), axis=0)


def _child(side: str, case: str) -> None:
    by_county = case == "by_county"
    with TemporaryDirectory() as place:
        result = account_of(Path(place) / "a", by_county=by_county) if side != "numpy" else None
    started = time.process_time()
    if result is None:
        by_numpy(by_county=by_county)
    else:
        uncertainty(result, draws=DRAWS, contributions=side == "all")
    facts = {"seconds": time.process_time() - started, "peak": peak_memory()}
    sys.stdout.write(json.dumps(facts) + "\n")


def _measured(side: str, case: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.uncertain", side, case]
    runs = [json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(3)]  # noqa: S603 - this module
    return min(runs, key=lambda run: run["seconds"])


def report() -> list[str]:
    """Seconds (the least of three), peak of memory, and how many times numpy."""
    lines = [
        f"uncertainty: {DRAWS:,} draws x {COUNTIES} counties x {INDICATORS} indicators x {INDICATORS * (FACTORS + 1)} leaves"
    ]
    for case, words in (("shared", "100 streams"), ("by_county", "3,620 streams")):
        base = _measured("numpy", case)
        lines.append(f"  {words}: numpy {base['seconds']:.2f} s, {base['peak']:.0f} MB")
        for side, name in (("bands", "bands"), ("all", "bands and contributions")):
            found = _measured(side, case)
            goal = f"goal 2 x, {MEGABYTES} MB" if side == "bands" else ""
            lines.append(
                f"    {name}: {found['seconds']:.2f} s, {found['peak']:.0f} MB, {found['seconds'] / base['seconds']:.2f} x {goal}"
            )
    return lines


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _child(*sys.argv[1:])
    else:
        print("\n".join(report()), flush=True)
