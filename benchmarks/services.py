"""45 counties with all services of the Garzê account: seconds, formulas, and verify; every county has the same figures, which mean nothing."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from qhgep import compute, read_account, verify_workbook, write_workbook
from qhgep.workbook.account.book import account_sheets
from qhgep.workbook.core.cells import LiveFormula

ROOT = Path(__file__).parent.parent
GARZE = ROOT / "examples" / "ganzi-2010"
_REGION, _COUNT, _FIRST = "513300", 45, 40


def make_services(folder: Path, count: int = _COUNT) -> tuple[Path, Path]:
    """An account of so many declared counties with all services, and the pack in which each has coefficient rows of its own."""
    folder.mkdir(parents=True)
    codes = [f"{_REGION[:4]}{_FIRST + place:02d}" for place in range(count)]
    lines = (GARZE / "inputs.csv").read_text(encoding="utf-8").splitlines()
    rows = [lines[0], *(code + line[6:] for code in codes for line in lines[1:])]
    (folder / "inputs.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    text = (GARZE / "account.toml").read_text(encoding="utf-8").replace('published = ["table3.csv"]\n', "")
    listed = ", ".join(f'"{code}"' for code in codes)
    text = text.replace(f'counties = ["{_REGION}"]', f"counties = [{listed}]")
    start = text.index("[options]")
    named = "".join(
        f'[[county]]\ncode = "{code}"\nzh = "样县{code[4:]}"\nkind = "county"\nparent = ""\n\n' for code in codes
    )
    (folder / "account.toml").write_text(text[:start] + named + text[start:], encoding="utf-8")
    _write_pack(folder / "pack", codes)
    return folder / "account.toml", folder / "pack"


def _write_pack(folder: Path, codes: list[str]) -> None:
    folder.mkdir()
    for file in sorted((ROOT / "coefficients").glob("*.csv")):
        with file.open(encoding="utf-8") as lines:
            rows = [row for row in csv.DictReader(lines) if row.get("region_code") == _REGION]
        if rows:
            with (folder / file.name).open("w", encoding="utf-8", newline="") as out:
                writer = csv.DictWriter(out, rows[0].keys())
                writer.writeheader()
                writer.writerows(_of(row, code) for code in codes for row in rows)


def _of(row: dict[str, str], code: str) -> dict[str, str]:
    """A row of the prefecture as one of a county; what it is computed from is that county's too."""
    parents = " ".join(f"S{code}-{name}" if name.startswith("GZ-") else name for name in row["parents"].split())
    return {**row, "row": f"S{code}-{row['row']}", "region_code": code, "parents": parents}


def report() -> list[str]:
    """Seconds to compute and write the workbook and to verify it, each also as a multiple of computing alone."""
    with TemporaryDirectory() as place:
        account, pack = make_services(Path(place) / "account")
        path = Path(place) / "x.xlsx"
        start = time.process_time()
        result = compute(read_account(account, coefficients=[pack]))
        computed = time.process_time()
        write_workbook(result, path)
        written = time.process_time()
        assert verify_workbook(path).same
        verified = time.process_time()
        sheets = account_sheets(result, result.account.periods[0].name)
    formulas = sum(isinstance(content, LiveFormula) for sheet in sheets for content in sheet.cells.values())
    cells = sum(len(sheet.cells) for sheet in sheets)
    compute_s, write_s, verify_s = computed - start, written - computed, verified - written
    whole = f"{compute_s + write_s:.2f} s (goal 6), {write_s / formulas * 1e6:.0f} µs per formula"
    return [
        f"{_COUNT} counties, all services: {len(sheets)} sheets, {formulas} formulas, {cells} cells",
        f"  read and computed in {compute_s:.2f} s, written in {write_s:.2f} s ({write_s / compute_s:.1f} times), together {whole}",
        f"  verified in {verify_s:.2f} s ({verify_s / compute_s:.1f} times)",
    ]
