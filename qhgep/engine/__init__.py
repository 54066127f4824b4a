"""The engine: leaves chosen, formulas run, coverage found; `compute` gives the result of an account."""

from qhgep.engine.compute import compute

__all__ = ["compute"]
