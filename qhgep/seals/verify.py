"""verify_seal(): are the files as they were sealed, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qhgep.data import confined, file_hash, path_exists, regular_file
from qhgep.errors import InputError, Language, QhgepError, problem
from qhgep.phrases import phrase
from qhgep.seals.contents import Seal, SealedFile, read_seal
from qhgep.seals.make import manifest_of
from qhgep.seals.names import HERE, files_below, shown
from qhgep.seals.signature import ENDING, Signature, verify_signature
from qhgep.text_tables import in_one_line
from qhgep.workbook.verify.identity import CONTENT_HASH, RECORD_HASH, RUN_ID
from qhgep.workbook.verify.manifest import fact
from qhgep.workbook.verify.verify import verify_workbook

Kind = Literal["changed", "resaved", "misnamed", "missing", "extra", "unreadable", "not_sealed"]
_LISTED = 40


@dataclass(frozen=True, slots=True)
class Departure:
    """A file that is not as it was sealed."""

    name: str
    kind: Kind
    expected: str = ""
    found: str = ""

    def text(self, language: Language = "zh") -> str:
        """On one line."""
        hashes = f"（{self.expected[:16]} → {self.found[:16]}）" if self.found else ""
        return f"{self.name}  {phrase(f'seal.{self.kind}', language)}{hashes}"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a seal says today: how many files it lists, those that are not as sealed, and who signed it."""

    file: str
    files: int
    departures: tuple[Departure, ...]
    signature: Signature
    __repr__ = in_one_line

    @property
    def same(self) -> bool:
        """Whether every file is as it was sealed; who sealed it is another question."""
        return not self.departures

    @property
    def holds(self) -> bool:
        """Whether the files are the same and, where the verifier named whom to trust, one of these signed it."""
        return self.same and self.signature.state in {"valid", "not_checked"}

    def text(self, language: Language = "zh") -> str:
        """What is not as sealed, file by file; then who signed, or that this proves nothing about who."""
        head = phrase("seal.head", language, file=self.file, files=self.files)
        count = len(self.departures)
        told = (phrase("seal.same", language)) if self.same else (phrase("seal.departures", language, count=count))
        lines = [head + told, *(f"  {item.text(language)}" for item in self.departures[:_LISTED])]
        if count > _LISTED:
            lines.append(phrase("common.more_in_json", language, rest=count - _LISTED))
        return "\n".join([*lines, self.signed(language)])

    def signed(self, language: Language) -> str:
        """Who signed, or that this is not known, on one line."""
        found = self.signature
        facts = {"file": found.file, "who": found.who, "key": found.key, "detail": found.detail or "-"}
        return phrase(f"seal.signature_{found.state}", language, **facts)


def verify_seal(
    seal: str | Path,
    *,
    file: str | Path | None = None,
    signer: str | Path | None = None,
    signature: str | Path | None = None,
) -> Sealed:
    """Hold files against a seal, and the seal against a signature by someone whom the verifier trusts.

    `file` must be one of the sealed files. `signer` is a public key or a file of allowed signers of OpenSSH, from the
    verifier and never from beside the seal: without it the signature is not checked, and the answer says so. `signature`
    is by default the seal's name with `.sig`.
    Raises InputError for what is no seal, a key or signature that cannot be read, and where a signature cannot be checked
    since there is no ssh-keygen.
    """
    path = Path(seal)
    read, content = read_seal(path)
    signed = _signature(path, content, signer, signature)
    folder = path.parent
    departures = [found for entry in read.files if (found := _departure(entry, folder)) is not None]
    departures += _extra(read, path)
    if file is not None and not _among(read, folder, Path(file)):
        departures.insert(0, Departure(shown(Path(file).name), "not_sealed"))
    return Sealed(path.name, len(read.files), tuple(departures), signed)


def _signature(path: Path, content: bytes, signer: str | Path | None, signature: str | Path | None) -> Signature:
    beside = path.with_name(f"{path.name}{ENDING}") if signature is None else Path(signature)
    if signer is None:
        return Signature("not_checked", beside.name)
    if signature is None and not path_exists(beside) and not beside.is_symlink():
        regular_signer(Path(signer))
        return Signature("absent", beside.name)
    return verify_signature(content, beside, Path(signer))


def regular_signer(path: Path) -> None:
    """Raise InputError where the file of signers is not there: a slip of the keyboard is no missing signature."""
    try:
        regular_file(path)
    except OSError as error:
        raise InputError(problem("seal_missing", path.name)) from error


def _departure(entry: SealedFile, folder: Path) -> Departure | None:
    """What a sealed file is otherwise now; None where its bytes are those that were sealed."""
    try:
        path = confined(folder, entry.name, None, entry.name)
        size = regular_file(path).stat().st_size
        found = file_hash(path)
    except QhgepError:
        return Departure(entry.name, "unreadable", entry.sha256)
    except FileNotFoundError:
        return Departure(entry.name, "missing", entry.sha256)
    except OSError:
        return Departure(entry.name, "unreadable", entry.sha256)
    if (size, found) == (entry.bytes, entry.sha256):
        return None if _as_named(entry, path) else Departure(entry.name, "misnamed")
    return Departure(entry.name, "resaved" if _resaved(entry, path) else "changed", entry.sha256, found)


def _as_named(entry: SealedFile, path: Path) -> bool:
    """Whether a workbook carries the run id and the hashes that the seal says of it, where it says any."""
    named = {RUN_ID: entry.run_id, CONTENT_HASH: entry.content_hash, RECORD_HASH: entry.record_hash}
    if not any(named.values()):
        return True
    try:
        manifest = manifest_of(path)
        return all(fact(manifest, label) == said for label, said in named.items())
    except QhgepError:
        return False


def _resaved(entry: SealedFile, path: Path) -> bool:
    """Whether a workbook has other bytes and still the contents and the record that were sealed."""
    if not entry.content_hash:
        return False
    try:
        manifest = manifest_of(path)
        hashes = fact(manifest, CONTENT_HASH), fact(manifest, RECORD_HASH)
        return hashes == (entry.content_hash, entry.record_hash) and verify_workbook(path).same
    except QhgepError:
        return False


def _extra(seal: Seal, path: Path) -> Iterator[Departure]:
    """What lies in a folder that was sealed whole and is not listed."""
    root = path.parent
    listed = {entry.name for entry in seal.files} | {path.name, f"{path.name}{ENDING}"}
    for folder in seal.folders:
        try:
            below = root if folder == HERE else confined(root, folder, None, folder)
            for file in files_below(below):
                name = file.relative_to(root).as_posix()
                if name not in listed:
                    yield Departure(shown(name), "extra")
        except QhgepError:
            yield Departure(folder, "unreadable")


def _among(seal: Seal, folder: Path, file: Path) -> bool:
    """Whether a file is a sealed one, by where it lies."""
    try:
        return any((folder / entry.name).samefile(file) for entry in seal.files if (folder / entry.name).exists())
    except OSError:
        return False
