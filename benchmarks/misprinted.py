"""Published tables with habits of printing (padded digits, derived prices), and with slips in computing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from benchmarks.published import FACTORS, UNITS, Fault, Row, factors_of, rounded, size, times, violated

HABITS = ("padded values", "padded quantities", "derived prices", "derived and padded")
MISSTEPS = ("omitted factor", "twice factor", "inverted factor", "omitted", "foreign", "twice", "denominator")
"""A factor left out, applied twice, inverted; a member left out of a total, foreign to it, counted twice; another whole."""
_BOOKS = (
    ("t", "元/t"),
    ("1e4 t", "CNY/t"),
    ("m3", "元/m3"),
    ("1e4 m3", "元/m3"),
    ("hm2", "CNY/hm2"),
    ("km2", "CNY/hm2"),
)
_STIPULATED = ("375", "1160.7", "7.06", "0.53", "2800", "15.58")


def habitual_table(draw: Random, habit: str) -> list[Row]:
    """A consistent table whose digits tell more than is known: one service in several regions, and their total.

    Quantities and values are multiplied unrounded. Padded figures are rounded and then printed with zeros; a derived
    price is value over quantity, rounded, and printed with zeros where it is padded too.
    """
    quantity_unit, price_unit = draw.choice(_BOOKS)
    unit = draw.choice(("1e4 CNY", "万元", "CNY"))
    by = UNITS[quantity_unit][1] * UNITS[price_unit][1] / UNITS[unit][1]
    price = Fraction(draw.choice(_STIPULATED))
    rows, own = draw.randint(6, 15), [price]
    if habit.startswith("derived"):
        own = [price * Fraction(draw.randrange(5000, 20000), 10000) for _ in range(rows)]
    quantities = [Fraction(draw.randrange(10**7, 10**9), 10**5) for _ in range(rows)]
    prices = own * rows if len(own) == 1 else own
    values = [quantity * one * by for quantity, one in zip(quantities, prices, strict=True)]
    shown = {
        "quantity": _column(draw, quantities, 3 if "quantities" in habit else 5, padded="quantities" in habit),
        "price": _column(draw, prices, draw.randint(2, 3), padded="and padded" in habit),
        "value": _column(draw, values, 3 if "values" in habit else 5, padded="values" in habit),
    }
    if len(own) == 1:
        shown["price"] = [f"{float(price):g}"] * rows
    units = {"quantity_unit": quantity_unit, "price_unit": price_unit, "value_unit": unit}
    table = [
        {"row": f"r{place}", **{name: texts[place] for name, texts in shown.items()}, **units} for place in range(rows)
    ]
    decimals = len(shown["value"][0].partition(".")[2])
    whole = (
        sum((Fraction(text) for text in shown["value"]), Fraction(0))
        if draw.random() < 0.5
        else sum(values, Fraction(0))
    )
    total = {"row": "T", "value": rounded(whole, decimals), "value_unit": unit}
    return [*table, total | {"total_of": " ".join(row["row"] for row in table)}]


def _column(draw: Random, numbers: Sequence[Fraction], digits: int, *, padded: bool) -> list[str]:
    """Numbers with one number of decimals, the smallest with so many digits; padded: and with one or two zeros more."""
    known = digits - min(map(size, numbers))
    shown = max(0, known)
    if not padded:
        return [rounded(number, shown) for number in numbers]
    zeros = draw.randint(1, 2)
    return [_padded(number, known, max(0, known) + (zeros if known >= 0 else 0)) for number in numbers]


def _padded(number: Fraction, known: int, shown: int) -> str:
    """A number rounded to `known` decimals (hundreds for -2) and printed with `shown`."""
    ten = Fraction(10) ** known
    return rounded(Fraction(int(number * ten + Fraction(1, 2))) / ten, shown)


def misstep(draw: Random, rows: list[Row], kind: str) -> Fault:
    """Put a slip in computing into a table: one figure follows it, and all that is computed from that figure."""
    before = [dict(row) for row in rows]
    while True:
        fault = _SLIPS[kind](draw, rows, kind) if kind in _SLIPS else _factor(draw, rows, kind.partition(" ")[0])
        if fault is not None and (violated(rows) or kind == "denominator"):
            return fault
        for row, old in zip(rows, before, strict=True):
            row.clear()
            row.update(old)


def _factor(draw: Random, rows: list[Row], slip: str) -> Fault:
    row = draw.choice([row for row in rows if factors_of(row)])
    text = draw.choice(factors_of(row))
    by = {"omitted": 1 / FACTORS[text], "twice": FACTORS[text], "inverted": FACTORS[text] ** -2}[slip]
    whole = (
        UNITS[row["quantity_unit"]][1]
        * UNITS[row["price_unit"]][1]
        * times(factors_of(row))
        / UNITS[row["value_unit"]][1]
    )
    row["value"] = _alike(Fraction(row["quantity"]) * Fraction(row["price"]) * whole * by, row["value"])
    _recomputed(rows, but="")
    return Fault(row["row"], "factor", slip, text, "")


def _member(draw: Random, rows: list[Row], slip: str) -> Fault | None:
    row = draw.choice([row for row in rows if row.get("total_of")])
    members = row["total_of"].split()
    others = [one["row"] for one in rows if one["row"] not in {*members, row["row"], "GEP"} and row["row"] != "GEP"]
    if slip == "foreign" and not others:
        return None
    named = draw.choice(others if slip == "foreign" else members)
    _recomputed(rows, but="")
    values = {one["row"]: Fraction(one["value"]) for one in rows}
    done = [one for one in members if one != named] if slip == "omitted" else [*members, named]
    row["value"] = rounded(sum((values[one] for one in done), Fraction(0)), len(row["value"].partition(".")[2]))
    _recomputed(rows, but=row["row"])
    return Fault(row["row"], "total_of", slip, named, "")


def _denominator(draw: Random, rows: list[Row], slip: str) -> Fault:
    """All shares are of one subtotal, or of the whole without one."""
    totals = {row["row"]: Fraction(row["value"]) for row in rows if row.get("total_of")}
    name = draw.choice([one for one in totals if one != "GEP"])
    of, whole = (name, totals[name]) if draw.random() < 0.5 else ("", totals["GEP"] - totals[name])
    for row in rows:
        if row.get("share"):
            row["share"] = rounded(100 * Fraction(row["value"]) / whole, len(row["share"].partition(".")[2]))
    return Fault("", "share_of", slip, of, "")


_SLIPS = {"omitted": _member, "foreign": _member, "twice": _member, "denominator": _denominator}


def _alike(number: Fraction, text: str) -> str:
    """A number with as many digits as another text has, as far as there are decimals."""
    return rounded(number, max(0, len(text.replace(".", "").lstrip("0")) - size(number)))


def _recomputed(rows: list[Row], *, but: str) -> None:
    """Totals and shares from the printed values, all but one, so that nothing else disagrees."""
    values = {row["row"]: Fraction(row["value"]) for row in rows}
    for row in rows:
        if row.get("total_of") and row["row"] != but:
            whole = sum((values[name] for name in row["total_of"].split()), Fraction(0))
            row["value"] = rounded(whole, len(row["value"].partition(".")[2]))
            values[row["row"]] = Fraction(row["value"])
    for row in rows:
        if row.get("share"):
            share = 100 * values[row["row"]] / values[row["share_of"]]
            row["share"] = rounded(share, len(row["share"].partition(".")[2]))
