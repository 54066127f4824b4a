"""Compute and 100 scenarios of a price beside OpenFisca on the same panel: the two indicators of water-balance-plateau.

OpenFisca is no dependency. In a throwaway environment: `pip install . openfisca-core`, then `python -m benchmarks.openfisca`.
Each side is timed with what it does in itself: OpenFisca the numbers, qhgep also units, presence, evidence and coverage.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.engine import best
from qhgep import Account, account_from, compute, scenarios
from qhgep.inputs import read_counties

YEARS = range(2011, 2021)
LANDS = {"forest": "RC-针阔混交林", "grassland": "RC-高寒草甸", "wetland": "RC-沼泽和水库"}
PRICES = [str(300 + place) for place in range(100)]
CARBON, RESERVOIR = "GZ-26", "GZ-05"
_MANNER = {"origin": "stated", "evidence": "assumed", "source": "虚构"}


@cache
def codes() -> list[str]:
    """The counties of Qinghai that were there in every year."""
    units = read_counties().by_code.values()
    return sorted(
        unit.code
        for unit in units
        if unit.kind == "county" and unit.valid_to is None and unit.code.startswith("63")
        and (unit.valid_from is None or unit.valid_from.year < YEARS[0])
    )  # fmt: skip


def rows() -> Iterator[Mapping[str, object]]:
    """Invented numbers, of which each differs from the next."""
    for place, code in enumerate(codes()):
        for year in YEARS:
            cell = {"county": code, "period": year, "ecosystem": "", **_MANNER}
            step = place + (year - YEARS[0]) / 10
            yield {**cell, "quantity": "specific_discharge", "value": round(5 + step / 10, 4), "unit": "L/(s·km²)"}
            yield {**cell, "quantity": "precipitation", "value": round(400 + step, 4), "unit": "mm/a"}
            yield {**cell, "quantity": "county_area", "value": 4000, "unit": "km2"}
            for number, land in enumerate(LANDS):
                on = {**cell, "ecosystem": land}
                yield {**on, "quantity": "area", "value": 100000, "unit": "hm2"}
                yield {
                    **on,
                    "quantity": "net_ecosystem_productivity",
                    "value": round(50 + number + step, 4),
                    "unit": "gC/m2/a",
                }


def account() -> Account:
    """The panel as an account; each coefficient is lent to all counties and years."""
    lent = [("runoff_coefficient", row) for row in LANDS.values()] + [
        ("carbon_price", CARBON),
        ("reservoir_cost", RESERVOIR),
    ]
    grounds = {"reason": "比较速度", "decided_by": "虚构"}
    adopt = [{"row": row, "for": name, **grounds} for name, row in lent]
    for entry, land in zip(adopt, LANDS, strict=False):
        entry["ecosystem"] = land
    return account_from(
        list(rows()), ruleset="water-balance-plateau", counties=codes(), periods=list(YEARS), price_year=2010, date="2026-01-01",
        title="比较速度", adopt=adopt,
    )  # fmt: skip


class Openfisca:
    """The same formulas as a system of OpenFisca: a parcel is an ecosystem of a county, a county its group."""

    def __init__(self, found: Account) -> None:
        from openfisca_core import entities, taxbenefitsystems

        parcel = entities.SingleEntity("parcel", "parcels", "", "")
        county = entities.GroupEntity("county", "counties", "", "", roles=[{"key": "land", "plural": "lands"}])
        self.system = taxbenefitsystems.TaxBenefitSystem([parcel, county])
        for variable in _variables(parcel, county):
            self.system.add_variable(variable)
        self.inputs = _inputs(found)

    def simulation(self) -> Any:  # noqa: ANN401 - OpenFisca's own
        """A new simulation with every input set."""
        from openfisca_core import simulations

        builder = simulations.SimulationBuilder()
        builder.create_entities(self.system)
        names = [f"{code} {land}" for code in codes() for land in LANDS]
        builder.declare_person_entity("parcel", names)
        lands = builder.declare_entity("county", codes())
        builder.join_with_persons(lands, [name.split()[0] for name in names], ["land"] * len(names))
        made = builder.build(self.system)
        for (name, year), array in self.inputs.items():
            made.set_input(name, str(year), array)
        return made

    def total(self, simulation: Any, price: float | None = None) -> float:  # noqa: ANN401 - as above
        """All value of all counties and years, at another price of carbon where one is given."""
        for year in YEARS if price is not None else ():
            for name in ("carbon_price", "carbon_value", "accounted_total"):
                simulation.delete_arrays(name, str(year))
            simulation.set_input("carbon_price", str(year), np.full(len(codes()) * len(LANDS), price))
        return sum(float(simulation.calculate("accounted_total", str(year)).sum()) for year in YEARS)


def _variables(parcel: Any, county: Any) -> Iterator[type]:  # noqa: ANN401 - entities of OpenFisca
    """Its variables: the inputs, then the formulas; factors of units are typed here, as its authors would."""
    from openfisca_core import periods, variables

    def variable(name: str, entity: Any, formula: Callable[[Any, Any], Any] | None = None) -> type:  # noqa: ANN401 - as above
        content = {"value_type": float, "entity": entity, "definition_period": periods.DateUnit.YEAR}
        return type(name, (variables.Variable,), content | ({"formula": formula} if formula else {}))

    for name in _INPUTS:
        yield variable(name, parcel)
    yield variable(
        "water_yield", parcel, lambda of, year: of("specific_discharge", year) * of("days_in_period", year) * (54 / 625)
    )
    yield variable(
        "surface_runoff", parcel, lambda of, year: of("precipitation", year) * of("runoff_coefficient", year)
    )
    yield variable(
        "water_value", parcel,
        lambda of, year: of("area", year) * (of("water_yield", year) - of("surface_runoff", year)) * 10 * of("reservoir_cost", year),
    )  # fmt: skip
    yield variable(
        "carbon_value", parcel,
        lambda of, year: of("area", year) * of("net_ecosystem_productivity", year) * (11 / 300) * of("carbon_price", year),
    )  # fmt: skip
    yield variable(
        "accounted_total", county,
        lambda of, year: of.sum(of.members("water_value", year)) + of.sum(of.members("carbon_value", year)),
    )  # fmt: skip


_INPUTS = (
    "specific_discharge", "precipitation", "area", "net_ecosystem_productivity", "runoff_coefficient", "carbon_price", "reservoir_cost",
    "days_in_period",
)  # fmt: skip


def _inputs(found: Account) -> dict[tuple[str, int], np.ndarray]:
    """The panel as arrays by variable and year; what is of a county stands at each of its parcels."""
    table = {
        (str(row["quantity"]), str(row["county"]), row["period"], row["ecosystem"]): row["value"] for row in rows()
    }
    made: dict[tuple[str, int], np.ndarray] = {}
    for year in YEARS:
        for name in ("specific_discharge", "precipitation", "area", "net_ecosystem_productivity"):
            cells = [
                (code, land if name in {"area", "net_ecosystem_productivity"} else "")
                for code in codes()
                for land in LANDS
            ]
            made[name, year] = np.array([table[name, code, year, land] for code, land in cells])
        shares = [float(_row(found, row)) / 100 for row in LANDS.values()]
        made["runoff_coefficient", year] = np.array(shares * len(codes()))
        made["carbon_price", year] = np.full(len(codes()) * len(LANDS), float(_row(found, CARBON)))
        made["reservoir_cost", year] = np.full(len(codes()) * len(LANDS), float(_row(found, RESERVOIR)))
        made["days_in_period", year] = np.full(len(codes()) * len(LANDS), 366.0 if year % 4 == 0 else 365.0)
    return made


def _row(found: Account, name: str) -> Any:  # noqa: ANN401 - a decimal
    row = found.coefficients.row(name)
    assert row is not None
    return row.value


def report() -> list[str]:
    """Seconds of both sides, and by how much their totals differ."""
    if find_spec("openfisca_core") is None:
        return ["beside OpenFisca: left out, openfisca-core is not installed"]
    found = account()
    other = Openfisca(found)
    result = compute(found)
    whole = sum(result.value("accounted_total", county="*", period=str(year)).value or 0 for year in YEARS)
    alike = other.total(other.simulation())
    frame = scenarios(found, {CARBON: PRICES})
    last = frame[
        (frame["county_code"] == "*") & (frame["quantity"] == "accounted_total") & (frame[CARBON] == PRICES[-1])
    ]

    def each_price() -> float:
        base = other.simulation()
        return [other.total(base, float(price)) for price in PRICES][-1]

    ends = each_price()
    pairs = (
        ("compute", best(lambda: compute(found), 5), best(lambda: other.total(other.simulation()), 5), whole, alike),
        (
            "100 scenarios of a price",
            best(lambda: scenarios(found, {CARBON: PRICES}), 3),
            best(each_price, 3),
            last["value"].sum(),
            ends,
        ),
    )
    head = f"beside OpenFisca: {len(codes())} counties x {len(YEARS)} years x {len(LANDS)} ecosystems, two indicators"
    return [head, *(f"  {name}: qhgep {own * 1000:.0f} ms, OpenFisca {its * 1000:.0f} ms; totals differ by {abs(a / b - 1):.0e} of themselves "
                    "(OpenFisca counts in 32 bits)" for name, own, its, a, b in pairs)]  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write("\n".join(report()) + "\n")
