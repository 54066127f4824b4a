"""Values that are put into a plan and not computed, with what they rest on: a basis, and rows of the store."""

from __future__ import annotations

from dataclasses import dataclass

from qhgep.coefficient_store import evidence_text
from qhgep.evidence import Evidence, Origin
from qhgep.readings.exact import Exact


@dataclass(frozen=True, slots=True)
class Cited:
    """A row of the store that a parameter cites: its id, item with document and place, and who adopted it.

    `times` is by what the plan multiplies it (empty: by 1), `replaced` the shipped value that a pack laid it over.
    `own`: a bureau of a recipient itself returned it.
    """

    row: str
    document: str
    origin: Origin
    evidence: Evidence
    adopted: str = ""
    times: str = ""
    replaced: str = ""
    own: bool = False

    @property
    def named_text(self) -> str:
        """As explanations, sheets and messages name it."""
        decided = f"，{self.adopted}" if self.adopted else ""
        pack = f"，系数包的值，随附的是 {self.replaced}" if self.replaced else ""
        by = "" if not self.times else f"{self.times} × " if self.times != "-1" else "−"
        return f"{by}{self.row} {self.document}（{evidence_text(self.evidence, own=self.own)}{decided}{pack}）"


@dataclass(frozen=True, slots=True)
class GivenParameter:
    """A value that is put in and not computed, with what it rests on and how it came about.

    `rows` are those it cites, `own` those of one recipient alone, by its code; `basis` names them all. `factor` is the
    factor of the plan whose values they are, `typed` the numbers of the plan that it comes from, as [[evidence]] names them.
    """

    value: Exact
    basis: str
    origin: Origin
    rows: tuple[Cited, ...] = ()
    own: tuple[tuple[str, Cited], ...] = ()
    ground: str = ""
    factor: str = ""
    typed: tuple[str, ...] = ()

    def basis_for(self, recipient: str) -> str:
        """What it rests on, without the rows that only other recipients cite; `ground` is the basis beside the rows."""
        if not self.own:
            return self.basis
        others = {row for code, row in self.own if code != recipient} - {
            row for code, row in self.own if code == recipient
        }
        told = [row.named_text for row in self.rows if row not in others]
        return "；".join((*told, self.ground) if self.ground else told)
