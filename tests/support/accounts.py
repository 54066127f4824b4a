"""Small account folders made by hand: input rows, account.toml, rulesets and packs, and what they give."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Protocol

from qhgep.account.account import Account
from qhgep.account.read import read_account
from qhgep.catalogue import Catalogue
from qhgep.coefficient_store import supported
from qhgep.coefficient_store.rows import COLUMNS as COEFFICIENT_COLUMNS
from qhgep.errors import Problems, QhgepError
from qhgep.inputs.read import read_rows
from qhgep.inputs.table import COLUMNS, Vocabulary

HEAD = {
    "schema": "1",
    "title": '"测试账户"',
    "period": "2019",
    "ruleset": '"rules"',
    "price_year": "2019",
    "counties": '["632621"]',
    "inputs": '["inputs.csv"]',
    "date": "2026-11-22",
}
LAW = """[law]
title = "测试用法规"
kind = "law"
address = "example.org"
checked = 2026-11-22
[paper]
title = "测试用论文"
kind = "paper"
address = "doi:10.0/0"
checked = 2026-11-22
[hearsay]
title = "没有地址的来源"
kind = "news"
address = ""
checked = 2026-11-22
"""


class Cells(Protocol):
    """A line that knows its cells: `Line` here, or that of tests/support/toy.py."""

    @property
    def cells(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Line:
    """A line of a long input table; what is not said is the plainest that is right."""

    quantity: str
    value: str = ""
    unit: str = ""
    county: str = "632621"
    ecosystem: str = ""
    item: str = ""
    first: str = "2019"
    last: str = ""
    presence: str = "value"
    origin: str = "stated"
    evidence: str = "published"
    note: str = ""
    source: str = "测试（2020，表 1）"

    @property
    def cells(self) -> tuple[str, ...]:
        stated = self.presence in {"value", "zero"}
        words = (self.origin, self.evidence) if stated else ("", "")
        note = self.note or ("" if self.presence == "value" else "测试")
        place = (self.county, self.first, self.last or self.first, self.ecosystem, self.item)
        return (*place, self.quantity, self.value, self.unit, self.presence, *words, self.source, note)


def table(lines: Iterable[Cells | tuple[str, ...]]) -> str:
    """Lines as the text of a long input table."""
    rows = [COLUMNS, *(line if isinstance(line, tuple) else line.cells for line in lines)]
    return "\n".join(",".join(row) for row in rows) + "\n"


@dataclass(frozen=True)
class Coefficient:
    """A row of a coefficient file; what is not said is the plainest that is right."""

    row: str
    key: str
    region: str = ""
    ecosystem: str = ""
    item: str = ""
    first: str = "2019-01-01"
    last: str = "2019-12-31"
    known_since: str = ""
    price_year: str = ""
    value: str = "1"
    low: str = ""
    high: str = ""
    unit: str = "1"
    source: str = "paper"
    at: str = "表 1"
    origin: str = "stated"
    evidence: str = "published"
    parents: str = ""
    note: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        return astuple(self)


def pack(folder: Path, rows: Iterable[Coefficient | tuple[str, ...]], sources: str = LAW) -> Path:
    """A folder of coefficients with one file, rows.csv."""
    folder.mkdir(exist_ok=True)
    lines = [COEFFICIENT_COLUMNS, *(row.cells if isinstance(row, Coefficient) else row for row in rows)]
    (folder / "rows.csv").write_text("\n".join(",".join(line) for line in lines) + "\n", encoding="utf-8")
    (folder / "sources.toml").write_text(sources, encoding="utf-8")
    return folder


def account_toml(changes: Mapping[str, str | None] | None = None, tables: str = "") -> str:
    """The text of an account.toml: HEAD with values changed (None: left out), and tables below it."""
    head = {**HEAD, **(changes or {})}
    return "".join(f"{key} = {value}\n" for key, value in head.items() if value is not None) + tables


def write_account(
    folder: Path,
    lines: Iterable[Line | tuple[str, ...]] = (),
    *,
    changes: Mapping[str, str | None] | None = None,
    tables: str = "",
    rules: str = "",
) -> Path:
    """An account folder; gives the path of its account.toml."""
    folder.mkdir(exist_ok=True)
    path = folder / "account.toml"
    path.write_text(account_toml(changes, tables), encoding="utf-8")
    (folder / "inputs.csv").write_text(table(lines), encoding="utf-8")
    if rules:
        (folder / "rules.toml").write_text(rules, encoding="utf-8")
    return path


def refused(path: Path, *, packs: Iterable[Path] = (), catalogue: Catalogue | None = None) -> list[str]:
    """The problems for which an account is not read, as text. Anything but a QhgepError goes through."""
    try:
        read_account(path, coefficients=list(packs), catalogue=catalogue)
    except QhgepError as error:
        return error.text().splitlines()
    return []


def with_lines(account: Account, lines: Iterable[Cells]) -> Account:
    """The same account with other input rows, without going through files."""
    problems = Problems()
    catalogue = account.ruleset.catalogue
    store = account.coefficients
    vocabulary = Vocabulary(catalogue.vocabulary, catalogue.lists, store.ecosystems, supported(store.sources))
    rows = read_rows(table(lines), "inputs.csv", vocabulary, problems)
    problems.raise_if_any(QhgepError)
    return replace(account, inputs=tuple(rows))
