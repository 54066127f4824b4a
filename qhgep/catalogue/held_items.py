"""Items of a list of which one holds another: where both have a value, a sum over the list counts the part twice."""

from __future__ import annotations

from dataclasses import dataclass

from qhgep.catalogue.provision import water_use, water_used
from qhgep.catalogue.water_purification import water_pollutant, water_pollutant_discharged, water_pollutant_removed
from qhgep.expr import Quantity
from qhgep.quantities import ItemList


@dataclass(frozen=True, slots=True)
class HeldItem:
    """The item `whole` of a list holds the items `parts`; the sums over the list are those of the amount `of`, and of money.

    With `or_rest` the whole may also be what is left beside the parts, which it is surely not where it is no less than they are
    together. `reported` is the amount that people fill in where `of` is made of it: both may be known of it, and one be counted.
    """

    items: ItemList
    whole: str
    parts: tuple[str, ...]
    of: Quantity
    reason: str
    or_rest: bool = False
    listed_both: bool = False
    """Some lists of indicators name both: what a county counts by such a list is told and not refused."""
    reported: tuple[Quantity, ...] = ()


HELD_ITEMS = (
    HeldItem(
        water_use, "unspecified", ("domestic", "industrial", "agricultural"), water_used,
        "未分行业的，是全部用水，或没有分到行业的其余用水", or_rest=True,
    ),
    HeldItem(
        water_pollutant, "tn", ("nh3n",), water_pollutant_removed, "总氮是有机氮、氨氮、亚硝酸盐氮、硝酸盐氮之和，氨氮在内",
        listed_both=True, reported=(water_pollutant_discharged,),
    ),
    HeldItem(
        water_pollutant, "cod", ("bod5",), water_pollutant_removed,
        "应税污染物和当量值表说明：同一排放口的化学需氧量与生化需氧量只征收一项（所见为转载）", reported=(water_pollutant_discharged,),
    ),
)  # fmt: skip
"""Total nitrogen: its definition, seen in secondary texts (such as boquinstrument.com, the concepts of COD, BOD, ammonia nitrogen
and total nitrogen in sewage). Oxygen demand: note 2 under table 2 of the annex of the tax law, seen in copies (tax-law-annex)."""
