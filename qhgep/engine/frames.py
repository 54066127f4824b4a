"""The values of a result as tables for pandas: one line a value, or one line a county with a column per indicator."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qhgep.account.account import Account
from qhgep.catalogue import Catalogue
from qhgep.engine.names import ALL, TOTALS
from qhgep.errors import Language
from qhgep.phrases import in_language, phrase

if TYPE_CHECKING:
    import pandas as pd

Names = Language | None
"""Which names stand beside the ids: Chinese ones, the ids in words, or none."""


def value_frame(
    account: Account, rows: Sequence[Mapping[str, Any]], attrs: Mapping[str, object], *, totals: bool, names: Names, wide: bool
) -> pd.DataFrame:  # fmt: skip
    """The rows of a result (`Result.rows`) as a table with `attrs`; see `Result.frame`."""
    import pandas as pd

    indicators = {line.counts: (line.id, line.category) for line in account.ruleset.indicators}
    kept = [row for row in rows if totals or row["county_code"] != ALL]
    records = [_record(row, indicators, account) for row in kept]
    frame = pd.DataFrame.from_records(records, columns=list(_record(rows[0], indicators, account)) if rows else None)
    frame["price_year"] = frame["price_year"].astype("Int64")
    if wide:
        counted = frame[(frame["indicator"] != "") | frame["quantity"].isin(list(TOTALS))]
        column = counted["indicator"].where(counted["indicator"] != "", counted["quantity"])
        frame = counted.assign(column=column).pivot_table(
            index=["county_code", "period"], columns="column", values="value", sort=False, dropna=False, aggfunc="first"
        )
        frame.columns.name = None
        frame = frame.reset_index()
        attrs = {**attrs, "unit": "、".join(sorted(set(counted["unit"])))}
    if names is not None:
        frame = _named(frame, account, names)
    frame.attrs.update(attrs)
    return frame


def _record(row: Mapping[str, Any], indicators: Mapping[str, tuple[str, str]], account: Account) -> dict[str, Any]:
    """One line: which indicator it is the value of, the price year of money, and what a partial value lacks as text."""
    counted = f"{row['quantity']}/{row['item']}" if row["item"] else row["quantity"]
    identifier, category = indicators.get(counted, ("", ""))
    in_money = row["quantity"] in TOTALS or "CNY" in row["unit"]
    partial = row["partial"] or {}
    share = partial.get("area_share")
    return {
        **{name: row[name] for name in ("county_code", "period", "quantity", "ecosystem", "item")},
        "indicator": identifier, "category": category,
        **{name: row[name] for name in ("value", "unit")},
        "price_year": account.price_year if in_money else None,
        **{name: row[name] for name in ("presence", "origin", "evidence", "method")},
        "missing": "、".join(partial.get("missing", ())),
        "area_share": math.nan if share is None else share,
    }  # fmt: skip


def _named(frame: pd.DataFrame, account: Account, names: Language) -> pd.DataFrame:
    """The table with the names of counties, and of quantities and ecosystems where it has them, beside their ids."""
    counties = {county.code: county.zh for county in account.counties} | {ALL: phrase("common.all_counties", names)}
    frame.insert(1, "county", [counties.get(code, code) for code in frame["county_code"]])
    if "quantity" in frame:
        known, lands = _quantities(account.ruleset.catalogue), account.coefficients.ecosystems

        def words(zh: str, name: str) -> str:
            return in_language(names, zh, name.replace("_", " "))

        frame.insert(4, "name", [words(known.get(each, each), each) for each in frame["quantity"]])
        texts = [words(lands[each].zh if each in lands else each, each) for each in frame["ecosystem"]]
        frame.insert(6, "ecosystem_name", texts)
    return frame


def _quantities(catalogue: Catalogue) -> Mapping[str, str]:
    return {name: quantity.zh for name, quantity in catalogue.vocabulary.items()} | dict(TOTALS)


IAMC = ("model", "scenario", "region", "variable", "unit", "year", "value")
"""The columns of the long format of IAMC, which pyam and others read."""


def iamc_frame(account: Account, rows: Iterable[Mapping[str, Any]], version: str) -> pd.DataFrame:
    """The values by county as the long format of IAMC; a variable is `quantity|ecosystem|item`, a period that is no year its name.

    What is of no period stands in each; what is of no county (a molar mass, a loss ratio of lakes) is no value of a region.
    """
    import pandas as pd

    years = {period.name: period.year or period.name for period in account.periods}
    records = [
        {
            "model": f"qhgep {version}", "scenario": account.title, "region": row["county_code"],
            "variable": "|".join(part for part in (row["quantity"], row["ecosystem"], row["item"]) if part),
            "unit": row["unit"], "year": year, "value": row["value"],
        }
        for row in rows
        if row["value"] is not None and row["county_code"] not in {"", ALL}
        for year in ([years[row["period"]]] if row["period"] else years.values())
    ]  # fmt: skip
    return pd.DataFrame.from_records(records, columns=list(IAMC))
