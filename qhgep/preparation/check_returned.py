"""check: what a file that a bureau returned holds, what is wrong with it and what a ruleset still needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from qhgep.account.decision_book import SHEET, read_decisions
from qhgep.account.schema import OPEN
from qhgep.catalogue import shipped
from qhgep.coefficient_store import supported
from qhgep.data import is_folder, path_exists
from qhgep.engine.figures import figures_of
from qhgep.engine.held_items import tell_held_items
from qhgep.engine.land import tell_areas
from qhgep.engine.limits import tell_comparisons
from qhgep.errors import Language, Problem, Problems
from qhgep.expr import Quantity
from qhgep.inputs import County, FileDefaults, FileReading, Headings, Input, SheetContext, read_counties, read_inputs
from qhgep.inputs.landcover.crosswalk import class_area, with_classes
from qhgep.inputs.not_applicable import NotApplicable, admitting
from qhgep.inputs.same_fault import tell_once
from qhgep.inputs.table import COLUMNS, Vocabulary
from qhgep.packs.library import coefficients
from qhgep.packs.needs import ruleset_named
from qhgep.phrases import heads, in_language, listed, phrase
from qhgep.preparation.open_decisions import land_zh
from qhgep.quantities import area, days_in_period
from qhgep.text_tables import columns, in_one_line

_KINDS: Mapping[str, tuple[str, str]] = {
    "long": ("长表", "long table"), "wide": ("宽表", "wide table"), "left": ("未读", "not read"), "hidden": ("隐藏，未读", "hidden, not read"),
    "form": ("填报模板", "form"), "decisions": ("判断", "decisions"),
}  # fmt: skip

_TABLES = frozenset({".xlsx", ".csv", ".txt"})
_TEMPORARY = ("~$", ".")
"""How the names of the files begin that office programs and systems keep beside an open file."""


@dataclass(frozen=True)
class Intake:
    """A file as it was read, with all its problems. `needed` are quantities of the ruleset that the file has no row of."""

    reading: FileReading
    problems: tuple[Problem, ...]
    needed: tuple[tuple[str, str], ...] = ()
    unused: tuple[tuple[str, str], ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """The Chinese names of the quantities that it speaks of."""
    __repr__ = in_one_line

    @property
    def sound(self) -> bool:
        """Whether nothing stops an account from reading the file."""
        return not any(item.severity == "error" for item in self.problems)

    def counted(self, language: Language = "zh") -> str:
        """How many errors and warnings there are, on one line."""
        errors = sum(item.severity == "error" for item in self.problems)
        warnings = len(self.problems) - errors
        return phrase("check.counted", language, errors=errors, warnings=warnings)

    def text(self, language: Language = "zh") -> str:
        """What was found, as a table of sheets and one of quantities."""
        parts = [self.reading.file + (f"（{self.reading.encoding}）" if self.reading.encoding else "")]
        if self.reading.sheets:
            head = heads("check.sheet_heads", language)
            lines = [
                (item.name or "-", in_language(language, *_KINDS[item.kind]), str(item.rows))
                for item in self.reading.sheets
            ]
            parts.append(columns([head, *lines], right=[2]))
        if self.reading.rows:
            parts.append(self._quantities(language))
        if self._is_form and (named := self._documents()):
            parts.append("\n  ".join([phrase("check.documents", language), *named]))
        for names, key in ((self.needed, "check.needed"), (self.unused, "check.unused")):
            if names:
                quantities = (in_language(language, f"{name} {title}", name) for name, title in names)
                parts.append(phrase(key, language, names=listed(quantities, language, "pause")))
        return "\n\n".join(parts)

    @property
    def _is_form(self) -> bool:
        """Whether a form was read: who fills one in knows quantities by their Chinese names only."""
        return any(item.kind == "form" for item in self.reading.sheets)

    def _documents(self) -> list[str]:
        """The documents that the numbers stand in, each once, with their dates as they were read."""
        return list(dict.fromkeys(row.source for row in self.reading.rows if row.source))

    def _quantities(self, language: Language) -> str:
        head = heads("check.quantity_heads", language)
        lines = [head]
        for name in sorted({row.quantity for row in self.reading.rows}):
            mine = [row for row in self.reading.rows if row.quantity == name]
            found = Counter(row.presence for row in mine)
            counts = (found[presence] for presence in ("value", "zero", "missing", "not_applicable"))
            zh = self.names[name] if self._is_form else f"{name} {self.names[name]}"
            title = in_language(language, zh, name)
            lines.append((title, str(len({row.county_code for row in mine})), *map(str, counts)))  # type: ignore[arg-type] # six columns
        return columns(lines, right=range(1, len(head)))


def check_file(
    path: str | Path,
    *,
    ruleset: str | None = None,
    period: str = "",
    strict: bool = False,
    declared: Iterable[County] = (),
) -> Intake:
    """Read a file as an account would and note every problem; nothing raises but an unknown ruleset (RulesetError).

    `period` is the year of wide sheets that do not name theirs. With `strict` hidden sheets, rows and columns are errors.
    `declared` are units that the county table has not.
    """
    path = Path(path)
    rules = None if ruleset is None else ruleset_named(ruleset)
    catalogue, store = shipped() if rules is None else rules.catalogue, coefficients()
    sources = supported(store.sources)
    vocabulary = with_classes(Vocabulary(catalogue.vocabulary, catalogue.lists, store.ecosystems, sources))
    reader = SheetContext(
        Headings(vocabulary, store.ecosystems),
        read_counties().with_declared(declared),
        FileDefaults(period),
        strict=strict,
    )
    problems = Problems()
    if is_folder(path):
        problems.add("start_tables", path.name)
        return Intake(FileReading(path.name, (), ()), tuple(problems.items))
    reading = _with_decisions(path, read_inputs(path, reader, problems), problems)
    areas = reader.places.counties.by_code
    names = {row.county_code: areas[row.county_code].zh for row in reading.rows if row.county_code in areas}
    _tell_nothing(reading, problems)
    figures = figures_of(reading.rows, catalogue.words, names)
    tell_areas(figures, problems, account=False, classes=reading.classes or store.top_classes)
    tell_comparisons(figures, problems)
    tell_held_items(figures, problems)
    _tell_not_applicable(reading.rows, () if rules is None else rules.not_applicable, vocabulary.quantities, problems)
    tell_once(problems)
    zh = {row.quantity: vocabulary.quantities[row.quantity].zh for row in reading.rows}
    if rules is None:
        return Intake(reading, tuple(problems.items), names=zh)
    given = {row.quantity for row in reading.rows}
    needed = [
        (item.name, item.zh)
        for item in rules.asked
        if not item.is_coefficient and item.name not in given | {days_in_period.name}
    ]
    used = {item.name for item in (*rules.quantities, *rules.asked)}
    unused = [(name, zh[name]) for name in sorted(given - used - {class_area.name})]
    return Intake(reading, tuple(problems.items), tuple(needed), tuple(unused), zh)


@dataclass(frozen=True)
class Returned:
    """Several files that bureaus returned: which counties have data in a sound file, and which were asked and have none."""

    intakes: tuple[Intake, ...]
    __repr__ = in_one_line

    @property
    def sound(self) -> bool:
        """Whether nothing stops an account from reading any of them."""
        return all(item.sound for item in self.intakes)

    @property
    def asked(self) -> tuple[str, ...]:
        """The counties that the forms ask, also those that were asked by a form of their own that is not here."""
        return tuple(sorted({code for item in self.intakes for code in item.reading.asked}))

    @property
    def returned(self) -> tuple[str, ...]:
        """The counties of which a sound file states a value."""
        return tuple(sorted({code for item in self.intakes if item.sound for code in _stated(item)}))

    @property
    def not_returned(self) -> tuple[str, ...]:
        """The counties that a form asks and of which no sound file states a value."""
        return tuple(sorted(set(self.asked) - set(self.returned)))

    def text(self, language: Language = "zh") -> str:
        """A line for each file: whose it is, how many cells, errors and warnings; then who did not return, and who failed."""
        known = read_counties().by_code

        def named(codes: Iterable[str]) -> str:
            names = (in_language(language, known[code].zh, code) if code in known else code for code in codes)
            return "、".join(names) or "-"

        head = heads("check.file_heads", language)
        lines = [head]
        for item in self.intakes:
            errors = sum(found.severity == "error" for found in item.problems)
            counts = (len(item.reading.rows), errors, len(item.problems) - errors)
            lines.append((item.reading.file, named(_stated(item)), *map(str, counts)))  # type: ignore[arg-type] # five columns
        failed = "、".join(item.reading.file for item in self.intakes if not item.sound)
        told = [columns(lines, right=[2, 3, 4])]
        of = len(self.asked) or len(self.returned)
        told += [phrase("check.returned", language, count=len(self.returned), of=of, returned=named(self.returned))]
        told += [phrase("check.not_returned", language, not_returned=named(self.not_returned))]
        told += [phrase("check.failed", language, failed=failed)] if failed else []
        return "\n".join(told)


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The tables of files, folders (every xlsx, csv and txt in them) and patterns (`*.xlsx`, which some shells leave as it is)."""
    found: list[Path] = []
    for path in paths:
        if is_folder(path):
            inside = [item for item in sorted(path.iterdir()) if item.suffix.lower() in _TABLES and path_exists(item)]
            found += [item for item in inside if not item.name.startswith(_TEMPORARY)] or [path]
        elif "*" in path.name and not path_exists(path):
            found += sorted(path.parent.glob(path.name)) or [path]
        else:
            found.append(path)
    return found


def _stated(intake: Intake) -> tuple[str, ...]:
    """The counties of which a file states a value."""
    rows = intake.reading.rows
    return tuple(sorted({row.county_code for row in rows if row.presence in {"value", "zero"}}))


def _with_decisions(path: Path, reading: FileReading, problems: Problems) -> FileReading:
    """The reading with the sheet of decisions read as what it is: a book of them alone holds no inputs, and need not."""
    at = f"{path.name} › {SHEET}"
    unread = [item for item in problems.items if item.code == "worksheet_left" and item.where == at]
    if not unread:
        return reading
    passed = {"worksheet_left": at, "book_no_table": path.name}
    problems.items = [item for item in problems.items if passed.get(item.code) != item.where]
    taken = list(read_decisions(path, problems))
    for _, entry, place in taken:
        if not entry.reason or not entry.decided_by:
            problems.add("adopt_reason", place)
        if entry.decided_by == OPEN:
            problems.warn("decision_open", place)
    sheets = (
        replace(item, kind="decisions", rows=len(taken)) if item.name == SHEET else item for item in reading.sheets
    )
    return replace(reading, sheets=tuple(sheets))


def _tell_nothing(reading: FileReading, problems: Problems) -> None:
    """A file that gave no number, with nothing wrong in it, is no sound file: say what was looked for, and where."""
    numbers = any(row.presence in {"value", "zero"} for row in reading.rows)
    decides = any(item.kind == "decisions" for item in reading.sheets)
    if numbers or decides or any(item.severity == "error" for item in problems.items):
        return
    named = [f"{item.name} {_KINDS[item.kind][0]}".strip() for item in reading.sheets]
    stated = Counter(row.presence for row in reading.rows)
    facts = {
        "sheets": "、".join(named) or "-",
        "missing": stated["missing"],
        "void": stated["not_applicable"],
        "columns": "、".join(COLUMNS[:7]),
    }
    problems.add("nothing_read", reading.file, **facts)


def _tell_not_applicable(
    rows: Iterable[Input], admitted: Sequence[NotApplicable], words: Mapping[str, Quantity], problems: Problems
) -> None:
    """不适用 where the same file has an area: an account stops at it unless somebody decides, and a file decides nothing."""
    rows = list(rows)
    land = {
        (row.county_code, row.period, row.ecosystem): f"{land_zh(row.ecosystem)} {row.value} {row.unit}"
        for row in rows
        if row.quantity == area.name and row.presence == "value" and row.exact
    }
    untrue: dict[tuple[str, str], list[tuple[Input, str]]] = {}
    for row in rows:
        where = (row.county_code, row.period, row.ecosystem)
        if row.presence == "not_applicable" and where in land and admitting(admitted, row) is None:
            key = (words[row.quantity].zh, f"{row.county_code}，{row.period}")
            untrue.setdefault(key, []).append((row, land[where]))
    for (zh, cell), found in untrue.items():
        areas = "、".join(size for _, size in found)
        problems.warn("not_applicable_in_file", found[0][0].place, quantity=zh, cell=cell, areas=areas)
