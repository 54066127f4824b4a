"""explain(): one value followed back to formulas, coefficients, inputs, documents and places. Complete, or it is nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from qhgep.catalogue import Formula, checked
from qhgep.catalogue.prices import price_index_from, price_index_to
from qhgep.coefficient_store import Adoption, Deflation, Resolved, region_text
from qhgep.engine.graph import COVERAGE, AccountGraph, addends, cells_read
from qhgep.engine.grid import Carried, Record, Value
from qhgep.engine.names import ALL, TOTALS, members_named
from qhgep.engine.node import Ref
from qhgep.engine.result import Result
from qhgep.errors import Language
from qhgep.evidence import EVIDENCE, ORIGIN, PRESENCE
from qhgep.expr import Cell, Quantity, Total
from qhgep.phrases import in_language, listed, phrase, word
from qhgep.readings.latex import latex
from qhgep.readings.text import conversion, text
from qhgep.readings.trace import substituted
from qhgep.units import unit as parse_unit


@dataclass(frozen=True, slots=True)
class Step:
    """One value of a trace: what it is, how it came about, and the steps it was made of (none for a leaf)."""

    quantity: Quantity
    cell: Cell
    value: Value
    formula: Formula | None
    words: str
    numbers: str
    steps: tuple[Step, ...]

    def __repr__(self) -> str:
        """One line: what it is, its value, how many steps are below it; the steps themselves fill pages."""
        number = self.value.presence if self.value.value is None else f"{self.value.value:.6g} {self.value.unit}"
        partial = "" if self.value.partial is None else " 部分核算"
        return f"<Step {self.quantity.zh} {number}{partial}, {self.value.evidence}, {len(self.steps)} steps>"

    def walk(self) -> Iterator[Step]:
        """The step itself and all below it."""
        yield self
        for step in self.steps:
            yield from step.walk()


def explain(
    result: Result,
    *,
    county: str | int,
    quantity: str | None = None,
    period: str | int | None = None,
    ecosystem: str = "",
    item: str = "",
) -> tuple[Step, ...]:
    """The traces of a quantity in a county: one, or one per indicator value where no quantity is named.

    A quantity by ecosystem or item needs the member named; without an ecosystem its total of the county is explained, where it has
    one. An indicator may be named too: its value. Also `accounted_total` and `gep_total`, and county `*` for the
    total over all counties: a total is its addends, those that have no value too. Raises UnknownName (a KeyError too) with the
    nearest for what the account does not have. `coverage` is the share of the area that is covered, of the value that `item`
    names or of the accounted total.
    """
    if quantity == COVERAGE:
        named, code, at = result.named(item or "accounted_total", county, period)
        return (_Explainer(result).coverage(AccountGraph(result).coverage_ref(named, code, at)),)
    named, code, at = result.named(quantity or "accounted_total", county, period)
    if not ecosystem and (whole := result.values.get(f"{named}_total")) is not None:
        named = whole.quantity.name if "ecosystem" not in whole.quantity.axes else named
    lines = result.account.ruleset.indicators
    names = [(named, item)] if quantity else [(line.value, line.item) for line in lines]
    explainer = _Explainer(result)
    return tuple(explainer.of(name, code, at, ecosystem, member) for name, member in names)


class _Explainer:
    def __init__(self, result: Result) -> None:
        self.result = result

    def of(self, name: str, county: str, period: str, ecosystem: str, item: str) -> Step:
        """The step of a quantity or total by name, in a county or (`*`) over all."""
        if name in TOTALS or county == ALL:
            return self._total(name, county, period, item)
        target = self.result.values[name].quantity
        members = members_named(self.result.grid, target.axes, ecosystem, item)
        known = {"county": county, "year": period, **members}
        return self.step(target, Cell(tuple((axis, known[axis]) for axis in target.axes)))

    def _total(self, name: str, county: str, period: str, item: str) -> Step:
        """A total with its addends: the counties, the lines of the ruleset, or for GEP the sum and what flows in."""
        value = self.result.value(name, county=county, period=period, item=item)
        below = [self.of(name, code, period, "", of) for name, code, of in addends(self.result, name, county, item)]
        quantity = _total_of(self.result, name)
        members = (("county", county), ("year", period))
        joint = " − " if name == "gep_total" and county != ALL else " + "
        kinds = dict.fromkeys(step.quantity.zh for step in below)
        words = f"{quantity.zh} = " + (f"各县{quantity.zh}之和" if county == ALL else joint.join(kinds))
        numbers = joint.join(_in_brackets(step.value) for step in below)
        return Step(quantity, Cell(members), value, None, words, numbers, tuple(below))

    def coverage(self, ref: Ref) -> Step:
        """The share of the area that a value covers: the areas that it is made of, or the shares of its addends."""
        node = AccountGraph(self.result).node(ref)
        quantity = Quantity(COVERAGE, parse_unit("1"), ("county", "year"), node.zh, r"\text{coverage}")
        presence = "missing" if node.value is None else "value"
        share = node.value if isinstance(node.value, float) else None
        value = Value(share, quantity.unit, presence, "computed", "", COVERAGE)
        below = tuple(
            self.coverage(item)
            if item.kind == COVERAGE
            else self.step(self.result.values[item.name].quantity, Cell(item.members))
            for item in node.reads
        )
        numbers = " ， ".join(_in_brackets(step.value) for step in below)
        return Step(quantity, Cell(ref.members), value, None, node.formula or node.zh, numbers, below)

    def step(self, quantity: Quantity, cell: Cell) -> Step:
        value = self.result.at(quantity, cell)
        if value.record is not None and value.record.carried is not None:
            return self._carried(quantity, cell, value, value.record, value.record.carried)
        formula = self.result.account.ruleset.bind.get(quantity.name)
        if formula is None or value.record is not None:
            return Step(quantity, cell, value, None, "", "", ())
        below = tuple(self.step(item, at) for item, at in cells_read(self.result, quantity, cell))
        words = f"{quantity.zh} = {text(formula.equals)}"
        return Step(quantity, cell, value, formula, words, self._numbers(formula, below), below)

    def _carried(self, quantity: Quantity, cell: Cell, value: Value, record: Record, how: Carried) -> Step:
        """An amount carried from the prices of another year: the amount as printed, both index rows, and the tree."""
        indices = {price_index_from.name: how.index_from, price_index_to.name: how.index_to}
        below = []
        for item in how.formula.inputs:
            if item.name in indices:
                below.append(_index_step(item, indices[item.name]))
                continue
            plainly = replace(record, exact=how.stated, origin=how.origin, evidence=how.evidence, carried=None)
            stated = replace(
                value, value=float(how.stated), origin=how.origin, evidence=how.evidence, partial=None, record=plainly
            )
            below.append(Step(item, cell, stated, None, "", "", ()))
        words = f"{quantity.zh} = {text(how.formula.equals)}"
        numbers = self._numbers(how.formula, tuple(below))
        return Step(quantity, cell, value, how.formula, words, numbers, tuple(below))

    def _numbers(self, formula: Formula, below: tuple[Step, ...]) -> str:
        if isinstance(formula.equals, Total):
            return " + ".join(_in_brackets(step.value) for step in below) or "—"
        numbers = {step.quantity.name: _in_brackets(step.value) for step in below}
        line = substituted(formula.equals, lambda quantity: numbers[quantity.name])
        changes = [conversion(node) for node in checked(formula).conversions]
        return f"{line}　〔{'；'.join(changes)}〕" if changes else line


def _total_of(result: Result, name: str) -> Quantity:
    """The quantity of a total: that of a line over all counties, or one over the lines in the unit of their values."""
    if name not in TOTALS:
        return result.values[name].quantity
    value = result.values[result.account.ruleset.indicators[0].value].quantity
    return replace(value, name=name, zh=TOTALS[name], axes=("county", "year"))


def _index_step(quantity: Quantity, found: Resolved) -> Step:
    record = Record("value", found.origin, found.evidence, found.value, found.row.place, None, found)
    value = Value(float(found.value), quantity.unit, "value", found.origin, found.evidence, "coefficient", None, record)
    return Step(quantity, Cell(), value, None, "", "", ())


def _in_brackets(value: Value, language: Language = "zh") -> str:
    """A number as a formula takes it: a negative one in brackets, a missing one by its word."""
    if value.value is None:
        return word(PRESENCE, "missing", language)
    number = plain(value.value)
    return number if value.value >= 0 else phrase("formula.bracketed", language, written=number)


def plain(number: float) -> str:
    """A number at twelve digits, written out without an exponent."""
    return f"{Decimal(f'{number:.12g}'):f}"


def source_of(step: Step) -> tuple[str, str]:
    """The document that a step rests on, and the place in it: of its formula, else of its row or input."""
    if step.formula is not None:
        return step.formula.source.source, step.formula.source.at
    return _source(step.value.record)


def _source(record: Record | None) -> tuple[str, str]:
    """Document and place of a statement; of a period the file that gives it, or the calendar."""
    if record is None:
        return "", ""
    if record.resolved:
        return record.resolved.row.source, record.resolved.at
    if record.input:
        return record.input.source, record.input.note
    return record.place.removesuffix(" period"), "period"


def as_text(steps: Iterable[Step], result: Result, language: Language = "zh") -> str:
    """The traces as indented text, one line a step and one for its source."""
    lines: list[str] = []
    for step in steps:
        _lines(step, result, 0, lines, language)
    return "\n".join(lines)


def _lines(step: Step, result: Result, depth: int, lines: list[str], language: Language) -> None:
    indent, value = "　" * depth, step.value
    members = [_member(axis, member, result, language) for axis, member in step.cell.members if axis != "year"]
    where = phrase("explain.where", language, members=listed(members, language, "pause")) if members else ""
    measured = in_language(language, step.quantity.unit.printed, str(step.quantity.unit))
    unit = f" {measured}" if step.quantity.unit.items else ""
    number = _state(value.presence, language) if value.value is None else f"{plain(value.value)}{unit}"
    marks = [word(EVIDENCE, value.evidence, language)] if value.evidence else []
    if value.partial is not None:
        missing = [in_language(language, result.coverage.zh(item), item) for item in value.partial.missing]
        marks.append(phrase("explain.partial", language, missing=listed(missing, language, "pause")))
    name = in_language(language, step.quantity.zh, step.quantity.name)
    told = f"　[{listed(marks, language, 'semicolon')}]" if marks else ""
    lines.append(indent + phrase("explain.value", language, name=name, where=where, number=number) + told)
    if step.formula is not None:
        words, numbers = in_language(language, (step.words, step.numbers), _in_english(step, step.formula))
        source, about = step.formula.source, {"method": step.formula.method}
        facts = {"words": words, "source": source.source, "at": source.at} | about
        lines.append(indent + phrase("explain.formula", language, **facts))
        lines.append(indent + phrase("explain.numbers", language, numbers=numbers))
        if value.record is not None and (decision := result.account.deflation):
            lines.append(f"{indent}　{_decision(decision, language)}")
    elif step.words:
        added = " + ".join(below.quantity.name for below in step.steps)
        summed = " + ".join(_in_brackets(below.value, language) for below in step.steps)
        lines.append(indent + phrase("explain.addends", language, words=in_language(language, step.words, added)))
        lines.append(indent + phrase("explain.numbers", language, numbers=in_language(language, step.numbers, summed)))
    elif value.record is not None:
        lines.extend(f"{indent}　{line}" for line in _leaf(value.record, result.self_reported, language))
    for below in step.steps:
        _lines(below, result, depth + 1, lines, language)


def _state(presence: str, language: Language) -> str:
    """Why there is no number."""
    return word(PRESENCE, presence, language) if presence in PRESENCE else phrase("explain.not_covered", language)


def _in_english(step: Step, formula: Formula) -> tuple[str, str]:
    """The formula by the names of its quantities, and with the numbers in their place."""
    if isinstance(formula.equals, Total):
        numbers = " + ".join(_in_brackets(below.value, "en") for below in step.steps) or "—"
    else:
        known = {below.quantity.name: _in_brackets(below.value, "en") for below in step.steps}
        changes = "; ".join(conversion(node) for node in checked(formula).conversions)
        numbers = substituted(formula.equals, lambda quantity: known[quantity.name], "en")
        numbers += f"  [{changes}]" if changes else ""
    words = text(formula.equals, lambda quantity: quantity.name, language="en")
    return f"{step.quantity.name} = {words}", numbers


def _decision(decision: Deflation | Adoption, language: Language) -> str:
    """Why, who decided, and where it is written."""
    facts = {"reason": decision.reason, "who": decision.decided_by, "place": decision.place}
    return phrase("explain.decision", language, **facts)


def _member(axis: str, member: str, result: Result, language: Language) -> str:
    return in_language(language, _member_zh(axis, member, result), member)


def _member_zh(axis: str, member: str, result: Result) -> str:
    if axis == "county" and member == ALL:
        return "各县合计"
    if axis == "county":
        return next((county.zh for county in result.account.counties if county.code == member), member)
    if axis == "ecosystem":
        known = result.account.coefficients.ecosystems.get(member)
        return known.zh if known else member
    known_list = result.account.ruleset.catalogue.lists.get(axis)
    return known_list.members[member] if known_list else member


def _leaf(record: Record, own: Collection[str], language: Language) -> Iterator[str]:
    origin = word(ORIGIN, record.origin, language) if record.origin in ORIGIN else ""
    if record.resolved is not None:
        row = record.resolved.row
        told = f"　{phrase('explain.own', language)}" if row.row in own else ""
        facts = {
            "row": row.row,
            "value": f"{row.value} {row.unit}",
            "source": row.source,
            "at": row.at,
            "place": row.place,
        }
        yield phrase("explain.coefficient", language, origin=origin, told=told, **facts)
        region = in_language(
            language, region_text(row.region_code), row.region_code or phrase("coefficients.nation", language)
        )
        named = [row.ecosystem] if row.ecosystem else []
        place = listed([phrase("explain.span", language, span=row.dates(language), region=region), *named], language)
        yield place
    elif record.input is not None:
        row_in = record.input
        printed = f"{row_in.value} {row_in.unit}".strip() or word(PRESENCE, row_in.presence, language)
        facts = {"printed": printed, "period": row_in.period, "source": row_in.source, "place": row_in.place}
        yield phrase("explain.input", language, origin=origin, **facts)
        if row_in.note:
            yield phrase("explain.note", language, note=row_in.note)
    else:
        yield phrase("explain.from", language, place=record.place, origin=origin)
    if record.adoption is not None:
        yield _decision(record.adoption, language)


def as_latex(steps: Iterable[Step]) -> str:
    """Every formula of the traces as LaTeX, each once, in the order they are met."""
    found: dict[tuple[str, str], str] = {}
    for step in steps:
        for below in step.walk():
            if below.formula is not None:
                tree = latex(checked(below.formula).expr)
                found.setdefault(
                    below.formula.id, rf"{below.quantity.tex} &= {tree} && \text{{{below.quantity.zh}}} \\"
                )
    return "\\begin{align}\n" + "\n".join(found.values()) + "\n\\end{align}"


__all__ = ["Step", "as_latex", "as_text", "explain"]
