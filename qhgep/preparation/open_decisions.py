"""What an account still has to decide: methods, coefficients that lack, periods, the index of prices, lines left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from qhgep.account.account import Account
from qhgep.account.decision_book import ABSENT, GAP, INDEX, LAND_MARK, METHOD, ONLY, PERIOD, ROW, DecisionLine
from qhgep.account.schema import OPEN
from qhgep.coefficient_store import Row
from qhgep.coefficient_store.regions import region_in_words
from qhgep.engine.pipeline import lacking_coefficients
from qhgep.engine.result import Result
from qhgep.errors import CoefficientError, RulesetError, problem
from qhgep.evidence import EVIDENCE
from qhgep.expr import AXES
from qhgep.inputs import Input, read_counties
from qhgep.inputs.not_applicable import NotApplicableEntry, admitting
from qhgep.packs.library import coefficients
from qhgep.packs.needs import Needs, Scope, needs_of
from qhgep.preparation.index_choices import index_choices
from qhgep.readings.text import text
from qhgep.ruleset_store.ruleset import Ruleset, with_methods
from qhgep.units import is_amount, is_money

NO_ROW = (
    "库中没有可借用的行：选定方法后用 qhgep coefficients template 价格.xlsx --account 账户文件夹 写出只列所缺的填报表，"
    "填好后核算时加 --coefficients 价格.xlsx。"
)
UNDATED = (
    "价格年份不明、不能在这里选的：{rows}。确要借用，写在 account.toml 的 [[adopt]]，加 price_year = 年份并说明依据。"
)
"""What stands beside the choices of a coefficient: why there is none, and which rows cannot be chosen."""
ONE_METHOD = "所填数据只够这一种方法"
"""The reason of a method that the data leave alone."""
_ADMITTED = "认可填报的不适用，不计缺；不认可的，不选，把表里的状态改为“缺失”"


@dataclass(frozen=True)
class SaidNotApplicable:
    """What tables say does not apply, beyond what the ruleset says: a decision for a person to take, and a gap until then."""

    zh: str
    place: str
    """Where the first row of them stands."""
    entry: NotApplicableEntry
    items_zh: tuple[str, ...] = ()
    """The Chinese names of the items that it is about."""

    @property
    def line(self) -> DecisionLine:
        """The same on the sheet: it is about the rows that say so, whatever their items and counties."""
        lands = LAND_MARK.join(self.entry.ecosystems)
        of = LAND_MARK.join((*map(land_zh, self.entry.ecosystems), *self.items_zh))
        what = f"{self.zh}填报为“不适用”（{self.place}{f'：{of}' if of else ''}）：是否认可"
        choice = ONLY[ABSENT]
        return DecisionLine(
            ABSENT, what, ((choice, _ADMITTED),), self.entry.quantity, lands, "", choice, self.entry.reason, OPEN
        )


def said_not_applicable(rules: Ruleset, rows: Iterable[Input]) -> Iterator[SaidNotApplicable]:
    """What the rows say does not apply and nothing admits yet, by quantity: only of amounts can that be decided.

    A property such as rain that is said not to apply is a gap, and `tell_properties` refuses a decision beside land that is there.
    """
    asked = {quantity.name: quantity.zh for quantity in rules.quantities if is_amount(quantity.unit)}
    said: dict[str, list[Input]] = {}
    for row in rows:
        undecided = row.presence == "not_applicable" and admitting(rules.not_applicable, row) is None
        if undecided and row.quantity in asked:
            said.setdefault(row.quantity, []).append(row)
    for quantity, found in said.items():
        columns = {"ecosystems": "ecosystem", "items": "item", "counties": "county_code"}
        named = {key: sorted({getattr(row, name) for row in found} - {""}) for key, name in columns.items()}
        notes = "；".join(dict.fromkeys(row.note for row in found if row.note)) or "没有写明原因"
        entry = NotApplicableEntry(quantity=quantity, reason=f"填报单位注明：{notes}", decided_by=OPEN, **named)
        items = tuple(_item_zh(rules, quantity, item) for item in entry.items)
        yield SaidNotApplicable(asked[quantity], found[0].place, entry, items)


def _item_zh(rules: Ruleset, key: str, item: str) -> str:
    """An item of a quantity in Chinese, its parts as the tables join them; empty for none."""
    axes = [axis for axis in rules.catalogue.vocabulary[key].axes if axis not in AXES]
    lists = rules.catalogue.lists
    named = [lists[axis].members[part] for axis, part in zip(axes, item.split("/"), strict=True)] if item else []
    return "/".join(named)


@dataclass(frozen=True)
class Lack:
    """A coefficient without a value that something known waits for: its rows elsewhere, and the land that lacks it."""

    rows: tuple[Row, ...]
    cells: tuple[tuple[str, str], ...] = ()
    """The ecosystems and items that lack it."""
    methods: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Quantity and its methods of which one must be chosen for the coefficient to be used; none where it is used anyhow."""

    @property
    def ecosystems(self) -> tuple[str, ...]:
        """The land that lacks it; none where it is not by land."""
        return tuple(dict.fromkeys(ecosystem for ecosystem, _ in self.cells if ecosystem))

    @property
    def items(self) -> tuple[str, ...]:
        """The items that lack it and have rows of their own: a row of one is none of another."""
        lack = dict.fromkeys(item for _, item in self.cells if item)
        return tuple(item for item in lack if any(row.item == item for row in self.rows)) or ("",)

    @property
    def lands(self) -> tuple[str, ...]:
        """The land that a row is adopted for: one row for all land is adopted once."""
        by_land = any(row.ecosystem for row in self.rows)
        return (self.ecosystems if by_land else ()) or ("",)


def lacking_rows(account: Account, open_: Mapping[str, Sequence[str]]) -> dict[str, Lack]:
    """Each coefficient that lacks, also those that a method that may still be chosen would need."""
    cells = dict(lacking_coefficients(account))
    anyhow, tried = frozenset(cells), dict[str, dict[str, frozenset[str]]]()
    for name, method, rules in _chosen(account.ruleset, open_):
        cells = {**lacking_coefficients(replace(account, ruleset=rules)), **cells}
        tried.setdefault(name, {})[method] = frozenset(_read_for(rules, name))
    rows = account.coefficients.of
    return {
        key: Lack(tuple(rows(key)), cells[key], () if key in anyhow else tuple(_only_with(key, tried)))
        for key in cells
    }  # fmt: skip


def lacking_needs(account: Account, scope: Scope) -> Needs:
    """The coefficient values that an account lacks with the methods chosen, for its county and year unless `scope` says others."""
    counties, years = [county.code for county in account.counties], [period.year for period in account.periods]
    region = scope.region or (counties[0] if len(counties) == 1 else "")
    year = scope.year or (years[0] if len(years) == 1 else None)
    lacks = lacking_coefficients(account)
    if not lacks:
        raise CoefficientError(problem("template_whole", account.file or "account.toml"))
    lands = scope.ecosystems or tuple(
        dict.fromkeys(land for cells in lacks.values() for land, _ in cells if land)
    )  # fmt: skip
    needs = needs_of(account.ruleset, account.coefficients, Scope(region, year, lands))
    lines = tuple(line for line in needs.lines if (line.ecosystem, line.item) in lacks.get(line.quantity.name, ()))
    return replace(needs, lines=lines)


def _only_with(key: str, tried: Mapping[str, Mapping[str, frozenset[str]]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each quantity of which some methods read a coefficient and others do not, with those that do."""
    for name, read in tried.items():
        methods = tuple(method for method, keys in read.items() if key in keys)
        if 0 < len(methods) < len(read):
            yield name, methods


def _read_for(rules: Ruleset, quantity: str) -> Iterator[str]:
    """The coefficients that a quantity is computed with, also by way of what it reads."""
    formula = rules.bind.get(quantity)
    for item in formula.inputs if formula is not None else ():
        if item.is_coefficient:
            yield item.name
        else:
            yield from _read_for(rules, item.name)


def _chosen(rules: Ruleset, open_: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, Ruleset]]:
    """Each open method, with the ruleset in which it is chosen beside the first of every other choice."""
    first = {name: methods[0] for name, methods in open_.items()}
    for name, methods in open_.items():
        for method in methods:
            try:
                yield name, method, with_methods(rules, first | {name: method})
            except RulesetError:  # it does not go with the first of another choice
                continue


def named(code: str) -> str:
    """A division code with its name where the table of divisions has it."""
    known = read_counties().by_code.get(code)
    return code if known is None else f"{code} {known.zh}"


def land(ecosystem: str) -> str:
    """An ecosystem by its Chinese name and its id, for who writes account.toml."""
    known = coefficients().ecosystems.get(ecosystem)
    return ecosystem if known is None else f"{known.zh} {ecosystem}"


def land_zh(ecosystem: str) -> str:
    """An ecosystem by its Chinese name, for who chooses from a list."""
    known = coefficients().ecosystems.get(ecosystem)
    return ecosystem if known is None else known.zh


def row_in_words(row: Row, named: Callable[[str], str] = land, item: Callable[[str], str] = str) -> str:
    """The value of a row, where and when it is of, for what, how well it is known, and the document that it stands in.

    `named` and `item` name an ecosystem and an item, as the reader knows them.
    """
    of = [row.value_printed, region_in_words(row.region_code), row.span]
    of += [named(row.ecosystem)] if row.ecosystem else []
    of += [item(row.item)] if row.item else []
    source = f"（{_title(row.source)} {row.at}）" if row.source else ""
    return f"{'，'.join([*of, EVIDENCE[row.evidence]])}{source}"


def _title(source: str) -> str:
    """A document by its title and year; one that is not listed by its id."""
    known = coefficients().sources.get(source)
    return source if known is None else f"{known.title}{f'，{known.year}' if known.year else ''}"


@dataclass(frozen=True)
class OpenEnds:
    """What was found to be open in a draft: from it the lines of the sheet of decisions."""

    rules: Ruleset
    """With the methods that are proposed."""
    proposed: Mapping[str, str]
    open_methods: Mapping[str, Sequence[str]]
    lacking: Mapping[str, Lack]
    other_periods: Sequence[tuple[str, str]]
    """Quantity and period of the rows of other periods than the account's."""
    price_year: int
    """Of the account."""
    absent: Sequence[SaidNotApplicable] = ()

    @property
    def series(self) -> tuple[tuple[str, str], ...]:
        """The index series to choose from, where some price is of another year, with what each makes of those years."""
        years = {row.price_year for lack in self.lacking.values() for row in lack.rows if row.price_year} - {
            self.price_year
        }
        return index_choices(coefficients(), years, self.price_year) if years else ()

    def lines(self, draft: Result) -> Iterator[DecisionLine]:
        """Every decision that is open, with what there is to choose from; of a proposed method the choice."""
        yield from self._methods()
        yield from self._rows()
        yield from (said.line for said in self.absent)
        for quantity in dict.fromkeys(name for name, _ in self.other_periods):
            periods = tuple((period, "") for name, period in self.other_periods if name == quantity)
            yield DecisionLine(PERIOD, f"{self._zh(quantity)}：用别的期间的数", periods, quantity)
        if self.series:
            what = "采用的价格与账户的价格年份不同时，按哪个价格指数折算"
            yield DecisionLine(INDEX, what, self.series)
        period = draft.account.periods[-1].name
        for line in self.rules.indicators:
            if draft.value(line.value, county="*", period=period).value is None:
                zh = self.rules.zh_of(line.id)
                yield DecisionLine(GAP, f"{zh}：现在没有数，是否申明未核算", ((ONLY[GAP], ""),), line.id)

    def _methods(self) -> Iterator[DecisionLine]:
        for quantity, method in self.proposed.items():
            choices = self._in_words(quantity, [method])
            yield DecisionLine(
                METHOD, f"{self._zh(quantity)}：怎样算", choices, quantity, "", "", method, ONE_METHOD, OPEN
            )
        for quantity, methods in self.open_methods.items():
            yield DecisionLine(METHOD, f"{self._zh(quantity)}：怎样算", self._in_words(quantity, methods), quantity)

    def _in_words(self, quantity: str, methods: Sequence[str]) -> tuple[tuple[str, str], ...]:
        formulas = self.rules.catalogue.formulas
        return tuple((method, text(formulas[quantity, method].equals)) for method in methods)

    def _rows(self) -> Iterator[DecisionLine]:
        for key, lack in self.lacking.items():
            for item in lack.items:
                rows = tuple(row for row in lack.rows if row.item == item)
                yield from self._of_item(key, replace(lack, rows=rows), item)

    def _of_item(self, key: str, lack: Lack, item: str) -> Iterator[DecisionLine]:
        """The lines of a coefficient for one item, or for all where its rows are not by item: one for each land that lacks it."""
        quantity = self.rules.catalogue.vocabulary[key]
        undated = tuple(row.row for row in lack.rows if is_money(quantity.unit) and row.price_year is None)
        item_zh = partial(_item_zh, self.rules, key)
        rows = tuple((row.row, row_in_words(row, land_zh, item_zh)) for row in lack.rows if row.row not in undated)
        note = "" if rows else NO_ROW
        if undated:
            note = f"{note}{UNDATED.format(rows='、'.join(undated))}"
        for ecosystem in lack.lands if rows else ("",):
            named = "、".join(filter(None, (land_zh(ecosystem) if ecosystem else "", item_zh(item))))
            of = f"（{named}）" if named else ""
            unit = f"，单位 {quantity.unit.printed}" if quantity.unit.items else ""
            what = f"{quantity.zh}{of}：缺{unit}，借用哪一行{self._only_where(lack)}"
            yield DecisionLine(ROW, what, rows, key, ecosystem, note)

    def _only_where(self, lack: Lack) -> str:
        """With which choice of a method a coefficient is used at all; empty where it is used with any."""
        formulas = self.rules.catalogue.formulas
        told = "；".join(
            f"{self._zh(name)} 选 {'、'.join(f'“{text(formulas[name, method].equals)}”' for method in methods)}"
            for name, methods in lack.methods
        )
        return f"（{told} 时才用）" if told else ""

    def _zh(self, quantity: str) -> str:
        known = self.rules.catalogue.vocabulary
        return known[quantity].zh if quantity in known else quantity
