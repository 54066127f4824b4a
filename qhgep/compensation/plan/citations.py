"""Parameters that cite a row of the store: `row:P026`, or `key:grass_ban_rate` for the row of each recipient and year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from qhgep.coefficient_store import Parameter, Parameters, parameters_record, region_text, self_reported
from qhgep.compensation.columns.parameter import Cited
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.rules.parameters import KEY, ROW, decimal_text
from qhgep.compensation.rules.registry import unit_of
from qhgep.errors import PlanError, Problems, UnitError, grouped
from qhgep.evidence import EVIDENCE, RANK, Evidence
from qhgep.units import Unit, factor, spelled, unit

_REFERENCE = re.compile(rf"(?P<sign>-?)(?:(?P<times>[0-9]+) ?\* ?)?(?P<kind>{ROW}|{KEY})(?P<id>\S+)")
"""`row:P110`, `-row:P112`, `2 * row:P110`: a whole multiple, as tables of classes and limits on both sides need it."""
_BY_RECIPIENT: Mapping[str, tuple[str, ...]] = {"area_rate": ("rates",)}
"""Parameters that are one for all or a table by recipient: a key becomes the table."""
_YEAR = unit("year")


@dataclass(frozen=True, slots=True)
class _PlanKey:
    """A parameter in the plan: its key in the file, its name inside the step, and whom it is for."""

    key: Key
    names: tuple[str, ...]
    recipients: tuple[str, ...]

    @property
    def name(self) -> str:
        return ".".join(self.names)


def cite(plan: Plan, source: PlanText, store: Parameters, *, at_any_time: bool = False) -> Plan:
    """The plan with the numbers of the rows it cites; faults are noted in `source`.

    A row holds within its dates and places. Outside them, or where a nearer row of its key is in force, it needs an
    `[[adopt]]` of the plan; what is adopted from elsewhere is `transferred`, its evidence `assumed`. With `at_any_time`
    (the period cannot be read) nothing is said of dates, and numbers stand in that may be those of another year.
    """
    reader = _CitationReader(plan, source, store, at_any_time=at_any_time)
    steps = tuple(reader.step(number, step) for number, step in enumerate(plan.step))
    reader.note_dates()
    reader.check_adoptions()
    source.problems.items = grouped(source.problems.items, {"plan_key_none": ("name", "recipient")})
    cited = plan.model_copy(update={"step": steps})
    cited._cited = reader.found  # noqa: SLF001 - not a key of the file
    cited._parameters = parameters_record(store, {row.row for row in reader.found.values()})  # noqa: SLF001 - as above
    return cited


def unanswered(plan: Plan) -> bool:
    """Whether a step still holds a reference where its number should stand."""
    return any(is_reference(text) for step in plan.step for text in _texts(step.model_dump()))


def is_reference(text: str) -> bool:
    """Whether a text cites a row of the store, or a key."""
    return bool(_REFERENCE.fullmatch(text))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (text for item in value.values() for text in _texts(item))
    elif isinstance(value, str):
        yield value


def strong_enough(plan: Plan, require: Evidence) -> None:
    """Raises PlanError naming every cited row whose evidence is weaker than `require`, one message for each row."""
    problems = Problems()
    for (step, name), cited in plan.cited.items():
        if RANK[cited.evidence] > RANK[require]:
            number = next(place for place, item in enumerate(plan.step) if item.id == step)
            where = plan.where("step", number, *name.split("."))
            facts = {"found": EVIDENCE[cited.evidence], "expected": EVIDENCE[require]}
            problems.add("plan_row_evidence", where, name=f"{step}.{name}", row=cited.named_text, **facts)
    if problems.items:
        raise PlanError(grouped(problems.items, {"plan_row_evidence": ("name",)}))


def adoption_notes(plan: Plan) -> tuple[str, ...]:
    """What the plan adopts from elsewhere, for which parameter, who decided and why, and what evidence is left."""
    return tuple(
        f"移用：{step}.{name} 用 {cited.named_text}" for (step, name), cited in plan.cited.items() if cited.adopted
    )


class _CitationReader:
    """Puts numbers in the place of references, step by step; faults are noted."""

    def __init__(self, plan: Plan, source: PlanText, store: Parameters, *, at_any_time: bool) -> None:
        self.plan, self.source, self.store, self.at_any_time = plan, source, store, at_any_time
        self.found: dict[tuple[str, str], Cited] = {}
        self.codes = tuple(recipient.id for recipient in plan.named_recipients)
        self.names = tuple(recipient.zh for recipient in plan.named_recipients)
        self.used: set[int] = set()
        self.out_of_force: dict[str, tuple[Parameter, list[_PlanKey]]] = {}
        """Rows that do not hold in the years of the plan, with the parameters that cite them."""

    def step(self, number: int, step: Any) -> Any:  # noqa: ANN401 - the terms of any rule
        """The step with numbers; itself where it cites nothing."""
        raw = step.model_dump(by_alias=True)
        after = self.value(step, raw, ("step", number), ())
        return step if after == raw else type(step).model_validate(after)

    def value(self, step: Any, value: Any, key: Key, names: tuple[str, ...]) -> Any:  # noqa: ANN401 - TOML values
        """A value of a step with numbers for references, also inside tables."""
        if isinstance(value, Mapping):
            return {name: self.value(step, item, (*key, name), (*names, name)) for name, item in value.items()}
        found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            return value
        one = names[-1] in self.codes
        place = _PlanKey(key, names, (names[-1],) if one else self.codes)
        if found["kind"] == KEY and not one and names[0] in _BY_RECIPIENT.get(step.rule, ()):
            each = {code: replace(place, names=(*names, code), recipients=(code,)) for code in self.codes}
            return {code: self.number(step, each[code], found) for code in self.codes}
        return self.number(step, place, found)

    def number(self, step: Any, place: _PlanKey, found: re.Match[str]) -> str:  # noqa: ANN401 - as above
        """The decimal text of what is cited; the reference itself, with the fault noted, where it cannot be used."""
        spelling = unit_of(step, place.names)
        if not spelling:
            self.note("plan_row_place", place, found=found[0])
            return found[0]
        item = self.by_id(place, found["id"]) if found["kind"] == ROW else self.by_key(step, place, found["id"])
        if item is None or (value := self.converted(item, place, spelling, by=found["times"])) is None:
            return found[0]
        times = Fraction(f"{found['sign']}{found['times'] or 1}")
        text = decimal_text(value * times)
        if text is None:
            self.note("plan_row_decimal", place, row=item.zh, value=f"{item.value} {item.unit}", unit=spelling)
            return found[0]
        row = self.cited(step, item, place)
        self.found[step.id, place.name] = replace(
            row, times="" if times == 1 else f"{found['sign']}{found['times'] or 1}"
        )
        return text

    def by_id(self, place: _PlanKey, name: str) -> Parameter | None:
        item = self.store.row(name)
        if item is None:
            self.absent(place, name)
        return item

    def absent(self, place: _PlanKey, name: str) -> None:
        """No such row: known to be missing (which document would hold it), or not known at all."""
        left_out = next((row for row in self.store.left_out if row.row == name), None)
        if left_out is not None:
            facts = {"row": left_out.zh, "day": self.store.known_on, "since": left_out.known_since or "未写"}
            self.note("plan_row_then", place, **facts)
            return
        missing = self.store.missing.get(name)
        missing = missing or next((item for item in self.store.missing.values() if item.key == name), None)
        if missing is None:
            self.note("plan_row_unknown", place, found=name)
        else:
            self.note("plan_row_missing", place, row=missing.row, zh=missing.zh, document=missing.document)

    def by_key(self, step: Any, place: _PlanKey, written: str) -> Parameter | None:  # noqa: ANN401 - as above
        """The one row of a key for all recipients of a place: of the unit itself, or adopted."""
        key, _, item = written.partition("/")
        rows = self.store.of_item(key, item)
        if not rows:
            self.absent(place, key)
            return None
        chosen = {code: self.for_recipient(step, rows, place, code) for code in place.recipients}
        if None in chosen.values():
            if self.at_any_time:
                return None
            facts = {"recipient": next(code for code, row in chosen.items() if row is None), "key": written}
            near = [row for row in rows if self.in_force(row) and row.distance(facts["recipient"]) is not None]
            self.note("plan_key_none", place, period=self.plan.period, rows=_listed(near) or "—", **facts)
            return None
        first = next(iter(chosen.values()))
        if not self.at_any_time and any(row != first for row in chosen.values()):
            self.note("plan_key_several", place, key=written, rows=_listed([row for row in chosen.values() if row]))
            return None
        return first

    def for_recipient(self, step: Any, rows: Sequence[Parameter], place: _PlanKey, code: str) -> Parameter | None:  # noqa: ANN401
        for row in rows:
            if self.adoption(step, row, place, (code,)):
                return row
        own = [row for row in rows if self.in_force(row) and row.distance(code) == 0]
        return own[0] if len(own) == 1 or (own and self.at_any_time) else None

    def converted(self, item: Parameter, place: _PlanKey, spelling: str, *, by: str | None) -> Fraction | None:
        """The value in the unit of the parameter, exactly; a rate per year counts for the one year of the plan.

        In a plan of several years the plan says how many it counts for: `2 * row:...`; `by` is that multiple.
        """
        written, wanted = spelled(item.unit), spelled(spelling)
        value = Fraction(item.value) * written.scale / wanted.scale
        if (times := _times(written.unit, wanted.unit)) is not None:
            return value * times
        if (times := _times(written.unit, wanted.unit / _YEAR)) is not None:
            first, last = self.plan.years or (0, 0)
            if first == last or by is not None:
                return value * times
            facts = {"row": item.zh, "unit": item.unit, "period": self.plan.period, "years": last - first + 1}
            self.note("plan_row_years", place, **facts)
            return None
        self.note("plan_row_unit", place, row=item.zh, found=item.unit, expected=spelling)
        return None

    def cited(self, step: Any, item: Parameter, place: _PlanKey) -> Cited:  # noqa: ANN401 - as above
        adopted = self.adoption(step, item, place, place.recipients)
        at_home = self.at_home(item, place, adopted=bool(adopted))
        source = self.store.sources.get(item.source)
        return Cited(
            item.row,
            " ".join(part for part in (item.item, source.title if source else "未见文件", item.at) if part),
            item.origin if at_home else "transferred",
            item.evidence if at_home else "assumed",
            adopted,
            replaced="、".join(f"{old.value} {old.unit}" for old, own in self.store.overridden if own == item),
            own=self_reported(item, self.store.sources, self.names),
        )

    def at_home(self, item: Parameter, place: _PlanKey, *, adopted: bool) -> bool:
        """Whether the row holds there and then; without an adoption, what does not fit is noted."""
        outside = [code for code in place.recipients if item.distance(code) is None]
        nearer = [row for code in place.recipients for row in self.nearer(item, code)]
        if not adopted:
            facts = {"row": item.zh, "period": self.plan.period}
            if not self.in_force(item):
                self.out_of_force.setdefault(item.row, (item, []))[1].append(place)
            if outside:
                self.note(
                    "plan_row_region",
                    place,
                    region=region_text(item.region_code),
                    recipients="、".join(outside),
                    **facts,
                )
            elif nearer and not self.at_any_time:
                self.note("plan_row_nearer", place, rows=_listed(nearer), **facts)
        return self.in_force(item) and not outside

    def nearer(self, item: Parameter, code: str) -> list[Parameter]:
        """Rows of the same key and item that are in force nearer to a recipient."""
        far = item.distance(code)
        if far is None:
            return []
        rows = self.store.of_item(item.key, item.item)
        return [row for row in rows if (near := row.distance(code)) is not None and near < far and self.in_force(row)]

    def in_force(self, item: Parameter) -> bool:
        """Whether the row holds through all of the years of the plan."""
        if self.at_any_time:
            return True
        years = self.plan.years
        return years is not None and item.holds(date(years[0], 1, 1), date(years[1], 12, 31))

    def adoption(self, step: Any, item: Parameter, place: _PlanKey, codes: Iterable[str]) -> str:  # noqa: ANN401
        """Who decided to use the row there, and why; empty where nobody did."""
        name = f"{step.id}.{place.name}"
        for number, decision in enumerate(self.plan.adopt):
            inside = name == decision.target or name.startswith(f"{decision.target}.")
            serves = not decision.counties or set(codes) <= set(decision.counties)
            if decision.row == item.row and inside and serves:
                self.used.add(number)
                return f"{decision.decided_by}：{decision.reason}"
        return ""

    def note_dates(self) -> None:
        """Each row that is out of force once, however many parameters cite it: it is the period, or the row, that is wrong."""
        for item, places in self.out_of_force.values():
            names = "、".join(dict.fromkeys(place.name for place in places))
            facts = {"row": item.zh, "span": item.span, "period": self.plan.period}
            self.source.add("plan_row_dates", *places[0].key, name=names, **facts)

    def check_adoptions(self) -> None:
        """Every adoption says why and who, and is used."""
        for number, decision in enumerate(self.plan.adopt):
            at: Key = ("adopt", number)
            if not (decision.reason.strip() and decision.decided_by.strip()):
                self.source.add("plan_adopt_reason", *at, row=decision.row)
            if number not in self.used:
                self.source.add("plan_adopt_unused", *at, row=decision.row, target=decision.target)

    def note(self, code: str, place: _PlanKey, **facts: object) -> None:
        self.source.add(code, *place.key, **{"name": place.name} | facts)


def _times(written: Unit, target: Unit) -> Fraction | None:
    """How many of a unit another is; None where they differ in dimension."""
    try:
        return factor(written, target)
    except UnitError:
        return None


def _listed(rows: Sequence[Parameter]) -> str:
    lines = dict.fromkeys(f"{row.row}（{region_text(row.region_code)}，{row.span}）" for row in rows)
    return "、".join(lines)
