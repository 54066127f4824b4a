"""The input files that account.toml names: each by its reader, every row in an area of the account and stated once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qhgep.account.schema import AccountFile, InputFile
from qhgep.catalogue import Catalogue
from qhgep.coefficient_store import Coefficients, supported
from qhgep.data import file_hash, is_file
from qhgep.errors import Problems
from qhgep.inputs import Counties, FileDefaults, Headings, Input, SheetContext, read_inputs, read_table
from qhgep.inputs.landcover.crosswalk import with_classes
from qhgep.inputs.table import Vocabulary
from qhgep.ruleset_store.ruleset import Ruleset


@dataclass(frozen=True)
class InputsOf:
    """What the files are read with: the folder, the vocabulary behind them, the areas, the ruleset that they serve."""

    folder: Path
    content: AccountFile
    catalogue: Catalogue
    store: Coefficients
    table: Counties
    ruleset: Ruleset | None


def vocabulary_of(catalogue: Catalogue, store: Coefficients) -> Vocabulary:
    """The words of input rows: quantities and land-cover classes, item lists, ecosystems, sources and what they support."""
    sources = supported(store.sources)
    return with_classes(Vocabulary(catalogue.vocabulary, catalogue.lists, store.ecosystems, sources))


def read_account_inputs(of: InputsOf, codes: set[str], problems: Problems) -> tuple[tuple[Input, ...], dict[str, str]]:
    """The rows of every file, and the hash of each file by its name; what is wrong is noted with its place.

    A row of another area of the county table is left out with a warning; a code that nobody knows is an error.
    """
    headings = Headings(vocabulary_of(of.catalogue, of.store), of.store.ecosystems)
    rows: dict[tuple[str, ...], Input] = {}
    hashes: dict[str, str] = {}
    for listed in of.content.inputs:
        entry = listed if isinstance(listed, InputFile) else InputFile(file=listed)
        if is_file(of.folder / entry.file):
            hashes[entry.file] = file_hash(of.folder / entry.file)
        for row in _rows(of, entry, headings, problems):
            if row.county_code not in codes:
                note, code = problems.add, "account_code"
                if row.county_code in of.table.by_code:
                    note, code = problems.warn, "account_row_outside"
                note(code, row.place, code=row.county_code)
            elif (first := rows.setdefault(row.key, row)) is not row:
                problems.add("table_twice", row.place, first=first.place)
    return tuple(rows.values()), hashes


def _rows(of: InputsOf, entry: InputFile, headings: Headings, problems: Problems) -> Sequence[Input]:
    """The rows of one file, by the reader that account.toml names; a filled form is known by its own 清单."""
    file = of.folder / entry.file
    if entry.reader == "table":
        return read_table(file, headings.vocabulary, problems)
    if entry.reader not in {"auto", "template"}:
        problems.add("account_reader", entry.file, reader=entry.reader)
        return ()
    ruleset = None if of.ruleset is None else (of.ruleset.name, of.ruleset.hash)
    told = FileDefaults(str(entry.period), entry.source, entry.origin, entry.evidence, ruleset)
    return read_inputs(file, SheetContext(headings, of.table, told, strict=False), problems).rows
