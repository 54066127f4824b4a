"""The words that options of the command line accept."""

from __future__ import annotations

from enum import StrEnum


class Lang(StrEnum):
    """The language of messages."""

    zh = "zh"
    en = "en"


class Form(StrEnum):
    """The form of a trace."""

    text = "text"
    json = "json"
    latex = "latex"


class Prices(StrEnum):
    """How printed prices are taken."""

    exact = "exact"
    rounded = "rounded"
