"""Faults put into the code one by one, and which of them no test notices: `make mutation MUTANTS=60 SEED=1`.

A mutant changes one operator, constant or condition of a module of engine/, compensation/ or workbook/, in a copy of the
tree. The tests that import the module (or what imports it) run until one fails; a mutant that none of them notices
survives and is listed with its line, before and after. Never part of `.ci/run`: it takes hours.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
RULES = "qhgep.compensation.rules"
ROOMS = ("engine", "compensation", "workbook")
SECONDS, TESTS = 600, 6
SWAPS = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"), ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"), ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"), ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "+"), ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
_CONSTANTS = {"0": "1", "1": "0", "True": "False", "False": "True"}


@dataclass(frozen=True, order=True)
class Mutant:
    """A place in a file, and the text that stands there and that replaces it."""

    file: str
    line: int
    start: int
    end: int
    old: str
    new: str

    def applied(self, text: str) -> str:
        """The file with the fault."""
        return text[: self.start] + self.new + text[self.end :]


class Places:
    """Where a node stands in a text: columns of `ast` count bytes."""

    def __init__(self, text: str) -> None:
        """The text of a file."""
        self.text, self.lines, self.starts = text, text.splitlines(), [0]
        for line in text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def span(self, node: ast.expr) -> tuple[int, int]:
        """The first character of a node, and the one after its last."""
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno or 0, node.end_col_offset or 0)

    def _at(self, line: int, column: int) -> int:
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())


def mutants(file: str, text: str) -> Iterator[Mutant]:
    """Every fault that can be put into a file; texts, annotations and docstrings are left alone."""
    tree, places = ast.parse(text), Places(text)
    quiet = set(_without_effect(tree))
    for node in (node for node in ast.walk(tree) if node not in quiet):
        for left, operator, right in _operations(node):
            between = places.span(left)[1], places.span(right)[0]
            old, new = SWAPS.get(type(operator), ("", ""))
            found = re.search(rf"(?<!\w){re.escape(old)}(?!\w)", text[slice(*between)]) if old else None
            if found:
                at = between[0] + found.start()
                yield Mutant(file, left.end_lineno or 0, at, at + len(old), old, new)
        match node:
            case ast.Call(ast.Name(name) as called) if name in NAMES:
                yield Mutant(file, called.lineno, *places.span(called), name, NAMES[name])
            case ast.Constant(value) if str(value) in _CONSTANTS and not isinstance(value, str):
                yield Mutant(file, node.lineno, *places.span(node), str(value), _CONSTANTS[str(value)])
            case ast.UnaryOp(ast.Not(), operand):
                whole, inner = (text[slice(*places.span(item))] for item in (node, operand))
                yield Mutant(file, node.lineno, *places.span(node), whole, inner)


def _without_effect(tree: ast.AST) -> Iterator[ast.AST]:
    """What decorators say (frozen, slots) and whether lengths are compared (strict): no test is meant to notice these."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            for decorator in node.decorator_list:
                yield from ast.walk(decorator)
        elif isinstance(node, ast.keyword) and node.arg == "strict":
            yield node.value


def _operations(node: ast.AST) -> Iterator[tuple[ast.expr, ast.AST, ast.expr]]:
    """Left side, operator, right side, of every comparison, sum and condition of a node."""
    match node:
        case ast.Compare(left, operators, rights):
            for operator, right in zip(operators, rights, strict=True):
                yield left, operator, right
                left = right
        case ast.BinOp(left, operator, right):
            yield left, operator, right
        case ast.BoolOp(operator, values):
            yield from ((one, operator, other) for one, other in pairwise(values))


def tests_of(module: str) -> list[str]:
    """The test files that import a module; where none does, those of the nearest modules above that import it. The smallest first."""
    named: list[Path] = []
    level, seen = [module], set[str]()
    while level and not named:
        direct = [path for name in level for path in _importing(name, ROOT / "tests")]
        named = [path for path in dict.fromkeys(direct) if path.name.startswith("test_")]
        seen |= set(level)
        level = [name for name in dict.fromkeys(above for name in level for above in _above(name)) if name not in seen]
    return [str(path.relative_to(ROOT)) for path in sorted(named, key=lambda path: path.stat().st_size)[:TESTS]]


def _above(module: str) -> list[str]:
    """The modules that import a module; a rule is found by its place, so the registry of rules stands for its importer."""
    named = [_module(path) for path in _importing(module, ROOT / "qhgep")]
    return [*named, f"{RULES}.registry"] if module.rpartition(".")[0] == RULES else named


def _importing(module: str, folder: Path) -> list[Path]:
    package, _, name = module.rpartition(".")
    pattern = re.compile(
        rf"from {re.escape(module)} import|from {re.escape(package)} import [^\n]*\b{re.escape(name)}\b"
    )
    return [path for path in sorted(folder.rglob("*.py")) if pattern.search(path.read_text(encoding="utf-8"))]


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def outcome(mutant: Mutant, copy: Path) -> str:
    """`killed`, `survived`, or `untested` where no test file leads to the module."""
    tests = tests_of(_module(ROOT / mutant.file))
    if not tests:
        return "untested"
    path = copy / mutant.file
    sound = path.read_text(encoding="utf-8")
    path.write_text(mutant.applied(sound), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-m", "not long and not libreoffice", *tests]
    try:
        done = subprocess.run(command, cwd=copy, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - pytest
    except subprocess.TimeoutExpired:
        return "killed"
    finally:
        path.write_text(sound, encoding="utf-8")
    return "survived" if done.returncode == 0 else "killed"


def main(count: int, seed: int) -> None:
    """Try so many mutants, drawn with a seed, and print what became of each and who survived."""
    files = [path for room in ROOMS for path in sorted((ROOT / "qhgep" / room).rglob("*.py"))]
    every = [
        mutant for path in files for mutant in mutants(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
    ]
    chosen = sorted(Random(seed).sample(every, min(count, len(every))))  # noqa: S311 - a draw
    survivors = []
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "out", "__pycache__", ".*_cache"))
        for mutant in chosen:
            found = outcome(mutant, copy)
            line = f"{found:9} {mutant.file}:{mutant.line}  {mutant.old} -> {mutant.new}"
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
            survivors += [line] if found != "killed" else []
    sys.stdout.write(f"{len(chosen)} of {len(every)} mutants tried, {len(survivors)} not killed\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 30, int(sys.argv[2]) if sys.argv[2:] else 1)
