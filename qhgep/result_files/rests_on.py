"""What rests on a row, a source or a level of evidence, and the sources of an account, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from qhgep.engine.rests_on import RestsOn, SourceUse
from qhgep.envelope import Envelope, Header, JsonModel, enveloped
from qhgep.errors import Language
from qhgep.provenance.payments_resting import PaymentsResting
from qhgep.provenance.sources_in import SourceInFile
from qhgep.result_files.account import account_header
from qhgep.result_files.allocation import allocation_header

ACCOUNT, PAYMENTS, SOURCES, FOLDERS = "rests_on", "payments_resting", "sources", "sources_in_folders"


class RestingJson(JsonModel):
    """The value of an indicator in a county, in the unit of the indicators."""

    county_code: str
    period: str
    quantity: str
    item: str
    value: float


class RestsOnBody(JsonModel):
    """What of an account rests on it (`RestsOn`)."""

    what: str
    rows: tuple[str, ...]
    inputs: tuple[str, ...]
    formulas: tuple[str, ...]
    values: tuple[RestingJson, ...]
    amount: float
    share: float
    quantities: tuple[str, ...]


class PaymentsRestingBody(JsonModel):
    """What of a plan rests on it: its accounts by name, factors, fen by recipient, and rows of policy (`PaymentsResting`)."""

    accounts: Mapping[str, RestsOnBody]
    factors: tuple[str, ...]
    fen: Mapping[str, int]
    rows: tuple[str, ...] = ()


class SourceJson(JsonModel):
    """A source of an account, its document where the store knows it, and what rests on it."""

    source: str
    title: str
    address: str
    checked: str
    rests: RestsOnBody


class SourcesBody(JsonModel):
    """The sources of an account, those that most rests on first."""

    sources: tuple[SourceJson, ...]


class SourceInFileJson(JsonModel):
    """What of a file rests on a source (`SourceInFile`)."""

    file: str
    source: str
    title: str
    address: str
    checked: str
    rows: tuple[str, ...]
    inputs: tuple[str, ...]
    formulas: tuple[str, ...]
    share: float | None
    fen: Mapping[str, int] | None
    unread: str


class SourcesInFoldersBody(JsonModel):
    """The sources of the accounts, plans and workbooks of some folders."""

    files: tuple[SourceInFileJson, ...]


def _body(found: RestsOn) -> RestsOnBody:
    values = tuple(
        RestingJson(
            county_code=item.county, period=item.period, quantity=item.quantity, item=item.item, value=item.value
        )
        for item in found.values
    )
    return RestsOnBody(
        what=found.what, rows=found.rows, inputs=found.inputs, formulas=found.formulas, values=values, amount=found.amount,
        share=found.share, quantities=found.gone,
    )  # fmt: skip


def rests_on_file(found: RestsOn) -> Envelope[RestsOnBody]:
    """What of an account rests on it."""
    return enveloped(ACCOUNT, _body(found), account_header(found.result))


def payments_resting_file(found: PaymentsResting) -> Envelope[PaymentsRestingBody]:
    """What of a plan rests on it."""
    accounts = {name: _body(each) for name, each in found.accounts.items()}
    body = PaymentsRestingBody(accounts=accounts, factors=found.factors, fen=dict(found.fen), rows=found.rows)
    return enveloped(PAYMENTS, body, allocation_header(found.allocation))


def sources_file(found: Sequence[SourceUse]) -> Envelope[SourcesBody]:
    """The sources of an account."""
    sources = tuple(
        SourceJson(
            source=use.source, title=use.document.title if use.document else "", address=use.document.address if use.document else "",
            checked=str(use.document.checked or "") if use.document else "", rests=_body(use.found),
        )
        for use in found
    )  # fmt: skip
    return enveloped(SOURCES, SourcesBody(sources=sources), account_header(found[0].found.result))


def sources_in_file(found: Iterable[SourceInFile], language: Language = "zh") -> Envelope[SourcesInFoldersBody]:
    """The sources of what lies in some folders."""
    names = tuple(name for name in SourceInFileJson.model_fields if name not in {"file", "unread"})
    files = tuple(
        SourceInFileJson(
            file=each.file.as_posix(), unread="" if each.unread is None else each.unread.text(language),
            **{name: getattr(each, name) for name in names},
        )
        for each in found
    )  # fmt: skip
    return enveloped(FOLDERS, SourcesInFoldersBody(files=files), Header())
