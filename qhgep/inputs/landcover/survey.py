"""The land survey in a form: which rows it asks, and their areas as areas of ecosystems."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from qhgep.data import data_folder
from qhgep.errors import Problems
from qhgep.evidence import weakest
from qhgep.inputs.landcover.crosswalk import (
    AskedRow,
    LandClass,
    area_text,
    asked_rows,
    class_area,
    class_of,
    land_class,
)
from qhgep.inputs.landcover.decisions import UNDECIDED
from qhgep.inputs.table import Input, input_of
from qhgep.money import exact_sum
from qhgep.quantities import area

SEPARATOR = "@"


@cache
def surveys() -> dict[str, str]:
    """What people call a survey that has a form, and its id: 三调 -> `TDT1055@2019`."""
    asked = set(map(_id, asked_rows()))
    with (data_folder("coefficients") / "landcover" / "schemes.csv").open(encoding="utf-8", newline="") as file:
        known = {row["called"]: f"{row['scheme']}{SEPARATOR}{row['version']}" for row in csv.DictReader(file)}
    return {called: found for called, found in known.items() if found in asked}


def survey_called(survey: str) -> str:
    """What people call a survey: 三调."""
    return next(called for called, found in surveys().items() if found == survey)


def survey_named(text: str, where: str, problems: Problems) -> str:
    """The id of a survey by what people call it or by its id; another text is noted with those there are."""
    known = surveys()
    found = known.get(text, text)
    if found not in known.values():
        listed = "、".join(f"{called}（{of}）" for called, of in known.items())
        problems.add("form_survey", where, found=text, known=listed)
        return ""
    return found


def survey_lands(survey: str, top: Sequence[str]) -> tuple[str, ...]:
    """The ecosystems by which a form of a survey asks: those at the top, but one that a class is split in by its parts.

    天然牧草地 is asked as 草甸 and 草原: 草地 gives way to all its ecosystems that the survey tells apart. Ecosystems that no
    class goes to are not asked.
    """
    rows = [row for row in asked_rows() if _id(row) == survey]
    targets = list(dict.fromkeys(_land(row).ecosystem for row in rows))
    parts = Counter((row.code, _top(row.ecosystem)) for row in rows if row.part)
    split = {name for (_, name), count in parts.items() if count > 1}
    of = {name: [land for land in targets if _top(land) == name] for name in top}
    return tuple(land for name in top for land in (of[name] if name in split else [name] if of[name] else []))


def survey_items(survey: str, lands: Sequence[str], zh: Mapping[str, str]) -> dict[str, str]:
    """Code -> name of each row that a form asks; the name says which of the ecosystems it goes to."""
    rows = [row for row in asked_rows() if _id(row) == survey]
    return {row.item: f"{row.code} {_called(row)}→{zh[land_of(_land(row).ecosystem, lands)]}" for row in rows}


def _called(row: AskedRow) -> str:
    """The name of a class, with what of it the row asks."""
    whole = land_class(row.scheme, row.version, row.code).zh
    return f"{whole}（{row.zh}）" if row.zh else whole


def land_of(ecosystem: str, lands: Sequence[str]) -> str:
    """The one of the ecosystems of a form that holds an ecosystem; itself where none does."""
    return next((land for land in lands if f"{ecosystem}.".startswith(f"{land}.")), ecosystem)


def _id(row: AskedRow) -> str:
    return f"{row.scheme}{SEPARATOR}{row.version}"


def _land(row: AskedRow) -> LandClass:
    return land_class(row.scheme, row.version, row.item)


def _top(ecosystem: str) -> str:
    return ecosystem.partition(".")[0]


def ecosystem_areas(rows: Iterable[Input], lands: Sequence[str], problems: Problems) -> list[Input]:
    """Rows of a form with the areas of classes added up by the ecosystems that it asks; the other rows as they are.

    What is missing among classes of one ecosystem is missing by a row of its own, as land that nobody placed: the
    ecosystem keeps what is known of it. One of which nothing is known is missing itself.
    """
    found, groups = [], defaultdict[tuple[str, ...], list[Input]](list)
    for row in rows:
        if row.quantity == class_area.name:
            groups[
                row.county_code, row.period_from, row.period_to, land_of(class_of(row.item).ecosystem, lands)
            ].append(row)
        else:
            found.append(row)
    lost = defaultdict[tuple[str, ...], list[Input]](list)
    for key, members in groups.items():
        known = [row for row in members if row.presence != "missing"]
        found.append(_sum((*key, "", area.name), known or members))
        if known:
            lost[key[:3]] += [row for row in members if row.presence == "missing"]
    found += [_sum((*key, UNDECIDED, "", area.name), members) for key, members in lost.items() if members]
    for row in found:
        if row.ecosystem == UNDECIDED and row.quantity == area.name:
            problems.warn("form_survey_missing", row.place, county=row.county_code, classes=row.note)
    return found


def _sum(key: tuple[str, ...], rows: Sequence[Input]) -> Input:
    """The area of one ecosystem: of classes of which none is missing, or of which all are."""
    first, lands = rows[0], [class_of(row.item) for row in rows]
    shown = [row for row in rows if row.exact] or rows
    names = "＋".join(f"{land.code} {land.zh}" for land in (class_of(row.item) for row in shown))
    source = "；".join(dict.fromkeys(row.source for row in rows if row.source))
    stated = [row for row in rows if row.exact is not None]
    whole = exact_sum(row.exact for row in stated if row.exact is not None)
    if not stated:
        notes = "；".join(dict.fromkeys(row.note for row in rows))
        said = ("", "", first.presence, "", "", source, f"{names}：{notes}")
    elif whole:
        said = (*area_text(whole), "value", "computed", _evidence(rows, lands), source, names)
    else:
        said = ("", "", "zero", "computed", _evidence(rows, lands), source, f"{names}：各类都是 0")
    return input_of((*key, *said), file=first.file, line=first.line, of=area)


def _evidence(rows: Iterable[Input], lands: Iterable[LandClass]) -> str:
    """That of the figures: the form prints where each class goes, so a declared one declares that too; else the crosswalk's."""
    own = {row.evidence for row in rows if row.evidence}
    return "declared" if own == {"declared"} else weakest(own | {land.mapping_evidence for land in lands})
