"""Put the pages of the documentation together and build the site into out/docs: `make docs`.

The pages stand as in the checkout, so that their links hold: README and docs as they are, examples and notebooks, and the
reference that is made from the code. What a page links to comes along; a link to a folder leads to its page.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.docs_notebooks import page as notebook_page
from scripts.docs_reference import pages as reference_pages

ROOT = Path(__file__).parent.parent
OUT = ROOT / "out"
RENAMED = {"README.zh-CN.md": "index.md", "README.md": "english.md"}
"""The pages that a site calls otherwise: its front is the Chinese one."""
_LINK = re.compile(r"(?<=\]\()([^)#\s:]+)(?=[)#])")
_FOLDERS = {
    "examples": "# 实例\n\n每个实例是一个文件夹：account.toml 或 plan.toml、输入和说明。\n",
    "notebooks": "# 笔记本\n\n三个算例，建站时逐格运行，输出就是运行所得（英文）。\n",
    "docs/schemas": "# 结果的 JSON\n\n`--json` 写出的各种结果的 JSON Schema；`read_result` 按它读回。\n",
}


def pages() -> Iterator[Path]:
    """The pages of the checkout, by their paths in it."""
    for pattern in ("*.md", "docs/**/*.md", "examples/*/README.md"):
        yield from sorted(path.relative_to(ROOT) for path in ROOT.glob(pattern))


def put_together(target: Path) -> None:
    """Write every page of the site into a folder."""
    made = dict(_checkout_pages()) | dict(_folder_pages())
    made |= {Path("notebooks") / f"{path.stem}.md": notebook_page(path) for path in _notebooks()}
    made |= {Path("reference") / name: text for name, text in reference_pages().items()}
    shutil.copytree(ROOT / "scripts" / "docs_assets", target / "assets")
    for path, text in made.items():
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        for link in _LINK.findall(text):
            _bring(place.parent / link, target)


def _checkout_pages() -> Iterator[tuple[Path, str]]:
    for path in pages():
        text = (ROOT / path).read_text(encoding="utf-8")
        yield (
            Path(RENAMED.get(path.as_posix(), path)),
            _LINK.sub(lambda found, at=path.parent: _led(found[1], at), text),
        )


def _led(link: str, folder: Path) -> str:
    """Where a link of a page of the checkout leads on the site."""
    if (ROOT / folder / link).is_dir():
        link = f"{link.rstrip('/')}/README.md"
    there = (ROOT / folder / link).resolve().relative_to(ROOT).as_posix()
    if there in RENAMED:
        link = link.removesuffix(there) + RENAMED[there]
    return re.sub(r"\.ipynb$", ".md", link)


def _bring(place: Path, target: Path) -> None:
    """Copy what a page links to and what is no page itself."""
    path = ROOT / place.resolve().relative_to(target.resolve())
    if path.suffix != ".md" and path.is_file():
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)


def _folder_pages() -> Iterator[tuple[Path, str]]:
    """A page for each folder that pages link to: what is in it, by the first heading of each."""
    inner = {
        "examples": [(path.parent.name, "README.md", path) for path in sorted(ROOT.glob("examples/*/README.md"))],
        "notebooks": [("", f"{path.stem}.md", path) for path in _notebooks()],
        "docs/schemas": [("", path.name, path) for path in sorted(ROOT.glob("docs/schemas/*.json"))],
    }
    for folder, items in inner.items():
        lines = [f"- [{_title(path)}]({Path(under) / name})\n" for under, name, path in items]
        yield Path(folder) / "README.md", _FOLDERS[folder] + "\n" + "".join(lines)


def _title(path: Path) -> str:
    if path.suffix == ".json":
        return path.stem.replace("_", " ")
    text = notebook_page(path, run=False) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")
    return text.partition("\n")[0].lstrip("# ")


def _notebooks() -> list[Path]:
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


def build(out: Path = OUT) -> int:
    """Build the site into the folder `docs` of another; a warning is an error."""
    source = out / "docs-source"
    shutil.rmtree(source, ignore_errors=True)
    put_together(source)
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--clean",
        "--quiet",
        "--site-dir",
        str(out / "docs"),
    ]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "QHGEP_DOCS_SOURCE": str(source)}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(build())
