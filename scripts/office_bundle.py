"""The desk for an office PC without network: a zip for each platform, with all libraries unpacked. `make office-bundle` runs it.

One universal lock with hashes (the versions of requirements-dev.lock) is unpacked for each platform by uv, for one named
Python; our own wheel beside it. What is written has fixed times and an order, so the same sources give the same zip.
"""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from qhgep import __version__

ROOT = Path(__file__).parent.parent
PARTS = ROOT / "scripts" / "office"
PYTHON = "3.11"
PLATFORMS = {
    "windows-x86_64": "x86_64-pc-windows-msvc",
    "linux-x86_64": "x86_64-manylinux_2_28",
    "linux-aarch64": "aarch64-manylinux_2_28",
}
"""The name in the zip, and what uv calls it."""
_LAUNCHERS = {"windows": ("qhgep-desk.bat",), "linux": ("qhgep-desk.sh",)}
_TEXTS = ("need-python.txt", "使用说明.txt", "run.py")
_TIME = (2026, 1, 1, 0, 0, 0)


def filled(text: str, platform: str) -> str:
    """A part of the bundle with version, platform and Python put in."""
    facts = {"VERSION": __version__, "PLATFORM": platform, "PYTHON": PYTHON, "TUPLE": f"({PYTHON.replace('.', ', ')})"}
    for name, value in facts.items():
        text = text.replace(f"@{name}@", value)
    return text


def parts(platform: str) -> dict[str, bytes]:
    """The launcher and the texts of a platform by name. Windows reads lines that end in CRLF; its texts begin with a mark."""
    windows = platform.startswith("windows")
    found = {}
    for name in (*_LAUNCHERS[platform.partition("-")[0]], *_TEXTS):
        text = filled((PARTS / name).read_text(encoding="utf-8"), platform)
        if windows and not name.endswith(".py"):
            text = text.replace("\n", "\r\n")
        found[name] = text.encode("utf-8-sig" if name == "使用说明.txt" else "utf-8")
    return found


def zipped(libraries: Path, platform: str, target: Path) -> Path:
    """The zip of a platform: libraries under `lib`, launcher and texts beside it, in one folder."""
    top = f"qhgep-desk-{__version__}"
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts(platform).items():
            _put(packed, f"{top}/{name}", content, run=name.endswith(".sh"))
        for path in sorted(libraries.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                _put(packed, f"{top}/lib/{path.relative_to(libraries).as_posix()}", path.read_bytes())
    return target


def _put(packed: zipfile.ZipFile, name: str, content: bytes, *, run: bool = False) -> None:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = (stat.S_IFREG | (0o755 if run else 0o644)) << 16
    packed.writestr(entry, content)


def _uv(*words: object) -> None:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        sys.exit("uv is not there; it is in the lock: make .venv/.installed")
    subprocess.run([uv, "--quiet", *map(str, words)], check=True, cwd=ROOT)  # noqa: S603 - words in a list


def bundle(platform: str, place: Path, target: Path) -> Path:
    """Unpack the libraries of a platform and our wheel into a folder, and zip it."""
    lock, libraries = place / "office.lock", place / platform
    if not lock.exists():
        _uv(
            "pip", "compile", "pyproject.toml", "--extra", "desk", "--extra", "page", "--universal", "--python-version", PYTHON,
            "--generate-hashes", "--no-header", "--no-annotate", "-c", "requirements-dev.lock", "-o", lock,
        )  # fmt: skip
        words = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place / "dist"), str(ROOT)]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - likewise
    common = (
        "pip",
        "install",
        "--target",
        libraries,
        "--python-platform",
        PLATFORMS[platform],
        "--python-version",
        PYTHON,
    )
    _uv(*common, "--only-binary", ":all:", "--require-hashes", "-r", lock)
    _uv(*common, "--no-deps", *(place / "dist").glob("*.whl"))
    return zipped(libraries, platform, target / f"qhgep-desk-{__version__}-{platform}.zip")


def main() -> None:
    """The zips of the platforms that are named, or of all."""
    asked = sys.argv[1:] or list(PLATFORMS)
    with TemporaryDirectory() as place:
        for platform in asked:
            made = bundle(platform, Path(place), ROOT / "dist" / "office")
            print(f"{made.relative_to(ROOT)}  {made.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
