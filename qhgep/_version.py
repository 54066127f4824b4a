"""The version, written once: pyproject.toml and every result read it here."""

__version__ = "0.1.0"
