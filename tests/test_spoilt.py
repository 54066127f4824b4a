"""Files spoilt at random: no traceback, and never another number in silence. `python -m benchmarks.reading` does 2,000."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from benchmarks.mutations import bases, spoilt, tried
from qhgep.errors import Problems, WorkbookError
from qhgep.inputs.files.open import read_book
from qhgep.preparation.check_returned import check_file
from qhgep.workbook.annotate.marked_copy import write_marked

SEEDS = range(150)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spoilt")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_spoilt_file_is_refused_or_told_or_reads_as_it_says(seed: int, folder: Path) -> None:
    sound = bases(folder)
    base = sound[seed % len(sound)]
    found = tried(base, spoilt(base, Random(seed)), folder / f"x{base.name[1:]}")
    assert found.outcome in {"refused", "told", "same", "honest"}, found.detail


@pytest.mark.parametrize("seed", [3, 14, 59])
def test_check_ends_with_problems_and_not_with_a_traceback(seed: int, folder: Path) -> None:
    base = bases(folder)[seed % 3]
    path = folder / f"y{base.name[1:]}"
    path.write_bytes(spoilt(base, Random(seed)))
    assert isinstance(check_file(path).sound, bool)


@pytest.mark.parametrize("seed", range(30))
def test_a_spoilt_file_is_marked_without_a_changed_cell_or_not_at_all(seed: int, folder: Path) -> None:
    base = bases(folder)[seed % 3]
    source, target = folder / f"m{base.name[1:]}", folder / "marked.xlsx"
    source.write_bytes(spoilt(base, Random(10_000 + seed)))
    problems = Problems()
    before = read_book(source, problems)
    if before is None:
        return
    target.unlink(missing_ok=True)
    with suppress(WorkbookError):  # marked_cannot
        write_marked(source, target, check_file(source).problems)
    if target.exists():
        after = read_book(target, Problems())
        assert after is not None
        contents = [
            [
                (sheet.name, key, cell.kind, cell.text, cell.formula)
                for sheet in book.sheets
                for key, cell in sorted(sheet.cells.items())
            ]
            for book in (before, after)
        ]
        assert contents[0] == contents[1]


def test_the_witness_sees_a_number_that_is_read_wrongly(folder: Path) -> None:
    """The judge is no rubber stamp: a reader that gave other digits would be found out."""
    base = bases(folder)[0]
    key, row = next(iter(base.rows.items()))
    wrong = replace(base, rows={**base.rows, key: replace(row, exact=(row.exact or 0) + 1)})
    assert tried(wrong, base.data, folder / "z.xlsx").outcome in {"honest", "told"}
    lost = replace(base, rows={**base.rows, ("632699",): replace(row, file="a.xlsx › 表1 › J4")})
    assert tried(lost, base.data, folder / "z.xlsx").outcome == "silent"
