"""The file of a ruleset: its schema, and one file laid over the file that it extends."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from qhgep.catalogue.formulas import Category
from qhgep.coefficient_store.rows import Dec
from qhgep.data import MOST_TEXT, confined, data_folder, path_exists, regular_file, same_place
from qhgep.errors import InputError, Problems
from qhgep.evidence import Evidence
from qhgep.inputs.not_applicable import NotApplicableRule
from qhgep.toml_lines import TomlText, toml_model

_MODEL = ConfigDict(strict=True, frozen=True, extra="forbid")


class IndicatorLine(BaseModel):
    """An indicator that the ruleset counts: physical quantity and value, both by county; `matrix` is its value by ecosystem.

    With `item` the three vary over one item list too, and the line counts that one item of them.
    """

    model_config = _MODEL
    id: str
    category: Category
    quantity: str
    value: str
    matrix: str = ""
    item: str = ""
    clause: str = ""
    """The clause of the document that the line follows; required where the ruleset fills in a shell."""
    zh: str = ""
    """The Chinese name of an indicator of the ruleset's own, which no catalogue has; empty for the others."""

    @property
    def counts(self) -> str:
        """What it counts: the value, or `value/item`."""
        return f"{self.value}/{self.item}" if self.item else self.value


class NotCovered(BaseModel):
    """A service that belongs to the account and is not computed: what is missing, or why.

    In a shell also the clause of the document, and how it is known.
    """

    model_config = _MODEL
    id: str
    zh: str
    category: Category
    reason: str
    clause: str = ""
    evidence: Evidence | Literal[""] = ""


class Beside(BaseModel):
    """A line that is computed and shown beside the total, never in it: what another line counts already, or no exchange value."""

    model_config = _MODEL
    id: str
    category: Category
    quantity: str
    value: str
    matrix: str = ""
    reason: str


class Overlap(BaseModel):
    """What counts the same thing. A member is an indicator, a quantity below a counted value, or `quantity/method`.

    - `exclusive`: at most one of the members counts; the others may stand in [[beside]].
    - `consistency`: members that are counted together rest on the same ones of the quantities `basis`.
    - `by_item`: the first member deducts the quantity `less` where the others are counted.
    - `check`: two members may stand side by side, but the account asks whether they count the same thing.
    """

    model_config = _MODEL
    kind: Literal["exclusive", "consistency", "by_item", "check"] = "exclusive"
    of: list[str]
    basis: list[str] = []
    less: str = ""
    reason: str = ""


class LocalQuantity(BaseModel):
    """A quantity of the ruleset's own: an input where no method is bound to it, else computed.

    `axes` are among county, year, ecosystem and the item lists. `low` and `high` are limits of plausibility in its unit, with
    their reason in one line.
    """

    model_config = _MODEL
    name: str = Field(pattern=r"[a-z][a-z0-9_]{2,60}")
    unit: str
    axes: list[str]
    zh: str = Field(min_length=2, max_length=40)
    tex: str = ""
    low: Dec | None = None
    high: Dec | None = None
    reason: str = ""


class LocalFormula(BaseModel):
    """A local method in text, parsed into the same tree as the shipped ones."""

    model_config = _MODEL
    quantity: str
    method: str
    equals: str
    source: str
    at: str


class RulesetFile(BaseModel):
    """The file of a ruleset, with `show` and [[not_covered]]."""

    model_config = _MODEL
    schema_: Literal[1] = Field(alias="schema")
    zh: str
    note: str = ""
    layer: Literal["", "analytic"] = ""
    """`analytic`: scenario rules of papers, whose results no statutory plan and no contract may use."""
    extends: str = ""
    shell: bool = False
    """Whether it stands for a document whose clauses were not seen: it lists indicators, binds nothing and computes nothing."""
    provided_by: str = ""
    """The unit that holds the document whose shell this ruleset fills in, and answers for its clauses."""
    documents: list[str] = []
    bind: dict[str, str | list[str]] = {}
    """Quantity -> method, or the methods that an account chooses from, in the order in which they are proposed."""
    indicator: list[IndicatorLine] = []
    beside: list[Beside] = []
    show: list[str] = []
    not_covered: list[NotCovered] = []
    complete: str = ""
    exclude: dict[str, str] = {}
    not_applicable: list[NotApplicableRule] = []
    overlap: list[Overlap] = []
    quantity: list[LocalQuantity] = []
    formula: list[LocalFormula] = []
    _text: TomlText = PrivateAttr(default_factory=lambda: TomlText("", ""))
    _own: dict[str, Any] = PrivateAttr(default_factory=dict)
    _fills_shell: bool = PrivateAttr(default=False)

    @property
    def fills_shell(self) -> bool:
        """Whether a ruleset that it extends is a shell."""
        return self._fills_shell

    @property
    def name(self) -> str:
        """The file, as messages name it."""
        return self._text.name

    def where(self, table: str, entry: object = None) -> str:
        """The line of an entry of a table of the file itself; the file alone for one of a ruleset that it extends.

        `entry` is the key in a table of keys, the entry itself in a list of tables; without it the line of the table.
        """
        own = self._own.get(table, ())
        if isinstance(own, dict):
            return self._text.where(table, str(entry)) if entry in own else self._text.name
        if entry is None:
            return self._text.where(table)
        return self._text.where(table, own.index(entry)) if entry in own else self._text.name


_MOST_EXTENDED = 20
"""Rulesets that extend one another; a chain of thousands of files would not be read to its end."""


GENERAL = "county-general.toml"
"""The ruleset whose overlap groups hold for every ruleset of one's own."""


def folder() -> Path:
    """Where the shipped rulesets lie."""
    return data_folder("coefficients") / "rulesets"


def read_file(
    path: Path, problems: Problems, files: list[Path], chain: tuple[str, ...] = (), inside: Path | None = None
) -> RulesetFile:
    """The content of a file over that of the rulesets it extends; `files` gets each file that was read.

    A file that it extends lies inside `inside`, by default its own folder, after its links; else it is a shipped one.
    """
    mine = _parsed(path, problems)
    if mine is None:
        return RulesetFile(schema=1, zh="")
    files.append(path)
    if not mine.extends:
        return _with_general_overlaps(path, mine)
    chain = (*chain, path.stem)
    limit = path.parent if inside is None else inside
    beside = _beside(path, mine, limit, problems)
    if beside is None:
        return mine
    if len(chain) > _MOST_EXTENDED or any(same_place(beside, file) for file in files):
        problems.add("ruleset_extends", mine.where("extends"), chain=" → ".join([*chain, mine.extends]))
        return mine
    base = read_file(beside, problems, files, chain, None if beside.parent == folder() else limit)
    merged = _merged(base, mine)
    merged._fills_shell = base.shell or base.fills_shell  # noqa: SLF001 - no key of the file says so
    return merged


def _with_general_overlaps(path: Path, mine: RulesetFile) -> RulesetFile:
    """A shell, or a ruleset that is not shipped, is held to the groups of the general ruleset: what they say is so whoever accounts.

    The shipped rulesets that do again what a paper printed keep to their own.
    """
    general = folder() / GENERAL
    if not mine.shell and path_exists(folder() / path.name):
        return mine
    with general.open("rb") as text:
        groups = [Overlap.model_validate(group) for group in tomllib.load(text)["overlap"]]
    return mine.model_copy(
        update={"overlap": [*(group for group in groups if group not in mine.overlap), *mine.overlap]}
    )


def _beside(path: Path, mine: RulesetFile, limit: Path, problems: Problems) -> Path | None:
    """The file that a ruleset extends: one that it names from its folder, else a shipped one; None where that leads out, noted."""
    beside = path.parent / f"{mine.extends}.toml"
    if not path_exists(beside):
        return folder() / beside.name
    try:
        return confined(path.parent, f"{mine.extends}.toml", limit, mine.where("extends"))
    except InputError as error:
        problems.take(error)
    return None


def _parsed(path: Path, problems: Problems) -> RulesetFile | None:
    """One file as it stands; None, with the reasons noted, where it cannot be read."""
    try:
        content = regular_file(path, most=MOST_TEXT).read_bytes()
    except OSError:
        known = "、".join(sorted(item.stem for item in folder().glob("*.toml")))
        problems.add("ruleset_missing", path.name, name=path.stem, known=known)
        return None
    found, text = toml_model(content, path.name, RulesetFile, problems)
    if found is not None:
        found._text, found._own = text, dict(found)  # noqa: SLF001 - the schema of the file must not have keys for them
    return found


def _merged(base: RulesetFile, mine: RulesetFile) -> RulesetFile:
    """What `mine` says of an indicator - counted, not covered, excluded - replaces what the base says of it."""
    listed = (
        {line.id for line in mine.indicator}
        | {line.id for line in mine.beside}
        | {line.id for line in mine.not_covered}
    )
    ids = listed | set(mine.exclude)
    return mine.model_copy(
        update={
            "layer": mine.layer or base.layer,
            "provided_by": mine.provided_by or base.provided_by,
            "documents": mine.documents or base.documents,
            "bind": {**base.bind, **mine.bind},
            "indicator": [line for line in base.indicator if line.id not in ids] + mine.indicator,
            "beside": [line for line in base.beside if line.id not in ids] + mine.beside,
            "not_covered": [line for line in base.not_covered if line.id not in ids] + mine.not_covered,
            "show": list(dict.fromkeys([*base.show, *mine.show])),
            "exclude": {**{key: reason for key, reason in base.exclude.items() if key not in listed}, **mine.exclude},
            "not_applicable": [*base.not_applicable, *mine.not_applicable],
            "overlap": [*base.overlap, *mine.overlap],
            "quantity": [*base.quantity, *mine.quantity],
            "formula": [*base.formula, *mine.formula],
        }
    )
