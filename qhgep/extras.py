"""Public functions whose libraries come with an extra: what stands for them where it is not installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn

from qhgep.errors import InputError, problem

EXTRAS: Mapping[str, str] = {"qhgep.desk.": "desk", "qhgep.raster.": "raster"}
"""The beginnings of the modules that need an extra."""


def without_extra(name: str, module: str, error: ModuleNotFoundError) -> Callable[..., NoReturn]:
    """A function that says which extra is lacking when it is called; raises the error where it is of another kind.

    So all public names are there in every installation, and `from qhgep import *` holds.
    """
    extra = next((extra for start, extra in EXTRAS.items() if module.startswith(start)), None)
    if extra is None or (error.name or "qhgep").startswith("qhgep"):
        raise error

    def lacking(*_: object, **__: object) -> NoReturn:
        raise InputError(problem("extra_missing", "", library=error.name, extra=extra)) from error

    lacking.__name__ = name
    lacking.__doc__ = f'Not installed: pip install "qhgep[{extra}]".'
    return lacking
