"""What a line prints is its own: no quantity, value or matrix of another indicator under its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qhgep.catalogue import Catalogue, Formula
from qhgep.catalogue.formulas import Indicator
from qhgep.errors import Problems
from qhgep.expr import Expr, Number, Op, Parts, Quantity, Total
from qhgep.ruleset_store.overlaps import zh_of_member
from qhgep.ruleset_store.schema import Beside, IndicatorLine, RulesetFile

Line = IndicatorLine | Beside


def check_columns(
    file: RulesetFile, bound: Mapping[str, Formula], catalogue: Catalogue, shipped: Catalogue, problems: Problems
) -> None:
    """Each line of an indicator of `shipped` shows what is its own: by name, and through formulas that only pass it on.

    What a formula multiplies, divides or takes off is read of another line, not shown as this one. A line under an id of the
    ruleset's own, with a name of its own, shows what it wants.
    """
    listed: tuple[tuple[str, Sequence[Line]], ...] = (("indicator", file.indicator), ("beside", file.beside))
    lines = [(table, line) for table, of in listed for line in of if line.id in shipped.indicators]
    if not lines or any(problem.code == "ruleset_systems" for problem in problems.items):
        return  # two systems of accounting beside each other: told already, line by line would say it again
    homes = _homes(shipped)
    for table, line in lines:
        for column in ("quantity", "value", "matrix"):
            chain = next(_of_others(getattr(line, column), line.id, homes, bound, ()), None)
            if chain is None:
                continue
            through = next((one for one in file.formula if one.quantity in chain[:-1]), None)
            place = file.where("formula", through) if through else file.where(table, line)
            own = _own(shipped.indicators[line.id], column, homes, shipped)
            facts = {"line": catalogue.indicators[line.id].zh, "id": line.id, "column": column, "own": own}
            found = " → ".join(zh_of_member(name, catalogue) for name in chain)
            other = homes[chain[-1]][0]
            problems.add("ruleset_value_of_another", place, **facts, found=found, other=other.zh, other_id=other.id)


def check_gaps(file: RulesetFile, shipped: Catalogue, problems: Problems) -> None:
    """No line of one's own counts the whole value of an indicator that the ruleset says is not covered."""
    gaps = {gap.id for gap in file.not_covered}
    whole = {
        name: known
        for known in shipped.indicators.values()
        if known.id in gaps
        for name in (known.value.name, f"{known.value.name}_total")
    }
    for line in (line for line in file.indicator if line.id not in shipped.indicators and line.value in whole):
        known = whole[line.value]
        facts = {"id": line.id, "line": line.zh, "other_id": known.id, "other": known.zh, "value": line.value}
        problems.add("ruleset_gap_counted", file.where("indicator", line), **facts)


def _of_others(
    name: str, line: str, homes: Mapping[str, list[Indicator]], bound: Mapping[str, Formula], chain: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    """The chains by which a quantity is, or adds whole, what belongs to other indicators only."""
    if name in chain:
        return
    chain = (*chain, name)
    if name in homes and line not in {home.id for home in homes[name]}:
        yield chain
    elif name in bound:
        for item in _whole(bound[name].equals):
            yield from _of_others(item, line, homes, bound, chain)


def _whole(node: Expr) -> Iterator[str]:
    """The quantities that a formula passes on as they are, or adds: alone, in a sum, before a minus, times a number."""
    match node:
        case Quantity(name):
            yield name
        case Total(_, of):
            yield of.name
        case Parts(of):
            yield from (part.name for part in of)
        case Op("+", left, right):
            yield from _whole(left)
            yield from _whole(right)
        case Op("-", left, _) | Op("*" | "/", left, Number()) | Op("*", Number(), left):
            yield from _whole(left)


def _homes(catalogue: Catalogue) -> dict[str, list[Indicator]]:
    """Quantity -> the indicators that it belongs to: it is theirs, a part of it in the same unit by some method, or its total."""
    totals: dict[str, list[str]] = {}
    for item in catalogue.formulas.values():
        if isinstance(item.equals, Total):
            totals.setdefault(item.equals.of.name, []).append(item.quantity.name)
    homes: dict[str, list[Indicator]] = {}
    for indicator in catalogue.indicators.values():
        methods = [(indicator.value.name, method) for method in catalogue.methods(indicator.value.name)]
        if methods and catalogue.analytic.issuperset(methods):
            continue  # scenario lines are no services
        for name in _family(indicator, catalogue, totals):
            homes.setdefault(name, []).append(indicator)
    return homes


def _family(indicator: Indicator, catalogue: Catalogue, totals: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [indicator.quantity, indicator.value]
    while waiting:
        one = waiting.pop()
        if one.name in found:
            continue
        found.add(one.name)
        methods = [(one.name, method) for method in catalogue.methods(one.name)]
        below = [item for id_ in methods if id_ not in catalogue.analytic for item in catalogue.formulas[id_].inputs]
        above = [catalogue.vocabulary[name] for name in totals.get(one.name, ())]
        waiting += [item for item in (*below, *above) if item.unit == one.unit]
    return found


def _own(indicator: Indicator, column: str, homes: Mapping[str, list[Indicator]], catalogue: Catalogue) -> str:
    """What the column of a line may be: the quantities of the indicator itself that are by county and year, or by ecosystem."""
    of = indicator.quantity if column == "quantity" else indicator.value
    axes = {"county", "year"} | ({"ecosystem"} if column == "matrix" else set())
    names = [of.name, f"{of.name}_total", *sorted(name for name in homes if indicator in homes[name])]
    fit = [name for name in dict.fromkeys(names) if name in homes and _fits(catalogue.vocabulary[name], of, axes)]
    return "、".join(zh_of_member(name, catalogue) for name in fit[:2]) or "-"


def _fits(quantity: Quantity, of: Quantity, axes: set[str]) -> bool:
    return not quantity.is_coefficient and quantity.unit == of.unit and set(quantity.axes) == axes
