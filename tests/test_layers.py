"""Imports point one way, each library has its one door, and no cell's address is made outside the layout."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest

import qhgep
import qhgep.errors

PACKAGE = Path(qhgep.errors.__file__).parent
# DESIGN, "The house": each line may import the lines above it. `coefficient_store` holds what DESIGN calls
# coefficients; a pack comes as the files that bureaus have, so it is read by the reader of inputs.
LAYERS = (
    "_version errors evidence interval text_tables",
    "arguments phrases",
    "data money printed units",
    "envelope expr states toml_lines",
    "readings",
    "quantities",
    "catalogue inputs",
    "coefficient_store",
    "ruleset_store",
    "account",
    "packs",
    "engine",
    "decisions auditing",
    "compensation",
    "difference",
    "assessments",
    "workbook",
    "importers preparation provenance seals",
    "raster result_files",
    "audit_page desk format_descriptions",
    "cli",
    "__main__ __init__",
)
HEIGHT = {part: height for height, parts in enumerate(LAYERS) for part in parts.split()}
PUBLIC = ("explain", "coefficients", "rulesets", "diff", "audit", "check", "trace", "page", "render", "allocate")
"""Public names, there or planned: a module of such a name directly in the package would hide the function."""
DOORS = {
    "pint": ("units/registry.py",),
    "openpyxl": ("inputs/", "workbook/"),
    "xlsxwriter": ("workbook/",),
    "defusedxml": ("inputs/", "workbook/"),
    "numpy": ("readings/", "engine/", "decisions/", "raster/", "compensation/payment_bands.py"),
    "typer": ("cli/",),
    **dict.fromkeys(("markupsafe", "vl_convert"), ("audit_page/",)),
    "jinja2": ("audit_page/", "desk/"),
    **dict.fromkeys(("fastapi", "starlette", "uvicorn"), ("desk/",)),
    **dict.fromkeys(("rasterio", "shapely", "pyproj", "pyogrio", "exactextract", "fiona", "geopandas"), ("raster/",)),
}
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 400
TOO_LONG: set[str] = set()
"""Known and to be split; a file that is no longer too long leaves the list."""


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, also inside functions and for type checking."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}: a relative import"
            yield from (
                (f"qhgep.{alias.name}" for alias in node.names) if node.module == "qhgep" else (str(node.module),)
            )


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=name)
def test_imports_point_one_way(path: Path) -> None:
    mine = part_of(path)
    others = {module.split(".")[1] for module in imported(path) if module.startswith("qhgep.")} & set(HEIGHT)
    upward = {other for other in others - {mine} if HEIGHT[other] >= HEIGHT[mine] and mine != "__init__"}
    assert upward == set()


def module(path: Path) -> str:
    """The dotted name of a file; a package goes by its own."""
    return ".".join(("qhgep", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


def read_by(path: Path) -> set[str]:
    """The modules of the package whose files a file imports from."""
    known = {module(file) for file in FILES}
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= names & known or {str(node.module)}
    return (found & known) - {module(path)}


def circles(imports: Mapping[str, set[str]]) -> list[list[str]]:
    """The files that reach themselves by what they import, in groups."""
    reached = {name: set(others) for name, others in imports.items()}
    for through in imports:
        for name, others in reached.items():
            if through in others:
                reached[name] = others | reached[through]
    on_a_circle = sorted(name for name, others in reached.items() if name in others)
    groups = {
        tuple(sorted({name} | {other for other in reached[name] if name in reached[other]})) for name in on_a_circle
    }
    return sorted(map(list, groups))


def test_no_file_lies_on_a_circle() -> None:
    """Parts hide circles inside them: files are what is measured, imports for type checking included."""
    assert circles({module(path): read_by(path) for path in FILES}) == []


def test_a_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set()}) == [["b", "c"]]


def test_no_module_hides_a_public_name() -> None:
    """With every module imported, every public name is still what a caller means: a function or a type."""
    for path in FILES:
        if path.name != "__main__.py":
            import_module(module(path))
    assert {name for name in PUBLIC if (PACKAGE / name).exists() or (PACKAGE / f"{name}.py").exists()} == set()
    names = [name for name in qhgep.__all__ if name != "__version__"]
    assert [name for name in names if not callable(getattr(qhgep, name))] == []


def test_every_part_of_the_package_has_its_layer() -> None:
    assert {part_of(path) for path in FILES} == set(HEIGHT)


@pytest.mark.parametrize("library", DOORS)
def test_a_library_is_imported_through_its_door_only(library: str) -> None:
    users = {name(path) for path in FILES if library in {module.split(".")[0] for module in imported(path)}}
    assert {user for user in users if not user.startswith(DOORS[library])} == set()


def test_nothing_but_its_verbs_imports_the_raster_extra() -> None:
    users = {name(path) for path in FILES for module in imported(path) if module.startswith("qhgep.raster")}
    public = {
        "cli/maps.py",
        "__init__.py",
        "format_descriptions.py",  # the model of maps.toml, which needs no library of the extra
    }  # the public names are there without the extra; they are imported when asked for
    assert {user for user in users if not user.startswith("raster/")} == public
    door = tree(PACKAGE / "cli" / "maps.py")
    at_once = [node for node in door.body if isinstance(node, ast.ImportFrom)]
    assert not any(str(node.module).startswith("qhgep.raster") for node in at_once), (
        "the verbs load it when they are used"
    )


@pytest.mark.parametrize("library", ["pandas", "pint", "rich"])
def test_a_slow_library_is_not_loaded_with_the_package(library: str) -> None:
    """Start-up is designed (DESIGN 19): such imports stand inside functions or under TYPE_CHECKING."""
    eager = [
        name(path)
        for path in FILES
        for node in tree(path).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)])
        if module.split(".")[0] == library
    ]
    assert eager == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_exception_is_caught_without_saying_which_unless_it_is_raised_again(path: Path) -> None:
    handlers = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ExceptHandler)]
    caught = [
        ast.unparse(handler.type) if handler.type else "everything"
        for handler in handlers
        if not (isinstance(again := handler.body[-1], ast.Raise) and again.exc is None)
    ]
    assert {"everything", "Exception", "BaseException"} & set(caught) == set()


# Letters, and then a number that a program puts in: f"A{row}", f"${column}${row}", "B" + str(row).
_COLUMN = re.compile(r"(^|[!(,:=+*/ -])\$?[A-Z]{1,3}\$?$|\$$")


def addresses(path: Path) -> Iterator[int]:
    """Lines on which a text looks like a cell address in the making."""
    for node in ast.walk(tree(path)):
        match node:
            case ast.JoinedStr(values) if any(_address(*pair) for pair in pairwise(values)):
                yield node.lineno
            case ast.BinOp(ast.Constant(str(text)), ast.Add(), ast.Call(ast.Name("str"))) if _COLUMN.search(text):
                yield node.lineno
            case ast.Call(ast.Name("chr" | "xl_rowcol_to_cell" | "xl_col_to_name" | "get_column_letter")):
                yield node.lineno


def _address(first: ast.expr, second: ast.expr) -> bool:
    """Whether a plain number follows letters; one with a format of its own (`T{place:02d}`) is a label."""
    match first, second:
        case ast.Constant(str(text)), ast.FormattedValue(format_spec=None):
            return bool(_COLUMN.search(text))
    return False


def test_no_cell_address_is_put_together_outside_the_layout() -> None:
    found = {f"{name(path)}:{line}" for path in FILES for line in addresses(path)}
    assert {place for place in found if not place.startswith("workbook/core/layout.py:")} == set()


def test_the_search_for_addresses_finds_the_one_place_where_they_are_made() -> None:
    assert list(addresses(PACKAGE / "workbook" / "core" / "layout.py"))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('f"A{row}"', True), ('f"=SUM(B{first}:B{last})"', True), ('f"${name}${row}"', True),
        ('"AB" + str(row)', True), ("chr(65 + column)", True), ('f"{sheet}!C{row}"', True),
        ('f"GZ-{row}"', False), ('f"{county} {row}"', False), ('f"T{place:02d}"', False),
        ('f"公历 {year} 年"', False), ('"x" + str(row)', False), ('"^[a-z]$"', False),
    ],
)  # fmt: skip
def test_what_looks_like_an_address_in_the_making(tmp_path: Path, source: str, *, found: bool) -> None:
    (tmp_path / "x.py").write_text(source, encoding="utf-8")
    assert bool(list(addresses(tmp_path / "x.py"))) is found


def test_a_module_is_one_idea_and_not_too_long() -> None:
    lines = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {path for path, length in lines.items() if length > LONGEST} == TOO_LONG


SHARED_NAMES = {"ChangeJson", "MovedJson", "SourceJson", "StepJson"}
"""A JSON model bears the name of the list that it stands in: `changes`, `moved`, `sources` and `steps` of its kind of result."""


def test_a_class_name_means_one_thing() -> None:
    modules: dict[str, list[str]] = {}
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                modules.setdefault(node.name, []).append(name(path))
    repeated = {found: where for found, where in modules.items() if len(where) > 1}
    assert repeated.keys() == SHARED_NAMES, repeated
    assert {where.split("/")[0] for found in repeated.values() for where in found} == {"result_files"}


def test_a_module_begins_by_saying_what_it_is() -> None:
    assert [name(path) for path in FILES if not ast.get_docstring(tree(path))] == []


def test_the_tolerance_of_areas_is_written_once() -> None:
    """Half a percent stands in quantities.py; code takes the number, texts and sheets print it from there.

    "0.1 to 0.5 %" in the text on GCJ-02 is the shift of a boundary, no tolerance.
    """
    written = re.compile(r"0\.005|Fraction\(5, 1000\)|(?<!0\.1 至 )(?<!0\.1 to )0\.5 ?%")
    texts = [*FILES, *(PACKAGE / "messages").glob("*.toml")]
    assert {path.name for path in texts if written.search(path.read_text(encoding="utf-8"))} == {"quantities.py"}
