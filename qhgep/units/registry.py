"""The one closed registry of units and its exact factors. The only module that knows pint.

A `Unit` is a product of registry names with rational powers. It is a plain value (hashable, picklable); factors
between units are Fractions: ha·mm -> m³ is exactly 10, t of carbon -> t of CO₂ exactly 11/3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qhgep.errors import UnitError, problem

if TYPE_CHECKING:
    import pint

    PintQuantity = pint.Quantity[Any]

_AREA, _VOLUME, _ENERGY = 2, 3, (Fraction(2), Fraction(-2))
"""Powers of metres; those of metres and seconds."""
_TOTALS = frozenset({"kg", "CNY", "person", "head", "household", "visit", "pollution_equivalent"})
"""What there is more of in a larger place. A substance without its mass is a share: carbon in a kilogram of soil."""
_HERE = Path(__file__).parent
_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_POWER = rf"(?:1|{_NAME.pattern})(?:\*\*(?:-?[0-9]{{1,2}}|\(-?[0-9]{{1,2}}\)))?"
_PRODUCT = rf"{_POWER}(?:\s*[*/]\s*{_POWER})*"
_CANONICAL = re.compile(rf"(?:{_POWER}|\({_PRODUCT}\))(?:\s*[*/]\s*(?:{_POWER}|\({_PRODUCT}\)))*")
_PRINTED = {
    "ha": "hm²", "fen": "分", "mu": "亩", "CNY": "元", "year": "a", "day": "d", "carbon": "C", "CO2": "CO₂", "oxygen": "O₂",
    "dry_matter": "干物质", "organic_matter": "有机质", "nitrogen": "N", "phosphorus": "P", "NH3N": "NH₃-N",
    "SO2": "SO₂", "NOx": "NOₓ", "dust": "粉尘", "person": "人", "head": "头", "household": "户", "visit": "人次",
    "pollution_equivalent": "污染当量", "degC": "℃", "percent": "%", "deg": "°",
}  # fmt: skip
_SUPERSCRIPT = str.maketrans("-0123456789/", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹ᐟ")


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of registry names with rational powers, sorted by name; the empty product is a pure number."""

    items: tuple[tuple[str, Fraction], ...] = ()

    def __hash__(self) -> int:
        """By the names alone, whose hashes are kept: a table asks it of every row, and a hash of a Fraction is slow."""
        return hash(tuple(name for name, _ in self.items))

    def __mul__(self, other: Unit) -> Unit:
        """The product unit; powers that cancel disappear."""
        powers = dict(self.items)
        for name, power in other.items:
            powers[name] = powers.get(name, Fraction(0)) + power
        return Unit(tuple(sorted((name, power) for name, power in powers.items() if power)))

    def __truediv__(self, other: Unit) -> Unit:
        """The quotient unit."""
        return self * other**-1

    def __pow__(self, power: int | Fraction) -> Unit:
        """The unit raised to a rational power."""
        return Unit(tuple((name, p * power) for name, p in self.items if p * power))

    def __str__(self) -> str:
        """The canonical text, which `unit` reads back: `m**3/year`, `CNY/CO2/t`, `1`."""
        over = [_text(name, power) for name, power in self.items if power > 0]
        under = [_text(name, -power) for name, power in self.items if power < 0]
        return "/".join(["*".join(over) or "1", *under])

    @property
    def printed(self) -> str:
        """As a person writes it: `m³/a`, `元/(t CO₂)`, `—` for a pure number."""
        over = _printed_product([(name, power) for name, power in self.items if power > 0])
        under = _printed_product([(name, -power) for name, power in self.items if power < 0])
        if not under:
            return over or "—"
        brackets = sum(power < 0 for _, power in self.items) > 1
        return f"{over or '1'}/({under})" if brackets else f"{over or '1'}/{under}"


def _text(name: str, power: Fraction) -> str:
    return name if power == 1 else f"{name}**{power}" if power.denominator == 1 else f"{name}**({power})"


def _printed_product(items: list[tuple[str, Fraction]]) -> str:
    order = {"t": 0, "kg": 0, "g": 0, "CNY": 0, "year": 9}  # mass before its substance, the period last
    ranked = sorted(items, key=lambda item: (order.get(item[0], 1), item[0]))
    words = [
        _PRINTED.get(name, name) + (str(power).translate(_SUPERSCRIPT) if power != 1 else "") for name, power in ranked
    ]
    text = "·".join(words)
    return re.sub(r"(?<![A-Za-z])(t|kg|g)·(?=[A-Z干有粉])", r"\1 ", text)


PURE = Unit()


@cache
def _registry() -> pint.UnitRegistry[Fraction]:
    import pint

    return pint.UnitRegistry(str(_HERE / "units.txt"), non_int_type=Fraction, cache_folder=None)


@cache
def names() -> frozenset[str]:
    """Every name of the closed registry."""
    lines = (_HERE / "units.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.split("=")[0].strip() for line in lines if "=" in line and not line.startswith("#"))


@cache
def unit(text: str) -> Unit:
    """The unit that a canonical text means, such as `m**3/year`.

    Only names of the registry and whole powers are accepted: no prefixes, no plurals, no scaling numbers.
    Raises UnitError naming the text.
    >>> str(unit("dm**3/(km**2*s)"))
    'dm**3/km**2/s'
    """
    unknown = [name for name in _NAME.findall(text) if name not in names() and name != "dimensionless"]
    if unknown:
        raise UnitError(problem("unit_unknown", "", unit=text, name=unknown[0]))
    if not _CANONICAL.fullmatch(text):  # pint reads on over `;`, `!` and `#`, and evaluates 9**9**9
        raise UnitError(problem("unit_unreadable", "", unit=text))
    try:
        container = dict(_registry().parse_units(text)._units)  # noqa: SLF001 - str() and .items() lose Fractions
    except (ValueError, TypeError, AttributeError, SyntaxError, KeyError) as error:
        raise UnitError(problem("unit_unreadable", "", unit=text)) from error
    return Unit(tuple(sorted((str(name), _exact(power)) for name, power in container.items())))


def _exact(number: Any) -> Fraction:  # noqa: ANN401 - pint's number types are wider than this registry's
    """A number of the registry; all of them are whole numbers or Fractions."""
    return Fraction(number)


@cache
def _root(of: Unit) -> tuple[Fraction, tuple[tuple[str, Fraction], ...]]:
    from pint.util import UnitsContainer

    if any(power.denominator != 1 for _, power in of.items):  # pint would take the root as a float
        raise UnitError(problem("unit_unreadable", "", unit=of))
    container = UnitsContainer(dict(of.items), non_int_type=Fraction)
    factor, base = _registry()._get_root_units(container)  # noqa: SLF001 - the public form converts to float
    return _exact(factor), tuple(sorted((str(name), _exact(power)) for name, power in dict(base).items()))


def dimension(of: Unit) -> tuple[tuple[str, Fraction], ...]:
    """The base units of a unit with their powers; two units can be converted exactly if these are equal."""
    return _root(of)[1]


def grows_with_area(of: Unit) -> bool:
    """Whether a quantity of this unit is a total of its place: area, volume, mass, energy, money, people, also per year.

    A depth, a price, a ratio, an angle, a temperature or a count of days is none: two halves of a place have it alike. Nor is a
    pure number, of which nobody can tell.
    """
    powers = dict(dimension(of))
    powers.pop("year", None)
    length, time = powers.pop("m", Fraction(0)), powers.pop("s", Fraction(0))
    if powers == {"kg": 1} and (length, time) == _ENERGY:
        return True
    if powers:
        return not length and not time and all(power > 0 for power in powers.values()) and bool(_TOTALS & set(powers))
    return length in {_AREA, _VOLUME} and time in {0, -1}


def is_amount(of: Unit) -> bool:
    """Whether a unit is one of which a place may have none: a total of the place, or a substance by area.

    What is no amount is a property of a place or of a thing: a depth, a slope, a factor, a price.
    """
    powers = dict(dimension(of))
    powers.pop("year", None)
    if powers.pop("m", 0) == -_AREA and "kg" in powers:
        return "CNY" not in powers and "s" not in powers and all(power > 0 for power in powers.values())
    return grows_with_area(of)


@cache
def factor(source: Unit, target: Unit) -> Fraction:
    """How many `target` one `source` is, exactly.

    Raises UnitError where they differ in dimension: money is not mass, carbon is not dry matter, a day is not the period.
    >>> factor(unit("ha*mm"), unit("m**3"))
    Fraction(10, 1)
    """
    if dimension(source) != dimension(target):
        raise UnitError(problem("unit_dimension", "", found=source.printed, expected=target.printed))
    return _root(source)[0] / _root(target)[0]


def as_pint(number: float, of: Unit) -> PintQuantity:
    """A number with its unit as a quantity of pint, in the registry of qhgep (its atoms: CNY, year, CO2 ...)."""
    registry = _registry()
    return registry.Quantity(number, registry.Unit(str(of)))


def is_money(of: Unit) -> bool:
    """Whether a unit has currency in it, so that its values need a price year."""
    return any(name == "CNY" for name, _ in dimension(of))
