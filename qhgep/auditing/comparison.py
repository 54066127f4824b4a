"""Which values of the engine each printed row of an account is compared with, and why one cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from qhgep.auditing.checks import Stated, printed_sums
from qhgep.auditing.dimensions import conversion
from qhgep.auditing.figure import Figure
from qhgep.auditing.printed_table import PrintedRow
from qhgep.auditing.published import PublishedTable
from qhgep.auditing.recompute import Recomputation, RecomputedFigure
from qhgep.auditing.relation import Kind, Recomputed
from qhgep.auditing.result import Finding
from qhgep.engine.result import Result
from qhgep.errors import Problem, problem
from qhgep.evidence import PRESENCE
from qhgep.expr import Cell, Quantity
from qhgep.interval import Interval, hull, point
from qhgep.units import PURE, Unit


class FileComparison:
    """The comparisons of the rows of one file with the engine's values."""

    def __init__(self, published: PublishedTable, recomputation: Recomputation) -> None:
        self.table, self.rows, self.recomputation = published.table, published.rows, recomputation
        self._known: dict[str, RecomputedFigure | None] = {}

    def of(self, row: PrintedRow) -> Iterator[Stated]:
        """What a row is compared with: its own value, the sum of its rows, its share, and the printed sum and share."""
        if self.rows[row.row].terms:
            yield self._compared("recomputed", row, self._recomputed_figure(row.row))
        for way in row.totals:
            yield self._sum(row, way)
        if (row.row, "share") in self.table.figures and row.share_of:
            yield self._share(row)
        yield from printed_sums(self.table, row)

    def _recomputed_figure(self, name: str) -> RecomputedFigure | None:
        """The engine's value for a row: of its cells, else the sum of the rows of its first way; None: not ours."""
        if name not in self._known:
            row = self.table.rows[name]
            if self.rows[name].terms:
                self._known[name] = self.recomputation.sum_of(self.rows[name].terms)
            else:
                self._known[name] = _added(self._parts(row.totals[0])) if row.totals else None
        return self._known[name]

    def _parts(self, way: tuple[tuple[int, str], ...]) -> list[tuple[int, str, RecomputedFigure | None]]:
        return [(sign, name, self._recomputed_figure(name)) for sign, name in way]

    def _sum(self, row: PrintedRow, way: tuple[tuple[int, str], ...]) -> Recomputed | Finding:
        parts = self._parts(way)
        without = [name for _, name, found in parts if found is None or found.exact is None]
        if without or not parts:
            return self._unchecked(
                "recomputed_sum", row, None, problem("audit_parts", row.place, rows="、".join(without))
            )
        target, units = self.table.figures.get((row.row, "value")), [found.unit for _, _, found in parts if found]
        whole = _added(parts) or (_added(parts, unit=target.unit) if target else None)
        if whole is None:
            other = next((one for one in units if conversion(units[0], ((one, 1),)) is None), units[0])
            return self._unchecked("recomputed_sum", row, None, None, found_unit=other)
        return self._compared("recomputed_sum", row, whole)

    def _share(self, row: PrintedRow) -> Recomputed | Finding:
        parts = [(name, self._recomputed_figure(name)) for name in (row.row, row.share_of)]
        without = [name for name, found in parts if found is None or found.exact is None]
        part, whole = (found for _, found in parts)
        if without or part is None or whole is None:
            return self._unchecked(
                "recomputed_share", row, None, problem("audit_parts", row.place, rows="、".join(without))
            )
        share = _ratio(part, whole, self._rest(row.row, row.share_of))
        return self._compared("recomputed_share", row, share, column="share")

    def _rest(self, part: str, whole: str) -> Interval | None:
        """The interval of what a row leaves of another that it is a part of; None where it is no part of it."""
        mine, all_ = self._terms(part), self._terms(whole)
        rest = [term for term in all_ if term not in mine]
        alike = len({term[0].unit for term in (*mine, *all_)}) == 1
        if not alike or len(set(all_)) < len(all_) or len(all_) - len(rest) < len(mine):
            return None
        there = [term for term in rest if self.recomputation.sum_of([term]).exact is not None]
        return self.recomputation.sum_of(there).extent if there else point(0)

    def _terms(self, name: str) -> tuple[tuple[Quantity, Cell], ...]:
        """The cells whose sum a row is; empty where it is none."""
        if self.rows[name].terms or not self.table.rows[name].totals:
            return self.rows[name].terms
        way = self.table.rows[name].totals[0]
        below = [self._terms(member) if sign > 0 else () for sign, member in way]
        return tuple(term for terms in below for term in terms) if all(below) else ()

    def _compared(
        self, kind: Kind, row: PrintedRow, found: RecomputedFigure | None, *, column: str = "value"
    ) -> Recomputed | Finding:
        """The comparison of a printed figure with a value of the engine, or why there is none."""
        target = self.table.figures.get((row.row, column))
        if found is None or found.exact is None:
            missing = found.missing if found else ()
            return self._unchecked(kind, row, found, _no_value(row, missing, self.recomputation.result))
        if target is None:
            return self._unchecked(kind, row, found, problem("audit_unprinted", row.place))
        if found.extent is None:
            return self._unchecked(kind, row, found, problem("audit_unbounded", row.place))
        return Recomputed(kind, row.row, (row.row, column), found.exact, found.extent, found.unit, found.partial)

    def _unchecked(
        self,
        kind: Kind,
        row: PrintedRow,
        found: RecomputedFigure | None,
        reason: Problem | None,
        *,
        found_unit: Unit | None = None,
    ) -> Finding:
        """What cannot be compared, with what there is of it; parts of other units are an error of dimension."""
        target = self.table.figures.get((row.row, "share" if kind == "recomputed_share" else "value"))
        printed = ("", "") if target is None else (target.text, target.spelling)
        if found_unit is not None:
            return Finding(kind, row.row, "dimension", *printed, found_unit=found_unit.printed)
        exact, shown = None, printed[1]
        if found is not None and found.exact is not None:
            exact, shown = _in_unit(found, target)
        return Finding(kind, row.row, "unchecked", printed[0], shown, exact, reason=reason)


def _in_unit(found: RecomputedFigure, target: Figure | None) -> tuple[Fraction | None, str]:
    """A value in the printed unit, or in its own where nothing is printed."""
    if target is None or found.exact is None:
        return found.exact, found.unit.printed
    by = conversion(target.unit, ((found.unit, 1),))
    return None if by is None else found.exact * by / target.meaning.scale, target.spelling


def _added(
    parts: Sequence[tuple[int, str, RecomputedFigure | None]], *, unit: Unit | None = None
) -> RecomputedFigure | None:
    """The sum of values in a unit, or in that of the first.

    None where a unit does not fit, without `exact` where a value is missing.
    """
    unit = unit or next((found.unit for _, _, found in parts if found is not None), PURE)
    exact: Fraction | None = Fraction(0)
    extent: Interval | None = Interval(Fraction(0), Fraction(0))
    partial: dict[str, None] = {}
    for sign, _, found in parts:
        if found is None or found.exact is None or exact is None:
            exact, extent = None, None
            continue
        by = conversion(unit, ((found.unit, 1),))
        if by is None:
            return None
        exact += sign * by * found.exact
        extent = None if extent is None or found.extent is None else extent + found.extent.scaled(sign * by)
        partial |= dict.fromkeys(found.partial)
    return RecomputedFigure(unit, exact, extent, (), tuple(partial))


def _ratio(part: RecomputedFigure, whole: RecomputedFigure, rest: Interval | None) -> RecomputedFigure:
    """The share of one value in another; without `exact` where the units do not fit or the whole is zero.

    `rest` is what the part leaves of the whole: then the part does not vary against itself.
    """
    by = conversion(whole.unit, ((part.unit, 1),))
    if by is None or not whole.exact or part.exact is None:
        return RecomputedFigure(PURE, None, None)
    exact, extent = by * part.exact / whole.exact, _within(part.extent, rest)
    if extent is None and whole.extent is not None and part.extent is not None:
        below = whole.extent.inverse()
        extent = None if below is None else (part.extent * below).scaled(by)
    extent = None if extent is None else hull((extent, point(exact)))
    partial = tuple(dict.fromkeys((*part.partial, *whole.partial)))
    return RecomputedFigure(PURE, exact, extent, (), partial)


def _within(part: Interval | None, rest: Interval | None) -> Interval | None:
    """Part / (part + rest) where both are above zero: it rises with the part and falls with the rest."""
    if part is None or rest is None or part.low < 0 or rest.low < 0 or not part.low + rest.low:
        return None
    return Interval(part.low / (part.low + rest.high), part.high / (part.high + rest.low))


def _no_value(row: PrintedRow, missing: Sequence[tuple[Quantity, Cell]], result: Result) -> Problem:
    """Why the engine has no value for a row: the first cell without one, and what it is instead."""
    if not missing:
        return problem("audit_divisor", row.place)
    quantity, cell = missing[0]
    presence = result.at(quantity, cell).presence
    at = "，".join(member for _, member in cell.members)
    facts = {"quantity": quantity.zh, "name": quantity.name, "cell": at, "presence": PRESENCE.get(presence, "未核算")}
    return problem("audit_no_value", row.place, **facts)
