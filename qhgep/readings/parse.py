"""A formula text, in Chinese or English names, as a tree: the local methods of a ruleset.

A small Pratt parser: Python's own grammar reads `^` as XOR and refuses `×`, `（` and `CO₂`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from qhgep.errors import FormulaError, UnitError, problem
from qhgep.expr import FUNCTIONS, Call, Compare, Expr, In, Measure, Number, Op, Parts, Quantity, Total, Where
from qhgep.readings.text import AXES_ZH, FUNCTIONS_ZH, PARTS_ZH, RELATIONS, SIGNS, STRENGTH
from qhgep.units import Unit, unit

_SIGNS = {written: symbol for symbol, written in SIGNS.items()} | {"-": "-", "－": "-", "*": "*", "·": "*", "/": "/"}
_RELATIONS = {written: symbol for symbol, written in RELATIONS.items()} | {"<=": "<=", ">=": ">="}
_FUNCTIONS = {zh: function for function, zh in FUNCTIONS_ZH.items()} | {name: name for name in FUNCTIONS}
_BRACKETS = {"（": "(", "）": ")", "，": ",", "[": "【", "]": "】"}
_PARTS = frozenset({PARTS_ZH, "parts"})
_UNIT = re.compile(r"[^】\]]*?(?=\s*(?:计)?[】\]])")
_DIGITS = re.compile(r"[0-9]{1,9}")
_DEEPEST = 64  # levels of nesting that Excel takes
_BEFORE_WORD = re.compile(r"[0-9A-Za-z_一-鿿₀-₉]")


def parse(
    text: str, vocabulary: Iterable[Quantity], *, where: str = "", axes: Mapping[str, str] = MappingProxyType({})
) -> Expr:
    """The tree that a formula text means, over the quantities of a vocabulary (Chinese or English names, longest match).

    A total may name its item list by its id or by its Chinese name in `axes` (id -> name).
    Raises FormulaError with the column and the rest of the text where it cannot go on.
    """
    names: dict[str, Quantity] = {}
    for quantity in vocabulary:
        names[quantity.zh] = quantity
        names[quantity.name] = quantity
    reader = _Parser(text, names, where, {zh: axis for axis, zh in (*axes.items(), *AXES_ZH.items())})
    tree = reader.expression(0)
    reader.skip()
    if reader.at < len(text):
        raise reader.error("end")
    return tree


class _Parser:
    def __init__(self, text: str, names: Mapping[str, Quantity], where: str, axes: Mapping[str, str]) -> None:
        self.axes = axes
        self.text, self.names, self.where, self.at, self.depth = text, names, where, 0, 0
        words = {*names, *_FUNCTIONS, "若", "where", "合计", "total", *_PARTS}
        self.words = sorted(words, key=lambda word: (-len(word), word))

    def error(self, expected: str) -> FormulaError:
        rest = self.text[self.at : self.at + 12] or "(end)"
        facts = {"text": self.text, "column": self.at + 1, "rest": rest, "expected": expected}
        return FormulaError(problem("formula_text", self.where, **facts))

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def sign(self) -> str:
        """The punctuation that comes next, in its plain form, without taking it."""
        self.skip()
        for length in (2, 1):
            piece = self.text[self.at : self.at + length]
            if piece in _RELATIONS or piece in _SIGNS:
                return piece
        piece = self.text[self.at : self.at + 1]
        return _BRACKETS.get(piece, piece)

    def take(self, expected: str) -> None:
        if self.sign() != expected:
            raise self.error(expected)
        self.depth += (expected in "(【") - (expected in ")】")
        if self.depth > _DEEPEST:
            raise self.error(f"≤ {_DEEPEST} ( )")
        self.at += 1

    def word(self) -> str | None:
        """The longest known word that comes next; a name may not end in the middle of a longer English one."""
        for word in self.words:
            if self.text.startswith(word, self.at):
                after = self.text[self.at + len(word) : self.at + len(word) + 1]
                if word[-1].isascii() and _BEFORE_WORD.match(after):
                    continue
                return word
        return None

    def expression(self, strength: int) -> Expr:
        left = self.atom()
        while (sign := self.sign()) in _SIGNS and STRENGTH[_SIGNS[sign]] > strength:
            self.at += len(sign)
            symbol = _SIGNS[sign]
            left = Op(symbol, left, self.expression(STRENGTH[symbol]))  # type: ignore[arg-type] # a key of STRENGTH
        return left

    def atom(self) -> Expr:
        sign = self.sign()
        if sign == "(":
            self.take("(")
            inner = self.expression(0)
            self.take(")")
            return inner
        if sign == "【":
            return self.measured()
        word = self.word()  # before digits: a name may begin with some (10℃以上积温)
        if word is None and (digits := _DIGITS.match(self.text, self.at)):
            self.at = digits.end()
            return Number(int(digits[0]))
        if word is None:
            raise self.error("name")
        self.at += len(word)
        if word in self.names:
            return self.names[word]
        return self.call(word)

    def call(self, word: str) -> Expr:
        self.take("(")
        if word in {"若", "where"}:
            condition = self.condition()
            yes, no = self.rest(), self.rest()
            self.take(")")
            return Where(condition, yes, no)
        if word in {"合计", "total"}:
            return self.total()
        if word in _PARTS:
            return self.parts()
        arguments = [self.expression(0)]
        while self.sign() == ",":
            arguments.append(self.rest())
        self.take(")")
        fewest, most = FUNCTIONS[_FUNCTIONS[word]]
        if not fewest <= len(arguments) <= most:
            raise self.error(f"{fewest}-{most}")
        return Call(_FUNCTIONS[word], tuple(arguments))

    def rest(self) -> Expr:
        self.take(",")
        return self.expression(0)

    def condition(self) -> Compare:
        left = self.expression(0)
        sign = self.sign()
        if sign not in _RELATIONS:
            raise self.error("< ≤ > ≥")
        self.at += len(sign)
        return Compare(_RELATIONS[sign], left, self.expression(0))  # type: ignore[arg-type] # a value of RELATIONS

    def total(self) -> Total:
        self.skip()
        end = min((place for mark in "，," if (place := self.text.find(mark, self.at)) >= 0), default=-1)
        if end < 0:
            raise self.error(",")
        written = self.text[self.at : end].strip()
        self.at = end
        inner = self.rest()
        self.take(")")
        if not isinstance(inner, Quantity):
            self.at = end + 1
            raise self.error("name")
        return Total(self.axes.get(written, written), inner)

    def parts(self) -> Parts:
        """Two or more names, each once, and nothing else: a part that is computed on the way has no name to be missing by."""
        of: list[Quantity] = []
        while True:
            self.skip()
            start = self.at
            inner = self.expression(0)
            if not isinstance(inner, Quantity) or inner.name in {part.name for part in of}:
                self.at = start
                raise self.error("name")
            of.append(inner)
            if self.sign() != ",":
                break
            self.take(",")
        if len(of) < 2:  # noqa: PLR2004 - one part is no sum
            raise self.error(",")
        self.take(")")
        return Parts(tuple(of))

    def measured(self) -> Expr:
        self.take("【")
        inner = self.expression(0)
        self.skip()
        for word, node, closing in (("以", Measure, "计"), ("作为", In, "")):
            if self.text.startswith(word, self.at):
                self.at += len(word)
                self.skip()
                found = _UNIT.match(self.text, self.at)
                if found is None:
                    raise self.error("】")
                measure = self.unit(found[0].strip())
                self.at = found.end()
                self.skip()
                if closing and not self.text.startswith(closing, self.at):
                    raise self.error(closing)
                self.at += len(closing)
                self.take("】")
                return node(inner, measure)
        raise self.error("以 … 计")

    def unit(self, written: str) -> Unit:
        try:
            return unit(written)
        except UnitError as error:
            raise self.error("units.txt") from error
