"""What one row of the store would reach: the rulesets that need its key, and the decisions that name it."""

from __future__ import annotations

from collections.abc import Iterator

from qhgep.account.schema import read_file
from qhgep.coefficient_store import Row
from qhgep.data import data_folder
from qhgep.errors import Problems
from qhgep.ruleset_store.ruleset import rulesets


def rulesets_needing(row: Row) -> tuple[str, ...]:
    """The shipped rulesets whose formulas, or tables, need the key of a row. Whether it is in force is another matter."""
    return tuple(name for name, rules in rulesets().items() if row.key in {leaf.name for leaf in rules.leaves})


def decisions_naming(row: Row) -> tuple[str, ...]:
    """The [[adopt]] entries of the example accounts that name a row; none where the examples are not beside the package."""
    return tuple(_decisions(row))


def _decisions(row: Row) -> Iterator[str]:
    for path in sorted(data_folder("examples").glob("*/account.toml")):
        content = read_file(path, Problems())  # an account that cannot be read says so when it is computed
        for number, entry in enumerate(content.adopt if content else (), start=1):
            if entry.row == row.row:
                yield f"examples/{path.parent.name}/{path.name} [[adopt]] {number}"
