"""The engine: leaves chosen, formulas run, coverage found; `compute` gives the result of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qhgep.engine.pipeline import compute

__all__ = ["compute"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the one public name
    """`compute`, imported when it is asked for: results name the engine's parts, and compute names results."""
    if name != "compute":
        message = f"module 'qhgep.engine' has no attribute {name!r}"
        raise AttributeError(message)
    from qhgep.engine.pipeline import compute

    return compute
