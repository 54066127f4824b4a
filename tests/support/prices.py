"""A toy account in the prices of another year than its rows: 2010, with an index series made by hand."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from qhgep.account.account import Account
from qhgep.coefficient_store.rows import COLUMNS as COEFFICIENT_COLUMNS
from qhgep.engine import compute
from qhgep.engine.result import Result
from tests.support import toy
from tests.support.toy import A, B, Line

SERIES = "toy_index"
INDEX: Mapping[int, str] = {2010: "80", 2015: "100", 2020: "125.5"}
"""Year -> index. What costs 125.5 in 2020 costs 80 in prices of 2010."""
DEFLATE = f'[deflate]\nseries = "{SERIES}"\nreason = "测试"\ndecided_by = "某局"\n'
ADOPT = '[[adopt]]\nquantity = "toy_fixed_value_total"\nfrom_period = "2015"\nreason = "测试"\ndecided_by = "测试"\n'


def index_row(year: int, value: str, **changes: str) -> tuple[str, ...]:
    """A row of the series in the columns of a coefficient file."""
    cells = dict.fromkeys(COEFFICIENT_COLUMNS, "") | {
        "row": f"IX-{year}", "key": f"price_index.{SERIES}", "from": f"{year}-01-01", "to": f"{year}-12-31", "value": value,
        "unit": "1", "source": "toy-book", "at": f"指数表 {year}", "origin": "stated", "evidence": "published",
    }  # fmt: skip
    return tuple((cells | changes).values())


def rows(index: Mapping[int, str]) -> list[tuple[str, ...]]:
    """The rows of the series."""
    return [index_row(year, value) for year, value in index.items()]


def lines() -> list[Line]:
    """Two counties without gap; the inflow is of 2020, the carbon value of B is stated for 2015."""
    return [*toy.whole(), Line(B, "toy_fixed_value_total", "1000", "元/a", year="2015")]


def account_text(price_year: int = 2010, tables: str = DEFLATE + ADOPT, period: str = "period = 2020") -> str:
    """The account.toml, still without its counties."""
    text = toy.ACCOUNT.replace("price_year = 2020", f"price_year = {price_year}").replace("period = 2020", period)
    return text + tables


def write(
    folder: Path,
    *,
    index: Iterable[tuple[str, ...]] | None = None,
    account: str = account_text(),
    given: Iterable[Line] | None = None,
    rules: str = toy.RULES,
) -> Path:
    """The account folder; gives the path of its account.toml."""
    path = toy.write_account(folder, given or lines(), rules=rules, account=account, counties=(A, B))
    table = [COEFFICIENT_COLUMNS, *(rows(INDEX) if index is None else index)]
    text = "".join(",".join(row) + "\n" for row in table)
    (folder / "pack" / "index.csv").write_text(text, encoding="utf-8")
    return path


def read(folder: Path, **options: object) -> Account:
    """The account; `options` as for `write`."""
    return toy.read(write(folder, **options))  # type: ignore[arg-type] # named there


def result(folder: Path, **options: object) -> Result:
    """The result of the account; `options` as for `write`."""
    return compute(read(folder, **options))
