"""What a form asks: the leaves of a ruleset that are no coefficients, for the counties of a region in a year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from qhgep.coefficient_store import Coefficients, region_chain
from qhgep.coefficient_store.store import NO_LAND
from qhgep.errors import Problems, WorkbookError
from qhgep.expr import AXES, Quantity
from qhgep.inputs import Counties, County, read_counties
from qhgep.inputs.asked import called, declared_unit, nearest
from qhgep.inputs.form.schema import VERSION, FormField, FormSchema, FormSheet
from qhgep.inputs.landcover.crosswalk import LAND_CLASSES, class_area
from qhgep.inputs.landcover.survey import survey_called, survey_items, survey_lands, survey_named
from qhgep.inputs.names import places_of, spellings
from qhgep.quantities import ItemList, area, days_in_period
from qhgep.ruleset_store.ruleset import Ruleset

_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_LONGEST_NAME = 24
"""A sheet's name has 31 characters at most."""
_WIDER = ("province", "prefecture")
_DIGITS = 6
"""The digits of a code."""
_NAMED = 60
"""The most names that one message lists."""


@dataclass(frozen=True)
class Asked:
    """A schema with what its workbook is written from. `whole` says whether the ecosystems are all there are at the top."""

    schema: FormSchema
    ruleset: Ruleset
    region: County
    quantities: dict[str, Quantity]
    whole: bool


def asked(
    ruleset: Ruleset,
    store: Coefficients,
    *,
    region: str,
    year: int,
    counties: Sequence[str] = (),
    ecosystems: Sequence[str] = (),
    survey: str = "",
) -> Asked:
    """What a ruleset asks of the county-level units of a province or prefecture (name or code) that existed in a year.

    `counties` narrows the units, and `990101=甲县` among them adds one that the table has not; `ecosystems` (default: the
    top-level ones) narrows the columns of quantities by ecosystem. `survey` (三调) asks areas by the classes of a land survey.
    Raises WorkbookError with every one of these that is not known, and what there is instead.
    """
    problems = Problems()
    place = region_asked(region, year, problems)
    units = units_asked(place, year, counties, problems) if place else ()
    of_survey = survey_named(survey, "--survey", problems) if survey else ""
    lands = _lands(store, ecosystems or (survey_lands(of_survey, store.top_classes) if of_survey else ()), problems)
    leaves = [item for item in ruleset.asked if not item.is_coefficient and item.name != days_in_period.name]
    if not leaves:
        problems.add("form_nothing", ruleset.file, ruleset=ruleset.name)
    problems.raise_if_any(WorkbookError)
    if place is None:  # pragma: no cover - a problem was raised above
        raise AssertionError
    pairs = tuple((county.code, county.zh) for county in units)
    if of_survey:
        leaves = [class_area if item.name == area.name else item for item in leaves]
    lists, ids = ruleset.catalogue.lists, tuple(name for name, _ in lands) if of_survey else ()
    if of_survey:
        names = {item.id: item.zh for item in store.ecosystems.values()}
        lists = {
            **lists,
            LAND_CLASSES: ItemList(
                LAND_CLASSES, f"{survey_called(of_survey)}地类", survey_items(of_survey, ids, names)
            ),
        }
    sheets = tuple(_sheets(leaves, lists, lands))
    schema = FormSchema(VERSION, ruleset.name, place.code, year, pairs, sheets, survey=of_survey, lands=ids)
    return Asked(schema, ruleset, place, {item.name: item for item in leaves}, whole=bool(of_survey) or not ecosystems)


def one_each(asked: Asked) -> tuple[Asked, ...]:
    """What an upright form asks of each county; it knows the others that are asked with it."""
    schema = asked.schema
    return tuple(
        replace(asked, schema=replace(schema, counties=(county,), layout="upright", together=schema.counties))
        for county in schema.counties
    )


def region_asked(text: str, year: int, problems: Problems) -> County | None:
    """The region of a name or code; the beginning of either is enough where one region of that year begins so (四川, 51, 5132)."""
    table = read_counties()
    known = [county for county in table if county.kind in _WIDER]
    span = (date(year, 1, 1), date(year, 12, 31)) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    then = [county for county in known if span is None or county.valid(*span)]
    found = [county for county in then if text in {county.code, *spellings(county)}]
    found = found or [county for county in known if text in {county.code, county.zh}]
    found = found or [county for county in then if text.isdecimal() and county.code == text.ljust(_DIGITS, "0")]
    found = found or [county for county in then if text and county.zh.startswith(text)]
    if len({county.code for county in found}) != 1:
        provinces = [county for county in then if county.kind == _WIDER[0]]
        listed = "、".join(f"{county.code} {county.zh}" for county in found or provinces)
        problems.add("form_region", "--region", found=text, known=listed)
        return None
    return (table.at(found[0].code, *span) if span else None) or found[0]


def units_asked(place: County, year: int, counties: Sequence[str], problems: Problems) -> tuple[County, ...]:
    """The county-level units of a region in a year, all or those that are named; what names none is noted."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        problems.add("form_year", "--year", found=year, first=_FIRST_YEAR, last=_LAST_YEAR)
        return ()
    table, span = read_counties(), (date(year, 1, 1), date(year, 12, 31))
    inside = [county for county in table.by_code.values() if _inside(county, place.code, table)]
    units = {c.code: then for c in inside if (then := table.at(c.code, *span)) is not None}
    if not units:
        listed = "、".join(f"{county.code} {county.zh}（{county.span}）" for county in inside[:_NAMED]) or "-"
        problems.add("form_units", "--year", region=f"{place.code} {place.zh}", year=year, known=listed)
    declared = {text: unit for text in counties if (unit := declared_unit(text, place.code)) is not None}
    for text, unit in declared.items():
        if (known := table.by_code.get(unit.code)) is not None:
            problems.add("form_declared", "--counties", found=text, code=unit.code, known=f"{known.zh}（{known.span}）")
    meant = {text: called(text, units) for text in counties if text not in declared}
    for text, found in sorted(meant.items()) if units else ():
        if len(found) != 1:
            _tell_unknown(text, found, units, (place.zh, year), problems)
    chosen = {county.code for found in meant.values() for county in found}
    own = {unit.code: unit for unit in declared.values()}
    asked_of = {code: unit for code, unit in units.items() if code in chosen or not counties} | own
    return tuple(unit for _, unit in sorted(asked_of.items()))


def _tell_unknown(
    text: str, several: Sequence[County], units: Mapping[str, County], asked_of: tuple[str, int], problems: Problems
) -> None:
    """Note what names no unit, or several; of a name or code of another time what its unit is in the year."""
    region, year = asked_of
    places = places_of(read_counties())
    old = [coded] if (coded := places.by_code(text)) is not None else places.bearing(text)
    now = {then.code: then for county in old if (then := places.then(county, str(year))) is not None}
    facts = {"found": text, "region": region, "year": year}
    if several:
        problems.add("form_county_several", "--counties", known=_listed(several), **facts)
    elif old and now and set(now) <= set(units):
        problems.add("form_county_then", "--counties", old=_listed(old), known=_listed(now.values()), **facts)
    else:
        listed = _listed(list(units.values())[:_NAMED]) + ("…" if len(units) > _NAMED else "")
        facts |= {"known": listed, "nearest": nearest(text, units.values())}
        problems.add("form_county", "--counties", **facts)


def _listed(counties: Iterable[County]) -> str:
    return "、".join(f"{county.code} {county.zh}" for county in counties)


def _inside(county: County, region: str, table: Counties) -> bool:
    """Whether a county-level unit lies in a region: by its parents, or, where the table knows none of it, by its code."""
    above = table.by_code.get(county.parent)
    chain = {county.parent, above.parent if above else "", *region_chain(county.code)[1:]}
    return county.kind not in _WIDER and region in chain


def _lands(store: Coefficients, ecosystems: Sequence[str], problems: Problems) -> tuple[tuple[str, str], ...]:
    known = {item.id: item.zh for item in store.ecosystems.values() if item.id not in NO_LAND}
    for name in sorted(set(ecosystems) - set(known)):
        problems.add(
            "form_ecosystem", "--ecosystems", found=name, known="、".join(f"{i} {zh}" for i, zh in known.items())
        )
    for name in sorted(set(ecosystems)):
        for outer in (other for other in sorted(set(ecosystems)) if name.startswith(f"{other}.")):
            problems.add("form_inside", "--ecosystems", found=name, outer=outer)
    return tuple((name, known[name]) for name in dict.fromkeys(ecosystems or store.top_classes) if name in known)


def _sheets(
    leaves: Iterable[Quantity], known: Mapping[str, ItemList], lands: Sequence[tuple[str, str]]
) -> Iterable[FormSheet]:
    """One sheet per row key; a quantity by ecosystem has one of its own, since it takes a column for each of them."""
    groups: dict[tuple[tuple[str, ...], str], list[Quantity]] = {}
    for quantity in leaves:
        lists = tuple(axis for axis in quantity.axes if axis not in AXES)
        own = quantity.name if "ecosystem" in quantity.axes else ""
        groups.setdefault((lists, own), []).append(quantity)
    order = sorted(groups.items(), key=lambda group: (len(group[0][0]), bool(group[0][1])))
    for number, ((lists, own), quantities) in enumerate(order, start=1):
        names = [known[axis] for axis in lists]
        zh = quantities[0].zh if own else "、".join(item.zh for item in names) or "县域"
        items = tuple(
            ("/".join(pair[0] for pair in pairs), "/".join(pair[1] for pair in pairs))
            for pairs in product(*(item.members.items() for item in names))
        )
        fields = tuple(field for quantity in quantities for field in _fields(quantity, lands))
        plain = re.sub(r"\W", "", zh)[:_LONGEST_NAME]
        yield FormSheet(f"表{number}_{plain}", zh, items if lists else (), fields)


def _fields(quantity: Quantity, lands: Sequence[tuple[str, str]]) -> Iterable[FormField]:
    unit = str(quantity.unit)
    if "ecosystem" not in quantity.axes:
        yield FormField(quantity.name, "", quantity.zh, unit)
        return
    yield from (FormField(quantity.name, name, zh, unit) for name, zh in lands)
