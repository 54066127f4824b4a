"""Accounts with printed figures, made by hand and at random; and a small service whose arithmetic can be followed."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

from qhgep.auditing.account import AccountAudit, audit_account
from qhgep.auditing.printed_table import Prices
from qhgep.auditing.published import COLUMNS
from qhgep.catalogue import Catalogue, catalogue_of, shipped
from qhgep.catalogue.formulas import indicator
from qhgep.quantities import bounds, coefficient, quantity
from tests.support import accounts, toy
from tests.support.accounts import Coefficient, Line

FILE = "printed.csv"
COUNTY = "632621"
_AXES = "county year"

soil_kept = quantity(
    "soil_kept", "t/year", axes=_AXES, zh="样例土壤保持量", tex="S", limits=bounds("0", "1e11", "样例上限")
)
nitrogen_share = coefficient("soil_nitrogen", "1", axes=_AXES, zh="样例含氮量", tex="c_{N}", fallback="allowed")
nitrogen_price = coefficient("soil_nitrogen_price", "CNY/t", axes=_AXES, zh="样例氮价", tex="p_{N}", fallback="allowed")
nitrogen_value = quantity("soil_nitrogen_value", "CNY/year", axes=_AXES, zh="样例保氮价值", tex="V_{N}")
per_person = quantity("soil_per_person", "t/year", axes=_AXES, zh="样例每单位保持量", tex="s")
ratio = quantity("soil_ratio", "1", axes=_AXES, zh="样例比值", tex="r")
heads = quantity("soil_heads", "1", axes=_AXES, zh="样例单位数", tex="n")

SOIL_RULES = """schema = 1
zh = "样例土壤规则"
complete = "paper, §1"
documents = ["paper"]
show = ["soil_per_person"]
[bind]
soil_nitrogen_value = "toy"
soil_per_person = "toy"
[[indicator]]
id = "toy_soil"
category = "regulating"
quantity = "soil_kept"
value = "soil_nitrogen_value"
"""
SOIL_LINES = (Line("soil_kept", "38.86", "1e8 t/yr"), Line("soil_heads", "6", "1"))
SOIL_COEFFICIENTS = (
    Coefficient("N-1", "soil_nitrogen", value="0.37", unit="%"),
    Coefficient("N-2", "soil_nitrogen_price", value="875", unit="CNY/t", price_year="2019"),
)


@cache
def soil() -> Catalogue:
    """Nitrogen kept with soil: mass x share x price; and the mass per head but two."""
    module = toy._module(  # noqa: SLF001 - a helper of the tests
        "toy_soil", "样例土壤", soil_kept, nitrogen_share, nitrogen_price, nitrogen_value, per_person, ratio, heads,
        toy._formula(nitrogen_value, soil_kept * nitrogen_share * nitrogen_price),  # noqa: SLF001
        toy._formula(per_person, soil_kept / (heads - 2)),  # noqa: SLF001
        indicator("toy_soil", zh="样例土壤保持", quantity=soil_kept, value=nitrogen_value),
    )  # fmt: skip
    own, base = catalogue_of([module]), shipped()
    return Catalogue(
        {**base.vocabulary, **own.vocabulary},
        {**base.lists, **own.lists},
        {**base.formulas, **own.formulas},
        {**base.indicators, **own.indicators},
        {**base.services, **own.services},
    )


@dataclass(frozen=True)
class Printed:
    """A line of a file of printed figures."""

    row: str
    quantity: str = ""
    county_code: str = ""
    period: str = ""
    ecosystem: str = ""
    item: str = ""
    value: str = ""
    unit: str = ""
    total_of: str = ""
    share: str = ""
    share_of: str = ""
    source: str = "toy-book"
    at: str = "表 3"
    note: str = ""


def write_printed(folder: Path, lines: Iterable[Printed | Sequence[str]], *, name: str = FILE) -> Path:
    """A file of printed figures."""
    out = io.StringIO(newline="")
    rows = [COLUMNS, *(astuple(line) if isinstance(line, Printed) else line for line in lines)]
    csv.writer(out, lineterminator="\n").writerows(rows)
    path = folder / name
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


def soil_account(
    folder: Path, lines: Iterable[Printed | Sequence[str]], *, inputs: Sequence[Line] = SOIL_LINES
) -> Path:
    """The folder of the soil account with its printed figures."""
    changes = {"published": f'["{FILE}"]'}
    path = accounts.write_account(folder, inputs, changes=changes, rules=SOIL_RULES)
    accounts.pack(folder / "pack", SOIL_COEFFICIENTS)
    write_printed(folder, lines)
    return path


def audit_soil(
    folder: Path,
    *lines: Printed | Sequence[str],
    inputs: Sequence[Line] = SOIL_LINES,
    prices: Prices = "exact",
) -> AccountAudit:
    """The soil account, audited."""
    path = soil_account(folder, lines, inputs=inputs)
    return audit_account(path, prices=prices, coefficients=[folder / "pack"], catalogue=soil())


def toy_account(folder: Path, lines: Iterable[Printed], *, name: str = "ragged") -> Path:
    """A toy account (`ragged` or `whole`) with printed figures."""
    account = toy.ACCOUNT + f'published = ["{FILE}"]\n'
    if name == "whole":
        path = toy.write_account(folder, toy.whole(), rules=toy.RULES, account=account, counties=(toy.A, toy.B))
    else:
        path = toy.write_account(folder, toy.ragged(), account=account)
    write_printed(folder, lines)
    return path


def audit_toy(path: Path, *, prices: Prices = "exact") -> AccountAudit:
    """A toy account, audited."""
    return audit_account(path, prices=prices, coefficients=[path.parent / "pack"], catalogue=toy.catalogue())
