"""What belongs into a seal: the files and folders that are given, and every file that an account or plan among them names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qhgep.account.schema import AccountFile, read_file
from qhgep.coefficient_store import load_parameters
from qhgep.compensation.plan.read import is_plan, read_plan
from qhgep.data import MOST_TEXT, confined, is_folder, path_exists, regular_file, toml_of
from qhgep.errors import AccountError, InputError, Problems, problem
from qhgep.ruleset_store.schema import read_file as read_ruleset_file
from qhgep.seals.names import files_below

_OF_ACCOUNT = frozenset({"ruleset", "counties", "inputs"})
"""Keys that an account.toml must have."""


@dataclass
class FilesToSeal:
    """Files in the order in which they were met, folders that are sealed whole, and which of the files are accounts or plans."""

    files: dict[Path, None] = field(default_factory=dict)
    folders: list[Path] = field(default_factory=list)
    accounts: dict[Path, AccountFile] = field(default_factory=dict)
    plans: list[Path] = field(default_factory=list)


def gather(given: Sequence[Path], packs: Sequence[Path], inside: Path | None) -> FilesToSeal:
    """The files of some files and folders. Raises QhgepError for what is not there, or cannot be followed."""
    found, problems = FilesToSeal(), Problems()
    for path in (*given, *packs):
        try:
            if is_folder(path):
                _add_folder(path, found)
            else:
                _add(path, packs, inside, found)
        except OSError:
            problems.add("seal_missing", path.name)
        except InputError as error:
            problems.take(error)
    problems.raise_if_any(InputError)
    return found


def _add_folder(path: Path, found: FilesToSeal) -> None:
    found.folders.append(path)
    for file in files_below(path):
        found.files[file] = None


def _add(path: Path, packs: Sequence[Path], inside: Path | None, found: FilesToSeal) -> None:
    """A file, and what it names where it is an account or a plan; each once."""
    if path in found.files:
        return
    found.files[regular_file(path)] = None
    if path.suffix.lower() != ".toml":
        return
    if is_plan(path):
        found.plans.append(path)
        plan = read_plan(path, parameters=load_parameters(packs), inside=inside)
        named = plan.files
    elif _is_account(path):
        named = (*(name for _, name in _account(path, found).files), *_own_rulesets(path, found.accounts[path], inside))
    else:
        return
    for name in named:
        file = confined(path.parent, name, inside, path.name)
        try:
            _add(file / "account.toml" if is_folder(file) else file, packs, inside, found)
        except OSError as error:
            raise InputError(problem("seal_missing", f"{path.name} › {name}")) from error


def _is_account(path: Path) -> bool:
    content = toml_of(regular_file(path, most=MOST_TEXT).read_bytes(), path.name, Problems())
    return content is not None and set(content) >= _OF_ACCOUNT


def _account(path: Path, found: FilesToSeal) -> AccountFile:
    problems = Problems()
    content, _ = read_file(path, problems)
    problems.raise_if_any(AccountError)
    if content is None:  # pragma: no cover - a problem was raised above
        raise AssertionError(path)
    found.accounts[path] = content
    return content


def _own_rulesets(path: Path, account: AccountFile, inside: Path | None) -> list[str]:
    """The rulesets that lie beside an account: its own, and those that this one extends."""
    own = confined(path.parent, f"{account.ruleset}.toml", inside, path.name)
    if not path_exists(own):
        return []
    files: list[Path] = []
    problems = Problems()
    read_ruleset_file(own, problems, files)
    problems.raise_if_any(InputError)
    folder = own.parent.resolve()
    beside = [file for file in files if file.parent.resolve() == folder]
    return [(Path(account.ruleset).parent / file.name).as_posix() for file in beside]
