"""Modules of one's own, laid over the shipped catalogue: Python files that are run where somebody names them."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from qhgep.catalogue import Catalogue, shipped
from qhgep.data import MOST_TEXT, regular_file
from qhgep.errors import FormulaError, InputError, QhgepError, problem

_FAULTS = (
    ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError, OSError, RuntimeError, SyntaxError, TypeError,
    ValueError,
)  # fmt: skip
"""How a module may end that somebody else wrote."""


def catalogue_with(files: Iterable[Path | str]) -> Catalogue:
    """The shipped catalogue with the quantities, formulas and indicators of some Python files, which are run.

    Raises FormulaError for a file that cannot be run, with its line, and where a name means two things.
    """
    return shipped().with_modules(*(_module(Path(file)) for file in files))


def _module(path: Path) -> ModuleType:
    spec = spec_from_file_location(path.stem, _readable(path))
    if spec is None or spec.loader is None:
        raise FormulaError(problem("catalogue_file", path.name))
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except QhgepError:
        raise
    except _FAULTS as error:
        raise FormulaError(
            problem("catalogue_code", _where(path, error), detail=f"{type(error).__name__}: {error}")
        ) from error
    return module


def _readable(path: Path) -> Path:
    if path.suffix != ".py":
        raise FormulaError(problem("catalogue_file", path.name))
    try:
        return regular_file(path, most=MOST_TEXT)
    except (InputError, OSError) as error:
        raise FormulaError(problem("catalogue_file", path.name)) from error


def _where(path: Path, error: Exception) -> str:
    """The line of the file at which it ended, as far as it is known."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    return f"{path.name}:{line}" if line else path.name
