"""seal(): the hashes of files that belong together, in one file that can be signed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qhgep._version import __version__
from qhgep.coefficient_store import PackPaths, pack_paths
from qhgep.data import MOST_TEXT, data_folder, file_hash, path_exists, regular_file
from qhgep.errors import InputError, Problems, QhgepError, WorkbookError, problem
from qhgep.seals.contents import Seal, SealedFile, read_seal
from qhgep.seals.gather import FilesToSeal, gather
from qhgep.seals.names import HERE, MOST_FILES, name_of, shown, twice
from qhgep.seals.signature import ENDING
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.account.record import account_part
from qhgep.workbook.core.write import write_whole
from qhgep.workbook.output_paths import refuse_unwritable
from qhgep.workbook.verify.identity import CONTENT_HASH, RECORD_HASH, RUN_ID
from qhgep.workbook.verify.manifest import fact, read_record
from qhgep.workbook.verify.read import FileCell, read_cells_of
from qhgep.workbook.verify.verify import verify_workbook

NAME = "seal.json"


def seal(
    files: Sequence[str | Path],
    output: str | Path | None = None,
    *,
    coefficients: PackPaths = (),
    inside: str | Path | None = None,
) -> tuple[Seal, Path]:
    """Write the SHA-256 of files into a seal; what was sealed, and where.

    An account.toml or plan.toml stands for itself and every file that it names (which must lie inside `inside`, by default
    its own folder); a folder, as each of the packs `coefficients`, for everything in it, and later nothing else may lie in
    it. All must lie in the folder of `output` or below; by default the seal is `seal.json` in the folder that holds them all.
    Raises QhgepError for what is not there, has a name that is none under some system or leads elsewhere by a link, for a
    workbook of qhgep whose cells or pages are not as it was written, and for one that was not made of the account, the plan
    or the inputs that are sealed with it.
    """
    given, packs = [Path(file) for file in files], pack_paths(coefficients)
    found = gather(given, packs, None if inside is None else Path(inside))
    if not found.files:
        raise InputError(problem("seal_nothing", "、".join(path.name or HERE for path in given)))
    target = _common(found) / NAME if output is None else Path(output)
    refuse_unwritable(target, folder=False)
    if path_exists(target) and (output is None or not _is_seal(target)):
        raise WorkbookError(problem("seal_exists", str(target)))
    made = _sealed(found, target)
    write_whole(target, made.text())
    return made, target


def _is_seal(target: Path) -> bool:
    """Whether an earlier seal is there, which may be written anew where it is named; another file is not replaced."""
    try:
        read_seal(target)
    except QhgepError:
        return False
    return True


def _common(found: FilesToSeal) -> Path:
    """The lowest folder that holds everything."""
    above = [path.parent.resolve() for path in found.files] + [folder.resolve() for folder in found.folders]
    try:
        return Path(os.path.commonpath(above))
    except ValueError as error:  # on two drives
        raise InputError(problem("seal_outside", shown(above[0].name), folder=shown(above[-1].name))) from error


def _sealed(found: FilesToSeal, target: Path) -> Seal:
    root, problems = target.parent.resolve(), Problems()
    own = {root / target.name, root / f"{target.name}{ENDING}"}
    entries: dict[str, SealedFile] = {}
    for path in found.files:
        if path.parent.resolve() / path.name in own:
            if not found.folders:
                problems.add("seal_itself", target.name, name=path.name)
            continue
        try:
            name = name_of(path, root)
            entries[name] = _entry(path, name, found)
        except QhgepError as error:
            problems.take(error)
        except OSError:
            problems.add("seal_missing", path.name)
    folders = sorted({_folder_name(folder, root, problems) for folder in found.folders})
    for name in twice(entries):
        problems.add("seal_twice", target.name, name=name)
    if len(entries) > MOST_FILES:
        problems.add("seal_many", target.name, most=MOST_FILES)
    problems.raise_if_any(InputError)
    if not entries:
        raise InputError(problem("seal_nothing", target.name))
    return Seal(
        schema=1, kind="seal", qhgep=__version__, files=tuple(entries[name] for name in sorted(entries)), folders=tuple(folders)
    )  # fmt: skip


def _folder_name(folder: Path, root: Path, problems: Problems) -> str:
    if folder.resolve() == root:
        return HERE
    try:
        return name_of(folder.resolve(), root)
    except QhgepError as error:
        problems.take(error)
        return HERE


def _entry(path: Path, name: str, found: FilesToSeal) -> SealedFile:
    """A file of a seal. Raises WorkbookError for a workbook of qhgep that was changed, or was made of other files."""
    digest, size = file_hash(path), path.stat().st_size
    manifest = manifest_of(path)
    if not fact(manifest, RECORD_HASH):
        return SealedFile(name=name, bytes=size, sha256=digest)
    _as_written(path)
    record, _ = read_record(manifest, path.name)
    _made_of(record, path, found)
    hashes = {"run_id": RUN_ID, "content_hash": CONTENT_HASH, "record_hash": RECORD_HASH}
    facts = {field: fact(manifest, label) for field, label in hashes.items()}
    return SealedFile(name=name, bytes=size, sha256=digest, **facts)


def manifest_of(path: Path) -> Mapping[str, FileCell]:
    """The cells of 清单 of a workbook of qhgep; none where the file is another.

    Raises InputError or WorkbookError where an xlsx cannot be read.
    """
    return read_cells_of(path, MANIFEST) if path.suffix.lower() == ".xlsx" else {}


def _as_written(path: Path) -> None:
    verified = verify_workbook(path)
    if verified.changes or not (verified.same or verified.note):
        places = [f"{item.sheet}!{item.cell}" for item in verified.changes] or [item.item for item in verified.store]
        facts = {"count": len(verified.changes) or len(verified.store), "places": "、".join(places[:5])}
        raise WorkbookError(problem("seal_changed", path.name, **facts))


def _made_of(record: Mapping[str, Any], path: Path, found: FilesToSeal) -> None:
    """Where an account or a plan is sealed with a workbook of the same kind, one of them must be what it was made of."""
    if record.get("kind") == "allocation":
        texts = {regular_file(plan, most=MOST_TEXT).read_text(encoding="utf-8-sig") for plan in found.plans}
        if texts and record.get("plan") not in texts:
            raise WorkbookError(problem("seal_other", path.name, file="plan.toml"))
        return
    recorded = account_part(record).get("hashes", {})
    mine = [account for account in found.accounts if recorded.get(account.name) == file_hash(account)]
    if found.accounts and not mine:
        raise WorkbookError(problem("seal_other", path.name, file="account.toml"))
    problems = Problems()
    shipped = data_folder("coefficients")
    for account in mine:
        for _, name in found.accounts[account].files:
            held = recorded.get(name)
            if held and not (shipped / name).exists() and file_hash(account.parent / name) != held:
                problems.add("seal_other", path.name, file=name)
    for folder in found.folders:
        for file in (item for item in found.files if item.is_relative_to(folder)):
            name = f"{folder.name}/{file.relative_to(folder).as_posix()}"
            if recorded.get(name) and file_hash(regular_file(file, most=MOST_TEXT)) != recorded[name]:
                problems.add("seal_other", path.name, file=name)
    problems.raise_if_any(WorkbookError)
