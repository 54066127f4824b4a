"""Published tables made at random, and a printing fault put into one. No factor is asked of qhgep."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random

Row = dict[str, str]
HEADER = (
    "row",
    "quantity",
    "quantity_unit",
    "price",
    "price_unit",
    "factor",
    "value",
    "value_unit",
    "total_of",
    "share",
    "share_of",
)
UNITS: dict[str, tuple[str, Fraction]] = {
    "t": ("mass", Fraction(1)),
    "1e4 t": ("mass", Fraction(10**4)),
    "1e8 t": ("mass", Fraction(10**8)),
    "kg": ("mass", Fraction(1, 1000)),
    "CNY/t": ("per mass", Fraction(1)),
    "元/t": ("per mass", Fraction(1)),
    "CNY/kg": ("per mass", Fraction(1000)),
    "m3": ("volume", Fraction(1)),
    "1e4 m3": ("volume", Fraction(10**4)),
    "亿m3": ("volume", Fraction(10**8)),
    "元/m3": ("per volume", Fraction(1)),
    "hm2": ("area", Fraction(1)),
    "km2": ("area", Fraction(100)),
    "1e4 hm2": ("area", Fraction(10**4)),
    "万亩": ("area", Fraction(10**4, 15)),
    "CNY/hm2": ("per area", Fraction(1)),
    "CNY/mu": ("per area", Fraction(15)),
    "CNY/m2": ("per area", Fraction(10**4)),
    "万元/km2": ("per area", Fraction(100)),
    "1e8 kWh": ("energy", Fraction(10**8)),
    "kWh": ("energy", Fraction(1)),
    "CNY/kWh": ("per energy", Fraction(1)),
    "CNY": ("", Fraction(1)),
    "1e4 CNY": ("", Fraction(10**4)),
    "1e8 CNY": ("", Fraction(10**8)),
    "万元": ("", Fraction(10**4)),
}
"""Spelling -> what it measures, and its size."""
PRICES = {
    "mass": (("CNY/t", ("875", "2800", "1200", "630", "380", "1160.70")), ("CNY/kg", ("1.52", "0.88"))),
    "volume": (("元/m3", ("7.06", "6.11", "0.92", "15.58", "2.6")),),
    "area": (("CNY/hm2", ("375", "112.5", "3406.5")), ("CNY/mu", ("15.00", "9.76")), ("CNY/m2", ("3.75",))),
    "energy": (("CNY/kWh", ("0.53", "0.48")),),
}
FACTORS: dict[str, Fraction] = {
    "0.24": Fraction("0.24"),
    "0.37 %": Fraction("0.0037"),
    "/ 0.93": 1 / Fraction("0.93"),
    "44/12": Fraction(44, 12),
    "0.8344": Fraction("0.8344"),
}
"""What a line may be multiplied by besides, as printed and as a number."""
PER = "per "
KINDS = ("digit", "point", "unit")


@dataclass(frozen=True, slots=True)
class Fault:
    """What was printed wrongly: the place, what should stand there, and its unit."""

    row: str
    column: str
    kind: str
    true: str
    true_unit: str


def rounded(number: Fraction, decimals: int) -> str:
    """A number printed with some decimals, half away from zero."""
    whole = (abs(number) * 10**decimals * 2 + 1) // 2
    digits = f"{whole:0{decimals + 1}d}"
    sign = "-" if number < 0 and whole else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits


def half(text: str) -> Fraction:
    """Half a unit of the last printed digit."""
    return Fraction(1, 2 * 10 ** len(text.partition(".")[2]))


def size(number: Fraction) -> int:
    """How many digits a number has before the point; zeros after it count below zero."""
    places = 0
    while abs(number) >= 10**places:
        places += 1
    while places > -12 and abs(number) * 10 ** (1 - places) < 1:
        places -= 1
    return places


def _decimals(number: Fraction, digits: int) -> int:
    """How many decimals print that many digits."""
    return max(0, digits - size(number))


def make_table(draw: Random) -> list[Row]:
    """A consistent table: priced lines in groups, subtotals, a grand total, and the share of each group.

    Totals are added from unrounded rows in one table, from the printed ones in another.
    """
    unit, from_printed = draw.choice(("1e8 CNY", "1e4 CNY", "万元")), draw.random() < 0.5
    rows: list[Row] = []
    groups: dict[str, Fraction] = {}
    for group in range(draw.randint(2, 4)):
        true = []
        for line in range(draw.randint(2, 5)):
            row, exact = _line(draw, f"g{group}-{line}", unit)
            rows.append(row)
            true.append(Fraction(row["value"]) if from_printed else exact)
        groups[f"T{group}"] = sum(true, Fraction(0))
        members = [row["row"] for row in rows if row["row"].startswith(f"g{group}-")]
        rows.append(_total(draw, f"T{group}", groups[f"T{group}"], unit, members))
        if from_printed:
            groups[f"T{group}"] = Fraction(rows[-1]["value"])
    whole = sum(groups.values(), Fraction(0))
    for row in rows:
        if row["row"] in groups:
            row |= {
                "share": rounded(100 * groups[row["row"]] / whole, draw.choice((1, 2))),
                "share_of": "GEP",
            }
    rows.append(_total(draw, "GEP", whole, unit, list(groups)))
    return rows


def _line(draw: Random, name: str, unit: str) -> tuple[Row, Fraction]:
    kind = draw.choice(sorted(PRICES))
    price_unit, prices = draw.choice(PRICES[kind])
    quantity_unit = draw.choice([text for text, (of, _) in UNITS.items() if of == kind and text != "kg"])
    price, factors = draw.choice(prices), draw.sample(sorted(FACTORS), draw.choice((0, 0, 0, 1, 2)))
    by = UNITS[quantity_unit][1] * UNITS[price_unit][1] * Fraction(price) * times(factors) / UNITS[unit][1]
    value = Fraction(draw.randrange(10**9, 10**10), 10**9) * Fraction(10) ** draw.randint(0, 3)
    quantity = value / by
    printed = rounded(quantity, _decimals(quantity, draw.randint(3, 6)))
    row = {
        "row": name,
        "quantity": printed,
        "quantity_unit": quantity_unit,
        "price": price,
        "price_unit": price_unit,
        "factor": "; ".join(factors),
    }
    return row | {"value": rounded(value, _decimals(value, draw.randint(4, 7))), "value_unit": unit}, value


def times(factors: Iterable[str]) -> Fraction:
    """The product of factors."""
    product = Fraction(1)
    for text in factors:
        product *= FACTORS[text]
    return product


def factors_of(row: Row) -> list[str]:
    """The factors of a line as printed."""
    return [text for text in row.get("factor", "").split("; ") if text]


def _total(draw: Random, name: str, value: Fraction, unit: str, members: Sequence[str]) -> Row:
    text = rounded(value, _decimals(value, draw.randint(6, 8)))
    return {"row": name, "value": text, "value_unit": unit, "total_of": " ".join(members)}


def inject(draw: Random, rows: list[Row], kind: str) -> Fault:
    """Put one fault into a table, of a kind: a digit changed, the point moved, another unit."""
    while True:
        row = draw.choice(rows)
        column = draw.choice([name for name in ("quantity", "price", "value") if row.get(name)])
        text, unit = row[column], row[f"{column}_unit"]
        if kind == "unit":
            row[f"{column}_unit"] = draw.choice([other for other in UNITS if other != unit and _swaps(unit, other)])
        elif kind == "point":
            row[column] = _moved(text, draw.choice((-4, -3, -2, -1, 1, 2, 3, 4)))
        else:
            row[column] = _changed(draw, text)
        if violated(rows):
            return Fault(row["row"], column, kind, text, unit)
        row[column], row[f"{column}_unit"] = text, unit


def _swaps(unit: str, other: str) -> bool:
    """Whether one unit may be taken for another: the same in another size, or a price of another thing."""
    (of, large), (of_other, large_other) = UNITS[unit], UNITS[other]
    return (of, large) != (of_other, large_other) and (of == of_other or (PER in of and PER in of_other))


def _moved(text: str, places: int) -> str:
    """The same digits with the point moved."""
    return rounded(Fraction(text) * Fraction(10) ** places, max(0, len(text.partition(".")[2]) - places))


def _changed(draw: Random, text: str) -> str:
    """One digit changed; a whole number keeps its first digit from becoming zero."""
    while True:
        place = draw.choice([place for place, sign in enumerate(text) if sign.isdigit()])
        digit = draw.choice([digit for digit in "0123456789" if digit != text[place]])
        changed = text[:place] + digit + text[place + 1 :]
        if changed[0] != "0" or changed.startswith("0."):
            return changed


def violated(rows: Sequence[Row]) -> list[str]:
    """The rows whose line or total no rounding explains, by the plain formula |p|·dq + dv, prices exact."""
    by_name, found = {row["row"]: row for row in rows}, []
    for row in rows:
        members = [by_name[name] for name in row.get("total_of", "").split()]
        of, yuan = UNITS[row["value_unit"]]
        value, room = Fraction(row["value"]) * yuan, half(row["value"]) * yuan
        if members:
            computed = sum((_in_yuan(one, Fraction(one["value"])) for one in members), Fraction(0))
            allowed = sum((_in_yuan(one, half(one["value"])) for one in members), Fraction(0))
        else:
            (what, many), (per, price) = UNITS[row["quantity_unit"]], UNITS[row["price_unit"]]
            rate = Fraction(row["price"]) * price * many * times(factors_of(row))
            computed, allowed = Fraction(row["quantity"]) * rate, half(row["quantity"]) * abs(rate)
            if per != PER + what:
                found.append(row["row"])
                continue
        if of or abs(computed - value) > allowed + room:
            found.append(row["row"])
    return found


def _in_yuan(row: Row, number: Fraction) -> Fraction:
    return number * UNITS[row["value_unit"]][1]


def write(rows: Sequence[Row], path: Path) -> Path:
    """The table as a csv file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path
