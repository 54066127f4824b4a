"""Who sealed: a detached signature over the seal's bytes, checked by OpenSSH with keys that the verifier gives.

`ssh-keygen -Y sign` and `-Y verify` are in OpenSSH since 8.1, under Windows, macOS and Linux alike. qhgep holds no key and
makes no signature. What a signature cannot say is when: an old seal over old files is as valid as on its day.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from qhgep.data import regular_file
from qhgep.errors import InputError, problem

NAMESPACE = "qhgep-seal"
"""What a signature is for: one that was made for another purpose does not hold for a seal."""
ENDING = ".sig"
_TOOL = "ssh-keygen"
_MOST_SIGNATURE, _MOST_SIGNERS = 64 * 1024, 1024 * 1024
_SECONDS = 30
_KEY = re.compile(r"(ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-|rsa-sha2-)\S*")
_GOOD = re.compile(rf'Good "{NAMESPACE}" signature for (?P<who>.+) with (?P<key>\S+ key \S+)')
_TOO_OLD = re.compile(r"usage:|illegal option|unknown option|invalid option|unsupported operation", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signature:
    """What is known of who sealed.

    `not_checked`: the verifier named nobody whom to trust; `absent`: there is no signature; `invalid`: it is not by a key
    that the verifier gave, not over this seal, or for another purpose; `valid`: by `who`, with `key`. `detail` says why not.
    """

    state: Literal["not_checked", "absent", "invalid", "valid"]
    file: str
    who: str = ""
    key: str = ""
    detail: str = ""


def verify_signature(content: bytes, signature: Path, signer: Path) -> Signature:
    """Whether a signature over some bytes is by a key of `signer`: a public key, or a file of allowed signers.

    Raises InputError where either file cannot be read, is a private key, or where there is no ssh-keygen that can verify.
    """
    signed = _read(signature, _MOST_SIGNATURE)
    allowed = _allowed(_read(signer, _MOST_SIGNERS), signer.name)
    tool = shutil.which(_TOOL)
    if tool is None:
        raise InputError(problem("seal_no_tool", signature.name))
    with TemporaryDirectory() as place:
        sig, signers = Path(place, "seal.sig"), Path(place, "signers")
        sig.write_bytes(signed)
        signers.write_bytes(allowed)
        found = _run(tool, ["-Y", "find-principals", "-s", str(sig), "-f", str(signers)], b"", signature.name)
        names = _principals(found.stdout) if found.returncode == 0 else []
        detail = _first_line(found.stderr)
        for name in names:
            words = ["-Y", "verify", "-f", str(signers), "-I", name, "-n", NAMESPACE, "-s", str(sig)]
            found = _run(tool, words, content, signature.name)
            good = _GOOD.search(_text(found.stdout)) if found.returncode == 0 else None
            if good is not None:
                return Signature("valid", signature.name, _clean(good["who"]), _clean(good["key"]))
            detail = _first_line(found.stderr + found.stdout)
    return Signature("invalid", signature.name, detail=detail)


def _read(path: Path, most: int) -> bytes:
    try:
        return regular_file(path, most=most).read_bytes()
    except OSError as error:
        raise InputError(problem("seal_missing", path.name)) from error


def _allowed(content: bytes, name: str) -> bytes:
    """The lines of an allowed-signers file; a public key becomes one whose name is that of its file."""
    if b"PRIVATE KEY" in content:
        raise InputError(problem("seal_private", name))
    lines = [line.strip() for line in _text(content).splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if not lines:
        raise InputError(problem("seal_no_key", name))
    who = re.sub(r"[^\w.@-]", "_", name).lstrip("-") or "signer"
    return "".join(f"{who} {line}\n" if _KEY.fullmatch(line.split()[0]) else f"{line}\n" for line in lines).encode()


def _principals(output: bytes) -> list[str]:
    """The names that allowed signers go by, each pattern of a line for itself; what a line excludes is no name."""
    names = [name.strip() for line in _text(output).splitlines() for name in line.split(",")]
    return [name for name in dict.fromkeys(names) if name and not name.startswith(("!", "-"))]


def _run(tool: str, words: Sequence[str], content: bytes, name: str) -> subprocess.CompletedProcess[bytes]:
    """One run of ssh-keygen. Raises InputError where it cannot run or is too old to know signatures."""
    try:
        found = subprocess.run(  # noqa: S603 - the words are made here
            [tool, *words], input=content, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(problem("seal_no_tool", name)) from error
    if found.returncode and _TOO_OLD.search(_text(found.stderr)):
        raise InputError(problem("seal_no_tool", name))
    return found


def _text(output: bytes) -> str:
    return output.decode("utf-8", "replace")


def _first_line(output: bytes) -> str:
    return next(_lines(_text(output)), "")


def _lines(text: str) -> Iterator[str]:
    yield from (clean for line in text.splitlines() if (clean := _clean(line)))


def _clean(text: str) -> str:
    """A line of another program as it may be printed."""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:200]
