"""The schema of account.toml, and reading the file by it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from qhgep.account.uncertain import UncertainEntry
from qhgep.data import MOST_TEXT, is_folder, regular_file
from qhgep.errors import Problems
from qhgep.evidence import Evidence, Origin
from qhgep.inputs.files.open import own_book, sheet_names
from qhgep.inputs.not_applicable import UNDECIDED, NotApplicableEntry
from qhgep.states import State
from qhgep.toml_lines import TomlText, toml_model

_MODEL = ConfigDict(strict=True, frozen=True, extra="forbid")
_TABLES, _ZIP = (".xlsx", ".xlsm", ".csv", ".txt"), b"PK"
"""The endings of tables, and how a workbook begins."""
_DECISIONS = "决定"
"""The sheet by which a book of decisions is known."""
_Codes = Annotated[tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]


OPEN = UNDECIDED
"""What stands for the name of who decides where nobody has decided yet: in a draft only."""


class MeanPeriod(BaseModel):
    """A declared mean period: a name and its days per year."""

    model_config = _MODEL
    name: str
    days: int


class DeclaredCounty(BaseModel):
    """An accounting area outside the county table."""

    model_config = _MODEL
    code: str
    zh: str
    kind: Literal["county", "prefecture", "reserve", "other"]
    parent: str = ""


class InputFile(BaseModel):
    """An input file with the reader it needs: `auto`, which finds out what it is, or `table` (the long table and no other).

    `period`, `source`, `origin` and `evidence` say of a wide sheet what the sheet itself does not.
    """

    model_config = _MODEL
    file: str
    reader: str = "auto"
    period: int | str = ""
    source: str = ""
    origin: Origin = "stated"
    evidence: Evidence | Literal[""] = ""


class Options(BaseModel):
    """Options of a run."""

    model_config = _MODEL
    require: Evidence = "assumed"


class Adopt(BaseModel):
    """Use of a value outside its own region, period or ecosystem: a coefficient row, or a quantity's source period."""

    model_config = _MODEL
    row: str = ""
    quantity: str = ""
    from_period: str = ""
    target: str = Field("", alias="for")
    ecosystem: str = ""
    item: str = ""
    counties: _Codes = ()
    price_year: int | None = None
    reason: str
    decided_by: str


class MethodEntry(BaseModel):
    """The choice of one of the methods that the ruleset lists for a quantity; it holds for all counties and periods."""

    model_config = _MODEL
    quantity: str
    method: str
    reason: str
    decided_by: str


class NotCoveredEntry(BaseModel):
    """An indicator of the ruleset that the account leaves open: a gap that is declared, with its reason."""

    model_config = _MODEL
    indicator: str
    reason: str
    decided_by: str


class Landcover(BaseModel):
    """What a land-cover class is as an ecosystem: `to` one, or `split` over several with shares that sum to 1."""

    model_config = _MODEL
    scheme: str
    version: str
    code: str = Field(alias="class")
    to: str = ""
    split: dict[str, str] = {}
    counties: _Codes = ()
    reason: str
    decided_by: str


class Deflate(BaseModel):
    """The decision to carry prices of other years to `price_year` by a price index series."""

    model_config = _MODEL
    series: str
    reason: str
    decided_by: str


class AccountFile(BaseModel):
    """The file account.toml. `decisions` names a workbook whose sheet 决定 holds more of its decisions."""

    model_config = _MODEL
    schema_: Literal[1] = Field(alias="schema")
    title: str
    state: State = "draft"
    corrects: str = ""
    correction_reason: str = ""
    period: int | str | MeanPeriod | None = None
    periods: list[int] = []
    ruleset: str
    price_year: int
    counties: _Codes
    county: list[DeclaredCounty] = []
    inputs: list[str | InputFile]
    published: list[str] = []
    previous: str = ""
    decisions: str = ""
    date: date
    options: Options = Options()
    adopt: list[Adopt] = []
    deflate: Deflate | None = None
    landcover: list[Landcover] = []
    not_applicable: list[NotApplicableEntry] = []
    method: list[MethodEntry] = []
    not_covered: list[NotCoveredEntry] = []
    uncertain: list[UncertainEntry] = []

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """The files that it names: the key, and the name; not its ruleset, which may be a shipped one."""
        inputs = [("inputs", item if isinstance(item, str) else item.file) for item in self.inputs]
        one = ((key, getattr(self, key)) for key in ("corrects", "decisions"))
        return *inputs, *(("published", name) for name in self.published), *(item for item in one if item[1].strip())


def read_file(path: Path, problems: Problems) -> tuple[AccountFile | None, TomlText]:
    """The content of account.toml, given by its path or its folder, and its text with the lines of its keys.

    None, with the reasons noted, where it cannot be read.
    """
    path = path / "account.toml" if is_folder(path) else path
    try:
        content = regular_file(path, most=MOST_TEXT).read_bytes()
    except OSError:
        problems.add("account_missing", path.name)
        return None, TomlText(path.name, "")
    if path.suffix.lower() in _TABLES or content.startswith(_ZIP):
        names = sheet_names(path)
        problems.add("book_of_decisions" if _DECISIONS in names else own_book(names) or "account_is_table", path.name)
        return None, TomlText(path.name, "")
    if (told := _other_kind(content)) is not None:
        problems.add(told, path.name)
        return None, TomlText(path.name, "")
    return toml_model(content, path.name, AccountFile, problems)


_OTHERS = {
    "account_is_ruleset": (b"\n[bind]", b"\n[[indicator]]"),
    "account_is_maps": (b"\n[boundaries]", b"\n[land_cover]"),
}
"""What is told of another file, and how lines of it begin that no account has."""


def _other_kind(content: bytes) -> str | None:
    """What is told of a file that is plainly another one of the household; None of an account's."""
    text = b"\n" + content
    if any(line in text for line in (b"\nprice_year", b"\ncounties", b"\ninputs")):
        return None
    return next((told for told, lines in _OTHERS.items() if any(line in text for line in lines)), None)
