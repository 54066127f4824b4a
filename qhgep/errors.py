"""Problems: what is wrong, where, what was expected, and what to do about it.

A `Problem` holds a code and facts; the sentences of each code, Chinese and English, stand in `messages/*.toml`.
Every error of qhgep is a `QhgepError` that carries one or more problems, so a run can report all of them at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Literal

Language = Literal["zh", "en"]
Severity = Literal["error", "warning"]
_PARTS = ("found", "expected", "do")
_MARKS: Mapping[Language, tuple[str, str]] = {"zh": ("；", "。"), "en": ("; ", ".")}
"""What stands between the parts of a problem, and behind the last."""


@cache
def messages() -> Mapping[str, Mapping[str, list[str]]]:
    """Code -> language -> the three sentences found, expected, do (templates over the facts of a problem)."""
    found: dict[str, Mapping[str, list[str]]] = {}
    for path in sorted((Path(__file__).parent / "messages").glob("*.toml")):
        with path.open("rb") as file:
            found |= tomllib.load(file)
    return found


_LISTED = re.compile(r"(?<=[!-~])(?P<mark>[、，；：]) *|(?P<before>[、，；：]) *(?=[!-~])")
_ENGLISH_MARKS = {"、": ", ", "，": ", ", "；": "; ", "：": ": "}
_ASCII_IN_BRACKETS = re.compile(r"（([ -~]*)）")
_BETWEEN = re.compile(r"(?<=[\d…]) 至 (?=[-\d…])")
_LIMITS: Mapping[str, str] = {"不小于 ": "at least ", "不大于 ": "at most ", "或": "or ", "或 ": "or "}
_LIMIT = re.compile(r"(?:不小于|不大于) (?=-?\d)|(?:(?<=\d )|(?<=\d, ))或 ?(?=-?\d|不[小大]于 )")
_MULTIPLE = re.compile(r"([\d.]+) 的倍数")
_SEVERAL_PLACES = re.compile(r".*（\d+）", re.DOTALL)


def with_english_marks(text: str) -> str:
    """A fact that a program put together with Chinese marks (`a、b（2）`), as English writes it: `a, b (2)`.

    Only marks beside Latin letters and digits, and brackets around nothing else: a Chinese text keeps its own.
    """
    listed = _LISTED.sub(lambda found: _ENGLISH_MARKS[found["mark"] or found["before"]], text)
    limited = _LIMIT.sub(lambda found: _LIMITS[found[0]], _MULTIPLE.sub(r"a multiple of \1", listed))
    return _BETWEEN.sub(" to ", _ASCII_IN_BRACKETS.sub(r" (\1)", limited))


def within(low: str | None, high: str | None) -> str:
    """Two ends of a range in words, of which one may be open; an English message has them in English."""
    if low is not None and high is not None:
        return f"{low} 至 {high}"
    return f"不大于 {high}" if low is None else f"不小于 {low}"


def _fill_english(template: str, facts: Mapping[str, str]) -> str:
    """A template with its facts; what stands between quotation marks stands there as it was found."""
    filled = ""
    for words, name, _, _ in Formatter().parse(template):
        filled += words
        if name is not None:
            filled += facts[name] if words.endswith(("“", '"')) else with_english_marks(facts[name])
    return filled


def _english_place(where: str) -> str:
    """A place of a problem; only where it lists several its marks are changed, for the name of a file may hold any."""
    return with_english_marks(where) if _SEVERAL_PLACES.fullmatch(where) else where


_FILL: Mapping[Language, Callable[[str, Mapping[str, str]], str]] = {"zh": str.format_map, "en": _fill_english}
_PLACE: Mapping[Language, Callable[[str], str]] = {"zh": str, "en": _english_place}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a code, a place (`file:line`, `sheet!cell`, a key) and the facts for its sentences."""

    code: str
    where: str
    facts: tuple[tuple[str, str], ...] = ()
    severity: Severity = "error"

    def part(self, name: str, language: Language = "zh") -> str:
        """The sentence `found`, `expected` or `do` in a language, with the facts filled in. Raises ArgumentError for another."""
        for parameter, given, known in (("name", name, _PARTS), ("language", language, tuple(_FILL))):
            if not (isinstance(given, str) and given in known):
                facts = {"parameter": parameter, "found": repr(given), "expected": " | ".join(map(repr, known))}
                raise ArgumentError(problem("argument_kind", "Problem", **facts))
        template = messages()[self.code][language][_PARTS.index(name)]
        return _FILL[language](template, dict(self.facts))

    def text(self, language: Language = "zh") -> str:
        """The whole problem on one line: place, what was found, what was expected, what to do."""
        parts = [part for name in _PARTS if (part := self.part(name, language))]
        joint, stop = _MARKS[language]
        where = _PLACE[language](self.where)
        return f"{where}  {joint.join(parts)}{stop}" if where else f"{joint.join(parts)}{stop}"


def problem(code: str, where: str = "", /, **facts: object) -> Problem:
    """A problem whose facts are given by name; their texts are taken now, so it can be kept and pickled."""
    return Problem(
        code, printable(_cut(where)), tuple((name, printable(_cut(str(value)))) for name, value in facts.items())
    )


MOST_QUOTED = 2000
"""Signs of the longest text that a message quotes whole."""


def _cut(text: str) -> str:
    """A text as a message quotes it; of a very long one the beginning."""
    return text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}…"


_PICTURES = dict(enumerate("␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟")) | {127: "␡"} | dict.fromkeys(range(128, 160), "␦")
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(text: str) -> str:
    """A text of a file or of its name for a message: what steers a terminal, or cannot be written, shows as a sign."""
    if not _STEERING.search(text):
        return text
    return text.translate(_PICTURES).encode("utf-8", "backslashreplace").decode()


_SHOWN, _CELLS = 3, 20
"""Names, and cells of a sheet, that a message about many of them gives; it says how many there are."""


def grouped(items: Iterable[Problem], each: Mapping[str, tuple[str, ...]], *, beyond: int = 1) -> list[Problem]:
    """The same problems, one for each fault: what is wrong with 51 rows in the same way is said once.

    `each` gives by code, under "" for all others, the facts that name a row and tell no other fault. The place and these
    facts then name the first few and how many there are. Faults of up to `beyond` rows stay one by one.
    """
    found: dict[object, list[Problem]] = {}
    for item in items:
        names = each.get(item.code, each.get("", ()))
        same = tuple(fact for fact in item.facts if fact[0] not in names)
        found.setdefault((item.code, item.severity, same), []).append(item)
    return [one for group in found.values() for one in ([_one(group)] if len(group) > beyond else group)]


def _one(group: list[Problem]) -> Problem:
    if len(group) == 1:
        return group[0]
    facts = tuple((name, _listed(dict(item.facts)[name] for item in group)) for name, _ in group[0].facts)
    return replace(group[0], where=_places(item.where for item in group), facts=facts)


def _listed(texts: Iterable[str]) -> str:
    """The first few of some texts, each once, and how many there are; one that is the same everywhere is itself."""
    every = list(texts)
    different = list(dict.fromkeys(every))
    if len(different) == 1:
        return every[0]
    return "、".join(different[:_SHOWN]) + f"{' …' if len(different) > _SHOWN else ''}（{len(every)}）"


def once_each(items: Iterable[Problem]) -> list[Problem]:
    """Equal sentences of several places told once, with every place in the order of the file: `决定.xlsx › 决定 › D5、D42（2）`."""
    found: dict[object, list[Problem]] = {}
    for item in items:
        found.setdefault((item.code, item.severity, item.facts), []).append(item)
    return [replace(same[0], where=_places((item.where for item in same), most=len(same))) for same in found.values()]


_DIGITS, _ADDRESS = re.compile(r"(\d+)"), re.compile(r"([A-Z]{1,3})(\d+)")
_CELL = " › "
_MOST_ORDERED = 2000


def _order(place: str) -> tuple[object, ...]:
    """Files and lines by their numbers; cells of a sheet row by row."""
    sheet, _, cell = place.rpartition(_CELL)
    found = _ADDRESS.fullmatch(cell) if sheet else None
    numbered = [(int(part) if part.isdecimal() else 0, part) for part in _DIGITS.split(sheet if found else place)]
    return (numbered, int(found[2]), len(found[1]), found[1]) if found else (numbered,)


def _places(places: Iterable[str], most: int = 0) -> str:
    """Places in the order of the file, the first of them and how many there are; cells of one sheet stand behind its name."""
    ordered = list(dict.fromkeys(places))
    if len(ordered) <= _MOST_ORDERED:  # of more than that the first in the order of reading
        ordered.sort(key=_order)
    cells: dict[str, list[str]] = {}
    sheets = {place.rpartition(_CELL)[0] for place in ordered}
    shown = most or (_CELLS if 2 * len(sheets) <= len(ordered) + 1 and "" not in sheets else _SHOWN)
    for place in ordered[:shown]:
        sheet, mark, cell = place.rpartition(_CELL)
        cells.setdefault(sheet + mark, []).append(cell)
    listed = "、".join(sheet + "、".join(of) for sheet, of in cells.items())
    more = " …" if len(ordered) > shown else ""
    return listed if len(ordered) == 1 else f"{listed}{more}（{len(ordered)}）"


class QhgepError(Exception):
    """The one base: something the person at the keyboard can mend. `problems` says what and where."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        """Take one problem or many."""
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """The problems in Chinese; `text("en")` gives them in English."""
        return self.text()

    def text(self, language: Language = "zh") -> str:
        """All problems, one a line."""
        return "\n".join(item.text(language) for item in self.problems)


class UnitError(QhgepError):
    """A unit that is unknown, or of another dimension than the place asks for."""


class UnknownName(QhgepError, KeyError):
    """A county, quantity, period or member that a result does not have; the problem names the nearest."""

    __str__ = QhgepError.__str__


class ArgumentError(QhgepError, TypeError):
    """An argument of another kind than a public function takes; the problem names the parameter, what came and what it takes."""

    __str__ = QhgepError.__str__


class FormulaError(QhgepError):
    """A formula that does not parse, does not fit its quantity, or breaks a rule of the catalogue."""


class CoefficientError(QhgepError):
    """A coefficient file that breaks its schema, or a value that is asked for and not there."""


class NoValue(CoefficientError):
    """No coefficient row is in force for that date, place, ecosystem and item."""


class RulesetError(QhgepError):
    """A ruleset that binds or lists what does not exist, overlaps, or does not close."""


class InputError(QhgepError):
    """Input rows that cannot be read, or contradict each other or the vocabulary."""


class AccountError(QhgepError):
    """An account.toml that cannot be followed."""


class EvidenceError(QhgepError):
    """A value rests on weaker evidence than the run requires."""


class PlanError(QhgepError):
    """A plan.toml that cannot be followed, or a step whose identity does not hold."""


class WorkbookError(QhgepError):
    """A workbook that cannot be laid out, written, read or rebuilt."""


class Problems:
    """Collects problems so that one run reports them all; `raise_if_any` stops on the first error-severity one."""

    def __init__(self) -> None:
        """Start empty."""
        self.items: list[Problem] = []

    def add(self, code: str, where: str = "", /, **facts: object) -> None:
        """Note one problem that stops the run."""
        self.items.append(problem(code, where, **facts))

    def warn(self, code: str, where: str = "", /, **facts: object) -> None:
        """Note one problem that a reader must know and that stops nothing."""
        found = problem(code, where, **facts)
        self.items.append(Problem(found.code, found.where, found.facts, "warning"))

    def take(self, error: QhgepError) -> None:
        """Note all problems of a caught error."""
        self.items.extend(error.problems)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Those that do not stop a run."""
        return tuple(item for item in self.items if item.severity == "warning")

    def raise_if_any(self, kind: type[QhgepError]) -> None:
        """Raise all errors collected so far as one error of this kind; warnings alone do not raise."""
        errors = [item for item in self.items if item.severity == "error"]
        if errors:
            raise kind(errors)
