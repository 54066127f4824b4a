"""What an account says of an input file that the file itself may not say."""

from __future__ import annotations

from dataclasses import dataclass

from qhgep.inputs.counties import Counties
from qhgep.inputs.names import places_of
from qhgep.inputs.wide.headings import Headings


@dataclass(frozen=True, slots=True)
class FileDefaults:
    """Period, source, origin and evidence of the rows of a wide sheet where its columns do not give them.

    `evidence` is never guessed upwards: what nobody states is `unconfirmed`, and a warning says so.
    """

    period: str = ""
    source: str = ""
    origin: str = "stated"
    evidence: str = ""
    ruleset: tuple[str, str] | None = None
    """Name and hash of the ruleset that a filled form must be for."""


class SheetContext:
    """What every sheet of a file is read with: vocabulary, areas, and what the account tells."""

    def __init__(self, headings: Headings, counties: Counties, defaults: FileDefaults, *, strict: bool) -> None:
        """Index the names once for all sheets. With `strict` hidden sheets, rows and columns are errors."""
        self.headings, self.vocabulary = headings, headings.vocabulary
        self.places, self.defaults, self.strict = places_of(counties), defaults, strict
