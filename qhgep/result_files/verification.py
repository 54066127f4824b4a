"""What verify and check found, as JSON: the cells of a workbook that differ, the cells of a returned table with their faults."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from qhgep.envelope import CreatedFrom, Envelope, Header, JsonModel, Place, enveloped
from qhgep.errors import Language
from qhgep.inputs import read_counties
from qhgep.inputs.table import COLUMNS
from qhgep.preparation.check_returned import Intake, Returned
from qhgep.result_files.common import ProblemJson, problems_json
from qhgep.seals.verify import Sealed
from qhgep.workbook.verify.against_files import Against
from qhgep.workbook.verify.changes import CellChange
from qhgep.workbook.verify.verify import Verification

VERIFICATION, INTAKE, INTAKES = "verification", "intake", "intakes"


class ChangeJson(JsonModel):
    """A cell that differs: a cause, or what follows from some."""

    sheet: str
    cell: str
    kind: str
    expected: str
    found: str
    what: str
    role: Literal["cause", "consequence"]
    follows_from: tuple[tuple[str, str], ...] | None = None
    causes: int | None = None


class AppearanceJson(JsonModel):
    """How the pages were compared beside the contents of the cells."""

    compared: str
    by: str
    text: str


class AgainstJson(JsonModel):
    """One thing that is recorded otherwise than it is now."""

    part: str
    item: str
    recorded: str
    now: str


class DepartureJson(JsonModel):
    """A file that is not as it was sealed."""

    name: str
    kind: str
    expected: str
    found: str


class SignatureJson(JsonModel):
    """What is known of who sealed."""

    state: str
    file: str
    who: str
    key: str
    detail: str
    text: str


class SealedJson(JsonModel):
    """The files held against a seal."""

    file: str
    files: int
    same: bool
    holds: bool
    departures: tuple[DepartureJson, ...]
    signature: SignatureJson


class VerificationBody(JsonModel):
    """What differs in a workbook, causes first; `store` and `files` are no differences of the workbook."""

    file: str
    same: bool
    cells: int
    formulas: int
    changes: tuple[ChangeJson, ...]
    notes: tuple[str, ...]
    appearance: AppearanceJson
    store: tuple[AgainstJson, ...]
    files: tuple[AgainstJson, ...] | None
    seal: SealedJson | None = None


class SheetJson(JsonModel):
    """A sheet and what it was read as."""

    name: str
    kind: str
    rows: int


class InputJson(JsonModel):
    """A row of the long table of inputs, with the cell that it came from."""

    county_code: str
    period_from: str
    period_to: str
    ecosystem: str
    item: str
    quantity: str
    value: str
    unit: str
    presence: str
    origin: str
    evidence: str
    source: str
    note: str
    place: str


class IntakeBody(JsonModel):
    """A returned table: rows in the order of the long table, sheets, problems, what the ruleset needs beside it."""

    file: str
    encoding: str
    sheets: tuple[SheetJson, ...]
    rows: tuple[InputJson, ...]
    problems: tuple[ProblemJson, ...]
    needed: tuple[str, ...]
    unused: tuple[str, ...]


class IntakesBody(JsonModel):
    """Several returned tables, and the counties that did not return theirs."""

    files: tuple[IntakeBody, ...]
    not_returned: tuple[str, ...]


def verification_file(
    found: Verification, sealed: Sealed | None = None, language: Language = "zh"
) -> Envelope[VerificationBody]:
    """What verify found, and the seal where the file was held against one."""
    consequences = (
        _change(
            item.change, "consequence", follows_from=tuple((sheet, cell) for sheet, cell in item.follows_from),
            causes=item.causes,
        )
        for item in found.consequences
    )  # fmt: skip
    body = VerificationBody(
        file=found.file, same=found.same, cells=found.cells, formulas=found.formulas,
        changes=(*(_change(change, "cause") for change in found.causes), *consequences), notes=found.notes,
        appearance=AppearanceJson(**asdict(found.appearance), text=found.appearance.text()),
        store=tuple(map(_against, found.store)),
        files=None if found.files is None else tuple(map(_against, found.files)),
        seal=None if sealed is None else _seal(sealed, language),
    )  # fmt: skip
    return enveloped(VERIFICATION, body, Header(title=found.file))


def _change(
    change: CellChange,
    role: Literal["cause", "consequence"],
    *,
    follows_from: tuple[tuple[str, str], ...] | None = None,
    causes: int | None = None,
) -> ChangeJson:
    return ChangeJson(**asdict(change), role=role, follows_from=follows_from, causes=causes)


def _against(item: Against) -> AgainstJson:
    return AgainstJson(**asdict(item))


def _seal(found: Sealed, language: Language) -> SealedJson:
    return SealedJson(
        file=found.file, files=found.files, same=found.same, holds=found.holds,
        departures=tuple(DepartureJson(**asdict(item)) for item in found.departures),
        signature=SignatureJson(**asdict(found.signature), text=found.signed(language)),
    )  # fmt: skip


def returned_file(found: Intake | Returned, language: Language = "zh") -> Envelope[IntakeBody] | Envelope[IntakesBody]:
    """What check found in one returned table, or in several."""
    if isinstance(found, Intake):
        return enveloped(INTAKE, _intake(found, language), _header(found))
    body = IntakesBody(files=tuple(_intake(item, language) for item in found.intakes), not_returned=found.not_returned)
    return enveloped(INTAKES, body, _header(*found.intakes))


def _intake(found: Intake, language: Language) -> IntakeBody:
    reading = found.reading
    return IntakeBody(
        file=reading.file, encoding=reading.encoding,
        sheets=tuple(SheetJson(name=item.name, kind=item.kind, rows=item.rows) for item in reading.sheets),
        rows=tuple(
            InputJson(**dict(zip(COLUMNS, row.fields, strict=True)), place=row.place) for row in reading.rows
        ),
        problems=problems_json(found.problems, language),
        needed=tuple(name for name, _ in found.needed), unused=tuple(name for name, _ in found.unused),
    )  # fmt: skip


def _header(*intakes: Intake) -> Header:
    """The files, and the counties and periods that they speak of."""
    rows = [row for item in intakes for row in item.reading.rows]
    known, codes = read_counties().by_code, sorted({row.county_code for row in rows})
    return Header(
        title="、".join(item.reading.file for item in intakes), periods=tuple(sorted({row.period for row in rows})),
        counties=tuple(Place(code=code, zh=known[code].zh if code in known else "") for code in codes),
        created_from=CreatedFrom(),
    )  # fmt: skip
