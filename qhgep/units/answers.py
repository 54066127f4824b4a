"""What `qhgep units` answers: everything that units are written with, or what one text was read as."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from qhgep.aligned_text import columns
from qhgep.errors import Language
from qhgep.units.lexicon import Atom, Spelling, atoms, oddities
from qhgep.units.reading import spelled
from qhgep.units.registry import PURE, Unit, dimension, factor
from qhgep.units.usual import usual

_KINDS = {
    "scale": ("数量级", "scales"), "prefix": ("词头", "prefixes"), "length": ("长度", "length"), "hectare_side": ("百米", "hectometre"),
    "area": ("面积", "area"), "volume": ("体积", "volume"), "mass": ("质量", "mass"), "time": ("时间", "time"),
    "period": ("核算期", "accounting period"), "month": ("月", "month"), "angle": ("角", "angle"), "temperature": ("温度", "temperature"),
    "percent": ("百分数", "per cent"), "energy": ("能量", "energy"), "power": ("功率", "power"), "person": ("人", "persons"),
    "visit": ("人次", "visits"), "household": ("户", "households"), "head": ("头、只", "livestock"),
    "pollution_equivalent": ("污染当量", "pollution equivalent"), "money": ("金额", "money"), "count": ("计数与比值", "counts and ratios"),
    "substance": ("物质", "substances"), "refused": ("不能换算的", "refused"),
}  # fmt: skip
_GRAMMAR = {
    "zh": (
        "写法：[数量级] 单位[乘方]，用 · * . 或空格相乘，用 / 或 每 相除；/ 后面到下一个 / 为止都在分母：元/亩·年 = 元/(亩·年)。\n"
        "乘方写作 m3、m³、m^3、hm-2、a⁻¹、平方、立方；数量级写作 万、10^4、10⁴、1e4、0.1，104亩 读作 10⁴ 亩；全角、半角都认。\n"
        "物质写在质量后面：tCO2、吨碳、kg(以N计)/hm2。一种写法有两种读法的（t/hm-2、10E4）不读。"
    ),
    "en": (
        "Spelling: [scale] unit[power], products with · * . or a blank, quotients with /; all behind a / up to the next is below the line.\n"
        "Powers are m3, m³, m^3, hm-2, a⁻¹, 平方, 立方; scales 万, 10^4, 10⁴, 1e4, 0.1, and a 104 is read as 10⁴; full-width signs count.\n"
        "A substance stands behind its mass: tCO2, kg(N)/hm2. What has two readings (t/hm-2, 10E4) is not read."
    ),
}
_MOST = 8
"""Usual spellings that are shown beside a unit."""


@dataclass(frozen=True, slots=True)
class UnitReading:
    """What a text was read as: `scale` times `unit`, `size` times `base` (base units), and how many of each usual spelling."""

    text: str
    unit: Unit
    scale: Fraction
    base: Unit
    size: Fraction
    usual: tuple[tuple[str, Fraction], ...]

    def report(self, language: Language = "zh") -> str:
        """The reading as lines for a person."""
        heads = ("读作", "折合", "即") if language == "zh" else ("read as", "which is", "or")
        pure = {"zh": "（纯数）", "en": "(a pure number)"}[language]
        own = self.unit.printed if self.unit.items else pure
        lines = [(heads[0], f"{_number(self.scale)} × {own}" + (f"  [{self.unit}]" if self.unit.items else ""))]
        if self.base != self.unit or self.size != self.scale:
            lines.append((heads[1], f"{_number(self.size)} {self.base.printed if self.base.items else pure}"))
        lines += [
            (heads[2] if not place else "", f"{_number(number)} {text}")
            for place, (text, number) in enumerate(self.usual)
        ]
        return f"{self.text}\n" + columns(lines)


def read_unit(text: str) -> UnitReading:
    """What a printed unit means. Raises UnitError, which names the nearest spelling, where it is not read.

    >>> read_unit("万亩").size
    Fraction(20000000, 3)
    """
    found = spelled(text)
    base = Unit(dimension(found.unit))
    near = [
        (entry.texts[0], found.scale * factor(found.unit, entry.meaning.unit) / entry.meaning.scale)
        for entry in usual(found.unit)
        if found.unit != PURE or entry.meaning.unit == PURE
    ]
    size = found.scale * factor(found.unit, base)
    return UnitReading(text.strip(), found.unit, found.scale, base, size, tuple(near[:_MOST]))


@dataclass(frozen=True, slots=True)
class KnownUnits:
    """The words of units by kind, the whole texts that no grammar can know, and what is refused."""

    words: tuple[Atom, ...]
    oddities: tuple[tuple[str, Spelling, str], ...]

    def report(self, language: Language = "zh") -> str:
        """The words as lines for a person: kind, spellings, meaning, prefixes."""
        which = 0 if language == "zh" else 1
        heads = (("类别", "写法", "含义", "可加词头"), ("kind", "spellings", "meaning", "prefixes"))[which]
        lines = [heads] + [
            (_KINDS[atom.kind][which], "、".join(atom.words), _meaning(atom), " ".join(atom.prefixes))
            for atom in self.words
        ]
        odd = ("只认整个写法的", "known as a whole only")[which]
        whole = [(odd, text, _spelling(found), "") for text, found, _ in self.oddities]
        return f"{_GRAMMAR[language]}\n\n" + columns([*lines, *whole])


def known_units() -> KnownUnits:
    """Everything that units are written with, in the order of its table."""
    whole = [(odd.text, odd.meaning, odd.note) for odd in oddities().values() if odd.meaning is not None]
    return KnownUnits(atoms(), tuple(whole))


def _meaning(atom: Atom) -> str:
    if atom.kind == "refused":
        return "—"
    if atom.kind == "hectare_side":
        return f"{atom.latin}2 = {(atom.meaning**2).unit.printed}"
    return f"{_number(atom.meaning.scale)}" if atom.kind in {"scale", "prefix"} else _spelling(atom.meaning)


def _spelling(found: Spelling) -> str:
    own = found.unit.printed
    return (
        own if found.scale == 1 else _number(found.scale) if not found.unit.items else f"{_number(found.scale)} {own}"
    )


def _number(number: Fraction) -> str:
    """A number exactly, and about where it has no short decimal text."""
    if number.denominator == 1:
        return f"{number.numerator:,}"
    about = format(Decimal(f"{float(number):.6g}"), "f")
    return about if Fraction(about) == number else f"{number} ≈ {about}"
