"""coefficients diff: what two stores hold differently, row by row and field by field, with who reads it."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from qhgep import read_result
from qhgep.coefficient_store import Row
from qhgep.coefficient_store.rows import COLUMNS
from qhgep.packs.compare import counted, row_differences, store_named
from qhgep.packs.library import coefficients
from tests.support.command_line import COMMAND

HEAD = ",".join(COLUMNS)


def pack(folder: Path, **changes: str) -> Path:
    """A pack with the runoff row of alpine meadow, other fields in it."""
    row = coefficients().row("RC-高寒草甸")
    assert isinstance(row, Row)
    fields = {
        name: "" if value is None else str(value) for name, value in row.model_dump(by_alias=True).items()
    } | changes
    folder.mkdir()
    (folder / "water.csv").write_text(
        HEAD + "\n" + ",".join(f'"{fields[name]}"' for name in COLUMNS) + "\n", encoding="utf-8"
    )
    (folder / "sources.toml").write_text("", encoding="utf-8")
    return folder


def run(*parts: str | Path) -> Any:  # noqa: ANN401 - click's result
    return CliRunner().invoke(COMMAND, [str(part) for part in parts])


def test_a_store_does_not_differ_from_itself() -> None:
    assert row_differences(store_named("shipped"), coefficients()) == ()


def test_each_changed_field_is_one_line_with_who_reads_the_key(tmp_path: Path) -> None:
    """8.2 % becomes 9.02 % at another place of the same source: two fields, read by surface_runoff."""
    changed = pack(tmp_path / "p", value="9.02", at="表 9")
    found = row_differences(coefficients(), store_named(str(changed)))
    assert [(item.row, item.field, item.first, item.second) for item in found] == [
        ("RC-高寒草甸", "value", "8.2", "9.02"), ("RC-高寒草甸", "at", "表 2，高寒草甸", "表 9"),
    ]  # fmt: skip
    assert all(any(use.startswith("surface_runoff/") for use in item.read_by) for item in found)
    assert counted(found) == (0, 0, 1)


def test_a_row_that_one_lacks_is_one_line_with_its_value(tmp_path: Path) -> None:
    """Under another id the pack's row takes the place of the shipped one: one is gone, one is new."""
    found = row_differences(coefficients(), store_named(str(pack(tmp_path / "p", row="RC-own", value="9.02"))))
    assert [(item.row, item.field, item.first, item.second) for item in found] == [
        ("RC-own", "row", "", "9.02 %"), ("RC-高寒草甸", "row", "8.2 %", ""),
    ]  # fmt: skip
    assert counted(found) == (1, 1, 0)


def test_what_was_not_known_on_a_day_is_new_since() -> None:
    """The runoff table is of 2017 (known since its last day): a store as known the year before has none of its rows."""
    found = row_differences(store_named("2016-12-31"), store_named("2017-12-31"))
    assert "RC-高寒草甸" in {item.row for item in found if item.field == "row" and not item.first}
    assert all(not item.first for item in found)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_verb_prints_and_writes_what_differs(tmp_path: Path, language: str) -> None:
    changed, file = pack(tmp_path / "p", value="9.02"), tmp_path / "d.json"
    found = run("--lang", language, "coefficients", "diff", "shipped", changed, "--json", file)
    assert found.exit_code == 0
    assert {"zh": "新增 0 行，没有了 0 行，改动 1 行", "en": "0 rows new, 0 gone, 1 changed"}[language] in found.stdout
    (line,) = [line for line in found.stdout.splitlines() if line.startswith("RC-高寒草甸")]
    assert line.split()[2:5] == ["value", "8.2", "9.02"]
    (row,) = read_result(file).body.rows
    assert (row.first, row.second) == ("8.2", "9.02")


def test_what_is_no_store_is_told() -> None:
    found = run("coefficients", "diff", "x", "shipped")
    assert (found.exit_code, found.stderr.splitlines()[0]) == (
        1, "错误  “x” 不是一套系数；shipped（随程序的）、一个日期（那天已知的），或系数包的路径；改正。",
    )  # fmt: skip
