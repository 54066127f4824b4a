"""Plans at random that take money over from an earlier result, rightly or with one slip."""

import hashlib
import json
from collections.abc import Callable, Mapping
from random import Random

from tests.oracles.draws import Terms, division, head, ids, yuan


def carrying(random: Random) -> Terms:
    """A division that carries something over: half of what one recipient has."""
    while True:
        plan = division(random)
        if plan["step"][0]["rule"] == "weighted":
            plan["step"] = [step for step in plan["step"] if step["rule"] in {"weighted", "tilt"}]
            plan["step"] += [{"id": "gone", "rule": "deduction", "shares": {ids(plan)[0]: "0.5"}, "basis": "试"}]
            plan["period"] = random.choice((2022, 2022, "2022年"))
            return plan


def carried_in(random: Random, earlier: bytes) -> Terms:
    """A plan of the next year that takes the money of a result over; half of the plans have a slip."""
    result = json.loads(earlier)
    fen = result["body"]["carried_fen"]
    parts = [fen] if random.random() < 0.6 else [fen // 3, fen - fen // 3]
    lines = [{"fund": f"资金{place}", "origin_year": 2022, "amount": yuan(part)} for place, part in enumerate(parts)]
    plan = head(random, result["layer"], "county", "fen", fen + random.randint(1, 10**6), 3)
    ones = dict.fromkeys(ids(plan), "1")
    plan["factor"] = {"f": {"as": "share", "evidence": "declared", "document": "d", "values": ones}}
    plan["step"] = [{"id": "s", "rule": "weighted", "basis": "试", "weights": {"f": "1"}}]
    plan["carry_in"] = {
        "from": hashlib.sha256(earlier).hexdigest(), "file": "earlier.json", "amount": yuan(fen), "years": 2, "basis": "某办法", "line": lines,
    }  # fmt: skip
    if random.random() < 0.8:
        random.choice(list(SLIPS.values()))(plan, fen)
    return plan


def _hash(plan: Terms, fen: int) -> None:
    del fen
    plan["carry_in"]["from"] = plan["carry_in"]["from"][::-1]


def _no_hash(plan: Terms, fen: int) -> None:
    del fen
    plan["carry_in"]["from"] = plan["carry_in"]["from"][:20]


def _amount(plan: Terms, fen: int) -> None:
    plan["carry_in"]["amount"] = yuan(abs(fen - 1))


def _amount_and_line(plan: Terms, fen: int) -> None:
    carry = plan["carry_in"]
    carry["amount"] = yuan(fen + 1)
    carry["line"] = [{"fund": "资金", "origin_year": 2022, "amount": yuan(fen + 1)}]


def _line(plan: Terms, fen: int) -> None:
    plan["carry_in"]["line"][0]["amount"] = yuan(fen + 1)


def _no_lines(plan: Terms, fen: int) -> None:
    del plan["carry_in"]["line"], fen


def _pool(plan: Terms, fen: int) -> None:
    plan["pool"] = yuan(max(fen - 1, 3))


def _origin(year: int) -> Callable[[Terms, int], None]:
    def slip(plan: Terms, fen: int) -> None:
        del fen
        plan["carry_in"]["line"][0]["origin_year"] = year

    return slip


def _no_years(plan: Terms, fen: int) -> None:
    del plan["carry_in"]["years"], fen


def _no_basis(plan: Terms, fen: int) -> None:
    del fen
    plan["carry_in"]["basis"] = ""


def _layer(plan: Terms, fen: int) -> None:
    del fen
    plan["layer"] = "contract" if plan["layer"] == "analytic" else "analytic"


def _file(plan: Terms, fen: int) -> None:
    del fen
    plan["carry_in"]["file"] = "other.json"


SLIPS: Mapping[str, Callable[[Terms, int], None]] = {
    "another hash": _hash, "no hash": _no_hash, "a fen less": _amount, "a fen more, in the line too": _amount_and_line, "a line of more": _line,
    "no lines": _no_lines, "more than the pool": _pool, "a later year": _origin(2024), "too old": _origin(2020), "another year": _origin(2021),
    "no limit of years": _no_years, "no basis": _no_basis, "another layer": _layer, "no such file": _file,
}  # fmt: skip
"""What may be wrong."""
