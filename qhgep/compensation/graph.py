"""The graph of a plan: every payment through the columns of its steps to parameters, cited rows, factors, and the accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from qhgep.coefficient_store import Parameters, parameters_from_record, region_text
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.columns.column import Column
from qhgep.compensation.columns.parameter import Cited
from qhgep.compensation.derivation.columns import plain_number
from qhgep.compensation.plan.factors import Results
from qhgep.compensation.plan.schema import FactorTerms, Plan
from qhgep.compensation.plan.typed_numbers import typed_numbers
from qhgep.engine.graph import AccountGraph, document
from qhgep.engine.node import Node, Ref
from qhgep.engine.result import Result
from qhgep.evidence import Evidence, weakest
from qhgep.expr import Expr, Rank, Total, quantities, walk
from qhgep.money import yuan
from qhgep.readings.text import text


class PlanGraph:
    """The nodes of an allocation and, where their results are at hand, of the accounts that it reads.

    Of an account that is known by its recorded figures only, the graph ends at the figures.
    """

    def __init__(self, allocation: Allocation, results: Mapping[str, Results]) -> None:
        self.allocation, self.results = allocation, results
        self.accounts = {
            name: AccountGraph(found, name) for name, found in sorted(results.items()) if isinstance(found, Result)
        }
        self._zh = {item.id: item.zh for item in allocation.recipients}

    @property
    def plan(self) -> Plan:
        """The plan as it was read. Raises ValueError for steps that were run without one."""
        if self.allocation.terms is None:
            message = "an allocation without its plan"
            raise ValueError(message)
        return self.allocation.terms

    def refs(self) -> Iterator[Ref]:
        """All nodes: payments, columns, factors, cited rows, then those of each account; documents once."""
        yield Ref("plan", self.allocation.title)
        yield from map(self.payment_ref, self._zh)
        yield from (ref for column in self.allocation.columns for ref in self._refs_of(column))
        yield from (
            Ref("factor", name, (("recipient", code),)) for name in self.allocation.factors for code in self._zh
        )
        for name in self.known_by_figures:
            yield Ref("account", name)
        yield from (Ref("parameter", row) for row in sorted(self._cited))
        known = dict.fromkeys(self._documents)
        yield from known
        for graph in self.accounts.values():
            for ref in graph.refs():
                if ref not in known:
                    yield ref
                if not ref.account:  # documents and conversions are of no account
                    known[ref] = None

    def names(self) -> dict[str, str]:
        """The names of recipients, counties and ecosystems by code."""
        found = dict(self._zh)
        for graph in self.accounts.values():
            found = {**graph.names(), **found}
        return found

    def payment_ref(self, recipient: str) -> Ref:
        """The node of what a recipient is paid."""
        return Ref("payment", recipient)

    def node(self, ref: Ref) -> Node:
        """The node of a name."""
        if ref.account in self.accounts and ref.account:
            return self.accounts[ref.account].node(ref)
        if ref.kind == "conversion":
            return next(graph.node(ref) for graph in self.accounts.values() if graph.converts(ref))
        made: Node = getattr(self, f"_{ref.kind}")(ref)
        return made

    # --- nodes ------------------------------------------------------------------------------------------------

    def _plan(self, ref: Ref) -> Node:
        return Node(ref, self.allocation.title, place=self.plan.file.name, source=self.allocation.heading.basis)

    def _payment(self, ref: Ref) -> Node:
        money = self.allocation.fen[ref.name]
        reads = (self._column_ref(self._columns["finish.fen"], ref.name),)
        return Node(ref, f"{self._zh[ref.name]}应付", yuan(money), "元", "value", "computed", reads=reads)

    def _column(self, ref: Ref) -> Node:
        column = self._columns[ref.name]
        code = dict(ref.members).get("recipient", "")
        found = self.allocation.table[column.name]
        number = found if isinstance(found, Fraction) else found[code]
        unit = column.quantity.unit.printed if column.quantity.unit.items else "1"
        node = Node(ref, column.zh, plain_number(number), unit, "value", note=column.note)
        if column.expr is not None:
            words = f"{column.zh} = {text(column.expr)}"
            return replace(node, origin="computed", formula=words, reads=self._read_by(column.expr, code))
        given = column.given
        assert given is not None  # noqa: S101 - a column is computed or given
        if given.factor and f"factor.{given.factor}" == column.name:
            return replace(node, origin=given.origin, reads=(Ref("factor", given.factor, ref.members),))
        own = {row.row for of, row in given.own if of == code}
        others = {row.row for of, row in given.own} - own if code else set()
        rows = tuple(Ref("parameter", row.row) for row in given.rows if row.row not in others)
        basis = given.basis_for(code) if code else given.basis
        levels = [
            self._typed_evidence[name]
            for name in self._typed_evidence
            if f"{name}.".startswith(tuple(f"{own}." for own in given.typed))
        ]
        return replace(
            node, origin=given.origin, evidence=weakest(levels) if levels else "", source=basis, place=self._place_of(column),
            reads=(*rows, self._basis_ref),
        )  # fmt: skip

    def _factor(self, ref: Ref) -> Node:
        """What a recipient has of a factor: a figure of an account, or one that the plan states."""
        factor, code = self.allocation.factors[ref.name], dict(ref.members)["recipient"]
        figure = factor.figures[code]
        unit = factor.quantity.unit.printed if factor.quantity.unit.items else "1"
        partial = (figure.partial,) if figure.partial else ()
        node = Node(
            ref, factor.quantity.zh, float(figure.value), unit, "value", figure.origin, figure.evidence, partial,
            decision=f"[factor.{ref.name}]" if factor.basis else "", reason=factor.basis,
        )  # fmt: skip
        if not factor.of:
            return self._typed(node, self.plan.factor[ref.name], code)
        name, _, quantity = factor.of.partition(".")
        if name not in self.accounts:
            return replace(node, reads=(Ref("account", name),))
        return replace(node, reads=(self.accounts[name].value_ref(quantity, code, str(self.plan.period)),))

    def _typed(self, node: Node, terms: FactorTerms, code: str) -> Node:
        place = self.plan.where("factor", node.ref.name, "values", code)
        about = "，".join(filter(None, (terms.declared_by, terms.number, str(terms.date or ""))))
        reads = (Ref("source", terms.document),) if terms.document else (self._basis_ref,)
        return replace(
            node, printed=f"{terms.values.get(code, '')} {terms.unit}".strip(), source=terms.document, at=about, place=place,
            reads=reads,
        )  # fmt: skip

    def _account(self, ref: Ref) -> Node:
        """An account that is known by the figures in the record of the plan."""
        return Node(ref, self.plan.accounts.get(ref.name, ref.name), self.allocation.source.run_ids.get(ref.name))

    def _parameter(self, ref: Ref) -> Node:
        row = self._store.row(ref.name)
        cited = self._cited[ref.name]
        if row is None:
            return Node(
                ref, ref.name, origin=cited.origin, evidence=cited.evidence, row=ref.name, source=cited.document
            )
        return Node(
            ref, row.key, f"{row.value}", row.unit, "value", cited.origin, cited.evidence, printed=f"{row.value} {row.unit}",
            row=row.row, region="、".join(map(region_text, row.regions or ("",))), dates=row.span, source=row.source, at=row.at, place=row.place,
            note=row.note, decision=cited.adopted, reads=(Ref("source", row.source),) if row.source else (),
        )  # fmt: skip

    def _source(self, ref: Ref) -> Node:
        known = self._store.sources.get(ref.name)
        if known is None:
            known = next(
                (found for graph in self.accounts.values()
                 if (found := graph.result.account.coefficients.sources.get(ref.name)) is not None),
                None,
            )  # fmt: skip
        return document(ref, known)

    # --- what they are made of --------------------------------------------------------------------------------

    def _read_by(self, expr: Expr, code: str) -> tuple[Ref, ...]:
        """The columns that a column reads in the row of a recipient; a sum, and what is ranked, reads those of all."""
        if not code or any(isinstance(node, Total | Rank) for node in walk(expr)):
            return tuple(ref for of in quantities(expr) for ref in self._refs_of(self._columns[of.name]))
        return tuple(self._column_ref(self._columns[of.name], code) for of in quantities(expr))

    def _refs_of(self, column: Column) -> tuple[Ref, ...]:
        codes = tuple(self._zh) if column.quantity.axes else ("",)
        return tuple(self._column_ref(column, code) for code in codes)

    def _column_ref(self, column: Column, code: str) -> Ref:
        return Ref("column", column.name, (("recipient", code),) if column.quantity.axes else ())

    def _place_of(self, column: Column) -> str:
        step, _, rest = column.name.partition(".")
        number = next((place for place, item in enumerate(self.plan.step) if item.id == step), None)
        return self.plan.where(step) if number is None else self.plan.where("step", number, *rest.split("."))

    @property
    def _basis_ref(self) -> Ref:
        """The document that the plan rests on; the plan itself where it names none."""
        return (
            Ref("source", self.plan.basis.document) if self.plan.basis.document else Ref("plan", self.allocation.title)
        )

    @cached_property
    def _typed_evidence(self) -> dict[str, Evidence]:
        """The evidence of the numbers that the plan types, by the names that [[evidence]] gives them."""
        return {item.name: item.evidence for item in typed_numbers(self.plan)}

    @cached_property
    def _columns(self) -> dict[str, Column]:
        return {column.name: column for column in self.allocation.columns}

    @cached_property
    def _cited(self) -> dict[str, Cited]:
        return {row.row: row for row in self.plan.cited.values()}

    @cached_property
    def _store(self) -> Parameters:
        return parameters_from_record(self.plan.parameters)

    @cached_property
    def known_by_figures(self) -> tuple[str, ...]:
        """The accounts of which only the figures are known, not what they rest on."""
        read = {factor.of.partition(".")[0] for factor in self.allocation.factors.values() if factor.of}
        return tuple(sorted(read - set(self.accounts)))

    @cached_property
    def _documents(self) -> tuple[Ref, ...]:
        rows = [row.source for name in self._cited if (row := self._store.row(name)) is not None and row.source]
        typed = [terms.document for terms in self.plan.factor.values() if terms.values and terms.document]
        basis = [self.plan.basis.document] if self.plan.basis.document else []
        return tuple(Ref("source", name) for name in sorted({*rows, *typed, *basis}))
