"""What a caller gives, held against what a public function says that it takes: told at the door, by the name of the parameter.

A function that is annotated is checked; nothing is listed here. A text is no list of its letters, True is no number, and a
time of a day is no day; a whole number of numpy is one. What can be read once only (a generator) is held, so that it can be
looked at and still be read.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, wraps
from math import isfinite
from numbers import Integral, Real
from pathlib import Path
from reprlib import Repr
from types import SimpleNamespace
from typing import (
    Annotated,
    Any,
    Literal,
    ParamSpec,
    Protocol,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    runtime_checkable,
)

from qhgep.errors import ArgumentError, problem

P = ParamSpec("P")
R = TypeVar("R")
_Misfit = tuple[str, object, str]
"""The place in an argument, what stands there, and what was expected of it."""


@runtime_checkable
class DataFrame(Protocol):
    """A DataFrame is known by these: pandas is not loaded to find out that something is none."""

    columns: Any
    to_dict: Any


_LAZY = {"pd": SimpleNamespace(DataFrame=DataFrame)}
"""What annotations name and modules import for type checkers only."""


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """The function, telling arguments of other kinds than its annotations say before it does anything (ArgumentError)."""

    @wraps(function)
    def at_the_door(*args: P.args, **given: P.kwargs) -> R:
        names, kinds = _kinds(function)
        seen = [_seen(function, kinds, name, value) for name, value in zip(names, args, strict=False)]
        named = {name: _seen(function, kinds, name, value) for name, value in given.items()}
        return function(*seen, *args[len(seen) :], **named)  # type: ignore[arg-type] # the same arguments

    return at_the_door


@dataclass(frozen=True, slots=True)
class _Taken:
    """The annotation of a parameter, and the types of which any value fits it."""

    hint: Any
    plain: frozenset[type]


def _seen(function: Callable[..., object], kinds: Mapping[str, _Taken], name: str, value: object) -> object:
    """An argument that is as its annotation says; where there is none (self), and a name that Python will refuse, as it is."""
    kind = kinds.get(name)
    if kind is None or type(value) in kind.plain:
        return value
    value = (
        tuple(value)
        if isinstance(value, Iterator)
        else int(value)
        if isinstance(value, Integral) and not isinstance(value, bool)
        else value
    )
    misfit = _misfit(value, kind.hint, name)
    if misfit is not None:
        raise wrong_kind(function.__name__, *misfit)
    return value


def wrong_kind(function: str, parameter: str, found: object, expected: str) -> ArgumentError:
    """The error of an argument of another kind than a function takes."""
    facts = {"parameter": parameter, "found": _shown(found), "expected": expected}
    return ArgumentError(problem("argument_kind", f"{function}()", **facts))


@cache
def _kinds(function: Callable[..., object]) -> tuple[tuple[str, ...], Mapping[str, _Taken]]:
    """The names of the parameters in their order, and the kind of each that says one."""
    names = tuple(inspect.signature(function).parameters)
    hints = get_type_hints(function, localns=_LAZY)
    return names, {name: _Taken(hints[name], frozenset(_plain(hints[name]))) for name in names if name in hints}


def _plain(kind: Any) -> Iterator[type]:  # noqa: ANN401 - any annotation
    """The types of which any value fits, so that most arguments are seen at a glance."""
    for part in get_args(kind) if get_origin(kind) in {Union, types.UnionType} else [kind]:
        yield from [part] if isinstance(part, type) and get_origin(part) is None and part is not float else []


def _misfit(value: object, kind: Any, place: str) -> _Misfit | None:  # noqa: ANN401 - any annotation
    """What of a value is not as an annotation says; None where all of it is."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _misfit(value, parts[0], place)
    if origin in {Union, types.UnionType}:
        found = [_misfit(value, part, place) for part in parts]
        inside = [misfit for misfit in found if misfit is not None and misfit[0] != place]
        return None if None in found else next(iter(inside), (place, value, said(kind)))
    if not _is_of(value, kind, origin, parts):
        return place, value, said(kind)
    return next((misfit for misfit in _inside(value, origin, parts, place) if misfit is not None), None)


def _is_of(value: object, kind: Any, origin: Any, parts: tuple[Any, ...]) -> bool:  # noqa: ANN401 - as above
    """Whether a value is of a kind, as far as it can be seen without looking into it."""
    if origin is Literal:
        return isinstance(value, str) and value in parts
    if origin is None:
        return _is_one(value, kind)
    if isinstance(value, str | bytes | bytearray):
        return False
    if origin is Callable:
        return callable(value)
    fixed = origin is tuple and ... not in parts
    return isinstance(value, origin) and (not fixed or len(value) == len(parts))


def _is_one(value: object, kind: Any) -> bool:  # noqa: ANN401 - as above
    if kind is Any or not isinstance(kind, type):  # a type variable is as open as Any
        return True
    if kind is int:
        return isinstance(value, Integral) and not isinstance(value, bool)
    if kind is float:
        return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)
    return isinstance(value, kind) and not (kind is date and isinstance(value, datetime))


def _inside(value: Any, origin: Any, parts: tuple[Any, ...], place: str) -> Iterator[_Misfit | None]:  # noqa: ANN401 - as above
    if origin is None or origin in {Literal, Callable} or not isinstance(value, Collection) or not parts:
        return
    if isinstance(value, Mapping) and len(parts) == 2:  # noqa: PLR2004 - keys and values
        for key, held in value.items():
            inside = f"{place}[{Repr().repr(key)}]"
            yield from (_misfit(key, parts[0], inside), _misfit(held, parts[1], inside))
        return
    each = parts if origin is tuple and ... not in parts else [parts[0]] * len(value)
    for number, (held, kind) in enumerate(zip(value, each, strict=False)):
        yield _misfit(held, kind, f"{place}[{number}]")


def said(kind: Any) -> str:  # noqa: ANN401 - any annotation
    """An annotation as a person writes it, without the modules of its names."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return " | ".join(map(said, parts))
    if origin is Literal:
        return " | ".join(map(repr, parts))
    if isinstance(kind, list):  # what a callable takes
        return f"[{', '.join(map(said, kind))}]"
    if kind in {..., types.NoneType}:
        return "..." if kind is ... else "None"
    name = getattr(origin or kind, "__name__", str(kind))
    return f"{name}[{', '.join(map(said, parts))}]" if parts else name


_PRINTED = (str, bytes, Real, Decimal, date, Path, list, tuple, set, dict)
"""Kinds of values that are short, or can be cut short, on one line."""


def _shown(value: object) -> str:
    """A value for a message: its type and, where it is short, itself."""
    if value is None or isinstance(value, type):
        return repr(value)
    kind = type(value).__name__
    return f"{kind} {Repr().repr(value)}" if isinstance(value, _PRINTED) else kind
