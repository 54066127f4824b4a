"""[[landcover]] decisions: what a class is as an ecosystem where the crosswalk leaves it open, and areas made by them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from qhgep.errors import InputError, Problems
from qhgep.inputs.landcover.crosswalk import (
    NOTHING,
    LandClass,
    area_text,
    class_area,
    class_of,
    decimal_text,
    land_class,
)
from qhgep.inputs.table import NUMBER, Input, input_of
from qhgep.quantities import area

UNDECIDED = "unclassified"
"""The ecosystem id of the area whose ecosystem nobody has decided; it makes totals partial."""
Part = tuple[str, Input, str, Fraction | None]
"""An ecosystem, the row whose area it gets a share of, how, and the hectares (None: the row is missing)."""


@dataclass(frozen=True, slots=True)
class LandcoverDecision:
    """One [[landcover]] entry: the class, the ecosystems it goes to with their shares (sum 1), why, who, where."""

    scheme: str
    version: str
    code: str
    parts: tuple[tuple[str, Fraction], ...]
    reason: str
    decided_by: str
    counties: tuple[str, ...]
    place: str

    def reaches(self, row: Input) -> bool:
        """Whether it decides a row of the class-area quantity."""
        found = class_of(row.item)
        named = (found.scheme, found.version, found.code) == (self.scheme, self.version, self.code)
        return named and (not self.counties or row.county_code in self.counties)

    @property
    def why(self) -> str:
        """Where it stands, the reason, who decided."""
        return f"{self.place}：{self.reason}，{self.decided_by}"

    @property
    def printed(self) -> str:
        """As people write it: `CLCD 7 裸地 → bare_land 0.6、desert.gobi 0.4`."""
        parts = "、".join(name if share == 1 else f"{name} {decimal_text(share)}" for name, share in self.parts)
        return f"{land_class(self.scheme, self.version, self.code).printed} → {parts}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LandcoverEntry:
    """A [[landcover]] entry as it is written."""

    scheme: str
    version: str
    code: str
    to: str
    split: Mapping[str, str]
    reason: str
    decided_by: str
    counties: tuple[str, ...]


def decision_of(
    entry: LandcoverEntry, place: str, ecosystems: Collection[str], problems: Problems
) -> LandcoverDecision | None:
    """The decision of an entry, or None with everything that is wrong with it noted."""
    before = len(problems.items)
    try:
        land_class(entry.scheme, entry.version, entry.code, where=place)
    except InputError as error:
        problems.take(error)
    if bool(entry.to) == bool(entry.split):
        problems.add("landcover_to", place)
    written = entry.split or {entry.to: "1"}
    for name in sorted(set(written) - set(ecosystems) - {""}):
        problems.add("landcover_ecosystem", place, ecosystem=name)
    for text in written.values():
        if not NUMBER.fullmatch(text) or Fraction(text) <= 0:
            problems.add("landcover_share", place, share=text)
    if not entry.reason or not entry.decided_by:
        problems.add("landcover_reason", place)
    if len(problems.items) > before:
        return None
    parts = tuple((name, Fraction(text)) for name, text in sorted(written.items()))
    if (total := sum(share for _, share in parts)) != 1:
        problems.add("landcover_split", place, total=decimal_text(Fraction(total)))
        return None
    return LandcoverDecision(
        entry.scheme, entry.version, entry.code, parts, entry.reason, entry.decided_by, entry.counties, place
    )


def decisions_of(
    entries: Iterable[LandcoverEntry],
    file: str,
    counties: Collection[str],
    ecosystems: Collection[str],
    problems: Problems,
) -> tuple[LandcoverDecision, ...]:
    """The [[landcover]] entries of an account file, each with its place; what is wrong with them is noted."""
    found = []
    for number, entry in enumerate(entries, start=1):
        place = f"{file} [[landcover]] {number}"
        for code in sorted(set(entry.counties) - set(counties)):
            problems.add("account_code", place, code=code)
        found.append(decision_of(entry, place, ecosystems, problems))
    return tuple(decision for decision in found if decision is not None)


def decided(rows: Sequence[Input], decisions: Sequence[LandcoverDecision], problems: Problems) -> tuple[Input, ...]:
    """The rows with every class area turned into areas of ecosystems: by its decision, else a missing area.

    What a decision moves is origin chosen, evidence assumed, also where it is added to an area that was there. The area
    of a class without decision is missing under `unclassified`, so that totals are partial; it is never zero.
    """
    found = {row.key: row for row in rows if row.quantity != class_area.name}
    moved: defaultdict[tuple[str, ...], list[Part]] = defaultdict(list)
    left: defaultdict[tuple[str, ...], list[Input]] = defaultdict(list)
    used = set()
    for row in (row for row in rows if row.quantity == class_area.name):
        reaching = [decision for decision in decisions if decision.reaches(row)]
        used |= set(reaching)
        for second in reaching[1:]:
            problems.add("landcover_contends", second.place, row=row.place, first=reaching[0].place)
        if row.exact != 0 and not reaching:
            left[_key(row, UNDECIDED)].append(row)
        for part in _parts(row, reaching):
            moved[_key(row, part[0])].append(part)
    _check_one_scheme(rows, problems)
    for decision in decisions:
        if decision not in used:
            problems.add("landcover_unused", decision.place, land=decision.printed)
    for key, parts in moved.items():
        found[key] = _sum(key, found.get(key), parts, problems)
    for key, undecided in left.items():
        found[key] = _missing(key, found.get(key), undecided, problems)
    return tuple(found.values())


def _check_one_scheme(rows: Sequence[Input], problems: Problems) -> None:
    """Class areas of two schemes in one county and period would count the same ground twice."""
    first: dict[tuple[str, ...], Input] = {}
    for row in (row for row in rows if row.quantity == class_area.name):
        there = first.setdefault(_key(row, UNDECIDED), row)
        one, other = (item.partition(":")[0] for item in (there.item, row.item))
        if one != other:
            problems.add("landcover_mixed", row.place, scheme=other, other=one, first=there.place)


def _parts(row: Input, decisions: Sequence[LandcoverDecision]) -> list[Part]:
    """What a row gives to each ecosystem by its first decision; what lies outside the account is left out."""
    return [
        (
            ecosystem,
            row,
            f"{_printed(row)} × {decimal_text(share)}（{found.why}）",
            None if row.exact is None else row.exact * share,
        )
        for found in decisions[:1]
        for ecosystem, share in found.parts
        if ecosystem != NOTHING
    ]


def _key(row: Input, ecosystem: str) -> tuple[str, ...]:
    return row.county_code, row.period_from, row.period_to, ecosystem, "", area.name


def _printed(row: Input) -> str:
    land: LandClass = class_of(row.item)
    return f"{land.printed} {row.value} {row.unit}" if row.presence == "value" else f"{land.printed}（{row.note}）"


def _sum(key: tuple[str, ...], there: Input | None, parts: Sequence[Part], problems: Problems) -> Input:
    """The area of an ecosystem with what decisions add to it; what is missing stays missing."""
    first = parts[0][1]
    if there is not None and there.presence == "not_applicable":
        problems.add("landcover_void", first.place, ecosystem=there.ecosystem, first=there.place)
    notes = [note for _, _, note, _ in parts]
    if there is not None and there.exact is None:
        return replace(there, note="；".join([there.note, "另有待加", *notes]), of=area)
    amounts = [amount for *_, amount in parts if amount is not None]
    exact = sum(amounts, there.exact or Fraction(0) if there else Fraction(0))
    if there is not None:
        amount = f"{there.value} {there.unit}" if there.value else "0"
        notes.insert(0, f"原有 {amount}（{there.place}，{there.origin}，{there.evidence}）")
    sources = "；".join(sorted({row.source for _, row, _, _ in parts} | ({there.source} if there else set())))
    if len(amounts) < len(parts):  # a known part and an unknown part: the whole is unknown
        said = ("", "", "missing", "", "", sources, "；".join(notes))
        return input_of((*key, *said), file=first.file, line=first.line, of=area)
    value, unit = area_text(exact) if exact else ("", "")
    said = (value, unit, "value" if exact else "zero", "chosen", "assumed", sources, "；".join(notes))
    return input_of((*key, *said), file=first.file, line=first.line, of=area)


def _missing(key: tuple[str, ...], there: Input | None, rows: Sequence[Input], problems: Problems) -> Input:
    """The area that nobody has decided, with what it consists of."""
    notes = ["没有 [[landcover]] 判断：" + "、".join(_printed(row) for row in rows)]
    first = rows[0]
    if there is not None and there.presence != "missing":
        problems.add("landcover_void", first.place, ecosystem=there.ecosystem, first=there.place)
    if there is not None:
        notes.insert(0, there.note)
    problems.warn("landcover_undecided", first.place, county=first.county_code, classes="、".join(map(_printed, rows)))
    said = ("", "", "missing", "", "", first.source, "；".join(notes))
    return input_of((*key, *said), file=first.file, line=first.line, of=area)
