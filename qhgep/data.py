"""Where the data that ship with qhgep lie, in the installed package or in the checkout, and the hash of a file."""

from __future__ import annotations

import hashlib
from pathlib import Path


def data_folder(name: str) -> Path:
    """The folder `coefficients` or `templates`, beside this file in a wheel, else in the checkout."""
    packed = Path(__file__).parent / "_data" / name
    return packed if packed.is_dir() else Path(__file__).parent.parent / name


def file_hash(path: Path) -> str:
    """The SHA-256 of a file's bytes, as hexadecimal text."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
