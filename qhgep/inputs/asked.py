"""Which of some areas a person means by a code or a name: in full, in short, its beginning, or that of another time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from qhgep.errors import QhgepError, problem
from qhgep.inputs.counties import County, read_counties
from qhgep.inputs.names import code_in, normal, places_of, spellings

_DECLARED = re.compile(r"([0-9]{6})\s*[=＝]\s*([^=＝]*[\u4e00-\u9fff][^=＝]*)")


def called(text: str, areas: Mapping[str, County]) -> list[County]:
    """The areas that a code or a name means; of a name first those that bear it, else those whose name begins so.

    A name may stand after that of what the area lies in: 南京市鼓楼区.
    """
    if text in areas:
        return [areas[text]]
    if code := code_in(text):
        return [areas[code]] if code in areas else []
    name = normal(text)
    bearing = [area for area in areas.values() if name in spellings(area)]
    if not bearing:
        meant = dict.fromkeys(area.code for area in places_of(read_counties()).bearing(name))
        inside = [areas[code] for code in meant if code in areas]
        bearing = [area for area in inside if any(name.endswith(form) for form in spellings(area))]
    begin = [area for area in areas.values() if name and any(full.startswith(name) for full in spellings(area))]
    return bearing or begin


def the_area(text: str, areas: Iterable[County], *, option: str, error: type[QhgepError]) -> County:
    """The one area that a code or a name means, of now or of another time: 玉树县 is 玉树市 where the areas are of today.

    Raises `error` where none is meant, with the nearest name, or several.
    """
    by_code = {area.code: area for area in areas}
    found = called(text, by_code) or _of_another_time(text, by_code)
    if len(found) == 1:
        return found[0]
    if found:
        raise error(problem("area_several", option, found=text, known=_listed(found)))
    facts = {"found": text, "known": _listed(by_code.values()), "nearest": nearest(text, by_code.values())}
    raise error(problem("area_unknown", option, **facts))


def nearest(text: str, areas: Iterable[County]) -> str:
    """The code and name of the area whose code, name or short name is nearest to a text."""
    written = {form: area for area in areas for form in (area.code, *spellings(area))}
    return _listed(written[form] for form in get_close_matches(normal(text), written, 1, 0.0))


def declared_unit(text: str, parent: str = "") -> County | None:
    """The unit outside the county table that `990101=甲县` declares; None where a text declares none."""
    found = _DECLARED.fullmatch(text.strip())
    return None if found is None else County(found[1], found[2].strip(), "county", parent)


def _of_another_time(text: str, areas: Mapping[str, County]) -> list[County]:
    """The areas that became, or were, what a code or a name means at any time."""
    places = places_of(read_counties())
    coded = places.by_code(text)
    meant = places.bearing(text) if coded is None else [coded]
    return list(dict.fromkeys(areas[one.code] for area in meant for one in places.line(area) if one.code in areas))


def _listed(areas: Iterable[County]) -> str:
    return "、".join(f"{area.code} {area.zh}" for area in areas)
