"""One account read once and looked at under several rulesets: each takes the decisions that it has a use for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from qhgep.account.account import Account
from qhgep.account.choices import chosen, declared_gaps, method_choices
from qhgep.account.read import AccountReader
from qhgep.account.schema import AccountFile, read_file
from qhgep.catalogue import Catalogue, shipped
from qhgep.coefficient_store import PackPaths, pack_paths
from qhgep.data import confined, is_folder, path_exists
from qhgep.errors import AccountError, Problem, Problems, QhgepError, RulesetError, problem
from qhgep.ruleset_store.ruleset import Ruleset, folder, read_ruleset
from qhgep.toml_lines import TomlText

_OF_THE_RULESET = frozenset({"adopt_target", "method_quantity", "method_unlisted", "gap_indicator"})
"""What is wrong with a decision only because the ruleset has no use for it."""


class _Lenient(Problems):
    """Problems of which those of decisions without a use are kept apart."""

    def __init__(self) -> None:
        super().__init__()
        self.aside: list[Problem] = []

    def add(self, code: str, where: str = "", /, **facts: object) -> None:
        """Note one problem that stops the run, or set it aside."""
        if code in _OF_THE_RULESET:
            self.aside.append(problem(code, where, **facts))
        else:
            super().add(code, where, **facts)


@dataclass(frozen=True)
class UnderRuleset:
    """The account under one ruleset, with the decisions that it takes, and what was set aside: a problem for each.

    `problems` is not empty where its decisions cannot stand together under it: nothing can then be computed.
    """

    account: Account
    aside: tuple[Problem, ...]
    problems: tuple[Problem, ...] = ()

    def without(self, unused: Sequence[Problem]) -> UnderRuleset:
        """The same with the decisions of these problems set aside too."""
        places = {item.where for item in unused}
        kept = tuple(item for item in self.account.adoptions if item.place not in places)
        return replace(self, account=replace(self.account, adoptions=kept), aside=(*self.aside, *unused))


@dataclass(frozen=True)
class UnboundAccount:
    """An account that is bound to no ruleset: what its files say; `under` looks at it under one."""

    folder: Path
    content: AccountFile
    text: TomlText
    account: Account
    aside: tuple[Problem, ...]
    """The decisions that its own ruleset has no use for."""
    inside: Path | None = None
    """The folder that what a ruleset beside it extends must lie in; None: that of the ruleset."""

    @property
    def decisions(self) -> Mapping[str, str]:
        """The place of each decision that a ruleset may have no use for -> what it decides, in words."""
        kinds: Mapping[str, Sequence[str]] = {
            "method": [f"方法 {item.quantity} = {item.method}" for item in self.content.method],
            "adopt": [
                f"借用 {item.row}" + (f" → {item.target}" if item.target else "") if item.row else f"期间 {item.quantity} 取自 {item.from_period}"
                for item in self.content.adopt
            ],
            "not_covered": [f"未核算 {item.indicator}" for item in self.content.not_covered],
            "not_applicable": [f"不适用 {item.quantity}" for item in self.content.not_applicable],
        }  # fmt: skip
        return {
            self.text.entry(kind, number): text
            for kind, texts in kinds.items()
            for number, text in enumerate(texts, start=1)
        }

    def under(self, ruleset: Ruleset) -> UnderRuleset:
        """The account as a draft under a ruleset, with the methods, adoptions and gaps that it lists."""
        problems = _Lenient()
        methods = method_choices(self.content.method, self.text, ruleset, problems)
        gaps = declared_gaps(self.content.not_covered, self.text, ruleset, problems)
        of = chosen(ruleset, methods, problems) or ruleset
        known = {quantity.name for quantity in of.quantities}
        own = self.account
        for place, target in ((item.place, item.target) for item in own.adoptions if item.target not in known):
            problems.add("adopt_target", place, target=target, ruleset=ruleset.name)
        outside = [item for item in own.not_applicable if item.quantity not in known]
        for item in outside:
            problems.add("adopt_target", item.place, target=item.quantity, ruleset=ruleset.name)
        places = {item.where for item in problems.aside}
        hashes = {name: text for name, text in (own.hashes or {}).items() if name != own.ruleset.file}
        account = replace(
            own, ruleset=of, state="draft", hashes=hashes | {ruleset.file: ruleset.hash},
            methods=tuple(item for item in methods if item.place not in places),
            not_covered=tuple(item for item in gaps if item.place not in places),
            adoptions=tuple(item for item in own.adoptions if item.target in known),
            not_applicable=tuple(item for item in own.not_applicable if item not in outside),
        )  # fmt: skip
        errors = tuple(item for item in problems.items if item.severity == "error")
        return UnderRuleset(account, tuple(problems.aside), errors)

    def own(self) -> UnderRuleset:
        """The account under the ruleset that it names, without the choices made of it."""
        return self.under(self.ruleset(self.content.ruleset))

    def ruleset(self, name: str) -> Ruleset:
        """A ruleset as an account names it: a toml file beside it, or a shipped one. Raises RulesetError for an unknown name."""
        beside = self.folder / f"{name}.toml"
        catalogue = self.account.ruleset.catalogue
        if path_exists(beside):
            return read_ruleset(beside, catalogue, inside=self.inside)
        return read_ruleset(folder() / beside.name, catalogue)


def read_for_rulesets(
    path: str | Path,
    *,
    coefficients: PackPaths = (),
    require: str | None = None,
    known_on: date | None = None,
    catalogue: Catalogue | None = None,
    inside: str | Path | None = None,
) -> UnboundAccount:
    """The account of a file or folder with its decisions as they stand, whichever ruleset they are for.

    The options are those of `read_account`. Raises AccountError for everything else that is wrong with the account.
    """
    path, problems = Path(path), _Lenient()
    content, text = read_file(path, problems)
    if content is None:
        problems.raise_if_any(AccountError)
        raise AssertionError(path)  # pragma: no cover - no content is always a problem
    reader = AccountReader(path, content, text, catalogue or shipped(), problems)
    around = None if inside is None else Path(inside)
    reader.confine(around)
    account = reader.account(pack_paths(coefficients), require, known_on)
    home = path if is_folder(path) else path.parent
    return UnboundAccount(home, reader.content, reader.text, account, tuple(problems.aside), around)


def rulesets_named(unbound: UnboundAccount, names: Iterable[str], inside: str | Path | None) -> Mapping[str, Ruleset]:
    """The rulesets of these names, in order. Raises RulesetError with every name that there is no ruleset of.

    A name leads to no file outside `inside`, by default the folder of the account.
    """
    problems, found = Problems(), {}
    for name in names:
        try:
            confined(unbound.folder, f"{name}.toml", None if inside is None else Path(inside), f"{name}.toml")
            found[name] = unbound.ruleset(name)
        except QhgepError as error:
            problems.take(error)
    problems.raise_if_any(RulesetError)
    return found
