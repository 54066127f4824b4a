"""Bands of accounts and of payments as JSON."""

from __future__ import annotations

from qhgep.compensation.payment_bands import PaymentBands
from qhgep.engine.uncertainty import Uncertainty
from qhgep.envelope import Envelope, JsonModel, enveloped
from qhgep.result_files.account import account_header
from qhgep.result_files.allocation import allocation_header

ACCOUNT, PAYMENTS = "uncertainty", "payment_bands"


class BandJson(JsonModel):
    """A number of the account with the values that 5, 50 and 95 % of the draws do not exceed, in the unit of its quantity."""

    county_code: str
    period: str
    quantity: str
    item: str
    value: float
    p5: float
    p50: float
    p95: float


class UncertaintyBody(JsonModel):
    """The bands of an account under its declared distributions (`Uncertainty`)."""

    seed: int
    draws: int
    bands: tuple[BandJson, ...]
    outside: int
    broken: int
    contributions: dict[str, float]
    fixed: tuple[str, ...]
    fixed_share: float


class PaymentBandJson(JsonModel):
    """What a recipient gets by the plan, and by the payable draws, in fen."""

    recipient: str
    fen: int
    p5: int
    p50: int
    p95: int
    same_rank: float
    below: float | None
    moved_by: str


class PaymentBandsBody(JsonModel):
    """The bands of a plan's payments (`PaymentBands`)."""

    seed: int
    draws: int
    bands: tuple[PaymentBandJson, ...]
    refused: int
    outside: int
    unpayable: int
    same_order: float


def uncertainty_file(found: Uncertainty) -> Envelope[UncertaintyBody]:
    """The bands of an account."""
    bands = tuple(
        BandJson(county_code=band.county, period=band.period, quantity=band.quantity, item=band.item, value=band.value,
                 p5=band.low, p50=band.middle, p95=band.high)
        for band in found.bands
    )  # fmt: skip
    body = UncertaintyBody(
        seed=found.seed, draws=found.draws, bands=bands, outside=found.outside, broken=found.broken,
        contributions=dict(found.contributions), fixed=found.fixed, fixed_share=found.fixed_share,
    )  # fmt: skip
    return enveloped(ACCOUNT, body, account_header(found.result))


def payment_bands_file(found: PaymentBands) -> Envelope[PaymentBandsBody]:
    """The bands of payments."""
    bands = tuple(
        PaymentBandJson(recipient=band.recipient, fen=band.fen, p5=band.low, p50=band.middle, p95=band.high,
                        same_rank=band.same_rank, below=band.below, moved_by=band.moved_by)
        for band in found.bands
    )  # fmt: skip
    body = PaymentBandsBody(
        seed=found.seed, draws=found.draws, bands=bands, refused=found.refused, outside=found.outside,
        unpayable=found.unpayable, same_order=found.same_order,
    )  # fmt: skip
    return enveloped(PAYMENTS, body, allocation_header(found.allocation))
