"""What there is to choose from, as JSON: coefficients, packs, units, the rules of compensation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from pydantic import field_serializer

from qhgep.coefficient_store import Row, load_parameters
from qhgep.compensation.rules.index import Rule, evidence, rules, stops_at
from qhgep.envelope import CreatedFrom, Envelope, Header, JsonModel, enveloped
from qhgep.errors import Language
from qhgep.packs.check import PackCheck
from qhgep.packs.compare import RowDifference
from qhgep.packs.review import CheckedSource, Review, RowSpread
from qhgep.provenance.used_in import FileKind, FileUse
from qhgep.result_files.common import ProblemJson, problems_json
from qhgep.units import KnownUnits, UnitReading
from qhgep.workbook.correction.issued_corrections import IssuedCorrection
from qhgep.workbook.issued import IssuedBook

COEFFICIENTS, PACK_CHECK, REVIEW, TEMPLATE = "coefficients", "pack_check", "coefficient_review", "pack_template"
UNIT, UNITS, COMPENSATION, ISSUED = "unit", "units", "compensation", "issued"
COEFFICIENTS_DIFF = "coefficients_diff"


class FileUseJson(JsonModel):
    """A file of one's own that uses what was listed: by which quantities, formulas or rows; `unread` is why it could not be read."""

    file: str
    kind: FileKind
    by: tuple[str, ...]
    unread: str


class CoefficientsBody(JsonModel):
    """Coefficient rows, each as its file writes it, with file and line; values with the digits that are printed."""

    rows: tuple[Row, ...]
    used_in: tuple[FileUseJson, ...] = ()

    @field_serializer("rows")
    def _as_written(self, rows: tuple[Row, ...]) -> list[dict[str, Any]]:
        return [row.model_dump(mode="json", by_alias=True, exclude={"constant"}) for row in rows]


class RowDifferenceJson(JsonModel):
    """A field of a row that two stores hold differently; `field` is `row` where one lacks it."""

    row: str
    key: str
    field: str
    first: str
    second: str
    read_by: tuple[str, ...]


class CoefficientsDiffBody(JsonModel):
    """What two stores of coefficients hold differently, each by what it was called."""

    first: str
    second: str
    rows: tuple[RowDifferenceJson, ...]


def coefficients_diff_file(first: str, second: str, found: Sequence[RowDifference]) -> Envelope[CoefficientsDiffBody]:
    """What two stores hold differently."""
    body = CoefficientsDiffBody(
        first=first, second=second, rows=tuple(RowDifferenceJson(**asdict(item)) for item in found)
    )
    return enveloped(COEFFICIENTS_DIFF, body, Header(title=f"{first} → {second}"))


class NamedRowJson(JsonModel):
    """A row by its id, key and place."""

    row: str
    key: str
    place: str


class WeakRowJson(NamedRowJson):
    """A row of weak evidence."""

    evidence: str


class OverrideJson(JsonModel):
    """A shipped row and the pack's in its place."""

    old: NamedRowJson
    new: NamedRowJson
    old_value: str
    new_value: str


class PackCheckBody(JsonModel):
    """What a pack holds and what is wrong with it; `without_address` by source, `unread` by key."""

    pack: str
    filled: int
    unfilled: int
    overrides: tuple[OverrideJson, ...]
    added: tuple[NamedRowJson, ...]
    weak: tuple[WeakRowJson, ...]
    without_address: Mapping[str, tuple[NamedRowJson, ...]]
    unread: Mapping[str, tuple[NamedRowJson, ...]]
    problems: tuple[ProblemJson, ...]


class ValueRowJson(NamedRowJson):
    """A row with its value as printed."""

    value: str
    unit: str


class SourceJson(JsonModel):
    """A source, the day it was last checked, and the ids of its rows."""

    source: str
    title: str
    checked: date | None
    rows: tuple[str, ...]


class SpreadJson(JsonModel):
    """The rows of one cell, and those that are far from their median."""

    key: str
    ecosystem: str
    item: str
    median: float
    values: tuple[ValueRowJson, ...]
    far: tuple[str, ...]


class ReviewBody(JsonModel):
    """What a reviewer of the store should look at."""

    rows: int
    evidence: Mapping[str, int]
    origin: Mapping[str, int]
    sources: tuple[SourceJson, ...]
    without_address: tuple[SourceJson, ...]
    unregistered: tuple[ValueRowJson, ...]
    far: tuple[SpreadJson, ...]


class TemplateBody(JsonModel):
    """The skeleton of a pack that was written."""

    folder: str
    values: int
    files: tuple[str, ...]


class UnitBody(JsonModel):
    """What a text was read as: `scale` times `unit`, `size` times `base`; exact numbers, `usual` spellings with theirs."""

    text: str
    unit: str
    scale: Fraction
    base: str
    size: Fraction
    usual: Mapping[str, Fraction]


class WordJson(JsonModel):
    """A word of units."""

    kind: str
    spellings: tuple[str, ...]
    prefixes: tuple[str, ...]
    note: str
    unit: str
    times: Fraction


class OddityJson(JsonModel):
    """A spelling that is known as a whole only."""

    spelling: str
    unit: str
    scale: Fraction
    note: str


class UnitsBody(JsonModel):
    """The words that units are written with."""

    words: tuple[WordJson, ...]
    oddities: tuple[OddityJson, ...]


class RuleJson(JsonModel):
    """A rule of compensation: its index entry, the weakest evidence of its numbers, and what it stops at."""

    rule: Rule
    evidence: str
    runs: bool
    stops: str


class CompensationBody(JsonModel):
    """The rules of compensation."""

    rules: tuple[RuleJson, ...]


def coefficients_file(
    rows: Sequence[Row], known_on: date | None = None, uses: Sequence[FileUse] = ()
) -> Envelope[CoefficientsBody]:
    """Some rows of the store, as known on a day where one is given, and the files that use what was asked for."""
    header = Header(created_from=CreatedFrom(known_on=known_on))
    used = tuple(
        FileUseJson(file=item.file.as_posix(), kind=item.kind, by=item.by, unread=item.unread) for item in uses
    )
    return enveloped(COEFFICIENTS, CoefficientsBody(rows=tuple(rows), used_in=used), header)


def pack_check_file(found: PackCheck, language: Language = "zh") -> Envelope[PackCheckBody]:
    """The check of a pack."""
    body = PackCheckBody(
        pack=found.name, filled=found.filled, unfilled=found.unfilled,
        overrides=tuple(
            OverrideJson(old=_named(old), new=_named(new), old_value=str(old.value), new_value=str(new.value))
            for old, new in found.overrides
        ),
        added=_all(found.added), weak=tuple(WeakRowJson(**dict(_named(row)), evidence=row.evidence) for row in found.weak),
        without_address={key: _all(rows) for key, rows in found.without_address.items()},
        unread={key: _all(rows) for key, rows in found.unread.items()}, problems=problems_json(found.problems, language),
    )  # fmt: skip
    return enveloped(PACK_CHECK, body, Header(title=found.name))


def _named(row: Row) -> NamedRowJson:
    return NamedRowJson(row=row.row, key=row.key, place=row.place)


def _all(rows: Iterable[Row]) -> tuple[NamedRowJson, ...]:
    return tuple(map(_named, rows))


def review_file(found: Review, known_on: date | None = None) -> Envelope[ReviewBody]:
    """The review of the store."""
    body = ReviewBody(
        rows=found.rows, evidence=found.evidence, origin=found.origin, sources=tuple(map(_source, found.sources)),
        without_address=tuple(map(_source, found.without_address)), unregistered=tuple(map(_value, found.unregistered)),
        far=tuple(map(_spread, found.spreads)),
    )  # fmt: skip
    return enveloped(REVIEW, body, Header(created_from=CreatedFrom(known_on=known_on)))


def _value(row: Row) -> ValueRowJson:
    return ValueRowJson(**dict(_named(row)), value=str(row.value), unit=row.unit)


def _source(item: CheckedSource) -> SourceJson:
    return SourceJson(
        source=item.source, title=item.title, checked=item.checked, rows=tuple(row.row for row in item.rows)
    )


def _spread(item: RowSpread) -> SpreadJson:
    return SpreadJson(
        key=item.key, ecosystem=item.ecosystem, item=item.item, median=float(item.median),
        values=tuple(map(_value, item.rows)), far=tuple(row.row for row in item.far),
    )  # fmt: skip


def template_file(folder: Path, values: int, files: Sequence[str]) -> Envelope[TemplateBody]:
    """The skeleton of a pack."""
    return enveloped(TEMPLATE, TemplateBody(folder=str(folder), values=values, files=tuple(files)))


def units_file(found: UnitReading | KnownUnits) -> Envelope[UnitBody] | Envelope[UnitsBody]:
    """What a unit was read as, or all that units are written with."""
    if isinstance(found, UnitReading):
        body = UnitBody(
            text=found.text, unit=str(found.unit), scale=found.scale, base=str(found.base), size=found.size,
            usual=dict(found.usual),
        )  # fmt: skip
        return enveloped(UNIT, body, Header(title=found.text))
    words = tuple(
        WordJson(
            kind=atom.kind, spellings=atom.words, prefixes=atom.prefixes, note=atom.note,
            unit="none" if atom.kind == "refused" else str(atom.meaning.unit), times=atom.meaning.scale,
        )
        for atom in found.words
    )  # fmt: skip
    oddities = tuple(
        OddityJson(spelling=text, unit=str(meaning.unit), scale=meaning.scale, note=note)
        for text, meaning, note in found.oddities
    )
    return enveloped(UNITS, UnitsBody(words=words, oddities=oddities))


def compensation_file(packs: tuple[Path, ...] = ()) -> Envelope[CompensationBody]:
    """The index of rules with evidence, and what stops each."""
    store = load_parameters(packs)
    found = tuple(
        RuleJson(rule=item, evidence=evidence(item, store), runs=not stops_at(item, store), stops=stops_at(item, store))
        for item in rules().values()
    )
    return enveloped(COMPENSATION, CompensationBody(rules=found))


class IssuedBookJson(JsonModel):
    """A workbook, and what of what was looked for it reads (`IssuedBook`).

    `owed`: of a final plan, where the corrected value was given, due less issued in fen by recipient; null otherwise.
    """

    file: str
    kind: str
    title: str
    state: str
    run_id: str
    reads: tuple[str, ...]
    through: tuple[str, ...]
    unseen: tuple[str, ...]
    owed: dict[str, int] | None = None


class IssuedBody(JsonModel):
    """Workbooks that read something."""

    books: tuple[IssuedBookJson, ...]


def issued_file(found: Iterable[IssuedBook], corrections: Iterable[IssuedCorrection] = ()) -> Envelope[IssuedBody]:
    """Workbooks that read something, by the paths at which they were found; with what final plans owe after a correction."""
    owed = {
        one.book.file: {code: int(fen) for code, fen in one.back.owed.items()}
        for one in corrections
        if one.back is not None
    }
    names = ("kind", "title", "state", "run_id", "reads", "through", "unseen")
    books = tuple(
        IssuedBookJson(
            file=book.file.as_posix(), **{name: getattr(book, name) for name in names}, owed=owed.get(book.file)
        )
        for book in found
    )
    return enveloped(ISSUED, IssuedBody(books=books), Header())
