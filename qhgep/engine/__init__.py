"""The engine: inputs chosen, formulas run, coverage found; `compute` gives the result of an account."""

from qhgep.engine.pipeline import compute

__all__ = ["compute"]
