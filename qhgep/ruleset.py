"""Rulesets: which formulas and documents an account uses. They choose; formulas compute."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from qhgep.catalogue import Catalogue, Clause, Formula, shipped
from qhgep.catalogue.formulas import checked, formula
from qhgep.data import data_folder, file_hash
from qhgep.errors import Problems, QhgepError, RulesetError
from qhgep.expr import Quantity
from qhgep.readings.parse import parse

_MODEL = ConfigDict(strict=True, frozen=True, extra="forbid")


class IndicatorLine(BaseModel):
    """An indicator that the ruleset counts: physical quantity and value, both by county; `matrix` is its value by ecosystem."""

    model_config = _MODEL
    id: str
    category: str
    quantity: str
    value: str
    matrix: str = ""


class NotCovered(BaseModel):
    """A service that belongs to the account and is not computed: what is missing, or why."""

    model_config = _MODEL
    id: str
    zh: str
    category: str
    reason: str


class Overlap(BaseModel):
    """Indicators that count the same thing: at most one of them may be in an account."""

    model_config = _MODEL
    of: list[str]


class LocalFormula(BaseModel):
    """A local method in text, parsed into the same tree as the shipped ones."""

    model_config = _MODEL
    quantity: str
    method: str
    equals: str
    source: str
    at: str


class RulesetFile(BaseModel):
    """The file of a ruleset (SCHEMAS.md, with `show` and [[not_covered]])."""

    model_config = _MODEL
    schema_: int
    zh: str
    note: str = ""
    extends: str = ""
    documents: list[str] = []
    bind: dict[str, str] = {}
    indicator: list[IndicatorLine] = []
    show: list[str] = []
    not_covered: list[NotCovered] = []
    exclude: dict[str, str] = {}
    overlap: list[Overlap] = []
    formula: list[LocalFormula] = []


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A ruleset with its catalogue: every binding exists, no overlap, no cycle; `order` is the order of computing."""

    name: str
    zh: str
    note: str
    documents: tuple[str, ...]
    bind: Mapping[str, Formula]
    indicators: tuple[IndicatorLine, ...]
    show: tuple[str, ...]
    not_covered: tuple[NotCovered, ...]
    exclude: Mapping[str, str]
    catalogue: Catalogue
    order: tuple[Formula, ...]
    leaves: tuple[Quantity, ...]
    hash: str
    file: str
    text: str

    def zh_of(self, indicator: str) -> str:
        """The Chinese name of an indicator or of a service that is not covered."""
        named = {line.id: line.zh for line in self.not_covered}
        known = self.catalogue.indicators.get(indicator)
        return known.zh if known else named.get(indicator, indicator)

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Everything an account of this ruleset has values for: leaves first, then computed, in order."""
        return (*self.leaves, *(item.quantity for item in self.order))


def folder() -> Path:
    """Where the shipped rulesets lie."""
    return data_folder("coefficients") / "rulesets"


@cache
def rulesets() -> Mapping[str, Ruleset]:
    """The shipped rulesets by name. Raises RulesetError with every fault of any of them."""
    return {path.stem: read_ruleset(path) for path in sorted(folder().glob("*.toml"))}


def read_ruleset(path: Path, catalogue: Catalogue | None = None) -> Ruleset:
    """The ruleset of a file, closed over a catalogue (the shipped one by default).

    Raises RulesetError: unknown quantity, method or indicator, overlapping indicators, an unbound or circular chain;
    all at once, each with the file.
    """
    problems = Problems()
    content = _content(path, problems)
    problems.raise_if_any(RulesetError)
    return _Closing(path, content, catalogue or shipped(), problems).close()


def _content(path: Path, problems: Problems, seen: tuple[str, ...] = ()) -> RulesetFile:
    empty = RulesetFile(schema_=1, zh="")
    if not path.exists():
        known = "、".join(sorted(item.stem for item in folder().glob("*.toml")))
        problems.add("ruleset_missing", path.name, name=path.stem, known=known)
        return empty
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        mine = RulesetFile.model_validate({"schema_" if key == "schema" else key: value for key, value in raw.items()})
    except tomllib.TOMLDecodeError as error:
        problems.add("file_toml", path.name, detail=error)
        return empty
    except ValidationError as error:
        for item in error.errors():
            problems.add("file_field", path.name, field=".".join(map(str, item["loc"])), detail=item["msg"])
        return empty
    if not mine.extends:
        return mine
    if mine.extends in seen:
        problems.add("ruleset_extends", path.name, chain=" → ".join([*seen, mine.extends]))
        return mine
    base = _content(path.parent / f"{mine.extends}.toml", problems, (*seen, path.stem))
    return _merged(base, mine)


def _merged(base: RulesetFile, mine: RulesetFile) -> RulesetFile:
    ids = {line.id for line in mine.indicator} | {line.id for line in mine.not_covered}
    return mine.model_copy(
        update={
            "documents": mine.documents or base.documents,
            "bind": {**base.bind, **mine.bind},
            "indicator": [line for line in base.indicator if line.id not in ids] + mine.indicator,
            "not_covered": [line for line in base.not_covered if line.id not in ids] + mine.not_covered,
            "show": list(dict.fromkeys([*base.show, *mine.show])),
            "exclude": {**base.exclude, **mine.exclude},
            "overlap": [*base.overlap, *mine.overlap],
            "formula": [*base.formula, *mine.formula],
        }
    )


class _Closing:
    """Turns a file into a Ruleset: binds, checks, orders."""

    def __init__(self, path: Path, content: RulesetFile, catalogue: Catalogue, problems: Problems) -> None:
        self.path, self.content, self.problems = path, content, problems
        self.catalogue = self._with_local(catalogue)
        self.bound: dict[str, Formula] = {}

    def close(self) -> Ruleset:
        self._bind()
        self._lines()
        order, leaves = self._order()
        self.problems.raise_if_any(RulesetError)
        file = self.content
        return Ruleset(
            self.path.stem, file.zh, file.note, tuple(file.documents), self.bound, tuple(file.indicator), tuple(file.show),
            tuple(file.not_covered), file.exclude, self.catalogue, order, leaves, file_hash(self.path), self.path.name,
            self.path.read_text(encoding="utf-8"),
        )  # fmt: skip

    def _with_local(self, catalogue: Catalogue) -> Catalogue:
        formulas = dict(catalogue.formulas)
        for number, local in enumerate(self.content.formula, start=1):
            where = f"{self.path.name} [[formula]] {number}"
            quantity = catalogue.vocabulary.get(local.quantity)
            if quantity is None:
                self.problems.add("ruleset_quantity", where, quantity=local.quantity)
                continue
            try:
                tree = parse(local.equals, catalogue.vocabulary.values(), where=where)
                made = formula(quantity, method=local.method, equals=tree, source=Clause(local.source, local.at))
                checked(made)
                formulas[made.id] = made
            except QhgepError as error:
                self.problems.take(error)
        return replace(catalogue, formulas=formulas)

    def _bind(self) -> None:
        for quantity, method in self.content.bind.items():
            found = self.catalogue.formulas.get((quantity, method))
            if found is None:
                known = "、".join(self.catalogue.methods(quantity)) or "-"
                self.problems.add("ruleset_method", self.path.name, quantity=quantity, method=method, known=known)
            else:
                self.bound[quantity] = found

    def _lines(self) -> None:
        counted = {line.id for line in self.content.indicator}
        for line in self.content.indicator:
            if line.id not in self.catalogue.indicators:
                self.problems.add("ruleset_indicator", self.path.name, indicator=line.id)
            if line.id in self.content.exclude:
                self.problems.add("ruleset_excluded", self.path.name, indicator=line.id, reason=self.content.exclude[line.id])
        for name in self._wanted():
            if name not in self.catalogue.vocabulary:
                self.problems.add("ruleset_quantity", self.path.name, quantity=name)
        for group in self.content.overlap:
            if len(both := sorted(counted & set(group.of))) > 1:
                self.problems.add("ruleset_overlap", self.path.name, indicators="、".join(both))

    def _wanted(self) -> Iterator[str]:
        for line in self.content.indicator:
            yield line.quantity
            yield line.value
            if line.matrix:
                yield line.matrix
        yield from self.content.show

    def _order(self) -> tuple[tuple[Formula, ...], tuple[Quantity, ...]]:
        """Formulas so that each comes after what it reads; leaves in the order they are met."""
        order: dict[str, Formula] = {}
        leaves: dict[str, Quantity] = {}

        def visit(quantity: Quantity, chain: tuple[str, ...]) -> None:
            if quantity.name in chain:
                self.problems.add("ruleset_cycle", self.path.name, chain=" → ".join([*chain, quantity.name]))
                return
            found = self.bound.get(quantity.name)
            if found is None:
                leaves.setdefault(quantity.name, quantity)
                return
            if quantity.name in order:
                return
            for item in (*found.inputs, *found.covers):
                visit(item, (*chain, quantity.name))
            order.setdefault(quantity.name, found)

        for name in dict.fromkeys(self._wanted()):
            if name in self.catalogue.vocabulary:
                visit(self.catalogue.vocabulary[name], ())
        return tuple(order.values()), tuple(leaves.values())


def difference(first: Ruleset, second: Ruleset) -> tuple[tuple[str, str, str], ...]:
    """What differs between two rulesets: (what, in the first, in the second), sorted; `-` where it is not there."""

    def table(rules: Ruleset) -> dict[str, str]:
        methods = {f"bind.{name}": item.method for name, item in rules.bind.items()}
        lines = {f"indicator.{line.id}": line.value for line in rules.indicators}
        return methods | lines | {f"exclude.{key}": value for key, value in rules.exclude.items()}

    left, right = table(first), table(second)
    return tuple((key, left.get(key, "-"), right.get(key, "-")) for key in sorted({*left, *right}) if left.get(key) != right.get(key))
