"""What benchmarks over invented services share: a module of a catalogue, and the counties."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from qhgep.inputs import read_counties


def module_of(name: str, zh: str, parts: Sequence[object]) -> ModuleType:
    """A module of a catalogue that holds these quantities, formulas and indicators."""
    module = ModuleType(name, f"{zh}: a service")
    vars(module).update({"SERVICE": zh} | {f"part{place}": part for place, part in enumerate(parts)})
    return module


def counties_of_qinghai() -> list[str]:
    """Codes of the counties that are there today, in order."""
    return sorted(
        unit.code
        for unit in read_counties().by_code.values()
        if unit.kind == "county" and unit.valid_to is None and unit.code.startswith("63")
    )
