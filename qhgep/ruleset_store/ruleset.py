"""Rulesets: which formulas and documents an account uses. They choose; formulas compute."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from qhgep.catalogue import Catalogue, Formula, shipped
from qhgep.data import file_hash
from qhgep.errors import Problems, RulesetError
from qhgep.expr import Quantity
from qhgep.inputs.not_applicable import NotApplicable, decision_of
from qhgep.ruleset_store.line_columns import check_columns, check_gaps
from qhgep.ruleset_store.overlaps import Counted, check_overlaps, check_parts
from qhgep.ruleset_store.own import with_own
from qhgep.ruleset_store.same_money import check_same_money
from qhgep.ruleset_store.schema import Beside, IndicatorLine, NotCovered, Overlap, RulesetFile, folder, read_file

__all__ = [
    "INFLOW",
    "Beside",
    "IndicatorLine",
    "NotCovered",
    "Ruleset",
    "difference",
    "folder",
    "read_ruleset",
    "rulesets",
    "with_methods",
]

_MONEY = "CNY/year"
_FEWEST = 2
"""A choice is between two methods at least."""
INFLOW = "inflow_from_outside"
"""The deduction that is a line of every account, whatever its ruleset shows."""


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
    complete: str
    """The document and clause by which the indicators are all there is to GEP; empty: a total is never called GEP."""
    exclude: Mapping[str, str]
    catalogue: Catalogue
    order: tuple[Formula, ...]
    leaves: tuple[Quantity, ...]
    hash: str
    file: str
    text: str
    layer: str = ""
    """`analytic` where it bears the mark of that layer; else empty."""
    extended: tuple[tuple[str, str], ...] = ()
    """Name and text of each ruleset that it extends."""
    not_applicable: tuple[NotApplicable, ...] = ()
    """What does not apply by the rules themselves."""
    beside: tuple[Beside, ...] = ()
    """Lines that are computed and shown, and never added to the total; their quantities stand in `show` too."""
    overlaps: tuple[Overlap, ...] = ()
    """Groups of kind `check` of which two members are counted: the account asks whether they count the same thing."""
    shell: bool = False
    """Whether it stands for a document whose clauses were not seen: nothing can be accounted by it."""
    provided_by: str = ""
    """The unit that answers for the clauses of a shell that it fills in; they were not checked here."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Quantity -> the methods that an account chooses from, as the ruleset proposes them; what is chosen stands in `bind`."""
    asked: tuple[Quantity, ...] = ()
    """The leaves of every method that may still be chosen: what a form asks for, and a pack may hold."""
    content: RulesetFile | None = field(default=None, repr=False, compare=False)
    """The file's content, of which `with_methods` makes the ruleset anew."""
    closed_over: Catalogue | None = field(default=None, repr=False, compare=False)
    """The catalogue without what the file adds to it, over which `with_methods` closes the content again."""

    def __repr__(self) -> str:
        """One line; what it holds fills pages."""
        return f"<Ruleset {self.name}, {len(self.indicators)} indicators>"

    @property
    def undecided(self) -> tuple[str, ...]:
        """The quantities that the account reads and that wait for the choice of a method: they have no value until then."""
        read = {quantity.name for quantity in self.leaves}
        return tuple(name for name in self.choices if name in read)

    def zh_of(self, indicator: str) -> str:
        """The Chinese name of an indicator or of a service that is not covered."""
        named = {line.id: line.zh for line in self.not_covered}
        known = self.catalogue.indicators.get(indicator)
        return known.zh if known else named.get(indicator, indicator)

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Everything an account of this ruleset has values for: leaves first, then computed, in order."""
        return (*self.leaves, *(item.quantity for item in self.order))


@cache
def rulesets() -> Mapping[str, Ruleset]:
    """The shipped rulesets by name. Raises RulesetError with every fault of any of them."""
    return {path.stem: read_ruleset(path) for path in sorted(folder().glob("*.toml"))}


def read_ruleset(path: Path, catalogue: Catalogue | None = None, *, inside: Path | None = None) -> Ruleset:
    """The ruleset of a file, closed over a catalogue (the shipped one by default). What it leaves open is not chosen.

    What it extends lies inside `inside`, by default its own folder, or is shipped.

    Raises RulesetError: unknown quantity, method or indicator, overlapping indicators, an unbound or circular chain;
    all at once, each with the file.
    """
    problems = Problems()
    files: list[Path] = []
    content = read_file(path, problems, files, inside=inside)
    problems.raise_if_any(RulesetError)
    extended = tuple((file.stem, file.read_bytes().decode("utf-8")) for file in files[1:])
    ruleset = _Closing(path, content, catalogue or shipped(), problems, {}).close()
    text = path.read_bytes().decode("utf-8")
    return replace(ruleset, hash=_hash(files), text=text, extended=extended)


def with_methods(ruleset: Ruleset, methods: Mapping[str, str]) -> Ruleset:
    """The ruleset with the choices of an account: quantity -> one of the methods that `ruleset.choices` lists for it.

    Choices made before are kept where `methods` does not name them. Raises RulesetError where what is counted then
    overlaps, or a chain of formulas comes back to itself.
    """
    if ruleset.content is None or ruleset.closed_over is None or not methods:
        return ruleset
    made = {name: ruleset.bind[name].method for name in ruleset.choices if name in ruleset.bind} | dict(methods)
    problems = Problems()
    chosen = _Closing(Path(ruleset.file), ruleset.content, ruleset.closed_over, problems, made).close()
    return replace(chosen, hash=ruleset.hash, text=ruleset.text, extended=ruleset.extended)


def _hash(files: Sequence[Path]) -> str:
    """The hash of a file; of a ruleset that extends others, the hash of all their hashes."""
    hashes = [file_hash(path) for path in files]
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()


class _Closing:
    """Turns a file into a Ruleset: binds, checks, orders."""

    def __init__(
        self, path: Path, content: RulesetFile, catalogue: Catalogue, problems: Problems, methods: Mapping[str, str]
    ) -> None:
        self.path, self.content, self.problems, self.methods = path, content, problems, methods
        self.plain = catalogue
        self.catalogue = with_own(catalogue, content, path.stem, problems)
        self.bound: dict[str, Formula] = {}
        self.choices: dict[str, tuple[Formula, ...]] = {}

    def close(self) -> Ruleset:
        self._bind()
        self._lines()
        order, leaves = self._order()
        not_applicable = self._not_applicable()
        file = self.content
        shown = tuple(dict.fromkeys(name for name, _ in self._shown()))
        local = frozenset(one.quantity for one in file.formula if self._bound_to(one.quantity) == one.method)
        waiting = frozenset(self.choices.keys() - self.bound.keys())
        counted = Counted(file.indicator, self.bound, self.catalogue, waiting, local)
        overlaps = check_overlaps(file.overlap, counted, file, self.problems)
        check_parts(counted, lambda line: file.where("indicator", line), self.problems)
        overlaps += check_same_money(counted, file, self.problems)
        check_gaps(file, self.plain, self.problems)
        check_columns(file, self.bound, self.catalogue, self.plain, self.problems)
        self.problems.raise_if_any(RulesetError)
        return Ruleset(
            self.path.stem, file.zh, file.note, tuple(file.documents), self.bound, tuple(file.indicator), shown,
            tuple(file.not_covered), file.complete, file.exclude, self.catalogue, order, leaves, "", self.path.name,
            "", file.layer, (), not_applicable,
            tuple(file.beside), overlaps, file.shell, file.provided_by if file.fills_shell else "",
            {name: tuple(one.method for one in of) for name, of in self.choices.items()},
            self._order(every=True)[1], file, self.plain,
        )  # fmt: skip

    def _not_applicable(self) -> tuple[NotApplicable, ...]:
        found = []
        for number, entry in enumerate(self.content.not_applicable, start=1):
            where = self.content.where("not_applicable", entry)
            if entry.quantity not in self.catalogue.vocabulary:
                self.problems.add("ruleset_quantity", where, quantity=entry.quantity)
            if not entry.reason:
                self.problems.add("adopt_reason", where)
            place = f"{self.path.name} [[not_applicable]] {number}"
            found.append(decision_of(entry, place))
        return tuple(found)

    def _bind(self) -> None:
        for quantity, listed in self.content.bind.items():
            if isinstance(listed, str):
                found = self._formula(quantity, listed)
            else:
                known = [one for method in listed if (one := self._formula(quantity, method)) is not None]
                self.choices[quantity] = tuple(known)
                if len(set(listed)) < _FEWEST or len(set(listed)) < len(listed):
                    self.problems.add("ruleset_choice", self.content.where("bind", quantity), quantity=quantity)
                found = next((one for one in known if one.method == self.methods.get(quantity)), None)
            if found is not None:
                self.bound[quantity] = found

    def _bound_to(self, quantity: str) -> str:
        return self.bound[quantity].method if quantity in self.bound else ""

    def _formula(self, quantity: str, method: str) -> Formula | None:
        """The formula that a binding names; None, noted, where there is none."""
        found, methods = self.catalogue.formulas.get((quantity, method)), self._methods(quantity)
        if method not in methods:
            where, known = self.content.where("bind", quantity), "、".join(methods) or "-"
            if found is None:
                self.problems.add("ruleset_method", where, quantity=quantity, method=method, known=known)
            else:
                self.problems.add("ruleset_analytic", where, quantity=quantity, method=method)
        return found

    def _methods(self, quantity: str) -> list[str]:
        """The methods that a ruleset of this layer may bind: the allocation formulas of papers are for the analytic one.

        A quantity that only such formulas give is of that layer too, whatever local method gives it.
        """
        methods = list(self.catalogue.methods(quantity))
        if self.content.layer == "analytic":
            return methods
        shipped = [method for method in methods if (quantity, method) in self.plain.formulas]
        plain = [method for method in methods if (quantity, method) not in self.catalogue.analytic]
        return plain if not shipped or set(shipped) & set(plain) else []

    def _lines(self) -> None:
        lines = self.content.indicator
        self._shell()
        if not lines and not self.content.shell:
            self.problems.add("ruleset_empty", self.path.name)
        for line in lines:
            if line.id not in self.catalogue.indicators:
                self.problems.add("ruleset_indicator", self._line(line), indicator=line.id)
            self._columns(line)
        besides = [line.id for line in self.content.beside]
        for other in self.content.beside:
            if other.id not in self.catalogue.indicators:
                self.problems.add("ruleset_indicator", self.content.where("beside", other), indicator=other.id)
        listed = Counter([line.id for line in lines] + besides + [line.id for line in self.content.not_covered])
        twice = [
            name for of in (listed, Counter(line.counts for line in lines)) for name, times in of.items() if times > 1
        ]
        for name in twice:
            self.problems.add("ruleset_twice", self.path.name, indicator=name)
        for name in sorted(set(listed) & set(self.content.exclude)):
            self.problems.add(
                "ruleset_excluded",
                self.content.where("exclude", name),
                indicator=name,
                reason=self.content.exclude[name],
            )
        for name, place in self._wanted():
            if name not in self.catalogue.vocabulary:
                self.problems.add("ruleset_quantity", self.content.where(*place), quantity=name)
        self._one_system(lines)

    def _shell(self) -> None:
        """A shell binds nothing and says how each line is known; who fills one in answers for the clause of each line."""
        file = self.content
        if file.shell:
            if file.indicator or file.beside or file.bind or file.formula:
                self.problems.add("ruleset_shell_binds", file.where("shell"))
            for gap in file.not_covered:
                if not gap.evidence or not gap.clause:
                    self.problems.add("ruleset_shell_line", file.where("not_covered", gap), indicator=gap.id)
        if file.fills_shell:
            if not file.provided_by.strip():
                self.problems.add("ruleset_provided_by", self.path.name)
            for line in file.indicator:
                if not line.clause.strip():
                    self.problems.add("ruleset_clause", self._line(line), indicator=line.id)

    def _one_system(self, lines: Sequence[IndicatorLine]) -> None:
        """Lines of two systems of accounting are never added: both value the same services, whatever the lines are called."""
        first: dict[str, str] = {}
        counted = Counted(lines, self.bound, self.catalogue)
        for line in lines:
            if line.id in self.catalogue.indicators:
                systems = {self.catalogue.system_of(name) for name in counted.rests_on(line.value)}
                first.setdefault(max(systems), line.id)
        if len(first) > 1:
            self.problems.add("ruleset_systems", self.path.name, indicators="、".join(first.values()))

    def _columns(self, line: IndicatorLine) -> None:
        """An indicator is a number per county and year (of one item), its value in money; the matrix is by ecosystem."""
        county = ("county", "year")
        for name, axes in ((line.quantity, county), (line.value, county), (line.matrix, (*county, "ecosystem"))):
            found = self.catalogue.vocabulary.get(name)
            if found is not None and found.axes != (expected := (*axes, *self._item_list(line, found))):
                where, has, needs = self._line(line), "、".join(found.axes) or "-", "、".join(expected)
                self.problems.add("ruleset_axes", where, indicator=line.id, quantity=name, found=has, expected=needs)
        for name in (line.value, line.matrix):
            found = self.catalogue.vocabulary.get(name)
            if found is not None and str(found.unit) != _MONEY:
                facts = {"indicator": line.id, "quantity": name, "unit": found.unit.printed}
                self.problems.add("ruleset_money", self._line(line), **facts)

    def _line(self, line: IndicatorLine) -> str:
        return self.content.where("indicator", line)

    def _item_list(self, line: IndicatorLine, quantity: Quantity) -> tuple[str, ...]:
        """The item list of a quantity that a line counts one item of; none where the line names no item."""
        lists = [axis for axis in quantity.axes if axis in self.catalogue.lists] if line.item else []
        for axis in lists[:1]:
            members = self.catalogue.lists[axis].members
            if line.item not in members:
                facts = {
                    "indicator": line.id,
                    "item": line.item,
                    "quantity": quantity.name,
                    "known": "、".join(members),
                }
                self.problems.add("ruleset_item", self._line(line), **facts)
        return tuple(lists[:1])

    def _wanted(self) -> Iterator[tuple[str, tuple[str, object]]]:
        """The quantities that the account shows, each with the table and entry of the ruleset that asks for it."""
        for line in self.content.indicator:
            yield from ((name, ("indicator", line)) for name in (line.quantity, line.value, line.matrix) if name)
        yield from self._shown()
        if INFLOW in self.catalogue.vocabulary:
            yield INFLOW, ("show", INFLOW)

    def _shown(self) -> Iterator[tuple[str, tuple[str, object]]]:
        """What is shown and not counted: the lines beside the total, and single quantities."""
        yield from ((name, ("show", name)) for name in self.content.show)
        for line in self.content.beside:
            yield from ((name, ("beside", line)) for name in (line.quantity, line.value, line.matrix) if name)

    def _order(self, *, every: bool = False) -> tuple[tuple[Formula, ...], tuple[Quantity, ...]]:
        """Formulas so that each comes after what it reads; leaves in the order they are met.

        With `every` all methods are followed from which there is still a choice.
        """
        order: dict[str, Formula] = {}
        leaves: dict[str, Quantity] = {}

        def visit(quantity: Quantity, chain: tuple[str, ...]) -> None:
            if quantity.name in chain:
                told = " → ".join([*chain, quantity.name])
                if not every:
                    self.problems.add("ruleset_cycle", self.path.name, chain=told)
                return
            bound = self.bound.get(quantity.name)
            choices = self.choices.get(quantity.name, ()) if every else ()
            found = choices if bound is None else (bound,)
            if not found:
                leaves.setdefault(quantity.name, quantity)
                return
            if quantity.name in order:
                return
            for item in dict.fromkeys(item for one in found for item in (*one.inputs, *one.covers)):
                visit(item, (*chain, quantity.name))
            order.setdefault(quantity.name, found[0])

        for name in dict.fromkeys(name for name, _ in self._wanted()):
            if name in self.catalogue.vocabulary:
                visit(self.catalogue.vocabulary[name], ())
        return tuple(order.values()), tuple(leaves.values())


def difference(first: Ruleset, second: Ruleset) -> tuple[tuple[str, str, str], ...]:
    """What differs between two rulesets: (what, in the first, in the second), sorted; `-` where it is not there.

    `system` stands among them where the two are different accountings, whose values are never added, and `layer` where
    only one has scenario rules of papers.
    """

    def table(rules: Ruleset) -> dict[str, str]:
        methods = {f"bind.{name}": " | ".join(listed) for name, listed in rules.choices.items()}
        methods |= {f"bind.{name}": item.method for name, item in rules.bind.items()}
        lines = {f"indicator.{line.id}": line.counts for line in rules.indicators}
        if rules.layer:
            lines["layer"] = rules.layer
        if system := next((rules.catalogue.indicators[line.id].system for line in rules.indicators), ""):
            lines["system"] = system
        return methods | lines | {f"exclude.{key}": value for key, value in rules.exclude.items()}

    left, right = table(first), table(second)
    return tuple(
        (key, left.get(key, "-"), right.get(key, "-"))
        for key in sorted({*left, *right})
        if left.get(key) != right.get(key)
    )
