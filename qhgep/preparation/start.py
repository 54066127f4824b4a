"""start: from returned forms or tables to an account folder, with every decision that it needs proposed or listed."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qhgep.account.decision_book import FILE
from qhgep.account.read import read_account
from qhgep.account.schema import OPEN
from qhgep.data import is_folder, path_exists
from qhgep.engine import compute
from qhgep.engine.result import Result
from qhgep.errors import InputError, Language, Problems, problem
from qhgep.inputs import County, Input, read_counties
from qhgep.inputs.asked import declared_unit
from qhgep.inputs.files.open import own_book, read_book
from qhgep.inputs.form.read import form_schema, is_form
from qhgep.inputs.form.schema import FormSchema
from qhgep.packs.needs import ruleset_named
from qhgep.phrases import in_language, phrase
from qhgep.preparation.candidate_lines import coefficient_lines, index_lines, not_applicable_lines, period_lines
from qhgep.preparation.check_returned import Intake, check_file, files_in
from qhgep.preparation.open_decisions import (
    ONE_METHOD,
    Lack,
    OpenEnds,
    SaidNotApplicable,
    lacking_rows,
    named,
    said_not_applicable,
)
from qhgep.preparation.open_methods import StatedData
from qhgep.readings.text import text
from qhgep.ruleset_store.ruleset import Ruleset
from qhgep.text_tables import in_one_line
from qhgep.toml_lines import toml_string
from qhgep.workbook.core.write import write_whole
from qhgep.workbook.reports.decision_book import decision_book

_YEAR = 4
_PREFIX = 40


@dataclass(frozen=True)
class Started:
    """A new account folder: its draft as it computes now, and what a person still has to decide.

    `proposed` are the methods written into account.toml (quantity -> method), to be confirmed; `open_methods` and
    `lacking` (coefficient -> its rows) stand there as comments to choose from.
    """

    folder: Path
    result: Result
    proposed: Mapping[str, str]
    open_methods: Mapping[str, tuple[str, ...]]
    lacking: Mapping[str, Lack]
    decided_in: str = "account.toml"
    """The file of the folder in which a person decides."""
    __repr__ = in_one_line

    def text(self, language: Language = "zh") -> str:
        """What was made, what has a value, and what to do next."""
        account = self.result.account
        lines = account.ruleset.indicators
        period = account.periods[-1].name
        there = [
            line.id for line in lines if self.result.value(line.value, county="*", period=period).value is not None
        ]
        names = "、".join(in_language(language, account.ruleset.zh_of(name), name) for name in there) or "-"
        periods = "、".join(item.name for item in account.periods)
        folder = self.folder.name
        how = "start.made" if self.decided_in == "account.toml" else "start.made_sheet"
        made = phrase(
            how, language, book=self.decided_in, folder=folder, counties=len(account.counties), periods=periods, ruleset=account.ruleset.name,
            there=len(there), of=len(lines), names=names, proposed=len(self.proposed), open=len(self.open_methods),
            lacking=len(self.lacking),
        )  # fmt: skip
        without = sum(not lack.rows for lack in self.lacking.values())
        return f"{made}\n{phrase('start.prices', language, count=without, folder=folder)}" if without else made


def start(
    tables: Sequence[str | Path],
    folder: str | Path,
    *,
    on: date,
    ruleset: str | None = None,
    year: int | None = None,
    title: str = "",
    sheet: bool = False,
    declared: Sequence[str] = (),
) -> Started:
    """Make an account folder of returned forms or tables: copies of them and an account.toml that computes as a draft.

    A folder among the `tables` stands for every table in it.

    Counties and periods are those of the rows, the ruleset that of the forms unless `ruleset` names one; `year` is that
    of wide sheets that do not name theirs, `on` the date of the account. A method is proposed where the data leave just
    one; all other choices, and the rows of every coefficient that lacks, stand in account.toml as comments.

    A unit outside the county table is declared by the form that asks it, or among `declared` as `990101=甲县`.

    Raises InputError with every problem of every table, or where the folder is not empty; nothing is left behind then.
    """
    problems, folder, given = Problems(), Path(folder), list(map(Path, tables))
    _refuse_taken(folder)
    for path in given:
        if is_folder(path) and files_in([path]) == [path]:
            problems.add("start_tables", path.resolve().name)
    problems.raise_if_any(InputError)
    found = files_in(given)
    names = [path.name for path in found]
    for name in sorted(name for name, times in Counter(names).items() if times > 1):
        problems.add("start_same_name", name, name=name)
    schemas = _schemas(found, problems if ruleset is None else Problems())  # check_file tells what is wrong, too
    rules = _ruleset(found, schemas, ruleset, problems)
    outside = _outside(declared, schemas, problems)
    problems.raise_if_any(InputError)
    read = [
        check_file(path, ruleset=rules, period="" if year is None else str(year), declared=outside.values())
        for path in found
    ]
    problems.items += [item for intake in read for item in intake.problems if item.severity == "error"]
    problems.raise_if_any(InputError)
    rows = [row for intake in read for row in intake.reading.rows]
    stated = [row for row in rows if row.presence in {"value", "zero"}]
    counties, years = sorted({row.county_code for row in stated}), _years(stated, year)
    if not counties or not years:
        raise InputError(problem("start_empty", names[0] if names else "-"))
    names_of = {code: unit.zh for code, unit in outside.items()}
    draft = _Draft(read, ruleset_named(rules), counties, years, title or _title(counties, years, names_of), on)
    draft.sheet, draft.outside = sheet, [unit for code, unit in sorted(outside.items()) if code in counties]
    return draft.written(found, folder, year)


def _refuse_taken(folder: Path) -> None:
    """Raise InputError where the account cannot be: something is there, or a link, or no file can have that name."""
    try:
        taken = folder.is_symlink() or (path_exists(folder) and not (is_folder(folder) and not any(folder.iterdir())))
    except OSError as error:
        raise InputError(problem("start_write", folder.name, detail=type(error).__name__)) from error
    if taken:
        there = not folder.is_symlink() and path_exists(folder / "account.toml")
        raise InputError(problem("start_there" if there else "start_folder", folder.name, folder=folder.name))


def _schemas(tables: Sequence[Path], problems: Problems) -> list[FormSchema]:
    """What each form among the tables asks; a result among them is told."""
    read = [book for path in tables if (book := read_book(path, problems)) is not None]
    for book in read:
        if (told := own_book([sheet.name for sheet in book.sheets])) is not None:
            problems.add(told, book.file)
    books = [book for book in read if is_form(book)]
    return [schema for book in books if (schema := form_schema(book, problems)) is not None]


def _ruleset(tables: Sequence[Path], schemas: Sequence[FormSchema], given: str | None, problems: Problems) -> str:
    """The name of the ruleset: the one given, or the one that all forms are for."""
    if given is not None:
        return given
    found = {schema.ruleset for schema in schemas}
    if len(found) > 1:
        problems.add("start_mixed", tables[0].name, what="规则集", found="、".join(sorted(found)))
    elif not found and not problems.items:
        problems.add("start_ruleset", tables[0].name if tables else "-")
    return next(iter(found), "")


def _outside(declared: Sequence[str], schemas: Sequence[FormSchema], problems: Problems) -> dict[str, County]:
    """The units outside the county table, by code: those that the forms ask, and those that are declared."""
    known = read_counties().by_code
    asked = (
        County(code, zh, "county", item.region) for item in schemas for code, zh in (*item.counties, *item.together)
    )
    found = {unit.code: unit for unit in asked if unit.code not in known}
    for given in declared:
        unit = declared_unit(given)
        if unit is None:
            problems.add("start_declared", "--county", found=given)
        elif unit.code in known:
            there = known[unit.code]
            facts = {"found": given, "code": unit.code, "known": f"{there.zh}（{there.span}）"}
            problems.add("form_declared", "--county", **facts)
        else:
            found[unit.code] = unit
    return found


def _years(rows: Sequence[Input], year: int | None) -> list[int]:
    """The years that a row is of; of rows of longer spans only, the last year of the latest."""
    single = {int(row.period) for row in rows if row.period.isdecimal() and len(row.period) == _YEAR}
    return [year] if year is not None else sorted(single)


def _title(counties: Sequence[str], years: Sequence[int], outside: Mapping[str, str]) -> str:
    names = {**{code: county.zh for code, county in read_counties().by_code.items()}, **outside}
    named = "、".join(names[code] for code in counties[:2])
    more = f"等 {len(counties)} 个县" if len(counties) > 2 else ""  # noqa: PLR2004 - two are named
    return f"{named}{more} {'、'.join(map(str, years))} 年生态产品核算"


class _Draft:
    """The account.toml of some tables, made in two steps: with the methods that the data leave, then with what still lacks."""

    def __init__(
        self,
        read: Sequence[Intake],
        rules: Ruleset,
        counties: Sequence[str],
        years: Sequence[int],
        title: str,
        on: date,
    ) -> None:
        self.rows = [row for intake in read for row in intake.reading.rows]
        self.files = [intake.reading.file for intake in read]
        self.counties, self.years, self.title, self.on = counties, years, title, on
        self.stated = StatedData(self.rows)
        self.rules, self.proposed = self.stated.proposed(rules)
        self.sheet = False
        """Whether the decisions stand on a sheet and not in account.toml."""
        self.outside: Sequence[County] = ()
        """The counties that the table has not."""

    def written(self, tables: Sequence[Path], folder: Path, year: int | None) -> Started:
        """The folder, made beside its place and put there whole. Raises InputError where it cannot be written."""
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}"[:_PREFIX]) as place:
                made = Path(place) / folder.name
                made.mkdir()
                for path in tables:
                    shutil.copyfile(path, made / path.name)
                found = self._filled(made, folder, year)
                if is_folder(folder):
                    folder.rmdir()
                made.rename(folder)
        except OSError as error:
            raise InputError(problem("start_write", folder.name, detail=type(error).__name__)) from error
        return found

    def _filled(self, made: Path, folder: Path, year: int | None) -> Started:
        """The account.toml of a folder: first what is known, then with what that shows to be open or lacking."""
        head = self._head(year)
        (made / "account.toml").write_text(
            "\n".join([*head, *self._declared_lines(), *self._method_lines(), *self._undecided()]),
            encoding="utf-8",
        )
        open_ = self.stated.open(self.rules)
        ends = self._ends(open_, lacking_rows(read_account(made), open_))
        if self.sheet:
            lines = list(ends.lines(compute(read_account(made))))
            write_whole(made / FILE, decision_book(lines, self.title, self.on))
            written = [
                *head[:-1],
                "## 判断在这个工作簿里填；写在本文件里的判断照样有效，同一项只能在一处填。",
                f"decisions = {toml_string(FILE)}",
                "",
                *self._declared_lines(),
            ]
        else:
            written = [
                *head,
                *self._declared_lines(),
                *self._method_lines(),
                *self._undecided(),
                *self._candidates(ends),
            ]
        (made / "account.toml").write_text("\n".join(written), encoding="utf-8")
        result = compute(read_account(made))
        return Started(folder, result, self.proposed, open_, ends.lacking, FILE if self.sheet else "account.toml")

    def _ends(self, open_: Mapping[str, tuple[str, ...]], lacking: Mapping[str, Lack]) -> OpenEnds:
        """What is open, with the rows of other periods than the account's: each can be brought in by a decision."""
        years = {str(year) for year in self.years}
        other = sorted({(row.quantity, row.period) for row in self.rows if row.period not in years})
        return OpenEnds(self.rules, self.proposed, open_, lacking, other, self.years[-1], self._absent())

    def _head(self, year: int | None) -> list[str]:
        listed = ", ".join(f'"{code}"' for code in self.counties)
        period = (
            f"period = {self.years[0]}" if len(self.years) == 1 else f"periods = [{', '.join(map(str, self.years))}]"
        )
        period_of = "" if year is None else f", period = {year}"
        inputs = ", ".join(f"{{ file = {toml_string(name)}{period_of} }}" for name in self.files)
        return [
            "## 由 qhgep start 建立。## 开头的行是说明；# 开头的行是候选，去掉 # 并填好即采用。", "schema = 1",
            f"title = {toml_string(self.title)}", 'state = "draft"', period,
            f'ruleset = "{self.rules.name}"',
            f"price_year = {self.years[-1]}", f"## 县：{'、'.join(map(self._named, self.counties))}", f"counties = [{listed}]",
            f"inputs = [{inputs}]",
            f"date = {self.on.isoformat()}", "",
        ]  # fmt: skip

    def _named(self, code: str) -> str:
        own = next((unit for unit in self.outside if unit.code == code), None)
        return named(code) if own is None else f"{code} {own.zh}"

    def _declared_lines(self) -> Iterator[str]:
        for unit in self.outside:
            parent = [f'parent = "{unit.parent}"'] if unit.parent else []
            yield from (
                "## 县表里没有的单位：",
                "[[county]]",
                f'code = "{unit.code}"',
                f"zh = {toml_string(unit.zh)}",
                'kind = "county"',
                *parent,
                "",
            )

    def _method_lines(self) -> Iterator[str]:
        words = self.rules.catalogue.vocabulary
        for quantity, method in self.proposed.items():
            equals = text(self.rules.catalogue.formulas[quantity, method].equals)
            yield from (
                f"## {words[quantity].zh} = {equals}", "[[method]]", f'quantity = "{quantity}"', f'method = "{method}"',
                f'reason = "{ONE_METHOD}"', f'decided_by = "{OPEN}"', "",
            )  # fmt: skip

    def _undecided(self) -> Iterator[str]:
        return not_applicable_lines(self._absent())

    def _absent(self) -> tuple[SaidNotApplicable, ...]:
        return tuple(said_not_applicable(self.rules, (row for row in self.rows if row.county_code in self.counties)))

    def _candidates(self, ends: OpenEnds) -> Iterator[str]:
        words = self.rules.catalogue.vocabulary
        yield from self._open_lines(ends.open_methods)
        yield from coefficient_lines(ends.lacking, words)
        yield from period_lines(ends.other_periods, words)
        yield from index_lines(ends.series)
        yield ""

    def _open_lines(self, open_: Mapping[str, Sequence[str]]) -> Iterator[str]:
        words = self.rules.catalogue
        for quantity, methods in open_.items():
            yield f"## 待选方法：{words.vocabulary[quantity].zh}（{quantity}），没有选定则该项缺。备选："
            for method in methods:
                yield f"##   {method}：{text(words.formulas[quantity, method].equals)}"
            yield from (
                "# [[method]]",
                f'# quantity = "{quantity}"',
                '# method = ""',
                '# reason = ""',
                '# decided_by = ""',
                "",
            )
