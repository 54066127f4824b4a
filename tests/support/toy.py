"""A toy catalogue and toy accounts: every shape that a workbook must lay out, in a handful of rows made by hand.

Two services. 样例净化 works by ecosystem and pollutant and is totalled over either; its indicator is by county
only. 样例固碳 has a factor that is no power of ten, a condition, a root and a power; its indicator has a matrix.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from qhgep.account.account import Account
from qhgep.account.read import read_account
from qhgep.catalogue import Catalogue, Clause, catalogue_of, shipped
from qhgep.catalogue.formulas import formula, indicator, total_of
from qhgep.coefficient_store.rows import COLUMNS as COEFFICIENT_COLUMNS
from qhgep.engine import compute
from qhgep.engine.result import Result
from qhgep.expr import Expr, Quantity, Total, call, less, where
from qhgep.inputs.table import COLUMNS
from qhgep.quantities import ItemList, area, coefficient, county_area, quantity

YEAR = "2020"
A, B, C, D = "632222", "632323", "632621", "632701"
COD, NH3N = "cod", "nh3n"
GRASS, FOREST, MARSH, BARE = "grassland", "forest", "wetland.marsh", "bare_land"
_COUNTY, _BY_ECOSYSTEM, _BY_ITEM = "county year", "county year ecosystem", "county year toy_pollutant"

items = ItemList("toy_pollutant", "污染物", {COD: "化学需氧量", NH3N: "氨氮"})
capacity = coefficient(
    "toy_capacity",
    "kg/ha/year",
    axes=f"{_BY_ECOSYSTEM} toy_pollutant",
    zh="样例净化能力",
    tex="k",
    fallback="allowed",
)
cost = coefficient("toy_cost", "CNY/t", axes=_BY_ITEM, zh="样例治理成本", tex="p_{k}", fallback="allowed")
load = quantity("toy_load", "t/year", axes=_BY_ITEM, zh="样例排放量", tex="L")
removed = quantity("toy_removed", "t/year", axes=f"{_BY_ECOSYSTEM} toy_pollutant", zh="样例净化量", tex="R")
by_pollutant = quantity("toy_by_pollutant", "t/year", axes=_BY_ITEM, zh="样例净化量（分污染物）", tex="R_{p}")
by_ecosystem = quantity("toy_by_ecosystem", "t/year", axes=_BY_ECOSYSTEM, zh="样例净化量（分生态系统）", tex="R_{e}")
density = quantity("toy_density", "g/m**2/year", axes=_BY_ECOSYSTEM, zh="样例净化强度", tex="r")
useful = quantity("toy_useful", "t/year", axes=_BY_ITEM, zh="样例有效净化量", tex="U")
useful_total = total_of(useful, "toy_pollutant")
everywhere = quantity(
    "toy_everywhere", "t/year", axes="year toy_pollutant", zh="样例有效净化量（各县之和）", tex="U_{*}"
)
cleaning_value = quantity("toy_cleaning_value", "CNY/year", axes=_BY_ITEM, zh="样例净化价值", tex="V_{u}")
cleaning_value_total = total_of(cleaning_value, "toy_pollutant")

growth = quantity("toy_growth", "g*carbon/m**2/year", axes=_BY_ECOSYSTEM, zh="样例净生长", tex="G")
wetness = quantity("toy_wetness", "1", axes=_COUNTY, zh="样例湿润度", tex="w")
carbon_price = coefficient(
    "toy_carbon_price", "CNY/(t*CO2)", axes=_COUNTY, zh="样例碳价", tex="p_{c}", fallback="allowed"
)
season = quantity("toy_season", "1", axes=_COUNTY, zh="样例季节系数", tex="s")
fixed = quantity("toy_fixed", "t*CO2/year", axes=_BY_ECOSYSTEM, zh="样例固碳量", tex="F")
fixed_total = total_of(fixed)
fixed_value = quantity("toy_fixed_value", "CNY/year", axes=_BY_ECOSYSTEM, zh="样例固碳价值", tex="V_{f}")
fixed_value_total = total_of(fixed_value)


def _module(name: str, doc: str, *parts: object) -> ModuleType:
    module = ModuleType(name, doc)
    vars(module)["SERVICE"] = doc.partition(":")[0]
    for number, part in enumerate(parts):
        setattr(module, f"part{number}", part)
    return module


def _formula(of: Quantity, equals: Expr, *covers: Quantity) -> object:
    return formula(of, method="toy", equals=equals, source=Clause("toy-book", at="式"), covers=covers)


@cache
def catalogue() -> Catalogue:
    """The toy services beside the shipped catalogue: the shipped coefficient rows must still have a quantity."""
    cleaning = _module(
        "toy_cleaning", "样例净化: a service by pollutant", items, capacity, cost, load, removed,
        by_pollutant, by_ecosystem, density, useful, useful_total, everywhere, cleaning_value, cleaning_value_total,
        _formula(removed, area * capacity, capacity),
        _formula(by_pollutant, Total("ecosystem", removed)),
        _formula(by_ecosystem, Total("toy_pollutant", removed)),
        _formula(density, by_ecosystem / area),
        _formula(useful, call("max", 0, call("min", by_pollutant, load))),
        _formula(useful_total, Total("toy_pollutant", useful)),
        _formula(everywhere, Total("county", useful)),
        _formula(cleaning_value, useful * cost),
        _formula(cleaning_value_total, Total("toy_pollutant", cleaning_value)),
        indicator("toy_cleaning", zh="样例净化", quantity=useful_total, value=cleaning_value_total),
    )  # fmt: skip
    carbon = _module(
        "toy_carbon", "样例固碳: a service by ecosystem", growth, wetness, carbon_price, season, fixed, fixed_total,
        fixed_value, fixed_value_total,
        _formula(season, where(less(1, wetness), call("sqrt", wetness), wetness**2)),
        _formula(fixed, area * growth * season, growth),
        _formula(fixed_total, Total("ecosystem", fixed)),
        _formula(fixed_value, fixed * carbon_price),
        _formula(fixed_value_total, Total("ecosystem", fixed_value)),
        indicator("toy_carbon", zh="样例固碳", quantity=fixed_total, value=fixed_value_total),
    )  # fmt: skip
    own = catalogue_of([cleaning, carbon])
    base = shipped()
    return Catalogue(
        {**base.vocabulary, **own.vocabulary},
        {**base.lists, **own.lists},
        {**base.formulas, **own.formulas},
        {**base.indicators, **own.indicators},
        {**base.services, **own.services},
    )


RULES = """schema = 1
zh = "样例规则"
complete = "toy-book, §1"
documents = ["toy-book"]
show = ["county_area", "toy_density", "inflow_from_outside"]
[bind]
toy_removed = "toy"
toy_by_pollutant = "toy"
toy_by_ecosystem = "toy"
toy_density = "toy"
toy_useful = "toy"
toy_useful_total = "toy"
toy_cleaning_value = "toy"
toy_cleaning_value_total = "toy"
toy_season = "toy"
toy_fixed = "toy"
toy_fixed_total = "toy"
toy_fixed_value = "toy"
toy_fixed_value_total = "toy"
[[indicator]]
id = "toy_cleaning"
category = "regulating"
quantity = "toy_useful_total"
value = "toy_cleaning_value_total"
[[indicator]]
id = "toy_carbon"
category = "regulating"
quantity = "toy_fixed_total"
value = "toy_fixed_value_total"
matrix = "toy_fixed_value"
[exclude]
coastal_protection = "内陆，不适用"
"""
NOT_COVERED = """[[not_covered]]
id = "toy_crops"
zh = "样例农产品"
category = "provisioning"
reason = "缺产量"
"""
PLAIN_RULES = """schema = 1
zh = "没有生态系统的样例规则"
complete = "toy-book, §1"
documents = ["toy-book"]
show = ["toy_everywhere"]
[bind]
toy_useful = "toy"
toy_useful_total = "toy"
toy_everywhere = "toy"
toy_cleaning_value = "toy"
toy_cleaning_value_total = "toy"
[[indicator]]
id = "toy_cleaning"
category = "regulating"
quantity = "toy_useful_total"
value = "toy_cleaning_value_total"
"""
"""Rules without any ecosystem: the net removal by pollutant is an input."""
ACCOUNT = """schema = 1
title = "样例账户"
period = 2020
ruleset = "toy"
price_year = 2020
counties = [{counties}]
inputs = ["inputs.csv"]
date = 2026-11-22
"""
NOT_APPLICABLE = """[[not_applicable]]
quantity = "{quantity}"
reason = "样例"
decided_by = "样例"
"""
SOURCES = """[toy-book]
title = "样例手册"
kind = "dataset"
address = "example.org"
checked = 2026-11-22
"""


@dataclass(frozen=True)
class Line:
    """A line of the input table of the year."""

    county: str
    quantity: str
    value: str = ""
    unit: str = ""
    ecosystem: str = ""
    item: str = ""
    presence: str = "value"
    note: str = ""
    year: str = YEAR

    @property
    def cells(self) -> tuple[str, ...]:
        """The line in the columns of a long input table."""
        words = ("stated", "published") if self.presence in {"value", "zero"} else ("", "")
        place = (self.county, self.year, self.year, self.ecosystem, self.item, self.quantity)
        note = self.note or ("" if self.presence == "value" else "样例")
        return (*place, self.value, self.unit, self.presence, *words, "toy-book", note)


def _coefficients() -> Iterable[tuple[str, ...]]:
    values = {
        ("toy_capacity", GRASS, COD): "1.7", ("toy_capacity", GRASS, NH3N): "0.31", ("toy_capacity", FOREST, COD): "12.5",
        ("toy_capacity", FOREST, NH3N): "0", ("toy_capacity", MARSH, COD): "110.3", ("toy_capacity", MARSH, NH3N): "7.7",
        ("toy_cost", "", COD): "1400", ("toy_cost", "", NH3N): "1750.5", ("toy_carbon_price", "", ""): "57.3",
    }  # fmt: skip
    units = {"toy_capacity": "kg/hm2/a", "toy_cost": "CNY/t", "toy_carbon_price": "CNY/tCO2"}
    for number, ((key, ecosystem, item), value) in enumerate(values.items(), start=1):
        price_year = "" if key == "toy_capacity" else YEAR
        dates = (f"{YEAR}-01-01", f"{YEAR}-12-31", "")
        printed = (price_year, value, "", "", units[key])
        yield (
            f"TOY-{number:02d}", key, "", ecosystem, item, *dates, *printed, "toy-book", f"表 {number}", "stated", "published", "", "",
        )  # fmt: skip


def _csv(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def write_account(
    folder: Path,
    lines: Iterable[Line],
    *,
    rules: str = RULES + NOT_COVERED,
    account: str = ACCOUNT,
    counties: Iterable[str] = (A, B, C, D),
    decided: bool = True,
) -> Path:
    """The folder of an account with its pack of coefficients, and the path of its account.toml.

    What the lines say does not apply is `decided` there, as an account must say that wants it out of what is expected.
    """
    lines = list(lines)
    (folder / "pack").mkdir(parents=True, exist_ok=True)
    rows = _csv([COEFFICIENT_COLUMNS, *_coefficients()])
    (folder / "pack" / "toy.csv").write_text(rows, encoding="utf-8", newline="")
    (folder / "pack" / "sources.toml").write_text(SOURCES, encoding="utf-8")
    (folder / "toy.toml").write_text(rules, encoding="utf-8")
    table = _csv([COLUMNS, *(line.cells for line in lines)])
    (folder / "inputs.csv").write_text(table, encoding="utf-8", newline="")
    path = folder / "account.toml"
    named = ", ".join(f'"{code}"' for code in counties)
    left_out = {line.quantity for line in lines if line.presence == "not_applicable"} - {area.name} if decided else ()
    decisions = "".join(NOT_APPLICABLE.format(quantity=name) for name in sorted(left_out))
    path.write_text(account.replace("{counties}", named) + decisions, encoding="utf-8")
    return path


def read(path: Path) -> Account:
    """A toy account with its pack and catalogue."""
    return read_account(path, coefficients=[path.parent / "pack"], catalogue=catalogue())


def result(folder: Path, lines: Iterable[Line], **options: str | Iterable[str]) -> Result:
    """The result of some lines; `options` as for `write_account`."""
    return compute(read(write_account(folder, lines, **options)))  # type: ignore[arg-type] # named there


def areas(given: Mapping[tuple[str, str], str]) -> list[Line]:
    """Lines of area in km²: by (county, ecosystem), a number or the word of another presence."""
    lines = []
    for (county, ecosystem), value in given.items():
        if value in {"missing", "zero", "not_applicable"}:
            lines.append(Line(county, area.name, ecosystem=ecosystem, presence=value))
        else:
            lines.append(Line(county, area.name, value, "km2", ecosystem))
    return lines


def ragged() -> list[Line]:
    """Four counties, each with another gap.

    A is whole, in three units of area, with a load of zero. B lacks the area of its forest, has a marsh of zero
    and no ammonia load at all. C has no area whatever: its carbon value and one useful removal are stated. D has a
    growth that is missing, a load that does not apply, and stated values for one removal, its season and its sum
    of carbon, for which there are formulas too.
    """
    return [
        *areas({(A, GRASS): "1234.5", (A, BARE): "80.25", (B, GRASS): "800", (B, FOREST): "missing", (B, MARSH): "zero",
                (D, GRASS): "15.75", (D, FOREST): "2.125", (D, MARSH): "0.5", (D, BARE): "not_applicable"}),
        Line(A, "area", "30.3", "万亩", FOREST),
        Line(A, county_area.name, "1520", "km2"), Line(B, county_area.name, "900", "km2"),
        Line(D, county_area.name, "18.4", "km2"), Line(C, county_area.name, "7000", "km2"),
        Line(A, "toy_load", "31.7", "t/a", item=COD), Line(A, "toy_load", item=NH3N, presence="zero"),
        Line(B, "toy_load", "99999", "t/a", item=COD), Line(B, "toy_load", item=NH3N, presence="missing"),
        Line(C, "toy_load", "1.5", "t/a", item=COD),
        Line(D, "toy_load", "3.3", "t/a", item=COD), Line(D, "toy_load", item=NH3N, presence="not_applicable"),
        Line(C, "toy_useful", "1.25", "t/a", item=COD), Line(C, "toy_fixed_value_total", "123456.789", "CNY/year"),
        Line(A, "toy_growth", "33.3", "g/m2/year (carbon)", GRASS), Line(A, "toy_growth", "120.7", "g/m2/year (carbon)", FOREST),
        Line(B, "toy_growth", "-12.5", "g/m2/year (carbon)", GRASS), Line(B, "toy_growth", "5", "g/m2/year (carbon)", MARSH),
        Line(D, "toy_growth", ecosystem=GRASS, presence="missing"), Line(D, "toy_growth", "140", "g/m2/year (carbon)", FOREST),
        Line(D, "toy_growth", "77", "g/m2/year (carbon)", MARSH),
        Line(A, "toy_wetness", "1.3", "1"), Line(B, "toy_wetness", "0.7", "1"), Line(C, "toy_wetness", "1", "1"),
        Line(D, "toy_wetness", "2", "1"),
        Line(D, "toy_removed", "4.75", "t/a", GRASS, COD), Line(D, "toy_season", "0.9", "1"),
        Line(D, "toy_fixed_total", "4321.5", "t CO2/a"),
        Line(A, "inflow_from_outside", "0.5", "10^4 CNY/year"), Line(B, "inflow_from_outside", presence="zero"),
    ]  # fmt: skip


def whole() -> list[Line]:
    """Two counties without any gap: with rules that leave no service out, their total is a GEP."""
    lines = areas({(A, GRASS): "1234.5", (A, FOREST): "200.125", (B, GRASS): "800", (B, FOREST): "0.5"})
    for county, total in ((A, "1434.625"), (B, "800.5")):
        lines += [Line(county, county_area.name, total, "km2"), Line(county, "toy_wetness", "1.1", "1")]
        lines += [Line(county, "toy_load", "50", "t/a", item=COD), Line(county, "toy_load", "2.5", "t/a", item=NH3N)]
        lines += [Line(county, "toy_growth", "40.5", "g/m2/year (carbon)", kind) for kind in (GRASS, FOREST)]
        lines += [Line(county, "inflow_from_outside", "0.25", "10^4 CNY/year")]
    return lines


def plain() -> list[Line]:
    """Two counties for PLAIN_RULES, with a gap."""
    return [
        Line(A, "toy_load", "50", "t/a", item=COD), Line(A, "toy_load", "2.5", "t/a", item=NH3N),
        Line(B, "toy_load", "70", "t/a", item=COD), Line(B, "toy_load", item=NH3N, presence="not_applicable"),
        Line(A, "toy_by_pollutant", "45", "t/a", item=COD), Line(A, "toy_by_pollutant", "3", "t/a", item=NH3N),
        Line(B, "toy_by_pollutant", item=COD, presence="missing"), Line(B, "toy_by_pollutant", "1", "t/a", item=NH3N),
    ]  # fmt: skip
