"""A whole account of 45 counties from a cold start, with its workbook; start-up; time per written formula."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.engine import best
from qhgep import compute, read_account
from qhgep.inputs import read_counties
from qhgep.workbook.account.book import account_sheets
from qhgep.workbook.core.cells import LiveFormula
from qhgep.workbook.core.write import to_bytes

PILOT = Path(__file__).parent.parent / "examples" / "pilot"
_PROVINCE = "63"
"""Codes of the 45 units that the figures speak of begin so."""
_QUANTITIES = frozenset({"area", "county_area", "precipitation", "specific_discharge", "net_ecosystem_productivity"})


def make_account(folder: Path) -> Path:
    """The pilot account for all units in force: every unit gets the rows of one pilot county. Figures mean nothing."""
    folder.mkdir(parents=True)
    lines = (PILOT / "inputs.csv").read_text(encoding="utf-8").splitlines()
    units = [
        unit.code
        for unit in read_counties().by_code.values()
        if unit.kind == "county" and unit.valid_to is None and unit.code.startswith(_PROVINCE)
    ]
    pilots = sorted({line[:6] for line in lines[1:]})
    rows = [lines[0]]
    for place, code in enumerate(sorted(units)):
        model = pilots[place % len(pilots)]
        rows += [code + line[6:] for line in lines[1:] if line.startswith(model)]
    (folder / "inputs.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    text = (PILOT / "account.toml").read_text(encoding="utf-8")
    start, end = text.index("counties = ["), text.index("]", text.index("counties = [")) + 1
    listed = ", ".join(f'"{code}"' for code in sorted(units))
    (folder / "account.toml").write_text(f"{text[:start]}counties = [{listed}]{text[end:]}", encoding="utf-8")
    return folder / "account.toml"


def _cold(*words: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "qhgep", *words], check=True, capture_output=True)  # noqa: S603 - our own command
    return time.perf_counter() - start


def report() -> list[str]:
    """Seconds of a cold run of 45 counties with workbook and of --help, microseconds per written formula."""
    with TemporaryDirectory() as place:
        account = make_account(Path(place) / "account")
        cold = min(_cold("--quiet", "account", str(account), "-o", str(Path(place) / "x.xlsx")) for _ in range(3))
        start_up = min(_cold("--help") for _ in range(5))
        result = compute(read_account(account))
        period = result.account.periods[0].name
        sheets = account_sheets(result, period)
        formulas = sum(isinstance(content, LiveFormula) for sheet in sheets for content in sheet.cells.values())
        cells = sum(len(sheet.cells) for sheet in sheets)
        lay_out = best(lambda: account_sheets(result, period), 3)
        write = best(lambda: to_bytes(sheets, title="x", created=result.account.date, footer="x"), 3)
        shutil.rmtree(place, ignore_errors=True)
    return [
        f"{len(result.account.counties)} counties with workbook, cold: {cold:.2f} s (goal 2); --help: {start_up:.2f} s (goal 0.3)",
        f"  {formulas} formulas, {cells} cells: laid out in {lay_out:.2f} s, written in {write:.2f} s",
        f"  {write / cells * 1e6:.0f} µs per written cell, {(lay_out + write) / formulas * 1e6:.0f} µs per formula (goal 100)",
    ]
