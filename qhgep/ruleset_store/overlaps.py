"""Overlaps: what would count the same thing twice. The groups are data of a ruleset; here they are enforced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from qhgep.catalogue import Catalogue, Formula
from qhgep.errors import Problems
from qhgep.expr import Expr, Number, Op, Quantity, children, quantities, walk
from qhgep.ruleset_store.products import Product, Sum, Written, has_factors
from qhgep.ruleset_store.schema import IndicatorLine, Overlap, RulesetFile

_FEWEST = 2
_MOST_WAYS = 200
"""Ways to compute one quantity that are tried; of the methods that rulesets combine there are some dozens."""
Held = Mapping[str, tuple[str, ...]]
"""The members of a group that are counted, each with the quantities by which it is."""


@dataclass(frozen=True)
class Counted:
    """What the counted lines of a ruleset rest on, and the formulas that are bound: what a group is held against."""

    lines: Sequence[IndicatorLine]
    bound: Mapping[str, Formula]
    catalogue: Catalogue
    waiting: frozenset[str] = frozenset()
    """The quantities whose method is not chosen yet: what rests on them rests on nothing that could be compared."""
    local: frozenset[str] = frozenset()
    """The quantities bound to a formula of the ruleset's own."""

    @cached_property
    def written(self) -> Written:
        """The values written out as sums of products."""
        return Written(self.bound, self.catalogue)

    def rests_on(self, *names: str) -> frozenset[str]:
        """These quantities and all that the formulas bound to them read, down to the leaves."""
        found: dict[str, None] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = None
                waiting += [item.name for item in self.bound[name].inputs] if name in self.bound else []
        return frozenset(found)

    def holds(self, member: str) -> bool:
        """Whether the account counts a member: a line of that indicator, or a quantity below a counted value.

        `quantity/method` holds where the quantity is counted and bound to just that method.
        """
        name, _, method = member.partition("/")
        if method and (name not in self.bound or self.bound[name].method != method):
            return False
        if any(line.id == name for line in self.lines):
            return True
        known = self.catalogue.indicators.get(name)
        below = self.rests_on(*(line.value for line in self.lines))
        if known is None:
            return name in below
        value = known.value.name  # a line under another name may count that value, or a part of it
        parts = self.adds_up(value)
        return value in below or any(line.value in parts for line in self.lines)

    def holders(self, member: str) -> tuple[str, ...]:
        """By what a member is counted: itself, by its name, else the values of lines that compute it by formulas of their own; or nothing."""
        if self.holds(member):
            return (member.partition("/")[0],)
        own = [line.value for line in self.lines if self.local & self.rests_on(line.value)]
        return tuple(value for value in own if self.computes(value, member))

    def computes(self, value: str, member: str, *, whole: bool = False) -> Product | None:
        """What a value computes of a member, by any of its methods under whatever names: a product, or with `whole` all of them."""
        mine = [product for product, times in self.written.out(self.catalogue.vocabulary[value]).items() if times > 0]
        for way in self._ways(member, self.rests_on(value)):
            theirs = [product for product, times in way.items() if times > 0]
            found = [product for product in theirs if any(has_factors(one, product) for one in mine)]
            if found and (len(found) == len(theirs) or not whole):
                return found[0]
        return None

    def _ways(self, member: str, within: frozenset[str]) -> Iterator[Sum]:
        """A member written out by each of its methods, or by the one named, that can be made of some quantities."""
        name, _, method = member.partition("/")
        known = self.catalogue.indicators.get(name)
        quantity = self.catalogue.vocabulary.get(name) if known is None else known.value
        if quantity is not None:
            for written in self._bound_ways(self.written, quantity, within, method):
                found = written.total(quantity)
                yield {product: times for product, times in found.items() if not _only_name(product)}

    def _bound_ways(
        self,
        written: Written,
        quantity: Quantity,
        within: frozenset[str],
        method: str = "",
        above: tuple[Quantity, ...] = (),
    ) -> Iterator[Written]:
        """Bindings by which a quantity may be computed: all its methods, those of what it reads, and further in the same unit."""
        ids = [(quantity.name, each) for each in ([method] if method else self.catalogue.methods(quantity.name))]
        known = (self.catalogue.formulas[id_] for id_ in ids if id_ in self.catalogue.formulas)
        for formula in (
            item for item in known if item.id not in self.catalogue.analytic and self._can_be(item, within)
        ):
            ways = [written.bound_as(formula)]
            for item in formula.inputs:
                if item in above or item == quantity or (above and item.unit != quantity.unit):
                    continue
                deeper = [self._bound_ways(way, item, within, above=(*above, quantity)) for way in ways]
                ways += [one for each in deeper for one in each][:_MOST_WAYS]
            yield from ways

    def _can_be(self, formula: Formula, within: frozenset[str]) -> bool:
        """Whether a formula may be written with some quantities: a product needs all that nothing computes, a sum some of it."""
        leaves = [item.name in within for item in formula.inputs if not self.catalogue.methods(item.name)]
        product = all(
            isinstance(node, Quantity | Number) or getattr(node, "symbol", "") in {"*", "/"}
            for node in walk(formula.equals)
        )
        return all(leaves) if product else any(leaves) or not leaves

    def adds_up(self, name: str) -> frozenset[str]:
        """A quantity and all that adds to it: not what a formula takes off or divides by."""
        found: dict[str, None] = {}
        taken: set[str] = set()
        waiting = [name]
        while waiting:
            one = waiting.pop()
            if one not in found and one in self.bound:
                tree = self.bound[one].equals
                waiting += _added(tree)
                taken |= {item.name for node in walk(tree) for item in _taken_off(node)}
            found[one] = None
        return frozenset(found) - taken

    def zh(self, member: str) -> str:
        """A member as a message names it."""
        return zh_of_member(member, self.catalogue)


def _only_name(product: Product) -> bool:
    """Whether a product is one quantity alone, which what reads it names."""
    return len(product) == 1 and all(isinstance(factor, str) and not factor.startswith("#") for factor, _ in product)


def _added(node: Expr) -> list[str]:
    """The quantities of a formula that are not behind a minus or a stroke."""
    if isinstance(node, Quantity):
        return [node.name]
    kept = children(node)[:1] if isinstance(node, Op) and node.symbol in {"-", "/"} else children(node)
    return [name for child in kept for name in _added(child)]


def _taken_off(node: Expr) -> tuple[Quantity, ...]:
    return quantities(node.right) if isinstance(node, Op) and node.symbol == "-" else ()


def check_parts(counted: Counted, place_of: Callable[[IndicatorLine], str], problems: Problems) -> None:
    """No counted line is a part of another: its value would stand in the total twice."""
    values = {line.value: line for line in counted.lines}
    for whole in values.values():
        for value in sorted(counted.adds_up(whole.value) & values.keys() - {whole.value}):
            part = values[value]
            facts = {"part": part.id, "value": counted.zh(value), "whole": whole.id}
            problems.add("ruleset_part_counted", place_of(part), **facts)


def zh_of_member(member: str, catalogue: Catalogue) -> str:
    """A member of a group as a message names it: its Chinese name and its id."""
    name = member.partition("/")[0]
    known = catalogue.indicators.get(name, catalogue.vocabulary.get(name))
    return member if known is None else f"{known.zh}（{member}）"


def check_overlaps(
    groups: Iterable[Overlap], counted: Counted, file: RulesetFile, problems: Problems
) -> tuple[Overlap, ...]:
    """Every group held against what is counted; what is counted twice goes to `problems`, where the file wrote it.

    To be called anew whenever a choice of method changes what is bound. Gives the groups of kind `check` of which two
    members are counted: these are no error, the account asks for a look.
    """
    looks = []
    for group in groups:
        held = {member: by for member in group.of if (by := counted.holders(member))}
        place = _place(group, held, counted, file)
        _known(group, counted.catalogue, place, problems)
        if len(set(held.values())) < _FEWEST:
            continue  # one line may compute what several methods compute
        if group.kind == "check":
            by_name = all(map(counted.holds, held))
            looks.append(group if by_name else group.model_copy(update={"of": [by[0] for by in held.values()]}))
        else:
            _ENFORCED[group.kind](group, held, counted, place, problems)
    return tuple(looks)


def _place(group: Overlap, held: Held, counted: Counted, file: RulesetFile) -> str:
    """The line of a group in the file; of one that holds for it without being written there, the last line or binding that counts a member."""
    names = {name for by in held.values() for name in by}
    below = counted.rests_on(*names)
    lines = [line for line in counted.lines if names & {line.id, *counted.rests_on(line.value)}]
    places = [
        file.where("overlap", group),
        *(file.where("indicator", line) for line in reversed(lines)),
        *(file.where("bind", name) for name in reversed(file.bind) if name in below or names & counted.rests_on(name)),
    ]
    return next((place for place in places if place != file.name), file.name)


def _known(group: Overlap, catalogue: Catalogue, place: str, problems: Problems) -> None:
    """Members, bases and deductions must be of the catalogue: a name that nothing bears would guard nothing."""
    for member in (*group.of, *group.basis, *filter(None, [group.less])):
        name, _, method = member.partition("/")
        there = (name, method) in catalogue.formulas if method else name in catalogue.vocabulary
        if not there and (method or name not in catalogue.indicators):
            problems.add("ruleset_overlap_member", place, member=member)
    if (group.kind == "consistency") != bool(group.basis) or (group.kind == "by_item") != bool(group.less):
        problems.add("ruleset_overlap_kind", place, members="、".join(group.of), kind=group.kind)


def _exclusive(group: Overlap, held: Held, counted: Counted, place: str, problems: Problems) -> None:
    members = "、".join(held if not group.reason else map(counted.zh, held))
    problems.add("ruleset_overlap", place, indicators=members)


def _consistency(group: Overlap, held: Held, counted: Counted, place: str, problems: Problems) -> None:
    """All counted members rest on the same ones of the named bases (oxygen and carbon on one production)."""
    below = {member: counted.rests_on(*by) for member, by in held.items()}
    bases = {member: found & set(group.basis) for member, found in below.items() if not found & counted.waiting}
    if len(set(bases.values())) > 1:
        told = "；".join(
            f"{counted.zh(member)}：{'、'.join(sorted(map(counted.zh, basis))) or '-'}"
            for member, basis in bases.items()
        )
        problems.add("ruleset_overlap_basis", place, members=told)


def _by_item(group: Overlap, held: Held, counted: Counted, place: str, problems: Problems) -> None:
    """The first member deducts, item by item, what the others count: it rests on the quantity `less`.

    A member whose method is not chosen yet is asked when it is.
    """
    first = group.of[0]
    below = counted.rests_on(*held.get(first, ()))
    if first in held and group.less not in below and not below & counted.waiting:
        others = "、".join(counted.zh(member) for member in held if member != first)
        facts = {"first": counted.zh(first), "others": others, "less": counted.zh(group.less)}
        problems.add("ruleset_overlap_item", place, **facts)


_ENFORCED = {"exclusive": _exclusive, "consistency": _consistency, "by_item": _by_item}
