"""价格: how an amount of money is carried from the prices of one year to those of another by a price index."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from qhgep.catalogue.formulas import Clause, Formula, formula
from qhgep.expr import Quantity, substitute
from qhgep.quantities import bounds, coefficient, quantity

SERVICE = "价格"

price_index = coefficient(
    "price_index", "1", axes="year", zh="价格指数", tex="I", fallback="allowed",
    limits=bounds("0.01", "100000", "定基价格指数为正；上年 = 100 的环比指数不能直接相除，不作为序列"),
)  # fmt: skip
"""The quantity of every row with key `price_index.<series>`: a series is rows, not code."""
price_stated = quantity("price_stated", "CNY", zh="原价格年的金额", tex="p_{0}")
_INDEX = bounds("0", None, "指数不为负")
price_index_from = quantity("price_index_from", "1", zh="原价格年的价格指数", tex="I_{s}", limits=_INDEX)
price_index_to = quantity("price_index_to", "1", zh="目标价格年的价格指数", tex="I_{t}", limits=_INDEX)
price_carried = quantity("price_carried", "CNY", zh="目标价格年的金额", tex="p_{t}")

carry = formula(
    price_carried, method="price_index", equals=price_stated * price_index_to / price_index_from,
    source=Clause("qhgep", at="定基价格指数的定义：同一序列两年指数之比，是同样货物两年价格之比"),
    note="指数只取两年各自的行，不插值，不取邻年；用哪个序列是 account.toml [deflate] 的判断",
)  # fmt: skip


@cache
def carrying(of: Quantity, from_year: int, to_year: int) -> Formula:
    """The one tree for one amount in the unit of `of` (a single cell of it), with the years in the Chinese names of what it reads."""
    named = {
        price_stated.name: replace(price_stated, unit=of.unit, zh=f"{of.zh}（{from_year} 年价）"),
        price_index_from.name: replace(price_index_from, zh=f"{price_index.zh}（{from_year} 年）"),
        price_index_to.name: replace(price_index_to, zh=f"{price_index.zh}（{to_year} 年）"),
    }
    return replace(carry, quantity=replace(of, axes=()), equals=substitute(carry.equals, lambda item: named[item.name]))
