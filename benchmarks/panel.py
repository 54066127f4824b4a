"""45 counties x 10 years x 20 indicators: seconds to read, compute, write the workbook of all years, and verify it. Figures mean nothing."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.invented import counties_of_qinghai, module_of
from qhgep import compute, read_account, verify_workbook, write_workbook
from qhgep.catalogue import Catalogue, Clause, shipped
from qhgep.catalogue.formulas import formula, indicator, total_of
from qhgep.expr import Total
from qhgep.inputs import read_counties
from qhgep.quantities import area, county_area, quantity
from qhgep.workbook.core.cells import LiveFormula
from qhgep.workbook.panel.book import panel_sheets

INDICATORS, YEARS = 20, range(2011, 2021)
_LAND = ("grassland", "forest", "wetland.marsh", "bare_land", "cropland")
_SOURCE = Clause("bench", at="式")


def benchmark_catalogue() -> Catalogue:
    """So many services of one kind: what an area yields, added up over the ecosystems, times a price."""
    modules = []
    for number in range(INDICATORS):
        rate = quantity(
            f"rate_{number}", "t/ha/year", axes="county year", zh=f"样例单产{number}", tex=f"r_{{{number}}}"
        )
        price = quantity(f"price_{number}", "CNY/t", axes="county year", zh=f"样例价{number}", tex=f"p_{{{number}}}")
        made = quantity(
            f"made_{number}", "t/year", axes="county year ecosystem", zh=f"样例量{number}", tex=f"m_{{{number}}}"
        )
        whole = total_of(made)
        value = quantity(f"value_{number}", "CNY/year", axes="county year", zh=f"样例值{number}", tex=f"v_{{{number}}}")
        parts = (
            rate, price, made, whole, value,
            formula(made, method="m", equals=area * rate, source=_SOURCE),
            formula(whole, method="m", equals=Total("ecosystem", made), source=_SOURCE),
            formula(value, method="m", equals=whole * price, source=_SOURCE),
            indicator(f"bench_{number}", zh=f"样例{number}", quantity=whole, value=value),
        )  # fmt: skip
        modules.append(module_of(f"bench_{number}", f"样例{number}", parts))
    return shipped().with_modules(*modules)


def make_panel(folder: Path, years: range = YEARS) -> Path:
    """The account with its ruleset and inputs."""
    folder.mkdir(parents=True)
    codes = [
        code
        for code in counties_of_qinghai()
        if (found := read_counties().by_code[code].valid_from) is None or found.year < years[0]
    ]
    declared = [f"6399{20 + place}" for place in range(45 - len(codes))]
    rows = ["county_code,period_from,period_to,ecosystem,item,quantity,value,unit,presence,origin,evidence,source,note"]
    for number, code in enumerate([*codes, *declared]):
        for year in years:
            stated = [(kind, area.name, 100 + number + place, "km2") for place, kind in enumerate(_LAND)]
            stated.append(("", county_area.name, sum(item[2] for item in stated), "km2"))
            for place in range(INDICATORS):
                stated.append(("", f"rate_{place}", (1 + place) * (1 + (year - years[0]) / 50), "t/hm2/a"))
                stated.append(("", f"price_{place}", 10 + place, "CNY/t"))
            rows += [
                f"{code},{year},{year},{kind},,{name},{value:g},{unit},value,stated,published,bench,"
                for kind, name, value, unit in stated
            ]
    (folder / "inputs.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "rules.toml").write_text(_rules(), encoding="utf-8")
    listed, named_years = ", ".join(f'"{code}"' for code in [*codes, *declared]), ", ".join(map(str, years))
    named = "".join(
        f'[[county]]\ncode = "{code}"\nzh = "样县{code[4:]}"\nkind = "county"\nparent = ""\n' for code in declared
    )
    text = f'schema = 1\ntitle = "样例"\nperiods = [{named_years}]\nruleset = "rules"\nprice_year = 2015\ncounties = [{listed}]\n'
    text += 'inputs = ["inputs.csv"]\ndate = 2026-11-28\n' + named
    index = '[deflate]\nseries = "cpi"\nreason = "样例"\ndecided_by = "样例"\n'
    pack = folder / "pack"
    pack.mkdir()
    head = "row,key,region_code,ecosystem,item,from,to,known_since,price_year,value,low,high,unit,source,at,origin,evidence,parents,note"
    lines = [
        f"IX-{year},price_index.bench,,,,{year}-01-01,{year}-12-31,,,{100 + year - years[0]},,,1,bench,表,stated,published,,"
        for year in years
    ]
    (pack / "index.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    (pack / "sources.toml").write_text(
        '[bench]\ntitle = "样例"\nkind = "dataset"\naddress = "example.org"\nchecked = 2026-11-28\n', encoding="utf-8"
    )
    (folder / "account.toml").write_text(text + index.replace("cpi", "bench"), encoding="utf-8")
    return folder / "account.toml"


def _rules() -> str:
    numbers = range(INDICATORS)
    bind = "".join(f'made_{n} = "m"\nmade_{n}_total = "m"\nvalue_{n} = "m"\n' for n in numbers)
    lines = "".join(
        f'[[indicator]]\nid = "bench_{n}"\ncategory = "{("provisioning", "regulating", "cultural")[n % 3]}"\n'
        f'quantity = "made_{n}_total"\nvalue = "value_{n}"\n'
        for n in numbers
    )
    return f'schema = 1\nzh = "样例"\ncomplete = "bench, 1"\ndocuments = ["bench"]\nshow = ["county_area"]\n[bind]\n{bind}{lines}'


def report() -> list[str]:
    """Seconds of each part, and how many times computing alone the workbook takes."""
    with TemporaryDirectory() as place:
        path, catalogue = make_panel(Path(place) / "account"), benchmark_catalogue()
        times = [time.process_time()]
        account = read_account(path, coefficients=[path.parent / "pack"], catalogue=catalogue)
        times.append(time.process_time())
        result = compute(account)
        times.append(time.process_time())
        file = write_workbook(result, Path(place) / "x.xlsx")
        times.append(time.process_time())
        same = verify_workbook(file, catalogue=catalogue).same
        times.append(time.process_time())
        size = file.stat().st_size
        sheets = panel_sheets(result)
    cells = sum(len(sheet.cells) for sheet in sheets)
    formulas = sum(isinstance(item, LiveFormula) for sheet in sheets for item in sheet.cells.values())
    read, computed, written, verified = (after - before for before, after in pairwise(times))
    head = (
        f"panel: {len(result.account.counties)} counties x {len(YEARS)} years x {INDICATORS} indicators, {len(sheets)} sheets, "
        f"{formulas} formulas, {cells} cells, {size / 1e6:.1f} MB"
    )
    told = (
        f"  read {read:.2f} s, computed {computed:.2f} s, written {written:.2f} s ({written / formulas * 1e6:.0f} µs per formula), "
        f"together {read + computed + written:.2f} s (goal 10)"
    )
    return [head, told, f"  verified {'same' if same else 'DIFFERENT'} in {verified:.2f} s"]
